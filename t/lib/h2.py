"""Just enough of HTTP/2 (RFC 9113) to do to a server what curl does not:
many streams in one write, refusals before a body, streams reset at any time.

Of an answer's headers only :status is read; curl reads the others.
"""

import socket
import struct

DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, WINDOW_UPDATE = \
    0, 1, 3, 4, 6, 7, 8
END_STREAM, ACK, END_HEADERS = 1, 1, 4

# RFC 7541, appendix A: the indexed :status, and its name
STATUS = {0x88: 200, 0x89: 204, 0x8a: 206, 0x8b: 304, 0x8c: 400, 0x8d: 404,
          0x8e: 500}


def literal(text):
    data = text.encode("utf-8")
    if len(data) < 127:
        return bytes([len(data)]) + data
    rest, size = len(data) - 127, b"\x7f"
    while rest >= 128:
        size += bytes([rest % 128 + 128])
        rest //= 128
    return size + bytes([rest]) + data


class Stream:
    def __init__(self, window):
        self.window = window
        self.status = None
        self.body = b""
        self.ended = False
        self.reset = None


class Connection:
    def __init__(self, port, timeout=20):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.streams = {}
        self.last = -1
        self.window = 65535
        self.initial = 65535
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
                            + self.frame(SETTINGS, 0, 0,
                                         struct.pack(">HI", 4, 1 << 30))
                            + self.frame(WINDOW_UPDATE, 0, 0,
                                         struct.pack(">I", 1 << 30)))

    @staticmethod
    def frame(kind, flags, stream, payload=b""):
        return struct.pack(">I", len(payload))[1:] \
            + struct.pack(">BBI", kind, flags, stream) + payload

    def headers(self, method, path, headers=(), end=True):
        """The frame that opens a stream, and the stream's number."""
        self.last += 2
        block = b"\x86"                           # :scheme: http
        for name, value in [(":method", method), (":path", path),
                            (":authority", "localhost"), *headers]:
            block += b"\0" + literal(name) + literal(value)
        self.streams[self.last] = Stream(self.initial)
        return self.last, self.frame(
            HEADERS, END_HEADERS | (END_STREAM if end else 0), self.last,
            block)

    def open(self, method, path, headers=(), end=True):
        number, data = self.headers(method, path, headers, end)
        self.socket.sendall(data)
        return number

    def send(self, number, body, end=True):
        """A body, as far as the server's windows let it go; stops when the
        stream is over."""
        stream = self.streams[number]
        while True:
            if stream.ended or stream.reset is not None:
                return
            size = min(len(body), self.window, stream.window, 16384)
            if size == 0 and body:
                self.read()
                continue
            piece, body = body[:size], body[size:]
            self.window -= size
            stream.window -= size
            last = end and not body
            self.socket.sendall(self.frame(
                DATA, END_STREAM if last else 0, number, piece))
            if not body:
                return

    def reset(self, number, code=8):
        self.socket.sendall(self.frame(RST_STREAM, 0, number,
                                       struct.pack(">I", code)))

    def read(self):
        """One frame."""
        head = self.exactly(9)
        size = int.from_bytes(head[:3], "big")
        kind, flags, number = struct.unpack(">BBI", head[3:])
        payload = self.exactly(size)
        stream = self.streams.get(number)

        if kind == SETTINGS and not flags & ACK:
            for i in range(0, size, 6):
                key, value = struct.unpack(">HI", payload[i:i + 6])
                if key == 4:
                    for each in self.streams.values():
                        each.window += value - self.initial
                    self.initial = value
            self.socket.sendall(self.frame(SETTINGS, ACK, 0))
        elif kind == PING and not flags & ACK:
            self.socket.sendall(self.frame(PING, ACK, 0, payload))
        elif kind == WINDOW_UPDATE:
            value, = struct.unpack(">I", payload)
            if stream:
                stream.window += value
            elif number == 0:
                self.window += value
        elif kind == HEADERS and stream:
            # before :status there may be an update of the table's size
            while payload[:1] and payload[0] & 0xe0 == 0x20:
                payload = payload[1:]
            if payload[0] in STATUS:
                stream.status = STATUS[payload[0]]
            else:
                stream.status = int(payload[2:5])
        elif kind == DATA and stream:
            stream.body += payload
        elif kind == RST_STREAM and stream:
            stream.reset = struct.unpack(">I", payload)[0]
        elif kind == GOAWAY:
            code = struct.unpack(">II", payload[:8])[1]
            if code:
                raise ConnectionError("GOAWAY, error %d" % code)

        if kind in (HEADERS, DATA) and flags & END_STREAM and stream:
            stream.ended = True

    def wait(self, number):
        """The stream when its answer is complete, or it was reset."""
        stream = self.streams[number]
        while not stream.ended and stream.reset is None:
            self.read()
        return stream

    def ask(self, method, path, headers=(), body=None):
        number = self.open(method, path, headers, body is None)
        if body is not None:
            self.send(number, body)
        return self.wait(number)

    def exactly(self, n):
        while len(self.buffer) < n:
            data = self.socket.recv(262144)
            if not data:
                raise ConnectionError("the connection ended")
            self.buffer += data
        data, self.buffer = self.buffer[:n], self.buffer[n:]
        return data

    def close(self):
        self.socket.close()

    def abort(self):
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                               b"\x01\0\0\0\0\0\0\0")
        self.socket.close()
