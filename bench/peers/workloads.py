# SPDX-License-Identifier: MIT
"""What is measured: the workloads and who does them, once.

A peer's program prints lines `@ WORKLOAD PEER METRIC VALUE CHECK`, where CHECK is a number that
depends on everything computed; Talweg's figures are read off `measure` or off the timer of whole
processes.
"""

import json
import os
import re

ALWAYS = 1000


class Peer:
    """A command that says its own figures.  Slow ones run in the first rounds only."""

    def __init__(self, name, *command, most_rounds=ALWAYS, blas=None):
        self.name = name
        self.command = command
        self.most_rounds = most_rounds
        self.blas = blas

    def environment(self):
        """One thread, whatever library is behind."""
        own = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
        if self.blas:
            own["LD_PRELOAD"] = self.blas
        return own

    def read(self, text):
        """[(metric, name, value, check)]"""
        for line in text.splitlines():
            words = line.split()
            if len(words) >= 6 and words[0] == "@" and words[3] != "compile_ms":
                yield words[3], words[2], float(words[4]), words[5]


class Processes(Peer):
    """Whole processes, which take turns in the timer."""

    def __init__(self, rounds, **commands):
        super().__init__("processes", "{bench}/spawn", str(rounds),
                         *(f"{name}={command}" for name, command in commands.items()))

    def read(self, text):
        for line in text.splitlines():
            name, wall, cpu = line.split()
            yield "cpu ms", name, float(cpu), ""
            yield "wall ms", name, float(wall), ""


class Cost(Peer):
    """A script's objective: value with gradient, in `unit` seconds for each of `per` things."""

    def __init__(self, script, metric, unit, per=1):
        super().__init__("talweg", "{bench}/measure", "cost", "{scripts}/" + script)
        self.metric = metric
        self.unit = unit
        self.per = per

    def read(self, text):
        for line in text.splitlines():
            words = line.split()
            cost = dict(zip(words[1::2], map(float, words[2::2])))
            count = cost["variables"] if self.per == "variable" else self.per
            metric = self.metric.format(n="%.0e" % cost["variables"]).replace("e+0", "e")
            check = "%.10g:%.10g" % (cost["value"], cost["checksum"])
            for name, field in (("talweg", "gradient_seconds"), ("talweg-value", "value_seconds")):
                yield metric, name, cost[field] / self.unit / count, check
            yield "compile us", "talweg", cost["compile_seconds"] * 1e6, ""


class Solve(Peer):
    """Searches of a script, in `unit` seconds of its last one or for each step."""

    def __init__(self, script, metric, unit, per_step=False):
        super().__init__("talweg", "{bench}/measure", "solve", "{scripts}/" + script)
        self.metric = metric
        self.unit = unit
        self.per_step = per_step

    def read(self, text):
        events = [json.loads(line) for line in text.splitlines() if line.startswith("{")]
        solves = [event for event in events if event["event"] == "solve"]
        if solves:
            last = solves[-1]
            count = last["steps"] if self.per_step else 1
            first = re.sub(r"[\[\],]", " ", str(next(iter(last["solution"].values())))).split()[0]
            yield self.metric, "talweg", last["seconds"] / self.unit / count, first


class Whole(Peer):
    """The command on a script, as a process: CPU time, or wall, divided by `count`."""

    def __init__(self, script, metric, unit, count, name="talweg", options="", wall=False):
        super().__init__(name, "{bench}/spawn", "1",
                         f"{name}={{talweg}} {options} {{scripts}}/{script}")
        self.metric = metric
        self.unit = unit
        self.count = count
        self.wall = wall

    def read(self, text):
        for line in text.splitlines():
            name, wall, cpu = line.split()
            taken = float(wall if self.wall else cpu)
            yield self.metric, name, taken * 1e-3 / self.unit / self.count, ""


def python(name, script, *arguments, **options):
    return Peer(name, "{python}", "{peers}/" + script, *arguments, **options)


def r(script, *arguments, **options):
    return Peer("r", "Rscript", "--vanilla", "{peers}/" + script, *arguments, **options)


def octave(script, *arguments, **options):
    return Peer("octave", "octave-cli", "--no-gui", "--norc", "-q", "{peers}/" + script,
                *arguments, **options)


def digits(workload, script):
    openblas = "/usr/lib/x86_64-linux-gnu/openblas-pthread/libblas.so.3"
    return [
        Peer("c", "{bench}/w7-c", workload),
        Cost(script, "us/eval", 1e-6),
        Peer("limit", "{bench}/w7-limit", workload),
        Peer("c-openblas", "{bench}/w7-blas", workload, "c-openblas", blas=openblas),
        python("numpy", "w7/py_numpy.py", workload),
        python("numpy-openblas", "w7/py_numpy.py", workload, "numpy-openblas", blas=openblas),
        python("torch", "w7/py_torch.py", workload),
        python("torch-openblas", "w7/py_torch.py", workload, "torch-openblas", blas=openblas),
        python("numba", "w7/py_numba.py", workload, most_rounds=1),
        r("w7/r.R", workload, most_rounds=1),
        octave("w7/octave.m", workload, most_rounds=1),
    ]


