# SPDX-License-Identifier: MIT
"""Hostile input through the command, with bounds: run_limits.py [--sanitized] TALWEG

Each case must end by itself with one of the stated exit statuses, in bounded time and
address space, and say something when it is an error.  Under a sanitizer the address space
is not bounded (its shadow memory is) and the time is twenty times as long.
"""

import os
import pathlib
import sys
import tempfile

from tap import Report, run

MANY = 100_000
MEGABYTE = 1 << 20
SECONDS = 10
ADDRESS_SPACE = 2048 * MEGABYTE

OK, BAD, RUNTIME, LIMIT = 0, 3, 4, 5


def nested(opening, closing, core="1"):
    return f"x = {opening * MANY}{core}{closing * MANY}\n"


# name, the script (text or bytes), the exit statuses allowed
TEXTS = [
    ("an empty script", "", [OK]),
    ("blank lines alone", "\n" * MANY, [OK]),
    ("a comment without an end", "#" + "c" * MEGABYTE, [OK]),
    ("a NUL byte", b"x = 1\0\nprint x\n", [BAD]),
    ("NUL bytes alone", b"\0" * MANY, [BAD]),
    ("a byte that no UTF-8 has", b"x = 1\xff\n", [BAD]),
    ("a UTF-8 character cut off", b"x = \xe2\x88", [BAD]),
    ("an overlong UTF-8 form", b"x = 1 # \xc0\xaf\n", [BAD]),
    ("a surrogate in UTF-8", b"x = 1 # \xed\xa0\x80\n", [BAD]),
    ("a character past U+10FFFF", b"x = 1 # \xf4\x90\x80\x80\n", [BAD]),
    ("broken UTF-8 alone", b"\x80\xbf\xfe\xff" * MANY, [BAD]),
    ("a direction override", "x = 1 # \u202e hidden\n", [BAD]),
    ("carriage returns alone", "x = 1\ry = 2\r", [OK, BAD]),
    ("combining marks alone", "x\u0301" + "\u0301" * MANY + " = 1\n", [OK, BAD]),
    ("one long line of noise", "$%&?" * (10 * MEGABYTE // 4), [BAD]),
    ("one long name", "n" * (10 * MEGABYTE) + " = 1\n", [OK, BAD]),
    ("one long number", "x = " + "9" * (10 * MEGABYTE) + "\n", [OK, BAD]),
    ("one long string", 'print "' + "s" * (10 * MEGABYTE) + '"\n', [OK, BAD]),
    ("a string without an end", 'print "' + "s" * MEGABYTE, [BAD]),
    ("one long line of a sum", "x = 1" + " + 1" * (10 * MEGABYTE // 4) + "\n", [OK, BAD, LIMIT]),
    ("a sum of many terms", "print 1" + " + 1" * (MANY - 1) + "\nexpect 1 == 1\n", [OK]),
    ("an alternating sum of many terms", "print 1" + " - 1 + 1" * MANY + "\n", [OK]),
    ("a product of many factors", "print 1" + "*1" * (MANY - 1) + "\n", [OK]),
    ("many open parentheses", "x = " + "(" * MANY, [BAD]),
    ("many closed parentheses", "x = " + ")" * MANY, [BAD]),
    ("many nested parentheses", nested("(", ")"), [BAD]),
    ("many open brackets", "x = " + "[" * MANY, [BAD]),
    ("many open braces", "if 1 > 0 " + "{" * MANY, [BAD]),
    ("many bars", "x = " + "|" * MANY, [BAD]),
    ("many minus signs", nested("-", ""), [OK, BAD]),
    ("many nots", f"x = {'not ' * MANY}1 > 0\n", [OK, BAD]),
    ("many powers", "x = 1" + "^1" * MANY + "\n", [OK, BAD]),
    ("many nested calls", nested("sin(", ")"), [BAD]),
    ("many calls in a row", "f(x) = x\ny = f" + "(1)" * MANY + "\n", [BAD]),
    ("many primes", "f(x) = x\ny = f" + "'" * MANY + "(1)\n", [BAD]),
    ("many conditions", "x = " + "if 1 > 0 then 1 else " * MANY + "1\n", [OK, BAD]),
    ("many nested blocks", "if 1 > 0 {\n" * MANY + "x = 1\n" + "}\n" * MANY, [BAD]),
    ("many errors", "x = = 1\n" * MANY, [BAD]),
    ("many unknown names", "x = unknown\n" * MANY, [BAD]),
    ("many definitions", "".join(f"a{i} = {i}\n" for i in range(MANY)), [OK]),
    ("long names one of which is unknown", f"{'n' * MANY} = 1\nprint {'n' * (MANY + 1)}\n",
     [BAD]),
    ("a chain of definitions",
     "a0 = 1\n" + "".join(f"a{i + 1} = a{i} + 1\n" for i in range(MANY)), [OK]),
    ("a chain of functions",
     "f0(x) = x\n" + "".join(f"f{i + 1}(x) = f{i}(x) + 1\n" for i in range(MANY))
     + f"print f{MANY}(1)\n", [OK, BAD, RUNTIME, LIMIT]),
    ("a function of itself", "f(x) = f(x) + 1\nprint f(1)\n", [BAD, RUNTIME, LIMIT]),
    ("two functions of each other", "f(x) = g(x)\ng(x) = f(x)\nprint f(1)\n",
     [BAD, RUNTIME, LIMIT]),
    ("many variables", "minimize " + " + ".join(f"x{i}^2" for i in range(1000)) + " over "
     + ", ".join(f"x{i}" for i in range(1000)) + " from 1 until 3 steps\n", [OK, BAD]),
    ("an objective of many terms",
     "minimize (w - 1)^2" + " + (w - 1)^2" * 20_000 + " over w from 0\n", [OK, LIMIT]),
    ("many derivatives", "f(x) = exp(sin(x))*x^9\nprint f" + "'" * 12 + "(1)\n",
     [OK, BAD, RUNTIME, LIMIT]),
]

# The extended Rosenbrock function at its usual start.
ROSENBROCK = """\
f(x) = sum(100*(x[i+1] - x[i]^2)^2 + (1 - x[i])^2 for i in 1..n-1)
x = [if mod(i, 2) == 1 then -1.2 else 1 for i in 1..n]
"""

# name, arguments, the script, the exit statuses allowed
BOUNDED = [
    ("an endless loop meets the step limit", ["--steps", "100000"],
     "x = 0\nwhile 1 > 0 { x = x + 1 }\n", [LIMIT]),
    ("an endless loop meets the time limit", ["--time", "0.5"],
     "x = 0\nwhile 1 > 0 { x = x + 1 }\n", [LIMIT]),
    ("an endless search meets the time limit", ["--time", "0.5"],
     "minimize (w - 1)^2 over w from 0 step 0 until 1000000000 steps\n", [LIMIT]),
    ("functions that double meet the time limit", ["--time", "0.5"],
     "f0(x) = x + 1\n" + "".join(f"f{i + 1}(x) = f{i}(f{i}(x))\n" for i in range(60))
     + "print f60(1)\n", [RUNTIME, LIMIT]),
    ("generators inside each other meet the time limit", ["--time", "0.5"],
     "print sum(1 for i in 1..1000, j in 1..1000, k in 1..1000)\n", [LIMIT]),
    ("the sum of a long range meets the time limit", ["--time", "0.5"],
     "print sum(1..1000000000)\n", [LIMIT]),
    ("a doubling formula meets the memory limit", ["--memory", "64M"],
     "f0(x) = exp(x) + sin(x)\n" + "".join(
         f"f{i + 1}(x) = f{i}(x) * f{i}(x + {i + 1})\n" for i in range(40))
     + "minimize f40(w) over w from 0\n", [BAD, RUNTIME, LIMIT]),
    ("a billion elements of any kind are refused", ["--memory", "64M"],
     "print zeros(1000000000)\n", [RUNTIME]),
    ("a comprehension of a billion elements is refused", ["--memory", "64M"],
     "print [i for i in 1..1000000000]\n", [RUNTIME]),
    ("a variable of a billion elements is refused", ["--memory", "64M"],
     "minimize theta @ theta over theta[1000000000] from 0\n", [RUNTIME]),
    ("a comprehension that filters a billion meets the time limit", ["--time", "0.5"],
     "print [i for i in 1..1000000000 if i < 0]\n", [LIMIT]),
    ("a comprehension meets the memory limit", ["--memory", "64M"],
     "x = [i for i in 1..100000000]\n", [LIMIT]),
    ("an objective of nested generators meets the memory limit", ["--memory", "64M"],
     "minimize sum((w - i*j)^2 for i in 1..10000, j in 1..10000) over w from 0\n",
     [LIMIT, OK]),
    ("a large matrix product meets the time limit", ["--time", "0.5", "--memory", "1G"],
     "A = ones(3000, 3000)\nfor i in 1..1000 { B = A @ A }\n", [LIMIT]),
    ("a large inverse comes to an end", ["--time", "0.5", "--memory", "1G"],
     "A = ones(600, 600) + eye(600)\nB = inv(A)\nB = inv(B)\n", [LIMIT, OK]),
    ("many solves inside each other's names are checked in time", [],
     "".join(f"a{i} = minimize (w{i} - 1)^2 over w{i} from 0 until 0 steps\n"
             for i in range(20000)), [OK, LIMIT]),
    ("a loop of a million turns runs in constant memory", ["--memory", "64M"],
     "s = 0\nfor i in 1..1000000 { s = s + i }\nexpect s == 500000500000\n", [OK]),
    ("gradients of many variables", ["--memory", "32M"],
     "n = 50000\n" + ROSENBROCK + "for t in 1..3 { g = grad(f)(x) }\n"
     # 480*(1 - 1.44) - 4.4 at first, 200*(-1.2 - 1) more at odd places, 880 + 200*(1 - 1.44)
     # at even ones, the last part of it alone at the end.
     "expect |g[1] + 215.6| < 1e-9 and |g[3] + 655.6| < 1e-9\n"
     "expect |g[2] - 792| < 1e-9 and |g[n] + 88| < 1e-9\n", [OK]),
    ("ten steps of a search over many variables", ["--memory", "64M"],
     "n = 50000\n" + ROSENBROCK + "r = minimize f(x) over x[n] from x by gradient until 10 steps\n"
     "expect r.steps == 10 and r.value < f(x)/100\n", [OK]),
    ("a million searches' turns run in constant memory", ["--memory", "64M"],
     "for i in 1..2000 { minimize (w - i)^2 over w from 0 step 0.5 until 3 steps }\n", [OK]),
]


def check(talweg, arguments, script, statuses, sanitized):
    outcome = run(
        [talweg, "--reproducible", *arguments, "-"],
        text=script,
        timeout=SECONDS * (20 if sanitized else 1),
        memory=None if sanitized else ADDRESS_SPACE,
    )
    if outcome.crash():
        return outcome.crash()
    if outcome.status not in statuses:
        return f"exit status {outcome.status}, allowed {statuses}\n{outcome.err[:2000]}"
    if outcome.status != 0 and not outcome.err:
        return f"exit status {outcome.status} without a message"
    if len(outcome.err) > MEGABYTE:
        return f"{len(outcome.err)} characters of messages"
    return None


def check_path(talweg, path, statuses):
    outcome = run([talweg, str(path)], timeout=SECONDS)
    if outcome.crash():
        return outcome.crash()
    if outcome.status not in statuses or (outcome.status and str(path) not in outcome.err):
        return f"exit status {outcome.status}, allowed {statuses}\n{outcome.err}"
    return None


def check_paths(report, talweg):
    """Paths that are no script: exit status 2 and the path in the message."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / "empty.opt").write_text("")
        (folder / "loop.opt").symlink_to(folder / "loop.opt")
        report.case("an empty file", check_path(talweg, folder / "empty.opt", [0]))
        report.case("a missing file", check_path(talweg, folder / "missing.opt", [2]))
        report.case("a directory", check_path(talweg, folder, [2]))
        report.case("a link to itself", check_path(talweg, folder / "loop.opt", [2]))
        report.case("a name too long", check_path(talweg, folder / ("n" * 300), [2]))
        if os.geteuid() == 0:
            report.skip("an unreadable file", "root reads everything")
        else:
            (folder / "secret.opt").touch(mode=0)
            report.case("an unreadable file", check_path(talweg, folder / "secret.opt", [2]))


def main(arguments):
    sanitized = "--sanitized" in arguments
    talweg = arguments[-1]
    report = Report()
    for name, script, statuses in TEXTS:
        report.case(name, check(talweg, [], script, statuses, sanitized))
    for name, limits, script, statuses in BOUNDED:
        report.case(name, check(talweg, limits, script, statuses, sanitized))
    check_paths(report, talweg)
    report.finish()


if __name__ == "__main__":
    main(sys.argv[1:])
