"""docs/login.md as it stands, and what a password's verification costs others:
no connection while it computes, no more of the first transaction when the
schema has changed, nothing when clients leave.
"""

import base64
import json
import os
import re
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SLOW, TOP, Nginx, Postgres
from tap import equal, ok, section, wait_until

with open(os.path.join(TOP, "docs/login.md"), encoding="utf-8") as page:
    PAGE = page.read()


def blocks(kind):
    return re.findall(r"(?ms)^```%s\n(.*?)^```$" % kind, PAGE)


tables, refresh = blocks("sql")
routes, change, cookies = blocks("nginx")

postgres = Postgres("login")
postgres.sql(tables, """
    CREATE TABLE slow (n int, name text);
    CREATE TYPE pair AS (a int, b text);
    CREATE TABLE pairs (p pair);
    CREATE TABLE first (n int GENERATED ALWAYS AS IDENTITY, name text)""")

nginx = Nginx("login")
nginx.write("session.key", "0123456789abcdef0123456789abcdef0123\n")
nginx.write("refresh.sql", refresh)
os.chmod(nginx.path("session.key"), 0o644)

COST = "memory 1m; time 1; queue 100;"


def configure(cost=COST):
    nginx.configure("""
api_password { %s threads 1; }
api_postgres app { primary "%s"; max_connections 1; min_connections 1; }
""" % (cost, postgres.uri), routes + cookies + "location /new {" + change + "}" + """
location /me { api_route GET /a { api_query value "SELECT $jwt.sub"; } }
location /x {
    api_jwt off;
    api_timeout 60s;
    api_route GET /fast { api_query value "SELECT 1"; }
    api_route POST /slow {
        api_body { email email required; password string required max=128; }
        api_query optional "SELECT id, password_hash FROM users WHERE email = $email" as=user;
        api_query exec "INSERT INTO first (name) VALUES ($email)";
        api_verify_password $user.password_hash $password rehash=$new;
        api_query value "SELECT $user.id::int";
    }
    api_route POST /pair {
        api_body { email email required; password string required max=128; p json required; }
        api_query optional "SELECT id, password_hash FROM users WHERE email = $email" as=user;
        api_query exec "INSERT INTO first (name) VALUES ('pair')";
        api_verify_password $user.password_hash $password;
        api_query exec "INSERT INTO pairs (p) VALUES ($p)";
        api_query value "SELECT p::text FROM pairs" ;
    }
}
""", workers=1)


configure()
nginx.start()

ANN = {"email": "ann@example.com", "password": "correct horse"}


def post(path, body, timeout=60):
    client = wire.Client(nginx.port, timeout=timeout)
    response = client.post(path, json=body)
    client.close()
    return response


def costs(cost):
    """From now on; ann has an account."""
    post("/auth/register", ANN)
    configure(cost)
    nginx.reload()
    wait_until(lambda: len(nginx.workers()) == 1, 30)


