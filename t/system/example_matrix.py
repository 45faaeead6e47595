"""Who may do what in nginx.conf.example: each route by each method, as each
role, of each owner, with each kind of token; nothing is answered that may not
be.  Then many users at once, whose statements share round trips, fail and are
abandoned: nobody sees a row of somebody else's.

    t/system/run example_matrix                      as in `make test`
    t/system/run example_matrix --requests 10000     of `crowd` and `one by one`
"""

import json
import os
import random
import re
import signal
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import tokens
import wire
from relay import Relay
from server import SLOW, TOP, Nginx, OwnPostgres
from tap import equal, note, ok, section, wait_until

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
USERS = 50
DRAFTS = 3                      # of each of them, and as many published posts

requests = 300 if SLOW else 2000
if "--requests" in sys.argv:
    at = sys.argv.index("--requests")
    requests = int(sys.argv[at + 1])
    del sys.argv[at:at + 2]

postgres = OwnPostgres("example_matrix", listen_addresses="127.0.0.1")

class Counter(Relay):
    """Statements and Syncs on the way to PostgreSQL."""

    def __init__(self):
        self.counts = {"E": 0, "S": 0}
        Relay.__init__(self, postgres.port)

    def sent(self, number, kind, message):
        if kind in self.counts:
            self.counts[kind] += 1
        return message


relay = Counter()
nginx = Nginx("example_matrix", env={
    "DATABASE_URL": "postgresql://app:%s@127.0.0.1:%d/%s?sslmode=disable"
                    % (postgres.app_password, relay.port, postgres.database)})

# what a route of the crowd says of its transaction, and one that fails in it
MORE = """
            api_route GET /who {
                api_query one "SELECT current_user AS role,
                                      current_setting('app.user') AS id";
            }
            api_route GET /fails {
                api_query value "SELECT 1 / length(left(
                                     current_setting('app.user'), 0))";
            }
            # ---- users -"""


def configure(lines):
    """The example with these lines in api_postgres, and one worker."""
    def change(text):
        # a limit would hide what is behind it
        text = re.sub(r"(?m)^( +)limit_req zone", r"\1# limit_req zone", text)
        for old, new in (("            # ---- users -", MORE),
                         ("worker_processes auto;", "worker_processes 1;"),
                         ("migrations  migrations;",
                          "migrations  migrations; " + lines)):
            if old not in text:
                raise RuntimeError("the example has no: " + old)
            text = text.replace(old, new, 1)
        return text
    nginx.configure_example(change)


configure("")
nginx.start()


# ---- the routes, as the example has them -------------------------------------

def routes():
    """(method, path) of each api_route, with its location's prefix."""
    with open(os.path.join(TOP, "nginx.conf.example"),
              encoding="utf-8") as file:
        text = file.read()
    prefix, found = "", []
    for line in text.splitlines():
        location = re.match(r" {8}location (\S+) \{", line)
        route = re.match(r"( +)api_route (\S+) (\S+) \{", line)
        if location:
            prefix = location.group(1).rstrip("/")
        elif line == "        }":
            prefix = ""
        elif route:
            found.append((route.group(2), prefix + re.sub(
                r"<\w+>", "", route.group(3))))
    return found


# who may, when the token is right: the method and path of each route
ANYBODY = {("GET", "/health"), ("POST", "/auth/register"),
           ("POST", "/auth/login"), ("POST", "/auth/refresh"),
           ("POST", "/api/v1/users")}
OPTIONAL = {("POST", "/auth/logout")}
SIGNED_IN = {("GET", "/api/v1/users"), ("GET", "/api/v1/users/me"),
             ("GET", "/api/v1/users/:id"), ("GET", "/api/v1/users/:id/posts"),
             ("GET", "/api/v1/posts")}
OWNER = {("PATCH", "/api/v1/users/:id"), ("DELETE", "/api/v1/users/:id"),
         ("POST", "/api/v1/posts"), ("POST", "/api/v1/posts/batch"),
         ("PUT", "/api/v1/posts/:id"), ("DELETE", "/api/v1/posts/:id")}
