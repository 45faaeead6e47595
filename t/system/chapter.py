"""Chapters: steps that others bring, in each phase, with each answer.

t/lib/chapter.c is built as a module of its own and loaded behind ours, as
somebody else's would be.  test_step PHASE WORD says what its step does there:
ok, wait, never, done, error, 502 (a status of nginx's), 401, 403, 503 (the
client's error), wait-401 and so on.  $test_steps tells which have run.
"""

import os
import sys
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import server as services
import tap
import wire
from server import Nginx, Postgres
from tap import equal, like, ok, section, wait_until

MODULE = services.test_module("ngx_http_api_test_module", "t/lib/chapter.c")

if MODULE is None:
    print("1..0 # SKIP there is no build directory beside the module")
    sys.exit(0)

services.MODULES.append(MODULE)

PHASES = ["access", "input", "body", "work", "query", "answer"]
WORDS = ["ok", "wait", "done", "wait-done", "error", "502", "503", "wait-503",
         "never"]
PROBLEM = "application/problem+json"
BODY = 'api_body { n int required; }'
INSERT = 'api_query one "INSERT INTO things (n) VALUES ($n) RETURNING n"'

postgres = Postgres("chapter")
postgres.sql("CREATE TABLE things (n int)")


def routes():
    """/PHASE/WORD: a route whose step of that phase does that."""
    for phase in PHASES:
        for word in WORDS:
            yield """
            api_route POST /%s/%s {
                %s %s; api_timeout 300ms;
                test_step %s %s; test_step answer %s;
            }""" % (phase, word, BODY, INSERT, phase, word,
                    word if phase == "answer" else "ok")


nginx = Nginx("chapter")
nginx.configure("api_postgres app { primary %s; }" % postgres.uri, """
    add_header X-Steps $test_steps always;
    error_log %(log)s info;

    location /all {
        test_step access ok;
        api_route POST /n {
            %(BODY)s %(INSERT)s;
            test_step input ok; test_step body ok; test_step work ok;
            test_step query ok; test_step answer ok;
        }
        api_route POST /waits {
            %(BODY)s %(INSERT)s;
            test_step access wait; test_step input wait; test_step body wait;
            test_step work wait; test_step query wait; test_step answer wait;
        }
        api_route GET /none { api_query value "SELECT 1"; }
    }
    location /one { %(routes)s }

    location /shut {
        test_step access 401;
        api_route GET /n/:id<int> { api_query value "SELECT $id"; }
        api_route GET /file { empty_gif; }
        api_route GET /ok { api_query value "SELECT 1"; test_step access ok; }
        api_route GET /wait { api_query value "SELECT 1"; test_step access wait; }
        api_route GET /wait401 { api_query value "SELECT 1"; test_step access wait-401; }
        api_route GET /none { api_query value "SELECT 1"; test_step access done; }
        api_route GET /never { api_query value "SELECT 1"; test_step access never; api_timeout 300ms; }
        api_route GET /left { api_query value "SELECT 1"; test_step access never; }
        api_route GET /busy { api_query value "SELECT 1"; test_step access 503; }
        api_route GET /gateway { api_query value "SELECT 1"; test_step access 502; }
        api_route GET /error { api_query value "SELECT 1"; test_step access error; }
    }
    location /paged {
        test_step access 401;
        error_page 401 /sorry.html;
        api_route GET /n { api_query value "SELECT 1"; }
    }
    location /any {
        satisfy any;
        allow 127.0.0.1; deny all;
        api_route GET /allowed { api_query value "SELECT 1"; test_step access 401; }
        api_route GET /refused { deny all; api_query value "SELECT 1"; test_step access 403; }
        api_route GET /known { deny all; api_query value "SELECT 1"; test_step access ok; }
        api_route GET /waits { deny all; api_query value "SELECT 1"; test_step access wait; }
    }
    location /deny {
        deny all;
        api_route GET /known { api_query value "SELECT 1"; test_step access ok; }
    }
    location /plain { test_step access 401; root html; }
    location /pages { ssi on; ssi_types *; root html; }
    location /asks { auth_request /shut/n/1; root html; }
    location /asks-ok { auth_request /shut/wait; try_files /x.txt =404; root html; }
    location = /sorry.html { root html; }
""" % {"log": nginx.error_log, "BODY": BODY, "INSERT": INSERT,
       "routes": "".join(routes())}, workers=1)

