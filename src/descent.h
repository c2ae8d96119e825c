/* SPDX-License-Identifier: MIT
 * descent.h - the descent engine: minimize a function given by callbacks.
 *
 * The engine owns the loop: evaluation and its counting, finiteness, stopping, the best
 * point, the trace, the observer and the clock.  A method or a step rule only moves the
 * point.  One call makes one step (descent_step), so a caller can walk; descent_run
 * loops. All memory of a search is one block, taken in descent_new; nothing is allocated
 * after. */
#ifndef DESCENT_H
#define DESCENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct descent descent;

/* Receives a block of rows of a Jacobian; see descent_problem.jacobian. */
typedef void descent_take_rows(void *taker, size_t rows, const double *residuals,
                               const double *jacobian);

/* A set that a block of variables lies in together; the records are listed by
 * descent_set_kinds(). */
typedef struct descent_set_kind descent_set_kind;
typedef struct descent_set {
    const descent_set_kind *kind;
    size_t first, count; /* the variables first, ..., first + count - 1 */
    double radius;       /* of a kind that has one */
} descent_set;

/* Takes a weight, what is squared, and its n derivatives: n + 2 enclosures. */
typedef void descent_take_squares(void *taker, const double *low, const double *high);

/* What is to be minimized.  x and gradient have n entries. */
typedef struct descent_problem {
    size_t n;
    void *context;
    /* Sets *value, and gradient unless it is NULL.  Values may be inf or NaN: the engine
     * notices. */
    void (*evaluate)(void *context, const double *x, double *value, double *gradient);
    /* The second derivatives, n * n entries row by row, of which only those on and below
     * the diagonal are read.  May be NULL for methods that do without. */
    void (*hessian)(void *context, const double *x, double *hessian);
    /* out = H(x) v, n entries.  May be NULL likewise; methods for many variables then
     * take differences of gradients. */
    void (*hessian_product)(void *context, const double *x, const double *v, double *out);
    /* Whether the function certainly has neither kinks nor jumps in the box, wherever
     * derivatives are known in it. */
    bool (*is_smooth)(void *context, const double *low, const double *high);
    /* Where the value is a constant plus a sum of squares: how many squares, else 0.
     * `jacobian` hands the numbers that are squared, the residuals, with their
     * derivatives to `take`, in any number of blocks of rows: rows * n derivatives row by
     * row.  Blocks always come in the same order. */
    size_t residual_count;
    void (*jacobian)(void *context, const double *x, descent_take_rows *take,
                     void *taker);
    /* Steps of gradient descent at once, or NULL.  x and gradient have count + 1 rows of
     * n entries, value as many entries; the first of each is given.  Row i + 1 of x
     * becomes row i plus `factor` times row i of gradient; gradient and value there
     * follow, as evaluate would set them. */
    void (*walk)(void *context, size_t count, double factor, double *x, double *gradient,
                 double *value);
    /* Kinks, where the value is made of numbers |u_k(x)|: how many, else 0. */
    size_t kink_count;
    bool kinks_rise; /* no |u| ever has a negative weight, whatever the signs are */
    /* The value with sqrt(u^2 + radius^2) for each |u|; gradient and Hessian may be NULL:
     * not asked. */
    void (*smoothed)(void *context, const double *x, double radius, double *value,
                     double *gradient, double *hessian);
    /* With signs[k]*u_k for |u_k|, kink_count signs from -1 to 1: the gradient, the
     * arguments u, their weights, which are the derivatives by |u_k|, and the Hessian,
     * n * n as above, unless it is NULL. */
    void (*kinks)(void *context, const double *x, const double *signs, double *gradient,
                  double *arguments, double *weights, double *hessian);
    /* What follows is for descent_diagnose alone, and each may be NULL: rounding is then
     * estimated.  Enclosures hold for every point with low <= x <= high, whatever
     * rounding does; an infinite bound means that there is none, NaN that nothing is
     * known.  In a box where the value may jump it is not known. */
    void (*enclose_value)(void *context, const double *low, const double *high,
                          double *value_low, double *value_high);
    void (*enclose_gradient)(void *context, const double *low, const double *high,
                             double *gradient_low, double *gradient_high);
    /* As hessian: n * n entries each, on and below the diagonal. */
    void (*enclose_hessian)(void *context, const double *low, const double *high,
                            double *hessian_low, double *hessian_high);
    /* Where the value is a constant plus a sum of weights times squares: for each term,
     * in any order that stays the same, enclosures of the weight, of what is squared, and
     * of its n derivatives, over the box.  False where it is none, or something is not
     * known; then what was handed out does not count. */
    bool (*enclose_squares)(void *context, const double *low, const double *high,
                            descent_take_squares *take, void *taker);
    /* In one variable: the derivative of this order, 2 and more; false when there is none
     * of this order. */
    bool (*enclose_derivative)(void *context, unsigned order, double low, double high,
                               double *derivative_low, double *derivative_high);
    bool is_convex; /* proved, on the whole space */
    /* The same, where it is only looked for when it is asked. */
    bool (*find_convex)(void *context);
    /* Neither kinks nor jumps: around a point it is what its derivatives tell.  And n of
     * hessian_product are not too many. */
    bool has_columns;
    /* Whether certainly no value in the sets of the problem is less than that at x. */
    bool (*is_lowest)(void *context, const double *x);
    /* Bounds, n entries each, -inf and inf for none; both NULL: no variable has any.
     * Equal ones fix a variable.  Points outside, the start too, are projected. */
    const double *lower, *upper;
    /* Sets of blocks that rise and do not overlap, of variables without bounds. */
    const descent_set *sets;
    size_t set_count;
    /* Conditions: constraint_lower <= c(x) <= constraint_upper, an equation where the two
     * are equal.  The Jacobian has constraint_count * n entries, row by row.  They may be
     * inf or NaN, as values may. */
    size_t constraint_count;
    const double *constraint_lower, *constraint_upper;
    void (*constraints)(void *context, const double *x, double *values);
    void (*constraint_jacobian)(void *context, const double *x, double *jacobian);
    /* Of objective_factor * value + the sum of multipliers times conditions; as hessian.
     */
    void (*lagrangian_hessian)(void *context, const double *x, double objective_factor,
                               const double *multipliers, double *hessian);
    /* For descent_diagnose, may be NULL: whether it is proved that the objective is
     * convex and the conditions leave a convex set, each function convex or concave as
     * its bounds ask.  Then n marks: variables that only stand in terms that are linear
     * in them, with a factor that is a number. */
    bool (*find_convex_program)(void *context, unsigned char *is_linear);
} descent_problem;

