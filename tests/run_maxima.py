# SPDX-License-Identifier: MIT
"""Derivatives against Maxima's: run_maxima.py TALWEG TABLE

Each function of the table is differentiated twice by both.  Maxima evaluates its
derivatives in 40 digits at the very doubles that Talweg gets, 50 for each function, so the
differences are Talweg's rounding errors alone.  Both run once, whatever the table holds.
"""

import pathlib
import random
import shutil
import sys

from tap import Report, run

POINTS = 50
ORDERS = (1, 2)  # of the derivatives
TOLERANCE = 1e-12  # relative
# Nearer to a zero of the derivative than this share of its largest value, an error counts
# against that share: there the last digits cancel in any evaluation.
SMALL = 1e-2


def read_table(path):
    """(expression, points) of each line, the points random but always the same."""
    generator = random.Random(20240611)
    rows = []
    for line in pathlib.Path(path).read_text().splitlines():
        if line and not line.startswith("#"):
            low, high, expression = line.split(maxsplit=2)
            points = [generator.uniform(float(low), float(high)) for _ in range(POINTS)]
            rows.append((expression, points))
    return rows


def talweg_script(rows):
    lines = []
    for number, (expression, points) in enumerate(rows):
        lines.append(f"f{number}(x) = {expression}")
        for order in ORDERS:
            primes = "'" * order
            lines += [f"print f{number}{primes}({point!r})" for point in points]
    return "\n".join(lines) + "\n"


def maxima_script(rows):
    lines = ["fpprec: 40$", "linel: 1000$"]
    for expression, points in rows:
        exact = ["bfloat({})/{}".format(*point.as_integer_ratio()) for point in points]
        lines.append(f"at: [{', '.join(exact)}]$")
        for order in ORDERS:
            lines.append(f"d: diff({expression}, x, {order})$")
            lines.append('for p in at do print("value", bfloat(subst(x = p, d)))$')
    return "\n".join(lines) + "\n"


def compare(wanted, got):
    """What is wrong with the numbers of one derivative, or None."""
    scale = SMALL * max(map(abs, wanted))
    for index, (right, number) in enumerate(zip(wanted, got)):
        error = abs(number - right) / max(abs(right), scale)
        if not error <= TOLERANCE:
            return f"point {index}: {number!r}, Maxima {right!r}, error {error:.2g}"
    return None


def main(talweg, table):
    report = Report()
    if shutil.which("maxima") is None:
        report.skip("derivatives against Maxima's", "maxima is not installed")
        report.finish()
    rows = read_table(table)
    ours = run([talweg, "-"], talweg_script(rows))
    theirs = run(["maxima", "--very-quiet"], maxima_script(rows))
    got = [float(line) for line in ours.out.splitlines()]
    wanted = [
        float(line[len("value ") :].replace(" ", "").replace("b", "e"))
        for line in theirs.out.splitlines()
        if line.startswith("value ")
    ]
    count = len(rows) * len(ORDERS) * POINTS
    if len(got) != count or len(wanted) != count:
        trouble = f"{len(got)} and {len(wanted)} numbers of {count}\n{ours.err}"
        report.case("both give every number", trouble + theirs.out[-1000:] + theirs.err)
        report.finish()
    start = 0
    for expression, _ in rows:
        for order in ORDERS:
            piece = slice(start, start + POINTS)
            trouble = compare(wanted[piece], got[piece])
            report.case(f"derivative {order} of {expression}", trouble)
            start += POINTS
    report.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
