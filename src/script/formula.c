/* SPDX-License-Identifier: MIT
 * Functions as formulas: traced, simplified, printed. */
#include "script/derivative.h"

#include "graph/latex.h"

#include <string.h>

/* A mark that no name of a script begins with keeps the leaves of parameters apart from
 * the variables of a search, whatever they are called. */
enum { LEAF_MARK = '\'' };

name_id formula_symbol(struct session *session, name_id parameter)
{
    const char *name = intern_text(session->names, parameter);
    struct text symbol;
    text_init(&symbol, &session->scratch);
    text_putc(&symbol, LEAF_MARK);
    text_puts(&symbol, name);
    return intern_name(session->names, text_string(&symbol), symbol.length);
}

const char *formula_name(void *user, uint32_t symbol)
{
    const struct session *session = user;
    const char *name = intern_text(session->names, symbol);
    return name[0] == LEAF_MARK ? name + 1 : name;
}

/* ---- printing ---- */

struct printing {
    const struct value *function;
    struct span place;
    struct text *out;
    bool latex;
};

static void put_node(struct session *session, const struct printing *p,
                     const struct traced *t, node_id node)
{
    if (p->latex)
        graph_latex(p->out, t->graph, node, formula_name, session);
    else
        graph_print(p->out, t->graph, node, formula_name, session);
}

static void put_name(const struct printing *p, const char *name)
{
    if (p->latex)
        graph_latex_name(p->out, name);
    else
        text_puts(p->out, name);
}

/* "L'(w) = ", nothing for the derivative of an expression. */
static void put_left(struct session *session, const struct printing *p,
                     const struct traced *t)
{
    if (t->label == NULL)
        return;
    put_name(p, t->label);
    text_putc(p->out, '(');
    for (size_t i = 0; i < t->n; i++) {
        text_puts(p->out, i == 0 ? "" : ", ");
        put_name(p, intern_text(session->names, t->names[i]));
    }
    text_puts(p->out, ") = ");
}

static void put_rows(struct session *session, const struct printing *p,
                     const struct traced *t)
{
    bool matrix = t->count > t->n || t->n == 1;
    size_t columns = t->count == t->n ? t->count : t->n;
    text_puts(p->out, p->latex ? "\\begin{bmatrix}" : "[");
    for (size_t i = 0; i < t->count; i++) {
        bool row = matrix && i % columns == 0;
        const char *between = i == 0     ? ""
                              : p->latex ? (row ? " \\\\ " : " & ")
                              : row      ? "; "
                                         : ", ";
        text_puts(p->out, between);
        put_node(session, p, t, t->results[i]);
    }
    text_puts(p->out, p->latex ? "\\end{bmatrix}" : "]");
}

static bool put_formula(struct evaluation *e, void *user)
{
    const struct printing *p = user;
    struct traced t;
    e->trace->is_formula = true;
    if (!derivative_trace(e, p->function, p->place, NULL, &t))
        return false;
    put_left(e->session, p, &t);
    if (t.is_array)
        put_rows(e->session, p, &t);
    else
        put_node(e->session, p, &t, t.results[0]);
    return true;
}

void formula_print(struct session *session, struct text *out,
                   const struct value *function)
{
    struct printing p = {function, {0, 0, 0}, out, false};
    struct message_mark mark = session_message_mark(session);
    size_t length = out->length;
    if (with_trace(session, put_formula, &p))
        return;
    session_forget(session, mark); /* without a formula it is shown as it was written */
    out->length = length;
    value_print(out, function, session->names);
}

bool formula_latex(struct session *session, struct text *out,
                   const struct value *function, struct span place)
{
    struct printing p = {function, place, out, true};
    return with_trace(session, put_formula, &p);
}
