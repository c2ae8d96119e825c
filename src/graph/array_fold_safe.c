/* SPDX-License-Identifier: MIT
 * Safe forms: log(sum(exp(x))) overflows where the function does not, log(softmax(x))
 * loses a share that underflows to 0, and the derivative of a norm does not exist at 0,
 * though that of its square does. */
#include "graph/array_fold.h"

static node_id fold_log_of_sum(struct graph *graph, struct expression *e)
{
    node_id sum = e->operands[0];
    if (node_op(graph, sum) != OP_SUM_OVER ||
        node_op(graph, node_operand(graph, sum, 0)) != OP_EXP)
        return 0;
    node_id x = node_operand(graph, node_operand(graph, sum, 0), 0);
    return graph_logsumexp_over(graph, x, (unsigned)graph_attributes(graph, sum).axes);
}

/* Whether x is y - logsumexp(y), whatever the shape of the latter. */
static bool is_log_softmax(const struct graph *graph, node_id x)
{
    if (node_op(graph, x) != OP_ADD || node_count(graph, x) != 2 ||
        node_op(graph, node_operand(graph, x, 1)) != OP_NEGATE)
        return false;
    node_id total = node_operand(graph, node_operand(graph, x, 1), 0);
    if (node_op(graph, total) == OP_RESHAPE)
        total = node_operand(graph, total, 0);
    return node_op(graph, total) == OP_LOGSUMEXP_OVER &&
           node_operand(graph, total, 0) == node_operand(graph, x, 0);
}

static bool takes_elements(enum op op)
{
    return op == OP_RESHAPE || op == OP_PERMUTE || op == OP_SLICE || op == OP_GATHER;
}

enum { MOST_TAKEN = 8 };

/* Of elements taken out of softmax(y): these are taken out of y - logsumexp(y). */
static node_id fold_log_of_softmax(struct graph *graph, struct expression *e)
{
    node_id taken[MOST_TAKEN], x = e->operands[0];
    size_t count = 0;
    for (; count < MOST_TAKEN && takes_elements(node_op(graph, x)); count++) {
        taken[count] = x;
        x = node_operand(graph, x, 0);
    }
    if (node_op(graph, x) != OP_EXP || !is_log_softmax(graph, node_operand(graph, x, 0)))
        return 0;
    x = node_operand(graph, x, 0);
    while (count-- > 0) {
        size_t operand_count = node_count(graph, taken[count]);
        node_id operands[] = {x, operand_count == 2 ? node_operand(graph, taken[count], 1)
                                                    : 0};
        x = graph_apply_like(graph, taken[count], operands, operand_count);
    }
    return x;
}

/* A person writes |A x - b|^2 for the sum of squares. */
static node_id fold_squared_norm(struct graph *graph, struct expression *e)
{
    node_id norm = e->operands[0];
    if (node_op(graph, norm) != OP_NORM_OVER || !is_number(graph, e->operands[1], 2))
        return 0;
    node_id squares = graph_apply2(graph, OP_POWER, node_operand(graph, norm, 0),
                                   graph_constant(graph, 2));
    return graph_sum_over(graph, squares, (unsigned)graph_attributes(graph, norm).axes);
}

/* clang-format off */
static const struct array_safe_rule rules[] = {
    {"log of a sum of exp", "log(sum(exp(x)))", "logsumexp(x)", "exp alone overflows", OP_LOG, fold_log_of_sum},
    {"log of softmax", "log(softmax(x)[1])", "x[1] - logsumexp(x)", "a share may underflow to 0", OP_LOG, fold_log_of_softmax},
    {"square of a norm", "|x|^2", "sum(x^2)", "a norm has a kink at 0, its square none", OP_POWER, fold_squared_norm},
};
/* clang-format on */

const struct array_safe_rule *array_safe_rules(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}

node_id array_fold_safe(struct graph *graph, struct expression *e)
{
    node_id node = 0;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0] && node == 0; i++)
        if (rules[i].op == e->op)
            node = rules[i].apply(graph, e);
    return node;
}
