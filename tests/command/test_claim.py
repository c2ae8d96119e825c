# SPDX-License-Identifier: MIT
"""What claims say to machines, with -v and in the summary; the page on claims is true."""

import pathlib
import re

from cases import Suite

suite = Suite()
ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

SCRIPT = """L(w) = (2w - 6)^2
claim L'(w) == 8w - 24
claim L'(w) == 2(2w - 6) worth 3
claim x^2 + 1 > 0
claim sin(x)^2 + cos(x)^2 == 1 worth 2
claim sqrt(x)^2 == x over x in [-3, -1]
claim sqrt(x^2) == x and x == x
"""


@suite.case("each claim is an event with its decision and reason")
def events(place):
    place.write("a.opt", SCRIPT)
    outcome = place.run("--json", "a.opt")
    claims = [event for event in outcome.events() if event.get("event") == "claim"]
    found = [(event["passed"], event["decision"], event["by"]) for event in claims]
    wanted = [(True, "holds", "simplification"), (False, "fails", "points"),
              (True, "holds", "intervals"), (True, "holds", "points"),
              (False, "undecided", "points"), (False, "fails", "points")]
    if found != wanted or outcome.status != 1:
        return f"{outcome.status} {found}"
    lost = claims[1]
    if (lost["counterexample"], lost["left"], lost["right"]) != ({"w": 1}, -16, -8):
        return str(lost)
    if "inner derivative" not in lost["slip"] or claims[3]["points"] != 64:
        return f"{lost} {claims[3]}"
    return None


@suite.case("the summary counts what fails and what is not decided")
def summary(place):
    place.write("a.opt", SCRIPT)
    outcome = place.run("--json", "a.opt")
    last = outcome.events()[-1]
    if (last["expectations"], last["failed"], last["exit"]) != (6, 3, 1):
        return str(last)
    return None


@suite.case("-v says how a claim that holds was decided")
def verbose(place):
    place.write("a.opt", SCRIPT)
    silent, told = place.run("a.opt"), place.run("-v", "a.opt")
    wanted = ("claim L'(w) == 8w - 24: equal by simplification\n"
              "claim x^2 + 1 > 0: holds, proved in interval arithmetic\n"
              "claim sin(x)^2 + cos(x)^2 == 1: equal at 64 points in interval arithmetic\n")
    return None if (silent.out, told.out) == ("", wanted) else silent.out + told.out


@suite.case("the script of the page on claims gives what the page shows")
def page(place):
    text = (ROOT / "docs" / "reference-claim.md").read_text(encoding="utf-8")
    script = re.search(r"^```talweg\n(.*?)^```$", text, re.MULTILINE | re.DOTALL).group(1)
    shown = re.search(r"^```\n(error.*?)^```$", text, re.MULTILINE | re.DOTALL).group(1)
    place.write("lab.opt", script)
    outcome = place.run("lab.opt")
    return None if outcome.err == shown and outcome.out == "" else outcome.out + outcome.err


suite.main()
