"""Facts, as observers are told them (src/observe): which, and in which order.

The observer is the debug log's: one line "api fact: …" each.
"""

import os
import re
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, Postgres
from tap import equal, ok, section, wait_until

postgres = Postgres("facts")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text UNIQUE)",
             "INSERT INTO things VALUES (1, 'one'), (2, 'two')")

CONF = """
    api_postgres app { primary %s; max_connections 1; min_connections 1; queue 1; acquire_timeout 3s; }
""" % postgres.uri

SERVER = """
    location /api {
        api_timeout 10s;
        api_route GET /things/:id<int> {
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route POST /both {
            api_param name string required;
            api_query one "INSERT INTO things VALUES (3, $name) RETURNING id" as=made;
            api_query one "SELECT name FROM things WHERE id = $made.id";
        }
        api_route POST /things/:id<int> {
            api_query exec "INSERT INTO things VALUES ($id, 'one')";
        }
        api_route GET /late { api_timeout 300ms; api_query value "SELECT pg_sleep(5)::text"; }
        api_route GET /slow { api_query value "SELECT pg_sleep(0.8)::text"; }
        api_route POST /slow { api_query value "SELECT pg_sleep(0.8)::text"; }
        api_route GET /hang { api_query value "SELECT pg_sleep(2)::text"; }
        api_route GET /shut { deny all; api_query value "SELECT 1"; }
    }
"""

nginx = Nginx("facts")
nginx.configure(CONF, SERVER, workers=1, level="debug")
nginx.start()


def ask(method, path):
    connection = wire.Connection(nginx.port)
    try:
        return connection.request(method, path)
    finally:
        connection.close()


class Marked:
    """The facts that were told since; those of requests by default."""

    def __init__(self, log):
        self.path = log
        self.mark = os.path.getsize(log)

    def all(self):
        with open(self.path, errors="replace") as source:
            source.seek(self.mark)
            return re.findall(r"(\*\d+ )?api fact: (.*)", source.read())

    def of_requests(self):
        return [plain(fact) for connection, fact in self.all() if connection]

    def of_databases(self):
        return [plain(fact) for connection, fact in self.all()
                if not connection]


def plain(fact):
    """Without what is another number each time."""
    fact = re.sub(r", (?:took|waited) \d+ us", "", fact)
    fact = re.sub(r', api_postgres: "app"', "", fact)
    return re.sub(r", \d+ bytes", "", fact)


def facts(method, path, enough=lambda told: told[-1:] and "answer sent" in told[-1]):
    """The answer, and a request's facts, without those of the steps that did
    not ask the database."""
    marked = Marked(nginx.error_log)
    answer = ask(method, path)
    wait_until(lambda: enough(marked.of_requests()), 5)
    told = marked.of_requests()
    return answer, [fact for fact in told
                    if not re.match(r"step (?:begun|ended) (?!query)", fact)]


ASKED = ["request begun", "step begun query", "job submitted",
         "step ended query, returned -2"]
SENT = ASKED + ["job sent"]
ANSWERED = ["step begun query", "step ended query, returned 0"]
FAILED = ["step begun query", "step ended query, returned -5"]


@section
def a_read():
    ask("GET", "/api/things/1")
    answer, told = facts("GET", "/api/things/2")
    equal((answer.status, told),
          (200, SENT + ["statement done, step 0, rows 1",
                        "job finished committed"]
           + ANSWERED + ["answer sent, status 200"]), "in this order")

    answer, told = facts("GET", "/api/things/9")
    equal((answer.status, told),
          (404, SENT + ["statement done, step 0, rows 0",
                        "job finished declined"]
           + FAILED + ["answer sent no_row, status 404"]), "no row")


@section
def every_step_is_begun_and_ended():
    marked = Marked(nginx.error_log)
    ask("GET", "/api/things/2")
    wait_until(lambda: "answer sent, status 200" in marked.of_requests(), 5)
    open_step, steps = None, []
    for fact in marked.of_requests():
        step = re.match(r"step (begun|ended) (\w+)", fact)
        if step and step.group(1) == "begun":
            ok(open_step is None, "%s begins when no other is open"
               % step.group(2))
            open_step = step.group(2)
            steps.append(open_step)
        elif step:
            equal(step.group(2), open_step, "and ends")
            open_step = None
    equal((open_step, steps[-2:]), (None, ["query", "query"]),
          "the last one is asked twice")


