"""A rehearsal says what applying says: each of these sets of migrations goes
through nginx -t first and is applied then, on a database without anything.
"""

import os
import re
import shutil
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
from server import Nginx, Postgres
from tap import equal, like, ok, section, unlike

postgres = Postgres("rehearse")
tested = Nginx("rehearse_t")
server = Nginx("rehearse")              # this one applies

postgres.admin("DROP ROLE IF EXISTS rehearse_other",
               "CREATE ROLE rehearse_other", "GRANT rehearse_other TO app")

alerts = []                             # of all starts

FOLDER = server.path("migrations")

BLOCK = """
    api_postgres app {
        primary    "%s";
        migrations %s;
        %s
    }
"""


def fresh(*files):
    postgres.sql("SET client_min_messages = warning",
                 "DROP SCHEMA IF EXISTS m CASCADE", "CREATE SCHEMA m")
    shutil.rmtree(FOLDER, ignore_errors=True)
    os.makedirs(FOLDER)
    put(*files)


def put(*files, first=1):
    """Texts, numbered as they come, or (name, text)."""
    for n, text in enumerate(files, first):
        name = "%d_m.sql" % n

        if isinstance(text, tuple):
            name, text = text

        path = os.path.join(FOLDER, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)

        with open(path, "w", encoding="utf-8") as out:
            out.write(text)


def configure(nginx, routes="", settings=""):
    nginx.configure(BLOCK % (postgres.uri + "&options=-csearch_path%3Dm",
                             FOLDER, settings), routes, workers=1)


def test(routes="", settings=""):
    configure(tested, routes, settings)
    return tested.call("-t")


def apply(routes="", settings=""):
    """A start, which is stopped again: 0 or 1, and what its logs say."""
    configure(server, routes, settings)

    for name in ("error.log", "output.log"):
        open(server.path("logs/" + name), "w").close()

    status = 0
    try:
        server.start()
        server.stop()
    except RuntimeError:
        status = 1

    alerts.extend(server.alerts())
    return status, server.log()


def get(sql, path="/a"):
    return "api_route GET %s { api_query many \"%s\"; }\n" % (path, sql)


def said(name, expected, output):
    """A pattern that is, and with "!" in front one that is not, in it."""
    for pattern in expected:
        if pattern.startswith("!"):
            unlike(output, pattern[1:], name + ": does not say " + pattern[1:])
        else:
            like(output, pattern, name + ": says " + pattern)


def both(name, right, *files, says=(), after=()):
    fresh(*files)

    status, output = test()
    equal(status, 0 if right else 1, name + ": nginx -t", output)
    said(name, says, output)
    equal(postgres.sql("SELECT count(*) FROM pg_class WHERE relnamespace ="
                       " 'm'::regnamespace"), "0", name + ": leaves nothing")

    status, output = apply(settings="check off;")
    equal(status, 0 if right else 1, name + ": applied", output)
    said(name, after, output)


KEYS = ("CREATE TABLE p (id int PRIMARY KEY);"
        "CREATE TABLE c (p int CONSTRAINT late REFERENCES p"
        " DEFERRABLE INITIALLY DEFERRED);"
        "CREATE TABLE d (p int CONSTRAINT soon REFERENCES p DEFERRABLE);")


