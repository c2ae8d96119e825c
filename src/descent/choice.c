/* SPDX-License-Identifier: MIT
 * choice.c - what depends on a method's settings: its formula, the step rules that go
 * with it, and the one that acts when none is given.
 *
 * What a method needs is data in its record, and it may depend on the settings: gradient
 * descent takes every rule, but with noise no rule that compares values along a line. */
#include "descent/engine.h"

#include <assert.h>
#include <math.h>

void engine_fill_settings(double *filled, const descent_setting *settings,
                          const double *values)
{
    for (size_t i = 0; settings[i].name != NULL; i++) {
        assert(i < ENGINE_MOST_SETTINGS);
        filled[i] = values != NULL ? values[i] : settings[i].initial;
    }
}

unsigned engine_method_needs(const descent_method *method, const double *settings)
{
    double filled[ENGINE_MOST_SETTINGS];
    if (method->needs_with == NULL)
        return method->needs;
    engine_fill_settings(filled, method->settings, settings);
    return method->needs | method->needs_with(filled);
}

const char *descent_method_formula(const descent_method *method, const double *settings)
{
    double filled[ENGINE_MOST_SETTINGS];
    if (method->formula_with == NULL)
        return method->formula;
    engine_fill_settings(filled, method->settings, settings);
    return method->formula_with(filled);
}

bool descent_method_takes(const descent_method *method, const double *settings,
                          const descent_search *search)
{
    bool needs_rate = (engine_method_needs(method, settings) & ENGINE_NEEDS_RATE) != 0;
    bool needs_steepest = (search->needs & ENGINE_NEEDS_STEEPEST) != 0;
    bool has_length = (method->gives & ENGINE_GIVES_LENGTH) != 0;
    return !(needs_rate && search->length == NULL) && !(needs_steepest && has_length);
}

double descent_method_bound(const descent_method *method, const double *settings)
{
    double filled[ENGINE_MOST_SETTINGS];
    if (method->bound == NULL)
        return 0;
    engine_fill_settings(filled, method->settings, settings);
    return method->bound(filled);
}

double descent_method_step(const descent_method *method, const double *settings)
{
    if (method->default_step == 0 &&
        !descent_method_takes(method, settings, descent_searches()[0]))
        return (double)NAN;
    return method->default_step;
}

/* A step that must be given and is not shows as the missing setting of `fixed`. */
void engine_choose_search(descent_options *options)
{
    const descent_method *method = options->method;
    double step = descent_method_step(method, options->method_settings);
    options->search = step == 0 ? descent_searches()[0] : descent_search_find("fixed");
    if (step > 0 && options->search_settings == NULL)
        options->search_settings = &method->default_step;
}

bool descent_method_takes_sets(const descent_method *method,
                               const descent_problem *problem)
{
    for (size_t k = 0; k < problem->set_count; k++)
        if (!descent_set_is_open(problem->sets[k].kind) &&
            (method->gives & ENGINE_GIVES_ANY_SET) == 0)
            return false;
    return true;
}