/* A condition counts as kept when it is violated by no more than this, relative to the
 * size of what stands in it: max(1, |bound|, |dc/dx_j x_j|). */
#define DESCENT_FEASIBLE 1e-8

/* The list ends with NULL. */
const descent_set_kind *const *descent_set_kinds(void);
const descent_set_kind *descent_set_find(const char *name); /* NULL: none */
const char *descent_set_name(const descent_set_kind *kind);
const char *descent_set_summary(const descent_set_kind *kind);
bool descent_set_has_radius(const descent_set_kind *kind);
/* Moves x to the nearest point in the closures of the problem's sets; `room` is for n
 * numbers. */
void descent_project(const descent_problem *problem, double *x, double *room);
/* A point of the set, every part of which is as likely as any other of its size, from
 * standard normal numbers; false for a set without bounds. */
bool descent_set_draw(const descent_set *set, double (*normal)(void *context),
                      void *context, double *x);
/* Its edge does not belong to it: a start there has no nearest point inside. */
bool descent_set_is_open(const descent_set_kind *kind);

/* One setting of a method or step rule, as data: help and checks are made from it. */
typedef struct descent_setting {
    const char *name;
    double initial;     /* the default; NaN: there is none, it must be given */
    double least, most; /* bounds, both allowed */
    const char *meaning;
} descent_setting;

/* A way of going downhill; the records are listed by descent_methods(). */
typedef struct descent_method descent_method;
/* A rule for the length of a step; the records are listed by descent_searches(). */
typedef struct descent_search descent_search;

