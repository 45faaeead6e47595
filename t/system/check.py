"""nginx -t against the database: what it refuses, with the exact place and a
sentence; what it lets pass; that a rehearsal leaves no trace.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, Postgres, free_port
from tap import equal, like, note, ok, section, unlike

postgres = Postgres("check")
nginx = Nginx("check")
server = Nginx("check_server")          # this one is started, too

postgres.sql("""
    CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
    CREATE DOMAIN price AS numeric(10, 2) CHECK (VALUE >= 0);
    CREATE DOMAIN must AS text NOT NULL;
    CREATE TYPE point2 AS (x int, y int);
    CREATE TYPE timerange AS RANGE (subtype = time);
    CREATE TYPE floatrange AS RANGE (subtype = float8);
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
        address inet,
        clock timerange,
        scale floatrange);
    CREATE TABLE posts (id bigint PRIMARY KEY, user_id uuid, title text,
                        body text);
    CREATE TABLE "Größe" ("Ä" int);
    CREATE VIEW names AS SELECT id, name FROM users;
    CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE
        AS 'SELECT x * 2';
    CREATE FUNCTION slow(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE
        AS $$ BEGIN PERFORM pg_sleep(600); RETURN 1; END $$;
    CREATE FUNCTION nothing() RETURNS void LANGUAGE sql AS '';
    CREATE PROCEDURE go(a int) LANGUAGE sql AS '';
    CREATE TABLE touched (n int);
    CREATE FUNCTION touch() RETURNS int LANGUAGE plpgsql AS $$
        BEGIN INSERT INTO touched VALUES (1); RETURN 1; END $$;
    """)
postgres.sql("""
    CREATE TABLE numbered (id serial PRIMARY KEY, n int);
    CREATE TABLE counted (id int GENERATED ALWAYS AS IDENTITY, n int);
    CREATE SEQUENCE "A 'b' c";
    """)
postgres.admin("CREATE TABLE secret (id int, word text)",
               "CREATE SEQUENCE kept",
               "CREATE TABLE owned (n int, who text)",
               "ALTER TABLE owned ENABLE ROW LEVEL SECURITY",
               "CREATE POLICY own ON owned USING (who ="
               " current_setting('app.user'))",
               "GRANT SELECT ON owned TO app",
               "CREATE TABLE log (id serial, n int)",
               "CREATE TABLE log2 (id int GENERATED ALWAYS AS IDENTITY, n int)",
               "GRANT INSERT ON log, log2 TO app",
               "CREATE PROCEDURE hide(int) LANGUAGE sql AS ''",
               "REVOKE ALL ON PROCEDURE hide(int) FROM public",
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
            nth=0, caret=True, **more):
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
              % (wanted, sentences, output)) or not caret:
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


@section
def directives():
    for name, body, mark, sentence in (
            ("a kind that is none", 'api_route GET /a {\n  api_query\n'
             '    lots\n    "SELECT\n 1 AS a";\n}', "lots",
             "what to make of the rows comes first"),
            ("a word behind the statement", 'api_route GET /a { api_query many'
             ' "SELECT \'ä\' AS a" bs=x; }', "bs=", "behind the statement"),
            ("a parameter that is none", "api_route GET /a {\n  # ä\n"
             "\tapi_param\n n integr;\n}", "integr", "no such type"),
            ("a route that is one already",
             get('"SELECT 1 AS a"', "/a/:x<int>")
             + get('"SELECT 1 AS a"', "/a/:y<int>"),
             "api_route GET /a/:y", "is equal to")):
        status, output, text = check(body)
        equal(status, 1, name, output)
        like(output, r"\[emerg\].*%s.* in [^ ]*nginx.conf:%d:%d\n"
             % ((sentence,) + place_of(text, mark)), "its place")

    body = get('"SELECT 1 AS a"', more="api_param\n  zz int;")
    status, output, text = check(body)
    equal(status, 0, "a parameter that is never used", output)
    like(output, r'\[warn\].*"zz".*never used.* in [^ ]*nginx.conf:%d:%d\n'
         % place_of(text, "zz"), "its place")


@section
def kinds():
    refused("value with two columns",
            get('"SELECT id, name FROM users"', kind="value"),
            'value "SEL', '"value" is the only column, and this returns'
            ' several: select one')
    refused("value without columns",
            post('"DELETE FROM touched"', kind="value"), "value",
            "this returns none: add RETURNING")
    refused("exec of a SELECT",
            post('"SELECT id FROM users"', kind="exec"), "exec",
            '"exec" has no answer, and this returns columns')
    refused("one without columns", post('"DELETE FROM touched"'), "one \"",
            'this returns none: add RETURNING, or write "exec"')
    refused("many without columns",
            post('"DELETE FROM touched"', kind="many"), "many \"",
            "this returns none: add RETURNING")
    refused("optional in a file", post("sql/d.sql", kind="optional"),
            "optional", "this returns none",
            files={"sql/d.sql": "DELETE FROM touched"})
    refused("a column twice",
            get('"SELECT u.id, p.id FROM users u, posts p"'), "SELECT u",
            'columns 1 and 2 are both called "id".*rename one with AS')
    refused("a column twice behind *",
            get('"\n  -- all\n  SELECT * FROM users JOIN posts ON true"'),
            "SELECT *", 'columns 1 and 22 are both called "id"')
    refused("columns without names",
            get('"SELECT 1, 2"'), "SELECT 1",
            r'are both called "\?column\?"')
    refused("a row that has no such column",
            'api_route POST /a {\n'
            '  api_query one "SELECT id, name FROM users" as=user;\n'
            '  api_query many "SELECT $user.email::text AS e";\n}',
            "$user.email", r'"\$user.email" is unknown: the statement that'
            r' says "as=user" \(.*nginx.conf:\d+\) has no column "email"')


@section
def types():
    refused("string into uuid",
            get('"SELECT name FROM users WHERE id = $id"', "/a/:id<string>"),
            "$id", r'"\$id" is declared string, but the statement takes uuid'
            " there: declare it uuid")
    refused("int into uuid", get('"SELECT name FROM users WHERE id = $who"',
                                 more="api_param who int;"), "$who",
            r'"\$who" is declared int, but .* uuid there: declare it uuid')
    refused("string into a number",
            post('"UPDATE users SET age = $age WHERE name = $name'
                 ' RETURNING id"', "age string; name string;"), "$age",
            "declared string, but the statement takes smallint there: declare"
            " it int")
    refused("string into a date",
            post('"UPDATE users SET name = $n, born = $d RETURNING id"',
                 "n string; d string;"), "$d",
            "takes date there: declare it date")
    refused("number into an integer",
            get('"SELECT id FROM users WHERE score = $score"',
                more="api_param score number;"), "$score",
            "declared number, but the statement takes integer there")
    refused("uuid into a bigint",
            get('"SELECT title FROM posts WHERE id = $id"', "/a/:id<uuid>"),
            "$id", "declared uuid, but the statement takes bigint there:"
            " declare it bigint")
    refused("an array into a scalar",
            get('"SELECT id FROM users WHERE id = $ids"',
                more="api_param ids uuid[];"), "$ids",
            r"declared uuid\[\], but the statement takes uuid there")
    refused("a scalar into an array",
            get('"SELECT id FROM users WHERE id = ANY($ids)"',
                more="api_param ids uuid;"), "$ids",
            r"declared uuid, but the statement takes uuid\[\] there: declare"
            r" it uuid\[\]")
    refused("an int into an enum",
            get('"SELECT id FROM users WHERE feeling = $m"',
                more="api_param m int;"), "$m",
            "declared int, but the statement takes mood there")
    refused("a choice that is no label",
            get('"SELECT id FROM users WHERE feeling = $m"',
                more="api_param m enum(ok,glad);"), "$m",
            r'"\$m" may be "glad", which is no label of the type mood')
    refused("string into a domain of a number",
            post('"UPDATE users SET balance = $b RETURNING id"',
                 "b string;"), "$b", "takes price there: declare it number")
    refused("the body into a uuid",
            post('"UPDATE users SET id = $body RETURNING id"',
                 "b string;"), "$body",
            r'"\$body" is the whole body, which is jsonb, but the statement'
            " takes uuid there")
    refused("a hash into a number",
            post('"UPDATE users SET score = $h WHERE name = $p RETURNING id"',
                 "p string max=20;", more="api_hash_password $h $p;"), "$h W",
            r'"\$h" is a hash, which is text, but the statement takes integer')
    refused("a type that nobody knows", get('"SELECT $id AS a, $id + $id AS b"',
                                            "/a/:id"), "$id + $id",
            r"operator is not unique: unknown \+ unknown", shift=4)
    refused("two types for one", get('"SELECT id FROM users WHERE id = $x OR'
                                     ' score = $x"', "/a/:x"), "$x",
            "operator does not exist: integer = uuid", shift=12)


@section
def tried():
    """A declared type is tried before it is refused."""

    def where(condition, param, **more):
        return get('"SELECT id FROM users WHERE %s"' % condition,
                   more="".join("api_param %s; " % p
                                for p in param.split("; ")), **more)

    for condition, param in (
            ("balance > $n * 2", "n number"),
            ("balance >= coalesce($n, 0)", "n number"),
            ("score > $n", "n number"),
            ("total / 2 BETWEEN $n - 1 AND $n + 1", "n number"),
            ("seen > $t - interval '1 day'", "t timestamp"),
            ("born > $d + 1", "d date"),
            ("int4range(score, 9) @> $i", "i int"),
            ("tstzrange(seen, NULL) @> $t", "t timestamp"),
            ("$x IS NULL OR feeling = $x", "x enum(sad,ok)"),
            ("$x IS NULL OR feeling = $x", "x string"),
            ("($x IS NOT NULL AND took > $x) OR $y IS NULL OR age = $y",
             "x string; y int"),
            ("$x ISNULL OR data @> $x", "x json"),
            ("$a > $b", "a int; b int"),
            ("tsrange(local, NULL) @> $t", "t timestamp"),
            ("$t <@ tsrange(local, NULL)", "t timestamp"),
            ("tsmultirange() @> $t AND score > $n", "t timestamp; n number"),
            ("$a > $b AND tsrange(local, NULL) @> $t", "a int; b int; t timestamp"),
            ("tsrange(local, NULL) @> $d", "d date"),
            ("int8range(1, 2) @> $n", "n int"),
            ("numrange(1, 2) @> $n", "n int"),
            ("numrange(1, 2) @> $n", "n bigint"),
            ("clock @> $t", "t time"),
            ("scale @> $n", "n number"),
            ("localtime = $t::time", "t timestamp"),
            ("born = $t::date", "t timestamp"),
            ("score = $n::int", "n number"),
            ("score = CAST($n AS int)", "n number"),
            ("active = $n::bool", "n int")):
        passes(condition, where(condition, param))

    passes("an item for an array",
           post('"UPDATE users SET tags = tags || $tag"', "tag string;",
                kind="exec"))
    # compared with a bigint column, too, where it was refused as an integer

    passes("a bigint beside a constant",
           get('"SELECT coalesce($n, 0) AS a, $n + 1 AS b"',
               more="api_param n bigint;"))

    for condition, param, mark, sentence in (
            ("score = $n", "n number", "$n",
             r"declare it int, or write \$n::numeric if it may have a fraction"),
            ("score <> $n", "n number", "$n", "declare it int, or write"),
            ("score IN ($n)", "n int[]", "$n",
             r"or write = ANY\(\$n\) to look for it in a list"),
            ("id = $n", "n uuid[]", "$n", r"or write = ANY\(\$n\)"),
            ("id <> $n", "n uuid[]", "$n", r"or write <> ALL\(\$n\)"),
            ("id = $n", "n int[]", "$n", r"declare it uuid in"),
            ("int4range(1, 2) @> $n", "n number", "$n",
             "declare it string, or int if it is one of the range's values"),
            ("tsrange(local, NULL) @> $n", "n uuid", "$n",
             "declare it string, or timestamp if it is one of the"),
            ("int4range(1, 2) && $n", "n int", "$n", "declare it string in"),
            ("clock @> $n", "n int", "$n", "what the range is made of if it"),
            ("seen - $n > interval '1 day'", "n int", "$n", r"declare it"
             r" timestamp, or write \$n \* interval '1 day' if it is a number"),
            ("seen - $n > interval '1 day'", "n string", "$n",
             r"or write \$n::interval if it is a span of time"),
            ("score | $n > 1", "n number", "$n", "declare it int in"),
            ("id = $n::uuid", "n string", "$n", "declare it uuid in"),
            ("id = ANY($n::uuid[])", "n string[]", "$n",
             r"declare it uuid\[\] in"),
            ("tags @> $n", "n string", "$n", r"declare it string\[\]")):
        refused(condition, where(condition, param), mark, sentence)

    refused("a number for LIMIT",
            get('"SELECT id FROM users LIMIT $n"', more="api_param n number;"),
            "$n", "takes bigint there: declare it bigint")
    for assigned in ("score = $n", "score = score * $n"):
        refused("a number that would be rounded: " + assigned,
                post('"UPDATE users SET %s"' % assigned, "n number;",
                     kind="exec"), "$n", "takes integer there: declare it int")
    refused("a moment that would be cut",
            post('"UPDATE touched SET n = 1 WHERE localtime > $t"',
                 "t timestamp;", kind="exec"), "$t", "declare it time")


@section
def answered():
    """What is declared reaches the answer."""

    server.configure(BLOCK % (postgres.uri, ""), """
        api_route GET /id/:id<int> { api_query one "SELECT $id AS id"; }
        api_route GET /two { api_param a int; api_param b int;
            api_query one "SELECT $a > $b AS more, greatest($a, $b) AS most,
                coalesce($a, $b) AS some, CASE WHEN $a = 1 THEN $a END AS one,
                'no. ' || $a AS label"; }
        api_route GET /all { api_param t string[]; api_param d timestamp;
            api_param n number; api_param u uuid; api_param f bool;
            api_param j json; api_param s string;
            api_query one "SELECT $t AS t, $d AS d, $n AS n, $u AS u,
                $f AS f, $j AS j, $s AS s, $n::text AS raw"; }
        api_route GET /texts { api_param d timestamp;
            api_query one "SELECT $d AS d, $d::text AS raw"; }
        api_route POST /kept { api_body { d timestamp; n int; j json; }
            api_query one "INSERT INTO posts (id, body) VALUES ($n, $d)
                RETURNING body, $j AS j"; }
        api_route GET /cte/:n<int> { api_query many "WITH a AS (SELECT $n AS n)
            SELECT n FROM a UNION ALL VALUES ($n)"; }
        api_route POST /row {
            api_query one "INSERT INTO users (email, score, balance, tags, born)
                VALUES ('row@x', 4, 1.25, '{x}', '2024-02-29')
                RETURNING score, balance, tags, born, data" as=u;
            api_query one "SELECT $u.score AS s, $u.balance * 2 AS b,
                $u.tags AS t, $u.born AS d, $u.data AS j,
                jsonb_build_object('s', $u.score) AS o"; }
        api_route GET /within { api_param t timestamp; api_param n number;
            api_param d date;
            api_query one "SELECT tsrange('2024-01-01 10:00', '2024-01-01 11:00')
                @> $t AS t, floatrange(1, 2) @> $n AS n,
                tsrange('2024-01-01', '2024-01-02') @> $d AS d"; }
        api_route GET /big { api_param n bigint; api_query one "SELECT
            coalesce($n, 0) AS a, $n + 1 AS b, 5000000000 = coalesce($n, 0)
            AS c"; }
        api_route GET /cast { api_param n number; api_param t timestamp;
            api_query one "SELECT $n::int AS n, $t::time AS t"; }
        api_route GET /null { api_param n int; api_query one "SELECT
            $n IS NULL AS a, $n IS NOT NULL AS b, $n ISNULL AS c"; }
    """, workers=1)
    server.start()

    def answer(path, method="GET", body=wire.NOTHING):
        return ask(method, path, body).body.decode()

    equal(answer("/id/5"), '{"id":5}', "a number")
    equal(answer("/two?a=10&b=9"), '{"more":true,"most":10,"some":10,'
          '"one":null,"label":"no. 10"}', "numbers are compared as such")
    equal(answer("/all?t=x,y&d=2024-01-01T00:00:00Z&n=1.50&f=true&s=5"
                 "&u=00000000-0000-0000-0000-000000000001&j=%5B1%5D"),
          '{"t":["x","y"],"d":"2024-01-01T00:00:00+00:00","n":"1.50",'
          '"u":"00000000-0000-0000-0000-000000000001","f":true,"j":[1],'
          '"s":"5","raw":"1.50"}', "every type; a cast is what it says")
    equal(answer("/texts?d=2024-01-01T00:00:00Z"),
          '{"d":"2024-01-01T00:00:00Z","raw":"2024-01-01T00:00:00Z"}',
          "what is cast to text stays as it was sent")
    equal(answer("/kept", "POST", {"d": "2024-01-01T00:00:00Z", "n": 77,
                                   "j": {"a": 1}}),
          '{"body":"2024-01-01T00:00:00Z","j":{"a": 1}}',
          "and so does what is stored as text")
    equal(answer("/cte/3"), '[{"n":3},{"n":3}]', "through other lists")
    equal(answer("/row", "POST"),
          '{"s":4,"b":2.50,"t":["x"],"d":"2024-02-29","j":null,'
          '"o":{"s": 4}}', "columns of an earlier row")
    equal(answer("/within?t=2024-01-01T12:30:00%2B02:00&n=1.5&d=2024-01-01"),
          '{"t":true,"n":true,"d":true}', "in a range of another type")
    equal(answer("/within?t=2024-01-01T12:30:00Z&n=2.5&d=2024-01-02"),
          '{"t":false,"n":false,"d":false}', "and not in it")
    equal(answer("/cast?n=1.5&t=2024-01-01T12:30:00%2B02:00"),
          '{"n":2,"t":"10:30:00"}', "a cast is made")
    equal(ask("GET", "/cast?n=1e30").status, 400, "and is the client's fault")
    equal(answer("/big?n=5000000000"),
          '{"a":5000000000,"b":5000000001,"c":true}', "beside a constant")
    equal(answer("/null"), '{"a":true,"b":false,"c":true}', "NULL")
    equal(answer("/null?n=1"), '{"a":false,"b":true,"c":false}', "a value")
    server.stop()


@section
def sums():
    """A number beside a constant, on its way into a column: nothing of it is
    lost, and no remedy would lose something."""

    postgres.sql("""
        CREATE DOMAIN cents AS numeric(12, 2);
        CREATE TABLE sums (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            n numeric(12, 2), f float8, r real, m money, c cents, i int,
            s smallint, b bigint, at timestamptz, lo timestamp)""")

    def into(column, item, declared="number"):
        return post('"INSERT INTO sums (%s) VALUES (%s) RETURNING'
                    ' %s::text AS v"' % (column, item, column),
                    "n %s;" % declared)

    def update(column, item):
        return post('"UPDATE sums SET %s = %s"' % (column, item), "n number;",
                    kind="exec")

    items = ("coalesce($n, 0)", "greatest($n, 0)", "0 - $n", "$n * 2",
             "CASE WHEN $n > 0 THEN $n ELSE 0 END")

    for column in "nfrmc":
        for item in items:
            passes("%s into %s" % (item, column), into(column, item))
        passes("%s is set" % column, update(column, "coalesce($n, 0)"))
        passes("abs() into %s" % column, into(column, "abs($n) + 1"))

    for item in ("round($n * 100)", "($n * 100)::bigint", "floor($n * 100)",
                 "CAST($n * 100 AS int)"):
        for column in "isb":
            passes("%s into %s" % (item, column), into(column, item))

    for column in "isb":
        for item in items:
            refused("%s into %s" % (item, column), into(column, item), "$n",
                    r"declare it (int|bigint), or write \$n::numeric if it may"
                    " have a fraction: the column rounds what comes of it in")
        refused("as it is into %s" % column, into(column, "$n"), "$n",
                r"declare it (int|bigint) in")

    for item in items:
        refused("%s goes through a query" % item,
                post('"WITH v AS (SELECT %s AS v) INSERT INTO sums (n)'
                     ' SELECT v FROM v"' % item, "n number;", kind="exec"),
                "$n", r"or write \$n::numeric if it may have a fraction")

    passes("that remedy",
           post('"WITH v AS (SELECT coalesce($n::numeric, 0) AS v) INSERT INTO'
                ' sums (n) SELECT v FROM v"', "n number;", kind="exec"))
    passes("several of them",
           post('"INSERT INTO sums (n) VALUES (coalesce($n, $k, 0))"',
                "n number; k number;", kind="exec"))
    refused("several of them into an integer",
            post('"INSERT INTO sums (i) VALUES (coalesce($n, $k, 0))"',
                 "n number; k number;", kind="exec"), "$n",
            r"or write \$n::numeric if it may have a fraction: the column")
    passes("into two columns",
           post('"INSERT INTO sums (n, f) VALUES (coalesce($n, 0), $n * 2)"',
                "n number;", kind="exec"))
    passes("where nothing is written",
           get('"SELECT coalesce($n, 0) AS n FROM users FOR UPDATE"',
               more="api_param n number;", method="POST"))
    passes("a condition of what is written",
           post('"UPDATE sums SET i = 1 WHERE i > $n * 2"', "n number;",
                kind="exec"))

    server.configure(BLOCK % (postgres.uri, ""), "".join("""
        api_route POST /%s { api_body { n %s; }
            api_query value "INSERT INTO sums (%s) VALUES (%s)
                RETURNING %s::text"; }""" % (path, declared, column, item,
                                             column)
        for path, column, item, declared in (
            ("n", "n", "coalesce($n, 0)", "number"),
            ("f", "f", "$n * 2", "number"),
            ("m", "m", "0 - $n", "number"),
            ("i", "i", "round($n * 100)", "number"),
            ("b", "b", "coalesce($n, 0)", "bigint"),
            ("at", "at", "coalesce($n, current_date)", "timestamp"),
            ("lo", "lo", "coalesce($n, current_date)", "timestamp"))),
        workers=1)
    server.start()

    for path, sent, stored in (
            ("n", 1.55, "1.55"), ("n", None, "0.00"), ("f", 1.55, "3.1"),
            ("m", 1.55, "-$1.55"), ("i", 1.555, "156"),
            ("b", 5000000000, "5000000000"),
            ("at", "2026-01-01T10:00:00+02:00", "2026-01-01 08:00:00+00"),
            ("lo", "2026-01-01T10:00:00+02:00", "2026-01-01 08:00:00")):
        equal(ask("POST", "/" + path, {} if sent is None else {"n": sent}).body,
              ('"%s"' % stored).encode(), "%s is stored: %s" % (path, sent))
    server.stop()


@section
def promises():
    """What PostgreSQL takes, and fails with each request."""

    postgres.sql("""
        CREATE DOMAIN above AS int CHECK (VALUE > 0);
        CREATE DOMAIN needed AS text NOT NULL;
        CREATE TYPE spot AS (street text, zip text);
        CREATE TYPE house AS (at spot, extra jsonb);
        CREATE TABLE held (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
            feeling mood, s smallint, v varchar(3), p above, took interval,
            n numeric(4, 2), ns numeric(4, 2)[], bytes bytea,
            at timestamptz, tags text[],
            place spot, places spot[], house house,
            level int CHECK (level BETWEEN 1 AND 5),
            code text CHECK (code ~ '^[a-z]+$'), flag bool);
        CREATE TABLE held2 (p point2);
        CREATE TABLE watched (level int CHECK (level > 0));
        CREATE TABLE called (level int);
        CREATE FUNCTION odd(int) RETURNS bool LANGUAGE sql IMMUTABLE
            AS 'SELECT $1 % 2 = 1';
        ALTER TABLE called ADD CHECK (odd(level));
        CREATE TABLE need (a int NOT NULL, b text NOT NULL DEFAULT 'x',
            c uuid NOT NULL, g int GENERATED ALWAYS AS (a) STORED NOT NULL);
        CREATE TABLE need_some (a int, c needed);
        CREATE TABLE fed (a int NOT NULL, c text NOT NULL);
        CREATE FUNCTION feed() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.c := 'x'; RETURN NEW; END $$;
        CREATE TRIGGER feeds BEFORE INSERT OR UPDATE ON fed
            FOR EACH ROW EXECUTE FUNCTION feed();
        CREATE TRIGGER turns BEFORE UPDATE ON held
            FOR EACH ROW EXECUTE FUNCTION feed();
        CREATE TRIGGER watches BEFORE INSERT ON watched
            FOR EACH ROW EXECUTE FUNCTION feed();
        CREATE TABLE late_fed (a int NOT NULL, c text NOT NULL);
        CREATE TRIGGER feeds AFTER INSERT ON late_fed
            FOR EACH ROW EXECUTE FUNCTION feed();
        CREATE TABLE parts (a int NOT NULL, c text NOT NULL)
            PARTITION BY LIST (a);
        CREATE TABLE parts1 PARTITION OF parts FOR VALUES IN (1);
        CREATE TRIGGER feeds BEFORE INSERT ON parts1
            FOR EACH ROW EXECUTE FUNCTION feed();
        CREATE VIEW seen_need AS SELECT a FROM need;
        CREATE VIEW fed_need AS SELECT a FROM need;
        CREATE TRIGGER feeds INSTEAD OF INSERT ON fed_need
            FOR EACH ROW EXECUTE FUNCTION feed();
        CREATE TABLE deferred (a int PRIMARY KEY DEFERRABLE, b int UNIQUE);
        CREATE TABLE plain (a int PRIMARY KEY, b int)""")

    def held(column, declared, item=None):
        name = declared.split()[0]
        return ('api_route POST /a { api_param %s; api_query exec "INSERT INTO'
                ' held (%s) VALUES (%s)"; }'
                % (declared, column, item or "$" + name))

    for column, declared, sentence in (
            ("feeling", "m string default=angry",
             r'the default of "\$m" is no value of the type mood that the'
             r' statement takes there: .*invalid input value for enum mood'),
            ("s", "s int default=40000", "no value of the type smallint"),
            ("p", "p int default=0", "no value of the type above"),
            ("took", "i string default=foo", "no value of the type interval"),
            ("bytes", "b string default=***", "must be bytes in base64"),
            ("v", "v string default=abcd",
             r'the default of "\$v" cannot be stored in the column "v": it'
             r' must be at most 3 characters long'),
            ("n", "n number default=100", "cannot be stored in the column"),
            ("ns", "n number[] default=1,100", "cannot be stored in the col")):
        refused("a default: " + declared, held(column, declared),
                "$" + declared[0], sentence)

    refused("a field's default", post('"INSERT INTO held (feeling) VALUES ($m)"',
                                      "m string default=angry;", kind="exec"),
            "$m", "is no value of the type mood")
    refused("where it is read", get('"SELECT $m::mood AS m"',
                                    more="api_param m string default=angry;"),
            "$m", "is no value of the type mood")

    for column, declared in (
            ("feeling", "m string default=sad"), ("s", "s int default=-7"),
            ("p", "p int default=1"), ("took", "i string default=1h"),
            ("bytes", "b string default=aGk="),
            ("v", "v string default=abc"), ("n", "n number default=99.99"),
            ("at", "t timestamp default=2026-01-31T10:00:00Z"),
            ("tags", "t string[] default=a,b"), ("tags", "t string[]")):
        passes("a default: " + declared, held(column, declared))
    for column, declared, rule in (
            ("level", "l int default=0", r"held_level_check.*level >= 1"),
            ("level", "l int default=6", r"held_level_check.*level <= 5"),
            ("code", "c string default=A1", r"held_code_check")):
        refused("a CHECK: " + declared, held(column, declared),
                "$" + declared[0], r'the default of "\$%s" cannot be stored in'
                r' the column "%s": its constraint "%s'
                % (declared[0], column, rule))
    for column, declared, item in (
            ("level", "l int default=5", None),
            ("level", "l int default=0", "$l + 1"),
            ("level", "l int default=0", "CASE WHEN $l? THEN $l ELSE 1 END"),
            ("code", "c string default=abc", None)):
        passes("a CHECK: %s %s" % (declared, item or ""),
               held(column, declared, item))
    for table in ("watched", "called"):
        passes("a CHECK that nobody can ask: " + table,
               get('"INSERT INTO %s (level) VALUES ($l)"' % table,
                   kind="exec", method="POST",
                   more="api_param l int default=0;"))

    passes("a CHECK of what a trigger may change",
           get('"UPDATE held SET level = $l"', kind="exec", method="POST",
               more="api_param l int default=0;"))

    # of schema files, where PostgreSQL's type decides what is bound

    def file_of(column, schema):
        return {"body": 'api_route POST /a { api_body s.json; api_query exec'
                        ' "INSERT INTO held (%s) VALUES ($m)"; }' % column,
                "files": {"s.json": '{"type": "object", "properties": {"m":'
                                    ' %s}, "$defs": {"spot": {"properties":'
                                    ' {"street": {}, "gone": {}}}}}' % schema}}

    for column, schema, sentence in (
            ("feeling", '{"type": "string", "default": "angry"}',
             "no value of the type mood"),
            ("s", '{"type": "integer", "default": 40000}',
             "no value of the type smallint"),
            ("v", '{"type": "string", "default": "abcd"}',
             "at most 3 characters long"),
            ("flag", '{"default": "maybe"}', "no value of the type boolean"),
            ("tags", '{"default": "a"}', "must be an array"),
            ("level", '{"type": "integer", "default": 9}', "held_level_check"),
            ("place", '{"default": {"street": "a", "gone": 1}}',
             "/gone is not a known field"),
            ("house", '{"default": {"extra": "}"}, "type": "object"}', None),
            ("took", '{"type": "string", "default": "never"}',
             "no value of the type interval"),
            ("place", '{"$ref": "#/$defs/spot"}',
             'no attribute "gone", .*take it out of the schema'),
            ("places", '{"type": "array", "items": {"$ref": "#/$defs/spot"}}',
             'no attribute "gone"'),
            ("house", '{"allOf": [{"properties": {"at":'
                      ' {"$ref": "#/$defs/spot"}}}]}', 'no attribute "gone"')):
        more = file_of(column, schema)
        if sentence:
            refused("a file: %s %s" % (column, schema), more.pop("body"), "$m",
                    sentence, **more)
        else:
            passes("a file: %s %s" % (column, schema), more.pop("body"),
                   **more)

    for column, schema in (
            ("feeling", '{"type": "string", "default": "sad"}'),
            ("tags", '{"type": "array", "default": ["a", null]}'),
            ("took", '{"type": "string", "default": "1 day"}'),
            ("bytes", '{"type": "string", "default": "aGk="}'),
            ("place", '{"default": {"zip": "1"}}'),
            ("place", '{"default": null}'),
            ("places", '{"default": [{"zip": "1"}]}'),
            ("house", '{"default": {"at": {"zip": "1"}, "extra": {"a": 1}}}')):
        more = file_of(column, schema)
        passes("a file: %s %s" % (column, schema), more.pop("body"), **more)

    # of fields in an object

    for fields, good in (("x string default=1; y string;", True),
                         ("x number default=1.5; y string;", False),
                         ("x int default=1; y int default=-2;", True),
                         ("x int default=1; y string default=b;", False)):
        body = post('"INSERT INTO held2 (p) VALUES ($p)"',
                    "p { %s }" % fields, kind="exec")
        if good:
            passes("in an object: " + fields, body)
        else:
            refused("in an object: " + fields, body, "$p",
                    r'what stands for absent fields of "\$p" is no value of')

    passes("a default that is cut",
           held("v", "v string default=abcd", "left($v, 3)"))

    left = 'this leaves out the column "%s", which is NOT NULL and has no def'
    for sql, column in (
            ("INSERT INTO need (a) VALUES (1)", "c"),
            ("INSERT INTO public.need AS q VALUES (1, 'x')", "c"),
            ("INSERT INTO need DEFAULT VALUES", "a"),
            ("INSERT INTO need (c) VALUES (gen_random_uuid())"
             " ON CONFLICT DO NOTHING", "a"),
            ("INSERT INTO need_some (a) VALUES (1)", "c"),
            ("INSERT INTO late_fed (a) VALUES (1)", "c")):
        table = sql.split()[2]
        refused(sql, post('"%s"' % sql, kind="exec"), table, left % column,
                "no row can be inserted")
    refused("within a statement", post(
        '"WITH x AS (INSERT INTO need (a) VALUES (1) RETURNING a)'
        ' SELECT a FROM x"'), "need", left % "c")
    passes("it is named",
           post('"INSERT INTO need (a, c) VALUES (1, gen_random_uuid())"',
                kind="exec"))
    passes("all of them have one",
           post('"INSERT INTO need VALUES (1, \'x\', gen_random_uuid())"',
                kind="exec"))
    refused("by a view that does not show it",
            post('"INSERT INTO seen_need (a) VALUES (1)"', kind="exec"),
            "seen_need", left % "c")
    passes("by a view whose trigger does something else",
           post('"INSERT INTO fed_need (a) VALUES (1)"', kind="exec"))
    for table in "fed", "parts":
        passes("a trigger may fill it: " + table,
               post('"INSERT INTO %s (a) VALUES (1)"' % table, kind="exec"),
               left % "c" + ".*only if a trigger gives it a value")
    passes("a row that is merged",
           post('"MERGE INTO need n USING (SELECT 1 AS a) s ON n.a = s.a WHEN'
                ' NOT MATCHED THEN INSERT (a) VALUES (s.a)"', kind="exec"),
           left % "c" + ".*no row it has can be inserted")
    passes("a query may have no row",
           post('"INSERT INTO need (a) SELECT 1 WHERE false"', kind="exec"),
           left % "c" + ".*no row it has can be inserted")

    for target in "(a) DO NOTHING", "(a) DO UPDATE SET b = 1", "DO NOTHING":
        refused("ON CONFLICT " + target,
                post('"INSERT INTO deferred (a, b) VALUES (1, 2) ON CONFLICT'
                     ' %s"' % target, kind="exec"), "INSERT INTO deferred",
                'ON CONFLICT asks "deferred_pkey", which is DEFERRABLE')
    passes("another constraint",
           post('"INSERT INTO deferred (a, b) VALUES (1, 2)'
                ' ON CONFLICT (b) DO UPDATE SET b = 3"', kind="exec"))
    passes("one that is not deferrable",
           post('"INSERT INTO plain (a, b) VALUES (1, 2) ON CONFLICT'
                ' DO NOTHING"', kind="exec"))
    refused("no constraint",
            post('"INSERT INTO plain (a, b) VALUES (1, 2) ON CONFLICT (b)'
                 ' DO NOTHING"', kind="exec"), "INSERT INTO plain", "42P10")

    for kind in "one", "optional":
        passes("two rows are not one: " + kind,
               post('"INSERT INTO plain VALUES (1, 2), (3, 4) RETURNING a"',
                    kind=kind), '"%s" is one row, and this inserts and returns'
               " 2" % kind)
    passes("they are many",
           post('"INSERT INTO plain VALUES (1, 2), (3, 4) RETURNING a"',
                kind="many"))

    for column, name, fields in (
            ("place", "code", "o { street string; code string; };"),
            ("places", "code", "o[] { street string; code string; };"),
            ("house", "zipp", "o { at { zipp string; } };")):
        refused("a field that the type has not: " + column,
                post('"INSERT INTO held (%s) VALUES ($o)"' % column,
                     fields.replace("};", "}"), kind="exec"), "$o",
                'composite type that has no attribute "%s"' % name)
    passes("fields that it has",
           post('"INSERT INTO held (house) VALUES ($o)"',
                "o { at { zip string; } extra { any int; } }", kind="exec"))


@section
def sequences():
    """nextval() and setval() in a route that only reads."""

    word = "this moves a sequence on, and a GET route only reads: choose"
    postgres.sql(
        "CREATE SEQUENCE own", "CREATE FUNCTION inlined() RETURNS bigint"
        " LANGUAGE sql AS $$ SELECT nextval('own') $$",
        "CREATE FUNCTION hides() RETURNS bigint LANGUAGE plpgsql AS"
        " $$ BEGIN RETURN nextval('own'); END $$",
        "CREATE VIEW moving AS SELECT nextval('own') AS n")

    for sql, mark in (("SELECT nextval('own')", "nextval"),
                      ("SELECT NEXTVAL($q)", "NEXTVAL"),
                      ("SELECT setval('own', 3)", "setval"),
                      ("SELECT CASE WHEN $q = 'x' THEN nextval('own') END",
                       "nextval"),
                      ("SELECT inlined()", "SELECT"),
                      ("SELECT n FROM moving", "SELECT")):
        refused(sql, get('"%s"' % sql, kind="value",
                         more="api_param q string;"), mark, word)

    refused("and read_only", post("\"SELECT nextval('own')\"", kind="value",
                                  more="api_transaction read_only;"),
            "nextval", "which api_transaction read_only forbids")
    passes("in a function", get('"SELECT hides() AS n"'),
           r"a function that this may call says nextval\(\) or setval")
    passes("currval, texts and names",
           get("\"SELECT currval('own') AS a, 'nextval(' AS b, last_value"
               ' AS nextval FROM own"'))
    passes("where it may", post("\"SELECT nextval('own'), hides()\"",
                                kind="one"))


@section
def places_of_directives():
    """The word that is wrong, of every directive."""

    answer = ' { api_query value "SELECT 1"; }\n'
    for body, mark, sentence in (
            ("api_route GTE /a" + answer, "GTE", "the method must be"),
            ("api_route HEAD /a" + answer, "HEAD", "HEAD follows GET"),
            ("api_route GET a" + answer, "a {", "the path must begin"),
            ("api_route GET /ends/" + answer, "/ends/", "the path must not end"),
            ("api_route GET /:a-b" + answer, "/:a-b", "GET /:a-b"),
            ('api_route GET /a { api_status 99; api_query value "SELECT 1"; }',
             "99; api_query", "must be"),
            ("api_error 2350 409;", "2350", 'api_error "2350"'),
            ("api_error 23505 999;", "999", "the status must be a number"),
            ("api_error 23505 409;\napi_error 23505 410;", "23505 410",
             "is declared twice"),
            ('api_header X-A "a\x01b";', '"a\x01b"', "control character"),
            ('api_header "X A" b;', '"X A"', 'api_header "X A"')):
        refused("the word: " + body, body, mark, sentence, caret=False,
                shift=mark.startswith('"'))

    for setting, mark, sentence in (
            ("max_connections x;", "x;", "must be a number from"),
            ("connect_timeout 0;", "0;", "must be a time above 0"),
            ("max_conections 3;", "max_conections", "unknown directive"),
            ("queue 1 2;", "queue", "takes one value")):
        refused("the word: " + setting, "", mark, sentence, caret=False,
                settings=setting)


@section
def all_at_once():
    status, output, _ = check("""
        api_route GET /a { api_query many "SELECT $nope AS a, $no AS b"; }
        api_route GET /b { api_query many "SELECT missing"; }
        api_route GET /c { api_param x integr; api_query one "SELECT $x"; }
        api_route GET /d { api_param x int min=a; api_status 500;
                           api_query one "SELECT $x AS x, $other AS y"; }
        api_route GET /e { api_query one "SELECT 1; SELECT 2"; }
        api_route GET /f/ { api_query one "SELECT 'a"; }
        api_route POST /g { api_body { a strng; b int min=x; c { d nope; e int;
            } f[] { g int; } h { } } api_query one "SELECT $a AS a"; }
        api_route POST /h { api_body nope { a int; }
                            api_query one "SELECT $a AS a"; }
        api_route POST /i { api_hash_password $h $p;
                            api_query one "SELECT $h AS a"; }
        api_route POST /j { api_param id int; api_body { id int; x int; }
                            api_query one "SELECT $x AS a, missing2"; }
        api_route GET /k { }
        api_route GET /b { api_query many "SELECT 1 AS a"; }
        api_route GET /l { api_error 23505 900; api_transaction maybe;
                           api_query many "SELECT missing3"; }
        """)

    equal(status, 1, "many faults")
    for pattern in (
            r'"\$nope" is unknown', r'"\$no" is unknown',
            'column "missing" does not', 'api_param "x", "integr"',
            'api_param "x", "min=a"', '"api_status" directive must be',
            r'"\$other" is unknown', "a second statement",
            '"GET /f/": the path must not end', "this string does not end",
            'field "a", "strng"', 'field "b", "min=x"', 'field "d", "nope"',
            'field "h": it declares no field', 'api_body of "POST /h", "nope"',
            r"api_hash_password \$h \$p", 'declares "id" twice',
            'column "missing2" does not', '"GET /k" has no answer',
            '"GET /b" is equal to', 'api_error "23505": the status',
            '"api_transaction" directive must be',
            'column "missing3" does not'):
        equal(len(re.findall(pattern, output)), 1, "told once: " + pattern,
              output)
    equal(output.count("[emerg]"), 23, "and nothing else", output)
    unlike(output, "never used", "nor what follows from them")

    status, output, _ = check("".join(
        get('"SELECT $n%d"' % n, "/a%d" % n) for n in range(200)))
    equal(output.count("is unknown"), 100, "but not without end")
    like(output, "these are 100 faults: there may be more", "which is said")


@section
def hints():
    """What people bring along."""

    for sql, mark in (("SELECT 1 FROM users WHERE score = :id", ":id"),
                      ("SELECT 1 FROM users WHERE name = :'id'", ":'id'")):
        refused(sql, get('"%s"' % sql), mark,
                r'begins with "\$" here: write \$name for :name')
    for sql, mark in (
            ("SELECT 1 FROM users WHERE score = ?", "= ?"),
            ("SELECT 1 FROM users WHERE score IN (?, 2) AND age = 1", "(?"),
            ("SELECT 1 FROM users WHERE score < ? AND age = 1", "< ?"),
            ("SELECT ?::int", "?::")):
        refused(sql, get('"%s"' % sql), mark, r'write \$name for "\?"',
                shift=mark.index("?"))
    for sql, mark, meant in (
            ("SELECT id FROM usres", "usres", "users"),
            ("SELECT id FROM public.post", "public.post", "posts"),
            ("DELETE FROM numberd", "numberd", "numbered")):
        refused(sql, get('"%s"' % sql), mark, "HINT: perhaps it is %s in"
                % meant)
    status, output, _ = check(get('"SELECT id FROM somethingelse"'))
    unlike(output, "HINT", "a table that resembles none")
    refused("@id", get('"SELECT 1 FROM users WHERE score = @id"'), "@id",
            r"write \$name for @name, or abs\(name\)")
    passes("operators with @",
           get("\"SELECT @ score AS a, data @> '{}' AS b, data @? '$.a' AS c,"
               " to_tsvector(email) @@ 'a' AS d, '{}'::jsonb <@data AS e"
               " FROM users\""))

    for value, remedy in (
            ("coalesce($m, 'sad')", r"coalesce\(\$m, 'sad'\)::mood"),
            ("nullif($m, '')", r"nullif\(\$m, ''\)::mood"),
            ("CASE WHEN $m = 'x' THEN 'sad' ELSE $m END",
             r"\(CASE WHEN \$m = 'x' THEN 'sad' ELSE \$m END\)::mood"),
            ("$m || ''", r"\(\$m \|\| ''\)::mood")):
        for sql in ("INSERT INTO users (email, feeling) VALUES ('a', %s)",
                    "UPDATE users SET feeling = %s WHERE age = 1"):
            refused(sql % value, post('"%s"' % (sql % value), "m string;",
                                      kind="exec"),
                    value, "HINT: cast it to the column's type: %s in" % remedy)
            passes("its remedy", post('"%s"' % (
                sql % re.sub(r"\\(.)", r"\1", remedy)), "m string;",
                kind="exec"))
    passes("colons and question marks of SQL",
           get("\"SELECT data ? 'a' AS a, data ?| tags AS b, data ?& tags AS c,"
               " tags[1:2] AS d, (tags)[:2] AS e, data ? email AS f,"
               " make_date(year => 2020, month => 1, day := 1) AS g,"
               " '{1,2}'::int[] AS h FROM users -- :id ?\""))

    for string, written in (("'%$q%'", r"'%' \|\| \$q \|\| '%'"),
                            ("'$q'", r"\$q"), ("'$x $q'", r"'\$x ' \|\| \$q")):
        passes("a string: " + string,
               get('"SELECT id FROM users WHERE name LIKE %s AND email = $q"'
                   % string, more="api_param q string;"),
               r'"\$q" stands inside a string, where it is text: if it is'
               " meant, write %s in " % written)

    more = "api_param n int; api_param q string; "
    for sql, written in (
            ("now() - interval '$n days'",
             r"make_interval\(days => \$n\) or \$n \* interval '1 day'"),
            ("now() - '$n hours'::interval",
             r"make_interval\(hours => \$n\) or \$n \* interval '1 hour'"),
            ("now() - INTERVAL '$n Month'",
             r"make_interval\(months => \$n\) or \$n \* interval '1 month'"),
            ("name = 'a$q'::text", r"\('a' \|\| \$q\)::text"),
            ("data ->> 'a$q'", r"\('a' \|\| \$q\)"),
            ("data ->> '$q'", r"\$q")):
        like(check(get('"SELECT %s AS a, $n::int AS b, $q::text AS c FROM users"'
                       % sql, more="api_param n int; api_param q string;"))[1],
             "if it is meant, write %s in " % written, "a string: " + sql)

    for path, written in (
            ("data @? '$.a ? (@.x == $q)'",
             r'for "@\?" write jsonb_path_exists\(…, \'…\','
             r" jsonb_build_object\('q', \$q\)\)"),
            ("data @@ '$.a == $q'", r'for "@@" write jsonb_path_match\('),
            ("jsonb_path_query(data, '$.a ? (@.x == $q)')",
             r"add a third argument, jsonb_build_object\('q', \$q\)")):
        passes("a path without variables: " + path,
               get('"SELECT %s AS a, $q::text AS b FROM users"' % path,
                   more="api_param q string;"),
               r'"\$q" stands inside a jsonpath, .*: ' + written)
    for path in ("'$.a ? (@.x == $q)'", "'lax $[*] ? (@ > $q)'",
                 "'$ > $q'::jsonpath", "'exists($ ? (@ == $q))'"):
        passes("a path with variables: " + path,
               get('"SELECT jsonb_path_exists(data, %s,'
                   " jsonb_build_object('q', $q)) AS a FROM users\"" % path,
                   more="api_param q string;"))

    for name, sentence in (
            ("Int", "types are written in small letters, as int"),
            ("UUID[]", "types are written in small letters"),
            ("Enum(a,b)", "types are written in small letters"),
            ("array<int>", r"with \[\] behind the type, as int\[\]"),
            ("List<string>", r"with \[\] behind the type"),
            ("int?", r'drop the "\?"')):
        refused("a type: " + name, get('"SELECT $x AS x"',
                                       more="api_param x %s;" % name),
                "x %s;" % name, sentence, shift=2, caret=False)

    postgres.sql('CREATE TABLE "Tag" (id int, "userId" int)',
                 'CREATE FUNCTION "getTag"(int) RETURNS int LANGUAGE sql AS'
                 " 'SELECT 1'", 'CREATE TYPE "Kind" AS ENUM (\'a\')')
    for sql, mark, name in (
            ("SELECT 1 FROM tag", "tag", '"Tag"'),
            ("SELECT 1 FROM public.Tag", "public", '"Tag"'),
            ("SELECT getTag(1)", "getTag", '"getTag"'),
            ("SELECT 'a'::Kind", "Kind", '"Kind"'),
            (r"SELECT t.userId FROM \"Tag\" t", "t.userId", '"userId"')):
        refused(sql, get('"%s"' % sql), mark,
                "HINT: the database has %s: write that, with its quotes"
                % name)
    for sql, mark, name in (
            (r"SELECT 1 FROM \"Users\"", r"\"Users", "users"),
            (r"SELECT \"Email\" FROM users", r"\"Email", "email")):
        refused(sql, get('"%s"' % sql), mark,
                "HINT: the database has %s: write that, without quotes" % name)


@section
def plans():
    word = ", and a GET route only reads: choose another method, or say" \
           " api_transaction read_write"
    refused("a GET that inserts",
            get('"INSERT INTO touched VALUES (1) RETURNING n"'), "INSERT",
            "this modifies rows" + word)
    refused("a GET that updates in a CTE",
            get('"WITH w AS (UPDATE users SET name = name RETURNING id)'
                ' SELECT id FROM w"'), "UPDATE", "this modifies rows" + word)
    refused("a GET that locks",
            get('"SELECT id /* FOR UPDATE */ FROM users\n FOR UPDATE"'),
            "FOR UPDATE", "this locks rows" + word, nth=1)
    refused("a GET that deletes, in a file", get("sql/d.sql", kind="exec"),
            "DELETE", "this modifies rows", file="sql/d.sql",
            files={"sql/d.sql": "-- DELETE\nDELETE FROM touched\n"}, nth=1)
    refused("a POST that says read_only",
            post('"DELETE FROM touched RETURNING n"',
                 more="api_transaction read_only;"), "DELETE",
            "this modifies rows, which api_transaction read_only forbids")
    refused("a table that is closed", get('"SELECT word FROM secret"'),
            "SELECT", r"permission denied for table secret \(42501\)")
    refused("a function that is closed", get('"SELECT hidden() AS a"'),
            "SELECT", r"permission denied for function hidden \(42501\)")
    refused("what is computed when it is planned",
            get('"SELECT 1 / 0 AS a"'), "SELECT", r"division by zero \(22012")

    passes("a GET that says read_write",
           get('"INSERT INTO touched VALUES (1) RETURNING n"',
               more="api_transaction read_write;"))
    passes("a function that writes, which no plan shows",
           get('"SELECT touch() AS a"'))
    equal(postgres.sql("SELECT count(*) FROM touched"), "0",
          "nothing was executed")

    postgres.sql("CREATE TABLE big AS SELECT g AS n, g AS m"
                 " FROM generate_series(1, 3000) g", "ANALYZE big")
    passes("a large table", get('"SELECT n FROM big WHERE m = $m"', "/a/:m"))
    passes("a large table, with check plan",
           get('"SELECT n FROM big WHERE m = $m"', "/a/:m"),
           r'api_query of "GET /a/:m": reads all of public.big \(about 3000'
           r' rows\): an index may be missing in .*nginx.conf:\d+:21',
           settings="check on plan=2999;")
    passes("a table that is not that large",
           get('"SELECT n FROM big WHERE m = $m"', "/a/:m"),
           settings="check plan;")
    postgres.sql("CREATE INDEX ON big (m)")
    passes("a large table with an index",
           get('"SELECT n FROM big WHERE m = $m"', "/a/:m"),
           settings="check plan=100;")


@section
def slow_plans():
    status, output, _ = check(
        get('"SELECT slow(1)"', kind="value")
        + get('"SELECT nope FROM users"', "/b"),
        settings="connect_timeout 500ms;")
    equal(status, 1, "a statement that is planned for too long", output)
    like(output, r'\[warn\].*"GET /a": .*\(57014\)', "is told as such")
    like(output, r'\[emerg\].*column "nope"', "and does not end the check")


@section
def rights():
    refused("a sequence without USAGE",
            post("\"SELECT nextval('kept')\"", kind="value"), "SELECT n",
            r"permission denied for sequence kept \(42501\);"
            " HINT: GRANT USAGE ON SEQUENCE kept TO app")
    refused("a sequence that is a column's default",
            post('"INSERT INTO log (n) VALUES (1)"', kind="exec"), "INSERT",
            "permission denied for sequence log_id_seq")
    passes("an identity's sequence, which asks for nothing",
           post('"INSERT INTO log2 (n) VALUES (1)"', kind="exec"))
    passes("sequences of one's own",
           post('"INSERT INTO numbered (n) VALUES (1)"', kind="exec")
           + get("\"SELECT nextval('\\\"A ''b'' c\\\"')\"", "/b", "value",
                 method="PUT"))
    passes("what only looks like a sequence",
           get("\"SELECT 'nextval(''kept''::regclass)' AS a\""))
    refused("a procedure without EXECUTE",
            post('"CALL hide(1)"', kind="exec"), "CALL",
            r"permission denied for procedure hide \(42501\);"
            " HINT: GRANT EXECUTE ON PROCEDURE hide TO app")
    passes("a procedure, however its name is written",
           post('"CALL /* a */ public . \\"go\\" /* b */ (1)"', kind="exec")
           + get('"CALL go/**/(1)"', "/b", "exec", method="PUT")
           + get('"CALL U&\\"go\\"(1)"', "/c", "exec", method="PUT"))

    # the planner asks a policy for its setting
    passes("a policy whose setting an earlier statement makes",
           'api_route GET /a {\n  api_query value "SELECT'
           " set_config('app.user', 'x', true)\";\n  api_query many"
           ' "SELECT n FROM owned";\n}', "unrecognized configuration")

    # a role that becomes another one when it connects
    postgres.admin("CREATE ROLE reader", "GRANT reader TO app",
                   "GRANT SELECT ON secret TO reader",
                   "ALTER ROLE app IN DATABASE %s SET role = reader"
                   % postgres.database)
    try:
        passes("a role's own role", get('"SELECT word FROM secret"'))
        refused("and not what it was before",
                get('"SELECT id FROM users"'), "SELECT", "permission denied")
    finally:
        postgres.admin("ALTER ROLE app IN DATABASE %s RESET role"
                       % postgres.database,
                       "REVOKE ALL ON secret FROM reader", "DROP ROLE reader")


@section
def sessions():
    """What a role's settings would change is the same for the check and the
    workers, whatever they say."""

    settings = ("standard_conforming_strings = off", "backslash_quote = off",
                "array_nulls = off", "quote_all_identifiers = on",
                "transform_null_equals = on", "xmloption = document",
                "xmlbinary = hex", "bytea_output = escape",
                "extra_float_digits = -3", "DateStyle = 'German, DMY'",
                "IntervalStyle = sql_standard", "TimeZone = 'Asia/Tokyo'",
                "default_transaction_read_only = on",
                "default_transaction_isolation = 'repeatable read'")

    of = "ALTER ROLE app IN DATABASE %s " % postgres.database
    postgres.admin(*[of + "SET " + setting for setting in settings])

    try:
        server.configure(BLOCK % (postgres.uri, ""), r"""
            api_route GET /a { api_query one "SELECT 'a\b' AS s,
                interval '-1 day -2 hours' AS i, 0.1::float8 + 0.2 AS f,
                timestamptz '2024-01-02 03:04:05+00' AS t,
                xmlelement(name a, '\\x00ff'::bytea) AS x,
                (NULL = NULL) IS NULL AS n"; }
            api_route POST /b { api_body { l string[]; x string; m number; }
                api_query one "INSERT INTO numbered (n)
                VALUES (cardinality($l::text[])) RETURNING n, $l::text[] AS l,
                $x::xml AS x, $m::money::numeric AS m"; }
        """, workers=1)
        server.start()

        equal(ask("GET", "/a").json(),
              {"s": "a\\b", "i": "-1 days -02:00:00",
               "f": 0.1 + 0.2, "t": "2024-01-02T03:04:05+00:00",
               "x": "<a>AP8=</a>", "n": True},
              "what SQL means and how values are written")
        equal(ask("POST", "/b", {"l": ["a", "NULL"], "x": "a<b/>c",
                                 "m": 1.50}).json(),
              {"n": 2, "l": ["a", "NULL"], "x": "a<b/>c", "m": 1.50},
              "and read")
        server.stop()

        refused("a sequence without USAGE, whatever quotes names have",
                post("\"SELECT nextval('kept')\"", kind="value"), "SELECT n",
                r"permission denied for sequence kept \(42501\)")
    finally:
        postgres.admin(*[of + "RESET " + setting.split()[0]
                         for setting in settings])


@section
def tables_by_select():
    refused("SELECT INTO", post('"SELECT id\n  INTO copy FROM users"',
                                kind="exec"), "INTO",
            "SELECT INTO makes a table, and a route cannot change the schema")
    refused("SELECT INTO behind WITH, in a GET route",
            get('"WITH a AS (SELECT 1 AS b) SELECT * into temp c FROM a"',
                kind="exec"), "into", "SELECT INTO makes a table")
    passes("INTO elsewhere",
           post('"WITH a AS (INSERT INTO touched VALUES (1) RETURNING n)'
                ' SELECT n AS into FROM a"'))


@section
def earlier_rows():
    def pair(column, where):
        return ("api_route POST /a {\n  api_query one \"SELECT * FROM users\""
                " as=u;\n  api_query many \"SELECT id FROM users WHERE %s\";"
                "\n}\n" % (where % ("$u." + column)))

    for column, where, types in (
            ("score", "id = %s", "type integer, but .* takes uuid"),
            ("id", "score = %s", "type uuid, but .* takes integer"),
            ("active", "weight = %s", "type boolean, but .* takes real"),
            ("seen", "total = %s", "type timestamp with time zone, but"),
            ("address", "born = %s", "type inet, but .* takes date"),
            ("score", "score = ANY(%s)", r"type integer, but .* integer\[\]"),
            ("balance", "id = %s", "type numeric, but .* takes uuid")):
        refused("$u.%s where %s" % (column, where), pair(column, where),
                "$u.", r'"\$u.%s" is a column of %s' % (column, types))

    for column, where in (
            ("score", "total = %s"), ("balance", "score = %s"),
            ("score", "active = %s"), ("score", "name = %s"),
            ("email", "id = %s"), ("data", "score = %s"),
            ("seen", "born = %s"), ("born", "seen > %s"),
            ("feeling", "feeling = %s"), ("tags", "tags = %s"),
            ("took", "took = %s"), ("id", "id = %s")):
        passes("$u.%s where %s" % (column, where), pair(column, where))


@section
def good():
    passes("nothing at all", "")
    passes("types from PostgreSQL",
           get('"SELECT id, name FROM users WHERE id = $id"', "/a/:id"))
    passes("types that are declared because they must",
           get('"SELECT id FROM users WHERE ($who IS NULL OR id = $who) AND'
               ' ($n + $n) IS NOT NULL"',
               more="api_param who uuid; api_param n int;"))
    passes("a jsonb operator",
           post("\"SELECT $body -> 'a' AS a, jsonb_typeof($body -> 'a') AS b"
                '"', "a string;"))
    passes("every type where it belongs",
           post('"INSERT INTO users (email, name, age, score, total, weight,'
                " balance, nick, feeling, tags, born, seen, local, active,"
                " data, took, address) VALUES ($email, $name, $age, $score,"
                " $total, $weight, $balance, $nick, $feeling, $tags, $born,"
                " $seen, $local, $active, $data, $took, $address)"
                ' RETURNING id"',
                "email email; name string; age int; score bigint; total int;"
                " weight number; balance number; nick string;"
                " feeling enum(sad,ok); tags string[]; born date;"
                " seen timestamp; local date; active bool; data json;"
                " took string; address ipv6;"))
    passes("any type is text",
           post('"SELECT $a || $b || $c || $d AS x"',
                "a int; b uuid; c json; d date;"))
    passes("variables of nginx",
           get('"SELECT $remote_addr::inet AS a, $arg_n::int AS b, id'
               ' FROM users WHERE id::text = $arg_id"'))
    passes("a function of nothing", post('"SELECT nothing()"', kind="exec"))
    passes("CALL", post('"CALL go($n)"', "n int;", kind="exec"))
    passes("values of a domain that is NOT NULL",
           post('"UPDATE users SET nick = $n RETURNING id"', "n string;"))
    passes("a composite type",
           post('"UPDATE users SET place = ROW($x, $y) RETURNING id, place"',
                "x int; y int;"))
    passes("names in quotes and of many bytes",
           get(r'"SELECT \"Ä\" AS \"ä b\" FROM \"Größe\" WHERE \"Ä\" = $i"',
               "/a/:i"))
    passes("dollars that are none",
           get("\"SELECT '$id' AS a, $$ $1 $$ AS b, $t$ $id $t$ AS c, 'x' AS"
               ' \\"$d\\" /* $e */ -- $f\"'))
    passes("a view", get('"SELECT * FROM names"'))
    passes("one name in both cases", get(r'"SELECT 1 AS a, 2 AS \"A\""'))
    passes("window, CTE, lateral",
           get('"WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM'
               " t WHERE n < $max) SELECT n, row_number() OVER () AS r, l.x"
               ' FROM t, LATERAL (SELECT t.n * 2 AS x) l"', "/a/:max<int>"))
    passes("rows of earlier statements",
           'api_route POST /a { api_query one "SELECT id, name FROM users"'
           ' as=u; api_query optional "SELECT id AS p FROM posts WHERE user_id'
           ' = $u.id" as=p; api_query many "SELECT $u.name AS n, $p.p::bigint'
           ' AS m"; }')
    passes("a file with CRLF and a byte order mark", get("sql/ok.sql"),
           files={"sql/ok.sql": b"\xef\xbb\xbfSELECT id\r\n FROM users\r\n"
                                b" WHERE name = 'x'; -- end\r\n"})
    passes("VALUES", get('"VALUES (1), (2)"', kind="many"))
    passes("MERGE's words as names",
           get('"SELECT 1 AS update, 2 AS insert, 3 AS delete"'))
    passes("json of the answer",
           get('"SELECT json_agg(u) AS a FROM users u"', kind="value"))
    passes("ON CONFLICT",
           post('"INSERT INTO users (email) VALUES ($e) ON CONFLICT (email)'
                ' DO UPDATE SET name = excluded.name RETURNING *"',
                "e email;"))
    passes("a thousand parameters' kin",
           get('"SELECT ' + " + ".join("$p%d::int" % n for n in range(60))
               + ' AS s"', more="".join("api_param p%d int; " % n
                                         for n in range(60))))
    passes("a list",
           get('"SELECT id FROM users WHERE id = ANY($ids) AND name ='
               ' ANY($names::text[])"',
               more="api_param ids uuid[]; api_param names string[];"))
    passes("intervals by their text",
           get('"SELECT id FROM users WHERE seen > now() - $ago::interval"',
               more="api_param ago string default=1day;"))
    passes("two databases",
           'location /x { api_database app;\n'
           + get('"SELECT id FROM users"') + "}\nlocation /y {"
           " api_database other;\n" + get('"SELECT id FROM users"') + "}",
           http='api_postgres other { primary "%s"; }' % postgres.uri)
    passes("a wrong statement, unchecked", get('"SELEC 1"'),
           settings="check off;")
    passes("without prepared statements",
           get('"SELECT id FROM users WHERE id = $id"', "/a/:id"),
           settings="prepare off;")
    passes("a role that may read only",
           get('"SELECT id FROM users"', "/a") + post(
               '"INSERT INTO touched VALUES (1) RETURNING n"'),
           http="")
    passes("numbers of every width",
           get('"SELECT id FROM users WHERE age = $a AND score = $a AND total'
               ' = $a AND weight > $a AND balance = $a"',
               more="api_param a int;"))


def ask(method, path, body=wire.NOTHING, headers=()):
    connection = wire.Connection(server.port, 30)
    try:
        return connection.request(method, path, headers=headers, json=body)
    finally:
        connection.close()


def fields(response):
    return [(e["in"], e["field"], e["code"])
            for e in response.json().get("errors", [])]


@section
def values():
    server.configure(BLOCK % (postgres.uri, "max_connections 1;"
                             " min_connections 1;"), """
        api_route GET /wait { api_query value "SELECT 1 FROM pg_sleep(30)"; }
        api_route GET /free { api_query value "SELECT 1"; }
        api_route GET /users/:id {
            api_query many "SELECT id FROM users WHERE id = $id"; }
        api_route GET /ages/:age {
            api_param score bigint;
            api_param mood string in=header;
            api_query many "SELECT id FROM users WHERE age = $age
                AND score = $score
                AND ($mood::mood IS NULL OR feeling = $mood)"; }
        api_route GET /two/:x {
            api_query one "SELECT 1 AS a WHERE $x::text <> ''" as=first;
            api_query many "SELECT id FROM users WHERE seen > $x"; }
        api_route POST /users {
            api_body { score bigint; feeling string nullable; total bigint;
                       born date; balance number; }
            api_query many "SELECT id FROM users WHERE score = $score
                AND feeling = $feeling AND total = $total AND born = $born
                AND balance = $balance"; }
    """, workers=1)
    server.start()

    # the only connection is busy: what is answered at once asked nobody

    equal(ask("GET", "/free").status, 200, "one is free")
    busy = wire.Connection(server.port, 60)
    busy.send(wire.message("GET", "/wait"))
    tap.wait_until(lambda: postgres.admin(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE"
        " '%pg_sleep(30)%' AND state = 'active' AND usename = 'app'") == "1",
        20)

    def asked(name, status, errors, *request):
        response = ask(*request)
        equal((response.status, fields(response)), (status, errors),
              "no connection for " + name, response)

    asked("a uuid that is none", 400, [("path", "id", "format")],
          "GET", "/users/x")
    asked("a number beyond smallint", 400, [("path", "age", "max")],
          "GET", "/ages/32768")
    asked("text for a number", 400, [("path", "age", "type")],
          "GET", "/ages/1.5")
    asked("all of them", 400,
          [("path", "age", "min"), ("query", "score", "max"),
           ("header", "mood", "enum")],
          "GET", "/ages/-40000?score=3000000000", wire.NOTHING,
          [("Mood", "glad")])
    asked("one value of two statements", 400, [("path", "x", "format")],
          "GET", "/two/yesterday")
    asked("a body", 422,
          [("body", "/score", "max"), ("body", "/feeling", "enum")],
          "POST", "/users", {"score": 2147483648, "feeling": "glad",
                             "total": 2147483648})
    asked("a body with a wrong type, and another column's", 422,
          [("body", "/score", "type"), ("body", "/feeling", "enum")],
          "POST", "/users", {"score": "x", "feeling": "glad"})

    postgres.terminate()
    busy.close()

    for path in ("/users/00000000-0000-0000-0000-000000000001",
                 "/ages/32767?score=2147483647", "/ages/-1",
                 "/two/2026-01-31T10:00:00Z"):
        equal(tap.wait_until(
            lambda path=path: ask("GET", path).status == 200, 20), True,
            "a good value: " + path)

    equal(ask("POST", "/users", {"score": 1, "feeling": None,
                                 "balance": 1.5}).status,
          200, "a good body, with a null")
    server.expected.append("terminat")
    server.stop()


def dump():
    """The schema as it is."""
    text = subprocess.run(
        [os.path.join(postgres.bin, "pg_dump"), "-s", "-h", postgres.host,
         "-p", postgres.port, "-U", "app", "-d", postgres.database,
         "-n", "rehearsal"],
        env=dict(os.environ, PGPASSWORD=postgres.app_password), check=True,
        stdout=subprocess.PIPE, text=True).stdout

    # a key that is another one each time
    return re.sub(r"(?m)^\\(un)?restrict .*", "", text)


def rehearse(files, body="", settings=""):
    """A folder of migrations, an empty schema; what nginx -t says."""
    postgres.sql("SET client_min_messages = warning",
                 "DROP SCHEMA IF EXISTS rehearsal CASCADE",
                 "CREATE SCHEMA rehearsal")
    shutil.rmtree(nginx.path("migrations"), ignore_errors=True)
    os.mkdir(nginx.path("migrations"))
    return again(files, body, settings)


def block(settings=""):
    return BLOCK % (postgres.uri + "&options=-csearch_path%3Drehearsal",
                    "migrations %s;" % nginx.path("migrations") + settings)


def again(files, body="", settings=""):
    for name, text in files.items():
        nginx.write("migrations/" + name, text)
    nginx.configure(block(settings), body)
    return nginx.call("-t")


ONE = {"1_a.sql": "CREATE TABLE a (id int PRIMARY KEY);\n",
       "2_b.sql": "CREATE TYPE kind AS ENUM ('x', 'y');\n"
                  "CREATE TABLE b (a int REFERENCES a, k kind);\n"
                  "INSERT INTO a VALUES (1);\n"}


@section
def rehearsals():
    status, output = rehearse(ONE, get('"SELECT id, k FROM a JOIN b ON a.id ='
                                       ' b.a WHERE k = $k"', "/a/:k"))
    equal((status, "[warn]" in output), (0, False),
          "statements meet the schema that pending migrations make", output)

    status, output = again(
        {"3_c.sql": "SELECT set_config('search_path', 'public', false);"},
        get('"SELECT id FROM a"'))
    equal(status, 0, "settings of a migration are not the statements'", output)
    os.remove(nginx.path("migrations/3_c.sql"))

    status, output = again({"3_c.sql": "CREATE TEMP TABLE b (nope int);"},
                           get('"SELECT nope FROM b"'))
    equal(status, 1, "a migration's temporary table is not the statements'",
          output)
    like(output, r'column "nope" does not exist', "but the real one")
    os.remove(nginx.path("migrations/3_c.sql"))

    before = dump()
    status, output = again({}, get('"SELECT nope FROM b"'))
    equal((status, dump()), (1, before), "a rehearsal leaves no trace")
    like(output, r'column "nope" does not exist', "a wrong statement with it")
    unlike(before, "_sqlx_migrations", "no table of migrations was made")

    status, output = again({"3_c.sql": "CREATE TABLE c (a int);\n\nALTER TABLE"
                                       " c\n  ADD bad nope;\n"},
                           get('"SELECT wrong FROM nowhere"'))
    equal((status, dump()), (1, before), "a migration that fails: no trace")
    like(output, r'3_c.sql": ERROR 42704: type "nope" does not exist in'
                 r" \S+/migrations/3_c.sql:4:11\n  ADD bad nope;\n {10}\^",
         "its place, with a caret")
    unlike(output, "nowhere", "statements are not checked then")

    status, output = again({"3_c.sql": "INSERT INTO b VALUES (7);\n"})
    equal(status, 1, "a migration that breaks a rule", output)
    like(output, r"ERROR 23503.* in \S+/3_c.sql:1:1\n", "its place")

    status, output = again({"3_c.sql": "ALTER TABLE b ALTER CONSTRAINT b_a_fkey"
                            " DEFERRABLE INITIALLY DEFERRED;\n"
                            "INSERT INTO b VALUES (7);\n"})
    equal(status, 1, "a rule that is looked at at the commit", output)
    like(output, r"3_c.sql\" fails at its end.*23503.*/3_c.sql:2:26\n",
         "its place")

    status, output = again({"3_c.sql": "BEGIN;\nCOMMIT;\n"})
    equal(status, 1, "transaction control", output)
    like(output, r": transaction control.*/3_c.sql:1:1\n", "its place")

    status, output = again(
        {"3_c.sql": "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON b (a);",
         "4_d.sql": "CREATE TABLE d (n int);"}, get('"SELECT n FROM d"'))
    equal(status, 0, "a file without a transaction", output)
    like(output, r'\[warn\].*3_c.sql" was not rehearsed.*/3_c.sql:2:1\n',
         "is named")
    equal(dump(), before, "and nothing was done")

    status, output = again(
        {"3_c.sql": "ALTER TYPE kind ADD VALUE 'z';",
         "4_d.sql": "INSERT INTO b VALUES (1, 'z');"},
        get("\"SELECT a FROM b WHERE k = 'z'\""))
    equal(status, 0, "a label that has to be committed first", output)
    like(output, r'\[warn\].*4_d.sql" was not rehearsed.*/4_d.sql:1:26\n',
         "is named")

    server.configure(block(), get("\"SELECT a FROM b WHERE k = 'z'\"", "/z"),
                     workers=1)
    server.start()
    equal(ask("GET", "/z").json(), [{"a": 1}], "a start applies them all")
    server.stop()

    before = dump()
    status, output = again({}, get("\"SELECT a FROM b WHERE k = 'z'\""))
    equal((status, dump()), (0, before), "nothing is pending any more", output)


@section
def locks():
    status, output = rehearse({"1_a.sql": "CREATE TABLE a (id int)"})
    postgres.sql("CREATE TABLE rehearsal.busy (id int)")

    holder = subprocess.Popen(
        [os.path.join(postgres.bin, "psql"), "-X", "-q", "-h", postgres.host,
         "-p", postgres.port, "-U", "app", "-d", postgres.database, "-c",
         "BEGIN; LOCK TABLE rehearsal.busy; SELECT pg_sleep(600)"],
        env=dict(os.environ, PGPASSWORD=postgres.app_password,
                 PGAPPNAME="suite"), stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL)
    tap.wait_until(lambda: postgres.sql(
        "SELECT count(*) FROM pg_locks WHERE relation ="
        " 'rehearsal.busy'::regclass AND mode = 'AccessExclusiveLock'")
        == "1", 20)

    status, output = again({}, get('"SELECT id FROM busy"'))
    equal(status, 0, "a table that is locked is no fault of a statement",
          output)
    like(output, r"\[warn\].*lock timeout \(55P03\)", "but told")

    begun = time.monotonic()

    # with a wait of its own, each of these would take two seconds

    status, output = again({}, "".join(
        get('"SELECT id FROM busy WHERE id = %d"' % i, "/a%d" % i)
        for i in range(90)))
    equal((status, output.count("(55P03)")), (0, 90),
          "as many as there are: all are told", output)
    ok(time.monotonic() - begun < 60, "and the wait is one for all")

    status, output = again({}, get('"SELECT id FROM busy"')
                           + get('"SELECT nope FROM a"', "/b"),
                           settings="connect_timeout 1s;")
    equal(status, 1, "a connect_timeout that is shorter", output)
    like(output, r"\[warn\].*\(55P03\)", "does not end the check")
    like(output, r'\[emerg\].*column "nope"', "of what comes behind")

    status, output = again({"2_b.sql": "SET LOCAL lock_timeout = '1ms';"
                            "ALTER TABLE busy ADD b int"})
    equal(status, 1, "a migration that has to wait", output)
    like(output, r": ERROR 55P03.*/2_b.sql:1:32\n", "its place")

    status, output = again({"2_b.sql": "SET LOCAL lock_timeout = 0;",
                            "3_c.sql": "ALTER TABLE busy ADD b int"})
    equal(status, 1, "a lock_timeout is a file's own", output)
    like(output, r": ERROR 55P03.*/3_c.sql:1:1\n",
         "the next one does not wait")

    postgres.admin("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                   " WHERE query LIKE '%pg_sleep(600)%'"
                   " AND pid <> pg_backend_pid()")
    holder.wait(20)


@section
def reloads():
    rehearse(ONE)
    server.configure(block(), get('"SELECT id FROM a"', "/good"), workers=1)
    server.start()
    equal(ask("GET", "/good").json(), [{"id": 1}], "it starts and serves")

    failed = []
    stop = threading.Event()

    def clients():
        while not stop.is_set():
            try:
                if ask("GET", "/good").status != 200:
                    failed.append("status")
            except OSError as error:
                failed.append(error)

    thread = threading.Thread(target=clients)
    thread.start()

    before = dump()
    server.configure(block(), get('"SELECT idd FROM a"', "/good"), workers=1)
    equal(server.reload(), False, "a reload with a bad statement is refused")

    nginx.write("migrations/3_c.sql", "CREATE TABLE c (a nope);")
    server.configure(block(), get('"SELECT id FROM a"', "/good"), workers=1)
    equal(server.reload(), False, "a reload with a bad migration is refused")

    nginx.write("migrations/3_c.sql", "CREATE TABLE c (a int);")
    server.configure(block(), get('"SELECT b FROM c"', "/good"), workers=1)
    equal(server.reload(), False, "a good migration with a bad statement")
    equal(dump(), before, "and nothing was applied")

    server.configure(block(), get('"SELECT id FROM a"', "/good")
                     + get('"SELECT a FROM c"', "/c"), workers=1)
    equal(server.reload(), True, "a good one is taken")
    equal(tap.wait_until(lambda: ask("GET", "/c").status == 200, 20), True,
          "and its migration applied")

    stop.set()
    thread.join()
    equal(failed, [], "no request failed meanwhile")

    equal(server.call("-s", "reload")[0], 0, "nginx -s reload")
    server.stop()


@section
def out_of_reach():
    route = get('"SELECT id FROM users"')
    port = free_port()

    def away(uri, settings=""):
        nginx.configure('api_postgres app { primary "%s"; %s }'
                        % (uri, settings), route)
        start = time.monotonic()
        status, output = nginx.call("-t")
        return status, output, time.monotonic() - start

    uri = "postgresql://app:s3cr3t@127.0.0.1:%d/app?sslmode=disable" % port

    status, output, _ = away(uri)
    equal(status, 0, "refused: nginx -t passes", output)
    like(output, r'\[warn\].*api_postgres "app": 127.0.0.1:%d, database "app" is'
         r" out of reach \(the connection was refused\): its statements were"
         " not checked" % port, "with a warning")
    status, required, _ = away(uri, "check required;")
    equal(status, 1, "refused, with check required", required)
    like(required, r"\[emerg\].*out of reach", "is an error")

    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen(1)
        status, silent, took = away(
            "postgresql://app:s3cr3t@127.0.0.1:%d/app" % hole.getsockname()[1],
            "connect_timeout 400ms;")
    equal(status, 0, "a black hole: nginx -t passes", silent)
    like(silent, r"out of reach \(no answer within 400ms\)", "with a warning")
    ok(took < 30, "and in time", took)

    wrong = postgres.uri.replace(":%s@" % postgres.app_password,
                                 ":s3cr3t@", 1)
    status, output, _ = away(wrong)
    equal(status, 1, "a wrong password is refused", output)
    like(output, r"\[emerg\].*refuses the connection: 28P01: password"
         ' authentication failed for user "app"', "with the server's words")
    everything = output + required + silent

    status, output, _ = away(postgres.uri.replace(postgres.database, "nope"))
    equal(status, 1, "a wrong database is refused", output)
    like(output, r'3D000: database "nope" does not exist', "with its words")

    status, output, _ = away(postgres.uri.replace("//app:", "//nobody:"))
    equal(status, 1, "a wrong role is refused", output)

    for uri in ("postgresql://app:s3cr3t@h/x@127.0.0.1:%d/app" % port,
                "postgresql://app:s3cr3t/y@127.0.0.1:%d/app" % port,
                "host=127.0.0.1 port=%d password='s3cr3t" % port,
                "postgresql://app:s3cr3t@[::1:5/app",
                "postgresql://app:%zzs3cr3t@127.0.0.1/app"):
        status, output, _ = away(uri, "connect_timeout 1s;")
        everything += output

    nginx.env = {"API_TEST_URI": uri}
    status, output, _ = away("env:API_TEST_URI")
    everything += output
    nginx.env = {}
    equal(status, 1, "a broken URI in the environment", output)

    for block in ('api_postgres "postgresql://app:s3cr3t@h/x" { }',
                  'api_postgres app { postgresql://app:s3cr3t@h/x; }',
                  'api_postgres app { "password=s3cr3t host=h"; }',
                  'api_postgres app { primary "host=h"; check off; }'
                  ' api_database "postgresql://app:s3cr3t@h/x";'):
        nginx.configure(block, "")
        status, output = nginx.call("-t")
        equal(status, 1, "a connection string where none belongs", output)
        like(output, "primary", "is told where it belongs")
        everything += output

    for text, why in (("", "empty"), (" \n", "empty"),
                      ("host=h s3cr3t", "not a valid connection string")):
        nginx.env = {"API_TEST_URI": text}
        status, output, _ = away("env:API_TEST_URI")
        equal(status, 1, "a variable that holds %r" % text, output)
        like(output, r"env:API_TEST_URI.* is %s" % why, "names it")
        everything += output
    nginx.env = {}

    nginx.write("uri", "host=h s3cr3t")
    status, output, _ = away("file:uri")
    like(output, r"\(file:uri\) is not a valid connection", "and a file")
    everything += output

    with socket.create_server(("127.0.0.1", 0)) as other:
        def speak():
            for _ in range(2):
                client = other.accept()[0]
                client.recv(100)
                client.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                client.close()

        thread = threading.Thread(target=speak)
        thread.start()
        for mode in ("prefer", "disable"):
            status, output, _ = away(
                "postgresql://app:s3cr3t@127.0.0.1:%d/app?sslmode=%s"
                % (other.getsockname()[1], mode))
            equal(status, 1, "a server of another kind", output)
            like(output, "what answers there is not PostgreSQL", "is told so")
            everything += output
        thread.join()

    unlike(everything + nginx.log(), "s3cr3t", "no secret is told")
    unlike(everything, re.escape(postgres.app_password), "the real one neither")


class Proxy:
    """A port that leads to PostgreSQL's socket, once it is open."""

    def __init__(self, port):
        self.path = "%s/.s.PGSQL.%s" % (postgres.host, postgres.port)
        self.server = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.server.accept()[0]
                backend = socket.socket(socket.AF_UNIX)
                backend.connect(self.path)
            except OSError:
                return
            for pair in ((client, backend), (backend, client)):
                threading.Thread(target=self.copy, args=pair,
                                 daemon=True).start()

    @staticmethod
    def copy(source, target):
        try:
            while True:
                data = source.recv(65536)
                if not data:
                    break
                target.sendall(data)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self.server.close()


@section
def asked_later():
    port = free_port()
    with open(server.path("any.json"), "w") as out:
        out.write('{"properties": {"ids": {}, "name": {}, "doc": {}}}')
    server.configure(
        'api_postgres app { primary "postgresql://app:%s@127.0.0.1:%d/%s'
        '?sslmode=disable&gssencmode=disable"; }'
        % (postgres.app_password, port, postgres.database),
        get('"SELECT id FROM users WHERE id = $id"', "/users/:id")
        + get('"SELECT emial FROM users"', "/wrong")
        + get('"SELECT id FROM users WHERE ($who IS NULL OR id = $who) AND'
              ' score = $score"', "/told",
              more="api_param who uuid; api_param score bigint;")
        + get('"SELECT $ids::int[] AS ids, $name::text AS name,'
              ' $doc::jsonb AS doc"', "/any", kind="one", method="POST",
              more="api_body any.json;")
        + get('"SELECT $b::bytea AS b, $bs::bytea[] AS bs, $at::timestamp AS'
              ' at, $span::tsrange AS span"', "/forms", kind="one",
              method="POST", more="api_body { b string; bs string[];"
              " at timestamp; span string; }")
        + get('"SELECT $b::bytea AS b, $bs::bytea[] AS bs"', "/form/:b",
              kind="one", more="api_param bs string[];"), workers=1)
    server.start()
    equal(ask("GET", "/users/x").status, 503, "nobody knows the type yet")

    proxy = Proxy(port)
    good = "/users/00000000-0000-0000-0000-000000000001"
    equal(tap.wait_until(lambda: ask("GET", good).status == 200, 60), True,
          "the database comes back")

    equal(tap.wait_until(lambda: "a statement is wrong" in server.log(), 30),
          True, "the first connection asks for every statement")
    with open(server.conf, encoding="utf-8") as conf:
        place = place_of(conf.read(), "emial")
    like(server.log(), r'a statement is wrong, its route will answer 500:'
         r' ERROR 42703: column "emial" does not exist.* in \S+nginx\.conf'
         r":%d:%d" % place, "and says what is wrong, and where")
    equal(ask("GET", "/wrong").status, 500, "which is a 500")
    equal(ask("GET", "/told?score=1").status, 200, "a type was told")

    # what may be any JSON is bound as what the statement takes

    response = ask("POST", "/any", {"ids": [1, None, 3], "name": "a \"b\"",
                                    "doc": "c"})
    equal(response.json(), {"ids": [1, None, 3], "name": "a \"b\"",
                            "doc": "c"}, "an array, a text and JSON")
    response = ask("POST", "/any", {"ids": [[1, 2], [3, 4]], "name": ["a", 1],
                                    "doc": [1, {"a": None}]})
    equal(response.json(), {"ids": [[1, 2], [3, 4]], "name": '["a",1]',
                            "doc": [1, {"a": None}]}, "lists of all three")
    response = ask("POST", "/any", {"ids": {"a": 1}, "name": None})
    equal((response.status, fields(response)),
          (422, [("body", "/ids", "type")]), "no array, with its name")

    # and so are bytes and times

    response = ask("POST", "/forms", {
        "b": "AP8Q", "bs": ["AA==", ""], "at": "2026-01-31T02:00:00+02:00",
        "span": "[2026-01-31 02:00:00+02,)"})
    equal(response.json(), {
        "b": "AP8Q", "bs": ["AA==", ""], "at": "2026-01-31T00:00:00",
        "span": '["2026-01-31 00:00:00",)'}, "bytes and times")
    response = ask("POST", "/forms", {"b": "!", "bs": ["!"], "span": "x"})
    equal((response.status, fields(response)),
          (422, [("body", "/b", "format"), ("body", "/bs", "format"),
                 ("body", "/span", "format")]), "with their names")
    equal(ask("GET", "/form/AP8Q?bs=AA==,AP8").json(),
          {"b": "AP8Q", "bs": ["AA==", "AP8="]}, "of a path and a query")
    equal(ask("GET", "/form/AP").status, 400, "refused")

    # now the types are known: a bad value needs no connection

    proxy.close()
    postgres.terminate()
    response = ask("GET", "/users/x")
    equal((response.status, fields(response)),
          (400, [("path", "id", "format")]), "types were learned")
    response = ask("GET", "/told?score=3000000000")
    equal((response.status, fields(response)),
          (400, [("query", "score", "max")]), "a narrower one, too")
    server.expected.append("PostgreSQL")
    server.stop()


@section
def schema_changes():
    postgres.sql("CREATE TABLE shifts (a int, b int)",
                 "INSERT INTO shifts VALUES (1, 2)")
    server.configure(BLOCK % (postgres.uri, ""),
                     get('"SELECT * FROM shifts"', "/all")
                     + get('"SELECT a, b FROM shifts"', "/both")
                     + get('"INSERT INTO shifts (a) VALUES (1) RETURNING *"',
                           "/all", kind="one", method="POST"), workers=1)
    server.start()

    for path in ("/all", "/both"):
        equal(ask("GET", path).json(), [{"a": 1, "b": 2}], "before: " + path)
    equal(ask("POST", "/all").json(), {"a": 1, "b": None}, "before: POST")

    postgres.sql("ALTER TABLE shifts ADD c text DEFAULT 'new'",
                 "DELETE FROM shifts WHERE b IS NULL")
    equal(ask("GET", "/all").json(), [{"a": 1, "b": 2, "c": "new"}],
          "another column: prepared again")
    equal(ask("POST", "/all").json(), {"a": 1, "b": None, "c": "new"},
          "a write, too")
    equal(postgres.sql("SELECT count(*) FROM shifts"), "2", "and once")

    postgres.sql("DEALLOCATE ALL", "ALTER TABLE shifts DROP b")
    response = ask("GET", "/both")
    equal(response.status, 500, "a column that is gone is a 500", response)
    unlike(response.text, "shifts|column", "which tells nobody")
    like(server.log(), r'ERROR 42703: column "b" does not exist.* in'
         r" \S+nginx\.conf:\d+:\d+, client: [\d.]+, request_id",
         "but the log, with the place")
    equal(ask("GET", "/all").status, 200, "others go on")

    equal(server.call("-t")[0], 1, "nginx -t finds it")
    equal(server.reload(), False, "a reload is refused, and")
    equal(ask("GET", "/all").status, 200, "the old workers go on")
    server.stop()


@section
def lock_file():
    lock = nginx.path("api.lock")
    if os.path.exists(lock):
        os.remove(lock)
    routes = (get('"SELECT id, name FROM users WHERE id = $id"', "/a/:id")
              + get('"SELECT feeling FROM users WHERE feeling = $m AND'
                    ' age = $a"', "/b",
                    more="api_param m string; api_param a int;")
              + get('"DELETE FROM touched"', "/c", kind="exec", method="POST")
              + get("'INSERT INTO \"Kept\" VALUES ($nick, $cost, $n)'", "/d",
                    kind="exec", method="POST", more="api_body { nick string;"
                    " cost number; n int; }"))
    postgres.sql("TRUNCATE touched", '''CREATE TABLE "Kept" (
        nick varchar(5), cost price, gone int, n int
        CONSTRAINT "n ""one""" CHECK (n > 0))''',
                 'ALTER TABLE "Kept" DROP COLUMN gone')
    settings = "check file=api.lock;"

    def run(body, mode=None, uri=postgres.uri):
        nginx.configure("api_postgres app { primary \"%s\"; %s }"
                        % (uri, settings), body)
        nginx.env = {"API_LOCK": mode} if mode else {}
        return nginx.call("-t")

    def text():
        with open(lock) as source:
            return source.read()

    away = "postgresql://app:x@127.0.0.1:%d/app" % free_port()

    status, output = run(routes)
    equal(status, 1, "a lock file that is not there", output)
    like(output, "API_LOCK=write nginx -t", "and how it is made")
    status, output = run(routes, "nonsense")
    equal(status, 1, "a mode that is none", output)

    status, output = run(routes, "write")
    equal(status, 0, "it is written", output)
    like(text(), "(?m)^statement [0-9a-f]{64}\n    route \"GET /a/:id\"\n"
         "    param id uuid\n    column \"id\" uuid\n"
         "    column \"name\" character varying$", "a statement of it")
    like(text(), "(?m)^type mood\n    category E\n    label \"sad\"\n",
         "a type of it")
    like(text(), "param a smallint\n", "an inferred type")
    like(text(), r'(?m)^    stores nick "\\"Kept\\"" "nick" character varying'
         r'\(5\)\n    stores cost "\\"Kept\\"" "cost" numeric\(10,2\)\n'
         r'    stores n "\\"Kept\\"" "n" integer\n'
         r'    table "Kept"\n    check "Kept" "n \\"one\\"" "n"\n',
         "columns and their bounds")
    like(text(), r"(?m)^type price\n    category N\n    domain numeric\n"
         r"    stands numeric\(10,2\)\n", "a domain's, too")
    first = text()
    run(routes, "write")
    equal(text(), first, "the same again is the same")

    status, output = run(routes, "check")
    equal((status, "[warn]" in output), (0, False), "no drift", output)

    status, output = run(routes, uri=away)
    equal(status, 0, "no database: the lock file answers", output)
    like(output, r"\[warn\].*out of reach .*checked by .*api.lock", "and says so")

    status, output = run(routes, "write", away)
    equal(status, 1, "without a database nothing is written", output)

    # offline it refuses what it knows to be wrong, and what it does not know

    wrong = get('"SELECT id, name FROM users WHERE id = $id"',
                "/a/:id<string>")
    status, output = run(wrong, uri=away)
    equal(status, 1, "a wrong type without a database", output)
    like(output, "declared string, but the statement takes uuid", "says so")

    status, output = run(get('"DELETE FROM touched"', kind="exec"), uri=away)
    equal(status, 1, "a GET that writes, without a database", output)
    like(output, "this modifies rows", "says so")

    status, output = run(get('"SELECT 1 AS new"'), uri=away)
    equal(status, 1, "a new statement without a database", output)
    like(output, r'this is not in ".*api.lock", and there is no database to'
         r" ask: .* in .*nginx.conf:\d+:21\n", "says so, with its place")

    # drift: a warning, and an error for who asks

    new = routes + get('"SELECT 1 AS new"', "/new")
    status, output = run(new)
    equal(status, 0, "a new statement is drift", output)
    like(output, r'\[warn\].*"GET /new": this is not in', "as a warning")
    status, output = run(new, "check")
    equal(status, 1, "which API_LOCK=check makes an error", output)

    status, output = run(get('"DELETE FROM touched"', "/c", kind="exec",
                             method="POST"), "check")
    equal(status, 1, "a statement that is gone", output)
    like(output, r'has a statement of "GET /a/:id" that no route has',
         "is told")

    postgres.sql("ALTER TYPE mood ADD VALUE 'glad'",
                 "ALTER TABLE users ALTER COLUMN age TYPE bigint")
    status, output = run(routes, "check")
    equal(status, 1, "a schema that changed", output)
    like(output, 'PostgreSQL says "param a bigint", and ".*api.lock" has'
         ' "param a smallint"', "statement by statement")
    like(output, 'of the type mood PostgreSQL says "label "glad"', "and type")

    with open(lock, "a") as out:
        out.write("nonsense\n")
    status, output = run(routes, uri=away)
    equal(status, 1, "a lock file that is none", output)
    like(output, r'api.lock":\d+ cannot be understood', "is told")

    # the types of a lock file are those of the requests

    run(routes, "write")
    shutil.copy(lock, server.path("api.lock"))
    server.configure("api_postgres app { primary \"%s\"; %s }"
                     % (away, settings), routes, workers=1)
    server.start()
    response = ask("GET", "/b?m=worse")
    equal((response.status, fields(response)),
          (400, [("query", "m", "enum")]), "a label, without a database")
    response = ask("GET", "/a/x")
    equal((response.status, fields(response)),
          (400, [("path", "id", "format")]), "a uuid, without a database")
    response = ask("POST", "/d", {"nick": "longer", "cost": 1e8, "n": 1})
    equal((response.status, fields(response)),
          (422, [("body", "/nick", "max_length"), ("body", "/cost", "range")]),
          "bounds, without a database")
    server.expected.append("PostgreSQL")
    server.stop()
    nginx.env = {}


def finish():
    server.kill()
    equal(server.alerts() + nginx.alerts(), [], "no alert")


tap.run(finish)
