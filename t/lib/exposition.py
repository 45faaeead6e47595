"""Metrics as Prometheus and OpenMetrics write them, read strictly: what a
scrape has is refused where either format would refuse it."""

import collections
import math
import re

NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"')
VALUE = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?|\+Inf)\Z")
TYPES = ("counter", "gauge", "histogram")


class Wrong(Exception):
    pass


class Scrape:
    """series: {(name, ((label, value), …)): number}; families: {name: type}."""

    def __init__(self, text, openmetrics=False):
        self.series = {}
        self.families = {}
        self.samples = collections.defaultdict(int)
        self.open = openmetrics
        self.read(text)
        self.check_histograms()

    def read(self, text):
        if not text.endswith("\n"):
            raise Wrong("the last line does not end")
        lines = text[:-1].split("\n")
        if self.open:
            if lines.pop() != "# EOF":
                raise Wrong("OpenMetrics ends in # EOF")
        family, helped = None, None
        for line in lines:
            if line.startswith("# HELP "):
                helped = line.split(" ", 3)[2]
                if helped in self.families:
                    raise Wrong("twice: " + line)
            elif line.startswith("# TYPE "):
                _, _, family, kind = line.split(" ")
                if family != helped or kind not in TYPES:
                    raise Wrong("HELP, then TYPE: " + line)
                if self.open and family.endswith("_total"):
                    raise Wrong("a family of OpenMetrics is no _total: " + line)
                self.families[family] = kind
            elif line.startswith("#"):
                raise Wrong("a comment: " + line)
            else:
                self.sample(line, family)

    def sample(self, line, family):
        name = NAME.match(line).group()
        rest = line[len(name):]
        labels = []
        if rest.startswith("{"):
            rest = rest[1:]
            while not rest.startswith("}"):
                found = LABEL.match(rest)
                if not found:
                    raise Wrong("labels: " + line)
                labels.append((found.group(1), re.sub(
                    r"\\(.)", lambda m: "\n" if m.group(1) == "n"
                    else m.group(1), found.group(2))))
                rest = rest[found.end():]
                rest = rest[1:] if rest.startswith(",") else rest
            rest = rest[1:]
        if not rest.startswith(" ") or not VALUE.match(rest[1:]):
            raise Wrong("value: " + line)
        if len({key for key, _ in labels}) != len(labels):
            raise Wrong("a label twice: " + line)

        self.belongs(name, family, line)
        key = (name, tuple(sorted(labels)))
        if key in self.series:
            raise Wrong("a series twice: " + line)
        self.series[key] = float(rest[1:].replace("+Inf", "inf"))
        self.samples[family] += 1

    def belongs(self, name, family, line):
        kind = self.families.get(family)
        allowed = {"gauge": [family], "histogram": [
            "%s_%s" % (family, part) for part in ("bucket", "sum", "count")],
            "counter": [family + "_total" if self.open else family]}
        if name not in allowed.get(kind, ()):
            raise Wrong("not of the family %s: %s" % (family, line))
        if kind == "counter" and not name.endswith("_total"):
            raise Wrong("a counter ends in _total: " + line)

    def check_histograms(self):
        buckets = collections.defaultdict(list)
        for (name, labels), value in self.series.items():
            if name.endswith("_bucket"):
                rest = tuple(label for label in labels if label[0] != "le")
                bound = float(dict(labels)["le"].replace("+Inf", "inf"))
                buckets[name[:-7], rest].append((bound, value))
        for (name, labels), found in buckets.items():
            if found != sorted(found):
                raise Wrong("buckets of %s%s rise" % (name, labels))
            if found[-1][0] != math.inf:
                raise Wrong("no +Inf: %s%s" % (name, labels))
            if self.series[name + "_count", labels] != found[-1][1]:
                raise Wrong("count of %s%s" % (name, labels))
            if (name + "_sum", labels) not in self.series:
                raise Wrong("no sum: %s%s" % (name, labels))

    def get(self, name, **labels):
        """The sum of all series of that name with such labels; None: there is
        none."""
        found = [value for (other, having), value in self.series.items()
                 if other == name and all(dict(having).get(key) == value
                                          for key, value in labels.items())]
        return sum(found) if found else None

    def labels(self, name):
        """The labels of each series of that name, as dicts."""
        return [dict(labels) for other, labels in self.series if other == name]

    def counters(self):
        """All that may never go back."""
        return {key: value for key, value in self.series.items()
                if key[0].endswith(("_total", "_bucket", "_sum", "_count"))}
