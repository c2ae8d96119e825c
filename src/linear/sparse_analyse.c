/* SPDX-License-Identifier: MIT
 * sparse_analyse.c - what depends on the pattern: pairs, the order, the elimination tree
 * and the pattern of L.
 *
 * Liu, The role of elimination trees in sparse factorization (SIAM J. Matrix Anal. Appl.
 * 11, 1990). */
#include "linear/sparse_parts.h"

#include <math.h>
#include <string.h>

/* ---- pairs ---- */

/* Entries of row i in columns of variables: from its start to here. */
static size_t end_of(const struct sparse *s, size_t i)
{
    size_t end = s->rows.start[i + 1] - 1;
    while (end > s->rows.start[i] && s->rows.column[end - 1] >= s->variables)
        end--;
    return end;
}

/* Entries that are smaller make no good pair. */
static double least_entry(const struct sparse *s, size_t i)
{
    const double share = 0.01;
    double largest = 0;
    for (size_t k = s->rows.start[i]; k < end_of(s, i); k++)
        largest = fmax(largest, fabs(s->rows.value[k]));
    return largest > 0 ? share * largest : (double)INFINITY;
}

static void set_pair(struct sparse *s, uint32_t row, uint32_t variable)
{
    s->pair[row] = variable;
    s->pair[variable] = row;
}

/* With the free variable that has the largest entry. */
static void pair_at_once(struct sparse *s, size_t i)
{
    double largest = 0, least = least_entry(s, i);
    uint32_t best = SPARSE_NONE;
    for (size_t k = s->rows.start[i]; k < end_of(s, i); k++) {
        double size = fabs(s->rows.value[k]);
        uint32_t j = s->rows.column[k];
        if (s->pair[j] == SPARSE_NONE && size >= least && size > largest) {
            largest = size;
            best = j;
        }
    }
    if (best != SPARSE_NONE)
        set_pair(s, (uint32_t)i, best);
}

/* Rows along the way from row `first` to the free variable j take the variables by which
 * they were reached; from[j] is the row that reached j. */
static void change_pairs(struct sparse *s, const uint32_t *from, uint32_t first,
                         uint32_t j)
{
    for (;;) {
        uint32_t row = from[j], next = s->pair[row];
        set_pair(s, row, j);
        if (row == first)
            return;
        j = next;
    }
}

/* Other rows change their variables, so that row i finds one: breadth first. */
static void pair_by_changes(struct sparse *s, size_t i)
{
    uint32_t *from = s->parent, *queue = s->stack, *seen = s->mark;
    size_t head = 0, tail = 0;
    queue[tail++] = (uint32_t)i;
    while (head < tail) {
        uint32_t row = queue[head++];
        double least = least_entry(s, row);
        for (size_t k = s->rows.start[row]; k < end_of(s, row); k++) {
            uint32_t j = s->rows.column[k];
            if (fabs(s->rows.value[k]) < least || seen[j] == i)
                continue;
            seen[j] = (uint32_t)i;
            from[j] = row;
            if (s->pair[j] == SPARSE_NONE) {
                change_pairs(s, from, (uint32_t)i, j);
                return;
            }
            queue[tail++] = s->pair[j];
        }
    }
}

static void find_pairs(struct sparse *s)
{
    for (size_t i = 0; i < s->size; i++)
        s->pair[i] = s->mark[i] = SPARSE_NONE;
    for (size_t i = s->variables; i < s->size; i++)
        pair_at_once(s, i);
    for (size_t i = s->variables; i < s->size; i++)
        if (s->pair[i] == SPARSE_NONE)
            pair_by_changes(s, i);
}

/* ---- nodes ---- */

/* place[i] = node of row i, in the order of the rows. */
static void number_nodes(struct sparse *s)
{
    s->nodes = 0;
    for (size_t i = 0; i < s->size; i++) {
        bool is_second = s->pair[i] != SPARSE_NONE && s->pair[i] < i;
        s->place[i] = is_second ? s->place[s->pair[i]] : (uint32_t)s->nodes++;
        s->is_late[s->place[i]] =
            s->pair[i] == SPARSE_NONE && s->rows.value[s->rows.start[i + 1] - 1] == 0;
    }
}

/* Edges in both directions, each once; `start` has nodes + 2 entries. */
static void connect(struct sparse *s, size_t *start, uint32_t *to)
{
    memset(start, 0, (s->nodes + 2) * sizeof *start);
    for (size_t i = 0; i < s->size; i++)
        for (size_t k = s->rows.start[i]; k < s->rows.start[i + 1]; k++) {
            uint32_t one = s->place[i], other = s->place[s->rows.column[k]];
            start[one + 2] += one != other;
            start[other + 2] += one != other;
        }
    for (size_t k = 2; k < s->nodes + 2; k++)
        start[k] += start[k - 1];
    for (size_t i = 0; i < s->size; i++)
        for (size_t k = s->rows.start[i]; k < s->rows.start[i + 1]; k++) {
            uint32_t one = s->place[i], other = s->place[s->rows.column[k]];
            if (one == other)
                continue;
            to[start[one + 1]++] = other;
            to[start[other + 1]++] = one;
        }
}

