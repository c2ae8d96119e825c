# SPDX-License-Identifier: MIT
"""The C sources are laid out as clang-format 14 does with .clang-format."""

import subprocess

from tree import ROOT, Report, files


def find_troubles(paths):
    """path -> the first place in it that clang-format would change"""
    result = subprocess.run(
        ["clang-format", "--dry-run", *map(str, paths)], cwd=ROOT, capture_output=True, text=True)
    troubles = {}
    for line in result.stderr.splitlines():
        path, found, _ = line.partition(":")
        if found and "clang-format-violations" in line:
            troubles.setdefault(path, f"{line}\n./dev fmt lays it out")
    return troubles


def main():
    report = Report()
    version = subprocess.run(["clang-format", "--version"], capture_output=True, text=True)
    if "version 14." not in version.stdout:
        report.skip("layout", f"clang-format 14 decides, this is {version.stdout.strip()}")
    else:
        paths = files(".c", ".h", ".cpp")
        troubles = find_troubles(paths)
        for path in paths:
            report.case(f"{path} is laid out", troubles.get(str(path)))
    report.finish()


main()
