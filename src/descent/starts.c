/* SPDX-License-Identifier: MIT
 * starts.c - local searches from many starts; the best of them, and the distinct minima.
 *
 * The starts are chosen among more candidates than there are searches, by values alone:
 * drawn ones first; then differential evolution goes on from the best of them (Storn and
 * Price, Journal of Global Optimization 11, 1997, in the form "current to p-best" of
 * Zhang and Sanderson, IEEE Transactions on Evolutionary Computation 13, 2009), which
 * follows what a function has at large.  Half of the searches begin where that has led,
 * the others at the best drawn candidates that lie apart, after the idea of Rinnooy Kan
 * and Timmer, Stochastic global optimization methods, Mathematical Programming 39 (1987):
 * a start close to a better one would only lead where that one leads.  All numbers come
 * from the caller's generator, so that a search can be repeated. */
#include "descent/engine.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

enum {
    DRAWN = 10,       /* candidates a search */
    GENERATIONS = 60, /* of as many candidates as searches */
    LEAST = 12,       /* candidates that differential evolution needs */
    FEW = 100,        /* variables among which it gets anywhere */
    MOST_STEPS = 500  /* of one search, when the best is searched again by values */
};

/* `count` points with their values. */
struct candidates {
    size_t count;
    double *x, *value;
    size_t *order; /* by value */
};

struct multistart {
    descent_minima told; /* first: it is what the caller holds */
    const descent_problem *problem;
    const descent_starts *starts;
    descent_options memory;  /* the caller's allocate and release */
    descent_options options; /* the caller's, with blocks that are used again */
    size_t block_size, n;
    struct candidates drawn, evolved;
    double *trial, *room, *spread; /* n each; how far the drawn candidates reach */
    double *chosen;                /* the starts so far, count * n */
    size_t chosen_count;
    double *minima_x;
    bool is_interrupted;
    void *spare; /* a block that is not in use */
    size_t spare_size;
};

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

/* ---- candidates ---- */

static double evaluate(struct multistart *m, double *x)
{
    double value = (double)NAN;
    descent_project(m->problem, x, m->room);
    m->problem->evaluate(m->problem->context, x, &value, NULL);
    m->told.evaluations++;
    return isnan(value) ? (double)INFINITY : value;
}

static double uniform(struct multistart *m)
{
    return m->starts->uniform(m->starts->context);
}

static size_t pick(struct multistart *m, size_t count)
{
    size_t index = (size_t)(uniform(m) * (double)count);
    return index < count ? index : count - 1;
}

