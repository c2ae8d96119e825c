# SPDX-License-Identifier: MIT
"""The problems of corpus/ through the command: run_corpus.py [--only WORD] TALWEG

Each problem is translated (corpus/translate.py) and must give, at a point where the corpus
says what they are, the same objective and constraints:

- called as functions of the variables,
- the objective also as that of a search without steps, by the two methods that see different
  derivatives, over the variables as declared and, where all are numbers, over one vector.

Its gradient must agree with differences of the objective that the command itself prints, and
the whole problem must pass `talweg check` but for what this version says it does not have.
"""

import math
import re
import sys

from corpus.translate import array, number, problems
from tap import Report, run

# Two evaluations in different orders differ by rounding alone: about 1e-16 for each operation,
# relative to the largest term that is added.  1e-12 leaves room for the longest sums here.
TOLERANCE = 1e-12
GRADIENT_TOLERANCE = 1e-6
# xstar has ten digits or so; the objective moves with them where constraints hold it back.
SOLUTION_TOLERANCE = 1e-9
VIOLATION_TOLERANCE = 1e-7
# Steps of a difference in units of max(|x|, 1): the smaller ones where a pole or an end of the
# domain is near.
STEPS = (1e-4, 1e-6, 1e-8)
# Its waves are shorter than any step that rounding leaves.
WITHOUT_DIFFERENCES = ("global/Weierstrass",)
METHODS = ("gradient", "newton")
SECONDS = 120
ERROR = re.compile(r"^error\[(E\d+)\].*", re.MULTILINE)


def define(problem):
    """Lines that define the problem as functions and its variables as a point."""
    names = ", ".join(v.name for v in problem.variables)
    lines = problem.constants() + [f"corpus_f({names}) = {problem.objective}"]
    for k, constraint in enumerate(problem.constraints, 1):
        lines.append(f"corpus_c{k}({names}) = {problem.difference(constraint)}")
    return lines, names


def show(call, indices):
    """Prints a number, or the elements of an array of one or two indices one a line."""
    if indices == 0:
        return [f"print {call}"]
    if indices == 1:
        return [f"shown_ = {call}", "for i_ in 1..length(shown_) { print shown_[i_] }"]
    return [f"shown_ = {call}", "for i_ in 1..rows(shown_) {",
            "  for j_ in 1..columns(shown_) { print shown_[i_, j_] }", "}"]


def set_point(problem, flat):
    return [f"{v.name} = {array(own, v.dims)}" for v, own in problem.point(flat)]


def search(problem, flat, method):
    """A search that makes no step, over the variables as they are declared."""
    names = ", ".join(v.name for v in problem.variables)
    over = ", ".join(f"{v.declaration()} from {array(own, v.dims)}"
                     for v, own in problem.point(flat))
    return [f"r_ = minimize corpus_f({names}) over {over} until 0 steps by {method}",
            "print r_.value"]


def search_vector(flat, method):
    """The same over one vector, whose elements are handed to the function."""
    elements = ", ".join(f"corpus_z[{k + 1}]" for k in range(len(flat)))
    start = array(flat, [len(flat)])
    return [f"r_ = minimize corpus_f({elements}) over corpus_z[{len(flat)}] from {start} "
            f"until 0 steps by {method}", "print r_.value"]


def value_script(problem, flat):
    """(lines, how many values of the objective come before those of the constraints)"""
    lines, names = define(problem)
    lines += set_point(problem, flat) + show(f"corpus_f({names})", 0)
    values = 1
    for method in METHODS if problem.varies else ():
        lines += search(problem, flat, method)
        values += 1
        if len(flat) > 1 and not any(v.dims for v in problem.variables):
            lines += search_vector(flat, method)
            values += 1
    for k, constraint in enumerate(problem.constraints, 1):
        indices = constraint.get("for", "").count(" in ")
        # Each family is closed by a line that is no number.
        lines += show(f"corpus_c{k}({names})", indices) + ['print "end"']
    return lines, values


def printed(talweg, lines):
    """The words that a script prints, one a line; else (None, what went wrong)."""
    outcome = run([talweg, "--reproducible", "-"], text="\n".join(lines) + "\n", timeout=SECONDS)
    if outcome.crash() or outcome.status != 0:
        return None, outcome.crash() or f"exit status {outcome.status}\n{outcome.err[:2000]}"
    return outcome.out.split(), None


def families(words):
    """What is printed of the constraints: a list of numbers for each."""
    found = [[]]
    for word in words:
        if word == "end":
            found.append([])
        else:
            found[-1].append(float(word))
    return found[:-1]


