"""Requests as they come over the wire: bodies of every size and in every kind
of piece, pipelines, Expect, HTTP/2, clients that stop at byte k, headers from
the database.
"""

import hashlib
import json
import os
import random
import subprocess
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import h2
import tap
import wire
from server import SLOW, Nginx, Postgres, free_port
from tap import equal, like, note, ok, section, unlike, wait_until

BUFFER = 16384              # client_body_buffer_size of one location

postgres = Postgres("http")
nginx = Nginx("http")
h2_port = free_port()

postgres.sql(
    "CREATE TABLE texts (id int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,"
    " text text NOT NULL)",
    "CREATE TABLE runs (what text)")

ROUTES = """
    api_route GET /health { return 200 '{"status":"ok"}'; }
    location /api {
        client_max_body_size 20m;
        api_max_body 20m;
        api_max_answer 64m;

        api_route POST /text {
            api_body { text string required; }
            api_query one "INSERT INTO texts (text) VALUES ($text)
                           RETURNING id, length(text) AS length,
                           md5(text) AS md5";
            api_status 201;
        }
        api_route GET /text/:id<int> {
            api_query one "SELECT id, text FROM texts WHERE id = $id";
        }
        api_route GET /size/:n<int> {
            api_query value "SELECT repeat('x', $n)";
        }
        api_route POST /run/:what {
            api_query value "INSERT INTO runs VALUES ($what) RETURNING what";
        }
        api_route GET /header/:id<int> {
            add_header X-Text "$api_row_text" always;
            add_header Location /texts/$api_row_text;
            api_query one "SELECT text FROM texts WHERE id = $id";
        }
        api_route GET /slow { api_query value "SELECT 1 FROM pg_sleep(1)"; }
        api_route POST /guarded {
            auth_basic api;
            auth_basic_user_file passwords;
            api_body { text string required; }
            api_query value "SELECT length($text)";
        }
        api_route GET /typed/:n<int> {
            api_query value "SELECT $n::int + 1";
        }

        location /api/small {
            client_body_buffer_size %d;
            api_route POST /text {
                api_body { text string required; }
                api_query one "SELECT length($text) AS length,
                               md5($text) AS md5";
            }
        }
        location /api/file {
            client_body_in_file_only clean;
            api_route POST /text {
                api_body { text string required; }
                api_query one "SELECT length($text) AS length,
                               md5($text) AS md5";
            }
        }
        location /api/single {
            client_body_in_single_buffer on;
            client_body_buffer_size 1k;
            api_route POST /text {
                api_body { text string required; }
                api_query one "SELECT length($text) AS length,
                               md5($text) AS md5";
            }
        }
        location /api/short {
            client_body_timeout 1s;
            api_route POST /text {
                api_body { text string required; }
                api_query one "SELECT length($text) AS length";
            }
        }
    }
""" % BUFFER


def open_one(timeout=20):
    return wire.Connection(nginx.port, timeout)


def digest(text):
    return hashlib.md5(text.encode()).hexdigest()


