# SPDX-License-Identifier: MIT
"""Compares what a stage writes with the golden files: run_goldens.py [--update] TALWEG FOLDER

FOLDER/<stage>/*.txt hold cases: a line `==== name`, the source, a line `----`, and the
expected output.  The stage's folder name says what is run.  With --update (or TALWEG_UPDATE
in the environment) the files are written anew; read the difference before it is committed.
"""

import os
import pathlib
import sys

from tap import Report, difference, run

# stage: the command's arguments, and the output that is compared
STAGES = {
    "tokens": (["dump", "tokens", "-"], "out"),
    "ast": (["dump", "ast", "-"], "out"),
    "graph": (["dump", "graph", "-"], "out"),
    "errors": (["check", "-"], "err"),
    "run-errors": (["--reproducible", "-"], "err"),
    "format": (["fmt", "-"], "out"),
    "report": (["--reproducible", "-"], "out"),
    "derivation": (["--reproducible", "-"], "out"),
}


class Case:
    def __init__(self, name, source, output):
        self.name = name
        self.source = source
        self.output = output


def read_cases(text):
    """The cases of a file; blank lines at the end of source and output do not count."""
    cases = []
    for block in ("\n" + text).split("\n==== ")[1:]:
        name, _, body = block.partition("\n")
        source, mark, output = ("\n" + body).partition("\n----\n")
        if not mark:  # no output yet
            source, output = source.removesuffix("\n----"), ""
        cases.append(Case(name, source[1:].rstrip("\n") + "\n", output.strip("\n")))
    return cases


def write_cases(cases):
    return "\n".join(
        f"==== {case.name}\n{case.source}----\n" + (f"{case.output}\n" if case.output else "")
        for case in cases
    )


def run_stage(talweg, stage, source):
    """(what the stage writes, what went wrong or None)"""
    arguments, stream = STAGES[stage]
    outcome = run([talweg, *arguments], text=source)
    lines = getattr(outcome, stream).strip("\n").split("\n")
    return "\n".join(line.rstrip() for line in lines), outcome.crash()


def check_file(report, talweg, stage, path, update):
    cases = read_cases(path.read_text())
    if not cases:
        report.case(f"{stage}/{path.name}", "the file holds no case")
    for case in cases:
        got, trouble = run_stage(talweg, stage, case.source)
        if update:
            case.output = got
        elif not trouble and got != case.output:
            trouble = difference(case.output, got)
        elif not trouble and not got:
            trouble = "the stage writes nothing, so the case cannot fail"
        report.case(f"{stage}/{path.name}: {case.name}", trouble)
    if update:
        path.write_text(write_cases(cases))


def main(arguments):
    update = "--update" in arguments or "TALWEG_UPDATE" in os.environ
    talweg, folder = [a for a in arguments if a != "--update"]
    report = Report()
    for path in sorted(pathlib.Path(folder).glob("*/*.txt")):
        stage = path.parent.name
        if stage in STAGES:
            check_file(report, talweg, stage, path, update)
        else:
            report.case(str(path), f"no stage is called {stage}")
    report.finish()


if __name__ == "__main__":
    main(sys.argv[1:])
