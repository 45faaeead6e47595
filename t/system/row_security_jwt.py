"""api_settings and api_role from an access token: each user sees the rows that
are his own, in every transaction that a route has, and what nginx -t says of
values that are not known by then.  t/system/row_security has the rest.
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from pgbouncer import PgBouncer
from relay import Relay
from server import Nginx, Postgres, free_port
from tap import equal, like, ok, section, wait_until

SECRET = "s" * 32
PASSWORD = "correct horse"

postgres = Postgres("row_security_jwt")

ROLES = ("rj_user", "rj_admin")
postgres.admin(*["DROP ROLE IF EXISTS %s" % role for role in ROLES],
               *["CREATE ROLE %s" % role for role in ROLES],
               "GRANT rj_user, rj_admin TO app")
postgres.sql(
    "CREATE TABLE notes (id int PRIMARY KEY, owner text NOT NULL)",
    "INSERT INTO notes VALUES (1, 'ann'), (2, 'bob'), (3, 'ann'), (4, '7')",
    "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY own ON notes TO rj_user USING (owner ="
    " (SELECT nullif(current_setting('app.user', true), '')))",
    "CREATE POLICY every ON notes TO rj_admin USING (true)",
    "GRANT SELECT, INSERT, UPDATE ON notes TO rj_user, rj_admin",
    "CREATE TABLE accounts (name text PRIMARY KEY, hash text NOT NULL)",
    "CREATE TABLE seen (part int, usr text, role text,"
    " transaction bigint DEFAULT txid_current())",
    "GRANT SELECT, INSERT ON accounts, seen TO rj_user, rj_admin")

nginx = Nginx("row_security_jwt", env={"SECRET": SECRET})

NOTES = 'api_query many "SELECT id, owner FROM notes ORDER BY id";'
SEEN = """exec "INSERT INTO seen (part, usr, role)
                VALUES (%d, current_setting('app.user'), current_user)";"""

ROUTES = """
    location /own {
        api_jwt { key env:SECRET; audience us; }
        api_settings app.user=$jwt.sub;
        api_role rj_user;

        api_route GET /notes { %(notes)s }
        api_route POST /notes {
            api_body { id int required; }
            api_query one "INSERT INTO notes (id, owner)
                VALUES ($id, current_setting('app.user')) RETURNING owner";
        }
        api_route PUT /notes/:id<int> {
            api_query exec "UPDATE notes SET owner = owner WHERE id = $id" none=404;
        }
        api_route GET /of/:claim {
            api_settings app.all=$jwt app.list=$jwt.scopes app.more=$jwt.no|less app.n=$jwt.n
                         app.claim=$claim;
            api_query one "SELECT current_setting('app.all')::jsonb->>'sub' AS sub,
                current_setting('app.list') AS list, current_setting('app.more') AS more,
                current_setting('app.claim') AS claim,
                current_setting('app.n') AS n";
        }
    }
    location /any {
        api_jwt { required optional; key env:SECRET; audience us; }
        api_settings app.user=$jwt.sub;
        api_role $jwt.role|rj_user in=rj_user,rj_admin;

        api_route GET /notes { %(notes)s }
        api_route POST /account {
            api_body { name string required; password string required max=128; }
            api_hash_password $hash $password;
            api_query exec "INSERT INTO accounts VALUES ($name, $hash)";
        }
        api_route POST /parts {
            api_body { name string required; password string required max=128; }
            api_query optional "SELECT hash FROM accounts WHERE name = $name" as=account;
            api_query %(first)s
            api_verify_password $account.hash $password;
            api_query %(second)s
            api_query many "SELECT id, owner, current_user AS role,
                current_setting('app.user') AS usr FROM notes ORDER BY id" answer;
        }
    }
""" % {"notes": NOTES, "first": SEEN % 1, "second": SEEN % 2}


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bearer(**claims):
    claims = dict({"exp": int(time.time()) + 600, "aud": "us"}, **claims)
    text = ".".join(b64(json.dumps(part).encode())
                    for part in ({"alg": "HS256"}, claims))
    return [("Authorization", "Bearer " + text + "." + b64(hmac.new(
        SECRET.encode(), text.encode(), hashlib.sha256).digest()))]


def configure(uri, more="", routes=ROUTES):
    nginx.configure("""
    api_password { memory 1m; time 1; }
    api_postgres app { primary "%s"; max_connections 2; %s }"""
                    % (uri, more), routes, workers=1)


