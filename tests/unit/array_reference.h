/* SPDX-License-Identifier: MIT
 * array_reference.h - a graph of arrays evaluated one element at a time, straight from
 * the text of ops.def: slow, and simple enough to be seen to be right. */
#ifndef TESTS_ARRAY_REFERENCE_H
#define TESTS_ARRAY_REFERENCE_H

#include "array_reference_matrix.h"

/* ---- Reductions ---- */

static inline double reduce_extreme(enum op op, const double *x, size_t count)
{
    bool is_least = op == OP_MIN_OVER || op == OP_ARGMIN_OVER;
    size_t best = 0;
    for (size_t i = 1; i < count && !isnan(x[best]); i++)
        if (isnan(x[i]) || (is_least ? x[i] < x[best] : x[i] > x[best]))
            best = i;
    if (count == 0)
        return (double)NAN;
    return op == OP_MIN_OVER || op == OP_MAX_OVER ? x[best] : (double)best + 1;
}

static inline double reduce_elements(enum op op, const double *x, size_t count)
{
    double sum = 0, product = 1, most = (double)-INFINITY, shares = 0, squares = 0;
    for (size_t i = 0; i < count; i++) {
        sum += x[i];
        product *= x[i];
        squares += x[i] * x[i];
        most = x[i] > most || isnan(x[i]) ? x[i] : most;
    }
    for (size_t i = 0; i < count; i++)
        shares += exp(x[i] - most);
    switch (op) {
    case OP_SUM_OVER:
        return sum;
    case OP_PROD_OVER:
        return product;
    case OP_LOGSUMEXP_OVER:
        return isinf(most) ? most : most + log(shares);
    case OP_NORM_OVER:
        return sqrt(squares);
    default:
        return reduce_extreme(op, x, count);
    }
}

static inline void reference_reduce(struct arena *arena, enum op op,
                                    const struct reference *x, size_t axes,
                                    struct reference *out)
{
    size_t n = shape_elements(&x->shape);
    double *kept = ARENA_ARRAY(arena, n, double);
    for (size_t place = 0; place < shape_elements(&out->shape); place++) {
        size_t count = 0;
        for (size_t k = 0; k < n; k++) {
            size_t index[SHAPE_MOST_AXES] = {0}, own[SHAPE_MOST_AXES] = {0}, rank = 0;
            unravel(&x->shape, k, index);
            for (size_t i = 0; i < x->shape.rank; i++)
                if ((axes >> i & 1) == 0)
                    own[rank++] = index[i];
            if (ravel(&out->shape, own) == place)
                kept[count++] = x->data[k];
        }
        out->data[place] = reduce_elements(op, kept, count);
    }
}

/* ---- Moving elements ---- */

/* Where element `place` of the smaller one, a slice, lies in the whole. */
static inline size_t place_in_whole(const struct shape *slice, const struct shape *whole,
                                    const struct attributes *a, size_t place)
{
    size_t index[SHAPE_MOST_AXES] = {0};
    unravel(slice, place, index);
    for (size_t i = 0; i < slice->rank; i++)
        index[i] = (size_t)((ptrdiff_t)a->start[i] + a->stride[i] * (ptrdiff_t)index[i]);
    return ravel(whole, index);
}

/* Where element `place` of a gathered array lies in the one it is taken from. */
static inline size_t place_of_index(const struct shape *gathered,
                                    const struct shape *from,
                                    const struct reference *index, size_t axis,
                                    size_t place)
{
    size_t at[SHAPE_MOST_AXES] = {0}, own[SHAPE_MOST_AXES] = {0};
    unravel(gathered, place, at);
    for (size_t i = 0; i < from->rank; i++)
        if (i != axis)
            own[i] = i < axis ? at[i] : at[i + index->shape.rank - 1];
    double number = index->data[ravel(&index->shape, at + axis)];
    assert_true(number >= 0 && number < (double)from->extent[axis] &&
                number == floor(number));
    own[axis] = (size_t)number;
    return ravel(from, own);
}

static inline void reference_move(const struct reference *x, const struct reference *y,
                                  enum op op, const struct attributes *a,
                                  struct reference *out)
{
    size_t index[SHAPE_MOST_AXES] = {0}, own[SHAPE_MOST_AXES] = {0};
    bool is_outward = op == OP_PAD || op == OP_SCATTER;
    const struct shape *by = is_outward ? &x->shape : &out->shape;
    for (size_t k = 0; k < shape_elements(by); k++) {
        if (op == OP_BROADCAST) {
            out->data[k] = aligned_element(x, &out->shape, k);
        } else if (op == OP_RESHAPE) {
            out->data[k] = x->data[k];
        } else if (op == OP_PERMUTE) {
            unravel(&out->shape, k, index);
            for (size_t i = 0; i < x->shape.rank; i++)
                own[a->order[i]] = index[i];
            out->data[k] = x->data[ravel(&x->shape, own)];
        } else if (op == OP_SLICE) {
            out->data[k] = x->data[place_in_whole(&out->shape, &x->shape, a, k)];
        } else if (op == OP_PAD) {
            out->data[place_in_whole(&x->shape, &out->shape, a, k)] = x->data[k];
        } else if (op == OP_GATHER) {
            out->data[k] = x->data[place_of_index(&out->shape, &x->shape, y, a->axis, k)];
        } else {
            out->data[place_of_index(&x->shape, &out->shape, y, a->axis, k)] +=
                x->data[k];
        }
    }
}

