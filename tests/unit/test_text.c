/* SPDX-License-Identifier: MIT
 * Text that is built, numbers in and out of it in any locale, and UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/text.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture {
    struct fail fail;
    struct memory memory;
    struct arena arena;
    struct text text;
};

static int open_text(void **state)
{
    static struct fixture f;
    memset(&f, 0, sizeof f);
    f.memory.fail = &f.fail;
    arena_init(&f.arena, &f.memory);
    text_init(&f.text, &f.arena);
    *state = &f;
    return 0;
}

static int close_text(void **state)
{
    struct fixture *f = *state;
    arena_clear(&f->arena);
    return 0;
}

/* The C library in a locale with the decimal point `point`.  Which locales are installed
 * is chance, so the three functions that depend on it stand here in place of its own. */
static const char *point = ".";

struct lconv *localeconv(void)
{
    static char shown[8];
    static struct lconv numbers = {.decimal_point = shown};
    (void)strcpy(shown, point);
    return &numbers;
}

/* `from` at its first place in `text` becomes `to`. */
static void exchange(char *text, const char *from, const char *to)
{
    char *at = strstr(text, from);
    if (at == NULL || strcmp(from, to) == 0)
        return;
    memmove(at + strlen(to), at + strlen(from), strlen(at + strlen(from)) + 1);
    memcpy(at, to, strlen(to));
}

double strtod(const char *restrict text, char **restrict end)
{
    char copy[128], plain[128];
    assert_true(strlen(text) < sizeof copy - 8 && end == NULL);
    (void)strcpy(copy, text);
    if (strcmp(point, ".") != 0) {
        exchange(copy, ".", "!"); /* ends the number here */
        exchange(copy, point, ".");
    }
    double value = 0;
    assert_int_equal(sscanf(copy, "%lf%127s", &value, plain) >= 1, 1);
    return value;
}

int snprintf(char *restrict out, size_t size, const char *restrict format, ...)
{
    char whole[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(whole, sizeof whole - 8, format, arguments);
    va_end(arguments);
    assert_true(length >= 0 && (size_t)length < sizeof whole - 8);
    exchange(whole, ".", point);
    if (size > 0) {
        (void)strncpy(out, whole, size - 1);
        out[size - 1] = '\0';
    }
    return (int)strlen(whole);
}

/* Numbers */

struct number_row {
    double value;
    const char *text;
};

static const struct number_row NUMBERS[] = {
    {0, "0"},
    {-0.0, "0"},
    {1, "1"},
    {-24, "-24"},
    {0.1, "0.1"},
    {0.12, "0.12"},
    {1e-4, "0.0001"},
    {1e-5, "1e-5"},
    {0.1 + 0.2, "0.30000000000000004"},
    {1.0 / 3, "0.3333333333333333"},
    {2.0 / 3, "0.6666666666666666"},
    {100000, "100000"},
    {999999999999999, "999999999999999"},
    {1e15, "1e15"},
    {1e22, "1e22"},
    {1e23, "1e23"},
    {9007199254740993.0, "9007199254740992"},
    {123456789.125, "123456789.125"},
    {DBL_MAX, "1.7976931348623157e308"},
    {-DBL_MAX, "-1.7976931348623157e308"},
    {DBL_MIN, "2.2250738585072014e-308"},
    {DBL_TRUE_MIN, "5e-324"},
    {-DBL_TRUE_MIN, "-5e-324"},
    {3 * DBL_TRUE_MIN, "1.5e-323"},
    {1e-310, "1e-310"},
    {HUGE_VAL, "inf"},
    {-HUGE_VAL, "-inf"},
    {(double)NAN, "nan"},
};
enum { NUMBER_COUNT = sizeof NUMBERS / sizeof *NUMBERS };

static void numbers_have_their_shortest_form(void **state)
{
    (void)state;
    for (size_t i = 0; i < NUMBER_COUNT; i++) {
        char out[NUMBER_TEXT];
        size_t length = number_format(NUMBERS[i].value, out);
        assert_string_equal(out, NUMBERS[i].text);
        assert_int_equal(length, strlen(out));
    }
}

static double read_back(double value)
{
    char out[NUMBER_TEXT];
    size_t length = number_format(value, out);
    assert_true(length < NUMBER_TEXT);
    double again = 0;
    assert_true(number_parse(out, length, &again));
    return again;
}

static double from_bits(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint64_t next_random(uint64_t *seed) /* splitmix64 (Steele, Lea, Flood 2014) */
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15U;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return z ^ (z >> 31);
}

static void numbers_read_back_as_they_were(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 100000; i++) {
        double value = from_bits(next_random(&seed));
        if (isfinite(value))
            assert_true(read_back(value) == value);
    }
    for (uint64_t bits = 0; bits < 1000; bits++) { /* the least subnormals */
        assert_true(read_back(from_bits(bits)) == from_bits(bits));
        double largest = from_bits(0x7fefffffffffffffU - bits);
        assert_true(read_back(largest) == largest);
    }
}

