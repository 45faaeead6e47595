"""api_metrics over kills and reloads: counters equal the client's ledger and
never go back.  Both formats, promtool, series as declared, a full zone.

    t/system/run metrics_faults
    LEDGER=100000 t/system/run metrics_faults the_ledger_over_kills_and_reloads
"""

import collections
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from exposition import Scrape
from server import SLOW, Nginx, OwnPostgres, Postgres
from tap import equal, note, ok, section, wait_until

DURATION = "http_server_request_duration_seconds"
OPERATION = "db_client_operation_duration_seconds"
OPEN = "application/openmetrics-text; version=1.0.0"

postgres = Postgres("metrics_faults")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text UNIQUE)",
             "INSERT INTO things VALUES (1, 'one'), (2, 'two')")

HTTP = """
    api_postgres app { primary %s; max_connections 4; min_connections 2; }
""" % postgres.uri

ROUTES = """
    location = /metrics { api_metrics; }
    location /api {
        api_database app;
        api_route GET /things/:id<int> {
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route POST /things/:id<int> {
            api_query exec "INSERT INTO things VALUES ($id, 'one')";
        }
        api_route GET /two {
            api_query value "SELECT 1" as=a;
            api_query value "SELECT count(*) FROM things";
        }
        api_route GET /sleep { api_query value "SELECT pg_sleep(0.5)::text"; }
        %s
    }
"""

# requests of the ledger: as many as come while it is killed and reloaded, or more
LEDGER = int(os.environ.get("LEDGER", "0"))

MORE = 'api_route GET /more { api_query value "SELECT 2"; }'

nginx = Nginx("metrics_faults")
nginx.configure(HTTP, ROUTES % "")
nginx.start()


def ask(method, path, headers=(), server=None):
    connection = wire.Connection((server or nginx).port)
    try:
        return connection.request(method, path, headers=list(headers))
    finally:
        connection.close()


def scrape(server=None, accept=None):
    headers = [("Accept", accept)] if accept else []
    answer = ask("GET", "/metrics", headers, server)
    if answer.status != 200:
        raise RuntimeError(answer)
    return Scrape(answer.text, bool(accept))


def settled(server=None):
    """A client has its answer before nginx logs and counts the request."""
    wait_until(lambda: scrape(server).get("http_server_active_requests") == 0,
               10)
    return scrape(server)


def requests(of, **labels):
    return of.get(DURATION + "_count", **labels) or 0


def statements(of, **labels):
    return of.get(OPERATION + "_count", **labels) or 0


def backward(before, after):
    """Counters that went back, or are gone."""
    now = after.counters()
    return {key: (value, now.get(key)) for key, value
            in before.counters().items() if now.get(key, -1) < value}


@section
def what_was_asked_is_counted():
    before = settled()
    for _ in range(5):
        ask("GET", "/api/things/1")
    ask("GET", "/api/things/9")
    ask("GET", "/api/things/x")
    ask("HEAD", "/api/things/1")
    ask("POST", "/api/things/1")
    ask("GET", "/api/two")
    ask("GET", "/api/nowhere")
    wait_until(lambda: requests(scrape(), http_route="") > requests(
        before, http_route=""), 10)
    after = settled()

    def more(count=requests, **labels):
        return count(after, **labels) - count(before, **labels)

    route = "/api/things/:id<int>"
    equal([more(http_route=route, http_request_method=method,
                http_response_status_code=status) for method, status in
           [("GET", "200"), ("HEAD", "200"), ("GET", "404"), ("GET", "400"),
            ("POST", "409")]], [5, 1, 1, 1, 1], "by method and status")
    equal(more(http_route="", http_response_status_code="404"), 1,
          "what no route takes has no path")
    equal({code: after.get("api_errors_total", http_route=route, code=code)
           for code in ("no_row", "bad_parameter", "conflict")},
          {"no_row": 1, "bad_parameter": 1, "conflict": 1}, "errors by code")
    equal([more(statements, db_query_summary=summary, error_type=error)
           for summary, error in
           [("GET " + route, ""), ("POST " + route, "23"),
            ("GET /api/two", ""), ("GET /api/two #2", "")]],
          [7, 1, 1, 1], "statements, and the class of what failed")
    ok(after.get("api_response_bytes_total", http_route=route) > 9 * 100,
       "bytes")


