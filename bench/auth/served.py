"""Routes with a token and without, in turns: requests a second, and the CPU of
what answers them.  One worker, as the peer has one thread.
"""

import base64
import hashlib
import hmac
import json
import os
import socket
import statistics
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
TOP = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(TOP, "t", "lib"))
sys.path.insert(0, os.path.dirname(HERE))
sys.dont_write_bytecode = True

from server import Nginx, Postgres, free_port
from turns import backends, cpu, load

CACHED = float(os.environ.get("CACHED", "1.1"))
FIRST = float(os.environ.get("FIRST", "1.0"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
PARTS = os.environ.get("PARTS", "cached first").split()
PEER = os.path.join(TOP, "build/peers/axum-jwt/target/release/axum-jwt")
SECRET = "0123456789abcdef0123456789abcdef"

KEYS = {"RS256": ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
        "ES256": ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        "EdDSA": ["ED25519"]}
ALGORITHMS = os.environ.get("ALGORITHMS",
                            "HS256 RS256 PS256 ES256 EdDSA").split()

# about what an identity provider puts into one
CLAIMS = {
    "iss": "https://id.example.com", "aud": "api",
    "sub": "5f0c7a1e-8a55-4c2b-9a7e-0c64b2f6f0d1", "jti": "b3a9d1f2c4e5",
    "scope": "openid profile read write", "role": "editor",
    "tenant": {"id": 7}, "realm_access": {"roles": ["a", "b", "c"]}}


# ---- keys and tokens --------------------------------------------------------

def make_keys(nginx):
    for name, words in KEYS.items():
        key = nginx.path(name + ".key")
        subprocess.run(["openssl", "genpkey", "-algorithm"] + words
                       + ["-out", key], check=True,
                       stderr=subprocess.DEVNULL)
        subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out",
                        nginx.path(name + ".pem")], check=True)
    for kind in ("key", "pem"):
        with open(nginx.path("RS256." + kind), encoding="ascii") as file:
            nginx.write("PS256." + kind, file.read())
    nginx.write("HS256", SECRET)


def b64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def token(nginx, alg):
    now = int(time.time())
    text = ".".join(b64(json.dumps(part, separators=(",", ":")).encode())
                    for part in ({"alg": alg, "typ": "JWT"},
                                 dict(CLAIMS, iat=now - 1, exp=now + 86400)))
    return text + "." + b64(sign(nginx, alg, text.encode()))


def sign(nginx, alg, text):
    if alg == "HS256":
        return hmac.new(SECRET.encode(), text, hashlib.sha256).digest()
    key = nginx.path(alg + ".key")
    if alg == "EdDSA":
        nginx.write("text", text.decode())
        return openssl(["pkeyutl", "-sign", "-inkey", key, "-rawin", "-in",
                        nginx.path("text")], b"")
    more = ["-sigopt", "rsa_padding_mode:pss", "-sigopt",
            "rsa_pss_saltlen:digest"] if alg == "PS256" else []
    made = openssl(["dgst", "-sha256", "-sign", key] + more, text)
    return joined(made) if alg == "ES256" else made


def openssl(words, text):
    return subprocess.run(["openssl"] + words, input=text, check=True,
                          stdout=subprocess.PIPE).stdout


def joined(der):
    """r and s one behind the other, of a P-256 signature's DER."""
    n = der[3]
    r, s = der[4:4 + n], der[6 + n:]
    return b"".join(part.lstrip(b"\0").rjust(32, b"\0") for part in (r, s))


# ---- servers ----------------------------------------------------------------

QUERY = 'api_query one "SELECT id, name, email FROM users WHERE id = $id";'
ROW = """
    api_route GET /row/open/:id<int> { %s }
    location = /first/open { add_header Sub %s; empty_gif; }
""" % (QUERY, CLAIMS["sub"])
ROWS = """
    location /row/%(alg)s { %(jwt)s cache 1000; }
        api_route GET /:id<int> { %(query)s }
    }
    location = /first/%(alg)s { %(jwt)s cache 0; }
        add_header Sub $api_jwt_sub; empty_gif;
    }
"""
JWT = """api_jwt { key %s; issuer https://id.example.com; audience api;
        algorithms %s;"""


def serve(postgres):
    nginx = Nginx("served", env={"SECRET": SECRET})
    make_keys(nginx)
    routes = "keepalive_requests 100000000; access_log off;" + ROW
    for alg in ALGORITHMS:
        key = "file:%s" % nginx.path(alg + ".pem")
        jwt = JWT % ("env:SECRET" if alg == "HS256" else key, alg)
        routes += ROWS % {"alg": alg, "jwt": jwt, "query": QUERY}
    nginx.configure("""api_postgres app {
        primary "%s"; min_connections 2; max_connections 2;
    }""" % postgres.uri, routes, workers=1, level="error",
                    main="env SECRET;")
    nginx.start()
    return nginx


