/* SPDX-License-Identifier: MIT */
#include "script/solution.h"

#include "script/data.h"
#include "script/explain_solution.h"
#include "script/session.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum field_id {
    FIELD_VALUE,
    FIELD_GRAD,
    FIELD_BEST,
    FIELD_STEPS,
    FIELD_EVALUATIONS,
    FIELD_SECONDS,
    FIELD_SEED,
    FIELD_METHOD,
    FIELD_STATUS,
    FIELD_REASON,
    FIELD_REGIME,
    FIELD_FACTOR,
    FIELD_TRACE,
    FIELD_K,
    FIELD_STEP,
    FIELD_KIND,
    FIELD_CURVATURE,
    FIELD_STABLE_STEP,
    FIELD_CONDITION,
    FIELD_CONVEX,
    FIELD_STANDARD_ERRORS,
    FIELD_CORRELATION,
    FIELD_RESIDUAL_DEVIATION,
    FIELD_R_SQUARED,
    FIELD_MULTIPLIERS,
    FIELD_VIOLATION,
    FIELD_MINIMA
};

enum { OF_SOLUTION = 1, OF_TRACE = 2, OF_BEST = 4 };

/* Every field of language.md section 5, and where it stands. */
static const struct {
    const char *name;
    enum field_id id;
    unsigned of;
} fields[] = {
    {"value", FIELD_VALUE, OF_SOLUTION | OF_TRACE | OF_BEST},
    {"grad", FIELD_GRAD, OF_SOLUTION | OF_TRACE},
    {"best", FIELD_BEST, OF_SOLUTION},
    {"steps", FIELD_STEPS, OF_SOLUTION},
    {"evaluations", FIELD_EVALUATIONS, OF_SOLUTION},
    {"seconds", FIELD_SECONDS, OF_SOLUTION},
    {"seed", FIELD_SEED, OF_SOLUTION},
    {"method", FIELD_METHOD, OF_SOLUTION},
    {"status", FIELD_STATUS, OF_SOLUTION},
    {"reason", FIELD_REASON, OF_SOLUTION},
    {"regime", FIELD_REGIME, OF_SOLUTION},
    {"factor", FIELD_FACTOR, OF_SOLUTION},
    {"trace", FIELD_TRACE, OF_SOLUTION},
    {"k", FIELD_K, OF_TRACE | OF_BEST},
    {"step", FIELD_STEP, OF_TRACE},
    {"curvature", FIELD_CURVATURE, OF_SOLUTION},
    {"stable_step", FIELD_STABLE_STEP, OF_SOLUTION},
    {"condition", FIELD_CONDITION, OF_SOLUTION},
    {"kind", FIELD_KIND, OF_SOLUTION},
    {"convex", FIELD_CONVEX, OF_SOLUTION},
    {"multipliers", FIELD_MULTIPLIERS, OF_SOLUTION},
    {"violation", FIELD_VIOLATION, OF_SOLUTION},
    {"minima", FIELD_MINIMA, OF_SOLUTION},
    {"standard_errors", FIELD_STANDARD_ERRORS, OF_SOLUTION},
    {"correlation", FIELD_CORRELATION, OF_SOLUTION},
    {"residual_deviation", FIELD_RESIDUAL_DEVIATION, OF_SOLUTION},
    {"r_squared", FIELD_R_SQUARED, OF_SOLUTION},
};
enum { FIELDS = sizeof fields / sizeof *fields };

static unsigned holder(const struct value *base)
{
    return base->kind == VALUE_TRACE  ? OF_TRACE
           : base->kind == VALUE_BEST ? OF_BEST
                                      : OF_SOLUTION;
}

bool solution_name_reserved(const char *name)
{
    for (size_t i = 0; i < FIELDS; i++)
        if (strcmp(fields[i].name, name) == 0)
            return true;
    return strcmp(name, "dvalue") == 0 || strcmp(name, "dx") == 0;
}

size_t solution_field_names(struct session *session, const struct value *base,
                            const char **names, size_t capacity)
{
    size_t count = 0;
    const struct solution *solution = base->as.solution;
    for (size_t i = 0; i < solution->variable_count && count < capacity; i++)
        names[count++] = intern_text(session->names, solution->variables[i].name);
    for (size_t i = 0; i < FIELDS && count < capacity; i++)
        if ((fields[i].of & holder(base)) != 0)
            names[count++] = fields[i].name;
    return count;
}

static struct value column(struct session *session, const double *from, size_t count,
                           size_t stride)
{
    struct value vector = value_vector(&session->scratch, count);
    for (size_t i = 0; i < count; i++)
        vector.as.array->numbers[i] = from[i * stride];
    return vector;
}