@section
def the_sum_is_time():
    before = settled()
    ask("GET", "/api/sleep")
    after = settled()
    for name, labels in [(DURATION, {"http_route": "/api/sleep"}),
                         (OPERATION, {"db_query_summary": "GET /api/sleep"})]:
        took = (after.get(name + "_sum", **labels)
                - (before.get(name + "_sum", **labels) or 0))
        ok(0.5 <= took < (5 if SLOW else 2), "%s: half a second" % name, took)
        equal((after.get(name + "_bucket", le="0.25", **labels),
               after.get(name + "_bucket", le="10", **labels)), (0, 1),
              "its bucket")


@section
def gauges_are_of_this_moment():
    now = settled()
    equal((now.get("api_db_connections", state="used"),
           now.get("db_client_connection_pending_requests"),
           now.get("http_server_active_requests")), (0, 0, 0), "nothing runs")

    busy = [wire.Connection(nginx.port) for _ in range(6)]
    for connection in busy:
        connection.send(wire.message("GET", "/api/sleep"))
    ok(wait_until(lambda: scrape().get("api_db_connections", state="used") >= 2
                  and scrape().get("http_server_active_requests") == 6, 5),
       "six requests, and connections that are used")
    ok(wait_until(lambda: scrape().get(
        "db_client_connection_pending_requests") > 0, 5), "who waits")
    for connection in busy:
        connection.receive()
        connection.close()
    ok(wait_until(lambda: (scrape().get("http_server_active_requests"),
                           scrape().get("api_db_connections", state="used"),
                           scrape().get(
                               "db_client_connection_pending_requests"))
                  == (0, 0, 0), 5), "and none")
    now = settled()
    ok(now.get("db_client_connection_wait_time_seconds_bucket", le="0.1")
       < now.get("db_client_connection_wait_time_seconds_count"),
       "somebody has waited longer than 0.1 s")
    equal(now.get("db_client_connection_max"), 4, "max_connections")


@section
def a_client_that_leaves_is_counted():
    before = settled()
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/api/sleep"))
    wait_until(lambda: scrape().get("http_server_active_requests") == 1, 5)
    connection.close()
    ok(wait_until(lambda: requests(scrape(), http_response_status_code="499")
                  == requests(before, http_response_status_code="499") + 1, 5),
       "as 499")
    equal(settled().get("http_server_active_requests"), 0, "it is not active")


@section
def both_formats_are_right():
    one, other = scrape(), scrape(accept=OPEN)
    same = {(name, tuple((k, v if k != "le" else str(float(v)))
                         for k, v in labels))
            for name, labels in one.series}
    equal(same ^ {(name, tuple((k, v if k != "le" else str(float(v)))
                               for k, v in labels))
                  for name, labels in other.series}, set(), "the same series")
    equal(set(one.families.values()), {"counter", "gauge", "histogram"},
          "families of each kind")


@section
def promtool_finds_nothing():
    if not shutil.which("promtool"):
        ok(False, "promtool is installed", "deploy/local/deps test")
        return
    done = subprocess.run(["promtool", "check", "metrics"], text=True,
                          input=ask("GET", "/metrics").text,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=60)
    equal((done.returncode, done.stdout), (0, ""), "promtool check metrics")


@section
def series_are_those_declared():
    before = scrape().samples[DURATION]
    for i in range(300):
        connection = wire.Connection(nginx.port)
        connection.request("GET", "/x%d/%s?y=%d" % (i, "%22%0a" * (i % 3), i),
                           headers=[("User-Agent", "a\\b\"%d" % i),
                                    ("Host", "host%d" % i)])
        connection.close()
    for i in range(20):
        ask("X%s" % chr(65 + i), "/api/things/%d" % i)
    after = scrape()
    ok(after.samples[DURATION] - before <= 3 * 18,
       "a path, a host or a method that nobody declared makes none",
       after.samples[DURATION] - before)
    equal({labels["http_route"] for labels in after.labels(DURATION + "_count")}
          - {"", "/api/things/:id<int>", "/api/two", "/api/sleep"}, set(),
          "paths are those of routes")


