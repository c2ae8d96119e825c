/* SPDX-License-Identifier: MIT
 * sparse.c - the matrix, and its factors in blocks of two by two, row after row.
 *
 * Davis, Algorithm 849: a concise sparse Cholesky factorization package (ACM TOMS 31,
 * 2005): row k of L solves a triangular system with the rows before; its pattern is what
 * the elimination tree reaches from the entries of row k.  A single row is a block whose
 * second row is that of the identity. */
#include "linear/sparse_parts.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* ---- memory ---- */

void *sparse_reserve(struct sparse *s, struct sparse_room *room, size_t size)
{
    if (room->size >= size && room->block != NULL)
        return room->block;
    if (room->block != NULL && s->memory.release != NULL)
        s->memory.release(s->memory.context, room->block, room->size);
    room->block = s->memory.allocate(s->memory.context, size);
    room->size = room->block != NULL ? size : 0;
    s->failed |= room->block == NULL;
    return room->block;
}

/* What depends on the size alone; there are no more nodes than rows. */
static bool cut_fixed(struct sparse *s)
{
    size_t n = s->size + 2;
    size_t **sizes[] = {&s->rows.start, &s->old.start, &s->above_start, &s->column_start,
                        &s->column_end};
    struct sparse_block **blocks[] = {&s->diagonal, &s->inverse, &s->magnitude, &s->sum};
    uint32_t **indices[] = {&s->pair, &s->place, &s->parent,
                            &s->mark, &s->stack, &s->work};
    size_t sizes_count = sizeof sizes / sizeof *sizes;
    size_t blocks_count = sizeof blocks / sizeof *blocks;
    size_t indices_count = sizeof indices / sizeof *indices;
    size_t each = blocks_count * sizeof(struct sparse_block) + 2 * sizeof(double) +
                  sizes_count * sizeof(size_t) + (indices_count + 2) * sizeof(uint32_t) +
                  1;
    char *next = sparse_reserve(s, &s->fixed, n * each);
    if (next == NULL)
        return false;
    for (size_t k = 0; k < blocks_count; k++, next += n * sizeof(struct sparse_block))
        *blocks[k] = (struct sparse_block *)(void *)next;
    s->x = (double *)(void *)next;
    next += 2 * n * sizeof(double);
    for (size_t k = 0; k < sizes_count; k++, next += n * sizeof(size_t))
        *sizes[k] = (size_t *)(void *)next;
    for (size_t k = 0; k < indices_count; k++, next += n * sizeof(uint32_t))
        *indices[k] = (uint32_t *)(void *)next;
    s->member = (uint32_t *)(void *)next;
    s->is_late = (unsigned char *)(s->member + 2 * n);
    return true;
}

struct sparse *sparse_new(const struct sparse_memory *memory, size_t size,
                          size_t variables)
{
    struct sparse *s = memory->allocate(memory->context, sizeof *s);
    if (s == NULL)
        return NULL;
    *s = (struct sparse){.memory = *memory, .size = size, .variables = variables};
    if (!cut_fixed(s)) {
        sparse_free(s);
        return NULL;
    }
    s->changed = true;
    memset(s->old.start, 0, (size + 1) * sizeof(size_t));
    memset(s->rows.start, 0, (size + 1) * sizeof(size_t));
    return s;
}

void sparse_free(struct sparse *s)
{
    if (s == NULL || s->memory.release == NULL)
        return;
    struct sparse_room *rooms[] = {&s->fixed,      &s->rows.memory, &s->old.memory,
                                   &s->graph_room, &s->order_room,  &s->factor_room};
    for (size_t k = 0; k < sizeof rooms / sizeof *rooms; k++)
        if (rooms[k]->block != NULL)
            s->memory.release(s->memory.context, rooms[k]->block, rooms[k]->size);
    s->memory.release(s->memory.context, s, sizeof *s);
}

/* ---- the matrix ---- */

/* Room for so many entries; those of this matrix are kept. */
static bool grow(struct sparse *s, size_t entries)
{
    struct sparse_rows *rows = &s->rows;
    if (entries <= rows->room)
        return true;
    size_t room = entries + entries / 2, used = rows->start[s->filled];
    struct sparse_room fresh = {NULL, 0};
    double *value = sparse_reserve(s, &fresh, room * (sizeof(double) + sizeof(uint32_t)));
    if (value == NULL)
        return false;
    uint32_t *column = (uint32_t *)(void *)(value + room);
    if (used > 0) {
        memcpy(value, rows->value, used * sizeof *value);
        memcpy(column, rows->column, used * sizeof *column);
    }
    if (rows->memory.block != NULL && s->memory.release != NULL)
        s->memory.release(s->memory.context, rows->memory.block, rows->memory.size);
    rows->memory = fresh;
    rows->room = room;
    rows->value = value;
    rows->column = column;
    return true;
}