def violation(problem, found):
    """How far the conditions are from holding, by their signs."""
    sides = {"==": abs, "<=": lambda c: c, ">=": lambda c: -c}
    return max([0.0] + [sides[constraint["op"]](c)
                        for constraint, own in zip(problem.constraints, found) for c in own])


def compare(where, got, wanted, tolerance):
    if len(got) != len(wanted):
        return [f"{len(got)} numbers at {where}, wanted {len(wanted)}"]
    return [f"number {k} at {where}: {a!r}, wanted {b!r}"
            for k, (a, b) in enumerate(zip(got, wanted), 1)
            if not abs(a - b) <= tolerance * max(1.0, abs(b))]


def check_values(talweg, problem):
    for point in problem.points:
        lines, count = value_script(problem, point.flat)
        words, trouble = printed(talweg, lines)
        if trouble:
            return f"{trouble}\n" + "\n".join(line[:200] for line in lines)
        tolerance = SOLUTION_TOLERANCE if point.rounded else TOLERANCE
        wrong = compare(point.where, list(map(float, words[:count])), [point.value] * count,
                        tolerance)
        found = families(words[count:])
        if point.constraints is not None:
            wrong += compare(point.where, sum(found, []), point.constraints, tolerance)
        if point.violation is not None:
            wrong += compare(f"{point.where}, violation", [violation(problem, found)],
                             [point.violation], VIOLATION_TOLERANCE)
        if wrong:
            return "\n".join(wrong[:10])
    return None


def gradient_script(problem, flat, step):
    """The gradient, then f(x - h), f(x + h), f(x - h/2), f(x + h/2) for each component."""
    lines, names = define(problem)
    lines += set_point(problem, flat) + show(f"grad(corpus_f)({names})", 1)
    steps = []
    for variable, own in problem.point(flat):
        for k, x in enumerate(own):
            h = step * max(1.0, abs(x))
            steps.append(h)
            for move in (-h, h, -h / 2, h / 2):
                lines += [f"{variable.component(k)} = {number(x + move)}",
                          f"print corpus_f({names})"]
            lines.append(f"{variable.component(k)} = {number(x)}")
    return lines, steps


def compare_gradient(talweg, problem, step):
    """Central differences extrapolated once: their error is of the order of step^4, and what
    rounding the values leaves, divided by the step."""
    flat = problem.points[0].flat
    lines, steps = gradient_script(problem, flat, step)
    words, trouble = printed(talweg, lines)
    if trouble:
        return trouble
    got = list(map(float, words))
    gradient, values = got[:len(flat)], got[len(flat):]
    if len(values) != 4 * len(flat):
        return f"{len(got)} numbers, wanted {5 * len(flat)}"
    scale = max(map(abs, gradient))
    wrong = []
    for k, h in enumerate(steps):
        far_left, far_right, left, right = values[4 * k:4 * k + 4]
        difference = (4 * (right - left) / h - (far_right - far_left) / (2 * h)) / 3
        rounding = 4e-16 * max(abs(left), abs(right), 1.0) / h
        allowed = GRADIENT_TOLERANCE * scale + rounding
        if not abs(gradient[k] - difference) <= allowed:
            wrong.append(f"component {k + 1}: {gradient[k]!r}, by differences {difference!r}")
    return "\n".join(wrong[:10])


def check_gradient(talweg, problem):
    troubles = []
    for step in STEPS:
        trouble = compare_gradient(talweg, problem, step)
        if not trouble:
            return None
        troubles.append(f"step {step}\n{trouble}")
    return "\n".join(troubles)


def check_statement(talweg, problem):
    """The whole problem is read and its names and shapes hold."""
    text = problem.statement()
    outcome = run([talweg, "check", "-"], text=text, timeout=SECONDS)
    codes = set(ERROR.findall(outcome.err))
    if outcome.crash():
        return outcome.crash()
    if codes - {"E0290"} or (outcome.status != 0) != bool(codes):
        return f"exit status {outcome.status}\n{outcome.err[:2000]}\n{text[:2000]}"
    return None


def main(arguments):
    talweg = arguments[-1]
    only = arguments[1] if arguments[0] == "--only" else ""
    report = Report()
    for problem in problems():
        if only not in problem.name:
            continue
        report.case(f"{problem.name}: values", check_values(talweg, problem))
        if problem.smooth and problem.varies and problem.name not in WITHOUT_DIFFERENCES:
            report.case(f"{problem.name}: gradient", check_gradient(talweg, problem))
        report.case(f"{problem.name}: statement", check_statement(talweg, problem))
    report.finish()


if __name__ == "__main__":
    main(sys.argv[1:])
