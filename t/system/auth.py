"""Who asks: api_jwt and api_require through HTTP.

A matrix of locations, methods and tokens, of which each answer is known; what
subrequests, auth_request and HTTP/2 make of it; hostile tokens; keys that
change under a running nginx; what nginx -t says of a block and of a word.
t/jwt.t has what each directive means, t/auth the tokens without nginx.
"""

import base64
import hashlib
import hmac
import importlib.machinery
import importlib.util
import json
import os
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import h2
import tap
import wire
from server import Nginx, Postgres, TOP, free_port
from tap import equal, like, ok, section, wait_until

SECRET = "s" * 32
REQUIRED = "an access token is required"
INVALID = "the access token is not valid"
JWT = "api_jwt { key env:SECRET; issuer me; audience us; }"

postgres = Postgres("auth")
UPSTREAM = free_port()
nginx = Nginx("auth", env={"SECRET": SECRET, "SHORT": "s" * 8})


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(secret=SECRET, head=None, **claims):
    """One that is good, but for what is said otherwise."""
    claims = dict({"exp": int(time.time()) + 600, "iss": "me", "aud": "us",
                   "sub": "ann", "role": "user"}, **claims)
    claims = {name: value for name, value in claims.items()
              if value is not None}
    text = ".".join(b64(json.dumps(part).encode()) for part in
                    (dict({"alg": "HS256"}, **(head or {})), claims))
    return text + "." + b64(hmac.new(secret.encode(), text.encode(),
                                     hashlib.sha256).digest())


NOW = int(time.time())

# what is sent, and what it is: nobody's, good, or bad
TOKENS = {
    "none": ([], "none"),
    "another scheme": ([("Authorization", "Basic YTpi")], "none"),
    "an empty one": ([("Authorization", "Bearer ")], "none"),
    "two headers": ([("Authorization", "Bearer " + token()),
                     ("Authorization", "Bearer " + token())], "two"),
    "a good one": ([("Authorization", "Bearer " + token())], "good"),
    "a good one, in small letters":
    ([("authorization", "bearer " + token())], "good"),
    "an admin's": ([("Authorization", "Bearer " + token(role="admin"))],
                   "admin"),
    "expired": ([("Authorization", "Bearer " + token(exp=NOW - 60))], "bad"),
    "without an end": ([("Authorization", "Bearer " + token(exp=None))],
                       "bad"),
    "too early": ([("Authorization", "Bearer " + token(nbf=NOW + 600))],
                  "bad"),
    "of another issuer": ([("Authorization", "Bearer " + token(iss="you"))],
                          "bad"),
    "for others": ([("Authorization", "Bearer " + token(aud="them"))], "bad"),
    "of another key": ([("Authorization", "Bearer " + token("t" * 32))],
                       "bad"),
    "alg none": ([("Authorization", "Bearer " + token(head={"alg": "none"}))],
                 "bad"),
    "alg HS512": ([("Authorization",
                    "Bearer " + token(head={"alg": "HS512"}))], "bad"),
    "crit": ([("Authorization",
               "Bearer " + token(head={"crit": ["exp"]}))], "bad"),
    "no token at all": ([("Authorization", "Bearer x")], "bad"),
}

REQUIREDS = ("on", "optional", "off")
REQUIRES = ("none", "held", "not")
WORDS = {"none": "", "held": "api_require role=user|admin;",
         "not": "api_require role=root;"}
TARGETS = {
    ("GET", "/n/1"): 200, ("HEAD", "/n/1"): 200, ("OPTIONS", "/n/1"): 204,
    ("PUT", "/n/1"): 405, ("GET", "/n/x"): 400, ("GET", "/nothing"): 404,
    ("POST", "/b"): 415, ("GET", "/proxied"): 200, ("GET", "/gif"): 200,
}


