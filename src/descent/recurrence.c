/* SPDX-License-Identifier: MIT
 * recurrence.c - fits m = a m' - b m'' to the last moves by least squares.
 *
 * Each move counts in units of its neighbours, so that none outweighs the others however
 * fast they grow or shrink. */
#include "descent/recurrence.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

/* Terms that a fit needs: in one variable each is one equation, for two unknowns. */
enum { LEAST_TERMS = 3 };

void recurrence_init(struct recurrence *recurrence, size_t n, double *moves)
{
    *recurrence = (struct recurrence){.n = n, .last = moves, .before = moves + n};
}

static struct recurrence_term multiply(const struct recurrence *recurrence,
                                       const double *move, double unit)
{
    struct recurrence_term term = {0};
    for (size_t i = 0; i < recurrence->n; i++) {
        double new = move[i] * unit, last = recurrence->last[i] * unit;
        double before = recurrence->before[i] * unit;
        term.new_new += new *new;
        term.new_last += new *last;
        term.new_before += new *before;
        term.last_last += last * last;
        term.last_before += last * before;
        term.before_before += before * before;
    }
    return term;
}

static void shift(struct recurrence *recurrence, const double *move, double length)
{
    double *oldest = recurrence->before;
    memcpy(oldest, move, recurrence->n * sizeof *oldest);
    recurrence->before = recurrence->last;
    recurrence->before_length = recurrence->last_length;
    recurrence->last = oldest;
    recurrence->last_length = length;
    if (recurrence->known < 2)
        recurrence->known++;
}

void recurrence_add(struct recurrence *recurrence, const double *move, double length,
                    double error)
{
    const double good = 1e3;
    double longest =
        fmax(length, fmax(recurrence->last_length, recurrence->before_length));
    if (!(length > good * error) || !isfinite(1 / longest)) {
        recurrence->known = 0; /* what follows is not the next in a row */
        return;
    }
    if (recurrence->known == 2)
        recurrence->term[recurrence->count++ % RECURRENCE_KEPT] =
            multiply(recurrence, move, 1 / longest);
    shift(recurrence, move, length);
}

static struct recurrence_term sum_terms(const struct recurrence *recurrence)
{
    struct recurrence_term sum = {0};
    for (size_t i = 0; i < RECURRENCE_KEPT && i < recurrence->count; i++) {
        const struct recurrence_term *term = &recurrence->term[i];
        sum.new_new += term->new_new;
        sum.new_last += term->new_last;
        sum.new_before += term->new_before;
        sum.last_last += term->last_last;
        sum.last_before += term->last_before;
        sum.before_before += term->before_before;
    }
    return sum;
}

/* The root of z^2 - a z + b of greatest modulus; a pair of complex ones has the modulus
 * sqrt(b). */
static double greatest_root(double a, double b)
{
    double square = a * a / 4 - b;
    return copysign(square < 0 ? sqrt(b) : fabs(a) / 2 + sqrt(square), a);
}

double recurrence_factor(const struct recurrence *recurrence)
{
    const double parallel = 1e-10, misfit = 1e-4;
    if (recurrence->count < LEAST_TERMS)
        return (double)NAN;
    struct recurrence_term s = sum_terms(recurrence);
    double determinant = s.last_last * s.before_before - s.last_before * s.last_before;
    double a = s.new_last / s.last_last, b = 0;
    /* Moves that are one geometric sequence do not determine both. */
    if (determinant > parallel * s.last_last * s.before_before) {
        a = (s.new_last * s.before_before - s.new_before * s.last_before) / determinant;
        b = (s.new_last * s.last_before - s.new_before * s.last_last) / determinant;
    }
    double rest = s.new_new - a * s.new_last + b * s.new_before;
    return rest <= misfit * s.new_new ? greatest_root(a, b) : (double)NAN;
}
