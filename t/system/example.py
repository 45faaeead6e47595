"""nginx.conf.example, driven from outside: each route of it, each bad input.
t/system/example_auth.py is about who may ask.

What every answer must have is looked at in Api.request(): an X-Request-Id, a
problem's shape, and never a trace of a password.
"""

import ctypes
import ctypes.util
import gzip
import json
import os
import re
import sys
import time
import uuid

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import tokens
import wire
from server import Nginx, Postgres
from tap import equal, like, note, ok, section, unlike, wait_until

ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
RFC3339 = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?"
                     r"(Z|[+-]\d\d:\d\d)")
NOBODY = tokens.NOBODY
ADMIN = tokens.token(NOBODY, "app_admin", exp=4000000000)
USER_KEYS = ["id", "email", "name", "created_at"]
POST_KEYS = ["id", "user_id", "title", "content", "published", "created_at"]

# of these nginx ends the connection itself, and says so
MAY_END = (413, 414)

postgres = Postgres("example")
nginx = Nginx("example", env={"DATABASE_URL": postgres.uri})
serial = 0
complaints = []                 # of answers that were wrong in themselves
answers = 0


def complain(response, what):
    complaints.append("%s:\n%r" % (what, response))


class SignedIn:
    """Whose token requests have: an admin's, or with Oneself that of the user
    who was made last."""
    token = ADMIN


class Oneself:
    def __enter__(self):
        SignedIn.token = None

    def __exit__(self, *_):
        SignedIn.token = ADMIN


def signed_in():
    return tokens.bearer(SignedIn.token or ADMIN)


def as_admin():
    return SignedIn.token == ADMIN


class Api(wire.Client):
    """Requests below /api/v1; looks at each answer."""

    def request(self, method, target, headers=(), **rest):
        response = wire.Client.request(
            self, method, target,
            headers=list(dict(headers).items()) + signed_in(), **rest)
        look_at(response, method, target)
        return response


def look_at(response, method, target):
    global answers

    answers += 1
    what = "%s %s" % (method, target[:100])
    request_id = response.all("X-Request-Id")
    body = response.body
    if response["Content-Encoding"] == "gzip":
        body = gzip.decompress(body)

    if len(request_id) != 1 or not ID.fullmatch(request_id[0]):
        complain(response, what + ": X-Request-Id")

    if re.search(rb'argon2|"password_hash"|(?i:insert into|select .* from)',
                 body):
        complain(response, what + ": tells of the inside")

    if response.ended and response.status not in MAY_END:
        complain(response, what + ": the connection ended")

    if method == "HEAD" or response.status < 400:
        return

    if response.type != "application/problem+json":
        complain(response, what + ": no problem+json")
        return

    try:
        problem = json.loads(body.decode("utf-8"))
        for key in ("type", "title", "detail", "request_id"):
            if not isinstance(problem[key], str) or not problem[key]:
                complain(response, what + ": no " + key)
        if problem["status"] != response.status:
            complain(response, what + ": another status in the problem")
        if problem["request_id"] != request_id[0]:
            complain(response, what + ": another request_id in the problem")
        for error in problem.get("errors", []):
            for key in ("field", "code", "message"):
                if not isinstance(error[key], str):
                    complain(response, what + ": errors without " + key)
            if not error["code"] or not error["message"]:
                complain(response, what + ": an error says nothing")
        if "errors" in problem and not problem["errors"]:
            complain(response, what + ": errors is empty")
    except (ValueError, KeyError, TypeError) as error:
        complain(response, what + ": %r" % error)


# the status and the end of the connection belong to a Response

def receive(connection, method="GET", interim=False,
            receive=wire.Connection.receive):
    response = receive(connection, method, interim)
    response.ended = connection.ended
    return response


wire.Connection.receive = receive

api = Api(nginx.port, "/api/v1")
root = Api(nginx.port)


def fresh(kind="user"):
    global serial
    serial += 1
    return "%s-%d" % (kind, serial)


def user_body(**changes):
    name = fresh()
    body = {"email": name + "@example.com", "name": name,
            "password": "correct horse"}
    body.update(changes)
    return body


def new_user(**changes):
    response = api.post("/users", user_body(**changes))
    if response.status != 201:
        raise RuntimeError("no new user: %r" % response)
    become(response.json())
    return response.json()


def become(user):
    if not as_admin():
        SignedIn.token = tokens.token(user["id"])


def new_post(user, **changes):
    body = {"user_id": user["id"], "title": fresh("post"), "content": "text"}
    body.update(changes)
    response = api.post("/posts", body)
    if response.status != 201:
        raise RuntimeError("no new post: %r" % response)
    return response.json()


def is_json(response, name, status=200):
    equal(response.status, status, name + ": %d" % status, repr(response))
    equal(response.type, "application/json", name + ": application/json")


def is_problem(response, name, status, fields=None):
    """fields: the names that errors[] must hold, neither more nor fewer."""
    good = equal(response.status, status, name + ": %d" % status,
                 repr(response))
    if good and fields is not None:
        got = sorted(error.get("field", "?")
                     for error in response.json().get("errors", []))
        equal(got, sorted(fields), name + ": names %s" % ", ".join(
            repr(field) for field in fields), repr(response))


def allow(response):
    return {word.strip() for value in response.all("Allow")
            for word in value.split(",")} - {"OPTIONS"}


class Batches:
    """The example lets ten through in a second, and twenty in a burst."""
    last = [0.0]


def batch(rows, method="POST", **rest):
    pause = Batches.last[0] + 0.12 - time.monotonic()
    if pause > 0:
        time.sleep(pause)
    Batches.last[0] = time.monotonic()
    if isinstance(rows, (bytes, str)):
        return api.request(method, "/posts/batch", body=rows, **rest)
    return api.request(method, "/posts/batch", json=rows, **rest)


# ---- the plain way -----------------------------------------------------------

@section
def health():
    response = root.get("/health")
    is_json(response, "GET /health")
    equal(response.body, b'{"status":"ok"}', "GET /health: its body")

    response = root.head("/health")
    equal(response.status, 200, "HEAD /health")
    equal(response["Content-Length"], "15", "HEAD /health: the length of GET")

    is_problem(root.get("/health/"), "GET /health/", 404)
    is_problem(api.get("/health"), "GET /api/v1/health", 404)

    response = root.post("/health", {})
    is_problem(response, "POST /health", 405)
    equal(allow(response), {"GET", "HEAD"}, "POST /health: Allow")


@section
def who_watches_it():
    """Locations that are no API: no X-Request-Id."""
    plain = wire.Client(nginx.port)
    equal((plain.get("/health/live").status, plain.get("/health/live").body),
          (200, b'{"status":"live"}'), "GET /health/live")
    ok(wait_until(lambda: plain.get("/health/ready").body
                  == b'{"status":"ready"}', 5), "GET /health/ready")
    response = plain.get("/metrics")
    ok(response.status == 200
       and b'api_db_up{db_client_connection_pool_name="app"} 1'
       in response.body, "GET /metrics")


