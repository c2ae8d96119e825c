/* SPDX-License-Identifier: MIT
 * Messages about long lines and long lists stay short, and cheap. */
#include "script_fixture.h"

enum { HUGE_LINE = 10 * 1000 * 1000 };

/* A line of `length` bytes of `filler` with `part` in it at `at`. */
static char *make_line(size_t length, const char *filler, const char *part, size_t at)
{
    char *line = malloc(length + 1);
    size_t step = strlen(filler);
    for (size_t i = 0; i + step <= length; i += step)
        memcpy(line + i, filler, step);
    memcpy(line + at, part, strlen(part));
    line[length / step * step] = '\0';
    return line;
}

static void long_lines_are_cut_around_the_span(void **state)
{
    (void)state;
    struct fixture f;
    char *line = make_line(HUGE_LINE, "x", "(wrong)", HUGE_LINE / 2);
    fixture_open(&f, "long.opt", line);
    struct diagnostic *item =
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "wrong"), "m");
    diagnostic_draw(&f.out, &f.sources, item, (struct drawing){.width = 40});
    assert_string_equal(text_string(&f.out), "error[E0102]: m\n"
                                             "  --> long.opt:1:5000002\n"
                                             "   |\n"
                                             " 1 | ...xxxxxxxxxx(wrong)xxxxxxxxxx...\n"
                                             "   |               ^^^^^\n");
    free(line);
    fixture_close(&f);
}

static void the_ends_of_a_long_line_need_one_cut(void **state)
{
    (void)state;
    struct fixture f;
    char *line = make_line(200, "x", "(", 0);
    line[199] = ')';
    fixture_open(&f, "long.opt", line);
    struct diagnostic *item =
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "("), "m");
    diagnostic_label(&f.list, item, span_of(&f, ")"), "far");
    diagnostic_draw(&f.out, &f.sources, item, (struct drawing){.width = 20});
    assert_string_equal(text_string(&f.out), "error[E0102]: m\n"
                                             "  --> long.opt:1:1\n"
                                             "   |\n"
                                             " 1 | (xxxxxxx...xxxxxxx)\n"
                                             "   | ^                 - far\n");
    free(line);
    fixture_close(&f);
}

static void a_span_as_long_as_the_line_is_cut_inside(void **state)
{
    (void)state;
    struct fixture f;
    char *line = make_line(200, "x", "(", 0);
    fixture_open(&f, "long.opt", line);
    struct diagnostic *item =
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, 0, 200), "m");
    diagnostic_draw(&f.out, &f.sources, item, (struct drawing){.width = 20});
    assert_string_equal(text_string(&f.out), "error[E0102]: m\n"
                                             "  --> long.opt:1:1\n"
                                             "   |\n"
                                             " 1 | (xxxxxx...xxxxxxx\n"
                                             "   | ^^^^^^^^^^^^^^^^^\n");
    free(line);
    fixture_close(&f);
}

/* Whatever fills a huge line, and wherever the span is, little is drawn. */
static void every_huge_line_is_drawn_short(void **state)
{
    (void)state;
    static const char *const fillers[] = {"x",  "\t",   "\xCC\x81", "\xE6\xA2\xAF",
                                          "\r", "\x1b", "\xFF",     "\xE2\x80\x8B"};
    for (size_t i = 0; i < sizeof fillers / sizeof *fillers; i++) {
        struct fixture f;
        char *line = make_line(1000000, fillers[i], "", 0);
        fixture_open(&f, "long.opt", line);
        size_t length = strlen(line);
        for (size_t at = 0; at <= length; at += length / 5 + 1) {
            f.list.count = 0;
            struct diagnostic *item =
                diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, at, length), "m");
            f.out.length = 0;
            diagnostic_draw(&f.out, &f.sources, item, (struct drawing){0});
            assert_true(f.out.length < 4000);
        }
        free(line);
        fixture_close(&f);
    }
}

/* A thousand places in one huge line: far beyond a second if each counted its columns
 * from the line's beginning. */
static void many_messages_about_a_huge_line_are_cheap(void **state)
{
    (void)state;
    struct fixture f;
    char *line = make_line(HUGE_LINE, "x;", "", 0);
    fixture_open(&f, "long.opt", line);
    for (size_t i = 0; i < DIAGNOSTICS_MOST; i++)
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME,
                       span_at(&f, HUGE_LINE - 2 * i - 2, HUGE_LINE - 2 * i - 1), "m");
    diagnostics_sort(&f.list);
    for (size_t i = 0; i < f.list.count; i++)
        diagnostic_json(&f.out, &f.sources, f.list.items[i]);
    assert_int_equal(f.list.count, DIAGNOSTICS_MOST);
    assert_true(f.out.length < (size_t)DIAGNOSTICS_MOST * 1000);
    free(line);
    fixture_close(&f);
}

