"""Cold starts with a fault of the database: what every one of them is held to,
for the suites about them, beside a PostgreSQL of their own.
"""

import os
import socket
import subprocess
import sys
import time

os.environ.pop("API_START", None)

import wire
from server import REPORTS, SLOW, TOP, Nginx, OwnPostgres, free_port
from tap import equal, like, note, ok, unlike, wait_until

# generous: the machine may be busy; what is meant is 1 and 5
PROMPT = 10 if SLOW else 3
HEALED = 15 if SLOW else 5

postgres = OwnPostgres(os.path.basename(sys.argv[0])[:-3],
                       max_connections=60, listen_addresses="127.0.0.1")

FRESH = """
    DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION app;
    ALTER ROLE app LOGIN PASSWORD 'app';"""


def fresh(*statements):
    postgres.admin(FRESH)
    if statements:
        postgres.sql(*statements)


def uri(host=None, port=None, role="app", password="app", database="app",
        more=""):
    return "postgresql://%s:%s@/%s?host=%s&port=%s%s" % (
        role, password, database, host or postgres.host,
        port or postgres.port, more)


def configure(nginx, primary, settings="", routes="", workers=2, more=""):
    nginx.configure("""
    api_postgres app {
        primary "%s";
        connect_timeout 1s;
        acquire_timeout 1s;
        min_connections 1;
        %s
    }
    %s""" % (primary, settings, more), """
    location /other { return 200 "here"; }
    location /api {
        api_database app;
        api_route GET /users { api_query many "SELECT id, name FROM users"; }
        api_route GET /one { api_query value "SELECT 1"; }
        %s
    }""" % routes, workers=workers)


def get(nginx, path):
    connection = wire.Connection(nginx.port, 20)
    try:
        return connection.request("GET", path)
    finally:
        connection.close()


def status(nginx, path):
    try:
        return get(nginx, path).status
    except OSError:
        return 0


def starts(nginx, name):
    begun = time.monotonic()
    nginx.start()
    answer = get(nginx, "/other")
    took = time.monotonic() - begun
    equal(answer.body, b"here", name + ": the other site answers")
    ok(took < PROMPT, name + ": at once", "%.2f s" % took)
    note("%s: %.2f s" % (name, took))


def heals(nginx, name, path="/api/users"):
    """Every worker does: twenty connections in a row are answered."""
    begun = time.monotonic()
    healed = row = 0
    while row < 20 and time.monotonic() - begun < HEALED:
        if status(nginx, path) == 200:
            healed = healed or time.monotonic() - begun
            row += 1
        else:
            row = 0
            time.sleep(0.05)
    ok(healed, name + ": heals by itself",
       get(nginx, path).body + nginx.log()[-2000:].encode())
    note("%s healed in %.2f s" % (name, healed))
    equal(row, 20, name + ": in all workers")


class Silence:
    """A server that takes connections and says nothing."""

    def __init__(self):
        self.port = free_port()
        self.socket = socket.create_server(("127.0.0.1", self.port))

    def __enter__(self):
        return self.port

    def __exit__(self, *_):
        self.socket.close()


def fault(name, nginx, mend, refused=None, answer=503, path="/api/users",
          strict=True, told=r"\[error\].*\"app\""):
    """A cold start with it, what is refused meanwhile, and the mend."""
    code, out = nginx.call("-t")
    if strict:
        ok(code != 0, name + ": nginx -t refuses", out)
        like(out, r"\[emerg\]", name + ": by emerg")
    else:
        equal(code, 0, name + ": nginx -t warns", out)

    mark = len(nginx.log())
    starts(nginx, name)
    ok(wait_until(lambda: status(nginx, path) == answer, 3),
       name + ": answers %d" % answer, get(nginx, path).body)
    if answer == 500:
        like(get(nginx, path).body.decode(), '"code":"statement"',
             name + ": by its code")
        equal(status(nginx, "/api/one"), 200, name + ": only there")
    log = nginx.log()[mark:]
    like(log, told, name + ": is told")
    unlike(log, r"\[emerg\]", name + ": not by emerg")
    if refused:
        like(log, refused, name + ": with its place or why")

    if strict:
        ok(not nginx.reload(), name + ": a reload is refused")
        equal(status(nginx, "/other"), 200, name + ": and nginx serves")

    mend()
    heals(nginx, name, path)
    nginx.stop()


def users():
    fresh("CREATE TABLE users (id int, name text)",
          "INSERT INTO users VALUES (1, 'ann')")


NAMES = postgres.top + "-names"


def named(state=0):
    """An environment in which t/lib/silent.c looks names up."""
    library = NAMES + ".so"
    if not os.path.exists(library):
        subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library,
                        os.path.join(TOP, "t/lib/silent.c")], check=True)
    resolves(state)
    return {"LD_PRELOAD": library, "SILENT_FILE": NAMES}


def resolves(state=2):
    """2: every name of silent.c's is 127.0.0.1, from now on."""
    if not os.path.exists(NAMES):
        with open(NAMES, "wb") as out:
            out.write(bytes(24))
    with open(NAMES, "r+b") as out:
        out.seek(16)
        out.write(state.to_bytes(8, sys.byteorder))


def unharmed():
    if REPORTS:
        equal(os.listdir(REPORTS), [], "no tool reports an error")
    for root in sorted(Nginx.roots):
        path = os.path.join(root, "logs/error.log")
        if os.path.exists(path):
            with open(path, errors="replace") as log:
                unlike(log.read(), r"\[alert\]|\[crit\]|exited on signal",
                       os.path.basename(root) + ": no crash, no alert")
