"""PgBouncer in transaction mode between nginx and PostgreSQL, beside another
client of it that sets what it likes: the answers are the same as without, and
nothing of ours is seen by that client.
"""

import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from pgbouncer import PgBouncer
from server import Nginx, Postgres, free_port, running
from tap import equal, like, note, ok, section, unlike, wait_until

postgres = Postgres("pooler")

postgres.admin("DROP ROLE IF EXISTS other_of_pooler", "CREATE ROLE other_of_pooler",
               "GRANT other_of_pooler TO app")
postgres.sql(
    "CREATE SCHEMA elsewhere",
    "CREATE TABLE things (id int PRIMARY KEY, name text, at timestamptz"
    " DEFAULT '2026-01-02 03:04:05+00', took interval DEFAULT '1 day 2 hours',"
    " bytes bytea DEFAULT '\\x00ff', f float8 DEFAULT 0.1, d date DEFAULT"
    " '2026-01-02')",
    "INSERT INTO things VALUES (1, 'right'), (2, 'a\\b''c')",
    "CREATE TABLE elsewhere.things (LIKE things INCLUDING ALL)",
    "INSERT INTO elsewhere.things VALUES (1, 'wrong')",
    "CREATE TABLE written (id serial PRIMARY KEY, n int UNIQUE)",
    "CREATE FUNCTION wr() RETURNS bigint VOLATILE LANGUAGE sql AS"
    " $$ INSERT INTO written (n) VALUES (1) RETURNING id $$",
    "CREATE FUNCTION sneaky() RETURNS bigint STABLE LANGUAGE plpgsql AS"
    " $$ BEGIN EXECUTE 'INSERT INTO written (n) VALUES (2)'; RETURN 1;"
    " END $$",
    "CREATE FUNCTION leaving() RETURNS int LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM set_config('app.v', 'ours', false);"
    " PERFORM set_config('search_path', 'ours', false);"
    " PERFORM pg_advisory_lock(7); LISTEN ours; RETURN 1; END $$",
    "CREATE TABLE audit (v text)",
    "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM set_config('app.late', 'ours', false);"
    " PERFORM pg_advisory_lock(8);"
    " IF NEW.v = 'bad' THEN RAISE EXCEPTION 'late'; END IF;"
    " RETURN NULL; END $$",
    "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON audit"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()",
    "CREATE FUNCTION preparing() RETURNS int LANGUAGE plpgsql AS"
    " $$ BEGIN EXECUTE 'PREPARE left_over AS SELECT 1'; RETURN 1; END $$",
    "CREATE FUNCTION leaving_and_failing() RETURNS int LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM leaving(); RAISE EXCEPTION 'on purpose'; END $$")


class Hostile(threading.Thread):
    """Another client of the pooler.  Each statement is a transaction of its
    own, and may meet a session that ours have used."""

    SETS = ["SET search_path = elsewhere", "SET DateStyle = 'German'",
            "SET TimeZone = 'Asia/Tokyo'", "SET bytea_output = 'escape'",
            "SET IntervalStyle = 'iso_8601'", "SET extra_float_digits = -15",
            # a BEGIN of ours has to come within it
            "SET statement_timeout = 100", "SET ROLE other_of_pooler",
            "SET statement_timeout = '30min'", "RESET ROLE",
            "SET lock_timeout = '29min'",
            "SET default_transaction_read_only = on",
            "SET default_transaction_isolation = 'serializable'",
            "SET standard_conforming_strings = off", "SET array_nulls = off",
            "SET app.v = 'theirs'", "SET row_security = off",
            "CREATE TEMP TABLE IF NOT EXISTS things (id int, name text)",
            "SET default_transaction_read_only = off"]

    LOOK = ("SELECT 'SEEN', current_setting('statement_timeout'),"
            " current_setting('app.v', true), current_setting('search_path'),"
            " current_setting('default_transaction_read_only'),"
            " (SELECT count(*) FROM pg_listening_channels()),"
            " (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND pid = pg_backend_pid())")

    def __init__(self, pooler):
        threading.Thread.__init__(self, daemon=True)
        self.stopping = False
        self.seen = set()
        self.process = subprocess.Popen(
            [os.path.join(postgres.bin, "psql"), "-X", "-q", "-A", "-t",
             pooler.dsn()], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, text=True, bufsize=1)
        running.append(self)
        self.reader = threading.Thread(target=self.read, daemon=True)
        self.reader.start()

    def run(self):
        while not self.stopping:
            for sql in self.SETS:
                if self.stopping:
                    break
                try:
                    self.process.stdin.write("%s;\n%s;\n" % (sql, self.LOOK))
                except OSError:
                    return
                time.sleep(0.002)

    def read(self):
        for line in self.process.stdout:
            if line.startswith("SEEN|"):
                self.seen.add(line.strip())

    def kill(self):
        self.stopping = True
        if self in running:
            running.remove(self)
        if self.is_alive():
            self.join(10)
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.reader.join(10)


