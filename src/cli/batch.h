/* SPDX-License-Identifier: MIT
 * batch.h - many scripts side by side, each in a process of its own, so that one that
 * crashes or hangs is a row of the summary and never the end of the others. */
#ifndef CLI_BATCH_H
#define CLI_BATCH_H

#include "cli/host.h"

#include <sys/types.h>

/* How a script ended: RESULT(ID, word). */
#define BATCH_RESULTS(RESULT)                                                            \
    RESULT(OK, "ok")                   /* status 0 */                                    \
    RESULT(FAILED, "failed")           /* an expect or claim failed */                   \
    RESULT(ERROR, "error")             /* unreadable, does not parse, run-time error */  \
    RESULT(LIMIT, "limit")             /* time, memory or steps used up */               \
    RESULT(CRASHED, "crashed")         /* a signal, or a mistake of Talweg's own */      \
    RESULT(INTERRUPTED, "interrupted") /* Ctrl-C before it ended */

enum batch_result {
#define RESULT(id, word) RESULT_##id,
    BATCH_RESULTS(RESULT)
#undef RESULT
        RESULT_COUNT
};

extern const char *const batch_result_words[RESULT_COUNT];

/* What a child tells of its session, through a pipe; at most PIPE_BUF bytes, so that it
 * arrives whole or not at all. */
struct batch_report {
    uint64_t expectations, failed, solves, steps;
    double points, points_possible, value, gradient_norm;
    uint64_t memory_peak;
    char last_status[32]; /* "" without a solve */
};

/* The pipes from a child. */
enum batch_stream { STREAM_RESULTS, STREAM_MESSAGES, STREAM_REPORT, STREAM_COUNT };

/* Bytes that are kept of each stream; the rest is read and dropped. */
enum { BATCH_KEPT = 1 << 18 };

struct batch_job {
    const char *path;
    pid_t process;             /* 0: not started */
    int streams[STREAM_COUNT]; /* -1: closed */
    struct text kept[STREAM_COUNT];
    bool is_cut[STREAM_COUNT]; /* more than BATCH_KEPT came */
    double started, seconds;
    bool is_late, is_stopped; /* killed: at its time limit, at Ctrl-C */
    bool has_report;
    struct batch_report report;
    enum batch_result result;
    tw_status status;
    int ended_by; /* the signal, 0: none */
};

struct batch {
    struct host *host;
    const struct settings *settings;
    struct batch_job *jobs;
    size_t count;
    tw_status status; /* the highest */
    double started, seconds;
};

/* Fills `jobs` with the scripts that the arguments name, sorted by name, each once. */
void batch_find(struct batch *batch);
/* The child: runs the script and ends the process.  `streams` are the ends to write. */
_Noreturn void batch_child(struct host *host, const struct settings *settings,
                           const char *path, const int streams[STREAM_COUNT]);
/* The summary on standard output. */
void batch_show(struct batch *batch);
void batch_show_json(struct batch *batch);

#endif
