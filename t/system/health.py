"""api_health while databases go and come back, a standby is promoted and a
primary demoted, migrations are pending, and nginx ends or reloads: right within
a second, and no probe reaches a database.

    t/system/run health
"""

import os
import signal
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SLOW, Nginx, OwnPostgres, Postgres, free_port, running
from tap import equal, note, ok, section, wait_until

# what is wrong for longer than that is wrong
SECOND = 5 if SLOW else 1

postgres = OwnPostgres("health", log_statement="all")

HTTP = """
    api_postgres app { primary @URI@; max_connections 4; min_connections @LEAST@; @MORE@ }
""".replace("@URI@", postgres.uri)

SERVER = """
    location = /live { api_health live; }
    location = /ready { api_health ready details=$arg_v; }
    location /api {
        api_route GET /one { api_query value "SELECT 1"; }
        api_route GET /slow { api_query value "SELECT pg_sleep(2)::text"; }
    }
"""

nginx = Nginx("health")


def configure(least=2, more=""):
    nginx.configure(HTTP.replace("@LEAST@", str(least)).replace("@MORE@", more),
                    SERVER)


def ask(path="/ready", port=None):
    connection = wire.Connection(port or nginx.port)
    try:
        return connection.request("GET", path)
    finally:
        connection.close()


def ready():
    return ask().status == 200


def becomes(wanted, seconds=SECOND):
    """Several in a row, for there are two workers."""
    return wait_until(lambda: [ready() for _ in range(6)] == [wanted] * 6,
                      seconds)


def app():
    return ask("/ready?v=1").json()["databases"]["app"]


configure()
nginx.start()


@section
def a_server_that_works():
    ok(becomes(True, 5), "it is ready")
    answer = ask()
    equal((answer.json(), answer["Cache-Control"], answer["Retry-After"]),
          ({"status": "ready"}, "no-store", None), "and says no more")
    ask("/api/one")
    details = ask("/ready?v=1").json()
    equal((details["exiting"], sorted(details["databases"])), (False, ["app"]),
          "details")
    details = app()
    equal((details["up"], details["used"], details["waiting"],
           details["version"].split(".")[0].isdigit()),
          (True, 0, 0, True), "of the database")
    ok(details["idle"] >= 1, "its connections", details)


@section
def probes_ask_no_database():
    mark = os.path.getsize(postgres.log)
    for _ in range(200):
        ask("/ready?v=1")
        ask("/live")
    with open(postgres.log) as log:
        log.seek(mark)
        said = [line for line in log if "statement:" in line
                or "execute" in line]
    # but perhaps what a connection that is opened meanwhile begins with
    ok(len(said) < 10, "PostgreSQL has heard of none of 400", said)


@section
def a_database_that_stops_and_comes_back():
    postgres.pg_ctl("stop", "-m", "fast")
    ok(becomes(False), "not ready within a second")
    answer = ask("/ready?v=1")
    equal((answer.status, answer["Retry-After"], answer["Cache-Control"],
           answer.json()["status"]), (503, "1", "no-store", "not ready"),
          "503, and when to ask again")
    equal((app()["up"], app()["fault"]), (False, "away"), "why")
    equal(ask("/live").status, 200, "it lives")
    text = answer.text
    ok(postgres.host not in text and postgres.port not in text,
       "no host, no port", text)
    time.sleep(1)
    ok(not ready(), "nor does it become so by itself")
    postgres.pg_ctl("start")
    ok(becomes(True, 2 + SECOND), "ready again")


@section
def a_database_that_crashes():
    postgres.pg_ctl("stop", "-m", "immediate")
    ok(becomes(False), "not ready")
    time.sleep(1)
    postgres.pg_ctl("start")
    ok(becomes(True, 5 + SECOND), "ready again")


@section
def connections_that_end_are_no_reason():
    bad = []
    end = time.monotonic() + 2
    while time.monotonic() < end:
        postgres.terminate()
        bad += [answer.text for answer in [ask("/ready?v=1")]
                if answer.status != 200]
        time.sleep(0.05)
    # one that is ended as soon as it is made counts as failing
    note("%d of the answers were not ready" % len(bad))
    ok(becomes(True, 5), "ready when that ends")


@section
def reloads_are_no_reason():
    bad = []
    for _ in range(5):
        nginx.reload()
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            answer = ask("/ready?v=1")
            if answer.status != 200:
                bad.append(answer.text)
    equal(bad, [], "always ready")


@section
def without_connections_to_keep():
    configure(least=0, more="idle_timeout 1s;")
    nginx.reload()
    wait_until(lambda: len(nginx.workers()) == 2, 10)
    ok(becomes(True, 5), "ready before the first request")
    ask("/api/one")
    time.sleep(2)
    ok(ready(), "and when its connections were closed")
    configure()
    nginx.reload()
    wait_until(lambda: len(nginx.workers()) == 2, 10)
    ok(becomes(True, 5), "ready")


