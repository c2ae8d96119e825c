/* SPDX-License-Identifier: MIT
 * Formulas in LaTeX.
 *
 * Each operation has a form in latex.def, LaTeX with places for its operands; sums and
 * products have none: they are joined.  The walk keeps its own stack, as print.c does,
 * and like there a minus is carried out of a term so that it reads a - b.  What stands
 * between two factors is only decided when the first character of the second one is
 * known: 2 x, but 2 \cdot 3. */
#include "graph/latex.h"
#include "graph/node.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

enum { LONGEST_LATEX = 100000 /* bytes */ };

/* what the script calls pi */
static const double pi = 3.141592653589793;

struct style {
    const char *form;
    enum op_level level;
};

static const struct style styles[OP_END] = {
#define STYLE(id, level, form) [OP_##id] = {form, LEVEL_##level},
#include "graph/latex.def"
#undef STYLE
};

/* else if: further rows of the same cases */
static const char more_cases[] = "#2 & \\text{if } #1 \\\\ #3";
/* of a tall operand, which would be too small as an exponent */
static const char tall_exp[] = "\\exp\\left(#1\\right)";
static const char *const by_name[] = {
    "\\operatorname{#f}",
    "\\operatorname{#f}\\left(#1\\right)",
    "\\operatorname{#f}\\left(#1, #2\\right)",
    "\\operatorname{#f}\\left(#1, #2, #3\\right)",
};

/* A node whose form is written up to `form`; joined ones (form NULL) up to `next`. */
struct frame {
    node_id node;
    node_id exponent; /* a constant that goes to #^; 0 is none */
    const char *form;
    uint32_t next;
    bool has_parentheses;
    bool sign_dropped; /* it begins with a minus that is written already */
};

struct setter {
    struct text *out;
    const struct graph *graph;
    graph_namer *name;
    void *user;
    struct text word; /* of the leaf that is written */
    size_t end;       /* the length of `out` at which operands are left out */
    struct frame *stack;
    size_t depth, capacity;
    bool after_factor; /* the sign for times is due */
    bool after_word;   /* the last thing written is an upright word */
};

/* ---- What is known of a node before it is written ---- */

static bool has_power_of_ten(double value)
{
    char digits[NUMBER_TEXT];
    size_t length = number_format(value, digits);
    return memchr(digits, 'e', length) != NULL;
}

static bool is_tall(const struct graph *graph, node_id node)
{
    if (node_op(graph, node) == OP_NEGATE)
        node = node_operand(graph, node, 0);
    return node_op(graph, node) == OP_DIVIDE || node_op(graph, node) == OP_SELECT;
}

static const char *form_of(const struct graph *graph, node_id node)
{
    enum op op = node_op(graph, node);
    int arity = op_info(op)->arity;
    if (arity <= 0 || op == OP_TIMES_LOG)
        return NULL;
    if (op == OP_EXP && is_tall(graph, node_operand(graph, node, 0)))
        return tall_exp;
    return styles[op].form != NULL ? styles[op].form : by_name[arity];
}

static enum op_level level_of(const struct graph *graph, node_id node, bool sign_dropped)
{
    enum op op = node_op(graph, node);
    bool has_sign = !sign_dropped && graph_begins_with_minus(graph, node);
    if (op == OP_CONSTANT && isfinite(node_value(graph, node)) &&
        has_power_of_ten(node_value(graph, node)))
        return LEVEL_PRODUCT;
    if (has_sign && (op == OP_CONSTANT || op == OP_DIVIDE))
        return LEVEL_SIGN;
    if (styles[op].form != NULL)
        return styles[op].level;
    enum op_level level = op_info(op)->level;
    return level == LEVEL_CALL && op_info(op)->arity > 0 ? LEVEL_POWER : level;
}

/* A part that can stand in a chain of its own kind: a + (b + c) without parentheses. */
static bool continues(const struct graph *graph, node_id operand, enum op_level own)
{
    return op_info(node_op(graph, operand))->level == own &&
           node_op(graph, operand) != OP_DIVIDE &&
           !graph_begins_with_minus(graph, node_operand(graph, operand, 0));
}

/* How tightly operand number `index` must bind to stand without parentheses. */
static enum op_level required_level(const struct graph *graph, node_id node, size_t index)
{
    enum op op = node_op(graph, node);
    enum op_level own = op_info(op)->level;
    node_id operand = node_operand(graph, node, index);
    if (op == OP_DIVIDE)
        return LEVEL_CONDITION;
    switch (own) {
    case LEVEL_SUM:
    case LEVEL_PRODUCT:
        if (index == 0 || continues(graph, operand, own))
            return own;
        return own == LEVEL_SUM ? LEVEL_PRODUCT : LEVEL_POWER;
    case LEVEL_SIGN:
        return graph_begins_with_minus(graph, operand) ? LEVEL_POWER : LEVEL_PRODUCT;
    case LEVEL_POWER:
        return index == 0 ? LEVEL_CALL : LEVEL_CONDITION;
    case LEVEL_OR:
    case LEVEL_AND:
        return index == 0 ? own : own + 1;
    case LEVEL_COMPARE:
        return LEVEL_SUM;
    case LEVEL_NOT:
        return LEVEL_COMPARE;
    default:
        return LEVEL_CONDITION;
    }
}

