"""api_settings and api_role: each request's transaction has its own values and
its own role, and nothing of another one's: with one Sync for many and for each,
in a dialogue, behind a pooler, among statements that fail and clients that
leave.  And what nginx -t says of them.
"""

import os
import random
import sys
import threading

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import turn
import wire
from pgbouncer import PgBouncer
from relay import Relay
from server import SLOW, Nginx, Postgres, free_port
from tap import equal, like, ok, section, wait_until

USERS = 50
REQUESTS = 600 if SLOW else 10000
CLIENTS = 20

postgres = Postgres("row_security")

ROLES = ("rs_user", "rs_admin", "rs_stranger", "rs_bare")
postgres.admin(*["DROP ROLE IF EXISTS %s" % role for role in ROLES],
               *["CREATE ROLE %s" % role for role in ROLES],
               "GRANT rs_user, rs_admin TO app",
               "ALTER ROLE rs_bare LOGIN NOINHERIT PASSWORD '%s'"
               % postgres.app_password,
               "GRANT rs_user TO rs_bare")
postgres.sql(
    "CREATE TABLE notes (id int PRIMARY KEY, owner text NOT NULL, text text)",
    "INSERT INTO notes SELECT i, 'u' || i % 50, 'note ' || i"
    " FROM generate_series(1, 1000) i",
    "CREATE INDEX ON notes (owner)",
    "CREATE SEQUENCE numbers",
    "CREATE TABLE secrets (id int)",
    "ALTER TABLE notes ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY own ON notes TO rs_user USING (owner ="
    " (SELECT nullif(current_setting('app.user', true), '')))",
    "CREATE POLICY every ON notes TO rs_admin USING (true)",
    "GRANT SELECT, INSERT, UPDATE ON notes TO rs_user, rs_admin",
    "GRANT SELECT ON secrets TO rs_admin")

nginx = Nginx("row_security")

SEEN = ("SELECT current_user AS role, session_user AS connected,"
        " current_setting('app.user', true) AS usr,"
        " current_setting('app.tenant', true) AS tenant,"
        " (SELECT count(*) FROM notes) AS n,"
        " (SELECT count(DISTINCT owner) FROM notes) AS owners,"
        " (SELECT min(owner) FROM notes) AS owner")

ROUTES = """
    location /s {
        api_timeout 60s;
        api_settings app.user=$http_x_user app.tenant=$http_x_tenant|none;
        api_role $http_x_role|rs_user in=rs_user,rs_admin;

        api_route GET /seen { api_query one "%(seen)s"; }
        api_route GET /fail/:n<int> {
            api_query one "SELECT 1 / ($n::int - $n::int) AS n";
        }
        api_route GET /own/:id<int> {
            api_query optional "SELECT id, owner FROM notes WHERE id = $id";
        }
        api_route GET /two {
            api_query one "SELECT current_setting('app.user') AS u" as=first;
            api_query one "%(seen)s, $first.u AS first";
        }
        api_route POST /seen { api_query one "%(seen)s"; }
        api_route POST /dialogue {
            api_query one "SELECT current_user || '' AS r" as=first;
            api_query one "%(seen)s, $first.r AS first";
        }
        api_route GET /one {
            api_settings app.tenant=;
            api_query one "%(seen)s";
        }
        api_route GET /literal/:u {
            api_settings app.user=$u app.tenant=fixed
                         statement_timeout=$http_x_limit|10s;
            api_role rs_admin;
            api_query one "%(seen)s,
                           current_setting('statement_timeout') AS most";
        }
        api_route GET /plain {
            api_settings app.user= app.tenant=;
            api_role off;
            api_query one "SELECT current_user AS role,
                current_setting('app.user', true) AS usr,
                current_setting('app.tenant', true) AS tenant";
        }
        api_route GET /no_role {
            api_role off;
            api_query one "SELECT current_user AS role,
                current_setting('app.user', true) AS usr,
                current_setting('app.tenant', true) AS tenant";
        }
    }
""" % {"seen": SEEN}


