"""Tokens that hold no more: "revoked" of api_jwt.

What the list says, who asks for it and how often, what becomes of it while the
database is away, over reloads and killed workers; what nginx -t says of the
line.
"""

import base64
import hashlib
import hmac
import json
import mmap
import os
import signal
import subprocess
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SCRATCH, TOP, Nginx, OwnPostgres
from tap import equal, like, ok, section, wait_until

SECRET = "s" * 32
INVALID = "the access token is not valid"
NOW = int(time.time())

postgres = OwnPostgres("revoked")
postgres.sql("CREATE TABLE revoked_tokens (jti text, sub text,"
             " not_before timestamptz, expires_at timestamptz NOT NULL"
             " DEFAULT now() + interval '1 day')")

nginx = Nginx("revoked", env={"SECRET": SECRET})

LIST = ("SELECT jti, sub, not_before FROM revoked_tokens"
        " WHERE expires_at > now()")


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(**claims):
    claims = dict({"exp": NOW + 3600, "iat": NOW - 100, "sub": "ann",
                   "jti": "j1"}, **claims)
    claims = {name: value for name, value in claims.items()
              if value is not None}
    text = ".".join(b64(json.dumps(part).encode())
                    for part in ({"alg": "HS256"}, claims))
    return text + "." + b64(hmac.new(SECRET.encode(), text.encode(),
                                     hashlib.sha256).digest())


def server(line, more=""):
    return """
    access_log logs/who.log who;
    location /api {
        api_jwt { key env:SECRET; %s }
        api_route GET /a { api_query value "SELECT $jwt.sub"; }
        api_route GET /file { empty_gif; }
        api_route POST /logout {
            api_query exec "INSERT INTO revoked_tokens (jti, expires_at)
                            VALUES ($jwt.jti, to_timestamp($jwt.exp::float8))";
        }
    }
    %s
""" % (line, more)


def configure(line, more="", workers=4, http=""):
    nginx.configure("""
    log_format who '$request_uri $status $api_jwt_status';
    %s
    api_postgres app { primary "%s"; connect_timeout 1s; }
""" % (http, postgres.uri), server(line, more), workers=workers,
                    main="env SECRET;")


def ask(path="/api/file", text=None, method="GET", **claims):
    connection = wire.Connection(nginx.port)
    try:
        return connection.request(method, path, headers=[
            ("Authorization", "Bearer " + (text or token(**claims)))])
    finally:
        connection.close()


def status(**claims):
    return ask(**claims).status


def everywhere(wanted, seconds=20, **claims):
    """All workers say so: connections meet any of them."""
    return wait_until(lambda: all(status(**claims) == wanted
                                  for _ in range(12)), seconds)


def revoke(**row):
    postgres.sql("INSERT INTO revoked_tokens (%s) VALUES (%s)" % (
        ", ".join(row), ", ".join("'%s'" % value for value in row.values())))


configure('revoked "%s" every=1s max=5;' % LIST)
nginx.start()


@section
def what_the_list_says():
    equal(status(), 200, "who is not in the list may")
    revoke(jti="j1")
    ok(everywhere(401), "one by its jti may not, in any worker")
    answer = ask()
    equal(answer.json()["detail"], INVALID, "in the one sentence")
    like(answer["WWW-Authenticate"], "invalid_token", "as all bad ones")
    equal(status(jti="j2"), 200, "another one of hers may")
    wait_until(lambda: "401 revoked" in open(nginx.path("logs/who.log")).read(),
               10)
    like(open(nginx.path("logs/who.log")).read(), "/api/file 401 revoked",
         "the log has the word")

    revoke(sub="bob", not_before=time.strftime(
        "%Y-%m-%d %H:%M:%S+00", time.gmtime(NOW - 50)))
    ok(everywhere(401, sub="bob", jti="b1"), "all that bob had then are over")
    equal(status(sub="bob", jti="b1", iat=NOW - 50), 200, "not the later ones")
    equal(status(sub="bob", jti="b1", iat=None), 401,
          "one that says no time is an old one")

    revoke(sub="eve")
    ok(everywhere(401, sub="eve", jti="e1", iat=NOW), "without a time all are")

    revoke(jti="c1", sub="cat")
    ok(everywhere(401, sub="cat", jti="c1"), "with a jti it is that one,")
    equal(status(sub="cat", jti="c2"), 200, "and none but that")

    postgres.sql("DELETE FROM revoked_tokens WHERE jti = 'j1'")
    ok(everywhere(200), "what leaves the list holds again")


