# SPDX-License-Identifier: MIT
"""What the test programs share: cases told as TAP, and the command run with bounds.

A passing case is one line; a failing one is followed by what went wrong, in full.
"""

import json
import os
import resource
import subprocess
import sys
import time


class Report:
    """Counts cases and prints them as the Test Anything Protocol, the plan last."""

    def __init__(self):
        self.count = 0
        self.failed = 0

    def case(self, name, trouble=None):
        """One case: passed when `trouble` is empty, else it says what went wrong."""
        self.count += 1
        name = " ".join(name.replace("#", "No.").split())
        if not trouble:
            print(f"ok {self.count} - {name}")
            return
        self.failed += 1
        print(f"not ok {self.count} - {name}")
        for line in str(trouble).rstrip("\n").split("\n"):
            print("# " + line)

    def skip(self, name, why):
        self.count += 1
        print(f"ok {self.count} - {name} # SKIP {why}")

    def finish(self):
        """Prints the plan and ends the program; no case at all is a failure."""
        if self.count == 0:
            self.case("there are cases", "none was found")
        print(f"1..{self.count}")
        sys.stdout.flush()
        sys.exit(1 if self.failed else 0)


class Outcome:
    """How a command ended: `status` as a shell gives it (128 + signal), its outputs."""

    def __init__(self, status, out, err, seconds, timed_out):
        self.status = status
        self.out = out
        self.err = err
        self.seconds = seconds
        self.timed_out = timed_out

    def events(self):
        """The objects of an output of JSON lines; None when it is something else."""
        try:
            return [json.loads(line) for line in self.out.splitlines()]
        except json.JSONDecodeError:
            return None

    def crash(self):
        """Why this end is never right, or None."""
        if self.timed_out:
            return f"still running after {self.seconds:.0f} s"
        if self.status > 128 and self.status != 130:
            return f"killed by signal {self.status - 128}\n{self.err}"
        for mark in ("AddressSanitizer", "LeakSanitizer", "runtime error:"):
            if mark in self.err:
                return self.err
        return None


def run(command, text=None, timeout=60, memory=None, folder=None, environment=None):
    """Runs a command with `text` (str or bytes) on its standard input.

    `timeout` is in seconds of wall time, `memory` in bytes of address space.
    """
    if isinstance(text, str):
        text = text.encode()
    variables = {**os.environ, "LC_ALL": "C.UTF-8", "NO_COLOR": "1", **(environment or {})}
    # A sanitizer's finding must not look like one of the command's own exit statuses.
    for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
        variables.setdefault(name, "exitcode=99:print_stacktrace=1")

    def bound():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if memory:
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    begin = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=folder,
        env=variables,
        preexec_fn=bound,
        stdin=subprocess.PIPE if text is not None else subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    timed_out = False
    try:
        out, err = process.communicate(text, timeout)
    except subprocess.TimeoutExpired:
        timed_out = True
        process.kill()
        out, err = process.communicate()
    status = process.returncode if process.returncode >= 0 else 128 - process.returncode
    return Outcome(
        status,
        out.decode("utf-8", "replace"),
        err.decode("utf-8", "replace"),
        time.monotonic() - begin,
        timed_out,
    )


def difference(wanted, got):
    """The two texts one above the other, for a failing case."""
    shown = ["wanted:"] + ["  " + line for line in wanted.split("\n")]
    return "\n".join(shown + ["got:"] + ["  " + line for line in got.split("\n")])
