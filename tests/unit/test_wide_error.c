/* SPDX-License-Identifier: MIT
 * The errors of the functions of math/wide.h against MPFR. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "math_stream.h"
#include "mpfr_functions.h"

#include "math/wide.h"

enum { PRECISION = 400, COUNT = 2000 };

typedef int reference2(mpfr_t result, const mpfr_t x, const mpfr_t y, mpfr_rnd_t mode);

/* Relative errors, except near zeros that are not at 0: `absolute` is the size there. */
static const struct row {
    const char *name;
    struct wide (*value)(struct wide x);
    reference *exact;
    double low, high, bound, absolute;
} rows[] = {
    /* clang-format off */
    {"sqrt",     wide_sqrt,     mpfr_sqrt,    0,     1e6,  1e-30, 0},
    {"cbrt",     wide_cbrt,     mpfr_cbrt,    -1e6,  1e6,  1e-30, 0},
    {"exp",      wide_exp,      mpfr_exp,     -600,  600,  1e-28, 0},
    {"exp",      wide_exp,      mpfr_exp,     -1,    1,    1e-30, 0},
    {"expm1",    wide_expm1,    mpfr_expm1,   -1,    1,    1e-30, 0},
    {"expm1",    wide_expm1,    mpfr_expm1,   -30,   600,  1e-28, 0},
    {"expm1",    wide_expm1,    mpfr_expm1,   -1e-9, 1e-9, 1e-30, 0},
    {"log",      wide_log,      mpfr_log,     0,     1e9,  1e-30, 0},
    {"log",      wide_log,      mpfr_log,     0.4,   2.5,  1e-30, 0},
    {"log1p",    wide_log1p,    mpfr_log1p,   -0.99, 5,    1e-30, 0},
    {"log1p",    wide_log1p,    mpfr_log1p,   -1e-9, 1e-9, 1e-30, 0},
    {"log2",     wide_log2,     mpfr_log2,    0,     1e9,  1e-30, 0},
    {"log10",    wide_log10,    mpfr_log10,   0,     1e9,  1e-30, 0},
    {"sin",      wide_sin,      mpfr_sin,     -1,    1,    1e-30, 0},
    {"sin",      wide_sin,      mpfr_sin,     -1e6,  1e6,  1e-24, 1},
    {"cos",      wide_cos,      mpfr_cos,     -1,    1,    1e-30, 0},
    {"cos",      wide_cos,      mpfr_cos,     -100,  100,  1e-28, 1},
    {"tan",      wide_tan,      mpfr_tan,     -1,    1,    1e-30, 0},
    {"asin",     wide_asin,     mpfr_asin,    -1,    1,    1e-30, 0},
    {"acos",     wide_acos,     mpfr_acos,    -1,    1,    1e-30, 1},
    {"atan",     wide_atan,     mpfr_atan,    -20,   20,   1e-30, 0},
    {"sinh",     wide_sinh,     mpfr_sinh,    -20,   20,   1e-28, 0},
    {"cosh",     wide_cosh,     mpfr_cosh,    -20,   20,   1e-28, 0},
    {"tanh",     wide_tanh,     mpfr_tanh,    -50,   50,   1e-29, 0},
    {"tanh",     wide_tanh,     mpfr_tanh,    -0.1,  0.1,  1e-30, 0},
    {"sigmoid",  wide_sigmoid,  sigmoid,      -40,   40,   1e-28, 0},
    {"softplus", wide_softplus, softplus,     -40,   40,   1e-28, 0},
    /* clang-format on */
};

static struct wide draw(double low, double high, uint64_t *state)
{
    double unit = (double)(stream_next(state) >> 11) * 0x1p-53;
    double more = (double)(int64_t)stream_next(state) * 0x1p-63;
    double x = low + (high - low) * unit;
    return wide_quick_sum(x, x * more * 0x1p-54);
}

static void put(mpfr_t out, struct wide x)
{
    mpfr_set_d(out, x.high, MPFR_RNDN);
    mpfr_add_d(out, out, x.low, MPFR_RNDN);
}