/* Numbers of at most fifteen digits, as printf has them: with and without a point. */
static void few_digits_stand_as_printf_has_them(void **state)
{
    (void)state;
    uint64_t seed = 3, most = 1;
    for (int i = 0; i < 100000; i++) {
        most = most < 1000000000000000U ? 10 * most : 10;
        double whole = (double)(next_random(&seed) % most);
        double value = whole / pow(10, (double)(next_random(&seed) % 14));
        char out[NUMBER_TEXT], expected[NUMBER_TEXT];
        if (value < 1e-4 && value > 0)
            continue;
        (void)snprintf(expected, sizeof expected, "%.15g", value);
        size_t length = number_format(value, out);
        assert_string_equal(out, expected);
        assert_int_equal(length, strlen(expected));
    }
}

/* No shorter digits would read back: tried on the digits that printf rounds to. */
static void no_fewer_digits_read_back(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int i = 0; i < 5000; i++) {
        double value = from_bits(next_random(&seed) >> (i % 3 == 0 ? 12 : 1));
        if (!isfinite(value) || value == 0)
            continue;
        char out[NUMBER_TEXT], fewer[NUMBER_TEXT];
        (void)number_format(value, out);
        int digits = 0;
        for (const char *at = out; *at != '\0' && *at != 'e'; at++)
            digits += *at >= '0' && *at <= '9' && (digits > 0 || *at != '0');
        if (digits < 2)
            continue;
        (void)snprintf(fewer, sizeof fewer, "%.*e", digits - 2, value);
        assert_true(strtod(fewer, NULL) != value);
    }
}

static void a_spelling_is_read(void **state)
{
    (void)state;
    static const struct number_row rows[] = {
        {12, "12"},
        {0.5, ".5"},
        {1, "1."},
        {1e-4, "1e-4"},
        {2500, "2.5e+3"},
        {1000000, "1_000_000"},
        {HUGE_VAL, "1e999"},
        {0, "1e-999"},
        {DBL_TRUE_MIN, "4.9406564584124654e-324"},
        {7, "0007"},
        {-3, "-3"},
        {0.3, "0.299999999999999988897769753748"},
        {1,
         "100000000000000000000000000000000000000000000000000000000000000000000000e-71"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value = -1;
        assert_true(number_parse(rows[i].text, strlen(rows[i].text), &value));
        assert_true(value == rows[i].value);
    }
}

static void what_is_no_decimal_number_is_refused(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "",    ".",   "e5",    "1e",  "1e+",   "0x10", "0x1p3", "1p3",
        " 1",  "1 ",  "1a",    "1,5", "--1",   "+-1",  "_",     "infinity",
        "nan", "inf", "1.2.3", "\n1", "1e5.0", "-",
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        double value = 0;
        assert_false(number_parse(rows[i], strlen(rows[i]), &value));
    }
    double value = 0;
    assert_false(number_parse("1\0002", 3, &value));
    assert_true(number_parse("12345", 3, &value));
    assert_true(value == 123);
}

static void special_values_are_written_and_not_read(void **state)
{
    (void)state;
    char out[NUMBER_TEXT];
    double value = 0;
    size_t length = number_format(-HUGE_VAL, out);
    assert_false(number_parse(out, length, &value));
}

