"""Keys by URL: one worker fetches them for all, through a location of ours.

t/lib/keyset.c is built as a module of its own: test_keys lets in whoever names
a key of the set by ?kid=.  The source of the keys is a small server here; pause=
(30 s where nobody says it) is short, so that a test need not wait.
"""

import os
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True      # and http is not the suite beside this one

import base64
import http.server
import json
import signal
import socketserver
import ssl
import subprocess
import threading
import time

import server as services
import tap
import wire
from server import Nginx
from tap import equal, like, ok, section, unlike, wait_until

MODULE = services.test_module("ngx_http_api_test_keys_module",
                              "t/lib/keyset.c")

if MODULE is None:
    print("1..0 # SKIP there is no build directory beside the module")
    sys.exit(0)

services.MODULES.append(MODULE)

SLOWER = 4 if services.SLOW else 1
PROBLEM = "application/problem+json"


# ---- the source -------------------------------------------------------------

def text64(data):
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Signer:
    """A key of its own, and tokens of it."""

    def __init__(self, kid):
        self.kid = kid
        self.file = os.path.join(services.SCRATCH, "signer-%s.pem" % kid)
        subprocess.run(["openssl", "genrsa", "-out", self.file, "2048"],
                       check=True, capture_output=True)
        os.chmod(self.file, 0o644)

    def public(self):
        told = subprocess.run(["openssl", "rsa", "-in", self.file, "-noout",
                               "-modulus"], check=True, capture_output=True)
        n = bytes.fromhex(told.stdout.decode().strip().split("=")[1])
        return {"kty": "RSA", "kid": self.kid, "e": "AQAB", "alg": "RS256",
                "n": text64(n)}

    def token(self, kid=None):
        text = ".".join(text64(json.dumps(part).encode()) for part in (
            {"alg": "RS256", "kid": kid or self.kid},
            {"sub": "1", "exp": int(time.time()) + 600}))
        made = subprocess.run(["openssl", "dgst", "-sha256", "-sign",
                               self.file], check=True, capture_output=True,
                              input=text.encode()).stdout
        return text + "." + text64(made)


PATTERN = Signer("a").public()


def keys(*kids):
    return json.dumps({"keys": [dict(PATTERN, kid=kid) for kid in kids]})


class Source(http.server.BaseHTTPRequestHandler):
    text = keys("a")
    status = 200
    headers_sent = {}
    wait = 0
    cut = False
    asked = []

    def do_GET(self):
        cls = type(self)
        cls.asked.append(time.monotonic())
        time.sleep(cls.wait)
        body = cls.text.encode()
        try:
            self.send_response(cls.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for header in cls.headers_sent.items():
                self.send_header(*header)
            self.end_headers()
            self.wfile.write(body[:10] if cls.cut else body)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class Server(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128


class Running:
    """The source: up, or down, on one port."""

    def __init__(self):
        self.port = services.free_port()
        self.server = None

    def up(self, text=None):
        if text is not None:
            Source.text = text
        Source.status, Source.wait, Source.cut = 200, 0, False
        Source.headers_sent = {}
        if self.server is None:
            self.server = Server(("127.0.0.1", self.port), Source)
            threading.Thread(target=self.server.serve_forever,
                             kwargs={"poll_interval": 0.05},
                             daemon=True).start()
        return self

    def down(self):
        if self.server is not None:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


source = Running()


def asked():
    return len(Source.asked)


# ---- nginx ------------------------------------------------------------------

def location(extra="", name="/_jwks"):
    return """
    location = %s {
        internal; access_log off; %s
        proxy_pass http://127.0.0.1:%d/keys; proxy_connect_timeout 2s;
    }""" % (name, extra, source.port)


def make(name, options, server="", http="", workers=2, main="", extra="",
         zone="", listen=""):
    nginx = Nginx("keys_" + name)
    nginx.configure("""
    %s %s
    server {
        listen 127.0.0.1:%d %s;
        %s
        %s
        location /t { test_keys /_jwks %s; empty_gif; }
    }""" % (zone, http, nginx.port, listen, server, location(extra), options),
        workers=workers, main=main)
    return nginx


def ask(nginx, kid="a", path="/t"):
    client = wire.Connection(nginx.port)
    try:
        return client.request("GET", "%s?kid=%s" % (path, kid))
    finally:
        client.close()


def many(nginx, kids, clients=20):
    """The statuses of one request each, several at a time."""
    kids, got, lock = list(kids), [], threading.Lock()

    def work():
        client = wire.Connection(nginx.port, timeout=60)
        while True:
            with lock:
                if not kids:
                    break
                kid = kids.pop()
            status = client.request("GET", "/t?kid=" + kid).status
            with lock:
                got.append(status)
        client.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def end(nginx, *expected):
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert")


def rss(pid):
    with open("/proc/%d/status" % pid) as status:
        for line in status:
            if line.startswith("VmRSS"):
                return int(line.split()[1])
    return 0


def descriptors(pid):
    """Those that are there when no fetch is under way, or few."""
    least = 10000
    for _ in range(40):
        least = min(least, len(os.listdir("/proc/%d/fd" % pid)))
        time.sleep(0.02)
    return least


# ---- what holds -------------------------------------------------------------

@section
def keys_are_there_before_anybody_asks():
    source.up(keys("a"))
    before = asked()
    nginx = make("start", "").start()
    ok(wait_until(lambda: "1 keys of" in nginx.log(), 5), "fetched at start")
    equal([ask(nginx).status for _ in range(20)], [200] * 20, "and known")
    equal(asked() - before, 1, "one fetch for both workers")
    equal(ask(nginx, path="/_jwks").status, 404,
          "from outside the location is internal")

    source.up(keys("a", "b"))
    equal(ask(nginx, "b").status, 401,
          "an unknown key is not looked for again within 30 s")
    equal(asked() - before, 1, "still one")
    end(nginx)


@section
def a_new_key_is_found_by_the_first_who_uses_it():
    source.up(keys("a"))
    nginx = make("rotate", "pause=1s").start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5), "the old one")
    time.sleep(1.2)

    source.up(keys("b", "c"))
    Source.wait = 0.3
    before = asked()
    got = many(nginx, ["b"] * 40)
    equal(got, [200] * 40, "those who wait for the same fetch, in both workers")
    equal(asked() - before, 1, "which is one")
    equal((ask(nginx, "a").status, ask(nginx, "c").status), (401, 200),
          "the set is replaced as a whole")
    end(nginx)


