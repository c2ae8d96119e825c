/* SPDX-License-Identifier: MIT
 * The functions of lanes.def have the same bits in blocks as one by one, for every
 * length, place and level, and the same with every compiler. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "math_stream.h"

enum { MOST = 259, ROOM = MOST + 3 };

static void must_be_same(const struct stream_function *f, enum math_level level,
                         size_t length, size_t place)
{
    double x[ROOM], y[ROOM], found[ROOM] = {0}, in_place[ROOM];
    uint64_t state = 88172645463325252u + length * 4 + place;
    for (size_t i = 0; i < ROOM; i++) {
        in_place[i] = x[i] = stream_number(&state);
        y[i] = stream_number(&state);
    }
    stream_run(f, level, length, x + place, y + place, found + place);
    stream_run(f, level, length, in_place + place, y + place, in_place + place);
    for (size_t i = 0; i < ROOM; i++) {
        bool inside = i >= place && i < place + length;
        double wanted = inside ? stream_value(f, x[i], y[i]) : 0;
        if (!same_bits(found[i], wanted))
            fail_msg("%s(%a), length %zu: %a, not %a", f->name, x[i], length, found[i],
                     wanted);
        if (!same_bits(in_place[i], inside ? wanted : x[i]))
            fail_msg("%s in place at %zu of %zu", f->name, i, length);
    }
}

/* The levels that give the same bits as single numbers, from the best one down. */
static enum math_level lowest_level(void)
{
    return math_best_level() == MATH_BASELINE ? MATH_BASELINE : MATH_V3;
}

static void blocks_have_the_bits_of_single_numbers(void **state)
{
    static const size_t lengths[] = {0, 1, 2, 3, 4, 7, 8, 9, 31, 255, 256, 257, 259};
    (void)state;
    for (size_t i = 0; i < STREAM_FUNCTIONS; i++)
        for (unsigned level = lowest_level(); level <= math_best_level(); level++)
            for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++)
                for (size_t place = 0; place < 3; place++)
                    must_be_same(&stream_functions[i], (enum math_level)level, lengths[k],
                                 place);
}

/* x86-64 without a fused multiply-add has other last bits, within the same bounds. */
static void bits_are_those_of_every_compiler(void **state)
{
    (void)state;
#if defined __x86_64__
    if (math_best_level() == MATH_BASELINE)
        skip();
#endif
    for (size_t i = 0; i < STREAM_FUNCTIONS; i++) {
        const struct stream_function *f = &stream_functions[i];
        for (unsigned level = lowest_level(); level <= math_best_level(); level++) {
            uint64_t sum = stream_checksum(f, (enum math_level)level);
            if (sum != stream_wanted(f->name))
                fail_msg("%s: checksum 0x%016llx", f->name, (unsigned long long)sum);
        }
    }
}

static void a_level_that_does_not_run_is_not_given(void **state)
{
    (void)state;
    for (unsigned level = 0; level < MATH_LEVELS; level++)
        assert_int_equal(math_blocks((enum math_level)level) != NULL,
                         level <= math_best_level());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_have_the_bits_of_single_numbers),
        cmocka_unit_test(bits_are_those_of_every_compiler),
        cmocka_unit_test(a_level_that_does_not_run_is_not_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
