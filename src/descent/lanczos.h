/* SPDX-License-Identifier: MIT
 * lanczos.h - extreme eigenvalues of the Hessian of many variables.
 *
 * Lanczos, Journal of Research of the National Bureau of Standards 45 (1950); Golub and
 * Van Loan, Matrix Computations, 4th ed., chapter 10.  Products with the Hessian are
 * the problem's, or central differences of gradients; the basis is kept orthogonal as a
 * whole. */
#ifndef DESCENT_LANCZOS_H
#define DESCENT_LANCZOS_H

#include "descent/diagnosis.h"

/* product = H(x) v, by two gradients where the problem has no products.  Uses `trial` and
 * `gradient_low` of the diagnosis; false when a gradient is not finite. */
bool lanczos_product(const struct descent *d, const struct diagnosis *diagnosis,
                     const double *x, const double *v, double *product);
/* Estimates: value[0] and value[n - 1], least_direction.  The least one found is an upper
 * bound of the least there is, the greatest a lower bound. */
bool lanczos_measure(const struct descent *d, struct diagnosis *diagnosis,
                     const double *x);

#endif
