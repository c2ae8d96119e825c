/* SPDX-License-Identifier: MIT
 * methods/list.c - every method, once; the first is the default. */
#include "descent/engine.h"

#include <string.h>

/* clang-format off */
#define METHODS(X)                                                                       \
    X(gradient) X(momentum) X(nesterov) X(adagrad) X(rmsprop) X(adam) X(adamw)           \
    X(newton) X(trust_region) X(interior_point) X(smoothing)                             \
    X(bfgs) X(lbfgs) X(cg) X(coordinate)                                                 \
    X(gauss_newton) X(levenberg_marquardt)                                               \
    X(nelder_mead) X(annealing)                                                          \
    X(auto)
/* clang-format on */

#define DECLARE(name) extern const descent_method method_##name;
METHODS(DECLARE)
#undef DECLARE

const descent_method *const *descent_methods(void)
{
    static const descent_method *const list[] = {
#define ENTRY(name) &method_##name,
        METHODS(ENTRY)
#undef ENTRY
            NULL};
    return list;
}

const char *descent_method_name(const descent_method *method)
{
    return method->name;
}

const char *descent_method_summary(const descent_method *method)
{
    return method->summary;
}

const descent_setting *descent_method_settings(const descent_method *method)
{
    return method->settings;
}

bool descent_method_uses_gradients(const descent_method *method)
{
    return (method->gives & ENGINE_GIVES_VALUES) == 0;
}

bool descent_method_needs_hessian(const descent_method *method)
{
    return (method->needs & ENGINE_NEEDS_HESSIAN) != 0;
}

bool descent_method_needs_squares(const descent_method *method)
{
    return (method->needs & ENGINE_NEEDS_SQUARES) != 0;
}

bool descent_method_needs_kinks(const descent_method *method)
{
    return (method->needs & ENGINE_NEEDS_KINKS) != 0;
}

bool descent_method_keeps_constraints(const descent_method *method)
{
    return (method->gives & ENGINE_TAKES_CONSTRAINTS) != 0;
}

const descent_method *descent_method_find(const char *name)
{
    for (const descent_method *const *m = descent_methods(); *m != NULL; m++)
        if (strcmp((*m)->name, name) == 0)
            return *m;
    return NULL;
}
