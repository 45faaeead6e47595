"""The pages say what the code does: directives, errors, the house."""

import re

from tree import finding

README = "README.md"
HOUSE = "src/README.md"
ERRORS = "docs/errors.md"
ERROR_LIST = "src/core/error_list.h"


def check(tree):
    yield from directives(tree)
    yield from house(tree)
    yield from errors(tree)


def rows(tree, page, head):
    """The rows of each table whose first column is called head: their cells
    and line.  None: the page has no such table."""
    found, inside = None, False

    for number, line in enumerate(tree.lines(page), 1):
        if not line.startswith("|"):
            inside = False
            continue

        cells = [cell.strip() for cell in
                 re.split(r"(?<!\\)\|", line.strip())[1:-1]]

        if cells and cells[0].lower() == head:
            inside = True
            found = found or []
        elif inside and not set(line) <= set("|-: "):
            found.append((cells, number))

    return found


def directives(tree):
    listed = rows(tree, README, "directive")
    if listed is None:
        yield finding(README, 1, 'no table with a first column "directive"')
        return

    code = {}
    for path in ["ngx_http_api_module.c"] + tree.c_files("src/http/"):
        source = tree.text(path) or ""
        for table in re.finditer(r"ngx_command_t\s+\w+\[\]\s*=\s*\{(.*?)^\};",
                                 source, re.S | re.M):
            names(code, path, source, table, r'ngx_string\("(\w+)"\)')

        # what stands in a block of ours, as api_postgres { }
        if re.match(r"src/http/conf_\w+\.c$", path):
            for table in re.finditer(
                    r"\bsettings\[\]\s*=\s*\{(.*?)^\};", source,
                    re.S | re.M):
                names(code, path, source, table, r'ngx_string\("(\w+)"\)')

    page = {}
    for cells, number in listed:
        for text in re.findall(r"`([^`]+)`", cells[0]):
            page.setdefault(text.split()[0], number)

    for name in sorted(set(code) - set(page)):
        path, number = code[name]
        yield finding(path, number, "%s is in no directive table of %s: a row "
                      "with its place, default and meaning" % (name, README))

    for name in sorted(set(page) - set(code)):
        yield finding(README, page[name], "no directive of the code is called "
                      "%s: drop the row, or write the directive" % name)


def names(found, path, source, table, pattern):
    for name in re.finditer(pattern, table.group(1)):
        place = table.start(1) + name.start()
        found.setdefault(name.group(1),
                         (path, source.count("\n", 0, place) + 1))


def house(tree):
    """The picture names each file of src/ (a pair by the name without its
    ending) and nothing else."""
    there = {}
    for path in tree.c_files("src/"):
        there.setdefault(path[4:-2], path)

    named = {}
    folders = "|".join(sorted({name.split("/")[0] for name in there}))
    for number, line in enumerate(tree.lines(HOUSE), 1):
        for name in re.finditer(r"`(?:src/)?((?:%s)/[a-z0-9_]+)(?:\.[ch])?`"
                                % (folders or "-"), line):
            named.setdefault(name.group(1), number)

    for name in sorted(set(there) - set(named)):
        yield finding(there[name], 1, "%s does not name `%s`: say its one "
                      "sentence there" % (HOUSE, name))

    for name in sorted(set(named) - set(there)):
        yield finding(HOUSE, named[name], "there is no src/%s: keep the "
                      "picture true" % name)


def errors(tree):
    code = {}
    for number, line in enumerate(tree.lines(ERROR_LIST), 1):
        entry = re.match(r'API_ERROR\((\w+),\s*(\d+),\s*"(\w+)"', line)
        if entry and entry.group(1) != "NONE":
            code[entry.group(3)] = (entry.group(2), number)

    listed = rows(tree, ERRORS, "code")
    if listed is None:
        if code:
            yield finding(ERRORS, 1, 'no table with a first column "code"')
        return

    page = {}
    for cells, number in listed:
        name = cells[0].strip("`")
        page[name] = number

        if name not in code:
            yield finding(ERRORS, number, "no error is called %s in %s: drop "
                          "the row" % (name, ERROR_LIST))
        elif cells[1:2] != [code[name][0]]:
            yield finding(ERRORS, number, "%s has status %s in %s: change one"
                          % (name, code[name][0], ERROR_LIST))
        if len(cells) < 4 or not all(cells):
            yield finding(ERRORS, number, "%s: say its status, meaning and "
                          "remedy" % name)

    for name in sorted(set(code) - set(page)):
        yield finding(ERROR_LIST, code[name][1], "%s is not in %s: a row with "
                      "status, meaning and remedy" % (name, ERRORS))
