/* SPDX-License-Identifier: MIT
 * talweg.h - run optimization scripts from C.
 *
 * A session owns what it returns until the next call with that session.  Sessions share
 * nothing.  No function prints, exits, reads the environment or keeps global state: what
 * leaves the library goes through the callbacks of tw_options. */
#ifndef TALWEG_H
#define TALWEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TALWEG_VERSION "0.1.0"

typedef struct tw_session tw_session;

/* How a call went; the numbers are the command's exit statuses (the higher is the worse).
 */
typedef enum tw_status {
    TW_OK = 0,            /* all ran, every expect held; divergence is a result */
    TW_EXPECT_FAILED = 1, /* an expect or claim failed */
    TW_UNREADABLE = 2,    /* a file cannot be read or written */
    TW_BAD_SCRIPT = 3,    /* the script does not parse or check */
    TW_RUNTIME_ERROR = 4, /* shape, type, index, unknown column */
    TW_LIMIT = 5,         /* memory, time or steps of tw_options are used up */
    TW_INTERNAL = 70,     /* a mistake of Talweg's own */
    TW_INTERRUPTED = 130  /* the interrupted callback said so */
} tw_status;

typedef enum tw_channel {
    TW_RESULTS, /* what the script shows: standard output */
    TW_MESSAGES /* diagnostics and progress for people: standard error */
} tw_channel;

typedef enum tw_activity {
    TW_COMPUTING, /* anything else */
    TW_READING,   /* a file of data */
    TW_SEARCHING  /* a solve */
} tw_activity;

/* How far a run is. */
typedef struct tw_progress {
    tw_activity activity;
    const char *file; /* reading: as the script names it; else NULL */
    size_t bytes;     /* reading: of the file */
    double fraction;  /* reading: of it that has been taken in, from 0 to 1 */
    uint64_t steps;   /* searching: made so far, and the point that they lead to */
    double value, gradient_norm; /* NaN before the first */
    double seconds;              /* since tw_run began */
} tw_progress;

/* Zeroed fields mean the default. */
typedef struct tw_options {
    void *user; /* given to every callback */
    void (*write)(void *user, tw_channel channel, const char *text, size_t length);
    /* Reads a whole file: 0 and *text (freed by release), or an errno value. */
    int (*read_file)(void *user, const char *path, char **text, size_t *length);
    void (*release)(void *user, char *text);
    /* The same for data, whose text may be the file itself, mapped.  It is not written
     * to, and kept until unmap_file, which comes with tw_close at the latest; that gives
     * 0, or an errno value when the text was not the file's all the time: the data are
     * not used then.  NULL: data are read through read_file. */
    int (*map_file)(void *user, const char *path, char **text, size_t *length);
    int (*unmap_file)(void *user, char *text);
    /* Writes a whole file or leaves it as it was: 0 or an errno value. */
    int (*write_file)(void *user, const char *path, const char *text, size_t length);
    bool (*interrupted)(void *user); /* polled between steps and statements */
    /* Told how far a run is while it reads data, searches or computes, no more often than
     * once in progress_interval seconds (0: a tenth), first when one has passed, always
     * by the thread that called; false stops the run as `interrupted` does.  Needs clock.
     */
    bool (*progress)(void *user, const tw_progress *progress);
    double progress_interval;
    double (*clock)(void *user); /* seconds, monotonic; NULL: no times */
    bool colour;                 /* ANSI colours in messages */
    bool json;         /* one JSON object a line on TW_RESULTS, nothing on TW_MESSAGES */
    bool reproducible; /* leaves times out */
    bool verbose;      /* every setting that acted in a report */
    bool quiet;        /* errors alone on TW_MESSAGES: no warnings, no notes */
    bool strict;       /* warnings of undefined values are errors */
    bool prompt;       /* an expression statement that has a value shows it */
    int width;         /* of the messages' terminal in columns; 0: 80 */
    size_t memory_limit; /* bytes; 0: unlimited */
    uint64_t step_limit; /* steps of all searches and loop turns; 0: unlimited */
    double time_limit;   /* seconds; 0: unlimited; needs clock */
    /* How many threads, at least one, long evaluations may use; the bits are the same
     * with any number.  Asked when one is prepared; NULL: one. */
    unsigned (*threads)(void *user);
    /* Long runs make no machine code of their formulas; the bits are the same. */
    bool no_native;
    /* A folder whose NAME.opt stands before the module NAME of the standard library;
     * NULL: none.  Read through read_file. */
    const char *library_path;
    uint64_t fail_request; /* the memory request that fails, for tests; 0: none */
} tw_options;

/* What happened since tw_open or tw_reset_summary. */
typedef struct tw_summary {
    uint64_t expectations, failed;
    double points, points_possible; /* of `worth` */
    uint64_t solves;
    uint64_t errors, warnings;
    const char *last_status; /* of the last solve: "converged", ...; NULL without one */
    uint64_t last_steps;
    double last_value, last_gradient_norm;
    size_t memory_peak; /* bytes */
} tw_summary;

/* NULL when out of memory.  The options are copied, the text of library_path too. */
tw_session *tw_open(const tw_options *options);
void tw_close(tw_session *session); /* NULL is allowed */

/* Runs a script; names that it defines stay for the next run (a prompt does so).  `name`
 * is shown in messages; files that the script names are relative to it. */
tw_status tw_run(tw_session *session, const char *name, const char *text, size_t length);
/* Parses and checks names; runs nothing. */
tw_status tw_check(tw_session *session, const char *name, const char *text,
                   size_t length);
/* The script in the one layout, written to TW_RESULTS. */
tw_status tw_format(tw_session *session, const char *name, const char *text,
                    size_t length);
/* Whether a prompt should ask for another line before it runs this text. */
bool tw_wants_more(tw_session *session, const char *text, size_t length);
/* Writes the page of a diagnostic code ("E0102") to TW_RESULTS; false: no such code. */
bool tw_explain_code(tw_session *session, const char *code);
/* Writes what is known of a name: a method, a function, a keyword, one of the script's.
 */
bool tw_help(tw_session *session, const char *name);
/* Calls `found` with every name that begins with `prefix`: keywords, functions, methods,
 * names of the session. */
void tw_complete(tw_session *session, const char *prefix,
                 void (*found)(void *user, const char *name), void *user);
/* A stage as text on TW_RESULTS, for tests: "tokens", "ast", "graph" (objectives and
 * their gradients), "cost" (what evaluating them takes; needs clock). */
tw_status tw_dump(tw_session *session, const char *stage, const char *name,
                  const char *text, size_t length);
/* With json: the closing summary object. */
void tw_finish(tw_session *session, tw_status exit);
void tw_get_summary(const tw_session *session, tw_summary *summary);
/* Forgets all definitions; random numbers start from seed 0 again. */
void tw_reset(tw_session *session);
const char *tw_status_name(tw_status status);
const char *tw_version(void); /* "0.1.0" */

#ifdef __cplusplus
}
#endif
#endif
