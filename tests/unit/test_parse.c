/* SPDX-License-Identifier: MIT
 * Texts and their trees, outcomes and codes; recovery; what a prompt waits for. */
#include "parse_fixture.h"

struct row {
    const char *text, *wanted;
};

static void trees_are_what_the_text_means(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {"-2^2", "(negate (power 2 2))"},
        {"2^3^2", "(power 2 (power 3 2))"},
        {"2^-1", "(power 2 (negate 1))"},
        {"2x^2", "(glued 2 (power x 2))"},
        {"2x*y", "(product (glued 2 x) * y)"},
        {"x\u00b2", "(power x 2)"},
        {"x\u207b\u00b9\u2070", "(power x (negate 10))"},
        {"\u221ax", "(root x)"},
        {"a/b/c", "(product a / b / c)"},
        {"a-b+c", "(sum a - b + c)"},
        {"(a-b)-c", "(sum (group (sum a - b)) - c)"},
        {"a < b <= c", "(compare a < b <= c)"},
        {"not a and b or c", "(or (and (not a) b) c)"},
        {"L''(1)", "(call (prime 2 L) 1)"},
        {"L\u2033", "(prime 2 L)"},
        {"\u2207f(1)", "(call (nabla f) 1)"},
        {"||x|-1|", "(absolute (sum (absolute x) - 1))"},
        {"[1, 2; 3, 4]", "(matrix (list 1 2) (list 3 4))"},
        {"[]", "(list)"},
        {"A[i, ..]", "(index A i ..)"},
        {"sum(x[i] for i in 1..n if i > 2)",
         "(call sum (comprehension (index x i) (generator i (range 1 n)) "
         "(filter (compare i > 2))))"},
        {"f(a, step = 1)", "(call f a (argument step 1))"},
        {"if a then b else c", "(if-then-else a b c)"},
        {"x = \u03c0", "(define x pi)"},
        {"f(x, y) = x", "(function f (parameter x) (parameter y) x)"},
        {"x[1] = 2", "(assign-element (index x 1) 2)"},
        {"\"a\\n\\u{3b7}\\\"\"", "\"a\\n\u03b7\\\"\""},
        {"1e\u22124", "0.0001"},
        {"if a { b } else if c { d }",
         "(if a (block (expression b)) (if c (block (expression d))))"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, ROWS[i].text, strlen(ROWS[i].text));
        assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_OK);
        ast_dump(&p.base.out, p.parse.script, p.names);
        struct text wanted; /* an expression stands as a statement */
        const char *kind = ast_kind_name(p.parse.script->child[0]->kind);
        bool statement = strcmp(kind, "expression") != 0;
        text_init(&wanted, &p.base.arena);
        text_format(&wanted, statement ? "%s\n" : "(expression %s)\n", ROWS[i].wanted);
        assert_string_equal(text_string(&p.base.out), text_string(&wanted));
        parsed_close(&p);
    }
}

/* Names that look the same are the same. */
static void names_are_compared_after_nfc(void **state)
{
    (void)state;
    static const char *const TWINS[][2] = {{"\u00e9", "e\u0301"}, {"\u00b5", "\u03bc"},
                                           {"\u03f5", "\u03b5"},  {"\u03d5x", "\u03c6x"},
                                           {"\u03c0", "pi"},      {"\u221e", "inf"}};
    for (size_t i = 0; i < sizeof TWINS / sizeof *TWINS; i++) {
        struct parsed p;
        char text[64];
        assert_true(snprintf(text, sizeof text, "%s; %s", TWINS[i][0], TWINS[i][1]) > 0);
        parsed_open(&p, text, strlen(text));
        assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_OK);
        const struct ast *script = p.parse.script;
        assert_int_equal(script->count, 2);
        assert_int_equal(script->child[0]->child[0]->name,
                         script->child[1]->child[0]->name);
        parsed_close(&p);
    }
}

