"""nginx and PostgreSQL for the suites written in Python.

t/lib/run-suite says where things are, in the environment.  Everything lives
below its scratch directory, listens on the loopback only, and ends with us.
"""

import atexit
import os
import pwd
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import tokens

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

BAD = re.compile(r"\[(?:alert|crit)\]|exited on signal|open socket"
                 r"|Sanitizer|runtime error:|Assertion")

if "TEST_NGINX_SCRATCH" not in os.environ:
    sys.exit("run the tests by t/lib/run-suite: it starts what they need")

SCRATCH = os.environ["TEST_NGINX_SCRATCH"]

# what a test may not change for all: other tests use the role app, too
SHARED = re.compile(r"ALTER (ROLE|USER) app (?!IN DATABASE)|ALTER SYSTEM", re.I)
REPORTS = os.environ.get("TEST_NGINX_REPORTS")
BINARY = os.environ["TEST_NGINX_BINARY"]
MODULES = os.environ["TEST_NGINX_LOAD_MODULES"].split()

# sanitizers and valgrind make everything slower
SLOW = bool(os.environ.get("TEST_NGINX_MODE"))

running = []


def stop_all(*_):
    while running:
        server = running.pop()
        try:
            server.kill()
        except Exception as error:
            print("# %s" % error, file=sys.stderr)


def terminated(number, _):
    stop_all()
    os._exit(128 + number)


atexit.register(stop_all)
signal.signal(signal.SIGTERM, terminated)
signal.signal(signal.SIGINT, terminated)
signal.signal(signal.SIGHUP, terminated)