@section
def transactions():
    both("a temporary table of one transaction, twice", True,
         "CREATE TEMP TABLE t (a int) ON COMMIT DROP; CREATE TABLE x AS TABLE"
         " t;", "CREATE TEMP TABLE t (b int) ON COMMIT DROP;")
    both("one of an earlier transaction", False,
         "CREATE TEMP TABLE t (a int) ON COMMIT DROP;",
         "CREATE TABLE x AS SELECT * FROM t;",
         says=[r'"t" does not exist in \S+/2_m.sql:1:33\n'])
    both("SET LOCAL ends with its file", False,
         "CREATE SCHEMA IF NOT EXISTS m; SET LOCAL search_path = pg_catalog;",
         "SET LOCAL my.thing = 'x'; CREATE TABLE a (b int);",
         "SELECT 1 / length(current_setting('my.thing'));",
         says=["22012"])
    both("and hides nothing from the next one", True,
         "CREATE TABLE a (b int); SET LOCAL search_path = pg_catalog;",
         "ALTER TABLE a ADD c int;")
    both("SET LOCAL ROLE", True,
         "CREATE TABLE a (b int); SET LOCAL ROLE rehearse_other; SELECT 1;"
         " RESET ROLE;", "ALTER TABLE a ADD c int;")
    both("a role that may not write the row", False,
         "CREATE TABLE a (b int); SET ROLE rehearse_other;",
         says=["42501: permission denied", "RESET ROLE"], after=["42501"])
    both("an isolation level for each", True,
         "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; CREATE TABLE a ();",
         "-- one\nset local transaction /* x */ isolation level repeatable read"
         ", deferrable;\nCREATE TABLE b ();",
         "SET search_path = m; SET LOCAL transaction_isolation ="
         " 'serializable'; SELECT 1;")
    both("one that comes too late", False,
         "CREATE TABLE a ();", "SELECT 1;\nSET TRANSACTION ISOLATION LEVEL"
         " SERIALIZABLE;", says=[r"25001.*/2_m.sql:2:1\n"])
    both("one that is misspelt", False,
         "CREATE TABLE a ();", "SET TRANSACTION ISOLATION SERIALIZABLE;",
         says=["42601"])
    both("errors behind it have their place", False,
         "CREATE TABLE a ();", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;"
         "\nSELECT '\u00e9', nope;\nSELECT 1;",
         says=[r"42703.*/2_m.sql:2:13\n"])
    both("READ ONLY ends with its file", False,
         "CREATE TABLE a (b int);", "SET TRANSACTION READ ONLY, ISOLATION LEVEL"
         " SERIALIZABLE; INSERT INTO a VALUES (1);",
         says=[r"25006.*/2_m.sql:1:58\n"])
    both("a file that only reads cannot write its row", False,
         "SET TRANSACTION READ ONLY; SELECT 1;", says=["fails at its end.*"
                                                       "25006"])
    both("session characteristics end with their file", True,
         "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY, ISOLATION LEVEL"
         " SERIALIZABLE;", "CREATE TABLE a (b int);")
    both("an advisory lock", True,
         "SELECT pg_advisory_xact_lock(1), pg_advisory_lock(2);",
         "SELECT pg_advisory_xact_lock(1), pg_advisory_unlock_all();",
         "CREATE TABLE a (b int);")
    both("a cursor", True,
         "CREATE TABLE a (b int); DECLARE x CURSOR FOR SELECT * FROM a;",
         "DECLARE x CURSOR FOR SELECT 1; ALTER TABLE a ADD c int;")
    both("DISCARD ALL in a transaction", False, "DISCARD ALL;", says=["25001"])


@section
def sessions():
    both("a search_path", True,
         "CREATE SCHEMA IF NOT EXISTS m; SELECT set_config('search_path', '',"
         " false); CREATE TABLE m.a ();", "CREATE TABLE b ();")
    both("one that the next file wants", False,
         "SET search_path = pg_catalog, m;", "SELECT 1 / (current_setting("
         "'search_path') LIKE 'pg_%')::int;", says=["22012"])
    both("a temporary table", False, "CREATE TEMP TABLE t (a int);",
         "INSERT INTO t VALUES (1);", says=[r"42P01.*/2_m.sql:1:13\n"])
    both("the same name for a real one", True,
         "CREATE TEMP TABLE t (a int);", "CREATE TABLE t (b int);"
         "INSERT INTO t (b) VALUES (1);")
    both("a prepared statement", True, "PREPARE x AS SELECT 1;",
         "PREPARE x AS SELECT 2;")
    both("a setting of strings", True,
         "SET standard_conforming_strings = off;",
         "CREATE TABLE a (b text DEFAULT 'x\\'); SELECT '--';")
    both("a role without a transaction", True,
         "CREATE TABLE a (b int);",
         "-- no-transaction\nSET ROLE rehearse_other;", "ALTER TABLE a ADD c"
         " int;")


