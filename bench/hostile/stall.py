"""A client asks one worker for GET /ping all the time, while another posts what
is hard to read or to validate.  For each case: the longest time that a ping took
during one post, as the median of several posts, and the same for a body that
is only received.
"""

import importlib.machinery
import json
import multiprocessing
import os
import statistics
import sys
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(TOP, "t", "lib"))
sys.dont_write_bytecode = True

import wire
from server import Nginx, Postgres

MOST = float(os.environ.get("MOST", "10"))
POSTS = int(os.environ.get("POSTS", "7"))
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"


def schemas():
    """(name, schema, body) of bench/schema/worst, and small ones."""
    path = os.path.join(TOP, "bench", "schema", "worst")
    worst = importlib.machinery.SourceFileLoader("worst", path).load_module()
    yield from worst.cases()

    # below what goes to a thread by its size
    yield "32 KB: catastrophic pattern", {"items": {
        "pattern": "^(a+)+$"}}, ["a" * 30 + "!"] * 900
    yield "32 KB: one long catastrophe", {"pattern": "(x+x+)+y"}, "x" * 30000
    yield "32 KB: anyOf of 300, none fits", worst.tagged(300), \
        [{"t": 299}] * 3000
    yield "32 KB: hosts of 32 labels", {"items": {"format": "idn-hostname"}}, [
        ".".join(["\u00fc"] * 31)] * 300
    yield "32 KB: unique integers", {"uniqueItems": True}, list(range(5500))


def others():
    """(name, api_body, SQL, type, body)"""
    letters = "abcdefghijklmnopqrstuvwxyz"
    keys = ",".join('"%s%s%s%s":0' % (a, b, c, d) for a in letters
                    for b in letters for c in letters for d in "abcde")
    pairs = "&".join("k%d=1" % i for i in range(10000))

    yield "87880 keys, all taken", "additional=on { a int; }", "SELECT $body", \
        JSON, "{" + keys + "}"
    yield "the last of them twice", "additional=on { a int; }", \
        "SELECT $body", JSON, "{" + keys + ',"aaaa":0}'
    yield "none of them known", "{ a int; }", "SELECT 1", JSON, \
        "{" + keys + "}"
    yield "1 MB of escapes", "string", "SELECT length($body::text)", JSON, \
        '"' + "\\u00e4" * 170000 + '"'
    yield "90000 for an int[]", "{ l int[]; }", "SELECT cardinality($l::int[])", \
        JSON, '{"l":[' + ",".join(["1e2"] * 90000) + "]}"
    yield "90000 for a numeric[]", "{ l number[]; }", \
        "SELECT cardinality($l::numeric[])", JSON, \
        '{"l":[' + ",".join(["123456.5"] * 90000) + "]}"
    yield "40000 defaults", "array { a int default=1; b int default=2; }", \
        "SELECT jsonb_array_length($body)", JSON, \
        "[" + ",".join(["{}"] * 40000) + "]"
    yield "form: 10000 names", "additional=on { a int; }", "SELECT $body", \
        FORM, pairs
    yield "form: none of them known", "{ a int; }", "SELECT 1", FORM, pairs
    yield "form: 1 MB of escapes", "{ a string; }", "SELECT $a", FORM, \
        "a=" + "%61" * 330000
    yield "form: 1 MB of nothing", "{ a string; }", "SELECT $a", FORM, \
        "&" * 1000000


def all_cases():
    for name, schema, body in schemas():
        if isinstance(body, str) and body.startswith("RAW"):
            body = body[3:]
        else:
            body = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
        yield name, schema, "SELECT 1", JSON, body

    yield from others()


def configured(cases, nginx, postgres):
    routes = []

    for i, (_, rules, sql, _, _) in enumerate(cases):
        if not isinstance(rules, str):
            nginx.write("s%d.json" % i, json.dumps(rules))
            rules = "s%d.json" % i
        routes.append("    api_route POST /%d {\n        api_body %s\n"
                      "        api_query value \"%s\";\n    }\n" % (
                          i, rules + ("" if rules.endswith("}") else ";"),
                          sql))

    nginx.configure("api_postgres app { primary %s; }" % postgres.uri, """
    client_max_body_size 4m;
    api_max_body 4m;
    client_body_buffer_size 2m;
    api_body_type json form;
    keepalive_requests 100000000;
    location = /ping { return 200; }
    location = /discard { return 204; }
%s""" % "".join(routes), workers=1, level="error")


def post(port, jobs, answers):
    """Another process: (path, type, body) to (status, begin, end)."""
    for path, kind, body in iter(jobs.get, None):
        connection = wire.Connection(port, 60)
        begin = time.monotonic()
        response = connection.request("POST", path, body=body,
                                      headers={"Content-Type": kind})
        answers.put((response.status, begin, time.monotonic()))
        connection.close()


def watched(ping, jobs, answers, job):
    """(status, ms of the post, the longest ping while it lasted)"""
    times = []
    jobs.put(job)

    while answers.empty():
        begin = time.monotonic()
        ping.request("GET", "/ping")
        times.append((begin, time.monotonic()))
        time.sleep(0.0003)

    status, first, last = answers.get()
    during = [end - begin for begin, end in times
              if end > first and begin < last]

    return status, (last - first) * 1e3, max(during, default=0) * 1e3


def main(names):
    cases = [case for case in all_cases()
             if not names or any(name in case[0] for name in names)]
    postgres = Postgres("stall")
    nginx = Nginx("stall")
    configured(cases, nginx, postgres)
    nginx.start()

    jobs, answers = multiprocessing.Queue(), multiprocessing.SimpleQueue()
    poster = multiprocessing.Process(target=post, daemon=True,
                                     args=(nginx.port, jobs, answers))
    poster.start()
    ping = wire.Connection(nginx.port)
    late = 0

    for i, (name, _, _, kind, body) in enumerate(cases):
        body = body.encode()
        ms, status, longest = {}, {}, {}

        for path in ("/discard", "/%d" % i):
            runs = [watched(ping, jobs, answers, (path, kind, body))
                    for _ in range(POSTS)]
            status[path] = runs[0][0]
            ms[path] = statistics.median(run[1] for run in runs)
            longest[path] = statistics.median(run[2] for run in runs)

        path = "/%d" % i
        over = longest[path] > MOST
        late += over
        print("%-40s %7d bytes  %d in %6.1f ms  ping %5.2f ms, else %5.2f%s"
              % (name, len(body), status[path], ms[path], longest[path],
                 longest["/discard"], "  TOO LONG" if over else ""),
              flush=True)

    jobs.put(None)
    return 1 if late else 0


sys.exit(main(sys.argv[1:]))
