/* SPDX-License-Identifier: MIT
 * Curvature by composition.
 *
 * Each operation has rows in curvature.def.  f(g) is convex when f is convex and g is
 * affine, or f rises and g is convex, or f falls and g is concave; concave likewise (Boyd
 * and Vandenberghe, section 3.2.4).  For that f counts as +inf (concave: -inf) outside of
 * its domain, and rises or falls so extended: log rises everywhere, x^1.5 does only for
 * x >= 0.
 *
 * Two further properties are carried along, since sums keep them: the logarithm is convex
 * (sums of exponentials), or the square root is (sums of squares). */
#include "graph/convex.h"
#include "graph/node.h"

#include <math.h>

/* Kinds of power, by the exponent, and of exponential, by the base. */
enum {
    POWER_EVEN = OP_COUNT,
    POWER_ODD,
    POWER_ABOVE_ONE,
    POWER_BELOW_ONE,
    POWER_MINUS_EVEN,
    POWER_MINUS_ODD,
    POWER_NEGATIVE,
    EXPONENTIAL_RISING,
    EXPONENTIAL_FALLING,
    NO_SHAPE
};

enum slope { FALLS, TURNS, RISES };

struct curve {
    int kind; /* an operation or one of the kinds above */
    double low, high;
    enum curvature curvature;
    enum slope slope;
};

#define ALL (double)-INFINITY, (double)INFINITY
#define POSITIVE 0, (double)INFINITY
#define NEGATIVE (double)-INFINITY, 0
#define CONVEX CURVATURE_CONVEX
#define CONCAVE CURVATURE_CONCAVE

static const struct curve shapes[] = {
#define SHAPE(...) {__VA_ARGS__},
#include "graph/curvature.def"
#undef SHAPE
};

/* What is known of a node. */
struct finding {
    enum curvature curvature;
    struct graph_range range;
    bool log_convex;  /* positive, and its logarithm is convex */
    bool sqrt_convex; /* not negative, and its square root is convex */
};

struct proof {
    const struct graph *graph;
    const struct graph_order *order;
    struct finding *findings; /* by position in the order */
};

static const struct finding *found(const struct proof *p, node_id node, size_t index)
{
    node_id operand = node_operand(p->graph, node, index);
    return &p->findings[graph_position(p->graph, p->order, operand)];
}

static bool is_flat(const struct finding *f)
{
    return f->curvature == CURVATURE_CONSTANT || f->curvature == CURVATURE_AFFINE;
}

static bool is_convex(const struct finding *f)
{
    return is_flat(f) || f->curvature == CONVEX;
}

static bool is_concave(const struct finding *f)
{
    return is_flat(f) || f->curvature == CONCAVE;
}

static bool is_fixed(const struct finding *f)
{
    return f->curvature == CURVATURE_CONSTANT;
}

static bool lies_in(struct graph_range range, double low, double high)
{
    return range.low >= low && range.high <= high;
}

static enum curvature mirrored(enum curvature curvature)
{
    return curvature == CONVEX ? CONCAVE : curvature == CONCAVE ? CONVEX : curvature;
}

/* What a factor whose values lie in `range` makes of a curvature. */
static enum curvature scaled(enum curvature curvature, struct graph_range range)
{
    bool is_zero = lies_in(range, 0, 0) && curvature != CURVATURE_UNKNOWN;
    if (is_zero)
        return CURVATURE_AFFINE;
    if (curvature <= CURVATURE_AFFINE || range.low >= 0)
        return curvature;
    return range.high <= 0 ? mirrored(curvature) : CURVATURE_UNKNOWN;
}

/* ---- One operation ---- */

static int kind_of_power(struct graph_range exponent)
{
    double p = exponent.low;
    bool is_whole = exponent.high == p && floor(p) == p;
    bool is_even = is_whole && fmod(p, 2) == 0;
    if (is_whole && p > 1)
        return is_even ? POWER_EVEN : POWER_ODD;
    if (is_whole && p < 0)
        return is_even ? POWER_MINUS_EVEN : POWER_MINUS_ODD;
    bool is_broken = floor(p) == floor(exponent.high) && floor(p) < p;
    if (!is_broken)
        return NO_SHAPE;
    return p > 1 ? POWER_ABOVE_ONE : p > 0 ? POWER_BELOW_ONE : POWER_NEGATIVE;
}

