"""What goes over the wire to PgBouncer in transaction mode.  It gives a server's
session to another client at the first Sync that ends outside of a transaction,
so there is never more than one under way; and what is asked there, by the engine
itself as well, is asked in a transaction that begins with our settings, whatever
another client has left in the session.
"""

import os
import re
import subprocess
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from pgbouncer import PgBouncer
from relay import Relay
from server import Nginx, Postgres, free_port
from tap import equal, like, ok, section, unlike, wait_until

BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED "
SETTINGS = "SELECT pg_catalog.set_config('statement_timeout', $1, true)"
WHOSE = "SELECT pg_catalog.pg_backend_pid()"
CATALOG = "SELECT pg_catalog.md5("

postgres = Postgres("pooler_wire")
postgres.sql(
    "CREATE TYPE mood AS ENUM ('good', 'bad')",
    "CREATE TABLE things (id int PRIMARY KEY, name text, gone int, m mood)",
    "INSERT INTO things VALUES (1, 'right', 1, 'good')",
    "CREATE SCHEMA elsewhere",
    "CREATE TABLE elsewhere.things (id uuid PRIMARY KEY, name text)",
    "CREATE FUNCTION dark() RETURNS int LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM set_config('app.v', 'x', false); RETURN 1; END $$",
    "CREATE FUNCTION told(n int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS"
    " $$ BEGIN PERFORM pg_advisory_lock(77); RETURN n; END $$")

nginx = Nginx("pooler_wire")


class Sniffer(Relay):
    """.most: Syncs that were under way on one connection; .transactions: the
    texts of each, as they were begun."""

    def __init__(self, port):
        self.under_way = {}
        self.most = 0
        self.open = {}
        self.transactions = []
        self.spoil = 0
        Relay.__init__(self, port)

    def sent(self, number, kind, message):
        if kind in ("startup", "S"):
            self.under_way[number] = self.under_way.get(number, 0) + 1
            self.most = max(self.most, self.under_way[number])

        elif kind == "P":
            sql = message[5:].split(b"\0")[1].decode("utf-8")
            if number not in self.open:
                self.open[number] = []
                self.transactions.append(self.open[number])
            self.open[number].append(sql)

            if self.spoil and sql.startswith(SETTINGS):
                self.spoil -= 1
                message = message.replace(b"set_config", b"set_absent")

        return message

    def came(self, number, kind, message):
        if kind == "Z":
            self.under_way[number] -= 1
            if message[5:6] == b"I":
                self.open.pop(number, None)
        return message

    def settled(self):
        """No connection is being set up any more."""
        def quiet():
            before = self.texts()
            time.sleep(0.3)
            return before == self.texts() and not self.open
        return wait_until(quiet, 10)

    def texts(self):
        with self.lock:
            return [list(transaction) for transaction in self.transactions]


def right(sniffer, what):
    """All that was sent by now."""
    equal(sniffer.most, 1, "never more than one Sync under way: " + what)

    texts = sniffer.texts()
    equal([t[:3] for t in texts
           if not t[0].startswith(BEGIN) or len(t) < 2
           or not t[1].startswith(SETTINGS)], [],
          "each transaction begins with our settings: " + what)
    return texts


ROUTES = """
    location /w {
        api_route GET /any/:id {
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /gone/:id<int> {
            api_query one "SELECT gone FROM things WHERE id = $id";
        }
        api_route GET /mood/:id<int> {
            api_query value "SELECT m FROM things WHERE id = $id";
        }
        api_route GET /told/:n<int> {
            api_query value "SELECT pg_typeof($n)::text";
        }
        api_route GET /wrong { api_query value "SELECT n FROM nowhere"; }
        api_route POST /name/:id<int>/:name {
            api_query one "UPDATE things SET name = $name WHERE id = $id
                           RETURNING name";
        }
        api_route GET /name {
            api_query value "SELECT current_setting('application_name')";
        }
        api_route POST /dark { api_query value "SELECT dark()"; }
    }
"""


def started(port, settings="pooler transaction;", more=""):
    """Nobody could ask while the configuration was read: the workers learn."""
    if nginx.process:
        nginx.stop()
    nginx.configure("""
    api_postgres app {
        primary "postgresql://app:%s@127.0.0.1:%d/%s?sslmode=disable%s";
        direct "host=127.0.0.1 port=%d user=app dbname=app";
        %s max_connections 4; min_connections 2;
    }
    """ % (postgres.app_password, port, postgres.database, more, free_port(),
           settings),
        ROUTES)
    nginx.start()


def call(method, path):
    return wire.Connection(nginx.port, 30).request(method, "/w" + path)


def seen(sniffer, text):
    return wait_until(lambda: [t for t in sniffer.texts()
                               if any(text in sql for sql in t)], 10)


@section
def one_at_a_time():
    pooler = PgBouncer(postgres, 3)
    sniffer = Sniffer(pooler.port)
    try:
        started(sniffer.port)
        ok(seen(sniffer, "SELECT dark()"), "the last statement was learned")
        texts = right(sniffer, "setup and learning")
        learned = [t for t in texts if any("nowhere" in sql for sql in t)]
        equal(learned[0][-1], "ROLLBACK",
              "a statement that is wrong leaves no transaction open")

        equal(call("GET", "/any/1").json(), {"id": 1, "name": "right"}, "int")
        equal(call("GET", "/any/x").status, 400, "its type is known")
        equal(call("GET", "/mood/1").json(), "good", "a type of the user's")
        equal(call("GET", "/told/1").json(), "integer", "a type that is told")
        equal(call("GET", "/wrong").status, 500, "a wrong one")
        equal(call("POST", "/name/1/new").json(), {"name": "new"}, "a write")
        equal(call("POST", "/dark").json(), 1, "an opaque one")
        right(sniffer, "jobs")

        equal(call("GET", "/gone/1").json(), {"gone": 1}, "a column")
        postgres.sql("ALTER TABLE things DROP COLUMN gone",
                     "ALTER TABLE things ALTER COLUMN id TYPE bigint")
        equal(call("GET", "/gone/1").status, 500, "that is no more")
        ok(seen(sniffer, CATALOG), "the catalog is asked")
        equal(call("GET", "/any/99999999999").status, 404,
              "and all is learned anew")
        right(sniffer, "a schema that changes")
        postgres.sql("ALTER TABLE things ADD COLUMN gone int",
                     "UPDATE things SET name = 'right'")
    finally:
        nginx.stop()
        pooler.kill()


