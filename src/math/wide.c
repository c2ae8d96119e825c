/* SPDX-License-Identifier: MIT
 * wide.c - roots, exponentials and logarithms in two doubles.
 *
 * exp by reduction to |x| < 2^-7 and its series, as expm1, which is squared back without
 * loss near 0.  Roots and logarithms by one step of Newton's method from the double: its
 * error, 1e-16, is squared by it. */
#include "math/wide.h"

#include "math/functions.h"

static const struct wide log_2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
static const struct wide log_10 = {0x1.26bb1bbb55516p+1, -0x1.f48ad494ea3e9p-53};
static const struct wide one = {1, 0};

static struct wide undefined(void)
{
    return wide_of((double)NAN);
}

struct wide wide_sqrt(struct wide x)
{
    if (!(x.high > 0))
        return x.high == 0 ? wide_of(0) : undefined();
    double root = sqrt(x.high);
    struct wide rest = wide_subtract(x, wide_product(root, root));
    return wide_quick_sum(root, rest.high / (2 * root));
}

struct wide wide_cbrt(struct wide x)
{
    if (x.high == 0)
        return x;
    struct wide root = wide_of(math_cbrt(x.high));
    struct wide square = wide_multiply(root, root);
    struct wide rest = wide_subtract(x, wide_multiply(square, root));
    return wide_add(root, wide_divide(rest, wide_multiply(wide_of(3), square)));
}

struct wide wide_hypot(struct wide x, struct wide y)
{
    int exponent;
    double most = fmax(fabs(x.high), fabs(y.high));
    if (!(most > 0 && isfinite(most)))
        return wide_of(most);
    (void)frexp(most, &exponent);
    double unit = ldexp(1, -exponent);
    x = wide_scale(x, unit);
    y = wide_scale(y, unit);
    struct wide sum = wide_add(wide_multiply(x, x), wide_multiply(y, y));
    return wide_scale(wide_sqrt(sum), 1 / unit);
}

/* ---- exponentials ---- */

/* exp(x) - 1 for |x| <= 0.35. */
static struct wide small_expm1(struct wide x)
{
    enum { TERMS = 13, DOUBLINGS = 6 };
    x = wide_scale(x, 1.0 / (1 << DOUBLINGS));
    struct wide sum = one;
    for (int k = TERMS; k > 1; k--)
        sum = wide_add(one, wide_divide(wide_multiply(x, sum), wide_of((double)k)));
    sum = wide_multiply(x, sum);
    for (int k = 0; k < DOUBLINGS; k++)
        sum = wide_add(wide_scale(sum, 2), wide_multiply(sum, sum));
    return sum;
}

/* x = k log(2) + what is left. */
static double reduce(struct wide x, struct wide *rest)
{
    double k = nearbyint(x.high / log_2.high);
    *rest = wide_subtract(x, wide_multiply(log_2, wide_of(k)));
    return k;
}

struct wide wide_exp(struct wide x)
{
    struct wide rest;
    if (!(x.high > -660))
        return isnan(x.high) ? x : wide_of(0);
    if (x.high > 709)
        return wide_of((double)INFINITY);
    int k = (int)reduce(x, &rest);
    struct wide power = wide_add(one, small_expm1(rest));
    return wide_scale(wide_scale(power, ldexp(1, k / 2)), ldexp(1, k - k / 2));
}

struct wide wide_expm1(struct wide x)
{
    return fabs(x.high) < 0.34 ? small_expm1(x) : wide_subtract(wide_exp(x), one);
}

/* log(1 + x) for -0.5 <= x <= 1. */
static struct wide small_log1p(struct wide x)
{
    struct wide y = wide_of(math_log1p(x.high)), there = wide_expm1(y);
    struct wide off = wide_subtract(x, there);
    return wide_add(y, wide_divide(off, wide_add(one, there)));
}

struct wide wide_log(struct wide x)
{
    int exponent = 0;
    if (!(x.high > 0 && isfinite(x.high)))
        return undefined();
    if (!(x.high > 0.5 && x.high < 2))
        (void)frexp(x.high, &exponent);
    x = wide_scale(wide_scale(x, ldexp(1, -(exponent / 2))),
                   ldexp(1, -(exponent - exponent / 2)));
    struct wide whole = wide_multiply(log_2, wide_of(exponent));
    return wide_add(whole, small_log1p(wide_subtract(x, one)));
}

struct wide wide_log1p(struct wide x)
{
    bool is_near = x.high > -0.5 && x.high < 1;
    return is_near ? small_log1p(x) : wide_log(wide_add(one, x));
}

struct wide wide_log2(struct wide x)
{
    return wide_divide(wide_log(x), log_2);
}

struct wide wide_log10(struct wide x)
{
    return wide_divide(wide_log(x), log_10);
}

/* x^n by squaring, Knuth 4.6.3. */
static struct wide whole_power(struct wide x, unsigned long n)
{
    struct wide power = one;
    for (; n > 0; n >>= 1) {
        if (n & 1)
            power = wide_multiply(power, x);
        if (n > 1)
            x = wide_multiply(x, x);
    }
    return power;
}

struct wide wide_power(struct wide x, struct wide y)
{
    bool is_whole = y.low == 0 && fabs(y.high) < 0x1p31 && floor(y.high) == y.high;
    if (is_whole) {
        struct wide power = whole_power(x, (unsigned long)fabs(y.high));
        return y.high < 0 ? wide_divide(one, power) : power;
    }
    if (x.high == 0 && y.high > 0)
        return wide_of(0);
    return wide_exp(wide_multiply(y, wide_log(x)));
}

/* ---- what is made of them ---- */

struct wide wide_sinh(struct wide x)
{
    double sign = copysign(1, x.high);
    struct wide grown = wide_expm1(wide_scale(x, sign));
    struct wide other = wide_divide(grown, wide_add(one, grown));
    return wide_scale(wide_add(grown, other), sign / 2);
}

struct wide wide_cosh(struct wide x)
{
    struct wide power = wide_exp(x);
    return wide_scale(wide_add(power, wide_divide(one, power)), 0.5);
}

struct wide wide_tanh(struct wide x)
{
    if (fabs(x.high) > 40)
        return wide_of(copysign(1, x.high));
    struct wide grown = wide_expm1(wide_scale(x, 2));
    return wide_divide(grown, wide_add(grown, wide_of(2)));
}

struct wide wide_sigmoid(struct wide x)
{
    struct wide power = wide_exp(x.high > 0 ? wide_negate(x) : x);
    struct wide share = wide_divide(one, wide_add(one, power));
    return x.high > 0 ? share : wide_multiply(power, share);
}

struct wide wide_softplus(struct wide x)
{
    struct wide power = wide_exp(x.high > 0 ? wide_negate(x) : x);
    struct wide rest = wide_log1p(power);
    return x.high > 0 ? wide_add(x, rest) : rest;
}