@section
def rules():
    both("a deferred rule that the next file would mend", False,
         KEYS, "INSERT INTO c VALUES (1);", "INSERT INTO p VALUES (1);",
         says=["2_m.sql\" fails at its end.*23503"])
    both("SET CONSTRAINTS ALL DEFERRED ends with its file", False,
         KEYS, "SET CONSTRAINTS ALL DEFERRED; INSERT INTO d VALUES (1);"
         " INSERT INTO p VALUES (1);",
         "INSERT INTO d VALUES (2); INSERT INTO p VALUES (2);",
         says=[r"23503.*/3_m.sql:1:1\n"])
    both("SET CONSTRAINTS ALL IMMEDIATE ends with its file", True,
         KEYS, "INSERT INTO p VALUES (1); SET CONSTRAINTS ALL IMMEDIATE;",
         "INSERT INTO c VALUES (2); INSERT INTO p VALUES (2);"
         "CREATE TABLE e (p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);"
         "INSERT INTO e VALUES (3); INSERT INTO p VALUES (3);")
    both("a rule by its name", False,
         KEYS, "SET CONSTRAINTS soon DEFERRED; INSERT INTO p VALUES (1);",
         "INSERT INTO d VALUES (2); INSERT INTO p VALUES (2);",
         says=[r"23503.*/3_m.sql:1:1\n"])
    both("a later file's own rule, which is not deferred", False,
         KEYS, "CREATE TABLE e (a int CONSTRAINT one UNIQUE DEFERRABLE);"
         "INSERT INTO e VALUES (1), (1); DELETE FROM e;", says=["23505"])
    both("a name that two rules have", True,
         KEYS + "CREATE TABLE e (p int CONSTRAINT late REFERENCES p);"
         "INSERT INTO c VALUES (1); INSERT INTO p VALUES (1);",
         "INSERT INTO c VALUES (2); INSERT INTO p VALUES (2);",
         "INSERT INTO c VALUES (3); INSERT INTO p VALUES (3);",
         "ALTER TABLE c ADD x int;")
    both("and a table with changes that were looked at", True,
         KEYS, "INSERT INTO c VALUES (1); INSERT INTO p VALUES (1);",
         "ALTER TABLE c ADD x int; ALTER TABLE p ADD x int;")
    both("changes that were not, in one file", False,
         KEYS, "INSERT INTO p VALUES (1); INSERT INTO c VALUES (1);\n"
         "ALTER TABLE c ADD x int;", says=[r"55006.*/2_m.sql:2:\d+\n"])
    both("a trigger that is deferred", False,
         "CREATE TABLE a (b int); CREATE FUNCTION f() RETURNS trigger LANGUAGE"
         " plpgsql AS 'BEGIN RAISE ''no''; END';",
         "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON a DEFERRABLE INITIALLY"
         " DEFERRED FOR EACH ROW EXECUTE FUNCTION f();",
         "INSERT INTO a VALUES (1);", says=["3_m.sql\" fails at its end.*P0001"])