@section
def a_user():
    body = user_body(name="Ada Löve 😀", email="Ada+1@Example.com")
    response = api.post("/users", body)
    is_json(response, "POST /users", 201)
    user = response.json()
    become(user)
    equal(list(user), USER_KEYS, "POST /users: these keys")
    ok(UUID.fullmatch(user["id"]), "POST /users: id is a uuid")
    equal(user["email"], body["email"], "POST /users: email as sent")
    equal(user["name"], body["name"], "POST /users: name as sent")
    ok(RFC3339.fullmatch(user["created_at"]),
       "POST /users: created_at is RFC 3339", user["created_at"])
    equal(response["Location"], "/api/v1/users/" + user["id"],
          "POST /users: Location")

    response = root.get(response["Location"])
    is_json(response, "GET Location")
    equal(response.json(), user, "GET Location: the same user")
    equal(response["Expires"], None, "GET /users/:id: no Expires")
    equal(response["Location"], None, "GET /users/:id: no Location")

    path = "/users/" + user["id"]
    equal(api.get("/users/" + user["id"].upper()).json(), user,
          "GET /users/:id in upper case")

    head, get = api.head(path), api.get(path)
    equal(head.status, 200, "HEAD /users/:id")
    equal([h for h in head.headers if h[0] not in ("Date", "X-Request-Id")],
          [h for h in get.headers if h[0] not in ("Date", "X-Request-Id")],
          "HEAD /users/:id: the headers of GET")
    equal(api.head("/users/" + NOBODY).status, 404, "HEAD of nobody: 404")
    equal(api.head("/users/x").status, 400, "HEAD of a bad uuid: 400")

    response = api.patch(path, {"name": "Grace"})
    is_json(response, "PATCH /users/:id {name}")
    equal(response.json(), dict(user, name="Grace"), "PATCH: the name only")

    response = api.patch(path, {"email": "grace@example.com"})
    equal(response.json(),
          dict(user, name="Grace", email="grace@example.com"),
          "PATCH: the email only")

    response = api.patch(path, {"name": "Ada", "email": "ada@example.com"})
    changed = dict(user, name="Ada", email="ada@example.com")
    equal(response.json(), changed, "PATCH: both")

    response = api.patch(path, {})
    is_json(response, "PATCH {}")
    equal(response.json(), changed, "PATCH {} changes nothing")
    equal(api.get(path).json(), changed, "PATCH: it is so afterwards")

    response = api.delete(path)
    equal(response.status, 204, "DELETE /users/:id", repr(response))
    equal(response.body, b"", "DELETE: no body")
    equal(response["Content-Type"], None, "DELETE: no Content-Type")
    equal(response["Transfer-Encoding"], None, "DELETE: nor a coding")

    is_problem(api.get(path), "GET of the deleted", 404)
    is_problem(api.delete(path), "DELETE of the deleted", 404)
    is_problem(api.patch(path, {"name": "x"}), "PATCH of the deleted", 404)
    is_problem(api.patch(path, {}), "PATCH {} of the deleted", 404)


@section
def a_password_stays():
    password = "pässwörd 😀 with blanks"
    one, two = new_user(password=password), new_user(password=password)

    hashes = [postgres.admin("SELECT password_hash FROM users WHERE id = '%s'"
                           % user["id"]) for user in (one, two)]

    for value in hashes:
        like(value, r"^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+"
                    r"\$[A-Za-z0-9+/]{16,}\$[A-Za-z0-9+/]{32,}$",
             "a hash is argon2id, as PHC has it")

    ok(hashes[0] != hashes[1], "each hash has a salt of its own")

    memory, rounds = (int(n) for n in
                      re.search(r"m=(\d+),t=(\d+)", hashes[0]).groups())
    ok(memory >= 19456 and memory * rounds >= 19456 * 2,
       "as dear as OWASP asks for", hashes[0])

    sodium = ctypes.util.find_library("sodium")
    if sodium:
        sodium = ctypes.CDLL(sodium)
        sodium.sodium_init()

        def verify(value, text):
            text = text.encode("utf-8")
            return sodium.crypto_pwhash_str_verify(
                value.encode("ascii"), text, ctypes.c_ulonglong(len(text)))

        equal(verify(hashes[0], password), 0, "the password fits its hash")
        equal(verify(hashes[0], password + "x"), -1, "another one does not")


@section
def lists_of_users():
    postgres.admin("DELETE FROM users")
    equal(api.get("/users").body, b"[]", "GET /users: nobody is []")

    # twelve at the same moment: the id decides
    postgres.admin(
        "INSERT INTO users (email, name, password_hash, created_at)"
        " SELECT 'list' || i || '@example.com', 'list ' || i, 'x',"
        " now() + make_interval(secs => i / 12) FROM generate_series(1, 130) i")
    ids = postgres.admin("SELECT id FROM users ORDER BY created_at, id").split()

    def got(query):
        response = api.get("/users" + query)
        if response.status != 200:
            return repr(response)
        return [user["id"] for user in response.json()]

    response = api.get("/users")
    is_json(response, "GET /users")
    equal(list(response.json()[0]), USER_KEYS, "GET /users: these keys")
    equal(got(""), ids[:20], "limit is 20, the order created_at, id")
    equal(got("?limit=100"), ids[:100], "limit=100")
    equal(got("?limit=1"), ids[:1], "limit=1")
    equal(got("?limit=7&offset=3"), ids[3:10], "limit and offset")
    equal(got("?offset=5&limit=7"), ids[5:12], "in either order")
    equal(got("?offset=0"), ids[:20], "offset=0")
    equal(got("?offset=125"), ids[125:], "the last page")
    equal(got("?offset=130"), [], "beyond the end")
    equal(got("?offset=9223372036854775807"), [], "the largest offset")
    equal(got("?limit=%33"), ids[:3], "a percent-encoded digit")
    equal(got("?%6cimit=3"), ids[:3], "a percent-encoded name")

    few = [ids[9], ids[2], ids[5]]
    in_order = [ids[2], ids[5], ids[9]]
    equal(got("?ids=" + ",".join(few)), in_order, "ids=, in the list's order")
    equal(got("?ids=" + "%2C".join(few)), in_order, "ids=, comma encoded")
    equal(got("?" + "&".join("ids=" + i for i in few)), in_order,
          "ids repeated")
    equal(got("?ids=" + ids[4]), [ids[4]], "one of ids")
    equal(got("?ids=" + ids[4].upper()), [ids[4]], "ids in upper case")
    equal(got("?ids=%s,%s" % (ids[4], ids[4])), [ids[4]], "the same twice")
    equal(got("?ids=%s,%s" % (NOBODY, ids[4])), [ids[4]],
          "an unknown one is left out")
    equal(got("?ids=" + NOBODY), [], "unknown ones only")
    equal(got("?ids="), [], "ids= is the empty list")
    equal(got("?ids=&limit=5"), [], "ids= with a limit")
    equal(got("?limit=2&ids=" + ",".join(few)), in_order[:2], "ids and limit")
    equal(got("?limit=2&offset=1&ids=" + ",".join(few)), in_order[1:],
          "ids, limit and offset")
    equal(got("?ids=" + ",".join(ids[:100]) + "&limit=100"), ids[:100],
          "a hundred ids")

    for query in ("?x=y", "?limit=20&nothing", "?&&", "?limit=20&", "?",
                  "?LIMIT=3", "?limits=3", "?id=x", "?x=%00", "?x=%C3%28",
                  "?x=1&x=2&x=3"):
        equal(got(query), ids[:20], "unknown parameters are ignored: " + query)


@section
def bad_parameters():
    user = new_user()

    for path in ("/users", "/posts", "/users/%s/posts" % user["id"]):
        for value in ("0", "101", "-1", "abc", "1.5", "1e1", "", "%20", "1%20",
                      "%201", "+1", "0x10", "1,2", "10;", "null", "NaN",
                      "99999999999999999999", "2147483648",
                      "%D9%A1", "1%00", "%C3%28"):
            is_problem(api.get("%s?limit=%s" % (path, value)),
                       "%s?limit=%s" % (path[:6], value), 400, ["limit"])

        for value in ("-1", "abc", "1.5", "", "9223372036854775808"):
            is_problem(api.get("%s?offset=%s" % (path, value)),
                       "%s?offset=%s" % (path[:6], value), 400, ["offset"])

    is_problem(api.get("/users?limit=x&offset=y&ids=z"),
               "all bad parameters at once", 400, ["limit", "offset", "ids"])

    good = user["id"]
    for value in ("x", good + ",x", "x," + good, good + ",", "," + good,
                  good + ",," + good, good[:-1], good + "0", ",",
                  good.replace("-", "_"), "'%20OR%20''='", good + "%00"):
        is_problem(api.get("/users?ids=" + value), "ids=" + value, 400,
                   ["ids"])

    is_problem(api.get("/posts?user_id=x"), "user_id=x", 400, ["user_id"])
    is_problem(api.get("/posts?user_id="), "user_id=", 400, ["user_id"])
    for value in ("maybe", "", "TRUEE", "2"):
        is_problem(api.get("/posts?published=" + value),
                   "published=" + value, 400, ["published"])
    is_problem(api.get("/posts?published=x&limit=0&user_id=x&offset=-1"),
               "all bad parameters of /posts", 400,
               ["published", "limit", "user_id", "offset"])

    is_problem(api.get("/users?limit=%zz"), "a broken escape", 400)
    is_problem(api.get("/users?limit=1%"), "an escape without digits", 400)


