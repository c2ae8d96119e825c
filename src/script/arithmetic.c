/* SPDX-License-Identifier: MIT
 * Arithmetic on numbers and arrays, plain and traced. */
#include "script/array.h"

#include <math.h>

bool is_numeric(const struct value *value)
{
    return value->kind == VALUE_NUMBER || value->kind == VALUE_BOOLEAN;
}

/* Why a list of numbers and arrays is no array: its first item of another shape. */
static void tell_ragged(const struct evaluation *e, struct text *out,
                        const struct list_value *list)
{
    for (size_t i = 0; i < list->count; i++) {
        if (!is_arithmetic(&list->items[i]))
            return;
        struct shape first = core_shape(e, &list->items[0]);
        struct shape other = core_shape(e, &list->items[i]);
        if (shape_equal(&first, &other))
            continue;
        text_puts(out, " whose item 1 is ");
        put_shape(out, &first);
        text_format(out, " and item %zu ", i + 1);
        put_shape(out, &other);
        return;
    }
}

bool wrong_type(struct evaluation *e, struct span place, const char *wanted,
                const struct value *found)
{
    struct text seen;
    text_init(&seen, &e->session->scratch);
    text_puts(&seen, value_kind_name(found));
    if (found->kind == VALUE_LIST)
        tell_ragged(e, &seen, found->as.list);
    return session_error(e->session, CODE_WRONG_TYPE, place,
                         "%s is needed here, and this is %s", wanted, text_string(&seen));
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
    return apply_at(e, op, place, operands, NULL, count, out);
}

bool apply_at(struct evaluation *e, enum op op, struct span place,
              const struct value *operands, const struct span *places, size_t count,
              struct value *out)
{
    bool traced = false, unknown = false, arrays = false;
    for (size_t i = 0; i < count; i++) {
        if (!is_arithmetic(&operands[i]))
            return wrong_type(e, place, "a number", &operands[i]);
        traced = traced || operands[i].node != 0;
        unknown = unknown || operands[i].unknown;
        arrays = arrays || is_array(&operands[i]) || operands[i].batch > 0;
    }
    if (arrays)
        return apply_elementwise(e, op, place, operands, places, count, out);
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
                    e->trace != NULL
                        ? "`codes` makes numbers of a column of texts"
                        : "give print several things with commas: `print \"w =\", w`");
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
    if (!take_operand(e, child->span, out))
        return false;
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
        struct span *places = ARENA_ARRAY(scratch, node->count, struct span);
        for (size_t i = 0; i < node->count; i++) {
            places[i] = node->child[i]->span;
            if (!evaluate_term(e, node, i, locals, &terms[i]))
                return false;
        }
        return apply_at(e, OP_ADD, node->span, terms, places, node->count, out);
    }
    struct value pair[2];
    if (!evaluate_term(e, node, 0, locals, &pair[0]))
        return false;
    for (size_t i = 1; i < node->count; i++) {
        struct arena_mark mark = arena_mark(scratch);
        struct span so_far = span_join(node->child[0]->span, node->child[i - 1]->span);
        struct span places[2] = {so_far, node->child[i]->span};
        if (!evaluate_term(e, node, i, locals, &pair[1]) ||
            !apply_at(e, OP_ADD, node->span, pair, places, 2, out))
            return false;
        if (is_numeric(out))
            arena_release(scratch, mark);
        pair[0] = *out;
    }
    return true;
}

bool matrix_product_meant(struct evaluation *e, const struct ast *node, size_t i,
                          const struct value *pair, const struct span *places)
{
    struct session *session = e->session;
    struct shape a = core_shape(e, &pair[0]), b = core_shape(e, &pair[1]);
    if (node->operators[i] != AST_TIMES || a.rank == 0 || b.rank == 0 ||
        shape_equal(&a, &b) || (a.rank < 2 && b.rank < 2))
        return false;
    (void)shapes_differ(e, span_join(places[0], places[1]), pair, places, 2,
                        "`*` multiplies element by element");
    diagnostic_help(&session->diagnostics, session_last(session), "write `%s @ %s`",
                    session_text(session, places[0]), session_text(session, places[1]));
    return true;
}

static bool evaluate_product(struct evaluation *e, const struct ast *node,
                             const struct local *locals, struct value *out)
{
    struct value pair[2];
    if (!evaluate(e, node->child[0], locals, &pair[0]) ||
        !take_operand(e, node->child[0]->span, &pair[0]))
        return false;
    for (size_t i = 1; i < node->count; i++) {
        struct span so_far = span_join(node->child[0]->span, node->child[i]->span);
        struct span places[2] = {
            span_join(node->child[0]->span, node->child[i - 1]->span),
            node->child[i]->span};
        if (!evaluate(e, node->child[i], locals, &pair[1]) ||
            !take_operand(e, node->child[i]->span, &pair[1]) ||
            matrix_product_meant(e, node, i, pair, places))
            return false;
        enum op op = node->operators[i] == AST_TIMES ? OP_MULTIPLY : OP_DIVIDE;
        bool fine = node->operators[i] == AST_MATMUL
                        ? matrix_product(e, so_far, pair, places, out)
                        : apply_at(e, op, so_far, pair, places, 2, out);
        if (!fine)
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
    struct span places[2];
    for (size_t i = 0; i < node->count; i++) {
        places[i] = node->child[i]->span;
        if (!evaluate(e, node->child[i], locals, &operands[i]) ||
            !take_operand(e, places[i], &operands[i]))
            return false;
    }
    switch (node->kind) {
    case AST_GLUED:
        return apply_at(e, OP_MULTIPLY, node->span, operands, places, 2, out);
    case AST_POWER:
        return apply_at(e, OP_POWER, node->span, operands, places, 2, out);
    case AST_NEGATE:
        return apply_op(e, OP_NEGATE, node->span, operands, 1, out);
    case AST_ROOT:
        return apply_op(e, OP_SQRT, node->span, operands, 1, out);
    default: /* POSITIVE */
        *out = operands[0];
        return true;
    }
}

static node_id make_norm(struct graph *graph, const node_id *nodes, size_t count,
                         unsigned batch, const void *user)
{
    struct shape shape = graph_shape(graph, nodes[0]);
    (void)count;
    (void)user;
    return graph_norm_over(graph, nodes[0], core_axes(&shape, batch));
}

/* Of a number, the 2-norm of a vector, the Frobenius norm of a matrix. */
bool apply_absolute(struct evaluation *e, struct span place, const struct value *operand,
                    struct value *out)
{
    if (is_numeric(operand))
        return apply_op(e, OP_ABS, place, operand, 1, out);
    if (!is_array(operand))
        return wrong_type(e, place, "a number or an array", operand);
    return apply_maker(e, place, operand, NULL, 1, make_norm, NULL, out);
}
