/* SPDX-License-Identifier: MIT
 * The rules of differentiation as they are taught, one step each.
 *
 * Sum, product, quotient and the constant factor are put down in the form of the textbook
 * (f'*g + f*g'); every other operation is its partials of ops.def times the derivatives
 * of its operands, which is the chain rule. */
#include "graph/derivation.h"

enum { MOST_FACTORS = 4, MOST_OPERANDS = 4, MOST_TAKEN = 4 };

static struct derivation_slope make_slope(node_id node, const char *rule)
{
    return (struct derivation_slope){node, rule};
}

static const char *join_names(struct deriver *d, const char *first, const char *second)
{
    struct text name;
    text_init(&name, d->arena);
    text_puts(&name, first);
    text_puts(&name, second);
    return text_string(&name);
}

static bool is_wrt(const struct deriver *d, node_id node)
{
    return node == d->wrt;
}

/* ---- Constants ---- */

/* Numbers are told apart from names that are held. */
static struct derivation_slope derive_constant(struct deriver *d, node_id node)
{
    bool is_plain = is_constant(d->graph, node);
    return make_slope(graph_constant(d->graph, 0),
                      is_plain ? "constant" : "held constant");
}

/* Whether the derivative is known in one step: of x, x^n, a^x, 1/x, sin(x). */
static bool is_elementary(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    enum op op = node_op(graph, node);
    if (is_wrt(d, node))
        return true;
    if (op == OP_POWER || op == OP_DIVIDE) {
        node_id a = node_operand(graph, node, 0), b = node_operand(graph, node, 1);
        return (is_wrt(d, b) && !derive_depends(d, a)) ||
               (op == OP_POWER && is_wrt(d, a) && !derive_depends(d, b));
    }
    bool is_function = op_info(op)->level == LEVEL_CALL && op_info(op)->arity == 1;
    return is_function && is_wrt(d, node_operand(graph, node, 0));
}

/* ---- Sums ---- */

/* a - b is differentiated as it is written: the minus stays outside. */
static node_id pending_term(struct deriver *d, node_id term)
{
    if (!derive_begins_with_minus(d->graph, term))
        return derive_pending(d, term);
    node_id positive = graph_apply1(d->graph, OP_NEGATE, term);
    return graph_apply1(d->graph, OP_NEGATE, derive_pending(d, positive));
}

/* (f + g)' = f' + g', with the terms that do not depend on x put down too: a student
 * should see where they go. */
static struct derivation_slope derive_sum(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    size_t count = node_count(graph, node);
    struct arena_mark mark = graph_scratch(graph);
    node_id *terms = ARENA_ARRAY(&graph->scratch, count, node_id);
    for (size_t i = 0; i < count; i++)
        terms[i] = pending_term(d, node_operand(graph, node, i));
    struct derivation_slope slope =
        make_slope(graph_apply(graph, OP_ADD, terms, count), "sum rule");
    arena_release(&graph->scratch, mark);
    return slope;
}

/* ---- Constant factors ---- */

/* What is taken out of a derivative: a sign, a factor, or a denominator. */
struct constant_factor {
    enum op op;
    node_id constant;
};

/* Sorts the factors of a product by whether they depend on x. */
static void split_product(struct deriver *d, node_id node, node_id *held, node_id *moving)
{
    struct graph *graph = d->graph;
    struct arena_mark mark = graph_scratch(graph);
    size_t count = 0, kept = 0, taken = 0;
    node_id *factors = derive_factors(graph, node, &count);
    node_id *constants = ARENA_ARRAY(&graph->scratch, count, node_id);
    for (size_t i = 0; i < count; i++) {
        if (derive_depends(d, factors[i]))
            factors[kept++] = factors[i];
        else
            constants[taken++] = factors[i];
    }
    *held = taken == 0 ? 0 : derive_build(graph, OP_MULTIPLY, constants, taken);
    *moving = taken == 0 ? node : derive_build(graph, OP_MULTIPLY, factors, kept);
    arena_release(&graph->scratch, mark);
}

/* Takes one constant factor off the node; false when there is none. */
static bool take_factor(struct deriver *d, node_id *node, struct constant_factor *factor)
{
    struct graph *graph = d->graph;
    factor->op = node_op(graph, *node);
    factor->constant = 0;
    if (factor->op == OP_MULTIPLY) {
        split_product(d, *node, &factor->constant, node);
        return factor->constant != 0;
    }
    if (factor->op == OP_DIVIDE)
        factor->constant = node_operand(graph, *node, 1);
    else if (factor->op != OP_NEGATE)
        return false;
    if (factor->op == OP_DIVIDE && derive_depends(d, factor->constant))
        return false;
    *node = node_operand(graph, *node, 0);
    return true;
}

/* The factor in its place again, around what the rest has become. */
static node_id put_factor(struct deriver *d, const struct constant_factor *factor,
                          node_id slope)
{
    if (factor->op == OP_NEGATE)
        return derive_build1(d->graph, OP_NEGATE, slope);
    if (factor->op == OP_DIVIDE)
        return derive_build2(d->graph, OP_DIVIDE, slope, factor->constant);
    return derive_build2(d->graph, OP_MULTIPLY, factor->constant, slope);
}

