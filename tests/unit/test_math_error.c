/* SPDX-License-Identifier: MIT
 * The errors of the functions of math/ against MPFR, in units in the last place, over
 * numbers of all kinds.  With an argument, a count, it prints the table of docs/math.md
 * from that many numbers of each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "math_stream.h"

#include <mpfr.h>
#include <stdio.h>
#include <stdlib.h>

enum { PRECISION = 300, KINDS = 3, COUNT = 12000 };

typedef int reference(mpfr_t result, const mpfr_t x, mpfr_rnd_t mode);

static int sigmoid(mpfr_t result, const mpfr_t x, mpfr_rnd_t mode)
{
    mpfr_neg(result, x, mode);
    mpfr_exp(result, result, mode);
    mpfr_add_ui(result, result, 1, mode);
    return mpfr_ui_div(result, 1, result, mode);
}

static int softplus(mpfr_t result, const mpfr_t x, mpfr_rnd_t mode)
{
    if (mpfr_cmp_si(x, 1000) > 0)
        return mpfr_set(result, x, mode);
    mpfr_exp(result, x, mode);
    return mpfr_log1p(result, result, mode);
}

static const struct row {
    const char *name;
    double (*value)(double x);
    reference *exact;
    double low, high; /* where it is mostly used */
    double bound;
} rows[] = {
    /* clang-format off */
    {"exp",      math_exp,      mpfr_exp,   -746, 710,  1.2},
    {"expm1",    math_expm1,    mpfr_expm1, -40,  710,  1.3},
    {"log",      math_log,      mpfr_log,   0,    10,   1.0},
    {"log1p",    math_log1p,    mpfr_log1p, -1,   5,    1.0},
    {"log2",     math_log2,     mpfr_log2,  0,    10,   1.0},
    {"log10",    math_log10,    mpfr_log10, 0,    10,   1.0},
    {"cbrt",     math_cbrt,     mpfr_cbrt,  -10,  10,   0.6},
    {"asin",     math_asin,     mpfr_asin,  -1,   1,    1.5},
    {"acos",     math_acos,     mpfr_acos,  -1,   1,    1.5},
    {"atan",     math_atan,     mpfr_atan,  -5,   5,    1.5},
    {"erf",      math_erf,      mpfr_erf,   -6,   6,    2.0},
    {"erfc",     math_erfc,     mpfr_erfc,  -6,   28,   2.0},
    {"sqrt",     math_sqrt,     mpfr_sqrt,  0,    10,   0.5},
    {"sin",      math_sin,      mpfr_sin,   -10,  10,   1.4},
    {"cos",      math_cos,      mpfr_cos,   -10,  10,   1.4},
    {"tan",      math_tan,      mpfr_tan,   -10,  10,   1.0},
    {"sinh",     math_sinh,     mpfr_sinh,  -5,   5,    1.9},
    {"cosh",     math_cosh,     mpfr_cosh,  -5,   5,    1.9},
    {"tanh",     math_tanh,     mpfr_tanh,  -5,   5,    1.5},
    {"sigmoid",  math_sigmoid,  sigmoid,    -40,  40,   2.0},
    {"softplus", math_softplus, softplus,   -40,  40,   2.0},
    /* clang-format on */
};
enum { ROWS = sizeof rows / sizeof rows[0] };

/* Half the distance of the numbers next to one of this size, twice. */
static double last_place(double size)
{
    int exponent;
    frexp(size, &exponent);
    return size < 0x1p-1021 ? 0x1p-1074 : ldexp(1, exponent - 53);
}

/* How many units in the last place of the exact result `found` is from it; past the
 * largest number the next one counts as 2^1024.  Infinite for a wrong NaN or infinity. */
static double error_of(double found, mpfr_t exact)
{
    double rounded = mpfr_get_d(exact, MPFR_RNDN);
    if (isnan(found) || isnan(rounded))
        return isnan(found) && isnan(rounded) ? 0 : (double)INFINITY;
    if (isinf(found) && isinf(rounded))
        return (found > 0) == (rounded > 0) ? 0 : (double)INFINITY;
    if (isinf(found) || isinf(rounded))
        return fabs(isinf(found) ? rounded : found) == 0x1.fffffffffffffp1023
                   ? 1
                   : (double)INFINITY;
    double unit = last_place(fabs(rounded));
    mpfr_sub_d(exact, exact, found, MPFR_RNDN);
    mpfr_div_d(exact, exact, unit, MPFR_RNDN);
    return fabs(mpfr_get_d(exact, MPFR_RNDN));
}

static double draw(const struct row *row, int kind, uint64_t *state)
{
    double unit = (double)(stream_next(state) >> 11) * 0x1p-53;
    if (kind == 0)
        return row->low + (row->high - row->low) * unit;
    return kind == 1 ? 2 * unit - 1 : stream_number(state);
}

