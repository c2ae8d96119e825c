/* SPDX-License-Identifier: MIT
 * Lines, columns and spans. */
#include "script_fixture.h"

static void assert_position(const struct fixture *f, size_t offset, size_t line,
                            size_t column, size_t column_utf16)
{
    struct position at = source_position(fixture_source(f), offset);
    assert_int_equal(at.line, line);
    assert_int_equal(at.column, column);
    assert_int_equal(at.column_utf16, column_utf16);
}

static void assert_line(const struct fixture *f, size_t line, const char *expected)
{
    size_t length = 0;
    const char *text = source_line(fixture_source(f), line, &length);
    assert_int_equal(length, strlen(expected));
    assert_memory_equal(text, expected, length);
}

static void an_empty_source_has_one_line(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "empty.opt", "");
    assert_int_equal(fixture_source(&f)->line_count, 1);
    assert_line(&f, 1, "");
    assert_position(&f, 0, 1, 1, 1);
    assert_position(&f, 99, 1, 1, 1);
    fixture_close(&f);
}

static void lines_end_with_lf_or_crlf(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "ends.opt", "a = 1\r\nb\r = 2\n\nc\r\n");
    assert_int_equal(fixture_source(&f)->line_count, 5);
    assert_line(&f, 1, "a = 1");
    assert_line(&f, 2, "b\r = 2");
    assert_line(&f, 3, "");
    assert_line(&f, 4, "c");
    assert_line(&f, 5, "");
    fixture_close(&f);
}

static void offsets_become_lines_and_columns(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "places.opt", "ab\r\ncd\n");
    assert_position(&f, 0, 1, 1, 1);
    assert_position(&f, 1, 1, 2, 2);
    assert_position(&f, 2, 1, 3, 3); /* in the line's end: behind its last character */
    assert_position(&f, 3, 1, 3, 3);
    assert_position(&f, 4, 2, 1, 1);
    assert_position(&f, 6, 2, 3, 3);
    assert_position(&f, 7, 3, 1, 1);
    assert_position(&f, 1000, 3, 1, 1);
    fixture_close(&f);
}

static void columns_count_characters_not_bytes(void **state)
{
    (void)state;
    struct fixture f;
    /* two, three and four bytes; the last is two units of UTF-16 */
    fixture_open(&f, "wide.opt", "\xCE\xB7\xE6\xA2\xAF\xF0\x9D\x9B\xBC=1");
    assert_position(&f, 2, 1, 2, 2);
    assert_position(&f, 5, 1, 3, 3);
    assert_position(&f, 9, 1, 4, 5);
    fixture_close(&f);
}

static void a_byte_order_mark_is_no_column(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "bom.opt", "\xEF\xBB\xBFx = 1\ny");
    assert_line(&f, 1, "x = 1");
    assert_position(&f, 0, 1, 1, 1);
    assert_position(&f, 3, 1, 1, 1);
    assert_position(&f, 4, 1, 2, 2);
    assert_position(&f, 9, 2, 1, 1);
    fixture_close(&f);
}

/* A long line whose first half is of one byte a character, the second of two. */
static void columns_of_a_long_line_are_exact(void **state)
{
    (void)state;
    enum { HALF = 10000 }; /* more than a block of the table of counts */
    char *text = malloc(3 * HALF + 2);
    text[0] = '\n';
    memset(text + 1, 'x', HALF);
    for (size_t i = 0; i < HALF; i++)
        memcpy(text + 1 + HALF + 2 * i, "\xCE\xB7", 2);
    text[3 * HALF + 1] = '\0';
    struct fixture f;
    fixture_open(&f, "long.opt", text);
    for (size_t i = 0; i < HALF; i += 997) {
        assert_position(&f, 1 + i, 2, i + 1, i + 1);
        assert_position(&f, 1 + HALF + 2 * i, 2, HALF + i + 1, HALF + i + 1);
    }
    fixture_close(&f);
    free(text);
}

static void sources_are_numbered_from_one_and_copied(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "first.opt", "a");
    char text[] = "zero\0inside";
    uint32_t second = sources_add(&f.sources, "second.opt", text, sizeof text - 1);
    text[0] = '!';
    assert_int_equal(f.script, 1);
    assert_int_equal(second, 2);
    const struct source *source = sources_get(&f.sources, second);
    assert_int_equal(source->length, 11);
    assert_memory_equal(source->text, "zero\0inside", 12);
    assert_string_equal(source->name, "second.opt");
    assert_null(sources_get(&f.sources, 0));
    assert_null(sources_get(&f.sources, 3));
    fixture_close(&f);
}

static void spans_join_and_end(void **state)
{
    (void)state;
    struct span a = {2, 3, 5}, b = {2, 8, 9};
    struct span both = span_join(a, b), after = span_after(a);
    assert_int_equal(both.source, 2);
    assert_int_equal(both.begin, 3);
    assert_int_equal(both.end, 9);
    assert_int_equal(after.source, 2);
    assert_int_equal(after.begin, 5);
    assert_int_equal(after.end, 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_source_has_one_line),
        cmocka_unit_test(lines_end_with_lf_or_crlf),
        cmocka_unit_test(offsets_become_lines_and_columns),
        cmocka_unit_test(columns_count_characters_not_bytes),
        cmocka_unit_test(a_byte_order_mark_is_no_column),
        cmocka_unit_test(columns_of_a_long_line_are_exact),
        cmocka_unit_test(sources_are_numbered_from_one_and_copied),
        cmocka_unit_test(spans_join_and_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