@section
def bad_ids():
    body = {"title": "t", "content": "c"}

    for bad in ("x", "1", "a-b", NOBODY[:-1], NOBODY + "0", "%20" + NOBODY,
                NOBODY + "%20", "null", "%27%20OR%201=1", "%C3%28"):
        for method, path, rest in (
                ("GET", "/users/%s", {}),
                ("PATCH", "/users/%s", {"json": {"name": "x"}}),
                ("DELETE", "/users/%s", {}),
                ("GET", "/users/%s/posts", {}),
                ("GET", "/posts/%s", {}),
                ("PUT", "/posts/%s", {"json": body}),
                ("DELETE", "/posts/%s", {})):
            is_problem(api.request(method, path % bad, **rest),
                       "%s %s" % (method, path % bad), 400, ["id"])

    # nothing tells of a field when the row is not there
    for method, path, rest in (
            ("GET", "/users/%s", {}),
            ("PATCH", "/users/%s", {"json": {"name": "x"}}),
            ("DELETE", "/users/%s", {}),
            ("GET", "/posts/%s", {}),
            ("PUT", "/posts/%s", {"json": body}),
            ("DELETE", "/posts/%s", {})):
        response = api.request(method, path % NOBODY, **rest)
        is_problem(response, "%s %s of none" % (method, path), 404)

    equal(api.get("/users/%s/posts" % NOBODY).body, b"[]",
          "an unknown user's posts are []")


@section
def paths_and_methods():
    user = new_user()
    post = new_post(user)
    paths = {
        "/users": {"GET", "HEAD", "POST"},
        "/users/" + user["id"]: {"GET", "HEAD", "PATCH", "DELETE"},
        "/users/%s/posts" % user["id"]: {"GET", "HEAD"},
        "/posts": {"GET", "HEAD", "POST"},
        "/posts/" + post["id"]: {"GET", "HEAD", "PUT", "DELETE"},
        "/posts/batch": {"POST"},
    }

    for path, methods in paths.items():
        short = path.replace(user["id"], ":id").replace(post["id"], ":id")

        response = api.request("OPTIONS", path)
        ok(response.status in (200, 204), "OPTIONS %s" % short, response)
        equal(allow(response), methods, "OPTIONS %s: Allow" % short)
        equal(response.body, b"", "OPTIONS %s: no body" % short)

        for method in ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE",
                       "PURGE", "LOCK"):
            if method in methods:
                continue
            for rest in ({}, {"json": {"a": 1}}):
                if method == "HEAD" and rest:
                    continue
                response = api.request(method, path, **rest)
                is_problem(response, "%s %s" % (method, short), 405)
                equal(allow(response), methods,
                      "%s %s: Allow" % (method, short))

        is_problem(api.get(path + "/"), "GET %s/" % short, 404)
        is_problem(api.post(path + "/", user_body()), "POST %s/" % short, 404)
        is_problem(api.get(path + "/x/y/z"), "GET %s/x/y/z" % short, 404)

    for path in ("", "/", "/nothing", "/user", "/usersx", "/Users",
                 "/posts/batch/", "/posts/batch/x",
                 "/users/%s/nothing" % user["id"],
                 "/users/%s/posts/" % user["id"]):
        is_problem(api.get(path), "GET %r" % path, 404)

    is_problem(api.post("/nothing", {"a": 1}), "POST /nothing", 404)
    is_problem(root.get("/api/v11/users"), "GET /api/v11/users", 404)
    is_problem(root.get("/nothing"), "GET /nothing, outside of the API", 404)
    is_problem(root.get("/"), "GET /", 404)

    equal(api.get("/users/").status, 404, "a trailing slash is no empty id")
    equal(root.get("/api/v1/./users?limit=1").status, 200,
          "nginx normalizes a path")
    equal(root.get("/api/v1//users?limit=1").status, 200,
          "and merges its slashes")
    equal(root.get("/api/v1/us%65rs?limit=1").status, 200,
          "and decodes it")


# ---- bodies ------------------------------------------------------------------

# every route with a body, a good one and the pointer to a text in it

def with_body():
    user = new_user()
    post = new_post(user)
    good_post = {"user_id": user["id"], "title": "t", "content": "c"}
    return [
        ("POST", "/users", user_body, "/name"),
        ("PATCH", "/users/" + user["id"], lambda **changes:
            dict({"name": "n"}, **changes), "/name"),
        ("POST", "/posts", lambda **changes:
            dict(good_post, **changes), "/title"),
        ("PUT", "/posts/" + post["id"], lambda **changes:
            dict({"title": "t", "content": "c"}, **changes), "/title"),
    ]


@section
def media_types():
    for method, path, body, _ in with_body():
        short = "%s %s" % (method, path[:6])
        for value in (None, "text/plain", "application/x-www-form-urlencoded",
                      "multipart/form-data; boundary=x", "text/json",
                      "application/jsonx", "application/xml", "json",
                      "application/octet-stream", "*/*", "application/*",
                      "application/json-seq", ""):
            response = api.request(method, path, json=body(),
                                   content_type=value)
            is_problem(response, "%s of type %s" % (short, value), 415)

        for value in ("application/json; charset=utf-8", "Application/JSON",
                      "application/json;charset=UTF-8", "application/json ",
                      "application/json ; charset=\"utf-8\""):
            response = api.request(method, path, json=body(),
                                   content_type=value)
            ok(response.status in (200, 201),
               "%s of type %s" % (short, value), response)

        is_problem(api.request(method, path, body=b"email=a%40b&name=x",
                               content_type="application/"
                               "x-www-form-urlencoded"),
                   short + ": a form", 415)
        is_problem(api.request(method, path), short + ": nothing at all", 415)

    is_problem(batch([{}], content_type="text/plain"), "batch: text", 415)
    is_problem(batch([{}], content_type=None), "batch: no type", 415)


