/* SPDX-License-Identifier: MIT
 * Gradients and applications that were made before.  A graph that lasts is asked for the
 * same few again. */
#include "graph/node.h"

#include <string.h>

enum { HEAD = 2, MOST_IDS = 4096, APPLICATIONS = 2048, MOST_OPERANDS = 3 };

struct application {
    uint32_t what; /* the operation, and how many operands */
    node_id operands[MOST_OPERANDS];
    node_id node; /* 0: free */
};

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

static void forget_gradients(struct graph *graph, node_id last)
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

/* ---- applications ---- */

static struct application describe(enum op op, const node_id *operands, size_t count)
{
    struct application a = {.what = (uint32_t)op << 8 | (uint32_t)count};
    for (size_t i = 0; i < count; i++)
        a.operands[i] = operands[i];
    return a;
}

/* Each has one place, and the later of two that share it takes it. */
static struct application *place_of(const struct graph *graph,
                                    const struct application *a)
{
    uint32_t hash = a->what;
    for (size_t i = 0; i < MOST_OPERANDS; i++)
        hash = (hash ^ a->operands[i]) * 0x9E3779B1u; /* as graph.c */
    return &graph->applications[(hash ^ hash >> 16) % APPLICATIONS];
}

node_id application_recall(const struct graph *graph, enum op op, const node_id *operands,
                           size_t count)
{
    if (graph->applications == NULL || graph->deriving || count > MOST_OPERANDS)
        return 0;
    struct application a = describe(op, operands, count);
    const struct application *known = place_of(graph, &a);
    a.node = known->node;
    return memcmp(&a, known, sizeof a) == 0 ? known->node : 0;
}

/* Which rules fold it depends on the operands alone, but for derivatives. */
void application_remember(struct graph *graph, enum op op, const node_id *operands,
                          size_t count, node_id node)
{
    size_t size = APPLICATIONS * sizeof *graph->applications;
    if (!graph->remembers || graph->deriving || count > MOST_OPERANDS)
        return;
    if (graph->applications == NULL) {
        graph->applications = memory_take(graph->memory, size);
        memset(graph->applications, 0, size);
    }
    struct application a = describe(op, operands, count);
    a.node = node;
    *place_of(graph, &a) = a;
}

static bool is_after(const struct application *a, node_id last)
{
    bool after = a->node > last;
    for (size_t i = 0; i < MOST_OPERANDS; i++)
        after |= a->operands[i] > last;
    return after;
}

/* ---- forgetting ---- */

void remember_release(struct graph *graph, node_id last)
{
    forget_gradients(graph, last);
    for (size_t i = 0; graph->applications != NULL && i < APPLICATIONS; i++)
        if (is_after(&graph->applications[i], last))
            graph->applications[i] = (struct application){0};
}

void remember_free(struct graph *graph)
{
    memory_give(graph->memory, graph->gradients.ids,
                graph->gradients.capacity * sizeof *graph->gradients.ids);
    memory_give(graph->memory, graph->applications,
                APPLICATIONS * sizeof *graph->applications);
}
