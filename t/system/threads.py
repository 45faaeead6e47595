"""Threads: name servers and servers that never answer cost nobody else
anything, neither while nginx serves nor when it exits.

Names are looked up by t/lib/silent.c, and a proxy of ours swallows cancel
requests.
"""

import mmap
import os
import re
import select
import signal
import socket
import struct
import subprocess
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SCRATCH, SLOW, TOP, Nginx, Postgres, free_port
from tap import equal, note, ok, section, wait_until

# what "at once" is: far below the time that anything here is stuck
AT_ONCE = 15 if SLOW else 5
GONE = 15 if SLOW else 5

SILENT = 20
STUCK = 50

postgres = Postgres("threads")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text)",
             "INSERT INTO things VALUES (1, 'one')")
nginx = Nginx("threads")


class Proxy:
    """Forwards sessions to PostgreSQL; what asks for a cancel is counted, and
    while .mute gets no answer, nor is its connection ever closed."""

    CANCEL = struct.pack("!II", 16, 80877102)

    def __init__(self):
        self.port = free_port()
        self.mute = False
        self.cancels = 0
        self.kept = []
        self.listener = socket.create_server(("127.0.0.1", self.port),
                                             backlog=200)
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            threading.Thread(target=self.serve, args=(client,),
                             daemon=True).start()

    def serve(self, client):
        server = None
        try:
            first = client.recv(65536)
            if first.startswith(self.CANCEL):
                self.cancels += 1
                if self.mute:
                    self.kept.append(client)
                    client = None
                    return
            server = socket.create_connection(("127.0.0.1",
                                               int(postgres.port)))
            server.sendall(first)
            while True:
                ready, _, _ = select.select((client, server), [], [])
                for source in ready:
                    data = source.recv(65536)
                    if not data:
                        return
                    (server if source is client else client).sendall(data)
        except OSError:
            pass
        finally:
            for each in (client, server):
                if each:
                    each.close()

    def close(self):
        while self.kept:
            self.kept.pop().close()


proxy = Proxy()


def uri(host, port):
    return '"host=%s port=%s user=app password=%s dbname=%s sslmode=disable"' \
        % (host, port, postgres.app_password, postgres.database)


DATABASES = """
    api_postgres app { primary %s; }
    api_postgres named {
        primary %s; min_connections 0; connect_timeout 10s; check off;
        acquire_timeout 10s;
    }
    api_postgres either {
        primary %s; connect_timeout 4s; acquire_timeout 10s; check off;
        min_connections 0;
    }
    api_postgres mute {
        primary %s; max_connections %d; min_connections 0; check off;
    }
""" % (postgres.uri, uri("slow.test", postgres.port),
       uri("one.silent.test,127.0.0.1", postgres.port),
       uri("127.0.0.1", proxy.port), STUCK)

ROUTES = """
    client_max_body_size 4m;
    api_max_body 4m;

    location /files/ { aio threads; sendfile off; }

    location /t {
        api_database app;

        api_route GET /things/:id<int> {
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        # its threads stand back behind all else that this machine does
        api_route POST /hash {
            api_timeout 50s;
            api_body { password string required max=128; }
            api_hash_password $hash $password;
            api_query value "SELECT $hash::text";
        }
        api_route POST /large {
            api_body { list string[] required; }
            api_query value "SELECT cardinality($list::text[])";
        }
        api_route GET /sleep/:s<number> {
            api_timeout 30s;
            api_query value "SELECT 1 FROM pg_sleep($s::float8)";
        }
        api_route POST /sleep/:s<number> {
            api_timeout 30s;
            api_query value "INSERT INTO things SELECT 2, 'two'
                             FROM pg_sleep($s::float8) RETURNING id";
        }
        api_route POST /mute/:s<number> {
            api_database mute;
            api_timeout 30s;
            api_query value "INSERT INTO things SELECT 4, 'four'
                             FROM pg_sleep($s::float8) RETURNING id";
        }
        api_route PUT /sleep/:s<number> {
            api_timeout 30s;
            api_query one "INSERT INTO things SELECT 3, 'three'
                           FROM pg_sleep($s::float8) RETURNING id" as=thing;
            api_query one "UPDATE things SET name = 'drei'
                           WHERE id = $thing.id RETURNING id, name";
        }
        api_route GET /named {
            api_database named;
            api_query value "SELECT 1 FROM pg_sleep(1)";
        }
        api_route GET /either {
            api_database either;
            api_query value "SELECT 1";
        }
        api_route GET /stuck {
            api_database mute;
            api_timeout 3s;
            api_query value "SELECT 1 FROM pg_sleep(60)";
        }
        %s
    }
"""


