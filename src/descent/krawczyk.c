/* SPDX-License-Identifier: MIT
 * Numbers are computed to nearest; what that can change is added to the radius:
 * |fl(sum a_i b_i) - sum a_i b_i| <= n eps sum |a_i b_i| (Higham, Accuracy and Stability
 * of Numerical Algorithms, 2nd ed., section 3.1), with eps twice the unit roundoff. */
#include "descent/krawczyk.h"

#include "descent/vector.h"
#include "linear/cholesky.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST_VARIABLES = 60, CORRECTIONS = 6, BOXES = 8 };

/* What the parts work on, all of it memory of the diagnosis. */
struct krawczyk {
    const struct descent *d;
    size_t n;
    double *point;
    double *inverse;         /* Y, n * n */
    double *middle, *radius; /* H(X), n * n each, symmetric */
    double *work;            /* n * n */
    double *move, *doubt;    /* Y g(c), and how far it may be off */
    double *reach;           /* of the box, for each variable */
    double *low, *high;      /* the box, or the ends of the gradient */
    double *gradient_low, *gradient_high, *scale;
};

static struct krawczyk parts_of(const struct descent *d, struct diagnosis *diagnosis)
{
    return (struct krawczyk){.d = d,
                             .n = d->at.n,
                             .point = diagnosis->point,
                             .inverse = diagnosis->vectors,
                             .middle = diagnosis->hessian_low,
                             .radius = diagnosis->hessian_high,
                             .work = diagnosis->hessian,
                             .move = diagnosis->move,
                             .doubt = diagnosis->direction,
                             .reach = diagnosis->trial,
                             .low = diagnosis->low,
                             .high = diagnosis->high,
                             .gradient_low = diagnosis->gradient_low,
                             .gradient_high = diagnosis->gradient_high,
                             .scale = diagnosis->scale};
}

/* ---- the Hessian ---- */

/* Over low, high: middles and radii.  False when an entry is not known. */
static bool enclose_hessian(struct krawczyk *k)
{
    size_t n = k->n;
    const descent_problem *problem = &k->d->problem;
    problem->enclose_hessian(problem->context, k->low, k->high, k->middle, k->radius);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double low = k->middle[i * n + j], high = k->radius[i * n + j];
            double middle = low + (high - low) / 2;
            double size = fmax(fabs(low), fabs(high));
            double radius = (high - low) / 2 * (1 + DBL_EPSILON) + DBL_EPSILON * size;
            if (!isfinite(middle) || !isfinite(radius))
                return false;
            k->middle[i * n + j] = k->middle[j * n + i] = middle;
            k->radius[i * n + j] = k->radius[j * n + i] = radius;
        }
    return true;
}

/* Powers of two that bring the diagonal near 1. */
static bool choose_scale(struct krawczyk *k)
{
    const int most = 400;
    for (size_t i = 0; i < k->n; i++) {
        int exponent = 0;
        double entry = k->middle[i * k->n + i];
        if (!(entry > 0))
            return false;
        (void)frexp(sqrt(entry), &exponent);
        if (exponent > most || exponent < -most)
            return false;
        k->scale[i] = ldexp(1, -exponent);
    }
    return true;
}

/* The factor of the scaled middle with `shift` taken off its diagonal, into work. */
static bool factor(struct krawczyk *k, double shift)
{
    size_t n = k->n;
    for (size_t i = 0; i < n; i++) {
        for (size_t j = 0; j <= i; j++)
            k->work[i * n + j] = k->scale[i] * k->scale[j] * k->middle[i * n + j];
        k->work[i * n + i] -= shift;
    }
    return cholesky_factor(n, k->work);
}

/* Each diagonal entry of the scaled matrix is at most 4. */
static bool is_definite(struct krawczyk *k)
{
    double n = (double)k->n;
    return choose_scale(k) && factor(k, 2 * (n + 2) * DBL_EPSILON * 4 * n);
}

