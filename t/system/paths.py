"""Whose a path is.

Where a location has a handler of its own, what no route takes is that
handler's, as if there were no routes: the oracle is the same location without
them.  And auth_request onto a route.
"""

import hashlib
import json
import os
import re
import socket
import sys
import threading

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, Postgres
from tap import equal, like, ok, section, unlike

postgres = Postgres("paths")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text)",
             "INSERT INTO things VALUES (1, 'one')",
             "CREATE TABLE sessions (token text PRIMARY KEY, user_id int)",
             "INSERT INTO sessions VALUES ('good', 7)")

nginx = Nginx("paths")
servers = {}


def server(name, text):
    servers[name] = text
    return name


def ask(host, method, target, headers=(), **rest):
    connection = wire.Connection(nginx.port)
    try:
        return connection.request(method, target,
                                  dict(headers, Host=host), **rest)
    finally:
        connection.close()


# ---- an old service: it tells what it was asked -----------------------------

class Old:
    """HTTP over a unix socket, one request a connection."""

    def __init__(self, path):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen(64)
        os.chmod(path, 0o777)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.answer, args=(client,),
                             daemon=True).start()

    def answer(self, client):
        with client, client.makefile("rwb") as stream:
            method, target, _ = stream.readline().decode().split(" ", 2)
            headers = {}
            while True:
                line = stream.readline().decode().strip()
                if not line:
                    break
                name, _, value = line.partition(":")
                headers[name.lower()] = value.strip()

            if headers.get("upgrade"):
                stream.write(b"HTTP/1.1 101 Switching Protocols\r\n"
                             b"Upgrade: echo\r\nConnection: Upgrade\r\n\r\n")
                stream.flush()
                stream.write(b"echo " + stream.readline())
                stream.flush()
                return

            body = stream.read(int(headers.get("content-length") or 0))
            status = re.search(r"status=(\d+)", target)
            status = int(status.group(1)) if status else 200
            text = json.dumps({
                "old": True, "method": method, "target": target,
                "type": headers.get("content-type"), "length": len(body),
                "sha": hashlib.sha256(body).hexdigest()}).encode()
            stream.write((
                "HTTP/1.0 %d Old\r\nContent-Type: text/html\r\nX-Old: yes\r\n"
                "X-Request-Id: theirs\r\nAllow: OLD\r\n"
                "Content-Length: %d\r\n\r\n" % (status, len(text))).encode())
            if method != "HEAD":
                stream.write(text)


def seen(response):
    return (response.status,
            sorted((name.lower(), value.replace("-plain:", ":"))
                   for name, value in response.headers
                   if name.lower() not in ("date", "connection", "etag",
                                           "last-modified")),
            response.body)


def pair(name, routes, text):
    """The same server twice; ROUTES are there only once."""
    text = text.replace("OLD", "http://unix:" + nginx.path("old.sock"))
    server(name, text.replace("ROUTES", routes))
    server(name + "-plain", text.replace("ROUTES", ""))


ROUTES = """
    api_route GET /users/:id<int> {
        api_query one "SELECT $id::int AS id, 'new' AS by"; }
    api_route POST /users {
        api_body { name string required; }
        api_query value "SELECT $name::text"; api_status 201; }
    api_route GET /things/:id<int> {
        api_query one "SELECT id, name FROM things WHERE id = $id"; }
    api_route GET /denied { deny all; api_query value "SELECT 1"; }
    api_route GET / { api_query value "SELECT 'top'"; }
"""

pair("old", ROUTES, """
    error_page 502 504 /away.html;
    error_page 403 404 /page.html;
    location = /away.html { return 200 "away"; }
    location = /page.html { return 200 "page"; }
    location /api/ {
        proxy_pass OLD;
        proxy_set_header Upgrade $http_upgrade;
        proxy_set_header Connection $http_connection;
        proxy_http_version 1.1;
        client_max_body_size 4m;
        ROUTES
    }
""")

NEW = [("GET", "/api/users/1"), ("HEAD", "/api/users/1"),
       ("GET", "/api/things/1"), ("GET", "/api/things/2"),
       ("GET", "/api/denied"), ("GET", "/api")]

