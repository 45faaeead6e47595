"""Beside other sites, and beside other modules of nginx.

Routes of the server and the locations they go before; nginx's pages in
subrequests; handlers that another module sets when ours is configured already;
all modules there are, loaded before ours and after it.
"""

import json
import os
import re
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import server as services
import tap
import wire
from server import Nginx, Postgres
from tap import equal, like, ok, section, unlike

postgres = Postgres("guest")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY)")

OURS = list(services.MODULES)
FOLDERS = [os.environ.get("TEST_NGINX_OTHER_MODULES", ""),
           "/usr/lib/nginx/modules", "/usr/lib64/nginx/modules"]
PROBLEM = "application/problem+json"


def configured(name, files, order, http, text):
    """An nginx with those modules loaded before ours or after it."""
    own = Nginx(name)
    services.MODULES[:] = files + OURS if order == "before" else OURS + files
    own.configure("%s api_postgres app { primary %s; }"
                  " limit_req_zone $binary_remote_addr zone=one:1m rate=1r/m;"
                  " limit_conn_zone $binary_remote_addr zone=two:1m;"
                  % (http, postgres.uri), text, workers=1)
    services.MODULES[:] = OURS
    return own


def ask(own, method, target, headers=(), **rest):
    connection = wire.Connection(own.port)
    try:
        return connection.request(method, target,
                                  dict(headers, Host="x"), **rest)
    finally:
        connection.close()


def ended(own):
    own.stop()
    equal(own.alerts(), [], "%s: no crash, no alert" % own.name)


def found(name):
    for folder in FOLDERS:
        path = os.path.join(folder, name)
        if folder and os.path.exists(path):
            return path
    return None


# ---- a route of the server before a location --------------------------------

ROUTE = 'api_route GET /api/v1/:id { api_query one "SELECT $id AS id"; }\n'

SAID = {
    "rewrite": "rewrite ^/api/v1/(.*) /other/$1 last;",
    "if": "if ($arg_x ~ y) { return 402; }",
    "return": "return 403;",
    "add_header": "add_header X-A a;",
    "deny": "allow ::1; deny all;",
    "auth_basic": "auth_basic x; auth_basic_user_file none;",
    "auth_request": "auth_request /who;",
    "limit_req": "limit_req zone=one;",
    "limit_conn": "limit_conn two 1;",
    "access_log": "access_log off;",
    "internal": "internal;",
    "limit_except": "limit_except GET { deny all; }",
    "error_page": "error_page 404 /x;",
    "satisfy": "satisfy any;",
    "client_max_body_size": "client_max_body_size 3m;",
    "api_header": "api_header X-A a;",
    "api_error": "api_error 23505 400;",
    "api_param": "api_param x int;",
    "api_timeout": "api_timeout 3s;",
}

OF_ROOT = ["rewrite", "if", "add_header", "deny", "auth_basic",
           "auth_request", "limit_req", "limit_conn", "internal",
           "limit_except"]

# what a route may say itself: how a location does, and the route
REALM = "api_jwt { key file:secret; required off; }"
OWN = {
    "api_jwt": ("api_jwt on;", "api_jwt optional;"),
    "api_key": ("api_key { keys file:keys.json; }", "api_jwt off;"),
    "deny": ("deny all;", "allow 127.0.0.1; deny all;"),
    "limit_req": ("limit_req zone=one;", "limit_req zone=one burst=5;"),
    "satisfy": ("satisfy any;", "satisfy any;"),
    "api_timeout": ("api_timeout 4s;", "api_timeout 5s;"),
}

QUIET = ["", "proxy_pass http://127.0.0.1:1;", "root html; try_files $uri =404;",
         "set $back x; proxy_pass http://$back;",
         "api_route GET /own { return 200; }"]


def warnings(text):
    own = configured("before", [], "after", "", text)
    for name, content in (("secret", "s" * 32), ("keys.json", "{}")):
        own.write(name, content)
    status, told = own.call("-t")
    equal(status, 0, "nginx -t passes")
    return re.findall(r"\[warn\] (api_route [^\n]*)", told)


