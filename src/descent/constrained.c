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
    /* What the room is worth: the value could be lower by so much. */
    double room = (y[i] > 0 ? high - c[i] : c[i] - low) - 1e-14 * scale[i];
    return counting(y[i], room * fmax(1, fabs(y[i])));
}

/* A variable that is held has no derivatives that matter, and they need not exist. */
void constrained_forget_held(const descent_problem *problem, double *rows, size_t count)
{
    size_t n = problem->n;
    if (problem->lower == NULL || problem->upper == NULL)
        return;
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; problem->lower[j] == problem->upper[j] && i < count; i++)
            if (!isfinite(rows[i * n + j]))
                rows[i * n + j] = 0;
}

void constrained_forget_curvature(const descent_problem *problem, double *hessian)
{
    size_t n = problem->n;
    if (problem->lower == NULL || problem->upper == NULL)
        return;
    constrained_forget_held(problem, hessian, n);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; problem->lower[i] == problem->upper[i] && j < i; j++)
            if (!isfinite(hessian[i * n + j]))
                hessian[i * n + j] = 0;
}

/* How much lower the value could be for the room that conditions with multipliers have.
 */
static double gap_of(const struct descent *d, const double *c, const double *y,
                     const double *scale)
{
    const descent_problem *problem = &d->problem;
    double gap = 0;
    for (size_t i = 0; i < problem->constraint_count; i++) {
        double low = problem->constraint_lower[i], high = problem->constraint_upper[i];
        double room = (y[i] > 0 ? high - c[i] : c[i] - low) - 1e-14 * scale[i];
        if (low < high && y[i] != 0)
            gap = fmax(gap, fabs(y[i]) * fmin(fmax(room, 0), 1));
    }
    return gap;
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
    d->trial_gap = gap_of(d, c, y, scale) / fmax(1, fabs(d->trial_value));
    d->trial_gradient_norm = norm;
    d->trial_has_gradient = true;
}
