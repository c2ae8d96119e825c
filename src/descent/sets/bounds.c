/* SPDX-License-Identifier: MIT
 * sets/bounds.c - lower <= x <= upper, for each variable by itself; either may be
 * infinite, and equal ones fix the variable.
 *
 * Bertsekas, Projected Newton methods for optimization problems with simple constraints,
 * SIAM Journal on Control and Optimization 20 (1982). */
#include "descent/sets/sets.h"

#include <math.h>

void bounds_project(size_t n, const double *lower, const double *upper, double *x)
{
    for (size_t i = 0; i < n; i++) {
        if (x[i] < lower[i])
            x[i] = lower[i];
        else if (x[i] > upper[i])
            x[i] = upper[i];
    }
}

void bounds_gradient(size_t n, const double *lower, const double *upper, const double *x,
                     const double *g, double *out)
{
    for (size_t i = 0; i < n; i++) {
        double aim = x[i] - g[i];
        out[i] = aim < lower[i]   ? x[i] - lower[i]
                 : aim > upper[i] ? x[i] - upper[i]
                                  : g[i];
    }
}

void bounds_bend(size_t n, const double *lower, const double *upper, const double *x,
                 double *v)
{
    for (size_t i = 0; i < n; i++)
        if ((x[i] <= lower[i] && v[i] < 0) || (x[i] >= upper[i] && v[i] > 0))
            v[i] = 0;
}

void bounds_recede(size_t n, const double *lower, const double *upper, double *v)
{
    for (size_t i = 0; i < n; i++)
        if ((v[i] < 0 && isfinite(lower[i])) || (v[i] > 0 && isfinite(upper[i])))
            v[i] = 0;
}
