"""Bodies at their bounds and beyond: whatever comes is answered with the status it
deserves, never with a 5xx, and the next request is answered, too.
"""

import os
import re
import sys
import threading
import time

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import SLOW, Nginx, Postgres
from tap import equal, like, ok, section, unlike

JSON = "application/json"
FORM = "application/x-www-form-urlencoded"

postgres = Postgres("body_limits")
nginx = Nginx("body_limits")

nginx.write("numbers.json", '{"properties":{"n":{"items":{"type":"number"}}}}')

nginx.configure("api_postgres app { primary %s; }" % postgres.uri, """
    client_max_body_size 4m;
    api_max_body 4m;
    client_body_buffer_size 16k;
    api_body_type json form;
    api_timeout 10m;

    api_route POST /strict {
        api_body { a string; l int[] max=20000; o { b int; } }
        api_query one "SELECT $a AS a, cardinality($l::int[]) AS l, $o.b::int AS b";
    }
    api_route POST /open {
        api_body additional=on { a string default=x; }
        api_query value "SELECT (SELECT count(*) FROM jsonb_object_keys($body::jsonb))";
    }
    api_route POST /any { api_body json; api_query value "SELECT jsonb_typeof($body)"; }
    api_route POST /both { api_param p int required; api_body int[]; api_query value "SELECT $p::int + jsonb_array_length($body)"; }
    api_route POST /numbers { api_body number[]; api_query value "SELECT jsonb_array_length($body)"; }
    api_route POST /defaults {
        api_body array { a int default=1; b int default=2; c { d int; } }
        api_query value "SELECT jsonb_array_length($body)";
    }
    api_route POST /long {
        api_body array { a string default=%s; }
        api_query value "SELECT jsonb_array_length($body)";
    }
    api_route POST /dear {
        api_body { t string[] pattern="^(?:a|b|ab)*$"; }
        api_query value "SELECT cardinality($t)";
    }
    api_route POST /grow/array { api_body { n number[]; } api_query value "SELECT sum(length(x::text)) FROM unnest($n::numeric[]) x"; }
    api_route POST /grow/json { api_body { n json; } api_query value "SELECT length($n::jsonb::text)"; }
    api_route POST /grow/lists { api_body { n json[]; } api_query value "SELECT length($n::jsonb[]::text)"; }
    api_route POST /grow/file { api_body numbers.json; api_query value "SELECT length($n::numeric[]::text)"; }
    api_route POST /grow/form { api_body { n number; l number[]; } api_query value "SELECT length($n::numeric::text) + length($l::numeric[]::text)"; }
    api_route GET /grow/param {
        api_param n number in=query; api_param l number[] in=query; api_param j json in=query;
        api_param js json[] in=query; api_param h number in=header; api_param c number in=cookie;
        api_query value "SELECT concat($n::numeric, $l::numeric[], $j::jsonb, $js::jsonb[], $h::numeric, $c::numeric)";
    }
    api_route GET /grow/path/:p<number> { api_query value "SELECT $p::numeric"; }
    api_route GET /grow/any/:p { api_query value "SELECT $p::numeric"; }
    location /held {
        client_max_body_size 0;
        api_max_body 1000;
        api_route POST /body { api_body json; if ($arg_if) { set $x 1; } api_query value "SELECT 1"; }
        api_route POST /less { client_max_body_size 500; api_body json; api_query value "SELECT 1"; }
        api_route POST /more { api_max_body 2k; api_body json; api_query value "SELECT 1"; }
        api_route POST /none { api_query value "SELECT 1"; }
        api_route POST /proxied { proxy_pass http://unix:BACK; }
    }
    api_route POST /integers { api_body { l bigint[]; } api_query value "SELECT cardinality($l::bigint[])"; }
""".replace("BACK", nginx.path("back.sock")) % ("x" * 3000) + "}\nserver {"
                " listen unix:%s; client_max_body_size 0; return 200;"
                % nginx.path("back.sock"), workers=1)
nginx.start()


def get(path, headers):
    connection = wire.Connection(nginx.port, 60)
    response = connection.request("GET", path, headers)
    connection.close()
    return response


def ask(path, body, kind=JSON, **headers):
    connection = wire.Connection(nginx.port, 60)
    sent = {"Content-Type": kind}
    sent.update({key.replace("_", "-"): value
                 for key, value in headers.items()})
    response = connection.request("POST", path, body=body, headers=sent)
    connection.close()
    return response


