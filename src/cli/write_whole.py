# SPDX-License-Identifier: MIT
"""Copies a program in one piece: write_whole.py FROM TO

What a linker writes, a page here and a page there, stays in memory as single pages, each of which
is mapped by itself when the program starts.  A file that is written at once is held in large
pieces, up to the large pages of the processor, and a start maps as much at a time.
"""

import os
import pathlib
import sys


def main(source, target):
    content = pathlib.Path(source).read_bytes()
    made = pathlib.Path(target + ".new")
    with made.open("wb", buffering=0) as file:
        written = file.write(content)
    if written != len(content):
        sys.exit(f"write_whole: {target}: {written} of {len(content)} bytes were written")
    made.chmod(0o755)
    os.replace(made, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