@section
def migrations_that_are_pending():
    nginx.stop()
    nginx.write("migrations/0001_things.sql", "CREATE TABLE things (id int);")
    postgres.pg_ctl("stop", "-m", "fast")
    configure(more="migrations %s;" % nginx.path("migrations"))
    nginx.env["API_START"] = "cold"
    nginx.start()
    answer = ask("/ready?v=1")
    equal((answer.status, answer.json()["databases"]["app"]["fault"]),
          (503, "migrations"), "not ready")
    postgres.pg_ctl("start")
    ok(becomes(True, 10 + SECOND), "ready when they are applied")
    equal(postgres.sql("SELECT count(*) FROM things"), "0", "which they are")


class Standby(Postgres):
    """Another server, which follows the first one."""

    def __init__(self, primary, name):
        self.__dict__.update(primary.__dict__)
        self.port = str(free_port())
        self.data = os.path.join(primary.top, name)
        owner = os.stat(primary.data)
        os.mkdir(self.data, 0o700)
        os.chown(self.data, owner.st_uid, owner.st_gid)
        primary.program("pg_basebackup", "-D", self.data, "-R", "-c", "fast",
                        "-h", primary.host, "-p", primary.port, "-U",
                        "postgres", PGPASSWORD=primary.password)
        self.pg_ctl("start", "-o", "-p %s -c logging_collector=off" % self.port)
        running.append(self)

    @property
    def uri(self):
        return "'host=%s port=%s user=app password=app dbname=app'" % (
            self.host, self.port)

    def kill(self):
        self.pg_ctl("stop", "-m", "immediate")


def settle(configuration, server):
    nginx.configure(configuration, server)
    nginx.reload()
    wait_until(lambda: len(nginx.workers()) == 2, 10)


@section
def a_standby_that_is_promoted():
    standby = Standby(postgres, "second")
    plain = HTTP.replace("@LEAST@", "2").replace("@MORE@", "")
    alone = plain.replace(postgres.uri, standby.uri)
    writing = SERVER.replace("location /api {", """location /api {
        api_route POST /one { api_query value "SELECT 1"; }""")

    settle(alone, SERVER)
    ok(becomes(True, 5), "for reads a standby is as good as another")
    equal((app()["role"], app()["up"]), ("standby", True), "and is one")

    settle(alone, writing)
    ok(becomes(False, 5), "for writes it is not ready")
    equal((app()["role"], app()["up"], app()["fault"]),
          ("standby", False, "standby"), "why")
    time.sleep(1)
    ok(not ready(), "nor does it become so by itself")
    standby.pg_ctl("promote")
    ok(becomes(True), "promoted, it is, and no request has told")
    equal(app()["role"], "primary", "what it is now")

    # two servers, of which one takes writes
    other = Standby(postgres, "third")
    both = plain.replace(postgres.uri, (
        "'host=%s,%s port=%s,%s user=app password=app dbname=app"
        " target_session_attrs=read-write'" % (
            postgres.host, postgres.host, postgres.port, other.port)))
    settle(both, writing)
    ok(becomes(True, 5), "with the first of two servers it is ready")
    postgres.pg_ctl("stop", "-m", "fast")
    ok(becomes(False), "not without it: the other one is a standby")
    other.pg_ctl("promote")
    ok(becomes(True, 2 + SECOND), "until that is promoted")
    other.kill()
    running.remove(other)
    standby.kill()
    running.remove(standby)
    postgres.pg_ctl("start")


@section
def a_primary_that_is_demoted():
    plain = HTTP.replace("@LEAST@", "2").replace("@MORE@", "")
    writing = SERVER.replace("location /api {", """location /api {
        api_route POST /one { api_query value "SELECT 1"; }""")
    settle(plain, writing)
    ok(becomes(True, 5), "it is ready")

    postgres.pg_ctl("stop", "-m", "fast")
    signal_file = os.path.join(postgres.data, "standby.signal")
    with open(signal_file, "w"):
        pass
    owner = os.stat(postgres.data)
    os.chown(signal_file, owner.st_uid, owner.st_gid)
    postgres.pg_ctl("start")
    ok(wait_until(lambda: app().get("fault") == "standby", 5),
       "that a standby is back is seen", app())
    ok(becomes(False), "which is not ready")
    postgres.pg_ctl("promote")
    ok(becomes(True), "until it is promoted")
    settle(plain, SERVER)
    ok(becomes(True, 5), "ready")


@section
def sigquit():
    half = wire.message("GET", "/ready?v=1")
    open_ones = [wire.Connection(nginx.port) for _ in range(4)]
    for connection in open_ones:
        connection.send(half[:10])
    slow = wire.Connection(nginx.port)
    slow.send(wire.message("GET", "/api/slow"))
    time.sleep(0.3)

    nginx.send(signal.SIGQUIT)
    time.sleep(0.3)
    for connection in open_ones:
        connection.send(half[10:])
    answers = [connection.receive() for connection in open_ones]
    equal([answer.status for answer in answers], [503] * 4,
          "not ready, in connections that were open")
    equal({answer.json()["exiting"] for answer in answers}, {True}, "exiting")
    equal(slow.receive().status, 200, "what was begun is answered")


def finish():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert")


tap.run(finish, sys.argv[1:])