static void outcomes_tell_early_ends_from_mistakes(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum parse_outcome outcome;
        const char *codes;
    } ROWS[] = {
        {"", PARSE_OK, ""},
        {"# nothing", PARSE_OK, ""},
        {"\xef\xbb\xbfx = 3\r\ny = 4\r\n", PARSE_OK, ""},
        {"x = (1 + 2", PARSE_INCOMPLETE, "E0125"},
        {"x = [1,\n", PARSE_INCOMPLETE, "E0125"},
        {"for i in 1..3 {\n", PARSE_INCOMPLETE, "E0125"},
        {"x = 3 +", PARSE_INCOMPLETE, "E0111"},
        {"minimize x^2", PARSE_INCOMPLETE, "E0112"},
        {"y = if x > 0 then 1", PARSE_INCOMPLETE, "E0137"},
        {"for i in 1..3", PARSE_INCOMPLETE, "E0132"},
        {"sweep a in [1, 2]", PARSE_INCOMPLETE, "E0111"},
        {"x = |a", PARSE_WRONG, "E0127"},
        {"x = \"a", PARSE_WRONG, "E0005"},
        {"y = )\nx = (1", PARSE_WRONG, "E0111 E0125"},
        {"x = 3\ny = \xff", PARSE_WRONG, "E0001"},
        {"x = 3 # \xe2\x80\xae", PARSE_WRONG, "E0003"},
        {"x = \"\\q\"", PARSE_WRONG, "E0006"},
        {"x = \"\\u{d800}\"", PARSE_WRONG, "E0006"},
        {"x = 1e999", PARSE_WRONG, "E0010"},
        {"minimize x over x from 0 by a by b", PARSE_WRONG, "E0230"},
        {"minimize x over x from 0 over y from 1", PARSE_OK, ""},
        {"expect a to \"b\"", PARSE_WRONG, "E0231"},
        {"expect a hint \"b\" hint \"c\"", PARSE_WRONG, "E0230"},
        {"minimize x over x in [0, 1]", PARSE_WRONG, "E0207"},
        {"minimize x over x in [0, 1] starts 20", PARSE_OK, ""},
        {"minimize x + y over x, y from 0", PARSE_OK, ""},
        {"minimize x by adam", PARSE_WRONG, "E0112"},
        {"print 20 steps", PARSE_WRONG, "E0212"},
        {"minimize x over x from 0 until f(2 steps)", PARSE_WRONG, "E0212"},
        {"minimize x over x from 0 until (a and 2 steps) or not 3 seconds", PARSE_OK, ""},
        {"x = 2^3x", PARSE_WRONG, "E0124"},
        {"x = \u221a2x", PARSE_WRONG, "E0124"},
        {"x = -2 / -3y", PARSE_WRONG, "E0124"},
        {"x = 4 (w)", PARSE_WRONG, "E0123"},
        {"print minimize x over x from 0", PARSE_WRONG, "E0150"},
        {"f(x) = x^2 over x from 1", PARSE_WRONG, "E0151"},
        {"minimize x over x from 0 to \"a\"", PARSE_WRONG, "E0231"},
        {"* 3", PARSE_WRONG, "E0111"},
        {"x = 3 $ 4", PARSE_WRONG, "E0004"},
        {"x = a\u207f", PARSE_WRONG, "E0013"},
        {"x = \u2211 a", PARSE_WRONG, "E0014"},
        {"r.x = 3", PARSE_WRONG, "E0135"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, ROWS[i].text, strlen(ROWS[i].text));
        enum parse_outcome outcome = parse_source(&p.parse, p.base.script);
        const char *codes = parsed_codes(&p);
        if (outcome != ROWS[i].outcome || strcmp(codes, ROWS[i].codes) != 0)
            print_error("of `%s`: %d %s\n", ROWS[i].text, (int)outcome, codes);
        assert_int_equal(outcome, ROWS[i].outcome);
        assert_string_equal(codes, ROWS[i].codes);
        parsed_close(&p);
    }
}

