/* SPDX-License-Identifier: MIT
 * methods/levenberg_marquardt.c - the Levenberg-Marquardt method for sums of squares:
 * x <- x + p, where p makes |r(x) + J(x) p| least within |D p| <= radius.
 *
 * Levenberg 1944, Marquardt 1963, in the form of More, The Levenberg-Marquardt algorithm:
 * implementation and theory (1978); Nocedal and Wright, Numerical Optimization (2006),
 * section 10.3.  D has the largest norms that the columns of J had so far, so the method
 * does not depend on the units of the variables.  p solves the normal equations of
 * [R; sqrt(lambda) D] by QR factorization, and lambda >= 0 is found by Newton's method so
 * that |D p| is the radius, within a tenth.  The radius follows from how well the linear
 * model foretold the sum of squares; a trial that is not finite halves it and more.
 *
 * The method of choice for fits.  Where the residuals at the minimum are large and
 * curved it slows down as Gauss and Newton's does: after some slow steps the second
 * derivatives of the residuals, which the linear model leaves out, are taken in, so that
 * the steps are Newton's within the same radius (as Dennis, Gay and Welsch, An adaptive
 * nonlinear least-squares algorithm, ACM TOMS 7, 1981, who estimate what is exact here).
 * Not while their matrix is indefinite or its condition large: that of J squared.
 *
 * Near the minimum the sum of squares cannot tell better from worse long before its
 * digits of x are exhausted.  There the part of the residuals that the columns of J can
 * explain decides, |z|: it may go on falling down to rounding.  Where a small gradient
 * ends the search that is made use of: it is finished by a few steps more. */
#include "descent/methods/damped.h"
#include "descent/squares.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum {
    MOST_TRIALS = 80,
    MOST_CURVED_TRIALS = 3,
    MOST_SLOW = 5,      /* slow steps, before second derivatives are asked for */
    MOST_FINISHING = 10 /* steps after the stopping test held */
};

/* ---- what the trial tells ---- */

static void shorten(const struct damped *m, double length, double foretold, double fall)
{
    /* The least of the parabola through both values and the slope at x. */
    double slope = foretold, factor = 0.1;
    if (fall > -10 * foretold)
        factor = fall >= 0 ? 0.5 : 0.5 * slope / (0.5 * slope - 0.5 * fall);
    factor = fmin(fmax(factor, 0.1), 0.5);
    m->numbers[DAMPED_RADIUS] = factor * fmin(m->numbers[DAMPED_RADIUS], 10 * length);
    if (m->numbers[DAMPED_RADIUS] > 0.9 * length)
        m->numbers[DAMPED_RADIUS] = factor * length;
    m->numbers[DAMPED_DAMPING] /= factor;
}

static void adjust(const struct damped *m, double length, double foretold, double fall)
{
    double ratio = fall / foretold;
    if (!(ratio > 0.25))
        shorten(m, length, foretold, fall);
    else if (m->numbers[DAMPED_DAMPING] == 0 || ratio >= 0.75) {
        /* A model that was right to a part in a thousand is linear as far as that. */
        double growth = fabs(ratio - 1) <= 1e-3 ? 100 : 2;
        m->numbers[DAMPED_RADIUS] = growth * length;
        m->numbers[DAMPED_DAMPING] /= growth;
    }
}

/* Steps in a row that left most of what the columns of J can explain. */
static void judge_pace(const struct damped *m)
{
    const double slow = 0.5;
    double after = squares_slope(m->n, m->next);
    bool is_slow = after > slow * squares_slope(m->n, m->triangle);
    m->numbers[DAMPED_SLOW] = is_slow ? m->numbers[DAMPED_SLOW] + 1 : 0;
    if (m->has_model && m->numbers[DAMPED_SLOW] >= MOST_SLOW)
        m->numbers[DAMPED_CURVED] = 1;
}

/* The model at the trial takes the place of that at x. */
static enum engine_progress accept(struct descent *d, const struct damped *m, double step)
{
    size_t n = m->n;
    judge_pace(m);
    memcpy(m->triangle, m->next, squares_triangle_size(n) * sizeof *m->next);
    squares_scales(n, m->triangle, m->next_scales);
    for (size_t j = 0; j < n; j++)
        m->scales[j] = fmax(m->scales[j], m->next_scales[j]);
    if (d->has_sets) /* whose gradient is measured otherwise */
        return engine_arrive(d, step);
    squares_gradient(n, m->triangle, d->trial_gradient);
    d->trial_gradient_norm = vector_norm(n, d->trial_gradient);
    d->trial_has_gradient = true;
    d->trial_step = step;
    return isfinite(d->trial_gradient_norm) ? ENGINE_MOVED : ENGINE_NOT_FINITE;
}

