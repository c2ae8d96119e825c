/* SPDX-License-Identifier: MIT
 * array.h - leaves and operations of arrays.
 *
 * A constructor returns the node, folded where a rule applies, or 0 when the operands do
 * not fit; graph_fault then says why, and nothing was made.  Axes are counted from 0.
 * What each operation computes, edge cases included, stands at its row of ops.def.
 *
 * The operations of scalars (graph_apply) act on arrays element by element and align
 * shapes as in NumPy; graph_broadcast tells beforehand whether they fit. */
#ifndef GRAPH_ARRAY_H
#define GRAPH_ARRAY_H

#include "graph/graph.h"

/* What a node of an array operation has besides its operands and its shape.  Fields that
 * an operation does not use are 0. */
struct attributes {
    double first, step; /* RANGE: element i is first + step*i */
    size_t symbol;      /* RANGE: its name; 0 is none */
    size_t axes;        /* reductions: the set that drops out; bit i is axis i */
    size_t axis;        /* GATHER, SCATTER, CONCAT */
    size_t is_reversed; /* CUMSUM: from the last element back */
    size_t order[SHAPE_MOST_AXES]; /* PERMUTE: axis i of the result was axis order[i] */
    size_t start[SHAPE_MOST_AXES]; /* SLICE, PAD: where element 0 stands, by axis ... */
    ptrdiff_t stride[SHAPE_MOST_AXES]; /* ... and how far the next one is; not 0 */
};

/* The attributes of a node; all 0 of one that has none. */
struct attributes graph_attributes(const struct graph *graph, node_id node);
struct shape graph_shape(const struct graph *graph, node_id node);
/* Why the last constructor of this header returned 0. */
enum shape_fault graph_fault(const struct graph *graph);
/* The shape of an operation of scalars with these operands. */
enum shape_fault graph_broadcast(const struct graph *graph, const node_id *nodes,
                                 size_t count, struct shape *shape);

/* ---- Leaves ---- */

/* With the shape of a scalar the same as graph_variable and graph_parameter.  Leaves of
 * one symbol and two shapes are two leaves. */
node_id graph_variable_array(struct graph *graph, uint32_t symbol,
                             const struct shape *shape);
node_id graph_parameter_array(struct graph *graph, uint32_t symbol,
                              const struct shape *shape);
/* The vector first, first + step, ..., of `count` numbers: the index of a generator, with
 * the symbol of its name (0: none). */
node_id graph_range(struct graph *graph, double first, double step, size_t count,
                    uint32_t symbol);

/* ---- Reductions: the axes of a set (bit i is axis i) drop out ---- */

/* Over no axis at all it is the operand itself. */
node_id graph_sum_over(struct graph *graph, node_id x, unsigned axes);
node_id graph_prod_over(struct graph *graph, node_id x, unsigned axes);
node_id graph_min_over(struct graph *graph, node_id x, unsigned axes);
node_id graph_max_over(struct graph *graph, node_id x, unsigned axes);
node_id graph_logsumexp_over(struct graph *graph, node_id x, unsigned axes);
/* The root of the sum of squares: of an empty set of axes |x|. */
node_id graph_norm_over(struct graph *graph, node_id x, unsigned axes);
/* All axes, or one; of a scalar 1. */
node_id graph_argmin_over(struct graph *graph, node_id x, unsigned axes);
node_id graph_argmax_over(struct graph *graph, node_id x, unsigned axes);
/* Whether all, or any, are true: not 0.  Of nothing 1 and 0. */
node_id graph_all_over(struct graph *graph, node_id x, unsigned axes);
node_id graph_any_over(struct graph *graph, node_id x, unsigned axes);
/* Over all axes; the scalar itself. */
node_id graph_sum_all(struct graph *graph, node_id x);

/* ---- Moving elements ---- */

