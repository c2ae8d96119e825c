/* SPDX-License-Identifier: MIT
 * Functions that make arrays, take them apart, or ask about them. */
#include "script/array.h"
#include "script/data.h"

#include <math.h>
#include <string.h>

/* ---- How many ---- */

bool array_take_size(struct evaluation *e, struct span place, const struct value *value,
                     size_t *out)
{
    if (!is_numeric(value) || value->unknown || !(value->number >= 0) ||
        value->number != floor(value->number) || !(value->number < 1e15))
        return session_error(e->session, CODE_WRONG_TYPE, place,
                             "a size is a known whole number, not negative");
    *out = (size_t)value->number;
    return true;
}

static bool check_size(struct evaluation *e, struct span place, const struct shape *shape)
{
    if (shape_check(shape) == SHAPE_FITS)
        return true;
    return session_error(e->session, CODE_TOO_LARGE, place,
                         "an array of that size is too large: the most are 2^28 numbers");
}

/* zeros(n), zeros(n, m), normal(0, 1, [n, m]). */
static bool take_shape(struct evaluation *e, struct span place,
                       const struct value *arguments, size_t count, struct shape *shape)
{
    struct value pair[2];
    if (count == 1 && is_array(&arguments[0]) && !arguments[0].unknown &&
        shape_elements(&arguments[0].as.array->shape) == 2) {
        for (size_t i = 0; i < 2; i++)
            pair[i] = value_number(arguments[0].as.array->numbers[i]);
        arguments = pair;
        count = 2;
    }
    *shape = (struct shape){.rank = count};
    for (size_t i = 0; i < count; i++)
        if (!array_take_size(e, place, &arguments[i], &shape->extent[i]))
            return false;
    return check_size(e, place, shape);
}

static bool fill(struct evaluation *e, struct span place, const struct value *arguments,
                 size_t count, double number, struct value *out)
{
    struct shape shape;
    if (!take_shape(e, place, arguments, count, &shape))
        return false;
    *out = value_array(&e->session->scratch, &shape);
    size_t elements = shape_elements(&shape);
    for (size_t i = 0; i < elements; i++)
        out->as.array->numbers[i] = number;
    return true;
}

bool apply_zeros(struct evaluation *e, struct span place, const struct value *arguments,
                 size_t count, struct value *out)
{
    return fill(e, place, arguments, count, 0, out);
}

bool apply_ones(struct evaluation *e, struct span place, const struct value *arguments,
                size_t count, struct value *out)
{
    return fill(e, place, arguments, count, 1, out);
}

bool apply_eye(struct evaluation *e, struct span place, const struct value *arguments,
               size_t count, struct value *out)
{
    size_t n = 0;
    (void)count;
    if (!array_take_size(e, place, &arguments[0], &n))
        return false;
    struct shape shape = shape_matrix(n, n);
    if (!check_size(e, place, &shape))
        return false;
    *out = value_array(&e->session->scratch, &shape);
    for (size_t i = 0; i < n; i++)
        out->as.array->numbers[i * n + i] = 1;
    return true;
}

bool apply_linspace(struct evaluation *e, struct span place,
                    const struct value *arguments, size_t count, struct value *out)
{
    size_t n = 0;
    (void)count;
    for (size_t i = 0; i < 2; i++)
        if (!is_numeric(&arguments[i]) || arguments[i].unknown)
            return wrong_type(e, place, "a known number", &arguments[i]);
    if (!array_take_size(e, place, &arguments[2], &n))
        return false;
    struct shape shape = shape_vector(n);
    if (!check_size(e, place, &shape))
        return false;
    double first = arguments[0].number, last = arguments[1].number;
    *out = value_array(&e->session->scratch, &shape);
    for (size_t i = 0; i < n; i++)
        out->as.array->numbers[i] =
            i + 1 == n && n > 1
                ? last
                : first + (last - first) * (n > 1 ? (double)i / (double)(n - 1) : 0);
    return true;
}

/* ---- How large ---- */

bool count_axis(struct evaluation *e, struct span place, const struct value *value,
                size_t axis, struct value *out)
{
    if (!is_array(value) || value->as.array->shape.rank != 2)
        return wrong_type(e, place, "a matrix", value);
    *out = value_number((double)value->as.array->shape.extent[axis]);
    return true;
}

bool apply_rows(struct evaluation *e, struct span place, const struct value *arguments,
                size_t count, struct value *out)
{
    (void)count;
    if (arguments[0].kind == VALUE_DATA) {
        *out = value_number((double)arguments[0].as.data->rows);
        return true;
    }
    return count_axis(e, place, &arguments[0], 0, out);
}

