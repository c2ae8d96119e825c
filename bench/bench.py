# SPDX-License-Identifier: MIT
"""Measures Talweg beside hand-written C and other tools: bench.py BUILD [ROUNDS [WORKLOAD...]]

Every peer of a workload runs in turn, round after round, so that what else the machine does
meets all alike; a figure is the median, a ratio stands against plain hand-written C (`c`) of the
same rounds.  Peers that are not installed are left out and named.  bench/README.md says what the
workloads and columns are.
"""

import datetime
import pathlib
import platform
import shutil
import statistics
import subprocess
import sys

from peers.workloads import WORKLOADS

ROOT = pathlib.Path(__file__).resolve().parents[1]
SECONDS = 600


class Figures:
    """What was measured: by metric and peer the values of all rounds and what was computed."""

    def __init__(self):
        self.values = {}
        self.checks = {}

    def add(self, metric, peer, value, check):
        self.values.setdefault(metric, {}).setdefault(peer, []).append(value)
        self.checks[metric, peer] = check

    def rows(self, metric):
        """[(peer, median, over c, over limit, check)], the fastest first."""
        medians = {peer: statistics.median(own) for peer, own in self.values[metric].items()}
        plain, best = medians.get("c"), medians.get("limit")
        return [(peer, value, value / plain if plain else None, value / best if best else None,
                 self.checks[metric, peer])
                for peer, value in sorted(medians.items(), key=lambda item: item[1])]


def find_python():
    """A Python that has NumPy: this one, or the system's."""
    for python in (sys.executable, "/usr/bin/python3"):
        if subprocess.run([python, "-c", "import numpy"], capture_output=True,
                          check=False).returncode == 0:
            return python
    return sys.executable


class Bench:
    def __init__(self, build):
        self.folder = pathlib.Path(build, "bench").resolve()
        self.words = {"bench": str(self.folder), "root": str(ROOT), "python": find_python(),
                      "talweg": str(pathlib.Path(build, "talweg").resolve()),
                      "scripts": str(self.folder / "scripts"), "peers": str(ROOT / "bench")}
        self.figures = Figures()
        self.missing = set()

    def prepare(self):
        """Data of a fixed seed, and the scripts beside it, which name it as data/..."""
        if not (self.folder / "data" / "digits.csv").exists():
            (self.folder / "data").mkdir(parents=True, exist_ok=True)
            subprocess.run([str(self.folder / "generate")], cwd=self.folder, check=True)
        for script in (ROOT / "bench").glob("*/*.opt"):
            target = self.folder / "scripts" / script.parent.name / script.name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(script, target)
            link = target.parent / "data"
            if not link.exists():
                link.symlink_to(self.folder / "data")

    def measure(self, workload, peer):
        """One run of a peer; adds what it says."""
        command = [word.format(**self.words) for word in peer.command]
        try:
            run = subprocess.run(command, cwd=self.folder, capture_output=True, text=True,
                                 timeout=SECONDS, env=peer.environment(), check=False)
        except (FileNotFoundError, subprocess.TimeoutExpired):
            self.missing.add(peer.name)
            return
        found = list(peer.read(run.stdout)) if run.returncode == 0 else []
        for metric, name, value, check in found:
            self.figures.add(f"{workload} {metric}", name, value, check)
        if not found:
            self.missing.add(peer.name)

    def run(self, rounds, chosen, workloads=WORKLOADS):
        for number in range(rounds):
            for workload, peers in workloads.items():
                if chosen and not any(workload.startswith(word) for word in chosen):
                    continue
                for peer in peers:
                    if number < peer.most_rounds and peer.name not in self.missing:
                        self.measure(workload, peer)


def cell(value, form="%.2f"):
    return "-" if value is None else form % value


def table(figures):
    lines = ["| workload | peer | median | / c | / limit | computed |", "|---|---|---|---|---|---|"]
    for metric in figures.values:
        for peer, value, plain, best, check in figures.rows(metric):
            name = f"**{peer}**" if peer.startswith("talweg") else peer
            lines.append(f"| {metric} | {name} | {value:.5g} | {cell(plain)} | {cell(best)} "
                         f"| {check} |")
    return "\n".join(lines) + "\n"


def machine():
    model = [line.split(":")[1].strip() for line in open("/proc/cpuinfo")
             if line.startswith("model name")] if platform.system() == "Linux" else []
    flags = open("/proc/cpuinfo").read() if model else ""
    width = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "no AVX2"
    return f"{model[0] if model else platform.processor()}, {width}, {platform.platform()}"


def keep(text, name="table"):
    """The last whole run stands in RESULTS.md, between two comments."""
    page = ROOT / "bench" / "RESULTS.md"
    before, begin, rest = page.read_text().partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition("<!-- end -->\n")
    new = page.with_suffix(".md.new")
    new.write_text(before + begin + text + end + after)
    new.replace(page)


def main(build, rounds="3", *chosen):
    bench = Bench(build)
    bench.prepare()
    bench.run(int(rounds), chosen)
    text = f"{datetime.date.today()}, {machine()}\n\n{table(bench.figures)}"
    if bench.missing:
        missing = ", ".join(sorted(bench.missing))
        text += f"\nNot installed, or without an answer: {missing}\n"
    print(text, end="")
    if not chosen:
        keep(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
