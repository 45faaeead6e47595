"""Whatever an answer writes, an input of that type takes back: every type of
pg_type that a column may have, and those that users make, by JSON bodies, by
path segments and in lists.
"""

import json
import os
import re
import sys
import urllib.parse

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
import wire
from server import Nginx, Postgres
from tap import equal, ok, section

postgres = Postgres("roundtrip")

postgres.admin("CREATE EXTENSION hstore", "CREATE EXTENSION citext", "CREATE EXTENSION ltree",
               "CREATE EXTENSION cube", "CREATE EXTENSION isn")
postgres.sql(
    "CREATE TYPE mood AS ENUM ('glad', 'so, so', 'it''s \"bad\"', '', 'NULL')",
    "CREATE TYPE pair AS (a int, b text)",
    "CREATE TYPE kept AS (data bytea, at timestamp, zoned timestamptz, n numeric, tags text[],"
    " blobs bytea[], inner_pair pair, pairs pair[], doc jsonb, j json, ok bool, box box[], \"od\"\"d näme\" text)",
    "CREATE DOMAIN bytes AS bytea",
    "CREATE DOMAIN moment AS timestamp",
    "CREATE DOMAIN moments AS timestamp[]",
    "CREATE DOMAIN short AS varchar(5)",
    "CREATE DOMAIN shorter AS short CHECK (VALUE <> 'no')",
    "CREATE DOMAIN kept_domain AS kept",
    "CREATE TYPE timerange AS RANGE (subtype = time)",
    "CREATE TYPE blobrange AS RANGE (subtype = bytea)",
    "CREATE TYPE momentrange AS RANGE (subtype = moment)",
    "CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi)",
    "CREATE TABLE wide (id int, at timestamp, data bytea)",
    "CREATE TYPE nothing AS ()")

KEPT = ("ROW('\\x00ff', '2026-01-31 10:00:00.5', '2026-01-31 10:00+02', 1e-7, '{a,\"b,c\",NULL,\"NULL\",\"\"}',"
        " '{\"\\\\x01\",NULL,\"\\\\x\"}', ROW(1, 'x \"y\" \\ (z), {w}'),"
        " ARRAY[ROW(2, ''), ROW(NULL, NULL)]::pair[], '{\"a\": [1, \"x\\\\\"]}', '[1,2]', true,"
        " '{(2,2),(1,1)}', 'q')")