node_id graph_broadcast_to(struct graph *graph, node_id x, const struct shape *shape);
node_id graph_reshape(struct graph *graph, node_id x, const struct shape *shape);
/* Axis i of the result is axis order[i] of x. */
node_id graph_permute(struct graph *graph, node_id x, const size_t *order);
/* The last two axes change places. */
node_id graph_transpose(struct graph *graph, node_id x);
/* Axis by axis `count` elements from `start`, each `stride` further, which may be
 * negative; where at most one is taken its stride counts as 1, and of none the start as
 * 0. */
node_id graph_slice(struct graph *graph, node_id x, const size_t *start,
                    const size_t *count, const ptrdiff_t *stride);
/* The same along one axis; the others whole. */
node_id graph_slice_axis(struct graph *graph, node_id x, size_t axis, size_t start,
                         size_t count, ptrdiff_t stride);
/* One element along an axis, which drops out: a row, a column, x[i]. */
node_id graph_pick(struct graph *graph, node_id x, size_t axis, size_t index);
/* An array of `shape` in which the slice given by start and stride is x, and 0 elsewhere.
 */
node_id graph_pad(struct graph *graph, node_id x, const size_t *start,
                  const ptrdiff_t *stride, const struct shape *shape);
/* The elements along `axis` that `index` names, from 0; its axes take the place of it. */
node_id graph_gather(struct graph *graph, node_id x, node_id index, size_t axis);
/* The adjoint of gather: zeros of `shape`, to which `x` is added where `index` says. */
node_id graph_scatter(struct graph *graph, node_id x, node_id index, size_t axis,
                      const struct shape *shape);
/* One after the other along an axis that all have; the other extents are equal. */
node_id graph_concat(struct graph *graph, const node_id *parts, size_t count,
                     size_t axis);
/* Along the last axis: the order that sorts, from 0; and the elements in it. */
node_id graph_argsort(struct graph *graph, node_id x);
node_id graph_sort(struct graph *graph, node_id x);
node_id graph_cumsum(struct graph *graph, node_id x, bool is_reversed);

/* Whether a vector of known numbers runs in steps: first, first + step, ... row by row.
 */
bool graph_find_steps(const struct graph *graph, node_id index, double *first,
                      double *step);

/* ---- Matrices: the last two axes; those in front are a batch, and align ---- */

/* The product of matrices.  As in NumPy a vector on the left is a row, one on the right a
 * column, and that axis drops out of the result: of two vectors it is a scalar. */
node_id graph_matmul(struct graph *graph, node_id a, node_id b);
/* The solution X of A X = B, or of a vector B x. */
node_id graph_solve(struct graph *graph, node_id a, node_id b);
node_id graph_inverse(struct graph *graph, node_id a);
node_id graph_logdet(struct graph *graph, node_id a);
node_id graph_det(struct graph *graph, node_id a);
node_id graph_eigenvalues(struct graph *graph, node_id a);
node_id graph_eigenvectors(struct graph *graph, node_id a);
node_id graph_diagonal(struct graph *graph, node_id a);
node_id graph_make_diagonal(struct graph *graph, node_id x);
node_id graph_trace(struct graph *graph, node_id a);
node_id graph_identity(struct graph *graph, size_t n);

/* ---- Composed ---- */

/* exp(x - logsumexp over the last axis). */
node_id graph_softmax(struct graph *graph, node_id x);

/* ---- Derivatives ---- */

/* out[i] becomes the part of H d that belongs to the leaf wrt[i], of its shape, where H
 * is the Hessian of the scalar f and d the directions: one leaf for each wrt[i], of the
 * same shape, on which f does not depend.  It is the gradient of the sum of gradient
 * times direction (Griewank and Walther, section 5.4: reverse over reverse). */
void graph_hessian_vector(struct graph *graph, node_id f, const node_id *wrt,
                          const node_id *directions, size_t n, node_id *out);

/* The operation once more, with the attributes of `node` and other operands of the same
 * shapes: how substitution makes anew. */
node_id graph_apply_like(struct graph *graph, node_id node, const node_id *operands,
                         size_t count);

#endif
