/* SPDX-License-Identifier: MIT
 * Constructors of the operations of matrices, which are the last two axes. */
#include "graph/array_node.h"

static const struct attributes none;

/* ---- Shapes ---- */

static struct shape batch_of(const struct shape *shape)
{
    return shape_without(shape, 3u << (shape->rank - 2));
}

static struct shape with_matrix(struct shape batch, size_t rows, size_t columns)
{
    batch.extent[batch.rank++] = rows;
    batch.extent[batch.rank++] = columns;
    return batch;
}

static enum shape_fault check_matrix(const struct shape *shape, bool is_square)
{
    if (shape->rank < 2)
        return SHAPE_NO_MATRIX;
    bool fits =
        !is_square || shape->extent[shape->rank - 1] == shape->extent[shape->rank - 2];
    return fits ? SHAPE_FITS : SHAPE_NOT_SQUARE;
}

/* The shape of a result of these rows and columns, by batches that align. */
static enum shape_fault join_batches(const struct shape *a, const struct shape *b,
                                     size_t rows, size_t columns, struct shape *out)
{
    struct shape x = batch_of(a), y = batch_of(b), batch;
    enum shape_fault fault = shape_broadcast(&x, &y, &batch);
    if (fault != SHAPE_FITS)
        return fault;
    *out = with_matrix(batch, rows, columns);
    return shape_check(out);
}

/* ---- Products ---- */

/* The shape of a vector as a matrix, of one row or of one column; others as they are. */
static struct shape shape_as_matrix(const struct graph *graph, node_id x, bool is_row)
{
    struct shape shape = graph_shape(graph, x);
    if (shape.rank != 1)
        return shape;
    return is_row ? shape_matrix(1, shape.extent[0]) : shape_matrix(shape.extent[0], 1);
}

static enum shape_fault product_shape(const struct shape *a, const struct shape *b,
                                      struct shape *out)
{
    if (a->rank < 2 || b->rank < 2)
        return SHAPE_NO_MATRIX;
    if (a->extent[a->rank - 1] != b->extent[b->rank - 2])
        return SHAPE_DIFFERENT;
    return join_batches(a, b, a->extent[a->rank - 2], b->extent[b->rank - 1], out);
}

node_id graph_matmul(struct graph *graph, node_id a, node_id b)
{
    if (a == 0 || b == 0)
        return 0;
    bool is_row = graph_shape(graph, a).rank == 1;
    bool is_column = graph_shape(graph, b).rank == 1;
    struct shape left = shape_as_matrix(graph, a, true), to;
    struct shape right = shape_as_matrix(graph, b, false);
    enum shape_fault fault = product_shape(&left, &right, &to);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    a = graph_reshape(graph, a, &left);
    b = graph_reshape(graph, b, &right);
    node_id product = array_make2(graph, OP_MATMUL, a, b, &to, &none);
    unsigned dropped =
        (is_row ? 1u << (to.rank - 2) : 0) | (is_column ? 1u << (to.rank - 1) : 0);
    to = shape_without(&to, dropped);
    return graph_reshape(graph, product, &to);
}

/* ---- Of one square matrix ---- */

/* The axes that a result has of the last two. */
enum result { RESULT_NUMBER, RESULT_VECTOR, RESULT_MATRIX };

static node_id of_square(struct graph *graph, enum op op, node_id a, enum result result)
{
    if (a == 0)
        return 0;
    struct shape shape = graph_shape(graph, a);
    enum shape_fault fault = check_matrix(&shape, true);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    unsigned dropped = result == RESULT_NUMBER   ? 3u << (shape.rank - 2)
                       : result == RESULT_VECTOR ? 1u << (shape.rank - 1)
                                                 : 0;
    shape = shape_without(&shape, dropped);
    return array_make1(graph, op, a, &shape, &none);
}

node_id graph_inverse(struct graph *graph, node_id a)
{
    return of_square(graph, OP_INVERSE, a, RESULT_MATRIX);
}

node_id graph_logdet(struct graph *graph, node_id a)
{
    return of_square(graph, OP_LOGDET, a, RESULT_NUMBER);
}

node_id graph_det(struct graph *graph, node_id a)
{
    return of_square(graph, OP_DET, a, RESULT_NUMBER);
}

node_id graph_eigenvalues(struct graph *graph, node_id a)
{
    return of_square(graph, OP_EIGENVALUES, a, RESULT_VECTOR);
}

node_id graph_eigenvectors(struct graph *graph, node_id a)
{
    return of_square(graph, OP_EIGENVECTORS, a, RESULT_MATRIX);
}

static enum shape_fault solution_shape(const struct shape *a, const struct shape *b,
                                       struct shape *out)
{
    enum shape_fault fault = check_matrix(a, true);
    return fault != SHAPE_FITS ? fault : product_shape(a, b, out);
}

node_id graph_solve(struct graph *graph, node_id a, node_id b)
{
    if (a == 0 || b == 0)
        return 0;
    bool is_column = graph_shape(graph, b).rank == 1;
    struct shape left = graph_shape(graph, a), to;
    struct shape right = shape_as_matrix(graph, b, false);
    enum shape_fault fault = solution_shape(&left, &right, &to);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    b = graph_reshape(graph, b, &right);
    node_id solution = array_make2(graph, OP_SOLVE, a, b, &to, &none);
    to = shape_without(&to, is_column ? 1u << (to.rank - 1) : 0);
    return graph_reshape(graph, solution, &to);
}

/* ---- Diagonals ---- */

node_id graph_diagonal(struct graph *graph, node_id a)
{
    if (a == 0)
        return 0;
    struct shape shape = graph_shape(graph, a);
    enum shape_fault fault = check_matrix(&shape, false);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    size_t rows = shape.extent[shape.rank - 2], columns = shape.extent[shape.rank - 1];
    shape = shape_without(&shape, 1u << (shape.rank - 1));
    shape.extent[shape.rank - 1] = rows < columns ? rows : columns;
    return array_make1(graph, OP_DIAGONAL, a, &shape, &none);
}

node_id graph_make_diagonal(struct graph *graph, node_id x)
{
    if (x == 0)
        return 0;
    struct shape shape = graph_shape(graph, x);
    if (shape.rank == 0)
        return array_refuse(graph, SHAPE_NO_SUCH_AXIS);
    if (shape.rank == SHAPE_MOST_AXES)
        return array_refuse(graph, SHAPE_TOO_MANY_AXES);
    shape.extent[shape.rank] = shape.extent[shape.rank - 1];
    shape.rank++;
    enum shape_fault fault = shape_check(&shape);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    return array_make1(graph, OP_MAKE_DIAGONAL, x, &shape, &none);
}

node_id graph_trace(struct graph *graph, node_id a)
{
    if (a == 0)
        return 0;
    struct shape shape = graph_shape(graph, a);
    enum shape_fault fault = check_matrix(&shape, true);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    return graph_sum_over(graph, graph_diagonal(graph, a), 1u << (shape.rank - 2));
}

node_id graph_identity(struct graph *graph, size_t n)
{
    struct shape shape = shape_vector(n), square = shape_matrix(n, n);
    enum shape_fault fault = shape_check(&square);
    if (fault != SHAPE_FITS)
        return array_refuse(graph, fault);
    return graph_make_diagonal(graph, array_of_number(graph, 1, &shape));
}