@section
def a_killed_worker_takes_nothing_with_it():
    for _ in range(20):
        ask("GET", "/api/things/1")
    before = scrape()
    for pid in nginx.workers():
        os.kill(pid, signal.SIGKILL)
    nginx.expected.append("exited on signal 9")
    starts = before.get("api_worker_starts_total")
    ok(wait_until(lambda: scrape().get("api_worker_starts_total")
                  == starts + 2, 10), "two more have started")
    after = settled()
    equal(backward(before, after), {}, "no counter went back")
    ok(wait_until(lambda: scrape().get("api_db_connections", state="idle")
                  in (2, 3, 4), 5), "connections are those of the living")
    equal(scrape().get("api_workers"), 2, "which are two")


def reload():
    """Until the new workers, and only they, answer."""
    old = set(nginx.workers())
    nginx.reload()
    ok(wait_until(lambda: not old & set(nginx.workers())
                  and scrape().get("api_workers") == 2, 20),
       "the old workers are gone")


@section
def a_reload_keeps_what_is_declared():
    for _ in range(5):
        ask("GET", "/api/two")
    before = settled()
    two = requests(before, http_route="/api/two")

    for routes in (MORE, "", MORE):
        nginx.configure(HTTP, ROUTES % routes)
        reload()
    after = settled()
    equal(backward(before, after), {}, "no counter went back")
    equal(requests(after, http_route="/api/two"), two, "not one was lost")

    ask("GET", "/api/more")
    equal(requests(settled(), http_route="/api/more"), 1, "a new one is there")

    nginx.configure(HTTP, ROUTES % "")
    counts = []
    for _ in range(4):
        reload()
        counts.append(requests(scrape(), http_route="/api/more"))
    equal(counts, [1, 1, 0, 0], "dropped when it was away for more than two")


class Client(threading.Thread):
    """Asks over and over, and keeps what it was told."""

    def __init__(self, ledger, ended):
        threading.Thread.__init__(self)
        self.ledger, self.ended = ledger, ended

    def run(self):
        connection = None
        while not self.ended.is_set():
            path = random.choice(("/api/things/1", "/api/two"))
            try:
                if connection is None:
                    connection = wire.Connection(nginx.port)
                self.ledger[path, "sent"] += 1
                answer = connection.request("GET", path)
                self.ledger[path, answer.status] += 1
                if answer["Connection"] == "close":
                    connection.close()
                    connection = None
            except (OSError, wire.Ended):
                self.ledger[path, "lost"] += 1
                connection = None
        if connection:
            connection.close()


def known(ledgers):
    """Requests that a client has an answer to."""
    return sum(n for ledger in ledgers for (_, what), n
               in list(ledger.items()) if isinstance(what, int))


@section
def the_ledger_over_kills_and_reloads():
    nginx.expected.append("exited on signal 9")
    ledgers = [collections.Counter() for _ in range(4)]
    ended = threading.Event()
    before = last = settled()
    clients = [Client(ledger, ended) for ledger in ledgers]
    for client in clients:
        client.start()

    went_back, kills, reloads, turn = [], 0, 0, 0
    turns = 60 if LEDGER else 8 if SLOW else 20
    while turn < turns or known(ledgers) < LEDGER:
        # many requests need not be many kills
        time.sleep(0.25 if turn < turns else 1.7)
        turn += 1
        if turn % 3 == 1:
            kills += 1
            os.kill(random.choice(nginx.workers()), signal.SIGKILL)
        elif turn % 3 == 2:
            reloads += 1
            nginx.reload()
        try:
            now = scrape()
        except (OSError, wire.Ended):
            continue              # of the one that was killed
        went_back += backward(last, now).items()
        last = now

    ended.set()
    for client in clients:
        client.join()
    after = settled()
    equal(after.get("http_server_active_requests"), 0,
          "all requests have ended")
    went_back += backward(last, after).items()

    ledger = sum(ledgers, collections.Counter())
    equal(went_back, [], "no counter ever went back")
    note("%d requests, %d kills, %d reloads" % (known(ledgers), kills, reloads))

    for path, route in [("/api/things/1", "/api/things/:id<int>"),
                        ("/api/two", "/api/two")]:
        counted = (requests(after, http_route=route)
                   - requests(before, http_route=route))
        told = sum(n for (p, what), n in ledger.items()
                   if p == path and isinstance(what, int))
        lost = ledger[path, "lost"]
        note("%s: told %d, lost %d, counted %d" % (path, told, lost, counted))
        # an answer may be on its way when its worker is killed, before it is
        # counted: as many as there are clients, for each kill
        ok(told > 100 and told - 4 * kills <= counted <= told + lost,
           "%s: counters are the ledger's, but for the killed" % path)


