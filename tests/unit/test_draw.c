/* SPDX-License-Identifier: MIT
 * Messages as people see them: the whole text is compared. */
#include "script_fixture.h"

/* Draws the first of the list and ends the fixture. */
static void assert_drawn(struct fixture *f, const char *expected)
{
    diagnostic_draw(&f->out, &f->sources, f->list.items[0], (struct drawing){0});
    assert_string_equal(text_string(&f->out), expected);
    fixture_close(f);
}

static struct diagnostic *open_with(struct fixture *f, const char *text,
                                    const char *primary, const char *message)
{
    fixture_open(f, "lab.opt", text);
    return diagnostic_add(&f->list, CODE_UNKNOWN_NAME, span_of(f, primary), "%s",
                          message);
}

static void the_place_is_underlined(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item =
        open_with(&f, "# lab\n\n\nminimize (wieght*2 - 6)^2 over weight from 0\n",
                  "wieght", "`wieght` is not defined");
    diagnostic_say(&f.list, item, "write `weight`");
    diagnostic_help(&f.list, item, "write `weight`"); /* once is enough */
    assert_drawn(&f, "error[E0102]: `wieght` is not defined\n"
                     "  --> lab.opt:4:11\n"
                     "   |\n"
                     " 4 | minimize (wieght*2 - 6)^2 over weight from 0\n"
                     "   |           ^^^^^^ write `weight`\n");
}

static void labels_on_other_lines_and_a_quoted_help(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(
        &f, "learn_rate = 0.1\n\n\n\nw = 1\nx = lern_rate", "lern_rate", "unknown name");
    diagnostic_say(&f.list, item, "not defined");
    diagnostic_label(&f.list, item, span_of(&f, "learn_rate"), "one is defined here");
    diagnostic_label(&f.list, item, span_of(&f, "x ="), "two lines below `w`");
    diagnostic_help(&f.list, item, "use `learn_rate`");
    diagnostic_edit(&f.list, item, span_of(&f, "lern_rate"), "learn_rate");
    assert_drawn(&f, "error[E0102]: unknown name\n"
                     "  --> lab.opt:6:5\n"
                     "   |\n"
                     " 1 | learn_rate = 0.1\n"
                     "   | ---------- one is defined here\n"
                     "...\n"
                     " 6 | x = lern_rate\n"
                     "   | --- ^^^^^^^^^ not defined\n"
                     "   | two lines below `w`\n"
                     "   = help: use `learn_rate`\n");
}

static void texts_below_signs_do_not_collide(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "r = X*w + b - y", "y", "the lengths differ");
    diagnostic_say(&f.list, item, "length 2");
    diagnostic_label(&f.list, item, span_of(&f, "X*w"), "length 3");
    diagnostic_label(&f.list, item, span_of(&f, "b"), "a number");
    diagnostic_label(&f.list, item, span_of(&f, "X*w + b"), "length 3 too");
    assert_drawn(&f, "error[E0102]: the lengths differ\n"
                     "  --> lab.opt:1:15\n"
                     "   |\n"
                     " 1 | r = X*w + b - y\n"
                     "   |     ---   -   ^ length 2\n"
                     "   |     |     a number\n"
                     "   |     length 3\n"
                     "   |     ------- length 3 too\n");
}

static void one_line_between_is_shown(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "a = 1\nb = 2\nc = 3", "a", "m");
    diagnostic_label(&f.list, item, span_of(&f, "c"), "here");
    assert_drawn(&f, "error[E0102]: m\n"
                     "  --> lab.opt:1:1\n"
                     "   |\n"
                     " 1 | a = 1\n"
                     "   | ^\n"
                     " 2 | b = 2\n"
                     " 3 | c = 3\n"
                     "   | - here\n");
}

