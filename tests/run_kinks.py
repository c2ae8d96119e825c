#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run_kinks.py TALWEG - nothing is called a minimum on kinks from which it goes down: random
functions of abs, min, max and relu, nested too, with values of their own computed here.  Each is
searched, and judged at 0 as well, where kinks of either sign meet; then the same in a box and
under a linear condition.

Prints TAP, one test a seed.
"""
import math
import pathlib
import random
import re
import sys
import tempfile

from tap import Report, run

SEEDS, CASES, POINTS = 3, 40, 600
NAMES = {"abs": abs, "max": max, "min": min, "relu": lambda t: max(t, 0.0)}
METHODS = ("smoothing", "smoothing", "trust_region", "bfgs")


def linear(draw, names):
    return " + ".join(f"({draw.choice([-2, -1, 0, 0.5, 1, 2])})*{v}" for v in names)


def term(draw, names, depth=0):
    """A kink: of linear forms with a product, at times with a kink inside."""
    first = f"{linear(draw, names)} + ({draw.choice([0, 0, 1, -1])})*{draw.choice(names)}*{draw.choice(names)}"
    if depth < 2 and draw.random() < 0.25:
        first = f"{term(draw, names, depth + 1)} + {linear(draw, names)}"
    shape = draw.choice(["abs({0})", "abs({0})", "max({0}, {1})", "min({0}, {1})", "relu({0})",
                         "max(max({0}, {1}), {2})", "max([{0}, {1}, {2}, {3}, {4}])"])
    return shape.format(first, *(linear(draw, names) for _ in range(4)))


def make(draw):
    names = ["x", "y", "z"][:draw.choice([2, 3])]
    parts = [f"({draw.choice([1, 1, 2, 0.5, -0.5, -1])})*{term(draw, names)}"
             for _ in range(draw.randint(1, 4))]
    parts.append(linear(draw, names))
    if draw.random() < 0.7:
        parts += [f"{draw.choice([0.5, 1])}*{v}^2" for v in names]
    formula, start = " + ".join(parts), draw.choice(["0", "0.3", "1"])
    low, high = draw.choice([-1, -0.5, 0]), draw.choice([0.25, 0.5, 1])
    box = f" in [{low}, {high}]"
    condition = f"{linear(draw, names)} - {draw.choice([0, 0.5, 1])}"
    how = draw.choice(["by smoothing", "by auto", "by trust_region", "by bfgs"])
    return [(formula, names, f"from {start} by {draw.choice(METHODS)}", "", None),
            (formula, names, "from 0 until 0 steps", "", None),
            (formula, names, f"from 0.1 {how}", box, None),
            (formula, names, f"from 0.1 subject to {condition} <= 0", "", condition),
            (formula, names, f"from 0.1 subject to {condition} <= 0", box, condition)]


def nearest(point, box):
    if not box:
        return point
    low, high = map(float, re.findall(r"-?[\d.]+", box))
    return [min(max(p, low), high) for p in point]


def value(formula, names, point):
    return eval(formula.replace("^", "**"), dict(NAMES), dict(zip(names, point)))  # noqa: S307


def lower_by(draw, formula, names, point, box, condition):
    """How much lower the function is near the point, by more than rounding explains."""
    here, worst = value(formula, names, point), 0.0
    for _ in range(POINTS):
        radius = 10 ** draw.uniform(-5, -2)
        along = [draw.gauss(0, 1) for _ in names]
        if draw.random() < 0.3:
            along = [round(a) for a in along]
        length = math.hypot(*along) or 1
        beside = nearest([p + radius * a / length for p, a in zip(point, along)], box)
        if condition and value(condition, names, beside) > 1e-12:
            continue
        there = value(formula, names, beside)
        if there < here - 1e-8 * radius - 1e-12 * abs(here):
            worst = max(worst, here - there)
    return worst


def check(command, seed):
    draw = random.Random(seed)
    cases = [case for _ in range(CASES) for case in make(draw)]
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder) / "kinks.opt"
        script.write_text("".join(
            f"r = minimize {formula} over {', '.join(v + box for v in names)} {how}\nprint r\n"
            f"print \"at\", {', '.join('r.' + v for v in names)}\n"
            for formula, names, how, box, _ in cases))
        result = run([command, "run", str(script)], timeout=300)
    blocks = re.split(r"^at (.*)\n", result.out, flags=re.M)
    reports, points = blocks[0:-1:2], blocks[1::2]
    wrong = [] if len(points) == len(cases) else [f"{len(points)} answers: {result.err[:500]}"]
    minima = 0
    for (formula, names, how, box, condition), report, point in zip(cases, reports, points):
        if "\n  a minimum here" not in report:
            continue
        minima += 1
        by = lower_by(draw, formula, names, [float(p) for p in point.split()], box, condition)
        if by > 0:
            wrong.append(f"lower by {by:.1e}: {formula} {box} {how} at {point}")
    if minima < CASES / 5:
        wrong.append(f"only {minima} minima")
    return "\n".join(wrong)


def main():
    report = Report()
    for seed in range(1, SEEDS + 1):
        wrong = check(sys.argv[1], seed)
        report.case(f"functions with kinks, seed {seed}", wrong)
    report.finish()


if __name__ == "__main__":
    main()
