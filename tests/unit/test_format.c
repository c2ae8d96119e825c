/* SPDX-License-Identifier: MIT
 * The one layout: what scripts become, and that it is kept. */
#include "format_fixture.h"

static int open_tree(void **state)
{
    static struct tree t;
    tree_open(&t);
    *state = &t;
    return 0;
}

static int close_tree(void **state)
{
    tree_close(*state);
    return 0;
}

struct row {
    const char *script, *expected; /* NULL: it has the layout already */
};

static void check(void **state, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        assert_string_equal(laid_out(*state, rows[i].script),
                            rows[i].expected == NULL ? rows[i].script : rows[i].expected);
}
#define CHECK(state, rows) check((state), (rows), sizeof(rows) / sizeof *(rows))

static void spaces_follow_the_operator(void **state)
{
    static const struct row rows[] = {
        {"a=1+2 - 3", "a = 1 + 2 - 3\n"},
        {"a = 2 * x / 3", "a = 2*x/3\n"},
        {"a = A@x*2", "a = A @ x * 2\n"},
        {"a = x ^ - y ^ 2", "a = x^-y^2\n"},
        {"a = - x+ -y", "a = -x + -y\n"},
        {"a = - -x", "a = - -x\n"},
        {"a = 1<2<=3==x", "a = 1 < 2 <= 3 == x\n"},
        {"a = not b or c and(d)", "a = not b or c and (d)\n"},
        {"a = if x>0then x else -x", "a = if x > 0 then x else -x\n"},
        {"f( x,y )=| x |+|y|^2", "f(x, y) = |x| + |y|^2\n"},
        {"a = [ 1,2 ;3,4 ]", "a = [1, 2; 3, 4]\n"},
        {"a = [ ]; b = f( )", "a = []; b = f()\n"},
        {"a = f(step=1)[2] . x''", "a = f(step = 1)[2].x''\n"},
        {"a = A[.. ,2]; b = x[2 ..5]", "a = A[.., 2]; b = x[2..5]\n"},
        {"a = sum(i^2 for i in 1 .. n,j in x if i<j)",
         "a = sum(i^2 for i in 1..n, j in x if i < j)\n"},
        {"L(w) = (w*2-6)^2", "L(w) = (w*2 - 6)^2\n"},
    };
    CHECK(state, rows);
}

static void short_sums_are_tight_in_indices_and_ranges(void **state)
{
    static const struct row rows[] = {
        {"a = x[i + 1] + y[2i-1, n]", "a = x[i+1] + y[2i-1, n]\n"},
        {"a = 1 .. n - 1", "a = 1..n-1\n"},
        {"a = x[i - -1]", "a = x[i - -1]\n"},
        {"a = x[f(i+1) + 1]", "a = x[f(i + 1)+1]\n"},
        {"a = x[2e - 1] + x[3*2e - 1]", "a = x[2e - 1] + x[3*2e - 1]\n"},
        {"a = x[(i + 1)*2]", "a = x[(i+1)*2]\n"},
        {"a = (1 + 2)..10", "a = (1+2)..10\n"},
        {"a = x[A @ b + 1]", "a = x[A @ b + 1]\n"},
    };
    CHECK(state, rows);
}