/* The lists end with NULL; the first of each is the default. */
const descent_method *const *descent_methods(void);
const descent_search *const *descent_searches(void);
const char *descent_method_name(const descent_method *method);
const char *descent_method_summary(const descent_method *method);
/* NULL-named setting ends the list. */
const descent_setting *descent_method_settings(const descent_method *method);
/* What one step does with these settings (NULL: its defaults), an assignment a line.  x
 * is the point, g the gradient there, t the step; other letters are explained. */
const char *descent_method_formula(const descent_method *method, const double *settings);
/* Whether it goes by gradients: without a stopping test of the caller it ends where
 * |gradient| is small, else where it moves by less than 1e-8. */
bool descent_method_uses_gradients(const descent_method *method);
bool descent_method_needs_hessian(const descent_method *method);
bool descent_method_needs_squares(const descent_method *method);
bool descent_method_needs_kinks(const descent_method *method);
/* Whether a method that needs kinks finds some in the problem, no sets of blocks, and
 * with bounds or conditions `lagrangian_hessian`. */
bool descent_takes_kinks(const descent_problem *problem);
/* Whether it keeps constraints. */
bool descent_method_keeps_constraints(const descent_method *method);
/* The fixed step of the method when no step rule is given.  0: descent_method_search
 * tells what acts instead; NaN: a step must be given. */
double descent_method_step(const descent_method *method, const double *settings);
/* The rule that acts when no step is given, with its settings in *search_settings.  For a
 * method that makes its steps itself, and takes no rule, a record that says so. */
const descent_search *descent_method_search(const descent_method *method,
                                            const double *settings,
                                            const double **search_settings);
/* Whether the method goes with the rule.  One that moves by a rule of its own takes a
 * length that is known beforehand, and none that is tried. */
bool descent_method_takes(const descent_method *method, const double *settings,
                          const descent_search *search);
/* Whether the method's steps, projected on the sets of the problem's blocks, end at its
 * stationary points; on bounds those of every method do. */
bool descent_method_takes_sets(const descent_method *method,
                               const descent_problem *problem);
/* Fixed steps shorter than this over the greatest curvature converge to a minimum close
 * by; 0: no such bound is known for the method. */
double descent_method_bound(const descent_method *method, const double *settings);
const descent_method *descent_method_find(const char *name); /* NULL: none */
/* What the method "auto" becomes for this problem, of which nothing is evaluated; *reason
 * (NULL: not asked) says why in a few words, with "%n" where the number of variables
 * goes.
 */
const descent_method *descent_choose(const descent_problem *problem, const char **reason);
/* The step rule that `auto` takes with it; NULL: the method's own. */
const descent_search *descent_choose_search(const descent_problem *problem);
const char *descent_search_name(const descent_search *search);
const char *descent_search_summary(const descent_search *search);
const descent_setting *descent_search_settings(const descent_search *search);
const descent_search *descent_search_find(const char *name);

/* The search quantities at the current point, before step number `step_count + 1`. */
typedef struct descent_state {
    size_t n;
    const double *x;
    const double *gradient;
    /* What of the gradient leads anywhere within the sets: x - P(x - gradient), P the
     * nearest point; without sets the gradient. */
    const double *projected;
    double value, gradient_norm; /* the 2-norm of `projected` */
    double value_change;         /* |value - previous|, inf before the first step */
    double point_change;         /* 2-norm of the last move, inf before the first step */
    double step; /* length factor of the last step, NaN before the first */
    uint64_t step_count, evaluations;
    double seconds; /* since the start was evaluated; NaN without a clock */
} descent_state;

enum { DESCENT_MOST_POINTS = 1024 };
/* Finite states at points visited one after the other; n of x and gradient a point. */
typedef struct descent_points {
    size_t n, count; /* at most DESCENT_MOST_POINTS */
    const double *x, *gradient, *value;
    uint64_t first_step; /* step_count at the first; it grows by 1 */
    double seconds;      /* before the first */
    const struct descent *search;
} descent_points;

/* What tests look at, a number a point. */
typedef enum descent_measure {
    DESCENT_VALUE,
    DESCENT_GRADIENT, /* of one variable */
    DESCENT_GRADIENT_NORM,
    DESCENT_VALUE_CHANGE,
    DESCENT_POINT_CHANGE
} descent_measure;
/* Bounds for all points, which take less time, and may be farther apart than need be. */
void descent_measure_bounds(const descent_points *points, descent_measure measure,
                            double *least, double *greatest);
