# SPDX-License-Identifier: MIT
"""W3: logistic regression, full-gradient steps: load."""
import sys, time, os, numpy as np

which = sys.argv[1]
t = time.process_time()
if which == "loadtxt":
    f = "data/logit.csv"
    a = np.loadtxt(f, delimiter=",", skiprows=1)
if which == "genfromtxt":
    f = "data/logit100k.csv"
    a = np.genfromtxt(f, delimiter=",", skip_header=1)
if which == "csvmodule":
    import csv

    f = "data/logit100k.csv"
    h = open(f)
    r = csv.reader(h)
    next(r)
    a = np.array([[float(x) for x in row] for row in r])
if which == "pandas":
    import pandas as pd

    t = time.process_time()
    f = "data/logit.csv"
    a = pd.read_csv(f).values
print(
    "@ W3load py-%s ms/MB %.6g %.12g"
    % (which, (time.process_time() - t) * 1e3 / (os.path.getsize(f) / 1e6), a.sum())
)
