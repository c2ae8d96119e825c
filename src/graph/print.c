/* SPDX-License-Identifier: MIT
 * A formula as a person writes it: the fewest parentheses, `a - b` for `a + -b`, |x| for
 * abs(x).  Read again it is the same function.
 *
 * Arrays are written by their elements, under the names of loops (axes.h).
 *
 * The walk keeps its own stack, whose memory stays in the text's arena.  Shared parts are
 * repeated, so a small graph can have an endless formula: it is cut off with `...`. */
#include "graph/print.h"
#include "graph/derivation.h"

#include <math.h>

enum { LONGEST_FORMULA = 100000 /* bytes */ };

/* A node whose operands before `next` are written; then the suffix up to axis
 * `suffix`. */
struct frame {
    struct axes_parts parts;
    uint32_t next, suffix;
    bool has_suffix;
    bool is_indexed; /* the suffix has begun */
    bool adds_one;   /* an index that counts from 0 */
    bool has_parentheses;
    bool sign_dropped; /* it begins with a minus that is written already, as ` - ` */
    bool in_bars;      /* between | and |, where abs is spelled out */
};

struct printer {
    struct text *out;
    const struct graph *graph;
    graph_namer *name;
    void *user;
    struct axes axes;
    struct frame *stack;
    size_t depth, capacity;
};

static const double pi = 3.14159265358979323846;

