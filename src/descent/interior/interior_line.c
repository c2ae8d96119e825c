/* SPDX-License-Identifier: MIT
 * interior_line.c - the filter line search (WB 2.3 to 2.5).
 *
 * A trial is good enough when it lowers the infeasibility or the barrier function by
 * enough, and no pair in the filter is better in both. Where the step promises a fall of
 * the barrier function that outweighs the infeasibility, that fall must come (Armijo), so
 * that a search does not end at any feasible point.  A first trial that is rejected for
 * its infeasibility is corrected to second order: the conditions at the trial are added
 * to the right side.  After several steps that had to be shortened a watchdog lets some
 * full ones pass untested, and goes back when they lead nowhere (Chamberlain, Powell,
 * Lemarechal and Pedersen, Math. Program. Study 16 (1982), 1-17). */
#include "descent/interior/interior.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* WB section 4. */
static const double gamma_theta = 1e-5, gamma_phi = 1e-8, armijo = 1e-8,
                    theta_power = 1.1, phi_power = 2.3, kappa_soc = 0.99,
                    gamma_alpha = 0.05;
enum { CORRECTIONS = 4, SHORT_STEPS = 10, WATCHED = 3 };

/* ---- the filter ---- */

bool interior_filter_takes(const struct interior *in, double theta, double phi)
{
    if (!(theta <= in->theta_most))
        return false;
    for (size_t i = 0; i < in->filter_count; i++)
        if (!(theta < in->filter[i].theta || phi < in->filter[i].phi))
            return false;
    return true;
}

/* What the new entry makes superfluous goes; a full filter forgets its oldest. */
void interior_filter_add(struct interior *in, double theta, double phi)
{
    struct filter_entry entry = {(1 - gamma_theta) * theta, phi - gamma_phi * theta};
    size_t kept = 0;
    for (size_t i = 0; i < in->filter_count; i++)
        if (in->filter[i].theta < entry.theta || in->filter[i].phi < entry.phi)
            in->filter[kept++] = in->filter[i];
    if (kept == INTERIOR_FILTER) {
        memmove(in->filter, in->filter + 1, (kept - 1) * sizeof *in->filter);
        kept--;
    }
    in->filter[kept++] = entry;
    in->filter_count = kept;
}

/* ---- a trial ---- */

static void place_trial(struct interior *in, double length)
{
    for (size_t i = 0; i < in->size; i++)
        in->trial.w[i] = in->at.w[i] + length * in->dw[i];
}

static bool promises_fall(const struct interior_line *line, double length)
{
    return line->slope < 0 &&
           length * pow(-line->slope, phi_power) > pow(line->theta, theta_power);
}

/* `length` is that of the step which the trial belongs to. */
static bool is_good(struct interior *in, struct interior_line *line, double length)
{
    double theta = in->trial.theta, old = line->theta;
    double phi = interior_barrier(in, &in->trial, in->mu);
    double rounding = 10 * DBL_EPSILON * fabs(line->phi);
    if (!isfinite(phi) || !interior_filter_takes(in, theta, phi - rounding))
        return false;
    line->by_value = old <= in->theta_small && promises_fall(line, length);
    if (line->by_value)
        return phi - line->phi - rounding <= armijo * length * line->slope;
    return theta <= (1 - gamma_theta) * old ||
           phi - line->phi - rounding <= -gamma_phi * old;
}

/* WB (23): below this length no trial is tried. */
static double shortest(const struct interior *in, const struct interior_line *line)
{
    double theta = line->theta, share = gamma_theta;
    if (line->slope < 0) {
        share = fmin(share, gamma_phi * theta / -line->slope);
        if (theta <= in->theta_small)
            share = fmin(share, pow(theta, theta_power) / pow(-line->slope, phi_power));
    }
    return gamma_alpha * share;
}

/* ---- second-order correction ---- */

/* True with a corrected trial accepted; dw and dy are then those of the corrected step,
 * `length` its length, else as before. */
static bool correct(struct descent *d, struct interior *in, struct interior_line *line,
                    double *length)
{
    size_t n = in->n, m = in->m;
    double before = in->at.theta, first = *length;
    double *conditions = in->kept_scale;
    memcpy(in->kept_w, in->dw, in->size * sizeof *in->dw);
    memcpy(in->kept_y, in->dy, m * sizeof *in->dy);
    for (size_t i = 0; i < m; i++)
        conditions[i] = *length * (in->at.c[i] - in->at.w[n + i]);
    for (int round = 0; round < CORRECTIONS; round++) {
        for (size_t i = 0; i < m; i++)
            conditions[i] = (round == 0 ? conditions[i] : *length * conditions[i]) +
                            in->trial.c[i] - in->trial.w[n + i];
        interior_direction(in, conditions);
        *length = interior_longest(in, in->dw);
        place_trial(in, *length);
        if (!interior_evaluate(d, in, &in->trial))
            break;
        if (is_good(in, line, first))
            return true;
        if (in->trial.theta > kappa_soc * before)
            break;
        before = in->trial.theta;
    }
    memcpy(in->dw, in->kept_w, in->size * sizeof *in->dw);
    memcpy(in->dy, in->kept_y, m * sizeof *in->dy);
    *length = first;
    return false;
}