@section
def logout():
    mine = token(jti="mine", sub="dan")
    equal(ask("/api/a", mine).json(), "dan", "who is signed in")
    equal(ask("/api/logout", mine, "POST").status, 204, "signs out,")
    ok(wait_until(lambda: all(ask("/api/a", mine).status == 401
                              for _ in range(12)), 20), "and is out")
    postgres.sql("TRUNCATE revoked_tokens")


@section
def one_worker_asks():
    """A list is a scan of the table: one a second, not one for each worker."""
    def scans():
        return int(postgres.admin("SELECT seq_scan FROM pg_stat_user_tables"
                                  " WHERE relname = 'revoked_tokens'"))
    before, begun = scans(), time.monotonic()
    time.sleep(8)
    took = time.monotonic() - begun
    n = scans() - before
    ok(2 <= n <= took + 2, "four workers ask once a second, %d in %.1f s"
       % (n, took))


@section
def too_many():
    for i in range(8):
        revoke(jti="m%d" % i)
    ok(wait_until(lambda: "rows, and the list holds 5" in nginx.log(), 20),
       "a list of more rows than max is told of")
    equal(sum(status(jti="m%d" % i) == 401 for i in range(8)), 5,
          "and cut there")
    postgres.sql("TRUNCATE revoked_tokens")


@section
def workers_that_are_killed():
    revoke(jti="j1")
    ok(everywhere(401), "it is in the list")
    for _ in range(10):
        for worker in nginx.workers():
            os.kill(worker, signal.SIGKILL)
        nginx.expected.append("exited on signal 9")
        wait_until(lambda: len(nginx.workers()) >= 4, 20)
        equal(status(), 401, "and in that of the next workers at once")
    revoke(jti="after")
    ok(everywhere(401, 40, jti="after"), "who ask on")


@section
def the_database_is_away():
    postgres.sql("TRUNCATE revoked_tokens")
    revoke(jti="j1")
    ok(everywhere(401) and everywhere(200, jti="after"), "a list")
    postgres.pg_ctl("stop", "-m", "immediate")
    time.sleep(2.5)
    equal([status() for _ in range(8)], [401] * 8, "stays without a database,")
    equal([status(jti="j2") for _ in range(8)], [200] * 8, "and so do others,")
    ok(nginx.reload(), "over a reload")
    wait_until(lambda: len(nginx.workers()) == 4, 20)
    equal([status() for _ in range(8)], [401] * 8, "too")
    equal([status(jti="j2") for _ in range(8)], [200] * 8, "in all workers")
    like(nginx.log(), r"the list of revoked tokens is that of \d+ s ago",
         "the log says how old it is")

    nginx.stop()
    nginx.start()
    started = time.monotonic()
    answer = ask(jti="j2")
    took = time.monotonic() - started
    equal(answer.status, 503, "without any list nobody can be told from one")
    equal(answer.json()["code"], "keys_away", "that is revoked")
    ok(took < 15, "after a while (%.1f s)" % took)
    like(nginx.log(), "there is no list of revoked tokens, and so all are"
                      " refused", "as the log says")
    postgres.pg_ctl("start")
    ok(everywhere(401, 40) and everywhere(200, jti="j2"),
       "and asks when the database is back")


@section
def requests_at_the_start():
    """Nobody is let in before the first list, and nobody is refused for it."""
    unexpected = []
    for _ in range(3):
        nginx.stop()
        nginx.start()
        for _ in range(20):
            unexpected += [(status(), status(jti="j2"))]
    equal(set(unexpected), {(401, 200)}, "of the first requests each is asked")


@section
def clients_that_leave_while_there_is_no_list():
    nginx.stop()
    postgres.pg_ctl("stop", "-m", "immediate")
    nginx.start()
    left = []
    for _ in range(50):
        connection = wire.Connection(nginx.port)
        connection.send(wire.message("GET", "/api/file", [
            ("Authorization", "Bearer " + token())]))
        left.append(connection)
    time.sleep(0.3)
    for connection in left:
        connection.reset()
    postgres.pg_ctl("start")
    ok(everywhere(401, 40), "the others are answered")


