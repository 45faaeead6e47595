"""An answer in pieces: http/answer, as a module for tests uses it.

t/lib/pieces.c is built together with http/answer; its error log tells what the
writer was told: that the client is full, that it is ready, that it is gone.
"""

import os
import re
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import h2
import server as services
import tap
import wire
from server import Nginx
from tap import equal, like, ok, section, wait_until

LARGE = 4 * 1024 * 1024


MODULE = services.test_module("ngx_http_pieces_module", "t/lib/pieces.c",
                              "src/http/answer.c", "src/http/client.c")

if MODULE is None:
    print("1..0 # SKIP there is no build directory beside the module")
    sys.exit(0)

services.MODULES.append(MODULE)

nginx = Nginx("pieces")
h2c = services.free_port()
nginx.configure("""
    send_timeout 1s;
    server {
        listen 127.0.0.1:%d sndbuf=32k;
        listen 127.0.0.1:%d http2 sndbuf=32k;

        location = /pieces { pieces; }
        location = /gzip { gzip on; gzip_types *; gzip_min_length 0; pieces; }
        location = /slow { limit_rate 30k; pieces; }
        location = /ssi { ssi on; ssi_types *; root html; }
        location /api {
            api_route GET /other { return 200; }
            location = /api/pieces { pieces; }
        }
    }
""" % (nginx.port, h2c), workers=1)
nginx.write("html/ssi", '<!--# include virtual="/pieces?n=3&size=5&k=one" -->'
                        '<!--# include virtual="/pieces?n=2&size=5&k=two" -->.')
nginx.start()


def told(query):
    """What the writer of this query was told, in order."""
    return re.findall(r"pieces %s: ([^,]*(?:, and was not full)?), (\d+)"
                      % re.escape(query), nginx.log())


def words(query):
    return [word for word, _ in told(query)]


def wanted(n, size):
    return b"".join(bytes([97 + i % 26]) * (size - 1) + b"\n"
                    for i in range(n))


def ask(path, method="GET", headers=()):
    connection = wire.Connection(nginx.port)
    try:
        return connection.request(method, path, headers)
    finally:
        connection.close()


@section
def pieces_are_chunks_and_the_connection_goes_on():
    connection = wire.Connection(nginx.port)
    for k in ("a", "b"):
        answer = connection.request("GET", "/pieces?n=3&size=10&k=" + k)
        equal((answer.status, answer.body, answer["Transfer-Encoding"],
               answer.type, answer["Content-Length"]),
              (200, wanted(3, 10), "chunked",
               "application/x-ndjson", None), "three pieces", answer)
        equal(words("n=3&size=10&k=" + k), ["closed"], "nobody had to wait")
    connection.close()

    answer = ask("/pieces?n=0")
    equal((answer.status, answer.body, answer["Content-Length"]),
          (200, b"", "0"), "and none at all")


@section
def each_piece_leaves_at_once():
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/pieces?n=3&size=10&wait=400"))
    begun = time.monotonic()
    connection.until(b"a\n\r\n")
    ok(time.monotonic() - begun < 0.35, "the first before the second is made")
    connection.until(b"b\n\r\n")
    connection.until(b"c\n\r\n")
    equal(connection.until(b"0\r\n\r\n"), b"", "and the end behind the third")
    connection.close()

    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/gzip?n=3&size=10&wait=400",
                                 {"Accept-Encoding": "gzip"}))
    begun = time.monotonic()
    head = connection.head()
    size = int(connection.until(b"\r\n"), 16)
    connection.exactly(size)
    ok(head["Content-Encoding"] == "gzip"
       and time.monotonic() - begun < 0.35, "through gzip, too", head)
    connection.close()


@section
def a_writer_waits_for_its_client():
    query = "n=3&size=%d" % LARGE
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/pieces?" + query))
    ok(wait_until(lambda: words(query) == ["full"], 5),
       "nobody reads: the writer is told", told(query))
    time.sleep(0.3)
    equal(told(query), [("full", "1")], "and writes nothing meanwhile")
    answer = connection.receive()
    equal((len(answer.body), answer.body == wanted(3, LARGE)),
          (3 * LARGE, True), "then all of it comes, in order")
    got = words(query)
    equal((got[:2], got[-1], got.count("full"), got.count("ready")),
          (["full", "ready"], "closed", got.count("ready"),
           got.count("full")), "told each time", got)
    equal(connection.request("GET", "/pieces?n=1&k=behind").body,
          wanted(1, 10), "and the connection goes on")
    connection.close()