/* As it is computed at the point, where the problem gives it: what the operator is
 * preconditioned with need not be enclosed. */
static bool compute_hessian(struct krawczyk *k)
{
    size_t n = k->n, bytes = n * sizeof(double);
    if (k->d->problem.hessian == NULL) {
        memcpy(k->low, k->point, bytes);
        memcpy(k->high, k->point, bytes);
        return enclose_hessian(k);
    }
    k->d->problem.hessian(k->d->problem.context, k->point, k->middle);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            if (!isfinite(k->middle[i * n + j]))
                return false;
    return true;
}

/* The inverse of the Hessian at the point. */
static bool invert(struct krawczyk *k)
{
    size_t n = k->n, bytes = n * sizeof(double);
    if (!compute_hessian(k) || !choose_scale(k) || !factor(k, 0))
        return false;
    memset(k->inverse, 0, n * bytes);
    for (size_t i = 0; i < n; i++) {
        double *row = k->inverse + i * n;
        row[i] = k->scale[i];
        cholesky_solve(n, k->work, 1, row);
        for (size_t j = 0; j < n; j++)
            row[j] *= k->scale[j];
    }
    return true;
}

/* ---- Y g ---- */

static double middle_of(double low, double high)
{
    return low + (high - low) / 2;
}

static double radius_of(double low, double high)
{
    return (high - low) / 2 * (1 + DBL_EPSILON) +
           DBL_EPSILON * fmax(fabs(low), fabs(high));
}

/* Adds Y times a vector given by its ends, times `factor`, known up to `slack`: move gets
 * the middle, doubt the rest. */
static void add_product(struct krawczyk *k, const double *low, const double *high,
                        double factor, double slack)
{
    size_t n = k->n;
    double rounding = ((double)n + 4) * DBL_EPSILON;
    for (size_t i = 0; i < n; i++) {
        double sum = 0, size = 0, off = 0;
        for (size_t j = 0; j < n; j++) {
            double y = k->inverse[i * n + j], middle = middle_of(low[j], high[j]);
            sum += y * middle;
            size += fabs(y * middle);
            off += fabs(y) * radius_of(low[j], high[j]);
        }
        double all = fabs(factor) + slack;
        k->move[i] += sum * factor;
        k->doubt[i] +=
            (fabs(sum) * slack + all * (off + rounding * size)) * (1 + rounding) +
            DBL_EPSILON * fabs(k->move[i]);
    }
}

/* Of one square: 2 weight residual times its derivatives. */
static void take_square(void *taker, const double *low, const double *high)
{
    struct krawczyk *k = taker;
    double weight = middle_of(low[0], high[0]), residual = middle_of(low[1], high[1]);
    double more = radius_of(low[0], high[0]), off = radius_of(low[1], high[1]);
    double factor = 2 * weight * residual;
    double slack = 2 * (fabs(weight) * off + fabs(residual) * more + more * off) +
                   4 * DBL_EPSILON * fabs(factor);
    add_product(k, low + 2, high + 2, factor, slack * (1 + 8 * DBL_EPSILON));
}

static void forget_product(struct krawczyk *k)
{
    memset(k->move, 0, k->n * sizeof *k->move);
    memset(k->doubt, 0, k->n * sizeof *k->doubt);
}

/* False when the gradient is not known. */
static bool find_product(struct krawczyk *k)
{
    const descent_problem *problem = &k->d->problem;
    double sum = 0;
    forget_product(k);
    if (problem->enclose_squares == NULL ||
        !problem->enclose_squares(problem->context, k->point, k->point, take_square, k)) {
        forget_product(k);
        problem->enclose_gradient(problem->context, k->point, k->point, k->gradient_low,
                                  k->gradient_high);
        add_product(k, k->gradient_low, k->gradient_high, 1, 0);
    }
    for (size_t i = 0; i < k->n; i++)
        sum += fabs(k->move[i]) + k->doubt[i];
    return isfinite(sum);
}

