"""Headers of answers: api_header beside nginx's own, and charset."""

import os
import re
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, Postgres
from tap import equal, like, ok, section, unlike

postgres = Postgres("headers")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text)",
             "INSERT INTO things VALUES (1, E'line\\r\\nX-Evil: 1'),"
             " (2, ''), (3, NULL), (4, 'é \"x\"'), (5, E'a\\x1b[1mb'),"
             " (6, E'a\\x7f'), (7, E'a\\tb'), (8, E'a\\x01b')")

nginx = Nginx("headers")


def ask(host, method, target, headers=(), **rest):
    connection = wire.Connection(nginx.port)
    try:
        return connection.request(method, target,
                                  dict(headers, Host=host), **rest)
    finally:
        connection.close()


HTTP = """
    api_header X-Level http;
    api_header X-Empty "";
    api_header Link "</a>; rel=a";
"""

SERVERS = {"levels": """
    add_header Strict-Transport-Security max-age=1 always;
    add_header X-Content-Type-Options nosniff;
    api_header X-Server server;
    api_header X-Always "$uri" always;
    api_header X-Content-Type-Options nosniff;
    location /plain { return 200; }
    location /api/ {
        api_header X-Level location;
        api_header Set-Cookie a=1;
        api_route POST /things {
            api_header Location /api/things/$api_row_id;
            api_header Set-Cookie b=2;
            api_header set-cookie c=3;
            api_query one "SELECT 7 AS id"; api_status 201;
        }
        api_route GET /things/:id<int> {
            api_header x-level route;
            api_header X-Name "<${api_row_name}>";
            api_header X-Id $api_row_ID;
            api_header X-Arg $arg_x;
            api_header Link "</b>; rel=b";
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /less {
            api_header X-Level "";
            api_header Link "";
            api_query value "SELECT 1";
        }
        api_route GET /by-nginx { return 200 text; }
        api_route GET /moved { return 302 /x; }
        api_route DELETE /things/:id<int> {
            api_query exec "DELETE FROM things WHERE id = -$id"; }
        api_route GET /denied { deny all; api_query value "SELECT 1"; }
        api_route GET /path/*rest { api_header X-Rest "$uri";
            api_query value "SELECT 1"; }
        location /api/inner/ {
            api_header X-Server inner;
            api_route GET /a { api_query value "SELECT 1"; }
        }
    }
""", "charset": """
    charset utf-8;
    charset_types application/json text/plain;
    location /plain { default_type application/json; return 200 '{}'; }
    location /api/ {
        api_route GET /things/:id<int> {
            api_query one "SELECT id, name FROM things WHERE id = $id"; }
        api_route GET /denied { deny all; api_query value "SELECT 1"; }
        api_route GET /text { default_type text/plain; return 200 text; }
    }
"""}

SERVERS["any"] = SERVERS["charset"].replace("application/json text/plain",
                                            "*")
SERVERS["koi"] = SERVERS["charset"].replace(
    "charset utf-8;", "charset koi8-r; source_charset utf-8;", 1)
SERVERS["zipped"] = SERVERS["charset"].replace(
    "charset utf-8;", "charset utf-8; gzip on; gzip_min_length 1;"
    " gzip_types application/json application/problem+json;", 1)


@section
def levels_are_merged():
    response = ask("levels", "GET", "/api/things/4")
    equal((response.status, response["X-Level"], response["X-Server"],
           response["X-Id"], response.all("Link"),
           response.all("Set-Cookie")),
          (200, "route", "server", "4", ["</b>; rel=b", "</a>; rel=a"],
           ["a=1"]), "a route's, its location's, the server's, http's")
    equal((len(response.all("X-Level")), response["X-Empty"],
           response["X-Arg"]), (1, None, None),
          "one of a name, and no empty one")
    equal((response["Strict-Transport-Security"],
           response.all("X-Content-Type-Options")),
          ("max-age=1", ["nosniff"]),
          "add_header from around holds, and no line is there twice")

    response = ask("levels", "POST", "/api/things")
    equal((response.status, response["Location"], response["X-Level"],
           sorted(response.all("Set-Cookie"))),
          (201, "/api/things/7", "location", ["a=1", "b=2", "c=3"]),
          "of what may be there several times, all are")
    equal(response["Strict-Transport-Security"], "max-age=1", "and HSTS is")

    response = ask("levels", "GET", "/api/less")
    equal((response["X-Level"], response["Link"], response["X-Server"]),
          (None, None, "server"), "an empty value takes one back")
    equal(ask("levels", "GET", "/api/inner/a")["X-Server"], "inner",
          "a location inside")
    for method, path, status in (("GET", "/api/by-nginx", 200),
                                 ("GET", "/api/moved", 302),
                                 ("DELETE", "/api/things/9", 404),
                                 ("HEAD", "/api/things/4", 200),
                                 ("OPTIONS", "/api/things", 204)):
        response = ask("levels", method, path)
        equal((response.status, response["X-Level"]),
              (status, "route" if method == "HEAD" else
               "location" if status < 400 else None),
              "%s %s" % (method, path))
    equal(ask("levels", "OPTIONS", "/api/things")["Location"], None,
          "a column that is not there says nothing")
    response = ask("levels", "GET", "/plain")
    equal([response[name] for name in ("X-Level", "X-Always", "X-Server")],
          [None] * 3, "what is no API has none")


