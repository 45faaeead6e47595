"""A schema that others change while requests run: what was prepared, learned and
remembered of it is outdated, and no client sees that.

    t/system/run changing [SECTION ...]      TEST_CHANGING=600: the load, that many seconds
"""

import json
import os
import random
import sys
import threading
import time
import urllib.parse

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, Postgres
from tap import equal, like, note, ok, section, unlike

SECONDS = float(os.environ.get("TEST_CHANGING", "5"))

postgres = Postgres("changing")

SCHEMA = """
    CREATE TYPE mood AS ENUM ('sad', 'ok');
    CREATE DOMAIN short AS varchar(5);
    CREATE TYPE pair AS (a int, b text);
    CREATE TABLE a (id int PRIMARY KEY, name text);
    CREATE TABLE b (id int PRIMARY KEY, name text);
    CREATE TABLE c (id int PRIMARY KEY, name text);
    INSERT INTO a VALUES (1, 'one');
    INSERT INTO b VALUES (1, 'one');
    INSERT INTO c VALUES (1, 'one');
    CREATE TABLE log (id bigserial PRIMARY KEY, k text);
    CREATE TABLE kept (id serial PRIMARY KEY, m mood, s varchar(10), n numeric(4,1),
                       i int, l smallint[], d short, p pair, t text);
    INSERT INTO kept (m, s, n, i, p, t) VALUES ('ok', 'x', 1.5, 7, (1, 'b'), '5');
    CREATE TYPE spot AS (x int, y int);
    CREATE DOMAIN home AS spot CHECK (VALUE IS NULL OR (VALUE).x IS NOT NULL);
    CREATE TYPE trip AS (name text, start spot, stops spot[], data bytea);
    CREATE TABLE trips (id serial PRIMARY KEY, s spot, ss spot[], t trip, ts trip[], h home);
    CREATE VIEW seen AS SELECT id, name FROM a;
    CREATE FUNCTION twice(n int) RETURNS int LANGUAGE sql STABLE AS 'SELECT 2 * n';
    CREATE FUNCTION forget() RETURNS int LANGUAGE plpgsql AS
        'BEGIN EXECUTE ''DEALLOCATE ALL''; RETURN 1; END';
"""

ROUTES = """
    api_route GET /a/:id { api_query one "SELECT * FROM a WHERE id = $id"; }
    api_route GET /all { api_query many "SELECT * FROM a"; }
    api_route GET /two/:id {
        api_query one "SELECT * FROM a WHERE id = $id";
        api_query one "SELECT * FROM b WHERE id = $id";
    }
    api_route GET /three/:id {
        api_query one "SELECT * FROM a WHERE id = $id";
        api_query one "SELECT * FROM b WHERE id = $id";
        api_query one "SELECT * FROM c WHERE id = $id";
    }
    api_route GET /chain/:id {
        api_query one "SELECT * FROM a WHERE id = $id" as=x;
        api_query one "SELECT * FROM b WHERE id = $x.id" as=y;
        api_query one "SELECT * FROM c WHERE id = $y.id";
    }
    api_route POST /log {
        api_body { k string required; }
        api_query one "INSERT INTO log (k) VALUES ($k) RETURNING *" as=row;
        api_query one "SELECT * FROM b WHERE id = 1" as=b;
        api_query one "SELECT c.*, $row.id::bigint AS logged FROM c WHERE c.id = $b.id";
    }
    api_route POST /plain {
        api_body { k string required; }
        api_query exec "INSERT INTO log (k) VALUES ($k)";
        api_query one "SELECT * FROM b WHERE id = 1";
        api_query one "SELECT * FROM c WHERE id = 1";
    }
    api_route POST /forget {
        api_trust_functions off;
        api_query value "SELECT forget()" as=f;
        api_query one "SELECT * FROM c WHERE id = $f.forget";
    }
    api_route GET /seen { api_query many "SELECT * FROM seen"; }
    api_route GET /twice/:n { api_query value "SELECT twice($n)"; }
    api_route GET /row/:id { api_query one "SELECT a AS row FROM a WHERE id = $id"; }

    api_route GET /kept/:id { api_query one "SELECT * FROM kept WHERE id = $id"; }
    api_route GET /pair { api_query one "SELECT p, array[p] AS ps FROM kept WHERE id = 1"; }
    api_route GET /mood/:m { api_query many "SELECT id FROM kept WHERE m = $m"; }
    api_route GET /int/:i { api_query many "SELECT id FROM kept WHERE i = $i"; }
    api_route POST /kept {
        api_body { m string; s string; n number; i int; l int[]; d string; }
        api_query one "INSERT INTO kept (m, s, n, i, l, d) VALUES ($m, $s, $n, $i, $l, $d)
                       RETURNING m, s, n, i, l, d";
    }
"""