def body_of(size, letter="x"):
    """A body of so many bytes, and its text."""
    empty = len('{"text":""}')
    text = letter * ((size - empty) // len(letter.encode()))
    text += "y" * (size - empty - len(text.encode()))
    return '{"text":"%s"}' % text, text


@section
def bodies():
    connection = open_one()
    sizes = [11, 12, 100, 1023, 1024, 1025, 4096, 8191, 8192, 8193,
             BUFFER - 1, BUFFER, BUFFER + 1, 2 * BUFFER - 1, 2 * BUFFER,
             2 * BUFFER + 1, 65536, 1 << 20, (1 << 20) + 1]

    for where in ("", "/small", "/file", "/single"):
        wrong = []
        for size in sizes:
            body, text = body_of(size)
            for chunked in (0, size, 1000):
                response = connection.request("POST", "/api%s/text" % where,
                                              body=body, chunked=chunked)
                got = response.json()
                if response.status // 100 != 2 \
                        or got.get("length") != len(text) \
                        or got.get("md5") != digest(text):
                    wrong.append((size, chunked, repr(response)))
        equal(wrong, [], "bodies of 11 B to 1 MB%s: whole, in one chunk, in"
              " many" % (", at " + where if where else ""))

    body, text = body_of(3000)
    response = connection.request("POST", "/api/small/text", body=body,
                                  chunked=1)
    equal(response.json().get("md5"), digest(text), "in chunks of a byte")

    body, text = body_of(200000, "é😀")
    for piece in (1, 3, 777):
        response = connection.request("POST", "/api/small/text", body=body,
                                      chunked=10000 + piece)
        equal(response.json().get("md5"), digest(text),
              "chunks that end within a character: %d" % piece)

    body, text = body_of((2 if SLOW else 15) << 20)
    response = connection.request("POST", "/api/text", body=body)
    equal((response.status, response.json().get("length")), (201, len(text)),
          "a body of many megabytes")

    for body in (b"", b" "):
        for where in ("", "/small", "/file", "/single"):
            response = connection.request("POST", "/api%s/text" % where,
                                          body=body)
            equal(response.status, 400, "a body of %d bytes%s"
                  % (len(body), where))
    response = connection.request("POST", "/api/text", body=b"", chunked=1)
    equal(response.status, 400, "no chunk but the last")
    connection.close()


@section
def bodies_that_a_thread_reads():
    connection = open_one()
    wide = ",".join('"key %d":%d' % (n, n) for n in range(60000))

    for size in (32767, 32768, 32769, 1 << 20):
        body, _ = body_of(size)
        response = connection.request("POST", "/api/text", body=body[:-1])
        equal((response.status, response.json().get("code")),
              (400, "not_json"), "%d bytes that end too early" % size)
        like(response.json().get("detail"), r"line 1, column \d+",
             "and the place is told")

    response = connection.request("POST", "/api/text",
                                  body='{"text":[%s]}' % ("0," * 90000 + "0"))
    equal((response.status, response.errors()), (422, {"/text": "type"}),
          "90,000 numbers where a text should be")
    response = connection.request("POST", "/api/text",
                                  body='{"text":"a",%s}' % wide)
    equal((response.status, len(response.errors())), (422, 100),
          "60,000 fields too many: a hundred are named")
    response = connection.request("POST", "/api/text",
                                  body='{%s,"key 7":0}' % wide)
    equal(response.status, 400, "a key that comes twice among 60,000")

    answers = []

    def one(n):
        body, text = body_of(300000 + n)
        client = open_one(60)
        for _ in range(3):
            got = client.request("POST", "/api/text", body=body)
            answers.append((got.status, got.json().get("md5")
                            == digest(text)))
        client.close()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    equal(set(answers), {(201, True)}, "twenty clients with large bodies")

    data = wire.message("POST", "/api/text", body='{%s}' % wide)
    dice = random.Random(7)
    for i in range(20 if SLOW else 100):
        client = open_one()
        client.send(data)
        time.sleep(dice.choice((0, 0.001, 0.003, 0.01, 0.03)))
        client.reset() if i % 2 else client.close()
    equal(connection.request("GET", "/api/typed/1").body, b"2",
          "clients that leave while a thread reads")
    connection.close()


@section
def bodies_in_pieces():
    """However slowly it comes, it is the same body."""
    body, text = body_of(40000)
    for where, cuts in (("", (1, 100, 1000, 20000)), ("/small", (16000, 17000)),
                        ("/single", (500, 1500, 30000))):
        connection = open_one()
        data = wire.message("POST", "/api%s/text" % where, body=body)
        head = data.index(b"\r\n\r\n") + 4
        last = 0
        for cut in [10, head - 2, head] + [head + n for n in cuts] \
                + [len(data)]:
            connection.send(data[last:cut])
            last = cut
            time.sleep(0.02)
        response = connection.receive()
        equal(response.json().get("md5", digest(text)
                                  if where == "" else None), digest(text),
              "a body in pieces%s" % where, repr(response))
        connection.close()

    connection = open_one()
    data = wire.message("POST", "/api/text", body='{"text":"slow"}')
    for i in range(len(data)):
        connection.send(data[i:i + 1])
    equal(connection.receive().status, 201, "byte by byte")
    connection.close()

    connection = open_one()
    connection.send(wire.message("POST", "/api/short/text",
                                 body='{"text":"x"}')[:-3])
    try:
        response = connection.receive()
        equal((response.status, response.type),
              (408, "application/problem+json"),
              "a body that does not come: 408")
    except wire.Ended:
        ok(True, "a body that does not come: the connection ends")
    connection.close()


@section
def expect_continue():
    for where in ("", "/small", "/file"):
        for size in (100, 50000):
            body, text = body_of(size)
            connection = open_one()
            data = wire.message("POST", "/api%s/text" % where, body=body,
                                headers={"Expect": "100-continue"})
            head = data.index(b"\r\n\r\n") + 4
            connection.send(data[:head])
            equal(connection.head().status, 100, "100 Continue%s, %d bytes"
                  % (where, size))
            connection.send(data[head:])
            response = connection.receive()
            equal(response.json().get("length"), len(text), "and then the"
                  " answer")
            equal(connection.request("GET", "/health").status, 200,
                  "and the next")
            connection.close()

    # what is refused anyway is refused before the body
    connection = open_one()
    connection.send(b"POST /api/nothing HTTP/1.1\r\nHost: x\r\nContent-Type:"
                    b" application/json\r\nContent-Length: 5\r\n"
                    b"Expect: 100-continue\r\n\r\n")
    response = connection.receive(interim=True)
    ok(response.status in (100, 404), "Expect and no route", response)
    connection.reset()

    for _ in range(50):
        connection = open_one()
        connection.send(b"POST /api/text HTTP/1.1\r\nHost: x\r\nContent-Type:"
                        b" application/json\r\nContent-Length: 500\r\n"
                        b"Expect: 100-continue\r\n\r\n")
        connection.reset()
    equal(open_one().request("GET", "/health").status, 200,
          "fifty that reset instead of going on")


@section
def early_refusals():
    """401 and 415 on a megabyte; the next request is answered."""
    body, _ = body_of(1 << 20)
    for chunked in (0, 50000):
        connection = open_one()
        response = connection.request("POST", "/api/guarded", body=body,
                                      chunked=chunked)
        equal((response.status, response.type),
              (401, "application/problem+json"), "401 on 1 MB")
        like(response["WWW-Authenticate"], "Basic", "WWW-Authenticate stays")
        response = connection.request("POST", "/api/text", body=body,
                                      content_type="text/plain",
                                      chunked=chunked)
        equal(response.status, 415, "415 on 1 MB")
        response = connection.request("POST", "/api/nothing", body=body,
                                      chunked=chunked)
        equal(response.status, 404, "404 on 1 MB")
        response = connection.request("GET", "/api/typed/x", body=body,
                                      chunked=chunked)
        equal(response.status, 400, "400 on 1 MB that nobody asked for")
        response = connection.request("GET", "/api/typed/1", body=body,
                                      chunked=chunked)
        equal(response.body, b"2", "200 on 1 MB that nobody asked for")
        equal(connection.request("GET", "/health").status, 200,
              "all on one connection")
        connection.close()


@section
def pipelines():
    """Answers come in the order of the requests."""
    dice = random.Random(3)
    for way in ("at once", "in pieces"):
        connection = open_one()
        data, wanted = b"", []
        for n in range(200):
            kind = dice.randrange(6)
            if kind == 0:
                data += wire.message("GET", "/api/typed/%d" % n)
                wanted.append((200, str(n + 1)))
            elif kind == 1:
                data += wire.message("POST", "/api/small/text",
                                     json={"text": "x" * n})
                wanted.append((200, digest("x" * n)))
            elif kind == 2:
                data += wire.message("GET", "/api/typed/x")
                wanted.append((400, "bad_parameter"))
            elif kind == 3:
                data += wire.message("POST", "/api/text", body="{" * n,
                                     chunked=7)
                wanted.append((400, "not_json"))
            elif kind == 4:
                data += wire.message("GET", "/health")
                wanted.append((200, "ok"))
            else:
                data += wire.message("PUT", "/api/text", json={"n": n})
                wanted.append((405, "405"))

        if way == "at once":
            threading.Thread(target=connection.send, args=(data,)).start()
        else:
            def trickle():
                for i in range(0, len(data), 97):
                    connection.send(data[i:i + 97])
            threading.Thread(target=trickle).start()

        wrong = []
        for n, (status, text) in enumerate(wanted):
            response = connection.receive()
            if response.status != status or text not in response.text:
                wrong.append((n, status, text, repr(response)))
                break
        equal(wrong, [], "200 requests %s, in order" % way)
        connection.close()

    # a slow one holds those behind it on its connection only
    connection = open_one()
    connection.send(wire.message("GET", "/api/slow")
                    + wire.message("GET", "/api/typed/1"))
    start = time.monotonic()
    equal(open_one().request("GET", "/api/typed/2").body, b"3",
          "beside a pipeline")
    ok(time.monotonic() - start < 0.9, "nobody else waits")
    equal([connection.receive().body for _ in range(2)], [b"1", b"2"],
          "behind a slow one")
    connection.close()


@section
def strange_requests():
    for name, data, statuses in (
            ("two lengths", b"POST /api/text HTTP/1.1\r\nHost: x\r\n"
             b"Content-Type: application/json\r\nContent-Length: 5\r\n"
             b"Content-Length: 6\r\n\r\n{}", (400,)),
            ("a length and chunks", b"POST /api/text HTTP/1.1\r\nHost: x\r\n"
             b"Content-Type: application/json\r\nContent-Length: 5\r\n"
             b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", (400,)),
            ("a negative length", b"POST /api/text HTTP/1.1\r\nHost: x\r\n"
             b"Content-Length: -1\r\n\r\n", (400,)),
            ("a bad chunk", b"POST /api/text HTTP/1.1\r\nHost: x\r\n"
             b"Content-Type: application/json\r\n"
             b"Transfer-Encoding: chunked\r\n\r\nzz\r\n", (400,)),
            ("an unknown coding", b"POST /api/text HTTP/1.1\r\nHost: x\r\n"
             b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
             (400, 501)),
            ("a NUL in the path", b"GET /api/typed/%00 HTTP/1.1\r\n"
             b"Host: x\r\n\r\n", (400,)),
            ("a broken escape in the path", b"GET /api/typed/%zz HTTP/1.1\r\n"
             b"Host: x\r\n\r\n", (400,)),
            ("above the root", b"GET /api/../../x HTTP/1.1\r\nHost: x\r\n"
             b"\r\n", (400,)),
            ("an absolute URI", b"GET http://x/api/typed/1 HTTP/1.1\r\n"
             b"Host: x\r\n\r\n", (200,)),
            ("TRACE", b"TRACE /api/typed/1 HTTP/1.1\r\nHost: x\r\n\r\n",
             (405,)),
            ("CONNECT", b"CONNECT /api/typed/1 HTTP/1.1\r\nHost: x\r\n\r\n",
             (400, 405)),
            ("OPTIONS *", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
             (200, 204, 400, 404, 405)),
            ("HTTP/0.9", b"GET /api/typed/1\r\n", None),
            ("a method of its own", b"FLY /api/typed/1 HTTP/1.1\r\n"
             b"Host: x\r\n\r\n", (405,)),
            ("a lower-case method", b"get /api/typed/1 HTTP/1.1\r\n"
             b"Host: x\r\n\r\n", (400, 405))):
        connection = open_one()
        connection.send(data)
        if statuses is None:
            try:
                connection.more()
            except wire.Ended:
                pass
        else:
            try:
                response = connection.receive()
                ok(response.status in statuses, "%s: %d"
                   % (name, response.status), response)
            except wire.Ended as ended:
                ok(False, name, repr(ended))
        connection.close()

    equal(open_one().request("GET", "/health").status, 200,
          "and it goes on")


@section
def heads():
    connection = open_one()
    for path in ("/api/size/0", "/api/size/10", "/api/size/100000",
                 "/api/text/1", "/api/typed/x", "/api/nothing", "/health"):
        get = connection.request("GET", path)
        head = connection.request("HEAD", path)
        drop = ("Date", "X-Request-Id")
        equal((head.status, [h for h in head.headers if h[0] not in drop]),
              (get.status, [h for h in get.headers if h[0] not in drop]),
              "HEAD %s is GET without a body" % path)
    equal(connection.request("GET", "/health").status, 200,
          "on one connection")
    connection.close()


@section
def large_answers():
    for size in (1, 4000, 16384, 65536, 1 << 20, 16 << 20):
        response = open_one(60).request("GET", "/api/size/%d" % size)
        equal((response.status, len(response.body)), (200, size + 2),
              "an answer of %d bytes" % size)

    # who reads slowly holds up nobody
    slow = open_one(60)
    slow.send(wire.message("GET", "/api/size/%d" % (32 << 20)))
    time.sleep(0.3)
    start = time.monotonic()
    connection = open_one()
    for _ in range(100):
        if connection.request("GET", "/api/typed/1").body != b"2":
            break
    else:
        ok(time.monotonic() - start < 5, "a slow reader holds up nobody")
    equal(len(slow.receive().body), (32 << 20) + 2, "and gets it all")
    slow.close()
    connection.close()


@section
def headers_from_the_database():
    connection = open_one()
    for text in ("plain", "a\r\nSet-Cookie: x=y", "a\nX-Evil: 1", "\r\n\r\n",
                 "é😀", "a\tb", "x" * 5000, "\u0085", "\x01\x7f", ""):
        response = connection.request("POST", "/api/text",
                                      json={"text": text})
        number = response.json()["id"]
        response = connection.request("GET", "/api/header/%d" % number)
        equal(response.status, 200, "a header from %r" % text[:20])
        equal((response["Set-Cookie"], response["X-Evil"]), (None, None),
              "makes no other header")
        equal(response.json()["text"], text, "and the body is as it was")
        if text == "plain":
            equal(response["X-Text"], text, "a plain text is there")
    connection.close()


@section
def stopping_at_byte_k():
    """A client that leaves after each byte of a request."""
    body = '{"text":"stopped"}'
    requests = [
        wire.message("POST", "/api/text", body=body),
        wire.message("POST", "/api/text", body=body, chunked=5),
        wire.message("POST", "/api/file/text", body=body),
        wire.message("GET", "/api/typed/1"),
        wire.message("GET", "/api/size/1000000"),
    ]
    n = 0
    for data in requests:
        for k in range(1, len(data) + 1, 3 if SLOW else 1):
            connection = open_one()
            connection.send(data[:k])
            if k % 2:
                connection.reset()
            else:
                connection.close()
            n += 1

    dice = random.Random(5)
    for i in range(400):
        connection = open_one()
        connection.send(dice.choice(requests))
        time.sleep(dice.choice((0, 0.0002, 0.0005, 0.001, 0.002, 0.004)))
        connection.reset()

    # while a statement runs, and while the answer is on its way
    for i in range(20):
        connection = open_one()
        connection.send(wire.message("GET", "/api/slow"))
        time.sleep(0.005 * i)
        connection.reset() if i % 2 else connection.close()
        connection = open_one()
        connection.send(wire.message("GET", "/api/size/5000000"))
        connection.exactly(1000)
        connection.reset()

    equal(open_one().request("GET", "/api/typed/1").body, b"2",
          "%d clients left, life goes on" % (n + 400))
    ok(wait_until(lambda: int(postgres.admin(
        "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND"
        " datname = '%s' AND state <> 'idle' AND application_name <> 'suite'"
        % postgres.database)) == 0, 10), "no backend works for nobody")


@section
def a_write_runs_to_its_end():
    """The client leaves; the write is done, and done once."""
    postgres.sql("TRUNCATE runs")
    for i in range(40):
        connection = open_one()
        connection.send(wire.message("POST", "/api/run/r%d" % i))
        connection.reset() if i % 2 else connection.close()

    wait_until(lambda: False, 0.5)
    rows = [row for row, in postgres.rows("SELECT what FROM runs")]
    equal(len(rows), len(set(rows)), "each at most once")
    note("%d of 40 came to their end" % len(rows))


def curl(*arguments, body=None):
    done = subprocess.run(
        ["curl", "-s", "-S", "--http2-prior-knowledge", "--max-time", "30"]
        + list(arguments), input=body, capture_output=True, timeout=60)
    return done


@section
def http2():
    url = "http://127.0.0.1:%d" % h2_port

    def ask(path, *arguments, body=None):
        done = curl("-i", *arguments, url + path, body=body)
        head, _, rest = done.stdout.partition(b"\r\n\r\n")
        # an interim answer comes before
        while head.startswith(b"HTTP/2 100"):
            head, _, rest = rest.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1]) if lines[0] else 0
        headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        return status, headers, rest, done.stderr

    typed = ("-H", "Content-Type: application/json")

    status, headers, body, error = ask("/api/typed/41")
    equal((status, body), (200, b"42"), "GET over HTTP/2", error)
    equal(headers.get("content-type"), "application/json", "Content-Type")
    ok(headers.get("x-request-id"), "X-Request-Id")

    status, headers, body, _ = ask("/api/typed/x")
    equal((status, headers.get("content-type")),
          (400, "application/problem+json"), "a problem over HTTP/2")
    equal(json.loads(body)["errors"][0]["field"], "n", "with its field")

    status, _, body, _ = ask("/api/typed/1", "-I")
    equal((status, body), (200, b""), "HEAD over HTTP/2")
    equal(ask("/api/nothing")[0], 404, "404 over HTTP/2")
    equal(ask("/api/text", "-X", "PUT")[0], 405, "405 over HTTP/2")

    for size in (11, 1000, BUFFER - 1, BUFFER, BUFFER + 1, 65535, 65536,
                 1 << 20):
        data, text = body_of(size)
        for where in ("", "/small", "/file"):
            status, _, body, error = ask("/api%s/text" % where, *typed,
                                         "--data-binary", "@-",
                                         body=data.encode())
            good = status // 100 == 2 and \
                json.loads(body)["md5"] == digest(text)
            ok(good, "%d bytes%s over HTTP/2" % (size, where),
               (status, body[:300], error))

    # without a length: curl reads from a pipe
    data, text = body_of(50000)
    status, _, body, error = ask("/api/text", *typed, "-X", "POST", "-T", "-",
                                 body=data.encode())
    equal(status, 201, "a body without a length", (body[:300], error))

    status, _, body, _ = ask("/api/text", *typed, "--data-binary", "@-",
                             body=b"{")
    equal(status, 400, "no JSON over HTTP/2")
    status, _, body, _ = ask("/api/size/5000000")
    equal((status, len(body)), (200, 5000002), "5 MB over HTTP/2")


