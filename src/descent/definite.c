/* SPDX-License-Identifier: MIT */
#include "descent/definite.h"

#include "descent/classify.h"
#include "descent/vector.h"
#include "linear/cholesky.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* Variables: two matrices of 32 megabytes. */
enum { MOST_VARIABLES = 2000 };

bool definite_begin(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    if (n > MOST_VARIABLES || !d->problem.has_columns ||
        d->problem.hessian_product == NULL)
        return false;
    if (diagnosis->columns_n < n)
        definite_free(d, diagnosis);
    if (diagnosis->columns == NULL) {
        diagnosis->columns =
            d->options.allocate(d->options.memory_context, 2 * n * n * sizeof(double));
        diagnosis->columns_n = n;
    }
    return diagnosis->columns != NULL;
}

void definite_free(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = diagnosis->columns_n;
    if (diagnosis->columns != NULL && d->options.release != NULL)
        d->options.release(d->options.memory_context, diagnosis->columns,
                           2 * n * n * sizeof(double));
    diagnosis->columns = NULL;
}

/* ---- the matrix ---- */

/* Row j becomes H e_j: symmetric up to rounding.  False when an entry is not finite. */
static bool make_hessian(const struct descent *d, struct diagnosis *diagnosis,
                         const double *x, double *hessian)
{
    size_t n = d->at.n;
    double *unit = diagnosis->direction;
    memset(unit, 0, n * sizeof *unit);
    for (size_t j = 0; j < n; j++) {
        double *column = hessian + j * n, sum = 0;
        unit[j] = 1;
        d->problem.hessian_product(d->problem.context, x, unit, column);
        unit[j] = 0;
        for (size_t i = 0; i < n; i++)
            sum += fabs(column[i]);
        if (!isfinite(sum))
            return false;
    }
    return true;
}

/* Powers of two that bring the diagonal near 1.  False when an entry is not positive. */
static bool choose_scale(size_t n, const double *hessian, double *scale)
{
    const int most = 400; /* products of units stay numbers */
    for (size_t i = 0; i < n; i++) {
        double entry = hessian[i * n + i];
        int exponent = 0;
        if (!(entry > 0))
            return false;
        (void)frexp(sqrt(entry), &exponent);
        if (exponent > most || exponent < -most)
            return false;
        scale[i] = ldexp(1, -exponent);
    }
    return true;
}

/* The factor of the scaled matrix less `shift` on its diagonal. */
static bool factor(size_t n, const double *hessian, const double *scale, double shift,
                   double *out)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++) {
            double mean = hessian[i * n + j] / 2 + hessian[j * n + i] / 2;
            out[i * n + j] = scale[i] * scale[j] * mean;
        }
        out[i * n + i] -= shift;
    }
    return cholesky_factor(n, out);
}

/* ---- Newton's steps ---- */

static void find_move(size_t n, struct diagnosis *diagnosis, const double *lower)
{
    double *move = diagnosis->move;
    for (size_t i = 0; i < n; i++)
        move[i] = -diagnosis->scale[i] * diagnosis->gradient[i];
    cholesky_solve(n, lower, 1, move);
    for (size_t i = 0; i < n; i++)
        move[i] *= diagnosis->scale[i];
}

bool definite_polish(const struct descent *d, struct diagnosis *diagnosis)
{
    const int most = 4;
    size_t n = d->at.n;
    double *hessian = diagnosis->columns, *lower = hessian + n * n;
    for (int count = 0; count < most; count++) {
        if (!make_hessian(d, diagnosis, diagnosis->point, hessian) ||
            !choose_scale(n, hessian, diagnosis->scale) ||
            !factor(n, hessian, diagnosis->scale, 0, lower))
            return false;
        find_move(n, diagnosis, lower);
        if (!polish_take_move(d, diagnosis))
            return true;
    }
    return make_hessian(d, diagnosis, diagnosis->point, hessian) &&
           choose_scale(n, hessian, diagnosis->scale) &&
           factor(n, hessian, diagnosis->scale, 0, lower);
}

/* ---- the proof ---- */

/* The unit vector along which the factored matrix is least, by inverse iteration; returns
 * about its eigenvalue. */
static double find_least(size_t n, const double *lower, double *vector)
{
    const int most = 12;
    double least = 0;
    for (size_t i = 0; i < n; i++)
        vector[i] = i % 2 == 0 ? 1 : 0.5;
    for (int count = 0; count < most; count++) {
        double norm = vector_norm(n, vector);
        for (size_t i = 0; i < n; i++)
            vector[i] /= norm;
        cholesky_solve(n, lower, 1, vector);
        least = 1 / vector_norm(n, vector);
    }
    for (size_t i = 0; i < n; i++)
        vector[i] *= least;
    return least;
}

