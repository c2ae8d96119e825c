/* SPDX-License-Identifier: MIT
 * The table of folding rules of arrays, and those of reductions and matrices. */
#include "graph/array_fold.h"

#include <math.h>

/* ---- Of no elements ---- */

static node_id fold_empty(struct graph *graph, const struct array_expression *e)
{
    if (shape_elements(&e->shape) > 0)
        return 0;
    bool is_done = e->op == OP_BROADCAST && is_number(graph, e->operands[0], 0);
    return is_done ? 0 : array_of_number(graph, 0, &e->shape);
}

static size_t count_reduced(const struct graph *graph, const struct array_expression *e)
{
    struct shape shape = graph_shape(graph, e->operands[0]);
    shape = shape_without(&shape, shape_all_axes(&shape) & ~(unsigned)e->attributes.axes);
    return shape_elements(&shape);
}

/* What a reduction is of no elements: the text of ops.def. */
static double neutral_of(enum op op)
{
    switch (op) {
    case OP_SUM_OVER:
    case OP_NORM_OVER:
        return 0;
    case OP_PROD_OVER:
        return 1;
    case OP_LOGSUMEXP_OVER:
        return (double)-INFINITY;
    default:
        return (double)NAN;
    }
}

static bool is_reduction(enum op op)
{
    return op >= OP_SUM_OVER && op <= OP_ARGMAX_OVER;
}

static node_id fold_nothing(struct graph *graph, const struct array_expression *e)
{
    if (!is_reduction(e->op) || count_reduced(graph, e) > 0)
        return 0;
    return array_of_number(graph, neutral_of(e->op), &e->shape);
}

static node_id fold_single(struct graph *graph, const struct array_expression *e)
{
    if (!is_reduction(e->op) || count_reduced(graph, e) != 1)
        return 0;
    if (e->op == OP_ARGMIN_OVER || e->op == OP_ARGMAX_OVER)
        return array_of_number(graph, 1, &e->shape);
    node_id same = graph_reshape(graph, e->operands[0], &e->shape);
    return e->op == OP_NORM_OVER ? graph_apply1(graph, OP_ABS, same) : same;
}

/* ---- Reductions ---- */

static node_id reduce(struct graph *graph, enum op op, node_id x, unsigned axes)
{
    struct shape shape = graph_shape(graph, x);
    shape = shape_without(&shape, axes);
    struct attributes attributes = {.axes = axes};
    return array_make1(graph, op, x, &shape, &attributes);
}

/* The axes numbered anew, once those of `gone` are no more. */
static unsigned renumber_axes(unsigned axes, unsigned gone)
{
    unsigned kept = 0, place = 0;
    for (unsigned i = 0; i < SHAPE_MOST_AXES; i++) {
        if ((gone >> i & 1) != 0)
            continue;
        kept |= (axes >> i & 1) << place;
        place++;
    }
    return kept;
}

/* The other way: axes of what is left, as axes of the whole. */
static unsigned original_axes(unsigned axes, unsigned gone)
{
    unsigned all = 0, place = 0;
    for (unsigned i = 0; i < SHAPE_MOST_AXES; i++) {
        if ((gone >> i & 1) != 0)
            continue;
        all |= (axes >> place & 1) << i;
        place++;
    }
    return all;
}

/* The axes that are reduced and along which `from` is only repeated to `to`. */
static unsigned repeated_and_reduced(const struct shape *from, const struct shape *to,
                                     const struct array_expression *e)
{
    return shape_repeated_axes(from, to) & (unsigned)e->attributes.axes;
}

/* What a broadcast repeats along reduced axes is reduced once: a sum is then the count
 * times it, the least is the same. */
static node_id fold_repeated(struct graph *graph, const struct array_expression *e)
{
    node_id inner = unbroadcast(graph, e->operands[0]);
    if (inner == e->operands[0])
        return 0;
    struct shape from = graph_shape(graph, inner),
                 to = graph_shape(graph, e->operands[0]);
    unsigned gone = repeated_and_reduced(&from, &to, e);
    if (gone == 0)
        return 0;
    struct shape left = shape_without(&to, gone);
    struct shape dropped = shape_without(&to, shape_all_axes(&to) & ~gone);
    from = shape_without(&from, gone >> (to.rank - from.rank));
    node_id once = graph_broadcast_to(graph, graph_reshape(graph, inner, &from), &left);
    node_id node =
        reduce(graph, e->op, once, renumber_axes((unsigned)e->attributes.axes, gone));
    if (e->op != OP_SUM_OVER)
        return node;
    node_id count = graph_constant(graph, (double)shape_elements(&dropped));
    return graph_apply2(graph, OP_MULTIPLY, count, node);
}

