/* SPDX-License-Identifier: MIT
 * A program that runs a script inside itself: it shows what the script shows, reads how
 * the solve went, and goes on with the names that the script defined. */
#include "talweg.h"

#include <stdio.h>
#include <string.h>

static void write_text(void *user, tw_channel channel, const char *text, size_t length)
{
    (void)user;
    fwrite(text, 1, length, channel == TW_RESULTS ? stdout : stderr);
}

static tw_status run(tw_session *session, const char *script)
{
    return tw_run(session, "embedded", script, strlen(script));
}

/* 0 when the solve converged and the script's own expectation held. */
static int judge(const tw_session *session, tw_status status)
{
    tw_summary summary;
    tw_get_summary(session, &summary);
    if (status != TW_OK || summary.last_status == NULL)
        return 1;
    printf("%s after %llu steps at value %.3g; %llu of %llu expectations failed\n",
           summary.last_status, (unsigned long long)summary.last_steps,
           summary.last_value, (unsigned long long)summary.failed,
           (unsigned long long)summary.expectations);
    return strcmp(summary.last_status, "converged") != 0 || summary.expectations != 1;
}

int main(void)
{
    /* No file, no clock: what a script may reach is what the options give it. */
    tw_options options = {.write = write_text, .step_limit = 1000000};
    tw_session *session = tw_open(&options);
    if (session == NULL)
        return 1;
    tw_status status = run(session, "minimize (w*2 - 6)^2 over w from 0 step 0.12\n"
                                    "expect |w - 3| < 1e-4\n");
    int bad = judge(session, status);
    bad |= run(session, "print w > 2.9999\n") != TW_OK;
    bad |= run(session, "print nobody\n") != TW_BAD_SCRIPT; /* told on standard error */
    tw_close(session);
    return bad;
}
