/* SPDX-License-Identifier: MIT
 * prove.c - proofs by enclosures that a minimum of several variables is near.
 *
 * For a symmetric matrix M with each entry wrong by at most that of R, no eigenvalue is
 * off by more than the norm of R (Weyl; Golub and Van Loan, Matrix Computations, 4th ed.,
 * section 8.1.2); here Frobenius' norm bounds it. */
#include "descent/classify.h"
#include "descent/vector.h"
#include "linear/eigen.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* A few units in the last place, or less than anything of interest. */
static double unit_of(const struct diagnosis *diagnosis, size_t i)
{
    return fmax(4 * DBL_EPSILON * fabs(diagnosis->point[i]), diagnosis->reach * 0x1p-100);
}

static void set_box(size_t n, struct diagnosis *diagnosis, double radius)
{
    for (size_t i = 0; i < n; i++) {
        double around = fmax(unit_of(diagnosis, i), radius);
        diagnosis->low[i] = diagnosis->point[i] - around;
        diagnosis->high[i] = diagnosis->point[i] + around;
    }
}

void prove_box(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    bool near = vector_norm(n, diagnosis->move) <= diagnosis->reach / 8;
    for (size_t i = 0; i < n; i++) {
        double around =
            fmax(unit_of(diagnosis, i), near ? 3 * fabs(diagnosis->move[i]) : 0);
        diagnosis->low[i] = diagnosis->point[i] - around;
        diagnosis->high[i] = diagnosis->point[i] + around;
    }
}

/* ---- stationary ---- */

/* Without enclosures: what rounding and the box can make of each component. */
static bool is_small(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double *hessian = diagnosis->hessian;
    if (!curvature_hessian(d, diagnosis, diagnosis->point, hessian))
        return false;
    for (size_t i = 0; i < n; i++) {
        double most = diagnosis_rounding(d->gradient[i]);
        for (size_t j = 0; j < n; j++) {
            double entry = fabs(i >= j ? hessian[i * n + j] : hessian[j * n + i]);
            double around = diagnosis->high[j] - diagnosis->point[j];
            most += entry * (around + diagnosis_rounding(diagnosis->point[j]));
        }
        if (!(fabs(diagnosis->gradient[i]) <= most))
            return false;
    }
    return true;
}

/* ---- eigenvalues ---- */

/* Into hessian_low and _high; their middle into `hessian`.  The norm of the half widths;
 * inf when an entry is not known. */
static double enclose_box(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double *low = diagnosis->hessian_low, *high = diagnosis->hessian_high, sum = 0;
    d->problem.enclose_hessian(d->problem.context, diagnosis->low, diagnosis->high, low,
                               high);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            size_t k = i * n + j;
            double half = (high[k] - low[k]) / 2;
            diagnosis->hessian[k] = low[k] + half;
            /* The middle is rounded. */
            half += DBL_EPSILON * fmax(fabs(low[k]), fabs(high[k]));
            sum += (i == j ? 1 : 2) * half * half;
        }
    return sum <= DBL_MAX ? sqrt(sum) * (1 + 1e-9) : (double)INFINITY;
}

/* ---- stationary, with enclosures ---- */

/* What the largest curvature is about. */
static double bound_curvature(const struct diagnosis *diagnosis, size_t n)
{
    return fmax(fabs(diagnosis->value[0]), fabs(diagnosis->value[n - 1]));
}

static void enclose_point(const struct descent *d, struct diagnosis *diagnosis)
{
    d->problem.enclose_gradient(d->problem.context, diagnosis->point, diagnosis->point,
                                diagnosis->gradient_low, diagnosis->gradient_high);
}

/* Every component may be zero in the box. */
static bool holds_zero(const struct descent *d, struct diagnosis *diagnosis)
{
    d->problem.enclose_gradient(d->problem.context, diagnosis->low, diagnosis->high,
                                diagnosis->gradient_low, diagnosis->gradient_high);
    diagnosis->settled = true;
    for (size_t i = 0; i < d->at.n; i++) {
        struct range range = {diagnosis->gradient_low[i], diagnosis->gradient_high[i]};
        if (!range_is_known(range) || range_sign(range) != 0)
            return false;
        diagnosis->settled &= range.low == 0 && range.high == 0;
    }
    return true;
}

