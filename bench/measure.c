/* SPDX-License-Identifier: MIT
 * measure.c - scripts with the process' own clock: on a machine that is shared the wall
 * tells of others.
 *
 * usage: measure cost SCRIPT    the lines of `talweg dump cost`
 *        measure solve SCRIPT   the events of `talweg --json` */
#include "talweg.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static void write_channel(void *user, tw_channel channel, const char *text, size_t length)
{
    (void)user;
    (void)fwrite(text, 1, length, channel == TW_RESULTS ? stdout : stderr);
}

static double read_clock(void *user)
{
    (void)user;
    struct timespec now;
    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
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

int main(int count, char **arguments)
{
    char *text = NULL;
    size_t length = 0;
    if (count != 3) {
        (void)fputs("usage: measure cost|solve SCRIPT\n", stderr);
        return 2;
    }
    const char *path = arguments[2];
    int error = read_file(NULL, path, &text, &length);
    if (error != 0) {
        perror(path);
        return 2;
    }
    bool costs = strcmp(arguments[1], "cost") == 0;
    tw_options options = {.write = write_channel,
                          .read_file = read_file,
                          .release = release,
                          .clock = read_clock,
                          .json = !costs};
    tw_session *session = tw_open(&options);
    tw_status status = costs ? tw_dump(session, "cost", path, text, length)
                             : tw_run(session, path, text, length);
    tw_close(session);
    free(text);
    return (int)status;
}
