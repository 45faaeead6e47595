"""Starts while a server answers, but not as it should: it lets nobody in, has no
TLS, no room, is not up yet or may not write; while nobody knows its name; and
upgrades beside all of that.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from coldstart import (HEALED, PROMPT, configure, fault, fresh, get, heals,
                       named, postgres, resolves, starts, status, unharmed,
                       uri, users)
from server import SCRATCH, SLOW, Nginx, pid_in
from tap import equal, like, note, ok, section, wait_until

HBA = os.path.join(postgres.data, "pg_hba.conf")
RULES = open(HBA).read()


def rules(first=""):
    with open(HBA, "w") as out:
        out.write(first + RULES)
    postgres.pg_ctl("reload")


@section
def who_may_come():
    users()
    nginx = Nginx("peer")
    configure(nginx, uri())
    rules("local all app peer\n")
    time.sleep(0.3)
    fault("peer authentication that fails", nginx, rules, "28000: Peer")

    rules("local all app reject\n")
    time.sleep(0.3)
    fault("a rule that rejects", nginx, rules, "28000: pg_hba")


@section
def tls():
    users()
    for name in ("crt", "key"):
        path = os.path.join(postgres.data, "server." + name)
        shutil.copyfile(os.path.join(SCRATCH, "server." + name), path)
        os.chmod(path, 0o600)
        if os.geteuid() == 0:
            shutil.chown(path, postgres.os_user)

    nginx = Nginx("tls")
    configure(nginx, uri("127.0.0.1", more="&sslmode=require"))

    def mend():
        postgres.admin("ALTER SYSTEM SET ssl = on",
                       "SELECT pg_reload_conf()")

    fault("TLS that is not there", nginx, mend, "has no TLS")
    postgres.admin("ALTER SYSTEM RESET ssl", "SELECT pg_reload_conf()")


@contextlib.contextmanager
def everybody(count):
    """All connections that an ordinary role can have."""
    guests = [subprocess.Popen(
        [os.path.join(postgres.bin, "psql"), "-X", "-q", postgres.uri, "-c",
         "SELECT pg_sleep(600)"], stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(count)]
    try:
        yield lambda: [guest.kill() for guest in guests] and postgres.admin(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE query = 'SELECT pg_sleep(600)'")
    finally:
        for guest in guests:
            guest.kill()
            guest.wait()


@section
def no_room():
    users()
    nginx = Nginx("room")
    configure(nginx, uri())

    postgres.admin("ALTER ROLE app CONNECTION LIMIT 0")
    fault("a role without connections", nginx,
          lambda: postgres.admin("ALTER ROLE app CONNECTION LIMIT -1"),
          "53300", strict=False)

    postgres.admin("ALTER SYSTEM SET max_connections = 10")
    postgres.pg_ctl("restart", "-m", "immediate")
    try:
        with everybody(7) as leave:
            wait_until(lambda: postgres.admin(
                "SELECT count(*) = 7 FROM pg_stat_activity"
                " WHERE usename = 'app'") == "t", 10)
            time.sleep(0.5)
            fault("no connection left", nginx, leave, "53300", strict=False)
    finally:
        postgres.admin("ALTER SYSTEM RESET max_connections")
        postgres.pg_ctl("restart", "-m", "immediate")


@contextlib.contextmanager
def standby(hot):
    """The server waits for WAL, as one that starts, or reads as a standby."""
    postgres.admin("ALTER SYSTEM SET hot_standby = %s" % hot)
    postgres.pg_ctl("stop")
    signal_file = os.path.join(postgres.data, "standby.signal")
    open(signal_file, "w").close()
    if os.geteuid() == 0:
        shutil.chown(signal_file, postgres.os_user)
    postgres.pg_ctl("start")
    yield lambda: postgres.pg_ctl("promote")
    postgres.admin("ALTER SYSTEM RESET hot_standby")
    postgres.pg_ctl("restart", "-m", "fast")


@section
def not_up_yet():
    users()
    nginx = Nginx("starting")
    configure(nginx, uri())
    with standby("off") as promote:
        fault("a server that recovers", nginx, promote, "57P03",
              strict=False)


POST = """
    api_route POST /users {
        api_query exec "INSERT INTO users VALUES (2, 'bob')";
    }"""


def post(nginx):
    connection = wire.Connection(nginx.port, 20)
    try:
        return connection.request("POST", "/api/users").status
    finally:
        connection.close()


@section
def a_standby():
    users()
    nginx = Nginx("standby")
    configure(nginx, uri(), "", POST)
    with standby("on") as promote:
        starts(nginx, "a standby")
        ok(wait_until(lambda: status(nginx, "/api/users") == 200, 5),
           "a standby: is read")
        equal(post(nginx), 503, "and not written")
        promote()
        ok(wait_until(lambda: post(nginx) == 204, HEALED),
           "once it is promoted it is written", nginx.log()[-2000:])
        equal(status(nginx, "/api/users"), 200, "and read")
        nginx.stop()

    nginx = Nginx("writable")
    configure(nginx, uri(more="&target_session_attrs=read-write"), "", POST)
    with standby("on") as promote:
        fault("a standby, where a primary is asked for", nginx, promote,
              "target_session_attrs", strict=False)

    fresh()
    nginx = Nginx("migrated")
    configure(nginx, uri(), "migrations migrations;")
    nginx.write("migrations/1_users.sql",
                "CREATE TABLE users (id int, name text);\n")
    with standby("on") as promote:
        fault("a standby that is to be migrated", nginx, promote, "25006")


@section
def names():
    if SLOW:
        note("not under sanitizers: LD_PRELOAD is theirs")
        return
    users()
    for host, why in (("missing.test", "cannot be resolved"),
                      ("host.silent.test", "not resolved in time")):
        nginx = Nginx(host, env=named())
        configure(nginx, uri(host))
        fault(host, nginx, resolves, why, strict=False)


@contextlib.contextmanager
def black_hole():
    """A listener whose queue is full: the kernel drops what comes."""
    postgres.pg_ctl("stop", "-m", "immediate")
    port = int(postgres.port)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    listener.listen(0)
    peers = []
    for _ in range(4):
        peer = socket.socket()
        peer.setblocking(False)
        peer.connect_ex(("127.0.0.1", port))
        peers.append(peer)

    def mend():
        for end in peers + [listener]:
            end.close()
        postgres.pg_ctl("start")

    yield mend


@section
def a_black_hole():
    users()
    nginx = Nginx("hole")
    configure(nginx, uri("127.0.0.1"))
    with black_hole() as mend:
        begun = time.monotonic()
        code, out = nginx.call("-t")
        took = time.monotonic() - begun
        equal(code, 0, "a black hole: nginx -t warns", out)
        ok(took < 1 + PROMPT, "after connect_timeout", "%.2f s" % took)
        fault("a black hole", nginx, mend, strict=False)


# ---- upgrades ---------------------------------------------------------------

def upgrade(name, spoil, mend, refused):
    """The new binary refuses, or serves; the other site never pauses."""
    nginx = Nginx("upgrade")
    configure(nginx, uri())

    # as a daemon: nginx does not upgrade below the process that started it

    equal(nginx.call()[0], 0, "a start")
    ok(wait_until(lambda: status(nginx, "/api/users") == 200, 10), "serves")
    old = pid_in(nginx.path("nginx.pid"))
    masters = [old]
    try:
        spoil()
        os.kill(old, signal.SIGUSR2)

        if refused:
            ok(wait_until(lambda: "[emerg]" in nginx.log(), 10),
               name + ": the new one refuses", nginx.log())
            ok(wait_until(lambda: pid_in(nginx.path("nginx.pid")) == old, 10),
               name + ": and ends")
        else:
            ok(wait_until(lambda: pid_in(nginx.path("nginx.pid"))
                          not in (0, old), 10),
               name + ": the new one starts", nginx.log())
            masters.append(pid_in(nginx.path("nginx.pid")))
            os.kill(old, signal.SIGQUIT)
            ok(wait_until(lambda: not os.path.exists("/proc/%d" % old), 15),
               name + ": the old one ends")

        equal(status(nginx, "/other"), 200, name + ": the other site answers")
        mend()
        heals(nginx, name)
    finally:
        for master in masters:
            with contextlib.suppress(ProcessLookupError):
                os.kill(master, signal.SIGQUIT)
    for master in masters:
        ok(wait_until(lambda: not os.path.exists("/proc/%d" % master), 15),
           name + ": ends")


@section
def upgrades():
    if SLOW:
        note("not under sanitizers: a new binary has no LD_PRELOAD")
        return
    users()

    for name, spoil, mend in (
            ("a column that was renamed",
             "ALTER TABLE users RENAME name TO called",
             "ALTER TABLE users RENAME called TO name"),
            ("a wrong password", "ALTER ROLE app PASSWORD 'other'",
             "ALTER ROLE app PASSWORD 'app'"),
            ("a role that may not log in", "ALTER ROLE app NOLOGIN",
             "ALTER ROLE app LOGIN")):
        upgrade("upgrade beside " + name, lambda: postgres.admin(spoil),
                lambda: postgres.admin(mend), True)

    upgrade("upgrade beside a database that is not there",
            lambda: postgres.admin(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE usename = 'app'",
                "ALTER DATABASE app RENAME TO other", database="postgres"),
            lambda: postgres.admin("ALTER DATABASE other RENAME TO app",
                                   database="postgres"), True)

    upgrade("upgrade beside a server that is refused",
            lambda: postgres.pg_ctl("stop", "-m", "immediate"),
            lambda: postgres.pg_ctl("start"), False)

    with open(postgres.data + "/postmaster.pid") as lines:
        postmaster = int(lines.readline())
    upgrade("upgrade beside a server that hangs",
            lambda: os.kill(postmaster, signal.SIGSTOP),
            lambda: os.kill(postmaster, signal.SIGCONT), False)


tap.run(unharmed)
