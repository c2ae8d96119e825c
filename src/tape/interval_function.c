/* SPDX-License-Identifier: MIT
 * Functions on intervals: values at the ends and at extrema, widened by
 * more than their error.
 *
 * USUAL and WIDE are on the safe side of the errors of math/ (docs/math.md: at most 2
 * units in the last place, 3 of digamma of positive numbers). */
#include "tape/enclose.h"

#include "math/functions.h"

#include <math.h>

enum { USUAL = 4, WIDE = 8 };

static const double inf = (double)INFINITY;
static const double pi = 3.14159265358979323846;

/* Bounds around what a function gave, within its range. */
static double below(double value, unsigned margin, double least)
{
    double low = widen_towards(value, margin, -inf);
    return low > least ? low : least;
}

static double above(double value, unsigned margin, double most)
{
    double high = widen_towards(value, margin, inf);
    return high < most ? high : most;
}

/* At -1, 0 and 1 what comes out whole, or half a whole number, is no rounded value: e^0,
 * log(1), sin(0), sigmoid(0).  There is no other value that near to one. */
static unsigned margin_at(double x, double value, unsigned margin)
{
    bool is_known = x == 0 || x == 1 || x == -1;
    return is_known && 2 * value == floor(2 * value) ? 0 : margin;
}

static struct interval absolute(struct interval x)
{
    return enclose_abs(&x, 1);
}

struct interval enclose_monotone(const struct monotone *row, struct interval x)
{
    double from = row->from, to = row->to;
    if (x.high < from || x.low > to || (row->is_open && x.high == from))
        return interval_empty();
    bool partial = x.low < from || x.high > to || (row->is_open && x.low == from);
    double first = x.low > from ? x.low : from, last = x.high < to ? x.high : to;
    if (row->falls) {
        double swapped = first;
        first = last;
        last = swapped;
    }
    double low = row->value(first), high = row->value(last);
    return (struct interval){below(low, margin_at(first, low, row->margin), row->least),
                             above(high, margin_at(last, high, row->margin), row->most),
                             partial, false};
}

/* ---- powers ---- */

static struct interval reciprocal_of(struct interval x)
{
    struct interval pair[2] = {interval_between(1, 1), x};
    return enclose_divide(pair, 2);
}

/* Whether a^n, for whole n > 0, is a product in which nothing is rounded. */
static bool is_exact(double a, double n, double *power)
{
    const double most = 64;
    double down = a, up = a;
    for (double i = 1; i < n && n <= most && down == up; i++) {
        double next = multiply_towards(down, a, -inf);
        up = multiply_towards(down, a, inf);
        down = next;
    }
    *power = down;
    return n <= most && down == up;
}

/* a^n for whole n > 0, rounded towards -inf or inf. */
static double power_towards(double a, double n, double towards)
{
    double exact;
    if (n == 1 || a == 0)
        return a == 0 ? 0 : a;
    if (n == 2)
        return multiply_towards(a, a, towards);
    return is_exact(a, n, &exact) ? exact : widen_towards(math_pow(a, n), USUAL, towards);
}

static struct interval whole_power(struct interval x, double n)
{
    if (n == 0)
        return interval_between(1, 1);
    if (n < 0) {
        struct interval power = whole_power(x, -n), inverse = reciprocal_of(power);
        return inverse;
    }
    bool is_even = fmod(n, 2) == 0;
    struct interval base = is_even ? absolute(x) : x;
    double low = power_towards(base.low, n, -inf);
    return interval_between(is_even && low < 0 ? 0 : low,
                            power_towards(base.high, n, inf));
}

