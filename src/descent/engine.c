/* SPDX-License-Identifier: MIT
 * engine.c - the outer loop: evaluate the start, step, look at each new point.
 *
 * A step is made in three parts.  The method puts a point into trial_x and evaluates it,
 * with the help of the step rule.  take_trial measures the move and makes the trial the
 * current point by changing pointers.  settle asks whether to go on.  A trial that is not
 * finite is never taken, so x, value and gradient stay those of the last good point. */
#include "descent/constrained.h"
#include "descent/sets/sets.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- the trial point ---- */

static void evaluate(struct descent *d, double *gradient)
{
    /* A callback that sets no value has none. */
    d->trial_value = (double)NAN;
    d->problem.evaluate(d->problem.context, d->trial_x, &d->trial_value, gradient);
    if (gradient != NULL)
        constrained_forget_held(&d->problem, gradient, 1);
    d->at.evaluations++;
}

/* Of the projected gradient, where there are sets. */
static double measure_gradient(struct descent *d, const double *x, const double *gradient)
{
    if (d->has_sets) {
        sets_gradient(d, x, gradient, d->projected);
        gradient = d->projected;
    }
    return vector_norm(d->at.n, gradient);
}

bool engine_try_value(struct descent *d)
{
    evaluate(d, NULL);
    return isfinite(d->trial_value);
}

bool engine_try_gradient(struct descent *d)
{
    if (!d->trial_has_gradient) {
        evaluate(d, d->trial_gradient);
        d->gradient_evaluations++;
        d->trial_gradient_norm = measure_gradient(d, d->trial_x, d->trial_gradient);
        d->trial_has_gradient = true;
    }
    return isfinite(d->trial_value) &&
           (isfinite(d->trial_gradient_norm) || engine_needs_no_gradient(d));
}

bool engine_needs_no_gradient(const struct descent *d)
{
    return (d->options.method->gives & ENGINE_GIVES_VALUES) != 0;
}

bool engine_move(struct descent *d, const struct engine_line *line, double t)
{
    double along = t * line->factor;
    bool moved = false;
    for (size_t i = 0; i < d->at.n; i++)
        d->trial_x[i] = d->x[i] + along * line->vector[i];
    if (d->has_sets)
        sets_arrive(d, d->trial_x);
    if (d->holds)
        sets_hold(d, d->trial_x);
    for (size_t i = 0; i < d->at.n; i++)
        moved |= d->trial_x[i] != d->x[i];
    d->trial_has_gradient = false;
    return moved;
}

enum engine_progress engine_arrive(struct descent *d, double step)
{
    d->trial_step = step;
    if (d->has_sets && !d->trial_has_gradient)
        sets_arrive(d, d->trial_x);
    return engine_try_gradient(d) ? ENGINE_MOVED : ENGINE_NOT_FINITE;
}

bool engine_hessian(struct descent *d, double *hessian)
{
    size_t n = d->at.n;
    bool finite = true;
    d->problem.hessian(d->problem.context, d->x, hessian);
    d->hessian_evaluations++;
    const bool *held = engine_held(d);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            if (held != NULL && (held[i] || held[j]))
                hessian[i * n + j] = i == j ? 1 : 0;
            finite &= isfinite(hessian[i * n + j]) != 0;
        }
    return finite;
}

/* Of the gradients on both sides of x. */
static void difference(struct descent *d, const double *v, double *out)
{
    size_t n = d->at.n;
    double norm = vector_norm(n, v), value, *other = d->trial_gradient;
    double apart = 0x1p-17 * fmax(1, vector_norm(n, d->x)) / (norm > 0 ? norm : 1);
    for (int side = 1; side >= -1; side -= 2) {
        for (size_t i = 0; i < n; i++)
            d->trial_x[i] = d->x[i] + side * apart * v[i];
        d->problem.evaluate(d->problem.context, d->trial_x, &value,
                            side > 0 ? out : other);
        d->at.evaluations++;
    }
    for (size_t i = 0; i < n; i++)
        out[i] = (out[i] - other[i]) / (2 * apart);
}

