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


def turn(nginx, postgres, path, script):
    command = ["wrk", "-t2", "-c%d" % CONNECTIONS, "-d%ds" % SECONDS]
    if script:
        command += ["-s", script]
    pids = nginx.workers() + backends(postgres)
    before = cpu(pids)
    out = subprocess.run(
        command + ["http://127.0.0.1:%d/b%s" % (nginx.port, path)], text=True,
        stdout=subprocess.PIPE, check=True).stdout
    spent = cpu(pids) - before
    bad = re.search(r"Non-2xx.*", out)
    if bad:
        sys.exit("bench: " + bad.group(0))
    n = int(re.search(r"(\d+) requests in", out).group(1))
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1))
    return rate, spent * 1e6 / n