@section
def statements_are_those_of_postgresql():
    try:
        own = OwnPostgres("metrics_faults", shared_preload_libraries="pg_stat_statements")
        own.admin("CREATE EXTENSION pg_stat_statements")
    except (RuntimeError, subprocess.CalledProcessError) as error:
        note("skipped: no pg_stat_statements here: " + str(error)[:200])
        return
    own.sql("CREATE TABLE things (id int PRIMARY KEY, name text UNIQUE)",
            "INSERT INTO things VALUES (1, 'one')")

    other = Nginx("metrics_stat")
    other.configure("api_postgres app { primary %s; }" % own.uri, ROUTES % "")
    other.start()
    own.admin("SELECT pg_stat_statements_reset()")
    connections = [wire.Connection(other.port) for _ in range(8)]
    for i in range(50):
        for k, connection in enumerate(connections):
            connection.send(wire.message(*(
                ("GET", "/api/things/1"), ("GET", "/api/two"),
                ("POST", "/api/things/1"))[(i + k) % 3]))
        for connection in connections:
            connection.receive()
    for connection in connections:
        connection.close()

    now = settled(other)
    for summary, pattern in [
            ("GET /api/things/:id<int>", "%*/ SELECT id, name FROM things%"),
            ("GET /api/two", "%*/ SELECT $1"),
            ("GET /api/two #2", "%*/ SELECT count(*) FROM things")]:
        calls = int(own.admin(
            "SELECT sum(calls) FROM pg_stat_statements WHERE query LIKE '%s'"
            % pattern) or 0)
        ok(calls > 100, "%s: some ran" % summary, calls)
        equal(statements(now, db_query_summary=summary, error_type=""), calls,
              "%s: as often as PostgreSQL says" % summary)
    named = own.admin("SELECT query FROM pg_stat_statements WHERE query LIKE"
                      " '%id, name FROM things%'")
    ok(named.startswith("/*http_route='GET%20%2Fapi%2Fthings%2F%3Aid%3Cint%3E'"
                        "*/ SELECT"), "whose lists name the route", named)
    equal(statements(now, db_query_summary="POST /api/things/:id<int>",
                     error_type=""), 0, "what failed is no success")
    other.stop()
    equal(other.alerts(), [], "no crash, no alert")


@section
def a_zone_that_is_full():
    full = Nginx("metrics_full")
    routes = "".join('api_route GET /r%d%s/:id { return 200 x; }\n'
                     % (i, "y" * 200) for i in range(300))
    full.configure(HTTP + "api_metrics_zone 256k;",
                   "location = /metrics { api_metrics; }\n"
                   "location = /ready { api_health ready; }\n"
                   "location /q { %s }" % routes, workers=1)
    full.start()
    for i in range(300):
        ask("GET", "/q/r%d%s/1" % (i, "y" * 200), server=full)
    now = settled(full)
    ok(now.get("api_series_dropped_total") > 0, "it is counted")
    equal(full.log().count("api_metrics_zone has no room"), 1, "and told once")
    equal(ask("GET", "/ready", server=full).status, 200, "nothing else ends")
    full.stop()
    equal(full.alerts(), [], "no crash, no alert")


@section
def a_worker_that_ends_with_its_connections():
    other = Nginx("metrics_term")
    other.configure(HTTP, ROUTES % "", workers=1)
    other.start()
    equal(ask("GET", "/api/two", server=other).status, 200, "it has some")
    other.stop(signal.SIGTERM)
    equal(other.alerts(), [], "no crash")


def finish():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert")


tap.run(finish, sys.argv[1:])
