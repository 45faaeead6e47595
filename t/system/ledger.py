"""The ledger: what was acknowledged is in the table, whatever breaks.

Clients write posts with unique titles through nginx.conf.example and keep what
they were told; a fault comes, goes, and what they keep is compared:

    lost       acknowledged by a 2xx, and not in the table     must be 0
    ghost      refused by a 4xx, and in the table              must be 0
    duplicate  sent once, in the table twice                   must be 0
    in doubt   a 5xx or no answer                              counted

    t/system/run ledger                  short, as in `make test`
    t/system/run ledger --seconds 60     each fault for a minute
    t/system/run ledger --only reloads,crowd --seed 7
    t/system/run ledger --self-test      a PostgreSQL that forgets:
                                         losses must be found

The faults run in the order of PHASES.  t/system/run --sanitize does the
same under AddressSanitizer.
"""

import argparse
import asyncio
import collections
import json
import os
import random
import resource
import signal
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import tokens
from server import SLOW, Nginx, OwnPostgres
from tap import equal, note, ok, wait_until

PATIENCE = 60               # seconds until a client calls a request hung
MAX_BACKENDS = 20           # of nginx.conf.example

# who writes is an admin: for others, the users
ADMIN = "Authorization: Bearer %s\r\n" % tokens.token(
    tokens.NOBODY, "app_admin", exp=4000000000)


class Counts(collections.Counter):
    """What the requests of a phase came to."""

    def bad(self):
        return {what: n for what, n in self.items()
                if what in ("hung", "broken") or what.startswith("5")}


class Ledger:
    def __init__(self):
        self.serial = 0
        self.acknowledged = {}      # title: id
        self.refused = set()
        self.doubt = set()

    def title(self, prefix="t"):
        self.serial += 1
        return "%s-%d" % (prefix, self.serial)

    def enter(self, title, status, answer):
        if status is None or status >= 500:
            self.doubt.add(title)
        elif 200 <= status < 300:
            self.acknowledged[title] = answer["id"]
        else:
            self.refused.add(title)

    def compare(self, postgres):
        rows = postgres.admin("COPY (SELECT title, id FROM posts) TO STDOUT")
        table = {}
        twice = set()

        for row in rows.splitlines():
            title, identity = row.split("\t")
            if title in table:
                twice.add(title)
            table[title] = identity

        lost = [title for title, identity in self.acknowledged.items()
                if table.get(title) != identity]
        ghosts = [title for title in self.refused if title in table]
        unknown = [title for title in table if title not in self.acknowledged
                   and title not in self.doubt and title not in self.refused]

        note("%d acknowledged, %d refused, %d in doubt (%d of them are there),"
             " %d rows" % (len(self.acknowledged), len(self.refused),
                           len(self.doubt),
                           sum(1 for title in self.doubt if title in table),
                           len(table)))
        return lost, ghosts, sorted(twice), unknown


# ---- clients ----------------------------------------------------------------

class Gone(Exception):
    """No answer.  fresh: on a connection that had not served before, which
    nginx has no reason to end."""

    def __init__(self, fresh):
        Exception.__init__(self)
        self.fresh = fresh


class Client:
    def __init__(self, port, keepalive=True):
        self.port = port
        self.keepalive = keepalive
        self.writer = None
        self.used = 0

    def close(self):
        if self.writer:
            self.writer.close()
            self.writer = None

    async def ask(self, method, path, body=None):
        try:
            async with asyncio.timeout(PATIENCE):
                return await self.exchange(method, path, body)
        except TimeoutError:
            self.close()
            raise
        except (OSError, asyncio.IncompleteReadError):
            fresh = self.used == 0
            self.close()
            raise Gone(fresh)

    async def exchange(self, method, path, body):
        # has nginx ended it meanwhile?
        await asyncio.sleep(0)
        if self.writer and self.reader.at_eof():
            self.close()

        if self.writer is None:
            self.reader, self.writer = await asyncio.open_connection(
                "127.0.0.1", self.port)
            self.used = 0

        self.writer.write(request(method, path, body, self.keepalive))
        head = await self.reader.readuntil(b"\r\n\r\n")
        status = int(head[9:12])
        length, ends = 0, not self.keepalive
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b": ")
            if name == b"Content-Length":
                length = int(value)
            elif name == b"Connection" and value == b"close":
                ends = True
        answer = await self.reader.readexactly(length) if length else b""

        self.used += 1
        if ends:
            self.close()
        return status, answer


def request(method, path, body=None, keepalive=True):
    head = "%s %s HTTP/1.1\r\nHost: a\r\n%s%s" % (
        method, path, "" if keepalive else "Connection: close\r\n", ADMIN)
    if body is None:
        return head.encode() + b"\r\n"
    body = json.dumps(body).encode()
    return (head + "Content-Type: application/json\r\nContent-Length: %d\r\n"
            "\r\n" % len(body)).encode() + body


