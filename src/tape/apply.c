/* SPDX-License-Identifier: MIT */
#include "tape/apply.h"

#include "tape/kernels/kernel.h"

bool array_apply(struct arena *scratch, enum op op, const struct attributes *attributes,
                 const struct array *operands, size_t count, const struct shape *shape,
                 double *out, struct index_fault *fault)
{
    static const struct attributes none;
    struct kernel_call call = {.op = op,
                               .attributes = attributes == NULL ? &none : attributes,
                               .operands = operands,
                               .count = count,
                               .shape = shape,
                               .out = out,
                               .fault = fault};
    struct arena_mark mark = arena_mark(scratch);
    size_t work = kernel_work(&call);
    if (work > 0)
        call.work = arena_get(scratch, work * sizeof *call.work);
    bool is_inside = kernel_run(&call);
    arena_release(scratch, mark);
    return is_inside;
}
