/* SPDX-License-Identifier: MIT
 * line.h - signs of the slope and of the curvature of a function of one variable, and
 * where they change. */
#ifndef DESCENT_LINE_H
#define DESCENT_LINE_H

#include "descent/diagnosis.h"

struct line {
    const struct descent *d;
    double x;      /* the last point */
    double reach;  /* how far around it is looked */
    double newton; /* the distance of Newton's step from x, at most reach */
    double least;  /* the smallest distance of interest */
};

/* Two points between which a sign changes. */
struct line_bracket {
    double low, high;
    int sign; /* at `low`; the other at `high` */
};

/* The nearest point on one side of a point where the slope has a certain sign. */
struct line_side {
    double x;
    int sign;            /* 0: none found; then x is as far as was looked */
    double slope, doubt; /* there, and half the width of its range */
};

/* What is read off at a point, with its rounding. */
typedef struct range line_reading(const struct line *line, double x);
line_reading line_slope, line_curvature;

void line_init(struct line *line, const struct descent *d,
               const struct diagnosis *diagnosis);
/* A few units in the last place of x, or the smallest distance of interest. */
double line_unit(const struct line *line, double x);
/* The value; its rounding is read off the numbers next to x on one side, 1 or -1. */
struct range line_value(const struct line *line, double x, int outwards);
/* The slopes from low to high; without enclosures those at the ends, with doubt. */
struct range line_slope_over(const struct line *line, double low, double high);
/* Whether the values between stay finite, as far as is known: no pole. */
bool line_is_finite(const struct line *line, double low, double high);
/* Looks for the nearest change of sign on both sides of the last point.  `plateau`,
 * unless NULL, is set to the nearest point where the reading is exactly zero. */
bool line_scan(const struct line *line, line_reading *read, struct line_bracket *bracket,
               double *plateau);
/* Narrows the bracket to rounding; returns the point where no sign is certain, or the end
 * of the bracket with the lower value. */
double line_refine(const struct line *line, line_reading *read,
                   struct line_bracket *bracket);
/* Where the plateau that the point belongs to ends on the way to the last point. */
double line_find_edge(const struct line *line, double plateau);
/* Looks from x on, to the left (-1) or right (1), at growing distances up to `most`. */
struct line_side line_find_side(const struct line *line, double x, int direction,
                                double most);

#endif
