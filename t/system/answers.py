"""Answers that are too large, and answers that nobody reads: what a worker
keeps of them is bounded, and whoever asks for something else is answered.
"""

import concurrent.futures
import os
import re
import socket
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import h2
import tap
import wire
from server import SLOW, Nginx, Postgres, free_port
from tap import equal, like, ok, section

MB = 1024 * 1024

postgres = Postgres("answers")
postgres.sql("CREATE TABLE kept (k text, v text);"
             "CREATE TYPE pair AS (a int, b text)")

TCP = "postgresql://app:%s@127.0.0.1:%s/%s?sslmode=%%s" % (
    postgres.app_password, postgres.port, postgres.database)

ROUTES = """
    api_route GET /value {
        api_param n int in=query;
        api_query value "SELECT repeat('x', $n)";
    }
    api_route GET /rows {
        api_param n int in=query;
        api_param width int default=1000 in=query;
        api_query many "SELECT repeat('y', $width) AS t FROM generate_series(1, $n)";
    }
    api_route GET /key { api_param id int in=query; api_query one "SELECT $id::int AS id"; }
    api_route GET /nap {
        api_param id int in=query;
        api_query one "SELECT $id::int AS id, pg_sleep(0.01)::text AS s";
    }
    api_route GET /bytes {
        api_param n int in=query;
        api_query value "SELECT decode(repeat('00', $n), 'hex')";
    }
    api_route GET /nested {
        api_param n int in=query;
        api_query value "SELECT array[(1, repeat('\\"', $n))::pair]";
    }
    api_route GET /json {
        api_param n int in=query;
        api_query value "SELECT jsonb_build_array(repeat('x', $n))";
    }
    api_route GET /steps {
        api_param n int in=query;
        api_query one "SELECT repeat('x', $n) AS t" as=first;
        api_query one "SELECT length($first.t) AS n";
    }
    api_route POST /write {
        api_body { k string required; n int required; small bool default=true; }
        api_query many "INSERT INTO kept (k) SELECT $k FROM generate_series(1, CASE WHEN $small::bool THEN 1 ELSE 40 END)
                        RETURNING repeat('x', $n::int) AS t";
    }
    api_route POST /dialogue {
        api_body { k string required; n int required; }
        api_query one "INSERT INTO kept (k) VALUES ($k) RETURNING k" as=row;
        api_query one "UPDATE kept SET v = $row.k WHERE k = $k RETURNING repeat('x', $n::int) AS t";
    }
    api_route GET /tight {
        api_max_answer 1m;
        api_param n int in=query;
        api_query value "SELECT repeat('x', $n)";
    }
    api_route GET /wide {
        api_max_answer 32m;
        api_param n int in=query;
        api_query value "SELECT repeat('x', $n)";
    }
"""

H2 = free_port()

# one connection of each: all share it, or wait for it
nginx = Nginx("answers")
nginx.configure("".join("""
    api_postgres %s { primary "%s"; min_connections 1; max_connections %d; }
""" % (name, uri, n) for name, uri, n in (
    ("unix", postgres.uri, 4), ("tcp", TCP % "disable", 4), ("tls", TCP % "require", 4),
    ("single", postgres.uri, 1))) + "api_max_unsent 64m;", """
    listen 127.0.0.1:%d http2;
    http2_max_concurrent_streams 128;
    send_timeout 60s;
    api_timeout 60s;
""" % H2 + "".join("""
    location /%s { api_database %s; %s }
""" % (name, name, ROUTES)
    for name in ("unix", "tcp", "tls", "single")), workers=1, level="info")
nginx.start()
worker = tap.wait_until(nginx.workers, 20)[0]


def memory(field="VmRSS"):
    with open("/proc/%d/status" % worker) as status:
        return int(re.search(field + r":\s+(\d+) kB", status.read()).group(1)) * 1024


class Peak:
    """How far the worker's memory grows meanwhile."""

    def __enter__(self):
        with open("/proc/%d/clear_refs" % worker, "w") as refs:
            refs.write("5")
        self.before = memory()
        return self

    def __exit__(self, *_):
        self.grown = memory("VmHWM") - self.before

    def below(self, most, name):
        if SLOW:
            # the sanitizers keep what is freed
            ok(True, name + ": not measured here")
        else:
            ok(self.grown < most, "%s: the worker has grown by %.1f MB" % (
                name, self.grown / MB), "more than %.1f MB" % (most / MB))


