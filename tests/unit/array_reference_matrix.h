/* SPDX-License-Identifier: MIT
 * array_reference_matrix.h - matrices for array_reference.h, by the plainest methods. */
#ifndef TESTS_ARRAY_REFERENCE_MATRIX_H
#define TESTS_ARRAY_REFERENCE_MATRIX_H

#include "graph_fixture.h"

#include "graph/array.h"

struct reference {
    struct shape shape;
    double *data;
};

/* A leaf and its elements, row by row. */
struct binding {
    node_id leaf;
    const double *data;
};

static inline void unravel(const struct shape *shape, size_t place,
                           size_t index[SHAPE_MOST_AXES])
{
    for (size_t i = shape->rank; i-- > 0;) {
        index[i] = place % shape->extent[i];
        place /= shape->extent[i];
    }
}

static inline size_t ravel(const struct shape *shape, const size_t *index)
{
    size_t place = 0;
    for (size_t i = 0; i < shape->rank; i++)
        place = place * shape->extent[i] + index[i];
    return place;
}

/* The element of `x` that is aligned with element `place` of an array of `shape`. */
static inline double aligned_element(const struct reference *x, const struct shape *shape,
                                     size_t place)
{
    size_t index[SHAPE_MOST_AXES] = {0}, own[SHAPE_MOST_AXES] = {0};
    unravel(shape, place, index);
    for (size_t i = 0; i < x->shape.rank; i++)
        own[i] = x->shape.extent[i] == 1 ? 0 : index[i + shape->rank - x->shape.rank];
    return x->data[ravel(&x->shape, own)];
}

/* ---- Matrices of at most 8 rows ---- */

enum { MOST_ROWS = 8 };

/* The solution of A X = B by elimination with pivots, in place of B; returns det A. */
static inline double eliminate(size_t n, size_t m, double a[MOST_ROWS][MOST_ROWS],
                               double b[MOST_ROWS][MOST_ROWS])
{
    double det = 1;
    for (size_t c = 0; c < n; c++) {
        size_t pivot = c;
        for (size_t r = c + 1; r < n; r++)
            pivot = fabs(a[r][c]) > fabs(a[pivot][c]) ? r : pivot;
        if (a[pivot][c] == 0) {
            for (size_t k = 0; k < n * MOST_ROWS; k++)
                b[k / MOST_ROWS][k % MOST_ROWS] = (double)NAN;
            return 0;
        }
        det *= pivot == c ? a[c][c] : -a[pivot][c];
        for (size_t k = 0; k < MOST_ROWS; k++) {
            double x = a[c][k], y = b[c][k];
            a[c][k] = a[pivot][k];
            b[c][k] = b[pivot][k];
            if (pivot != c) {
                a[pivot][k] = x;
                b[pivot][k] = y;
            }
        }
        for (size_t r = 0; r < n; r++) {
            double factor = a[r][c] / a[c][c];
            for (size_t k = 0; k < n && r != c; k++)
                a[r][k] -= factor * a[c][k];
            for (size_t k = 0; k < m && r != c; k++)
                b[r][k] -= factor * b[c][k];
        }
    }
    for (size_t r = 0; r < n; r++)
        for (size_t k = 0; k < m; k++)
            b[r][k] /= a[r][r];
    return det;
}

/* Jacobi's rotations (Golub and Van Loan, section 8.5): a becomes diagonal, v the
 * vectors. */
static inline void rotate(size_t n, double a[MOST_ROWS][MOST_ROWS],
                          double v[MOST_ROWS][MOST_ROWS], size_t p, size_t q)
{
    if (a[p][q] == 0)
        return;
    double angle = 0.5 * atan2(2 * a[p][q], a[p][p] - a[q][q]);
    double c = cos(angle), s = sin(angle);
    for (size_t k = 0; k < n; k++) {
        double x = a[k][p], y = a[k][q];
        a[k][p] = c * x + s * y;
        a[k][q] = c * y - s * x;
        x = v[k][p];
        y = v[k][q];
        v[k][p] = c * x + s * y;
        v[k][q] = c * y - s * x;
    }
    for (size_t k = 0; k < n; k++) {
        double x = a[p][k], y = a[q][k];
        a[p][k] = c * x + s * y;
        a[q][k] = c * y - s * x;
    }
}

