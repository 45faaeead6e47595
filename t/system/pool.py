"""The pool: its limits, its line, slow statements, backends and databases that
go away.  PostgreSQL is a cluster of this suite's own, as it is stopped here.
"""

import os
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, OwnPostgres, Watch
from tap import equal, like, note, ok, section, wait_until

postgres = OwnPostgres("pool", max_connections=60)
nginx = Nginx("pool")

postgres.sql(
    "CREATE TABLE orders (seq int GENERATED ALWAYS AS IDENTITY, n int)",
    "CREATE SEQUENCE calls",
    "CREATE TABLE things (n int PRIMARY KEY)",
    "INSERT INTO things SELECT generate_series(1, 100)")

ROUTES = """
    api_route GET /health { return 200 '{"status":"ok"}'; }
    location /api {
        api_route GET /slow/:s<number> {
            api_query value "SELECT 1 FROM pg_sleep($s::float8)";
        }
        api_route POST /slow/:s<number> {
            api_query value "SELECT 1 FROM pg_sleep($s::float8)";
        }
        api_route POST /call/:s<number> {
            api_query value "SELECT nextval('calls')
                             + length(pg_sleep($s::float8)::text)";
        }
        api_route POST /order/:n<int> {
            api_query value "INSERT INTO orders (n) SELECT $n FROM
                             pg_sleep(0.1) RETURNING n";
        }
        api_route GET /things/:n<int> {
            api_query one "SELECT n FROM things WHERE n = $n";
        }
        api_route POST /things/:n<int> {
            api_query value "INSERT INTO things VALUES ($n) RETURNING n";
        }
        api_route GET /unknown { api_query value "SELECT 1 FROM pg_sleep(5)"; }
        api_route GET /patient/:s<number> {
            api_timeout 1s;
            api_query value "SELECT 1 FROM pg_sleep($s::float8)";
        }
        api_route GET /bad/:n<int> { api_query one "SELECT 1 / 0 AS n, $n"; }
    }
"""


def configure(settings, workers=1):
    nginx.configure("""
    # one statement fails on purpose, whatever it is given
    api_postgres app {
        check off;
        primary %s;
        %s
    }
    """ % (postgres.uri, settings), ROUTES, workers=workers,
        listen="backlog=4096")


def with_settings(settings, workers=1):
    configure(settings, workers)
    if nginx.process:
        old = set(nginx.workers())
        if not nginx.reload():
            raise RuntimeError("no reload:\n" + nginx.log()[-2000:])
        wait_until(lambda: not old & set(nginx.workers()), 25)
    else:
        nginx.start()

    # what is slow is known from having been so
    for method in ("GET", "POST"):
        for _ in range(2):
            ask(method, "/slow/0.3")


def ask(method, path, timeout=30, **rest):
    """(status, seconds, response); a request on a connection of its own."""
    start = time.monotonic()
    try:
        connection = wire.Connection(nginx.port, timeout)
        response = connection.request(method, "/api" + path, **rest)
        connection.close()
        return response.status, time.monotonic() - start, response
    except (wire.Ended, OSError) as error:
        return 0, time.monotonic() - start, error


def together(calls, apart=0.0):
    """Asks all at once, or so many seconds apart; answers in the order of the
    calls."""
    answers = [None] * len(calls)

    def one(i, call):
        answers[i] = ask(*call)

    threads = []
    for i, call in enumerate(calls):
        thread = threading.Thread(target=one, args=(i, call))
        thread.start()
        threads.append(thread)
        if apart:
            time.sleep(apart)

    for thread in threads:
        thread.join()
    return answers


def is_refusal(response, name):
    like(response["Retry-After"], r"^[1-9]\d*$", name + ": Retry-After")
    equal(response.type, "application/problem+json", name + ": a problem")
    problem = response.json()
    equal(problem.get("status"), 503, name + ": its status")
    ok(problem.get("title") and problem.get("request_id")
       == response["X-Request-Id"], name + ": its request_id", response)


@section
def one_connection_and_a_short_line():
    with_settings("max_connections 1; min_connections 1; acquire_timeout 2s;"
                  " queue 2;")

    for method in ("GET", "POST"):
        with Watch(postgres) as watch:
            answers = together([(method, "/slow/1")] * 12)

        statuses = [status for status, _, _ in answers]
        note("%s: %s" % (method, [(s, round(t, 1)) for s, t, _ in answers]))
        equal(set(statuses), {200, 503}, "%s: 200 and 503" % method)
        ok(2 <= statuses.count(200) <= 4, "%s: one served, two waiting"
           % method, statuses)
        at_once = [r for s, t, r in answers if s == 503 and t < 0.9]
        ok(len(at_once) >= 8, "%s: beyond the line, 503 at once" % method,
           [(s, round(t, 2)) for s, t, _ in answers])
        for response in at_once[:1]:
            is_refusal(response, "%s: the line is full" % method)
        ok(max(t for _, t, _ in answers) < 8, "%s: nobody waits for long"
           % method)
        equal(watch.most, 1, "%s: one backend" % method)
        equal(ask("GET", "/things/1")[0], 200, "%s: and life goes on" % method)