class Run:
    """All clients of a phase, for as long as it takes."""

    def __init__(self, world, clients=32, keepalive=None, signups=0.003):
        self.world = world
        self.clients = clients
        self.keepalive = keepalive
        self.signups = signups
        self.counts = Counts()
        self.took = []
        self.ended = False

    async def during(self, fault):
        tasks = [asyncio.create_task(self.client(i))
                 for i in range(self.clients)]
        try:
            await fault(self)
        finally:
            self.ended = True
            await asyncio.gather(*tasks)

        note("%d answers: %s" % (sum(self.counts.values()),
                                 dict(sorted(self.counts.items()))))
        if self.took:
            self.took.sort()
            note("p50 %.0f ms, p99 %.0f ms, longest %.0f ms" % tuple(
                1000 * self.took[min(len(self.took) - 1,
                                     int(len(self.took) * part))]
                for part in (0.5, 0.99, 1)))
        return self

    async def client(self, i):
        keepalive = i % 2 == 0 if self.keepalive is None else self.keepalive
        client = Client(self.world.port, keepalive)
        dice = random.Random(self.world.seed * 1000003 + i)

        while not self.ended:
            start = time.monotonic()
            await self.step(client, dice)
            took = time.monotonic() - start
            self.took.append(took)
            # a server that is away is asked again in a moment
            if took < 0.001:
                await asyncio.sleep(0.01)

        client.close()

    async def step(self, client, dice):
        world = self.world
        what = dice.random()
        title = None

        if what < 0.5:
            title = world.ledger.title()
            call = ("POST", "/api/v1/posts",
                    {"user_id": dice.choice(world.users), "title": title,
                     "content": "x" * dice.choice((0, 10, 100, 3000))})
        elif what < 0.55:
            # what is refused must not be there
            title = world.ledger.title("refused")
            call = ("POST", "/api/v1/posts",
                    {"user_id": dice.choice(world.users), "title": title})
        elif what < 0.55 + self.signups:
            name = world.ledger.title("user")
            call = ("POST", "/api/v1/users",
                    {"email": name + "@example.com", "name": name,
                     "password": "correct horse"})
        elif what < 0.9:
            call = ("GET", "/api/v1/users/" + dice.choice(world.users))
        elif what < 0.97:
            call = ("GET", "/api/v1/posts?limit=5")
        else:
            call = ("GET", "/health")

        status, answer = None, None

        try:
            status, body = await client.ask(*call)
            answer = json.loads(body) if body else None
            self.counts[str(status)] += 1
        except Gone as gone:
            self.counts["none, fresh" if gone.fresh else "none"] += 1
        except TimeoutError:
            self.counts["hung"] += 1
        except Exception as error:
            note("%s: %r" % (call[:2], error))
            self.counts["broken"] += 1

        if title:
            world.ledger.enter(title, status, answer)


class World:
    """What all phases share: PostgreSQL, nginx, the ledger."""

    def __init__(self, arguments):
        self.seconds = arguments.seconds
        self.crowd = arguments.crowd
        self.seed = arguments.seed
        self.ledger = Ledger()
        settings = {"max_connections": "100", "fsync": "on"}
        if arguments.self_test:
            settings.update(synchronous_commit="off", wal_writer_delay="10s",
                            wal_writer_flush_after="1GB",
                            wal_buffers="64MB")
        self.postgres = OwnPostgres("faults", **settings)
        self.nginx = Nginx("faults",
                           env={"DATABASE_URL": self.postgres.uri})
        self.nginx.configure_example()
        self.nginx.start()
        self.port = self.nginx.port
        self.users = []
        self.most_backends = 0

    async def make_users(self):
        client = Client(self.port)
        while len(self.users) < 20:
            name = "writer-%d" % len(self.users)
            status, body = await client.ask(
                "POST", "/api/v1/users",
                {"email": name + "@example.com", "name": name,
                 "password": "correct horse"})
            if status != 201:
                raise RuntimeError("no user: %r" % body)
            self.users.append(json.loads(body)["id"])
        client.close()

    async def call(self, function, *arguments):
        """A function that blocks, beside the clients."""
        return await asyncio.get_running_loop().run_in_executor(
            None, function, *arguments)

    async def count_backends(self, run):
        """The most there are while the phase lasts."""
        most = 0
        while not run.ended:
            most = max(most, await self.call(self.postgres.backends))
            await asyncio.sleep(0.3)
        return most

    async def heals(self, name, seconds=45):
        """Writes and reads succeed again, on connections to any worker."""
        start = time.monotonic()
        row = 0
        while row < 10 and time.monotonic() - start < seconds:
            client = Client(self.port, keepalive=False)
            title = self.ledger.title()
            status, answer = None, None
            try:
                status, body = await client.ask(
                    "POST", "/api/v1/posts",
                    {"user_id": self.users[0], "title": title,
                     "content": ""})
                answer = json.loads(body)
            except (Gone, TimeoutError):
                pass
            self.ledger.enter(title, status, answer)
            row = row + 1 if status == 201 else 0
            client.close()
            if status != 201:
                await asyncio.sleep(0.1)
        ok(row == 10, "%s: writes succeed afterwards" % name)
        note("after %.1f s" % (time.monotonic() - start))

    async def workers_are(self, n, name, seconds=40):
        def right():
            return len(self.nginx.workers()) == n
        await self.call(wait_until, right, seconds)
        equal(len(self.nginx.workers()), n, name)