def status(path, body, kind=JSON, **headers):
    return ask(path, body, kind, **headers).status


@section
def forms():
    many = b"&".join(b"k%d=1" % i for i in range(100000))
    equal(status("/strict", many, FORM), 400, "100,000 names")
    equal(status("/open", many, FORM), 400, "… where any may be")
    equal(status("/strict", b"&".join([b"a=1"] * 100000), FORM), 400,
          "one name 100,000 times")
    equal(status("/strict", b"&" * 3000000, FORM), 200, "3 MB of nothing")
    equal(status("/strict", b"=&" * 100000, FORM), 400, "names of nothing")

    at = b"&".join(b"k%d=1" % i for i in range(10000))
    response = ask("/strict", at, FORM)
    equal(response.status, 422, "10,000 unknown names")
    equal(len(response.json()["errors"]), 100, "… of which 100 are told")
    equal(ask("/open", at, FORM).body, b"10001", "10,000 that may be")

    same = b"&".join([b"l=1"] * 10000)
    equal(ask("/strict", same, FORM).json()["l"], 10000, "a list of 10,000")
    equal(status("/strict", b"a=" + b"%61" * 1000000, FORM), 200,
          "3 MB of escapes, from a file")
    equal(status("/strict", b"%00=1", FORM), 422, "NUL in a name")
    equal(status("/strict", b"a=%00", FORM), 422, "… and in a value")
    equal(status("/strict", b"a=x\0", FORM), 400, "a raw one")
    equal(status("/strict", b"a%3D=1&a%26=2", FORM), 422, "= and & escaped")
    equal(status("/strict", b"", FORM), 200, "an empty form")


@section
def documents():
    keys = b"{" + b",".join(b'"k%d":1' % i for i in range(90000)) + b"}"
    response = ask("/strict", keys)
    equal(response.status, 422, "90,000 unknown keys")
    equal(len(response.json()["errors"]), 100, "… of which 100 are told")
    equal(ask("/open", keys).body, b"90001", "90,000 that may be")

    equal(status("/any", b"[" * 32 + b"]" * 32), 200, "32 levels")
    equal(status("/any", b"[" * 33 + b"]" * 33), 400, "33 levels")
    equal(status("/any", b"[" * 1000000), 400, "a million brackets")
    equal(status("/any", b"[" + b"1," * 99998 + b"1]"), 200, "100,000 values")
    equal(status("/any", b"[" + b"1," * 200000 + b"1]"), 400, "200,000")
    equal(status("/any", b'"' + b"x" * 3000000 + b'"'), 200, "a long text")
    equal(status("/any", b'{"' + b"k" * 1000000 + b'":1,"a\\u0000":1}'), 422,
          "a long key beside a bad one")
    ok(len(ask("/any", b'{"' + b"/" * 100000 + b'":"\\u0000"}').body) < 2000,
       "a long key is cut in the pointer")


@section
def parameters_too():
    long = b"[" + b"1," * 20000 + b'"x"]'
    equal(ask("/both?p=x", long).errors(), {"p": "type", "/20000": "type"},
          "a body that a thread reads, and a parameter")
    equal(ask("/both", b"[" + b'"x",' * 20000 + b"1]").json()["errors"][0],
          {"in": "query", "field": "p", "code": "required",
           "message": "is required"}, "the parameter comes first")
    response = ask("/both", b"[" + b'"x",' * 20000 + b"1]")
    equal((response.status, len(response.json()["errors"])), (400, 100),
          "and there are no more than 100")
    equal(ask("/both?p=1", b"[" + b"1," * 20000 + b"1]").body, b"20002",
          "without a fault")


@section
def where_a_thread_takes_over():
    for n in (32767, 32768, 32769):
        equal(ask("/any", b'"' + b"x" * (n - 2) + b'"').body, b'"string"',
              "%d bytes" % n)
        equal(status("/any", b'"' + b"x" * (n - 1)), 400, "… unterminated")
        response = ask("/strict", b'{"a":1,"b":"' + b"x" * (n - 14) + b'"}')
        equal((response.status, response.errors()),
              (422, {"/a": "type", "/b": "unknown"}), "… and wrong")


def grow(text, n):
    return b"[" + b",".join([text] * n) + b"]"