# type: values that it may have
TYPES = {
    "bool": ["true", "false"],
    "bytea": ["'\\x'", "'\\x00'", "'\\x00ff'", "'\\x00ff10'", "'\\x5c5c783031'", "'\\x5c'",
              "decode(repeat('fbff', 300), 'hex')"],
    '"char"': ["'a'", "'\\'", "'\"'", "''"],
    "name": ["'a'", "'a \"b\" \\ c'", "''"],
    "int8": ["9223372036854775807", "-9223372036854775808", "0"],
    "int2": ["32767", "-32768"],
    "int2vector": ["'1 2 -3'", "''"],
    "int4": ["2147483647", "-2147483648"],
    "regproc": ["'now'", "'0'"],
    "text": ["''", "' a '", "'NULL'", "'{a}'", "'[1]'", "'{\"a\":1}'", "E'\\n\\t\\\\ \"'", "'ä€😀'",
             "'2026-01-31T02:00:00+02:00'", "'\\x00'", "'null'", "'a+b%2B&c=d?#/e;f,g'"],
    "oid": ["0", "4294967295"],
    "tid": ["'(0,1)'"],
    "xid": ["'4294967295'"],
    "cid": ["'7'"],
    "oidvector": ["'1 2 4294967295'", "''"],
    "json": ["'{\"a\":[1,null,\"x\"],\"b\":{}}'", "'[1,2]'", "'\"x\"'", "'1.50'", "'true'",
             "'\"{\\\"a\\\":1}\"'", "'[]'"],
    "xml": ["'<a>x &amp; \"y\"</a>'", "''"],
    "point": ["'(1,2.5)'", "'(NaN,Infinity)'", "'(1e+300,-0.1)'"],
    "lseg": ["'[(1,2),(3,4)]'"],
    "path": ["'((1,2),(3,4))'", "'[(1,2),(3,4)]'"],
    "box": ["'(2,2),(1,1)'"],
    "polygon": ["'((1,2),(3,4),(5,6))'"],
    "line": ["'{1,-1,0}'"],
    "float4": ["0.1", "'NaN'", "'Infinity'", "'-Infinity'", "3.4028235e38", "1e-45", "'-0'"],
    "float8": ["0.1", "'NaN'", "'Infinity'", "'-Infinity'", "1.7976931348623157e308", "5e-324", "1e100", "'-0'"],
    "circle": ["'<(1,2),3>'"],
    "money": ["'$1,234.50'", "'-$0.01'", "0", "'-92233720368547758.08'"],
    "macaddr": ["'08:00:2b:01:02:03'"],
    "inet": ["'10.0.0.1'", "'10.0.0.1/8'", "'::1'", "'2001:db8::/32'", "'::ffff:1.2.3.4'"],
    "cidr": ["'10.0.0.0/8'", "'2001:db8::/32'"],
    "macaddr8": ["'08:00:2b:01:02:03:04:05'"],
    "aclitem": ["'app=r/app'"],
    "bpchar": ["'a  '", "''"],
    "varchar": ["'a  '"],
    "char(5)": ["'ab'"],
    "varchar(5)": ["'ab   '", "'äöüßé'"],
    "date": ["'2026-01-31'", "'infinity'", "'-infinity'", "'0044-03-15 BC'", "'12345-01-31'", "'4714-11-24 BC'",
             "'5874897-12-31'", "'0001-01-01'", "'0001-12-31 BC'", "'2000-02-29'"],
    "time": ["'10:00:00'", "'24:00:00'", "'00:00:00.000001'", "'23:59:59.999999'"],
    "timestamp": ["'2026-01-31 10:00:00'", "'2026-01-31 10:00:00.123456'", "'infinity'", "'-infinity'",
                  "'0044-03-15 12:00:00.5 BC'", "'12345-01-31 10:00:00'", "'4714-11-24 00:00:00 BC'",
                  "'294276-12-31 23:59:59.999999'", "'0001-01-01 00:00:00'", "'2000-02-29 23:59:59.9'"],
    "timestamptz": ["'2026-01-31 10:00:00+02'", "'2026-01-31 10:00:00.123456-15:59'", "'infinity'", "'-infinity'",
                    "'0044-03-15 12:00:00.5+00 BC'", "'12345-01-31 10:00:00+00'", "'4714-11-24 00:00:00+00 BC'",
                    "'294276-12-31 23:59:59.999999+00'", "'0001-01-01 00:00:00+00'"],
    "interval": ["'1 year 2 mons -3 days 04:05:06.789'", "'-00:00:01'", "'0'", "'178000000 years'"],
    "timetz": ["'10:00:00+02'", "'24:00:00+00'", "'24:00:00-15:59'", "'00:00:00.5+05:30'", "'10:00:00+02:30:15'"],
    "bit": ["B'1'"],
    "bit(5)": ["B'10101'"],
    "varbit": ["B''", "B'0110'"],
    "numeric": ["1.50", "'NaN'", "'Infinity'", "'-Infinity'", "1e-20", "123456789012345678901234567890.0001",
                "1e300", "-0.0"],
    "numeric(10,2)": ["1.5", "'NaN'"],
    "refcursor": ["'c'"],
    "regprocedure": ["'now()'", "'0'"],
    "regoper": ["'!!'", "'0'"],
    "regoperator": ["'+(integer,integer)'"],
    "regclass": ["'pair'", "'pg_class'", "'0'"],
    "regtype": ["'int4'", "'mood'", "'0'"],
    "uuid": ["'0188a1c2-9ff0-7abc-8def-0123456789ab'"],
    "txid_snapshot": ["'10:20:10,14,15'"],
    "pg_lsn": ["'16/B374D848'"],
    "tsvector": ["'''a''''b'':1A,2 c \"d\"'", "''"],
    "tsquery": ["'a & !b | (c <-> d:*A)'", "''"],
    "regconfig": ["'english'"],
    "regdictionary": ["'simple'"],
    "jsonb": ["'{\"a\": [1, null, \"x\\\\y\"], \"b\": {}}'", "'\"x\"'", "'1.50'", "'false'", "'[]'"],
    "int4range": ["'[1,5)'", "'empty'", "'(,)'", "'[1,)'"],
    "numrange": ["'[1.5,2)'", "'(,2]'"],
    "tsrange": ["'[2026-01-31 10:00,2026-01-31 11:00:00.5)'", "'empty'", "'(,2026-01-31 10:00]'",
                "'[-infinity,infinity]'", "'[0044-03-15 10:00 BC,)'"],
    "tstzrange": ["'[2026-01-31 10:00+02,2026-01-31 11:00:00.5+02)'", "'empty'", "'(,)'"],
    "daterange": ["'[2026-01-31,infinity)'", "'empty'"],
    "int8range": ["'[1,9223372036854775807)'"],
    "jsonpath": ["'$.a[*] ? (@ > 1)'", "'$.\"a b\"'"],
    "regnamespace": ["'pg_catalog'"],
    "regrole": ["'app'"],
    "regcollation": ["'\"C\"'"],
    "int4multirange": ["'{[1,5),[7,9)}'", "'{}'"],
    "nummultirange": ["'{[1.5,2)}'"],
    "tsmultirange": ["'{[2026-01-31 10:00,2026-01-31 11:00),[2026-02-01 00:00,)}'", "'{}'"],
    "tstzmultirange": ["'{[2026-01-31 10:00+02,2026-01-31 11:00+02)}'", "'{}'"],
    "datemultirange": ["'{[2026-01-31,2026-02-03)}'"],
    "int8multirange": ["'{[1,2)}'"],
    "pg_snapshot": ["'10:20:10,14,15'"],
    "xid8": ["'18446744073709551615'"],
    # users' own, and those of extensions
    "hstore": ["'a=>1, \"b c\"=>NULL, \"d\\\"\"=>\"\"'", "''"],
    "citext": ["'aB'"],
    "ltree": ["'Top.Science'"],
    "lquery": ["'*.a|b{1,}'"],
    "cube": ["'(1,2),(3,4)'"],
    "isbn": ["'978-0-393-04002-9'"],
    "mood": ["'glad'", "'so, so'", "'it''s \"bad\"'", "''", "'NULL'"],
    "pair": ["ROW(1, 'x')", "ROW(NULL, '')", "ROW(1, 'x \"y\" \\ (z), {w}')", "ROW(NULL, NULL)"],
    "kept": [KEPT, "ROW(" + ", ".join(["NULL"] * 13) + ")",
             "ROW('\\x', 'infinity', '-infinity', 'NaN', '{}', '{}', NULL, '{}', '1', '\"x\"', false, '{}', '')"],
    "wide": ["ROW(1, '2026-01-31 10:00', '\\x5c')"],
    "nothing": ["ROW()"],
    "bytes": ["'\\x00ff10'"],
    "moment": ["'2026-01-31 10:00:00.5'", "'infinity'"],
    "moments": ["'{2026-01-31 10:00:00.5,infinity,NULL}'", "'{}'", "'{{2026-01-31 10:00},{2026-01-31 11:00}}'"],
    "short": ["'äöüßé'"],
    "shorter": ["'ab'"],
    "kept_domain": [KEPT],
    "timerange": ["'[10:00,24:00]'", "'empty'"],
    "blobrange": ["'[\"\\\\x00\",\"\\\\x5c\")'", "'empty'", "'(,)'"],
    "momentrange": ["'[2026-01-31 10:00,2026-01-31 11:00)'"],
    "floatrange": ["'[0.1,Infinity]'"],
    "timemultirange": ["'{[10:00,11:00),[12:00,24:00]}'"],
    "blobmultirange": ["'{[\"\\\\x00\",\"\\\\x01\"),[\"\\\\x5c\",\"\\\\xff\")}'", "'{}'"],
}

