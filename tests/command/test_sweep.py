# SPDX-License-Identifier: MIT
"""What a sweep says to machines, and how it ends at a limit."""

from cases import Suite, first_of, trouble

suite = Suite()

RATES = "minimize (2w - 6)^2 over w from 0 step eta until 20 steps"
SWEEP = "sweep eta in [0.04, 0.27] " + RATES


def events(outcome, kind):
    return [event for event in outcome.events() or [] if event.get("event") == kind]


@suite.case("a sweep gives an event for each run, then one with its columns")
def one_event_a_run(place):
    for script in (SWEEP, "r = " + SWEEP):
        outcome = place.run("--json", "-e", "print 1\n" + script)
        solves, sweeps = events(outcome, "solve"), events(outcome, "sweep")
        if len(solves) != 2 or len(sweeps) != 1 or sweeps[0]["line"] != 2:
            return outcome.out
        columns = sweeps[0]["columns"]
        runs = [[run[name] for run in solves] for name in ("value", "status", "factor", "steps")]
        if [columns[name] for name in ("value", "status", "factor", "steps")] != runs:
            return outcome.out
        if columns["eta"] != [0.04, 0.27] or columns["w"] != [2.9986593990931256, -55.38227835942911]:
            return outcome.out
    return trouble(outcome, err="")


@suite.case("a run that its method refuses is no event, and its numbers are nan")
def refused_run(place):
    script = "sweep m in [gradient, adam] minimize w^2 over w from 1 by m step exact"
    outcome = place.run("--json", "-e", script)
    sweeps = events(outcome, "sweep")
    if len(events(outcome, "solve")) != 1 or len(sweeps) != 1:
        return outcome.out
    columns = sweeps[0]["columns"]
    found = [columns[name][1] for name in ("m", "status", "value", "steps", "w", "note")]
    if found != ["adam", "error", "nan", "nan", "nan", "`exact` does not go with `adam`"]:
        return outcome.out
    return trouble(outcome, err="")


@suite.case("a sweep in a function is silent, as a solve is")
def silent_in_a_function(place):
    outcome = place.run("--json", "-e", f"f(a) = {SWEEP}\nprint f(1).w[1]")
    if events(outcome, "solve") or events(outcome, "sweep"):
        return outcome.out
    return trouble(outcome, err="")


@suite.case("the summary counts the runs")
def counted(place):
    outcome = place.run("--json", "-e", SWEEP)
    summary = events(outcome, "summary")
    if len(summary) != 1 or summary[0].get("solves") != 2:
        return outcome.out
    return trouble(outcome)


@suite.case("rows whose steps are all on one side of the bound have no mark")
def no_mark(place):
    for values in ("[0.1, 0.2]", "[0.3, 0.26]", "[backtracking, 0.1]"):
        outcome = place.run("-e", f"sweep eta in {values} {RATES}")
        if "stable" in outcome.out or outcome.out.count("\n") != 3:
            return outcome.out
    nested = place.run("-e", f"sweep a in [1, 2] sweep eta in [0.1, 0.2] {RATES}")
    return nested.out if "stable" in nested.out or nested.out.count("\n") != 5 else None


@suite.case("a sweep of a thousand million runs ends at its limit")
def limits(place):
    script = "sweep a in 1..1000000000 minimize (w - a)^2 over w from 0 until 0 steps"
    found = [trouble(place.run(limit, "-e", script, timeout=20), 5, err_has=code)
             for limit, code in (("--steps=1000", "E0712"), ("--time=0.2", "E0713"),
                                 ("--memory=8M", "E0711"))]
    return first_of(*found)


suite.main()
