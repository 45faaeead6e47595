"""Signing up, in and out of nginx.conf.example, as its users do: passwords,
refresh tokens and their families, tokens that are revoked, whose rows are
whose.  t/system/example_matrix.py asks all that may not be answered.

The database is one whose user has CREATEROLE: the migrations make the roles.
"""

import base64
import json
import os
import re
import subprocess
import sys
import threading

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import tokens
import wire
from server import TOP, Nginx, OwnPostgres
from tap import equal, like, ok, section, wait_until

PASSWORD = "correct horse"
USER_KEYS = ["id", "email", "name", "created_at"]

postgres = OwnPostgres("example_auth")
postgres.admin("DROP ROLE app_user", "DROP ROLE app_admin")
nginx = Nginx("example_auth", env={"DATABASE_URL": postgres.uri})
serial = 0


def ask(method, path, body=wire.NOTHING, token=None):
    client = wire.Client(nginx.port, timeout=60)
    try:
        return client.request(method, path, json=body,
                              headers=tokens.bearer(token) if token else [])
    finally:
        client.close()


def post(path, token=None, **body):
    return ask("POST", path, body, token)


class Person:
    """Somebody who has signed up, and in."""

    def __init__(self, role="app_user"):
        global serial
        serial += 1
        self.email = "person-%d@example.com" % serial
        self.user = post("/auth/register", email=self.email, name="P",
                         password=PASSWORD).json()
        self.id = self.user["id"]
        if role != "app_user":
            postgres.admin("UPDATE users SET role = '%s' WHERE id = '%s'"
                           % (role, self.id))
        self.sign_in()

    def sign_in(self):
        answer = post("/auth/login", email=self.email, password=PASSWORD)
        self.answer = answer.json()
        self.access = self.answer.get("access_token")
        self.refresh = self.answer.get("refresh_token")
        return answer

    def ask(self, method, path, body=wire.NOTHING):
        return ask(method, "/api/v1" + path, body, self.access)

    def write(self, **changes):
        return self.ask("POST", "/posts", dict(
            {"user_id": self.id, "title": "t", "content": "c"}, **changes))


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def renew(token):
    return post("/auth/refresh", refresh_token=token)


def same(answers, name):
    """What a client sees of them is the same, but for the request's id."""
    seen = set()
    for answer in answers:
        problem = answer.json()
        problem.pop("request_id")
        seen.add((answer.status, json.dumps(problem, sort_keys=True), tuple(
            sorted((key.lower(), value) for key, value in answer.headers
                   if key.lower() not in ("date", "x-request-id")))))
    equal(len(seen), 1, name, repr(seen))


# ---- the database that it needs ---------------------------------------------

@section
def roles():
    """An ordinary user may not make them, and is told what to do."""
    nginx.configure_example()
    status, said = nginx.call("-t")
    ok(status != 0, "without the roles nginx -t refuses", said)
    like(said, r"0003_roles\.sql.*not granted to app.*HINT: As an administrator:"
         r" CREATE ROLE app_user; CREATE ROLE app_admin;"
         r" GRANT app_user, app_admin TO app", "and says what would help")

    postgres.admin("ALTER ROLE app CREATEROLE")
    status, said = nginx.call("-t")
    equal(status, 0, "with CREATEROLE it does not", said)
    equal(re.findall(r"\[(?:warn|error|emerg)\].*", said), [],
          "nor does it warn")
    equal(postgres.admin("SELECT count(*) FROM pg_roles WHERE rolname ~"
                         " '^app_'"), "0", "and has made nothing")
    nginx.start()
    equal(postgres.admin("SELECT string_agg(rolname, ' ' ORDER BY rolname)"
                         " FROM pg_roles WHERE rolname ~ '^app_'"
                         " AND NOT rolcanlogin"),
          "app_admin app_user", "a start makes both")
    equal(postgres.admin("SELECT pg_has_role('app', 'app_user', 'MEMBER')"
                         " AND pg_has_role('app', 'app_admin', 'MEMBER')"),
          "t", "and app may act as them")

    with open(os.path.join(TOP, "migrations/0003_roles.sql"),
              encoding="utf-8") as file:
        again = file.read()
    postgres.admin("ALTER ROLE app NOCREATEROLE")
    postgres.sql(again)
    ok(True, "where they are there, nothing has to be made")


# ---- signing up and in ------------------------------------------------------