static bool linearize_trial(struct descent *d, const struct damped *m)
{
    d->gradient_evaluations++;
    return squares_linearize(&d->problem, d->trial_x, NULL, m->next, m->block);
}

/* A variable that mattered at x has all but ceased to at the trial: the step has left for
 * a plateau, such as where exp(-b*t) has died away, from which nothing leads back. */
static bool has_collapsed(const struct damped *m)
{
    const double share = 1e-3;
    size_t n = m->n;
    squares_scales(n, m->triangle, m->slope);
    squares_scales(n, m->next, m->next_scales);
    for (size_t j = 0; j < n; j++)
        if (m->next_scales[j] < share * m->slope[j])
            return true;
    return false;
}

/* The values no longer tell: what is foretold is within their rounding, or nearly so. */
static bool is_fine(const struct descent *d, const struct damped *m, double foretold)
{
    double rest = m->triangle[squares_triangle_size(m->n) - 1];
    double slope = squares_slope(m->n, m->triangle);
    return foretold <= 1e-6 * fmax(fabs(d->at.value), rest * rest + slope * slope);
}

/* ---- the method ---- */

/* A radius that nothing is known of yet: far beyond x, and, where x is near 0, so far
 * that the residuals change by as much as the columns of J explain. */
static double free_radius(const struct descent *d, const struct damped *m)
{
    double size = 0;
    for (size_t j = 0; j < m->n; j++)
        size = vector_hypotenuse(size, m->scales[j] * d->x[j]);
    size = fmax(100 * size, squares_slope(m->n, m->triangle));
    return size > 0 ? size : 100;
}

/* What could be gained is rounding of the values: they say nothing of the radius. */
static bool is_settled(const struct damped *m)
{
    const double rounding = 1e-6;
    double rest = m->triangle[squares_triangle_size(m->n) - 1];
    return squares_slope(m->n, m->triangle) < rounding * fabs(rest);
}

static bool prepare(struct descent *d, const struct damped *m)
{
    bool is_ready = m->numbers[DAMPED_READY] != 0;
    if (!is_ready || d->has_sets) {
        d->gradient_evaluations++;
        if (!squares_linearize(&d->problem, d->x, engine_held(d), m->triangle, m->block))
            return false;
    }
    if (!is_ready)
        squares_scales(m->n, m->triangle, m->scales);
    if (!is_ready || is_settled(m))
        m->numbers[DAMPED_RADIUS] = free_radius(d, m);
    m->numbers[DAMPED_READY] = 1;
    return true;
}

/* A trial that was brought back into the sets: its own step is what counts. */
static double measure_step(struct descent *d, const struct damped *m, double *foretold)
{
    size_t n = m->n;
    double fall = 0;
    for (size_t j = 0; j < n; j++) {
        m->p[j] = d->trial_x[j] - d->x[j];
        m->q[j] = m->p[j] * m->scales[j];
    }
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        for (size_t j = i; j < n; j++)
            sum += damped_entry(m, i, j) * m->p[j];
        fall -= sum * (2 * damped_entry(m, i, n) + sum);
    }
    *foretold = fall;
    return vector_norm(n, m->q);
}

static enum engine_progress try_step(struct descent *d, const struct damped *m, int tries,
                                     bool *again)
{
    double length = damped_choose(m), foretold = damped_foretell(m, length);
    const struct engine_line line = {m->p, 1, length, 0};
    *again = false;
    if (!(length > 0) || !isfinite(length) || !engine_move(d, &line, 1))
        return ENGINE_ROUNDING;
    if (d->has_sets)
        length = measure_step(d, m, &foretold);
    if (d->at.step_count == 0)
        m->numbers[DAMPED_RADIUS] = fmin(m->numbers[DAMPED_RADIUS], length);
    bool finite = engine_try_value(d);
    double fall = finite ? d->at.value - d->trial_value : -(double)INFINITY;
    bool is_better = fall >= 1e-4 * foretold,
         fine = finite && m->numbers[DAMPED_DAMPING] == 0 && is_fine(d, m, foretold);
    if ((is_better || fine) && linearize_trial(d, m)) {
        if (has_collapsed(m) && tries < 8) {
            m->numbers[DAMPED_RADIUS] = 0.25 * fmin(m->numbers[DAMPED_RADIUS], length);
            *again = true;
            return ENGINE_STALLED;
        }
        bool is_flatter =
            squares_slope(m->n, m->next) < 0.75 * squares_slope(m->n, m->triangle);
        if (is_better || is_flatter) {
            if (is_better)
                adjust(m, length, foretold, fall);
            return accept(d, m, 1);
        }
        if (fall <= 0 && fabs(fall) <= 1e-12 * fabs(d->at.value))
            return ENGINE_ROUNDING;
    }
    adjust(m, length, foretold, fmin(fall, 0));
    *again = true;
    return ENGINE_STALLED;
}

