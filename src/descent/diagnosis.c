/* SPDX-License-Identifier: MIT
 * diagnosis.c - judges the place where a search ended: memory, order of the parts, and
 * what is told of rounding.
 *
 * First the stationary point nearby is found and classified; where it is no minimum,
 * probes look whether the value falls for ever; last, a search that no step improved is
 * told apart from one that has come as close as rounding allows. */
#include "descent/diagnosis.h"
#include "descent/definite.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>

static const double nan_value = (double)NAN;

const char *descent_kind_name(descent_kind kind)
{
    static const char *const names[] = {
#define DESCENT_KIND_TEXT(id, name, meaning) name,
        DESCENT_KINDS(DESCENT_KIND_TEXT)
#undef DESCENT_KIND_TEXT
    };
    size_t index = (size_t)kind;
    return index < sizeof names / sizeof *names ? names[index] : "unknown";
}

/* ---- the problem ---- */

double diagnosis_rounding(double value)
{
    return 16 * DBL_EPSILON * fabs(value) + DBL_TRUE_MIN;
}

double diagnosis_value(const struct descent *d, const double *x)
{
    double value = nan_value;
    d->problem.evaluate(d->problem.context, x, &value, NULL);
    return value;
}

bool diagnosis_is_convex(const struct descent *d)
{
    const descent_problem *problem = &d->problem;
    return problem->is_convex ||
           (problem->find_convex != NULL && problem->find_convex(problem->context));
}

struct range diagnosis_value_range(const struct descent *d, const double *x)
{
    const descent_problem *problem = &d->problem;
    struct range range = {nan_value, nan_value};
    if (problem->enclose_value != NULL) {
        problem->enclose_value(problem->context, x, x, &range.low, &range.high);
        return range;
    }
    double value = diagnosis_value(d, x);
    return isfinite(value) ? range_around(value, diagnosis_rounding(value))
                           : (struct range){value, value};
}

bool diagnosis_gradient(const struct descent *d, const double *x, double *gradient)
{
    double value = nan_value;
    bool finite = true;
    for (size_t i = 0; i < d->at.n; i++)
        gradient[i] = nan_value;
    d->problem.evaluate(d->problem.context, x, &value, gradient);
    for (size_t i = 0; i < d->at.n; i++)
        finite &= isfinite(gradient[i]) != 0;
    return finite;
}

/* ---- memory ---- */

/* Vectors of n entries, each once. */
#define VECTORS(X)                                                                       \
    X(start)                                                                             \
    X(point)                                                                             \
    X(least_direction)                                                                   \
    X(direction)                                                                         \
    X(gradient)                                                                          \
    X(low)                                                                               \
    X(high)                                                                              \
    X(gradient_low)                                                                      \
    X(gradient_high)                                                                     \
    X(trial)                                                                             \
    X(move)                                                                              \
    X(value)                                                                             \
    X(scale) X(scaled_x) X(scaled_gradient) X(box_low) X(box_high) X(kept) X(kept_move)

static size_t count_vectors(void)
{
#define VECTOR_COUNT(name) +1
    return 0 VECTORS(VECTOR_COUNT);
#undef VECTOR_COUNT
}

/* The whole problem when it is small, else a basis for Lanczos' method that shrinks with
 * the number of variables. */
static size_t choose_basis(size_t n)
{
    const size_t most = 40, least = 8, numbers = (size_t)1 << 22;
    size_t basis = numbers / n;
    basis = basis < least ? least : basis > most ? most : basis;
    return basis < n ? basis : n;
}

static bool is_dense(const struct descent *d)
{
    return d->at.n <=
           (size_t)(d->problem.hessian != NULL ? DIAGNOSIS_DENSE : DIAGNOSIS_DIFFERENCES);
}

/* How many vectors the method's scratch lends.  A search that is over needs it no more,
 * and for many variables it is most of all memory.  Methods whose scratch depends on the
 * problem keep results there. */
static size_t count_lent(const struct descent *d, bool dense)
{
    const descent_method *method = d->options.method;
    if (dense || d->status == DESCENT_RUNNING || method->scratch == NULL ||
        d->method_scratch == NULL)
        return 0;
    return method->scratch(d->at.n, d->method_settings) / d->at.n;
}

/* Vectors that are lent as long as there are any, then those of the block. */
struct room {
    double *lent, *own;
    size_t n, left;
};

static double *take(struct room *room, size_t vectors)
{
    double **next = vectors <= room->left ? &room->lent : &room->own, *taken = *next;
    room->left -= vectors <= room->left ? vectors : 0;
    *next += vectors * room->n;
    return taken;
}

static void take_all(struct diagnosis *made, struct room *room)
{
    size_t n = room->n;
    made->vectors = take(room, made->dense ? n : made->basis_size);
#define VECTOR_TAKE(name) made->name = take(room, 1);
    VECTORS(VECTOR_TAKE)
#undef VECTOR_TAKE
    if (made->dense) {
        made->hessian = take(room, n);
        made->hessian_low = take(room, n);
        made->hessian_high = take(room, n);
    } else {
        made->small = room->own;
    }
}