# what is stored is told by PostgreSQL, not by us

OBJECTS = """
    api_route POST /trips {
        api_body { s json; ss json[]; t json; ts json[]; h json; }
        api_query one "INSERT INTO trips (s, ss, t, ts, h) VALUES ($s, $ss, $t, $ts, $h)
                       RETURNING to_jsonb(s) AS s, to_jsonb(ss) AS ss, to_jsonb(t) AS t,
                                 to_jsonb(ts) AS ts, to_jsonb(h) AS h";
    }
    api_route POST /steps {
        api_body { s json; k string; }
        api_query exec "INSERT INTO log (k) VALUES ($k)";
        api_query one "INSERT INTO trips (s) VALUES ($s) RETURNING id" as=trip;
        api_query one "UPDATE trips SET ss = array[$s::spot] WHERE id = $trip.id
                       RETURNING to_jsonb(s) AS s, to_jsonb(ss) AS ss";
    }
    api_route GET /spot { api_param s json; api_query value "SELECT to_jsonb($s::spot)"; }
    api_route GET /spots { api_param s json; api_query value "SELECT to_jsonb($s::spot[])"; }
    api_route POST /whole {
        api_body { s json; }
        api_query value "SELECT to_jsonb(r) FROM jsonb_populate_record(NULL::trips, $body) r";
    }
    api_route GET /trip { api_query one "SELECT s, ss, t, ts, h FROM trips ORDER BY id DESC LIMIT 1"; }
"""

nginx = Nginx("changing", env={"DATABASE_URL": postgres.uri})


def begin(options=""):
    if nginx.process:
        nginx.stop()
    postgres.make_database()
    postgres.sql(SCHEMA)

    nginx.configure("""
    api_postgres app { primary env:DATABASE_URL; max_connections 8; min_connections 4; %s }
""" % options, "location / {\n api_timeout 5s;\n api_trust_functions on;\n%s%s\n}" % (ROUTES, OBJECTS))

    nginx.start()


def ask(path, body=None, method=None):
    connection = wire.Connection(nginx.port, 20)
    try:
        return connection.request(
            method or ("POST" if body is not None else "GET"), path,
            **({} if body is None else {"json": body}))
    finally:
        connection.close()


def many(requests, threads=8):
    """Requests by several clients at once: their answers, in order."""
    out = [None] * len(requests)
    left = list(range(len(requests)))
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                if not left:
                    return
                i = left.pop()
            out[i] = ask(*requests[i])

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return out


def statuses(responses):
    out = {}
    for response in responses:
        out[response.status] = out.get(response.status, 0) + 1
    return out


PLANS = [("/a/1",), ("/all",), ("/two/1",), ("/three/1",), ("/chain/1",),
         ("/row/1",), ("/log", {"k": "x"}), ("/plain", {"k": "x"}), ("/seen",)]


def plans(name):
    """Every plan meets statements that are outdated, one or all of them."""
    written = 0

    def round_(what, check):
        nonlocal written
        answers = many(PLANS * 9)
        written += 18
        equal(statuses(answers), {200: len(answers)}, name + ": " + what,
              [a for a in answers if a.status != 200][:1])
        for request, answer in zip(PLANS * 9, answers):
            if not check(request[0], answer.json()):
                ok(False, name + ": %s: %s" % (what, request[0]), answer)
                break
        equal(postgres.sql("SELECT count(*) FROM log"), str(written),
              name + ": %s: each write is there once" % what)

    round_("before", lambda path, got: True)

    for n, tables in enumerate(["c", "b", "abc", "ac", "abc"]):
        postgres.sql(";".join("ALTER TABLE %s ADD COLUMN x%d int DEFAULT %d"
                              % (t, n, n) for t in tables))

        def has(path, got, n=n, tables=tables):
            if path in ("/seen", "/plain", "/log"):
                return True
            if path == "/all":
                got = got[0]
            if path == "/row/1":
                got = got["row"]
            last = {"/two/1": "b", "/three/1": "c", "/chain/1": "c"}.get(path, "a")
            return last not in tables or got.get("x%d" % n) == n

        round_("a column of %s" % ", ".join(tables), has)

    postgres.sql("CREATE OR REPLACE VIEW seen AS SELECT id, name, x2 FROM a")
    round_("a view replaced",
           lambda path, got: path != "/seen" or got == [{"id": 1, "name": "one", "x2": 2}])

    postgres.sql(*["ALTER TABLE %s DROP COLUMN x%d CASCADE" % (t, n)
                   for n, tables in enumerate(["c", "b", "abc", "ac", "abc"])
                   for t in tables],
                 "CREATE OR REPLACE VIEW seen AS SELECT id, name FROM a")
    round_("columns dropped",
           lambda path, got: path != "/a/1" or got == {"id": 1, "name": "one"})


