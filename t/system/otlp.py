"""Spans on their way to a collector, t/lib/sink.py: what is in them, and what
becomes of them when it is stalled, refuses, is away, talks nonsense, has TLS.

    t/system/run otlp
"""

import base64
import hashlib
import hmac
import json
import os
import re
import signal
import ssl
import subprocess
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import server as services
import tap
import wire
from exposition import Scrape
from server import SLOW, Nginx, Postgres
from sink import Sink
from tap import equal, like, ok, section, unlike, wait_until

postgres = Postgres("otlp")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text UNIQUE)",
             "INSERT INTO things VALUES (1, 'one'), (2, 'two')")

TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = "00f067aa0ba902b7"
SECRET = "s" * 32
WAIT = 60 if SLOW else 20

HTTP = """
    api_postgres app { primary %s; max_connections 1; min_connections 1; }
    api_otlp { endpoint URL/v1/traces; service shop-api;
               header Authorization env:OTLP_TOKEN; header X-Scope 7;
               resource deployment.environment.name=prod; EXTRA }
    map $arg_sample $sample { default $arg_sample; "" off; }
""" % postgres.uri

ROUTES = """
    location = /metrics { api_metrics; }
    location /plain { api_trace on; return 204; }
    location /api {
        api_database app;
        api_trace on;
        api_route GET /things/:id<int> {
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route POST /things/:id<int> {
            api_query exec "INSERT INTO things VALUES ($id, 'one')";
        }
        api_route POST /both/:id<int> {
            api_query one "INSERT INTO things VALUES ($id, NULL) RETURNING id" as=made;
            api_query one "SELECT name FROM things WHERE id = $made.id";
        }
        api_route GET /sleep { api_query value "SELECT pg_sleep(0.3)::text"; }
        api_route POST /hash {
            api_body { password string required max=100; }
            api_hash_password $hash $password;
            api_query value "SELECT $hash || ''" ;
        }
        api_route GET /parent { api_trace parent; api_query value "SELECT 1"; }
        api_route GET /tail { api_trace $sample slow=250ms errors; api_query value "SELECT pg_sleep(coalesce($arg_s::float, 0))::text"; }
        api_route GET /broken { api_trace $sample errors; api_query value "SELECT 1 / count(*) FROM things WHERE id = -1"; }
        api_route GET /off { api_trace off; api_query value "SELECT 1"; }
    }
"""


class Rig:
    """An nginx, and a sink that it sends to."""

    def __init__(self, name, extra="interval 200ms;", workers=1, up=True,
                 tls=None, url=None, routes=ROUTES, **more):
        self.sink = Sink(services.free_port(), tls)
        if up:
            self.sink.up()
        self.nginx = Nginx("otlp_" + name, env={"OTLP_TOKEN": "Bearer s3cr3t",
                                                  "SECRET": SECRET})
        http = HTTP.replace("URL", (url or "http://127.0.0.1:%d")
                            % self.sink.port).replace("EXTRA", extra)
        self.nginx.configure(http, routes, workers=workers, **more)
        self.nginx.start()
        # until there is a connection, requests wait for it, and say so
        for _ in range(10 * workers):
            self.ask("GET", "/api/off")

    def ask(self, method, path, headers=(), **more):
        connection = wire.Connection(self.nginx.port, timeout=60)
        try:
            return connection.request(method, path, headers=list(headers),
                                      **more)
        finally:
            connection.close()

    def spans(self, n, **attributes):
        """Those that came, but for waits, as soon as there are n."""
        def find():
            with self.sink.lock:
                return [span for span in self.sink.spans
                        if attributes.items() <= span.of.items()
                        and span.name != "db wait"]
        wait_until(lambda: len(find()) >= n, WAIT)
        return find()

    def trace(self, n, trace=TRACE):
        wait_until(lambda: len(self.sink.of(trace)) >= n, WAIT)
        return sorted(self.sink.of(trace), key=lambda span: (-span.end
                                                             + span.begin))

    def metric(self, name, **labels):
        page = Scrape(self.ask("GET", "/metrics").text, False)
        return page.get(name, **labels) or 0

    def said(self):
        """What the log has of api_otlp."""
        return "".join(line + "\n" for line in self.nginx.log().splitlines()
                       if "api_otlp" in line)

    def stop(self):
        self.nginx.stop()
        self.sink.down()

    def clean(self, name):
        equal(self.sink.faults[:3], [], name + ": by the protocol's letter")
        equal(self.sink.orphans()[:3], [], name + ": each has its parent")
        equal(self.sink.outside()[:3], [], name + ": and is within its time")