@section
def what_cannot_be_rehearsed():
    both("a label of an earlier file", True,
         "CREATE TYPE k AS ENUM ('a');", "CREATE TABLE t (k k);",
         "-- none\n", says=["!warn"])
    fresh("CREATE TYPE k AS ENUM ('a'); CREATE TABLE t (k k);")
    apply()
    put("ALTER TYPE k ADD VALUE 'b';", "INSERT INTO t VALUES ('b');",
        "CREATE TABLE x (a int);", first=2)
    status, output = test(get("SELECT a FROM x"))
    equal(status, 0, "a label that is to be committed first", output)
    like(output, r"\[warn\].*3_m.sql\" was not rehearsed.*55P04.*"
                 r"/3_m.sql:1:\d+\n.*\n *\^", "is told at its place")
    put(("4_m.sql", "SELECT 1,;"))
    status, output = test()
    equal(status, 1, "an error of syntax is one, whatever was not rehearsed")
    put(("4_m.sql", "SELECT 1;"),
        ("3_m.sql", "ALTER TYPE k ADD VALUE 'c'; INSERT INTO t VALUES ('c');"))
    status, output = test()
    equal(status, 1, "a label of the file itself", output)
    like(output, r"\[emerg\].*55P04.*/3_m.sql:1:51\n",
         "is refused as it will be")
    equal(apply(settings="check off;")[0], 1, "as applying it is")

    both("an index without a transaction", True,
         "CREATE TABLE a (b int);",
         "-- no-transaction\n\nCREATE UNIQUE INDEX CONCURRENTLY i ON a (b);",
         "CREATE TABLE c (d int);",
         says=[r"\[warn\].*2_m.sql\" was not rehearsed.*/2_m.sql:3:1\n"])

    fresh("CREATE TABLE a (b int);",
          "-- no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY i ON a (b);")
    conflict = ("api_route PUT /a { api_query exec \"INSERT INTO a VALUES (1)"
                " ON CONFLICT (b) DO NOTHING\"; }")
    status, output = test(conflict)
    equal(status, 0, "a statement that wants the index", output)
    like(output, r"\[warn\].*42P10.*was not rehearsed", "is a warning")
    status, output = test(get("SELECT nope FROM a"))
    equal(status, 1, "one that is wrong with it, too, is refused", output)
    put("ALTER TABLE a ADD b int;", first=3)
    equal(test()[0], 1, "and so is such a file")
    os.remove(os.path.join(FOLDER, "3_m.sql"))
    equal(apply(conflict)[0], 0, "it is applied, and checked again")

    for several in (
            "^CREATE INDEX CONCURRENTLY i ON a (b);\n DROP TABLE IF EXISTS z;",
            "SELECT 1;\n  ^VACUUM a;", "SELECT 1; ^REINDEX TABLE CONCURRENTLY a",
            "^CREATE INDEX CONCURRENTLY i ON a (b); SELECT 1;"):
        text = "-- no-transaction\n" + several
        at = text.index("^")
        fresh("CREATE TABLE a (b int);", text.replace("^", ""))
        place = r"/2_m\.sql:%d:%d\n" % (
            text.count("\n", 0, at) + 1, at - text.rindex("\n", 0, at))
        for what, (status, output) in (
                ("tested", test()), ("applied", apply()),
                ("applied unchecked", apply(settings="check off;"))):
            equal(status, 1, "several statements, %s: %s" % (what, several),
                  output)
            like(output, r"\[emerg\].*give it a file of its own.*" + place,
                 "is told at its place")
        equal(postgres.sql("SELECT to_regclass('m.a') IS NULL"), "t",
              "and nothing was applied")
    both("a file without a transaction that could be in one", False,
         "CREATE TABLE a (b int);", "-- no-transaction\nALTER TABLE a ADD c\n"
         " nope;", says=[r"42704.*/2_m.sql:3:2\n"])
    both("one with transactions of its own", True,
         "-- no-transaction\nCREATE TABLE a (b int);\nBEGIN; COMMIT;",
         says=[r"\[warn\].*was not rehearsed: it has transactions of its own"
               r".*/1_m.sql:3:1\n"])

    both("the time, which is one for all", True,
         "CREATE TABLE t (at timestamptz PRIMARY KEY DEFAULT now());"
         "INSERT INTO t DEFAULT VALUES;", "INSERT INTO t DEFAULT VALUES;",
         says=[r"\[warn\].*2_m.sql\" was not rehearsed: it depends on now\(\).*"
               r"/2_m.sql:1:1\n"])
    for column in ("xid8 PRIMARY KEY DEFAULT pg_current_xact_id()",
                   "bigint PRIMARY KEY DEFAULT txid_current()",
                   "time PRIMARY KEY DEFAULT now()::time",
                   "numeric PRIMARY KEY DEFAULT extract(epoch from now())"):
        both("and so is " + column, True,
             "CREATE TABLE t (at %s); INSERT INTO t DEFAULT VALUES;" % column,
             "INSERT INTO t DEFAULT VALUES;",
             says=[r"\[warn\].*2_m.sql\" was not rehearsed: it depends on now\(\) or"
                   r" its transaction.s number.*/2_m.sql:1:1\n"])
    both("another number is none", False,
         "CREATE TABLE t (at bigint PRIMARY KEY); INSERT INTO t VALUES (-7);",
         "INSERT INTO t VALUES (-7);", says=["23505"])
    both("but not within a file", False,
         "CREATE TABLE t (at timestamptz PRIMARY KEY DEFAULT now());"
         "INSERT INTO t DEFAULT VALUES; INSERT INTO t DEFAULT VALUES;",
         says=["23505"])


