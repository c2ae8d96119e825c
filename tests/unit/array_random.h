/* SPDX-License-Identifier: MIT
 * array_random.h - random operations of arrays.  What is chosen for operands of some
 * shapes can be made of any nodes of these shapes: so a composition, which folds, is
 * compared with its steps, which do not. */
#ifndef TESTS_ARRAY_RANDOM_H
#define TESTS_ARRAY_RANDOM_H

#include "array_reference.h"

enum kind {
    KIND_UNARY,
    KIND_BINARY,
    KIND_RATIO,
    KIND_SELECT,
    KIND_REDUCE,
    KIND_ARGUMENT,
    KIND_TRUTH,
    KIND_BROADCAST,
    KIND_RESHAPE,
    KIND_PERMUTE,
    KIND_SLICE,
    KIND_PICK,
    KIND_PAD,
    KIND_GATHER,
    KIND_SCATTER,
    KIND_CONCAT,
    KIND_CUMSUM,
    KIND_SORT,
    KIND_SOFTMAX,
    KIND_MATMUL,
    KIND_SOLVE,
    KIND_INVERSE,
    KIND_LOGDET,
    KIND_DET,
    KIND_EIGENVALUES,
    KIND_EIGENVECTORS,
    KIND_DIAGONAL,
    KIND_MAKE_DIAGONAL,
    KIND_COUNT
};

/* An operation with all but its operands; which of these mean something depends on it. */
struct choice {
    enum kind kind;
    enum op op;
    unsigned axes;
    size_t axis, count, order[SHAPE_MOST_AXES], start[SHAPE_MOST_AXES];
    ptrdiff_t stride[SHAPE_MOST_AXES];
    struct shape shape, index_shape;
    bool flag;
};

static inline size_t below(uint32_t *seed, size_t n)
{
    return next_random(seed) % n;
}

static inline struct shape random_shape(uint32_t *seed, size_t most_axes)
{
    static const size_t extents[] = {0, 1, 2, 7, 3, 2, 1, 3};
    struct shape shape = {.rank = below(seed, most_axes + 1)};
    for (size_t i = 0; i < shape.rank; i++)
        shape.extent[i] = extents[below(seed, 24) == 0 ? 0 : 1 + below(seed, 7)];
    return shape;
}

/* A shape that the other one is broadcast to, or is broadcast to the other one. */
static inline struct shape random_partner(uint32_t *seed, const struct shape *shape)
{
    struct shape partner = shape_without(shape, below(seed, 2) == 0 && shape->rank > 0);
    for (size_t i = 0; i < partner.rank; i++)
        if (below(seed, 3) == 0)
            partner.extent[i] = 1;
    return partner;
}

static inline struct shape random_target(uint32_t *seed, const struct shape *shape)
{
    struct shape to = *shape;
    for (size_t i = 0; i < to.rank; i++)
        if (to.extent[i] == 1)
            to.extent[i] = 1 + below(seed, 4);
    if (below(seed, 2) == 0 && to.rank < 3) {
        memmove(to.extent + 1, to.extent, to.rank * sizeof *to.extent);
        to.extent[0] = 1 + below(seed, 3);
        to.rank++;
    }
    return to;
}

/* Another shape of as many elements: two axes joined, or units put in. */
static inline struct shape random_rearrangement(uint32_t *seed, const struct shape *shape)
{
    struct shape to = *shape;
    if (to.rank >= 2 && below(seed, 2) == 0) {
        size_t axis = below(seed, to.rank - 1);
        to = shape_without(shape, 1u << axis);
        to.extent[axis] = shape->extent[axis] * shape->extent[axis + 1];
    } else if (to.rank < 4) {
        to.extent[to.rank++] = 1;
    }
    return to;
}