NOT_JSON = [
    ("nothing", b""),
    ("blanks", b" \r\n\t "),
    ("a brace", b"{"),
    ("half a member", b'{"name":'),
    ("half a string", b'{"name":"x'),
    ("a comma too many", b'{"name":"x",}'),
    ("no comma", b'{"name":"x" "email":"y"}'),
    ("single quotes", b"{'name':'x'}"),
    ("no quotes", b"{name:1}"),
    ("NaN", b'{"name":NaN}'),
    ("Infinity", b'{"name":-Infinity}'),
    ("a word", b"nul"),
    ("True", b'{"name":True}'),
    ("a leading zero", b'{"name":01}'),
    ("a plus", b'{"name":+1}'),
    ("a bare fraction", b'{"name":.5}'),
    ("an open fraction", b'{"name":1.}'),
    ("a hex number", b'{"name":0x10}'),
    ("a comment", b'{"name":"x"/* */}'),
    ("a raw newline in a string", b'{"name":"a\nb"}'),
    ("a raw tab in a string", b'{"name":"a\tb"}'),
    ("a raw control in a string", b'{"name":"a\x01b"}'),
    ("a bad escape", rb'{"name":"\x41"}'),
    ("a short \\u", rb'{"name":"\u12"}'),
    ("a bad \\u", rb'{"name":"\u12g4"}'),
    ("bytes behind", b'{"name":"x"} x'),
    ("another value behind", b'{"name":"x"}{}'),
    ("a bracket behind", b'{"name":"x"}]'),
    ("a comma behind", b'{"name":"x"},'),
    ("a byte order mark", b'\xef\xbb\xbf{"name":"x"}'),
    ("UTF-16", '{"name":"x"}'.encode("utf-16-le")),
    ("a form", b"name=x"),
    ("a form feed", b'\x0c{"name":"x"}'),
    ("a no-break space", b'\xc2\xa0{"name":"x"}'),

    ("a NUL in a string", b'{"name":"a\0b"}'),
    ("a NUL in a key", b'{"na\0me":"x"}'),
    ("a NUL before", b'\0{"name":"x"}'),
    ("a NUL behind", b'{"name":"x"}\0'),
    ("a NUL between", b'{"name":\0"x"}'),
    ("a NUL behind a number", b'{"name":1\0}'),
    ("NULs only", b"\0\0\0"),

    ("a stray continuation", b'{"name":"\x80"}'),
    ("a broken sequence", b'{"name":"\xc3("}'),
    ("the byte ff", b'{"name":"\xff"}'),
    ("an overlong slash", b'{"name":"\xc0\xaf"}'),
    ("an overlong NUL", b'{"name":"\xc0\x80"}'),
    ("an overlong of three", b'{"name":"\xe0\x80\xaf"}'),
    ("an overlong of four", b'{"name":"\xf0\x80\x80\xaf"}'),
    ("a surrogate in UTF-8", b'{"name":"\xed\xa0\x80"}'),
    ("CESU-8", b'{"name":"\xed\xa0\xbd\xed\xb8\x80"}'),
    ("beyond U+10FFFF", b'{"name":"\xf4\x90\x80\x80"}'),
    ("five bytes", b'{"name":"\xf8\x88\x80\x80\x80"}'),
    ("a sequence cut off", b'{"name":"\xe2\x82"}'),
    ("a sequence cut off at the end", b'{"name":"x\xf0\x9f\x98'),
    ("Latin-1", '{"name":"é"}'.encode("latin-1")),
    ("invalid UTF-8 in a key", b'{"na\xffme":"x"}'),

    ("a lone high surrogate", rb'{"name":"\ud800"}'),
    ("a lone low surrogate", rb'{"name":"\udc00"}'),
    ("a high one, then text", rb'{"name":"\ud83dx"}'),
    ("two high ones", rb'{"name":"\ud83d\ud83d"}'),
    ("the wrong way round", rb'{"name":"\ude00\ud83d"}'),
    ("a high one, then \\n", rb'{"name":"\ud83d\n"}'),
    ("a lone surrogate in a key", rb'{"na\ud800me":"x"}'),

    ("a key twice", b'{"name":"x","name":"y"}'),
    ("a key twice, the same", b'{"name":"x","name":"x"}'),
    ("a key twice, escaped", rb'{"name":"x","n\u0061me":"y"}'),
    ("an unknown key twice", b'{"zzz":1,"zzz":2}'),
    ("an empty key twice", b'{"":1,"":2}'),
    ("a key twice, within", b'{"name":{"a":1,"b":2,"a":3}}'),

    ("33 arrays", b"[" * 33 + b"]" * 33),
    ("33 objects", b'{"a":' * 32 + b"{}" + b"}" * 32),
    ("32 arrays in a field", b'{"name":' + b"[" * 32 + b"]" * 32 + b"}"),
    ("10,000 arrays", b"[" * 10000 + b"]" * 10000),
    ("500,000 brackets", b"[" * 500000),
]


@section
def not_json():
    for method, path, _, _ in with_body():
        for name, body in NOT_JSON:
            is_problem(api.request(method, path, body=body),
                       "%s %s: %s" % (method, path[:6], name), 400)

    for name, body in NOT_JSON:
        is_problem(batch(body), "batch: " + name, 400)


@section
def depth_of_32():
    for method, path, _, _ in with_body():
        is_problem(api.request(method, path, body=b"[" * 32 + b"]" * 32),
                   "%s %s: 32 arrays" % (method, path[:6]), 422)
        response = api.request(
            method, path, body=b'{"zzz":' + b"[" * 31 + b"]" * 31 + b"}")
        is_problem(response, "%s %s: depth 32" % (method, path[:6]), 422)
        ok("/zzz" in response.errors(), "and the field is named", response)


@section
def wrong_top_level():
    for method, path, _, _ in with_body():
        for body in (b"[]", b"[{}]", b'"x"', b'""', b"1", b"-1.5e3", b"null",
                     b"true", b"false", b" [ ] "):
            is_problem(api.request(method, path, body=body),
                       "%s %s: %s" % (method, path[:6], body.decode()), 422,
                       [""])

    for body in (b"{}", b'{"0":{}}', b'"x"', b"1", b"null", b"true"):
        is_problem(batch(body), "batch: " + body.decode(), 422, [""])


@section
def all_failures_at_once():
    required = ["/email", "/name", "/password"]
    is_problem(api.post("/users", {}), "POST /users {}", 422, required)
    is_problem(api.post("/users", {"name": "x"}), "POST /users {name}", 422,
               ["/email", "/password"])
    is_problem(api.post("/posts", {}), "POST /posts {}", 422,
               ["/user_id", "/title", "/content"])

    user = new_user()
    post = new_post(user)
    is_problem(api.put("/posts/" + post["id"], {}), "PUT {}", 422,
               ["/title", "/content"])
    is_problem(api.put("/posts/" + post["id"], {"published": True}),
               "PUT {published}", 422, ["/title", "/content"])

    is_problem(api.post("/users", {"email": "x", "name": "",
                                   "password": "short"}),
               "each field bad", 422, required)
    is_problem(api.post("/users", {"email": 1, "name": None, "password": [],
                                   "admin": True, "id": NOBODY}),
               "each field bad, two unknown", 422,
               required + ["/admin", "/id"])
    is_problem(api.post("/posts", {"user_id": "x", "title": "x" * 201,
                                   "content": 1, "published": "yes",
                                   "created_at": "now"}),
               "each field of a post", 422,
               ["/user_id", "/title", "/content", "/published",
                "/created_at"])

    response = api.post("/users", {"email": "x", "name": "",
                                   "password": "x" * 129, "a/b~c": 1})
    equal(response.errors(), {"/email": "format", "/name": "min_length",
                              "/password": "max_length",
                              "/a~1b~0c": "unknown"},
          "codes say what, pointers are escaped", repr(response))
    response = api.post("/users", {"email": 1, "name": None})
    equal(response.errors(), {"/email": "type", "/name": "null",
                              "/password": "required"},
          "codes of type, null, required", repr(response))


@section
def fields():
    routes = with_body()

    for method, path, body, pointer in routes:
        short = "%s %s" % (method, path[:6])
        name = pointer[1:]

        for value in (None, 1, 1.5, True, False, [], {}, ["x"], {"a": "x"}):
            is_problem(api.request(method, path, json=body(**{name: value})),
                       "%s %s=%r" % (short, name, value), 422, [pointer])

        is_problem(api.request(method, path, json=body(**{name: ""})),
                   "%s %s empty" % (short, name), 422, [pointer])

        for extra in ("zzz", "id", "created_at", "password_hash", "", "Name",
                      "__proto__", "$name", "name ", "nam\u00e9", "a\"b"):
            escaped = extra.replace("~", "~0").replace("/", "~1")
            is_problem(api.request(method, path, json=body(**{extra: 1})),
                       "%s with %r" % (short, extra), 422, ["/" + escaped])

        text = wire.dumped(body(**{name: "@@"})).replace(b"@@", rb"a\u0000b")
        is_problem(api.request(method, path, body=text),
                   "%s %s=\\u0000" % (short, name), 422, [pointer])

        text = wire.dumped(body(zzz=1)).replace(b"zzz", rb"z\u0000z")
        is_problem(api.request(method, path, body=text),
                   "%s with a key of \\u0000" % short, 422)

    for password in (None, 1, "x" * 7, "ü" * 7, "😀" * 7, "x" * 129,
                     "ü" * 129, "😀" * 129, ""):
        is_problem(api.post("/users", user_body(password=password)),
                   "password %.10r…" % password, 422, ["/password"])
    for password in ("x" * 8, "ü" * 8, "😀" * 8, "x" * 128, "ü" * 128,
                     "😀" * 128, " " * 8):
        equal(api.post("/users", user_body(password=password)).status, 201,
              "password of %d × %.1s" % (len(password), password))

    for method, path, body, pointer in routes:
        most = 100 if pointer == "/name" else 200
        name = pointer[1:]
        for letter in "xé€😀":
            response = api.request(method, path,
                                   json=body(**{name: letter * most}))
            ok(response.status in (200, 201) and
               response.json()[name] == letter * most,
               "%s %s: %d × %s" % (method, path[:6], most, letter), response)
            is_problem(api.request(method, path, json=body(
                **{name: letter * (most + 1)})), "%s %s: %d × %s" % (
                    method, path[:6], most + 1, letter), 422, [pointer])
            equal(api.request(method, path,
                              json=body(**{name: letter})).status // 100, 2,
                  "%s %s: 1 × %s" % (method, path[:6], letter))

    for email in ("", "x", "@", "a@", "@b.com", "a b@c.com", "a@b c.com",
                  "a@b@c.com", "a@.com", "a@-b.com", "a@b..com", "a@b.com ",
                  " a@b.com", "a@b.com\n", "a@b_c.com", "a,b@c.com",
                  "<a@b.com>", "a@[b]", "é@b.com"):
        is_problem(api.post("/users", user_body(email=email)),
                   "email %r" % email, 422, ["/email"])
    for email in ("a.b+c@example.com", "UPPER@EXAMPLE.COM",
                  "o'neil@example.com", "x_y-z@sub.domain.example.org",
                  "1@2.com", "a!#$%&'*+/=?^_`{|}~-@example.com"):
        equal(api.post("/users", user_body(email=email)).status, 201,
              "email %r" % email)