static void push(struct printer *p, struct axes_view view, enum op_level required,
                 bool sign_dropped, bool in_bars)
{
    struct axes_parts parts = axes_open(&p->axes, view);
    if (sign_dropped && node_op(p->graph, parts.view.node) == OP_NEGATE) {
        parts = axes_open(&p->axes, axes_operand(&p->axes, &parts, 0));
        sign_dropped = false;
        if (graph_begins_with_minus(p->graph, parts.view.node))
            required = LEVEL_POWER;
    }
    if (p->depth == p->capacity)
        p->stack =
            arena_grow(p->out->arena, p->stack, p->depth, &p->capacity, sizeof *p->stack);
    bool has_parentheses = print_level(&p->axes, &parts, sign_dropped) < required;
    p->stack[p->depth++] = (struct frame){.parts = parts,
                                          .has_suffix = axes_has_suffix(&p->axes, &parts),
                                          .has_parentheses = has_parentheses,
                                          .sign_dropped = sign_dropped,
                                          .in_bars = in_bars && !has_parentheses};
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

/* a*i + b, or b - a*i */
static void write_line(struct text *out, const struct axes_line *line)
{
    bool is_falling = line->slope < 0 && line->base > 0;
    if (line->name == NULL || is_falling)
        text_number(out, line->base);
    if (line->name == NULL)
        return;
    text_puts(out, is_falling ? " - " : line->slope < 0 ? "-" : "");
    if (fabs(line->slope) != 1) {
        text_number(out, fabs(line->slope));
        text_putc(out, '*');
    }
    text_puts(out, line->name);
    if (line->base == 0 || is_falling)
        return;
    text_puts(out, line->base < 0 ? " - " : " + ");
    text_number(out, fabs(line->base));
}

static void write_leaf(struct printer *p, const struct frame *frame)
{
    node_id node = frame->parts.view.node;
    const struct cell *cell = &p->graph->cells[node];
    if (cell->op == OP_RANGE) {
        graph_write_range(p->out, p->graph, node, "..");
        return;
    }
    if (cell->op != OP_CONSTANT) {
        text_puts(p->out, p->name(p->user, cell->as.symbol));
        return;
    }
    double value = cell->as.value;
    if (fabs(value) == pi) {
        text_puts(p->out, graph_begins_with_minus(p->graph, node) && !frame->sign_dropped
                              ? "-pi"
                              : "pi");
        return;
    }
    if (graph_begins_with_minus(p->graph, node)) {
        if (!frame->sign_dropped)
            text_putc(p->out, '-');
        value = -value;
    }
    text_number(p->out, value);
}

/* What encloses the operands of a node. */
struct enclosure {
    const char *opening, *closing;
};

static bool is_norm(const struct frame *frame, enum op op)
{
    return op == OP_NORM_OVER && frame->parts.loop_count == 0 && !frame->in_bars;
}

static struct enclosure enclosure_of(const struct printer *p, const struct frame *frame)
{
    enum op op = node_op(p->graph, frame->parts.view.node);
    const struct op_info *info = op_info(op);
    bool is_abs = op == OP_ABS && !frame->in_bars && frame->parts.form == FORM_ELEMENTS;
    if (is_abs || is_norm(frame, op))
        return (struct enclosure){"|", "|"};
    switch (frame->parts.form) {
    case FORM_LEAF:
    case FORM_RANGE:
    case FORM_PRODUCT:
        return (struct enclosure){"", ""};
    case FORM_PENDING:
    case FORM_REPEAT:
    case FORM_LIST:
        return (struct enclosure){"[", "]"};
    case FORM_DOT:
        return (struct enclosure){"dot(", ")"};
    case FORM_SOFTMAX:
        return (struct enclosure){"softmax(", ")"};
    default:
        break;
    }
    if (op == OP_SOFTPLUS) /* as every student knows it */
        return (struct enclosure){"log(1 + exp(", "))"};
    if (op == OP_GATHER)
        return (struct enclosure){"sort(", ")"};
    if (info->level == LEVEL_CALL)
        return (struct enclosure){"(", ")"};
    return (struct enclosure){"", ""};
}

/* norm([E for i in ...]) */
static bool has_brackets(const struct printer *p, const struct frame *frame)
{
    enum op op = node_op(p->graph, frame->parts.view.node);
    return frame->parts.form == FORM_SUM && frame->parts.loop_count > 0 &&
           op > OP_MAX_OVER;
}

/* d/dw, or d/d(w[1]) */
static void write_operator(struct printer *p, const struct pending *pending)
{
    const char *wrt = p->name(p->user, p->graph->cells[pending->wrt].as.symbol);
    text_format(p->out, derive_is_word(wrt) ? "d/d%s" : "d/d(%s)", wrt);
}

/* A sum from the end has no name in the language. */
static const char *spelling_of(const struct printer *p, const struct frame *frame)
{
    node_id node = frame->parts.view.node;
    bool is_reversed = node_op(p->graph, node) == OP_CUMSUM &&
                       graph_attributes(p->graph, node).is_reversed;
    return is_reversed ? "reversed_cumsum" : op_info(node_op(p->graph, node))->spelling;
}

static void write_opening(struct printer *p, const struct frame *frame)
{
    enum op op = node_op(p->graph, frame->parts.view.node);
    const struct op_info *info = op_info(op);
    struct enclosure enclosure = enclosure_of(p, frame);
    if (frame->has_parentheses)
        text_putc(p->out, '(');
    if (frame->parts.form == FORM_LEAF)
        write_leaf(p, frame);
    else if (frame->parts.form == FORM_PENDING)
        write_operator(p, axes_pending(&p->axes, frame->parts.view.node));
    else if (frame->parts.form == FORM_RANGE) {
        struct axes_line line = axes_line(&p->axes, &frame->parts.view);
        write_line(p->out, &line);
    } else if (frame->parts.form == FORM_REPEAT)
        ; /* the bracket alone */
    else if (enclosure.opening[0] == '(' || info->level == LEVEL_SIGN)
        text_puts(p->out, spelling_of(p, frame));
    else if (info->level == LEVEL_NOT || info->level == LEVEL_CONDITION)
        text_format(p->out, "%s ", info->spelling);
    text_puts(p->out, enclosure.opening);
    if (has_brackets(p, frame))
        text_putc(p->out, '[');
}

/* for i in 1..n, j in 1..m */
static void write_loops(struct text *out, const struct axes_parts *parts)
{
    for (size_t i = 0; i < parts->loop_count; i++) {
        const struct axis_loop *loop = &parts->loops[i];
        text_format(out, "%s%s in ", i == 0 ? " for " : ", ", loop->name);
        text_number(out, loop->first);
        text_puts(out, "..");
        text_number(out, loop->first + (double)loop->count - 1);
    }
}

/* What stands behind the operands, but for the suffix. */
static void write_closing(struct printer *p, const struct frame *frame)
{
    if (!frame->parts.has_mask)
        write_loops(p->out, &frame->parts);
    if (has_brackets(p, frame))
        text_putc(p->out, ']');
    text_puts(p->out, enclosure_of(p, frame).closing);
}

/* What stands before operand number `index`, which is not the first. */
static void write_between(struct printer *p, const struct frame *frame, size_t index,
                          bool is_negative_term)
{
    const struct op_info *info = op_info(node_op(p->graph, frame->parts.view.node));
    if (frame->parts.form == FORM_SUM) {
        write_loops(p->out, &frame->parts);
        text_puts(p->out, " if ");
    } else if (frame->parts.form == FORM_PRODUCT)
        text_puts(p->out, " @ ");
    else if (info->level == LEVEL_CALL)
        text_puts(p->out, ", ");
    else if (info->level == LEVEL_CONDITION)
        text_puts(p->out, index == 1 ? " then " : " else ");
    else if (info->level >= LEVEL_PRODUCT)
        text_puts(p->out, info->spelling);
    else
        text_format(p->out, " %s ", is_negative_term ? "-" : info->spelling);
}

/* ---- Indices ---- */

/* Counted from 0 in the graph: i - 1 + 1 is i. */
static void push_index(struct printer *p, const struct axis_index *index)
{
    const struct graph *graph = p->graph;
    struct axes_parts parts =
        axes_open(&p->axes, (struct axes_view){index->node, index->at, false});
    bool is_less_one = parts.form == FORM_ELEMENTS &&
                       node_op(graph, parts.view.node) == OP_ADD &&
                       node_count(graph, parts.view.node) == 2 &&
                       is_number(graph, node_operand(graph, parts.view.node, 1), -1);
    struct axes_view view = is_less_one ? axes_operand(&p->axes, &parts, 0) : parts.view;
    axes_close(&p->axes, &parts);
    push(p, view, is_less_one ? LEVEL_CONDITION : LEVEL_SUM, false, false);
    p->stack[p->depth - 1].adds_one = !is_less_one;
}

static void write_index(struct printer *p, const struct axis_index *index)
{
    struct axes_line line = axes_index_line(index);
    switch (index->kind) {
    case AXIS_WHOLE:
        text_puts(p->out, "..");
        break;
    case AXIS_AT:
        write_line(p->out, &line);
        break;
    case AXIS_PART:
        text_number(p->out, line.base);
        text_puts(p->out, "..");
        text_number(p->out, line.base + (double)index->count - 1);
        break;
    case AXIS_BY:
        push_index(p, index);
        break;
    }
}

/* Writes the suffix up to an index that is pushed; true when it is at its end. */
static bool advance_suffix(struct printer *p, size_t at)
{
    size_t rank = graph_shape(p->graph, p->stack[at].parts.view.node).rank;
    static const struct axis_index unit = {.kind = AXIS_AT};
    while (p->depth == at + 1) {
        struct frame *frame = &p->stack[at];
        while (frame->suffix < rank &&
               !axes_in_suffix(&p->axes, &frame->parts, frame->suffix))
            frame->suffix++;
        if (frame->suffix == rank) {
            text_putc(p->out, ']');
            return true;
        }
        size_t axis = frame->suffix++;
        text_puts(p->out, frame->is_indexed ? ", " : "[");
        frame->is_indexed = true;
        struct shape shape = graph_shape(p->graph, frame->parts.view.node);
        bool is_unit =
            shape.extent[axis] == 1 && frame->parts.view.at[axis].kind == AXIS_AT;
        write_index(p, is_unit ? &unit : &frame->parts.view.at[axis]);
    }
    return false;
}

/* ---- The walk ---- */

static void pop(struct printer *p)
{
    const struct frame *frame = &p->stack[--p->depth];
    if (frame->has_parentheses)
        text_putc(p->out, ')');
    if (frame->adds_one)
        text_puts(p->out, " + 1");
    axes_close(&p->axes, &frame->parts);
}

/* Behind the last operand. */
static void finish(struct printer *p, size_t count)
{
    struct frame *frame = &p->stack[p->depth - 1];
    if (frame->next == count + 1)
        write_closing(p, frame);
    if (!frame->has_suffix || advance_suffix(p, p->depth - 1))
        pop(p);
}

/* Writes up to the next operand, which is pushed, or to the end of the top frame. */
static void advance(struct printer *p)
{
    struct frame *frame = &p->stack[p->depth - 1];
    const struct graph *graph = p->graph;
    size_t index = frame->next++, count = axes_count(&p->axes, &frame->parts);
    if (index == 0)
        write_opening(p, frame);
    if (index >= count) {
        finish(p, count);
        return;
    }
    struct axes_view operand = axes_operand(&p->axes, &frame->parts, index);
    bool is_elements = frame->parts.form == FORM_ELEMENTS;
    enum op op = node_op(graph, frame->parts.view.node);
    bool is_sum = op == OP_ADD;
    bool drops_sign = index == 0 ? frame->sign_dropped && is_elements
                                 : is_sum && graph_begins_with_minus(graph, operand.node);
    if (index > 0)
        write_between(p, frame, index, drops_sign);
    bool in_bars = frame->in_bars || op == OP_ABS || op == OP_NORM_OVER;
    push(p, operand, print_required_level(&p->axes, &frame->parts, index), drops_sign,
         in_bars);
}

void graph_print_state(struct text *out, const struct graph *graph, node_id node,
                       graph_namer *name, void *user,
                       const struct derivation_steps *steps)
{
    struct printer p = {.out = out, .graph = graph, .name = name, .user = user};
    size_t start = out->length;
    struct axes_view view = axes_begin(&p.axes, graph, out->arena, name, user, node);
    p.axes.steps = steps;
    push(&p, view, LEVEL_CONDITION, false, false);
    while (p.depth > 0 && out->length - start < LONGEST_FORMULA)
        advance(&p);
    if (p.depth > 0)
        text_puts(out, "...");
}

void graph_print(struct text *out, const struct graph *graph, node_id node,
                 graph_namer *name, void *user)
{
    graph_print_state(out, graph, node, name, user, NULL);
}