static inline void random_run(uint32_t *seed, size_t extent, size_t *start, size_t *count,
                              ptrdiff_t *stride)
{
    *start = extent == 0 ? 0 : below(seed, extent);
    *stride = (ptrdiff_t)(1 + below(seed, 3)) * (below(seed, 3) == 0 ? -1 : 1);
    size_t room = *stride > 0 ? extent - *start : *start + 1;
    size_t size = (size_t)(*stride > 0 ? *stride : -*stride);
    *count =
        extent == 0 || below(seed, 20) == 0 ? 0 : 1 + below(seed, 1 + (room - 1) / size);
    if (below(seed, 4) == 0) {
        *start = 0;
        *count = extent;
        *stride = 1;
    }
}

static inline void choose_places(struct choice *c, uint32_t *seed, const struct shape *a)
{
    for (size_t i = 0; i < a->rank; i++)
        random_run(seed, a->extent[i], &c->start[i], &c->shape.extent[i], &c->stride[i]);
    c->shape.rank = a->rank;
    if (c->kind != KIND_PAD)
        return;
    for (size_t i = 0; i < a->rank; i++) {
        size_t size = 1 + below(seed, 2), spare = below(seed, 2);
        bool is_back = below(seed, 3) == 0;
        size_t span = a->extent[i] == 0 ? 0 : (a->extent[i] - 1) * size + 1;
        c->shape.extent[i] = span + spare;
        c->stride[i] = is_back ? -(ptrdiff_t)size : (ptrdiff_t)size;
        c->start[i] = span == 0 ? 0 : is_back ? span - 1 : spare;
    }
}

static inline void choose_reduction(struct choice *c, uint32_t *seed,
                                    const struct shape *a)
{
    static const enum op reductions[] = {OP_SUM_OVER, OP_PROD_OVER,      OP_MIN_OVER,
                                         OP_MAX_OVER, OP_LOGSUMEXP_OVER, OP_NORM_OVER};
    c->op = reductions[below(seed, 6)];
    c->axes = (unsigned)below(seed, shape_all_axes(a) + 1u);
    if (c->kind != KIND_REDUCE) /* one axis or all */
        c->axes = a->rank > 0 && below(seed, 2) == 0 ? 1u << below(seed, a->rank)
                                                     : shape_all_axes(a);
}

static inline void choose_order(struct choice *c, uint32_t *seed, const struct shape *a)
{
    for (size_t i = 0; i < a->rank; i++) {
        size_t k = below(seed, i + 1);
        c->order[i] = c->order[k];
        c->order[k] = i;
    }
}

/* What moves elements along an axis. */
static inline bool choose_move(struct choice *c, uint32_t *seed, const struct shape *a)
{
    c->axis = a->rank == 0 ? 0 : below(seed, a->rank);
    switch (c->kind) {
    case KIND_BROADCAST:
        c->shape = random_target(seed, a);
        return true;
    case KIND_RESHAPE:
        c->shape = random_rearrangement(seed, a);
        return true;
    case KIND_PERMUTE:
        choose_order(c, seed, a);
        break;
    case KIND_SLICE:
    case KIND_PAD:
        choose_places(c, seed, a);
        break;
    case KIND_SCATTER:
        c->shape = *a;
        c->shape.extent[c->axis] = 1 + below(seed, 4);
        break;
    case KIND_PICK:
    case KIND_GATHER:
        c->start[0] = below(seed, 7);
        c->index_shape = random_shape(seed, 2);
        return a->rank > 0 && a->extent[c->axis] > 0;
    default:
        break;
    }
    return a->rank > 0;
}

static inline bool choose_matrix(const struct choice *c, const struct shape *a)
{
    size_t last = a->rank == 0 ? 0 : a->extent[a->rank - 1];
    size_t rows = a->rank < 2 ? 0 : a->extent[a->rank - 2];
    if (a->rank == 0 || last > MOST_ROWS || rows > MOST_ROWS)
        return false;
    if (c->kind == KIND_MATMUL)
        return a->rank < 4;
    if (c->kind == KIND_MAKE_DIAGONAL)
        return a->rank < 3;
    return a->rank >= 2 && (c->kind == KIND_DIAGONAL || last == rows);
}

