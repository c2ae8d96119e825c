/* SPDX-License-Identifier: MIT
 * recurrence.h - the contraction factor of a method with inertia.
 *
 * With inertia a move is not the one before times a factor: lengths swing, and grow while
 * the method gathers speed.  Close to a point that attracts or repels, moves follow a
 * recurrence of second order instead, m <- a m' - b m'', whose roots tell how they grow
 * (for momentum on a parabola a = 1 + beta - step * curvature, b = beta). */
#ifndef DESCENT_RECURRENCE_H
#define DESCENT_RECURRENCE_H

#include <stddef.h>
#include <stdint.h>

enum { RECURRENCE_KEPT = 8 };

/* The products of three moves in a row, in units of the longest. */
struct recurrence_term {
    double new_new, new_last, new_before, last_last, last_before, before_before;
};

struct recurrence {
    size_t n;
    double *last, *before; /* the two moves before the next; n entries each */
    double last_length, before_length;
    int known;                                    /* of the two */
    struct recurrence_term term[RECURRENCE_KEPT]; /* a ring */
    uint64_t count;                               /* terms ever put into it */
};

/* `moves` has room for 2 n numbers. */
void recurrence_init(struct recurrence *recurrence, size_t n, double *moves);
/* The next move, its length, and the part of the length that rounding has made. */
void recurrence_add(struct recurrence *recurrence, const double *move, double length,
                    double error);
/* The root of greatest modulus, with the sign of a; NaN: too few moves, or they do not
 * follow such a recurrence. */
double recurrence_factor(const struct recurrence *recurrence);

#endif