/* One message for each mistake, and the statements around it are read. */
static void the_parser_goes_on_behind_a_mistake(void **state)
{
    (void)state;
    static const struct {
        const char *text, *codes, *tree;
    } ROWS[] = {
        {"x = )\ny = 3", "E0111", "(mistake)\n(define y 3)\n"},
        {"x = 2 3; y = 4 5; z = 6", "E0123 E0123",
         "(mistake)\n(mistake)\n(define z 6)\n"},
        {"for i in 1..3 { x = = 2; y = 4 5\nz = 6 }\nw = 7", "E0121 E0123",
         "(for i (range 1 3) (block (mistake) (mistake) (define z 6)))\n(define w 7)\n"},
        {"if x = 3 { y = ) } else { z = ( }\nw = 7", "E0121 E0111 E0125",
         "(mistake)\n(define w 7)\n"},
        {"x = (1 + 2\ny = 3", "E0125", "(mistake)\n(define y 3)\n"},
        {"x = f(1,\nprint 2\ny = 3", "E0125", "(mistake)\n(print 2)\n(define y 3)\n"},
        {"A = [1 2;\n  3, 4;\n  5, 6]\ny = 3", "E0130", "(mistake)\n(define y 3)\n"},
        {"f(a = 1\n  b = 2)\ny = 3", "E0130", "(mistake)\n(define y 3)\n"},
        {"minimize x^2\n  over x = 0\n  step 0.1\ny = 3", "E0122",
         "(mistake)\n(define y 3)\n"},
        {"def f(x):\n  return x^2\ny = 3", "E0117", "(mistake)\n(define y 3)\n"},
        {"for i in 1..3:\n  print i\n  print 2\ny = 3", "E0132",
         "(mistake)\n(define y 3)\n"},
        {"for i in 1..3\n  print i\nend\ny = 3", "E0132", "(mistake)\n(define y 3)\n"},
        {"x = {1, 2}\ny = 3", "E0146", "(mistake)\n(define y 3)\n"},
        {"x = 3 } ]\ny = 3", "E0126", "(mistake)\n(define y 3)\n"},
        {"f(x) = x^2\n  + 3\ny = 3", "E0128", "(mistake)\n(define y 3)\n"},
        {"x = a ** b and !c", "E0113 E0113", "(mistake)\n"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, ROWS[i].text, strlen(ROWS[i].text));
        assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_WRONG);
        ast_dump(&p.base.out, p.parse.script, p.names);
        const char *codes = parsed_codes(&p);
        if (strcmp(codes, ROWS[i].codes) != 0)
            print_error("of `%s`\n", ROWS[i].text);
        assert_string_equal(codes, ROWS[i].codes);
        assert_string_equal(text_string(&p.base.out), ROWS[i].tree);
        parsed_close(&p);
    }
}

/* The checker takes the words in a wrong statement for names that it may have defined. */
static void a_mistake_spans_what_was_skipped(void **state)
{
    (void)state;
    static const char *const TEXTS[] = {"x = 2 3",
                                        "x = (1 + 2 3)",
                                        "def f(x):\n  return x",
                                        "for i = 1..3 { a = i }",
                                        "if a = b { c } else { d }",
                                        "for i in 1..3\n  a = i\nend"};
    for (size_t i = 0; i < sizeof TEXTS / sizeof *TEXTS; i++) {
        struct parsed p;
        char text[128];
        assert_true(snprintf(text, sizeof text, "y = 1\n%s # c\nz = 3", TEXTS[i]) > 0);
        parsed_open(&p, text, strlen(text));
        assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_WRONG);
        assert_int_equal(p.base.list.count, 1);
        assert_int_equal(p.parse.script->count, 3);
        const struct ast *mistake = p.parse.script->child[1];
        assert_int_equal(mistake->kind, AST_MISTAKE);
        assert_int_equal(mistake->span.begin, strlen("y = 1\n"));
        assert_in_range(mistake->span.end, strlen("y = 1\n") + strlen(TEXTS[i]),
                        strlen(text) - strlen("\nz = 3"));
        parsed_close(&p);
    }
}

static void messages_name_what_stands_there(void **state)
{
    (void)state;
    static const struct {
        const char *text, *message, *help;
    } ROWS[] = {
        {"y = sin x", "nothing stands between `sin` and `x`",
         "to call a function, write `sin(x)`; to multiply, `sin*x`"},
        {"y = 1/2(w-3)^2", "`1/2(w-3)^2` can be read in two ways",
         "write `1/2*(w-3)^2` or `1/(2*(w-3)^2)`"},
        {"y = f(a)[2]/3x'", "`f(a)[2]/3x'` can be read in two ways",
         "write `f(a)[2]/3*x'` or `f(a)[2]/(3*x')`"},
        {"minimize x over x from 0 rate 0.1", "`rate` is no clause",
         "the step size is said with `step`: `step 0.1`"},
        {"a = 0,5", "a decimal number takes a point, not a comma", "write `0.5`"},
        {"x += 1", "`+=` is no operator here", "write `x = x + ...`"},
        {"a = [1 -2]", "`1 -2` in brackets is one element or two",
         "write `1, -2` for two, `1 - 2` for a sum"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, ROWS[i].text, strlen(ROWS[i].text));
        assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_WRONG);
        const struct diagnostic *item = p.base.list.items[0];
        assert_string_equal(item->message, ROWS[i].message);
        assert_string_equal(item->helps[0].text, ROWS[i].help);
        parsed_close(&p);
    }
}

