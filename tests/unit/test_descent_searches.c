/* SPDX-License-Identifier: MIT
 * test_descent_searches.c - the step rules wolfe, exact and barzilai_borwein: what they
 * promise of each step.
 */
#include "descent_problems.h"

static const char *const rules[] = {"wolfe", "exact", "barzilai_borwein"};
enum { WOLFE, EXACT, BARZILAI_BORWEIN };

static double draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (double)(*seed >> 11) / 4503599627370496.0 - 1;
}

/* sum x_i^4 / 4 + x'Qx / 2 + c'x in three variables. */
enum { N = 3 };
static double q[N][N], c[N], fourth;

static double quartic(const double *x, double *g)
{
    double value = 0;
    for (size_t i = 0; i < N; i++) {
        double row = 0;
        for (size_t j = 0; j < N; j++)
            row += q[i][j] * x[j];
        value += fourth * x[i] * x[i] * x[i] * x[i] / 4 + x[i] * row / 2 + c[i] * x[i];
        if (g != NULL)
            g[i] = fourth * x[i] * x[i] * x[i] + row + c[i];
    }
    return value;
}

static void draw_quartic(uint64_t *seed, double *start)
{
    fourth = 1;
    for (size_t i = 0; i < N; i++) {
        for (size_t j = 0; j <= i; j++)
            q[i][j] = q[j][i] = 5 * draw(seed);
        c[i] = draw(seed);
        start[i] = 3 * draw(seed);
    }
}

/* Positive definite: diagonally dominant. */
static void draw_parabola(uint64_t *seed, double *start)
{
    draw_quartic(seed, start);
    fourth = 0;
    for (size_t i = 0; i < N; i++)
        q[i][i] = 11 + 5 * draw(seed);
}

/* A search that looks at every step. */
struct walk {
    struct function function;
    descent *search;
    size_t n;
    double x[N], g[N], value; /* before the last step */
    double move[N];           /* the last step */
    uint64_t spent;           /* evaluations in it */
};

static void begin(struct walk *walk, formula f, size_t n, const double *start, int rule,
                  const double *settings)
{
    *walk = (struct walk){.function = {f, 0}, .n = n};
    descent_problem problem = problem_of(&walk->function, n);
    descent_options options = {.search = descent_search_find(rules[rule]),
                               .search_settings = settings};
    walk->search = descent_new(&problem, &options, start);
    assert_non_null(walk->search);
    assert_int_equal(walk->function.calls, 0);
}

/* False when the search did not move. */
static bool step(struct walk *walk)
{
    const descent_result *result = descent_get_result(walk->search);
    uint64_t before = result->steps, calls = walk->function.calls;
    memcpy(walk->x, result->x, walk->n * sizeof(double));
    memcpy(walk->g, result->gradient, walk->n * sizeof(double));
    walk->value = result->value;
    (void)descent_step(walk->search);
    result = descent_get_result(walk->search);
    for (size_t i = 0; i < walk->n; i++)
        walk->move[i] = result->x[i] - walk->x[i];
    walk->spent = walk->function.calls - calls;
    return result->steps > before;
}

static double along(size_t n, const double *a, const double *b)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += a[i] * b[i];
    return sum;
}

static descent_result finish(formula f, size_t n, const double *start, int rule,
                             double *x)
{
    struct walk walk;
    begin(&walk, f, n, start, rule, NULL);
    descent_run(walk.search);
    descent_result result = *descent_get_result(walk.search);
    assert_int_equal(result.evaluations, walk.function.calls);
    memcpy(x, result.x, n * sizeof *x);
    descent_free(walk.search);
    return result;
}

/* ---- wolfe ---- */

static void steps_meet_the_strong_wolfe_conditions(void **state)
{
    (void)state;
    const double settings[][2] = {{1e-4, 0.9}, {1e-4, 0.1}, {0.3, 0.4}};
    uint64_t seed = 5, checked = 0;
    for (int turn = 0; turn < 300; turn++) {
        double start[N], c1 = settings[turn % 3][0], c2 = settings[turn % 3][1];
        struct walk walk;
        draw_quartic(&seed, start);
        begin(&walk, quartic, N, start, WOLFE, settings[turn % 3]);
        while (step(&walk)) {
            const descent_result *result = descent_get_result(walk.search);
            double before = along(N, walk.g, walk.move);
            double after = along(N, result->gradient, walk.move);
            assert_true(before < 0);
            /* Nearer to the end rounding has its part in them. */
            if (along(N, walk.g, walk.g) < 1e-8)
                continue;
            assert_in_range(walk.spent, 1, 20);
            assert_true(result->value <= walk.value + c1 * before + 1e-14);
            assert_true(fabs(after) <= -c2 * before * (1 + 1e-9));
            checked++;
        }
        descent_free(walk.search);
    }
    assert_true(checked > 3000);
}

