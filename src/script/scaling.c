/* SPDX-License-Identifier: MIT
 * Whether a search was slow because its variables are measured in units that do not go
 * together, and which unit would.
 *
 * The curvature along a variable is the square of what its unit should be multiplied by.
 * Where the largest and the smallest of the Hessian's diagonal H are far apart, the one
 * farthest from the median is told.  That is worth it where the Hessian in balanced
 * units, H[i, j]/sqrt(H[i, i] H[j, j]), is far better conditioned, which is hardly ever
 * worse than the best choice of units (van der Sluis, Condition numbers and equilibration
 * of matrices, Numerische Mathematik 14, 1969). */
#include "linear/eigen.h"
#include "script/solve.h"

#include <math.h>
#include <string.h>

enum { MOST = 100 }; /* variables */

/* Far apart: descent takes thousands of steps. */
static const double far_apart = 1e4;

/* The condition of the Hessian in balanced units; NaN where it has none. */
static double balanced_condition(struct arena *scratch, size_t n, const double *hessian,
                                 const double *curvature)
{
    double *a = ARENA_ARRAY(scratch, n * n, double);
    double *vectors = ARENA_ARRAY(scratch, n * n, double);
    double *value = ARENA_ARRAY(scratch, n, double),
           *work = ARENA_ARRAY(scratch, n, double);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            a[i * n + j] = hessian[i * n + j] / sqrt(curvature[i]) / sqrt(curvature[j]);
    if (!eigen_solve(n, a, value, vectors, work) || !(value[0] > 0))
        return (double)NAN;
    return value[n - 1] / value[0];
}

static double median(struct arena *scratch, size_t n, const double *numbers)
{
    double *sorted = ARENA_ARRAY(scratch, n, double);
    for (size_t i = 0; i < n; i++) {
        size_t k = i;
        for (; k > 0 && sorted[k - 1] > numbers[i]; k--)
            sorted[k] = sorted[k - 1];
        sorted[k] = numbers[i];
    }
    return sorted[(n - 1) / 2];
}

/* With numbers rounded to one digit, as they are told. */
static double round_factor(double factor)
{
    double unit = pow(10, floor(log10(factor)));
    return round(factor / unit) * unit;
}

static void find_units(struct scaling *out, struct arena *scratch, size_t n,
                       const double *hessian)
{
    double *curvature = ARENA_ARRAY(scratch, n, double);
    for (size_t i = 0; i < n; i++) {
        curvature[i] = hessian[i * n + i];
        if (!(curvature[i] > 0) || !isfinite(curvature[i]))
            return;
        out->steep = curvature[i] > curvature[out->steep] ? i : out->steep;
        out->flat = curvature[i] < curvature[out->flat] ? i : out->flat;
    }
    double ratio = curvature[out->steep] / curvature[out->flat];
    double middle = median(scratch, n, curvature);
    bool is_steep = curvature[out->steep] / middle >= middle / curvature[out->flat];
    out->odd = is_steep ? out->steep : out->flat;
    out->divides = is_steep;
    out->factor = round_factor(
        sqrt(is_steep ? curvature[out->steep] / middle : middle / curvature[out->flat]));
    if (ratio >= far_apart) {
        out->condition = balanced_condition(scratch, n, hessian, curvature);
        out->ratio = ratio;
    }
}

/* Other methods find units of their own, or have none. */
static bool minds_units(const struct solution *s)
{
    static const char *const names[] = {"gradient", "momentum", "nesterov", "cg"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(s->method, names[i]) == 0)
            return true;
    return false;
}

void solve_find_scaling(struct solve *solve, struct solution *s)
{
    const double worth = 0.01;
    const descent_diagnosis *d = &s->diagnosis;
    struct arena *scratch = &solve->session->scratch;
    bool is_slow = s->status == DESCENT_BUDGET || fabs(s->factor) > 0.99;
    double condition = solution_condition(s);
    s->scaling.ratio = 0;
    if (s->n < 2 || s->n > MOST || !s->takes_newton || d->held > 0 || !is_slow ||
        !minds_units(s) || !(condition > far_apart))
        return;
    double *hessian = ARENA_ARRAY(scratch, s->n * s->n, double);
    solve_evaluate_hessian(solve, d->point != NULL ? d->point : s->x, hessian);
    find_units(&s->scaling, scratch, s->n, hessian);
    if (!(s->scaling.condition < worth * condition))
        s->scaling.ratio = 0;
}
