/* SPDX-License-Identifier: MIT
 * index.c - elements by index, and sums by index.
 *
 * An array with a marked axis is a block of numbers for each index along it, for each
 * combination of the axes in front.  A gather copies blocks, a scatter adds them, in the
 * order of the indices.  An index outside reads NaN, so that it is seen where it matters:
 * in the branch of an if that is not taken it does no harm. */
#include "tape/kernels/kernel.h"

#include <math.h>
#include <string.h>

/* Seen with the marked axis alone: in front of it, along it, behind it. */
struct split {
    size_t outer, extent, inner;
};

static struct split split_at(const struct shape *shape, size_t axis)
{
    struct split split = {1, shape->extent[axis], 1};
    for (size_t i = 0; i < axis; i++)
        split.outer *= shape->extent[i];
    for (size_t i = axis + 1; i < shape->rank; i++)
        split.inner *= shape->extent[i];
    return split;
}

static bool is_inside(double index, size_t extent)
{
    return index >= 0 && index < (double)extent && index == floor(index);
}

bool kernel_check_indices(const struct array *indices, size_t extent,
                          struct index_fault *fault)
{
    size_t count = shape_elements(&indices->shape);
    for (size_t k = 0; k < count; k++)
        if (!is_inside(indices->numbers[k], extent)) {
            *fault = (struct index_fault){indices->numbers[k], k, extent};
            return false;
        }
    return true;
}

static void fill(double *out, size_t n, double value)
{
    for (size_t i = 0; i < n; i++)
        out[i] = value;
}

static void gather_block(double *to, const double *from, const struct split *split,
                         double index)
{
    if (!is_inside(index, split->extent)) {
        fill(to, split->inner, (double)NAN);
    } else if (split->inner == 1) {
        *to = from[(size_t)index];
    } else if (split->inner > 0) {
        memcpy(to, from + (size_t)index * split->inner, split->inner * sizeof *to);
    }
}

bool kernel_gather(const struct kernel_call *call)
{
    const struct array *x = &call->operands[0], *indices = &call->operands[1];
    struct split split = split_at(&x->shape, call->attributes->axis);
    size_t count = shape_elements(&indices->shape);
    const double *from = x->numbers;
    double *to = call->out;
    for (size_t o = 0; o < split.outer; o++) {
        for (size_t k = 0; k < count; k++) {
            gather_block(to, from, &split, indices->numbers[k]);
            to += split.inner;
        }
        from += split.extent * split.inner;
    }
    return kernel_check_indices(indices, split.extent, call->fault);
}

static bool is_zero(const double *numbers, size_t n)
{
    bool zero = true;
    for (size_t i = 0; i < n; i++)
        zero &= numbers[i] == 0;
    return zero;
}

/* What has no place and is not 0 anyway would be lost: then nothing of the slab counts.
 */
static void scatter_block(double *slab, const double *from, const struct split *split,
                          double index)
{
    if (is_inside(index, split->extent)) {
        double *to = slab + (size_t)index * split->inner;
        for (size_t i = 0; i < split->inner; i++)
            to[i] += from[i];
    } else if (!is_zero(from, split->inner)) {
        fill(slab, split->extent * split->inner, (double)NAN);
    }
}

bool kernel_scatter(const struct kernel_call *call)
{
    const struct array *x = &call->operands[0], *indices = &call->operands[1];
    struct split split = split_at(call->shape, call->attributes->axis);
    size_t count = shape_elements(&indices->shape);
    const double *from = x->numbers;
    double *slab = call->out;
    fill(call->out, shape_elements(call->shape), 0);
    for (size_t o = 0; o < split.outer; o++) {
        for (size_t k = 0; k < count; k++) {
            scatter_block(slab, from, &split, indices->numbers[k]);
            from += split.inner;
        }
        slab += split.extent * split.inner;
    }
    return kernel_check_indices(indices, split.extent, call->fault);
}
