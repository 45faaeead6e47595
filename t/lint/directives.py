"""docs/directives.md is what the code reads: each directive and each key of a
block, with context, default and words; types, formats, variables, codes."""

import re

import docs
from tree import finding

PAGE = "docs/directives.md"
README = "README.md"

COMMANDS = re.compile(r"ngx_command_t\s+\w+\[\]\s*=\s*\{(.*?)^\};", re.S | re.M)
KEYS = re.compile(r"\bsettings\[\]\s*=\s*\{(.*?)^\};", re.S | re.M)
ENTRY = re.compile(r'/\*(?P<comment>.*?)\*/'
                   r'|\{\s*ngx_string\("(?P<name>\w+)"\),\s*(?P<rest>.*?)\}',
                   re.S)
PLACES = {"http": "MAIN_CONF", "server": "SRV_CONF", "location": "LOC_CONF",
          "api_route": "LOC_CONF"}
INIT = re.compile(r"ngx_conf_(?:init|merge)_\w*value\(\s*[\w>.-]*?(\w+),"
                  r"(?:\s*prev->\w+,)?\s*(.*?)\);", re.S)
FIELD = re.compile(r"\w(?:->|\.)(\w+) != NGX_CONF_UNSET")
LITERAL = re.compile(r'(?:api_str_is|starts_with|begins)\(\s*[^()";]*?"([^"]+)"'
                     r'|(?:ngx_strn?cmp|ngx_memcmp)\(\s*[^";]*?"([^"]+)"'
                     r'|^        \{ "(\w+)", \w+ \}', re.M)

FALLBACK = re.compile(r'\.fallback = "([^"]*)"')
WORDS = re.compile(r"\.words = (\w+)")

# functions whose words are no directive's: names, SQL, JSON, what is refused
STRANGE = re.compile(r"api_(?:json|sql|value|db|conf_(?:name|file|fault|"
                     r"words|place|schema\w*)|type_parse|scan)|refuse|check_name"
                     r"|check_cause|bound_body|is_(?:file|shapeless)")


# of a path: no word, but itself
TEXT_SEGMENT = {"text"}


