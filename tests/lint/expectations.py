# SPDX-License-Identifier: MIT
"""The runner of the script tests itself: what it must let pass and what it must catch."""

from tree import Report

from run_goldens import read_cases, write_cases
from run_scripts import judge
from tap import Outcome

UNKNOWN = "error[E0102]: `y` is not defined\n  --> a.opt:2:5\n"

# name, script, standard output, standard error, exit status, whether it is as expected
ROWS = [
    ("a line that is printed", "print 7 # prints: 7", "7\n", "", 0, True),
    ("another line than expected", "print 7 # prints: 7", "8\n", "", 0, False),
    ("a part of a line", "print 7 # prints: 7", "77\n", "", 0, False),
    ("lines in their order", "print 1 # prints: 1\nprint 2 # prints: 2", "1\n2\n", "", 0, True),
    ("lines in another order", "print 1 # prints: 1\nprint 2 # prints: 2", "2\n1\n", "", 0,
     False),
    ("one line for two", "print 1 # prints: 1\nprint 1 # prints: 1", "1\n", "", 0, False),
    ("a comment below", "for ...\n# prints: 1\n# prints: 2", "1\n2\n", "", 0, True),
    ("a number that is near", "print x # near: 1 0.1", "x = 1.05\n", "", 0, True),
    ("a number that is far", "print x # near: 1 0.1", "x = 1.2\n", "", 0, False),
    ("infinity", "print x # near: inf", "inf\n", "", 0, True),
    ("an error at its line", "x = 1\nx = y # error: E0102 not defined", "", UNKNOWN, 3, True),
    ("an error elsewhere", "x = y # error: E0102\nx = 1", "", UNKNOWN, 3, False),
    ("another error", "x = 1\nx = y # error: E0103", "", UNKNOWN, 3, False),
    ("other words", "x = 1\nx = y # error: E0102 no such name", "", UNKNOWN, 3, False),
    ("an error that is missing", "x = 1\nx = y # error: E0102", "", "", 3, False),
    ("an error that was not expected", "x = 1 # exit: 3", "", UNKNOWN, 3, False),
    ("another exit status", "x = 1\nx = y # error: E0102", "", UNKNOWN, 4, False),
    ("a stated exit status", "expect 1 == 2 # exit: 1", "", "", 1, True),
    ("a status that was not stated", "expect 1 == 2", "", "", 1, False),
    ("text anywhere", "print 1 # shows: all", "not at all\n", "", 0, True),
    ("text nowhere", "print 1 # shows: all", "nothing\n", "", 0, False),
    ("a script that expects nothing", "print 1", "1\n", "", 0, False),
    ("a crash", "print 1 # prints: 1", "1\n", "", 139, False),
    ("a finding of a sanitizer", "print 1 # prints: 1", "1\n", "x.c:1: runtime error: ...", 0,
     False),
]

GOLDEN = "==== one\nx = 1\n\ny = 2\n----\nout\n\nput\n\n==== two\nz\n----\n"


def main():
    report = Report()
    for name, script, out, err, status, good in ROWS:
        trouble = judge(script, Outcome(status, out, err, 0, False))
        report.case(f"{name} {'passes' if good else 'is caught'}",
                    None if good == (not trouble) else trouble or "nothing was said")
    cases = read_cases(GOLDEN)
    report.case("golden cases are told apart",
                None if [case.output for case in cases] == ["out\n\nput", ""] else str(cases))
    report.case("golden files are written as they were read",
                None if write_cases(cases) == GOLDEN else write_cases(cases))
    report.finish()


main()
