# SPDX-License-Identifier: MIT
"""Problems of the corpus whose numbers stand in CSV files: fits and learning.

A fit names the columns of its table in the formula; a learning problem sees the features as
the matrix X, the target as y and, for classes counted from 0, c = y + 1.
"""

import csv
import json

from corpus.translate import HERE, Problem, number

FITS = ("nist_strd_nonlinear", "nist_strd_linear", "nist_strd_more", "nls_real")
LEARNING = "ml"
FAMILIES = FITS + (LEARNING,)


def read_columns(path):
    with open(path, newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: [float(row[name]) for row in rows] for name in rows[0]}


class TableProblem(Problem):
    """What Problem is, with constants that are read from `path`."""

    def __init__(self, entry, path):
        self.path = path
        self.columns = read_columns(path)
        super().__init__({"constraints": [], "functions": [], "sense": "min", **entry, "data": {}})

    def known_points(self):
        return []

    def constants(self):
        return [f'd = read("{self.path}")'] + self.table_lines() + super().constants()


class Fit(TableProblem):
    """One start of a fit; `certified` and `errors` are by parameter, where they are known."""

    def __init__(self, entry, start):
        folder = HERE / entry["family"]
        if "problem" in entry:
            whole = json.loads((folder / entry["problem"]).read_text())
            entry = {**{k: v for k, v in whole.items() if k != "data"}, **entry}
        self.parameters = entry["parameters"]
        self.certified = self.by_parameter(entry, "refined", "certified")
        self.errors = self.by_parameter(entry, "refined_stderr", "stderr")
        variables = [{"name": name, "dim": 0, "start": value, "lower": None, "upper": None}
                     for name, value in zip(self.parameters, entry["starts"][start])]
        super().__init__({**entry, "vars": variables}, folder / entry["data"])
        self.name += f", start {start + 1}"

    def by_parameter(self, entry, *fields):
        """The numbers of the first of the fields that there is."""
        for field in fields:
            if entry.get(field):
                return dict(zip(self.parameters, map(float, entry[field])))
        return {}

    def table_lines(self):
        return [f"{name} = d.{name}" for name in self.entry["columns"]]

    def table(self):
        return {name: self.columns[name] for name in self.entry["columns"]}


class Learning(TableProblem):
    def __init__(self, entry, tables):
        table = tables[entry["dataset"]]
        names = table["columns"]
        self.target = entry.get("y_column") or names[-1]
        self.features = entry.get("X_columns") or [n for n in names if n != self.target]
        variables = [{"start": None, "lower": None, "upper": None, **v} for v in entry["vars"]]
        super().__init__({**entry, "vars": variables}, HERE / LEARNING / table["file"])

    def table_lines(self):
        features = ", ".join(f'"{name}"' for name in self.features)
        return [f"X = columns(d, {features})", f"y = d.{self.target}", "c = y + 1"]

    def table(self):
        target = self.columns[self.target]
        rows = zip(*(self.columns[name] for name in self.features))
        return {"X": list(map(list, rows)), "y": target, "c": [v + 1 for v in target]}


def entries(family):
    return json.loads((HERE / family / "index.json").read_text())


def table_problems():
    for family in FITS:
        for entry in entries(family):
            for start in range(len(entry["starts"])):
                yield Fit(entry, start)
    tables = json.loads((HERE / LEARNING / "datasets.json").read_text())
    for entry in entries(LEARNING):
        yield Learning(entry, tables)