static struct value text_value(struct session *session, const char *text)
{
    return value_string(&session->scratch, text, strlen(text));
}

static struct value solution_part(const struct solution *solution, enum value_kind kind)
{
    struct value part = {.kind = kind};
    part.as.solution = solution;
    return part;
}

static void trace_field(struct session *session, const struct solution *s,
                        enum field_id id, struct value *out)
{
    const double *from = id == FIELD_K       ? s->row_k
                         : id == FIELD_VALUE ? s->row_value
                         : id == FIELD_GRAD  ? s->row_gradient
                                             : s->row_step;
    *out = column(session, from, s->rows, 1);
}

/* One number in one variable, else the smallest and the largest eigenvalue. */
static struct value curvature(struct session *session, const struct solution *s)
{
    double ends[2];
    solution_curvature(s, &ends[0], &ends[1]);
    return s->n == 1 ? value_number(ends[0]) : column(session, ends, 2, 1);
}

/* Where there are none: nan. */
static struct value standard_errors(struct session *session, const struct solution *s)
{
    const double *errors = s->statistics.standard_errors;
    if (errors == NULL)
        return value_number((double)NAN);
    return s->n == 1 && s->variables[0].shape.rank == 0
               ? value_number(errors[0])
               : column(session, errors, s->n, 1);
}

static struct value correlation(struct session *session, const struct solution *s)
{
    struct shape shape = shape_matrix(s->n, s->n);
    if (s->statistics.correlation == NULL)
        return value_number((double)NAN);
    struct value matrix = value_array(&session->scratch, &shape);
    memcpy(matrix.as.array->numbers, s->statistics.correlation,
           s->n * s->n * sizeof(double));
    return matrix;
}

static void solution_number(struct session *session, const struct solution *s,
                            enum field_id id, struct value *out)
{
    switch (id) {
    case FIELD_VALUE:
        *out = value_number(s->value);
        break;
    case FIELD_GRAD:
        *out = s->n == 1 && s->variables[0].shape.rank == 0
                   ? value_number(s->gradient[0])
                   : column(session, s->gradient, s->n, 1);
        break;
    case FIELD_STEPS:
        *out = value_number((double)s->steps);
        break;
    case FIELD_EVALUATIONS:
        *out = value_number((double)s->evaluations);
        break;
    case FIELD_SECONDS:
        *out = value_number(s->seconds);
        break;
    case FIELD_SEED:
        *out = value_number((double)s->seed);
        break;
    case FIELD_STABLE_STEP:
        *out = value_number(solution_stable_step(s));
        break;
    case FIELD_CONDITION:
        *out = value_number(solution_condition(s));
        break;
    case FIELD_CURVATURE:
        *out = curvature(session, s);
        break;
    case FIELD_STANDARD_ERRORS:
        *out = standard_errors(session, s);
        break;
    case FIELD_CORRELATION:
        *out = correlation(session, s);
        break;
    case FIELD_RESIDUAL_DEVIATION:
        *out = value_number(s->statistics.deviation);
        break;
    case FIELD_R_SQUARED:
        *out = value_number(s->statistics.r_squared);
        break;
    case FIELD_MULTIPLIERS:
        *out = solution_multipliers(session, s);
        break;
    case FIELD_MINIMA:
        *out = solution_minima(session, s);
        break;
    case FIELD_VIOLATION:
        *out = value_number(s->violation);
        break;
    case FIELD_CONVEX:
        *out = value_boolean(s->is_convex);
        break;
    default: /* FACTOR */
        *out = value_number(s->factor);
    }
}

static void solution_text(struct session *session, const struct solution *s,
                          enum field_id id, struct value *out)
{
    const char *text = id == FIELD_METHOD   ? s->method
                       : id == FIELD_STATUS ? descent_status_name(s->status)
                       : id == FIELD_REASON ? s->reason
                       : id == FIELD_KIND   ? descent_kind_name(solution_kind(s))
                                            : solution_regime(s);
    *out = text_value(session, text);
}

void variable_put(struct session *session, struct text *out,
                  const struct variable *variables, size_t index)
{
    const struct variable *v = variables;
    while (index >= v->offset + v->count)
        v++;
    index -= v->offset;
    text_puts(out, intern_text(session->names, v->name));
    if (v->shape.rank == 1)
        text_format(out, "[%zu]", index + 1);
    else if (v->shape.rank == 2)
        text_format(out, "[%zu, %zu]", index / v->shape.extent[1] + 1,
                    index % v->shape.extent[1] + 1);
}