static void a_short_first_length_grows(void **state)
{
    (void)state;
    /* Curvature 2e-9: the first step must be about 1e8 to be flat enough. */
    struct walk walk;
    double start[] = {2.385, 0, 0};
    memset(q, 0, sizeof q);
    memset(c, 0, sizeof c);
    fourth = 0;
    for (size_t i = 0; i < N; i++)
        q[i][i] = 1e-5;
    begin(&walk, quartic, N, start, WOLFE, NULL);
    assert_true(step(&walk));
    double before = along(N, walk.g, walk.move);
    double after = along(N, descent_get_result(walk.search)->gradient, walk.move);
    assert_true(fabs(after) <= -0.9 * before);
    assert_true(descent_get_result(walk.search)->step >= 1e4);
    assert_in_range(walk.spent, 2, 20);
    descent_free(walk.search);
}

/* ---- exact ---- */

static void a_parabola_takes_one_trial(void **state)
{
    (void)state;
    double start = 0, x;
    descent_result result = finish(hook, 1, &start, EXACT, &x);
    assert_status(result.status, DESCENT_CONVERGED);
    assert_int_equal(result.steps, 1);
    assert_true(x == 3);
    assert_true(result.step == 0.125);
    /* The start, the trial at 1, and where it tells to go. */
    assert_int_equal(result.evaluations, 3);
    uint64_t seed = 8, steps = 0;
    for (int turn = 0; turn < 100; turn++) {
        double point[N];
        struct walk walk;
        draw_parabola(&seed, point);
        begin(&walk, quartic, N, point, EXACT, NULL);
        while (step(&walk)) {
            /* t = g'g / g'Qg */
            double bent = 0;
            for (size_t i = 0; i < N; i++)
                bent += walk.g[i] * along(N, q[i], walk.g);
            double t = along(N, walk.g, walk.g) / bent;
            assert_near(descent_get_result(walk.search)->step, t, 1e-7 * t);
            assert_in_range(walk.spent, 1, 2);
            steps++;
        }
        assert_status(descent_get_result(walk.search)->status, DESCENT_CONVERGED);
        descent_free(walk.search);
    }
    assert_true(steps > 300);
}

static void the_slope_vanishes_at_the_end_of_a_step(void **state)
{
    (void)state;
    uint64_t seed = 13, checked = 0, trials = 0;
    for (int turn = 0; turn < 200; turn++) {
        double start[N];
        struct walk walk;
        draw_quartic(&seed, start);
        begin(&walk, quartic, N, start, EXACT, NULL);
        while (step(&walk)) {
            const descent_result *result = descent_get_result(walk.search);
            if (along(N, walk.g, walk.g) < 1e-8)
                continue;
            double before = along(N, walk.g, walk.move);
            double after = along(N, result->gradient, walk.move);
            assert_true(fabs(after) <= 1.1e-8 * -before);
            assert_in_range(walk.spent, 1, 40);
            trials += walk.spent;
            checked++;
        }
        assert_status(descent_get_result(walk.search)->status, DESCENT_CONVERGED);
        descent_free(walk.search);
    }
    assert_true(checked > 1000);
    assert_true(trials < 7 * checked);
}

/* ---- both ---- */

static void values_fall_in_every_step(void **state)
{
    (void)state;
    uint64_t seed = 34;
    for (int turn = 0; turn < 400; turn++) {
        double start[N];
        struct walk walk;
        draw_quartic(&seed, start);
        begin(&walk, quartic, N, start, turn % 2, NULL);
        while (step(&walk)) {
            const descent_result *result = descent_get_result(walk.search);
            assert_true(result->value < walk.value ||
                        (result->value == walk.value &&
                         result->gradient_norm < sqrt(along(N, walk.g, walk.g))));
        }
        assert_status(descent_get_result(walk.search)->status, DESCENT_CONVERGED);
        descent_free(walk.search);
    }
}

/* ---- barzilai_borwein ---- */

static void the_length_is_one_over_the_last_curvature(void **state)
{
    (void)state;
    double start[] = {2.385, -1.713}, settings[] = {0.05, 10};
    double x[] = {2.385, -1.713}, t = 0.05;
    struct walk walk;
    begin(&walk, valley, 2, start, BARZILAI_BORWEIN, settings);
    for (int k = 0; k < 6; k++) {
        assert_true(step(&walk));
        double g[] = {8 * x[0], x[1]}, s[] = {-t * g[0], -t * g[1]};
        x[0] += s[0];
        x[1] += s[1];
        assert_near(descent_get_result(walk.search)->step, t, 1e-9 * t);
        assert_near(descent_get_result(walk.search)->x[0], x[0], 1e-9);
        assert_near(descent_get_result(walk.search)->x[1], x[1], 1e-9);
        t = (s[0] * s[0] + s[1] * s[1]) / (8 * s[0] * s[0] + s[1] * s[1]);
    }
    descent_free(walk.search);
}

