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

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
sys.dont_write_bytecode = True

import tap
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


tap.run(unharmed, sys.argv[1:])