READER = {("GET", "/api/v1/posts/:id")}


def may(method, path, role, owner, state):
    """owner: "own", "published" or "draft" of another user."""
    route = ("GET" if method == "HEAD" else method, path)
    if route in ANYBODY:
        return True
    if route in OPTIONAL:
        return state in ("right", "none")
    if state != "right" or role not in ("app_user", "app_admin"):
        return False
    if role == "app_admin":
        return route in SIGNED_IN | OWNER | READER
    return (route in SIGNED_IN or (route in OWNER and owner == "own")
            or (route in READER and owner != "draft"))


# ---- users, posts and tokens --------------------------------------------------

ME = "11111111-1111-4111-8111-111111111111"
OTHER = "22222222-2222-4222-8222-222222222222"
POSTS = {"own": ("33333333-3333-4333-8333-333333333333", ME, False),
         "published": ("44444444-4444-4444-8444-444444444444", OTHER, True),
         "draft": ("55555555-5555-4555-8555-555555555555", OTHER, False)}


def restore():
    """What the matrix is about, as it was; whatever else there is goes."""
    postgres.admin("DELETE FROM users WHERE id <> ALL ('{%s,%s}')"
                   % (ME, OTHER), "DELETE FROM posts",
                   *["INSERT INTO users (id, email, name, password_hash)"
                     " VALUES ('%s', '%.1s@example.com', 'n', 'x')"
                     " ON CONFLICT DO NOTHING" % (id, id)
                     for id in (ME, OTHER)],
                   *["INSERT INTO posts (id, user_id, title, content,"
                     " published) VALUES ('%s', '%s', 't', 'c', %s)" % post
                     for post in POSTS.values()])


def states(role):
    """The kinds of tokens of ME in that role."""
    def made(**changes):
        return tokens.token(ME, role, **changes)

    now = int(time.time())
    head, body, _ = made().split(".")
    admin = tokens.token(ME, "app_admin").split(".")[1]
    return {
        "none": None,
        "right": made(),
        "expired": made(exp=now - 60),
        "not yet": made(nbf=now + 600),
        "from the future": made(iat=now + 600),
        "without an end": made(exp=None),
        "wrong key": made(key="another secret, of 32 bytes or more"),
        "wrong aud": made(aud="web"),
        "no aud": made(aud=None),
        "wrong iss": made(iss="https://evil.example.com"),
        "revoked": made(jti="revoked"),
        "alg none": tokens.b64(b'{"alg":"none"}') + "." + body + ".",
        "other claims": ".".join((head, admin, made().split(".")[2])),
        "cut": made()[:-2],
    }


ROLES = ("app_user", "app_admin", "app", "postgres", "app_user,app_admin", None)


def body(method, path, owner):
    """A good one, where it is to be answered by a 2xx; open routes would work
    much, and get none."""
    user = ME if owner == "own" else OTHER
    post = {"title": "t", "content": "c"}
    return {
        ("PATCH", "/api/v1/users/:id"): {"name": "n"},
        ("POST", "/api/v1/posts"): dict(post, user_id=user),
        ("POST", "/api/v1/posts/batch"): [dict(post, user_id=user)],
        ("PUT", "/api/v1/posts/:id"): post,
        ("POST", "/auth/logout"): {"refresh_token": "nobody's"},
    }.get((method, path), {})


def place(path, owner):
    if "/posts/:id" in path:
        return path.replace(":id", POSTS[owner][0])
    return path.replace(":id", ME if owner == "own" else OTHER)


def unpublished(answer):
    """The drafts of others than ME in an answer."""
    try:
        found = answer.json()
    except ValueError:
        return []
    return [post for post in (found if isinstance(found, list) else [found])
            if isinstance(post, dict) and post.get("published") is False
            and post["user_id"] != ME]