@section
def settings_of_the_workers():
    fresh("CREATE SCHEMA IF NOT EXISTS n; CREATE TABLE n.alone (a int);",
          "DO $$ BEGIN EXECUTE format('ALTER ROLE app IN DATABASE %I SET"
          " search_path = n', current_database()); END $$;")

    # without a search_path in the connection string

    tested.configure(BLOCK % (postgres.uri, FOLDER, ""),
                     get("SELECT a FROM alone"), workers=1)
    status, output = tested.call("-t")
    equal(status, 0, "statements meet the settings that a migration gives to"
                     " the role", output)
    tested.configure(BLOCK % (postgres.uri + "&options=-csearch_path%3Dm",
                              FOLDER, ""), get("SELECT a FROM alone"),
                     workers=1)
    equal(tested.call("-t")[0], 1, "but not in place of the connection's own")
    equal(postgres.sql("SELECT count(*) FROM pg_db_role_setting s JOIN"
                       " pg_database d ON d.oid = s.setdatabase WHERE datname ="
                       " current_database()"), "0", "nothing is left")


def repeated():
    return postgres.sql("SELECT string_agg(name, ' ' ORDER BY name COLLATE"
                        " \"C\") FROM m._api_repeatable")


VIEW = ("repeatable/b view.sql",
        "CREATE OR REPLACE VIEW v AS SELECT b, f() AS c FROM a;")
FUNCTION = ("repeatable/B_function.sql",
            "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS"
            " 'SELECT 1';")