def locations():
    for required in REQUIREDS:
        for require in REQUIRES:
            if required == "off" and require != "none":
                continue
            yield """
            location /%s-%s {
                api_jwt %s; %s
                api_route GET /n/:n<int> { api_query value "SELECT $n::int"; }
                api_route POST /b { api_body { n int; } api_query value "SELECT $n::int"; }
                api_route GET /proxied { proxy_pass http://127.0.0.1:%d; }
                api_route GET /gif { empty_gif; }
            }""" % (required, require, required, WORDS[require], UPSTREAM)


nginx.write("html/pages/in", '[<!--# include virtual="/on-none/n/7" -->]')
nginx.write("html/pages/opt", '[<!--# include virtual="/optional-none/n/7" -->]')
nginx.write("html/pages/not", '[<!--# include virtual="/on-not/n/7" -->]')
nginx.write("html/asks", "asked")
nginx.write("html/asks-not", "asked")
nginx.write("html/static", "a file")
nginx.write("snippet.conf", JWT)
nginx.configure("""
    api_postgres app { primary %(uri)s; }
    map $api_jwt_sub $key { "" ""; default $api_jwt_sub; }
    limit_req_zone $key zone=each:1m rate=1r/m;
    log_format who '$request_uri $status sub=$api_jwt_sub status=$api_jwt_status';
    map "a" $unused { api_jwt on; default 1; }
    server { listen 127.0.0.1:%(port)d; location / { return 200 "1"; } }
""" % {"uri": postgres.uri, "port": UPSTREAM}, """
    access_log %(root)s/logs/who.log who;
    include snippet.conf;
    %(locations)s
    location /static { root html; default_type text/plain; }
    location /pages { api_jwt off; ssi on; ssi_types *; root html; }
    location /asks { api_jwt off; auth_request /on-none/n/1; root html; }
    location /asks-not { api_jwt off; auth_request /on-not/n/1; root html; }
    location /limited {
        limit_req zone=each;
        api_route GET /a { api_query value "SELECT 1"; }
    }
    location /any {
        satisfy any; allow 127.0.0.1; deny all;
        api_route GET /a { api_query value "SELECT $jwt.sub"; }
    }
    location /all {
        deny all;
        api_route GET /a { api_query value "SELECT 1"; }
    }
    location /paged {
        error_page 401 = @login;
        api_route GET /a { api_query value "SELECT 1"; }
    }
    location @login { api_jwt off; return 200 "log in, $api_jwt_status"; }
    location /rewritten {
        rewrite ^ /on-none/n/9 last;
    }
    location /own {
        api_jwt { key file:keys.json; key env:SECRET; audience any; algorithms HS256 RS256 ES256 EdDSA; }
        api_route GET /a { api_query value "SELECT 1"; }
    }
    location /turned {
        api_jwt { jwks turned.json; audience any; }
        api_route GET /a { api_query value "SELECT 1"; }
    }
    location /hostile {
        api_jwt { jwks hostile.json; key env:SECRET; audience any; leeway 0s; }
        api_route GET /a { api_query value "SELECT 1"; }
    }
""" % {"root": nginx.root, "locations": "".join(locations())},
    workers=1, main="env SECRET;")

# t/auth's keys, and its hostile tokens
loader = importlib.machinery.SourceFileLoader(
    "hostile", os.path.join(TOP, "t/auth/run"))
hostile = importlib.util.module_from_spec(
    importlib.util.spec_from_loader("hostile", loader))
loader.exec_module(hostile)
hostile.NOW = NOW

KEYS = {alg: hostile.Key(alg) for alg in ("RS256", "ES256", "EdDSA")}


def jwks(*names, **kids):
    return json.dumps({"keys": [KEYS[name].jwk(kid=kids.get(name, name))
                                for name in names]})


nginx.write("keys.json", jwks("RS256"))
nginx.write("turned.json", jwks("ES256"))
nginx.write("hostile.json", jwks("RS256", "ES256", "EdDSA"))

nginx.start()


