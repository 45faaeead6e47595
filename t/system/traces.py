"""Traces: routes that set, lock, listen, create and fail on purpose, many at
once, beside readers that look for what they might have left.

    t/system/run traces                       short, as in `make test`
    t/system/run traces --requests 500000     the long one
    t/system/run traces --self-test           functions are trusted:
                                              traces must be found

t/system/run --sanitize does the same under AddressSanitizer.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
from server import SLOW, Nginx, Postgres
from tap import equal, note, ok

CLIENTS = 48

LEAVE = {
    "setting": "PERFORM set_config('app.v', v, false);",
    "local": "PERFORM set_config('app.v', v, true);",
    "set": "EXECUTE format('SET app.v = %L', v);",
    "role": "SET ROLE other_of_traces;",
    "role_local": "SET LOCAL ROLE other_of_traces;",
    "path": "SET search_path = elsewhere;",
    "path_local": "PERFORM set_config('search_path', 'elsewhere', true);",
    "zone": "PERFORM set_config('TimeZone', 'Asia/Tokyo', false);",
    "dates": "SET DateStyle = 'German';",
    "bytes": "SET bytea_output = 'escape';",
    "writable": "SET default_transaction_read_only = off;",
    "readonly": "SET default_transaction_read_only = on;",
    "timeout": "SET statement_timeout = '77s';",
    "lock": "PERFORM pg_advisory_lock(hashtext(v));",
    "try_lock": "PERFORM pg_try_advisory_lock(hashtext(v));",
    "listen": "LISTEN everything;",
    "cursor": "EXECUTE 'DECLARE held CURSOR WITH HOLD FOR SELECT 1';",
    "prepared": "EXECUTE 'PREPARE left_over AS SELECT 1';",
}
WRITE = dict(LEAVE, **{
    "table": "CREATE TEMP TABLE mine (n int);",
    "shadow": "CREATE TEMP TABLE things AS SELECT 1 AS id, 'wrong' AS name;",
    "number": "PERFORM nextval('numbers');",
})

ENDS = {"": "RETURN v;", "_fail": "RAISE EXCEPTION 'on purpose';"}

PROBE = """
    SELECT current_user AS role, current_setting('search_path') AS path,
           current_setting('TimeZone') AS zone,
           current_setting('DateStyle') AS dates,
           current_setting('bytea_output') AS bytes,
           current_setting('statement_timeout') AS timeout,
           current_setting('default_transaction_read_only') AS read_only,
           coalesce(current_setting('app.v', true), '') AS v,
           (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
               AND pid = pg_backend_pid()) AS locks,
           pg_my_temp_schema() <> 0 AND EXISTS (SELECT FROM pg_class
               WHERE relnamespace = pg_my_temp_schema()) AS temp,
           (SELECT count(*) FROM pg_listening_channels()) AS channels,
           (SELECT count(*) FROM pg_cursors WHERE name <> '') AS cursors,
           EXISTS (SELECT FROM pg_prepared_statements
               WHERE from_sql) AS prepared,
           (SELECT name FROM things WHERE id = 1) AS thing
