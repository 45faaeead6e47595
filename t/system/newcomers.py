"""Configurations as people write them who come from Express, FastAPI, Axum,
Spring or PostgREST: what nginx -t says of each, and where; and those that are
unusual and right, of which it says nothing.

A mark stands in front of the byte that is named: « of an error, ‹ of a
warning, ¦ of an error of nginx's own, which names the line only. No more may
be said than there are marks.
"""

import os
import re
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

from server import Nginx, Postgres
from tap import ok, section

postgres = Postgres("newcomers")
nginx = Nginx("newcomers")

postgres.sql("""
    CREATE TABLE users (
        id serial PRIMARY KEY,
        email text NOT NULL CONSTRAINT users_email_key UNIQUE,
        name varchar(100),
        age int CHECK (age >= 0),
        balance numeric(10, 2),
        active bool DEFAULT true,
        tags text[],
        settings jsonb,
        "createdAt" timestamptz DEFAULT now());
    CREATE TABLE posts (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        author int REFERENCES users,
        title text NOT NULL,
        body text,
        published date);
    CREATE PROCEDURE archive(n int) LANGUAGE plpgsql
        AS $$ BEGIN DELETE FROM posts WHERE author = n; COMMIT; END $$;
    CREATE PROCEDURE tidy(n int) LANGUAGE plpgsql
        AS $$ BEGIN DELETE FROM posts WHERE author = n; END $$;
    CREATE PROCEDURE undo() LANGUAGE plpgsql AS $$ BEGIN ROLLBACK; END $$;
    CREATE PROCEDURE outer_one(n int) LANGUAGE plpgsql
        AS $$ BEGIN CALL archive(n); END $$;
    """)

PRIMARY = 'api_postgres app { primary "%s"; }'
LEVELS = {"«": "emerg", "‹": "warn", "¦": "emerg"}


def said(http, server, files, env, main=""):
    """What nginx -t prints of a configuration, its status, and the places
    that are marked: (level, place)."""
    nginx.configure(http.replace("@URI@", postgres.uri), server, main=main)

    texts = {}
    for name, text in files.items():
        texts[nginx.path(name)] = (text if isinstance(text, str)
                                   else text.decode("latin-1"))
    with open(nginx.conf, encoding="utf-8") as conf:
        texts[nginx.conf] = conf.read()

    marks = []
    for path in sorted(texts, key=lambda path: path != nginx.conf):
        text = texts[path]
        while True:
            found = re.search("[«‹¦]", text)
            if found is None:
                break

            at = found.start()
            text = text[:at] + text[at + 1:]
            line = text.count("\n", 0, at) + 1
            place = "%s:%d" % (path, line)
            if found.group() != "¦":
                place += ":%d" % (at - (text.rfind("\n", 0, at) + 1) + 1)
            marks.append((LEVELS[found.group()], place))

        os.makedirs(os.path.dirname(path), exist_ok=True)
        encoding = ("latin-1" if isinstance(files.get(os.path.relpath(
            path, nginx.root)), bytes) else "utf-8")
        with open(path, "w", encoding=encoding) as out:
            out.write(text)

    nginx.env = env or {}
    status, output = nginx.call("-t")

    return status, output, marks


def case(name, server, *sentences, http=PRIMARY % "@URI@", files=None,
         env=None, main="", also=None):
    """One configuration: its marks, each with a sentence; also: what nginx
    may say besides, at the end of the file."""
    status, output, marks = said(http, server, files or {}, env, main)

    lines = re.findall(r"\[(emerg|warn)\] (?:\d+#\d+: )?(.*?)"
                       r"(?: in (\S+:\d+(?::\d+)?))?(?: \(\d+: [^)]*\))?$",
                       output, re.M)
    missing = []

    for (level, place), sentence in zip(marks, sentences):
        found = [line for line in lines if line[0] == level
                 and line[2] == place and re.search(sentence, line[1])]
        if found:
            lines.remove(found[0])
        else:
            missing.append((level, place, sentence))

    if also:
        lines = [line for line in lines if not re.search(also, line[1])]

    assert len(marks) == len(sentences), name

    wrong = any(level == "emerg" for level, _ in marks)

    return ok(status == wrong and not missing and not lines, name,
              "missing: %s\nmore: %s\ngot: %s" % (missing, lines, output))