bool engine_product(struct descent *d, const double *v, double *out)
{
    const bool *held = engine_held(d);
    bool finite = true;
    if (d->problem.hessian_product == NULL)
        difference(d, v, out);
    else
        d->problem.hessian_product(d->problem.context, d->x, v, out);
    d->product_evaluations++;
    for (size_t i = 0; i < d->at.n; i++) {
        if (held != NULL && held[i])
            out[i] = v[i];
        finite &= isfinite(out[i]) != 0;
    }
    return finite;
}

double engine_trial_slope(const struct descent *d, const struct engine_line *line)
{
    /* Divided first, so that large entries do not overflow. */
    double norm = line->length / fabs(line->factor), slope = 0;
    const double *vector = line->vector;
    if (d->has_sets) {
        memcpy(d->projected, vector, d->at.n * sizeof *vector);
        sets_bend(d, d->trial_x, d->projected);
        vector = d->projected;
    }
    for (size_t i = 0; i < d->at.n; i++)
        slope += d->trial_gradient[i] * (vector[i] / norm);
    return copysign(1, line->factor) * slope;
}

double engine_promise(const struct descent *d, const struct engine_line *line, double t)
{
    if (!d->has_sets)
        return (t * line->length) * -line->slope;
    double promise = 0;
    for (size_t i = 0; i < d->at.n; i++)
        promise += d->gradient[i] * (d->x[i] - d->trial_x[i]);
    return promise;
}

bool engine_has_length(const struct descent *d)
{
    return (d->options.method->gives & ENGINE_GIVES_LENGTH) != 0;
}

double engine_rate(struct descent *d)
{
    return d->options.search->length(d);
}

/* The gradient as direction is the common case, and its norm is known. */
static struct engine_line measure_line(const struct descent *d, const double *vector,
                                       double factor)
{
    struct engine_line line = {vector, factor, 0, 0};
    if (vector == d->gradient) {
        line.length = fabs(factor) * d->at.gradient_norm;
        line.slope = copysign(d->at.gradient_norm, factor);
        return line;
    }
    double norm = vector_norm(d->at.n, vector);
    line.length = fabs(factor) * norm;
    if (norm > 0)
        line.slope =
            copysign(1, factor) * vector_dot(d->at.n, d->gradient, vector) / norm;
    return line;
}

enum engine_progress engine_follow(struct descent *d, const struct engine_line *line)
{
    const descent_search *search = d->options.search;
    if (search->search != NULL) {
        if (line->length == 0)
            return ENGINE_ROUNDING;
        if (!(line->slope < 0))
            return ENGINE_STALLED;
        enum engine_progress progress = search->search(d, line);
        if (progress == ENGINE_MOVED)
            d->last_fall = line->length * -line->slope;
        return progress;
    }
    double t = search->length(d);
    (void)engine_move(d, line, t);
    return engine_arrive(d, t);
}

enum engine_progress engine_descend(struct descent *d, const double *vector,
                                    double factor)
{
    if (d->has_sets)
        return sets_descend(d, vector, factor);
    struct engine_line line = {vector, factor, 0, 0};
    if (d->options.search->search != NULL)
        line = measure_line(d, vector, factor);
    return engine_follow(d, &line);
}

/* ---- a new point ---- */

/* The trial becomes the current point. */
static void adopt(struct descent *d)
{
    double *x = d->x, *gradient = d->gradient;
    d->x = d->trial_x;
    d->gradient = d->trial_gradient;
    d->trial_x = x;
    d->trial_gradient = gradient;
    d->at.x = d->x;
    d->at.gradient = d->gradient;
    d->at.value = d->trial_value;
    d->at.gradient_norm = d->trial_gradient_norm;
    d->violation = d->trial_violation;
    d->relative_violation = d->trial_relative_violation;
    d->gap = d->trial_gap;
}

