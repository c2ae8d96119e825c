# SPDX-License-Identifier: MIT
"""The pages that quote the command and the embedding example say what is true."""

import pathlib

from cases import Suite, trouble
import tap

suite = Suite()

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def block(page, begin):
    """The first block of code of a page after a line that begins with `begin`."""
    text = (ROOT / "docs" / page).read_text()
    return text.split(begin + "\n", 1)[1].split("```\n", 1)[0]


@suite.case("docs/command.md begins with the help")
def command_page(place):
    return trouble(place.run("--help"), out=block("command.md", "```"))


@suite.case("docs/embedding.md shows the example that is tested")
def embedding_page(place):
    example = (ROOT / "tests" / "api" / "embed_example.c").read_text()
    shown = block("embedding.md", "```c")
    return None if shown == example else tap.difference(example, shown)


suite.main()
