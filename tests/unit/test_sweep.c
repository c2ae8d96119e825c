/* SPDX-License-Identifier: MIT
 * test_sweep.c - where the stability bound is marked, and what a run leaves behind. */
#include "solve_fixture.h"

#include "script/sweep_rows.h"

#include <math.h>

/* ---- the mark between two rows ---- */

struct row {
    const char *method;
    double step, bound;
};

static struct session session;

static void open_rows(struct sweep_rows *rows)
{
    session = (struct session){.memory = {.fail = &session.fail}};
    arena_init(&session.keep, &session.memory);
    arena_init(&session.scratch, &session.memory);
    arena_init(&session.workspace, &session.memory);
    session.names = intern_new(&session.keep);
    *rows = (struct sweep_rows){.session = &session, .arena = &session.workspace};
}

static void close_rows(void)
{
    arena_clear(&session.keep);
    arena_clear(&session.scratch);
    arena_clear(&session.workspace);
}

/* The mark above the second of two rows, NULL for none, put into `shown`. */
static const char *mark_between(const struct row *pair, char *shown, size_t size)
{
    struct sweep_rows rows;
    const char *mark = NULL;
    open_rows(&rows);
    for (size_t i = 0; i < 2; i++) {
        const struct solution solution = {.fixed_step = pair[i].step,
                                          .stable_step_of_method = pair[i].bound,
                                          .method = pair[i].method};
        sweep_rows_add(&rows, &solution);
    }
    sweep_rows_mark(&rows, 0, 1);
    struct value data = sweep_rows_data(&rows);
    if (data.as.data->marks != NULL) {
        assert_null(data.as.data->marks[0]);
        mark = data.as.data->marks[1];
    }
    if (mark != NULL)
        snprintf(shown, size, "%s", mark);
    close_rows();
    return mark == NULL ? NULL : shown;
}

static void the_bound_is_marked_where_the_step_crosses_it(void **state)
{
    static const struct row crossing[][2] = {
        {{"gradient", 0.12, 0.25}, {"gradient", 0.27, 0.25}},
        {{"gradient", 0.27, 0.25}, {"gradient", 0.12, 0.25}},
        /* the bound itself is not stable, whatever rounding does to it */
        {{"gradient", 0.12, 0.25}, {"gradient", 0.25, 0.25}},
        {{"gradient", 0.12, 0.25}, {"gradient", 0.25, 0.25 * (1 + 1e-12)}},
        /* where a search that diverged ended, the curvature may be unknown or another */
        {{"gradient", 0.12, 0.25}, {"gradient", 0.27, (double)NAN}},
        {{"gradient", 0.12, 0.25}, {"gradient", 0.27, 1e-9}},
    };
    char shown[80];
    (void)state;
    for (size_t i = 0; i < sizeof crossing / sizeof *crossing; i++) {
        const char *mark = mark_between(crossing[i], shown, sizeof shown);
        assert_non_null(mark);
        assert_string_equal(mark, "---- stable below step 0.25 ----");
    }
}

static void no_bound_is_marked_that_the_step_does_not_cross(void **state)
{
    static const struct row others[][2] = {
        {{"gradient", 0.12, 0.25}, {"gradient", 0.24, 0.25}},
        {{"gradient", 0.27, 0.25}, {"gradient", 0.3, 0.25}},
        /* steps that are no fixed number, bounds that are not known or not there */
        {{"gradient", 0.12, 0.25}, {"gradient", (double)NAN, 0.25}},
        {{"gradient", 0.12, (double)NAN}, {"gradient", 0.27, (double)NAN}},
        {{"gradient", 0.12, (double)INFINITY}, {"gradient", 9, (double)INFINITY}},
        /* the second is stable in a valley of its own */
        {{"gradient", 0.12, 0.25}, {"gradient", 0.27, 0.5}},
        /* another method has another bound */
        {{"gradient", 0.12, 0.25}, {"momentum", 0.6, 0.475}},
    };
    char shown[80];
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_null(mark_between(others[i], shown, sizeof shown));
}

static void a_level_without_rows_has_no_mark(void **state)
{
    struct sweep_rows rows;
    const struct solution stable = {
        .fixed_step = 0.1, .stable_step_of_method = 1, .method = "gradient"};
    (void)state;
    open_rows(&rows);
    sweep_rows_add(&rows, &stable);
    sweep_rows_mark(&rows, 0, 1);
    sweep_rows_mark(&rows, 0, 0);
    assert_null(sweep_rows_data(&rows).as.data->marks);
    close_rows();
}

/* ---- memory ---- */

static size_t peak_of(int runs)
{
    struct run run;
    char script[SCRIPT_MOST];
    const tw_options options = {0};
    snprintf(script, sizeof script,
             "r = sweep a in 1..%d minimize (w - a)^2 over w from 0 step 0.001 until 400 "
             "steps\n",
             runs);
    run_script(&run, &options, script);
    assert_int_equal(run.status, TW_OK);
    assert_int_equal(run.summary.solves, runs);
    return run.summary.memory_peak;
}

/* The trace of a run, 400 rows of 5 numbers, does not outlive it. */
static void a_run_leaves_its_row_alone(void **state)
{
    enum { RUNS = 400, TRACE = 400 * 5 * sizeof(double) };
    (void)state;
    size_t few = peak_of(RUNS), many = peak_of(3 * RUNS);
    assert_true(many < few + (size_t)2 * RUNS * TRACE / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_bound_is_marked_where_the_step_crosses_it),
        cmocka_unit_test(no_bound_is_marked_that_the_step_does_not_cross),
        cmocka_unit_test(a_level_without_rows_has_no_mark),
        cmocka_unit_test(a_run_leaves_its_row_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
