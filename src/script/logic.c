/* SPDX-License-Identifier: MIT
 * Comparisons, and, or, not, if: decided where they are known, traced where the search
 * decides them. */
#include "script/array.h"

#include <string.h>

enum op comparison_op(enum ast_operator word)
{
    switch (word) {
    case AST_LESS:
        return OP_LESS;
    case AST_LESS_EQUAL:
        return OP_LESS_EQUAL;
    case AST_GREATER:
        return OP_GREATER;
    case AST_GREATER_EQUAL:
        return OP_GREATER_EQUAL;
    case AST_EQUAL:
        return OP_EQUAL;
    default:
        return OP_NOT_EQUAL;
    }
}

static void as_boolean(struct value *value)
{
    if (is_array(value))
        value->as.array->is_boolean = true;
    else
        value->kind = VALUE_BOOLEAN;
}

/* A text, or a column of texts. */
static bool is_textual(const struct value *value)
{
    if (value->kind != VALUE_LIST)
        return value->kind == VALUE_STRING;
    for (size_t i = 0; i < value->as.list->count; i++)
        if (value->as.list->items[i].kind != VALUE_STRING)
            return false;
    return true;
}

static const struct string_value *text_at(const struct value *value, size_t index)
{
    return value->kind == VALUE_STRING ? value->as.string
                                       : value->as.list->items[index].as.string;
}

