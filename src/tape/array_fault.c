/* SPDX-License-Identifier: MIT
 * Where an element of an array stopped being finite: check.c's search, by elements. */
#include "tape/array_depend.h"

#include <assert.h>
#include <math.h>

/* What goes into an element. */
enum { HAS_INFINITE = 1, HAS_NAN = 2 };

struct search {
    struct array_program *program;
    struct arena *scratch;
    struct layout layout;
    /* By step and element: 1 where it is not finite and has passed that on to the output;
     * NULL where all of a step's elements are finite. */
    unsigned char **suspects;
};

static bool is_all_finite(const double *numbers, size_t count)
{
    bool finite = true;
    for (size_t i = 0; i < count; i++)
        finite &= isfinite(numbers[i]) != 0;
    return finite;
}

static void open_suspects(struct search *s)
{
    const struct array_program *program = s->program;
    s->suspects = ARENA_ARRAY(s->scratch, program->plan.step_count, unsigned char *);
    for (size_t i = 0; i < program->plan.step_count; i++) {
        size_t count = program->steps[i].elements;
        if (program->steps[i].is_needed && !is_all_finite(s->layout.numbers[i], count))
            s->suspects[i] = ARENA_ARRAY(s->scratch, count, unsigned char);
    }
}

/* ---- From a step to an operand that is not finite throughout ---- */

struct link {
    struct search *search;
    size_t place, operand; /* steps */
    size_t which;
    const double *conditions; /* of an if: by elements of the result */
    unsigned char *state; /* of the result's elements, what goes into them; NULL: suspects
                             are made of the operand's */
};

static double operand_value(const struct link *link, size_t from)
{
    return link->search->layout.numbers[link->operand][from];
}

/* The operands that decide an element: of an if only the branch that is taken. */
static bool is_live(const struct link *link, size_t to)
{
    return link->conditions == NULL || link->which == 0 ||
           (link->conditions[to] != 0) == (link->which == 1);
}

/* Element `from` of the operand goes into element `to` of the result. */
static void follow(const struct link *link, size_t from, size_t to)
{
    double value = operand_value(link, from);
    if (isfinite(value) || link->search->suspects[link->place][to] == 0)
        return;
    if (link->state == NULL)
        link->search->suspects[link->operand][from] = 1;
    else
        link->state[to] |= isnan(value) ? HAS_INFINITE | HAS_NAN : HAS_INFINITE;
}

/* All elements go into all. */
static void follow_all(const struct link *link)
{
    const struct array_step *steps = link->search->program->steps;
    size_t last = 0, count = steps[link->place].elements;
    for (size_t to = 0; to < count; to++)
        last = link->search->suspects[link->place][to] != 0 ? to : last;
    for (size_t from = 0; from < steps[link->operand].elements; from++)
        follow(link, from, last);
    for (size_t to = 0; to < count && link->state != NULL; to++)
        link->state[to] = link->state[last];
}

/* The condition of an if, element by element of the result. */
static const double *find_conditions(const struct search *s, size_t place)
{
    const struct array_step *step = &s->program->steps[place];
    struct array condition = s->program->operands[0];
    double *conditions = ARENA_ARRAY(s->scratch, step->elements, double);
    struct kernel_call call = {.op = OP_BROADCAST,
                               .operands = &condition,
                               .count = 1,
                               .shape = step->shape,
                               .out = conditions};
    (void)kernel_run(&call);
    return conditions;
}

static void follow_link(struct link *link, size_t first)
{
    const struct search *s = link->search;
    const struct array_step *steps = s->program->steps;
    struct dependence d =
        array_depend(s->program, s->scratch, link->place, link->which, first);
    if (d.kind == DEPENDS_AS_A_WHOLE) {
        follow_all(link);
        return;
    }
    if (s->program->plan.steps[link->place].op == OP_SELECT)
        link->conditions = find_conditions(s, link->place);
    bool by_result = d.kind == DEPENDS_BY_RESULT;
    size_t count = steps[by_result ? link->place : link->operand].elements;
    for (size_t i = 0; i < count; i++) {
        if (d.map[i] == 0)
            continue;
        size_t other = (size_t)d.map[i] - 1, to = by_result ? i : other;
        if (is_live(link, to))
            follow(link, by_result ? other : i, to);
    }
}

/* All operands of a step with suspects, one after the other. */
static void follow_operands(struct search *s, size_t place, unsigned char *state)
{
    const struct plan_step *step = &s->program->plan.steps[place];
    size_t axis = s->program->steps[place].attributes->axis, first = 0;
    array_gather_operands(s->program, &s->layout, step);
    for (size_t k = 0; k < step->count; k++) {
        size_t operand = s->program->plan.operands[step->first + k];
        struct arena_mark mark = arena_mark(s->scratch);
        struct link link = {
            .search = s, .place = place, .operand = operand, .which = k, .state = state};
        if (s->suspects[operand] != NULL)
            follow_link(&link, first);
        if (step->op == OP_CONCAT)
            first += s->program->operands[k].shape.extent[axis];
        arena_release(s->scratch, mark);
    }
}