static inline void decompose(size_t n, double a[MOST_ROWS][MOST_ROWS],
                             double v[MOST_ROWS][MOST_ROWS])
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < n; k++)
            v[i][k] = i == k;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            a[i][k] = a[k][i] = (a[i][k] + a[k][i]) / 2;
    for (int sweep = 0; sweep < 30; sweep++)
        for (size_t p = 0; p < n; p++)
            for (size_t q = p + 1; q < n; q++)
                rotate(n, a, v, p, q);
    for (size_t i = 0; i < n; i++) { /* ascending; the greatest element is positive */
        size_t least = i, most = 0;
        for (size_t k = i + 1; k < n; k++)
            least = a[k][k] < a[least][least] ? k : least;
        double w = a[i][i];
        a[i][i] = a[least][least];
        a[least][least] = w;
        for (size_t k = 0; k < n; k++) {
            w = v[k][i];
            v[k][i] = v[k][least];
            v[k][least] = w;
        }
        for (size_t k = 1; k < n; k++)
            most = fabs(v[k][i]) > fabs(v[most][i]) ? k : most;
        for (size_t k = 0; k < n && v[most][i] < 0; k++)
            v[k][i] = k == most ? v[k][i] : -v[k][i];
        v[most][i] = n == 0 ? 0 : fabs(v[most][i]);
    }
}

/* Element [row, column] of the matrix in batch number `batch` of `out`. */
static inline double matrix_element(const struct reference *x,
                                    const struct shape *batches, size_t batch, size_t row,
                                    size_t column)
{
    struct shape whole = *batches;
    size_t rows = x->shape.extent[x->shape.rank - 2];
    size_t columns = x->shape.extent[x->shape.rank - 1];
    whole.extent[whole.rank++] = rows;
    whole.extent[whole.rank++] = columns;
    return aligned_element(x, &whole, (batch * rows + row) * columns + column);
}

/* Products may be of any size. */
static inline void reference_matmul(const struct reference *x, const struct reference *y,
                                    struct reference *out)
{
    struct shape batches = shape_without(&out->shape, 3u << (out->shape.rank - 2));
    size_t columns = out->shape.extent[out->shape.rank - 1];
    size_t rows = out->shape.extent[out->shape.rank - 2];
    for (size_t k = 0; k < shape_elements(&out->shape); k++) {
        size_t batch = k / (rows * columns), r = k / columns % rows;
        for (size_t j = 0; j < x->shape.extent[x->shape.rank - 1]; j++)
            out->data[k] += matrix_element(x, &batches, batch, r, j) *
                            matrix_element(y, &batches, batch, j, k % columns);
    }
}

static inline void reference_matrix(enum op op, const struct reference *x,
                                    const struct reference *y, struct reference *out)
{
    size_t n = x->shape.extent[x->shape.rank - 2], m = x->shape.extent[x->shape.rank - 1];
    size_t columns = y == NULL ? n : y->shape.extent[y->shape.rank - 1];
    assert_true(n <= MOST_ROWS && m <= MOST_ROWS && columns <= MOST_ROWS);
    unsigned last = op == OP_LOGDET || op == OP_DET ? 0
                    : op == OP_EIGENVALUES || op == OP_DIAGONAL
                        ? 1u << (out->shape.rank - 1)
                        : 3u << (out->shape.rank - 2);
    struct shape batches = shape_without(&out->shape, last);
    size_t count = shape_elements(&batches);
    size_t each = count == 0 ? 0 : shape_elements(&out->shape) / count;
    for (size_t i = 0; i < count; i++) {
        double a[MOST_ROWS][MOST_ROWS] = {{0}}, b[MOST_ROWS][MOST_ROWS] = {{0}};
        double *to = out->data + i * each, det = 1;
        for (size_t r = 0; r < n; r++)
            for (size_t c = 0; c < m; c++)
                a[r][c] = matrix_element(x, &batches, i, r, c);
        for (size_t r = 0; r < m; r++)
            for (size_t c = 0; c < columns; c++)
                b[r][c] = y == NULL ? r == c : matrix_element(y, &batches, i, r, c);
        if (op == OP_EIGENVALUES || op == OP_EIGENVECTORS)
            decompose(n, a, b);
        else if (op != OP_DIAGONAL)
            det = eliminate(n, columns, a, b);
        for (size_t k = 0; k < each; k++) {
            size_t wide = columns == 0 ? 1 : columns, r = k / wide, c = k % wide;
            if (op == OP_DET || op == OP_LOGDET)
                to[k] = op == OP_DET ? det : log(det);
            else if (op == OP_EIGENVALUES || op == OP_DIAGONAL)
                to[k] = a[k][k];
            else
                to[k] = b[r][c];
        }
    }
}

#endif
