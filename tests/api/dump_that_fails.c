/* SPDX-License-Identifier: MIT
 * dump_that_fails.c - a dump that runs out of memory leaves a session that shows results.
 */
#include "talweg.h"

#include <stdio.h>
#include <string.h>

static const char solve[] = "minimize (w - 1)^2 over w from 0 step 0.25\n";
static const char print[] = "print 42\n";

struct shown {
    char text[65536];
    size_t length;
};

static void keep(void *user, tw_channel channel, const char *text, size_t length)
{
    struct shown *shown = user;
    if (channel != TW_RESULTS || length >= sizeof shown->text - shown->length)
        return;
    memcpy(shown->text + shown->length, text, length);
    shown->length += length;
    shown->text[shown->length] = '\0';
}

/* True while the dump fails at this request and what follows is shown. */
static bool goes_on(uint64_t request, bool *failed)
{
    static struct shown shown;
    tw_options options = {.write = keep, .user = &shown, .fail_request = request};
    tw_session *session = tw_open(&options);
    *failed = true;
    if (session == NULL)
        return true;
    *failed = tw_dump(session, "graph", "a.opt", solve, strlen(solve)) != TW_OK;
    shown.length = 0;
    tw_status status = tw_run(session, "b.opt", print, strlen(print));
    bool fine =
        status == TW_OK && shown.length == 3 && memcmp(shown.text, "42\n", 3) == 0;
    tw_close(session);
    return fine || !*failed; /* the request that fails is one of the run */
}

int main(void)
{
    bool failed = true;
    for (uint64_t request = 1; failed; request++)
        if (!goes_on(request, &failed)) {
            fprintf(stderr, "nothing is shown after request %llu failed\n",
                    (unsigned long long)request);
            return 1;
        }
    return 0;
}