@section
def outdated_plans():
    begin()
    plans("sessions")
    answers = many([("/forget", {}, "POST")] * 20 + [("/chain/1",)] * 20)
    equal(statuses(answers), {200: 40},
          "prepared statements that a function takes away",
          [a for a in answers if a.status != 200][:1])


@section
def outdated_plans_without_names():
    begin("prepare off;")
    plans("prepare off")


@section
def outdated_plans_behind_poolers():
    begin("pooler session;")
    plans("pooler session")
    def lost():
        return nginx.log().count("sent without a name")

    before = lost()
    begin("pooler transaction; prepare on;")
    plans("pooler transaction")
    equal(lost(), before, "a schema that changes is no loss")

    begin("pooler transaction; prepare on;")
    answers = many([("/forget", {}, "POST")] * 20 + [("/chain/1",)] * 20)
    equal(statuses(answers), {200: 40}, "what a pooler loses",
          [a for a in answers if a.status != 200][:1])
    ok(1 <= lost() - before <= 2, "is told once by each worker", lost())


def good(name, path, body=None, wanted=None, times=6):
    answers = many([(path, body)] * times, 3)
    equal(statuses(answers), {200: times}, name,
          [a for a in answers if a.status != 200][:1])
    if wanted is not None:
        for answer in answers:
            if answer.status == 200 and answer.json() != wanted:
                equal(answer.json(), wanted, name + ": the form")
                break


def bad(name, status, path, body=None, fields=None):
    answer = ask(path, body)
    equal(answer.status, status, name, answer)
    if fields is not None and answer.status == status:
        equal(sorted(answer.errors()), sorted(fields), name + ": the fields",
              answer)


@section
def what_is_remembered():
    begin()

    wrong = {"m": "new", "s": "x" * 11, "n": 12345.6, "l": [40000], "d": "123456"}

    bad("all that is wrong, at once", 422, "/kept", wrong,
        ["/d", "/l/0", "/m", "/n", "/s"])
    bad("a label", 400, "/mood/new", fields=["m"])
    bad("an int", 400, "/int/3000000000", fields=["i"])
    good("what is right", "/kept", {"m": "ok", "s": "x", "n": 1, "l": [1], "d": "x"})
    good("by label", "/mood/sad")
    good("by int", "/int/8", wanted=[])

    postgres.sql("ALTER TYPE mood ADD VALUE 'new'")
    good("a new label", "/mood/new", wanted=[])
    good("a new label in a body", "/kept", {"m": "new"})
    bad("no label", 400, "/mood/none")
    bad("no label in a body", 422, "/kept", {"m": "none"})

    begin()
    postgres.sql("ALTER TYPE mood ADD VALUE 'new'")
    good("a new label, first in a body", "/kept", {"m": "new"})

    begin()
    good("before", "/kept", {"s": "x"})
    postgres.sql("ALTER TABLE kept ALTER s TYPE varchar(200)")
    good("a wider column", "/kept", {"s": "x" * 150})
    bad("still too long", 422, "/kept", {"s": "x" * 201})

    begin()
    good("before", "/kept", {"n": 1})
    postgres.sql("ALTER TABLE kept ALTER n TYPE numeric(10,2)")
    good("more digits", "/kept", {"n": 12345.6},
         {"m": None, "s": None, "n": 12345.60, "i": None, "l": None, "d": None})
    bad("still too many", 422, "/kept", {"n": 123456789})

    begin()
    good("before", "/kept", {"l": [1]})
    postgres.sql("ALTER TABLE kept ALTER l TYPE int[]")
    good("items of a wider type", "/kept", {"l": [40000]})

    begin()
    good("before", "/int/1")
    good("before", "/kept", {"i": 1})
    postgres.sql("ALTER TABLE kept ALTER i TYPE bigint")
    good("a wider type", "/int/3000000000", wanted=[])

    begin()
    good("before", "/int/1")
    postgres.sql("ALTER TABLE kept ALTER i TYPE text")
    good("another type", "/int/abc", wanted=[])

    begin()
    good("before", "/kept", {"d": "x"})
    postgres.sql("ALTER TABLE kept ALTER d TYPE varchar", "DROP DOMAIN short",
                 "CREATE DOMAIN short AS varchar(50)",
                 "ALTER TABLE kept ALTER d TYPE short")
    good("a wider domain", "/kept", {"d": "x" * 40})
    postgres.sql("ALTER DOMAIN short ADD CONSTRAINT no_z CHECK (VALUE <> 'z')")
    bad("a domain's new constraint", 422, "/kept", {"d": "z"})
    postgres.sql("ALTER DOMAIN short DROP CONSTRAINT no_z")
    good("and without it", "/kept", {"d": "z"})


