/* SPDX-License-Identifier: MIT
 * Formulas in LaTeX.
 *
 * Each operation has a form in latex.def, LaTeX with places for its operands; sums and
 * products have none: they are joined.  The walk keeps its own stack, as print.c does,
 * and like there a minus is carried out of a term so that it reads a - b.  What stands
 * between two factors is only decided when the first character of the second one is
 * known: 2 x, but 2 \cdot 3. */
#include "graph/latex.h"
#include "graph/latex_form.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { LONGEST_LATEX = 100000 /* bytes */ };

/* what the script calls pi */
static const double pi = 3.141592653589793;

/* else if: further rows of the same cases */
static const char more_cases[] = "#2 & \\text{if } #1 \\\\ #3";
/* A node whose form is written up to `form`; joined ones (form NULL) up to `next`. */
struct frame {
    struct axes_parts parts;
    node_id exponent; /* a constant that goes to #^; 0 is none */
    const char *form;
    uint32_t next, suffix; /* operand, axis */
    bool has_suffix, is_indexed;
    bool adds_one; /* an index that counts from 0 */
    bool has_parentheses;
    bool sign_dropped; /* it begins with a minus that is written already */
};

struct setter {
    struct text *out;
    const struct graph *graph;
    graph_namer *name;
    void *user;
    struct axes axes;
    struct text word; /* of the leaf that is written */
    size_t end;       /* the length of `out` at which operands are left out */
    struct frame *stack;
    size_t depth, capacity;
    bool after_factor; /* the sign for times is due */
    bool after_word;   /* the last thing written is an upright word */
};

/* ---- Writing ---- */

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static bool is_upright(const char *text)
{
    return begins_with(text, "\\mathrm") || begins_with(text, "\\text{");
}

/* All that is written goes through here.  Two upright words would run into one. */
static void put(struct setter *s, const char *text, size_t length)
{
    if (length == 0)
        return;
    if (s->after_factor) {
        char last = s->out->data[s->out->length - 1];
        bool is_read_as_one = isdigit((unsigned char)last) && begins_with(text, "\\frac");
        if (isdigit((unsigned char)text[0]) || is_read_as_one)
            text_puts(s->out, " \\cdot ");
        else
            text_puts(s->out, s->after_word || is_upright(text) ? " \\, " : " ");
    }
    s->after_factor = false;
    s->after_word = false;
    text_put(s->out, text, length);
}

static void put_string(struct setter *s, const char *text)
{
    put(s, text, strlen(text));
}

/* 1.5e-07 as 1.5 \cdot 10^{-7}. */
static void put_number(struct setter *s, double value)
{
    char digits[NUMBER_TEXT];
    size_t length = number_format(value, digits);
    const char *e = memchr(digits, 'e', length);
    if (isinf(value))
        put_string(s, "\\infty");
    else if (isnan(value))
        put_string(s, "\\mathrm{NaN}");
    else if (value == pi)
        put_string(s, "\\pi");
    else if (e == NULL)
        put(s, digits, length);
    else {
        size_t mantissa = (size_t)(e - digits);
        const char *power = e + 1 + (e[1] == '+');
        bool is_negative = *power == '-';
        power += is_negative;
        power += strspn(power, "0");
        if (mantissa != 1 || digits[0] != '1') {
            put(s, digits, mantissa);
            put_string(s, " \\cdot ");
        }
        put_string(s, is_negative ? "10^{-" : "10^{");
        put(s, power, length - (size_t)(power - digits));
        put_string(s, "}");
    }
}

static void put_name(struct setter *s, const char *name)
{
    s->word.length = 0;
    graph_latex_name(&s->word, name);
    put(s, s->word.data, s->word.length);
}

/* a i + b, or b - a i */
static void put_line(struct setter *s, const struct axes_line *line)
{
    bool is_falling = line->slope < 0 && line->base > 0;
    if (line->name == NULL || is_falling)
        put_number(s, line->base);
    if (line->name == NULL)
        return;
    if (line->slope < 0)
        put_string(s, is_falling ? " - " : "-");
    if (fabs(line->slope) != 1) {
        put_number(s, fabs(line->slope));
        put_string(s, " ");
    }
    put_name(s, line->name);
    if (line->base == 0 || is_falling)
        return;
    put_string(s, line->base < 0 ? " - " : " + ");
    put_number(s, fabs(line->base));
}

