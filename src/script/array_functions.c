/* SPDX-License-Identifier: MIT
 * Functions of whole arrays: each is what it makes of graph nodes. */
#include "script/array.h"

#include <math.h>
#include <string.h>

/* ---- Matrix product ---- */

/* A vector on the left is a row, on the right a column; with batch axes around them both
 * become matrices first. */
static node_id as_matrix(struct graph *graph, node_id node, unsigned batch, bool is_row)
{
    struct shape shape = graph_shape(graph, node);
    size_t own = shape.rank >= batch ? shape.rank - batch : shape.rank;
    if (own != 1)
        return node;
    size_t extent = shape.extent[shape.rank - 1];
    shape.extent[shape.rank - 1] = is_row ? 1 : extent;
    shape.extent[shape.rank++] = is_row ? extent : 1;
    return graph_reshape(graph, node, &shape);
}

struct product {
    size_t rank[2]; /* of the cores */
    bool has_batch[2];
};

static node_id drop_axis(struct graph *graph, node_id node, size_t from_last)
{
    struct shape shape = graph_shape(graph, node);
    size_t axis = shape.rank - 1 - from_last;
    for (size_t i = axis; i + 1 < shape.rank; i++)
        shape.extent[i] = shape.extent[i + 1];
    shape.extent[--shape.rank] = 0;
    return graph_reshape(graph, node, &shape);
}

static node_id make_product(struct graph *graph, const node_id *nodes, size_t count,
                            unsigned batch, const void *user)
{
    const struct product *p = user;
    (void)count;
    if (batch == 0)
        return graph_matmul(graph, nodes[0], nodes[1]);
    node_id a = p->rank[0] == 1
                    ? as_matrix(graph, nodes[0], p->has_batch[0] ? batch : 0, true)
                    : nodes[0];
    node_id b = p->rank[1] == 1
                    ? as_matrix(graph, nodes[1], p->has_batch[1] ? batch : 0, false)
                    : nodes[1];
    node_id node = graph_matmul(graph, a, b);
    if (node != 0 && p->rank[0] == 1)
        node = drop_axis(graph, node, 1);
    if (node != 0 && p->rank[1] == 1)
        node = drop_axis(graph, node, 0);
    return node;
}

bool matrix_product_fits(struct evaluation *e, struct span place,
                         const struct value *pair, const struct span *places)
{
    struct session *session = e->session;
    for (size_t i = 0; i < 2; i++) {
        if (core_shape(e, &pair[i]).rank > 0)
            continue;
        (void)session_error(session, CODE_WRONG_TYPE, places[i],
                            "`@` multiplies matrices and vectors, and this is %s",
                            value_kind_name(&pair[i]));
        diagnostic_help(&session->diagnostics, session_last(session),
                        "numbers are multiplied by `*`");
        return false;
    }
    struct shape a = core_shape(e, &pair[0]), b = core_shape(e, &pair[1]);
    return a.extent[a.rank - 1] == b.extent[0] ||
           shapes_differ(e, place, pair, places, 2,
                         "the rows of the left one are as long as the columns of the "
                         "right one");
}

bool matrix_product(struct evaluation *e, struct span place, const struct value *pair,
                    const struct span *places, struct value *out)
{
    struct product product;
    if (!matrix_product_fits(e, place, pair, places))
        return false;
    for (size_t i = 0; i < 2; i++) {
        product.rank[i] = core_shape(e, &pair[i]).rank;
        product.has_batch[i] = pair[i].batch > 0;
    }
    return apply_maker(e, place, pair, places, 2, make_product, &product, out);
}

/* ---- Functions ---- */

/* A row of the table: what the function makes of its operands, and what it asks of them.
 */
struct array_function {
    const char *name;
    array_maker *make;
    size_t least_rank, most_rank;
    bool is_square;
    bool needs_elements;
};

#define MAKER(name)                                                                      \
    static node_id make_##name(struct graph *graph, const node_id *nodes, size_t count,  \
                               unsigned batch, const void *user)
#define UNUSED (void)count, (void)batch, (void)user

MAKER(logsumexp)
{
    struct shape shape = graph_shape(graph, nodes[0]);
    UNUSED;
    return graph_logsumexp_over(graph, nodes[0], core_axes(&shape, batch));
}

MAKER(softmax)
{
    UNUSED;
    return graph_softmax(graph, nodes[0]);
}

MAKER(norm)
{
    struct shape shape = graph_shape(graph, nodes[0]);
    UNUSED;
    return graph_norm_over(graph, nodes[0], core_axes(&shape, batch));
}

MAKER(dot)
{
    UNUSED;
    node_id product = graph_apply2(graph, OP_MULTIPLY, nodes[0], nodes[1]);
    struct shape shape = graph_shape(graph, product);
    return graph_sum_over(graph, product, core_axes(&shape, batch));
}

MAKER(transpose)
{
    UNUSED;
    return graph_transpose(graph, nodes[0]);
}

MAKER(cumsum)
{
    UNUSED;
    return graph_cumsum(graph, nodes[0], false);
}

MAKER(sort)
{
    UNUSED;
    return graph_sort(graph, nodes[0]);
}

/* Positions are counted from 1. */
MAKER(argsort)
{
    UNUSED;
    return graph_apply2(graph, OP_ADD, graph_argsort(graph, nodes[0]),
                        graph_constant(graph, 1));
}

MAKER(argmin)
{
    struct shape shape = graph_shape(graph, nodes[0]);
    UNUSED;
    return graph_argmin_over(graph, nodes[0], core_axes(&shape, batch));
}