@section
def text_comes_back():
    user = new_user()
    everything = "".join(chr(i) for i in range(1, 0x250))
    texts = {
        "every character to U+024F": everything,
        "lines and separators": "\u2028\u2029\x7f\x80\x85\ufeff\ufffe\uffff",
        "the ends of the planes": "\U0001f600\U0010ffff\ud7ff\ue000",
        "quotes and backslashes": "\\\"'\\\\''\"\"\\u0041\\n",
        "SQL": "'; DROP TABLE posts; -- $1 $body %s %(a)s {} ",
        "JSON": '{"a": [1, 2, {"b": null}]}',
        "a header": "x\r\nSet-Cookie: a=b\r\n\r\n<html>",
        "blanks": "  \t \n ",
        "NULL": "NULL",
        "empty": "",
    }

    for name, text in texts.items():
        post = new_post(user, content=text)
        equal(post["content"], text, "POST: " + name)
        equal(api.get("/posts/" + post["id"]).json(), post, "GET: " + name)

    name = "x\r\nSet-Cookie: a=b"
    response = api.post("/users", user_body(name=name))
    equal(response.json()["name"], name, "a name that looks like a header")
    equal(response["Set-Cookie"], None, "is none")

    body = rb'{"user_id":"%s","title":"\ud83d\ude00\u00e9\/\b\f\n\r\t",' \
           rb'"content":"\u0041"}' % user["id"].encode()
    response = api.request("POST", "/posts", body=body)
    equal(response.json().get("title"), "😀é/\b\f\n\r\t",
          "escapes are decoded", repr(response))

    body = wire.dumped({"user_id": user["id"], "title": "t", "content": "c"})
    blanks = b"\r\n\t " + body.replace(b",", b" ,\n").replace(b":", b"\t: ")
    equal(api.request("POST", "/posts", body=blanks + b" \n").status, 201,
          "blanks between tokens")


# ---- posts -------------------------------------------------------------------

@section
def a_post():
    user = new_user()
    body = {"user_id": user["id"], "title": "First", "content": "Hello"}
    response = api.post("/posts", body)
    is_json(response, "POST /posts", 201)
    post = response.json()
    equal(list(post), POST_KEYS, "POST /posts: these keys")
    equal(dict(post, id=0, created_at=0),
          dict(body, id=0, created_at=0, published=False),
          "POST /posts: as sent, and not published")
    equal(response["Location"], "/api/v1/posts/" + post["id"],
          "POST /posts: Location")

    response = root.get(response["Location"])
    is_json(response, "GET /posts/:id")
    equal(response.json(), post, "GET /posts/:id: the same post")
    like(response["Cache-Control"], r"\bmax-age=60\b", "GET: Cache-Control")
    like(response["Expires"], r"^\w{3}, \d\d \w{3} \d{4} ", "GET: Expires")

    path = "/posts/" + post["id"]
    equal(api.head(path)["Expires"] is None, False, "HEAD: Expires")
    equal(api.get("/posts/" + NOBODY)["Expires"], None, "404: no Expires")
    equal(api.get("/posts")["Expires"], None, "GET /posts: no Expires")

    for published in (True, False):
        response = api.post("/posts", dict(body, published=published))
        equal(response.json()["published"], published,
              "POST /posts: published %r" % published)

    for value in (None, 1, 0, "true", "", [], {}):
        is_problem(api.post("/posts", dict(body, published=value)),
                   "POST published=%r" % (value,), 422, ["/published"])
        is_problem(api.put(path, {"title": "t", "content": "c",
                                  "published": value}),
                   "PUT published=%r" % (value,), 422, ["/published"])

    for value in (None, 1, "", "x", NOBODY[:-1], NOBODY + "0", [NOBODY]):
        is_problem(api.post("/posts", dict(body, user_id=value)),
                   "POST user_id=%r" % (value,), 422, ["/user_id"])

    before = postgres.admin("SELECT count(*) FROM posts")
    is_problem(api.post("/posts", dict(body, user_id=NOBODY)),
               "POST of an unknown user", 422 if as_admin() else 403)
    equal(postgres.admin("SELECT count(*) FROM posts"), before,
          "nothing was written")

    change = {"title": "Second", "content": "Bye", "published": True}
    response = api.put(path, change)
    is_json(response, "PUT /posts/:id")
    equal(response.json(), dict(post, **change), "PUT: all of it")
    equal(api.get(path).json(), dict(post, **change), "PUT: so afterwards")

    change.pop("published")
    response = api.put(path, change)
    equal(response.json(), dict(post, **change),
          "PUT: published, when absent, is false")

    is_problem(api.put(path, dict(change, user_id=user["id"])),
               "PUT with a user_id", 422, ["/user_id"])

    response = api.delete(path)
    equal(response.status, 204, "DELETE /posts/:id", repr(response))
    equal(response.body, b"", "DELETE: no body")
    is_problem(api.get(path), "GET of the deleted", 404)
    is_problem(api.put(path, change), "PUT of the deleted", 404)
    is_problem(api.delete(path), "DELETE of the deleted", 404)


@section
def content_at_its_bounds():
    user = new_user()

    for letter in "x€😀":
        n = 100000
        response = api.post("/posts", {"user_id": user["id"], "title": "t",
                                       "content": letter * n})
        ok(response.status == 201 and response.json()["content"]
           == letter * n, "100,000 × " + letter, response)
        is_problem(api.post("/posts", {"user_id": user["id"], "title": "t",
                                       "content": letter * (n + 1)}),
                   "100,001 × " + letter, 422, ["/content"])

    post = new_post(user)
    path = "/posts/" + post["id"]
    equal(api.put(path, {"title": "t", "content": "é" * 100000}).status, 200,
          "PUT of 100,000 × é")
    is_problem(api.put(path, {"title": "t", "content": "é" * 100001}),
               "PUT of 100,001 × é", 422, ["/content"])
    postgres.admin("DELETE FROM posts")