static void find_suspects(struct search *s, size_t output)
{
    const struct array_program *program = s->program;
    open_suspects(s);
    for (size_t i = 0; i < program->steps[output].elements; i++)
        if (s->suspects[output] != NULL && !isfinite(s->layout.numbers[output][i]))
            s->suspects[output][i] = 1;
    for (size_t i = output + 1; i-- > 0;)
        if (s->suspects[i] != NULL)
            follow_operands(s, i, NULL);
}

/* ---- Guilt ---- */

/* How an element is guilty, from worst to least. */
enum guilt {
    BROKE,     /* not finite, and what it is made of is */
    MADE_NAN,  /* NaN from infinite operands */
    WAS_GIVEN, /* of a leaf */
    INNOCENT
};

static enum guilt guilt_of(const struct search *s, size_t place, size_t element,
                           unsigned char state)
{
    const struct plan_step *step = &s->program->plan.steps[place];
    if (s->suspects[place][element] == 0)
        return INNOCENT;
    if (array_is_leaf(step))
        return WAS_GIVEN;
    if (state == 0)
        return BROKE;
    bool is_made = isnan(s->layout.numbers[place][element]) && (state & HAS_NAN) == 0;
    return is_made ? MADE_NAN : INNOCENT;
}

/* The first of the most guilty elements of a step. */
static enum guilt find_worst(struct search *s, size_t place, size_t *element)
{
    size_t count = s->program->steps[place].elements;
    struct arena_mark mark = arena_mark(s->scratch);
    unsigned char *state = ARENA_ARRAY(s->scratch, count, unsigned char);
    enum guilt worst = INNOCENT;
    follow_operands(s, place, state);
    for (size_t i = 0; i < count && worst != BROKE; i++) {
        enum guilt guilt = guilt_of(s, place, i, state[i]);
        *element = guilt < worst ? i : *element;
        worst = guilt < worst ? guilt : worst;
    }
    arena_release(s->scratch, mark);
    return worst;
}

/* ---- What is told ---- */

/* The operands of an operation of numbers, or of moves by index: the index. */
static void tell_operands(const struct search *s, size_t place, struct array_fault *fault)
{
    struct array_program *program = s->program;
    const struct plan_step *step = &program->plan.steps[place];
    array_gather_operands(program, &s->layout, step);
    if (op_is_array(step->op))
        return;
    fault->count = step->count;
    for (size_t k = 0; k < step->count && k < 3; k++) {
        struct arena_mark mark = arena_mark(s->scratch);
        struct dependence d = array_depend(program, s->scratch, place, k, 0);
        size_t from = (size_t)d.map[fault->place] - 1;
        fault->operands[k] = program->operands[k].numbers[from];
        arena_release(s->scratch, mark);
    }
}

/* The index by which an element was gathered; of a scatter the first one outside. */
static void tell_index(const struct search *s, size_t place, struct array_fault *fault)
{
    struct array_program *program = s->program;
    const struct array_step *step = &program->steps[place];
    bool is_gather = fault->op == OP_GATHER;
    if (!is_gather && fault->op != OP_SCATTER)
        return;
    struct array indices = program->operands[1];
    const struct shape *whole = is_gather ? &program->operands[0].shape : step->shape;
    size_t at = 0;
    if (is_gather) {
        struct arena_mark mark = arena_mark(s->scratch);
        struct dependence d = array_depend(program, s->scratch, place, 1, 0);
        at = (size_t)d.map[fault->place] - 1;
        arena_release(s->scratch, mark);
        indices = (struct array){.numbers = indices.numbers + at};
    }
    fault->is_index = !kernel_check_indices(
        &indices, whole->extent[step->attributes->axis], &fault->index);
    fault->index.place += at;
}

static void tell(const struct search *s, size_t place, size_t element,
                 struct array_fault *fault)
{
    const struct plan_step *step = &s->program->plan.steps[place];
    *fault = (struct array_fault){.node = step->node,
                                  .origin = step->origin,
                                  .op = step->op,
                                  .value = s->layout.numbers[place][element],
                                  .place = element,
                                  .shape = *s->program->steps[place].shape};
    tell_operands(s, place, fault);
    tell_index(s, place, fault);
}

static bool find_first(struct search *s, size_t output, struct array_fault *fault)
{
    size_t last = s->program->plan.outputs[output], guilty = 0, element = 0;
    enum guilt worst = INNOCENT;
    find_suspects(s, last);
    for (size_t i = 0; i <= last && worst != BROKE; i++) {
        size_t first = 0;
        enum guilt guilt = s->suspects[i] == NULL ? INNOCENT : find_worst(s, i, &first);
        if (guilt >= worst)
            continue;
        worst = guilt;
        guilty = i;
        element = first;
    }
    if (worst != INNOCENT)
        tell(s, guilty, element, fault);
    return worst != INNOCENT;
}

bool array_first_fault(struct array_program *program, struct arena *scratch,
                       const double *const *inputs, size_t output,
                       struct array_fault *fault)
{
    assert(output < program->plan.output_count);
    if (program->plain != NULL) {
        program->plain->poll = program->poll;
        program = program->plain;
    }
    struct arena_mark mark = arena_mark(scratch);
    struct search search = {.program = program, .scratch = scratch};
    array_place(program, scratch, true, &search.layout);
    bool found = array_run_steps(program, &search.layout, inputs) &&
                 find_first(&search, output, fault);
    arena_release(scratch, mark);
    return found;
}
