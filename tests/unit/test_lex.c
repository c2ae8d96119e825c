/* SPDX-License-Identifier: MIT
 * Words, numbers, bars, glue and line ends: a text and the kinds of its tokens. */
#include "parse_fixture.h"

struct row {
    const char *text, *kinds;
};

/* The kinds of the dump's lines; the last two, NEWLINE and END, are left out. */
static const char *kinds_of(struct parsed *p)
{
    struct text dump, kinds;
    text_init(&dump, &p->base.arena);
    text_init(&kinds, &p->base.arena);
    parse_dump_tokens(&dump, &p->parse, p->base.script);
    for (const char *line = text_string(&dump); *line != '\0';) {
        const char *kind = strchr(line, ' ') + 1;
        size_t length = strcspn(kind, " \n");
        text_put(&kinds, kind, length);
        text_putc(&kinds, ' ');
        line = strchr(kind, '\n') + 1;
    }
    const char *all = text_string(&kinds);
    size_t tail = strlen("NEWLINE END ");
    assert_true(kinds.length >= strlen("END "));
    size_t length =
        kinds.length >= tail && strcmp(all + kinds.length - tail, "NEWLINE END ") == 0
            ? kinds.length - tail
            : kinds.length;
    return arena_copy(&p->base.arena, all, length > 0 ? length - 1 : 0);
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct parsed p;
        parsed_open(&p, rows[i].text, strlen(rows[i].text));
        const char *kinds = kinds_of(&p);
        if (strcmp(kinds, rows[i].kinds) != 0)
            print_error("of `%s`\n", rows[i].text);
        assert_string_equal(kinds, rows[i].kinds);
        parsed_close(&p);
    }
}
#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof *(rows))

static void numbers_take_no_dot_that_begins_something(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {"12 0.12 .5 1. 1e-4 1_000_000", "NUMBER NUMBER NUMBER NUMBER NUMBER NUMBER"},
        {"1..5", "NUMBER DOTDOT NUMBER"},
        {"1.5e+3", "NUMBER"},
        {"1e\u22124", "NUMBER"},
        {"1.x", "NUMBER DOT IDENT"},
        {"1._a", "NUMBER DOT IDENT"},
        {"2.*x", "NUMBER STAR IDENT"},
        {"1./y", "NUMBER SLASH IDENT"},
        {"2e", "COEFF IDENT"},
        {"2e-3", "NUMBER"},
        {"2ex", "COEFF IDENT"},
        {"0x1F", "NUMBER"},
        {"1__0", "NUMBER"},
        {"1...5", "NUMBER WRONG NUMBER"},
        {"r.5", "IDENT NUMBER"},
    };
    CHECK(ROWS);
}

static void a_number_multiplies_what_it_touches(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {"2w", "COEFF IDENT"},
        {"2 w", "NUMBER IDENT"},
        {"4(w-3)", "COEFF LPAREN IDENT MINUS NUMBER RPAREN"},
        {"4 (w)", "NUMBER LPAREN IDENT RPAREN"},
        {"2\u221a3", "COEFF ROOT NUMBER"},
        {"2\u2207f", "COEFF NABLA IDENT"},
        {"2\u03c0", "COEFF IDENT"},
        {"x = 2table", "IDENT ASSIGN COEFF IDENT"},
        {"500steps", "NUMBER STEPS"},
        {"2and 3", "NUMBER AND NUMBER"},
        {"2[1]", "NUMBER LBRACKET NUMBER RBRACKET"},
        {"2\u00b2", "NUMBER SUPERSCRIPT"},
    };
    CHECK(ROWS);
}

static void words_are_keywords_in_their_place(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {"print x", "PRINT IDENT"},
        {"print = 3", "IDENT ASSIGN NUMBER"},
        {"table.x", "IDENT DOT IDENT"},
        {"x = print", "IDENT ASSIGN IDENT"},
        {"print print", "PRINT IDENT"},
        {"seed seed", "SEED IDENT"},
        {"step = 0.1", "IDENT ASSIGN NUMBER"},
        {"x step step", "IDENT STEP IDENT"},
        {"table r to \"to.csv\"", "TABLE IDENT TO STRING"},
        {"table to to \"a\"", "TABLE IDENT TO STRING"},
        {"subject to x", "SUBJECT TO IDENT"},
        {"d.by", "IDENT DOT IDENT"},
        {"f(by = 2, step = 1)",
         "IDENT LPAREN IDENT ASSIGN NUMBER COMMA IDENT ASSIGN NUMBER RPAREN"},
        {"plot x with over = 3", "PLOT IDENT WITH IDENT ASSIGN NUMBER"},
        {"expect a worth worth hint hint", "EXPECT IDENT WORTH IDENT HINT IDENT"},
        {"f(x) steps", "IDENT LPAREN IDENT RPAREN STEPS"},
        {"|x| steps", "BAR IDENT BAR STEPS"},
        {"L' steps", "IDENT PRIME STEPS"},
        {"x\u00b2 steps", "IDENT SUPERSCRIPT STEPS"},
        {"r = sweep a in b", "IDENT ASSIGN SWEEP IDENT IN IDENT"},
        {"sweep a in b sweep c in d", "SWEEP IDENT IN IDENT SWEEP IDENT IN IDENT"},
        {"x in sweep", "IDENT IN IDENT"},
        {"for = 3", "FOR ASSIGN NUMBER"},
    };
    CHECK(ROWS);
}

