/* SPDX-License-Identifier: MIT
 * Mistakes that are made when differentiating by hand, each as a wrong slope at one
 * operation; all other operations are differentiated rightly. */
#include "script/claim.h"

enum { MOST_OPERANDS = 8 };

/* Leaves that stand for the operands of an operation while its partial is made; no name
 * of a script has such a symbol. */
static const uint32_t place_symbol = 0xf0000000U;

/* ---- expressions ---- */

static node_id plus(struct slip *s, node_id a, node_id b)
{
    return a == 0 ? b : b == 0 ? a : graph_apply2(s->graph, OP_ADD, a, b);
}

static node_id times(struct slip *s, node_id a, node_id b)
{
    return a == 0 || b == 0 ? 0 : graph_apply2(s->graph, OP_MULTIPLY, a, b);
}

static node_id over(struct slip *s, node_id a, node_id b)
{
    return a == 0 ? 0 : graph_apply2(s->graph, OP_DIVIDE, a, b);
}

static node_id negative(struct slip *s, node_id a)
{
    return a == 0 ? 0 : graph_apply1(s->graph, OP_NEGATE, a);
}

static node_id to_the(struct slip *s, node_id a, node_id b)
{
    return graph_apply2(s->graph, OP_POWER, a, b);
}

static node_id number(struct slip *s, double value)
{
    return graph_constant(s->graph, value);
}

/* Operand `index` and its slope, which is 0 where it does not vary. */
static node_id operand(struct slip *s, node_id node, size_t index)
{
    return graph_node(s->graph, node).operands[index];
}

static node_id slope(struct slip *s, node_id node)
{
    return node <= s->node_count ? s->slopes[node] : 0;
}

static node_id slope_of(struct slip *s, node_id node, size_t index)
{
    return slope(s, operand(s, node, index));
}

static bool is_number(struct slip *s, node_id node, double value)
{
    struct node seen = graph_node(s->graph, node);
    return seen.op == OP_CONSTANT && seen.value == value;
}

/* ---- the right slope ---- */

/* The partial of the node with respect to operand `which`, taken at `at` in the place of
 * that operand. */
static node_id partial_at(struct slip *s, node_id node, size_t which, node_id at)
{
    struct node seen = graph_node(s->graph, node);
    node_id image[MOST_OPERANDS], leaves[MOST_OPERANDS], values[MOST_OPERANDS];
    size_t count = seen.count, varied = 0;
    enum op op = seen.op;
    node_id partial = 0;
    for (size_t i = 0; i < count; i++)
        image[i] = seen.operands[i];
    for (size_t i = 0; i < count; i++) {
        if (slope(s, image[i]) == 0)
            continue;
        values[varied] = i == which ? at : image[i];
        image[i] = graph_variable(s->graph, place_symbol + (uint32_t)i);
        leaves[varied++] = image[i];
    }
    node_id wrt = image[which];
    node_id made = graph_apply(s->graph, op, image, count);
    graph_gradient(s->graph, made, &wrt, 1, &partial);
    graph_substitute(s->graph, &partial, 1, leaves, values, varied, &partial);
    return partial;
}

static node_id partial_of(struct slip *s, node_id node, size_t which)
{
    return partial_at(s, node, which, operand(s, node, which));
}

node_id slip_slope(struct slip *s, node_id node)
{
    size_t count = graph_node(s->graph, node).count;
    node_id total = 0;
    if (node == s->leaf)
        return number(s, 1);
    for (size_t i = 0; i < count && count <= MOST_OPERANDS; i++)
        if (slope_of(s, node, i) != 0)
            total =
                plus(s, total, times(s, partial_of(s, node, i), slope_of(s, node, i)));
    return total == 0 || is_number(s, total, 0) ? 0 : total;
}

/* ---- where a rule applies ---- */

/* The only operand that varies; SIZE_MAX when none or several do. */
static size_t varying(struct slip *s, node_id node)
{
    size_t count = graph_node(s->graph, node).count, found = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        if (slope_of(s, node, i) == 0)
            continue;
        if (found != SIZE_MAX)
            return SIZE_MAX;
        found = i;
    }
    return count <= MOST_OPERANDS ? found : SIZE_MAX;
}

static enum op op_of(struct slip *s, node_id node)
{
    return graph_node(s->graph, node).op;
}

