/* SPDX-License-Identifier: MIT
 * The table of codes: ids, titles, pages. */
#include "script_fixture.h"

#include <ctype.h>

static void ids_have_their_form_and_are_unique(void **state)
{
    (void)state;
    for (size_t i = 0; i < CODE_COUNT; i++) {
        const char *id = code_info((enum code)i)->id;
        assert_int_equal(strlen(id), 5);
        assert_non_null(strchr("EWN", id[0]));
        for (size_t j = 1; j < 5; j++)
            assert_true(isdigit((unsigned char)id[j]));
        if (id[0] == 'E')
            assert_true(id[1] == '0' && id[2] <= '7'); /* the classes of codes.def */
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(id, code_info((enum code)j)->id);
    }
}

/* A title is a few words, an explanation sentences, neither with stray blanks. */
static void every_code_is_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < CODE_COUNT; i++) {
        const struct code_info *info = code_info((enum code)i);
        size_t title = strlen(info->title), length = strlen(info->explanation);
        bool good_title = title >= 5 && title <= 70 && info->title[title - 1] != '.';
        bool good_text = length >= 40 && info->explanation[length - 1] == '.' &&
                         (isupper((unsigned char)info->explanation[0]) ||
                          info->explanation[0] == '`') &&
                         strstr(info->explanation, "  ") == NULL;
        bool good_scripts =
            (info->wrong == NULL) == (info->mended == NULL) &&
            (info->wrong == NULL || strcmp(info->wrong, info->mended) != 0);
        if (!good_title || !good_text || !good_scripts)
            fail_msg("%s: title %d, explanation %d, scripts %d", info->id, good_title,
                     good_text, good_scripts);
    }
}

static void codes_are_found_in_any_case(void **state)
{
    (void)state;
    enum code code = CODE_COUNT;
    assert_true(code_find("E0102", &code));
    assert_int_equal(code, CODE_UNKNOWN_NAME);
    code = CODE_COUNT;
    assert_true(code_find("e0102", &code));
    assert_int_equal(code, CODE_UNKNOWN_NAME);
    assert_false(code_find("E010", &code));
    assert_false(code_find("E01022", &code));
    assert_false(code_find("", &code));
    assert_false(code_find("E9999", &code));
}

static void the_first_letter_is_the_severity(void **state)
{
    (void)state;
    for (size_t i = 0; i < CODE_COUNT; i++) {
        char letter = code_info((enum code)i)->id[0];
        enum severity expected = letter == 'E'   ? SEVERITY_ERROR
                                 : letter == 'W' ? SEVERITY_WARNING
                                                 : SEVERITY_NOTE;
        assert_int_equal(code_severity((enum code)i), expected);
    }
}

static void a_page_has_everything_and_is_not_wide(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "none.opt", "");
    for (size_t i = 0; i < CODE_COUNT; i++) {
        f.out.length = 0;
        code_page(&f.out, (enum code)i);
        const char *page = text_string(&f.out);
        assert_non_null(strstr(page, code_info((enum code)i)->title));
        assert_int_equal(strstr(page, "Right:") != NULL,
                         code_info((enum code)i)->mended != NULL);
        size_t width = 0;
        for (; *page != '\0'; page += width + (page[width] == '\n')) {
            width = strcspn(page, "\n");
            assert_true(width <= 100);
            assert_true(width == 0 || page[width - 1] != ' ');
        }
    }
    fixture_close(&f);
}

static void a_page_is_laid_out(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "none.opt", "");
    code_page(&f.out, CODE_UNKNOWN_NAME);
    assert_string_equal(text_string(&f.out),
                        "E0102: a name that is not defined\n"
                        "\n"
                        "Every name must be defined before the line that uses it runs, "
                        "or be a built-in,\n"
                        "a parameter of the function, or a variable named after `over`.\n"
                        "\n"
                        "Wrong:\n"
                        "\n"
                        "    minimize (wieght*2 - 6)^2 over weight from 0\n"
                        "\n"
                        "Right:\n"
                        "\n"
                        "    minimize (weight*2 - 6)^2 over weight from 0\n");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ids_have_their_form_and_are_unique),
        cmocka_unit_test(every_code_is_explained),
        cmocka_unit_test(codes_are_found_in_any_case),
        cmocka_unit_test(the_first_letter_is_the_severity),
        cmocka_unit_test(a_page_has_everything_and_is_not_wide),
        cmocka_unit_test(a_page_is_laid_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