def only(counts, *allowed):
    return set(counts) <= set(allowed)


# ---- phases -----------------------------------------------------------------

async def crowd(world):
    """1,000 concurrent clients, reads and writes, and nothing breaks."""
    run = Run(world, clients=world.crowd, keepalive=True)

    async def nothing(run):
        watch = asyncio.create_task(world.count_backends(run))
        await asyncio.sleep(max(world.seconds, 30) if not SLOW
                            else world.seconds)
        run.ended = True
        run.most = await watch

    await run.during(nothing)
    ok(only(run.counts, "200", "201", "422"),
       "a crowd of %d: no 5xx, each answered" % world.crowd, run.counts)
    ok(sum(run.counts.values()) > world.crowd, "more than once each")
    ok(run.most <= MAX_BACKENDS, "by %d backends at most" % MAX_BACKENDS,
       run.most)


async def vanishing(world):
    """Clients leave within the request and while it is worked on; those that
    stay do not notice."""
    dice = random.Random(world.seed)
    left = collections.Counter()

    async def leave(run):
        while not run.ended:
            title = world.ledger.title("left")
            world.ledger.doubt.add(title)
            user = dice.choice(world.users)
            data = dice.choice((
                request("POST", "/api/v1/posts",
                        {"user_id": user, "title": title,
                         "content": "x" * dice.choice((10, 20000, 90000))}),
                request("GET", "/api/v1/posts?limit=100"),
                request("GET", "/api/v1/users/" + user),
                request("POST", "/api/v1/users",
                        {"email": title + "@example.com", "name": title,
                         "password": "correct horse"}),
            ))
            try:
                _, writer = await asyncio.open_connection("127.0.0.1",
                                                          world.port)
                cut = dice.choice((len(data), dice.randrange(len(data))))
                writer.write(data[:cut])
                await writer.drain()
                await asyncio.sleep(dice.choice((0, 0, 0.0005, 0.001, 0.002,
                                                 0.005, 0.02)))
                if dice.random() < 0.5:
                    writer.transport.abort()
                    left["reset"] += 1
                else:
                    writer.close()
                    left["closed"] += 1
            except OSError:
                left["failed"] += 1

    async def fault(run):
        watch = asyncio.create_task(world.count_backends(run))
        leavers = [asyncio.create_task(leave(run)) for _ in range(24)]
        await asyncio.sleep(world.seconds)
        run.ended = True
        await asyncio.gather(*leavers)
        run.most = await watch

    run = await Run(world).during(fault)
    note("clients that left: %s" % dict(left))
    ok(only(run.counts, "200", "201", "422"),
       "clients that vanish: the others do not notice", run.counts)
    ok(run.most <= MAX_BACKENDS, "by %d backends at most" % MAX_BACKENDS,
       run.most)

    def idle():
        return int(world.postgres.admin(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND"
            " state <> 'idle' AND application_name <> 'suite'")) == 0
    ok(await world.call(wait_until, idle, 10), "no backend works for nobody")


async def backends(world):
    """pg_terminate_backend for every backend, again and again."""
    async def fault(run):
        end = time.monotonic() + world.seconds
        while time.monotonic() < end:
            await world.call(world.postgres.terminate)
            await asyncio.sleep(0.25)

    run = await Run(world).during(fault)
    ok(only(run.counts, "200", "201", "422", "503"),
       "backends killed: answered, or 503", run.counts)
    ok(run.counts["201"], "and some writes got through")
    await world.heals("backends killed")

    ok(await world.call(wait_until, lambda: 0 < world.postgres.backends()
                        <= MAX_BACKENDS, 15), "as many backends as before")


async def restarts(world):
    """PostgreSQL restarts under load."""
    for mode in ("fast", "immediate"):
        async def fault(run):
            await asyncio.sleep(1)
            await world.call(world.postgres.pg_ctl, "stop", "-m", mode)
            await asyncio.sleep(0.5 + world.seconds / 10)
            await world.call(world.postgres.pg_ctl, "start")
            await world.heals("restart, " + mode)
            await asyncio.sleep(1)

        run = await Run(world).during(fault)
        ok(only(run.counts, "200", "201", "422", "503"),
           "restart, %s: answered, or 503" % mode, run.counts)


