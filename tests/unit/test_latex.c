/* SPDX-License-Identifier: MIT
 * LaTeX: formulas as a textbook sets them, and always well formed. */
#include "graph_fixture.h"

#include "graph/latex.h"

static const char *set_node(struct world *w, node_id node)
{
    char letter[2] = "";
    struct text out;
    text_init(&out, &w->arena);
    graph_latex(&out, w->graph, node, name_letter, letter);
    return text_string(&out);
}

static const struct {
    const char *formula, *latex;
} textbook[] = {
    {"2*x", "2 x"},
    {"x*y", "x y"},
    {"2*x - 6", "2 x - 6"},
    {"(2*x - 6)^2", "\\left(2 x - 6\\right)^{2}"},
    {"4*(2*x - 6)", "4 \\left(2 x - 6\\right)"},
    {"x*2", "x \\cdot 2"},
    {"2*3^x", "2 \\cdot 3^{x}"},
    {"x/y", "\\frac{x}{y}"},
    {"(x + 1)/(x - 1)", "\\frac{x + 1}{x - 1}"},
    {"-x/y", "-\\frac{x}{y}"},
    {"z - x/y", "z - \\frac{x}{y}"},
    {"x/y*z", "\\frac{x}{y} z"},
    {"x*(y/z)", "x \\frac{y}{z}"},
    {"2*(y/z)", "2 \\cdot \\frac{y}{z}"},
    {"(x/y)^2", "\\left(\\frac{x}{y}\\right)^{2}"},
    {"x/y/z", "\\frac{\\frac{x}{y}}{z}"},
    {"x^-2", "x^{-2}"},
    {"x^(y + 1)", "x^{y + 1}"},
    {"x^y^2", "x^{y^{2}}"},
    {"(x^y)^2", "\\left(x^{y}\\right)^{2}"},
    {"-x^2", "-x^{2}"},
    {"(-x)^2", "\\left(-x\\right)^{2}"},
    {"x - (y + z)", "x - \\left(y + z\\right)"},
    {"x + (y + z)", "x + y + z"},
    {"-(x + y)", "-\\left(x + y\\right)"},
    {"x - 2*y/z", "x - \\frac{2 y}{z}"},
    {"sqrt(x)", "\\sqrt{x}"},
    {"1/(2*sqrt(x))", "\\frac{1}{2 \\sqrt{x}}"},
    {"sqrt(x)^3", "\\left(\\sqrt{x}\\right)^{3}"},
    {"cbrt(x + 1)", "\\sqrt[3]{x + 1}"},
    {"|x - 1|", "\\left|x - 1\\right|"},
    {"|x|^3", "\\left|x\\right|^{3}"},
    {"exp(-x)", "e^{-x}"},
    {"exp(x/y)", "\\exp\\left(\\frac{x}{y}\\right)"},
    {"exp(x)^2*y", "\\left(e^{x}\\right)^{2} y"},
    {"log(x + y)*2", "\\log\\left(x + y\\right) \\cdot 2"},
    {"log(x)^2", "\\left(\\log\\left(x\\right)\\right)^{2}"},
    {"log10(x)", "\\log_{10}\\left(x\\right)"},
    {"sin(x)", "\\sin\\left(x\\right)"},
    {"sin(2*x)^2", "\\sin^{2}\\left(2 x\\right)"},
    {"sin(x)^-1", "\\left(\\sin\\left(x\\right)\\right)^{-1}"},
    {"1 - tanh(x)^2", "1 - \\tanh^{2}\\left(x\\right)"},
    {"2*cos(x)*sin(x)", "2 \\cos\\left(x\\right) \\sin\\left(x\\right)"},
    {"atan(x)", "\\arctan\\left(x\\right)"},
    {"erf(x)", "\\operatorname{erf}\\left(x\\right)"},
    {"erf(x)^2", "\\left(\\operatorname{erf}\\left(x\\right)\\right)^{2}"},
    {"hypot(x, y)", "\\operatorname{hypot}\\left(x, y\\right)"},
    {"clamp(x, -1, y)", "\\operatorname{clamp}\\left(x, -1, y\\right)"},
    {"max(x, 0)", "\\max\\left(x, 0\\right)"},
    {"floor(x)", "\\left\\lfloor x\\right\\rfloor"},
    {"sigmoid(x)*(1 - sigmoid(x))",
     "\\sigma\\left(x\\right) \\left(1 - \\sigma\\left(x\\right)\\right)"},
    {"1.5e-07*x", "1.5 \\cdot 10^{-7} x"},
    {"1e+30*x", "10^{30} x"},
    {"x - 1e-09", "x - 10^{-9}"},
    {"x - inf", "x - \\infty"},
    {"0.1*x", "0.1 x"},
    {"3.141592653589793*x", "\\pi x"},
    {"x - 3.141592653589793", "x - \\pi"},
    {"x < y", "x < y"},
    {"x >= 0 and y != 0 or not z == 1", "x \\geq 0 \\land y \\neq 0 \\lor \\lnot z = 1"},
    {"if x > 0 then x else -x",
     "\\begin{cases} x & \\text{if } x > 0 \\\\ -x & \\text{otherwise} \\end{cases}"},
    {"if x > 1 then 1 else if x > 0 then x else 0",
     "\\begin{cases} 1 & \\text{if } x > 1 \\\\ x & \\text{if } x > 0 \\\\ "
     "0 & \\text{otherwise} \\end{cases}"},
    {"2*(if x > 0 then x else y)",
     "2 \\left(\\begin{cases} x & \\text{if } x > 0 \\\\ y & \\text{otherwise} "
     "\\end{cases}\\right)"},
};

