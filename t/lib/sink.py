"""A collector that takes nothing on trust: OTLP over HTTP, as JSON.

Each message is held against the names and forms of the protocol's JSON: ids as
lower-case hex, 64 bit integers as strings, no key that the protocol has not.
What is wrong with one stands in .faults.
"""

import json
import re
import socket
import ssl
import threading
import time

SPAN = {"traceId", "spanId", "parentSpanId", "traceState", "flags", "name",
        "kind", "startTimeUnixNano", "endTimeUnixNano", "attributes",
        "droppedAttributesCount", "events", "droppedEventsCount", "links",
        "droppedLinksCount", "status"}
VALUES = {"stringValue": str, "boolValue": bool, "intValue": str,
          "doubleValue": float}


class Span:
    def __init__(self, raw):
        self.raw = raw
        self.name, self.kind = raw["name"], raw["kind"]
        self.trace, self.id = raw["traceId"], raw["spanId"]
        self.parent = raw.get("parentSpanId")
        self.begin = int(raw["startTimeUnixNano"])
        self.end = int(raw["endTimeUnixNano"])
        self.failed = raw.get("status", {}).get("code") == 2
        self.of = {}
        for attribute in raw["attributes"]:
            (kind, value), = attribute["value"].items()
            self.of[attribute["key"]] = (int(value) if kind == "intValue"
                                         else value)

    def __repr__(self):
        return "%s %s < %s %r" % (self.name, self.id, self.parent, self.of)


class Sink:
    """port; mode says what becomes of a message: "ok", or see answer()."""

    def __init__(self, port, tls=None):
        self.port, self.tls, self.mode = port, tls, "ok"
        self.lock = threading.Lock()
        self.socket = None
        self.connections = []
        self.clear()

    def clear(self):
        self.spans, self.faults, self.posts = [], [], []
        self.resources = []
        self.accepted = 0

    def up(self):
        self.socket = socket.create_server(("127.0.0.1", self.port),
                                           backlog=64)
        threading.Thread(target=self.accept, args=(self.socket,),
                         daemon=True).start()
        return self

    def down(self):
        """No more connections, and those there are end."""
        if self.socket is not None:
            # a thread in accept() would hold the port
            self.socket.shutdown(socket.SHUT_RDWR)
            self.socket.close()
            self.socket = None
        self.cut()

    def cut(self):
        with self.lock:
            connections, self.connections = self.connections, []
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def accept(self, listening):
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with self.lock:
                self.accepted += 1
                self.connections.append(connection)
            threading.Thread(target=self.serve, args=(connection,),
                             daemon=True).start()

    def serve(self, connection):
        try:
            if self.tls is not None:
                connection = self.tls.wrap_socket(connection, server_side=True)
            while self.answer(connection):
                pass
        except (OSError, ssl.SSLError, ValueError):
            pass
        finally:
            connection.close()

    def read(self, connection):
        """One POST: its headers and body; None: the end."""
        data = b""
        slow = self.mode == "slow"
        while b"\r\n\r\n" not in data:
            got = connection.recv(16 if slow else 65536)
            if not got:
                return None
            data += got
        head, _, body = data.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in
                   (line.partition(":") for line in lines[1:])}
        if len(headers) != len(lines) - 1:
            self.fault("a header is there twice", lines)
        length = int(headers["content-length"])
        while len(body) < length:
            if slow:
                time.sleep(0.002)
            got = connection.recv(4096 if slow else 1 << 20)
            if not got:
                return None
            body += got
        if len(body) > length:
            self.fault("there is more than Content-Length says", body[length:])
        return lines[0], headers, body

    def answer(self, connection):
        if self.mode == "stalled":
            while self.mode == "stalled":
                time.sleep(0.05)
            return False
        read = self.read(connection)
        if read is None:
            return False
        mode = self.mode
        if mode in ("silent", "stalled"):
            while self.mode == mode:
                time.sleep(0.05)
            return False
        line, headers, body = read
        if mode not in ANSWERS:         # it was stalled a moment ago
            return False
        with self.lock:
            self.posts.append((time.monotonic(), mode, line, headers, body))
        if mode == "ok" or mode == "slow" or mode == "close":
            self.take(line, headers, body)
        reply = ANSWERS[mode]
        connection.sendall(reply)
        return mode in ("ok", "slow", "429", "503", "500", "partial")

    def fault(self, what, of):
        with self.lock:
            self.faults.append((what, of))

    def take(self, line, headers, body):
        if not line.startswith("POST /v1/traces HTTP/1.1"):
            self.fault("request line", line)
        if headers.get("content-type") != "application/json":
            self.fault("content type", headers)
        try:
            message = json.loads(body.decode("utf-8", "strict"),
                                 object_pairs_hook=self.unique)
            for fault in message_faults(message):
                self.fault(*fault)
            with self.lock:
                for of in message["resourceSpans"]:
                    self.resources.append({
                        pair["key"]: pair["value"]["stringValue"]
                        for pair in of["resource"]["attributes"]})
                    for scope in of["scopeSpans"]:
                        self.spans += [Span(raw) for raw in scope["spans"]]
        except (ValueError, KeyError, TypeError) as error:
            self.fault("no message: %r" % error, body[:500])

    def unique(self, pairs):
        if len(dict(pairs)) != len(pairs):
            self.fault("a key is there twice", pairs)
        return dict(pairs)

    def of(self, trace):
        with self.lock:
            return [span for span in self.spans if span.trace == trace]

    def orphans(self):
        """Spans whose parent is nowhere, but for those that begin a trace or
        hang below somebody else's: these are of kind SERVER."""
        with self.lock:
            ids = {(span.trace, span.id) for span in self.spans}
            return [span for span in self.spans if span.kind != 2
                    and (span.trace, span.parent) not in ids]

    def outside(self):
        """Spans that begin before their parent, or end after it."""
        with self.lock:
            spans = {(span.trace, span.id): span for span in self.spans}
            return [(span, parent) for span in self.spans
                    for parent in [spans.get((span.trace, span.parent))]
                    if parent and not parent.begin <= span.begin <= span.end
                    <= parent.end]


