/* SPDX-License-Identifier: MIT
 * wide_decimal.c - decimals behind doubles.
 *
 * A decimal of at most 15 digits is read back from the double nearest to it by taking the
 * shortest digits that mean that double (D. W. Matula, In-and-out conversions, CACM 11,
 * 1968), so nothing need be kept of the text.  Of numbers that were computed about one in
 * a hundred has so few digits too; for it half a unit in the last place is no loss. */
#include "math/wide.h"

#include "base/text.h"

#include <stdint.h>
#include <stdlib.h>

enum { DIGITS_MOST = 15, TENS_MOST = 22, FAR = 280 };

/* 10^n for n >= 0. */
static struct wide power_of_ten(int n)
{
    static const double tens[TENS_MOST + 1] = {
        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    struct wide power = wide_of(1);
    for (; n > TENS_MOST; n -= TENS_MOST)
        power = wide_multiply(power, wide_of(tens[TENS_MOST]));
    return wide_multiply(power, wide_of(tens[n]));
}

struct decimal {
    int64_t digits;
    int exponent;
};

static int read_exponent(const char *at, const char *end)
{
    bool is_negative = at < end && *at == '-';
    int value = 0;
    for (; at < end; at++)
        if (*at >= '0' && *at <= '9')
            value = 10 * value + (*at - '0');
    return is_negative ? -value : value;
}

/* False where there are more digits than a double always keeps.  Zeros at the end count
 * only when more digits follow. */
static bool read_decimal(const char *at, const char *end, struct decimal *number)
{
    int count = 0, zeros = 0;
    bool is_fraction = false;
    *number = (struct decimal){0, 0};
    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.')
            is_fraction = true;
        if (*at < '0' || *at > '9')
            continue;
        number->exponent -= is_fraction;
        zeros++;
        if (*at == '0')
            continue;
        count = number->digits == 0 ? 1 : count + zeros;
        if (count > DIGITS_MOST)
            return false;
        for (; zeros > 1; zeros--)
            number->digits *= 10;
        number->digits = 10 * number->digits + (*at - '0');
        zeros = 0;
    }
    number->exponent += zeros + (at < end ? read_exponent(at + 1, end) : 0);
    return number->digits != 0;
}

/* pi and e times a power of two, of either sign. */
static bool find_constant(double x, struct wide *out)
{
    static const struct wide known[] = {{0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53},
                                        {0x1.5bf0a8b145769p+1, 0x1.4d57ee2b1013ap-53}};
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        int own, other;
        if (frexp(fabs(x), &own) != frexp(known[i].high, &other))
            continue;
        *out = (struct wide){x, copysign(ldexp(known[i].low, own - other), x)};
        return true;
    }
    return false;
}

struct wide wide_written(double x)
{
    char text[NUMBER_TEXT];
    struct decimal number;
    struct wide found;
    if (!isfinite(x) || (floor(x) == x && fabs(x) < 0x1p53))
        return wide_of(x);
    if (find_constant(x, &found))
        return found;
    size_t length = number_format(fabs(x), text);
    if (!read_decimal(text, text + length, &number) || abs(number.exponent) > FAR)
        return wide_of(x);
    struct wide digits = wide_of((double)number.digits);
    struct wide power = power_of_ten(abs(number.exponent));
    struct wide value =
        number.exponent < 0 ? wide_divide(digits, power) : wide_multiply(digits, power);
    if (value.high != fabs(x))
        return wide_of(x);
    return x < 0 ? wide_negate(value) : value;
}