ROUTES = """
    location /s {
        api_timeout 60s;
        api_route GET /one/:id<int> {
            api_query one "SELECT * FROM things WHERE id = $id";
        }
        api_route GET /none { api_query one "SELECT 1 AS n WHERE false"; }
        api_route GET /wr { api_query one "SELECT wr() AS id"; }
        api_route GET /sneaky { api_query one "SELECT sneaky() AS id"; }
        api_route POST /wr { api_query one "SELECT wr() AS id"; }
        api_route DELETE /wr { api_query exec "DELETE FROM written"; }
        api_route POST /n/:n<int> {
            api_query one "INSERT INTO written (n) VALUES ($n) RETURNING n";
        }
        api_route POST /two/:n<int> {
            api_query one "INSERT INTO written (n) VALUES ($n) RETURNING n"
                          as=first;
            api_query one "SELECT $first.n + 1 AS n";
        }
        api_route POST /two/none/:n<int> {
            api_query one "INSERT INTO written (n) VALUES ($n) RETURNING n";
            api_query one "SELECT 1 AS n WHERE false";
        }
        api_route GET /zero/:n<int> { api_query value "SELECT 1 / $n::int"; }
        api_route GET /list { api_query value "SELECT $l::text[]";
                              api_param l string[]; }
        api_route POST /leave { api_query value "SELECT leaving()"; }
        api_route POST /leave/fail {
            api_query value "SELECT leaving_and_failing()";
        }
        api_route GET /leave { api_query value "SELECT leaving()"; }
        api_route POST /audit/:v {
            api_query value "INSERT INTO audit VALUES ($v) RETURNING 1";
        }
        api_route POST /prepare { api_query value "SELECT preparing()"; }
        api_route GET /left {
            api_query one "SELECT coalesce(current_setting('app.late', true),
                '') AS v, (SELECT count(*) FROM pg_locks WHERE
                locktype = 'advisory' AND objid = 8) AS locks";
        }
        api_route GET /settings {
            api_query one "SELECT current_setting('statement_timeout') AS t,
                current_setting('transaction_read_only') AS r,
                current_setting('transaction_isolation') AS i";
        }
    }
"""

nginx = Nginx("pooler")


def configured(uri, settings):
    nginx.configure("""
    api_postgres app { primary "%s"; statement_timeout 11s;
        max_connections 8; min_connections 2; acquire_timeout 30s; %s }
    """ % (uri, settings), ROUTES, workers=2)
    if nginx.process:
        nginx.stop()
    nginx.start()


def call(method, path):
    return wire.Connection(nginx.port, 60).request(method, "/s" + path)


