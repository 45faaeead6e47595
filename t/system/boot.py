"""Starts while a database is not as it should be.  A cold start serves the
other sites at once, answers 503 or 500 for the API, and heals by itself; nginx
-t by a person, a reload and an upgrade refuse.
"""

import os
import re
import signal
import subprocess
import sys
import time
import zlib

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from coldstart import (HEALED, PROMPT, Silence, configure, fault, fresh, get,
                       heals, named, postgres, starts, status, unharmed, uri,
                       users)
from server import SCRATCH, SLOW, Nginx, pid_in
from tap import equal, like, note, ok, section, unlike, wait_until


@section
def the_role():
    nginx = Nginx("role")
    configure(nginx, uri())

    users()
    postgres.admin("ALTER ROLE app PASSWORD 'other'")
    fault("a wrong password", nginx,
          lambda: postgres.admin("ALTER ROLE app PASSWORD 'app'"),
          r"database \"app\".*28P01")

    configure(nginx, uri(role="nobody", password="n"))
    fault("a missing role", nginx, lambda: postgres.admin(
        "CREATE ROLE nobody LOGIN PASSWORD 'n' IN ROLE app"), "28P01|28000")
    postgres.admin("DROP ROLE nobody")

    postgres.admin("REVOKE ALL ON users FROM app",
                   "ALTER TABLE users OWNER TO postgres")
    configure(nginx, uri())
    fault("a missing right", nginx,
          lambda: postgres.admin("GRANT ALL ON users TO app"), "42501",
          answer=403)


@section
def the_database():
    nginx = Nginx("database")
    configure(nginx, uri(database="other"))

    def make():
        postgres.admin("CREATE DATABASE other OWNER app")
        postgres.admin("SET ROLE app", "CREATE TABLE users"
                       " (id int, name text)", database="other")

    fault("a missing database", nginx, make, "3D000")
    postgres.admin("DROP DATABASE other WITH (FORCE)")


@section
def the_schema():
    users()
    postgres.sql("ALTER TABLE users RENAME name TO called")
    nginx = Nginx("schema")
    configure(nginx, uri(), "", """
        api_route GET /kind/:id {
            api_query many "SELECT id FROM users WHERE id = $id";
        }""")
    fault("a renamed column", nginx,
          lambda: postgres.sql("ALTER TABLE users RENAME called TO name"),
          r"\"name\" does not exist \(42703\) in .*nginx\.conf", answer=500)

    postgres.sql("ALTER TABLE users RENAME TO people")
    fault("a missing table", nginx,
          lambda: postgres.sql("ALTER TABLE people RENAME TO users"),
          r"42P01", answer=500)


@section
def out_of_reach():
    users()
    nginx = Nginx("reach")

    postgres.pg_ctl("stop", "-m", "immediate")
    configure(nginx, uri())
    fault("refused", nginx, lambda: postgres.pg_ctl("start"), strict=False)

    postmaster = int(open(postgres.data + "/postmaster.pid").readline())
    os.kill(postmaster, signal.SIGSTOP)
    fault("a hang", nginx, lambda: os.kill(postmaster, signal.SIGCONT),
          strict=False)


DECLARED = """
    api_route GET /gt { api_param a int; api_param b int;
        api_query one "SELECT $a > $b AS gt, greatest($a, $b) AS g"; }
    api_route GET /between { api_param lo number; api_param hi number;
        api_query many "SELECT id FROM users WHERE id = 1 AND $lo < $hi"; }
    api_route GET /equal { api_param a timestamp; api_param b timestamp;
        api_query many "SELECT id FROM users WHERE id = 1 AND $a = $b"; }
    api_route GET /ids { api_param ids int[]; api_query one "SELECT $ids AS ids"; }
    api_route GET /times { api_param t time[]; api_query one "SELECT $t AS t"; }
    api_route GET /flag { api_param f bool; api_query one "SELECT $f AS f"; }
    api_route GET /twice { api_param n number;
        api_query many "SELECT id FROM users WHERE id < $n * 2"; }
    api_route GET /part { api_param a int; api_param b int;
        api_query one "SELECT left('abc', 2) || $a AS a, $b AS b, lower($a) AS l"; }
    api_route GET /added { api_param a int; api_param s string;
        api_query one "SELECT $a AS a, $s AS s, coalesce($a, 1) + 1 AS n"; }
    api_route GET /two { api_param a int;
        api_query one "SELECT 9 AS n" as=first;
        api_query one "SELECT $a > $first.n::int AS gt, $a AS a" answer; }
    api_route POST /body { api_body { a int; b int; l int[]; j json; d date; }
        api_query one "SELECT $a > $b AS gt, $l AS l, $j AS j, $d AS d"; }
    api_route POST /stored { api_body { a int; n string; }
        api_query one "INSERT INTO users (id, name) VALUES ($a, $n)
                       RETURNING id, name, $a AS a, greatest($a, 9) AS g"; }"""

