/* SPDX-License-Identifier: MIT
 * The table of what every script finds.  Operations of the graph come from ops.def; the
 * rows below are the functions that are more than one operation, and those to come. */
#include "script/builtins.h"

#include "script/array.h"
#include "script/convexity.h"
#include "script/data.h"
#include "script/derivative.h"
#include "script/read.h"

#include <math.h>
#include <string.h>

static bool draw_allowed(struct evaluation *e, struct span place)
{
    return e->trace == NULL ||
           session_error(e->session, CODE_NOT_IN_OBJECTIVE, place,
                         "a random draw cannot stand inside an objective");
}

static bool need_numbers(struct evaluation *e, struct span place,
                         const struct value *arguments, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_numeric(&arguments[i]))
            return wrong_type(e, place, "a number", &arguments[i]);
    return true;
}

/* One draw, or an array of them: the third argument is its shape. */
static bool draw(struct evaluation *e, struct span place, const struct value *arguments,
                 size_t count, double (*next)(struct session *, double, double),
                 struct value *out)
{
    if (!draw_allowed(e, place) || !need_numbers(e, place, arguments, 2))
        return false;
    double a = arguments[0].number, b = arguments[1].number;
    if (count == 2) {
        *out = value_number(next(e->session, a, b));
        return true;
    }
    if (!apply_zeros(e, place, &arguments[2], 1, out))
        return false;
    size_t elements = shape_elements(&out->as.array->shape);
    for (size_t i = 0; i < elements; i++)
        out->as.array->numbers[i] = next(e->session, a, b);
    return true;
}

static double next_uniform(struct session *session, double low, double high)
{
    return low + (high - low) * session_uniform(session);
}

static double next_normal(struct session *session, double mean, double deviation)
{
    return mean + deviation * session_normal(session);
}

static bool apply_uniform(struct evaluation *e, struct span place,
                          const struct value *arguments, size_t count, struct value *out)
{
    return draw(e, place, arguments, count, next_uniform, out);
}

static bool apply_normal(struct evaluation *e, struct span place,
                         const struct value *arguments, size_t count, struct value *out)
{
    return draw(e, place, arguments, count, next_normal, out);
}

static bool apply_length(struct evaluation *e, struct span place,
                         const struct value *arguments, size_t count, struct value *out)
{
    size_t elements = 0;
    (void)count;
    if (arguments[0].kind == VALUE_STRING)
        elements = arguments[0].as.string->length;
    else if (!value_count(&arguments[0], &elements))
        return wrong_type(e, place, "a vector, a list or a text", &arguments[0]);
    *out = value_number((double)elements);
    return true;
}

static bool apply_text(struct evaluation *e, struct span place,
                       const struct value *arguments, size_t count, struct value *out)
{
    struct text shown;
    (void)place;
    (void)count;
    text_init(&shown, &e->session->scratch);
    value_print(&shown, &arguments[0], e->session->names);
    *out = value_string(&e->session->scratch, text_string(&shown), shown.length);
    return true;
}

static bool apply_format(struct evaluation *e, struct span place,
                         const struct value *arguments, size_t count, struct value *out)
{
    struct text shown;
    if (!need_numbers(e, place, arguments, count))
        return false;
    double digits = arguments[1].number;
    if (!(digits >= 1 && digits <= 17))
        return session_error(e->session, CODE_WRONG_TYPE, place,
                             "`format` shows 1 to 17 significant digits");
    text_init(&shown, &e->session->scratch);
    text_rounded(&shown, arguments[0].number, (int)digits);
    *out = value_string(&e->session->scratch, text_string(&shown), shown.length);
    return true;
}

static bool apply_grad(struct evaluation *e, struct span place,
                       const struct value *arguments, size_t count, struct value *out)
{
    (void)count;
    return derivative_grad(e, place, &arguments[0], out);
}

static bool apply_hessian(struct evaluation *e, struct span place,
                          const struct value *arguments, size_t count, struct value *out)
{
    (void)count;
    return derivative_hessian(e, place, &arguments[0], out);
}

/* A call of diff never comes here (call.c): its first argument is no value. */
static bool apply_diff(struct evaluation *e, struct span place,
                       const struct value *arguments, size_t count, struct value *out)
{
    (void)arguments;
    (void)count;
    (void)out;
    return session_error(e->session, CODE_NOT_DIFFERENTIABLE, place,
                         "`diff` is called by its own name");
}

static bool need_function(struct evaluation *e, struct span place,
                          const struct value *value)
{
    return is_function(value) ||
           session_error(e->session, CODE_WRONG_TYPE, place,
                         "a function is needed here, and this is %s",
                         value_kind_name(value));
}

static bool apply_latex(struct evaluation *e, struct span place,
                        const struct value *arguments, size_t count, struct value *out)
{
    struct text shown;
    (void)count;
    text_init(&shown, &e->session->scratch);
    if (!need_function(e, place, &arguments[0]) ||
        !formula_latex(e->session, &shown, &arguments[0], place))
        return false;
    *out = value_string(&e->session->scratch, text_string(&shown), shown.length);
    return true;
}