def sent(flag="01"):
    return [("traceparent", "00-%s-%s-%s" % (TRACE, PARENT, flag))]


@section
def a_request_is_a_trace():
    rig = Rig("spans")
    rig.ask("GET", "/api/things/1?q=secret", sent() + [
        ("tracestate", "a=1"), ("User-Agent", "x" * 300 + '"\\')])
    spans = rig.trace(2)
    equal([span.name for span in spans],
          ["GET /api/things/:id<int>", "GET /api/things/:id<int>"],
          "the request and its statement")
    server, client = spans
    equal((server.kind, server.parent, server.raw["traceState"]),
          (2, PARENT, "a=1"), "below who has asked")
    equal(server.raw["flags"], 0x301, "whose flags say that it is remote")
    wanted = {"http.request.method": "GET", "url.path": "/api/things/1",
              "http.route": "/api/things/:id<int>", "url.scheme": "http",
              "http.response.status_code": 200, "client.address": "127.0.0.1",
              "server.address": "localhost", "user_agent.original": "x" * 256}
    equal(server.of, wanted, "what the request was")
    equal((client.kind, client.parent), (3, server.id), "its statement")
    host = client.of.pop("server.address", None)
    equal(client.of, {
        "db.system.name": "postgresql", "db.namespace": "app",
        "db.query.summary": "GET /api/things/:id<int>",
        "db.query.text": "SELECT id, name FROM things WHERE id = $id",
        "api.batch.size": 1, "db.response.returned_rows": 1},
        "as it is declared, without a value")
    equal(host, postgres.host, "at its server")
    equal(rig.sink.resources[0]["service.name"], "shop-api", "the service")
    equal(rig.sink.resources[0]["deployment.environment.name"], "prod",
          "the resource")
    headers = rig.sink.posts[0][3]
    equal((headers["authorization"], headers["x-scope"]),
          ("Bearer s3cr3t", "7"), "headers of api_otlp")

    rig.sink.clear()
    rig.ask("POST", "/api/things/1", sent())
    failed = rig.trace(2)
    equal([(span.kind, span.failed, span.of.get("db.response.status_code"),
            span.of.get("error.type"), span.of.get("api.error"))
           for span in failed],
          [(2, False, None, None, "conflict"), (3, True, "23505", "23505",
                                                None)],
          "one that fails says its SQLSTATE, and the client's fault is none of "
          "the span's")

    rig.sink.clear()
    rig.ask("POST", "/api/both/5", sent())
    both = sorted((span for span in rig.trace(3) if span.kind == 3),
                  key=lambda span: span.begin)
    equal([span.of["db.query.summary"] for span in both],
          ["POST /api/both/:id<int>", "POST /api/both/:id<int> #2"],
          "two statements")
    ok(both[0].end <= both[1].begin, "one after the other", both)

    rig.sink.clear()
    rig.ask("POST", "/api/hash", sent(), body=b'{"password":"correct horse"}')
    names = [span.name for span in rig.trace(3)]
    ok("argon2" in names, "a password's hash takes its time", names)

    rig.sink.clear()
    rig.ask("GET", "/plain", sent())
    plain = rig.trace(1)
    equal([(span.name, span.of["http.response.status_code"])
           for span in plain], [("GET", 204)], "a location without routes")
    rig.clean("spans")
    rig.stop()


