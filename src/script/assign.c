/* SPDX-License-Identifier: MIT
 * x[i] = v, A[i, ..] = v: elements change in place, since what a name holds is nobody
 * else's.  A number goes to every element that the indices choose, an array of the shape
 * that they choose element by element. */
#include "script/execute.h"
#include "script/index.h"

#include <string.h>

static size_t pick_count(const struct pick *pick)
{
    switch (pick->kind) {
    case PICK_ONE:
        return 1;
    case PICK_LIST:
        return pick->list.as.array->shape.extent[0];
    default:
        return pick->count;
    }
}

static size_t pick_position(const struct pick *pick, size_t i)
{
    return pick->kind == PICK_LIST ? (size_t)pick->list.as.array->numbers[i]
                                   : pick->start + i;
}

/* What the indices choose, as a script that reads it would see it. */
static struct shape chosen_shape(const struct pick *pick, size_t count)
{
    struct shape shape = {0};
    for (size_t i = 0; i < count; i++)
        if (pick[i].kind != PICK_ONE)
            shape.extent[shape.rank++] = pick_count(&pick[i]);
    return shape;
}

static bool fits(struct evaluation *e, const struct ast *node, const struct shape *chosen,
                 const struct value *value)
{
    struct session *session = e->session;
    const struct ast *target = node->child[0], *right = node->child[1];
    struct shape own = core_shape(e, value);
    if (own.rank == 0 || shape_equal(&own, chosen))
        return true;
    struct text left, shown;
    text_init(&left, &session->scratch);
    text_init(&shown, &session->scratch);
    put_shape(&left, chosen);
    put_shape(&shown, &own);
    (void)session_error(session, CODE_SHAPES_DIFFER, right->span,
                        "`%s` is %s, and this is %s", session_text(session, target->span),
                        text_string(&left), text_string(&shown));
    diagnostic_label(&session->diagnostics, session_last(session), target->span, "%s",
                     text_string(&left));
    return false;
}

/* What is shared is copied before it is written to. */
static void own_numbers(struct session *session, struct array_value *array)
{
    size_t count = shape_elements(&array->shape);
    if (!array->is_shared)
        return;
    double *numbers = arena_get(&session->values, count * sizeof *numbers);
    memcpy(numbers, array->numbers, count * sizeof *numbers);
    array->numbers = numbers;
    array->is_shared = false;
}

static bool store(struct session *session, struct span place, struct array_value *array,
                  const struct pick *pick, const struct value *value)
{
    bool one = is_numeric(value), is_matrix = array->shape.rank == 2;
    size_t rows = pick_count(&pick[0]), columns = is_matrix ? pick_count(&pick[1]) : 1;
    size_t width = is_matrix ? array->shape.extent[1] : 1;
    own_numbers(session, array);
    for (size_t i = 0; i < rows; i++) {
        double *row = array->numbers + pick_position(&pick[0], i) * width;
        if (!session_go_on_sometimes(session, place))
            return false;
        for (size_t k = 0; k < columns; k++)
            row[is_matrix ? pick_position(&pick[1], k) : 0] =
                one ? value->number : value->as.array->numbers[i * columns + k];
    }
    array->is_boolean = array->is_boolean && (value->kind == VALUE_BOOLEAN ||
                                              (!one && value->as.array->is_boolean));
    return true;
}

/* A range becomes the vector of its numbers. */
static bool unroll(struct session *session, const struct ast *base)
{
    struct evaluation e = {session, NULL};
    struct binding *binding = session_binding(session, base->name);
    struct value vector = binding->value;
    if (!take_operand(&e, base->span, &vector))
        return false;
    session_assign(session, base->name, &vector, binding->where);
    return true;
}

static bool has_elements(struct session *session, const struct ast *base)
{
    const struct value *value = &session_binding(session, base->name)->value;
    const char *name = intern_text(session->names, base->name);
    if (value->kind == VALUE_ARRAY)
        return true;
    if (value->kind == VALUE_RANGE)
        return unroll(session, base);
    if (value->kind == VALUE_NONE)
        return session_error(session, CODE_UNKNOWN_NAME, base->span,
                             "`%s` is not defined", name);
    return session_error(session, CODE_WRONG_TYPE, base->span,
                         "`%s` is %s and has no elements to change", name,
                         value_kind_name(value));
}

bool execute_assignment(struct session *session, const struct ast *node)
{
    struct evaluation e = {session, NULL};
    const struct ast *target = node->child[0], *base = target->child[0];
    struct pick pick[2] = {{0}};
    struct value value;
    if (base->kind != AST_NAME)
        return session_error(session, CODE_WRONG_TYPE, target->span,
                             "only elements of what a name holds can be changed");
    if (!has_elements(session, base) || !evaluate(&e, node->child[1], NULL, &value) ||
        !take_operand(&e, node->child[1]->span, &value))
        return false;
    struct value held = session_binding(session, base->name)->value;
    if (!index_picks(&e, target, &held, NULL, pick))
        return false;
    struct shape chosen = chosen_shape(pick, held.as.array->shape.rank);
    return fits(&e, node, &chosen, &value) &&
           store(session, target->span, held.as.array, pick, &value);
}
