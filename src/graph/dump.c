/* SPDX-License-Identifier: MIT
 * The graph as a list, for goldens: a node a line in the order of evaluation, numbered by
 * its place there, so that the text does not depend on what else the graph holds. */
#include "graph/node.h"

static void dump_node(struct text *out, const struct graph *graph,
                      const struct graph_order *order, size_t position, graph_namer *name,
                      void *user)
{
    struct node node = graph_node(graph, order->nodes[position]);
    text_format(out, "%zu %s", position + 1, op_info(node.op)->id);
    if (node.op == OP_CONSTANT) {
        text_putc(out, ' ');
        text_number(out, node.value);
    } else if (op_info(node.op)->arity == 0) {
        text_format(out, " %s", name(user, node.symbol));
    }
    for (size_t i = 0; i < node.count; i++)
        text_format(out, " %zu", graph_position(graph, order, node.operands[i]) + 1);
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