static bool apply_operations(struct evaluation *e, struct span place,
                             const struct value *arguments, size_t count,
                             struct value *out)
{
    (void)count;
    return need_function(e, place, &arguments[0]) &&
           derivative_operations(e->session, place, &arguments[0], out);
}

static bool apply_convexity(struct evaluation *e, struct span place,
                            const struct value *arguments, size_t count,
                            struct value *out)
{
    (void)count;
    return need_function(e, place, &arguments[0]) &&
           convexity_of(e->session, place, &arguments[0], out);
}

#define ROW(name, least, most, reduction, apply, summary)                                \
    {                                                                                    \
        name, least, most, OP_COUNT, reduction, apply, summary, NULL                     \
    }
#define ARRAY(name, count, summary)                                                      \
    {                                                                                    \
        name, count, count, OP_COUNT, REDUCE_NONE, NULL, summary, NULL                   \
    }
#define NAMED(name, call, summary)                                                       \
    {                                                                                    \
        name, 0, -1, OP_COUNT, REDUCE_NONE, NULL, summary, call                          \
    }

static const struct builtin rows[] = {
    ROW("sum", 1, 1, REDUCE_SUM, NULL, "sum(x): of all elements, or of a generator"),
    ROW("mean", 1, 1, REDUCE_MEAN, NULL, "mean(x): the arithmetic mean"),
    ROW("prod", 1, 1, REDUCE_PROD, NULL, "prod(x): the product of all elements"),
    ROW("any", 1, 1, REDUCE_ANY, NULL, "any(x): whether a condition holds somewhere"),
    ROW("all", 1, 1, REDUCE_ALL, NULL, "all(x): whether a condition holds everywhere"),
    ROW("count", 1, 1, REDUCE_COUNT, NULL, "count(x): how often a condition holds"),
    ROW("length", 1, 1, REDUCE_NONE, apply_length, "length(x): how many elements"),
    ROW("uniform", 2, 3, REDUCE_NONE, apply_uniform,
        "uniform(a, b): a random number between a and b; uniform(a, b, n) so many"),
    ROW("normal", 2, 3, REDUCE_NONE, apply_normal,
        "normal(m, s): a normal random number with mean m and deviation s; normal(m, s, "
        "n) "
        "so many"),
    ROW("grad", 1, 1, REDUCE_NONE, apply_grad,
        "grad(f): all partial derivatives, a function"),
    ROW("hessian", 1, 1, REDUCE_NONE, apply_hessian,
        "hessian(f): all second partial derivatives, a function"),
    ROW("diff", 2, -1, REDUCE_NONE, apply_diff,
        "diff(E, x): the derivative of an expression, a function of x"),
    ROW("latex", 1, 1, REDUCE_NONE, apply_latex, "latex(f): the formula in LaTeX"),
    ROW("operations", 1, 1, REDUCE_NONE, apply_operations,
        "operations(f): how many operations one evaluation of f takes"),
    ROW("convexity", 1, 1, REDUCE_NONE, apply_convexity,
        "convexity(f): convex, concave, affine, neither, or unknown"),
    ROW("text", 1, 1, REDUCE_NONE, apply_text, "text(x): x as print shows it"),
    ROW("format", 2, 2, REDUCE_NONE, apply_format,
        "format(x, digits): x in so many significant digits"),
    ARRAY("logsumexp", 1, "logsumexp(x): log(sum(exp(x))), without overflow"),
    ARRAY("softmax", 1, "softmax(x): exp(x)/sum(exp(x)); of a matrix row by row"),
    ARRAY("norm", 1, "norm(x): the root of the sum of squares"),
    ARRAY("dot", 2, "dot(u, v): the sum of the products of the elements"),
    ARRAY("transpose", 1, "transpose(A): rows become columns"),
    ARRAY("diag", 1, "diag(x): the matrix with this diagonal; of a matrix its diagonal"),
    ARRAY("cumsum", 1, "cumsum(x): the sums of the first 1, 2, 3, ... elements"),
    ARRAY("sort", 1, "sort(x): the elements from the least to the greatest"),
    ARRAY("argsort", 1, "argsort(x): the positions of the elements in order"),
    ARRAY("argmin", 1, "argmin(x): the position of the first least element"),
    ARRAY("argmax", 1, "argmax(x): the position of the first greatest element"),
    ARRAY("var", 1, "var(x): the variance, with n - 1"),
    ARRAY("std", 1, "std(x): the standard deviation, with n - 1"),
    ARRAY("det", 1, "det(A): the determinant"),
    ARRAY("inv", 1, "inv(A): the inverse"),
    ARRAY("logdet", 1, "logdet(A): the logarithm of the determinant"),
    ARRAY("eigenvalues", 1, "eigenvalues(A): of a symmetric matrix, from the least"),
    ARRAY("trace", 1, "trace(A): the sum of the diagonal"),
    ARRAY("solve", 2, "solve(A, b): x with A @ x == b"),
    ROW("median", 1, 1, REDUCE_NONE, apply_median, "median(x): the middle element"),
    ROW("quantile", 2, 2, REDUCE_NONE, apply_quantile,
        "quantile(x, q): the value below which the share q lies"),
    ROW("zeros", 1, 2, REDUCE_NONE, apply_zeros, "zeros(n), zeros(n, m): all 0"),
    ROW("ones", 1, 2, REDUCE_NONE, apply_ones, "ones(n), ones(n, m): all 1"),
    ROW("eye", 1, 1, REDUCE_NONE, apply_eye, "eye(n): the identity matrix"),
    ROW("linspace", 3, 3, REDUCE_NONE, apply_linspace,
        "linspace(a, b, n): n numbers from a to b, evenly"),
    ROW("rows", 1, 1, REDUCE_NONE, apply_rows, "rows(A): how many rows"),
    NAMED("read", call_read, "read(\"x.csv\"): a data set from a file"),
    NAMED("data", call_data, "data(x = [1, 2], y = [3, 4]): a data set"),
    NAMED("columns", call_columns,
          "columns(A): how many columns; of a data set its numbers as a matrix"),
    ROW("codes", 1, 1, REDUCE_NONE, apply_codes,
        "codes(x): texts as numbers from 1, in the order of levels(x)"),
    ROW("levels", 1, 1, REDUCE_NONE, apply_levels, "levels(x): the texts that occur"),
    ROW("onehot", 1, 2, REDUCE_NONE, apply_onehot,
        "onehot(x): a row of zeros with a one at each code; onehot(x, n)"),
    ROW("shuffle", 1, 1, REDUCE_NONE, apply_shuffle, "shuffle(x): in random order"),
    ROW("sample", 2, 2, REDUCE_NONE, apply_sample,
        "sample(x, n): n different elements at random"),
    ROW("concat", 1, -1, REDUCE_NONE, apply_concat,
        "concat(u, v, ...): one after the other"),
};
enum { ROWS = sizeof rows / sizeof *rows };

