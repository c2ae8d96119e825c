/* SPDX-License-Identifier: MIT
 * codes_fixture.h - the codes of the messages that a script gets. */
#ifndef TESTS_CODES_FIXTURE_H
#define TESTS_CODES_FIXTURE_H

#include "script_fixture.h"
#include "talweg.h"

#include <errno.h>

enum { OUTPUT_MOST = 1 << 16 };

/* What a run wrote as JSON; more than fits is dropped. */
struct output {
    char text[OUTPUT_MOST];
    size_t length;
};

static inline void keep(void *user, tw_channel channel, const char *text, size_t length)
{
    (void)channel;
    struct output *output = user;
    if (length >= OUTPUT_MOST - output->length)
        length = OUTPUT_MOST - 1 - output->length;
    memcpy(output->text + output->length, text, length);
    output->length += length;
}

static inline int read_nothing(void *user, const char *path, char **text, size_t *length)
{
    (void)user;
    (void)path;
    *text = NULL;
    *length = 0;
    return ENOENT;
}

/* Runs a script; `codes` gets those of its messages, a blank behind each. */
static inline void run(const char *script, char *codes, size_t size)
{
    static struct output output; /* too large for the stack */
    output.length = 0;
    tw_options options = {.user = &output,
                          .write = keep,
                          .read_file = read_nothing,
                          .json = true,
                          .step_limit = 100000};
    tw_session *session = tw_open(&options);
    assert_non_null(session);
    tw_run(session, "page.opt", script, strlen(script));
    tw_close(session);
    output.text[output.length] = '\0';
    static const char field[] = "\"code\":\"";
    size_t used = 0;
    codes[0] = '\0';
    for (const char *at = output.text; (at = strstr(at, field)) != NULL;) {
        at += sizeof field - 1;
        size_t length = strcspn(at, "\"");
        if (used + length + 2 > size)
            break;
        memcpy(codes + used, at, length);
        used += length;
        codes[used++] = ' ';
        codes[used] = '\0';
    }
}

#endif
