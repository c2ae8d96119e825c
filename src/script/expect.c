/* SPDX-License-Identifier: MIT
 * expect: a condition with a tolerance, points and a hint; a failed one is told and the
 * script goes on. */
#include "script/array.h"
#include "script/execute.h"

#include <math.h>
#include <string.h>

struct expectation {
    struct session *session;
    const struct ast *node;
    double tolerance;
    bool has_tolerance;
    double worth;
    const char *hint; /* NULL without */
    /* both sides of the comparison that failed, or of the last one */
    struct value left, right;
    const struct ast *left_text, *right_text;
    enum ast_operator word;
    bool compared;
    size_t failed; /* of arrays: the first element that does not hold */
};

static const struct ast *tail(const struct ast *node, enum ast_kind kind)
{
    for (size_t i = 1; i < node->count; i++)
        if (node->child[i]->kind == kind)
            return node->child[i]->child[0];
    return NULL;
}

static bool read_tails(struct expectation *x)
{
    struct evaluation e = {x->session, NULL};
    const struct ast *within = tail(x->node, AST_WITHIN);
    const struct ast *worth = tail(x->node, AST_WORTH);
    const struct ast *hint = tail(x->node, AST_HINT);
    struct value text;
    x->worth = 1;
    x->has_tolerance = within != NULL;
    if (within != NULL &&
        !evaluate_number(&e, within, NULL, "the tolerance", &x->tolerance))
        return false;
    if (!(x->tolerance >= 0))
        return session_error(x->session, CODE_WRONG_TYPE, within->span,
                             "a tolerance is not negative");
    if (worth != NULL && !evaluate_number(&e, worth, NULL, "the points", &x->worth))
        return false;
    if (!(x->worth >= 0 && isfinite(x->worth)))
        return session_error(x->session, CODE_WRONG_TYPE, worth->span,
                             "points are a finite number, not negative");
    if (hint == NULL)
        return true;
    if (!evaluate(&e, hint, NULL, &text))
        return false;
    if (text.kind != VALUE_STRING)
        return session_error(x->session, CODE_WRONG_TYPE, hint->span,
                             "a hint is a text, and this is %s", value_kind_name(&text));
    x->hint = text.as.string->bytes;
    return true;
}

/* NaN fails every comparison but !=. */
static bool link_holds(double a, enum ast_operator word, double b, double tolerance)
{
    switch (word) {
    case AST_LESS:
        return tolerance > 0 ? a < b + tolerance : a < b;
    case AST_LESS_EQUAL:
        return a <= b + tolerance;
    case AST_GREATER:
        return tolerance > 0 ? a > b - tolerance : a > b;
    case AST_GREATER_EQUAL:
        return a >= b - tolerance;
    case AST_EQUAL:
        return a == b || fabs(a - b) <= tolerance;
    default:
        return !(a == b || fabs(a - b) <= tolerance);
    }
}

static bool texts_hold(const struct expectation *x, const struct value *left,
                       const struct value *right)
{
    const struct string_value *a = left->as.string, *b = right->as.string;
    bool equal = a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
    return equal == (x->word == AST_EQUAL);
}

static bool are_texts(const struct expectation *x, const struct value *left,
                      const struct value *right)
{
    return left->kind == VALUE_STRING && right->kind == VALUE_STRING &&
           (x->word == AST_EQUAL || x->word == AST_NOT_EQUAL);
}

/* All elements of two numbers or arrays, of which a number stands against each; other
 * shapes are not equal.  x->failed is the first element that does not hold. */
static bool elements_hold(struct expectation *x, const struct value *left,
                          const struct value *right)
{
    const struct array_value *a = is_array(left) ? left->as.array : NULL;
    const struct array_value *b = is_array(right) ? right->as.array : NULL;
    if (a != NULL && b != NULL && !shape_equal(&a->shape, &b->shape))
        return x->word == AST_NOT_EQUAL;
    size_t count = a != NULL   ? shape_elements(&a->shape)
                   : b != NULL ? shape_elements(&b->shape)
                               : 1;
    for (size_t i = 0; i < count; i++) {
        double pair[2] = {a != NULL ? a->numbers[i] : left->number,
                          b != NULL ? b->numbers[i] : right->number};
        if (link_holds(pair[0], x->word, pair[1], x->tolerance))
            continue;
        x->failed = i;
        return false;
    }
    return true;
}