@section
def errors_have_those_that_are_always():
    for method, path, status in (
            ("GET", "/api/things/99", 404), ("GET", "/api/things/x", 400),
            ("GET", "/api/denied", 403), ("PUT", "/api/less", 405),
            ("GET", "/api/nothing", 404)):
        response = ask("levels", method, path)
        equal((response.status, response["X-Always"], response["X-Server"],
               response["Strict-Transport-Security"]),
              (status, path, None, "max-age=1"), "%s %s" % (method, path))


def withheld():
    return re.findall(r"\[warn\].*\$api_row_(\w+) has no value.*control"
                      r" character.*route: \"GET (\S+)\"", nginx.log())


@section
def no_value_splits_a_header():
    response = ask("levels", "GET", "/api/things/1")
    equal((response["X-Name"], response["X-Evil"]),
          (None, None), "a column")
    for target in ("/api/path/a%0d%0aX-Evil:%201", "/api/path/a%0aX-Evil:1",
                   "/api/path/%7f%01%09"):
        response = ask("levels", "GET", target)
        equal(response["X-Evil"], None, "a decoded path: " + target)
        like(response["X-Rest"], r"^/api/path/[!-~ ]*%[0-9A-F]{2}",
             "is written again")
    equal([ask("levels", "GET", "/api/things/%d" % n)["X-Name"]
           for n in (2, 3)], [None, None], "an empty column, and NULL")
    for n, what in ((5, "ESC"), (6, "DEL"), (8, "a control character")):
        before = len(withheld())
        response = ask("levels", "GET", "/api/things/%d" % n)
        equal((response.status, response["X-Name"], response["X-Id"]),
              (200, None, str(n)), what + " in a column")
        equal(withheld()[before:], [("name", "/api/things/:id<int>")],
              what + ": the log says so")
    equal(ask("levels", "GET", "/api/things/7")["X-Name"], "<a\tb>",
          "a tab is none")
    equal(ask("levels", "GET", "/api/things/4")["X-Name"],
          '<é "x">'.encode().decode("latin-1"), "others are as they are")


@section
def json_has_no_charset():
    for host in ("charset", "any", "koi", "zipped"):
        got = [(r.status, r["Content-Type"]) for r in (
            ask(host, method, "/api/" + path, {"Accept-Encoding": "gzip"})
            for method, path in (
                ("GET", "things/4"), ("HEAD", "things/4"),
                ("GET", "things/9"), ("GET", "things/x"), ("GET", "denied"),
                ("GET", "nothing"), ("PUT", "denied")))]
        problem = "application/problem+json"
        equal(got, [(200, "application/json"), (200, "application/json"),
                    (404, problem), (400, problem), (403, problem),
                    (404, problem), (403, problem)],
              "%s: answers and problems" % host)
        equal(ask(host, "GET", "/api/things/4").json()["name"], 'é "x"',
              "and are UTF-8")
        charset = "koi8-r" if host == "koi" else "utf-8"
        equal([ask(host, "GET", path)["Content-Type"] for path in
               ("/plain", "/api/text")],
              ["application/json; charset=" + charset,
               "text/plain; charset=" + charset],
              "what nginx answers itself has it as ever")
    equal([ask("zipped", "GET", "/api/things/" + path, {
        "Accept-Encoding": "gzip"})["Content-Encoding"] for path in "49"],
          ["gzip", "gzip"], "gzip_types knows them")


@section
def what_is_refused():
    for words, why in (
            ("X-A", "is written: api_header NAME VALUE \\[always\\]"),
            ("X-A b c", "is written"), ("X-A b always d", "is written"),
            ('"X A" b', "letters, digits"), ("X:A b", "letters, digits"),
            ('"" b', "needs a name"), ("$x b", "holds no variable"),
            ('X-A "a\\r\\nb"', "line break"), ('X-A "a\\nb"', "line break"),
            ("Content-Length 5", "sends that one itself"),
            ("content-type text/html", "sends that one itself"),
            ("X-Request-Id 1", "sends that one itself"),
            ("X-A $nothing", "unknown")):
        own = Nginx("refused")
        own.configure("api_postgres app { primary %s; }" % postgres.uri, """
            location /api/ { api_route GET /a { api_header %s;
                api_query value "SELECT 1"; } }""" % words, workers=1)
        status, text = own.call("-t")
        ok(status != 0 and re.search(why, text), "api_header " + words, text)


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")
    unlike(nginx.log(), r"\[emerg\]", "nothing odd")


nginx.configure("""
    charset_map koi8-r utf-8 { A3 D191; }
    api_postgres app { primary %s; }
    %s
    %s
""" % (postgres.uri, HTTP, "".join(
    "server { listen 127.0.0.1:%d; server_name %s;\n%s\n}\n"
    % (nginx.port, name, text) for name, text in SERVERS.items())),
    workers=1)
nginx.start()
tap.run(the_end)