# what cannot be a column's, or takes no value from outside
NEVER = {"pg_node_tree", "pg_ndistinct", "pg_dependencies", "pg_mcv_list", "pg_brin_bloom_summary",
         "pg_brin_minmax_multi_summary", "gtsvector"}


def base(name):
    return re.sub(r"\(.*", "", name).strip('"')


class Case:
    """A column of a type and its values."""

    def __init__(self, number, type, values):
        self.type = type
        self.table = "t_%d" % number
        self.values = values
        self.where = "/%d" % number

    def sql(self):
        rows = ", ".join("(%d, (%s)::%s)" % (i, value, self.type) for i, value in enumerate(self.values))
        return ("CREATE TABLE %s (id int PRIMARY KEY, v %s); INSERT INTO %s VALUES %s, (999, NULL)"
                % (self.table, self.type, self.table, rows))

    def routes(self):
        return """
            location %(where)s {
                api_route GET /get/:id<int> { api_query one "SELECT v FROM %(table)s WHERE id = $id"; }
                api_route POST /put/:id<int> {
                    api_body any.json;
                    api_query exec "INSERT INTO %(table)s VALUES ($id + 1000, $v)";
                }
                api_route GET /path/:v {
                    api_query value "SELECT array(SELECT id FROM %(table)s WHERE id < 1000 AND
                                     v::text = ($v::%(type)s)::text ORDER BY id)";
                }
            }
        """ % {"where": self.where, "table": self.table, "type": self.type.replace('"', '\\"')}


