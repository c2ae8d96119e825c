/* SPDX-License-Identifier: MIT
 * classify_line.c - the stationary point of one variable near which a search ended.
 *
 * A slope that is certainly negative at a and certainly positive at b > a proves a
 * minimum of a continuous function between them, however flat it is and whether it is
 * smooth; the other way round a maximum.  So the point is looked for as a change of the
 * slope's sign, on both sides of the last point at doubling distances, and then bracketed
 * down to rounding.  Where the sign is the same on both sides of a point that is
 * stationary to rounding, the function falls through it: an inflection, which is found as
 * a change of the curvature's sign. */
#include "descent/diagnosis.h"
#include "descent/line.h"

#include <float.h>
#include <math.h>

/* A stationary point, and what is certain on its two sides. */
struct place {
    double x;
    struct line_side left, right;
};

/* ---- where ---- */

/* Sides of x, looked for between the bracket's ends or within reach. */
static struct place look_around(const struct line *line, double x,
                                const struct line_bracket *bracket)
{
    /* The point may be an end of the bracket, and an end where the sign is certain at one
     * number may not be so with its neighbours. */
    double least = 64 * line_unit(line, x), left = line->reach, right = line->reach;
    if (bracket != NULL) {
        left = fmin(left, fmax(64 * (x - bracket->low), least));
        right = fmin(right, fmax(64 * (bracket->high - x), least));
    }
    return (struct place){x, line_find_side(line, x, -1, left),
                          line_find_side(line, x, 1, right)};
}

/* The point inside the bracket whose sides have the signs of its ends.  Between them
 * there may be others, such as a maximum between two minima. */
static struct place settle_inside(const struct line *line, struct line_bracket *bracket)
{
    const int most = 4;
    struct place place = {0};
    for (int count = 0; count < most; count++) {
        double x = line_refine(line, line_slope, bracket);
        place = look_around(line, x, bracket);
        if (place.left.sign == -bracket->sign)
            bracket->high = place.left.x;
        else if (place.right.sign == bracket->sign)
            bracket->low = place.right.x;
        else
            break;
    }
    return place;
}

/* A root of the curvature where the slope is zero to rounding, as of x^3 at 0. */
static bool find_inflection(const struct line *line, struct place *place)
{
    struct line_bracket bracket;
    if (!line_scan(line, line_curvature, &bracket, NULL))
        return false;
    double x = line_refine(line, line_curvature, &bracket);
    double near = line_unit(line, x);
    struct range slope =
        line_slope_over(line, fmin(x - near, bracket.low), fmax(x + near, bracket.high));
    if (bracket.high - bracket.low > 4 * near)
        slope = line_slope_over(line, x - near, x + near);
    if (!range_is_known(slope) || range_sign(slope) != 0)
        return false;
    *place = look_around(line, x, NULL);
    return true;
}

/* The nearest stationary point; false when there is none. */
static bool find_place(const struct line *line, struct place *place)
{
    struct line_bracket bracket;
    double plateau;
    struct range slope = line_slope(line, line->x);
    if (!range_is_known(slope))
        return false;
    if (range_sign(slope) == 0) {
        *place = look_around(line, line->x, NULL);
        return true;
    }
    plateau = (double)NAN;
    if (line_scan(line, line_slope, &bracket, &plateau)) {
        *place = settle_inside(line, &bracket);
        return true;
    }
    if (!isnan(plateau)) {
        *place = look_around(line, line_find_edge(line, plateau), NULL);
        return true;
    }
    return find_inflection(line, place);
}

/* ---- what ---- */

/* The largest curvature at the point and on its sides; inf when it is not known there.
 * At the point alone it need not be. */
static double find_curvature(const struct line *line, const struct place *place)
{
    double curvature = 0;
    const double points[] = {place->left.x, place->right.x, place->x};
    for (size_t i = 0; i < 3; i++) {
        struct range range = line_curvature(line, points[i]);
        double size = fmax(fabs(range.low), fabs(range.high));
        if (isfinite(size))
            curvature = fmax(curvature, size);
        else if (i < 2)
            return (double)INFINITY;
    }
    return curvature;
}

/* The function is finite and does not jump between the sides: the changes of its value
 * are those that its slopes make. */
static bool is_continuous(const struct line *line, const struct place *place)
{
    struct range middle = diagnosis_value_range(line->d, &place->x);
    const struct line_side *sides[] = {&place->left, &place->right};
    const struct range ends[] = {line_value(line, place->left.x, -1),
                                 line_value(line, place->right.x, 1)};
    double steepest = fmax(fabs(place->left.slope), fabs(place->right.slope));
    double rounding = ends[0].high - ends[0].low + (ends[1].high - ends[1].low);
    /* The scatter of a few values may be small by chance. */
    double curvature = find_curvature(line, place);
    if (line->d->problem.enclose_value == NULL && isfinite(curvature))
        rounding += diagnosis_rounding(curvature * place->x * place->x);
    for (size_t i = 0; i < 2; i++) {
        double most = 16 * steepest * fabs(sides[i]->x - place->x) + rounding;
        if (!(ends[i].low - middle.high <= most && middle.low - ends[i].high <= most))
            return false;
    }
    return line_is_finite(line, place->left.x, place->right.x);
}

