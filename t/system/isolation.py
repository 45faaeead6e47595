"""What one request does to its session, no other one sees: settings, roles,
locks, temporary objects, subscriptions, numbers of sequences, whatever its SQL
and the functions in it do, and however it ends.

Every route here leaves something behind on purpose.  /probe tells what is
there; with api_trust_functions it has to find them all, which shows that it
can.
"""

import os
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SLOW, Nginx, Postgres
from tap import equal, like, ok, section, unlike, wait_until
from turn import at_once

postgres = Postgres("isolation")

# a body for each thing that a session can be left with
LEAVERS = {
    "setting": "PERFORM set_config('app.v', 'left', false);",
    "set": "SET app.v = 'left';",
    "role": "SET ROLE other_of_isolation;",
    "role_config": "PERFORM set_config('role', 'other_of_isolation', false);",
    "path": "SET search_path = elsewhere;",
    "zone": "PERFORM set_config('TimeZone', 'Asia/Tokyo', false);",
    "dates": "SET DateStyle = 'German';",
    "bytes": "SET bytea_output = 'escape';",
    "writable": "PERFORM set_config('default_transaction_read_only',"
                " 'off', false);",
    "timeout": "SET statement_timeout = '77s';",
    "lock": "PERFORM pg_advisory_lock(42);",
    "shared_lock": "PERFORM pg_advisory_lock_shared(43, 1);",
    "table": "CREATE TEMP TABLE mine (n int);",
    "shadow": "CREATE TEMP TABLE things (id int, name text);",
    "view": "CREATE TEMP VIEW looking AS SELECT 1 AS n;",
    "listen": "LISTEN everything;",
    "cursor": "EXECUTE 'DECLARE held CURSOR WITH HOLD FOR SELECT 1';",
    "prepared": "EXECUTE 'PREPARE left_over AS SELECT 1';",
    "number": "PERFORM nextval('numbers');",
    "insert": "INSERT INTO numbered DEFAULT VALUES;",
}

# which of them a read-only session lets happen
READS = [name for name in LEAVERS
         if name not in ("number", "insert", "view", "table", "shadow")]

