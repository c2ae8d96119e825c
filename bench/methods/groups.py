# SPDX-License-Identifier: MIT
"""What is compared: groups of problems, and for each kind of method Talweg's and its peers."""

from corpus.tables import Fit, table_problems
from corpus.translate import Problem, problems

FREE, BOUNDS, CONDITIONS, FITS, GLOBAL, BOWLS = (
    "free", "bounds", "conditions", "fits", "global", "bowls")

TITLES = {
    FREE: "Without conditions", BOUNDS: "With bounds", CONDITIONS: "With conditions",
    FITS: "Fits", GLOBAL: "Many minima", BOWLS: "By gradients alone",
}

# (heading, Talweg's methods, SciPy's, NLopt's)
KINDS = {
    FREE: [
        ("second derivatives", ["auto", "newton", "trust_region"],
         ["trust-exact", "trust-ncg", "Newton-CG"], ["LD_TNEWTON_PRECOND_RESTART"]),
        ("secants", ["bfgs", "lbfgs"], ["BFGS", "L-BFGS-B", "SLSQP"],
         ["LD_VAR2", "LD_LBFGS", "LD_SLSQP"]),
        ("conjugate gradients, lines", ["cg", "gradient", "coordinate"], ["CG", "TNC"],
         ["LD_MMA"]),
        ("squares", ["gauss_newton", "levenberg_marquardt"], [], []),
        ("values alone", ["nelder_mead"], ["Nelder-Mead", "Powell"],
         ["LN_NELDERMEAD", "LN_SBPLX", "LN_BOBYQA"]),
    ],
    BOUNDS: [
        ("derivatives", ["auto", "newton", "bfgs", "lbfgs", "cg"],
         ["L-BFGS-B", "TNC", "SLSQP", "trust-constr"], ["LD_LBFGS", "LD_SLSQP", "LD_MMA"]),
        ("values alone", ["nelder_mead"], ["Nelder-Mead", "Powell"],
         ["LN_NELDERMEAD", "LN_SBPLX", "LN_BOBYQA"]),
    ],
    CONDITIONS: [("", ["interior_point"], ["SLSQP", "trust-constr", "COBYLA"],
                  ["LD_SLSQP", "LN_COBYLA"])],
    FITS: [("", ["levenberg_marquardt", "gauss_newton"], ["lm", "trf", "dogbox"], [])],
    GLOBAL: [("", ["auto", "annealing"],
              ["dual_annealing", "differential_evolution", "shgo"],
              ["GN_DIRECT_L", "GN_CRS2_LM", "GN_ISRES"])],
    BOWLS: [("", ["gradient", "gradient(step = barzilai_borwein)", "momentum", "nesterov", "adam",
                  "rmsprop", "adagrad"], ["CG"], [])],
}

# Steps for the rules without one of their own: what the largest curvature of a bowl, 1, and
# its condition c suggest (Polyak 1964; Nesterov 2004, section 2.2).
BOWL_STEPS = {"momentum": lambda c: f"momentum(beta = {((c**.5 - 1)/(c**.5 + 1))**2:.6g})",
              "nesterov": lambda c: f"nesterov(beta = {(c**.5 - 1)/(c**.5 + 1):.6g})"}
BOWL_STEP = {"momentum": lambda c: 4/(1 + c**-.5)**2, "nesterov": lambda c: 1,
             "adam": lambda c: 0.01, "rmsprop": lambda c: 0.001, "adagrad": lambda c: 0.5}


def bounded(entry):
    return any(v.get(side) is not None for v in entry["vars"] for side in ("lower", "upper"))


def bowl(condition):
    return Problem({
        "family": BOWLS, "name": f"bowl, condition {condition}", "params": {"n": 10}, "data": {},
        "objective": f"sum(i in 1..n, {condition}^((1 - i)/(n - 1))*(x[i] - 1)^2)/2",
        "vars": [{"name": "x", "dim": "n", "start": 0, "lower": None, "upper": None}],
        "sense": "min", "constraints": [], "functions": [], "fstar": 0.0,
        "condition": condition, "f_at_start": None})


GLOBAL_NAMES = """Ackley01 Alpine02 Branin02 CosineMixture Easom Griewank Hartmann6 HolderTable
Keane Michalewicz Paviani Rastrigin Schwefel26 Shekel10 Shubert03 StyblinskiTang Weierstrass
XinSheYang03""".split()


# Formulas that take Python long are left out.
LONG = 200


def smooth(problem):
    """A complex step must give its derivatives."""
    return problem.smooth and not set(problem.entry["functions"]) & {"atan2", "erf", "hypot"}


def members():
    """{group: [problem]}"""
    found = {group: [] for group in KINDS}
    for problem in problems():
        entry = problem.entry
        if entry["family"].startswith("global"):
            if entry["name"] in GLOBAL_NAMES:
                found[GLOBAL].append(problem)
            continue
        if not smooth(problem) or entry["sense"] != "min" or entry["n"] > 15 or \
                len(entry["objective"]) > LONG:
            continue
        if entry["constraints"]:
            if entry["family"] == "hock_schittkowski" and entry["n"] <= 5 and entry["m"] <= 6:
                found[CONDITIONS].append(problem)
        elif bounded(entry):
            found[BOUNDS].append(problem)
        elif entry["family"] in ("mgh", "cute_small"):
            found[FREE].append(problem)
    found[FITS] = [p for p in table_problems() if isinstance(p, Fit)
                   and p.entry["family"] == "nist_strd_nonlinear" and p.name.endswith("1")]
    found[BOWLS] = [bowl(c) for c in (10, 100, 1000)]
    return found