def route(inside, head="GET /a"):
    return "api_route %s {\n    %s\n}\n" % (head, inside)


ANSWER = 'api_query many "SELECT id, name FROM users";'


@section
def paths():
    case("braces, as in OpenAPI and Spring",
         'api_route GET «/users/{id} {\n    api_query one "SELECT id, name'
         ' FROM users WHERE id = $id";\n}\n', 'write "/users/:id"')
    case("braces in the middle, a fault in its block",
         'api_route GET «/users/{id}/posts/{post} {\n    api_query one'
         ' "SELECT «titel FROM posts WHERE author = $id AND id = $post";\n}\n',
         'write "/users/:id/posts/:post"', "titel")
    case("a pattern in braces, as Spring has it",
         r"api_route GET «/users/{id:\d+} {" "\n" + 'api_query one "SELECT'
         ' name FROM users WHERE id = $id";\n}\n', 'write "/users/:id"')
    case("a method in lower case", route(ANSWER, "«get /a"), "GET")
    case("no method", "«api_route /users {\n    %s\n}\n" % ANSWER,
         "METHOD PATH")
    case("ANY, as gin has it", route(ANSWER, "«ANY /a"), "method")
    case("several methods with a bar", route(ANSWER, "«GET|POST /a"),
         "one method|method")
    case("a path without a slash", route(ANSWER, "GET «users"), '"/"')
    case("a slash at the end", route(ANSWER, "GET «/users/"), "/")
    case("an optional segment, as Express has it",
         route('api_query many "SELECT id FROM users WHERE id = $id";',
               "GET «/users/:id?"), r"\?|optional|letters")
    case("a pattern behind the segment, as Express has it",
         route('api_query many "SELECT id FROM users WHERE id = $id";',
               r"GET «/users/:id(\d+)"), "letters|type")
    case("a wildcard without a name", route(ANSWER, "GET «/files/*"),
         r"\*name|name")
    case("a wildcard in the middle",
         route('api_query many "SELECT id FROM users WHERE name = $rest";',
               "GET «/files/*rest/meta"), "last|end")
    case("a type with the wrong word",
         route('api_query one "SELECT name FROM users WHERE id = $id";',
               "GET «/users/:id<integr>"), "int")
    case("the type in front, as Flask has it",
         route('api_query one "SELECT name FROM users WHERE id = $id";',
               "GET «/users/<int:id>"), ":id<int>|:name")
    case("a query string in the path",
         route('api_query many "SELECT id FROM users LIMIT $limit";',
               "GET «/users?limit=:limit"), "api_param")
    case("a name twice in a path",
         route('api_query one "SELECT name FROM users WHERE id = $id";',
               "GET «/users/:id/posts/:id"), "two segments have the same name")
    case("two routes of one path with other names",
         route(ANSWER, "GET /u/:a<int>")[:-1].replace(
             ANSWER, 'api_query one "SELECT name FROM users WHERE id = $a";')
         + "\n«" + route('api_query one "SELECT name FROM users WHERE id ='
                        ' $b";', "GET /u/:b<int>"), "is equal to")
    case("the location's prefix again",
         "location /api {\n" + route(ANSWER, "GET ‹/api/users") + "}\n",
         "there twice")


