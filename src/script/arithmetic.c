/* SPDX-License-Identifier: MIT
 * Arithmetic and logic on numbers, plain and traced. */
#include "script/evaluate.h"

#include <math.h>

bool is_numeric(const struct value *value)
{
    return value->kind == VALUE_NUMBER || value->kind == VALUE_BOOLEAN;
}

bool wrong_type(struct evaluation *e, struct span place, const char *wanted,
                const struct value *found)
{
    size_t count = 0;
    if (value_count(found, &count))
        return not_yet(e->session, place, "arithmetic on a whole array");
    return session_error(e->session, CODE_WRONG_TYPE, place,
                         "%s is needed here, and this is %s", wanted,
                         value_kind_name(found));
}

node_id traced_node(struct evaluation *e, const struct value *value)
{
    return value->node != 0 ? value->node
                            : graph_constant(e->trace->graph, value->number);
}

/* "log(-1)": the operation with its arguments, for a warning. */
static void describe(struct text *out, enum op op, const double *operands, size_t count)
{
    const struct op_info *info = op_info(op);
    bool is_function = op_find_function(info->spelling, &op);
    if (is_function || count == 1)
        text_format(out, is_function ? "%s(" : "%s", info->spelling);
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            text_format(out, is_function ? ", " : " %s ", info->spelling);
        text_number(out, operands[i]);
    }
    text_puts(out, is_function ? ")" : "");
}

static void warn_undefined(struct evaluation *e, enum op op, struct span place,
                           const double *operands, size_t count, double result)
{
    for (size_t i = 0; i < count; i++)
        if (!isfinite(operands[i]))
            return; /* where it began has been told */
    struct text shown;
    text_init(&shown, &e->session->scratch);
    describe(&shown, op, operands, count);
    text_puts(&shown, " is ");
    text_number(&shown, result);
    session_warn(e->session, CODE_UNDEFINED_VALUE, place, "`%s`: %s",
                 session_text(e->session, place), text_string(&shown));
}

static bool undefined_is_error(struct evaluation *e, struct span place)
{
    if (!e->session->options.strict)
        return false;
    (void)session_error(e->session, CODE_STRICT_VALUE, place,
                        "`%s` is not a finite number", session_text(e->session, place));
    return true;
}

static bool apply_plain(struct evaluation *e, enum op op, struct span place,
                        const struct value *operands, size_t count, struct value *out)
{
    double small[4] = {0};
    double *numbers =
        count <= 4 ? small : ARENA_ARRAY(&e->session->scratch, count, double);
    for (size_t i = 0; i < count; i++)
        numbers[i] = operands[i].number;
    double result = op_value(op, numbers, count);
    if (!isfinite(result) && e->trace == NULL) {
        bool fresh = true;
        for (size_t i = 0; i < count; i++)
            fresh = fresh && isfinite(numbers[i]);
        if (fresh && undefined_is_error(e, place))
            return false;
        warn_undefined(e, op, place, numbers, count, result);
    }
    *out = value_number(result);
    return true;
}

bool apply_op(struct evaluation *e, enum op op, struct span place,
              const struct value *operands, size_t count, struct value *out)
{
    bool traced = false, unknown = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_numeric(&operands[i]))
            return wrong_type(e, place, "a number", &operands[i]);
        traced = traced || operands[i].node != 0;
        unknown = unknown || operands[i].unknown;
    }
    if (unknown)
        *out = value_number((double)NAN);
    else if (!apply_plain(e, op, place, operands, count, out))
        return false;
    if (!traced)
        return true;
    struct arena_mark mark = arena_mark(&e->session->scratch);
    node_id small[4] = {0};
    node_id *nodes =
        count <= 4 ? small : ARENA_ARRAY(&e->session->scratch, count, node_id);
    for (size_t i = 0; i < count; i++)
        nodes[i] = traced_node(e, &operands[i]);
    graph_set_origin(e->trace->graph, provenance_origin(&e->session->provenance, place));
    out->node = graph_apply(e->trace->graph, op, nodes, count);
    out->unknown = unknown;
    if (count > 4)
        arena_release(&e->session->scratch, mark);
    return true;
}

static bool string_in_sum(struct evaluation *e, const struct ast *sum)
{
    (void)session_error(e->session, CODE_TEXT_SUM, sum->span,
                        "a text cannot be added or subtracted");
    diagnostic_help(&e->session->diagnostics, session_last(e->session),
                    "give print several things with commas: `print \"w =\", w`");
    return false;
}

