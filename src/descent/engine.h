/* SPDX-License-Identifier: MIT
 * engine.h - what methods and step rules see of the engine.
 *
 * A method has one job: from the point x it makes the trial point and evaluates it.  A
 * method that goes along a line leaves the length to the step rule (engine_descend); one
 * with a rule of its own asks for the rate, writes `trial` and calls engine_arrive.  The
 * engine owns everything else: counting, finiteness, stopping, the best point, trace,
 * observer, time and memory.  Methods and rules keep what must last from step to step in
 * their scratch, which is zero at the start; they neither allocate nor print. */
#ifndef DESCENT_ENGINE_H
#define DESCENT_ENGINE_H

#include "descent.h"
#include "descent/diagnose.h"
#include "descent/recurrence.h"
#include "descent/trace.h"
#include "descent/walk.h"

/* What a method or step rule needs besides value and gradient. */
enum {
    ENGINE_NEEDS_SCHEDULE = 1 << 0,   /* descent_options.schedule */
    ENGINE_NEEDS_RATE = 1 << 1,       /* a step rule with `length` */
    ENGINE_NEEDS_NORMAL = 1 << 2,     /* descent_options.normal */
    ENGINE_NEEDS_HESSIAN = 1 << 3,    /* descent_problem.hessian */
    ENGINE_NEEDS_STEEPEST = 1 << 4,   /* a method whose direction is the gradient */
    ENGINE_NEEDS_LAGRANGIAN = 1 << 5, /* second derivatives, of conditions too */
    ENGINE_NEEDS_SQUARES = 1 << 6,    /* descent_problem.jacobian */
    ENGINE_NEEDS_KINKS = 1 << 7       /* descent_problem.kinks, and no bounds */
};

/* What a method offers to the step rule. */
enum {
    ENGINE_GIVES_LENGTH = 1 << 0,  /* its directions have a length: 1 is tried first */
    ENGINE_GIVES_TURN = 1 << 1,    /* they have none, and are not the gradient's */
    ENGINE_GIVES_STEP = 1 << 2,    /* it makes its steps itself, and takes no rule */
    ENGINE_GIVES_ANY_SET = 1 << 3, /* projected, its steps end at stationary points of any
                                      convex set, since they are along gradients */
    ENGINE_GIVES_STEEPEST = 1 << 4, /* it goes along the negative gradient, unless it asks
                                      for ENGINE_NEEDS_NORMAL */
    ENGINE_TAKES_CONSTRAINTS = 1 << 5, /* it keeps conditions */
    ENGINE_GIVES_VALUES = 1 << 6, /* it goes by values alone; gradients are for tests */
    ENGINE_GIVES_BEST = 1 << 7    /* its answer is the best point, not the last */
};

/* Up to this many variables the Hessian is treated as a whole, beyond by products. */
enum { ENGINE_DENSE = 200 };

/* A method or step rule has no more settings. */
enum { ENGINE_MOST_SETTINGS = 16 };

/* How a step went. */
enum engine_progress {
    ENGINE_MOVED, /* the trial is the next point; its value and gradient are finite */
    ENGINE_NOT_FINITE, /* its value or gradient is not */
    ENGINE_ROUNDING,   /* no step improves, and rounding is the reason */
    ENGINE_STALLED,    /* no step improves, and it is not rounding */
    ENGINE_INFEASIBLE  /* no point near keeps the conditions better, and they do not hold
                        */
};

/* Points x + t * factor * vector.  Kept as two factors so that the vector may be the
 * gradient itself. */
struct engine_line {
    const double *vector;
    double factor;
    double length; /* of the move at t = 1 */
    double slope;  /* derivative along the line per unit of length, negative downhill */
};

