"""Who may ask, and where: nginx's own choice of a location holds, and its
access rules and limits come before whatever we answer.

The search is compared with nginx's own: the same locations, once with routes
and once without, are asked for the same paths.
"""

import base64
import json
import os
import random
import re
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import MODULES, SLOW, Nginx, Postgres
from tap import equal, like, ok, section, unlike

server_modules = list(MODULES)
postgres = Postgres("access")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text)",
             "INSERT INTO things VALUES (1, 'one')",
             "CREATE FUNCTION refuse() RETURNS int LANGUAGE plpgsql AS"
             " $$ BEGIN RAISE 'no' USING ERRCODE = 'PT401'; END $$")

servers = {}            # name to the text in its block


def server(name, text):
    servers[name] = text
    return name


class Asker:
    """One kept connection, opened again when it ends."""

    def __init__(self, nginx):
        self.nginx = nginx
        self.connection = None

    def __call__(self, host, method, target, headers=(), **rest):
        if self.connection is None or self.connection.ended:
            self.connection = wire.Connection(self.nginx.port)
        return self.connection.request(
            method, target, dict(headers, Host=host), **rest)


nginx = Nginx("access")
ask = Asker(nginx)


# ---- the search: nginx's own is the oracle ----------------------------------

NAMES = ["/", "/a", "/a/", "/ab", "/a/b", "/a/b/", "/a/bc", "/a/b/c", "/b",
         "/b/", "/b/a"]
EXPRESSIONS = [r"\.php$", r"/\.", r"^/a/b", r"b$", r"^/(?<first>a+)/", r"c",
               "/a", "/a/b"]
WORDS = ["a", "ab", "b", "bc", "c", "x.php", ".git"]


def all_paths():
    paths = ["/"]
    level = [""]
    for _ in range(3):
        level = [path + "/" + word for path in level for word in WORDS]
        paths += level
    return paths + [path + "/" for path in paths[1:]]


PATHS = all_paths()


class Place:
    """A location, its text with and without routes."""

    count = 0

    def __init__(self, dice, name, kind, depth):
        Place.count += 1
        self.id = "l%d" % Place.count
        self.name = name
        self.kind = kind            # "", "=", "^~", "~"
        self.inner = []
        self.proxy = dice.random() < 0.15 and kind != "~"
        self.routes = kind in ("", "^~") and dice.random() < 0.6

        if kind == "=" or depth == 2:
            return

        taken = set()
        for _ in range(dice.choice((0, 0, 1, 2))):
            mark = dice.choice(("", "", "=", "^~", "~"))
            names = EXPRESSIONS if mark == "~" else \
                [n for n in NAMES if n.startswith(name)]
            if not names:
                continue
            inner = dice.choice(names)
            if (inner, mark == "=") not in taken:
                taken.add((inner, mark == "="))
                self.inner.append(Place(dice, inner, mark, depth + 1))

    def text(self, routed, paths, in_regex=False):
        out = ["location %s %s {" % (self.kind, quoted(self.name)),
               'add_header X-Where "%s $first" always;' % self.id]
        if self.proxy:
            out.append("proxy_pass http://unix:%s;" % nginx.path("back.sock"))
        in_regex = in_regex or self.kind == "~"
        pattern = self.name.rstrip("/") + "/*rest"
        if routed and self.routes and (in_regex or pattern not in paths):
            if not in_regex:
                paths.add(pattern)
            out.append('api_route GET /*rest { return 200 "route"; }')
        out += [place.text(routed, paths, in_regex) for place in self.inner]
        return " ".join(out + ["}\n"])


def quoted(name):
    return '"%s"' % name.replace("\\", "\\\\")


def places(dice):
    taken = set()
    out = []
    for _ in range(dice.randrange(1, 7)):
        mark = dice.choice(("", "", "", "=", "^~", "~"))
        name = dice.choice(EXPRESSIONS if mark == "~" else NAMES)
        if (name, mark == "=") not in taken:
            taken.add((name, mark == "="))
            out.append(Place(dice, name, mark, 0))
    return out


SETS = 60 if SLOW else 200
nested_sets = []
flat_sets = []


def make_sets():
    dice = random.Random(5)
    for n in range(SETS):
        found = places(dice)
        paths = set()
        nested_sets.append((server("n%d.r" % n, "api_route GET /only/here"
                                   " { return 200; }\n" + "".join(
                                       place.text(True, paths)
                                       for place in found)),
                            server("n%d.o" % n, "".join(
                                place.text(False, None) for place in found))))

    for n in range(SETS):
        found = [place for place in places(dice)]
        for place in found:
            place.inner = []
            place.routes = False
        literal = dice.choice(("/", "/a/", "/a/b/", "/b/", "/a/b/c/"))
        text = "".join(place.text(False, None) for place in found)
        tied = [place.id for place in found if place.name == literal
                and place.kind in ("", "^~")]
        flat_sets.append((
            server("f%d.r" % n, text + 'api_route GET %s*rest { add_header'
                   ' X-Where route always; return 200 "route"; }' % literal),
            server("f%d.o" % n, text),
            server("f%d.s" % n, text + ("" if tied else "location %s {"
                   " add_header X-Where route always; }" % literal)),
            literal, tied))


