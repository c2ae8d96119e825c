/* SPDX-License-Identifier: MIT
 * The table of names of other tools: what is in it is not known under that name, and what
 * it says to write instead is. */
#include "codes_fixture.h"

#include "script/foreign.h"

#include <stdio.h>

/* How a name is used in each place, and the code where it is not known there. */
static const struct {
    const char *script, *code;
} places[] = {
    [FOREIGN_NAME] = {"print %s", "E0102 "},
    [FOREIGN_SETTING] = {"minimize w^2 over w from 1 by gradient(%s = 1) until 1 steps",
                         "E0203 "},
    [FOREIGN_FIELD] = {"r = minimize w^2 over w from 1\nprint r.%s", "E0304 "},
};

static bool is_known(enum foreign_place place, const char *name)
{
    char script[256], codes[256];
    snprintf(script, sizeof script, places[place].script, name);
    run(script, codes, sizeof codes);
    return strcmp(codes, places[place].code) != 0;
}

static void every_row_is_needed_and_true(void **state)
{
    (void)state;
    size_t wrong = 0;
    for (size_t i = 0; foreign_at(i) != NULL; i++) {
        const struct foreign_name *row = foreign_at(i);
        bool known = is_known(row->place, row->name);
        bool mended = row->mend == NULL || is_known(row->place, row->mend);
        if (known || !mended || (row->mend == NULL && row->help == NULL)) {
            print_message("# %s: known %d, its mend known %d\n", row->name, known,
                          mended);
            wrong++;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_needed_and_true),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
