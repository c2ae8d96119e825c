/* SPDX-License-Identifier: MIT
 * solve.h - where language and numerics meet: a solve of the script becomes a problem of
 * the descent engine, and its result a solution. */
#ifndef SCRIPT_SOLVE_H
#define SCRIPT_SOLVE_H

#include "descent_starts.h"
#include "script/evaluate.h"
#include "script/solution.h"
#include "tape/program.h"

/* Runs a SOLVE node; the solution is in scratch.  Binds no name.  `is_kept`: the script
 * can hold the solution, and have it explained. */
bool solve_run(struct session *session, const struct ast *node,
               const struct local *locals, bool is_kept, struct value *out);

/* ---- what solve.c, objective.c, until.c and outcome.c share ---- */

/* The leaves behind the variables, in the inputs of every compiled program, and what they
 * are called in `until` and `step`; the time has no name there (`10 seconds`). */
#define SOLVE_QUANTITIES(X)                                                              \
    X(K, "k", "the number of steps made")                                                \
    X(VALUE, "value", "the objective at the point")                                      \
    X(DVALUE, "dvalue", "how much the last step changed the value")                      \
    X(DX, "dx", "how far the last step went")                                            \
    X(SECONDS, "seconds", "the time since the start")                                    \
    X(EPOCHS, "epochs", "the passes over all rows")
enum quantity {
#define SOLVE_QUANTITY_ID(id, name, meaning) QUANTITY_##id,
    SOLVE_QUANTITIES(SOLVE_QUANTITY_ID)
#undef SOLVE_QUANTITY_ID
        QUANTITIES
};

enum test_class {
    TEST_CONVERGENCE = 1, /* that grad, dvalue or dx is small */
    TEST_BUDGET = 2,      /* on k alone, or time */
    TEST_OTHER = 4
};

/* The condition of `until` as a tree over tests. */
struct condition {
    enum { CONDITION_AND, CONDITION_OR, CONDITION_TEST } kind;
    struct condition *child[2]; /* of AND and OR */
    size_t test;
};

struct until_test {
    const struct ast *text;
    node_id holds, left, right; /* left and right 0 when it is no comparison */
    const struct ast *left_text, *right_text;
    bool negated; /* it stands under `not`; `holds` is that of the negation */
    bool bounds;  /* it holds after so many steps or seconds, and so ends the search */
    unsigned class;
};

struct solve {
    struct session *session;
    const struct ast *node;
    const struct local *locals;
    struct evaluation e;
    struct trace trace;
    bool maximize, is_kept;
    /* variables */
    size_t n; /* numbers of all variables together */
    struct variable *variables;
    struct span *places;
    size_t variable_count;
    double *start;
    size_t start_capacity;
    /* n bounds each, both NULL when no variable has any, and the sets of others */
    double *lower, *upper;
    descent_set *sets;
    size_t set_count;
    node_id *leaves; /* one a variable */
    /* search quantities; the gradient is a number in one variable, else a vector */
    node_id quantities[QUANTITIES], gradient_leaf;
    const struct local *quantity_locals;
    /* the objective, to be minimized, and its partial derivatives */
    node_id objective;
    node_id *partials; /* one a variable, of its shape */
    /* stopping */
    struct condition *until; /* NULL: the default */
    struct until_test *tests;
    size_t test_count, test_capacity;
    /* method and step */
    const struct method_value *method, *search;
    const char *chosen_because; /* `auto` chose the method; NULL: the script did */
    const descent_search *chosen_search; /* likewise, where no step is written */
    double fixed_step;
    node_id schedule; /* 0: none */
    const struct ast *step_text;
    /* compiled */
    struct program *value_program, *gradient_program, *until_program, *schedule_program;
    const node_id *input_leaves; /* of all of them: variables, quantities, gradient, then
                                    what the trace took up */
    const double **inputs;       /* where their numbers lie */
    size_t input_count;
    double quantity_values[QUANTITIES];
    double *gradient_values; /* n */
    double value;
    double **outputs; /* of the gradient program: `value`, then one a variable */
    double *test_values, **test_outputs;
    bool begins_anew;                /* it is not what its model knows, model.h */
    uint64_t observed;               /* steps that the observer has seen */
    struct pace *pace;               /* pace.c; NULL: every step is made alone */
    struct multistart *starts;       /* starts.c; NULL: one search from one start */
    descent_attempts attempts;       /* at equations, by `auto` */
    struct second *second;           /* second.c */
    struct constraints *constraints; /* constraints.h; NULL: none */
    struct solve_squares *squares;   /* squares.c; NULL: it is no sum of squares */
    struct solve_kinks *kinks;       /* kinks.c; NULL: it has none of those */
    struct batch *batch;             /* batch.c; NULL: every step sees all rows */
    struct diagnosis *diagnosis;     /* diagnosis.c */
    bool is_prepared, is_looked_at; /* diagnosis.c: known in numbers; looked at the end */
    bool is_convex;                 /* proved */
};

/* objective.c: variables, objective, derivatives. */
/* Before line 1 runs: each variable stands once, with a name that can be a field of the
 * solution beside all others. */
void solve_check_variables(struct session *session, const struct ast *node);
bool solve_collect_variables(struct solve *solve);
/* Whether there are numbers alone, in the objective and among the variables. */
bool solve_is_scalar(const struct solve *solve);
/* Puts the point into the inputs of the compiled programs; x is not copied. */
void solve_set_point(struct solve *solve, const double *x);
/* A program of these nodes from these leaves. */
struct program *solve_compile(struct solve *solve, const node_id *outputs, size_t count,
                              const node_id *leaves, size_t leaf_count);
