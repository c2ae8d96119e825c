/* SPDX-License-Identifier: MIT
 * sets/list.c - every set of a block of variables, once. */
#include "descent/sets/sets.h"

#include <string.h>

#define SETS(X) X(simplex) X(ball) X(positive)

#define DECLARE(name) extern const descent_set_kind set_##name;
SETS(DECLARE)
#undef DECLARE

const descent_set_kind *const *descent_set_kinds(void)
{
    static const descent_set_kind *const list[] = {
#define ENTRY(name) &set_##name,
        SETS(ENTRY)
#undef ENTRY
            NULL};
    return list;
}

const char *descent_set_name(const descent_set_kind *kind)
{
    return kind->name;
}

const char *descent_set_summary(const descent_set_kind *kind)
{
    return kind->summary;
}

bool descent_set_has_radius(const descent_set_kind *kind)
{
    return kind->has_radius;
}

bool descent_set_is_open(const descent_set_kind *kind)
{
    return kind->is_open;
}

bool descent_set_draw(const descent_set *set, double (*normal)(void *context),
                      void *context, double *x)
{
    if (set->kind->draw == NULL)
        return false;
    set->kind->draw(set, normal, context, x);
    return true;
}

const descent_set_kind *descent_set_find(const char *name)
{
    for (const descent_set_kind *const *s = descent_set_kinds(); *s != NULL; s++)
        if (strcmp((*s)->name, name) == 0)
            return *s;
    return NULL;
}
