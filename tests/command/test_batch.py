# SPDX-License-Identifier: MIT
"""batch: a process for each script, and a table that nothing can bring down."""

import json
import os
import signal

from cases import (
    ENDLESS,
    HOOK,
    Suite,
    children,
    end_of,
    first_of,
    interrupt,
    trouble,
    wait_until,
)

suite = Suite()


def row(outcome, name):
    """The cells of a script in the table."""
    for line in outcome.out.split("\n\n")[0].split("\n"):
        if line.split()[:1] == [name]:
            return line.split()
    return []


def a_folder_of_all(place):
    place.write("all/ok.opt", "expect 1 == 1\nexpect 2 == 2\n")
    place.write("all/hook.opt", HOOK)
    place.write("all/failed.opt", 'print "shown"\nexpect 1 == 2 hint "look"\nexpect 1 == 1\n')
    place.write("all/syntax.opt", "print (1 +\n")
    place.write("all/runtime.opt", "x = 1\nx[2] = 3\n")
    place.write("all/empty.opt", "")


@suite.case("the table has a row a script: result, checks, solves, the last solve")
def table(place):
    a_folder_of_all(place)
    outcome = place.run("batch", "all", "--reproducible")
    wanted = [
        ["all/empty.opt", "ok", "0"],
        ["all/failed.opt", "failed", "1/2", "0"],
        ["all/hook.opt", "ok", "1", "converged", "4"],
        ["all/ok.opt", "ok", "2/2", "0"],
        ["all/runtime.opt", "error"],
        ["all/syntax.opt", "error"],
    ]
    for cells in wanted:
        if row(outcome, cells[0])[: len(cells)] != cells:
            return f"wanted {cells}, got {row(outcome, cells[0])}\n{outcome.out}"
    totals = "6 scripts: 3 ok, 1 failed, 2 error; 3 of 4 checks passed; 1 solve\n"
    return trouble(outcome, 4, out_has=totals, err="")


@suite.case("the output of what failed follows in full, that of what passed does not")
def failures(place):
    a_folder_of_all(place)
    place.write("all/ok.opt", 'print "silent"\n')
    outcome = place.run("batch", "all")
    if "silent" in outcome.out:
        return "a passing script is shown:\n" + outcome.out
    pieces = ["==== all/failed.opt: failed, exit status 1 ====\nshown\n", "look", "syntax.opt:1:"]
    return trouble(outcome, 4, out_has=pieces)


@suite.case("rows are in the order of names, whichever script ends first")
def order(place):
    place.write("a/slow.opt", "k = 0\nwhile k < 2e5 {\n  k = k + 1\n}\n")
    for name in ("b.opt", "a/fast.opt", "a/deep/er.opt", "c/z.opt", "B.opt"):
        place.write(name, "print 1\n")
    place.write(".hidden/x.opt", "print 1\n")
    place.write("a/no.txt", "print 1\n")
    outcome = place.run("batch", ".", "-j", "4", "--reproducible")
    names = [line.split()[0] for line in outcome.out.split("\n")[1:-2]]
    if names != ["B.opt", "a/deep/er.opt", "a/fast.opt", "a/slow.opt", "b.opt", "c/z.opt"]:
        return outcome.out
    return trouble(outcome, out_has="6 scripts: 6 ok")


@suite.case("with --reproducible one after the other and side by side give the same bytes")
def deterministic(place):
    a_folder_of_all(place)
    one = place.run("batch", "all", "-j1", "--reproducible")
    many = place.run("batch", "all", "-j8", "--reproducible")
    plain = place.run("batch", "all")
    if " time" not in plain.out or " time" in one.out:
        return "the column of times:\n" + plain.out + one.out
    return trouble(many, 4, out=one.out, out_has="all/hook.opt")


@suite.case("a script that never ends is stopped at --timeout with a message of its own")
def endless(place):
    place.write("a.opt", "print 1\n" + ENDLESS)
    place.write("b.opt", "expect 1 == 1\n")
    outcome = place.run("batch", ".", "--timeout", "0.3", timeout=30)
    if row(outcome, "a.opt")[:2] != ["a.opt", "limit"] or row(outcome, "b.opt")[1] != "ok":
        return outcome.out
    return trouble(outcome, 5, out_has="==== a.opt: limit, exit status 5 ====\n1\n")


@suite.case("a script that cannot even be stopped kindly is killed, and the others go on")
def hanging(place):
    os.mkfifo(place.folder / "a.opt")  # opening it waits for ever
    place.write("b.opt", "expect 1 == 1\n")
    outcome = place.run("batch", ".", "--timeout", "0.3", timeout=30)
    if row(outcome, "a.opt")[:2] != ["a.opt", "limit"] or row(outcome, "b.opt")[1] != "ok":
        return outcome.out
    return trouble(outcome, 5, out_has="==== a.opt: limit, ended after 0.3 s ====\n")


@suite.case("a process that dies is a row: crashed, status 70")
def crashed(place):
    os.mkfifo(place.folder / "a.opt")
    place.write("b.opt", "expect 1 == 1\n")
    process = place.start("batch", ".", "-j1")
    victim = wait_until(lambda: children(process))
    if not victim:
        return "no child was started\n" + end_of(process, 1).out
    os.kill(victim[0], signal.SIGKILL)
    outcome = end_of(process)
    if row(outcome, "a.opt")[:2] != ["a.opt", "crashed"] or row(outcome, "b.opt")[1] != "ok":
        return outcome.out
    return trouble(outcome, 70, out_has="ended by signal 9")