for name, text in (("sorry.html", "sorry"),
                   ("x.txt", "x"), ("plain", "p"),
                   ("pages/shut", '[<!--# include virtual="/shut/n/1" -->]'),
                   ("pages/ok", '[<!--# include virtual="/shut/ok" -->]'),
                   ("pages/wait", '[<!--# include virtual="/shut/wait" -->'
                                  '|<!--# include virtual="/shut/wait401" -->'
                                  '|<!--# include virtual="/shut/wait" -->]'),
                   ("pages/file", '[<!--# include virtual="/shut/file" -->'
                                  '|<!--# include virtual="/shut/nothing" -->]')):
    nginx.write("html/" + name, text)

nginx.start()
client = wire.Connection(nginx.port)


def ask(method, path, **rest):
    return client.request(method, path, **rest)


def post(path):
    return ask("POST", path, json={"n": 1})


def stored():
    return int(postgres.rows("SELECT count(*) FROM things")[0][0])


def refused(answer, status, code, name):
    equal((answer.status, answer.type), (status, PROBLEM), name, answer)
    if answer.type == PROBLEM:
        said = answer.json()
        equal((said["status"], said["code"], said["request_id"]),
              (status, code, answer["X-Request-Id"]), name, said)


@section
def steps_run_in_the_order_of_their_phases():
    answer = post("/all/n")
    equal((answer.status, answer.json(), answer["X-Steps"]),
          (200, {"n": 1}, " ".join(PHASES)), "each once", answer)

    answer = post("/all/waits")
    equal((answer.status, answer.json(), answer["X-Steps"]),
          (200, {"n": 1}, " ".join(PHASES)), "all of them wait", answer)

    answer = ask("GET", "/all/none")
    equal((answer.status, answer["X-Steps"]), (200, "access"),
          "only those that a route uses", answer)


@section
def a_step_that_is_done_answers():
    for phase in PHASES[1:5]:
        for word in ("done", "wait-done"):
            before = stored()
            answer = post("/one/%s/%s" % (phase, word))
            equal((answer.status, answer.json(), answer["X-Steps"]),
                  (200, {"answered": phase}, phase + " answer"),
                  "%s %s: then the steps of the answer" % (phase, word), answer)
            equal(stored(), before + (phase == "query"),
                  "the statements have run before it" if phase == "query"
                  else "and no statement ran")

    for word in ("done", "wait-done"):
        answer = post("/one/answer/" + word)
        equal((answer.status, answer.json(), answer["X-Steps"]),
              (200, {"n": 1}, "answer"), "answer %s: as it is" % word, answer)

    answer = post("/one/access/done")
    equal((answer.status, answer.body, answer["X-Steps"]),
          (204, b"", "access answer"), "access done: without a body", answer)


@section
def the_body_of_a_request_that_is_done_early_is_not_taken_for_the_next():
    big = b'{"n": 1, "x": "' + b"x" * 200000 + b'"}'
    for _ in range(3):
        answer = ask("POST", "/one/input/done", body=big,
                     headers={"Content-Type": "application/json"})
        equal((answer.status, answer.json()), (200, {"answered": "input"}),
              "a large one", answer)
    equal(post("/one/body/ok").status, 200, "and the connection goes on")


@section
def a_step_that_refuses():
    for phase in PHASES:
        before = stored()
        for word in ("503", "wait-503"):
            answer = post("/one/%s/%s" % (phase, word))
            refused(answer, 503, "busy", "%s %s" % (phase, word))
            equal((answer["Retry-After"], answer["X-Steps"]), ("7", phase),
                  "with its time; nothing behind it", answer)
        refused(post("/one/%s/error" % phase), 500, "internal",
                phase + " error")
        answer = post("/one/%s/502" % phase)
        equal((answer.status, answer.type), (502, PROBLEM),
              phase + ": a status of nginx's", answer)
        wanted = before + (4 if phase in ("query", "answer") else 0)
        equal(stored(), wanted, "%s: %d rows more" % (phase, wanted - before))