@section
def who_waits_has_a_span_for_it():
    rig = Rig("waits")
    threads = [threading.Thread(target=rig.ask,
                                args=("GET", "/api/sleep", sent()))
               for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits = [span for span in rig.trace(5) if span.name == "db wait"]
    equal(len(waits), 1, "one of two, for one connection")
    ok(waits and waits[0].end - waits[0].begin > 100e6, "and it took long")
    rig.clean("waits")
    rig.stop()


@section
def what_nobody_waits_for_has_spans():
    """A request that api_timeout ends, or its client, says what it was at."""
    rig = Rig("given_up", routes=ROUTES + """
        location /late {
            api_trace $sample errors;
            api_route GET /two {
                api_timeout 400ms;
                api_query one "SELECT 1 AS n" as=first;
                api_query value "SELECT pg_sleep(5 * $first.n)::text";
            }
        }
        location /left { api_trace on; api_route GET /sleep { api_query value "SELECT pg_sleep(2)::text"; } }
    """)
    equal(rig.ask("GET", "/late/two", sent()).status, 504, "too late")
    late = sorted((span for span in rig.trace(3) if span.kind == 3),
                  key=lambda span: span.begin)
    equal([(span.name, span.of.get("api.given_up"),
            span.of.get("db.response.returned_rows")) for span in late],
          [("GET /late/two", None, 1), ("GET /late/two #2", True, None)],
          "the second statement ran")
    ok(late[1].end - late[1].begin > 200e6, "and that until then")

    clients = [wire.Connection(rig.nginx.port) for _ in range(2)]
    for client in clients:
        client.send(wire.message("GET", "/left/sleep"))
        time.sleep(0.2)
    for client in clients:
        client.close()
    rig.spans(2, **{"http.response.status_code": 499})
    left = [span for span in rig.sink.spans if span.name in
            ("db wait", "GET /left/sleep") and span.kind != 2]
    equal(sorted(span.name for span in left), ["GET /left/sleep", "db wait"],
          "of clients that leave one was served, and one waited")
    rig.clean("given up")
    rig.stop()


@section
def what_is_kept():
    rig = Rig("kept")
    rig.ask("GET", "/api/parent", sent("00"))
    rig.ask("GET", "/api/parent")
    rig.ask("GET", "/api/off", sent())
    rig.ask("GET", "/api/tail")
    rig.ask("GET", "/api/tail?sample=on")
    rig.ask("GET", "/api/tail?s=0.3&sample=off")
    rig.ask("GET", "/api/broken")
    rig.ask("GET", "/api/parent", sent("01"))
    rig.spans(1, **{"http.route": "/api/parent"})
    kept = [(span.of["http.route"], span.of["http.response.status_code"])
            for span in rig.spans(4, **{"url.scheme": "http"})]
    equal(sorted(kept), [("/api/broken", 500), ("/api/parent", 200),
                         ("/api/tail", 200), ("/api/tail", 200)],
          "as the parent says, as the variable says, what is slow, what fails")
    clients = rig.spans(4, **{"db.system.name": "postgresql"})
    equal(len(clients), 4, "each with its statement")
    for _ in range(3):
        rig.ask("GET", "/api/tail?sample=yes")
    wait_until(lambda: "api_trace" in rig.nginx.log(), WAIT)
    equal(re.findall(r'api_trace "\$sample": the variable is "(\w+)" and must '
                     'be on, off or parent', rig.nginx.log()), ["yes"],
          "a variable that says something else: off, and said once")
    rig.clean("kept")
    rig.stop()


@section
def hostile_text_is_text():
    rig = Rig("hostile")
    rig.ask("GET", "/api/things/%22%0a%ff%5c'<", sent() + [
        ("User-Agent", 'a"\\\x01\xff\xfe</script>')])
    spans = rig.spans(1, **{"http.response.status_code": 400})
    equal(len(spans), 1, "it came")
    rig.ask("GET", "/api/things/1", [("User-Agent", "\xc3\xa9" * 200)])
    rig.spans(1, **{"http.response.status_code": 200})
    rig.clean("hostile")
    rig.stop()


@section
def what_came_too_early_comes_again():
    for mode, least in (("429", 2), ("503", 0.9), ("garbage", 0.9),
                        ("endless", 0.9), ("large", 0.9)):
        rig = Rig("again_" + mode)
        rig.sink.mode = mode
        rig.ask("GET", "/api/things/1", sent())
        wait_until(lambda: rig.sink.posts, WAIT)
        rig.sink.mode = "ok"
        spans = rig.trace(2)
        posts = [post[0] for post in rig.sink.posts]
        equal((len(spans), len(posts)), (2, 2), mode + ": once more", rig.sink.spans)
        ok(posts[1] - posts[0] >= least, mode + ": not at once",
           posts[1] - posts[0])
        equal((rig.metric("api_spans_exported_total"),
               rig.metric("api_spans_dropped_total", reason="refused")),
              (2, 0), mode + ": none is lost")
        rig.clean(mode)
        rig.stop()


@section
def what_is_refused_is_counted():
    rig = Rig("refused")
    rig.sink.mode = "500"
    rig.ask("GET", "/api/things/1")
    wait_until(lambda: rig.metric("api_spans_dropped_total",
                                  reason="refused") == 2, WAIT)
    equal(rig.metric("api_spans_dropped_total", reason="refused"), 2,
          "and does not come again")
    like(rig.said(),
         r'\[warn\].*refuses spans, and they are dropped: its answer is 500',
         "the log says so")
    rig.sink.mode = "partial"
    rig.ask("GET", "/api/things/1")
    wait_until(lambda: rig.metric("api_spans_exported_total") == 1, WAIT)
    equal((rig.metric("api_spans_exported_total"),
           rig.metric("api_spans_dropped_total", reason="refused")), (1, 3),
          "one of two: partialSuccess")
    equal(len(rig.sink.posts), 2, "two messages in all")
    rig.stop()


@section
def a_collector_that_is_away():
    rig = Rig("away", "interval 200ms; queue 64; batch 16;", up=False)
    for _ in range(100):
        equal_status = rig.ask("GET", "/api/things/1").status
        if equal_status != 200:
            break
    equal(equal_status, 200, "nobody waits for it")
    wait_until(lambda: rig.metric("api_spans_dropped_total",
                                  reason="queue_full") == 136, WAIT)
    equal(rig.metric("api_spans_dropped_total", reason="queue_full"), 136,
          "what the queue does not hold is counted")
    wait_until(lambda: "takes no spans" in rig.said(), WAIT)
    log = rig.said()
    like(log, r"\[warn\].*takes no spans: it cannot be reached", "it is said")
    like(log, r"\[warn\].*64 spans wait .* further ones are dropped", "so is "
         "that the queue is full")
    rig.sink.up()
    wait_until(lambda: len(rig.sink.spans) == 64, WAIT)
    equal(len(rig.sink.spans), 64, "what waited comes when it is there")
    wait_until(lambda: "answers again" in rig.said(), WAIT)
    like(rig.said(), r"\[notice\].*answers again",
         "which is said, too")
    equal(rig.sink.faults, [], "by the letter")
    rig.stop()


@section
def a_collector_that_is_too_slow():
    """The queue is full again behind each batch, which is told once a minute."""
    rig = Rig("behind", "interval 100ms; queue 16; batch 16;")
    for i in range(2):
        rig.sink.mode = "503"
        for _ in range(30):
            rig.ask("GET", "/api/things/1")
        rig.sink.mode = "ok"
        wait_until(lambda: rig.metric("api_spans_exported_total")
                   == 16 * (i + 1), WAIT)
    equal(rig.metric("api_spans_dropped_total", reason="queue_full"), 88,
          "what the queue does not hold is dropped, twice")
    equal(len(re.findall("further ones are dropped", rig.said())), 1,
          "and the log has one line of it")
    rig.stop()


def resident(nginx):
    total = 0
    for pid in nginx.workers():
        with open("/proc/%d/statm" % pid) as source:
            total += int(source.read().split()[1]) * 4096
    return total


@section
def a_collector_that_stalls():
    """It accepts, and reads nothing: answers come as before, memory stays."""
    for mode in ("stalled", "silent"):
        rig = Rig(mode, "interval 200ms; timeout 1s; batch 64; queue 256;")
        for _ in range(300):
            rig.ask("GET", "/api/things/1")
        before = resident(rig.nginx)
        rig.sink.mode = mode
        statuses = {rig.ask("GET", "/api/things/1").status
                    for _ in range(1000)}
        equal(statuses, {200}, mode + ": all are answered")
        ok(resident(rig.nginx) - before < (256 if SLOW else 4) << 20, mode + ": memory stays",
           (before, resident(rig.nginx)))
        wait_until(lambda: "does not answer in time" in
                   rig.said(), WAIT)
        like(rig.said(),
             r"takes no spans: it does not answer in time", mode + ": said")
        rig.sink.mode = "ok"
        before = rig.metric("api_spans_exported_total")
        ok(wait_until(lambda: rig.metric("api_spans_exported_total")
                      >= before + 256, WAIT),
           mode + ": and all that waited comes when it reads", rig.said())
        equal(rig.sink.faults[:3], [], mode + ": by the letter")
        rig.stop()


@section
def a_slow_reader_and_one_that_closes():
    rig = Rig("slow")
    rig.sink.mode = "slow"
    for _ in range(50):
        rig.ask("GET", "/api/things/1")
    equal(len(rig.spans(100)), 100, "one that reads slowly has all of it")
    rig.clean("slow")
    rig.sink.clear()
    rig.sink.mode = "close"
    for i in range(3):
        rig.ask("GET", "/api/things/1")
        rig.spans(2 * i + 2)
    equal((len(rig.sink.spans), len(rig.sink.posts)), (6, 3),
          "one that closes gets a connection each")
    rig.sink.mode = "ok"
    rig.ask("GET", "/api/things/1")
    rig.spans(8)
    accepted = rig.sink.accepted
    rig.ask("GET", "/api/things/1")
    equal((len(rig.spans(10)), rig.sink.accepted), (10, accepted),
          "one that keeps it gets one")
    rig.sink.cut()
    rig.ask("GET", "/api/things/1")
    equal(len(rig.spans(12)), 12, "and when that has ended meanwhile, another")
    unlike(rig.said(), r"takes no spans",
           "which is nothing to tell")
    rig.clean("close")
    rig.stop()


@section
def a_worker_that_ends_sends_what_it_has():
    rig = Rig("exit", "interval 1h;", workers=2)
    for _ in range(10):
        rig.ask("GET", "/api/things/1")
    rig.nginx.reload()
    equal(len(rig.spans(20)), 20, "after a reload")
    rig.sink.clear()
    for _ in range(20):
        rig.ask("GET", "/api/off")
    for _ in range(10):
        rig.ask("GET", "/api/things/1")
    rig.nginx.stop()
    equal(len(rig.spans(20)), 20, "at SIGQUIT")
    rig.clean("exit")
    rig.sink.down()

    rig = Rig("exit_away", "interval 1h;", up=False)
    rig.ask("GET", "/api/things/1")
    begun = time.monotonic()
    rig.nginx.stop()
    ok(time.monotonic() - begun < WAIT, "without a collector it ends, too")
    like(rig.said(),
         r"the worker ends, and 2 spans are lost", "and says what is lost")


def authority(name):
    """A certificate for a name, by itself."""
    key, crt = (os.path.join(services.SCRATCH, "otlp-%s.%s" % (name, end))
                for end in ("key", "crt"))
    subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes",
                    "-days", "2", "-keyout", key, "-out", crt, "-subj",
                    "/CN=" + name, "-addext", "subjectAltName=DNS:" + name],
                   check=True, capture_output=True)
    os.chmod(crt, 0o644)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(crt, key)
    return context, crt


