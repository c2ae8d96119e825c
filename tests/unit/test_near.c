/* SPDX-License-Identifier: MIT
 * Which word was meant. */
#include "script_fixture.h"

#include "base/near.h"

static const char *const known[] = {
    "weight", "learn_rate",       "w",       "beta1", "beta2", "pi", "gradient",
    "adam",   "\xCE\xB7\xCE\xB8", "minimize"};

static void near_words_are_found(void **state)
{
    (void)state;
    static const struct {
        const char *wanted, *near;
    } rows[] = {
        {"wieght", "weight"},          /* a swap is one change */
        {"lern_rate", "learn_rate"},   /* one left out */
        {"learnn_rate", "learn_rate"}, /* one too many */
        {"gradiant", "gradient"},      /* one for another */
        {"gradeint", "gradient"},
        {"btea1", "beta1"}, /* five letters: one change, so a swap is one */
        {"minimise", "minimize"},
        {"mnimze", "minimize"}, /* six letters: two changes */
        {"mnimz", NULL},        /* five letters: one */
        {"beta3", "beta1"},     /* a tie goes to the earliest */
        {"PI", "pi"},           /* letter case costs nothing */
        {"ADAM", "adam"},
        {"W", "w"},
        {"v", NULL}, /* one letter is not near another */
        {"po", "pi"},
        {"true", NULL},
        {"", NULL},
        {"\xCE\xB7\xCE\xB7", "\xCE\xB7\xCE\xB8"}, /* characters are counted, not bytes */
        {"\xFF\xFE", NULL},
    };
    size_t count = sizeof known / sizeof *known;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *near = near_word(rows[i].wanted, known, count);
        if (rows[i].near == NULL)
            assert_null(near);
        else {
            assert_non_null(near);
            assert_string_equal(near, rows[i].near);
        }
    }
}

static void the_nearest_wins_over_the_earlier(void **state)
{
    (void)state;
    static const char *const words[] = {"maximise", "maximizer", "maximize"};
    assert_string_equal(near_word("maximizr", words, 3), "maximizer");
    assert_null(near_word("maximize", words, 0));
}

static void huge_words_are_near_nothing(void **state)
{
    (void)state;
    enum { LENGTH = 1000000 };
    char *huge = malloc(LENGTH + 1);
    memset(huge, 'w', LENGTH);
    huge[LENGTH] = '\0';
    const char *const words[] = {huge, "w"};
    assert_null(near_word(huge, words, 2));
    assert_string_equal(near_word("W", words, 2), "w");
    free(huge);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(near_words_are_found),
        cmocka_unit_test(the_nearest_wins_over_the_earlier),
        cmocka_unit_test(huge_words_are_near_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