def where(host, path):
    response = ask(host, "GET", path)
    return (response["X-Where"], response.status == 301)


@section
def the_location_is_nginxs_own_choice():
    wrong = []
    routes = 0
    dice = random.Random(6)
    for routed, plain in nested_sets:
        for path in dice.sample(PATHS, 60):
            response = ask(routed, "GET", path)
            routes += response.body == b"route"
            got = (response["X-Where"], response.status == 301)
            wanted = where(plain, path)
            if got != wanted:
                wrong.append((routed, path, got, wanted))
    equal(wrong[:5], [], "%d sets of locations, nested, some with routes: each"
          " path goes where nginx alone takes it" % SETS,
          servers[wrong[0][0]] if wrong else "")
    ok(routes > SETS * 5, "%d requests were taken by a route" % routes)


@section
def a_route_of_the_server_is_a_location():
    wrong = []
    routes = 0
    dice = random.Random(7)
    for routed, plain, stand_in, literal, tied in flat_sets:
        for path in dice.sample(PATHS, 60):
            rest = path[len(literal):]
            fits = path.startswith(literal) and rest \
                and not rest.startswith("/")
            wanted = where(stand_in if fits else plain, path)
            if fits and (wanted[0] or "").split(" ")[0] in tied:
                wanted = ("route", False)
            got = where(routed, path)
            routes += got[0] == "route"
            if got != wanted:
                wrong.append((routed, path, got, wanted))
    equal(wrong[:5], [], "%d sets of locations and a route of the server: as"
          " nginx treats a location of its literal prefix" % SETS,
          servers[wrong[0][0]] if wrong else "")
    ok(routes > SETS, "%d requests were taken by the route" % routes)


# ---- a location that nginx prefers is not passed by --------------------------

API = """
    location /api {
        api_route GET /admin/users { api_query value "SELECT 'users'"; }
        api_route GET /admin/:id   { api_query value "SELECT 'one'"; }
        api_route POST /admin/users { api_query value "SELECT 'made'"; }
        api_route GET /open { api_query value "SELECT 'open'"; }
        %s
    }
    %s
"""

server("prefix", API % ("", "location /api/admin { deny all; }"))
server("exact", API % ("", "location = /api/admin/users { deny all; }"))
server("shield", API % ("", "location ^~ /api/admin/ { deny all; }"))
server("expression", API % ("", r"location ~ ^/api/admin { deny all; }"))
server("nested", API % ("location /api/admin { deny all; }", ""))
server("nested-exact", API % ("location = /api/admin/users { deny all; }", ""))
server("nested-expression", API % (r"location ~ users$ { deny all; }", ""))
server("deep", API % ("location /api/ad { location /api/admin/u { deny all; }"
                      " }", ""))
server("secret", """
    location /api/admin { internal; return 200 "inner"; }
    location /api { api_route GET /admin/users { api_query value "SELECT 1"; }
        api_route GET /open { api_query value "SELECT 'open'"; } }
""")
server("dots", r"""
    location ~ /\. { deny all; }
    api_route GET /files/*path { api_query value "SELECT $path"; }
    location /api { api_route GET /files/*path {
        api_query value "SELECT $path"; } }
""")
server("at-server", """
    location /api { deny all; }
    location = /api/v1/exact { deny all; }
    location /api/v1/users/5 { deny all; }
    api_route GET /api/:x { api_query value "SELECT $x"; }
    api_route GET /api/v1/exact { api_query value "SELECT 'exact'"; }
    api_route GET /api/v1/users/:id { api_query value "SELECT $id"; }
    api_route GET /:any { api_query value "SELECT $any"; }
""")


@section
def what_nginx_denies_stays_denied():
    for host in ("prefix", "exact", "shield", "expression", "nested",
                 "nested-exact", "nested-expression", "deep"):
        got = [ask(host, method, path).status for method, path in (
            ("GET", "/api/admin/users"), ("POST", "/api/admin/users"),
            ("OPTIONS", "/api/admin/users"), ("DELETE", "/api/admin/users"),
            ("HEAD", "/api/admin/users"), ("PROPFIND", "/api/admin/users"),
            ("GET", "/api//admin/./users"), ("GET", "/api/%61dmin/users"),
            ("GET", "/api/x/../admin/users"))]
        equal(got, [403] * 9, "%s: denied, whatever is asked" % host)
        response = ask(host, "GET", "/api/open")
        equal((response.status, response.body), (200, b'"open"'),
              "%s: the others are answered" % host)

    equal([ask("secret", "GET", path).status for path in
           ("/api/admin/users", "/api/open")], [404, 200],
          "a location that is internal hides the route")

    equal([ask("dots", "GET", path).status for path in (
        "/files/a/.git/config", "/api/files/.htpasswd", "/files/a.b",
        "/api/files/a/b")], [403, 403, 200, 200],
          "an expression is asked before routes, the server's too")