void sparse_begin(struct sparse *s)
{
    if (s->filled == s->size) {
        struct sparse_rows kept = s->old;
        s->old = s->rows;
        s->rows = kept;
    }
    s->filled = 0;
    s->rows.start[0] = 0;
}

void sparse_put_row(struct sparse *s, const double *row, size_t count, double diagonal)
{
    size_t i = s->filled, old = s->old.start[i];
    size_t old_end = s->old.start[i + 1] - (s->old.start[i + 1] > old ? 1 : 0);
    size_t at = s->rows.start[i], before = old_end - old;
    if (s->failed || !grow(s, at + count + before + 1))
        return;
    for (size_t k = 0; k < count || old < old_end; k++) {
        bool was = old < old_end && s->old.column[old] == k;
        double entry = k < count ? row[k] : 0;
        old += was;
        if (entry == 0 && !was)
            continue;
        s->rows.column[at] = (uint32_t)k;
        s->rows.value[at++] = entry;
    }
    s->rows.column[at] = (uint32_t)i;
    s->rows.value[at++] = diagonal;
    s->changed |= at - s->rows.start[i] != before + 1;
    s->rows.start[i + 1] = at;
    s->filled = i + 1;
}

size_t sparse_entries(const struct sparse *s)
{
    return s->rows.start[s->filled];
}

size_t sparse_factor_numbers(const struct sparse *s)
{
    return s->factor_numbers;
}

void sparse_residual(const struct sparse *s, const double *b, const double *x,
                     double *residual)
{
    memcpy(residual, b, s->size * sizeof *residual);
    for (size_t i = 0; !s->failed && i < s->size; i++) {
        double sum = 0;
        size_t end = s->rows.start[i + 1] - 1;
        for (size_t k = s->rows.start[i]; k < end; k++) {
            sum += s->rows.value[k] * x[s->rows.column[k]];
            residual[s->rows.column[k]] -= s->rows.value[k] * x[i];
        }
        residual[i] -= sum + s->rows.value[end] * x[i];
    }
}

/* ---- blocks ---- */

/* c -= a b' */
static void subtract_product(struct sparse_block *c, const struct sparse_block *a,
                             const struct sparse_block *b)
{
    c->a[0] -= a->a[0] * b->a[0] + a->a[1] * b->a[1];
    c->a[1] -= a->a[0] * b->a[2] + a->a[1] * b->a[3];
    c->a[2] -= a->a[2] * b->a[0] + a->a[3] * b->a[1];
    c->a[3] -= a->a[2] * b->a[2] + a->a[3] * b->a[3];
}

static struct sparse_block product(const struct sparse_block *a,
                                   const struct sparse_block *b)
{
    return (struct sparse_block){
        {a->a[0] * b->a[0] + a->a[1] * b->a[2], a->a[0] * b->a[1] + a->a[1] * b->a[3],
         a->a[2] * b->a[0] + a->a[3] * b->a[2], a->a[2] * b->a[1] + a->a[3] * b->a[3]}};
}

static void raise(struct sparse_block *magnitude, const struct sparse_block *entries)
{
    for (int k = 0; k < 4; k++)
        magnitude->a[k] = fmax(magnitude->a[k], fabs(entries->a[k]));
}

/* The inverse of D, and its eigenvalues' signs; what rounding cannot tell from singular
 * is left out of solutions. */
static struct sparse_block invert(const struct sparse_block *d,
                                  const struct sparse_block *magnitude,
                                  struct inertia *inertia)
{
    const double noise = 64 * DBL_EPSILON;
    double p = d->a[0], b = d->a[2], q = d->a[3], det = p * q - b * b;
    const double *size = magnitude->a;
    double doubt =
        noise * (size[0] * fabs(q) + size[3] * fabs(p) + (size[1] + size[2]) * fabs(b));
    if (!(fabs(det) > doubt)) {
        bool trace = fabs(p + q) > noise * (size[0] + size[3]);
        inertia->zero += trace ? 1 : 2;
        inertia->positive += trace && p + q > 0;
        inertia->negative += trace && p + q < 0;
        return (struct sparse_block){{0}};
    }
    inertia->positive += det < 0 ? 1 : p + q > 0 ? 2 : 0;
    inertia->negative += det < 0 ? 1 : p + q > 0 ? 0 : 2;
    return (struct sparse_block){{q / det, -b / det, -b / det, p / det}};
}

/* ---- factors ---- */

/* Adds an entry of the matrix to its block in row `node`. */
static void place_entry(struct sparse *s, uint32_t node, size_t i, size_t j, double value)
{
    uint32_t to = s->place[i], from = s->place[j];
    if (to / 2 != node) {
        uint32_t kept = to;
        to = from;
        from = kept;
    }
    struct sparse_block *block =
        from / 2 == node ? &s->diagonal[node] : &s->sum[from / 2];
    block->a[2 * (to & 1) + (from & 1)] += value;
    if (from / 2 == node && to != from)
        block->a[2 * (from & 1) + (to & 1)] += value;
}

