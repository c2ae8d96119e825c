/* SPDX-License-Identifier: MIT
 * The functions of lanes.def at zeros, infinities, NaN, the ends of their ranges, and
 * where they are exact. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "math_stream.h"

#define INF ((double)INFINITY)
#define NOT_A_NUMBER ((double)NAN)
#define LARGEST 0x1.fffffffffffffp1023

static const struct {
    const char *name;
    double (*value)(double x);
    double x, wanted;
} rows[] = {
#define AT(name, x, wanted) {#name, math_##name, x, wanted},
    /* clang-format off */
    AT(exp, 0.0, 1) AT(exp, -0.0, 1) AT(exp, INF, INF) AT(exp, -INF, 0)
    AT(exp, 0x1.62e42fefa39efp9, 0x1.fffffffffff2ap1023) AT(exp, 0x1.62e42fefa39fp9, INF)
    AT(exp, -0x1.74910d52d3051p9, 0x1p-1074) AT(exp, -0x1.74910d52d3052p9, 0)
    AT(exp, LARGEST, INF) AT(exp, -LARGEST, 0) AT(exp, 0x1p-60, 1)
    AT(expm1, 0.0, 0.0) AT(expm1, -0.0, -0.0) AT(expm1, INF, INF) AT(expm1, -INF, -1)
    AT(expm1, 0x1p-1074, 0x1p-1074) AT(expm1, -800, -1) AT(expm1, 0x1.62e42fefa39fp9, INF)
    AT(log, 1, 0.0) AT(log, 0.0, -INF) AT(log, -0.0, -INF) AT(log, INF, INF)
    AT(log, -1, NOT_A_NUMBER) AT(log, -INF, NOT_A_NUMBER)
    AT(log, -0x1p-1074, NOT_A_NUMBER) AT(log, 0x1p-1074, -0x1.74385446d71c3p9)
    AT(log1p, 0.0, 0.0) AT(log1p, -0.0, -0.0) AT(log1p, -1, -INF) AT(log1p, INF, INF)
    AT(log1p, -2, NOT_A_NUMBER) AT(log1p, -INF, NOT_A_NUMBER)
    AT(log1p, 0x1p-1074, 0x1p-1074) AT(log1p, LARGEST, 0x1.62e42fefa39efp9)
    AT(log2, 1, 0.0) AT(log2, 8, 3) AT(log2, 0x1p-1074, -1074) AT(log2, 0x1p1023, 1023)
    AT(log2, 0.0, -INF) AT(log2, -1, NOT_A_NUMBER) AT(log2, INF, INF)
    AT(log10, 1, 0.0) AT(log10, 10, 1) AT(log10, 1000, 3) AT(log10, 1e22, 22)
    AT(log10, 0.0, -INF) AT(log10, -1, NOT_A_NUMBER) AT(log10, INF, INF)
    AT(sqrt, 0.0, 0.0) AT(sqrt, -0.0, -0.0) AT(sqrt, -1, NOT_A_NUMBER) AT(sqrt, INF, INF)
    AT(sqrt, 0x1p-1074, 0x1p-537)
    AT(sin, 0.0, 0.0) AT(sin, -0.0, -0.0) AT(sin, INF, NOT_A_NUMBER)
    AT(sin, -INF, NOT_A_NUMBER) AT(sin, 0x1p-1074, 0x1p-1074)
    AT(sin, 0x1.921fb54442d18p1, 0x1.1a62633145c07p-53)
    AT(sin, 0x1p1023, 0x1.205248cbdb76p-1) AT(sin, 0x1p20, 0x1.526ccb2fc8656p-2)
    AT(cos, 0.0, 1) AT(cos, -0.0, 1) AT(cos, INF, NOT_A_NUMBER) AT(cos, -INF, NOT_A_NUMBER)
    AT(cos, 0x1.921fb54442d18p0, 0x1.1a62633145c07p-54) AT(cos, 0x1p-1074, 1)
    AT(tan, 0.0, 0.0) AT(tan, -0.0, -0.0) AT(tan, INF, NOT_A_NUMBER)
    AT(tan, 0x1p-1074, 0x1p-1074) AT(tan, 0x1.921fb54442d18p0, 0x1.d02967c31cdb5p53)
    AT(sinh, 0.0, 0.0) AT(sinh, -0.0, -0.0) AT(sinh, INF, INF) AT(sinh, -INF, -INF)
    AT(sinh, 800, INF) AT(sinh, 0x1.633ce8fb9f87ep9, INF) AT(sinh, 0x1p-1074, 0x1p-1074)
    AT(cosh, 0.0, 1) AT(cosh, -INF, INF) AT(cosh, INF, INF) AT(cosh, -800, INF)
    AT(cosh, LARGEST, INF) AT(cosh, 0x1.633ce8fb9f87ep9, INF)
    AT(tanh, 0.0, 0.0) AT(tanh, -0.0, -0.0) AT(tanh, INF, 1) AT(tanh, -INF, -1)
    AT(tanh, 0x1p-1074, 0x1p-1074) AT(tanh, 25, 1) AT(tanh, -LARGEST, -1)
    AT(cbrt, 0.0, 0.0) AT(cbrt, -0.0, -0.0) AT(cbrt, INF, INF) AT(cbrt, -INF, -INF)
    AT(cbrt, 27, 3) AT(cbrt, -1e-3, -0.1) AT(cbrt, 0x1p-1074, 0x1p-358) AT(cbrt, 1e30, 1e10)
    AT(asin, 0.0, 0.0) AT(asin, -0.0, -0.0) AT(asin, 1, 0x1.921fb54442d18p0)
    AT(asin, -1, -0x1.921fb54442d18p0) AT(asin, 1.5, NOT_A_NUMBER) AT(asin, INF, NOT_A_NUMBER)
    AT(acos, 1, 0.0) AT(acos, -1, 0x1.921fb54442d18p1) AT(acos, 0.0, 0x1.921fb54442d18p0)
    AT(acos, 1.5, NOT_A_NUMBER) AT(acos, -INF, NOT_A_NUMBER)
    AT(atan, 0.0, 0.0) AT(atan, -0.0, -0.0) AT(atan, INF, 0x1.921fb54442d18p0)
    AT(atan, -INF, -0x1.921fb54442d18p0) AT(atan, 0x1p-1074, 0x1p-1074)
    AT(erf, 0.0, 0.0) AT(erf, -0.0, -0.0) AT(erf, INF, 1) AT(erf, -INF, -1) AT(erf, 7, 1)
    AT(erfc, 0.0, 1) AT(erfc, INF, 0) AT(erfc, -INF, 2) AT(erfc, 28, 0) AT(erfc, -7, 2)
    AT(sigmoid, 0.0, 0.5) AT(sigmoid, INF, 1) AT(sigmoid, -INF, 0) AT(sigmoid, 40, 1)
    AT(sigmoid, -800, 0)
    AT(softplus, INF, INF) AT(softplus, -INF, 0) AT(softplus, LARGEST, LARGEST)
    AT(softplus, -800, 0) AT(softplus, 100, 100)
    AT(lgamma, 1, 0.0) AT(lgamma, 2, 0.0) AT(lgamma, 0.0, INF) AT(lgamma, -0.0, INF)
    AT(lgamma, -1, INF) AT(lgamma, -0x1p52, INF) AT(lgamma, -LARGEST, INF)
    AT(lgamma, INF, INF) AT(lgamma, -INF, INF) AT(lgamma, LARGEST, INF)
    AT(lgamma, 0x1.754d9278b51a7p1014, LARGEST) AT(lgamma, 0x1.754d9278b51a8p1014, INF)
    AT(lgamma, 0x1p-1074, 0x1.74385446d71c3p9)
    AT(lgamma, -0x1p-1074, 0x1.74385446d71c3p9) AT(lgamma, 3, 0x1.62e42fefa39efp-1)
    AT(digamma, 0.0, -INF) AT(digamma, -0.0, INF) AT(digamma, INF, INF)
    AT(digamma, -INF, NOT_A_NUMBER) AT(digamma, -3, NOT_A_NUMBER)
    AT(digamma, -0x1p52, NOT_A_NUMBER) AT(digamma, 1, -0x1.2788cfc6fb619p-1)
    AT(digamma, 0x1p-1074, -INF) AT(digamma, -0x1p-1074, INF)
    AT(digamma, LARGEST, 0x1.62e42fefa39efp9)
    /* clang-format on */
};