@section
def the_table_is_whole():
    known = ANYBODY | OPTIONAL | SIGNED_IN | OWNER | READER
    equal(sorted(set(routes()) ^ known), [],
          "each route of the example has its line here, and each line a route")
    ok(len(routes()) == len(known) > 15, "%d routes" % len(known))


@section
def matrix():
    restore()
    postgres.admin("INSERT INTO revoked_tokens VALUES ('revoked', now() +"
                   " interval '1 hour')")
    client = wire.Client(nginx.port)
    revoked = tokens.bearer(states("app_user")["revoked"])
    ok(wait_until(lambda: client.get("/api/v1/users", headers=revoked).status
                  == 401, 10), "the list of revoked tokens is known")

    paths = sorted({path for _, path in routes()})
    unexpected, missing, leaks, count, good = [], [], [], 0, 0

    for role in ROLES:
        for state, token in states(role).items():
            client.close()
            headers = tokens.bearer(token) if token else []
            for path in paths:
                for owner in POSTS:
                    for method in METHODS:
                        answer = client.request(
                            method, place(path, owner), headers=headers,
                            json=wire.NOTHING if method in ("GET", "HEAD")
                            else body(method, path, owner))
                        count += 1
                        success = answer.status // 100 == 2
                        case = (method, path, role, owner, state,
                                answer.status)
                        if success and method != "OPTIONS" and not may(
                                *case[:-1]):
                            unexpected.append(case)
                        if method == "OPTIONS" and success and state not in (
                                "right", "none") and (
                                path.startswith("/api/")
                                and path != "/api/v1/users"):
                            unexpected.append(case)
                        if may(*case[:-1]) and not success and not (
                                method == "POST" and answer.status == 422
                                and ("POST", path) in ANYBODY):
                            missing.append(case)
                        if success and role != "app_admin":
                            leaks += unpublished(answer)
                        good += success
                        if success and method == "DELETE":
                            restore()

    note("%d requests, %d of them answered by a 2xx" % (count, good))
    equal(unexpected[:10], [], "no unexpected 2xx of %d requests" % count)
    equal(missing[:10], [], "and whoever may gets one")
    equal(leaks[:10], [], "no draft of another's in any of them")
    ok(count > 5000 and good > 100, "it is a matrix")


# ---- many users at once --------------------------------------------------------

def people():
    """50 users and their posts: {id: {ids of drafts}}."""
    postgres.admin(
        "DELETE FROM users",
        "INSERT INTO users (email, name, password_hash) SELECT i ||"
        " '@example.com', 'n', 'x' FROM generate_series(1, %d) i" % USERS,
        "INSERT INTO posts (user_id, title, content, published) SELECT u.id,"
        " 't', 'c', i > %d FROM users u, generate_series(1, %d) i"
        % (DRAFTS, 2 * DRAFTS))
    drafts = {}
    for user, post in (line.split("|") for line in postgres.admin(
            "SELECT user_id, id FROM posts WHERE NOT published").split()):
        drafts.setdefault(user, set()).add(post)
    return drafts


