"""What PostgreSQL resolves with the declared type passes nginx -t, and what is
refused names a remedy that works: operators and casts of built-in types with a
parameter of every declared type on one side.  A part of them; API_OPERATORS=1
in the environment takes all of the 39,000, in two minutes.
"""

import os
import re
import subprocess
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

import tap
from server import Nginx, Postgres
from tap import equal, ok, section

STEP = 1 if os.environ.get("API_OPERATORS") else 13
BATCH = 2000                            # routes of one configuration

postgres = Postgres("operators")
nginx = Nginx("operators")

postgres.sql("CREATE TYPE mood AS ENUM ('sad', 'ok')", """
    CREATE FUNCTION resolves(statement text) RETURNS bool LANGUAGE plpgsql AS $$
        BEGIN EXECUTE statement; DEALLOCATE p; RETURN true; EXCEPTION WHEN others THEN RETURN false; END $$""")

# what a value of the declared type can be read as
DECLARED = {
    "int": ["int4", "int8", "numeric", "float8"], "bigint": ["int8", "numeric"],
    "number": ["numeric", "float8", "float4"], "bool": ["bool"], "string": ["text"], "uuid": ["uuid"],
    "date": ["date", "timestamp", "timestamptz"], "timestamp": ["timestamptz", "timestamp"], "time": ["time", "timetz"],
    "json": ["jsonb", "json"], "ipv4": ["inet", "cidr"],
}
DECLARED.update({name + "[]": [t + "[]" for t in types] for name, types in list(DECLARED.items())})

ARRAYS = ["int4[]", "text[]", "numeric[]", "timestamp[]", "timestamptz[]", "uuid[]", "int8[]", "jsonb[]", "date[]"]
RANGES = ["int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange"]
ELEMENTS = ["int4", "text", "numeric", "timestamp", "timestamptz", "uuid", "date", "int8"]

POLYMORPHIC = {
    "anyarray": ARRAYS, "anycompatiblearray": ARRAYS, "anyrange": RANGES, "anycompatiblerange": RANGES,
    "anymultirange": [r[:-5] + "multirange" for r in RANGES], "anyenum": ["mood"],
    "anyelement": ELEMENTS, "anycompatible": ELEMENTS,
}

INTEGERS = ("bigint", "integer", "smallint", "oid")


def meant(case, declared):
    """Refused though PostgreSQL takes it: what an index would be lost for, and
    a text whose own type tells the client what is wrong with it."""
    column, operator, side = case
    return (declared == "number" and column in INTEGERS and operator in ("=", "<>")
            or side == "cast" and declared in ("string", "string[]"))


def cases():
    """(type of the column, operator or "", "left", "right" or "cast")"""
    found = set()
    lines = postgres.sql("""
        SELECT oprleft::regtype || chr(9) || oprname || chr(9) || oprright::regtype FROM pg_operator
         WHERE oprkind = 'b' AND oprnamespace = 'pg_catalog'::regnamespace""").split("\n")

    for left, operator, right in (line.split("\t") for line in lines):
        for side, column in (("right", left), ("left", right)):
            for c in POLYMORPHIC.get(column, [column]):
                if not c.startswith("any") and c not in ("record", "cstring", "internal"):
                    found.add((c, operator, side))

    for line in postgres.sql("""
        SELECT oid::regtype FROM pg_type WHERE typtype IN ('b', 'r', 'm') AND typname !~ 'vector$|^_?pg_'
           AND typnamespace = 'pg_catalog'::regnamespace""").split("\n"):
        found.add((line, "", "cast"))

    # the kinds that people meet are all in it

    return [c for i, c in enumerate(sorted(found))
            if i % STEP == 0 or (c[1] in ("@>", "<@") and c[0] in RANGES)]


def sql(case, param):
    column, operator, side = case

    if side == "cast":
        return "SELECT (%s::%s) IS NULL AS a" % (param, column)

    left, right = (param, "c") if side == "left" else ("c", param)
    return "SELECT 1 AS a FROM (SELECT NULL::%s) t (c) WHERE (%s %s %s) IS NULL" % (column, left, operator, right)


def resolved(statements):
    """for each whether PostgreSQL prepares it"""
    text = "".join("SELECT resolves($q$%s$q$);\n" % s for s in statements)
    done = subprocess.run(
        [os.path.join(postgres.bin, "psql"), "-X", "-q", "-A", "-t", "-h", postgres.host, "-p", postgres.port, "-U",
         "app", "-d", postgres.database], input=text, capture_output=True, text=True,
        env=dict(os.environ, PGPASSWORD=postgres.app_password))
    return [line == "t" for line in done.stdout.split()]


def refusals(routes):
    """{index: sentence} of those (type, statement) that nginx -t refuses"""
    found = {}

    for first in range(0, len(routes), BATCH):
        nginx.configure('api_postgres app { primary "%s"; }' % postgres.uri, "\n".join(
            'api_route GET /r%d { api_param x %s; api_query many "%s"; }' % (i, declared, s.replace('"', '\\"'))
            for i, (declared, s) in enumerate(routes[first:first + BATCH], first)))

        for m in re.finditer(r'\[emerg\] api_query of "GET /r(\d+)": (.*?) in /.*', nginx.call("-t")[1]):
            found[int(m[1])] = m[2]

    return found


def remedies(case, declared, sentence):
    """what the sentence says to write: (type, statement) of each"""
    out = []

    for pattern in (r"declare it (\S+?)(?:,|$)", r", or (\S+) if it is one of"):
        m = re.search(pattern, sentence)
        if m:
            out.append((m[1], sql(case, "$x")))

    m = re.search(r", or write (.*) (?:if it|to look)", sentence)
    if m and m[1].startswith("$"):
        out.append((declared, sql(case, m[1])))
    elif m:
        out.append((declared, "SELECT 1 AS a FROM (SELECT NULL::%s) t (c) WHERE (c %s) IS NULL" % (case[0], m[1])))

    return out


@section
def operators():
    every = [(case, declared) for case in cases() for declared in DECLARED]

    asked = [(i, "PREPARE p(%s) AS %s" % (oid, sql(case, "$1")))
             for i, (case, declared) in enumerate(every) for oid in DECLARED[declared]]
    answers = resolved([statement for _, statement in asked])
    equal(len(answers), len(asked), "PostgreSQL has said of each whether it resolves")
    fine = {i for (i, _), good in zip(asked, answers) if good}

    refused = refusals([(declared, sql(case, "$x")) for case, declared in every])
    ok(len(refused) > len(every) / 2, "what does not fit is refused", len(refused))

    wrongly = ["%s: %s" % (every[i], refused[i]) for i in sorted(fine & set(refused))
               if not meant(*every[i])]
    equal(wrongly, [], "what PostgreSQL resolves passes, of %d" % len(fine))

    tried = [(i, remedy) for i in sorted(refused) for remedy in remedies(*every[i], refused[i])]
    without = [refused[i] for i in set(refused) - {i for i, _ in tried} if "operator does not exist" not in refused[i]]
    equal(without, [], "each refusal has a remedy, but where the operator has none")

    kinds = sorted({remedy for _, remedy in tried})
    failed = {kinds[i] for i in refusals(kinds)}
    equal(["%s: %s: %s" % (every[i], refused[i], remedy) for i, remedy in tried if remedy in failed], [],
          "and each works, of %d" % len(tried))


tap.run()
