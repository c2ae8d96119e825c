/* SPDX-License-Identifier: MIT
 * interior_setup.c - memory, scaling and the first point of the interior point method. */
#include "descent/constrained.h"
#include "descent/interior/interior.h"

#include <math.h>
#include <string.h>

/* WB 3.6 and 3.8 with the published constants. */
static const double push = 1e-2, greatest_derivative = 100, least_scale = 1e-8;

/* ---- memory ---- */

/* How many numbers each array takes. */
#define PARTS(X)                                                                         \
    X(c_scale, m)                                                                        \
    X(lower, size)                                                                       \
    X(upper, size)                                                                       \
    X(at.w, size)                                                                        \
    X(at.c, m)                                                                           \
    X(trial.w, size)                                                                     \
    X(trial.c, m)                                                                        \
    X(gradient, n)                                                                       \
    X(jacobian, jacobian_count)                                                          \
    X(hessian, square)                                                                   \
    X(y, m)                                                                              \
    X(z_low, size)                                                                       \
    X(z_high, size)                                                                      \
    X(dw, size)                                                                          \
    X(dy, m)                                                                             \
    X(dz_low, size)                                                                      \
    X(dz_high, size)                                                                     \
    X(matrix, whole)                                                                     \
    X(row, size)                                                                         \
    X(sum, n)                                                                            \
    X(terms, n)                                                                          \
    X(unscaled, jacobian_count)                                                          \
    X(factor, whole)                                                                     \
    X(order, size)                                                                       \
    X(work, thrice)                                                                      \
    X(right, size)                                                                       \
    X(solution, size)                                                                    \
    X(residual, size)                                                                    \
    X(barrier, size)                                                                     \
    X(slack_term, m)                                                                     \
    X(kept_w, size)                                                                      \
    X(kept_y, m)                                                                         \
    X(kept_scale, m)                                                                     \
    X(active, size)                                                                      \
    X(best_w, size)                                                                      \
    X(best_y, m)                                                                         \
    X(watch.w, size)                                                                     \
    X(watch.y, m)                                                                        \
    X(watch.z_low, size)                                                                 \
    X(watch.z_high, size)                                                                \
    X(watch.dw, size)                                                                    \
    X(watch.dy, m)                                                                       \
    X(watch.dz_low, size)                                                                \
    X(watch.dz_high, size)                                                               \
    X(failed_w, size)                                                                    \
    X(failed_y, m)                                                                       \
    X(start, n)

static size_t head_numbers(void)
{
    return (sizeof(struct interior) + sizeof(double) - 1) / sizeof(double);
}

size_t interior_numbers(const descent_problem *problem)
{
    size_t n = problem->n, m = problem->constraint_count;
    const size_t most = (size_t)1 << 24; /* its square still is a number of bytes */
    if (n > most || m > most)
        return SIZE_MAX;
    size_t size = n + m, square = n * n, thrice = 3 * size;
    size_t whole = interior_dense_numbers(size);
    size_t jacobian_count = m * n, count = head_numbers();
#define COUNT(name, numbers) count += numbers;
    PARTS(COUNT)
#undef COUNT
    return count;
}

void interior_lay_out(struct descent *d, struct interior *in)
{
    size_t n = d->problem.n, m = d->problem.constraint_count, size = n + m;
    size_t square = n * n, whole = interior_dense_numbers(size), thrice = 3 * size;
    size_t jacobian_count = m * n;
    double *next = d->method_scratch + head_numbers();
    in->n = n;
    in->m = m;
    in->size = size;
#define CUT(name, numbers)                                                               \
    in->name = next;                                                                     \
    next += numbers;
    PARTS(CUT)
#undef CUT
}

/* ---- the first point ---- */

static double scale_for(const double *derivatives, size_t count)
{
    double largest = 0;
    for (size_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(derivatives[i]));
    return largest > greatest_derivative
               ? fmax(greatest_derivative / largest, least_scale)
               : 1;
}

