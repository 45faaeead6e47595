#!/usr/bin/env python3
"""Compares what core/value made of many texts with rules said a second time.

    t/fuzz/core_value.py LOG       the file its target was given as FUZZ_LOG

Each line has a rule, a value in hex and its canonical form in hex, or "-" where
it was refused.
"""

import re
import sys
from decimal import Decimal

from formats import CLOCK, DATE, is_date, is_ipv4, is_ipv6, is_uuid, matches
from formats import minutes

NUMBER = r"-?(0|[1-9]\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?"
FRACTION = r"(?:\.(\d{1,18}))?"
OFFSET = r"([Zz]|[+-](?:0\d|1[0-5]):[0-5]\d)"
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


def timestamp(text):
    found = matches("(" + DATE + ")[Tt]" + r"(\d\d):(\d\d):(\d\d)" + FRACTION
                    + OFFSET, text)
    if not found or not is_date(found[1]):
        return False
    hour, minute, second, fraction, offset = found.groups()[4:]
    if int(hour) > 23 or int(minute) > 59:
        return False
    if second == "60":
        return fraction is None and minutes(hour, minute, offset) == 1439
    return int(second) < 60


def time(text):
    return bool(matches(CLOCK + r"(:[0-5]\d" + FRACTION + ")?" + OFFSET + "?",
                        text))


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
    "timestamp": timestamp,
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