struct worst {
    double error, x;
};

static struct worst measure(const struct row *row, int kind, long count)
{
    uint64_t state = 0x9e3779b97f4a7c15u + (uint64_t)kind;
    struct worst worst = {0, 0};
    mpfr_t x, y;
    mpfr_init2(x, 53);
    mpfr_init2(y, PRECISION);
    for (long i = 0; i < count; i++) {
        double number = draw(row, kind, &state);
        mpfr_set_d(x, number, MPFR_RNDN);
        row->exact(y, x, MPFR_RNDN);
        double error = error_of(row->value(number), y);
        if (error > worst.error)
            worst = (struct worst){error, number};
    }
    mpfr_clear(x);
    mpfr_clear(y);
    return worst;
}

static void functions_keep_their_bounds(void **state)
{
    (void)state;
    for (int i = 0; i < ROWS; i++)
        for (int kind = 0; kind < KINDS; kind++) {
            struct worst worst = measure(&rows[i], kind, COUNT);
            if (!(worst.error <= rows[i].bound))
                fail_msg("%s(%a) is off by %.3f, not %g", rows[i].name, worst.x,
                         worst.error, rows[i].bound);
        }
}

/* ---- of two numbers ---- */

typedef int reference2(mpfr_t result, const mpfr_t x, const mpfr_t y, mpfr_rnd_t mode);

static const struct row2 {
    const char *name;
    double (*value)(double x, double y);
    reference2 *exact;
    bool is_power;
    double bound;
} rows2[] = {
    {"pow", math_pow, mpfr_pow, true, 1.2},
    {"hypot", math_hypot, mpfr_hypot, false, 1.0},
    {"atan2", math_atan2, mpfr_atan2, false, 1.5},
};
enum { ROWS2 = sizeof rows2 / sizeof rows2[0] };

/* By kind of any size, near 1, moderate, anything; the exponents of powers so that these
 * go over the whole range. */
static void draw_two(const struct row2 *row, int kind, uint64_t *state, double *x,
                     double *y)
{
    double unit = (double)(int64_t)stream_next(state) * 0x1p-63;
    *x = kind == 1   ? 1 + (double)(int64_t)stream_next(state) * 0x1p-73
         : kind == 2 ? fabs((double)(int64_t)stream_next(state) * 0x1p-60)
                     : stream_of_bits(stream_next(state));
    *x = kind == 0 ? fabs(*x) : *x;
    *y = kind == 2   ? 10 * unit
         : kind == 3 ? stream_number(state)
                     : (row->is_power ? 746 / fabs(log(*x)) : *x) * unit;
}

static struct worst measure_two(const struct row2 *row, int kind, long count)
{
    uint64_t state = 0x9e3779b97f4a7c15u;
    struct worst worst = {0, 0};
    mpfr_t a, b, c;
    mpfr_inits2(53, a, b, (mpfr_ptr)0);
    mpfr_init2(c, PRECISION);
    for (long i = 0; i < count; i++) {
        double x, y;
        draw_two(row, kind, &state, &x, &y);
        mpfr_set_d(a, x, MPFR_RNDN);
        mpfr_set_d(b, y, MPFR_RNDN);
        row->exact(c, a, b, MPFR_RNDN);
        double error = error_of(row->value(x, y), c);
        if (error > worst.error)
            worst = (struct worst){error, x};
    }
    mpfr_clears(a, b, c, (mpfr_ptr)0);
    return worst;
}

static void functions_of_two_keep_their_bounds(void **state)
{
    (void)state;
    for (int i = 0; i < ROWS2; i++)
        for (int kind = 0; kind < 4; kind++) {
            struct worst worst = measure_two(&rows2[i], kind, COUNT);
            if (!(worst.error <= rows2[i].bound))
                fail_msg("%s of %a is off by %.3f", rows2[i].name, worst.x, worst.error);
        }
}

/* ---- the table ---- */

static void print_table(long count)
{
    printf("| function | bound | worst in the range | range | in [-1, 1] | anywhere |\n");
    printf("|---|---|---|---|---|---|\n");
    for (int i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        printf("| %s | %.1f | %.3f | %g to %g | %.3f | %.3f |\n", row->name, row->bound,
               measure(row, 0, count).error, row->low, row->high,
               measure(row, 1, count).error, measure(row, 2, count).error);
    }
    for (int i = 0; i < ROWS2; i++) {
        const struct row2 *row = &rows2[i];
        printf("| %s | %.1f | %.3f | any size | %.3f (x near 1) | %.3f |\n", row->name,
               row->bound, measure_two(row, 0, count).error,
               measure_two(row, 1, count).error, measure_two(row, 3, count).error);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(functions_keep_their_bounds),
        cmocka_unit_test(functions_of_two_keep_their_bounds),
    };
    if (count > 1) {
        print_table(strtol(arguments[1], NULL, 10));
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