/* Whether the operation can be made of an array of shape `a` (and one of shape `b`). */
static inline bool choose(struct choice *c, uint32_t *seed, enum kind kind,
                          const struct shape *a, const struct shape *b)
{
    static const enum op unary[] = {OP_SIN,      OP_TANH, OP_NEGATE, OP_ATAN,
                                    OP_SOFTPLUS, OP_RELU, OP_ABS,    OP_SIGMOID};
    static const enum op binary[] = {OP_ADD, OP_MULTIPLY, OP_MAX, OP_MIN, OP_MULTIPLY};
    struct shape both;
    *c = (struct choice){.kind = kind, .flag = below(seed, 2) == 0};
    c->axes = (unsigned)below(seed, 3);
    if (kind >= KIND_MATMUL)
        return choose_matrix(c, a);
    if (kind >= KIND_BROADCAST)
        return choose_move(c, seed, a);
    c->op = binary[below(seed, 5)];
    if (kind == KIND_UNARY)
        c->op = unary[below(seed, 8)];
    if (kind >= KIND_REDUCE)
        choose_reduction(c, seed, a);
    return kind == KIND_UNARY || kind >= KIND_REDUCE ||
           shape_broadcast(a, b, &both) == SHAPE_FITS;
}

/* ---- Making it ---- */

/* Numbers of a shape that are no variables. */
static inline node_id made_numbers(struct graph *graph, enum op op, double scale,
                                   const struct shape *shape)
{
    node_id range = graph_range(graph, 1, scale, shape_elements(shape), 0);
    return graph_reshape(graph, graph_apply1(graph, op, range), shape);
}

/* Indices below n of a shape, some of them twice. */
static inline node_id made_indices(struct graph *graph, const struct choice *c, size_t n)
{
    if (c->flag && c->index_shape.rank == 1 && c->index_shape.extent[0] <= n)
        return graph_range(graph, (double)(n - 1), -1, c->index_shape.extent[0], 0);
    node_id range =
        graph_range(graph, (double)c->start[0], 5, shape_elements(&c->index_shape), 0);
    node_id index = graph_apply2(graph, OP_MOD, range, graph_constant(graph, (double)n));
    return graph_reshape(graph, index, &c->index_shape);
}

/* a matrix that is well conditioned, of distinct eigenvalues: tanh(a) and a diagonal. */
static inline node_id made_regular(struct graph *graph, node_id a)
{
    struct shape shape = graph_shape(graph, a);
    size_t n = shape.extent[shape.rank - 1];
    node_id diagonal =
        graph_make_diagonal(graph, graph_range(graph, 2 * (double)n, 3, n, 0));
    return graph_apply2(graph, OP_ADD, graph_apply1(graph, OP_TANH, a), diagonal);
}

static inline node_id make_ratio(struct graph *graph, node_id a, node_id b)
{
    node_id square = graph_apply2(graph, OP_POWER, b, graph_constant(graph, 2));
    node_id below = graph_apply2(graph, OP_ADD, square, graph_constant(graph, 1));
    return graph_apply2(graph, OP_DIVIDE, a, below);
}

static inline node_id make_reduction(struct graph *graph, const struct choice *c,
                                     node_id a)
{
    switch (c->op) {
    case OP_SUM_OVER:
        return graph_sum_over(graph, a, c->axes);
    case OP_PROD_OVER:
        return graph_prod_over(graph, a, c->axes);
    case OP_MIN_OVER:
        return graph_min_over(graph, a, c->axes);
    case OP_MAX_OVER:
        return graph_max_over(graph, a, c->axes);
    case OP_LOGSUMEXP_OVER:
        return graph_logsumexp_over(graph, a, c->axes);
    default:
        return graph_norm_over(graph, a, c->axes);
    }
}

static inline node_id make_matrix(struct graph *graph, const struct choice *c, node_id a)
{
    node_id regular = c->kind == KIND_DIAGONAL ? a : made_regular(graph, a);
    switch (c->kind) {
    case KIND_INVERSE:
        return graph_inverse(graph, regular);
    case KIND_LOGDET:
        return graph_logdet(graph, regular);
    case KIND_DET:
        return graph_det(
            graph, graph_apply2(graph, OP_DIVIDE, regular, graph_constant(graph, 8)));
    case KIND_EIGENVALUES:
        return graph_eigenvalues(graph, regular);
    case KIND_EIGENVECTORS:
        return graph_eigenvectors(graph, regular);
    default:
        return graph_diagonal(graph, a);
    }
}

