/* SPDX-License-Identifier: MIT
 * Sums of squares, found from the root down.
 *
 * What is still to be looked at is a list of parts, each a node and a weight: the part is
 * the sum over all elements of weight * node.  A sum becomes its operands, a factor
 * without variables goes into the weight, a square becomes a term.  Anything else that
 * depends on a variable ends the search: the function is no sum of squares. */
#include "graph/squares.h"

#include "graph/array_adjoint.h"

#include <math.h>

/* A product with more factors than this is not compared factor by factor. */
enum { MOST_FACTORS = 32 };
/* Sums of sums that share their terms have more paths than nodes. */
enum { MOST_PARTS = 1 << 18 };

struct part {
    node_id node, weight, factor;
};

struct finder {
    struct graph *graph;
    struct arena *arena;
    struct squares *found;
    size_t term_capacity;
    struct part *parts;
    size_t part_count, part_capacity, taken;
};

static bool depends(const struct graph *graph, node_id node)
{
    return graph->cells[node].depends;
}

static node_id multiply(struct finder *s, node_id a, node_id b)
{
    return graph_apply2(s->graph, OP_MULTIPLY, a, b);
}

static void push(struct finder *s, node_id node, node_id weight, node_id factor)
{
    if (s->part_count == s->part_capacity)
        s->parts = arena_grow(s->arena, s->parts, s->part_count, &s->part_capacity,
                              sizeof *s->parts);
    s->parts[s->part_count++] = (struct part){node, weight, factor};
}

/* ---- Weights in another shape ---- */

static node_id in_full(struct finder *s, node_id weight, node_id node)
{
    struct shape shape = graph_shape(s->graph, node);
    return graph_broadcast_to(s->graph, weight, &shape);
}

/* The weight of an operand that is repeated to the shape of `node`. */
static node_id of_operand(struct finder *s, node_id weight, node_id node, node_id operand)
{
    if (s->graph->cells[node].shape == s->graph->cells[operand].shape)
        return weight;
    struct shape shape = graph_shape(s->graph, node);
    struct gated full = {0, in_full(s, weight, node)};
    return array_sum_to(s->graph, full, &shape, operand).value;
}

/* The weight of what was summed over axes to `node`. */
static node_id of_summed(struct finder *s, node_id weight, node_id node, node_id operand)
{
    if (is_scalar(s->graph, weight))
        return weight;
    struct shape shape = graph_shape(s->graph, operand);
    unsigned axes = (unsigned)graph_attributes(s->graph, node).axes;
    shape = shape_with_units(&shape, axes);
    return graph_reshape(s->graph, in_full(s, weight, node), &shape);
}

/* ---- Terms ---- */

/* Takes factors without variables out of what is squared; its shape stays. */
static node_id take_factors(struct finder *s, node_id node, node_id *weight)
{
    struct graph *graph = s->graph;
    enum op op = node_op(graph, node);
    if ((op != OP_MULTIPLY && op != OP_DIVIDE) || node_count(graph, node) > MOST_FACTORS)
        return op == OP_NEGATE ? node_operand(graph, node, 0) : node;
    node_id rest = 0, factor = graph_constant(graph, 1);
    for (size_t i = 0; i < node_count(graph, node); i++) {
        node_id operand = node_operand(graph, node, i);
        bool divides = op == OP_DIVIDE && i == 1;
        if (depends(graph, operand) && (rest != 0 || divides))
            return node;
        if (depends(graph, operand))
            rest = operand;
        else
            factor =
                graph_apply2(graph, divides ? OP_DIVIDE : OP_MULTIPLY, factor, operand);
    }
    if (rest == 0 || graph->cells[rest].shape != graph->cells[node].shape)
        return node;
    *weight = multiply(s, *weight, multiply(s, factor, factor));
    return rest;
}

/* What stands in the sum without variables; 0 when there is nothing, or nothing else. */
static node_id data_of(struct graph *graph, node_id residual)
{
    if (node_op(graph, residual) != OP_ADD)
        return 0;
    node_id data = 0;
    for (size_t i = 0; i < node_count(graph, residual); i++) {
        node_id operand = node_operand(graph, residual, i);
        if (depends(graph, operand))
            continue;
        data = data == 0 ? operand : graph_apply2(graph, OP_ADD, data, operand);
    }
    return data;
}

/* Whether it only moves the numbers of a variable. */
static bool is_moved_variable(const struct graph *graph, node_id node)
{
    enum op op = node_op(graph, node);
    while (op == OP_RESHAPE || op == OP_SLICE || op == OP_PERMUTE || op == OP_BROADCAST) {
        node = node_operand(graph, node, 0);
        op = node_op(graph, node);
    }
    return op == OP_VARIABLE;
}