@section
def who_waits_too_long():
    with_settings("max_connections 1; min_connections 1; acquire_timeout"
                  " 500ms; queue 100;")
    answers = together([("POST", "/slow/2")] * 5)
    statuses = sorted(status for status, _, _ in answers)
    equal(statuses, [200] + [503] * 4, "one served, four give up")
    late = [(t, r) for s, t, r in answers if s == 503]
    ok(all(0.4 < t < 1.7 for t, _ in late), "after half a second",
       [round(t, 2) for t, _ in late])
    for _, response in late[:1]:
        is_refusal(response, "acquire_timeout")

    equal(ask("GET", "/things/1")[0], 200, "and life goes on")

    # the deadline of the request may come first

    with_settings("max_connections 1; min_connections 1; acquire_timeout 5s;"
                  " queue 100;")
    for _ in range(2):
        ask("GET", "/patient/0.3")
    answers = together([("POST", "/slow/3"), ("GET", "/patient/0.1")], 0.3)
    equal(answers[0][0], 200, "a slow one is served")
    equal(answers[1][0], 504, "who has a second gets a 504")
    ok(answers[1][1] < 2.5, "after a second: %.1f" % answers[1][1])


@section
def in_order():
    with_settings("max_connections 1; min_connections 1; acquire_timeout 20s;"
                  " queue 100;")
    for _ in range(2):
        ask("POST", "/order/0")
    postgres.sql("TRUNCATE orders")

    answers = together([("POST", "/order/%d" % n) for n in range(25)], 0.03)
    equal({status for status, _, _ in answers}, {200}, "all 25 are served")
    equal(postgres.sql("SELECT array_agg(n ORDER BY seq) FROM orders"),
          "{%s}" % ",".join(map(str, range(25))), "in the order they came")


@section
def slow_ones_beside_fast_ones():
    with_settings("max_connections 4; min_connections 4; acquire_timeout 10s;"
                  " queue 100;")
    for _ in range(50):
        ask("GET", "/things/1")

    slow = []
    thread = threading.Thread(target=lambda: slow.extend(
        together([("GET", "/slow/3"), ("POST", "/slow/3")])))
    thread.start()
    time.sleep(0.3)

    took = [ask("GET", "/things/%d" % (n % 100 + 1)) for n in range(200)]
    wrote = [ask("POST", "/things/%d" % n) for n in range(1000, 1050)]
    thread.join()

    equal({s for s, _, _ in took + wrote}, {200}, "fast ones are answered")
    slowest = max(t for _, t, _ in took)
    ok(slowest < 1.5, "reads do not wait for the slow: %.3f s" % slowest)
    slowest = max(t for _, t, _ in wrote)
    ok(slowest < 1.5, "writes do not, either: %.3f s" % slowest)
    equal([s for s, _, _ in slow], [200, 200], "and the slow ones, too")


@section
def slow_ones_that_nobody_knows_yet():
    with_settings("max_connections 8; min_connections 1; acquire_timeout 20s;"
                  " queue 100;")

    threads = threading.Thread(
        target=lambda: together([("GET", "/unknown")] * 6))
    threads.start()
    running = "SELECT count(*) FROM pg_stat_activity" \
              " WHERE state = 'active' AND query LIKE '%pg_sleep(5)%'" \
              " AND pid <> pg_backend_pid()"
    ok(wait_until(lambda: int(postgres.sql(running)) == 6, 4.5),
       "the first six run together", postgres.sql(running))
    threads.join()


@section
def a_request_that_will_fail_takes_no_place():
    with_settings("max_connections 1; min_connections 1; acquire_timeout 10s;"
                  " queue 1;")
    slow = threading.Thread(target=together,
                            args=([("POST", "/slow/2")] * 2,))
    slow.start()
    time.sleep(0.4)
    answers = [ask("GET", "/things/x"), ask("GET", "/nothing"),
               ask("PUT", "/things/1"), ask("GET", "/slow/x")]
    slow.join()
    equal([s for s, _, _ in answers], [400, 404, 405, 400],
          "what is 4xx anyway is so at once")
    ok(max(t for _, t, _ in answers) < 1, "without waiting")


