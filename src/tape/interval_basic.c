/* SPDX-License-Identifier: MIT
 * Arithmetic, order and logic on intervals.  Operands are not empty, but for the branches
 * of a choice; the flags of the operands are passed on by interval_op. */
#include "tape/enclose.h"

#include <math.h>

static const double inf = (double)INFINITY;

struct interval interval_whole(bool partial)
{
    return (struct interval){-inf, inf, partial, false};
}

struct interval interval_empty(void)
{
    return (struct interval){(double)NAN, (double)NAN, true, false};
}

struct interval interval_point(double value)
{
    if (isnan(value))
        return interval_empty();
    if (isinf(value)) /* a bound of nothing: all that is larger than any double */
        return value > 0 ? interval_between(nextafter(inf, 0), inf)
                         : interval_between(-inf, nextafter(-inf, 0));
    return interval_between(value, value);
}

/* Whether the number has at most half the bits of a double. */
static bool is_short(double value)
{
    int exponent = 0;
    double bits = ldexp(frexp(value, &exponent), 26);
    return bits == floor(bits);
}

struct interval interval_number(double value)
{
    if (!isfinite(value) || is_short(value))
        return interval_point(value);
    return interval_between(widen_towards(value, NUMBER_MARGIN, -inf),
                            widen_towards(value, NUMBER_MARGIN, inf));
}

struct interval interval_hull(struct interval a, struct interval b)
{
    bool partial = a.partial || b.partial;
    if (interval_is_empty(a) || interval_is_empty(b)) {
        struct interval other = interval_is_empty(a) ? b : a;
        other.partial = true;
        return other;
    }
    return (struct interval){interval_lesser(a.low, b.low),
                             interval_greater(a.high, b.high), partial, false};
}

/* ---- arithmetic ---- */

struct interval enclose_add(const struct interval *x, size_t count)
{
    struct interval sum = interval_between(0, 0);
    for (size_t i = 0; i < count; i++)
        sum = i == 0 ? x[0] : interval_add(sum, x[i]);
    return sum;
}

struct interval enclose_multiply(const struct interval *x, size_t count)
{
    struct interval product = interval_between(1, 1);
    for (size_t i = 0; i < count; i++)
        product = i == 0 ? x[0] : interval_multiply(product, x[i]);
    return product;
}

struct interval interval_square(struct interval x)
{
    if (interval_is_empty(x))
        return x;
    struct interval size = enclose_abs(&x, 1);
    struct interval square =
        interval_between(multiply_towards(size.low, size.low, -inf),
                         multiply_towards(size.high, size.high, inf));
    square.partial = x.partial;
    square.jumps = x.jumps;
    return square;
}

struct interval enclose_negate(const struct interval *x, size_t count)
{
    (void)count;
    return interval_between(-x->high, -x->low);
}

/* 1/y; where y touches 0 from one side, without a bound on that side. */
static struct interval reciprocal(struct interval y)
{
    if (y.low == 0 && y.high == 0)
        return interval_empty();
    if (y.low < 0 && y.high > 0)
        return interval_whole(true);
    double low = y.high == 0 ? -inf : isinf(y.high) ? 0 : divide_towards(1, y.high, -inf);
    double high = y.low == 0 ? inf : isinf(y.low) ? 0 : divide_towards(1, y.low, inf);
    return (struct interval){low, high, y.low == 0 || y.high == 0, false};
}

static bool is_bounded(struct interval x)
{
    return isfinite(x.low) && isfinite(x.high);
}

/* Of bounded intervals, where b does not touch 0. */
static struct interval divide(struct interval a, struct interval b)
{
    bool is_positive = b.low > 0;
    double first = is_positive ? a.low : a.high, last = is_positive ? a.high : a.low;
    return interval_between(divide_towards(first, first >= 0 ? b.high : b.low, -inf),
                            divide_towards(last, last >= 0 ? b.low : b.high, inf));
}

struct interval enclose_divide(const struct interval *x, size_t count)
{
    (void)count;
    if (is_bounded(x[0]) && is_bounded(x[1]) && (x[1].low > 0 || x[1].high < 0))
        return divide(x[0], x[1]);
    struct interval inverse = reciprocal(x[1]);
    if (interval_is_empty(inverse))
        return inverse;
    struct interval quotient = interval_multiply(x[0], inverse);
    quotient.partial = inverse.partial;
    return quotient;
}

struct interval enclose_sqrt(const struct interval *x, size_t count)
{
    (void)count;
    if (x->high < 0)
        return interval_empty();
    return (struct interval){sqrt_towards(interval_greater(x->low, 0), -inf),
                             sqrt_towards(x->high, inf), x->low < 0, false};
}

