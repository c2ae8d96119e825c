/* SPDX-License-Identifier: MIT
 * Views: how a node is written where only some of its elements are meant. */
#include "graph/axes_parts.h"

static const struct axis_index whole[SHAPE_MOST_AXES];

static size_t rank_of(const struct graph *graph, node_id node)
{
    return graph_shape(graph, node).rank;
}

struct axis_index *axes_indices(struct axes *axes)
{
    return arena_zeroed(axes->arena, SHAPE_MOST_AXES, sizeof(struct axis_index));
}

struct axes_view axes_aligned(const struct graph *graph, struct axes_view view,
                              node_id operand)
{
    size_t missing = rank_of(graph, view.node) - rank_of(graph, operand);
    return (struct axes_view){operand, view.at + missing, false};
}

struct axes_view axes_begin(struct axes *axes, const struct graph *graph,
                            struct arena *arena, graph_namer *name, void *user,
                            node_id root)
{
    *axes = (struct axes){
        .graph = graph, .arena = arena, .name = name, .user = user, .root = root};
    return (struct axes_view){root, whole, false};
}

/* ---- Forms ---- */

/* How many of the last axes of the result belong together; all of them where an
 * operation has no such last axes. */
static unsigned inner_axes(const struct graph *graph, node_id node)
{
    struct shape shape = graph_shape(graph, node);
    unsigned all = shape_all_axes(&shape), axes = 0;
    switch (node_op(graph, node)) {
    case OP_CUMSUM:
    case OP_ARGSORT:
    case OP_EXP: /* softmax */
    case OP_EIGENVALUES:
    case OP_DIAGONAL:
        axes = 1;
        break;
    case OP_SOLVE:
    case OP_INVERSE:
    case OP_EIGENVECTORS:
    case OP_MAKE_DIAGONAL:
        axes = 2;
        break;
    case OP_LOGDET:
    case OP_DET:
        return 0;
    case OP_CONCAT:
        return 1u << graph_attributes(graph, node).axis;
    default:
        return all;
    }
    return all & ~(all >> axes);
}

static bool is_list(const struct graph *graph, node_id node)
{
    size_t axis = graph_attributes(graph, node).axis;
    bool fits = node_op(graph, node) == OP_CONCAT;
    for (size_t i = 0; fits && i < node_count(graph, node); i++)
        fits = graph_shape(graph, node_operand(graph, node, i)).extent[axis] == 1;
    return fits;
}

/* exp(x - logsumexp(x)) along the last axis: x, or 0. */
static node_id softmax_operand(const struct graph *graph, node_id node)
{
    node_id sum = node_op(graph, node) == OP_EXP ? node_operand(graph, node, 0) : 0;
    if (sum == 0 || node_op(graph, sum) != OP_ADD || node_count(graph, sum) != 2)
        return 0;
    node_id x = node_operand(graph, sum, 0), rest = node_operand(graph, sum, 1);
    size_t rank = rank_of(graph, x);
    if (rank == 0 || node_op(graph, rest) != OP_NEGATE)
        return 0;
    node_id total = axes_shown(graph, node_operand(graph, rest, 0));
    bool is_one = node_op(graph, total) == OP_LOGSUMEXP_OVER &&
                  node_operand(graph, total, 0) == x &&
                  graph_attributes(graph, total).axes == (size_t)1 << (rank - 1);
    return is_one ? x : 0;
}

const struct pending *axes_pending(const struct axes *axes, node_id node)
{
    if (axes->steps == NULL || is_scalar(axes->graph, node) ||
        node_op(axes->graph, node) != OP_VARIABLE)
        return NULL;
    return graph_pending(axes->steps, axes->graph->cells[node].as.symbol);
}

static bool takes_one(const struct axes *axes, const struct axes_view *view, size_t axis)
{
    return view->at[axis].kind == AXIS_AT ||
           graph_shape(axes->graph, view->node).extent[axis] == 1;
}

static enum axes_form form_of(const struct axes *axes, const struct axes_view *view)
{
    const struct graph *graph = axes->graph;
    enum op op = node_op(graph, view->node);
    size_t rank = rank_of(graph, view->node);
    if (axes_pending(axes, view->node) != NULL)
        return FORM_PENDING;
    if (op == OP_RANGE)
        return view->at[0].kind == AXIS_AT ? FORM_RANGE : FORM_LEAF;
    if (!op_is_array(op)) {
        if (softmax_operand(graph, view->node) != 0)
            return FORM_SOFTMAX;
        return op_info(op)->arity == 0 ? FORM_LEAF : FORM_ELEMENTS;
    }
    if (axes_is_reduction(op))
        return FORM_SUM;
    if (op == OP_MATMUL)
        return takes_one(axes, view, rank - 2) && takes_one(axes, view, rank - 1)
                   ? FORM_DOT
                   : FORM_PRODUCT;
    return is_list(graph, view->node) ? FORM_LIST : FORM_CALL;
}

