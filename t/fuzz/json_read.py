#!/usr/bin/env python3
"""Compares what json/read made of many texts with Python's own reader.

    t/fuzz/json_read.py LOG        the file json_read_fuzz was given as FUZZ_LOG

Each line has an input in hex and what json/read wrote of it, in hex, too, or
"-" where it refused.  Python must refuse the same inputs, and read the same
values from input and output, every digit of a number included.
"""

import json
import sys

DEPTH = 32
NUL_IN_KEYS = "\ufdd0"       # what stands for it while duplicates are looked for


class Number(str):
    """A number as it was written."""


class Refused(Exception):
    pass


def constant(word):
    raise Refused("no JSON: " + word)


def members(pairs):
    keys = [key.replace("\0", NUL_IN_KEYS) if has_nul(pairs) else key
            for key, value in pairs]
    if len(set(keys)) != len(keys):
        raise Refused("a key twice")
    return ("object", pairs)


def has_nul(pairs):
    return any("\0" in key for key, value in pairs)


def check(value, depth=1):
    """Depth and lone surrogates, which Python lets pass."""
    if isinstance(value, str):
        value.encode("utf-8")
        return
    if isinstance(value, tuple):
        inner = [part for pair in value[1] for part in pair]
    elif isinstance(value, list):
        inner = value
    else:
        return
    if depth > DEPTH:
        raise Refused("too deep")
    for part in inner:
        check(part, depth + 1)


def read(data):
    """The value, or None when it is to be refused."""
    try:
        text = data.decode("utf-8")
        if "\0" in text or text.startswith("\ufeff"):
            raise Refused("NUL or BOM")
        value = json.loads(text, parse_int=Number, parse_float=Number,
                           parse_constant=constant, object_pairs_hook=members)
        check(value)
    except (Refused, ValueError, RecursionError):
        return None
    return (value, kinds(value))


def kinds(value):
    """Tells a Number from the string of the same text."""
    if isinstance(value, list):
        return [kinds(part) for part in value]
    if isinstance(value, tuple):
        return [kinds(part) for key, part in value[1]]
    return type(value).__name__


def main(log):
    lines = accepted = bad = 0
    with open(log, encoding="ascii") as file:
        for line in file:
            fields = line.rstrip("\n").split(" ")
            data = bytes.fromhex(fields[0])
            want = read(data)
            got = None if fields[1] == "-" else read(bytes.fromhex(fields[1]))
            lines += 1
            accepted += got is not None
            if want != got or (fields[1] == "-") != (want is None):
                bad += 1
                if bad <= 10:
                    print("# %r: Python has %r, json/read has %r"
                          % (data, want, got))
    print("# %d texts compared with Python's reader, %d accepted by both"
          % (lines, accepted))
    return 1 if bad or not accepted else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