def cases():
    number = 0
    for type, values in TYPES.items():
        yield Case(number, type, values)
        number += 1
        casts = ["(%s)::%s" % (value, type) for value in values]
        whole = "ARRAY[" + ", ".join(casts + ["NULL"]) + "]::%s[]" % type
        items = [whole, "'{}'"]
        # jsonb and vectors have arrays inside, which are no dimensions
        items += ["ARRAY[[%s], [%s]]::%s[]" % (casts[0], casts[-1], type)] if type not in (
            "json", "jsonb", "int2vector", "oidvector", "moments") else []
        yield Case(number, type + "[]", items)
        number += 1


every = list(cases())

nginx = Nginx("roundtrip")
postgres.sql("; ".join(case.sql() for case in every))
postgres.sql(
    "CREATE TABLE log (id serial PRIMARY KEY, at timestamp, zoned timestamptz, day date, t time, tz timetz,"
    " ats timestamp[], span tsrange, note text, m moment, data bytea, blobs bytea[], p pair, ps pair[])")

nginx.write("any.json", json.dumps({"type": "object", "properties": {"v": {}}, "required": ["v"]}))
nginx.write("typed.json", json.dumps({"type": "object", "properties": {
    "at": {"type": "string", "format": "date-time"}, "zoned": {"type": "string", "format": "date-time"},
    "t": {"type": "string", "format": "time"}, "span": {"type": "string"},
    "ats": {"type": "array", "items": {"type": "string", "format": "date-time"}},
    "data": {"type": "string"}, "blobs": {"type": "array", "items": {"type": "string"}}}}))
