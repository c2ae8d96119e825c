/* SPDX-License-Identifier: MIT
 * Rounding is bounded as in krawczyk.c. */
#include "descent/zeros.h"

#include "descent/sets/sets.h"
#include "descent/vector.h"
#include "linear/cholesky.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST_VARIABLES = 60, CORRECTIONS = 8, BOXES = 6 };

/* Memory of the diagnosis: up to n rows of n numbers. */
struct zeros {
    const struct descent *d;
    size_t n, rows, row;
    bool fits; /* no more rows than variables, no negative weights */
    double *point;
    double *jacobian;         /* rows * n, at the point */
    double *inverse;          /* n * rows: A */
    double *square;           /* rows * rows: the factor of the scaled J J' */
    double *residual, *doubt; /* r(c), and how far it may be off */
    double *scale;            /* of the rows, and then of the system */
    double *reach;            /* of t */
    double *low, *high, *move, *work;
    bool inside;
};

static struct zeros parts_of(const struct descent *d, struct diagnosis *diagnosis)
{
    return (struct zeros){.d = d,
                          .n = d->at.n,
                          .point = diagnosis->point,
                          .jacobian = diagnosis->hessian,
                          .inverse = diagnosis->hessian_low,
                          .square = diagnosis->hessian_high,
                          .residual = diagnosis->value,
                          .doubt = diagnosis->direction,
                          .scale = diagnosis->scale,
                          .reach = diagnosis->trial,
                          .low = diagnosis->low,
                          .high = diagnosis->high,
                          .move = diagnosis->move,
                          .work = diagnosis->gradient_low};
}

static double middle_of(double low, double high)
{
    return low + (high - low) / 2;
}

static double radius_of(double low, double high)
{
    return (high - low) / 2 * (1 + DBL_EPSILON) +
           DBL_EPSILON * fmax(fabs(low), fabs(high));
}

/* ---- at the point ---- */

/* A square without a weight does not count. */
static void take_row(void *taker, const double *low, const double *high)
{
    struct zeros *z = taker;
    size_t row = z->rows;
    z->fits &= low[0] >= 0 && (high[0] == 0 || row < z->n);
    if (!z->fits || high[0] == 0)
        return;
    z->residual[row] = middle_of(low[1], high[1]);
    z->doubt[row] = radius_of(low[1], high[1]);
    for (size_t j = 0; j < z->n; j++)
        z->jacobian[row * z->n + j] = middle_of(low[j + 2], high[j + 2]);
    z->rows++;
}

static bool is_held(const struct zeros *z, size_t j)
{
    const descent_problem *problem = &z->d->problem;
    return problem->lower != NULL &&
           (z->point[j] <= problem->lower[j] || z->point[j] >= problem->upper[j]);
}

/* J J' with a unit diagonal, factored; variables at bounds stay there. */
static bool factor(struct zeros *z)
{
    size_t n = z->n, m = z->rows;
    for (size_t j = 0; j < n; j++)
        for (size_t i = 0; i < m && is_held(z, j); i++)
            z->jacobian[i * n + j] = 0;
    for (size_t i = 0; i < m; i++) {
        double size = vector_norm(n, z->jacobian + i * n);
        if (!(size > 0) || !isfinite(size))
            return false;
        z->scale[i] = 1 / size;
    }
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j <= i; j++)
            z->square[i * m + j] =
                z->scale[i] * z->scale[j] *
                vector_dot(n, z->jacobian + i * n, z->jacobian + j * n);
    return cholesky_factor(m, z->square);
}

/* A = J'(J J')^-1, column by column. */
static void invert(struct zeros *z)
{
    size_t n = z->n, m = z->rows;
    for (size_t i = 0; i < m; i++) {
        memset(z->work, 0, m * sizeof *z->work);
        z->work[i] = z->scale[i];
        cholesky_solve(m, z->square, 1, z->work);
        for (size_t j = 0; j < n; j++) {
            double sum = 0;
            for (size_t l = 0; l < m; l++)
                sum += z->jacobian[l * n + j] * z->scale[l] * z->work[l];
            z->inverse[j * m + i] = sum;
        }
    }
}

/* Residuals, Jacobian and A at the point; false where they are not to be had. */
static bool measure(struct zeros *z)
{
    const descent_problem *problem = &z->d->problem;
    z->rows = 0;
    z->fits = true;
    if (!problem->enclose_squares(problem->context, z->point, z->point, take_row, z) ||
        !z->fits || z->rows == 0 || !factor(z))
        return false;
    invert(z);
    return true;
}

