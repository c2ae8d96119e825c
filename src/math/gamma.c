/* SPDX-License-Identifier: MIT
 * polygamma: the recurrence up to an argument that is large enough for the asymptotic
 * series (Abramowitz and Stegun, Handbook of Mathematical Functions, 6.4.6, 6.4.11), and
 * reflection for negative arguments.  digamma is in lanes/gamma.h.
 *
 * polygamma(n, x) is (-1)^(n+1) n! zeta(n+1, x), with the Hurwitz zeta function
 * zeta(s, x) = sum of (x + k)^-s over k = 0, 1, 2, ...: all its terms have one sign. */
#include "math/functions.h"

#include <math.h>
#include <stddef.h>

/* Bernoulli numbers of even index from 2 on (Abramowitz and Stegun, table 23.2). */
static const double bernoulli[] = {1.0 / 6,       -1.0 / 30,      1.0 / 42, -1.0 / 30,
                                   5.0 / 66,      -691.0 / 2730,  7.0 / 6,  -3617.0 / 510,
                                   43867.0 / 798, -174611.0 / 330};
enum { BERNOULLI = sizeof bernoulli / sizeof bernoulli[0] };

enum {
    LARGE = 10,         /* where the series reaches 1e-16 */
    MOST_SHIFTS = 1000, /* for orders so high that all is infinite or 0 */
    LARGEST_FACTORIAL = 170
};

/* ---- polygamma ---- */

/* x^s zeta(s, x) for s > 1 and x > 0: the sum of (x/(x+k))^s as long as it matters, and
 * the rest by Euler and Maclaurin's formula. */
static double scaled_zeta(double s, double x)
{
    double total = 0, y = x, power = 1;
    for (int k = 0; y < LARGE + s && k < MOST_SHIFTS; k++) {
        total += power;
        y = x + k + 1;
        power = math_exp(-s *
                         math_log1p((k + 1) / x)); /* (x/y)^s, where x/y may round to 1 */
        if (power < 0x1p-60 * total)
            return total;
    }
    double term = s / (2 * y), series = y / (s - 1) + 0.5;
    /* term: s(s+1)...(s+2k) / ((2k+2)! y^(2k+1)) */
    for (size_t k = 0; k < BERNOULLI; k++) {
        double index = (double)(2 * k);
        series += bernoulli[k] * term;
        term *= (s + index + 1) / y * ((s + index + 2) / y) / ((index + 3) * (index + 4));
    }
    return total + power * series;
}

static double hurwitz_zeta(double s, double x)
{
    return math_pow(x, -s) * scaled_zeta(s, x);
}

static double factorial(double n)
{
    double product = 1;
    for (double k = 2; k <= n; k++)
        product *= k;
    return product;
}

/* n! zeta(n+1, x) for x > 0.  The power is multiplied in two halves, because n! may be
 * out of reach of the other. */
static double magnitude_positive(double n, double x)
{
    double s = n + 1, scaled = scaled_zeta(s, x);
    if (n > LARGEST_FACTORIAL)
        return math_exp(math_lgamma(s) - s * math_log(x)) * scaled;
    double half = math_pow(x, -s / 2);
    return factorial(n) * half * half * scaled;
}

/* The same for x < 0 that is not whole: the terms below 0 are those of a sum over all
 * whole distances, less its far end. */
static double magnitude_negative(double n, double x)
{
    double s = n + 1, floored = floor(x);
    double above = hurwitz_zeta(s, x - floored);
    double below = hurwitz_zeta(s, floored + 1 - x), far = hurwitz_zeta(s, 1 - x);
    double total = fmod(s, 2) == 0 ? above + (below - far) : above - below + far;
    if (n > LARGEST_FACTORIAL)
        return copysign(math_exp(math_lgamma(s) + math_log(fabs(total))), total);
    return factorial(n) * total;
}

static double magnitude_at_pole(double n, double x)
{
    if (fmod(n, 2) != 0)
        return (double)INFINITY;
    return x == 0 ? 1 / x : (double)NAN;
}

double math_polygamma(double n, double x)
{
    if (!(n >= 0) || n != floor(n) || isinf(n) || isnan(x))
        return (double)NAN;
    if (n == 0)
        return math_digamma(x);
    double sign = fmod(n, 2) == 0 ? -1 : 1;
    if (isinf(x))
        return x > 0 ? sign * 0.0 : (double)NAN;
    if (x > 0)
        return sign * magnitude_positive(n, x);
    if (x == floor(x))
        return sign * magnitude_at_pole(n, x);
    return sign * magnitude_negative(n, x);
}
