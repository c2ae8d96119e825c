/* SPDX-License-Identifier: MIT
 * sparse_order.c - an order of elimination with about the least fill.
 *
 * Amestoy, Davis and Duff, An approximate minimum degree ordering algorithm (SIAM J.
 * Matrix Anal. Appl. 17, 1996), without supervariables.  A node that is eliminated joins
 * its neighbours: instead of the edges between them it stays as an element with the list
 * of these neighbours, and takes in the elements that it was next to.  So lists together
 * never need more room than the graph.  The next node is one with the least bound on its
 * degree: its edges, and what its elements hold besides the newest. */
#include "linear/sparse_parts.h"

#include <string.h>

static const uint32_t NONE = UINT32_MAX;

enum state { VARIABLE, ELEMENT, GONE };

/* The list of a node: elements first, then variables; of an element: variables. */
struct lists {
    size_t nodes, end, room;
    uint32_t *pool, *spare;
    uint32_t *start, *elements, *count; /* where; how many elements; how many at all */
    uint32_t *state, *degree, *mark, *left;
    uint32_t *head, *next, *before; /* nodes of each degree */
    const unsigned char *is_late;
    uint32_t least, stamp, first; /* no late node before `first` is left */
};

static size_t pool_room(const struct sparse_graph *graph)
{
    return graph->start[graph->nodes] + graph->nodes + 1;
}

size_t sparse_order_room(const struct sparse_graph *graph)
{
    return 2 * pool_room(graph) + 10 * (graph->nodes + 1);
}

/* ---- nodes by degree ---- */

/* A node that waits is in no list, and says so by its degree. */
static void take_out(struct lists *l, uint32_t node)
{
    if (l->degree[node] == NONE)
        return;
    uint32_t before = l->before[node], next = l->next[node];
    if (before == NONE)
        l->head[l->degree[node]] = next;
    else
        l->next[before] = next;
    if (next != NONE)
        l->before[next] = before;
}

static void put_in(struct lists *l, uint32_t node, uint32_t degree)
{
    uint32_t first = l->head[degree];
    l->degree[node] = degree;
    l->before[node] = NONE;
    l->next[node] = first;
    l->head[degree] = node;
    if (first != NONE)
        l->before[first] = node;
    if (degree < l->least)
        l->least = degree;
}

static uint32_t take_least(struct lists *l)
{
    while (l->least <= l->nodes && l->head[l->least] == NONE)
        l->least++;
    if (l->least > l->nodes) {
        /* Those that wait are next to nobody. */
        while (l->state[l->first] != VARIABLE)
            l->first++;
        l->least = 0;
        return l->first;
    }
    uint32_t node = l->head[l->least];
    take_out(l, node);
    return node;
}

/* ---- setting up ---- */

static void cut(struct lists *l, const struct sparse_graph *graph, uint32_t *room)
{
    size_t n = graph->nodes + 1;
    uint32_t **parts[] = {&l->start, &l->elements, &l->count, &l->state, &l->degree,
                          &l->mark,  &l->left,     &l->head,  &l->next,  &l->before};
    l->nodes = graph->nodes;
    l->room = pool_room(graph);
    l->pool = room;
    l->spare = room + l->room;
    uint32_t *next = room + 2 * l->room;
    for (size_t k = 0; k < sizeof parts / sizeof *parts; k++, next += n)
        *parts[k] = next;
}

static void begin(struct lists *l, const struct sparse_graph *graph)
{
    l->end = graph->start[graph->nodes];
    l->stamp = 1;
    l->least = 0;
    for (size_t i = 0; i <= l->nodes; i++)
        l->head[i] = NONE;
    if (l->end > 0)
        memcpy(l->pool, graph->to, l->end * sizeof *l->pool);
    for (size_t i = 0; i < l->nodes; i++) {
        l->start[i] = (uint32_t)graph->start[i];
        l->count[i] = (uint32_t)(graph->start[i + 1] - graph->start[i]);
        l->elements[i] = l->mark[i] = l->left[i] = 0;
        l->state[i] = VARIABLE;
        l->degree[i] = NONE;
        if (!graph->is_late[i])
            put_in(l, (uint32_t)i, l->count[i]);
    }
    l->least = l->first = 0;
}

/* Lists that are alive move together. */
static void compact(struct lists *l)
{
    size_t end = 0;
    for (size_t i = 0; i < l->nodes; i++) {
        if (l->state[i] == GONE)
            continue;
        memcpy(l->spare + end, l->pool + l->start[i], l->count[i] * sizeof *l->pool);
        l->start[i] = (uint32_t)end;
        end += l->count[i];
    }
    uint32_t *old = l->pool;
    l->pool = l->spare;
    l->spare = old;
    l->end = end;
}