CASES = [("GET", "/one/1"), ("GET", "/one/2"), ("GET", "/one/3"),
         ("GET", "/none"), ("GET", "/wr"), ("GET", "/sneaky"),
         ("DELETE", "/wr"), ("POST", "/wr"), ("POST", "/wr"),
         ("DELETE", "/wr"), ("POST", "/n/5"), ("POST", "/n/5"),
         ("POST", "/two/6"), ("POST", "/two/none/7"), ("POST", "/n/7"),
         ("GET", "/zero/1"), ("GET", "/zero/0"), ("GET", "/zero/2"),
         ("GET", "/list?l=NULL,a,%5Cb"), ("POST", "/leave"),
         ("POST", "/leave/fail"), ("GET", "/leave"), ("GET", "/settings"),
         ("POST", "/audit/good"), ("GET", "/left"), ("POST", "/audit/bad"),
         ("GET", "/left"), ("POST", "/prepare"), ("POST", "/prepare")]


def answers():
    """Of each case what a client sees, but for what differs each time."""
    got = []
    postgres.sql("TRUNCATE written")
    for method, path in CASES:
        answer = call(method, path)
        text = re.sub(r'"request_id":"[^"]*"', "", answer.text)
        if path == "/wr" and answer.status == 200:
            text = re.sub(r"\d+", "N", text)
        got.append((method, path, answer.status, text))
    return got