static void formulas_are_set_as_in_a_textbook(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof textbook / sizeof *textbook; i++)
        assert_string_equal(set_node(w, build(w, textbook[i].formula)),
                            textbook[i].latex);
}

static const struct {
    const char *name, *latex;
} names[] = {
    {"w", "w"},
    {"alpha", "\\alpha"},
    {"θ", "\\theta"},
    {"Ω", "\\Omega"},
    {"w1", "w_{1}"},
    {"w₀", "w_{0}"},
    {"w₁₂", "w_{12}"},
    {"theta1", "\\theta_{1}"},
    {"θ₂", "\\theta_{2}"},
    {"x[3]", "x_{3}"},
    {"w1[2]", "w_{1,2}"},
    {"w_1", "w_{1}"},
    {"x_max", "x_{\\mathrm{max}}"},
    {"x_eta", "x_{\\eta}"},
    {"rate", "\\mathrm{rate}"},
    {"rate2", "\\mathrm{rate}_{2}"},
    {"learning_rate", "\\mathrm{learning\\_rate}"},
    {"L'", "L'"},
    {"L''", "L''"},
    {"f1'", "f_{1}'"},
    {"loss'", "\\mathrm{loss}'"},
    {"損失", "\\text{損失}"},
    {"x_", "\\mathrm{x\\_}"},
    {"grad(f)", "\\nabla f"},
    {"grad(f1')", "\\nabla f_{1}'"},
    {"hessian(loss)", "\\nabla^{2} \\mathrm{loss}"},
};

static void names_are_set_as_symbols(void **state)
{
    struct world *w = *state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct text out;
        text_init(&out, &w->arena);
        graph_latex_name(&out, names[i].name);
        assert_string_equal(text_string(&out), names[i].latex);
    }
}

static const char *word_of(void *user, uint32_t symbol)
{
    (void)user;
    return symbol == 'x' ? "rate" : symbol == 'y' ? "w" : "x[3]";
}

static void words_in_a_product_keep_apart(void **state)
{
    struct world *w = *state;
    struct text out;
    text_init(&out, &w->arena);
    graph_latex(&out, w->graph, build(w, "2*x*y*z^2"), word_of, NULL);
    assert_string_equal(text_string(&out), "2 \\, \\mathrm{rate} \\, w x_{3}^{2}");
}

/* ---- Well formed, whatever the formula ---- */

static const char *const commands[] = {
    "frac",  "sqrt", "left",   "right",  "cdot",   "log",   "exp",          "sin",
    "cos",   "tan",  "arcsin", "arccos", "arctan", "sinh",  "cosh",         "tanh",
    "Gamma", "psi",  "sigma",  "lfloor", "rfloor", "land",  "lceil",        "rceil",
    "min",   "max",  "leq",    "geq",    "neq",    "lor",   "lnot",         "begin",
    "end",   "text", "infty",  "pi",     "mathrm", "ldots", "operatorname",
};

