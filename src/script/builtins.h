/* SPDX-License-Identifier: MIT
 * builtins.h - the functions and constants that a script finds without defining them. */
#ifndef SCRIPT_BUILTINS_H
#define SCRIPT_BUILTINS_H

#include "script/evaluate.h"

typedef bool builtin_function(struct evaluation *e, struct span place,
                              const struct value *arguments, size_t count,
                              struct value *out);

typedef bool builtin_call(struct evaluation *e, const struct ast *call,
                          const struct local *locals, struct value *out);

/* How a function goes over many values. */
enum reduction {
    REDUCE_NONE,
    REDUCE_SUM,
    REDUCE_MEAN,
    REDUCE_PROD,
    REDUCE_MIN,
    REDUCE_MAX,
    REDUCE_ANY,
    REDUCE_ALL,
    REDUCE_COUNT
};

struct builtin {
    const char *name;
    int least, most;          /* arguments; most -1: any number */
    enum op op;               /* of operations of the graph, else OP_COUNT */
    enum reduction reduction; /* over one array, range or generator */
    builtin_function *apply;  /* the others */
    const char *summary;      /* "exp(x): the exponential function" */
    builtin_call *call;       /* of functions whose arguments may have names; else NULL */
};

/* NULL when there is none of this name. */
const struct builtin *builtin_find(const char *name);
/* All of them in turn; NULL past the last. */
const struct builtin *builtin_at(size_t index);
/* pi, inf, nan. */
bool builtin_constant(const char *name, double *value);
/* The names of constants in turn; NULL past the last. */
const char *builtin_constant_at(size_t index);
/* A method or step rule of the engine with its default settings; false: no such name. */
bool builtin_method(struct session *session, const char *name, struct value *out);

/* ---- call_builtin.c ---- */
bool call_builtin(struct evaluation *e, const struct ast *call,
                  const struct builtin *builtin, const struct local *locals,
                  struct value *out);

/* ---- reduce.c ---- */
/* One value after another into a result. */
struct reduce {
    enum reduction kind;
    struct span place;
    double result;
    size_t count;
    node_id *nodes; /* the terms, once one is traced */
    size_t node_count, node_capacity;
    bool traced, unknown;
    bool last_is_number; /* the last of the terms is a number, */
    double last_number;  /* this one: numbers beside each other are one term */
};
void reduce_begin(struct reduce *reduce, enum reduction kind, struct span place);
bool reduce_add(struct evaluation *e, struct reduce *reduce, const struct value *value);
bool reduce_end(struct evaluation *e, struct reduce *reduce, struct value *out);
/* "the mean of nothing has no value"; always false. */
bool nothing_to_reduce(struct evaluation *e, enum reduction kind, struct span place);
/* Over the elements of a vector, list or range. */
bool reduce_elements(struct evaluation *e, enum reduction kind, struct span place,
                     const struct value *array, struct value *out);

#endif
