"""Passes on what nginx and PostgreSQL (or a pooler) say, message by message."""

import socket
import threading

from server import free_port


class Relay:
    """Who wants to look, or to change something, overrides sent() or came()."""

    def __init__(self, target, port=None):
        self.port = port or free_port()
        self.target = int(target)
        self.lock = threading.Lock()
        self.connections = 0
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, daemon=True).start()

    def sent(self, number, kind, message):
        """Of the client's connection with this number, under the lock; what is
        returned is passed on.  kind: the message's type, or startup."""
        return message

    def came(self, number, kind, message):
        """The same of the server's messages."""
        return message

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            server = socket.create_connection(("127.0.0.1", self.target))
            for side in (client, server):
                side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            for arguments in ((client, server, self.sent, False),
                              (server, client, self.came, True)):
                threading.Thread(target=self.pass_on,
                                 args=(self.connections,) + arguments,
                                 daemon=True).start()

    def pass_on(self, number, source, target, look, started):
        buffer = b""
        while True:
            try:
                data = source.recv(65536)
            except OSError:
                data = b""
            if not data:
                break

            buffer += data
            out = []
            while len(buffer) >= 5:
                kind = chr(buffer[0]) if started else "startup"
                at = 1 if started else 0
                size = at + int.from_bytes(buffer[at:at + 4], "big")
                if len(buffer) < size:
                    break
                message, buffer, started = buffer[:size], buffer[size:], True
                with self.lock:
                    out.append(look(number, kind, message))

            try:
                target.sendall(b"".join(out))
            except OSError:
                break

        for side in (source, target):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