@section
def numbers_that_grow():
    """PostgreSQL writes them without exponents."""
    answers = {}
    for path, name in (("/numbers", "a number[] as $body"), ("/any", "any JSON as $body"),
                       ("/grow/array", "a number[]"), ("/grow/json", "a json field"),
                       ("/grow/lists", "a json[]"), ("/grow/file", "a schema's file")):
        wrap = (lambda text: text) if path in ("/numbers", "/any") \
            else lambda text: b'{"n":' + text + b"}"

        def ask_for(text):
            response = ask(path, wrap(text))
            return response.status, [(e["code"], e["message"]) for e in
                                     response.json().get("errors", [])][:1] \
                if response.status >= 400 else None

        for text in (b"1e131071", b"-1E+131071", b"1e-16383", b"0e-16383", b"0e999999999", b"1e1000", b"1e-1000",
                     b"12345e997", b"1e99999999999999999999", b"-0.00001e-999"):
            equal(ask_for(grow(text, 1)), (422, [("format", "must have no more than 1000 digits when it is"
                                                  " written without an exponent")]),
                  "%s: %s" % (name, text.decode()))
        equal(ask_for(grow(b"1e131071", 4000))[0], 422, "%s: 36 kB of them" % name)

        for text in (b"1e999", b"1e-999", b"5e-324", b"1.7976931348623157e308", b"-2.2250738585072014E-308", b"0e999"):
            equal(ask_for(grow(text, 20))[0], 200, "%s: 20 times %s" % (name, text.decode()))

        # a little more than the bound, and a little less, of all together
        n = next(n for n in range(1, 1000) if 995 * n > 16 * len(wrap(grow(b"1e999", n))) + 65536)
        equal(ask_for(grow(b"1e999", n)),
              (422, [("format", "has, together with others, too many digits when it is written"
                      " without an exponent")]), "%s: %d times 1e999" % (name, n))
        equal(ask_for(grow(b"1e999", n - 1))[0], 200, "%s: one less" % name)
        equal(ask_for(grow(b"1.2345678901234567e-300", 10000))[0], 200,
              "%s: 10,000 doubles" % name)
        equal(ask_for(grow(b"1e20", 60000))[0], 200 if path != "/grow/nothing" else 0, "%s: 60,000 small ones" % name)

    equal([e["field"] for e in ask("/grow/json", b'{"n":{"a":[1,{"b":1e1000}]}}').json()["errors"]],
          ["/n/a/1/b"], "the place is told")
    equal(len(ask("/any", grow(b"1e999", 5000)).json()["errors"]), 1, "of all together one is")

    # forms, and what a client sends otherwise
    for text in ("1e131071", "-1E%2B131071", "1e-16383", "0e-16383", "1e1000", "0e999999999"):
        response = ask("/grow/form", ("n=" + text).encode(), FORM)
        equal((response.status, response.errors()), (422, {"/n": "format"}), "a form: " + text)
        response = ask("/grow/form", ("l=1&l=" + text).encode(), FORM)
        equal((response.status, response.errors()), (422, {"/l/1": "format"}), "a list in a form: " + text)

    plain = {"1e131071": "1e131071", "1e-16383": "1e-16383", "1e1000": "1e1000"}
    for text in plain:
        for target, headers, field in (
                ("/grow/param?n=" + text, {}, "n"), ("/grow/param?l=1," + text, {}, "l"),
                ("/grow/param?j=[1," + text + "]", {}, "j"), ("/grow/param?js=1," + text, {}, "js"),
               
                ("/grow/param", {"H": text}, "h"), ("/grow/param", {"Cookie": "c=" + text}, "c"),
                ("/grow/path/" + text, {}, "p"), ("/grow/any/" + text, {}, "p")):
            response = get(target, headers)
            equal((response.status, response.errors()), (400, {field: "format"}),
                  "%s %s: a 400 that names %s" % (target, headers, field))
    equal(get("/grow/param?n=1e999&l=5e-324,1e308&j=[1e999]&js=1,2", {"H": "1e999", "Cookie": "c=1e-999"}).status,
          200, "and shorter ones are taken")
    many = ",".join(["1e999"] * 150)
    for name in ("l=" + many, "l=" + many[:449] + "&l=" + many[:449], "j=[" + many + "]", "js=" + many):
        response = get("/grow/param?" + name, {})
        equal((response.status, list(response.errors().values())), (400, ["format"]), name[:20] + "…: too many")
    equal(get("/grow/param?l=" + ",".join(["1e20"] * 1000), {}).status, 200, "1,000 of 21 digits")

    # in the configuration
    for rule in ("api_param n number default=1e131071;", "api_param n number[] default=1,1e-16383;",
                 "api_param n json default=[1e1000];", "api_body { n number default=1e131071; }",
                 "api_body { n number[] default=1e131071; }", "api_body { n json default='{\"a\":1e131071}'; }"):
        other = Nginx("body_limits-conf")
        other.configure("api_postgres app { primary %s; check off; }" % postgres.uri,
                        "api_route POST /a { %s api_query value \"SELECT $n::text\"; }" % rule)
        status_, said = other.call("-t")
        ok(status_ != 0 and "default=" in said, "nginx -t refuses " + rule, said)