def in_parallel(path, method, n, wanted):
    """Statuses of n requests of 8 clients."""
    statuses, lock = [], threading.Lock()

    def client():
        connection = wire.Connection(nginx.port, 60)
        for _ in range(n // 8):
            status = connection.request(method, "/s" + path).status
            with lock:
                statuses.append(status)
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {s: statuses.count(s) for s in set(statuses)}


direct = []


@section
def without_a_pooler():
    configured(postgres.uri, "")
    direct.extend(answers())
    equal(direct[0][2], 200, "a row")
    equal([a[3] for a in direct if a[1] == "/left"],
          ['{"v":"","locks":0}'] * 2, "nothing is left")
    equal([a[2] for a in direct if a[:2] in (("GET", "/wr"),
                                              ("GET", "/sneaky"))],
          [500, 500], "a GET that writes is 500")


def behind(size):
    pooler = PgBouncer(postgres, size)
    hostile = Hostile(pooler)
    hostile.start()
    try:
        configured(pooler.dsn(), "pooler transaction;")
        for n in range(3):
            for got, wanted in zip(answers(), direct):
                equal(got, wanted, "%s %s, round %d" % (got[0], got[1], n))

        equal(in_parallel("/one/1", "GET", 400, 200), {200: 400}, "reads")
        equal(in_parallel("/wr", "GET", 80, 500), {500: 80},
              "no GET writes, of 80")
        call("DELETE", "/wr")
        got = in_parallel("/n/9", "POST", 80, 200)
        equal(got, {200: 1, 409: 79}, "one of 80 equal rows is written")

        ok(wait_until(lambda: len(hostile.seen) > 3, 10), "the other looked")
        hostile.kill()
        seen = "\n".join(sorted(hostile.seen))
        unlike(seen, r"\b11s\b|ours", "and saw nothing of ours")
        equal({line.split("|")[-2:][0] + line.split("|")[-1]
               for line in hostile.seen}, {"00"}, "no channel, no lock")

        status, text = nginx.call("-t")
        equal(status, 0, "nginx -t once more")
        unlike(text, r"\[warn\].*(a pooler|\"pooler)", "and nothing is said")
    finally:
        hostile.kill()
        nginx.stop()
        pooler.kill()


@section
def pool_of_one():
    behind(1)


@section
def pool_of_five():
    behind(5)


@section
def it_is_noticed():
    pooler = PgBouncer(postgres, 5)
    try:
        configured(pooler.dsn(), "")
        like(nginx.log(), r"\[warn\].*is a pooler, and is taken for one in"
             r" transaction mode: say .pooler transaction.", "a warning")
        equal(call("GET", "/one/1").status, 200, "and it works")
        equal(in_parallel("/wr", "GET", 80, 500), {500: 80}, "safely")

        for n in range(3):
            status, text = nginx.call("-t")
            equal(status, 0, "nginx -t %d" % n)
            like(text, "pooler transaction", "names the directive")

        nginx.write("migrations/0001_a.sql", "CREATE TABLE a (n int);\n")
        for settings in ("pooler transaction; migrations migrations;",
                         "migrations migrations;"):
            nginx.configure(
                "api_postgres app { primary \"%s\"; %s }" % (
                    pooler.dsn(), settings), ROUTES)
            status, text = nginx.call("-t")
            ok(status != 0, "no migrations through a pooler: " + settings)
            like(text, "direct.? with a connection string", "but past it")

        configured(pooler.dsn(), "pooler transaction; migrations migrations;"
                   " direct \"%s\";" % postgres.uri)
        equal(postgres.sql("SELECT count(*) FROM a"), "0", "as they are here")
        equal(call("GET", "/one/1").status, 200, "and it works")
        nginx.stop()
    finally:
        pooler.kill()


@section
def it_is_noticed_by_its_keys():
    pooler = PgBouncer(postgres, 3, more="ignore_startup_parameters = options")
    try:
        configured(pooler.dsn(), "")
        like(nginx.log(), r"\[warn\].*is a pooler, and is taken for one in"
             r" transaction mode: say .pooler transaction.", "a warning")
        equal(in_parallel("/wr", "GET", 80, 500), {500: 80}, "and it is safe")

        # nobody could ask at the start
        configured(pooler.dsn(), "check off;")
        call("GET", "/one/1")
        like(nginx.log(), r"\[warn\].*a pooler is in front", "a worker too")
        nginx.stop()
    finally:
        pooler.kill()


@section
def a_session_each():
    pooler = PgBouncer(postgres, 20, "session")
    try:
        configured(pooler.dsn(), "pooler session;")
        for n in range(2):
            for got, wanted in zip(answers(), direct):
                equal(got, wanted, "%s %s, round %d" % (got[0], got[1], n))
        status, text = nginx.call("-t")
        equal(status, 0, "nginx -t")
        unlike(text, r"\[warn\].*(a pooler|\"pooler)", "nothing is said")

        # behind what is made clean, too
        for method in ("GET", "POST"):
            call(method, "/leave")
            equal(call("GET", "/settings").json(), {
                "t": "11s", "r": "on", "i": "read committed"}, method)
        nginx.stop()
    finally:
        pooler.kill()


LENDS = r"\[warn\].*says .pooler session., but .* lends its sessions by the"\
        r" transaction.*say .pooler transaction."


@section
def sessions_that_are_lent():
    """"pooler session", in front of one in transaction mode."""
    for size in (1, 5):
        pooler = PgBouncer(postgres, size)
        hostile = Hostile(pooler)
        hostile.start()
        try:
            configured(pooler.dsn(), "pooler session;")
            like(nginx.log(), LENDS, "pool of %d: the start says so" % size)
            for got, wanted in zip(answers(), direct):
                equal(got, wanted, "%s %s" % got[:2])
            equal(in_parallel("/one/1", "GET", 80, 200), {200: 80}, "reads")
            status, text = nginx.call("-t")
            equal(status, 0, "nginx -t")
            like(text, LENDS, "says so, too")
            like(asked_to_prepare(pooler.dsn(), "pooler session; direct"
                                  " \"%s\";" % postgres.uri), LENDS,
                 "and where the check goes past it")
            ok(wait_until(lambda: len(hostile.seen) > 3, 10),
               "the other looked")
            hostile.kill()
            unlike("\n".join(sorted(hostile.seen)), r"\b11s\b|ours",
                   "and saw nothing of ours")

            # nobody asks at the start
            for settings in ("check off;", "connect_timeout 1s;"):
                uri = pooler.dsn()
                if settings != "check off;":
                    uri = uri.replace(":%d/" % pooler.port,
                                      ":%d/" % free_port())
                like(asked_to_prepare(uri, "pooler session; " + settings),
                     r"was not asked whether.*taken for .pooler transaction.",
                     settings)
        finally:
            hostile.kill()
            nginx.stop()
            pooler.kill()


@section
def sessions_that_are_lent_later():
    pooler = PgBouncer(postgres, 8, "session")
    try:
        configured(pooler.dsn(), "pooler session;")
        equal(in_parallel("/one/1", "GET", 80, 200), {200: 80}, "as it says")
        ini = os.path.join(pooler.top, "ini")
        with open(ini) as text:
            text = text.read()
        with open(ini, "w") as out:
            out.write(text.replace("pool_mode = session",
                                   "pool_mode = transaction"))
        pooler.process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        postgres.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                       " WHERE usename = 'app' AND datname = '%s'"
                       % postgres.database)
        found = wait_until(lambda: in_parallel("/n/9", "POST", 80, 200)
                           and re.search(r"\[warn\].*lends its sessions by the"
                                         r" transaction, though api_postgres",
                                         nginx.log()), 20)
        ok(found, "a worker says so", nginx.log()[-600:])
        ok(wait_until(lambda: in_parallel("/one/1", "GET", 80, 200)
                      == {200: 80}, 20), "and goes on")
    finally:
        nginx.stop()
        pooler.kill()


