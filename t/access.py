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

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "lib"))
sys.dont_write_bytecode = True

import tap
import wire
from server import SLOW, Nginx, Postgres
from tap import equal, like, ok, section, unlike

postgres = Postgres("access")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text)",
             "INSERT INTO things VALUES (1, 'one')")

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
               "add_header X-Where %s always;" % self.id]
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
            if fits and wanted[0] in tied:
                wanted = ("route", False)
            got = where(routed, path)
            routes += got[0] == "route"
            if got != wanted:
                wrong.append((routed, path, got, wanted))
    equal(wrong[:5], [], "%d sets of locations and a route of the server: as"
          " nginx treats a location of its literal prefix" % SETS,
          servers[wrong[0][0]] if wrong else "")
    ok(routes > SETS, "%d requests were taken by the route" % routes)


def configure():
    blocks = "".join("server { listen 127.0.0.1:%d; server_name %s;\n%s\n}\n"
                     % (nginx.port, name, text)
                     for name, text in servers.items())
    nginx.configure("""
        server_names_hash_max_size 4096;
        keepalive_requests 1000000;
        api_postgres app { primary %s; }
        limit_req_zone $binary_remote_addr$uri zone=one:1m rate=1r/m;
        server {
            listen unix:%s;
            location / { return 200 back; }
            location /yes { return 204; }
            location /no { return 401; }
            location /never { return 403; }
        }
        server { listen 127.0.0.1:%d default_server; return 421; }
        %s
    """ % (postgres.uri, nginx.path("back.sock"), nginx.port, blocks),
        workers=1)


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")
    unlike(nginx.log(), r"request count is zero|\[emerg\]",
           "no count went wrong")


make_sets()
configure()
nginx.start()
tap.run(the_end, sys.argv[1:])
