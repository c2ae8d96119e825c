/* SPDX-License-Identifier: MIT
 * A normal form of rational functions: a fraction of two expanded polynomials with exact
 * coefficients, in the leaves and in whatever is no sum, product, quotient or whole
 * power. Two fractions are equal when the products crosswise are; a coefficient that a
 * double cannot hold, or too many terms, end the attempt. */
#include "script/claim.h"

#include <math.h>
#include <string.h>

enum { ATOMS = 8, MOST_TERMS = 200, HIGHEST_POWER = 16, HIGHEST_DEGREE = 200 };
enum { MOST_WORK = 200000 }; /* terms made in one attempt */

struct term {
    double coefficient;
    uint8_t degree[ATOMS]; /* of each atom */
};

/* Sorted by degrees, no coefficient 0; no terms is the number 0. */
struct polynomial {
    struct term *terms;
    size_t count;
};

struct fraction {
    struct polynomial above, below;
};

struct expansion {
    struct arena *arena;
    const struct graph *graph;
    node_id atoms[ATOMS];
    size_t atom_count;
    bool failed; /* of what was attempted last */
    size_t work;
};

/* ---- exact numbers ---- */

static double exact_sum(struct expansion *x, double a, double b)
{
    double sum = a + b, part = sum - a;
    if ((a - (sum - part)) + (b - part) != 0 || !isfinite(sum))
        x->failed = true;
    return sum;
}

static double exact_product(struct expansion *x, double a, double b)
{
    double product = a * b;
    if (!isfinite(product) || fabs(product) < 0x1p-500 || fma(a, b, -product) != 0)
        x->failed = true;
    return product;
}

/* ---- polynomials ---- */

static struct polynomial no_terms(struct expansion *x, size_t capacity)
{
    x->work += capacity;
    x->failed = x->failed || x->work > MOST_WORK;
    return (struct polynomial){ARENA_ARRAY(x->arena, capacity, struct term), 0};
}

static struct polynomial number(struct expansion *x, double value)
{
    struct polynomial p = no_terms(x, 1);
    p.terms[0].coefficient = value;
    p.count = value == 0 ? 0 : 1;
    return p;
}

static struct polynomial sum_of(struct expansion *x, struct polynomial a,
                                struct polynomial b)
{
    struct polynomial sum = no_terms(x, a.count + b.count);
    size_t i = 0, k = 0;
    while (i < a.count || k < b.count) {
        int order = i == a.count   ? 1
                    : k == b.count ? -1
                                   : memcmp(a.terms[i].degree, b.terms[k].degree, ATOMS);
        struct term term = order <= 0 ? a.terms[i] : b.terms[k];
        if (order == 0)
            term.coefficient = exact_sum(x, term.coefficient, b.terms[k].coefficient);
        i += order <= 0 ? 1 : 0;
        k += order >= 0 ? 1 : 0;
        if (term.coefficient != 0)
            sum.terms[sum.count++] = term;
    }
    return sum;
}

/* Sorted again: adding the same degrees to all terms keeps their order. */
static struct polynomial times_term(struct expansion *x, struct polynomial a,
                                    const struct term *term)
{
    struct polynomial product = no_terms(x, a.count);
    product.count = a.count;
    for (size_t i = 0; i < a.count; i++) {
        struct term *out = &product.terms[i];
        out->coefficient = exact_product(x, a.terms[i].coefficient, term->coefficient);
        for (size_t k = 0; k < ATOMS; k++) {
            unsigned degree = (unsigned)a.terms[i].degree[k] + term->degree[k];
            x->failed = x->failed || degree > HIGHEST_DEGREE;
            out->degree[k] = (uint8_t)degree;
        }
    }
    return product;
}

static struct polynomial product_of(struct expansion *x, struct polynomial a,
                                    struct polynomial b)
{
    struct polynomial product = no_terms(x, 1);
    for (size_t i = 0; i < b.count && !x->failed; i++) {
        product = sum_of(x, product, times_term(x, a, &b.terms[i]));
        x->failed = x->failed || product.count > MOST_TERMS;
    }
    return product;
}

static bool is_equal(struct polynomial a, struct polynomial b)
{
    bool equal = a.count == b.count;
    for (size_t i = 0; equal && i < a.count; i++)
        equal = a.terms[i].coefficient == b.terms[i].coefficient &&
                memcmp(a.terms[i].degree, b.terms[i].degree, ATOMS) == 0;
    return equal;
}

/* ---- fractions ---- */

