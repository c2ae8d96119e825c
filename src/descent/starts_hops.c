/* SPDX-License-Identifier: MIT
 * starts_hops.c - searches that begin near the best end so far.
 *
 * Monotonic basin hopping: a hop away from the best end, a search from there, and the
 * lower of the two is the next best (Leary, Global optimization on funneling landscapes,
 * Journal of Global Optimization 18, 2000; after Wales and Doye, Journal of Physical
 * Chemistry A 101, 1997).  Where minima lie beside each other as on a lattice, or in
 * rings or a funnel, the deepest is a few hops from a good one, and hardly ever met by
 * draws from the whole.
 *
 * Three kinds of hops take turns: in some entries the best end moves by the difference of
 * two other ends, which keeps the distances of a lattice; takes over the entries of
 * another end, which are right already where the function is nearly a sum; or moves by
 * Cauchy's distribution, whose scale may be any from the whole spread to a
 * thousandth of it. */
#include "descent/starts.h"

#include <math.h>
#include <string.h>

static size_t pick(struct multistart *m, size_t count)
{
    size_t index = (size_t)(starts_uniform(m) * (double)count);
    return index < count ? index : count - 1;
}

/* One of the ends, or, while there are none, of the starts. */
static const double *pick_end(struct multistart *m)
{
    size_t count = m->told.count;
    return count > 0 ? m->told.list[pick(m, count)].x
                     : m->chosen + pick(m, m->chosen_count) * m->n;
}

/* Where a hop of this kind leads to from x, in one entry. */
static double move(struct multistart *m, int kind, double scale, const double *x,
                   const double *one, const double *other, size_t i)
{
    const double quarter = 0.78539816339744831; /* of pi; no entry goes to infinity */
    if (kind == 0)
        return x[i] + (one[i] - other[i]);
    if (kind == 1)
        return one[i];
    double angle = (2 * starts_uniform(m) - 1) * 1.98 * quarter;
    return x[i] + scale * m->spread[i] * tan(angle);
}

void starts_hop(struct multistart *m, size_t hop, const double *best, double *x)
{
    const double shares[] = {0, 0.3, 1};
    const double *one = pick_end(m), *other = pick_end(m);
    double scale = 0.3 * pow(10, -3 * starts_uniform(m));
    double share = shares[hop / 3 % 3];
    size_t always = pick(m, m->n);
    for (size_t i = 0; i < m->n; i++)
        x[i] = i == always || starts_uniform(m) < share
                   ? move(m, (int)(hop % 3), scale, best, one, other, i)
                   : best[i];
}
