/* SPDX-License-Identifier: MIT
 * A pass by several threads.  The rows are cut into units of a power of two of blocks, so
 * that the totals of each are a subtree of the tree that one thread makes: the bits are
 * the same.  Threads live as long as the run; the caller's own works too, and alone asks
 * whether to go on. */
#include "tape/block/pass_worker.h"

#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

enum { MOST_UNITS = 64, MOST_THREADS = 64 };
/* Steps times rows from which a run lasts long enough, about a millisecond. */
static const size_t least_work = 1u << 22;

/* Whether a row takes longer to compute than to fetch: about a step for each byte. */
static bool is_bound_by_computing(const struct pass *pass)
{
    size_t bytes = 0;
    for (size_t i = 0; i < pass->stream_count; i++)
        bytes += pass->streams[i].stride * sizeof(double);
    return pass->weight >= bytes;
}

size_t pass_useful_threads(const struct pass *pass, size_t threads)
{
    bool is_long =
        pass->extent >= 2 * CHUNK_ROWS && pass->extent * pass->weight >= least_work;
    /* Shifted columns need the rows before. */
    if (pass->halo_count > 0 || !is_long || !is_bound_by_computing(pass))
        return 1;
    return threads < MOST_THREADS ? threads : MOST_THREADS;
}

size_t pass_unit_rows(const struct pass *pass)
{
    size_t rows = CHUNK_ROWS;
    while (pass->extent / rows >= MOST_UNITS)
        rows *= 2;
    return rows;
}

/* One run; `next` is the first unit that nobody has taken. */
struct run {
    struct pass *pass;
    const double *const *numbers;
    size_t unit_rows, unit_count;
    atomic_size_t next;
    atomic_bool is_ended;
};

struct thread {
    struct run *run;
    struct pass_worker *worker;
    pthread_t id;
};

static void run_unit(const struct run *run, struct pass_worker *w, size_t unit)
{
    const struct pass *pass = run->pass;
    size_t first = unit * run->unit_rows, end = first + run->unit_rows;
    w->blocks = 0;
    memset(w->sums, 0, pass->sum_count * sizeof *w->sums);
    pass_move_to(pass, w, first, run->numbers);
    pass_run_rows(pass, w, first, end < pass->extent ? end : pass->extent);
    pass_join_tree(w, pass->sum_count);
    memcpy(pass->unit_sums + unit * pass->sum_count, w->sums,
           pass->sum_count * sizeof *w->sums);
}

/* Units until there are none; `poll` is that of the caller's thread. */
static void work(struct run *run, struct pass_worker *w, struct array_poll *poll)
{
    pass_begin(run->pass, w);
    while (!atomic_load(&run->is_ended)) {
        size_t unit = atomic_fetch_add(&run->next, 1);
        if (unit >= run->unit_count)
            return;
        run_unit(run, w, unit);
        if (poll != NULL && !array_goes_on(poll, run->unit_rows * run->pass->weight))
            atomic_store(&run->is_ended, true);
    }
}

static void *start(void *user)
{
    struct thread *thread = user;
    work(thread->run, thread->worker, NULL);
    return NULL;
}

/* The totals of all units as a tree, in the first worker. */
static void join_units(const struct run *run, struct pass_worker *w)
{
    const struct pass *pass = run->pass;
    w->blocks = 0;
    for (size_t unit = 0; unit < run->unit_count; unit++) {
        memcpy(w->sums, pass->unit_sums + unit * pass->sum_count,
               pass->sum_count * sizeof *w->sums);
        if ((unit + 1) * run->unit_rows <= pass->extent)
            pass_close_block(w, pass->sum_count);
    }
    pass_join_tree(w, pass->sum_count);
}

bool pass_run_units(struct pass *pass, const double *const *numbers,
                    struct array_poll *poll)
{
    struct thread threads[MOST_THREADS];
    struct run run = {
        .pass = pass, .numbers = numbers, .unit_rows = pass_unit_rows(pass)};
    size_t started = 1;
    run.unit_count = (pass->extent + run.unit_rows - 1) / run.unit_rows;
    atomic_init(&run.next, 0);
    atomic_init(&run.is_ended, false);
    for (; started < pass->worker_count; started++) {
        threads[started] = (struct thread){.run = &run, .worker = pass->workers[started]};
        if (pthread_create(&threads[started].id, NULL, start, &threads[started]) != 0)
            break; /* those that there are do it */
    }
    work(&run, pass->workers[0], poll);
    for (size_t i = 1; i < started; i++) {
        (void)pthread_join(threads[i].id, NULL);
        pass->workers[0]->strays = pass->workers[0]->strays || pass->workers[i]->strays;
    }
    if (atomic_load(&run.is_ended))
        return false;
    join_units(&run, pass->workers[0]);
    return true;
}
