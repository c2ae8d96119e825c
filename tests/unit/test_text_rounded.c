/* SPDX-License-Identifier: MIT
 * Numbers in some digits: whatever path is taken, the digits are those of printf. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_DIGITS = 17, RANDOM = 20000 };

struct fixture {
    struct fail fail;
    struct memory memory;
    struct arena arena;
};

static int open_arena(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    f.memory.fail = &f.fail;
    arena_init(&f.arena, &f.memory);
    *state = &f;
    return 0;
}

static int close_arena(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    return 0;
}

/* Exponents are spelled shorter than by printf, so there the number is compared. */
static void check(struct fixture *f, double value, int digits)
{
    char wanted[64];
    struct text text;
    struct arena_mark mark = arena_mark(&f->arena);
    (void)snprintf(wanted, sizeof wanted, "%.*g", digits, value);
    text_init(&text, &f->arena);
    text_rounded(&text, value, digits);
    const char *made = text_string(&text);
    bool has_exponent = strchr(wanted, 'e') != NULL;
    if ((strchr(made, 'e') != NULL) != has_exponent ||
        (has_exponent ? strtod(made, NULL) != strtod(wanted, NULL)
                      : strcmp(made, wanted) != 0))
        fail_msg("%.17g in %d digits: %s, printf %s", value, digits, made, wanted);
    arena_release(&f->arena, mark);
}

static void chosen_numbers_have_the_digits_of_printf(void **state)
{
    static const double values[] = {0,        0.12,    -0.96, 8,     7.68e-6, 1e-4,
                                    0.00012,  9.5,     99.95, 99999, 100000,  123456,
                                    999999.5, 1e15,    1e16,  2.675, 1.005,   0.3,
                                    -10,      1.0 / 3, 4.35};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        for (int digits = 1; digits <= MOST_DIGITS; digits++)
            check(*state, values[i], digits);
}

/* Of few decimals, and the numbers next to them. */
static void numbers_of_few_decimals_have_the_digits_of_printf(void **state)
{
    uint64_t random = 88172645463325252u;
    for (int i = 0; i < RANDOM; i++) {
        random ^= random << 13; /* xorshift, Marsaglia 2003 */
        random ^= random >> 7;
        random ^= random << 17;
        static const double tens[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8};
        double value = (double)(random >> (20 + random % 40)) / tens[random % 9];
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        bits += random % 3 == 0;
        memcpy(&value, &bits, sizeof bits);
        check(*state, value, 1 + (int)(random % MOST_DIGITS));
    }
}

#define ROUNDED_TEST(name) cmocka_unit_test_setup_teardown(name, open_arena, close_arena)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ROUNDED_TEST(chosen_numbers_have_the_digits_of_printf),
        ROUNDED_TEST(numbers_of_few_decimals_have_the_digits_of_printf),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
