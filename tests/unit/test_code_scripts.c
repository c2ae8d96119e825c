/* SPDX-License-Identifier: MIT
 * Every code that a script can show: its wrong script gets that code and no other, its
 * mended script gets none.  So the pages of `talweg explain` are true. */
#include "codes_fixture.h"

static void the_scripts_of_the_table_are_true(void **state)
{
    (void)state;
    size_t untrue = 0;
    for (size_t i = 0; i < CODE_COUNT; i++) {
        const struct code_info *info = code_info((enum code)i);
        if (info->wrong == NULL)
            continue;
        char expected[16], wrong[256], mended[256];
        run(info->wrong, wrong, sizeof wrong);
        run(info->mended, mended, sizeof mended);
        size_t length = strlen(info->id);
        memcpy(expected, info->id, length);
        memcpy(expected + length, " ", 2);
        if (strcmp(wrong, expected) != 0 || strcmp(mended, "") != 0) {
            print_message("# %s: the wrong script gets [%s], the mended one [%s]\n",
                          info->id, wrong, mended);
            untrue++;
        }
    }
    assert_int_equal(untrue, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_scripts_of_the_table_are_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
