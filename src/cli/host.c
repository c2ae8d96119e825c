/* SPDX-License-Identifier: MIT */
#include "cli/host.h"
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/map.h"
#include "cli/progress.h"
#include "cli/terminal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void host_init(struct host *host)
{
    host->memory = (struct memory){.fail = &host->fail};
    arena_init(&host->arena, &host->memory);
    output_open(&host->results, STDOUT_FILENO,
                terminal_is(STDOUT_FILENO) ? NULL : host->buffer);
    output_open(&host->messages, STDERR_FILENO, NULL);
    host->captured = NULL;
    host->captured_short = false;
    host->draws_progress = false;
}

void host_clear(struct host *host)
{
    arena_clear(&host->arena);
}

/* Called by the library, which a jump must not cross: a lack of memory is noted. */
static void capture(struct host *host, const char *text, size_t length)
{
    struct fail fail, *outer = host->memory.fail;
    host->memory.fail = &fail;
    if (setjmp(fail.landing) == 0)
        text_put(host->captured, text, length);
    else
        host->captured_short = true;
    host->memory.fail = outer;
}

static void write_channel(void *user, tw_channel channel, const char *text, size_t length)
{
    struct host *host = user;
    progress_erase(host);
    if (channel == TW_RESULTS && host->captured != NULL) {
        capture(host, text, length);
    } else if (channel == TW_RESULTS) {
        output_put(&host->results, text, length);
    } else {
        output_flush(&host->results); /* what was shown before stands before */
        output_put(&host->messages, text, length);
    }
}

static int read_file(void *user, const char *path, char **text, size_t *length)
{
    struct host *host = user;
    return files_read(&host->memory, path, text, length);
}

static int map_file(void *user, const char *path, char **text, size_t *length)
{
    struct host *host = user;
    return files_map(&host->memory, path, text, length);
}

static int unmap_file(void *user, char *text)
{
    struct host *host = user;
    return files_unmap(&host->memory, text);
}

static void release_file(void *user, char *text)
{
    struct host *host = user;
    files_release(&host->memory, text);
}

static int write_file(void *user, const char *path, const char *text, size_t length)
{
    struct host *host = user;
    output_flush(&host->results); /* the path may be /dev/stdout */
    return files_write(path, text, length);
}

/* A script that nobody can hear any more need not go on. */
static bool is_interrupted(void *user)
{
    const struct host *host = user;
    return interrupt_pending() || map_lost() || host->results.error != 0 ||
           host->captured_short;
}

/* As many as there are processors, unless told; scripts of a batch run side by side. */
static unsigned count_threads(void *user)
{
    const struct host *host = user;
    long processors = host->is_batch ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
    if (host->threads != 0)
        return (unsigned)host->threads;
    return processors < 1 ? 1 : processors > 64 ? 64 : (unsigned)processors;
}

double host_clock(void *user)
{
    (void)user;
    struct timespec now = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* A folder of modules: the option, else the environment. */
static const char *library_of(const struct settings *settings)
{
    const char *set = getenv("TALWEG_LIBRARY");
    if (settings->library != NULL)
        return settings->library;
    return set != NULL && *set != '\0' ? set : NULL;
}

tw_options host_options(struct host *host, const struct settings *settings)
{
    host->threads = settings->threads;
    host->is_batch = settings->command == COMMAND_BATCH;
    tw_options options = {
        .user = host,
        .write = write_channel,
        .read_file = read_file,
        .release = release_file,
        .map_file = map_file,
        .unmap_file = unmap_file,
        .write_file = write_file,
        .interrupted = is_interrupted,
        .progress = progress_drawing(settings),
        .clock = host_clock,
        .colour = terminal_colour(STDERR_FILENO, settings->colour),
        .json = settings->json,
        .reproducible = settings->reproducible,
        .verbose = settings->verbose,
        .quiet = settings->quiet,
        .strict = settings->strict,
        .width = terminal_width(STDERR_FILENO),
        .memory_limit = settings->memory,
        .step_limit = settings->steps,
        .time_limit = settings->time,
        .threads = count_threads,
        .no_native = settings->no_native,
        .library_path = library_of(settings),
    };
    return options;
}

tw_session *host_open(struct host *host, const struct settings *settings)
{
    tw_options options = host_options(host, settings);
    tw_session *session = tw_open(&options);
    if (session == NULL)
        host_say(host, "out of memory");
    return session;
}

void host_say(struct host *host, const char *format, ...)
{
    char line[1024];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    size_t used = length < 0 ? 0 : (size_t)length;
    if (used >= sizeof line)
        used = sizeof line - 1;
    progress_erase(host);
    output_flush(&host->results);
    static const char prefix[] = "talweg: ";
    output_put(&host->messages, prefix, sizeof prefix - 1);
    output_put(&host->messages, line, used);
    output_put(&host->messages, "\n", 1);
}

void host_show(struct host *host, const struct text *text)
{
    output_put(&host->results, text_string(text), text->length);
}

/* A file that cannot be read has no session that could tell it. */
static void show_file_error(struct host *host, const char *verb, const char *path,
                            int error)
{
    struct text line, message;
    text_init(&line, &host->arena);
    text_init(&message, &host->arena);
    text_format(&message, "cannot %s `%s`: %s", verb, path, strerror(error));
    text_puts(&line, "{\"event\":\"error\",\"severity\":\"error\",\"file\":");
    text_json(&line, path, strlen(path));
    text_puts(&line, ",\"message\":");
    text_json(&line, text_string(&message), message.length);
    text_puts(&line, "}\n");
    host_show(host, &line);
}

tw_status host_file_error(struct host *host, const struct settings *settings,
                          const char *verb, const char *path, int error)
{
    if (error == EINTR && interrupt_pending())
        return TW_INTERRUPTED;
    if (settings->json)
        show_file_error(host, verb, path, error);
    else
        host_say(host, "cannot %s `%s`: %s", verb, path, strerror(error));
    return TW_UNREADABLE;
}

tw_status host_worse(tw_status a, tw_status b)
{
    return a > b ? a : b;
}