def ask(path, method="GET", **rest):
    connection = wire.Connection(nginx.port, 120)
    response = connection.request(method, path, **rest)
    connection.close()
    return response


def code(response):
    if response.status < 300:
        return response.status
    return response.status, response.json()["code"]


TOO_LARGE = (500, "too_large")


def large(where):
    for path, name in (("value?n=67108864", "a value of 64 MB"),
                       ("rows?n=64000", "rows of 64 MB"),
                       ("rows?n=4000&width=17000", "rows of 68 MB, 17 KB each"),
                       ("rows?n=30&width=3000000", "rows of 90 MB, 3 MB each"),
                       ("json?n=67108864", "a jsonb of 64 MB"),
                       ("value?n=536870912", "a value of 512 MB"),
                       ("steps?n=67108864", "a statement before the answer")):
        ask("/%s/key?id=1" % where)
        with Peak() as peak:
            response = ask("/%s/%s" % (where, path))
        equal(code(response), TOO_LARGE, "%s, %s: refused" % (where, name))
        peak.below(24 * MB, "%s, %s" % (where, name))
        equal(ask("/%s/key?id=7" % where).json(), {"id": 7}, "and the next one is right")


@section
def too_large_over_a_unix_socket():
    large("unix")


@section
def too_large_over_tcp():
    large("tcp")


@section
def too_large_over_tls():
    large("tls")


@section
def too_large_on_the_only_connection():
    large("single")


@section
def what_the_log_says():
    like(nginx.log(), r"\[error\].*GET /unix/value: the result is larger than the 8388608 bytes of"
         r" api_max_answer: let the statement in \S+nginx.conf:\d+ have a LIMIT and the route pages,"
         r" or raise that, client: [\d.]+, request_id: \w+", "the route, the place, the remedy")
    ok("connection to PostgreSQL was lost" not in nginx.log(), "and no connection was lost",
       nginx.log())


@section
def the_limit_itself():
    for where in ("unix", "tcp", "tls"):
        for route, limit in (("tight", MB), ("value", 8 * MB), ("wide", 32 * MB)):
            for n, wanted in ((limit - 2, 200), (limit - 1, TOO_LARGE), (limit * 3, TOO_LARGE)):
                response = ask("/%s/%s?n=%d" % (where, route, n))
                equal(code(response), wanted, "%s, %s: %d bytes" % (where, route, n + 2))
                if wanted == 200:
                    ok(response.body == b'"' + b"x" * n + b'"', "and all of it")


@section
def whatever_the_wire_makes_of_it():
    """What is received is longer than its JSON, but that is what counts."""
    n = 6 * MB
    response = ask("/unix/bytes?n=%d" % (n - 6))
    equal(code(response), 200, "a bytea: hex is longer than base64")
    ok(len(response.body) <= 8 * MB, "%d bytes of it" % len(response.body))

    equal(code(ask("/unix/nested?n=%d" % (4 * MB - 100))), 200, "quotes in a composite in an array")

    rows = 8 * MB // len('{"t":"y"},')
    response = ask("/unix/rows?n=%d&width=1" % (rows - 1))
    equal(code(response), 200, "rows of one letter")
    equal(len(response.json()), rows - 1, "all of them")
    equal(code(ask("/unix/rows?n=%d&width=1" % (rows + 1))), TOO_LARGE, "and then too many")


@section
def writes():
    for where in ("unix", "tls", "single"):
        k = "write-" + where
        equal(code(ask("/%s/write" % where, "POST", json={"k": k, "n": 10})), 200, "a write")

        with Peak() as peak:
            response = ask("/%s/write" % where, "POST",
                           json={"k": k + "-large", "n": 50000000})
        equal(code(response), TOO_LARGE, "%s: a write that returns too much" % where)
        peak.below(24 * MB, where)

        response = ask("/%s/write" % where, "POST",
                       json={"k": k + "-many", "n": 2000000, "small": False})
        equal(code(response), TOO_LARGE, "%s: in many rows" % where)
        time.sleep(0.5)

        equal(postgres.sql("SELECT count(*) FROM kept WHERE k LIKE '%s-%%'" % k), "0",
              "PostgreSQL could not send it, and kept nothing")

        response = ask("/%s/dialogue" % where, "POST", json={"k": k + "+", "n": 50000000})
        equal(code(response), TOO_LARGE, "%s: in a dialogue" % where)
        time.sleep(0.2)
        equal(postgres.sql("SELECT count(*) FROM kept WHERE k LIKE '%s+'" % k), "0",
              "all is rolled back")
        equal(code(ask("/%s/dialogue" % where, "POST", json={"k": k + "=", "n": 50})), 200,
              "and one that fits is not")


