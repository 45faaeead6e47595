"""API keys: how often they are looked up.

Once for all requests that come with one, so many a second, and again when a
row has been remembered for as long as it may; a database that is away, or
slow, or whose statement fails; clients that leave.  t/apikey.t has what a key
is good for.
"""

import hashlib
import json
import os
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SLOW, Nginx, OwnPostgres
from tap import equal, like, ok, section, wait_until

postgres = OwnPostgres("apikeys")
postgres.sql("CREATE TABLE api_keys (key text PRIMARY KEY, owner text)",
             "INSERT INTO api_keys SELECT 'key-of-somebody-' || n, 'o' || n"
             " FROM generate_series(1, 500) n",
             "CREATE SEQUENCE looked",
             "CREATE TABLE slowness (s float8)",
             "INSERT INTO slowness VALUES (0)",
             # a look-up that is counted though its transaction only reads
             "CREATE FUNCTION look(k text) RETURNS TABLE (sub text)"
             " LANGUAGE plpgsql AS $$ BEGIN RAISE LOG 'looked up %', k;"
             " PERFORM pg_sleep(s) FROM slowness;"
             " IF k LIKE 'key-of-failure%' THEN RAISE 'no such thing'; END IF;"
             " RETURN QUERY SELECT owner FROM api_keys WHERE key = k;"
             " END $$")

nginx = Nginx("apikeys")


def configure(lines="", workers=1):
    nginx.configure("""
    api_postgres app { primary "%s"; max_connections 4; connect_timeout 1s; }
""" % postgres.uri, """
    location /k {
        api_key { query "SELECT sub FROM look($api_key)"; %s }
        api_route GET /a { api_query value "SELECT $key.sub"; }
        api_route GET /file { empty_gif; }
    }
    location /open { api_route GET /a { api_query value "SELECT 1"; } }
""" % lines, workers=workers)


def ask(key, path="/k/file"):
    connection = wire.Connection(nginx.port)
    try:
        return connection.request("GET", path, headers=[("X-API-Key", key)])
    finally:
        connection.close()


def looks():
    with open(postgres.log, errors="replace") as log:
        return log.read().count("LOG:  looked up")


class Counted:
    def __enter__(self):
        self.before = looks()
        return self

    def __exit__(self, *_):
        time.sleep(0.3)
        self.n = looks() - self.before