@section
def types_made_anew():
    begin()
    for path, body in [("/kept", {"m": "ok", "d": "x"}), ("/mood/ok", None),
                       ("/kept/1", None), ("/pair", None)]:
        good("before: " + path, path, body, times=24)

    postgres.sql(
        "ALTER TABLE kept ALTER m TYPE text, ALTER d TYPE text, DROP COLUMN p",
        "DROP TYPE mood", "DROP DOMAIN short", "DROP TYPE pair",
        "CREATE TYPE mood AS ENUM ('ok', 'sad', 'glad')",
        "CREATE DOMAIN short AS varchar(7)",
        "CREATE TYPE pair AS (a int, b text, c bool)",
        "ALTER TABLE kept ALTER m TYPE mood USING m::mood, ALTER d TYPE short,"
        " ADD COLUMN p pair DEFAULT (1, 'b', true)")

    good("an enum made anew", "/mood/glad", times=24)
    good("and in a body", "/kept", {"m": "glad", "d": "1234567"}, times=24)
    good("old labels", "/kept", {"m": "ok", "d": "x"}, times=24)
    good("a composite made anew", "/pair", wanted={
        "p": {"a": 1, "b": "b", "c": True}, "ps": [{"a": 1, "b": "b", "c": True}]})
    bad("what is wrong is wrong", 422, "/kept", {"m": "bad"})
    bad("and in a path", 400, "/mood/bad")

    # the old one stays: another type of nearly the same labels

    postgres.sql("ALTER TYPE mood RENAME TO mood_old",
                 "CREATE TYPE mood AS ENUM ('ok', 'glad', 'sad', 'mad')",
                 "ALTER TABLE kept ALTER m TYPE mood USING m::text::mood")
    good("an enum in the place of one that stays", "/mood/mad", times=24)
    good("and in a body", "/kept", {"m": "mad"}, times=24)

    postgres.sql("DROP FUNCTION twice(int)",
                 "CREATE FUNCTION twice(n text) RETURNS text LANGUAGE sql STABLE"
                 " AS 'SELECT n || n'")
    good("a function of another type", "/twice/7", wanted="77", times=24)
    good("which takes more", "/twice/x", wanted="xx", times=24)


@section
def fields_of_composites():
    begin()
    good("before", "/pair", wanted={"p": {"a": 1, "b": "b"},
                                    "ps": [{"a": 1, "b": "b"}]}, times=24)
    good("before", "/row/1", wanted={"row": {"id": 1, "name": "one"}}, times=24)

    postgres.sql("ALTER TYPE pair ADD ATTRIBUTE c int")
    good("one more", "/pair", wanted={"p": {"a": 1, "b": "b", "c": None},
                                      "ps": [{"a": 1, "b": "b", "c": None}]},
         times=24)
    postgres.sql("ALTER TYPE pair DROP ATTRIBUTE b")
    time.sleep(0.3)
    good("one less", "/pair", wanted={"p": {"a": 1, "c": None},
                                      "ps": [{"a": 1, "c": None}]}, times=24)
    postgres.sql("ALTER TABLE a ADD COLUMN z bool DEFAULT true")
    good("of a table's row", "/row/1",
         wanted={"row": {"id": 1, "name": "one", "z": True}}, times=24)

    # what nothing shows is seen within a fifth of a second

    postgres.sql("ALTER TYPE pair RENAME ATTRIBUTE a TO first")
    time.sleep(0.3)
    good("renamed", "/pair", wanted={"p": {"first": 1, "c": None},
                                     "ps": [{"first": 1, "c": None}]}, times=24)


