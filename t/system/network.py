"""Networks that fail: TLS, one byte at a time, stalls, cuts in every place,
late answers.  A proxy of ours stands between nginx and PostgreSQL.
"""

import itertools
import os
import select
import socket
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, OwnPostgres, Postgres, free_port
from tap import equal, like, note, ok, section, unlike, wait_until

postgres = Postgres("network")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text)",
             "INSERT INTO things SELECT i, 'name ' || i"
             " FROM generate_series(1, 1000) i")
nginx = Nginx("network")


class Proxy:
    """Forwards to PostgreSQL as .mode says: pass, slice (a byte at a time),
    stall (nothing goes on), refuse (the connection is reset), cut (reset after
    so many bytes of answers, from cut() on)."""

    def __init__(self):
        self.port = free_port()
        self.mode = "pass"
        self.bytes = 0
        self.cuts = 0
        self.pairs = []
        self.listener = None
        self.listen()

    def listen(self):
        self.listener = socket.create_server(("127.0.0.1", self.port),
                                             backlog=200)
        threading.Thread(target=self.accept, args=(self.listener,),
                         daemon=True).start()

    def leave(self):
        """Nobody listens any more, and what is open is reset."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        for _ in range(2):      # and who was let in a moment ago
            self.drop()
            time.sleep(0.12)    # the threads' select() holds what is closed

    def accept(self, listener):
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if self.mode == "refuse":
                reset(client)
                continue
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def serve(self, client):
        server = socket.create_connection(("127.0.0.1", int(postgres.port)))
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        pair = (client, server)
        self.pairs.append(pair)
        came, cuts = 0, 0

        try:
            while True:
                ready, _, _ = select.select(pair, [], [], 0.1)
                if self.mode == "stall":
                    time.sleep(0.05)
                    continue
                for source in ready:
                    size = 1 if self.mode == "slice" else 65536
                    data = source.recv(size)
                    if not data:
                        return
                    if source is server:
                        if cuts != self.cuts:
                            came, cuts = 0, self.cuts
                        came += len(data)
                        if self.mode == "cut" and came > self.bytes:
                            left = len(data) - (came - self.bytes)
                            client.sendall(data[:max(0, left)])
                            reset(client)
                            return
                    (server if source is client else client).sendall(data)
        except (OSError, ValueError):
            pass
        finally:
            if pair in self.pairs:
                self.pairs.remove(pair)
            for each in pair:
                each.close()

    def cut(self, n):
        self.bytes = n
        self.cuts += 1
        self.mode = "cut"

    def drop(self):
        """Resets what is open."""
        for pair in list(self.pairs):
            for each in pair:
                try:
                    reset(each)
                except OSError:
                    pass


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                          b"\x01\0\0\0\0\0\0\0")
    connection.close()


proxy = Proxy()

ROUTES = """
    location /n {
        api_timeout 2s;
        api_route GET /things/:id<int> {
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /things {
            api_query many "SELECT id, name FROM things ORDER BY id";
        }
        api_route PUT /things/:id<int> {
            api_body { name string required; }
            api_query one "UPDATE things SET name = $name WHERE id = $id
                           RETURNING id, name";
        }
        api_route POST /two/:id<int> {
            api_query exec "INSERT INTO things VALUES ($id, 'first')";
            api_query one "UPDATE things SET name = 'second' WHERE id = $id
                           RETURNING id, name";
        }
        api_route POST /dialogue/:id<int> {
            api_query one "INSERT INTO things VALUES ($id, 'first')
                           RETURNING id" as=a;
            api_query one "UPDATE things SET name = 'second' WHERE id = $a.id
                           RETURNING id, name";
        }
        api_route GET /tls {
            api_query value "SELECT ssl FROM pg_stat_ssl
                             WHERE pid = pg_backend_pid()";
        }
        api_route GET /large { api_timeout 30s; api_query value
            "SELECT repeat('x', 300000)"; }
    }
"""


def uri(options, port=None):
    return '"postgresql://app:%s@127.0.0.1:%s/%s?%s"' % (
        postgres.app_password, port or proxy.port, postgres.database, options)


def configured(options, settings="", port=None):
    nginx.configure("""
    api_postgres app {
        primary %s;
        connect_timeout 2s; acquire_timeout 1s; max_connections 4;
        min_connections 1; %s
    }""" % (uri(options, port), settings), ROUTES, workers=1)
    applied()


def applied():
    """nginx runs with what was configured, and no old worker is left."""
    if nginx.process:
        old = set(nginx.workers())
        if not nginx.reload():
            raise RuntimeError("no reload:\n" + nginx.log()[-2000:])
        wait_until(lambda: not old & set(nginx.workers()), 25)
    else:
        nginx.start()


def ask(method, path, **rest):
    start = time.monotonic()
    connection = wire.Connection(nginx.port, 40)
    try:
        response = connection.request(method, "/n" + path, **rest)
        response.took = time.monotonic() - start
        return response
    finally:
        connection.close()


def heals(name, seconds=30):
    start = time.monotonic()
    ok(wait_until(lambda: ask("GET", "/things/1").status == 200, seconds),
       name + ": all is well afterwards")
    note("after %.1f s" % (time.monotonic() - start))


CERTIFICATE = os.environ["TEST_NGINX_PG_CERT"]


@section
def tls():
    for options, wanted in (
            ("sslmode=disable", b"false"),
            ("sslmode=require", b"true"),
            ("sslmode=verify-full&sslrootcert=" + CERTIFICATE, b"true")):
        configured(options, port=postgres.port)
        equal(ask("GET", "/tls").body, wanted, options.split("&")[0])
        equal(len(ask("GET", "/things").json()), 1000, "1,000 rows")
        equal(len(ask("GET", "/large").body), 300002, "300 KB in a value")
        text = "é" * 50000
        response = ask("PUT", "/things/1", json={"name": text})
        equal(response.json().get("name"), text, "100 KB there and back")

    configured("sslmode=verify-full&sslrootcert=/etc/hostname",
               "check off;", port=postgres.port)
    equal(ask("GET", "/tls").status, 503, "a wrong root: no connection")
    like(nginx.log(), r"\[(error|warn|crit)\][^\n]*(certificate|SSL)",
         "and the log says why")


@section
def a_byte_at_a_time():
    for number, options in enumerate(("sslmode=disable", "sslmode=require")):
        proxy.mode = "slice"
        configured(options)
        equal(ask("GET", "/things/7").json(), {"id": 7, "name": "name 7"},
              options + ": a row, a byte at a time")
        response = ask("PUT", "/things/8", json={"name": "acht"})
        equal(response.json(), {"id": 8, "name": "acht"}, "and a write")
        response = ask("GET", "/large")
        equal((response.status, len(response.body)), (200, 300002),
              "and 300 KB")
        equal(ask("POST", "/two/%d" % (5000 + number)).json().get("name"),
              "second", "and a transaction")
    proxy.mode = "pass"


@section
def a_stall():
    configured("sslmode=disable")
    equal(ask("GET", "/things/1").status, 200, "before")
    proxy.mode = "stall"
    response = ask("GET", "/things/2")
    equal(response.status, 504, "an answer at the deadline")
    ok(response.took < 20, "and no later: %.1f s" % response.took)
    response = ask("PUT", "/things/2", json={"name": "x"})
    ok(response.status in (503, 504) and response.took < 20,
       "a write, too: %d after %.1f s" % (response.status, response.took))

    answers = []
    threads = [threading.Thread(target=lambda: answers.append(
        ask("GET", "/things/3"))) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    ok({r.status for r in answers} <= {503, 504}, "twenty more",
       {r.status for r in answers})
    ok(max(r.took for r in answers) < 20, "none waits for ever")
    equal(ask("GET", "/things/x").status, 400, "a 400 needs no database")

    proxy.mode = "pass"
    heals("a stall")
    ok(wait_until(lambda: postgres.backends() <= 4, 15),
       "with four backends at most", postgres.backends())


@section
def a_stall_while_connecting():
    proxy.mode = "stall"
    configured("sslmode=disable")
    response = ask("GET", "/things/1")
    ok(response.status in (503, 504) and response.took < 20,
       "no connection comes: %d after %.1f s"
       % (response.status, response.took))
    proxy.mode = "pass"
    heals("a stall while connecting")


@section
def cuts():
    """The connection ends after n bytes of an answer, for many n."""
    configured("sslmode=disable")
    statuses = {}
    broken = []

    for i, n in enumerate(list(range(0, 300, 7)) + list(range(300, 40000,
                                                              4001))):
        proxy.mode = "pass"
        if not wait_until(lambda: ask("GET", "/things/5").status == 200, 30):
            broken.append((n, "it does not heal"))
            break
        method, path, rest = (
            ("GET", "/things", {}),
            ("GET", "/things/5", {}),
            ("PUT", "/things/9", {"json": {"name": "cut %d" % n}}),
            ("POST", "/two/%d" % (100000 + n), {}))[i % 4 if n < 300 else 0]

        proxy.cut(n)
        response = ask(method, path, **rest)
        statuses[response.status] = statuses.get(response.status, 0) + 1

        if response.status not in (200, 503, 504):
            broken.append((n, method, repr(response)))
        elif response.status == 200 and path == "/things" \
                and len(response.json()) < 1000:
            broken.append((n, "too few rows"))
        elif response.took > 20:
            broken.append((n, method, response.took))
        if method == "POST":
            name = postgres.sql("SELECT name FROM things WHERE id = %d"
                                % (100000 + n))
            if name not in ("", "second") or (
                    response.status == 200 and name != "second"):
                broken.append((n, "half a transaction", name))

    note(str(statuses))
    equal(broken[:5], [], "cut at any byte: 200, or 503")
    ok(statuses.get(503), "and 503 it was", statuses)
    proxy.mode = "pass"
    heals("cuts")


@section
def in_doubt():
    """What the client of a write is told of an answer that is lost: in_doubt
    unless nothing of it can be there."""
    configured("sslmode=disable")
    codes = {}
    wrong = []
    tries = itertools.count(10000000)

    def told(path, number, n):
        """Cuts after n bytes of a write whose connection is there already: the
        same write went before it, so that n counts the write's own answers."""
        proxy.mode = "pass"
        if not wait_until(lambda: ask("POST", "%s/%d" % (
                path, next(tries))).status == 200, 30):
            wrong.append((n, "it does not heal"))
            return
        proxy.cut(n)
        response = ask("POST", "%s/%d" % (path, number))
        proxy.mode = "pass"
        code = "" if response.status == 200 else response.json()["code"]
        codes.setdefault(path, set()).add(code)
        time.sleep(0.1)
        there = postgres.sql("SELECT count(*) FROM things WHERE id = %d"
                             % number) == "1"

        if code not in ("", "in_doubt", "database_away"):
            wrong.append((path, n, code))
        if code == "" and not there or code == "database_away" and there:
            wrong.append((path, n, code, there))
        if (response["Retry-After"] is not None) != (code == "database_away"):
            wrong.append((path, n, code, response["Retry-After"]))

    for n in range(0, 640, 9):
        told("/two", 200000 + n, n)
        told("/dialogue", 300000 + n, n)

    equal(wrong[:5], [], "what is said of it is true")
    ok("in_doubt" in codes["/two"], "a transaction may be in doubt", codes)
    ok("in_doubt" in codes["/dialogue"] and "database_away" in
       codes["/dialogue"], "of a dialogue the commit alone is", codes)
    like(nginx.log(), r"\[error\].*POST /n/two/:id<int>: it is not known whether"
         r" this was done: the connection to the database was lost before the"
         r" answer came, statement in .*nginx.conf:\d+, client: [\d.]+, request_id: ",
         "the log says so")

    proxy.mode = "pass"
    heals("what is in doubt")
    proxy.mode = "stall"
    response = ask("PUT", "/things/2", json={"name": "late"})
    equal((response.status, response.json()["code"], response["Retry-After"]),
          (504, "in_doubt", None), "a write that is late, too")
    response = ask("GET", "/things/2")
    ok(response.json()["code"] != "in_doubt", "a read never is", response)
    proxy.mode = "pass"
    heals("a stall")


@section
def refusals():
    configured("sslmode=disable")
    proxy.mode = "refuse"
    proxy.drop()
    response = ask("GET", "/things/1")
    equal(response.status, 503, "every connection is reset: 503")
    like(response["Retry-After"], r"^[1-9]", "with Retry-After")
    like(nginx.log(), "cannot connect to PostgreSQL at .*: it closed the "
         "connection while ", "the log says that it was closed")
    ok("libpq does not take a parameter" not in nginx.log(),
       "and nothing else")
    time.sleep(3)
    proxy.mode = "pass"
    heals("refusals", 40)


def quick(name, count=3, seconds=1, **rest):
    """503 at once, not after acquire_timeout."""
    for _ in range(count):
        response = ask("GET", "/things/1", **rest)
        equal(response.status, 503, name + ": 503")
        like(response["Retry-After"], r"^[1-5]$", "with Retry-After")
        ok(response.took < seconds, "at once: %.2f s" % response.took)


PATIENT = "acquire_timeout 8s; check off;"


def replaced(where, settings=PATIENT):
    """A configuration with another primary, all old workers gone."""
    nginx.configure("api_postgres app { primary %s; %s }" % (where, settings),
                    ROUTES.replace("api_timeout 2s", "api_timeout 20s"),
                    workers=1)
    applied()


@section
def nobody_is_there():
    """What stays so is told at once, be it the first request or not."""
    right = uri("sslmode=disable")
    for name, where in (
            ("nobody listens", uri("sslmode=disable", free_port())),
            ("at none of two hosts",
             '"host=127.0.0.1,127.0.0.1 port=%d,%d user=app dbname=x"'
             % (free_port(), free_port())),
            ("no such socket", '"host=/nonexistent user=app dbname=x"'),
            ("no such host", '"host=nobody.invalid user=app dbname=x"'),
            ("a wrong password", uri("sslmode=disable", postgres.port)
             .replace(postgres.app_password, "wrong"))):
        replaced(where)
        quick(name)

    replaced('"host=127.0.0.1,127.0.0.1 port=%d,%s user=app dbname=%s'
             ' password=%s"' % (free_port(), proxy.port, postgres.database,
                                postgres.app_password))
    equal(ask("GET", "/things/1").status, 200, "one of two hosts is enough")

    proxy.mode = "refuse"
    replaced(right)
    quick("whoever comes is sent away")
    proxy.mode = "pass"
    heals("that")


@section
def one_who_leaves():
    for minimum in (0, 2):
        replaced(uri("sslmode=disable"),
                 PATIENT + "min_connections %d;" % minimum)
        equal(ask("GET", "/things/1").status, 200, "somebody is there")

        proxy.leave()
        response = ask("GET", "/things/1")
        ok(response.status == 503 and response.took < 2,
           "and has left: %d after %.2f s" % (response.status, response.took))
        quick("left for good")
        time.sleep(4)       # attempts are as far apart as they ever are: 2 s
        quick("for long", seconds=1)
        proxy.listen()
        start = time.monotonic()
        ok(wait_until(lambda: ask("GET", "/things/1").status == 200, 10, 0.2)
           and time.monotonic() - start < 5,
           "back within 5 s: %.1f" % (time.monotonic() - start))

        proxy.leave()
        quick("again", 1, 2)
        time.sleep(6)
        proxy.listen()
        ok(wait_until(lambda: ask("GET", "/things/1").status == 200, 4.5),
           "nobody has asked for long: back as soon")


@section
def a_restart():
    """A moment without anybody fails nothing that has not been sent."""
    replaced(uri("sslmode=disable"), PATIENT)
    for pause in (0.02, 0.2):
        equal(ask("GET", "/things/1").status, 200, "before")
        proxy.leave()
        answers = []
        threads = [threading.Thread(target=lambda: answers.append(
            ask("PUT", "/things/3", json={"name": "x"}))) for _ in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(pause)
        proxy.listen()
        for thread in threads:
            thread.join()
        equal([r.status for r in answers], [200] * 8,
              "away for %.2f s: all that waited are served" % pause)


@section
def a_silence():
    """Black holes are waited for once, not by everybody."""
    hole = socket.create_server(("127.0.0.1", free_port()), backlog=200)
    replaced(uri("sslmode=disable", hole.getsockname()[1]),
             "acquire_timeout 1s; connect_timeout 2s; check off;")
    equal(ask("GET", "/things/1").status, 503, "nobody answers")
    time.sleep(2)
    quick("after one attempt it is known", seconds=0.5)
    hole.close()


@section
def wrong_passwords_and_names():
    bad = uri("sslmode=disable", postgres.port).replace(
        postgres.app_password, "wrong")
    for name, text in (("a wrong password", bad),
                       ("an unknown database", uri(
                           "sslmode=disable", postgres.port).replace(
                               postgres.database, "no_such_database")),
                       ("nobody listens", uri("sslmode=disable", 1))):
        nginx.configure("api_postgres app { primary %s; acquire_timeout 1s;"
                        " check off; }"
                        % text, ROUTES, workers=1)
        applied()
        response = ask("GET", "/things/1")
        equal(response.status, 503, name + ": 503")
        ok(postgres.app_password not in nginx.log()
           and "wrong" not in response.text, name + ": no password is told")
        ok("127.0.0.1" not in response.text
           and "no_such_database" not in response.text,
           name + ": nor a host", response)


@section
def what_libpq_would_not_take():
    """Told by nginx -t, without a database, and before one is asked."""
    other = Nginx("conninfo")
    other.write("services", "[good]\nhost=/nonexistent\n[nested]\n"
                            "service=good\n")

    def said(conninfo, **env):
        other.env = dict(env)
        other.configure('api_postgres app { primary "%s"; check off; }'
                        % conninfo, 'api_route GET /a { api_query value'
                        ' "SELECT 1"; }')
        status, text = other.call("-t")
        return text if status else "ok"

    services = {"PGSERVICEFILE": other.path("services")}
    for conninfo, env, pattern in (
            ("service=none", {}, 'libpq: definition of service "none" not'),
            ("postgresql://h/db?service=none", {}, "definition of service"),
            ("service=none", services, "definition of service"),
            ("host=h", {"PGSERVICE": "none"}, "definition of service"),
            ("service=nested", services, "nested service .*line 4"),
            ("service=good", {"PGSERVICEFILE": "/nonexistent"},
             'service file "/nonexistent" not found'),
            ("host=h sslmode=requir", {}, 'invalid sslmode value: "requir"'),
            ("host=h", {"PGSSLMODE": "no"}, "invalid sslmode value"),
            ("host=h target_session_attrs=master", {},
             'invalid target_session_attrs value: "master"'),
            ("host=h channel_binding=no", {}, "invalid channel_binding"),
            ("host=h port=x", {}, "a port that is not a number from 1 to 65535"),
            ("host=h port=65536", {}, "a port that is not a number"),
            ("host=h port='54 32'", {}, "a port that is not a number"),
            ("postgresql://u:p/secret@h/db", {}, "a port that is not a number"),
            ("host=g,h port=1,2,3", {}, 'needs one port for all hosts'),
            ("host=g,h hostaddr=::1", {}, 'needs as many items in "hostaddr"'),
            ("host=h connect_timeout=5s", {}, '"connect_timeout" with a value'),
            ("host=h tcp_user_timeout=", {}, "^ok$"),
            ("service=good", services, "^ok$"),
            ("host=h", dict(services, PGSERVICE="good"), "^ok$"),
            ("host=h port=' 5432 ' connect_timeout=5", {}, "^ok$"),
            ("host=g,h port=1,", {}, "^ok$"),
            ("host=g,h port=1 hostaddr=::1,::2 keepalives=0", {}, "^ok$"),
            ("postgresql:///db?sslmode=verify-full", {}, "^ok$")):
        text = said(conninfo, **env)
        like(text, pattern, "%s %s" % (conninfo, env or ""))
        ok("secret" not in text, "and no password")
        if text != "ok":
            like(text, r"\[emerg\].*nginx.conf:\d+", "with its line")


@section
def the_same_user_everywhere():
    """peer: the check and migrations are who the workers are."""
    if os.geteuid() != 0:
        note("skipped: not root")
        return
    own = OwnPostgres("identity")
    with open(os.path.join(own.data, "pg_hba.conf"), "r+") as hba:
        lines = hba.read()
        hba.seek(0)
        hba.write('local app "www-data" peer\n' + lines)
    own.admin('CREATE ROLE "www-data" LOGIN',
              'GRANT CREATE ON SCHEMA public TO "www-data"',
              "SELECT pg_reload_conf()")

    other = Nginx("identity", env={"HOME": "/root"})
    other.write("migrations/0001_a.sql", "CREATE TABLE a AS SELECT"
                " current_user::text AS who")
    os.chmod(other.path("migrations/0001_a.sql"), 0o600)
    for who in ("user=www-data", ""):
        other.configure("""
            api_postgres app { primary "host=%s port=%s dbname=app %s";
                               migrations %s; check required; }"""
                        % (own.host, own.port, who, other.path("migrations")),
                        """api_route GET /a { api_query value
                            "SELECT who || '=' || current_user FROM a"; }""",
                        workers=1)
        status, text = other.call("-t")
        equal(status, 0, "nginx -t, %s" % (who or "no user"), text)
        other.start()
        for _ in range(2):
            connection = wire.Connection(other.port)
            equal(connection.request("GET", "/a").body,
                  b'"www-data=www-data"', "migrated and asked as that one")
            connection.close()
            ok(other.reload(), "a reload")
        with open("/proc/%d/status" % other.pid) as lines:
            text = lines.read()
        like(text, r"Uid:\s0\s0\s0\s0\nGid:\s0\s0\s0\s0\n",
             "the master is root")
        other.stop()
    equal(other.alerts(), [], "no alert")
    own.kill()


@section
def a_secret_for_everybody():
    other = Nginx("secret")
    other.write("secret", "host=/nonexistent")
    other.configure("api_postgres app { primary file:secret; check off; }",
                    'api_route GET /a { api_query value "SELECT 1"; }')
    for mode, wanted in ((0o644, True), (0o602, True), (0o640, False),
                         (0o600, False)):
        os.chmod(other.path("secret"), mode)
        text = other.call("-t")[1]
        (like if wanted else unlike)(text, r"\[warn\].*secret\" may be read",
                                     "%o" % mode)


@section
def room_for_clients():
    other = Nginx("room")

    def said(connections, first, *databases, before=True):
        other.configure("".join(
            "api_postgres d%d { primary host=/x; check off;"
            " max_connections %d; }" % pair
            for pair in enumerate((first,) + databases)),
            'api_route GET /a { api_database d0; api_query value "SELECT 1"; }')
        with open(other.conf) as conf:
            text = conf.read().replace(
                "events { worker_connections 4096; }", "")
        events = "events { %s }" % connections
        other.write("nginx.conf", text.replace("http {", events + "\nhttp {")
                    if before else text + events)
        status, text = other.call("-t")
        equal(status, 0, "%s, %s" % (connections, (first,) + databases), text)
        return text

    for args, pattern in (
            (("worker_connections 100;", 60),
             r"\[warn\].* of the 100 worker_connections of a worker"
             r" api_postgres may take 60 .* leaves 37 for clients"),
            (("worker_connections 100;", 20, 20, 20), r"may take 60 .*all 3\)"),
            (("worker_connections 100;", 100), r"leaves 0 for clients"),
            (("", 400), "of the 512 worker_connections")):
        for before in (True, False):
            like(said(*args, before=before), pattern, "a warning")
    for args in (("worker_connections 100;", 20, 20), ("", 200),
                 ("worker_connections 64;", 20)):
        unlike(said(*args), "worker_connections of", "no warning")


def the_end():
    proxy.mode = "pass"
    took = nginx.stop()
    ok(took < 25, "nginx ends: %.1f s" % took)
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