struct interval enclose_abs(const struct interval *x, size_t count)
{
    (void)count;
    if (x->low >= 0)
        return interval_between(x->low, x->high);
    if (x->high <= 0)
        return interval_between(-x->high, -x->low);
    return interval_between(0, interval_greater(-x->low, x->high));
}

bool enclose_wraps(const struct interval *x)
{
    if (x[1].low <= 0 && x[1].high >= 0)
        return true;
    struct interval quotient = enclose_divide(x, 2);
    double whole = floor(quotient.low);
    return !isfinite(whole) || whole != floor(quotient.high);
}

/* x - y*floor(x/y), which lies between 0 and y. */
struct interval enclose_mod(const struct interval *x, size_t count)
{
    struct interval y = x[1];
    if (y.low == 0 && y.high == 0)
        return interval_empty();
    if (y.low <= 0 && y.high >= 0)
        return (struct interval){interval_lesser(y.low, 0), interval_greater(y.high, 0),
                                 true, false};
    struct interval range =
        y.low > 0 ? interval_between(0, y.high) : interval_between(y.low, 0);
    if (enclose_wraps(x))
        return range;
    double whole = floor(enclose_divide(x, count).low);
    struct interval rest =
        interval_add(x[0], interval_multiply(y, interval_point(-whole)));
    return interval_between(interval_greater(rest.low, range.low),
                            interval_lesser(rest.high, range.high));
}

/* ---- order ---- */

struct interval enclose_min(const struct interval *x, size_t count)
{
    (void)count;
    return interval_between(interval_lesser(x[0].low, x[1].low),
                            interval_lesser(x[0].high, x[1].high));
}

struct interval enclose_max(const struct interval *x, size_t count)
{
    (void)count;
    return interval_between(interval_greater(x[0].low, x[1].low),
                            interval_greater(x[0].high, x[1].high));
}

struct interval enclose_clamp(const struct interval *x, size_t count)
{
    struct interval pair[2] = {enclose_max(x, count), x[2]};
    return enclose_min(pair, 2);
}

/* 1 where it is certain, 0 where the opposite is, else both. */
static struct interval truth(bool certain, bool impossible)
{
    return interval_between(certain ? 1 : 0, impossible ? 0 : 1);
}

struct interval enclose_less(const struct interval *x, size_t count)
{
    (void)count;
    return truth(x[0].high < x[1].low, x[0].low >= x[1].high);
}

struct interval enclose_less_equal(const struct interval *x, size_t count)
{
    (void)count;
    return truth(x[0].high <= x[1].low, x[0].low > x[1].high);
}

struct interval enclose_greater(const struct interval *x, size_t count)
{
    (void)count;
    return truth(x[0].low > x[1].high, x[0].high <= x[1].low);
}

struct interval enclose_greater_equal(const struct interval *x, size_t count)
{
    (void)count;
    return truth(x[0].low >= x[1].high, x[0].high < x[1].low);
}

struct interval enclose_equal(const struct interval *x, size_t count)
{
    (void)count;
    bool points = x[0].low == x[0].high && x[1].low == x[1].high;
    return truth(points && x[0].low == x[1].low,
                 x[0].high < x[1].low || x[1].high < x[0].low);
}

struct interval enclose_not_equal(const struct interval *x, size_t count)
{
    struct interval equal = enclose_equal(x, count);
    return interval_between(1 - equal.high, 1 - equal.low);
}

/* ---- logic: whatever is not 0 is true ---- */

static bool is_true(struct interval x)
{
    return x.low > 0 || x.high < 0;
}

static bool is_false(struct interval x)
{
    return x.low == 0 && x.high == 0;
}

struct interval enclose_and(const struct interval *x, size_t count)
{
    (void)count;
    return truth(is_true(x[0]) && is_true(x[1]), is_false(x[0]) || is_false(x[1]));
}

struct interval enclose_or(const struct interval *x, size_t count)
{
    (void)count;
    return truth(is_true(x[0]) || is_true(x[1]), is_false(x[0]) && is_false(x[1]));
}

struct interval enclose_not(const struct interval *x, size_t count)
{
    (void)count;
    return truth(is_false(*x), is_true(*x));
}

/* The branch that is not taken may be empty.  Branches that meet nowhere do not go on
 * where the other ends; those that may meet are taken to. */
struct interval enclose_select(const struct interval *x, size_t count)
{
    (void)count;
    bool open = !is_true(x[0]) && !is_false(x[0]);
    struct interval chosen = open            ? interval_hull(x[1], x[2])
                             : is_true(x[0]) ? x[1]
                                             : x[2];
    if (interval_is_empty(x[0]))
        return interval_empty();
    chosen.partial = chosen.partial || x[0].partial;
    if (open)
        chosen.jumps =
            x[1].jumps || x[2].jumps || x[1].high < x[2].low || x[2].high < x[1].low;
    return chosen;
}
