"""What some formats are, said a second time: by regular expressions and by
Python's own modules, for core_value.py and schema_format.py."""

import datetime
import ipaddress
import re

DATE = r"(\d{4})-(\d\d)-(\d\d)"
CLOCK = r"([01]\d|2[0-3]):([0-5]\d)"
UUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"


def matches(pattern, text, flags=0):
    """The whole of the text, digits and letters being ASCII."""
    return re.fullmatch(pattern, text, flags | re.ASCII)


def is_date(text):
    found = matches(DATE, text)
    if not found:
        return False
    try:
        datetime.date(*map(int, found.groups()))
    except ValueError:
        return False
    return True


def is_uuid(text):
    return bool(matches(UUID, text, re.IGNORECASE))


def is_ipv4(text):
    return is_address(ipaddress.IPv4Address, text)


def is_ipv6(text):
    # a zone is Python's own
    return "%" not in text and is_address(ipaddress.IPv6Address, text)


def is_address(kind, text):
    try:
        kind(text)
    except ValueError:
        return False
    return True


def minutes(hour, minute, offset):
    """Of a day, in UTC; offset is "Z" or "+HH:MM"."""
    if offset in "Zz":
        shift = 0
    else:
        shift = int(offset[1:3]) * 60 + int(offset[4:6])
        shift = -shift if offset[0] == "-" else shift
    return (int(hour) * 60 + int(minute) - shift) % 1440