async def reloads(world):
    """20 reloads, one after the other: no request fails."""
    run = Run(world)
    n = 20 if world.seconds < 30 else 200
    refused = []

    async def fault(run):
        watch = asyncio.create_task(world.count_backends(run))
        for _ in range(n):
            if not await world.call(world.nginx.reload):
                refused.append(1)
            await asyncio.sleep(0.1)
        await asyncio.sleep(1)
        run.ended = True
        run.most = await watch

    await run.during(fault)
    equal(refused, [], "%d reloads" % n)

    # a connection that waits for its next request may be closed
    ok(only(run.counts, "200", "201", "422", "none"),
       "no request fails", run.counts)
    ok(run.counts["none"] <= run.counts["201"] / 10 + n * 4,
       "but for some on connections about to close", run.counts)
    note("backends meanwhile: %d" % run.most)

    await world.workers_are(world.nworkers, "the old workers are gone")
    ok(await world.call(wait_until, lambda: world.postgres.backends()
                        <= MAX_BACKENDS, 15), "and their backends",
       world.postgres.backends())
    await world.heals("reloads")


async def workers(world):
    """kill -9 for each worker in turn."""
    world.nginx.expected += [r"worker process \d+ exited on signal 9"]

    async def fault(run):
        for _ in range(2):
            for pid in await world.call(world.nginx.workers):
                os.kill(pid, signal.SIGKILL)
                await asyncio.sleep(0.7)
        await asyncio.sleep(1)

    run = await Run(world).during(fault)
    ok(only(run.counts, "200", "201", "422", "none", "none, fresh", "503"),
       "workers killed: an answer, or none", run.counts)
    await world.workers_are(world.nworkers, "as many workers as before")
    await world.heals("workers killed")
    ok(await world.call(wait_until, lambda: world.postgres.backends()
                        <= MAX_BACKENDS, 20), "and backends",
       world.postgres.backends())


async def nothing_more(world):
    """And at last an ordinary hour."""
    async def fault(run):
        await asyncio.sleep(2)

    run = await Run(world).during(fault)
    ok(only(run.counts, "200", "201", "422"), "in the end all is well",
       run.counts)


async def forgetting(world):
    """--self-test: commits are acknowledged before they are safe."""
    async def fault(run):
        await asyncio.sleep(3)
        await world.call(world.postgres.pg_ctl, "stop", "-m", "immediate")
        await asyncio.sleep(0.5)
        await world.call(world.postgres.pg_ctl, "start")

    await Run(world).during(fault)
    lost, _, twice, _ = world.ledger.compare(world.postgres)
    ok(lost, "the ledger finds what was lost: %d posts" % len(lost))
    equal(twice, [], "and no duplicate")


PHASES = [crowd, vanishing, backends, restarts, reloads, workers,
          nothing_more]


def settle(world):
    lost, ghosts, twice, unknown = world.ledger.compare(world.postgres)
    equal(len(lost), 0, "lost: 0", lost[:20])
    equal(len(ghosts), 0, "ghosts: 0", ghosts[:20])
    equal(len(twice), 0, "duplicates: 0", twice[:20])
    equal(len(unknown), 0, "rows that nobody wrote: 0", unknown[:20])


async def drive(world, phases, arguments):
    await world.make_users()
    world.nworkers = len(world.nginx.workers())

    for phase in phases:
        tap.case(phase.__name__)
        note(phase.__doc__.split(":")[0].replace("\n    ", " "))
        try:
            await phase(world)
        except Exception as error:
            tap.ok(False, "%s: raised" % phase.__name__, repr(error))

    tap.case("what is in the table")

    if not arguments.self_test:
        settle(world)


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=5,
                        help="of each fault (5)")
    parser.add_argument("--crowd", type=int, default=1000,
                        help="clients of the crowd (1000)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="",
                        help="phases: " + ",".join(
                            phase.__name__ for phase in PHASES))
    parser.add_argument("--self-test", action="store_true")
    arguments = parser.parse_args()

    phases = [forgetting] if arguments.self_test else [
        phase for phase in PHASES
        if not arguments.only or phase.__name__ in arguments.only.split(",")]

    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    world = World(arguments)
    tap.section(lambda: asyncio.run(drive(world, phases, arguments)))
    tap.sections[-1].__name__ = "the_ledger"

    def the_end():
        took = world.nginx.stop()
        ok(took < 35, "nginx ends: %.1f s" % took)
        ok(wait_until(lambda: world.postgres.backends() == 0, 10),
           "and leaves no backend behind")
        equal(world.nginx.alerts()[:20], [], "no crash, no alert, no report")

    tap.run(the_end, only=())


main()
