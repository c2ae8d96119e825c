/* SPDX-License-Identifier: MIT
 * The callbacks of a problem in other units: powers of two, so that nothing is rounded.
 */
#include "descent/rescale.h"

#include <float.h>
#include <math.h>

/* ---- callbacks ---- */

static void put_box(const struct rescaled *r, const double *low, const double *high)
{
    for (size_t i = 0; i < r->problem->n; i++) {
        r->low[i] = r->scale[i] * low[i];
        r->high[i] = r->scale[i] * high[i];
    }
}

static void scale_vector(const struct rescaled *r, double *vector)
{
    for (size_t i = 0; i < r->problem->n; i++)
        vector[i] *= r->scale[i];
}

static void scale_matrix(const struct rescaled *r, double *matrix)
{
    size_t n = r->problem->n;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            matrix[i * n + j] *= r->scale[i] * r->scale[j];
}

static void evaluate(void *context, const double *x, double *value, double *gradient)
{
    const struct rescaled *r = context;
    put_box(r, x, x);
    r->problem->evaluate(r->problem->context, r->low, value, gradient);
    if (gradient != NULL)
        scale_vector(r, gradient);
}

static void hessian(void *context, const double *x, double *out)
{
    const struct rescaled *r = context;
    put_box(r, x, x);
    r->problem->hessian(r->problem->context, r->low, out);
    scale_matrix(r, out);
}

static void enclose_value(void *context, const double *low, const double *high,
                          double *value_low, double *value_high)
{
    const struct rescaled *r = context;
    put_box(r, low, high);
    r->problem->enclose_value(r->problem->context, r->low, r->high, value_low,
                              value_high);
}

static void enclose_gradient(void *context, const double *low, const double *high,
                             double *gradient_low, double *gradient_high)
{
    const struct rescaled *r = context;
    put_box(r, low, high);
    r->problem->enclose_gradient(r->problem->context, r->low, r->high, gradient_low,
                                 gradient_high);
    scale_vector(r, gradient_low);
    scale_vector(r, gradient_high);
}

static void enclose_hessian(void *context, const double *low, const double *high,
                            double *hessian_low, double *hessian_high)
{
    const struct rescaled *r = context;
    put_box(r, low, high);
    r->problem->enclose_hessian(r->problem->context, r->low, r->high, hessian_low,
                                hessian_high);
    scale_matrix(r, hessian_low);
    scale_matrix(r, hessian_high);
}

static bool find_convex(void *context)
{
    const struct rescaled *r = context;
    return r->problem->find_convex(r->problem->context);
}

/* ---- units ---- */

/* False when they are all the same, or there is no unit. */
static bool choose_units(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    const int most = 400; /* products of units stay numbers */
    bool differ = false;
    if (!curvature_hessian(d, diagnosis, diagnosis->point, diagnosis->hessian))
        return false;
    for (size_t i = 0; i < n; i++) {
        double entry = diagnosis->hessian[i * n + i];
        int exponent = 0;
        if (!(entry > 0))
            return false;
        (void)frexp(sqrt(entry), &exponent);
        if (exponent > most || exponent < -most)
            return false;
        diagnosis->scale[i] = ldexp(1, -exponent);
        differ |= diagnosis->scale[i] != diagnosis->scale[0];
    }
    return differ;
}

/* As measure_way of diagnosis.c has it: a tenth of the way, or 1/1000 of the size. */
static double find_reach(const struct descent *d, const struct diagnosis *diagnosis)
{
    double way = 0, size = 0, unit = (double)INFINITY;
    for (size_t i = 0; i < d->at.n; i++) {
        double scale = diagnosis->scale[i];
        way = hypot(way, (d->x[i] - diagnosis->start[i]) / scale);
        size = hypot(size, d->x[i] / scale);
        unit = fmin(unit, 1 / scale);
    }
    return fmin(fmax(way / 10, 1e-3 * fmax(unit, size)), DBL_MAX);
}

bool rescale_begin(const struct descent *d, struct diagnosis *diagnosis,
                   struct rescaled *rescaled)
{
    if (d->problem.enclose_hessian == NULL || d->problem.enclose_gradient == NULL ||
        d->problem.enclose_value == NULL || !choose_units(d, diagnosis))
        return false;
    *rescaled = (struct rescaled){.search = *d,
                                  .problem = &d->problem,
                                  .scale = diagnosis->scale,
                                  .low = diagnosis->box_low,
                                  .high = diagnosis->box_high};
    struct descent *search = &rescaled->search;
    search->x = diagnosis->scaled_x;
    search->gradient = diagnosis->scaled_gradient;
    for (size_t i = 0; i < d->at.n; i++) {
        search->x[i] = d->x[i] / diagnosis->scale[i];
        search->gradient[i] = d->gradient[i] * diagnosis->scale[i];
    }
    search->at.x = search->x;
    search->at.gradient = search->gradient;
    search->problem.context = rescaled;
    search->problem.evaluate = evaluate;
    search->problem.hessian = hessian;
    search->problem.enclose_value = enclose_value;
    search->problem.enclose_gradient = enclose_gradient;
    search->problem.enclose_hessian = enclose_hessian;
    search->problem.find_convex = d->problem.find_convex != NULL ? find_convex : NULL;
    search->problem.is_lowest = NULL;
    search->problem.hessian_product = NULL;
    diagnosis->unscaled_reach = diagnosis->reach;
    diagnosis->reach = find_reach(d, diagnosis);
    return true;
}

void rescale_end(const struct descent *d, struct diagnosis *diagnosis)
{
    diagnosis->reach = diagnosis->unscaled_reach;
    for (size_t i = 0; i < d->at.n; i++)
        diagnosis->point[i] *= diagnosis->scale[i];
}
