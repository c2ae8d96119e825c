/* SPDX-License-Identifier: MIT
 * Texts that are made to break a parser, and memory that ends anywhere. */
#include "parse_fixture.h"

enum { MANY = 100000 };

static void nesting_ends_in_a_message(void **state)
{
    (void)state;
    static const struct {
        const char *before, *part, *after;
    } ROWS[] = {
        {"x = ", "(", ""},
        {"x = ", "(", "1"},
        {"x = ", "-", "1"},
        {"x = f", "'", ""},
        {"x = f", "(1)", ""},
        {"x = ", "[", ""},
        {"x = f", ".a", ""},
        {"x = ", "not ", "a"},
        {"x = ", "2^", "2"},
        {"x = ", "|a + ", ""},
        {"x = a", "[1]", ""},
        {"x = ", "if a then b else ", "c"},
        {"", "if a { ", ""},
        {"if a { b }", " else if a { b }", ""},
        {"", "sweep a in b ", "minimize x over x from 0"},
        {"x = ", "2^(", "2"},
        {"x = ", "a or b and not c < d..e + f*-2g^-(", ""},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, "", 0);
        const char *text =
            repeated(&p, ROWS[i].before, ROWS[i].part, MANY, ROWS[i].after);
        p.base.script = sources_add(&p.base.sources, "t.opt", text, strlen(text));
        assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_WRONG);
        assert_string_equal(parsed_codes(&p), "E0701");
        assert_true(p.parse.script->depth <= AST_DEEPEST);
        parsed_close(&p);
    }
}

static void what_is_long_is_no_deeper(void **state)
{
    (void)state;
    static const struct {
        const char *before, *part, *after;
        uint32_t depth;
    } ROWS[] = {
        {"x = ", "1+", "1", 4},
        {"x = ", "1*", "1", 4},
        {"x = ", "1<", "1", 4},
        {"x = ", "a and ", "b", 4},
        {"x = [", "1,", "1]", 4},
        {"x = f(", "1,", "1)", 4},
        {"", "x = 1\n", "", 3},
        {"print ", "a,", "b", 3},
        {"minimize x over ", "x,", "x from 0", 5},
        {"minimize x ", "over x from 0 ", "", 5},
        {"", "\n", "", 1},
        {"", ";", "", 1},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, "", 0);
        const char *text =
            repeated(&p, ROWS[i].before, ROWS[i].part, MANY, ROWS[i].after);
        p.base.script = sources_add(&p.base.sources, "t.opt", text, strlen(text));
        assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_OK);
        assert_int_equal(p.base.list.count, 0);
        assert_true(p.parse.script->depth <= ROWS[i].depth);
        parsed_close(&p);
    }
}

/* Just below the limit nesting is fine, so the stack of the parser is large enough. */
static void nesting_below_the_limit_parses(void **state)
{
    (void)state;
    static const struct {
        const char *before, *part, *middle, *after;
        size_t count;
    } ROWS[] = {
        {"x = ", "(", "1", ")", 990},
        {"x = ", "if a then b else ", "c", "", 990},
        {"", "sweep a in b ", "minimize x over x from 0", "", 980},
        {"x = ", "[", "1", "]", 990},
        {"", "for i in a { ", "b", "}", 490},
        {"x = ", "(1 + 2*-3^-", "4", ")", 160},
        {"x = ", "-", "1", "", 990},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, "", 0);
        const char *open =
            repeated(&p, ROWS[i].before, ROWS[i].part, ROWS[i].count, ROWS[i].middle);
        const char *text = repeated(&p, open, ROWS[i].after, ROWS[i].count, "");
        p.base.script = sources_add(&p.base.sources, "t.opt", text, strlen(text));
        assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_OK);
        parsed_close(&p);
    }
}

