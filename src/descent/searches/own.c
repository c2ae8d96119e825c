/* SPDX-License-Identifier: MIT
 * searches/own.c - stands in the place of a rule for a method that makes its steps
 * itself; no script can ask for it.  Such a method may still go along a line where it
 * knows nothing better: by halves, which also tells why nothing improves. */
#include "descent/searches/armijo.h"

static enum engine_progress search(struct descent *d, const struct engine_line *line)
{
    return armijo_rescue(d, line, 1, 1e-4);
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_search search_own = {
    .name = "of its own",
    .summary = "the method makes its steps itself",
    .settings = settings,
    .search = search,
};
