"""The pages say what the code does: errors, the house; and lead to each other."""

import posixpath
import re

from tree import finding

HOUSE = "src/README.md"
GUIDES = ("docs/adding-a-directive.md", "docs/adding-a-chapter.md")
TESTS = "t/README.md"
ERRORS = "docs/errors.md"
ERROR_LIST = "src/core/error_list.h"


def check(tree):
    yield from house(tree)
    yield from guide(tree)
    yield from tests(tree)
    yield from links(tree)
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


def guide(tree):
    """What the pages for contributors name is there: files, functions."""
    code = "\n".join(tree.text(path) or "" for path in tree.c_files())

    for page, number, line in ((page, number, line) for page in GUIDES
                               for number, line in
                               enumerate(tree.lines(page), 1)):
        for name in re.findall(r"`((?:t/|src/)?[a-z]+/[a-z0-9_]+(?:\.\w+)?)`",
                               line):
            if not any(path.startswith((name, "src/" + name))
                       for path in tree.files):
                yield finding(page, number, "there is no %s: name the one "
                              "that has it now" % name)
        for name in re.findall(r"\b(?:ngx_http_)?api_\w+(?=\(\))|"
                               r"\bapi_\w+_t\b|\bNGX_HTTP_API_\w+", line):
            if not re.search(r"\b%s\b" % name, code):
                yield finding(page, number, "the code has no %s" % name)


def tests(tree):
    """What the tests' own page names is there."""
    for number, line in enumerate(tree.lines(TESTS), 1):
        for name in re.findall(r"\b(t/[a-z_]+(?:/[A-Za-z0-9_-]+)?(?:\.\w+)?)\b",
                               line):
            if not any(path == name or path.startswith(name + "/")
                       for path in tree.files):
                yield finding(TESTS, number, "there is no %s" % name)


def links(tree):
    """Links of pages to each other lead to a page, and to a heading of it."""
    for page in tree.files:
        if not re.match(r"(?:docs/|src/|t/)?[^/]+\.md$", page):
            continue
        for number, line in enumerate(tree.lines(page), 1):
            for target in re.findall(r"\]\(([^)\s]+)\)", line):
                path, _, anchor = target.partition("#")
                if ":" in path:
                    continue
                path = posixpath.normpath(posixpath.join(
                    posixpath.dirname(page), path)) if path else page
                if path not in tree.files and not any(
                        name.startswith(path + "/") for name in tree.files):
                    yield finding(page, number, "there is no %s" % path)
                elif anchor and anchor not in anchors(tree, path):
                    yield finding(page, number, "%s has no heading #%s"
                                  % (path, anchor))


def anchors(tree, page):
    """Of a page's headings, as GitHub makes them."""
    return {re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).replace(" ", "-")
            for line in tree.lines(page) if re.match(r"#+ ", line)}


def errors(tree):
    code = {}
    for number, line in enumerate(tree.lines(ERROR_LIST), 1):
        entry = re.match(r'API_ERROR\(\w+, (\d+), "(\w+)", (\w+),', line)
        if entry:
            status, name, header = entry.groups()
            code[name] = [status, number, header]
    code.pop("none", None)

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
        elif header_of(cells) != code[name][2]:
            yield finding(ERRORS, number, "%s has the header %s in %s: change "
                          "one" % (name, code[name][2], ERROR_LIST))
        if len(cells) < 5 or not all(cells):
            yield finding(ERRORS, number, "%s: say its status, header, meaning "
                          "and remedy" % name)

    for name in sorted(set(code) - set(page)):
        yield finding(ERROR_LIST, code[name][1], "%s is not in %s: a row with "
                      "status, header, meaning and remedy" % (name, ERRORS))


def header_of(cells):
    """The third cell, `Retry-After` or a dash, as the list spells it."""
    cell = cells[2] if len(cells) > 2 else ""
    return ("none" if cell == "–"
            else cell.strip("`").lower().replace("-", "_"))
