/* SPDX-License-Identifier: MIT
 * The adjoints of the operations of matrices (Giles, Collected matrix derivative results
 * for forward and reverse mode algorithmic differentiation, 2008).  X* is the adjoint of
 * X, X' its transpose. */
#include "graph/array_adjoint.h"

static struct gated only(node_id value)
{
    return (struct gated){0, value};
}

static node_id negative(struct graph *graph, node_id x)
{
    return graph_apply1(graph, OP_NEGATE, x);
}

static node_id times(struct graph *graph, node_id x, node_id y)
{
    return graph_apply2(graph, OP_MULTIPLY, x, y);
}

/* A result without one or both of the last axes, with these at extent 1. */
static node_id with_units(struct graph *graph, node_id x, bool row, bool column)
{
    struct shape shape = graph_shape(graph, x);
    size_t last = shape.rank == 0 ? 0 : shape.extent[shape.rank - 1];
    if (row && column) {
        shape.extent[shape.rank++] = 1;
        shape.extent[shape.rank++] = 1;
    } else {
        shape.extent[shape.rank] = column ? 1 : last;
        shape.extent[shape.rank - 1] = column ? last : 1;
        shape.rank++;
    }
    return graph_reshape(graph, x, &shape);
}

/* Batches that the operand lacks are summed. */
static struct gated for_operand(struct graph *graph, node_id value, node_id operand)
{
    struct shape shape = graph_shape(graph, value);
    return array_sum_to(graph, only(value), &shape, operand);
}

/* C = A B: A* = C* B', B* = A' C*. */
struct gated adjoint_matmul(struct graph *graph, node_id node, size_t which,
                            struct gated adjoint)
{
    node_id a = node_operand(graph, node, 0), b = node_operand(graph, node, 1);
    if (which == 0)
        return for_operand(
            graph, graph_matmul(graph, adjoint.value, graph_transpose(graph, b)), a);
    return for_operand(graph,
                       graph_matmul(graph, graph_transpose(graph, a), adjoint.value), b);
}

/* A X = B: B* = A'^-1 X*, A* = -B* X'. */
struct gated adjoint_solve(struct graph *graph, node_id node, size_t which,
                           struct gated adjoint)
{
    node_id a = node_operand(graph, node, 0), b = node_operand(graph, node, 1);
    node_id right = graph_solve(graph, graph_transpose(graph, a), adjoint.value);
    if (which == 1)
        return for_operand(graph, right, b);
    node_id product = graph_matmul(graph, right, graph_transpose(graph, node));
    return for_operand(graph, negative(graph, product), a);
}

/* R = A^-1: A* = -R' R* R'. */
struct gated adjoint_inverse(struct graph *graph, node_id node, size_t which,
                             struct gated adjoint)
{
    (void)which;
    node_id transposed = graph_transpose(graph, node);
    node_id product = graph_matmul(graph, transposed, adjoint.value);
    return only(negative(graph, graph_matmul(graph, product, transposed)));
}

static node_id inverse_transposed(struct graph *graph, node_id a)
{
    return graph_transpose(graph, graph_inverse(graph, a));
}

struct gated adjoint_logdet(struct graph *graph, node_id node, size_t which,
                            struct gated adjoint)
{
    node_id factor = with_units(graph, adjoint.value, true, true);
    node_id a = node_operand(graph, node, which);
    return only(times(graph, factor, inverse_transposed(graph, a)));
}

/* 0, 1, ... without i, for each i below n, as rows. */
static node_id others_of_each(struct graph *graph, size_t n)
{
    node_id i = with_units(graph, graph_range(graph, 0, 1, n, 0), false, true);
    node_id k = graph_range(graph, 0, 1, n - 1, 0);
    node_id from_i = graph_apply2(graph, OP_GREATER_EQUAL, k, i);
    return graph_apply2(graph, OP_ADD, k, from_i);
}

/* The matrix without row i and column k, for each i and k: [..., i, k, n - 1, n - 1]. */
static node_id minors(struct graph *graph, node_id a)
{
    struct shape shape = graph_shape(graph, a);
    size_t row = shape.rank - 2, order[SHAPE_MOST_AXES] = {0};
    node_id others = others_of_each(graph, shape.extent[row]);
    node_id rows = graph_gather(graph, a, others, row); /* [..., i, n - 1, n] */
    node_id both = graph_gather(graph, rows, others, row + 2);
    for (size_t i = 0; i < row; i++)
        order[i] = i;
    const size_t last[] = {row, row + 2, row + 1, row + 3};
    for (size_t i = 0; i < 4; i++)
        order[row + i] = last[i];
    return graph_permute(graph, both, order);
}

