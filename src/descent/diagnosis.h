/* SPDX-License-Identifier: MIT
 * diagnosis.h - what can be told of the place where a search ended: the parts of
 * descent_diagnose.
 *
 * Whatever is said is proved where the problem gives enclosures: a minimum is a box on
 * whose faces the function certainly rises outwards, or a ball on which it is strongly
 * convex and which the gradient at its centre shows to hold the minimum.  Without
 * enclosures the rounding of derivatives is estimated from their scatter.  What neither
 * proof nor probe decides is called flat.
 *
 * Costs: one variable a few hundred evaluations at most, some thirty where the minimum is
 * a plain one; n variables some tens of gradients and Hessians, 2 n enclosures of the
 * gradient for a proof by faces; probes some 200 values a direction. */
#ifndef DESCENT_DIAGNOSIS_H
#define DESCENT_DIAGNOSIS_H

#include "descent/engine.h"

/* Up to this size the Hessian is treated as a whole, else by Lanczos' method; without a
 * `hessian` its columns are differences of gradients, up to a smaller size. */
enum { DIAGNOSIS_DENSE = 300, DIAGNOSIS_DIFFERENCES = 50 };

/* Holds a number, rounding included; NaN: nothing is known. */
struct range {
    double low, high;
};

struct diagnosis {
    descent_diagnosis told;
    size_t block_size;
    descent_status ended; /* the search's when it was judged; RUNNING: not yet */
    bool dense;
    bool settled;     /* stationary without doubt, not only to rounding */
    double travelled; /* from the start to the last point */
    double reach;     /* how far "near" is */
    /* Each with n entries. */
    double *start, *point, *least_direction, *direction;
    double *gradient, *low, *high, *gradient_low, *gradient_high, *trial, *move, *value;
    /* of rescale.c */
    double *scale, *scaled_x, *scaled_gradient, *box_low, *box_high, *kept, *kept_move;
    double unscaled_reach;
    /* n * n entries when dense; else a basis of `basis_size` vectors. */
    double *hessian, *hessian_low, *hessian_high, *vectors;
    size_t basis_size;
    double *columns;  /* of definite.c: 2 n * n entries, a block of its own, or NULL */
    size_t columns_n; /* that n, of a face less than all variables */
    double *small;    /* for Lanczos' method: 2 basis_size^2 + 3 basis_size */
    struct boundary *boundary; /* NULL without sets; in a block of its own */
    size_t boundary_size;
};

/* ---- diagnosis.c ---- */

static inline struct range range_around(double middle, double error)
{
    return (struct range){middle - error, middle + error};
}

static inline bool range_is_known(struct range range)
{
    return range.low <= range.high;
}

/* 1 or -1 when the sign is certain, else 0. */
static inline int range_sign(struct range range)
{
    return range.low > 0 ? 1 : range.high < 0 ? -1 : 0;
}

/* The value at a point; NaN when the function sets none. */
double diagnosis_value(const struct descent *d, const double *x);
/* The value with its rounding. */
struct range diagnosis_value_range(const struct descent *d, const double *x);
/* Proved, on the whole space. */
bool diagnosis_is_convex(const struct descent *d);
/* Sets the gradient; false when an entry is not finite. */
bool diagnosis_gradient(const struct descent *d, const double *x, double *gradient);
/* What rounding can make of a number computed near `value` at worst, where nothing better
 * is known. */
double diagnosis_rounding(double value);

/* ---- one variable: classify_line.c ---- */

/* Sets kind, point, value, distance, kink, order and curvature. */
void classify_line(struct descent *d, struct diagnosis *diagnosis);

/* ---- several variables: classify.c ---- */
void classify(struct descent *d, struct diagnosis *diagnosis);
/* The same where kinks meet at a stationary point, if the problem tells of them: else
 * false, and whether the last point lies on some. */
bool classify_kinks(struct descent *d, struct diagnosis *diagnosis, bool *is_at_kinks);

/* Whether kinks are so near to x that derivatives there tell nothing. */
bool classify_lies_on_kinks(const struct descent *d, const double *x);

/* ---- variables that stay in sets: boundary.c ---- */

/* The same, on the face of the variables that no bound holds, and what the bounds do. */
void classify_in_sets(struct descent *d, struct diagnosis *diagnosis);
/* Takes its memory; false when there is none. */
bool boundary_new(struct descent *d, struct diagnosis *diagnosis);

/* ---- kkt.c ---- */

/* With constraints: the kind of the last point by the conditions of Karush, Kuhn and
 * Tucker, of first and of second order. */
void kkt_classify(struct descent *d, struct diagnosis *diagnosis);
void kkt_free(struct descent *d);

/* ---- lowest.c ---- */

/* What is told no minimum may be one yet: no value is lower than that of a point near. */
void lowest_look(struct descent *d, struct diagnosis *diagnosis);

/* ---- curvature.c ---- */

/* The Hessian at x into `hessian`, by differences of gradients where the problem gives
 * none; false when it is not finite. */
bool curvature_hessian(const struct descent *d, const struct diagnosis *diagnosis,
                       const double *x, double *hessian);
/* The eigenvalues at x into `value` (the extreme ones first and last) and, when dense,
 * the vectors; tells least_curvature, greatest_curvature, least_direction. */
bool curvature_measure(const struct descent *d, struct diagnosis *diagnosis,
                       const double *x);

/* ---- probe.c ---- */

/* Follows rays for ever; may change the status. */
void probe_far(struct descent *d, struct diagnosis *diagnosis);
/* Follows variables of open sets to 0; may change the status. */
void probe_edge(struct descent *d, struct diagnosis *diagnosis);

#endif
