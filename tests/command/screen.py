# SPDX-License-Identifier: MIT
"""A terminal to type into: tmux on a socket of its own."""

import os
import subprocess
import time

from cases import Skip


class Screen:
    """A pane in which a program runs under sh; what it shows is read by polling."""

    def __init__(self, place, columns=100, lines=40, environment=None):
        self.socket = f"talweg-{os.getpid()}-{id(self)}"
        self.home = place.folder
        variables = {**os.environ, "HOME": str(place.folder), "LC_ALL": "C.UTF-8", "PS1": "sh$ "}
        variables.pop("XDG_STATE_HOME", None)
        variables.pop("TMUX", None)
        variables.update(environment or {})
        self.variables = variables
        try:
            self.tmux("-V")
        except FileNotFoundError:
            raise Skip("tmux is not installed")
        self.tmux("new-session", "-d", "-x", str(columns), "-y", str(lines), "/bin/sh")
        self.wait("sh$ ")

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.tmux("kill-server", check=False)

    def tmux(self, *arguments, check=True, **options):
        command = ["tmux", "-L", self.socket, "-f", "/dev/null", *arguments]
        return subprocess.run(
            command, env=self.variables, capture_output=True, text=True, check=check, **options
        ).stdout

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, line):
        """Types a line as it is and Enter."""
        self.tmux("send-keys", "-l", line)
        self.tmux("send-keys", "Enter")

    def paste(self, text):
        """Pastes as a terminal does that marks pastes when it is asked to."""
        self.tmux("load-buffer", "-", input=text)
        self.tmux("paste-buffer", "-p", "-r")

    def shown(self):
        """The screen with what has scrolled away, blank lines at the end left out."""
        return self.tmux("capture-pane", "-p", "-S", "-1000").rstrip()

    def wait(self, wanted, seconds=20):
        """Waits until the screen satisfies `wanted`: a function of its text, or the end of
        the last line.  Returns the text; raises with the screen when the time is over."""
        satisfied = wanted if callable(wanted) else lambda text: ends_with(text, wanted)
        end = time.monotonic() + seconds
        text = ""
        while time.monotonic() < end:
            text = self.shown()
            if satisfied(text):
                return text
            time.sleep(0.03)
        raise AssertionError(f"the screen never showed {wanted!r}:\n{text}")

    def wait_has(self, piece, seconds=20):
        return self.wait(lambda text: piece in text, seconds)


def ends_with(text, wanted):
    return text.split("\n")[-1].rstrip() == wanted.rstrip()