THEIRS = [(method, "/api" + path)
          for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
                         "OPTIONS", "PROPFIND", "TRACK")
          for path in ("/", "/users/", "/users/abc", "/users/1/more", "/old",
                       "/users/?status=404", "/old?status=401",
                       "/old?status=500", "/old?status=405", "/x//y",
                       "/users/1%2F2", "/things/1.5?status=403")
          ] + [(method, path) for method in ("PUT", "DELETE", "OPTIONS",
                                             "PROPFIND")
               for path in ("/api/users", "/api/users/1", "/api/things/9",
                            "/api/denied", "/api")] + [
    ("GET", "/api/users"), ("POST", "/api/users/1"), ("POST", "/api"),
    ("HEAD", "/api/users")]


@section
def a_prefix_ends_at_its_slash():
    for path, status in (("/api/users/1", 200), ("/api", 200),
                         ("/apix", 404), ("/apix/users/1", 404),
                         ("/api.txt", 404)):
        response = ask("slash", "GET", path)
        equal((response.status, response.type == "text/html"),
              (status, status == 404), "location /api/: %s" % path)
    equal([ask("bare", "GET", path).type for path in
           ("/api/nothing", "/apix")],
          ["application/problem+json", "application/problem+json"],
          "location /api: takes /apix, too")


server("slash", "location /api/ { %s } location / { return 404; }" % ROUTES)
server("bare", "location /api { %s }" % ROUTES)


@section
def what_no_route_takes_is_the_locations():
    for method, path in NEW:
        response = ask("old", method, path)
        unlike(str(response.headers), r"X-Old", "%s %s: the API's"
               % (method, path))
        ok(response["X-Request-Id"], "with an id")
    equal([ask("old", *asked).status for asked in NEW],
          [200, 200, 200, 404, 403, 200], "and its status")
    equal({ask("old", "GET", path).type for path in
           ("/api/things/2", "/api/denied")}, {"application/problem+json"},
          "its errors are problems, though the server has error_page")

    wrong = [asked for asked in THEIRS
             if seen(ask("old", *asked)) != seen(ask("old-plain", *asked))]
    equal(wrong, [], "%d requests: as if there were no routes" % len(THEIRS),
          [(seen(ask("old", *asked)), seen(ask("old-plain", *asked)))
           for asked in wrong[:3]])
    like(ask("old", "OPTIONS", "/api/users/1").text, r'"old": true',
         "and the old service has them")


@section
def bodies_reach_it():
    def told(response):
        return {key: response.json()[key] for key in ("length", "sha",
                                                      "method")}

    for size in (0, 1, 5000, 3000000):
        body = os.urandom(size)
        equal(told(ask("old", "PUT", "/api/users/1", body=body)),
              {"length": size, "method": "PUT",
               "sha": hashlib.sha256(body).hexdigest()},
              "%d bytes to a method that no route has" % size)

    body = b"x" * 1500000
    connection = wire.Connection(nginx.port)
    connection.send(b"DELETE /api/users/7 HTTP/1.1\r\nHost: old\r\n"
                    b"Transfer-Encoding: chunked\r\n\r\n"
                    + b"".join(b"%x\r\n%s\r\n" % (50000, body[:50000])
                               for _ in range(30)) + b"0\r\n\r\n")
    equal(told(connection.receive()),
          {"length": len(body), "method": "DELETE",
           "sha": hashlib.sha256(body).hexdigest()}, "a chunked one")
    equal(connection.request("POST", "/api/users", {"Host": "old"},
                             json={"name": "n"}).body, b'"n"',
          "the connection goes on, to a route")
    equal(connection.request("GET", "/api/x", {"Host": "old"}).json()["old"],
          True, "and back")
    connection.close()

    equal(ask("old", "PUT", "/api/users/1", body=b"x" * 4200000).status, 413,
          "beyond the location's limit")

    connection = wire.Connection(nginx.port)
    connection.send(b"GET /api/socket HTTP/1.1\r\nHost: old\r\n"
                    b"Connection: Upgrade\r\nUpgrade: echo\r\n\r\n")
    like(connection.until(b"\r\n\r\n").decode(), r"^HTTP/1.1 101 ",
         "an upgrade")
    connection.send(b"hello\n")
    like(connection.until(b"\n").decode(), "^echo hello", "and what follows")
    connection.close()


MOVING = """
    location /api/ { proxy_pass http://unix:%s; %s }
"""


