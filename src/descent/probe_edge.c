/* SPDX-License-Identifier: MIT
 * probe_edge.c - follows variables of an open set to its edge, which no point has.
 *
 * What falls all the way to 0, halved again and again to the end of the numbers, has no
 * minimum there: the falls from one half to the next die out where it levels off, and do
 * not where it goes to minus infinity, as log(x). */
#include "descent/diagnosis.h"
#include "descent/sets/sets.h"
#include "descent/vector.h"

#include <math.h>
#include <string.h>

enum { HALVES = 1000, LOOKS = 50 };

/* Variables of open sets in which the value falls towards the edge, as far as `only` asks
 * for them, into `move` as 1. */
static size_t choose(const struct descent *d, struct diagnosis *diagnosis, size_t only)
{
    size_t count = 0;
    memset(diagnosis->move, 0, d->at.n * sizeof(double));
    for (size_t k = 0; k < d->problem.set_count; k++) {
        const descent_set *set = &d->problem.sets[k];
        for (size_t i = set->first; i < set->first + set->count; i++) {
            bool chosen = set->kind->is_open && d->gradient[i] > 0 &&
                          (only == SIZE_MAX || only == i);
            diagnosis->move[i] = chosen ? 1 : 0;
            count += chosen;
        }
    }
    return count;
}

static struct range look(const struct descent *d, struct diagnosis *diagnosis, int k)
{
    for (size_t i = 0; i < d->at.n; i++)
        diagnosis->trial[i] = diagnosis->move[i] > 0 ? ldexp(d->x[i], -k) : d->x[i];
    return diagnosis_value_range(d, diagnosis->trial);
}

static void tell(const struct descent *d, struct diagnosis *diagnosis, double limit,
                 bool falls)
{
    descent_diagnosis *told = &diagnosis->told;
    for (size_t i = 0; i < d->at.n; i++)
        diagnosis->direction[i] = diagnosis->move[i] > 0 ? -d->x[i] : 0;
    double length = vector_norm(d->at.n, diagnosis->direction);
    for (size_t i = 0; i < d->at.n; i++)
        diagnosis->direction[i] /= length;
    told->direction = diagnosis->direction;
    told->far_length = length;
    told->far_value = fabs(limit) < 1e-100 ? 0 : limit;
    told->at_edge = true;
    told->falls_without_limit = falls;
    told->status = falls ? DESCENT_UNBOUNDED : DESCENT_NOT_ATTAINED;
    told->at_rounding = false;
}

/* Halves what `move` names; false when the value rises on the way. */
static bool follow(const struct descent *d, struct diagnosis *diagnosis)
{
    struct range first = look(d, diagnosis, 0), last = first;
    double half = 0, fall = 0;
    for (int k = HALVES / LOOKS; k <= HALVES; k += HALVES / LOOKS) {
        struct range now = look(d, diagnosis, k);
        if (isnan(now.low) || isnan(now.high) || now.low > last.high)
            return false;
        fall = last.low - now.low;
        if (k == HALVES / 2)
            half = fall;
        last = now;
    }
    if (!(last.high < first.low))
        return false;
    bool falls = !(fall <= 0.45 * half) || last.low == -(double)INFINITY;
    tell(d, diagnosis, last.low + (last.high - last.low) / 2, falls);
    return true;
}

void probe_edge(struct descent *d, struct diagnosis *diagnosis)
{
    const size_t most = 64;
    descent_diagnosis *told = &diagnosis->told;
    bool open = told->kind == DESCENT_NOT_CRITICAL || told->kind == DESCENT_FLAT;
    bool ended = d->status == DESCENT_CONVERGED || d->status == DESCENT_BUDGET ||
                 d->status == DESCENT_STALLED;
    if (!open || !ended || told->status == DESCENT_UNBOUNDED)
        return;
    if (choose(d, diagnosis, SIZE_MAX) > 0 && follow(d, diagnosis))
        return;
    for (size_t i = 0; i < d->at.n && i < most; i++)
        if (choose(d, diagnosis, i) > 0 && follow(d, diagnosis))
            return;
}