static bool item_holds(struct expectation *x, const struct value *left,
                       const struct value *right)
{
    if (are_texts(x, left, right))
        return texts_hold(x, left, right);
    return is_arithmetic(left) && is_arithmetic(right) && elements_hold(x, left, right);
}

/* Lists hold when all their items do; a number or a text stands against each.  Those of
 * different lengths are not equal. */
static bool lists_hold(struct expectation *x)
{
    size_t left_count = 0, right_count = 0;
    bool left = value_count(&x->left, &left_count);
    bool right = value_count(&x->right, &right_count);
    if (left && right && left_count != right_count)
        return x->word == AST_NOT_EQUAL;
    size_t count = left ? left_count : right_count;
    for (size_t i = 0; i < count; i++) {
        struct value a =
            left ? value_element(&x->session->scratch, &x->left, i) : x->left;
        struct value b =
            right ? value_element(&x->session->scratch, &x->right, i) : x->right;
        if (!item_holds(x, &a, &b))
            return false;
    }
    return true;
}

/* A range is compared as the vector of its numbers. */
static bool take_side(struct expectation *x, struct value *side)
{
    struct evaluation e = {x->session, NULL};
    return side->kind != VALUE_RANGE || take_operand(&e, x->node->child[0]->span, side);
}

static bool comparable(struct expectation *x, bool *holds)
{
    size_t count = 0;
    if (!take_side(x, &x->left) || !take_side(x, &x->right))
        return false;
    if (are_texts(x, &x->left, &x->right))
        *holds = texts_hold(x, &x->left, &x->right);
    else if (is_arithmetic(&x->left) && is_arithmetic(&x->right))
        *holds = elements_hold(x, &x->left, &x->right);
    else if (value_count(&x->left, &count) || value_count(&x->right, &count))
        *holds = lists_hold(x);
    else
        return session_error(x->session, CODE_WRONG_TYPE, x->node->child[0]->span,
                             "%s and %s cannot be compared", value_kind_name(&x->left),
                             value_kind_name(&x->right));
    return true;
}

static bool compare_chain(struct expectation *x, const struct ast *chain, bool *holds)
{
    struct evaluation e = {x->session, NULL};
    x->compared = true;
    if (!evaluate(&e, chain->child[0], NULL, &x->right))
        return false;
    *holds = true;
    for (size_t i = 1; i < chain->count && *holds; i++) {
        x->left = x->right;
        x->left_text = chain->child[i - 1];
        x->right_text = chain->child[i];
        x->word = (enum ast_operator)chain->operators[i];
        if (!evaluate(&e, chain->child[i], NULL, &x->right) || !comparable(x, holds))
            return false;
    }
    return true;
}

static bool test(struct expectation *x, bool *holds)
{
    struct evaluation e = {x->session, NULL};
    const struct ast *condition = x->node->child[0];
    struct value value;
    while (condition->kind == AST_GROUP)
        condition = condition->child[0];
    if (condition->kind == AST_COMPARE)
        return compare_chain(x, condition, holds);
    if (x->has_tolerance)
        return session_error(x->session, CODE_OPTION_NOT_USED, x->node->child[0]->span,
                             "`within` needs a comparison");
    if (!evaluate(&e, condition, NULL, &value))
        return false;
    if (is_array(&value) && value.as.array->is_boolean) {
        struct value array = value;
        if (!reduce_array(&e, REDUCE_ALL, condition->span, &array, &value))
            return false;
    }
    *holds = value.number != 0;
    return is_condition(&e, condition, &value);
}

static const char *shown(struct expectation *x, const struct value *value)
{
    struct text out;
    text_init(&out, &x->session->scratch);
    if (value->kind == VALUE_STRING)
        text_json(&out, value->as.string->bytes, value->as.string->length);
    else
        value_print(&out, value, x->session->names);
    return text_string(&out);
}