static inline node_id make_scatter(struct graph *graph, const struct choice *c, node_id a)
{
    struct choice index = *c;
    index.index_shape = shape_vector(graph_shape(graph, a).extent[c->axis]);
    size_t n = c->shape.extent[c->axis];
    return graph_scatter(graph, a, made_indices(graph, &index, n), c->axis, &c->shape);
}

/* The product with a matrix of the numbers b, or of the cosines of the rows. */
static inline node_id make_product(struct graph *graph, const struct choice *c, node_id a)
{
    struct shape shape = graph_shape(graph, a);
    size_t n = shape.extent[shape.rank - 1];
    struct shape matrix = c->flag ? shape_vector(n) : shape_matrix(n, 2);
    node_id b = made_numbers(graph, OP_COS, 0.7, &matrix);
    if (c->flag || shape.rank < 2)
        return graph_matmul(graph, a, b);
    if (c->axes == 1) /* one matrix and a batch, on either side */
        return graph_matmul(graph, graph_transpose(graph, b), graph_transpose(graph, a));
    if (c->axes == 2)
        return graph_matmul(graph, a, b);
    return graph_matmul(graph, a, graph_transpose(graph, graph_apply1(graph, OP_SIN, a)));
}

static inline node_id make(struct graph *graph, const struct choice *c, node_id a,
                           node_id b)
{
    struct shape shape = graph_shape(graph, a);
    node_id parts[] = {a, graph_apply1(graph, OP_COS, a), a};
    switch (c->kind) {
    case KIND_UNARY:
        return graph_apply1(graph, c->op, a);
    case KIND_BINARY:
        return graph_apply2(graph, c->op, a, b);
    case KIND_RATIO:
        return make_ratio(graph, a, b);
    case KIND_SELECT:
        return graph_apply3(graph, OP_SELECT, graph_apply2(graph, OP_LESS, a, b), b,
                            graph_apply1(graph, OP_SIN, a));
    case KIND_REDUCE:
        return make_reduction(graph, c, a);
    case KIND_ARGUMENT:
        return c->flag ? graph_argmin_over(graph, a, c->axes)
                       : graph_argmax_over(graph, a, c->axes);
    case KIND_TRUTH:
        a = graph_apply2(graph, OP_LESS, a, graph_constant(graph, 0.5));
        return c->flag ? graph_all_over(graph, a, c->axes)
                       : graph_any_over(graph, a, c->axes);
    case KIND_BROADCAST:
        return graph_broadcast_to(graph, a, &c->shape);
    case KIND_RESHAPE:
        return graph_reshape(graph, a, &c->shape);
    case KIND_PERMUTE:
        return graph_permute(graph, a, c->order);
    case KIND_SLICE:
        return graph_slice(graph, a, c->start, c->shape.extent, c->stride);
    case KIND_PICK:
        return graph_pick(graph, a, c->axis, c->start[0] % shape.extent[c->axis]);
    case KIND_PAD:
        return graph_pad(graph, a, c->start, c->stride, &c->shape);
    case KIND_GATHER:
        return graph_gather(graph, a, made_indices(graph, c, shape.extent[c->axis]),
                            c->axis);
    case KIND_SCATTER:
        return make_scatter(graph, c, a);
    case KIND_CONCAT:
        return graph_concat(graph, parts, 3, c->axis);
    case KIND_CUMSUM:
        return graph_cumsum(graph, a, c->flag);
    case KIND_SORT:
        return graph_sort(graph, a);
    case KIND_SOFTMAX:
        return graph_softmax(graph, a);
    case KIND_MATMUL:
        return make_product(graph, c, a);
    case KIND_SOLVE:
        return graph_solve(graph, made_regular(graph, a), graph_apply1(graph, OP_SIN, a));
    case KIND_MAKE_DIAGONAL:
        return graph_make_diagonal(graph, a);
    default:
        return make_matrix(graph, c, a);
    }
}

#endif
