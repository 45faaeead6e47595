"""TAP for the suites written in Python, those of t/system.

    @section
    def lists():
        equal(api.get("/users").json(), [], "no users yet")

    run()

Each section is a case; the words of the command line are those to run, without
any all of them.  One that raises is one failure, and the next one runs.
"""

import re
import sys
import time
import traceback

sections = []
count = 0
failed = 0
started = time.monotonic()


def section(function):
    sections.append(function)
    return function


def say(line):
    print(line, flush=True)


def note(text):
    for line in str(text).splitlines():
        say("# " + line)


def case(name):
    """What follows, until the next one: t/lib/run-files reads this line."""
    note("case: " + name)


def diag(text):
    sys.stdout.flush()
    for line in str(text).splitlines():
        print("# " + line, file=sys.stderr, flush=True)


def shown(value, most=1500):
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= most else text[:most] + " …"


def ok(condition, name, why=""):
    global count, failed

    count += 1
    name = name.replace("#", "\\#").replace("\n", " ")
    say("%s %d - %s" % ("ok" if condition else "not ok", count, name))

    if not condition:
        failed += 1
        diag("failed: " + name)
        if why:
            diag(shown(why))

    return bool(condition)


def equal(got, wanted, name, why=""):
    return ok(got == wanted, name, "got:    %s\nwanted: %s\n%s"
              % (shown(got), shown(wanted), why))


def like(got, pattern, name):
    return ok(re.search(pattern, got or ""), name, "got:    %s\nwanted: /%s/"
              % (shown(got), pattern))


def unlike(got, pattern, name):
    return ok(not re.search(pattern, got or ""), name,
              "got:        %s\nnot wanted: /%s/" % (shown(got), pattern))


def wait_until(condition, seconds, interval=0.05):
    """What condition() returns as soon as that is true; else, after so many
    seconds, what it returned last."""
    end = time.monotonic() + seconds

    while True:
        got = condition()
        if got or time.monotonic() > end:
            return got
        time.sleep(interval)


def run(finish=None, only=None):
    """The sections, then finish(); only: their names, instead of those that
    the command line has."""
    if only is None:
        only = sys.argv[1:]

    names = [function.__name__ for function in sections]
    for name in only:
        if name not in names:
            ok(False, "no section is called " + name,
               "there are: " + " ".join(names))

    for function in sections:
        if only and function.__name__ not in only:
            continue

        begun = time.monotonic()

        case(function.__name__)
        try:
            function()
        except Exception:
            ok(False, "%s: raised" % function.__name__,
               traceback.format_exc(limit=-6))

        if time.monotonic() - begun > 60:
            diag("%s took %.0f s" % (function.__name__,
                                     time.monotonic() - begun))

    if finish:
        case("the end")
        try:
            finish()
        except Exception:
            ok(False, "the end: raised", traceback.format_exc(limit=-6))

    say("1..%d" % count)
    note("%.1f s" % (time.monotonic() - started))
    sys.exit(1 if failed else 0)
