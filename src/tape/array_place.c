/* SPDX-License-Identifier: MIT
 * Where the results of an array program stand in its one block of memory.
 *
 * Single numbers have a slot each.  An array takes the smallest gap that it fits in, and
 * gives it back, joined with gaps beside it, after its last reader.  An operation element
 * by element takes over the memory of an operand of its own size that nobody reads
 * afterwards. */
#include "tape/array_plan.h"

#include <string.h>

/* Arrays begin at a cache line. */
enum { LINE = 8 };

struct gap {
    size_t begin, end;
};

struct placing {
    const struct array_program *program;
    struct layout *layout;
    size_t *last_reader; /* by root; SIZE_MAX: an output */
    struct gap *gaps;    /* by place in memory, none beside another */
    size_t gap_count;
    size_t end; /* of what is in use or has been */
};

/* ---- Gaps ---- */

static size_t rounded(size_t elements)
{
    return (elements + LINE - 1) / LINE * LINE;
}

static void drop_gap(struct placing *p, size_t which)
{
    p->gap_count--;
    memmove(&p->gaps[which], &p->gaps[which + 1],
            (p->gap_count - which) * sizeof *p->gaps);
}

/* The smallest gap of at least so many numbers; SIZE_MAX when there is none. */
static size_t find_gap(const struct placing *p, size_t size)
{
    size_t best = SIZE_MAX, least = SIZE_MAX;
    for (size_t i = 0; i < p->gap_count; i++) {
        size_t room = p->gaps[i].end - p->gaps[i].begin;
        if (room >= size && room < least) {
            best = i;
            least = room;
        }
    }
    return best;
}

static size_t take(struct placing *p, size_t size)
{
    size_t which = find_gap(p, size);
    if (which == SIZE_MAX && p->gap_count > 0 && p->gaps[p->gap_count - 1].end == p->end)
        which = p->gap_count - 1; /* the last one may grow */
    if (which == SIZE_MAX) {
        p->end += size;
        return p->end - size;
    }
    struct gap *gap = &p->gaps[which];
    size_t begin = gap->begin;
    if (gap->end - begin < size)
        gap->end = p->end = begin + size;
    gap->begin += size;
    if (gap->begin == gap->end)
        drop_gap(p, which);
    return begin;
}

static void give(struct placing *p, size_t begin, size_t size)
{
    size_t after = 0, end = begin + size;
    while (after < p->gap_count && p->gaps[after].begin < begin)
        after++;
    bool joins_before = after > 0 && p->gaps[after - 1].end == begin;
    bool joins_after = after < p->gap_count && p->gaps[after].begin == end;
    if (joins_before && joins_after) {
        p->gaps[after - 1].end = p->gaps[after].end;
        drop_gap(p, after);
    } else if (joins_before) {
        p->gaps[after - 1].end = end;
    } else if (joins_after) {
        p->gaps[after].begin = begin;
    } else {
        memmove(&p->gaps[after + 1], &p->gaps[after],
                (p->gap_count - after) * sizeof *p->gaps);
        p->gaps[after] = (struct gap){begin, end};
        p->gap_count++;
    }
}

/* ---- Lifetimes ---- */

static void find_last_readers(const struct placing *p)
{
    const struct plan *plan = &p->program->plan;
    const struct array_step *steps = p->program->steps;
    for (size_t i = 0; i < plan->step_count; i++)
        for (size_t k = 0; k < plan->steps[i].count && steps[i].is_needed; k++)
            p->last_reader[steps[plan->operands[plan->steps[i].first + k]].root] = i;
    for (size_t i = 0; i < plan->output_count; i++)
        p->last_reader[steps[plan->outputs[i]].root] = SIZE_MAX;
}

/* Whether the step has an array in this memory. */
static bool holds_array(const struct placing *p, size_t place)
{
    const struct array_step *step = &p->program->steps[place];
    return step->elements > 1 && p->layout->offset[place] != SIZE_MAX;
}

/* Whether all operands of the step that read what stands at `root` read element i for
 * element i, before it is written. */
static bool can_overwrite(const struct placing *p, size_t place, size_t root)
{
    const struct plan_step *step = &p->program->plan.steps[place];
    const struct array_step *steps = p->program->steps;
    if (steps[root].elements != steps[place].elements)
        return false;
    for (size_t k = 0; k < step->count; k++) {
        const struct array_step *operand =
            &steps[p->program->plan.operands[step->first + k]];
        if (operand->root == root && (operand->elements != steps[place].elements ||
                                      !kernel_may_overwrite(step->op, k)))
            return false;
    }
    return true;
}

/* The root whose memory the step takes over; SIZE_MAX when there is none. */
static size_t find_heir(const struct placing *p, size_t place)
{
    const struct plan_step *step = &p->program->plan.steps[place];
    for (size_t k = 0; k < step->count && !p->program->steps[place].is_passed; k++) {
        size_t operand = p->program->plan.operands[step->first + k];
        size_t root = p->program->steps[operand].root;
        if (p->last_reader[root] == place && holds_array(p, root) &&
            can_overwrite(p, place, root))
            return root;
    }
    return SIZE_MAX;
}

