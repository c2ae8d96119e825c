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

bool prove_stationary(const struct descent *d, struct diagnosis *diagnosis)
{
    const descent_problem *problem = &d->problem;
    if (problem->enclose_gradient == NULL)
        return is_small(d, diagnosis);
    diagnosis->settled = true;
    problem->enclose_gradient(problem->context, diagnosis->low, diagnosis->high,
                              diagnosis->gradient_low, diagnosis->gradient_high);
    for (size_t i = 0; i < d->at.n; i++) {
        struct range range = {diagnosis->gradient_low[i], diagnosis->gradient_high[i]};
        if (!range_is_known(range) || range_sign(range) != 0)
            return false;
        diagnosis->settled &= range.low == 0 && range.high == 0;
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
            return true;
    }
    return false;
}

/* ---- faces ---- */

/* The derivative across both faces of variable i points outwards all over them. */
static bool rises_across(const struct descent *d, struct diagnosis *diagnosis, size_t i)
{
    double *low = &diagnosis->low[i], *high = &diagnosis->high[i];
    double left = *low, right = *high;
    *high = left;
    d->problem.enclose_gradient(d->problem.context, diagnosis->low, diagnosis->high,
                                diagnosis->gradient_low, diagnosis->gradient_high);
    bool rises = diagnosis->gradient_high[i] < 0;
    *low = *high = right;
    if (rises) {
        d->problem.enclose_gradient(d->problem.context, diagnosis->low, diagnosis->high,
                                    diagnosis->gradient_low, diagnosis->gradient_high);
        rises = diagnosis->gradient_low[i] > 0;
    }
    *low = left;
    return rises;
}

/* Values in the box differ by no more than the slopes there make: no jump, no pole. */
static bool is_continuous(const struct descent *d, struct diagnosis *diagnosis)
{
    const descent_problem *problem = &d->problem;
    struct range value = {(double)NAN, (double)NAN};
    double most = 0;
    problem->enclose_gradient(problem->context, diagnosis->low, diagnosis->high,
                              diagnosis->gradient_low, diagnosis->gradient_high);
    for (size_t i = 0; i < d->at.n; i++)
        most += (diagnosis->high[i] - diagnosis->low[i]) *
                fmax(fabs(diagnosis->gradient_low[i]), fabs(diagnosis->gradient_high[i]));
    problem->enclose_value(problem->context, diagnosis->low, diagnosis->high, &value.low,
                           &value.high);
    double rounding = diagnosis_rounding(fmax(fabs(value.low), fabs(value.high)));
    return isfinite(most) && value.high - value.low <= 16 * most + 4 * rounding;
}

bool prove_faces(const struct descent *d, struct diagnosis *diagnosis)
{
    const size_t most = 50;
    size_t n = d->at.n;
    if (d->problem.enclose_gradient == NULL || d->problem.enclose_value == NULL ||
        n > most)
        return false;
    double first = diagnosis->reach * 0x1p-100;
    for (size_t i = 0; i < n; i++)
        first = fmax(first, unit_of(diagnosis, i));
    for (double radius = first; radius <= diagnosis->reach; radius *= 16) {
        bool rises = true;
        set_box(n, diagnosis, radius);
        for (size_t i = 0; rises && i < n; i++)
            rises = rises_across(d, diagnosis, i);
        if (rises)
            return is_continuous(d, diagnosis);
    }
    return false;
}
