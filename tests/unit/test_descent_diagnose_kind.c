/* SPDX-License-Identifier: MIT
 * test_descent_diagnose_kind.c - what the engine says of the place where a search in one
 * variable ended: functions whose stationary points are known, with and without
 * enclosures of their derivatives. */
#include "line_functions.h"

/* ---- the table ---- */

struct row {
    const char *name;
    line_formula formula; /* NULL: the polynomial */
    double coefficient[8];
    double start, x; /* the search ends at x after one step */
    const char *kind, *status;
    double point; /* NaN: none, or any */
    unsigned order;
    bool is_convex;
    bool has_kink;
    bool needs_enclosures; /* without them nothing that contradicts is asked for */
};

#define NONE (double)NAN

static const struct row rows[] = {
    {.name = "x^2",
     .coefficient = {0, 0, 1},
     .start = 1,
     .x = 1e-7,
     .kind = "minimum",
     .status = "budget",
     .point = 0},
    {.name = "(2w - 6)^2",
     .coefficient = {36, -24, 4},
     .x = 2.9986,
     .kind = "minimum",
     .status = "budget",
     .point = 3},
    {.name = "x^2 far away",
     .coefficient = {0, 0, 1},
     .start = 5,
     .x = 4,
     .kind = "not critical",
     .status = "budget",
     .point = NONE},
    {.name = "x^4",
     .coefficient = {0, 0, 0, 0, 1},
     .start = 1,
     .x = 5e-3,
     .kind = "minimum",
     .status = "budget",
     .point = 0,
     .order = 4},
    {.name = "x^6",
     .coefficient = {0, 0, 0, 0, 0, 0, 1},
     .start = 1,
     .x = 1e-2,
     .kind = "minimum",
     .status = "budget",
     .point = 0,
     .order = 6},
    {.name = "x^3",
     .coefficient = {0, 0, 0, 1},
     .start = 1,
     .x = 5e-4,
     .kind = "inflection",
     .status = "budget",
     .point = 0,
     .order = 3},
    {.name = "x^3 at 0",
     .coefficient = {0, 0, 0, 1},
     .kind = "inflection",
     .status = "budget",
     .point = 0,
     .order = 3},
    {.name = "x^5",
     .coefficient = {0, 0, 0, 0, 0, 1},
     .start = 1,
     .x = 1e-2,
     .kind = "inflection",
     .status = "budget",
     .point = 0,
     .order = 5},
    {.name = "(x - 1/3)^4",
     .coefficient = {1.0 / 81, -4.0 / 27, 6.0 / 9, -4.0 / 3, 1},
     .start = 1,
     .x = 0.335,
     .kind = "minimum",
     .status = "budget",
     .point = 1.0 / 3,
     .order = 4},
    {.name = "(x - 1/3)^3",
     .coefficient = {-1.0 / 27, 1.0 / 3, -1, 1},
     .start = 1,
     .x = 0.3334,
     .kind = "inflection",
     .status = "budget",
     .point = 1.0 / 3,
     .order = 3},
    {.name = "x^3 + 1e-9 x",
     .coefficient = {0, 1e-9, 0, 1},
     .start = 1,
     .x = 1e-4,
     .kind = "not critical",
     .status = "unbounded",
     .point = NONE},
    {.name = "x^4 - 1e-20 x^2",
     .coefficient = {0, 0, -1e-20, 0, 1},
     .start = 1,
     .x = 1e-3,
     .kind = "minimum",
     .status = "budget",
     .point = NONE},
    {.name = "x^4 - 1e-20 x^2 at 0",
     .coefficient = {0, 0, -1e-20, 0, 1},
     .kind = "maximum",
     .status = "budget",
     .point = 0},
    {.name = "x^4 - x^2 at 0",
     .coefficient = {0, 0, -1, 0, 1},
     .kind = "maximum",
     .status = "budget",
     .point = 0},
    {.name = "-x^2",
     .coefficient = {0, 0, -1},
     .start = 1,
     .x = 3,
     .kind = "not critical",
     .status = "unbounded",
     .point = NONE},
    {.name = "-x",
     .coefficient = {0, -1},
     .x = 3,
     .kind = "not critical",
     .status = "unbounded",
     .point = NONE},
    {.name = "|x|",
     .formula = magnitude,
     .start = 1,
     .x = 0.05,
     .kind = "minimum",
     .status = "budget",
     .point = 0,
     .has_kink = true},
    {.name = "|x| at 0",
     .formula = magnitude,
     .kind = "minimum",
     .status = "budget",
     .point = 0,
     .has_kink = true},
    {.name = "convex relu(x)^2",
     .formula = ramp,
     .start = 1,
     .x = 1e-4,
     .kind = "minimum",
     .status = "budget",
     .point = 0,
     .is_convex = true,
     .needs_enclosures = true},
    {.name = "convex relu(x)^2 at -1",
     .formula = ramp,
     .start = -1,
     .x = -1,
     .kind = "minimum",
     .status = "budget",
     .point = -1,
     .is_convex = true,
     .needs_enclosures = true},
    {.name = "relu(x)^2",
     .formula = ramp,
     .start = 1,
     .x = 1e-4,
     .kind = "flat",
     .status = "budget",
     .point = 0,
     .needs_enclosures = true},
    {.name = "floor(x)",
     .formula = stairs,
     .start = 0.3,
     .x = 0.3,
     .kind = "flat",
     .status = "budget",
     .point = 0.3},
    {.name = "x^2 + floor(x)",
     .formula = broken_bowl,
     .start = 1,
     .x = 0.01,
     .kind = "flat",
     .status = "budget",
     .point = 0},
    {.name = "exp(-x)",
     .formula = decay,
     .x = 14,
     .kind = "not critical",
     .status = "not attained",
     .point = NONE,
     .is_convex = true},
    {.name = "exp(-x) where it is 0",
     .formula = decay,
     .x = 800,
     .kind = "flat",
     .status = "not attained",
     .point = NONE,
     .is_convex = true},
    {.name = "cos(x)",
     .formula = wave,
     .start = 1,
     .x = 3.1415,
     .kind = "minimum",
     .status = "budget",
     .point = 3.14159265358979323846},
    {.name = "cos(x) at 0", .formula = wave, .kind = "maximum", .status = "budget"},
    {.name = "-log(x)",
     .formula = falling_log,
     .start = 1,
     .x = 100,
     .kind = "not critical",
     .status = "unbounded",
     .point = NONE,
     .is_convex = true},
    {.name = "-sqrt(x)",
     .formula = falling_root,
     .start = 1,
     .x = 100,
     .kind = "not critical",
     .status = "unbounded",
     .point = NONE,
     .is_convex = true},
    {.name = "1/x",
     .formula = reciprocal,
     .start = 1,
     .x = 100,
     .kind = "not critical",
     .status = "not attained",
     .point = NONE,
     .is_convex = true},
    {.name = "1/log(x)",
     .formula = slow_reciprocal,
     .start = 2,
     .x = 100,
     .kind = "not critical",
     .status = "not attained",
     .point = NONE,
     .is_convex = true},
    {.name = "sqrt(|x|)",
     .formula = cusp,
     .start = 1,
     .x = 0.05,
     .kind = "minimum",
     .status = "budget",
     .point = 0},
    {.name = "-1/(x - 1/3)^2",
     .formula = pole,
     .start = 0,
     .x = 0.33,
     .kind = "flat",
     .status = "budget",
     .point = NONE},
};
enum { ROW_COUNT = sizeof rows / sizeof *rows };

