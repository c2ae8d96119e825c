# SPDX-License-Identifier: MIT
"""Runs every example alone and all in one batch: run_examples.py TALWEG FOLDER

The examples hold their true numbers as `expect` lines, so the exit status tells.  Laying
one out changes nothing but blanks, and laying it out twice gives the same bytes.
"""

import pathlib
import sys

from run_grammar import check_written
from tap import Report, run


def check_run(talweg, example):
    outcome = run([talweg, "--reproducible", str(example)], timeout=120)
    if outcome.status == 0:
        return outcome.crash()
    return outcome.crash() or f"exit status {outcome.status}\n{outcome.out}{outcome.err}"


def check_hook(talweg, hook):
    """4 steps to 2.99999232: one factor -0.04 from 0 towards 3, multiplied out by hand."""
    outcome = run([talweg, "--json", str(hook)])
    solves = [event for event in outcome.events() or [] if event.get("event") == "solve"]
    if len(solves) != 1 or solves[0]["status"] != "converged" or solves[0]["steps"] != 4:
        return outcome.out + outcome.err
    weight = solves[0]["solution"]["w"]
    wanted = 3 * (1 - 0.04**4)  # each step leaves 1 - 8 * 0.12 = 0.04 of the error
    return None if abs(weight - wanted) < 1e-14 else f"w = {weight}, wanted {wanted}"


def check_batch(talweg, folder, count):
    outcome = run([talweg, "batch", "--json", "--reproducible", str(folder)], timeout=300)
    if outcome.crash() or outcome.status != 0:
        return outcome.crash() or f"exit status {outcome.status}\n{outcome.out}{outcome.err}"
    scripts = [row for row in outcome.events() or [] if row.get("event") != "summary"]
    if len(scripts) != count:
        return f"{len(scripts)} rows for {count} examples\n{outcome.out}"
    return None


def main(talweg, folder):
    folder = pathlib.Path(folder)
    report = Report()
    examples = sorted(folder.rglob("*.opt"))
    for example in examples:
        name = example.relative_to(folder)
        report.case(f"{name} runs", check_run(talweg, example))
        report.case(f"{name} is laid out", check_written(talweg, example.read_text()))
    report.case("the hook's answer", check_hook(talweg, folder / "hook.opt"))
    report.case("all in one batch", check_batch(talweg, folder, len(examples)))
    report.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