def shim():
    """The shared library, made of t/lib/silent.c, and the file it looks at."""
    library = os.path.join(SCRATCH, "silent.so")
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", library,
                    os.path.join(TOP, "t/lib/silent.c")], check=True)
    name = os.path.join(SCRATCH, "silent")
    with open(name, "wb") as file:
        file.write(bytes(24))
    os.chmod(name, 0o666)
    nginx.env.update(LD_PRELOAD=library, SILENT_FILE=name)
    with open(name, "r+b") as file:
        return mmap.mmap(file.fileno(), 24)


silent = shim()


def lookups():
    """How often names of silent.test and slow.test were looked up."""
    return struct.unpack("qq", silent[0:16])


def configure(number, workers=1, shutdown=None, extra=""):
    """number databases whose host's name server is silent."""
    databases = DATABASES
    routes = extra

    for i in range(number):
        databases += """
    api_postgres silent%d {
        primary %s; check off; acquire_timeout 3s; connect_timeout 5s;
    }""" % (i, uri("host%d.silent.test" % i, 5432))
        routes += """
        api_route GET /silent/%d {
            api_database silent%d;
            api_query value "SELECT 1";
        }""" % (i, i)

    nginx.configure(databases, ROUTES % routes, workers=workers)

    if shutdown is not None:
        with open(nginx.conf) as file:
            text = file.read()
        nginx.write("nginx.conf", text.replace("worker_shutdown_timeout 20s;",
                                               shutdown))


def start(*arguments, **rest):
    silent[0:24] = bytes(24)
    configure(*arguments, **rest)
    nginx.start()
    return wait_until(nginx.workers, 20)[0]


def ask(method, path, timeout=60, **rest):
    begun = time.monotonic()
    connection = wire.Connection(nginx.port, timeout)
    try:
        response = connection.request(method, path, **rest)
        response.took = time.monotonic() - begun
        return response
    finally:
        connection.close()


def at_once(name, method, path, status=200, **rest):
    response = ask(method, path, **rest)
    ok(response.status == status and response.took < AT_ONCE,
       "%s: %d within %d s" % (name, status, AT_ONCE),
       "%r after %.1f s" % (response, response.took))
    note("%s after %.3f s" % (name, response.took))
    return response


def in_threads(number, work):
    threads = [threading.Thread(target=work, args=(i,))
               for i in range(number)]
    for thread in threads:
        thread.start()
    return threads


def names_of_threads(pid):
    """How many threads of each name a worker has, as ps shows them."""
    names = {}
    for tid in os.listdir("/proc/%d/task" % pid):
        try:
            with open("/proc/%d/task/%s/comm" % (pid, tid)) as file:
                name = file.read().strip()
        except OSError:
            continue
        names[name] = names.get(name, 0) + 1
    return names


def cpu(pid):
    """Seconds of a processor that a process has used; 0 when it is gone."""
    try:
        with open("/proc/%d/stat" % pid) as file:
            fields = file.read().rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def gone(pids, name):
    begun = time.monotonic()
    used = {pid: cpu(pid) for pid in pids}
    most = 0

    while any(os.path.exists("/proc/%d" % pid) for pid in pids):
        if time.monotonic() - begun > 60:
            break
        for pid in pids:
            most = max(most, cpu(pid) - used[pid])
        time.sleep(0.02)

    took = time.monotonic() - begun
    ok(took < GONE, "%s: gone within %d s" % (name, GONE), "%.1f s" % took)
    ok(most < 0.5 or SLOW, name + ": and does not spin meanwhile",
       "%.2f s of a processor" % most)
    note("%s: %.2f s, %.2f s of a processor" % (name, took, most))