static bool takes_many(const struct axes_view *view, const struct shape *shape, size_t i)
{
    enum axis_kind kind = view->at[i].kind;
    return shape->extent[i] != 1 && (kind == AXIS_WHOLE || kind == AXIS_PART);
}

/* A number in the place of an array. */
static bool is_repeated(const struct graph *graph, const struct axes_view *view)
{
    if (node_op(graph, view->node) != OP_BROADCAST)
        return false;
    struct shape to = graph_shape(graph, view->node),
                 from = graph_shape(graph, node_operand(graph, view->node, 0));
    size_t missing = to.rank - from.rank;
    for (size_t i = 0; i < to.rank; i++)
        if (takes_many(view, &to, i) && (i < missing || from.extent[i - missing] == 1))
            return true;
    return false;
}

/* Conditions are numbers, and arrays are put together only with numbers and arrays of
 * their shape. */
static bool has_no_whole_form(const struct graph *graph, const struct axes_view *view)
{
    enum op op = node_op(graph, view->node);
    bool is_logic = op == OP_SELECT || op == OP_AND || op == OP_OR || op == OP_NOT;
    struct shape shape = graph_shape(graph, view->node);
    bool is_moved = op == OP_SLICE || axes_is_reduction(op);
    if (op_is_array(op) && !is_moved)
        return false;
    for (size_t i = 0; i < shape.rank; i++) {
        if (!takes_many(view, &shape, i))
            continue;
        if (is_moved) /* every other element; the sums of the rows */
            return true;
        for (size_t k = 0; k < node_count(graph, view->node); k++) {
            node_id operand = axes_shown(graph, node_operand(graph, view->node, k));
            operand =
                is_scalar(graph, operand) ? operand : node_operand(graph, view->node, k);
            struct shape own = graph_shape(graph, operand);
            size_t missing = shape.rank - own.rank;
            if (own.rank > 0 && (i < missing || own.extent[i - missing] == 1 || is_logic))
                return true;
        }
    }
    return false;
}

static struct axes_parts repeat(struct axes *axes, struct axes_view view)
{
    struct axes_parts parts = {.view = view, .form = FORM_REPEAT};
    axes_open_repeat(axes, &parts);
    return parts;
}

struct axes_parts axes_open(struct axes *axes, struct axes_view view)
{
    bool needs_array = view.needs_array;
    bool has_names = axes->open_count + SHAPE_MOST_AXES <= AXES_MOST_LOOPS;
    do {
        if (needs_array && has_names && is_repeated(axes->graph, &view))
            return repeat(axes, view);
    } while (axes_see_through(axes, &view));
    if (has_names && has_no_whole_form(axes->graph, &view))
        return repeat(axes, view);
    struct axes_parts parts = {.view = view, .form = form_of(axes, &view)};
    if (parts.form == FORM_SUM)
        axes_open_loops(axes, &parts);
    if (parts.form == FORM_LEAF) {
        struct shape shape = graph_shape(axes->graph, view.node);
        parts.inner = shape_all_axes(&shape);
    } else if (parts.form >= FORM_LIST) {
        parts.inner = inner_axes(axes->graph, view.node);
    }
    return parts;
}

void axes_close(struct axes *axes, const struct axes_parts *parts)
{
    axes->open_count -= parts->loop_count;
}

/* ---- Operands ---- */

size_t axes_count(const struct axes *axes, const struct axes_parts *parts)
{
    switch (parts->form) {
    case FORM_LEAF:
    case FORM_RANGE:
        return 0;
    case FORM_SUM:
        return parts->has_mask ? 2 : 1;
    case FORM_PENDING:
    case FORM_REPEAT:
    case FORM_SOFTMAX:
        return 1;
    case FORM_CALL:
        if (node_op(axes->graph, parts->view.node) == OP_GATHER)
            return 1; /* sort(x) */
        break;
    default:
        break;
    }
    return node_count(axes->graph, parts->view.node);
}

