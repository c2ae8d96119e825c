/* SPDX-License-Identifier: MIT
 * `starts`: searches from many starts, and the distinct minima that they found.
 *
 * draw.c has the candidates that they begin at. */
#include "descent_starts.h"
#include "script/array.h"
#include "script/data.h"
#include "script/solve.h"

#include <math.h>
#include <string.h>

enum { MOST_STARTS = 100000 };

struct multistart {
    descent_starts starts;
    double *candidates; /* rows of n */
    const descent_minima *found;
};

/* ---- candidates ---- */

static bool take_count(struct solve *solve, const struct ast *clause, size_t *count)
{
    struct evaluation plain = {solve->session, NULL};
    double number = 0;
    if (!evaluate_number(&plain, clause->child[0], solve->locals, "the number of starts",
                         &number))
        return false;
    if (!(number >= 1 && number <= MOST_STARTS && number == floor(number)))
        return session_error(solve->session, CODE_WRONG_TYPE, clause->child[0]->span,
                             "the number of starts is a whole number from 1 to %d",
                             MOST_STARTS);
    *count = (size_t)number;
    return true;
}

static void copy_candidate(void *context, size_t index, double *x)
{
    const struct solve *solve = context;
    memcpy(x, solve->starts->candidates + index * solve->n, solve->n * sizeof *x);
}

static double draw_uniform(void *context)
{
    const struct solve *solve = context;
    return session_uniform(solve->session);
}

bool solve_collect_starts(struct solve *solve)
{
    const struct ast *clause = solve_clause(solve->node, AST_STARTS);
    struct session *session = solve->session;
    size_t count = 0;
    if (clause == NULL)
        return true;
    if (!take_count(solve, clause, &count))
        return false;
    struct multistart *starts = ARENA_NEW(&session->workspace, struct multistart);
    size_t candidates = descent_candidates(count, solve->n);
    solve->starts = starts;
    starts->starts = (descent_starts){.count = count,
                                      .draw = copy_candidate,
                                      .uniform = draw_uniform,
                                      .context = solve};
    starts->candidates = ARENA_ARRAY(&session->workspace, candidates * solve->n, double);
    return solve_draw_candidates(solve, candidates, starts->candidates);
}

/* ---- the searches ---- */

descent *solve_from_starts(struct solve *solve, const descent_problem *problem,
                           const descent_options *options)
{
    struct multistart *starts = solve->starts;
    starts->starts.polishes = solve->chosen_because != NULL;
    starts->found = descent_from_starts(problem, options, &starts->starts);
    return starts->found->best;
}

void solve_tell_starts(const struct solve *solve, struct solution *s)
{
    struct arena *scratch = &solve->session->scratch;
    const descent_minima *found = solve->starts->found;
    double sign = solve->maximize ? -1 : 1;
    s->starts = solve->starts->starts.count;
    s->evaluations = found->evaluations;
    s->minima_count = found->count;
    s->minima = ARENA_ARRAY(scratch, found->count, struct found_minimum);
    for (size_t i = 0; i < found->count; i++) {
        double *x = ARENA_ARRAY(scratch, solve->n, double);
        const descent_minimum *from = &found->list[i];
        memcpy(x, from->x, solve->n * sizeof *x);
        s->minima[i] =
            (struct found_minimum){sign * from->value, from->hits, from->start, x};
    }
}

/* ---- the data set ---- */

static double minimum_number(const struct found_minimum *minimum, size_t column)
{
    return column == 0   ? minimum->value
           : column == 1 ? (double)minimum->hits
                         : (double)minimum->start;
}

static struct value number_column(struct session *session, const struct solution *s,
                                  size_t column)
{
    struct shape shape = shape_vector(s->minima_count);
    struct value value = value_array(&session->scratch, &shape);
    for (size_t i = 0; i < s->minima_count; i++)
        value.as.array->numbers[i] = minimum_number(&s->minima[i], column);
    return value;
}

/* Of an array a matrix, one row a minimum. */
static struct value variable_column(struct session *session, const struct solution *s,
                                    const struct variable *v)
{
    struct shape shape = v->shape.rank == 0 ? shape_vector(s->minima_count)
                                            : shape_matrix(s->minima_count, v->count);
    struct value value = value_array(&session->scratch, &shape);
    for (size_t i = 0; i < s->minima_count; i++)
        memcpy(value.as.array->numbers + i * v->count, s->minima[i].x + v->offset,
               v->count * sizeof(double));
    return value;
}

struct value solution_minima(struct session *session, const struct solution *s)
{
    static const char *const names[] = {"value", "hits", "start"};
    enum { NUMBERS = sizeof names / sizeof *names };
    struct data_value *data = ARENA_NEW(&session->scratch, struct data_value);
    struct value value = {.kind = VALUE_DATA};
    data->rows = s->minima_count;
    data->count = NUMBERS + s->variable_count;
    data->columns = ARENA_ARRAY(&session->scratch, data->count, struct data_column);
    for (size_t i = 0; i < NUMBERS; i++)
        data->columns[i] = (struct data_column){.name = names[i],
                                                .values = number_column(session, s, i)};
    for (size_t i = 0; i < s->variable_count; i++)
        data->columns[NUMBERS + i] = (struct data_column){
            .name = intern_text(session->names, s->variables[i].name),
            .values = variable_column(session, s, &s->variables[i])};
    value.as.data = data;
    return value;
}

struct found_minimum *solution_copy_minima(struct arena *arena, const struct solution *s)
{
    struct found_minimum *copy =
        ARENA_ARRAY(arena, s->minima_count, struct found_minimum);
    for (size_t i = 0; i < s->minima_count; i++) {
        double *x = ARENA_ARRAY(arena, s->n, double);
        memcpy(x, s->minima[i].x, s->n * sizeof *x);
        copy[i] = s->minima[i];
        copy[i].x = x;
    }
    return copy;
}