def ask(method, path, headers=(), **rest):
    connection = wire.Connection(nginx.port)
    try:
        return connection.request(method, path, headers=list(headers), **rest)
    finally:
        connection.close()


def bearer(text):
    return [("Authorization", "Bearer " + text)]


def expected(required, require, kind, answer):
    if required == "off" and kind != "two":
        return answer
    if kind == "two":
        # nginx refuses it itself, before anybody is asked
        return 400
    if kind == "none":
        return 401 if required == "on" or require != "none" else answer
    if kind == "bad":
        return 401
    return 403 if require == "not" else answer


@section
def the_matrix():
    unexpected, told, vague, n = [], [], set(), 0
    for required in REQUIREDS:
        for require in REQUIRES:
            if required == "off" and require != "none":
                continue
            for name, (headers, kind) in TOKENS.items():
                for (method, target), answer in TARGETS.items():
                    wanted = expected(required, require, kind, answer)
                    got = ask(method, "/%s-%s%s" % (required, require, target),
                              headers)
                    n += 1
                    what = (required, require, name, method, target)
                    if got.status != wanted:
                        unexpected.append((what, got.status, wanted))
                    if got.status not in (401, 403):
                        continue
                    if got["Allow"] or got["Cache-Control"] != "no-store":
                        told.append(what)
                    if got.status == 401:
                        if not got["WWW-Authenticate"].startswith("Bearer "):
                            told.append(what)
                        if method != "HEAD":
                            vague.add(got.json()["detail"])
    equal(unexpected[:5], [], "each of %d answers is as it should be" % n)
    equal(told[:5], [], "of what is refused nothing is told")
    equal(vague, {REQUIRED, INVALID}, "in one of two sentences")


@section
def files_are_asked_for_too():
    answer = ask("GET", "/static")
    equal(answer.status, 401, "a file of a server with api_jwt")
    equal(answer["WWW-Authenticate"], 'Bearer realm="api"', "challenges")
    equal(answer["Cache-Control"], "no-store", "and is not kept")
    answer = ask("GET", "/static", bearer(token()))
    equal((answer.status, answer.body), (200, b"a file"), "with a token")
    like(answer["Vary"], "Authorization", "that it hangs on")


@section
def subrequests():
    def page(name, headers=()):
        return ask("GET", "/pages/" + name, headers).text

    good = bearer(token())
    bad = bearer(token("t" * 32))
    like(page("in"), REQUIRED, "an include without a token")
    equal(page("in", good), "[7]", "with one")
    like(page("in", bad), INVALID, "with a bad one")
    equal(page("opt"), "[7]", "where it may be without")
    like(page("opt", bad), INVALID, "a bad one is bad there, too")
    like(page("not", good), "does not allow", "where it is not enough")

    equal(ask("GET", "/asks").status, 401, "auth_request without")
    equal(ask("GET", "/asks")["WWW-Authenticate"], 'Bearer realm="api"',
          "with the challenge")
    equal(ask("GET", "/asks", bad).status, 401, "auth_request, a bad one")
    equal(ask("GET", "/asks", good).status, 200, "auth_request, a good one")
    equal(ask("GET", "/asks-not", good).status, 403,
          "auth_request, not enough")
    equal(ask("GET", "/rewritten").status, 401, "rewritten into one")
    equal(ask("GET", "/rewritten", good).text, "9", "with a token")


@section
def beside_other_modules_of_access():
    answer = ask("GET", "/any/a")
    equal((answer.status, answer.text), (200, "null"),
          "satisfy any, allowed by address: nobody")
    answer = ask("GET", "/any/a", bearer(token("t" * 32)))
    equal((answer.status, answer.text), (200, "null"), "a bad token is none")
    answer = ask("GET", "/any/a", bearer(token()))
    equal((answer.status, answer.text), (200, '"ann"'), "a good one is")
    equal(ask("GET", "/all/a", bearer(token())).status, 403, "deny")
    answer = ask("GET", "/paged/a")
    equal((answer.status, answer.text), (200, "log in, missing"),
          "error_page, which knows why")


