# SPDX-License-Identifier: MIT
"""The line on a terminal that says how far long work is, and where there is none."""

import os
import pty
import select
import signal
import subprocess
import time

from cases import ENDLESS_TOLD, Suite, first_of

suite = Suite()

SECONDS = 20


def watch(place, *arguments, until, term="xterm"):
    """Standard error on a terminal of its own: what it gets until `until` stands there or the
    command has ended, which is ended by Ctrl-C then."""
    outer, inner = pty.openpty()
    process = subprocess.Popen([place.binary, *arguments], cwd=place.folder, stderr=inner,
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               env={**os.environ, "TERM": term})
    os.close(inner)
    text = b""
    end = time.monotonic() + SECONDS
    while until not in text and time.monotonic() < end:
        if not select.select([outer], [], [], 0.1)[0]:
            continue
        try:
            piece = os.read(outer, 4096)
        except OSError:
            break
        if not piece:
            break
        text += piece
    process.send_signal(signal.SIGINT)
    try:
        while piece := os.read(outer, 4096):
            text += piece
    except OSError:
        pass
    process.wait(SECONDS)
    os.close(outer)
    return text


@suite.case("a long run has a line on a terminal, which is erased at its end")
def shown(place):
    place.write("a.opt", "k = 0\nwhile true {\n  k = k + 1\n}\n")
    text = watch(place, "a.opt", until=b"computing   1 s")
    line, _, rest = text.partition(b"computing   1 s")
    if not rest:
        return f"no line: {text}"
    message = rest.find(b"interrupted")
    erased = rest.rfind(b"\r\x1b[K", 0, message)
    return None if 0 <= erased < message else f"not erased: {rest}"


@suite.case("a search tells its steps and value")
def search(place):
    place.write("a.opt", "minimize (w - 1)^2 over w from 9 by gradient step 1e-9 "
                         "until 1000000000 steps\n")
    text = watch(place, "a.opt", until=b"|grad|")
    return None if b"step " in text and b"value " in text else f"no search: {text}"


@suite.case("a dumb terminal, JSON and --quiet have none")
def hidden(place):
    place.write("a.opt", ENDLESS_TOLD)

    def drawn(*options, term="xterm"):
        text = watch(place, "--time", "1.5", *options, "a.opt", until=b"computing", term=term)
        return f"{options}, {term}: {text}" if b"computing" in text else None

    return first_of(drawn("--quiet"), drawn("--json"), drawn(term="dumb"))


@suite.case("a pipe has none")
def piped(place):
    place.write("a.opt", ENDLESS_TOLD)
    run = place.run("--time", "1.5", "a.opt")
    return run.err if "computing" in run.err or "\r" in run.err else None


suite.main()
