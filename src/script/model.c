/* SPDX-License-Identifier: MIT
 * Models are known by the place of their solve.  The first run of a place leaves no more
 * than that place behind, so that a script without loops pays nothing.  What is compiled
 * is found by the numbers of its nodes, so nothing stale can be found. */
#include "script/model.h"

#include <string.h>

enum {
    MOST_MODELS = 4,
    MOST_BYTES = 1 << 23, /* that a model may hold from one run to the next */
    MOST_NODES = 20000
};

struct made {
    struct made *next;
    enum model_kind kind;
    size_t output_count, input_count;
    node_id *ids; /* outputs, then inputs */
    void *object;
};

enum model_state { NEW, SEEN, KEPT, GIVEN_UP };

struct model {
    struct span place;
    enum model_state state;
    struct graph *graph; /* NULL unless KEPT */
    struct arena arena;
    struct made *made;
    bool is_traced;
    size_t size;         /* nodes at the end of the last run */
    struct span *places; /* that the trace passed, in order */
    size_t place_count;
};

/* In a ring: the place that was seen first is forgotten first. */
struct models {
    struct model model[MOST_MODELS];
    size_t next;
    struct graph *outside; /* the session's own graph, while a model's is in its place */
};

static bool is_same_place(struct span a, struct span b)
{
    return a.source == b.source && a.begin == b.begin && a.end == b.end;
}

static void forget(struct model *model, enum model_state state)
{
    if (model->graph != NULL) {
        graph_free(model->graph);
        arena_clear(&model->arena);
    }
    *model = (struct model){.place = model->place};
    model->state = state;
}

static struct model *find_place(struct session *session, struct span place)
{
    if (session->models == NULL)
        session->models = ARENA_NEW(&session->keep, struct models);
    struct models *models = session->models;
    for (size_t i = 0; i < MOST_MODELS; i++)
        if (models->model[i].state != NEW && is_same_place(models->model[i].place, place))
            return &models->model[i];
    struct model *model = &models->model[models->next];
    models->next = (models->next + 1) % MOST_MODELS;
    forget(model, NEW);
    model->place = place;
    return model;
}

/* ---- the life of a solve ---- */

struct model_frame model_begin(struct session *session, struct span place)
{
    struct model_frame frame = {.graph = session->graph, .outer = session->model};
    session->model = NULL;
    /* nodes under construction: this is part of another trace */
    if (graph_size(session->graph) > 0 || session->dumps != DUMPS_NOTHING)
        return frame;
    struct model *model = find_place(session, place);
    if (model->state == NEW || model->state == GIVEN_UP) {
        model->state = model->state == NEW ? SEEN : GIVEN_UP;
        return frame;
    }
    if (model->state == SEEN) {
        arena_init(&model->arena, &session->memory);
        model->graph = graph_new(&session->memory);
        model->state = KEPT;
        graph_remember(model->graph);
    }
    frame.own = session->model = model;
    session->models->outside = session->graph;
    session->graph = model->graph;
    return frame;
}

static void note_trace(struct model *model, const struct provenance *provenance)
{
    model->is_traced = true;
    model->place_count = provenance->count;
    model->places = ARENA_ARRAY(&model->arena, provenance->count, struct span);
    for (size_t i = 0; i < provenance->count; i++)
        model->places[i] = provenance->places[i];
}

bool model_fits(struct session *session)
{
    struct model *model = session->model;
    const struct provenance *provenance = &session->provenance;
    if (model == NULL)
        return true;
    if (!model->is_traced) {
        note_trace(model, provenance);
        return true;
    }
    bool fits = graph_size(session->graph) == model->size &&
                provenance->count == model->place_count;
    for (size_t i = 0; i < model->place_count && fits; i++)
        fits = is_same_place(provenance->places[i], model->places[i]);
    model->is_traced = fits;
    return fits;
}

void model_end(struct session *session, struct model_frame frame)
{
    struct model *model = frame.own;
    session->model = frame.outer;
    if (model == NULL)
        return;
    model->size = graph_size(model->graph);
    session->graph = frame.graph;
    session->models->outside = NULL;
    if (!model->is_traced || model->size > MOST_NODES ||
        arena_held(&model->arena) > MOST_BYTES)
        forget(model, GIVEN_UP);
}