"""

CLEAN = {"role": "app", "path": '"$user", public', "zone": "UTC",
         "dates": "ISO, MDY", "bytes": "hex", "timeout": "10s", "v": "",
         "locks": 0, "temp": False, "channels": 0, "cursors": 0,
         "prepared": False, "thing": "right"}


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int,
                        default=3000 if SLOW else 12000)
    parser.add_argument("--seed", type=int, default=random.randrange(10 ** 6))
    parser.add_argument("--self-test", action="store_true")
    return parser.parse_args()


options = arguments()
postgres = Postgres("traces")
nginx = Nginx("traces")


def schema():
    postgres.admin("DROP ROLE IF EXISTS other_of_traces",
                   "CREATE ROLE other_of_traces",
                   "GRANT other_of_traces TO app")
    statements = [
        "CREATE SCHEMA elsewhere",
        "CREATE TABLE things (id int PRIMARY KEY, name text)",
        "INSERT INTO things VALUES (1, 'right')",
        "CREATE TABLE elsewhere.things (LIKE things)",
        "INSERT INTO elsewhere.things VALUES (1, 'wrong')",
        "CREATE SEQUENCE numbers",
        "CREATE TABLE plain (id serial PRIMARY KEY, v text)",
    ]
    for name, body in WRITE.items():
        for end, last in ENDS.items():
            # called stable, as some would: PostgreSQL does not look
            volatility = "STABLE" if "config" in body and not end else ""
            statements.append(
                "CREATE FUNCTION leave_%s%s(v text) RETURNS text LANGUAGE"
                " plpgsql %s AS $f$ BEGIN %s %s END $f$"
                % (name, end, volatility, body, last))
    postgres.sql(*statements)
    postgres.admin("GRANT ALL ON ALL TABLES IN SCHEMA public"
                   " TO other_of_traces",
                   "GRANT ALL ON ALL SEQUENCES IN SCHEMA public"
                   " TO other_of_traces")


def configuration():
    routes = []
    for method, names in (("GET", LEAVE), ("POST", WRITE)):
        for name in names:
            for end in ENDS:
                routes.append('api_route %s /%s%s/:v { api_query value "SELECT'
                              ' leave_%s%s($v)"; }' % (method, name, end, name,
                                                       end))
    probe = PROBE.replace('"', '\\"')
    nginx.configure("""
    api_postgres app { primary "%s"; max_connections 8; queue 10000;
        acquire_timeout 60s; }""" % postgres.uri, """
    location /s {
        api_timeout 120s;
        api_trust_functions %s;
        api_route GET /probe { api_query one "%s"; }
        api_route POST /probe { api_query one "%s"; }
        api_route GET /user {
            api_query value "SELECT coalesce(current_setting('app.v', true),
                                             '')";
        }
        api_route GET /who { api_query value "SELECT current_user"; }
        api_route GET /thing/:id<int> {
            api_query value "SELECT name FROM things WHERE id = $id";
        }
        api_route POST /plain {
            api_query value "INSERT INTO plain (v) VALUES ('x') RETURNING v";
        }
        api_route POST /last { api_query value "SELECT lastval()"; }
        api_route POST /free/:v {
            api_query value "SELECT pg_try_advisory_xact_lock(hashtext($v))";
        }
        %s
    }""" % ("on" if options.self_test else "off", probe, probe,
            "\n".join(routes)), workers=2)


class Client:
    """A connection, and what its requests ought to be told."""

    def __init__(self, number, counts):
        self.number = number
        self.random = random.Random(options.seed * 1000 + number)
        self.counts = counts
        self.serial = 0
        self.reader = None

    async def connect(self):
        self.reader, self.writer = await asyncio.open_connection(
            "127.0.0.1", nginx.port)

    async def request(self, method, path):
        if self.reader is None:
            await self.connect()
        self.writer.write(("%s /s%s HTTP/1.1\r\nHost: localhost\r\n%s\r\n" % (
            method, path, "" if method == "GET" else "Content-Length: 0\r\n"))
            .encode())
        head = await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 180)
        status = int(head[9:12])
        length = 0
        for line in head.split(b"\r\n"):
            if line.lower().startswith(b"content-length:"):
                length = int(line[15:])
        body = await self.reader.readexactly(length)
        self.counts["requests"] += 1
        return status, body

    def trace(self, what):
        self.counts["traces"] += 1
        if self.counts["traces"] <= 10:
            note(what)

    async def leave(self):
        method = self.random.choice(("GET", "POST"))
        name = self.random.choice(list(LEAVE if method == "GET" else WRITE))
        end = self.random.choice(list(ENDS))
        self.serial += 1
        value = "v%dx%d" % (self.number, self.serial)
        path = "/%s%s/%s" % (name, end, value)

        if self.random.random() < 0.03:
            # a client that leaves
            await self.connect()
            self.writer.write(("%s /s%s HTTP/1.1\r\nHost: x\r\n"
                               "Content-Length: 0\r\n\r\n"
                               % (method, path)).encode())
            await asyncio.sleep(self.random.random() * 0.003)
            self.writer.close()
            self.reader = None
            self.counts["aborts"] += 1
            return

        status, body = await self.request(method, path)
        good = status == (200 if not end else 400)
        if name == "lock" and good:
            status, body = await self.request("POST", "/free/" + value)
            if body != b"true":
                self.trace("the lock of %s is held: %r" % (path, body))
        if not good:
            self.counts["odd"] += 1
            if self.counts["odd"] <= 5:
                note("%s %s: %d %r" % (method, path, status, body[:300]))

    async def look(self):
        method = self.random.choice(("GET", "GET", "POST"))
        what = self.random.choice(("probe", "probe", "user", "who", "thing",
                                   "last", "plain"))
        if what in ("user", "who", "thing"):
            path, wanted = {"user": ("/user", b'""'), "who": ("/who", b'"app"'),
                            "thing": ("/thing/1", b'"right"')}[what]
            status, body = await self.request("GET", path)
            if (status, body) != (200, wanted):
                self.trace("%s: %d %r" % (path, status, body))
        elif what == "plain":
            status, body = await self.request("POST", "/plain")
            if status != 200:
                self.trace("POST /plain: %d %r" % (status, body))
        elif what == "last":
            status, body = await self.request("POST", "/last")
            if status == 200:
                self.trace("lastval: %r" % body)
        else:
            status, body = await self.request(method, "/probe")
            got = json.loads(body) if status == 200 else {}
            wanted = dict(CLEAN, read_only="on" if method == "GET" else "off")
            if got != wanted:
                self.trace("%s /probe: %d %r" % (method, status, {
                    key: value for key, value in got.items()
                    if wanted.get(key) != value}))

    async def run(self):
        while self.counts["requests"] < options.requests:
            if self.random.random() < 0.4:
                await self.leave()
            else:
                await self.look()
        if self.reader is not None:
            self.writer.close()


async def everybody(counts):
    await asyncio.gather(*[Client(n, counts).run() for n in range(CLIENTS)])


@tap.section
def traces():
    schema()
    configuration()
    nginx.start()
    note("seed %d" % options.seed)

    counts = collections.Counter()
    asyncio.run(everybody(counts))
    note(dict(counts))

    if options.self_test:
        ok(counts["traces"] > 0, "the readers find what is left")
    else:
        equal(counts["traces"], 0, "%d requests: no trace"
              % counts["requests"])
        equal(counts["odd"], 0, "each answer is what it ought to be")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end, only=())
