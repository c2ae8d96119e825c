/* SPDX-License-Identifier: MIT
 * settings.h - the settings of a method or a step rule, as a script writes them. */
#ifndef SCRIPT_SETTINGS_H
#define SCRIPT_SETTINGS_H

#include "base/text.h"
#include "descent.h"

size_t settings_count(const descent_setting *settings);
double *settings_copy(struct arena *arena, const descent_setting *settings,
                      const double *values);
/* "momentum(beta = 0.9)"; with `marks`, "momentum(beta = 0.9 (default))" where the value
 * is that of the table. */
void settings_put(struct text *out, const char *name, const descent_setting *settings,
                  const double *values, bool marks);

#endif
