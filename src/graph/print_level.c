/* SPDX-License-Identifier: MIT
 * How tightly parts of a formula bind, which decides on parentheses. */
#include "graph/print.h"

#include <math.h>

enum { LONGEST_SIGN_SEARCH = 16 };

bool graph_begins_with_minus(const struct graph *graph, node_id node)
{
    for (int i = 0; i < LONGEST_SIGN_SEARCH; i++) {
        node = axes_shown(graph, node);
        switch (node_op(graph, node)) {
        case OP_CONSTANT:
            return signbit(node_value(graph, node)) && !isnan(node_value(graph, node));
        case OP_NEGATE:
            return true;
        case OP_MULTIPLY:
        case OP_DIVIDE:
            node = node_operand(graph, node, 0);
            break;
        default:
            return false;
        }
    }
    return false;
}

enum op_level print_level(const struct axes *axes, const struct axes_parts *parts,
                          bool sign_dropped)
{
    node_id node = parts->view.node;
    struct axes_line line;
    switch (parts->form) {
    case FORM_RANGE:
        line = axes_line(axes, &parts->view);
        return axes_line_level(&line);
    case FORM_PRODUCT:
        return LEVEL_PRODUCT;
    case FORM_LEAF:
        if (node_op(axes->graph, node) == OP_RANGE)
            return LEVEL_CONDITION;
        break;
    case FORM_ELEMENTS:
        break;
    default:
        return LEVEL_CALL;
    }
    if (is_constant(axes->graph, node) && graph_begins_with_minus(axes->graph, node) &&
        !sign_dropped)
        return LEVEL_SIGN;
    return op_info(node_op(axes->graph, node))->level;
}

/* x*log(x) in a product needs no parentheses where x and log(x), read as factors, find
 * each other again (fold_safe.c). */
static bool opens_into(const struct graph *graph, node_id node, size_t index)
{
    node_id operand = axes_shown(graph, node_operand(graph, node, index));
    if (node_op(graph, node) != OP_MULTIPLY || node_op(graph, operand) != OP_TIMES_LOG)
        return false;
    enum op argument = node_op(graph, node_operand(graph, operand, 0));
    enum op before =
        index == 0 ? OP_ADD : node_op(graph, node_operand(graph, node, index - 1));
    return op_info(argument)->level >= LEVEL_POWER && argument != OP_LOG &&
           argument != OP_CONSTANT && before != OP_LOG;
}

/* How tightly operand number `index` must bind to stand without parentheses. */
static enum op_level element_level(const struct graph *graph, node_id node, size_t index)
{
    enum op_level own = op_info(node_op(graph, node))->level;
    node_id operand = axes_shown(graph, node_operand(graph, node, index));
    switch (own) {
    case LEVEL_CONDITION: /* else if ... needs none */
        return index < 2 ? LEVEL_OR : LEVEL_CONDITION;
    case LEVEL_OR:
    case LEVEL_AND:
        return index == 0 ? own : own + 1;
    case LEVEL_NOT:
        return own;
    case LEVEL_COMPARE: /* a < b < c is a chain */
        return LEVEL_SUM;
    case LEVEL_SUM:
        return index == 0 ? LEVEL_SUM : LEVEL_PRODUCT;
    case LEVEL_PRODUCT: /* x*(-y) */
        if (opens_into(graph, node, index))
            return LEVEL_PRODUCT;
        return index == 0 ? LEVEL_PRODUCT : LEVEL_POWER;
    case LEVEL_SIGN:
        return graph_begins_with_minus(graph, operand) ? LEVEL_POWER : LEVEL_PRODUCT;
    case LEVEL_POWER: /* x^-2 */
        if (index == 0)
            return LEVEL_CALL;
        return is_constant(graph, operand) ? LEVEL_SIGN : LEVEL_POWER;
    case LEVEL_CALL:
        break;
    }
    return LEVEL_CONDITION;
}

enum op_level print_required_level(const struct axes *axes,
                                   const struct axes_parts *parts, size_t index)
{
    if (parts->form == FORM_ELEMENTS)
        return element_level(axes->graph, parts->view.node, index);
    if (parts->form == FORM_PRODUCT)
        return index == 0 ? LEVEL_PRODUCT : LEVEL_POWER;
    return LEVEL_CONDITION;
}