CSV_MEGABYTES = 104.001365

ONE_LINE = {
    "c": "{bench}/w1", "talweg": "{talweg} {root}/examples/hook.opt", "true": "true",
    "lua": "lua5.4 {peers}/w1/lua.lua", "luajit": "luajit {peers}/w1/lua.lua",
}

WORKLOADS = {
    "W1": [
        Processes(300, **ONE_LINE),
        Processes(3, scipy="{python} {peers}/w1/py_scipy.py",
                  python="{python} {peers}/w1/py_python.py",
                  octave="octave-cli --no-gui --norc -q {peers}/w1/octave.m",
                  r="Rscript --vanilla {peers}/w1/r.R"),
    ],
    "W2": [
        Peer("c", "{bench}/w2-c", "10000000"),
        Whole("w2/steps.opt", "ns/iter", 1e-9, 10**7),
        Peer("lua", "lua5.4", "{peers}/w2/lua.lua", "2000000"),
        Peer("luajit", "luajit", "{peers}/w2/lua.lua", "5000000", "luajit"),
        python("numba", "w2/py_numba.py", "10000000"),
        python("python", "w2/py_python.py", "1000000", most_rounds=1),
        r("w2/r.R", "1000000", most_rounds=1),
        octave("w2/octave.m", "200000", most_rounds=1),
    ],
    "W3": [
        Peer("c", "{bench}/w3-c", "1"),
        Cost("w3/logistic.opt", "ms/step", 1e-3),
        Peer("limit", "{bench}/w3-limit", "1"),
        python("numpy", "w3/py_numpy.py", "1"),
        python("torch", "w3/py_torch.py", "1"),
        python("numba", "w3/py_numba.py", "1", most_rounds=1),
        r("w3/r.R", most_rounds=1),
        octave("w3/octave.m", most_rounds=1),
        Peer("lua", "lua5.4", "{peers}/w3/lua.lua", most_rounds=1),
    ],
    "W4": [
        Peer("c", "{bench}/w4-c", "1"),
        Cost("w4/gauss.opt", "ns/row", 1e-9, 10**6),
        Peer("limit", "{bench}/w4-limit", "1"),
        python("numpy", "w4/py_numpy.py"),
        python("torch", "w4/py_torch.py", "1"),
        python("numba", "w4/py_numba.py", most_rounds=1),
        r("w4/r.R", most_rounds=1),
        octave("w4/octave.m", most_rounds=1),
        Peer("lua", "lua5.4", "{peers}/w4/lua.lua", most_rounds=1),
    ],
    "W5": [
        Peer("c", "{bench}/w5-c"),
        Cost("w5/chain.opt", "ns/var@n={n}", 1e-9, per="variable"),
        Peer("limit", "{bench}/w5-limit"),
        python("numpy", "w5/py_eval_numpy.py"),
        python("torch", "w5/py_eval_torch.py", most_rounds=1),
        python("numba", "w5/py_eval_numba.py", most_rounds=1),
        r("w5/eval_r.R", most_rounds=1),
        octave("w5/eval_octave.m", most_rounds=1),
        Peer("lua", "lua5.4", "{peers}/w5/eval_lua.lua", most_rounds=1),
    ],
    "W5-solve": [
        Peer("c", "{bench}/w5-solve-c"),
        Solve("w5/pairs.opt", "ms", 1e-3),
        Peer("liblbfgs", "{bench}/w5-solve-liblbfgs"),
        Peer("gsl", "{bench}/w5-solve-gsl"),
        python("scipy", "w5/py_solve_scipy.py"),
        r("w5/solve_r.R", most_rounds=1),
    ],
    "W6": [
        Peer("c", "{bench}/w6-c"),
        Whole("w6/misra1a.opt", "us/solve", 1e-6, 10**4),
        Peer("gsl", "{bench}/w6-gsl"),
        python("scipy", "w6/py_scipy.py"),
        r("w6/r.R", most_rounds=1),
        octave("w6/octave.m", most_rounds=1),
    ],
    "W7a": digits("W7a", "w7/softmax.opt"),
    "W7b": digits("W7b", "w7/hidden.opt"),
    "CSV": [
        Peer("c", "{bench}/csv-c"),
        Whole("csv/read.opt", "ms/MB", 1e-3, CSV_MEGABYTES, options="--threads 1"),
        Whole("csv/read.opt", "wall ms/MB", 1e-3, CSV_MEGABYTES, wall=True),
        python("loadtxt", "csv/py_load.py", "loadtxt", most_rounds=1),
        python("pandas", "csv/py_load.py", "pandas", most_rounds=1),
        r("csv/load.R", most_rounds=1),
        octave("csv/load.m", most_rounds=1),
    ],
}
