"""Whatever setting a function or a procedure changes, for its session or for
its transaction, and however it ends: no other request sees it, nor does another
client of a pooler's one session.  Every setting that a role may change is tried.
"""

import os
import subprocess
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from pgbouncer import PgBouncer
from server import Nginx, Postgres, running
from tap import equal, ok, section, wait_until

postgres = Postgres("settings")

CHANGE = """
    CASE how
    WHEN 'session' THEN PERFORM set_config(name, value, false);
    WHEN 'local' THEN PERFORM set_config(name, value, true);
    WHEN 'set' THEN EXECUTE format('SET %I = %L', name, value);
    WHEN 'set_local' THEN EXECUTE format('SET LOCAL %I = %L', name, value);
    WHEN 'both' THEN PERFORM set_config(name, value, false);
        PERFORM set_config(name, value, true);
    WHEN 'caught' THEN
        BEGIN
            PERFORM set_config(name, value, false);
            PERFORM 1 / 0;
        EXCEPTION WHEN division_by_zero THEN
            PERFORM set_config(name, value, false);
        END;
    WHEN 'seed' THEN PERFORM setseed(0.5);
    END CASE;
"""
FINISH = """
    CASE ending
    WHEN 'fail' THEN RAISE EXCEPTION 'on purpose';
    WHEN 'late' THEN INSERT INTO audit VALUES (how, name, value);
    WHEN 'sleep' THEN PERFORM pg_sleep(0.5);
    ELSE NULL;
    END CASE;
"""

postgres.admin("DROP ROLE IF EXISTS other_of_settings",
               "CREATE ROLE other_of_settings",
               "GRANT other_of_settings TO app")
postgres.sql(
    "CREATE SCHEMA elsewhere",
    "CREATE TABLE things (id int PRIMARY KEY, name text)",
    "INSERT INTO things VALUES (1, 'right')",
    "CREATE TABLE elsewhere.things (LIKE things)",
    "INSERT INTO elsewhere.things VALUES (1, 'wrong')",
    "CREATE FUNCTION leave(how text, name text, value text, ending text)"
    " RETURNS int LANGUAGE plpgsql AS $f$ BEGIN " + CHANGE + FINISH
    + " RETURN 1; END $f$",
    "CREATE PROCEDURE leave_called(how text, name text, value text,"
    " ending text) LANGUAGE plpgsql AS $f$ BEGIN " + CHANGE + FINISH
    + " END $f$",
    "CREATE PROCEDURE leave_committed(how text, name text, value text,"
    " ending text) LANGUAGE plpgsql AS $f$ BEGIN " + CHANGE + " COMMIT; "
    + FINISH + " END $f$",
    "CREATE TABLE audit (how text, name text, value text)",
    # at the commit
    "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER"
    " AS $f$ BEGIN PERFORM set_config(NEW.name, NEW.value, false)"
    " WHERE NEW.how <> 'seed'; PERFORM setseed(0.5) WHERE NEW.how = 'seed';"
    " RAISE EXCEPTION 'at the commit'; END $f$",
    "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON audit"
    " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION late()")
postgres.admin("GRANT ALL ON ALL TABLES IN SCHEMA public, elsewhere"
               " TO other_of_settings",
               "GRANT USAGE ON SCHEMA public, elsewhere TO other_of_settings")

# nothing in it is opaque: it must not clean up itself before it looks
PROBE = """
    SELECT current_user AS role, coalesce(current_setting('app.v', true), '')
           AS v, (SELECT name FROM things WHERE id = 1) AS thing,
           random()::text AS seed,
           (SELECT json_object_agg(name, setting)
              FROM pg_settings WHERE context = 'user'
               AND name !~ '^transaction|\\.') AS settings
"""

# what random() tells behind the seed of those that leave one
KNOWN = set(postgres.sql(
    "SELECT setseed(0.5)",
    "SELECT random()::text FROM generate_series(1, 100)").split())

NAMED = [("synchronous_commit", "off"), ("TimeZone", "Asia/Tokyo"),
         ("role", "other_of_settings"), ("search_path", "elsewhere"),
         ("app.v", "left")]

nginx = Nginx("settings")

