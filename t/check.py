"""nginx -t against the database: what it refuses, with the exact place and a
sentence; what it lets pass; that a rehearsal leaves no trace.
"""

import os
import re
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
sys.dont_write_bytecode = True

import tap
from server import Nginx, Postgres
from tap import equal, like, note, ok, section, unlike

postgres = Postgres("check")
nginx = Nginx("check")

postgres.sql("""
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
    CREATE DOMAIN price AS numeric(10, 2) CHECK (VALUE >= 0);
    CREATE DOMAIN must AS text NOT NULL;
    CREATE TYPE point2 AS (x int, y int);
    CREATE TABLE users (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        email text NOT NULL UNIQUE,
        name varchar(100),
        age smallint,
        score int,
        total bigint,
        weight real,
        balance price,
        nick must DEFAULT 'x',
        feeling mood,
        tags text[],
        born date,
        seen timestamptz,
        local timestamp,
        active bool,
        data jsonb,
        place point2,
        took interval,
        address inet);
    CREATE TABLE posts (id bigint PRIMARY KEY, user_id uuid, title text,
                        body text);
    CREATE TABLE "Größe" ("Ä" int);
    CREATE VIEW names AS SELECT id, name FROM users;
    CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE
        AS 'SELECT x * 2';
    CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS '';
    CREATE PROCEDURE go(a int) LANGUAGE sql AS '';
    CREATE TABLE touched (n int);
    CREATE FUNCTION touch() RETURNS int LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO touched VALUES (1); RETURN 1; END $$;
    """)
postgres.admin("CREATE TABLE secret (id int, word text)",
               "CREATE FUNCTION hidden() RETURNS int LANGUAGE sql AS"
               " 'SELECT 1'",
               "REVOKE ALL ON FUNCTION hidden() FROM public")

# these take two columns of a terminal
WIDE = "🐘語"

BLOCK = """
    api_postgres app {
        primary "%s";
        %s
    }
"""