@section
def routes_of_the_server_have_the_rank_of_their_prefix():
    for path, status in (("/api/x", 200), ("/api", 403), ("/api/x/y", 403),
                         ("/api/v1/exact", 403), ("/api/v1/exact/", 403),
                         ("/api/v1/users/5", 403), ("/api/v1/users/55", 403),
                         ("/api/v1/users/6", 200), ("/other", 200),
                         ("/apix", 403)):
        equal(ask("at-server", "GET", path).status, status, path)


# ---- access and limits come first ---------------------------------------------

ROUTES = """
        api_route GET /x/:id<int> {
            %s
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route POST /x/:id<int> { api_query value "SELECT 1"; }
        api_route GET /proxied/:id<int> {
            %s
            proxy_pass http://unix:BACK;
        }
        api_route GET /tried/:id<int> {
            %s
            try_files /nothing =410;
            if ($arg_never) { return 402; }
            rewrite ^/never / break;
            api_query value "SELECT 1";
        }
        api_route GET /own/:id<int> { %s return 402; }
"""

ASKED = [(method, path) for path in ("/x/1", "/x/abc", "/proxied/1",
                                     "/proxied/abc", "/tried/abc",
                                     "/own/abc")
         for method in ("GET", "HEAD", "DELETE", "OPTIONS", "PROPFIND")]

RULES = {
    "deny": ("deny all;", 403),
    "basic": ("auth_basic x; auth_basic_user_file passwords;", 401),
    "asked": ("auth_request /no;", 401),
    "forbidden": ("auth_request /never;", 403),
    "both": ("satisfy any; deny all; auth_basic x;"
             " auth_basic_user_file passwords;", 401),
    "internal": ("internal;", 404),
}

CHECKS = """
    location = /no    { internal; proxy_pass http://unix:BACK; }
    location = /never { internal; proxy_pass http://unix:BACK; }
    location = /yes   { internal; proxy_pass http://unix:BACK; }
"""


def with_back(text):
    return text.replace("BACK", nginx.path("back.sock"))


for name, (rule, _) in RULES.items():
    server(name + "-location", with_back(
        CHECKS + "location /api { %s %s }" % (rule, ROUTES % (("",) * 4))))
    server(name + "-route", with_back(
        CHECKS + "location /api { %s }" % (ROUTES % ((rule,) * 4))))
    server(name + "-server", with_back(
        CHECKS + ROUTES % ((rule,) * 4)))
    server(name + "-inner", with_back(
        CHECKS + "location /api { location /api/v1 { location /api/v1/z { %s"
        " %s } } }" % (rule, ROUTES % (("",) * 4))))

server("open", with_back(CHECKS + "location /api { auth_request /yes; %s }"
                         % (ROUTES % (("",) * 4))))
server("limited", with_back(
    "limit_req zone=all; limit_req_status 429; location /api { %s }"
    % (ROUTES % (("",) * 4))))
server("slow", """
    limit_conn conns 1; limit_conn_status 429;
    location /api {
        api_route GET /x/:id<int> {
            api_query value "SELECT 1 FROM pg_sleep($id)";
        }
    }
""")
server("mixed", """
    location /api {
        api_route POST /x/:id<int> { deny all; api_query value "SELECT 1"; }
        api_route GET /x/:id<int> { api_query value "SELECT 1"; }
    }
""")
server("mirrored", """
    location = /copy { internal; proxy_pass http://unix:%s; }
    location /api {
        mirror /copy;
        api_route GET /x/:id<int> { api_query value "SELECT 1"; }
    }
""" % nginx.path("copies.sock"))


def seen(response):
    """What an answer tells, but for the request's id."""
    headers = sorted((name.lower(), value) for name, value in response.headers
                     if name.lower() not in ("date", "x-request-id",
                                             "connection"))
    body = re.sub(rb'"request_id":"[^"]*"', b"", response.body)
    return response.status, headers, body


@section
def a_stranger_learns_nothing():
    for name, (_, status) in RULES.items():
        for place in ("location", "route", "server", "inner"):
            host = "%s-%s" % (name, place)
            prefix = {"server": "", "inner": "/api/v1/z"}.get(place, "/api")
            told = {}
            for method, path in ASKED:
                told.setdefault(method == "HEAD", set()).add(
                    repr(seen(ask(host, method, prefix + path))))
            equal({head: len(answers) for head, answers in told.items()},
                  {True: 1, False: 1},
                  "%s: one answer for known and unknown methods, good and bad"
                  " segments" % host, told)
            equal(ask(host, "GET", prefix + "/x/abc").status, status,
                  "and its status is that of the rule")