/* Newton's steps, as long as they are more than what is not known of them. */
static bool correct(struct zeros *z)
{
    for (int count = 0; count < CORRECTIONS; count++) {
        bool moves = false;
        if (!measure(z))
            return false;
        for (size_t i = 0; i < z->rows; i++)
            moves |= fabs(z->residual[i]) > z->doubt[i];
        for (size_t j = 0; j < z->n && moves; j++)
            z->point[j] -= vector_dot(z->rows, z->inverse + j * z->rows, z->residual);
        if (!moves)
            return true;
    }
    return measure(z);
}

/* ---- the operator ---- */

/* One row of it, over the box. */
static void check_row(void *taker, const double *low, const double *high)
{
    struct zeros *z = taker;
    size_t n = z->n, m = z->rows, i = z->row;
    double rounding = ((double)n + 4) * DBL_EPSILON, most;
    if (high[0] == 0)
        return;
    z->row++;
    most = fabs(z->residual[i]) + z->doubt[i];
    for (size_t k = 0; k < m; k++) {
        double sum = i == k ? -1 : 0, size = fabs(sum), off = 0;
        for (size_t j = 0; j < n; j++) {
            double a = z->inverse[j * m + k],
                   term = a * middle_of(low[j + 2], high[j + 2]);
            sum += term;
            size += fabs(term);
            off += fabs(a) * radius_of(low[j + 2], high[j + 2]);
        }
        most += (fabs(sum) + off + rounding * size) * z->reach[k];
    }
    z->work[i] = most * (1 + rounding);
    z->inside &= z->work[i] < z->reach[i];
}

/* point + A t for t in the box; false outside of the bounds. */
static bool set_box(struct zeros *z)
{
    const descent_problem *problem = &z->d->problem;
    for (size_t j = 0; j < z->n; j++) {
        double around = 0;
        for (size_t k = 0; k < z->rows; k++)
            around += fabs(z->inverse[j * z->rows + k]) * z->reach[k];
        around *= 1 + ((double)z->n + 4) * DBL_EPSILON;
        z->low[j] = z->high[j] = z->point[j];
        if (around > 0) {
            z->low[j] = nextafter(z->point[j] - around, -(double)INFINITY);
            z->high[j] = nextafter(z->point[j] + around, (double)INFINITY);
        }
        if (problem->lower != NULL &&
            (z->low[j] < problem->lower[j] || z->high[j] > problem->upper[j]))
            return false;
    }
    return true;
}

/* Bounds and open sets alone. */
static bool is_in_sets(const struct zeros *z)
{
    const descent_problem *problem = &z->d->problem;
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        for (size_t i = 0; i < set->count; i++)
            if (!set->kind->is_open || !(z->low[set->first + i] > 0))
                return false;
    }
    return true;
}

static bool is_near(struct zeros *z, double most)
{
    for (size_t j = 0; j < z->n; j++)
        z->move[j] = fmax(z->high[j] - z->d->x[j], z->d->x[j] - z->low[j]);
    return vector_norm(z->n, z->move) <= most;
}

bool zeros_prove(const struct descent *d, struct diagnosis *diagnosis)
{
    struct zeros z = parts_of(d, diagnosis);
    const descent_problem *problem = &d->problem;
    if (problem->enclose_squares == NULL || problem->is_smooth == NULL ||
        problem->constraint_count > 0 || !diagnosis->dense || z.n > MOST_VARIABLES ||
        !correct(&z))
        return false;
    for (size_t i = 0; i < z.rows; i++)
        z.reach[i] = 2 * (fabs(z.residual[i]) + z.doubt[i]) + DBL_MIN;
    for (int count = 0; count < BOXES; count++) {
        z.row = 0;
        z.inside = true;
        if (!set_box(&z) || !is_in_sets(&z) || !is_near(&z, diagnosis->reach) ||
            !problem->is_smooth(problem->context, z.low, z.high) ||
            !problem->enclose_squares(problem->context, z.low, z.high, check_row, &z))
            return false;
        if (z.inside)
            return true;
        for (size_t i = 0; i < z.rows; i++)
            z.reach[i] = fmax(z.reach[i], 2 * z.work[i]);
    }
    return false;
}
