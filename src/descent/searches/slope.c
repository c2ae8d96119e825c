/* SPDX-License-Identifier: MIT */
#include "descent/searches/slope.h"

#include <math.h>

enum slope_outcome slope_try(struct descent *d, const struct engine_line *line, double t,
                             struct slope_point *trial)
{
    *trial = (struct slope_point){t, (double)INFINITY, (double)NAN};
    if (!engine_move(d, line, t))
        return SLOPE_LOST;
    if (!engine_try_gradient(d))
        return stop_is_bottomless(d) ? SLOPE_BOTTOMLESS : SLOPE_WENT_ON;
    trial->value = d->trial_value;
    trial->slope = engine_trial_slope(d, line);
    return SLOPE_WENT_ON;
}
