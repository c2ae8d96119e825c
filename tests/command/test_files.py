# SPDX-License-Identifier: MIT
"""What can be wrong with a file that is to be read."""

import os
import threading
import time

from cases import Skip, Suite, first_of, trouble

suite = Suite()


@suite.case("a missing file is told by name, with status 2")
def missing(place):
    return trouble(
        place.run("nowhere.opt"), 2, out="", err_has=["`nowhere.opt`", "No such file"]
    )


@suite.case("a folder is no script")
def folder(place):
    (place.folder / "d.opt").mkdir()
    return first_of(
        trouble(place.run("d.opt"), 2, out="", err_has=["`d.opt`", "Is a directory"]),
        trouble(place.shell('"$T" - < d.opt'), 2, err_has="Is a directory"),
    )


@suite.case("a file that may not be read is told")
def forbidden(place):
    place.write("a.opt", "print 1\n").chmod(0)
    return trouble(place.run_as_nobody("a.opt"), 2, out="", err_has=["`a.opt`", "Permission denied"])


@suite.case("a file whose reading fails is told")
def broken(place):
    if not os.path.exists("/proc/self/mem"):
        raise Skip("no /proc")
    return trouble(place.run("/proc/self/mem"), 2, out="", err_has="cannot read")


@suite.case("a file without end is refused, not read for ever")
def endless(place):
    outcome = place.run("--memory=2G", "/dev/zero", timeout=120)
    return trouble(outcome, 2, out="", err_has=["/dev/zero", "too large"])


@suite.case("an empty file, and one of comments, is a script that does nothing")
def empty(place):
    place.write("empty.opt", "")
    place.write("comment.opt", "# nothing\n\n   \n")
    return first_of(
        trouble(place.run("empty.opt", "comment.opt"), out="", err=""),
        trouble(place.run(text=""), out="", err=""),
    )


@suite.case("NUL and broken UTF-8 are errors with a place, status 3")
def bytes_that_are_no_text(place):
    place.write("nul.opt", b"x = 1\nprint \x00x\n")
    place.write("latin.opt", b"x = 1\nprint \xe4x\n")
    return first_of(
        trouble(place.run("nul.opt"), 3, out="", err_has=["error[E00", "nul.opt:2:7"]),
        trouble(place.run("latin.opt"), 3, out="", err_has=["error[E00", "latin.opt:2:7"]),
    )


@suite.case("a script may come through a pipe, in pieces")
def pieces(place):
    path = place.folder / "pipe"
    os.mkfifo(path)

    def write():
        with open(path, "wb", buffering=0) as file:
            for byte in b"print 1 + 2\n":
                file.write(bytes([byte]))
                time.sleep(0.005)

    writer = threading.Thread(target=write, daemon=True)
    writer.start()
    outcome = place.run("pipe")
    writer.join(20)  # a command that never opens the pipe leaves the writer waiting
    return trouble(outcome, out="3\n", err="")


@suite.case("/dev/stdin and process substitution are files")
def devices(place):
    return first_of(
        trouble(place.run("/dev/stdin", text="print 4\n"), out="4\n"),
        trouble(place.shell("echo 'print 5' | \"$T\" /dev/fd/0"), out="5\n"),
    )


@suite.case("a closed standard input is told")
def closed_input(place):
    return trouble(place.shell('"$T" - <&-'), 2, out="", err_has="cannot read")


@suite.case("a script of 10 MB is read whole")
def large(place):
    place.write("large.opt", "# " + "x" * 78 + "\n" + ("#" + "y" * 99 + "\n") * 100000 + "print 7\n")
    return trouble(place.run("large.opt"), out="7\n")


@suite.case("--json tells a missing file as an object, and nothing on standard error")
def json_missing(place):
    outcome = place.run("--json", "nowhere.opt")
    events = outcome.events() or []
    if not events or events[0].get("event") != "error" or events[0]["file"] != "nowhere.opt":
        return "no error object:\n" + outcome.out
    return trouble(outcome, 2, err="")


suite.main()