@section
def lists_of_posts():
    postgres.admin("DELETE FROM posts")
    equal(api.get("/posts").body, b"[]", "GET /posts: none is []")

    ann, bob = new_user(), new_user()
    postgres.admin(
        "INSERT INTO posts (user_id, title, content, published, created_at)"
        " SELECT (CASE WHEN i %% 3 = 0 THEN '%s' ELSE '%s' END)::uuid, i, 'x',"
        " i %% 2 = 0, now() - make_interval(secs => i / 7)"
        " FROM generate_series(1, 130) i" % (ann["id"], bob["id"]))

    def wanted(where="true"):
        return postgres.admin("SELECT id FROM posts WHERE %s ORDER BY"
                            " created_at DESC, id" % where).split()

    def got(query):
        response = api.get(query)
        if response.status != 200:
            return repr(response)
        return [post["id"] for post in response.json()]

    ids = wanted()
    equal(got("/posts"), ids[:20], "newest first, then by id, 20 of them")
    equal(list(api.get("/posts").json()[0]), POST_KEYS, "these keys")
    equal(got("/posts?limit=100"), ids[:100], "limit=100")
    equal(got("/posts?limit=50&offset=100"), ids[100:], "the last page")
    equal(got("/posts?whatever=1&limit=3"), ids[:3], "unknown ones ignored")

    of_ann = wanted("user_id = '%s'" % ann["id"])
    equal(got("/posts?limit=100&user_id=" + ann["id"]), of_ann, "by user_id")
    equal(got("/posts?user_id=" + NOBODY), [], "of nobody")
    equal(got("/posts?limit=100&published=true"), wanted("published")[:100],
          "published=true")
    equal(got("/posts?limit=100&published=false"),
          wanted("NOT published")[:100], "published=false")
    equal(got("/posts?limit=100&published=false&user_id=" + ann["id"]),
          wanted("NOT published AND user_id = '%s'" % ann["id"]),
          "by both")
    equal(got("/posts?limit=4&offset=2&published=true&user_id=" + ann["id"]),
          wanted("published AND user_id = '%s'" % ann["id"])[2:6],
          "by all four")

    path = "/users/%s/posts" % ann["id"]
    response = api.get(path)
    is_json(response, "GET /users/:id/posts")
    equal(list(response.json()[0]), POST_KEYS, "these keys")
    equal(got(path), of_ann[:20], "a user's posts, newest first")
    equal(got(path + "?limit=5&offset=5"), of_ann[5:10], "a page of them")
    equal(got(path + "?limit=100"), of_ann, "all of them")
    equal(got("/users/%s/posts" % new_user()["id"]), [], "of a quiet user")

    equal(api.delete("/users/" + ann["id"]).status, 204, "DELETE of a user")
    equal(postgres.admin("SELECT count(*) FROM posts WHERE user_id = '%s'"
                       % ann["id"]), "0", "takes the posts along")
    equal(got("/posts?limit=100"), wanted()[:100], "the others stay")


@section
def batches():
    postgres.admin("DELETE FROM posts")
    user = new_user()

    def row(i, **changes):
        return dict({"user_id": user["id"], "title": "batch %d" % i,
                     "content": "c%d" % i}, **changes)

    def count():
        return int(postgres.admin("SELECT count(*) FROM posts"))

    response = batch([row(0)])
    is_json(response, "a batch of 1", 201)
    rows = response.json()
    equal(len(rows), 1, "one row comes back")
    equal(list(rows[0]), POST_KEYS, "with these keys")
    equal(rows[0]["published"], False, "published is false by default")
    equal(api.get("/posts/" + rows[0]["id"]).json(), rows[0],
          "and it is there")

    response = batch([row(i, published=i % 2 == 0) for i in range(1000)])
    is_json(response, "a batch of 1,000", 201)
    rows = response.json()
    equal(len(rows), 1000, "1,000 rows come back")
    equal([(r["title"], r["content"], r["published"]) for r in rows],
          [("batch %d" % i, "c%d" % i, i % 2 == 0) for i in range(1000)],
          "in the order sent")
    equal(len({r["id"] for r in rows}), 1000, "each with an id of its own")
    equal(count(), 1001, "all of them are in the table")

    is_problem(batch([]), "a batch of 0", 422, [""])
    is_problem(batch([row(i) for i in range(1001)]), "a batch of 1,001", 422,
               [""])

    is_problem(batch([row(0), row(1, user_id=NOBODY), row(2)]),
               "a batch with an unknown user", 422)
    is_problem(batch([row(0), row(1, title=""), row(2, content=None),
                      row(3, published=1), row(4, zzz=1), 5, None, [], {}]),
               "every failing item at once", 422,
               ["/1/title", "/2/content", "/3/published", "/4/zzz", "/5",
                "/6", "/7", "/8/user_id", "/8/title", "/8/content"])
    is_problem(batch([row(0), row(1, published=None)]), "published null",
               422, ["/1/published"])
    is_problem(batch([row(0), row(1, title="😀" * 201)]), "201 × 😀", 422,
               ["/1/title"])
    is_problem(batch(wire.dumped([row(0), row(1, title="@@")]).replace(
        b"@@", rb"\u0000")), "\\u0000 in a batch", 422, ["/1/title"])
    is_problem(batch(wire.dumped([row(0), row(1)])[:-1] + b',{"a":1,"a":2}]'),
               "a key twice in a batch", 400)
    is_problem(batch([row(0, id=NOBODY)]), "an id in a batch", 422,
               ["/0/id"])
    equal(count(), 1001, "all or nothing: still 1,001")

    everything = "".join(chr(i) for i in range(1, 0x250)) + "\U0010ffff"
    response = batch([row(0, title="😀" * 200, content=everything)])
    equal(response.status, 201, "odd characters in a batch", repr(response))
    equal((response.json()[0]["title"], response.json()[0]["content"]),
          ("😀" * 200, everything), "come back as they were")

    response = api.get("/posts/batch")
    is_problem(response, "GET /posts/batch", 405)
    equal(allow(response), {"POST"}, "GET /posts/batch: Allow")

    # 1m does not hold here, 4m does
    response = batch([row(i, content="x" * 50000) for i in range(60)])
    equal(response.status, 201, "a batch of 3 MB", shown_short(response))
    equal(len(response.json()), 60, "all 60 come back")

    for size, status in ((4 << 20, 201), ((4 << 20) + 1, 413)):
        response = batch(wire.dumped([row(0)]).ljust(size))
        equal(response.status, status, "a batch of %d bytes" % size,
              shown_short(response))
        response = batch(wire.dumped([row(0)]).ljust(size), chunked=65536)
        equal(response.status, status, "the same, chunked",
              shown_short(response))

    postgres.admin("DELETE FROM posts")


def shown_short(response):
    return repr(response)[:600]


@section
def too_large():
    user = new_user()
    mega = 1 << 20

    for method, path, body, _ in with_body():
        short = "%s %s" % (method, path[:6])
        good = wire.dumped(body())
        for chunked in (0, 8192):
            how = ", chunked" if chunked else ""
            response = api.request(method, path, body=good.ljust(mega),
                                   chunked=chunked)
            ok(response.status in (200, 201), "%s of 1m%s" % (short, how),
               shown_short(response))
            good = wire.dumped(body())
            is_problem(api.request(method, path, body=good.ljust(mega + 1),
                                   chunked=chunked),
                       "%s of 1m + 1%s" % (short, how), 413)

    # it is said before the body is there
    connection = wire.Connection(nginx.port)
    connection.send(b"POST /api/v1/users HTTP/1.1\r\nHost: x\r\n"
                    b"Content-Type: application/json\r\n"
                    b"Content-Length: 99999999\r\n\r\n")
    response = connection.receive()
    look_at(response, "POST", "/users")
    equal(response.status, 413, "413 comes at once")
    connection.close()

    connection = wire.Connection(nginx.port)
    connection.send(b"POST /api/v1/users HTTP/1.1\r\nHost: x\r\n"
                    b"Content-Type: application/json\r\n"
                    b"Expect: 100-continue\r\n"
                    b"Content-Length: 1048577\r\n\r\n")
    response = connection.receive(interim=True)
    equal(response.status, 413, "and instead of 100 Continue")
    connection.close()

    equal(api.get("/users/" + user["id"]).status, 200, "all goes on")


@section
def conflicts():
    one, two = new_user(), new_user()

    response = api.post("/users", user_body(email=one["email"]))
    is_problem(response, "POST of a taken email", 409)
    equal(response["Location"], None, "409: no Location")
    ok(one["email"] not in response.text, "409: does not repeat the value")

    path = "/users/" + two["id"]
    is_problem(api.patch(path, {"email": one["email"]}),
               "PATCH to a taken email", 409)
    equal(api.get(path).json(), two, "which changes nothing")
    equal(api.patch(path, {"email": two["email"]}).json(), two,
          "PATCH to the own email is no conflict")

    equal(api.delete("/users/" + one["id"]).status, 204, "the owner leaves")
    equal(api.patch(path, {"email": one["email"]}).status, 200,
          "and the email is free")

    for value in (None, "", "x", 1):
        is_problem(api.patch(path, {"email": value}),
                   "PATCH email %r" % value, 422, ["/email"])
    is_problem(api.patch(path, {"name": None, "email": None}),
               "PATCH of nulls", 422, ["/name", "/email"])
    is_problem(api.patch(path, {"name": "x" * 101}), "PATCH of a long name",
               422, ["/name"])
    is_problem(api.patch(path, {"password": "new password"}),
               "PATCH of the password", 422, ["/password"])


