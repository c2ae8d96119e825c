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
 * curved it slows down as Gauss and Newton's does.
 *
 * Near the minimum the sum of squares cannot tell better from worse long before its
 * digits of x are exhausted.  There the part of the residuals that the columns of J can
 * explain decides, |z|: it may go on falling down to rounding. */
#include "descent/engine.h"
#include "descent/squares.h"
#include "descent/vector.h"
#include "linear/qr_rows.h"
#include "linear/triangular.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST_DAMPINGS = 12, MOST_TRIALS = 80 };

/* Numbers that last. */
enum { RADIUS, DAMPING, IS_READY, NUMBERS };

struct model {
    size_t n;
    double *numbers, *triangle, *next, *damped, *rows, *block, *work;
    double *scales, *p, *q, *slope, *next_scales;
};

#define PARTS(X)                                                                         \
    X(numbers, NUMBERS)                                                                  \
    X(triangle, squares_triangle_size(n))                                                \
    X(next, squares_triangle_size(n))                                                    \
    X(damped, squares_triangle_size(n))                                                  \
    X(rows, squares_triangle_size(n))                                                    \
    X(block, squares_block_size(n))                                                      \
    X(work, squares_solve_size(n))                                                       \
    X(scales, n)                                                                         \
    X(p, n)                                                                              \
    X(q, n)                                                                              \
    X(slope, n)                                                                          \
    X(next_scales, n)

static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    size_t total = 0;
#define PART_SIZE(name, size)                                                            \
    if ((size) > SIZE_MAX / 32)                                                          \
        return SIZE_MAX;                                                                 \
    total += (size);
    PARTS(PART_SIZE)
#undef PART_SIZE
    return total;
}

static struct model cut(struct descent *d)
{
    size_t n = d->at.n;
    double *next_part = d->method_scratch;
    struct model m = {.n = n};
#define PART_CUT(name, size)                                                             \
    m.name = next_part;                                                                  \
    next_part += (size);
    PARTS(PART_CUT)
#undef PART_CUT
    return m;
}

/* ---- the step within the radius ---- */

static double entry(const struct model *m, size_t i, size_t j)
{
    return m->triangle[i * (m->n + 1) + j];
}

/* q = D p of the damped model; its length. */
static double damp(const struct model *m, double damping)
{
    size_t n = m->n, columns = n + 1;
    memset(m->rows, 0, squares_triangle_size(n) * sizeof *m->rows);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++)
            m->damped[i * columns + j] = entry(m, i, j) / m->scales[j];
        m->damped[i * columns + n] = entry(m, i, n);
        m->rows[i * columns + i] = sqrt(damping);
    }
    m->damped[n * columns + n] = 0;
    qr_add_rows(columns, m->damped, n, m->rows);
    for (size_t i = 0; i < n; i++)
        m->q[i] = -m->damped[i * columns + n];
    triangular_upper(TRIANGULAR_GENERAL, n, view_rows(m->damped, columns), 1, m->q, 1);
    return vector_norm(n, m->q);
}

/* How the length of q reacts to damping: |q|^2 / |R^-T q|^2. */
static double measure_reaction(const struct model *m, double length)
{
    size_t n = m->n;
    for (size_t i = 0; i < n; i++)
        m->slope[i] = m->q[i] / length;
    struct view r = view_rows(m->damped, n + 1);
    triangular_lower(TRIANGULAR_GENERAL, n, view_transposed(r), 1, m->slope, 1);
    double norm = vector_norm(n, m->slope);
    return 1 / (norm * norm);
}

/* Least damping that can be right: |D p| <= |D^-1 J'r| / damping. */
static double most_damping(const struct model *m)
{
    double norm = 0;
    squares_gradient(m->n, m->triangle, m->slope);
    for (size_t j = 0; j < m->n; j++)
        norm = vector_hypotenuse(norm, m->slope[j] / (2 * m->scales[j]));
    return norm / m->numbers[RADIUS];
}

/* q at a length within a tenth of the radius; its length. */
static double find_damping(const struct model *m)
{
    double low = 0, high = most_damping(m), damping = m->numbers[DAMPING], length = 0;
    double radius = m->numbers[RADIUS];
    for (int i = 0; i < MOST_DAMPINGS; i++) {
        if (!(damping > low && damping < high))
            damping = fmax(1e-3 * high, sqrt(low * high));
        damping = fmax(damping, DBL_MIN);
        m->numbers[DAMPING] = damping;
        length = damp(m, damping);
        if (fabs(length - radius) <= 0.1 * radius || length == 0)
            break;
        if (length > radius)
            low = damping;
        else
            high = damping;
        damping += measure_reaction(m, length) * ((length - radius) / radius);
    }
    return length;
}

/* p and q; the length of q.  Without damping where that is short enough. */
static double choose_step(const struct model *m)
{
    size_t n = m->n;
    bool is_full = squares_solve(n, m->triangle, m->scales, m->p, m->work) == n;
    for (size_t j = 0; j < n; j++)
        m->q[j] = m->p[j] * m->scales[j];
    double length = vector_norm(n, m->q);
    if (is_full && length <= 1.1 * m->numbers[RADIUS]) {
        m->numbers[DAMPING] = 0;
        return length;
    }
    length = find_damping(m);
    for (size_t j = 0; j < n; j++)
        m->p[j] = m->q[j] / m->scales[j];
    return length;
}