@section
def random_keys_cost_one_fetch():
    source.up(keys("a"))
    nginx = make("random", "pause=30s").start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5), "it runs")
    before = asked()
    began = time.monotonic()
    got = many(nginx, ["x%d" % n for n in range(1000)])
    equal(set(got), {401}, "1,000 unknown keys")
    ok(time.monotonic() - began < 25, "in time")
    equal(asked() - before, 0, "none within 30 s of the first fetch")
    end(nginx)

    nginx = make("random", "pause=3s").start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5), "it runs")
    time.sleep(3.2)
    before = asked()
    began = time.monotonic()
    got = many(nginx, ["y%d" % n for n in range(1000)])
    took = time.monotonic() - began
    equal(set(got), {401}, "1,000 later")
    ok(asked() - before <= 1 + int(took / 3), "one in each pause",
       (asked() - before, took))
    end(nginx)


@section
def a_dead_source():
    source.up(keys("a"))
    nginx = make("dead", "pause=1s refresh=1s stale=8s").start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5), "it runs")
    source.down()
    began = time.monotonic()
    time.sleep(2)
    equal(ask(nginx).status, 200, "the keys stay in use")
    ok(nginx.reload(), "a reload meanwhile")
    time.sleep(0.5)
    equal([ask(nginx).status for _ in range(10)], [200] * 10,
          "new workers have them")
    like(nginx.log(), r"keys of \"/_jwks\": its status was 502", "told")
    like(nginx.log(), r"are those of \d+ s ago, and used for 8 s at most",
         "and how old they are")
    equal(ask(nginx, "new").status, 401, "an unknown one is none")

    ok(wait_until(lambda: ask(nginx).status == 503, 20),
       "stale: 503", nginx.log()[-1000:])
    ok(time.monotonic() - began > 5, "not before")
    answer = ask(nginx)
    equal((answer.status, answer.type, answer["Retry-After"]),
          (503, PROBLEM, "5"), "as a problem")

    source.up(keys("a"))
    ok(wait_until(lambda: ask(nginx).status == 200, 10), "until it is back")
    end(nginx)


def kill_workers(nginx):
    """All of them, and others are there."""
    old = set(nginx.workers())
    nginx.expected.append("exited on signal 9")
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    return wait_until(lambda: len(nginx.workers()) == 2
                      and not old & set(nginx.workers()), 20)


