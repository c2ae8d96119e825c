/* SPDX-License-Identifier: MIT
 * sets/simplex.c - numbers that are not negative and add up to 1: shares, probabilities.
 *
 * The projection of y is max(y - t, 0) with the t for which the sum is 1 (Held, Wolfe and
 * Crowder, Validation of subgradient optimization, Mathematical Programming 6, 1974).
 * Michelot, A finite algorithm for finding the projection of a point onto the canonical
 * simplex, Journal of Optimization Theory and Applications 50 (1986), finds it by leaving
 * out, again and again, what falls below the t of what is left; Condat, Fast projection
 * onto the simplex and the l1 ball, Mathematical Programming 158 (2016), shows that it
 * takes few passes, and that entries below the largest minus 1 need not be looked at,
 * without which large entries would leave nothing but rounding of the others. */
#include "descent/sets/sets.h"

#include <math.h>
#include <string.h>

/* t - largest, from the entries y - largest in `kept`, which lie in (-1, 0]. */
static double find_level(size_t count, double *kept)
{
    double level = -1;
    for (size_t before = 0; count != before;) {
        double sum = 0;
        before = count;
        for (size_t i = 0; i < count; i++)
            sum += kept[i];
        level = (sum - 1) / (double)count;
        count = 0;
        for (size_t i = 0; i < before; i++)
            if (kept[i] > level)
                kept[count++] = kept[i];
    }
    return level;
}

static void project(const descent_set *set, double *x, double *room)
{
    double largest = -(double)INFINITY;
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        largest = fmax(largest, x[i]);
    if (!isfinite(largest))
        return;
    for (size_t i = 0; i < set->count; i++)
        if (x[i] - largest > -1)
            room[count++] = x[i] - largest;
    double level = find_level(count, room);
    for (size_t i = 0; i < set->count; i++)
        x[i] = fmax(x[i] - largest - level, 0);
}

/* The mean of the entries of v that may move when those at 0 need more than `level`. */
static double mean_above(const descent_set *set, const double *x, const double *v,
                         double level)
{
    double sum = 0;
    size_t count = 0;
    for (size_t i = 0; i < set->count; i++)
        if (x[i] > 0 || v[i] > level) {
            sum += v[i];
            count++;
        }
    return sum / (double)count;
}

/* The nearest move max(v - t, 0), or v - t where x is positive, that adds up to 0: t is
 * found by Newton's method, from below, where it does not overshoot. */
static void bend(const descent_set *set, const double *x, double *v)
{
    double level, next = mean_above(set, x, v, (double)INFINITY);
    if (!isfinite(next))
        return;
    do {
        level = next;
        next = mean_above(set, x, v, level);
    } while (next > level);
    for (size_t i = 0; i < set->count; i++)
        v[i] = x[i] > 0 ? v[i] - level : fmax(v[i] - level, 0);
}

/* It is bounded. */
static void recede(const descent_set *set, double *v)
{
    memset(v, 0, set->count * sizeof *v);
}

/* Exponentially distributed numbers, half the sum of two squares each, divided by their
 * sum (Devroye, Non-Uniform Random Variate Generation, 1986, chapter V). */
static void draw(const descent_set *set, double (*normal)(void *context), void *context,
                 double *x)
{
    double sum = 0;
    for (size_t i = 0; i < set->count; i++) {
        double a = normal(context), b = normal(context);
        x[i] = a * a + b * b;
        sum += x[i];
    }
    for (size_t i = 0; i < set->count; i++)
        x[i] = sum > 0 ? x[i] / sum : 1 / (double)set->count;
}

const descent_set_kind set_simplex = {
    .name = "simplex",
    .summary = "no number is negative, and they add up to 1",
    .project = project,
    .bend = bend,
    .recede = recede,
    .draw = draw,
};
