# SPDX-License-Identifier: MIT
"""Writes modules of the standard library as C: embed.py OUTPUT MODULE...

Bytes as numbers: a string literal may be limited to a few thousand characters.
"""

import pathlib
import sys


def rows_of(data):
    """Lines of twenty numbers, a NUL behind the last byte."""
    numbers = [str(byte) for byte in data] + ["0"]
    for i in range(0, len(numbers), 20):
        yield "    " + ", ".join(numbers[i:i + 20]) + ","


def main(output, *files):
    paths = sorted(map(pathlib.Path, files), key=lambda path: path.stem)
    lines = ['#include "script/library.h"']
    for path in paths:
        lines += ["", f"static const char {path.stem}[] = {{"]
        lines += [*rows_of(path.read_bytes()), "};"]
    lines += ["", "const struct library_module library_modules[] = {"]
    lines += [f'    {{"{path.stem}", {path.stem}, sizeof {path.stem} - 1}},' for path in paths]
    lines += ["    {0, 0, 0},", "};", ""]
    pathlib.Path(output).write_text("\n".join(lines), encoding="utf-8")


main(*sys.argv[1:])