static void project_gradient(struct descent *d)
{
    if (d->has_sets)
        sets_gradient(d, d->x, d->gradient, d->projected);
    d->at.projected = d->has_sets ? d->projected : d->gradient;
}

/* Looks at the current point: clock, trace, stopping test, observer. */
static void settle(struct descent *d)
{
    project_gradient(d);
    if (d->options.clock != NULL)
        d->at.seconds = d->options.clock(d->options.clock_context) - d->clock_start;
    trace_add(&d->trace, &d->at);
    if (d->status == DESCENT_RUNNING)
        d->status = stop_ask(d);
    if (d->options.observe != NULL &&
        !d->options.observe(d->options.observe_context, &d->at) &&
        d->status == DESCENT_RUNNING)
        d->status = DESCENT_INTERRUPTED;
}

/* Evaluates the start, once; the start counts as a trial that is taken whatever it is. */
static void start(struct descent *d)
{
    if (d->started)
        return;
    d->started = true;
    if (d->options.clock != NULL)
        d->clock_start = d->options.clock(d->options.clock_context);
    bool finite = engine_try_gradient(d);
    adopt(d);
    d->start_value = d->best_value = d->at.value;
    d->scale = fabs(d->at.value);
    if (!finite) {
        d->status = DESCENT_UNDEFINED;
        d->fault_x = d->x;
    }
    settle(d);
}

/* The length of the move to the trial, which is kept as the last one; NaN or infinite
 * when the trial is not a point. */
static double measure_move(struct descent *d, double *cosine)
{
    /* Scaled by the last length, the products cannot overflow before the sum does. */
    double last = d->contraction.last_length, dot = 0;
    double unit = last > 0 ? 1 / last : 0;
    for (size_t i = 0; i < d->at.n; i++) {
        double move = d->trial_x[i] - d->x[i];
        dot += move * (d->last_move[i] * unit);
        d->last_move[i] = move;
    }
    double length = vector_norm(d->at.n, d->last_move);
    *cosine = length > 0 ? dot / length : 0;
    return length;
}

/* The best point is copied only when the search leaves it. */
static void keep_best(struct descent *d)
{
    double broken = DESCENT_FEASIBLE;
    bool improves =
        !(d->best_violation <= broken) ||
        (d->trial_relative_violation <= broken && d->trial_value < d->best_value);
    if (improves) {
        d->best_violation = d->trial_relative_violation;
        d->best_value = d->trial_value;
        d->best_k = d->at.step_count + 1;
        d->x_is_best = true;
    } else if (d->x_is_best) {
        memcpy(d->best, d->x, d->at.n * sizeof *d->x);
        d->x_is_best = false;
    }
}

/* The trial stays where it is, for the caller to ask which part of the function failed.
 */
static void end_at_fault(struct descent *d)
{
    d->status = stop_fault(d);
    d->fault_step = d->at.step_count + 1;
    d->fault_x = d->trial_x;
}

static void take_trial(struct descent *d)
{
    double cosine, length = measure_move(d, &cosine);
    if (!isfinite(length)) {
        end_at_fault(d);
        return;
    }
    double point = vector_norm(d->at.n, d->trial_x);
    contraction_add(&d->contraction, length, cosine, point);
    if (d->has_inertia)
        recurrence_add(&d->recurrence, d->last_move, length,
                       DBL_EPSILON * (point + length));
    keep_best(d);
    d->previous_gradient_norm = d->at.gradient_norm;
    d->at.value_change = fabs(d->trial_value - d->at.value);
    d->at.point_change = length;
    d->at.step = d->trial_step;
    d->at.step_count++;
    adopt(d);
    stop_learn_scale(d);
    settle(d);
}

/* ---- the loop ---- */

