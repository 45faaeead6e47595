"""Each allocation that a worker makes for a request fails once.

Whatever becomes of that request, the worker lives, what it promised is in the
database and what it refused is not, and the requests behind it are answered.
"""

import mmap
import os
import struct
import subprocess
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SCRATCH, SLOW, TOP, Nginx, Postgres
from tap import equal, ok, section

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

if SLOW:
    print("1..0 # SKIP the sanitizers and valgrind have an allocator of their own")
    sys.exit(0)

postgres = Postgres("memory")
postgres.sql("""
    CREATE TYPE size AS (w int, h numeric);
    CREATE TABLE things (id int PRIMARY KEY, name varchar(40), tags text[], doc jsonb,
                         box size, secret text);
    INSERT INTO things VALUES (0, 'zero', '{a,b}', '{"a": [1]}', '(1,2.5)', 's')""")

nginx = Nginx("memory")
nginx.configure("api_postgres app { primary %s; max_connections 4; }" % postgres.uri, """
    client_max_body_size 2m;
    api_max_body 2m;
    client_body_buffer_size 4k;
    api_body_type json form;
    # libpq forgets an answer for which it has no memory (pqParseInput3()): the
    # deadline is what ends that
    api_timeout 2s;

    api_route GET /things/:id<int> {
        api_param verbose bool default=false in=query;
        api_query one "SELECT *, $verbose AS verbose FROM things WHERE id = $id";
    }
    api_route GET /things { api_query many "SELECT id, name, tags, box FROM things WHERE id < 3"; }
    api_route POST /things {
        api_body {
            id int required;
            name string max=40 pattern="^[a-z ]+$";
            tags string[] default=x,y;
            mail email nullable;
            doc { a int; b string[]; }
        }
        api_query one "INSERT INTO things (id, name, tags, doc, secret) VALUES ($id, $name, $tags, $doc, $mail) RETURNING id";
    }
    api_route PUT /things/:id<int> {
        api_body { name string required; secret string max=64; }
        api_hash_password $hash $secret;
        api_query one "UPDATE things SET name = $name, secret = $hash WHERE id = $id RETURNING id" as=thing;
        api_query exec "INSERT INTO things (id, name) VALUES ($thing.id + 1, $name)";
        api_status 204;
    }
    api_route POST /bulk {
        api_body { list int[] required; text string; }
        api_query value "SELECT cardinality($list::int[]) + length($text)";
    }
""", workers=1, level="warn")

# where memory was wanting, nginx says so
nginx.expected = [r"(malloc|memalign|calloc|realloc)\(.*failed"]


def shim():
    """The shared library, made of t/lib/scarce.c, and the file it looks at."""
    library = os.path.join(SCRATCH, "scarce.so")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library,
                    os.path.join(TOP, "t/lib/scarce.c")], check=True)
    name = os.path.join(SCRATCH, "scarce")
    with open(name, "wb") as file:
        file.write(bytes(24))
    os.chmod(name, 0o666)
    nginx.env.update(LD_PRELOAD=library, SCARCE_FILE=name)
    with open(name, "r+b") as file:
        return mmap.mmap(file.fileno(), 24)


scarce = shim()
nginx.start()
worker = tap.wait_until(nginx.workers, 20)[0]


def arm(n):
    """The n-th allocation of the worker from now fails; 0: none."""
    scarce[0:24] = struct.pack("qqq", worker, n, 0)


def met():
    """Has it failed, and how many allocations were there?"""
    _, left, count = struct.unpack("qqq", scarce[0:24])
    return left == 0, count


def ask(method, path, body=None, kind=JSON, connection=None):
    """A status, or None where the connection ended."""
    try:
        connection = connection or wire.Connection(nginx.port, 30)
        headers = {"Content-Type": kind} if body is not None else {}
        response = connection.request(method, path, body=body,
                                      headers=headers)
        connection.close()
        return response
    except (wire.Ended, ConnectionError):
        return None


def well():
    """Is the next one answered?"""
    response = ask("GET", "/things/0")
    return response is not None and response.status == 200