statements = [
    "CREATE SCHEMA elsewhere",
    "CREATE TABLE things (id int PRIMARY KEY, name text)",
    "INSERT INTO things VALUES (1, 'right')",
    "CREATE TABLE elsewhere.things (id int PRIMARY KEY, name text)",
    "INSERT INTO elsewhere.things VALUES (1, 'wrong')",
    "CREATE SEQUENCE numbers",
    "CREATE TABLE numbered (id serial)",
    "CREATE TABLE plain (id serial PRIMARY KEY, n int)",
    "CREATE TABLE watched (id serial PRIMARY KEY, n int)",
    "CREATE FUNCTION failing() RETURNS void LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'on purpose'; END $$",
    "CREATE FUNCTION leave_sql(v text) RETURNS text LANGUAGE sql STABLE AS"
    " $$ SELECT set_config('app.v', v, false) $$",
    "CREATE FUNCTION leave_utility() RETURNS int LANGUAGE sql AS"
    " $$ SET app.v = 'left'; SELECT 1 $$",
    "CREATE FUNCTION leave_commented() RETURNS int LANGUAGE sql AS"
    " $$ -- a comment\n SET app.v = 'left'; SELECT 1 $$",
    "CREATE FUNCTION local_sql(v text) RETURNS text LANGUAGE sql STABLE AS"
    " $$ SELECT set_config('app.v', v, true) $$",
    "CREATE FUNCTION stable_local(v text) RETURNS text LANGUAGE plpgsql STABLE"
    " AS $$ BEGIN PERFORM set_config('app.v', v, true);"
    " RETURN current_setting('app.v'); END $$",
    "CREATE FUNCTION stable_role(v text) RETURNS text LANGUAGE plpgsql STABLE"
    " AS $$ BEGIN PERFORM set_config('role', 'other_of_isolation', true);"
    " RETURN v; END $$",
    "CREATE FUNCTION immutable_local(v text) RETURNS text LANGUAGE plpgsql"
    " IMMUTABLE AS $$ BEGIN PERFORM set_config('app.v', v, true);"
    " RETURN v; END $$",
    "CREATE FUNCTION nested(v text) RETURNS text LANGUAGE sql STABLE"
    " AS $$ SELECT stable_local(v) || '' $$",
    "CREATE FUNCTION doubly(v text) RETURNS text LANGUAGE sql STABLE"
    " AS $$ SELECT nested(v) || '' $$",
    "CREATE VIEW looks AS SELECT stable_local('view') AS v, 1 AS id",
    "CREATE VIEW looks_again AS SELECT * FROM looks",
    "CREATE FUNCTION via_view() RETURNS text LANGUAGE sql STABLE"
    " AS $$ SELECT v FROM looks_again $$",
    "CREATE FUNCTION with_default(v text DEFAULT stable_local('default'))"
    " RETURNS text LANGUAGE sql STABLE AS $$ SELECT v $$",
    "CREATE FUNCTION sum_up(text, text) RETURNS text LANGUAGE plpgsql STABLE"
    " AS $$ BEGIN PERFORM set_config('app.v', $2, true); RETURN $2; END $$",
    "CREATE AGGREGATE gather(text) (SFUNC = sum_up, STYPE = text)",
    'CREATE FUNCTION "My Odd" (v text) RETURNS text LANGUAGE plpgsql STABLE'
    " AS $$ BEGIN PERFORM set_config('app.v', v, true); RETURN v; END $$",
    "CREATE FUNCTION is_fine(v text) RETURNS bool LANGUAGE plpgsql STABLE"
    " AS $$ BEGIN PERFORM set_config('app.v', v, true); RETURN true; END $$",
    "CREATE DOMAIN fine AS text CHECK (is_fine(VALUE))",
    "CREATE TABLE refined (id serial PRIMARY KEY, v fine)",
    "CREATE FUNCTION take(v fine) RETURNS text LANGUAGE sql STABLE"
    " AS $$ SELECT v::text $$",
    "CREATE TABLE checked (id serial PRIMARY KEY, v text"
    " CHECK (is_fine(v)))",
    "CREATE TABLE parent (id int PRIMARY KEY)",
    "CREATE TABLE child (id int REFERENCES parent ON DELETE CASCADE)",
    "CREATE FUNCTION leaving() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM set_config('app.v', 'left', false);"
    " RETURN coalesce(NEW, OLD); END $$",
    "CREATE TRIGGER t BEFORE INSERT ON watched"
    " FOR EACH ROW EXECUTE FUNCTION leaving()",
    "CREATE TRIGGER t BEFORE DELETE ON child"
    " FOR EACH ROW EXECUTE FUNCTION leaving()",
    "CREATE FUNCTION part_of(v text) RETURNS int LANGUAGE plpgsql IMMUTABLE"
    " AS $$ BEGIN PERFORM set_config('app.v', 'left', false);"
    " RETURN length(v); END $$",
    "CREATE TABLE parted (v text) PARTITION BY RANGE (part_of(v))",
    "CREATE TABLE parted_1 PARTITION OF parted DEFAULT",
    "CREATE TABLE indexed (v text)",
    "CREATE INDEX ON indexed (part_of(v))",
    "CREATE FUNCTION defaulting() RETURNS text LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM set_config('app.v', 'left', false); RETURN 'd'; END $$",
    "CREATE TABLE defaulted (v text DEFAULT defaulting(), n int)",
    "CREATE TABLE generated (v text, n int GENERATED ALWAYS AS (part_of(v))"
    " STORED)",
    "CREATE VIEW over_watched AS SELECT id, n FROM watched",
    "CREATE FUNCTION minus(text, text) RETURNS text LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM set_config('app.v', 'left', false); RETURN $1; END $$",
    "CREATE FUNCTION insert_watched() RETURNS int LANGUAGE sql AS"
    " $$ INSERT INTO watched (n) VALUES (2) RETURNING 1 $$",
    "CREATE TYPE refined_pair AS (a fine, b int)",
    "CREATE PROCEDURE leave_called() LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM set_config('app.v', 'left', false); END $$",
]

for name, body in LEAVERS.items():
    for end, last in (("", "RETURN 1;"), ("_fail", "PERFORM failing();")):
        statements.append(
            "CREATE FUNCTION leave_%s%s() RETURNS int LANGUAGE plpgsql AS"
            " $f$ BEGIN %s %s RETURN 1; END $f$" % (name, end, body, last))

