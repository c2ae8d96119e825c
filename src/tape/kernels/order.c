/* SPDX-License-Identifier: MIT
 * order.c - along the last axis: running sums, and the order that sorts.
 *
 * The order is found by merging runs from below (Knuth, The Art of Computer Programming
 * 3, section 5.2.4): stable, n log n at worst, no recursion.  Places are kept as the
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

/* An element and where it stood: side by side, so that a merge reads straight on. */
struct item {
    double value, place;
};

/* Whether b, which stands behind a, must stand before it. */
static bool is_before(struct item b, struct item a)
{
    return b.value < a.value || (isnan(a.value) && !isnan(b.value));
}

static void sort_run(struct item *items, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct item moved = items[i];
        size_t to = i;
        for (; to > 0 && is_before(moved, items[to - 1]); to--)
            items[to] = items[to - 1];
        items[to] = moved;
    }
}

/* The two runs from[0, middle) and from[middle, end) become one. */
static void merge(const struct item *from, struct item *to, size_t middle, size_t end)
{
    size_t left = 0, right = middle;
    while (left < middle && right < end)
        *to++ = is_before(from[right], from[left]) ? from[right++] : from[left++];
    while (left < middle)
        *to++ = from[left++];
    while (right < end)
        *to++ = from[right++];
}

static size_t lesser(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One level: runs of `run` become runs of twice as many. */
static void merge_runs(const struct item *from, struct item *to, size_t n, size_t run,
                       struct array_poll *poll)
{
    for (size_t begin = 0; begin < n; begin += 2 * run) {
        size_t end = lesser(2 * run, n - begin);
        if (!array_goes_on(poll, end))
            return;
        merge(from + begin, to + begin, lesser(run, end), end);
    }
}

/* `work` has room for 2n items. */
static void sort_row(const double *x, size_t n, double *order, struct item *work,
                     struct array_poll *poll)
{
    struct item *from = work, *to = work + n;
    for (size_t i = 0; i < n; i++)
        from[i] = (struct item){x[i], (double)i};
    for (size_t begin = 0; begin < n; begin += SHORT_RUN)
        sort_run(from + begin, lesser(SHORT_RUN, n - begin));
    for (size_t run = SHORT_RUN; run < n; run *= 2) {
        merge_runs(from, to, n, run, poll);
        struct item *merged = to;
        to = from;
        from = merged;
    }
    for (size_t i = 0; i < n; i++)
        order[i] = from[i].place;
}

bool kernel_argsort(const struct kernel_call *call)
{
    size_t n = last_extent(call), count = shape_elements(call->shape);
    for (size_t begin = 0; begin < count; begin += n)
        sort_row(call->operands->numbers + begin, n, call->out + begin,
                 (struct item *)call->work, call->poll);
    return true;
}