ASKED = [("/gt?a=9&b=10", None, b'{"gt":false,"g":10}'),
         ("/between?lo=9&hi=10", None, b'[{"id":1}]'),
         ("/between?lo=10&hi=9", None, b"[]"),
         ("/equal?a=2026-01-01T10:00:00Z&b=2026-01-01T10:00:00.0Z", None,
          b'[{"id":1}]'),
         ("/ids?ids=1,2", None, b'{"ids":[1,2]}'),
         ("/times?t=10:00,11:00:00", None, b'{"t":["10:00:00","11:00:00"]}'),
         ("/flag?f=true", None, b'{"f":true}'),
         ("/twice?n=0.6", None, b'[{"id":1}]'),
         ("/part?a=9&b=10", None, b'{"a":"ab9","b":10,"l":"9"}'),
         ("/added?a=9&s=x", None, b'{"a":9,"s":"x","n":10}'),
         ("/two?a=10", None, b'{"gt":true,"a":10}'),
         ("/body", b'{"a":9,"b":10,"l":[1,2],"j":{"x":[1]},"d":"2026-01-01"}',
          b'{"gt":false,"l":[1,2],"j":{"x": [1]},"d":"2026-01-01"}'),
         ("/stored", b'{"a":100,"n":"7"}',
          b'{"id":100,"name":"7","a":100,"g":100}')]


def asked(nginx):
    """Every worker, on connections of its own."""
    answers = []
    for _ in range(8):
        connection = wire.Connection(nginx.port, 20)
        for path, body, _ in ASKED:
            end = time.monotonic() + HEALED
            while True:      # a worker that has no connection yet
                answer = connection.request("POST" if body else "GET",
                                            "/api" + path, body=body)
                if answer.status != 503 or time.monotonic() > end:
                    break
                time.sleep(0.05)
            answers.append((path, answer.status, answer.body))
        connection.close()
    return answers


def declared_types(name, settings=""):
    """Asked without a reload they are as behind one."""
    users()
    nginx = Nginx("declared")
    configure(nginx, uri(), settings, DECLARED)
    postgres.pg_ctl("stop", "-m", "immediate")
    starts(nginx, name)
    postgres.pg_ctl("start")
    ok(wait_until(lambda: status(nginx, "/api/one") == 200, HEALED),
       name + ": heals")

    cold = asked(nginx)
    old = set(nginx.workers())
    ok(nginx.reload(), name + ": a reload")
    wait_until(lambda: not old & set(nginx.workers()), 10)
    warm = asked(nginx)

    for n, (path, _, wanted) in enumerate(ASKED):
        for when, answers in (("cold", cold), ("checked", warm)):
            equal(set(answers[n::len(ASKED)]), {(path, 200, wanted)},
                  "%s: %s, %s" % (name, path, when))

    unlike(nginx.log(), "a statement is wrong", name + ": none is wrong")
    nginx.stop()


@section
def types_that_are_declared():
    declared_types("declared types")


@section
def types_that_are_declared_without_names():
    declared_types("declared types, without names", "prepare off;")


KEPT = """
    CREATE TABLE kept (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        v varchar(3), n numeric(4, 2), pos int CHECK (pos > 0), a int, b int,
        CHECK (a < b), free numeric, at timestamptz);
    CREATE TABLE found (id int, big bigint, yes bool);
    INSERT INTO found VALUES (1, 5, true)"""