/* An edit gives a text that has no mistake. */
static void edits_mend_the_text(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {"x = a ** b", "x = a ^ b"},
        {"f(x) = x^2\n  + 3", "f(x) = x^2 +\n  3"},
        {"x = 'a'", "x = \"a\""},
        {"x = \u201ca\u201d", "x = \"a\""},
        {"x = 3\uff1b", "x = 3;"},
        {"a = 0,5", "a = 0.5"},
        {"a = [1 2]", "a = [1, 2]"},
        {"a = [1, 2,]", "a = [1, 2]"},
        {"minimize x over x from 0, step 1", "minimize x over x from 0 step 1"},
        {"minimize x over x = 0", "minimize x over x from 0"},
        {"minimize x over x from 0 subject x", "minimize x over x from 0 subject to x"},
        {"minimize x over x from 0 until 20", "minimize x over x from 0 until 20 steps"},
        {"if a { b };\nelse { c }", "if a { b }\nelse { c }"},
        {"f(x) = 2|x|", "f(x) = 2*|x|"},
        {"x = 3)", "x = 3"},
        {"expect a = 3", "expect a == 3"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, ROWS[i].text, strlen(ROWS[i].text));
        assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_WRONG);
        const struct help *help = &p.base.list.items[0]->helps[0];
        size_t at = 0;
        for (size_t e = 0; e < help->edit_count; e++) {
            const struct edit *edit = &help->edits[e];
            text_put(&p.base.out, ROWS[i].text + at, edit->span.begin - at);
            text_puts(&p.base.out, edit->text);
            at = edit->span.end;
        }
        text_puts(&p.base.out, ROWS[i].text + at);
        assert_string_equal(text_string(&p.base.out), ROWS[i].wanted);
        p.base.list.count = 0;
        uint32_t mended = sources_add(&p.base.sources, "mended.opt",
                                      text_string(&p.base.out), p.base.out.length);
        assert_int_equal(parse_source(&p.parse, mended), PARSE_OK);
        parsed_close(&p);
    }
}

static void a_prompt_waits_for_what_must_follow(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool more;
    } ROWS[] = {
        {"x = 3", false},
        {"", false},
        {"x = (1", true},
        {"x = (1\n", true},
        {"for i in 1..3 {\n  print i\n", true},
        {"for i in 1..3 {\n  print i\n}", false},
        {"x = 3 +", true},
        {"x = 3 +\n\n", false},
        {"minimize x^2", true},
        {"minimize x^2\n", true},
        {"minimize x^2\n\n", false},
        {"minimize x^2 over x from 0", false},
        {"minimize x^2\nover x from 0", true},
        {"minimize x^2\nover x from 0\nstep 0.1\n", true},
        {"minimize x^2\nover x from 0\n\n", false},
        {"r = sweep a in [1, 2]\nminimize x^2 over x from 0\n", true},
        {"x = 3; minimize x^2", true},
        {"x = = (", false},
        {"x = \"a", false},
        {"x = |a", false},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof *ROWS; i++) {
        struct parsed p;
        parsed_open(&p, ROWS[i].text, strlen(ROWS[i].text));
        bool more = parse_wants_more(&p.parse, p.base.script);
        if (more != ROWS[i].more)
            print_error("of `%s`\n", ROWS[i].text);
        assert_int_equal(more, ROWS[i].more);
        assert_int_equal(p.base.list.count, 0);
        parsed_close(&p);
    }
}

static void comments_are_kept_with_their_places(void **state)
{
    (void)state;
    static const char TEXT[] = "# a\nx = 3 # b\r\n  # c\n";
    struct parsed p;
    parsed_open(&p, TEXT, strlen(TEXT));
    assert_int_equal(parse_source(&p.parse, p.base.script), PARSE_OK);
    assert_int_equal(p.parse.comment_count, 3);
    static const bool ALONE[] = {true, false, true};
    for (size_t i = 0; i < 3; i++) {
        const struct span span = p.parse.comments[i].span;
        assert_int_equal(p.parse.comments[i].alone, ALONE[i]);
        assert_int_equal(TEXT[span.begin], '#');
        assert_int_equal(span.end - span.begin, 3);
    }
    parsed_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trees_are_what_the_text_means),
        cmocka_unit_test(names_are_compared_after_nfc),
        cmocka_unit_test(outcomes_tell_early_ends_from_mistakes),
        cmocka_unit_test(the_parser_goes_on_behind_a_mistake),
        cmocka_unit_test(a_mistake_spans_what_was_skipped),
        cmocka_unit_test(messages_name_what_stands_there),
        cmocka_unit_test(edits_mend_the_text),
        cmocka_unit_test(a_prompt_waits_for_what_must_follow),
        cmocka_unit_test(comments_are_kept_with_their_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
