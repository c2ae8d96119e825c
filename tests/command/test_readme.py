# SPDX-License-Identifier: MIT
"""The README and the references are true: each script gives what is shown below it.

A block marked `talweg` is a script; a block marked `text` right behind it is all that the
command shows, standard output before standard error.  The hook's output stands behind the
block with its command.
"""

import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from tap import Report, run  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
DOCUMENTS = ("README.md", "docs/reference.md", "docs/reference-solve.md",
             "docs/reference-arrays.md", "docs/reference-data.md", "docs/methods.md")
PAIR = re.compile(r"^```talweg\n(.*?)^```\n+```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HOOK = re.compile(r"^```\n\./dev run (examples/\S+)\n```\n+```\n(.*?)^```$",
                  re.MULTILINE | re.DOTALL)
# Statuses that differ by what is shown: an error of names or shapes is found before the run.
MISTAKE = re.compile(r"^error\[E0", re.MULTILINE)


def compare(command, arguments, expected, folder, status):
    outcome = run([command, "--reproducible", *arguments], folder=folder)
    shown = outcome.out + outcome.err
    if shown != expected:
        return f"shown:\n{shown}\nthe document:\n{expected}"
    if outcome.status != status:
        return f"exit status {outcome.status}, {status} was expected"
    return None


def check_document(report, command, name):
    text = (ROOT / name).read_text(encoding="utf-8")
    hooks, pairs = HOOK.findall(text), PAIR.findall(text)
    for path, expected in hooks:
        report.case(f"{name} shows what {path} gives",
                    compare(command, [path], expected, ROOT, 0))
    for number, (script, expected) in enumerate(pairs, 1):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "README.opt").write_text(script, encoding="utf-8")
            status = 3 if MISTAKE.search(expected) else 0
            report.case(f"script {number} of {name} gives what is shown",
                        compare(command, ["README.opt"], expected, folder, status))
    scripts = text.count("```talweg\n")
    report.case(f"every script of {name} shows its output",
                None if len(pairs) == scripts > 0 else f"{scripts} scripts, {len(pairs)} outputs")


def main():
    report = Report()
    command = str(pathlib.Path(sys.argv[1]).resolve())
    for name in DOCUMENTS:
        check_document(report, command, name)
    report.finish()


main()