@section
def a_call_that_commits():
    postgres.sql("DROP PROCEDURE IF EXISTS keeping()",
                 "CREATE PROCEDURE keeping() LANGUAGE plpgsql AS"
                 " $$ BEGIN INSERT INTO audit VALUES ('kept'); COMMIT; END $$")
    route = 'location /c { api_route POST /keep { api_query exec' \
            ' "CALL keeping()"; } }'
    says = r"\[warn\].*says COMMIT.*2D000.*pooler transaction.*past the pooler"
    pooler = PgBouncer(postgres, 5)
    try:
        for uri, settings, warned, status in (
                (pooler.dsn(), "pooler transaction;", True, 500),
                (pooler.dsn(), "pooler transaction; direct \"%s\";"
                 % postgres.uri, True, 500),
                (pooler.dsn(), "", True, 500),
                (postgres.uri, "", False, 204)):
            nginx.stop()
            nginx.configure("api_postgres app { primary \"%s\"; %s }"
                            % (uri, settings), route)
            nginx.start()
            text = nginx.call("-t")[1]
            (like if warned else unlike)(text, says, "nginx -t: " + settings)
            connection = wire.Connection(nginx.port, 30)
            equal(connection.request("POST", "/c/keep", body=b"").status,
                  status, "and a request")
            connection.close()
    finally:
        nginx.stop()
        pooler.kill()


# ---- workers that are killed ------------------------------------------------

class Neighbour(threading.Thread):
    """Another client of the pooler, who asks one thing after the other: what it
    is told that it has not asked for is somebody else's."""

    def __init__(self, pooler):
        threading.Thread.__init__(self, daemon=True)
        self.stopping = False
        self.asked = 0
        self.wrong = []
        self.process = subprocess.Popen(
            [os.path.join(postgres.bin, "psql"), "-X", "-q", "-A", "-t",
             pooler.dsn()], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, bufsize=1)
        running.append(self)

    def run(self):
        while not self.stopping:
            self.asked += 1
            self.process.stdin.write("SELECT 'mine-%d';\n" % self.asked)
            line = self.process.stdout.readline()
            if line != "mine-%d\n" % self.asked:
                self.wrong.append(line)
                break
            time.sleep(0.001)

    def kill(self):
        self.stopping = True
        if self in running:
            running.remove(self)
        if self.is_alive():
            self.join(10)
        self.process.kill()
        self.process.wait(10)


KILLED = float(os.environ.get("TEST_KILLED", 9))