JSON = [("content-type", "application/json")]


@section
def http2_refusals():
    connection = h2.Connection(h2_port)
    for path, body, headers, status in (
            ("/api/text", b" " * ((20 << 20) + 1), [], 413),
            ("/api/text", b" " * ((20 << 20) + 1),
             [("content-length", str((20 << 20) + 1))], 413),
            ("/api/guarded", b" " * (1 << 20), [], 401),
            ("/api/nothing", b" " * (1 << 20), [], 404),
            ("/api/typed/1", b" " * (1 << 20), [], 405),
            ("/api/text", b"{" * (1 << 20), [], 400)):
        stream = connection.ask("POST", path, JSON + headers, body)
        equal((stream.status, b'"status":%d' % status in stream.body),
              (status, True), "%d on %d bytes" % (status, len(body)),
              stream.body[:300])
        equal(connection.ask("GET", "/api/typed/1").body, b"2",
              "and the next stream is answered")
    stream = connection.ask("POST", "/api/text", [("content-type", "x/y")],
                            b"x" * 300000)
    equal(stream.status, 415, "415 on 300,000 bytes")
    stream = connection.ask("POST", "/api/text", JSON, b"")
    equal(stream.status, 400, "a body without a byte")
    connection.close()


@section
def http2_streams():
    connection = h2.Connection(h2_port)
    numbers, data = [], b""
    for n in range(100):
        number, frame = connection.headers("GET", "/api/typed/%d" % n)
        numbers.append(number)
        data += frame
    connection.socket.sendall(data)
    equal([connection.wait(number).body for number in numbers],
          [b"%d" % (n + 1) for n in range(100)],
          "a hundred streams in one write")

    # bodies of many streams, a piece of each in turn
    streams = []
    for n in range(30):
        text = "%d " % n * 500
        number = connection.open("POST", "/api/small/text", JSON, end=False)
        streams.append((number, text, wire.dumped({"text": text})))
    for i in range(0, 3000, 700):
        for number, _, body in streams:
            if i < len(body):
                connection.send(number, body[i:i + 700],
                                end=i + 700 >= len(body))
    wrong = [text[:10] for number, text, _ in streams if digest(text).encode()
             not in connection.wait(number).body]
    equal(wrong, [], "thirty bodies, woven")

    # streams that are reset, at any time
    dice = random.Random(11)
    for i in range(300):
        what = dice.randrange(4)
        if what == 0:
            number = connection.open("GET", "/api/slow")
        elif what == 1:
            number = connection.open("GET", "/api/size/1000000")
        elif what == 2:
            number = connection.open("POST", "/api/text", JSON, end=False)
            connection.send(number, b'{"text":"half', end=False)
        else:
            number = connection.open("POST", "/api/text", JSON, end=False)
            connection.send(number, b'{"text":"whole"}')
        time.sleep(dice.choice((0, 0, 0.001, 0.003)))
        connection.reset(number)
        if i % 50 == 49:
            equal(connection.ask("GET", "/api/typed/1").body, b"2",
                  "%d streams were reset" % (i + 1))
    connection.close()

    # connections that end with streams under way
    for i in range(40):
        connection = h2.Connection(h2_port)
        for n in range(10):
            connection.open("GET", dice.choice(("/api/slow", "/api/typed/1",
                                                "/api/size/500000")))
        connection.open("POST", "/api/text", JSON, end=False)
        time.sleep(dice.choice((0, 0.001, 0.005, 0.02)))
        connection.abort() if i % 2 else connection.close()
    equal(h2.Connection(h2_port).ask("GET", "/api/typed/1").body, b"2",
          "forty connections end with ten streams each")


def the_end():
    took = nginx.stop()
    ok(took < 12, "nginx ends: %.1f s" % took)
    equal(nginx.alerts(), [], "no crash, no alert, no report")
    unlike(nginx.log(), r"request count is zero|\[emerg\]",
           "no count went wrong")


nginx.configure("""
    api_postgres app { primary %s; }
    server {
        listen 127.0.0.1:%d http2;
        %s
    }
""" % (postgres.uri, h2_port, ROUTES), ROUTES)
nginx.write("passwords", "ann:{PLAIN}secret\n")
nginx.start()
tap.run(the_end)
