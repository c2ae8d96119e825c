/* SPDX-License-Identifier: MIT
 * One script of a batch, in its own process. */
#include "cli/batch.h"
#include "cli/files.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Bytes that a script may write to one file. */
static const rlim_t largest_file = (rlim_t)1 << 28;

static void limit(int resource, rlim_t value)
{
    struct rlimit now;
    if (getrlimit(resource, &now) != 0)
        return;
    if (now.rlim_max != RLIM_INFINITY && value > now.rlim_max)
        value = now.rlim_max;
    now.rlim_cur = value;
    (void)setrlimit(resource, &now);
}

/* The wall clock is the parent's; processor time stops a script that outlives it. */
static void set_limits(double timeout)
{
    limit(RLIMIT_CPU, (rlim_t)ceil(timeout) + 2);
    limit(RLIMIT_FSIZE, largest_file);
    limit(RLIMIT_CORE, 0);
}

static void move(int from, int to)
{
    if (from < 0 || from == to)
        return;
    (void)dup2(from, to);
    (void)close(from);
}

static void attach(const int streams[STREAM_COUNT])
{
    move(open("/dev/null", O_RDONLY), STDIN_FILENO);
    move(streams[STREAM_RESULTS], STDOUT_FILENO);
    move(streams[STREAM_MESSAGES], STDERR_FILENO);
}

/* A group of its own can be killed whole, and no Ctrl-C reaches it past the parent. */
static void live_apart(void)
{
    (void)setpgid(0, 0);
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGXFSZ, SIG_IGN); /* a file too large is an error of the write */
#ifdef __linux__
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
#endif
}

static struct batch_report report_of(const tw_session *session)
{
    tw_summary summary = {0};
    tw_get_summary(session, &summary);
    struct batch_report report = {
        .expectations = summary.expectations,
        .failed = summary.failed,
        .solves = summary.solves,
        .steps = summary.last_steps,
        .points = summary.points,
        .points_possible = summary.points_possible,
        .value = summary.last_value,
        .gradient_norm = summary.last_gradient_norm,
        .memory_peak = summary.memory_peak,
    };
    if (summary.last_status != NULL)
        strncat(report.last_status, summary.last_status, sizeof report.last_status - 1);
    return report;
}

static tw_status run(struct host *host, const struct settings *settings, const char *path,
                     int report_to)
{
    char *text = NULL;
    size_t length = 0;
    int error = files_read(&host->memory, path, &text, &length);
    if (error != 0)
        return host_file_error(host, settings, "read", path, error);
    tw_session *session = host_open(host, settings);
    if (session == NULL)
        return TW_LIMIT;
    tw_status status = tw_run(session, path, text, length);
    struct batch_report report = report_of(session);
    (void)output_write_all(report_to, (const char *)&report, sizeof report);
    tw_close(session);
    files_release(&host->memory, text);
    return status;
}

_Noreturn void batch_child(struct host *host, const struct settings *settings,
                           const char *path, const int streams[STREAM_COUNT])
{
    struct settings own = *settings;
    own.json = false; /* the parent makes the JSON of what is captured */
    own.colour = COLOUR_NEVER;
    if (settings->time == 0 || settings->time > settings->timeout)
        own.time = settings->timeout; /* ends it with a message, if it can */
    live_apart();
    attach(streams);
    set_limits(settings->timeout);
    output_open(&host->results, STDOUT_FILENO, host->buffer);
    output_open(&host->messages, STDERR_FILENO, NULL);
    tw_status status = run(host, &own, path, streams[STREAM_REPORT]);
    output_flush(&host->results);
    _exit((int)status);
}
