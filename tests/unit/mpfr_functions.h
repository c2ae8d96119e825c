/* SPDX-License-Identifier: MIT
 * mpfr_functions.h - functions that MPFR has not, to measure errors against. */
#ifndef TESTS_MPFR_FUNCTIONS_H
#define TESTS_MPFR_FUNCTIONS_H

#include <mpfr.h>

typedef int reference(mpfr_t result, const mpfr_t x, mpfr_rnd_t mode);

static inline int sigmoid(mpfr_t result, const mpfr_t x, mpfr_rnd_t mode)
{
    mpfr_neg(result, x, mode);
    mpfr_exp(result, result, mode);
    mpfr_add_ui(result, result, 1, mode);
    return mpfr_ui_div(result, 1, result, mode);
}

static inline int softplus(mpfr_t result, const mpfr_t x, mpfr_rnd_t mode)
{
    if (mpfr_cmp_si(x, 1000) > 0)
        return mpfr_set(result, x, mode);
    mpfr_exp(result, x, mode);
    return mpfr_log1p(result, result, mode);
}

/* log|gamma(x)| */
static inline int log_gamma(mpfr_t result, const mpfr_t x, mpfr_rnd_t mode)
{
    int sign;
    return mpfr_lgamma(result, &sign, x, mode);
}

#endif