def trip(spot, **more):
    return {"name": "n", "start": spot, "stops": [spot, None, spot], "data": "AP8=", **more}


def stored_trip(spot, **more):
    return {"name": "n", "start": spot, "stops": [spot, None, spot], "data": "\\\\x00ff", **more}


def objects(name, spot, fields=None, padding=0):
    """An object of these attributes is stored as that, wherever it stands."""

    whole = {**(fields or dict.fromkeys(spot)), **spot}
    big = [spot] * padding

    body = {"s": spot, "ss": [spot, spot] + big, "t": trip(spot), "ts": [trip(spot), None],
            "h": spot}
    want = {"s": whole, "ss": [whole] * (2 + padding), "t": stored_trip(whole),
            "ts": [stored_trip(whole), None], "h": whole}
    good(name, "/trips", body, json.loads(json.dumps(want).replace("\\\\\\\\x", "\\\\x")), 8)

    if padding == 0:
        time.sleep(0.25)     # what has other names only is seen within a fifth of a second
        good(name + ": out", "/trip", wanted={**want, "t": trip(whole), "ts": [trip(whole), None]})
        good(name + ": in steps", "/steps", {"s": spot, "k": "x"}, {"s": whole, "ss": [whole]})
        text = urllib.parse.quote(json.dumps(spot))
        good(name + ": a parameter", "/spot?s=" + text, wanted=whole)
        good(name + ": objects in one", "/spots?s=%%5B%s,%s%%5D" % (text, text),
             wanted=[whole, whole])
        good(name + ": $body", "/whole", {"s": spot}, {"id": None, "s": whole, "ss": None,
                                                       "t": None, "ts": None, "h": None})


def attributes(options, padding=0):
    begin(options)
    name = options or "sessions"

    def step(what, spot, *sql, fields=None):
        if sql:
            postgres.sql(*sql)
            postgres.sql("DELETE FROM trips")
        objects("%s: %s" % (name, what), spot, fields, padding)

    step("before", {"x": 1, "y": 2})
    step("names exchanged", {"x": 1, "y": 2},
         "ALTER TYPE spot RENAME ATTRIBUTE x TO z", "ALTER TYPE spot RENAME ATTRIBUTE y TO x",
         "ALTER TYPE spot RENAME ATTRIBUTE z TO y")
    step("an attribute more", {"x": 1, "y": 2, "note": "n"},
         "ALTER TYPE spot ADD ATTRIBUTE note text CASCADE")
    step("of it two", {"x": 1, "y": 2}, fields={"x": None, "y": None, "note": None})
    bad("%s: and no others" % name, 422, "/trips", {"s": {"x": 1, "nope": 2}}, ["/s/nope"])
    bad("%s: in a parameter" % name, 400, "/spot?s=%7B%22x%22:1,%22nope%22:2%7D", fields=["s"])
    step("another order", {"x": 1, "y": 2, "note": "n"},
         "ALTER TYPE spot DROP ATTRIBUTE y CASCADE", "ALTER TYPE spot ADD ATTRIBUTE y int CASCADE")
    step("one less", {"y": 2, "x": 1}, "ALTER TYPE spot DROP ATTRIBUTE note CASCADE")
    step("bytes", {"x": 1, "y": 2, "b": None}, "ALTER TYPE spot ADD ATTRIBUTE b bytea CASCADE")
    good("%s: bytes in it" % name, "/spot?s=%7B%22x%22:1,%22b%22:%22AP8=%22%7D",
         wanted={"x": 1, "y": None, "b": "\\x00ff"})
    bad("%s: that are none" % name, 400, "/spot?s=%7B%22x%22:1,%22b%22:%22AP8~%22%7D", fields=["s"])
    step("made anew in another order", {"y": 2, "x": 1},
         "DROP TABLE trips", "DROP DOMAIN home", "DROP TYPE trip", "DROP TYPE spot",
         "CREATE TYPE spot AS (y int, x int)",
         "CREATE DOMAIN home AS spot",
         "CREATE TYPE trip AS (stops spot[], data bytea, start spot, name text)",
         "CREATE TABLE trips (id serial PRIMARY KEY, s spot, ss spot[], t trip, ts trip[], h home)")
    postgres.sql("CREATE TYPE other AS (y int, x int)", "ALTER TABLE trips DROP h, ADD h other")
    step("a column of another type", {"y": 2, "x": 1},
         "ALTER TYPE other RENAME ATTRIBUTE x TO z", "ALTER TYPE other RENAME ATTRIBUTE y TO x",
         "ALTER TYPE other RENAME ATTRIBUTE z TO y")