@section
def a_dead_source_over_reloads_and_killed_workers():
    source.up(keys("a"))
    nginx = make("killed", "pause=1s refresh=1s stale=1h").start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5), "it runs")
    source.down()
    ok(wait_until(lambda: "its status was 502" in nginx.log(), 10), "and fails")

    for _ in range(3):
        ok(kill_workers(nginx), "workers are killed")
        equal([ask(nginx).status for _ in range(10)], [200] * 10,
              "the next ones have the keys")
        ok(nginx.reload(), "a reload")
        equal([ask(nginx).status for _ in range(10)], [200] * 10,
              "and so have the next")
    equal(ask(nginx, "new").status, 401, "an unknown one is none")

    source.up(keys("b"))
    Source.wait = 30
    before = asked()
    ok(wait_until(lambda: asked() > before, 10), "a fetch is under way")
    ok(kill_workers(nginx), "and who has it is killed")
    equal([ask(nginx).status for _ in range(10)], [200] * 10, "the keys stay")
    source.up()
    ok(wait_until(lambda: ask(nginx, "b").status == 200, 30),
       "others fetch instead", nginx.log()[-800:])
    equal(ask(nginx).status, 401, "what is in the set no more")
    end(nginx)


@section
def reloads_and_killed_workers_make_no_key_younger():
    source.up(keys("a"))
    nginx = make("older", "pause=1s refresh=1s stale=8s").start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5), "it runs")
    source.down()

    for turn in range(60):
        if ask(nginx).status == 503:
            break
        if turn % 2:
            nginx.reload()
        else:
            kill_workers(nginx)
        time.sleep(0.5)
    equal([ask(nginx).status for _ in range(10)], [503] * 10,
          "in the end they are stale", nginx.log()[-800:])
    end(nginx)


@section
def a_source_that_never_was_there():
    source.down()
    nginx = make("never", "pause=1s").start()
    began = time.monotonic()
    equal(ask(nginx).status, 503, "503")
    ok(time.monotonic() - began < 4 * SLOWER, "soon")
    source.up(keys("a"))
    ok(wait_until(lambda: ask(nginx).status == 200, 10), "then 200")
    end(nginx)


@section
def a_set_that_is_broken_leaves_the_old_one():
    source.up(keys("a"))
    nginx = make("broken", "pause=1s refresh=1s").start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5), "it runs")

    for name, text in (
            ("no JSON", "<html>"), ("empty", ""), ("no keys", '{"keys": []}'),
            ("cut", keys("b")[:-20]), ("a secret", json.dumps(
                {"keys": [{"kty": "oct", "kid": "b", "k": "A" * 64}]})),
            ("too large", keys("b") + " " * (257 * 1024)),
            ("far too large", keys("b") + " " * (2 * 1024 * 1024)),
            ("duplicate members", keys("b")[:-1] + ', "keys": []}')):
        source.up(text)
        before = asked()
        ok(wait_until(lambda: asked() >= before + 2, 10), name + ": asked")
        equal((ask(nginx, "a").status, ask(nginx, "b").status), (200, 401),
              name + ": the old ones stay")

    for name, field, value in (("a status", "status", 500),
                               ("a redirect", "status", 302),
                               ("cut short", "cut", True)):
        source.up(keys("b"))
        setattr(Source, field, value)
        before = asked()
        ok(wait_until(lambda: asked() >= before + 2, 10), name + ": asked")
        equal((ask(nginx, "a").status, ask(nginx, "b").status), (200, 401),
              name + ": the old ones stay")

    source.up(keys("b"))
    ok(wait_until(lambda: ask(nginx, "b").status == 200, 10), "then the new")
    end(nginx)


@section
def a_source_that_hangs():
    source.up(keys("a"))
    Source.wait = 30
    nginx = make("hangs", "pause=1s").start()
    time.sleep(0.3)
    began = time.monotonic()
    got = many(nginx, ["a"] * 30, clients=30)
    took = time.monotonic() - began
    equal(set(got), {503}, "those who wait are told")
    ok(took < 8 * SLOWER, "within the time of a fetch", took)
    like(nginx.log(), "there was no answer in time", "and so is the log")
    source.up(keys("a"))
    ok(wait_until(lambda: ask(nginx).status == 200, 10), "then 200")
    end(nginx)