@section
def numbers():
    equal(status("/numbers", b"[1e131071]"), 422, "131,072 digits for 8")
    equal(status("/numbers", b"[" + b"9" * 131072 + b"]"), 200, "in full")
    equal(status("/numbers", b"[" + b"9" * 131073 + b"]"), 422, "and one")
    equal(status("/numbers", b"[0." + b"0" * 16382 + b"1]"), 200, "small, in full")
    equal(status("/numbers", b"[0." + b"0" * 16383 + b"1]"), 422, "smaller")
    equal(status("/integers", b'{"l":[' + b"1e131071," * 50000 + b"0]}"), 422,
          "integers that would be 6 GB when written out")
    equal(status("/integers", b'{"l":[1e18,-9.2e18,1.000]}'), 200, "in bounds")
    equal(status("/integers", b'{"l":[1e19]}'), 422, "out of bounds")
    equal(status("/integers", b'{"l":[1e' + b"9" * 100000 + b"]}"), 422,
          "an exponent of 100,000 digits")


@section
def defaults():
    equal(ask("/defaults", b"[" + b"{}," * 49999 + b"{}]").body, b"50000",
          "100,000 defaults")
    response = ask("/defaults", b"[" + b"{}," * 50000 + b"{}]")
    equal((response.status, response.errors()), (422, {"": "max_items"}),
          "two more")

    # each counts as 1 + 3000/32 values

    equal(ask("/long", b"[" + b"{}," * 1062 + b"{}]").body, b"1063",
          "3 MB of defaults")
    response = ask("/long", b"[" + b"{}," * 1063 + b"{}]")
    equal((response.status, response.errors()), (422, {"": "max_items"}),
          "3 KB more")


@section
def encodings():
    for coding in ("gzip", "deflate", "br", "x-gzip, identity", "aes128gcm"):
        response = ask("/any", b"{}", Content_Encoding=coding)
        equal((response.status, response["Accept-Encoding"]),
              (415, "identity"), coding)
    equal(status("/any", b"{}", Content_Encoding="identity"), 200, "identity")
    equal(status("/any", b"{}", Content_Encoding=""), 200, "none")


def resident(pid):
    """Megabytes of a process."""
    with open("/proc/%d/status" % pid) as file:
        return int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1)) >> 10