static void add_term(struct finder *s, node_id residual, node_id weight, node_id factor)
{
    struct squares *found = s->found;
    for (node_id inner = 0; inner != residual;) {
        inner = residual;
        residual = take_factors(s, residual, &weight);
    }
    if (found->count == s->term_capacity)
        found->terms = arena_grow(s->arena, found->terms, found->count, &s->term_capacity,
                                  sizeof *found->terms);
    found->terms[found->count++] =
        (struct squares_term){.residual = residual,
                              .weight = weight,
                              .factor = factor,
                              .data = data_of(s->graph, residual),
                              .is_penalty = is_moved_variable(s->graph, residual)};
}

static void add_offset(struct finder *s, node_id node, node_id weight)
{
    struct graph *graph = s->graph;
    node_id full = in_full(s, weight, node);
    node_id sum = graph_sum_all(graph, multiply(s, full, node));
    s->found->offset =
        s->found->offset == 0 ? sum : graph_apply2(graph, OP_ADD, s->found->offset, sum);
}

/* ---- Squares ---- */

/* The root of an even power, which may be negative; 0 when it is none. */
static node_id root_of_power(struct graph *graph, node_id node)
{
    if (node_op(graph, node) != OP_POWER)
        return 0;
    node_id base = node_operand(graph, node, 0);
    node_id exponent = unbroadcast(graph, node_operand(graph, node, 1));
    if (!is_constant(graph, exponent) || !depends(graph, base))
        return 0;
    double half = node_value(graph, exponent) / 2;
    if (half == 0 || half != floor(half))
        return 0;
    return half == 1 ? base
                     : graph_apply2(graph, OP_POWER, base, graph_constant(graph, half));
}

/* The square of a norm is a sum of squares itself. */
static bool open_square(struct finder *s, const struct part *part, node_id root)
{
    struct graph *graph = s->graph;
    node_id two = graph_constant(graph, 2);
    enum op op = node_op(graph, root);
    if (op == OP_ABS) {
        add_term(s, node_operand(graph, root, 0), part->weight, part->factor);
    } else if (op == OP_NORM_OVER) {
        node_id x = node_operand(graph, root, 0);
        push(s, graph_apply2(graph, OP_POWER, x, two),
             of_summed(s, part->weight, root, x), part->factor);
    } else if (op == OP_HYPOT) {
        for (size_t i = 0; i < 2; i++) {
            node_id x = node_operand(graph, root, i);
            push(s, graph_apply2(graph, OP_POWER, x, two),
                 of_operand(s, part->weight, root, x), part->factor);
        }
    } else {
        return false;
    }
    return true;
}

static bool take_power(struct finder *s, const struct part *part)
{
    node_id root = root_of_power(s->graph, part->node);
    if (root == 0)
        return false;
    bool is_square = root == node_operand(s->graph, part->node, 0);
    if (!is_square || !open_square(s, part, root))
        add_term(s, root, part->weight, part->factor);
    return true;
}

/* The root of a product of squares and of pairs of equal factors; 0 when it is none. */
static node_id root_of_factors(struct finder *s, node_id *factors, size_t count)
{
    node_id roots[MOST_FACTORS];
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        if (factors[i] == 0)
            continue;
        size_t other = i + 1;
        while (other < count && factors[other] != factors[i])
            other++;
        node_id root = other < count ? factors[i] : root_of_power(s->graph, factors[i]);
        if (root == 0)
            return 0;
        if (other < count)
            factors[other] = 0;
        roots[found++] = root;
    }
    return found == 1 ? roots[0] : graph_apply(s->graph, OP_MULTIPLY, roots, found);
}

static bool take_product(struct finder *s, const struct part *part)
{
    struct graph *graph = s->graph;
    node_id factors[MOST_FACTORS], weight = part->weight, factor = part->factor;
    size_t total = node_count(graph, part->node), count = 0;
    if (total > MOST_FACTORS)
        return false;
    for (size_t i = 0; i < total; i++) {
        node_id operand = node_operand(graph, part->node, i);
        if (depends(graph, operand))
            factors[count++] = operand;
        else if (is_scalar(graph, operand))
            factor = multiply(s, factor, operand);
        else
            weight = multiply(s, weight, operand);
    }
    if (count == 1) {
        push(s, factors[0], of_operand(s, weight, part->node, factors[0]), factor);
        return true;
    }
    node_id root = root_of_factors(s, factors, count);
    if (root == 0)
        return false;
    add_term(s, root, of_operand(s, weight, part->node, root), factor);
    return true;
}

static bool take_quotient(struct finder *s, const struct part *part)
{
    struct graph *graph = s->graph;
    node_id top = node_operand(graph, part->node, 0);
    node_id bottom = node_operand(graph, part->node, 1);
    node_id weight = part->weight, factor = part->factor;
    if (!depends(graph, bottom)) {
        bool is_number = is_scalar(graph, bottom);
        node_id *divided = is_number ? &factor : &weight;
        *divided = graph_apply2(graph, OP_DIVIDE, *divided, bottom);
        push(s, top, of_operand(s, weight, part->node, top), factor);
        return true;
    }
    node_id root = root_of_power(graph, bottom), over = root_of_power(graph, top);
    if (root == 0 || (over == 0 && depends(graph, top)))
        return false;
    if (over == 0) {
        weight = multiply(s, weight, top);
        over = graph_constant(graph, 1);
    }
    node_id residual = graph_apply2(graph, OP_DIVIDE, over, root);
    add_term(s, residual, of_operand(s, weight, part->node, residual), factor);
    return true;
}

