/* SPDX-License-Identifier: MIT
 * block_rows.h - tasks over rows, for the tests of passes. */
#ifndef TESTS_BLOCK_ROWS_H
#define TESTS_BLOCK_ROWS_H

#include "array_program.h"

enum { MOST_NODES = 14, MOST_WIDTH_OF_ROW = 20 };

/* ---- Random graphs over rows ---- */

/* A choice for arrays of many rows; what mixes the rows is left to small axes. */
static inline bool choose_rows(struct choice *c, uint32_t *seed, const struct shape *a,
                               const struct shape *b)
{
    static const enum kind kinds[] = {
        KIND_UNARY,   KIND_UNARY,  KIND_BINARY, KIND_BINARY,    KIND_BINARY,
        KIND_RATIO,   KIND_SELECT, KIND_REDUCE, KIND_BROADCAST, KIND_RESHAPE,
        KIND_SLICE,   KIND_SLICE,  KIND_PAD,    KIND_PAD,       KIND_CONCAT,
        KIND_SOFTMAX, KIND_CUMSUM, KIND_PERMUTE};
    if (!choose(c, seed, kinds[below(seed, sizeof kinds / sizeof *kinds)], a, b))
        return false;
    if ((c->kind == KIND_SLICE || c->kind == KIND_PAD) && below(seed, 2) == 0)
        c->stride[0] = 1; /* near rows */
    if (c->kind == KIND_SLICE && below(seed, 2) == 0 && a->extent[0] > 4) {
        c->start[0] = below(seed, 3);
        c->stride[0] = 1;
        c->shape.extent[0] = a->extent[0] - 3;
    }
    if (c->kind == KIND_PAD && c->stride[0] == 1) {
        c->start[0] = below(seed, 3);
        c->shape.extent[0] = a->extent[0] + 3;
    }
    return true;
}

/* A product with a matrix, of the rows or over them, or a choice by index in each row. */
static inline node_id make_row_product(struct world *w, uint32_t *seed, node_id x)
{
    struct shape shape = graph_shape(w->graph, x);
    struct choice index = {.index_shape = shape_vector(shape.extent[0])};
    if (shape.rank != 2 || shape.extent[0] == 0 || shape.extent[1] == 0)
        return 0;
    size_t n = shape.extent[0], width = shape.extent[1];
    struct shape matrix = shape_matrix(width, 1 + below(seed, 9)),
                 flat = shape_vector(n * width);
    node_id numbers = made_numbers(w->graph, OP_SIN, 0.9, &matrix);
    node_id wide = graph_matmul(w->graph, x, numbers);
    node_id first = graph_range(w->graph, 0, (double)width, n, 0);
    switch (below(seed, 4)) {
    case 0:
        return graph_matmul(w->graph, graph_transpose(w->graph, x),
                            graph_apply1(w->graph, OP_TANH, wide));
    case 1:
        return graph_apply1(w->graph, OP_TANH, wide);
    case 2:
        return graph_gather(
            w->graph, graph_reshape(w->graph, x, &flat),
            graph_apply2(w->graph, OP_ADD, first, made_indices(w->graph, &index, width)),
            0);
    default:
        return wide;
    }
}

static inline bool is_usable(struct world *w, node_id node)
{
    struct shape shape = graph_shape(w->graph, node);
    size_t width = shape.rank == 0 ? 1 : shape_elements(&shape) / (shape.extent[0] + 1);
    return node != 0 && width <= MOST_WIDTH_OF_ROW;
}

static inline void add_random_nodes(struct task *t, uint32_t *seed, node_id *nodes,
                                    size_t count)
{
    struct world *w = t->w;
    for (size_t tries = 0; count < MOST_NODES && tries < 60; tries++) {
        node_id x = nodes[below(seed, count)], y = nodes[below(seed, count)], made = 0;
        struct shape of_x = graph_shape(w->graph, x), of_y = graph_shape(w->graph, y);
        struct choice c;
        if (below(seed, 4) == 0)
            made = make_row_product(w, seed, x);
        else if (of_x.rank > 0 && choose_rows(&c, seed, &of_x, &of_y))
            made = make(w->graph, &c, x, y);
        if (made != 0 && is_usable(w, made))
            nodes[count++] = made;
    }
    t->output_count = 1;
    t->outputs[0] = nodes[count - 1];
    for (size_t i = 4; i + 1 < count; i++) { /* all of it counts */
        node_id pair[] = {t->outputs[0], graph_sum_all(w->graph, nodes[i])};
        if (i == 4)
            pair[0] = graph_sum_all(w->graph, t->outputs[0]);
        t->outputs[0] = graph_apply(w->graph, OP_ADD, pair, 2);
    }
    t->outputs[0] = graph_sum_all(w->graph, t->outputs[0]);
}