static void drop_doubles(struct sparse *s, size_t *start, uint32_t *to)
{
    size_t kept = 0, from = 0;
    for (size_t i = 0; i < s->nodes; i++)
        s->mark[i] = SPARSE_NONE;
    for (size_t i = 0; i < s->nodes; i++) {
        size_t end = start[i + 1];
        for (; from < end; from++) {
            if (s->mark[to[from]] == i)
                continue;
            s->mark[to[from]] = (uint32_t)i;
            to[kept++] = to[from];
        }
        start[i + 1] = kept;
    }
}

/* Members and places in the order of elimination. */
static void place_nodes(struct sparse *s, const uint32_t *order)
{
    uint32_t *position = s->work;
    for (size_t k = 0; k < s->nodes; k++) {
        position[order[k]] = (uint32_t)k;
        s->member[2 * k] = s->member[2 * k + 1] = SPARSE_NONE;
    }
    for (size_t i = 0; i < s->size; i++) {
        size_t k = position[s->place[i]];
        bool is_second = s->member[2 * k] != SPARSE_NONE;
        s->member[2 * k + is_second] = (uint32_t)i;
        s->place[i] = (uint32_t)(2 * k + is_second);
    }
}

/* ---- the pattern of L ---- */

static uint32_t later(const struct sparse *s, size_t i, size_t k)
{
    uint32_t one = s->place[i] / 2, other = s->place[s->rows.column[k]] / 2;
    return one > other ? one : other;
}

/* For each node the entries whose other end comes before, or is itself. */
static void sort_entries(struct sparse *s)
{
    memset(s->above_start, 0, (s->nodes + 2) * sizeof *s->above_start);
    for (size_t i = 0; i < s->size; i++)
        for (size_t k = s->rows.start[i]; k < s->rows.start[i + 1]; k++)
            s->above_start[later(s, i, k) + 2]++;
    for (size_t k = 2; k < s->nodes + 2; k++)
        s->above_start[k] += s->above_start[k - 1];
    for (size_t i = 0; i < s->size; i++)
        for (size_t k = s->rows.start[i]; k < s->rows.start[i + 1]; k++) {
            size_t at = s->above_start[later(s, i, k) + 1]++;
            s->above_row[at] = (uint32_t)i;
            s->above_entry[at] = (uint32_t)k;
        }
}

/* Counts the blocks of row `node` in their columns: column_start[j + 1]. */
static void walk_up(struct sparse *s, uint32_t from, uint32_t node)
{
    while (s->mark[from] != node) {
        if (s->parent[from] == SPARSE_NONE)
            s->parent[from] = node;
        s->mark[from] = node;
        s->column_start[from + 1]++;
        from = s->parent[from];
    }
}

static void find_tree(struct sparse *s)
{
    s->column_start[0] = 0;
    for (size_t k = 0; k < s->nodes; k++) {
        s->parent[k] = s->mark[k] = SPARSE_NONE;
        s->column_start[k + 1] = 0;
    }
    for (uint32_t node = 0; node < s->nodes; node++) {
        s->mark[node] = node;
        for (size_t k = s->above_start[node]; k < s->above_start[node + 1]; k++) {
            uint32_t one = s->place[s->above_row[k]] / 2,
                     other = s->place[s->rows.column[s->above_entry[k]]] / 2;
            walk_up(s, one == node ? other : one, node);
        }
    }
    for (size_t k = 0; k < s->nodes; k++)
        s->column_start[k + 1] += s->column_start[k];
}

/* ---- all of it ---- */

static bool order_nodes(struct sparse *s)
{
    size_t entries = sparse_entries(s), starts = s->size + 2;
    size_t *start = sparse_reserve(
        s, &s->graph_room, starts * sizeof(size_t) + 2 * entries * sizeof(uint32_t));
    if (start == NULL)
        return false;
    uint32_t *to = (uint32_t *)(void *)(start + starts);
    number_nodes(s);
    connect(s, start, to);
    drop_doubles(s, start, to);
    struct sparse_graph graph = {s->nodes, start, to, s->is_late};
    uint32_t *room =
        sparse_reserve(s, &s->order_room, sparse_order_room(&graph) * sizeof(uint32_t));
    if (room == NULL)
        return false;
    sparse_order(&graph, s->stack, room);
    place_nodes(s, s->stack);
    /* The graph is done with: the entries by node take its place. */
    s->above_row = to;
    s->above_entry = to + entries;
    return true;
}

bool sparse_analyse(struct sparse *s)
{
    if (sparse_entries(s) > UINT32_MAX / 4)
        return false;
    find_pairs(s);
    if (!order_nodes(s))
        return false;
    sort_entries(s);
    find_tree(s);
    size_t blocks = s->column_start[s->nodes];
    s->factor_numbers = 4 * blocks;
    s->lower =
        sparse_reserve(s, &s->factor_room,
                       blocks * (sizeof(struct sparse_block) + sizeof(uint32_t)) + 1);
    s->row = s->lower == NULL ? NULL : (uint32_t *)(void *)(s->lower + blocks);
    return s->lower != NULL;
}
