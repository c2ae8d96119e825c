/* SPDX-License-Identifier: MIT
 * A signal handler reaches only what is static, so the request is the one piece of global
 * state of the command.  The handler calls nothing but clock_gettime and _exit, which may
 * be called in handlers. */
#include "cli/interrupt.h"

#include <signal.h>
#include <stddef.h>
#include <time.h>
#include <unistd.h>

enum { STATUS_INTERRUPTED = 130 };

static volatile sig_atomic_t requested;
static struct timespec first_request; /* written by the handler only while !requested */

static double seconds_between(const struct timespec *from, const struct timespec *to)
{
    return (double)(to->tv_sec - from->tv_sec) +
           1e-9 * (double)(to->tv_nsec - from->tv_nsec);
}

static void request(int signal_number)
{
    (void)signal_number;
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0)
        _exit(STATUS_INTERRUPTED);
    if (requested && seconds_between(&first_request, &now) < 1)
        _exit(STATUS_INTERRUPTED);
    first_request = now;
    requested = 1;
}

void interrupt_catch(void)
{
    struct sigaction old, action = {.sa_handler = request};
    if (sigaction(SIGINT, NULL, &old) == 0 && old.sa_handler == SIG_IGN)
        return;
    sigemptyset(&action.sa_mask);
    /* No SA_RESTART: a read that waits for input has to return. */
    (void)sigaction(SIGINT, &action, NULL);
}

bool interrupt_pending(void)
{
    return requested != 0;
}

void interrupt_clear(void)
{
    requested = 0;
}
