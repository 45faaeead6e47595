"""nginx's style, where it can be checked, and the names of the house."""

import os
import re

from tree import finding, note

COLUMNS = 80
FILE_LINES = 600
FUNCTION_LINES = 80
FUNCTION_ADVICE = 60

# in code, strings and comments taken out
PATTERNS = [
    (re.compile(r"\b(if|for|while|switch)\("), "put a space before \"(\""),
    (re.compile(r"\)\{"), "put a space before \"{\""),
    (re.compile(r"\}else\b|\belse\{"), "write \"} else {\""),
    (re.compile(r"^\s*else\b"), "\"else\" stands behind \"}\""),
    (re.compile(r"\b\w+\* +\w"), "the star stands with the name: \"char *p\""),
    (re.compile(r"(?<!\w)(?<!sizeof)\((?:const )?(?:\w+_t|u_char|char|void|int"
                r"|unsigned)(?: \*+)?\)[A-Za-z_&(\"]"),
     "put a space behind a cast"),
]


def check(tree):
    for path in tree.c_files():
        in_src = path.startswith("src/")
        # a test may be longer: its cases are read one at a time
        size = finding if in_src or "/" not in path else note

        yield from text(tree, path)
        yield from lengths(tree, path, size)
        yield from functions(tree, path)

        if in_src and path.count("/") == 2:
            if path.endswith(".h"):
                yield from header(tree, path)
            else:
                yield from exports(tree, path)


def text(tree, path):
    source = tree.source(path)
    blank = 0

    for number, (line, code) in enumerate(zip(source.text, source.code), 1):
        if "\t" in line:
            yield finding(path, number, "a tab: write spaces")
        if line != line.rstrip():
            yield finding(path, number, "blanks at the end of the line")
        if len(line) > COLUMNS:
            yield finding(path, number, "%d columns, at most %d: break the line"
                          % (len(line), COLUMNS))

        for pattern, advice in PATTERNS:
            if pattern.search(code):
                yield finding(path, number, advice)

        blank = blank + 1 if line == "" else 0
        if blank == 3:
            yield finding(path, number, "at most two blank lines")

    for number in source.line_comments:
        yield finding(path, number, "write /* */, not //")

    if source.text[-1] != "":
        yield finding(path, len(source.text), "end the file with a newline")
    elif len(source.text) > 1 and source.text[-2] == "":
        yield finding(path, len(source.text) - 1,
                      "drop the blank lines at the end of the file")


def lengths(tree, path, size):
    source = tree.source(path)
    n = len(source.text) - 1

    if n > FILE_LINES:
        yield size(path, FILE_LINES, "%d lines, at most %d: which part wants "
                   "its own name?" % (n, FILE_LINES))

    for function in source.functions:
        n = function.last - function.first + 1
        if n > FUNCTION_LINES:
            yield size(path, function.first, "%s() has %d lines, at most %d: "
                       "give a part its own name"
                       % (function.name, n, FUNCTION_LINES))
        elif n > FUNCTION_ADVICE:
            yield note(path, function.first, "%s() has %d lines: about %d is "
                       "what reads well" % (function.name, n, FUNCTION_ADVICE))


def functions(tree, path):
    source = tree.source(path)

    for number, line in enumerate(source.code, 1):
        if source.depths[number - 1] == 0 and re.search(r"\)\s*\{", line) \
                and not line.lstrip().startswith("#"):
            yield finding(path, number, "a function's \"{\" stands in column "
                          "0 of its own line")

    for function in source.functions:
        head = source.code[function.first - 1:function.last]
        while head and head[0].startswith("__attribute__"):
            head.pop(0)
        if "(" in head[0] or not re.match(r"\w+\(", head[1]):
            yield finding(path, function.first, "%s(): the return type stands "
                          "on its own line, the name in column 0 of the next"
                          % function.name)

        above = blanks_above(source.text, function.first - 1)
        if above is not None and above != 2:
            yield finding(path, function.first, "%s(): two blank lines before "
                          "a function and its comment, not %d"
                          % (function.name, above))


def blanks_above(lines, i):
    """Blank lines above line i (from 0) and above a comment that belongs to
    it; None at the beginning of a file or of a branch of the preprocessor."""
    while True:
        blank = 0
        while i > 0 and lines[i - 1] == "":
            blank += 1
            i -= 1

        if i == 0:
            return None

        before = lines[i - 1]
        if re.match(r"#\s*(if|else|elif)", before):
            return None
        if blank > 1 or not before.endswith("*/"):
            return blank

        i -= 1
        while i > 0 and "/*" not in lines[i]:
            i -= 1


def header(tree, path):
    folder, name = path[4:-2].split("/")

    # a list is included where one is wanted, each time
    if not name.endswith("_list"):
        yield from guard(tree, path, folder, name)

    for number, line in enumerate(tree.source(path).code, 1):
        prototype = re.match(r"ngx_int_t (\w+)\(", line)
        if prototype:
            yield note(path, number, "%s(): API_MUST_CHECK, if it can fail"
                       % prototype.group(1))


def guard(tree, path, folder, name):
    guards = ["API_%s_%s_H" % (folder.upper(), name.upper())]
    if folder == name:
        guards.append("API_%s_H" % folder.upper())

    code = tree.source(path).code
    places = [i for i, line in enumerate(code) if line.strip()]
    first = code[places[0]] if places else ""
    second = code[places[1]] if len(places) > 1 else ""
    last = code[places[-1]] if places else ""

    if not any(first.split() == ["#ifndef", g]
               and second.split() == ["#define", g] for g in guards) \
            or last.strip() != "#endif":
        yield finding(path, places[0] + 1 if places else 1,
                      "guard the header: #ifndef %s, #define, and #endif at "
                      "its end" % guards[0])


def exports(tree, path):
    folder, name = path[4:-2].split("/")
    own_header = path[:-2] + ".h"
    prefixes = ["api_%s" % folder, "api_%s" % name]

    # a type the file's header declares, as api_rule_t in core/value.h
    prefixes += re.findall(r"\}\s*(api_\w+)_t\s*;",
                           "\n".join(tree.source(own_header).code))

    declared = "\n".join("\n".join(tree.source(other).code)
                         for other in tree.c_files("src/%s/" % folder)
                         if other.endswith(".h"))
    prefixed = []

    for function in tree.source(path).functions:
        if function.static:
            if function.name.startswith("api_"):
                prefixed.append(function)
            continue

        if not re.search(r"\b%s\(" % function.name, declared):
            yield finding(path, function.first, "%s() is in no header of "
                          "src/%s/: make it static, or declare it in %s"
                          % (function.name, folder,
                             os.path.basename(own_header)))

        if not any(function.name == prefix
                   or function.name.startswith(prefix + "_")
                   for prefix in prefixes):
            yield finding(path, function.first, "%s(): path = symbol: begin "
                          "with %s_" % (function.name,
                                        "_ or ".join(prefixes[:2])))

    if prefixed:
        yield note(path, prefixed[0].first, "%d static functions carry a "
                   "prefix, as %s(): a static name drops it"
                   % (len(prefixed), prefixed[0].name))