/* ---- one elimination ---- */

static void add_member(struct lists *l, uint32_t node)
{
    if (l->mark[node] == l->stamp || l->state[node] != VARIABLE)
        return;
    l->mark[node] = l->stamp;
    l->pool[l->end++] = node;
}

/* The neighbours of a node become the list of its element, at the end of the pool. */
static void join(struct lists *l, uint32_t pivot)
{
    size_t most = l->count[pivot];
    for (uint32_t k = 0; k < l->elements[pivot]; k++)
        most += l->count[l->pool[l->start[pivot] + k]];
    if (l->end + (most < l->nodes ? most : l->nodes) > l->room)
        compact(l);
    size_t first = l->end;
    l->mark[pivot] = ++l->stamp;
    for (uint32_t k = 0; k < l->count[pivot]; k++) {
        uint32_t at = l->pool[l->start[pivot] + k];
        if (k >= l->elements[pivot]) {
            add_member(l, at);
            continue;
        }
        for (uint32_t j = 0; j < l->count[at]; j++)
            add_member(l, l->pool[l->start[at] + j]);
        l->state[at] = GONE;
    }
    l->state[pivot] = ELEMENT;
    l->start[pivot] = (uint32_t)first;
    l->count[pivot] = (uint32_t)(l->end - first);
    l->elements[pivot] = 0;
}

/* left[e] - 1: how many members element e has beside those of the pivot; 0 of elements
 * that no member is next to. */
static void count_left(struct lists *l, uint32_t pivot)
{
    for (uint32_t k = 0; k < l->count[pivot]; k++) {
        uint32_t node = l->pool[l->start[pivot] + k];
        for (uint32_t j = 0; j < l->elements[node]; j++) {
            uint32_t e = l->pool[l->start[node] + j];
            if (l->state[e] != ELEMENT)
                continue;
            l->left[e] = l->left[e] == 0 ? l->count[e] : l->left[e] - 1;
        }
    }
}

/* The list of a member of the pivot without what the pivot stands for, the pivot first;
 * its new degree.  There is room, since an element or the edge to the pivot goes. */
static uint32_t shorten(struct lists *l, uint32_t node, uint32_t pivot)
{
    uint32_t *list = l->pool + l->start[node], degree = l->count[pivot] - 1;
    uint32_t elements = 0, kept = 0, displaced = NONE;
    for (uint32_t k = 0; k < l->elements[node]; k++) {
        uint32_t e = list[k];
        if (l->state[e] == ELEMENT && l->left[e] == 1)
            l->state[e] = GONE; /* all its members are the pivot's */
        if (l->state[e] != ELEMENT)
            continue;
        degree += l->left[e] - 1;
        list[elements++] = e;
    }
    uint32_t variables = elements;
    for (uint32_t k = l->elements[node]; k < l->count[node]; k++) {
        uint32_t other = list[k];
        if (l->state[other] != VARIABLE || l->mark[other] == l->stamp)
            continue;
        list[variables++] = other;
        kept++;
    }
    if (kept > 0) {
        displaced = list[elements];
        list[variables] = displaced;
    }
    list[elements] = pivot;
    l->elements[node] = elements + 1;
    l->count[node] = elements + 1 + kept;
    return degree + kept;
}

static void eliminate(struct lists *l, uint32_t pivot, size_t remaining)
{
    join(l, pivot);
    count_left(l, pivot);
    for (uint32_t k = 0; k < l->count[pivot]; k++) {
        uint32_t node = l->pool[l->start[pivot] + k];
        take_out(l, node);
        uint32_t degree = shorten(l, node, pivot);
        put_in(l, node, degree < remaining ? degree : (uint32_t)remaining);
    }
    for (uint32_t k = 0; k < l->count[pivot]; k++) {
        uint32_t node = l->pool[l->start[pivot] + k];
        for (uint32_t j = 0; j < l->elements[node]; j++)
            l->left[l->pool[l->start[node] + j]] = 0;
    }
}

void sparse_order(const struct sparse_graph *graph, uint32_t *order, uint32_t *room)
{
    struct lists l = {0};
    cut(&l, graph, room);
    begin(&l, graph);
    for (size_t k = 0; k < l.nodes; k++) {
        order[k] = take_least(&l);
        eliminate(&l, order[k], l.nodes - k);
    }
}
