/* SPDX-License-Identifier: MIT
 * decimal.c - decimal numbers by exact integer arithmetic.
 *
 * The digits are collected as an integer of up to 19 digits and a power of ten.  Three
 * ways lead from there to the nearest double, the first that is allowed is taken:
 *   1. both are doubles without rounding: one multiplication or division (Clinger, "How
 *      to read floating point numbers accurately", PLDI 1990);
 *   2. the product with 128 bits of the power of ten tells how the number rounds
 *      (scale.h); of more than 19 digits the first, when the next number rounds alike;
 *   3. the digits as text, to number_parse. */
#include "data/decimal.h"

#include "base/text.h"
#include "data/scale.h"

#include <string.h>

/* 10^19 is the last power of ten in 64 bits, 10^22 the last that is a double. */
enum { DIGITS_MOST = 19, TENS_MOST = 22 };
/* A double and the middle between two need at most 768 digits; what follows them counts
 * as one digit more. */
enum { DIGITS_KEPT = 800 };
/* Exponents beyond are as good as this one: no text has as many digits. */
static const int64_t EXPONENT_MOST = (int64_t)1 << 40;

static const double TENS[TENS_MOST + 1] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                           1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                           1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

/* A number in parts: digits without leading zeros or point, times 10^exponent. */
struct decimal {
    uint64_t digits;
    int64_t exponent;
    bool negative;
    bool is_whole;           /* `digits` holds all of them for sure */
    const char *first, *end; /* the digits as written, with the point */
};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
/* Up to eight digits at once: the first character is the lowest byte. */
static inline const char *read_digits(const char *at, const char *end, uint64_t *digits)
{
    static const uint64_t powers[9] = {1,      10,      100,      1000,     10000,
                                       100000, 1000000, 10000000, 100000000};
    while (end - at >= 8) {
        uint64_t eight = 0;
        memcpy(&eight, at, sizeof eight);
        eight ^= 0x3030303030303030U; /* a digit becomes its value, 0 to 9 */
        uint64_t others =
            ((eight + 0x7676767676767676U) | eight) & UINT64_C(0x8080808080808080);
        unsigned count = others == 0 ? 8 : (unsigned)__builtin_ctzll(others) / 8;
        if (count == 0)
            return at;
        eight <<= 64 - 8 * count; /* zeros in front of the digits */
        eight = (eight * 10 + (eight >> 8)) & UINT64_C(0x00FF00FF00FF00FF);
        eight = (eight * 100 + (eight >> 16)) & UINT64_C(0x0000FFFF0000FFFF);
        eight = (eight * 10000 + (eight >> 32)) & UINT64_C(0xFFFFFFFF);
        *digits = *digits * powers[count] + eight;
        at += count;
        if (count < 8)
            return at;
    }
    for (; at < end && is_digit(*at); at++)
        *digits = *digits * 10 + (uint64_t)(*at - '0');
    return at;
}
#else
static inline const char *read_digits(const char *at, const char *end, uint64_t *digits)
{
    for (; at < end && is_digit(*at); at++)
        *digits = *digits * 10 + (uint64_t)(*at - '0');
    return at;
}
#endif

/* Takes "e-5" at `at` into the exponent; returns its end, or `at` when there is none. */
static const char *read_exponent(const char *at, const char *end, int64_t *exponent)
{
    const char *digit = at + 1;
    bool negative = digit < end && *digit == '-';
    if (digit < end && (*digit == '-' || *digit == '+'))
        digit++;
    if (digit == end || !is_digit(*digit))
        return at;
    int64_t value = 0;
    for (; digit < end && is_digit(*digit); digit++)
        if (value < EXPONENT_MOST)
            value = value * 10 + (*digit - '0');
    *exponent += negative ? -value : value;
    return digit;
}