postgres.admin("DROP ROLE IF EXISTS other_of_isolation")
postgres.admin("CREATE ROLE other_of_isolation")
postgres.admin("GRANT other_of_isolation TO app")
postgres.sql(*statements)
postgres.admin("GRANT ALL ON ALL TABLES IN SCHEMA public TO other_of_isolation")
postgres.admin("GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO other_of_isolation")

nginx = Nginx("isolation")

# nothing in it is opaque: it must not clean up itself before it looks
PROBE = """
    SELECT current_user AS role, session_user AS "user",
           current_setting('search_path') AS path,
           current_setting('TimeZone') AS zone,
           current_setting('DateStyle') AS dates,
           current_setting('bytea_output') AS bytes,
           current_setting('statement_timeout') AS timeout,
           current_setting('default_transaction_read_only') AS read_only,
           coalesce(current_setting('app.v', true), '') AS v,
           (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'
              AND database = (SELECT oid FROM pg_database
                              WHERE datname = current_database())) AS locks,
           (SELECT count(*) FROM pg_class WHERE relpersistence = 't') AS temp,
           (SELECT count(*) FROM pg_listening_channels()) AS channels,
           (SELECT count(*) FROM pg_cursors WHERE name <> '') AS cursors,
           (SELECT count(*) FROM pg_prepared_statements
             WHERE from_sql) AS prepared,
           (SELECT name FROM things WHERE id = 1) AS thing
"""

CLEAN = {"role": "app", "user": "app", "path": '"$user", public',
         "zone": "UTC", "dates": "ISO, MDY", "bytes": "hex",
         "timeout": "10s", "v": "", "locks": 0, "temp": 0, "channels": 0,
         "cursors": 0, "prepared": 0, "thing": "right"}


def routes(names, method, suffix=""):
    return "".join(
        'api_route %s /%s%s { api_query value "SELECT leave_%s%s()"; }\n'
        % (method, name, suffix, name, suffix) for name in names)


ROUTES = """
    location /s {
        api_timeout 60s;
        api_trust_functions %s;

        api_route GET /probe { api_query one "%s"; }
        api_route POST /probe { api_query one "%s"; }
        api_route GET /last { api_query value "SELECT lastval()"; }
        api_route POST /last { api_query value "SELECT lastval()"; }
        api_route POST /plain {
            api_query value "INSERT INTO plain DEFAULT VALUES RETURNING 1";
        }
        api_route GET /user {
            api_query value "SELECT coalesce(current_setting('app.v', true),
                                             '')";
        }
        api_route GET /who { api_query value "SELECT current_user"; }
        api_route GET /quotient/:n {
            api_query value "SELECT 1 / ($n::int - 5)";
        }

        location /s/get { %s %s }
        location /s/post { %s %s }

        # two statements, the second takes a column of the first: a dialogue
        api_route POST /dialogue {
            api_query one "SELECT leave_setting() AS n, leave_lock()" as=a;
            api_query one "SELECT $a.n::int AS n, leave_table()";
        }
        api_route POST /dialogue/fail {
            api_query one "SELECT leave_setting() AS n, leave_lock()" as=a;
            api_query one "SELECT $a.n::int / 0 AS n, leave_table()";
        }
        api_route POST /dialogue/none {
            api_query one "SELECT leave_setting() AS n, leave_lock()" as=a;
            api_query one "SELECT $a.n::int AS n WHERE false";
        }
        api_route GET /sleep {
            api_query value "SELECT leave_lock() + leave_setting()
                             FROM pg_sleep(0.4)";
        }
        api_route POST /trigger {
            api_query value "INSERT INTO watched (n) VALUES (1) RETURNING 1";
        }
        api_route POST /cascade {
            api_query value "INSERT INTO parent VALUES (1) RETURNING 1";
        }
        api_route POST /cascade/child {
            api_query value "INSERT INTO child VALUES (1) RETURNING 1";
        }
        api_route DELETE /cascade { api_query exec "DELETE FROM parent"; }
        api_route POST /parted {
            api_query value "INSERT INTO parted VALUES ('x') RETURNING 1";
        }
        api_route POST /indexed {
            api_query value "INSERT INTO indexed VALUES ('x') RETURNING 1";
        }
        api_route POST /defaulted {
            api_query value "INSERT INTO defaulted (n) VALUES (1) RETURNING 1";
        }
        api_route POST /generated {
            api_query value "INSERT INTO generated VALUES ('x') RETURNING 1";
        }
        api_route POST /over {
            api_query value "INSERT INTO over_watched (n) VALUES (3)
                             RETURNING 1";
        }
        api_route POST /inserts { api_query value "SELECT insert_watched()"; }
        api_route GET /record {
            api_query value "SELECT (jsonb_populate_record(NULL::refined_pair,
                                    '{\\"a\\":\\"x\\"}')).a::text";
        }
        api_route POST /call { api_query exec "CALL leave_called()"; }
        api_route GET /sql/:v { api_query value "SELECT leave_sql($v)"; }
        api_route POST /utility { api_query value "SELECT leave_utility()"; }
        api_route POST /commented {
            api_query value "SELECT leave_commented()";
        }
        api_route GET /direct/:v {
            api_query value "SELECT set_config('app.v', $v, false)";
        }
        api_route GET /direct/variable/:v {
            api_query value "SELECT set_config('app.v', $v, $v = 'never')";
        }
        api_route GET /direct/lock {
            api_query value "SELECT pg_advisory_lock(44) IS NULL";
        }
        api_route GET /local/sql/:v { api_query value "SELECT local_sql($v)"; }
        api_route GET /stable/:v { api_query value "SELECT stable_local($v)"; }
        api_route GET /stable/role/:v {
            api_query value "SELECT stable_role($v)";
        }
        api_route GET /immutable/:v {
            api_query value "SELECT immutable_local($v)";
        }
        api_route GET /nested/:v { api_query value "SELECT doubly($v)"; }
        api_route GET /view { api_query one "SELECT v FROM looks_again"; }
        api_route GET /via { api_query value "SELECT via_view()"; }
        api_route GET /default { api_query value "SELECT with_default()"; }
        api_route GET /aggregate/:v {
            api_query value "SELECT gather(x) FROM unnest(ARRAY[$v, $v]) x";
        }
        api_route GET /odd/:v {
            api_query value 'SELECT "My Odd" ($v)';
        }
        api_route GET /domain/:v { api_query value "SELECT take($v)"; }
        api_route GET /cast/:v { api_query value "SELECT ($v::text)::fine"; }
    }
"""