def free_port():
    for _ in range(1000):
        port = random.randrange(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                pass
    raise OSError("no free port between 20000 and 32000")


# ---- PostgreSQL -------------------------------------------------------------

class Postgres:
    """The cluster of t/lib/with-services, and a database of it."""

    def __init__(self, name):
        env = os.environ
        self.bin = env["TEST_NGINX_PG_BIN"]
        self.host = env["TEST_NGINX_PG_HOST"]
        self.port = env["TEST_NGINX_PG_PORT"]
        self.query = env["TEST_NGINX_PG_QUERY"]
        self.data = env["TEST_NGINX_PG_DATADIR"]
        self.os_user = env["TEST_NGINX_PG_OS_USER"]
        self.password = env["TEST_NGINX_PG_PASSWORD"]
        self.app_password = env["TEST_NGINX_PG_APP_PASSWORD"]
        self.log = os.path.join(SCRATCH, "postgres/log/postgresql.log")
        self.database = "t_" + name
        self.make_database()

    def make_database(self):
        self.admin("DROP DATABASE IF EXISTS %s" % self.database,
                   "CREATE DATABASE %s OWNER app" % self.database,
                   database="postgres")

    @property
    def uri(self):
        return "postgresql://app:%s@/%s?%s" % (
            self.app_password, self.database, self.query)

    def psql(self, role, password, database, statements):
        command = [os.path.join(self.bin, "psql"), "-X", "-q", "-A", "-t",
                   "-v", "ON_ERROR_STOP=1", "-h", self.host, "-p", self.port,
                   "-U", role, "-d", database]
        for statement in statements:
            command += ["-c", statement]

        done = subprocess.run(command, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=120,
                              env=dict(os.environ, PGPASSWORD=password,
                                       PGAPPNAME="suite"))
        if done.returncode != 0:
            raise RuntimeError("psql: " + done.stderr.strip())
        return done.stdout.rstrip("\n")

    def sql(self, *statements):
        return self.psql("app", self.app_password, self.database, statements)

    def rows(self, statement):
        out = self.sql(statement)
        return [line.split("|") for line in out.splitlines()]

    def admin(self, *statements, database=None):
        """Others use the cluster, and the role app, at the same time."""
        for statement in statements:
            if type(self) is Postgres and SHARED.match(statement):
                raise RuntimeError("say IN DATABASE: " + statement)
        return self.psql("postgres", self.password,
                         database or self.database, statements)

    def backends(self):
        """Connections of role app to the database, but our own psql."""
        return int(self.admin(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = 'app'"
            " AND datname = '%s' AND application_name <> 'suite'"
            % self.database, database="postgres"))

    def terminate(self):
        return self.admin(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE usename = 'app' AND datname = '%s'"
            " AND application_name <> 'suite'" % self.database,
            database="postgres")

    def pg_ctl(self, *arguments):
        self.program("pg_ctl", "-s", "-w", "-D", self.data, "-l",
                     self.log + ".start", *arguments)

    def program(self, name, *arguments, **environment):
        """One of PostgreSQL's, by who runs the server."""
        command = [os.path.join(self.bin, name)]
        if os.geteuid() == 0:
            user = pwd.getpwnam(self.os_user)
            command = ["setpriv", "--reuid=%d" % user.pw_uid,
                       "--regid=%d" % user.pw_gid, "--init-groups",
                       "--"] + command
        subprocess.run(command + list(arguments), check=True, timeout=120,
                       stdin=subprocess.DEVNULL, cwd="/",
                       env=dict(os.environ, **environment),
                       stdout=subprocess.DEVNULL)

    def kill(self):
        pass


def example_roles():
    """What an administrator says before the example's first start."""
    return ["CREATE ROLE app_user", "CREATE ROLE app_admin",
            "GRANT app_user, app_admin TO app"]


class Watch:
    """The most backends of a Postgres that there were, meanwhile."""

    def __init__(self, postgres):
        self.postgres = postgres

    def __enter__(self):
        self.most, self.ended = 0, False
        self.thread = threading.Thread(target=self.look)
        self.thread.start()
        return self

    def look(self):
        while not self.ended:
            try:
                self.most = max(self.most, self.postgres.backends())
            except RuntimeError:
                pass
            time.sleep(0.02)

    def __exit__(self, *_):
        self.ended = True
        self.thread.join()


class OwnPostgres(Postgres):
    """A cluster of its own, which may be stopped without harm to others."""

    def __init__(self, name, **settings):
        self.top = os.path.join(SCRATCH, name + "-pg")
        self.database = "app"
        self.port = str(free_port())
        self.app_password = "app"
        self.log = os.path.join(self.top, "log/postgresql.log")

        subprocess.run(
            [os.path.join(TOP, "deploy/local/postgres"), "start", self.top,
             "port=" + self.port]
            + ["%s=%s" % setting for setting in settings.items()],
            check=True, stdout=subprocess.DEVNULL)
        running.append(self)

        env = {}
        with open(os.path.join(self.top, "env")) as lines:
            for line in lines:
                key, _, value = line.strip().partition("=")
                env[key] = value.strip("'").replace("\\", "")

        self.bin = env["pg_bin"]
        self.host = env["pg_socket"]
        self.query = env["pg_query"]
        self.data = env["pg_data"]
        self.os_user = env["pg_os_user"]
        self.password = env["pg_password"]

        self.admin("CREATE ROLE app LOGIN PASSWORD 'app'",
                   *example_roles(), database="postgres")
        self.make_database()

    def kill(self):
        subprocess.run(
            [os.path.join(TOP, "deploy/local/postgres"), "stop", self.top],
            check=False, stdout=subprocess.DEVNULL)


# ---- nginx ------------------------------------------------------------------

class Nginx:
    """One nginx: a master, workers, a directory below the scratch one."""

    roots = set()      # of all that this process has made

    def __init__(self, name, port=None, env=None):
        self.name = name
        self.root = os.path.join(SCRATCH, name)
        Nginx.roots.add(self.root)
        self.port = port or free_port()
        self.env = dict(env or {})
        self.process = None
        self.expected = []          # patterns of alerts that were provoked
        self.old_logs = ""

        shutil.rmtree(self.root, ignore_errors=True)
        for folder in ("logs", "temp", "conf"):
            os.makedirs(os.path.join(self.root, folder))

    @property
    def conf(self):
        return self.path("nginx.conf")

    @property
    def error_log(self):
        return self.path("logs/error.log")

    def path(self, name):
        return os.path.join(self.root, name)

    def write(self, name, text):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "w", encoding="utf-8") as out:
            out.write(text)

    def configure(self, http, server=None, workers=2, main="",
                  level="info", listen=""):
        """A configuration of http directives; server: those of the only
        server, for short."""
        if server is not None:
            http += "\nserver {\n    listen 127.0.0.1:%d %s;\n%s\n}\n" % (
                self.port, listen, server)

        self.write("nginx.conf", """\
%s
%s
worker_processes %d;
worker_shutdown_timeout 20s;
pid nginx.pid;
error_log logs/error.log %s;
%s
events { worker_connections 4096; }
http {
    %s
    access_log logs/access.log;
%s
}
""" % ("".join("load_module %s;\n" % module for module in MODULES),
            user_directive(), workers, level, main, temp_paths(), http))

    def configure_example(self, change=lambda text: text):
        """nginx.conf.example as it stands, but for port, user and paths."""
        with open(os.path.join(TOP, "nginx.conf.example")) as source:
            text = source.read()

        for pattern, new, wanted in [
                (r"(?m)^load_module .*", "load_module %s;" % MODULES[0], 1),
                (r"(?m)^user .*", user_directive(), 1),
                (r"(?m)^pid .*", "pid nginx.pid;", 1),
                (r"/var/log/nginx/", "logs/", 2),
                (r"(?m)^http \{", "http {\n    " + temp_paths(), 1),
                (r"127\.0\.0\.1:8080", "127.0.0.1:%d" % self.port, 1)]:
            text, n = re.subn(pattern, lambda _, new=new: new, text)
            if n != wanted:
                raise RuntimeError("nginx.conf.example: /%s/ is there %d"
                                   " times, not %d" % (pattern, n, wanted))

        self.write("nginx.conf", change(text))
        self.write("jwt.key", tokens.KEY + "\n")
        os.chmod(self.path("jwt.key"), 0o600)
        for folder in ("migrations", "sql"):
            if not os.path.lexists(self.path(folder)):
                os.symlink(os.path.join(TOP, folder), self.path(folder))

    def command(self, *arguments):
        return [BINARY, "-p", self.root + "/", "-e", "logs/error.log",
                "-c", self.conf] + list(arguments)

    def environment(self):
        return dict(os.environ, **self.env)

    def call(self, *arguments, timeout=60):
        """nginx -t and the like: (status, what it printed)."""
        done = subprocess.run(self.command(*arguments), timeout=timeout,
                              stdin=subprocess.DEVNULL, text=True,
                              stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT,
                              env=self.environment())
        return done.returncode, done.stdout

    def why(self):
        """What was said of an [emerg]: it may be far above the log's end."""
        return "".join(line + "\n" for line in self.log().splitlines()
                       if "[emerg]" in line)[-3000:]

    def start(self, seconds=60):
        output = open(self.path("logs/output.log"), "ab")
        self.process = subprocess.Popen(
            self.command("-g", "daemon off;"), stdin=subprocess.DEVNULL,
            stdout=output, stderr=output, env=self.environment())
        output.close()
        running.append(self)

        end = time.monotonic() + seconds
        while True:
            if self.process.poll() is not None:
                running.remove(self)
                raise RuntimeError("nginx does not start:\n"
                                   + self.why() + self.log()[-3000:])
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                if os.path.getsize(self.path("nginx.pid")) > 0:
                    return self
            except OSError:
                pass
            if time.monotonic() > end:
                raise RuntimeError("nginx does not listen:\n"
                                   + self.log()[-3000:])
            time.sleep(0.02)

    @property
    def pid(self):
        return self.process.pid

    def workers(self):
        """pids of the children: workers, old ones too."""
        try:
            with open("/proc/%d/task/%d/children" % (self.pid, self.pid)) as f:
                return [int(pid) for pid in f.read().split()]
        except OSError:
            return []

    def send(self, number):
        self.process.send_signal(number)

    def reload(self, seconds=30):
        """True when new workers run; False when it was refused."""
        before = set(self.workers())
        mark = os.path.getsize(self.error_log)
        self.send(signal.SIGHUP)

        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.03)
            now = set(self.workers())
            if now - before:
                return True
            with open(self.error_log, errors="replace") as log:
                log.seek(mark)
                text = log.read()
            if "[emerg]" in text:
                return False
        raise RuntimeError("a reload did nothing in %d s" % seconds)

    def stop(self, number=signal.SIGQUIT, seconds=40):
        """Seconds it took to end."""
        if self.process is None:
            return 0
        start = time.monotonic()
        if self in running:
            running.remove(self)
        self.send(number)
        try:
            self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.kill()
            raise RuntimeError("nginx did not end within %d s" % seconds)
        self.status = self.process.returncode
        self.process = None
        return time.monotonic() - start

    def kill(self):
        if self.process is None:
            return
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                workers = self.workers()
                self.process.kill()
                for pid in workers:
                    try:
                        os.kill(pid, signal.SIGKILL)
                    except OSError:
                        pass
        self.process = None

    # ---- logs --------------------------------------------------------------

    def log(self):
        text = ""
        for name in ("logs/error.log", "logs/output.log"):
            try:
                with open(self.path(name), errors="replace") as log:
                    text += log.read()
            except OSError:
                pass
        return text

    def alerts(self):
        bad = [line for line in self.log().splitlines() if BAD.search(line)
               and not any(re.search(p, line) for p in self.expected)]
        return bad + reports()


