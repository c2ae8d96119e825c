#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Methods x problems, beside SciPy's and NLopt's: writes METHODS.md.

  bench/methods/run.py TALWEG [GROUP...]

With groups (free, bounds, conditions, fits, global, bowls) their tables are printed instead.
The answers of the peers are kept beside the build (peers.py), Talweg's are always made anew."""

import concurrent.futures
import datetime
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "bench")]

from corpus.judge import FEASIBLE, OBJECTIVE, accepted, judge  # noqa: E402
from corpus.reference import Reference  # noqa: E402
from corpus.tables import Fit  # noqa: E402
from methods import groups  # noqa: E402
from tap import run as run_command  # noqa: E402

SECONDS = 10
STARTS = 50
TEXT = """An entry is `steps/evaluations` where the search ended at a known minimum: within 1e-6 of its value,
relative to max(1, |value|), of fits within 1e-6 of the sum of squares, conditions kept to 1e-6.  `?`:
the tool does not say that it has succeeded.  `off 2e-3`: it ended so far from the nearest known
value; **bold**: and calls it a success.  Of Talweg that is `r.kind`, which judges the stationary
point near the end, and says how far it is: a minimum on the way to which the steps ran out, or
another one than the known, is called so, too.  An evaluation is a point at which the value, the gradient or both were asked
for.  Talweg's derivatives are its own, the peers' complex steps of the same formulas; Hessians,
where a method takes them, are not counted.  NLopt does not tell its steps.

Talweg runs until |grad| < 1e-6 (methods by values: its default, |dx| < 1e-8), the peers with the
same tolerance where they have one (peers.py).  Costs of one evaluation differ: this page compares
methods, bench/RESULTS.md compares time.
"""


class Cell:
    """What one method made of one problem."""

    def __init__(self, steps=None, evaluations=None, error=None, claims=False, failed=""):
        self.steps = steps
        self.evaluations = evaluations
        self.error = error
        self.claims = claims
        self.failed = failed

    def solved(self):
        return not self.failed and self.error is not None and self.error <= OBJECTIVE

    def text(self):
        if self.failed:
            return self.failed
        count = f"{'' if self.steps is None else self.steps}/{self.evaluations}"
        if self.solved():
            return count if self.claims else count + " ?"
        off = "off" if self.error is None else f"off {self.error:.0e}"
        return f"**{off}** {count}" if self.claims else f"{off} {count}"


def error_of(problem, value, violation):
    """Relative to the nearest accepted value; None when a condition is broken."""
    if value is None or value != value or violation > FEASIBLE:
        return None
    if isinstance(problem, Fit):
        known = Reference(problem).value({k: v for k, v in problem.certified.items()})
        return max(0.0, value - known) / max(1.0, known)
    lower = value < problem.entry["fstar"]
    return 0.0 if lower else min(abs(value - good) / max(1.0, abs(good))
                                 for good in accepted(problem))


# ---- Talweg ----

def clauses(group, problem, method):
    if group == groups.GLOBAL:
        return [f"by {method}", "until 300 steps"] if method == "annealing" else [
            f"by {method}", f"starts {STARTS}"]
    if method == "nelder_mead":
        return [f"by {method}"]
    lines = [f"by {method}", "until |grad| < 1e-6"]
    if group == groups.BOWLS and method in groups.BOWL_STEP:
        condition = problem.entry["condition"]
        lines[0] = f"by {groups.BOWL_STEPS.get(method, lambda c: method)(condition)}"
        lines.append(f"step {groups.BOWL_STEP[method](condition):.6g}")
    return lines


def by_talweg(talweg, group, problem, method):
    script = problem.statement(*clauses(group, problem, method))
    outcome = run_command([talweg, "--json", "-"], text=script, timeout=SECONDS)
    found = outcome.events() or []
    events = [e for e in found if e.get("event") == "solve"]
    if outcome.timed_out:
        return Cell(failed=f"more than {SECONDS} s")
    if not events:
        codes = [e.get("code") for e in found if e.get("event") == "error"]
        return Cell(failed=codes[0] if codes else "no answer")
    event = events[-1]
    reference = Reference(problem)
    error = error_of(problem, reference.value(event["solution"]),
                     reference.violation(event["solution"]))
    return Cell(event["steps"], event["evaluations"], error, event.get("kind") == "minimum")


# ---- peers ----