static void put_leaf(struct setter *s, const struct frame *frame)
{
    node_id node = frame->parts.view.node;
    const struct cell *cell = &s->graph->cells[node];
    if (frame->parts.form == FORM_RANGE) {
        struct axes_line line = axes_line(&s->axes, &frame->parts.view);
        put_line(s, &line);
        return;
    }
    if (cell->op == OP_RANGE) {
        s->word.length = 0;
        graph_write_range(&s->word, s->graph, node, ", \\dots, ");
        put(s, s->word.data, s->word.length);
        return;
    }
    if (cell->op != OP_CONSTANT) {
        const char *name = s->name(s->user, cell->as.symbol);
        s->word.length = 0;
        graph_latex_name(&s->word, name);
        bool is_double = frame->has_suffix && strchr(text_string(&s->word), '_') != NULL;
        put_string(s, is_double ? "{" : "");
        put(s, s->word.data, s->word.length);
        put_string(s, is_double ? "}" : "");
        s->after_word = !is_double && is_upright(s->word.data);
        return;
    }
    double value = cell->as.value;
    if (graph_begins_with_minus(s->graph, node)) {
        if (!frame->sign_dropped)
            put_string(s, "-");
        value = -value;
    }
    put_number(s, value);
}

/* \sum_{i=1}^{n} \sum_{j=1}^{m} */
static void put_signs(struct setter *s, const struct axes_parts *parts)
{
    bool is_sum = node_op(s->graph, parts->view.node) == OP_SUM_OVER;
    for (size_t i = 0; i < parts->loop_count; i++) {
        const struct axis_loop *loop = &parts->loops[i];
        put_string(s, is_sum ? "\\sum_{" : "\\prod_{");
        put_name(s, loop->name);
        put_string(s, "=");
        put_number(s, loop->first);
        put_string(s, "}^{");
        put_number(s, loop->first + (double)loop->count - 1);
        put_string(s, "} ");
    }
}

/* 1 \leq i \leq n, 1 \leq j \leq m */
static void put_bounds(struct setter *s, const struct axes_parts *parts)
{
    for (size_t i = 0; i < parts->loop_count; i++) {
        const struct axis_loop *loop = &parts->loops[i];
        put_string(s, i == 0 ? "" : ", ");
        put_number(s, loop->first);
        put_string(s, " \\leq ");
        put_name(s, loop->name);
        put_string(s, " \\leq ");
        put_number(s, loop->first + (double)loop->count - 1);
    }
}

/* ---- The walk ---- */

/* Where the sign is written by whoever is above; -\frac{a}{b} rather than \frac{-a}{b}.
 */
static void open_frame(struct setter *s, struct frame *frame)
{
    const struct graph *graph = s->graph;
    node_id node = frame->parts.view.node;
    if (frame->has_parentheses)
        put_string(s, "\\left(");
    if (node_op(graph, node) == OP_DIVIDE && !frame->sign_dropped &&
        graph_begins_with_minus(graph, node)) {
        put_string(s, "-");
        frame->sign_dropped = true;
    }
    if (node_op(graph, node) == OP_POWER && is_scalar(graph, node) &&
        latex_inner_exponent(graph, node) != 0) {
        frame->exponent = node_operand(graph, node, 1);
        frame->parts = axes_open(&s->axes, axes_operand(&s->axes, &frame->parts, 0));
    }
}

static void push(struct setter *s, struct axes_view view, enum op_level required,
                 bool sign_dropped, bool continues_cases)
{
    if (s->out->length >= s->end) {
        put_string(s, "\\ldots ");
        return;
    }
    struct axes_parts parts = axes_open(&s->axes, view);
    if (sign_dropped && node_op(s->graph, parts.view.node) == OP_NEGATE) {
        parts = axes_open(&s->axes, axes_operand(&s->axes, &parts, 0));
        sign_dropped = false;
        if (graph_begins_with_minus(s->graph, parts.view.node))
            required = LEVEL_POWER;
    }
    if (s->depth == s->capacity)
        s->stack =
            arena_grow(s->out->arena, s->stack, s->depth, &s->capacity, sizeof *s->stack);
    struct frame *frame = &s->stack[s->depth++];
    *frame = (struct frame){.parts = parts,
                            .has_suffix = axes_has_suffix(&s->axes, &parts),
                            .has_parentheses =
                                latex_level(&s->axes, &parts, sign_dropped) < required,
                            .sign_dropped = sign_dropped};
    open_frame(s, frame);
    frame->form = continues_cases && !frame->has_parentheses
                      ? more_cases
                      : latex_form(&s->axes, &frame->parts);
    if (frame->form == NULL && frame->parts.form >= FORM_LIST)
        put_string(s, "\\left(");
}

static void pop(struct setter *s)
{
    const struct frame *frame = &s->stack[--s->depth];
    if (frame->adds_one)
        put_string(s, " + 1");
    if (frame->has_parentheses)
        put_string(s, "\\right)");
    axes_close(&s->axes, &frame->parts);
}

