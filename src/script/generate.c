/* SPDX-License-Identifier: MIT
 * Generators: for names over ranges and sets, later ones inside earlier ones.
 *
 * A set whose text uses no earlier name is evaluated once, before the first turn. */
#include "script/evaluate.h"

#include "script/array.h"

/* ---- What the text says ---- */

const struct ast *generate_filter(const struct ast *comprehension)
{
    const struct ast *last = comprehension->child[comprehension->count - 1];
    return last->kind == AST_FILTER ? last : NULL;
}

size_t generate_names(const struct ast *comprehension)
{
    return comprehension->count - 1 - (generate_filter(comprehension) != NULL ? 1 : 0);
}

/* Depth is that of the text, which the parser caps. */
static bool mentions(const struct ast *node, name_id name)
{
    if (node == NULL)
        return false;
    if (node->kind == AST_NAME && node->name == name)
        return true;
    for (size_t i = 0; i < node->count; i++)
        if (mentions(node->child[i], name))
            return true;
    return false;
}

bool generate_depends(const struct ast *comprehension, size_t index)
{
    for (size_t i = 1; i < index; i++)
        if (mentions(comprehension->child[index]->child[0],
                     comprehension->child[i]->name))
            return true;
    return false;
}

bool generate_is_flat(const struct ast *comprehension)
{
    size_t names = generate_names(comprehension);
    for (size_t i = 2; i <= names; i++)
        if (generate_depends(comprehension, i))
            return true;
    return generate_filter(comprehension) != NULL;
}

/* ---- One turn after the other ---- */

struct generation {
    struct evaluation *e;
    const struct ast *comprehension;
    const struct value *sets; /* by the number of the name from 1; NONE: not yet known */
    each_value *each;
    void *user;
    size_t *kept;
};

/* The filter and the body with all names set. */
static bool innermost(struct generation *g, const struct local *locals)
{
    const struct ast *filter = generate_filter(g->comprehension);
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

static bool evaluate_set(struct evaluation *e, const struct ast *generator,
                         const struct local *locals, struct value *set)
{
    size_t count = 0;
    struct span place = generator->child[0]->span;
    if (!evaluate(e, generator->child[0], locals, set))
        return false;
    return value_count(set, &count) ||
           session_error(e->session, CODE_WRONG_TYPE, place,
                         "a generator runs over a range, an array or a list, and this is "
                         "%s",
                         value_kind_name(set));
}

/* Depth is the number of generators that the text writes, which the parser caps. */
static bool run_generator(struct generation *g, size_t index, const struct local *locals)
{
    if (index > generate_names(g->comprehension))
        return innermost(g, locals);
    const struct ast *generator = g->comprehension->child[index];
    struct session *session = g->e->session;
    struct value set = g->sets[index];
    size_t count = 0, unused = 0, *kept = g->kept == NULL ? &unused : g->kept;
    if (set.kind == VALUE_NONE && !evaluate_set(g->e, generator, locals, &set))
        return false;
    (void)value_count(&set, &count);
    for (size_t i = 0; i < count; i++) {
        struct local local = {.name = generator->name, .next = locals};
        struct arena_mark mark = arena_mark(&session->scratch);
        size_t before = *kept;
        if (!session_go_on_sometimes(session, generator->span))
            return false;
        if (!element_of(g->e, generator->child[0]->span, &set, i, &local.value) ||
            !run_generator(g, index + 1, &local))
            return false;
        if (*kept == before)
            arena_release(&session->scratch, mark);
    }
    return true;
}

bool generate_sets(struct evaluation *e, const struct ast *comprehension,
                   const struct local *locals, struct value **out)
{
    size_t names = generate_names(comprehension);
    struct value *sets = ARENA_ARRAY(&e->session->scratch, names + 1, struct value);
    for (size_t i = 1; i <= names; i++)
        if (!generate_depends(comprehension, i) &&
            !evaluate_set(e, comprehension->child[i], locals, &sets[i]))
            return false;
    *out = sets;
    return true;
}

bool generate(struct evaluation *e, const struct ast *comprehension,
              const struct value *sets, const struct local *locals, size_t *kept,
              each_value *each, void *user)
{
    struct generation generation = {e, comprehension, sets, each, user, kept};
    return run_generator(&generation, 1, locals);
}
