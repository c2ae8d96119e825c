/* SPDX-License-Identifier: MIT
 * boundary_face.c - a face as a problem without sets: the callbacks scatter the free
 * variables, ask the whole problem, and gather what it says of them. */
#include "descent/boundary.h"
#include "descent/vector.h"

#include <float.h>
#include <math.h>
#include <string.h>

const descent_set *boundary_simplex(const struct boundary *b, size_t i, size_t *pivot)
{
    const descent_problem *problem = &b->d->problem;
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        if (i - set->first < set->count && b->pivot[k] != SIZE_MAX) {
            *pivot = b->pivot[k];
            return set;
        }
    }
    return NULL;
}

void boundary_choose_pivots(struct boundary *b, const double *x)
{
    const descent_problem *problem = &b->d->problem;
    const descent_set_kind *simplex = descent_set_find("simplex");
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        b->pivot[k] = SIZE_MAX;
        if (set->kind != simplex)
            continue;
        b->pivot[k] = set->first;
        for (size_t i = set->first; i < set->first + set->count; i++)
            if (x[i] > x[b->pivot[k]])
                b->pivot[k] = i;
        b->side[b->pivot[k]] = BOUNDARY_PIVOT;
    }
}

double boundary_bound(const struct boundary *b, size_t i, enum boundary_side side)
{
    const descent_problem *problem = &b->d->problem;
    if (problem->lower == NULL)
        return 0;
    double bound = (side == BOUNDARY_UPPER ? problem->upper : problem->lower)[i];
    return isfinite(bound) ? bound : 0;
}

/* ---- scatter ---- */

/* The pivots of the box make up for the other entries, rounding included. */
static void close_sums(struct boundary *b, double *low, double *high)
{
    const descent_problem *problem = &b->d->problem;
    for (size_t k = 0; k < problem->set_count; k++) {
        const descent_set *set = &problem->sets[k];
        size_t pivot = b->pivot[k];
        double least = 1, most = 1;
        if (pivot == SIZE_MAX)
            continue;
        for (size_t i = set->first; i < set->first + set->count; i++)
            if (i != pivot) {
                least -= high[i];
                most -= low[i];
            }
        double rounding = low == high ? 0 : 4 * DBL_EPSILON * (double)set->count;
        low[pivot] = least - rounding;
        high[pivot] = most + rounding;
    }
}

static void scatter_into(struct boundary *b, const double *y, double *x)
{
    for (size_t i = 0, k = 0; i < b->d->at.n; i++)
        if (b->side[i] == BOUNDARY_FREE)
            x[i] = y[k++];
        else if (b->side[i] != BOUNDARY_PIVOT)
            x[i] = boundary_bound(b, i, b->side[i]);
}

void boundary_scatter(struct boundary *b, const double *y)
{
    scatter_into(b, y, b->x);
    close_sums(b, b->x, b->x);
}

static void scatter_box(struct boundary *b, const double *low, const double *high)
{
    scatter_into(b, low, b->low);
    scatter_into(b, high, b->high);
    close_sums(b, b->low, b->high);
}

/* ---- gather ---- */

double boundary_slope(const struct boundary *b, const double *gradient, size_t i)
{
    size_t pivot = 0;
    return boundary_simplex(b, i, &pivot) == NULL ? gradient[i]
                                                  : gradient[i] - gradient[pivot];
}

/* An entry of a symmetric matrix given below the diagonal. */
static double entry(const double *hessian, size_t n, size_t i, size_t j)
{
    return i >= j ? hessian[i * n + j] : hessian[j * n + i];
}

/* The second derivative along two free entries: with simplexes H_ij - H_ip - H_qj + H_qp,
 * where what is taken away comes from the other end of an enclosure.  `size` becomes the
 * sum of the sizes of what was added, which bounds the rounding. */
static double gather_second(const struct boundary *b, const double *same,
                            const double *other, size_t i, size_t j, double *size)
{
    size_t n = b->d->at.n, p = 0, q = 0;
    bool along = boundary_simplex(b, i, &q) != NULL;
    bool across = boundary_simplex(b, j, &p) != NULL;
    const double terms[] = {entry(same, n, i, j), across ? -entry(other, n, i, p) : 0,
                            along ? -entry(other, n, q, j) : 0,
                            along && across ? entry(same, n, q, p) : 0};
    *size = 0;
    for (size_t k = 1; k < 4; k++)
        *size += fabs(terms[k]);
    *size = *size > 0 ? *size + fabs(terms[0]) : 0;
    return terms[0] + terms[1] + terms[2] + terms[3];
}