@section
def neighbours():
    """Those who share the connection, before and behind."""
    for where in ("single", "tls"):
        wrong, done = [], []

        def client(number):
            connection = wire.Connection(nginx.port, 120)
            for i in range(200):
                want = number * 1000 + i
                response = connection.request("GET", "/%s/%s?id=%d" % (
                    where, "key" if i % 10 else "nap", want))
                if response.status != 200 or response.json()["id"] != want:
                    wrong.append((number, i, response))
                done.append(1)
            connection.close()

        threads = [threading.Thread(target=client, args=(n,)) for n in range(8)]
        for thread in threads:
            thread.start()
        refused = []
        while any(thread.is_alive() for thread in threads):
            refused.append(code(ask("/%s/value?n=%d" % (where, 40 * MB))))
            refused.append(code(ask("/%s/rows?n=20000" % where)))
            for _ in range(3):
                ask("/%s/value?n=10" % where)
        for thread in threads:
            thread.join()

        equal(len(done), 1600, "%s: everybody is answered" % where)
        equal([repr(each) for each in wrong[:3]], [], "and rightly")
        equal(set(refused), {TOO_LARGE}, "but for %d that asked too much" % len(refused))


@section
def a_client_that_leaves():
    """Its result is still bounded."""
    with Peak() as peak:
        for i in range(6):
            connection = wire.Connection(nginx.port, 60)
            connection.send(wire.message("GET", "/unix/value?n=%d" % (200 * MB)))
            time.sleep(0.02 * i)
            connection.close()
        time.sleep(2)
        equal(ask("/unix/key?id=3").json(), {"id": 3}, "the next one")
    # up to four connections at a time
    peak.below(4 * 20 * MB, "gone clients")


def unread(path, n, size=4096):
    """n clients that send a request and do not read its answer."""
    connections = []
    for _ in range(n):
        raw = socket.socket()
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, size)
        raw.connect(("127.0.0.1", nginx.port))
        raw.settimeout(30)
        raw.sendall(wire.message("GET", path))
        connections.append(raw)
    return connections


def statuses(connections):
    """What each of them finds when it reads at last."""
    found = []
    for raw in connections:
        data = b""
        while b"\r\n" not in data:
            data += raw.recv(64)
        found.append(int(data.split()[1]))
    return found


def emptied():
    """All is given back: a large one finds room."""
    def room():
        return ask("/unix/wide?n=%d" % (30 * MB)).status == 200
    ok(tap.wait_until(room, 20, 0.5), "when they have gone there is room again")


@section
def slow_readers():
    """Of 64 MB for all two have room for 30 MB each."""
    with Peak() as peak:
        clients = unread("/unix/wide?n=%d" % (30 * MB), 6)
        time.sleep(4)
        equal(ask("/unix/key?id=3").json(), {"id": 3}, "small ones go on")
        equal(code(ask("/unix/value?n=1000")), 200, "and one of a route that had large ones")
        response = ask("/unix/value?n=%d" % (7 * MB))
        equal(code(response), (503, "busy"), "a large one does not")
        ok(int(response["Retry-After"]) >= 1, "and is told when to come again")
        found = statuses(clients)
    equal(sorted(found), [200, 200, 503, 503, 503, 503], "two of six have theirs")
    # one result is there as received and as JSON
    peak.below(64 * MB + 4 * 64 * MB, "six slow readers")
    like(nginx.log(), r"\[warn\].*: 503, for api_max_unsent: \d+ bytes of answers wait for clients",
         "the log says why")
    for raw in clients:
        raw.close()
    emptied()


@section
def writes_beside_slow_readers():
    clients = unread("/unix/wide?n=%d" % (30 * MB), 2)
    time.sleep(3)

    # its size nobody knows: it is committed, and answered
    response = ask("/unix/dialogue", "POST", json={"k": "beside", "n": 7 * MB})
    equal(code(response), 200, "a write is answered, whatever its size")

    # now it is known
    response = ask("/unix/dialogue", "POST", json={"k": "beside2", "n": 7 * MB})
    equal(code(response), (503, "busy"), "the next one is refused before it is sent")
    equal(postgres.sql("SELECT count(*) FROM kept WHERE k = 'beside2'"), "0",
          "and has left nothing")

    for raw in clients:
        raw.close()
    emptied()
    response = ask("/unix/dialogue", "POST", json={"k": "beside2", "n": 7 * MB})
    equal(code(response), 200, "later it is not")


