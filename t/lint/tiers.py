"""The house: who may include whom, and where other people's headers live."""

import fnmatch
import re

from tree import finding

TIERS = {
    "core": 0,
    "json": 1, "regex": 1,
    "route": 2, "sql": 2, "auth": 2, "schema": 2,
    "body": 3, "observe": 3, "thread": 3,
    "db": 4, "cache": 4, "stream": 4,
    "check": 5, "http": 5,
    "conf": 6,
}

# a header that is not ours: the files it may be included by
HOMES = {
    "jansson.h": ["src/json/read.c"],
    "pthread.h": ["src/json/read.c", "src/thread/seat.c",
                  "src/thread/team.c", "src/thread/together.c"],
    "sys/wait.h": ["src/check/addresses.c"],
    "semaphore.h": ["src/thread/team.c"],
    "dlfcn.h": ["src/thread/team.c"],
    "hiredis/*": ["src/cache/redis.c"],
    "hiredis.h": ["src/cache/redis.c"],
    "libpq-fe.h": ["src/db/*.c", "src/db/*.h",
                   "src/check/*.c", "src/check/*.h", "src/sql/types.c",
                   "src/sql/rows*.c", "src/sql/cell.c", "src/sql/columns.c",
                   "src/sql/state.c", "src/sql/evidence.c",
                   "src/sql/said.c",
                   "src/sql/reach.c"],
    "sodium.h": ["src/auth/*"],
    "crypt.h": ["src/auth/password.c"],
    "pcre2.h": ["src/regex/regex.c"],
    "idn2.h": ["src/schema/format_host.c"],
    "openssl/*": ["src/auth/*", "src/check/migrate*.c"],
    "sys/eventfd.h": ["src/db/wake.c"],
    "grp.h": ["src/check/identity.c"],
    "sys/prctl.h": ["src/check/identity.c"],
    "sys/syscall.h": ["src/check/identity.c"],
}

# of nginx, the lowest tier that may know it
NGINX = {
    "ngx_config.h": 0,
    "ngx_core.h": 0,
    "ngx_event*.h": 3,
    "ngx_thread_pool.h": 4,
    "ngx_channel.h": 3,
    "ngx_md5.h": 4,
    "ngx_sha1.h": 4,
    "ngx_http*.h": 5,
}

# the C library; tiers 0 to 2 do no input and output
PURE = {"stddef.h", "stdint.h", "limits.h", "string.h", "float.h", "math.h",
        "emmintrin.h"}
HOSTED = PURE | {
    "arpa/inet.h", "dirent.h", "errno.h", "fcntl.h", "inttypes.h", "netdb.h",
    "netinet/in.h", "netinet/tcp.h", "poll.h", "signal.h", "stdarg.h", "stdio.h", "stdlib.h", "sys/mman.h", "sys/resource.h",
    "sys/socket.h", "sys/stat.h", "sys/time.h", "sys/types.h", "time.h", "unistd.h"}

# as pure as what lies below, which they bring together
PURE_FOLDERS = {"body", "observe"}

NO_NAMES = re.compile(r"^(utils?|common|misc|helpers?)$")
MODULE = "ngx_http_api_module.c"


def check(tree):
    yield from names(tree)
    yield from objects(tree)

    for path in tree.c_files():
        if path == MODULE:
            folder, tier = None, 7
        elif not path.startswith("src/"):
            continue
        elif path.count("/") != 2:
            yield finding(path, 1, "src/ is one level deep: put the file into "
                          "src/<folder>/")
            continue
        else:
            folder = path.split("/")[1]
            tier = TIERS.get(folder)
            if tier is None:
                yield finding(path, 1, "folder %s has no tier: give it one in "
                              "t/lint/tiers.py and in src/README.md" % folder)
                continue

        for line, ours, header in tree.source(path).includes:
            why = (own(tree, folder, tier, header) if ours
                   else foreign(path, 2 if folder in PURE_FOLDERS else tier,
                                header))
            if why:
                yield finding(path, line, why)


def own(tree, folder, tier, header):
    if "/" not in header:
        return 'write "<folder>/%s": includes begin at src/' % header

    if "src/" + header not in tree.files:
        return "there is no src/%s" % header

    other = header.split("/")[0]
    if other == folder or TIERS.get(other, 9) < tier:
        return None

    if TIERS.get(other) == tier:
        return ("%s/ and %s/ are of one tier and do not know each other: move "
                "what they share down, or let a higher tier bring them "
                "together" % (folder, other))

    return ("%s/ (tier %d) may not know %s/ (tier %s): pass a value or a "
            "callback instead" % (folder, tier, other, TIERS.get(other, "?")))


def foreign(path, tier, header):
    for pattern, lowest in NGINX.items():
        if fnmatch.fnmatch(header, pattern):
            if tier >= lowest:
                return None
            return ("tier %d does not know <%s> (tier %d and higher do)"
                    % (tier, header, lowest))

    for pattern, homes in HOMES.items():
        if fnmatch.fnmatch(header, pattern):
            if any(fnmatch.fnmatch(path, home) for home in homes):
                return None
            return ("<%s> is at home in %s: declare the type forward here"
                    % (header, ", ".join(homes)))

    if header in (PURE if tier <= 2 else HOSTED):
        return None

    if tier <= 2 and header in HOSTED:
        return ("tiers 0 to 2 do no input and output and ask no clock: drop "
                "<%s>, or move the file up" % header)

    return ("<%s> has no home: name the files that may include it in "
            "t/lint/tiers.py" % header)


def objects(tree):
    """nginx builds src/a/b.c as objs/addon/a/b.o."""
    seen = {}
    for path in tree.c_files():
        if not path.startswith("src/") or not path.endswith(".c"):
            continue
        target = "/".join(path[:-2].split("/")[-2:])
        if target in seen:
            yield finding(path, 1, "%s.o is %s's, too: rename one"
                          % (target, seen[target]))
        seen[target] = path


def names(tree):
    for path in tree.files:
        parts = path.split("/")
        parts[-1] = parts[-1].split(".")[0]
        if any(NO_NAMES.match(part) for part in parts):
            yield finding(path, 1, "a name that says nothing: name the concern "
                          "(what does the file know that others do not?)")