LEAVES = "$how, $name, $value, $ending"
ROUTES = """
    location /s {
        api_timeout 20s;
        api_trust_functions TRUST;
        api_param how text required;
        api_param name text required;
        api_param value text required;
        api_param ending text required;
        api_route GET /function { api_query value "SELECT leave(%s)"; }
        api_route POST /function { api_query value "SELECT leave(%s)"; }
        api_route POST /procedure { api_query exec "CALL leave_called(%s)"; }
        api_route POST /committed {
            api_query exec "CALL leave_committed(%s)";
        }
        api_route POST /short {
            api_timeout 100ms;
            api_query value "SELECT leave(%s)";
        }
        api_route POST /dialogue {
            api_query one "SELECT leave(%s) AS n" as=a;
            api_query one "SELECT $a.n + 1 AS n WHERE $ending <> 'none'";
        }
    }
    location /p {
        api_route GET /probe { api_query one "%s"; }
        api_route POST /probe { api_query one "%s"; }
        api_route POST /seed { api_query value "SELECT setseed(0.5) IS NULL"; }
        api_route GET /seed/:n<int> {
            api_query value "SELECT 1 / CASE WHEN setseed(0.5) IS NULL THEN
                                             1 ELSE $n::int END";
        }
        api_route POST /seed/:n<int> {
            api_query one "SELECT setseed(0.5) IS NULL AS b" as=a;
            api_query one "SELECT 1 / $n::int AS n, $a.b AS b";
        }
    }
""" % ((LEAVES,) * 6 + (PROBE,) * 2)


def configured(uri, settings="", trust="off"):
    nginx.configure("""
    api_postgres app { primary "%s"; max_connections 1; min_connections 1;
        queue 1000; acquire_timeout 20s; %s }""" % (uri, settings),
                    ROUTES.replace("TRUST", trust), workers=1)
    if nginx.process:
        nginx.stop()
    nginx.start()


def call(method, path):
    return wire.Connection(nginx.port, 60).request(method, path)


def leave(method, path, how, name, value, ending="end"):
    return call(method, "/s/%s?how=%s&name=%s&value=%s&ending=%s" % (
        path, how, name, value, ending))


def split(row):
    """A probe's answer, each setting by itself."""
    row = dict(row, seed=row["seed"] in KNOWN)
    row.update(row.pop("settings"))
    return row


class Other:
    """Another client of a pooler, each look a transaction."""

    def __init__(self, pooler):
        self.process = subprocess.Popen(
            [os.path.join(postgres.bin, "psql"), "-X", "-q", "-A", "-t",
             pooler.dsn()], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, bufsize=1)
        running.append(self)

    def look(self):
        self.process.stdin.write("SELECT row_to_json(p) FROM (%s) p;\n"
                                 % " ".join(PROBE.split()))
        return split(wire.json.loads(self.process.stdout.readline()))

    def kill(self):
        if self in running:
            running.remove(self)
        self.process.stdin.close()
        self.process.wait(10)


class Looks:
    """What is there that was not there at first."""

    def __init__(self, pooled=False, other=None):
        self.pooled = pooled
        self.other = other
        self.first = self.look()

    def look(self):
        seen = {}
        for method in ("GET", "POST"):
            answer = call(method, "/p/probe")
            seen[method] = (split(answer.json()) if answer.status == 200
                            else {"status": answer.status,
                                  "text": answer.text})
        if self.other:
            seen["other"] = self.other.look()
        if self.pooled:
            # a client without one gets what is there: of the check, of others
            for method in ("GET", "POST"):
                seen[method].pop("application_name", None)
        return seen

    def left(self):
        return {who: {key: value for key, value in row.items()
                      if self.first[who].get(key) != value}
                for who, row in self.look().items()
                if row != self.first[who]}


def changes():
    """Each setting that a role may change, and another value it takes."""
    rows = postgres.rows(
        "SELECT name, vartype, setting, min_val, max_val, enumvals[1],"
        " enumvals[2] FROM pg_settings WHERE context = 'user'"
        " AND name NOT LIKE 'transaction%' ORDER BY name")
    for name, kind, now, least, most, one, two in rows:
        if kind == "bool":
            yield name, "off" if now == "on" else "on"
        elif kind == "enum":
            yield name, two if now == one else one
        elif kind in ("integer", "real"):
            # a limit of time must not be met by the next statement
            yield name, str(77777 if "timeout" in name
                            else least if now != least else most)