def configured(trust="off", settings="", workers=1):
    probe = PROBE.replace('"', '\\"')
    nginx.configure("""
    api_postgres app {
        primary "%s";
        max_connections 1; min_connections 1; queue 1000;
        acquire_timeout 60s; %s
    }""" % (postgres.uri, settings), ROUTES % (
        trust, probe, probe,
        routes(READS, "GET"), routes(READS, "GET", "_fail"),
        routes(LEAVERS, "POST"), routes(LEAVERS, "POST", "_fail")),
        workers=workers)

    if nginx.process:
        old = set(nginx.workers())
        if not nginx.reload():
            raise RuntimeError("no reload:\n" + nginx.log()[-3000:])
        ok(wait_until(lambda: not old & set(nginx.workers()), 30),
           "the old worker is gone")
    else:
        nginx.start()


def call(method, path):
    return wire.Connection(nginx.port, 60).request(method, "/s" + path)


def differences(method="GET"):
    """What /probe tells that a fresh session would not."""
    answer = call(method, "/probe")
    if answer.status != 200:
        return {"status": answer.status, "text": answer.text}
    got = answer.json()
    wanted = dict(CLEAN, read_only="on" if method == "GET" else "off")
    return {key: got[key] for key in wanted if got[key] != wanted[key]}


@section
def nothing_is_left():
    configured()
    equal(differences(), {}, "at first")
    equal(differences("POST"), {}, "of a writing session, too")

    for method, names in (("GET", READS), ("POST", LEAVERS)):
        for name in names:
            where = "/%s/%s" % (method.lower(), name)
            equal(call(method, where).status, 200, "%s %s" % (method, name))
            equal(differences(method), {}, "leaves nothing")
            ok(call(method, where + "_fail").status >= 400, "it fails, too")
            equal(differences(method), {}, "and leaves nothing")

    # over to the other mode, whose session this is as well
    call("GET", "/get/role")
    equal(differences("POST"), {}, "from a read to a write")
    call("POST", "/post/role")
    equal(differences(), {}, "from a write to a read")


