"""deploy/prometheus and deploy/grafana: promtool takes the rules and their tests,
and a running Prometheus answers each query of dashboard and alerts from what
api_metrics writes; no metric is named that is not there.

    t/system/run dashboards
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys

sys.path[0] = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../lib")
sys.dont_write_bytecode = True

# behind that: http.py stands beside this file
import urllib.error
import urllib.parse
import urllib.request

import tap
import wire
from exposition import Scrape
from server import SCRATCH, TOP, Nginx, Postgres, free_port, running
from tap import equal, ok, section, wait_until

RULES = os.path.join(TOP, "deploy/prometheus")
NAME = re.compile(r"\b((?:http|db|api|nginx)_[a-z_]+)\b")

# words of expressions that look like metrics: labels
LABELS = {"http_route", "http_response_status_code", "http_request_method",
          "db_query_summary", "db_client_connection_pool_name", "db_namespace"}

with open(os.path.join(TOP, "deploy/grafana/api.json")) as source:
    dashboard = json.load(source)

postgres = Postgres("dashboards")
postgres.sql("CREATE TABLE things (id int PRIMARY KEY, name text UNIQUE)",
             "INSERT INTO things VALUES (1, 'one')")

nginx = Nginx("dashboards")
nginx.configure(
    "api_postgres app { primary %s; max_connections 4; min_connections 2; }"
    % postgres.uri, """
    location = /metrics { api_metrics; }
    location /api {
        api_route GET /things/:id<int> {
            api_query one "SELECT id, name FROM things WHERE id = $id";
        }
        api_route POST /things/:id<int> {
            api_query exec "INSERT INTO things VALUES ($id, 'one')";
        }
        api_route GET /wrong {
            api_query value "SELECT 1 / (id - 1) FROM things";
        }
    }
""")
nginx.start()


def ask(method, path):
    connection = wire.Connection(nginx.port)
    try:
        return connection.request(method, path)
    finally:
        connection.close()


def load():
    for method, path in [("GET", "/api/things/1"), ("GET", "/api/things/9"),
                         ("GET", "/api/things/x"), ("POST", "/api/things/1"),
                         ("GET", "/api/wrong"), ("GET", "/nowhere")]:
        ask(method, path)


def promtool(*arguments):
    done = subprocess.run(["promtool"] + list(arguments), text=True, cwd=RULES,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          timeout=120)
    return done.returncode, done.stdout


def panels():
    for panel in dashboard["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def alerts():
    """The rules of alerts.yml as Prometheus has read them."""
    for group in prometheus.ask("rules")["groups"]:
        for rule in group["rules"]:
            yield rule["name"], rule


class Prometheus:
    """With deploy/prometheus/scrape.yml, but for the address and the time."""

    def __init__(self):
        top = os.path.join(SCRATCH, "prometheus")
        os.mkdir(top)
        for path in glob.glob(os.path.join(RULES, "*.yml")):
            shutil.copy(path, top)
        path = os.path.join(top, "scrape.yml")
        with open(path) as config:
            text = config.read()
        text = text.replace("127.0.0.1:9145", "127.0.0.1:%d" % nginx.port)
        with open(path, "w") as config:
            config.write(text.replace("15s", "1s"))
        self.port = free_port()
        with open(os.path.join(top, "log"), "w") as log:
            self.process = subprocess.Popen(
                ["prometheus", "--config.file=" + path,
                 "--storage.tsdb.path=" + os.path.join(top, "data"),
                 "--web.listen-address=127.0.0.1:%d" % self.port],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        running.append(self)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def ask(self, what, **parameters):
        with urllib.request.urlopen(
                "http://127.0.0.1:%d/api/v1/%s?%s" % (
                    self.port, what, urllib.parse.urlencode(parameters)),
                timeout=20) as answer:
            return json.load(answer)["data"]

    def query(self, text):
        """Its result, or what is wrong with it."""
        try:
            return self.ask("query", query=text)["result"]
        except urllib.error.HTTPError as error:
            return error.read().decode()

    def scrapes(self):
        try:
            result = self.query('count_over_time(up{job="api"}[5m])')
        except OSError:
            return 0
        return int(result[0]["value"][1]) if result else 0


def filled(expression):
    for name, value in [("$route", ".*"), ("$instance", ".*"),
                        ("$__rate_interval", "1m")]:
        expression = expression.replace(name, value)
    return expression


@section
def promtool_takes_the_rules():
    for arguments in [("check", "config", "scrape.yml"),
                      ("check", "rules", "alerts.yml"),
                      ("test", "rules", "alerts.test.yml")]:
        code, text = promtool(*arguments)
        ok(code == 0, "promtool " + " ".join(arguments), text)
    with open(os.path.join(RULES, "alerts.test.yml")) as tests:
        told = set(re.findall(r"^ +alertname: (\w+)$", tests.read(), re.M))
    with open(os.path.join(RULES, "alerts.yml")) as rules:
        known = set(re.findall(r"^ +- alert: (\w+)$", rules.read(), re.M))
    equal(told, known, "each alert has a test in which it is told")


@section
def the_dashboard_is_whole():
    ids = [panel["id"] for panel in dashboard["panels"]]
    equal(len(ids), len(set(ids)), "panels have numbers of their own")
    places = set()
    for panel in dashboard["panels"]:
        box = panel["gridPos"]
        own = {(x, y) for x in range(box["x"], box["x"] + box["w"])
               for y in range(box["y"], box["y"] + box["h"])}
        ok(not own & places and box["x"] + box["w"] <= 24,
           panel["title"] + ": stands on no other one", box)
        places |= own
    equal([v["name"] for v in dashboard["templating"]["list"]],
          ["datasource", "instance", "route"], "its variables")


prometheus = Prometheus() if shutil.which("prometheus") else None


@section
def each_query_has_an_answer():
    if prometheus is None:
        ok(False, "prometheus is installed", "deploy/local/deps test")
        return

    load()
    ok(wait_until(lambda: load() or prometheus.scrapes() >= 4, 60),
       "Prometheus has looked four times")
    equal(prometheus.query('up{job="api"}')[0]["value"][1], "1",
          "and likes what it sees")

    for title, expression in panels():
        result = prometheus.query(filled(expression))
        ok(isinstance(result, list) and result,
           "%s: %s" % (title, expression[:60]), result)

    for variable in dashboard["templating"]["list"]:
        values = re.fullmatch(r"label_values\((\w+), (\w+)\)",
                              variable["query"]["query"]
                              if isinstance(variable["query"], dict) else "")
        if values:
            got = prometheus.ask("label/%s/values" % values.group(2), **{
                "match[]": values.group(1)})
            ok(got, "values of $" + variable["name"], got)

    equal({name: rule["health"] for name, rule in alerts()
           if rule["health"] != "ok"}, {}, "alerts are evaluated")


@section
def each_metric_is_there():
    families = set(Scrape(ask("GET", "/metrics").text).families)
    known = families | {family + end for family in families
                        for end in ("_bucket", "_sum", "_count")}
    with open(os.path.join(RULES, "alerts.yml")) as rules:
        text = rules.read()
    used = set()
    for expression in [e for _, e in panels()] + re.findall(
            r"expr: (>\n(?: {10}.*\n)+|.*\n)", text):
        used |= set(NAME.findall(expression)) - LABELS
    ok(len(used) > 25, "many are named", sorted(used))
    equal(used - known, set(), "and all of them are written")


def finish():
    if prometheus:
        prometheus.kill()
        running.remove(prometheus)
    nginx.stop()
    equal(nginx.alerts(), [], "no crash, no alert")


tap.run(finish, sys.argv[1:])
