/* SPDX-License-Identifier: MIT
 * Shapes: limits, alignment, sets of axes, text. */
#include "graph_fixture.h"

#include "graph/shape.h"

static const struct shape scalar = {0};

static void counts_elements(void **state)
{
    (void)state;
    struct shape vector = shape_vector(7), matrix = shape_matrix(3, 4);
    struct shape empty = {3, {2, 0, 5}};
    assert_int_equal(shape_elements(&scalar), 1);
    assert_int_equal(shape_elements(&vector), 7);
    assert_int_equal(shape_elements(&matrix), 12);
    assert_int_equal(shape_elements(&empty), 0);
}

static void has_limits(void **state)
{
    (void)state;
    static const struct {
        struct shape shape;
        enum shape_fault fault;
    } rows[] = {
        {{0, {0}}, SHAPE_FITS},
        {{1, {SHAPE_MOST_ELEMENTS}}, SHAPE_FITS},
        {{1, {(size_t)SHAPE_MOST_ELEMENTS + 1}}, SHAPE_TOO_LARGE},
        {{1, {1000000000}}, SHAPE_TOO_LARGE},
        {{2, {1 << 14, 1 << 14}}, SHAPE_FITS},
        {{2, {(1 << 14) + 1, 1 << 14}}, SHAPE_TOO_LARGE},
        {{4, {1 << 16, 1 << 16, 1 << 16, 1 << 16}}, SHAPE_TOO_LARGE}, /* 2^64 is 0 */
        {{2, {0, SIZE_MAX}}, SHAPE_TOO_LARGE},
        {{3, {1 << 14, 0, 1 << 15}}, SHAPE_TOO_LARGE}, /* a sum over axis 1 would be */
        {{8, {1, 1, 1, 1, 1, 1, 1, 1}}, SHAPE_FITS},
        {{9, {1, 1, 1, 1, 1, 1, 1, 1}}, SHAPE_TOO_MANY_AXES},
        {{SIZE_MAX, {1}}, SHAPE_TOO_MANY_AXES},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(shape_check(&rows[i].shape), rows[i].fault);
}

static void aligns_from_the_last_axis(void **state)
{
    (void)state;
    static const struct {
        struct shape a, b, both;
        unsigned repeated; /* of a in both */
        bool fits;
    } rows[] = {
        {{0, {0}}, {0, {0}}, {0, {0}}, 0, true},
        {{0, {0}}, {2, {3, 4}}, {2, {3, 4}}, 3, true},
        {{1, {4}}, {2, {3, 4}}, {2, {3, 4}}, 1, true},
        {{2, {3, 1}}, {1, {4}}, {2, {3, 4}}, 2, true},
        {{2, {1, 4}}, {2, {3, 1}}, {2, {3, 4}}, 1, true},
        {{1, {1}}, {3, {2, 1, 1}}, {3, {2, 1, 1}}, 3, true},
        {{1, {1}}, {1, {0}}, {1, {0}}, 1, true},
        {{2, {0, 3}}, {1, {3}}, {2, {0, 3}}, 0, true},
        {{1, {3}}, {1, {4}}, {0, {0}}, 0, false},
        {{1, {3}}, {2, {3, 4}}, {0, {0}}, 0, false},
        {{1, {0}}, {1, {2}}, {0, {0}}, 0, false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct shape both, other;
        enum shape_fault fault = shape_broadcast(&rows[i].a, &rows[i].b, &both);
        assert_int_equal(fault, rows[i].fits ? SHAPE_FITS : SHAPE_DIFFERENT);
        assert_int_equal(shape_broadcast(&rows[i].b, &rows[i].a, &other), fault);
        if (!rows[i].fits)
            continue;
        assert_true(shape_equal(&both, &rows[i].both) && shape_equal(&other, &both));
        assert_true(shape_broadcasts_to(&rows[i].a, &both));
        assert_int_equal(shape_repeated_axes(&rows[i].a, &both), rows[i].repeated);
    }
    struct shape huge = {2, {1 << 20, 1}}, wide = {1, {1 << 20}}, out;
    assert_int_equal(shape_broadcast(&huge, &wide, &out), SHAPE_TOO_LARGE);
    assert_false(shape_broadcasts_to(&huge, &wide));
}

static void drops_axes(void **state)
{
    (void)state;
    struct shape shape = {4, {2, 3, 4, 5}};
    struct shape kept = shape_without(&shape, 1u << 1 | 1u << 3);
    struct shape units = shape_with_units(&shape, 1u << 0 | 1u << 2);
    struct shape none = shape_without(&shape, shape_all_axes(&shape));
    assert_true(shape_equal(&kept, &(struct shape){2, {2, 4}}));
    assert_true(shape_equal(&units, &(struct shape){4, {1, 3, 1, 5}}));
    assert_true(shape_equal(&none, &scalar));
    assert_int_equal(shape_all_axes(&scalar), 0);
}

static void is_written(void **state)
{
    struct world *w = *state;
    struct text out;
    struct shape shape = shape_matrix(3, 40);
    text_init(&out, &w->arena);
    shape_write(&out, &scalar);
    shape_write(&out, &shape);
    assert_string_equal(text_string(&out), "[][3,40]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_elements),
        cmocka_unit_test(has_limits),
        cmocka_unit_test(aligns_from_the_last_axis),
        cmocka_unit_test(drops_axes),
        cmocka_unit_test_setup_teardown(is_written, open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