/* What is repeated along axes that are kept is reduced once, and repeated then. */
static node_id fold_reduced_inside(struct graph *graph, const struct array_expression *e)
{
    node_id inner = unbroadcast(graph, e->operands[0]);
    if (!is_reduction(e->op) || inner == e->operands[0])
        return 0;
    struct shape from = graph_shape(graph, inner),
                 to = graph_shape(graph, e->operands[0]);
    if (repeated_and_reduced(&from, &to, e) != 0)
        return 0;
    unsigned axes = (unsigned)e->attributes.axes >> (to.rank - from.rank);
    return graph_broadcast_to(graph, reduce(graph, e->op, inner, axes), &e->shape);
}

static node_id fold_reduced_twice(struct graph *graph, const struct array_expression *e)
{
    node_id inner = e->operands[0];
    if (node_op(graph, inner) != e->op)
        return 0;
    unsigned gone = (unsigned)graph_attributes(graph, inner).axes;
    unsigned axes = gone | original_axes((unsigned)e->attributes.axes, gone);
    return reduce(graph, e->op, node_operand(graph, inner, 0), axes);
}

/* Over all axes the shape does not matter, and zeros add nothing. */
static node_id fold_sum_of_moved(struct graph *graph, const struct array_expression *e)
{
    enum op op = node_op(graph, e->operands[0]);
    if (e->shape.rank > 0 || (op != OP_RESHAPE && op != OP_PAD && op != OP_PERMUTE))
        return 0;
    return graph_sum_all(graph, node_operand(graph, e->operands[0], 0));
}

/* ---- Numbers in front of what is linear ---- */

/* c and y where x is c*y with a finite number c, or -y; else 1 and x. */
static double split_number(struct graph *graph, node_id x, node_id *y)
{
    *y = x;
    if (node_op(graph, x) == OP_NEGATE)
        *y = node_operand(graph, x, 0);
    if (node_op(graph, x) != OP_MULTIPLY)
        return node_op(graph, x) == OP_NEGATE ? -1 : 1;
    node_id first = node_operand(graph, x, 0);
    if (!is_constant(graph, first) || !isfinite(node_value(graph, first)))
        return 1;
    size_t count = node_count(graph, x) - 1;
    node_id *others = ARENA_ARRAY(&graph->scratch, count, node_id);
    for (size_t i = 0; i < count; i++)
        others[i] = node_operand(graph, x, i + 1);
    double number = node_value(graph, first);
    *y = graph_apply(graph, OP_MULTIPLY, others, count);
    return number;
}

static node_id fold_number(struct graph *graph, const struct array_expression *e)
{
    node_id operands[2] = {0};
    double number = 1;
    bool found = false;
    for (size_t i = 0; i < e->count; i++) {
        number *= split_number(graph, e->operands[i], &operands[i]);
        struct shape was = graph_shape(graph, e->operands[i]);
        found = found || operands[i] != e->operands[i];
        operands[i] = graph_broadcast_to(graph, operands[i], &was);
    }
    if (!found || !isfinite(number))
        return 0;
    struct array_expression plain = *e;
    plain.operands = operands;
    node_id node = array_make(graph, &plain);
    if (number == -1)
        return graph_apply1(graph, OP_NEGATE, node);
    return graph_apply2(graph, OP_MULTIPLY, graph_constant(graph, number), node);
}

