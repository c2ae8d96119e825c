/* SPDX-License-Identifier: MIT
 * boundary.h - the verdict where variables stay in sets: parts of boundary.c.
 *
 * A face is what is left of the problem when the variables at their bounds are held
 * there.  On it the other parts of the diagnosis see a problem without sets.  A simplex
 * gives one of its positive entries, the pivot, to the sum: a free entry moves against
 * it. */
#ifndef DESCENT_BOUNDARY_H
#define DESCENT_BOUNDARY_H

#include "descent/diagnosis.h"

enum boundary_side {
    BOUNDARY_FREE,
    BOUNDARY_LOWER, /* held at the lower bound, or at 0 in a simplex */
    BOUNDARY_UPPER,
    BOUNDARY_FIXED, /* the bounds are equal */
    BOUNDARY_PIVOT
};

struct boundary {
    const struct descent *d;
    struct descent face; /* the search as it looks on the face */
    size_t free_count;
    size_t *free;        /* the free variables */
    size_t *pivot;       /* one a set of the problem: that of a simplex */
    unsigned char *side; /* n of enum boundary_side */
    /* n each: a point of the problem or a box, the gradient there, what is told. */
    double *x, *low, *high, *gradient, *gradient_high;
    double *square_low, *square_high; /* n + 2: a square on the face */
    double *face_x, *face_gradient;
    double *point, *least_direction, *multipliers;
    double *hessian, *hessian_high; /* n * n, when dense */
};

/* What is certain of the slopes inwards. */
enum boundary_rise { BOUNDARY_RISES_NOT, BOUNDARY_RISES_LEVEL, BOUNDARY_RISES_STRICTLY };

/* ---- boundary.c ---- */

bool boundary_is_held(enum boundary_side side);
/* The derivative inwards from the side. */
double boundary_slope_inwards(const struct boundary *b, const double *gradient, size_t i,
                              enum boundary_side side);

/* ---- boundary_ball.c ---- */

/* Whether a point on the surface of balls is a minimum, where nothing was found. */
void boundary_judge_balls(struct descent *d, struct diagnosis *diagnosis);

/* ---- boundary_multipliers.c ---- */

/* Whether all held variables rise inwards on some box around the point; `weak` is one
 * that does not where they do not. */
enum boundary_rise boundary_weigh(struct boundary *b, const struct diagnosis *diagnosis,
                                  size_t *weak);

/* ---- boundary_face.c ---- */

/* The pivots: the largest entry of each simplex. */
void boundary_choose_pivots(struct boundary *b, const double *x);
/* Makes `face` from the sides, at d->x. */
void boundary_make_face(struct boundary *b);
/* The point of the problem with the free variables y into b->x. */
void boundary_scatter(struct boundary *b, const double *y);
/* The bound that entry i is held at. */
double boundary_bound(const struct boundary *b, size_t i, enum boundary_side side);
/* The simplex of which i is an entry, NULL: none. */
const descent_set *boundary_simplex(const struct boundary *b, size_t i, size_t *pivot);
/* What entry i of the gradient is along the face or off it: against the pivot. */
double boundary_slope(const struct boundary *b, const double *gradient, size_t i);

#endif
