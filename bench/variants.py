# SPDX-License-Identifier: MIT
"""Measures objectives that are like those of the workloads and none of them, beside plain C
written for each: variants.py BUILD [ROUNDS].  A path that served a workload alone would show.
The table is kept in RESULTS.md.
"""

import datetime
import subprocess
import sys

from bench import Bench, keep, machine, table
from peers.workloads import Cost, Peer, Whole

ROWS, CHAIN, FOURS, PAIRS = 999_983, 99_991, 99_988, 99_990
VARIANTS = {"logistic": ROWS, "poisson": ROWS, "gauss": ROWS, "cauchy": ROWS,
            "dixon_price": CHAIN, "pendulums": CHAIN, "broyden": CHAIN, "powell": FOURS,
            "brown": CHAIN, "trigonometric": CHAIN, "alternating": CHAIN, "pairs": PAIRS}

LOOPS = ("exp", "log", "sqrt", "sines", "softplus", "tanh", "atan", "quartic", "banana")
STEPS = 5_000_000


def main(build, rounds="3"):
    bench = Bench(build)
    bench.prepare()
    if not (bench.folder / "data" / "variants.bin").exists():
        subprocess.run([str(bench.folder / "variants-c")], cwd=bench.folder, check=True)
    workloads = {name: [Peer("c", "{bench}/variants-c", name),
                        Cost(f"variants/{name}.opt", "ns", 1e-9, count)]
                 for name, count in VARIANTS.items()}
    for name in [f"loop_{loop}" for loop in LOOPS]:
        workloads[name] = [Peer("c", "{bench}/loops-c", name),
                           Whole(f"variants/{name}.opt", "ns/iter", 1e-9, STEPS)]
    bench.run(int(rounds), (), workloads)
    text = f"{datetime.date.today()}, {machine()}\n\n{table(bench.figures)}"
    print(text, end="")
    keep(text, "variants")


if __name__ == "__main__":
    main(*sys.argv[1:])