@section
def what_nginx_says():
    def test(line, http=""):
        configure(line, http=http)
        return nginx.call("-t")

    def refused(line, said, http=""):
        code, text = test(line, http)
        ok(code != 0, "refused: " + line[:60])
        like(text, said, "it says why")
        like(text, r"in \S*nginx.conf:\d+", "and where")

    refused('revoked "SELECT jit FROM revoked_tokens";', 'column "jit"')
    refused('revoked "SELECT jti AS token FROM revoked_tokens";',
            'has a column "token", which means nothing here')
    refused('revoked "SELECT not_before FROM revoked_tokens";',
            'has no column "jti" and none "sub"')
    refused('revoked "SELECT jti FROM revoked_tokens WHERE sub = $jwt.sub";',
            "no request asks this statement")
    refused('revoked "DELETE FROM revoked_tokens RETURNING jti";',
            "modifies rows")
    refused('revoked "SELECT jti FROM revoked_tokens" every=0;',
            '"every=", not "every=0"')
    refused('revoked "SELECT jti FROM revoked_tokens" max=0;',
            '"max=", not "max=0"')
    refused('revoked "SELECT jti FROM revoked_tokens" often;',
            'is written: revoked "SQL"')
    refused('revoked "SELECT jti FROM revoked_tokens";'
            ' revoked "SELECT jti FROM revoked_tokens";', "is duplicate")
    refused('revoked "SELECT jti FROM revoked_tokens";', "there are several",
            'api_postgres b { primary "%s"; }' % postgres.uri)
    refused("revoked nosuch.sql;", "nosuch.sql")

    nginx.write("revoked.sql", LIST)
    code, text = test("revoked revoked.sql;")
    equal((code, "[warn]" in text), (0, False), "a file has it, too: "
          + text[-300:])

    # one list for two blocks, and another size of it
    configure('revoked "%s" every=1s max=7;' % LIST,
              "location /b { api_jwt { key env:SECRET;"
              ' revoked "%s" every=1s max=7; }'
              ' api_route GET /b { empty_gif; } }' % LIST)
    ok(nginx.reload(), "two blocks have one list")
    ok(everywhere(401), "and both")
    ok(wait_until(lambda: ask("/b/b").status == 401, 20), "hold to it")


def slow_hashes(server):
    """t/lib/hashes.c before that server's libsodium: its two numbers."""
    library = os.path.join(SCRATCH, "hashes.so")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library,
                    os.path.join(TOP, "t/lib/hashes.c"), "-ldl"], check=True)
    name = os.path.join(SCRATCH, "hashes")
    with open(name, "wb") as file:
        file.write(bytes(16))
    os.chmod(name, 0o666)
    server.env.update(LD_PRELOAD=library, HASHES_FILE=name)
    with open(name, "r+b") as file:
        return mmap.mmap(file.fileno(), 16)


def number(numbers, n, value=None):
    if value is not None:
        numbers[8 * n:8 * n + 8] = value.to_bytes(8, sys.byteorder)
    return int.from_bytes(numbers[8 * n:8 * n + 8], sys.byteorder)


@section
def others_are_answered_while_a_long_list_is_written():
    """Each row takes 200 us longer than it would: without turns in between
    nothing is answered until the last of them is written."""
    rows = 20000
    postgres.sql("TRUNCATE revoked_tokens",
                 "INSERT INTO revoked_tokens (jti) SELECT 'n' || n"
                 " FROM generate_series(1, %d) n" % rows)
    other = Nginx("revoked-slow", env={"SECRET": SECRET})
    numbers = slow_hashes(other)
    other.configure("""
    log_format who '$request_uri $status $api_jwt_status';
    api_postgres app { primary "%s"; }
""" % postgres.uri, server('revoked "%s" every=1h;' % LIST,
                           "location /open { empty_gif; }"),
                    workers=1, main="env SECRET;")
    number(numbers, 1, 200)
    other.start()
    ok(wait_until(lambda: number(numbers, 0) > 2000, 30),
       "a list is being written")
    connection = wire.Connection(other.port)
    answers = [connection.request("GET", "/open").status for _ in range(5)]
    written = number(numbers, 0)
    equal(answers, [200] * 5, "others are answered,")
    ok(written < rows, "before its end: %d of %d rows" % (written, rows))
    number(numbers, 1, 0)
    connection.close()

    def both():
        connection = wire.Connection(other.port)
        try:
            return [connection.request("GET", "/api/file", headers=[
                ("Authorization", "Bearer " + token(jti=jti))]).status
                for jti in ("n%d" % rows, "n0")]
        finally:
            connection.close()
    ok(wait_until(lambda: both() == [401, 200], 20), "its last row counts")
    other.stop()
    equal(other.alerts(), [], "no crash, no alert, no report")
    postgres.sql("TRUNCATE revoked_tokens")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