struct descent_method {
    const char *name, *summary;
    const char *formula;             /* see descent_method_formula */
    const descent_setting *settings; /* ends with a NULL name */
    unsigned needs;                  /* ENGINE_NEEDS_* */
    unsigned gives;                  /* ENGINE_GIVES_* */
    /* What these settings need besides; NULL: nothing. */
    unsigned (*needs_with)(const double *settings);
    /* The formula with these settings; NULL: it is always the same. */
    const char *(*formula_with)(const double *settings);
    /* The fixed step when no step rule is given.  0: the default step rule instead; NaN:
     * there is none, a step must be given. */
    double default_step;
    /* The default step rule; NULL: the first of the list.  Its settings, NULL: defaults.
     */
    const char *default_search;
    const double *default_search_settings;
    /* See descent_method_bound; NULL: none is known. */
    double (*bound)(const double *settings);
    /* Doubles of scratch; NULL: none.  SIZE_MAX: more than there can be. */
    size_t (*scratch)(size_t n, const double *settings);
    /* The same for a method that must know the problem. */
    size_t (*scratch_for)(const descent_problem *problem, const double *settings);
    enum engine_progress (*step)(struct descent *d);
    /* Asked where a test says converged: whether the search is to go on, since the point
     * is no minimum; or to finish what is nearly one, which sets `finishing`: no step
     * that improves is then the end, not a failure.  NULL: never. */
    bool (*objects)(struct descent *d);
};

/* The one that descent_new replaces by another. */
extern const descent_method method_auto;
/* The rule of a method that makes its steps itself. */
extern const descent_search search_own;

/* ---- diagnosis.c ---- */

/* Gives the memory of a diagnosis back. */
void diagnosis_free(struct descent *d);

/* ---- create.c ---- */

/* Where no allocate is given: malloc and free. */
void engine_fill_memory(descent_options *options);

/* ---- choice.c ---- */

/* Puts the given values, or the defaults when `values` is NULL, into `filled`. */
void engine_fill_settings(double *filled, const descent_setting *settings,
                          const double *values);
/* What a method needs with these settings (NULL: its defaults). */
unsigned engine_method_needs(const struct descent_method *method, const double *settings);
/* Whether method and step rule go together, after engine_choose_search. */
bool engine_takes(const descent_options *options);
/* Sets the step rule that acts when none is given. */
void engine_choose_search(descent_options *options);

/* Either `length` or `search` is set. */
struct descent_search {
    const char *name, *summary;
    const descent_setting *settings;
    unsigned needs;
    size_t (*scratch)(size_t n, const double *settings);
    /* A length that is known beforehand. */
    double (*length)(struct descent *d);
    bool is_constant; /* and is the same in every step */
    /* Tries lengths until the trial is good enough; the line goes downhill. */
    enum engine_progress (*search)(struct descent *d, const struct engine_line *line);
};

struct descent {
    descent_problem problem;
    descent_options options; /* defaults filled in */
    size_t block_size;
    descent_status status;
    bool started; /* the start has been evaluated */
    bool at_rounding;
    bool finishing; /* the stopping test holds, and the method goes on to rounding */

    double method_settings[ENGINE_MOST_SETTINGS];
    double search_settings[ENGINE_MOST_SETTINGS];
    double *method_scratch, *search_scratch;

    /* The current point: at.x is x, at.gradient is gradient. */
    descent_state at;
    double *x, *gradient;
    double previous_gradient_norm;
    bool takes_first; /* the last search took the first length that it tried */
    double calm;      /* the smallest gradient of a point that was accepted for it among
                         equal values, see searches/armijo.h; else inf */
    double last_fall; /* -g'd of the last step that went along a line by a rule that tries
                         lengths; NaN before there was any */
    uint64_t gradient_evaluations, hessian_evaluations, product_evaluations;
    double clock_start;

    /* The trial point; trial_x and trial_gradient change places with x and gradient when
     * it is accepted.  Until a point is tried they are those of the point before. */
    double *trial_x, *trial_gradient;
    double trial_value, trial_gradient_norm, trial_step;
    bool trial_has_gradient; /* both are known for trial_x as it is */

    /* With a method that keeps conditions, at the current point and at the trial. */
    double *multipliers, *bound_multipliers;
    double violation, relative_violation, trial_violation, trial_relative_violation;
    double gap, trial_gap; /* of the value, for conditions that only nearly hold */
    bool unsettled;        /* the method has not come to its end, whatever tests say */
    double best_violation; /* relative, where the value is the best */

    /* With sets: P(x - g) may need room; x - P(x - g) at x, valid until the next step;
     * the direction of a search; the gradient on the face; the variables that a step
     * which is solved for leaves to their bounds. */
    bool has_sets, knows_held, holds;
    double *set_room, *projected, *direction;
    bool *held;

