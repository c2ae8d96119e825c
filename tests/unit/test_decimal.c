/* SPDX-License-Identifier: MIT
 * test_decimal.c - numbers read fast have the bits of number_parse. */
#include "data/decimal.h"

#include "data_fixture.h"

#include <stdio.h>

/* The whole text is one number with the bits that number_parse gives. */
static void check(const char *text, size_t length)
{
    double expected = 0, value = 0;
    char *copy = exact_copy(text, length);
    assert_true(number_parse(text, length, &expected));
    const char *end = decimal_read(copy, copy + length, '.', &value);
    if (end != copy + length || !are_same_bits(expected, value))
        fail_msg("%.*s", (int)length, text);
    free(copy);
}

static const char *const NUMBERS[] = {
    /* clang-format off */
    "0", "-0", "+0", "0.0", "-0.0e5", "0e-25", "0e25", "0e999", "7", "-7", "+7", "2.",
    ".5", "-.5", "2.e3", "007", "0.1", "0.2", "0.3", "3.14159", "1e22", "1e23",
    "9007199254740991", "9007199254740992", "9007199254740993", "9007199254740993e0",
    "9007199254740993.0000000000001", "18446744073709551615", "18446744073709551616",
    "9999999999999999999", "99999999999999999999", "1e-27", "1e27", "1e-28", "1e28",
    "9999999999999999999e-27", "9999999999999999999e27", "1e308",
    "1.7976931348623157e308", "1.7976931348623159e308", "1e309", "-1e309", "4.9e-324",
    "2.4e-324", "2.5e-324", "2.2250738585072011e-308", "2.2250738585072014e-308",
    "1e-400", "1e99999999999999999999", "1e-99999999999999999999",
    "0.00000000000000000000000000000000000001",
    "0.000000000000000000001234567890123456789", "123456789012345678901234567890",
    "1234567.1234567", "12345678.12345678", "123456789.123456789", "8.5e+10", "8.5E-10",
    "5e-324", "0.500000000000000166533453693773481063544750213623046875",
    "0.500000000000000166533453693773481063544750213623046876",
    "0.500000000000000166533453693773481063544750213623046874",
    /* clang-format on */
};

static void numbers_have_the_bits_of_number_parse(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof NUMBERS / sizeof *NUMBERS; i++)
        check(NUMBERS[i], strlen(NUMBERS[i]));
}

static void random_numbers_have_the_bits_of_number_parse(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (size_t turn = 0; turn < 300000; turn++) {
        char text[96];
        size_t length = 0, digits = 1 + draw(&seed, turn % 8 == 0 ? 40 : 19);
        size_t point = draw(&seed, 2 * digits);
        if (draw(&seed, 3) == 0)
            text[length++] = '-';
        for (size_t i = 0; i < digits; i++) {
            if (i == point)
                text[length++] = '.';
            text[length++] = (char)('0' + draw(&seed, 10));
        }
        if (draw(&seed, 2) == 0) {
            text[length++] = 'e';
            if (draw(&seed, 2) == 0)
                text[length++] = '-';
            size_t most = turn % 4 == 0 ? 340 : 30;
            length += number_format((double)draw(&seed, most), text + length);
        }
        check(text, length);
    }
}

/* Any double in the forms that programs write: its shortest digits, 17 and 19 of them. */
static void random_doubles_are_read_as_strtod_reads_them(void **state)
{
    (void)state;
    static const char *const forms[] = {"%.17g", "%.18e", "%.16g", "%.25e"};
    uint64_t seed = 19;
    for (size_t turn = 0; turn < 400000; turn++) {
        uint64_t bits = ((uint64_t)draw(&seed, (size_t)1 << 31) << 33) ^
                        ((uint64_t)draw(&seed, (size_t)1 << 31) << 10) ^
                        draw(&seed, 1 << 12);
        double number = 0, value = 0;
        char text[64];
        if (turn % 2 == 0) /* of the usual sizes */
            bits = (bits & ~(UINT64_C(0x7FF) << 52)) | (uint64_t)(983 + turn % 80) << 52;
        memcpy(&number, &bits, sizeof number);
        if (!isfinite(number))
            continue;
        int length = snprintf(text, sizeof text, forms[turn % 4], number);
        assert_ptr_equal(decimal_read(text, text + length, '.', &value), text + length);
        if (!are_same_bits(value, strtod(text, NULL)))
            fail_msg("%s", text);
    }
}