def others_are_served(name):
    at_once(name + ": a file by aio threads", "GET", "/files/large")
    at_once(name + ": a password's hash", "POST", "/t/hash",
            json={"password": "correct horse"})
    response = at_once(name + ": a large body", "POST", "/t/large",
                       json={"list": ["x" * 50] * 20000})
    equal(response.body, b"20000", name + ": and it is read")
    at_once(name + ": another database", "GET", "/t/things/1")


def get_stuck():
    """SILENT look-ups and STUCK cancels, none of which gets an answer."""
    proxy.mute = True
    before = proxy.cancels
    answers = []

    ok(wait_until(lambda: lookups()[0] >= SILENT, 20),
       "%d look-ups are under way" % SILENT, lookups())

    for thread in in_threads(STUCK, lambda _: answers.append(
            ask("GET", "/t/stuck").status)):
        thread.join()

    ok(504 in answers and set(answers) <= {503, 504},
       "%d queries past their deadline" % STUCK, answers)
    ok(wait_until(lambda: proxy.cancels > before, 10),
       "and cancel requests that are not answered", proxy.cancels)


@section
def stuck_in_threads():
    worker = start(SILENT)
    get_stuck()
    others_are_served("stuck")

    for i in (0, SILENT - 1):
        response = ask("GET", "/t/silent/%d" % i)
        ok(response.status == 503 and response.took < 20,
           "a database that nobody finds is a 503", response)

    equal(lookups()[0], SILENT, "each name is looked up once, however many"
          " connections want it")

    names = names_of_threads(worker)
    note(names)
    ok(names.get("api-lookup", 0) <= SILENT + 1,
       "no more look-ups than names", names)
    ok(names.get("api-cancel", 0) <= 4,         # none from libpq 17 on
       "four cancels at most at one database", names)

    ok(wait_until(lambda: postgres.backends() < STUCK, 20),
       "what cannot be cancelled is closed")

    nginx.send(signal.SIGHUP)
    ok(wait_until(lambda: set(nginx.workers()) - {worker}, 20), "a reload")
    gone([worker], "the old worker")
    others_are_served("after a reload")

    workers = nginx.workers()
    get_stuck()
    nginx.send(signal.SIGQUIT)
    gone(workers, "a worker told to quit")
    nginx.stop(signal.SIGTERM)

    proxy.close()
    proxy.mute = False


@section
def stuck_and_told_to_stop():
    worker = start(SILENT)
    get_stuck()
    nginx.send(signal.SIGTERM)
    gone([worker], "a worker told to stop")
    nginx.stop(signal.SIGTERM)
    proxy.close()
    proxy.mute = False


@section
def answers_while_exiting():
    """Threads come back at the very moment when their worker goes."""
    for number in (signal.SIGQUIT, signal.SIGTERM) * (2 if SLOW else 5):
        worker = start(SILENT)
        wait_until(lambda: lookups()[0] >= SILENT, 20)
        silent[16:24] = struct.pack("q", 1)
        time.sleep(0.02)
        nginx.stop(number)
    equal(nginx.alerts(), [], "no worker is killed by it")


@section
def work_while_exiting():
    """Bodies and passwords under way when a worker has to go at once."""
    large = {"list": ["x" * 50] * 30000}

    def client(i):
        try:
            for _ in range(50):
                if i % 2:
                    ask("POST", "/t/large", json=large)
                else:
                    ask("POST", "/t/hash", json={"password": "x"})
        except (wire.Ended, OSError):
            pass

    for i, number in enumerate((signal.SIGTERM, signal.SIGQUIT) * 3):
        start(0, workers=1 + i % 2, shutdown="worker_shutdown_timeout 100ms;")
        threads = in_threads(8, client)
        time.sleep(0.4 + i * 0.05)
        took = nginx.stop(number)
        ok(took < GONE, "gone in the midst of work", "%.1f s" % took)
        for thread in threads:
            thread.join()
    equal(nginx.alerts(), [], "no worker is killed by it")