/* The slope jumps from side to side, more than curvature makes it change. */
static bool is_kink(const struct line *line, const struct place *place)
{
    double left = place->left.slope, right = place->right.slope;
    double jump = fabs(right - left), curvature = find_curvature(line, place);
    double width = place->right.x - place->left.x;
    return jump > 8 * curvature * width + 8 * (place->left.doubt + place->right.doubt) &&
           jump > 1e-6 * fmax(fabs(left), fabs(right)) &&
           width <= 1e-6 * fmax(fabs(place->x), line->reach);
}

/* The slope does not come down to zero between sides of the same sign: what is zero at
 * the point is only the formula's derivative at a kink. */
static bool is_steep(const struct line *line, const struct place *place)
{
    double width = place->right.x - place->left.x;
    double most = 8 * find_curvature(line, place) * width;
    return fabs(place->left.slope) > most + 8 * place->left.doubt &&
           fabs(place->right.slope) > most + 8 * place->right.doubt;
}

/* The order of the first derivative that does not vanish at the point, if it agrees with
 * the signs on both sides. */
static void find_order(const struct line *line, const struct place *place,
                       descent_diagnosis *told)
{
    const unsigned highest = 8;
    const descent_problem *problem = &line->d->problem;
    if (problem->enclose_derivative == NULL)
        return;
    for (unsigned order = 2; order <= highest; order++) {
        struct range range = {(double)NAN, (double)NAN};
        if (!problem->enclose_derivative(problem->context, order, place->left.x,
                                         place->right.x, &range.low, &range.high) ||
            !range_is_known(range))
            return;
        int sign = range_sign(range);
        if (sign == 0)
            continue;
        int left = order % 2 == 0 ? -sign : sign;
        if (order == 2 || left != place->left.sign || sign != place->right.sign)
            return;
        told->order = order;
        told->derivative = range.low + (range.high - range.low) / 2;
        return;
    }
}

static descent_kind judge_signs(const struct line *line, const struct place *place)
{
    int left = place->left.sign, right = place->right.sign;
    if (left * right == 0)
        return DESCENT_FLAT;
    if (left == right)
        return is_steep(line, place) ? DESCENT_NOT_CRITICAL : DESCENT_INFLECTION;
    return left < 0 ? DESCENT_MINIMUM : DESCENT_MAXIMUM;
}

/* A slope that is exactly zero makes every point of a convex function a minimum. */
static bool settle_convex(const struct line *line, struct place *place)
{
    const double points[] = {place->x, place->left.x, place->right.x};
    for (size_t i = 0; line->d->problem.is_convex && i < 3; i++) {
        struct range slope = line_slope(line, points[i]);
        if (slope.low == 0 && slope.high == 0) {
            place->x = points[i];
            return true;
        }
    }
    return false;
}

static void tell_place(const struct line *line, const struct place *place,
                       struct diagnosis *diagnosis)
{
    descent_diagnosis *told = &diagnosis->told;
    diagnosis->point[0] = place->x;
    told->point = diagnosis->point;
    told->value = diagnosis_value(line->d, &place->x);
    told->distance = fabs(place->x - line->x);
    if (told->kind == DESCENT_FLAT)
        return;
    told->at_kink = is_kink(line, place);
    if (told->at_kink) {
        told->slopes[0] = place->left.slope;
        told->slopes[1] = place->right.slope;
    } else {
        find_order(line, place, told);
    }
}

static void tell_curvature(const struct line *line, struct diagnosis *diagnosis)
{
    descent_diagnosis *told = &diagnosis->told;
    double x = told->point != NULL ? told->point[0] : line->x;
    double curvature;
    if (told->at_kink || !curvature_hessian(line->d, diagnosis, &x, &curvature))
        return;
    told->least_curvature = told->greatest_curvature = curvature;
    diagnosis->least_direction[0] = 1;
    told->least_direction = diagnosis->least_direction;
}

void classify_line(struct descent *d, struct diagnosis *diagnosis)
{
    struct line line;
    struct place place;
    descent_diagnosis *told = &diagnosis->told;
    line_init(&line, d, diagnosis);
    if (find_place(&line, &place) && isfinite(diagnosis_value(d, &place.x)))
        told->kind = judge_signs(&line, &place);
    if (told->kind != DESCENT_NOT_CRITICAL) {
        if (told->kind == DESCENT_FLAT && settle_convex(&line, &place))
            told->kind = DESCENT_MINIMUM;
        else if (told->kind != DESCENT_FLAT && !is_continuous(&line, &place))
            told->kind = DESCENT_FLAT;
        struct range slope = line_slope(&line, place.x);
        diagnosis->settled = slope.low == 0 && slope.high == 0;
        tell_place(&line, &place, diagnosis);
    }
    tell_curvature(&line, diagnosis);
}