/* ---- One after the other ---- */

static node_id make_concat(struct graph *graph, const node_id *nodes, size_t count,
                           unsigned batch, const void *user)
{
    (void)user;
    return graph_concat(graph, nodes, count, batch);
}

static bool concat_lists(struct evaluation *e, const struct value *arguments,
                         size_t count, struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    struct list_value *list = ARENA_NEW(scratch, struct list_value);
    size_t total = 0, own = 0;
    for (size_t i = 0; i < count; i++)
        if (value_count(&arguments[i], &own))
            total += own;
    list->items = ARENA_ARRAY(scratch, total, struct value);
    list->depth = 1;
    for (size_t i = 0; i < count; i++) {
        (void)value_count(&arguments[i], &own);
        for (size_t k = 0; k < own; k++) {
            struct value item = value_element(scratch, &arguments[i], k);
            if (item.kind == VALUE_LIST && item.as.list->depth >= list->depth)
                list->depth = item.as.list->depth + 1;
            list->items[list->count++] = item;
        }
    }
    out->kind = VALUE_LIST;
    out->as.list = list;
    return true;
}

bool apply_concat(struct evaluation *e, struct span place, const struct value *arguments,
                  size_t count, struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    struct value *operands = ARENA_ARRAY(scratch, count, struct value);
    size_t elements = 0;
    bool lists = false;
    for (size_t i = 0; i < count; i++) {
        lists = lists || arguments[i].kind == VALUE_LIST;
        if (!value_count(&arguments[i], &elements))
            return wrong_type(e, place, "an array or a list", &arguments[i]);
    }
    memset(out, 0, sizeof *out);
    if (lists)
        return concat_lists(e, arguments, count, out);
    for (size_t i = 0; i < count; i++) {
        operands[i] = arguments[i];
        if (!take_operand(e, place, &operands[i]))
            return false;
    }
    return apply_maker(e, place, operands, NULL, count, make_concat, NULL, out);
}

/* ---- Quantiles: between the order statistics, linearly (Hyndman and Fan, Sample
 * Quantiles in Statistical Packages, 1996, definition 7) ---- */

static node_id make_quantile(struct graph *graph, const node_id *nodes, size_t count,
                             unsigned batch, const void *user)
{
    const double *q = user;
    struct shape shape = graph_shape(graph, nodes[0]);
    size_t axis = shape.rank - 1, n = shape.extent[axis];
    double at = *q * (double)(n - 1), below = floor(at);
    size_t low = (size_t)below, high = low + 1 < n ? low + 1 : low;
    (void)count;
    (void)batch;
    node_id sorted = graph_sort(graph, nodes[0]);
    node_id terms[2] = {graph_pick(graph, sorted, axis, low),
                        graph_pick(graph, sorted, axis, high)};
    double weights[2] = {1 - (at - below), at - below};
    for (size_t i = 0; i < 2; i++)
        terms[i] =
            graph_apply2(graph, OP_MULTIPLY, graph_constant(graph, weights[i]), terms[i]);
    return weights[1] == 0 ? terms[0] : graph_apply(graph, OP_ADD, terms, 2);
}

static bool quantile(struct evaluation *e, struct span place, const struct value *value,
                     double q, struct value *out)
{
    struct value operand = *value;
    if (!take_operand(e, place, &operand))
        return false;
    if (!is_array(&operand) || operand.as.array->shape.rank != 1)
        return wrong_type(e, place, "a vector", &operand);
    if (operand.as.array->shape.extent[0] == 0)
        return session_error(e->session, CODE_EMPTY_REDUCTION, place,
                             "the quantile of nothing has no value");
    return apply_maker(e, place, &operand, NULL, 1, make_quantile, &q, out);
}

bool apply_quantile(struct evaluation *e, struct span place,
                    const struct value *arguments, size_t count, struct value *out)
{
    (void)count;
    if (!is_numeric(&arguments[1]) || arguments[1].unknown ||
        !(arguments[1].number >= 0 && arguments[1].number <= 1))
        return session_error(e->session, CODE_WRONG_TYPE, place,
                             "the share of a quantile is a known number from 0 to 1");
    return quantile(e, place, &arguments[0], arguments[1].number, out);
}

bool apply_median(struct evaluation *e, struct span place, const struct value *arguments,
                  size_t count, struct value *out)
{
    (void)count;
    return quantile(e, place, &arguments[0], 0.5, out);
}