/* The operations that are written as functions; the rest of ops.def are operators, whose
 * spelling no name can have. */
static const struct builtin operations[] = {
#define OP(id, spelling, arity, ...)                                                     \
    {spelling,                                                                           \
     arity,                                                                              \
     OP_##id == OP_MIN || OP_##id == OP_MAX ? -1 : arity,                                \
     OP_##id,                                                                            \
     OP_##id == OP_MIN   ? REDUCE_MIN                                                    \
     : OP_##id == OP_MAX ? REDUCE_MAX                                                    \
                         : REDUCE_NONE,                                                  \
     NULL,                                                                               \
     "",                                                                                 \
     NULL},
#include "graph/ops.def"
#undef OP
};

const struct builtin *builtin_find(const char *name)
{
    enum op op = OP_COUNT;
    if (op_find_function(name, &op))
        return &operations[op];
    for (size_t i = 0; i < ROWS; i++)
        if (strcmp(rows[i].name, name) == 0)
            return &rows[i];
    return NULL;
}

const struct builtin *builtin_at(size_t index)
{
    enum op op = OP_COUNT;
    for (size_t i = 0; i < OP_COUNT; i++)
        if (op_find_function(op_info((enum op)i)->spelling, &op) && index-- == 0)
            return &operations[i];
    return index < ROWS ? &rows[index] : NULL;
}

static const struct {
    const char *name;
    double value;
} constants[] = {
    {"pi", 3.14159265358979323846}, {"inf", (double)INFINITY}, {"nan", (double)NAN}};
enum { CONSTANTS = sizeof constants / sizeof *constants };

bool builtin_constant(const char *name, double *value)
{
    for (size_t i = 0; i < CONSTANTS; i++)
        if (strcmp(constants[i].name, name) == 0) {
            *value = constants[i].value;
            return true;
        }
    return false;
}

const char *builtin_constant_at(size_t index)
{
    return index < CONSTANTS ? constants[index].name : NULL;
}

/* ---- methods ---- */

static const double *initial_settings(struct session *session,
                                      const descent_setting *settings)
{
    size_t count = 0;
    while (settings[count].name != NULL)
        count++;
    double *values = ARENA_ARRAY(&session->scratch, count, double);
    for (size_t i = 0; i < count; i++)
        values[i] = settings[i].initial;
    return values;
}

bool builtin_method(struct session *session, const char *name, struct value *out)
{
    const descent_method *method = descent_method_find(name);
    /* `fixed` and `schedule` are written as a number and as an expression. */
    bool unnamed = strcmp(name, "fixed") == 0 || strcmp(name, "schedule") == 0;
    const descent_search *search =
        method != NULL || unnamed ? NULL : descent_search_find(name);
    if (method == NULL && search == NULL)
        return false;
    struct method_value *made = ARENA_NEW(&session->scratch, struct method_value);
    made->method = method;
    made->search = search;
    made->settings =
        initial_settings(session, method != NULL ? descent_method_settings(method)
                                                 : descent_search_settings(search));
    struct value value = {.kind = method != NULL ? VALUE_METHOD : VALUE_SEARCH};
    value.as.method = made;
    *out = value;
    return true;
}
