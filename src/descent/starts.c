/* SPDX-License-Identifier: MIT
 * starts.c - local searches from many starts; the best of them, and the distinct minima.
 */
#include "descent/starts.h"

#include <math.h>
#include <string.h>

enum { MOST_STEPS = 500 }; /* of one search, when the best is searched again by values */

/* ---- blocks ---- */

static void *take_block(void *context, size_t size)
{
    struct multistart *m = context;
    if (m->spare != NULL && m->spare_size == size) {
        void *block = m->spare;
        m->spare = NULL;
        return block;
    }
    return m->memory.allocate(m->memory.memory_context, size);
}

static void give_block(void *context, void *block, size_t size)
{
    struct multistart *m = context;
    if (m->spare == NULL) {
        m->spare = block;
        m->spare_size = size;
    } else if (m->memory.release != NULL) {
        m->memory.release(m->memory.memory_context, block, size);
    }
}

/* ---- searches ---- */

/* Breaks no more than what is allowed. */
static bool is_feasible(const descent_result *result)
{
    return result->relative_violation <= DESCENT_FEASIBLE;
}

/* It keeps the conditions, or breaks them less; then lower, or as low and known to be an
 * end. */
static bool is_better(const descent_result *result, const descent_result *best)
{
    if (is_feasible(result) != is_feasible(best))
        return is_feasible(result);
    if (!is_feasible(result) && result->violation != best->violation)
        return result->violation < best->violation;
    bool ends = result->status == DESCENT_CONVERGED,
         ended = best->status == DESCENT_CONVERGED;
    return result->value < best->value || (isnan(best->value) && !isnan(result->value)) ||
           (result->value == best->value && ends && !ended);
}

/* False when memory ends. */
static bool search_from(struct multistart *m, const descent_options *options,
                        const double *x)
{
    descent *search = descent_new(m->problem, options, x);
    if (search == NULL)
        return false;
    (void)descent_run(search);
    const descent_result *result = descent_get_result(search);
    m->told.evaluations += result->evaluations;
    m->is_interrupted = result->status == DESCENT_INTERRUPTED;
    starts_note(m, result, ++m->searches);
    if (m->told.best == NULL || is_better(result, descent_get_result(m->told.best))) {
        descent_free(m->told.best);
        m->told.best = search;
    } else {
        descent_free(search);
    }
    return true;
}

/* Where derivatives jump or vanish a search by gradients may end above what values alone
 * can reach. */
static bool polish(struct multistart *m)
{
    const size_t most = 20;
    descent_options options = m->options;
    if (!m->starts->polishes || m->n > most || m->is_interrupted || m->told.best == NULL)
        return true;
    options.method = descent_method_find("nelder_mead");
    options.method_settings = NULL;
    options.search = NULL;
    options.search_settings = NULL;
    if (descent_find_fault(m->problem, &options) != NULL)
        return true;
    const double *best = descent_get_result(m->told.best)->x;
    memcpy(m->trial, best, m->n * sizeof *best);
    if (!search_from(m, &options, m->trial))
        return false;
    const double *evolved = m->evolved.x + m->evolved.order[0] * m->n;
    return m->is_interrupted || search_from(m, &options, evolved);
}

/* Each from the best end so far. */
static bool hop(struct multistart *m)
{
    size_t count = m->starts->count, hops = m->evolved.count > 0 ? count : 0;
    for (size_t k = 0; k < hops && !m->is_interrupted && m->told.best != NULL; k++) {
        starts_hop(m, k, descent_get_result(m->told.best)->x, m->trial);
        if (!search_from(m, &m->options, m->trial))
            return false;
    }
    return true;
}

static bool search_all(struct multistart *m)
{
    for (size_t k = 0; k < m->chosen_count && !m->is_interrupted; k++)
        if (!search_from(m, &m->options, m->chosen + k * m->n))
            return false;
    return hop(m) && polish(m);
}

/* ---- memory ---- */

/* Cuts pieces off the block, or counts them where there is none yet. */
static void *cut(struct multistart *m, char *block, size_t count, size_t size)
{
    size_t at = m->block_size;
    m->block_size += count * size;
    return block == NULL ? NULL : block + at;
}

static double *cut_doubles(struct multistart *m, char *block, size_t count)
{
    return cut(m, block, count, sizeof(double));
}

static void cut_candidates(struct multistart *m, char *block, struct candidates *c)
{
    c->x = cut_doubles(m, block, c->count * m->n);
    c->worth = cut(m, block, c->count, sizeof *c->worth);
    c->order = cut(m, block, c->count, sizeof *c->order);
}

static void lay_out(struct multistart *m, char *block)
{
    size_t n = m->n, count = m->starts->count;
    m->block_size = 0;
    (void)cut(m, block, 1, sizeof *m);
    cut_candidates(m, block, &m->drawn);
    cut_candidates(m, block, &m->evolved);
    m->trial = cut_doubles(m, block, n);
    m->room = cut_doubles(m, block, n);
    m->spread = cut_doubles(m, block, n);
    m->conditions = cut_doubles(m, block, m->problem->constraint_count);
    m->chosen = cut_doubles(m, block, count * n);
    m->minima_x = cut_doubles(m, block, (2 * count + 2) * n);
    m->told.list = cut(m, block, 2 * count + 2, sizeof *m->told.list);
}

static struct multistart *make(const descent_problem *problem,
                               const descent_options *options,
                               const descent_starts *starts)
{
    const size_t most = (size_t)1 << 40; /* numbers: no product overflows */
    struct multistart plan = {.problem = problem, .starts = starts, .n = problem->n};
    if (starts->count > most / 64 / problem->n)
        return NULL;
    if (options != NULL)
        plan.options = *options;
    engine_fill_memory(&plan.options);
    plan.memory = plan.options;
    plan.drawn.count = descent_candidates(starts->count, plan.n);
    plan.evolved.count = starts_count_evolved(starts->count, plan.n);
    lay_out(&plan, NULL);
    void *block = plan.memory.allocate(plan.memory.memory_context, plan.block_size);
    if (block == NULL)
        return NULL;
    struct multistart *m = block;
    *m = plan;
    lay_out(m, block);
    /* A search among many that is not done by then creeps along a kink. */
    if (starts->polishes && m->options.most_steps == 0)
        m->options.most_steps = MOST_STEPS;
    m->options.allocate = take_block;
    m->options.release = give_block;
    m->options.memory_context = m;
    return m;
}

/* ---- the whole ---- */

descent_minima *descent_from_starts(const descent_problem *problem,
                                    const descent_options *options,
                                    const descent_starts *starts)
{
    if (descent_find_fault(problem, options) != NULL || starts->count == 0)
        return NULL;
    struct multistart *m = make(problem, options, starts);
    if (m == NULL)
        return NULL;
    starts_choose(m);
    if (!search_all(m)) {
        descent_minima_free(&m->told);
        return NULL;
    }
    starts_sort_minima(&m->told);
    return &m->told;
}

void descent_minima_free(descent_minima *minima)
{
    struct multistart *m = (struct multistart *)(void *)minima;
    if (m == NULL)
        return;
    descent_options memory = m->memory;
    descent_free(m->told.best);
    if (memory.release == NULL)
        return;
    if (m->spare != NULL)
        memory.release(memory.memory_context, m->spare, m->spare_size);
    memory.release(memory.memory_context, m, m->block_size);
}
