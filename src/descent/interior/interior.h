/* SPDX-License-Identifier: MIT
 * interior.h - the parts of the primal-dual interior point method.
 *
 * Waechter and Biegler, On the implementation of an interior-point filter line-search
 * algorithm for large-scale nonlinear programming (Math. Program. 106, 2006); "WB" below.
 * The problem  min f(x), cl <= c(x) <= cu, xl <= x <= xu  gets a slack for every
 * condition:  c(x) - s = 0 with cl <= s <= cu, and one vector w = (x, s) of `size`
 * entries has bounds. An entry whose bounds are equal is held there; so an equation is a
 * slack that is held.  With multipliers y of c(x) - s = 0 and z of the bounds, and the
 * barrier parameter mu, each step is one of Newton's on
 *     f' + y c' - z_low + z_high = 0,  -y - z_low + z_high = 0 (slacks),
 *     c(x) - s = 0,  z (distance to its bound) = mu.
 * All of it is scaled, so that no derivative at the start is above 100 (WB 3.8). */
#ifndef DESCENT_INTERIOR_H
#define DESCENT_INTERIOR_H

#include "descent/engine.h"

#include "linear/indefinite.h"
#include "linear/sparse.h"

enum { INTERIOR_FILTER = 64 };

/* A pair that no later point may be worse than in both. */
struct filter_entry {
    double theta, phi;
};

/* What a point of w gives. */
struct interior_point {
    double f, theta; /* the scaled value; the sum of |c(x) - s| */
    double *w, *c;   /* size; m, scaled */
};

/* A line that is searched along. */
struct interior_line {
    double theta, phi,
        slope;      /* where it begins; of the barrier function along the step */
    double longest; /* to the boundary */
    bool by_value;  /* accepted for the fall of the barrier function */
};

/* Where full steps began to pass untested. */
struct interior_watch {
    bool active;
    unsigned trials;
    struct interior_line line;
    double *w, *y, *z_low, *z_high, *dw, *dy, *dz_low, *dz_high;
};

struct interior {
    size_t n, m, size; /* size = n + m */
    bool begun, finished;
    enum engine_progress outcome; /* of a search that is finished */
    double f_scale, *c_scale;
    double *lower, *upper; /* of w, scaled */
    double mu, tau;
    struct interior_point at, trial;
    double *gradient, *jacobian, *hessian; /* f' (n), c' (m * n), W (n * n), scaled */
    double *y, *z_low, *z_high;
    double *dw, *dy, *dz_low, *dz_high;
    double last_shift;  /* WB: delta_w that was needed last */
    bool shifted;       /* the last factorization needed one */
    double least_shift; /* asked for besides, where the system is too near singular */
    double solve_error; /* of the last solution, relative to its right side */
    double last_used;   /* the shift in the factored matrix */
    bool dependent;     /* the last one found the conditions' gradients dependent */
    /* Of a system with few entries; else NULL, and the two are dense. */
    struct sparse *sparse;
    double *matrix, *factor; /* (n + m)^2, or none */
    double *row;             /* n + m: the one that is being filled */
    double *unscaled;        /* m * n: the Jacobian */
    double *sum, *terms;     /* n: sums over all conditions */
    double *order, *work;    /* n + m; 3 (n + m) */
    double *right, *solution, *residual;
    double *barrier;    /* of the diagonal: size */
    double *slack_term; /* m: the gradient of the barrier by the slacks less y */
    struct filter_entry filter[INTERIOR_FILTER];
    size_t filter_count;
    double theta_most, theta_small;
    unsigned short_steps, tiny_steps; /* one after the other */
    struct interior_watch watch;
    double polish_mu; /* the next polish is at a mu below */
    /* of the point before, for restoration and polish */
    double *kept_w, *kept_y, *kept_scale;
    /* An attempt that comes to nothing is made again in other ways; what came nearest to
     * the conditions is told when none helps. */
    unsigned retry;
    bool was_cut; /* one of them for its number of steps */
    bool has_failed;
    enum engine_progress failed_outcome;
    double failed_theta, failed_f, *failed_w, *failed_y;
    double *start;
    /* Where curvature may hide lower minima, other attempts follow. */
    unsigned attempt;
    size_t attempt_steps, first_steps;
    bool nonconvex, is_saddle; /* what the polish found is no minimum */
    bool upright;              /* the last step needed no shift: no saddle is near */
    unsigned pushes;
    double best_f, *best_w, *best_y;
    double *active; /* size: -1, 0, 1 the bound that holds, 2 an equation */
};

/* ---- interior_setup.c ---- */
size_t interior_numbers(const descent_problem *problem);
/* Lays the parts out in the method's scratch. */
void interior_lay_out(struct descent *d, struct interior *in);
/* Scales, moves inside the bounds, first multipliers.  False when the start has no finite
 * value. */