@section
def clients_that_leave_while_they_wait():
    source.up(keys("a"))
    Source.wait = 1
    nginx = make("left", "pause=1s").start()
    gone = []
    for _ in range(30):
        client = wire.Connection(nginx.port)
        client.send(b"GET /t?kid=a HTTP/1.1\r\nHost: x\r\n\r\n")
        gone.append(client)
    time.sleep(0.2)
    for client in gone:
        client.reset()
    source.up()
    ok(wait_until(lambda: ask(nginx).status == 200, 10), "others are answered")
    end(nginx)


@section
def refresh_and_max_age():
    source.up(keys("a"))
    Source.headers_sent = {"Cache-Control": "public, max-age=1"}
    nginx = make("age", "pause=1s refresh=2s").start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5), "it runs")
    before = asked()
    time.sleep(7)
    ok(2 <= asked() - before <= 4,
       "refresh; a max-age of a second is not followed so closely",
       asked() - before)
    source.up(keys("a", "b"))
    ok(wait_until(lambda: "2 keys of" in nginx.log(), 5),
       "a new key is there before it is used")
    end(nginx)


@section
def a_server_that_sends_away_what_is_no_tls():
    source.up(keys("a"))
    nginx = make("away", "pause=1s",
                 server='if ($remote_addr = "unix:") { return 301 /x; }'
                        ' if ($scheme = https) { return 400; }'
                        ' satisfy any;').start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5),
       "its rewrite does not hold for us", nginx.log()[-500:])
    end(nginx)


@section
def a_location_with_a_step_of_ours():
    source.up(keys("a"))
    nginx = Nginx("keys_step")
    nginx.configure("", "test_keys /_jwks pause=1s;" + location()
                    + "location /t { test_keys /_jwks; empty_gif; }")
    nginx.start()
    ok(wait_until(lambda: ask(nginx).status == 200, 5),
       "does not wait for itself")
    end(nginx)


@section
def caches_and_modes():
    for name, words in (
            ("cache", dict(http="proxy_cache_path %(root)s/cache"
                                " keys_zone=c:1m;",
                           extra="proxy_cache c; proxy_cache_valid 200 1s;"
                                 "proxy_cache_use_stale error timeout;")),
            ("mutex", dict(mutex="accept_mutex on;")),
            ("single", dict(main="master_process off;")),
            ("old", dict(extra="proxy_http_version 1.1; gzip on;"
                               "gzip_types *; gzip_min_length 0;"))):
        source.up(keys("a"))
        nginx = Nginx("keys_mode_" + name)
        root = nginx.root
        nginx = make("mode_" + name, "pause=1s refresh=1s",
                     http=words.get("http", "") % {"root": root},
                     main=words.get("main", ""),
                     extra=words.get("extra", ""))
        if "mutex" in words:
            text = open(nginx.conf).read()
            nginx.write("nginx.conf", text.replace(
                "events {", "events { " + words["mutex"]))
        nginx.start()
        ok(wait_until(lambda: ask(nginx).status == 200, 5), name)
        time.sleep(1.5)
        source.up(keys("a", "b"))
        ok(wait_until(lambda: ask(nginx, "b").status == 200, 6),
           name + ": a new key")
        end(nginx)


@section
def a_source_with_tls():
    source.up(keys("a"))
    files = [os.path.join(services.SCRATCH, "tls." + end)
             for end in ("key", "pem")]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days",
         "2", "-subj", "/CN=id.test", "-addext", "subjectAltName=DNS:id.test",
         "-keyout", files[0], "-out", files[1]],
        check=True, capture_output=True)
    os.chmod(files[1], 0o644)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(files[1], files[0])
    secure = Server(("127.0.0.1", services.free_port()), Source)
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    threading.Thread(target=secure.serve_forever,
                     kwargs={"poll_interval": 0.05}, daemon=True).start()

    for name, status in (("id.test", 200), ("other.test", 503)):
        nginx = Nginx("keys_tls")
        nginx.configure("", """
            location = /_jwks {
                internal;
                proxy_pass https://127.0.0.1:%d/keys;
                proxy_ssl_verify on; proxy_ssl_name %s;
                proxy_ssl_server_name on;
                proxy_ssl_trusted_certificate %s;
            }
            location /t { test_keys /_jwks pause=1s; empty_gif; }
        """ % (secure.server_port, name, files[1]))
        nginx.start()
        ok(wait_until(lambda: "keys of" in nginx.log(), 5), name + ": tried")
        equal(ask(nginx).status, status, name, nginx.log()[-500:])
        end(nginx)

    secure.shutdown()
    secure.server_close()