def start(uri, more=""):
    if nginx.process:
        nginx.stop()
    configure(uri, more)
    nginx.start()
    return wire.Client(nginx.port)


def owners(answer):
    return [row["owner"] for row in answer.json()]


def each_its_own(api, what):
    for round in range(3):
        for user, rows in (("ann", ["ann", "ann"]), ("bob", ["bob"]),
                           ("7", ["7"]), ("nobody", [])):
            answer = api.get("/own/notes", headers=bearer(sub=user))
            equal((answer.status, owners(answer)), (200, rows),
                  "%s: %s, round %d" % (what, user, round))
        answer = api.get("/own/notes", headers=bearer())
        equal((answer.status, owners(answer)), (200, []),
              what + ": a token that says nobody")
        equal(api.get("/own/notes").status, 401, what + ": no token")


@section
def two_users():
    api = start(postgres.uri)
    each_its_own(api, "directly")

    put = [api.put("/own/notes/%d" % id, headers=bearer(sub=user)).status
           for user in ("ann", "bob") for id in (1, 2)]
    equal(put, [204, 404, 404, 204], "others' rows are not there")
    answer = api.post("/own/notes", json={"id": 5}, headers=bearer(sub="bob"))
    equal(answer.text, '{"owner":"bob"}', "and new ones are one's own")
    postgres.sql("DELETE FROM notes WHERE id = 5")

    answer = api.get("/own/of/x%27y", headers=bearer(
        sub="ann", scopes=["a", 1], n=7))
    equal(answer.json(), {"sub": "ann", "list": '["a",1]', "more": "less",
                          "claim": "x'y", "n": "7"}, "claims of all kinds")
    hostile = "ann', true), set_config('role', 'rj_admin"
    answer = api.get("/own/notes", headers=bearer(sub=hostile))
    equal((answer.status, owners(answer)), (200, []), "a value is a value")
    answer = api.get("/own/notes", headers=bearer(sub="ann\0"))
    equal(answer.status, 401, "and one with a NUL is none")


@section
def behind_a_pooler():
    pooler = PgBouncer(postgres, 2)
    try:
        api = start(pooler.dsn(), "pooler transaction;")
        each_its_own(api, "a pooler")
        for user, role, rows in (("ann", "rj_user", 2), ("bob", "rj_admin", 4)):
            answer = api.get("/any/notes", headers=bearer(sub=user, role=role))
            equal(len(owners(answer)), rows, "%s as %s" % (user, role))
        nginx.stop()
    finally:
        pooler.kill()


@section
def a_role_of_the_token():
    api = start(postgres.uri)
    for claims, rows in (({"sub": "ann"}, 2), ({"sub": "bob"}, 1),
                         ({"sub": "bob", "role": "rj_admin"}, 4),
                         ({"sub": "bob", "role": "rj_user"}, 1),
                         ({"sub": "bob", "role": None}, 1),
                         ({"sub": "bob", "role": ""}, 1)) * 2:
        equal(len(owners(api.get("/any/notes", headers=bearer(**claims)))),
              rows, "as %s" % claims)
    equal(owners(api.get("/any/notes")), [], "no token: nobody, by default")
    for role in ("app", "postgres", "RJ_ADMIN", "rj_admin,rj_user", "none",
                 ["rj_admin"], 1, {"rj_admin": 1}):
        answer = api.get("/any/notes", headers=bearer(sub="ann", role=role))
        equal((answer.status, answer.json()["code"]), (403, "forbidden"),
              "no role: %s" % role)


def numbers(statement):
    return [int(row[0]) for row in postgres.rows(statement)]


def parts(api, user, role, password=PASSWORD):
    postgres.sql("TRUNCATE seen")
    answer = api.post("/any/parts", json={"name": "x", "password": password},
                      headers=bearer(sub=user, role=role))
    return answer, postgres.rows(
        "SELECT part, usr, role FROM seen ORDER BY part")