@section
def a_location_that_a_route_goes_before_is_named():
    for word, line in SAID.items():
        for name in ("/api/", "/"):
            told = warnings(ROUTE + "location %s { %s }" % (name, line))
            if name == "/" and word not in OF_ROOT:
                equal(told, [], "%s of /" % word)
                continue
            ok(len(told) == 1 and re.fullmatch(
                r'api_route "GET /api/v1/:id" of the server goes before the'
                r' location "%s" in \S+/nginx.conf:\d+, whose "%s" does not'
                r' hold for it then: [^\n]* in \S+/nginx.conf:\d+:\d+'
                % (name, word), told[0]), "%s of %s" % (word, name), told)

    for line in QUIET:
        equal(warnings(ROUTE + "location /api/ { %s } location / { %s }"
                       % (line, line.replace("/own", "/its-own"))), [],
              "not of: %s" % line)
    around = ("add_header X-A a; deny all; error_page 404 /x;"
              " limit_req zone=one; api_header X-B b; api_timeout 4s;")
    equal(warnings(around + ROUTE + "location /api/ { }"), [],
          "nor of what the server says, and the route has as well")

    equal(warnings("location /api/ { api_route GET / { return 200; } }"
                   " location / { add_header X-A a; deny all; }"), [],
          "nor of what a location's own path lies beside")

    for word, (line, says) in OWN.items():
        equal(warnings(REALM + ROUTE.replace("{", "{ " + says, 1)
                       + "location /api/ { %s }" % line), [],
              "nor of %s, which the route says itself" % word)
        told = warnings(REALM + ROUTE + "location /api/ { %s }" % line)
        ok(len(told) == 1 and 'whose "%s" does not hold' % word in told[0],
           "as it is where the route does not", told)
    told = warnings(REALM + ROUTE.replace("{", "{ api_jwt on; ", 1)
                    + "location /api/ { api_jwt on; api_require role=admin; }")
    ok(len(told) == 1 and '"api_require"' in told[0],
       "but of api_require beside api_jwt", told)

    told = warnings(ROUTE + """
        location / { deny all; }
        location /api { add_header X-A a; location /api/ { deny all; } }
        location = /api/v1/x { }
        location /api/v2 { deny all; }
        location ~ ^/app { deny all; }
    """)
    ok(sum('"/api/"' in line and '"deny"' in line
           for line in told) == 1
       and not any(re.search('"/(api|api/v2)?"', line) for line in told),
       "of several the one that nginx would choose", told)


# directives of other modules: which has them, and what stands in front

FOREIGN = [
    ("ngx_http_headers_more_filter_module.so", "more_set_headers",
     "more_set_headers 'X-A: a';"),
    ("ngx_http_js_module.so", "js_header_filter", "js_header_filter c.call;"),
    ("ngx_http_lua_module.so", "access_by_lua_block",
     "access_by_lua_block { ngx.exit(403) }"),
    ("ngx_http_lua_module.so", "rewrite_by_lua_file",
     "rewrite_by_lua_file x.lua;"),
    ("ngx_http_lua_module.so", None,
     "content_by_lua_block { return } access_by_lua_block { return }"),
    ("ngx_http_lua_module.so", None, "content_by_lua_block { return }"),
    ("ngx_http_echo_module.so", None, "echo hello;"),
    ("ngx_http_headers_more_filter_module.so", None,
     "location /api/in/ { more_set_headers 'X-A: a'; }"),
]

NEEDED = {"ngx_http_lua_module.so": ["ndk_http_module.so"]}
LUA = "lua_package_path '%s/?.lua;;';" % os.environ.get("TEST_NGINX_LUA",
                                                      "/usr/share/lua/5.1")


@section
def what_other_modules_say_of_such_a_location():
    for file, word, line in FOREIGN:
        paths = [found(name) for name in NEEDED.get(file, []) + [file]]
        if None in paths:
            tap.note("skipped: %s is not installed" % file)
            continue
        http = LUA if "lua" in file else "js_import c from calls.js;" \
            if "js" in file else ""
        for name in ("/api/", "/"):
            own = configured("foreign", paths, "before", http,
                             ROUTE + "location %s { %s }" % (name, line))
            own.write("calls.js", CALLS)
            status, told = own.call("-t")
            equal(status, 0, "nginx -t passes: " + line, told)
            equal(re.findall(r'\[warn\] api_route "GET /api/v1/:id" of the'
                             r' server goes before the location "%s" in'
                             r' [^\n]* whose "(\w+)" does not hold' % name,
                             told), [word] if word else [],
                  "%s of %s" % (line, name))


