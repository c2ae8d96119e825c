/* SPDX-License-Identifier: MIT
 * Shapes of what functions give: those of the script by their bodies, built-in ones by
 * the kind of their row. */
#include "script/check_shapes.h"

#include <math.h>
#include <string.h>

enum { DEEPEST = 40 };

static const struct value unknown = {.kind = VALUE_NONE};

/* What functions of whole arrays give; the others are not known. */
static const struct {
    const char *name;
    enum { GIVES_NUMBER, GIVES_SAME, GIVES_TRANSPOSE } gives;
} functions[] = {
    {"logsumexp", GIVES_NUMBER},    {"norm", GIVES_NUMBER},   {"dot", GIVES_NUMBER},
    {"argmin", GIVES_NUMBER},       {"argmax", GIVES_NUMBER}, {"var", GIVES_NUMBER},
    {"std", GIVES_NUMBER},          {"det", GIVES_NUMBER},    {"logdet", GIVES_NUMBER},
    {"trace", GIVES_NUMBER},        {"softmax", GIVES_SAME},  {"cumsum", GIVES_SAME},
    {"sort", GIVES_SAME},           {"argsort", GIVES_SAME},  {"inv", GIVES_SAME},
    {"transpose", GIVES_TRANSPOSE},
};
enum { FUNCTIONS = sizeof functions / sizeof *functions };

static struct value function_gives(struct shape_check *check, const char *name,
                                   const struct value *argument)
{
    struct shape shape = core_shape(&check->e, argument), turned = shape, none = {0};
    size_t i = 0;
    while (i < FUNCTIONS && strcmp(functions[i].name, name) != 0)
        i++;
    if (i == FUNCTIONS)
        return unknown;
    if (functions[i].gives == GIVES_NUMBER)
        return shape_of_array(check, &none);
    if (functions[i].gives == GIVES_TRANSPOSE) {
        turned.extent[0] = shape.extent[1];
        turned.extent[1] = shape.extent[0];
    }
    return shape_of_array(check, &turned);
}

/* zeros(n), zeros(n, m), ones, eye with sizes that are written out. */
static struct value sizes_give(struct shape_check *check, const char *name,
                               const struct value *arguments, size_t count)
{
    struct shape shape = {.rank = count};
    bool is_eye = strcmp(name, "eye") == 0;
    if (!is_eye && strcmp(name, "zeros") != 0 && strcmp(name, "ones") != 0)
        return unknown;
    for (size_t i = 0; i < count; i++) {
        double size = arguments[i].number;
        if (arguments[i].kind != VALUE_NUMBER || arguments[i].unknown ||
            !(size >= 0 && size < SHAPE_MOST_ELEMENTS) || size != floor(size))
            return unknown;
        shape.extent[i] = (size_t)size;
    }
    if (is_eye)
        shape = shape_matrix(shape.extent[0], shape.extent[0]);
    return shape_check(&shape) == SHAPE_FITS ? shape_of_array(check, &shape) : unknown;
}

static struct value operation_gives(struct shape_check *check, const struct ast *call,
                                    const struct value *arguments, size_t count)
{
    struct arena *scratch = &check->e.session->scratch;
    struct span *places = ARENA_ARRAY(scratch, count, struct span);
    struct shape shape;
    for (size_t i = 0; i < count; i++)
        places[i] = call->child[i + 1]->span;
    return elementwise_fits(&check->e, call->span, arguments, places, count, &shape)
               ? shape_of_array(check, &shape)
               : unknown;
}

static bool all_arithmetic(const struct value *arguments, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (!is_arithmetic(&arguments[i]))
            return false;
    return count > 0;
}

