"""A thousand logins a second, of which few can be hashed at a time; and clients
who leave while theirs is.  The routes are those of docs/login.md.

`logins`: the memory that workers take beyond their threads' hashes, how fast
the surplus is told so, and what another route's p99 becomes.  `aborts`: no
worker ends, and memory stays where it was.
"""

import heapq
import multiprocessing
import os
import random
import re
import selectors
import socket
import statistics
import struct
import sys
import threading
import time

from password import ROUNDS, SECONDS, percentile, probe
from server import Nginx, Postgres

RATE = int(os.environ.get("RATE", "1000"))
ABORTS = int(os.environ.get("ABORTS", "100000"))
MOST = float(os.environ.get("MOST", "1.5"))
SURPLUS = float(os.environ.get("SURPLUS", "5"))     # milliseconds
THREADS = 2
QUEUE = 64
WORKERS = 2
WAITING = 16 * 1024         # bytes of a request that waits
MIB = 1024 * 1024
USERS = 200

ROUTES = """
    keepalive_requests 100000000;
    api_route GET /things/:id<int> {
        api_query one "SELECT id, email FROM users WHERE id = $id";
    }
    location /auth {
        api_route POST /login {
            api_body { email email required; password string required max=128; }
            api_random $refresh 32;
            api_query optional "SELECT id, role, password_hash FROM users
                                WHERE email = $email" as=user;
            api_verify_password $user.password_hash $password rehash=$new_hash;
            api_query exec "UPDATE users SET password_hash = $new_hash
                            WHERE id = $user.id AND $new_hash IS NOT NULL";
            api_query exec "INSERT INTO refresh_tokens (hash, user_id) VALUES
                            (sha256($refresh::text::bytea), $user.id)";
            api_issue_token $access {
                key env:SESSION_KEY; sub $user.id; role $user.role;
                expires 15m; jti auto;
            }
            api_answer { access_token $access; refresh_token $refresh; }
        }
        api_route POST /register {
            api_body { email email required; password string required max=128; }
            api_hash_password $hash $password;
            api_query one "INSERT INTO users (email, password_hash)
                           VALUES ($email, $hash) RETURNING id";
        }
    }
"""


# ---- servers ----------------------------------------------------------------

def serve(postgres, cost, queue):
    nginx = Nginx("logins", env={"SESSION_KEY": "s" * 32})
    nginx.configure("""
    log_format status '$status';
    api_postgres app { primary %s; }
    api_password { %s threads %d; queue %d; }""" % (
        postgres.uri, cost, THREADS, queue), """
    access_log %s status buffer=64k flush=1s;""" % nginx.path("logs/status")
                    + ROUTES, workers=WORKERS, level="error",
                    main="env SESSION_KEY;")
    nginx.start()
    return nginx


def tables(postgres):
    postgres.sql("CREATE TABLE users (id int PRIMARY KEY GENERATED ALWAYS AS"
                 " IDENTITY, email text UNIQUE, role text DEFAULT 'user',"
                 " password_hash text NOT NULL)",
                 "CREATE TABLE refresh_tokens (hash bytea PRIMARY KEY,"
                 " user_id int)")


def request(path, n):
    body = (b'{"email":"u%d@example.org","password":"correct horse battery"}'
            % n)
    return (b"POST /auth/%s HTTP/1.1\r\nHost: x\r\n"
            b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % (path, len(body))) + body


def register(port):
    """One user, whose hash all get."""
    client = socket.create_connection(("127.0.0.1", port))
    client.sendall(request(b"register", 1))
    answer = client.recv(4096)
    if not answer.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(answer)


def memory(nginx):
    """Bytes that the workers have in memory, and that are theirs alone."""
    total = 0
    for pid in nginx.workers():
        with open("/proc/%d/status" % pid, encoding="ascii") as file:
            for line in file:
                if line.startswith("RssAnon:"):
                    total += int(line.split()[1]) * 1024
    return total


# ---- a thousand logins a second ---------------------------------------------

class Offer:
    """RATE logins a second, whether others are answered or not: a connection
    that waits for its answer is not used for another."""

    def __init__(self, port):
        self.port = port
        self.selector = selectors.DefaultSelector()
        self.idle = []
        self.taken = {}         # status: milliseconds of each

    def send(self, now):
        client = self.idle.pop() if self.idle else None
        if client is None:
            client = socket.create_connection(("127.0.0.1", self.port))
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.sendall(request(b"login", random.randrange(1, USERS + 1)))
        self.selector.register(client, selectors.EVENT_READ, now)

    def read(self, timeout):
        for key, _ in self.selector.select(timeout):
            answer = key.fileobj.recv(4096)
            took = (time.perf_counter() - key.data) * 1000
            self.selector.unregister(key.fileobj)
            self.taken.setdefault(what(answer), []).append(took)
            if answer and b"\nConnection: close" not in answer:
                self.idle.append(key.fileobj)
            else:
                key.fileobj.close()

    def run(self, seconds):
        begun = time.perf_counter()
        sent = 0
        while True:
            now = time.perf_counter()
            if now - begun > seconds:
                return sent
            if sent < (now - begun) * RATE:
                self.send(now)
                sent += 1
                self.read(0)
            else:
                self.read(0.0005)


def what(answer):
    """Status, and the code of a problem."""
    code = re.search(rb'"code":"(\w+)"', answer)
    return " ".join([answer[9:12].decode() or "closed"]
                    + ([code.group(1).decode()] if code else []))


def offer(port, seconds, done):
    it = Offer(port)
    sent = it.run(seconds)
    done.put((sent, it.taken))