@section
def limits_by_claim():
    one = bearer(token(sub="limited"))
    equal(ask("GET", "/limited/a", one).status, 200, "the first")
    ok(ask("GET", "/limited/a", one).status in (429, 503), "the second")
    equal(ask("GET", "/limited/a", bearer(token(sub="other"))).status, 200,
          "another's")
    bad = bearer(token("t" * 32, sub="limited"))
    equal(ask("GET", "/limited/a", bad).status, 401,
          "a forged one spends nobody's")


@section
def what_the_log_has():
    ask("GET", "/on-none/n/41", bearer(token(sub="logged")))
    ask("GET", "/on-none/n/42", bearer(token(exp=NOW - 60)))

    def lines():
        with open(nginx.path("logs/who.log")) as log:
            return log.read()

    wait_until(lambda: "/on-none/n/42" in lines(), 5)
    like(lines(), r"/on-none/n/41 200 sub=logged status=ok", "who it was")
    like(lines(), r"/on-none/n/42 401 sub=- status=expired", "and why not")
    like(nginx.log(), r"\[info\].*the token has expired", "in words")


@section
def a_file_of_keys_changes():
    def own():
        return ask("GET", "/turned/a", bearer(KEYS["ES256"].token(
            {"exp": NOW + 600}, {"alg": "ES256", "kid": "b"}))).status

    equal(own(), 401, "a kid that is not there")
    time.sleep(1.1)
    nginx.write("turned.json", "{")
    ok(wait_until(lambda: own() == 401 and "stay as they were" in nginx.log(),
                  5), "a broken file is told")
    equal(ask("GET", "/turned/a", bearer(KEYS["ES256"].token(
        {"exp": NOW + 600}, {"alg": "ES256", "kid": "ES256"}))).status, 200,
        "and the old keys hold")
    time.sleep(2.2)
    own()
    equal(nginx.log().count("stay as they were"), 1, "once")
    os.unlink(nginx.path("turned.json"))
    time.sleep(1.1)
    equal(ask("GET", "/turned/a", bearer(KEYS["ES256"].token(
        {"exp": NOW + 600}, {"alg": "ES256", "kid": "ES256"}))).status, 200,
        "as they do when there is no file")
    nginx.write("turned.json", jwks("ES256", ES256="b"))
    ok(wait_until(lambda: own() == 200, 5, 0.3), "a new one is taken")
    equal(ask("GET", "/turned/a", bearer(KEYS["ES256"].token(
        {"exp": NOW + 600}, {"alg": "ES256", "kid": "ES256"}))).status, 401,
        "whose kid is gone is known no more, though it was cached")


