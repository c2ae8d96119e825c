# SPDX-License-Identifier: MIT
"""The methods of SciPy and NLopt on the problems of groups.py, a JSON object a line.

  bench/methods/peers.py KEPT GROUP...

Every answer is appended to KEPT as it comes, and taken from there as long as neither the
problem, the tool nor this file has changed: a run that was cut short goes on where it was.

Values are those of tests/corpus/reference.py, derivatives complex steps of the same formulas, so
a peer sees them to the last digits, as Talweg does.  An evaluation is a point at which value or
gradient, or both, are asked for; Hessians, differences of gradients, are not counted."""

import concurrent.futures
import hashlib
import json
import math
import multiprocessing
import os
import pathlib
import random
import resource
import signal
import sys
import warnings

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "bench")]

from corpus.kkt import COMPLEX  # noqa: E402
from corpus.reference import Reference, code, nest  # noqa: E402
from methods import groups  # noqa: E402

SECONDS = 4  # of the processor
TOLERANCE = 1e-6
MOST = 20000  # evaluations
STEP = 1e-30

try:
    import numpy
    import scipy
    from scipy import optimize
except ImportError:
    numpy = scipy = optimize = None
try:
    import nlopt
except ImportError:
    nlopt = None


class TooLong(Exception):
    pass


class Counted:
    """A problem as functions of a flat point."""

    def __init__(self, problem):
        self.problem = problem
        self.reference = Reference(problem)
        self.complex_names = {**self.reference.known, **COMPLEX}
        self.points = 0
        self.last = None
        self.conditions = [(formula, op, index) for formula, op, places
                           in self.reference.constraints for index in places]

    def at(self, x):
        self.points += self.last is None or not numpy.array_equal(x, self.last)
        self.last = numpy.array(x)

    def place(self, x, names):
        names, at = dict(names), 0
        for v in self.problem.variables:
            names[v.name] = nest(list(x[at:at + v.size]), v.dims)
            at += v.size
        return names

    def run(self, formula, x, index=None):
        try:
            return float(eval(formula, {**self.place(list(map(float, x)), self.reference.known),
                                        **(index or {})}))
        except (ValueError, ZeroDivisionError, OverflowError, TypeError):
            return math.nan

    def slopes(self, formula, x, index=None):
        rows = []
        for i in range(len(x)):
            moved = [complex(float(v)) for v in x]
            moved[i] += STEP * 1j
            try:
                value = complex(eval(formula, {**self.place(moved, self.complex_names),
                                               **(index or {})}))
            except (ValueError, ZeroDivisionError, OverflowError, TypeError):
                value = complex(math.nan, math.nan)
            rows.append(value.imag / STEP)
        return numpy.array(rows)

    def value(self, x):
        self.at(x)
        return self.run(self.reference.objective, x)

    def gradient(self, x):
        self.at(x)
        return self.slopes(self.reference.objective, x)

    def hessian(self, x):
        x = numpy.array(x, float)
        rows = []
        for i in range(len(x)):
            apart = 1e-5 * max(1.0, abs(x[i]))
            unit = numpy.zeros(len(x))
            unit[i] = apart
            rows.append((self.slopes(self.reference.objective, x + unit) -
                         self.slopes(self.reference.objective, x - unit)) / (2 * apart))
        rows = numpy.array(rows)
        return (rows + rows.T) / 2

    # of equations, then of inequalities as g(x) >= 0
    def select(self, equal):
        return [(f, -1.0 if op == "<=" else 1.0, i) for f, op, i in self.conditions
                if (op == "==") == equal]

    def residuals(self):
        """The functions whose squares a fit sums, as (values, Jacobian)."""
        text = self.problem.entry["objective"].strip()
        head, body = text[len("sum("):-1].split(",", 1)
        index, span = head.split(" in ")
        first, last = (int(self.problem.evaluate(v, n=len(self.problem.table()["y"])))
                       for v in span.split(".."))
        body = body.strip()
        assert body.startswith("(") and body.endswith(")^2")
        formula = code(body[:-2], self.problem.names)
        name = self.problem.names.get(index, index)
        spans = [{name: i} for i in range(first, last + 1)]

        def values(x):
            self.at(x)
            return numpy.array([self.run(formula, x, span) for span in spans])

        def jacobian(x):
            return numpy.array([self.slopes(formula, x, span) for span in spans])
        return values, jacobian

    def start(self):
        return numpy.array([float(v) for variable in self.problem.variables
                            for v in variable.start])

    def bounds(self):
        return [(low, high) for v in self.problem.variables
                for low, high in zip(v.lower, v.upper)]


def told(counted, x, steps, claims, word):
    values = {v.name: own for v, own in counted.problem.point(list(map(float, x)))}
    return {"value": counted.reference.value(values), "violation":
            counted.reference.violation(values), "solution": list(map(float, x)),
            "steps": steps, "evaluations": counted.points, "claims": bool(claims),
            "said": str(word)}


