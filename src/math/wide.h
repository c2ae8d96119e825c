/* SPDX-License-Identifier: MIT
 * wide.h - numbers of about 31 digits: the sum of two doubles, of which the second is at
 * most half a unit in the last place of the first.
 *
 * T. J. Dekker, A floating-point technique for extending the available precision (1971);
 * Knuth, The Art of Computer Programming, volume 2 (3rd ed.), section 4.2.2; Y. Hida,
 * X. S. Li and D. H. Bailey, Library for double-double and quad-double arithmetic (2001).
 * A sum is off by 2^-105 of its terms, a product, quotient or root by less than 2^-100 of
 * itself.  The range is that of doubles: beyond it, and beyond 1e300 in products, `high`
 * or `low` is not finite, which no later operation hides; below 1e-290 digits are lost.
 */
#ifndef MATH_WIDE_H
#define MATH_WIDE_H

#include <math.h>
#include <stdbool.h>

struct wide {
    double high, low;
};

static inline struct wide wide_of(double x)
{
    return (struct wide){x, 0};
}

/* a + b exactly; the second where |a| >= |b|. */
static inline struct wide wide_sum(double a, double b)
{
    double sum = a + b, other = sum - a;
    return (struct wide){sum, (a - (sum - other)) + (b - other)};
}

static inline struct wide wide_quick_sum(double a, double b)
{
    double sum = a + b;
    return (struct wide){sum, b - (sum - a)};
}

#ifdef FP_FAST_FMA
static inline struct wide wide_product(double a, double b)
{
    double product = a * b;
    return (struct wide){product, fma(a, b, -product)};
}
#else
/* The upper 26 bits of x and the rest. */
static inline struct wide wide_split(double x)
{
    double far = 0x1.0000002p27 * x, upper = far - (far - x);
    return (struct wide){upper, x - upper};
}

/* a*b exactly. */
static inline struct wide wide_product(double a, double b)
{
    double product = a * b;
    struct wide p = wide_split(a), q = wide_split(b);
    double rest = ((p.high * q.high - product) + p.high * q.low + p.low * q.high);
    return (struct wide){product, rest + p.low * q.low};
}
#endif

static inline struct wide wide_add(struct wide a, struct wide b)
{
    struct wide sum = wide_sum(a.high, b.high), rest = wide_sum(a.low, b.low);
    sum = wide_quick_sum(sum.high, sum.low + rest.high);
    return wide_quick_sum(sum.high, sum.low + rest.low);
}

static inline struct wide wide_negate(struct wide a)
{
    return (struct wide){-a.high, -a.low};
}

static inline struct wide wide_subtract(struct wide a, struct wide b)
{
    return wide_add(a, wide_negate(b));
}

static inline struct wide wide_multiply(struct wide a, struct wide b)
{
    struct wide product = wide_product(a.high, b.high);
    return wide_quick_sum(product.high, product.low + (a.high * b.low + a.low * b.high));
}

/* By a power of two, exactly. */
static inline struct wide wide_scale(struct wide a, double power)
{
    return (struct wide){a.high * power, a.low * power};
}

/* Long division with three digits that are doubles. */
static inline struct wide wide_divide(struct wide a, struct wide b)
{
    double first = a.high / b.high;
    struct wide rest = wide_subtract(a, wide_multiply(b, wide_of(first)));
    double second = rest.high / b.high;
    rest = wide_subtract(rest, wide_multiply(b, wide_of(second)));
    struct wide quotient = wide_quick_sum(first, second);
    return wide_add(quotient, wide_of(rest.high / b.high));
}

static inline bool wide_is_finite(struct wide a)
{
    return isfinite(a.high) && isfinite(a.low);
}

/* The sign of a - b; 0 where one is NaN too. */
static inline int wide_compare(struct wide a, struct wide b)
{
    if (a.high != b.high)
        return (a.high > b.high) - (a.high < b.high);
    return (a.low > b.low) - (a.low < b.low);
}

/* ---- wide.c: relative errors below 1e-29 away from zeros, but for what is said; NaN
 * outside the domain.  None of them goes into subnormal numbers. ---- */

struct wide wide_sqrt(struct wide x);
struct wide wide_cbrt(struct wide x);
struct wide wide_hypot(struct wide x, struct wide y);
/* The error of an exponential grows with |x|, as that of x itself would make it. */
struct wide wide_exp(struct wide x);
struct wide wide_expm1(struct wide x);
struct wide wide_log(struct wide x);
struct wide wide_log1p(struct wide x);
struct wide wide_log2(struct wide x);
struct wide wide_log10(struct wide x);
/* x^y for x > 0; for a whole y below 2^31 whatever x is. */
struct wide wide_power(struct wide x, struct wide y);
struct wide wide_sinh(struct wide x);
struct wide wide_cosh(struct wide x);
struct wide wide_tanh(struct wide x);
/* 1/(1 + exp(-x)) and log(1 + exp(x)). */
struct wide wide_sigmoid(struct wide x);
struct wide wide_softplus(struct wide x);

/* ---- wide_angle.c: |x| up to 1e9, NaN beyond; the absolute error is below 1e-30 |x|
 * ----
 */

struct wide wide_sin(struct wide x);
struct wide wide_cos(struct wide x);
struct wide wide_tan(struct wide x);
struct wide wide_asin(struct wide x);
struct wide wide_acos(struct wide x);
struct wide wide_atan(struct wide x);
struct wide wide_atan2(struct wide y, struct wide x);

/* ---- wide_decimal.c ---- */

/* The number that `x` was written as: the decimal of at most 15 digits that is nearest to
 * it, where there is one (there is never more than one: 10^15 < 2^53); pi and e and their
 * products with powers of two; else x itself. */
struct wide wide_written(double x);

#endif
