/* SPDX-License-Identifier: MIT
 * move.c - what moves elements and leaves their values as they are.
 *
 * All of it is one copy between two arrays seen by strides: a broadcast reads with a
 * stride of 0, a transposed matrix with strides exchanged, a slice from an offset; a pad
 * writes with the strides that a slice reads with. */
#include "tape/kernels/kernel.h"
#include "tape/kernels/walk.h"

#include <string.h>

/* How far apart two cache lines at least are, in numbers, and the side of a tile. */
enum { LINE = 8, TILE = 32 };

static void copy_row(double *to, ptrdiff_t to_step, const double *from,
                     ptrdiff_t from_step, size_t n)
{
    if (to_step == 1 && from_step == 1) {
        memcpy(to, from, n * sizeof *to);
        return;
    }
    for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++)
        to[i * to_step] = from[i * from_step];
}

/* A matrix that is written along its rows and lies in memory along its columns is copied
 * by tiles, each of which stays in the cache. */
static void copy_matrix(double *to, ptrdiff_t to_row, const double *from,
                        ptrdiff_t from_step, size_t rows, size_t columns)
{
    for (size_t j = 0; j < columns; j += TILE)
        for (size_t i = 0; i < rows; i += TILE)
            for (size_t r = i; r < rows && r < i + TILE; r++)
                copy_row(to + (ptrdiff_t)r * to_row + (ptrdiff_t)j, 1,
                         from + (ptrdiff_t)r + (ptrdiff_t)j * from_step, from_step,
                         columns - j < TILE ? columns - j : TILE);
}

static bool is_transposed(const struct walk *walk)
{
    return walk->rank > 1 && walk->step[0] == 1 && walk->step[1] >= LINE &&
           walk->outer[1].axis[1] == 1;
}

/* Both arrays have the elements of `shape`, which they see by their own strides. */
static void copy(const struct shape *shape, double *to, struct strides to_strides,
                 const double *from, struct strides from_strides)
{
    struct strides strides[] = {to_strides, from_strides};
    struct walk walk;
    if (!walk_begin(&walk, shape, strides, 2))
        return;
    bool by_tiles = is_transposed(&walk);
    size_t rows = by_tiles ? walk.extent[1] : 1;
    if (by_tiles) /* the axis next to the row is gone through with it */
        walk.extent[1] = 1;
    do {
        if (by_tiles) {
            copy_matrix(to + walk.offset[0], walk.outer[0].axis[1], from + walk.offset[1],
                        walk.step[1], rows, walk.width);
        } else {
            copy_row(to + walk.offset[0], walk.step[0], from + walk.offset[1],
                     walk.step[1], walk.width);
        }
    } while (walk_next(&walk));
}

/* ---- Operations ---- */

bool kernel_range(const struct kernel_call *call)
{
    const struct attributes *a = call->attributes;
    for (size_t i = 0; i < call->shape->extent[0]; i++)
        call->out[i] = a->first + a->step * (double)i;
    return true;
}

bool kernel_broadcast(const struct kernel_call *call)
{
    copy(call->shape, call->out, strides_of(call->shape), call->operands->numbers,
         strides_repeated(&call->operands->shape, call->shape));
    return true;
}

bool kernel_reshape(const struct kernel_call *call)
{
    size_t count = shape_elements(call->shape);
    if (count > 0)
        memcpy(call->out, call->operands->numbers, count * sizeof *call->out);
    return true;
}

bool kernel_permute(const struct kernel_call *call)
{
    struct strides own = strides_of(&call->operands->shape), strides = {{0}};
    for (size_t i = 0; i < call->shape->rank; i++)
        strides.axis[i] = own.axis[call->attributes->order[i]];
    copy(call->shape, call->out, strides_of(call->shape), call->operands->numbers,
         strides);
    return true;
}

/* How the part given by start and stride lies in an array of `shape`. */
static struct strides strides_of_part(const struct shape *shape,
                                      const struct attributes *attributes,
                                      ptrdiff_t *offset)
{
    struct strides strides = strides_of(shape);
    *offset = 0;
    for (size_t i = 0; i < shape->rank; i++) {
        *offset += strides.axis[i] * (ptrdiff_t)attributes->start[i];
        strides.axis[i] *= attributes->stride[i];
    }
    return strides;
}

bool kernel_slice(const struct kernel_call *call)
{
    ptrdiff_t offset;
    struct strides part =
        strides_of_part(&call->operands->shape, call->attributes, &offset);
    copy(call->shape, call->out, strides_of(call->shape),
         call->operands->numbers + offset, part);
    return true;
}

static void clear(const struct kernel_call *call)
{
    size_t count = shape_elements(call->shape);
    if (count > 0)
        memset(call->out, 0, count * sizeof *call->out);
}

bool kernel_pad(const struct kernel_call *call)
{
    const struct array *x = call->operands;
    ptrdiff_t offset;
    struct strides part = strides_of_part(call->shape, call->attributes, &offset);
    clear(call);
    copy(&x->shape, call->out + offset, part, x->numbers, strides_of(&x->shape));
    return true;
}

bool kernel_concat(const struct kernel_call *call)
{
    struct strides strides = strides_of(call->shape);
    double *to = call->out;
    for (size_t k = 0; k < call->count; k++) {
        const struct array *part = &call->operands[k];
        size_t axis = call->attributes->axis;
        copy(&part->shape, to, strides, part->numbers, strides_of(&part->shape));
        to += strides.axis[axis] * (ptrdiff_t)part->shape.extent[axis];
    }
    return true;
}

/* The strides by which the diagonal of the last two axes is one axis. */
static struct strides strides_of_diagonal(const struct shape *matrices)
{
    struct strides strides = strides_of(matrices);
    strides.axis[matrices->rank - 2] += strides.axis[matrices->rank - 1];
    return strides;
}

bool kernel_diagonal(const struct kernel_call *call)
{
    copy(call->shape, call->out, strides_of(call->shape), call->operands->numbers,
         strides_of_diagonal(&call->operands->shape));
    return true;
}

bool kernel_make_diagonal(const struct kernel_call *call)
{
    const struct array *x = call->operands;
    clear(call);
    copy(&x->shape, call->out, strides_of_diagonal(call->shape), x->numbers,
         strides_of(&x->shape));
    return true;
}