MOMENTS = """
    location /moments {
        api_route GET /:id<int> { api_query one "SELECT * FROM log WHERE id = $id"; }
        api_route POST /declared {
            api_body { at timestamp; zoned timestamp; day timestamp; t time; tz time; ats timestamp[]; span string;
                       note timestamp; m timestamp; }
            api_query value "INSERT INTO log (at, zoned, day, t, tz, ats, span, note, m)
                             VALUES ($at, $zoned, $day, $t, $tz, $ats, $span, $note, $m) RETURNING id";
        }
        api_route POST /schema {
            api_body typed.json;
            api_query value "INSERT INTO log (at, zoned, t, ats, span, data, blobs)
                             VALUES ($at, $zoned, $t, $ats, $span, $data, $blobs) RETURNING id";
        }
        api_route POST /default {
            api_body { at timestamp default=2026-01-31T02:00:00+02:00;
                       ats timestamp[] default=2026-01-31T02:00:00+02:00,2026-01-31T02:00:00; }
            api_query value "INSERT INTO log (at, ats) VALUES ($at, $ats) RETURNING id";
        }
        api_route POST /bytes {
            api_body { data string; blobs string[]; p { a int; b string; } ps[] { a int; b string; } }
            api_query value "INSERT INTO log (data, blobs, p, ps) VALUES ($data, $blobs, $p, $ps) RETURNING id";
        }
        api_route POST /twice {
            api_body { data string; }
            api_query one "SELECT $data::text AS d" as=first;
            api_query value "INSERT INTO log (note, data) VALUES ($first.d, $data) RETURNING id";
        }
        api_route POST /items {
            api_body { items[] { at timestamp; ats timestamp[]; inner { at timestamp; } } }
            api_query one "SELECT array(SELECT at FROM jsonb_to_recordset($items) AS x(at timestamp)) AS at,
                           $body::jsonb AS body";
        }
        api_route POST /several {
            api_body array { at timestamp; }
            api_query value "SELECT array(SELECT at FROM jsonb_to_recordset($body) AS x(at timestamp))";
        }
        api_route POST /clocks {
            api_body { rows[] { c time; cs time[]; } }
            api_query one "SELECT array(SELECT c FROM jsonb_to_recordset($rows) AS x(c time)) AS plain,
                                  array(SELECT c FROM jsonb_to_recordset($rows) AS x(c timetz)) AS zoned,
                                  array(SELECT c FROM jsonb_to_recordset($body->'rows') AS x(c time)) AS body";
        }
        api_route GET /at/:at { api_query value "SELECT $at::timestamp"; }
        api_route GET /zoned/:at { api_query value "SELECT $at::timestamptz"; }
        api_route GET /time/:at { api_query value "SELECT $at::time"; }
        api_route GET /timetz/:at { api_query value "SELECT $at::timetz"; }
        api_route GET /typed/:at<timestamp> { api_query value "SELECT $at::timestamp"; }
        api_route GET /domain/:at { api_query value "SELECT $at::moment"; }
        api_route GET /bytes/:b { api_query value "SELECT $b::bytea"; }
        api_route GET /find {
            api_param at timestamp;
            api_param ats timestamp[];
            api_param late timestamp default=2026-01-31T02:00:00+02:00;
            api_param t time default=02:00:00+02:00;
            api_param b string;
            api_param bs string[];
            api_param p json;
            api_param boxes string[];
            api_query one "SELECT $at::timestamp AS at, $ats::timestamp[] AS ats, $late::timestamp AS late, $t::time AS t,
                           $b::bytea AS b, $bs::bytea[] AS bs, $p::pair AS p, $boxes::box[] AS boxes";
        }
        api_route GET /rows {
            api_query one "SELECT timestamptz '2026-01-31 10:00+02' AS at" as=row;
            api_query one "SELECT $row.at::timestamp AS at, $time_iso8601::timestamp > now() - interval '1 minute' AS now,
                           $time_iso8601::timestamp < now() + interval '1 minute' AS too";
        }
    }
"""

nginx.configure("variables_hash_max_size 4096; api_postgres app { primary %s; } api_postgres utc { primary %s; timestamps utc; }"
                % (postgres.uri, postgres.uri),
                "keepalive_requests 100000; large_client_header_buffers 8 64k;\n api_database app;" + "".join(case.routes() for case in every)
                + MOMENTS + MOMENTS.replace("location /moments {", "location /utc { api_database utc;"),
                workers=1)
nginx.start()
api = wire.Client(nginx.port)


@section
def all_types_are_here():
    rows = postgres.rows(
        "SELECT typname FROM pg_type t WHERE oid < 16384 AND typtype IN ('b', 'r', 'm')"
        " AND NOT EXISTS (SELECT 1 FROM pg_type e WHERE e.typarray = t.oid)"
        " AND typname !~ '^_' ORDER BY 1")
    equal(sorted({name for name, in rows} - {base(type) for type in TYPES} - NEVER), [],
          "each type that a column may have")