@section
def contexts():
    case("a route in http { }", "return 204;", "server|location",
         http=PRIMARY % "@URI@" + "\n«api_route GET /a {\n %s\n}\n" % ANSWER)
    case("a database in server { }",
         "«api_postgres app {\n primary x;\n}\n" + route(ANSWER),
         r"http \{ \}", http="")
    case("a query in a location",
         "location /a {\n    «api_query many \"SELECT 1 AS a\";\n}\n",
         "api_route")
    case("a parameter in server { }",
         "«api_param limit int;\n" + route(ANSWER), r"api_route \{ \}")
    case("a body in a location",
         "location /a {\n    «api_body { name string; }\n}\n", "api_route")
    case("a route in a route",
         route("«api_route GET /b {\n %s\n}\n %s" % (ANSWER, ANSWER)),
         "route")
    case("a location in a route",
         route("¦location /b { return 204; }\n %s" % ANSWER), "location")
    case("a route in an exact location",
         "location = /a {\n    «api_route GET / {\n %s\n}\n}\n" % ANSWER,
         "=|exact")
    case("a route in a location of a regular expression",
         "location ~ ^/a {\n    «api_route GET /b {\n %s\n}\n}\n" % ANSWER,
         "regular")
    case("a status in a location",
         "location /a {\n    «api_status 201;\n}\n", "api_route")
    case("connections beside the block",
         "return 204;", r"api_postgres|unknown",
         http=PRIMARY % "@URI@" + "\n¦max_connections 10;\n")
    case("a query and a handler",
         "«" + route(ANSWER + "\n    proxy_pass http://127.0.0.1:1;"),
         "answer|both|proxy_pass")
    case("no answer", "«" + route("api_status 200;"), "no answer|api_query")
    case("a body of GET",
         route("«api_body { name string; }\n    " + ANSWER), "GET")


@section
def words():
    case("a misspelt directive", route("¦api_qury many \"SELECT 1 AS a\";"),
         'unknown directive "api_qury"')
    case("the kind is missing",
         route('«api_query "SELECT id FROM users";'), "RESULT is one")
    case("the kind all", route('api_query «all "SELECT id FROM users";'),
         "many")
    case("the kind list",
         route('api_query «list "SELECT id FROM users";'), "many")
    case("a misspelt none=",
         route('api_query one "SELECT id FROM users LIMIT 1" «non=401;'),
         "none=")
    case("none= with a word",
         route('api_query one "SELECT id FROM users LIMIT 1"'
               ' «none=null;'), "none=|status")
    case("none= 200 of one",
         route('api_query one "SELECT id FROM users LIMIT 1" «none=200;'),
         "204|400")
    case("none= behind many",
         route('api_query many "SELECT id FROM users" «none=404x;'),
         "status|none=")
    case("none= 302",
         route('api_query one "SELECT id FROM users LIMIT 1" «none=302;'),
         "none=400 to none=599")
    case("a status of 404", route(ANSWER + "\n    api_status «404;"),
         "200 to 299")
    case("a status in words",
         route(ANSWER + "\n    api_status «created;"), "200 to 299")
    case("two statuses", route(ANSWER + "\n    api_status 200;\n"
                               "    api_status «201;"), "duplicate")
    case("api_error with 200",
         "api_error users_email_key «200;\n" + route(ANSWER), "400 to 599")
    case("api_error without a status",
         "«api_error users_email_key;\n" + route(ANSWER), "STATUS|status")
    case("api_error the other way round",
         "api_error «409 users_email_key;\n" + route(ANSWER),
         "cause comes first")
    case("api_error with the column's name",
         "api_error ‹email 409;\n" + route(ANSWER), "no constraint")
    case("a SQLSTATE of four characters",
         "api_error «2350 409;\n" + route(ANSWER), "five characters")
    case("a header with a colon",
         route('api_header "«X-Total:" 5;\n    ' + ANSWER), "name|:")
    case("a header in one word",
         route('«api_header "X-Total: 5";\n    ' + ANSWER), "NAME VALUE")
    case("a header that nginx sends",
         route('api_header «Content-Type text/plain;\n    ' + ANSWER),
         "Content-Type")
    case("timeout without a unit that is one",
         route("api_timeout «5sec;\n    " + ANSWER), "500ms")
    case("a size with a word", "api_max_body «1MB;\n" + route(ANSWER),
         "size from 1 to 1024m, as 500k or 1m")
    case("a database that is none",
         route("api_database «ap;\n    " + ANSWER), "no api_postgres ap")


