# SPDX-License-Identifier: MIT
"""docs/grammar.txt is what `lemon -g` prints of grammar/parser.y."""

import subprocess

from tree import ROOT, Report


def check():
    printed = subprocess.run(["lemon", "-g", "grammar/parser.y"], cwd=ROOT,
                             capture_output=True, text=True)
    if printed.returncode or printed.stdout != (ROOT / "docs" / "grammar.txt").read_text():
        return printed.stderr + "write it anew: lemon -g grammar/parser.y >docs/grammar.txt"
    return None


def main():
    report = Report()
    report.case("docs/grammar.txt is the grammar", check())
    report.finish()


main()
