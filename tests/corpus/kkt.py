# SPDX-License-Identifier: MIT
"""The conditions of Karush, Kuhn and Tucker at an answer to a problem of the corpus.

Values are reference.py's, derivatives complex steps of the same formulas (Squire and Trapp, SIAM
Review 40 (1998)): nothing of it is Talweg's.  A multiplier is the derivative of the value by the
right side of its condition.
"""

import cmath

from corpus.reference import FUNCTIONS, Reference, each, nest
from corpus.translate import Formula, flatten

STEP = 1e-30
STATIONARY = 1e-6  # of the largest term of the gradient of the Lagrangian
FEASIBLE = 1e-8
NEAR = 1e-6  # of the size of a variable: it lies on its bound

COMPLEX = {
    **FUNCTIONS,
    "sum_": lambda body, first, last: sum(each(body, first, last)),
    **{name: getattr(cmath, name) for name in (
        "exp log log10 sqrt sin cos tan asin acos atan sinh cosh tanh").split()},
}
# What has no complex step.
UNKNOWN = {"abs", "min", "max", "sign", "floor", "ceil", "round", "mod", "atan2", "erf", "hypot"}


def can_check(problem):
    return not set(problem.entry["functions"]) & UNKNOWN


class Kkt:
    """One answer; `wrong` are the conditions that do not hold, as texts."""

    def __init__(self, problem, event):
        self.reference = Reference(problem)
        self.problem = problem
        self.names = {**self.reference.known, **COMPLEX}
        self.x = [float(v) for variable in problem.variables
                  for v in flatten(event["solution"][variable.name])]
        self.multipliers = [float(v) for v in flatten(event.get("multipliers") or [])]
        self.wrong = []
        self.scale = 1.0

    def place(self, flat):
        names = dict(self.names)
        for variable, own in self.problem.point(flat):
            names[variable.name] = nest(own, variable.dims)
        return names

    def value(self, formula, index):
        return complex(eval(formula, {**self.place(self.x), **index})).real

    def gradient(self, formula, index):
        rows = []
        for i in range(len(self.x)):
            moved = list(map(complex, self.x))
            moved[i] += STEP * 1j
            rows.append(complex(eval(formula, {**self.place(moved), **index})).imag / STEP)
        return rows

    def conditions(self):
        """(formula, op, index, sign) of each single one, in the order of the statement.  The sign
        is -1 where the bound stands on the left: raising it lowers expr - rhs's right side."""
        return [(formula, op, index, self.bound_side(constraint))
                for constraint, (formula, op, places) in zip(self.problem.constraints,
                                                             self.reference.constraints)
                for index in places]

    def bound_side(self, constraint):
        words = set(Formula(str(constraint["expr"]), {}).tokens)
        moves = words & {v["name"] for v in self.problem.entry["vars"]}
        return 1 if moves or constraint.get("for") else -1

    def check_condition(self, formula, op, index, multiplier, gradient):
        value = self.value(formula, index)
        slope = max([1.0] + list(map(abs, gradient)))
        room = {"==": abs(value), "<=": value, ">=": -value}[op]
        if room > FEASIBLE * max([slope] + [slope * abs(v) for v in self.x]):
            self.wrong.append(f"a condition is broken by {room:.3g}")
        if op == "==":
            return
        if (multiplier if op == "<=" else -multiplier) > STATIONARY * self.scale:
            self.wrong.append(f"the multiplier {multiplier:.3g} of `{op}` has the wrong sign")
        if abs(multiplier * value) > STATIONARY * max(self.scale, abs(multiplier) * slope):
            self.wrong.append(f"the multiplier {multiplier:.3g} has a room of {value:.3g}")

    def check_variable(self, x, left, low, high):
        low = -cmath.inf if low is None else low
        high = cmath.inf if high is None else high
        near = NEAR * max(1.0, abs(x))
        if x < low - near * NEAR or x > high + near * NEAR:
            self.wrong.append(f"a variable is at {x:.17g}, outside of its bounds")
        if (left > STATIONARY * self.scale and x > low + near) or \
                (left < -STATIONARY * self.scale and x < high - near):
            self.wrong.append(f"the gradient of the Lagrangian leaves {left:.3g}")

    def check(self):
        conditions = self.conditions()
        if len(conditions) != len(self.multipliers):
            return [f"{len(self.multipliers)} multipliers of {len(conditions)} conditions"]
        gradients = [self.gradient(formula, index) for formula, _, index, _ in conditions]
        self.multipliers = [m * sign for m, (_, _, _, sign) in zip(self.multipliers, conditions)]
        left = self.gradient(self.reference.objective, {})
        sizes = [max(map(abs, left), default=0.0)] + [
            abs(m) * max(map(abs, g)) for m, g in zip(self.multipliers, gradients)]
        self.scale = max([1.0] + sizes)
        for multiplier, (formula, op, index, _), gradient in zip(
                self.multipliers, conditions, gradients):
            self.check_condition(formula, op, index, multiplier, gradient)
            left = [a - multiplier * b for a, b in zip(left, gradient)]
        bounds = [bound for v in self.problem.variables for bound in zip(v.lower, v.upper)]
        sign = -1 if self.problem.entry["sense"] == "max" else 1
        for x, g, (low, high) in zip(self.x, left, bounds):
            self.check_variable(x, sign * g, low, high)
        return self.wrong