@section
def parameters():
    case("a misspelt type", route(
        "api_param limit «integr;\n    api_query many \"SELECT id FROM users"
        ' LIMIT $limit";'), "int")
    case("the type first, as in Java", route(
        "api_param int «limit;\n    api_query many \"SELECT id FROM users"
        ' LIMIT 1";'), "NAME TYPE|type")
    case("a dollar in front", route(
        "api_param «$limit int;\n    api_query many \"SELECT id FROM users"
        ' LIMIT $limit";'), r"without|\$")
    case("name:type", route(
        "«api_param limit:int;\n    api_query many \"SELECT id FROM users"
        ' LIMIT $limit";'), "NAME TYPE")
    case("no type", route(
        "«api_param limit;\n    api_query many \"SELECT id FROM users"
        ' LIMIT $limit";'), "NAME TYPE")
    case("default: with a colon", route(
        "api_param limit int «default:20;\n    api_query many \"SELECT id"
        ' FROM users LIMIT $limit";'), "default=")
    case("optional", route(
        "api_param limit int «optional;\n    api_query many \"SELECT id"
        ' FROM users LIMIT $limit";'), "optional|required")
    case("a default that is no number", route(
        "api_param limit int «default=ten;\n    api_query many \"SELECT id"
        ' FROM users LIMIT $limit";'), "default")
    case("a default above the maximum", route(
        "api_param limit int «default=200 max=100;\n    api_query many"
        ' "SELECT id FROM users LIMIT $limit";'), "default")
    case("min above max", route(
        "api_param limit int «min=10 max=1;\n    api_query many"
        ' "SELECT id FROM users LIMIT $limit";'), "min")
    case("required and a default", route(
        "api_param limit int required «default=1;\n    api_query many"
        ' "SELECT id FROM users LIMIT $limit";'), "required")
    case("in=path", route(
        "api_param id int «in=path;\n    api_query many"
        ' "SELECT id FROM users WHERE id = $id";'), "path")
    case("in=body", route(
        "api_param id int «in=body;\n    api_query many"
        ' "SELECT id FROM users WHERE id = $id";', "POST /a"), "api_body")
    case("in= of a wrong word", route(
        "api_param id int «in=querystring;\n    api_query many"
        ' "SELECT id FROM users WHERE id = $id";'), "in=query")
    case("a header's name with hyphens", route(
        "api_param «X-Tenant string in=header;\n    api_query many"
        ' "SELECT id FROM users WHERE name = $x_tenant";'), "_")
    case("twice", route(
        "api_param id int;\n    api_param «id int;\n    api_query many"
        ' "SELECT id FROM users WHERE id = $id";'), "twice")
    case("of the path, with a default", route(
        "api_param «id int default=1;\n    api_query many"
        ' "SELECT id FROM users WHERE id = $id";', "GET /a/:id"),
        "default=")
    case("never used", route("api_param ‹page int;\n    " + ANSWER),
         "never used")
    case("a list of an enum with blanks", route(
        "api_param sort «enum(id, name);\n    api_query many"
        ' "SELECT id FROM users ORDER BY CASE $sort WHEN \'id\' THEN id'
        ' END";'), "quotes|blank|space|enum")
    case("min= of a date", route(
        "api_param day date «min=2020-01-01;\n    api_query many"
        ' "SELECT id FROM posts WHERE published > $day";'), "min=")