@section
def the_deadline_ends_a_step_that_waits():
    for phase in PHASES[:5]:
        begun = time.monotonic()
        refused(post("/one/%s/never" % phase), 504, "timeout", phase)
        took = time.monotonic() - begun
        ok(0.2 < took < 5, "%s: in time" % phase, took)
        like(nginx.log(), r"test: %s forgotten, cancel 1" % phase,
             "it is forgotten")
        like(nginx.log(), r"api_timeout: .* in time, step test_%s" % phase,
             "and told")

    answer = post("/one/answer/never")
    equal((answer.status, answer.json()), (200, {"n": 1}),
          "what is written is told all the same", answer)
    like(nginx.log(), r"test: answer forgotten", "it is forgotten")

    refused(ask("GET", "/shut/never"), 504, "timeout", "of a location")


@section
def a_client_that_leaves():
    before = nginx.log().count("test: access forgotten, cancel 0")
    gone = wire.Connection(nginx.port)
    gone.send(b"GET /shut/left HTTP/1.1\r\nHost: x\r\n\r\n")
    time.sleep(0.2)
    gone.close()
    ok(wait_until(lambda: nginx.log().count(
        "test: access forgotten, cancel 0") == before + 1, 5),
       "its access step is forgotten")


@section
def access_comes_before_anything_that_tells_about_the_api():
    for method, path in (("GET", "/shut/n/1"), ("GET", "/shut/n/abc"),
                         ("OPTIONS", "/shut/n/1"), ("DELETE", "/shut/n/1"),
                         ("GET", "/shut/nothing"), ("GET", "/shut/file"),
                         ("GET", "/shut/wait401")):
        answer = ask(method, path)
        refused(answer, 401, "unauthorized", "%s %s" % (method, path))
        equal(answer.json()["detail"], "a test says so", "in its own words")
        ok(answer["WWW-Authenticate"], "and how to ask")

    equal([ask("GET", path).status for path in (
        "/shut/ok", "/shut/wait", "/shut/none", "/shut/gateway",
        "/shut/error")], [200, 200, 204, 502, 500], "a route's own word")
    refused(ask("GET", "/shut/busy"), 503, "busy", "another status")

    answer = ask("GET", "/paged/n")
    equal((answer.status, answer.body), (401, b"sorry"), "error_page", answer)
    answer = ask("GET", "/plain")
    equal((answer.status, answer.type), (401, "text/html"),
          "no API: nginx's page", answer)


@section
def satisfy():
    for path, status in (("/any/allowed", 200), ("/any/refused", 403),
                         ("/any/known", 200), ("/any/waits", 200),
                         ("/deny/known", 403)):
        equal(ask("GET", path).status, status, path)
    refused(ask("GET", "/any/refused"), 403, "forbidden", "in our words")


@section
def subrequests_are_asked_too():
    like(ask("GET", "/pages/shut").text, r'^\[\{.*"unauthorized".*\}\]$',
         "an include")
    equal(ask("GET", "/pages/ok").text, "[1]", "one that may")
    like(ask("GET", "/pages/wait").text, r'^\[1\|\{.*"unauthorized".*\}\|1\]$',
         "three that wait")
    like(ask("GET", "/pages/file").text,
         r'^\[\{.*"unauthorized".*\}\|\{.*"unauthorized".*\}\]$',
         "of what other handlers answer, or nobody")
    equal(ask("GET", "/asks/file").status, 401, "auth_request: refused")
    equal((ask("GET", "/asks-ok").text), "x", "auth_request: after a while")


@section
def a_reload_and_the_end():
    nginx.reload()
    equal(post("/all/waits").status, 200, "as before")
    client.close()
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert")


tap.run(None, sys.argv[1:])
