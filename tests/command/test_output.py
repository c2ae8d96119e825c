# SPDX-License-Identifier: MIT
"""Where results and messages go, and what happens when they cannot be written."""

import signal
import subprocess
import time

from cases import (
    ENDLESS_TOLD,
    HOOK,
    Suite,
    end_of,
    first_of,
    interrupt,
    trouble,
    wait_until,
)

suite = Suite()

SPEAKS_FOR_EVER = "while true {\n  print 1\n}\n"


@suite.case("results and messages go to different outputs, in the order of the script")
def order(place):
    place.write("a.opt", "print 1\nexpect 1 == 2\nprint 3\n")
    apart = place.run("a.opt")
    together = place.shell('"$T" a.opt 2>&1')
    lines = together.out.split("\n")
    if lines[0] != "1" or lines[-2] != "3" or len(lines) < 4:
        return "not in order:\n" + together.out
    return trouble(apart, 1, out="1\n3\n", err_has="a.opt:2")


@suite.case("a full disk is told, with status 2")
def full_disk(place):
    return first_of(
        trouble(place.shell("\"$T\" -e 'print 1' > /dev/full"), 2, err_has="No space left"),
        trouble(place.shell('"$T" --help > /dev/full'), 2, err_has="No space left"),
        trouble(place.shell("\"$T\" --json -e 'print 1' > /dev/full"), 2, err_has="No space"),
    )


@suite.case("a full disk ends a script that writes for ever")
def full_disk_ends(place):
    place.write("a.opt", SPEAKS_FOR_EVER)
    return trouble(place.shell('"$T" a.opt > /dev/full', timeout=20), 2, err_has="No space left")


@suite.case("a closed standard output is told when something is to be written")
def closed(place):
    place.write("a.opt", "print 1\n")
    return first_of(
        trouble(place.shell('"$T" a.opt >&-'), 2, err_has="cannot write standard output"),
        trouble(place.shell("\"$T\" -e 'x = 1' >&-"), 0, err=""),
    )


@suite.case("a reader that goes away ends the command quietly")
def broken_pipe(place):
    place.write("a.opt", SPEAKS_FOR_EVER)
    found = []
    for ignored in ("", "trap '' PIPE; "):
        outcome = place.shell(ignored + '"$T" a.opt | head -n 1', timeout=20)
        found.append(trouble(outcome, 0, out="1\n", err=""))
    return first_of(*found)


@suite.case("every line of --json is an object; the last is the summary")
def json_lines(place):
    script = "print 1\nexpect 1 == 1\nexpect 1 == 2\n" + HOOK
    outcome = place.run("--json", "-e", script)
    events = outcome.events()
    if not events:
        return "not JSON:\n" + outcome.out
    kinds = [event.get("event") for event in events]
    if kinds[-1] != "summary" or kinds.count("expect") != 2 or "solve" not in kinds:
        return f"events: {kinds}"
    summary = events[-1]
    told = (summary.get("expectations"), summary.get("failed"), summary.get("exit"))
    if told != (2, 1, 1):
        return f"summary: {summary}"
    return trouble(outcome, 1, err="")


@suite.case("numbers in --json read back to the same double, those not finite as strings")
def json_numbers(place):
    outcome = place.run("--json", "-e", HOOK)
    solves = [event for event in outcome.events() or [] if event.get("event") == "solve"]
    if len(solves) != 1 or abs(solves[0]["solution"]["w"] - 2.99999232) > 1e-12:
        return "no such solution:\n" + outcome.out
    return trouble(outcome)


@suite.case("--json has a vector as a list of numbers, a matrix as a list of rows")
def arrays_as_json(place):
    place.write(
        "a.opt",
        "minimize |W - [1, 2, 3; 4, 5, 6]|^2 + |x - [7, 8]|^2 + (b - 9)^2\n"
        "  over W[2, 3] from 0, x from [0, 0], b from 0\n",
    )
    outcome = place.run("--json", "a.opt")
    solves = [event for event in outcome.events() or [] if event.get("event") == "solve"]
    wanted = {"W": [[1, 2, 3], [4, 5, 6]], "x": [7, 8], "b": 9}
    told = [solves[0][key] for key in ("solution", "stationary")] if solves else []
    if told != [wanted, wanted] or solves[0]["best"]["solution"] != wanted:
        return "no such solution:\n" + outcome.out
    return trouble(outcome)


@suite.case("errors of a script are objects in --json, with code and place")
def json_errors(place):
    outcome = place.run("--json", "-e", "print nobody")
    errors = [event for event in outcome.events() or [] if event.get("event") == "error"]
    if len(errors) != 1 or errors[0].get("code") != "E0102":
        return "no error E0102:\n" + outcome.out
    return trouble(outcome, 3, err="")


@suite.case("--reproducible gives the same bytes twice")
def reproducible(place):
    place.write("a.opt", HOOK)
    for options in (["--reproducible"], ["--reproducible", "--json"], ["--reproducible", "-v"]):
        first, second = place.run(*options, "a.opt"), place.run(*options, "a.opt")
        if "seconds" in first.out or not first.out or first.out != second.out:
            return f"{options}:\n{first.out}\n{second.out}"
    return None


@suite.case("Ctrl-C stops a run between steps with status 130; what was shown is kept")
def interrupted(place):
    place.write("a.opt", "print 1\n" + ENDLESS_TOLD)
    process = place.start("a.opt")
    process.stderr.read(1)
    interrupt(process)
    return trouble(end_of(process), 130, out="1\n")


def sleeps(process):
    """Whether the process waited at this look and at the one before."""
    with open(f"/proc/{process.pid}/stat") as file:
        now = file.read().rpartition(")")[2].split()[0] == "S"
    before = getattr(process, "slept", False)
    process.slept = now
    time.sleep(0.05)
    return now and before


@suite.case("a second Ctrl-C within a second ends even what does not look at the first")
def interrupted_twice(place):
    place.write("a.opt", SPEAKS_FOR_EVER)
    process = place.start("a.opt")
    if not wait_until(lambda: sleeps(process)):
        return "it did not wait for a reader of its output"
    interrupt(process)
    time.sleep(0.3)
    if process.poll() is not None:
        return "the first Ctrl-C ended it although it could not look"
    interrupt(process)
    outcome = end_of(process)
    if process.returncode != 130:
        return f"ended by {process.returncode}, not by an exit with 130"
    return trouble(outcome, 130)


@suite.case("Ctrl-C while a script is still read from standard input ends with status 130")
def interrupted_reading(place):
    process = place.start("-", stdin=subprocess.PIPE)
    process.stdin.write(b"print 1\n")
    process.stdin.flush()
    if not wait_until(lambda: sleeps(process)):
        return "it did not wait for the rest"
    interrupt(process)
    process.wait(20)
    if process.returncode != 130:
        return f"ended by {process.returncode}, not by an exit with 130"
    process.stdin.close()
    process.stdin = None
    return trouble(end_of(process), 130, out="")


@suite.case("a run that was started with Ctrl-C ignored goes on ignoring it")
def ignored(place):
    place.write("a.opt", "expect 1 == 2\nk = 0\nwhile k < 3e5 {\n  k = k + 1\n}\nprint k\n")
    process = subprocess.Popen(
        [place.binary, "a.opt"],
        cwd=place.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    process.stderr.read(1)
    interrupt(process)
    return trouble(end_of(process, 60), 1, out="300000\n")


suite.main()
