"""api_cors in a real Chromium: which pages may send what, and read what.

    t/lib/run-suite t/browser/cors.py

Beside the suite, as it needs the package chromium: without it nothing is
tried, and that is said.  Pages of three origins ask the API by fetch(), for
each method, header and kind of credentials, and whatever it answers; what a
page got, or that the browser has refused it, is compared with the table.
"""

import http.server
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import tokens
from server import SCRATCH, Nginx, Postgres, free_port
from tap import equal, ok, section

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

if CHROMIUM is None:
    print("1..0 # SKIP there is no chromium: apt install chromium")
    sys.exit(0)

LISTED, OTHER = free_port(), free_port()

postgres = Postgres("browser_cors")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text NOT NULL)", "INSERT INTO things VALUES (1, 'one')")

ROUTES = """
    api_route GET    /things/:id { api_query one "SELECT id, name FROM things WHERE id = $id"; api_header X-Own own; }
    api_route PUT    /things/:id {
        api_body { name string required; }
        api_query one "UPDATE things SET name = $name WHERE id = $id RETURNING id, name";
    }
    api_route DELETE /things/:id { api_query exec "DELETE FROM things WHERE id = $id AND id > 1"; }
    api_route GET    /denied     { deny all; api_query value "SELECT 1"; }
    api_route GET    /token      { api_jwt on; api_query value "SELECT 1"; }
    api_route GET    /returned   { return 429; }
    api_route GET    /param      { api_param tenant string in=header; api_query value "SELECT coalesce($tenant, 'none')"; }
"""

KEY = "k" * 40

nginx = Nginx("browser_cors", env={"CORS_KEY": KEY})
nginx.configure("""
    api_postgres app { primary "%s"; }
    api_jwt { key env:CORS_KEY; audience any; required off; }
""" % postgres.uri, """
    location /listed { api_cors http://127.0.0.1:%(listed)d { headers X-Trace; expose X-Request-Id X-Own; } %(routes)s }
    location /cookie { api_cors http://127.0.0.1:%(listed)d { headers X-Trace; credentials on; } %(routes)s }
    location /any    { api_cors * { headers X-Trace; } %(routes)s }
    location /none   { api_database app; %(routes)s }
""" % {"listed": LISTED, "routes": ROUTES}, main="env CORS_KEY;")
nginx.start()

PAGE = """<!doctype html><meta charset=utf-8><title>asks</title><script>
async function ask(c) {
    try {
        const answer = await fetch(c.url, {method: c.method, headers: c.headers, credentials: c.credentials,
                                           body: c.body, cache: "no-store"});
        return {status: answer.status, text: await answer.text(), id: answer.headers.get("X-Request-Id") !== null,
                own: answer.headers.get("X-Own")};
    } catch (error) {
        return {refused: String(error)};
    }
}
(async () => {
    const cases = await (await fetch("/cases")).json();
    const got = [];
    for (const c of cases) {
        got.push(await ask(c));
    }
    await fetch("/got", {method: "POST", body: JSON.stringify(got)});
})();
</script>"""