/* The most that curvature changes the gradient within the box; inf when not known. */
static double bound_change(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double sum = 0;
    if (d->problem.enclose_hessian == NULL) {
        sum = bound_curvature(diagnosis, n);
    } else {
        (void)enclose_box(d, diagnosis);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++) {
                size_t k = i * n + j;
                double entry = fmax(fabs(diagnosis->hessian_low[k]),
                                    fabs(diagnosis->hessian_high[k]));
                sum = hypot(sum, (i == j ? 1 : 2) * entry);
            }
    }
    for (size_t i = 0; i < n; i++)
        diagnosis->trial[i] = diagnosis->high[i] - diagnosis->low[i];
    double change = sum * vector_norm(n, diagnosis->trial);
    return isfinite(change) ? change : (double)INFINITY;
}

/* The gradient at both ends of axis i, with its rounding: no component jumps. */
static bool is_smooth_along(const struct descent *d, struct diagnosis *diagnosis,
                            size_t i, double change)
{
    size_t n = d->at.n;
    double kept = diagnosis->point[i];
    diagnosis->point[i] = diagnosis->low[i];
    enclose_point(d, diagnosis);
    memcpy(diagnosis->trial, diagnosis->gradient_low, n * sizeof(double));
    memcpy(diagnosis->direction, diagnosis->gradient_high, n * sizeof(double));
    diagnosis->point[i] = diagnosis->high[i];
    enclose_point(d, diagnosis);
    diagnosis->point[i] = kept;
    for (size_t j = 0; j < n; j++)
        if (!(diagnosis->gradient_low[j] - diagnosis->direction[j] <= 4 * change &&
              diagnosis->trial[j] - diagnosis->gradient_high[j] <= 4 * change))
            return false;
    return true;
}

/* At a kink the slopes in the box span zero, though none of them need be: there the
 * gradient changes by more than curvature explains. */
static bool is_smooth(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double change = bound_change(d, diagnosis);
    if (isinf(change))
        return false;
    enclose_point(d, diagnosis);
    for (size_t i = 0; i < n; i++)
        if (!(diagnosis->gradient_low[i] <= change &&
              diagnosis->gradient_high[i] >= -change))
            return false;
    for (size_t i = 0; i < n; i++)
        if (!is_smooth_along(d, diagnosis, i, change))
            return false;
    return true;
}

/* No kink goes through the point itself: in a wide box curvature could explain it. */
static bool is_smooth_close_by(const struct descent *d, struct diagnosis *diagnosis)
{
    bool smooth = true;
    set_box(d->at.n, diagnosis, 1e-9 * diagnosis->reach);
    double change = bound_change(d, diagnosis);
    for (size_t i = 0; smooth && i < d->at.n; i++)
        smooth = is_smooth_along(d, diagnosis, i, change);
    prove_box(d, diagnosis);
    return smooth;
}

bool prove_stationary(const struct descent *d, struct diagnosis *diagnosis)
{
    return d->problem.enclose_gradient == NULL
               ? is_small(d, diagnosis)
               : holds_zero(d, diagnosis) && is_smooth(d, diagnosis) &&
                     is_smooth_close_by(d, diagnosis);
}

/* ---- minima ---- */

double prove_spread(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double error = eigen_error(n, diagnosis->value);
    double largest = fmax(fabs(diagnosis->value[0]), fabs(diagnosis->value[n - 1]));
    if (d->problem.hessian == NULL)
        return 1e-6 * largest;
    if (d->problem.enclose_hessian == NULL)
        return 64 * error;
    /* The middle of the box is at most this far from the Hessian at the point. */
    return 2 * enclose_box(d, diagnosis) + error;
}

/* What |gradient| is at most at the point. */
static double bound_gradient(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    d->problem.enclose_gradient(d->problem.context, diagnosis->point, diagnosis->point,
                                diagnosis->gradient_low, diagnosis->gradient_high);
    for (size_t i = 0; i < n; i++)
        diagnosis->trial[i] =
            fmax(fabs(diagnosis->gradient_low[i]), fabs(diagnosis->gradient_high[i]));
    return vector_norm(n, diagnosis->trial) * (1 + 1e-9);
}

bool prove_falls(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    if (d->problem.enclose_hessian == NULL || d->problem.enclose_gradient == NULL)
        return true;
    double radius = 2 * bound_gradient(d, diagnosis) / fabs(diagnosis->value[0]);
    set_box(n, diagnosis, radius);
    double off = enclose_box(d, diagnosis) + eigen_error(n, diagnosis->value);
    prove_box(d, diagnosis);
    return diagnosis->value[0] < -2 * off;
}