class Crowd:
    """Threads that send several requests at once, each of another user.

    The worker is stopped while they send: it finds all of a turn together,
    however slow who sends them is, and whatever else the machine does."""

    THREADS, AT_ONCE = 8, 12

    def __init__(self, drafts, count):
        self.drafts, self.count = drafts, count
        self.users = sorted(drafts)
        self.tokens = {(user, role): tokens.token(user, role)
                       for user in self.users
                       for role in ("app_user", "app_admin")}
        self.lock = threading.Lock()
        self.wrong, self.done, self.failed, self.left = [], 0, 0, 0
        self.worker, = nginx.workers()
        self.more = True
        self.begin = threading.Barrier(self.THREADS, self.stop)
        self.all_sent = threading.Barrier(self.THREADS, self.go_on)

    def run(self):
        threads = [threading.Thread(target=self.thread, args=(n,))
                   for n in range(self.THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.go_on()

    def stop(self):
        self.more = self.done < self.count
        if self.more:
            os.kill(self.worker, signal.SIGSTOP)

    def go_on(self):
        os.kill(self.worker, signal.SIGCONT)

    def thread(self, n):
        dice = random.Random(n)
        connections = [None] * self.AT_ONCE
        try:
            self.begin.wait(60)
            while self.more:
                self.at_once(dice, connections)
                self.begin.wait(60)
        except Exception as error:
            self.wrong.append((n, repr(error)))
            self.begin.abort()
            self.all_sent.abort()
            self.go_on()
        finally:
            for connection in filter(None, connections):
                connection.close()

    def at_once(self, dice, connections):
        asked = []
        for i, connection in enumerate(connections):
            if connection is None or connection.ended:
                connections[i] = wire.Connection(nginx.port, 60)
            user = dice.choice(self.users)
            role = ("app_user", "app_admin")[i % 2]
            method, path, check = self.one(dice, user, role)
            asked.append((user, role, method, path, check))
            connections[i].send(wire.message(
                method, "/api/v1" + path,
                headers=tokens.bearer(self.tokens[user, role]),
                json=({"title": "t", "content": "c"} if method == "PUT"
                      else wire.NOTHING)))
        self.all_sent.wait(60)

        for i, (user, role, method, path, check) in enumerate(asked):
            if dice.random() < 0.05:
                connections[i].close()
                connections[i] = None
                self.add("left")
                continue
            answer = connections[i].receive(method)
            if not check(answer):
                self.wrong.append((user, role, method, path, answer))
        self.add("done", len(asked))

    def add(self, name, n=1):
        with self.lock:
            setattr(self, name, getattr(self, name) + n)

    def one(self, dice, user, role):
        """A request, and a function that says whether its answer is right."""
        what = dice.random()
        other = dice.choice(self.users)
        post = "/posts/" + dice.choice(sorted(self.drafts[other]))
        allowed = 200 if role == "app_admin" or other == user else 404

        if what < 0.05:
            self.add("failed")
            return "GET", "/fails", lambda answer: answer.status >= 400

        if what < 0.5:
            return "GET", "/who", lambda answer: (
                answer.json() == {"role": role, "id": user})

        if what < 0.6:
            return ("GET", "/users/me",
                    lambda answer: answer.json()["id"] == user)

        if what < 0.75:
            def right(answer):
                seen = {post["id"] for post in answer.json()}
                return (seen == self.drafts[user] if role == "app_user"
                        else len(seen) == 100)
            return "GET", "/posts?published=false&limit=100", right

        return (("PUT" if what < 0.85 else "GET"), post,
                lambda answer: answer.status == allowed)


def crowd_of(batch):
    # few connections have to be shared
    configure("max_connections 3; acquire_timeout 60s; read_batch %s;"
              % ("16" if batch else "off"))
    ok(nginx.reload(), "read_batch %s" % ("16" if batch else "off"))
    wait_until(lambda: len(nginx.workers()) == 1, 20)
    crowd = Crowd(people(), requests)
    before = dict(relay.counts)
    crowd.run()
    statements, syncs = (relay.counts[kind] - before[kind] for kind in "ES")
    note("%d requests, %d that fail, %d that nobody waited for; %d statements,"
         " %d round trips" % (crowd.done, crowd.failed, crowd.left, statements,
                              syncs))
    equal([json.dumps(wrong, default=repr) for wrong in crowd.wrong[:5]], [],
          "no foreign row in %d requests" % crowd.done)
    ok(crowd.failed > requests / 50 and crowd.left > requests / 50,
       "though some fail, and some are abandoned")
    return statements / syncs


@section
def crowd():
    """Users meet in one transaction, and do not see each other.  Each has two
    statements, the settings and its own."""
    ok(crowd_of(True) > 2.5, "users have shared transactions")


@section
def one_by_one():
    ok(crowd_of(False) <= 2, "users have shared none")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
