/* SPDX-License-Identifier: MIT */
#include "descent/squares.h"

#include "descent/vector.h"
#include "linear/qr.h"
#include "linear/qr_rows.h"
#include "linear/view.h"

#include <math.h>
#include <string.h>

/* n * n * factor + n * more, or SIZE_MAX. */
static size_t quadratic(size_t n, size_t factor, size_t more)
{
    const size_t most = (size_t)1 << (sizeof(size_t) * 4 - 3);
    return n >= most ? SIZE_MAX : n * (n * factor + more);
}

size_t squares_triangle_size(size_t n)
{
    return n == SIZE_MAX ? n : quadratic(n + 1, 1, 0);
}

size_t squares_block_size(size_t n)
{
    return n >= SIZE_MAX / SQUARES_BLOCK ? SIZE_MAX : (n + 1) * SQUARES_BLOCK;
}

struct taker {
    size_t n, filled;
    const bool *held;
    double *triangle, *block;
};

static void reflect_block(struct taker *t)
{
    qr_add_rows(t->n + 1, t->triangle, t->filled, t->block);
    t->filled = 0;
}

static void take_rows(void *taker, size_t rows, const double *residuals,
                      const double *jacobian)
{
    struct taker *t = taker;
    for (size_t i = 0; i < rows; i++) {
        double *row = t->block + t->filled * (t->n + 1);
        memcpy(row, jacobian + i * t->n, t->n * sizeof *row);
        for (size_t j = 0; t->held != NULL && j < t->n; j++)
            row[j] = t->held[j] ? 0 : row[j];
        row[t->n] = residuals[i];
        if (++t->filled == SQUARES_BLOCK)
            reflect_block(t);
    }
}

bool squares_linearize(const descent_problem *problem, const double *x, const bool *held,
                       double *triangle, double *block)
{
    size_t n = problem->n;
    struct taker t = {.n = n, .held = held, .triangle = triangle, .block = block};
    memset(triangle, 0, (n + 1) * (n + 1) * sizeof *triangle);
    problem->jacobian(problem->context, x, take_rows, &t);
    reflect_block(&t);
    for (size_t j = 0; held != NULL && j < n; j++)
        if (held[j])
            triangle[j * (n + 1) + j] = 1;
    return view_is_finite((n + 1) * (n + 1), triangle);
}

void squares_gradient(size_t n, const double *triangle, double *gradient)
{
    memset(gradient, 0, n * sizeof *gradient);
    for (size_t i = 0; i < n; i++) {
        const double *row = triangle + i * (n + 1);
        for (size_t j = i; j < n; j++)
            gradient[j] += 2 * row[j] * row[n];
    }
}

double squares_slope(size_t n, const double *triangle)
{
    double norm = 0;
    for (size_t i = 0; i < n; i++)
        norm = vector_hypotenuse(norm, triangle[i * (n + 1) + n]);
    return norm;
}

void squares_scales(size_t n, const double *triangle, double *scales)
{
    for (size_t j = 0; j < n; j++) {
        double norm = 0;
        for (size_t i = 0; i <= j; i++)
            norm = vector_hypotenuse(norm, triangle[i * (n + 1) + j]);
        scales[j] = norm > 0 ? norm : 1;
    }
}

/* R, tau, the order and the work of qr_factor, the right side, the solution. */
size_t squares_solve_size(size_t n)
{
    return quadratic(n, 1, 7);
}

size_t squares_solve(size_t n, const double *triangle, const double *scales, double *p,
                     double *work)
{
    double *r = work, *tau = r + n * n, *order = tau + n, *room = order + n,
           *z = room + 3 * n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j < n; j++)
            r[i * n + j] = j < i ? 0 : triangle[i * (n + 1) + j] / scales[j];
        z[i] = -triangle[i * (n + 1) + n];
    }
    if (!qr_factor(n, n, r, tau, order, room)) {
        memset(p, 0, n * sizeof *p);
        return 0;
    }
    size_t rank = qr_rank(n, n, r, 0);
    qr_least_squares(n, n, r, tau, order, rank, 1, z, p, room);
    for (size_t j = 0; j < n; j++)
        p[j] /= scales[j];
    return rank;
}
