"""`config` is how nginx builds us: its lists are the tree, exactly."""

import re

from tree import finding

MODULE = "ngx_http_api_module.c"
LISTS = {"api_sources": (".c", "is not linked"),
         "api_headers": (".h", "rebuilds nothing when it changes")}


def check(tree):
    lines = tree.lines("config")
    if not lines:
        yield finding("config", 1, "there is none: nginx cannot build us")
        return

    for variable, (ending, cost) in LISTS.items():
        listed = shell_list(lines, variable)
        if listed is None:
            yield finding("config", 1, "no %s=\"...\" here" % variable)
            continue

        there = [path[4:] for path in tree.c_files("src/")
                 if path.endswith(ending)]
        seen = set()

        for name, number in listed:
            if name in seen:
                yield finding("config", number, "%s is listed twice" % name)
            elif name not in there:
                yield finding("config", number, "there is no src/%s: drop it"
                              % name)
            seen.add(name)

        for name in there:
            if name not in seen:
                yield finding("src/" + name, 1, "not in config's %s: a file "
                              "missing there %s" % (variable, cost))

    if MODULE in tree.files and not any(MODULE in line for line in lines):
        yield finding(MODULE, 1, "not in config: it is not linked")


def shell_list(lines, variable):
    """The words of variable="...", each with its line; None: no such."""
    words = None
    for number, line in enumerate(lines, 1):
        if words is None:
            begin = re.match(r'%s="(.*)' % variable, line)
            if not begin:
                continue
            words = []
            line = begin.group(1)

        words += [(word, number) for word in line.split('"')[0].split()]
        if '"' in line:
            return words
    return None