static bool same_text(const struct value *pair, size_t index)
{
    const struct string_value *a = text_at(&pair[0], index);
    const struct string_value *b = text_at(&pair[1], index);
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

/* Texts compare with == and != alone, columns of them element by element. */
static bool compare_texts(struct evaluation *e, const struct ast *node, size_t index,
                          const struct value *pair, struct value *out)
{
    enum ast_operator word = (enum ast_operator)node->operators[index];
    bool lists[2] = {pair[0].kind == VALUE_LIST, pair[1].kind == VALUE_LIST};
    if (word != AST_EQUAL && word != AST_NOT_EQUAL)
        return session_error(e->session, CODE_WRONG_TYPE, node->span,
                             "texts are compared with `==` and `!=` only");
    *out = value_boolean(false);
    if (!lists[0] && !lists[1]) {
        out->number = same_text(pair, 0) == (word == AST_EQUAL);
        return true;
    }
    size_t count = pair[lists[0] ? 0 : 1].as.list->count;
    if (lists[0] && lists[1] && pair[1].as.list->count != count)
        return session_error(e->session, CODE_SHAPES_DIFFER, node->span,
                             "%zu texts cannot be compared with %zu", count,
                             pair[1].as.list->count);
    *out = value_vector(&e->session->scratch, count);
    for (size_t i = 0; i < count; i++)
        out->as.array->numbers[i] = same_text(pair, i) == (word == AST_EQUAL);
    as_boolean(out);
    return true;
}

static bool compare_pair(struct evaluation *e, const struct ast *node, size_t index,
                         struct value *pair, struct value *out)
{
    enum ast_operator word = (enum ast_operator)node->operators[index];
    if (is_textual(&pair[0]) && is_textual(&pair[1]))
        return compare_texts(e, node, index, pair, out);
    struct span places[2];
    for (size_t k = 0; k < 2; k++) {
        places[k] = node->child[index - 1 + k]->span;
        if (!take_operand(e, places[k], &pair[k]))
            return false;
    }
    if (!apply_at(e, comparison_op(word), span_join(places[0], places[1]), pair, places,
                  2, out))
        return false;
    as_boolean(out);
    return true;
}

static bool combine(struct evaluation *e, enum op op, struct span place,
                    const struct value *a, const struct value *b, struct value *out)
{
    struct value pair[2] = {*a, *b};
    if (!apply_op(e, op, place, pair, 2, out))
        return false;
    as_boolean(out);
    return true;
}

/* a < b <= c is a < b and b <= c, each operand evaluated once. */
static bool evaluate_comparison(struct evaluation *e, const struct ast *node,
                                const struct local *locals, struct value *out)
{
    struct value pair[2];
    if (!evaluate(e, node->child[0], locals, &pair[0]))
        return false;
    for (size_t i = 1; i < node->count; i++) {
        struct value link, before = *out;
        if (!evaluate(e, node->child[i], locals, &pair[1]) ||
            !compare_pair(e, node, i, pair, &link))
            return false;
        if (i == 1)
            *out = link;
        else if (!combine(e, OP_AND, node->span, &before, &link, out))
            return false;
        pair[0] = pair[1];
    }
    return true;
}

/* Operands after the one that decides are not evaluated. */
static bool evaluate_connective(struct evaluation *e, const struct ast *node,
                                const struct local *locals, struct value *out)
{
    bool is_and = node->kind == AST_AND;
    if (!evaluate_condition(e, node->child[0], locals, out))
        return false;
    for (size_t i = 1; i < node->count; i++) {
        if (!out->unknown && (out->number != 0) != is_and)
            return true;
        struct value next, before = *out;
        if (!evaluate_condition(e, node->child[i], locals, &next))
            return false;
        if (!before.unknown)
            *out = next;
        else if (!combine(e, is_and ? OP_AND : OP_OR, node->span, &before, &next, out))
            return false;
    }
    return true;
}

/* Both branches are traced; what is called in them may not end (call.c). */
static bool trace_branch(struct evaluation *e, const struct ast *node, size_t branch,
                         const struct local *locals, const struct value *condition,
                         struct value *out)
{
    struct span outer = e->trace->undecided;
    struct value mask = e->trace->mask, holds = *condition;
    struct span place = node->child[0]->span;
    e->trace->undecided = place;
    if (branch == 2 && !apply_op(e, OP_NOT, place, condition, 1, &holds))
        return false;
    as_boolean(&holds);
    bool fine = mask_restrict(e, place, &mask, &holds) &&
                evaluate(e, node->child[branch], locals, out);
    e->trace->undecided = outer;
    e->trace->mask = mask;
    return fine;
}

/* A condition on data may hold for all names of the generators around, or for none. */
static bool is_settled(struct evaluation *e, const struct value *condition, bool *holds)
{
    const double *truths = condition->batch == 0 ? NULL : array_data(e, condition);
    if (truths == NULL)
        return false;
    struct shape shape = graph_shape(e->trace->graph, condition->node);
    size_t count = shape_elements(&shape);
    for (size_t i = 1; i < count; i++)
        if ((truths[i] != 0) != (truths[0] != 0))
            return false;
    *holds = count > 0 && truths[0] != 0;
    return true;
}

static bool select_traced(struct evaluation *e, const struct ast *node,
                          const struct local *locals, const struct value *condition,
                          struct value *out)
{
    struct value operands[3] = {*condition};
    for (size_t i = 1; i < 3; i++) {
        if (!trace_branch(e, node, i, locals, condition, &operands[i]) ||
            !take_operand(e, node->child[i]->span, &operands[i]))
            return false;
    }
    bool booleans =
        operands[1].kind == VALUE_BOOLEAN && operands[2].kind == VALUE_BOOLEAN;
    if (!apply_op(e, OP_SELECT, node->span, operands, 3, out))
        return false;
    if (booleans)
        as_boolean(out);
    return true;
}

static bool evaluate_conditional(struct evaluation *e, const struct ast *node,
                                 const struct local *locals, struct value *out)
{
    struct value condition;
    if (!evaluate_condition(e, node->child[0], locals, &condition))
        return false;
    bool holds = condition.number != 0;
    if (condition.unknown && !is_settled(e, &condition, &holds))
        return select_traced(e, node, locals, &condition, out);
    return evaluate(e, node->child[holds ? 1 : 2], locals, out);
}

static bool evaluate_not(struct evaluation *e, const struct ast *node,
                         const struct local *locals, struct value *out)
{
    struct value operand;
    if (!evaluate_condition(e, node->child[0], locals, &operand) ||
        !apply_op(e, OP_NOT, node->span, &operand, 1, out))
        return false;
    as_boolean(out);
    return true;
}

bool evaluate_logic(struct evaluation *e, const struct ast *node,
                    const struct local *locals, struct value *out)
{
    switch (node->kind) {
    case AST_COMPARE:
        return evaluate_comparison(e, node, locals, out);
    case AST_NOT:
        return evaluate_not(e, node, locals, out);
    case AST_CONDITIONAL:
        return evaluate_conditional(e, node, locals, out);
    default:
        return evaluate_connective(e, node, locals, out);
    }
}
