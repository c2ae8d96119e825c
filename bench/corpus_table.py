# SPDX-License-Identifier: MIT
"""Runs Talweg over the corpus and writes the table: corpus_table.py TALWEG [WORD...] [--method M]

Each problem is written as a script with `by auto` and `until |grad| < 1e-9` (global ones with
`starts 50`), run with a limit of seconds, and its answer judged by tests/corpus, which does not
use Talweg.  With words only problems whose names have one of them are run, and the table is
printed; without, it is written to bench/CORPUS.md.
"""

import argparse
import concurrent.futures
import datetime
import math
import os
import pathlib
import platform
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tests"))

from corpus.judge import Verdict, judge  # noqa: E402
from corpus.tables import Fit, table_problems  # noqa: E402
from corpus.translate import largest_problems, problems  # noqa: E402
from tap import run  # noqa: E402

SECONDS = 10
STARTS = 50


class Answer:
    """One run: the problem, the event of its solve (empty without one) and the verdict."""

    def __init__(self, problem, event, verdict, seconds):
        self.problem = problem
        self.event = event
        self.verdict = verdict
        self.seconds = seconds

    def is_minimum(self):
        return self.event.get("kind") == "minimum"

    def error(self):
        if self.verdict.error is None:
            return ""
        if isinstance(self.problem, Fit):
            text = f"{self.verdict.error:.1f} digits"
            own = self.verdict.error_digits
            return text if own is None else f"{text}, {own:.1f} of the standard errors"
        return "%.1e" % self.verdict.error

    def cells(self):
        mark = "yes" if self.verdict.solved else "**no**"
        kind = self.event.get("kind", "")
        return [self.problem.name.split("/", 1)[1], mark, self.error(),
                self.event.get("status", ""), kind, self.event.get("method", ""),
                str(self.event.get("steps", "")), str(self.event.get("evaluations", "")),
                f"{self.seconds:.2f}", self.note()]

    def note(self):
        return "FALSE MINIMUM" if self.verdict.false_minimum else self.verdict.note


def script(problem, method):
    clauses = [f"by {method}", "until |grad| < 1e-9"]
    if problem.entry["family"].startswith("global"):
        clauses.insert(0, f"starts {STARTS}")
    return problem.statement(*clauses)


def solve(talweg, problem, method):
    """The Answer of one run."""
    outcome = run([talweg, "--json", "-"], text=script(problem, method), timeout=2 * SECONDS)
    events = [e for e in outcome.events() or [] if e.get("event") == "solve"]
    if outcome.timed_out or not events:
        why = outcome.err.splitlines()[0][:120] if outcome.err else outcome.crash() or "no answer"
        return Answer(problem, {}, Verdict(False, None, note=why), outcome.seconds)
    verdict = judge(problem, events[-1])
    if outcome.seconds > SECONDS:
        verdict.solved, verdict.note = False, f"more than {SECONDS} s"
    return Answer(problem, events[-1], verdict, outcome.seconds)


def family(answer):
    return answer.problem.name.split("/")[0]


def summary(answers):
    """[family, solved, called a minimum among the solved, called so and not solved, false]"""
    rows = []
    for name in dict.fromkeys(map(family, answers)):
        own = [a for a in answers if family(a) == name]
        solved = [a for a in own if a.verdict.solved]
        unsolved = [a for a in own if not a.verdict.solved and a.is_minimum()]
        rows.append([name, f"{len(solved)} of {len(own)}",
                     f"{sum(map(Answer.is_minimum, solved))} of {len(solved)}",
                     str(len(unsolved)), str(sum(a.verdict.false_minimum for a in own)),
                     f"{max(a.seconds for a in own):.2f}"])
    return rows


def fit_summary(answers):
    """What the digits of the fits are, by family."""
    rows = []
    fits = [a for a in answers if isinstance(a.problem, Fit)]
    for name in dict.fromkeys(map(family, fits)):
        own = [a for a in fits if family(a) == name]
        digits = [a.verdict.error or 0 for a in own]
        errors = [a.verdict.error_digits or 0 for a in own if any(a.problem.errors.values())]
        rows.append([name, str(len(own)), f"{min(digits):.1f}",
                     str(sum(d >= 6 for d in digits)), str(sum(d >= 9 for d in digits)),
                     f"{min(errors, default=math.nan):.1f}", str(sum(d >= 4 for d in errors))])
    return rows


def table(heads, rows):
    lines = ["| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows]]
    return "\n".join(lines) + "\n"


def page(answers, method):
    parts = ["# The corpus\n", f"Made by `./dev bench corpus` on {datetime.date.today()}: "
             f"{platform.machine()}, {os.cpu_count()} cores, `by {method}`, at most {SECONDS} s "
             "for a problem. tests/corpus says where the problems come from and how an answer "
             "is judged.\n",
             table(["family", "solved", "of these called a minimum", "called one, not solved",
                    "false minimum found", "longest, s"], summary(answers))]
    if any(isinstance(a.problem, Fit) for a in answers):
        parts.append(table(["fits", "runs", "fewest digits", "6 and more", "9 and more",
                            "fewest of standard errors", "4 and more"], fit_summary(answers)))
    for name in dict.fromkeys(map(family, answers)):
        rows = [a.cells() for a in answers if family(a) == name]
        parts += [f"## {name}\n", table(
            ["problem", "solved", "error", "status", "kind", "method", "steps", "evaluations",
             "s", ""], rows)]
    return "\n".join(parts)


def main(words):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("talweg")
    parser.add_argument("words", nargs="*")
    parser.add_argument("--method", default="auto")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    options = parser.parse_args(words)
    chosen = [p for p in [*problems(), *largest_problems(), *table_problems()]
              if not options.words or any(word in p.name for word in options.words)]
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        answers = list(pool.map(lambda p: solve(options.talweg, p, options.method), chosen))
    text = page(answers, options.method)
    if options.words:
        print(text, end="")
        return
    new = HERE / "CORPUS.md.new"
    new.write_text(text)
    new.replace(HERE / "CORPUS.md")
    print(table(["family", "solved", "minimum", "not solved", "false", "s"], summary(answers)))


if __name__ == "__main__":
    main(sys.argv[1:])