static void spellings_stay_and_signs_become_plain(void **state)
{
    static const struct row rows[] = {
        {"a = 1e-4 + 1_000_000 + 2.50", "a = 1e-4 + 1_000_000 + 2.50\n"},
        {"a = .5 + 1. - 1.*x", "a = 0.5 + 1 - 1*x\n"},
        {"a = 2w + 4(w-3) + 2√x + 2∇f(1)", "a = 2w + 4(w - 3) + 2√x + 2∇f(1)\n"},
        {"a = 2e + 2seed", "a = 2e + 2seed\n"},
        {"θ = x₀² − α·β ÷ 2⁻¹", "θ = x₀^2 - α*β/2^-1\n"},
        {"a = 1e−4", "a = 1e-4\n"},
        {"if y ≤ z { print π }", "if y <= z { print pi }\n"},
        {"a = [i for i ∈ x if i ≠ 2]", "a = [i for i in x if i != 2]\n"},
        {"print f′(2), f″(2)", "print f'(2), f''(2)\n"},
        {"print \"a\\n\\t\\\"q\\\" \\\\ \\u{3b7}\\u{7}\\u{200b}\"",
         "print \"a\\n\\t\\\"q\\\" \\\\ η\\u{7}\\u{200b}\"\n"},
        {"a = ((x))", "a = ((x))\n"},
        {"a = sum([i for i in x]) + sum(i for i in x)", NULL},
        {"until_ = 1\r\nb = 2\r\n", "until_ = 1\nb = 2\n"},
        {"\xEF\xBB\xBF"
         "a = 1",
         "a = 1\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *printed = laid_out(*state, rows[i].script);
        if (rows[i].expected != NULL)
            assert_string_equal(printed, rows[i].expected);
        else
            assert_memory_equal(printed, rows[i].script, strlen(rows[i].script));
    }
}

static void a_solve_stays_on_its_line_or_has_a_line_a_clause(void **state)
{
    static const struct row rows[] = {
        {"minimize (w*2-6)^2 over w from 0 step 0.12 until |grad|<1e-4",
         "minimize (w*2 - 6)^2 over w from 0 step 0.12 until |grad| < 1e-4\n"},
        {"r = minimize L(w) over w from 0\n step 0.04",
         "r = minimize L(w)\n  over w from 0\n  step 0.04\n"},
        {"minimize x^2 + y^2 over x, y from 1 subject to x + y >= 1,\n 0 <= x <= 2",
         "minimize x^2 + y^2\n  over x, y from 1\n  subject to x + y >= 1,\n"
         "             0 <= x <= 2\n"},
        {"minimize x^2 over x from 1\n  subject to\n x >= 1,\n x <= 2",
         "minimize x^2\n  over x from 1\n  subject to\n    x >= 1,\n    x <= 2\n"},
        {"minimize (x-1)^2\n\n  over x in [0, 1]\n from 0.5",
         "minimize (x - 1)^2\n  over x in [0, 1]\n       from 0.5\n"},
        {"minimize x^2 over x from 1 in [0, 2]",
         "minimize x^2 over x in [0, 2] from 1\n"},
        {"sweep eta in [0.04, 0.12] minimize L(w) over w from 0 step eta", NULL},
        {"r = sweep eta in [0.04, 0.12]\n minimize L(w) over w from 0 step eta",
         "r = sweep eta in [0.04, 0.12]\n  minimize L(w) over w from 0 step eta\n"},
        {"sweep a in [1, 2] sweep b in [3, 4]\nminimize (x-a)^2+b\nover x from 0",
         "sweep a in [1, 2]\n  sweep b in [3, 4]\n  minimize (x - a)^2 + b\n"
         "  over x from 0\n"},
        {"minimize (x-1)^2 over x from -2.4 until |dvalue| < 1e-8 or |dx| < 1e-8\n or "
         "300 steps",
         "minimize (x - 1)^2\n  over x from -2.4\n  until |dvalue| < 1e-8 or |dx| < "
         "1e-8\n"
         "        or 300 steps\n"},
        {"minimize nll(W, b) over W[K, m] from normal(0, 0.01), b[K] from 0 by "
         "adam(beta1 = 0.9) step 0.01",
         "minimize nll(W, b)\n  over W[K, m] from normal(0, 0.01), b[K] from 0\n"
         "  by adam(beta1 = 0.9)\n  step 0.01\n"},
        {"expect w==3 within 1e-4 worth 2 hint \"look\"",
         "expect w == 3 within 1e-4 worth 2 hint \"look\"\n"},
        {"plot x^2, 2x\n over x in [0, 1] with title = \"t\",\n scale = \"log\" to "
         "\"a.svg\"",
         "plot x^2, 2x\n  over x in [0, 1]\n  with title = \"t\",\n"
         "       scale = \"log\"\n  to \"a.svg\"\n"},
        {"print \"a\",\n\"b\"", "print \"a\",\n      \"b\"\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *printed = laid_out(*state, rows[i].script);
        if (rows[i].expected != NULL)
            assert_string_equal(printed, rows[i].expected);
        else
            assert_memory_equal(printed, rows[i].script, strlen(rows[i].script));
    }
}

static void a_block_stays_on_its_line_or_is_indented(void **state)
{
    static const struct row rows[] = {
        {"for i in 1..3{print i;print i^2}", "for i in 1..3 { print i; print i^2 }\n"},
        {"for i in 1..3\n{\n\n\nprint i\n\n}", "for i in 1..3 {\n  print i\n}\n"},
        {"if y>0{print 1}\nelse{print 2}",
         "if y > 0 {\n  print 1\n} else {\n  print 2\n}\n"},
        {"if x { a = 1 } else if y { b = 2 } else { c = 3 }",
         "if x { a = 1 } else if y { b = 2 } else { c = 3 }\n"},
        {"for i in 1..2 { for j in 1..2 { if i == j { print i } } }",
         "for i in 1..2 {\n  for j in 1..2 {\n    if i == j { print i }\n  }\n}\n"},
        {"while x > 1 { }", "while x > 1 {}\n"},
        {"while x > 1 {\n}", "while x > 1 {}\n"},
        {"while x > 1 {\n# nothing\n}", "while x > 1 {\n  # nothing\n}\n"},
        {"if a { minimize f(x) over x from 0\nstep 1 }",
         "if a {\n  minimize f(x)\n    over x from 0\n    step 1\n}\n"},
        {"while a and\nb { c = 1 }", "while a\n    and b {\n  c = 1\n}\n"},
    };
    CHECK(state, rows);
}

static void statements_share_lines_and_blank_lines_stay(void **state)
{
    static const struct row rows[] = {
        {"x = 2 ;y = 6", "x = 2; y = 6\n"},
        {"x = 2;\ny = 6;", "x = 2\ny = 6\n"},
        {"\n\nx = 2\n\n\n\ny = 6\nz = 3\n\n", "x = 2\n\ny = 6\nz = 3\n"},
        {"a = 1; for i in x { print i }; b = 2",
         "a = 1\nfor i in x { print i }\nb = 2\n"},
        {"a = 1; b = [1,\n2]; c = 3", "a = 1\nb = [1,\n     2]\nc = 3\n"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1; bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb = 2; "
         "ccccccccccccccccccc = 3",
         "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa = 1; bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb = 2\n"
         "ccccccccccccccccccc = 3\n"},
        {"", ""},
        {"\n \n", ""},
    };
    CHECK(state, rows);
}

/* Alone on a line they would go on with the line above. */
static void a_statement_that_needs_its_semicolon_keeps_it(void **state)
{
    static const struct row rows[] = {
        {"a = 1;\n-b", "a = 1;\n-b\n"},
        {"a = 1; -b", "a = 1; -b\n"},
        {"a = 1;\nstep + 1", "a = 1;\nstep + 1\n"},
        {"a = 1;\nstep[1] = 2", "a = 1;\nstep[1] = 2\n"},
        {"for i in x { print i };\n+1", "for i in x { print i };\n+1\n"},
        {"a = 1; step(x # c\n) = 3", "a = 1;\nstep(x  # c\n     ) = 3\n"},
        {"step = 2\nto(x) = 3", "step = 2\nto(x) = 3\n"},
    };
    CHECK(state, rows);
}

static void the_users_line_breaks_in_lists_stay(void **state)
{
    static const struct row rows[] = {
        {"A = [1, 2, 3;\n4, 5, 6]", "A = [1, 2, 3;\n     4, 5, 6]\n"},
        {"b = [\n1,\n2 ]", "b = [\n  1,\n  2\n]\n"},
        {"b = [1, 2\n]", "b = [1, 2]\n"},
        {"b = [c -\nd]", "b = [c -\n     d]\n"},
        {"c = f(g(\n1,\n2))", "c = f(g(\n  1,\n  2\n))\n"},
        {"f(x) = x^2 +\n3x -\n1", "f(x) = x^2 +\n  3x -\n  1\n"},
        {"f(x) = x^2\n * 3", "f(x) = x^2*\n  3\n"},
        {"f(x) = if x > 0\nthen x\nelse -x", "f(x) = if x > 0\n  then x\n  else -x\n"},
        {"f(x) =\nx", "f(x) =\n  x\n"},
        {"r =\nminimize x^2 over x from 1", "r =\n  minimize x^2 over x from 1\n"},
        {"a = sum(i\nfor i in x\nif i > 0)",
         "a = sum(i\n        for i in x\n        if i > 0)\n"},
    };
    CHECK(state, rows);
}

static void long_lines_break_at_the_outermost_place(void **state)
{
    static const struct row rows[] = {
        {"value = first_function(alpha, beta, gamma) + second_function(delta, epsilon, "
         "zeta) + third_one",
         "value = first_function(alpha, beta, gamma) + second_function(delta, epsilon, "
         "zeta) "
         "+\n  third_one\n"},
        {"value = first_function(alpha, beta, gamma) + second_function(delta, epsilon, "
         "zeta, eta, theta)",
         "value = first_function(alpha, beta, gamma) +\n  second_function(delta, "
         "epsilon, "
         "zeta, eta, theta)\n"},
        {"value = first_function(alpha, beta, gamma, delta) + second_function(epsilon, "
         "zeta, "
         "eta, iota,\ntheta)",
         "value = first_function(alpha, beta, gamma, delta) +\n  "
         "second_function(epsilon, "
         "zeta, eta, iota,\n                  theta)\n"},
        {"numbers = [1000000, 2000000, 3000000, 4000000, 5000000, 6000000, 7000000, "
         "8000000, 9000000, 10000000]",
         "numbers = [1000000, 2000000, 3000000, 4000000, 5000000, 6000000, 7000000, "
         "8000000,\n"
         "           9000000, 10000000]\n"},
        {"an_objective_with_a_name_that_is_long_enough_to_fill_half_a_line(x) = g(alpha, "
         "beta, gamma, delta)",
         "an_objective_with_a_name_that_is_long_enough_to_fill_half_a_line(x) = g(alpha, "
         "beta,\n"
         "    gamma, delta)\n"},
    };
    CHECK(state, rows);
}

static void comments_stay_in_their_places(void **state)
{
    static const struct row rows[] = {
        {"# one\n\n\n#two  \nx = 1 # three\n# four",
         "# one\n\n#two\nx = 1  # three\n# four\n"},
        {"x = 1 # a\nlonger = 2 # b\n\ny = 3 # c",
         "x = 1       # a\nlonger = 2  # b\n\ny = 3  # c\n"},
        {"minimize (x-1)^2      # the objective\n  over x from -2.4    # the space\n"
         "  step 0.3            # the step size\n\n  # when to stop\n  until 500 steps",
         "minimize (x - 1)^2  # the objective\n  over x from -2.4  # the space\n"
         "  step 0.3          # the step size\n  # when to stop\n  until 500 steps\n"},
        {"b = [\n  1,\n  2   # last\n]", "b = [\n  1,\n  2  # last\n]\n"},
        {"b = [1, # first\n# alone\n2 # last\n]",
         "b = [1,  # first\n     # alone\n     2  # last\n     ]\n"},
        {"a = b + # c\nd", "a = b +  # c\n  d\n"},
        {"a = # c\nd", "a =  # c\n  d\n"},
        {"a = x # c\n * 3", "a = x*  # c\n  3\n"},
        {"a = x # c\n and y", "a = x  # c\n  and y\n"},
        {"a = (r # c\n.x + 1)", "a = (r.x +  # c\n     1)\n"},
        {"for i in x { # c\nprint i # d\n# e\n}",
         "for i in x {  # c\n  print i     # d\n  # e\n}\n"},
        {"if x { a = 1 } # c\n# d\nelse { b = 2 }",
         "if x {\n  a = 1\n}  # c\n# d\nelse {\n  b = 2\n}\n"},
        {"if x # c\n{ a = 1 }", "if x {  # c\n  a = 1\n}\n"},
        {"x = 1 #", "x = 1  #\n"},
        {"# only", "# only\n"},
        {"f( # c\n) = 1", "f(  # c\n) = 1\n"},
        {"a = f(# c\n# d\n)", "a = f(  # c\n  # d\n)\n"},
    };
    CHECK(state, rows);
}

/* A comment with a line's end, put between any two bytes: where that parses, all that
 * must hold of a layout holds. */
static void a_comment_anywhere_is_kept(void **state)
{
    static const char *const scripts[] = {
        "a = [1, 2; 3, x[i+1]] + f(step = 1, b)\n",
        "r = sweep s in [1, 2] minimize sum(x[i]^2 for i in 1..n if i > 0) over x[n, 2] "
        "in "
        "[0, 1] from 1, y from 2 subject to x >= 1, y == 2 until |grad| < 1 or 5 steps\n",
        "f(x, y) = if x > 0 and not y then (x.a)' else |x|^-2\n",
        "for i in 1..3 { print i; if i < 2 { a = 1 } else if b { c = 2 } else { d = 3 } "
        "}\n",
        "plot x, y over z in [0, 1] with a = 1, b = \"t\" to \"f\"\nexpect 1 == 1 within "
        "2\n",
        "x[2] = -1; (y); claim a == b\nuse \"c\"; seed 1; explain L''; table a to "
        "\"b\"\n",
    };
    struct tree *t = *state;
    size_t kept = 0;
    for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++) {
        size_t length = strlen(scripts[i]);
        for (size_t at = 0; at <= length; at++)
            for (int alone = 0; alone < 2; alone++) {
                struct text text;
                struct script script;
                text_init(&text, &t->arena);
                text_put(&text, scripts[i], at);
                text_puts(&text, alone ? "\n# c\n" : " # c\n");
                text_puts(&text, scripts[i] + at);
                bool parses =
                    script_parse(&script, t, text.data, text.length) == PARSE_OK;
                if (parses && script.parse.comment_count == 1) {
                    assert_non_null(strstr(laid_out(t, text.data), "# c\n"));
                    kept++;
                }
            }
    }
    assert_true(kept > 300);
}

static void long_sums_and_lists_take_linear_time(void **state)
{
    struct tree *t = *state;
    struct text sum, list;
    text_init(&sum, &t->arena);
    text_init(&list, &t->arena);
    text_puts(&sum, "f(x) = x");
    text_puts(&list, "a = [0");
    for (int i = 0; i < 100000; i++) {
        text_format(&sum, " + %dx", i + 2);
        text_format(&list, ", %d", i);
    }
    text_puts(&list, "]");
    const char *printed = laid_out(t, sum.data);
    for (const char *at = printed; *at != '\0';) {
        size_t columns = strcspn(at, "\n");
        assert_in_range(columns, 1, 90);
        at += columns + 1;
    }
    assert_true(strlen(laid_out(t, list.data)) > list.length);
}

#define FORMAT_TEST(name) cmocka_unit_test_setup_teardown(name, open_tree, close_tree)

int main(void)
{
    const struct CMUnitTest tests[] = {
        FORMAT_TEST(spaces_follow_the_operator),
        FORMAT_TEST(short_sums_are_tight_in_indices_and_ranges),
        FORMAT_TEST(spellings_stay_and_signs_become_plain),
        FORMAT_TEST(a_solve_stays_on_its_line_or_has_a_line_a_clause),
        FORMAT_TEST(a_block_stays_on_its_line_or_is_indented),
        FORMAT_TEST(statements_share_lines_and_blank_lines_stay),
        FORMAT_TEST(a_statement_that_needs_its_semicolon_keeps_it),
        FORMAT_TEST(the_users_line_breaks_in_lists_stay),
        FORMAT_TEST(long_lines_break_at_the_outermost_place),
        FORMAT_TEST(comments_stay_in_their_places),
        FORMAT_TEST(a_comment_anywhere_is_kept),
        FORMAT_TEST(long_sums_and_lists_take_linear_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