@section
def tls_is_verified():
    context, crt = authority("localhost")
    other, wrong = authority("elsewhere")
    url = "https://localhost:%d"

    rig = Rig("tls", "interval 200ms; trusted %s;" % crt, tls=context, url=url)
    for i in range(3):
        rig.ask("GET", "/api/things/1")
        rig.spans(2 * i + 2)
    equal((len(rig.sink.spans), rig.sink.accepted), (6, 1),
          "by a name, over one connection")
    rig.clean("tls")
    rig.stop()

    for name, tls, trusted, why in (
            ("untrusted", context, wrong, "of no authority that is trusted"),
            ("misnamed", other, wrong, "for another name")):
        rig = Rig(name, "interval 200ms; trusted %s;" % trusted, tls=tls, url=url)
        rig.ask("GET", "/api/things/1")
        wait_until(lambda: why in rig.said(), WAIT)
        like(rig.said(), "its certificate is " + why,
             name + ": it gets nothing")
        equal(rig.sink.posts, [], name + ": nothing at all")
        rig.stop()

    rig = Rig("unverified", "interval 200ms; verify off;", tls=other, url=url)
    rig.ask("GET", "/api/things/1")
    equal(len(rig.spans(2)), 2, "verify off: whoever is there")
    rig.stop()


def bearer(**claims):
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=")
             for part in ({"alg": "HS256"}, claims)]
    mark = hmac.new(SECRET.encode(), b".".join(parts), hashlib.sha256).digest()
    parts.append(base64.urlsafe_b64encode(mark).rstrip(b"="))
    return ("Authorization", "Bearer " + b".".join(parts).decode())