/* Searches around mistakes do not add up. */
static void many_mistakes_are_told_in_linear_time(void **state)
{
    (void)state;
    static const struct {
        const char *before, *part;
    } ROWS[] = {
        {"", "x = = 1\n"},
        {"", "(\nx = "},
        {"minimize x ", "\nstep (a,a"},
        {"", "x = 2 3;"},
        {"x = [", "1 -2 "},
        {"", "}"},
        {"", "]"},
        {"x = {", "{ "},
        {"", "'"},
        {"", "\""},
        {"", "a b "},
        {"for i = ", "{ x = "},
        {"", "def f(x):\n "},
        {"x = (", "(a b\n,c"},
        {"minimize x over x from 0 until a(", "1 steps,"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, "", 0);
        const char *text = repeated(&p, ROWS[i].before, ROWS[i].part, MANY, "\n");
        p.base.script = sources_add(&p.base.sources, "t.opt", text, strlen(text));
        assert_int_not_equal(parse_source(&p.parse, p.base.script), PARSE_OK);
        assert_in_range(p.base.list.count, 1, 101);
        parsed_close(&p);
    }
}

static const char SCRIPT[] =
    "# a comment\nL(w) = (2w - 6)^2; \u03b8\u2080 = 'a'\n"
    "minimize L(w) over w from 0 step 0.12 until |grad| < 1e-4 or 20 steps\n"
    "for i in 1..3 { x = = 2; print [i, 2; 3, 4], sum(i for i in 1..3) }\n"
    "y = (1 + 2\nz = \"a\\n\" # another\n";

/* Every request for memory fails once; nothing is lost. */
static void memory_may_end_anywhere(void **state)
{
    (void)state;
    bool failed = true;
    for (uint64_t k = 1; failed; k++) {
        struct fail fail = {0};
        struct memory memory = {.fail = &fail};
        struct arena arena;
        arena_init(&arena, &memory);
        memory.fail_at = k;
        failed = setjmp(fail.landing) != 0;
        if (!failed) {
            struct sources sources;
            struct diagnostics list;
            sources_init(&sources, &arena);
            diagnostics_init(&list, &arena);
            struct parse parse = {.arena = &arena,
                                  .names = intern_new(&arena),
                                  .diagnostics = &list,
                                  .sources = &sources};
            uint32_t source = sources_add(&sources, "t.opt", SCRIPT, strlen(SCRIPT));
            assert_int_equal(parse_source(&parse, source), PARSE_WRONG);
            assert_int_equal(list.count, 3);
        }
        arena_clear(&arena);
        assert_int_equal(memory.used, 0);
        assert_true(k < 1000);
    }
}

/* Every beginning of the script, and the script with any one byte changed. */
static void cut_and_changed_texts_end_in_an_outcome(void **state)
{
    (void)state;
    static const char BYTES[] = {'(', ')', '[', '{', '}', '|',    '\'', '"', '\n', ';',
                                 ',', '=', '+', 'a', '1', '\xff', '\0', '#', '.',  '^'};
    size_t length = strlen(SCRIPT);
    for (size_t i = 0; i <= length; i++) {
        struct parsed p;
        parsed_open(&p, SCRIPT, i);
        (void)parse_source(&p.parse, p.base.script);
        (void)parse_wants_more(&p.parse, p.base.script);
        parsed_close(&p);
        for (size_t b = 0; b < sizeof BYTES && i < length; b++) {
            char text[sizeof SCRIPT];
            memcpy(text, SCRIPT, sizeof SCRIPT);
            text[i] = BYTES[b];
            parsed_open(&p, text, length);
            enum parse_outcome outcome = parse_source(&p.parse, p.base.script);
            assert_int_equal(outcome == PARSE_OK, p.base.list.errors == 0);
            parse_dump_tokens(&p.base.out, &p.parse, p.base.script);
            parsed_close(&p);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nesting_ends_in_a_message),
        cmocka_unit_test(what_is_long_is_no_deeper),
        cmocka_unit_test(nesting_below_the_limit_parses),
        cmocka_unit_test(many_mistakes_are_told_in_linear_time),
        cmocka_unit_test(memory_may_end_anywhere),
        cmocka_unit_test(cut_and_changed_texts_end_in_an_outcome),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
