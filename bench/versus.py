"""Two builds of the module side by side: the same routes, in turns, in one run.

    t/lib/with-services bench/versus OLD.so NEW.so

GET of one row by its key, and an insert; requests a second and the CPU of
nginx and PostgreSQL for each, as medians of ROUNDS turns of SECONDS, and the
median ratio of a turn's two figures.  wrk keeps CONNECTIONS open.

OLD_CONF and NEW_CONF are lines for the server { } of either, with the same
module for both, what a directive costs:

    NEW_CONF='location = /metrics { api_metrics; }' bench/versus X.so X.so

ONLY=GET leaves out the insert.
"""

import os
import statistics
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(os.path.dirname(HERE), "t", "lib"))
sys.path.insert(0, HERE)
sys.dont_write_bytecode = True

os.environ.setdefault("TEST_NGINX_BINARY", "/usr/sbin/nginx")
os.environ.setdefault("TEST_NGINX_LOAD_MODULES", sys.argv[1])

import server
from turns import turn

ROUNDS = int(os.environ.get("ROUNDS", "7"))

ROUTES = """
    access_log off;
    location /b {
        api_route GET /users/:id {
            api_query one "SELECT id, name, email FROM users WHERE id = $id";
        }
        api_route POST /notes {
            api_body { text string required; }
            api_query one "INSERT INTO notes (text) VALUES ($text)
                           RETURNING id, text";
        }
    }
"""

POST = """
wrk.method = "POST"
wrk.body = '{"text":"a note of no great length"}'
wrk.headers["Content-Type"] = "application/json"
"""


def main():
    postgres = server.Postgres("versus")
    postgres.data = os.environ["TEST_NGINX_PG_DATADIR"]
    postgres.sql("CREATE TABLE users (id int PRIMARY KEY, name text,"
                 " email text)",
                 "INSERT INTO users SELECT i, 'name ' || i, i || '@example.org'"
                 " FROM generate_series(1, 10000) i",
                 "CREATE TABLE notes (id bigserial PRIMARY KEY, text text)",
                 "ANALYZE")
    postgres.admin("VACUUM FREEZE users")

    nginxes = []
    for n, module in enumerate(sys.argv[1:3]):
        server.MODULES[:] = [os.path.abspath(module)]
        nginx = server.Nginx("versus%d" % n)
        nginx.configure("api_postgres app { primary \"%s\"; }" % postgres.uri,
                        ROUTES + os.environ.get(("OLD_CONF", "NEW_CONF")[n],
                                                ""),
                        workers=2, level="error")
        nginx.start()
        nginxes.append(nginx)

    script = os.path.join(server.SCRATCH, "post.lua")
    with open(script, "w") as out:
        out.write(POST)

    for name, path, lua in (("GET /users/:id", "/users/42", None),
                            ("POST /notes", "/notes", script)):
        if not name.startswith(os.environ.get("ONLY", "")):
            continue
        for nginx in nginxes:
            turn(nginx, postgres, path, lua)
        got = []
        for n in range(ROUNDS):
            order = (0, 1) if n % 2 else (1, 0)
            pair = [None, None]
            for i in order:
                pair[i] = turn(nginxes[i], postgres, path, lua)
            got.append(pair)

        print(name)
        for i, word in enumerate(("old", "new")):
            print("  %s  %8.0f /s  %6.1f us" % (
                word, statistics.median(p[i][0] for p in got),
                statistics.median(p[i][1] for p in got)))
        print("  new : old  %.3f of the rate, %.3f of the CPU" % (
            statistics.median(p[1][0] / p[0][0] for p in got),
            statistics.median(p[1][1] / p[0][1] for p in got)))

    for nginx in nginxes:
        nginx.stop()


main()
