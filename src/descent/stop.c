/* SPDX-License-Identifier: MIT
 * stop.c - when a search ends, and what its end is called.
 *
 * Growth and fall of the values are measured against their scale at the start: |f(x0)|
 * or, where the start happens to lie near a root of f, the first change of f.  That
 * change is capped by what the slope promised, so that a first step far too long does not
 * hide the growth that it causes. */
#include "descent/constrained.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>

/* Values that leave the start by this many scales are not coming back. */
static const double far = 1e5;
/* Values below minus this are on their way to the end of the numbers. */
static const double abyss = 1e100;

const char *descent_status_name(descent_status status)
{
    static const char *const names[] = {
#define DESCENT_STATUS_TEXT(id, name, meaning) name,
        DESCENT_STATUSES(DESCENT_STATUS_TEXT)
#undef DESCENT_STATUS_TEXT
    };
    size_t index = (size_t)status;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}

void stop_learn_scale(struct descent *d)
{
    double change = fabs(d->at.value - d->start_value);
    if (d->at.step_count == 1)
        change = fmin(change, d->previous_gradient_norm * d->at.point_change);
    if (d->at.step_count == 1 || d->scale == 0)
        d->scale = fmax(d->scale, change);
}

/* A search that has gone down has shown a larger scale. */
double stop_growth(const struct descent *d)
{
    return far * fmax(d->scale, d->start_value - d->best_value);
}

bool stop_has_grown(const struct descent *d, double value)
{
    return value - d->start_value > stop_growth(d);
}

bool stop_is_bottomless(const struct descent *d)
{
    return d->trial_value == -(double)INFINITY &&
           d->start_value - d->at.value > far * d->scale;
}

/* Moves that grow while the value falls gather speed, which is no sign of divergence. */
static double factor_with_inertia(const struct descent *d, double mean)
{
    double factor = recurrence_factor(&d->recurrence);
    if (isnan(factor))
        factor = mean;
    return fabs(factor) > 1 && d->at.value <= d->start_value ? (double)NAN : factor;
}

/* A method that makes its steps itself turns and lengthens them on purpose: only moves
 * that shrink tell of the way. */
static double factor_of_own_steps(double mean)
{
    return mean < 0 || mean > 1 ? (double)NAN : mean;
}

double stop_factor(const struct descent *d)
{
    /* The length of the next move, if the gradient goes on as it did along the last. */
    double next = d->at.gradient_norm * (d->at.point_change / d->previous_gradient_norm);
    double rounding =
        16 * DBL_EPSILON * (vector_norm(d->at.n, d->x) + d->at.point_change);
    double mean = contraction_factor(&d->contraction, next <= rounding);
    if ((d->options.method->gives & ENGINE_GIVES_STEP) != 0)
        return factor_of_own_steps(mean);
    return d->has_inertia ? factor_with_inertia(d, mean) : mean;
}

/* Terms that pass the end of the numbers may leave no number of a value that was falling
 * there: x^3 - 3*x*y^2 = -inf + inf. */
static bool is_abyss(const struct descent *d)
{
    return isnan(d->trial_value) && d->at.value < -abyss &&
           d->start_value - d->at.value > far * d->scale;
}

descent_status stop_fault(const struct descent *d)
{
    if (stop_is_bottomless(d) || is_abyss(d))
        return DESCENT_UNBOUNDED;
    /* An overflow upwards needs no more than a value that was on its way up; what is not
     * a number may as well be the end of the domain. */
    bool overflow = d->trial_value == (double)INFINITY && d->at.value > d->start_value;
    return stop_has_grown(d, d->at.value) || overflow ? DESCENT_DIVERGED
                                                      : DESCENT_UNDEFINED;
}

static descent_stop default_test(const struct descent *d)
{
    if (engine_needs_no_gradient(d))
        return d->at.point_change < 1e-8 ? DESCENT_STOP_CONVERGED : DESCENT_GO_ON;
    return d->at.gradient_norm < d->options.gradient_tolerance ? DESCENT_STOP_CONVERGED
                                                               : DESCENT_GO_ON;
}

/* The budget is used up: was it on its way out? */
static descent_status spent(const struct descent *d)
{
    bool worse =
        d->at.value > d->start_value && !d->options.sampled && d->multipliers == NULL;
    return worse && fabs(stop_factor(d)) > 1 + 1e-9 ? DESCENT_DIVERGED : DESCENT_BUDGET;
}

/* With conditions neither the value nor the gradient says anything where they do not
 * hold.
 */
static bool is_broken(const struct descent *d)
{
    return d->unsettled ||
           (d->multipliers != NULL &&
            !(d->relative_violation <= DESCENT_FEASIBLE && d->gap <= DESCENT_FEASIBLE));
}

static descent_stop ask_test(const struct descent *d)
{
    return d->options.until != NULL ? d->options.until(d->options.until_context, &d->at)
                                    : default_test(d);
}

bool stop_holds(const struct descent *d)
{
    descent_stop answer = ask_test(d);
    return answer == DESCENT_STOP_CONVERGED || answer == DESCENT_STOP_LAST;
}

descent_status stop_ask(struct descent *d)
{
    descent_stop answer = ask_test(d);
    if (answer == DESCENT_STOP_LAST && is_broken(d))
        answer = DESCENT_STOP_BUDGET;
    if (answer != DESCENT_STOP_BUDGET && is_broken(d))
        answer = DESCENT_GO_ON;
    d->finishing = false;
    bool is_spent =
        answer == DESCENT_STOP_LAST || d->at.step_count >= d->options.most_steps;
    if (answer == DESCENT_STOP_LAST)
        answer = DESCENT_STOP_CONVERGED;
    if (answer == DESCENT_STOP_CONVERGED && d->options.method->objects != NULL &&
        d->options.method->objects(d)) {
        if (!is_spent)
            answer = DESCENT_GO_ON;
        else if (!d->finishing)
            answer = DESCENT_STOP_BUDGET;
    }
    if (answer == DESCENT_STOP_CONVERGED)
        return DESCENT_CONVERGED;
    if (answer == DESCENT_STOP_REACHED)
        return DESCENT_REACHED;
    bool wanders = (d->options.method->gives & ENGINE_GIVES_BEST) != 0;
    if (!d->options.users_budget && !d->options.sampled && !wanders &&
        d->multipliers == NULL && stop_has_grown(d, d->at.value))
        return DESCENT_DIVERGED;
    if (answer == DESCENT_STOP_BUDGET || d->at.step_count >= d->options.most_steps)
        return spent(d);
    return DESCENT_RUNNING;
}