/* For a base >= 0: it rises or falls in each operand, so the corners bound it. */
static struct interval corner_power(struct interval x, struct interval y)
{
    if (x.high == 0 && y.high < 0)
        return interval_empty();
    const double corners[] = {math_pow(x.low, y.low), math_pow(x.low, y.high),
                              math_pow(x.high, y.low), math_pow(x.high, y.high)};
    double low = inf, high = 0;
    for (int i = 0; i < 4; i++) {
        low = fmin(low, corners[i]);
        high = fmax(high, corners[i]);
    }
    bool is_one = x.low == 1 && x.high == 1, is_zero = x.high == 0 && y.low > 0;
    if (is_one || is_zero)
        return interval_between(is_one ? 1 : 0, is_one ? 1 : 0);
    return (struct interval){below(low, USUAL, 0), above(high, USUAL, inf),
                             x.low == 0 && y.low < 0, false};
}

struct interval enclose_power(const struct interval *x, size_t count)
{
    (void)count;
    struct interval base = x[0], exponent = x[1];
    bool is_number = exponent.low == exponent.high;
    if (is_number && exponent.low == floor(exponent.low) && fabs(exponent.low) < 0x1p53)
        return whole_power(base, exponent.low);
    if (base.low >= 0)
        return corner_power(base, exponent);
    bool has_whole = ceil(exponent.low) <= floor(exponent.high);
    if (!has_whole) {
        if (base.high < 0)
            return interval_empty();
        struct interval power = corner_power(interval_between(0, base.high), exponent);
        power.partial = true;
        return power;
    }
    /* Negative bases have whole powers, of either sign. */
    struct interval size = corner_power(absolute(base), exponent);
    if (interval_is_empty(size))
        return size;
    return (struct interval){-size.high, size.high, true, false};
}

/* ---- x*log(x), sqrt(x^2 + y^2) ---- */

static struct interval times_log_at(double a)
{
    if (a == 0 || isinf(a))
        return interval_between(a, a);
    double value = math_log(a);
    return interval_multiply(
        interval_between(a, a),
        interval_between(below(value, USUAL, -inf), above(value, USUAL, inf)));
}

/* It falls to -1/e at 1/e and rises from there; the second operand is log of the first.
 */
struct interval enclose_times_log(const struct interval *x, size_t count)
{
    static const double bottom = -0.3678794411714425;
    (void)count;
    if (x->high < 0)
        return interval_empty();
    bool partial = x->low < 0;
    double from = partial ? 0 : x->low;
    struct interval hull = interval_hull(times_log_at(from), times_log_at(x->high));
    if (from <= 0.3678794411714425 && x->high >= 0.3678794411714422)
        hull.low = bottom;
    hull.partial = partial;
    return hull;
}

struct interval enclose_hypot(const struct interval *x, size_t count)
{
    (void)count;
    struct interval a = absolute(x[0]), b = absolute(x[1]);
    if (a.high == 0 || b.high == 0)
        return a.high == 0 ? b : a;
    return interval_between(below(math_hypot(a.low, b.low), USUAL, 0),
                            above(math_hypot(a.high, b.high), USUAL, inf));
}

/* ---- functions of an angle ---- */

/* Whether one of offset + k*period may lie in the interval.  For large arguments, where
 * the multiples of a rounded period are not known well, it says so. */
static bool may_meet(struct interval x, double offset, double period)
{
    double first = (x.low - offset) / period, last = (x.high - offset) / period;
    double slack = 1e-15 * (fabs(first) + fabs(last) + 1);
    return !(slack < 0.5) || floor(last + slack) >= ceil(first - slack);
}

/* sin or cos, whose greatest values are at `top` + 2 pi k.  The library reduces a number
 * as argument correctly, however large it is. */
static struct interval wave(struct interval x, double (*value)(double), double top)
{
    if (isinf(x.low) || isinf(x.high))
        return interval_between(-1, 1);
    bool is_number = x.low == x.high;
    double a = value(x.low), b = value(x.high);
    if (is_number && margin_at(x.low, a, USUAL) == 0)
        return interval_between(a, a);
    bool has_top = !is_number && may_meet(x, top, 2 * pi);
    bool has_bottom = !is_number && may_meet(x, top - pi, 2 * pi);
    return interval_between(has_bottom ? -1 : below(fmin(a, b), USUAL, -1),
                            has_top ? 1 : above(fmax(a, b), USUAL, 1));
}

