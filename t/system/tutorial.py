"""docs/tutorial.md as it stands: every command, and what it prints.

Only the directory, the port, nginx's path and where the database is are others.
The commands run in one shell, as an ordinary user, in a fresh directory; the
block of text behind commands is what they print, "…" for whatever comes.
"""

import os
import re
import shutil
import signal
import subprocess
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
from server import BAD, BINARY, MODULES, SCRATCH, TOP, Postgres, free_port, pid_in
from tap import equal, ok, section

FOLDER = os.path.join(SCRATCH, "tutorial")
MARK = "@@ block %d"

# what "sleep 1" behind a reload is for, however slow the machine is: the new
# workers are there, and the old ones have been told
PATIENT = """\
sleep() {
    for _ in $(seq 300); do
        command sleep "$1"
        awk '/reconfiguring/ { n = 0 } /start worker process/ { n++ }
             END { exit !n }' error.log && break
    done
    command sleep 0.3
}
"""

postgres = Postgres("tutorial")


def page():
    """The page's (commands, what they print or None), with our places."""
    with open(os.path.join(TOP, "docs/tutorial.md"), encoding="utf-8") as file:
        text = file.read()
    for old, new in [("/tmp/notes", FOLDER), ("8080", str(free_port())),
                     ("/usr/sbin/nginx", BINARY)]:
        text = text.replace(old, new)
    return re.findall(r"(?ms)^```sh\n(.*?)^```$(?:\n\n```text\n(.*?)^```$)?",
                      text)


def pattern(printed):
    return ".*?".join(re.escape(part) for part in printed.split("…"))


def as_user():
    """setpriv's words: nginx's own user, where root runs the suite."""
    if os.geteuid() != 0:
        return []
    shutil.chown(FOLDER, "www-data", "www-data")
    return ["setpriv", "--reuid=www-data", "--regid=www-data",
            "--clear-groups", "--"]


def alive(pid):
    return pid > 0 and os.path.exists("/proc/%d" % pid)


@section
def commands():
    blocks = page()
    os.makedirs(os.path.join(FOLDER, "migrations"))
    os.chmod(os.path.join(FOLDER, "migrations"), 0o777)
    shutil.copy(MODULES[0], FOLDER)

    script = PATIENT + "".join("printf '\\n%s\\n'\n%s" % (MARK % n, commands)
                     for n, (commands, _) in enumerate(blocks))
    run = subprocess.run(
        as_user() + ["bash", "-c", script], cwd=FOLDER, timeout=300,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False,
        env=dict(os.environ, DATABASE_URL=postgres.uri))

    parts = re.split(r"(?m)^%s\n" % (MARK.replace("%d", r"\d+")), run.stdout)
    equal(len(parts), len(blocks) + 1, "all commands ran", run.stdout)

    for (said, printed), got in zip(blocks, parts[1:]):
        first = said.split("\n")[0]
        ok(re.fullmatch(pattern(printed.strip()), got.strip(), re.S),
           "what is printed behind: " + first,
           "%s\n%s\ngot:    %s\nwanted: %s" % (first, "-" * 20, got, printed))

    pid = pid_in(os.path.join(FOLDER, "nginx.pid"))
    tap.wait_until(lambda: not alive(pid), 10)
    if not ok(not alive(pid), "nginx has ended"):
        os.kill(pid, signal.SIGTERM)
    with open(os.path.join(FOLDER, "error.log"), encoding="utf-8") as log:
        bad = [line for line in log if BAD.search(line)]
    equal(bad, [], "nothing at [alert]")


if __name__ == "__main__":
    tap.run()
