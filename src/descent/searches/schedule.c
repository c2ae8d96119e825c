/* SPDX-License-Identifier: MIT
 * searches/schedule.c - a length factor that the caller computes for each step, such as
 * 1/(10 + k).  Each step is carried out in full, as with fixed steps. */
#include "descent/engine.h"

static double length(struct descent *d)
{
    return d->options.schedule(d->options.schedule_context, &d->at);
}

static const descent_setting settings[] = {{.name = NULL}};

const descent_search search_schedule = {
    .name = "schedule",
    .summary = "a length factor computed for each step",
    .settings = settings,
    .needs = ENGINE_NEEDS_SCHEDULE,
    .length = length,
};
