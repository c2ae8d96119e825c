/* SPDX-License-Identifier: MIT
 * cost.c - what evaluating the objectives of scripts takes, in seconds of CPU time.
 *
 * usage: cost SCRIPT...   Writes the lines of `talweg dump cost`, which the command
 * measures by the wall: on a machine that is shared the process' own time is fair. */
#include "talweg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static void write_channel(void *user, tw_channel channel, const char *text, size_t length)
{
    (void)user;
    (void)fwrite(text, 1, length, channel == TW_RESULTS ? stdout : stderr);
}

/* The process' own time alone, unless threads are measured. */
static double read_clock(void *user)
{
    const int *threads = user;
    struct timespec now;
    (void)clock_gettime(*threads > 1 ? CLOCK_MONOTONIC : CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int read_file(void *user, const char *path, char **text, size_t *length)
{
    (void)user;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return errno;
    (void)fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    *length = size < 0 ? 0 : (size_t)size;
    *text = malloc(*length + 1);
    int error = *text == NULL || fread(*text, 1, *length, file) != *length ? EIO : 0;
    (void)fclose(file);
    return error;
}

static void release(void *user, char *text)
{
    (void)user;
    free(text);
}

static int measure(const char *path, int *threads)
{
    char *text = NULL;
    size_t length = 0;
    int error = read_file(threads, path, &text, &length);
    if (error != 0) {
        perror(path);
        return 2;
    }
    tw_options options = {.user = threads,
                          .write = write_channel,
                          .read_file = read_file,
                          .release = release,
                          .clock = read_clock};
    tw_session *session = tw_open(&options);
    tw_status status = tw_dump(session, "cost", path, text, length);
    tw_close(session);
    free(text);
    return (int)status;
}

int main(int count, char **arguments)
{
    int status = 0, threads = 1;
    for (int i = 1; i < count && status == 0; i++)
        status = measure(arguments[i], &threads);
    return status;
}
