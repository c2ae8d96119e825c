/* SPDX-License-Identifier: MIT
 * derivative.h - derivatives as functions of the language: L', grad(f), hessian(f),
 * diff(E, x).
 *
 * A derivative is not a formula that is stored but a recipe: what is differentiated, and
 * how. At every use the function is traced with its parameters as leaves, differentiated
 * on the graph, and evaluated, printed or put into an objective.  So late binding holds
 * for derivatives as for functions. */
#ifndef SCRIPT_DERIVATIVE_H
#define SCRIPT_DERIVATIVE_H

#include "script/evaluate.h"

/* A function whose body has been traced: one leaf a parameter. */
struct traced {
    struct graph *graph;
    struct trace *trace;
    size_t n;
    name_id *names;  /* the parameters */
    node_id *leaves; /* one a parameter; their symbols are formula_symbol's */
    unsigned batch;  /* axes of the generators around, in front of all leaves */
    bool has_arrays; /* among the parameters */
    node_id body;
    bool is_array;    /* of a gradient or a hessian */
    size_t count;     /* results: 1; n of a gradient; n * n of a hessian; with arrays one
                         node, the whole gradient, or none for a hessian */
    node_id *results; /* what the derivative (or the function itself) gives */
    const char
        *label; /* "L'": what stands before the parameters; NULL for an expression */
    struct span place; /* of the body */
};

/* Whether the value is a function that can be differentiated or traced. */
bool is_function(const struct value *value);
/* How many parameters a function has that is_function. */
size_t derivative_parameters(const struct value *function);
/* L' of a function; primes add up.  `place` for the message when it is none. */
bool derivative_prime(struct evaluation *e, const struct value *function, unsigned primes,
                      struct span place, struct value *out);
/* The call diff(E, x, ...), whose first argument is not evaluated. */
bool derivative_diff(struct evaluation *e, const struct ast *call,
                     const struct local *locals, struct value *out);
/* grad(f) and hessian(f). */
bool derivative_grad(struct evaluation *e, struct span place, const struct value *f,
                     struct value *out);
bool derivative_hessian(struct evaluation *e, struct span place, const struct value *f,
                        struct value *out);
/* The derivative applied to arguments: a number, or the vector of a gradient, or the rows
 * of a hessian; in a trace with nodes. */
bool derivative_call(struct evaluation *e, const struct value *derivative,
                     struct span place, const struct value *arguments, size_t count,
                     struct value *out);

/* Traces a function or a derivative with leaves as parameters, into `e->trace`.  The
 * leaves have the shapes of the arguments, one for each parameter; NULL: all are numbers.
 */
bool derivative_trace(struct evaluation *e, const struct value *function,
                      struct span place, const struct value *arguments,
                      struct traced *out);

/* Runs `body` with an evaluation whose trace is fresh, and gives back after it what the
 * trace made; its messages stay.  `body` returns false after an error. */
typedef bool traced_body(struct evaluation *e, void *user);
bool with_trace(struct session *session, traced_body *body, void *user);

/* How many operations one evaluation of the function takes. */
bool derivative_operations(struct session *session, struct span place,
                           const struct value *function, struct value *out);

/* ---- formula.c ---- */
/* "L'(w) = 4*(2*w - 6)", or the definition as written where it cannot be traced. */
void formula_print(struct session *session, struct text *out,
                   const struct value *function);
/* The same in LaTeX; false after an error. */
bool formula_latex(struct session *session, struct text *out,
                   const struct value *function, struct span place);
/* The symbol of a parameter's leaf, and back to the text of any leaf (a graph_namer). */
name_id formula_symbol(struct session *session, name_id parameter);
const char *formula_name(void *session, uint32_t symbol);

/* ---- explain.c ---- */
/* explain L': the derivation line by line. */
bool execute_explain(struct session *session, const struct ast *node);

#endif