/* x^2/2 + 50 y^2: a condition of 100. */
static double canyon(const double *x, double *g)
{
    if (g != NULL) {
        g[0] = x[0];
        g[1] = 100 * x[1];
    }
    return x[0] * x[0] / 2 + 50 * x[1] * x[1];
}

static void two_variables_converge_superlinearly(void **state)
{
    (void)state;
    uint64_t seed = 55;
    for (int turn = 0; turn < 50; turn++) {
        double start[] = {100 + 5 * draw(&seed), 1 + 0.05 * draw(&seed)}, x[2];
        descent_result quick = finish(canyon, 2, start, BARZILAI_BORWEIN, x);
        descent_result exact = finish(canyon, 2, start, EXACT, x);
        assert_status(quick.status, DESCENT_CONVERGED);
        assert_in_range(quick.steps, 1, 25);
        assert_true(exact.steps > 300);
    }
}

static void no_value_is_above_the_last_ten(void **state)
{
    (void)state;
    uint64_t seed = 89, rises = 0;
    const double settings[][2] = {{1, 10}, {1, 1}, {1, 3}};
    for (int turn = 0; turn < 300; turn++) {
        double start[N], values[10001];
        size_t window = (size_t)settings[turn % 3][1], count = 0;
        struct walk walk;
        draw_quartic(&seed, start);
        begin(&walk, quartic, N, start, BARZILAI_BORWEIN, settings[turn % 3]);
        values[count++] = descent_get_result(walk.search)->value;
        while (step(&walk)) {
            double largest = values[count - 1], value;
            for (size_t i = 0; i < window && i < count; i++)
                largest = fmax(largest, values[count - 1 - i]);
            value = descent_get_result(walk.search)->value;
            assert_true(value <= largest);
            rises += value > values[count - 1];
            values[count++] = value;
        }
        assert_status(descent_get_result(walk.search)->status, DESCENT_CONVERGED);
        assert_in_range(count, 1, 200);
        descent_free(walk.search);
    }
    assert_true(rises > 50);
}

/* ---- what is given ---- */

static void settings_have_bounds(void **state)
{
    (void)state;
    const struct {
        int rule;
        double settings[2];
        const char *fault;
    } rows[] = {{WOLFE, {-0.1, 0.9}, "c1"},
                {WOLFE, {1e-4, 1.5}, "c2"},
                {EXACT, {-1, 0}, "tolerance"},
                {BARZILAI_BORWEIN, {0, 10}, "initial"},
                {BARZILAI_BORWEIN, {1, 0}, "window"},
                {BARZILAI_BORWEIN, {1, (double)NAN}, "window"}};
    struct function function = {valley, 0};
    descent_problem problem = problem_of(&function, 2);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        descent_options options = {.search = descent_search_find(rules[rows[i].rule]),
                                   .search_settings = rows[i].settings};
        assert_string_equal(descent_find_fault(&problem, &options), rows[i].fault);
    }
}

static void *refuse(void *context, size_t size)
{
    *(size_t *)context = size;
    return NULL;
}

static void the_window_is_in_the_one_block(void **state)
{
    (void)state;
    size_t small = 0, large = 0;
    double start[] = {1, 1}, short_window[] = {1, 10}, long_window[] = {1, 1000};
    struct function function = {valley, 0};
    descent_problem problem = problem_of(&function, 2);
    descent_options options = {.search = descent_search_find("barzilai_borwein"),
                               .search_settings = short_window,
                               .allocate = refuse,
                               .memory_context = &small};
    assert_null(descent_new(&problem, &options, start));
    options.search_settings = long_window;
    options.memory_context = &large;
    assert_null(descent_new(&problem, &options, start));
    assert_int_equal(large - small, 990 * sizeof(double));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_meet_the_strong_wolfe_conditions),
        cmocka_unit_test(a_short_first_length_grows),
        cmocka_unit_test(a_parabola_takes_one_trial),
        cmocka_unit_test(the_slope_vanishes_at_the_end_of_a_step),
        cmocka_unit_test(values_fall_in_every_step),
        cmocka_unit_test(the_length_is_one_over_the_last_curvature),
        cmocka_unit_test(two_variables_converge_superlinearly),
        cmocka_unit_test(no_value_is_above_the_last_ten),
        cmocka_unit_test(settings_have_bounds),
        cmocka_unit_test(the_window_is_in_the_one_block),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