/* Value and gradient (n numbers; NULL: the value alone) at x. */
double solve_evaluate(struct solve *solve, const double *x, double *gradient);
/* The programs of the value and of the value with its gradient. */
void solve_compile_objective(struct solve *solve);
/* cost.c: writes what a value, a value with its gradient and compiling them take. */
void solve_dump_cost(struct solve *solve);
/* The start of the variable at `index` of an OVER clause: its own, or that of the next
 * one that has one; NULL when there is none. */
const struct ast *solve_start(const struct ast *over, size_t index);
bool solve_trace_objective(struct solve *solve);
/* until.c */
bool solve_trace_until(struct solve *solve);
bool solve_has_budget(const struct solve *solve); /* it ends the search by itself */
descent_stop solve_until(void *context, const descent_state *state);
/* Puts the state into the inputs of the compiled programs. */
void solve_set_state(struct solve *solve, const descent_state *state);
/* constraints.c: whether the solve has conditions of `subject to`. */
bool solve_has_constraints(const struct solve *solve);
/* step.c: `by`, which is evaluated before the variables stand in, and `step`. */
bool solve_choose_method(struct solve *solve);
void solve_resolve_auto(struct solve *solve); /* after the objective is known */
bool solve_choose_step(struct solve *solve);
/* The method's own rule, which acts where the script has none, and its settings (in
 * scratch; NULL: they do not matter). */
const descent_search *solve_default_search(const struct solve *solve, double **settings);
/* second.c: a leaf of this shape that no script can name: ".direction0". */
node_id solve_leaf(struct solve *solve, const char *name, size_t number,
                   const struct shape *shape);
/* second.c: the Hessian of the objective as a program, made at its first use, and the
 * engine's callback. */
void solve_evaluate_hessian(void *context, const double *x, double *hessian);
/* H(x) v, likewise. */
void solve_evaluate_product(void *context, const double *x, const double *v, double *out);
/* The nodes of the second derivatives, row by row up to the diagonal, of an objective of
 * numbers alone. */
const node_id *solve_hessian_nodes(struct solve *solve);
/* diagnosis.c: what the engine asks to judge the end of a search: enclosures of the
 * objective and its derivatives, and whether it is proved convex. */
/* kinks.c: looks for them in the objective, traced; sets solve->kinks. */
void solve_find_kinks(struct solve *solve);
void solve_offer_kinks(const struct solve *solve, descent_problem *problem);
/* There are some, and nothing that the method for them does not keep. */
bool solve_takes_smoothing(const struct solve *solve);
/* Whether the method, if it goes by kinks, finds what it needs; an error otherwise. */
bool solve_check_kinks(struct solve *solve);
/* What `auto` asks of the problem; nothing of it is called. */
void solve_offer_facts(struct solve *solve, descent_problem *problem);
void solve_offer_diagnosis(struct solve *solve, descent_problem *problem);
/* pace.c: many fixed steps at once, where the objective and the tests are of numbers. */
void solve_offer_pace(struct solve *solve, descent_problem *problem,
                      descent_options *options);
/* Whether the condition of `until` holds for solve->test_values. */
bool solve_condition_holds(const struct solve *solve);
/* Draws the starts of all variables once more, into n numbers; NaN where none is
 * written. */
bool solve_draw_starts(struct solve *solve, double *x);
/* draw.c: draws, within the sets, the starts that are not written, NaN so far. */
bool solve_draw_missing(struct solve *solve);
/* Rows of n numbers, the first of which is the start. */
bool solve_draw_candidates(struct solve *solve, size_t count, double *candidates);
/* starts.c: `starts`.  Drawn before the variables stand in for their names. */
bool solve_collect_starts(struct solve *solve);
/* Searches from all starts; returns the best search. */
descent *solve_from_starts(struct solve *solve, const descent_problem *problem,
                           const descent_options *options);
/* Adds what all searches found. */
void solve_tell_starts(const struct solve *solve, struct solution *solution);
/* batch.c: `batch`.  Traced and compiled like the objective, after it. */
bool solve_trace_batch(struct solve *solve);
bool solve_check_batch_step(struct solve *solve);
void solve_compile_batch(struct solve *solve);
void solve_start_batches(struct solve *solve, descent_options *options);
/* The objective over the next rows: its value, and its gradient. */
double solve_evaluate_batch(struct solve *solve, const double *x, double *gradient);
/* Whether evaluations see a batch of the rows. */
bool solve_takes_batches(const struct solve *solve);
/* From here on all rows are seen; the search's last point is evaluated so. */
void solve_end_batches(struct solve *solve, descent *search);
/* What the whole objective was at the start and at the ends of the epochs. */
void solve_tell_batches(const struct solve *solve, struct solution *solution);
/* The answer of `until` with all tests, and that of its budgets alone. */
descent_stop solve_until_budgets(struct solve *solve, const descent_state *state);
/* outcome.c: the solution from what the engine found; tells of undefined values. */
struct solution *solve_outcome(struct solve *solve, descent *search);
/* scaling.c: after the diagnosis. */
void solve_find_scaling(struct solve *solve, struct solution *s);
/* The clause of this kind, NULL when there is none. */
const struct ast *solve_clause(const struct ast *node, enum ast_kind kind);

#endif