struct interval enclose_sin(const struct interval *x, size_t count)
{
    (void)count;
    return wave(*x, math_sin, pi / 2);
}

struct interval enclose_cos(const struct interval *x, size_t count)
{
    (void)count;
    return wave(*x, math_cos, 0);
}

struct interval enclose_tan(const struct interval *x, size_t count)
{
    (void)count;
    if (isinf(x->low) || isinf(x->high))
        return interval_whole(true);
    if (x->low != x->high && may_meet(*x, pi / 2, pi))
        return interval_whole(true);
    double low = math_tan(x->low), high = math_tan(x->high);
    return interval_between(below(low, margin_at(x->low, low, USUAL), -inf),
                            above(high, margin_at(x->high, high, USUAL), inf));
}

struct interval enclose_cosh(const struct interval *x, size_t count)
{
    (void)count;
    struct interval size = absolute(*x);
    double high = math_cosh(size.high);
    return interval_between(below(math_cosh(size.low), USUAL, 1),
                            above(high, margin_at(size.high, high, USUAL), inf));
}

/* Away from the cut along the negative half axis it rises or falls in each operand. */
struct interval enclose_atan2(const struct interval *x, size_t count)
{
    (void)count;
    double most = widen_towards(pi, USUAL, inf);
    if (x[1].low <= 0 && x[0].low <= 0 && x[0].high >= 0)
        return interval_between(-most, most);
    const double corners[] = {
        math_atan2(x[0].low, x[1].low), math_atan2(x[0].low, x[1].high),
        math_atan2(x[0].high, x[1].low), math_atan2(x[0].high, x[1].high)};
    double low = inf, high = -inf;
    for (int i = 0; i < 4; i++) {
        low = fmin(low, corners[i]);
        high = fmax(high, corners[i]);
    }
    return interval_between(below(low, USUAL, -most), above(high, USUAL, most));
}

/* ---- the gamma function: enclosed for positive arguments only ---- */

struct interval enclose_lgamma(const struct interval *x, size_t count)
{
    static const double bottom = -0.1214862905358497; /* at 1.46163214496836... */
    (void)count;
    if (x->low <= 0)
        return interval_whole(true);
    double a = math_lgamma(x->low), b = math_lgamma(x->high);
    bool has_bottom = x->low <= 1.461632144968363 && x->high >= 1.461632144968362;
    return interval_between(has_bottom ? bottom : below(fmin(a, b), USUAL, -inf),
                            above(fmax(a, b), USUAL, inf));
}

/* `value` less or more by `error`; one that overflowed is beyond the largest number. */
static double shift(double value, double error, double towards)
{
    if (isinf(value))
        return nextafter(value, (value > 0) == (towards > 0) ? value : 0);
    return nextafter(towards > 0 ? value + error : value - error, towards);
}

struct interval enclose_digamma(const struct interval *x, size_t count)
{
    (void)count;
    if (x->low <= 0)
        return interval_whole(true);
    return interval_between(below(math_digamma(x->low), USUAL, -inf),
                            above(math_digamma(x->high), USUAL, inf));
}

/* The n-th derivative of digamma goes from one infinity to 0. */
struct interval enclose_polygamma(const struct interval *x, size_t count)
{
    double n = x[0].low;
    if (n != x[0].high || n != floor(n) || n < 0 || n > 170 || x[1].low <= 0)
        return interval_whole(true);
    if (n == 0)
        return enclose_digamma(x + 1, count);
    double a = math_polygamma(n, x[1].low), b = math_polygamma(n, x[1].high);
    double low = fmin(a, b), high = fmax(a, b);
    low = shift(low, 1e-12 * fabs(low), -inf);
    high = shift(high, 1e-12 * fabs(high), inf);
    bool is_positive = fmod(n, 2) != 0;
    return interval_between(is_positive ? fmax(low, 0) : low,
                            is_positive ? high : fmin(high, 0));
}