TEXTS = [("DateStyle", "German"), ("application_name", "left"),
         ("default_text_search_config", "pg_catalog.german"),
         ("lc_monetary", "C.UTF-8"), ("lc_numeric", "C.UTF-8"),
         ("lc_time", "C.UTF-8"), ("client_encoding", "LATIN1"),
         ("timezone_abbreviations", "India"),
         ("default_table_access_method", "heap"),
         ("app.other.v", "left")]


def nothing_is_left(looks):
    for name, value in NAMED:
        for path in ("function", "procedure", "committed", "dialogue"):
            for how in ("session", "local", "set", "set_local", "both",
                        "caught"):
                for ending in ("end", "fail", "late", "none"):
                    what = " ".join((path, how, name, ending))
                    leave("POST", path, how, name, value, ending)
                    left = looks.left()
                    if left or (path, how) == ("function", "session"):
                        equal(left, {}, what + " leaves nothing")
        for how in ("session", "local"):
            for ending in ("end", "fail"):
                leave("GET", "function", how, name, value, ending)
                equal(looks.left(), {}, "GET %s %s %s" % (how, name, ending))

    # at its deadline, and when its client leaves
    for name, value in NAMED:
        for how in ("session", "set_local"):
            answer = leave("POST", "short", how, name, value, "sleep")
            equal(answer.status, 504, "cancelled: %s %s" % (how, name))
            equal(looks.left(), {}, "and nothing is left")
    for method, delay in (("GET", 0.05), ("POST", 0.0), ("POST", 0.05)):
        for name, value in NAMED:
            client = wire.Connection(nginx.port, 60)
            client.send(wire.message(
                method, "/s/function?how=session&name=%s&value=%s&ending=sleep"
                % (name, value)))
            time.sleep(delay)
            client.close()
            equal(looks.left(), {}, "%s: its client left after %.2f s: %s" % (
                method, delay, name))

    tried = 0
    for name, value in list(changes()) + TEXTS:
        for how, ending in (("session", "end"), ("session", "fail"),
                            ("local", "end")):
            answer = leave("POST", "function", how, name, value, ending)
            tried += answer.status == 200
            left = looks.left()
            if left:
                equal(left, {}, "%s = %s, %s, %s, leaves nothing" % (
                    name, value, how, ending))
    ok(tried > 200, "of all settings none is left", tried)

    # the seed of random() is no setting, and no transaction's
    for method, path in (("POST", "/p/seed"), ("GET", "/p/seed/1"),
                         ("GET", "/p/seed/0"), ("POST", "/p/seed/1"),
                         ("POST", "/p/seed/0")):
        call(method, path)
        equal(looks.left(), {}, "%s %s leaves no seed" % (method, path))
    for method, path, ending in (
            ("GET", "function", "end"), ("GET", "function", "fail"),
            ("POST", "function", "end"), ("POST", "function", "fail"),
            ("POST", "function", "late"), ("POST", "procedure", "fail"),
            ("POST", "committed", "end"), ("POST", "committed", "fail"),
            ("POST", "dialogue", "end"), ("POST", "dialogue", "none"),
            ("POST", "short", "sleep")):
        leave(method, path, "seed", "x", "x", ending)
        equal(looks.left(), {}, "%s %s, %s, leaves no seed" % (
            method, path, ending))


@section
def directly():
    configured(postgres.uri)
    nothing_is_left(Looks())


def through(mode):
    pooler = PgBouncer(postgres, 1, mode)
    other = Other(pooler) if mode == "transaction" else None
    try:
        configured(pooler.dsn(), "pooler %s;" % mode)
        nothing_is_left(Looks(True, other))
    finally:
        nginx.stop()
        if other:
            other.kill()
        pooler.kill()


@section
def transactions_of_a_pooler():
    through("transaction")


@section
def sessions_of_a_pooler():
    through("session")


@section
def the_probe_finds_them():
    configured(postgres.uri, trust="on")
    looks = Looks()
    for name, value in NAMED + [("work_mem", "64")]:
        equal(leave("POST", "function", "session", name, value).status, 200,
              name)
        ok(looks.left(), "is found where functions are trusted")
        postgres.terminate()
        ok(wait_until(lambda: not looks.left(), 10),
           "and gone with its session")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