/* A number below `limit`, the same in every run (Knuth's MMIX generator). */
static size_t draw_number(uint64_t *seed, size_t limit)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(*seed >> 33) % limit;
}

static size_t make_text(uint64_t *seed, char *text, size_t most)
{
    static const char *const bits[] = {
        "a",        "\t",      "\n",   "\r\n", "\r",  "\xE6\xA2\xAF", "e\xCC\x81",
        "\xFF",     "\x80",    "\x1b", " ",    "xyz", "\xEF\xBB\xBF", "\xE2\x80\xAE",
        "\xF0\x9D", "\xC2\x9B"};
    size_t length = 0, wanted = draw_number(seed, most - 4);
    size_t kinds = 1 + draw_number(seed, sizeof bits / sizeof *bits);
    while (length < wanted) {
        const char *bit = bits[draw_number(seed, kinds)];
        memcpy(text + length, bit, strlen(bit));
        length += strlen(bit);
    }
    text[length] = '\0';
    return length;
}

static struct span draw_any_span(const struct fixture *f, uint64_t *seed)
{
    size_t length = fixture_source(f)->length;
    size_t begin = draw_number(seed, length + 3);
    bool is_short = draw_number(seed, 3) > 0;
    size_t end = is_short ? begin + draw_number(seed, 8) : draw_number(seed, length + 3);
    return span_at(f, begin, end);
}

/* Whatever the text and the spans, nothing reaches the terminal but lines of text. */
static void random_texts_are_drawn_as_text(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int run = 0; run < 1000; run++) {
        struct fixture f;
        char text[300];
        (void)make_text(&seed, text, run % 4 == 0 ? sizeof text : 40);
        fixture_open(&f, "random.opt", text);
        struct diagnostic *item = diagnostic_add(&f.list, CODE_UNKNOWN_NAME,
                                                 draw_any_span(&f, &seed), "message");
        for (size_t i = draw_number(&seed, 5); i > 0; i--)
            diagnostic_label(&f.list, item, draw_any_span(&f, &seed), "label");
        diagnostic_help(&f.list, item, "help");
        for (size_t i = draw_number(&seed, 3); i > 0; i--)
            diagnostic_edit(&f.list, item, draw_any_span(&f, &seed), i == 1 ? "" : "*");
        diagnostic_draw(&f.out, &f.sources, item, (struct drawing){.width = 30});
        const char *drawn = text_string(&f.out);
        for (size_t at = 0, used = 0; at < f.out.length; at += used) {
            uint32_t character = 0;
            used = utf8_decode(drawn + at, f.out.length - at, &character);
            assert_true(used > 0 && (character >= 0x20 || character == '\n'));
            assert_false(character >= 0x7F && character < 0xA0);
            assert_true(character != 0x202E && character != 0xFEFF);
        }
        fixture_close(&f);
    }
}

static void a_list_shows_five_errors_and_counts_the_rest(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "a.opt", "abcdefghijkl");
    for (unsigned i = 0; i < 12; i++)
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, i, i + 1), "m%u", i);
    diagnostics_draw(&f.out, &f.sources, &f.list, (struct drawing){0});
    const char *drawn = text_string(&f.out);
    assert_non_null(strstr(drawn, "^\n\nerror[E0102]: m4\n"));
    assert_null(strstr(drawn, "m5"));
    assert_non_null(strstr(drawn, "   |     ^\n\n... 7 more errors\n"));
    fixture_close(&f);
}

static void a_short_list_is_shown_whole(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "a.opt", "ab");
    diagnostics_draw(&f.out, &f.sources, &f.list, (struct drawing){0});
    assert_string_equal(text_string(&f.out), "");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, 0, 1), "m0");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, 1, 2), "m1");
    diagnostics_draw(&f.out, &f.sources, &f.list, (struct drawing){0});
    assert_string_equal(text_string(&f.out), "error[E0102]: m0\n"
                                             "  --> a.opt:1:1\n"
                                             "   |\n"
                                             " 1 | ab\n"
                                             "   | ^\n"
                                             "\n"
                                             "error[E0102]: m1\n"
                                             "  --> a.opt:1:2\n"
                                             "   |\n"
                                             " 1 | ab\n"
                                             "   |  ^\n");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(long_lines_are_cut_around_the_span),
        cmocka_unit_test(the_ends_of_a_long_line_need_one_cut),
        cmocka_unit_test(a_span_as_long_as_the_line_is_cut_inside),
        cmocka_unit_test(every_huge_line_is_drawn_short),
        cmocka_unit_test(many_messages_about_a_huge_line_are_cheap),
        cmocka_unit_test(random_texts_are_drawn_as_text),
        cmocka_unit_test(a_list_shows_five_errors_and_counts_the_rest),
        cmocka_unit_test(a_short_list_is_shown_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