/* sin(x)^2: the exponent of a function that takes it before its parentheses, or 0. */
static node_id inner_exponent(const struct graph *graph, node_id power)
{
    node_id base = node_operand(graph, power, 0),
            exponent = node_operand(graph, power, 1);
    const char *form = form_of(graph, base);
    bool is_taken = form != NULL && strstr(form, "#^") != NULL;
    bool is_whole = is_constant(graph, exponent) && node_value(graph, exponent) >= 2 &&
                    node_value(graph, exponent) < 1e6 &&
                    floor(node_value(graph, exponent)) == node_value(graph, exponent);
    return is_taken && is_whole ? exponent : 0;
}

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

static void put_leaf(struct setter *s, const struct frame *frame)
{
    const struct cell *cell = &s->graph->cells[frame->node];
    if (cell->op == OP_RANGE && cell->as.symbol == 0) {
        s->word.length = 0;
        graph_write_range(&s->word, s->graph, frame->node, ", \\dots, ");
        put(s, s->word.data, s->word.length);
        return;
    }
    if (cell->op != OP_CONSTANT) {
        s->word.length = 0;
        graph_latex_name(&s->word, s->name(s->user, cell->as.symbol));
        put(s, s->word.data, s->word.length);
        s->after_word = is_upright(s->word.data);
        return;
    }
    double value = cell->as.value;
    if (graph_begins_with_minus(s->graph, frame->node)) {
        if (!frame->sign_dropped)
            put_string(s, "-");
        value = -value;
    }
    put_number(s, value);
}

/* ---- The walk ---- */

static void push(struct setter *s, node_id node, enum op_level required,
                 bool sign_dropped, bool continues_cases)
{
    const struct graph *graph = s->graph;
    if (s->out->length >= s->end) {
        put_string(s, "\\ldots ");
        return;
    }
    if (sign_dropped && node_op(graph, node) == OP_NEGATE) {
        node = node_operand(graph, node, 0);
        sign_dropped = false;
        if (graph_begins_with_minus(graph, node))
            required = LEVEL_POWER;
    }
    if (s->depth == s->capacity)
        s->stack =
            arena_grow(s->out->arena, s->stack, s->depth, &s->capacity, sizeof *s->stack);
    struct frame *frame = &s->stack[s->depth++];
    *frame =
        (struct frame){.node = node,
                       .has_parentheses = level_of(graph, node, sign_dropped) < required,
                       .sign_dropped = sign_dropped};
    if (frame->has_parentheses)
        put_string(s, "\\left(");
    if (node_op(graph, node) == OP_DIVIDE && !sign_dropped &&
        graph_begins_with_minus(graph,
                                node)) { /* -\frac{a}{b} rather than \frac{-a}{b} */
        put_string(s, "-");
        frame->sign_dropped = true;
    }
    if (node_op(graph, node) == OP_POWER && inner_exponent(graph, node) != 0) {
        frame->exponent = node_operand(graph, node, 1);
        frame->node = node_operand(graph, node, 0);
    }
    frame->form = continues_cases && !frame->has_parentheses
                      ? more_cases
                      : form_of(graph, frame->node);
}

static void pop(struct setter *s)
{
    if (s->stack[--s->depth].has_parentheses)
        put_string(s, "\\right)");
}

/* Writes the form up to its next operand, which is pushed, or to its end. */
static void advance_form(struct setter *s, struct frame *frame)
{
    size_t length = strcspn(frame->form, "#");
    put(s, frame->form, length);
    frame->form += length;
    if (*frame->form == '\0') {
        pop(s);
        return;
    }
    char what = frame->form[1];
    frame->form += 2;
    if (what == 'f') {
        put_string(s, op_info(node_op(s->graph, frame->node))->spelling);
    } else if (what == '^') {
        if (frame->exponent == 0)
            return;
        put_string(s, "^{");
        put_number(s, node_value(s->graph, frame->exponent));
        put_string(s, "}");
    } else {
        size_t index = (size_t)(what - '1');
        node_id operand = node_operand(s->graph, frame->node, index);
        bool is_select = node_op(s->graph, frame->node) == OP_SELECT;
        push(s, operand, required_level(s->graph, frame->node, index),
             index == 0 && frame->sign_dropped,
             is_select && index == 2 && node_op(s->graph, operand) == OP_SELECT);
    }
}

/* The same for a sum, a product or a leaf. */
static void advance_joined(struct setter *s, struct frame *frame)
{
    size_t index = frame->next++, count = node_count(s->graph, frame->node);
    bool is_cut = index > 1 && s->out->length >= s->end;
    if (count == 0)
        put_leaf(s, frame);
    if (index >= count || is_cut) {
        pop(s);
        return;
    }
    node_id operand = node_operand(s->graph, frame->node, index);
    bool is_sum = node_op(s->graph, frame->node) == OP_ADD;
    bool drops_sign = index == 0 ? frame->sign_dropped
                                 : is_sum && graph_begins_with_minus(s->graph, operand);
    if (is_sum && index > 0)
        put_string(s, drops_sign ? " - " : " + ");
    s->after_factor = !is_sum && index > 0;
    push(s, operand, required_level(s->graph, frame->node, index), drops_sign, false);
}

void graph_latex(struct text *out, const struct graph *graph, node_id node,
                 graph_namer *name, void *user)
{
    struct setter s = {.out = out, .graph = graph, .name = name, .user = user};
    text_init(&s.word, out->arena);
    s.end = out->length + LONGEST_LATEX;
    push(&s, node, LEVEL_CONDITION, false, false);
    while (s.depth > 0) {
        struct frame *frame = &s.stack[s.depth - 1];
        if (frame->form != NULL)
            advance_form(&s, frame);
        else
            advance_joined(&s, frame);
    }
}