static void an_insertion_shows_the_line_after_it(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "f(x) = x(x-1)", "x(x-1)", "a product");
    struct span paren = span_of(&f, "(x-1)");
    paren.end = paren.begin;
    diagnostic_help(&f.list, item, "write the product with `*`");
    diagnostic_edit(&f.list, item, paren, "*");
    assert_drawn(&f, "error[E0102]: a product\n"
                     "  --> lab.opt:1:8\n"
                     "   |\n"
                     " 1 | f(x) = x(x-1)\n"
                     "   |        ^^^^^^\n"
                     "   = help: write the product with `*`\n"
                     "   |\n"
                     " 1 | f(x) = x*(x-1)\n"
                     "   |         +\n");
}

static void replacements_and_deletions_show_too(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "a = 1/2x // b", "1/2x", "two readings");
    diagnostic_help(&f.list, item, "say which is meant");
    diagnostic_edit(&f.list, item, span_of(&f, "2x"), "(2x)");
    diagnostic_edit(&f.list, item, span_of(&f, " // b"), "");
    assert_drawn(&f, "error[E0102]: two readings\n"
                     "  --> lab.opt:1:5\n"
                     "   |\n"
                     " 1 | a = 1/2x // b\n"
                     "   |     ^^^^\n"
                     "   = help: say which is meant\n"
                     "   |\n"
                     " 1 | a = 1/(2x)\n"
                     "   |       ~~~~\n");
}

static void edits_that_are_not_in_one_line_are_not_shown(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "ab\ncd", "b", "m");
    diagnostic_help(&f.list, item, "over two lines");
    diagnostic_edit(&f.list, item, span_of(&f, "b\nc"), "x");
    diagnostic_help(&f.list, item, "backwards");
    diagnostic_edit(&f.list, item, span_of(&f, "b"), "x");
    diagnostic_edit(&f.list, item, span_of(&f, "a"), "x");
    diagnostic_help(&f.list, item, "two lines of its own");
    diagnostic_edit(&f.list, item, span_of(&f, "a"), "x\ny");
    diagnostic_help(&f.list, item, "outside");
    diagnostic_edit(&f.list, item, span_at(&f, 5, 9), "x");
    assert_drawn(&f, "error[E0102]: m\n"
                     "  --> lab.opt:1:2\n"
                     "   |\n"
                     " 1 | ab\n"
                     "   |  ^\n"
                     "   = help: over two lines\n"
                     "   = help: backwards\n"
                     "   = help: two lines of its own\n"
                     "   = help: outside\n");
}

static void an_edit_of_a_byte_order_mark_is_not_shown(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f,
                                        "\xEF\xBB\xBF"
                                        "ab",
                                        "a", "m");
    diagnostic_help(&f.list, item, "drop it");
    diagnostic_edit(&f.list, item, span_at(&f, 0, 3), "");
    assert_drawn(&f, "error[E0102]: m\n"
                     "  --> lab.opt:1:1\n"
                     "   |\n"
                     " 1 | ab\n"
                     "   | ^\n"
                     "   = help: drop it\n");
}

static void notes_keep_their_lines(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "a", "a", "m");
    diagnostic_note(&f.list, item, "left:  1\nright: 2");
    assert_drawn(&f, "error[E0102]: m\n"
                     "  --> lab.opt:1:1\n"
                     "   |\n"
                     " 1 | a\n"
                     "   | ^\n"
                     "   = note: left:  1\n"
                     "           right: 2\n");
}

static void a_span_over_lines_marks_each(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item =
        open_with(&f, "f = (1 +\n\t2 +\n\n  3\n", "(1 +\n\t2 +\n\n  3\n", "m");
    diagnostic_say(&f.list, item, "never closed");
    assert_drawn(&f, "error[E0102]: m\n"
                     "  --> lab.opt:1:5\n"
                     "   |\n"
                     " 1 | f = (1 +\n"
                     "   |     ^^^^\n"
                     " 2 |     2 +\n"
                     "   |     ^^^\n"
                     " 3 |\n"
                     " 4 |   3\n"
                     "   |   ^ never closed\n");
}