/* What is left when they are taken out is derived in the same line if that is one step.
 * No slope when there is no constant factor. */
static struct derivation_slope derive_constant_factors(struct deriver *d, node_id node)
{
    struct constant_factor taken[MOST_TAKEN];
    size_t count = 0;
    while (count < MOST_TAKEN && take_factor(d, &node, &taken[count]))
        count++;
    if (count == 0)
        return make_slope(0, "");
    struct derivation_slope slope = make_slope(0, "constant factor");
    if (is_elementary(d, node)) {
        struct derivation_slope inner = derive_slope(d, node);
        slope.node = inner.node;
        if (!is_wrt(d, node))
            slope.rule = join_names(d, "constant factor, ", inner.rule);
    } else {
        slope.node = derive_pending(d, node);
    }
    while (count-- > 0)
        slope.node = put_factor(d, &taken[count], slope.node);
    return slope;
}

/* ---- Products ---- */

/* f'*g*h + f*g'*h + f*g*h'. */
static node_id product_rule(struct deriver *d, const node_id *factors, size_t count)
{
    node_id terms[MOST_FACTORS], product[MOST_FACTORS];
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++)
            product[k] = i == k ? derive_pending(d, factors[k]) : factors[k];
        terms[i] = derive_build(d->graph, OP_MULTIPLY, product, count);
    }
    return derive_build(d->graph, OP_ADD, terms, count);
}

/* A long product is one of two halves: with all factors at once the terms would grow as
 * the square of their number. */
static struct derivation_slope derive_product(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    struct arena_mark mark = graph_scratch(graph);
    size_t count = 0;
    node_id *factors = derive_factors(graph, node, &count);
    if (count > MOST_FACTORS) {
        size_t half = count / 2;
        factors[0] = graph_apply(graph, OP_MULTIPLY, factors, half);
        factors[1] = graph_apply(graph, OP_MULTIPLY, factors + half, count - half);
        count = 2;
    }
    node_id slope = product_rule(d, factors, count);
    arena_release(&graph->scratch, mark);
    return make_slope(slope, "product rule");
}

/* ---- Quotients ---- */

/* x^2 squared is put down as x^4. */
static node_id square(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    double exponent = 2;
    if (node_op(graph, node) == OP_POWER &&
        is_constant(graph, node_operand(graph, node, 1))) {
        exponent *= node_value(graph, node_operand(graph, node, 1));
        node = node_operand(graph, node, 0);
    }
    return graph_apply2(graph, OP_POWER, node, graph_constant(graph, exponent));
}

/* (c/g)' = -c*g'/g^2 */
static struct derivation_slope derive_reciprocal(struct deriver *d, node_id c, node_id g)
{
    struct graph *graph = d->graph;
    node_id above =
        is_wrt(d, g) ? c : derive_build2(graph, OP_MULTIPLY, c, derive_pending(d, g));
    node_id fraction = graph_apply2(graph, OP_DIVIDE, above, square(d, g));
    return make_slope(graph_apply1(graph, OP_NEGATE, fraction), "reciprocal rule");
}

/* (f/g)' = (f'*g - f*g')/g^2 */
static struct derivation_slope derive_quotient(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    node_id f = node_operand(graph, node, 0), g = node_operand(graph, node, 1);
    if (!derive_depends(d, f))
        return derive_reciprocal(d, f, g);
    node_id first = derive_build2(graph, OP_MULTIPLY, derive_pending(d, f), g);
    node_id second = derive_build2(graph, OP_MULTIPLY, f, derive_pending(d, g));
    node_id above =
        derive_build2(graph, OP_ADD, first, derive_build1(graph, OP_NEGATE, second));
    return make_slope(graph_apply2(graph, OP_DIVIDE, above, square(d, g)),
                      "quotient rule");
}

/* ---- Every other operation ---- */

/* A partial that counts where its gate is open, times the derivative of its operand. */
struct term {
    node_id gate, partial, operand;
};

static bool is_opposite(const struct graph *graph, node_id gate, node_id other)
{
    return gate != 0 && other != 0 && node_op(graph, other) == OP_NOT &&
           node_operand(graph, other, 0) == gate;
}

/* The terms of a node's derivative.  Those of operands that do not depend on x are left
 * out, but for the two cases of an if, which are put down both: then *by_cases. */
static size_t find_terms(struct deriver *d, node_id node, struct term *terms,
                         bool *by_cases)
{
    struct graph *graph = d->graph;
    size_t operands = node_count(graph, node), count = 0, kept = 0;
    for (size_t i = 0; i < operands && i < MOST_OPERANDS; i++) {
        struct term term = {.operand = node_operand(graph, node, i)};
        term.partial = graph_partial(graph, node, i, &term.gate);
        if (term.partial != 0)
            terms[count++] = term;
    }
    *by_cases = count == 2 && is_opposite(graph, terms[0].gate, terms[1].gate);
    for (size_t i = 0; i < count; i++)
        if (*by_cases || derive_depends(d, terms[i].operand))
            terms[kept++] = terms[i];
    return kept;
}