class Peak:
    """The most memory between its beginning and its end."""

    def __init__(self, nginx):
        self.nginx = nginx
        self.most = 0
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.ended.wait(0.01):
            self.most = max(self.most, memory(self.nginx))

    def end(self):
        self.ended.set()
        self.thread.join()
        return self.most


def logins(postgres):
    nginx = serve(postgres, "memory 19m; time 2;", QUEUE)
    register(nginx.port)
    postgres.sql("INSERT INTO users (email, password_hash) SELECT 'u' || i ||"
                 " '@example.org', password_hash FROM users,"
                 " generate_series(2, %d) i" % USERS)
    probe(nginx.port, 0.5)
    fresh = memory(nginx)
    offer(nginx.port, 2, multiprocessing.SimpleQueue())
    time.sleep(5)
    base = memory(nginx)
    print("workers have %.1f MiB, %.1f when they have seen as many clients"
          % (fresh / MIB, base / MIB), flush=True)
    ratios, surplus, rates, peaks, counts = [], [], [], [], {}
    for _ in range(ROUNDS):
        alone = percentile(probe(nginx.port, SECONDS), 0.99)
        done = multiprocessing.Queue()
        process = multiprocessing.Process(
            target=offer, args=(nginx.port, SECONDS + 1, done))
        watch = Peak(nginx)
        process.start()
        time.sleep(0.7)
        beside = percentile(probe(nginx.port, SECONDS), 0.99)
        sent, taken = done.get()
        process.join()
        peaks.append(watch.end() - base)
        ratios.append(beside / alone)
        rates.append(sent / (SECONDS + 1))
        surplus.append(sorted(taken.get("503 busy", [0])))
        for status, times in taken.items():
            counts[status] = counts.get(status, 0) + len(times)
        time.sleep(3)
    nginx.stop()
    return told(ratios, surplus, rates, peaks, counts)


def told(ratios, surplus, rates, grown, counts):
    """Medians of the rounds: the machine may be busy otherwise."""
    ratio = statistics.median(ratios)
    late = statistics.median(percentile(times, 0.99) for times in surplus)
    more = statistics.median(grown) / MIB
    most = (THREADS * 19 * MIB + WORKERS * QUEUE * WAITING) / MIB
    print("%.0f logins/s offered: answers %s" % (
        sum(rates) / len(rates), counts))
    print("  p99 of another route: ratios %s, median %.2f (at most %.2f)" % (
        " ".join("%.2f" % r for r in sorted(ratios)), ratio, MOST))
    print("  503 after: median %.2f ms, p99s %s, median %.2f ms (at most %.0f)"
          % (statistics.median(percentile(times, 0.5) for times in surplus),
             " ".join("%.2f" % percentile(times, 0.99) for times in surplus),
             late, SURPLUS))
    print("  memory: %s MiB more, median %.1f; %d threads of 19 MiB, and %d"
          " that wait, are %.1f" % (
              " ".join("%.1f" % (n / MIB) for n in grown), more, THREADS,
              WORKERS * QUEUE, most))
    return ratio > MOST or late > SURPLUS or more > most \
        or not counts.get("200")


# ---- clients who leave ------------------------------------------------------

def leave(port, number, seed):
    """They send a login each, and go a moment later, by FIN or by RST."""
    dice = random.Random(seed)
    waiting = []
    for _ in range(number):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(request(b"login", dice.randrange(1, USERS + 1)))
        if dice.random() < 0.5:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                              struct.pack("ii", 1, 0))
        heapq.heappush(waiting, (time.monotonic() + dice.random() / 200,
                                 client.fileno(), client))
        while waiting and (len(waiting) > 50
                           or waiting[0][0] < time.monotonic()):
            heapq.heappop(waiting)[2].close()
    for _, _, client in waiting:
        client.close()


def statuses(nginx):
    time.sleep(2)
    counts = {}
    with open(nginx.path("logs/status"), encoding="ascii") as file:
        for line in file:
            counts[line.strip()] = counts.get(line.strip(), 0) + 1
    return counts


def aborts(postgres):
    nginx = serve(postgres, "memory 1m; time 1;", 1024)
    while len(nginx.workers()) < WORKERS:
        time.sleep(0.1)
    workers = sorted(nginx.workers())
    register(nginx.port)
    postgres.sql("INSERT INTO users (email, password_hash) SELECT 'u' || i ||"
                 " '@example.org', password_hash FROM users,"
                 " generate_series(2, %d) i" % USERS)
    left, seen = 0, []
    while left < ABORTS:
        parts = [multiprocessing.Process(
            target=leave, args=(nginx.port, max(100, ABORTS // 20), i))
            for i in range(2)]
        for part in parts:
            part.start()
        for part in parts:
            part.join()
        counts = statuses(nginx)
        left = counts.get("499", 0)
        seen.append(memory(nginx))
        print("  %d gone of %d, %.2f MiB" % (left, sum(counts.values()),
                                             seen[-1] / MIB), flush=True)
    ended = sorted(nginx.workers()) != workers
    alerts = nginx.alerts()
    grown = seen[-1] - seen[min(1, len(seen) - 1)]
    probe(nginx.port, 0.5)
    nginx.stop()
    print("%d left while theirs was hashed: workers %s, memory %+.1f MiB since"
          " the second tenth, alerts: %s" % (
              left, "ended" if ended else "are the same", grown / MIB,
              alerts or "none"))
    return ended or bool(alerts) or grown > 2 * MIB


def main():
    missed = False
    for part in sys.argv[1:]:
        postgres = Postgres(part)
        tables(postgres)
        missed |= {"logins": logins, "aborts": aborts}[part](postgres)
    return missed


if __name__ == "__main__":
    sys.exit(main())