    double *last_move;
    struct contraction contraction;
    struct recurrence recurrence; /* for a method that moves by a rule of its own */
    bool has_inertia;
    struct trace trace;
    struct walk_rows walk;

    double start_value;
    double scale; /* of the values at the start, see stop.c */
    double *best; /* the best point, when it is not x */
    bool x_is_best;
    double best_value;
    uint64_t best_k;
    uint64_t fault_step;
    const double *fault_x;

    descent_result result;       /* filled by descent_get_result */
    struct sparse *sparse;       /* of interior_point, where its systems are sparse */
    struct kkt *kkt;             /* of a problem with constraints, with the diagnosis */
    struct diagnosis *diagnosis; /* a block of its own; NULL: none was asked for */
};

/* ---- walk.c ---- */

/* Whether the problem, the method and the options allow to make several steps at once. */
bool walk_is_possible(const struct descent *d);
/* Makes some steps at once; false when the next has to be made alone. */
bool walk_on(struct descent *d);

/* ---- for methods ---- */

/* Goes along factor * vector with the length that the step rule gives, on the arc of the
 * nearest points in the sets (Bertsekas 1976).  Entries of held variables are not read.
 */
enum engine_progress engine_descend(struct descent *d, const double *vector,
                                    double factor);
/* The same for a line that has been measured. */
enum engine_progress engine_follow(struct descent *d, const struct engine_line *line);
/* The step rule's length for this step, for methods with ENGINE_NEEDS_RATE. */
double engine_rate(struct descent *d);
/* Evaluates trial_x, where the method has put the next point; `step` is kept as the
 * length factor of the step. */
enum engine_progress engine_arrive(struct descent *d, double step);
/* The method goes by values alone. */
bool engine_needs_no_gradient(const struct descent *d);
/* The Hessian at x, with ENGINE_NEEDS_HESSIAN: the rows on and below the diagonal, with
 * those of held variables made 1 and 0.  False when an entry is not finite. */
bool engine_hessian(struct descent *d, double *hessian);
/* out = H v at x, where v has no part in held variables; by differences of gradients
 * where the problem gives no product.  False when an entry is not finite. */
bool engine_product(struct descent *d, const double *v, double *out);
/* A method that solves for its step does so on the face of the bounds that the search
 * goes along: held variables, n claims or NULL for none, do not take part; their entries
 * in the gradient on the face are 0. */
const bool *engine_held(struct descent *d);
const double *engine_face_gradient(struct descent *d);

/* ---- for step rules ---- */

/* Puts the trial at t on the line.  False when it is x again, the move lost in rounding.
 */
bool engine_move(struct descent *d, const struct engine_line *line, double t);
/* The decrease to first order of the move to the trial, which lies at t on the line. */
double engine_promise(const struct descent *d, const struct engine_line *line, double t);
/* Evaluate the trial, its value alone or with the gradient; false when not finite. */
bool engine_try_value(struct descent *d);
bool engine_try_gradient(struct descent *d);
/* The derivative along the line at the trial, whose gradient is known, per unit of
 * length. */
double engine_trial_slope(const struct descent *d, const struct engine_line *line);
/* The method's directions have a length: a rule that tries lengths begins with 1. */
bool engine_has_length(const struct descent *d);

/* ---- stop.c ---- */

/* The status at the current point: the stopping test, the budget, growth of the values.
 */
descent_status stop_ask(struct descent *d);
/* How far above the start a value may be. */
double stop_growth(const struct descent *d);
/* Whether the stopping test holds at the current point. */
bool stop_holds(const struct descent *d);
/* Whether a value is so far above the start that the search is taken to diverge. */
bool stop_has_grown(const struct descent *d, double value);
/* Learns the scale of the values from the current point, in each step. */
void stop_learn_scale(struct descent *d);
/* The status of a search whose trial is not finite. */
descent_status stop_fault(const struct descent *d);
/* The trial's value is -inf after a long fall. */
bool stop_is_bottomless(const struct descent *d);
/* The measured contraction factor, NaN: unknown. */
double stop_factor(const struct descent *d);

#endif
