/* SPDX-License-Identifier: MIT
 * solve_fixture.h - scripts through talweg.h, and what their solves tell as JSON. */
#ifndef TESTS_SOLVE_FIXTURE_H
#define TESTS_SOLVE_FIXTURE_H

#include "talweg.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { SHOWN_MOST = 16000, SCRIPT_MOST = 2000 };

struct run {
    char shown[SHOWN_MOST]; /* on both channels */
    size_t length;
    tw_status status;
    tw_summary summary;
};

static inline void keep_shown(void *user, tw_channel channel, const char *text,
                              size_t length)
{
    struct run *run = user;
    (void)channel;
    assert_true(run->length + length < SHOWN_MOST);
    memcpy(run->shown + run->length, text, length);
    run->length += length;
    run->shown[run->length] = '\0';
}

/* Runs a script in a session of its own; `options` may be NULL. */
static inline void run_script(struct run *run, const tw_options *options,
                              const char *script)
{
    tw_options used = options != NULL ? *options : (tw_options){0};
    used.user = run;
    used.write = keep_shown;
    used.reproducible = true;
    *run = (struct run){.status = TW_LIMIT};
    tw_session *session = tw_open(&used);
    if (session == NULL)
        return;
    run->status = tw_run(session, "script", script, strlen(script));
    tw_get_summary(session, &run->summary);
    /* What the library says is only valid as long as the session. */
    run->summary.last_status = NULL;
    tw_close(session);
}

/* As JSON; the script must run. */
static inline void run_json(struct run *run, const char *script)
{
    const tw_options options = {.json = true};
    run_script(run, &options, script);
    if (run->status != TW_OK)
        fail_msg("%s\n%s", script, run->shown);
}

/* What follows `"name":` in the first object that has it. */
static inline const char *json_field(const struct run *run, const char *name)
{
    char key[64];
    snprintf(key, sizeof key, "\"%s\":", name);
    const char *at = strstr(run->shown, key);
    return at != NULL ? at + strlen(key) : NULL;
}

/* "nan" and "inf" stand in quotes; NaN also when there is no such field. */
static inline double json_number(const struct run *run, const char *name)
{
    const char *at = json_field(run, name);
    return at == NULL ? (double)NAN : strtod(at + (*at == '"'), NULL);
}

static inline bool json_is(const struct run *run, const char *name, const char *text)
{
    const char *at = json_field(run, name);
    size_t length = strlen(text);
    return at != NULL && *at == '"' && strncmp(at + 1, text, length) == 0 &&
           at[length + 1] == '"';
}

/* The variable `name` of the point "solution" or "stationary"; NaN: no such point. */
static inline double json_point(const struct run *run, const char *point,
                                const char *name)
{
    char key[64];
    const char *at = json_field(run, point);
    snprintf(key, sizeof key, "\"%s\":", name);
    at = at != NULL ? strstr(at, key) : NULL;
    return at != NULL ? strtod(at + strlen(key) + (at[strlen(key)] == '"'), NULL)
                      : (double)NAN;
}

/* Numbers that repeat: xorshift64* (Marsaglia 2003, Vigna 2016). */
static inline uint64_t random_bits(uint64_t *state)
{
    uint64_t x = *state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = x;
    return x * UINT64_C(2685821657736338717);
}

static inline double random_between(uint64_t *state, double low, double high)
{
    return low + (high - low) * ((double)(random_bits(state) >> 11) * 0x1p-53);
}

/* Both ends included. */
static inline int random_integer(uint64_t *state, int low, int high)
{
    return low + (int)(random_bits(state) >> 33) % (high - low + 1);
}

#endif