@section
def bodies():
    insert = ('\n    api_query one "INSERT INTO users (email) VALUES ($email)'
              ' RETURNING id";')
    case("an unknown type", route(
        "api_body {\n        email «strng;\n    }" + insert, "POST /a"),
        "string")
    case("name: type, as in TypeScript", route(
        "api_body {\n        «email: string;\n    }" + insert, "POST /a"),
        "email string|NAME TYPE|letters")
    case("commas", route(
        "api_body {\n        email string,\n        name string\n    «}"
        + insert, "POST /a"), "each line ends in")
    case("a field twice", route(
        "api_body {\n        email string;\n        «email string;\n    }"
        + insert, "POST /a"), "twice")
    case("a rule that is none", route(
        "api_body {\n        email string «maxlength=5;\n    }" + insert,
        "POST /a"), "max=")
    case("a field without a type", route(
        "api_body {\n        «email;\n    }" + insert, "POST /a"), "type")
    case("a brace that is missing", route(
        "api_body {\n        email string;\n"
        + insert.replace("api_query", "«api_query"), "POST /a"),
        "no field: a .* is missing before it", also="unexpected end of file")
    case("a field that SQL does not use", route(
        "api_body {\n        email string;\n        ‹phone string;\n    }"
        + insert, "POST /a"), "never used")
    case("two bodies", route(
        "api_body { email string; }\n    «api_body { name string; }"
        + insert, "POST /a"), "duplicate|twice|one")
    case("a field that is a segment, too", route(
        "api_body {\n        «id int;\n    }\n    api_query one \"UPDATE users"
        ' SET name = NULL WHERE id = $id RETURNING id";', "PUT /a/:id"),
        "twice|declared")
    case("a schema that is not there", route(
        "api_body «schemas/nope.json;" + insert, "POST /a"), "No such file")
    case("a schema with a wrong word", route(
        "‹api_body schemas/a.json;" + insert, "POST /a"),
        'at /requird: .*perhaps "required"',
        files={"schemas/a.json": '{\n  "type": "object",\n  "requird":'
               ' ["email"],\n  "properties": {"email": {"type":'
               ' "string"}}\n}\n'})
    case("a schema of a wrong type", route(
        "«api_body schemas/b.json;" + insert, "POST /a"),
        'at /properties/email/type: "type" must be',
        files={"schemas/b.json": '{\n  "type": "object",\n  "properties":'
               ' {"email": {"type": "str"}}\n}\n'})
    case("a schema that is not JSON", route(
        "api_body «schemas/c.json;" + insert, "POST /a"), "line 3, column 1",
        files={"schemas/c.json": '{\n  "type": "object",\n}\n'})
    case("json.loads: a schema in line", route(
        'api_body \'«{"type": "object"}\';' + insert, "POST /a"), "FILE.json")
    case("a misspelt field in SQL", route(
        "api_body { email string; }\n    api_query one \"INSERT INTO users"
        ' (email) VALUES («$emial) RETURNING id";', "POST /a"), r"\$emial. is unknown")
    case("form of a wrong word", route(
        "api_body_type «multipart;\n    api_body { email string; }" + insert,
        "POST /a"), "form")