static struct value builtin_gives(struct shape_check *check, const struct ast *call,
                                  const struct builtin *builtin,
                                  const struct value *arguments, size_t count)
{
    struct shape none = {0};
    bool fits = (int)count >= builtin->least &&
                (builtin->most < 0 || (int)count <= builtin->most);
    if (builtin->reduction != REDUCE_NONE && count == 1)
        return is_arithmetic(&arguments[0]) ? shape_of_array(check, &none) : unknown;
    if (!fits || builtin->call != NULL || !all_arithmetic(arguments, count))
        return unknown;
    if (builtin->op != OP_COUNT) /* more operands are taken two by two */
        return count <= (size_t)op_info(builtin->op)->arity
                   ? operation_gives(check, call, arguments, count)
                   : unknown;
    if (builtin->apply != NULL)
        return sizes_give(check, builtin->name, arguments, count);
    struct span places[2] = {call->child[1]->span, call->child[count]->span};
    return array_function_fits(&check->e, builtin->name, call->span, arguments, places,
                               count)
               ? function_gives(check, builtin->name, &arguments[0])
               : unknown;
}

/* A function sees its parameters and the names of the script. */
static struct value script_function_gives(struct shape_check *check,
                                          const struct ast *function,
                                          const struct value *arguments, size_t count)
{
    struct arena *scratch = &check->e.session->scratch;
    const struct ast *body = function->child[function->count - 1];
    struct local *locals = ARENA_ARRAY(scratch, count + 1, struct local);
    if (count != function->count - 1 || check->depth == DEEPEST ||
        body->kind == AST_SOLVE || body->kind == AST_SWEEP)
        return unknown;
    for (size_t i = 0; i < count; i++) {
        locals[i].name = function->child[i]->name;
        locals[i].value = arguments[i];
        locals[i].next = i == 0 ? NULL : &locals[i - 1];
    }
    check->depth++;
    struct value value = shape_of(check, body, count == 0 ? NULL : &locals[count - 1]);
    check->depth--;
    return value;
}

static struct value argument_of(struct shape_check *check, const struct ast *argument,
                                const struct local *locals, bool is_builtin)
{
    struct value value = shape_of(check, argument, locals);
    if (value.kind != VALUE_RANGE || !is_builtin)
        return value;
    struct shape shape = shape_vector(value.as.range->count);
    return shape_of_array(check, &shape);
}

/* The built-in that the name stands for, unless the script hides it. */
static const struct builtin *builtin_of(struct shape_check *check,
                                        const struct ast *callee,
                                        const struct local *locals)
{
    while (locals != NULL && locals->name != callee->name)
        locals = locals->next;
    if (callee->kind != AST_NAME || locals != NULL || callee->name >= check->count ||
        check->globals[callee->name].name != 0)
        return NULL;
    return builtin_find(intern_text(check->e.session->names, callee->name));
}

struct value shape_of_call(struct shape_check *check, const struct ast *call,
                           const struct local *locals)
{
    size_t count = call->count - 1, errors = check->e.session->diagnostics.errors;
    const struct ast *callee = call->child[0];
    const struct builtin *builtin = builtin_of(check, callee, locals);
    if (builtin != NULL && strcmp(builtin->name, "diff") == 0)
        return unknown;
    if (count == 1 && call->child[1]->kind == AST_COMPREHENSION && builtin != NULL &&
        builtin->reduction != REDUCE_NONE) {
        struct shape none = {0};
        (void)shape_of(check, call->child[1], locals);
        return shape_of_array(check, &none);
    }
    struct value function = shape_of(check, callee, locals);
    struct value *arguments =
        ARENA_ARRAY(&check->e.session->scratch, count + 1, struct value);
    for (size_t i = 0; i < count; i++) {
        if (call->child[i + 1]->kind == AST_ARGUMENT)
            return unknown;
        arguments[i] = argument_of(check, call->child[i + 1], locals, builtin != NULL);
    }
    if (check->e.session->diagnostics.errors > errors)
        return unknown;
    if (function.kind == VALUE_FUNCTION)
        return script_function_gives(check, function.as.function, arguments, count);
    return builtin == NULL ? unknown
                           : builtin_gives(check, call, builtin, arguments, count);
}