@section
def limit_rate_is_a_client_that_reads_slowly():
    query = "n=4&size=15000"
    begun = time.monotonic()
    answer = ask("/slow?" + query)
    equal(answer.body, wanted(4, 15000), "all of it")
    ok(time.monotonic() - begun > 0.8, "as slowly as it was said")
    ok("full" in words(query) and words(query)[-1] == "closed",
       "and the writer waited", told(query))


@section
def a_client_that_reads_nothing_is_given_up():
    query = "n=3&size=%d&k=mute" % LARGE
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/pieces?" + query))
    ok(wait_until(lambda: words(query) == ["full", "gone"], 6),
       "after send_timeout", told(query))
    connection.close()


@section
def a_client_that_leaves_ends_it():
    query = "n=3&size=10&wait=5000&k=left"
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/pieces?" + query))
    connection.until(b"a\n\r\n")
    connection.close()
    ok(wait_until(lambda: words(query) == ["gone"], 4), "between two pieces",
       told(query))

    query = "n=3&size=%d&k=reset" % LARGE
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/pieces?" + query))
    wait_until(lambda: words(query) == ["full"], 5)
    connection.reset()
    ok(wait_until(lambda: words(query) == ["full", "gone"], 4),
       "and while it is full", told(query))


@section
def head_wants_no_pieces():
    for path in ("/pieces", "/api/pieces"):
        query = "n=3&k=head%d" % len(path)
        connection = wire.Connection(nginx.port)
        answer = connection.request("HEAD", "%s?%s" % (path, query))
        equal((answer.status, answer.type, answer["Content-Length"],
               answer["Transfer-Encoding"]),
              (200, "application/x-ndjson", None, None), "its headers only")
        ok(wait_until(lambda: told(query) == [("not wanted", "1")], 4),
           "the writer stops", told(query))
        equal(connection.request("GET", "/pieces?n=1&k=after-head").status, 200,
              "and the connection goes on")
        connection.close()


@section
def http_1_0_ends_with_its_connection():
    connection = wire.Connection(nginx.port)
    connection.send(b"GET /pieces?n=3&size=10&k=old HTTP/1.0\r\n"
                    b"Connection: keep-alive\r\n\r\n")
    answer = connection.receive()
    equal((answer.status, answer.body, answer["Transfer-Encoding"],
           answer["Connection"]),
          (200, wanted(3, 10), None, "close"), "three pieces, no chunks")
    connection.close()


@section
def what_fails_before_the_first_piece_is_an_error():
    answer = ask("/api/pieces?fail=0")
    equal((answer.status, answer.type, answer.json()["code"],
           answer["Retry-After"]),
          (503, "application/problem+json", "busy", "1"), "a problem", answer)
    equal(words("fail=0"), ["failed before"], "as the writer was told")
    equal(ask("/pieces?fail=0").status, 503, "and nginx's page elsewhere")


@section
def what_fails_behind_it_ends_the_connection():
    connection = wire.Connection(nginx.port)
    connection.send(wire.message("GET", "/pieces?n=3&size=10&fail=2"))
    equal(connection.head().status, 200, "the status has left")
    rest = connection.rest()
    ok(b"b\n" in rest and not rest.endswith(b"0\r\n\r\n"),
       "the chunks have no end", rest)
    equal(words("n=3&size=10&fail=2"), ["failed"], "as the writer was told")

    connection = h2.Connection(h2c)
    stream = connection.ask("GET", "/pieces?n=3&size=10&fail=2&k=h2")
    equal((stream.status, stream.ended, stream.reset is not None),
          (200, False, True), "in HTTP/2 the stream is reset")
    stream = connection.ask("GET", "/pieces?n=3&size=10&k=h2")
    equal((stream.status, stream.body, stream.ended),
          (200, wanted(3, 10), True), "and the next one is served")
    connection.close()


@section
def a_subrequest_takes_its_turn():
    answer = ask("/ssi")
    equal(answer.body.rstrip(b"\n"),
          (wanted(3, 5) + wanted(2, 5) + b"."), "in their order", answer)


@section
def a_stream_of_http_2_waits_for_its_window():
    query = "n=3&size=200000&k=window"
    connection = h2.Connection(h2c)
    connection.socket.sendall(connection.frame(h2.SETTINGS, 0, 0,
                                               b"\0\4\0\0\x10\0"))
    number = connection.open("GET", "/pieces?" + query)
    ok(wait_until(lambda: words(query) == ["full"], 5), "told that it is full",
       told(query))
    connection.reset(number)
    ok(wait_until(lambda: words(query) == ["full", "gone"], 4),
       "and gone, when the stream is reset", told(query))
    connection.close()


def finish():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert")
    like(nginx.log(), "pieces", "the log was looked at")


tap.run(finish, sys.argv[1:])
