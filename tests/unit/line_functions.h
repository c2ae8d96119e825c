/* SPDX-License-Identifier: MIT
 * line_functions.h - functions of one variable that are no polynomials, with enclosures
 * of their derivatives. */
#ifndef LINE_FUNCTIONS_H
#define LINE_FUNCTIONS_H

#include "line_problems.h"

static inline struct enclosure magnitude(unsigned order, struct enclosure x)
{
    if (order == 0)
        return x.low > 0    ? x
               : x.high < 0 ? (struct enclosure){-x.high, -x.low}
                            : (struct enclosure){0, fmax(-x.low, x.high)};
    if (order > 1)
        return (struct enclosure){0, 0};
    return (struct enclosure){x.low > 0 ? 1 : -1, x.high < 0 ? -1 : 1};
}

static inline struct enclosure decay(unsigned order, struct enclosure x)
{
    struct enclosure e = {fmax(0, nextafter(exp(-x.high), -1)),
                          nextafter(exp(-x.low), (double)INFINITY)};
    return order % 2 == 0 ? e : (struct enclosure){-e.high, -e.low};
}

/* relu(x)^2 */
static inline struct enclosure ramp(unsigned order, struct enclosure x)
{
    struct enclosure positive = {fmax(0, x.low), fmax(0, x.high)};
    if (order == 0)
        return power(positive, 2);
    if (order == 1)
        return multiply((struct enclosure){2, 2}, positive);
    return order == 2 ? (struct enclosure){x.low > 0 ? 2 : 0, x.high > 0 ? 2 : 0}
                      : (struct enclosure){0, 0};
}

static inline struct enclosure stairs(unsigned order, struct enclosure x)
{
    return order == 0 ? (struct enclosure){floor(x.low), floor(x.high)}
                      : (struct enclosure){0, 0};
}

/* x^2 + floor(x): its infimum near 0 is the limit from the left, which is no value. */
static inline struct enclosure broken_bowl(unsigned order, struct enclosure x)
{
    if (order == 0)
        return add(power(x, 2), stairs(0, x));
    if (order == 1)
        return multiply((struct enclosure){2, 2}, x);
    return order == 2 ? (struct enclosure){2, 2} : (struct enclosure){0, 0};
}

static inline struct enclosure wave(unsigned order, struct enclosure x)
{
    double middle = (x.low + x.high) / 2, around = (x.high - x.low) / 2;
    double value = order % 2 == 0 ? cos(middle) : -sin(middle);
    if (order % 4 > 1)
        value = -value;
    around += 4e-16 * fabs(value);
    return around == 0 ? (struct enclosure){value, value}
                       : (struct enclosure){value - around, value + around};
}

static inline struct enclosure nothing_left(void)
{
    return (struct enclosure){(double)NAN, (double)NAN};
}

/* -log(x) */
static inline struct enclosure falling_log(unsigned order, struct enclosure x)
{
    if (!(x.low > 0) || order > 2)
        return nothing_left();
    if (order == 0)
        return widen(-log(x.high), -log(x.low));
    return order == 1 ? widen(-1 / x.low, -1 / x.high)
                      : widen(1 / x.high / x.high, 1 / x.low / x.low);
}

static inline struct enclosure falling_root(unsigned order, struct enclosure x)
{
    if (!(x.low > 0) || order > 1)
        return nothing_left();
    return order == 0 ? widen(-sqrt(x.high), -sqrt(x.low))
                      : widen(-0.5 / sqrt(x.low), -0.5 / sqrt(x.high));
}

static inline struct enclosure reciprocal(unsigned order, struct enclosure x)
{
    if (!(x.low > 0) || order > 2)
        return nothing_left();
    if (order == 0)
        return widen(1 / x.high, 1 / x.low);
    return order == 1 ? widen(-1 / x.low / x.low, -1 / x.high / x.high)
                      : widen(2 / x.high / x.high / x.high, 2 / x.low / x.low / x.low);
}

static inline struct enclosure slow_reciprocal(unsigned order, struct enclosure x)
{
    if (!(x.low > 1) || order > 1)
        return nothing_left();
    double a = log(x.low), b = log(x.high);
    return order == 0 ? widen(1 / b, 1 / a)
                      : widen(-1 / (a * a) / x.low, -1 / (b * b) / x.high);
}

/* sqrt(|x|): infinite slopes on both sides of its minimum. */
static inline struct enclosure cusp(unsigned order, struct enclosure x)
{
    struct enclosure a = magnitude(0, x);
    if (order == 0)
        return (struct enclosure){a.low > 0 ? nextafter(sqrt(a.low), 0) : 0,
                                  nextafter(sqrt(a.high), (double)INFINITY)};
    if (order > 1 || a.low == 0)
        return order > 1 ? nothing_left()
                         : (struct enclosure){-(double)INFINITY, (double)INFINITY};
    struct enclosure slope = widen(0.5 / sqrt(a.high), 0.5 / sqrt(a.low));
    return x.low > 0 ? slope : (struct enclosure){-slope.high, -slope.low};
}

/* -1/(x - 1/3)^2: the sign of its slope changes at a pole. */
static inline struct enclosure pole(unsigned order, struct enclosure x)
{
    double low = x.low - 1.0 / 3, high = x.high - 1.0 / 3;
    if ((low <= 0 && high >= 0) || order > 2)
        return (struct enclosure){-(double)INFINITY, (double)INFINITY};
    const double factors[] = {-1, 2, -6};
    double a = factors[order] / pow(low, 2 + order);
    double b = factors[order] / pow(high, 2 + order),
           around = 1e-14 * fmax(fabs(a), fabs(b));
    return (struct enclosure){fmin(a, b) - around, fmax(a, b) + around};
}

#endif