def killed_behind(size):
    """Workers die at any moment, with their transactions under way: the pooler
    gives the session to somebody else, who must not get what was theirs."""
    pooler = PgBouncer(postgres, size)
    neighbours = [Neighbour(pooler) for _ in range(2)]
    nginx.expected += [r"exited on signal 9",
                       r"shared memory zone \S+ was locked by"]
    try:
        nginx.configure("""
        api_postgres app { primary "%s"; pooler transaction; max_connections 12;
            min_connections 4; acquire_timeout 8s; }
        """ % pooler.dsn(), """
        location /k {
            api_route GET /a/:n<int> {
                api_query one "SELECT $n AS n, 'a' AS kind,
                               repeat('x', $n % 3000) AS x"; }
            api_route GET /b/:n<int> {
                api_query one "SELECT $n AS n, 'b' AS kind, pg_sleep(0.004)
                               IS NULL AS slept"; }
            api_route GET /c/:n<int> {
                api_query many "SELECT $n AS n, 'c' AS kind, g AS g
                                FROM generate_series(1, 50) AS g"; }
        }
        """, workers=3)
        if nginx.process:
            nginx.stop()
        nginx.start()
        for neighbour in neighbours:
            neighbour.start()

        ended, statuses, wrong = [], {}, []

        def load(k):
            n, connection = k * 10000000, None
            while not ended:
                n += 1
                kind = "abc"[n % 3]
                try:
                    connection = connection or wire.Connection(nginx.port, 30)
                    answer = connection.request("GET", "/k/%s/%d" % (kind, n))
                except (wire.Ended, OSError):
                    connection = None
                    statuses[0] = statuses.get(0, 0) + 1
                    continue
                statuses[answer.status] = statuses.get(answer.status, 0) + 1
                if answer.status == 200:
                    rows = answer.json()
                    rows = rows if kind == "c" else [rows]
                    if {(r["n"], r["kind"]) for r in rows} != {(n, kind)} \
                            or len(rows) != (50 if kind == "c" else 1) \
                            or (kind == "a" and len(rows[0]["x"]) != n % 3000):
                        wrong.append((kind, n, answer.text[:200]))

        threads = [threading.Thread(target=load, args=(k + 1,))
                   for k in range(8)]
        for thread in threads:
            thread.start()
        kills, end = 0, time.monotonic() + KILLED
        while time.monotonic() < end:
            time.sleep(random.uniform(0.02, 0.25))
            workers = list(nginx.workers())
            if workers:
                try:
                    os.kill(random.choice(workers), signal.SIGKILL)
                    kills += 1
                except ProcessLookupError:
                    pass
        ended.append(1)
        for thread in threads:
            thread.join()
        for neighbour in neighbours:
            neighbour.kill()

        note("pool of %d: %d kills, answers %s, neighbours asked %s" % (
            size, kills, statuses, [n.asked for n in neighbours]))
        equal(wrong[:3], [], "no client gets another's answer")
        equal([n.wrong for n in neighbours], [[], []],
              "nor does another client of the pooler")
        ok(kills > KILLED, "though workers were killed", kills)
        ok(statuses.get(200, 0) > 50 * KILLED / 9, "beside answers", statuses)
        ok(set(statuses) <= {0, 200, 503}, "and nothing odd", statuses)
    finally:
        for neighbour in neighbours:
            neighbour.kill()
        nginx.stop()
        pooler.kill()


@section
def killed_behind_a_pool_of_one():
    killed_behind(1)


@section
def killed_behind_a_pool_of_five():
    killed_behind(5)