/* Where the answer is the best point, the search ends there. */
static void return_to_best(struct descent *d)
{
    bool returns = (d->options.method->gives & ENGINE_GIVES_BEST) != 0;
    if (!returns || d->x_is_best || d->status == DESCENT_RUNNING)
        return;
    memcpy(d->trial_x, d->best, d->at.n * sizeof *d->best);
    d->trial_has_gradient = false;
    if (!engine_try_gradient(d))
        return;
    adopt(d);
    d->x_is_best = true;
    project_gradient(d);
}

bool descent_step(descent *d)
{
    start(d);
    if (d->status != DESCENT_RUNNING)
        return false;
    d->trial_has_gradient = d->knows_held = d->holds = false;
    switch (d->options.method->step(d)) {
    case ENGINE_MOVED:
        take_trial(d);
        break;
    case ENGINE_NOT_FINITE:
        end_at_fault(d);
        break;
    case ENGINE_ROUNDING:
        d->at_rounding = !d->finishing;
        d->status = DESCENT_CONVERGED;
        break;
    case ENGINE_STALLED:
        d->status = d->finishing ? DESCENT_CONVERGED : DESCENT_STALLED;
        break;
    case ENGINE_INFEASIBLE:
        d->status = d->relative_violation <= DESCENT_FEASIBLE ? DESCENT_STALLED
                                                              : DESCENT_INFEASIBLE;
        break;
    }
    return_to_best(d);
    return d->status == DESCENT_RUNNING;
}

void descent_reevaluate(descent *d)
{
    start(d);
    double value = (double)NAN;
    d->problem.evaluate(d->problem.context, d->x, &value, d->gradient);
    d->at.value = value;
    d->at.gradient_norm = measure_gradient(d, d->x, d->gradient);
}

bool descent_refine(descent *d, const double *x)
{
    double value = d->at.value, norm = d->at.gradient_norm;
    if (d->status != DESCENT_CONVERGED || d->problem.constraint_count > 0)
        return false;
    bool held = stop_holds(d);
    memcpy(d->trial_x, x, d->at.n * sizeof *x);
    d->trial_has_gradient = false;
    if (!engine_try_gradient(d))
        return false;
    adopt(d);
    project_gradient(d);
    if (held && !stop_holds(d)) {
        d->trial_value = value;
        d->trial_gradient_norm = norm;
        adopt(d);
        project_gradient(d);
        return false;
    }
    d->best_value = d->at.value;
    d->best_k = d->at.step_count;
    d->x_is_best = true;
    return true;
}

descent_status descent_run(descent *d)
{
    while (descent_step(d))
        while (walk_on(d))
            ;
    return d->status;
}

const descent_result *descent_get_result(descent *d)
{
    start(d);
    project_gradient(d);
    d->result = (descent_result){
        .status = d->status,
        .n = d->at.n,
        .x = d->x,
        .gradient = d->gradient,
        .projected = d->at.projected,
        .value = d->at.value,
        .gradient_norm = d->at.gradient_norm,
        .best_x = d->x_is_best ? d->x : d->best,
        .best_value = d->best_value,
        .best_k = d->best_k,
        .start_value = d->start_value,
        .value_change = d->at.value_change,
        .point_change = d->at.point_change,
        .step = d->at.step,
        .steps = d->at.step_count,
        .evaluations = d->at.evaluations,
        .gradient_evaluations = d->gradient_evaluations,
        .hessian_evaluations = d->hessian_evaluations,
        .seconds = d->at.seconds,
        .factor = stop_factor(d),
        .at_rounding = d->at_rounding,
        .fault_step = d->fault_step,
        .fault_x = d->fault_x,
        .row_count = trace_count(&d->trace, &d->at),
        .multipliers = d->multipliers,
        .bound_multipliers = d->bound_multipliers,
        .violation = d->violation,
        .relative_violation = d->relative_violation,
    };
    return &d->result;
}

descent_row descent_get_row(const descent *d, size_t row)
{
    return trace_get(&d->trace, &d->at, row);
}
