/* SPDX-License-Identifier: MIT
 * starts_candidates.c - the starts of many searches are chosen among more candidates.
 *
 * By values alone: drawn ones first; then differential evolution goes on from the best of
 * them (Storn and Price, Journal of Global Optimization 11, 1997, in the form "current to
 * p-best" of Zhang and Sanderson, IEEE Transactions on Evolutionary Computation 13,
 * 2009), which follows what a function has at large.  Half of the searches begin where
 * that has led, the others at the best drawn candidates that lie apart, after the idea of
 * Rinnooy Kan and Timmer, Stochastic global optimization methods, Mathematical
 * Programming 39 (1987): a start close to a better one would only lead where that one
 * leads.  All numbers come from the caller's generator, so that a search can be repeated.
 */
#include "descent/starts.h"

#include <math.h>
#include <string.h>

enum {
    DRAWN = 10,       /* candidates a search */
    GENERATIONS = 60, /* of as many candidates as searches */
    NEAREST = 8,      /* neighbours of a candidate */
    MANY = 4000,      /* candidates, beyond which theirs are not looked for */
    LEAST = 12,       /* candidates that differential evolution needs */
    FEW = 100         /* variables among which it gets anywhere */
};

/* ---- candidates ---- */

/* The sum of what is missing, infinite where a condition has no value. */
static double measure_violation(struct multistart *m, const double *x)
{
    const descent_problem *problem = m->problem;
    double sum = 0;
    if (problem->constraint_count == 0)
        return 0;
    problem->constraints(problem->context, x, m->conditions);
    for (size_t i = 0; i < problem->constraint_count; i++) {
        double c = m->conditions[i];
        sum += isnan(c) ? (double)INFINITY
                        : fmax(0, fmax(problem->constraint_lower[i] - c,
                                       c - problem->constraint_upper[i]));
    }
    return sum;
}

static struct worth evaluate(struct multistart *m, double *x)
{
    double value = (double)NAN;
    descent_project(m->problem, x, m->room);
    m->problem->evaluate(m->problem->context, x, &value, NULL);
    m->told.evaluations++;
    return (struct worth){measure_violation(m, x),
                          isnan(value) ? (double)INFINITY : value};
}

bool starts_is_better(struct worth a, struct worth b)
{
    return a.violation < b.violation || (a.violation == b.violation && a.value < b.value);
}

double starts_uniform(struct multistart *m)
{
    return m->starts->uniform(m->starts->context);
}

static size_t pick(struct multistart *m, size_t count)
{
    size_t index = (size_t)(starts_uniform(m) * (double)count);
    return index < count ? index : count - 1;
}

/* The best first, equal ones as they came. */
static bool comes_before(const struct candidates *c, size_t a, size_t b)
{
    return starts_is_better(c->worth[a], c->worth[b]) ||
           (!starts_is_better(c->worth[b], c->worth[a]) && a < b);
}

/* Shell 1959. */
static void sort(struct candidates *c)
{
    for (size_t i = 0; i < c->count; i++)
        c->order[i] = i;
    for (size_t gap = c->count / 2 + 1; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11)
        for (size_t i = gap; i < c->count; i++) {
            size_t moved = c->order[i], k = i;
            for (; k >= gap && comes_before(c, moved, c->order[k - gap]); k -= gap)
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
        m->drawn.worth[k] = evaluate(m, x);
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
        m->evolved.worth[k] = m->drawn.worth[from];
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
    double factor = 0.4 + 0.6 * starts_uniform(m),
           share = starts_uniform(m) < 0.5 ? 0.9 : 0.2;
    size_t always = pick(m, n);
    for (size_t i = 0; i < n; i++) {
        bool changes = i == always || starts_uniform(m) < share;
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
            struct worth worth = evaluate(m, m->trial);
            if (starts_is_better(c->worth[k], worth))
                continue;
            c->worth[k] = worth;
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

/* The nearest of the candidates to one of them, sorted by distance. */
struct neighbours {
    size_t count, index[NEAREST];
    double apart[NEAREST];
};

static void take_neighbour(struct neighbours *near, size_t index, double apart)
{
    if (near->count == NEAREST && !(apart < near->apart[NEAREST - 1]))
        return;
    size_t k = near->count < NEAREST ? near->count++ : NEAREST - 1;
    for (; k > 0 && near->apart[k - 1] > apart; k--) {
        near->apart[k] = near->apart[k - 1];
        near->index[k] = near->index[k - 1];
    }
    near->apart[k] = apart;
    near->index[k] = index;
}

/* Whether all of the nearest candidates are worse. */
static bool is_lowest_around(const struct multistart *m, const struct candidates *c,
                             size_t index)
{
    struct neighbours near = {0};
    for (size_t k = 0; k < c->count; k++)
        if (k != index)
            take_neighbour(&near, k, distance(m, c->x + k * m->n, c->x + index * m->n));
    for (size_t i = 0; i < near.count; i++)
        if (!starts_is_better(c->worth[index], c->worth[near.index[i]]))
            return false;
    return near.count > 0;
}

/* The candidates in order that lie apart from all that were chosen before, up to so many
 * starts in all. */
static void choose(struct multistart *m, const struct candidates *c, double apart,
                   size_t most, bool lowest)
{
    for (size_t k = 0; k < c->count && m->chosen_count < most; k++) {
        const double *x = c->x + c->order[k] * m->n;
        struct worth worth = c->worth[c->order[k]];
        bool is_near = !isfinite(worth.value) || !isfinite(worth.violation);
        if (is_near || (lowest && !is_lowest_around(m, c, c->order[k])))
            continue;
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
    choose(m, &m->evolved, 1e-3, 1 + count / 2, false);
    if (m->drawn.count <= MANY)
        choose(m, &m->drawn, apart / 4, count - count / 8, true);
    choose(m, &m->drawn, apart, count, false);
    choose(m, &m->drawn, apart / 4, count, false);
    choose(m, &m->drawn, 0, count, false);
}

/* ---- the whole ---- */

size_t starts_count_evolved(size_t count, size_t n)
{
    return n > FEW ? 0 : count > LEAST ? count : LEAST;
}

size_t descent_candidates(size_t count, size_t n)
{
    return n > FEW ? count : DRAWN * starts_count_evolved(count, n);
}

void starts_choose(struct multistart *m)
{
    draw(m);
    if (m->evolved.count > 0)
        evolve(m);
    choose_starts(m);
}
