/* SPDX-License-Identifier: MIT
 * curvature.c - the eigenvalues of the Hessian where a search ended. */
#include "descent/diagnosis.h"
#include "descent/lanczos.h"
#include "linear/eigen.h"

#include <math.h>
#include <string.h>

static bool is_finite_below(size_t n, const double *hessian)
{
    bool finite = true;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++)
            finite &= isfinite(hessian[i * n + j]) != 0;
    return finite;
}

/* Central differences of gradients, column by column.  Uses trial and gradient_low, _high
 * of the diagnosis. */
static bool difference_gradients(const struct descent *d,
                                 const struct diagnosis *diagnosis, const double *x,
                                 double *hessian)
{
    size_t n = d->at.n;
    double *at = diagnosis->trial, *left = diagnosis->gradient_low;
    double *right = diagnosis->gradient_high;
    memcpy(at, x, n * sizeof *at);
    for (size_t j = 0; j < n; j++) {
        double apart = 0x1p-17 * fmax(fabs(x[j]), diagnosis->reach);
        at[j] = x[j] + apart;
        bool finite = diagnosis_gradient(d, at, right);
        at[j] = x[j] - apart;
        if (!diagnosis_gradient(d, at, left) || !finite)
            return false;
        at[j] = x[j];
        for (size_t i = 0; i < n; i++) {
            double entry = (right[i] - left[i]) / (2 * apart);
            if (i >= j)
                hessian[i * n + j] = entry;
            else
                hessian[j * n + i] = (hessian[j * n + i] + entry) / 2;
        }
    }
    return is_finite_below(n, hessian);
}

bool curvature_hessian(const struct descent *d, const struct diagnosis *diagnosis,
                       const double *x, double *hessian)
{
    if (d->problem.hessian == NULL)
        return difference_gradients(d, diagnosis, x, hessian);
    d->problem.hessian(d->problem.context, x, hessian);
    return is_finite_below(d->at.n, hessian);
}

bool curvature_measure(const struct descent *d, struct diagnosis *diagnosis,
                       const double *x)
{
    descent_diagnosis *told = &diagnosis->told;
    size_t n = d->at.n;
    double *value = diagnosis->value;
    told->is_estimated = d->problem.hessian == NULL || !diagnosis->dense;
    if (!diagnosis->dense) {
        if (!lanczos_measure(d, diagnosis, x))
            return false;
    } else {
        if (!curvature_hessian(d, diagnosis, x, diagnosis->hessian) ||
            !eigen_solve(n, diagnosis->hessian, value, diagnosis->vectors,
                         diagnosis->trial))
            return false;
        memcpy(diagnosis->least_direction, diagnosis->vectors, n * sizeof *value);
    }
    told->least_curvature = value[0];
    told->greatest_curvature = value[n - 1];
    told->least_direction = diagnosis->least_direction;
    return true;
}