@section
def what_the_module_looks_up_is_no_request():
    """The jobs of api_key and of revoked have no request as their data: neither
    traces nor the debug log may take it for one."""
    for level in ("info", "debug"):
        rig = Rig("asides_" + level, level=level, main="env SECRET;",
                  routes=ROUTES + """
        location /key {
            api_trace on;
            api_key { query "SELECT 'ann' AS sub WHERE $api_key LIKE 'good%'"; }
            api_route GET /who { api_query value "SELECT $key.sub"; }
        }
        location /token {
            api_trace on;
            api_jwt { key env:SECRET; revoked "SELECT 'gone' AS jti" every=1s; }
            api_route GET /who { api_query value "SELECT $jwt.sub"; }
        }""")
        statuses = [rig.ask("GET", "/key/who", [("X-API-Key", key * 4)]).status
                    for key in ("good", "good", "wrong", "goody")]
        statuses += [rig.ask("GET", "/token/who",
                             [bearer(sub="ann", jti=jti,
                                     exp=int(time.time()) + 600)]).status
                     for jti in ("here", "gone")]
        equal(statuses, [200, 200, 401, 200, 200, 401],
              level + ": all are answered")
        wait_until(lambda: len(rig.spans(4, **{"db.namespace": "app"})) >= 4,
                   WAIT)
        equal(sorted({span.of["db.query.summary"] for span in rig.spans(
            4, **{"db.namespace": "app"})}),
              ["GET /key/who", "GET /token/who"],
              level + ": statements of routes have spans, look-ups have none")
        rig.clean(level)
        rig.stop()