STORING = """
    api_route POST /kept { api_body { v string; n number; pos int; }
        api_query one "INSERT INTO kept (v, n, pos) VALUES ($v, $n, $pos)
                       RETURNING v, n, pos"; }
    api_route POST /both { api_body { a int; b int; }
        api_query exec "INSERT INTO kept (a, b) VALUES ($a, $b)"; }
    api_route POST /constant { api_body { v string; }
        api_query exec "INSERT INTO kept (v, pos) VALUES ($v, 0)"; }
    api_route POST /place { api_param v string;
        api_query exec "INSERT INTO kept VALUES (DEFAULT, $v)"; }
    api_route POST /sum { api_body { n number; at timestamp; }
        api_query one "INSERT INTO kept (free, at) VALUES (coalesce($n, 0),
                       coalesce($at, current_date)) RETURNING free, at"; }
    api_route GET /row/:id {
        api_query one "SELECT id, big, yes FROM found WHERE id = $id" as=x;
        api_query one "SELECT $x.id AS id, $x.big AS big, $x.yes AS yes"; }
"""

ASKED_OF_COLUMNS = [
    ("/kept", {"v": "abcd", "n": 123}, 422, {"/v": "max_length", "/n": "range"}),
    ("/kept", {"v": "abc", "pos": 0}, 422, {"/pos": "check"}),
    ("/kept", {"v": "abc", "n": 99.99, "pos": 1}, 200,
     {"v": "abc", "n": 99.99, "pos": 1}),
    ("/both", {"a": 2, "b": 1}, 422, {"/a": "check", "/b": "check"}),
    ("/constant", {"v": "a"}, 500, {}),
    ("/place?v=abcd", {}, 400, {"v": "max_length"}),
    ("/sum", {"n": 0.5, "at": "2026-01-01T00:00:00Z"}, 200,
     {"free": 0.5, "at": "2026-01-01T00:00:00+00:00"}),
    ("/row/1", None, 200, {"id": 1, "big": 5, "yes": True})]


@section
def columns_and_earlier_rows():
    """What a column holds, which CHECK it has, of which type an earlier row
    is: known without a reload."""
    users()
    postgres.sql(KEPT)
    nginx = Nginx("columns")
    configure(nginx, uri(), routes=STORING, workers=1)
    postgres.pg_ctl("stop", "-m", "immediate")
    starts(nginx, "columns")
    postgres.pg_ctl("start")
    ok(wait_until(lambda: status(nginx, "/api/one") == 200, HEALED),
       "columns: heals")

    for when in ("cold", "changed", "checked"):
        if when == "changed":
            postgres.sql("ALTER TABLE kept ADD COLUMN more int")
        if when == "checked":
            old = set(nginx.workers())
            ok(nginx.reload(), "columns: a reload")
            wait_until(lambda: not old & set(nginx.workers()), 10)

        for path, body, code, wanted in ASKED_OF_COLUMNS:
            connection = wire.Connection(nginx.port, 20)
            answer = connection.request(
                "GET" if body is None else "POST", "/api" + path,
                **({} if body is None else {"json": body}))
            connection.close()
            equal((answer.status,
                   answer.json() if code < 400 else answer.errors()),
                  (code, wanted), "columns, %s: %s %s" % (when, path, body),
                  answer)

    nginx.stop()
    postgres.sql("DROP TABLE kept, found")


@section
def several_that_hang():
    users()
    nginx = Nginx("several")
    with Silence() as port:
        configure(nginx, uri(), more="".join("""
    api_postgres hang%d {
        primary "%s";
        connect_timeout 2s;
    }""" % (i, uri("127.0.0.1", port)) for i in range(5)))

        begun = time.monotonic()
        code, out = nginx.call("-t")
        took = time.monotonic() - begun
        equal(code, 0, "five databases that hang: nginx -t passes", out)
        ok(took < 2 + PROMPT, "after the time of one", "%.2f s" % took)
        note("nginx -t: %.2f s" % took)
        equal(len(re.findall(r"hang\d\": .* is out of reach", out)), 5,
              "each is told once", out)

        # the best of some: the machine may be busy

        quickest = 60
        for _ in range(3):
            begun = time.monotonic()
            cold = Nginx("several-cold", env={"API_START": "cold"})
            cold.write("nginx.conf", open(nginx.conf).read())
            equal(cold.call("-t")[0], 0, "the test before a start passes")
            quickest = min(quickest, time.monotonic() - begun)
        note("nginx -t before a start: %.2f s" % quickest)
        ok(quickest < 0.55 or SLOW, "in less than a start takes", quickest)

        starts(nginx, "five databases that hang")
        ok(wait_until(lambda: status(nginx, "/api/users") == 200, HEALED),
           "the one that does not is asked")
        nginx.stop()