@section
def signing_up():
    body = {"email": "Ada@Example.com", "name": "Ada", "password": PASSWORD}
    answer = ask("POST", "/auth/register", body)
    equal((answer.status, list(answer.json())), (201, USER_KEYS), "a user")
    user = answer.json()
    equal(user["email"], "Ada@Example.com", "with the address as it was written")
    equal(answer["Location"], "/api/v1/users/" + user["id"], "its place")
    like(postgres.admin("SELECT password_hash FROM users WHERE id = '%s'"
                        % user["id"]), r"^\$argon2id\$v=19\$m=19456,t=2,p=1\$",
         "the password is argon2id")
    equal(postgres.admin("SELECT role FROM users WHERE id = '%s'" % user["id"]),
          "app_user", "whoever signs up is an ordinary user")

    for path in ("/auth/register", "/api/v1/users"):
        answer = ask("POST", path, dict(body, email="aDA@example.COM"))
        equal((answer.status, answer.errors()), (409, {"/email": "unique"}),
              path + ": the address is taken, in whatever case")
        answer = ask("POST", path, dict(body, role="app_admin"))
        equal((answer.status, answer.errors()), (422, {"/role": "unknown"}),
              path + ": a role is nothing to be asked for")
        equal(post(path).status, 422, path + ": nothing of what it needs")

    answer = post("/auth/login", email="ADA@example.com", password=PASSWORD)
    equal(answer.status, 200, "signing in, in another case")
    equal(claims(answer.json()["access_token"])["sub"], user["id"], "is her")


@section
def signing_in():
    ann = Person()
    equal(sorted(ann.answer), ["access_token", "expires_in", "refresh_token",
                               "token_type"], "two tokens")
    equal((ann.answer["token_type"], ann.answer["expires_in"]),
          ("Bearer", 900), "of which one is for a quarter of an hour")
    said = claims(ann.access)
    equal((said["iss"], said["aud"], said["sub"], said["role"],
           said["exp"] - said["iat"]),
          ("https://api.example.com", "app", ann.id, "app_user", 900),
          "it says who it is, for whom and for how long")
    ok(len(said["jti"]) >= 16, "and which one")
    equal(ann.sign_in()["Cache-Control"], "no-store", "no cache keeps it")
    ok(claims(ann.access)["jti"] != said["jti"], "the next is another one")
    like(ann.refresh, r"^[\w-]{43}$", "the other one is random")
    ok(ann.refresh not in postgres.admin("SELECT refresh_tokens FROM"
                                         " refresh_tokens"),
       "and in no table")
    equal(ann.ask("GET", "/users/me").json(), ann.user, "she is who she is")

    refused = [post("/auth/login", email=ann.email, password="wrong"),
               post("/auth/login", email="nobody@example.com",
                    password=PASSWORD),
               post("/auth/login", email=ann.email, password="x")]
    postgres.admin("UPDATE users SET disabled = true WHERE id = '%s'" % ann.id)
    refused.append(post("/auth/login", email=ann.email, password=PASSWORD))
    equal(refused[0].status, 401, "a wrong password")
    same(refused, "an unknown address and a disabled user are told the same")

    old = subprocess.run(["openssl", "passwd", "-6", PASSWORD], check=True,
                         capture_output=True, text=True).stdout.strip()
    postgres.admin("UPDATE users SET disabled = false, password_hash = '%s'"
                   " WHERE id = '%s'" % (old, ann.id))
    equal(post("/auth/login", email=ann.email, password="wrong").status, 401,
          "a hash of an older system, and a wrong password")
    equal(ann.sign_in().status, 200, "the right one")
    like(postgres.admin("SELECT password_hash FROM users WHERE id = '%s'"
                        % ann.id), r"^\$argon2id", "is hashed anew")
    equal(ann.sign_in().status, 200, "and is the right one still")


# ---- refreshing --------------------------------------------------------------

def used(token, seconds):
    """As if it had been used so long ago."""
    postgres.admin("UPDATE refresh_tokens SET used_at = used_at - interval"
                   " '%d s' WHERE hash = sha256('%s')" % (seconds, token))


@section
def refreshing():
    ann = Person()
    answer = renew(ann.refresh)
    equal(answer.status, 200, "a refresh token gives")
    second = answer.json()
    equal(sorted(second), sorted(ann.answer), "what signing in gave")
    ok(second["refresh_token"] != ann.refresh, "another refresh token")
    equal(claims(second["access_token"])["sub"], ann.id, "and an access token")
    equal(ask("GET", "/api/v1/users/me", token=second["access_token"]).json(),
          ann.user, "that is good")
    equal(answer["Cache-Control"], "no-store", "no cache keeps it")

    answer = renew(ann.refresh)
    equal(answer.status, 200, "again at once: the answer may have been lost")
    third = answer.json()["refresh_token"]
    equal([renew(third).status, renew(second["refresh_token"]).status],
          [200, 200], "both of what it gave are good")

    used(ann.refresh, 60)
    lost = [renew(ann.refresh)]
    equal(lost[0].status, 401, "a minute later it was stolen")
    lost += [renew(token) for token in (
        third, second["refresh_token"], ann.refresh)]
    lost += [renew("x" * 43), renew("\\x"), renew("nö\\"), renew("")]
    same(lost, "and nothing of its family is good, as if it had never been")
    equal(postgres.admin("SELECT bool_and(revoked) FROM refresh_tokens WHERE"
                         " user_id = '%s'" % ann.id), "t", "all is revoked")
    equal(ann.sign_in().status, 200, "signing in is another family")
    equal(renew(ann.refresh).status, 200, "whose tokens are good")