/* ---- with second derivatives ---- */

static void adjust_curved(const struct damped *m, double length, double share)
{
    double *radius = &m->numbers[DAMPED_RADIUS];
    if (!(share >= 0.25))
        *radius = length / 4;
    else if (share > 0.75 && length > 0.9 * *radius)
        *radius = 2 * *radius;
}

static bool try_curved(struct descent *d, const struct damped *m)
{
    double foretold, length = damped_choose_curved(m, &foretold);
    const struct engine_line line = {m->p, 1, length, 0};
    if (!(foretold > 0) || !isfinite(length) || !engine_move(d, &line, 1))
        return false;
    bool finite = engine_try_value(d);
    double share = finite ? (d->at.value - d->trial_value) / foretold : -1;
    bool fine = finite && length < m->numbers[DAMPED_RADIUS] && is_fine(d, m, foretold);
    if (!fine)
        adjust_curved(m, length, share);
    if (!(share >= 1e-4 || fine) || !linearize_trial(d, m) || has_collapsed(m))
        return false;
    double before = squares_slope(m->n, m->triangle);
    return share >= 1e-4 || squares_slope(m->n, m->next) < 0.25 * before;
}

/* Newton's step within the radius, where the residuals' own curvature is what slows the
 * search down; false when it does not lead on. */
static bool step_curved(struct descent *d, struct damped *m)
{
    if (m->numbers[DAMPED_CURVED] == 0 || d->has_sets || !damped_measure_curvature(d, m))
        return false;
    for (int i = 0; i < MOST_CURVED_TRIALS; i++)
        if (try_curved(d, m))
            return true;
    m->numbers[DAMPED_CURVED] = m->numbers[DAMPED_SLOW] = 0;
    return false;
}

/* Values no longer tell steps apart, and those of the linear model do not bring the slope
 * down: with the second derivatives it may still go. */
static bool finish_curved(struct descent *d, struct damped *m)
{
    if (m->numbers[DAMPED_CURVED] != 0)
        return false;
    m->numbers[DAMPED_CURVED] = 1;
    return step_curved(d, m);
}

static enum engine_progress step(struct descent *d)
{
    struct damped m = damped_of(d, d->method_scratch);
    if (!prepare(d, &m))
        return ENGINE_STALLED;
    if (step_curved(d, &m))
        return accept(d, &m, 1);
    enum engine_progress progress = ENGINE_STALLED;
    bool again = true;
    for (int i = 0; i < MOST_TRIALS && again; i++)
        progress = try_step(d, &m, i, &again);
    return progress == ENGINE_ROUNDING && finish_curved(d, &m) ? accept(d, &m, 1)
                                                               : progress;
}

/* Where the gradient is small in numbers the variables need not be: its scale is that of
 * the sum of squares.  A step of Gauss and Newton tells how far it is to the minimum, so
 * the search goes on until that is rounding, for as long as it comes nearer. */
static bool objects(struct descent *d)
{
    const double enough = 1e-6, rounding = 64 * DBL_EPSILON;
    if (d->has_sets || !(d->at.gradient_norm < enough))
        return false;
    struct damped m = damped_of(d, d->method_scratch);
    if (m.numbers[DAMPED_READY] == 0 || m.numbers[DAMPED_FINISHED] >= MOST_FINISHING ||
        squares_solve(m.n, m.triangle, m.scales, m.p, m.work) < m.n)
        return false;
    if (m.numbers[DAMPED_CURVED] != 0 &&
        !(d->at.gradient_norm < 0.25 * d->previous_gradient_norm))
        return false; /* the linear model does not know how far it is */
    m.numbers[DAMPED_FINISHED]++;
    for (size_t j = 0; j < m.n; j++)
        if (fabs(m.p[j]) > rounding * fabs(d->x[j]))
            d->finishing = true;
    return d->finishing;
}

static size_t scratch(const descent_problem *problem, const double *settings)
{
    (void)settings;
    return damped_size(problem);
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_method method_levenberg_marquardt = {
    .name = "levenberg_marquardt",
    .summary = "the Levenberg-Marquardt method for sums of squares: to the minimum of "
               "the linear model of the residuals within a radius",
    .formula = "x <- x + p, p makes |r + J*p| least with |D*p| <= radius, r the "
               "residuals, J their derivatives, D the norms of its columns",
    .settings = settings,
    .needs = ENGINE_NEEDS_SQUARES,
    .gives = ENGINE_GIVES_STEP,
    .scratch_for = scratch,
    .step = step,
    .objects = objects,
};
