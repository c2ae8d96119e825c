# SPDX-License-Identifier: MIT
"""A room includes only what the table allows: itself, and rooms that it stands on."""

import re

from tree import Report, files, lines

# room: the rooms whose headers it may include besides its own (docs/internals.md)
ALLOWED = {
    "base": [],
    "math": ["base"],
    "linear": ["base"],
    "source": ["base"],
    "syntax": ["source", "base"],
    "graph": ["math", "base"],
    "tape": ["graph", "linear", "math", "base"],
    "descent": ["descent.h", "descent_starts.h", "linear", "math", "base"],
    "descent.h": [],
    "descent_starts.h": ["descent.h"],
    "data": ["source", "base"],
    "plot": ["source", "base"],
    # talweg.h for the types of its options; it calls none of its functions.
    "script": ["talweg.h", "plot", "data", "descent.h", "descent_starts.h", "tape", "graph",
               "syntax", "source", "linear", "math", "base"],
    "talweg.h": [],
    "talweg.c": ["talweg.h", "script", "descent.h", "graph", "syntax", "source", "base"],
    "cli": ["talweg.h", "base"],
    "wasm": ["talweg.h", "base"],
}
# The grammar's files are the front of the syntax room.
ALLOWED["grammar"] = ["syntax"] + ALLOWED["syntax"]

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"')


def room_of(path):
    """src/graph/fold.c -> graph; src/talweg.h -> talweg.h; grammar/parser.y -> grammar"""
    return path.parts[0] if path.parts[0] == "grammar" else path.parts[1]


def check(path):
    room = room_of(path)
    if room not in ALLOWED:
        return f"the table has no room {room}"
    wrong = []
    for number, line in enumerate(lines(path), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        parts = match.group(1).split("/")
        # A name without a folder is a header at the top of src, or one that is generated.
        target = parts[0] if len(parts) > 1 or parts[0] in ALLOWED else room
        if target != room and target not in ALLOWED[room]:
            wrong.append(f"{path}:{number}: {room} must not include {match.group(1)}")
    return "\n".join(wrong)


def main():
    report = Report()
    for folder in ("src", "grammar"):
        for path in files(".c", ".h", ".def", ".re", ".y", under=folder):
            report.case(f"{path} includes only what stands below it", check(path))
    report.finish()


main()
