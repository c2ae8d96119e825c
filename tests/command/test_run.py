# SPDX-License-Identifier: MIT
"""Running scripts: where they come from, and the exit status that tells how they went."""

from cases import HOOK, Suite, first_of, trouble

suite = Suite()

# One script for each exit status a script can have.
ENDINGS = {
    0: "print 1 + 1\n",
    1: "expect 1 == 2\n",
    3: "print (1 +\n",
    4: "x = 1\nx[2] = 3\n",
}


@suite.case("a file is run and its results go to standard output")
def runs_a_file(place):
    place.write("a.opt", "print 1 + 1\n")
    return trouble(place.run("a.opt"), out="2\n", err="")


@suite.case("run is the same as no subcommand")
def run_is_optional(place):
    place.write("a.opt", "print 6*7\n")
    return first_of(
        trouble(place.run("a.opt"), out="42\n"), trouble(place.run("run", "a.opt"), out="42\n")
    )


@suite.case("the hook converges by a file, by -e, and from standard input")
def hook(place):
    place.write("hook.opt", HOOK)
    pieces = ["converged", "4 steps", "2.99999232"]
    return first_of(
        trouble(place.run("hook.opt"), out_has=pieces),
        trouble(place.run("-e", HOOK), out_has=pieces),
        trouble(place.run("-", text=HOOK), out_has=pieces),
        trouble(place.run(text=HOOK), out_has=pieces),
    )


@suite.case("-e may be repeated: each is a line of one script")
def several_texts(place):
    return first_of(
        trouble(place.run("-e", "x = 2", "-e", "print x^3"), out="8\n"),
        trouble(place.run("--eval=print 1", "--eval", "print 2"), out="1\n2\n"),
    )


@suite.case("standard input is one script: no prompt, no banner, no echo")
def standard_input(place):
    script = "f(x) = x^2\nprint f(3)\nf(2)\n"
    return trouble(place.run(text=script), out="9\n", err="")


@suite.case("standard input is read where - stands among files")
def dash_among_files(place):
    place.write("a.opt", "print 1\n")
    place.write("b.opt", "print 3\n")
    return trouble(place.run("a.opt", "-", "b.opt", text="print 2\n"), out="1\n2\n3\n")


@suite.case("an error on standard input names <stdin>, one of -e names -e")
def names(place):
    return first_of(
        trouble(place.run("-", text="print nobody\n"), 3, err_has="<stdin>:1:7"),
        trouble(place.run("-e", "print nobody"), 3, err_has="-e:1:7"),
    )


@suite.case("the exit status tells how a script went")
def statuses(place):
    found = []
    for status, script in ENDINGS.items():
        place.write(f"{status}.opt", script)
        found.append(trouble(place.run(f"{status}.opt"), status))
    return first_of(*found)


@suite.case("a limit of steps, of memory or of time ends a script with status 5")
def limits(place):
    place.write("steps.opt", "minimize (w-3)^2 over w from 0 step 0.001 until 100000 steps\n")
    place.write("time.opt", "k = 0\nwhile true {\n  k = k + 1\n}\n")
    place.write("memory.opt", "print " + " + ".join(["1"] * 100000) + "\n")
    return first_of(
        trouble(place.run("--steps", "10", "steps.opt"), 5),
        trouble(place.run("--time=0.2", "time.opt"), 5),
        trouble(place.run("--memory", "1M", "memory.opt"), 5),
        trouble(place.run("--memory", "1G", "--time", "30s", "memory.opt"), out="100000\n"),
    )


@suite.case("several files run in sessions of their own")
def own_sessions(place):
    place.write("a.opt", "secret = 1\n")
    place.write("b.opt", "print secret\n")
    return trouble(place.run("a.opt", "b.opt"), 3, err_has="b.opt:1:7")


@suite.case("of several files the highest exit status is told, and all run")
def highest(place):
    for status, script in ENDINGS.items():
        place.write(f"{status}.opt", script)
    return first_of(
        trouble(place.run("4.opt", "1.opt", "0.opt"), 4, out="2\n"),
        trouble(place.run("missing.opt", "1.opt", "0.opt"), 2, out="2\n"),
        trouble(place.run("missing.opt", "3.opt"), 3),
    )


@suite.case("divergence is a result, not a failure")
def divergence(place):
    script = "minimize (w*2 - 6)^2 over w from 0 step 0.27 until 20 steps\n"
    return trouble(place.run("-e", script), out_has="diverged")


@suite.case("--quiet keeps errors and drops warnings")
def quiet(place):
    warned = place.run("-e", "print log(-1)")
    return first_of(
        trouble(warned, out="nan\n", err_has="warning"),
        trouble(place.run("-q", "-e", "print log(-1)"), out="nan\n", err=""),
        trouble(place.run("-q", "-e", "print nobody"), 3, err_has="error"),
    )


@suite.case("--strict makes an undefined value an error")
def strict(place):
    return trouble(place.run("--strict", "-e", "print log(-1)"), 4, err_has="error")


@suite.case("check tells mistakes and runs nothing")
def check(place):
    place.write("good.opt", "print 1\nexpect 1 == 2\n")
    place.write("bad.opt", "print nobody\n")
    return first_of(
        trouble(place.run("check", "good.opt"), out="", err=""),
        trouble(place.run("check", "good.opt", "bad.opt"), 3, out="", err_has="bad.opt:1:7"),
        trouble(place.run("check", "-", text="x = \n"), 3, err_has="<stdin>"),
    )


suite.main()