/* A search from `start` that makes one step to x, or none. */
static descent *search_to(const descent_problem *problem, struct line_problem *line,
                          double start, double x)
{
    double slope = read_order(line, 1, start), step = (start - x) / slope;
    uint64_t steps = 1;
    if (start == x || !(step > 0)) {
        steps = 0;
        start = x;
        step = 1;
    }
    descent_options options = with_fixed_budget(&step, &steps);
    descent *search = descent_new(problem, &options, &start);
    assert_non_null(search);
    (void)descent_run(search);
    assert_near(descent_get_result(search)->x[0], x, 1e-8 * fabs(x));
    return search;
}

static void check_row(const struct row *row, enum knowledge knowledge)
{
    struct line_problem line = {row->formula, row->coefficient, 7, 0};
    descent_problem problem = line_problem_of(&line, knowledge);
    problem.is_convex = row->is_convex && knowledge == ENCLOSED;
    descent *search = search_to(&problem, &line, row->start, row->x);
    line.calls = 0;
    const descent_diagnosis *told = descent_diagnose(search);
    assert_non_null(told);
    assert_true(line.calls < 1500);
    if (row->needs_enclosures && knowledge != ENCLOSED) {
        assert_string_not_equal(descent_kind_name(told->kind), "minimum");
    } else {
        if (strcmp(descent_kind_name(told->kind), row->kind) != 0 ||
            strcmp(descent_status_name(told->status), row->status) != 0)
            fail_msg("%s (%d): %s, %s", row->name, (int)knowledge,
                     descent_kind_name(told->kind), descent_status_name(told->status));
        assert_true((told->point == NULL) == (strcmp(row->kind, "not critical") == 0));
        if (!isnan(row->point))
            assert_near(told->point[0], row->point, 1e-4 * fabs(row->point) + 1e-15);
        assert_true(told->at_kink == row->has_kink);
        if (row->has_kink)
            assert_true(told->slopes[0] == -1 && told->slopes[1] == 1);
        assert_int_equal(told->order, knowledge == ENCLOSED ? row->order : 0);
    }
    descent_free(search);
}

