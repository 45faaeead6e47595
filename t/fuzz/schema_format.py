#!/usr/bin/env python3
"""Compares what schema/format made of many texts with formats said once more.

    t/fuzz/schema_format.py LOG    the file its target was given as FUZZ_LOG

Each line has a text in hex and the names of the formats it is of.  Asked are
those that a few lines can say: of the others the target knows what they imply.
"""

import sys

from formats import CLOCK, is_date, is_ipv4, is_ipv6, is_uuid, matches
from formats import minutes

OFFSET = r"([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)"
POINTER = r"(/([^~/]|~[01])*)*"


def is_time(text):
    found = matches(CLOCK + r":([0-5]\d|60)(?:\.\d+)?" + OFFSET, text)
    if not found:
        return False
    hour, minute, second, offset = found.groups()
    return second != "60" or minutes(hour, minute, offset) == 1439


def is_date_time(text):
    return is_date(text[:10]) and text[10:11] in ("T", "t") \
        and is_time(text[11:])


def is_duration(text):
    """RFC 3339, appendix A: each unit follows the one that is next larger."""
    clock = r"T(\d+H(\d+M(\d+S)?)?|\d+M(\d+S)?|\d+S)"
    days = r"(\d+D|\d+M(\d+D)?|\d+Y(\d+M(\d+D)?)?)"
    return bool(matches(r"P(" + days + "(" + clock + ")?|" + clock
                        + r"|\d+W)", text))


FORMATS = {
    "date": is_date,
    "time": is_time,
    "date-time": is_date_time,
    "duration": is_duration,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "uuid": is_uuid,
    "json-pointer": lambda text: bool(matches("(?s:" + POINTER + ")", text)),
    "relative-json-pointer": lambda text: bool(
        matches(r"(?s:(0|[1-9]\d*)([+-][1-9]\d*)?(#|" + POINTER + "))",
                     text)),
}


def main(log):
    asked = bad = 0
    seen = set()
    with open(log, encoding="ascii") as file:
        for line in file:
            value, names = line.rstrip("\n").split("\t")
            data = bytes.fromhex(value)
            try:
                text = data.decode("utf-8")
            except UnicodeDecodeError:
                continue
            got = set(names.split()) & set(FORMATS)
            want = {name for name, fits in FORMATS.items() if fits(text)}
            asked += 1
            seen |= want
            if want != got:
                bad += 1
                if bad <= 10:
                    print("# %r: Python has %s, schema/format has %s"
                          % (data, sorted(want), sorted(got)))
    print("# %d texts asked of Python, %d of %d formats among them"
          % (asked, len(seen), len(FORMATS)))
    return 1 if bad or seen != set(FORMATS) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