class Site(http.server.ThreadingHTTPServer):
    """The site whose page asks: /, the cases, and where it tells what it got."""

    def __init__(self, port, cases):
        super().__init__(("127.0.0.1", port), Page)
        self.cases, self.got, self.told = cases, None, threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        text = json.dumps(self.server.cases) if self.path == "/cases" else PAGE
        kind = "application/json" if self.path == "/cases" else "text/html"
        self.answer(kind, text.encode())

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.got = json.loads(self.rfile.read(length))
        self.answer("text/plain", b"")
        self.server.told.set()

    def answer(self, kind, body):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def browse(port, cases):
    """What a page of that port's origin gets."""
    site = Site(port, cases)
    folder = tempfile.mkdtemp(dir=SCRATCH)
    browser = subprocess.Popen(
        [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-extensions",
         "--disable-background-networking", "--disable-dev-shm-usage", "--user-data-dir=" + folder,
         "--remote-debugging-port=0", "http://127.0.0.1:%d/" % port],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        ok(site.told.wait(240), "the page has told what it got")
    finally:
        browser.kill()
        browser.wait()
        site.shutdown()
        site.server_close()
        shutil.rmtree(folder, ignore_errors=True)
    return site.got or [{}] * len(cases)


# what is asked: method, path, body, and the status that the API answers
ASKED = [
    ("GET", "/things/1", None, 200),
    ("GET", "/things/9", None, 404),
    ("GET", "/things/x", None, 400),
    ("GET", "/nowhere", None, 404),
    ("GET", "/denied", None, 403),
    ("GET", "/token", None, 401),
    ("GET", "/returned", None, 429),
    ("PUT", "/things/1", {"name": "two"}, 200),
    ("PUT", "/things/1", {"nam": "two"}, 422),
    ("DELETE", "/things/1", None, 404),
    ("PATCH", "/things/1", {"name": "x"}, 405),
]
HEADERS = [{}, {"X-Trace": "t"}, {"X-Other": "o"}, {"Authorization": "Bearer none"}]
CREDENTIALS = ["omit", "include"]


def made(place):
    cases = []
    for (method, path, body, status), headers, credentials in itertools.product(ASKED, HEADERS, CREDENTIALS):
        sent = dict(headers)
        if body is not None:
            sent["Content-Type"] = "application/json"
        cases.append({"method": method, "url": "http://127.0.0.1:%d/%s%s" % (nginx.port, place, path),
                      "headers": sent, "credentials": credentials,
                      "body": None if body is None else json.dumps(body), "status": status})
    return cases


def preflighted(case):
    return case["method"] not in ("GET", "POST") or any(
        name in case["headers"] for name in ("X-Trace", "X-Other", "Authorization"))


def readable(place, listed, case):
    """May the page have the answer, by the standard (Fetch, 3.2 and 4.8)?"""
    if place == "none" or (place != "any" and not listed):
        return False
    if case["credentials"] == "include" and place != "cookie":
        return False
    if not preflighted(case):
        return True
    # nginx's own access comes before preflights, methods are the path's own
    return case["status"] not in (403, 405) and "X-Other" not in case["headers"]


def judge(port, place):
    cases = made(place)
    got = browse(port, cases)
    for case, answer in zip(cases, got):
        name = "%s /%s%s %s %s" % (case["method"], place, case["url"].split("/" + place, 1)[1],
                                   " ".join(case["headers"]) or "-", case["credentials"])
        if not readable(place, port == LISTED, case):
            ok("refused" in answer, name + ": refused by the browser", str(answer))
            continue
        status = case["status"]
        if "Authorization" in case["headers"] and case["url"].endswith("/token"):
            status = 401
        equal(answer.get("status"), status, name + ": readable")
        equal(answer.get("id"), True, name + ": with the request's id")


@section
def a_page_of_a_listed_origin():
    judge(LISTED, "listed")


@section
def with_credentials():
    judge(LISTED, "cookie")


@section
def any_origin():
    judge(OTHER, "any")


@section
def a_page_of_another_origin():
    judge(OTHER, "listed")
    judge(OTHER, "cookie")


@section
def without_api_cors():
    judge(LISTED, "none")


@section
def headers_of_a_route():
    cases = [{"method": "GET", "url": "http://127.0.0.1:%d/listed%s" % (nginx.port, path), "headers": headers,
              "credentials": "omit", "body": None}
             for path, headers in (("/param", {"Tenant": "a"}), ("/things/1", {"Tenant": "a"}),
                                   ("/token", {"Authorization": "Bearer " + tokens.signed({"sub": "1", "exp": 4102444800}, key=KEY)}))]
    got = browse(LISTED, cases)
    equal((got[0].get("status"), got[0].get("text")), (200, '"a"'), "its api_param in=header may be sent")
    ok("refused" in got[1], "of another route it may not", str(got[1]))
    equal(got[2].get("status"), 200, "a token needs no token for its preflight")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