static void must_be(const char *name, double x, double found, double wanted)
{
    if (!same_bits(found, wanted))
        fail_msg("%s(%a) is %a, not %a", name, x, found, wanted);
}

static void special_values_are_exact(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        must_be(rows[i].name, rows[i].x, rows[i].value(rows[i].x), rows[i].wanted);
}

static void nan_gives_nan(void **state)
{
    (void)state;
    for (size_t i = 0; i < STREAM_FUNCTIONS; i++) {
        const struct stream_function *f = &stream_functions[i];
        assert_true(isnan(stream_value(f, NOT_A_NUMBER, 2)));
        if (f->two == math_hypot || f->two == math_atan2)
            assert_true(isnan(stream_value(f, 2, NOT_A_NUMBER)));
        assert_true(isnan(stream_value(f, -NOT_A_NUMBER, -2)));
        assert_true(isnan(stream_value(f, stream_of_bits(0x7ff0000000000fffu), 2)));
        assert_true(isnan(stream_value(f, stream_of_bits(0xffffffffffffffffu), 2)));
    }
}

/* Annex F of C, 9.4.4. */
static const struct {
    double x, y, wanted;
} powers[] = {
    /* clang-format off */
    {0.0, -1, INF}, {-0.0, -1, -INF}, {-0.0, -3, -INF}, {0.0, -2, INF}, {-0.0, -2, INF},
    {-0.0, -0.5, INF}, {0.0, -INF, INF}, {-0.0, -INF, INF}, {0.0, 3, 0.0},
    {-0.0, 3, -0.0}, {-0.0, 2, 0.0}, {-0.0, 0.5, 0.0}, {-1, INF, 1}, {-1, -INF, 1},
    {1, NOT_A_NUMBER, 1}, {1, INF, 1}, {NOT_A_NUMBER, 0.0, 1}, {NOT_A_NUMBER, -0.0, 1},
    {0.0, 0.0, 1}, {-5, 0.0, 1}, {INF, -0.0, 1}, {-8, 0.5, NOT_A_NUMBER},
    {-8, 1.0 / 3, NOT_A_NUMBER}, {-2, 3, -8}, {-2, 4, 16}, {-2, -1, -0.5}, {0.5, -INF, INF},
    {2, -INF, 0.0}, {0.5, INF, 0.0}, {2, INF, INF}, {-INF, -3, -0.0}, {-INF, -2, 0.0},
    {-INF, -0.5, 0.0}, {-INF, 3, -INF}, {-INF, 2, INF}, {-INF, 0.5, INF}, {INF, -1, 0.0},
    {INF, 1, INF}, {INF, INF, INF}, {-1, NOT_A_NUMBER, NOT_A_NUMBER}, {3, 5, 243},
    {10, 22, 1e22}, {2, -1074, 0x1p-1074}, {2, 1024, INF}, {2, -1076, 0.0}, {9, 0.5, 3},
    {-2, 0x1p53, INF}, {-2, 0x1.fffffffffffffp52, -INF}, {-2, -0x1.fffffffffffffp52, -0.0},
    {0x1p-1074, -1, INF}, {0x1p-1074, 0.5, 0x1p-537}, {-1, 0x1.fffffffffffffp52, -1},
    {1 - 0x1p-53, 0x1p60, 0x1.42eb9f39afae3p-185}, {LARGEST, 1, LARGEST},
    /* clang-format on */
};

