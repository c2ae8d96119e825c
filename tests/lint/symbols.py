# SPDX-License-Identifier: MIT
"""What the built files let out and ask for: symbols.py COMMAND SHARED_LIBRARY

The shared library exports tw_* and descent_* and nothing else; the command needs libc and
libm alone, so that it starts fast.
"""

import re
import subprocess
import sys

from tree import Report


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def needed_libraries(path):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", output_of("readelf", "-d", path))


def exported_names(path):
    return [line.split()[-1] for line in output_of("nm", "-D", "--defined-only", path).splitlines()]


def main(command, library):
    report = Report()
    names = exported_names(library)
    other = [name for name in names if not name.startswith(("tw_", "descent_"))]
    report.case("the shared library exports public names alone", " ".join(other))
    missing = {"tw_open", "tw_run", "descent_new", "descent_step"} - set(names)
    report.case("the shared library exports the public functions", " ".join(sorted(missing)))
    extra = [name for name in needed_libraries(command)
             if not name.startswith(("libc.so", "libm.so", "ld-linux"))]
    report.case("the command needs libc and libm alone", " ".join(extra))
    report.finish()


main(*sys.argv[1:])
