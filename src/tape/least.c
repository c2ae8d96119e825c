/* SPDX-License-Identifier: MIT
 * Every node gets two enclosures, its value at the point and its values in the box, and
 * two marks: that no value in the box is lower than the one at the point, and that none
 * is higher.  A node with both is constant there. */
#include "tape/least.h"

#include "tape/enclose.h"
#include "tape/plan.h"

#include <math.h>

struct finding {
    struct interval here, range;
    bool least, greatest;
};

struct least_plan {
    struct plan plan;
    struct finding *found;     /* of the steps */
    struct finding *operands;  /* of the step at hand */
    struct interval *gathered; /* of its operands */
};

struct least_plan *least_new(struct arena *arena, const struct graph *graph,
                             node_id output, const node_id *inputs, size_t input_count)
{
    struct least_plan *made = ARENA_NEW(arena, struct least_plan);
    struct plan *plan = &made->plan;
    plan_make(plan, arena, graph, &output, 1, inputs, input_count);
    made->found = ARENA_ARRAY(arena, plan->step_count, struct finding);
    made->operands = ARENA_ARRAY(arena, plan->widest, struct finding);
    made->gathered = ARENA_ARRAY(arena, plan->widest, struct interval);
    return made;
}

/* ---- marks ---- */

static bool is_constant(const struct finding *x)
{
    return x->least && x->greatest;
}

static struct finding mark(bool least, bool greatest)
{
    return (struct finding){.least = least, .greatest = greatest};
}

static struct finding swapped(const struct finding *x)
{
    return mark(x->greatest, x->least);
}

/* 1: nowhere negative; -1: nowhere positive; 0: not known. */
static int sign_of(const struct finding *x)
{
    return x->range.low >= 0 ? 1 : x->range.high <= 0 ? -1 : 0;
}

/* The marks of |x|; none where x may have either sign. */
static struct finding size_of(const struct finding *x)
{
    int sign = sign_of(x);
    return sign > 0   ? mark(x->least, x->greatest)
           : sign < 0 ? swapped(x)
                      : mark(false, false);
}

/* Those of sign * |x| from those of |x|. */
static struct finding with_sign(struct finding size, int sign)
{
    return sign > 0 ? size : sign < 0 ? swapped(&size) : mark(false, false);
}

static struct finding both(struct finding a, struct finding b)
{
    return mark(a.least && b.least, a.greatest && b.greatest);
}

static struct finding all_of(const struct finding *x, size_t count)
{
    struct finding all = mark(true, true);
    for (size_t i = 0; i < count; i++)
        all = both(all, x[i]);
    return all;
}

/* ---- arithmetic ---- */

/* One factor moves, or all have a sign. */
static struct finding multiply(const struct finding *x, size_t count)
{
    struct finding size = mark(true, true), moving = mark(true, true);
    size_t moves = 0;
    int sign = 1, fixed = 1;
    for (size_t i = 0; i < count; i++) {
        size = both(size, size_of(&x[i]));
        sign *= sign_of(&x[i]);
        if (is_constant(&x[i])) {
            fixed *= sign_of(&x[i]);
        } else {
            moving = x[i];
            moves++;
        }
    }
    return moves == 1 ? with_sign(moving, fixed) : with_sign(size, sign);
}

static struct finding divide(const struct finding *x)
{
    int sign = sign_of(&x[0]) * sign_of(&x[1]);
    struct finding divisor = size_of(&x[1]);
    if (is_constant(&x[1]))
        return with_sign(x[0], sign_of(&x[1]));
    return with_sign(both(size_of(&x[0]), swapped(&divisor)), sign);
}

/* x^n for a whole n. */
static struct finding whole_power(const struct finding *x, double n)
{
    struct finding size = size_of(x);
    bool is_odd = fmod(n, 2) != 0;
    if (n > 0 && is_odd)
        return mark(x->least, x->greatest);
    if (n < 0)
        size = swapped(&size);
    return with_sign(size, is_odd ? sign_of(x) : 1);
}

static struct finding power(const struct finding *x)
{
    struct interval n = x[1].here;
    if (!is_constant(&x[1]))
        return mark(false, false);
    if (n.low == n.high && n.low == floor(n.low))
        return whole_power(&x[0], n.low);
    if (sign_of(&x[0]) <= 0)
        return mark(false, false);
    return n.low > 0 ? x[0] : n.high < 0 ? swapped(&x[0]) : mark(false, false);
}

/* ---- choices ---- */

/* The greater of two: it is not lower than the one that is greater at the point. */
static struct finding greater_of(const struct finding *x)
{
    struct finding made = all_of(x, 2);
    for (int i = 0; i < 2; i++)
        made.least |= x[i].least && x[i].here.low >= x[1 - i].here.high;
    return made;
}

