"""An HTTP/1.1 client that is as impolite as it is told to be.

A Connection stays open until somebody closes it; nothing is sent that was not
asked for but Host, Content-Length and, with a body, Content-Type.
"""

import json
import select
import socket

NOTHING = object()
JSON = "application/json"


class Ended(Exception):
    """The server closed the connection; .got is what had come before."""

    def __init__(self, got):
        Exception.__init__(self, "the connection ended after %r" % got[:200])
        self.got = got


class Response:
    def __init__(self, status, reason, headers, body=b""):
        self.status = status
        self.reason = reason
        self.headers = headers
        self.body = body

    def all(self, name):
        return [value for key, value in self.headers
                if key.lower() == name.lower()]

    def __getitem__(self, name):
        values = self.all(name)
        return values[0] if values else None

    @property
    def text(self):
        return self.body.decode("utf-8")

    def json(self):
        return json.loads(self.body)

    @property
    def type(self):
        return (self["Content-Type"] or "").split(";")[0].strip()

    def errors(self):
        """The errors of a problem as {field: code}."""
        return {error["field"]: error["code"]
                for error in self.json().get("errors", [])}

    def __repr__(self):
        return "%d %s\n%s\n\n%s" % (
            self.status, self.reason,
            "\n".join("%s: %s" % header for header in self.headers),
            self.body[:1000].decode("utf-8", "replace"))


class Connection:
    def __init__(self, address, timeout=20):
        """address: a port of the loopback, or a pair, or a path."""
        if isinstance(address, str):
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.settimeout(timeout)
            self.socket.connect(address)
        else:
            if isinstance(address, int):
                address = ("127.0.0.1", address)
            self.socket = socket.create_connection(address, timeout)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

        self.buffer = b""
        self.ended = False

    def close(self):
        self.socket.close()

    def reset(self):
        """Closes with an RST instead of a FIN."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               b"\x01\0\0\0\0\0\0\0")
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    # ---- what comes back ---------------------------------------------------

    def more(self):
        try:
            data = self.socket.recv(262144)
        except ConnectionResetError:
            data = b""
        if not data:
            self.ended = True
            raise Ended(self.buffer)
        self.buffer += data

    def until(self, mark):
        while mark not in self.buffer:
            self.more()
        before, _, self.buffer = self.buffer.partition(mark)
        return before

    def exactly(self, n):
        while len(self.buffer) < n:
            self.more()
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def rest(self):
        """All until the end."""
        try:
            while True:
                self.more()
        except Ended:
            data, self.buffer = self.buffer, b""
            return data

    def head(self):
        lines = self.until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        version, status, reason = (lines[0].split(" ", 2) + [""])[:3]
        if not version.startswith("HTTP/1."):
            raise ValueError("no status line: %r" % lines[0])

        headers = []
        for line in lines[1:]:
            name, colon, value = line.partition(":")
            if not colon or name != name.strip():
                raise ValueError("no header: %r" % line)
            headers.append((name, value.strip(" \t")))

        return Response(int(status), reason, headers)

    def receive(self, method="GET", interim=False):
        response = self.head()

        while response.status < 200 and not interim:
            response = self.head()

        if method == "HEAD" or response.status in (204, 304) \
                or response.status < 200:
            return response

        coding = response["Transfer-Encoding"]
        length = response.all("Content-Length")

        if coding:
            if coding.lower() != "chunked" or length:
                raise ValueError("two lengths, or a strange coding: %r"
                                 % response)
            response.body = self.chunks()
        elif length:
            if len(length) != 1:
                raise ValueError("more than one Content-Length")
            response.body = self.exactly(int(length[0]))
        else:
            response.body = self.rest()

        if (response["Connection"] or "").lower() == "close":
            self.ended = True

        return response

    def chunks(self):
        body = b""
        while True:
            size = int(self.until(b"\r\n").split(b";")[0], 16)
            if size == 0:
                while self.until(b"\r\n"):
                    pass
                return body
            body += self.exactly(size)
            if self.exactly(2) != b"\r\n":
                raise ValueError("a chunk has no end")

    def silent(self, seconds=0.2):
        """Nothing comes, and the connection stays open."""
        ready, _, _ = select.select([self.socket], [], [], seconds)
        return not ready and not self.buffer

    # ---- what goes out -----------------------------------------------------

    def request(self, method, target, headers=(), body=None, json=NOTHING,
                content_type=JSON, chunked=0):
        self.send(message(method, target, headers, body, json, content_type,
                          chunked))
        return self.receive(method)


def message(method, target, headers=(), body=None, json=NOTHING,
            content_type=JSON, chunked=0):
    """A request as bytes.  content_type=None: none; chunked=N: in chunks of N
    bytes."""
    if json is not NOTHING:
        body = dumped(json)
    if isinstance(body, str):
        body = body.encode("utf-8")

    if isinstance(target, str):
        target = target.encode("utf-8")

    lines = [method.encode("latin-1") + b" " + target + b" HTTP/1.1"]
    given = dict(headers) if not isinstance(headers, dict) else headers
    names = [name.lower() for name in given]
    pairs = headers.items() if isinstance(headers, dict) else headers

    if "host" not in names:
        lines.append(b"Host: localhost")

    if body is not None:
        if content_type is not None and "content-type" not in names:
            lines.append(b"Content-Type: " + encoded(content_type))
        if chunked:
            lines.append(b"Transfer-Encoding: chunked")
        elif "content-length" not in names:
            lines.append(b"Content-Length: %d" % len(body))

    for name, value in pairs:
        lines.append(encoded(name) + b": " + encoded(value))

    head = b"\r\n".join(lines) + b"\r\n\r\n"

    if body is None:
        return head
    if not chunked:
        return head + body

    pieces = [body[i:i + chunked] for i in range(0, len(body), chunked)]
    return head + b"".join(b"%x\r\n%s\r\n" % (len(piece), piece)
                           for piece in pieces) + b"0\r\n\r\n"


def encoded(value):
    return value if isinstance(value, bytes) else value.encode("utf-8")


def dumped(value):
    return json.dumps(value, ensure_ascii=False,
                      separators=(",", ":")).encode("utf-8")


class Client:
    """Requests on one connection, opened again when the server ended it."""

    def __init__(self, address, prefix="", timeout=20):
        self.address = address
        self.prefix = prefix
        self.timeout = timeout
        self.connection = None

    def request(self, method, target, **rest):
        if self.connection is None or self.connection.ended:
            self.close()
            self.connection = Connection(self.address, self.timeout)

        if isinstance(target, str):
            target = target.encode("utf-8")

        try:
            return self.connection.request(
                method, self.prefix.encode("utf-8") + target, **rest)
        except BaseException:
            self.connection.ended = True
            raise

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None

    def get(self, target, **rest):
        return self.request("GET", target, **rest)

    def head(self, target, **rest):
        return self.request("HEAD", target, **rest)

    def post(self, target, json=NOTHING, **rest):
        return self.request("POST", target, json=json, **rest)

    def put(self, target, json=NOTHING, **rest):
        return self.request("PUT", target, json=json, **rest)

    def patch(self, target, json=NOTHING, **rest):
        return self.request("PATCH", target, json=json, **rest)

    def delete(self, target, **rest):
        return self.request("DELETE", target, **rest)