@section
def hostile_tokens():
    found = {}

    class Collects:
        def ask(self, mode, keys, text):
            return text

    def check(what, got, wanted):
        if wanted != "ok":
            found["%d: %s" % (len(found), what)] = got

    hostile.check = check
    for alg in ("HS256", "RS256", "ES256", "EdDSA"):
        key = KEYS.get(alg)
        if key is None:
            key = hostile.Key("HS256")
            key.key = SECRET.encode()
        for what, header, claims, wanted in hostile.broken(alg):
            check(alg + ": " + what, key.token(claims, header), wanted)
        hostile.spoilt(Collects(), alg, key, key.token({"exp": NOW + 600}))

    # a secret's signature by a public key, keys in headers, other salts
    hostile.confused(Collects(), dict(KEYS, **{
        alg: hostile.Key(alg) for alg in ("PS256", "PS384", "PS512")}),
        {"exp": NOW + 600})

    sent, wrong = 0, []
    connection = wire.Connection(nginx.port)
    for what, text in found.items():
        raw = text if isinstance(text, bytes) \
            else text.encode("utf-8", "surrogateescape")

        # such a line is no header, or it is another one's
        if raw != raw.strip() or any(byte < 32 or byte == 127 for byte in raw) \
                or len(raw) > 8000 or not raw or "nobody asked for" in what \
                or what.endswith("at %d" % (NOW + 1)) \
                or what.endswith("nbf %d" % (NOW + 1)):
            continue
        connection.send(b"GET /hostile/a HTTP/1.1\r\nHost: a\r\n"
                        b"Authorization: Bearer " + raw + b"\r\n\r\n")
        answer = connection.receive("GET")
        sent += 1
        if answer.status != 401 or answer.json()["detail"] != INVALID \
                or "insufficient" in answer["WWW-Authenticate"]:
            wrong.append((what, answer.status, answer.text[:200]))
    equal(wrong[:5], [], "%d hostile tokens: 401, in one sentence" % sent)
    ok(sent >= 500, "they are 500 at least", str(sent))
    for part in ("HMAC by the public RS256 key", "jku", "x5u", "kid of another",
                 "alg twice, escaped", "a dot behind", "unused bits",
                 "exp twice, escaped", "alg 'nOnE'", "padding"):
        ok(any(part in what for what in found), "among them: " + part)
    for alg, key in KEYS.items():
        equal(ask("GET", "/hostile/a", bearer(key.token(
            {"exp": NOW + 600}, {"alg": alg, "kid": alg}))).status, 200,
            "and a good one of %s" % alg)


@section
def over_http2():
    other = Nginx("auth2", env={"SECRET": SECRET})
    other.configure("api_postgres app { primary %s; }" % postgres.uri,
                    JWT + "".join(locations()), workers=1, listen="http2",
                    main="env SECRET;")
    other.start()
    wrong = []
    for required in REQUIREDS:
        for name, (headers, kind) in TOKENS.items():
            connection = h2.Connection(other.port)
            small = [(key.lower(), value) for key, value in headers]
            stream = connection.ask("GET", "/%s-none/n/1" % required, small)
            wanted = expected(required, "none", kind, 200)
            if stream.status != wanted and not (stream.status is None
                                                and wanted in (401, 403)):
                wrong.append((required, name, stream.status, wanted))
            connection.close()
    equal(wrong[:5], [], "each token as over HTTP/1.1")
    other.stop()


def said(http="", server="", location=""):
    """What nginx -t prints."""
    other = Nginx("auth-t", env={"SECRET": SECRET, "SHORT": "s" * 8})
    other.write("keys.json", jwks("RS256"))
    other.write("twins.json", json.dumps({"keys": [KEYS["RS256"].jwk(kid="a"),
                                                   KEYS["RS256"].jwk(kid="a")]}))
    other.write("none.json", "{}")
    other.write("both.conf", "api_jwt { key env:SECRET; }\n")
    other.write("word.conf", "api_jwt off;\n")
    other.configure("api_postgres app { primary %s; check off; }\n%s"
                    % (postgres.uri, http),
                    "%s location /a { %s }" % (server, location), workers=1)
    return other.call("-t")[1]


ROUTE = 'api_route GET /a { api_query value "SELECT 1"; %s }'


@section
def blocks_and_words():
    block = "api_jwt { key env:SECRET; }"
    good = "test is successful"
    for what, text in (
            ("a block, a word", said(block, "api_jwt optional;",
                                     ROUTE % "api_jwt off;")),
            ("by include", said("include both.conf;", "include word.conf;",
                                ROUTE % "api_jwt on;")),
            ("a block in a route", said("", "", ROUTE % block)),
            ("a word in front of a block",
             said(block, "location /b { api_jwt off; } " + block,
                  ROUTE % "")),
            ("a comment", said("# api_jwt on;\n" + block, "", ROUTE % "")),
            ("in quotes", said(block, "set $a 'api_jwt on;'; api_jwt off;",
                               ROUTE % ""))):
        like(text, good, what)


