/* SPDX-License-Identifier: MIT
 * diagnose.h - what the moves of a search tell: its contraction factor.
 *
 * Close to a point that attracts or repels, each move is the one before times a factor:
 * for fixed steps on a parabola exactly 1 - step * curvature.  The factor is measured as
 * the ratio of the lengths of moves, with the sign of their dot product.  Moves that
 * rounding distorts are left out. */
#ifndef DESCENT_DIAGNOSE_H
#define DESCENT_DIAGNOSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONTRACTION_KEPT = 64 };

struct walk_claims;
struct walk_limits;

struct contraction_move {
    double length;
    double quality; /* length in units of its rounding error */
    double cosine;  /* of the angle to the move before */
};

struct contraction {
    struct contraction_move move[CONTRACTION_KEPT]; /* the last ones, a ring */
    uint64_t count;      /* moves in sequence without a gap, ever put into the ring */
    bool gap;            /* a move at rounding level followed them */
    double best_quality; /* of all moves, up to what is told apart */
    double last_length;  /* of the last move, good or not */
    double factor;       /* measured before the last gap; NaN: none */
    bool tried; /* lengths of steps are tried, or a method with inertia makes them */
};

void contraction_init(struct contraction *contraction, bool tried);
/* A move of this length to a point of norm `point`. */
void contraction_add(struct contraction *contraction, double length, double cosine,
                     double point);
/* The same for many moves: their lengths, the norms of their ends, and the cosine of the
 * angle between move i and the one before, which is asked for where it is kept.  The
 * claims are made by the limits of moves (walk_measure.h). */
void contraction_limits(struct walk_limits *limits);
void contraction_add_many(struct contraction *contraction, size_t count,
                          const struct walk_claims *moves, const double *length,
                          const double *point,
                          double (*cosine)(const void *user, size_t i), const void *user);
/* NaN when fewer than two moves above rounding are known.  `arrived`: the next move would
 * be at rounding level. */
double contraction_factor(const struct contraction *contraction, bool arrived);

#endif
