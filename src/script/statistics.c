/* SPDX-License-Identifier: MIT
 * What is told of a fit (Seber and Wild, Nonlinear Regression, 1989, section 2.1; Bates
 * and Watts, Nonlinear Regression Analysis, 1988, section 2.2).
 *
 * With m residuals and n variables the deviation is s = sqrt(sum of squares / (m - n)),
 * and the covariance of the variables s^2 (J'J)^-1, which the engine has.  A factor
 * before the whole sum, such as 1/n of a mean, changes none of this; weights are those of
 * the observations.  A variable that its bound holds counts as known: the others are told
 * of as in the fit without it, and of it nothing.
 *
 * R^2 = 1 - SSR/SST, with SST about the weighted mean of the data, where every residual
 * is data minus model. */
#include "script/statistics.h"

#include "script/refine.h"
#include "script/squares.h"

#include <math.h>

enum { MOST_VARIABLES = 100, MOST_ENTRIES = 1 << 20 };

static struct statistics unknown(const char *missing)
{
    return (struct statistics){
        .deviation = (double)NAN, .r_squared = (double)NAN, .missing = missing};
}

static double *scaled_copy(struct arena *arena, const double *from, size_t count,
                           double factor)
{
    double *copy = ARENA_ARRAY(arena, count, double);
    for (size_t i = 0; i < count; i++)
        copy[i] = factor * from[i];
    return copy;
}

/* Which variables the bounds hold, and how many; NULL: none. */
static const bool *find_held(const struct solve *solve, const double *x, size_t *count)
{
    bool *held = ARENA_ARRAY(&solve->session->scratch, solve->n, bool);
    *count = 0;
    for (size_t i = 0; i < solve->n; i++) {
        held[i] = (solve->lower != NULL && x[i] <= solve->lower[i]) ||
                  (solve->upper != NULL && x[i] >= solve->upper[i]);
        *count += held[i];
    }
    return *count > 0 ? held : NULL;
}

static struct statistics measure(struct solve *solve, const double *x)
{
    struct arena *arena = &solve->session->scratch;
    size_t n = solve->n, held_count;
    const bool *held = find_held(solve, x, &held_count);
    descent_fit_result fit;
    struct statistics s = unknown(NULL);
    descent_problem problem = {.n = n, .context = solve};
    solve_offer_squares(solve, &problem);
    s.values = solve_weighted_count(solve);
    double *work = ARENA_ARRAY(arena, descent_fit_size(n), double);
    if (s.values <= n || held_count == n ||
        (!solve_known_fit(solve, x, &fit) && !descent_fit(&problem, x, held, work, &fit)))
        return unknown(NULL);
    s.held = held_count;
    s.freedom = s.values - (n - held_count);
    double spread = fit.least / sqrt((double)s.freedom);
    double total = solve_total_squares(solve);
    s.deviation = spread / sqrt(solve_common_factor(solve));
    s.r_squared = total > 0 ? 1 - fit.least / total * (fit.least / total) : (double)NAN;
    if (fit.rank < n) {
        s.missing = "no standard errors: the values do not determine every variable";
        return s;
    }
    for (size_t i = 0; i < n; i++)
        if (!isfinite(spread * fit.errors[i]) && (held == NULL || !held[i]))
            return unknown(NULL);
    s.standard_errors = scaled_copy(arena, fit.errors, n, spread);
    s.correlation = scaled_copy(arena, fit.correlation, n * n, 1);
    return s;
}

struct statistics statistics_of(struct solve *solve, const struct solution *solution)
{
    size_t count = solve_residual_count(solve), n = solve->n;
    descent_kind kind = solution->diagnosis.kind;
    bool is_place = kind == DESCENT_MINIMUM || kind == DESCENT_FLAT;
    if (count <= n || n > MOST_VARIABLES || solution->status != DESCENT_CONVERGED ||
        !solve_has_rows(solve))
        return unknown(NULL);
    if (solve->constraints != NULL)
        return unknown("no standard errors: there are conditions");
    if (solve->set_count > 0)
        return unknown("no standard errors: variables lie in a set together");
    if (!is_place || (count > MOST_ENTRIES / n && !solve_squares_compiled(solve)))
        return unknown(NULL);
    if (solve_has_penalty(solve))
        return unknown(
            "no standard errors: the squares of variables themselves are a penalty");
    if (!solve_compile_squares(solve))
        return unknown(NULL);
    return measure(solve, solution->x);
}

struct statistics statistics_copy(struct arena *arena, const struct statistics *from,
                                  size_t n)
{
    struct statistics copy = *from;
    if (from->standard_errors != NULL) {
        copy.standard_errors = scaled_copy(arena, from->standard_errors, n, 1);
        copy.correlation = scaled_copy(arena, from->correlation, n * n, 1);
    }
    return copy;
}
