/* SPDX-License-Identifier: MIT
 * array.h - vectors and matrices in evaluation, plain and traced by the same code.
 *
 * An operation of arrays is written once, as what it makes of graph nodes.  On traced
 * values it is applied to their nodes; on plain ones to leaves that stand for them, and
 * the graph that comes out is run at once and forgotten.
 *
 * Generators whose names are traced as a whole (vectorize.c) are leading axes, the batch
 * axes, of every value that depends on them; what a script sees as the shape of such a
 * value is the rest, its core. */
#ifndef SCRIPT_ARRAY_H
#define SCRIPT_ARRAY_H

#include "graph/array.h"
#include "script/builtins.h"

/* ---- array.c: what a value is ---- */
bool is_array(const struct value *value);
/* A number, a boolean, or an array of them. */
bool is_arithmetic(const struct value *value);
/* What the script sees: the shape of an array, that of a scalar for numbers. */
struct shape core_shape(const struct evaluation *e, const struct value *value);
/* "a vector of length 3", "a 2 by 3 matrix", "a number". */
void put_shape(struct text *out, const struct shape *shape);
/* "[3]", "[1, 2]": element number `index` from 0, row by row. */
void put_position(struct text *out, const struct shape *shape, size_t index);
/* A range becomes a vector; wrong_type for what cannot be computed with. */
bool take_operand(struct evaluation *e, struct span place, struct value *value);
/* "`u + v`: ..." with the shapes of the operands, and at `places` (NULL: unknown) which
 * of them has which; always false. */
bool shapes_differ(struct evaluation *e, struct span place, const struct value *operands,
                   const struct span *places, size_t count, const char *why);

/* ---- array.c: nodes ---- */
/* The node of a value; plain numbers become a constant, plain arrays a parameter. */
node_id array_node(struct evaluation *e, const struct value *value);
/* The same, reshaped to have all of `batch` batch axes and a core of `rank` axes, as far
 * as alignment from the back does not see to it. */
node_id array_aligned(struct evaluation *e, const struct value *value, unsigned batch,
                      size_t rank);
/* The value of a node made of values with so many batch axes. */
struct value array_value_of(struct evaluation *e, node_id node, unsigned batch,
                            bool is_boolean);
/* The numbers of a value that depends on the script and the names of generators alone, in
 * the shape of its node; NULL when it depends on variables.  In scratch. */
const double *array_data(struct evaluation *e, const struct value *value);

/* A matrix times a vector by `*` is meant as the product of matrices: true with an error
 * that says so, for operand i of a PRODUCT and what stands before it. */
bool matrix_product_meant(struct evaluation *e, const struct ast *node, size_t i,
                          const struct value *pair, const struct span *places);

/* Asks the session, for long runs of a program: program_set_poll(program, script_go_on,
 * &poll). */
struct script_poll {
    struct session *session;
    struct span place;
};
bool script_go_on(void *poll);

/* ---- array_apply.c ---- */
/* Scalars against arrays, or arrays of one shape: what a script may write. */
bool elementwise_fits(struct evaluation *e, struct span place,
                      const struct value *operands, const struct span *places,
                      size_t count, struct shape *shape);
/* op of numbers and arrays, element by element; a number acts on each element. */
bool apply_elementwise(struct evaluation *e, enum op op, struct span place,
                       const struct value *operands, const struct span *places,
                       size_t count, struct value *out);
/* What an operation makes of its operands' nodes, whose first `batch` axes are not its
 * business; 0 when they do not fit (graph_fault says why). */
typedef node_id array_maker(struct graph *graph, const node_id *nodes, size_t count,
                            unsigned batch, const void *user);
bool apply_maker(struct evaluation *e, struct span place, const struct value *operands,
                 const struct span *places, size_t count, array_maker *maker,
                 const void *user, struct value *out);
/* The set of all axes of `shape` behind the first `batch`. */
unsigned core_axes(const struct shape *shape, unsigned batch);
/* A sum, product, mean ... over all elements. */
bool reduce_array(struct evaluation *e, enum reduction kind, struct span place,
                  const struct value *array, struct value *out);

/* ---- array_functions.c ---- */
/* a @ b */
bool matrix_product_fits(struct evaluation *e, struct span place,
                         const struct value *pair, const struct span *places);
bool matrix_product(struct evaluation *e, struct span place, const struct value *pair,
                    const struct span *places, struct value *out);

/* The function of the table's row `name`. */
bool array_function_fits(struct evaluation *e, const char *name, struct span place,
                         const struct value *arguments, const struct span *places,
                         size_t count);
bool apply_array_function(struct evaluation *e, const char *name, struct span place,
                          const struct value *arguments, const struct span *places,
                          size_t count, struct value *out);

/* ---- array_create.c: rows of the table of built-ins ---- */
bool count_axis(struct evaluation *e, struct span place, const struct value *value,
                size_t axis, struct value *out);
/* A whole number, not negative. */
bool array_take_size(struct evaluation *e, struct span place, const struct value *value,
                     size_t *out);
builtin_function apply_zeros, apply_ones, apply_eye, apply_linspace, apply_rows,
    apply_concat, apply_median, apply_quantile;

/* ---- array_build.c: literals ---- */
/* Whether the items have one shape, which is *shape, and no more than one axis. */
bool stack_fits(struct evaluation *e, struct span place, const struct value *items,
                const struct span *places, size_t count, struct shape *shape);
/* Numbers side by side, or arrays of one shape on top of each other, become one array;
 * the items may be traced. */
bool stack_values(struct evaluation *e, struct span place, const struct value *items,
                  const struct span *places, size_t count, struct value *out);

/* ---- index.c ---- */
bool index_array(struct evaluation *e, const struct ast *node, const struct value *base,
                 const struct local *locals, struct value *out);
/* Element, or row of a matrix, number `index` from 0, plain or traced. */
bool element_of(struct evaluation *e, struct span place, const struct value *value,
                size_t index, struct value *out);

#endif