void model_clear(struct session *session)
{
    struct models *models = session->models;
    session->model = NULL;
    if (models == NULL)
        return;
    if (models->outside != NULL)
        session->graph = models->outside;
    models->outside = NULL;
    for (size_t i = 0; i < MOST_MODELS; i++)
        forget(&models->model[i], NEW);
}

/* ---- what was made ---- */

struct arena *model_arena(struct session *session)
{
    return session->model != NULL ? &session->model->arena : &session->workspace;
}

void *model_find(const struct session *session, enum model_kind kind,
                 const node_id *outputs, size_t output_count, const node_id *inputs,
                 size_t input_count)
{
    const struct made *made = session->model != NULL ? session->model->made : NULL;
    for (; made != NULL; made = made->next)
        if (made->kind == kind && made->output_count == output_count &&
            made->input_count == input_count &&
            memcmp(made->ids, outputs, output_count * sizeof *outputs) == 0 &&
            (input_count == 0 ||
             memcmp(made->ids + output_count, inputs, input_count * sizeof *inputs) == 0))
            return made->object;
    return NULL;
}

void model_keep(struct session *session, enum model_kind kind, const node_id *outputs,
                size_t output_count, const node_id *inputs, size_t input_count,
                void *object)
{
    struct model *model = session->model;
    session->compilations++;
    if (model == NULL)
        return;
    struct made *made = ARENA_NEW(&model->arena, struct made);
    made->kind = kind;
    made->output_count = output_count;
    made->input_count = input_count;
    made->ids = ARENA_ARRAY(&model->arena, output_count + input_count, node_id);
    memcpy(made->ids, outputs, output_count * sizeof *outputs);
    if (input_count > 0)
        memcpy(made->ids + output_count, inputs, input_count * sizeof *inputs);
    made->object = object;
    made->next = model->made;
    model->made = made;
}

size_t model_fact(struct session *session, enum model_kind kind, node_id node,
                  size_t (*find)(void *user), void *user)
{
    size_t *known = model_find(session, kind, &node, 1, NULL, 0);
    if (known != NULL)
        return *known;
    size_t fact = find(user);
    if (session->model != NULL) {
        known = ARENA_NEW(&session->model->arena, size_t);
        *known = fact;
        model_keep(session, kind, &node, 1, NULL, 0, known);
    }
    return fact;
}

/* Only where there are many rows is it worth asking. */
static size_t useful_threads(const struct session *session, const node_id *inputs,
                             size_t input_count)
{
    enum { MANY = 1 << 15 };
    const tw_options *options = &session->options;
    bool has_rows = false;
    for (size_t i = 0; i < input_count; i++) {
        struct shape shape = graph_shape(session->graph, inputs[i]);
        has_rows = has_rows || shape_elements(&shape) >= MANY;
    }
    return has_rows && options->threads != NULL ? options->threads(options->user) : 1;
}

struct program *model_program(struct session *session, const node_id *outputs,
                              size_t output_count, const node_id *inputs,
                              size_t input_count)
{
    struct program *program =
        model_find(session, MODEL_PROGRAM, outputs, output_count, inputs, input_count);
    if (program != NULL)
        return program;
    struct array_means means = {
        .threads = useful_threads(session, inputs, input_count),
        .machine_code = !session->options.no_native,
    };
    program = program_new_long(model_arena(session), session->graph, outputs,
                               output_count, inputs, input_count, means);
    model_keep(session, MODEL_PROGRAM, outputs, output_count, inputs, input_count,
               program);
    return program;
}

struct interval_plan *model_interval(struct session *session, const node_id *outputs,
                                     size_t output_count, const node_id *inputs,
                                     size_t input_count)
{
    struct interval_plan *plan =
        model_find(session, MODEL_INTERVAL, outputs, output_count, inputs, input_count);
    if (plan != NULL)
        return plan;
    plan = interval_new(model_arena(session), session->graph, outputs, output_count,
                        inputs, input_count);
    model_keep(session, MODEL_INTERVAL, outputs, output_count, inputs, input_count, plan);
    return plan;
}