@section
def the_end_with_fetches_under_way():
    for number in (signal.SIGQUIT, signal.SIGTERM):
        source.up(keys("a"))
        Source.wait = 1.5
        nginx = make("end", "pause=1s").start()
        waiting = wire.Connection(nginx.port)
        waiting.send(b"GET /t?kid=a HTTP/1.0\r\nHost: x\r\n\r\n")
        time.sleep(0.3)
        nginx.stop(number)
        got = waiting.rest()
        waiting.close()
        if number == signal.SIGQUIT:
            ok(got.startswith(b"HTTP/1.1 200"), "who waited is answered", got)
        equal(nginx.alerts(), [], "no crash, no alert")


@section
def fetches_and_reloads_leave_nothing():
    source.up(keys("a"))
    server = "".join(
        location(name="/_jwks%d" % n) + "location /u%d { test_keys /_jwks%d"
        " pause=1s refresh=1s; empty_gif; }" % (n, n) for n in range(30))
    nginx = make("leak", "pause=1s refresh=1s", server=server,
                 zone="api_jwt_zone many:4m;").start()
    ok(wait_until(lambda: ask(nginx).status == 200, 10), "it runs")
    time.sleep(2)
    pids = nginx.workers()
    before = asked()
    first = [(rss(pid), descriptors(pid)) for pid in pids]
    ends = 6     # those of a fetch that is under way all the same
    ok(wait_until(lambda: asked() >= before + 250, 60), "250 fetches")
    last = [(rss(pid), descriptors(pid)) for pid in pids]
    ok(all(new[1] <= old[1] + ends for old, new in zip(first, last)),
       "descriptors are as before", (first, last))
    if not services.SLOW:       # ASan keeps what is freed for a while
        ok(all(new[0] <= old[0] + 512 for old, new in zip(first, last)),
           "memory is as before", (first, last))

    Source.wait = 0.3
    for _ in range(4):
        ok(nginx.reload(), "a reload with fetches under way")
        time.sleep(1)
    ok(wait_until(lambda: asked() >= before + 500, 60), "500 fetches")
    ok(wait_until(lambda: len(nginx.workers()) == 2, 20), "old workers end")
    equal(ask(nginx).status, 200, "as before")
    Source.wait = 0
    last = [(rss(pid), descriptors(pid)) for pid in nginx.workers()]
    ok(all(new[1] <= first[0][1] + ends for new in last),
       "new workers are as the old ones", (first, last))
    end(nginx)


def sends(nginx, token, path="/t"):
    client = wire.Connection(nginx.port)
    try:
        return client.request("GET", path,
                              {"Authorization": "Bearer " + token})
    finally:
        client.close()


def tokens(nginx, statuses):
    for name, token, status in statuses:
        answer = sends(nginx, token)
        equal(answer.status, status, name, answer)


@section
def tokens_whose_keys_are_fetched():
    old, new, own = Signer("old"), Signer("new"), Signer("own")
    source.up(json.dumps({"keys": [old.public()]}))

    refresh, stale = (20, 25) if services.SLOW else (9, 12)
    nginx = Nginx("keys_tokens")
    nginx.configure("", location() + """
        location /t {
            api_jwt { jwks /_jwks pause=1s refresh=%ds stale=%ds; audience any; }
            empty_gif;
        }
        location /mine {
            api_jwt { key file:%s; }
            empty_gif;
            location = /mine/keys { api_jwt off; api_jwks; }
        }
        api_jwt { jwks /_jwks; jwks /_jwks; }
        location /guarded { empty_gif; }
    """ % (refresh, stale, own.file))
    nginx.start()

    ok(wait_until(lambda: sends(nginx, old.token()).status == 200, 5),
       "a key of the set", nginx.log()[-800:])
    tokens(nginx, [("of no key", new.token("old"), 401)])
    time.sleep(1.2)

    source.up(json.dumps({"keys": [new.public()]}))
    before = asked()
    tokens(nginx, [("a new key, at the first token", new.token(), 200),
                   ("the old one is gone", old.token(), 401)])
    ok(asked() - before <= 2, "one fetch for the new key, one at most for the"
       " old", asked() - before)

    source.down()
    time.sleep(1.2)
    ok(nginx.reload(), "a reload without the source")
    time.sleep(0.3)
    tokens(nginx, [("again", new.token(), 200)] * 4)
    equal(sends(nginx, old.token()).status, 401, "unknown stays 401")

    ok(wait_until(lambda: sends(nginx, new.token()).status == 503, 40),
       "stale: 503", nginx.log()[-800:])
    equal(sends(nginx, new.token())["Retry-After"], "5", "Retry-After")
    source.up()
    ok(wait_until(lambda: sends(nginx, new.token()).status == 200, 10),
       "and back")
    equal(ask(nginx, path="/guarded").status, 401,
          "the server's own api_jwt does not keep us from the keys")

    answer = ask(nginx, path="/mine/keys")
    said = answer.json()["keys"]
    equal((answer.status, answer.type, answer["Cache-Control"], len(said)),
          (200, "application/json", "public, max-age=300", 1), "api_jwks")
    equal((said[0]["n"], sorted(set(said[0]) & {"d", "p", "q"})),
          (own.public()["n"], []), "the public half")
    equal(ask(nginx, path="/mine").status, 401, "beside it a token is needed")
    end(nginx)