@section
def a_route_moves_under_load():
    own = Nginx("moving")
    answers = []
    ended = threading.Event()

    def configure(routes):
        own.configure("api_postgres app { primary %s; }" % postgres.uri,
                      MOVING % (nginx.path("old.sock"), routes), workers=1)

    def load():
        while not ended.is_set():
            for method in ("GET", "PUT"):
                connection = wire.Connection(own.port)
                body = b"x" * 1000 if method == "PUT" else None
                response = connection.request(method, "/api/users/1",
                                              body=body)
                connection.close()
                answers.append((method, response.status, "old"
                                if response["X-Old"] else "new"))
                ended.wait(0.002)

    configure("")
    own.start()
    clients = [threading.Thread(target=load, daemon=True) for _ in range(3)]
    for client in clients:
        client.start()
    counts = [0]
    for routes in ROUTES, "", ROUTES:
        configure(routes)
        ok(own.reload(), "a reload")
        wanted = len(answers) + 60
        ok(tap.wait_until(lambda wanted=wanted: len(answers) > wanted, 20),
           "and requests")
        counts.append(len(answers))
    ended.set()
    for client in clients:
        client.join(20)
    own.stop()

    equal(set(answers), {("GET", 200, "old"), ("GET", 200, "new"),
                         ("PUT", 200, "old")},
          "%d requests: none lost, none to the wrong side" % len(answers))
    equal(own.alerts(), [], "no crash, no alert")


@section
def a_proxied_route_with_a_uri():
    own = Nginx("refused")
    own.configure("api_postgres app { primary %s; }" % postgres.uri, """
        location /api/ {
            api_route GET /a { proxy_pass http://127.0.0.1:1/b/; }
        }""", workers=1)
    status, text = own.call("-t")
    ok(status != 0 and re.search(r'api_route "GET /api/a": proxy_pass of a'
                                 r' route has no URI', text),
       "nginx -t says what it may not have", text)


# ---- who has a handler -------------------------------------------------------

SMALL = """
    api_route GET /u/:id<int> { api_query value "SELECT $id::int"; }
    api_route POST /u { api_query value "SELECT 'made'"; }
"""

pair("tried", SMALL, """
    root html;
    location /a/ { try_files $uri @old; ROUTES }
    location @old { proxy_pass OLD; }
    location /files/ { try_files $uri $uri/index.html =410; ROUTES }
""")
pair("rooted", SMALL, """
    location / { root html; index own.html; ROUTES }
    location /al/ { alias html/; ROUTES }
    location /in/ { root html; location /in/inner/ { ROUTES } }
""")
pair("uri", SMALL, """
    location /a/ { proxy_pass OLD:/else/where/; ROUTES }
    location /b { proxy_pass OLD:/else; ROUTES }
    location /c/ { rewrite ^/c/(.*)$ /rewritten/$1 break; proxy_pass OLD;
        ROUTES }
    location /d/ { set $back old; proxy_pass OLD:/by/$arg_x; ROUTES }
""")
pair("if", SMALL, """
    location /a/ {
        proxy_pass OLD;
        if ($arg_stop) { return 402; }
        if ($arg_set) { set $seen 1; }
        if ($arg_other) { proxy_pass OLD; }
        ROUTES
    }
""")
for handler in ("fastcgi_pass", "uwsgi_pass", "scgi_pass", "grpc_pass"):
    pair(handler, SMALL,
         "location /a/ { %s 127.0.0.1:1; ROUTES }" % handler)
pair("gif", SMALL, "location /a/ { empty_gif; ROUTES }")

# of the server: the location is the one nginx chooses for the path
AT = """
    api_route GET /u/:id<int> { api_query value "SELECT $id::int"; }
    api_route GET /a/u/:id<int> { api_query value "SELECT $id::int"; }
    api_route GET /s/app/:id<int> { api_query value "SELECT $id::int"; }
"""
pair("at", AT, """
    ROUTES
    location / { proxy_pass OLD; }
    location ^~ /s/ { proxy_pass OLD:/shield/; }
    location ~ php$ { return 402; }
""")
pair("at-tried", AT, """
    ROUTES
    root html;
    try_files $uri /own.html;
""")

TAKEN = [("GET", "u/5"), ("HEAD", "u/5"), ("POST", "u")]
PASSED = [("GET", "u/abc"), ("GET", "u"), ("GET", "own.html"), ("GET", ""),
          ("GET", "nothing"), ("PUT", "u/5"), ("POST", "u/5"),
          ("OPTIONS", "u/5"), ("OPTIONS", "u"), ("DELETE", "u"),
          ("PROPFIND", "u/5"), ("HEAD", "own.html"), ("GET", "u/abc?x=1")]