def told(case, i):
    response = api.get("%s/get/%d" % (case.where, i))
    if response.status != 200:
        raise RuntimeError("%s: %r" % (case.type, response))
    return response


@section
def by_body():
    for case in every:
        wrong = []
        for i in range(len(case.values)):
            sent = told(case, i).body
            response = api.request("POST", "%s/put/%d" % (case.where, i), body=sent,
                                   headers=[("Content-Type", "application/json")])
            if response.status != 204:
                wrong.append((case.values[i][:200], sent[:200], response.status, response.body[-200:]))
        equal(wrong, [], "%s: %d values by a body" % (case.type, len(case.values)))

    equal(postgres.rows(" UNION ALL ".join(
        "SELECT '%s', a.v::text, b.v::text FROM %s a LEFT JOIN %s b ON b.id = a.id + 1000"
        " WHERE a.id < 999 AND a.v::text IS DISTINCT FROM b.v::text"
        % (case.type, case.table, case.table) for case in every)), [], "and each is what it was")


def text_of(value, raw):
    """What stands for an answer's value in a URL."""
    return value if isinstance(value, str) else raw


@section
def by_path():
    for case in every:
        wrong = []
        for i in range(len(case.values)):
            body = told(case, i).body.decode()
            raw = body[len('{"v":'):-1]
            text = raw if case.type in ("json", "jsonb") else text_of(json.loads(raw), raw)
            if text in ("", ".", "..") or "/" in text:
                # no segment of a path
                continue
            response = api.get("%s/path/%s" % (case.where, urllib.parse.quote(text, safe="")))
            if response.status != 200 or i not in response.json():
                wrong.append((case.values[i][:200], text[:200], response.status, response.body[-200:]))
        equal(wrong, [], "%s: in a path" % case.type)


def sent(target, document, where="/moments"):
    """The row that a body makes, as it is read; or what was wrong."""
    response = api.post(where + target, json=document)
    if response.status != 200:
        return [(error["field"], error["code"]) for error in response.json()["errors"]]
    row = api.get("%s/%d" % (where, response.json())).json()
    return {name: value for name, value in row.items() if name != "id" and value is not None}


EAST, NAIVE, ZULU = "2026-01-31T02:00:00+02:00", "2026-01-31T00:00:00", "2026-01-31T00:00:00Z"
OUT = "2026-01-31T00:00:00+00:00"


