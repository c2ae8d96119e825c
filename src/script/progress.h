/* SPDX-License-Identifier: MIT
 * progress.h - what the host is told of long work (tw_options.progress). */
#ifndef SCRIPT_PROGRESS_H
#define SCRIPT_PROGRESS_H

#include "talweg.h"

struct session;

/* What goes on, and when the host is told of it next. */
struct progress {
    tw_progress now;
    double next;      /* by the clock */
    double looked;    /* at the clock, the last time */
    uint64_t calls;   /* since then */
    uint64_t skipped; /* so many are made without a look at the clock */
};

/* A script begins to run; the start time of the session is set. */
void progress_begin(struct session *session);
/* From here on `bytes` of a file are read. */
void progress_read(struct session *session, const char *file, size_t bytes);
/* From here on a search runs. */
void progress_search(struct session *session);
/* What was begun last has ended. */
void progress_end(struct session *session);
/* Tells the host when it is time to; false when that says to stop. */
bool progress_goes_on(struct session *session);

#endif
