/* SPDX-License-Identifier: MIT */
#include "tape/apply.h"

#include "tape/kernels/kernel.h"

/* About a millisecond. */
enum { POLL_WEIGHT = 1000000 };

bool array_goes_on(struct array_poll *poll, size_t weight)
{
    poll->weight += weight;
    if (poll->weight < POLL_WEIGHT || poll->go_on == NULL)
        return !poll->is_interrupted;
    poll->weight = 0;
    poll->is_interrupted = poll->is_interrupted || !poll->go_on(poll->user);
    return !poll->is_interrupted;
}

bool array_apply_polled(struct arena *scratch, enum op op,
                        const struct attributes *attributes, const struct array *operands,
                        size_t count, const struct shape *shape, double *out,
                        struct index_fault *fault, struct array_poll *poll)
{
    static const struct attributes none;
    struct kernel_call call = {.op = op,
                               .attributes = attributes == NULL ? &none : attributes,
                               .operands = operands,
                               .count = count,
                               .shape = shape,
                               .out = out,
                               .fault = fault,
                               .poll = poll};
    struct arena_mark mark = arena_mark(scratch);
    size_t work = kernel_work(&call);
    if (work > 0)
        call.work = arena_get(scratch, work * sizeof *call.work);
    bool is_inside = kernel_run(&call);
    arena_release(scratch, mark);
    return is_inside && !poll->is_interrupted;
}

bool array_apply(struct arena *scratch, enum op op, const struct attributes *attributes,
                 const struct array *operands, size_t count, const struct shape *shape,
                 double *out, struct index_fault *fault)
{
    struct array_poll nobody = {.go_on = NULL};
    return array_apply_polled(scratch, op, attributes, operands, count, shape, out, fault,
                              &nobody);
}