static void bars_open_and_close_by_what_stands_before(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {"||x| - 1| steps", "BAR BAR IDENT BAR MINUS NUMBER BAR STEPS"},
        {"|2*|3 - 5||", "BAR NUMBER STAR BAR NUMBER MINUS NUMBER BAR BAR"},
        {"f(|x|)", "IDENT LPAREN BAR IDENT BAR RPAREN"},
        {"2|x|", "NUMBER BAR IDENT BAR"},
    };
    CHECK(ROWS);
}

static void lines_end_statements_that_are_complete(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {"a\nb", "IDENT NEWLINE IDENT"},
        {"a\n\n\n# c\nb", "IDENT NEWLINE IDENT"},
        {"a\r\nb\r\n", "IDENT NEWLINE IDENT"},
        {"\n\n a", "IDENT"},
        {"a;b", "IDENT SEMI IDENT"},
        {"a +\n b", "IDENT PLUS IDENT"},
        {"a ,\n b", "IDENT COMMA IDENT"},
        {"f(\na\n)", "IDENT LPAREN IDENT RPAREN"},
        {"[1\n;2]", "LBRACKET NUMBER ROW NUMBER RBRACKET"},
        {"a\n* b", "IDENT STAR IDENT"},
        {"a\n\n# c\n  <= b", "IDENT CMP IDENT"},
        {"a\n+ b", "IDENT PLUS IDENT"},
        {"a\nover b", "IDENT OVER IDENT"},
        {"a\nstep b", "IDENT STEP IDENT"},
        {"a\nstep = b", "IDENT NEWLINE IDENT ASSIGN IDENT"},
        {"a\nstep.x", "IDENT NEWLINE IDENT DOT IDENT"},
        {"a\nstep", "IDENT NEWLINE IDENT"},
        {"a\nstep(k) = 1", "IDENT NEWLINE IDENT LPAREN IDENT RPAREN ASSIGN NUMBER"},
        {"a\nstep(k)", "IDENT STEP LPAREN IDENT RPAREN"},
        {"a\nminimize b", "IDENT NEWLINE MINIMIZE IDENT"},
        {"sweep a in b\nminimize c", "SWEEP IDENT IN IDENT MINIMIZE IDENT"},
        {"sweep a in b\nminimize c over d\nmaximize e",
         "SWEEP IDENT IN IDENT MINIMIZE IDENT OVER IDENT NEWLINE MAXIMIZE IDENT"},
        {"for i in a\n{\nb\n}", "FOR IDENT IN IDENT LBRACE IDENT NEWLINE RBRACE"},
        {"if a { b }\nelse { c }",
         "IF IDENT LBRACE IDENT RBRACE ELSE LBRACE IDENT RBRACE"},
        {"{ a }\n* b", "LBRACE IDENT RBRACE NEWLINE STAR IDENT"},
        {"print\na", "PRINT IDENT"},
        {"|a|\nb", "BAR IDENT BAR NEWLINE IDENT"},
    };
    CHECK(ROWS);
}

static void typed_mathematics_is_read(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {"a\u00b7b\u00d7c\u22c5d\u2217e",
         "IDENT STAR IDENT STAR IDENT STAR IDENT STAR IDENT"},
        {"a\u2212b\u2013c\u00f7d", "IDENT MINUS IDENT MINUS IDENT SLASH IDENT"},
        {"a\u2264b\u2a7dc\u2265d\u2a7ee\u2260f",
         "IDENT CMP IDENT CMP IDENT CMP IDENT CMP IDENT CMP IDENT"},
        {"x\u2208y", "IDENT IN IDENT"},
        {"f\u2032 f\u2033", "IDENT PRIME IDENT PRIME"},
        {"x\u00b2 x\u207b\u00b9\u2070", "IDENT SUPERSCRIPT IDENT SUPERSCRIPT"},
        {"\u221e", "IDENT"},
        {"\u03b8\u2080 \u03b1\u2081", "IDENT IDENT"},
        {"x\u0301y", "IDENT"},
        {"a\u3000b\u00a0c", "IDENT IDENT IDENT"},
        {"x\u207f", "IDENT WRONG"},
        {"x = 3\uff1by", "IDENT ASSIGN NUMBER SEMI IDENT"},
    };
    CHECK(ROWS);
}

static void quotes_are_primes_behind_a_value(void **state)
{
    (void)state;
    static const struct row ROWS[] = {
        {"L'", "IDENT PRIME"},
        {"L''(1)", "IDENT PRIME PRIME LPAREN NUMBER RPAREN"},
        {"f(x)'", "IDENT LPAREN IDENT RPAREN PRIME"},
        {"|x|'", "BAR IDENT BAR PRIME"},
        {"'a b'", "STRING"},
        {"f 'a'", "IDENT STRING"},
        {"f '", "IDENT WRONG"},
        {"\"a # b\" # c", "STRING"},
        {"\"a\\\"b\"", "STRING"},
        {"\"a\nb", "WRONG NEWLINE IDENT"},
        {"\u201ca\u201d", "STRING"},
    };
    CHECK(ROWS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_take_no_dot_that_begins_something),
        cmocka_unit_test(a_number_multiplies_what_it_touches),
        cmocka_unit_test(words_are_keywords_in_their_place),
        cmocka_unit_test(bars_open_and_close_by_what_stands_before),
        cmocka_unit_test(lines_end_statements_that_are_complete),
        cmocka_unit_test(typed_mathematics_is_read),
        cmocka_unit_test(quotes_are_primes_behind_a_value),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
