/* SPDX-License-Identifier: MIT
 * A formula as a person writes it: the fewest parentheses, `a - b` for `a + -b`, |x| for
 * abs(x).  Read again it is the same function.
 *
 * The walk keeps its own stack, whose memory stays in the text's arena.  Shared parts are
 * repeated, so a small graph can have an endless formula: it is cut off with `...`. */
#include "graph/node.h"

#include <math.h>

enum { LONGEST_FORMULA = 100000 /* bytes */, LONGEST_SIGN_SEARCH = 16 };

/* A node whose operands before `next` are written. */
struct frame {
    node_id node;
    uint32_t next;
    bool has_parentheses;
    bool sign_dropped; /* it begins with a minus that is written already, as ` - ` */
    bool in_bars;      /* between | and |, where abs is spelled out */
};

struct printer {
    struct text *out;
    const struct graph *graph;
    graph_namer *name;
    void *user;
    struct frame *stack;
    size_t depth, capacity;
};

bool graph_begins_with_minus(const struct graph *graph, node_id node)
{
    for (int i = 0; i < LONGEST_SIGN_SEARCH; i++) {
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

static const double pi = 3.14159265358979323846;

static enum op_level level_of(const struct graph *graph, node_id node, bool sign_dropped)
{
    if (is_constant(graph, node) && graph_begins_with_minus(graph, node) && !sign_dropped)
        return LEVEL_SIGN;
    return op_info(node_op(graph, node))->level;
}

static void push(struct printer *p, node_id node, enum op_level required,
                 bool sign_dropped, bool in_bars)
{
    if (sign_dropped && node_op(p->graph, node) == OP_NEGATE) {
        node = node_operand(p->graph, node, 0);
        sign_dropped = false;
        if (graph_begins_with_minus(p->graph, node))
            required = LEVEL_POWER;
    }
    if (p->depth == p->capacity)
        p->stack =
            arena_grow(p->out->arena, p->stack, p->depth, &p->capacity, sizeof *p->stack);
    bool has_parentheses = level_of(p->graph, node, sign_dropped) < required;
    p->stack[p->depth++] = (struct frame){.node = node,
                                          .has_parentheses = has_parentheses,
                                          .sign_dropped = sign_dropped,
                                          .in_bars = in_bars && !has_parentheses};
}

/* x*log(x) in a product needs no parentheses where x and log(x), read as factors, find
 * each other again (fold_safe.c). */
static bool opens_into(const struct graph *graph, node_id node, size_t index)
{
    node_id operand = node_operand(graph, node, index);
    if (node_op(graph, node) != OP_MULTIPLY || node_op(graph, operand) != OP_TIMES_LOG)
        return false;
    enum op argument = node_op(graph, node_operand(graph, operand, 0));
    enum op before =
        index == 0 ? OP_ADD : node_op(graph, node_operand(graph, node, index - 1));
    return op_info(argument)->level >= LEVEL_POWER && argument != OP_LOG &&
           argument != OP_CONSTANT && before != OP_LOG;
}

/* How tightly operand number `index` must bind to stand without parentheses. */
static enum op_level required_level(const struct graph *graph, node_id node, size_t index)
{
    enum op_level own = op_info(node_op(graph, node))->level;
    node_id operand = node_operand(graph, node, index);
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

void graph_write_range(struct text *out, const struct graph *graph, node_id node,
                       const char *dots)
{
    struct attributes range = graph_attributes(graph, node);
    size_t count = graph_shape(graph, node).extent[0];
    text_number(out, range.first);
    text_puts(out, dots);
    text_number(out, range.first + range.step * ((double)count - 1));
}

static void write_leaf(struct printer *p, const struct frame *frame)
{
    const struct cell *cell = &p->graph->cells[frame->node];
    if (cell->op == OP_RANGE && cell->as.symbol == 0) {
        graph_write_range(p->out, p->graph, frame->node, "..");
        return;
    }
    if (cell->op != OP_CONSTANT) {
        text_puts(p->out, p->name(p->user, cell->as.symbol));
        return;
    }
    double value = cell->as.value;
    if (fabs(value) == pi) {
        text_puts(p->out,
                  graph_begins_with_minus(p->graph, frame->node) && !frame->sign_dropped
                      ? "-pi"
                      : "pi");
        return;
    }
    if (graph_begins_with_minus(p->graph, frame->node)) {
        if (!frame->sign_dropped)
            text_putc(p->out, '-');
        value = -value;
    }
    text_number(p->out, value);
}

static void write_opening(struct printer *p, const struct frame *frame)
{
    const struct op_info *info = op_info(node_op(p->graph, frame->node));
    if (frame->has_parentheses)
        text_putc(p->out, '(');
    if (info->arity == 0)
        write_leaf(p, frame);
    else if (node_op(p->graph, frame->node) == OP_ABS && !frame->in_bars)
        text_putc(p->out, '|');
    else if (node_op(p->graph, frame->node) == OP_SOFTPLUS)
        text_puts(p->out, "log(1 + exp("); /* as every student knows it */
    else if (info->level == LEVEL_CALL)
        text_format(p->out, "%s(", info->spelling);
    else if (info->level == LEVEL_SIGN)
        text_puts(p->out, info->spelling);
    else if (info->level == LEVEL_NOT || info->level == LEVEL_CONDITION)
        text_format(p->out, "%s ", info->spelling);
}

static void write_closing(struct printer *p, const struct frame *frame)
{
    const struct op_info *info = op_info(node_op(p->graph, frame->node));
    if (node_op(p->graph, frame->node) == OP_ABS && !frame->in_bars)
        text_putc(p->out, '|');
    else if (node_op(p->graph, frame->node) == OP_SOFTPLUS)
        text_puts(p->out, "))");
    else if (info->level == LEVEL_CALL && info->arity != 0)
        text_putc(p->out, ')');
    if (frame->has_parentheses)
        text_putc(p->out, ')');
}

/* What stands before operand number `index`, which is not the first. */
static void write_between(struct printer *p, const struct frame *frame, size_t index,
                          bool is_negative_term)
{
    const struct op_info *info = op_info(node_op(p->graph, frame->node));
    if (info->level == LEVEL_CALL)
        text_puts(p->out, ", ");
    else if (info->level == LEVEL_CONDITION)
        text_puts(p->out, index == 1 ? " then " : " else ");
    else if (info->level >= LEVEL_PRODUCT)
        text_puts(p->out, info->spelling);
    else
        text_format(p->out, " %s ", is_negative_term ? "-" : info->spelling);
}

/* Writes up to the next operand, which is pushed, or to the end of the top frame. */
static void advance(struct printer *p)
{
    struct frame *frame = &p->stack[p->depth - 1];
    const struct graph *graph = p->graph;
    size_t index = frame->next++;
    if (index == 0)
        write_opening(p, frame);
    if (index == node_count(graph, frame->node)) {
        write_closing(p, frame);
        p->depth--;
        return;
    }
    node_id operand = node_operand(graph, frame->node, index);
    bool is_sum = node_op(graph, frame->node) == OP_ADD;
    bool drops_sign = index == 0 ? frame->sign_dropped
                                 : is_sum && graph_begins_with_minus(graph, operand);
    if (index > 0)
        write_between(p, frame, index, drops_sign);
    bool in_bars = frame->in_bars || node_op(graph, frame->node) == OP_ABS;
    push(p, operand, required_level(graph, frame->node, index), drops_sign, in_bars);
}

void graph_print(struct text *out, const struct graph *graph, node_id node,
                 graph_namer *name, void *user)
{
    struct printer p = {.out = out, .graph = graph, .name = name, .user = user};
    size_t start = out->length;
    push(&p, node, LEVEL_CONDITION, false, false);
    while (p.depth > 0 && out->length - start < LONGEST_FORMULA)
        advance(&p);
    if (p.depth > 0)
        text_puts(out, "...");
}
