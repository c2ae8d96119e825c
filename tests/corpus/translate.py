# SPDX-License-Identifier: MIT
"""Problems of the corpus as text of Talweg.

The infix notation of index.json and Talweg's differ in one construct, `sum(i in a..b, e)`
against `sum(e for i in a..b)` (and prod), and in the words that may be names, so a formula is
translated token by token.  README.md beside this file describes the fields.
"""

import json
import math
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
FAMILIES = ("mgh", "mgh_more", "hock_schittkowski", "hock_schittkowski_rest", "cute_small",
            "cute_rest", "cute_large", "cute_large_constrained", "cute_chains", "small_rest",
            "global", "global_rest")

TOKEN = re.compile(r"\s*(\d+(?=\.\.)|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|\.\.|\S)")
FOLDS = ("sum", "prod")
# Words that no variable of a search may be called in Talweg: its keywords, the quantities of a
# search and the fields of its result.
TAKEN = set("""minimize maximize over by until subject from in within if then else for while and
or not true false step batch starts with to against worth hint steps epochs seconds k value grad
dvalue dx best evaluations seed method status reason regime factor curvature stable_step condition
kind convex multipliers violation minima trace""".split())


def join(tokens):
    """Binary signs and the word `in` stand between blanks, all else is close."""
    text = ""
    for token in tokens:
        binary = token in ("+", "-") and text and text.rstrip()[-1] not in "([,*/^+-"
        text += f" {token} " if binary or token == "in" else token
    return text


class Formula:
    """The tokens of one formula, read from left to right."""

    def __init__(self, text, names):
        self.tokens = TOKEN.findall(text)
        self.names = names
        self.at = 0

    def translate(self, ends=()):
        """What stands up to the first of `ends` outside brackets, as Talweg writes it."""
        out, depth = [], 0
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if depth == 0 and token in ends:
                break
            if token in FOLDS and self.tokens[self.at + 1] == "(":
                out.append(self.fold())
                continue
            depth += (token in "([") - (token in ")]")
            out.append(self.names.get(token, token) + (" " if token == "," else ""))
            self.at += 1
        return join(out)

    def take(self, token):
        if self.tokens[self.at] != token:
            raise ValueError(f"`{token}` is missing in {' '.join(self.tokens[:self.at + 1])}")
        self.at += 1

    def fold(self):
        """sum(i in a..b, e), read to its end."""
        word = self.tokens[self.at]
        self.at += 1
        self.take("(")
        index = self.tokens[self.at]
        self.at += 1
        self.take("in")
        first = self.translate([".."])
        self.take("..")
        last = self.translate([","])
        self.take(",")
        body = self.translate([")"])
        self.take(")")
        return self.render(word, self.names.get(index, index), first, last, body)

    def render(self, word, index, first, last, body):
        """sum(e for i in a..b)"""
        return f"{word}({body} for {index} in {first}..{last})"


def number(value):
    """A number with every digit that tells it from its neighbours."""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return "%.17g" % value


def array(values, dims):
    """Flat values, row by row, as a number, vector or matrix."""
    if not dims:
        return number(values[0])
    width = dims[-1]
    rows = [values[i:i + width] for i in range(0, len(values), width)]
    return "[" + "; ".join(", ".join(map(number, row)) for row in rows) + "]"


class Variable:
    def __init__(self, entry, problem):
        self.name = problem.names.get(entry["name"], entry["name"])
        dims = entry["dim"]
        dims = problem.evaluate(dims) if isinstance(dims, str) else dims
        self.dims = [] if dims == 0 else dims if isinstance(dims, list) else [dims]
        self.size = math.prod(self.dims)
        self.start, self.lower, self.upper = (
            self.fill(entry[field], problem) for field in ("start", "lower", "upper"))

    def fill(self, given, problem):
        """One entry a component: lists are repeated, texts are formulas of the index i."""
        if isinstance(given, str):
            return [problem.evaluate(given, i=i + 1) for i in range(self.size)]
        if isinstance(given, list):
            return [given[i % len(given)] for i in range(self.size)]
        return [given] * self.size

    def declaration(self):
        return self.name + (f"[{', '.join(map(str, self.dims))}]" if self.dims else "")

    def component(self, k):
        """The name of component k (from 0)."""
        if len(self.dims) == 2:
            return f"{self.name}[{k // self.dims[1] + 1}, {k % self.dims[1] + 1}]"
        return f"{self.name}[{k + 1}]" if self.dims else self.name

    def bounds(self):
        """` in [lower, upper]`, or nothing where there are none."""
        if all(bound is None for bound in self.lower + self.upper):
            return ""
        sides = [[none if bound is None else bound for bound in side]
                 for side, none in ((self.lower, -math.inf), (self.upper, math.inf))]
        if all(len(set(side)) == 1 for side in sides):
            return f" in [{number(sides[0][0])}, {number(sides[1][0])}]"
        return f" in [{self.name}_lower, {self.name}_upper]"

    def bound_lines(self):
        if not self.bounds().endswith("_upper]"):
            return []
        return [f"{self.name}_{word} = " + array([none if b is None else b for b in side],
                                                 self.dims)
                for word, side, none in (("lower", self.lower, -math.inf),
                                         ("upper", self.upper, math.inf))]

    def start_text(self):
        """A variable without a start is drawn from its box."""
        if self.start[0] is not None:
            return array(self.start, self.dims)
        shape = f", [{', '.join(map(str, self.dims))}]" if len(self.dims) == 2 else (
            f", {self.dims[0]}" if self.dims else "")
        return f"uniform({number(min(self.lower))}, {number(max(self.upper))}{shape})"


