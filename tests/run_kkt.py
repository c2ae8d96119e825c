#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""run_kkt.py - the conditions of Karush, Kuhn and Tucker at what searches return, checked
with an evaluator and derivatives of its own: points and multipliers come from --json,
values and complex-step derivatives from the formulas below, read by this file alone.

Prints TAP.  A problem is a script in `kkt/*.opt` whose header says it once more for Python:
    # x: x[2], y            the variables, in order, with their sizes
    # f: x[0]**2 + y        the objective, minimized
    # c: x[0] + y >= 1      one line a condition, in the order of `subject to`
    # b: x[0] in 0, inf     one line a bound of `in`
Then the problems of the corpus that have conditions: corpus/kkt.py.
"""
import cmath
import json
import math
import os
import re
import subprocess
import sys

from corpus.kkt import Kkt, can_check
from corpus.translate import problems
from tap import Report

STEP = 1e-30
TIMEOUT = 300
# Ends at rounding level: 53 of 66 conditions nearly hold, and the multipliers that the last point
# has are those of a neighbour.
INEXACT = ('cute_rest/discs',)
NAMES = {name: getattr(cmath, name) for name in
         ('exp', 'log', 'sqrt', 'sin', 'cos', 'atan', 'asin', 'sinh', 'cosh')}
NAMES.update(pi=math.pi, sum=sum, range=range, __builtins__={})


class Problem:
    def __init__(self, path):
        self.names, self.sizes, self.objective = [], [], ''
        self.conditions, self.bounds = [], []
        for line in open(path, encoding='utf-8'):
            match = re.match(r'# ([xfcb]): (.*)', line)
            if match:
                self.take(match.group(1), match.group(2).strip())

    def take(self, kind, text):
        if kind == 'x':
            for name, size in re.findall(r'(\w+)(?:\[(\d+)\])?', text):
                self.names.append(name)
                self.sizes.append(int(size or 0))
        elif kind == 'f':
            self.objective = compile(text, 'f', 'eval')
        elif kind == 'c':
            left, op, right = re.split(r' (<=|>=|==) ', text)
            self.conditions.append((compile(f'({left}) - ({right})', 'c', 'eval'), op))
        else:
            where, low, high = re.match(r'(\S+) in (\S+), (\S+)', text).groups()
            self.bounds.append((where, float(low), float(high)))

    def environment(self, flat):
        env, at = dict(NAMES), 0
        for name, size in zip(self.names, self.sizes):
            env[name] = flat[at:at + size] if size else flat[at]
            at += size or 1
        return env

    def value(self, code, flat):
        return eval(code, self.environment(flat))

    def gradient(self, code, flat):
        rows = []
        for i in range(len(flat)):
            moved = [complex(v) for v in flat]
            moved[i] += STEP * 1j
            rows.append(complex(self.value(code, moved)).imag / STEP)
        return rows

    def index(self, where):
        name, element = re.match(r'(\w+)(?:\[(\d+)\])?', where).groups()
        at = sum(size or 1 for size in self.sizes[:self.names.index(name)])
        return at + int(element or 0)


def flatten(value):
    return [v for part in value for v in flatten(part)] if isinstance(value, list) else [float(value)]


def check(problem, answer):
    """What does not hold, as texts."""
    x = [v for name in problem.names for v in flatten(answer['solution'][name])]
    multipliers = flatten(answer['multipliers'])
    wrong = []
    rest = problem.gradient(problem.objective, x)
    size = max([1.0] + [abs(g) for g in rest])
    if len(multipliers) != len(problem.conditions):
        return [f'{len(multipliers)} multipliers of {len(problem.conditions)} conditions']
    for (code, op), multiplier in zip(problem.conditions, multipliers):
        value = complex(problem.value(code, x)).real
        broken = abs(value) if op == '==' else max(0, value if op == '<=' else -value)
        if broken > 1e-8 * max(1, max(abs(v) for v in x)):
            wrong.append(f'a condition is broken by {broken:g}')
        # d value / d bound: a lower bound that is raised cannot lower the least value.
        if op != '==' and (multiplier if op == '<=' else -multiplier) > 1e-7 * size:
            wrong.append(f'the multiplier {multiplier:g} of `{op}` has the wrong sign')
        if op != '==' and abs(multiplier * value) > 1e-6 * size:
            wrong.append(f'the multiplier {multiplier:g} has a room of {value:g}')
        for i, g in enumerate(problem.gradient(code, x)):
            rest[i] -= multiplier * g
            size = max(size, abs(multiplier * g))
    bounded = {}
    for where, low, high in problem.bounds:
        bounded[problem.index(where)] = (low, high)
    for i, left in enumerate(rest):
        low, high = bounded.get(i, (-math.inf, math.inf))
        near = 1e-7 * max(1, abs(x[i]))
        if x[i] < low - 1e-12 or x[i] > high + 1e-12:
            wrong.append(f'variable {i} is at {x[i]:g}, outside of its bounds')
        at_low, at_high = x[i] <= low + near, x[i] >= high - near
        if (left > 1e-6 * size and not at_low) or (left < -1e-6 * size and not at_high):
            wrong.append(f'the gradient of the Lagrangian leaves {left:g} at variable {i}')
    return wrong


def solve(command, arguments, text=None):
    """The last solve event of a run; None without one."""
    run = subprocess.run([command, '--json', *arguments], input=text, capture_output=True,
                         text=True, timeout=TIMEOUT)
    events = [json.loads(line) for line in run.stdout.splitlines()]
    return next((event for event in reversed(events) if event['event'] == 'solve'), None)


def judge(event, find_wrong):
    """What is wrong with an answer, as a text; only one that converged claims anything."""
    if event is None:
        return 'there is no solve'
    return '\n'.join(find_wrong(event)) if event['status'] == 'converged' else None


def main():
    command, folder = sys.argv[1], sys.argv[2]
    report = Report()
    for name in sorted(name for name in os.listdir(folder) if name.endswith('.opt')):
        path = os.path.join(folder, name)
        event = solve(command, [path])
        wrong = judge(event, lambda event, path=path: check(Problem(path), event))
        if event and event['status'] != 'converged':
            wrong = 'status ' + event['status']
        report.case(name, wrong)
    for problem in problems():
        if problem.constraints and can_check(problem) and problem.name not in INEXACT:
            event = solve(command, ['-'], problem.statement('by auto', 'until |grad| < 1e-9'))
            report.case(problem.name, judge(event, lambda event, problem=problem:
                                            Kkt(problem, event).check()))
    report.finish()


if __name__ == '__main__':
    main()