def claims(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def numbers(statement):
    return [int(row[0]) for row in postgres.rows(statement)]


@section
def the_page():
    equal(post("/auth/register", ANN).status, 201, "who signs up")
    equal(post("/auth/register", ANN).status, 409, "does it once")

    response = post("/auth/login", ANN)
    equal(response.status, 200, "signs in")
    tokens = response.json()
    equal(sorted(tokens), ["access_token", "expires_in", "refresh_token", "token_type"],
          "and has two tokens")
    said = claims(tokens["access_token"])
    equal((said["sub"], said["role"], said["exp"] - said["iat"]), ("1", "user", 900),
          "one says who it is, and for how long")
    equal(response["Cache-Control"], "no-store", "that no cache keeps")

    wrong = post("/auth/login", dict(ANN, password="wrong"))
    nobody = post("/auth/login", dict(ANN, email="bob@example.com"))
    equal((wrong.status, nobody.status), (401, 401), "a wrong password, an unknown address")
    equal(wrong.json()["detail"], nobody.json()["detail"], "are told the same")
    postgres.sql("UPDATE users SET disabled = true")
    equal(post("/auth/login", ANN).status, 401, "who is disabled, too")
    postgres.sql("UPDATE users SET disabled = false")


@section
def refreshed_and_reused():
    first = post("/auth/login", ANN).json()["refresh_token"]
    response = post("/auth/refresh", {"refresh_token": first})
    equal(response.status, 200, "a refresh token is good once")
    second = response.json()["refresh_token"]
    ok(second != first and claims(response.json()["access_token"])["sub"] == "1",
       "and gives two new ones")
    equal(post("/auth/refresh", {"refresh_token": first}).status, 200,
          "a second tab within ten seconds gets some, too")
    equal(post("/auth/refresh", {"refresh_token": "no such"}).status, 401, "an unknown one does not")

    postgres.sql("UPDATE refresh_tokens SET used_at = used_at - interval '1 minute'")
    equal(post("/auth/refresh", {"refresh_token": first}).status, 401, "a minute later it is stolen")
    equal(numbers("SELECT count(*) FROM refresh_tokens WHERE NOT revoked AND family ="
                  " (SELECT family FROM refresh_tokens WHERE hash = sha256('%s'))" % first), [0],
          "and its family is revoked, though the answer was 401")
    equal(post("/auth/refresh", {"refresh_token": second}).status, 401, "whoever has one of it")

    last = post("/auth/login", ANN).json()["refresh_token"]
    equal(post("/auth/logout", {"refresh_token": last}).status, 204, "who signs out")
    equal(post("/auth/refresh", {"refresh_token": last}).status, 401, "is out")
    equal(post("/auth/logout", {"refresh_token": "no such"}).status, 204, "also without a token")
    equal(post("/auth/refresh", {"refresh_token": "\\xzz"}).status, 401, "no text is more than unknown")


def me(*headers):
    client = wire.Client(nginx.port, timeout=60)
    response = client.get("/me/a", headers=list(headers))
    client.close()
    return response


@section
def signed_out():
    tokens = post("/auth/login", ANN).json()
    mine = ("Authorization", "Bearer " + tokens["access_token"])
    other = ("Authorization", "Bearer " + post("/auth/login", ANN).json()["access_token"])
    equal(me(mine).json(), "1", "what is issued is taken")
    client = wire.Client(nginx.port, timeout=60)
    equal(client.post("/auth/logout", json={"refresh_token": tokens["refresh_token"]},
                      headers=[mine]).status, 204, "who signs out")
    client.close()
    ok(wait_until(lambda: me(mine).status == 401, 30), "has no token any more,")
    equal(me(other).status, 200, "where somebody else has")


@section
def a_new_password():
    mine = ("Authorization", "Bearer " + post("/auth/login", ANN).json()["access_token"])

    def change(old, new):
        client = wire.Client(nginx.port, timeout=60)
        response = client.request("PUT", "/new/password", headers=[mine], json={"old": old, "new": new})
        client.close()
        return response.status

    equal(change("wrong", "another horse"), 401, "the old one must be right")
    equal(change(ANN["password"], "another horse"), 204, "and then there is a new one")
    equal(post("/auth/login", ANN).status, 401, "the old one is none any more")
    equal(change("another horse", ANN["password"]), 204, "and back")


@section
def cookies_of_the_page():
    response = post("/web/login", ANN)
    equal((response.status, sorted(response.json())), (200, ["email", "id"]), "who signs in")
    cookie = response["Set-Cookie"]
    ok(cookie.startswith("session=ey") and cookie.endswith("; HttpOnly; Secure; SameSite=Lax; Path=/"),
       "has a cookie: " + cookie)
    cookie = ("Cookie", cookie.split(";")[0])

    def out(*headers):
        client = wire.Client(nginx.port, timeout=60)
        response = client.request("POST", "/web/logout", headers=[cookie] + list(headers))
        client.close()
        return response

    equal(out(("Sec-Fetch-Site", "cross-site"), ("Origin", "https://evil.example")).status, 403,
          "that another site's page cannot use")
    equal(out().status, 403, "nor who says nothing of it")
    response = out(("Sec-Fetch-Site", "cross-site"), ("Origin", "https://app.example.com"))
    equal(response.status, 200, "but that of a site that is listed,")
    ok(response["Set-Cookie"].startswith("session=; Max-Age=0;"), "and signs out")
    equal(out(("Sec-Fetch-Site", "same-origin")).status, 200, "and one of its own")
    wrong = post("/web/login", dict(ANN, password="wrong"))
    equal((wrong.status, wrong["Set-Cookie"]), (401, None), "a wrong password has none")


def slowly(most):
    """/x/slow in threads: their statuses."""
    found = []

    def one():
        try:
            found.append(post("/x/slow", ANN).status)
        except (wire.Ended, OSError):
            found.append(None)

    threads = [threading.Thread(target=one) for _ in range(most)]
    for thread in threads:
        thread.start()
    return threads, found


@section
def no_connection_is_held():
    costs("memory 256m; time 8; queue 2;")
    postgres.sql("TRUNCATE first")

    threads, found = slowly(1)
    wait_until(lambda: numbers("SELECT count(*) FROM first") == [1], 20)
    started = time.monotonic()
    client = wire.Client(nginx.port)
    got = [client.get("/x/fast").status for _ in range(20)]
    ok(threads[0].is_alive() or SLOW, "while it computes",
       "%.3f s, %r" % (time.monotonic() - started, found))
    equal(got, [200] * 20, "the only connection serves others")
    threads[0].join()
    ok(time.monotonic() - started > 0 and found == [401] or found == [200], "then it is answered",
       repr(found))

    threads, found = slowly(6)
    for thread in threads:
        thread.join()
    ok(503 in found and 200 in found, "beyond the queue it is 503", repr(found))


@section
def no_database_for_who_would_be_refused():
    """Where too many wait already, the first transaction does not run."""
    costs("memory 256m; time 8; queue 1;")
    postgres.sql("TRUNCATE first")
    waiting = []
    for n in range(2):                  # one computes, one waits
        connection = wire.Connection(nginx.port, 60)
        connection.send(wire.message("POST", "/x/slow", json=ANN))
        waiting.append(connection)
        wait_until(lambda n=n: numbers("SELECT count(*) FROM first")
                   == [n + 1], 20)

    # the second one is in the line once another is refused
    wait_until(lambda: post("/x/slow", ANN).status == 503, 20)
    before = numbers("SELECT count(*) FROM first")
    refused = [post("/x/slow", ANN) for _ in range(5)]
    equal([(answer.status, answer.json()["code"]) for answer in refused],
          [(503, "busy")] * 5, "beyond the queue it is 503")
    ok(all(answer["Retry-After"] for answer in refused), "with a time to wait")
    client = wire.Client(nginx.port)
    equal([client.get("/x/fast").status for _ in range(5)], [200] * 5,
          "others are served")
    client.close()
    equal(numbers("SELECT count(*) FROM first"), before,
          "and none of those refused has met the database")
    for connection in waiting:
        connection.reset()


@section
def clients_that_leave():
    costs("memory 8m; time 2; queue 50;")
    before = nginx.workers()

    for n in range(30 if SLOW else 200):
        connection = wire.Connection(nginx.port, 20)
        connection.send(wire.message("POST", "/x/slow", json=ANN))
        if n % 3 == 0:
            time.sleep(0.004)
        connection.reset() if n % 2 else connection.close()

    equal(wait_until(lambda: post("/x/slow", ANN).status, 60), 200, "who leaves takes no thread with him")
    equal(nginx.workers(), before, "nor the worker")


@section
def a_schema_that_changes():
    costs("memory 256m; time 3; queue 50;")
    postgres.sql("TRUNCATE first")
    eve = dict(ANN, email="eve@example.com")
    equal(post("/auth/register", eve).status, 201, "somebody whose password takes its time")
    found = []

    thread = threading.Thread(target=lambda: found.append(
        post("/x/pair", dict(eve, p={"a": 1, "b": "x"}))))
    thread.start()
    wait_until(lambda: numbers("SELECT count(*) FROM first") == [1], 20)
    postgres.sql("DROP TABLE pairs", "DROP TYPE pair", "CREATE TYPE pair AS (b text, a int)",
                 "CREATE TABLE pairs (p pair)")
    thread.join()

    equal((found[0].status, found[0].text), (200, '"(x,1)"'), "the second transaction begins again")
    equal(numbers("SELECT count(*) FROM first"), [1], "and the first one, which is committed, does not")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
