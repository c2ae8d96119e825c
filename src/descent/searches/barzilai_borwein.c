/* SPDX-License-Identifier: MIT
 * searches/barzilai_borwein.c - one over the curvature that the last move has shown.
 *
 * Barzilai and Borwein, Two-point step size gradient methods, IMA Journal of Numerical
 * Analysis 8 (1988):  t = s's / s'y  with the last move s and the change y of the
 * gradient. On parabolas far fewer steps than with exact steps, at the same cost as a
 * fixed step; the value need not fall in each.  So that it converges from far as well, t
 * is halved until f is lower than the largest of the last `window` values: Raydan, The
 * Barzilai and Borwein gradient method for the large scale unconstrained minimization
 * problem, SIAM Journal on Optimization 7 (1997).  Where the curvature is not positive
 * the last length is doubled.  The length is made for the gradient as direction. */
#include "descent/searches/armijo.h"

#include <float.h>
#include <math.h>

enum { INITIAL, WINDOW };

static const double shortest = 1e-100, longest = 1e100;
static const double decrease = 1e-4;

/* s'y / s's; the trial still holds the point before. */
static double measure_curvature(const struct descent *d)
{
    double size = d->at.point_change, curvature = 0;
    for (size_t i = 0; i < d->at.n; i++) {
        double change = d->gradient[i] - d->trial_gradient[i];
        curvature += (d->last_move[i] / size) * (change / size);
    }
    return curvature;
}

static double first_length(const struct descent *d)
{
    if (d->at.step_count == 0)
        return d->search_settings[INITIAL];
    double curvature = measure_curvature(d);
    double t = curvature > 0 ? 1 / curvature : 2 * d->at.step;
    return fmin(fmax(t, shortest), longest);
}

/* The largest of the last values, this one included. */
static double look_back(struct descent *d)
{
    double *window = d->search_scratch, largest = d->at.value;
    uint64_t length = (uint64_t)d->search_settings[WINDOW];
    window[d->at.step_count % length] = d->at.value;
    for (uint64_t i = 0; i < length && i <= d->at.step_count; i++)
        largest = fmax(largest, window[i]);
    return largest;
}

static enum engine_progress search(struct descent *d, const struct engine_line *line)
{
    const struct armijo_rule rule = {0.5, decrease, look_back(d)};
    return armijo_search(d, line, &rule, first_length(d), d->search_settings[INITIAL]);
}

static size_t scratch(size_t n, const double *settings)
{
    (void)n;
    return (size_t)settings[WINDOW];
}

static const descent_setting settings[] = {
    {"initial", 1, DBL_MIN, DBL_MAX, "the length factor of the first step"},
    {"window", 10, 1, 1000, "how many values back a step may be compared with"},
    {.name = NULL},
};

const descent_search search_barzilai_borwein = {
    .name = "barzilai_borwein",
    .summary = "one over the curvature that the last move has shown",
    .settings = settings,
    .needs = ENGINE_NEEDS_STEEPEST,
    .scratch = scratch,
    .search = search,
};
