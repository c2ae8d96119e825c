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
/* The limits, in rounding errors, by which it is known of many moves what adding them
 * does.  Where all are at most `shortest`, none is kept: contraction_pass is enough.
 * Where all are at least `longest`, all are kept: the first is added, the others may be
 * counted, and those of them that are still in the ring at the end be written then. */
void contraction_limits(const struct contraction *contraction,
                        struct walk_limits *limits);
void contraction_pass(struct contraction *contraction, double last_length);
void contraction_count(struct contraction *contraction, size_t count, double last_length);
/* A counted move, `back` moves before the last one. */
void contraction_write(struct contraction *contraction, size_t back, double length,
                       double length_before, double cosine, double point);
/* NaN when fewer than two moves above rounding are known.  `arrived`: the next move would
 * be at rounding level. */
double contraction_factor(const struct contraction *contraction, bool arrived);

#endif
