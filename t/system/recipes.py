"""docs/recipes.md as it stands: each configuration runs, and does what the
page promises.

Only the ports, the log's folder and where the database is are others.  A recipe
that no section here asks is a failure.
"""

import gzip
import json
import os
import re
import ssl
import subprocess
import sys
import threading

# in place of this folder, where http.py is a suite
sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import http.client
import http.server

import tap
import wire
from server import TOP, Nginx, Postgres, free_port
from tap import equal, like, ok, section

with open(os.path.join(TOP, "docs/recipes.md"), encoding="utf-8") as page:
    PAGE = page.read()

postgres = Postgres("recipes")
asked = set()
nginxes = []


def blocks(text, kind):
    return re.findall(r"(?ms)^```%s\n(.*?)^```$" % kind, text)


def recipes():
    """Title to text, of each section of the page."""
    parts = re.split(r"(?m)^## (.*)\n", PAGE)
    return dict(zip(parts[1::2], parts[2::2]))


postgres.sql(*blocks(PAGE.split("\n## ")[0], "sql"))


class Recipe:
    """nginx with the block of that title."""

    def __init__(self, title, **env):
        text = recipes()[title]
        asked.add(title)
        self.nginx = Nginx("recipe%d" % len(asked), env=env)
        self.tls_port = free_port()

        # what the text says lies beside nginx.conf, and the connection string
        for name, content in re.findall(
                r"(?ms)^`/etc/nginx/([\w/.]+)`:\n\n```\w+\n(.*?)^```", text):
            self.nginx.write(name, content)
        self.nginx.write("api.conninfo", postgres.uri + "\n")
        os.chmod(self.nginx.path("api.conninfo"), 0o640)
        if "ssl_certificate " in text:
            self.certify()

        block, = blocks(text, "nginx")
        block = block.replace("listen 8080", "listen 127.0.0.1:%d"
                              % self.nginx.port)
        block = block.replace("8443", str(self.tls_port))
        block = block.replace("listen %d" % self.tls_port,
                              "listen 127.0.0.1:%d" % self.tls_port)
        block = block.replace("127.0.0.1:9000", "127.0.0.1:%d" % old.port)
        self.nginx.configure(block.replace("/var/log/nginx/", "logs/"))
        self.nginx.start()
        nginxes.append(self.nginx)
        self.client = wire.Client(self.nginx.port)

    def certify(self):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
             "/CN=localhost", "-keyout", self.nginx.path("api.key"), "-out",
             self.nginx.path("api.crt")], check=True,
            stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def ask(self, method, target, headers=(), **rest):
        return self.client.request(method, target, headers=dict(headers),
                                   **rest)

    def stop(self):
        self.client.close()
        self.nginx.stop()


# ---- the old service, and the wiki: it tells what it was asked ---------------