static void known_points_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROW_COUNT; i++)
        for (int knowledge = 0; knowledge < KNOWLEDGE_COUNT; knowledge++)
            check_row(&rows[i], (enum knowledge)knowledge);
}

/* The truth of a polynomial does not depend on the scales of x and f. */
static void scales_do_not_matter(void **state)
{
    (void)state;
    for (int k = -150; k <= 150; k += 25) {
        double scale = pow(10, k), top = pow(10, -k);
        const double of_x[] = {1, -2 / scale, 1 / scale / scale};
        const double of_f[] = {top, -2 * top, top};
        const double *both[] = {of_x, of_f};
        const double at[] = {scale, 1};
        for (size_t i = 0; i < 2; i++) {
            struct line_problem line = {NULL, both[i], 2, 0};
            descent_problem problem = line_problem_of(&line, ENCLOSED);
            descent *search = search_to(&problem, &line, 0, 0.99 * at[i]);
            const descent_diagnosis *told = descent_diagnose(search);
            assert_string_equal(descent_kind_name(told->kind), "minimum");
            assert_near(told->point[0], at[i], 1e-7 * at[i]);
            descent_free(search);
        }
    }
}

/* ---- random quartics ---- */

static double draw(uint64_t *seed)
{
    *seed = *seed * 6364136223846793005U + 1442695040888963407U;
    return (double)(*seed >> 11) / 4503599627370496.0 - 1;
}

/* f' = s (x - a)(x - b)(x - c): what is told near one of the roots is what the sign of f'
 * does there. */
static void check_quartic(uint64_t *seed, enum knowledge knowledge)
{
    double root[3], s = draw(seed) < 0 ? -1 : 1;
    for (size_t i = 0; i < 3; i++)
        root[i] = 3 * draw(seed);
    for (size_t i = 0; i < 3; i++)
        if (fabs(root[i] - root[(i + 1) % 3]) < 0.05)
            return;
    const double coefficient[] = {
        1, -s * root[0] * root[1] * root[2],
        s * (root[0] * root[1] + root[1] * root[2] + root[2] * root[0]) / 2,
        -s * (root[0] + root[1] + root[2]) / 3, s / 4};
    struct line_problem line = {NULL, coefficient, 4, 0};
    descent_problem problem = line_problem_of(&line, knowledge);
    double x = root[0] + 1e-4 * draw(seed);
    double curvature = s * (root[0] - root[1]) * (root[0] - root[2]);
    descent *search = search_to(&problem, &line, x, x);
    const descent_diagnosis *told = descent_diagnose(search);
    assert_string_equal(descent_kind_name(told->kind),
                        curvature > 0 ? "minimum" : "maximum");
    assert_near(told->point[0], root[0], 1e-9);
    if (knowledge != GRADIENT)
        assert_near(told->least_curvature, curvature, 1e-6 * fabs(curvature));
    descent_free(search);
}

