#!/usr/bin/env python3
"""Compares what core/value made of many texts with rules said a second time.

    t/fuzz/core_value.py LOG       the file its target was given as FUZZ_LOG

Each line has a rule, a value in hex and its canonical form in hex, or "-" where
it was refused.
"""

import datetime
import re
import sys
from decimal import Decimal

from formats import is_ipv4, is_ipv6, is_uuid, matches

NUMBER = r"-?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?"
FRACTION = r"(?:\.(\d{1,18}))?"
OFFSET = r"([Zz]|[+-](?:0\d|1[0-5])(?::[0-5]\d){0,2})"
DATE = r"(\d{4}|[1-9]\d{4,6})-(\d\d)-(\d\d)"
LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
EMAIL = r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@" + LABEL + r"(\." + LABEL + ")*"

# the rest is asked elsewhere
UNASKED = ("uri",)


def integer(text, bits):
    return (matches(r"-?\d+", text) and len(text) < 4000
            and -2 ** (bits - 1) <= int(text) < 2 ** (bits - 1))


def number(text):
    """What PostgreSQL's numeric holds."""
    found = matches(NUMBER, text)
    if not found:
        return False
    exponent = int(found[3] or 0)
    if abs(exponent) > 1000000 or len(found[2] or "") - exponent > 16383:
        return False
    value = Decimal(text)
    digits = 1 + max(value.adjusted() if value else 0, 0) \
        + max(len(found[2] or "") - exponent, 0)
    if digits > max(1000, len(text)):
        return False
    return not value or value.adjusted() < 131072


def day(year, month, of_month, era):
    """Python's calendar has the years 1 to 9999, and all repeat after 400:
    the day's number, or None."""
    year = int(year)
    if year == 0:
        return None
    year = 1 - year if era else year
    try:
        date = datetime.date(year % 400 + 400, int(month), int(of_month))
    except ValueError:
        return None
    return date.toordinal() + (year - year % 400 - 400) // 400 * 146097


FIRST = day("4714", "11", "24", " BC")
LAST = day("294276", "12", "31", None)
LAST_DATE = day("5874897", "12", "31", None)


def is_date(text):
    if text in ("infinity", "-infinity"):
        return True
    found = matches(DATE + "( BC)?", text)
    n = day(*found.groups()) if found else None
    return n is not None and FIRST <= n <= LAST_DATE


def seconds(offset):
    if offset in (None, "Z", "z"):
        return 0
    parts = [int(part) for part in offset[1:].split(":")] + [0, 0]
    size = parts[0] * 3600 + parts[1] * 60 + parts[2]
    return -size if offset[0] == "-" else size


def in_utc(text):
    """None: it is no timestamp."""
    if text in ("infinity", "-infinity"):
        return text
    found = matches(DATE + r"[Tt ]([01]\d|2[0-3]):([0-5]\d):([0-5]\d|60)" + FRACTION
                    + OFFSET + "?( BC)?", text)
    if not found:
        return None
    year, month, of_month, hour, minute, second, fraction, offset, era = found.groups()
    n = day(year, month, of_month, era)
    if n is None:
        return None
    clock = int(hour) * 3600 + int(minute) * 60 + int(second) - seconds(offset)
    if second == "60" and (clock % 86400 != 0 or fraction):
        return None
    n, clock = n + clock // 86400, clock % 86400
    if not FIRST <= n <= LAST:
        return None
    if offset and seconds(offset) == 0:
        return text
    cycles = (n - 146097) // 146097
    date = datetime.date.fromordinal(n - cycles * 146097)
    year = date.year + cycles * 400
    return "%04d-%02d-%02dT%02d:%02d:%02d%sZ%s" % (
        year if year > 0 else 1 - year, date.month, date.day, clock // 3600,
        clock // 60 % 60, clock % 60, "." + fraction if fraction else "",
        "" if year > 0 else " BC")


def time(text):
    return bool(matches(r"(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d" + FRACTION + r")?"
                        r"|24:00(:00(\.0{1,18})?)?)" + OFFSET + "?", text))


TYPES = {
    "int": lambda text: integer(text, 32),
    "bigint": lambda text: integer(text, 64),
    "number": number,
    "bool": lambda text: text in ("true", "false"),
    "string": lambda text: True,
    "json": lambda text: True,
    "uuid": is_uuid,
    "email": lambda text: bool(matches(EMAIL, text)),
    "date": is_date,
    "timestamp": lambda text: in_utc(text) is not None,
    "time": time,
    "ipv4": is_ipv4,
    "ipv6": is_ipv6,
    "enum(a,b,c)": lambda text: text in ("a", "b", "c"),
}


def accepts(kind, bounds, data):
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    if "\0" in text or not TYPES[kind](text):
        return False
    if kind in ("int", "bigint", "number"):
        size = Decimal(text)
    else:
        size = Decimal(len(text))
    return ("min" not in bounds or size >= Decimal(bounds["min"])) \
        and ("max" not in bounds or size <= Decimal(bounds["max"]))


def canonical(kind, data):
    text = data.decode("utf-8")
    if kind in ("int", "bigint"):
        return str(int(text))
    if kind == "timestamp":
        return in_utc(text)
    return text.lower() if kind == "uuid" else text


def main(log):
    asked = accepted = bad = 0
    with open(log, encoding="ascii") as file:
        for line in file:
            rule, value, got = line.rstrip("\n").split("\t")
            kind, *words = rule.split(" ")
            data = bytes.fromhex(value)
            if kind in UNASKED:
                continue
            # an array's items have no bounds
            bounds = {} if kind.endswith("[]") else dict(
                re.fullmatch("(.*)=(.*)", word).groups() for word in words)
            kind = kind.removesuffix("[]")
            want = "-"
            if accepts(kind, bounds, data):
                want = canonical(kind, data).encode("utf-8").hex()
            asked += 1
            accepted += want != "-"
            if want != got:
                bad += 1
                if bad <= 10:
                    print("# %s, %r: Python has %s, core/value has %s"
                          % (rule, data, want, got))
    print("# %d values asked of Python, %d accepted by both"
          % (asked, accepted))
    return 1 if bad or not accepted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