class Old(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        said = ("old %s %s user=%s\n" % (self.command, self.path,
                                         self.headers["X-User"])).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_DELETE = do_GET

    def log_message(self, *_):
        pass


class OldServer(http.server.ThreadingHTTPServer):
    daemon_threads = True


old = OldServer(("127.0.0.1", 0), Old)
old.port = old.server_address[1]
threading.Thread(target=old.serve_forever, daemon=True).start()


# ---- each recipe -------------------------------------------------------------

@section
def who_asks():
    recipe = Recipe("Who asks: auth_request onto a route")
    good, bad = {"Cookie": "session=secret"}, {"Cookie": "session=guessed"}

    equal(recipe.ask("GET", "/api/me", good).json()["name"], "Ada",
          "the session's user")
    answer = recipe.ask("GET", "/api/me", bad)
    equal((answer.status, answer.json()["code"]), (401, "unauthorized"),
          "nobody: 401, a problem")
    equal(answer["WWW-Authenticate"], 'Bearer realm="api"', "which says how")
    equal(recipe.ask("GET", "/api/me").status, 401, "no cookie")
    equal(recipe.ask("GET", "/wiki/a", good).body.decode(),
          "old GET /wiki/a user=Ada\n", "the wiki is told the name")
    equal(recipe.ask("GET", "/wiki/a", bad).status, 401, "nobody's wiki")
    equal(recipe.ask("GET", "/who", good).status, 404, "/who is internal")
    recipe.stop()


@section
def row_level_security():
    title = "Row-level security: each sees their own rows"
    postgres.sql(*blocks(recipes()[title], "sql"))
    postgres.sql("INSERT INTO sessions VALUES ('other', 2, now() +"
                 " interval '1 day')")
    recipe = Recipe(title)
    ada, other = [{"Cookie": "session=" + name} for name in
                  ("secret", "other")]

    def note(method, path, who, text=None):
        return recipe.ask(method, "/api/notes" + path, who, **(
            {"json": {"text": text}} if text else {}))

    answer = note("POST", "", ada, "Ada's")
    equal((answer.status, answer.json()["text"]), (201, "Ada's"), "a row")
    of_ada = "/%d" % answer.json()["id"]
    of_other = "/%d" % note("POST", "", other, "theirs").json()["id"]

    for _ in range(20):
        equal([[n["text"] for n in note("GET", "", who).json()]
               for who in (ada, other)], [["Ada's"], ["theirs"]],
              "each sees their own")
    for method, text in (("PUT", "mine"), ("DELETE", None)):
        equal([note(method, of_other, ada, text).status,
               note(method, of_ada, other, text).status], [404, 404],
              "another's is not there: " + method)
    equal(note("PUT", of_ada, ada, "new").json()["text"], "new",
          "one's own is")
    equal(note("GET", "", {}).status, 401, "nobody")
    equal(recipe.ask("GET", "/api/notes", dict(ada, **{
        "X-User": "2"})).json()[0]["text"], "new", "what is sent is no user")
    equal(note("DELETE", of_other, other).status, 204, "and goes")
    recipe.stop()


@section
def move_an_old_service():
    recipe = Recipe("Move an old service, route by route")

    equal(recipe.ask("GET", "/api/users/1").json(),
          {"id": 1, "name": "Ada"}, "a route that has moved")
    for method, path in [("GET", "/api/posts"), ("DELETE", "/api/users/1"),
                         ("GET", "/api/users/ada")]:
        equal(recipe.ask(method, path).body.decode(),
              "old %s %s user=None\n" % (method, path),
              "%s %s is the old service's" % (method, path))
    equal(recipe.ask("GET", "/api/users/99").status, 404,
          "no such row is the route's 404")
    recipe.stop()


@section
def sql_in_files():
    recipe = Recipe("SQL with quotes, in files")

    equal(recipe.ask("GET", "/api/users?q=ada").json(),
          [{"id": 1, "name": "Ada", "e-mail": "ada@example.com"}],
          "what the file says")
    equal(recipe.ask("GET", "/api/users?q=o%5Cbrien").json()[0]["name"],
          "O'Brien", "a backslash is a backslash")
    equal(recipe.ask("GET", "/api/users?q=%27--").json(), [],
          "a quote in a value is a value")
    recipe.stop()


@section
def secrets():
    title = "Secrets: a file, or systemd's environment"
    recipe = Recipe(title, DATABASE_URL=postgres.uri)

    equal(recipe.ask("GET", "/api/users").json()[0], {"id": 1, "name": "Ada"},
          "env:")
    recipe.stop()

    # the sh of the page, with the file that it reads
    text = recipes()[title]
    variable = re.search(r"(?m)^    (DATABASE_URL=)", text).group(1)
    recipe.nginx.write("api.env", "%s'%s'\n" % (variable, postgres.uri))
    command = re.search(r"(?m)^    sudo (sh -c '.*nginx -t')$", text).group(1)
    command = command.replace("/etc/nginx/api.env",
                              recipe.nginx.path("api.env"))
    command = command.replace("nginx -t'", " ".join(
        recipe.nginx.command("-t")) + "'")
    run = subprocess.run(command, shell=True, stdin=subprocess.DEVNULL,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                         text=True, check=False)
    equal(run.returncode, 0, "nginx -t by hand, with the file of systemd",
          run.stdout)


@section
def rate_limit():
    recipe = Recipe("A rate limit for each API key")

    def burst(headers):
        return [recipe.ask("GET", "/api/users/1", headers)
                for _ in range(12)]

    answers = burst({"X-Api-Key": "one"})
    equal(answers[0].status, 200, "the first")
    refused = [answer for answer in answers if answer.status == 429]
    ok(refused, "one of many is refused")
    equal(refused[0].json()["code"], "rate_limit", "with a problem")
    ok(refused[0]["Retry-After"], "and Retry-After")
    equal(recipe.ask("GET", "/api/users/1", {"X-Api-Key": "two"}).status, 200,
          "another key has its own")
    ok(429 in [answer.status for answer in burst({})],
       "without a key the address is counted")
    recipe.stop()


@section
def compressed():
    recipe = Recipe("gzip")

    answer = recipe.ask("GET", "/api/numbers", {"Accept-Encoding": "gzip"})
    equal(answer["Content-Encoding"], "gzip", "is compressed")
    equal(len(json.loads(gzip.decompress(answer.body))), 1000, "and whole")
    equal(answer["Vary"], "Accept-Encoding", "and says so to caches")
    recipe.stop()


@section
def tls():
    recipe = Recipe("TLS")

    answer = recipe.ask("POST", "/api/users/1?a=b", body=b"")
    equal(answer.status, 308, "to https, with method and body")
    equal(answer["Location"], "https://localhost:%d/api/users/1?a=b"
          % recipe.tls_port, "the same path")

    context = ssl.create_default_context(cafile=recipe.nginx.path("api.crt"))
    for path, status in [("/api/users/1", 200), ("/api/users/99", 404)]:
        client = http.client.HTTPSConnection("localhost", recipe.tls_port,
                                             context=context, timeout=20)
        client.request("GET", path)
        answer = client.getresponse()
        equal(answer.status, status, "%s over TLS" % path)
        equal(answer.headers["Strict-Transport-Security"],
              "max-age=31536000", "with HSTS")
        client.close()
    recipe.stop()


@section
def cors():
    recipe = Recipe("CORS")
    origin = {"Origin": "https://app.example.com",
              "Access-Control-Request-Method": "POST",
              "Access-Control-Request-Headers": "content-type"}

    for path in ("/api/users", "/api/users/1"):
        answer = recipe.ask("OPTIONS", path, origin)
        ok(200 <= answer.status < 300, "a preflight of %s is 2xx" % path,
           answer.status)
        equal(answer["Access-Control-Allow-Origin"],
              "https://app.example.com", "which allows the origin")
        like(answer["Access-Control-Allow-Methods"], "POST", "the method")
        like(answer["Access-Control-Allow-Headers"], "Content-Type",
             "the header")
        equal(answer["Access-Control-Max-Age"], "600", "for a while")

    for path, status in [("/api/users/1", 200), ("/api/users/99", 404)]:
        answer = recipe.ask("GET", path, {"Origin": origin["Origin"]})
        equal((answer.status, answer["Access-Control-Allow-Origin"],
               answer["Vary"]), (status, origin["Origin"], "Origin"),
              "%s may be read" % path)

    answer = recipe.ask("GET", "/api/users/1",
                        {"Origin": "https://evil.example"})
    equal([name for name, _ in answer.headers if "access" in name.lower()],
          [], "another origin is told nothing")
    recipe.stop()


@section
def caching():
    recipe = Recipe("Caching headers")

    answer = recipe.ask("GET", "/api/users/1")
    equal(answer["Cache-Control"], "max-age=60", "expires")
    ok(answer["Expires"], "and its date")
    equal(recipe.ask("GET", "/api/users/99")["Cache-Control"], None,
          "not of an error")
    for path, status in [("secret", 200), ("guessed", 404)]:
        answer = recipe.ask("GET", "/api/sessions/" + path)
        equal((answer.status, answer.all("Cache-Control")),
              (status, ["private, no-store"]), "private, always")
    recipe.stop()


@section
def log():
    recipe = Recipe("A log in JSON")
    answer = recipe.ask("GET", "/api/users/1")
    problem = recipe.ask("GET", "/api/users/99").json()
    recipe.stop()

    with open(recipe.nginx.path("logs/api.log"), encoding="utf-8") as lines:
        good, bad = [json.loads(line) for line in lines]
    equal((good["route"], good["status"], good["error"], good["user"]),
          ("GET /api/users/:id", 200, "", "1"), "a success")
    equal(good["request_id"], answer["X-Request-Id"], "the client's id")
    like(good["db_time"], r"^\d+\.\d{3}$", "the database's time")
    equal((bad["status"], bad["error"], bad["request_id"]),
          (404, "no_row", problem["request_id"]), "a failure")


@section
def health():
    recipe = Recipe("Health checks")
    equal(recipe.ask("GET", "/health/live").status, 204, "live")
    answer = recipe.ask("GET", "/health/ready")
    equal((answer.status, answer.json()), (200, True), "ready")
    recipe.ask("GET", "/api/users/1")
    recipe.stop()
    with open(recipe.nginx.path("logs/access.log"), encoding="utf-8") as text:
        lines = text.read()
    ok("/api/users/1" in lines and "/health" not in lines,
       "health leaves no line in the log", lines)


def finish():
    equal(sorted(set(recipes()) - asked), [], "each recipe was asked")
    for nginx in nginxes:
        equal(nginx.alerts(), [], "%s: nothing at [alert]" % nginx.name)
        equal([line for line in nginx.log().splitlines()
               if "[warn]" in line and "low address bits" not in line], [],
              "%s: nginx warns of nothing" % nginx.name)


if __name__ == "__main__":
    tap.run(finish)