class Code:
    """What the C files say, wherever they lie."""

    def __init__(self, tree):
        self.paths = [path for path in tree.c_files()
                      if path.startswith("src/") or "/" not in path]
        self.texts = {path: tree.text(path) or "" for path in self.paths}
        self.defaults, self.macros, self.lists = {}, {}, {}
        self.functions, self.owners = {}, {}

        for path, text in self.texts.items():
            for field, value in INIT.findall(text):
                self.defaults.setdefault(field, " ".join(value.split()))
            for name, value in re.findall(r"^#define (\w+) +(.+)$", text, re.M):
                self.macros[name] = value.strip()
            for first, second in re.findall(
                    r'\{ ngx_string\("(\w+)"\), (\w+) \}', text):
                self.lists[second] = first
            lines = text.split("\n")
            for function in tree.source(path).functions:
                body = "\n".join(lines[function.first - 1:function.last])
                self.functions.setdefault(function.name, []).append(
                    (path, body))

    def body(self, name, path):
        """A function's text: of the same file, else of the only one."""
        found = self.functions.get(name, [])
        for other, body in found:
            if other == path:
                return other, body
        return found[0] if len(found) == 1 else (None, "")

    def tables(self, pattern):
        for path, text in self.texts.items():
            for table in pattern.finditer(text):
                yield path, text, table

    def words(self, name, path, seen):
        """The literals a directive's handler compares its words with."""
        if name in seen or STRANGE.match(name):
            return set()
        seen.add(name)
        there, body = self.body(name, path)
        found = {next(filter(None, word)) for word in LITERAL.findall(body)}
        found = {word for word in found if re.match(r"\w", word)}
        for callee in set(re.findall(r"\b(\w+)\(", body)) - seen:
            found |= self.words(callee, there, seen)
        return found

    def text_of(self, path, name, rest):
        """The default in the words of the configuration, as a test of one;
        None: there is none, or only the running code knows."""
        fallback = FALLBACK.search(rest)
        if fallback:
            value = fallback.group(1)
            return (lambda said: said == value), value

        field = re.search(r"offsetof\(\w+, ([\w.]+)\)", rest)
        handler = self.handler(rest)
        body = self.body(handler, path)[1]

        if field:
            field = field.group(1)
        else:
            field = FIELD.search(body)
            field = field and field.group(1)
        value = self.defaults.get(field)

        if value is None or field is None:
            return None, None
        return (lambda said: self.same(said, value, field, body)), value

    def same(self, said, value, field, body):
        while value in self.macros:
            value = self.macros[value].strip("()")

        bits = value.strip("()").split("|")
        if bits[0] == "NGX_CONF_BITMASK_SET":
            return said.split() == [self.lists.get(bit) for bit in bits[1:]]
        if not re.fullmatch(r"[\d *()UL]+", value):
            return True         # it depends on others: in words only

        number = 1
        for factor in re.findall(r"\d+", value):
            number *= int(factor)

        word = re.search(r'"(\w+)"\)\) \{\s*\S*\b%s = %d;' % (field, number),
                         body)
        if word:
            return said == word.group(1)

        unit = re.fullmatch(r"(\d+)(ms|[smhdk]?)", said)
        if not unit:
            return said == ("on" if number else "off")
        n, unit = int(unit.group(1)), unit.group(2)
        return number in {"": (n,), "ms": (n,), "s": (n * 1000,),
                          "m": (n * 60000, n << 20), "h": (n * 3600000,),
                          "d": (n * 86400000,), "k": (n << 10,)}[unit]

    @staticmethod
    def handler(rest):
        for word in re.findall(r"\b(?:api|set)_\w+", rest):
            if not word.startswith("API"):
                return word
        return ""

    def flags(self, rest):
        """All macros of the entry's flags, with what they stand for."""
        text = rest.split(",")[0]
        for _ in range(4):
            text = re.sub(r"\b[A-Z]\w+", lambda word: word.group() + " "
                          + self.macros_of(word.group()), text)
        return text

    def macros_of(self, name):
        for text in self.texts.values():
            found = re.search(r"#define %s\b((?:[^\n]*\\\n)*[^\n]*)" % name,
                              text)
            if found:
                return found.group(1)
        return ""


class Entry:
    def __init__(self, path, line, contexts, default, words):
        self.path, self.line = path, line
        self.contexts, self.words = contexts, words
        self.fits, self.value = default


def known(tree, code):
    """Name to Entry: each directive, and each key of a block."""
    found = {}

    for path, text, table in code.tables(COMMANDS):
        group = None
        for entry in ENTRY.finditer(table.group(1)):
            if entry.group("comment") is not None:
                words = re.findall(r"\w+", entry.group("comment"))
                if set(words) <= {"http", "server", "location", "route"}:
                    group = ["api_route" if word == "route" else word
                             for word in words]
                continue
            add(found, code, path, text, table, entry, group)

    for path, text, table in code.tables(KEYS):
        block = re.search(r'/\* (api_\w+) NAME \{ \} \*/', text)
        for entry in ENTRY.finditer(table.group(1)):
            if entry.group("name"):
                add(found, code, path, text, table, entry,
                    [block.group(1) if block else "?"])
    return found


def add(found, code, path, text, table, entry, group):
    name, rest = entry.group("name"), entry.group("rest")
    place = table.start(1) + entry.start("name")
    flags = code.flags(rest)
    if group is None:
        group = [place for place, flag in PLACES.items() if flag in flags]
    handler = code.handler(rest) or "api_conf_%s_word" % name
    words = code.words(handler, path, set()) | listed(text, rest)
    if name in found:
        found[name].words |= words
        found[name].flags += flags
        return
    found[name] = Entry(path, text.count("\n", 0, place) + 1, group,
                        code.text_of(path, name, rest), words)
    found[name].flags = flags if group[0] in PLACES else None


