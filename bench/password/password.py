"""One client asks for a row by its key, a thousand times a second at most; now
and then many others register, each anew as soon as it is answered.

The machine may be busy otherwise: alone and beside registrations are measured
in turns, and the medians of all rounds are compared.
"""

import multiprocessing
import os
import selectors
import socket
import statistics
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "t", "lib"))
sys.dont_write_bytecode = True

from server import Nginx, Postgres

MOST = float(os.environ.get("MOST", "1.5"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
SECONDS = float(os.environ.get("SECONDS_EACH", "4"))
CLIENTS = int(os.environ.get("CLIENTS", "200"))
WORKERS = [int(n) for n in os.environ.get("WORKERS", "1 2").split()]

BODY = b'{"password":"correct horse battery staple"}'


def register(port, seconds, done):
    """CLIENTS registrations at any time; how many were answered, and how."""
    request = (b"POST /register HTTP/1.1\r\nHost: x\r\n"
               b"Content-Type: application/json\r\n"
               b"Content-Length: %d\r\n\r\n" % len(BODY)) + BODY
    selector = selectors.DefaultSelector()
    statuses = {}

    for _ in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(request)
        selector.register(client, selectors.EVENT_READ)

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for key, _ in selector.select(0.1):
            answer = key.fileobj.recv(4096)
            status = answer[9:12].decode() or "closed"
            statuses[status] = statuses.get(status, 0) + 1
            if answer:
                key.fileobj.sendall(request)
            else:
                selector.unregister(key.fileobj)

    done.put(statuses)


def probe(port, seconds):
    """Sorted milliseconds of each GET."""
    client = socket.create_connection(("127.0.0.1", port))
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    times = []
    end = time.monotonic() + seconds

    while time.monotonic() < end:
        begin = time.perf_counter()
        client.sendall(b"GET /things/7 HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = client.recv(4096)
        times.append((time.perf_counter() - begin) * 1000)
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(answer)
        time.sleep(0.001)

    client.close()
    return sorted(times)


def beside(port, seconds):
    done = multiprocessing.Queue()
    process = multiprocessing.Process(target=register,
                                      args=(port, seconds + 1, done))
    process.start()
    time.sleep(0.7)
    times = probe(port, seconds)
    statuses = done.get()
    process.join()
    return times, statuses


def percentile(times, share):
    return times[min(len(times) - 1, int(len(times) * share))]


def measure(workers, nginx):
    alone, with_others, ratios = [], [], []
    registered = {}

    for _ in range(ROUNDS):
        a = percentile(probe(nginx.port, SECONDS), 0.99)
        times, statuses = beside(nginx.port, SECONDS)
        b = percentile(times, 0.99)
        alone.append(a)
        with_others.append(b)
        ratios.append(b / a)
        for status, n in statuses.items():
            registered[status] = registered.get(status, 0) + n

    rate = registered.get("200", 0) / ROUNDS / (SECONDS + 1)
    print("%d workers: p99 alone %.2f ms, beside %d registrations %.2f ms;"
          " ratios %s, median %.2f; %.0f hashes/s, answers %s"
          % (workers, statistics.median(alone), CLIENTS,
             statistics.median(with_others),
             " ".join("%.2f" % r for r in sorted(ratios)),
             statistics.median(ratios), rate, registered), flush=True)

    return statistics.median(ratios)


def main():
    postgres = Postgres("password")
    postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text)",
                 "INSERT INTO things SELECT i, 'thing ' || i"
                 " FROM generate_series(1, 1000) i")
    nginx = Nginx("password")
    worst = 0

    for workers in WORKERS:
        nginx.configure("api_postgres app { primary %s; }" % postgres.uri, """
    keepalive_requests 100000000;
    api_route GET /things/:id<int> {
        api_query one "SELECT id, name FROM things WHERE id = $id";
    }
    api_route POST /register {
        api_timeout 60s;
        api_body { password string required max=128; }
        api_hash_password $hash $password;
        api_query value "SELECT length($hash::text)";
    }""", workers=workers, level="error")
        nginx.start()
        probe(nginx.port, 1)
        worst = max(worst, measure(workers, nginx))
        nginx.stop()

    return 1 if worst > MOST else 0


if __name__ == "__main__":
    sys.exit(main())
