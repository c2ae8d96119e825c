# SPDX-License-Identifier: MIT
"""The page of the standard library from its files: page.py > docs/stdlib.md

A test compares the page with what this writes.
"""

import pathlib
import re

FOLDER = pathlib.Path(__file__).resolve().parent
DEFINITION = re.compile(r"([A-Za-z]\w*(?:\([^)]*\))?) = ")

HEAD = """# The standard library

Written by `stdlib/page.py` from the files in `stdlib/`, which are in the language itself. A
module is used by its name, `use losses`; then its definitions are names of the script.
`talweg help NAME` shows what stands here.
"""


def order():
    """The modules as stdlib/meson.build lists them."""
    return re.findall(r"'(\w+)\.opt'", (FOLDER / "meson.build").read_text())


def entries(text):
    """The comment that the module begins with, then [definition, comment] of each."""
    comment, found, head = [], [], None
    for line in text.splitlines():
        definition = DEFINITION.match(line)
        if line.startswith("#"):
            comment.append(line[1:].strip())
            continue
        if definition:
            found.append([definition.group(1), " ".join(comment)])
        elif not line and head is None:
            head = " ".join(comment)
        if not line or definition:
            comment = []
    return head, found


def marked(words):
    """The words as Markdown: signs of formulas stay, outside of `code` too."""
    parts = words.split("`")
    parts[::2] = [re.sub(r"([*_|])", r"\\\1", part) for part in parts[::2]]
    parts[1::2] = [part.replace("|", "\\|") for part in parts[1::2]]
    return "`".join(parts)


def page():
    lines = [HEAD]
    for name in order():
        head, found = entries((FOLDER / f"{name}.opt").read_text())
        lines += [f"## {name}", "", marked(head), "", "| definition | what it is |", "|---|---|"]
        lines += [f"| `{what}` | {marked(words)} |" for what, words in found]
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    print(page(), end="")
