# SPDX-License-Identifier: MIT
"""Counts instructions under callgrind: instructions.py BUILD

Unlike times, counts repeat to a few parts in a thousand whatever else the machine does, so they
show what a change costs.  Each workload runs twice, with more to do the second time; the
difference belongs to the steps or rows alone.  Writes bench/INSTRUCTIONS.md.
"""

import pathlib
import random
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
ROWS = 5000
GAUSS = ("minimize sum((b1*exp(-b2*r.x) + b3*exp(-((r.x - b4)/b5)^2) "
         "+ b6*exp(-((r.x - b7)/b8)^2) - r.y)^2 for r in d) over b1 from 97, b2 from 0.009, "
         "b3 from 100.1, b4 from 105, b5 from 20, b6 from 70, b7 from 150, b8 from 16 ")
FIT = (ROOT / "bench" / "w6" / "misra1a.opt").read_text(encoding="ascii")
LOSS = "log(1 + exp(-3*w)) + 0.05*w^2 + sin(w)"

# what one unit is, the script with {many} to do, few, many, units between the two
WORKLOADS = [
    ("W2", "a fixed step in one variable, value and derivative",
     f"minimize {LOSS} over w from 0 step 0.01 until {{many}} steps", 100000, 300000, 200000),
    ("W2 momentum", "a step with momentum, each made alone",
     f"minimize {LOSS} over w from 0 by momentum step 0.01 until {{many}} steps",
     20000, 60000, 40000),
    ("W2 loop", "a whole solve of a loop, compiled once",
     f"for i in 1..{{many}} {{ r = minimize {LOSS} + w/i over w from 0 step 0.1 }}",
     50, 150, 100),
    ("W4", f"a row of value and gradient, of {ROWS} rows",
     f'd = read("gauss.csv")\n{GAUSS} step 1e-13 until {{many}} steps', 10, 60, 50 * ROWS),
    ("W6", "a whole fit of a loop, 14 rows and 2 parameters",
     FIT.replace("1..10000", "1..{many}"), 50, 150, 100),
    ("start", "a whole process: examples/hook.opt", None, 0, 0, 1),
]


def write_rows(folder):
    draw = random.Random(1)
    with open(folder / "gauss.csv", "w", encoding="ascii") as out:
        out.write("x,y\n")
        out.writelines(f"{250 * i / ROWS:.6f},{draw.uniform(0, 200):.6f}\n" for i in range(ROWS))


def count(talweg, script, folder):
    """Instructions of a process that runs the script."""
    out = folder / "counts"
    printed = subprocess.run(
        ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", talweg, "run", script],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, check=True)
    for line in printed.stderr.splitlines():
        if "Collected" in line:
            return int(line.split(":")[1])
    raise SystemExit("callgrind has not told a count:\n" + printed.stderr)


def measure(talweg, folder, workload):
    _, _, script, few, many, units = workload
    if script is None:
        return count(talweg, ROOT / "examples" / "hook.opt", folder)
    counts = []
    for size in (few, many):
        path = folder / "script.opt"
        path.write_text(script.replace("{many}", str(size)) + "\n", encoding="ascii")
        counts.append(count(talweg, path, folder))
    return (counts[1] - counts[0]) / units


def main(build):
    talweg = str(pathlib.Path(build, "talweg").resolve())
    version = subprocess.run(["git", "-C", ROOT, "describe", "--always", "--dirty"],
                             capture_output=True, text=True, check=False).stdout.strip()
    lines = ["# Instructions", "",
             "Counted by callgrind (`./dev bench instructions`), for comparing later; times are in",
             f"RESULTS.md. Commit {version or 'unknown'}.", "",
             "| workload | one unit | instructions |", "|---|---|---|"]
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_rows(folder)
        for workload in WORKLOADS:
            lines.append(f"| {workload[0]} | {workload[1]} | "
                         f"{measure(talweg, folder, workload):,.0f} |")
            print(lines[-1], flush=True)
    (ROOT / "bench" / "INSTRUCTIONS.md").write_text("\n".join(lines) + "\n", encoding="ascii")


if __name__ == "__main__":
    main(*sys.argv[1:])