@section
def a_dialogue():
    answer, told = facts("POST", "/api/both?name=three")
    equal((answer.status, told),
          (200, SENT + ["statement done, step 0, rows 1",
                        "statement done, step 1, rows 1",
                        "job finished committed"]
           + ANSWERED + ["answer sent, status 200"]), "both statements")
    postgres.sql("DELETE FROM things WHERE id = 3")


@section
def a_statement_that_fails():
    answer, told = facts("POST", "/api/things/1")
    equal((answer.status, told),
          (409, SENT + ["statement done 23505, step 0, rows 0",
                        "job finished 23505 failed"]
           + FAILED + ["answer sent conflict, status 409"]),
          "with its SQLSTATE")


@section
def a_refusal_of_nginx():
    answer, told = facts("GET", "/api/shut")
    equal((answer.status, told), (403, ["answer sent forbidden, status 403"]),
          "is an answer, too")


@section
def a_deadline_cancels():
    marked = Marked(nginx.error_log)
    answer, told = facts("GET", "/api/late")
    equal((answer.status, told),
          (504, SENT + ["job forgotten, cancel 1",
                        "answer sent timeout, status 504"]), "told, forgotten")
    ok(wait_until(lambda: "connection draining closed, of 1"
                  in marked.of_databases(), 5), "the connection ends",
       marked.of_databases())
    said = [fact for fact in marked.of_databases() if "setup" not in fact
            and "connecting" not in fact]
    equal([fact for fact in said if fact.split(",")[0] in
           ("batch sent", "cancel sent", "connection busy draining",
            "connection draining closed")][:4],
          ["batch sent, jobs 1", "connection busy draining, of 1",
           "cancel sent", "connection draining closed, of 1"],
          "the server is asked", said)


@section
def a_client_that_leaves():
    ask("GET", "/api/things/1")
    marked = Marked(nginx.error_log)
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/api/slow"))
    wait_until(lambda: "job sent" in marked.of_requests(), 5)
    connection.close()
    ok(wait_until(lambda: "job forgotten, cancel 0" in marked.of_requests(), 5),
       "its job is forgotten", marked.of_requests())
    time.sleep(1)
    equal([fact for fact in marked.of_requests()
           if "finished" in fact or "answer" in fact], [],
          "and nothing more is told of it")


@section
def a_write_that_nobody_waits_for():
    ask("GET", "/api/things/1")
    marked = Marked(nginx.error_log)
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("POST", "/api/slow"))
    wait_until(lambda: "job sent" in marked.of_requests(), 5)
    connection.close()
    ok(wait_until(lambda: "statement done, step 0, rows 1"
                  in marked.of_databases(), 5),
       "its statement is the database's", marked.of_databases())
    equal([fact for fact in marked.of_requests() if "statement" in fact], [],
          "and no request's")


@section
def a_line_that_is_full():
    ask("GET", "/api/things/1")
    marked = Marked(nginx.error_log)
    waiting = [wire.Connection(nginx.port) for _ in range(3)]
    for connection in waiting:
        connection.send(wire.message("GET", "/api/slow"))
        time.sleep(0.1)
    answers = [connection.receive() for connection in waiting]
    equal([answer.status for answer in answers], [200, 200, 503],
          "one runs, one waits, one is refused")
    told = marked.of_requests()
    ok("job waits, waiting 1" in told and "job refused full" in told
       and "answer sent queue_full, status 503" in told, "as was told", told)
    ok("line left, waiting 0" in told, "and who waited no longer does", told)


@section
def a_connection_that_is_lost():
    ask("GET", "/api/things/1")
    marked = Marked(nginx.error_log)
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/api/hang"))
    wait_until(lambda: "job sent" in marked.of_requests(), 5)
    postgres.terminate()
    answer = connection.receive()
    connection.close()
    told = [fact for fact in marked.of_requests()
            if fact.startswith(("job", "statement", "answer"))]
    equal((answer.status, told),
          (200, ["job submitted", "job sent", "job replayed lost",
                 "job waits, waiting 1", "job sent",
                 "statement done, step 0, rows 1", "job finished committed",
                 "answer sent, status 200"]), "a read is sent again")
    said = marked.of_databases()
    ok("connection lost 57P01, jobs 1" in said, "why, and with how many", said)
    ok(any(fact.startswith("connection opened, version 1") for fact in said)
       and "prepared" in said, "a session is made again, and prepared", said)


def finish():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert")


tap.run(finish, sys.argv[1:])
