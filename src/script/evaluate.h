/* SPDX-License-Identifier: MIT
 * evaluate.h - expressions to values, plain or traced.
 *
 * One evaluator serves both: statements are computed with plain numbers; an objective is
 * evaluated once with its variables as graph leaves, and every operation on them makes a
 * node by the way.  So calls, conditions, late binding and all messages are written once.
 */
#ifndef SCRIPT_EVALUATE_H
#define SCRIPT_EVALUATE_H

#include "script/session.h"

/* The objective that is being traced, and the numbers of the script that it took up as
 * parameters. */
/* The generator of which each step takes a few rows (batch.h). */
struct row_batch {
    size_t wanted;      /* rows of a batch; 0: there are no batches */
    bool is_whole;      /* every batch has so many */
    node_id rows;       /* their numbers from 1: a leaf of `wanted` numbers */
    node_id live, size; /* unless is_whole: which of them count, and how many */
    size_t count;       /* rows of the generator, once it was met */
    struct span place;  /* where that was */
};

struct trace {
    struct graph *graph;
    struct arena *arena;
    node_id *parameters;
    double *parameter_values;                /* of numbers */
    const double **parameter_numbers;        /* of arrays; NULL: it is a number */
    const struct recipe **parameter_recipes; /* how they were computed; NULL: read */
    size_t count, capacity;
    struct span undecided; /* the innermost condition that the search decides, if any */
    unsigned batch;    /* generators around that are traced as a whole (vectorize.h) */
    struct value mask; /* where what is traced counts; node 0: everywhere */
    struct row_batch rows;
    bool is_formula; /* to be read: sums stay sums, and arrays have their names */
};

struct evaluation {
    struct session *session;
    struct trace *trace; /* NULL: plain */
};

/* ---- parameters.c ---- */
/* The parameter `node`, or trace->count when it is none yet. */
size_t parameter_find(const struct trace *trace, node_id node);
/* A new parameter: a number, or the numbers of an array, which are not copied. */
void parameter_add(struct trace *trace, node_id node, double number,
                   const double *numbers);
/* inputs[i] is where the numbers of the i-th parameter lie, until the next parameter_add.
 */
void parameter_inputs(const struct trace *trace, const double **inputs);
/* What is traced from here on counts where `outer` (node 0: everywhere) and `condition`
 * hold. */
bool mask_restrict(struct evaluation *e, struct span place, const struct value *outer,
                   const struct value *condition);

/* False when it failed; the message has been added. */
bool evaluate(struct evaluation *e, const struct ast *node, const struct local *locals,
              struct value *out);
/* The same, and it must be a known number (booleans count); `what` names its role in the
 * message: "the tolerance". */
bool evaluate_number(struct evaluation *e, const struct ast *node,
                     const struct local *locals, const char *what, double *out);
/* A condition: a boolean; in a trace it may be unknown. */
bool evaluate_condition(struct evaluation *e, const struct ast *node,
                        const struct local *locals, struct value *out);
/* Whether `value` of the text can be one; an error otherwise. */
bool is_condition(struct evaluation *e, const struct ast *node,
                  const struct value *value);

/* ---- arithmetic.c ---- */
bool is_numeric(const struct value *value);
/* The graph node of a numeric value, a constant where it has none. */
node_id traced_node(struct evaluation *e, const struct value *value);
/* op of numbers and arrays, with a warning where a plain result is not finite. */
bool apply_op(struct evaluation *e, enum op op, struct span place,
              const struct value *operands, size_t count, struct value *out);
/* The same with the places of the operands (NULL: unknown), for messages about shapes. */
bool apply_at(struct evaluation *e, enum op op, struct span place,
              const struct value *operands, const struct span *places, size_t count,
              struct value *out);
bool evaluate_arithmetic(struct evaluation *e, const struct ast *node,
                         const struct local *locals, struct value *out);
bool evaluate_logic(struct evaluation *e, const struct ast *node,
                    const struct local *locals, struct value *out);
enum op comparison_op(enum ast_operator word);
/* | | : the absolute value of a number, the 2-norm of a vector. */
bool apply_absolute(struct evaluation *e, struct span place, const struct value *operand,
                    struct value *out);
/* "expected a number, found a text" at the operand. */
bool wrong_type(struct evaluation *e, struct span place, const char *wanted,
                const struct value *found);

/* ---- call.c ---- */
bool evaluate_call(struct evaluation *e, const struct ast *node,
                   const struct local *locals, struct value *out);
/* The values of a call's arguments, in scratch. */
bool call_arguments(struct evaluation *e, const struct ast *call,
                    const struct local *locals, struct value **out);
/* Applies a function of the script to values. */
bool call_function(struct evaluation *e, const struct ast *function, struct span place,
                   const struct value *arguments, size_t count, struct value *out);

/* ---- access.c ---- */
bool evaluate_name(struct evaluation *e, const struct ast *node,
                   const struct local *locals, struct value *out);
bool evaluate_index(struct evaluation *e, const struct ast *node,
                    const struct local *locals, struct value *out);
bool evaluate_field(struct evaluation *e, const struct ast *node,
                    const struct local *locals, struct value *out);
bool evaluate_list(struct evaluation *e, const struct ast *node,
                   const struct local *locals, struct value *out);
/* All numbers: a vector; anything else: a list. */
bool make_array(struct evaluation *e, struct span place, const struct value *items,
                size_t count, struct value *out);
bool evaluate_matrix(struct evaluation *e, const struct ast *node,
                     const struct local *locals, struct value *out);
bool evaluate_range(struct evaluation *e, const struct ast *node,
                    const struct local *locals, struct value *out);
/* An index from 1 to `count` as a number from 0. */
bool evaluate_position(struct evaluation *e, const struct ast *node,
                       const struct local *locals, size_t count, size_t *out);
/* A known number that an objective takes from the script becomes a parameter named so. */
void trace_parameter(struct evaluation *e, name_id name, struct value *value);

/* ---- generate.c ---- */
/* The filter of a comprehension; NULL without. */
const struct ast *generate_filter(const struct ast *comprehension);
/* How many names it has; the generator of the i-th is child i. */
size_t generate_names(const struct ast *comprehension);
/* Whether the text of the set of name `index` (from 1) uses a name before it. */
bool generate_depends(const struct ast *comprehension, size_t index);
/* Whether its elements have no rows of their own: a filter, or a set that depends. */
bool generate_is_flat(const struct ast *comprehension);
/* The sets by the number of their name from 1, NONE where they depend; in scratch. */
bool generate_sets(struct evaluation *e, const struct ast *comprehension,
                   const struct local *locals, struct value **out);
/* Calls `each` with the value of the body for every combination of the generators that
 * passes the filter; false from it ends with false. */
typedef bool each_value(struct evaluation *e, const struct value *value, void *user);
/* `kept` (NULL: nothing): `each` counts there what it stored in scratch; the memory of a
 * turn that stored something stays. */
bool generate(struct evaluation *e, const struct ast *comprehension,
              const struct value *sets, const struct local *locals, size_t *kept,
              each_value *each, void *user);

/* ---- comprehension.c ---- */
bool evaluate_comprehension(struct evaluation *e, const struct ast *node,
                            const struct local *locals, struct value *out);
/* Whether elements with so many axes make a vector or a matrix; an error otherwise. */
bool comprehension_shape(struct evaluation *e, const struct ast *comprehension,
                         size_t rank);

/* What an expression of this kind is called when it is not carried out yet; NULL when it
 * is. */
const char *later_construct(enum ast_kind kind);
/* What is not part of this version yet; always false. */
bool not_yet(struct session *session, struct span place, const char *what);

#endif
