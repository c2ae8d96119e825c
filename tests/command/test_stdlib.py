# SPDX-License-Identifier: MIT
"""The standard library: every definition is documented, tested, and named once."""

import pathlib
import re
import sys

from cases import Suite, trouble
import tap

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "stdlib"))
sys.dont_write_bytecode = True

import page  # noqa: E402  the folder is known only now

suite = Suite()


def modules():
    """Name and text of each module."""
    return [(path.stem, path.read_text()) for path in sorted((ROOT / "stdlib").glob("*.opt"))]


def definitions():
    """Module, name and comment of each definition, by what the language takes as one."""
    for module, text in modules():
        documented = {re.match(r"\w+", what).group(): words for what, words in page.entries(text)[1]}
        for name in re.findall(r"^([A-Za-z]\w*)(?:\([^)]*\))? = ", text, re.MULTILINE):
            yield module, name, documented.get(name, "")


@suite.case("docs/stdlib.md is what stdlib/page.py writes")
def stdlib_page(_):
    shown = (ROOT / "docs" / "stdlib.md").read_text()
    return None if shown == page.page() else tap.difference(page.page(), shown)


@suite.case("every module is built in")
def built_in(place):
    names = sorted(name for name, _ in modules())
    if names != sorted(page.order()):
        return f"stdlib/meson.build lists {page.order()}"
    script = "".join(f"use {name}\n" for name in names)
    return trouble(place.run("-e", script), out="", err="")


@suite.case("every definition has a comment, and help shows it")
def comments(place):
    wrong = []
    for module, name, comment in definitions():
        shown = " ".join(place.run("help", name).out.split())
        if not comment or comment not in shown or f"`use {module}`" not in shown:
            wrong.append(f"{module}: {name}: {comment!r}, help: {shown!r}")
    return "\n".join(wrong)


@suite.case("every definition stands in the test of its module")
def tests(_):
    wrong = []
    for module, name, _ in definitions():
        text = (ROOT / "tests" / "scripts" / "stdlib" / f"{module}.opt").read_text()
        if not re.search(rf"\b{name}\b", text):
            wrong.append(f"{module}: {name}")
    return "\n".join(wrong)


@suite.case("no name is defined twice, and none hides what the language has")
def names(place):
    seen, wrong = {}, []
    for module, name, _ in definitions():
        if name in seen:
            wrong.append(f"{name} in {seen[name]} and {module}")
        seen[name] = module
        if place.run("-e", f"x = {name}").status == 0:
            wrong.append(f"{name} of {module} is known without it")
    return "\n".join(wrong) or (None if seen else "there are none")


@suite.case("the modules are in the one layout")
def layout(place):
    return trouble(place.run("fmt", "--check", *map(str, sorted((ROOT / "stdlib").glob("*.opt")))))


suite.main()