@section
def the_probe_finds_them():
    configured("on")
    for name in READS:
        equal(call("GET", "/get/" + name).status, 200, name)
        ok(differences() != {}, "is found where functions are trusted")
        postgres.terminate()
        ok(wait_until(lambda: differences() == {}, 10),
           "and gone with its session")


@section
def however_it_ends():
    configured()
    for path, status in (("/dialogue", 200), ("/dialogue/fail", 422),
                         ("/dialogue/none", 404)):
        answer = call("POST", path)
        ok(answer.status == status or status == 422
           and answer.status in (422, 500), path, answer)
        equal(differences("POST"), {}, "leaves nothing")

    # a client that leaves while it runs
    for delay in (0.0, 0.02, 0.2):
        client = wire.Connection(nginx.port, 60)
        client.send(wire.message("GET", "/s/sleep"))
        time.sleep(delay)
        client.close()
        equal(differences(), {}, "an abort after %.2f s" % delay)


@section
def through_whatever_it_runs():
    configured()
    for method, path in (
            ("POST", "/trigger"), ("POST", "/parted"), ("POST", "/indexed"),
            ("POST", "/defaulted"), ("POST", "/generated"), ("POST", "/over"),
            ("POST", "/inserts"), ("POST", "/call"), ("GET", "/sql/left"),
            ("POST", "/utility"), ("POST", "/commented"),
            ("GET", "/direct/left"), ("GET", "/direct/variable/left"),
            ("GET", "/direct/lock")):
        answer = call(method, path)
        ok(answer.status in (200, 204), method + " " + path, answer)
        equal(differences(method), {}, "leaves nothing")

    equal(call("POST", "/cascade").status, 200, "a parent")
    equal(call("POST", "/cascade/child").status, 200, "and its child")
    equal(call("DELETE", "/cascade").status, 204, "deleted both")
    equal(differences("POST"), {}, "and the child's trigger left nothing")


@section
def numbers_are_the_requests_own():
    configured()
    equal(call("POST", "/plain").status, 200, "a number is taken")
    like(call("POST", "/last").text, '"code":"statement"|"status":5',
         "lastval() of another request has none")
    call("POST", "/post/number")
    like(call("POST", "/last").text, '"code":"statement"|"status":5',
         "nor behind a function")


@section
def a_lock_is_free_when_its_client_hears():
    configured()
    for _ in range(20):
        call("GET", "/get/lock")
        got = postgres.sql("SELECT pg_try_advisory_lock(42)")
        if got != "t":
            break
    equal(got, "t", "the lock is free at once, 20 times")


@section
def no_transaction_is_shared_with_what_is_opaque():
    configured()
    for careless in ("/stable/a", "/immutable/a", "/local/sql/a", "/nested/a",
                     "/view", "/via", "/default", "/aggregate/a", "/odd/a",
                     "/domain/a", "/cast/a", "/record", "/sql/a",
                     "/direct/a"):
        answers = at_once(nginx, "/s", [careless, "/user"] * 10)
        equal({a.status for a in answers}, {200}, careless)
        equal({a.json() for a in answers[1::2]}, {""},
              "is not seen by those beside it")

    answers = at_once(nginx, "/s", ["/stable/role/a", "/who"] * 10)
    equal({a.json() for a in answers[1::2]}, {"app"}, "nor is a role")


@section
def no_transaction_is_shared_with_a_question_of_ours():
    """A division by zero is computed once more to learn whose fault it was,
    and fails again, while other requests go on on the same connection."""
    configured()
    statuses = []

    for _ in range(5):
        failing = wire.Connection(nginx.port, 60)
        others = [wire.Connection(nginx.port, 60) for _ in range(6)]
        for _ in range(20):
            failing.send(wire.message("GET", "/s/quotient/5"))
            for other in others:
                other.send(wire.message("GET", "/s/who"))
            statuses += [other.receive().status for other in others]
            statuses.append(failing.receive().status)
        for connection in [failing] + others:
            connection.close()

    equal({status: statuses.count(status) for status in statuses},
          {200: 600, 400: 100}, "a failure beside them is the other client's alone")


