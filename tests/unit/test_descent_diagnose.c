/* SPDX-License-Identifier: MIT
 * test_descent_diagnose.c - contraction factors of known sequences of moves; norms at the
 * ends of the range of numbers. */
#include "descent_problems.h"

#include "descent/diagnose.h"
#include "descent/vector.h"

#include <float.h>

/* Moves length, length*ratio, ...; each turns back when ratio is negative. */
static void add_moves(struct contraction *contraction, double length, double ratio,
                      size_t count, double point)
{
    for (size_t i = 0; i < count; i++, length *= fabs(ratio))
        contraction_add(contraction, length, ratio < 0 ? -1 : 1, point);
}

static void geometric_moves_give_their_ratio(void **state)
{
    (void)state;
    const double ratios[] = {0.04, 0.68, 0.98, 0.99999, 1, 1.16, -0.8, -1, -1.3};
    for (size_t i = 0; i < sizeof ratios / sizeof *ratios; i++)
        for (size_t count = 2; count < 200; count = count * 2 + 1) {
            struct contraction contraction;
            contraction_init(&contraction, false);
            add_moves(&contraction, 2.385, ratios[i], count, 0);
            assert_near(contraction_factor(&contraction, false), ratios[i],
                        1e-12 * fabs(ratios[i]));
        }
}

static void fewer_than_two_moves_say_nothing(void **state)
{
    (void)state;
    struct contraction contraction;
    contraction_init(&contraction, false);
    assert_true(isnan(contraction_factor(&contraction, true)));
    add_moves(&contraction, 0, 1, 5, 2.385);
    assert_true(isnan(contraction_factor(&contraction, true)));
    contraction_init(&contraction, false);
    add_moves(&contraction, 1, 1, 1, 2.385);
    assert_true(isnan(contraction_factor(&contraction, false)));
    /* The first move reached the point: known by the gradient, or by the next move. */
    assert_true(contraction_factor(&contraction, true) == 0);
    add_moves(&contraction, 1e-16, 1, 1, 2.385);
    assert_true(contraction_factor(&contraction, false) == 0);
}

static void moves_at_rounding_level_are_left_out(void **state)
{
    (void)state;
    struct contraction contraction;
    contraction_init(&contraction, false);
    double length = 1;
    for (size_t i = 0; i < 400; i++, length *= 0.9) {
        /* What rounding to multiples of the last digit of 1.713 leaves of the move. */
        double rounded = 1.713 + length - 1.713;
        contraction_add(&contraction, rounded, 1, 1.713);
    }
    assert_near(contraction_factor(&contraction, false), 0.9, 1e-6);
    /* A new motion out of the rest replaces the old one. */
    add_moves(&contraction, 1e-3, -1.5, 1, 1.713);
    assert_near(contraction_factor(&contraction, false), 0.9, 1e-6);
    add_moves(&contraction, 1e-13, -1, 1, 1.713);
    assert_near(contraction_factor(&contraction, false), 0.9, 1e-6);
    add_moves(&contraction, 1e-3, -1.5, 9, 1.713);
    assert_near(contraction_factor(&contraction, false), -1.5, 1e-9);
}

static void tiny_steps_are_no_growth(void **state)
{
    (void)state;
    struct contraction contraction;
    contraction_init(&contraction, false);
    for (size_t i = 0; i < 100; i++)
        contraction_add(&contraction, 1e-13 * (1 + 1e-3 * (double)(i % 3)), 1, 1.713);
    assert_true(contraction_factor(&contraction, false) == 1);
    /* The last of them count, small as all are. */
    contraction_init(&contraction, false);
    add_moves(&contraction, 4e-11, 0.5, 2, 1.713);
    add_moves(&contraction, 1e-11, 0.97, 40, 1.713);
    assert_near(contraction_factor(&contraction, false), 0.97, 1e-4);
}

static void cycles_have_factor_one(void **state)
{
    (void)state;
    const double lengths[] = {2.385, 1.713, 0.3, 4.2};
    for (size_t period = 1; period <= 4; period *= 2) {
        struct contraction contraction;
        contraction_init(&contraction, false);
        for (size_t i = 0; i < 101; i++)
            contraction_add(&contraction, lengths[i % period], -1, 3);
        assert_true(contraction_factor(&contraction, false) == -1);
    }
}

static void scatter_of_tried_lengths_is_no_growth(void **state)
{
    (void)state;
    struct contraction contraction;
    contraction_init(&contraction, true);
    const double lengths[] = {1, 0.2, 1.7, 0.4, 0.9, 2.2};
    for (size_t i = 0; i < 120; i++) {
        contraction_add(&contraction, lengths[i % 6], -1, 3);
        if (i > 40)
            assert_true(contraction_factor(&contraction, false) >= -1);
    }
    contraction_init(&contraction, true);
    add_moves(&contraction, 1, 3, 40, 0);
    assert_near(contraction_factor(&contraction, false), 3, 1e-12);
}

static void norms_do_not_overflow(void **state)
{
    (void)state;
    const struct {
        double a[5], norm;
    } rows[] = {
        {{3, 4, 0, 0, 0}, 5},
        {{0, 0, 0, 0, 0}, 0},
        {{0, 0, 0, 0, -2.385}, 2.385},
        {{3e200, 0, -4e200, 0, 0}, 5e200},
        {{3e-200, 0, -4e-200, 0, 0}, 5e-200},
        {{3e-160, 0, -4e-160, 0, 0}, 5e-160},
        {{DBL_TRUE_MIN, 0, 0, 0, 0}, DBL_TRUE_MIN},
        {{DBL_MAX, 0, 0, 0, 0}, DBL_MAX},
        {{1, -(double)INFINITY, 0, 0, 0}, (double)INFINITY},
        {{1, (double)NAN, 0, 0, 0}, (double)NAN},
        {{(double)INFINITY, (double)NAN, 0, 0, 0}, (double)NAN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double norm = vector_norm(5, rows[i].a);
        if (isfinite(rows[i].norm))
            assert_near(norm, rows[i].norm, 4e-16 * rows[i].norm);
        else
            assert_true(isnan(rows[i].norm) ? isnan(norm) : norm == rows[i].norm);
    }
}

static void products_take_every_entry_once(void **state)
{
    (void)state;
    double a[11], b[11];
    for (size_t i = 0; i < 11; i++) {
        a[i] = (double)(1 << i);
        b[i] = 1;
    }
    for (size_t n = 0; n <= 11; n++)
        assert_near(vector_dot(n, a, b), (double)(1 << n) - 1, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(geometric_moves_give_their_ratio),
        cmocka_unit_test(fewer_than_two_moves_say_nothing),
        cmocka_unit_test(moves_at_rounding_level_are_left_out),
        cmocka_unit_test(tiny_steps_are_no_growth),
        cmocka_unit_test(cycles_have_factor_one),
        cmocka_unit_test(scatter_of_tried_lengths_is_no_growth),
        cmocka_unit_test(norms_do_not_overflow),
        cmocka_unit_test(products_take_every_entry_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
