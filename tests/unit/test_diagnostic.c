/* SPDX-License-Identifier: MIT
 * Collecting diagnostics, and their machine form. */
#include "script_fixture.h"

static void diagnostics_come_in_the_order_of_their_places(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "a.opt", "a b c");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "c"), "third");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "a"), "first");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "b"), "second");
    diagnostic_add(&f.list, CODE_WRONG_ARITY, span_of(&f, "b"), "second too");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_at(&f, 2, 5), "wider is later");
    diagnostics_sort(&f.list);
    static const char *const expected[] = {"first", "second", "second too",
                                           "wider is later", "third"};
    assert_int_equal(f.list.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(f.list.items[i]->message, expected[i]);
    fixture_close(&f);
}

static void repetitions_are_dropped(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "a.opt", "a b c");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "a"), "first");
    diagnostic_add(&f.list, CODE_WRONG_ARITY, span_of(&f, "a"), "another code");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "a"), "again");
    diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "b"), "elsewhere");
    assert_int_equal(f.list.errors, 4);
    diagnostics_sort(&f.list);
    assert_int_equal(f.list.count, 3);
    assert_int_equal(f.list.errors, 3);
    assert_string_equal(f.list.items[0]->message, "first");
    assert_string_equal(f.list.items[1]->message, "another code");
    diagnostics_clear(&f.list);
    assert_int_equal(f.list.count + f.list.errors, 0);
    fixture_close(&f);
}

static void past_a_thousand_they_are_only_counted(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "a.opt", "a b c");
    for (unsigned i = 0; i < 5000; i++) {
        struct diagnostic *item =
            diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "a"), "mistake %u", i);
        assert_non_null(item);
        diagnostic_say(&f.list, item, "here");
        diagnostic_label(&f.list, item, span_of(&f, "b"), "there");
        diagnostic_note(&f.list, item, "note");
        diagnostic_help(&f.list, item, "help");
        diagnostic_edit(&f.list, item, span_of(&f, "c"), "d");
        diagnostic_certain(item);
    }
    assert_int_equal(f.list.count, DIAGNOSTICS_MOST);
    assert_int_equal(f.list.errors, 5000);
    assert_int_equal(f.list.dropped, 5000 - DIAGNOSTICS_MOST);
    assert_string_equal(f.list.items[DIAGNOSTICS_MOST - 1]->message, "mistake 999");
    assert_int_equal(f.list.spare->label_count + f.list.spare->help_count, 0);
    fixture_close(&f);
}

static void a_long_message_keeps_head_and_tail(void **state)
{
    (void)state;
    enum { LENGTH = 1000000 };
    struct fixture f;
    fixture_open(&f, "a.opt", "a");
    char *name = malloc(LENGTH + 1);
    for (size_t i = 0; i < LENGTH; i += 2)
        memcpy(name + i, "\xCE\xB7", 2);
    name[LENGTH] = '\0';
    const struct diagnostic *item = diagnostic_add(
        &f.list, CODE_UNKNOWN_NAME, span_of(&f, "a"), "`%s` is not defined", name);
    size_t length = strlen(item->message);
    assert_true(length < 1000);
    assert_memory_equal(item->message, "`\xCE\xB7", 3);
    assert_string_equal(item->message + length - 16, "` is not defined");
    assert_non_null(
        strstr(item->message, "\xCE\xB7...\xCE\xB7")); /* between characters */
    free(name);
    fixture_close(&f);
}

static void edits_belong_to_the_last_help(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "a.opt", "a b c");
    struct diagnostic *item =
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME, span_of(&f, "a"), "m");
    diagnostic_edit(&f.list, item, span_of(&f, "a"), "no help yet: ignored");
    diagnostic_help(&f.list, item, "first");
    diagnostic_help(&f.list, item, "second");
    char replacement[] = "x";
    diagnostic_edit(&f.list, item, span_of(&f, "b"), replacement);
    replacement[0] = '!';
    diagnostic_certain(item);
    assert_int_equal(item->help_count, 2);
    assert_int_equal(item->helps[0].edit_count, 0);
    assert_int_equal(item->helps[1].edit_count, 1);
    assert_string_equal(item->helps[1].edits[0].text, "x");
    assert_false(item->helps[0].certain);
    assert_true(item->helps[1].certain);
    fixture_close(&f);
}

