/* SPDX-License-Identifier: MIT
 * statistics.h - what is told of a fit: standard errors, correlations, R^2. */
#ifndef SCRIPT_STATISTICS_H
#define SCRIPT_STATISTICS_H

#include "script/value.h"

struct solve;
struct solution;

/* Numbers that are not known are NaN, arrays NULL. */
struct statistics {
    size_t values,
        freedom; /* residuals with a weight, and how many more than variables */
    double deviation, r_squared;
    double *standard_errors; /* n */
    double *correlation;     /* n * n */
    size_t held;             /* variables at a bound; NaN stands for them */
    const char *missing;     /* why there are none, a sentence; NULL */
};

/* Of a solve that has ended at a stationary point of a sum of squares with more squares
 * than variables; else all is unknown. */
struct statistics statistics_of(struct solve *solve, const struct solution *solution);
struct statistics statistics_copy(struct arena *arena, const struct statistics *from,
                                  size_t n);

#endif