@section
def who_may_ask_is_answered():
    for host, prefix, headers in (
            ("open", "/api", {}),
            ("basic-location", "/api", {"Authorization": "Basic "
             + base64.b64encode(b"ann:secret").decode()}),
            ("basic-route", "/api", {"Authorization": "Basic "
             + base64.b64encode(b"ann:secret").decode()}),
            ("both-server", "", {"Authorization": "Basic "
             + base64.b64encode(b"ann:secret").decode()})):
        got = {}
        for method, path in ASKED + [("GET", "/tried/1")]:
            response = ask(host, method, prefix + path, headers)
            got[method, path] = (response.status, response["Allow"])
        get = "GET, HEAD, OPTIONS"
        both = "GET, HEAD, POST, OPTIONS"
        wanted = {}
        for path, allow, good in (
                ("/x/1", both, 200), ("/x/abc", both, 400),
                ("/proxied/1", get, 200), ("/proxied/abc", get, 400),
                ("/tried/abc", get, 400), ("/own/abc", get, 400)):
            wanted["GET", path] = wanted["HEAD", path] = (good, None)
            wanted["DELETE", path] = (405, allow)
            wanted["PROPFIND", path] = (405, allow)
            wanted["OPTIONS", path] = (204, allow)
        wanted["GET", "/tried/1"] = (410, None)
        equal({key: value for key, value in got.items()
               if sorted(str(value[1]).split(", "))
               != sorted(str(wanted[key][1]).split(", "))
               or value[0] != wanted[key][0]}, {},
              "%s: 200, 400, 405 and OPTIONS" % host)


@section
def limits_count_refusals():
    equal(ask("limited", "GET", "/api/x/abc").status, 400,
          "the first request of a minute")
    got = {ask("limited", method, "/api" + path).status
           for method, path in ASKED}
    equal(got, {429}, "and then none, of whatever kind")

    slow = wire.Connection(nginx.port)
    slow.send(wire.message("GET", "/api/x/2", {"Host": "slow"}))
    equal(tap.wait_until(lambda: ask("slow", "DELETE", "/api/x/1").status
                         == 429, 3), True,
          "limit_conn counts for a method that is not there")
    equal(ask("slow", "GET", "/api/x/abc").status, 429,
          "and for a segment that is wrong")
    equal(slow.receive().status, 200, "the slow one is answered")
    slow.close()

    equal([ask("mixed", method, "/api/x/1").status for method in
           ("GET", "POST", "DELETE", "OPTIONS")], [200, 403, 403, 403],
          "where routes of a path differ, the first one's rule is asked")
    equal([ask("mixed", "GET", "/api/x/abc").status,
           ask("mixed", "POST", "/api/x/abc").status], [400, 403],
          "a wrong segment is the method's own route's")


@section
def a_refused_request_is_not_mirrored():
    before = copies()
    for method, path in (("GET", "/api/x/abc"), ("DELETE", "/api/x/1"),
                         ("OPTIONS", "/api/x/1")):
        ask("mirrored", method, path)
    equal(ask("mirrored", "GET", "/api/x/1").status, 200, "one is answered")
    equal(tap.wait_until(lambda: copies() > before, 5), True,
          "that one is mirrored")
    equal(copies() - before, 1, "and no other")


def copies():
    try:
        with open(nginx.path("logs/copies.log")) as log:
            return len(log.readlines())
    except OSError:
        return 0


# ---- rewrite, return, if and set of a location ---------------------------------

server("staged", with_back("""
    location = /elsewhere { return 200 "elsewhere"; }
    location /s {
        client_max_body_size 10;
        set $count "${count}x";
        if ($arg_stop) { return 403; }
        if ($arg_away) { rewrite ^ /elsewhere last; }
        if ($arg_new)  { rewrite ^/s/old(.*)$ /s/new$1 break; }
        if ($arg_none) { rewrite ^ /s/none break; }
        if ($arg_back) { proxy_pass http://unix:BACK; }
        if ($request_method = TRACK) { return 418; }

        api_route GET /new { add_header X-Count $count always;
            api_query value "SELECT 'new'"; }
        api_route GET /new/:id<int> { add_header X-Count $count always;
            api_query value "SELECT $id"; }
        api_route POST /large { client_max_body_size 1k;
            api_body { name string; } api_query value "SELECT $name"; }
        api_route GET /own {
            if ($arg_again) { rewrite ^ /s/new last; }
            if ($arg_gone) { return 410; }
            api_query value "SELECT 'own'";
        }
        api_route GET /denied { deny all; api_query value "SELECT 1"; }

        location /s/inner {
            api_route GET /a { api_query value "SELECT 'a'"; }
        }
        location /s/in/ {
            if ($arg_inner) { return 402; }
            api_route GET /:id<int> { api_query value "SELECT $id"; }
        }
    }
    api_route GET /s/server { api_query value "SELECT 'server'"; }
    location /hidden {
        internal;
        set $x 1;
        api_route GET /a { api_query value "SELECT 'a'"; }
    }
    location /handled {
        set $x 1;
        proxy_pass http://unix:BACK;
        api_route GET /a { api_query value "SELECT 'a'"; }
        api_route GET /b/:id<int> { api_query value "SELECT 'b'"; }
    }
"""))