/* The derivative of the determinant by each element: those of the minors, with signs. */
static node_id cofactors(struct graph *graph, node_id a)
{
    struct shape shape = graph_shape(graph, a);
    size_t n = shape.extent[shape.rank - 1];
    if (n == 1)
        return array_of_number(graph, 1, &shape);
    node_id i = graph_range(graph, 0, 1, n, 0), two = graph_constant(graph, 2);
    node_id place = graph_apply2(graph, OP_ADD, with_units(graph, i, true, false),
                                 with_units(graph, i, false, true));
    node_id sign = graph_apply3(graph, OP_SELECT, graph_apply2(graph, OP_MOD, place, two),
                                graph_constant(graph, -1), graph_constant(graph, 1));
    return times(graph, sign, graph_det(graph, minors(graph, a)));
}

/* By minors while these are few: then it has a value also where the matrix is singular.
 * The work on minors grows with n^5, that of the inverse with n^3. */
enum { MOST_ROWS_BY_MINORS = 6 };

static bool has_few_minors(const struct shape *shape)
{
    size_t n = shape->extent[shape->rank - 1];
    return n <= MOST_ROWS_BY_MINORS && shape->rank + 2 <= SHAPE_MOST_AXES &&
           shape_elements(shape) <= SHAPE_MOST_ELEMENTS / (n * n);
}

struct gated adjoint_det(struct graph *graph, node_id node, size_t which,
                         struct gated adjoint)
{
    node_id a = node_operand(graph, node, which);
    struct shape shape = graph_shape(graph, a);
    if (has_few_minors(&shape))
        return only(times(graph, with_units(graph, adjoint.value, true, true),
                          cofactors(graph, a)));
    node_id factor = with_units(graph, times(graph, adjoint.value, node), true, true);
    return only(times(graph, factor, inverse_transposed(graph, a)));
}

/* A = V diag(w) V': A* = V diag(w*) V'. */
struct gated adjoint_eigenvalues(struct graph *graph, node_id node, size_t which,
                                 struct gated adjoint)
{
    node_id vectors = graph_eigenvectors(graph, node_operand(graph, node, which));
    node_id scaled = times(graph, vectors, with_units(graph, adjoint.value, true, false));
    return only(graph_matmul(graph, scaled, graph_transpose(graph, vectors)));
}

/* F of the adjoint of V: 1/(w_j - w_i) beside the diagonal, 0 on it. */
static node_id gaps(struct graph *graph, node_id a)
{
    node_id w = graph_eigenvalues(graph, a);
    size_t n = graph_shape(graph, w).extent[graph_shape(graph, w).rank - 1];
    node_id gap = graph_apply2(graph, OP_ADD, with_units(graph, w, true, false),
                               negative(graph, with_units(graph, w, false, true)));
    node_id i = graph_range(graph, 0, 1, n, 0);
    node_id same = graph_apply2(graph, OP_EQUAL, with_units(graph, i, true, false),
                                with_units(graph, i, false, true));
    node_id inverse = graph_apply2(graph, OP_DIVIDE, graph_constant(graph, 1), gap);
    return graph_apply3(graph, OP_SELECT, same, graph_constant(graph, 0), inverse);
}

/* A* is the symmetric part of V (F o V' V*) V', o element by element. */
struct gated adjoint_eigenvectors(struct graph *graph, node_id node, size_t which,
                                  struct gated adjoint)
{
    node_id transposed = graph_transpose(graph, node);
    node_id inner = times(graph, gaps(graph, node_operand(graph, node, which)),
                          graph_matmul(graph, transposed, adjoint.value));
    node_id whole = graph_matmul(graph, graph_matmul(graph, node, inner), transposed);
    node_id sum = graph_apply2(graph, OP_ADD, whole, graph_transpose(graph, whole));
    return only(times(graph, graph_constant(graph, 0.5), sum));
}

struct gated adjoint_diagonal(struct graph *graph, node_id node, size_t which,
                              struct gated adjoint)
{
    struct shape to = graph_shape(graph, node_operand(graph, node, which));
    size_t start[SHAPE_MOST_AXES] = {0};
    ptrdiff_t stride[SHAPE_MOST_AXES];
    for (size_t i = 0; i < SHAPE_MOST_AXES; i++)
        stride[i] = 1;
    return only(
        graph_pad(graph, graph_make_diagonal(graph, adjoint.value), start, stride, &to));
}

struct gated adjoint_make_diagonal(struct graph *graph, node_id node, size_t which,
                                   struct gated adjoint)
{
    (void)node;
    (void)which;
    return only(graph_diagonal(graph, adjoint.value));
}
