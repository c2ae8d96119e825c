/* SPDX-License-Identifier: MIT
 * A derivation as lines of text.
 *
 * graph_print writes the states; the names that it asks for are those of the script or,
 * for the leaf of a pending derivative, its whole text.  Formulas are built in the
 * graph's scratch arena, because they may be far longer than what is kept of them. */
#include "graph/derivation.h"

#include <string.h>

enum {
    LONGEST_STATE = 1000, /* bytes; the last line, the derivative, is never cut */
    WIDEST_FORMULA = 60,  /* columns before the rules, if no longer line needs more */
    RULE_GAP = 3
};

struct writer {
    struct graph *graph;
    struct arena *arena;
    graph_namer *name;
    void *user;
    struct derivation *out;
    size_t capacity;
    const struct derivation_steps *steps; /* of the stage that is written */
    const char **names;                   /* of its pending derivatives, as far as made */
};

/* ---- Formulas ---- */

/* Cut off before `length` bytes, between two characters. */
static const char *cut(struct writer *w, const char *text, size_t length)
{
    if (strlen(text) <= length)
        return arena_copy(w->arena, text, strlen(text));
    while (length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80)
        length--;
    struct text shorter;
    text_init(&shorter, w->arena);
    text_put(&shorter, text, length);
    text_puts(&shorter, "...");
    w->out->shortened = true;
    return text_string(&shorter);
}

bool derive_is_word(const char *name)
{
    return strpbrk(name, " []().,") == NULL;
}

static const char *name_of(void *user, uint32_t symbol);

/* "d/dw[2*w - 6]": the brackets tell d/dw[w]*w from d/dw[w*w]. */
static const char *pending_text(struct writer *w, const struct pending *pending)
{
    struct arena *scratch = &w->graph->scratch;
    struct arena_mark mark = graph_scratch(w->graph);
    const char *wrt = w->name(w->user, w->graph->cells[pending->wrt].as.symbol);
    struct text text;
    text_init(&text, scratch);
    text_format(&text, derive_is_word(wrt) ? "d/d%s[" : "d/d(%s)[", wrt);
    graph_print(&text, w->graph, pending->of, name_of, w);
    text_putc(&text, ']');
    const char *kept = cut(w, text_string(&text), LONGEST_STATE);
    arena_release(scratch, mark);
    return kept;
}

static const char *name_of(void *user, uint32_t symbol)
{
    struct writer *w = user;
    const struct pending *pending = graph_pending(w->steps, symbol);
    if (pending == NULL)
        return w->name(w->user, symbol);
    const char **name = &w->names[pending - w->steps->pendings];
    if (*name == NULL)
        *name = pending_text(w, pending);
    return *name;
}

/* The last line is never cut: it is the derivative itself. */
static const char *state_text(struct writer *w, node_id state, bool is_last)
{
    struct arena *scratch = &w->graph->scratch;
    struct arena_mark mark = graph_scratch(w->graph);
    struct text text;
    text_init(&text, scratch);
    graph_print_state(&text, w->graph, state, name_of, w, w->steps);
    const char *string = text_string(&text);
    const char *kept = cut(w, string, is_last ? strlen(string) : LONGEST_STATE);
    arena_release(scratch, mark);
    return kept;
}

/* ---- Lines ---- */

static size_t columns_of(const char *text)
{
    size_t columns = 0;
    for (size_t left = strlen(text); left > 0;) {
        uint32_t character = 0;
        size_t bytes = utf8_decode(text, left, &character);
        columns += bytes == 0 ? 1 : (size_t)utf8_width(character);
        bytes += bytes == 0;
        text += bytes;
        left -= bytes;
    }
    return columns;
}

static void add_line(struct writer *w, struct text *line, const char *rule)
{
    struct derivation *out = w->out;
    if (out->count == w->capacity)
        out->lines = arena_grow(w->arena, out->lines, out->count, &w->capacity,
                                sizeof *out->lines);
    out->lines[out->count++] = (struct derivation_line){text_string(line), rule};
}

static void add_gap(struct writer *w, size_t indent)
{
    struct text line;
    text_init(&line, w->arena);
    text_repeat(&line, ' ', indent);
    if (w->steps->is_cut_short)
        text_puts(&line, "... many more steps");
    else
        text_format(&line, "... %zu more step%s", w->steps->left_out,
                    w->steps->left_out == 1 ? "" : "s");
    add_line(w, &line, "");
    w->out->shortened = true;
}

/* The equals signs stand below each other. */
static void add_step(struct writer *w, const char *left, size_t indent, size_t index)
{
    const struct derivation_step *step = &w->steps->steps[index];
    const char *state = state_text(w, step->state, index + 1 == w->steps->count);
    struct text line;
    text_init(&line, w->arena);
    if (index > 0)
        text_repeat(&line, ' ', indent);
    else if (left != NULL)
        text_format(&line, "%s ", left);
    if (index > 0 || left != NULL)
        text_puts(&line, "= ");
    text_puts(&line, state);
    add_line(w, &line, step->rule);
}

enum { PLAIN_INDENT = 2 /* where nothing stands before the first formula */ };

static void write_stage(struct writer *w, const char *left)
{
    const struct derivation_steps *steps = w->steps;
    if (left != NULL && left[0] == '\0')
        left = NULL;
    size_t indent = left == NULL ? PLAIN_INDENT : columns_of(left) + 1;
    w->names = ARENA_ARRAY(w->arena, steps->pending_count, const char *);
    for (size_t i = 0; i < steps->count; i++) {
        bool is_last = i + 1 == steps->count;
        if (is_last && (steps->left_out > 0 || steps->is_cut_short))
            add_gap(w, indent);
        add_step(w, left, indent, i);
    }
}

void graph_derive(struct graph *graph, node_id f, const node_id *wrt, size_t order,
                  struct arena *arena, graph_namer *name, void *user,
                  const char *const *left, struct derivation *out)
{
    *out = (struct derivation){.count = 0};
    struct writer w = {
        .graph = graph, .arena = arena, .name = name, .user = user, .out = out};
    for (size_t i = 0; i < order; i++) {
        struct derivation_steps steps;
        graph_derive_steps(graph, f, wrt[i], arena, &steps);
        w.steps = &steps;
        write_stage(&w, left == NULL ? NULL : left[i]);
        f = steps.steps[steps.count - 1].state;
    }
}

/* ---- Columns ---- */

void graph_derivation_print(struct text *out, const struct derivation *derivation)
{
    size_t width = 0;
    for (size_t i = 0; i < derivation->count; i++) {
        size_t columns = columns_of(derivation->lines[i].text);
        bool counts = derivation->lines[i].rule[0] != '\0' && columns <= WIDEST_FORMULA;
        if (counts && columns > width)
            width = columns;
    }
    for (size_t i = 0; i < derivation->count; i++) {
        const struct derivation_line *line = &derivation->lines[i];
        size_t columns = columns_of(line->text);
        text_puts(out, line->text);
        if (line->rule[0] != '\0')
            text_repeat(out, ' ', (columns < width ? width - columns : 0) + RULE_GAP);
        text_format(out, "%s\n", line->rule);
    }
}
