"""Reloads of the example: what is refused leaves the old workers serving, what
is taken loses no request; nginx -t changes nothing; binary upgrades.
"""

import os
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import tokens
import wire
from server import TOP, Nginx, OwnPostgres, pid_in
from tap import equal, like, note, ok, section, unlike, wait_until

ADMIN = tokens.bearer(tokens.token(tokens.NOBODY, "app_admin",
                                   exp=4000000000))

postgres = OwnPostgres("reload", max_connections=90)
nginx = Nginx("reload", env={"DATABASE_URL": postgres.uri})

EXTRA = """
        location /x {
            api_route GET /slow/:s<number> {
                api_query value "SELECT 1 FROM pg_sleep($s::float8)";
            }
            api_route POST /slow/:s<number> {
                api_query value "SELECT 1 FROM pg_sleep($s::float8)";
            }
            %s
        }

        location /api/v1/ {"""


def configure(extra=""):
    nginx.configure_example(lambda text: text.replace(
        "        location /api/v1/ {", EXTRA % extra, 1))


def get(path, method="GET", timeout=20):
    connection = wire.Connection(nginx.port, timeout)
    try:
        return connection.request(method, path, headers=ADMIN)
    finally:
        connection.close()


def serves(name):
    for _ in range(4):
        response = get("/api/v1/users?limit=1")
        if response.status != 200:
            break
    equal(response.status, 200, name + ": requests are served", response)


def tables():
    return postgres.sql("SELECT string_agg(relname, ' ' ORDER BY relname)"
                        " FROM pg_class WHERE relkind = 'r' AND"
                        " relnamespace = 'public'::regnamespace")


def refused(name, pattern, change, undo, tested=True):
    """A reload and an nginx -t with this change; afterwards it is undone.
    tested=False: nginx -t does not ask the database."""
    before = set(nginx.workers())
    schema = tables()
    change()

    status, out = nginx.call("-t")
    if tested:
        ok(status != 0, name + ": nginx -t refuses", out)
        like(out, pattern, name + ": by name")
    equal(tables(), schema, name + ": nginx -t changes nothing")

    mark = len(nginx.log())
    ok(not nginx.reload(), name + ": a reload is refused")
    like(nginx.log()[mark:], pattern, name + ": and logged by name")
    equal(set(nginx.workers()), before, name + ": the old workers stay")
    equal(tables(), schema, name + ": the tables are as they were")
    serves(name)
    undo()


@section
def what_is_refused():
    directory = nginx.path("migrations")
    first = os.path.join(directory, "0001_users.sql")
    with open(first) as source:
        text = source.read()

    serves("at the beginning")
    equal(tables(), "_sqlx_migrations posts refresh_tokens"
          " revoked_tokens users", "the migrations ran")

    def append():
        with open(first, "a") as out:
            out.write("\n-- changed\n")

    def restore():
        with open(first, "w") as out:
            out.write(text)

    refused("a changed migration", "0001_users.sql|migration 1", append,
            restore, tested=False)

    refused("a missing migration", "0001|migration 1",
            lambda: os.rename(first, nginx.path("kept.sql")),
            lambda: os.rename(nginx.path("kept.sql"), first), tested=False)

    third = os.path.join(directory, "0006_more.sql")

    def failing():
        with open(third, "w") as out:
            out.write("CREATE TABLE more (id int);\nSELECT no_such_thing;\n")

    refused("a failing migration", r"0006_more.sql.*2", failing,
            lambda: os.unlink(third), tested=False)

    def broken_route():
        configure("api_route GET /bad { api_query one"
                  " \"SELECT $unknown AS x\"; }")

    refused("an unknown name", r"unknown.*nginx\.conf:\d+", broken_route,
            configure)

    def broken_directive():
        configure("api_rout GET /bad { }")

    refused("an unknown directive", r"api_rout.*nginx\.conf:\d+",
            broken_directive, configure)

    def missing_file():
        configure("api_route GET /bad { api_query one sql/missing.sql; }")

    refused("a missing SQL file", r"missing\.sql", missing_file, configure)


@section
def what_is_checked_only():
    third = os.path.join(nginx.path("migrations"), "0006_more.sql")
    with open(third, "w") as out:
        out.write("CREATE TABLE more (id int);\n")

    status, out = nginx.call("-t")
    equal(status, 0, "nginx -t of a good migration", out)
    unlike(tables(), "more", "does not apply it")

    ok(nginx.reload(), "a reload")
    ok(wait_until(lambda: "more" in tables().split(), 5), "applies it")
    serves("with a new migration")

    configure("api_route GET /new { api_query value"
              " \"SELECT count(*) FROM more\"; }")
    equal(get("/x/new").status, 404, "a new route is not there")
    ok(nginx.reload(), "until a reload")
    ok(wait_until(lambda: get("/x/new").body == b"0", 5), "then it is")


