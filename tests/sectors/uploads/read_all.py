"""Read files as uploads are read, each in a process of its own with the same means, and tell what came of it.

Run as a module: for each path that it is given, a line of its input, it prints a line of JSON. The parts are
imported once, and each file is read by a fork: a second less than starting a process for it.
"""

import json
import os
import resource
import sys
from pathlib import Path

from pyproj import CRS

from geo.importers.limited_process import Means, give_up, told_of
from geo.projections import WGS84
from sectors.importers.perimeter_worker import read_perimeters


def read_one(content, means, about):
    answer, given = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(answer)
        with os.fdopen(given, "w") as stream:
            # PROJ opens its database anew after a fork; in a process that is started, it is open already.
            CRS.from_epsg(WGS84)
            give_up(means)
            stream.write(json.dumps(told_of(read_perimeters, content, **about)))
            stream.flush()
            os._exit(0)
    os.close(given)
    with os.fdopen(answer) as stream:
        told = stream.read()
    _, status, used = os.wait4(child, 0)
    outcome = json.loads(told) if status == 0 else {"died": status}
    return {**outcome, "peak_kib": used.ru_maxrss, "processor_s": used.ru_utime + used.ru_stime}


def main(asked):
    means, about = Means(**asked["means"]), asked["about"]
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for line in sys.stdin:
        content = Path(line.rstrip("\n")).read_bytes()
        sys.stdout.write(json.dumps(read_one(content, means, about)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