/* A value and its gradients by a vector and a matrix of rows, and by what all share. */
static inline struct task random_rows(struct world *w, uint32_t *seed, size_t rows)
{
    struct task t = {.w = w};
    node_id nodes[MOST_NODES], leaves[3];
    struct shape shapes[] = {
        shape_vector(rows), shape_matrix(rows, 3), shape_vector(3), {.rank = 0}};
    for (size_t i = 0; i < 4; i++)
        nodes[i] = add_numbers(&t, &shapes[i], -1.2, 1.2, seed);
    add_random_nodes(&t, seed, nodes, 4);
    for (size_t i = 0; i < 3; i++)
        leaves[i] = t.leaves[i].leaf;
    graph_gradient(w->graph, t.outputs[0], leaves, 3, t.outputs + 1);
    t.output_count = 4;
    return t;
}

/* ---- Sums over neighbours ---- */

static inline node_id times(struct world *w, node_id a, node_id b)
{
    node_id pair[] = {a, b};
    return graph_apply(w->graph, OP_MULTIPLY, pair, 2);
}

static inline node_id plus(struct world *w, node_id a, node_id b)
{
    node_id pair[] = {a, b};
    return graph_apply(w->graph, OP_ADD, pair, 2);
}

/* The sum over i of c[i]*(x[s*i + 1]*x[s*i] - x[s*i + s - 1]^2)^2, c[i] = 1.5 + 0.25*i,
 * or one that goes round in the remainder of i, and of the squares of both ends. */
static inline struct task chain_task(struct world *w, size_t rows, size_t stride,
                                     bool goes_round)
{
    struct task t = {.w = w, .output_count = 2};
    uint32_t seed = (uint32_t)(rows + stride);
    struct shape shape = shape_vector(stride == 1 ? rows + 1 : rows * stride);
    struct graph *g = w->graph;
    node_id x = add_numbers(&t, &shape, -1, 1, &seed), square, c, ends;
    ptrdiff_t step = (ptrdiff_t)stride;
    node_id here = graph_slice_axis(g, x, 0, 0, rows, step);
    node_id next = graph_slice_axis(g, x, 0, 1, rows, step);
    node_id last = graph_slice_axis(g, x, 0, stride - 1, rows, step);
    node_id two = graph_constant(g, 2), minus = graph_constant(g, -1);
    c = graph_range(g, 1.5, 0.25, rows, 0);
    if (goes_round)
        c = graph_apply2(g, OP_MOD, c, graph_constant(g, 1.25));
    square = times(w, minus, graph_apply2(g, OP_POWER, last, two));
    square = graph_apply2(g, OP_POWER, plus(w, times(w, next, here), square), two);
    ends = plus(w, graph_apply2(g, OP_POWER, graph_pick(g, x, 0, 0), two),
                graph_apply2(g, OP_POWER, graph_pick(g, x, 0, rows), two));
    t.outputs[0] = plus(w, graph_sum_all(g, times(w, c, square)), ends);
    graph_gradient(g, t.outputs[0], &x, 1, t.outputs + 1);
    return t;
}

/* ---- Programs ---- */

static inline struct array_program *fused_of(const struct task *t, size_t threads,
                                             bool machine_code)
{
    node_id inputs[8];
    for (size_t i = 0; i < t->leaf_count; i++)
        inputs[i] = t->leaves[i].leaf;
    return array_new_fused(&t->w->arena, t->w->graph, t->outputs, t->output_count, inputs,
                           t->leaf_count, (struct array_means){threads, machine_code});
}

#endif