static void gather_hessian(const struct boundary *b, const double *same,
                           const double *other, double outwards, double *hessian)
{
    size_t m = b->free_count;
    for (size_t k = 0; k < m; k++)
        for (size_t l = 0; l <= k; l++) {
            double size,
                sum = gather_second(b, same, other, b->free[k], b->free[l], &size);
            hessian[k * m + l] = sum + outwards * 4 * DBL_EPSILON * size;
        }
}

/* ---- callbacks ---- */

static void evaluate(void *context, const double *y, double *value, double *gradient)
{
    struct boundary *b = context;
    const descent_problem *problem = &b->d->problem;
    boundary_scatter(b, y);
    problem->evaluate(problem->context, b->x, value,
                      gradient != NULL ? b->gradient : NULL);
    for (size_t k = 0; gradient != NULL && k < b->free_count; k++)
        gradient[k] = boundary_slope(b, b->gradient, b->free[k]);
}

/* H v of the face; only where no entry makes up for others. */
static void multiply(void *context, const double *y, const double *v, double *product)
{
    struct boundary *b = context;
    const descent_problem *problem = &b->d->problem;
    boundary_scatter(b, y);
    memset(b->low, 0, b->d->at.n * sizeof *b->low);
    for (size_t k = 0; k < b->free_count; k++)
        b->low[b->free[k]] = v[k];
    problem->hessian_product(problem->context, b->x, b->low, b->high);
    for (size_t k = 0; k < b->free_count; k++)
        product[k] = b->high[b->free[k]];
}

static void take_hessian(void *context, const double *y, double *hessian)
{
    struct boundary *b = context;
    boundary_scatter(b, y);
    b->d->problem.hessian(b->d->problem.context, b->x, b->hessian);
    gather_hessian(b, b->hessian, b->hessian, 0, hessian);
}

static void enclose_value(void *context, const double *low, const double *high,
                          double *value_low, double *value_high)
{
    struct boundary *b = context;
    scatter_box(b, low, high);
    b->d->problem.enclose_value(b->d->problem.context, b->low, b->high, value_low,
                                value_high);
}

static void enclose_gradient(void *context, const double *low, const double *high,
                             double *gradient_low, double *gradient_high)
{
    struct boundary *b = context;
    scatter_box(b, low, high);
    b->d->problem.enclose_gradient(b->d->problem.context, b->low, b->high, b->gradient,
                                   b->gradient_high);
    for (size_t k = 0; k < b->free_count; k++) {
        size_t i = b->free[k], pivot = 0;
        gradient_low[k] = b->gradient[i];
        gradient_high[k] = b->gradient_high[i];
        if (boundary_simplex(b, i, &pivot) == NULL)
            continue;
        double least = gradient_low[k] - b->gradient_high[pivot];
        double most = gradient_high[k] - b->gradient[pivot];
        gradient_low[k] = least - DBL_EPSILON * fabs(least);
        gradient_high[k] = most + DBL_EPSILON * fabs(most);
    }
}

static void enclose_hessian(void *context, const double *low, const double *high,
                            double *hessian_low, double *hessian_high)
{
    struct boundary *b = context;
    scatter_box(b, low, high);
    b->d->problem.enclose_hessian(b->d->problem.context, b->low, b->high, b->hessian,
                                  b->hessian_high);
    gather_hessian(b, b->hessian, b->hessian_high, -1, hessian_low);
    gather_hessian(b, b->hessian_high, b->hessian, 1, hessian_high);
}

static bool is_smooth(void *context, const double *low, const double *high)
{
    struct boundary *b = context;
    scatter_box(b, low, high);
    return b->d->problem.is_smooth(b->d->problem.context, b->low, b->high);
}

/* ---- squares ---- */

/* What takes the squares of a face. */
struct face_taker {
    struct boundary *b;
    descent_take_squares *take;
    void *taker;
};

/* The difference of two enclosures of derivatives, rounded outwards. */
static double less(double value, double taken, double towards)
{
    double difference = value - taken;
    return difference + towards * DBL_EPSILON * fabs(difference);
}

/* The weight and what is squared stay; derivatives by the free entries follow, whose
 * places are not before them. */
static void take_square(void *context, const double *low, const double *high)
{
    struct face_taker *own = context;
    struct boundary *b = own->b;
    double *face_low = b->square_low, *face_high = b->square_high;
    memcpy(face_low, low, 2 * sizeof *low);
    memcpy(face_high, high, 2 * sizeof *high);
    for (size_t k = 0; k < b->free_count; k++) {
        size_t i = b->free[k], pivot = 0;
        bool along = boundary_simplex(b, i, &pivot) != NULL;
        face_low[k + 2] = along ? less(low[i + 2], high[pivot + 2], -1) : low[i + 2];
        face_high[k + 2] = along ? less(high[i + 2], low[pivot + 2], 1) : high[i + 2];
    }
    own->take(own->taker, face_low, face_high);
}

