#!/usr/bin/env python3
"""Compares what schema/number made of pairs of numbers with Python's Decimal.

    t/fuzz/schema_number.py LOG    the file its target was given as FUZZ_LOG

Each line has two numbers, how the first compares to the second (-1, 0, 1), and
whether it is a multiple of it (1, 0; -1 where the second is no divisor).
"""

import decimal
import sys

# beyond it a remainder would take all the memory there is
EXPONENT = 5000
DIGITS = 18


def compare(a, b):
    return (a > b) - (a < b)


def multiple(a, b):
    """1 or 0, -1 for no divisor, None where it would take too long."""
    if b <= 0 or len(b.normalize().as_tuple().digits) > DIGITS:
        return -1
    if not a:
        return 1
    if max(abs(a.adjusted()), abs(b.adjusted())) > EXPONENT:
        return None
    # as whole numbers of the smaller of the two exponents
    low = min(a.as_tuple().exponent, b.as_tuple().exponent)
    return int(whole(a, low) % whole(b, low) == 0)


def whole(number, low):
    sign, digits, exponent = number.as_tuple()
    return int("".join(map(str, digits))) * 10 ** (exponent - low)


def main(log):
    context = decimal.Context(prec=decimal.MAX_PREC, Emax=decimal.MAX_EMAX,
                              Emin=decimal.MIN_EMIN)
    decimal.setcontext(context)
    pairs = divided = bad = 0
    with open(log, encoding="ascii") as file:
        for line in file:
            one, two, compared, is_multiple = line.split(" ")
            try:
                a, b = decimal.Decimal(one), decimal.Decimal(two)
            except decimal.InvalidOperation:
                continue        # an exponent of twenty digits
            want = (compare(a, b), multiple(a, b))
            got = (int(compared), int(is_multiple))
            pairs += 1
            divided += want[1] is not None and want[1] >= 0
            if want[0] != got[0] or want[1] not in (got[1], None):
                bad += 1
                if bad <= 10:
                    print("# %.100s and %.100s: Python has %r, "
                          "schema/number has %r" % (one, two, want, got))
    print("# %d pairs of numbers compared as Python's Decimal does, %d of them "
          "divided" % (pairs, divided))
    return 1 if bad or not pairs or not divided else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
