/* SPDX-License-Identifier: MIT
 * polish.c - from the last point of a search to the stationary point nearby. */
#include "descent/classify.h"
#include "descent/lanczos.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- Newton's steps ---- */

/* -H^-1 g by the eigenvectors.  Parts that lead out of reach come from curvatures that
 * are rounding, and are left out. */
static void find_move(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    memset(diagnosis->move, 0, n * sizeof *diagnosis->move);
    for (size_t k = 0; k < n; k++) {
        const double *vector = &diagnosis->vectors[k * n];
        double part = -vector_dot(n, vector, diagnosis->gradient) / diagnosis->value[k];
        if (!(fabs(part) <= diagnosis->reach))
            continue;
        for (size_t i = 0; i < n; i++)
            diagnosis->move[i] += part * vector[i];
    }
}

/* |gradient| at point + factor * move; inf out of reach. */
static double try_move(const struct descent *d, struct diagnosis *diagnosis,
                       double factor)
{
    size_t n = d->at.n;
    for (size_t i = 0; i < n; i++) {
        diagnosis->low[i] = diagnosis->point[i] + factor * diagnosis->move[i];
        diagnosis->high[i] = diagnosis->low[i] - d->x[i];
    }
    if (!(vector_norm(n, diagnosis->high) <= diagnosis->reach) ||
        !diagnosis_gradient(d, diagnosis->low, diagnosis->gradient_low))
        return (double)INFINITY;
    return vector_norm(n, diagnosis->gradient_low);
}

bool polish_take_move(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double before = vector_norm(n, diagnosis->gradient), factor = 1;
    double best = try_move(d, diagnosis, 1);
    for (int multiple = 2; multiple <= 6 && best > before / 100; multiple++) {
        double norm = try_move(d, diagnosis, multiple);
        if (norm < best) {
            best = norm;
            factor = multiple;
        }
    }
    if (!(best < before))
        return false;
    for (size_t i = 0; i < n; i++) {
        diagnosis->move[i] *= factor;
        diagnosis->point[i] += diagnosis->move[i];
    }
    return diagnosis_gradient(d, diagnosis->point, diagnosis->gradient);
}

static void begin(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t bytes = d->at.n * sizeof(double);
    memcpy(diagnosis->point, d->x, bytes);
    memcpy(diagnosis->gradient, d->gradient, bytes);
    memset(diagnosis->move, 0, bytes);
}

bool polish_by_newton(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    /* An eigenvalue problem of n^3 operations each. */
    unsigned most = n <= 20 ? 60 : n <= 100 ? 12 : 4;
    begin(d, diagnosis);
    for (unsigned count = 0; count < most; count++) {
        if (!curvature_measure(d, diagnosis, diagnosis->point))
            return false;
        find_move(d, diagnosis);
        if (!polish_take_move(d, diagnosis))
            return true;
    }
    return curvature_measure(d, diagnosis, diagnosis->point);
}

/* ---- conjugate gradients ---- */

/* Solves H move = -gradient roughly (Hestenes and Stiefel 1952; Nocedal and Wright,
 * Numerical Optimization, 2006, section 5.1).  Residual in `low`, direction in `high`,
 * product in `direction`. */
static void solve_roughly(const struct descent *d, struct diagnosis *diagnosis)
{
    const int most = 40;
    size_t n = d->at.n;
    double *rest = diagnosis->low, *along = diagnosis->high;
    double *product = diagnosis->direction;
    memset(diagnosis->move, 0, n * sizeof *diagnosis->move);
    for (size_t i = 0; i < n; i++)
        along[i] = rest[i] = -diagnosis->gradient[i];
    double square = vector_dot(n, rest, rest), first = square;
    for (int count = 0; count < most && square > 1e-12 * first; count++) {
        if (!lanczos_product(d, diagnosis, diagnosis->point, along, product))
            return;
        double curvature = vector_dot(n, along, product);
        if (!(curvature > 0))
            return;
        double factor = square / curvature, before = square;
        for (size_t i = 0; i < n; i++) {
            diagnosis->move[i] += factor * along[i];
            rest[i] -= factor * product[i];
        }
        square = vector_dot(n, rest, rest);
        for (size_t i = 0; i < n; i++)
            along[i] = rest[i] + square / before * along[i];
    }
}

bool polish_by_products(const struct descent *d, struct diagnosis *diagnosis)
{
    const int most = 5;
    begin(d, diagnosis);
    double first = vector_norm(d->at.n, diagnosis->gradient);
    for (int count = 0; count < most; count++) {
        solve_roughly(d, diagnosis);
        if (!polish_take_move(d, diagnosis))
            break;
    }
    double last = vector_norm(d->at.n, diagnosis->gradient);
    return last <= 1e-3 * first || last <= diagnosis->told.attainable_gradient;
}

/* ---- kinks ---- */

/* The sign of component i at `point` with its entry i set to x. */
static int sign_at(const struct descent *d, struct diagnosis *diagnosis, size_t i,
                   double x)
{
    struct range range;
    double kept = diagnosis->point[i];
    diagnosis->point[i] = x;
    d->problem.enclose_gradient(d->problem.context, diagnosis->point, diagnosis->point,
                                diagnosis->gradient_low, diagnosis->gradient_high);
    diagnosis->point[i] = kept;
    range.low = diagnosis->gradient_low[i];
    range.high = diagnosis->gradient_high[i];
    return range_sign(range);
}

/* Between x and y, where the component has the sign and not; x moves to the change. */
static double narrow(const struct descent *d, struct diagnosis *diagnosis, size_t i,
                     double x, double y, int sign)
{
    if ((x < 0) != (y < 0) && sign_at(d, diagnosis, i, 0) == 0)
        return 0;
    for (int count = 0; count < 64; count++) {
        double middle = x + (y - x) / 2;
        if (middle == x || middle == y)
            break;
        int here = sign_at(d, diagnosis, i, middle);
        if (here == 0)
            return middle;
        if (here == sign)
            x = middle;
        else
            y = middle;
    }
    return x;
}

/* Brings one variable to a point where its component changes sign, downhill. */
static bool polish_entry(const struct descent *d, struct diagnosis *diagnosis, size_t i)
{
    double x = diagnosis->point[i];
    int sign = sign_at(d, diagnosis, i, x);
    if (sign == 0)
        return true;
    for (double t = diagnosis->reach * 0x1p-30; t <= diagnosis->reach; t *= 2)
        if (sign_at(d, diagnosis, i, x - sign * t) == -sign) {
            diagnosis->point[i] = narrow(d, diagnosis, i, x, x - sign * t, sign);
            return true;
        }
    return false;
}

bool polish_by_signs(const struct descent *d, struct diagnosis *diagnosis)
{
    const int passes = 3;
    size_t n = d->at.n;
    if (d->problem.enclose_gradient == NULL || n > 20)
        return false;
    memcpy(diagnosis->point, d->x, n * sizeof *d->x);
    for (int pass = 0; pass < passes; pass++)
        for (size_t i = 0; i < n; i++)
            if (!polish_entry(d, diagnosis, i))
                return false;
    for (size_t i = 0; i < n; i++)
        diagnosis->move[i] = diagnosis->point[i] - d->x[i];
    return vector_norm(n, diagnosis->move) <= diagnosis->reach &&
           diagnosis_gradient(d, diagnosis->point, diagnosis->gradient);
}