/* How many of the vectors the block need not hold. */
static size_t count_saved(size_t lent, size_t basis)
{
    size_t saved = lent >= basis ? basis : 0, rest = lent - saved;
    return saved + (rest < count_vectors() ? rest : count_vectors());
}

static struct diagnosis *make(struct descent *d)
{
    size_t n = d->at.n, basis = choose_basis(n);
    bool dense = is_dense(d);
    size_t lent = count_lent(d, dense), block_numbers = dense ? 4 * n : basis;
    size_t small = dense ? 0 : 2 * basis * basis + 3 * basis;
    if (n > PTRDIFF_MAX / sizeof(double) / 64 / (block_numbers + 1) - small)
        return NULL;
    size_t vectors = count_vectors() + block_numbers - count_saved(lent, basis);
    size_t size = sizeof(struct diagnosis) + (n * vectors + small) * sizeof(double);
    struct diagnosis *made = d->options.allocate(d->options.memory_context, size);
    if (made == NULL)
        return NULL;
    *made = (struct diagnosis){.block_size = size, .dense = dense, .basis_size = basis};
    struct room room = {.lent = d->method_scratch,
                        .own = (double *)(void *)(made + 1),
                        .n = n,
                        .left = lent};
    take_all(made, &room);
    return made;
}

void diagnosis_free(struct descent *d)
{
    kkt_free(d);
    if (d->diagnosis != NULL)
        definite_free(d, d->diagnosis);
    if (d->diagnosis != NULL && d->diagnosis->boundary != NULL &&
        d->options.release != NULL)
        d->options.release(d->options.memory_context, d->diagnosis->boundary,
                           d->diagnosis->boundary_size);
    if (d->diagnosis != NULL && d->options.release != NULL)
        d->options.release(d->options.memory_context, d->diagnosis,
                           d->diagnosis->block_size);
    d->diagnosis = NULL;
}

/* ---- what is told ---- */

static void begin(const struct descent *d, struct diagnosis *diagnosis)
{
    diagnosis->told = (descent_diagnosis){
        .status = d->status,
        .at_rounding = d->at_rounding,
        .kind = DESCENT_NOT_CRITICAL,
        .value = nan_value,
        .distance = nan_value,
        .slopes = {nan_value, nan_value},
        .derivative = nan_value,
        .surface_slope = nan_value,
        .least_curvature = nan_value,
        .greatest_curvature = nan_value,
        .attainable_gradient = nan_value,
        .far_length = nan_value,
        .far_value = nan_value,
    };
    diagnosis->settled = false;
}

/* Near is within a tenth of the way that the search went, or 1/1000 of the scale. */
static void measure_way(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    descent_row first = descent_get_row(d, 0);
    for (size_t i = 0; i < n; i++) {
        diagnosis->start[i] = first.x != NULL ? first.x[i] : d->x[i] - d->last_move[i];
        diagnosis->move[i] = d->x[i] - diagnosis->start[i];
    }
    /* Numbers, so that what doubles up to them ends. */
    diagnosis->travelled = fmin(vector_norm(n, diagnosis->move), DBL_MAX);
    double size = fmin(vector_norm(n, d->x), DBL_MAX);
    diagnosis->reach = fmax(diagnosis->travelled / 10, 1e-3 * fmax(1, size));
}

/* The widths of the gradient's components over the numbers next to x. */
static bool enclose_neighbours(const struct descent *d, struct diagnosis *diagnosis)
{
    for (size_t i = 0; i < d->at.n; i++) {
        diagnosis->low[i] = nextafter(d->x[i], -(double)INFINITY);
        diagnosis->high[i] = nextafter(d->x[i], (double)INFINITY);
    }
    if (d->problem.enclose_gradient == NULL)
        return false;
    d->problem.enclose_gradient(d->problem.context, diagnosis->low, diagnosis->high,
                                diagnosis->gradient_low, diagnosis->gradient_high);
    return true;
}

/* Without enclosures: how far the gradient is from that at the neighbours, whose scatter
 * is rounding. */
static bool compare_neighbours(const struct descent *d, struct diagnosis *diagnosis)
{
    if (!diagnosis_gradient(d, diagnosis->low, diagnosis->gradient_low) ||
        !diagnosis_gradient(d, diagnosis->high, diagnosis->gradient_high))
        return false;
    for (size_t i = 0; i < d->at.n; i++) {
        double one = diagnosis->gradient_low[i], other = diagnosis->gradient_high[i];
        double rounding = diagnosis_rounding(d->gradient[i]) / 8;
        diagnosis->gradient_low[i] = fmin(fmin(one, other), d->gradient[i]) - rounding;
        diagnosis->gradient_high[i] = fmax(fmax(one, other), d->gradient[i]) + rounding;
    }
    return true;
}

