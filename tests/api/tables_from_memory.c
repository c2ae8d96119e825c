/* SPDX-License-Identifier: MIT
 * tables_from_memory.c - tables that a program hands over through read_file, and what it
 * is given through write_file: whole, or failing on the way. */
#include "talweg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct host {
    const char *table;
    size_t length;
    int read_error, write_error;
    bool tells_part; /* *text and *length are set although reading fails */
    bool is_interrupted;
    int given, released;
    char asked[64], written[256], results[256], messages[2048];
};

static void append(char *to, size_t room, const char *text, size_t length)
{
    size_t used = strlen(to);
    if (length < room - used) {
        memcpy(to + used, text, length);
        to[used + length] = '\0';
    }
}

static void keep(void *user, tw_channel channel, const char *text, size_t length)
{
    struct host *host = user;
    if (channel == TW_RESULTS)
        append(host->results, sizeof host->results, text, length);
    else
        append(host->messages, sizeof host->messages, text, length);
}

/* A block of just that size: a byte too far is found by the address sanitizer. */
static int give(void *user, const char *path, char **text, size_t *length)
{
    static char part[] = "x\n1";
    struct host *host = user;
    append(host->asked, sizeof host->asked, path, strlen(path));
    if (host->read_error != 0) {
        if (host->tells_part)
            *text = part, *length = sizeof part - 1;
        return host->read_error;
    }
    *text = malloc(host->length > 0 ? host->length : 1);
    if (*text == NULL)
        return ENOMEM;
    memcpy(*text, host->table, host->length);
    *length = host->length;
    host->given++;
    return 0;
}

static void release(void *user, char *text)
{
    struct host *host = user;
    host->released++;
    free(text);
}

static int take(void *user, const char *path, const char *text, size_t length)
{
    struct host *host = user;
    (void)path;
    if (host->write_error == 0)
        append(host->written, sizeof host->written, text, length);
    return host->write_error;
}

static bool is_interrupted(void *user)
{
    const struct host *host = user;
    return host->is_interrupted;
}

static tw_status run(struct host *host, const char *script, uint64_t fail_request)
{
    tw_options options = {.user = host,
                          .write = keep,
                          .read_file = give,
                          .release = release,
                          .write_file = take,
                          .interrupted = is_interrupted,
                          .fail_request = fail_request};
    tw_session *session = tw_open(&options);
    if (session == NULL)
        return TW_LIMIT;
    tw_status status = tw_run(session, "lab/a.opt", script, strlen(script));
    tw_close(session);
    return status;
}

static int failures;

static void check(bool holds, const char *claim, const struct host *host)
{
    if (holds)
        return;
    fprintf(stderr, "not so: %s\n%s%s", claim, host->results, host->messages);
    failures++;
}

static const char sum[] = "print sum(read(\"t.csv\").x)\n";

static struct host with_table(const char *table)
{
    return (struct host){.table = table, .length = strlen(table)};
}

static void check_reading(void)
{
    struct host host = with_table("x\n1\n2\n4");
    check(run(&host, sum, 0) == TW_OK && strcmp(host.results, "7\n") == 0 &&
              strcmp(host.asked, "lab/t.csv") == 0 && host.released == 1,
          "a table is read beside the script and given back", &host);
    struct host empty = {.table = "", .length = 0};
    check(run(&empty, sum, 0) == TW_RUNTIME_ERROR && empty.released == 1,
          "an empty table has no row, and is given back", &empty);
    struct host wrong = with_table("x,y\n1,2\n3");
    check(run(&wrong, sum, 0) == TW_RUNTIME_ERROR && wrong.released == 1,
          "a text that is no table is given back", &wrong);
    struct host cut = with_table("\x93NUMPY\x01");
    check(run(&cut, "print read(\"t.npy\")\n", 0) == TW_RUNTIME_ERROR &&
              cut.released == 1,
          "an array that breaks off is given back", &cut);
}

static void check_failing(void)
{
    for (int part = 0; part < 2; part++) {
        struct host host = {.read_error = EIO, .tells_part = part != 0};
        check(run(&host, sum, 0) == TW_UNREADABLE && host.released == 0 &&
                  strstr(host.messages, "E0601") != NULL && *host.results == '\0',
              "reading that fails on the way gives no table", &host);
    }
    struct host stopped = {.read_error = EINTR, .is_interrupted = true};
    check(run(&stopped, sum, 0) == TW_INTERRUPTED,
          "reading that is interrupted interrupts the script", &stopped);
}

static void check_writing(void)
{
    static const char script[] = "table [1, 2] to \"o.csv\"\nprint 1\n";
    struct host host = {0}, full = {.write_error = ENOSPC};
    check(run(&host, script, 0) == TW_OK && strstr(host.written, "\n1\n2\n") != NULL,
          "a table is written in one piece", &host);
    check(run(&full, script, 0) == TW_UNREADABLE &&
              strstr(full.messages, "room") != NULL && *full.results == '\0',
          "writing that fails ends the script", &full);
}

/* Whichever request for memory fails, what was given is given back. */
static void check_memory(void)
{
    tw_status status = TW_LIMIT;
    for (uint64_t request = 1; status == TW_LIMIT && request < 100000; request++) {
        struct host host = with_table("x,t\n1,a\n2,b\n4,\n");
        status = run(&host, "d = read(\"t.csv\")\ntable d to \"o.csv\"\n", request);
        check(host.given == host.released, "memory that ends keeps no table", &host);
        if (failures > 0)
            return;
    }
    struct host none = {0};
    check(status == TW_OK, "the last run meets no failing request", &none);
}

/* Without callbacks there are no files. */
static void check_nothing(void)
{
    tw_session *session = tw_open(&(tw_options){0});
    struct host none = {0};
    static const char write[] = "table [1] to \"o.csv\"\n";
    bool fine = session != NULL &&
                tw_run(session, "a.opt", sum, strlen(sum)) == TW_UNREADABLE &&
                tw_run(session, "a.opt", write, strlen(write)) == TW_UNREADABLE;
    tw_close(session);
    check(fine, "without callbacks files are neither read nor written", &none);
}

int main(void)
{
    check_reading();
    check_failing();
    check_writing();
    check_memory();
    check_nothing();
    return failures == 0 ? 0 : 1;
}