/* The number's parts; returns its end or NULL. */
static inline const char *read_parts(const char *at, const char *end, char point,
                                     struct decimal *number)
{
    number->negative = at < end && *at == '-';
    if (at < end && (*at == '-' || *at == '+'))
        at++;
    number->first = at;
    number->digits = 0;
    number->exponent = 0;
    /* A digit and the point are what a branch predictor learns; digits of any number are
     * counted without one. */
    if (end - at >= 2 && at[1] == point && is_digit(*at))
        number->digits = (uint64_t)(*at++ - '0');
    else
        at = read_digits(at, end, &number->digits);
    ptrdiff_t count = at - number->first;
    if (at < end && *at == point) {
        const char *fraction = at + 1;
        at = read_digits(fraction, end, &number->digits);
        number->exponent = fraction - at;
        count += at - fraction;
    }
    if (count == 0)
        return NULL;
    number->end = at;
    number->is_whole = count <= DIGITS_MOST;
    if (at < end && (*at == 'e' || *at == 'E'))
        at = read_exponent(at, end, &number->exponent);
    return at;
}

/* True when two doubles and one operation give the value: it is rounded once. */
static inline bool convert_directly(const struct decimal *number, double *value)
{
    if (number->digits > UINT64_C(1) << 53 || number->exponent < -TENS_MOST ||
        number->exponent > TENS_MOST)
        return false;
    double digits = (double)(int64_t)number->digits; /* faster than without a sign */
    *value = number->exponent < 0 ? digits / TENS[-number->exponent]
                                  : digits * TENS[number->exponent];
    return true;
}

/* The first significant digits and the exponent as text for number_parse. */
static double convert_slowly(const struct decimal *number)
{
    char text[DIGITS_KEPT + 2 * NUMBER_TEXT];
    size_t used = 0;
    int64_t exponent = number->exponent;
    bool cut = false;
    for (const char *at = number->first; at < number->end; at++) {
        if (!is_digit(*at) || (used == 0 && *at == '0'))
            continue;
        if (used < DIGITS_KEPT) {
            text[used++] = *at;
            continue;
        }
        cut |= *at != '0';
        exponent++;
    }
    if (used == 0)
        return 0;
    if (cut) {
        text[used++] = '1';
        exponent--;
    }
    text[used++] = 'e';
    if (exponent < 0)
        text[used++] = '-';
    used += number_format((double)(exponent < 0 ? -exponent : exponent), text + used);
    double value = 0;
    (void)number_parse(text, used, &value);
    return value;
}

/* The first significant digits; true when more follow. */
static bool take_first_digits(struct decimal *number)
{
    size_t taken = 0;
    bool is_cut = false;
    number->digits = 0;
    for (const char *at = number->first; at < number->end; at++) {
        if (!is_digit(*at) || (taken == 0 && *at == '0'))
            continue;
        if (taken == DIGITS_MOST) {
            number->exponent++;
            is_cut |= *at != '0';
            continue;
        }
        number->digits = number->digits * 10 + (uint64_t)(*at - '0');
        taken++;
    }
    return is_cut;
}

/* The number is between two that have the same double, or is one of them. */
static bool convert_first_digits(const struct decimal *number, double *value)
{
    struct decimal first = *number;
    double next = 0;
    bool is_cut = take_first_digits(&first);
    return scale_decimal(first.digits, first.exponent, value) &&
           (!is_cut ||
            (scale_decimal(first.digits + 1, first.exponent, &next) && next == *value));
}

/* What is rare, apart from the rest, which then needs no memory: reads it again. */
static const char *read_slowly(const char *at, const char *end, char point, double *value)
{
    struct decimal number = {0};
    double magnitude = 0;
    at = read_parts(at, end, point, &number);
    if (!convert_first_digits(&number, &magnitude))
        magnitude = convert_slowly(&number);
    *value = number.negative ? -magnitude : magnitude;
    return at;
}

const char *decimal_read(const char *at, const char *end, char point, double *value)
{
    struct decimal number;
    double magnitude = 0;
    const char *stop = read_parts(at, end, point, &number);
    if (stop == NULL)
        return NULL;
    if (!number.is_whole || (!convert_directly(&number, &magnitude) &&
                             !scale_decimal(number.digits, number.exponent, &magnitude)))
        return read_slowly(at, end, point, value);
    *value = number.negative ? -magnitude : magnitude;
    return stop;
}
