"""What must not be in the files: traces of one workplace, broken scripts."""

import re
import shutil
import subprocess

from tree import finding

# written in two parts, so that this file does not find itself
TRACES = ["/wo" "rk/", "deb.deb" "ian.org", "pypi" ".org", "crates" ".io",
          "npm" "js", "proxy.gol" "ang.org"]

# the name Cargo gives the registry in a lock file, wherever it was reached
LOCKED = "registry+https://github.com/rust-lang/crates" ".io-index"

SHEBANG = re.compile(r"#!\s*(?:\S*/)?(?:env +)?(sh|bash|dash|python3?)\b")


def check(tree):
    for path in tree.files:
        for trace in TRACES:
            places = [number for number, line in
                      enumerate(tree.lines(path), 1)
                      if trace in line.replace(LOCKED, "")]
            if places:
                yield finding(path, places[0], "\"%s\" (lines: %d) is a place "
                              "of one machine or network: leave it to the "
                              "user's configuration" % (trace, len(places)))

        kind = script(tree, path)
        if kind == "python":
            yield from python(tree, path)
        elif kind == "shell":
            yield from shell(tree, path)


def script(tree, path):
    if path == "config" or path.endswith(".sh"):
        return "shell"
    if path.endswith(".py"):
        return "python"

    shebang = SHEBANG.match(tree.text(path) or "")
    if not shebang:
        return None
    return "python" if shebang.group(1).startswith("python") else "shell"


def python(tree, path):
    try:
        compile(tree.text(path), path, "exec")
    except SyntaxError as error:
        yield finding(path, error.lineno or 1, "no Python: %s" % error.msg)


def shell(tree, path):
    commands = [["bash", "-n"]]

    # nginx's configure gives `config` its variables: nothing to see there
    if path != "config":
        commands.append(["shellcheck", "--severity=error", "--format=gcc"])

    for command in commands:
        if shutil.which(command[0]):
            complaint = first_complaint(path, command + [tree.path(path)])
            if complaint:
                yield complaint
                return


def first_complaint(path, command):
    run = subprocess.run(command, stdin=subprocess.DEVNULL, check=False,
                         stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if run.returncode == 0:
        return None

    for text in run.stdout.decode("utf-8", "replace").splitlines():
        place = re.search(r":(?: line )?(\d+):(?:\d+:)? *(.*)", text)
        if place:
            return finding(path, int(place.group(1)), "%s: %s"
                           % (command[0], place.group(2)))

    return finding(path, 1, "%s refuses it" % command[0])