def inside(counted):
    start = counted.start()
    for i, (low, high) in enumerate(counted.bounds()):
        start[i] = min(max(start[i], -math.inf if low is None else low),
                       math.inf if high is None else high)
    return start


# ---- SciPy ----

OPTIONS = {
    "BFGS": {"gtol": TOLERANCE, "maxiter": MOST}, "CG": {"gtol": TOLERANCE, "maxiter": MOST},
    "L-BFGS-B": {"gtol": TOLERANCE, "ftol": 0, "maxiter": MOST, "maxfun": MOST},
    "TNC": {"gtol": TOLERANCE, "ftol": 0, "xtol": 0, "maxfun": MOST},
    "SLSQP": {"ftol": 1e-12, "maxiter": 10000},
    "trust-constr": {"gtol": TOLERANCE, "xtol": 1e-12, "maxiter": 10000},
    "trust-exact": {"gtol": TOLERANCE, "maxiter": 10000},
    "trust-ncg": {"gtol": TOLERANCE, "maxiter": 10000},
    "Newton-CG": {"xtol": 1e-8, "maxiter": 10000},
    "Nelder-Mead": {"xatol": 1e-8, "fatol": 1e-8, "maxiter": MOST, "maxfev": MOST,
                    "adaptive": True},
    "Powell": {"xtol": 1e-8, "ftol": 1e-12, "maxiter": MOST, "maxfev": MOST},
    "COBYLA": {"tol": 1e-8, "maxiter": 20000},
}
BY_VALUES = ("Nelder-Mead", "Powell", "COBYLA")
BY_HESSIAN = ("trust-exact", "trust-ncg", "Newton-CG", "trust-constr")


def scipy_conditions(counted, method):
    if method == "trust-constr":
        return [optimize.NonlinearConstraint(
            lambda x, f=f, i=i: counted.run(f, x, i), 0 if op in ("==", ">=") else -numpy.inf,
            0 if op in ("==", "<=") else numpy.inf,
            jac=lambda x, f=f, i=i: counted.slopes(f, x, i)) for f, op, i in counted.conditions]
    rows = []
    for equal in (True, False):
        for formula, sign, index in counted.select(equal):
            signs = (1.0, -1.0) if equal and method == "COBYLA" else (sign,)
            for s in signs:
                rows.append({"type": "eq" if equal and method != "COBYLA" else "ineq",
                             "fun": lambda x, f=formula, i=index, s=s: s*counted.run(f, x, i),
                             "jac": lambda x, f=formula, i=index, s=s: s*counted.slopes(f, x, i)})
    return rows


def scipy_local(counted, group, method):
    given = {"method": method, "options": OPTIONS[method]}
    if method not in BY_VALUES:
        given["jac"] = counted.gradient
    if method in BY_HESSIAN:
        given["hess"] = counted.hessian
    bounds = counted.bounds()
    if group in (groups.BOUNDS, groups.CONDITIONS) and any(
            v is not None for pair in bounds for v in pair):
        given["bounds"] = bounds
    if group == groups.CONDITIONS:
        given["constraints"] = scipy_conditions(counted, method)
        if method == "COBYLA":
            given["constraints"] += [
                {"type": "ineq", "fun": lambda x, i=i, s=s, b=b: s*(x[i] - b)}
                for i, pair in enumerate(given.pop("bounds", [])) for s, b in
                ((1.0, pair[0]), (-1.0, pair[1])) if b is not None]
    found = optimize.minimize(counted.value, inside(counted), **given)
    return told(counted, found.x, getattr(found, "nit", None), found.success, found.message)


def scipy_fit(counted, method):
    values, jacobian = counted.residuals()
    found = optimize.least_squares(values, counted.start(), jacobian, method=method,
                                   gtol=1e-12, ftol=1e-12, xtol=1e-12, max_nfev=10000)
    return told(counted, found.x, found.njev, found.success, found.message)


def scipy_global(counted, method):
    def value(x):
        v = counted.value(x)
        return v if math.isfinite(v) else 1e300
    given = {} if method == "shgo" else {"seed": 0}
    found = getattr(optimize, method)(value, counted.bounds(), **given)
    return told(counted, found.x, getattr(found, "nit", None), found.success, found.message)


# ---- NLopt ----

def nlopt_objective(counted):
    def objective(x, gradient):
        if gradient.size:
            gradient[:] = counted.gradient(x)
        return counted.value(x)
    return objective


def nlopt_conditions(counted, search):
    for equal in (True, False):
        for formula, sign, index in counted.select(equal):
            def condition(x, gradient, f=formula, i=index, s=-sign):
                if gradient.size:
                    gradient[:] = s * counted.slopes(f, x, i)
                return s * counted.run(f, x, i)
            if equal:
                search.add_equality_constraint(condition, 1e-9)
            else:
                search.add_inequality_constraint(condition, 1e-9)


