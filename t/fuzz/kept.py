#!/usr/bin/env python3
"""The inputs a fuzz target is kept with, in one file: one a line.

    t/fuzz/kept.py pack DIR FILE      of the files in DIR, FILE
    t/fuzz/kept.py unpack FILE DIR    and back

What is no printable ASCII, and the backslash, is \\xff.
"""

import hashlib
import os
import re
import sys


def pack(folder, name):
    inputs = set()
    for entry in os.scandir(folder):
        with open(entry.path, "rb") as file:
            inputs.add(file.read())
    # short ones first: the rest is told by what they do not reach
    with open(name, "w", encoding="ascii") as file:
        for data in sorted(inputs, key=lambda data: (len(data), data)):
            file.write(escape(data) + "\n")
    return len(inputs)


def unpack(name, folder):
    os.makedirs(folder, exist_ok=True)
    count = 0
    with open(name, encoding="ascii") as file:
        for line in file:
            data = unescape(line.rstrip("\n"))
            path = os.path.join(folder, hashlib.sha1(data).hexdigest())
            with open(path, "wb") as one:
                one.write(data)
            count += 1
    return count


def escape(data):
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 92
                   else "\\x%02x" % byte for byte in data)


def unescape(line):
    return re.sub(rb"\\x([0-9a-f]{2})",
                  lambda match: bytes.fromhex(match[1].decode()),
                  line.encode("ascii"))


def main(args):
    if len(args) != 3 or args[0] not in ("pack", "unpack"):
        print(__doc__, file=sys.stderr)
        return 2
    count = pack(*args[1:]) if args[0] == "pack" else unpack(*args[1:])
    print("%s: %d inputs" % (args[-1], count))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
