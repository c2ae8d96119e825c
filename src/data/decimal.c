/* SPDX-License-Identifier: MIT
 * decimal.c - decimal numbers by exact integer arithmetic.
 *
 * The digits are collected as an integer of up to 19 digits and a power of ten.  Three
 * ways lead from there to the nearest double, the first that is allowed is taken:
 *   1. both are doubles without rounding: one multiplication or division (Clinger, "How
 *      to read floating point numbers accurately", PLDI 1990);
 *   2. 5^|exponent| has 64 bits: the exact product or quotient in 128 bits, with one bit
 *      more that tells of what was cut off, rounded once;
 *   3. the digits as text, to number_parse. */
#include "data/decimal.h"

#include "base/text.h"

#include <string.h>

/* 10^19 is the last power of ten in 64 bits, 5^27 the last power of five, 10^22 the last
 * power of ten that is a double. */
enum { DIGITS_MOST = 19, FIVES_MOST = 27, TENS_MOST = 22 };
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

#ifdef __SIZEOF_INT128__
__extension__ typedef unsigned __int128 wide;

/* 2^exponent for normal numbers. */
static double power_of_two(int exponent)
{
    uint64_t bits = (uint64_t)(exponent + 1023) << 52;
    double power = 0;
    memcpy(&power, &bits, sizeof power);
    return power;
}

static uint64_t power_of_five(int64_t exponent)
{
    static const uint64_t powers[FIVES_MOST + 1] = {
        1U,
        5U,
        25U,
        125U,
        625U,
        3125U,
        15625U,
        78125U,
        390625U,
        1953125U,
        9765625U,
        48828125U,
        244140625U,
        1220703125U,
        6103515625U,
        30517578125U,
        152587890625U,
        762939453125U,
        3814697265625U,
        19073486328125U,
        95367431640625U,
        476837158203125U,
        2384185791015625U,
        11920928955078125U,
        59604644775390625U,
        298023223876953125U,
        1490116119384765625U,
        7450580596923828125U,
    };
    return powers[exponent];
}

/* digits * 10^exponent for digits > 0 and -27 <= exponent <= 27.  The integer that is
 * converted has 62 bits or more, so its last one, in which the bits that were cut off are
 * gathered, only breaks ties; the power of two is exact. */
static double scale_exactly(uint64_t digits, int exponent)
{
    if (exponent >= 0) {
        wide product = (wide)digits * power_of_five(exponent);
        uint64_t high = (uint64_t)(product >> 64), low = (uint64_t)product;
        if (high == 0)
            return (double)low * power_of_two(exponent);
        int shift = __builtin_clzll(high);
        product <<= shift;
        high = (uint64_t)(product >> 64) | ((uint64_t)product != 0);
        return (double)high * power_of_two(64 - shift + exponent);
    }
    uint64_t divisor = power_of_five(-exponent);
    int shift = __builtin_clzll(digits), raised = __builtin_clzll(divisor);
    wide dividend = (wide)(digits << shift) << 63;
    divisor <<= raised;
    uint64_t quotient = (uint64_t)(dividend / divisor);
    quotient |= (wide)quotient * divisor != dividend;
    return (double)quotient * power_of_two(raised - shift - 63 + exponent);
}

static bool convert_wide(const struct decimal *number, double *value)
{
    if (number->digits == 0 || number->exponent < -FIVES_MOST ||
        number->exponent > FIVES_MOST)
        return false;
    *value = scale_exactly(number->digits, (int)number->exponent);
    return true;
}
#else
static bool convert_wide(const struct decimal *number, double *value)
{
    (void)number;
    (void)value;
    return false;
}
#endif

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

/* The digits behind leading zeros, which do not matter. */
static ptrdiff_t count_significant(const struct decimal *number)
{
    const char *at = number->first;
    ptrdiff_t points = 0;
    for (; at < number->end && (*at == '0' || !is_digit(*at)); at++)
        continue;
    for (const char *digit = at; digit < number->end; digit++)
        points += !is_digit(*digit);
    return number->end - at - points;
}

/* What is rare, apart from the rest, which then needs no memory: reads it again. */
static const char *read_slowly(const char *at, const char *end, char point, double *value)
{
    struct decimal number = {0};
    double magnitude = 0;
    at = read_parts(at, end, point, &number);
    if (count_significant(&number) > DIGITS_MOST || !convert_wide(&number, &magnitude))
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
    if (!number.is_whole ||
        (!convert_directly(&number, &magnitude) && !convert_wide(&number, &magnitude)))
        return read_slowly(at, end, point, value);
    *value = number.negative ? -magnitude : magnitude;
    return stop;
}
