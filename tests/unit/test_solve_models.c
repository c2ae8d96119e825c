/* SPDX-License-Identifier: MIT
 * test_solve_models.c - a solve that is run again compiles nothing, and gives what it
 * gave before; one that changes in any way is made anew. */
#include "solve_fixture.h"

#include "script/session.h"

struct tw_session {
    struct session session;
};

/* How often something was compiled. */
static uint64_t count_compilations(const char *script)
{
    static const tw_options options = {.reproducible = true};
    tw_session *session = tw_open(&options);
    assert_non_null(session);
    tw_status status = tw_run(session, "script", script, strlen(script));
    uint64_t count = session->session.compilations;
    tw_close(session);
    if (status != TW_OK)
        fail_msg("%s", script);
    return count;
}

static uint64_t count_loop(const char *before, int turns, const char *body)
{
    char script[SCRIPT_MOST];
    snprintf(script, sizeof script, "%s\nfor i in 1..%d {\n%s\n}\n", before, turns, body);
    return count_compilations(script);
}

/* More turns of a loop compile no more. */
static void loops_compile_twice(void **state)
{
    (void)state;
    static const char *const bodies[][2] = {
        {"", "r = minimize (w - 3)^2 over w from 0 step 0.1"},
        {"", "r = minimize (w - i)^2 + exp(w/10) over w from i step 0.1"},
        {"a = 0", "a = i/100\nr = minimize (w - a)^2 over w from a"},
        {"f(w, a) = (w - a)^2 + w^4", "r = minimize f(w, i) over w from 0 by newton"},
        {"x = [1, 2, 3]", "r = minimize |v - i*x|^2 over v from x step 0.1"},
        {"", "r = minimize (u - i)^2 + v^2 over u from 1, v from 2 step 0.01 "
             "until 300 steps or value < 1/i"},
        {"", "r = minimize w^2 + i*w over w from 1 step 0.1/(1 + k/i) until 40 steps"},
        {"x = [1, 2, 3]", "r = minimize sum((a*exp(b*x[j]) - i*x[j])^2 for j in 1..3) "
                          "over a from 1, b from 0.1 by levenberg_marquardt"},
        {"x = [j for j in 1..50]",
         "r = minimize sum((a[1]*exp(a[2]*x[j]/50) - i*x[j])^2 for j in 1..50) "
         "over a[2] from [1, 0.1] by gauss_newton until 3 steps"},
        {"x = [j for j in 1..50]",
         "r = minimize sum((a - i*p)^2 for p in x) over a from 1 "
         "by gradient batch 10 step 0.001 until 20 steps"},
        {"",
         "r = minimize (u - i)^2 + v^2 over u from 1, v from 2 subject to u + v <= i/2, "
         "u^2 + v^2 <= 40"},
    };
    for (size_t k = 0; k < sizeof bodies / sizeof *bodies; k++) {
        uint64_t few = count_loop(bodies[k][0], 3, bodies[k][1]);
        uint64_t many = count_loop(bodies[k][0], 40, bodies[k][1]);
        /* what only some of the solves ask for, a search or a diagnosis, comes once more
         */
        if (many > few + few / 2)
            fail_msg("%s: %d compilations in 3 turns, %d in 40", bodies[k][1], (int)few,
                     (int)many);
    }
}

/* So that the test above sees them.  Weights are compiled for the diagnosis of either. */
static void programs_of_squares_are_counted(void **state)
{
    (void)state;
    static const char rows[] = "x = [j for j in 1..50]";
    uint64_t plain = count_loop(rows, 1,
                                "r = minimize sum(p*(a - p)^2 for p in x) over a from 1 "
                                "by gradient step 0.001 until 1 steps");
    uint64_t squares =
        count_loop(rows, 1,
                   "r = minimize sum(p*(a - p)^2 for p in x) over a from 1 "
                   "by gauss_newton until 1 steps");
    assert_true(squares > plain);
}

static void sweeps_compile_twice(void **state)
{
    (void)state;
    uint64_t few = count_compilations(
        "s = sweep a in [1, 2, 3] minimize (w - a)^2 + w^4 over w from 0 step 0.01\n");
    uint64_t many = count_compilations(
        "s = sweep a in 1..40 minimize (w - a)^2 + w^4 over w from 0 step 0.01\n");
    assert_true(many <= few + few / 2);
}

