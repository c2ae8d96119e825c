# SPDX-License-Identifier: MIT
"""docs/grammar.txt is what `lemon -g` prints of grammar/parser.y."""

import subprocess

from tree import ROOT, Report


def rules(text):
    """The text without the line that names the input file, which is as it was typed."""
    return [line for line in text.splitlines() if not line.startswith("// Reprint of")]


def check():
    printed = subprocess.run(["lemon", "-g", "grammar/parser.y"], cwd=ROOT,
                             capture_output=True, text=True)
    kept = (ROOT / "docs" / "grammar.txt").read_text()
    if printed.returncode or not rules(kept) or rules(printed.stdout) != rules(kept):
        return printed.stderr + "write it anew: lemon -g grammar/parser.y >docs/grammar.txt"
    return None


def main():
    report = Report()
    report.case("docs/grammar.txt is the grammar", check())
    report.finish()


main()
