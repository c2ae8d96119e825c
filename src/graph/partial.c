/* SPDX-License-Identifier: MIT
 * The partial derivatives of ops.def, and the words in which they are written there. */
#include "graph/partial.h"

#include "graph/node.h"

#include <math.h>

#define NONE ((node_id)0)

static node_id call2(struct partials *b, enum op op, node_id x, node_id y)
{
    return graph_apply2(b->graph, op, x, y);
}

static node_id negative(struct partials *b, node_id x)
{
    return graph_apply1(b->graph, OP_NEGATE, x);
}

static node_id when(struct partials *b, node_id condition, node_id partial)
{
    b->gate = condition;
    return partial;
}

static node_id unless(struct partials *b, node_id condition, node_id partial)
{
    return when(b, graph_apply1(b->graph, OP_NOT, condition), partial);
}

/* Left out at 0, where the derivative of what is inside may be undefined. */
static node_id away_from_zero(struct partials *b, node_id x, node_id partial)
{
    if (b->graph->cells[x].is_total)
        return partial;
    return when(b, call2(b, OP_NOT_EQUAL, x, graph_constant(b->graph, 0)), partial);
}

/* The node as it is: a person leaves log(2) and sqrt(pi) standing. */
static node_id written(struct partials *b, enum op op, node_id x)
{
    return graph_intern(b->graph, op, &x, 1);
}

static node_id log_of(struct partials *b, node_id x)
{
    bool stays = is_constant(b->graph, x) && !is_number(b->graph, x, 1);
    return stays ? written(b, OP_LOG, x) : graph_apply1(b->graph, OP_LOG, x);
}

static const double pi = 3.14159265358979323846;

enum { FEW_FACTORS = 4 };

/* The products of the factors before and after each one: n partials in 3n nodes. */
static void make_partial_products(struct partials *b, node_id product)
{
    struct graph *graph = b->graph;
    size_t count = node_count(graph, product);
    b->before = ARENA_ARRAY(b->arena, count, node_id);
    b->after = ARENA_ARRAY(b->arena, count, node_id);
    b->before[0] = b->after[count - 1] = graph_constant(graph, 1);
    for (size_t i = 1; i < count; i++) {
        size_t k = count - 1 - i;
        b->before[i] =
            call2(b, OP_MULTIPLY, b->before[i - 1], node_operand(graph, product, i - 1));
        b->after[k] =
            call2(b, OP_MULTIPLY, node_operand(graph, product, k + 1), b->after[k + 1]);
    }
    b->product = product;
}

static node_id product_of_others(struct partials *b, node_id product, size_t which)
{
    size_t count = node_count(b->graph, product);
    if (count > FEW_FACTORS) {
        if (b->product != product)
            make_partial_products(b, product);
        return call2(b, OP_MULTIPLY, b->before[which], b->after[which]);
    }
    node_id others[FEW_FACTORS];
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (i != which)
            others[kept++] = node_operand(b->graph, product, i);
    return graph_apply(b->graph, OP_MULTIPLY, others, kept);
}

#define NUMBER(value) graph_constant(d->graph, value)
#define ZERO NUMBER(0)
#define ONE NUMBER(1)
#define TWO NUMBER(2)
#define PI NUMBER(pi)
#define UNDEFINED NUMBER((double)NAN)
#define PLUS(x, y) call2(d, OP_ADD, x, y)
#define MINUS(x, y) call2(d, OP_ADD, x, negative(d, y))
#define TIMES(x, y) call2(d, OP_MULTIPLY, x, y)
#define OVER(x, y) call2(d, OP_DIVIDE, x, y)
#define TO_THE(x, y) call2(d, OP_POWER, x, y)
#define NEGATIVE(x) negative(d, x)
#define OF(op, x) graph_apply1(d->graph, OP_##op, x)
#define OF2(op, x, y) call2(d, OP_##op, x, y)
#define WRITTEN(op, x) written(d, OP_##op, x)
#define LOG_OF(x) log_of(d, x)
#define SUM_OF_SQUARES(x, y) PLUS(TO_THE(x, TWO), TO_THE(y, TWO))
#define IS(op, x, y) call2(d, OP_##op, x, y)
#define BOTH(x, y) call2(d, OP_AND, x, y)
#define EITHER(x, y) call2(d, OP_OR, x, y)
#define WHEN(condition, x) when(d, condition, x)
#define UNLESS(condition, x) unless(d, condition, x)
#define AWAY_FROM_ZERO(x, y) away_from_zero(d, x, y)
#define UNLESS_ZERO(x, y) (is_number(d->graph, x, 0) ? NONE : (y))
#define OTHERS product_of_others(d, r, which)

static node_id build_partial(struct partials *d, node_id r, size_t which)
{
    size_t count = node_count(d->graph, r);
    node_id a = count > 0 ? node_operand(d->graph, r, 0) : 0;
    node_id b = count > 1 ? node_operand(d->graph, r, 1) : 0;
    node_id c = count > 2 ? node_operand(d->graph, r, 2) : 0;
    (void)c;
    d->gate = 0;
    switch (node_op(d->graph, r)) {
#define OP(id, spelling, arity, level, defined, rule, domain, kinks, value, partial_a,   \
           partial_b, partial_c)                                                         \
    case OP_##id:                                                                        \
        return which == 0 ? (partial_a) : which == 1 ? (partial_b) : (partial_c);
#include "graph/ops.def"
    default: /* of arrays: array_adjoint.c */
        break;
    }
    return 0;
}

node_id partial_of(struct partials *partials, node_id node, size_t which, node_id *gate)
{
    node_id partial = build_partial(partials, node, which);
    *gate = partials->gate;
    return partial;
}

node_id graph_partial(struct graph *graph, node_id node, size_t which, node_id *gate)
{
    struct arena_mark mark = graph_scratch(graph);
    uint32_t origin = graph->origin;
    graph->deriving = true;
    graph->origin = graph->cells[node].origin;
    struct partials p = {.graph = graph, .arena = &graph->scratch};
    node_id partial = partial_of(&p, node, which, gate);
    graph->deriving = false;
    graph->origin = origin;
    arena_release(&graph->scratch, mark);
    return partial == NONE || is_number(graph, partial, 0) ? 0 : partial;
}