@section
def rewrite_directives_of_a_location_come_first():
    def get(path, method="GET", **rest):
        response = ask("staged", method, path, **rest)
        return response.status, response.body

    equal(get("/s/new"), (200, b'"new"'), "a route behind them")
    equal(ask("staged", "GET", "/s/new")["X-Count"], "x", "they run once")
    equal(ask("staged", "GET", "/s/new/abc")["X-Count"], "x",
          "and once for what is refused")
    equal({get(path + "?stop=1", method)[0] for path in (
        "/s/new", "/s/new/1", "/s/new/abc", "/s/nothing", "/s", "/s/own")
        for method in ("GET", "DELETE", "OPTIONS", "HEAD")}, {403},
          "return in an if: for every path and method")
    equal(get("/s/new/1", "TRACK")[0], 418, "an if that asks the method")
    equal(get("/s/new?away=1"), (200, b"elsewhere"), "rewrite ... last")
    equal(get("/s/old?new=1"), (200, b'"new"'), "rewrite ... break, to a route")
    equal(get("/s/old/7?new=1"), (200, b"7"), "with a segment")
    equal(get("/s/old/x?new=1")[0], 400, "and a wrong one")
    equal(get("/s/new?none=1")[0], 404, "rewrite ... break, to no route")
    equal(get("/s/new?back=1"), (200, b"back"), "an if with its own handler")
    equal(get("/s/nothing")[0], 404, "a path without a route")
    equal([get("/s/new/abc")[0], get("/s/new", "DELETE")[0],
           get("/s/new", "OPTIONS")[0], get("/s/denied")[0],
           get("/s/denied", "PUT")[0]],
          [400, 405, 204, 403, 403], "what is refused behind them")

    body = {"name": "longer than ten"}
    equal(ask("staged", "POST", "/s/large", json=body).status, 200,
          "the route's own size of a body, larger than the location's")
    equal(ask("staged", "POST", "/s/large", json={"name": "x" * 2000}).status,
          413, "and its end")
    equal(ask("staged", "POST", "/s/none", json=body).status, 413,
          "the location's holds for what no route takes")

    equal(get("/s/own"), (200, b'"own"'), "a route with its own")
    equal(get("/s/own?gone=1")[0], 410, "they answer after the location's")
    equal(get("/s/own?again=1"), (200, b'"new"'), "or lead to another route")
    equal(get("/s/inner/a?stop=1"), (200, b'"a"'),
          "a location inside has its own, as everywhere in nginx")
    equal([get("/s/in/4?stop=1"), get("/s/in/4?inner=1")[0]],
          [(200, b"4"), 402], "if it has any")
    equal(get("/s/server?stop=1"), (200, b'"server"'),
          "a route of the server is no part of the location")
    equal(get("/hidden/a")[0], 404, "internal comes before them")
    equal([get("/handled/a"), get("/handled/other"), get("/handled/b/x")],
          [(200, b'"a"'), (200, b"back"), (200, b"back")],
          "a location with a handler of its own")


# ---- error_page, and 401 -------------------------------------------------------

server("pages", with_back("""
    root html;
    error_page 400 401 403 404 405 413 422 429 500 502 503 504 /page.html;
    location = /page.html { }
    location = /own.html { }
    location /plain { }
    location /api {
        api_route GET /x/:id<int> {
            api_query one "SELECT id FROM things WHERE id = $id"; }
        api_route GET /denied { deny all; api_query value "SELECT 1"; }
        api_route POST /small { client_max_body_size 5; api_body { a int; }
            api_query value "SELECT $a"; }
        api_route GET /away { proxy_pass http://127.0.0.1:1; }
        api_route GET /broken { api_query value "SELECT 1/(id-id) FROM things"; }
        api_route GET /own { error_page 403 /own.html; deny all;
            api_query value "SELECT 1"; }
        location /api/files { }
        location /api/pages { error_page 404 /own.html; }
        location /api/paged {
            error_page 404 = /api/x/1;
            api_route GET /x/:id<int> {
                api_query one "SELECT id FROM things WHERE id = $id"; }
            location /api/paged/inner { }
        }
    }
    api_route GET /at/:id<int> {
        api_query one "SELECT id FROM things WHERE id = $id"; }
    location /outer {
        error_page 403 /page.html;
        location /outer/api {
            api_route GET /denied { deny all; api_query value "SELECT 1"; }
        }
    }
"""))