/* One operand of a sum, with its sign applied. */
static bool evaluate_term(struct evaluation *e, const struct ast *sum, size_t index,
                          const struct local *locals, struct value *out)
{
    const struct ast *child = sum->child[index];
    if (!evaluate(e, child, locals, out))
        return false;
    if (out->kind == VALUE_STRING)
        return string_in_sum(e, sum);
    if (!is_numeric(out))
        return wrong_type(e, child->span, "a number", out);
    if (sum->operators[index] != AST_MINUS)
        return true;
    struct value operand = *out;
    return apply_op(e, OP_NEGATE, child->span, &operand, 1, out);
}

/* Left to right, as written: with every term known the plain sum, else one n-ary node. */
static bool evaluate_sum(struct evaluation *e, const struct ast *node,
                         const struct local *locals, struct value *out)
{
    struct arena *scratch = &e->session->scratch;
    if (e->trace != NULL) {
        struct value *terms = ARENA_ARRAY(scratch, node->count, struct value);
        for (size_t i = 0; i < node->count; i++)
            if (!evaluate_term(e, node, i, locals, &terms[i]))
                return false;
        return apply_op(e, OP_ADD, node->span, terms, node->count, out);
    }
    struct value pair[2];
    if (!evaluate_term(e, node, 0, locals, &pair[0]))
        return false;
    for (size_t i = 1; i < node->count; i++) {
        struct arena_mark mark = arena_mark(scratch);
        if (!evaluate_term(e, node, i, locals, &pair[1]) ||
            !apply_op(e, OP_ADD, node->span, pair, 2, out))
            return false;
        arena_release(scratch, mark);
        pair[0] = *out;
    }
    return true;
}

static bool evaluate_product(struct evaluation *e, const struct ast *node,
                             const struct local *locals, struct value *out)
{
    struct value pair[2];
    if (!evaluate(e, node->child[0], locals, &pair[0]))
        return false;
    for (size_t i = 1; i < node->count; i++) {
        if (node->operators[i] == AST_MATMUL)
            return not_yet(e->session, node->child[i]->span, "the matrix product `@`");
        enum op op = node->operators[i] == AST_TIMES ? OP_MULTIPLY : OP_DIVIDE;
        if (!evaluate(e, node->child[i], locals, &pair[1]))
            return false;
        for (size_t k = 0; k < 2; k++)
            if (!is_numeric(&pair[k]))
                return wrong_type(e, node->child[i - 1 + k]->span, "a number", &pair[k]);
        struct span so_far = span_join(node->child[0]->span, node->child[i]->span);
        if (!apply_op(e, op, so_far, pair, 2, out))
            return false;
        pair[0] = *out;
    }
    return true;
}

bool evaluate_arithmetic(struct evaluation *e, const struct ast *node,
                         const struct local *locals, struct value *out)
{
    if (node->kind == AST_SUM)
        return evaluate_sum(e, node, locals, out);
    if (node->kind == AST_PRODUCT)
        return evaluate_product(e, node, locals, out);
    struct value operands[2];
    for (size_t i = 0; i < node->count; i++) {
        if (!evaluate(e, node->child[i], locals, &operands[i]))
            return false;
        if (!is_numeric(&operands[i]))
            return wrong_type(e, node->child[i]->span, "a number", &operands[i]);
    }
    switch (node->kind) {
    case AST_GLUED:
        return apply_op(e, OP_MULTIPLY, node->span, operands, 2, out);
    case AST_POWER:
        return apply_op(e, OP_POWER, node->span, operands, 2, out);
    case AST_NEGATE:
        return apply_op(e, OP_NEGATE, node->span, operands, 1, out);
    case AST_ROOT:
        return apply_op(e, OP_SQRT, node->span, operands, 1, out);
    default: /* POSITIVE */
        *out = operands[0];
        return true;
    }
}

bool apply_absolute(struct evaluation *e, struct span place, const struct value *operand,
                    struct value *out)
{
    if (is_numeric(operand))
        return apply_op(e, OP_ABS, place, operand, 1, out);
    if (operand->kind != VALUE_VECTOR)
        return wrong_type(e, place, "a number or a vector", operand);
    size_t count = operand->as.vector->count;
    struct value *squares = ARENA_ARRAY(&e->session->scratch, count, struct value);
    for (size_t i = 0; i < count; i++) {
        struct value pair[2] = {value_element(operand, i), value_element(operand, i)};
        if (!apply_op(e, OP_MULTIPLY, place, pair, 2, &squares[i]))
            return false;
    }
    struct value sum = value_number(0);
    if (count > 0 && !apply_op(e, OP_ADD, place, squares, count, &sum))
        return false;
    return apply_op(e, OP_SQRT, place, &sum, 1, out);
}