@section
def each_transaction_of_a_route():
    api = start(postgres.uri)
    answer = api.post("/any/account", json={"name": "x", "password": PASSWORD})
    equal(answer.status, 204, "an account")

    for user, role, rows in (("ann", "rj_user", 2), ("bob", "rj_admin", 4),
                             ("bob", "rj_user", 1), ("ann", "rj_admin", 4)) * 3:
        answer, seen = parts(api, user, role)
        equal(answer.status, 200, "%s as %s" % (user, role))
        equal(sorted({(row["usr"], row["role"]) for row in answer.json()}),
              [(user, role)], "sees what is his")
        equal(len(answer.json()), rows, "and no more")
        equal([[str(cell) for cell in row] for row in seen],
              [["1", user, role], ["2", user, role]],
              "and was so in both transactions")

    equal(numbers("SELECT count(DISTINCT transaction) FROM seen"), [2],
          "which are two")
    answer, seen = parts(api, "ann", "rj_admin", "wrong")
    equal((answer.status, len(seen)), (401, 1), "a wrong password")
    answer, seen = parts(api, "ann", "rj_nobody")
    equal((answer.status, len(seen)), (403, 0), "a role that is none")

    postgres.sql("ALTER TABLE notes ADD COLUMN more int")
    answer, seen = parts(api, "bob", "rj_user")
    equal((answer.status, len(answer.json()), len(seen)), (200, 1, 2),
          "another schema")

    postgres.admin("REVOKE rj_admin FROM app")
    try:
        answer, seen = parts(api, "ann", "rj_admin")
        equal((answer.status, len(seen)), (403, 0), "a role that is revoked")
    finally:
        postgres.admin("GRANT rj_admin TO app")


@section
def nobody_could_be_asked():
    if nginx.process:
        nginx.stop()
    port = free_port()
    nginx.env["API_START"] = "cold"
    try:
        configure("postgresql://app:%s@127.0.0.1:%d/%s?sslmode=disable"
                  % (postgres.app_password, port, postgres.database),
                  "connect_timeout 1s;")
        nginx.start()
        api = wire.Client(nginx.port)
        equal(api.get("/own/notes", headers=bearer(sub="ann")).status, 503,
              "the database is away")
        Relay(postgres.port, port)
        ok(wait_until(lambda: api.get("/own/notes", headers=bearer(sub="ann"))
                      .status == 200, 20), "it is there")
        each_its_own(api, "learned late")
        answer, seen = parts(api, "bob", "rj_admin")
        equal((answer.status, len(answer.json()), len(seen)), (200, 4, 2),
              "two transactions, too")
        nginx.stop()
    finally:
        nginx.env.pop("API_START", None)


JWT = "api_jwt { key env:SECRET; audience us; }"
VERIFIED = """api_body { name string required; password string required max=128; }
    api_query optional "SELECT hash, name FROM accounts WHERE name = $name" as=a;
    api_verify_password $a.hash $password rehash=$new;
    api_issue_token $token { sub $a.name; expires 1m; key env:SECRET; }
    api_query value "SELECT count(*) FROM accounts WHERE $new::text IS NULL OR $token <> ''";"""

REFUSED = [
    ("api_settings app.user=$jwt.sub;", "",
     r'"\$jwt.sub" is a claim of an access token, and there is no api_jwt'),
    ("api_jwt off; api_settings app.user=$jwt.sub;", JWT, "api_jwt is off here"),
    ("api_settings app.user=$jwt.;", JWT, "is no claim's name"),
    ("api_settings app.user=$a.name;", JWT, "before the route's statements"),
    ("api_role $a.name in=rj_user;", JWT, "before the route's statements"),
    ("api_settings app.user=$new;", JWT, r'api_settings of .*"\$new"'),
    ("api_settings app.user=$token;", JWT, r'api_settings of .*"\$token"'),
]


def said(directive, around, uri=None, method="POST", what=VERIFIED):
    configure(uri or postgres.uri, routes="""
        location /s { %s api_route %s /x { %s %s } }"""
              % (around, method, directive, what))
    return nginx.call("-t")


@section
def what_is_refused():
    if nginx.process:
        nginx.stop()
    for directive, around, why in REFUSED:
        status, text = said(directive, around)
        ok(status != 0, "refused: " + directive, text)
        like(text, why, "and why")
        like(text, r"nginx.conf:\d+:\d+", "and where")
    status, text = said("api_settings app.user=$jwt.sub;", JWT)
    equal(status, 0, "and a claim is not", text)

    super_uri = postgres.uri.replace("app:" + postgres.app_password,
                                     "postgres:" + postgres.password)
    status, text = said("api_role $jwt.role in=rj_user;", JWT, super_uri,
                        "GET", NOTES)
    ok(status != 0, "a superuser, whose role a token chooses", text)
    like(text, "is a superuser", "and why")


def the_end():
    if nginx.process:
        nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