@section
def zones():
    for document in ({"at": EAST, "zoned": EAST, "ats": [EAST, EAST], "m": EAST},
                     {"at": NAIVE, "zoned": NAIVE, "ats": [NAIVE, EAST], "m": NAIVE},
                     {"at": ZULU, "zoned": ZULU, "ats": [ZULU, NAIVE], "m": "2026-01-30 16:00:00-08"}):
        equal(sent("/declared", document), {"at": NAIVE, "zoned": OUT, "ats": [NAIVE, NAIVE], "m": NAIVE},
              "one moment: %s" % document["at"])
    equal(sent("/declared", {"day": "2026-01-31T02:00:00+05:00"}), {"day": "2026-01-30"}, "the day in UTC")
    equal(sent("/declared", {"t": "02:00:00+02:00", "tz": "02:00:00+02:00"}),
          {"t": "00:00:00", "tz": "02:00:00+02"}, "a time without a zone, and with one")
    equal(sent("/declared", {"t": "01:00:00.5+02", "tz": "01:00:00.5"}),
          {"t": "23:00:00.5", "tz": "01:00:00.5+00"}, "of the day before")
    equal(sent("/declared", {"t": "24:00:00", "tz": "24:00:00"}), {"t": "24:00:00", "tz": "24:00:00+00"}, "midnight")
    equal(sent("/declared", {"at": "infinity", "zoned": "-infinity"}), {"at": "infinity", "zoned": "-infinity"},
          "infinity")
    equal(sent("/declared", {"at": "0001-01-01T00:00:00+02:00"}), {"at": "0001-12-31 22:00:00 BC"}, "before the era")
    equal(sent("/declared", {"at": "2017-01-01T00:59:60+01:00"}), {"at": "2017-01-01T00:00:00"}, "a leap second")
    equal(sent("/declared", {"at": "2026-12-31T23:59:59.123456-00:30"}), {"at": "2027-01-01T00:29:59.123456"},
          "fractions, another year")
    equal(sent("/declared", {"span": "[%s,2026-01-31 03:00:00+02)" % EAST}),
          {"span": '["2026-01-31 00:00:00","2026-01-31 01:00:00")'}, "a range")
    equal(sent("/declared", {"note": EAST}), {"note": ZULU}, "a timestamp in a text")
    equal(sent("/declared", {"at": "2026-01-31", "zoned": "2026-01-31T10:00:00 CET", "ats": [EAST, "x"],
                             "t": "10:00 CET"}),
          [("/at", "format"), ("/zoned", "format"), ("/ats/1", "format"), ("/t", "format")], "what is none")
    equal(sent("/declared", {"span": "[2026-01-31 10:00 CET,)"}), [("/span", "format")], "a zone that is not known")

    equal(sent("/schema", {"at": EAST, "zoned": EAST, "ats": [EAST], "t": "02:00:00+02:00"}),
          {"at": NAIVE, "zoned": OUT, "ats": [NAIVE], "t": "00:00:00"}, "date-time of a schema")
    equal(sent("/default", {}), {"at": NAIVE, "ats": [NAIVE, "2026-01-31T02:00:00"]}, "defaults")

    for text in (EAST, NAIVE, ZULU, "2026-01-31 02:00:00+02", "2026-01-31"):
        for kind, want in (("at", NAIVE), ("typed", NAIVE), ("domain", NAIVE), ("zoned", OUT)):
            if (kind, text) != ("typed", "2026-01-31"):
                equal(api.get("/moments/%s/%s" % (kind, urllib.parse.quote(text))).json(), want,
                      "%s in a path, %s" % (text, kind))
    equal(api.get("/moments/at/2026-01-31%2010:00%20CET").status, 400, "with a zone's name, refused")
    equal(api.get("/moments/time/02:00:00+02:00").json(), "00:00:00", "a time in a path")
    equal(api.get("/moments/timetz/02:00:00").json(), "02:00:00+00", "and with a zone")

    east = urllib.parse.quote(EAST)
    equal(api.get("/moments/find?at=%s&ats=%s,2026-01-31T00:00:00&ats=%s" % (east, east, ZULU)).json(),
          {"at": NAIVE, "ats": [NAIVE, NAIVE, NAIVE], "late": NAIVE, "t": "00:00:00", "b": None, "bs": None, "p": None,
           "boxes": None}, "in a query, and by default")
    equal(api.get("/moments/rows").json(), {"at": "2026-01-31T08:00:00", "now": True, "too": True},
          "a column of an earlier row, a variable of nginx")


@section
def zones_in_json():
    response = api.post("/moments/items", json={"items": [
        {"at": EAST}, {"at": NAIVE, "ats": [EAST, ZULU], "inner": {"at": EAST}}, {"at": "infinity"}]})
    equal(response.json(), {"at": [NAIVE, NAIVE, "infinity"], "body": {"items": [
        {"at": ZULU}, {"at": ZULU, "ats": [ZULU, ZULU], "inner": {"at": ZULU}}, {"at": "infinity"}]}},
        "in arrays of objects, and $body")
    equal(api.post("/moments/several", json=[{"at": EAST}, {"at": ZULU}]).json(), [NAIVE, NAIVE],
          "in a body that is one")

    utc = ["00:00:00", "10:00:00", "01:30:00", "24:00:00"]
    equal(api.post("/moments/clocks", json={"rows": [
        {"c": "02:00:00+02:00", "cs": ["02:00:00+02:00"]}, {"c": "10:00:00"}, {"c": "00:00:00-01:30"},
        {"c": "24:00:00"}]}).json(),
        {"plain": utc, "zoned": [c + "+00" for c in utc], "body": utc}, "times of day, too")
    equal(api.get("/moments/at/2026-01-31T24:00:00Z").json(), "2026-02-01T00:00:00", "the end of a day")
    equal(api.get("/moments/typed/2026-01-31T24:00:00+02:00").json(), "2026-01-31T22:00:00", "elsewhere")
    for bc in ("0044-03-15T10:00:00 BC", "0044-03-15T10:00:00Z BC", "0044-03-15 10:00:00 BC"):
        equal(api.get("/moments/at/" + urllib.parse.quote(bc)).json(), "0044-03-15 10:00:00 BC", bc)


