# SPDX-License-Identifier: MIT
"""Measures how much memory long data and many variables take: memory.py BUILD

Prints a table of the scripts in memory/ and keeps it in RESULTS.md.  `own` is the most memory of
the process' own that was seen (RssAnon, looked at every few milliseconds), `all` the most that was
resident (ru_maxrss): files that are mapped count in it, and are given back when memory is short.
"""

import array
import datetime
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import time

from bench import machine, keep

ROOT = pathlib.Path(__file__).resolve().parents[1]
ROWS, COLUMNS, BLOCK = 10_000_000, 3, 100_000
SECONDS = 600
CASES = [  # script, what it holds, numbers of data or variables
    ("fit_csv", "fit of 10^7 rows of 3 columns, CSV", ROWS * COLUMNS),
    ("fit_npy", "the same, NPY of a matrix", ROWS * COLUMNS),
    ("gauss_newton", "the same CSV by Gauss-Newton, with standard errors", ROWS * COLUMNS),
    ("search", "10^6 variables by L-BFGS", 1_000_000),
]


def make_rows(folder):
    """The same numbers as a table and as a matrix: a block of rows again and again."""
    table, matrix = folder / "rows.csv", folder / "rows.npy"
    if matrix.exists():
        return
    draw = random.Random(1).gauss
    lines, numbers = [], array.array("d")
    for _ in range(BLOCK):
        a, b = draw(0, 1), draw(0, 1)
        line = "%.6f,%.6f,%.6f\n" % (a, b, 1.5 - 2 * a + 0.5 * b + draw(0, 0.1))
        lines.append(line)
        numbers.extend(map(float, line.split(",")))
    with open(table, "wb") as out:
        out.write(b"a,b,y\n")
        for _ in range(ROWS // BLOCK):
            out.write("".join(lines).encode())
    words = "{'descr': '<f8', 'fortran_order': False, 'shape': (%d, %d), }" % (ROWS, COLUMNS)
    words = words.ljust(117) + "\n"
    with open(matrix, "wb") as out:
        out.write(b"\x93NUMPY\x01\x00" + struct.pack("<H", len(words)) + words.encode())
        for _ in range(ROWS // BLOCK):
            out.write(numbers.tobytes())


def own_memory(process):
    try:
        with open(f"/proc/{process.pid}/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))
    except (OSError, StopIteration):
        return 0


def measure(talweg, script):
    """(MB of its own, MB in all, seconds of CPU, what it prints)"""
    process = subprocess.Popen([talweg, script], stdout=subprocess.PIPE, text=True)
    own, end = 0, time.monotonic() + SECONDS
    while True:
        own = max(own, own_memory(process))
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > end:
            process.kill()
        time.sleep(0.003)
    if status != 0:
        sys.exit(f"{script} failed")
    return (own * 1.024e-3, usage.ru_maxrss * 1.024e-3, usage.ru_utime + usage.ru_stime,
            process.stdout.read().strip())


def main(build):
    folder = pathlib.Path(build, "bench").resolve()
    (folder / "data").mkdir(parents=True, exist_ok=True)
    make_rows(folder / "data")
    scripts = folder / "scripts" / "memory"
    scripts.mkdir(parents=True, exist_ok=True)
    if not (scripts / "data").exists():
        (scripts / "data").symlink_to(folder / "data")
    lines = [f"{datetime.date.today()}, {machine()}", "",
             "| what | own MB | all MB | own bytes a number | CPU s | computed |",
             "|---|---|---|---|---|---|"]
    for name, what, count in CASES:
        script = shutil.copy(ROOT / "bench" / "memory" / f"{name}.opt", scripts)
        own, whole, seconds, printed = measure(pathlib.Path(build, "talweg"), script)
        lines.append(f"| {what} | {own:.0f} | {whole:.0f} | {own * 1e6 / count:.1f} "
                     f"| {seconds:.2f} | {printed} |")
        print(lines[-1], flush=True)
    keep("\n".join(lines) + "\n", "memory")


if __name__ == "__main__":
    main(*sys.argv[1:])
