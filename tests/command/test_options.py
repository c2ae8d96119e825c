# SPDX-License-Identifier: MIT
"""The command line itself: options, subcommands, help, and mistakes in them."""

import math

from cases import Suite, first_of, trouble

suite = Suite()

SUBCOMMANDS = ["run", "check", "fmt", "batch", "explain", "help", "dump"]
OPTIONS = (
    "--eval --json --reproducible --verbose --quiet --strict --memory --time --steps --check "
    "--jobs --timeout --color --no-color --help --version"
).split()


@suite.case("--help begins with three examples and names every subcommand and option")
def help_names_all(place):
    outcome = place.run("--help")
    begin = outcome.out.split("\n\n")[0].split("\n")
    if begin[0] != "Examples:" or len(begin) != 4:
        return "no three examples at the beginning:\n" + outcome.out
    wanted = [f"talweg {name} " for name in SUBCOMMANDS] + OPTIONS + ["130  interrupted"]
    return trouble(outcome, out_has=wanted, err="")


@suite.case("help and --help are the same")
def help_twice(place):
    return trouble(place.run("help"), out=place.run("--help").out)


@suite.case("no line of the help is wider than 90 columns")
def help_is_narrow(place):
    wide = [line for line in place.run("--help").out.split("\n") if len(line) > 90]
    return "\n".join(wide) if wide or not place.run("--help").out else None


@suite.case("the help of a subcommand shows its options and no others")
def help_of_subcommand(place):
    outcome = place.run("fmt", "--help")
    if "--jobs" in outcome.out:
        return "fmt has no --jobs:\n" + outcome.out
    return trouble(outcome, out_has=["talweg fmt", "--check"])


@suite.case("--version and -V tell the version")
def version(place):
    outcome = place.run("--version")
    words = outcome.out.split()
    if len(words) != 2 or words[0] != "talweg" or words[1].count(".") != 2:
        return "not a version: " + outcome.out
    return first_of(trouble(outcome, err=""), trouble(place.run("-V"), out=outcome.out))


@suite.case("a mistyped option gets the one that was meant, and status 2")
def near_option(place):
    return first_of(
        trouble(place.run("--jsn", "-e", "print 1"), 2, out="", err_has="write `--json`"),
        trouble(place.run("--reproducable"), 2, err_has="write `--reproducible`"),
        trouble(place.run("-json"), 2, err_has="write `--json`"),
        trouble(place.run("--memroy=1G"), 2, err_has="write `--memory`"),
    )


@suite.case("an option far from all others points to the help")
def far_option(place):
    return first_of(
        trouble(place.run("--zzzzzz"), 2, out="", err_has=["`--zzzzzz`", "talweg --help"]),
        trouble(place.run("-Z"), 2, err_has="`-Z`"),
    )


@suite.case("a mistyped subcommand gets the one that was meant, and status 2")
def near_subcommand(place):
    return first_of(
        trouble(place.run("chek", "a.opt"), 2, out="", err_has="write `check`"),
        trouble(place.run("bacth", "."), 2, err_has="write `batch`"),
    )


@suite.case("a file that is named like a slip of a subcommand is a file")
def file_like_subcommand(place):
    place.write("chek", "print 5\n")
    return trouble(place.run("chek"), out="5\n")


@suite.case("after -- a name is a file, whatever it looks like")
def dashes(place):
    place.write("--json", "print 5\n")
    place.write("check", "print 6\n")
    return first_of(
        trouble(place.run("--", "--json"), out="5\n"), trouble(place.run("--", "check"), out="6\n")
    )


@suite.case("options may stand behind the files, short ones together")
def order(place):
    place.write("a.opt", "print 1\n")
    return first_of(
        trouble(place.run("a.opt", "--json", "--reproducible"), out_has='"print"'),
        trouble(place.run("-vqe", "print 1"), out="1\n"),
        trouble(place.run("-eprint 2"), out="2\n"),
    )


@suite.case("an option of another subcommand is refused")
def foreign_option(place):
    return trouble(
        place.run("explain", "--jobs", "3", "E0102"),
        2,
        out="",
        err_has=["`--jobs`", "talweg explain --help"],
    )


@suite.case("a wrong value of an option is refused with what is wanted")
def wrong_values(place):
    wrong = [
        ("--memory", ["", "x", "12x", "-1", "0", "1e300", "nan", "1M2"]),
        ("--time", ["0", "-1", "inf", "1h"]),
        ("--steps", ["0", "1.5", "many", "1e30"]),
        ("--color", ["sometimes", ""]),
    ]
    found = []
    for option, values in wrong:
        for value in values:
            outcome = place.run(f"{option}={value}", "-e", "print 1")
            found.append(trouble(outcome, 2, out="", err_has=f"`{option}`"))
    return first_of(*found)


@suite.case("right values of the limits are taken")
def right_values(place):
    options = ["--memory=1.5G", "--memory=300M", "--time=1e3", "--time", "20s", "--steps=1e6"]
    return trouble(place.run(*options, "-e", "print 1"), out="1\n")


