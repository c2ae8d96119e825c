/* SPDX-License-Identifier: MIT
 * value.h - what a name can hold.
 *
 * A number that takes part in an objective carries a graph node beside its value: the
 * evaluator computes with plain numbers and traces with nodes by the same code.  Values
 * have value semantics: what a name holds is a deep copy in the session's value arena, so
 * an arena can be replaced by copying what the names reach (session.h, keep_value). */
#ifndef SCRIPT_VALUE_H
#define SCRIPT_VALUE_H

#include "base/intern.h"
#include "descent.h"
#include "graph/graph.h"
#include "syntax/parse.h"

enum value_kind {
    VALUE_NONE,
    VALUE_NUMBER,
    VALUE_BOOLEAN,
    VALUE_STRING,
    VALUE_ARRAY, /* a vector or a matrix of numbers or truths */
    VALUE_LIST,
    VALUE_RANGE,
    VALUE_FUNCTION, /* of the script */
    VALUE_BUILTIN,
    VALUE_DERIVATIVE, /* L', grad(f), hessian(f), diff(E, x) */
    VALUE_METHOD,     /* gradient, with its settings */
    VALUE_SEARCH,     /* backtracking, with its settings */
    VALUE_SOLUTION,
    VALUE_TRACE, /* r.trace */
    VALUE_BEST,  /* r.best */
    VALUE_DATA,  /* columns of one length: what a sweep gives, what `read` reads */
    VALUE_ROW    /* of a data set; its number counts from 0 */
};

/* Kept to 32 bytes: an expression makes and copies many. */
struct value {
    union {
        const struct string_value *string;
        struct array_value *array;
        const struct list_value *list;
        const struct range_value *range;
        const struct ast *function; /* the FUNCTION node: name, parameters, body */
        const struct builtin *builtin;
        const struct derivative_value *derivative;
        const struct method_value *method;
        const struct solution *solution; /* also of TRACE and BEST */
        const struct data_value *data;
    } as;
    double number; /* NUMBER; BOOLEAN as 0 or 1; of ROW which one, from 0 */
    /* NUMBER, BOOLEAN and ARRAY: the traced node; of ROW that of its number, from 1; 0 is
     * a value that is only known. */
    node_id node;
    name_id name; /* of ARRAY: what the script calls it, where it was read; else 0 */
    enum value_kind kind;
    bool unknown; /* it depends on a variable of the search, or on the names of generators
                     that are traced as a whole: `number` says nothing */
    /* How many of the node's leading axes belong to such generators (vectorize.c): it has
     * none of them, or all that were there when it was made, with extent 1 along those on
     * which it does not depend. */
    unsigned char batch;
};

/* A name that is seen in the text of one expression only: a parameter, a generator's
 * name, a search quantity.  The chain ends with NULL; the nearest hides the others. */
struct local {
    name_id name;
    struct value value;
    const struct local *next;
};

struct string_value {
    size_t length;
    char bytes[]; /* NUL-terminated */
};
/* Row by row; rank 1 is a vector, 2 a matrix. */
struct array_value {
    struct shape shape;
    double *numbers;             /* NULL: unknown */
    const struct recipe *recipe; /* how an objective computed them (recipe.h), or NULL */
    bool is_boolean;             /* truths, as 0 and 1 */
    bool is_shared; /* the numbers are a file's, there as long as the session, and are not
                       written to: copies have the same */
};
struct list_value {
    size_t count;
    unsigned depth; /* 1 + that of the deepest list in it; capped (access.c) */
    struct value *items;
};
struct range_value {
    double first;
    size_t count;
};
/* How a function is made from another, or from an expression. */
struct derivative_value {
    enum { DERIVATIVE_PRIME, DERIVATIVE_GRAD, DERIVATIVE_HESSIAN, DERIVATIVE_DIFF } kind;
    unsigned primes;              /* of PRIME */
    unsigned depth;               /* of derivatives of derivatives */
    struct value base;            /* the function; of DIFF none */
    const struct ast *expression; /* of DIFF */
    size_t count;                 /* names of DIFF, in the order of differentiation */
    const name_id *names;
    const struct local *locals; /* what the text of DIFF saw where it stood */
};
/* A method or a step rule with settings in the order of its table. */
struct method_value {
    const descent_method *method; /* of METHOD */
    const descent_search *search; /* of SEARCH */
    const double *settings;
    const struct ast *step_text; /* `step = ...` given to a method; NULL without */
};

struct value value_number(double number);
struct value value_boolean(bool truth);
struct value value_string(struct arena *arena, const char *text, size_t length);
/* Of zeros. */
struct value value_array(struct arena *arena, const struct shape *shape);
struct value value_vector(struct arena *arena, size_t count);

/* "a number", "a string", ... for messages. */
const char *value_kind_name(const struct value *value);
/* A deep copy whose memory is in `arena`; graph nodes are dropped. */
struct value value_copy(struct arena *arena, const struct value *value);
/* As print shows it: numbers in the shortest form that reads back. */
void value_print(struct text *out, const struct value *value, const struct intern *names);
/* As JSON: a number, true, a string, an array. */
void value_json(struct text *out, const struct value *value, const struct intern *names);

/* How many elements a vector, list or range has, or rows a matrix; false for other kinds.
 */
bool value_count(const struct value *value, size_t *count);
/* Element `index` from 0 of a vector, list or range, row `index` of a matrix, which is
 * made in `arena`; of a traced array the plain one. */
struct value value_element(struct arena *arena, const struct value *value, size_t index);

#endif