@section
def a_name_without_a_database():
    """Threads of ours look names up; whoever has no database has them, too."""
    sink = Sink(services.free_port()).up()
    nginx = Nginx("otlp_no_database")
    nginx.configure("""
        api_otlp { endpoint http://localhost:%d/v1/traces; interval 100ms;
                   resource host.name=pod-7; }
        api_trace on;
    """ % sink.port, "location /api { api_route GET /gif { empty_gif; } }",
                    workers=1)
    nginx.start()
    connection = wire.Connection(nginx.port)
    connection.request("GET", "/api/gif")
    connection.close()
    wait_until(lambda: sink.spans, WAIT)
    equal([span.name for span in sink.spans], ["GET /api/gif"],
          "a route of nginx's own")
    equal((sink.faults, [of["host.name"] for of in sink.resources]),
          ([], ["pod-7"]), "host.name is what the configuration says, once")
    nginx.stop()
    sink.down()


@section
def another_module_has_the_request():
    """server_span off: as with ngx_otel_module, whose two variables a map
    stands for here."""
    rig = Rig("foreign", "interval 200ms; server_span off;", routes=ROUTES + """
        set $otel_trace_id 0123456789abcdef0123456789abcdef;
        set $otel_span_id 0123456789abcdef;""")
    rig.ask("GET", "/api/things/1", sent())
    spans = rig.spans(1)
    time.sleep(0.5)
    equal([(span.kind, span.trace, span.parent) for span in rig.sink.spans],
          [(3, "0123456789abcdef" * 2, "0123456789abcdef")],
          "statements are below its span, and there is no other one", spans)
    equal(rig.sink.faults, [], "by the letter")
    rig.stop()


def finish():
    for root in Nginx.roots:
        with open(os.path.join(root, "logs/error.log"),
                  errors="replace") as log:
            bad = services.BAD.findall(log.read())
        equal(bad, [], os.path.basename(root) + ": no alerts")


tap.run(finish)
