# SPDX-License-Identifier: MIT
"""What parses and what does not: run_grammar.py [--update] TALWEG FOLDER

written.txt: each case parses, and laying it out twice gives the same bytes.
mistakes.txt: the exit status and the full message of each case stand in
mistakes.golden.txt.  With --update (or TALWEG_UPDATE) that file is written anew.
"""

import os
import pathlib
import sys

from run_goldens import Case, read_cases, write_cases
from tap import Report, difference, run


def read_sources(path):
    """name -> source of a file of `=== name` blocks, in order; names occur once."""
    sources = {}
    for block in ("\n" + path.read_text()).split("\n=== ")[1:]:
        name, _, source = block.partition("\n")
        assert name not in sources, name
        sources[name] = source.rstrip("\n") + "\n"
    return sources


def check_written(talweg, source):
    once = run([talweg, "fmt", "-"], text=source)
    if once.crash() or once.status != 0:
        return once.crash() or f"exit status {once.status}\n{once.err}"
    twice = run([talweg, "fmt", "-"], text=once.out)
    if twice.crash() or twice.status != 0:
        return twice.crash() or f"laid out, exit status {twice.status}\n{once.out}\n{twice.err}"
    return None if once.out == twice.out else difference(once.out, twice.out)


def message_of(talweg, source):
    """(exit status and standard error of a run, what went wrong or None)"""
    outcome = run([talweg, "--reproducible", "--steps", "100000", "-"], text=source)
    lines = [f"exit {outcome.status}"] + outcome.err.strip("\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).rstrip("\n"), outcome.crash()


def check_mistakes(report, talweg, folder, update):
    golden = folder / "mistakes.golden.txt"
    known = {case.name: case for case in read_cases(golden.read_text())} if golden.exists() else {}
    sources = read_sources(folder / "mistakes.txt")
    cases = []
    for name, source in sources.items():
        got, trouble = message_of(talweg, source)
        cases.append(Case(name, source, got))
        wanted = known[name].output if name in known else "(no such case)"
        if not trouble and not update and wanted != got:
            trouble = difference(wanted, got)
        report.case(f"mistakes.txt: {name}", trouble)
    if update:
        golden.write_text(write_cases(cases))
    else:
        extra = ", ".join(name for name in known if name not in sources)
        report.case("mistakes.golden.txt has no other case", extra)


def main(arguments):
    update = "--update" in arguments or "TALWEG_UPDATE" in os.environ
    talweg, folder = [a for a in arguments if a != "--update"]
    folder = pathlib.Path(folder)
    report = Report()
    for name, source in read_sources(folder / "written.txt").items():
        report.case(f"written.txt: {name}", check_written(talweg, source))
    check_mistakes(report, talweg, folder, update)
    report.finish()


if __name__ == "__main__":
    main(sys.argv[1:])