@section
def what_nginx_t_says():
    def test(body, http=""):
        nginx = Nginx("keys_t")
        nginx.configure(http, body, workers=1)
        return nginx.call("-t")

    good = location() + "location /t { test_keys /_jwks; empty_gif; }"
    equal(test(good)[0], 0, "as it should be")

    for name, body, wanted in (
            ("none", "location /t { test_keys /_nowhere; empty_gif; }"
             + location(), "is not there"),
            ("only the server's /", "location / { root html; } location /t {"
             " test_keys /_nowhere; empty_gif; }", "is not there"),
            ("a route", "location /t { test_keys /api/x; empty_gif; }"
             " location /api { api_route GET /x { return 200; } }",
             "is a route of ours"),
            ("a route of the server", "location /t { test_keys /x; empty_gif; }"
             " location /x { root html; } api_route GET /x { return 200; }",
             "is a route of ours"),
            ("without its /", "location /t { test_keys /k; empty_gif; }"
             " location /k/ { proxy_pass http://127.0.0.1:1; }",
             "lacks the"),
            ("%", "location /t { test_keys /a%20b; empty_gif; }",
             'without "%"'),
            ("//", "location /t { test_keys /a//b; empty_gif; }", "without"),
            ("options", "location /t { test_keys /_jwks fresh=1s; empty_gif; }",
             "is unknown"),
            ("times", "location /t { test_keys /_jwks stale=10ms; empty_gif; }",
             "must be a time"),
            ("zone in a server", good + "api_jwt_zone a:1m;", "belongs in")):
        status, said = test(body)
        equal(status, 1, name + ": refused")
        like(said, wanted, name + ": and why")

    for name, zone, wanted in (("small", "api_jwt_zone a:32k;", "too small"),
                               ("no size", "api_jwt_zone a;", "is written"),
                               ("no name", "api_jwt_zone :1m;", "is written"),
                               ("twice", "api_jwt_zone a:1m;"
                                         "api_jwt_zone b:1m;", "duplicate")):
        status, said = test(good, zone)
        equal(status, 1, "zone, %s: refused" % name)
        like(said, wanted, "zone, %s: and why" % name)

    for name, body in (
            ("a prefix", "location /idp/ { proxy_pass http://127.0.0.1:1; }"
             " location /t { test_keys /idp/keys?x=1; empty_gif; }"),
            ("an expression", r"location ~ ^/k\d$ { proxy_pass"
             " http://127.0.0.1:1; }"
             " location /t { test_keys /k1; empty_gif; }"),
            ("beside routes", location() + "location /t { test_keys /_jwks;"
             " api_route GET /x { return 200; } }"
             " api_route GET /:any { return 200; }")):
        status, said = test(body)
        equal(status, 0, name + ": taken", said)

    status, said = test(location() + "location /t { empty_gif; }",
                        "test_keys /_jwks;")
    equal(status, 0, "http { }: of the only server that has it", said)
    status, said = test(location() + "location /t { empty_gif; }",
                        "test_keys /_jwks; server { listen 127.0.0.1:%d; %s }"
                        % (services.free_port(), location()))
    equal(status, 1, "http { }: of two servers", said)
    like(said, "several servers", "http { }: and why")


try:
    tap.run(None, sys.argv[1:])
finally:
    source.down()
