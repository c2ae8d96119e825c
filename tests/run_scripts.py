# SPDX-License-Identifier: MIT
"""Runs scripts whose comments say what is expected: run_scripts.py TALWEG FOLDER...

The comments are described in README.md beside this file.
"""

import pathlib
import re
import sys

from tap import Report, run

EXPECTATION = re.compile(r"#\s*(prints|near|error|warning|exit|shows):[ ]?(.*)$")
NUMBER = re.compile(r"[-+]?(?:inf|nan|(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)")
DIAGNOSTIC = re.compile(r"^(error|warning)\[([EWN]\d+)\]: (.*)$")
PLACE = re.compile(r"^\s*--> .*:(\d+):\d+$")


class Expectation:
    def __init__(self, kind, text, line):
        self.kind = kind
        self.text = text.rstrip()
        self.line = line

    def __str__(self):
        return f"line {self.line}: {self.kind}: {self.text}"


def read_expectations(text):
    """The expectations in order; one on a comment-only line belongs to the last code line."""
    found = []
    line_of_code = 0
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            line_of_code = number
        match = EXPECTATION.search(line)
        if match:
            found.append(Expectation(match.group(1), match.group(2), line_of_code))
    return found


def read_diagnostics(text):
    """[kind, code, message, line] of each diagnostic drawn in `text`."""
    found = []
    for line in text.split("\n"):
        head, place = DIAGNOSTIC.match(line), PLACE.match(line)
        if head:
            found.append([head.group(1), head.group(2), head.group(3), None])
        elif place and found and found[-1][3] is None:
            found[-1][3] = int(place.group(1))
    return found


def is_near(line, text):
    """Whether a number of the line is near: text is "VALUE [TOLERANCE]", 1e-9 by default."""
    value, tolerance = ([float(word) for word in text.split()] + [1e-9])[:2]
    numbers = [float(number) for number in NUMBER.findall(line)]
    return any(n == value or abs(n - value) <= tolerance for n in numbers)


def meets(line, expectation):
    if expectation.kind == "near":
        return is_near(line, expectation.text)
    return line.rstrip() == expectation.text


def check_output(expectations, out):
    """The lines that are expected come in this order; others may stand between."""
    lines = out.split("\n")
    at = 0
    for expectation in expectations:
        if expectation.kind not in ("prints", "near"):
            continue
        found = next((i for i in range(at, len(lines)) if meets(lines[i], expectation)), None)
        if found is None:
            yield f"not met: {expectation}"
            return
        at = found + 1


def check_shows(expectations, output):
    for expectation in expectations:
        if expectation.kind == "shows" and expectation.text not in output:
            yield f"not met: {expectation}"


def check_diagnostics(expectations, err):
    """Each expected diagnostic occurs at its line; no error occurs that is not expected."""
    left = read_diagnostics(err)
    for expectation in expectations:
        if expectation.kind not in ("error", "warning"):
            continue
        code, _, words = expectation.text.partition(" ")
        match = next((d for d in left if d[0] == expectation.kind and d[1] == code
                      and d[3] == expectation.line and words.strip() in d[2]), None)
        if match is None:
            yield f"not met: {expectation}"
        else:
            left.remove(match)
    for kind, code, message, line in left:
        if kind == "error":
            yield f"not expected: {code} at line {line}: {message}"


def expected_statuses(expectations):
    """As `# exit:` says, else as the expected errors imply (language.md section 8)."""
    stated = [int(e.text) for e in expectations if e.kind == "exit"]
    if stated:
        return stated[-1:]
    codes = [e.text.split()[0] for e in expectations if e.kind == "error"]
    if not codes:
        return [0]
    if codes[0][:3] in ("E00", "E01"):
        return [3]
    return {"E05": [4], "E06": [2, 3, 4], "E07": [3, 4, 5]}.get(codes[0][:3], [3, 4])


def can_fail(text, expectations):
    return bool(expectations) or re.search(r"^\s*(expect|claim)\b", text, re.MULTILINE)


def judge(text, outcome):
    """What is wrong with a script's run, as text; empty when all is as expected."""
    expectations = read_expectations(text)
    if not can_fail(text, expectations):
        return "the script expects nothing, so it cannot fail"
    if outcome.crash():
        return outcome.crash()
    troubles = list(check_output(expectations, outcome.out))
    troubles += check_shows(expectations, outcome.out + outcome.err)
    troubles += check_diagnostics(expectations, outcome.err)
    statuses = expected_statuses(expectations)
    if outcome.status not in statuses:
        troubles.append(f"exit status {outcome.status}, expected "
                        + " or ".join(str(status) for status in statuses))
    if troubles:
        troubles += ["standard output:", outcome.out, "standard error:", outcome.err]
    return "\n".join(troubles)


def main(talweg, *folders):
    report = Report()
    for folder in folders:
        for script in sorted(pathlib.Path(folder).rglob("*.opt")):
            outcome = run([talweg, "--reproducible", str(script)], timeout=120)
            report.case(str(script.relative_to(folder)), judge(script.read_text(), outcome))
    report.finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