/* Of a matrix product: the left one has all columns, the right one all rows. */
static struct axes_view factor(struct axes *axes, const struct axes_view *view,
                               node_id operand, size_t inner_axis)
{
    size_t rank = rank_of(axes->graph, operand),
           missing = rank_of(axes->graph, view->node) - rank;
    struct axis_index *at = axes_indices(axes);
    for (size_t i = 0; i < rank; i++)
        if (i + inner_axis != rank)
            at[i] = view->at[i + missing];
    return (struct axes_view){operand, at, true};
}

/* Of a call: the axes in front are those of the result, its own ones are whole. */
static struct axes_view argument(struct axes *axes, const struct axes_parts *parts,
                                 node_id operand)
{
    const struct axes_view *view = &parts->view;
    size_t rank = rank_of(axes->graph, view->node), own = rank_of(axes->graph, operand);
    struct axis_index *at = axes_indices(axes);
    for (size_t i = 0; i < rank && i < own; i++)
        if ((parts->inner >> i & 1) == 0)
            at[i] = view->at[i];
    return (struct axes_view){operand, at, true};
}

struct axes_view axes_operand(struct axes *axes, const struct axes_parts *parts,
                              size_t index)
{
    const struct graph *graph = axes->graph;
    if (parts->form == FORM_SUM || parts->form == FORM_REPEAT)
        return index == 0 ? parts->body : parts->mask;
    if (parts->form == FORM_PENDING) /* of the same shape */
        return (struct axes_view){axes_pending(axes, parts->view.node)->of,
                                  parts->view.at, false};
    if (parts->form == FORM_SOFTMAX)
        return argument(axes, parts, softmax_operand(graph, parts->view.node));
    node_id operand = node_operand(graph, parts->view.node, index);
    if (parts->form == FORM_ELEMENTS)
        return axes_aligned(graph, parts->view, operand);
    if (parts->form == FORM_PRODUCT || parts->form == FORM_DOT)
        return factor(axes, &parts->view, operand, index == 0 ? 1 : 2);
    struct axes_view view = argument(axes, parts, operand);
    if (parts->form == FORM_LIST) {
        struct axis_index *at = axes_indices(axes);
        size_t rank = rank_of(graph, operand),
               axis = graph_attributes(graph, parts->view.node).axis;
        for (size_t i = 0; i < rank; i++)
            at[i] = view.at[i];
        at[axis] = (struct axis_index){.kind = AXIS_AT};
        view.at = at;
        view.needs_array = rank > 1;
    }
    return view;
}

/* ---- Indices ---- */

bool axes_has_suffix(const struct axes *axes, const struct axes_parts *parts)
{
    struct shape shape = graph_shape(axes->graph, parts->view.node);
    bool is_leaf = parts->form == FORM_LEAF;
    for (size_t i = 0; i < shape.rank; i++)
        if ((parts->inner >> i & 1) != 0 && (is_leaf || shape.extent[i] != 1) &&
            parts->view.at[i].kind != AXIS_WHOLE)
            return !is_constant(axes->graph, parts->view.node);
    return false;
}

bool axes_in_suffix(const struct axes *axes, const struct axes_parts *parts, size_t axis)
{
    struct shape shape = graph_shape(axes->graph, parts->view.node);
    if (parts->form == FORM_LEAF)
        return true;
    return shape.extent[axis] != 1 &&
           ((parts->inner >> axis & 1) != 0 || parts->view.at[axis].kind == AXIS_WHOLE);
}

struct axes_line axes_index_line(const struct axis_index *index)
{
    double slope = index->loop == NULL ? 0 : (double)index->stride;
    struct axes_line line = {NULL, slope, (double)index->start + 1};
    if (index->loop != NULL) {
        line.name = index->loop->name;
        line.base -= slope * index->loop->first;
    }
    return line;
}

struct axes_line axes_line(const struct axes *axes, const struct axes_view *view)
{
    struct attributes range = graph_attributes(axes->graph, view->node);
    struct axes_line line = axes_index_line(&view->at[0]);
    line.slope *= range.step;
    line.base = range.first + range.step * (line.base - 1);
    return line;
}

enum op_level axes_line_level(const struct axes_line *line)
{
    if (line->name != NULL && line->slope == 1 && line->base == 0)
        return LEVEL_CALL;
    if (line->name == NULL)
        return line->base < 0 ? LEVEL_SIGN : LEVEL_CALL;
    return line->base == 0 && line->slope > 0 ? LEVEL_PRODUCT : LEVEL_SUM;
}