@section
def sql():
    case("double quotes around a value",
         route("api_query many 'SELECT id FROM users WHERE name ="
               " «\"bob\"';"), "single quotes|'bob'")
    case("double quotes inside double quotes",
         route('¦api_query many "SELECT id FROM users WHERE name ='
               ' «"bob"";'), 'unexpected "b"', "this quote ends")
    case("backticks, as in MySQL",
         route('api_query many "SELECT «`id` FROM `users`";'),
         "backtick|`|double quotes")
    case("brackets, as in SQL Server",
         route('api_query many "SELECT «[id] FROM [users]";'), "")
    case("a template string, as in JavaScript",
         route('api_query one "SELECT id FROM users WHERE id = «${id}";',
               "GET /a/:id"), r"without braces|no braces")
    case("$1", route('api_query one "SELECT id FROM users WHERE id = «$1";',
                     "GET /a/:id"), r"\$id|name")
    case("?", route('api_query one "SELECT id FROM users WHERE id = «?";',
                    "GET /a/:id"), r"\$id|\$name")
    case(":id", route('api_query one "SELECT id FROM users WHERE id = «:id";',
                      "GET /a/:id"), r"write \$name for :name")
    case("{id}", route('api_query one "SELECT id FROM users WHERE id ='
                       ' «{id}";', "GET /a/:id"), r"no braces.*\$name")
    case("#{id}", route('api_query one "SELECT id FROM users WHERE id ='
                        ' #«{id}";', "GET /a/:id"), r"no braces.*\$name")
    case("%s", "‹" + route('api_query one "SELECT id FROM users WHERE id ='
                           ' «%s";', "GET /a/:id"), r"no statement says \$id",
         "syntax error")
    case("@id", route('api_query one "SELECT id FROM users WHERE id ='
                      ' «@id";', "GET /a/:id"), r"write \$name for @name")
    case("a name in quotes",
         "‹" + route("api_query many \"SELECT id FROM users WHERE name ="
               " '‹$name'\";", "GET /a/:name"), "never used",
         "inside a string")
    case("== as in JavaScript",
         route('api_query one "SELECT id FROM users WHERE id «== $id";',
               "GET /a/:id"), "=")
    case("&& as in JavaScript",
         route('api_query many "SELECT id FROM users WHERE active «&& age >'
               ' 1";'), "&&|AND|operator")
    case("LIMIT with a comma, as in MySQL",
         route('api_query many "SELECT id FROM users «LIMIT 10, 20";'),
         "LIMIT #,# syntax.*OFFSET")
    case("name = $x with an int",
         route("api_param x int;\n    api_query many \"SELECT id FROM users"
               ' WHERE name = ‹$x";'), "declare it string, or write \\$x::text")
    case("name = $x with an int, as it is meant",
         route("api_param x int;\n    api_query many \"SELECT id FROM users"
               ' WHERE name = $x::text";'))
    case("IN ($ids)",
         route("api_param ids int[];\n    api_query many \"SELECT id FROM"
               ' users WHERE id IN («$ids)";'), "ANY")
    case("INSERT without RETURNING",
         route("api_body { email string; }\n    api_query «one \"INSERT INTO"
               ' users (email) VALUES ($email)";', "POST /a"), "RETURNING")
    case("a write in GET",
         route('api_query exec "«DELETE FROM users";'), "GET")
    case("two statements",
         route('api_query many "SELECT 1 AS a; «SELECT 2 AS b";'),
         "a second statement")
    case("BEGIN", route('api_query exec "«BEGIN";', "POST /a"),
         "already are one transaction")
    case("a column in another case",
         route('api_query many "SELECT «createdAt FROM users";'),
         "createdAt")
    case("a misspelt table",
         route('api_query many "SELECT id FROM «user_";'), "user_")
    case("the singular", route('api_query many "SELECT id FROM «post";'),
         "post")
    case("NOW without parentheses",
         route('api_query many "SELECT «NOW FROM users";'), "now")
    case("a file that is not there", route("api_query many «sql/no.sql;"),
         "No such file")
    case("a file that is a folder", route("api_query many «sql/dir.sql;"),
         "regular file", files={"sql/dir.sql/x": ""})
    case("a file that is empty", route("api_query many sql/e.sql;"),
         "there is no statement", files={"sql/e.sql": "\n«"})
    case("a file of several statements",
         route("api_query many sql/two.sql;"), "statement",
         files={"sql/two.sql": "SELECT 1 AS a;\n«SELECT 2 AS b;\n"})
    case("a file in Latin-1", route("api_query many sql/l.sql;"),
         "UTF-8|utf-8", files={"sql/l.sql": b"SELECT '\xab\xe4' AS a"})
    case("as= twice", route(
        'api_query one "SELECT id FROM users" as=u;\n    api_query one'
        ' "SELECT name FROM users" «as=u;\n    api_query value "SELECT'
        ' $u.id::int";', "POST /a"), "u")
    case("a column of as= that is not there", route(
        'api_query one "SELECT id FROM users LIMIT 1" as=u;\n    api_query'
        ' value "SELECT «$u.name::text";', "POST /a"), "name")