def check(body, settings="", files=None, http="", raw=None, env=None):
    """nginx -t with routes; (status, output, text of the configuration)."""
    for name, text in (files or {}).items():
        path = nginx.path(name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as out:
            out.write(text if isinstance(text, bytes)
                      else text.encode("utf-8"))

    nginx.configure(BLOCK % (postgres.uri, settings) + http, body)

    if raw is not None:
        with open(nginx.conf, "rb") as conf:
            text = conf.read()
        with open(nginx.conf, "wb") as conf:
            conf.write(raw(text))

    nginx.env = env or {}
    status, output = nginx.call("-t")

    with open(nginx.conf, "rb") as conf:
        return status, output, conf.read().decode("utf-8")


def place_of(text, mark):
    """line and column (characters, from 1) of the mark in a text"""
    at = text.index(mark)
    line = text.count("\n", 0, at) + 1
    return line, at - (text.rfind("\n", 0, at) + 1) + 1


def refused(name, body, mark, *sentences, shift=0, file="nginx.conf",
            nth=0, **more):
    """nginx -t refuses; the place is that of the mark in the file."""
    status, output, text = check(body, **more)

    if file != "nginx.conf":
        with open(nginx.path(file), "rb") as source:
            text = source.read().decode("utf-8")

    at = text.index(mark)
    for _ in range(nth):
        at = text.index(mark, at + 1)

    line = text.count("\n", 0, at) + 1
    start = text.rfind("\n", 0, at) + 1
    column = at - start + 1 + shift
    wanted = " in %s:%d:%d\n" % (nginx.path(file), line, column)

    good = status == 1 and wanted in output
    for sentence in sentences:
        good = good and re.search(sentence, output)

    if not ok(good, "refused: " + name, "wanted: %s%s\ngot: %s"
              % (wanted, sentences, output)):
        return

    # the line itself, and the caret below that character

    after = output[output.index(wanted) + len(wanted):].split("\n")
    shown = text[start:].split("\n")[0].rstrip("\r")
    if len(shown) < 100:
        pad = "".join("\t" if c == "\t" else "  " if c in WIDE else " "
                      for c in shown[:column - 1])
        equal(after[:2], [shown, pad + "^"], "the caret: " + name, output)


def passes(name, body, *warnings, quiet=True, **more):
    status, output, _ = check(body, **more)

    good = status == 0 and "[emerg]" not in output
    if quiet and not warnings:
        good = good and "[warn]" not in output
    for warning in warnings:
        good = good and re.search(r"\[warn\].*" + warning, output)

    ok(good, "passes: " + name, output)


def get(sql, path="/a", kind="many", more="", method="GET"):
    return ("api_route %s %s {\n    %s\n    api_query %s %s;\n}\n"
            % (method, path, more, kind, sql))


def post(sql, fields="", kind="one", more=""):
    return get(sql, kind=kind, method="POST",
               more=("api_body { %s } " % fields if fields else "") + more)


@section
def wrong_sql():
    refused("a wrong column", get('"SELECT id, emial FROM users"'), "emial",
            r'column "emial" does not exist \(42703\).*HINT: Perhaps you')
    refused("a wrong table", get('"SELECT 1 FROM user_s"'), "user_s",
            r'relation "user_s" does not exist \(42P01\)')
    refused("a wrong function", get('"SELECT nope(1) AS a"'), "nope",
            r"function nope\(integer\) does not exist")
    refused("a wrong arity", get('"SELECT twice(1, 2) AS a"'), "twice",
            r"function twice\(integer, integer\) does not exist")
    refused("a wrong operator",
            get('"SELECT id FROM users WHERE active > 1"'), "> 1",
            r"operator does not exist: boolean > integer")
    refused("a wrong cast", get('"SELECT 1::nope AS a"'), "nope",
            'type "nope" does not exist')
    refused("a syntax error", get('"SELEC 1"'), "SELEC",
            r'syntax error at or near "SELEC" \(42601\)')
    refused("a syntax error at the end", get('"SELECT id FROM"'), '";\n}',
            "syntax error at end of input")
    refused("a comma too many", get('"SELECT id, FROM users"'), "FROM",
            'syntax error at or near "FROM"')
    refused("a parenthesis that is open",
            get('"SELECT id FROM users WHERE (id IS NULL"'), '";\n}',
            "syntax error at end of input")
    refused("a missing FROM", get('"SELECT users.id AS a"'), "users.id",
            'missing FROM-clause entry for table "users"')
    refused("GROUP BY", get('"SELECT name, count(*) FROM users"'), "name,",
            'column "users.name" must appear in the GROUP BY clause')
    refused("an ambiguous column",
            get('"SELECT id FROM users JOIN posts ON user_id = users.id"'),
            "id FROM", 'column reference "id" is ambiguous')
    refused("an INSERT with too many values",
            post('"INSERT INTO touched VALUES (1, 2) RETURNING n"'), "2)",
            "INSERT has more expressions than target columns")
    refused("an INSERT into a wrong column",
            post('"INSERT INTO touched (m) VALUES (1) RETURNING n"'), "m)",
            'column "m" of relation "touched" does not exist')
    refused("types that do not fit",
            post('"INSERT INTO touched VALUES (true) RETURNING n"'), "true",
            r'column "n" is of type integer but expression is of type boolean'
            r".*HINT: You will need to rewrite or cast")
    refused("a constant that is none",
            get('"SELECT id FROM users WHERE id = \'x\'"'), "'x'",
            "invalid input syntax for type uuid")
    refused("a wrong schema", get('"SELECT 1 AS a FROM nope.users"'),
            "nope.users", 'relation "nope.users" does not exist')
    refused("UNION of unlike columns",
            get('"SELECT id FROM users UNION SELECT 1"'), "SELECT 1",
            "UNION types uuid and integer cannot be matched", shift=7)
    refused("an aggregate in WHERE",
            get('"SELECT id FROM users WHERE count(*) > 1"'), "count(*)",
            "aggregate functions are not allowed in WHERE")
    refused("a procedure that is none",
            post('"CALL gone(1)"', kind="exec"), "gone(",
            r"procedure gone\(integer\) does not exist")
    refused("a function that is called",
            post('"CALL twice(1)"', kind="exec"), "twice(",
            r"twice\(integer\) is not a procedure")
    refused("a wrong label",
            get('"SELECT id FROM users WHERE feeling = \'glad\'"'), "'glad'",
            "invalid input value for enum mood")
    refused("a jsonb operator of a text",
            get("\"SELECT id FROM users WHERE email -> 'a' IS NULL\""), "->",
            r"operator does not exist: text -> unknown")
    refused("an UPDATE of a wrong column",
            post('"UPDATE users SET nmae = $name WHERE id = $id'
                 ' RETURNING id"', "name string; id uuid;"), "nmae",
            'column "nmae" of relation "users" does not exist')
    refused("ON CONFLICT without a constraint",
            post('"INSERT INTO touched VALUES (1) ON CONFLICT (n) DO NOTHING'
                 ' RETURNING n"'), "INSERT",
            "there is no unique or exclusion constraint")


@section
def places():
    refused("behind characters of many bytes",
            get('"SELECT \'äöü €🐘\' AS a, emial FROM users"'), "emial",
            'column "emial"')
    refused("behind tabs", get('"SELECT\tid,\t\temial FROM users"'), "emial",
            'column "emial"')
    refused("on a later line",
            get('"SELECT id,\n  name,\n\t  emial\n FROM users"'), "emial",
            'column "emial"')
    refused("behind escapes",
            get(r'"SELECT id AS \"an id\", emial FROM users"'), "emial",
            'column "emial"')
    refused("in single quotes",
            get(r"'SELECT id, \'x\' AS a, emial FROM users'"), "emial",
            'column "emial"')
    refused("behind a parameter",
            get('"SELECT id FROM users WHERE id = $id AND emial = 1"',
                "/a/:id"), "emial", 'column "emial"')
    refused("behind a long parameter, twice",
            get('"SELECT id FROM users WHERE (id = $identity_of_the_user OR'
                ' id = $identity_of_the_user) AND emial = 1"',
                "/a/:identity_of_the_user"), "emial", 'column "emial"')
    refused("in a comment's neighbourhood",
            get('"SELECT /* emial $x */ id, -- emial\n emial FROM users"'),
            "emial", 'column "emial"', nth=2)
    refused("behind dollar quotes",
            get('"SELECT $$emial $id$$ AS a, $t$emial$t$ AS b, emial FROM'
                ' users"'), "emial", 'column "emial"', nth=2)
    refused("several directives on a line",
            'api_route GET /a { api_query many "SELECT 1 AS a"; }'
            ' api_route GET /b { api_query many "SELECT emial"; }', "emial",
            'column "emial"')
    refused("a second statement of a route",
            'api_route POST /a { api_query one "SELECT 1 AS a" as=x;'
            ' api_query one "SELECT emial FROM users WHERE id::text = $x.a";'
            "}", "emial", 'column "emial"')
    refused("in a file", get("sql/a.sql"), "emial", 'column "emial"',
            file="sql/a.sql",
            files={"sql/a.sql": "-- a comment\nSELECT id,\n       emial\n"
                                "  FROM users;\n"})
    refused("in a file with CRLF", get("sql/a.sql"), "emial",
            'column "emial"', file="sql/a.sql",
            files={"sql/a.sql": "-- a\r\nSELECT 'ä' AS a,\r\n\temial\r\n"
                                "  FROM users;\r\n"})
    refused("in a configuration with CRLF",
            get('"SELECT id,\n  emial FROM users"'), "emial",
            'column "emial"', raw=lambda text: text.replace(b"\n", b"\r\n"))
    refused("in an included file", "include inc/*.conf;", "emial",
            'column "emial"', file="inc/a.conf",
            files={"inc/a.conf": get('"SELECT \'€\' AS a, emial FROM'
                                     ' users"')})
    os.remove(nginx.path("inc/a.conf"))
    refused("an included route's file", "include inc/b.conf;", "emial",
            'column "emial"', file="sql/b.sql",
            files={"inc/b.conf": get("sql/b.sql"),
                   "sql/b.sql": "SELECT emial FROM users"})
    refused("a name without quotes of many bytes",
            get('"SELECT Ö FROM \\"Größe\\""'), "Ö FROM", 'column "Ö"')
    refused("a quoted name of many bytes",
            get(r'"SELECT \"ä\" FROM \"Größe\""'), r'\"ä', 'column "ä"')
    refused("a directive over lines",
            'api_route GET /a {\n  api_query\n    many\n'
            '      "SELECT emial FROM users"\n  ;\n}\n', "emial",
            'column "emial"')
    refused("behind comments with quotes",
            'api_route GET /a { # it\'s "one\n  # { api_query }\n'
            '  api_query many "SELECT emial FROM users"; }\n', "emial",
            'column "emial"')
    refused("a type behind a parameter that is a cast",
            get('"SELECT $id::int AS a, emial FROM users"', "/a/:id<int>"),
            "emial", 'column "emial"')

    status, output, text = check(
        get('"SELECT emial FROM users"', "/a") + get('"SELEC 1"', "/b")
        + get('"SELECT 1 FROM nope"', "/c"))
    lines = [place_of(text, mark)[0] for mark in ("emial", "SELEC ", "nope")]
    found = [int(n) for n in
             re.findall(r"\[emerg\].* in [^ ]*nginx.conf:(\d+):\d+", output)]
    equal((status, found), (1, lines), "all are told, in order", output)


tap.run(nginx.kill)