def compare(host, prefix):
    equal([ask(host, method, prefix + path).status
           for method, path in TAKEN], [200] * 3, "%s %s: its routes"
          % (host, prefix))
    wrong = []
    for method, path in PASSED:
        got = seen(ask(host, method, prefix + path))
        wanted = seen(ask(host + "-plain", method, prefix + path))
        if got != wanted:
            wrong.append((method, path, got, wanted))
    equal(wrong[:3], [], "%s %s: the others as without routes"
          % (host, prefix))


@section
def handlers_of_all_kinds():
    for host, *prefixes in (
            ("tried", "/a/", "/files/"), ("rooted", "/", "/al/"),
            ("uri", "/a/", "/b/", "/d/"), ("fastcgi_pass", "/a/"),
            ("uwsgi_pass", "/a/"), ("scgi_pass", "/a/"),
            ("grpc_pass", "/a/"), ("gif", "/a/"), ("if", "/a/")):
        for prefix in prefixes:
            compare(host, prefix)

    equal(ask("uri", "GET", "/a/u/abc").json()["target"],
          "/else/where/u/abc", "proxy_pass with a URI")
    equal([ask("fastcgi_pass", "PUT", "/a/u/1").status,
           ask("fastcgi_pass", "PUT", "/a/u/1").type], [502, "text/html"],
          "a service that is away: nginx's own page")
    like(ask("tried", "GET", "/a/u/abc").text, '"old": true',
         "try_files with a named location")

    equal([(r.status, r.type) for r in (
        ask("rooted", "GET", "/in/inner/x"),
        ask("rooted", "PUT", "/in/inner/u/1"),
        ask("rooted", "GET", "/in/inner/u/x"))],
          [(status, "application/problem+json") for status in
           (404, 405, 400)], "a root from around is no handler")


@section
def an_if_of_such_a_location():
    for query, status in (("stop=1", 402), ("set=1", 200), ("x=1", 200)):
        equal(ask("if", "GET", "/a/u/1?" + query).status, status,
              "a route, ?" + query)
    equal(ask("if", "GET", "/a/u/1?set=1").body, b"1", "is the API's")
    like(ask("if", "GET", "/a/u/1?other=1").text, '"old": true',
         "but where the if has a handler of its own")
    for query in ("stop=1", "set=1", "x=1", "other=1"):
        for method, path in (("GET", "/a/u/abc?"), ("PUT", "/a/u/1?"),
                             ("GET", "/a/nothing?")):
            equal(seen(ask("if", method, path + query)),
                  seen(ask("if-plain", method, path + query)),
                  "%s %s%s" % (method, path, query))
    equal([ask("uri", "GET", "/c/u/1").json()["target"],
           ask("uri-plain", "GET", "/c/u/1").json()["target"]],
          ["/rewritten/u/1"] * 2, "rewrite ... break comes before routes")


@section
def routes_of_the_server():
    equal([ask("at", "GET", path).body for path in
           ("/u/5", "/a/u/6", "/s/app/7")], [b"5", b"6", b"7"],
          "are asked")
    wrong = []
    for host in ("at", "at-tried"):
        for method in ("GET", "PUT", "OPTIONS", "PROPFIND"):
            for path in ("/u/abc", "/u/php", "/s/app/php", "/s/app/x",
                         "/a/u/x", "/nothing", "/s/x", "/own.html"):
                got = seen(ask(host, method, path))
                wanted = seen(ask(host + "-plain", method, path))
                if got != wanted:
                    wrong.append((host, method, path, got, wanted))
        for path in ("/u/5", "/s/app/5", "/a/u/5"):
            got = seen(ask(host, "DELETE", path))
            wanted = seen(ask(host + "-plain", "DELETE", path))
            if got != wanted:
                wrong.append((host, "DELETE", path, got, wanted))
    equal(wrong[:3], [], "what they do not take is the location's that nginx"
          " chooses")

    equal([ask("none", method, path).status for method, path in (
        ("PUT", "/u/5"), ("GET", "/u/abc"), ("OPTIONS", "/u/5"))],
          [405, 400, 204], "which has no handler")


server("none", AT + "location / { root html; }")


@section
def error_pages_stay_whose_they_are():
    equal(seen(ask("away", "PUT", "/api/users/1"))[::2], (502, b"away"),
          "a service that is away: the server's error_page")
    response = ask("away", "GET", "/api/things/2")
    equal((response.status, response.type), (404, "application/problem+json"),
          "a route's 404: a problem")
    response = ask("away", "GET", "/paged/things/2")
    equal((response.status, response.body), (404, b"own"),
          "but for error_page of the location itself")
    equal(ask("away", "PUT", "/paged/things/2").body, b"away",
          "beside the server's")