static void json_has_every_field(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "lab \"3\".opt", "\xF0\x9D\x9B\xBC = 1\nx = (2\n");
    struct diagnostic *item = diagnostic_add(&f.list, CODE_UNKNOWN_NAME,
                                             span_of(&f, "= 1\nx"), "tab\tand \"quote\"");
    diagnostic_label(&f.list, item, span_of(&f, "2"), "second");
    diagnostic_note(&f.list, item, "n1");
    diagnostic_note(&f.list, item, "n2");
    diagnostic_help(&f.list, item, "close it");
    diagnostic_edit(&f.list, item, span_after(span_of(&f, "2")), ")");
    diagnostic_certain(item);
    diagnostic_help(&f.list, item, "or not");
    diagnostic_json(&f.out, &f.sources, item);
    assert_string_equal(
        text_string(&f.out),
        "{\"event\":\"error\",\"code\":\"E0102\",\"severity\":\"error\","
        "\"message\":\"tab\\tand \\\"quote\\\"\",\"spans\":["
        "{\"file\":\"lab \\\"3\\\".opt\",\"byte_start\":5,\"byte_end\":10,\"line\":1,"
        "\"col\":3,\"end_line\":2,\"end_col\":2,\"col_utf16\":4,\"label\":null,"
        "\"primary\":true},"
        "{\"file\":\"lab \\\"3\\\".opt\",\"byte_start\":14,\"byte_end\":15,\"line\":2,"
        "\"col\":6,\"end_line\":2,\"end_col\":7,\"col_utf16\":6,\"label\":\"second\","
        "\"primary\":false}],\"notes\":[\"n1\",\"n2\"],\"help\":["
        "{\"message\":\"close it\",\"edits\":[{\"file\":\"lab \\\"3\\\".opt\","
        "\"byte_start\":15,\"byte_end\":15,\"text\":\")\"}],"
        "\"applicability\":\"machine\"},"
        "{\"message\":\"or not\",\"edits\":[],\"applicability\":\"maybe\"}],"
        "\"rendered\":\"error[E0102]: tab    and \\\"quote\\\"\\n"
        "  --> lab \\\"3\\\".opt:1:3\\n   |\\n"
        " 1 | \xF0\x9D\x9B\xBC = 1\\n   |   ^^^\\n"
        " 2 | x = (2\\n   | ^    - second\\n"
        "   = note: n1\\n   = note: n2\\n   = help: close it\\n"
        "   |\\n 2 | x = (2)\\n   |       +\\n   = help: or not\\n\"}");
    fixture_close(&f);
}

static void json_without_a_place_has_no_spans(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "a.opt", "");
    const struct diagnostic *item =
        diagnostic_add(&f.list, CODE_UNKNOWN_NAME, (struct span){0}, "nowhere \xFF");
    diagnostic_json(&f.out, &f.sources, item);
    assert_string_equal(
        text_string(&f.out),
        "{\"event\":\"error\",\"code\":\"E0102\",\"severity\":\"error\","
        "\"message\":\"nowhere \\ufffd\",\"spans\":[],\"notes\":[],\"help\":[],"
        "\"rendered\":\"error[E0102]: nowhere \xEF\xBF\xBD\\n\"}");
    fixture_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(diagnostics_come_in_the_order_of_their_places),
        cmocka_unit_test(repetitions_are_dropped),
        cmocka_unit_test(past_a_thousand_they_are_only_counted),
        cmocka_unit_test(a_long_message_keeps_head_and_tail),
        cmocka_unit_test(edits_belong_to_the_last_help),
        cmocka_unit_test(json_has_every_field),
        cmocka_unit_test(json_without_a_place_has_no_spans),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