static bool enclose_squares(void *context, const double *low, const double *high,
                            descent_take_squares *take, void *taker)
{
    struct boundary *b = context;
    struct face_taker own = {b, take, taker};
    const descent_problem *problem = &b->d->problem;
    scatter_box(b, low, high);
    return problem->enclose_squares(problem->context, b->low, b->high, take_square, &own);
}

/* One variable is the whole problem, or there is no such derivative. */
static bool enclose_derivative(void *context, unsigned order, double low, double high,
                               double *derivative_low, double *derivative_high)
{
    const struct boundary *b = context;
    const descent_problem *problem = &b->d->problem;
    return problem->enclose_derivative(problem->context, order, low, high, derivative_low,
                                       derivative_high);
}

/* ---- the face ---- */

static bool has_pivots(const struct boundary *b)
{
    for (size_t k = 0; k < b->d->problem.set_count; k++)
        if (b->pivot[k] != SIZE_MAX)
            return true;
    return false;
}

static descent_problem face_problem(struct boundary *b)
{
    const descent_problem *problem = &b->d->problem;
    bool whole = b->d->at.n == 1 && problem->enclose_derivative != NULL;
    bool has_product = problem->hessian_product != NULL && !has_pivots(b);
    return (descent_problem){
        .n = b->free_count,
        .context = b,
        .evaluate = evaluate,
        .hessian = problem->hessian != NULL && b->hessian != NULL ? take_hessian : NULL,
        .hessian_product = has_product ? multiply : NULL,
        .has_columns = has_product && problem->has_columns,
        .enclose_value = problem->enclose_value != NULL ? enclose_value : NULL,
        .enclose_gradient = problem->enclose_gradient != NULL ? enclose_gradient : NULL,
        .enclose_hessian = problem->enclose_hessian != NULL && b->hessian != NULL
                               ? enclose_hessian
                               : NULL,
        .enclose_squares = problem->enclose_squares != NULL ? enclose_squares : NULL,
        .enclose_derivative = whole ? enclose_derivative : NULL,
        .is_convex = problem->is_convex,
        .is_smooth = problem->is_smooth != NULL ? is_smooth : NULL,
    };
}

void boundary_make_face(struct boundary *b)
{
    const struct descent *d = b->d;
    struct descent *face = &b->face;
    b->free_count = 0;
    for (size_t i = 0; i < d->at.n; i++)
        if (b->side[i] == BOUNDARY_FREE) {
            b->face_x[b->free_count] = d->x[i];
            b->free[b->free_count++] = i;
        }
    *face = *d;
    face->has_sets = false;
    face->problem = face_problem(b);
    face->at.n = b->free_count;
    face->x = b->face_x;
    face->gradient = b->face_gradient;
    face->at.x = face->x;
    face->at.gradient = face->at.projected = face->gradient;
    evaluate(b, face->x, &face->at.value, face->gradient);
    face->at.gradient_norm = vector_norm(b->free_count, face->gradient);
}

/* ---- memory ---- */

#define BOUNDARY_VECTORS(X)                                                              \
    X(square_low)                                                                        \
    X(square_high)                                                                       \
    X(x)                                                                                 \
    X(low)                                                                               \
    X(high)                                                                              \
    X(gradient)                                                                          \
    X(gradient_high) X(face_x) X(face_gradient) X(point) X(least_direction) X(multipliers)

bool boundary_new(struct descent *d, struct diagnosis *diagnosis)
{
    size_t n = d->at.n, sets = d->problem.set_count, vectors = 0;
    size_t hessians = diagnosis->dense && d->problem.hessian != NULL ? 2 * n : 0;
#define COUNT(name) vectors++;
    BOUNDARY_VECTORS(COUNT)
#undef COUNT
    size_t each =
        (vectors + hessians) * sizeof(double) + sizeof *diagnosis->boundary->free;
    if (n > (PTRDIFF_MAX / 4 - sets * sizeof(size_t)) / (each + 1))
        return false;
    size_t size = sizeof *diagnosis->boundary + n * (each + 1) + sets * sizeof(size_t) +
                  2 * vectors * sizeof(double);
    struct boundary *b = d->options.allocate(d->options.memory_context, size);
    if (b == NULL)
        return false;
    *b = (struct boundary){.d = d};
    double *next = (double *)(void *)(b + 1);
#define CUT(name)                                                                        \
    b->name = next;                                                                      \
    next += n + 2;
    BOUNDARY_VECTORS(CUT)
#undef CUT
    if (hessians > 0) {
        b->hessian = next;
        b->hessian_high = next + n * n;
        next += 2 * n * n;
    }
    b->free = (size_t *)(void *)next;
    b->pivot = b->free + n;
    b->side = (unsigned char *)(b->pivot + sets);
    diagnosis->boundary = b;
    diagnosis->boundary_size = size;
    return true;
}