/* Of arrays: that their shapes differ, or where they do first. */
static void tell_element(struct expectation *x)
{
    struct session *session = x->session;
    const struct value *sides[2] = {&x->left, &x->right};
    struct evaluation e = {session, NULL};
    struct shape shape[2];
    double number[2];
    if (!is_arithmetic(&x->left) || !is_arithmetic(&x->right))
        return;
    for (size_t i = 0; i < 2; i++)
        shape[i] = core_shape(&e, sides[i]);
    if (shape[0].rank == 0 && shape[1].rank == 0)
        return;
    struct text text;
    text_init(&text, &session->scratch);
    if (shape[0].rank > 0 && shape[1].rank > 0 && !shape_equal(&shape[0], &shape[1])) {
        put_shape(&text, &shape[0]);
        text_puts(&text, " is compared with ");
        put_shape(&text, &shape[1]);
    } else {
        for (size_t i = 0; i < 2; i++)
            number[i] = shape[i].rank > 0 ? sides[i]->as.array->numbers[x->failed]
                                          : sides[i]->number;
        text_puts(&text, "the first element that does not hold is ");
        put_position(&text, &shape[shape[0].rank > 0 ? 0 : 1], x->failed);
        text_puts(&text, ": ");
        text_number(&text, number[0]);
        text_format(&text, " %s ", ast_operator_text(x->word));
        text_number(&text, number[1]);
    }
    diagnostic_note(&session->diagnostics, session_last(session), "%s",
                    text_string(&text));
}

static void tell_failure(struct expectation *x)
{
    struct session *session = x->session;
    const struct ast *condition = x->node->child[0];
    if (!x->compared) {
        (void)session_error(session, CODE_EXPECT_FAILED, condition->span,
                            "expected `%s`, and it is false",
                            session_text(session, condition->span));
    } else {
        (void)session_error(session, CODE_EXPECT_FAILED, condition->span,
                            "expected `%s`, and the left side is %s",
                            session_text(session, condition->span), shown(x, &x->left));
        struct text sides;
        text_init(&sides, &session->scratch);
        text_format(&sides, "%s %s %s does not hold", shown(x, &x->left),
                    ast_operator_text(x->word), shown(x, &x->right));
        if (x->has_tolerance) {
            text_puts(&sides, " within ");
            text_number(&sides, x->tolerance);
        }
        diagnostic_say(&session->diagnostics, session_last(session), "%s",
                       text_string(&sides));
        tell_element(x);
    }
    if (x->hint != NULL)
        diagnostic_help(&session->diagnostics, session_last(session), "%s", x->hint);
}

static void put_event(struct expectation *x, bool holds)
{
    struct session *session = x->session;
    struct text out;
    text_init(&out, &session->scratch);
    begin_event(session, &out, "expect", x->node->span);
    text_format(&out, ",\"passed\":%s", holds ? "true" : "false");
    if (x->compared) {
        text_puts(&out, ",\"left\":");
        value_json(&out, &x->left, session->names);
        text_puts(&out, ",\"right\":");
        value_json(&out, &x->right, session->names);
    }
    text_puts(&out, ",\"tolerance\":");
    text_json_number(&out, x->tolerance);
    text_puts(&out, ",\"worth\":");
    text_json_number(&out, x->worth);
    text_puts(&out, "}\n");
    session_write(session, out.data, out.length);
}

bool execute_expect(struct session *session, const struct ast *node)
{
    struct expectation x = {.session = session, .node = node};
    bool holds = false;
    if (!read_tails(&x) || !test(&x, &holds))
        return false;
    session->summary.expectations++;
    session->summary.points_possible += x.worth;
    session->summary.points += holds ? x.worth : 0;
    if (session->options.json)
        put_event(&x, holds);
    if (holds)
        return true;
    session->summary.failed++;
    tell_failure(&x);
    session_flush(session, TW_EXPECT_FAILED);
    return true;
}