static void put_index(struct setter *s, const struct axis_index *index)
{
    struct axes_line line = axes_index_line(index);
    size_t depth = s->depth;
    switch (index->kind) {
    case AXIS_WHOLE:
        put_string(s, "\\cdot");
        break;
    case AXIS_AT:
        put_line(s, &line);
        break;
    case AXIS_PART:
        put_number(s, line.base);
        put_string(s, ":");
        put_number(s, line.base + (double)index->count - 1);
        break;
    case AXIS_BY:
        push(s, (struct axes_view){index->node, index->at, false}, LEVEL_SUM, false,
             false);
        if (s->depth > depth) /* it is not cut off */
            s->stack[s->depth - 1].adds_one = true;
        break;
    }
}

/* Writes the next index, or the end of the suffix and of the frame. */
static void advance_suffix(struct setter *s, struct frame *frame)
{
    size_t rank = graph_shape(s->graph, frame->parts.view.node).rank;
    while (frame->suffix < rank &&
           !axes_in_suffix(&s->axes, &frame->parts, frame->suffix))
        frame->suffix++;
    if (!frame->has_suffix || frame->suffix == rank) {
        if (frame->is_indexed)
            put_string(s, "}");
        pop(s);
        return;
    }
    put_string(s, frame->is_indexed ? ", " : "_{");
    frame->is_indexed = true;
    put_index(s, &frame->parts.view.at[frame->suffix++]);
}

static void push_operand(struct setter *s, struct frame *frame, size_t index)
{
    struct axes_view operand = axes_operand(&s->axes, &frame->parts, index);
    bool is_select = frame->parts.form == FORM_ELEMENTS &&
                     node_op(s->graph, frame->parts.view.node) == OP_SELECT;
    push(s, operand, latex_required_level(&s->axes, &frame->parts, index),
         index == 0 && frame->sign_dropped && frame->parts.form == FORM_ELEMENTS,
         is_select && index == 2 && node_op(s->graph, operand.node) == OP_SELECT);
}

/* Writes the form up to its next operand, which is pushed, or to its end. */
static void advance_form(struct setter *s, struct frame *frame)
{
    size_t length = strcspn(frame->form, "#");
    put(s, frame->form, length);
    frame->form += length;
    if (*frame->form == '\0') {
        advance_suffix(s, frame);
        return;
    }
    char what = frame->form[1];
    frame->form += 2;
    if (what == 'f') {
        put_string(s, op_info(node_op(s->graph, frame->parts.view.node))->spelling);
    } else if (what == 's') {
        put_signs(s, &frame->parts);
    } else if (what == 'r') {
        put_bounds(s, &frame->parts);
    } else if (what == '^') {
        if (frame->exponent == 0)
            return;
        put_string(s, "^{");
        put_number(s, node_value(s->graph, frame->exponent));
        put_string(s, "}");
    } else {
        push_operand(s, frame, (size_t)(what - '1'));
    }
}

/* The same for a sum, a product, a list or a leaf. */
static void advance_joined(struct setter *s, struct frame *frame)
{
    size_t index = frame->next++, count = axes_count(&s->axes, &frame->parts);
    bool is_cut = index > 1 && s->out->length >= s->end;
    bool is_list = frame->parts.form >= FORM_LIST;
    if (index == 0 && count == 0)
        put_leaf(s, frame);
    if (index == count || (is_cut && index < count)) {
        frame->next = (uint32_t)count + 1;
        if (is_list)
            put_string(s, "\\right)");
    }
    if (frame->next > count) {
        advance_suffix(s, frame);
        return;
    }
    struct axes_view operand = axes_operand(&s->axes, &frame->parts, index);
    bool is_sum = node_op(s->graph, frame->parts.view.node) == OP_ADD;
    bool drops_sign = index == 0
                          ? frame->sign_dropped
                          : is_sum && graph_begins_with_minus(s->graph, operand.node);
    if (index > 0 && is_list)
        put_string(s, ", ");
    if (is_sum && index > 0)
        put_string(s, drops_sign ? " - " : " + ");
    s->after_factor = !is_sum && !is_list && index > 0;
    push(s, operand, latex_required_level(&s->axes, &frame->parts, index), drops_sign,
         false);
}

void graph_latex(struct text *out, const struct graph *graph, node_id node,
                 graph_namer *name, void *user)
{
    struct setter s = {.out = out, .graph = graph, .name = name, .user = user};
    text_init(&s.word, out->arena);
    s.end = out->length + LONGEST_LATEX;
    struct axes_view view = axes_begin(&s.axes, graph, out->arena, name, user, node);
    s.axes.by_names = true;
    push(&s, view, LEVEL_CONDITION, false, false);
    while (s.depth > 0) {
        struct frame *frame = &s.stack[s.depth - 1];
        if (frame->form != NULL)
            advance_form(&s, frame);
        else
            advance_joined(&s, frame);
    }
}