/* ---- the search ---- */

static struct interior_line begin_line(struct interior *in)
{
    struct interior_line line = {.theta = in->at.theta,
                                 .phi = interior_barrier(in, &in->at, in->mu)};
    for (size_t i = 0; i < in->size; i++) {
        double slope = i < in->n ? in->gradient[i] : 0;
        line.slope += (slope + interior_barrier_slope(in, i, in->mu)) * in->dw[i];
    }
    line.longest = interior_longest(in, in->dw);
    return line;
}

static bool is_tiny(const struct interior *in)
{
    for (size_t i = 0; i < in->size; i++)
        if (fabs(in->dw[i]) > 10 * DBL_EPSILON * (1 + fabs(in->at.w[i])))
            return false;
    return true;
}

static void remember(struct interior *in, const struct interior_line *line)
{
    if (!line->by_value)
        interior_filter_add(in, line->theta, line->phi);
}

/* ---- the watchdog ---- */

/* What a step is made of: w, its multipliers, and their directions. */
#define STATE(X)                                                                         \
    X(at.w, w, in->size)                                                                 \
    X(y, y, in->m)                                                                       \
    X(z_low, z_low, in->size)                                                            \
    X(z_high, z_high, in->size)                                                          \
    X(dw, dw, in->size)                                                                  \
    X(dy, dy, in->m)                                                                     \
    X(dz_low, dz_low, in->size)                                                          \
    X(dz_high, dz_high, in->size)

static void begin_watch(struct interior *in, const struct interior_line *line)
{
#define KEEP(name, kept, count)                                                          \
    memcpy(in->watch.kept, in->name, (count) * sizeof *in->name);
    STATE(KEEP)
#undef KEEP
    in->watch.trials = 0;
    in->watch.active = true;
    in->watch.line = *line;
}

/* Back to where the watch began. */
static bool end_watch(struct descent *d, struct interior *in)
{
#define TAKE(name, kept, count)                                                          \
    memcpy(in->name, in->watch.kept, (count) * sizeof *in->name);
    STATE(TAKE)
#undef TAKE
    in->watch.active = false;
    in->short_steps = 0;
    return interior_evaluate(d, in, &in->at);
}

/* Trials at `t` and its halves; `*length` is that of the good one. */
static bool shorten(struct descent *d, struct interior *in, struct interior_line *line,
                    double t, double *length)
{
    double least = shortest(in, line);
    for (bool first = t == line->longest; t > least && t > DBL_MIN;
         t /= 2, first = false) {
        *length = t;
        place_trial(in, t);
        bool finite = interior_evaluate(d, in, &in->trial);
        bool good = finite && is_good(in, line, t);
        if (!good && finite && first && in->trial.theta >= in->at.theta)
            good = correct(d, in, line, length);
        if (good) {
            in->short_steps = first ? 0 : in->short_steps + 1;
            remember(in, line);
            return true;
        }
    }
    return false;
}

/* A full step while the watchdog lets it pass; it must be good for where the watch began
 * after some of them. */
static bool watch(struct descent *d, struct interior *in, struct interior_line *line,
                  double *length)
{
    struct interior_line begin = in->watch.line;
    *length = line->longest;
    place_trial(in, line->longest);
    bool finite = interior_evaluate(d, in, &in->trial);
    if (finite && is_good(in, &begin, begin.longest)) {
        in->watch.active = false;
        in->short_steps = 0;
        remember(in, &begin);
        return true;
    }
    if (finite && in->watch.trials++ < WATCHED)
        return true;
    return end_watch(d, in) && shorten(d, in, &begin, begin.longest / 2, length);
}

bool interior_search(struct descent *d, struct interior *in, double *length)
{
    struct interior_line line = begin_line(in);
    if (is_tiny(in)) {
        *length = line.longest;
        place_trial(in, line.longest);
        in->tiny_steps++;
        return interior_evaluate(d, in, &in->trial);
    }
    in->tiny_steps = 0;
    if (!in->watch.active && in->short_steps >= SHORT_STEPS)
        begin_watch(in, &line);
    if (in->watch.active)
        return watch(d, in, &line, length);
    return shorten(d, in, &line, line.longest, length);
}

/* WB (16): the multipliers of the bounds stay near mu / distance. */
static double reset(double z, double distance, double mu)
{
    const double kappa = 1e10;
    return fmax(fmin(z, kappa * mu / distance), mu / (kappa * distance));
}

void interior_accept(struct interior *in, double length)
{
    double dual = interior_longest_dual(in);
    struct interior_point old = in->at;
    in->at = in->trial;
    in->trial = old;
    for (size_t i = 0; i < in->m; i++)
        in->y[i] += length * in->dy[i];
    for (size_t i = 0; i < in->size; i++) {
        double low = in->at.w[i] - in->lower[i], high = in->upper[i] - in->at.w[i];
        if (in->z_low[i] > 0)
            in->z_low[i] = reset(in->z_low[i] + dual * in->dz_low[i], low, in->mu);
        if (in->z_high[i] > 0)
            in->z_high[i] = reset(in->z_high[i] + dual * in->dz_high[i], high, in->mu);
    }
}
