/* SPDX-License-Identifier: MIT
 * line.c - where the slope or curvature of a function of one variable changes its sign.
 *
 * Without enclosures the rounding of a derivative is estimated as the scatter of its
 * values at neighbouring numbers, by second differences (in the manner of Hamming,
 * Numerical Methods for Scientists and Engineers, 1973, chapter 10, and of More and Wild,
 * Estimating computational noise, 2011). */
#include "descent/line.h"

#include <float.h>
#include <math.h>

static const struct range nothing = {(double)NAN, (double)NAN};

double line_unit(const struct line *line, double x)
{
    return fmax(4 * DBL_EPSILON * fabs(x), line->least);
}

/* ---- readings ---- */

static double slope_at(const struct line *line, double x)
{
    double slope;
    return diagnosis_gradient(line->d, &x, &slope) ? slope : (double)NAN;
}

/* The scatter of neighbouring values, each with what rounding makes of its last place. */
static double find_scatter(const double y[5])
{
    double most = 0;
    for (size_t i = 0; i < 3; i++)
        most = fmax(most, fabs((y[i] - y[i + 1]) - (y[i + 1] - y[i + 2])));
    return 8 * most + diagnosis_rounding(y[2]);
}

static struct range estimate_slope(const struct line *line, double x)
{
    double y[5], unit = line_unit(line, x);
    for (size_t i = 0; i < 5; i++)
        y[i] = slope_at(line, x + ((double)i - 2) * unit);
    double scatter = find_scatter(y);
    return isnan(y[2]) ? nothing
                       : range_around(y[2], isnan(scatter) ? fabs(y[2]) : scatter);
}

struct range line_slope_over(const struct line *line, double low, double high)
{
    const descent_problem *problem = &line->d->problem;
    struct range range = nothing;
    if (problem->enclose_gradient != NULL) {
        problem->enclose_gradient(problem->context, &low, &high, &range.low, &range.high);
        return range;
    }
    struct range first = estimate_slope(line, low), last = estimate_slope(line, high);
    if (!range_is_known(first) || !range_is_known(last))
        return nothing;
    return (struct range){fmin(first.low, last.low), fmax(first.high, last.high)};
}

struct range line_slope(const struct line *line, double x)
{
    return line->d->problem.enclose_gradient != NULL ? line_slope_over(line, x, x)
                                                     : estimate_slope(line, x);
}

static struct range estimate_curvature(const struct line *line, double x)
{
    const descent_problem *problem = &line->d->problem;
    double y[5], unit = line_unit(line, x);
    for (size_t i = 0; i < 5; i++) {
        double at = x + ((double)i - 2) * unit;
        problem->hessian(problem->context, &at, &y[i]);
    }
    return isfinite(y[2]) ? range_around(y[2], find_scatter(y)) : nothing;
}

/* A central difference of slopes, whose own error is of the order of `apart` squared. */
static struct range difference_slopes(const struct line *line, double x)
{
    double apart = 0x1p-17 * fmax(fabs(x), line->reach);
    struct range left = line_slope(line, x - apart), right = line_slope(line, x + apart);
    if (!range_is_known(left) || !range_is_known(right))
        return nothing;
    struct range range = {(right.low - left.high) / (2 * apart),
                          (right.high - left.low) / (2 * apart)};
    double error = 0x1p-20 * fmax(fabs(range.low), fabs(range.high));
    return (struct range){range.low - error, range.high + error};
}

struct range line_curvature(const struct line *line, double x)
{
    const descent_problem *problem = &line->d->problem;
    struct range range = nothing;
    if (problem->enclose_hessian != NULL) {
        problem->enclose_hessian(problem->context, &x, &x, &range.low, &range.high);
        return range;
    }
    return problem->hessian != NULL ? estimate_curvature(line, x)
                                    : difference_slopes(line, x);
}

/* The distance to the root of the tangent, where it is known. */
static double newton_distance(const struct line *line)
{
    struct range slope = line_slope(line, line->x);
    struct range curvature = line_curvature(line, line->x);
    double distance = fabs((slope.low + slope.high) / (curvature.low + curvature.high));
    return distance > 0 && isfinite(distance) ? distance : line->reach;
}

void line_init(struct line *line, const struct descent *d,
               const struct diagnosis *diagnosis)
{
    *line = (struct line){.d = d, .x = d->x[0], .reach = diagnosis->reach};
    line->newton = fmin(newton_distance(line), line->reach);
    double scale = line->x != 0 ? fmin(fabs(line->x), line->newton) : line->newton;
    line->least = fmax(scale * 0x1p-100, DBL_TRUE_MIN);
}

struct range line_value(const struct line *line, double x, int outwards)
{
    double y[5], unit = line_unit(line, x);
    if (line->d->problem.enclose_value != NULL)
        return diagnosis_value_range(line->d, &x);
    for (size_t i = 0; i < 5; i++) {
        double at = x + outwards * ((double)i * unit);
        y[i] = diagnosis_value(line->d, &at);
    }
    double scatter = find_scatter(y);
    return isfinite(y[0])
               ? range_around(y[0], isnan(scatter) ? diagnosis_rounding(y[0]) : scatter)
               : nothing;
}

/* ---- poles ---- */

/* Values fall towards a pole the faster the nearer; towards a minimum slower. */
static bool falls_to_pole(const struct line *line, double x, double distance)
{
    int side = distance > 0 ? 1 : -1;
    struct range near = line_value(line, x + distance, side);
    struct range middle = line_value(line, x + 2 * distance, side);
    struct range far = line_value(line, x + 4 * distance, side);
    /* In units of half a range, which drop out. */
    double last = (middle.low + middle.high) - (near.low + near.high);
    double first = (far.low + far.high) - (middle.low + middle.high);
    return last > 0.97 * first && middle.low > near.high;
}