@section
def a_lock_file():
    """It answers in the database's place, and is no reason not to start."""
    users()
    nginx = Nginx("lockfile")
    configure(nginx, uri(), "check file=api.lock;")
    with Silence() as port:
        configure(nginx, uri("127.0.0.1", port), "check file=api.lock;")
        ok(nginx.call("-t")[0] != 0, "no lock file: nginx -t refuses")
        starts(nginx, "no lock file")
        like(nginx.log(), r"\[error\].*api\.lock", "which is told")
        nginx.stop()


@section
def a_reload_without_it():
    """check on: a warning, and the new workers migrate when it is back."""
    users()
    nginx = Nginx("away")
    configure(nginx, uri())
    nginx.start()
    folder(nginx, **{"1_more": "ALTER TABLE users ADD COLUMN age int;\n"})
    configure(nginx, uri(), "migrations migrations;", """
        api_route GET /ages { api_query many "SELECT age FROM users"; }""",
              workers=3)
    postgres.pg_ctl("stop", "-m", "immediate")
    ok(nginx.reload(), "a reload without the database is taken")
    ok(wait_until(lambda: status(nginx, "/api/ages") == 503, 5), "503")
    postgres.pg_ctl("start")
    heals(nginx, "a reload without it", "/api/ages")
    equal(applied(nginx), 1, "the migration is applied once")
    nginx.stop()


@section
def silence():
    """Who waits for a server that says nothing waits for acquire_timeout."""
    nginx = Nginx("silence")
    with Silence() as port:
        nginx.configure("""
    api_postgres app {
        primary "%s"; acquire_timeout 1s; connect_timeout 20s;
    }""" % uri("127.0.0.1", port), """
    location /other { return 200 "here"; }
    location /api {
        api_route GET /one { api_query value "SELECT 1"; }
        api_route GET /bytes/:b<text> { api_query value "SELECT $b::bytea"; }
    }""", workers=1)
        starts(nginx, "a server that says nothing")
        for path in ("/api/one", "/api/bytes/AA=="):
            begun = time.monotonic()
            equal(status(nginx, path), 503, path + " is refused")
            took = time.monotonic() - begun
            ok(took < 10, "and not when the attempt ends", took)
        nginx.stop(signal.SIGTERM)


@section
def who_tests():
    users()
    postgres.sql("ALTER TABLE users RENAME name TO called")

    for env, cold in (
            ({}, False),
            ({"INVOCATION_ID": "f00"}, True),
            ({"INVOCATION_ID": "f00", "SYSTEMD_EXEC_PID": "1"}, False),
            ({"INVOCATION_ID": "f00", "SYSTEMD_EXEC_PID": str(os.getpid())},
             True),
            ({"RC_SVCNAME": "nginx"}, True),
            ({"INVOCATION_ID": "f00", "API_START": "strict"}, False),
            ({"API_START": "cold"}, True)):
        nginx = Nginx("tests", env=env)
        configure(nginx, uri())
        code, out = nginx.call("-t")
        equal(code == 0, cold, "nginx -t with %s" % env, out)
        like(out, r"\[error\].*42703" if cold else r"\[emerg\].*42703",
             "tells it")
        unlike(out, r"\[emerg\]" if cold else r"\[error\]", "and only so")

    nginx = Nginx("tests", env={"API_START": "maybe"})
    configure(nginx, uri())
    code, out = nginx.call("-t")
    ok(code != 0, "another word of API_START", out)
    like(out, "must be cold or strict", "is refused")

    # beside a master that runs, and beside what was left of one

    nginx = Nginx("tests", env={"INVOCATION_ID": "f00"})
    configure(nginx, uri())
    nginx.write("nginx.pid", "%d\n" % os.getpid())
    equal(nginx.call("-t")[0], 0, "a pid that is not nginx's is nobody's")
    nginx.start()
    ok(nginx.call("-t")[0] != 0, "beside a running master: strict")
    nginx.stop()

    nginx = Nginx("tests")
    configure(nginx, uri(), "check required;")
    ok(nginx.call("-g", "daemon off;", timeout=20)[0] != 0,
       "check required: a cold start is refused")