struct value variable_value(struct arena *arena, const struct variable *variable,
                            const double *x)
{
    if (variable->shape.rank == 0)
        return value_number(x[variable->offset]);
    struct value value = value_array(arena, &variable->shape);
    if (variable->count > 0)
        memcpy(value.as.array->numbers, x + variable->offset,
               variable->count * sizeof *x);
    return value;
}

/* A column of the trace; of an array a matrix, one row a step. */
static struct value trace_column(struct session *session, const struct solution *s,
                                 const struct variable *v)
{
    if (v->shape.rank == 0)
        return column(session, s->row_x + v->offset, s->rows, s->n);
    struct shape shape = shape_matrix(s->rows, v->count);
    struct value value = value_array(&session->scratch, &shape);
    for (size_t i = 0; i < s->rows && v->count > 0; i++)
        memcpy(value.as.array->numbers + i * v->count, s->row_x + i * s->n + v->offset,
               v->count * sizeof *s->row_x);
    return value;
}

static void add_trace_column(struct session *session, const struct value *trace,
                             const char *name, struct data_value *data)
{
    struct data_column *column = &data->columns[data->count];
    name_id id = intern_string(session->names, name);
    if (!solution_field(session, trace, id, &column->values))
        return;
    column->name = intern_text(session->names, id);
    data->count++;
}

struct value solution_trace(struct session *session, const struct solution *s)
{
    struct value trace = solution_part(s, VALUE_TRACE), value = {.kind = VALUE_DATA};
    struct data_value *data = ARENA_NEW(&session->scratch, struct data_value);
    data->rows = s->rows;
    data->columns =
        ARENA_ARRAY(&session->scratch, s->variable_count + FIELDS, struct data_column);
    add_trace_column(session, &trace, "k", data);
    for (size_t i = 0; i < s->variable_count; i++)
        add_trace_column(session, &trace,
                         intern_text(session->names, s->variables[i].name), data);
    for (size_t i = 0; i < FIELDS; i++)
        if ((fields[i].of & OF_TRACE) != 0 && fields[i].id != FIELD_K)
            add_trace_column(session, &trace, fields[i].name, data);
    value.as.data = data;
    return value;
}

static bool variable_field(struct session *session, const struct value *base,
                           const struct variable *v, struct value *out)
{
    const struct solution *s = base->as.solution;
    if (base->kind == VALUE_TRACE && s->row_x == NULL)
        return false;
    if (base->kind == VALUE_TRACE)
        *out = trace_column(session, s, v);
    else
        *out = variable_value(&session->scratch, v,
                              base->kind == VALUE_BEST ? s->best_x : s->x);
    return true;
}

bool solution_field(struct session *session, const struct value *base, name_id name,
                    struct value *out)
{
    const struct solution *s = base->as.solution;
    for (size_t i = 0; i < s->variable_count; i++)
        if (s->variables[i].name == name)
            return variable_field(session, base, &s->variables[i], out);
    const char *wanted = intern_text(session->names, name);
    size_t i = 0;
    while (i < FIELDS &&
           ((fields[i].of & holder(base)) == 0 || strcmp(fields[i].name, wanted) != 0))
        i++;
    if (i == FIELDS)
        return false;
    enum field_id id = fields[i].id;
    if (base->kind == VALUE_TRACE)
        trace_field(session, s, id, out);
    else if (base->kind == VALUE_BEST)
        *out = value_number(id == FIELD_K ? (double)s->best_k : s->best_value);
    else if (id == FIELD_TRACE || id == FIELD_BEST)
        *out = solution_part(s, id == FIELD_TRACE ? VALUE_TRACE : VALUE_BEST);
    else if (id == FIELD_METHOD || id == FIELD_STATUS || id == FIELD_REASON ||
             id == FIELD_REGIME || id == FIELD_KIND)
        solution_text(session, s, id, out);
    else
        solution_number(session, s, id, out);
    return true;
}

static double *copy_numbers(struct arena *arena, const double *from, size_t count)
{
    if (from == NULL)
        return NULL;
    double *copy = ARENA_ARRAY(arena, count, double);
    if (count > 0)
        memcpy(copy, from, count * sizeof *copy);
    return copy;
}

static const char *copy_text(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_copy(arena, text, strlen(text));
}