# ---- what nginx brings -------------------------------------------------------

@section
def request_ids():
    user = new_user()
    path = "/users/" + user["id"]

    cases = [("GET", path, {}, 200), ("HEAD", path, {}, 200),
             ("GET", "/users/x", {}, 400), ("GET", "/nothing", {}, 404),
             ("GET", "/users/" + NOBODY, {}, 404),
             ("PUT", "/users", {}, 405), ("OPTIONS", "/users", {}, None),
             ("POST", "/users", {"body": b"{"}, 400),
             ("POST", "/users", {"json": {}}, 422),
             ("POST", "/users", {}, 415),
             ("POST", "/users", {"body": b" " * ((1 << 20) + 1)}, 413)]

    for good in ("a", "A-Z.a_z-0.9", "0" * 128, "-", "..", "__"):
        for method, target, rest, status in cases:
            response = api.request(method, target,
                                   headers={"X-Request-Id": good}, **rest)
            equal((response.status, response["X-Request-Id"]),
                  (status or response.status, good),
                  "%s %s keeps %.12s" % (method, target[:7], good))

    seen = set()
    for bad in ("", " ", "0" * 129, "a b", "a;b", "a/b", "a\"b", "é", "a,b",
                "<x>", "a:b", "{}", "a\tb", "a=b", "\\", "@"):
        for method, target, rest, status in cases[:5]:
            response = api.request(method, target,
                                   headers={"X-Request-Id": bad}, **rest)
            got = response["X-Request-Id"]
            ok(got != bad and ID.fullmatch(got or ""),
               "%s %s replaces %.12r" % (method, target[:7], bad), response)
            ok(got not in seen, "by a new one")
            seen.add(got)

    response = root.get("/health", headers={"X-Request-Id": "healthy"})
    equal(response["X-Request-Id"], "healthy", "GET /health keeps it")

    deleted = new_user()
    response = api.delete("/users/" + deleted["id"],
                          headers={"X-Request-Id": "gone"})
    equal((response.status, response["X-Request-Id"]), (204, "gone"),
          "204 has it, too")


@section
def compression():
    postgres.admin("DELETE FROM users")
    postgres.admin("INSERT INTO users (email, name, password_hash)"
                 " SELECT i || '@example.com', 'name ' || i, 'x'"
                 " FROM generate_series(1, 50) i")

    plain = api.get("/users?limit=50")
    equal(plain["Content-Encoding"], None, "not asked for: no gzip")
    like(plain["Vary"], "(?i)accept-encoding", "but Vary")
    equal(plain["Content-Length"], str(len(plain.body)),
          "the length is known")

    gzipped = api.get("/users?limit=50", headers={"Accept-Encoding": "gzip"})
    equal(gzipped["Content-Encoding"], "gzip", "asked for: gzip")
    like(gzipped["Vary"], "(?i)accept-encoding", "and Vary")
    equal(gzip.decompress(gzipped.body), plain.body, "the same inside")
    ok(len(gzipped.body) < len(plain.body) / 2, "and smaller")

    # of problems nginx compresses 403 and 404
    response = api.get("/nothing", headers={"Accept-Encoding": "gzip"})
    equal((response.status, response["Content-Encoding"]), (404, "gzip"),
          "a problem is compressed, too", response)


@section
def access_log():
    user = new_user()
    wanted = {
        "log-200": ("GET", "/users/" + user["id"], {}, 200),
        "log-201": ("POST", "/users", {"json": user_body()}, 201),
        "log-204": ("DELETE", "/users/" + user["id"], {}, 204),
        "log-400": ("GET", "/users?limit=x", {}, 400),
        "log-404": ("GET", "/nothing", {}, 404),
        "log-405": ("PUT", "/users", {}, 405),
        "log-422": ("POST", "/users", {"json": {}}, 422),
    }

    for name, (method, path, rest, status) in wanted.items():
        equal(api.request(method, path, headers={"X-Request-Id": name},
                          **rest).status, status, "for the log: " + name)

    def lines():
        with open(nginx.path("logs/access.log")) as log:
            return log.read().splitlines()

    wait_until(lambda: any("log-422" in line for line in lines()), 5)
    entries = {}
    bad = []

    for line in lines():
        try:
            entry = json.loads(line)
            entries[entry["request_id"]] = entry
        except (ValueError, KeyError):
            bad.append(line)

    equal(bad, [], "every line of the access log is JSON")

    for name, (method, path, _, status) in wanted.items():
        entry = entries.get(name, {})
        equal(entry.get("status"), status, name + " is in the access log")
        equal(bool(entry.get("error")) and entry["error"] != "none",
              status >= 400, name + ": error", repr(entry))

    for name in ("log-200", "log-201", "log-204"):
        entry = entries.get(name, {})
        like(entry.get("route"), "^(GET|POST|DELETE) /api/v1/users",
             name + ": the route")
        like(entry.get("db_time"), r"^\d+\.\d+$", name + ": the time")

    like(entries.get("log-422", {}).get("route"), "^POST /api/v1/users$",
         "log-422: the route")


@section
def a_burst():
    time.sleep(1)
    connection = wire.Connection(nginx.port)
    statuses = []
    refused = None
    kept = True

    for i in range(60):
        response = connection.request("POST", "/api/v1/posts/batch", json=[],
                                      headers=signed_in() + [
                                          ("X-Request-Id", "b%d" % i)])
        look_at(response, "POST", "/posts/batch")
        statuses.append(response.status)
        kept = kept and response["X-Request-Id"] == "b%d" % i
        if response.status == 429:
            refused = response

    equal(set(statuses), {422, 429}, "a burst of 60 batches")
    ok(kept, "each keeps its X-Request-Id")
    ok(10 <= statuses.count(422) <= 45, "some 20 get through",
       statuses.count(422))
    if refused:
        like(refused["Retry-After"], r"^[1-9]\d*$", "429: Retry-After")
        equal(refused.json()["status"], 429, "429: a problem")

    response = connection.request("GET", "/api/v1/posts?limit=1",
                                  headers=signed_in())
    equal(response.status, 200, "other routes have no limit")
    connection.close()
    time.sleep(2.2)


@section
def connections_stay():
    """After each refusal the same connection serves the next request."""
    user = new_user()
    connection = wire.Connection(nginx.port)

    for method, path, rest, status in (
            ("GET", "/users/x", {}, 400),
            ("GET", "/users?limit=x", {}, 400),
            ("GET", "/users/" + NOBODY, {}, 404),
            ("GET", "/nothing", {}, 404),
            ("POST", "/nothing", {"json": user_body()}, 404),
            ("POST", "/nothing", {"json": user_body(), "chunked": 5}, 404),
            ("PUT", "/users", {"json": user_body()}, 405),
            ("PUT", "/users", {"json": user_body(), "chunked": 5}, 405),
            ("POST", "/users", {"body": b"{"}, 400),
            ("POST", "/users", {"body": b"{" * 70000}, 400),
            ("POST", "/users", {"body": b"{" * 70000, "chunked": 999}, 400),
            ("POST", "/users", {"body": b"x" * 300, "content_type": "x/y"},
             415),
            ("POST", "/users", {"body": b"x" * 500000,
                                "content_type": "x/y"}, 415),
            ("POST", "/users", {"json": {}}, 422),
            ("POST", "/users", {"json": user_body(email=user["email"])}, 409),
            ("POST", "/posts/x", {"json": {}}, None),
            ("GET", "/users", {"body": b"not wanted"}, 200),
            ("GET", "/users", {"body": b"not wanted" * 9999}, 200),
            ("DELETE", "/users/" + NOBODY, {"body": b"not wanted"}, 404),
            ("DELETE", "/users/" + NOBODY, {"json": {}, "chunked": 1}, 404),
            ("OPTIONS", "/users", {"body": b"not wanted"}, None)):
        for next_one in ("GET", "POST"):
            response = connection.request(method, "/api/v1" + path,
                                          headers=signed_in(), **rest)
            look_at(response, method, path)
            if status:
                equal(response.status, status, "%s %s: %d" % (
                    method, path[:8], status), repr(response))

            if next_one == "GET":
                answer = connection.request("GET", "/health")
                good = answer.body == b'{"status":"ok"}'
            else:
                answer = connection.request(
                    "PATCH", "/api/v1/users/" + user["id"],
                    json={"name": "n"}, headers=signed_in())
                good = answer.status == 200
            ok(good, "the next request of the connection is answered",
               repr(answer))
    connection.close()


