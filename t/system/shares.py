"""Reads that share a Sync with those of other requests, and those that never
do.  A relay between nginx and PostgreSQL counts the messages of the protocol.
"""

import os
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import turn
from relay import Relay
from server import Nginx, Postgres
from tap import equal, ok, section, wait_until

CLIENTS = 30

postgres = Postgres("shares")
postgres.sql(
    "CREATE TABLE things (id int PRIMARY KEY, name text)",
    "INSERT INTO things SELECT i, 'name ' || i FROM generate_series(1, 100) i",
    "CREATE VIEW careless AS SELECT id, set_config('app.user', 'v', true)"
    " AS was FROM things",
    "CREATE FUNCTION plain(int) RETURNS int LANGUAGE sql STABLE"
    " AS 'SELECT $1'",
    "CREATE FUNCTION loud(int) RETURNS int LANGUAGE plpgsql"
    " AS 'BEGIN PERFORM set_config(''app.user'', ''f'', true);"
    " RETURN $1; END'",
    "CREATE TABLE guarded (id int)",
    "INSERT INTO guarded VALUES (1)",
    "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE guarded FORCE ROW LEVEL SECURITY",
    "CREATE POLICY p ON guarded USING (loud(id) = id)")

nginx = Nginx("shares")


class Counter(Relay):
    """.counts: the client's messages by type."""

    def __init__(self):
        self.counts = {}
        Relay.__init__(self, postgres.port)

    def sent(self, number, kind, message):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return message

    def count(self):
        with self.lock:
            return self.counts.get("E", 0), self.counts.get("S", 0)


relay = Counter()

ROUTES = """
    location /s {
        api_route GET /plain/:id<int> {
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route GET /two/:id<int> {
            api_query one "SELECT plain($id) AS first" as=first;
            api_query one "SELECT name FROM things WHERE id = $id";
        }
        api_route GET /inverse/:id<int> {
            api_query value "SELECT 12 / $id::int";
        }
        api_route GET /user {
            api_query value "SELECT current_setting('app.user', true)";
        }
        api_route GET /set/:v {
            api_query value "SELECT set_config('app.user', $v, true)";
        }
        api_route GET /Set/:v {
            api_query value "SELECT SET_CONFIG ('app.user', $v, true)";
        }
        api_route GET /quoted/:v {
            api_query value 'SELECT "set_config" (\\'app.user\\', $v, true)';
        }
        api_route GET /limit/:id<int> {
            api_query many "SELECT id FROM things ORDER BY id
                LIMIT length(set_config('app.user', repeat('x', $id), true))";
        }
        api_route GET /view/:id<int> {
            api_query one "SELECT id, was FROM careless WHERE id = $id";
        }
        api_route GET /loud/:id<int> { api_query value "SELECT loud($id)"; }
        api_route GET /policy/:id<int> {
            api_query one "SELECT id, $id::int AS n FROM guarded";
        }
        api_route GET /now/:id<int> {
            api_query value "SELECT now() + make_interval(secs => $id)";
        }
        api_route GET /today/:id<int> {
            api_query value "SELECT current_date + $id::int";
        }
        api_route GET /random/:id<int> {
            api_query value "SELECT random() + $id";
        }
    }
"""


def configured(settings):
    nginx.configure("""
    api_postgres app {
        primary "postgresql://app:%s@127.0.0.1:%d/%s?sslmode=disable";
        max_connections 1; min_connections 1; queue 1000;
        acquire_timeout 60s; %s
    }""" % (postgres.app_password, relay.port, postgres.database, settings),
        ROUTES.replace("location /s {", "location /s { api_timeout 60s;"),
        workers=1)

    if nginx.process:
        old = set(nginx.workers())
        if not nginx.reload():
            raise RuntimeError("no reload:\n" + nginx.log()[-2000:])
        ok(wait_until(lambda: not old & set(nginx.workers()), 30),
           "the old worker is gone")
    else:
        nginx.start()


