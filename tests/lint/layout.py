# SPDX-License-Identifier: MIT
"""The C sources are laid out as clang-format 14 does with .clang-format."""

import subprocess

from tree import ROOT, Report, files


def check(path):
    result = subprocess.run(
        ["clang-format", "--dry-run", "--Werror", str(path)],
        cwd=ROOT, capture_output=True, text=True)
    first = "\n".join(result.stderr.splitlines()[:3])
    return f"{first}\n./dev fmt lays it out" if result.returncode else None


def main():
    report = Report()
    version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True)
    if "version 14." not in version.stdout:
        report.skip("layout", f"clang-format 14 decides, this is {version.stdout.strip()}")
    else:
        for path in files(".c", ".h", ".cpp"):
            report.case(f"{path} is laid out", check(path))
    report.finish()


main()