static inline void reference_concat(const struct reference *parts, size_t count,
                                    size_t axis, struct reference *out)
{
    size_t start = 0;
    for (size_t p = 0; p < count; p++) {
        for (size_t k = 0; k < shape_elements(&parts[p].shape); k++) {
            size_t index[SHAPE_MOST_AXES] = {0};
            unravel(&parts[p].shape, k, index);
            index[axis] += start;
            out->data[ravel(&out->shape, index)] = parts[p].data[k];
        }
        start += parts[p].shape.extent[axis];
    }
}

static inline void reference_row(const double *x, size_t n, enum op op, bool is_reversed,
                                 double *out)
{
    for (size_t i = 0; i < n; i++) {
        out[i] = 0;
        for (size_t k = 0; k < n; k++) {
            if (op == OP_CUMSUM && (is_reversed ? k >= i : k <= i))
                out[i] += x[k];
            bool is_before = k < i ? x[k] <= x[i] || isnan(x[i])
                                   : x[k] < x[i] || (isnan(x[i]) && !isnan(x[k]));
            if (op == OP_ARGSORT && k != i && is_before && !(isnan(x[k]) && k > i))
                out[i] += 1; /* its rank */
        }
    }
    if (op != OP_ARGSORT || n == 0)
        return;
    double ranks[256];
    assert_true(n <= 256);
    memcpy(ranks, out, n * sizeof *ranks);
    for (size_t i = 0; i < n; i++)
        out[(size_t)ranks[i]] = (double)i;
}

/* ---- The whole ---- */

static inline void reference_node(struct world *w, node_id id, const struct reference *in,
                                  struct reference *out)
{
    struct node node = graph_node(w->graph, id);
    struct attributes a = graph_attributes(w->graph, id);
    size_t n = out->shape.rank == 0 ? 1 : out->shape.extent[out->shape.rank - 1];
    if (node.op == OP_RANGE) {
        for (size_t i = 0; i < n; i++)
            out->data[i] = a.first + a.step * (double)i;
    } else if (!op_is_array(node.op)) {
        double *values = ARENA_ARRAY(&w->arena, node.count, double);
        for (size_t k = 0; k < shape_elements(&out->shape); k++) {
            for (size_t i = 0; i < node.count; i++)
                values[i] = aligned_element(&in[i], &out->shape, k);
            out->data[k] = node.op == OP_CONSTANT ? node.value
                                                  : op_value(node.op, values, node.count);
        }
    } else if (node.op <= OP_ARGMAX_OVER) {
        reference_reduce(&w->arena, node.op, in, a.axes, out);
    } else if (node.op == OP_CONCAT) {
        reference_concat(in, node.count, a.axis, out);
    } else if (node.op <= OP_SCATTER) {
        reference_move(in, in + 1, node.op, &a, out);
    } else if (node.op == OP_CUMSUM || node.op == OP_ARGSORT) {
        for (size_t k = 0; k < shape_elements(&out->shape); k += n)
            reference_row(in->data + k, n, node.op, a.is_reversed != 0, out->data + k);
    } else if (node.op == OP_MAKE_DIAGONAL) {
        for (size_t k = 0; k < shape_elements(&in->shape); k++)
            out->data[k * n + k % n] = in->data[k];
    } else if (node.op == OP_MATMUL) {
        reference_matmul(in, in + 1, out);
    } else {
        reference_matrix(node.op, in, node.count == 2 ? in + 1 : NULL, out);
    }
}

/* The value of a node; its memory is in the arena of the world. */
static inline struct reference reference_value(struct world *w, node_id root,
                                               const struct binding *bindings,
                                               size_t count)
{
    struct graph_order order = graph_order(w->graph, &root, 1, &w->arena);
    struct reference *values = ARENA_ARRAY(&w->arena, order.count, struct reference);
    for (size_t i = 0; i < order.count; i++) {
        struct node node = graph_node(w->graph, order.nodes[i]);
        values[i].shape = graph_shape(w->graph, order.nodes[i]);
        values[i].data = ARENA_ARRAY(&w->arena, shape_elements(&values[i].shape), double);
        size_t bound = 0;
        while (bound < count && bindings[bound].leaf != order.nodes[i])
            bound++;
        if (bound < count) {
            memcpy(values[i].data, bindings[bound].data,
                   shape_elements(&values[i].shape) * sizeof(double));
            continue;
        }
        assert_true(node.op != OP_VARIABLE && node.op != OP_PARAMETER);
        struct reference *in = ARENA_ARRAY(&w->arena, node.count, struct reference);
        for (size_t k = 0; k < node.count; k++)
            in[k] = values[graph_position(w->graph, &order, node.operands[k])];
        reference_node(w, order.nodes[i], in, &values[i]);
    }
    return values[graph_position(w->graph, &order, root)];
}

#endif