static void numbers_are_rounded_to_digits(void **state)
{
    struct fixture *f = *state;
    text_rounded(&f->text, 2.99999232, 6);
    text_putc(&f->text, ' ');
    text_rounded(&f->text, 2.5, 6);
    text_putc(&f->text, ' ');
    text_rounded(&f->text, -0.0, 3);
    text_putc(&f->text, ' ');
    text_rounded(&f->text, -HUGE_VAL, 3);
    text_putc(&f->text, ' ');
    text_rounded(&f->text, 123456, 3);
    assert_string_equal(text_string(&f->text), "2.99999 2.5 0 -inf 1.23e5");
}

static void assert_locale_does_not_matter(struct fixture *f)
{
    for (size_t i = 0; i < NUMBER_COUNT; i++) {
        char out[NUMBER_TEXT];
        assert_int_equal(number_format(NUMBERS[i].value, out), strlen(NUMBERS[i].text));
        assert_string_equal(out, NUMBERS[i].text);
        if (isfinite(NUMBERS[i].value))
            assert_true(read_back(NUMBERS[i].value) == NUMBERS[i].value);
    }
    double value = 0;
    assert_false(number_parse("1,5", 3, &value));
    text_init(&f->text, &f->arena);
    text_rounded(&f->text, 0.25, 6);
    text_json_number(&f->text, 1.5);
    assert_string_equal(text_string(&f->text), "0.251.5");
}

static void the_locale_does_not_matter(void **state)
{
    static const char *const points[] = {",", "\xD9\xAB"};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        point = points[i];
        assert_true(strtod("1.5", NULL) == 1);
        assert_locale_does_not_matter(*state);
        point = ".";
    }
}

/* Text */

static void text_is_built_piece_by_piece(void **state)
{
    struct fixture *f = *state;
    assert_string_equal(text_string(&f->text), "");
    text_puts(&f->text, "ab");
    text_putc(&f->text, 'c');
    text_put(&f->text, "dxyz", 1);
    text_put(&f->text, NULL, 0);
    text_repeat(&f->text, '-', 3);
    text_repeat(&f->text, '-', 0);
    text_format(&f->text, "%d%s%c", 42, "!", '?');
    text_number(&f->text, 0.5);
    assert_string_equal(text_string(&f->text), "abcd---42!?0.5");
    assert_int_equal(f->text.length, 14);
    text_format(&f->text, "%s", "");
    text_format(&f->text, "<%zu%%%zu|%s>%s", (size_t)0, SIZE_MAX, "", "%s");
    text_format(&f->text, "%s %-3s%.*s %zu", "a", "b", 2, "cde", (size_t)10);
    assert_string_equal(text_string(&f->text) + 14,
                        "<0%18446744073709551615|>%sa b  cd 10");
}

static void long_text_is_whole(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 100000; i++)
        text_format(&f->text, "%d,", i % 10);
    assert_int_equal(f->text.length, 200000);
    for (size_t i = 0; i < 100000; i++)
        assert_int_equal(f->text.data[2 * i], (char)('0' + i % 10));
    char *big = arena_zeroed(&f->arena, 5001, 1);
    memset(big, 'x', 5000);
    text_format(&f->text, "%s", big);
    assert_int_equal(strlen(text_string(&f->text)), 205000);
}

static enum fail_kind fill(struct fixture *f)
{
    if (setjmp(f->fail.landing) != 0)
        return f->fail.kind;
    for (int i = 0; i < 10000; i++)
        text_puts(&f->text, "0123456789");
    return FAIL_NONE;
}

static void a_failure_leaves_the_text_as_it_was(void **state)
{
    struct fixture *f = *state;
    f->memory.limit = 60000;
    assert_int_equal(fill(f), FAIL_MEMORY_LIMIT);
    assert_true(f->text.length >= 4000);
    assert_int_equal(strlen(f->text.data), f->text.length);
    assert_int_equal(f->text.length % 10, 0);
}

struct json_row {
    const char *bytes;
    size_t length;
    const char *expected;
};

