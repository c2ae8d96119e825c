/* SPDX-License-Identifier: MIT
 * The functions of blocks: the same bits as those of one number, for every length, place
 * and level. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "math/block.h"
#include "math/functions.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

static const struct {
    const char *name;
    double (*one)(double x);
    size_t place; /* in struct math_blocks */
} functions[] = {
#define LANE(name) {#name, math_##name, offsetof(struct math_blocks, name)},
#include "math/lanes.def"
};
enum { FUNCTIONS = sizeof functions / sizeof functions[0], MOST = 259 };

static math_block *block_of(enum math_level level, size_t which)
{
    math_block *block = NULL;
    const struct math_blocks *table = math_blocks(level);
    if (table != NULL)
        memcpy(&block, (const char *)table + functions[which].place, sizeof block);
    return block;
}

static bool same_bits(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0 || (isnan(a) && isnan(b));
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Any number at all, or one of moderate size. */
static double any_number(uint64_t *state)
{
    uint64_t bits = next_random(state);
    double x;
    memcpy(&x, &bits, sizeof x);
    return next_random(state) % 2 == 0 ? x : (double)(int64_t)bits * 0x1p-58;
}

static double moderate_number(uint64_t *state)
{
    return (double)(int64_t)next_random(state) * 0x1p-58;
}

static void must_be_same(enum math_level level, size_t which, size_t length, size_t place,
                         double (*draw)(uint64_t *state))
{
    double x[MOST + 3], found[MOST + 3], in_place[MOST + 3];
    uint64_t state = 88172645463325252u + length;
    math_block *block = block_of(level, which);
    for (size_t i = 0; i < MOST + 3; i++)
        in_place[i] = x[i] = draw(&state);
    memset(found, 0, sizeof found);
    block(length, x + place, found + place);
    block(length, in_place + place, in_place + place);
    for (size_t i = 0; i < MOST + 3; i++) {
        bool inside = i >= place && i < place + length;
        double wanted = inside ? functions[which].one(x[i]) : 0;
        if (!same_bits(found[i], wanted))
            fail_msg("%s(%a), level %d, length %zu: %a, not %a", functions[which].name,
                     x[i], (int)level, length, found[i], wanted);
        assert_true(same_bits(in_place[i], inside ? wanted : x[i]));
    }
}

static void blocks_have_the_bits_of_one_number(void **state)
{
    static const size_t lengths[] = {0, 1, 2, 3, 4, 7, 8, 9, 31, 255, 256, 257};
    enum math_level best = math_best_level();
    (void)state;
    for (size_t which = 0; which < FUNCTIONS; which++)
        for (enum math_level level = best; level > 0 || level == best; level--) {
            for (size_t k = 0; k < sizeof lengths / sizeof lengths[0]; k++)
                for (size_t place = 0; place < 3; place++) {
                    must_be_same(level, which, lengths[k], place, any_number);
                    must_be_same(level, which, lengths[k], place, moderate_number);
                }
            if (level == 0)
                break;
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_have_the_bits_of_one_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