server("away", """
    error_page 404 502 /away.html;
    location = /away.html { return 200 "away"; }
    location = /own.html { return 200 "own"; }
    location /api/ { proxy_pass http://127.0.0.1:1; %s }
    location /paged/ { error_page 404 /own.html; error_page 502 /away.html;
        proxy_pass http://127.0.0.1:1; %s }
""" % (ROUTES, ROUTES))


# ---- auth_request onto a route -----------------------------------------------

WHO = """
    api_route GET %s {
        internal;
        api_query one "SELECT user_id AS id, 'a b' AS name FROM sessions
                        WHERE token = $cookie_session" %s;
        %s
    }
"""

server("asked", (WHO % ("/who", "none=401", "")
       + WHO % ("/basic", "none=401",
                'api_header WWW-Authenticate \'Basic realm="x"\' always;')
       + WHO % ("/hidden", "none=403", "") + WHO % ("/plain-who", "", "")
       + """
    location /site/ {
        auth_request /who;
        auth_request_set $user $api_row_id;
        auth_request_set $user_name $api_row_name;
        add_header X-User "$user/$user_name";
        alias html/;
    }
    location /basic-site/ { auth_request /basic; alias html/; }
    location /hidden-site/ { auth_request /hidden; alias html/; }
    location /broken-site/ { auth_request /plain-who; alias html/; }
    location /api/ {
        auth_request /who;
        auth_request_set $user $api_row_id;
        api_route GET /me {
            api_header X-User $user;
            api_query one "SELECT $user::int + 1 AS next, 'mine' AS id"; }
        api_route GET /basic { auth_request /basic;
            api_query value "SELECT 1"; }
    }
"""))


@section
def auth_request_asks_a_route():
    good = {"Cookie": "session=good"}

    response = ask("asked", "GET", "/site/own.html", good)
    equal((response.status, response["X-User"]), (200, "7/a b"),
          "a site: the row's columns")
    response = ask("asked", "GET", "/api/me", good)
    equal((response.status, response.body, response["X-User"]),
          (200, b'{"next":8,"id":"mine"}', "7"), "a route: and in its SQL")

    for cookies in ({}, {"Cookie": "session=bad"}):
        for path, status, challenge in (
                ("/site/own.html", 401, 'Bearer realm="api"'),
                ("/api/me", 401, 'Bearer realm="api"'),
                ("/basic-site/own.html", 401, 'Basic realm="x"'),
                ("/api/basic", 401, 'Basic realm="x"'),
                ("/hidden-site/own.html", 403, None)):
            response = ask("asked", "GET", path, cookies)
            equal((response.status, response["WWW-Authenticate"],
                   len(response.all("WWW-Authenticate"))),
                  (status, challenge, challenge is not None),
                  "no row: %s" % path)
    equal(ask("asked", "GET", "/api/me").type, "application/problem+json",
          "a problem, of an API")
    equal(ask("asked", "GET", "/who").status, 404, "it is internal")
    for path in ("/basic-site/own.html", "/hidden-site/own.html"):
        equal(ask("asked", "GET", path, good).status, 200, "a row: " + path)

    equal([ask("asked", "GET", "/broken-site/own.html", good).status,
           ask("asked", "GET", "/broken-site/own.html").status], [200, 500],
          "without none= it is a 404, and nginx takes none")
    like(nginx.log(), "auth request unexpected status: 404", "as its log says")


@section
def nginx_t_tells_of_it():
    equal([line for line in told.splitlines()
           if "auth_request" in line and "/plain-who" not in line], [],
          "not of the others")
    equal(len(re.findall(
        r'\[warn\].* api_route "GET /plain-who" is asked by'
        r' auth_request[^\n]*none=401', told)), 1, "nginx -t tells of a 404 once", told)


def configure():
    blocks = "".join("server { listen 127.0.0.1:%d; server_name %s;\n%s\n}\n"
                     % (nginx.port, name, text)
                     for name, text in servers.items())
    nginx.configure("""
        server_names_hash_max_size 4096;
        api_postgres app { primary %s; }
        %s
    """ % (postgres.uri, blocks), workers=1)


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")
    unlike(nginx.log(), r"request count is zero|\[emerg\]",
           "no count went wrong")


Old(nginx.path("old.sock"))
configure()
nginx.write("html/own.html", "own\n")
status, told = nginx.call("-t")
nginx.start()

tap.run(the_end)
