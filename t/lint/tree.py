"""The checkout as the checks see it: files, their text, C cut into parts."""

import os
import re
import subprocess
from collections import namedtuple

# where there is no git to ask, as in a release's archive
NOT_OURS = {".git", "build", "objs", "__pycache__"}


class Finding(namedtuple("Finding", "path line text note")):
    """Something to change at a place; a note may be left as it is."""

    def __str__(self):
        return "%s:%d: %s%s" % (self.path, self.line,
                                "note: " if self.note else "", self.text)


def finding(path, line, text):
    return Finding(path, line, text, False)


def note(path, line, text):
    return Finding(path, line, text, True)


class Tree:
    """The files git has or would add."""

    def __init__(self, root):
        self.root = root
        self.files = sorted(path for path in self._list()
                            if os.path.isfile(self.path(path)))
        self._text = {}
        self._sources = {}

    def path(self, name):
        return os.path.join(self.root, name)

    def _list(self):
        git = None
        if os.path.exists(self.path(".git")):
            git = subprocess.run(
                ["git", "-C", self.root, "ls-files", "-z", "--cached",
                 "--others", "--exclude-standard"],
                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                check=False)

        if git is not None and git.returncode == 0:
            return [name for name in git.stdout.decode().split("\0") if name]

        found = []
        for folder, folders, names in os.walk(self.root):
            folders[:] = [name for name in folders if name not in NOT_OURS]
            found += [os.path.relpath(os.path.join(folder, name), self.root)
                      for name in names]
        return found

    def text(self, name):
        """The text of a file; None if there is none, or it is not text."""
        if name not in self._text:
            try:
                with open(self.path(name), "rb") as file:
                    data = file.read()
            except OSError:
                data = b"\0"
            self._text[name] = (None if b"\0" in data
                                else data.decode("utf-8", "replace"))
        return self._text[name]

    def lines(self, name):
        text = self.text(name)
        return [] if text is None else text.split("\n")

    def c_files(self, under=""):
        """The C files of ours below a folder, the module's among them."""
        return [name for name in self.files
                if name.startswith(under) and name.endswith((".c", ".h"))]

    def source(self, name):
        if name not in self._sources:
            self._sources[name] = Source(self.text(name) or "")
        return self._sources[name]


Function = namedtuple("Function", "name static first last")

_TOKEN = re.compile(
    r'/\*.*?(?:\*/|\Z)|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'',
    re.S)


class Source:
    """C text: its lines, and the same lines without comments and strings."""

    def __init__(self, text):
        self.line_comments = []
        self.code = _TOKEN.sub(self._blank, text).split("\n")
        self.text = text.split("\n")
        self.line_comments = [
            text.count("\n", 0, token.start()) + 1
            for token in _TOKEN.finditer(text)
            if token.group().startswith("//")]
        self.includes = [
            (number, include.group(1) == '"', include.group(2))
            for number, line in enumerate(self.text, 1)
            for include in
            [re.match(r'\s*#\s*include\s+([<"])([^>"]+)[>"]', line)]
            if include]
        self.depths = self._depths()
        self.functions = self._functions()

    @staticmethod
    def _blank(token):
        text = token.group()
        if text[0] in "\"'":
            return text[0] + " " * (len(text) - 2) + text[0]
        return re.sub(r"[^\n]", " ", text)

    def _depths(self):
        """How many braces are open where each line begins."""
        depth, depths = 0, []
        for line in self.code:
            depths.append(depth)
            if line.startswith("}"):
                # also when both branches of an #if have opened one
                depth = 0
            elif not line.lstrip().startswith("#"):
                depth += line.count("{") - line.count("}")
        return depths

    def _functions(self):
        """Definitions: first is the line of the return type, from 1."""
        functions = []
        for i, line in enumerate(self.code):
            if line.rstrip() != "{" or self.depths[i] != 0:
                continue

            first = i
            while first > 0 and self._is_head(self.code[first - 1]):
                first -= 1

            last = i
            while last + 1 < len(self.code) and self.code[last] != "}":
                last += 1

            head = " ".join(self.code[first:i])
            name = re.search(r"(\w+)\s*\(", head)
            if name:
                functions.append(Function(
                    name.group(1), bool(re.match(r"\s*static\b", head)),
                    first + 1, last + 1))
        return functions

    @staticmethod
    def _is_head(line):
        line = line.rstrip()
        return (line != "" and not line.lstrip().startswith("#")
                and line[-1] not in ";}")