def for_all(method, path, body=lambda n: None, kind=JSON, most=400, after=lambda n: n + 1,
            wanted=(200, 201, 204)):
    """For n from 1: the n-th allocation fails, until there are fewer.  Returns
    what became of each: {n: status or None}."""
    outcomes = {}
    n = 1

    while True:
        at = path(n) if callable(path) else path
        arm(n)
        response = ask(method, at, body(n), kind)
        failed, count = met()
        arm(0)

        outcomes[n] = response.status if response else None

        if not tap.wait_until(well, 15):
            ok(False, "%s %s, allocation %d: and the next is answered"
               % (method, at, n))
            return outcomes

        if response is not None and response.status >= 400:
            if response.type != "application/problem+json":
                ok(False, "%s %s, allocation %d: the error is a problem"
                   % (method, at, n), repr(response))

        if not failed:
            break

        if n > most:
            ok(False, "%s %s: %d allocations?" % (method, at, count))
            break

        n = after(n)

    ok(len(outcomes) > 4, "%s %s: %d allocations failed one by one: %s" % (
        method, path if isinstance(path, str) else path(0), len(outcomes) - 1,
        counted(outcomes)))
    ok(outcomes[n] in wanted, "and then none does: %s" % outcomes[n],
       repr(response))
    return outcomes


def counted(outcomes):
    values = list(outcomes.values())
    return ", ".join("%s %d times" % (value, values.count(value))
                     for value in sorted(set(values), key=str))


def ledger(name, outcomes, number):
    """2xx is there, 4xx is not."""
    there = {int(row[0]) for row in postgres.rows("SELECT id FROM things")}
    lost = [n for n, status in outcomes.items()
            if status and status < 300 and number(n) not in there]
    ghosts = [n for n, status in outcomes.items()
              if status and 400 <= status < 500 and number(n) in there]
    equal((lost, ghosts), ([], []), name + ": nothing lost, no ghost")


@section
def reading():
    ok(well(), "it works")
    for_all("GET", "/things/0?verbose=true")
    for_all("GET", "/things")
    for_all("GET", "/things/x", wanted=(400,))
    for_all("GET", "/things/0?verbose=x", wanted=(400, 422))


@section
def writing():
    outcomes = for_all("POST", "/things", lambda n: b'{"id":%d,"name":"a b","mail":"a@b.de",'
                       b'"doc":{"a":1,"b":["x","y"]}}' % (1000 + n))
    ledger("POST", outcomes, lambda n: 1000 + n)

    outcomes = for_all("POST", "/things", lambda n: b"id=%d&name=a+b&tags=1&tags=2" % (
        2000 + n), FORM)
    ledger("a form", outcomes, lambda n: 2000 + n)

    for_all("POST", "/things", lambda n: b'{"id":"x","name":7,"more":[],"tags":[1,2]}',
            wanted=(422,))
    for_all("POST", "/things", lambda n: b'{"id":1,', wanted=(400,))
    for_all("POST", "/things", lambda n: b'{"id":0}', wanted=(409,))


@section
def passwords_and_transactions():
    for_all("PUT", "/things/0", lambda n: b'{"name":"x","secret":"s"}', wanted=(409,))

    postgres.sql("INSERT INTO things (id, name)"
                 " SELECT 10000 + 2 * n, 'x' FROM generate_series(0, 300) AS n")
    outcomes = for_all("PUT", lambda n: "/things/%d" % (10000 + 2 * n),
                       lambda n: b'{"name":"new","secret":"s"}')
    ledger("PUT", outcomes, lambda n: 10001 + 2 * n)

    half = postgres.sql("SELECT count(*) FROM things AS a WHERE name = 'new' AND id % 2 = 0"
                        " AND NOT EXISTS (SELECT FROM things WHERE id = a.id + 1)")
    equal(half, "0", "no transaction is half there")


@section
def large_bodies():
    """Read by a thread, whose allocations fail as well."""
    body = b'{"list":[' + b",".join(b"%d" % i for i in range(20000)) + b'],"text":"abc"}'
    for_all("POST", "/bulk", lambda n: body)
    for_all("POST", "/bulk", lambda n: body[:-2], wanted=(400,))
    for_all("POST", "/bulk", lambda n: body.replace(b",777,", b',"x",'), wanted=(422,))


@section
def connections():
    """The pool has none: each allocation of connecting, too."""
    def cut(n):
        postgres.terminate()
        time.sleep(0.02)
        return None

    # OpenSSL makes thousands of them for a password
    for_all("GET", "/things/0?verbose=true", cut, most=200000,
            after=lambda n: n + 1 + n // 8, wanted=(200, 500, 502, 503))


def the_end():
    equal(nginx.workers(), [worker], "one worker, the same")
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
