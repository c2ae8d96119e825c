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
    if ((method->gives & ENGINE_GIVES_STEP) != 0)
        return false;
    bool needs_rate = (engine_method_needs(method, settings) & ENGINE_NEEDS_RATE) != 0;
    bool needs_steepest = (search->needs & ENGINE_NEEDS_STEEPEST) != 0;
    bool is_steepest = (method->gives & (ENGINE_GIVES_LENGTH | ENGINE_GIVES_TURN)) == 0;
    return !(needs_rate && search->length == NULL) && !(needs_steepest && !is_steepest);
}

double descent_method_bound(const descent_method *method, const double *settings)
{
    double filled[ENGINE_MOST_SETTINGS];
    if (method->bound == NULL)
        return 0;
    engine_fill_settings(filled, method->settings, settings);
    return method->bound(filled);
}

const descent_search *descent_method_search(const descent_method *method,
                                            const double *settings,
                                            const double **search_settings)
{
    (void)settings;
    *search_settings = method->default_search_settings;
    if ((method->gives & ENGINE_GIVES_STEP) != 0)
        return &search_own;
    return method->default_search == NULL ? descent_searches()[0]
                                          : descent_search_find(method->default_search);
}

double descent_method_step(const descent_method *method, const double *settings)
{
    const double *search_settings;
    const descent_search *search =
        descent_method_search(method, settings, &search_settings);
    if (method->default_step == 0 && search != &search_own &&
        !descent_method_takes(method, settings, search))
        return (double)NAN;
    return method->default_step;
}

/* A step that must be given and is not shows as the missing setting of `fixed`. */
void engine_choose_search(descent_options *options)
{
    const descent_method *method = options->method;
    double step = descent_method_step(method, options->method_settings);
    const double *settings;
    const descent_search *search =
        descent_method_search(method, options->method_settings, &settings);
    if (step == 0) {
        options->search = search;
    } else {
        options->search = descent_search_find("fixed");
        settings = step > 0 ? &method->default_step : NULL;
    }
    if (options->search_settings == NULL)
        options->search_settings = settings;
}

bool engine_takes(const descent_options *options)
{
    return options->search == &search_own ||
           descent_method_takes(options->method, options->method_settings,
                                options->search);
}

/* Steps that believe in one side of a kink end beside it.  Bounds are kept as conditions
 * are. */
bool descent_takes_kinks(const descent_problem *problem)
{
    bool is_free = problem->lower == NULL && problem->upper == NULL;
    return problem->kink_count > 0 && problem->n <= ENGINE_DENSE &&
           problem->set_count == 0 && (is_free || problem->lagrangian_hessian != NULL);
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
