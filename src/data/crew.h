/* SPDX-License-Identifier: MIT
 * crew.h - units of work by several threads. */
#ifndef DATA_CREW_H
#define DATA_CREW_H

#include <stddef.h>

#include "data/poll.h"

enum { CREW_MOST = 64 };

/* Does one unit; `worker` is below the number of threads, and no two that work at the
 * same time have the same.  False: all of the work ends. */
typedef bool crew_work(void *user, size_t worker, size_t unit, struct data_poll poll);

enum crew_end {
    CREW_DONE,
    CREW_FAILED, /* `work` said no */
    CREW_STOPPED /* `poll` said no */
};

/* Calls `work` for the units from 0 to count - 1, which are begun in that order, by at
 * most `threads` threads and CREW_MOST.  The caller's is worker 0 and alone asks `poll`;
 * what the others are given tells them when the work has ended.  Units that were not
 * begun when it ended are left out. */
enum crew_end crew_run(size_t threads, size_t count, crew_work *work, void *user,
                       struct data_poll poll);

#endif
