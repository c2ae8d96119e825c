/* SPDX-License-Identifier: MIT
 * interior_attempts.c - where and how the interior point method begins again.
 *
 * A filter lets the conditions go for the sake of the value, and a barrier leads far away
 * first; on functions that grow like exp or x^16 both can lead where no step is long
 * enough to come back.  An attempt that comes to nothing is therefore made again, with
 * another barrier at first and less freedom from the conditions, and from elsewhere
 * before it is said that no point meets the conditions.  After a local minimum other
 * attempts follow where the function curves down somewhere. */
#include "descent/interior/interior.h"

#include <math.h>
#include <string.h>

enum { ATTEMPTS = 5, ATTEMPT_SIZE = 400, RETRY_STEPS = 400 };

/* ---- in other ways ---- */

static const struct interior_pace paces[] = {{0.1, 10}, {1e-4, 10}, {100, 1.5}, {1, 1.5}};
enum { PACES = sizeof paces / sizeof *paces, RETRIES = PACES + 3 };

/* The last retry is the first way again, with all the time there is. */
struct interior_pace interior_pace(const struct interior *in)
{
    return paces[in->retry < PACES ? in->retry : 0];
}

size_t interior_step_limit(const struct interior *in)
{
    if (in->attempt > 0)
        return 50 + 2 * in->first_steps;
    return in->retry < RETRIES ? RETRY_STEPS : SIZE_MAX;
}

/* ---- elsewhere ---- */

static bool has_room(const struct interior *in, size_t j)
{
    return isfinite(in->lower[j]) && isfinite(in->upper[j]) && !interior_is_held(in, j);
}

/* In [0, 1), spread evenly over the variables, differently each time (Weyl's sequence).
 */
static double spread(unsigned time, size_t j)
{
    static const double steps[] = {0.6180339887498949, 0.7548776662466927,
                                   0.5698402909980532};
    double part = steps[time % 3] * (double)(j + 1 + 7 * (size_t)(time / 3));
    return part - floor(part);
}

/* The middle of the bounds, opposite `from`, anywhere between the bounds; without bounds
 * about as far from `from` as that is from 0. */
static void place_elsewhere(const struct interior *in, unsigned time, const double *from,
                            double *x)
{
    for (size_t j = 0; j < in->n; j++) {
        double sum = in->lower[j] + in->upper[j], room = in->upper[j] - in->lower[j];
        double aside = (2 * spread(time, j) - 1) * fmax(1, fabs(from[j]));
        /* Aside of the middle, which symmetry can make a saddle. */
        x[j] = !has_room(in, j) ? from[j] + aside
               : time == 1      ? sum / 2 - 1e-3 * (double)(j % 7) * room
               : time == 2      ? sum - from[j]
                                : in->lower[j] + spread(time, j) * room;
    }
}

bool interior_is_worth_another(const struct interior *in)
{
    bool room = false;
    for (size_t j = 0; j < in->n; j++)
        room |= has_room(in, j);
    return room && in->nonconvex && in->attempt < ATTEMPTS && in->size <= ATTEMPT_SIZE;
}

bool interior_next_attempt(struct descent *d, struct interior *in)
{
    while (interior_is_worth_another(in)) {
        in->attempt++;
        place_elsewhere(in, in->attempt, in->best_w, in->kept_w);
        if (interior_begin(d, in, in->kept_w))
            return true;
    }
    return false;
}

bool interior_retry(struct descent *d, struct interior *in)
{
    in->was_cut |= in->attempt_steps > RETRY_STEPS;
    while (in->retry < RETRIES) {
        in->retry++;
        if (in->retry == RETRIES && !in->was_cut)
            break;
        memcpy(in->kept_w, in->start, in->n * sizeof *in->kept_w);
        if (in->retry >= PACES && in->retry < RETRIES)
            place_elsewhere(in, in->retry - PACES + 1, in->start, in->kept_w);
        if (interior_begin(d, in, in->kept_w))
            return true;
    }
    return false;
}

/* ---- what came of it ---- */

/* Multipliers are kept without the scales, which are those of each beginning. */
static void keep(const struct interior *in, double *w, double *y)
{
    memcpy(w, in->at.w, in->size * sizeof *w);
    for (size_t i = 0; i < in->m; i++) {
        w[in->n + i] /= in->c_scale[i];
        y[i] = in->y[i] * in->c_scale[i] / in->f_scale;
    }
}

static void give_back(struct descent *d, struct interior *in, const double *w,
                      const double *y)
{
    memcpy(in->at.w, w, in->size * sizeof *w);
    for (size_t i = 0; i < in->m; i++) {
        in->at.w[in->n + i] *= in->c_scale[i];
        in->y[i] = y[i] * in->f_scale / in->c_scale[i];
    }
    (void)interior_evaluate(d, in, &in->at);
    in->finished = true;
}

void interior_keep_best(struct interior *in)
{
    in->best_f = in->at.f / in->f_scale;
    keep(in, in->best_w, in->best_y);
}

void interior_return_to_best(struct descent *d, struct interior *in)
{
    give_back(d, in, in->best_w, in->best_y);
    in->outcome = ENGINE_ROUNDING;
}

/* Nearer to the conditions; of two that meet them the lower. */
static bool is_nearer(const struct interior *in, double theta)
{
    const double met = 1e-8;
    if (theta <= met && in->failed_theta <= met)
        return in->at.f / in->f_scale < in->failed_f;
    return theta < in->failed_theta;
}

void interior_keep_failed(struct interior *in, enum engine_progress outcome)
{
    double theta = 0;
    for (size_t i = 0; i < in->m; i++)
        theta += fabs(in->at.c[i] - in->at.w[in->n + i]) / in->c_scale[i];
    if (in->has_failed && !is_nearer(in, theta))
        return;
    in->has_failed = true;
    in->failed_theta = theta;
    in->failed_f = in->at.f / in->f_scale;
    in->failed_outcome = outcome;
    keep(in, in->failed_w, in->failed_y);
}

void interior_return_to_failed(struct descent *d, struct interior *in)
{
    give_back(d, in, in->failed_w, in->failed_y);
    in->outcome = in->failed_outcome;
}