/* One number a point, with the bits of descent_state; valid until the next step. */
const double *descent_measure_all(const descent_points *points, descent_measure measure);

/* The answer of a stopping test. */
typedef enum descent_stop {
    DESCENT_GO_ON,
    DESCENT_STOP_CONVERGED, /* a test on gradient, value change or point change holds */
    DESCENT_STOP_LAST,      /* the same, and steps or time are used up as well */
    DESCENT_STOP_REACHED,   /* another test of the user's holds */
    DESCENT_STOP_BUDGET     /* steps or time are used up */
} descent_stop;

/* How a search ended; the texts are descent_status_name's. */
#define DESCENT_STATUSES(X)                                                              \
    X(RUNNING, "running", "more steps can be made")                                      \
    X(CONVERGED, "converged", "a stopping test on gradient, value or move holds")        \
    X(REACHED, "reached", "another stopping condition holds")                            \
    X(BUDGET, "budget", "the steps or the time are used up")                             \
    X(DIVERGED, "diverged", "the values grow beyond their scale at the start")           \
    X(UNBOUNDED, "unbounded", "the value falls without limit")                           \
    X(NOT_ATTAINED, "not attained", "the infimum is only approached at infinity")        \
    X(STALLED, "stalled", "no step improves, and it is not rounding")                    \
    X(INFEASIBLE, "infeasible", "the conditions cannot all hold")                        \
    X(UNDEFINED, "undefined", "the value or the gradient is not finite")                 \
    X(INTERRUPTED, "interrupted", "stopped from outside")
typedef enum descent_status {
#define DESCENT_STATUS_ID(id, name, meaning) DESCENT_##id,
    DESCENT_STATUSES(DESCENT_STATUS_ID)
#undef DESCENT_STATUS_ID
} descent_status;
const char *descent_status_name(descent_status status);

/* Zeroed fields mean the default; contexts must outlive the search. */
typedef struct descent_options {
    const descent_method *method;  /* NULL: gradient */
    const double *method_settings; /* in the order of its settings; NULL: defaults */
    const descent_search
        *search; /* NULL: the method's default, see descent_method_step */
    const double *search_settings;
    /* For methods with noise: independent standard normal numbers. */
    double (*normal)(void *context);
    void *normal_context;
    /* For the search "schedule": the step at this state. */
    double (*schedule)(void *context, const descent_state *state);
    void *schedule_context;
    /* The stopping test, asked at every point, the start included.  NULL: converged at
     * gradient_norm < gradient_tolerance. */
    descent_stop (*until)(void *context, const descent_state *state);
    /* How many of the points, from the first on, `until` answers with DESCENT_GO_ON,
     * asked for points that are visited at once.  NULL with `until`: none ever are. */
    size_t (*until_many)(void *context, const descent_points *points);
    void *until_context;
    double gradient_tolerance; /* 0: 1e-6 */
    uint64_t most_steps; /* 0: 10000, or no limit with users_budget; UINT64_MAX: none */
    bool users_budget;   /* `until` has a budget of its own, carried out in full: only a
                            value that is not finite ends fixed steps before it */
    bool sampled;        /* values and gradients are of samples, each step of another one:
                            their growth does not tell of divergence */
    /* Shown every point, the start included; false interrupts. */
    bool (*observe)(void *context, const descent_state *state);
    bool observe_last; /* of points visited at once it wants to see the last alone */
    void *observe_context;
    double (*clock)(void *context); /* seconds; NULL: no time is measured */
    void *clock_context;
    size_t trace_rows; /* 0: 1000; at least 2 */
    /* NULL: malloc and free.  allocate may return NULL; the block must be aligned as
     * malloc's.  With an allocate of the caller's, release may be NULL (an arena). */
    void *(*allocate)(void *context, size_t size);
    void (*release)(void *context, void *block, size_t size);
    void *memory_context;
} descent_options;

/* One kept row of the trace: the point before step k + 1. */
typedef struct descent_row {
    uint64_t k;
    double value, gradient_norm;
    double step;     /* the step that led here, NaN in the first row */
    const double *x; /* n entries, or NULL when all rows pass 10^6 numbers */
} descent_row;