def folder(nginx, **files):
    os.makedirs(nginx.path("migrations"), exist_ok=True)
    for name, text in files.items():
        nginx.write("migrations/%s.sql" % name, text)


USERS = "CREATE TABLE users (id int, name text);\n" \
        "INSERT INTO users VALUES (1, 'ann');\n"


def applied(nginx):
    return len(re.findall(r"migration .* applied to", nginx.log()))


@section
def migrations_at_once():
    fresh()
    nginx = Nginx("atonce")
    configure(nginx, uri(), "migrations migrations;")
    folder(nginx, **{"1_users": USERS})
    starts(nginx, "pending migrations")
    equal(status(nginx, "/api/users"), 200, "are applied by the start")
    nginx.stop()


@section
def migrations_that_come_late():
    for workers in (2, 4):
        fresh()
        nginx = Nginx("late%d" % workers)
        configure(nginx, uri(), "migrations migrations;", workers=workers)
        folder(nginx, **{"1_users": USERS,
                         "2_wait": "SELECT pg_sleep(1);\n"
                                   "INSERT INTO users VALUES (2, 'bob');\n"})

        postgres.pg_ctl("stop", "-m", "immediate")
        starts(nginx, "%d workers without a database" % workers)
        equal(status(nginx, "/api/users"), 503, "503")
        seen = set()
        postgres.pg_ctl("start")

        def whole():
            seen.add(status(nginx, "/api/users"))
            return 200 in seen

        ok(wait_until(whole, HEALED + 3), "heals", nginx.log()[-2000:])
        equal(seen - {503, 200}, set(), "nothing but 503 and 200")
        ok(wait_until(lambda: len({get(nginx, "/api/users").body
                                   for _ in range(20)}) == 1, 5),
           "in all workers")
        equal(applied(nginx), 2, "each migration is applied once")
        equal(postgres.sql("SELECT count(*) FROM users"), "2", "as a whole")
        like(nginx.log(), r"\[error\].*migrations of .* were not applied",
             "the log had said so")
        nginx.stop()


@section
def migrations_that_fail():
    fresh()
    nginx = Nginx("fail")
    configure(nginx, uri(), "migrations migrations;")
    folder(nginx, **{"1_users": USERS, "2_bad": "SELECT no_such;\n"})

    def correct():
        nginx.write("migrations/2_bad.sql", "SELECT 1;\n")

    fault("a failing migration", nginx, correct, r"2_bad\.sql.*42703")
    equal(applied(nginx), 2, "both are applied, each once")
    equal(postgres.sql("SELECT count(*) FROM users"), "1", "as a whole")
    # once by each: the test, the start, a worker, the reload
    told = re.findall(r"\[(?:error|emerg)\] [\d#]+: migration.*no_such",
                      nginx.log())
    equal(len(told) <= 4, True, "what is wrong is not told at every try",
          nginx.log()[-2000:])

    postgres.sql("UPDATE _sqlx_migrations SET success = false"
                 " WHERE version = 2")
    nginx = Nginx("half")
    configure(nginx, uri(), "migrations migrations;")
    folder(nginx, **{"1_users": USERS, "2_bad": "SELECT 1;\n"})
    fault("a half-applied migration", nginx, lambda: postgres.sql(
        "UPDATE _sqlx_migrations SET success = true"), "marked as failed")


@section
def without_check():
    fresh()
    nginx = Nginx("off")
    configure(nginx, uri(), "check off; migrations migrations;")
    folder(nginx, **{"1_users": USERS})
    starts(nginx, "check off")
    ok(wait_until(lambda: status(nginx, "/api/users") == 200, HEALED),
       "migrations are applied")
    nginx.stop()


@section
def a_password_in_a_file():
    """It is corrected there, and migrations wait for it."""
    fresh()
    nginx = Nginx("secret")
    folder(nginx, **{"1_users": USERS})
    nginx.write("secret", uri(password="old"))
    os.chmod(nginx.path("secret"), 0o644)
    configure(nginx, "file:secret", "migrations migrations;")
    starts(nginx, "an old password in a file")
    ok(wait_until(lambda: status(nginx, "/api/users") == 503, 3), "503")
    nginx.write("secret", uri())
    heals(nginx, "an old password in a file")
    equal(applied(nginx), 1, "the migration is applied")
    nginx.stop()