def listed(text, rest):
    """The words that a setting's row points at: .words = NAME"""
    row = WORDS.search(rest)
    table = row and re.search(r"\b%s\[\] = \{(.*?)\};" % row.group(1), text,
                              re.S)
    return set(re.findall(r'\{ "(\w+)"', table.group(1))) if table else set()


class Section:
    """A heading of the page, its text, and the rows of its first table."""

    def __init__(self, line):
        self.line, self.text, self.rows = line, "", {}


def sections(tree):
    found, current, level2, fence = {}, None, None, False
    for number, line in enumerate(tree.lines(PAGE), 1):
        if line.startswith("```"):
            fence = not fence
        heading = None if fence else re.match(r"(##+) (.*)", line)
        if heading and heading.group(1) == "##":
            level2 = current = found.setdefault("## " + heading.group(2),
                                                Section(number))
            continue
        if heading:
            name = heading.group(2).strip("`")
            current = found.setdefault(name, Section(number))
            continue
        for section in {current, level2} - {None}:
            section.text += line + "\n"
        row = re.match(r"\| (Syntax|Default|Context|Answers) \| (.*) \|$", line)
        if row and current is not None:
            current.rows.setdefault(row.group(1), (row.group(2), number))
    return found


def check(tree):
    if tree.text(PAGE) is None:
        yield finding(PAGE, 1, "there is none: each directive has its entry "
                      "there")
        return

    code, page = Code(tree), sections(tree)
    there = known(tree, code)
    yield from directives(there, page)
    yield from summary(there, docs.rows(tree, README, "directive"))
    yield from tables(code, page)
    yield from codes(tree, page)


def directives(there, page):
    said = {name: section for name, section in page.items()
            if section.rows and not name.startswith(("$", "## "))}

    for name, entry in sorted(there.items()):
        if name not in said:
            yield finding(entry.path, entry.line, "%s has no entry in %s: "
                          "### `%s`" % (name, PAGE, name))
        else:
            yield from compare(name, entry, said[name])

    for name in sorted(set(said) - set(there)):
        yield finding(PAGE, said[name].line, "no directive of the code is "
                      "called %s: drop the entry" % name)


def compare(name, entry, section):
    for row in ("Syntax", "Default", "Context"):
        if row not in section.rows:
            yield finding(PAGE, section.line, "%s: no row %s" % (name, row))
            return

    syntax, line = section.rows["Syntax"]
    for form in re.findall(r"`([^`]+)`", syntax):
        if form.split()[0] != name:
            yield finding(PAGE, line, "%s: the syntax begins with %s"
                          % (name, form.split()[0]))

    context, line = section.rows["Context"]
    contexts = re.findall(r"`(\w+)`", context)
    if sorted(contexts) != sorted(entry.contexts):
        yield finding(PAGE, line, "%s: the context is %s in %s:%d"
                      % (name, ", ".join(entry.contexts), entry.path,
                         entry.line))
    for place in contexts if entry.flags else ():
        if PLACES.get(place, "?") not in entry.flags:
            yield finding(PAGE, line, "%s: %s:%d does not allow it in %s"
                          % (name, entry.path, entry.line, place))

    default, line = section.rows["Default"]
    value = re.search(r"`%s ([^`;]+);`" % name, default)
    if entry.fits is None and value:
        yield finding(PAGE, line, "%s: the code has no default: write —"
                      % name)
    elif entry.fits is not None and not value:
        yield finding(PAGE, line, "%s: the code has the default %s"
                      % (name, entry.value))
    elif value and not entry.fits(value.group(1)):
        yield finding(PAGE, line, "%s: the default is %s, in the code %s"
                      % (name, value.group(1), entry.value))

    for word in sorted(entry.words):
        if not re.search(r"(?<![\w-])" + re.escape(word)
                         + (r"(?![\w-])" if word[-1] not in "=:" else ""),
                         section.text):
            yield finding(PAGE, section.line, "%s: its word %s is not here"
                          % (name, word))

    for cell in re.findall(r"^\| ((?:`[\w=]+`(?:, )?)+) \|", section.text, re.M):
        for word in re.findall(r"`([\w=]+)`", cell):
            if word not in entry.words | TEXT_SEGMENT:
                yield finding(PAGE, section.line, "%s: the code reads no word "
                              "%s" % (name, word))


