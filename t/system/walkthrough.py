"""`make run` as somebody finds it who has just cloned: what it prints works when
it is pasted, and docs/walkthrough.md as it stands adds a table.

It runs in a copy of what it needs of the checkout, with a PostgreSQL of its own.
"""

import os
import re
import shutil
import signal
import stat
import subprocess
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
from server import BAD, MODULES, SCRATCH, TOP, free_port
from tap import equal, like, ok, section, wait_until

COPY = os.path.join(SCRATCH, "clone")
RUN = os.path.join(COPY, ".run")
PORT = free_port()
MARK = "@@ command %d"


class Run:
    """deploy/local/run, as `make run` calls it when all is built."""

    def __init__(self):
        self.output = os.path.join(COPY, "output")
        environment = {name: value for name, value in os.environ.items()
                       if not name.startswith("TEST_") and name != "API_START"}
        with open(self.output, "w", encoding="utf-8") as output:
            self.process = subprocess.Popen(
                ["deploy/local/run"], cwd=COPY, stdin=subprocess.DEVNULL,
                stdout=output, stderr=subprocess.STDOUT,
                env=dict(environment, PORT=str(PORT), RUN_DIR=RUN))

    def said(self):
        with open(self.output, encoding="utf-8") as output:
            return output.read()

    def session(self):
        """What is to be pasted: the lines that are indented."""
        wait_until(lambda: "start again" in self.said()
                   or self.process.poll() is not None, 120)
        ok(self.process.poll() is None, "it serves", self.said())
        return "".join(line[2:] + "\n" for line in self.said().splitlines()
                       if line.startswith("  ")
                       and not re.match(r"  (tail|psql) ", line))

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)


def shell(commands):
    """What bash prints for each of the texts, all in one session."""
    script = "".join("printf '\\n%s\\n'\n%s\n" % (MARK % n, text)
                     for n, text in enumerate(commands))
    done = subprocess.run(["bash", "-c", script], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, timeout=120, check=False)
    return re.split(r"(?m)^%s\n" % MARK.replace("%d", r"\d+"),
                    done.stdout)[1:]


def page(kind):
    with open(os.path.join(TOP, "docs/walkthrough.md"),
              encoding="utf-8") as file:
        return re.findall(r"(?ms)^```%s\n(.*?)^```$" % kind, file.read())


def pattern(printed):
    return ".*?".join(re.escape(part) for part in printed.split("…"))


@section
def what_is_printed():
    os.makedirs(os.path.join(COPY, "build"))
    for name in ("nginx.conf.example", "migrations", "sql", "deploy"):
        copy = shutil.copytree if os.path.isdir(os.path.join(TOP, name)) \
            else shutil.copy
        copy(os.path.join(TOP, name), os.path.join(COPY, name))
    shutil.copy(MODULES[0], os.path.join(COPY, "build"))

    run = Run()
    try:
        session = run.session()
        printed, = shell([session])
        equal(re.findall(r"HTTP/1.1 (\d+)", printed),
              ["201", "200", "400", "401"], "the answers of the session",
              session + printed)
        like(printed, r'"title":"Hello","content":"From nginx",'
                      r'"published":true', "with a post in them")
        like(session, r"Authorization: Bearer \$token", "by a token")

        key = os.path.join(RUN, "nginx/jwt.key")
        equal(stat.S_IMODE(os.stat(key).st_mode), 0o600,
              "the key is for nobody else")
        with open(key, encoding="ascii") as file:
            first = file.read()
        ok(len(first.strip()) >= 43, "and long enough")

        printed, = shell([session])
        equal(re.findall(r"HTTP/1.1 (\d+)", printed),
              ["201", "200", "400", "401"], "pasted once more", printed)
    finally:
        equal(run.stop(), 0, "it ends well")

    add_a_table(session, first)


def add_a_table(session, key):
    """As the page says."""
    with open(os.path.join(COPY, "migrations/0006_comments.sql"), "w",
              encoding="utf-8") as file:
        file.write(page("sql")[0])
    place = os.path.join(COPY, "nginx.conf.example")
    with open(place, encoding="utf-8") as file:
        text = file.read()
    with open(place, "w", encoding="utf-8") as file:
        file.write(text.replace("            # ---- posts -",
                                page("nginx")[0] + "            # ---- posts -"))

    run = Run()
    try:
        printed = shell([run.session() and session, page("sh")[0]])
        ok(re.fullmatch(pattern(page("text")[0].strip()), printed[1].strip(),
                        re.S), "comments are written, read and removed",
           printed)
        with open(os.path.join(RUN, "nginx/jwt.key"), encoding="ascii") as file:
            equal(file.read(), key, "the key is the one that there was")
    finally:
        equal(run.stop(), 0, "it ends well again")

    with open(os.path.join(RUN, "nginx/logs/error.log"),
              encoding="utf-8") as file:
        lines = file.read().splitlines()
    equal([line for line in lines if BAD.search(line)
           or re.search(r"\[(error|emerg)\]", line)], [],
          "nothing is wrong in the log")


tap.run()
