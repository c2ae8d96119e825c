/* SPDX-License-Identifier: MIT
 * csv_level.h - the loops over all bytes of a table, compiled once for each level of
 * processors. */
#ifndef DATA_CSV_LEVEL_H
#define DATA_CSV_LEVEL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/cpu.h"
#include "data/csv_scan.h"

/* Where cells are converted: cell `column` of row `row` begins at `at`. */
struct csv_cursor {
    const char *text; /* its beginning */
    const char *at, *stop;
    size_t row, row_count, column, column_count;
    double **numbers; /* of each column; NULL: it has none */
    char separator, point;
};

struct csv_level {
    /* Counts bytes by kind; what is found is added to the survey. */
    struct csv_bytes (*count)(const char *at, const char *end, char separator,
                              struct csv_survey *survey);
    /* Converts cells that are bare numbers, as decimal_read does, until another one or
     * `stop` is met; none need be converted.  NULL: there is no faster way. */
    void (*convert)(struct csv_cursor *cursor);
};

extern const struct csv_level csv_baseline;
#ifdef CPU_HAS_LEVELS
extern const struct csv_level csv_v3;
#endif

static inline const struct csv_level *csv_best_level(void)
{
#ifdef CPU_HAS_LEVELS
    if (cpu_has_v3())
        return &csv_v3;
#endif
    return &csv_baseline;
}

#endif
