# SPDX-License-Identifier: MIT
"""The corpus' formulas in Python: what an answer is judged by, without Talweg.

The notation is translated to a Python expression; sums become calls over a function of the
index.  Numbers are doubles, sums are exact (math.fsum).
"""

import math
import sys

from corpus.translate import Formula, flatten

# Python's compiler recurses over a sum of thousands of terms.
sys.setrecursionlimit(100000)


class Array:
    """Indexed from 1, as the corpus does."""

    def __init__(self, items):
        self.items = items

    def __getitem__(self, indices):
        found = self.items
        for index in indices if isinstance(indices, tuple) else (indices,):
            if not 1 <= index <= len(found):
                raise IndexError(f"index {index} of {len(found)}")
            found = found[round(index) - 1]
        return Array(found) if isinstance(found, list) else found


class Code(Formula):
    """A formula as Python."""

    def render(self, word, index, first, last, body):
        return f"{word}_(lambda {index}: {body}, {first}, {last})"


def code(text, names):
    python = Code(str(text), names).translate().strip().replace("^", "**")
    return compile(python, "formula", "eval")


def each(body, first, last):
    return (body(i) for i in range(round(first), round(last) + 1))


def overflowing(function):
    def call(x):
        try:
            return function(x)
        except OverflowError:
            return math.inf
    return call


FUNCTIONS = {
    "__builtins__": {}, "pi": math.pi, "abs": abs, "min": min, "max": max,
    "sum_": lambda body, first, last: math.fsum(each(body, first, last)),
    "prod_": lambda body, first, last: math.prod(each(body, first, last)),
    "exp": overflowing(math.exp), "sinh": overflowing(math.sinh), "cosh": overflowing(math.cosh),
    "sign": lambda x: (x > 0) - (x < 0), "round": lambda x: math.copysign(
        math.floor(abs(x) + 0.5), x), "mod": lambda a, b: a - b * math.floor(a / b),
    **{name: getattr(math, name) for name in (
        "log log10 sqrt sin cos tan asin acos atan atan2 tanh floor ceil erf").split()},
}


def nest(values, dims):
    """Flat values, row by row, as an Array of these extents; a number for none."""
    if not dims:
        return values[0]
    if len(dims) == 1:
        return Array(list(values))
    return Array([list(values[i:i + dims[1]]) for i in range(0, len(values), dims[1])])


def indices(problem, words):
    """The values that the indices of "i in 1..n, j in i..n" take together."""
    found = [{}]
    for part in words.split(",") if words else []:
        name, span = (text.strip() for text in part.split(" in ", 1))
        first, last = span.split("..")
        found = [{**known, name: i} for known in found
                 for i in range(round(problem.evaluate(first, **known)),
                                round(problem.evaluate(last, **known)) + 1)]
    return found


class Reference:
    """A problem's objective and how far a point is from meeting its conditions."""

    def __init__(self, problem):
        self.problem = problem
        own = {problem.names.get(k, k): v for k, v in problem.entry["params"].items()}
        data = {**problem.entry["data"], **getattr(problem, "table", dict)()}
        own.update({problem.names.get(k, k): Array(v) for k, v in data.items()})
        self.known = {**FUNCTIONS, **own}
        self.objective = code(problem.entry["objective"], problem.names)
        self.constraints = [(code(f"({c['expr']})-({c['rhs']})", problem.names), c["op"],
                             indices(problem, c.get("for"))) for c in problem.constraints]

    def place(self, values):
        """`values`: the variables' values by name, nested lists for arrays."""
        names = dict(self.known)
        for variable in self.problem.variables:
            flat = [float(x) for x in flatten(values[variable.name])]
            names[variable.name] = nest(flat, variable.dims)
        return names

    def value(self, values):
        """The objective; NaN where it has none."""
        try:
            return float(eval(self.objective, self.place(values)))
        except (ValueError, ZeroDivisionError, OverflowError, TypeError):
            return math.nan

    def violation(self, values):
        """The most by which a constraint or bound is broken."""
        worst, names = 0.0, self.place(values)
        for formula, op, places in self.constraints:
            for place in places:
                off = eval(formula, {**names, **place})
                worst = max(worst, {"==": abs(off), "<=": off, ">=": -off}[op])
        for variable in self.problem.variables:
            flat = flatten(values[variable.name])
            for x, low, high in zip(flat, variable.lower, variable.upper):
                worst = max(worst, 0 if low is None else low - x, 0 if high is None else x - high)
        return worst