@section
def pipelined():
    """Many requests of one connection: nginx answers one after the other."""
    with Peak() as peak:
        raw = socket.create_connection(("127.0.0.1", nginx.port), 30)
        raw.sendall(wire.message("GET", "/unix/value?n=%d" % (7 * MB)) * 60)
        time.sleep(3)
        equal(ask("/unix/key?id=4").json(), {"id": 4}, "others go on")
    peak.below(40 * MB, "60 requests for 7 MB each")
    raw.close()
    emptied()


@section
def a_window_of_nothing():
    """128 streams, and not a byte may be sent on any."""
    for n in (2 * MB, 7 * MB, 60000):
        connection = h2.Connection(H2, 60)
        connection.socket.sendall(h2.Connection.frame(
            h2.SETTINGS, 0, 0, b"\x00\x04\x00\x00\x00\x00"))
        with Peak() as peak:
            frames = [connection.headers("GET", "/unix/value?n=%d" % n) for _ in range(128)]
            connection.socket.sendall(b"".join(frame for _, frame in frames))
            numbers = [number for number, _ in frames]
            end = time.monotonic() + 60
            while time.monotonic() < end and any(
                    connection.streams[i].status is None for i in numbers):
                connection.read()
            equal(ask("/unix/key?id=5").json(), {"id": 5}, "others go on")
        found = [connection.streams[i].status for i in numbers]
        served = found.count(200)
        equal(served + found.count(503), 128, "%d bytes: each has its status" % n)
        ok(served * n <= 64 * MB and served > 0, "%d of them have 200" % served)
        if n == 60000:
            equal(served, 128, "small ones are not refused")
        # what is rendered, and what four connections have received meanwhile
        peak.below(64 * MB + 4 * 16 * MB + 8 * MB, "128 streams of %d bytes" % n)
        connection.close()
        emptied()


def while_they_wait(number, path, body, kind):
    """24 of these requests to an nginx of their own, whose only connection is
    in use: (bytes kept for each, their statuses later, alerts)."""
    waiting = Nginx("answers-waiting%d" % number)
    waiting.configure("api_postgres app { primary %s; max_connections 1; acquire_timeout 60s; }"
                      % postgres.uri, WAITING, workers=1, level="warn")
    waiting.start()
    pid = tap.wait_until(waiting.workers, 20)[0]

    def resident():
        with open("/proc/%d/status" % pid) as status:
            return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) * 1024

    warm = wire.Connection(waiting.port, 60)
    warm.request("POST", "/waiting/json", body=b'{"l":1}')
    warm.send(wire.message("GET", "/waiting/sleep"))
    time.sleep(0.3)
    before = resident()
    clients = [wire.Connection(waiting.port, 60) for _ in range(24)]
    for client in clients:
        client.send(wire.message("POST", path, body=body, content_type=kind)
                    if body else wire.message("GET", path))
    time.sleep(1.5)
    each = (resident() - before) // len(clients)
    warm.receive()
    statuses = {client.receive().status for client in clients}
    waiting.stop()
    return each, statuses, waiting.alerts()


@section
def requests_that_wait():
    """What is kept for each while all connections are in use: at most 20 times
    what it sent, and what any request takes."""
    form = "application/x-www-form-urlencoded"
    json = "application/json"
    ints = b"[" + b",".join([b"1"] * 15000) + b"]"
    cases = (
        ("a list of integers", "/waiting/ints", b'{"l":' + ints + b"}", json),
        ("any JSON as $body", "/waiting/any", ints, json),
        ("a json field", "/waiting/json", b'{"l":' + ints + b"}", json),
        ("empty strings", "/waiting/strings", b'{"l":[' + b",".join([b'""'] * 10000) + b"]}", json),
        ("empty objects", "/waiting/objects", b"[" + b",".join([b"{}"] * 10000) + b"]", json),
        ("lists in lists", "/waiting/any", b"[" + b",".join([b"[[[]]]"] * 4000) + b"]", json),
        ("a form with 9,000 fields", "/waiting/open", b"&".join(b"%x=1" % i for i in range(9000)), form),
        ("a form's list", "/waiting/strings", b"&".join([b"l="] * 9000), form),
        ("a query's list", "/waiting/query?l=" + ",".join(["1"] * 9999), None, json),
        ("a query's list of nothing", "/waiting/query?s=" + "," * 9999, None, json),
        ("a list in 9,000 pieces", "/waiting/query?" + "&".join(["s="] * 9000), None, json),
        ("JSON in a query", "/waiting/query?j=[" + ",".join(["1"] * 9999) + "]", None, json),
        ("1,000 bytes", "/waiting/objects", b"[" + b",".join([b"{}"] * 333) + b"]", json))

    # they wait more than they work

    with concurrent.futures.ThreadPoolExecutor(1 if SLOW else 4) as pool:
        found = list(pool.map(lambda n: while_they_wait(n, *cases[n][1:]),
                              range(len(cases))))

    for (name, path, body, _), (each, statuses, alerts) in zip(cases, found):
        sent = len(body or path)
        equal(statuses, {200}, name + ": all are answered then")
        if not SLOW:
            ok(each < 20 * sent + 32768, "%s: %d bytes sent, %d kept: %.1f times as many" % (
                name, sent, each, each / sent))
        equal(alerts, [], "no alert")


