/* SPDX-License-Identifier: MIT
 * The parent of a batch: starts children, reads their pipes with poll, ends those whose
 * time is over, and judges how each went. */
#include "cli/batch.h"
#include "cli/interrupt.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

const char *const batch_result_words[RESULT_COUNT] = {
#define RESULT(id, word) [RESULT_##id] = word,
    BATCH_RESULTS(RESULT)
#undef RESULT
};

_Static_assert(sizeof(struct batch_report) <= _POSIX_PIPE_BUF,
               "a report is written at once");

/* Seconds past the time limit after which a script that has not ended is killed: until
 * then it may end itself, with a message that says where it was. */
static const double grace = 0.5;

/* Who runs now. */
struct pool {
    struct batch *batch;
    struct batch_job **running;
    struct pollfd *polled; /* STREAM_COUNT for each that runs */
    size_t count, most;
    size_t next; /* the job to start */
};

static size_t default_jobs(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return processors < 1 ? 1 : processors > 256 ? 256 : (size_t)processors;
}

static void close_all(int ends[STREAM_COUNT])
{
    for (int i = 0; i < STREAM_COUNT; i++)
        if (ends[i] >= 0) {
            (void)close(ends[i]);
            ends[i] = -1;
        }
}

static bool make_pipes(int reads[STREAM_COUNT], int writes[STREAM_COUNT])
{
    for (int i = 0; i < STREAM_COUNT; i++)
        reads[i] = writes[i] = -1;
    for (int i = 0; i < STREAM_COUNT; i++) {
        int ends[2];
        if (pipe(ends) != 0)
            return false; /* the caller closes what was made */
        reads[i] = ends[0];
        writes[i] = ends[1];
    }
    return true;
}

/* A job that never ran: the reason stands among its messages. */
static void refuse(struct batch *batch, struct batch_job *job, int error)
{
    text_format(&job->kept[STREAM_MESSAGES], "talweg: cannot start a process: %s\n",
                strerror(error));
    job->result = RESULT_ERROR;
    job->status = TW_UNREADABLE;
    batch->status = host_worse(batch->status, job->status);
}

/* Descriptors and processes come back when one that runs now is over. */
static bool is_for_now(int error)
{
    return error == EMFILE || error == ENFILE || error == EAGAIN || error == ENOMEM;
}

/* In the child, which needs none of the parent's ends. */
static void close_reads(struct pool *pool, struct batch_job *own)
{
    for (size_t i = 0; i < pool->count; i++)
        close_all(pool->running[i]->streams);
    close_all(own->streams);
}

/* False when the job has to wait for others to end. */
static bool start(struct pool *pool, struct batch_job *job)
{
    struct batch *batch = pool->batch;
    int writes[STREAM_COUNT];
    for (int i = 0; i < STREAM_COUNT; i++)
        text_init(&job->kept[i], &batch->host->arena);
    pid_t process = make_pipes(job->streams, writes) ? fork() : -1;
    if (process == 0) {
        close_reads(pool, job);
        batch_child(batch->host, batch->settings, job->path, writes);
    }
    int error = errno;
    close_all(writes);
    if (process < 0) {
        close_all(job->streams);
        if (is_for_now(error) && pool->count > 0)
            return false;
        refuse(batch, job, error);
        return true;
    }
    (void)setpgid(process, process); /* also here: it may be killed before it runs */
    job->process = process;
    job->started = host_clock(NULL);
    pool->running[pool->count++] = job;
    return true;
}

/* The group first: the process may not have become its leader yet. */
static void end(struct batch_job *job)
{
    (void)kill(-job->process, SIGKILL);
    (void)kill(job->process, SIGKILL);
}

/* A child is over when its last pipe is: only its end closes all of them. */
static bool is_open(const struct batch_job *job)
{
    for (int i = 0; i < STREAM_COUNT; i++)
        if (job->streams[i] >= 0)
            return true;
    return false;
}

static enum batch_result judge(const struct batch_job *job)
{
    if (job->is_stopped)
        return RESULT_INTERRUPTED;
    if (job->status == TW_LIMIT)
        return RESULT_LIMIT;
    if (job->status == TW_INTERNAL)
        return RESULT_CRASHED;
    if (job->status == TW_EXPECT_FAILED)
        return RESULT_FAILED;
    return job->status == TW_OK ? RESULT_OK : RESULT_ERROR;
}

/* The exit status that an end stands for.  A status that no script has, and a signal that
 * nobody here sent, are a crash. */
static tw_status status_of(const struct batch_job *job, int wait_status)
{
    if (job->is_stopped)
        return TW_INTERRUPTED;
    if (job->is_late || job->ended_by == SIGXCPU)
        return TW_LIMIT;
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) <= TW_LIMIT)
        return (tw_status)WEXITSTATUS(wait_status);
    return TW_INTERNAL;
}

/* A child that was killed before it told leaves none. */
static void take_report(struct batch_job *job)
{
    const struct text *sent = &job->kept[STREAM_REPORT];
    job->has_report = sent->length == sizeof job->report;
    if (job->has_report)
        memcpy(&job->report, sent->data, sizeof job->report);
}

