/* SPDX-License-Identifier: MIT
 * cost.c - what evaluating and compiling an objective takes, for developers and bench/.
 *
 * Measured at the start, before the search: the least of a few rounds, each of so many
 * runs that the clock's grain does not matter.  With a clock that stands still, as
 * without one, nothing is measured. */
#include "script/solve.h"

#include "base/text.h"

#include <math.h>

enum { ROUNDS = 7 };
/* A round takes at least so long. */
static const double least_seconds = 0.02;

/* What is timed: one run. */
typedef void timed_run(struct solve *solve);

static void run_value(struct solve *solve)
{
    (void)solve_evaluate(solve, solve->start, NULL);
}

static void run_gradient(struct solve *solve)
{
    (void)solve_evaluate(solve, solve->start, solve->gradient_values);
}

static void run_compiler(struct solve *solve)
{
    struct arena_mark mark = arena_mark(&solve->session->workspace);
    solve_compile_objective(solve);
    arena_release(&solve->session->workspace, mark);
}

static double time_runs(struct solve *solve, timed_run *run, size_t count)
{
    double begin = session_clock(solve->session);
    for (size_t i = 0; i < count; i++)
        run(solve);
    return session_clock(solve->session) - begin;
}

/* Seconds of one run; NaN where they cannot be measured. */
static double measure(struct solve *solve, timed_run *run)
{
    size_t count = 1;
    double seconds = time_runs(solve, run, count);
    while (seconds < least_seconds) {
        if (count > SIZE_MAX / 4 || (count >= 1u << 26 && seconds <= 0))
            return (double)NAN;
        count *= 2;
        seconds = time_runs(solve, run, count);
    }
    for (int round = 1; round < ROUNDS; round++)
        seconds = fmin(seconds, time_runs(solve, run, count));
    return seconds / (double)count;
}

/* One number that every entry of the gradient changes. */
static double checksum(const struct solve *solve)
{
    double sum = 0;
    for (size_t k = 0; k < solve->n; k++)
        sum += cos((double)(k + 1)) * solve->gradient_values[k];
    return sum;
}

static void put(struct text *out, const char *name, double value)
{
    text_format(out, " %s ", name);
    text_number(out, value);
}

void solve_dump_cost(struct solve *solve)
{
    struct session *session = solve->session;
    struct text out;
    if (session->options.clock == NULL)
        return;
    /* The programs compiled here are given back; those of the search are put back. */
    struct program *value_program = solve->value_program,
                   *gradient_program = solve->gradient_program;
    double compiling = measure(solve, run_compiler);
    solve->value_program = value_program;
    solve->gradient_program = gradient_program;
    double value = measure(solve, run_value), gradient = measure(solve, run_gradient);
    run_gradient(solve);
    text_init(&out, &session->scratch);
    text_puts(&out, "cost");
    put(&out, "variables", (double)solve->n);
    put(&out, "operations", (double)program_operations(solve->gradient_program));
    put(&out, "value_seconds", value);
    put(&out, "gradient_seconds", gradient);
    put(&out, "compile_seconds", compiling);
    put(&out, "value", solve->value);
    put(&out, "checksum", checksum(solve));
    text_puts(&out, "\n");
    session_dump(session, text_string(&out), out.length);
}