@section
def a_return_for_what_routes_of_the_server_leave():
    own = configured("left", [], "after", "", ROUTE + """
        location /api/ { return 404; }
        location /api/v1/old { return 410; }
        location /api/v1/moved { return 301 /x; }
        location /api/files { root html; }
        location /other/ { return 404; }
        location / { return 404; }
    """)
    own.start()
    for method, path, status in (
            ("GET", "/api/v1/5", 200), ("GET", "/api/v1/5/6", 404),
            ("PUT", "/api/v1/5", 405), ("GET", "/api/x", 404),
            ("POST", "/api/", 404), ("HEAD", "/api/x", 404)):
        response = ask(own, method, path)
        ok(response.status == status and response["X-Request-Id"]
           and response.type == (PROBLEM if status > 399
                                 else "application/json"),
           "%s %s" % (method, path), (response.status, response.headers))
    for path, status in (("/other/x", 404), ("/x", 404), ("/api/files/x", 404),
                         ("/api/v1/old", 410), ("/api/v1/moved", 301)):
        response = ask(own, "GET", path)
        equal((response.status, response["X-Request-Id"], response.type),
              (status, None, "text/html"), "no API: " + path)
    ended(own)


# ---- nginx's own pages in subrequests -----------------------------------------

API = """
    location /api/ {
        api_route GET /ok { api_query value "SELECT 1"; }
        api_route GET /none { api_query one "SELECT 1 WHERE false"; }
        api_route GET /refused { return 403; }
        api_route GET /teapot { return 418; }
        api_route GET /away { proxy_pass http://127.0.0.1:1; }
        api_route GET /limited { limit_req zone=one; api_query value "SELECT 1"; }
        api_route GET /denied { deny all; api_query value "SELECT 1"; }
        api_route GET /paged { error_page 403 = /page; deny all;
            api_query value "SELECT 1"; }
        api_route GET /paged-out { error_page 404 @page;
            api_query one "SELECT 1 WHERE false"; }
        api_route GET /led { error_page 404 http://x.example/;
            api_query one "SELECT 1 WHERE false"; }
        api_route GET /moved { return 301 /x; }
        api_route GET /text { return 200 text; }
        api_route GET /large { api_max_answer 1k;
            api_query value "SELECT repeat('x', 9999)"; }
        api_route POST /small { client_max_body_size 5; api_body { a int; }
            api_query value "SELECT $a"; }
        if ($arg_stop) { return 402; }
        if ($arg_go) { return 302 /x; }
        if ($arg_text) { return 200 x; }
        location /api/files/ { alias html/; }
    }
    location = /page { return 200 page; }
    location @page { return 404 page; }
    location /plain/ { return 403; }
"""

PAGES = [("none", 404), ("nothing", 404), ("refused", 403), ("teapot", 418),
         ("away", 502), ("files/nothing", 404)]

CALLS = """
async function call(r) {
    const reply = await r.subrequest('/api/' + r.args.to);
    r.return(200, reply.status + ' ' + reply.headersOut['Content-Type']
                  + ' ' + reply.responseText);
}
export default {call};
"""

CALLERS = {
    "js": (["ngx_http_js_module.so"], "js_import c from calls.js;",
           "js_content c.call;"),
    "echo": (["ngx_http_echo_module.so"], "",
             "echo_subrequest GET /api/$arg_to;"),
}


def problem(text):
    try:
        return json.loads(text)
    except ValueError:
        return {}