static int kind_of_exponential(struct graph_range base)
{
    if (base.low >= 1)
        return EXPONENTIAL_RISING;
    return base.low > 0 && base.high <= 1 ? EXPONENTIAL_FALLING : NO_SHAPE;
}

/* Whether operand f of an operation of this kind keeps it convex (or concave). */
static bool keeps(int kind, const struct finding *f, enum curvature wanted)
{
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const struct curve *s = &shapes[i];
        if (s->kind != kind || s->curvature != wanted ||
            !lies_in(f->range, s->low, s->high))
            continue;
        if (is_flat(f) || (s->slope == RISES && f->curvature == wanted) ||
            (s->slope == FALLS && f->curvature == mirrored(wanted)))
            return true;
    }
    return false;
}

/* The curvature of an operation of this kind on the operands first to last. */
static enum curvature composed(const struct proof *p, node_id node, int kind,
                               size_t first, size_t last)
{
    static const enum curvature both[] = {CONVEX, CONCAVE};
    for (size_t k = 0; k < 2; k++) {
        bool is_kept = true;
        for (size_t i = first; i <= last && is_kept; i++)
            is_kept = keeps(kind, found(p, node, i), both[k]);
        if (is_kept)
            return both[k];
    }
    return CURVATURE_UNKNOWN;
}

static enum curvature power_curvature(const struct proof *p, node_id node)
{
    const struct finding *base = found(p, node, 0), *exponent = found(p, node, 1);
    if (is_fixed(base))
        return composed(p, node, kind_of_exponential(base->range), 1, 1);
    if (!is_fixed(exponent))
        return CURVATURE_UNKNOWN;
    if (lies_in(exponent->range, 1, 1))
        return base->curvature;
    return composed(p, node, kind_of_power(exponent->range), 0, 0);
}

static enum curvature sum_curvature(const struct proof *p, node_id node)
{
    bool convex = true, concave = true;
    for (size_t i = 0; i < node_count(p->graph, node); i++) {
        convex = convex && is_convex(found(p, node, i));
        concave = concave && is_concave(found(p, node, i));
    }
    return convex && concave ? CURVATURE_AFFINE
           : convex          ? CONVEX
           : concave         ? CONCAVE
                             : CURVATURE_UNKNOWN;
}

/* Fixed factors and one that varies. */
static enum curvature product_curvature(const struct proof *p, node_id node)
{
    enum curvature curvature = CURVATURE_CONSTANT;
    for (size_t i = 0; i < node_count(p->graph, node); i++) {
        if (is_fixed(found(p, node, i)))
            continue;
        if (curvature != CURVATURE_CONSTANT)
            return CURVATURE_UNKNOWN;
        curvature = found(p, node, i)->curvature;
    }
    for (size_t i = 0; i < node_count(p->graph, node); i++)
        if (is_fixed(found(p, node, i)))
            curvature = scaled(curvature, found(p, node, i)->range);
    return curvature;
}

static enum curvature quotient_curvature(const struct proof *p, node_id node)
{
    const struct finding *above = found(p, node, 0), *below = found(p, node, 1);
    if (is_fixed(below))
        return lies_in(below->range, 0, 0) ? CURVATURE_UNKNOWN
                                           : scaled(above->curvature, below->range);
    if (is_fixed(above))
        return scaled(composed(p, node, POWER_MINUS_ODD, 1, 1), above->range);
    bool is_positive = below->range.low >= 0;
    if (above->sqrt_convex && is_positive && is_concave(below))
        return CONVEX; /* g^2/y, section 3.2.6 */
    return CURVATURE_UNKNOWN;
}

static enum curvature operation_curvature(const struct proof *p, node_id node)
{
    enum op op = node_op(p->graph, node);
    switch (op) {
    case OP_ADD:
        return sum_curvature(p, node);
    case OP_MULTIPLY:
        return product_curvature(p, node);
    case OP_NEGATE:
        return mirrored(found(p, node, 0)->curvature);
    case OP_DIVIDE:
        return quotient_curvature(p, node);
    case OP_POWER:
        return power_curvature(p, node);
    case OP_LOG:
    case OP_LOG1P:
    case OP_LOG2:
    case OP_LOG10:
        if (found(p, node, 0)->log_convex)
            return CONVEX;
        break;
    case OP_SQRT:
        if (found(p, node, 0)->sqrt_convex)
            return CONVEX;
        break;
    default:
        break;
    }
    if (op_is_array(op))
        return CURVATURE_UNKNOWN;
    size_t last = op == OP_TIMES_LOG ? 0 : node_count(p->graph, node) - 1;
    return composed(p, node, (int)op, 0, last);
}

