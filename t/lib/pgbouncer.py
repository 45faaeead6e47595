"""PgBouncer in front of a database of t/lib/with-services."""

import os
import pwd
import signal
import socket
import subprocess

from server import SCRATCH, free_port, running
from tap import wait_until

PGBOUNCER = "/usr/sbin/pgbouncer"


class PgBouncer:
    def __init__(self, postgres, size, mode="transaction", more=""):
        self.postgres = postgres
        self.port = free_port()
        self.top = os.path.join(SCRATCH, "pgbouncer-%d" % self.port)
        os.makedirs(self.top)
        os.chmod(self.top, 0o777)

        with open(os.path.join(self.top, "users"), "w") as out:
            out.write('"app" "%s"\n' % postgres.app_password)
        with open(os.path.join(self.top, "ini"), "w") as out:
            out.write("""
[databases]
* = host=%s port=%s
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = %d
unix_socket_dir =
auth_type = plain
auth_file = %s/users
pool_mode = %s
%s
default_pool_size = %d
max_client_conn = 500
logfile = %s/log
pidfile = %s/pid
server_tls_sslmode = disable
""" % (postgres.host, postgres.port, self.port, self.top, mode, more, size,
                self.top, self.top))

        command = [PGBOUNCER, "-q", os.path.join(self.top, "ini")]
        if os.geteuid() == 0:
            user = pwd.getpwnam(postgres.os_user)
            command = ["setpriv", "--reuid=%d" % user.pw_uid,
                       "--regid=%d" % user.pw_gid, "--init-groups",
                       "--"] + command
        self.process = subprocess.Popen(command, cwd="/",
                                        stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        running.append(self)

        if not wait_until(self.listens, 20):
            raise RuntimeError("PgBouncer does not listen")

    def listens(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def dsn(self):
        return ("postgresql://app:%s@127.0.0.1:%d/%s?sslmode=disable"
                % (self.postgres.app_password, self.port,
                   self.postgres.database))

    def kill(self):
        if self in running:
            running.remove(self)
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