@section
def procedures():
    case("a procedure that commits, beside another statement", route(
        'api_query exec "DELETE FROM users";\n    api_query exec "CALL'
        ' ‹archive(1)";', "POST /a"), "says COMMIT.*2D000")
    case("one that rolls back, in front", route(
        'api_query exec "CALL ‹undo()";\n    api_query exec "DELETE FROM'
        ' users";', "POST /a"), "says ROLLBACK.*2D000")
    case("one that calls one that commits", route(
        'api_query exec "CALL ‹outer_one(1)";\n    api_query exec "DELETE FROM'
        ' users";', "POST /a"), "says COMMIT")
    case("a procedure that commits, alone", route(
        'api_query exec "CALL archive(1)";', "POST /a"))
    case("one that does not, beside another statement", route(
        'api_query exec "CALL tidy(1)";\n    api_query exec "DELETE FROM'
        ' users";', "POST /a"))


@section
def databases():
    case("no primary", route(ANSWER), "no primary",
         http="«api_postgres app { max_connections 5; }")
    case("host, as in other clients", route(ANSWER), "host",
         http="api_postgres app { «host localhost; database app; }")
    case("the URI as the name", route(ANSWER), "name",
         http="api_postgres «postgres://app@localhost/app { }")
    case("the URI without primary", route(ANSWER), "primary",
         http="api_postgres app { «postgres://app@localhost/app; }")
    case("a misspelt line", route(ANSWER), "max_connections",
         http='api_postgres app { primary "@URI@"; «max_conections 5; }')
    case("env: that is not set", route(ANSWER), "not set",
         http="api_postgres app { primary «env:NEWCOMER_URL; }")
    case("env: that is empty", route(ANSWER), "empty",
         http="api_postgres app { primary «env:NEWCOMER_URL; }",
         env={"NEWCOMER_URL": " "})
    case("env: of nonsense", route(ANSWER), "",
         http="api_postgres app { primary «env:NEWCOMER_URL; }",
         env={"NEWCOMER_URL": "mysql://app@localhost/app"})
    case("$DATABASE_URL", route(ANSWER), "env:",
         http="api_postgres app { primary «$DATABASE_URL; }")
    case("a URI of JDBC", route(ANSWER), "",
         http="api_postgres app { primary «jdbc:postgresql://localhost/a; }")
    case("a URI of SQLAlchemy", route(ANSWER), "",
         http="api_postgres app { primary"
         " «postgresql+asyncpg://localhost/a; }")
    case("file: that is not there", route(ANSWER), "No such file",
         http="api_postgres app { primary «file:secret/no; }")
    case("two primaries", route(ANSWER), "duplicate",
         http='api_postgres app { primary "@URI@"; primary "«@URI@"; }')
    case("a name twice", route(ANSWER), "already",
         http=PRIMARY % "@URI@" + "\napi_postgres «app { primary x; }")
    case("a number with a unit", route(ANSWER), "number",
         http='api_postgres app { primary "@URI@"; max_connections «20s; }')
    case("more kept than allowed", route(ANSWER), "above",
         http='«api_postgres app { primary "@URI@"; max_connections 2;'
         ' min_connections 5; }')
    case("a block that does not end", "", "unexpected",
         http='api_postgres app { primary "@URI@";\n¦server { }\n')
    case("migrations that are not there", route(ANSWER), "nope",
         http='api_postgres app { primary "@URI@"; migrations «nope; }')


@section
def all_at_once():
    case("five faults of five kinds",
         "api_error users_email_key «99;\n"
         "api_route GET «/a/{id} {\n    " + ANSWER.replace(
             "users", "users WHERE id = $id") + "\n}\n"
         + route("api_param limit «integr;\n    api_query many \"SELECT id"
                 ' FROM users LIMIT $limit";', "GET /b")
         + route('api_query one "SELECT «emial FROM users WHERE id = $id";',
                 "GET /c/:id")
         + route('api_query one "SELECT id FROM users WHERE id = «$ide";',
                 "GET /d/:id"),
         "400 to 599", ":id", "int", "emial", "ide")