@section
def timestamps_utc():
    equal(sent("/declared", {"at": EAST, "zoned": EAST, "ats": [EAST], "m": EAST, "span": "[%s,)" % EAST}, "/utc"),
          {"at": ZULU, "zoned": OUT, "ats": [ZULU], "m": ZULU, "span": '["2026-01-31 00:00:00",)'},
          "timestamps utc: Z behind what has no zone")
    equal(sent("/schema", {"at": ZULU}, "/utc")["at"], ZULU, "which date-time takes")
    equal(sent("/declared", {"at": "infinity"}, "/utc"), {"at": "infinity"}, "but not behind infinity")


@section
def bytes_are_base64():
    equal(sent("/bytes", {"data": "AP8Q", "blobs": ["AA==", "AA", "", "XHgwMQ=="]}),
          {"data": "AP8Q", "blobs": ["AA==", "AA==", "", "XHgwMQ=="]}, "in and out")
    equal(postgres.sql("SELECT encode(data, 'hex') FROM log WHERE data IS NOT NULL ORDER BY id DESC LIMIT 1"),
          "00ff10", "as PostgreSQL has it")
    equal(sent("/schema", {"data": "AP8Q", "blobs": ["AA=="]}), {"data": "AP8Q", "blobs": ["AA=="]}, "of a schema")
    for text in ("\\x00", "A", "AA=", "AB==", "AP-_", "AP 8", "ä", "AP8Q\n"):
        equal(sent("/bytes", {"data": text}), [("/data", "format")], "%r is none" % text)
    equal(sent("/bytes", {"data": "!", "blobs": ["AA==", "!"]}), [("/data", "format"), ("/blobs/1", "format")],
          "all that is wrong, each in its place")
    equal(sent("/schema", {"data": "!", "blobs": ["AA==", "!"]}), [("/data", "format"), ("/blobs/1", "format")],
          "of a schema, too")
    equal(sent("/twice", {"data": "AP8Q"}), {"note": "AP8Q", "data": "AP8Q"}, "as text and as bytes")
    equal(api.get("/moments/bytes/AP8Q").json(), "AP8Q", "in a path")
    equal(api.get("/moments/find?b=%2B%2F%2B%2F").json()["b"], "+/+/", "in a query, escaped")
    equal(api.get("/moments/bytes/AP").json()["errors"][0]["field"], "b", "and refused with its name")
    equal(api.get("/moments/bytes/AP").status, 400, "as a parameter is")
    equal(api.get("/moments/find?b=AP8Q&bs=AA==,AP8&boxes=").json()["bs"], ["AA==", "AP8="], "in a list")
    response = api.get("/moments/find?b=%21&bs=AA==,%21")
    equal((response.status, [error["field"] for error in response.json()["errors"]]), (400, ["b", "bs"]), "and not")


@section
def rows_of_a_type():
    equal(sent("/bytes", {"p": {"a": 1, "b": "x"}, "ps": [{"a": 2}, {"b": ""}]}),
          {"p": {"a": 1, "b": "x"}, "ps": [{"a": 2, "b": None}, {"a": None, "b": ""}]}, "objects")
    equal(api.get("/moments/find?p=" + urllib.parse.quote('{"b":"x"}')).json()["p"], {"a": None, "b": "x"},
          "in a query")
    response = api.get("/moments/find?p=" + urllib.parse.quote('{"c":"x"}'))
    equal((response.status, response.json()["errors"][0]["field"]), (400, "p"), "with an unknown field")


tap.run()
