/* SPDX-License-Identifier: MIT
 * The formula that each method gives of its step is the step that it makes: the formula,
 * turned into a script, ends where the search ends, to the last digits. */
#include "script_fixture.h"
#include "talweg.h"

#include "descent.h"

#include <math.h>

static void drop(void *user, tw_channel channel, const char *text, size_t length)
{
    (void)user;
    (void)channel;
    (void)text;
    (void)length;
}

/* "x <- x - t*g, where ..." as a statement. */
static const char *put_assignment(struct text *script, const char *line)
{
    const char *arrow = strstr(line, " <- ");
    size_t length = strcspn(line, ",\n");
    assert_non_null(arrow);
    assert_true(arrow < line + length);
    text_put(script, line, (size_t)(arrow - line));
    text_puts(script, " = ");
    text_put(script, arrow + 4, length - (size_t)(arrow + 4 - line));
    text_putc(script, '\n');
    line += strcspn(line, "\n");
    return *line == '\0' ? line : line + 1;
}

static void put_formula(struct text *script, const char *formula)
{
    while (*formula != '\0')
        formula = put_assignment(script, formula);
}

/* Settings away from the defaults, so that each of them matters. */
static double other_value(const descent_setting *setting)
{
    return setting->initial == 0    ? 0 /* noise: it stays off */
           : setting->initial < 0.1 ? setting->initial * 3
                                    : setting->initial * 0.75;
}

/* The second derivative is positive everywhere, so the Hessian needs no correction. */
static void put_script(struct text *script, const descent_method *method,
                       const double *values)
{
    const descent_setting *settings = descent_method_settings(method);
    text_puts(script, "f(x) = x^4/4 + x^2 - x\n"
                      "x = 1.5; t = 0.05; v = 0; m = 0; s = 0; E = 0\n");
    for (size_t i = 0; settings[i].name != NULL; i++) {
        text_format(script, "%s = ", settings[i].name);
        text_number(script, values[i]);
        text_putc(script, '\n');
    }
    text_puts(script, "for k in 1..7 {\ng = f'(x); H = f''(x)\n");
    put_formula(script, descent_method_formula(method, values));
    text_format(script, "}\nr = minimize f over x from 1.5 by %s(",
                descent_method_name(method));
    for (size_t i = 0; settings[i].name != NULL; i++)
        text_format(script, "%s%s = %s", i == 0 ? "" : ", ", settings[i].name,
                    settings[i].name);
    text_puts(script, ") step t until 7 steps\n"
                      "expect r.x == x within 1e-14\n"
                      "expect |r.x - 1.5| > 0.1\n");
}

/* Their formulas name what several steps have shown, which no script of one step has. */
static bool is_told_in_words(const descent_method *method)
{
    static const char *const names[] = {"auto",           "bfgs",
                                        "lbfgs",          "cg",
                                        "trust_region",   "coordinate",
                                        "nelder_mead",    "annealing",
                                        "gauss_newton",   "levenberg_marquardt",
                                        "interior_point", "smoothing"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(descent_method_name(method), names[i]) == 0)
            return true;
    return false;
}

static void run_formula(struct fixture *f, const descent_method *method)
{
    const descent_setting *settings = descent_method_settings(method);
    double values[16];
    tw_summary summary;
    struct text script;
    for (size_t i = 0; settings[i].name != NULL; i++)
        values[i] = other_value(&settings[i]);
    text_init(&script, &f->arena);
    put_script(&script, method, values);
    tw_session *session = tw_open(&(tw_options){.write = drop});
    assert_int_equal(tw_run(session, "formula.opt", script.data, script.length), TW_OK);
    tw_get_summary(session, &summary);
    assert_int_equal(summary.expectations, 2);
    assert_int_equal(summary.failed, 0);
    tw_close(session);
}

static void each_formula_is_the_step_of_its_method(void **state)
{
    (void)state;
    struct fixture f;
    fixture_open(&f, "none", "");
    for (size_t i = 0; descent_methods()[i] != NULL; i++)
        if (!is_told_in_words(descent_methods()[i]))
            run_formula(&f, descent_methods()[i]);
    fixture_close(&f);
}

static void noise_is_in_the_formula_where_it_acts(void **state)
{
    (void)state;
    const descent_method *gradient = descent_method_find("gradient");
    assert_null(strstr(descent_method_formula(gradient, NULL), "noise"));
    assert_null(strstr(descent_method_formula(gradient, &(double){0}), "noise"));
    assert_non_null(strstr(descent_method_formula(gradient, &(double){0.1}), "noise*z"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_formula_is_the_step_of_its_method),
        cmocka_unit_test(noise_is_in_the_formula_where_it_acts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
