# SPDX-License-Identifier: MIT
"""A terminal to type into: tmux on a socket of its own."""

import itertools
import os
import subprocess
import time

from cases import Skip


numbers = itertools.count()  # a server that is going away keeps its socket for a moment


class Screen:
    """A pane in which a shell line runs; what it shows is read by polling."""

    def __init__(self, place, line, columns=100, lines=40):
        self.socket = f"prompt-{next(numbers)}"
        self.home = place.folder
        variables = {**os.environ, "HOME": str(place.folder), "LC_ALL": "C.UTF-8"}
        variables["TMUX_TMPDIR"] = str(place.folder)
        variables.pop("XDG_STATE_HOME", None)
        variables.pop("TMUX", None)
        self.variables = variables
        try:
            self.tmux("-V")
        except FileNotFoundError:
            raise Skip("tmux is not installed")
        size = ["-x", str(columns), "-y", str(lines)]
        # Ctrl-C reaches the shell too, which must outlive it to tell the status.
        told = "trap : INT; " + line + "; echo left with $?; exec sleep 600"
        self.tmux("new-session", "-d", *size, "/bin/sh", "-c", told)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()

    def close(self):
        self.tmux("kill-server", check=False)

    def tmux(self, *arguments, check=True, **options):
        command = ["tmux", "-L", self.socket, "-f", "/dev/null", *arguments]
        done = subprocess.run(
            command, env=self.variables, capture_output=True, text=True, **options
        )
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.stderr}")
        return done.stdout

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

    def wait(self, wanted, seconds=20, name=None):
        """Waits until the screen satisfies `wanted`: a function of its text, or the end of
        the last line.  Returns the text; raises with the screen when the time is over."""
        satisfied = wanted if callable(wanted) else lambda text: last(text) == wanted.rstrip()
        end = time.monotonic() + seconds
        text = ""
        while time.monotonic() < end:
            text = self.shown()
            if satisfied(text):
                return text
            time.sleep(0.03)
        raise AssertionError(f"the screen never showed {name or wanted!r}:\n{text}")

    def wait_has(self, piece, seconds=20):
        return self.wait(lambda text: piece in text, seconds, name=piece)


def last(text):
    """The last line that is shown."""
    return text.split("\n")[-1].rstrip()
