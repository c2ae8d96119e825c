/* SPDX-License-Identifier: MIT
 * kkt.h - the parts of the judgement of a point of a problem with constraints.
 *
 * Rows are the conditions, then the bounds of the variables: `size` = m + n of them, each
 * with a gradient, a multiplier y of f + y'(rows) and a mark which of its bounds holds.
 */
#ifndef DESCENT_KKT_H
#define DESCENT_KKT_H

#include "descent/diagnosis.h"

#include "linear/indefinite.h"
#include "linear/sparse.h"

#define KKT_PARTS(X)                                                                     \
    X(gradient, n)                                                                       \
    X(c, m)                                                                              \
    X(jacobian, jacobian_count)                                                          \
    X(hessian, square)                                                                   \
    X(scale, m)                                                                          \
    X(y, size)                                                                           \
    X(active, size)                                                                      \
    X(strong, size)                                                                      \
    X(row, size)                                                                         \
    X(matrix, whole)                                                                     \
    X(order, size)                                                                       \
    X(right, size)                                                                       \
    X(work, thrice)                                                                      \
    X(basis, dense)                                                                      \
    X(reduced, dense)                                                                    \
    X(vectors, directions)                                                               \
    X(value, n)                                                                          \
    X(point, n)                                                                          \
    X(trial, n)                                                                          \
    X(kept, size)                                                                        \
    X(origin, n)                                                                         \
    X(marks, size)                                                                       \
    X(fitted, m)

struct kkt {
    struct sparse *sparse; /* of the search, where systems have few entries; else NULL */
    size_t n, m, size, block_size;
    double *gradient, *c, *jacobian, *hessian, *scale;
    double *y;      /* size */
    double *active; /* size: 0, -1 the lower bound holds, 1 the upper, 2 an equation */
    double *strong; /* size: 1 where the multiplier is certainly not 0 */
    double *matrix, *order, *right, *work; /* of n + m rows; work three times as long */
    double *row;   /* size: the one of a system that is being filled */
    double *basis; /* n * n: the strong rows', then the others' */
    double *reduced, *vectors, *value; /* n * n, n * n, n */
    double *point, *trial;             /* n */
    double *kept;                      /* size */
    double *origin, *marks, *fitted;   /* of kkt_near.c and kkt_far.c: n, size, m */
    size_t rank;                       /* of the strong rows: so many rows of the basis */
    bool dependent; /* gradients of rows that hold depend on each other */
};

static inline bool kkt_is_free(const struct kkt *k, size_t j)
{
    return k->active[k->m + j] == 0;
}

/* kkt_point.c: the stationary point near the end of the search, by Newton's method on
 * what holds there.  False when there is none. */
bool kkt_find_point(const struct descent *d, const struct diagnosis *diagnosis,
                    struct kkt *k);
/* Other multipliers at that point, where there are some: inequalities that move with
 * variables at their bounds alone leave theirs to the bounds, which have no curvature.
 * False when there are none, or when their signs would be wrong. */
bool kkt_leave_to_bounds(const struct descent *d, struct kkt *k);
/* The conditions of first order hold up to rounding: in each component against the terms
 * of that component alone, with multipliers of the right sign. */
bool kkt_is_exact(const struct kkt *k);
/* Derivatives at k->point; false when not finite. */
bool kkt_differentiate(const struct descent *d, struct kkt *k);
/* The gradient of the Lagrangian without the bounds' multipliers, entry j. */
double kkt_gradient(const struct kkt *k, size_t j);
/* What its terms are about. */
double kkt_gradient_size(const struct kkt *k);
/* Solves [H J'; J -] x = right for the rows that hold and the variables that are free;
 * with H = `weight` times the identity instead of the Hessian when `weight` > 0. */
void kkt_solve(struct kkt *k, double weight);
/* With the factors of last time. */
void kkt_solve_again(struct kkt *k);
/* Moves k->point by shortest steps onto the rows that hold, as near as rounding allows;
 * derivatives are those there.  False when that does not come to an end. */
bool kkt_project(const struct descent *d, struct kkt *k);

/* Fills and factors that system, with `shift` on the diagonal of the variables. */
struct inertia kkt_factor(struct kkt *k, double weight, double shift);

/* ---- kkt_large.c: where systems have few entries ---- */
/* A minimum where the inertia of the system says that the Hessian is positive definite,
 * with a margin, on what the strong rows leave; a saddle where it curves down on a part
 * of that.  Besides the least and the greatest curvature, as far as some iterations show
 * them, and the direction of the least. */
descent_kind kkt_measure_large(struct kkt *k);
/* What kkt_near.c's find_aside finds, by one solution. */
void kkt_find_aside_large(struct kkt *k);

/* ---- kkt.c ---- */
/* How many eigenvectors are known. */
size_t kkt_directions(const struct kkt *k);
/* Eigenvector `index` of the reduced Hessian in the space of the variables. */
void kkt_expand(const struct kkt *k, size_t index, double *into);
/* The curvature that cannot be told from 0. */
double kkt_spread(const struct kkt *k);

/* ---- kkt_near.c: what is told must hold close by as well ---- */
/* The gradient of what the rows leave vanishes near. */
bool kkt_is_settled(const struct descent *d, const struct diagnosis *diagnosis,
                    struct kkt *k);
/* What curves down is the stationary point, not the way to it: the point is as close as
 * what is said of it has to hold. */
bool kkt_is_at_saddle(const struct diagnosis *diagnosis, struct kkt *k);
/* The gradients of rows with multipliers hardly turn, and what they leave curves up on
 * both sides. */
bool kkt_keeps_sides(const struct descent *d, struct kkt *k);

/* ---- kkt_far.c ---- */
/* Follows the ways of the search for ever along what the conditions leave; may change the
 * status. */
void kkt_look_far(struct descent *d, struct diagnosis *diagnosis, struct kkt *k);

#endif
