/* SPDX-License-Identifier: MIT
 * solution.h - what a solve returns: facts only; report.c makes the sentences. */
#ifndef SCRIPT_SOLUTION_H
#define SCRIPT_SOLUTION_H

#include "script/statistics.h"
#include "source/source.h"

/* One stopping test of the solve with what it measured at the end. */
struct stopping_test {
    const char *text;     /* as the user wrote it: "|grad| < 1e-4" */
    double left;          /* the measured side */
    double right;         /* its limit */
    const char *limit;    /* the limit as written */
    const char *measured; /* what is measured, as written: "|grad|"; NULL when the test is
                             no comparison of two numbers */
    bool negated;         /* it stands under `not`, which `holds` counts in */
    bool limit_first;     /* `1e-4 > |grad|`: what is measured stands on the right */
    bool counts;          /* "500 steps": `left` are those made */
    bool holds, is_budget, is_convergence;
};

/* What a search moves under one name: `shape` numbers of its point, from `offset` on. */
struct variable {
    name_id name;
    struct shape shape;
    size_t offset, count;
};

/* One condition of `subject to` at the last point. */
struct kept_condition {
    const char *text; /* as written, on one line */
    struct span place;
    struct shape shape;
    size_t count;
    double
        *multiplier; /* the derivative of the value by its bound; 0: it does not matter */
    size_t active;   /* how many of its numbers are at their bound */
    double violation; /* the largest */
    bool conflicts;   /* one of those that cannot all hold */
};

/* One of the distinct ends of the searches of `starts`. */
struct found_minimum {
    double value;
    size_t hits, start;
    const double *x;
};

/* Variables whose units do not go together, scaling.c; numbers count from 0. */
struct scaling {
    size_t steep, flat; /* along these the curvature is the largest and the smallest */
    double ratio;       /* of these curvatures; 0: there is nothing to tell */
    size_t odd;         /* this one stands apart from the others, and is better ... */
    bool divides;       /* ... divided, else multiplied, ... */
    double factor;      /* ... by this */
    double condition;   /* of the Hessian when all units are balanced */
};

struct solution {
    struct span place;     /* of the statement */
    const char *statement; /* its text on one line */
    bool maximize;
    size_t n; /* numbers of all variables together */
    struct variable *variables;
    size_t variable_count;
    double *x, *gradient; /* the last point; the gradient in the user's sign */
    double value, gradient_norm;
    double *best_x;
    double best_value;
    uint64_t best_k;
    double start_value;
    uint64_t steps, evaluations, gradient_evaluations, seed;
    double seconds; /* NaN: no clock */
    descent_status status;
    bool at_rounding;
    size_t batch_size, batch_rows; /* of `batch`; else 0 */
    double epochs;
    uint64_t fault_step;              /* UNDEFINED: the step that met it */
    bool default_step, default_until; /* the script did not say */
    double factor;
    bool has_noise; /* the method adds some to the gradient */
    /* Of the function that was minimized: with maximize the user's signs are the
     * opposite, which solution_kind and solution_curvature see to. */
    descent_diagnosis diagnosis;
    struct scaling scaling;
    bool is_convex;               /* proved: concave, with maximize */
    bool takes_newton;            /* `by newton` could be written, and ... */
    bool takes_smoothing;         /* ... `by smoothing` */
    double fixed_step;            /* NaN: the step is no fixed number */
    double stable_step_of_method; /* the method's bound for fixed steps over the greatest
                                     curvature; NaN: unknown, inf: there is none */
    struct kept_condition *conditions; /* of `subject to`, in the order of the text */
    size_t condition_count;
    double violation;                      /* the largest of a condition; 0 without any */
    bool is_violated;                      /* by more than the tolerance */
    struct statistics statistics;          /* of a fit */
    const char *method;                    /* "gradient" */
    const char *chosen_because;            /* by `auto`: "500 variables"; else NULL */
    const char *step_rule;                 /* "step 0.12", "backtracking" */
    const char *reason;                    /* the sentence of the report */
    const struct explanation *explanation; /* explain_solution.h */
    struct stopping_test *tests;
    size_t test_count;
    size_t starts; /* of `starts`; else 0 */
    /* Further searches where the first did not solve equations, and its value; else 0. */
    size_t attempts;
    double first_value;
    struct found_minimum *minima;
    size_t minima_count;
    /* the trace, one entry a row */
    size_t rows;
    double *row_k, *row_value, *row_gradient, *row_step;
    double *row_x; /* rows * n, row by row; NULL when it was left out */
};

struct session;
/* The name of number `index` of the point: "w", "x[3]" or "A[2, 1]". */
void variable_put(struct session *session, struct text *out,
                  const struct variable *variables, size_t index);
/* The value of a variable from the numbers of a point. */
struct value variable_value(struct arena *arena, const struct variable *variable,
                            const double *x);
/* The field `name` of a solution or its trace; false when it has none. */
bool solution_field(struct session *session, const struct value *base, name_id name,
                    struct value *out);
/* The names of all fields that `base` has, at most `capacity`; returns how many. */
size_t solution_field_names(struct session *session, const struct value *base,
                            const char **names, size_t capacity);
/* The data set of the distinct minima: value, hits, start, each variable. */
struct value solution_minima(struct session *session, const struct solution *solution);
struct found_minimum *solution_copy_minima(struct arena *arena,
                                           const struct solution *solution);
/* Whether the name is a field of every solution or a search quantity: no variable may
 * have it. */
bool solution_name_reserved(const char *name);
struct solution *solution_copy(struct arena *arena, const struct solution *solution);
/* conditions.c: the multipliers, a vector when all conditions are of numbers, else a
 * list; and the conditions of a copy. */
struct value solution_multipliers(struct session *session, const struct solution *s);
struct kept_condition *solution_copy_conditions(struct arena *arena,
                                                const struct solution *s);
/* In the user's sign. */
descent_kind solution_kind(const struct solution *solution);
void solution_curvature(const struct solution *solution, double *least, double *greatest);
/* What rounding can make of an eigenvalue that is 0. */
double solution_curvature_rounding(const struct solution *solution);
/* 2 over the greatest curvature of what is minimized; inf where it curves nowhere up. */
double solution_stable_step(const struct solution *solution);
/* The greatest curvature over the least, of a function that curves up in all directions;
 * else NaN. */
double solution_condition(const struct solution *solution);
/* The trace as a data set: k, the variables, value, grad, step. */
struct value solution_trace(struct session *session, const struct solution *solution);
/* "diverging", "oscillating", "slow" or "steady" from the contraction factor; "unknown"
 * when there is none (language.md 5). */
const char *solution_regime(const struct solution *solution);

#endif
