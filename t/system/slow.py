"""One slow request hurts no other: connections go to the worker that needs
them, a cold route is tried, what is known outlives a reload, and what stands
behind a stalled statement goes elsewhere.
"""

import contextlib
import os
import signal
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SLOW, Nginx, OwnPostgres, Watch
from tap import equal, note, ok, section, wait_until

postgres = OwnPostgres("slow", max_connections=80)
nginx = Nginx("slow")

# wait() is fast until somebody holds the lock of its number
postgres.sql(
    "CREATE TABLE written (k int, n int)",
    "CREATE TABLE accounts (id int PRIMARY KEY, n int)",
    "INSERT INTO accounts SELECT n, 0 FROM generate_series(1, 100) AS n",
    "CREATE FUNCTION wait(k int) RETURNS int LANGUAGE plpgsql STABLE AS"
    " 'BEGIN PERFORM pg_advisory_xact_lock(k); RETURN k; END'")

ROUTES = """
    keepalive_requests 10000000;
    location = /pid { return 200 $pid; }
    location /x {
        api_route GET /sleep/:s<number> {
            api_query value "SELECT 1 FROM pg_sleep($s::float8)";
        }
        api_route GET /doze/:s<number> {
            api_query value "SELECT 2 FROM pg_sleep($s::float8)";
        }
        api_route GET /cold/:s<number> {
            api_query value "SELECT 3 FROM pg_sleep($s::float8)";
        }
        api_route GET /plain/:n<int> { api_query value "SELECT $n::int"; }
        api_route GET /backend { api_query value "SELECT pg_backend_pid()"; }
        api_route GET /wait/:k<int> { api_query value "SELECT wait($k)"; }
        api_route GET /lock/:k<int> {
            api_query value "SELECT $k::int FROM pg_advisory_xact_lock($k)";
        }
        api_route POST /write/:k<int>/:n<int> {
            api_query value "INSERT INTO written SELECT wait($k), $n
                             RETURNING n";
        }
        api_route POST /sleep/:s<number> {
            api_query value "SELECT 1 FROM pg_sleep($s::float8)";
        }
        api_route GET /account/:id<int> {
            api_query value "SELECT n FROM accounts WHERE id = $id";
        }
        api_route POST /account/:id<int> {
            api_query value "UPDATE accounts SET n = n + 1 WHERE id = $id
                             RETURNING n";
        }
    }
"""


def configure(settings, workers=1, after=""):
    nginx.configure("api_postgres app { primary %s; %s }"
                    % (postgres.uri, settings), ROUTES + after,
                    workers=workers, listen="backlog=4096 reuseport")


def serve(settings, workers=1):
    """A start from nothing: what was learned before is forgotten."""
    nginx.stop()
    configure(settings, workers)
    nginx.start()
    wait_until(lambda: len(nginx.workers()) == workers, 10)


def reload():
    old = set(nginx.workers())
    if not nginx.reload():
        raise RuntimeError("no reload:\n" + nginx.log()[-2000:])
    return old


def gone(old):
    return wait_until(lambda: not old & set(nginx.workers()), 25)


class Client(threading.Thread):
    """A request on a connection of its own, or on one that is handed in."""

    def __init__(self, path, method="GET", connection=None, timeout=40):
        threading.Thread.__init__(self)
        self.method = method
        self.path = path
        self.given = connection
        self.connection = connection or wire.Connection(nginx.port, timeout)
        self.status, self.body, self.took = 0, b"", None
        self.begun = time.monotonic()

    def send(self):
        """Now, so that the order is ours; start() reads the answer."""
        self.begun = time.monotonic()
        self.connection.send(wire.message(self.method, "/x" + self.path))
        self.sent = True
        return self

    def run(self):
        try:
            if not getattr(self, "sent", False):
                self.send()
            response = self.connection.receive(self.method)
            self.status, self.body = response.status, response.body
        except (wire.Ended, OSError):
            pass
        self.took = time.monotonic() - self.begun
        if not self.given:
            self.connection.close()


def ask(path, method="GET", connection=None):
    client = Client(path, method, connection)
    client.run()
    return client