static struct finding lesser_of(const struct finding *x)
{
    struct finding made = all_of(x, 2);
    for (int i = 0; i < 2; i++)
        made.greatest |= x[i].greatest && x[i].here.high <= x[1 - i].here.low;
    return made;
}

/* The branch that is taken at the point, against all that the other may give. */
static struct finding choose(const struct finding *x)
{
    struct interval test = x[0].here;
    bool taken = test.low > 0 || test.high < 0;
    if (!taken && !(test.low == 0 && test.high == 0))
        return mark(false, false);
    const struct finding *own = &x[taken ? 1 : 2], *other = &x[taken ? 2 : 1];
    if (is_constant(&x[0]))
        return mark(own->least, own->greatest);
    return mark(own->least && other->range.low >= own->here.high,
                own->greatest && other->range.high <= own->here.low);
}

/* ---- one step ---- */

static struct finding by_rule(enum op op, const struct finding *x, size_t count)
{
    const struct monotone *row = enclose_row(op);
    if (row != NULL)
        return row->falls ? swapped(x) : mark(x->least, x->greatest);
    switch (op) {
    case OP_ADD:
    case OP_CLAMP: /* rises in each operand */
        return all_of(x, count);
    case OP_NEGATE:
        return swapped(x);
    case OP_MULTIPLY:
        return multiply(x, count);
    case OP_DIVIDE:
        return divide(x);
    case OP_POWER:
        return power(x);
    case OP_SQRT:
        return mark(x->least, x->greatest);
    case OP_ABS:
    case OP_COSH:
        return size_of(x);
    case OP_HYPOT:
        return both(size_of(&x[0]), size_of(&x[1]));
    case OP_MAX:
        return greater_of(x);
    case OP_MIN:
        return lesser_of(x);
    case OP_SELECT:
        return choose(x);
    default:
        return mark(false, false);
    }
}

static struct interval enclose(struct least_plan *plan, const struct plan_step *step,
                               bool here)
{
    for (size_t i = 0; i < step->count; i++)
        plan->gathered[i] = here ? plan->operands[i].here : plan->operands[i].range;
    if (plan_is_square(step, plan->plan.operands + step->first))
        return interval_square(plan->gathered[0]);
    return interval_op(step->op, plan->gathered, step->count);
}

/* A comparison is false where an operand has no value. */
static bool may_compare_nothing(const struct finding *x, const struct plan_step *step)
{
    bool nothing = false;
    for (size_t i = 0; i < step->count; i++)
        nothing |= x[i].range.partial || interval_is_empty(x[i].range);
    return nothing && step->op >= OP_LESS && step->op <= OP_NOT;
}

static void find(struct least_plan *plan, const struct plan_step *step,
                 struct finding *out)
{
    bool fixed = true;
    for (size_t i = 0; i < step->count; i++) {
        plan->operands[i] = plan->found[plan->plan.operands[step->first + i]];
        fixed = fixed && is_constant(&plan->operands[i]);
    }
    bool open = may_compare_nothing(plan->operands, step);
    struct finding made = fixed && !open ? mark(true, true)
                                         : by_rule(step->op, plan->operands, step->count);
    made.here = enclose(plan, step, true);
    made.range = open ? interval_between(0, 1) : enclose(plan, step, false);
    made.least |= made.range.low >= made.here.high;
    made.greatest |= made.range.high <= made.here.low;
    *out = made;
}

/* A constant is one number, wherever in its enclosure. */
static struct finding leaf(const struct plan_step *step)
{
    bool known = step->op == OP_CONSTANT;
    struct finding made = mark(known, known);
    made.here = made.range =
        known ? interval_number(step->value) : interval_point((double)NAN);
    return made;
}

static struct finding input(struct interval box, struct interval point)
{
    struct finding made = mark(box.low >= point.high, box.high <= point.low);
    made.here = point;
    made.range = box;
    return made;
}

bool least_at(struct least_plan *plan, const struct interval *box,
              const struct interval *point)
{
    const struct plan *steps = &plan->plan;
    for (size_t i = 0; i < steps->step_count; i++)
        if (steps->steps[i].count == 0)
            plan->found[i] = leaf(&steps->steps[i]);
    for (size_t i = 0; i < steps->input_count; i++)
        if (steps->inputs[i] != SIZE_MAX)
            plan->found[steps->inputs[i]] = input(box[i], point[i]);
    for (size_t i = 0; i < steps->step_count; i++)
        if (steps->steps[i].count > 0)
            find(plan, &steps->steps[i], &plan->found[i]);
    const struct finding *whole = &plan->found[steps->outputs[0]];
    return whole->least && !whole->here.partial && !interval_is_empty(whole->here);
}