/* What the step has read for the last time is given back. */
static void give_operands(struct placing *p, size_t place, size_t heir)
{
    const struct plan_step *step = &p->program->plan.steps[place];
    for (size_t k = 0; k < step->count; k++) {
        size_t operand = p->program->plan.operands[step->first + k];
        size_t root = p->program->steps[operand].root;
        if (p->last_reader[root] != place || !holds_array(p, root))
            continue;
        if (root != heir)
            give(p, p->layout->offset[root], rounded(p->program->steps[root].elements));
        p->last_reader[root] = SIZE_MAX - 1; /* once, though it may be read twice */
    }
}

/* ---- Results ---- */

/* Whether the step writes numbers of its own. */
static bool writes(const struct array_program *program, size_t place)
{
    const struct array_step *step = &program->steps[place];
    return step->is_needed && !step->is_input && step->root == place;
}

static void place_scalars(struct placing *p)
{
    for (size_t i = 0; i < p->program->plan.step_count; i++)
        if (writes(p->program, i) && p->program->steps[i].elements == 1)
            p->layout->offset[i] = p->end++;
    p->end = rounded(p->end);
}

static void place_arrays(struct placing *p, bool keeps_all)
{
    for (size_t i = 0; i < p->program->plan.step_count; i++) {
        if (!p->program->steps[i].is_needed)
            continue;
        size_t heir = SIZE_MAX, elements = p->program->steps[i].elements;
        bool takes = writes(p->program, i) && elements != 1;
        if (takes && !keeps_all)
            heir = find_heir(p, i);
        if (takes)
            p->layout->offset[i] =
                heir == SIZE_MAX ? take(p, rounded(elements)) : p->layout->offset[heir];
        if (!keeps_all)
            give_operands(p, i, heir);
    }
}

static size_t most_work(struct array_program *program)
{
    size_t most = 0;
    for (size_t i = 0; i < program->plan.step_count; i++) {
        const struct plan_step *step = &program->plan.steps[i];
        if (!program->steps[i].is_needed || !op_is_array(step->op) ||
            program->steps[i].is_passed)
            continue;
        for (size_t k = 0; k < step->count; k++)
            program->operands[k].shape =
                *program->steps[program->plan.operands[step->first + k]].shape;
        struct kernel_call call = array_call(program, i);
        size_t work = kernel_work(&call);
        most = work > most ? work : most;
    }
    return most;
}

/* The block, and where in it each step is read. */
static void make_memory(struct array_program *program, struct arena *arena,
                        size_t numbers, struct layout *layout)
{
    const size_t line = LINE * sizeof(double);
    size_t all = numbers + most_work(program);
    layout->bytes = all * sizeof(double);
    layout->numbers = ARENA_ARRAY(arena, program->plan.step_count, const double *);
    char *block = arena_get(arena, layout->bytes + line);
    block += (line - (uintptr_t)block % line) % line;
    layout->memory = (double *)(void *)block;
    layout->work = layout->memory + numbers;
    for (size_t i = 0; i < program->plan.step_count; i++) {
        const struct array_step *step = &program->steps[i];
        size_t offset = layout->offset[step->root];
        if (offset != SIZE_MAX)
            layout->numbers[i] = layout->memory + offset + step->shift;
        if (offset != SIZE_MAX && program->plan.steps[i].op == OP_CONSTANT)
            layout->memory[offset] = program->plan.steps[i].value;
    }
}

/* Whether a run has something to do at this step. */
static bool is_active(const struct array_program *program, const struct layout *layout,
                      size_t place)
{
    const struct array_step *step = &program->steps[place];
    bool computes = layout->offset[place] != SIZE_MAX && !step->is_passed &&
                    !array_is_leaf(&program->plan.steps[place]);
    return computes || step->pass != NULL;
}

/* So that a short run goes through nothing else. */
static void list_steps(const struct array_program *program, struct arena *arena,
                       struct layout *layout)
{
    size_t steps = program->plan.step_count;
    layout->views = ARENA_ARRAY(arena, steps, size_t);
    layout->active = ARENA_ARRAY(arena, steps, size_t);
    layout->view_count = layout->active_count = 0;
    for (size_t i = 0; i < steps; i++) {
        size_t root = program->steps[i].root;
        if (root != i && program->steps[root].is_input)
            layout->views[layout->view_count++] = i;
        if (is_active(program, layout, i))
            layout->active[layout->active_count++] = i;
    }
}

void array_place(struct array_program *program, struct arena *arena, bool keeps_all,
                 struct layout *layout)
{
    size_t steps = program->plan.step_count;
    struct placing p = {.program = program, .layout = layout};
    layout->offset = ARENA_ARRAY(arena, steps, size_t);
    memset(layout->offset, 0xff, steps * sizeof *layout->offset);
    struct arena_mark mark = arena_mark(arena);
    p.last_reader = ARENA_ARRAY(arena, steps, size_t);
    p.gaps = ARENA_ARRAY(arena, steps + 1, struct gap);
    find_last_readers(&p);
    place_scalars(&p);
    place_arrays(&p, keeps_all);
    arena_release(arena, mark);
    make_memory(program, arena, p.end, layout);
    list_steps(program, arena, layout);
}