MAKER(argmax)
{
    struct shape shape = graph_shape(graph, nodes[0]);
    UNUSED;
    return graph_argmax_over(graph, nodes[0], core_axes(&shape, batch));
}

MAKER(det)
{
    UNUSED;
    return graph_det(graph, nodes[0]);
}

MAKER(inv)
{
    UNUSED;
    return graph_inverse(graph, nodes[0]);
}

MAKER(logdet)
{
    UNUSED;
    return graph_logdet(graph, nodes[0]);
}

MAKER(eigenvalues)
{
    UNUSED;
    return graph_eigenvalues(graph, nodes[0]);
}

MAKER(trace)
{
    UNUSED;
    return graph_trace(graph, nodes[0]);
}

MAKER(solve)
{
    UNUSED;
    return graph_solve(graph, nodes[0], nodes[1]);
}

/* The diagonal of a matrix, or the matrix with this diagonal. */
MAKER(diag)
{
    UNUSED;
    struct shape shape = graph_shape(graph, nodes[0]);
    return shape.rank - batch == 1 ? graph_make_diagonal(graph, nodes[0])
                                   : graph_diagonal(graph, nodes[0]);
}

/* The sum of squared deviations over n - 1. */
MAKER(var)
{
    UNUSED;
    struct shape shape = graph_shape(graph, nodes[0]);
    unsigned axes = core_axes(&shape, batch);
    struct shape units = shape_with_units(&shape, axes);
    double elements = 1;
    for (size_t i = batch; i < shape.rank; i++)
        elements *= (double)shape.extent[i];
    node_id sum = graph_sum_over(graph, nodes[0], axes);
    node_id mean = graph_apply2(graph, OP_DIVIDE, sum, graph_constant(graph, elements));
    mean = graph_reshape(graph, mean, &units);
    node_id away =
        graph_apply2(graph, OP_ADD, nodes[0], graph_apply1(graph, OP_NEGATE, mean));
    node_id squares = graph_apply2(graph, OP_POWER, away, graph_constant(graph, 2));
    return graph_apply2(graph, OP_DIVIDE, graph_sum_over(graph, squares, axes),
                        graph_constant(graph, elements - 1));
}

MAKER(std)
{
    return graph_apply1(graph, OP_SQRT, make_var(graph, nodes, count, batch, user));
}

static const struct array_function functions[] = {
    {"logsumexp", make_logsumexp, 1, 2, false, true},
    {"softmax", make_softmax, 1, 2, false, false},
    {"norm", make_norm, 1, 2, false, false},
    {"dot", make_dot, 1, 1, false, false},
    {"transpose", make_transpose, 2, 2, false, false},
    {"cumsum", make_cumsum, 1, 1, false, false},
    {"sort", make_sort, 1, 1, false, false},
    {"argsort", make_argsort, 1, 1, false, false},
    {"argmin", make_argmin, 1, 1, false, true},
    {"argmax", make_argmax, 1, 1, false, true},
    {"det", make_det, 2, 2, true, false},
    {"inv", make_inv, 2, 2, true, false},
    {"logdet", make_logdet, 2, 2, true, false},
    {"eigenvalues", make_eigenvalues, 2, 2, true, false},
    {"trace", make_trace, 2, 2, true, false},
    {"solve", make_solve, 1, 2, false, false},
    {"diag", make_diag, 1, 2, false, false},
    {"var", make_var, 1, 2, false, true},
    {"std", make_std, 1, 2, false, true},
};

static const struct array_function *find(const char *name)
{
    size_t i = 0;
    while (strcmp(functions[i].name, name) != 0)
        i++;
    return &functions[i];
}

static bool wrong_shape(struct evaluation *e, struct span place,
                        const struct array_function *f, const struct value *value)
{
    struct text shown;
    struct shape shape = core_shape(e, value);
    text_init(&shown, &e->session->scratch);
    put_shape(&shown, &shape);
    return session_error(e->session, CODE_WRONG_TYPE, place,
                         "`%s` takes %s, and this is %s", f->name,
                         f->is_square         ? "a square matrix"
                         : f->least_rank == 2 ? "a matrix"
                         : f->most_rank == 1  ? "a vector"
                                              : "a vector or a matrix",
                         text_string(&shown));
}

static bool check_argument(struct evaluation *e, struct span place,
                           const struct array_function *f, const struct value *value)
{
    struct shape shape = core_shape(e, value);
    if (shape.rank < f->least_rank || shape.rank > f->most_rank ||
        (f->is_square && shape.extent[0] != shape.extent[1]))
        return wrong_shape(e, place, f, value);
    if (f->needs_elements && shape_elements(&shape) == 0)
        return session_error(e->session, CODE_EMPTY_REDUCTION, place,
                             "the %s of nothing has no value", f->name);
    return true;
}

bool array_function_fits(struct evaluation *e, const char *name, struct span place,
                         const struct value *arguments, const struct span *places,
                         size_t count)
{
    const struct array_function *f = find(name);
    for (size_t i = 0; i < count; i++)
        if (!check_argument(e, place, f, &arguments[i]))
            return false;
    if (f->make != make_dot)
        return true;
    struct shape a = core_shape(e, &arguments[0]), b = core_shape(e, &arguments[1]);
    return shape_equal(&a, &b) || shapes_differ(e, place, arguments, places, 2,
                                                "`dot` takes vectors of one length");
}

bool apply_array_function(struct evaluation *e, const char *name, struct span place,
                          const struct value *arguments, const struct span *places,
                          size_t count, struct value *out)
{
    return array_function_fits(e, name, place, arguments, places, count) &&
           apply_maker(e, place, arguments, places, count, find(name)->make, NULL, out);
}