@section
def requests_in_flight():
    old = set(nginx.workers())
    answers = []

    def ask(method):
        try:
            answers.append(get("/x/slow/2", method).status)
        except Exception as error:
            answers.append(repr(error))

    threads = [threading.Thread(target=ask, args=(method,))
               for method in ("GET", "POST") * 3]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    ok(nginx.reload(), "a reload with six requests under way")
    equal(get("/api/v1/users?limit=1").status, 200, "new ones are served")
    for thread in threads:
        thread.join()
    equal(answers, [200] * 6, "and the six are answered")
    ok(wait_until(lambda: not old & set(nginx.workers()), 10),
       "the old workers are gone")


@section
def idle_connections():
    """A keep-alive connection does not hold an old worker."""
    connections = [wire.Connection(nginx.port) for _ in range(10)]
    for connection in connections:
        connection.request("GET", "/api/v1/users?limit=1", headers=ADMIN)
    old = set(nginx.workers())
    ok(nginx.reload(), "a reload with ten idle connections")
    ok(wait_until(lambda: not old & set(nginx.workers()), 5),
       "the old workers are gone at once")
    for connection in connections:
        connection.close()


@section
def many_in_a_row():
    for _ in range(20):
        nginx.send(signal.SIGHUP)
        time.sleep(0.05)
    time.sleep(1)
    n = int(len(nginx.workers()))
    ok(wait_until(lambda: len(nginx.workers()) == os.cpu_count(), 15),
       "20 signals without a pause: the workers are those of one, %d" % n)
    ok(wait_until(lambda: 0 < postgres.backends() <= 20, 15),
       "and so are the backends", postgres.backends())
    serves("after that")


@section
def without_a_database():
    old = set(nginx.workers())
    postgres.pg_ctl("stop", "-m", "fast")
    mark = len(nginx.log())
    nginx.send(signal.SIGHUP)
    time.sleep(2)
    note("\n".join(nginx.log()[mark:].splitlines()[:12]))
    equal(get("/health").status, 200, "a reload without a database: it serves")
    equal(get("/api/v1/users").status, 503, "what needs it is a 503")
    postgres.pg_ctl("start")
    ok(wait_until(lambda: get("/api/v1/users?limit=1").status == 200, 40),
       "and when it is back, all is well")
    ok(nginx.reload(), "and reloads work")
    ok(wait_until(lambda: not old & set(nginx.workers()), 10),
       "by new workers")


@section
def a_new_binary():
    """SIGUSR2, and SIGQUIT to the old master, as a package's update does."""
    if os.environ.get("TEST_NGINX_MODE"):
        note("nginx does not hand LD_PRELOAD on to a new binary: left out")
        return

    nginx.stop()
    path = nginx.path("nginx.pid")

    # with a parent that is not its shell's: a daemon
    subprocess.run(nginx.command(), env=nginx.environment(), check=True,
                   stdin=subprocess.DEVNULL, timeout=60)
    wait_until(lambda: pid_in(path), 10)
    old = pid_in(path)
    serves("a daemon")

    os.kill(old, signal.SIGUSR2)
    ok(wait_until(lambda: pid_in(path + ".oldbin") == old
                  and pid_in(path) not in (0, old), 20),
       "a new master starts beside the old one")
    new = pid_in(path)
    serves("two masters")
    os.kill(old, signal.SIGQUIT)
    ok(wait_until(lambda: not os.path.exists("/proc/%d" % old), 35),
       "the old one ends")
    serves("the new one")
    ok(wait_until(lambda: 0 < postgres.backends() <= 20, 15),
       "with the backends of one", postgres.backends())

    os.kill(new, signal.SIGQUIT)
    ok(wait_until(lambda: not os.path.exists("/proc/%d" % new), 15),
       "which ends, too")


def the_end():
    if nginx.process:
        nginx.stop()
    ok(wait_until(lambda: postgres.backends() == 0, 10), "no backend is left")
    equal(nginx.alerts(), [], "no crash, no alert, no report")


os.mkdir(nginx.path("migrations"))
for name in os.listdir(os.path.join(TOP, "migrations")):
    shutil.copy(os.path.join(TOP, "migrations", name),
                nginx.path("migrations"))
configure()
nginx.start()
tap.run(the_end)