static node_id term_value(struct deriver *d, const struct term *term, bool by_cases)
{
    bool is_plain = is_wrt(d, term->operand) && !by_cases;
    node_id inner =
        is_plain ? graph_constant(d->graph, 1) : derive_pending(d, term->operand);
    return derive_chain(d->graph, term->partial, inner);
}

static node_id sum_terms(struct deriver *d, const struct term *terms, size_t count)
{
    node_id values[MOST_OPERANDS], zero = graph_constant(d->graph, 0);
    for (size_t i = 0; i < count; i++) {
        values[i] = term_value(d, &terms[i], false);
        if (terms[i].gate != 0)
            values[i] = graph_apply3(d->graph, OP_SELECT, terms[i].gate, values[i], zero);
    }
    return derive_build(d->graph, OP_ADD, values, count);
}

/* The chain rule, with the function it is applied to named; without it where the function
 * is of x itself. */
static struct derivation_slope derive_function(struct deriver *d, node_id node)
{
    const char *rule = op_info(node_op(d->graph, node))->rule;
    struct term terms[MOST_OPERANDS];
    bool by_cases = false, is_chain = false;
    size_t count = find_terms(d, node, terms, &by_cases);
    if (count == 0)
        return make_slope(graph_constant(d->graph, 0), "piecewise constant");
    if (by_cases)
        return make_slope(graph_apply3(d->graph, OP_SELECT, terms[0].gate,
                                       term_value(d, &terms[0], true),
                                       term_value(d, &terms[1], true)),
                          rule);
    for (size_t i = 0; i < count; i++)
        is_chain = is_chain || !is_wrt(d, terms[i].operand);
    if (is_chain)
        rule = join_names(d, "chain rule: ", rule);
    return make_slope(sum_terms(d, terms, count), rule);
}

/* ---- Powers ---- */

/* u^v = exp(v*log(u)), so its derivative is u^v times that of v*log(u). */
static struct derivation_slope derive_general_power(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    node_id u = node_operand(graph, node, 0), v = node_operand(graph, node, 1);
    node_id exponent =
        graph_apply2(graph, OP_MULTIPLY, v, graph_apply1(graph, OP_LOG, u));
    return make_slope(
        derive_build2(graph, OP_MULTIPLY, node, derive_pending(d, exponent)),
        "logarithmic differentiation");
}

/* (u^n)' = n*u^(n - 1)*u'.  With a number for n it is put down with u as it stands; else
 * its partial says what n - 1 is. */
static node_id power_rule(struct deriver *d, node_id node)
{
    struct graph *graph = d->graph;
    node_id base = node_operand(graph, node, 0), exponent = node_operand(graph, node, 1);
    node_id inner = is_wrt(d, base) ? graph_constant(graph, 1) : derive_pending(d, base);
    if (!is_constant(graph, exponent)) {
        node_id gate = 0;
        return derive_chain(graph, graph_partial(graph, node, 0, &gate), inner);
    }
    node_id lower = graph_constant(graph, node_value(graph, exponent) - 1);
    node_id factors[] = {exponent, graph_apply2(graph, OP_POWER, base, lower), inner};
    return derive_build(graph, OP_MULTIPLY, factors, 3);
}

/* By which of base and exponent depends on x. */
static struct derivation_slope derive_power(struct deriver *d, node_id node)
{
    node_id base = node_operand(d->graph, node, 0);
    node_id exponent = node_operand(d->graph, node, 1);
    if (!derive_depends(d, exponent))
        return make_slope(power_rule(d, node),
                          is_wrt(d, base) ? "power rule" : "power rule, chain rule");
    if (derive_depends(d, base))
        return derive_general_power(d, node);
    struct derivation_slope slope = derive_function(d, node);
    slope.rule =
        is_wrt(d, exponent) ? "exponential rule" : "exponential rule, chain rule";
    return slope;
}

/* By an array there are as many derivatives as it has elements: they are put down at
 * once.
 */
static struct derivation_slope derive_gradient(struct deriver *d, node_id node)
{
    node_id gradient = 0;
    graph_gradient(d->graph, node, &d->wrt, 1, &gradient);
    return make_slope(gradient, "gradient");
}

struct derivation_slope derive_slope(struct deriver *d, node_id node)
{
    if (!is_scalar(d->graph, d->wrt))
        return derive_gradient(d, node);
    if (is_wrt(d, node))
        return make_slope(graph_constant(d->graph, 1), "variable");
    if (!derive_depends(d, node))
        return derive_constant(d, node);
    struct derivation_slope slope = derive_constant_factors(d, node);
    if (slope.node != 0)
        return slope;
    switch (node_op(d->graph, node)) {
    case OP_ADD:
        return derive_sum(d, node);
    case OP_MULTIPLY:
    case OP_TIMES_LOG: /* x*log(x) */
        return derive_product(d, node);
    case OP_DIVIDE:
        return derive_quotient(d, node);
    case OP_POWER:
        return derive_power(d, node);
    default:
        return op_is_array(node_op(d->graph, node)) ? derive_array(d, node)
                                                    : derive_function(d, node);
    }
}
