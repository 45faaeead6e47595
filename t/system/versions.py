"""Lost updates: a hundred clients change what they have read, at once.  Of each
version exactly one succeeds, whichever column the version is, and whatever else
they are told is a 412.
"""

import os
import sys
import threading

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, Postgres
from tap import equal, section

CLIENTS = 100
ROUNDS = 5

postgres = Postgres("versions")
postgres.sql("CREATE TABLE posts (id int PRIMARY KEY, title text NOT NULL, who int, version int NOT NULL DEFAULT 1,"
             " at timestamptz NOT NULL DEFAULT clock_timestamp())",
             "INSERT INTO posts (id, title) VALUES (1, 'counted'), (2, 'timed'), (3, 'by xmin'), (4, 'merged')")

WRITE = """
    api_route GET  /%(name)s/:id {
        api_etag %(tag)s;
        api_query one "SELECT id, title, who, %(column)s FROM posts WHERE id = $id";
    }
    api_route %(method)s /%(name)s/:id {
        api_etag %(tag)s required;
        api_body { title string; who int required; }
        api_query one "UPDATE posts SET %(change)s
                        WHERE id = $id AND ($if_match IS NULL OR %(compare)s = $if_match)
                       RETURNING id, who, %(column)s";
    }
"""

nginx = Nginx("versions")
nginx.configure("""
    api_postgres app { primary "%s"; max_connections 10; }
""" % postgres.uri, "".join(WRITE % kind for kind in (
    {"name": "counted", "method": "PUT", "tag": "version", "column": "version", "compare": "version",
     "change": "title = $title, who = $who, version = version + 1"},
    {"name": "timed", "method": "PUT", "tag": "at", "column": "at", "compare": "at",
     "change": "title = $title, who = $who, at = clock_timestamp()"},
    {"name": "xmin", "method": "PUT", "tag": "v", "column": "xmin::text AS v", "compare": "xmin::text",
     "change": "title = $title, who = $who"},
    {"name": "merged", "method": "PATCH", "tag": "version", "column": "version", "compare": "version",
     "change": "$changes, version = version + 1"})), workers=2)
nginx.start()


class Racer(threading.Thread):
    """One client: waits with the others, and writes."""

    def __init__(self, number, start):
        super().__init__(daemon=True)
        self.number, self.start_line = number, start
        self.connection = wire.Connection(("127.0.0.1", nginx.port), timeout=60)
        self.request, self.answers = None, []

    def run(self):
        for method, target in self.rounds:
            self.start_line.wait(60)
            tag = self.connection.request("GET", target)["ETag"]
            self.start_line.wait(60)
            answer = self.connection.request(method, target, headers=[("If-Match", tag)],
                                             json={"title": "by %d" % self.number, "who": self.number})
            self.answers.append((tag, answer))
            self.start_line.wait(60)


def race(method, target):
    start = threading.Barrier(CLIENTS)
    racers = [Racer(number, start) for number in range(CLIENTS)]
    for racer in racers:
        racer.rounds = [(method, target)] * ROUNDS
        racer.start()
    for racer in racers:
        racer.join(300)
        racer.connection.close()
    return racers


def judge(method, target, row):
    racers = race(method, target)
    tags, last = [], None

    for turn in range(ROUNDS):
        heard = [racer.answers[turn] for racer in racers]
        seen = {tag for tag, _ in heard}
        won = [answer for _, answer in heard if answer.status == 200]
        lost = [answer for _, answer in heard if answer.status != 200]

        equal(len(seen), 1, "round %d: all have read one version" % turn)
        equal(len(won), 1, "exactly one write succeeds")
        equal({answer.status for answer in lost}, {412}, "all others are told that it is another version")
        tags.append(seen.pop())
        if won:
            last = won[0]
            equal(won[0]["ETag"] == tags[-1], False, "the answer has the new version")

    equal(len(set(tags)), ROUNDS, "each round has had a version of its own")
    equal(int(postgres.sql("SELECT who FROM posts WHERE id = %d" % row)), last.json()["who"],
          "what is stored is the last one that was told so")


@section
def a_counter():
    judge("PUT", "/counted/1", 1)
    equal(postgres.sql("SELECT version FROM posts WHERE id = 1"), str(1 + ROUNDS), "counted once a round")


@section
def a_time():
    judge("PUT", "/timed/2", 2)


@section
def the_transaction_that_wrote_it():
    judge("PUT", "/xmin/3", 3)


@section
def a_patch():
    judge("PATCH", "/merged/4", 4)
    equal(postgres.sql("SELECT version FROM posts WHERE id = 4"), str(1 + ROUNDS), "counted once a round")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
