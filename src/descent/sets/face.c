/* SPDX-License-Identifier: MIT
 * sets/face.c - steps along the faces of the bounds.
 *
 * A step that is solved for, such as Newton's, would be bent by the bounds until it leads
 * uphill.  So it is solved for on a face: variables at a bound to which the gradient
 * leads are held, and the step goes along the arc of the nearest points of what it makes
 * of the others (Bertsekas, Projected Newton methods for optimization problems with
 * simple constraints, SIAM Journal on Control and Optimization 20, 1982).  A method does
 * not know the sets for that: held variables have the gradient 0 and do not meet the
 * others in the Hessian. */
#include "descent/sets/sets.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

/* Bertsekas, equations 32 and 33: at a bound or nearly so, and the gradient leads there.
 * How near counts shrinks with the projected gradient, so that near a solution no other
 * variable is held. */
static bool is_held(const struct descent *d, size_t i, double near)
{
    double lower = d->problem.lower[i], upper = d->problem.upper[i];
    double x = d->x[i], g = d->gradient[i], close = fmin(near, (upper - lower) / 4);
    return (g > 0 && x - lower <= close) || (g < 0 && upper - x <= close) ||
           lower == upper;
}

const bool *engine_held(struct descent *d)
{
    if (d->held == NULL)
        return NULL;
    if (!d->knows_held) {
        double near = fmin(1e-8, d->at.gradient_norm);
        for (size_t i = 0; i < d->at.n; i++) {
            d->held[i] = is_held(d, i, near);
            d->holds |= d->held[i];
        }
        d->knows_held = true;
    }
    return d->holds ? d->held : NULL;
}

const double *engine_face_gradient(struct descent *d)
{
    const bool *held = engine_held(d);
    if (held == NULL)
        return d->gradient;
    for (size_t i = 0; i < d->at.n; i++)
        d->projected[i] = held[i] ? 0 : d->gradient[i];
    return d->projected;
}

/* ---- the line ---- */

static double bound_of(const struct descent *d, size_t i)
{
    return (d->gradient[i] > 0 ? d->problem.lower : d->problem.upper)[i];
}

void sets_hold(const struct descent *d, double *x)
{
    for (size_t i = 0; i < d->at.n; i++)
        if (d->held[i])
            x[i] = bound_of(d, i);
}

/* factor * vector; held variables go to their bounds. */
static void set_direction(struct descent *d, const double *vector, double factor)
{
    for (size_t i = 0; i < d->at.n; i++)
        d->direction[i] = factor * vector[i];
    bool solved = d->holds && vector != d->gradient;
    for (size_t i = 0; solved && i < d->at.n; i++)
        if (d->held[i])
            d->direction[i] = bound_of(d, i) - d->x[i];
}

/* What the arc begins with, and its slope. */
static struct engine_line measure(struct descent *d)
{
    size_t n = d->at.n;
    struct engine_line line = {d->direction, 1, 0, 0};
    memcpy(d->projected, d->direction, n * sizeof *d->projected);
    sets_bend(d, d->x, d->projected);
    line.length = vector_norm(n, d->projected);
    for (size_t i = 0; line.length > 0 && i < n; i++)
        line.slope += d->gradient[i] * (d->projected[i] / line.length);
    return line;
}

enum engine_progress sets_descend(struct descent *d, const double *vector, double factor)
{
    set_direction(d, vector, factor);
    struct engine_line line = measure(d);
    if (line.slope < 0 || d->options.search->search == NULL || vector == d->gradient)
        return engine_follow(d, &line);
    /* Bent, the direction leads uphill: the gradient leads down, or nothing does. */
    set_direction(d, d->gradient, -1);
    line = measure(d);
    return engine_follow(d, &line);
}