@section
def clients_that_leave():
    with_settings("max_connections 2; min_connections 1; acquire_timeout 5s;"
                  " queue 100;")

    for method in ("GET", "POST"):
        gone = []
        for i in range(12):
            connection = wire.Connection(nginx.port)
            connection.send(wire.message(method, "/api/slow/1.2"))
            gone.append(connection)
        time.sleep(0.3)
        for i, connection in enumerate(gone):
            connection.reset() if i % 2 else connection.close()

        status, took, _ = ask("GET", "/things/1")
        equal(status, 200, "%s: twelve leave, the next is served" % method)
        ok(took < 6, "%s: soon: %.1f s" % (method, took))

    ok(wait_until(lambda: int(postgres.admin(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND"
        " state <> 'idle' AND application_name <> 'suite'")) == 0, 10),
       "no backend is busy for nobody")
    ok(postgres.backends() <= 2, "and there are two at most")


@section
def two_workers_share_the_limit():
    with_settings("max_connections 3; min_connections 2; acquire_timeout 20s;"
                  " queue 1000;", workers=2)

    with Watch(postgres) as watch:
        answers = together([("POST", "/slow/0.05")] * 60
                           + [("GET", "/slow/0.05")] * 20
                           + [("GET", "/things/1")] * 60
                           + [("GET", "/bad/1")] * 10)
    statuses = [s for s, _, _ in answers]
    equal(set(statuses[:140]), {200}, "all are served by two workers")
    equal(set(statuses[140:]), {500}, "and the bad ones refused")
    ok(watch.most <= 3, "with three backends at most", watch.most)
    ok(watch.most >= 2, "and more than one", watch.most)

    with_settings("max_connections 1; min_connections 1; acquire_timeout 20s;"
                  " queue 1000;", workers=2)
    with Watch(postgres) as watch:
        answers = together([("POST", "/slow/0.02")] * 40
                           + [("GET", "/things/1")] * 40)
    equal({s for s, _, _ in answers}, {200}, "one connection for two workers")
    ok(watch.most <= 1, "one backend", watch.most)


@section
def idle_ones_close():
    with_settings("max_connections 6; min_connections 1; idle_timeout 1s;"
                  " acquire_timeout 10s;")
    together([("POST", "/slow/0.5")] * 6)
    ok(wait_until(lambda: postgres.backends() <= 1, 10),
       "beyond the minimum they close when idle", postgres.backends())

    with_settings("max_connections 3; min_connections 3; max_lifetime 2s;"
                  " acquire_timeout 10s;")
    wait_until(lambda: postgres.backends() == 3, 5)
    first = set(postgres.admin("SELECT pid FROM pg_stat_activity WHERE"
                               " usename = 'app'").split())
    answers = []
    end = time.monotonic() + 5
    while time.monotonic() < end:
        answers.append(ask("GET", "/things/1")[0])
        answers.append(ask("POST", "/slow/0")[0])
        time.sleep(0.01)
    equal(set(answers), {200}, "nobody notices the end of a lifetime")
    now = set(postgres.admin("SELECT pid FROM pg_stat_activity WHERE"
                             " usename = 'app'").split())
    ok(not first & now, "but all backends are new", (first, now))
    ok(len(now) <= 3, "three at most", now)


@section
def backends_that_are_terminated():
    with_settings("max_connections 4; min_connections 2; acquire_timeout 5s;",
                  workers=2)
    ended = []
    answers = []

    def load(k):
        n = 0
        while not ended:
            n += 1
            answers.append(ask("GET", "/things/%d" % (n % 100 + 1)))
            answers.append(ask("POST", "/things/%d"
                               % (100000 * (k + 1) + n)))

    threads = [threading.Thread(target=load, args=(k,)) for k in range(4)]
    for thread in threads:
        thread.start()
    for _ in range(15):
        postgres.terminate()
        time.sleep(0.1)
    ended.append(1)
    for thread in threads:
        thread.join()

    statuses = {s for s, _, _ in answers}
    note("%d answers: %s" % (len(answers), {s: sum(
        1 for a in answers if a[0] == s) for s in statuses}))
    ok(statuses <= {200, 503}, "200 or 503, nothing else", statuses)
    ok(200 in statuses, "and 200 in between")
    for status, _, response in answers:
        if status != 503:
            continue
        if response.json()["code"] != "in_doubt":
            is_refusal(response, "a backend was terminated")
            break
        # a write that was in flight: to send it again is not the advice
        if response["Retry-After"] is not None:
            ok(False, "in doubt: no Retry-After", response)
            break
    ok(max(t for _, t, _ in answers) < 8, "none hangs")
    ok(wait_until(lambda: ask("GET", "/things/1")[0] == 200, 10),
       "all is well afterwards")
    ok(wait_until(lambda: 0 < postgres.backends() <= 4, 10),
       "with as many backends as before", postgres.backends())


