/* SPDX-License-Identifier: MIT
 * poll.h - by whom long work on data can be ended. */
#ifndef DATA_POLL_H
#define DATA_POLL_H

#include <stdbool.h>

/* go_on(user) is asked about every 64 kB; NULL: nobody is.  Before that *done, if it is
 * not NULL, gets how much of the whole has been done, from 0 to 1: it never falls. */
struct data_poll {
    bool (*go_on)(void *user);
    void *user;
    double *done;
    double from, to; /* the part of the whole that goes on now; both 0: all of it */
};

enum { DATA_POLL_BYTES = 1 << 16 };

/* So much of the part that goes on now is done. */
static inline void data_tell(struct data_poll poll, double fraction)
{
    double to = poll.to > 0 ? poll.to : 1, now = poll.from + (to - poll.from) * fraction;
    if (poll.done != NULL && now > *poll.done)
        *poll.done = now;
}

static inline bool data_goes_on(struct data_poll poll)
{
    return poll.go_on == NULL || poll.go_on(poll.user);
}

#endif
