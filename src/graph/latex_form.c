/* SPDX-License-Identifier: MIT
 * What is known of a part before it is set in LaTeX: its form, and how tightly it binds.
 */
#include "graph/latex_form.h"

#include <math.h>
#include <string.h>

struct style {
    const char *form;
    enum op_level level;
};

static const struct style styles[OP_END] = {
#define STYLE(id, level, form) [OP_##id] = {form, LEVEL_##level},
#include "graph/latex.def"
#undef STYLE
};

/* of a tall operand, which would be too small as an exponent */
static const char tall_exp[] = "\\exp\\left(#1\\right)";
static const char *const by_name[] = {
    "\\operatorname{#f}",
    "\\operatorname{#f}\\left(#1\\right)",
    "\\operatorname{#f}\\left(#1, #2\\right)",
    "\\operatorname{#f}\\left(#1, #2, #3\\right)",
};

static bool has_power_of_ten(double value)
{
    char digits[NUMBER_TEXT];
    size_t length = number_format(value, digits);
    return memchr(digits, 'e', length) != NULL;
}

static bool is_tall(const struct graph *graph, node_id node)
{
    if (node_op(graph, node) == OP_NEGATE)
        node = node_operand(graph, node, 0);
    return node_op(graph, node) == OP_DIVIDE || node_op(graph, node) == OP_SELECT;
}

static const char *element_form(const struct graph *graph, node_id node)
{
    enum op op = node_op(graph, node);
    int arity = op_info(op)->arity;
    if (arity <= 0 || op == OP_TIMES_LOG)
        return NULL;
    if (op == OP_EXP && is_tall(graph, node_operand(graph, node, 0)))
        return tall_exp;
    return styles[op].form != NULL ? styles[op].form : by_name[arity];
}

static enum op_level element_level(const struct graph *graph, node_id node,
                                   bool sign_dropped)
{
    enum op op = node_op(graph, node);
    bool has_sign = !sign_dropped && graph_begins_with_minus(graph, node);
    if (op == OP_CONSTANT && isfinite(node_value(graph, node)) &&
        has_power_of_ten(node_value(graph, node)))
        return LEVEL_PRODUCT;
    if (has_sign && (op == OP_CONSTANT || op == OP_DIVIDE))
        return LEVEL_SIGN;
    if (styles[op].form != NULL)
        return styles[op].level;
    enum op_level level = op_info(op)->level;
    return level == LEVEL_CALL && op_info(op)->arity > 0 ? LEVEL_POWER : level;
}

/* A part that can stand in a chain of its own kind: a + (b + c) without parentheses. */
static bool continues(const struct graph *graph, node_id operand, enum op_level own)
{
    return op_info(node_op(graph, operand))->level == own &&
           node_op(graph, operand) != OP_DIVIDE &&
           !graph_begins_with_minus(graph, node_operand(graph, operand, 0));
}

/* How tightly operand number `index` must bind to stand without parentheses. */
static enum op_level element_required(const struct graph *graph, node_id node,
                                      size_t index)
{
    enum op op = node_op(graph, node);
    enum op_level own = op_info(op)->level;
    node_id operand = axes_shown(graph, node_operand(graph, node, index));
    bool is_last = index + 1 == node_count(graph, node);
    if (op == OP_DIVIDE)
        return LEVEL_CONDITION;
    switch (own) {
    case LEVEL_SUM:
    case LEVEL_PRODUCT:
        if (own == LEVEL_PRODUCT && axes_is_reduction(node_op(graph, operand)))
            return is_last ? LEVEL_PRODUCT : LEVEL_POWER; /* how far does it reach? */
        if (index == 0 || continues(graph, operand, own))
            return own;
        return own == LEVEL_SUM ? LEVEL_PRODUCT : LEVEL_POWER;
    case LEVEL_SIGN:
        return graph_begins_with_minus(graph, operand) ? LEVEL_POWER : LEVEL_PRODUCT;
    case LEVEL_POWER:
        return index == 0 ? LEVEL_CALL : LEVEL_CONDITION;
    case LEVEL_OR:
    case LEVEL_AND:
        return index == 0 ? own : own + 1;
    case LEVEL_COMPARE:
        return LEVEL_SUM;
    case LEVEL_NOT:
        return LEVEL_COMPARE;
    default:
        return LEVEL_CONDITION;
    }
}

/* sin(x)^2: the exponent of a function that takes it before its parentheses, or 0. */
node_id latex_inner_exponent(const struct graph *graph, node_id power)
{
    node_id base = node_operand(graph, power, 0),
            exponent = node_operand(graph, power, 1);
    const char *form = is_scalar(graph, base) ? element_form(graph, base) : NULL;
    bool is_taken = form != NULL && strstr(form, "#^") != NULL;
    bool is_whole = is_constant(graph, exponent) && node_value(graph, exponent) >= 2 &&
                    node_value(graph, exponent) < 1e6 &&
                    floor(node_value(graph, exponent)) == node_value(graph, exponent);
    return is_taken && is_whole ? exponent : 0;
}

