"""No circles: files of a folder that ask each other are one large file.

A file asks another when it says a name that the other defines: a function, or
a variable.  The circles of sql/, schema/ and regex/ are recursions over a tree.
"""

import re

from tree import finding

FOLDERS = ("core", "json", "route", "auth", "body", "observe", "thread", "db",
           "check", "http", "conf")

# at depth 0, of what other files may see
_VARIABLE = re.compile(r"^(?!static\b|extern\b|typedef\b|#)[a-z][\w ]*[ *]"
                       r"(api_\w+)(?:\[\w*\])?\s*(?:=|;)")
_NAME = re.compile(r"\bapi_\w+")


def check(tree):
    for folder in FOLDERS:
        calls = graph(tree, folder)
        for circle in circles(calls):
            yield told(circle, calls)


def graph(tree, folder):
    """Of each file the others that it asks: {path: {path: (line, name)}}."""
    paths = [path for path in tree.c_files("src/%s/" % folder)
             if path.endswith(".c")]
    home = {}
    for path in paths:
        for name in defined(tree.source(path)):
            home[name] = path

    calls = {path: {} for path in paths}
    for path in paths:
        source = tree.source(path)
        own = {function.name for function in source.functions}
        for number, line in enumerate(source.code, 1):
            for name in _NAME.findall(line):
                other = home.get(name, path)
                if other != path and name not in own:
                    calls[path].setdefault(other, (number, name))
    return calls


def defined(source):
    names = [function.name for function in source.functions
             if not function.static]
    for depth, line in zip(source.depths, source.code):
        variable = _VARIABLE.match(line) if depth == 0 else None
        if variable:
            names.append(variable.group(1))
    return names


def circles(calls):
    """Sets of files each of which reaches all others of its set."""
    reached = {path: reach(calls, path) for path in calls}
    seen = set()
    for path in sorted(calls):
        circle = {other for other in reached[path] if path in reached[other]}
        if path in circle and path not in seen:
            seen |= circle
            yield circle


def reach(calls, path):
    found, todo = set(), [path]
    while todo:
        for other in calls[todo.pop()]:
            if other not in found:
                found.add(other)
                todo.append(other)
    return found


def told(circle, calls):
    """A finding where the shortest way round begins, from its first file."""
    way = shortest(min(circle), calls)
    steps = [(here, there, *calls[here][there])
             for here, there in zip(way, way[1:])]

    return finding(way[0], steps[0][2],
                   "%s: %d files go round in a circle (%s): move what both ask "
                   "for into a file below them, or hand in a callback"
                   % ("; ".join("%s asks %s for %s"
                                % (stem(here), stem(there), name)
                                for here, there, _, name in steps),
                      len(circle), " ".join(sorted(map(stem, circle)))))


def shortest(first, calls):
    """From a file back to it: [first, …, first]."""
    seen = set()
    ways = [[first]]
    for way in ways:
        for other in sorted(calls[way[-1]]):
            if other == first:
                return way + [first]
            if other not in seen:
                seen.add(other)
                ways.append(way + [other])
    return None


def stem(path):
    return path[len("src/"):-len(".c")]