@section
def error_page_ends_at_the_api():
    for method, path, status in (
            ("GET", "/api/x/99", 404), ("GET", "/api/x/abc", 400),
            ("DELETE", "/api/x/1", 405), ("GET", "/api/nothing", 404),
            ("GET", "/api/denied", 403), ("DELETE", "/api/denied", 403),
            ("POST", "/api/small", 413), ("GET", "/api/away", 502),
            ("GET", "/api/broken", 500), ("GET", "/api/files/x", 404),
            ("GET", "/api/paged/inner/x", 200), ("GET", "/at/9", 404),
            ("GET", "/at/x", 400), ("PUT", "/at/1", 405),
            ("GET", "/outer/api/denied", 403)):
        response = ask("pages", method, path,
                       json={"a": 123456} if method == "POST" else wire.NOTHING)
        equal((response.status, response.type),
              (status, "application/problem+json" if status >= 400
               else "application/json"), "%s %s" % (method, path),
              response.text)

    for path, status, body in (
            ("/plain/x", 404, b"page"),
            ("/api/own", 403, b"own"), ("/api/pages/x", 404, b"own"),
            ("/api/paged/x/99", 200, b'{"id":1}'),
            ("/api/paged/nothing", 200, b'{"id":1}')):
        response = ask("pages", "GET", path)
        equal((response.status, response.body.strip()), (status, body),
              "%s: where error_page stands, it holds" % path)


server("challenges", with_back("""
    location = /no { internal; proxy_pass http://unix:BACK; }
    location = /named-back { internal; proxy_pass http://unix:BACK:/named; }
    location /api {
        api_error 22012 401;
        api_route GET /basic { auth_basic x; auth_basic_user_file passwords;
            api_query value "SELECT 1"; }
        api_route GET /asked { auth_request /no; api_query value "SELECT 1"; }
        api_route GET /asked-back { auth_request /named-back;
            api_query value "SELECT 1"; }
        api_route GET /return { return 401; }
        api_route GET /return-text { return 401 "no"; }
        api_route GET /mapped { api_query value "SELECT 1/(id-id) FROM things";
            }
        api_route GET /raised { api_query value "SELECT refuse()"; }
        api_route GET /added { add_header www-authenticate 'Mine' always;
            return 401; }
        api_route GET /proxied { rewrite ^ /no break;
            proxy_pass http://unix:BACK; }
        api_route GET /proxied-named { rewrite ^ /named break;
            add_header X-Request-Id third always;
            proxy_pass http://unix:BACK; }
        api_route GET /named { add_header X-Request-Id mine always;
            return 401; }
        api_route GET /page { error_page 401 /401.json; return 401; }
    }
    location = /401.json { return 401 '{}'; }
    location /plain { return 401; }
"""))


@section
def a_401_says_how_to_ask():
    bearer = 'Bearer realm="api"'
    for path, wanted in (
            ("basic", 'Basic realm="x"'), ("asked", bearer),
            ("asked-back", 'Named realm="n"'), ("return", bearer),
            ("return-text", bearer), ("mapped", bearer), ("raised", bearer),
            ("added", "Mine"), ("proxied", bearer),
            ("proxied-named", 'Named realm="n"'), ("named", bearer)):
        for method in ("GET", "HEAD"):
            response = ask("challenges", method, "/api/" + path)
            equal((response.status, response.all("WWW-Authenticate")),
                  (401, [wanted]), "%s /api/%s" % (method, path))
            ids = response.all("X-Request-Id")
            ok(len(ids) == 1 and re.fullmatch("[0-9a-f]{32}", ids[0]),
               "and one X-Request-Id, ours", ids)
    equal(ask("challenges", "DELETE", "/api/basic").all("WWW-Authenticate"),
          ['Basic realm="x"'], "a method that is not there")
    equal(ask("challenges", "GET", "/plain").all("WWW-Authenticate"), [],
          "what is no API is left alone")
    equal(ask("challenges", "GET", "/api/page").status, 401,
          "a page of the user's for it")


# ---- filters of other modules, whatever was loaded first ------------------------

FOLDERS = [os.environ.get("TEST_NGINX_OTHER_MODULES", ""),
           "/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"]

SCRIPT = """
function header(r) { delete r.headersOut['Content-Length'];
                     r.headersOut['X-Seen'] = r.headersOut['Content-Type']; }
function body(r, data, flags) { r.sendBuffer(data, flags); }
export default {header, body};
"""

OTHERS = {
    # name: files, directives of http, of the location, of that answer
    "js": (["ngx_http_js_module.so"], "js_import s from script.js;",
           "js_header_filter s.header; js_body_filter s.body;",
           {"X-Seen": "application/problem+json"}),
    "echo": (["ngx_http_echo_module.so"], "",
             "echo_before_body -n ' '; echo_after_body -n ' ';", {}),
    "subs": (["ngx_http_subs_filter_module.so"], "",
             "subs_filter nothing something;"
             " subs_filter_types application/problem+json;", {}),
    "headers-more": (["ngx_http_headers_more_filter_module.so"], "",
                     "more_set_headers 'X-More: yes';"
                     " more_clear_headers Content-Length;"
                     " more_clear_headers X-Request-Id;", {"X-More": "yes"}),
    "lua": (["ndk_http_module.so", "ngx_http_lua_module.so"],
            "lua_package_path '%s/?.lua;;';"
            % os.environ.get("TEST_NGINX_LUA", "/usr/share/lua/5.1"),
            "header_filter_by_lua_block { ngx.header.content_length = nil;"
            " ngx.header['X-Seen'] = ngx.header.content_type; }"
            " body_filter_by_lua_block { ngx.arg[1] = ngx.arg[1]; }",
            {"X-Seen": "application/problem+json"}),
}


