"""The official suite of JSON Schema 2020-12 over HTTP: each schema is a file and
a route, each instance a body that PostgreSQL gives back as jsonb.  What is valid
is 200, what is not 422; the exceptions are those of docs/json-schema.md.

Bodies assert formats: what format.json takes as "only an annotation" is 422.
"""

import importlib.machinery
import importlib.util
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[0] = os.path.join(HERE, "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, Postgres
from tap import equal, ok, section

loader = importlib.machinery.SourceFileLoader("suite",
                                              os.path.join(HERE, "run"))
suite = importlib.util.module_from_spec(
    importlib.util.spec_from_loader("suite", loader))
loader.exec_module(suite)

# nginx does not start with a draft that is not this one
LEFT_OUT = {"optional/cross-draft.json"}

ANNOTATION = "is only an annotation by default"

postgres = Postgres("schema")
nginx = Nginx("schema")

folder = os.environ.get("SUITE") or suite.fetch()
exceptions = suite.read_exceptions()
groups = []

for path in suite.files(folder):
    name = os.path.relpath(path, os.path.join(folder, suite.DRAFT))
    if name in LEFT_OUT:
        continue
    with open(path, encoding="utf-8") as file:
        groups += [(name, group) for group in json.load(file)]

routes = []
os.makedirs(nginx.path("schemas"), exist_ok=True)

for number, (_, group) in enumerate(groups):
    with open(nginx.path("schemas/%d.json" % number), "w",
              encoding="utf-8") as file:
        json.dump(group["schema"], file)
    routes.append("""
    api_route POST /%d {
        api_body %s;
        api_query value "SELECT $body::jsonb";
    }""" % (number, os.path.relpath(nginx.path("schemas/%d.json" % number),
                                    os.path.dirname(nginx.conf))))

nginx.configure(
    "keepalive_requests 100000;\napi_postgres app { primary %s; }\n"
    "api_schema_path http://localhost:1234/ %s;"
    % (postgres.uri, os.path.abspath(os.path.join(folder, "remotes"))),
    "\n".join(routes), workers=1)
nginx.start()


@section
def every_case():
    connection = wire.Connection(nginx.port)
    wrong, count, excepted, annotated = [], 0, 0, 0

    for number, (name, group) in enumerate(groups):
        for test in group["tests"]:
            count += 1
            response = connection.request(
                "POST", "/%d" % number,
                body=json.dumps(test["data"]).encode())

            valid = test["valid"]

            if name == "format.json" and ANNOTATION in test["description"]:
                annotated += valid
                valid = False

            if response.status == (200 if valid else 422):
                continue

            case = (name, group["description"], test["description"])
            if case in exceptions:
                excepted += 1
            else:
                wrong.append(case + (response.status, response.body[:300]))

    equal(wrong, [], "%d instances of %d schemas, %d excepted"
          % (count, len(groups), excepted))
    ok(annotated > 15, "%d formats are asserted, not annotated" % annotated)
    ok(count > 1500, "the suite is whole")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