@section
def refresh_tokens_end():
    ann, bob = Person(), Person()
    postgres.admin("UPDATE refresh_tokens SET expires_at = now() WHERE user_id"
                   " = '%s'" % ann.id)
    equal(renew(ann.refresh).status, 401, "one that has expired")
    equal(renew(bob.refresh).status, 200, "and not all")
    ann.sign_in()
    equal(postgres.admin("SELECT count(*) FROM refresh_tokens WHERE user_id ="
                         " '%s'" % ann.id), "1", "signing in tidies up")

    postgres.admin("UPDATE users SET disabled = true WHERE id = '%s'" % ann.id)
    before = postgres.admin("SELECT count(*) FROM refresh_tokens")
    equal(renew(ann.refresh).status, 401, "of a user who is disabled")
    equal(postgres.admin("SELECT count(*) FROM refresh_tokens"), before,
          "nothing new is made")
    postgres.admin("UPDATE users SET role = 'app_admin' WHERE id = '%s'"
                   % bob.id)
    answer = renew(bob.refresh).json()
    equal(claims(answer["access_token"])["role"], "app_admin",
          "a new role is that of the next token")


@section
def at_the_same_time():
    ann = Person()
    answers = []

    def one():
        answers.append(renew(ann.refresh))

    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal([answer.status for answer in answers], [200] * 8, "eight tabs")
    equal(len({answer.json()["refresh_token"] for answer in answers}), 8,
          "have a token each")

    used(ann.refresh, 60)
    answers.clear()
    threads = [threading.Thread(target=one) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal([answer.status for answer in answers], [401] * 8, "eight thieves none")


# ---- signing out -------------------------------------------------------------

@section
def signing_out():
    ann = Person()
    phone = Person.__new__(Person)
    phone.__dict__.update(ann.__dict__)
    phone.sign_in()

    answer = post("/auth/logout", token=ann.access, refresh_token=ann.refresh)
    equal((answer.status, answer.body), (204, b""), "signing out")
    equal(renew(ann.refresh).status, 401, "ends the refresh token")
    ok(wait_until(lambda: ann.ask("GET", "/users/me").status == 401, 8),
       "and within seconds the access token")
    answer = ann.ask("GET", "/users/me")
    equal(answer.json()["detail"], "the access token is not valid", "for good")
    equal([phone.ask("GET", "/users/me").status, renew(phone.refresh).status],
          [200, 200], "her phone is signed in")

    equal([post("/auth/logout", refresh_token=token).status
           for token in (phone.refresh, ann.refresh, "x" * 43)], [204] * 3,
          "without an access token, twice, and of nobody")
    equal(renew(phone.refresh).status, 401, "it is over there, too")
    equal(post("/auth/logout", token=ann.access, refresh_token="x").status,
          401, "by a token that is revoked")

    bob = Person()
    postgres.admin("UPDATE users SET disabled = true WHERE id = '%s'" % bob.id)
    ok(wait_until(lambda: bob.ask("GET", "/users/me").status == 401, 8),
       "who is disabled is signed out within seconds")


# ---- whose rows are whose -----------------------------------------------------

@section
def oneself_and_others():
    ann, bob, admin = Person(), Person(), Person("app_admin")
    path = "/users/" + ann.id

    answer = ann.ask("PATCH", path, {"name": "Ann"})
    equal((answer.status, answer.json()["name"]), (200, "Ann"), "oneself")
    for method, body in (("PATCH", {"name": "x"}), ("DELETE", wire.NOTHING)):
        equal(bob.ask(method, path, body).status, 403, method + " of another")
        equal(bob.ask(method, "/users/" + tokens.NOBODY, body).status, 403,
              method + " of nobody: the same")
    equal(bob.ask("PATCH", path, {"zzz": 1}).status, 403,
          "before the body is looked at")
    answer = admin.ask("PATCH", path, {"name": "Anne"})
    equal((answer.status, answer.json()["name"]), (200, "Anne"), "an admin")
    equal(admin.ask("PATCH", "/users/" + tokens.NOBODY, {}).status, 404,
          "an admin, of nobody")
    equal(bob.ask("GET", path).json()["name"], "Anne", "others see it")
    equal(bob.ask("DELETE", "/users/" + bob.id).status, 204, "one may leave")
    equal(bob.ask("GET", "/users/me").status, 404, "and is gone")
    equal(bob.write().status, 422, "and writes no more")
    equal(renew(bob.refresh).status, 401, "nor comes back")
    equal(admin.ask("DELETE", path).status, 204, "an admin removes others")


@section
def posts():
    ann, bob, admin = Person(), Person(), Person("app_admin")
    draft = ann.write().json()
    shown = ann.write(published=True).json()

    def seen(who, query=""):
        return {post["id"] for post in who.ask(
            "GET", "/posts?limit=100" + query).json()}

    equal(seen(ann), {draft["id"], shown["id"]}, "one's own")
    equal(seen(bob), {shown["id"]}, "of others what is published")
    equal(seen(bob, "&published=false"), set(), "and nothing else")
    equal(seen(admin), {draft["id"], shown["id"]}, "an admin sees all")
    equal([post["id"] for post in bob.ask(
        "GET", "/users/%s/posts" % ann.id).json()], [shown["id"]],
          "by the user it is the same")

    for post, get in ((draft, 404), (shown, 200)):
        path = "/posts/" + post["id"]
        equal([bob.ask("GET", path).status,
               bob.ask("PUT", path, {"title": "x", "content": "x"}).status,
               bob.ask("DELETE", path).status], [get, 404, 404],
              "another's, published: %s" % post["published"])
        equal(ann.ask("GET", path).json(), post, "is as it was")

    answer = bob.write(user_id=ann.id)
    equal((answer.status, answer.json()["detail"]),
          (403, "posts are written by their author"), "in another's name")
    before = postgres.admin("SELECT count(*) FROM posts")
    rows = [{"user_id": who.id, "title": "t", "content": "c"}
            for who in (bob, ann, bob)]
    equal(bob.ask("POST", "/posts/batch", rows).status, 403, "one of a batch")
    equal(postgres.admin("SELECT count(*) FROM posts"), before,
          "then nothing of it is written")
    equal(admin.ask("POST", "/posts/batch", rows).status, 201,
          "an admin writes for others")
    equal(admin.write(user_id=tokens.NOBODY).status, 422, "but not for nobody")
    equal(admin.ask("DELETE", "/posts/" + draft["id"]).status, 204,
          "and removes")
    postgres.admin("DELETE FROM posts")


@section
def what_the_roles_may_not():
    """The statements of tomorrow's routes, which forget a WHERE."""
    ann = Person()
    ann.write()
    ann.write(published=True)

    def tried(role, statement):
        """What it prints, or the SQLSTATE, as app, which acts as role."""
        try:
            return postgres.sql(
                "\\set VERBOSITY sqlstate", "SET ROLE %s" % role, statement)
        except RuntimeError as error:
            return re.search(r"ERROR:  (\w+)", str(error)).group(1)

    for role in ("app_user", "app_admin"):
        for statement in (
                "SELECT password_hash FROM users", "SELECT * FROM users",
                "SELECT role FROM users", "UPDATE users SET role = 'app_admin'",
                "UPDATE users SET password_hash = 'x'",
                "UPDATE posts SET user_id = user_id", "TRUNCATE posts",
                "SELECT * FROM refresh_tokens", "SELECT * FROM revoked_tokens",
                "INSERT INTO users (email, name, password_hash) VALUES"
                " ('a@b.c', 'a', 'a')", "SELECT * FROM _sqlx_migrations",
                "CREATE TABLE mine (n int)"):
            equal(tried(role, statement), "42501", role + ": " + statement)

    for role, count in (("app_user", "1"), ("none", "1"), ("app_admin", "2")):
        equal(tried(role, "SELECT count(*) FROM posts"), count,
              "%s without a user sees %s" % (role, count))
    for role in ("app_user", "none"):
        equal(tried(role, "WITH gone AS (DELETE FROM posts RETURNING 1)"
                          " SELECT count(*) FROM gone"), "0",
              role + " without a user removes nothing")
    changed = ("WITH changed AS (UPDATE posts SET title = 'later' RETURNING 1)"
               " SELECT count(*) FROM changed")
    equal(postgres.sql(changed), "0", "a migration changes no row")
    equal(postgres.sql("ALTER TABLE posts NO FORCE ROW LEVEL SECURITY", changed,
                       "ALTER TABLE posts FORCE ROW LEVEL SECURITY"), "2",
          "but where it says NO FORCE for it")
    equal(tried("app_user", "WITH gone AS (DELETE FROM users RETURNING 1)"
                            " SELECT count(*) FROM gone"), "0", "and nobody")
    postgres.admin("DELETE FROM posts")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")
    equal([line for line in nginx.log().splitlines()
           if re.search(r"\[(error|emerg)\]", line)
           and "0003_roles" not in line][:10], [],
          "and what clients do wrong is no error of ours")


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.argv.insert(1, "roles")      # which starts nginx
    tap.run(the_end)