static void a_long_span_marks_its_ends(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "{ a\n1\n2\n3\n4\n5\n6\n7\n8\n9 }",
                                        "{ a\n1\n2\n3\n4\n5\n6\n7\n8\n9 }", "m");
    diagnostic_say(&f.list, item, "this block");
    assert_drawn(&f, "error[E0102]: m\n"
                     "   --> lab.opt:1:1\n"
                     "    |\n"
                     "  1 | { a\n"
                     "    | ^^^\n"
                     "...\n"
                     " 10 | 9 }\n"
                     "    | ^^^ this block\n");
}

static void nothing_is_a_place_too(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "empty.opt", "");
    struct diagnostic *item =
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, 0, 0), "no statement");
    diagnostic_say(&f.list, item, "here");
    assert_drawn(&f, "error[E0102]: no statement\n"
                     "  --> empty.opt:1:1\n"
                     "   |\n"
                     " 1 |\n"
                     "   | ^ here\n");
}

static void the_end_is_shown_behind_the_last_text(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "lab.opt", "minimize x^2\r\n\r\n  \r\n");
    struct diagnostic *item =
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, 20, 20), "unfinished");
    diagnostic_say(&f.list, item, "over which variable?");
    assert_drawn(&f, "error[E0102]: unfinished\n"
                     "  --> lab.opt:1:13\n"
                     "   |\n"
                     " 1 | minimize x^2\n"
                     "   |             ^ over which variable?\n");
}

static void a_span_outside_is_moved_inside(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "lab.opt", "ab");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, 1, 4000000000u), "m");
    assert_drawn(&f, "error[E0102]: m\n"
                     "  --> lab.opt:1:2\n"
                     "   |\n"
                     " 1 | ab\n"
                     "   |  ^\n");
}

static void a_byte_order_mark_is_no_place(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "lab.opt",
                 "\xEF\xBB\xBF"
                 "ab");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, 0, 2), "m");
    assert_drawn(&f, "error[E0102]: m\n"
                     "  --> lab.opt:1:1\n"
                     "   |\n"
                     " 1 | ab\n"
                     "   | ^\n");
}

static void tabs_and_wide_characters_keep_the_signs_in_place(void **state)
{
    (void)state;
    struct fixture f;
    /* a tab, two wide characters, a combining accent */
    struct diagnostic *item =
        open_with(&f, "\t\xE6\xA2\xAF\xE5\xBA\xA6 e\xCC\x81 bad", "bad", "m");
    diagnostic_label(&f.list, item, span_of(&f, "\xE5\xBA\xA6"), "wide");
    assert_drawn(&f, "error[E0102]: m\n"
                     "  --> lab.opt:1:8\n"
                     "   |\n"
                     " 1 |     \xE6\xA2\xAF\xE5\xBA\xA6 e\xCC\x81 bad\n"
                     "   |       --   ^^^\n"
                     "   |       wide\n");
}

static void what_a_terminal_obeys_is_replaced(void **state)
{
    (void)state;
    struct fixture f;
    /* escape, carriage return, broken UTF-8, right-to-left override, C1 control */
    open_with(&f,
              "a\x1b[2J\r\xFF\xE2\x80\xAE\xC2\x9B"
              "b",
              "b", "bell \a\nnext");
    assert_drawn(&f, "error[E0102]: bell \xEF\xBF\xBD\xEF\xBF\xBDnext\n"
                     "  --> lab.opt:1:10\n"
                     "   |\n"
                     " 1 | a\xEF\xBF\xBD[2J\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
                     "\xEF\xBF\xBD"
                     "b\n"
                     "   |          ^\n");
}

static void a_message_without_a_place_is_its_heading(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "lab.opt", "a");
    struct diagnostic *item =
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME, (struct span){0}, "nowhere");
    diagnostic_note(&f.list, item, "a note");
    diagnostic_help(&f.list, item, "a help");
    assert_drawn(&f, "error[E0102]: nowhere\n"
                     "   = note: a note\n"
                     "   = help: a help\n");
}