def together(keys, path="/k/file"):
    found = []

    def one(key):
        found.append(ask(key, path).status)

    threads = [threading.Thread(target=one, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


configure("cache 2s;")
nginx.start()


@section
def once_for_a_while():
    with Counted() as count:
        equal([ask("key-of-somebody-1").status for _ in range(20)],
              [200] * 20, "a key that is remembered")
    equal(count.n, 1, "is looked up once")
    with Counted() as count:
        equal([ask("key-of-nobody-0001").status for _ in range(20)],
              [401] * 20, "and one that nobody has, too")
    equal(count.n, 1, "is not asked for again and again")
    postgres.sql("DELETE FROM api_keys WHERE key = 'key-of-somebody-1'",
                 "INSERT INTO api_keys VALUES ('key-of-nobody-0001', 'new')")
    ok(wait_until(lambda: ask("key-of-somebody-1").status == 401, 20),
       "one that is taken away is none when that is over")
    ok(wait_until(lambda: ask("key-of-nobody-0001").status == 200, 20),
       "and a new one is one")


@section
def once_for_all_who_wait():
    postgres.sql("UPDATE slowness SET s = 0.5")
    with Counted() as count:
        equal(together(["key-of-somebody-2"] * 50), [200] * 50,
              "fifty with one key wait together")
    equal(count.n, 1, "for one look-up")
    postgres.sql("UPDATE slowness SET s = 0")


@section
def whoever_tries_keys():
    configure("rate 10;")
    nginx.reload()
    wait_until(lambda: len(nginx.workers()) == 1, 30)
    equal(ask("key-of-somebody-3").status, 200, "a key")
    begun = time.monotonic()
    with Counted() as count:
        statuses = [ask("key-that-is-tried-%d" % i).status
                    for i in range(300)]
        known = [ask("key-of-somebody-3").status for _ in range(20)]
    took = time.monotonic() - begun
    ok(count.n <= 10 * took + 11,
       "are so many a second: %d in %.1f s" % (count.n, took))
    equal(set(statuses), {401, 503}, "beyond that it is 503")
    refused = ask("key-that-is-tried-x")
    if refused.status == 503:
        equal((refused.json()["code"], refused["Retry-After"]), ("busy", "1"),
              "and when to come again")
    equal(known, [200] * 20, "who is remembered does not notice")
    ok(wait_until(lambda: ask("key-of-somebody-4").status == 200, 20),
       "and a moment later another one may")


@section
def a_statement_that_fails():
    equal(ask("key-of-failure-001").status, 500, "is a 500,")
    like(nginx.log(), '"query" of api_key: ERROR P0001: no such thing',
         "which the log explains")
    postgres.sql("CREATE OR REPLACE FUNCTION look(k text) RETURNS TABLE"
                 " (sub text) LANGUAGE sql AS"
                 " $$ SELECT 'a' UNION ALL SELECT k $$")
    time.sleep(1)
    equal(ask("key-of-two-rows-01").status, 500, "and so are two rows")
    like(nginx.log(), "there are several rows for one key", "as it says")
    postgres.sql("CREATE OR REPLACE FUNCTION look(k text) RETURNS TABLE"
                 " (sub text) LANGUAGE sql AS $$ SELECT repeat('x', 9000) $$")
    time.sleep(1)
    equal(ask("key-of-much-00001").status, 500, "a row beyond all bounds")
    postgres.sql("CREATE OR REPLACE FUNCTION look(k text) RETURNS TABLE"
                 " (sub text) LANGUAGE plpgsql AS $$ BEGIN"
                 " PERFORM pg_sleep(s) FROM slowness;"
                 " RETURN QUERY SELECT owner FROM api_keys WHERE key = k;"
                 " END $$")


@section
def clients_that_leave():
    configure("rate 1000;")
    nginx.reload()
    wait_until(lambda: len(nginx.workers()) == 1, 30)
    postgres.sql("UPDATE slowness SET s = 0.2")
    for round in range(4):
        left = []
        for i in range(40):
            connection = wire.Connection(nginx.port)
            connection.send(wire.message("GET", "/k/file", [
                ("X-API-Key", "key-of-somebody-%d" % (100 + i // 4))]))
            left.append(connection)
        time.sleep(0.05)
        for connection in left:
            connection.reset()
    postgres.sql("UPDATE slowness SET s = 0")
    equal(together(["key-of-somebody-%d" % (100 + i) for i in range(10)]),
          [200] * 10, "leave nothing behind")


@section
def a_reload_meanwhile():
    postgres.sql("UPDATE slowness SET s = 1")
    found = []
    thread = threading.Thread(
        target=lambda: found.extend(together(["key-of-somebody-20%d" % i
                                              for i in range(4)])))
    thread.start()
    time.sleep(0.3)
    nginx.reload()
    thread.join()
    equal(found, [200] * 4, "those who wait are answered by the old worker")
    postgres.sql("UPDATE slowness SET s = 0")


@section
def the_database_is_away():
    configure("cache 60s;")
    nginx.reload()
    wait_until(lambda: len(nginx.workers()) == 1, 30)
    equal(ask("key-of-somebody-5").status, 200, "a key")
    postgres.pg_ctl("stop", "-m", "immediate")
    equal(ask("key-of-somebody-5").status, 200, "that is remembered is good")
    answer = ask("key-of-somebody-6")
    equal(answer.status, 503, "another one cannot be told from none,")
    like(answer.json()["code"], "database_away|acquire_timeout", "as it says")
    ok(answer["Retry-After"], "and when to come again")
    postgres.pg_ctl("start")
    ok(wait_until(lambda: ask("key-of-somebody-6").status == 200, 40),
       "until the database is back")


def write_keys(**owners):
    """To where the file stands, whole."""
    nginx.write("keys.new", json.dumps({
        hashlib.sha256(("key-of-a-file-" + name).encode()).hexdigest():
        {"sub": owner} for name, owner in owners.items()}))
    os.rename(nginx.path("keys.new"), nginx.path("keys.json"))


@section
def a_file_of_keys():
    write_keys(one="1", two="2")
    configure("keys file:%s;" % nginx.path("keys.json"), workers=2)
    nginx.reload()
    wait_until(lambda: len(nginx.workers()) == 2, 30)
    status = lambda name: ask("key-of-a-file-" + name).status
    with Counted() as counted:
        equal([status("one"), status("two")], [200, 200], "they are good")
    equal(counted.n, 0, "and no database is asked for them")
    equal(ask("key-of-somebody-300").status, 200, "those of the table, too")

    write_keys(two="2", three="3")

    # each connection goes to either worker: all ten have to agree
    ok(wait_until(lambda: [status("one") for _ in range(10)] == [401] * 10
                  and [status("three") for _ in range(10)] == [200] * 10, 20),
       "what is written into it counts without a reload")

    nginx.write("keys.json", '{ "half": ')
    ok(wait_until(lambda: status("two") == 200
                  and "is not taken, the keys stay as they were"
                  in nginx.log(), 20), "a broken one is told")
    equal([status("two"), status("three"), status("one")], [200, 200, 401],
          "and changes nothing")
    os.remove(nginx.path("keys.json"))
    time.sleep(1.1)
    equal([status("two") for _ in range(4)], [200] * 4,
          "nor does one that is gone")
    write_keys()
    ok(wait_until(lambda: [status("two") for _ in range(10)] == [401] * 10,
                  20), "an empty one takes all away")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