static void take_bounds(const struct descent *d, struct interior *in)
{
    const descent_problem *problem = &d->problem;
    for (size_t j = 0; j < in->n; j++) {
        in->lower[j] = problem->lower != NULL ? problem->lower[j] : -(double)INFINITY;
        in->upper[j] = problem->upper != NULL ? problem->upper[j] : (double)INFINITY;
    }
}

static void take_conditions(const struct descent *d, struct interior *in)
{
    const descent_problem *problem = &d->problem;
    for (size_t i = 0; i < in->m; i++) {
        double low = problem->constraint_lower[i], high = problem->constraint_upper[i];
        double scale = in->c_scale[i];
        in->lower[in->n + i] = low * scale;
        in->upper[in->n + i] = high * scale;
    }
}

/* Away from the bounds by a share of the room and of the bound's size (WB 3.6). */
static double inside(double value, double low, double high)
{
    if (low == high)
        return low;
    double room = push * (high - low);
    double from_low = fmin(push * fmax(1, fabs(low)), room);
    double from_high = fmin(push * fmax(1, fabs(high)), room);
    if (isfinite(low) && value < low + from_low)
        value = low + from_low;
    if (isfinite(high) && value > high - from_high)
        value = high - from_high;
    return value;
}

void interior_push(struct interior *in, double share)
{
    const double golden = 0.6180339887498949;
    for (size_t j = 0; j < in->n; j++) {
        double part = golden * (double)(j + 1), w = in->at.w[j];
        double aside = share * fmax(1, fabs(w)) * (0.5 + part - floor(part));
        in->at.w[j] = inside(w + aside, in->lower[j], in->upper[j]);
    }
}

static void place_bound_multipliers(struct interior *in)
{
    for (size_t i = 0; i < in->size; i++) {
        bool held = interior_is_held(in, i);
        in->z_low[i] = held || isinf(in->lower[i]) ? 0 : 1;
        in->z_high[i] = held || isinf(in->upper[i]) ? 0 : 1;
    }
}

/* The derivatives as they are, for the scales. */
static bool measure_start(struct descent *d, struct interior *in)
{
    size_t n = in->n;
    memcpy(d->trial_x, in->at.w, n * sizeof *d->trial_x);
    d->trial_has_gradient = false;
    in->f_scale = 1;
    for (size_t i = 0; i < in->m; i++)
        in->c_scale[i] = 1;
    if (!interior_differentiate(d, in))
        return false;
    in->f_scale = scale_for(in->gradient, n);
    for (size_t i = 0; i < in->m; i++)
        in->c_scale[i] = scale_for(in->jacobian + i * n, n);
    return true;
}

/* Slacks, multipliers and the state of the search, for the x that is there. */
static bool place_start(struct descent *d, struct interior *in)
{
    size_t n = in->n;
    for (size_t i = 0; i < in->m; i++)
        in->at.w[n + i] = 0; /* for the conditions alone */
    if (!interior_evaluate(d, in, &in->at))
        return false;
    for (size_t i = 0; i < in->m; i++)
        in->at.w[n + i] = inside(in->at.c[i], in->lower[n + i], in->upper[n + i]);
    struct interior_pace pace = interior_pace(in);
    in->mu = pace.mu;
    in->tau = 0.99;
    in->polish_mu = 1e-3;
    in->filter_count = in->tiny_steps = in->short_steps = 0;
    in->watch.active = false;
    in->last_shift = 0;
    in->finished = false;
    in->outcome = ENGINE_ROUNDING;
    in->attempt_steps = 0;
    place_bound_multipliers(in);
    if (!interior_evaluate(d, in, &in->at) || !interior_differentiate(d, in))
        return false;
    interior_choose_system(d, in);
    interior_estimate(in);
    in->theta_most = pace.theta * fmax(1, in->at.theta);
    in->theta_small = 1e-4 * fmax(1, in->at.theta);
    return true;
}

bool interior_begin(struct descent *d, struct interior *in, const double *x)
{
    take_bounds(d, in);
    for (size_t j = 0; j < in->n; j++)
        in->at.w[j] = inside(x[j], in->lower[j], in->upper[j]);
    if (!measure_start(d, in))
        return false;
    take_conditions(d, in);
    in->begun = true;
    return place_start(d, in);
}