/* The greatest entry on the diagonal. */
static double find_largest(size_t n, const double *hessian)
{
    double largest = 0;
    for (size_t i = 0; i < n; i++)
        largest = fmax(largest, hessian[i * n + i]);
    return largest;
}

/* What each component of the scaled gradient can be at most: itself, the scatter next to
 * it, the rounding of the point, and that of numbers that cancelled, which are as large
 * as the greatest curvature makes them.  False when a gradient is not finite. */
static bool bound_gradient(const struct descent *d, struct diagnosis *diagnosis,
                           double *most)
{
    size_t n = d->at.n;
    const double *x = diagnosis->point;
    double greatest = find_largest(n, diagnosis->columns);
    for (size_t i = 0; i < n; i++)
        diagnosis->trial[i] =
            nextafter(x[i], i % 3 == 0 ? -(double)INFINITY : (double)INFINITY);
    if (!diagnosis_gradient(d, diagnosis->trial, diagnosis->gradient_low))
        return false;
    for (size_t i = 0; i < n; i++) {
        const double *row = diagnosis->columns + i * n;
        double here = diagnosis->gradient[i];
        double sum = fabs(here) + 4 * fabs(diagnosis->gradient_low[i] - here);
        sum += greatest * diagnosis_rounding(x[i]);
        for (size_t j = 0; j < n; j++)
            sum += fabs(row[j]) * diagnosis_rounding(x[j]);
        most[i] = diagnosis->scale[i] * sum;
    }
    return true;
}

/* How far from `point` the minimum can be, and farther, into `kept`: where the gradient
 * sends each variable, where its own curvature would, and along the direction of the
 * least one.  False when that is out of reach. */
static bool find_doubt(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double *most = diagnosis->low, *vector = diagnosis->high, *doubt = diagnosis->kept;
    const double *scale = diagnosis->scale, *hessian = diagnosis->columns;
    if (!bound_gradient(d, diagnosis, most))
        return false;
    double least = find_least(n, hessian + n * n, vector);
    double radius = 2 * vector_norm(n, most) / least;
    for (size_t i = 0; i < n; i++) {
        double own = 2 * most[i] / (scale[i] * scale[i] * hessian[i * n + i]);
        doubt[i] = scale[i] * (radius * fabs(vector[i]) + own);
        doubt[i] += 2 * fabs(diagnosis->move[i]);
    }
    double size = fmax(diagnosis->reach, vector_norm(n, diagnosis->point));
    return vector_norm(n, doubt) <= fmin(1e-6 * size, diagnosis->reach);
}

/* A point that far away, where the gradient leads or with signs as by chance, into
 * `trial`. */
static void step_aside(size_t n, struct diagnosis *diagnosis, bool by_chance)
{
    uint32_t state = 48271;
    for (size_t i = 0; i < n; i++) {
        state = state * 1664525 + 1013904223;
        bool back = by_chance ? state >> 31 != 0 : diagnosis->move[i] < 0;
        double aside = diagnosis->kept[i];
        diagnosis->trial[i] = diagnosis->point[i] + (back ? -aside : aside);
    }
}

/* The norm of what the entries can be off, by their largest sum in a row: by rounding,
 * where sums of the size of the largest entry may have cancelled, and by what differs in
 * the other matrix, with as much again for other ways to go. */
static double bound_entries(size_t n, const double *hessian, const double *other,
                            const double *scale)
{
    double largest = 0, cancelled = find_largest(n, hessian);
    for (size_t i = 0; i < n; i++) {
        double sum = scale[i] * 64 * DBL_EPSILON * cancelled;
        for (size_t j = 0; j < n; j++) {
            double entry = hessian[i * n + j];
            double skew = fabs(entry - hessian[j * n + i]);
            double change = fabs(entry - other[i * n + j]);
            sum += scale[j] * (64 * DBL_EPSILON * fabs(entry) + 8 * skew + 4 * change);
        }
        largest = fmax(largest, scale[i] * sum);
    }
    return largest;
}

bool definite_prove(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double *hessian = diagnosis->columns, *other = hessian + n * n, trace = 0, most = 0;
    if (!find_doubt(d, diagnosis))
        return false;
    for (int by_chance = 0; by_chance < 2; by_chance++) {
        step_aside(n, diagnosis, by_chance != 0);
        if (!make_hessian(d, diagnosis, diagnosis->trial, other))
            return false;
        most = fmax(most, bound_entries(n, hessian, other, diagnosis->scale));
    }
    for (size_t i = 0; i < n; i++)
        trace += diagnosis->scale[i] * diagnosis->scale[i] * hessian[i * n + i];
    double shift = most + 2 * ((double)n + 2) * DBL_EPSILON * trace;
    return factor(n, hessian, diagnosis->scale, shift, other);
}