def running(statement="pg_sleep"):
    """How many backends run it, for nginx."""
    return int(postgres.admin(
        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%%%s%%'"
        " AND state = 'active' AND usename = 'app'" % statement,
        database="postgres"))


def late(path):
    """A request whose connection may be closed."""
    try:
        return ask("GET", path).status
    except (wire.Ended, OSError):
        return None


def told(number, method, path="/t/sleep/8", clients=1):
    """Signals, with slow requests under way, and what those got."""
    answers = []

    def one(_):
        try:
            answers.append(ask(method, path).status)
        except (wire.Ended, OSError):
            answers.append(None)

    threads = in_threads(clients, one)
    ok(wait_until(lambda: running() == clients, 20),
       "%d %s under way" % (clients, method), running())
    nginx.send(number)
    return threads, answers


@section
def a_timeout_of_shutdown():
    for method in ("GET", "POST", "PUT"):
        worker = start(0, shutdown="worker_shutdown_timeout 1s;")
        threads, answers = told(signal.SIGQUIT, method)
        begun = time.monotonic()
        wait_until(lambda: not os.path.exists("/proc/%d" % worker), 30)
        took = time.monotonic() - begun
        ok(took < GONE,
           "worker_shutdown_timeout 1s ends its worker", "%.1f s" % took)
        note("%.2f s" % took)
        ok(wait_until(lambda: running() == 0, 5),
           "and its statement at the server", postgres.rows(
               "SELECT state, query FROM pg_stat_activity"))
        for thread in threads:
            thread.join()
        ok(answers[0] in (None, 503, 504), "nobody was promised anything",
           answers)
        nginx.stop(signal.SIGTERM)

    equal(postgres.sql("SELECT count(*) FROM things"), "1",
          "and nothing is written")


@section
def a_timeout_and_no_cancel():
    """The server does not even answer a cancel request."""
    start(0, shutdown="worker_shutdown_timeout 1s;")
    proxy.mute = True
    worker = nginx.workers()[0]
    threads, _ = told(signal.SIGQUIT, "POST", "/t/mute/8")
    begun = time.monotonic()
    wait_until(lambda: not os.path.exists("/proc/%d" % worker), 30)
    took = time.monotonic() - begun
    ok(took < GONE, "the worker goes all the same",
       "%.1f s" % took)
    note("%.2f s" % took)
    for thread in threads:
        thread.join()
    nginx.stop(signal.SIGTERM)
    proxy.close()
    proxy.mute = False
    postgres.terminate()


@section
def a_reload_with_a_timeout():
    """The same for a worker that is replaced; with connections beside the busy
    ones that are idle or wait for a name, and requests that wait for one."""
    worker = start(2, shutdown="worker_shutdown_timeout 1s;")
    waiting = in_threads(4, lambda i: late("/t/silent/%d" % (i % 2)))
    threads, answers = told(signal.SIGHUP, "GET", clients=12)
    begun = time.monotonic()
    threads += waiting
    wait_until(lambda: not os.path.exists("/proc/%d" % worker), 30)
    took = time.monotonic() - begun
    ok(took < GONE, "the old worker goes", "%.1f s" % took)
    for thread in threads:
        thread.join()
    ok(wait_until(lambda: running() == 0, 5), "with its statement")
    at_once("the new one", "GET", "/t/things/1")
    nginx.stop()


@section
def without_a_timeout():
    worker = start(0, shutdown="")
    threads, answers = told(signal.SIGQUIT, "POST")
    for thread in threads:
        thread.join()
    equal(answers, [200], "else a worker waits for a write, and answers it")
    wait_until(lambda: not os.path.exists("/proc/%d" % worker), 30)
    nginx.stop()
    equal(postgres.sql("SELECT name FROM things WHERE id = 2"), "two",
          "which is done")