bool line_is_finite(const struct line *line, double low, double high)
{
    const descent_problem *problem = &line->d->problem;
    if (problem->enclose_value != NULL) {
        struct range range = nothing;
        problem->enclose_value(problem->context, &low, &high, &range.low, &range.high);
        return isfinite(range.low) && isfinite(range.high);
    }
    /* Away from where rounding decides, and at two scales. */
    double middle = low + (high - low) / 2;
    double distance =
        fmin(fmax(high - middle, 0x1p30 * line_unit(line, middle)), line->reach / 64);
    for (int side = -1; side <= 1; side += 2)
        if (falls_to_pole(line, middle, side * distance) &&
            falls_to_pole(line, middle, side * distance / 16))
            return false;
    return true;
}

/* ---- changes of sign ---- */

/* One direction of a scan. */
struct scan {
    int direction;
    double last; /* the farthest point with the sign of the start */
    bool ended;
};

/* The first distance: about that to the root of the tangent, or a small part of the
 * reach. */
static double first_distance(const struct line *line)
{
    double first = fmin(line->newton, line->reach * 0x1p-12);
    return fmin(fmax(first, line_unit(line, line->x)), line->reach);
}

/* One point of a scan; true when the sign has changed there. */
static bool advance(const struct line *line, line_reading *read, struct scan *scan,
                    double distance, int sign, struct line_bracket *bracket,
                    double *plateau)
{
    double x = line->x + scan->direction * distance;
    struct range range = read(line, x);
    int here = range_sign(range);
    if (!range_is_known(range)) {
        scan->ended = true;
    } else if (here == -sign) {
        bool right = scan->direction > 0;
        *bracket = (struct line_bracket){right ? scan->last : x, right ? x : scan->last,
                                         right ? sign : here};
        return true;
    } else if (here == sign) {
        scan->last = x;
    } else if (range.low == 0 && range.high == 0 && plateau != NULL && isnan(*plateau)) {
        *plateau = x;
    }
    return false;
}

bool line_scan(const struct line *line, line_reading *read, struct line_bracket *bracket,
               double *plateau)
{
    int sign = range_sign(read(line, line->x));
    if (sign == 0)
        return false;
    /* Downhill first. */
    struct scan scans[] = {{-sign, line->x, false}, {sign, line->x, false}};
    double distance = first_distance(line);
    for (bool last = false; !last; distance *= 2) {
        last = !(distance < line->reach);
        distance = fmin(distance, line->reach);
        for (size_t i = 0; i < 2; i++)
            if (!scans[i].ended &&
                advance(line, read, &scans[i], distance, sign, bracket, plateau))
                return true;
    }
    return false;
}

/* The next point inside the bracket: zero first, since around it numbers lie densest;
 * then the root of the secant and the middle by turns. */
static double choose_inside(const struct line *line, line_reading *read,
                            const struct line_bracket *bracket, unsigned count)
{
    double low = bracket->low, high = bracket->high;
    if (count == 0 && low < 0 && high > 0)
        return 0;
    double middle = low + (high - low) / 2;
    if (count % 2 == 0)
        return middle;
    struct range left = read(line, low), right = read(line, high);
    double from = left.low + (left.high - left.low) / 2;
    double to = right.low + (right.high - right.low) / 2;
    double secant = low + (high - low) * (from / (from - to));
    return secant > low && secant < high ? secant : middle;
}

double line_refine(const struct line *line, line_reading *read,
                   struct line_bracket *bracket)
{
    const unsigned most = 200;
    for (unsigned count = 0; count < most; count++) {
        double width = bracket->high - bracket->low;
        double x = choose_inside(line, read, bracket, count);
        if (width <= line_unit(line, x) || !(x > bracket->low && x < bracket->high))
            break;
        struct range range = read(line, x);
        int sign = range_sign(range);
        if (sign == 0)
            return x;
        if (sign == bracket->sign)
            bracket->low = x;
        else
            bracket->high = x;
    }
    double low = diagnosis_value(line->d, &bracket->low);
    double high = diagnosis_value(line->d, &bracket->high);
    return low < high ? bracket->low : bracket->high;
}

double line_find_edge(const struct line *line, double plateau)
{
    double inside = plateau, outside = line->x;
    struct range zero = line_slope(line, 0);
    if ((inside < 0) != (outside < 0) && zero.low == 0 && zero.high == 0)
        inside = 0;
    while (fabs(outside - inside) > line_unit(line, inside)) {
        double middle = inside + (outside - inside) / 2;
        struct range range = line_slope(line, middle);
        if (middle == inside || middle == outside)
            break;
        if (range.low == 0 && range.high == 0)
            inside = middle;
        else
            outside = middle;
    }
    return inside;
}

/* The slope with those at the next numbers, since at a kink it is that of one side. */
static struct range slope_about(const struct line *line, double x)
{
    if (line->d->problem.enclose_gradient == NULL)
        return line_slope(line, x);
    return line_slope_over(line, nextafter(x, -(double)INFINITY),
                           nextafter(x, (double)INFINITY));
}

struct line_side line_find_side(const struct line *line, double x, int direction,
                                double most)
{
    struct line_side side = {.x = x, .slope = (double)NAN, .doubt = (double)NAN};
    double distance = line_unit(line, x);
    for (bool last = false; !last; distance *= 8) {
        last = !(distance < most);
        distance = fmin(distance, most);
        double at = x + direction * distance;
        struct range range = slope_about(line, at);
        if (!range_is_known(range))
            break;
        side.x = at;
        side.sign = range_sign(range);
        side.doubt = (range.high - range.low) / 2;
        side.slope = range.low + side.doubt;
        if (side.sign != 0)
            break;
    }
    return side;
}