def test_module(name, *sources):
    """A module of nginx for tests, made of files below the top; None: it cannot
    be built.  It may name what ours exports, and is loaded behind it then."""
    build = os.path.dirname(MODULES[0])
    if not os.path.exists(os.path.join(build, "ngx_auto_config.h")):
        return None
    made = os.path.join(SCRATCH, name + ".so")
    flags = ["-O1"]
    if os.environ.get("TEST_NGINX_MODE") == "sanitize":
        flags += ["-g", "-fsanitize=address,undefined", "-static-libubsan",
                  "-fno-sanitize-recover=undefined"]
    folders = [build, os.path.join(TOP, "src")] + [
        os.path.join("/usr/share/nginx/src/src", folder) for folder in
        ("core", "event", "event/modules", "event/quic", "os/unix", "http",
         "http/modules", "http/v2", "http/v3")]      # quic and v3: 1.25 and up
    subprocess.run(["cc", "-shared", "-fPIC", "-o", made] + flags
                   + [word for folder in folders for word in ("-I", folder)]
                   + [os.path.join(TOP, source) for source in sources],
                   check=True)
    return made


def pid_in(path):
    """The pid that a file of nginx's holds; 0 where there is none."""
    try:
        with open(path) as source:
            return int(source.read())
    except (OSError, ValueError):
        return 0


def reports():
    """What valgrind, ASan and UBSan had to say."""
    texts = []
    if REPORTS:
        for name in sorted(os.listdir(REPORTS)):
            with open(os.path.join(REPORTS, name), errors="replace") as f:
                text = f.read()
            if text:
                texts.append("%s:\n%s" % (name, text))
    return texts


def user_directive():
    return "user www-data;" if os.geteuid() == 0 else ""


def temp_paths():
    return " ".join("%s_temp_path temp/%s;" % (name, name) for name in
                    ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