def reply(status, headers="", body="{}", length=None):
    return ("HTTP/1.1 %s\r\nContent-Type: application/json\r\n%s"
            "Content-Length: %d\r\n\r\n%s"
            % (status, headers, len(body) if length is None else length, body)
            ).encode()


ANSWERS = {
    "ok": reply("200 OK", body='{"partialSuccess":{}}'),
    "slow": reply("200 OK", body='{"partialSuccess":{}}'),
    "close": reply("200 OK", "Connection: close\r\n"),
    "partial": reply("200 OK", body='{"partialSuccess":{"rejectedSpans":"1",'
                     '"errorMessage":"one too many"}}'),
    "429": reply("429 Too Many Requests", "Retry-After: 2\r\n"),
    "500": reply("500 Internal Server Error", body='{"code":13}'),
    "503": reply("503 Service Unavailable"),
    "garbage": b"\x16\x03\x01 this is not HTTP at all\r\n\r\n" * 100,
    "endless": b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 100000,
    "large": reply("200 OK", length=1 << 40),
}


def message_faults(message):
    """What of a message the protocol has not."""
    if set(message) != {"resourceSpans"}:
        yield "keys of the message", set(message)
    for of in message["resourceSpans"]:
        if set(of) != {"resource", "scopeSpans"}:
            yield "keys of resourceSpans", set(of)
        yield from attribute_faults(of["resource"]["attributes"])
        for scope in of["scopeSpans"]:
            if set(scope) != {"scope", "spans"} or not scope["spans"]:
                yield "a scope", set(scope)
            for span in scope["spans"]:
                yield from span_faults(span)


def span_faults(span):
    if set(span) - SPAN:
        yield "keys of a span", set(span) - SPAN
    for key, digits in (("traceId", 32), ("spanId", 16), ("parentSpanId", 16)):
        value = span.get(key, "1" * digits if key == "parentSpanId" else None)
        if (not isinstance(value, str) or not value.strip("0")
                or not re.fullmatch("[0-9a-f]{%d}" % digits, value)):
            yield key, span
    for key in ("startTimeUnixNano", "endTimeUnixNano"):
        if not re.fullmatch("[1-9][0-9]{18}", span[key]):
            yield key, span
    if not isinstance(span["name"], str) or not span["name"]:
        yield "name", span
    if span["kind"] not in (1, 2, 3):
        yield "kind", span
    if not isinstance(span.get("flags", 0), int):
        yield "flags", span
    if int(span["endTimeUnixNano"]) < int(span["startTimeUnixNano"]):
        yield "it ends before it begins", span
    if set(span.get("status", {})) - {"code", "message"}:
        yield "status", span
    yield from attribute_faults(span["attributes"])


def attribute_faults(attributes):
    keys = [attribute["key"] for attribute in attributes]
    if len(set(keys)) != len(keys):
        yield "an attribute is there twice", keys
    for attribute in attributes:
        value = attribute["value"]
        if set(attribute) != {"key", "value"} or len(value) != 1:
            yield "an attribute", attribute
        for kind, of in value.items():
            if not isinstance(of, VALUES[kind]):
                yield kind, attribute
            if kind == "intValue" and not re.fullmatch(r"-?\d+", of):
                yield kind, attribute
