/* SPDX-License-Identifier: MIT
 * The errors of the functions of math/ against MPFR, in units in the last place, over
 * numbers of all kinds.  With an argument, a count, it prints the table of docs/math.md
 * from that many numbers of each kind. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "math_stream.h"
#include "mpfr_functions.h"

#include "math/level.h"

#include <stdio.h>
#include <stdlib.h>

enum { PRECISION = 300, KINDS = 3, COUNT = 12000 };

/* What this machine runs, and one that has no fused multiply-add. */
enum { BEST, BASELINE, COPIES };
static const char *const copies[COPIES] = {"the best copy", "the baseline"};
/* clang-format off */
#define COPIES_OF(name) {math_##name, math_##name##_baseline}
/* clang-format on */

/* Those with zeros everywhere between negative whole numbers. */
typedef double size_of_terms(double x);

static double one(double x)
{
    return x < 0 ? 1 : 0;
}

/* Also in units of twice the size. */
static double log_or_one(double x)
{
    return x < 0 ? 2 * fmax(1, log(fabs(x))) : 0;
}

static const struct row {
    const char *name;
    double (*value[COPIES])(double x);
    reference *exact;
    double low, high; /* where it is mostly used */
    double bound;
    size_of_terms *terms; /* what the error of negative numbers is measured by, if that is
                             more than the value */
} rows[] = {
    /* clang-format off */
    {"exp",      COPIES_OF(exp),       mpfr_exp,   -746, 710,  1.3, NULL},
    {"expm1",    COPIES_OF(expm1),     mpfr_expm1, -40,  710,  1.3, NULL},
    {"log",      COPIES_OF(log),       mpfr_log,   0,    10,   1.0, NULL},
    {"log1p",    COPIES_OF(log1p),     mpfr_log1p, -1,   5,    1.0, NULL},
    {"log2",     COPIES_OF(log2),      mpfr_log2,  0,    10,   1.0, NULL},
    {"log10",    COPIES_OF(log10),     mpfr_log10, 0,    10,   1.0, NULL},
    {"cbrt",     COPIES_OF(cbrt),      mpfr_cbrt,  -10,  10,   0.6, NULL},
    {"asin",     COPIES_OF(asin),      mpfr_asin,  -1,   1,    1.5, NULL},
    {"acos",     COPIES_OF(acos),      mpfr_acos,  -1,   1,    1.5, NULL},
    {"atan",     COPIES_OF(atan),      mpfr_atan,  -5,   5,    1.5, NULL},
    {"erf",      COPIES_OF(erf),       mpfr_erf,   -6,   6,    2.0, NULL},
    {"erfc",     COPIES_OF(erfc),      mpfr_erfc,  -6,   28,   2.0, NULL},
    {"sqrt",     COPIES_OF(sqrt),      mpfr_sqrt,  0,    10,   0.5, NULL},
    {"sin",      COPIES_OF(sin),       mpfr_sin,   -10,  10,   1.0, NULL},
    {"cos",      COPIES_OF(cos),       mpfr_cos,   -10,  10,   1.0, NULL},
    {"tan",      COPIES_OF(tan),       mpfr_tan,   -10,  10,   1.0, NULL},
    {"sinh",     COPIES_OF(sinh),      mpfr_sinh,  -5,   5,    1.9, NULL},
    {"cosh",     COPIES_OF(cosh),      mpfr_cosh,  -5,   5,    1.9, NULL},
    {"tanh",     COPIES_OF(tanh),      mpfr_tanh,  -5,   5,    1.5, NULL},
    {"sigmoid",  COPIES_OF(sigmoid),   sigmoid,    -40,  40,   2.5, NULL},
    {"softplus", COPIES_OF(softplus),  softplus,   -40,  40,   2.0, NULL},
    {"lgamma",   COPIES_OF(lgamma),    log_gamma,  0,    10,   2.0, one},
    {"digamma",  COPIES_OF(digamma),   mpfr_digamma, 0,  10,   3.0, log_or_one},
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

/* How many units in the last place of the exact result, or of `size` if that is more,
 * `found` is from it; past the largest number the next one counts as 2^1024.  Infinite
 * for a wrong NaN or infinity. */
static double error_of(double found, mpfr_t exact, double size)
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
    double unit = last_place(fmax(fabs(rounded), size));
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

/* MPFR takes long for the gamma function of huge numbers. */
static long drawn(const struct row *row, int kind, long count)
{
    return row->terms == NULL ? count : kind == 2 ? count / 200 : count / 10;
}

static struct worst measure(const struct row *row, int copy, int kind, long count)
{
    uint64_t state = 0x9e3779b97f4a7c15u + (uint64_t)kind;
    struct worst worst = {0, 0};
    mpfr_t x, y;
    mpfr_init2(x, 53);
    mpfr_init2(y, PRECISION);
    for (long i = drawn(row, kind, count); i > 0; i--) {
        double number = draw(row, kind, &state);
        mpfr_set_d(x, number, MPFR_RNDN);
        row->exact(y, x, MPFR_RNDN);
        double size = row->terms != NULL ? row->terms(number) : 0;
        double error = error_of(row->value[copy](number), y, size);
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
    for (int i = 0; i < ROWS * COPIES; i++)
        for (int kind = 0; kind < KINDS; kind++) {
            const struct row *row = &rows[i / COPIES];
            struct worst worst = measure(row, i % COPIES, kind, COUNT);
            if (!(worst.error <= row->bound))
                fail_msg("%s: %s(%a) is off by %.3f, not %g", copies[i % COPIES],
                         row->name, worst.x, worst.error, row->bound);
        }
}

/* ---- of two numbers ---- */

typedef int reference2(mpfr_t result, const mpfr_t x, const mpfr_t y, mpfr_rnd_t mode);

static const struct row2 {
    const char *name;
    double (*value[COPIES])(double x, double y);
    reference2 *exact;
    bool is_power;
    double bound;
} rows2[] = {
    {"pow", COPIES_OF(pow), mpfr_pow, true, 1.2},
    {"hypot", COPIES_OF(hypot), mpfr_hypot, false, 1.0},
    {"atan2", COPIES_OF(atan2), mpfr_atan2, false, 1.5},
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

static struct worst measure_two(const struct row2 *row, int copy, int kind, long count)
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
        double error = error_of(row->value[copy](x, y), c, 0);
        if (error > worst.error)
            worst = (struct worst){error, x};
    }
    mpfr_clears(a, b, c, (mpfr_ptr)0);
    return worst;
}

static void functions_of_two_keep_their_bounds(void **state)
{
    (void)state;
    for (int i = 0; i < ROWS2 * COPIES; i++)
        for (int kind = 0; kind < 4; kind++) {
            const struct row2 *row = &rows2[i / COPIES];
            struct worst worst = measure_two(row, i % COPIES, kind, COUNT);
            if (!(worst.error <= row->bound))
                fail_msg("%s: %s of %a is off by %.3f", copies[i % COPIES], row->name,
                         worst.x, worst.error);
        }
}

/* ---- the table ---- */

/* The worst of all kinds where there is no fused multiply-add. */
static double baseline_error(const struct row *row, long count)
{
    double most = 0;
    for (int kind = 0; kind < KINDS; kind++)
        most = fmax(most, measure(row, BASELINE, kind, count).error);
    return most;
}

static double baseline_error_two(const struct row2 *row, long count)
{
    double most = 0;
    for (int kind = 0; kind < 4; kind++)
        most = fmax(most, measure_two(row, BASELINE, kind, count).error);
    return most;
}

static void print_table(long count)
{
    printf("| function | bound | worst in the range | range | in [-1, 1] | anywhere "
           "| without fma |\n");
    printf("|---|---|---|---|---|---|---|\n");
    for (int i = 0; i < ROWS; i++) {
        const struct row *row = &rows[i];
        printf("| %s | %.1f | %.3f | %g to %g | %.3f | %.3f | %.3f |\n", row->name,
               row->bound, measure(row, BEST, 0, count).error, row->low, row->high,
               measure(row, BEST, 1, count).error, measure(row, BEST, 2, count).error,
               baseline_error(row, count));
    }
    for (int i = 0; i < ROWS2; i++) {
        const struct row2 *row = &rows2[i];
        printf("| %s | %.1f | %.3f | any size | %.3f (x near 1) | %.3f | %.3f |\n",
               row->name, row->bound, measure_two(row, BEST, 0, count).error,
               measure_two(row, BEST, 1, count).error,
               measure_two(row, BEST, 3, count).error, baseline_error_two(row, count));
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
