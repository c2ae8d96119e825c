/* SPDX-License-Identifier: MIT
 * order.c - along the last axis: running sums, and the order that sorts.
 *
 * The order is found by merging runs from below (Knuth, The Art of Computer Programming
 * 3, section 5.2.4): stable, n log n at worst, no recursion.  Indices are kept as the
 * doubles that they become. */
#include "tape/kernels/kernel.h"

#include <math.h>
#include <string.h>

/* Runs of so many are sorted by insertion. */
enum { SHORT_RUN = 8 };

static size_t last_extent(const struct kernel_call *call)
{
    return call->shape->extent[call->shape->rank - 1];
}

static void sum_forward(const double *x, size_t n, double *out)
{
    double total = 0;
    for (size_t i = 0; i < n; i++)
        out[i] = total = i == 0 ? x[i] : total + x[i];
}

static void sum_backward(const double *x, size_t n, double *out)
{
    double total = 0;
    for (size_t i = n; i-- > 0;)
        out[i] = total = i == n - 1 ? x[i] : total + x[i];
}

bool kernel_cumsum(const struct kernel_call *call)
{
    size_t n = last_extent(call), count = shape_elements(call->shape);
    for (size_t begin = 0; begin < count; begin += n)
        (call->attributes->is_reversed ? sum_backward : sum_forward)(
            call->operands->numbers + begin, n, call->out + begin);
    return true;
}

/* Whether element j must stand before element i, which is in front of it now. */
static bool is_before(const double *x, double j, double i)
{
    double later = x[(size_t)j], earlier = x[(size_t)i];
    return later < earlier || (isnan(earlier) && !isnan(later));
}

static void sort_run(const double *x, double *order, size_t begin, size_t end)
{
    for (size_t i = begin; i < end; i++) {
        double moved = (double)i;
        size_t to = i;
        for (; to > begin && is_before(x, moved, order[to - 1]); to--)
            order[to] = order[to - 1];
        order[to] = moved;
    }
}

/* from[begin, middle) and from[middle, end) become one run of `to`. */
static void merge(const double *x, const double *from, double *to, size_t begin,
                  size_t middle, size_t end)
{
    size_t left = begin, right = middle;
    for (size_t i = begin; i < end; i++) {
        bool takes_right =
            left == middle || (right < end && is_before(x, from[right], from[left]));
        to[i] = takes_right ? from[right++] : from[left++];
    }
}

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

static void sort_row(const double *x, size_t n, double *order, double *work,
                     struct array_poll *poll)
{
    double *from = order, *to = work;
    for (size_t begin = 0; begin < n; begin += SHORT_RUN)
        sort_run(x, order, begin, lesser(begin + SHORT_RUN, n));
    for (size_t run = SHORT_RUN; run < n; run *= 2) {
        for (size_t begin = 0; begin < n && array_goes_on(poll, 2 * run);
             begin += 2 * run)
            merge(x, from, to, begin, lesser(begin + run, n), lesser(begin + 2 * run, n));
        double *merged = to;
        to = from;
        from = merged;
    }
    if (from != order)
        memcpy(order, from, n * sizeof *order);
}

bool kernel_argsort(const struct kernel_call *call)
{
    size_t n = last_extent(call), count = shape_elements(call->shape);
    for (size_t begin = 0; begin < count; begin += n)
        sort_row(call->operands->numbers + begin, n, call->out + begin, call->work,
                 call->poll);
    return true;
}