/* What decides the form of an objective is seen in the form. */
static void what_changes_is_made_anew(void **state)
{
    (void)state;
    struct run run;
    tw_options options = {0};
    static const char script[] =
        "f(w) = (w - 1)^2\n"
        "data = [1]\n"
        "g = 1\n"
        "for i in 1..8 {\n"
        "  if i == 4 { f(w) = (w - 2)^2 }\n" /* a function is defined anew */
        "  if i == 5 { data = [4, 5] }\n"    /* another length */
        "  if i == 7 { g = 3 }\n"            /* another case */
        "  r = minimize f(w) + sum(0*d*w for d in data) + "
        "(if g > 2 then (w - 2)^2 + 0*w else 0*w) over w from 0\n"
        "  s = minimize sum((w - d)^2 for d in data) over w from 0\n"
        "  t = minimize sum((w - j)^2 for j in 1..i) over w from 0\n"
        "  expect r.w == (if i < 4 then 1 else 2) within 1e-5\n"
        "  expect s.w == (if i < 5 then 1 else 4.5) within 1e-5\n"
        "  expect t.w == (i + 1)/2 within 1e-5\n"
        "}\n";
    run_script(&run, &options, script);
    if (run.status != TW_OK)
        fail_msg("%s", run.shown);
}

/* A random start is drawn once a solve, also when the solve has to begin anew. */
static void random_starts_are_drawn_once(void **state)
{
    (void)state;
    struct run run;
    tw_options options = {0};
    static const char script[] = "seed 1\n"
                                 "for i in 1..5 { r = minimize sum((w - j)^2 for j in "
                                 "1..i) over w from uniform(0, 1) "
                                 "}\n"
                                 "a = uniform(0, 1)\n"
                                 "seed 1\n"
                                 "for i in 1..5 { b = uniform(0, 1) }\n"
                                 "expect a == uniform(0, 1)\n";
    run_script(&run, &options, script);
    if (run.status != TW_OK)
        fail_msg("%s", run.shown);
}

/* Every request of memory may fail, amid a remembered solve as well. */
static void memory_may_end_anywhere(void **state)
{
    (void)state;
    static const char script[] =
        "for i in 1..4 { r = minimize (w - i)^2 + w^4 over w from 0 step 0.01 }\n"
        "for i in 1..4 { r = minimize sum((w - j)^2 for j in 1..i) over w from 0 }\n";
    struct run run;
    tw_options options = {.fail_request = 1};
    do {
        run_script(&run, &options, script);
        options.fail_request++;
    } while (run.status == TW_LIMIT && options.fail_request < 5000);
    assert_int_equal(run.status, TW_OK);
    assert_true(options.fail_request > 10);
}

/* The session goes on after a failure. */
static void solves_go_on_after_a_failure(void **state)
{
    (void)state;
    static const char script[] =
        "for i in 1..9 { r = minimize (w - i)^2 + w^4 over w from 0 step 0.01 }\n";
    size_t failures = 0;
    for (uint64_t request = 10; request < 80; request++) {
        tw_options options = {.fail_request = request};
        tw_session *session = tw_open(&options);
        if (session == NULL)
            continue;
        if (tw_run(session, "one", script, strlen(script)) == TW_LIMIT) {
            failures++;
            assert_int_equal(tw_run(session, "two", script, strlen(script)), TW_OK);
        }
        tw_close(session);
    }
    assert_true(failures > 10);
}

static size_t peak_of(int turns)
{
    static const tw_options options = {0};
    char script[SCRIPT_MOST];
    snprintf(script, sizeof script,
             "for i in 1..%d { r = minimize (w - i)^2 over w from 0 step 0.5 }\n", turns);
    tw_session *session = tw_open(&options);
    assert_non_null(session);
    assert_int_equal(tw_run(session, "script", script, strlen(script)), TW_OK);
    size_t peak = session->session.memory.peak;
    tw_close(session);
    return peak;
}

static void memory_is_constant(void **state)
{
    (void)state;
    size_t few = peak_of(2000), many = peak_of(20000);
    if (many > few + few / 4)
        fail_msg("%zu bytes after 2000 solves, %zu after 20000", few, many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(loops_compile_twice),
        cmocka_unit_test(programs_of_squares_are_counted),
        cmocka_unit_test(sweeps_compile_twice),
        cmocka_unit_test(what_changes_is_made_anew),
        cmocka_unit_test(random_starts_are_drawn_once),
        cmocka_unit_test(memory_may_end_anywhere),
        cmocka_unit_test(solves_go_on_after_a_failure),
        cmocka_unit_test(memory_is_constant),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
