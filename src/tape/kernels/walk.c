/* SPDX-License-Identifier: MIT */
#include "tape/kernels/walk.h"

#include <assert.h>

struct strides strides_of(const struct shape *shape)
{
    struct strides strides = {{0}};
    ptrdiff_t step = 1;
    for (size_t i = shape->rank; i-- > 0;) {
        strides.axis[i] = step;
        step *= (ptrdiff_t)shape->extent[i];
    }
    return strides;
}

struct strides strides_repeated(const struct shape *from, const struct shape *to)
{
    struct strides own = strides_of(from), strides = {{0}};
    size_t missing = to->rank - from->rank;
    for (size_t i = 0; i < from->rank; i++)
        strides.axis[i + missing] = from->extent[i] == 1 ? 0 : own.axis[i];
    return strides;
}

/* Whether each array steps from the end of a run along `inner` on to the next one by the
 * step of `inner`, so that the two axes are one. */
static bool can_join(const struct strides *strides, size_t count, size_t outer,
                     size_t inner, size_t extent)
{
    bool joins = true;
    for (size_t k = 0; k < count; k++)
        joins &= strides[k].axis[outer] == strides[k].axis[inner] * (ptrdiff_t)extent;
    return joins;
}

static void add_axis(struct walk *walk, const struct strides *strides, size_t axis,
                     size_t extent)
{
    walk->extent[walk->rank] = extent;
    for (size_t k = 0; k < walk->count; k++)
        walk->outer[k].axis[walk->rank] = strides[k].axis[axis];
    walk->rank++;
}

/* From the last axis back: axes are joined to the one behind where that is possible.
 * The walk has them in this order, the last axis first, until it is the row. */
static void join_axes(struct walk *walk, const struct shape *shape,
                      const struct strides *strides)
{
    size_t inner = 0;
    for (size_t i = shape->rank; i-- > 0;) {
        if (shape->extent[i] == 1)
            continue;
        size_t *last = walk->rank == 0 ? NULL : &walk->extent[walk->rank - 1];
        if (last != NULL && can_join(strides, walk->count, i, inner, *last)) {
            *last *= shape->extent[i];
        } else {
            add_axis(walk, strides, i, shape->extent[i]);
            inner = i;
        }
    }
}

bool walk_begin(struct walk *walk, const struct shape *shape,
                const struct strides *strides, size_t count)
{
    assert(count <= WALK_MOST_ARRAYS);
    if (shape_elements(shape) == 0)
        return false;
    walk->count = count;
    walk->rank = 0;
    join_axes(walk, shape, strides);
    walk->width = walk->rank == 0 ? 1 : walk->extent[0];
    for (size_t k = 0; k < count; k++) {
        walk->step[k] = walk->rank == 0 ? 0 : walk->outer[k].axis[0];
        walk->offset[k] = 0;
    }
    for (size_t i = 0; i < walk->rank; i++)
        walk->at[i] = 0;
    return true;
}

/* Axis 0 of the walk is its row; the ones behind it are counted like digits. */
bool walk_next(struct walk *walk)
{
    for (size_t i = 1; i < walk->rank; i++) {
        for (size_t k = 0; k < walk->count; k++)
            walk->offset[k] += walk->outer[k].axis[i];
        if (++walk->at[i] < walk->extent[i])
            return true;
        for (size_t k = 0; k < walk->count; k++)
            walk->offset[k] -= walk->outer[k].axis[i] * (ptrdiff_t)walk->extent[i];
        walk->at[i] = 0;
    }
    return false;
}
