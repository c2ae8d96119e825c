/* SPDX-License-Identifier: MIT
 * trace.c - the rows kept of a search.
 *
 * When the room is used up every second row is dropped and the stride doubles, so that
 * the rows stay even and a step costs the same on average however long the search is. */
#include "descent/trace.h"

#include <math.h>
#include <string.h>

static const size_t most_numbers = 1000000;

size_t trace_numbers(size_t rows, size_t n)
{
    return n > most_numbers / rows ? 0 : rows * n;
}

void trace_init(struct trace *trace, size_t rows, size_t n, struct trace_row *row,
                double *x)
{
    *trace = (struct trace){.row = row, .x = x, .n = n, .capacity = rows, .stride = 1};
}

static void drop_every_second(struct trace *trace)
{
    size_t kept = (trace->count + 1) / 2;
    for (size_t i = 1; i < kept; i++) {
        trace->row[i] = trace->row[2 * i];
        if (trace->x != NULL)
            memcpy(trace->x + i * trace->n, trace->x + 2 * i * trace->n,
                   trace->n * sizeof *trace->x);
    }
    trace->count = kept;
    trace->stride *= 2;
}

void trace_add(struct trace *trace, const descent_state *at)
{
    /* Due or not, this point is the last row for now. */
    if (trace->count == trace->capacity)
        drop_every_second(trace);
    if ((at->step_count & (trace->stride - 1)) != 0)
        return;
    if (trace->x != NULL)
        memcpy(trace->x + trace->count * trace->n, at->x, trace->n * sizeof *trace->x);
    trace->row[trace->count++] =
        (struct trace_row){at->step_count, at->value, at->gradient_norm, at->step};
}

static bool has_last(const struct trace *trace, const descent_state *at)
{
    return trace->count > 0 && trace->row[trace->count - 1].k == at->step_count;
}

size_t trace_count(const struct trace *trace, const descent_state *at)
{
    return trace->count == 0 || has_last(trace, at) ? trace->count : trace->count + 1;
}

descent_row trace_get(const struct trace *trace, const descent_state *at, size_t row)
{
    if (row >= trace_count(trace, at))
        return (descent_row){0, (double)NAN, (double)NAN, (double)NAN, NULL};
    if (row == trace->count)
        return (descent_row){at->step_count, at->value, at->gradient_norm, at->step,
                             trace->x != NULL ? at->x : NULL};
    const struct trace_row *kept = &trace->row[row];
    return (descent_row){kept->k, kept->value, kept->gradient_norm, kept->step,
                         trace->x != NULL ? trace->x + row * trace->n : NULL};
}