WAITING = """
    client_body_buffer_size 64k; large_client_header_buffers 4 64k;
    api_body_type json form; api_timeout 60s;
    api_route GET /waiting/sleep { api_query value "SELECT 1 FROM pg_sleep(3)"; }
    api_route POST /waiting/ints { api_body { l int[]; } api_query value "SELECT cardinality($l::int[])"; }
    api_route POST /waiting/strings { api_body { l string[]; } api_query value "SELECT cardinality($l::text[])"; }
    api_route POST /waiting/json { api_body { l json; } api_query value "SELECT length($l::jsonb::text)"; }
    api_route POST /waiting/any { api_body json; api_query value "SELECT length($body::jsonb::text)"; }
    api_route POST /waiting/open { api_body additional=on { l string; } api_query value "SELECT length($body::jsonb::text)"; }
    api_route POST /waiting/objects { api_body array { a int default=1; } api_query value "SELECT jsonb_array_length($body)"; }
    api_route GET /waiting/query {
        api_param l int[] in=query; api_param s string[] in=query; api_param j json in=query;
        api_query value "SELECT coalesce(cardinality($l::int[]), cardinality($s::text[]), jsonb_array_length($j::jsonb))";
    }
"""


@section
def memory_is_given_back():
    """Connections whose buffers have grown are replaced."""
    for _ in range(4):
        for where in ("unix", "tcp", "tls"):
            ask("/%s/wide?n=%d" % (where, 30 * MB))
    time.sleep(1)
    for where in ("unix", "tcp", "tls"):
        ask("/%s/key?id=1" % where)
    if not SLOW:
        ok(memory() < 60 * MB, "the worker has %.1f MB" % (memory() / MB))


@section
def the_configuration():
    def said(http="", server="", route=""):
        other = Nginx("answers-conf")
        other.configure("api_postgres app { primary %s; check off; } %s" % (postgres.uri, http), """
            %s
            api_route GET /a { %s api_query value "SELECT 1"; }
        """ % (server, route))
        status, text = other.call("-t")
        return text if status else "ok"

    equal(said("api_max_unsent 1k; api_max_answer 1k;"), "ok", "both from 1k")
    like(said(route="api_max_answer 1023;"),
         r'"api_max_answer" directive must be a size from 1k to 1024m', "less")
    like(said("api_max_unsent 2048m;", route="api_max_answer 1025m;"),
         r"must be a size from 1k to 1024m", "more")
    equal(said("api_max_unsent 2048m;", route="api_max_answer 1024m;"), "ok", "1024m")
    like(said("api_max_unsent 100;"), r'"api_max_unsent" directive must be a size from 1k', "too little")
    like(said("api_max_unsent x;"), r'"api_max_unsent" directive must be a size from 1k', "no size")
    like(said("api_max_unsent 1m; api_max_unsent 1m;"), r'"api_max_unsent" directive is duplicate', "twice")
    like(said(server="api_max_unsent 200m;"), r'"api_max_unsent" directive belongs in http', "in a server")
    like(said(route="api_max_answer 1m; api_max_answer 2m;"), r'"api_max_answer" directive is duplicate',
         "twice in a route")
    like(said("api_max_unsent 4m;"), r"GET /a: api_max_answer 8388608 is more than api_max_unsent 4194304,"
         r" which is for all answers of a worker together: raise that, or lower this in \S+nginx.conf:\d+",
         "one that would never find room")
    equal(said("api_max_unsent 4m;", "api_max_answer 2m;"), "ok", "inherited from the server")


def the_end():
    equal(nginx.workers(), [worker], "one worker, the same")
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