def found(name):
    for folder in FOLDERS:
        path = os.path.join(folder, name)
        if folder and os.path.exists(path):
            return path
    return None


def others(name, files, order, http, text):
    """An nginx with those modules loaded before ours or after it."""
    ours = list(server_modules)
    own = Nginx("%s-%s" % (name, order))
    MODULES[:] = files + ours if order == "before" else ours + files
    own.write("script.js", SCRIPT)
    own.write("html/own.html", "own\n")
    own.configure("""
        %s
        api_postgres app { primary %s; }
        limit_req_zone $uri zone=one:1m rate=1r/m;
    """ % (http, postgres.uri), """
        root html;
        location /plain { %s return 403; }
        location /api {
            %s
            api_route GET /ok { api_query value "SELECT 1"; }
            api_route GET /x/:id<int> { api_query value "SELECT 1"; }
            api_route GET /denied { deny all; api_query value "SELECT 1"; }
            api_route GET /asked { auth_basic x; auth_basic_user_file none;
                api_query value "SELECT 1"; }
            api_route GET /limited { limit_req zone=one; limit_req_status 429;
                api_query value "SELECT 1"; }
            api_route GET /gone { return 410; }
            api_route GET /teapot { return 418; }
            api_route GET /away { proxy_pass http://127.0.0.1:1; }
            api_route GET /page { error_page 403 /api/own.html; deny all;
                api_query value "SELECT 1"; }
            location = /api/own.html { alias html/own.html;
                types { text/html html; } }
        }
    """ % (text, text), workers=1)
    MODULES[:] = ours
    return own


@section
def other_modules_may_be_loaded_in_any_order():
    for name, (files, http, text, wanted) in OTHERS.items():
        paths = [found(file) for file in files]
        if None in paths:
            tap.note("skipped: %s is not installed" % " ".join(files))
            continue
        for order in ("before", "after"):
            own = others(name, paths, order, http, text)
            own.start()
            asker = Asker(own)
            asker("x", "GET", "/api/limited")
            for path, status in (("nothing", 404), ("denied", 403),
                                 ("asked", 401), ("limited", 429),
                                 ("gone", 410), ("teapot", 418),
                                 ("away", 502), ("x/abc", 400)):
                response = asker("x", "GET", "/api/" + path)
                equal((response.status, response.type), (
                    status, "application/problem+json"),
                      "%s loaded %s ours: %s" % (name, order, path),
                      response.text)
                equal(response.json().get("status"), status, "its body")
                equal({key: response[key] for key in wanted}, wanted,
                      "what the filter adds")
                equal(response.all("X-Request-Id"),
                      [response.json().get("request_id")], "its id")
            equal(asker("x", "GET", "/api/ok").body.strip(), b"1",
                  "%s: an answer" % name)
            response = asker("x", "GET", "/api/page")
            equal((response.status, response.type, response.body.strip()),
                  (403, "text/html", b"own"), "%s: the user's page" % name)
            response = asker("x", "GET", "/plain")
            equal((response.status, response.type), (403, "text/html"),
                  "%s: nginx's page, where there is no API" % name)
            own.stop()
            equal(own.alerts(), [], "%s: no crash, no alert" % name)


CALLS = """
async function call(r) {
    const reply = await r.subrequest('/api/' + r.args.to,
        {method: r.args.method || 'POST', body: r.args.body});
    r.return(reply.status, reply.responseText);
}
export default {call};
"""

CALLERS = {
    "js": (["ngx_http_js_module.so"], "js_import c from calls.js;",
           "js_content c.call;"),
    "lua": (OTHERS["lua"][0], OTHERS["lua"][1], """content_by_lua_block {
        local args = ngx.req.get_uri_args()
        local reply = ngx.location.capture('/api/' .. args.to, {
            method = args.method == 'PUT' and ngx.HTTP_PUT or ngx.HTTP_POST,
            body = args.body })
        ngx.status = reply.status
        ngx.print(reply.body)
    }"""),
    "echo": (["ngx_http_echo_module.so"], "",
             "echo_subrequest POST /api/$arg_to -b '$arg_body';")
}


