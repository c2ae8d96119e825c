/* SPDX-License-Identifier: MIT
 * Numbers of two doubles: edges, and the decimals behind doubles. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "math/wide.h"

static void check(struct wide found, double high, double low)
{
    if (found.high != high || found.low != low)
        fail_msg("found %a + %a, not %a + %a", found.high, found.low, high, low);
}

static void check_near(double written, double low)
{
    struct wide found = wide_written(written);
    if (found.high != written || !(fabs(found.low - low) <= 1e-31 * fabs(written)))
        fail_msg("%a has %a, not %a", written, found.low, low);
}

static void decimals_are_read_back(void **state)
{
    (void)state;
    /* what is left of the decimal, worked out in rational numbers */
    check_near(0.1, -0x1.999999999999ap-58);
    check_near(-0.1, 0x1.999999999999ap-58);
    check_near(0.05, -0x1.999999999999ap-59);
    check_near(2.5134, 0x1.4af4f0d844d01p-53);
    check_near(2.044333373291, 0x1.665cf084fcbb9p-53);
    check_near(1e-20, 0x1.75447a5d8e536p-121);
    check_near(123456789012.345, -0x1.47ae147ae147bp-20);
}

static void what_is_exact_or_long_is_itself(void **state)
{
    (void)state;
    check(wide_written(0), 0, 0);
    check(wide_written(7), 7, 0);
    check(wide_written(-0.375), -0.375, 0);
    check(wide_written(0.1 + 0.2), 0.1 + 0.2, 0); /* 17 digits */
    check(wide_written(1.0 / 3), 1.0 / 3, 0);
    check(wide_written(1.5e300), 1.5e300, 0); /* too far for its power of ten */
    check(wide_written(0x1p-1074), 0x1p-1074, 0);
    assert_true(isnan(wide_written((double)NAN).high));
    check(wide_written((double)INFINITY), (double)INFINITY, 0);
}

static void pi_is_known(void **state)
{
    (void)state;
    check(wide_written(0x1.921fb54442d18p+1), 0x1.921fb54442d18p+1,
          0x1.1a62633145c07p-53);
    check(wide_written(-0x1.921fb54442d18p+2), -0x1.921fb54442d18p+2,
          -0x1.1a62633145c07p-52);
    assert_true(wide_sin(wide_written(0x1.921fb54442d18p+1)).high ==
                -0x1.f1976b7ed8fbcp-109);
}

static void outside_the_domain_is_no_number(void **state)
{
    (void)state;
    assert_true(isnan(wide_sqrt(wide_of(-1)).high));
    assert_true(isnan(wide_log(wide_of(0)).high));
    assert_true(isnan(wide_log(wide_of(-1)).high));
    assert_true(isnan(wide_log1p(wide_of(-2)).high));
    assert_true(isnan(wide_power(wide_of(-2), wide_of(0.5)).high));
    assert_true(isnan(wide_asin(wide_of(2)).high));
    assert_true(isnan(wide_sin(wide_of(1e10)).high));
    assert_false(wide_is_finite(wide_divide(wide_of(1), wide_of(0))));
    assert_false(wide_is_finite(wide_exp(wide_of(1000))));
}

static void edges_have_their_values(void **state)
{
    (void)state;
    check(wide_sqrt(wide_of(0)), 0, 0);
    check(wide_exp(wide_of(-1000)), 0, 0);
    check(wide_exp(wide_of(0)), 1, 0);
    check(wide_log(wide_of(1)), 0, 0);
    check(wide_log(wide_of(0.5)), -0x1.62e42fefa39efp-1, -0x1.abc9e3b39803fp-56);
    check(wide_power(wide_of(0), wide_of(0)), 1, 0);
    check(wide_power(wide_of(0), wide_of(0.5)), 0, 0);
    check(wide_power(wide_of(-2), wide_of(3)), -8, 0);
    check(wide_power(wide_of(2), wide_of(-2)), 0.25, 0);
    check(wide_tanh(wide_of(-100)), -1, 0);
    check(wide_atan2(wide_of(0), wide_of(3)), 0, 0);
    assert_int_equal(wide_compare((struct wide){1, 1e-20}, wide_of(1)), 1);
    assert_int_equal(wide_compare((struct wide){1, -1e-20}, wide_of(1)), -1);
    assert_int_equal(wide_compare(wide_of(1), wide_of((double)NAN)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decimals_are_read_back),
        cmocka_unit_test(what_is_exact_or_long_is_itself),
        cmocka_unit_test(pi_is_known),
        cmocka_unit_test(outside_the_domain_is_no_number),
        cmocka_unit_test(edges_have_their_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