def find_python():
    """A Python that has SciPy: this one, or the system's."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import scipy"], capture_output=True,
                          check=False).returncode == 0:
            return python
    return sys.executable


def by_peers(kept, chosen):
    """The answers of peers.py, and the versions of the tools."""
    made = subprocess.run([find_python(), str(ROOT / "bench/methods/peers.py"), kept, *chosen],
                          stdout=subprocess.PIPE, text=True, check=True)
    lines = [json.loads(line) for line in made.stdout.splitlines()]
    versions = lines[0]["versions"] if lines else {"scipy": None, "nlopt": None}
    return lines[1:], versions


def cell_of(problem, answer):
    if "failed" in answer:
        return Cell(failed=answer["failed"].split(":")[0])
    return Cell(answer["steps"], answer["evaluations"],
                error_of(problem, answer["value"], answer["violation"]), answer["claims"])


# ---- the page ----

def table(heads, rows):
    lines = ["| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows]]
    return "\n".join(lines) + "\n"


class Page:
    def __init__(self, talweg, chosen):
        self.chosen = chosen
        self.members = groups.members()
        self.cells = {}
        kept = pathlib.Path(talweg).resolve().parent / "methods" / "peers.jsonl"
        answers, self.versions = by_peers(kept, chosen)
        problems = {(g, p.name): p for g in chosen for p in self.members[g]}
        for a in answers:
            key = a["group"], a["problem"], a["tool"], a["method"]
            self.cells[key] = cell_of(problems[key[:2]], a)
        jobs = [(g, p, m) for g in chosen for _, own, _, _ in groups.KINDS[g] for m in own
                for p in self.members[g]]
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            made = pool.map(lambda job: by_talweg(talweg, *job), jobs)
            for done, ((group, problem, method), cell) in enumerate(zip(jobs, made), 1):
                self.cells[group, problem.name, "talweg", method] = cell
                if done % 50 == 0 or done == len(jobs):
                    print(f"talweg: {done} of {len(jobs)}", file=sys.stderr, flush=True)

    def columns(self, kind):
        _, own, of_scipy, of_nlopt = kind
        found = [("talweg", m) for m in own]
        found += [("scipy", m) for m in of_scipy if self.versions["scipy"]]
        return found + [("nlopt", m) for m in of_nlopt if self.versions["nlopt"]
                        and self.versions["scipy"]]

    def column(self, group, column):
        return [self.cells.get((group, p.name, *column), Cell(failed="-"))
                for p in self.members[group]]

    def totals(self, group, kind):
        """By method: solved, called so, called so elsewhere, evaluations over the fewest."""
        columns = {c: self.column(group, c) for c in self.columns(kind)}
        rows = []
        for column, cells in columns.items():
            ratios = [cell.evaluations / fewest for i, cell in enumerate(cells) if cell.solved()
                      for fewest in [min(own[i].evaluations for own in columns.values()
                                         if own[i].solved())] if fewest]
            rows.append([column[0], f"`{column[1]}`",
                         f"{sum(map(Cell.solved, cells))} of {len(cells)}",
                         str(sum(c.solved() and c.claims for c in cells)),
                         str(sum(not c.solved() and c.claims for c in cells)),
                         f"{statistics.median(ratios):.2f}" if ratios else ""])
        return table(["", "method", "solved", "called so", "called so elsewhere",
                      "evaluations / fewest"], rows)

    def matrix(self, group, kind):
        columns = self.columns(kind)
        names = {"talweg": "", "scipy": "SciPy ", "nlopt": "NLopt "}
        heads = [""] + [names[tool] + method for tool, method in columns]
        rows = [[p.name.split("/")[-1]] +
                [self.cells.get((group, p.name, *c), Cell(failed="-")).text() for c in columns]
                for p in self.members[group]]
        return table(heads, rows)

    def text(self):
        there = [f"{name} {version}" for name, version in
                 (("SciPy", self.versions["scipy"]), ("NLopt", self.versions["nlopt"])) if version]
        missing = [name for name in ("SciPy", "NLopt") if not self.versions[name.lower()]]
        parts = ["# Methods\n", f"Made by `./dev bench methods` on {datetime.date.today()}, beside "
                 + (" and ".join(there) or "nothing") + "." +
                 (f"  Not installed, so left out: {', '.join(missing)} (`./dev bench peers`)."
                  if missing else "") + "\n", TEXT]
        for group in self.chosen:
            parts.append(f"## {groups.TITLES[group]}\n")
            for kind in groups.KINDS[group]:
                parts += [f"### {kind[0].capitalize()}\n"] if kind[0] else []
                parts += [self.totals(group, kind), self.matrix(group, kind)]
        return "\n".join(parts)


def main():
    if len(sys.argv) < 2 or set(sys.argv[2:]) - set(groups.KINDS):
        sys.exit(__doc__)
    text = Page(sys.argv[1], sys.argv[2:] or list(groups.KINDS)).text()
    if sys.argv[2:]:
        print(text, end="")
        return
    new = ROOT / "bench" / "METHODS.md.new"
    new.write_text(text, encoding="utf-8")
    new.replace(ROOT / "bench" / "METHODS.md")


if __name__ == "__main__":
    main()