static void random_quartics_are_told(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (int count = 0; count < 600; count++)
        check_quartic(&seed, (enum knowledge)(count % KNOWLEDGE_COUNT));
}

/* ---- ends of searches ---- */

static void stalled_at_rounding_is_converged(void **state)
{
    (void)state;
    struct line_problem line = {magnitude, NULL, 0, 0};
    descent_problem problem = line_problem_of(&line, ENCLOSED);
    double start = 1.0 / 3;
    descent *search = descent_new(&problem, NULL, &start);
    (void)descent_run(search);
    const descent_diagnosis *told = descent_diagnose(search);
    assert_string_equal(descent_kind_name(told->kind), "minimum");
    assert_status(told->status, DESCENT_CONVERGED);
    descent_free(search);
}

static bool never(void *context, const descent_state *state)
{
    (void)context;
    (void)state;
    return false;
}

static void an_interrupted_search_is_not_evaluated(void **state)
{
    (void)state;
    const double coefficient[] = {0, 0, 1};
    struct line_problem line = {NULL, coefficient, 2, 0};
    descent_problem problem = line_problem_of(&line, ENCLOSED);
    descent_options options = {.observe = never};
    double start = 1e-3;
    descent *search = descent_new(&problem, &options, &start);
    (void)descent_run(search);
    line.calls = 0;
    const descent_diagnosis *told = descent_diagnose(search);
    assert_status(told->status, DESCENT_INTERRUPTED);
    assert_true(line.calls == 0 && told->point == NULL);
    descent_free(search);
}

struct memory {
    int left; /* allocations that succeed */
    size_t held;
};

static void *allocate(void *context, size_t size)
{
    struct memory *memory = context;
    if (memory->left-- <= 0)
        return NULL;
    memory->held += size;
    return test_malloc(size);
}

static void release(void *context, void *block, size_t size)
{
    struct memory *memory = context;
    memory->held -= size;
    test_free(block);
}

static void memory_may_end(void **state)
{
    (void)state;
    const double coefficient[] = {0, 0, 1};
    for (int left = 1; left <= 2; left++) {
        struct memory memory = {left, 0};
        struct line_problem line = {NULL, coefficient, 2, 0};
        descent_problem problem = line_problem_of(&line, ENCLOSED);
        descent_options options = {
            .allocate = allocate, .release = release, .memory_context = &memory};
        double start = 1;
        descent *search = descent_new(&problem, &options, &start);
        (void)descent_run(search);
        assert_true((descent_diagnose(search) != NULL) == (left == 2));
        assert_true(left == 1 || descent_diagnose(search) == descent_diagnose(search));
        descent_free(search);
        assert_int_equal(memory.held, 0);
    }
}

static void bounds_of_fixed_steps(void **state)
{
    (void)state;
    const double half = 0.5;
    const struct {
        const char *method;
        const double *settings;
        double bound;
    } bounds[] = {{"gradient", NULL, 2},    {"momentum", NULL, 3.8},
                  {"momentum", &half, 3},   {"nesterov", NULL, 3.8 / 2.8},
                  {"nesterov", &half, 1.5}, {"adam", NULL, 0},
                  {"newton", NULL, 0}};
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++)
        assert_near(descent_method_bound(descent_method_find(bounds[i].method),
                                         bounds[i].settings),
                    bounds[i].bound, 1e-15);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_points_are_told),
        cmocka_unit_test(scales_do_not_matter),
        cmocka_unit_test(random_quartics_are_told),
        cmocka_unit_test(stalled_at_rounding_is_converged),
        cmocka_unit_test(an_interrupted_search_is_not_evaluated),
        cmocka_unit_test(memory_may_end),
        cmocka_unit_test(bounds_of_fixed_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