/* By how much the model says the sum of squares falls. */
static double foretell(const struct model *m, double length)
{
    double norm = 0;
    for (size_t i = 0; i < m->n; i++) {
        double sum = 0;
        for (size_t j = i; j < m->n; j++)
            sum += entry(m, i, j) * m->p[j];
        norm = vector_hypotenuse(norm, sum);
    }
    return norm * norm + 2 * m->numbers[DAMPING] * length * length;
}

/* ---- what the trial tells ---- */

static void shorten(const struct model *m, double length, double foretold, double fall)
{
    /* The least of the parabola through both values and the slope at x. */
    double slope = foretold, factor = 0.1;
    if (fall > -10 * foretold)
        factor = fall >= 0 ? 0.5 : 0.5 * slope / (0.5 * slope - 0.5 * fall);
    factor = fmin(fmax(factor, 0.1), 0.5);
    m->numbers[RADIUS] = factor * fmin(m->numbers[RADIUS], 10 * length);
    if (m->numbers[RADIUS] > 0.9 * length)
        m->numbers[RADIUS] = factor * length;
    m->numbers[DAMPING] /= factor;
}

static void adjust(const struct model *m, double length, double foretold, double fall)
{
    double ratio = fall / foretold;
    if (!(ratio > 0.25))
        shorten(m, length, foretold, fall);
    else if (m->numbers[DAMPING] == 0 || ratio >= 0.75) {
        /* A model that was right to a part in a thousand is linear as far as that. */
        double growth = fabs(ratio - 1) <= 1e-3 ? 100 : 2;
        m->numbers[RADIUS] = growth * length;
        m->numbers[DAMPING] /= growth;
    }
}

/* The model at the trial takes the place of that at x. */
static enum engine_progress accept(struct descent *d, const struct model *m, double step)
{
    size_t n = m->n;
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

static bool linearize_trial(struct descent *d, const struct model *m)
{
    d->gradient_evaluations++;
    return squares_linearize(&d->problem, d->trial_x, NULL, m->next, m->block);
}

/* A variable that mattered at x has all but ceased to at the trial: the step has left for
 * a plateau, such as where exp(-b*t) has died away, from which nothing leads back. */
static bool has_collapsed(const struct model *m)
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
static bool is_fine(const struct descent *d, const struct model *m, double foretold)
{
    double rest = m->triangle[squares_triangle_size(m->n) - 1];
    double slope = squares_slope(m->n, m->triangle);
    return m->numbers[DAMPING] == 0 &&
           foretold <= 1e-6 * fmax(fabs(d->at.value), rest * rest + slope * slope);
}

/* ---- the method ---- */

static bool prepare(struct descent *d, const struct model *m)
{
    bool is_ready = m->numbers[IS_READY] != 0;
    if (is_ready && !d->has_sets)
        return true;
    d->gradient_evaluations++;
    if (!squares_linearize(&d->problem, d->x, engine_held(d), m->triangle, m->block))
        return false;
    if (is_ready)
        return true;
    squares_scales(m->n, m->triangle, m->scales);
    double size = 0;
    for (size_t j = 0; j < m->n; j++)
        size = vector_hypotenuse(size, m->scales[j] * d->x[j]);
    if (size == 0) /* from 0: moves that change the residuals by as much as they are */
        size = squares_slope(m->n, m->triangle);
    m->numbers[RADIUS] = size > 0 ? 100 * size : 100;
    m->numbers[IS_READY] = 1;
    return true;
}

/* A trial that was brought back into the sets: its own step is what counts. */
static double measure_step(struct descent *d, const struct model *m, double *foretold)
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
            sum += entry(m, i, j) * m->p[j];
        fall -= sum * (2 * entry(m, i, n) + sum);
    }
    *foretold = fall;
    return vector_norm(n, m->q);
}

static enum engine_progress try_step(struct descent *d, const struct model *m, int tries,
                                     bool *again)
{
    double length = choose_step(m), foretold = foretell(m, length);
    const struct engine_line line = {m->p, 1, length, 0};
    *again = false;
    if (!(length > 0) || !isfinite(length) || !engine_move(d, &line, 1))
        return ENGINE_ROUNDING;
    if (d->has_sets)
        length = measure_step(d, m, &foretold);
    if (d->at.step_count == 0)
        m->numbers[RADIUS] = fmin(m->numbers[RADIUS], length);
    bool finite = engine_try_value(d);
    double fall = finite ? d->at.value - d->trial_value : -(double)INFINITY;
    bool is_better = fall >= 1e-4 * foretold, fine = finite && is_fine(d, m, foretold);
    if ((is_better || fine) && linearize_trial(d, m)) {
        if (has_collapsed(m) && tries < 8) {
            m->numbers[RADIUS] = 0.25 * fmin(m->numbers[RADIUS], length);
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

static enum engine_progress step(struct descent *d)
{
    struct model m = cut(d);
    if (!prepare(d, &m))
        return ENGINE_STALLED;
    enum engine_progress progress = ENGINE_STALLED;
    bool again = true;
    for (int i = 0; i < MOST_TRIALS && again; i++)
        progress = try_step(d, &m, i, &again);
    return progress;
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
    .scratch = scratch,
    .step = step,
};
