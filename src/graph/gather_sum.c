/* SPDX-License-Identifier: MIT
 * The folding rules that give the sums of a derivative the form a person would write:
 * like terms gathered, the number last, a term without a minus first. */
#include "graph/fold.h"
#include "graph/node.h"

#include <math.h>
#include <string.h>

static void insert_operand(struct expression *e, size_t at, node_id operand)
{
    memmove(e->operands + at + 1, e->operands + at,
            (e->count - at) * sizeof *e->operands);
    e->operands[at] = operand;
    e->count++;
}

/* A term of a sum as number times factors; valid until the next construction. */
struct scaled {
    double coefficient;
    const node_id *factors;
    size_t count;
};

static struct scaled split_term(const struct graph *graph, const node_id *term)
{
    struct scaled split = {1, term, 1};
    if (node_op(graph, *split.factors) == OP_NEGATE) {
        split.coefficient = -1;
        split.factors = graph->operands + graph->cells[*term].as.operands.first;
    }
    node_id product = *split.factors;
    if (node_op(graph, product) == OP_MULTIPLY &&
        is_constant(graph, node_operand(graph, product, 0))) {
        split.coefficient *= node_value(graph, node_operand(graph, product, 0));
        split.factors = graph->operands + graph->cells[product].as.operands.first + 1;
        split.count = node_count(graph, product) - 1;
    }
    return split;
}

static bool are_alike(const struct graph *graph, const node_id *a, const node_id *b)
{
    if (is_constant(graph, *a) || is_constant(graph, *b))
        return false;
    struct scaled left = split_term(graph, a), right = split_term(graph, b);
    return left.count == right.count &&
           memcmp(left.factors, right.factors, left.count * sizeof *left.factors) == 0;
}

static double added_coefficients(const struct graph *graph, const node_id *a,
                                 const node_id *b)
{
    return split_term(graph, a).coefficient + split_term(graph, b).coefficient;
}

/* The number times the factors of the term. */
static node_id scale_term(struct graph *graph, const node_id *term, double number)
{
    struct scaled split = split_term(graph, term);
    node_id *factors =
        arena_get(&graph->scratch, (split.count + 1) * sizeof *split.factors);
    memcpy(factors + 1, split.factors, split.count * sizeof *factors);
    factors[0] = graph_constant(graph, number);
    return graph_apply(graph, OP_MULTIPLY, factors, split.count + 1);
}

node_id gather_like_terms(struct graph *graph, struct expression *e)
{
    for (size_t i = 0; i < e->count && e->count <= MOST_COMPARED; i++) {
        for (size_t k = i + 1; k < e->count;) {
            const node_id *a = &e->operands[i], *b = &e->operands[k];
            double number = are_alike(graph, a, b) ? added_coefficients(graph, a, b) : 0;
            if (number == 0 || !isfinite(number)) {
                k++;
                continue;
            }
            e->operands[i] = scale_term(graph, a, number);
            expression_remove(e, k);
        }
    }
    return 0;
}

node_id gather_opposite_terms(struct graph *graph, struct expression *e)
{
    for (size_t i = 0; i < e->count && e->count <= MOST_COMPARED; i++) {
        for (size_t k = i + 1; k < e->count; k++) {
            const node_id *a = &e->operands[i], *b = &e->operands[k];
            if (!are_alike(graph, a, b) || added_coefficients(graph, a, b) != 0)
                continue;
            expression_remove(e, k);
            e->operands[i] = graph_constant(graph, 0);
            break;
        }
    }
    return 0;
}

/* The numbers are added where the first one stands. */
node_id gather_numbers_added(struct graph *graph, struct expression *e)
{
    double total = 0;
    size_t numbers = 0, first = 0;
    for (size_t i = e->count; i-- > 0;) {
        if (is_constant(graph, e->operands[i])) {
            total += node_value(graph, e->operands[i]);
            numbers++;
            first = i;
        }
    }
    if (numbers < 2 || numbers == e->count || !isfinite(total))
        return 0;
    size_t kept = first + 1;
    for (size_t i = kept; i < e->count; i++)
        if (!is_constant(graph, e->operands[i]))
            e->operands[kept++] = e->operands[i];
    e->operands[first] = graph_constant(graph, total);
    e->count = kept;
    return 0;
}

static bool is_negative(const struct graph *graph, node_id node)
{
    enum op op = node_op(graph, node);
    if (op == OP_MULTIPLY || op == OP_DIVIDE) {
        node = node_operand(graph, node, 0);
        op = node_op(graph, node);
    }
    return op == OP_NEGATE || (op == OP_CONSTANT && node_value(graph, node) < 0);
}

/* A sum begins with a term that has no minus, if there is one near its beginning. */
node_id gather_first_term(struct graph *graph, struct expression *e)
{
    if (e->count == 0 || !is_negative(graph, e->operands[0]))
        return 0;
    for (size_t i = 1; i < e->count && i < MOST_COMPARED; i++) {
        node_id term = e->operands[i];
        if (is_negative(graph, term) || is_number(graph, term, 0))
            continue;
        expression_remove(e, i);
        insert_operand(e, 0, term);
        return 0;
    }
    return 0;
}

