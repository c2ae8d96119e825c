/* SPDX-License-Identifier: MIT
 * searches/list.c - every step rule, once; the first is the default. */
#include "descent/engine.h"

#include <string.h>

#define SEARCHES(X)                                                                      \
    X(backtracking) X(fixed) X(schedule) X(wolfe) X(exact) X(barzilai_borwein)

#define DECLARE(name) extern const descent_search search_##name;
SEARCHES(DECLARE)
#undef DECLARE

const descent_search *const *descent_searches(void)
{
    static const descent_search *const list[] = {
#define ENTRY(name) &search_##name,
        SEARCHES(ENTRY)
#undef ENTRY
            NULL};
    return list;
}

const char *descent_search_name(const descent_search *search)
{
    return search->name;
}

const char *descent_search_summary(const descent_search *search)
{
    return search->summary;
}

const descent_setting *descent_search_settings(const descent_search *search)
{
    return search->settings;
}

const descent_search *descent_search_find(const char *name)
{
    for (const descent_search *const *s = descent_searches(); *s != NULL; s++)
        if (strcmp((*s)->name, name) == 0)
            return *s;
    return NULL;
}