static bool is_linear(enum op op)
{
    return op == OP_ADD || op == OP_MULTIPLY || op == OP_NEGATE;
}

/* A function of one thing that varies: exp(g), g^n, 1/g. */
static bool is_outer(struct slip *s, node_id node)
{
    enum op op = op_of(s, node);
    size_t which = varying(s, node);
    return which != SIZE_MAX && !is_linear(op) && op != OP_SELECT &&
           !(op == OP_DIVIDE && which == 0);
}

static bool is_power(struct slip *s, node_id node)
{
    return op_of(s, node) == OP_POWER && varying(s, node) == 0;
}

static bool is_of_two(struct slip *s, node_id node, enum op op)
{
    return op_of(s, node) == op && graph_node(s->graph, node).count == 2 &&
           slope_of(s, node, 0) != 0 && slope_of(s, node, 1) != 0;
}

/* ---- mistakes ---- */

static node_id lose_inner(struct slip *s, node_id node)
{
    if (!is_outer(s, node))
        return 0;
    size_t which = varying(s, node);
    return is_number(s, slope_of(s, node, which), 1) ? 0 : partial_of(s, node, which);
}

static node_id lose_exponent(struct slip *s, node_id node)
{
    if (!is_power(s, node))
        return 0;
    node_id g = operand(s, node, 0);
    node_id lowered = plus(s, operand(s, node, 1), number(s, -1));
    return times(s, to_the(s, g, lowered), slope(s, g));
}

static node_id lose_both(struct slip *s, node_id node)
{
    if (!is_power(s, node) || is_number(s, slope_of(s, node, 0), 1))
        return 0;
    node_id g = operand(s, node, 0);
    return to_the(s, g, plus(s, operand(s, node, 1), number(s, -1)));
}

static node_id keep_power(struct slip *s, node_id node)
{
    if (!is_power(s, node))
        return 0;
    return times(s, times(s, operand(s, node, 1), node), slope_of(s, node, 0));
}

static node_id keep_power_lose_inner(struct slip *s, node_id node)
{
    if (!is_power(s, node) || is_number(s, slope_of(s, node, 0), 1))
        return 0;
    return times(s, operand(s, node, 1), node);
}

/* Of functions whose derivative has a minus it is the sign that is lost most often. */
static node_id lose_minus(struct slip *s, node_id node)
{
    enum op op = op_of(s, node);
    bool has_minus = op == OP_COS || op == OP_ACOS || op == OP_ERFC || op == OP_DIVIDE;
    return has_minus && is_outer(s, node) ? negative(s, slip_slope(s, node)) : 0;
}

static node_id turn_sign(struct slip *s, node_id node)
{
    return is_outer(s, node) && !is_power(s, node) ? negative(s, slip_slope(s, node)) : 0;
}

static node_id multiply_slopes(struct slip *s, node_id node)
{
    return is_of_two(s, node, OP_MULTIPLY)
               ? times(s, slope_of(s, node, 0), slope_of(s, node, 1))
               : 0;
}

static node_id lose_second_term(struct slip *s, node_id node)
{
    return is_of_two(s, node, OP_MULTIPLY)
               ? times(s, slope_of(s, node, 0), operand(s, node, 1))
               : 0;
}

static node_id lose_first_term(struct slip *s, node_id node)
{
    return is_of_two(s, node, OP_MULTIPLY)
               ? times(s, operand(s, node, 0), slope_of(s, node, 1))
               : 0;
}

static node_id subtract_terms(struct slip *s, node_id node)
{
    return is_of_two(s, node, OP_MULTIPLY)
               ? plus(s, lose_second_term(s, node), negative(s, lose_first_term(s, node)))
               : 0;
}

/* f'*g - sign*f*g' over g^power. */
static node_id quotient(struct slip *s, node_id node, double sign, double power)
{
    node_id f = operand(s, node, 0), g = operand(s, node, 1);
    node_id second = times(s, number(s, -sign), times(s, f, slope(s, g)));
    return over(s, plus(s, times(s, slope(s, f), g), second),
                to_the(s, g, number(s, power)));
}

static node_id exchange_terms(struct slip *s, node_id node)
{
    return is_of_two(s, node, OP_DIVIDE) ? negative(s, slip_slope(s, node)) : 0;
}