class Renaming(threading.Thread):
    """In front of a pooler, what one that keeps statements for its clients does
    to their names."""

    def __init__(self, pooler):
        threading.Thread.__init__(self, daemon=True)
        self.pooler = pooler
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def dsn(self):
        return self.pooler.dsn().replace(":%d/" % self.pooler.port,
                                         ":%d/" % self.port)

    def run(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.pooler.port))
            for a, b in ((client, server), (server, client)):
                threading.Thread(target=self.copy, args=(a, b),
                                 daemon=True).start()

    @staticmethod
    def copy(a, b):
        try:
            while True:
                data = a.recv(65536)
                if not data:
                    break
                b.sendall(re.sub(rb"api_named_(\d+_\d+\0SELECT 1\0)",
                                 rb"PGBOUNCER_\1", data))
            b.shutdown(socket.SHUT_WR)
        except OSError:
            pass


NOT_KEPT = r"\[warn\].*\"prepare on\", but a statement.*is lost.*\"prepare off\""


def asked_to_prepare(uri, settings):
    nginx.configure("api_postgres app { primary \"%s\"; %s }"
                    % (uri, settings), ROUTES)
    status, text = nginx.call("-t")
    equal(status, 0, "nginx -t, " + settings)
    return text


@section
def prepared_statements_are_not_kept():
    for size, more in ((1, ""), (5, ""), (5, "server_round_robin = 1"),
                       (5, "ignore_startup_parameters = options"),
                       (5, "server_reset_query_always = 1")):
        pooler = PgBouncer(postgres, size, more=more)
        try:
            wanting = ["pooler transaction; prepare on;", "prepare on;",
                       "pooler transaction; prepare on; direct \"%s\";"
                       % postgres.uri]
            if "options" in more:
                wanting.append("pooler off;")
            for settings in wanting:
                like(asked_to_prepare(pooler.dsn(), settings), NOT_KEPT,
                     "a pool of %d %s" % (size, more))
            for settings in ("pooler transaction;", "",
                             "pooler transaction; prepare off;"):
                unlike(asked_to_prepare(pooler.dsn(), settings), "is lost",
                       "and none is prepared")
            if size == 1:
                equal(subprocess.run(
                    [os.path.join(postgres.bin, "psql"), "-X", "-A", "-t",
                     pooler.dsn(), "-c", "SELECT name FROM"
                     " pg_prepared_statements"], text=True,
                    stdout=subprocess.PIPE).stdout.strip(), "", "none is left")
        finally:
            pooler.kill()


@section
def prepared_statements_are_kept():
    text = asked_to_prepare(postgres.uri, "pooler transaction; prepare on;")
    unlike(text, "is lost", "by PostgreSQL itself")

    pooler = PgBouncer(postgres, 5, "session")
    try:
        for settings in ("pooler transaction; prepare on;", "pooler session;"):
            unlike(asked_to_prepare(pooler.dsn(), settings), "is lost",
                   "by sessions")
    finally:
        pooler.kill()

    pooler = PgBouncer(postgres, 5)
    renaming = Renaming(pooler)
    renaming.start()
    try:
        unlike(asked_to_prepare(renaming.dsn(),
                                "pooler transaction; prepare on;"), "is lost",
               "by a pooler that names them")
    finally:
        renaming.listener.close()
        pooler.kill()


@section
def nobody_answers_for_a_statement():
    pooler = PgBouncer(postgres, 1)
    other = subprocess.Popen(
        [os.path.join(postgres.bin, "psql"), "-X", "-q", pooler.dsn(), "-c",
         "BEGIN", "-c", "SELECT pg_sleep(20)"], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        ok(wait_until(lambda: postgres.rows(
            "SELECT 1 FROM pg_stat_activity WHERE query ~ '^SELECT pg_sleep'"),
                      10), "the pool is taken")
        begun = time.time()
        text = asked_to_prepare(pooler.dsn(), "pooler transaction; prepare on;"
                                " direct \"%s\";" % postgres.uri)
        unlike(text, "is lost", "nothing is proven")
        ok(time.time() - begun < 5, "nor waited for", time.time() - begun)
    finally:
        other.kill()
        other.wait()
        pooler.kill()


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