/* The command after a backslash is one of LaTeX's; returns what follows it. */
static const char *skip_command(const char *at)
{
    size_t length = strspn(at, "abcdefghijklmnopqrstuvwxyzG");
    if (length == 0)
        return *at == '\\' || *at == ',' ? at + 1 : NULL;
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++)
        if (strlen(commands[i]) == length && memcmp(commands[i], at, length) == 0)
            return at + length;
    return NULL;
}

enum { DEEPEST = 4096 };

/* Braces, \left and \right, \begin and \end are balanced among each other. */
static bool is_well_formed(const char *at)
{
    static char open[DEEPEST];
    size_t depth = 0;
    while (*at != '\0') {
        char opens = 0, closes = 0;
        const char *next = at + 1;
        if (*at == '{')
            opens = '{';
        else if (*at == '}')
            closes = '{';
        else if (*at == '\\') {
            next = skip_command(at + 1);
            if (next == NULL)
                return false;
            bool is_arrow = strncmp(at, "\\leftarrow", 10) == 0;
            if (strncmp(at, "\\left", 5) == 0 && !is_arrow)
                opens = 'l';
            else if (strncmp(at, "\\right", 6) == 0)
                closes = 'l';
            else if (strncmp(at, "\\begin", 6) == 0)
                opens = 'b';
            else if (strncmp(at, "\\end", 4) == 0)
                closes = 'b';
        }
        if (opens != 0 && depth < DEEPEST)
            open[depth++] = opens;
        if (closes != 0 && (depth == 0 || open[--depth] != closes))
            return false;
        at = next;
    }
    return depth == 0;
}

static void the_validator_finds_faults(void **state)
{
    (void)state;
    assert_true(is_well_formed("\\frac{x}{\\left(y\\right)^{2}}"));
    assert_false(is_well_formed("\\frac{x}{y"));
    assert_false(is_well_formed("x}"));
    assert_false(is_well_formed("\\left({x\\right)}"));
    assert_false(is_well_formed("\\begin{cases} x"));
    assert_false(is_well_formed("\\hypot{x}"));
}

static void every_formula_is_well_formed(void **state)
{
    struct world *w = *state;
    enum op ops[OP_COUNT];
    size_t count = 0;
    for (enum op op = OP_ADD; op < OP_COUNT; op++)
        if (op != OP_TIMES_LOG)
            ops[count++] = op;
    uint32_t seed = 20240611;
    for (int i = 0; i < 3000; i++) {
        struct arena_mark mark = arena_mark(&w->arena);
        struct reader r = {&w->arena, ""};
        node_id node = build_formula(w->graph, random_formula(&r, &seed, 5, ops, count));
        const char *latex = set_node(w, node);
        if (!is_well_formed(latex))
            fail_msg("%s is set as %s", print_node(w, node), latex);
        arena_release(&w->arena, mark);
    }
}

static void a_formula_without_end_is_cut_and_well_formed(void **state)
{
    struct world *w = *state;
    node_id node = graph_variable(w->graph, 'x');
    for (int i = 0; i < 60; i++)
        node = graph_apply2(w->graph, OP_DIVIDE, graph_apply1(w->graph, OP_SIN, node),
                            graph_apply1(w->graph, OP_COS, node));
    const char *latex = set_node(w, node);
    assert_true(strlen(latex) < 200000);
    assert_non_null(strstr(latex, "\\ldots"));
    assert_true(is_well_formed(latex));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(formulas_are_set_as_in_a_textbook, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(names_are_set_as_symbols, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(words_in_a_product_keep_apart, open_world,
                                        close_world),
        cmocka_unit_test(the_validator_finds_faults),
        cmocka_unit_test_setup_teardown(every_formula_is_well_formed, open_world,
                                        close_world),
        cmocka_unit_test_setup_teardown(a_formula_without_end_is_cut_and_well_formed,
                                        open_world, close_world),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