static node_id add_terms(struct slip *s, node_id node)
{
    return is_of_two(s, node, OP_DIVIDE) ? quotient(s, node, -1, 2) : 0;
}

static node_id forget_square(struct slip *s, node_id node)
{
    return op_of(s, node) == OP_DIVIDE && slope_of(s, node, 1) != 0
               ? quotient(s, node, 1, 1)
               : 0;
}

static node_id divide_slopes(struct slip *s, node_id node)
{
    return is_of_two(s, node, OP_DIVIDE)
               ? over(s, slope_of(s, node, 0), slope_of(s, node, 1))
               : 0;
}

static node_id keep_constant(struct slip *s, node_id node)
{
    struct node seen = graph_node(s->graph, node);
    node_id kept = 0;
    for (size_t i = 0; seen.op == OP_ADD && i < seen.count && kept == 0; i++)
        if (slope(s, seen.operands[i]) == 0)
            kept = seen.operands[i];
    return kept == 0 ? 0 : plus(s, slip_slope(s, node), kept);
}

static node_id leave_unchanged(struct slip *s, node_id node)
{
    return is_outer(s, node) && op_of(s, node) != OP_EXP && !is_power(s, node)
               ? times(s, node, slope_of(s, node, varying(s, node)))
               : 0;
}

/* x*e^(x - 1) for e^x. */
static node_id lower_varying_exponent(struct slip *s, node_id node)
{
    bool is_exp = op_of(s, node) == OP_EXP;
    if (!is_exp && !(op_of(s, node) == OP_POWER && varying(s, node) == 1))
        return 0;
    if (slope_of(s, node, is_exp ? 0 : 1) == 0)
        return 0;
    node_id g = operand(s, node, is_exp ? 0 : 1);
    node_id lowered = plus(s, g, number(s, -1));
    return times(s, g,
                 is_exp ? graph_apply1(s->graph, OP_EXP, lowered)
                        : to_the(s, operand(s, node, 0), lowered));
}

/* cos(2) for the derivative of sin(2*x). */
static node_id differentiate_inside(struct slip *s, node_id node)
{
    if (!is_outer(s, node) || is_power(s, node))
        return 0;
    size_t which = varying(s, node);
    return partial_at(s, node, which, slope_of(s, node, which));
}

/* From the likely to the unlikely. */
static const struct slip_rule rules[] = {
    {lose_inner, "the inner derivative of `", "` was left out", true},
    {lose_exponent, "the exponent of `", "` comes down as a factor", true},
    {lose_both, "the exponent of `",
     "` comes down as a factor, and the inner derivative "
     "is another",
     false},
    {keep_power, "the power in `", "` is to be lowered by 1", false},
    {keep_power_lose_inner, "the power in `",
     "` is to be lowered by 1, and the inner "
     "derivative is a factor",
     false},
    {lose_minus, "the sign is wrong in the derivative of `", "`", false},
    {multiply_slopes, "by the product rule the derivative of `",
     "` is f'*g + f*g', not f'*g'", false},
    {lose_second_term, "in the product rule for `", "` the term f*g' was left out",
     false},
    {lose_first_term, "in the product rule for `", "` the term f'*g was left out", false},
    {subtract_terms, "in the product rule for `", "` the terms are added", false},
    {turn_sign, "the sign is wrong in the derivative of `", "`", false},
    {exchange_terms, "the quotient rule for `",
     "` is (f'*g - f*g')/g^2: the terms were exchanged", false},
    {add_terms, "the quotient rule for `", "` is (f'*g - f*g')/g^2: the minus was lost",
     false},
    {forget_square, "the quotient rule for `",
     "` is (f'*g - f*g')/g^2: the square was left out", false},
    {divide_slopes, "by the quotient rule the derivative of `",
     "` is (f'*g - f*g')/g^2, not f'/g'", false},
    {keep_constant, "a constant term has the derivative 0: one was kept of `", "`",
     false},
    {leave_unchanged, "`", "` itself was not differentiated", false},
    {lower_varying_exponent, "the power rule does not apply to `",
     "`: its exponent varies", false},
    {differentiate_inside, "the derivative of the outer function of `",
     "` is taken at the inner one, not at its derivative", false},
};

const struct slip_rule *slip_rules(size_t *count)
{
    *count = sizeof rules / sizeof *rules;
    return rules;
}