@section
def objects_into_composites():
    attributes("")


@section
def objects_into_composites_otherwise():
    attributes("prepare off;")
    attributes("pooler transaction; prepare on;")


@section
def large_objects_into_composites():
    """Threads bind these."""
    attributes("", 3000)


@section
def secrets_in_files():
    role = "rotated"

    def password(text):
        postgres.admin("DO $$ BEGIN CREATE ROLE %s LOGIN; EXCEPTION WHEN OTHERS THEN END $$" % role,
                       "ALTER ROLE %s PASSWORD '%s'" % (role, text),
                       "GRANT ALL ON ALL TABLES IN SCHEMA public TO %s" % role)

    def secret(text):
        # whole or not at all, as those do who rotate
        nginx.write("secret.new", postgres.uri.replace(
            "app:%s@" % postgres.app_password, "%s:%s@" % (role, text)) + "\n")
        os.rename(nginx.path("secret.new"), nginx.path("secret"))

    begin()
    password("first")
    secret("first")
    nginx.stop()
    nginx.configure("""
    api_postgres app { primary file:secret; max_connections 4; min_connections 0; }
""", "location / { api_route GET /a/:id { api_query one \"SELECT id FROM a WHERE id = $id\"; } }")
    nginx.start()
    good("the first password", "/a/1", times=20)

    def cut():
        postgres.admin("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                       " WHERE usename = '%s'" % role)

    for n, text in enumerate(["second", "third"]):
        password(text)
        good("sessions stay", "/a/1", times=10)
        secret(text)
        cut()
        time.sleep(0.1)
        good("the file is read again: %s" % text, "/a/1", times=20)

    # the server's comes first

    password("fourth")
    cut()
    time.sleep(0.1)
    waiting = []
    thread = threading.Thread(target=lambda: waiting.extend(many([("/a/1",)] * 4, 4)))
    thread.start()
    time.sleep(0.6)
    secret("fourth")
    thread.join()
    equal(statuses(waiting), {200: 4}, "requests wait for it", waiting[:1])

    text = nginx.log()
    like(text, r'"file:\S+/secret" of api_postgres "app" has changed and was read again',
         "it is told")
    unlike(text, "first|second|third|fourth", "and no password is")


class Load:
    """Clients whose requests are always right, while one changes the schema."""

    def __init__(self):
        self.labels = ["sad", "ok"]
        self.width = 10
        self.columns = {"a": [], "b": [], "c": []}
        self.counts, self.changes = {}, {}
        self.wrong = []
        self.written = self.number = 0
        self.lock = threading.Lock()
        self.end = time.monotonic() + SECONDS

    # ---- the clients

    def requests(self):
        label, width = random.choice(self.labels), self.width
        named = lambda got: got["id"] == 1 and got["name"] == "one"
        written = {"m": label, "s": "x" * random.randrange(width - 3, width + 1)}
        return random.choice([
            ("/a/1", None, named),
            ("/all", None, lambda got: len(got) == 1 and named(got[0])),
            ("/two/1", None, named),
            ("/three/1", None, named),
            ("/chain/1", None, named),
            ("/row/1", None, lambda got: named(got["row"])),
            ("/seen", None, lambda got: named(got[0])),
            ("/twice/21", None, lambda got: got == 42),
            ("/pair", None, lambda got: got["p"]["a"] == 1 and got["ps"][0]["b"] == "b"),
            ("/mood/" + label, None, lambda got: isinstance(got, list)),
            ("/kept/1", None, lambda got: got["p"]["a"] == 1 and got["n"] == 1.5),
            ("/kept", written, lambda got: got["m"] == label and got["s"] == written["s"]),
            ("/log", {"k": "x"}, named),
            ("/plain", {"k": "x"}, named)])

    def client(self):
        connection = None
        while time.monotonic() < self.end:
            path, body, right = self.requests()
            tries = []
            while len(tries) < 2 and (not tries or tries[-1].status >= 500):
                if connection is None or connection.ended:
                    connection = wire.Connection(nginx.port, 20)
                tries.append(connection.request(
                    "GET" if body is None else "POST", path,
                    **({} if body is None else {"json": body})))
            answer = tries[-1]
            try:
                good = answer.status == 200 and right(answer.json())
            except (LookupError, TypeError):
                good = False
            with self.lock:
                for each in tries:
                    self.counts[each.status] = self.counts.get(each.status, 0) + 1
                if path in ("/log", "/plain") and answer.status == 200:
                    self.written += 1
                if not good:
                    self.wrong.append((path, body, answer))
        connection.close()

    # ---- and who changes it

    def change(self):
        kind = random.choice(["add", "add", "drop", "label", "wider", "view", "function",
                              "attribute", "rights", "table", "enum", "numeric"])
        table = random.choice("abc")
        self.number += 1
        name = "x%d" % self.number
        after = lambda: None

        if kind == "drop" and self.columns[table]:
            sql = ["ALTER TABLE %s DROP COLUMN %s" % (table, self.columns[table].pop(0))]
        elif kind == "label":
            if len(self.labels) > 60:
                return
            sql = ["ALTER TYPE mood ADD VALUE '%s'" % name]
            after = lambda: self.labels.append(name)
        elif kind == "wider":
            width = self.width + 1
            sql = ["ALTER TABLE kept ALTER s TYPE varchar(%d)" % width]
            after = lambda: setattr(self, "width", width)
        elif kind == "view":
            sql = ["DROP VIEW seen; CREATE VIEW seen AS SELECT id, name, %d AS n FROM a"
                   % self.number]
        elif kind == "function":
            sql = ["DROP FUNCTION twice(int); CREATE FUNCTION twice(n int) RETURNS int"
                   " LANGUAGE sql STABLE AS 'SELECT n + n + 0 * %d'" % self.number]
        elif kind == "attribute":
            sql = ["ALTER TYPE pair ADD ATTRIBUTE %s int" % name]
        elif kind == "rights":
            sql = ["REVOKE ALL ON a FROM app; GRANT ALL ON a TO app; GRANT SELECT ON b TO public"]
        elif kind == "table":
            sql = ["CREATE TABLE more_%s (id int)" % name, "DROP TABLE more_%s" % name]
        elif kind == "enum":
            sql = ["ALTER TYPE mood RENAME TO mood_old; CREATE TYPE mood AS ENUM (%s);"
                   " ALTER TABLE kept ALTER m TYPE mood USING m::text::mood;"
                   " DROP TYPE mood_old" % ", ".join("'%s'" % l for l in self.labels)]
        elif kind == "numeric":
            # 1000 digits are all that there are
            sql = ["ALTER TABLE kept ALTER n TYPE numeric(%d,1)" % (4 + self.number % 900)]
        else:
            sql = ["ALTER TABLE %s ADD COLUMN %s int DEFAULT 1" % (table, name)]
            self.columns[table].append(name)

        postgres.sql(*sql)
        after()
        self.changes[kind] = self.changes.get(kind, 0) + 1

    def changer(self):
        try:
            while time.monotonic() < self.end - 0.5:
                self.change()
                time.sleep(random.random() * 0.2)
        except Exception as error:
            self.wrong.append(("a change", None, error))

    def run(self):
        threads = [threading.Thread(target=self.client) for _ in range(6)]
        threads.append(threading.Thread(target=self.changer))
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


@section
def under_load():
    begin()
    load = Load()
    load.run()

    note("answers: %s" % load.counts)
    note("changes: %s" % load.changes)
    note("wrong: %s" % {wrong[0] for wrong in load.wrong})
    equal(load.wrong[:3], [], "%d requests are answered rightly, while the schema changes %d"
          " times" % (sum(load.counts.values()), sum(load.changes.values())))
    equal(postgres.sql("SELECT count(*) FROM log"), str(load.written), "each write is there once")
    ok(sum(n for status, n in load.counts.items() if status >= 500) * 1000
       < sum(load.counts.values()), "hardly any had to be sent again", load.counts)


if __name__ == "__main__":
    def finish():
        nginx.stop()
        equal(nginx.alerts(), [], "no crash, no alert, no report")

    tap.run(finish)