@section
def repeatable():
    fresh("CREATE TABLE a (b int);")
    apply()
    equal(postgres.sql("SELECT to_regclass('m._api_repeatable') IS NULL"), "t",
          "without the folder there is no table of it")

    put(VIEW, FUNCTION, ("repeatable/notes.txt", "x"),
        ("repeatable/.hidden.sql", "nope"), ("repeatable/old.SQL", "nope"),
        ("repeatable/deep/x.sql", "nope"))
    route = get("SELECT b, c FROM v")
    status, output = test(route)
    equal(status, 0, "functions and views, in the order of their names", output)
    like(output, r'\[warn\].*old.SQL" is not a repeatable migration',
         "a name that seems meant")
    unlike(output, "hidden|deep|notes", "and none that is not")
    equal(postgres.sql("SELECT to_regclass('m._api_repeatable') IS NULL"), "t",
          "nginx -t makes no table")

    status, output = apply(route)
    equal(status, 0, "they are applied", output)
    like(output, r'(?s)B_function.sql" applied to.*b view.sql" applied to',
         "by the bytes of their names")
    equal(repeated(), "B_function.sql b view.sql", "and written down")
    equal(postgres.sql(
        "SELECT bool_and(length(checksum) = 48 AND execution_time > 0 AND"
        " applied_at > now() - interval '1 min') FROM m._api_repeatable"), "t",
        "with checksum and time")
    equal(postgres.sql("SELECT count(*) FROM m._sqlx_migrations"), "1",
          "SQLx's table has nothing of them")

    status, output = apply(route)
    unlike(output, "applied", "the same again: nothing to do")

    put(("repeatable/b view.sql",
         "CREATE OR REPLACE VIEW v AS SELECT b, f() AS c, 2 AS d FROM a;"))
    equal(test(get("SELECT d FROM v"))[0], 0, "a text that has changed")
    equal(postgres.sql("SELECT count(*) FROM information_schema.columns WHERE"
                       " table_name = 'v'"), "2", "is rehearsed")
    status, output = apply(get("SELECT d FROM v"))
    like(output, 'b view.sql" applied', "and applied again")
    unlike(output, "B_function", "alone")

    put(("repeatable/b view.sql", "CREATE OR REPLACE VIEW v AS\n SELECT nope"
         " FROM a;"), ("repeatable/a.sql", "CREATE TABLE half (a int);\nSELECT"
         " 1 / 0;"))
    status, output = test()
    equal(status, 1, "one that fails", output)
    like(output, r'migration "repeatable/a.sql": ERROR 22012.* in'
                 r" \S+/migrations/repeatable/a.sql:2:\d+\n", "has its place")
    status, output = apply(settings="check off;")
    equal((status, postgres.sql("SELECT to_regclass('m.half') IS NULL")),
          (1, "t"), "leaves nothing half applied", output)
    put(("repeatable/a.sql", "SELECT 1;"))
    status, output = test()
    like(output, r"42703.*repeatable/b view.sql:2:9\n SELECT nope FROM a;\n"
                 r" {8}\^", "a view's column")
    put(("repeatable/a.sql", "BEGIN; COMMIT;"))
    like(test()[1], r"transaction control.*repeatable/a.sql:1:1\n",
         "transaction control is refused")
    put(("repeatable/a.sql", "-- no-transaction\nVACUUM m.a;"), VIEW)
    status, output = test(get("SELECT c FROM v"))
    equal(status, 1, "a column cannot be taken from a view by REPLACE", output)
    like(output, "42P16", "as PostgreSQL says")

    # dropped by a numbered one, which asks for it again

    put("DROP VIEW v; ALTER TABLE a DROP COLUMN b, ADD b text;"
        "DELETE FROM _api_repeatable WHERE name = 'b view.sql';", first=2)
    put(VIEW)
    status, output = test(get("SELECT b FROM v"))
    equal(status, 0, "a numbered one may have it applied again", output)
    like(output, r'\[warn\].*"repeatable/a.sql" was not rehearsed.*'
                 r"repeatable/a.sql:2:1\n", "no-transaction is for these, too")
    equal(apply(get("SELECT b FROM v"))[0], 0, "and is, in one run")
    equal(repeated(), "B_function.sql a.sql b view.sql", "with its row")

    os.remove(os.path.join(FOLDER, "repeatable", "a.sql"))
    equal(test()[0], 0, "a file that is gone")
    status, output = apply()
    equal(status, 0, "is no reason not to start", output)
    like(output, r'\[notice\].*"a.sql" was applied, and its file is gone',
         "is told")
    equal(output.count("is gone"), 1, "once")
    shutil.rmtree(os.path.join(FOLDER, "repeatable"))
    equal(apply()[0], 0, "or all of them")
    equal((repeated(), postgres.sql("SELECT count(*) FROM pg_views WHERE"
                                    " viewname = 'v'")),
          ("B_function.sql a.sql b view.sql", "1"), "nothing is undone")


@section
def the_folder():
    fresh()
    status, output = test()
    equal(status, 0, "an empty folder", output)
    like(output, r"\[warn\].*has none: put a file as 0001_users.sql.* in"
                 r" \S+/nginx.conf:\d+:20\n", "is a warning, with its place")

    shutil.rmtree(FOLDER)
    for settings in ("", "check off;"):
        status, output = test(settings=settings)
        equal(status, 1, "no folder", output)
        like(output, r"cannot be read: make it, or correct its name in"
                     r" \S+/nginx.conf:\d+:20 \(2: ", "has its place")

    put(("repeatable", "x"))
    put("SELECT 1;")
    like(test()[1], r'repeatable" cannot be read: name the folder that the'
                    r" files are in in \S+/nginx.conf:\d+:20 \(20: ",
         "a file in its place")


def finish():
    server.kill()
    equal(alerts + tested.alerts(), [], "no alert")
    postgres.admin("DROP ROLE rehearse_other")


tap.run(finish)
