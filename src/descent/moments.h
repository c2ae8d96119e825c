/* SPDX-License-Identifier: MIT
 * moments.h - the running means of the gradient and of its square, for the methods of the
 * family of Adam. */
#ifndef DESCENT_MOMENTS_H
#define DESCENT_MOMENTS_H

#include "descent/engine.h"

/* The settings with which a method of this family begins. */
enum { MOMENTS_BETA1, MOMENTS_BETA2, MOMENTS_EPSILON, MOMENTS_SETTING_COUNT };
#define MOMENTS_SETTINGS                                                                 \
    {"beta1", 0.9, 0, 0.999999, "the share of the mean gradient that is kept"},          \
        {"beta2", 0.999, 0, 0.999999, "the share of the mean square that is kept"},      \
    {                                                                                    \
        "epsilon", 1e-8, 1e-100, 1e100, "keeps the divisor away from 0"                  \
    }

/* The formula of the direction a, see descent_method_formula. */
#define MOMENTS_FORMULA                                                                  \
    "m <- beta1*m + (1 - beta1)*g, m = 0 at the start\n"                                 \
    "s <- beta2*s + (1 - beta2)*g^2, s = 0 at the start\n"                               \
    "a <- m/(1 - beta1^k)/(sqrt(s/(1 - beta2^k)) + epsilon), in step k\n"

size_t moments_scratch(size_t n, const double *settings);
/* x <- x - t (mean/(sqrt(mean square) + epsilon) + decay x), the means without bias. */
enum engine_progress moments_step(struct descent *d, double decay);

#endif