static void labels_in_another_source_have_their_own_window(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "f(1)", "f", "m");
    uint32_t library = sources_add(&f.sources, "library.opt", "\nf(a, b) = a", 12);
    diagnostic_label(&f.list, item, (struct span){library, 1, 8}, "two parameters");
    uint32_t other = sources_add(&f.sources, "other.opt", "f = 2", 5);
    diagnostic_label(&f.list, item, (struct span){other, 0, 1}, "hidden by this");
    diagnostic_label(&f.list, item, (struct span){library, 3, 4}, "one");
    assert_drawn(&f, "error[E0102]: m\n"
                     "  --> lab.opt:1:1\n"
                     "   |\n"
                     " 1 | f(1)\n"
                     "   | ^\n"
                     "  --> library.opt:2:1\n"
                     "   |\n"
                     " 2 | f(a, b) = a\n"
                     "   | ------- two parameters\n"
                     "   |   - one\n"
                     "  --> other.opt:1:1\n"
                     "   |\n"
                     " 1 | f = 2\n"
                     "   | - hidden by this\n");
}

static void many_labels_are_counted(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "a", "a", "m");
    for (int i = 0; i < 20; i++)
        diagnostic_label(&f.list, item, span_of(&f, "a"), "n%d", i);
    diagnostic_draw(&f.out, &f.sources, item, (struct drawing){0});
    assert_non_null(strstr(text_string(&f.out), "- n11\n   = note: and 8 more places\n"));
    assert_null(strstr(text_string(&f.out), "n12"));
    fixture_close(&f);
}

static void colours_only_when_asked(void **state)
{
    (void)state;
    struct fixture f;
    struct diagnostic *item = open_with(&f, "a", "a", "m");
    diagnostic_say(&f.list, item, "t");
    diagnostic_help(&f.list, item, "h");
    diagnostic_draw(&f.out, &f.sources, item, (struct drawing){.colour = true});
    assert_string_equal(text_string(&f.out),
                        "\x1b[1;31merror[E0102]\x1b[0m\x1b[1m: m\x1b[0m\n"
                        "  \x1b[1;34m-->\x1b[0m lab.opt:1:1\n"
                        "\x1b[1;34m   |\x1b[0m\n"
                        "\x1b[1;34m 1 |\x1b[0m a\n"
                        "\x1b[1;34m   |\x1b[0m \x1b[1;31m^ t\x1b[0m\n"
                        "   \x1b[1;34m=\x1b[0m \x1b[1;32mhelp\x1b[0m: h\n");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_place_is_underlined),
        cmocka_unit_test(labels_on_other_lines_and_a_quoted_help),
        cmocka_unit_test(texts_below_signs_do_not_collide),
        cmocka_unit_test(one_line_between_is_shown),
        cmocka_unit_test(an_insertion_shows_the_line_after_it),
        cmocka_unit_test(replacements_and_deletions_show_too),
        cmocka_unit_test(edits_that_are_not_in_one_line_are_not_shown),
        cmocka_unit_test(an_edit_of_a_byte_order_mark_is_not_shown),
        cmocka_unit_test(notes_keep_their_lines),
        cmocka_unit_test(a_span_over_lines_marks_each),
        cmocka_unit_test(a_long_span_marks_its_ends),
        cmocka_unit_test(nothing_is_a_place_too),
        cmocka_unit_test(the_end_is_shown_behind_the_last_text),
        cmocka_unit_test(a_span_outside_is_moved_inside),
        cmocka_unit_test(a_byte_order_mark_is_no_place),
        cmocka_unit_test(tabs_and_wide_characters_keep_the_signs_in_place),
        cmocka_unit_test(what_a_terminal_obeys_is_replaced),
        cmocka_unit_test(a_message_without_a_place_is_its_heading),
        cmocka_unit_test(labels_in_another_source_have_their_own_window),
        cmocka_unit_test(many_labels_are_counted),
        cmocka_unit_test(colours_only_when_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
