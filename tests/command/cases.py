# SPDX-License-Identifier: MIT
"""What the tests of the command share: cases with a folder each, and their judgement.

A test file makes a `Suite`, marks functions with `@suite.case("a claim")` and ends with
`suite.main()`.  A function gets a `Place`, and returns what went wrong, or None.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

import tap

HOOK = "minimize (w*2 - 6)^2 over w from 0 step 0.12 until |grad| < 1e-4\n"
ENDLESS = "k = 0\nwhile true {\n  k = k + 1\n}\n"
# A loop that says on standard error, which is not buffered, that it has begun.
ENDLESS_TOLD = "expect 1 == 2\n" + ENDLESS


class Skip(Exception):
    """Raised by a case that cannot be tried here, with the reason."""


class Place:
    """A folder of its own for one case, and the command to run in it."""

    def __init__(self, binary, folder):
        self.binary = binary
        self.folder = pathlib.Path(folder)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def read(self, name):
        return (self.folder / name).read_text()

    def run(self, *arguments, **options):
        options.setdefault("folder", self.folder)
        return tap.run([self.binary, *arguments], **options)

    def shell(self, line, **options):
        """Runs a shell line in which "$T" is the command."""
        environment = {**options.pop("environment", {}), "T": self.binary}
        return tap.run(
            ["/bin/sh", "-c", line], folder=self.folder, environment=environment, **options
        )

    def run_as_nobody(self, *arguments):
        """The command without the superuser's right to do all to all files."""
        if os.geteuid() != 0:
            return self.run(*arguments)
        if shutil.which("setpriv") is None:
            raise Skip("the superuser may do all, and there is no setpriv")
        self.folder.chmod(0o755)
        copy = shutil.copy(self.binary, self.folder / "talweg")
        line = "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\""
        return tap.run(["/bin/sh", "-c", line, "sh", copy, *arguments], folder=self.folder)

    def start(self, *arguments, **options):
        """The command as a process that goes on, both outputs piped."""
        return subprocess.Popen(
            [self.binary, *arguments],
            cwd=self.folder,
            stdin=options.pop("stdin", subprocess.DEVNULL),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**os.environ, "NO_COLOR": "1"},
        )


class Suite:
    def __init__(self):
        self.cases = []

    def case(self, claim):
        def keep(function):
            self.cases.append((claim, function))
            return function

        return keep

    def main(self):
        binary = os.path.abspath(sys.argv[1])
        report = tap.Report()
        for claim, function in self.cases:
            folder = tempfile.mkdtemp(prefix="talweg-command-")
            try:
                report.case(claim, function(Place(binary, folder)))
            except Skip as reason:
                report.skip(claim, str(reason))
            except Exception:
                report.case(claim, traceback.format_exc())
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        report.finish()


def lacks(name, text, wanted):
    wanted = [wanted] if isinstance(wanted, str) else wanted
    return [f"{name} lacks {piece!r}" for piece in wanted if piece not in text]


def trouble(outcome, status=0, out=None, err=None, out_has=(), err_has=()):
    """What is wrong with an outcome; `out` and `err` are whole, `_has` are pieces."""
    found = [outcome.crash()] if outcome.crash() else []
    if outcome.status != status:
        found.append(f"status {outcome.status}, wanted {status}")
    if out is not None and outcome.out != out:
        found.append(tap.difference(out, outcome.out))
    if err is not None and outcome.err != err:
        found.append(tap.difference(err, outcome.err))
    found += lacks("standard output", outcome.out, out_has)
    found += lacks("standard error", outcome.err, err_has)
    if not found:
        return None
    return "\n".join(found + ["standard output:", outcome.out, "standard error:", outcome.err])


def first_of(*troubles):
    """The first of some judgements that is not None."""
    return next((found for found in troubles if found), None)


def wait_until(condition, seconds=30):
    """Asks until the answer is true; the answer, or None when the time is over."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.02)
    return None


def children(process):
    """The process ids of the children of a process."""
    try:
        with open(f"/proc/{process.pid}/task/{process.pid}/children") as file:
            return [int(word) for word in file.read().split()]
    except OSError:
        return []


def end_of(process, seconds=30):
    """Waits for a process that `start` began: an outcome as `tap.run` gives it."""
    begin = time.monotonic()
    late = False
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        late = True
        process.kill()
        out, err = process.communicate()
    status = process.returncode if process.returncode >= 0 else 128 - process.returncode
    decode = lambda text: text.decode("utf-8", "replace")
    return tap.Outcome(status, decode(out), decode(err), time.monotonic() - begin, late)


def interrupt(process):
    process.send_signal(signal.SIGINT)
