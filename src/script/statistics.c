/* SPDX-License-Identifier: MIT
 * What is told of a fit (Seber and Wild, Nonlinear Regression, 1989, section 2.1; Bates
 * and Watts, Nonlinear Regression Analysis, 1988, section 2.2).
 *
 * With m residuals and n variables the deviation is s = sqrt(sum of squares / (m - n)),
 * and the covariance of the variables s^2 (J'J)^-1.  It is taken from the rows of R^-1,
 * never from J'J, whose condition is that of J squared.  A factor before the whole sum,
 * such as 1/n of a mean, changes none of this; weights are those of the observations.
 *
 * R^2 = 1 - SSR/SST, with SST about the weighted mean of the data, where every residual
 * is data minus model. */
#include "script/statistics.h"

#include "descent/squares.h"
#include "linear/qr.h"
#include "script/squares.h"

#include <math.h>
#include <string.h>

enum { MOST_VARIABLES = 100, MOST_ENTRIES = 1 << 20 };

static struct statistics unknown(const char *missing)
{
    return (struct statistics){
        .deviation = (double)NAN, .r_squared = (double)NAN, .missing = missing};
}

/* R^-1 of the columns in the order of the factors, row by row. */
static void invert(size_t n, const double *r, double *inverse)
{
    memset(inverse, 0, n * n * sizeof *inverse);
    for (size_t j = 0; j < n; j++) {
        inverse[j * n + j] = 1 / r[j * n + j];
        for (size_t i = j; i-- > 0;) {
            double sum = 0;
            for (size_t k = i + 1; k <= j; k++)
                sum += r[i * n + k] * inverse[k * n + j];
            inverse[i * n + j] = -sum / r[i * n + i];
        }
    }
}

static double dot(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

/* From the rows of R^-1, whose order is that of the factors; `spread` is the deviation in
 * the units of the residuals as they stand in J, with the factor before the sum. */
static void take_errors(struct arena *arena, struct statistics *s, size_t n,
                        double spread, const double *inverse, const double *order,
                        const double *scales)
{
    double *norms = ARENA_ARRAY(arena, n, double);
    s->standard_errors = ARENA_ARRAY(arena, n, double);
    s->correlation = ARENA_ARRAY(arena, n * n, double);
    for (size_t i = 0; i < n; i++) {
        size_t at = (size_t)order[i];
        norms[i] = sqrt(dot(n, inverse + i * n, inverse + i * n));
        s->standard_errors[at] = spread * (norms[i] / scales[at]);
    }
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double product = dot(n, inverse + i * n, inverse + j * n);
            double share = i == j ? 1 : product / (norms[i] * norms[j]);
            s->correlation[(size_t)order[i] * n + (size_t)order[j]] = share;
        }
}

static bool factor_and_invert(struct arena *arena, struct statistics *s, size_t n,
                              const double *triangle, double spread)
{
    double *r = ARENA_ARRAY(arena, n * n, double);
    double *inverse = ARENA_ARRAY(arena, n * n, double);
    double *scales = ARENA_ARRAY(arena, n, double), *tau = ARENA_ARRAY(arena, n, double);
    double *order = ARENA_ARRAY(arena, n, double);
    double *work = ARENA_ARRAY(arena, 3 * n, double);
    squares_scales(n, triangle, scales);
    for (size_t i = 0; i < n; i++)
        for (size_t j = i; j < n; j++)
            r[i * n + j] = triangle[i * (n + 1) + j] / scales[j];
    if (!qr_factor(n, n, r, tau, order, work) || qr_rank(n, n, r, 0) < n)
        return false;
    invert(n, r, inverse);
    take_errors(arena, s, n, spread, inverse, order, scales);
    return true;
}

static struct statistics measure(struct solve *solve, const double *x)
{
    struct arena *arena = &solve->session->scratch;
    size_t n = solve->n;
    struct statistics s = unknown(NULL);
    descent_problem problem = {
        .n = n, .context = solve, .jacobian = solve_evaluate_jacobian};
    double *triangle = ARENA_ARRAY(arena, squares_triangle_size(n), double);
    double *block = ARENA_ARRAY(arena, squares_block_size(n), double);
    s.values = solve_weighted_count(solve);
    if (s.values <= n || !squares_linearize(&problem, x, NULL, triangle, block))
        return unknown(NULL);
    s.freedom = s.values - n;
    /* What no change of the variables can take away: at the minimum itself that is all.
     */
    double norm = fabs(triangle[(n + 1) * (n + 1) - 1]);
    double spread = norm / sqrt((double)s.freedom);
    s.deviation = spread / sqrt(solve_common_factor(solve));
    double total = solve_total_squares(solve);
    s.r_squared = total > 0 ? 1 - norm / total * (norm / total) : (double)NAN;
    if (!factor_and_invert(arena, &s, n, triangle, spread))
        s.missing = "no standard errors: the values do not determine every variable";
    return s;
}

/* The minimum is not one of the whole space. */
static bool is_held(const struct solve *solve, const double *x)
{
    bool held = solve->set_count > 0;
    for (size_t i = 0; i < solve->n; i++)
        held |= (solve->lower != NULL && x[i] <= solve->lower[i]) ||
                (solve->upper != NULL && x[i] >= solve->upper[i]);
    return held;
}

struct statistics statistics_of(struct solve *solve, const struct solution *solution)
{
    size_t count = solve_residual_count(solve), n = solve->n;
    descent_kind kind = solution->diagnosis.kind;
    bool is_place = kind == DESCENT_MINIMUM || kind == DESCENT_FLAT;
    if (count <= n || n > MOST_VARIABLES || solution->status != DESCENT_CONVERGED)
        return unknown(NULL);
    if (solve->constraints != NULL)
        return unknown("no standard errors: there are conditions");
    if (is_held(solve, solution->x))
        return unknown("no standard errors: a variable lies on the edge of its set");
    if (!is_place || (count > MOST_ENTRIES / n && !solve_squares_compiled(solve)))
        return unknown(NULL);
    if (solve_has_penalty(solve))
        return unknown(
            "no standard errors: the squares of variables themselves are a penalty");
    if (!solve_compile_squares(solve))
        return unknown(NULL);
    struct statistics s = measure(solve, solution->x);
    for (size_t i = 0; s.standard_errors != NULL && i < n; i++)
        if (!isfinite(s.standard_errors[i]))
            return unknown(NULL);
    return s;
}

static double *copy_numbers(struct arena *arena, const double *from, size_t count)
{
    if (from == NULL)
        return NULL;
    double *copy = ARENA_ARRAY(arena, count, double);
    memcpy(copy, from, count * sizeof *copy);
    return copy;
}

struct statistics statistics_copy(struct arena *arena, const struct statistics *from,
                                  size_t n)
{
    struct statistics copy = *from;
    copy.standard_errors = copy_numbers(arena, from->standard_errors, n);
    copy.correlation = copy_numbers(arena, from->correlation, n * n);
    return copy;
}
