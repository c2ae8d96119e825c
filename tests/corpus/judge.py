# SPDX-License-Identifier: MIT
"""Whether an answer to a problem of the corpus is right."""

import math
import random

from corpus.reference import Reference
from corpus.tables import Fit
from corpus.translate import flatten

FEASIBLE = 1e-6
OBJECTIVE = 1e-6  # relative to max(1, |value|); of the learning problems eight digits
LEARNING_OBJECTIVE = 1e-8
DIGITS = 6  # of every parameter of a fit
MOST_DIGITS = 15.0


class Verdict:
    """`solved`; `error`: digits of a fit's worst parameter, else the objective's error;
    `error_digits`: of the worst standard error; `false_minimum`: a lower point was found close
    to what was called a minimum."""

    def __init__(self, solved, error, error_digits=None, note=""):
        self.solved = solved
        self.error = error
        self.error_digits = error_digits
        self.note = note
        self.false_minimum = False


def digits(value, exact):
    if value is None or not math.isfinite(value):
        return 0.0
    off = abs(value - exact) / abs(exact) if exact else abs(value)
    return MOST_DIGITS if off == 0 else max(0.0, min(MOST_DIGITS, -math.log10(off)))


def worst_digits(values, exact):
    """Over the parameters that are not 0; None when all are."""
    found = [digits(float(flatten(values[name])[0]) if values.get(name) is not None else None,
                    known) for name, known in exact.items() if known]
    return min(found, default=None)


def judge_fit(problem, event):
    found = worst_digits(event["solution"], problem.certified)
    errors = event.get("standard_errors") or {}
    own = worst_digits(errors, problem.errors) if problem.errors else None
    return Verdict(found is None or found >= DIGITS, found, own)


def accepted(problem):
    """The values that an answer may have: the best known, and of all but global searches the
    values of other minima."""
    entry = problem.entry
    found = [entry["fstar"]]
    if not entry["family"].startswith("global"):
        found += (entry.get("local_minima") or []) + (entry.get("reached_from_start") or [])
    return [value for value in found if isinstance(value, (int, float))]


def judge_value(problem, reference, event):
    value = reference.value(event["solution"])
    violation = reference.violation(event["solution"])
    tolerance = LEARNING_OBJECTIVE if problem.entry["family"] == "ml" else OBJECTIVE
    error = min(abs(value - good) / max(1.0, abs(good)) for good in accepted(problem))
    sign = -1 if problem.entry["sense"] == "max" else 1
    better = sign * value < sign * problem.entry["fstar"]
    note = f"violation {violation:.1e}" if violation > FEASIBLE else ""
    return Verdict((error <= tolerance or better) and violation <= FEASIBLE, error, note=note)


def lower_nearby(problem, reference, event):
    """Whether a random feasible point close by is lower than rounding explains.  Where there
    are constraints no random point is feasible, and their conditions are checked elsewhere."""
    if problem.constraints:
        return False
    sign = -1 if problem.entry["sense"] == "max" else 1
    names = [v.name for v in problem.variables]
    flat = {name: list(map(float, flatten(event["solution"][name]))) for name in names}
    here = sign * reference.value(flat)
    draw = random.Random(0)
    for trial in range(200):
        radius = 10.0 ** -(1 + trial % 4)
        moved = {name: [x + radius * max(1.0, abs(x)) * draw.gauss(0, 1) for x in own]
                 for name, own in flat.items()}
        there = sign * reference.value(moved)
        if there < here - 1e-9 * radius * max(1.0, abs(here)) and \
                reference.violation(moved) == 0 and is_close(there, here, radius):
            return True
    return False


def is_close(there, here, radius):
    """A lower value next to a minimum lies in another valley when it is much lower."""
    return here - there < 10 * radius * max(1.0, abs(here)) and radius <= 1e-3


def judge(problem, event):
    """The verdict on the `solve` event that a run of the problem gave."""
    reference = Reference(problem)
    verdict = (judge_fit(problem, event) if isinstance(problem, Fit)
               else judge_value(problem, reference, event))
    if event.get("kind") == "minimum" and not verdict.solved:
        verdict.false_minimum = lower_nearby(problem, reference, event)
    return verdict