def threads_of(pids, name):
    """(nice, seconds of a processor) of each thread of that name."""
    found = []
    for pid in pids:
        for tid in os.listdir("/proc/%d/task" % pid):
            try:
                with open("/proc/%d/task/%s/stat" % (pid, tid)) as file:
                    text = file.read()
            except OSError:
                continue
            if "(%s)" % name in text:
                fields = text.rsplit(")", 1)[1].split()
                found.append((int(fields[16]),
                              (int(fields[11]) + int(fields[12]))
                              / os.sysconf("SC_CLK_TCK")))
    return found


class Registrations:
    """Clients that have one password hashed after the other, until stop();
    .answers counts statuses."""

    def __init__(self, clients):
        self.going = True
        self.answers = {}
        self.threads = in_threads(clients, self.client)

    def client(self, _):
        while self.going:
            try:
                status = ask("POST", "/t/hash", json={"password": "x"}).status
            except (wire.Ended, OSError):
                status = None
            self.answers[status] = self.answers.get(status, 0) + 1

    def stop(self):
        self.going = False
        for thread in self.threads:
            thread.join()


@section
def hashes_stand_back():
    start(0, workers=2)
    workers = wait_until(lambda: len(nginx.workers()) == 2
                         and nginx.workers(), 20)
    registrations = Registrations(40)

    wait_until(lambda: len(threads_of(workers, "api-hash")) > 0, 10)
    begun = time.monotonic()
    before = sum(used for _, used in threads_of(workers, "api-hash"))
    time.sleep(4)
    threads = threads_of(workers, "api-hash")
    used = sum(used for _, used in threads) - before
    took = time.monotonic() - begun

    note(threads)
    most = max(1, os.cpu_count() - 1)
    ok(0 < len(threads) <= max(2, most), "few threads hash passwords", threads)
    ok(all(nice >= 10 for nice, _ in threads), "and stand back", threads)
    ok(used < took * most * 1.3 + 0.3,
       "they use no more than %d processors" % most,
       "%.1f s in %.1f s" % (used, took))
    at_once("meanwhile", "GET", "/t/things/1")

    registrations.stop()
    equal(set(registrations.answers), {200}, "all are hashed",
          registrations.answers)
    nginx.stop()


@section
def workers_killed_while_hashing():
    start(0, workers=2)
    nginx.expected.append(r"exited on signal 9")
    registrations = Registrations(20)

    for _ in range(10):
        time.sleep(0.2)
        for pid in nginx.workers()[:1]:
            try:
                os.kill(pid, signal.SIGKILL)
            except OSError:
                pass

    registrations.stop()
    wait_until(lambda: len(nginx.workers()) == 2, 10)
    note(registrations.answers)
    for i in range(6):
        at_once("after kills, hash %d" % i, "POST", "/t/hash",
                json={"password": "x"})
    nginx.stop()


@section
def one_lookup_a_name():
    start(0, workers=1)
    before = lookups()[1]
    answers = []

    for thread in in_threads(12, lambda _: answers.append(
            ask("GET", "/t/named").status)):
        thread.join()

    equal(answers, [200] * 12, "twelve clients of a database by its name")
    n = lookups()[1] - before
    ok(0 < n < 6, "and fewer look-ups than connections: %d" % n)
    nginx.stop()


@section
def one_of_several_hosts():
    start(0)
    response = ask("GET", "/t/either")
    ok(response.status == 200 and response.took < 30,
       "a host that nobody finds does not keep us from the next",
       response)
    nginx.stop()


def the_end():
    if nginx.process:
        nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


os.makedirs(nginx.path("html/files"), exist_ok=True)
with open(nginx.path("html/files/large"), "wb") as large:
    large.write(b"x" * 3000000)

tap.run(the_end)
