# SPDX-License-Identifier: MIT
"""An objective over many variables is a graph whose size does not grow with them."""

import re

from cases import Suite, trouble

suite = Suite()

ROSENBROCK = """\
n = {}
f(x) = sum(100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2 for i in 1..n-1)
minimize f(x) over x[n] from 2 by gradient until 0 steps
"""
DOZENS = 48


def count_nodes(place, script):
    """(how many nodes the objective and its gradient have, what went wrong)"""
    outcome = place.run("dump", "graph", "-", text=script)
    return (len(re.findall(r"^\d+ [A-Z]", outcome.out, re.MULTILINE)),
            trouble(outcome, 0, out_has="roots"))


@suite.case("a million variables make as many nodes as a hundred: a few dozen")
def rosenbrock(place):
    few, wrong = count_nodes(place, ROSENBROCK.format(100))
    many, wrong_too = count_nodes(place, ROSENBROCK.format(1_000_000))
    if wrong or wrong_too:
        return wrong or wrong_too
    if not 10 <= few == many <= DOZENS:
        return f"{few} nodes for a hundred variables, {many} for a million"
    return None


@suite.case("sums inside each other with bounds that depend make no more nodes either")
def triangle(place):
    script = ("n = {}\nminimize sum(x[i]*sum(x[j]*sin(i + j) for j in 1..i) for i in 1..n) "
              "over x[n] from 1 by gradient until 0 steps\n")
    few, wrong = count_nodes(place, script.format(40))
    many, wrong_too = count_nodes(place, script.format(400))
    if wrong or wrong_too:
        return wrong or wrong_too
    if not 10 <= few == many <= DOZENS:
        return f"{few} nodes for forty variables, {many} for four hundred"
    return None


suite.main()