@suite.case("Ctrl-C ends the batch: what ran is shown, the rest is interrupted")
def interrupted(place):
    place.write("a.opt", "expect 1 == 1\n")
    os.mkfifo(place.folder / "b.opt")
    place.write("c.opt", "expect 1 == 1\n")
    process = place.start("batch", ".", "-j1")
    wait_until(lambda: (place.folder / "b.opt").exists() and waits_in_pipe(process))
    interrupt(process)
    outcome = end_of(process)
    results = [row(outcome, name)[1:2] for name in ("a.opt", "b.opt", "c.opt")]
    if results != [["ok"], ["interrupted"], ["interrupted"]]:
        return outcome.out + outcome.err
    return trouble(outcome, 130, out_has="1 ok, 2 interrupted")


def waits_in_pipe(process):
    """Whether the first script is over: a child has been there since the last look."""
    now = children(process)
    before = getattr(process, "seen", None)
    process.seen = now
    return now and now == before


@suite.case("much output on both channels neither blocks nor floods")
def flood(place):
    place.write(
        "a.opt",
        "for i in 1..30000 {\n  print 123456789\n}\n"
        "for i in 1..3000 {\n  expect 1 == 2\n}\n",
    )
    outcome = place.run("batch", ".", timeout=60)
    if len(outcome.out) > 600000 or len(outcome.out) < 250000:
        return f"{len(outcome.out)} bytes"
    return trouble(outcome, 1, out_has=["0/3000", "cut after"])


@suite.case("--memory is a limit of each script")
def memory(place):
    place.write("a.opt", "print " + " + ".join(["1"] * 100000) + "\n")
    return trouble(place.run("batch", "a.opt", "--memory=1M"), 5, out_has="1 limit")


@suite.case("more scripts side by side than there are descriptors for wait their turn")
def few_descriptors(place):
    for i in range(30):
        place.write(f"{i}.opt", "k = 0\nwhile k < 3e4 {\n  k = k + 1\n}\nexpect k == 3e4\n")
    outcome = place.shell('ulimit -n 24; exec "$T" batch . -j 30', timeout=120)
    return trouble(outcome, 0, out_has="30 scripts: 30 ok; 30 of 30 checks passed")


@suite.case("--json: an object a script in the order of names, then a summary")
def json_rows(place):
    a_folder_of_all(place)
    outcome = place.run("batch", "all", "--json", "--reproducible")
    events = outcome.events()
    if not events:
        return "not JSON:\n" + outcome.out
    scripts, summary = events[:-1], events[-1]
    results = [script["result"] for script in scripts]
    if results != ["ok", "failed", "ok", "ok", "error", "error"] or "seconds" in outcome.out:
        return outcome.out
    solved = scripts[2]
    if (solved["status"], solved["steps"], solved["exit"]) != ("converged", 4, 0):
        return json.dumps(solved)
    if scripts[1]["output"] != "shown\n" or "look" not in scripts[1]["messages"]:
        return json.dumps(scripts[1])
    if summary["event"] != "summary" or summary["results"]["ok"] != 3 or summary["exit"] != 4:
        return json.dumps(summary)
    return trouble(outcome, 4, err="")


@suite.case("a file that is missing is a row of its own")
def missing(place):
    place.write("a.opt", "expect 1 == 1\n")
    outcome = place.run("batch", "a.opt", "nowhere.opt")
    if row(outcome, "nowhere.opt")[:2] != ["nowhere.opt", "error"]:
        return outcome.out
    return trouble(outcome, 2, out_has=["1 ok, 1 error", "No such file"])


@suite.case("a folder without scripts, and no argument at all, are told")
def nothing(place):
    (place.folder / "empty").mkdir()
    return first_of(
        trouble(place.run("batch", "empty"), 2, out="", err_has="no scripts"),
        trouble(place.run("batch"), 2, out="", err_has="needs a folder"),
    )


@suite.case("a script named twice runs once; links in a circle are not followed")
def once(place):
    place.write("d/a.opt", "expect 1 == 1\n")
    (place.folder / "d" / "up").symlink_to("..")
    outcome = place.run("batch", "d", "d/a.opt", "d/", "--reproducible")
    return trouble(outcome, 0, out_has="1 script: 1 ok; 1 of 1 checks passed; 0 solves")


@suite.case("scripts of a batch do not share standard input with it")
def no_input(place):
    place.write("a.opt", "print 1\n")
    outcome = place.run("batch", "a.opt", "/dev/stdin", text="expect 1 == 2\n")
    return trouble(outcome, 0, out_has="2 scripts: 2 ok")


@suite.case("--quiet leaves out the rows of scripts that passed")
def quiet(place):
    a_folder_of_all(place)
    outcome = place.run("batch", "-q", "all")
    if "all/ok.opt" in outcome.out or not row(outcome, "all/failed.opt"):
        return outcome.out
    return trouble(outcome, 4, out_has="6 scripts")


suite.main()