def configure(uri, settings=""):
    nginx.configure("""
    api_postgres app {
        primary "%s";
        max_connections 3; min_connections 1; queue 1000;
        acquire_timeout 60s; %s
    }""" % (uri, settings), ROUTES, workers=1)
    if nginx.process:
        nginx.stop()
    nginx.start()


def headers(user, role, tenant):
    return [(name, value) for name, value in
            (("X-User", user), ("X-Role", role), ("X-Tenant", tenant))
            if value is not None]


def wanted(path, user, role, tenant):
    """What the answer has to tell."""
    if path in ("/plain", "/no_role"):
        named = path == "/no_role"
        return {"role": "app", "usr": (user or "") if named else None,
                "tenant": (tenant or "none") if named else None}
    if path.startswith("/literal/"):
        user, role, tenant = path[9:], "rs_admin", "fixed"
    role = role or "rs_user"
    own = role == "rs_user"
    row = {"role": role, "connected": "app", "usr": user or "",
           "tenant": None if path == "/one" else tenant or "none",
           "n": (20 if user else 0) if own else 1000,
           "owners": (1 if user else 0) if own else 50,
           "owner": (user or None) if own else "u0"}
    if path == "/two":
        row["first"] = user or ""
    if path == "/dialogue":
        row["first"] = role
    if path.startswith("/literal/"):
        row["most"] = "10s"
    return row


def same(got, row):
    """'' and NULL are the same to a policy; a setting that nobody has made in
    this session is NULL, and '' behind the first one."""
    blank = {key: got.get(key) or None if key in ("usr", "tenant")
             and row[key] is None else got.get(key) for key in row}
    return blank == row


class Load(threading.Thread):
    """Requests of all users, some of which fail, and clients that leave."""

    def __init__(self, number, requests):
        threading.Thread.__init__(self)
        self.random = random.Random(number)
        self.requests = requests
        self.foreign = []
        self.counts = {}
        self.start()

    def run(self):
        connection = wire.Connection(nginx.port, 90)
        for i in range(self.requests):
            user = self.random.choice(
                [None] + ["u%d" % n for n in range(USERS)])
            role = self.random.choice([None, "rs_user", "rs_admin"])
            tenant = self.random.choice([None, "t%d" % (i % 7)])
            what = self.random.random()
            if what < 0.05:
                answer = connection.request("GET", "/s/fail/%d" % i,
                                            headers(user, role, tenant))
                self.count("failed", answer.status >= 400)
                continue
            if what < 0.07:
                connection.send(wire.message("GET", "/s/seen",
                                             headers(user, role, tenant)))
                connection.reset()
                connection = wire.Connection(nginx.port, 90)
                self.count("left", True)
                continue
            method, path = self.random.choice(
                [("GET", "/seen")] * 6
                + [("GET", "/two"), ("POST", "/seen"), ("POST", "/dialogue"),
                   ("GET", "/one"), ("GET", "/literal/u%d" % (i % USERS)),
                   ("GET", "/plain"), ("GET", "/no_role")])
            answer = connection.request(method, "/s" + path,
                                        headers(user, role, tenant))
            row = wanted(path, user, role, tenant)
            if answer.status != 200 or not same(answer.json(), row):
                self.foreign.append((method, path, answer.status, answer.text,
                                     row))
            self.count(path.split("/")[1], answer.status == 200)
        connection.close()

    def count(self, what, good):
        self.counts[what] = self.counts.get(what, 0) + (1 if good else 0)