/* What is known of the search so far, or of the whole when it has ended. */
typedef struct descent_result {
    descent_status status;
    size_t n;
    const double *x, *gradient;  /* the last point */
    const double *projected;     /* see descent_state */
    double value, gradient_norm; /* the norm of `projected` */
    const double *best_x;        /* the best point visited */
    double best_value;
    uint64_t best_k;
    double start_value;
    double value_change, point_change, step; /* of the last step */
    uint64_t steps, evaluations, gradient_evaluations, hessian_evaluations;
    double seconds;
    /* Contraction factor of the last moves above rounding, signed by the dot product of
     * successive moves: 0 when one step reached the point, NaN when fewer than two moves
     * are known.  1 - step * curvature for fixed steps on a parabola. */
    double factor;
    bool at_rounding; /* it ended because no change is possible at rounding level */
    /* A value or gradient that is not finite ended it (UNDEFINED, DIVERGED, UNBOUNDED):
     * the step that met it, 0 for the start, and the point; else fault_x is NULL.  x is
     * then the last point before. */
    uint64_t fault_step;
    const double *fault_x;
    size_t row_count;
    /* With constraints: the derivative of the value by the bound of each condition and of
     * each variable (0 where none holds), the largest violation of a condition, and the
     * same relative to the size of what stands in it.  `gradient` is then that of the
     * Lagrangian, projected on the bounds.  NULL and 0 without. */
    const double *multipliers, *bound_multipliers;
    double violation, relative_violation;
} descent_result;

/* What the point is near which a search ended. */
#define DESCENT_KINDS(X)                                                                 \
    X(NOT_CRITICAL, "not critical", "no stationary point is near")                       \
    X(MINIMUM, "minimum", "all values around are higher, or none is lower")              \
    X(MAXIMUM, "maximum", "all values around are lower, or none is higher")              \
    X(SADDLE, "saddle", "stationary, with lower and with higher values around")          \
    X(INFLECTION, "inflection", "stationary in one variable, falling through it")        \
    X(FLAT, "flat", "stationary, and no test decides")
typedef enum descent_kind {
#define DESCENT_KIND_ID(id, name, meaning) DESCENT_##id,
    DESCENT_KINDS(DESCENT_KIND_ID)
#undef DESCENT_KIND_ID
} descent_kind;
const char *descent_kind_name(descent_kind kind);

/* What holds a variable at a point of the boundary of its set. */
#define DESCENT_SIDES(X)                                                                 \
    X(FREE, "free")                                                                      \
    X(LOWER, "lower bound")                                                              \
    X(UPPER, "upper bound")                                                              \
    X(FIXED, "both bounds")                                                              \
    X(SURFACE, "on the sphere")
typedef enum descent_side {
#define DESCENT_SIDE_ID(id, name) DESCENT_SIDE_##id,
    DESCENT_SIDES(DESCENT_SIDE_ID)
#undef DESCENT_SIDE_ID
} descent_side;
const char *descent_side_name(descent_side side);

/* What can be told of the place where a search ended.  Numbers that are not known are
 * NaN, arrays NULL; arrays have n entries and are owned by the search. */