@section
def right():
    case("a route on one line",
         'api_route GET /a { api_query many "SELECT id FROM users"; }')
    case("the name of a database only",
         'api_route GET / { api_query value "SELECT count(*) FROM users"; }')
    case("types as PostgreSQL has them", route(
        "api_param a integer; api_param b boolean; api_param c varchar;"
        " api_param d jsonb; api_param e timestamptz;\n    api_query many"
        ' "SELECT id FROM users WHERE age = $a AND active = $b AND name = $c'
        ' AND settings = $d AND \\"createdAt\\" > $e";'))
    case("single quotes with doubled ones",
         route("api_query many \"SELECT id FROM users WHERE name ="
               " 'O''Neill'\";"))
    case("single quotes of nginx with escaped ones",
         route(r"api_query many 'SELECT id FROM users WHERE name = \'x\'';"))
    case("an operator with a question mark",
         route("api_query many \"SELECT id FROM users WHERE settings ?"
               " 'theme'\";"))
    case("a colon in a slice and a cast",
         route('api_query many "SELECT tags[1:2] AS t, age::text FROM'
               ' users";'))
    case("backticks in a string",
         route("api_query many \"SELECT '`x`' AS a, $$`y`$$ AS b\";"))
    case("an alias that is a keyword",
         route('api_query many "SELECT id AS \\"order\\" FROM users";'))
    case("LIMIT and OFFSET", route(
        "api_param page int default=1 min=1;\n    api_query many \"SELECT id"
        ' FROM users ORDER BY id LIMIT 20 OFFSET ($page - 1) * 20";'))
    case("optional filters", route(
        "api_param q string;\n    api_query many \"SELECT id FROM users WHERE"
        " $q IS NULL OR name ILIKE '%' || $q || '%'\";"))
    case("a list", route(
        "api_param ids int[];\n    api_query many \"SELECT id FROM users"
        ' WHERE id = ANY($ids)";'))
    case("a patch", route(
        "api_body { name string nullable; age int; }\n    api_query one"
        ' "UPDATE users SET name = CASE WHEN $name? THEN $name ELSE name END,'
        ' age = coalesce($age, age) WHERE id = $id RETURNING id";',
        "PATCH /a/:id"))
    case("the whole body", route(
        "api_body json;\n    api_query one \"UPDATE users SET settings ="
        ' $body WHERE id = $id RETURNING id";', "PUT /a/:id"))
    case("a CTE that writes", route(
        "api_body { email email required; }\n    api_query one \"WITH u AS"
        " (INSERT INTO users (email) VALUES ($email) RETURNING id) SELECT"
        ' id FROM u";', "POST /a"))
    case("a statement that ends in a semicolon and a comment", route(
        "api_query many sql/s.sql;"),
        files={"sql/s.sql": "-- all\nSELECT id FROM users;\n-- end\n"})
    case("no rows as 204, a sentence", route(
        'api_query one "SELECT id FROM users WHERE id = $id" none=404'
        ' "there is no such user";', "GET /a/:id"))
    case("a header as a parameter", route(
        "api_param x_tenant string required in=header;\n    api_query many"
        ' "SELECT id FROM users WHERE name = $x_tenant";'))
    case("nginx's own directives in a route", route(
        "gzip on; expires 60s; add_header X-A b; client_max_body_size 2m;\n"
        "    " + ANSWER))
    case("nested locations", "location /api {\n location /api/v1 {\n"
         + route(ANSWER, "GET /users") + "}\n}\n")
    case("a semicolon behind the block",
         "api_route GET /a { api_query many sql/s2.sql; }",
         files={"sql/s2.sql": "SELECT id\r\n  FROM users\r\n"})
    case("a byte order mark", route("api_query many sql/bom.sql;"),
         files={"sql/bom.sql": "\ufeffSELECT id FROM users"})
    case("env: that is set", route(ANSWER),
         http="api_postgres app { primary env:NEWCOMER_URL; }",
         env={"NEWCOMER_URL": postgres.uri})
    case("two databases", "api_database app;\n" + route(ANSWER),
         http=PRIMARY % "@URI@"
         + '\napi_postgres other { primary "@URI@"; check off; }')


if __name__ == "__main__":
    import tap
    tap.run()