@section
def one_after_the_other():
    """Bodies that a thread reads, more than it has time for."""

    keys = b",".join(b'"k%d":[%d]' % (i, i) for i in range(49000))
    bodies = [
        ("/open", b"{" + keys + b"}", JSON),
        ("/open", b"{" + keys + b',"k7":1}', JSON),
        ("/strict", b"{" + keys + b"}", JSON),
        ("/strict", b"&".join(b"k%d=1" % i for i in range(9999)), FORM),
        ("/strict", b"&".join([b"l=1"] * 9999), FORM),
        ("/any", b'"' + b"x" * 1000000 + b'"', JSON),

        # small, and dear: it is begun at once, and finished by the thread
        ("/dear", b'{"t":["' + b"ab" * 2000 + b'"]}', JSON),
        ("/dear", b'{"t":["' + b'ab","' * 6000 + b'c"]}', JSON),
        ("/dear", b'{"t":["' + b"ab" * 9000 + b'c"]}', JSON)]

    alone = [ask(*body) for body in bodies]
    equal([answer.status for answer in alone],
          [200, 400, 422, 422, 200, 200, 200, 422, 422], "alone")
    equal([list(alone[i].errors().values()) for i in (7, 8)],
          [["pattern"], ["too_complex"]], "with these words")

    answers = [None] * 60

    def post(i):
        path, body, kind = bodies[i % len(bodies)]

        if i % 3 != 2:
            answers[i] = ask(path, body, kind)
            return

        # gone, while it waits or is read
        connection = wire.Connection(nginx.port)
        connection.send(b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: %s\r\n"
                        b"Content-Length: %d\r\n\r\n" % (
                            path.encode(), kind.encode(), len(body)) + body)
        time.sleep(0.01 * (i % 11))
        connection.reset()

    threads = [threading.Thread(target=post, args=(i,)) for i in range(60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    wrong = [i for i in range(60) if i % 3 != 2
             and (answers[i] is None
                  or (answers[i].status, without_id(answers[i].body))
                  != (alone[i % len(bodies)].status,
                      without_id(alone[i % len(bodies)].body)))]
    equal(wrong, [], "40 at once are answered as each alone, 20 went")

    if not SLOW:
        megabytes = resident(nginx.workers()[0])
        ok(megabytes < 150, "and the worker has %d MB" % megabytes)


@section
def what_is_held_in_memory():
    def sized(path, size, **headers):
        return ask("/held" + path, b'"' + b"x" * (size - 2) + b'"', **headers)

    for path, most, words in (
            ("/body", 1000, "at most 1000 bytes"),
            ("/body?if=1", 1000, "at most 1000 bytes"),
            ("/less", 500, "at most 500 bytes"),
            ("/more", 2048, "at most 2048 bytes (2 KiB)")):
        equal(sized(path, most).status, 200, "%s: %d bytes" % (path, most))
        response = sized(path, most + 1)
        equal((response.status, response.type),
              (413, "application/problem+json"), "and one more")
        equal(response.json()["detail"],
              "the body is larger than this path accepts: " + words, "in words")

        for size, wanted in ((most, 200), (most + 1, 413)):
            connection = wire.Connection(nginx.port)
            response = connection.request(
                "POST", "/held" + path, body='"' + "x" * (size - 2) + '"',
                chunked=100)
            connection.close()
            equal(response.status, wanted, "chunked, %d bytes" % size)
            if wanted == 413:
                like(response.json()["detail"], "at most %d bytes" % most,
                     "in words")

    connection = wire.Connection(nginx.port)
    connection.send(b"POST /held/body HTTP/1.1\r\nHost: x\r\n"
                    b"Content-Type: application/json\r\n"
                    b"Expect: 100-continue\r\n"
                    b"Content-Length: 1000000000\r\n\r\n")
    equal(connection.receive("POST").status, 413,
          "a length beyond is refused before anything is read")
    connection.close()

    for path in ("/none", "/proxied"):
        equal(sized(path, 100000).status, 200,
              path + ": what is not held is not bounded")


@section
def what_may_be_said_of_it():
    other = Nginx("body_limits_conf")

    def said(route="", server=""):
        other.configure("api_postgres app { primary %s; check off; }"
                        % postgres.uri, """%s
            api_route POST /a { %s api_body json; api_query value "SELECT 1"; }
        """ % (server, route))
        return other.call("-t")

    for value in ("0", "1025m", "off"):
        status_, text = said("api_max_body %s;" % value)
        ok(status_ != 0 and '"api_max_body" directive' in text, value, text)
    equal(said("api_max_body 1;")[0], 0, "1")
    like(said("client_max_body_size 2m;")[1],
         r"\[warn\].*POST /a: its client_max_body_size is more than"
         r" api_max_body 1048576, which holds .* in \S+nginx.conf:\d+",
         "a route's own size that does not hold")
    for route, server in (("", "client_max_body_size 0;"),
                          ("client_max_body_size 2m; api_max_body 2m;", ""),
                          ("client_max_body_size 1m;", ""),
                          ("client_max_body_size 2m;", "api_max_body 2m;")):
        unlike(said(route, server)[1], "client_max", "no warning: "
               + route + server)


def without_id(body):
    return re.sub(rb'"request_id":"[^"]*"', b"", body)


@section
def and_the_next_is_answered():
    equal(ask("/strict", b'{"a":"b","l":[1],"o":{"b":2}}').json(),
          {"a": "b", "l": 1, "b": 2}, "a good one")


def the_end():
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert, no report")


tap.run(the_end)