typedef struct descent_diagnosis {
    /* The status of the result, or what the probes showed to be the truth: UNBOUNDED,
     * NOT_ATTAINED, or CONVERGED (with at_rounding) for a search that no step improved
     * because it is as close to a minimum as rounding allows. */
    descent_status status;
    bool at_rounding;
    descent_kind kind;    /* of the stationary point near the last point */
    const double *point;  /* that stationary point; NULL when NOT_CRITICAL */
    double value;         /* there */
    double distance;      /* from the last point to it */
    bool is_lowest;       /* no value at all is lower: so it is a minimum */
    bool at_kink;         /* the slope jumps there, in one variable ... */
    double slopes[2];     /* ... from one to the other */
    double surface_slope; /* a minimum on the surface of a ball: how fast it falls
                             outwards */
    size_t kinks;         /* in several, with descent_problem.kinks: how many |u| are 0 */
    /* In one variable, where the second derivative vanishes: the order of the first
     * derivative that does not, and its value there; else 0. */
    unsigned order;
    double derivative;
    /* Eigenvalues of the Hessian at `point`, or else at the last point. */
    double least_curvature, greatest_curvature;
    /* With constraints they are those of the Hessian of the Lagrangian along the
     * directions that keep what holds with a multiplier: so many. */
    bool is_reduced;
    size_t reduced_count;
    bool is_estimated; /* without a Hessian by differences, for many by Lanczos' method */
    /* The unit vector to the eigenvalue least_curvature. */
    const double *least_direction;
    /* With sets: how many variables are at a bound that acts, and the change of the value
     * with that bound (n entries, 0 for variables that are free; in a simplex that with
     * the bound 0); the curvatures are those of the free variables. */
    size_t held;
    const double *multipliers;
    const unsigned char *sides; /* n of descent_side */
    /* What rounding can make of |gradient| at the last point. */
    double attainable_gradient;
    /* UNBOUNDED and NOT_ATTAINED, and for a stationary point that is no minimum where it
     * is so: the value falls for ever along this unit vector, for example to far_value
     * at far_length from the last point. */
    bool falls_without_limit;
    bool at_edge; /* it falls towards the edge of an open set, far_length away */
    const double *direction;
    double far_length, far_value; /* NOT_ATTAINED: the limit, estimated */
} descent_diagnosis;
/* Evaluates the problem around the last point, a bounded number of times that the result
 * does not count; not at all after an interruption, when nothing is judged (the kind is
 * NOT_CRITICAL).  A minimum is proved wherever enclosures are given; `kind` is FLAT where
 * that does not succeed.  The first call takes a second block of memory; NULL when it
 * ends.  Valid until the next step. */
const descent_diagnosis *descent_diagnose(descent *search);

/* What the derivatives of the residuals at a point tell of the variables. */
typedef struct descent_fit_result {
    double least; /* the norm of the residuals without what a change of the variables
                     could take away, to first order: at a minimum all of it */
    double slope; /* the norm of what it could: at a minimum 0 */
    size_t rank;  /* how many variables they determine, at most n */
    /* With the rank n, in `work`: the roots of the diagonal of (J'J)^-1, and its entries
     * over those of their rows and columns, n * n; else NULL. */
    const double *errors, *correlation;
} descent_fit_result;
/* Of a problem with `jacobian`.  Held variables (n claims, NULL: none) count as known:
 * their errors and correlations are NaN.  `work` has descent_fit_size(n) doubles.  False
 * when a number is not finite. */
size_t descent_fit_size(size_t n);
bool descent_fit(const descent_problem *problem, const double *x, const bool *held,
                 double *work, descent_fit_result *out);

/* What is not allowed in a problem with its options (NULL: all defaults): the name of the
 * first field or setting, such as "n" or "shrink"; NULL when all is allowed. */
const char *descent_find_fault(const descent_problem *problem,
                               const descent_options *options);
/* A search at its start.  NULL when memory ends or descent_find_fault finds something.
 * The problem, the options, the settings and the start are copied.  The callbacks are
 * first called by descent_step, descent_run or descent_get_result, which evaluate the
 * start. */
descent *descent_new(const descent_problem *problem, const descent_options *options,
                     const double *start);
/* One step, unless the search has ended.  True while more steps can be made. */
bool descent_step(descent *search);
/* Steps until the end. */
descent_status descent_run(descent *search);
/* Valid until the next step; owned by the search. */
const descent_result *descent_get_result(descent *search);
/* Row 0 is the start, row_count - 1 the last point.  Without such a row: NaN, x NULL. */
descent_row descent_get_row(const descent *search, size_t row);
/* Evaluates the last point again, after the problem's values have changed: from those of
 * a batch of rows to those of all.  The result then has the new value and gradient. */
void descent_reevaluate(descent *search);
/* Puts a search that has converged to a point beside its last one that is known to be
 * nearer to the minimum than doubles can tell.  False, and nothing changes, where there
 * are conditions, where value or gradient is not finite there, and where the stopping
 * test held and does not hold there. */
bool descent_refine(descent *search, const double *x);
void descent_free(descent *search); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