@section
def pages_of_subrequests_are_problems():
    own = configured("included", [], "after", "", API + """
        location = /in.html { root html; ssi on; }
        location /asking/ { auth_request /api/refused; root html; }
    """)
    own.write("html/in.html", "".join(
        '<!--# include virtual="/api/%s" -->|' % name
        for name, _ in PAGES + [("ok", 200)])
        + '<!--# include virtual="/plain/" -->')
    own.start()
    response = ask(own, "GET", "/in.html")
    *pages, good, plain = response.text.split("|")
    equal([(problem(page).get("status"), problem(page).get("type"))
           for page in pages],
          [(status, "about:blank") for _, status in PAGES],
          "an include of each", response.text)
    equal((response.status, good), (200, "1"), "beside a good one")
    equal(len({problem(page).get("request_id") for page in pages}), 1,
          "one id: the client's request")
    like(plain, "<html>", "what is no API has nginx's page")
    equal(ask(own, "GET", "/asking/in.html").status, 403, "auth_request")
    equal(ask(own, "HEAD", "/in.html").status, 200, "HEAD")
    ended(own)

    for name, (files, http, text) in CALLERS.items():
        paths = [found(file) for file in files]
        if None in paths:
            tap.note("skipped: %s is not installed" % " ".join(files))
            continue
        for order in ("before", "after"):
            own = configured("called-%s-%s" % (name, order), paths, order,
                             http, API + "location = /call { %s }" % text)
            own.write("calls.js", CALLS)
            own.start()
            for to, status in PAGES:
                got = ask(own, "GET", "/call?to=" + to).text
                if name == "js":
                    like(got, "^%d %s " % (status, re.escape(PROBLEM)),
                         "js, loaded %s ours: %s" % (order, to))
                    got = got.split(" ", 2)[2]
                equal(problem(got).get("status"), status,
                      "%s, %s: %s" % (name, order, to), got)
            ended(own)


@section
def a_page_that_shows_our_id_is_no_apis():
    own = configured("shown", [], "after", "", API + """
        location /site/ { root html; error_page 404 /shown; }
        location /headed/ { root html; error_page 404 /shown;
            add_header X-Own $api_request_id always; }
        location /left/ { error_page 403 404 /shown; deny all;
            api_route GET /x { api_query value "SELECT 1"; } }
        location = /shown { add_header X-Shown "$api_request_id" always;
            return 404 "error:$api_error"; }
    """)
    own.start()
    for path in ("/site/x", "/headed/x"):
        response = ask(own, "GET", path)
        ok(response.status == 404 and response.text == "error:"
           and re.fullmatch("[0-9a-f]{32}", response["X-Shown"])
           and response["X-Request-Id"] is None,
           path, (response.headers, response.text))
    for path in ("/left/x", "/left/y"):
        response = ask(own, "GET", path)
        ok(response.text == "error:forbidden" and response["X-Shown"]
           and response["X-Request-Id"] == response["X-Shown"],
           "of an API it is: " + path, (response.headers, response.text))
    ended(own)


# ---- a handler that is set late -------------------------------------------------

@section
def a_handler_that_is_set_after_all_is_refused():
    made = services.test_module("ngx_http_late_module", "t/lib/late.c")
    if made is None:
        tap.note("skipped: there is no build directory beside the module")
        return
    for order in ("before", "after"):
        for answer in ('api_query value "SELECT 1";', "return 200 x;",
                       "proxy_pass http://127.0.0.1:1;"):
            own = configured("late", [made], order, "", """
                location /api/ { api_route GET /a { late_handler; %s }
                    api_route GET /b { return 200; } }
            """ % answer)
            status, text = own.call("-t")
            ok(status != 0 and len(re.findall(
                r'\[emerg\] api_route "GET /api/a" has two answers: [^\n]*'
                r' in \S+/nginx.conf:\d+:\d+', text)) == 1,
               "loaded %s ours, beside %s" % (order, answer), text)

        own = configured("late-" + order, [made], order, "", """
            location /api/ { late_handler;
                api_route GET /a { api_query value "SELECT 1"; }
                api_route GET /n/:id<int> { api_query value "SELECT 2"; } }
            api_route GET /of/server/:id { api_query value "SELECT 3"; }
            location /of/ { late_handler; }
        """)
        own.start()
        equal([ask(own, *asked).text for asked in (
            ("GET", "/api/a"), ("GET", "/api/n/1"), ("GET", "/of/server/1"))],
            ["1", "2", "3"], "of a location: its routes")
        equal([ask(own, *asked).text for asked in (
            ("PUT", "/api/a"), ("OPTIONS", "/api/a"), ("GET", "/api/n/x"),
            ("GET", "/api/x"), ("GET", "/of/x"), ("PUT", "/of/server/1"))],
            ["late"] * 6, "and what they do not take")

        with open(own.conf) as conf:
            text = conf.read()
        own.write("nginx.conf", text.replace(
            "api_route GET /a {", "api_route GET /a { late_handler;"))
        equal(own.reload(), False, "a reload of a wrong one is refused")
        equal([ask(own, "GET", "/api/a").text, ask(own, "PUT", "/api/a").text],
              ["1", "late"], "and the old one serves")
        like(own.log(), r'"GET /api/a" has two answers', "as the log says")
        own.write("nginx.conf", text.replace("SELECT 1", "SELECT 4"))
        equal(own.reload(), True, "a good one is taken")
        ok(tap.wait_until(lambda: ask(own, "GET", "/api/a").text == "4", 10),
           "and serves")
        ended(own)