/* Reshaped or transposed: of a vector the same numbers. */
static node_id in_line(const struct graph *graph, node_id node)
{
    while (node_op(graph, node) == OP_RESHAPE || node_op(graph, node) == OP_PERMUTE) {
        struct shape shape = graph_shape(graph, node);
        size_t longest = 0;
        for (size_t i = 0; i < shape.rank; i++)
            longest = shape.extent[i] > longest ? shape.extent[i] : longest;
        if (longest != shape_elements(&shape))
            break;
        node = node_operand(graph, node, 0);
    }
    return node;
}

/* r @ r of a vector. */
static bool take_matrix_product(struct finder *s, const struct part *part)
{
    struct graph *graph = s->graph;
    struct shape shape = graph_shape(graph, part->node);
    node_id left = in_line(graph, node_operand(graph, part->node, 0));
    node_id right = in_line(graph, node_operand(graph, part->node, 1));
    if (left != right || shape_elements(&shape) != 1 ||
        graph_shape(graph, left).rank != 1)
        return false;
    add_term(s, left, graph_sum_all(graph, part->weight), part->factor);
    return true;
}

/* ---- Sums ---- */

static bool take_sum(struct finder *s, const struct part *part)
{
    for (size_t i = node_count(s->graph, part->node); i-- > 0;) {
        node_id operand = node_operand(s->graph, part->node, i);
        push(s, operand, of_operand(s, part->weight, part->node, operand), part->factor);
    }
    return true;
}

/* Elements in other places, all of them. */
static bool take_moved(struct finder *s, const struct part *part)
{
    struct graph *graph = s->graph;
    node_id operand = node_operand(graph, part->node, 0), weight = part->weight;
    if (!is_scalar(graph, weight)) {
        if (node_op(graph, part->node) != OP_RESHAPE)
            return false;
        struct shape shape = graph_shape(graph, operand);
        weight = graph_reshape(graph, in_full(s, weight, part->node), &shape);
    }
    for (size_t i = node_count(graph, part->node); i-- > 0;)
        push(s, node_operand(graph, part->node, i), weight, part->factor);
    return true;
}

static bool take(struct finder *s, const struct part *part)
{
    struct graph *graph = s->graph;
    node_id node = part->node;
    if (!depends(graph, node)) {
        add_offset(s, node, multiply(s, part->weight, part->factor));
        return true;
    }
    switch ((int)node_op(graph, node)) {
    case OP_ADD:
    case OP_BROADCAST:
        return take_sum(s, part);
    case OP_NEGATE:
        push(s, node_operand(graph, node, 0), part->weight,
             graph_apply1(graph, OP_NEGATE, part->factor));
        return true;
    case OP_MULTIPLY:
        return take_product(s, part);
    case OP_DIVIDE:
        return take_quotient(s, part);
    case OP_POWER:
        return take_power(s, part);
    case OP_SUM_OVER: {
        node_id operand = node_operand(graph, node, 0);
        push(s, operand, of_summed(s, part->weight, node, operand), part->factor);
        return true;
    }
    case OP_RESHAPE:
    case OP_PERMUTE:
    case OP_CONCAT:
        return take_moved(s, part);
    case OP_MATMUL:
        return take_matrix_product(s, part);
    default:
        return false;
    }
}

bool graph_squares(struct graph *graph, node_id f, struct arena *arena,
                   struct squares *out)
{
    *out = (struct squares){0};
    struct finder s = {.graph = graph, .arena = arena, .found = out};
    node_id one = graph_constant(graph, 1);
    push(&s, f, one, one);
    while (s.part_count > 0) {
        struct part part = s.parts[--s.part_count];
        if (s.taken++ == MOST_PARTS || !take(&s, &part))
            return false;
    }
    return out->count > 0;
}

/* ---- Derivatives of what is squared ---- */

node_id graph_jacobian_vector(struct graph *graph, node_id residual, node_id wrt,
                              node_id direction, node_id seed)
{
    node_id weighted =
        graph_sum_all(graph, graph_apply2(graph, OP_MULTIPLY, seed, residual));
    node_id slope, out, one = graph_constant(graph, 1);
    graph_gradient(graph, weighted, &wrt, 1, &slope);
    if (!is_scalar(graph, wrt))
        slope = graph_sum_all(graph, graph_apply2(graph, OP_MULTIPLY, slope, direction));
    graph_gradient(graph, slope, &seed, 1, &out);
    graph_substitute(graph, &out, 1, &seed, &one, 1, &out); /* it has dropped out but in
                                                               form */
    return out;
}