def nlopt_run(counted, group, method):
    is_global = method.startswith("G")
    bounds = counted.bounds()
    search = nlopt.opt(getattr(nlopt, method), len(bounds))
    search.set_min_objective(nlopt_objective(counted))
    low = [-math.inf if b is None else b for b, _ in bounds]
    high = [math.inf if b is None else b for _, b in bounds]
    if group != groups.FREE:
        search.set_lower_bounds(low)
        search.set_upper_bounds(high)
    if group == groups.CONDITIONS:
        nlopt_conditions(counted, search)
    if is_global:
        start = numpy.array([(a + b) / 2 + 0.01 * (b - a) for a, b in bounds])
        nlopt.srand(1)
        search.set_maxeval(20000)
    else:
        start = inside(counted)
        search.set_maxeval(MOST)
    search.set_xtol_rel(1e-8)
    if not is_global:
        search.set_ftol_rel(1e-14)
    x = search.optimize(start)
    word = search.last_optimize_result()
    return told(counted, x, None, 0 < word < nlopt.MAXEVAL_REACHED, word)


# ---- all ----

def answer_of(job):
    group, name, tool, method = job
    counted = Counted(PROBLEMS[group][name])
    if tool == "nlopt":
        return nlopt_run(counted, group, method)
    if group == groups.FITS:
        return scipy_fit(counted, method)
    if group == groups.GLOBAL:
        return scipy_global(counted, method)
    return scipy_local(counted, group, method)


TOO_LONG = {"failed": f"more than {SECONDS} s"}


def work(job, pipe):
    """In a process of its own: a loop that never comes back to Python ends with it."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS + 1, SECONDS + 1))
    signal.signal(signal.SIGVTALRM, give_up)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    random.seed(0)
    numpy.random.seed(0)
    try:
        answer = answer_of(job)
    except TooLong:
        answer = TOO_LONG
    except Exception as error:  # whatever a peer does, the others go on
        answer = {"failed": f"{type(error).__name__}: {error}"[:100]}
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    pipe.send(answer)


def run(job):
    """(group, name of the problem, tool, method) -> a JSON object."""
    here, there = multiprocessing.Pipe(False)
    process = multiprocessing.Process(target=work, args=(job, there))
    process.start()
    there.close()
    try:
        answer = here.recv()
    except EOFError:
        answer = TOO_LONG
    process.join()
    return {**dict(zip(("group", "problem", "tool", "method"), job)), **answer,
            "made_from": made_from(job)}


def give_up(*_):
    raise TooLong


def jobs(chosen):
    for group in chosen:
        for _, _, of_scipy, of_nlopt in groups.KINDS[group]:
            for tool, there, methods in (("scipy", scipy, of_scipy), ("nlopt", nlopt, of_nlopt)):
                for method in methods if there is not None and optimize is not None else []:
                    yield from ((group, name, tool, method) for name in PROBLEMS[group])


# ---- answers that are kept ----

VERSIONS = {"scipy": scipy and scipy.__version__,
            "nlopt": nlopt and f"{nlopt.version_major()}.{nlopt.version_minor()}"}
OWN = b"".join((ROOT / path).read_bytes() for path in
               ("bench/methods/peers.py", "tests/corpus/reference.py", "tests/corpus/kkt.py"))


def made_from(job):
    """Names all that an answer depends on."""
    group, name, tool, _ = job
    entry = json.dumps(PROBLEMS[group][name].entry, sort_keys=True, default=str)
    return hashlib.sha256(OWN + entry.encode() + str(VERSIONS[tool]).encode()).hexdigest()[:16]


def key(answer):
    return answer["group"], answer["problem"], answer["tool"], answer["method"]


def kept(path):
    """{job: answer} of the lines that still hold; a line cut short is none."""
    found = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else []:
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        if answer["problem"] in PROBLEMS.get(answer["group"], {}) and \
                answer["made_from"] == made_from(key(answer)):
            found[key(answer)] = answer
    return found


PROBLEMS = {}


def main():
    warnings.filterwarnings("ignore")
    path, chosen = pathlib.Path(sys.argv[1]), sys.argv[2:] or list(groups.KINDS)
    PROBLEMS.update({group: {p.name: p for p in members}
                     for group, members in groups.members().items()})
    print(json.dumps({"versions": VERSIONS}), flush=True)
    wanted, known = list(jobs(chosen)), kept(path)
    missing = [job for job in wanted if job not in known]
    for job in wanted:
        if job in known:
            print(json.dumps(known[job]), flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as store, \
            concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for done, answer in enumerate(pool.map(run, missing), 1):
            print(json.dumps(answer), flush=True)
            print(json.dumps(answer), file=store, flush=True)
            if done % 50 == 0 or done == len(missing):
                print(f"peers: {done} of {len(missing)}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
