"""Requests that one turn of a worker's event loop finds all together."""

import os
import signal

import wire


def at_once(nginx, prefix, paths, ready=lambda: None):
    """The answers to a GET of each path.  Each connection is accepted and each
    path prepared and known to be fast; then the only worker is stopped until
    all requests have come.  ready() is called right before."""
    worker = nginx.workers()[0]
    connections = [wire.Connection(nginx.port, 120) for _ in paths]

    for connection, path in zip(connections, paths):
        connection.request("GET", prefix + path)
    for path in sorted(set(paths)):
        for _ in range(3):
            connections[0].request("GET", prefix + path)

    ready()
    os.kill(worker, signal.SIGSTOP)
    try:
        for connection, path in zip(connections, paths):
            connection.send(wire.message("GET", prefix + path))
    finally:
        os.kill(worker, signal.SIGCONT)
    answers = [connection.receive() for connection in connections]

    for connection in connections:
        connection.close()
    return answers
