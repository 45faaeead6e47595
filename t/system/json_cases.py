"""The 318 cases of t/json through HTTP: what is JSON gets past the reader, what
is not is a 400 with its place, nothing is a 5xx.  The route wants an object
with a text, so that most good ones end as 422, which only a reader that took
them can say.
"""

import importlib.machinery
import importlib.util
import os
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import TOP, Nginx, Postgres
from tap import equal, ok, section

loader = importlib.machinery.SourceFileLoader(
    "corpus", os.path.join(TOP, "t/json/run"))
corpus = importlib.util.module_from_spec(
    importlib.util.spec_from_loader("corpus", loader))
loader.exec_module(corpus)

postgres = Postgres("json")
nginx = Nginx("json")

nginx.configure("api_postgres app { primary %s; }" % postgres.uri, """
    api_route POST /text {
        api_body { a string required; }
        api_query value "SELECT length($a)";
    }
""", workers=1)
nginx.start()


@section
def every_case():
    said = corpus.table()
    texts = corpus.cases()
    connection = wire.Connection(nginx.port)
    wrong, placeless = [], []
    taken = refused = 0

    for name, text in texts.items():
        want = said.get(name) or {"y": "taken", "n": "refused"}[name[0]]
        response = connection.request("POST", "/text", body=text)

        if want == "taken":
            taken += 1
            if response.status not in (200, 422):
                wrong.append((name, response.status))
            continue

        refused += 1
        problem = response.json()
        if (response.status, problem.get("code")) != (400, "not_json"):
            wrong.append((name, response.status))
        elif " line " not in problem["detail"]:
            placeless.append(name)

    equal(wrong, [], "each of %d is what docs/json.md says" % len(texts))
    equal(placeless, [], "each refusal says where")
    ok(taken > 100 and refused > 200, "%d taken, %d refused"
       % (taken, refused))


@section
def and_the_next_is_answered():
    response = wire.Connection(nginx.port).request(
        "POST", "/text", body=b'{"a":"\xf0\x9f\x98\x80"}')
    equal((response.status, response.body), (200, b"1"), "a good one")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
