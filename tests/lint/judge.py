# SPDX-License-Identifier: MIT
"""The evaluator that answers are judged by gives the values that the corpus says."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))

from corpus.reference import Reference  # noqa: E402
from corpus.tables import Fit, table_problems  # noqa: E402
from corpus.translate import largest_problems, problems  # noqa: E402
from tap import Report  # noqa: E402

TOLERANCE = 1e-9
ROUNDED = 1e-6  # where the point has fewer digits than the value


def compare(got, wanted, tolerance):
    if abs(got - wanted) <= tolerance * max(1.0, abs(wanted)):
        return None
    return f"{got!r}, wanted {wanted!r}"


def check_points(problem, reference):
    """At the points that the corpus names."""
    for point in problem.points:
        values = {variable.name: own for variable, own in problem.point(point.flat)}
        trouble = compare(reference.value(values), point.value,
                          ROUNDED if point.rounded else TOLERANCE)
        if not trouble and point.violation is not None:
            trouble = compare(reference.violation(values), point.violation, ROUNDED)
        if trouble:
            return f"at {point.where}: {trouble}"
    return None


def check_table(problem, reference):
    """At the certified parameters, or the known solution."""
    values = problem.certified if isinstance(problem, Fit) else {
        problem.names.get(name, name): own for name, own in problem.entry["xstar"].items()}
    return compare(reference.value(values), problem.entry["fstar"], TOLERANCE) or \
        compare(reference.violation(values), 0.0, TOLERANCE)


def main():
    report = Report()
    for problem in [*problems(), *largest_problems()]:
        report.case(problem.name, check_points(problem, Reference(problem)))
    for problem in table_problems():
        report.case(problem.name, check_table(problem, Reference(problem)))
    report.finish()


main()
