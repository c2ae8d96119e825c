/* SPDX-License-Identifier: MIT
 * axes.h - arrays written by their elements: what print.c and latex.c know of axes.
 *
 * A view is a node together with what is taken along each of its axes: all of it, or the
 * position that the name of a loop gives.  A reduction opens loops over its axes, which
 * get the names that the script gave them; below it x + y is written x[i] + y[i].  What
 * only moves elements (a slice, a unit axis, a repetition) changes the view and is not
 * written itself: slice(x) under `i` is x[i + 1].
 *
 * Whatever is handed out lies in the arena of the text. */
#ifndef GRAPH_AXES_H
#define GRAPH_AXES_H

#include "graph/derive.h"
#include "graph/node.h"

/* for name in first..first + count - 1; its position is name - first */
struct axis_loop {
    const char *name;
    double first;
    size_t count;
};

enum axis_kind {
    AXIS_WHOLE, /* all elements */
    AXIS_AT,    /* the position start + stride*(that of the loop); without a loop start */
    AXIS_PART,  /* the positions start ... start + count - 1 */
    AXIS_BY     /* the position, or the positions, that an element of a node names */
};

/* Positions count from 0. */
struct axis_index {
    enum axis_kind kind;
    const struct axis_loop *loop;
    ptrdiff_t start, stride;
    size_t count;
    node_id node;
    const struct axis_index *at;
};

struct axes_view {
    node_id node;
    const struct axis_index *at; /* one for each axis of the node */
    bool needs_array;            /* a number that is repeated does not do: cumsum(x) */
};

/* How a node is written, when what only moves elements is seen through. */
enum axes_form {
    FORM_LEAF,     /* name[suffix] */
    FORM_RANGE,    /* a*name + b: axes_line */
    FORM_PENDING,  /* d/dx[of] of an array, in a derivation */
    FORM_ELEMENTS, /* an operation of scalars */
    FORM_SUM,      /* a reduction: over loops, or of a whole array */
    FORM_REPEAT,   /* [E for i in 1..n] of what cannot be written for whole arrays */
    FORM_PRODUCT,  /* a @ b */
    FORM_DOT,      /* dot(a, b) */
    FORM_LIST,     /* [a, b, c] */
    FORM_SOFTMAX,  /* softmax(x)[suffix] */
    FORM_CALL      /* inv(A)[suffix] */
};

enum {
    AXES_MOST_LOOPS = 64,  /* inside each other */
    AXES_MOST_RANGES = 16, /* with names, of which one is chosen */
    AXES_MOST_NAMES = 1000 /* of leaves, with which a name must not clash */
};

struct axes {
    const struct graph *graph;
    struct arena *arena;
    graph_namer *name;
    void *user;
    node_id root;
    const struct derivation_steps *steps; /* whose pending leaves are shown; or NULL */
    bool by_names;    /* every sum has loops, as a textbook writes it */
    bool is_surveyed; /* then, from the first loop on: */
    node_id ranges[AXES_MOST_RANGES];
    const char **names;
    size_t range_count, name_count;
    const struct axis_loop *open[AXES_MOST_LOOPS]; /* the loops around */
    size_t open_count;
};

/* What a form is made of. */
struct axes_parts {
    enum axes_form form;
    struct axes_view view;         /* seen through */
    const struct axis_loop *loops; /* FORM_SUM, FORM_REPEAT; none: of a whole array */
    size_t loop_count;
    bool has_mask; /* then operand 1 is the condition under which it counts */
    struct axes_view body, mask; /* FORM_SUM */
    unsigned inner;              /* axes of the result that a suffix indexes */
};

/* The view of the whole root; `axes` is set up. */
struct axes_view axes_begin(struct axes *axes, const struct graph *graph,
                            struct arena *arena, graph_namer *name, void *user,
                            node_id root);
/* Sees through what only moves elements; opens the loops of a reduction. */
struct axes_parts axes_open(struct axes *axes, struct axes_view view);
/* To be called in reverse order of axes_open. */
void axes_close(struct axes *axes, const struct axes_parts *parts);
size_t axes_count(const struct axes *axes, const struct axes_parts *parts);
struct axes_view axes_operand(struct axes *axes, const struct axes_parts *parts,
                              size_t index);
/* The derivative of an array that the leaf stands for; NULL when it is none. */
const struct pending *axes_pending(const struct axes *axes, node_id node);
/* The node that is written for this one, whatever the view: the repeated number. */
node_id axes_shown(const struct graph *graph, node_id node);
/* Whether an index along this axis is written behind a leaf or a call. */
bool axes_has_suffix(const struct axes *axes, const struct axes_parts *parts);
/* Whether the suffix has a place for this axis. */
bool axes_in_suffix(const struct axes *axes, const struct axes_parts *parts, size_t axis);
/* A row of numbers, under its view: slope*name + base; no name: base. */
struct axes_line {
    const char *name; /* NULL: none */
    double slope, base;
};
struct axes_line axes_line(const struct axes *axes, const struct axes_view *view);
/* How tightly it binds when it is written. */
enum op_level axes_line_level(const struct axes_line *line);
/* An index that AXIS_AT gives, counted from 1. */
struct axes_line axes_index_line(const struct axis_index *index);

#endif
