"""A turn of load: requests a second, and the CPU of nginx and PostgreSQL for
each.  wrk keeps CONNECTIONS open for SECONDS_EACH seconds.
"""

import os
import re
import subprocess
import sys

SECONDS = int(os.environ.get("SECONDS_EACH", "3"))
CONNECTIONS = int(os.environ.get("CONNECTIONS", "64"))
TICK = os.sysconf("SC_CLK_TCK")


def cpu(pids):
    total = 0
    for pid in pids:
        try:
            with open("/proc/%d/stat" % pid) as f:
                fields = f.read().rsplit(")", 1)[1].split()
            total += int(fields[11]) + int(fields[12])
        except OSError:
            pass
    return total / TICK


def backends(postgres):
    with open(os.path.join(postgres.data, "postmaster.pid")) as f:
        master = int(f.readline())
    out = subprocess.run(["pgrep", "-P", str(master)], text=True,
                         stdout=subprocess.PIPE, check=False).stdout
    return [int(pid) for pid in out.split()]


def load(url, *options):
    """How many requests were answered, and how many in a second."""
    out = subprocess.run(
        ["wrk", "-t2", "-c%d" % CONNECTIONS, "-d%ds" % SECONDS] + list(options)
        + [url], text=True, stdout=subprocess.PIPE, check=True).stdout
    bad = re.search(r"Non-2xx.*", out)
    if bad:
        sys.exit("bench: " + bad.group(0))
    return (int(re.search(r"(\d+) requests in", out).group(1)),
            float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)))


def turn(nginx, postgres, path, script):
    pids = nginx.workers() + backends(postgres)
    before = cpu(pids)
    n, rate = load("http://127.0.0.1:%d/b%s" % (nginx.port, path),
                   *(["-s", script] if script else []))
    return rate, (cpu(pids) - before) * 1e6 / n