/* ---- What sums keep ---- */

static bool all_operands(const struct proof *p, node_id node, bool log)
{
    for (size_t i = 0; i < node_count(p->graph, node); i++)
        if (!(log ? found(p, node, i)->log_convex : found(p, node, i)->sqrt_convex))
            return false;
    return true;
}

static bool is_log_convex(const struct proof *p, node_id node)
{
    switch (node_op(p->graph, node)) {
    case OP_EXP:
        return is_convex(found(p, node, 0));
    case OP_COSH:
        return is_flat(found(p, node, 0));
    case OP_POWER:
        return is_fixed(found(p, node, 0)) && found(p, node, 0)->range.low > 0 &&
               is_flat(found(p, node, 1));
    case OP_DIVIDE:
        return found(p, node, 0)->log_convex && is_fixed(found(p, node, 1)) &&
               found(p, node, 1)->range.low > 0;
    case OP_ADD:
    case OP_MULTIPLY:
        return all_operands(p, node, true);
    default:
        return false;
    }
}

/* c*g with c >= 0 fixed and g of the property. */
static bool is_multiple(const struct proof *p, node_id node)
{
    size_t others = 0;
    for (size_t i = 0; i < node_count(p->graph, node); i++) {
        const struct finding *f = found(p, node, i);
        if (!f->sqrt_convex)
            return false;
        others += is_fixed(f) ? 0 : 1;
    }
    return others <= 1;
}

static bool is_sqrt_convex(const struct proof *p, node_id node)
{
    switch (node_op(p->graph, node)) {
    case OP_POWER: {
        const struct finding *base = found(p, node, 0), *exponent = found(p, node, 1);
        bool has_convex_size = is_flat(base) ||
                               (base->curvature == CONVEX && base->range.low >= 0) ||
                               (base->curvature == CONCAVE && base->range.high <= 0);
        return has_convex_size && is_fixed(exponent) &&
               kind_of_power(exponent->range) == POWER_EVEN;
    }
    case OP_DIVIDE:
        return found(p, node, 0)->sqrt_convex && is_fixed(found(p, node, 1)) &&
               found(p, node, 1)->range.low > 0;
    case OP_MULTIPLY:
        return is_multiple(p, node);
    case OP_ADD:
        return all_operands(p, node, false);
    default:
        return false;
    }
}

/* ---- The whole ---- */

static bool has_fixed_operands(const struct proof *p, node_id node)
{
    for (size_t i = 0; i < node_count(p->graph, node); i++)
        if (!is_fixed(found(p, node, i)))
            return false;
    return true;
}

static void find(const struct proof *p, node_id node, struct finding *f)
{
    bool is_fixed_node =
        node_op(p->graph, node) != OP_VARIABLE && has_fixed_operands(p, node);
    if (is_fixed_node) {
        f->curvature = CURVATURE_CONSTANT;
        f->log_convex = f->range.low > 0;
        f->sqrt_convex = f->range.low >= 0;
    } else if (node_op(p->graph, node) == OP_VARIABLE) {
        f->curvature = CURVATURE_AFFINE;
    } else {
        f->curvature = operation_curvature(p, node);
        f->log_convex = is_log_convex(p, node);
        f->sqrt_convex = is_sqrt_convex(p, node);
    }
}

enum curvature graph_curvature(const struct graph *graph, const struct graph_order *order,
                               const struct graph_range *ranges, struct arena *arena,
                               node_id *obstacle)
{
    struct proof p = {graph, order, ARENA_ARRAY(arena, order->count, struct finding)};
    node_id first = 0;
    for (size_t i = 0; i < order->count; i++) {
        p.findings[i].range = ranges[i];
        find(&p, order->nodes[i], &p.findings[i]);
        if (first == 0 && p.findings[i].curvature == CURVATURE_UNKNOWN)
            first = order->nodes[i];
    }
    enum curvature curvature = p.findings[order->count - 1].curvature;
    if (obstacle != NULL)
        *obstacle = curvature == CURVATURE_UNKNOWN ? first : 0;
    return curvature;
}