/* Newton's steps, as long as they are more than what is not known of them. */
static bool correct(struct krawczyk *k)
{
    for (int count = 0; count < CORRECTIONS; count++) {
        bool moves = false;
        if (!find_product(k))
            return false;
        for (size_t i = 0; i < k->n; i++)
            moves |= fabs(k->move[i]) > k->doubt[i] + DBL_EPSILON * fabs(k->point[i]);
        if (!moves)
            return true;
        for (size_t i = 0; i < k->n; i++)
            k->point[i] -= k->move[i];
        if (!invert(k))
            return false;
    }
    return find_product(k);
}

/* ---- the operator ---- */

/* What a row of I - Y H(X) makes of the box at most. */
static double contract(const struct krawczyk *k, size_t i)
{
    size_t n = k->n;
    double rounding = ((double)n + 4) * DBL_EPSILON, most = 0;
    const double *row = k->inverse + i * n;
    for (size_t j = 0; j < n; j++) {
        double sum = i == j ? -1 : 0, size = fabs(sum), off = 0;
        for (size_t l = 0; l < n; l++) {
            double term = row[l] * k->middle[l * n + j];
            sum += term;
            size += fabs(term);
            off += fabs(row[l]) * k->radius[l * n + j];
        }
        most += (fabs(sum) + off + rounding * size) * k->reach[j];
    }
    return most * (1 + rounding);
}

/* The box is mapped into itself; if not, `reach` grows. */
static bool maps_into_itself(struct krawczyk *k)
{
    bool inside = true;
    for (size_t i = 0; i < k->n; i++)
        k->low[i] = fabs(k->move[i]) + k->doubt[i] + contract(k, i);
    for (size_t i = 0; i < k->n; i++)
        inside &= k->low[i] < k->reach[i];
    for (size_t i = 0; i < k->n && !inside; i++)
        k->reach[i] = fmax(k->reach[i], 2 * k->low[i]);
    return inside;
}

static void set_box(struct krawczyk *k)
{
    for (size_t i = 0; i < k->n; i++) {
        k->low[i] = nextafter(k->point[i] - k->reach[i], -(double)INFINITY);
        k->high[i] = nextafter(k->point[i] + k->reach[i], (double)INFINITY);
        /* All of the box counts, with what rounding put to it. */
        k->reach[i] = fmax(k->high[i] - k->point[i], k->point[i] - k->low[i]);
    }
}

static bool is_within(const struct krawczyk *k, double most)
{
    for (size_t i = 0; i < k->n; i++)
        k->high[i] = k->point[i] - k->d->x[i];
    return vector_norm(k->n, k->reach) <= most && vector_norm(k->n, k->high) <= most;
}

bool krawczyk_fits(const struct descent *d)
{
    const descent_problem *problem = &d->problem;
    return problem->is_smooth != NULL && problem->enclose_hessian != NULL &&
           problem->enclose_gradient != NULL && d->at.n <= MOST_VARIABLES;
}

bool krawczyk_prove(const struct descent *d, struct diagnosis *diagnosis)
{
    struct krawczyk k = parts_of(d, diagnosis);
    const descent_problem *problem = &d->problem;
    if (!krawczyk_fits(d) || !invert(&k) || !correct(&k))
        return false;
    for (size_t i = 0; i < k.n; i++)
        k.reach[i] = 2 * (fabs(k.move[i]) + k.doubt[i]) +
                     4 * DBL_EPSILON * fabs(k.point[i]) + DBL_MIN;
    for (int count = 0; count < BOXES && is_within(&k, diagnosis->reach); count++) {
        set_box(&k);
        if (!problem->is_smooth(problem->context, k.low, k.high) || !enclose_hessian(&k))
            return false;
        if (!maps_into_itself(&k))
            continue;
        set_box(&k);
        return is_definite(&k);
    }
    return false;
}
