/* SPDX-License-Identifier: MIT */
#include "descent/methods/damped.h"

#include "descent/squares.h"
#include "descent/vector.h"
#include "linear/qr_rows.h"
#include "linear/triangular.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST_DAMPINGS = 12 };

#define PARTS(X)                                                                         \
    X(numbers, DAMPED_NUMBERS)                                                           \
    X(triangle, squares_triangle_size(n))                                                \
    X(next, squares_triangle_size(n))                                                    \
    X(damped, squares_triangle_size(n))                                                  \
    X(rows, squares_triangle_size(n))                                                    \
    X(block, squares_block_size(n))                                                      \
    X(work, squares_solve_size(n))                                                       \
    X(scales, n)                                                                         \
    X(p, n)                                                                              \
    X(q, n)                                                                              \
    X(slope, n)                                                                          \
    X(next_scales, n)

static bool has_model(const descent_problem *problem)
{
    return problem->hessian != NULL && problem->n <= ENGINE_DENSE;
}

size_t damped_size(const descent_problem *problem)
{
    size_t n = problem->n, total = has_model(problem) ? model_size(n) : 0;
#define PART_SIZE(name, size)                                                            \
    if ((size) > SIZE_MAX / 32)                                                          \
        return SIZE_MAX;                                                                 \
    total += (size);
    PARTS(PART_SIZE)
#undef PART_SIZE
    return total;
}

struct damped damped_of(struct descent *d, double *block)
{
    size_t n = d->at.n;
    double *next_part = block;
    struct damped m = {.n = n, .has_model = has_model(&d->problem)};
#define PART_CUT(name, size)                                                             \
    m.name = next_part;                                                                  \
    next_part += (size);
    PARTS(PART_CUT)
#undef PART_CUT
    if (m.has_model)
        m.model = model_of(n, next_part);
    return m;
}

/* ---- the step within the radius ---- */

double damped_entry(const struct damped *m, size_t i, size_t j)
{
    return m->triangle[i * (m->n + 1) + j];
}

/* q = D p of the damped model; its length. */
static double damp(const struct damped *m, double damping)
{
    size_t n = m->n, columns = n + 1;
    memset(m->rows, 0, squares_triangle_size(n) * sizeof *m->rows);
    for (size_t i = 0; i < n; i++) {
        for (size_t j = i; j < n; j++)
            m->damped[i * columns + j] = damped_entry(m, i, j) / m->scales[j];
        m->damped[i * columns + n] = damped_entry(m, i, n);
        m->rows[i * columns + i] = sqrt(damping);
    }
    m->damped[n * columns + n] = 0;
    qr_add_rows(columns, m->damped, n, m->rows);
    for (size_t i = 0; i < n; i++)
        m->q[i] = -m->damped[i * columns + n];
    triangular_upper(TRIANGULAR_GENERAL, n, view_rows(m->damped, columns), 1, m->q, 1);
    return vector_norm(n, m->q);
}

/* How the length of q reacts to damping: |q|^2 / |R^-T q|^2. */
static double measure_reaction(const struct damped *m, double length)
{
    size_t n = m->n;
    for (size_t i = 0; i < n; i++)
        m->slope[i] = m->q[i] / length;
    struct view r = view_rows(m->damped, n + 1);
    triangular_lower(TRIANGULAR_GENERAL, n, view_transposed(r), 1, m->slope, 1);
    double norm = vector_norm(n, m->slope);
    return 1 / (norm * norm);
}

/* Least damping that can be right: |D p| <= |D^-1 J'r| / damping. */
static double most_damping(const struct damped *m)
{
    double norm = 0;
    squares_gradient(m->n, m->triangle, m->slope);
    for (size_t j = 0; j < m->n; j++)
        norm = vector_hypotenuse(norm, m->slope[j] / (2 * m->scales[j]));
    return norm / m->numbers[DAMPED_RADIUS];
}

/* q at a length within a tenth of the radius; its length. */
static double find_damping(const struct damped *m)
{
    double low = 0, high = most_damping(m), damping = m->numbers[DAMPED_DAMPING],
           length = 0;
    double radius = m->numbers[DAMPED_RADIUS];
    for (int i = 0; i < MOST_DAMPINGS; i++) {
        if (!(damping > low && damping < high))
            damping = fmax(1e-3 * high, sqrt(low * high));
        damping = fmax(damping, DBL_MIN);
        m->numbers[DAMPED_DAMPING] = damping;
        length = damp(m, damping);
        if (fabs(length - radius) <= 0.1 * radius || length == 0)
            break;
        if (length > radius)
            low = damping;
        else
            high = damping;
        damping += measure_reaction(m, length) * ((length - radius) / radius);
    }
    return length;
}

double damped_choose(const struct damped *m)
{
    size_t n = m->n;
    bool is_full = squares_solve(n, m->triangle, m->scales, m->p, m->work) == n;
    for (size_t j = 0; j < n; j++)
        m->q[j] = m->p[j] * m->scales[j];
    double length = vector_norm(n, m->q);
    if (is_full && length <= 1.1 * m->numbers[DAMPED_RADIUS]) {
        m->numbers[DAMPED_DAMPING] = 0;
        return length;
    }
    length = find_damping(m);
    for (size_t j = 0; j < n; j++)
        m->p[j] = m->q[j] / m->scales[j];
    return length;
}

double damped_foretell(const struct damped *m, double length)
{
    double norm = 0;
    for (size_t i = 0; i < m->n; i++) {
        double sum = 0;
        for (size_t j = i; j < m->n; j++)
            sum += damped_entry(m, i, j) * m->p[j];
        norm = vector_hypotenuse(norm, sum);
    }
    return norm * norm + 2 * m->numbers[DAMPED_DAMPING] * length * length;
}

/* ---- with second derivatives ---- */

bool damped_measure_curvature(struct descent *d, struct damped *m)
{
    /* H squares the condition of J: where that is large the linear model is the better
     * one, the more so where most of the residuals is still to be explained. */
    double rest = fabs(m->triangle[squares_triangle_size(m->n) - 1]);
    double least = squares_slope(m->n, m->triangle) < rest ? 1e-10 : 1e-5;
    return m->has_model && model_measure_scaled(d, &m->model, m->scales) &&
           m->model.value[0] > least * m->model.value[m->n - 1];
}

double damped_choose_curved(const struct damped *m, double *foretold)
{
    *foretold = model_minimize(&m->model, m->numbers[DAMPED_RADIUS], m->q);
    for (size_t j = 0; j < m->n; j++)
        m->p[j] = m->q[j] / m->scales[j];
    return vector_norm(m->n, m->q);
}