static struct fraction add_fractions(struct expansion *x, struct fraction a,
                                     struct fraction b)
{
    if (is_equal(a.below, b.below))
        return (struct fraction){sum_of(x, a.above, b.above), a.below};
    return (struct fraction){
        sum_of(x, product_of(x, a.above, b.below), product_of(x, b.above, a.below)),
        product_of(x, a.below, b.below)};
}

static struct fraction multiply_fractions(struct expansion *x, struct fraction a,
                                          struct fraction b)
{
    return (struct fraction){product_of(x, a.above, b.above),
                             product_of(x, a.below, b.below)};
}

static struct fraction inverse(struct expansion *x, struct fraction a)
{
    x->failed = x->failed || a.above.count == 0;
    return (struct fraction){a.below, a.above};
}

static struct fraction constant_fraction(struct expansion *x, double value)
{
    x->failed = x->failed || !isfinite(value);
    return (struct fraction){number(x, value), number(x, 1)};
}

/* Whatever is not taken apart stands for itself. */
static struct fraction atom(struct expansion *x, node_id node)
{
    size_t i = 0;
    while (i < x->atom_count && x->atoms[i] != node)
        i++;
    struct fraction fraction = constant_fraction(x, 1);
    x->failed = i == ATOMS;
    if (i == x->atom_count && i < ATOMS)
        x->atoms[x->atom_count++] = node;
    if (i < ATOMS)
        fraction.above.terms[0].degree[i] = 1;
    return fraction;
}

static struct fraction power(struct expansion *x, struct fraction base, double exponent)
{
    double times = fabs(exponent);
    struct fraction result = constant_fraction(x, 1);
    x->failed = x->failed || times != floor(times) || times > HIGHEST_POWER;
    for (double i = 0; i < times && !x->failed; i++)
        result = multiply_fractions(x, result, base);
    return exponent < 0 ? inverse(x, result) : result;
}

/* ---- nodes ---- */

static struct fraction expand_node(struct expansion *x, struct node node,
                                   const struct fraction *parts)
{
    const node_id *operand = node.operands;
    struct fraction total = {{NULL, 0}, {NULL, 0}};
    switch (node.op) {
    case OP_CONSTANT:
        return constant_fraction(x, node.value);
    case OP_NEGATE:
        return multiply_fractions(x, constant_fraction(x, -1), parts[operand[0]]);
    case OP_ADD:
    case OP_MULTIPLY:
        total = parts[operand[0]];
        for (size_t i = 1; i < node.count && !x->failed; i++)
            total = node.op == OP_ADD ? add_fractions(x, total, parts[operand[i]])
                                      : multiply_fractions(x, total, parts[operand[i]]);
        return total;
    case OP_DIVIDE:
        return multiply_fractions(x, parts[operand[0]], inverse(x, parts[operand[1]]));
    case OP_POWER: {
        struct node exponent = graph_node(x->graph, operand[1]);
        if (exponent.op == OP_CONSTANT)
            return power(x, parts[operand[0]], exponent.value);
        break;
    }
    default:
        break;
    }
    x->failed = true;
    return total;
}

/* parts[node] of all the nodes; false when there are too many atoms. */
static bool expand(struct expansion *x, const struct graph_order *order,
                   struct fraction *parts)
{
    for (size_t i = 0; i < order->count; i++) {
        node_id node = order->nodes[i];
        x->failed = false;
        parts[node] = expand_node(x, graph_node(x->graph, node), parts);
        if (x->failed)
            parts[node] = atom(x, node);
        if (x->failed || x->work > MOST_WORK)
            return false;
    }
    return true;
}

bool claim_same_rational(struct arena *arena, const struct graph *graph, node_id a,
                         node_id b)
{
    enum { MOST_NODES = 5000 };
    struct arena_mark mark = arena_mark(arena);
    struct expansion x = {.arena = arena, .graph = graph};
    const node_id roots[2] = {a, b};
    struct graph_order order = graph_order(graph, roots, 2, arena);
    node_id last = a > b ? a : b;
    bool same = false;
    if (order.count <= MOST_NODES) {
        struct fraction *parts = ARENA_ARRAY(arena, (size_t)last + 1, struct fraction);
        if (expand(&x, &order, parts)) {
            x.failed = false;
            struct polynomial left = product_of(&x, parts[a].above, parts[b].below);
            struct polynomial right = product_of(&x, parts[b].above, parts[a].below);
            same = !x.failed && is_equal(left, right);
        }
    }
    arena_release(arena, mark);
    return same;
}
