/* SPDX-License-Identifier: MIT
 * constrained.c - multipliers, violation and the gradient of the Lagrangian. */
#include "descent/constrained.h"
#include "descent/vector.h"

#include <math.h>

static double finite_size(double bound)
{
    return isfinite(bound) ? fabs(bound) : 0;
}

void constrained_scale(const descent_problem *problem, const double *x,
                       const double *jacobian, double *scale)
{
    size_t n = problem->n;
    for (size_t i = 0; i < problem->constraint_count; i++) {
        double size = fmax(1, fmax(finite_size(problem->constraint_lower[i]),
                                   finite_size(problem->constraint_upper[i])));
        for (size_t j = 0; j < n; j++)
            size = fmax(size, fabs(jacobian[i * n + j] * x[j]));
        scale[i] = size;
    }
}

double constrained_outside(double value, double lower, double upper)
{
    return fmax(0, fmax(lower - value, value - upper));
}

/* The part of y that counts where the condition has this room. */
static double counting(double y, double room)
{
    double size = fabs(y);
    return copysign(size - fmin(size, fmax(room, 0)), y);
}

static double counted(const struct descent *d, const double *c, const double *y,
                      const double *scale, size_t i)
{
    double low = d->problem.constraint_lower[i], high = d->problem.constraint_upper[i];
    if (low == high)
        return y[i];
    double hidden = DESCENT_FEASIBLE * scale[i];
    return counting(y[i], (y[i] > 0 ? high - c[i] : c[i] - low) - hidden);
}

static void measure_violation(struct descent *d, const double *c, const double *scale)
{
    const descent_problem *problem = &d->problem;
    d->trial_violation = d->trial_relative_violation = 0;
    for (size_t i = 0; i < problem->constraint_count; i++) {
        double outside = constrained_outside(c[i], problem->constraint_lower[i],
                                             problem->constraint_upper[i]);
        if (!(outside <= d->trial_violation))
            d->trial_violation = outside;
        if (!(outside / scale[i] <= d->trial_relative_violation))
            d->trial_relative_violation = outside / scale[i];
    }
}

void constrained_publish(struct descent *d, const double *gradient, const double *c,
                         const double *jacobian, const double *y, const double *scale)
{
    const descent_problem *problem = &d->problem;
    size_t n = problem->n, m = problem->constraint_count;
    double *g = d->trial_gradient, norm = 0;
    for (size_t j = 0; j < n; j++)
        g[j] = gradient[j];
    for (size_t i = 0; i < m; i++) {
        double counts = counted(d, c, y, scale, i);
        d->multipliers[i] = counts == 0 ? 0 : -counts;
        for (size_t j = 0; j < n && counts != 0; j++)
            g[j] += counts * jacobian[i * n + j];
    }
    for (size_t j = 0; j < n; j++) {
        double x = d->trial_x[j];
        double low = problem->lower != NULL ? problem->lower[j] : -(double)INFINITY;
        double high = problem->upper != NULL ? problem->upper[j] : (double)INFINITY;
        double left = low == high ? 0 : fmin(fmax(g[j], x - high), x - low);
        d->bound_multipliers[j] = g[j] - left;
        norm = vector_hypotenuse(norm, left);
    }
    measure_violation(d, c, scale);
    d->trial_gradient_norm = norm;
    d->trial_has_gradient = true;
}
