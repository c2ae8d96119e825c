/* SPDX-License-Identifier: MIT
 * Calls of built-in functions: reductions, operations of the graph, rows of the table. */
#include "script/array.h"
#include "script/vectorize.h"

static bool reduce_each(struct evaluation *e, const struct value *value, void *user)
{
    return reduce_add(e, user, value);
}

static bool wrong_builtin_arity(struct evaluation *e, const struct ast *call,
                                const struct builtin *builtin)
{
    struct text wanted;
    text_init(&wanted, &e->session->scratch);
    text_format(&wanted, "%d", builtin->least);
    if (builtin->most < 0)
        text_puts(&wanted, " or more");
    else if (builtin->most > builtin->least)
        text_format(&wanted, " to %d", builtin->most);
    (void)session_error(e->session, CODE_WRONG_ARITY, call->span,
                        "`%s` takes %s argument%s, and %zu %s given", builtin->name,
                        text_string(&wanted),
                        builtin->least == 1 && builtin->most == 1 ? "" : "s",
                        call->count - 1, call->count == 2 ? "is" : "are");
    diagnostic_note(&e->session->diagnostics, session_last(e->session), "%s",
                    builtin->summary);
    return false;
}

/* min and max of several numbers go through them from the left. */
static bool apply_folded(struct evaluation *e, enum op op, struct span place,
                         const struct value *arguments, const struct span *places,
                         size_t count, struct value *out)
{
    size_t arity = (size_t)op_info(op)->arity;
    if (count <= arity)
        return apply_at(e, op, place, arguments, places, count, out);
    struct value pair[2] = {arguments[0], arguments[0]};
    for (size_t i = 1; i < count; i++) {
        struct span two[2] = {span_join(places[0], places[i - 1]), places[i]};
        pair[1] = arguments[i];
        if (!apply_at(e, op, place, pair, two, 2, out))
            return false;
        pair[0] = *out;
    }
    return true;
}

/* sum(E for ...): as a whole, or term by term. */
static bool reduce_generator(struct evaluation *e, const struct ast *call,
                             enum reduction kind, const struct local *locals,
                             struct value *out)
{
    struct reduce reduce;
    struct message_mark messages = session_message_mark(e->session);
    enum vectorize how = vectorize_choose(e, call->child[1], locals);
    if (how != VECTORIZE_NOT &&
        vectorize_reduction(e, call->child[1], kind, call->span, locals, out))
        return true;
    if (how == VECTORIZE_ONLY)
        return false;
    session_forget(e->session, messages);
    reduce_begin(&reduce, kind, call->span);
    struct value *sets;
    return generate_sets(e, call->child[1], locals, &sets) &&
           generate(e, call->child[1], sets, locals, NULL, reduce_each, &reduce) &&
           reduce_end(e, &reduce, out);
}

/* An operation of the graph, or one of arrays. */
static bool apply_operation(struct evaluation *e, const struct ast *call,
                            const struct builtin *builtin, struct value *arguments,
                            size_t count, struct value *out)
{
    struct span *places = ARENA_ARRAY(&e->session->scratch, count, struct span);
    for (size_t i = 0; i < count; i++) {
        places[i] = call->child[i + 1]->span;
        if (!take_operand(e, places[i], &arguments[i]))
            return false;
    }
    return builtin->op != OP_COUNT
               ? apply_folded(e, builtin->op, call->span, arguments, places, count, out)
               : apply_array_function(e, builtin->name, call->span, arguments, places,
                                      count, out);
}

bool call_builtin(struct evaluation *e, const struct ast *call,
                  const struct builtin *builtin, const struct local *locals,
                  struct value *out)
{
    size_t count = call->count - 1, elements = 0;
    if (builtin->reduction != REDUCE_NONE && count == 1 &&
        call->child[1]->kind == AST_COMPREHENSION) {
        return reduce_generator(e, call, builtin->reduction, locals, out);
    }
    if (builtin->call != NULL)
        return builtin->call(e, call, locals, out);
    struct value *arguments = NULL;
    if (!call_arguments(e, call, locals, &arguments))
        return false;
    if (builtin->reduction != REDUCE_NONE && count == 1)
        return is_numeric(&arguments[0]) || value_count(&arguments[0], &elements)
                   ? reduce_elements(e, builtin->reduction, call->span, &arguments[0],
                                     out)
                   : wrong_type(e, call->child[1]->span, "an array", &arguments[0]);
    if ((int)count < builtin->least || (builtin->most >= 0 && (int)count > builtin->most))
        return wrong_builtin_arity(e, call, builtin);
    if (builtin->apply != NULL)
        return builtin->apply(e, call->span, arguments, count, out);
    return apply_operation(e, call, builtin, arguments, count, out);
}