/* ---- Forms of arrays ---- */

static const char *sum_form(const struct axes *axes, const struct axes_parts *parts)
{
    enum op op = node_op(axes->graph, parts->view.node);
    bool has_loops = parts->loop_count > 0;
    switch (op) {
    case OP_SUM_OVER:
        return parts->has_mask ? "\\sum_{\\substack{#r \\\\ #2}} #1" : "#s#1";
    case OP_PROD_OVER:
        return parts->has_mask ? "\\prod_{\\substack{#r \\\\ #2}} #1" : "#s#1";
    case OP_MIN_OVER:
        return has_loops ? "\\min_{#r} #1" : by_name[1];
    case OP_MAX_OVER:
        return has_loops ? "\\max_{#r} #1" : by_name[1];
    case OP_NORM_OVER:
        return has_loops ? "\\left\\lVert \\left(#1\\right)_{#r}\\right\\rVert"
                         : "\\left\\lVert #1\\right\\rVert";
    default:
        return has_loops ? "\\operatorname{#f}\\left(\\left(#1\\right)_{#r}\\right)"
                         : by_name[1];
    }
}

static const char *call_form(const struct axes *axes, const struct axes_parts *parts)
{
    node_id node = parts->view.node;
    bool has_suffix = axes_has_suffix(axes, parts);
    switch (node_op(axes->graph, node)) {
    case OP_INVERSE:
        return has_suffix ? "\\left(#1^{-1}\\right)" : "#1^{-1}";
    case OP_SOLVE:
        return "#1^{-1} \\, #2";
    case OP_PERMUTE:
        return has_suffix ? "\\left(#1^{\\top}\\right)" : "#1^{\\top}";
    case OP_DET:
        return "\\det\\left(#1\\right)";
    case OP_LOGDET:
        return "\\log\\det\\left(#1\\right)";
    case OP_GATHER:
        return "\\operatorname{sort}\\left(#1\\right)";
    case OP_CUMSUM: /* from the last element back: with an arrow */
        return graph_attributes(axes->graph, node).is_reversed
                   ? "\\overleftarrow{\\operatorname{cumsum}}\\left(#1\\right)"
                   : by_name[1];
    case OP_CONCAT:
        return NULL;
    default:
        return by_name[axes_count(axes, parts)];
    }
}

const char *latex_form(const struct axes *axes, const struct axes_parts *parts)
{
    switch (parts->form) {
    case FORM_ELEMENTS:
        return element_form(axes->graph, parts->view.node);
    case FORM_SUM:
        return sum_form(axes, parts);
    case FORM_REPEAT:
        return "\\left(#1\\right)_{#r}";
    case FORM_PRODUCT:
        return "#1 \\, #2";
    case FORM_DOT:
        return "\\left\\langle #1, #2\\right\\rangle";
    case FORM_SOFTMAX:
        return "\\operatorname{softmax}\\left(#1\\right)";
    case FORM_CALL:
        return call_form(axes, parts);
    default:
        return NULL;
    }
}

enum op_level latex_level(const struct axes *axes, const struct axes_parts *parts,
                          bool sign_dropped)
{
    enum op op = node_op(axes->graph, parts->view.node);
    struct axes_line line;
    switch (parts->form) {
    case FORM_ELEMENTS:
    case FORM_LEAF:
        return element_level(axes->graph, parts->view.node, sign_dropped);
    case FORM_RANGE:
        line = axes_line(axes, &parts->view);
        return axes_line_level(&line);
    case FORM_SUM: /* a big sign reaches as far as a product goes */
        return op == OP_NORM_OVER                           ? LEVEL_CALL
               : op <= OP_MAX_OVER && parts->loop_count > 0 ? LEVEL_PRODUCT
                                                            : LEVEL_POWER;
    case FORM_PRODUCT:
        return LEVEL_PRODUCT;
    case FORM_DOT:
        return LEVEL_CALL;
    case FORM_CALL:
        return op == OP_SOLVE ? LEVEL_PRODUCT : LEVEL_POWER;
    default:
        return LEVEL_POWER;
    }
}

enum op_level latex_required_level(const struct axes *axes,
                                   const struct axes_parts *parts, size_t index)
{
    enum op op = node_op(axes->graph, parts->view.node);
    bool is_tight = op == OP_INVERSE || op == OP_PERMUTE || op == OP_SOLVE;
    switch (parts->form) {
    case FORM_ELEMENTS:
        return element_required(axes->graph, parts->view.node, index);
    case FORM_SUM:
        return index == 0 && op <= OP_MAX_OVER && parts->loop_count > 0 ? LEVEL_PRODUCT
                                                                        : LEVEL_CONDITION;
    case FORM_PRODUCT:
        return index == 0 ? LEVEL_PRODUCT : LEVEL_POWER;
    case FORM_CALL:
        return !is_tight ? LEVEL_CONDITION : index == 0 ? LEVEL_CALL : LEVEL_POWER;
    default:
        return LEVEL_CONDITION;
    }
}
