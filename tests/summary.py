# SPDX-License-Identifier: MIT
"""Sums up what `meson test` wrote: summary.py CONFIGURATION=BUILD_FOLDER...

Counts single cases over all test programs and configurations, prints the failing ones in
full and the skipped ones by name, and ends with the line `N passed, N failed`.  A test
program that crashed, ran out of time or broke off before its plan counts as a failure of
its own; so does a configuration that was not built.
"""

import json
import pathlib
import re
import sys

CASE = re.compile(r"^(not )?ok\b(?:\s+\d+)?(?:\s*-)?\s*(.*?)(?:\s*#\s*(SKIP|TODO)\b\s*(.*))?$",
                  re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)")


class Program:
    """One test program's cases, read from its TAP."""

    def __init__(self, record):
        self.passed = 0
        self.skipped = []
        self.failures = []  # lists of lines
        planned = None
        for line in (record.get("stdout") or "").splitlines():
            plan, case = PLAN.match(line), CASE.match(line)
            if plan:
                planned = int(plan.group(1)) + (planned or 0)
            elif case:
                self.take_case(case, line)
            elif self.failures:
                self.failures[-1].append(line)
        told = self.passed + len(self.skipped) + len(self.failures)
        if told == 0 and planned is None and record["result"] == "OK":
            self.passed = told = planned = 1  # its exit status alone tells
        # meson takes `not ok ... # SKIP`, as cmocka writes it, for a failure.
        ended = record.get("returncode") == 0 and record["result"] not in ("TIMEOUT", "INTERRUPT")
        good = ended and planned == told > 0
        if not good and not self.failures:
            self.failures.append([f"the program ended with {record['result']}, status "
                                  f"{record.get('returncode')}: {told} of {planned} cases"])
        if self.failures:
            self.failures[-1] += (record.get("stderr") or "").splitlines()

    def take_case(self, case, line):
        if case.group(3) and case.group(3).upper() == "SKIP":
            self.skipped.append(": ".join(filter(None, (case.group(2), case.group(4)))))
        elif case.group(1):
            self.failures.append([line])
        else:
            self.passed += 1


def read_log(folder):
    """The records of a configuration; empty when it was not built or not run."""
    log = pathlib.Path(folder, "meson-logs", "testlog.json")
    if not log.exists():
        return []
    return [json.loads(line) for line in log.read_text().splitlines()]


def suite_of(record):
    """The `unit` of `talweg:unit / test_arena`."""
    return record["name"].split(" / ")[0].split(":")[-1]


def sum_up(configuration, folder):
    """Prints one configuration; returns (passed, failed)."""
    records = read_log(folder)
    if not records:
        print(f"{configuration}: nothing was run (see the messages of the build above)")
        return 0, 1
    counts = {}
    for record in sorted(records, key=lambda record: record["name"]):
        program = Program(record)
        count = counts.setdefault(suite_of(record), [0, 0])
        count[0] += program.passed
        count[1] += len(program.failures)
        for reason in program.skipped:
            print(f"skipped: {configuration}: {record['name']}: {reason}")
        for lines in program.failures:
            print(f"FAILED: {configuration}: {record['name']}")
            print("\n".join("    " + line for line in lines))
    for suite, (passed, failed) in sorted(counts.items()):
        print(f"{configuration:9} {suite:10} {passed} passed" + f", {failed} FAILED" * (failed > 0))
    return sum(c[0] for c in counts.values()), sum(c[1] for c in counts.values())


def main(arguments):
    passed = failed = 0
    for argument in arguments:
        configuration, _, folder = argument.partition("=")
        good, bad = sum_up(configuration, folder)
        passed += good
        failed += bad
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
