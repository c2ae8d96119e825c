/* SPDX-License-Identifier: MIT
 * Generators: for names over ranges and sets, later ones inside earlier ones. */
#include "script/array.h"
#include "script/vectorize.h"

struct generation {
    struct evaluation *e;
    const struct ast *comprehension;
    bool keeps;
    each_value *each;
    void *user;
};

static const struct ast *filter_of(const struct ast *comprehension)
{
    const struct ast *last = comprehension->child[comprehension->count - 1];
    return last->kind == AST_FILTER ? last : NULL;
}

/* The filter and the body with all names set. */
static bool innermost(struct generation *g, const struct local *locals)
{
    const struct ast *filter = filter_of(g->comprehension);
    struct value value;
    if (filter != NULL) {
        if (!evaluate_condition(g->e, filter->child[0], locals, &value))
            return false;
        if (value.unknown)
            return not_yet(g->e->session, filter->span,
                           "a filter that the search decides");
        if (value.number == 0)
            return true;
    }
    return evaluate(g->e, g->comprehension->child[0], locals, &value) &&
           g->each(g->e, &value, g->user);
}

/* Depth is the number of generators that the text writes, which the parser caps. */
static bool run_generator(struct generation *g, size_t index, const struct local *locals)
{
    const struct ast *generator = g->comprehension->child[index];
    if (index == g->comprehension->count || generator->kind != AST_GENERATOR)
        return innermost(g, locals);
    struct session *session = g->e->session;
    struct value set;
    size_t count = 0;
    if (!evaluate(g->e, generator->child[0], locals, &set))
        return false;
    if (set.kind == VALUE_DATA)
        return not_yet(session, generator->child[0]->span, "a generator over a data set");
    if (!value_count(&set, &count))
        return session_error(session, CODE_WRONG_TYPE, generator->child[0]->span,
                             "a generator runs over a range or a vector, and this is %s",
                             value_kind_name(&set));
    for (size_t i = 0; i < count; i++) {
        struct local local = {.name = generator->name, .next = locals};
        struct arena_mark mark = arena_mark(&session->scratch);
        if (!session_go_on_sometimes(session, generator->span))
            return false;
        if (!element_of(g->e, generator->child[0]->span, &set, i, &local.value) ||
            !run_generator(g, index + 1, &local))
            return false;
        if (!g->keeps)
            arena_release(&session->scratch, mark);
    }
    return true;
}

bool generate(struct evaluation *e, const struct ast *comprehension,
              const struct local *locals, bool keeps, each_value *each, void *user)
{
    struct generation generation = {e, comprehension, keeps, each, user};
    return run_generator(&generation, 1, locals);
}

struct collection {
    struct value *items;
    size_t count, capacity;
};

static bool collect(struct evaluation *e, const struct value *value, void *user)
{
    struct collection *collection = user;
    if (collection->count == collection->capacity)
        collection->items =
            arena_grow(&e->session->scratch, collection->items, collection->count,
                       &collection->capacity, sizeof *collection->items);
    collection->items[collection->count++] = *value;
    return true;
}

bool evaluate_comprehension(struct evaluation *e, const struct ast *node,
                            const struct local *locals, struct value *out)
{
    struct collection collection = {NULL, 0, 0};
    enum vectorize how = vectorize_choose(e, node, locals);
    struct message_mark messages = session_message_mark(e->session);
    if (how != VECTORIZE_NOT && vectorize_array(e, node, locals, out))
        return true;
    if (how == VECTORIZE_ONLY)
        return false;
    session_forget(e->session, messages);
    if (!generate(e, node, locals, true, collect, &collection))
        return false;
    return make_array(e, node->span, collection.items, collection.count, out);
}