# ---- all modules at once ---------------------------------------------------------

FIRST = ["ndk_http_module.so", "ngx_mail_module.so", "ngx_stream_module.so"]


def all_modules():
    """What Debian has, those first that others need."""
    folder = FOLDERS[1]
    there = sorted(os.listdir(folder)) if os.path.isdir(folder) else []
    return [os.path.join(folder, name)
            for name in FIRST + [name for name in there if name not in FIRST]
            if name in there and name.endswith(".so")
            and "api_module" not in name]


EVERY = [("GET", "ok", 200), ("GET", "none", 404), ("GET", "nothing", 404),
         ("PUT", "ok", 405), ("OPTIONS", "ok", 204), ("GET", "refused", 403),
         ("GET", "teapot", 418), ("GET", "away", 502), ("GET", "limited", 503),
         ("GET", "denied", 403), ("GET", "large", 500), ("GET", "moved", 301),
         ("GET", "text", 200), ("GET", "paged", 200), ("GET", "paged-out", 404),
         ("GET", "led", 302), ("GET", "ok?stop=1", 402), ("GET", "ok?go=1", 302),
         ("GET", "ok?text=1", 200), ("GET", "nothing?stop=1", 402),
         ("GET", "files/own.html", 200), ("GET", "files/nothing", 404),
         ("PUT", "files/own.html", 405)]


@section
def every_answer_of_an_api_has_an_id():
    files = all_modules()
    tap.note("%d other modules" % len(files))
    lua = ("lua_package_path '%s/?.lua;;';"
           % os.environ.get("TEST_NGINX_LUA", "/usr/share/lua/5.1")
           if any("lua" in file for file in files) else "")
    for order in ("before", "after"):
        own = configured("all-" + order, files, order, lua, API)
        own.write("html/own.html", "own\n")
        own.start()
        ask(own, "GET", "/api/limited")
        for method, path, status in EVERY:
            response = ask(own, method, "/api/" + path)
            ids = response.all("X-Request-Id")
            ok(response.status == status and len(ids) == 1
               and re.fullmatch("[0-9a-f]{32}", ids[0]),
               "loaded %s ours: %s %s" % (order, method, path),
               (response.status, ids))
            if status >= 400 and "paged" not in path:
                equal((response.type, response.json().get("request_id")),
                      (PROBLEM, ids[0]), "a problem, and the same id")
            equal(ask(own, method, "/api/" + path, {"X-Request-Id": "mine-1"})
                  .all("X-Request-Id"), ["mine-1"], "the client's own")
        for headers, status in (({"Range": "bytes=9999-"}, 416),
                                ({"If-Match": '"x"'}, 412)):
            response = ask(own, "GET", "/api/files/own.html", headers)
            ok(response.status == status and response.type == PROBLEM
               and response["X-Request-Id"], "%d" % status, response.headers)
        response = ask(own, "POST", "/api/small", body='{"a": 100}')
        ok(response.status == 413 and response["X-Request-Id"], "413",
           response.headers)
        equal(ask(own, "GET", "/plain/")["X-Request-Id"], None,
              "what is no API has none")
        ended(own)


tap.run(lambda: None)
