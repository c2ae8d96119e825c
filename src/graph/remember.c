/* SPDX-License-Identifier: MIT
 * Gradients that were made before.  A graph that lasts is asked for the same few again.
 */
#include "graph/node.h"

#include <string.h>

enum { HEAD = 2, MOST_IDS = 4096 };

void graph_remember(struct graph *graph)
{
    graph->remembers = true;
}

static size_t length_of(const node_id *record)
{
    return HEAD + 2 * (size_t)record[1];
}

bool gradient_recall(const struct graph *graph, node_id f, const node_id *wrt, size_t n,
                     node_id *out)
{
    const struct gradient_memory *memory = &graph->gradients;
    for (size_t i = 0; i < memory->count; i += length_of(memory->ids + i)) {
        const node_id *record = memory->ids + i;
        if (record[0] != f || record[1] != n ||
            memcmp(record + HEAD, wrt, n * sizeof *wrt) != 0)
            continue;
        memcpy(out, record + HEAD + n, n * sizeof *out);
        return true;
    }
    return false;
}

/* What does not fit is made anew each time. */
void gradient_remember(struct graph *graph, node_id f, const node_id *wrt, size_t n,
                       const node_id *out)
{
    struct gradient_memory *memory = &graph->gradients;
    if (!graph->remembers || n > MOST_IDS ||
        memory->count + HEAD + 2 * n > (size_t)MOST_IDS)
        return;
    if (memory->ids == NULL) {
        memory->ids = memory_take(graph->memory, MOST_IDS * sizeof *memory->ids);
        memory->capacity = MOST_IDS;
    }
    node_id *record = memory->ids + memory->count;
    record[0] = f;
    record[1] = (node_id)n;
    memcpy(record + HEAD, wrt, n * sizeof *wrt);
    memcpy(record + HEAD + n, out, n * sizeof *out);
    memory->count += HEAD + 2 * n;
}

static bool is_past(const node_id *record, node_id last)
{
    bool past = record[0] > last;
    for (size_t i = HEAD; i < length_of(record); i++)
        past |= record[i] > last;
    return past;
}

void gradient_forget(struct graph *graph, node_id last)
{
    struct gradient_memory *memory = &graph->gradients;
    size_t kept = 0, length;
    for (size_t i = 0; i < memory->count; i += length) {
        const node_id *record = memory->ids + i;
        length = length_of(record);
        if (is_past(record, last))
            continue;
        memmove(memory->ids + kept, record, length * sizeof *record);
        kept += length;
    }
    memory->count = kept;
}