@section
def nginx_refuses_by_itself():
    connection = wire.Connection(nginx.port)
    connection.send(b"GET /api/v1/" + b"x" * 40000 + b" HTTP/1.1\r\n"
                    b"Host: x\r\n\r\n")
    response = connection.receive()
    equal((response.status, response.type), (414, "text/html"),
          "414 keeps nginx's page")
    connection.close()

    connection = wire.Connection(nginx.port)
    connection.send(b"GET /api/v1/users HTTP/1.1\r\n\r\n")
    response = connection.receive()
    equal((response.status, response.type), (400, "text/html"),
          "no Host keeps nginx's page")
    connection.close()

    connection = wire.Connection(nginx.port)
    connection.send(b"GET /api/v1/users HTTP/1.1\r\nHost: x\r\nX: "
                    + b"x" * 60000 + b"\r\n\r\n")
    response = connection.receive()
    equal((response.status, response.type), (400, "text/html"),
          "a header too large keeps nginx's page")
    connection.close()


@section
def old_clients():
    user = new_user()

    connection = wire.Connection(nginx.port)
    connection.send(b"GET /api/v1/users/%s HTTP/1.0\r\n"
                    b"Authorization: Bearer %s\r\n\r\n"
                    % (user["id"].encode(), ADMIN.encode()))
    response = connection.receive()
    equal((response.status, response.json()), (200, user), "HTTP/1.0")
    ok(connection.ended, "and the end")
    connection.close()

    connection = wire.Connection(nginx.port)
    response = connection.request("GET", "/api/v1/users/" + user["id"],
                                  headers=signed_in()
                                  + [("Connection", "close")])
    equal(response.json(), user, "Connection: close")
    try:
        connection.more()
        ok(False, "and closed")
    except wire.Ended:
        ok(True, "and closed")
    connection.close()

    connection = wire.Connection(nginx.port)
    connection.send(wire.message("POST", "/api/v1/users", json=user_body(),
                                 headers={"Expect": "100-continue"}))
    equal(connection.head().status, 100, "Expect: 100 Continue")
    equal(connection.receive().status, 201, "and then 201")
    connection.close()


# ---- nothing but the declared statements -------------------------------------

@section
def statements():
    # the one that is asked every few seconds, whatever clients do
    with open(nginx.path("sql/revoked.sql"), encoding="utf-8") as file:
        polled = " ".join(file.read().split())

    def seen():
        wait_until(lambda: False, 0.3)
        with open(postgres.log, errors="replace") as log:
            log.seek(mark)
            text = log.read()
        found = {polled}
        # a message goes on in lines that begin with a tab
        for entry in re.split(r"\n(?!\t)", text):
            match = re.search(r"LOG:  (?:statement|execute [^:]*): (.*)",
                              entry, re.S)
            if match and "app_name=suite" not in entry:
                found.add(" ".join(match.group(1).split()))
        return found

    def honest():
        user = new_user()
        post = new_post(user, published=True)
        api.get("/users")
        api.get("/users?ids=%s&limit=3&offset=0" % user["id"])
        api.get("/users/" + user["id"])
        api.patch("/users/" + user["id"], {})
        api.get("/users/%s/posts" % user["id"])
        api.get("/posts")
        api.get("/posts/" + post["id"])
        api.put("/posts/" + post["id"], {"title": "t", "content": "c"})
        batch([{"user_id": user["id"], "title": "t", "content": "c"}])
        api.delete("/posts/" + post["id"])
        api.delete("/users/" + user["id"])
        new_user()

    postgres.admin("ALTER DATABASE %s SET log_statement = 'all'"
                   % postgres.database)
    with open(postgres.log, errors="replace") as log:
        mark = log.seek(0, 2)
    postgres.terminate()
    wait_until(lambda: api.get("/users").status == 200, 10)

    honest()
    declared = seen()
    ok(len(declared) >= 11, "statements are logged: %d" % len(declared),
       "\n".join(sorted(declared)))

    attacks = ["'; DROP TABLE users; --", "1; DELETE FROM posts", "$1", "$$",
               "\\'; SELECT 1; --", "' OR '1'='1", "%' UNION SELECT 1 --",
               "E'\\x27'", "{1,2}", "{\"a\"}", "NULL", "default",
               "pg_sleep(5)", "\x01", "𝕊𝔼𝕃𝔼ℂ𝕋", "/* */", "--", ";"]

    user = new_user()
    for attack in attacks:
        quoted = "".join("%%%02X" % byte for byte in attack.encode())
        for target in ("/users?limit=" + quoted, "/users?ids=" + quoted,
                       "/users?%s=1" % quoted, "/users/" + quoted,
                       "/users/%s/posts" % quoted, "/posts/" + quoted,
                       "/posts?user_id=" + quoted, "/" + quoted,
                       "/posts?published=%s&offset=%s" % (quoted, quoted)):
            api.get(target, headers={"X-Request-Id": attack.replace(
                "\x01", " "), "Cookie": attack.replace("\x01", " ")})
        api.post("/users", {"email": attack, "name": attack,
                            "password": attack})
        api.post("/users", user_body(name=attack, password=attack * 8))
        api.post("/users", user_body(**{attack: attack}))
        api.patch("/users/" + user["id"], {"name": attack})
        api.post("/posts", {"user_id": user["id"], "title": attack,
                            "content": attack})
        batch([{"user_id": user["id"], "title": attack, "content": attack}])
        batch([{"user_id": attack, "title": attack, "content": attack}])

    honest()
    equal(sorted(seen() - declared), [], "hostile input makes no statement")
    equal(postgres.admin("SELECT count(*) > 0 FROM users"), "t",
          "and the tables are there")
    postgres.admin("ALTER DATABASE %s RESET log_statement"
                   % postgres.database)


@section
def all_the_same_for_oneself():
    """What is not for admins only, by the token of who it is about."""
    for part in (a_user, a_password_stays, bad_parameters, bad_ids,
                 paths_and_methods, media_types, not_json, depth_of_32,
                 wrong_top_level, all_failures_at_once, fields,
                 text_comes_back, a_post, content_at_its_bounds, too_large):
        with Oneself():
            part()


@section
def in_an_nginx_that_reloads():
    ok(nginx.reload(), "nginx reloads")
    api.close()
    root.close()
    equal(api.get("/users?limit=1").status, 200, "and serves")

    status, out = nginx.call("-t")
    equal(status, 0, "nginx -t finds nothing wrong", out)


def the_end():
    for complaint in complaints[:20]:
        ok(False, "an answer: " + complaint.split("\n")[0], complaint)
    ok(not complaints, "each of %d answers: an id, a problem's shape, no"
       " secret, an open connection" % answers, len(complaints))

    took = nginx.stop()
    ok(took < 10, "nginx ends by itself: %.1f s" % took)
    equal(nginx.alerts(), [], "no crash, no alert, no report")
    equal([line for line in nginx.log().splitlines()
           if re.search(r"\[(error|emerg)\]", line) and not re.search(
               "limiting requests|send too large|open\\(\\)|is not found"
               "|terminating connection", line)][:10], [],
          "and what clients do wrong is no error of ours")


nginx.configure_example()
nginx.start()
note("port %d" % nginx.port)

tap.run(the_end)
