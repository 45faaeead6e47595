"""api_health while databases go and come back, migrations are pending, and
nginx ends or reloads: right within a second, and no probe reaches a database.

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
from server import SLOW, Nginx, OwnPostgres
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
