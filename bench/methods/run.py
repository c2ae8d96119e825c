#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Methods x problems: what each method needs, in steps and evaluations.

  bench/methods/run.py TALWEG [-f FAMILY] [-o FILE]

Each unconstrained problem of a family of tests/corpus (mgh when none is named) is solved by
every method from its own start until |grad| < 1e-6; a cell is steps/evaluations, `-` where no
known minimum was reached."""
import argparse
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from corpus.judge import judge  # noqa: E402
from corpus.translate import problems  # noqa: E402
from tap import run  # noqa: E402

METHODS = ("auto gradient newton trust_region bfgs lbfgs cg levenberg_marquardt "
           "nelder_mead").split()
SECONDS = 20


def is_free(problem):
    entry = problem.entry
    bounded = any(v.get(side) is not None for v in entry["vars"] for side in ("lower", "upper"))
    return not bounded and not entry["constraints"]


def cell(talweg, problem, method):
    """"21/26", or "-"."""
    script = problem.statement(f"by {method}", "until |grad| < 1e-6")
    outcome = run([talweg, "--json", "-"], text=script, timeout=SECONDS)
    events = [e for e in outcome.events() or [] if e.get("event") == "solve"]
    if not events or not judge(problem, events[-1]).solved:
        return "-"
    return f"{events[-1]['steps']}/{events[-1]['evaluations']}"


def table(talweg, family):
    rows = []
    for problem in problems():
        if problem.entry["family"] == family and is_free(problem):
            rows.append([problem.entry["name"]] +
                        [cell(talweg, problem, method) for method in METHODS])
    solved = [sum(row[k + 1] != "-" for row in rows) for k in range(len(METHODS))]
    rows.append([f"solved of {len(rows)}"] + [str(count) for count in solved])
    lines = [["problem"] + METHODS, ["---"] * (len(METHODS) + 1)] + rows
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("talweg")
    parser.add_argument("-f", "--family", default="mgh")
    parser.add_argument("-o", "--out", help="keep the table in a file, too")
    given = parser.parse_args()
    text = table(given.talweg, given.family)
    print(text, end="")
    if given.out:
        pathlib.Path(given.out).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