def start_peer(nginx):
    port = free_port()
    peer = subprocess.Popen([PEER], env=dict(
        os.environ, KEYS=nginx.root, PORT=str(port),
        TOKIO_WORKER_THREADS="1"))
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            return peer, port
        except OSError:
            time.sleep(0.1)
    sys.exit("bench: %s does not answer" % PEER)


# ---- measuring --------------------------------------------------------------

def turn(port, path, pids, header):
    """Microseconds of CPU of a request, of each group of processes."""
    before = [cpu(group) for group in pids]
    n, rate = load("http://127.0.0.1:%d%s" % (port, path),
                   "-H", "Authorization: Bearer " + header)
    return [rate] + [(cpu(group) - begun) * 1e6 / n
                     for group, begun in zip(pids, before)]


def in_turns(ways):
    """ways: name to a function without arguments.  Name to what it returned
    in each round."""
    got = {name: [] for name in ways}
    for name in ways:
        ways[name]()
    for n in range(ROUNDS):
        for name in ways if n % 2 else reversed(list(ways)):
            got[name].append(ways[name]())
    return got


def median(rounds, f):
    return statistics.median(f(*row) for row in rounds)


def cached(nginx, postgres, tokens):
    """The same request, on a route that asks for its token and one that does
    not."""
    pids = [nginx.workers(), backends(postgres)]
    worst = 0
    print("remembered    us: nginx  postgres   of open: nginx   both")
    for alg in ALGORITHMS:
        got = in_turns({
            path: lambda path=path: turn(nginx.port, path, pids, tokens[alg])
            for path in ("/row/open/42", "/row/%s/42" % alg)})
        pairs = list(zip(*got.values()))
        for name, rounds in got.items():
            print("%-18s %6.2f    %6.2f" % (
                name, median(rounds, lambda _, n, p: n),
                median(rounds, lambda _, n, p: p)), end="")
            if "open" in name:
                print()
        both = median(pairs, lambda a, b: (b[1] + b[2]) / (a[1] + a[2]))
        print("            %.3f  %.3f" % (
            median(pairs, lambda a, b: b[1] / a[1]), both), flush=True)
        worst = max(worst, both)
    return worst


def first(nginx, tokens):
    """Verified each time, by nginx and by the peer."""
    peer, peer_port = start_peer(nginx) if os.environ.get("PEERS") \
        else (None, None)
    worst = 0
    print("each time    us: nginx   of it the token   peer   of it the token"
          "   nginx / peer")
    opened = {}
    for alg in ["open"] + ALGORITHMS:
        header = tokens[ALGORITHMS[0] if alg == "open" else alg]
        ways = {"nginx": lambda: turn(nginx.port, "/first/" + alg,
                                      [nginx.workers()], header)}
        if peer:
            ways["peer"] = lambda: turn(peer_port, "/first/" + alg,
                                        [[peer.pid]], header)
        got = {name: (rounds, median(rounds, lambda _, us: us))
               for name, rounds in in_turns(ways).items()}
        opened = opened or {name: us for name, (_, us) in got.items()}
        print("%-8s" % alg, end="")
        for name, (_, us) in got.items():
            print("       %7.2f  %7.2f" % (us, us - opened[name]), end="")
        if peer:
            ratio = median(list(zip(*(r for r, _ in got.values()))),
                           lambda a, b: a[1] / b[1])
            print("      %.3f" % ratio, end="")
            worst = max(worst, ratio)
        print(flush=True)
    if peer:
        peer.terminate()
        peer.wait()
    return worst


def main():
    postgres = Postgres("served")
    postgres.sql("CREATE TABLE users (id int PRIMARY KEY, name text,"
                 " email text)",
                 "INSERT INTO users SELECT i, 'name ' || i, i || '@example.org'"
                 " FROM generate_series(1, 10000) i", "ANALYZE")
    postgres.admin("VACUUM FREEZE users")
    nginx = serve(postgres)
    tokens = {alg: token(nginx, alg) for alg in ALGORITHMS}
    missed = False
    if "cached" in PARTS:
        missed |= cached(nginx, postgres, tokens) > CACHED
    if "first" in PARTS:
        missed |= first(nginx, tokens) > FIRST
    nginx.stop()
    return missed


if __name__ == "__main__":
    sys.exit(main())