/* The double in the middle of the digits of a random one, and a bit off it. */
static void numbers_between_two_doubles_go_to_the_even_one(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (size_t turn = 0; turn < 100000; turn++) {
        /* (2 m + 1) 2^(e - 1) has its exact digits when e is small. */
        uint64_t odd =
            (UINT64_C(1) << 53) + 2 * (uint64_t)draw(&seed, (size_t)1 << 31) + 1;
        char text[64];
        struct fixture *f = *state;
        struct text out;
        text_init(&out, &f->arena);
        text_format(&out, "%llu", (unsigned long long)odd);
        size_t length = out.length;
        memcpy(text, out.data, length);
        check(text, length);
        /* Divided by two it ends in 5 tenths. */
        out.length = 0;
        text_format(&out, "%llu.5", (unsigned long long)(odd / 2));
        check(out.data, out.length);
        text_puts(&out, "0000000000000000000001");
        check(out.data, out.length);
        arena_clear(&f->arena);
    }
}

static void digits_without_number_count_to_the_last(void **state)
{
    (void)state;
    /* 1 + 2^-53 is a tie; a digit far behind it decides. */
    static const char tie[] = "1.00000000000000011102230246251565404236316680908203125";
    char text[4096];
    for (size_t zeros = 0; zeros < 3000; zeros += 37) {
        memset(text, '0', sizeof text);
        memcpy(text, tie, sizeof tie - 1);
        size_t length = sizeof tie - 1 + zeros;
        double value = 0;
        assert_ptr_equal(decimal_read(text, text + length, '.', &value), text + length);
        assert_true(value == 1);
        text[length++] = '1';
        assert_ptr_equal(decimal_read(text, text + length, '.', &value), text + length);
        assert_true(value == 1.0000000000000002);
    }
    /* A million digits and the exponent that takes them back. */
    size_t many = 1000000;
    char *long_text = malloc(many + 16);
    assert_non_null(long_text);
    memset(long_text, '0', many);
    long_text[0] = '7';
    memcpy(long_text + many, "e-999999", 8);
    double value = 0;
    assert_non_null(decimal_read(long_text, long_text + many + 8, '.', &value));
    assert_true(value == 7);
    free(long_text);
}

struct end_row {
    const char *text;
    char point;
    double value;
    int used; /* -1: no number begins */
};

static void a_number_ends_where_it_ends(void **state)
{
    (void)state;
    static const struct end_row rows[] = {
        {"1,2", '.', 1, 1},
        {"1,5;2", ',', 1.5, 3},
        {"1.5", ',', 1, 1},
        {"2e", '.', 2, 1},
        {"2e+", '.', 2, 1},
        {"2e-x", '.', 2, 1},
        {"2e3e4", '.', 2000, 3},
        {"1_000", '.', 1, 1},
        {"12345678x", '.', 12345678, 8},
        {"1:345678", '.', 1, 1},
        {"1/345678", '.', 1, 1},
        {"0x10", '.', 0, 1},
        {"1.2.3", '.', 1.2, 3},
        {"", '.', 0, -1},
        {"-", '.', 0, -1},
        {".", '.', 0, -1},
        {"+.", '.', 0, -1},
        {"e5", '.', 0, -1},
        {"inf", '.', 0, -1},
        {"nan", '.', 0, -1},
        {" 1", '.', 0, -1},
        {"--1", '.', 0, -1},
        {"\xB1\xB2\xB3", '.', 0, -1},
        {"1\xB2\xB3\xB4\xB5\xB6\xB7\xB8", '.', 1, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t length = strlen(rows[i].text);
        char *copy = exact_copy(rows[i].text, length);
        double value = 0;
        const char *end = decimal_read(copy, copy + length, rows[i].point, &value);
        assert_int_equal(end == NULL ? -1 : end - copy, rows[i].used);
        if (end != NULL)
            assert_true(value == rows[i].value);
        free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_have_the_bits_of_number_parse),
        cmocka_unit_test(random_doubles_are_read_as_strtod_reads_them),
        cmocka_unit_test(random_numbers_have_the_bits_of_number_parse),
        cmocka_unit_test_setup_teardown(numbers_between_two_doubles_go_to_the_even_one,
                                        open_fixture, close_fixture),
        cmocka_unit_test(digits_without_number_count_to_the_last),
        cmocka_unit_test(a_number_ends_where_it_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
