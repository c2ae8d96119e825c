# SPDX-License-Identifier: MIT
"""Measures Talweg beside hand-written C: bench.py BUILD_FOLDER [ROUNDS]

Prints one table; bench/README.md says what the workloads and columns are.
"""

import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]

# workload, what it is, the peers: name -> command; the first is what the others are
# measured by
WORKLOADS = [
    ("W1", "one line from text to answer, as a process", {
        "c": "{build}/bench/w1",
        "talweg": "{build}/talweg {root}/examples/hook.opt",
        "true": "true",
    }),
]


def measure(build, rounds, peers):
    """[(name, wall, cpu)] in milliseconds, medians."""
    commands = [f"{name}={command.format(build=build, root=ROOT)}"
                for name, command in peers.items()]
    printed = subprocess.run([f"{build}/bench/spawn", str(rounds), *commands],
                             stdout=subprocess.PIPE, text=True, check=True).stdout
    rows = [line.split() for line in printed.splitlines()]
    return [(name, float(wall), float(cpu)) for name, wall, cpu in rows]


def main(build, rounds="1000"):
    print(f"{'workload':9} {'peer':8} {'cpu ms':>9} {'/c':>6} {'wall ms':>9} {'/c':>6}")
    for workload, _, peers in WORKLOADS:
        rows = measure(build, rounds, peers)
        _, base_wall, base_cpu = rows[0]
        for name, wall, cpu in rows:
            print(f"{workload:9} {name:8} {cpu:9.4f} {cpu / base_cpu:6.2f} "
                  f"{wall:9.4f} {wall / base_wall:6.2f}")


if __name__ == "__main__":
    main(*sys.argv[1:])