static void finish(struct batch *batch, struct batch_job *job)
{
    int wait_status = 0;
    while (waitpid(job->process, &wait_status, 0) < 0 && errno == EINTR)
        ;
    job->seconds = host_clock(NULL) - job->started;
    job->ended_by = WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
    /* It ended by itself in the moment before it was killed. */
    if (job->ended_by == 0)
        job->is_late = job->is_stopped = false;
    job->status = status_of(job, wait_status);
    job->result = judge(job);
    take_report(job);
    batch->status = host_worse(batch->status, job->status);
}

static void keep(struct batch_job *job, int stream, const char *bytes, size_t length)
{
    struct text *kept = &job->kept[stream];
    size_t room = BATCH_KEPT - kept->length;
    if (length > room) {
        job->is_cut[stream] = true;
        length = room;
    }
    text_put(kept, bytes, length);
}

/* Reads once, which does not block after poll; the end of the pipe closes it. */
static void drain(struct batch_job *job, int stream)
{
    char bytes[1 << 14];
    ssize_t got = read(job->streams[stream], bytes, sizeof bytes);
    if (got > 0) {
        keep(job, stream, bytes, (size_t)got);
    } else if (got == 0 || errno != EINTR) {
        (void)close(job->streams[stream]);
        job->streams[stream] = -1;
    }
}

/* Milliseconds until the next of those that run is late; -1 when none runs. */
static int wait_time(const struct pool *pool)
{
    double now = host_clock(NULL), least = 3600;
    for (size_t i = 0; i < pool->count; i++) {
        const struct batch_job *job = pool->running[i];
        double left = job->started + pool->batch->settings->timeout + grace - now;
        least = left < least ? left : least;
    }
    return least <= 0 ? 0 : (int)(least * 1000) + 1;
}

/* Only what is open is polled: poll refuses more than there may be descriptors. */
static size_t list_open(const struct pool *pool)
{
    size_t count = 0;
    for (size_t i = 0; i < pool->count; i++)
        for (int j = 0; j < STREAM_COUNT; j++)
            if (pool->running[i]->streams[j] >= 0)
                pool->polled[count++] =
                    (struct pollfd){.fd = pool->running[i]->streams[j], .events = POLLIN};
    return count;
}

static void poll_streams(struct pool *pool)
{
    size_t count = list_open(pool), next = 0;
    if (poll(pool->polled, (nfds_t)count, wait_time(pool)) <= 0)
        return;
    for (size_t i = 0; i < pool->count; i++)
        for (int j = 0; j < STREAM_COUNT; j++)
            if (pool->running[i]->streams[j] >= 0 && pool->polled[next++].revents != 0)
                drain(pool->running[i], j);
}

static void end_late(struct pool *pool)
{
    double now = host_clock(NULL);
    for (size_t i = 0; i < pool->count; i++) {
        struct batch_job *job = pool->running[i];
        if (interrupt_pending() && !job->is_stopped) {
            job->is_stopped = true;
            end(job);
        } else if (now > job->started + pool->batch->settings->timeout + grace &&
                   !job->is_late) {
            job->is_late = true;
            end(job);
        }
    }
}

/* Takes those that are over out of the pool; the order in it does not matter. */
static void collect(struct pool *pool)
{
    size_t kept = 0;
    for (size_t i = 0; i < pool->count; i++)
        if (is_open(pool->running[i]))
            pool->running[kept++] = pool->running[i];
        else
            finish(pool->batch, pool->running[i]);
    pool->count = kept;
}

/* Results are kept with the job, so the table is in the order of names whichever ends
 * first. */
static void run_all(struct batch *batch, struct pool *pool)
{
    while (pool->count > 0 || (pool->next < batch->count && !interrupt_pending())) {
        while (pool->count < pool->most && pool->next < batch->count &&
               !interrupt_pending() && start(pool, &batch->jobs[pool->next]))
            pool->next++;
        if (pool->count > 0)
            poll_streams(pool);
        end_late(pool);
        collect(pool);
    }
    for (size_t i = pool->next; i < batch->count; i++) {
        batch->jobs[i].result = RESULT_INTERRUPTED;
        batch->jobs[i].status = batch->status = TW_INTERRUPTED;
    }
}

static void run_batch(struct batch *batch)
{
    uint64_t jobs = batch->settings->jobs;
    struct pool pool = {.batch = batch, .most = jobs == 0 ? default_jobs() : jobs};
    struct arena *arena = &batch->host->arena;
    pool.running = ARENA_ARRAY(arena, pool.most, struct batch_job *);
    pool.polled = ARENA_ARRAY(arena, pool.most * STREAM_COUNT, struct pollfd);
    output_flush(&batch->host->results); /* or each child would write it again */
    batch->started = host_clock(NULL);
    run_all(batch, &pool);
    batch->seconds = host_clock(NULL) - batch->started;
}

tw_status command_batch(struct host *host, const struct settings *settings)
{
    struct batch batch = {.host = host, .settings = settings, .status = TW_OK};
    if (settings->argument_count == 0) {
        host_say(host, "`talweg batch` needs a folder or files");
        return TW_UNREADABLE;
    }
    batch_find(&batch);
    if (batch.count == 0)
        return batch.status;
    run_batch(&batch);
    if (settings->json)
        batch_show_json(&batch);
    else
        batch_show(&batch);
    return batch.status;
}