@section
def a_slow_statement_whose_backend_dies():
    with_settings("max_connections 4; min_connections 4; acquire_timeout 5s;")
    before = int(postgres.sql("SELECT nextval('calls')"))
    answers = []
    thread = threading.Thread(target=lambda: answers.extend(
        together([("GET", "/slow/4"), ("POST", "/call/8")])))
    thread.start()
    time.sleep(1)
    postgres.terminate()
    thread.join()
    (read, _, _), (write, took, _) = answers
    ok(read in (200, 503), "a read may be repeated: %d" % read)
    equal(write, 503, "a write is not")
    ok(took < 5, "and it is told at once: %.1f s" % took)
    equal(int(postgres.sql("SELECT nextval('calls')")) - before, 2,
          "it ran once")


@section
def a_database_that_is_away():
    with_settings("max_connections 4; min_connections 2; acquire_timeout 2s;",
                  workers=2)

    for mode in ("fast", "immediate"):
        postgres.pg_ctl("stop", "-m", mode)

        answers = together([("GET", "/things/1"), ("POST", "/things/5")] * 4)
        equal({s for s, _, _ in answers}, {503}, mode + ": 503")
        ok(max(t for _, t, _ in answers) < 8, mode + ": soon",
           [round(t, 1) for _, t, _ in answers])
        is_refusal(answers[0][2], mode)
        like(answers[0][2]["Content-Type"], "problem", mode + ": a problem")

        connection = wire.Connection(nginx.port)
        response = connection.request("GET", "/health")
        equal(response.body, b'{"status":"ok"}', mode + ": what needs no"
              " database is served")
        connection.close()
        equal(ask("GET", "/things/x")[0], 400, mode + ": and a 400 is a 400")

        postgres.pg_ctl("start")
        start = time.monotonic()
        ok(wait_until(lambda: ask("GET", "/things/1")[0] == 200
                      and ask("POST", "/slow/0")[0] == 200, 40),
           "%s: it comes back by itself" % mode)
        note("%.1f s" % (time.monotonic() - start))

    postgres.pg_ctl("restart", "-m", "fast")
    ok(wait_until(lambda: ask("GET", "/things/1")[0] == 200, 40),
       "a restart under a quiet server")


@section
def a_start_without_a_database():
    nginx.stop()
    postgres.pg_ctl("stop", "-m", "fast")
    nginx.start()
    equal(ask("GET", "/things/1")[0], 503, "nginx starts, and says 503")
    postgres.pg_ctl("start")
    ok(wait_until(lambda: ask("GET", "/things/1")[0] == 200, 40),
       "until there is one")


@section
def more_than_postgresql_allows():
    postgres.admin("ALTER ROLE app CONNECTION LIMIT 2", database="postgres")
    with_settings("max_connections 6; min_connections 1; acquire_timeout 5s;")
    answers = together([("POST", "/slow/0.3")] * 6 + [("GET", "/things/1")])
    statuses = {s for s, _, _ in answers}
    ok(statuses <= {200, 503} and 200 in statuses,
       "a limit of PostgreSQL's own: those that there are serve", statuses)
    postgres.admin("ALTER ROLE app CONNECTION LIMIT -1", database="postgres")
    ok(wait_until(lambda: {s for s, _, _ in together(
        [("POST", "/slow/0.1")] * 6)} == {200}, 40),
       "and when it is lifted all is well")


@section
def an_end_with_requests_in_flight():
    with_settings("max_connections 4; min_connections 2;", workers=2)
    answers = []
    thread = threading.Thread(target=lambda: answers.extend(
        together([("GET", "/slow/2"), ("POST", "/slow/2")])))
    thread.start()
    time.sleep(0.5)
    took = nginx.stop()
    thread.join()
    equal([s for s, _, _ in answers], [200, 200],
          "SIGQUIT: they are answered")
    ok(took < 12, "and nginx ends: %.1f s" % took)
    ok(wait_until(lambda: postgres.backends() == 0, 5), "no backend is left")

    nginx.start()
    equal(ask("GET", "/things/1")[0], 200, "a start")
    took = nginx.stop()
    ok(took < 5, "SIGQUIT of an idle nginx: %.1f s" % took)

    nginx.start()
    thread = threading.Thread(target=ask, args=("POST", "/slow/3"))
    thread.start()
    time.sleep(0.3)
    took = nginx.stop(15)
    thread.join()
    ok(took < 5, "SIGTERM does not wait: %.1f s" % took)
    ok(wait_until(lambda: postgres.backends() == 0, 8), "no backend is left")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