/* The least eigenvalue in the box for certain; destroys hessian_high. */
static double bound_least(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    double *value = diagnosis->trial;
    double radius = enclose_box(d, diagnosis);
    if (!isfinite(radius) ||
        !eigen_solve(n, diagnosis->hessian, value, diagnosis->hessian_high,
                     diagnosis->gradient_low))
        return -(double)INFINITY;
    return value[0] - radius - eigen_error(n, value);
}

/* Values do not jump: at the ends of the axes through the box they differ from that in
 * the middle by no more than slopes of this size make.  A plane of jumps that passes
 * close to the point has some of the ends on its other side. */
static bool is_continuous(const struct descent *d, struct diagnosis *diagnosis,
                          double slope)
{
    struct range here = diagnosis_value_range(d, diagnosis->point), all = here;
    if (d->problem.enclose_value != NULL)
        d->problem.enclose_value(d->problem.context, diagnosis->low, diagnosis->high,
                                 &all.low, &all.high);
    if (!range_is_known(all))
        return false;
    for (size_t i = 0; i < d->at.n; i++) {
        double kept = diagnosis->point[i];
        double most = 16 * slope * (diagnosis->high[i] - kept);
        for (int side = 0; side < 2; side++) {
            diagnosis->point[i] = side == 0 ? diagnosis->low[i] : diagnosis->high[i];
            struct range there = diagnosis_value_range(d, diagnosis->point);
            diagnosis->point[i] = kept;
            if (!(there.low - here.high <= most && here.low - there.high <= most))
                return false;
        }
    }
    return true;
}

bool prove_ball(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    if (d->problem.enclose_hessian == NULL || d->problem.enclose_gradient == NULL)
        return d->problem.enclose_gradient == NULL;
    double gradient = bound_gradient(d, diagnosis);
    double radius = 2 * gradient / diagnosis->value[0];
    for (size_t i = 0; i < n; i++)
        radius = fmax(radius, unit_of(diagnosis, i));
    for (; radius <= diagnosis->reach; radius *= 16) {
        set_box(n, diagnosis, radius);
        double least = bound_least(d, diagnosis);
        if (!(least > 0))
            return false;
        if (gradient / least < radius)
            return is_continuous(d, diagnosis,
                                 gradient + radius * bound_curvature(diagnosis, n));
    }
    return false;
}

/* ---- faces ---- */

/* The derivative by variable i between two of its values, all over the box. */
static struct range derivative_between(const struct descent *d,
                                       struct diagnosis *diagnosis, size_t i, double from,
                                       double to)
{
    double low = diagnosis->low[i], high = diagnosis->high[i];
    diagnosis->low[i] = from;
    diagnosis->high[i] = to;
    d->problem.enclose_gradient(d->problem.context, diagnosis->low, diagnosis->high,
                                diagnosis->gradient_low, diagnosis->gradient_high);
    diagnosis->low[i] = low;
    diagnosis->high[i] = high;
    return (struct range){diagnosis->gradient_low[i], diagnosis->gradient_high[i]};
}

/* The derivative across both faces of variable i points outwards all over them.  It is
 * taken over slabs along the faces: on a face alone it could be that of one side of a
 * kink that lies in it.  `slope` becomes the greatest one, if it is greater. */
static bool rises_across(const struct descent *d, struct diagnosis *diagnosis, size_t i,
                         double *slope)
{
    double low = diagnosis->low[i], high = diagnosis->high[i];
    double thick = (high - low) / 16;
    struct range left = derivative_between(d, diagnosis, i, low, low + thick);
    if (range_sign(left) >= 0)
        return false;
    struct range right = derivative_between(d, diagnosis, i, high - thick, high);
    *slope = fmax(*slope, fmax(-left.low, right.high));
    return range_sign(right) > 0;
}

bool prove_faces(const struct descent *d, struct diagnosis *diagnosis, double farthest)
{
    const size_t most = 50;
    size_t n = d->at.n;
    if (d->problem.enclose_gradient == NULL || d->problem.enclose_value == NULL ||
        n > most)
        return false;
    double first = diagnosis->reach * 0x1p-100;
    for (size_t i = 0; i < n; i++)
        first = fmax(first, 8 * unit_of(diagnosis, i));
    for (double radius = first; radius <= farthest; radius *= 16) {
        bool rises = true;
        double slope = 0;
        set_box(n, diagnosis, radius);
        for (size_t i = 0; rises && i < n; i++)
            rises = rises_across(d, diagnosis, i, &slope);
        if (rises)
            return is_continuous(d, diagnosis, slope);
    }
    return false;
}
