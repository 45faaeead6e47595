"""What a worker asks the database in the midst of an answer leaves at once.

libpq 17 keeps a Sync, and all in front of it, until somebody flushes.  An older
one is made to do so by t/lib/flush.c.  One worker and one connection, so that
nothing else happens: what stays behind in libpq stays there for good.
"""

import os
import signal
import subprocess
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SCRATCH, SLOW, TOP, Nginx, Postgres
from tap import equal, ok, section

if SLOW:
    print("1..0 # SKIP LD_PRELOAD is the sanitizers' and valgrind's")
    sys.exit(0)

TYPES = 6

postgres = Postgres("flush")
postgres.sql("""
    CREATE TYPE pair AS (a int, b text);
    CREATE TABLE kept (id int PRIMARY KEY, p pair);
    INSERT INTO kept VALUES (1, (1, 'x'));
    CREATE TABLE lots (i int);
    INSERT INTO lots SELECT generate_series(1, 5000);
    ANALYZE lots""")

nginx = Nginx("flush", env={"API_START": "cold"})
nginx.configure("""
    api_postgres known { primary %s; max_connections 1; min_connections 1; read_batch off; }
    api_postgres late { primary %s; max_connections 1; check off; }
    api_postgres away { primary %s; max_connections 1; }
""" % (postgres.uri, postgres.uri, postgres.uri.replace("/t_flush", "/t_flush_away")), """
    api_timeout 3s;
    large_client_header_buffers 4 64k;

    location /known {
        api_database known;
        api_timeout 15s;
        api_route GET /pair { api_query value "SELECT p FROM kept WHERE id = 1"; }
        api_route GET /quick { api_query value "SELECT 1"; }
        api_route GET /slow {
            api_param n int required;
            api_query value "SELECT count(*) FROM lots a, lots b WHERE a.i < $n AND a.i <> b.i";
        }
        api_route GET /long { api_param k string; api_query value "SELECT length($k)"; }
    }
    location /late {
        api_database late;
        api_route GET /table { api_query many "SELECT * FROM made"; }
        api_route POST /steps {
            api_query value "SELECT id FROM made LIMIT 1" as=first;
            api_query value "SELECT m FROM made WHERE id = $first.id";
        }
        %s
    }
    location /away {
        api_database away;
        api_route GET /sum {
            api_param a int;
            api_param b int;
            api_query value "SELECT $a + $b";
        }
    }
""" % "\n".join("""
        api_route GET /type%d { api_query value "SELECT v FROM typed%d"; }""" % (i, i)
                for i in range(TYPES)), workers=1, level="notice")


def shim():
    library = os.path.join(SCRATCH, "flush.so")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library,
                    os.path.join(TOP, "t/lib/flush.c"), "-ldl"], check=True)
    nginx.env.update(LD_PRELOAD=library)


shim()
nginx.start()


def ask(path, method="GET"):
    connection = wire.Connection(nginx.port, 10)
    try:
        return connection.request(method, path)
    finally:
        connection.close()


def answers(path, wanted, name, method="GET"):
    response = ask(path, method)
    equal((response.status, response.status == 200 and response.json()),
          (200, wanted), name, response)


def at_once(paths):
    """Sent so that the worker meets all of them in one turn: connections, in
    the same order."""
    connections = [wire.Connection(nginx.port, 20) for _ in paths]

    # accepted one a turn, so before
    for connection in connections:
        connection.request("GET", "/known/quick")

    worker = nginx.workers()[0]
    os.kill(worker, signal.SIGSTOP)
    try:
        for connection, path in zip(connections, paths):
            connection.send(b"GET %s HTTP/1.1\r\nHost: x\r\n\r\n" % path.encode())
    finally:
        os.kill(worker, signal.SIGCONT)

    return connections


@section
def a_type_that_changes():
    answers("/known/pair", {"a": 1, "b": "x"}, "a composite")
    postgres.sql("ALTER TYPE pair ADD ATTRIBUTE c int")

    # so long its fields are taken for known
    time.sleep(0.3)

    answers("/known/pair", {"a": 1, "b": "x", "c": None}, "it has one more field")


@section
def a_table_that_is_made():
    equal(ask("/late/table").status, 500, "there is no such table")
    postgres.sql("CREATE TYPE mark AS ENUM ('good')",
                 "CREATE TABLE made (id int, m mark[])",
                 "INSERT INTO made VALUES (1, '{good}')")
    answers("/late/table", [{"id": 1, "m": ["good"]}], "it is made")
    answers("/late/table", [{"id": 1, "m": ["good"]}], "and asked once more")
    answers("/late/steps", ["good"], "in a transaction, step by step", "POST")


@section
def types_that_come_at_once():
    """The second meets a question that was asked before its type was there."""
    ask("/late/table")
    postgres.sql(*["CREATE TYPE new%d AS (x int)" % i for i in range(TYPES)],
                 *["CREATE TABLE typed%d (v new%d)" % (i, i) for i in range(TYPES)],
                 *["INSERT INTO typed%d VALUES (row(%d))" % (i, i) for i in range(TYPES)])

    got = [connection.receive() for connection in
           at_once(["/late/type%d" % i for i in range(TYPES)])]

    equal([response.status for response in got], [200] * TYPES,
          "%d new types in one turn" % TYPES, got)
    equal([response.json() for response in got if response.status == 200],
          [{"x": i} for i in range(TYPES)], "each with its fields")


@section
def an_answer_that_is_read_while_something_is_sent():
    """One turn's requests on one connection: the first has its answer, the
    second takes its time, the rest are more than a socket takes."""
    # what is known to be quick needs no connection for itself
    for _ in range(20):
        for path in "quick", "slow?n=0", "long?k=x":
            ask("/known/" + path)

    paths = ["/known/quick", "/known/slow?n=1000"] + ["/known/long?k=" + "x" * 30000] * 16

    connections = at_once(paths)

    begun = time.monotonic()
    got = [connections[0].receive()]
    first = time.monotonic() - begun

    got += [connection.receive() for connection in connections[1:]]
    last = time.monotonic() - begun

    equal([response.status for response in got], [200] * len(paths), "all are answered", got)
    ok(first < last / 2, "the first does not wait for the second",
       "%.3f s, all: %.3f s" % (first, last))


@section
def a_database_that_comes_late():
    """A statement that cannot be prepared before its types are told."""
    equal(ask("/away/sum?a=1&b=2").status, 503, "it is not there")
    postgres.admin("CREATE DATABASE t_flush_away OWNER app", database="postgres")

    response = tap.wait_until(lambda: came("/away/sum?a=1&b=2"), 20)
    ok(response, "it is")
    equal(response and response.status == 200 and response.json(), 3,
          "its first statement needs two questions", response)


def came(path):
    response = ask(path)
    return response if response.status != 503 else None


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no alert")
    postgres.admin("DROP DATABASE IF EXISTS t_flush_away WITH (FORCE)", database="postgres")


tap.run(the_end)