@suite.case("an option without its value, or with one too many, is refused")
def values_missing(place):
    return first_of(
        trouble(place.run("--memory"), 2, err_has="`--memory` needs a value"),
        trouble(place.run("-e"), 2, err_has="`--eval` needs a value"),
        trouble(place.run("--json=yes", "-e", "print 1"), 2, out="", err_has="takes no value"),
    )


@suite.case("colours follow the option, then NO_COLOR, FORCE_COLOR and the terminal")
def colours(place):
    red = "\x1b["
    plain = {"NO_COLOR": "", "FORCE_COLOR": ""}
    arguments = ["-e", "print nobody"]

    def colour(environment, *options):
        outcome = place.run(*options, *arguments, environment=environment)
        return trouble(outcome, 3, err_has="error") or red in outcome.err

    tried = [
        (colour(plain), False),
        (colour(plain, "--color=always"), True),
        (colour({**plain, "FORCE_COLOR": "1"}), True),
        (colour({**plain, "FORCE_COLOR": "1"}, "--no-color"), False),
        (colour({**plain, "FORCE_COLOR": "1"}, "--color=never"), False),
        (colour({"NO_COLOR": "1", "FORCE_COLOR": "1"}), False),
        (colour({"NO_COLOR": "1", "FORCE_COLOR": ""}, "--color=always"), True),
    ]
    wrong = [f"row {i}: {got!r}" for i, (got, wanted) in enumerate(tried) if got is not wanted]
    return "\n".join(wrong)


@suite.case("explain shows the page of a code, in either case")
def explain(place):
    page = place.run("explain", "E0102")
    return first_of(
        trouble(page, out_has="E0102", err=""),
        trouble(place.run("explain", "e0102"), out=page.out),
    )


@suite.case("explain refuses what is no code")
def explain_nothing(place):
    return first_of(
        trouble(place.run("explain", "E9999"), 2, out="", err_has="`E9999`"),
        trouble(place.run("explain", "E" * 5000), 2, out=""),
        trouble(place.run("explain"), 2, err_has="E0102"),
    )


@suite.case("help tells what is known of a name, and which name may be meant")
def help_name(place):
    return first_of(
        trouble(place.run("help", "gradient"), out_has="gradient", err=""),
        trouble(place.run("help", "momentum"), out_has="  v <- beta*v - t*g", err=""),
        trouble(place.run("help", "fmt"), out_has="talweg fmt"),
        trouble(place.run("help", "gradiemt"), 2, out="", err_has="write `gradient`"),
        trouble(place.run("help", "zzzzzz"), 2, out="", err_has="`zzzzzz`"),
    )


@suite.case("--verbose lists the settings that acted, defaults marked")
def settings_that_acted(place):
    def report(solve, shown):
        outcome = place.run("--verbose", "--reproducible", "-e", solve)
        return trouble(outcome, out_has=f"\n  {shown}\n  seed 0, talweg ")

    solve = "minimize (x - 1)^2 over x from 0"
    rule = "backtracking(initial = 2, shrink = 0.5 (default), grow = 1.5 (default), "
    return first_of(
        report(
            f"{solve} by momentum step 0.1 until 5 steps",
            "by momentum(beta = 0.9 (default)), step 0.1",
        ),
        report(
            f"{solve} by adam(beta1 = 0.5) until |grad| < 10",
            "by adam(beta1 = 0.5, beta2 = 0.999 (default), epsilon = 1e-8 (default)), "
            "step 0.001 (default), at most 10000 steps (default)",
        ),
        report(
            f"{solve} step backtracking(initial = 2) until 5 steps",
            f"by gradient(noise = 0) (default), step {rule}decrease = 0.0001 (default))",
        ),
    )


@suite.case("dump cost measures each search at its start")
def dump_cost(place):
    outcome = place.run("dump", "cost", "-", text="""print "unseen"
        minimize (x - 3)^2 + 2*y^2 over x from 1, y from 1
        minimize sum(x[i]^2 for i in 1..9) over x[9] from 1""")
    lines = [line.split() for line in outcome.out.splitlines()]
    costs = [dict(zip(words[1::2], map(float, words[2::2]))) for words in lines]
    wrong = [cost for cost in costs
             if not 0 < cost["value_seconds"] < 1 or not 0 < cost["compile_seconds"] < 1]
    if len(costs) != 2 or wrong or costs[1]["variables"] != 9 or costs[1]["value"] != 9:
        return outcome.out
    # The gradient (-4, 4) of the first.
    wanted = -4 * math.cos(1) + 4 * math.cos(2)
    return None if abs(costs[0]["checksum"] - wanted) < 1e-12 else outcome.out


@suite.case("dump writes the stages")
def dump(place):
    return first_of(
        trouble(place.run("dump", "tokens", "-", text="x = 1\n"), out_has="x"),
        trouble(place.run("dump", "ast", "-", text="x = 1\n"), out_has="1"),
        trouble(place.run("dump"), 2, out="", err_has="tokens, ast, graph or cost"),
        trouble(place.run("dump", "soup", "-", text="x = 1\n"), 2, out=""),
    )


suite.main()
