/* SPDX-License-Identifier: MIT
 * sets/sets.h - the sets that variables stay in: bounds on each variable, and blocks of
 * variables that lie in a set together.
 *
 * A set is closed and convex, so that each point has a nearest one in it, its projection
 * P.  A stationary point is one that  x = P(x - g)  leaves where it is; x - P(x - g), the
 * projected gradient, takes the place of the gradient in tests.  An open set has no
 * nearest points: moves keep a share of their distance from its edge. */
#ifndef DESCENT_SETS_H
#define DESCENT_SETS_H

#include "descent/engine.h"

struct descent_set_kind {
    const char *name, *summary;
    bool has_radius;
    bool is_open;
    /* Moves the block x to its nearest point in the set, or in its closure.  `room` has
     * as many entries as the block. */
    void (*project)(const descent_set *set, double *x, double *room);
    /* Of a move v at x, inside the set, keeps what an arc P(x + t v) begins with. */
    void (*bend)(const descent_set *set, const double *x, double *v);
    /* Of a direction keeps what can be followed for ever. */
    void (*recede)(const descent_set *set, double *v);
    /* Puts a point of the set, evenly distributed, into the block; NULL: it is not
     * bounded. */
    void (*draw)(const descent_set *set, double (*normal)(void *context), void *context,
                 double *x);
    /* For open sets: keeps x, projected, off the edge, coming from `from`. */
    void (*keep)(const descent_set *set, const double *from, double *x);
};

/* ---- bounds.c ---- */

void bounds_project(size_t n, const double *lower, const double *upper, double *x);
/* The norm of x - P(x - g), or with `out` that vector, which costs no digits of a large
 * x. */
void bounds_gradient(size_t n, const double *lower, const double *upper, const double *x,
                     const double *g, double *out);
void bounds_bend(size_t n, const double *lower, const double *upper, const double *x,
                 double *v);

void bounds_recede(size_t n, const double *lower, const double *upper, double *v);

/* ---- sets.c ---- */

/* Whether there are any. */
bool sets_are_given(const descent_problem *problem);
/* The first field of the problem that is not allowed, NULL: none. */
const char *sets_find_fault(const descent_problem *problem);
/* The nearest point in the closures of all sets, in place. */
void sets_project(const struct descent *d, double *x);
/* Likewise for a move that comes from d->x: open sets are not left. */
void sets_arrive(const struct descent *d, double *x);
/* out = x - P(x - g). */
void sets_gradient(const struct descent *d, const double *x, const double *g,
                   double *out);
/* Of a move v at x keeps what the arc P(x + t v) begins with. */
void sets_bend(const struct descent *d, const double *x, double *v);
/* Of a direction keeps what can be followed for ever. */
void sets_recede(const struct descent *d, double *v);
/* Puts what is held to its bounds. */
void sets_hold(const struct descent *d, double *x);
/* engine_descend with sets. */
enum engine_progress sets_descend(struct descent *d, const double *vector, double factor);

#endif
