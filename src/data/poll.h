/* SPDX-License-Identifier: MIT
 * poll.h - by whom long work on data can be ended. */
#ifndef DATA_POLL_H
#define DATA_POLL_H

#include <stdbool.h>

/* go_on(user) is asked about every 64 kB; NULL: nobody is. */
struct data_poll {
    bool (*go_on)(void *user);
    void *user;
};

enum { DATA_POLL_BYTES = 1 << 16 };

static inline bool data_goes_on(struct data_poll poll)
{
    return poll.go_on == NULL || poll.go_on(poll.user);
}

#endif
