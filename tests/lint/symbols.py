# SPDX-License-Identifier: MIT
"""What the built files let out and ask for: symbols.py COMMAND SHARED_LIBRARY

The shared library exports the functions of the two public headers and nothing else; the
command needs libc and libm alone, so that it starts fast.
"""

import re
import subprocess
import sys

from tree import ROOT, Report


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def needed_libraries(path):
    return re.findall(r"\(NEEDED\).*\[(.*)\]", output_of("readelf", "-d", path))


def exported_names(path):
    lines = output_of("nm", "-D", "--defined-only", path).splitlines()
    return {line.split()[-1] for line in lines}


def declared_names():
    headers = [(ROOT / "src" / name).read_text() for name in ("talweg.h", "descent.h", "descent_starts.h")]
    text = re.sub(r"(?s)\btypedef [^{};]*;", "", "\n".join(headers))
    return set(re.findall(r"\b(?:tw|descent)_\w+(?=\()", text))


def main(command, library):
    report = Report()
    exported, declared = exported_names(library), declared_names()
    report.case("the shared library exports public functions alone",
                " ".join(sorted(exported - declared)))
    report.case("the shared library exports every public function",
                " ".join(sorted(declared - exported)))
    extra = [name for name in needed_libraries(command)
             if not name.startswith(("libc.so", "libm.so", "ld-linux"))]
    report.case("the command needs libc and libm alone", " ".join(extra))
    report.finish()


main(*sys.argv[1:])