def together(clients):
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return clients


def in_one_turn(clients):
    """The worker finds all of these requests at once, in this order."""
    worker, = nginx.workers()
    os.kill(worker, signal.SIGSTOP)
    for client in clients:
        client.send()
    time.sleep(0.1)
    os.kill(worker, signal.SIGCONT)
    for client in clients:
        client.start()
    return clients


def warm(*paths, method="GET", times=30):
    for _ in range(times):
        for path in paths:
            client = ask(path, method)
            if client.status != 200:
                raise RuntimeError("%s: %d" % (path, client.status))


class Lock:
    """An advisory lock that another session holds."""

    def __init__(self, key, seconds):
        self.key = key
        self.sleep = "SELECT pg_sleep(%f)" % seconds
        self.thread = threading.Thread(target=self.hold)

    def hold(self):
        with contextlib.suppress(RuntimeError):     # end() cancels it
            postgres.sql("SELECT pg_advisory_lock(%d)" % self.key, self.sleep)

    def end(self):
        """Before its time, when nothing is left to be seen."""
        postgres.admin("SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                       " WHERE query = '%s'" % self.sleep)

    def __enter__(self):
        self.thread.start()
        wait_until(lambda: postgres.admin(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
            " AND granted") != "0", 10)
        self.begun = time.monotonic()
        return self

    def __exit__(self, *_):
        self.thread.join()


def active(what):
    return int(postgres.admin(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND"
        " application_name <> 'suite' AND state = 'active' AND"
        " query LIKE '%" + what + "%'"))


def connections_by_worker(least):
    """{pid: connections kept alive}, until one worker has so many."""
    found = {}
    for _ in range(2000):
        connection = wire.Connection(nginx.port, 40)
        pid = int(connection.request("GET", "/pid").body)
        found.setdefault(pid, []).append(connection)
        if len(found[pid]) >= least:
            break
    return found


def close(found):
    for connections in found.values():
        for connection in connections:
            connection.close()


# ---- connections go to whoever needs them -----------------------------------

@section
def sixteen_workers():
    """All connections are open, most of them in other workers."""
    serve("max_connections 20; min_connections 20; acquire_timeout 3s;", 16)
    ok(wait_until(lambda: postgres.backends() == 20, 20),
       "twenty connections, held by sixteen workers", postgres.backends())
    found = connections_by_worker(24)
    mine = max(found.values(), key=len)
    warm("/sleep/0.05", times=4)

    with Watch(postgres) as watch:
        slow = [Client("/sleep/4", connection=c) for c in mine[:6]]
        for client in slow:
            client.start()
        time.sleep(0.2)
        fast = [ask("/plain/%d" % n, connection=mine[10 + n])
                for n in range(8)]
        for client in slow:
            client.join()

    equal({c.status for c in slow + fast}, {200},
          "six slow reads and fast ones on one worker: all are served")
    slowest = max(c.took for c in fast)
    ok(slowest < 2.5, "the fast ones without waiting for the slow: %.3f s"
       % slowest)
    ok(max(c.took for c in slow) < 7, "and the slow ones at once",
       [round(c.took, 1) for c in slow])
    ok(watch.most <= 20, "with twenty backends at most", watch.most)

    with Watch(postgres) as watch:
        slow = together([Client("/sleep/4", connection=c) for c in mine[:20]])
    equal({c.status for c in slow}, {200},
          "as many as there are connections are served by one worker")
    ok(watch.most <= 20, "with twenty backends at most", watch.most)
    close(found)


@section
def a_slow_one_in_each_of_sixteen_workers():
    """More of them than are left after what is kept for fast ones, which come
    all the time: while connections are idle, nobody is refused."""
    serve("max_connections 20; min_connections 20; acquire_timeout 3s;", 16)
    found = connections_by_worker(12)
    warm("/sleep/0.05", times=4)
    warm("/plain/1", times=40)
    wait = time.monotonic() + 20
    while len(found) < 16 or min(map(len, found.values())) < 2:
        connection = wire.Connection(nginx.port, 40)
        pid = int(connection.request("GET", "/pid").body)
        found.setdefault(pid, []).append(connection)
        if time.monotonic() > wait:
            break
    equal(len(found), 16, "connections to all workers")

    slow = [Client("/sleep/5", connection=worker[0])
            for worker in found.values()]
    for client in slow:
        client.start()
    fast = []
    while any(client.is_alive() for client in slow):
        worker = list(found.values())[len(fast) % len(found)]
        fast.append(ask("/plain/%d" % len(fast), connection=worker[1]))
        time.sleep(0.03)

    equal({c.status for c in slow}, {200}, "each slow one is served",
          sorted((c.status, round(c.took, 1)) for c in slow))
    equal({a.status for a in fast}, {200}, "and each fast one")
    ok(max(a.took for a in fast) < 2.5, "without waiting for them",
       max(a.took for a in fast))
    close(found)


@section
def unopened_connections():
    serve("max_connections 20; min_connections 0; acquire_timeout 2s;", 16)
    found = connections_by_worker(12)
    mine = max(found.values(), key=len)
    answers = together([Client("/sleep/3", connection=c) for c in mine[:10]])
    equal({c.status for c in answers}, {200},
          "one worker may open more than a sixteenth of all")
    close(found)


@section
def nobody_starves():
    """Eight workers, three connections, everyone always has something."""
    serve("max_connections 3; min_connections 1; acquire_timeout 8s;", 8)
    found = connections_by_worker(12)
    wait = time.monotonic() + 10
    while min(map(len, found.values())) < 3 or len(found) < 8:
        connection = wire.Connection(nginx.port, 40)
        pid = int(connection.request("GET", "/pid").body)
        found.setdefault(pid, []).append(connection)
        if time.monotonic() > wait:
            break
    equal(len(found), 8, "connections to eight workers")

    end = time.monotonic() + 10
    served = {pid: 0 for pid in found}
    others = []

    def load(pid, connection, path, method):
        while time.monotonic() < end:
            client = ask(path, method, connection)
            if client.status == 200:
                served[pid] += 1
            else:
                others.append((path, client.status, client.took))

    threads = [threading.Thread(target=load, args=(pid, connection, *what))
               for pid, connections in found.items()
               for connection, what in zip(connections, (
                   ("/plain/1", "GET"), ("/plain/2", "GET"),
                   ("/write/1/1", "POST")))]
    with Watch(postgres) as watch:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    note(str(sorted(served.values())))
    ok(min(served.values()) >= 5, "each worker's requests are served",
       served)
    equal(others[:5], [], "and none is refused")
    ok(watch.most <= 3, "with three backends at most", watch.most)
    close(found)


@section
def a_worker_that_is_killed():
    serve("max_connections 4; min_connections 0; acquire_timeout 4s;", 2)
    found = connections_by_worker(6)
    mine, = [pid for pid in found if len(found[pid]) == 6]
    other = [c for pid in found for c in found[pid] if pid != mine]
    for c in found[mine][:3]:
        Client("/sleep/30", connection=c).start()
    ok(wait_until(lambda: active("pg_sleep") >= 3, 8), "three are held")
    nginx.expected.append(r"exited on signal 9")
    os.kill(mine, signal.SIGKILL)
    answers = together([Client("/plain/1") for _ in range(8)]
                       + [Client("/plain/2", connection=c)
                          for c in other[:2]])
    equal({c.status for c in answers}, {200},
          "a worker that is killed takes no connection with it")
    postgres.terminate()
    close(found)


@section
def an_idle_server_sleeps():
    serve("max_connections 20; min_connections 5;", 4)
    together([Client("/plain/%d" % n) for n in range(30)])
    together([Client("/sleep/0.1") for n in range(10)])
    time.sleep(2)

    def switches():
        total = 0
        for pid in nginx.workers():
            with open("/proc/%d/status" % pid) as lines:
                total += sum(int(line.split()[1]) for line in lines
                             if line.startswith("voluntary"))
        return total

    before = switches()
    time.sleep(4)
    woken = switches() - before
    ok(woken <= 8, "four idle workers wake up %d times in 4 s" % woken)


@section
def a_reload_hands_over():
    serve("max_connections 4; min_connections 4; acquire_timeout 3s;")
    warm("/sleep/0.05", times=3)
    slow = Client("/sleep/8")
    slow.start()
    time.sleep(0.3)
    old = reload()
    time.sleep(0.5)
    with Watch(postgres) as watch:
        answers = together([Client("/sleep/1"), Client("/sleep/1"),
                            Client("/plain/1")])
    equal([c.status for c in answers], [200] * 3,
          "new workers have what old ones do not use")
    ok(watch.most <= 4, "with four backends at most", watch.most)
    slow.join()
    equal(slow.status, 200, "while an old one ends what it began")
    ok(gone(old), "and goes")


def processor_seconds():
    """Of the workers, those that are gone included."""
    def seconds(pid, first):
        with open("/proc/%d/stat" % pid) as line:
            fields = line.read().rpartition(")")[2].split()
        return sum(map(int, fields[first:first + 2])) / os.sysconf("SC_CLK_TCK")

    total = seconds(nginx.pid, 13)
    for pid in nginx.workers():
        try:
            total += seconds(pid, 11)
        except OSError:
            pass
    return total


def load_over_reloads(name, settings, workers, killed=False, clients=10):
    """Ten clients, of whose requests a third are slow, over reloads in a row:
    what waits in an old worker is served before what came later."""
    serve(settings, workers)
    warm("/sleep/0.2", times=3)
    warm("/plain/1", times=10)
    ended = []
    answers = []

    def load(k):
        n = k
        while not ended:
            n += 1
            answers.append(ask("/sleep/0.2" if n % 3 == 0 else "/plain/1"))

    threads = [threading.Thread(target=load, args=(k,))
               for k in range(clients)]
    spent = processor_seconds()
    for thread in threads:
        thread.start()
    with Watch(postgres) as watch:
        for _ in range(5):
            time.sleep(1)
            old = reload()
            if killed:
                os.kill(next(iter(old)), signal.SIGKILL)
        time.sleep(1)
    spent = processor_seconds() - spent
    ended.append(1)
    for thread in threads:
        thread.join()

    refused = [c for c in answers if c.status not in
               ((200, 0) if killed else (200,))]
    equal([(c.path, c.status, c.took) for c in refused], [],
          "%s: %d requests, and none is refused" % (name, len(answers)))
    note("slowest: %.2f s; %.1f ms of a processor for each" % (
        max(c.took for c in answers), spent / len(answers) * 1000))

    # a reload asks the database, too
    return answers, spent / len(answers), watch.most - 1


@section
def reloads_under_load():
    answers, spent, most = load_over_reloads("two workers",
        "max_connections 6; min_connections 1; acquire_timeout 12s;", 2)
    slowest = max(c.took for c in answers)
    ok(slowest < 6, "nothing waits until it is about to be refused: %.1f s"
       % slowest)
    ok(SLOW or spent < 0.003, "workers that need connections do not wake each"
       " other for ever")
    ok(most <= 6, "with six backends at most", most)


@section
def reloads_and_a_kill_under_load():
    nginx.expected.append(r"exited on signal 9")
    answers, _, _ = load_over_reloads("a killed worker",
        "max_connections 4; min_connections 1; acquire_timeout 12s;", 3,
        killed=True)
    slowest = max(c.took for c in answers)
    ok(slowest < 6, "an old worker that is killed holds nobody: %.1f s"
       % slowest)


@section
def reloads_with_few_connections():
    for most, workers in ((1, 2), (2, 2), (3, 8)):
        _, _, seen = load_over_reloads("%d connections, %d workers"
            % (most, workers), "max_connections %d; min_connections 1;"
            " acquire_timeout 30s; queue 100;" % most, workers, clients=6)
        ok(seen <= most, "with as many backends at most", seen)


# ---- cold and slow routes ---------------------------------------------------

@section
def a_cold_route():
    serve("max_connections 2; min_connections 2; acquire_timeout 2s;")
    warm("/sleep/0.1", times=3)
    warm("/plain/1", times=10)
    slow = Client("/sleep/5")
    slow.start()
    time.sleep(0.3)
    cold = ask("/cold/0.01")
    equal(cold.status, 200, "a new route gets the last idle connection")
    ok(cold.took < 1.5, "at once: %.2f s" % cold.took)
    equal(ask("/plain/7").body, b"7", "as do those that are fast")
    slow.join()
    equal(slow.status, 200, "beside a slow one")


@section
def slow_ones_and_the_last_connection():
    serve("max_connections 2; min_connections 2; acquire_timeout 2s;")
    warm("/sleep/0.1", times=3)
    warm("/plain/1", times=10)
    slow = [Client("/sleep/5"), Client("/sleep/5")]
    slow[0].start()
    time.sleep(0.2)
    slow[1].start()
    time.sleep(0.2)
    fast = ask("/plain/7")
    ok(fast.status == 200 and fast.took < 1, "one is left to what is fast",
       (fast.status, fast.took))
    for client in slow:
        client.join()
    equal([c.status for c in slow], [200, 200],
          "but nothing is refused while it is idle")
    ok(slow[1].took < 8, "nor waits for another slow one",
       round(slow[1].took, 1))


@section
def what_is_known_outlives_a_reload():
    serve("max_connections 2; min_connections 2; acquire_timeout 4s;")
    warm("/sleep/0.2", "/doze/0.2", times=3)
    warm("/plain/1", times=10)
    gone(reload())
    ok(wait_until(lambda: postgres.backends() == 2, 10), "a new worker")
    slow = [Client("/sleep/4"), Client("/doze/1")]
    slow[0].start()
    time.sleep(0.3)
    slow[1].start()
    time.sleep(0.3)
    fast = ask("/plain/7")
    ok(fast.status == 200 and fast.took < 0.6,
       "what is slow is known from the first request",
       (fast.status, fast.took))
    for client in slow:
        client.join()

    serve("max_connections 6; min_connections 6;")
    warm("/backend", times=40)
    gone(reload())
    ok(wait_until(lambda: postgres.backends() == 6, 10), "a new worker")
    answers = in_one_turn([Client("/backend") for _ in range(12)])
    for client in answers:
        client.join()
    equal({c.status for c in answers}, {200}, "twelve at once")
    backends = {c.body for c in answers}
    ok(len(backends) <= 2, "what is fast shares connections at once",
       backends)


# ---- a fast route that is slow for once -------------------------------------

STALL = "max_connections 4; min_connections 4; acquire_timeout 4s;"


@section
def behind_a_stalled_read():
    for route in ("/lock", "/wait"):
        serve(STALL)
        warm("/plain/1", route + "/1", times=40)
        with Lock(42, 4) as lock:
            head = Client(route + "/42")
            fast = [Client("/plain/%d" % n) for n in range(100, 130)]
            same = [Client("%s/%d" % (route, n)) for n in range(200, 210)]
            in_one_turn([head] + fast + same)
            for client in fast + same:
                client.join()
            took = time.monotonic() - lock.begun
            ok(took < 3, route + ": those behind do not wait: %.2f s" % took)
            equal({c.status for c in fast + same}, {200}, "and are answered")
            equal([c.body for c in fast + same],
                  [c.path.split("/")[2].encode() for c in fast + same],
                  "each with its own")
            ok(head.is_alive(), "while the first one waits")
        head.join()
        equal((head.status, head.body), (200, b"42"), "for its own answer")

        # what their first flights bring belongs to nobody

        answers = together([Client("/plain/%d" % n) for n in range(300, 330)])
        equal([c.body for c in answers],
              [str(n).encode() for n in range(300, 330)],
              "and later answers are in order")


@section
def behind_a_stalled_read_without_another_connection():
    serve("max_connections 1; min_connections 1; acquire_timeout 4s;")
    warm("/plain/1", "/lock/1", times=30)
    with Lock(42, 1.5):
        answers = in_one_turn([Client("/lock/42")] + [
            Client("/plain/%d" % n) for n in range(20)])
        for client in answers:
            client.join()
    equal({c.status for c in answers}, {200}, "they wait, and are answered")
    equal([c.body for c in answers[1:]],
          [str(n).encode() for n in range(20)], "each with its own")


@section
def a_lock_takes_no_more_than_its_part():
    """What was fast and meets a lock is slow while it does, as is what nobody
    knows yet: until one would be refused some connections are left."""
    for what in ("/wait", "/cold", "/lock"):
        serve("max_connections 6; min_connections 3; acquire_timeout 20s;")
        warm("/plain/1", times=40)
        if what != "/cold":
            warm(what + "/1", times=40)
        path = "/wait/42" if what == "/cold" else what + "/42"
        with Lock(42, 4):
            stuck = []
            for _ in range(40):
                stuck.append(Client(path))
                stuck[-1].start()
                time.sleep(0.02)
            answers = [ask("/plain/%d" % n) for n in range(100)]
            equal({a.status for a in answers}, {200},
                  what + ": others are served all the while")
            for client in stuck:
                client.join()
        equal({c.status for c in stuck}, {200}, "the stuck ones wait")


class Row:
    """The lock of account 1, held for a while."""

    def __init__(self, seconds):
        self.thread = threading.Thread(target=postgres.sql, args=(
            "BEGIN; UPDATE accounts SET n = n WHERE id = 1;"
            " SELECT pg_sleep(%f); COMMIT" % seconds,))

    def __enter__(self):
        self.thread.start()
        wait_until(lambda: postgres.admin(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name ="
            " 'suite' AND state = 'active' AND query LIKE 'BEGIN; UPDATE%'")
            != "0", 10)

    def __exit__(self, *_):
        self.thread.join()


def beside_a_locked_row(settings, workers, writers, seconds):
    """Answers to readers, and to writers of the locked row, who never cease."""
    serve(settings, workers)
    warm("/account/7", "/plain/1", times=40)
    ended, reads, writes = [], [], []

    def load(answers, path, method, pause):
        connection = wire.Connection(nginx.port, 40)
        while not ended:
            answers.append(ask(path, method, connection))
            time.sleep(pause)
        connection.close()

    threads = [threading.Thread(target=load, args=what) for what in
               [(writes, "/account/1", "POST", 0)] * writers
               + [(reads, "/account/7", "GET", 0.01),
                  (reads, "/plain/1", "GET", 0.01)] * 4]
    for thread in threads:
        thread.start()
    time.sleep(1)
    with Row(seconds):
        time.sleep(seconds - 0.5)
    ended.append(1)
    for thread in threads:
        thread.join()
    return reads, writes


def reads_go_on(name, reads):
    equal({a.status for a in reads}, {200},
          "%s: %d reads, none is refused" % (name, len(reads)))
    slowest = max(a.took for a in reads)
    ok(slowest < (3 if SLOW else 1.5),
       name + ": nor waits for the lock: %.2f s" % slowest)


@section
def a_locked_row():
    """Steady writers of one locked row leave the connections of reads to
    them, in every worker."""
    for most, workers, writers in ((8, 2, 12), (8, 4, 20), (20, 2, 20),
                                   (20, 4, 20)):
        name = "%d connections, %d workers" % (most, workers)
        with Watch(postgres) as watch:
            reads, writes = beside_a_locked_row(
                "max_connections %d; acquire_timeout 20s;" % most, workers,
                writers, 4)
        reads_go_on(name, reads)
        equal({a.status for a in writes}, {200}, "all writes are done")
        ok(watch.most <= most + 1, "with as many backends at most, and the"
           " lock's", watch.most)


@section
def a_locked_row_and_writers_about_to_be_refused():
    for most, workers, writers in ((4, 1, 12), (8, 2, 16)):
        name = "%d connections, %d workers" % (most, workers)
        reads, writes = beside_a_locked_row(
            "max_connections %d; acquire_timeout 1s;" % most, workers,
            writers, 6)
        reads_go_on(name, reads)
        refused = [a.took for a in writes if a.status == 503]
        equal({a.status for a in writes} - {200, 503}, set(),
              "writers are served, or refused for want of a connection")
        ok(max(refused, default=0) < 4, "when their time is over", refused)


@section
def restarted_with_less_connections_than_workers():
    serve("max_connections 3; min_connections 1;", workers=4)
    warm("/plain/1", times=20)
    for _ in range(3):
        stop = []
        threads = [threading.Thread(target=lambda: [
            ask("/plain/%d" % n) for n in range(100000) if not stop])
            for _ in range(6)]
        for thread in threads:
            thread.start()
        time.sleep(0.3)
        for _ in range(8):
            postgres.terminate()
            time.sleep(0.05)
        stop.append(1)
        for thread in threads:
            thread.join()
        ok(wait_until(lambda: {ask("/plain/%d" % n).status
                               for n in range(40)} == {200}, 15, 0.3),
           "every worker serves again")


@section
def two_hundred_that_leave():
    for route in ("/wait", "/lock"):
        serve("max_connections 6; min_connections 3; acquire_timeout 4s;")
        warm("/plain/1", route + "/1", times=40)
        with Lock(42, 14) as lock:
            gone = [wire.Connection(nginx.port) for _ in range(200)]
            for connection in gone:
                connection.send(wire.message("GET", "/x%s/42" % route))
            time.sleep(0.05)
            for connection in gone:
                connection.reset()

            answers = [ask("/plain/%d" % n) for n in range(60)]
            answers += together([Client("/plain/%d" % n) for n in range(60)])
            took = time.monotonic() - lock.begun
            equal({c.status for c in answers}, {200},
                  route + ": 200 leave, others are served")
            ok(took < 6, "without waiting: %.2f s" % took)
            ok(wait_until(lambda: active("%s(" % (
                "wait" if route == "/wait" else "xact_lock")) == 0, 8),
               "and what nobody waits for is cancelled")
            ok(time.monotonic() - lock.begun < 13, "before it would end")
            lock.end()
        ok(wait_until(lambda: postgres.backends() <= 6, 5),
           "six backends at most", postgres.backends())


@section
def behind_a_stalled_write():
    serve(STALL)
    warm("/write/1/0", method="POST", times=40)
    postgres.sql("TRUNCATE written")
    with Lock(42, 2):
        answers = in_one_turn(
            [Client("/write/42/1000", "POST")]
            + [Client("/write/1/%d" % n, "POST") for n in range(20)])
        for client in answers:
            client.join()
    equal({c.status for c in answers}, {200}, "writes are answered")
    equal(postgres.sql("SELECT count(*), count(DISTINCT n) FROM written"),
          "21|21", "and happen once")

    postgres.sql("TRUNCATE written")
    with Lock(42, 2):
        gone = [wire.Connection(nginx.port) for _ in range(40)]
        for n, connection in enumerate(gone):
            connection.send(wire.message("POST", "/x/write/42/%d" % n))
        time.sleep(0.4)
        for connection in gone:
            connection.reset()
        equal(ask("/write/1/7000", "POST").status, 200,
              "forty whose clients leave")
    time.sleep(1)
    equal(postgres.sql("SELECT max(c) FROM (SELECT count(*) AS c FROM written"
                       " GROUP BY n) AS g"), "1", "happen once, or never")


@section
def a_route_that_is_slow_now_and_then():
    """It goes alone for a while, and nothing stands behind it."""
    serve(STALL)
    warm("/plain/1", "/sleep/0", times=60)
    answers = []
    for _ in range(5):
        slow = Client("/sleep/2")
        slow.start()
        time.sleep(0.1)
        fast = [ask("/plain/%d" % n) for n in range(20)]
        quick = [ask("/sleep/0") for _ in range(10)]
        answers += fast + quick
        ok(slow.is_alive(), "they are done before the slow one")
        slow.join()
        answers.append(slow)
    equal({c.status for c in answers}, {200}, "all are served")


def the_end():
    nginx.stop()
    ok(wait_until(lambda: postgres.backends() == 0, 10), "no backend is left")
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
