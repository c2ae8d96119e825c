# SPDX-License-Identifier: MIT
"""fmt: files rewritten whole or not at all."""

import os

from cases import Suite, first_of, trouble

suite = Suite()

LOOSE = "x=1+2\nprint   x\n"
NEAT = "x = 1 + 2\nprint x\n"


@suite.case("a file is rewritten in place and nothing else is left in the folder")
def rewrites(place):
    place.write("a.opt", LOOSE)
    outcome = place.run("fmt", "a.opt")
    if place.read("a.opt") != NEAT or os.listdir(place.folder) != ["a.opt"]:
        return place.read("a.opt") + str(os.listdir(place.folder))
    return trouble(outcome, out="", err="")


@suite.case("a file in the layout is not touched")
def untouched(place):
    path = place.write("a.opt", NEAT)
    before = path.stat()
    outcome = place.run("fmt", "a.opt")
    after = path.stat()
    if (before.st_ino, before.st_mtime_ns) != (after.st_ino, after.st_mtime_ns):
        return "it was written anew"
    return trouble(outcome, out="", err="")


@suite.case("- is a filter from standard input to standard output")
def filters(place):
    return first_of(
        trouble(place.run("fmt", "-", text=LOOSE), out=NEAT, err=""),
        trouble(place.run("fmt", text=LOOSE), out=NEAT, err=""),
        trouble(place.run("fmt", "-e", "x=1"), out="x = 1\n", err=""),
    )


@suite.case("--check lists the files that would change, touches none, and exits 1")
def checks(place):
    place.write("loose.opt", LOOSE)
    place.write("neat.opt", NEAT)
    return first_of(
        trouble(place.run("fmt", "--check", "neat.opt"), 0, out=""),
        trouble(place.run("fmt", "--check", "neat.opt", "loose.opt"), 1, out="loose.opt\n"),
        None if place.read("loose.opt") == LOOSE else "--check changed the file",
        trouble(place.run("fmt", "--check", "-", text=LOOSE), 1, out="<stdin>\n"),
    )


@suite.case("a file that does not parse stays as it is; the others are rewritten")
def unparsable(place):
    place.write("bad.opt", "x = (1 +\n")
    place.write("good.opt", LOOSE)
    outcome = place.run("fmt", "bad.opt", "good.opt")
    if place.read("bad.opt") != "x = (1 +\n" or place.read("good.opt") != NEAT:
        return place.read("bad.opt") + place.read("good.opt")
    return trouble(outcome, 3, out="", err_has="bad.opt:1:")


@suite.case("the mode of a file is kept")
def mode(place):
    path = place.write("a.opt", LOOSE)
    for mode in (0o600, 0o755, 0o640):
        path.write_text(LOOSE)
        path.chmod(mode)
        place.run("fmt", "a.opt")
        if path.stat().st_mode & 0o7777 != mode or path.read_text() != NEAT:
            return f"mode {mode:o} became {path.stat().st_mode & 0o7777:o}"
    return None


@suite.case("a link stays a link and the file behind it is rewritten")
def link(place):
    target = place.write("folder/real.opt", LOOSE)
    (place.folder / "link.opt").symlink_to("folder/real.opt")
    outcome = place.run("fmt", "link.opt")
    if not (place.folder / "link.opt").is_symlink() or target.read_text() != NEAT:
        return "the link or its file is wrong: " + target.read_text()
    if os.listdir(place.folder / "folder") != ["real.opt"]:
        return str(os.listdir(place.folder / "folder"))
    return trouble(outcome, out="", err="")


@suite.case("a link to nothing is told")
def dangling(place):
    (place.folder / "link.opt").symlink_to("nowhere.opt")
    return trouble(place.run("fmt", "link.opt"), 2, err_has="`link.opt`")


@suite.case("when the new text cannot be written the old file is whole, with status 2")
def no_room(place):
    long = LOOSE + "# " + "x" * 5000 + "\n"
    place.write("a.opt", long)
    outcome = place.shell("trap '' XFSZ; ulimit -f 2; exec \"$T\" fmt a.opt")
    if place.read("a.opt") != long or os.listdir(place.folder) != ["a.opt"]:
        return "the file changed, or something is left: " + str(os.listdir(place.folder))
    return trouble(outcome, 2, err_has=["cannot write", "`a.opt`"])


@suite.case("a file that may not be written is told and not replaced")
def forbidden(place):
    place.write("a.opt", LOOSE).chmod(0o444)
    outcome = place.run_as_nobody("fmt", "a.opt")
    if place.read("a.opt") != LOOSE:
        return "it was replaced"
    return trouble(outcome, 2, err_has=["cannot write", "`a.opt`", "Permission denied"])


@suite.case("formatting twice gives the same bytes")
def twice(place):
    script = "minimize   (w*2-6)^2 over w from 0\n  step 0.12   until |grad|<1e-4 # hook\n"
    once = place.run("fmt", "-", text=script)
    return first_of(
        trouble(once, out_has="# hook"), trouble(place.run("fmt", "-", text=once.out), out=once.out)
    )


suite.main()
