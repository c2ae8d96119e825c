/* SPDX-License-Identifier: MIT */
#include "graph/shape.h"

#include <assert.h>

struct shape shape_vector(size_t n)
{
    return (struct shape){1, {n}};
}

struct shape shape_matrix(size_t rows, size_t columns)
{
    return (struct shape){2, {rows, columns}};
}

enum shape_fault shape_check(const struct shape *shape)
{
    if (shape->rank > SHAPE_MOST_AXES)
        return SHAPE_TOO_MANY_AXES;
    size_t room = SHAPE_MOST_ELEMENTS;
    for (size_t i = 0; i < shape->rank; i++) {
        if (shape->extent[i] > room)
            return SHAPE_TOO_LARGE;
        room /= shape->extent[i] == 0 ? 1 : shape->extent[i];
    }
    return SHAPE_FITS;
}

size_t shape_elements(const struct shape *shape)
{
    size_t count = 1;
    for (size_t i = 0; i < shape->rank; i++)
        count *= shape->extent[i];
    return count;
}

bool shape_equal(const struct shape *a, const struct shape *b)
{
    bool is_equal = a->rank == b->rank;
    for (size_t i = 0; i < a->rank && is_equal; i++)
        is_equal = a->extent[i] == b->extent[i];
    return is_equal;
}

/* The extent of the axis that is aligned with axis `axis` of a shape of `rank` axes. */
static size_t aligned_extent(const struct shape *shape, size_t axis, size_t rank)
{
    return axis + shape->rank < rank ? 1 : shape->extent[axis + shape->rank - rank];
}

enum shape_fault shape_broadcast(const struct shape *a, const struct shape *b,
                                 struct shape *out)
{
    struct shape both = {.rank = a->rank > b->rank ? a->rank : b->rank};
    for (size_t i = 0; i < both.rank; i++) {
        size_t m = aligned_extent(a, i, both.rank), n = aligned_extent(b, i, both.rank);
        if (m != n && m != 1 && n != 1)
            return SHAPE_DIFFERENT;
        both.extent[i] = m == 1 ? n : m;
    }
    *out = both;
    return shape_check(out);
}

bool shape_broadcasts_to(const struct shape *from, const struct shape *to)
{
    struct shape both;
    return shape_broadcast(from, to, &both) == SHAPE_FITS && shape_equal(&both, to);
}

unsigned shape_all_axes(const struct shape *shape)
{
    return (1u << shape->rank) - 1;
}

unsigned shape_repeated_axes(const struct shape *from, const struct shape *to)
{
    assert(shape_broadcasts_to(from, to));
    unsigned axes = 0;
    for (size_t i = 0; i < to->rank; i++)
        if (i + from->rank < to->rank ||
            aligned_extent(from, i, to->rank) != to->extent[i])
            axes |= 1u << i;
    return axes;
}

struct shape shape_without(const struct shape *shape, unsigned axes)
{
    struct shape kept = {0};
    for (size_t i = 0; i < shape->rank; i++)
        if ((axes >> i & 1) == 0)
            kept.extent[kept.rank++] = shape->extent[i];
    return kept;
}

struct shape shape_with_units(const struct shape *shape, unsigned axes)
{
    struct shape kept = *shape;
    for (size_t i = 0; i < shape->rank; i++)
        if ((axes >> i & 1) != 0)
            kept.extent[i] = 1;
    return kept;
}

void shape_write(struct text *out, const struct shape *shape)
{
    text_putc(out, '[');
    for (size_t i = 0; i < shape->rank; i++)
        text_format(out, "%s%zu", i == 0 ? "" : ",", shape->extent[i]);
    text_putc(out, ']');
}