bool interior_begin(struct descent *d, struct interior *in, const double *x);
/* Moves `at` aside by this share of its size, inside the bounds, differently in each
 * variable. */
void interior_push(struct interior *in, double share);
static inline bool interior_is_held(const struct interior *in, size_t i)
{
    return in->lower[i] == in->upper[i];
}

/* ---- interior_values.c ---- */
/* Value, conditions and infeasibility at the w of `point`; false when not finite. */
bool interior_evaluate(struct descent *d, struct interior *in,
                       struct interior_point *point);
/* f' and c' at `at`; d->trial_x is its x afterwards. */
bool interior_differentiate(struct descent *d, struct interior *in);
/* W at the w of `point` for f_factor f + y' c, scaled. */
bool interior_curvature(struct descent *d, struct interior *in, const double *w,
                        double f_factor, const double *y);
/* sum += the rows of the Jacobian times `factors`. */
void interior_add_rows(const struct interior *in, const double *factors, double *sum);
double interior_barrier(const struct interior *in, const struct interior_point *point,
                        double mu);
double interior_barrier_slope(const struct interior *in, size_t i, double mu);
/* WB (5): the scaled error of the conditions of the barrier problem. */
double interior_error(const struct interior *in, double mu);

/* ---- interior_system.c: the matrix of a system, dense or sparse ---- */
/* How many numbers the dense matrix takes: none where it would be too large. */
size_t interior_dense_numbers(size_t size);
/* Sparse where there are many rows with few entries, by the derivatives at `at`. */
void interior_choose_system(struct descent *d, struct interior *in);
/* Dense from now on; false where that is too large. */
bool interior_make_dense(struct interior *in);
void interior_clear_matrix(struct interior *in);
/* Where row i is filled up to its diagonal: entries 0 .. count - 1 and the diagonal. */
double *interior_row(struct interior *in, size_t i);
void interior_keep_row(struct interior *in, size_t i, size_t count);
struct inertia interior_factor_matrix(struct interior *in);
/* Solves for `solution` from `right` with the factored matrix, refined. */
void interior_solve(struct interior *in);

/* ---- interior_kkt.c ---- */
/* Factors the matrix of a step, changed until its inertia leads downhill (WB 3.1);
 * `weight` stands in the corner of the conditions besides (restoration: 1).  False when
 * no change helps. */
bool interior_factor(struct interior *in, double weight);
/* Whether the Lagrangian curves down somewhere along the equations at `at`. */
bool interior_curves_down(struct descent *d, struct interior *in);
/* Multipliers y that fit best (WB 3.6); kept when they are too large. */
void interior_estimate(struct interior *in);
/* The step from `residual` of the conditions (c - s, or corrected): dw and dy. */
void interior_direction(struct interior *in, const double *conditions);
/* dz that belong to dw. */
void interior_bound_directions(struct interior *in);
/* The longest step in [0, 1] of w, or of z, that keeps 1 - tau of each distance. */
double interior_longest(const struct interior *in, const double *dw);
double interior_longest_dual(const struct interior *in);

/* ---- interior_line.c ---- */
bool interior_filter_takes(const struct interior *in, double theta, double phi);
void interior_filter_add(struct interior *in, double theta, double phi);
/* True with `trial` accepted: `length` is the step. */
bool interior_search(struct descent *d, struct interior *in, double *length);
/* Makes the trial the current point and moves the multipliers. */
void interior_accept(struct interior *in, double length);

/* ---- interior_restore.c ---- */
enum restoration { RESTORED, RESTORE_FAILED, RESTORE_INFEASIBLE };
enum restoration interior_restore(struct descent *d, struct interior *in);

/* ---- interior_attempts.c ---- */
/* How far the first point may be from the barrier's minimum and from the conditions. */
struct interior_pace {
    double mu;    /* at first */
    double theta; /* most infeasibility, in that of the first point */
};
struct interior_pace interior_pace(const struct interior *in);
/* How many steps the present attempt has. */
size_t interior_step_limit(const struct interior *in);
/* Whether a local minimum need not be the lowest, and other attempts are cheap. */
bool interior_is_worth_another(const struct interior *in);
/* Begins the next attempt from elsewhere; false when there is none. */
bool interior_next_attempt(struct descent *d, struct interior *in);
void interior_keep_best(struct interior *in);
void interior_return_to_best(struct descent *d, struct interior *in);
/* Begins again, in another way, after an attempt that came to nothing. */
bool interior_retry(struct descent *d, struct interior *in);
void interior_keep_failed(struct interior *in, enum engine_progress outcome);
void interior_return_to_failed(struct descent *d, struct interior *in);

/* ---- interior_polish.c ---- */
/* Newton's method on the conditions that hold with equality; true when it came to a
 * better point, which is then `at`. */
bool interior_polish(struct descent *d, struct interior *in);

#endif