def summary(there, rows):
    """The README's tables: each directive, where it stands; of a line of a
    block its default."""
    if rows is None:
        yield finding(README, 1, 'no table with a first column "directive"')
        return

    said = {}
    for cells, line in rows:
        for text in re.findall(r"`([^`]+)`", cells[0]):
            said.setdefault(text.split()[0], line)

        name = re.match(r"`(\w+)", cells[0])
        entry = there.get(name.group(1)) if name else None
        if entry is not None:
            yield from row(name.group(1), entry, cells[1], line)

    for name in sorted(set(there) - set(said)):
        yield finding(there[name].path, there[name].line, "%s is in no "
                      "directive table of %s: a row with its place, default "
                      "and meaning" % (name, README))

    for name in sorted(set(said) - set(there)):
        yield finding(README, said[name], "no directive of the code is called "
                      "%s: drop the row, or write the directive" % name)


def row(name, entry, cell, line):
    if entry.contexts[0] in PLACES:
        places = cell.replace("route", "api_route").split(", ")
        if sorted(places) != sorted(entry.contexts):
            yield finding(README, line, "%s: the context is %s"
                          % (name, ", ".join(entry.contexts)))
    elif entry.fits is None and cell not in ("–", "none"):
        yield finding(README, line, "%s: the code has no default" % name)
    elif entry.fits is not None and not entry.fits(cell):
        yield finding(README, line, "%s: the default is %s"
                      % (name, entry.value))


TABLES = {"## Methods": (r"\}\s*method_names\[\]\s*=\s*\{(.*?)^\};",
                         r'ngx_string\("(\w+)"\)'),
          "## Types": (r"type_row_t\s+\w+\[\]\s*=\s*\{(.*?)^\};",
                       r'\{ "(\w+)",'),
          "## Other names of types": (
              r"type_alias_t\s+\w+\[\]\s*=\s*\{(.*?)^\};", r'\{ "(\w+)",'),
          "## Formats": (r"\bformat_t\s+\w+\[\]\s*=\s*\{(.*?)^\};",
                         r'ngx_string\("([\w-]+)"\)'),
          "## Variables": (
              r"ngx_http_variable_t\s+\w+\[\]\s*=\s*\{(.*?)^\};",
              r'ngx_string\("?(\w+)"?\)')}


def tables(code, page):
    for title, (pattern, item) in TABLES.items():
        there = {}
        for path, text, table in code.tables(re.compile(pattern, re.S | re.M)):
            for name in re.finditer(item, table.group(1)):
                place = table.start(1) + name.start()
                there[code.macros.get(name.group(1),
                                      name.group(1)).strip('"')] = (path, text.count("\n", 0, place) + 1)
        if not there:
            continue

        section = page.get(title)
        if section is None:
            yield finding(PAGE, 1, "no section %s" % title)
            continue

        # $api_row_NAME is the name with a prefix, enum(a,b) with its choices
        said = {re.sub(r"^\$|NAME$|\(.*", "", name): name for name in
                re.findall(r"^\| `([^`]+)` \|", section.text, re.M)}
        for name in sorted(set(there) - set(said)):
            yield finding(*there[name], "%s is not in the table of %s, %s"
                          % (name, PAGE, title))
        for name in sorted(set(said) - set(there)):
            yield finding(PAGE, section.line, "%s: the code has no %s"
                          % (title, said[name]))


def codes(tree, page):
    there = dict(
        (name, status) for status, name in
        re.findall(r'API_ERROR\(\w+,\s*(\d+),\s*"(\w+)"',
                   tree.text("src/core/error_list.h") or ""))

    for name, section in page.items():
        if "Answers" not in section.rows:
            continue
        answers, line = section.rows["Answers"]
        for status, code in re.findall(r"(\d{3}) `(\w+)`", answers):
            if there.get(code) != status:
                yield finding(PAGE, line, "%s: no error is %s %s"
                              % (name, status, code))