/* clang-format off */
#define EXACT     FOLD_EXACT
#define SAFE      FOLD_SAFE
#define ZERO_SIGN FOLD_ZERO_SIGN
#define ROUNDING  FOLD_ROUNDING
#define FINITE    FOLD_FINITE
static const struct array_fold_rule rules[] = {
    {"no elements", "exp(x) of an empty x", "zeros of its shape", "there is nothing to compute", EXACT, OP_COUNT, fold_empty},
    {"reduction of nothing", "sum of an empty x", "0", "by definition", EXACT, OP_COUNT, fold_nothing},
    {"reduction of one", "sum of [x]", "x", "there is one element", EXACT, OP_COUNT, fold_single},

    {"sum of equals", "sum of n times x", "n*x", "multiplying rounds once", SAFE, OP_SUM_OVER, fold_repeated},
    {"least of equals", "min of n times x", "x", "all are x", EXACT, OP_MIN_OVER, fold_repeated},
    {"greatest of equals", "max of n times x", "x", "all are x", EXACT, OP_MAX_OVER, fold_repeated},
    {"reduction of equal rows", "sum of each of n rows x", "n times sum of x", "all rows are x", EXACT, OP_COUNT, fold_reduced_inside},
    {"sum of sums", "sum of the sums of rows", "sum of all", "addition is associative", ROUNDING, OP_SUM_OVER, fold_reduced_twice},
    {"least of least", "min of the min of rows", "min of all", "the least stays the least", EXACT, OP_MIN_OVER, fold_reduced_twice},
    {"greatest of greatest", "max of the max of rows", "max of all", "the greatest stays the greatest", EXACT, OP_MAX_OVER, fold_reduced_twice},
    {"sum of all in another form", "sum of transpose(x)", "sum of x", "addition is commutative", ROUNDING, OP_SUM_OVER, fold_sum_of_moved},

    {"number in a sum", "sum of 2*x", "2*sum of x", "distributive law", ROUNDING, OP_SUM_OVER, fold_number},
    {"number in a form", "2*x to another shape", "2*(x to it)", "each element is multiplied", ROUNDING, OP_RESHAPE, fold_number},
    {"number in a transpose", "transpose(2*x)", "2*transpose(x)", "each element is multiplied", ROUNDING, OP_PERMUTE, fold_number},
    {"number in a slice", "(2*x)[1..3]", "2*x[1..3]", "each element is multiplied", ROUNDING, OP_SLICE, fold_number},
    {"number in a product", "A @ (2*x)", "2*(A @ x)", "distributive law", ROUNDING, OP_MATMUL, fold_number},

    {"broadcast to the same", "x to its shape", "x", "nothing is repeated", EXACT, OP_BROADCAST, array_fold_same_shape},
    {"broadcast twice", "x to [n], to [m,n]", "x to [m,n]", "both align from the last axis", EXACT, OP_BROADCAST, array_fold_broadcast},
    {"reshape to the same", "x to its shape", "x", "nothing changes", EXACT, OP_RESHAPE, array_fold_same_shape},
    {"one number repeated", "slice of n times x", "m times x", "all elements are x", EXACT, OP_COUNT, array_fold_repeated_number},
    {"reshape twice", "x to [n*m], to [m,n]", "x to [m,n]", "the elements keep their order", EXACT, OP_RESHAPE, array_fold_reshape},
    {"permuted axes", "transpose(transpose(x))", "x", "orders compose; axes of extent 1 only rename", EXACT, OP_PERMUTE, array_fold_permute},
    {"slices", "x[2..5][1..2]", "x[2..3]", "places compose", EXACT, OP_SLICE, array_fold_slice},
    {"padded by nothing", "pad of x to its shape", "x", "nothing is added", EXACT, OP_PAD, array_fold_pad},
    {"gather in steps", "x[i + 1 for i in 1..n]", "x[2..n+1]", "an affine index is a slice", EXACT, OP_GATHER, array_fold_gather},
    {"scatter in steps", "adjoint of a gather in steps", "pad", "no index occurs twice", EXACT, OP_SCATTER, array_fold_scatter},
    {"joined parts", "concat(x, [], concat(y, z))", "concat(x, y, z)", "parts stand in order", EXACT, OP_CONCAT, array_fold_concat},
    {"zeros moved", "pad of zeros", "zeros", "all elements are 0", EXACT, OP_PAD, array_fold_zero},
    {"zeros added", "scatter of zeros", "zeros", "all elements are 0", FINITE, OP_SCATTER, array_fold_zero},
    {"zeros on a diagonal", "diag of zeros", "zeros", "all elements are 0", EXACT, OP_MAKE_DIAGONAL, array_fold_zero},
    {"diagonal of a diagonal", "diag(diag(x))", "x", "what was put there", EXACT, OP_DIAGONAL, array_fold_diagonal},

    {"cumulative sum of one", "cumsum([x])", "[x]", "there is one element", EXACT, OP_CUMSUM, array_fold_short_row},
    {"zeros summed", "cumsum of zeros", "zeros", "all sums are 0", EXACT, OP_CUMSUM, array_fold_zero},
    {"order of one", "argsort([x])", "[0]", "there is one element", EXACT, OP_ARGSORT, array_fold_short_row},
    {"product without terms", "A @ B, A of no columns", "zeros", "an empty sum is 0", EXACT, OP_MATMUL, array_fold_no_factors},
    {"product with one matrix", "A @ B[i] for all i", "A @ all of B", "one product of two matrices", EXACT, OP_MATMUL, array_fold_one_matrix},
    {"product with zeros", "A @ zeros", "zeros", "a derivative that is zero is skipped", FINITE, OP_MATMUL, array_fold_zero_matrix},
};
/* clang-format on */

const struct array_fold_rule *array_fold_rules(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}

node_id array_fold(struct graph *graph, const struct array_expression *e)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        bool is_for = rules[i].op == e->op || rules[i].op == OP_COUNT;
        if (!is_for || !fold_is_allowed(graph, rules[i].kind))
            continue;
        node_id node = rules[i].apply(graph, e);
        if (node != 0)
            return node;
    }
    return 0;
}