@section
def subrequests_have_bodies_of_their_own():
    """What a script makes for one comes with the client's headers, if any."""
    for name, (files, http, text) in CALLERS.items():
        paths = [found(file) for file in files]
        if None in paths:
            tap.note("skipped: %s is not installed" % " ".join(files))
            continue

        own = Nginx("calls-" + name)
        own.write("calls.js", CALLS)
        ours = list(server_modules)
        MODULES[:] = paths + ours
        own.configure("%s api_postgres app { primary %s; }"
                      % (http, postgres.uri), """
            location = /call { %s }
            location = /copy { mirror /api/json; return 200; }
            location /api {
                api_route POST /json { api_body { a int; }
                    api_query value "SELECT $a + 1"; }
                api_route PUT /json { api_body { a int; }
                    api_query value "SELECT $a + 2"; }
                api_route POST /form { api_body_type form; api_body { a int; }
                    api_query value "SELECT $a + 3"; }
                api_route POST /both { api_body_type form json;
                    api_body { a int; } api_query value "SELECT $a + 4"; }
                api_route POST /small { api_max_body 5; api_body { a int; }
                    api_query value "SELECT 1"; }
            }
        """ % text, workers=1)
        MODULES[:] = ours
        own.start()
        asker = Asker(own)

        # echo takes the argument as it is, and has a status of its own
        json_body = '{"a":1}' if name == "echo" else "%7B%22a%22:1%7D"
        for headers in ({}, {"Content-Type": "multipart/form-data; boundary=x",
                             "Content-Encoding": "gzip"}):
            for to, body, wanted in (
                    ("json", json_body, (200, b"2")),
                    ("form", "a=1", (200, b"4")),
                    ("both", json_body, (200, b"5")),
                    ("json", "x", (400, b"problem"))):
                response = asker("x", "GET", "/call?to=%s&body=%s"
                                 % (to, body), headers)
                got = response.body.strip()
                if b'"request_id"' in got:
                    got = b"problem"
                equal((response.status if name != "echo" else wanted[0], got),
                      wanted, "%s, %s: %s" % (name, to, body), response)
        if name != "echo":
            equal(asker("x", "GET", "/call?to=small&body=" + json_body).status,
                  413, "too large")
            equal(asker("x", "GET", "/call?to=json&method=PUT&body="
                        + json_body).body.strip(), b"3", "PUT")
            equal(asker("x", "POST", "/call?to=json&body=" + json_body,
                        body="a=1", content_type="text/plain").status, 200,
                  "from a POST with a body of its own")
            equal(asker("x", "POST", "/call?to=both&body=a%3D1", body="a=1",
                        content_type="application/x-www-form-urlencoded")
                  .body.strip(), b"5", "a form for a form")
        equal(asker("x", "POST", "/api/json", body='{"a":1}',
                    content_type=None).status, 415,
              "the client itself has to say what it sends")
        own.stop()
        equal(own.alerts(), [], "no crash, no alert")


@section
def a_handler_that_comes_later_is_refused():
    path = found("ngx_nchan_module.so")
    if path is None:
        tap.note("skipped: nchan is not installed")
        return
    for order in ("before", "after"):
        ours = list(server_modules)
        own = Nginx("nchan-" + order)
        MODULES[:] = [path] + ours if order == "before" else ours + [path]
        own.configure("api_postgres app { primary %s; }" % postgres.uri, """
            location /api {
                api_route GET /a {
                    nchan_subscriber;
                    nchan_channel_id a;
                    api_query value "SELECT 1";
                }
            }
        """, workers=1)
        MODULES[:] = ours
        status, text = own.call("-t")
        ok(status != 0 and re.search(r'api_route "GET /api/a" has two answers',
                                     text),
           "nchan_subscriber beside api_query, loaded %s ours" % order, text)


def configure():
    blocks = "".join("server { listen 127.0.0.1:%d; server_name %s;\n%s\n}\n"
                     % (nginx.port, name, text)
                     for name, text in servers.items())
    nginx.configure("""
        server_names_hash_max_size 4096;
        keepalive_requests 1000000;
        api_postgres app { primary %s; }
        limit_req_zone $server_name zone=all:1m rate=1r/m;
        limit_conn_zone $server_name zone=conns:1m;
        server {
            listen unix:%s;
            location / { return 200 back; }
            location /yes { return 204; }
            location /no { return 401; }
            location /never { return 403; }
            location /named { add_header WWW-Authenticate 'Named realm="n"'
                always; add_header X-Request-Id theirs always; return 401; }
        }
        server { listen unix:%s; access_log logs/copies.log; return 200; }
        server { listen 127.0.0.1:%d default_server; return 421; }
        %s
    """ % (postgres.uri, nginx.path("back.sock"), nginx.path("copies.sock"),
           nginx.port, blocks),
        workers=1)


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")
    unlike(nginx.log(), r"request count is zero|\[emerg\]",
           "no count went wrong")


make_sets()
configure()
nginx.write("passwords", "ann:{PLAIN}secret\n")
nginx.write("html/page.html", "page\n")
nginx.write("html/own.html", "own\n")
nginx.start()
tap.run(the_end)