/* From an entry's node up the tree to what the row has already. */
static size_t reach(struct sparse *s, uint32_t from, uint32_t node, size_t top)
{
    size_t length = 0;
    for (; s->mark[from] != node; from = s->parent[from]) {
        s->work[length++] = from;
        s->mark[from] = node;
    }
    while (length > 0)
        s->stack[--top] = s->work[--length];
    return top;
}

/* Entries of row and column i of the matrix whose other end comes before: those of the
 * lower half are in row i, the others in `above`. */
static size_t gather(struct sparse *s, uint32_t node)
{
    size_t top = s->nodes;
    s->mark[node] = node;
    for (size_t k = s->above_start[node]; k < s->above_start[node + 1]; k++) {
        size_t i = s->above_row[k], at = s->above_entry[k], j = s->rows.column[at];
        uint32_t other = s->place[i] / 2 == node ? s->place[j] / 2 : s->place[i] / 2;
        place_entry(s, node, i, j, s->rows.value[at]);
        if (other != node)
            top = reach(s, other, node, top);
    }
    return top;
}

static void eliminate(struct sparse *s, uint32_t node, struct inertia *inertia)
{
    static const struct sparse_block zero = {{0}};
    bool single = s->member[2 * node + 1] == SPARSE_NONE;
    s->diagonal[node] = (struct sparse_block){{0, 0, 0, single ? 1 : 0}};
    size_t top = gather(s, node);
    s->magnitude[node] = zero;
    raise(&s->magnitude[node], &s->diagonal[node]);
    for (; top < s->nodes; top++) {
        uint32_t j = s->stack[top];
        struct sparse_block y = s->sum[j], l = product(&y, &s->inverse[j]);
        s->sum[j] = zero;
        for (size_t k = s->column_start[j]; k < s->column_end[j]; k++)
            subtract_product(&s->sum[s->row[k]], &y, &s->lower[k]);
        struct sparse_block change = zero;
        subtract_product(&change, &l, &y);
        raise(&s->magnitude[node], &change);
        for (int k = 0; k < 4; k++)
            s->diagonal[node].a[k] += change.a[k];
        s->row[s->column_end[j]] = node;
        s->lower[s->column_end[j]++] = l;
    }
    s->inverse[node] = invert(&s->diagonal[node], &s->magnitude[node], inertia);
    inertia->positive -= single;
}

bool sparse_factor(struct sparse *s, struct inertia *inertia)
{
    *inertia = (struct inertia){0, 0, 0};
    if (s->failed || (s->changed && !sparse_analyse(s))) {
        s->failed = true;
        return false;
    }
    s->changed = false;
    for (size_t k = 0; k < s->nodes; k++) {
        s->mark[k] = SPARSE_NONE;
        s->column_end[k] = s->column_start[k];
        s->sum[k] = (struct sparse_block){{0}};
    }
    for (size_t k = 0; k < s->nodes; k++)
        eliminate(s, (uint32_t)k, inertia);
    return true;
}

/* ---- solving ---- */

static void subtract_lower(const struct sparse *s, size_t j)
{
    const double *x = s->x + 2 * j;
    for (size_t k = s->column_start[j]; k < s->column_end[j]; k++) {
        double *y = s->x + 2 * (size_t)s->row[k];
        const double *l = s->lower[k].a;
        y[0] -= l[0] * x[0] + l[1] * x[1];
        y[1] -= l[2] * x[0] + l[3] * x[1];
    }
}

static void subtract_upper(const struct sparse *s, size_t j)
{
    double *x = s->x + 2 * j;
    for (size_t k = s->column_start[j]; k < s->column_end[j]; k++) {
        const double *y = s->x + 2 * (size_t)s->row[k], *l = s->lower[k].a;
        x[0] -= l[0] * y[0] + l[2] * y[1];
        x[1] -= l[1] * y[0] + l[3] * y[1];
    }
}

void sparse_solve(const struct sparse *s, const double *b, double *x)
{
    if (s->failed) {
        memset(x, 0, s->size * sizeof *x);
        return;
    }
    for (size_t k = 0; k < 2 * s->nodes; k++)
        s->x[k] = s->member[k] == SPARSE_NONE ? 0 : b[s->member[k]];
    for (size_t j = 0; j < s->nodes; j++)
        subtract_lower(s, j);
    for (size_t j = 0; j < s->nodes; j++) {
        const double *d = s->inverse[j].a;
        double *y = s->x + 2 * j, first = y[0];
        y[0] = d[0] * first + d[1] * y[1];
        y[1] = d[2] * first + d[3] * y[1];
    }
    for (size_t j = s->nodes; j-- > 0;)
        subtract_upper(s, j);
    for (size_t k = 0; k < 2 * s->nodes; k++)
        if (s->member[k] != SPARSE_NONE)
            x[s->member[k]] = s->x[k];
}