class Point:
    """Where the corpus says what a problem is.

    `flat` are the components of all variables in order, rows of matrices one after the other;
    `constraints` (expr - rhs) and `violation` (the largest) are None where it does not say;
    `rounded`: the point itself has fewer digits than the value.
    """

    def __init__(self, where, flat, value, constraints=None, violation=None, rounded=False):
        self.where = where
        self.flat = flat
        self.value = value
        self.constraints = constraints
        self.violation = violation
        self.rounded = rounded


class Problem:
    """One entry of index.json and its parts as text of Talweg."""

    def __init__(self, entry):
        self.entry = entry
        self.name = f"{entry['family']}/{entry['name']}"
        words = {v["name"] for v in entry["vars"]} | set(entry["params"]) | set(entry["data"])
        self.names = {word: word + "_" for word in words & TAKEN}
        self.variables = [Variable(v, self) for v in entry["vars"]]
        self.objective = self.text(entry["objective"])
        self.constraints = entry["constraints"]
        self.smooth = not set(entry["functions"]) & {"abs", "floor", "ceil", "round", "min", "max",
                                                     "mod", "sign"}
        # One problem of the collection only asks for a point that meets its conditions.
        self.varies = any(v["name"] in Formula(entry["objective"], {}).tokens
                          for v in entry["vars"])
        self.points = self.known_points()

    def text(self, formula):
        return Formula(str(formula), self.names).translate().strip()

    def evaluate(self, text, **names):
        """A size or a start: a formula of the parameters in + - * / alone."""
        return eval(text, {"__builtins__": {}}, {**self.entry["params"], **names})

    def known_points(self):
        """Where the corpus says what the objective is: the check point, else start and end."""
        entry = self.entry
        if "check" in entry:
            check = entry["check"]
            return [Point("the check point", check["x"], check["f"], constraints=check.get("c"))]
        if "f_at_start" not in entry:  # of a larger instance it is not kept
            return []
        start = [v for variable in self.variables for v in variable.start]
        at_start = Point("the start", start, entry["f_at_start"],
                         violation=entry.get("constraint_violation_at_start"))
        if "xstar" not in entry:
            return [at_start]
        end = []
        for given, variable in zip(entry["vars"], self.variables):
            end += variable.fill(flatten(entry["xstar"][given["name"]]), self)
        return [at_start,
                Point("the solution", end, entry["fstar"], violation=0.0, rounded=True)]

    def constants(self):
        """Parameters and data, one definition a line."""
        lines = [f"{self.names.get(k, k)} = {number(v)}" for k, v in self.entry["params"].items()]
        for name, values in self.entry["data"].items():
            dims = [len(values)] + ([len(values[0])] if isinstance(values[0], list) else [])
            lines.append(f"{self.names.get(name, name)} = {array(flatten(values), dims)}")
        return lines

    def generators(self, constraint):
        """The `for` of a family of constraints; empty for a single one."""
        words = constraint.get("for")
        return f" for {self.text(words)}" if words else ""

    def difference(self, constraint):
        """expr - rhs, a comprehension for a family."""
        left = f"{self.text(constraint['expr'])} - ({self.text(constraint['rhs'])})"
        generators = self.generators(constraint)
        return f"[{left}{generators}]" if generators else left

    def condition(self, constraint):
        if constraint.get("for"):
            return f"{self.difference(constraint)} {constraint['op']} 0"
        return f"{self.text(constraint['expr'])} {constraint['op']} {self.text(constraint['rhs'])}"

    def point(self, flat):
        """The point's components shared out: (variable, its own values)."""
        parts, at = [], 0
        for variable in self.variables:
            parts.append((variable, flat[at:at + variable.size]))
            at += variable.size
        return parts

    def statement(self, *clauses):
        """The problem as the corpus means it, with its sets and constraints, and what is asked
        of the search besides: `by newton` where nothing is said."""
        lines = self.constants()
        for variable in self.variables:
            lines += variable.bound_lines()
        word = "maximize" if self.entry["sense"] == "max" else "minimize"
        over = [f"{v.declaration()}{v.bounds()} from {v.start_text()}" for v in self.variables]
        lines += [f"{word} {self.objective}", "  over " + ",\n    ".join(over)]
        if self.constraints:
            lines.append("  subject to " + ",\n    ".join(map(self.condition, self.constraints)))
        lines += [f"  {clause}" for clause in clauses or ["by newton"]]
        return "\n".join(lines + [""])


def flatten(value):
    if not isinstance(value, list):
        return [value]
    return [x for part in value for x in flatten(part)]


def problems():
    for family in FAMILIES:
        for entry in json.loads((HERE / family / "index.json").read_text()):
            yield Problem(entry)


def largest_problems():
    """The problems whose size varies with the largest size that the corpus knows."""
    for family in ("cute_large", "cute_chains"):
        for entry in json.loads((HERE / family / "index.json").read_text()):
            largest = max(entry.get("instances") or [], key=lambda i: i["n"], default={"n": 0})
            if largest["n"] > entry["n"]:
                smaller = ("check", "xstar", "f_at_start")
                yield Problem({**{k: v for k, v in entry.items() if k not in smaller},
                               **largest, "params": {**entry["params"], **largest["params"]},
                               "family": family + "_largest"})
