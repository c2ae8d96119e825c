/* SPDX-License-Identifier: MIT
 * session.h - the state of one interpreter: names, memory, limits, what goes out. */
#ifndef SCRIPT_SESSION_H
#define SCRIPT_SESSION_H

#include "base/fail.h"
#include "script/progress.h"
#include "script/provenance.h"
#include "script/value.h"
#include "source/diagnostic.h"
#include "syntax/parse.h"
#include "talweg.h"

/* What a name of the script holds. */
struct binding {
    struct value value; /* NONE: not defined */
    struct span where;  /* of the definition */
    bool from_solve;    /* a solve statement set it last */
};

/* A name with what it held before a statement replaced it. */
struct override {
    name_id name;
    struct binding binding;
};

struct random_state {
    uint64_t word[4];
};

struct module; /* module.h */
struct models; /* model.h */
struct model;

/* What a solve writes for developers (tw_dump). */
enum session_dumps { DUMPS_NOTHING, DUMPS_GRAPH, DUMPS_COST };

struct session {
    tw_options options;
    struct fail fail;
    struct memory memory;
    struct arena keep;      /* sources, trees, names: as long as the session */
    struct arena values;    /* what names hold; replaced by a copy when it has grown */
    struct arena scratch;   /* temporaries of a statement, released after it */
    struct arena workspace; /* what one solve traces and compiles, released after it */
    struct arena fresh;     /* where a collection copies to */
    struct arena messages;  /* diagnostics that were not shown yet */
    size_t values_live;     /* bytes of `values` after the last collection */
    struct intern *names;
    struct sources sources;
    struct module *modules;   /* that the script uses, the last first */
    const char *library_path; /* a copy of the option */
    struct diagnostics diagnostics;
    struct graph *graph;
    struct models *models; /* model.h; NULL: none yet */
    struct model *model;   /* of the solve that runs; NULL: it is not remembered */
    uint64_t compilations; /* programs and plans made by solves so far */
    struct provenance provenance;
    struct binding *globals; /* by name_id */
    size_t global_capacity;
    struct override *overrides; /* a stack; override.h */
    size_t override_count, override_capacity;
    struct random_state random;
    uint64_t seed;
    struct span *warned; /* places that had their warning: open addressing by offset */
    size_t warned_count, warned_capacity;
    uint64_t steps; /* steps of searches and loop turns so far */
    double start_time;
    struct progress progress;
    uint64_t calls; /* of session_go_on_sometimes so far */
    unsigned call_depth;
    const char *stack_base; /* an address in the frame of the API entry */
    tw_status status;       /* the worst of this run */
    bool stopped;           /* interrupted or past a limit: unwind without a message */
    char *reading;          /* the host's text of a file that is being read; else NULL */
    struct kept_file *kept; /* texts that stay mapped (file.c) */
    bool reading_mapped;    /* it is given back to unmap_file */
    enum session_dumps dumps; /* what a solve writes; nothing else is written then */
    tw_summary summary;
};

/* ---- names ---- */
struct binding *session_binding(struct session *session, name_id name);
/* Deep-copies the value into what `name` holds. */
void session_assign(struct session *session, name_id name, const struct value *value,
                    struct span where);
/* Between statements: gives back what no name reaches any more. */
void session_collect(struct session *session);

/* ---- messages ---- */
/* Shows the diagnostics that were collected and forgets them; raises the status for
 * errors. */
void session_flush(struct session *session, tw_status for_errors);
/* A run-time error; always false, so that evaluators can return it. */
bool session_error(struct session *session, enum code code, struct span where,
                   const char *format, ...) TEXT_FORMAT(4, 5);
/* The diagnostic added last, to say more about it. */
struct diagnostic *session_last(struct session *session);
/* A warning, once a place. */
void session_warn(struct session *session, enum code code, struct span where,
                  const char *format, ...) TEXT_FORMAT(4, 5);
/* Forgets the messages that were added after the mark. */
struct message_mark {
    size_t count, errors;
};
struct message_mark session_message_mark(const struct session *session);
void session_forget(struct session *session, struct message_mark mark);
/* The script's text of a span, in scratch. */
const char *session_text(struct session *session, struct span span);

/* ---- limits ---- */
/* Counts `turns` and asks whether to go on: false after an interruption or a limit, whose
 * message it has added. */
bool session_go_on(struct session *session, uint64_t turns, struct span where);
/* The same for what is quick and happens often, inside an expression: asks every so many
 * calls, and counts no turns. */
bool session_go_on_sometimes(struct session *session, struct span where);
double session_clock(const struct session *session); /* 0 without a clock */

/* ---- output ---- */
/* Writes to the results as they are (not while the graph is dumped). */
void session_write(struct session *session, const char *text, size_t length);
/* What is written while the graph is dumped, and then alone. */
void session_dump(struct session *session, const char *text, size_t length);

/* ---- random numbers (xoshiro256**, Blackman and Vigna 2018; seeded by splitmix64) ----
 */
void session_seed(struct session *session, uint64_t seed);
double session_uniform(struct session *session); /* in [0, 1) */
double session_normal(struct session *session);  /* standard normal, polar method */

#endif