@section
def what_no_command_takes_away_ends_with_its_session():
    postgres.admin("CREATE EXTENSION IF NOT EXISTS dblink")
    dsn = "host=%s port=%s dbname=%s user=app password=%s" % (
        postgres.host, postgres.port, postgres.database,
        postgres.app_password)
    postgres.sql("CREATE OR REPLACE FUNCTION linked() RETURNS text LANGUAGE"
                 " plpgsql AS $$ BEGIN RETURN dblink_connect('mine', '%s');"
                 " END $$" % dsn)
    nginx.configure("""
    api_postgres app { primary "%s"; max_connections 1; }""" % postgres.uri,
                    """
    location /s {
        api_route POST /linked { api_query value "SELECT linked()"; }
        api_route POST /links {
            api_query value "SELECT coalesce(dblink_get_connections()::text,
                                             'none')";
        }
        api_route GET /pid { api_query value "SELECT pg_backend_pid()"; }
    }""", workers=1)
    old = nginx.workers()
    nginx.reload()
    wait_until(lambda: not set(old) & set(nginx.workers()), 30)

    status, text = nginx.call("-t")
    like(text, r"\[warn\].*POST /s/linked.*the connection ends behind each",
         "nginx -t says so")
    unlike(text, r"GET /s/pid", "of nothing else")

    pid = call("GET", "/pid").json()
    equal(call("GET", "/pid").json(), pid, "a session lives on")
    equal(call("POST", "/linked").text, '"OK"', "a link is made")
    equal(call("POST", "/links").text, '"none"', "the next one has none")
    ok(call("GET", "/pid").json() != pid, "as the session has ended")


@section
def listening_costs_no_memory():
    configured()
    worker = nginx.workers()[0]

    def rss():
        with open("/proc/%d/statm" % worker) as f:
            return int(f.read().split()[1]) * 4096

    call("GET", "/get/listen")
    before = rss()
    postgres.sql("DO $$ BEGIN FOR i IN 1 .. 20000 LOOP PERFORM"
                 " pg_notify('everything', repeat('x', 5000) || i);"
                 " END LOOP; END $$")
    equal(differences(), {}, "no channel")
    ok(SLOW or rss() - before < 4 << 20, "nor its notifications", rss() - before)

    configured("on")
    worker = nginx.workers()[0]
    call("GET", "/get/listen")
    before = rss()
    postgres.sql("DO $$ BEGIN FOR i IN 1 .. 20000 LOOP PERFORM"
                 " pg_notify('everything', repeat('x', 5000) || i);"
                 " END LOOP; END $$")
    time.sleep(0.5)
    call("GET", "/probe")
    # a sanitizer keeps what is freed for a while
    ok(SLOW or rss() - before < 16 << 20,
       "trusted: they are dropped as they come", rss() - before)


@section
def what_can_be_told_is_told():
    configured()
    status, text = nginx.call("-t")
    equal(status, 0, "a warning is no fault")
    like(text, r"\[warn\].*/direct/:v.*write true for its third argument",
         "a constant false")
    like(text, r"\[warn\].*/direct/lock.*pg_advisory_xact_lock",
         "a lock of the session")
    unlike(text, r"/local/sql|/stable", "nothing else")

    for sql, pattern in (
            ("SET LOCAL app.v = 1", r"set_config\('name', 'value', true\)"),
            ("SET app.v = 1", r"set_config\('name', 'value', true\)"),
            ("LISTEN x", r"nobody would read its notifications"),
            ("RESET ALL", r"leave this out")):
        nginx.write("nginx.conf.bad", open(nginx.conf).read().replace(
            'api_query value "SELECT current_user"',
            'api_query value "%s"' % sql))
        keep = nginx.conf
        status, text = nginx.call("-t", "-c", nginx.path("nginx.conf.bad"))
        ok(status != 0, sql + " is refused")
        like(text, pattern, "with the remedy")


@section
def operators_too():
    postgres.sql("CREATE OPERATOR - (LEFTARG = text, RIGHTARG = text,"
                 " FUNCTION = minus)")
    nginx.configure("""
    api_postgres app { primary "%s"; max_connections 1; }""" % postgres.uri,
                    """
    location /s {
        api_route GET /minus/:v { api_query value "SELECT $v::text - 'b'"; }
        api_route GET /user {
            api_query value "SELECT coalesce(current_setting('app.v', true),
                                             '')";
        }
    }""", workers=1)
    old = nginx.workers()
    nginx.reload()
    wait_until(lambda: not set(old) & set(nginx.workers()), 30)
    equal(call("GET", "/minus/a").status, 200, "an operator is a function")
    equal(call("GET", "/user").text, '""', "and leaves nothing")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
