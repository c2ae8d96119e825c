/* SPDX-License-Identifier: MIT
 * progress_reports.c - the progress callback: what it is told while a table is read and a
 * search runs, how often, and that it ends a run. */
#include "talweg.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct host {
    const char *table;
    size_t length;
    double time, tick;    /* the clock goes on by `tick` a look */
    uint64_t calls, most; /* at call `most` it says stop; 0: never */
    tw_progress last;
    bool is_monotonic;
    bool has_read, has_searched, has_value;
    double last_time, least_gap;
};

static double read_clock(void *user)
{
    struct host *host = user;
    return host->time += host->tick;
}

static bool see(void *user, const tw_progress *progress)
{
    struct host *host = user;
    host->calls++;
    double gap = progress->seconds - host->last_time;
    host->least_gap = gap < host->least_gap ? gap : host->least_gap;
    host->last_time = progress->seconds;
    if (progress->activity == TW_READING) {
        host->has_read = true;
        host->is_monotonic &= progress->fraction >= 0 && progress->fraction <= 1 &&
                              progress->bytes == host->length &&
                              strcmp(progress->file, "table.csv") == 0;
        if (host->last.activity == TW_READING)
            host->is_monotonic &= progress->fraction >= host->last.fraction;
    }
    if (progress->activity == TW_SEARCHING) {
        host->has_searched = true;
        host->has_value |= progress->steps > 0 && isfinite(progress->value) &&
                           isfinite(progress->gradient_norm);
        if (host->last.activity == TW_SEARCHING)
            host->is_monotonic &= progress->steps >= host->last.steps;
    }
    host->last = *progress;
    return host->most == 0 || host->calls < host->most;
}

static int give(void *user, const char *path, char **text, size_t *length)
{
    struct host *host = user;
    (void)path;
    *text = malloc(host->length);
    if (*text == NULL)
        return ENOMEM;
    memcpy(*text, host->table, host->length);
    *length = host->length;
    return 0;
}

static void release(void *user, char *text)
{
    (void)user;
    free(text);
}

static int failures;

static void check(bool holds, const char *what)
{
    if (holds)
        return;
    (void)fprintf(stderr, "failed: %s\n", what);
    failures++;
}

static tw_status run(struct host *host, const char *script, double interval)
{
    tw_options options = {.user = host,
                          .read_file = give,
                          .release = release,
                          .clock = read_clock,
                          .progress = see,
                          .progress_interval = interval};
    host->is_monotonic = true;
    host->least_gap = (double)INFINITY;
    tw_session *session = tw_open(&options);
    if (session == NULL)
        return TW_LIMIT;
    tw_status status = tw_run(session, "test", script, strlen(script));
    tw_close(session);
    return status;
}

static const char reading[] = "d = read(\"table.csv\")\nprint rows(d)\n",
                  searching[] = "minimize (w - 3)^2 + (v - w)^4 over w from 0, v from 9 "
                                "by gradient step 0.001 until 20000 steps\n",
                  looping[] = "s = 0\nfor i in 1..20000 { s = s + i }\n";

/* Two megabytes, so that several pieces are read. */
static char *make_table(size_t *length)
{
    static const char row[] = "1.25,\"a, b\",-3.5e-7\n";
    size_t rows = 100000;
    char *text = malloc(rows * (sizeof row - 1) + 6);
    if (text == NULL)
        exit(1);
    memcpy(text, "a,b,c\n", 6);
    for (size_t i = 0; i < rows; i++)
        memcpy(text + 6 + i * (sizeof row - 1), row, sizeof row - 1);
    *length = 6 + rows * (sizeof row - 1);
    return text;
}

static void reading_is_told(const char *table, size_t length)
{
    struct host host = {.table = table, .length = length, .tick = 0.01};
    check(run(&host, reading, 0.05) == TW_OK, "a table is read");
    check(host.has_read && host.calls > 2, "reading is told");
    check(host.is_monotonic, "the fraction grows");
    check(host.last.fraction > 0.5, "the fraction comes near its end");
    struct host stopping = {.table = table, .length = length, .tick = 0.01, .most = 2};
    check(run(&stopping, reading, 0.05) == TW_INTERRUPTED && stopping.calls == 2,
          "reading ends when asked to");
}

static void searching_is_told(void)
{
    struct host host = {.tick = 0.02};
    check(run(&host, searching, 0) == TW_OK, "a search runs");
    check(host.has_searched && host.has_value, "a search is told with its value");
    check(host.is_monotonic, "steps grow");
    check(host.least_gap >= 0.1 - 1e-9, "no more often than the interval");
    struct host stopping = {.tick = 0.02, .most = 3};
    check(run(&stopping, searching, 0) == TW_INTERRUPTED && stopping.calls == 3,
          "a search ends when asked to");
}

static void rates_are_bounded(void)
{
    /* A clock that hardly moves: nothing is long. */
    struct host quick = {.tick = 1e-9};
    check(run(&quick, searching, 0) == TW_OK && quick.calls == 0,
          "what is quick is not told");
    struct host slow = {.tick = 1};
    check(run(&slow, looping, 5) == TW_OK && slow.calls > 10, "a loop is told");
    check(slow.least_gap >= 5, "the interval is kept");
    check(slow.last.activity == TW_COMPUTING, "a loop computes");
}

int main(void)
{
    size_t length = 0;
    char *table = make_table(&length);
    reading_is_told(table, length);
    searching_is_told();
    rates_are_bounded();
    free(table);
    return failures == 0 ? 0 : 1;
}
