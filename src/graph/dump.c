/* SPDX-License-Identifier: MIT
 * The graph as a list, for goldens: a node a line in the order of evaluation, numbered by
 * its place there, so that the text does not depend on what else the graph holds. */
#include "graph/node.h"

static void dump_list(struct text *out, const char *name, size_t count,
                      const size_t *numbers, bool is_signed)
{
    text_format(out, " %s", name);
    for (size_t i = 0; i < count; i++)
        if (is_signed)
            text_format(out, "%s%td", i == 0 ? " " : ",", (ptrdiff_t)numbers[i]);
        else
            text_format(out, "%s%zu", i == 0 ? " " : ",", numbers[i]);
}

static void dump_axes(struct text *out, size_t axes)
{
    const char *before = " over ";
    for (size_t i = 0; i < SHAPE_MOST_AXES; i++) {
        if ((axes >> i & 1) == 0)
            continue;
        text_format(out, "%s%zu", before, i);
        before = ",";
    }
}

/* The attributes that the operation has. */
static void dump_attributes(struct text *out, const struct graph *graph, node_id id)
{
    enum op op = node_op(graph, id);
    struct attributes a = graph_attributes(graph, id);
    size_t rank = graph_shape(graph, id).rank;
    size_t strides[SHAPE_MOST_AXES];
    for (size_t i = 0; i < SHAPE_MOST_AXES; i++)
        strides[i] = (size_t)a.stride[i];
    dump_axes(out, a.axes);
    if (op == OP_RANGE) {
        text_puts(out, " from ");
        text_number(out, a.first);
        text_puts(out, " step ");
        text_number(out, a.step);
    } else if (op == OP_GATHER || op == OP_SCATTER || op == OP_CONCAT) {
        text_format(out, " along %zu", a.axis);
    } else if (op == OP_PERMUTE) {
        dump_list(out, "order", rank, a.order, false);
    } else if (op == OP_SLICE || op == OP_PAD) {
        dump_list(out, "start", rank, a.start, false);
        dump_list(out, "stride", rank, strides, true);
    } else if (a.is_reversed != 0) {
        text_puts(out, " reversed");
    }
}

static void dump_shape(struct text *out, const struct graph *graph, node_id id)
{
    struct shape shape = graph_shape(graph, id);
    if (shape.rank == 0)
        return;
    text_putc(out, ' ');
    shape_write(out, &shape);
}

static void dump_node(struct text *out, const struct graph *graph,
                      const struct graph_order *order, size_t position, graph_namer *name,
                      void *user)
{
    struct node node = graph_node(graph, order->nodes[position]);
    text_format(out, "%zu %s", position + 1, op_info(node.op)->id);
    if (node.op == OP_CONSTANT) {
        text_putc(out, ' ');
        text_number(out, node.value);
    } else if (op_info(node.op)->arity == 0 &&
               (node.op != OP_RANGE || node.symbol != 0)) {
        text_format(out, " %s", name(user, node.symbol));
    }
    for (size_t i = 0; i < node.count; i++)
        text_format(out, " %zu", graph_position(graph, order, node.operands[i]) + 1);
    dump_attributes(out, graph, order->nodes[position]);
    dump_shape(out, graph, order->nodes[position]);
    text_putc(out, '\n');
}

void graph_dump(struct text *out, const struct graph *graph, const node_id *roots,
                size_t count, graph_namer *name, void *user)
{
    struct graph_order order = graph_order(graph, roots, count, out->arena);
    for (size_t i = 0; i < order.count; i++)
        dump_node(out, graph, &order, i, name, user);
    text_puts(out, count == 1 ? "root" : "roots");
    for (size_t i = 0; i < count; i++)
        text_format(out, " %zu", graph_position(graph, &order, roots[i]) + 1);
    text_putc(out, '\n');
}