static void json_strings_escape_what_they_must(void **state)
{
    struct fixture *f = *state;
    static const struct json_row rows[] = {
        {"", 0, "\"\""},
        {"a\"b\\c", 5, "\"a\\\"b\\\\c\""},
        {"\n\t\r\x01", 4, "\"\\n\\t\\u000d\\u0001\""},
        {"a\0b", 3, "\"a\\u0000b\""},
        {"\x7f", 1, "\"\\u007f\""},
        {"\xCE\xB7", 2, "\"\xCE\xB7\""},
        {"\xCE", 1, "\"\\ufffd\""},
        {"x\xFFy", 3, "\"x\\ufffdy\""},
        {"\xF0\x9D\x9B\xBC", 4, "\"\xF0\x9D\x9B\xBC\""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        text_init(&f->text, &f->arena);
        text_json(&f->text, rows[i].bytes, rows[i].length);
        assert_string_equal(text_string(&f->text), rows[i].expected);
    }
}

static void json_numbers_are_json(void **state)
{
    struct fixture *f = *state;
    text_json_number(&f->text, 0.1);
    text_json_number(&f->text, HUGE_VAL);
    text_json_number(&f->text, -HUGE_VAL);
    text_json_number(&f->text, (double)NAN);
    assert_string_equal(text_string(&f->text), "0.1\"inf\"\"-inf\"\"nan\"");
}

/* UTF-8 */

struct utf8_row {
    const char *bytes;
    size_t length, step;
    uint32_t character;
};

static void utf8_is_decoded_and_checked(void **state)
{
    (void)state;
    static const struct utf8_row rows[] = {
        {"a", 1, 1, 'a'},
        {"", 1, 1, 0},
        {"\xCE\xB7", 2, 2, 0x3b7},
        {"\xE2\x88\x87x", 4, 3, 0x2207},
        {"\xF0\x9D\x9B\xBC", 4, 4, 0x1d6fc},
        {"\xF4\x8F\xBF\xBF", 4, 4, 0x10ffff},
        {"\xCE", 1, 0, 0},             /* cut */
        {"\xE2\x88", 2, 0, 0},         /* cut */
        {"\x80", 1, 0, 0},             /* a continuation alone */
        {"\xC0\xAF", 2, 0, 0},         /* overlong */
        {"\xE0\x80\xAF", 3, 0, 0},     /* overlong */
        {"\xF0\x80\x80\xAF", 4, 0, 0}, /* overlong */
        {"\xED\xA0\x80", 3, 0, 0},     /* a surrogate */
        {"\xF4\x90\x80\x80", 4, 0, 0}, /* past U+10FFFF */
        {"\xFF", 1, 0, 0},
        {"\xCE\x41", 2, 0, 0},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        uint32_t character = 0;
        assert_int_equal(utf8_decode(rows[i].bytes, rows[i].length, &character),
                         rows[i].step);
        if (rows[i].step > 0)
            assert_int_equal(character, rows[i].character);
    }
}

static void characters_have_a_width(void **state)
{
    (void)state;
    assert_int_equal(utf8_width('a'), 1);
    assert_int_equal(utf8_width('~'), 1);
    assert_int_equal(utf8_width('\t'), 0);
    assert_int_equal(utf8_width(0x7f), 0);
    assert_int_equal(utf8_width(0x3b7), 1);
    assert_int_equal(utf8_width(0x2207), 1);
    assert_int_equal(utf8_width(0x68af), 2);
    assert_int_equal(utf8_width(0x301), 0);
    assert_int_equal(utf8_width(0x200b), 0);
}

#define TEXT_TEST(name) cmocka_unit_test_setup_teardown(name, open_text, close_text)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEXT_TEST(numbers_have_their_shortest_form),
        TEXT_TEST(numbers_read_back_as_they_were),
        TEXT_TEST(few_digits_stand_as_printf_has_them),
        TEXT_TEST(no_fewer_digits_read_back),
        TEXT_TEST(a_spelling_is_read),
        TEXT_TEST(what_is_no_decimal_number_is_refused),
        TEXT_TEST(special_values_are_written_and_not_read),
        TEXT_TEST(numbers_are_rounded_to_digits),
        TEXT_TEST(the_locale_does_not_matter),
        TEXT_TEST(text_is_built_piece_by_piece),
        TEXT_TEST(long_text_is_whole),
        TEXT_TEST(a_failure_leaves_the_text_as_it_was),
        TEXT_TEST(json_strings_escape_what_they_must),
        TEXT_TEST(json_numbers_are_json),
        TEXT_TEST(utf8_is_decoded_and_checked),
        TEXT_TEST(characters_have_a_width),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
