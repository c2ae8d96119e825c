/* SPDX-License-Identifier: MIT
 * methods/annealing.c - simulated annealing: random moves, uphill ones too while it is
 * warm.
 *
 * Kirkpatrick, Gelatt and Vecchi, Optimization by simulated annealing, Science 220
 * (1983); for real variables Corana, Marchesi, Martini and Ridella, ACM Transactions on
 * Mathematical Software 13 (1987).  A step is one temperature T: 5 times 20 rounds of a
 * move along each variable, with Cauchy's distribution, whose long tails find other
 * valleys when it is cold, too (Szu and Hartley, Physics Letters A 122, 1987).  A move
 * that raises the value by r is made with the probability exp(-r/T); where the point has
 * come to lie more than 10 T above the best one, it goes back there.  The lengths of the
 * moves follow their success, so that about half of them are made, and shrink as it
 * cools; T begins at `temperature`, in units of the objective, and is multiplied by
 * `cooling`.  The answer is the best point that was visited.  The numbers come from the
 * seed of the search, so it can be repeated.
 *
 * For rough functions of few variables with many minima, given time: `starts` with a
 * local method needs far fewer evaluations where derivatives exist. */
#include "descent/engine.h"
#include "descent/sets/sets.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

enum { TEMPERATURE, COOLING };
enum { CYCLES = 5, ROUNDS = 20 };

/* The point, the lengths of moves, how many of them were made. */
static size_t scratch(size_t n, const double *settings)
{
    (void)settings;
    return n > SIZE_MAX / 3 ? SIZE_MAX : 3 * n;
}

static double normal(struct descent *d)
{
    return d->options.normal(d->options.normal_context);
}

/* Between 0 and 1. */
static double uniform(struct descent *d)
{
    return 0.5 * erfc(-normal(d) * 0.70710678118654752);
}

/* Moves one variable of x, and says whether; false too where there is no value. */
static bool move(struct descent *d, double *x, double *value, size_t i, double length,
                 double warmth)
{
    size_t n = d->at.n;
    memcpy(d->trial_x, x, n * sizeof *x);
    double along = normal(d), across = normal(d);
    d->trial_x[i] += length * (along / fabs(across));
    d->trial_has_gradient = false;
    if (d->has_sets)
        sets_arrive(d, d->trial_x);
    double chance = uniform(d);
    if (!engine_try_value(d) || !(chance < exp((*value - d->trial_value) / warmth)))
        return false;
    memcpy(x, d->trial_x, n * sizeof *x);
    *value = d->trial_value;
    return true;
}

/* Corana's rule: longer where more than 60 % of the moves were made, shorter where fewer
 * than 40 %. */
static double change_length(double length, double share)
{
    if (share > 0.6)
        return length * (1 + 2 * (share - 0.6) / 0.4);
    return share < 0.4 ? length / (1 + 2 * (0.4 - share) / 0.4) : length;
}

/* Rounds with the same lengths. */
static void cycle(struct descent *d, double *x, double *value, double warmth)
{
    size_t n = d->at.n;
    double *length = x + n, *made = length + n;
    memset(made, 0, n * sizeof *made);
    for (int round = 0; round < ROUNDS; round++)
        for (size_t i = 0; i < n; i++)
            made[i] += move(d, x, value, i, length[i], warmth);
    for (size_t i = 0; i < n; i++)
        length[i] = change_length(length[i], made[i] / ROUNDS);
}

/* One temperature; whether anything moved. */
static bool anneal(struct descent *d, double *x, double value, double warmth)
{
    for (int i = 0; i < CYCLES; i++)
        cycle(d, x, &value, warmth);
    return memcmp(x, d->x, d->at.n * sizeof *x) != 0;
}

static enum engine_progress step(struct descent *d)
{
    const int most = 60;
    size_t n = d->at.n;
    double *x = d->method_scratch, *length = x + n;
    double warmth = d->method_settings[TEMPERATURE] *
                    pow(d->method_settings[COOLING], (double)d->at.step_count);
    for (size_t i = 0; d->at.step_count == 0 && i < n; i++)
        length[i] = fmax(1, fabs(d->x[i]));
    bool returns = !d->x_is_best && d->at.value - d->best_value > 10 * warmth;
    double value = returns ? d->best_value : d->at.value;
    memcpy(x, returns ? d->best : d->x, n * sizeof *x);
    /* Lengths shrink until something moves, or are nothing. */
    int rest = most;
    while (!anneal(d, x, value, warmth))
        if (rest-- == 0)
            return ENGINE_ROUNDING;
    memcpy(d->trial_x, x, n * sizeof *x);
    d->trial_has_gradient = false;
    return engine_arrive(d, warmth);
}

static const descent_setting settings[] = {
    {"temperature", 1, 1e-100, 1e100, "at the start, in units of the objective"},
    {"cooling", 0.95, 0.01, 0.999999, "what the temperature is multiplied by"},
    {.name = NULL},
};

const descent_method method_annealing = {
    .name = "annealing",
    .summary = "simulated annealing: random moves, uphill ones too while it is warm",
    .formula =
        "x[i] <- x[i] + v[i]*z, made if the value falls, else with the probability "
        "exp(-rise/T), z of Cauchy's distribution\n"
        "T <- cooling*T, T = temperature at the start",
    .settings = settings,
    .needs = ENGINE_NEEDS_NORMAL,
    .gives = ENGINE_GIVES_STEP | ENGINE_GIVES_VALUES | ENGINE_GIVES_BEST,
    .scratch = scratch,
    .step = step,
};