/* By value, equal ones as they came (Shell 1959). */
static void sort(struct candidates *c)
{
    for (size_t i = 0; i < c->count; i++)
        c->order[i] = i;
    for (size_t gap = c->count / 2 + 1; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
        for (size_t i = gap; i < c->count; i++) {
            size_t moved = c->order[i], k = i;
            for (; k >= gap && (c->value[c->order[k - gap]] > c->value[moved] ||
                                (c->value[c->order[k - gap]] == c->value[moved] &&
                                 c->order[k - gap] > moved));
                 k -= gap)
                c->order[k] = c->order[k - gap];
            c->order[k] = moved;
        }
}

static void measure_spread(struct multistart *m)
{
    for (size_t i = 0; i < m->n; i++) {
        double low = (double)INFINITY, high = -(double)INFINITY;
        for (size_t k = 0; k < m->drawn.count; k++) {
            low = fmin(low, m->drawn.x[k * m->n + i]);
            high = fmax(high, m->drawn.x[k * m->n + i]);
        }
        m->spread[i] = high > low ? high - low : 1;
    }
}

static void draw(struct multistart *m)
{
    for (size_t k = 0; k < m->drawn.count; k++) {
        double *x = m->drawn.x + k * m->n;
        m->starts->draw(m->starts->context, k, x);
        m->drawn.value[k] = evaluate(m, x);
    }
    sort(&m->drawn);
    measure_spread(m);
}

/* ---- differential evolution ---- */

/* The better half of them the best of the drawn ones, the others any. */
static void begin_evolution(struct multistart *m)
{
    size_t n = m->n, count = m->evolved.count;
    for (size_t k = 0; k < count; k++) {
        size_t rank = k < (count + 1) / 2 ? k : k * (m->drawn.count / count);
        size_t from = m->drawn.order[rank];
        memcpy(m->evolved.x + k * n, m->drawn.x + from * n, n * sizeof(double));
        m->evolved.value[k] = m->drawn.value[from];
    }
    sort(&m->evolved);
}

/* A mixture of candidate k with one of the best and the difference of two others; in some
 * of its entries, one at least. */
static void mix(struct multistart *m, size_t k)
{
    struct candidates *c = &m->evolved;
    size_t n = m->n;
    const double *x = c->x + k * n;
    const double *good = c->x + c->order[pick(m, c->count / 5 + 1)] * n;
    const double *one = c->x + pick(m, c->count) * n,
                 *other = c->x + pick(m, c->count) * n;
    double factor = 0.4 + 0.6 * uniform(m), share = uniform(m) < 0.5 ? 0.9 : 0.2;
    size_t always = pick(m, n);
    for (size_t i = 0; i < n; i++) {
        bool changes = i == always || uniform(m) < share;
        m->trial[i] =
            changes ? x[i] + factor * (good[i] - x[i]) + factor * (one[i] - other[i])
                    : x[i];
    }
}

static void evolve(struct multistart *m)
{
    struct candidates *c = &m->evolved;
    begin_evolution(m);
    for (int generation = 0; generation < GENERATIONS; generation++) {
        for (size_t k = 0; k < c->count; k++) {
            mix(m, k);
            double value = evaluate(m, m->trial);
            if (!(value <= c->value[k]))
                continue;
            c->value[k] = value;
            memcpy(c->x + k * m->n, m->trial, m->n * sizeof(double));
        }
        sort(c);
    }
}

/* ---- starts ---- */

/* In units of the spread, the largest difference of an entry. */
static double distance(const struct multistart *m, const double *a, const double *b)
{
    double most = 0;
    for (size_t i = 0; i < m->n; i++)
        most = fmax(most, fabs(a[i] - b[i]) / m->spread[i]);
    return most;
}

/* The candidates in order that lie apart from all that were chosen before, up to so many
 * starts in all. */
static void choose(struct multistart *m, const struct candidates *c, double apart,
                   size_t most)
{
    for (size_t k = 0; k < c->count && m->chosen_count < most; k++) {
        const double *x = c->x + c->order[k] * m->n;
        bool is_near = !isfinite(c->value[c->order[k]]);
        for (size_t i = 0; i < m->chosen_count && !is_near; i++)
            is_near = distance(m, x, m->chosen + i * m->n) <= apart;
        if (!is_near)
            memcpy(m->chosen + m->chosen_count++ * m->n, x, m->n * sizeof(double));
    }
}

/* The first draw is always one: it may be a start that was written. */
static void choose_starts(struct multistart *m)
{
    size_t count = m->starts->count;
    double apart = 0.5 / pow((double)count, 1 / (double)m->n);
    memcpy(m->chosen, m->drawn.x, m->n * sizeof(double));
    m->chosen_count = 1;
    choose(m, &m->evolved, 1e-3, 1 + count / 2);
    choose(m, &m->drawn, apart, count);
    choose(m, &m->drawn, apart / 4, count);
    choose(m, &m->drawn, 0, count);
}

/* ---- minima ---- */

static bool is_same(const struct multistart *m, const descent_minimum *minimum,
                    const descent_result *result)
{
    const double values = 1e-6, points = 1e-4;
    double size = fmax(1, vector_norm(m->n, result->x));
    if (fabs(minimum->value - result->value) > values * fmax(1, fabs(result->value)))
        return false;
    for (size_t i = 0; i < m->n; i++)
        if (fabs(minimum->x[i] - result->x[i]) > points * size)
            return false;
    return true;
}

/* Where a search has converged; the lower of two that are the same stays. */
static void note(struct multistart *m, const descent_result *result, size_t start)
{
    descent_minima *all = &m->told;
    size_t k = 0;
    if (result->status != DESCENT_CONVERGED || !isfinite(result->value))
        return;
    while (k < all->count && !is_same(m, &all->list[k], result))
        k++;
    descent_minimum *minimum = &all->list[k];
    double *x = m->minima_x + k * m->n;
    if (k == all->count) {
        *minimum = (descent_minimum){(double)INFINITY, 0, start, x};
        all->count++;
    }
    minimum->hits++;
    if (result->value < minimum->value) {
        minimum->value = result->value;
        minimum->start = start;
        memcpy(x, result->x, m->n * sizeof *x);
    }
}

static void sort_minima(descent_minima *all)
{
    for (size_t i = 1; i < all->count; i++) {
        descent_minimum moved = all->list[i];
        size_t k = i;
        for (; k > 0 && all->list[k - 1].value > moved.value; k--)
            all->list[k] = all->list[k - 1];
        all->list[k] = moved;
    }
}

/* ---- searches ---- */

/* Lower, or as low and known to be an end. */
static bool is_better(const descent_result *result, const descent_result *best)
{
    bool ends = result->status == DESCENT_CONVERGED,
         ended = best->status == DESCENT_CONVERGED;
    return result->value < best->value || (isnan(best->value) && !isnan(result->value)) ||
           (result->value == best->value && ends && !ended);
}

/* False when memory ends. */
static bool search_from(struct multistart *m, const descent_options *options,
                        const double *x, size_t start)
{
    descent *search = descent_new(m->problem, options, x);
    if (search == NULL)
        return false;
    (void)descent_run(search);
    const descent_result *result = descent_get_result(search);
    m->told.evaluations += result->evaluations;
    m->is_interrupted = result->status == DESCENT_INTERRUPTED;
    note(m, result, start);
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
    const double *best = descent_get_result(m->told.best)->x;
    memcpy(m->trial, best, m->n * sizeof *best);
    size_t count = m->starts->count;
    if (!search_from(m, &options, m->trial, count))
        return false;
    const double *evolved = m->evolved.x + m->evolved.order[0] * m->n;
    return m->is_interrupted || search_from(m, &options, evolved, count);
}

static bool search_all(struct multistart *m)
{
    for (size_t k = 0; k < m->chosen_count && !m->is_interrupted; k++)
        if (!search_from(m, &m->options, m->chosen + k * m->n, k + 1))
            return false;
    return polish(m);
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
    c->value = cut_doubles(m, block, c->count);
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
    m->chosen = cut_doubles(m, block, count * n);
    m->minima_x = cut_doubles(m, block, (count + 2) * n);
    m->told.list = cut(m, block, count + 2, sizeof *m->told.list);
}

/* Evolution gets nowhere among very many variables. */
static size_t count_evolved(size_t count, size_t n)
{
    return n > FEW ? 0 : count > LEAST ? count : LEAST;
}

size_t descent_candidates(size_t count, size_t n)
{
    return n > FEW ? count : DRAWN * count_evolved(count, n);
}

static struct multistart *make(const descent_problem *problem,
                               const descent_options *options,
                               const descent_starts *starts)
{
    const size_t most = (size_t)1 << 40; /* numbers: no product overflows */
    struct multistart plan = {.problem = problem, .starts = starts, .n = problem->n};
    if (starts->count > most / (4 * DRAWN) / problem->n)
        return NULL;
    if (options != NULL)
        plan.options = *options;
    engine_fill_memory(&plan.options);
    plan.memory = plan.options;
    plan.drawn.count = descent_candidates(starts->count, plan.n);
    plan.evolved.count = count_evolved(starts->count, plan.n);
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
    draw(m);
    if (m->evolved.count > 0)
        evolve(m);
    choose_starts(m);
    if (!search_all(m)) {
        descent_minima_free(&m->told);
        return NULL;
    }
    sort_minima(&m->told);
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