def mixed(requests=REQUESTS):
    threads = [Load(n, requests // CLIENTS) for n in range(CLIENTS)]
    for thread in threads:
        thread.join()
    foreign = [what for thread in threads for what in thread.foreign]
    done = sum(sum(thread.counts.values()) for thread in threads)
    ok(done > requests * 0.97, "%d requests are done" % done)
    told = [line for line in nginx.log().splitlines() if "[error]" in line
            and "/fail/" not in line]
    equal(foreign[:3], [], "no answer of %d has a foreign value" % done,
          "\n".join(told[:5]))
    ok(sum(t.counts.get("failed", 0) for t in threads) > requests * 0.02,
       "and some have failed among them")


@section
def one_by_one():
    configure(postgres.uri)
    for user, role, tenant in ((None, None, None), ("u7", None, "t1"),
                               ("u8", "rs_admin", None),
                               ("o'ne\\ \"q\"", "rs_user", "x;--")):
        for method, path in (("GET", "/seen"), ("GET", "/two"),
                             ("POST", "/seen"), ("POST", "/dialogue"),
                             ("GET", "/one"), ("GET", "/literal/u3"),
                             ("GET", "/plain"), ("GET", "/no_role")):
            answer = wire.Connection(nginx.port).request(
                method, "/s" + path, headers(user, role, tenant))
            row = wanted(path, user, role, tenant)
            if user and not user[1:].isdigit() and "n" in row \
                    and row["role"] == "rs_user":
                row.update(n=0, owners=0, owner=None)
            ok(answer.status == 200 and same(answer.json(), row),
               "%s %s as %s, %s" % (method, path, user, role),
               "%s\nwanted: %s" % (answer.text, row))
    api = wire.Client(nginx.port)
    equal(api.get("/s/own/7", headers=headers("u7", None, None)).status, 200,
          "a row of one's own")
    equal(api.get("/s/own/8", headers=headers("u7", None, None)).text, "null",
          "another's is not there")
    for role in ("rs_stranger", "postgres", "app", "none", "RS_USER",
                 "rs_user,rs_admin", "rs_user "):
        answer = api.get("/s/seen", headers=headers("u7", role, None))
        if role.strip() == "rs_user":
            continue            # a header's value has no blanks around it
        equal((answer.status, answer.json()["code"]), (403, "forbidden"),
              "no role: " + role)
    like(nginx.log(), r'"rs_stranger" is no role that api_role lists',
         "the log says which")
    answer = api.get("/s/literal/u3", headers=[("X-Limit", "soon")])
    equal(answer.status, 500, "a value that PostgreSQL does not take")
    told = [line for line in nginx.log().splitlines() if "[error]" in line]
    like("\n".join(told), "api_settings or api_role: ERROR 22023: invalid"
         " value for parameter", "the log says why")
    answer = api.get("/s/literal/u3", headers=[("X-Limit", "7s")])
    equal(answer.json()["most"], "7s", "its own limit")


@section
def batched():
    configure(postgres.uri)
    mixed()


@section
def not_batched():
    configure(postgres.uri, "read_batch off;")
    mixed()


@section
def without_names():
    configure(postgres.uri, "prepare off;")
    mixed(REQUESTS // 5)


@section
def unchecked():
    """Nobody has looked into it: its session is made clean behind each."""
    configure(postgres.uri, "check off;")
    mixed(REQUESTS // 5)


@section
def behind_a_pooler():
    pooler = PgBouncer(postgres, 3)
    try:
        configure(pooler.dsn(), "pooler transaction;")
        mixed(REQUESTS // 2)
        configure(pooler.dsn(), "pooler transaction; check off;")
        mixed(REQUESTS // 5)
        configure(pooler.dsn(), "pooler transaction; prepare off;")
        mixed(REQUESTS // 5)
    finally:
        nginx.stop()
        pooler.kill()


class Counter(Relay):
    """.count(): Executes and Syncs so far."""

    def __init__(self):
        self.counts = {}
        Relay.__init__(self, postgres.port)

    def sent(self, number, kind, message):
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return message

    def count(self):
        with self.lock:
            return self.counts.get("E", 0), self.counts.get("S", 0)


SHARING = """
    location /b {
        api_timeout 60s;
        api_settings app.user=$arg_u;
        api_route GET /one { api_query one "SELECT
            current_setting('app.user') AS u,
            current_setting('app.tenant', true) AS t"; }
        api_route GET /role {
            api_role $arg_r in=rs_user,rs_admin;
            api_query one "SELECT current_setting('app.user') AS u,
                                  current_user AS r";
        }
        api_route GET /two {
            api_settings app.tenant=t;
            api_query one "SELECT current_setting('app.user') AS u,
                                  current_setting('app.tenant') AS t";
        }
        api_route GET /none {
            api_settings app.user=;
            api_query one "SELECT current_setting('app.user', true) AS u";
        }
    }
"""


@section
def who_shares():
    """The same names, whatever the values and roles: one Sync for many.  Other
    names: none of another one's."""
    relay = Counter()
    nginx.configure("""
    api_postgres app {
        primary "postgresql://app:%s@127.0.0.1:%d/%s?sslmode=disable";
        max_connections 1; min_connections 1; queue 1000; acquire_timeout 60s;
    }""" % (postgres.app_password, relay.port, postgres.database), SHARING,
        workers=1)
    if nginx.process:
        nginx.stop()
    nginx.start()
    ok(wait_until(nginx.workers, 10), "there is a worker")

    def at_once(paths):
        before = []
        answers = turn.at_once(nginx, "/b", paths,
                               lambda: before.extend(relay.count()))
        executes, syncs = relay.count()
        return answers, executes - before[0], syncs - before[1]

    def known(paths, most):
        for _ in range(20):
            answers, executes, syncs = at_once(paths)
            if syncs <= most:
                break
        return answers, executes, syncs

    n = 30
    answers, executes, syncs = known(["/one?u=%d" % i for i in range(n)],
                                     n // 3)
    equal([a.json() for a in answers],
          [{"u": str(i), "t": None} for i in range(n)], "each its own")
    ok(executes == 2 * n and syncs <= n // 3, "the same names share",
       (executes, syncs))

    answers, executes, syncs = known(
        ["/role?u=%d&r=%s" % (i, ("rs_user", "rs_admin")[i % 2])
         for i in range(n)], n // 3)
    equal([a.json() for a in answers],
          [{"u": str(i), "r": ("rs_user", "rs_admin")[i % 2]}
           for i in range(n)], "each its own, with other roles")
    ok(executes == 2 * n and syncs <= n // 3, "they share as well",
       (executes, syncs))

    for other in ("/two?u=x", "/none", "/role?u=y&r=rs_admin"):
        answers, executes, syncs = at_once(
            [other if i % 2 else "/one?u=%d" % i for i in range(n)])
        equal([a.json()["u"] for a in answers[::2]],
              [str(i) for i in range(0, n, 2)], "beside " + other)
        ok(all(a.json().get("t") in (None, "") for a in answers[::2]),
           "and nothing of that is seen", [a.text for a in answers[:4]])
        ok(all(a.json()["u"] in ("x", "y", None, "") for a in answers[1::2]),
           "nor there", [a.text for a in answers[:4]])
    nginx.stop()


@section
def a_role_is_taken_away():
    configure(postgres.uri)
    api = wire.Client(nginx.port)
    equal(api.get("/s/seen", headers=headers("u1", "rs_admin", None)).status,
          200, "at first it may be taken")
    postgres.admin("REVOKE rs_admin FROM app")
    try:
        answer = api.get("/s/seen", headers=headers("u1", "rs_admin", None))
        equal((answer.status, answer.json()["code"]), (403, "forbidden"),
              "42501 of the role itself")
        equal(api.get("/s/seen", headers=headers("u1", None, None)).status,
              200, "others go on")
    finally:
        postgres.admin("GRANT rs_admin TO app")
    equal(api.get("/s/seen", headers=headers("u1", "rs_admin", None)).status,
          200, "and again")


@section
def the_schema_changes():
    configure(postgres.uri)
    api = wire.Client(nginx.port)
    for round in range(3):
        for role in ("rs_user", "rs_admin"):
            for method, path in (("GET", "/seen"), ("POST", "/dialogue")):
                answer = api.request(method, "/s" + path,
                                     headers=headers("u1", role, None))
                ok(answer.status == 200 and same(
                    answer.json(), wanted(path, "u1", role, None)),
                   "%s %s as %s, round %d" % (method, path, role, round),
                   answer.text)
        postgres.sql("ALTER TABLE notes ADD COLUMN c%d int" % round)
        postgres.terminate()
        # a server that is about to end may still be given a request: 503
        wait_until(lambda: all(api.get("/s/plain").status == 200
                               for _ in range(50)), 20)


REFUSED = [
    ("api_settings role=x;", "api_role VALUE in="),
    ("api_settings TimeZone=UTC;", "only lock_timeout"),
    ("api_settings app=x;", "only lock_timeout"),
    ("api_settings app.;", "written NAME=VALUE"),
    ("api_settings app.=x;", "a name has letters"),
    ("api_settings .a=x;", "a name has letters"),
    ("api_settings \"app.a'b=x\";", "a name has letters"),
    ("api_settings app.a=$;", "a name is missing"),
    ("api_settings app.a=$nobody;", '"\\$nobody" is unknown'),
    ("api_settings app.a=1 APP.A=2;", "this level has a value"),
    ("api_settings lock_timeout=$http_x;", "as \\$name\\|1s"),
    ("api_role $http_x;", "which roles it may be"),
    ("api_role $http_x in=;", "no name of a role"),
    ("api_role $http_x in=rs_user,;", "no name of a role"),
    ("api_role $http_x in=none;", "no name of a role"),
    ("api_role $http_x in=rs_user,rs_user;", "a role is there twice"),
    ("api_role $http_x|rs_admin in=rs_user;", "belongs to the list"),
    ("api_role rs_user in=rs_admin;", "belongs to the list"),
    ("api_role none;", "no name of a role"),
    ("api_role rs_user; api_role rs_admin;", "is duplicate"),
    ("api_role $http_x in=rs_user what;", "is written"),
    ("api_role rs_nobody;", 'there is no role "rs_nobody"'),
    ("api_role $http_x in=rs_user,rs_stranger;",
     "may not take the role \"rs_stranger\": GRANT rs_stranger TO app"),
]


def refused(directive, uri=None, query="SELECT id FROM notes LIMIT 1"):
    nginx.configure('api_postgres app { primary "%s"; }'
                    % (uri or postgres.uri), """
        location /s {
            api_route GET /x {
                %s
                api_query optional "%s";
            }
        }""" % (directive, query), workers=1)
    return nginx.call("-t")


@section
def what_is_refused():
    if nginx.process:
        nginx.stop()
    for directive, why in REFUSED:
        status, said = refused(directive)
        ok(status != 0, "refused: " + directive, said)
        like(said, why, "and why")
        like(said, r"nginx.conf:\d+:\d+", "and where")
    for directive in ("api_settings app.user=x", "api_role rs_user"):
        nginx.configure('api_postgres app { primary "%s"; }' % postgres.uri,
                        "location /s { api_route GET /x { %s; return 200; } }"
                        % directive, workers=1)
        status, said = nginx.call("-t")
        ok(status != 0, "beside an answer of nginx's own: " + directive, said)
        like(said, directive.split()[0], "and why")
    status, said = refused("api_role rs_user;",
                           query="SELECT id FROM secrets LIMIT 1")
    ok(status != 0, "a right that the role lacks", said)
    like(said, r"permission denied for table secrets \(42501\) as the role"
         r" rs_user", "is asked for under it")
    status, said = refused("api_role $http_x in=rs_admin,rs_user;",
                           query="SELECT id FROM secrets LIMIT 1")
    like(said, r"as the role rs_user", "the second one, too")
    status, said = refused("api_role $http_x in=rs_admin,rs_user;",
                           query="SELECT id FROM secrts LIMIT 1")
    equal(said.count("does not exist"), 1, "what all lack is told once")
    status, said = refused("api_role rs_admin;",
                           query="SELECT id FROM secrets LIMIT 1")
    equal(status, 0, "a right that it has", said)
    status, said = refused("api_transaction read_write; api_role rs_user;",
                           query="SELECT nextval('numbers') AS id")
    ok(status != 0, "a sequence that it may not use", said)
    like(said, "GRANT USAGE ON SEQUENCE numbers TO rs_user", "and the remedy")
    postgres.sql("GRANT USAGE ON SEQUENCE numbers TO rs_user")
    status, said = refused("api_transaction read_write; api_role rs_user;",
                           query="SELECT nextval('numbers') AS id")
    equal(status, 0, "and once it may", said)


@section
def superusers_and_their_like():
    if nginx.process:
        nginx.stop()
    super_uri = postgres.uri.replace("app:" + postgres.app_password,
                                     "postgres:" + postgres.password)
    status, said = refused("api_role $http_x in=rs_user,rs_admin;", super_uri)
    ok(status != 0, "a superuser with a client's role", said)
    like(said, "is a superuser", "and why")
    status, said = refused("api_role rs_admin;", super_uri)
    equal(status, 0, "with a role of one's own it may be", said)
    for word in ("SUPERUSER", "BYPASSRLS"):
        postgres.admin("ALTER ROLE rs_admin %s" % word)
        try:
            status, said = refused("api_role rs_admin;")
            equal(status, 0, "a role that no policy holds for is no fault", said)
            like(said, r'\[warn\].*the role "rs_admin" is (a superuser|BYPASSRLS)'
                 ': no policy of row-level security', "but a warning: " + word)
        finally:
            postgres.admin("ALTER ROLE rs_admin NO%s" % word)
    postgres.admin("ALTER ROLE rs_admin SET statement_timeout = '5s'")
    try:
        status, said = refused("api_role rs_admin;")
        equal(status, 0, "settings of a role are no fault", said)
        like(said, r'\[warn\].*ALTER ROLE has SET for "rs_admin"'
             r' \(statement_timeout\)', "but a warning")
    finally:
        postgres.admin("ALTER ROLE rs_admin RESET ALL")


@section
def who_inherits_nothing():
    """The connection's user can read nothing by itself, nor see the schema."""
    postgres.admin("CREATE SCHEMA IF NOT EXISTS hidden",
                   "CREATE TABLE IF NOT EXISTS hidden.things (id int)",
                   "TRUNCATE hidden.things",
                   "INSERT INTO hidden.things VALUES (5)",
                   "GRANT USAGE ON SCHEMA hidden TO rs_user",
                   "GRANT SELECT ON hidden.things TO rs_user")
    try:
        routes = """
            location /s {
                api_role rs_user;
                api_route GET /x { api_query one "SELECT id FROM hidden.things
                    WHERE id = coalesce($http_x_id, '5')::int"; }
                api_route POST /x {
                    api_query one "SELECT id FROM hidden.things" as=a;
                    api_query one "SELECT $a.id::int AS id FROM hidden.things";
                }
            }"""
        database = 'api_postgres app { primary "%s"; }' % \
            postgres.uri.replace("//app:", "//rs_bare:")
        nginx.configure(database, routes, workers=1)
        nginx.start()
        api = wire.Client(nginx.port)
        for method in ("GET", "POST"):
            equal(api.request(method, "/s/x").text, '{"id":5}', method)
        nginx.stop()

        # nobody could be asked before: workers learn, under the role, too
        port = free_port()
        nginx.env["API_START"] = "cold"
        nginx.configure("""api_postgres app { connect_timeout 1s;
            primary "postgresql://rs_bare:%s@127.0.0.1:%d/%s?sslmode=disable"; }"""
                        % (postgres.app_password, port, postgres.database),
                        routes, workers=1)
        nginx.start()
        api = wire.Client(nginx.port)
        equal(api.get("/s/x").status, 503, "the database is away")
        Relay(postgres.port, port)
        ok(wait_until(lambda: api.get("/s/x").status == 200, 20),
           "it is there")
        for method in ("GET", "POST"):
            equal(api.request(method, "/s/x").text, '{"id":5}', method)
        ok("a statement is wrong" not in nginx.log(), "no statement is wrong",
           [line for line in nginx.log().splitlines() if "wrong" in line])
        nginx.stop()
    finally:
        nginx.env.pop("API_START", None)
        nginx.stop()


def the_end():
    if nginx.process:
        nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