def at_once(paths):
    """The answers, and how many Executes and Syncs they took."""
    before = []
    answers = turn.at_once(nginx, "/s", paths,
                           lambda: before.extend(relay.count()))
    executes, syncs = relay.count()
    return answers, executes - before[0], syncs - before[1]


def at_once_known(paths, most):
    """The same, once the paths are known to be fast: on a busy machine, and
    behind the relay, it takes some rounds until that is believed."""
    for _ in range(20):
        answers, executes, syncs = at_once(paths)
        if syncs <= most:
            break
    return answers, executes, syncs


@section
def reads_share():
    configured("")
    answers, executes, syncs = at_once_known(["/plain/%d" % (n + 1)
                                              for n in range(CLIENTS)],
                                             CLIENTS // 4)
    equal([a.json() for a in answers],
          [{"id": n + 1, "name": "name %d" % (n + 1)}
           for n in range(CLIENTS)], "each has its own answer")
    equal(executes, CLIENTS, "each statement was sent once")
    ok(syncs <= CLIENTS // 4, "with few Syncs", syncs)

    answers, executes, syncs = at_once_known(["/two/%d" % (n + 1)
                                              for n in range(CLIENTS)],
                                             CLIENTS // 4)
    equal([a.json() for a in answers],
          [{"name": "name %d" % (n + 1)} for n in range(CLIENTS)],
          "routes of two statements")
    equal(executes, 2 * CLIENTS, "each statement was sent once")
    ok(syncs <= CLIENTS // 4, "with few Syncs", syncs)


@section
def a_failure_is_the_failing_ones_own():
    paths = ["/inverse/%d" % (n % 5) for n in range(CLIENTS)]
    answers, _, syncs = at_once(paths)
    equal([a.status for a in answers],
          [422 if n % 5 == 0 else 200 for n in range(CLIENTS)]
          if answers[0].status == 422 else
          [answers[0].status if n % 5 == 0 else 200 for n in range(CLIENTS)],
          "only those fail that divide by zero")
    ok(answers[0].status >= 400, "and they do", answers[0])
    equal([a.json() for n, a in enumerate(answers) if n % 5],
          [12 // (n % 5) for n in range(CLIENTS) if n % 5],
          "the others have their answers")
    ok(syncs > CLIENTS // 2, "those aborted were sent again", syncs)


@section
def nothing_leaks():
    for careless in ("/set/a", "/Set/a", "/quoted/a", "/limit/3", "/view/1",
                     "/loud/1", "/policy/1"):
        answers, executes, syncs = at_once([careless, "/user"]
                                           * (CLIENTS // 2))
        equal({a.status for a in answers}, {200}, careless)
        ok(all(a.json() in (None, "") for a in answers[1::2]),
           careless + " leaves nothing to others",
           {a.text for a in answers[1::2]})
        ok(syncs >= CLIENTS // 2, careless + " has a Sync of its own", syncs)


@section
def what_tells_of_the_transaction_is_alone():
    for path in ("/now/1", "/today/1", "/random/1"):
        answers, executes, syncs = at_once([path] * CLIENTS)
        equal({a.status for a in answers}, {200}, path)
        ok(CLIENTS <= syncs == executes, path + ": a Sync each",
           (executes, syncs))


@section
def it_can_be_switched_off():
    # of what nobody has looked into each session is made clean as well
    for settings, cost in (("read_batch off;", (CLIENTS, CLIENTS)),
                           ("prepare off;", (CLIENTS, CLIENTS)),
                           ("check off;", (12 * CLIENTS, 2 * CLIENTS))):
        configured(settings)
        answers, executes, syncs = at_once(["/plain/%d" % (n + 1)
                                            for n in range(CLIENTS)])
        equal({a.status for a in answers}, {200}, settings)
        ok(executes >= cost[0] and executes * cost[1] == syncs * cost[0],
           settings + " a Sync each", (executes, syncs))

    configured("read_batch 2;")
    answers, executes, syncs = at_once_known(["/plain/%d" % (n + 1)
                                              for n in range(CLIENTS)],
                                             CLIENTS - 1)
    ok(CLIENTS // 2 <= syncs < CLIENTS, "read_batch 2: two a Sync", syncs)


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
