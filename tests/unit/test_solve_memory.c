/* SPDX-License-Identifier: MIT
 * test_solve_memory.c - a solve asks for as much memory, as often, however many steps it
 * makes.
 *
 * The trace keeps as many rows of both runs: their steps differ by a power of 2, and past
 * 1000 rows every second is dropped. */
#include "solve_fixture.h"

static const char functions[] = "banana(x, y) = 100*(y - x^2)^2 + (1 - x)^2\n"
                                "flat(x, y) = x^4 + 4*(x - y)^4\n";

struct search {
    const char *objective, *how;
    int steps, more_steps;
};

static const struct search searches[] = {
    {"banana", "by gradient step 1e-4", 3200, 25600}, /* with native code */
    {"banana", "by gradient(noise = 0.01) step 1e-4", 1600, 25600},
    {"banana", "by gradient step 1e-4/(1 + k/1e6)", 1600, 25600},
    {"banana", "by gradient step backtracking(initial = 1e-4)", 1600, 25600},
    {"flat", "by gradient", 1600, 25600},
    {"flat", "by gradient step barzilai_borwein", 1600, 25600},
    {"banana", "by gradient step wolfe", 1600, 12800},
    {"banana", "by gradient step exact", 1600, 12800},
    {"banana", "by momentum step 1e-4", 1600, 25600},
    {"banana", "by nesterov step 1e-4", 1600, 25600},
    {"banana", "by adagrad", 1600, 25600},
    {"banana", "by rmsprop", 1600, 25600},
    {"banana", "by adam", 1600, 25600},
    {"banana", "by adamw", 1600, 25600},
    {"banana", "by newton step 1e-4", 1600, 25600},
    {"banana", "by newton step backtracking(initial = 1e-4)", 1600, 25600},
};
enum { SEARCHES = sizeof searches / sizeof *searches };

static tw_status run_search(struct run *run, const struct search *search, int steps,
                            uint64_t fail_request)
{
    const tw_options options = {.fail_request = fail_request};
    char script[SCRIPT_MOST];
    snprintf(script, sizeof script,
             "%sr = minimize %s over x from -1.2, y from 1 %s until %d steps\n",
             functions, search->objective, search->how, steps);
    run_script(run, &options, script);
    return run->status;
}

static uint64_t count_requests(const struct search *search, int steps)
{
    struct run run;
    uint64_t request = 1;
    while (run_search(&run, search, steps, request) == TW_LIMIT)
        request++;
    assert_int_equal(run.status, TW_OK);
    return request - 1;
}

static void more_steps_take_no_more_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEARCHES; i++) {
        const struct search *search = &searches[i];
        struct run run, longer;
        assert_int_equal(run_search(&run, search, search->steps, 0), TW_OK);
        assert_int_equal(run_search(&longer, search, search->more_steps, 0), TW_OK);
        if (run.summary.last_steps != (uint64_t)search->steps ||
            longer.summary.last_steps != (uint64_t)search->more_steps)
            fail_msg("%s ended early", search->how);
        assert_int_equal(run.summary.memory_peak, longer.summary.memory_peak);
    }
}

static void more_steps_make_no_more_requests(void **state)
{
    (void)state;
    for (size_t i = 0; i < SEARCHES; i++) {
        const struct search *search = &searches[i];
        struct run run;
        uint64_t requests = count_requests(search, search->steps);
        assert_true(requests > 5);
        /* The last request of the short run is one of the long run's, and its last. */
        assert_int_equal(run_search(&run, search, search->more_steps, requests),
                         TW_LIMIT);
        assert_int_equal(run_search(&run, search, search->more_steps, requests + 1),
                         TW_OK);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(more_steps_take_no_more_memory),
        cmocka_unit_test(more_steps_make_no_more_requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