/* ---- Fractions ---- */

/* A term as above/base^power, with a sign; power 0 when it is no fraction over something
 * that varies. */
struct fraction {
    node_id above, base;
    double power;
    uint32_t origin;
};

static struct fraction split_fraction(struct graph *graph, node_id term)
{
    struct fraction split = {.origin = graph->origin};
    bool negative = node_op(graph, term) == OP_NEGATE;
    node_id quotient = negative ? node_operand(graph, term, 0) : term;
    if (node_op(graph, quotient) != OP_DIVIDE)
        return split;
    node_id below = node_operand(graph, quotient, 1);
    if (!graph->cells[below].depends)
        return split;
    split.base = gather_base(graph, below, &split.power);
    split.above = node_operand(graph, quotient, 0);
    split.origin = graph->cells[quotient].origin;
    if (negative)
        split.above = graph_apply1(graph, OP_NEGATE, split.above);
    return split;
}

/* What the quotient rule makes: u'/v and -u*v'/v^2, or 1/v^2 twice; not a sum of powers
 * such as 2/x - 3/x^2, which has no factor in common. */
static bool has_common_denominator(const struct graph *graph, const struct fraction *a,
                                   const struct fraction *b)
{
    bool varies = graph->cells[a->above].depends || graph->cells[b->above].depends;
    return a->base == b->base && varies &&
           (a->power == b->power || a->power == 2 * b->power || 2 * a->power == b->power);
}

static node_id raise_above(struct graph *graph, const struct fraction *fraction,
                           double power)
{
    if (power == fraction->power)
        return fraction->above;
    node_id exponent = graph_constant(graph, power - fraction->power);
    node_id factor = graph_apply2(graph, OP_POWER, fraction->base, exponent);
    return graph_apply2(graph, OP_MULTIPLY, fraction->above, factor);
}

static node_id add_fractions(struct graph *graph, const struct fraction *a,
                             const struct fraction *b)
{
    uint32_t origin = graph->origin;
    graph->origin = a->origin;
    double power = fmax(a->power, b->power);
    node_id above = graph_apply2(graph, OP_ADD, raise_above(graph, a, power),
                                 raise_above(graph, b, power));
    node_id below = graph_apply2(graph, OP_POWER, a->base, graph_constant(graph, power));
    node_id sum = graph_apply2(graph, OP_DIVIDE, above, below);
    graph->origin = origin;
    return sum;
}

node_id gather_common_denominator(struct graph *graph, struct expression *e)
{
    if (e->count > MOST_COMPARED)
        return 0;
    for (size_t i = 0; i < e->count; i++) {
        struct fraction a = split_fraction(graph, e->operands[i]);
        for (size_t k = i + 1; k < e->count && a.power > 0; k++) {
            struct fraction b = split_fraction(graph, e->operands[k]);
            if (b.power == 0 || !has_common_denominator(graph, &a, &b))
                continue;
            e->operands[i] = add_fractions(graph, &a, &b);
            expression_remove(e, k--);
            a = split_fraction(graph, e->operands[i]);
        }
    }
    return e->count == 1 ? e->operands[0] : 0;
}

/* ---- Powers by an exponent that varies ---- */

/* The factor u^v of a term; 0 when it has none. */
static node_id find_power(const struct graph *graph, node_id term)
{
    size_t count = node_op(graph, term) == OP_MULTIPLY ? node_count(graph, term) : 1;
    for (size_t i = 0; i < count && i < MOST_COMPARED; i++) {
        node_id factor = count == 1 ? term : node_operand(graph, term, i);
        if (node_op(graph, factor) == OP_POWER &&
            graph->cells[node_operand(graph, factor, 1)].depends)
            return factor;
    }
    return 0;
}

/* The term without that factor, once. */
static node_id without_factor(struct graph *graph, node_id term, node_id factor)
{
    if (term == factor)
        return graph_constant(graph, 1);
    size_t count = node_count(graph, term), kept = 0;
    node_id *others = arena_get(&graph->scratch, count * sizeof *others);
    for (size_t i = 0; i < count; i++)
        if (node_operand(graph, term, i) != factor || kept < i)
            others[kept++] = node_operand(graph, term, i);
    return graph_apply(graph, OP_MULTIPLY, others, kept);
}

/* u^v*x + u^v = u^v*(x + 1): what a general power and its product rule make. */
node_id gather_common_power(struct graph *graph, struct expression *e)
{
    if (e->count != 2)
        return 0;
    node_id power = find_power(graph, e->operands[0]);
    if (power == 0 || power != find_power(graph, e->operands[1]))
        return 0;
    node_id first = without_factor(graph, e->operands[0], power);
    node_id second = without_factor(graph, e->operands[1], power);
    bool number_first = is_constant(graph, first);
    node_id sum = graph_apply2(graph, OP_ADD, number_first ? second : first,
                               number_first ? first : second);
    return graph_apply2(graph, OP_MULTIPLY, power, sum);
}