static struct stopping_test *copy_tests(struct arena *arena,
                                        const struct solution *solution)
{
    struct stopping_test *tests =
        ARENA_ARRAY(arena, solution->test_count, struct stopping_test);
    for (size_t i = 0; i < solution->test_count; i++) {
        tests[i] = solution->tests[i];
        tests[i].text = copy_text(arena, tests[i].text);
        tests[i].limit = copy_text(arena, tests[i].limit);
        tests[i].measured = copy_text(arena, tests[i].measured);
    }
    return tests;
}

static void copy_diagnosis(struct arena *arena, descent_diagnosis *diagnosis, size_t n)
{
    diagnosis->point = copy_numbers(arena, diagnosis->point, n);
    diagnosis->least_direction = copy_numbers(arena, diagnosis->least_direction, n);
    diagnosis->direction = copy_numbers(arena, diagnosis->direction, n);
    diagnosis->multipliers = copy_numbers(arena, diagnosis->multipliers, n);
    if (diagnosis->sides != NULL) {
        unsigned char *sides = ARENA_ARRAY(arena, n, unsigned char);
        memcpy(sides, diagnosis->sides, n);
        diagnosis->sides = sides;
    }
}

struct solution *solution_copy(struct arena *arena, const struct solution *solution)
{
    struct solution *copy = ARENA_NEW(arena, struct solution);
    size_t n = solution->n, rows = solution->rows;
    *copy = *solution;
    copy->statement = copy_text(arena, solution->statement);
    copy->step_rule = copy_text(arena, solution->step_rule);
    copy->reason = copy_text(arena, solution->reason);
    if (solution->chosen_because != NULL)
        copy->chosen_because = copy_text(arena, solution->chosen_because);
    copy->explanation = explanation_copy(arena, solution->explanation);
    copy->variables = ARENA_ARRAY(arena, solution->variable_count, struct variable);
    memcpy(copy->variables, solution->variables,
           solution->variable_count * sizeof *copy->variables);
    copy->x = copy_numbers(arena, solution->x, n);
    copy->gradient = copy_numbers(arena, solution->gradient, n);
    copy->best_x = copy_numbers(arena, solution->best_x, n);
    copy->tests = copy_tests(arena, solution);
    copy_diagnosis(arena, &copy->diagnosis, n);
    copy->statistics = statistics_copy(arena, &solution->statistics, n);
    copy->conditions = solution_copy_conditions(arena, solution);
    copy->minima = solution_copy_minima(arena, solution);
    copy->row_k = copy_numbers(arena, solution->row_k, rows);
    copy->row_value = copy_numbers(arena, solution->row_value, rows);
    copy->row_gradient = copy_numbers(arena, solution->row_gradient, rows);
    copy->row_step = copy_numbers(arena, solution->row_step, rows);
    copy->row_x = copy_numbers(arena, solution->row_x, rows * n);
    return copy;
}

/* Over 100 steps for a thousandth of the distance is slow: 0.933^100 is about 1e-3. */
const char *solution_regime(const struct solution *solution)
{
    double factor = solution->factor;
    if (isnan(factor))
        return "unknown";
    if (fabs(factor) > 1 + 1e-9)
        return "diverging";
    if (factor < 0)
        return "oscillating";
    return factor > 0.933 ? "slow" : "steady";
}

descent_kind solution_kind(const struct solution *solution)
{
    descent_kind kind = solution->diagnosis.kind;
    if (solution->maximize && kind == DESCENT_MINIMUM)
        return DESCENT_MAXIMUM;
    return solution->maximize && kind == DESCENT_MAXIMUM ? DESCENT_MINIMUM : kind;
}

void solution_curvature(const struct solution *solution, double *least, double *greatest)
{
    const descent_diagnosis *d = &solution->diagnosis;
    *least = solution->maximize ? -d->greatest_curvature : d->least_curvature;
    *greatest = solution->maximize ? -d->least_curvature : d->greatest_curvature;
}

double solution_stable_step(const struct solution *solution)
{
    double greatest = solution->diagnosis.greatest_curvature;
    return greatest <= 0 ? (double)INFINITY : 2 / greatest;
}

double solution_curvature_rounding(const struct solution *solution)
{
    const descent_diagnosis *d = &solution->diagnosis;
    double greatest = fmax(fabs(d->least_curvature), fabs(d->greatest_curvature));
    return solution->n == 1 ? 0 : 4 * DBL_EPSILON * (double)solution->n * greatest;
}

double solution_condition(const struct solution *solution)
{
    const descent_diagnosis *d = &solution->diagnosis;
    return d->least_curvature > solution_curvature_rounding(solution)
               ? d->greatest_curvature / d->least_curvature
               : (double)NAN;
}
