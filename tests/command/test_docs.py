# SPDX-License-Identifier: MIT
"""The pages that quote the command and the embedding example say what is true."""

import pathlib

from cases import Suite, trouble
import tap

suite = Suite()

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def block(page, begin, number=1):
    """The block of code of a page after the given occurrence of the line `begin`."""
    text = (ROOT / "docs" / page).read_text()
    return text.split(begin + "\n", number)[number].split("```\n", 1)[0]


@suite.case("docs/command.md begins with the help")
def command_page(place):
    return trouble(place.run("--help"), out=block("command.md", "```"))


def compare_example(name, number):
    example = (ROOT / "tests" / "api" / name).read_text()
    shown = block("embedding.md", "```c", number)
    return None if shown == example else tap.difference(example, shown)


@suite.case("docs/embedding.md shows the example that is tested")
def embedding_page(place):
    return compare_example("embed_example.c", 1)


@suite.case("docs/embedding.md shows the diagnosis that is tested")
def diagnosis_page(place):
    return compare_example("descent_diagnosis_example.c", 2)


suite.main()