static void powers_have_their_special_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof powers / sizeof powers[0]; i++)
        must_be("a power of ", powers[i].x, math_pow(powers[i].x, powers[i].y),
                powers[i].wanted);
}

static const struct {
    double y, x, wanted;
} angles[] = {
    /* clang-format off */
    {0.0, 0.0, 0.0}, {-0.0, 0.0, -0.0}, {0.0, -0.0, 0x1.921fb54442d18p1},
    {-0.0, -0.0, -0x1.921fb54442d18p1}, {0.0, -1, 0x1.921fb54442d18p1}, {0.0, 1, 0.0},
    {-0.0, 1, -0.0}, {1, 0.0, 0x1.921fb54442d18p0}, {-1, -0.0, -0x1.921fb54442d18p0},
    {1, INF, 0.0}, {1, -INF, 0x1.921fb54442d18p1}, {INF, 1, 0x1.921fb54442d18p0},
    {INF, INF, 0x1.921fb54442d18p-1}, {INF, -INF, 0x1.2d97c7f3321d2p1},
    {-INF, -INF, -0x1.2d97c7f3321d2p1}, {LARGEST, LARGEST, 0x1.921fb54442d18p-1},
    {0x1p-1074, 0x1p-1074, 0x1.921fb54442d18p-1}, {0x1p-1074, LARGEST, 0.0},
    /* clang-format on */
};

static void angles_and_lengths_have_their_special_values(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof angles / sizeof angles[0]; i++)
        must_be("the angle of y = ", angles[i].y, math_atan2(angles[i].y, angles[i].x),
                angles[i].wanted);
    must_be("hypot", 3, math_hypot(3, 4), 5);
    must_be("hypot", 0, math_hypot(0.0, -0.0), 0.0);
    must_be("hypot", INF, math_hypot(INF, NOT_A_NUMBER), INF);
    must_be("hypot", -INF, math_hypot(1, -INF), INF);
    must_be("hypot", LARGEST, math_hypot(LARGEST, LARGEST), INF);
    must_be("hypot", 0x1p-1074, math_hypot(0x3p-1074, 0x4p-1074), 0x5p-1074);
}

/* f(-x) = -f(x), or f(x) */
static void symmetries_hold_to_the_last_bit(void **state)
{
    uint64_t random = 88172645463325252u;
    (void)state;
    for (int i = 0; i < 20000; i++) {
        double x = stream_number(&random);
        must_be("sin", x, math_sin(-x), -math_sin(x));
        must_be("tan", x, math_tan(-x), -math_tan(x));
        must_be("sinh", x, math_sinh(-x), -math_sinh(x));
        must_be("tanh", x, math_tanh(-x), -math_tanh(x));
        must_be("cos", x, math_cos(-x), math_cos(x));
        must_be("cosh", x, math_cosh(-x), math_cosh(x));
        assert_true(isnan(x) || fabs(math_sin(x)) <= 1 || isinf(x));
        assert_true(isnan(x) || fabs(math_tanh(x)) <= 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(special_values_are_exact),
        cmocka_unit_test(nan_gives_nan),
        cmocka_unit_test(powers_have_their_special_values),
        cmocka_unit_test(angles_and_lengths_have_their_special_values),
        cmocka_unit_test(symmetries_hold_to_the_last_bit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