@section
def one_that_nobody_has_told_us_of():
    """Until it is known who answers nothing is asked but that."""
    pooler = PgBouncer(postgres, 3, more="ignore_startup_parameters = options")
    for settings in ("", "pooler session;"):
        sniffer = Sniffer(pooler.port)
        try:
            started(sniffer.port, settings + " check off;")
            for n in range(4):
                equal(call("GET", "/any/1").json(), {"id": 1, "name": "right"},
                      "a row")
            equal(sniffer.most, 1,
                  "never more than one Sync under way: " + settings)
            texts = [t for t in sniffer.texts() if not t[0].startswith(BEGIN)]
            equal([t for t in texts if t != [WHOSE]], [],
                  "but who it is, in vain: " + settings)
        finally:
            nginx.stop()
    pooler.kill()


def left_by_another(pooler, *statements):
    """In the only session of the pooler, by a client that stays."""
    process = subprocess.Popen(
        [os.path.join(postgres.bin, "psql"), "-X", "-q", "-A", "-t",
         pooler.dsn()], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        text=True)
    process.stdin.write(";\n".join(statements) + ";\nSELECT 'left';\n")
    process.stdin.flush()
    equal(process.stdout.readline(), "left\n", "another client was there")
    return process


@section
def what_another_client_has_left():
    for what in ("CREATE TEMP TABLE things (id uuid, name text)",
                 "SET search_path = elsewhere"):
        pooler = PgBouncer(postgres, 1)
        sniffer = Sniffer(pooler.port)
        process = None
        try:
            process = left_by_another(pooler, what)
            started(sniffer.port)
            for n in range(3):
                answer = call("GET", "/any/1")
                equal((answer.status, answer.text),
                      (200, '{"id":1,"name":"right"}'), what)
            right(sniffer, what)
        finally:
            nginx.stop()
            if process:
                process.stdin.close()
                process.wait(10)
            pooler.kill()


@section
def settings_that_fail():
    pooler = PgBouncer(postgres, 3)
    sniffer = Sniffer(pooler.port)
    try:
        started(sniffer.port)
        equal(call("POST", "/dark").status, 200, "a job")
        ok(sniffer.settled(), "no connection is being set up")
        before = len(nginx.log())
        with sniffer.lock:
            sniffer.spoil = 1
        equal(call("POST", "/dark").status, 200, "is sent again")
        equal(sniffer.spoil, 0, "its settings have failed once")
        unlike(nginx.log()[before:], r"savepoint|cannot be set|lost",
               "and the connection stays")
        right(sniffer, "settings that fail")
    finally:
        nginx.stop()
        pooler.kill()


@section
def the_name_of_an_application():
    """It is shown in pg_stat_activity and in the server's log, and RESET ALL of
    a pooler's session would take it away."""
    for more, name in (("", "nginx"), ("&application_name=shop", "shop")):
        pooler = PgBouncer(postgres, 1)
        try:
            started(pooler.port, more=more)
            equal(call("GET", "/name").json(), name, name + ": at first")
            equal(call("POST", "/dark").status, 200, "something opaque runs")
            equal(call("GET", "/name").json(), name, "the next job's is right")
            equal(postgres.admin(
                "SELECT string_agg(DISTINCT application_name, ',') FROM"
                " pg_stat_activity WHERE usename = 'app' AND datname = '%s'"
                % postgres.database), name, "and what the server shows")
        finally:
            nginx.stop()
            pooler.kill()


@section
def a_lock_taken_while_planning():
    """EXPLAIN of nginx -t runs told(), which is not what it says it is."""
    pooler = PgBouncer(postgres, 1)
    try:
        nginx.configure("""
    api_postgres app {
        primary "postgresql://app:%s@127.0.0.1:%d/%s?sslmode=disable";
        pooler transaction; max_connections 1;
    }
    """ % (postgres.app_password, pooler.port, postgres.database),
            'api_route GET /told { api_query value "SELECT told(1)"; }')
        status, said = nginx.call("-t")
        equal(status, 0, "the configuration is good", said)
        equal(postgres.admin(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
            " AND datname = '%s'" % postgres.database), "1",
            "the pooler has kept its session")
        equal(postgres.admin("SELECT count(*) FROM pg_locks WHERE locktype ="
                             " 'advisory' AND objid = 77"), "0",
              "which holds no lock")
    finally:
        pooler.kill()


@section
def no_search_path():
    of = "ALTER ROLE app IN DATABASE %s " % postgres.database
    postgres.admin(of + "SET search_path = ''")
    pooler = PgBouncer(postgres, 1)
    before = len(nginx.log())
    try:
        started(pooler.port)
        equal(call("POST", "/dark").status, 500, "nothing is found")
        equal(call("GET", "/told/1").json(), "integer", "what is built in is")
        unlike(nginx.log()[before:], "cannot be set", "and sessions can be set")
    finally:
        postgres.admin(of + "RESET search_path")
        nginx.stop()
        pooler.kill()


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