@section
def an_end_meanwhile():
    """A worker that exits while its thread asks, or waits, for PostgreSQL."""
    fresh()
    nginx = Nginx("end")
    folder(nginx, **{"1_users": USERS})
    configure(nginx, uri(password="wrong"), "migrations migrations;",
              workers=4)
    for i in range(10):
        nginx.start()
        time.sleep(i * 0.004)
        nginx.stop(signal.SIGTERM)
    unlike(nginx.log(), "exited on signal", "no worker dies of it")

    with Silence() as port:
        configure(nginx, uri("127.0.0.1", port),
                  "migrations migrations;")
        nginx.start()
        time.sleep(0.3)
        took = nginx.stop(signal.SIGTERM)
        ok(took < PROMPT, "nor waits for a server that hangs", took)


@section
def a_lock_that_is_held():
    """Another server migrates: a minute for a reload, not for a start."""
    fresh()
    nginx = Nginx("held")
    configure(nginx, uri(), "migrations migrations;")
    folder(nginx, **{"1_users": USERS})
    number = 0x3d32ad9e * zlib.crc32(b"app")
    holder = subprocess.Popen(
        [os.path.join(postgres.bin, "psql"), "-X", "-q", postgres.uri, "-c",
         "SELECT pg_advisory_lock(%d), pg_sleep(8)" % number],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    wait_until(lambda: postgres.sql("SELECT count(*) FROM pg_locks WHERE"
                                    " locktype = 'advisory'") == "1", 5)
    starts(nginx, "another server's migrations")
    equal(status(nginx, "/api/users"), 503, "503 meanwhile")
    holder.kill()
    holder.wait()
    postgres.admin("SELECT pg_terminate_backend(pid) FROM pg_locks"
                   " WHERE locktype = 'advisory'")
    heals(nginx, "another server's migrations")
    nginx.stop()


@section
def an_upgrade():
    if SLOW:
        note("not under sanitizers: a new binary has no LD_PRELOAD")
        return
    users()
    nginx = Nginx("upgrade")
    configure(nginx, uri())

    # as a daemon: nginx does not upgrade below the process that started it

    equal(nginx.call()[0], 0, "a start")
    ok(wait_until(lambda: status(nginx, "/api/users") == 200, 10), "serves")
    old = pid_in(nginx.path("nginx.pid"))
    try:
        postgres.sql("ALTER TABLE users RENAME name TO called")
        os.kill(old, signal.SIGUSR2)
        ok(wait_until(lambda: "[emerg]" in nginx.log(), 10),
           "an upgrade beside a renamed column: the new one refuses",
           nginx.log())
        ok(wait_until(lambda: pid_in(nginx.path("nginx.pid")) == old, 10),
           "and ends")
        equal(status(nginx, "/other"), 200, "the old one serves")
        equal(status(nginx, "/api/one"), 200, "the API, too")
    finally:
        os.kill(old, signal.SIGQUIT)
    ok(wait_until(lambda: not os.path.exists("/proc/%d" % old), 15),
       "and ends")


@section
def a_silent_name_server():
    if SLOW:
        note("not under sanitizers: LD_PRELOAD is theirs")
        return
    users()
    env = named()
    nginx = Nginx("names", env=env)
    configure(nginx, uri(), more="".join("""
    api_postgres silent%d { primary "%s"; connect_timeout 1s; }""" % (
        i, uri("host%d.silent.test" % i)) for i in range(3)))

    begun = time.monotonic()
    code, out = nginx.call("-t")
    took = time.monotonic() - begun
    equal(code, 0, "silent name servers: nginx -t passes", out)
    like(out, "not resolved in time", "and says why")
    ok(took < 1 + PROMPT, "within connect_timeout", "%.2f s" % took)
    note("nginx -t: %.2f s" % took)

    starts(nginx, "silent name servers")
    equal(status(nginx, "/api/users"), 200, "the database that has none")
    time.sleep(0.5)
    took = nginx.stop(signal.SIGTERM)
    ok(took < PROMPT, "and the end is bounded, too", "%.2f s" % took)
    note("nginx -s stop: %.2f s" % took)


tap.run(unharmed)