@section
def what_nginx_t_says():
    route = ROUTE % ""
    for what, text, wanted in (
            ("a word without a block", said("", "api_jwt off;", route),
             r"changes an api_jwt.*nginx.conf:\d+:\d+"),
            ("no keys", said("", "api_jwt { issuer me; }", route),
             r"no keys to verify.*nginx.conf:\d+:\d+"),
            ("an environment", said("", "api_jwt { key env:NONE; }", route),
             r"variable is not set.*nginx.conf:\d+:\d+"),
            ("a short secret", said("", "api_jwt { key env:SHORT; }", route),
             r"env:SHORT.*less than 32 bytes.*nginx.conf:\d+:\d+"),
            ("a secret in place", said("", "api_jwt { key abc; }", route),
             r"does not belong into nginx.conf"),
            ("no such file", said("", "api_jwt { jwks no.json; }", route),
             r"no.json.*No such file.*nginx.conf:\d+:\d+"),
            ("an empty set", said("", "api_jwt { jwks none.json; }", route),
             r"none.json.*nginx.conf:\d+:\d+"),
            ("one kid twice", said("", "api_jwt { jwks twins.json; }", route),
             r"twins.json.*kid.*nginx.conf:\d+:\d+"),
            ("an algorithm",
             said("", "api_jwt { key env:SECRET; algorithms none; }", route),
             r'"none" is none; there are HS256'),
            ("algorithms of no key",
             said("", "api_jwt { key env:SECRET; algorithms RS256; }", route),
             r"none of its keys is for one of the algorithms"),
            ("a line", said("", "api_jwt { key env:SECRET; isuer me; }",
                            route), r'unknown directive "isuer".*issuer'),
            ("a name", said("", "api_jwt a { key env:SECRET; }", route),
             r"api_jwt has no name"),
            ("a strange word", said("", JWT, ROUTE % "api_jwt maybe;"),
             r"api_jwt is written"),
            ("twice", said("", JWT + "api_jwt off;", route),
             r"declared twice here"),
            ("api_require without a block",
             said("", "", ROUTE % "api_require role=a;"),
             r"no api_jwt \{ \} to have them from.*nginx.conf:\d+:\d+"),
            ("api_require where it is off",
             said("", JWT, ROUTE % "api_jwt off; api_require role=a;"),
             r"api_jwt is off here"),
            ("api_require without a value",
             said("", JWT, ROUTE % "api_require role;"),
             r"NAME=VALUE.*nginx.conf:\d+:\d+"),
            ("an unknown name", said("", JWT, ROUTE % "api_require sub=$id;"),
             r"neither a segment.*nor an api_param"),
            ("a field of the body",
             said("", JWT, 'api_route POST /a { api_body { id int; } '
                  'api_require sub=$id; api_query value "SELECT $id::int"; }'),
             r"is a field of the body, which is read after"),
            ("!= without a type",
             said("", JWT, 'api_route GET /a/:id { api_require sub!=$id; '
                  'api_query value "SELECT $id::int"; }'), r"has no type"),
            ("a claim without a block",
             said("", "", 'api_route GET /a { api_query value "SELECT $jwt.sub"; }'),
             r"no api_jwt \{ \} here or around"),
            ("a claim where it is off",
             said("", JWT, 'api_route GET /a { api_jwt off; api_query value '
                  '"SELECT $jwt.sub"; }'), r"api_jwt is off here"),
            ("something else of that name",
             said("", JWT, 'api_route GET /a { api_query one '
                  '"SELECT 1 AS sub" as=jwt; api_query value '
                  '"SELECT $jwt.sub"; }'), r"jwt"),
            ("a return", said("", JWT, "api_route GET /a { return 204; }"),
             r"\[warn\].*return.*before anybody is asked")):
        like(text, wanted, what)


@section
def the_end():
    nginx.reload()
    equal(ask("GET", "/on-none/n/1", bearer(token())).status, 200,
          "after a reload")
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert")


tap.run(None, sys.argv[1:])