static void measure_attainable(const struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n;
    if (!enclose_neighbours(d, diagnosis) && !compare_neighbours(d, diagnosis))
        return;
    for (size_t i = 0; i < n; i++)
        diagnosis->move[i] = fmax(diagnosis->gradient_high[i] - d->gradient[i],
                                  d->gradient[i] - diagnosis->gradient_low[i]);
    double norm = vector_norm(n, diagnosis->move);
    if (isfinite(norm))
        diagnosis->told.attainable_gradient = norm;
}

/* Whether the slope is none that rounding leaves: over a length of the search's own scale
 * it would change the value by a share that can be seen. */
static bool is_steep(const struct descent *d, double scale)
{
    const double seen = 1e-4;
    double values = fmax(fabs(d->at.value), fabs(d->start_value - d->at.value));
    return d->at.gradient_norm * scale > seen * values;
}

/* A search that no step improved has converged when nothing but rounding keeps it from a
 * minimum; and not when a slope that is no rounding is left, as beside a kink. */
static void judge_stalled(const struct descent *d, struct diagnosis *diagnosis)
{
    descent_diagnosis *told = &diagnosis->told;
    const double scale = fmax(vector_norm(d->at.n, d->x), diagnosis->travelled);
    const double aside = 1e-5;
    bool is_aside = told->kind == DESCENT_NOT_CRITICAL || told->distance > aside * scale;
    if (told->status == DESCENT_CONVERGED && told->at_rounding && is_aside &&
        is_steep(d, scale)) {
        told->status = DESCENT_STALLED;
        told->at_rounding = false;
    }
    if (told->status != DESCENT_STALLED)
        return;
    const double close = 1e-7;
    bool near = told->kind == DESCENT_MINIMUM && told->distance <= close * scale;
    bool hidden = told->kind != DESCENT_NOT_CRITICAL &&
                  d->at.gradient_norm <= told->attainable_gradient;
    if (near || hidden) {
        told->status = DESCENT_CONVERGED;
        told->at_rounding = true;
    }
}

/* What looks stationary by curvatures is not known to be so on a kink: none of those that
 * prove (`proves`) tells what it is. */
static void classify_beside_kinks(struct descent *d, struct diagnosis *diagnosis,
                                  void (*judge)(struct descent *, struct diagnosis *),
                                  bool proves)
{
    descent_diagnosis *told = &diagnosis->told;
    bool is_at_kinks;
    if (classify_kinks(d, diagnosis, &is_at_kinks))
        return;
    judge(d, diagnosis);
    if (!proves && told->point != NULL)
        is_at_kinks |= classify_lies_on_kinks(d, told->point);
    if (is_at_kinks && (told->kind == DESCENT_FLAT || !proves)) {
        told->kind = DESCENT_NOT_CRITICAL;
        told->point = NULL;
        told->distance = told->value = nan_value;
    }
}

/* A method that keeps conditions may have been given none: then nothing needs them. */
static bool is_restrained(const struct descent *d)
{
    const descent_problem *problem = &d->problem;
    bool bounded = problem->set_count > 0;
    for (size_t i = 0; problem->lower != NULL && i < problem->n; i++)
        bounded |= isfinite(problem->lower[i]) || isfinite(problem->upper[i]);
    return bounded || problem->constraint_count > 0;
}

const descent_diagnosis *descent_diagnose(descent *d)
{
    const descent_result *result = descent_get_result(d);
    if (d->diagnosis == NULL)
        d->diagnosis = make(d);
    struct diagnosis *diagnosis = d->diagnosis;
    bool has_multipliers = d->multipliers != NULL && is_restrained(d);
    if (diagnosis == NULL || (d->has_sets && !has_multipliers &&
                              diagnosis->boundary == NULL && !boundary_new(d, diagnosis)))
        return NULL;
    if (diagnosis->ended != DESCENT_RUNNING && diagnosis->ended == d->status)
        return &diagnosis->told;
    begin(d, diagnosis);
    diagnosis->ended = d->status;
    if (d->status == DESCENT_INTERRUPTED || !isfinite(result->value) ||
        !isfinite(result->gradient_norm))
        return &diagnosis->told;
    measure_way(d, diagnosis);
    if (has_multipliers) {
        classify_beside_kinks(d, diagnosis, kkt_classify, false);
        lowest_look(d, diagnosis);
        return &diagnosis->told;
    }
    measure_attainable(d, diagnosis);
    if (d->has_sets)
        classify_beside_kinks(d, diagnosis, classify_in_sets, true);
    else if (d->at.n == 1)
        classify_line(d, diagnosis);
    else
        classify_beside_kinks(d, diagnosis, classify, true);
    lowest_look(d, diagnosis);
    judge_stalled(d, diagnosis);
    probe_far(d, diagnosis);
    if (d->has_sets)
        probe_edge(d, diagnosis);
    return &diagnosis->told;
}