static double error_of(struct wide found, mpfr_t exact, double absolute)
{
    double size = fmax(fabs(mpfr_get_d(exact, MPFR_RNDN)), absolute);
    mpfr_sub_d(exact, exact, found.high, MPFR_RNDN);
    mpfr_sub_d(exact, exact, found.low, MPFR_RNDN);
    double off = fabs(mpfr_get_d(exact, MPFR_RNDN));
    return off == 0 ? 0 : off / size;
}

static void functions_keep_their_bounds(void **state)
{
    (void)state;
    mpfr_t x, y;
    mpfr_inits2(PRECISION, x, y, (mpfr_ptr)0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct row *row = &rows[i];
        uint64_t seed = 0x9e3779b97f4a7c15u;
        for (int k = 0; k < COUNT; k++) {
            struct wide number = draw(row->low, row->high, &seed);
            put(x, number);
            row->exact(y, x, MPFR_RNDN);
            double error = error_of(row->value(number), y, row->absolute);
            if (!(error <= row->bound))
                fail_msg("%s(%a + %a) is off by %g", row->name, number.high, number.low,
                         error);
        }
    }
    mpfr_clears(x, y, (mpfr_ptr)0);
}

static const struct row2 {
    const char *name;
    struct wide (*value)(struct wide x, struct wide y);
    reference2 *exact;
    double low, high, other_low, other_high, bound;
} rows2[] = {
    /* clang-format off */
    {"add",      wide_add,      mpfr_add,   0,   10, 0,   10, 2e-32},
    {"multiply", wide_multiply, mpfr_mul,   -10, 10, -10, 10, 1e-31},
    {"divide",   wide_divide,   mpfr_div,   -10, 10, -10, 10, 1e-31},
    {"hypot",    wide_hypot,    mpfr_hypot, -10, 10, -10, 10, 1e-30},
    {"atan2",    wide_atan2,    mpfr_atan2, -10, 10, -10, 10, 1e-30},
    {"power",    wide_power,    mpfr_pow,   0,   10, -20, 20, 1e-28},
    /* clang-format on */
};

static void functions_of_two_keep_their_bounds(void **state)
{
    (void)state;
    mpfr_t x, y, z;
    mpfr_inits2(PRECISION, x, y, z, (mpfr_ptr)0);
    for (size_t i = 0; i < sizeof rows2 / sizeof *rows2; i++) {
        const struct row2 *row = &rows2[i];
        uint64_t seed = 0x9e3779b97f4a7c15u;
        for (int k = 0; k < COUNT; k++) {
            struct wide a = draw(row->low, row->high, &seed);
            struct wide b = draw(row->other_low, row->other_high, &seed);
            put(x, a);
            put(y, b);
            row->exact(z, x, y, MPFR_RNDN);
            double error = error_of(row->value(a, b), z, 0);
            if (!(error <= row->bound))
                fail_msg("%s of %a + %a, %a + %a is off by %g", row->name, a.high, a.low,
                         b.high, b.low, error);
        }
    }
    mpfr_clears(x, y, z, (mpfr_ptr)0);
}

static void whole_powers_are_exact_to_their_rounding(void **state)
{
    (void)state;
    mpfr_t x, y;
    uint64_t seed = 1;
    mpfr_inits2(PRECISION, x, y, (mpfr_ptr)0);
    for (int n = -20; n <= 20; n++)
        for (int k = 0; k < 50; k++) {
            struct wide a = draw(-3, 3, &seed);
            put(x, a);
            mpfr_pow_si(y, x, n, MPFR_RNDN);
            double error = error_of(wide_power(a, wide_of(n)), y, 0);
            if (!(error <= 1e-30))
                fail_msg("(%a + %a)^%d is off by %g", a.high, a.low, n, error);
        }
    mpfr_clears(x, y, (mpfr_ptr)0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_keep_their_bounds),
        cmocka_unit_test(functions_of_two_keep_their_bounds),
        cmocka_unit_test(whole_powers_are_exact_to_their_rounding),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
