/* SPDX-License-Identifier: MIT */
#include "data/csv_rows.h"

/* Says which cell a fault is about. */
bool csv_fail_at(struct csv_scan *scan, size_t row, size_t column)
{
    struct csv_fault *fault = scan->fault;
    if (fault->code != CSV_STOPPED) {
        fault->place.row = row;
        fault->place.column = column;
    }
    return false;
}

static bool fail_ragged(struct csv_scan *scan, const char *at, size_t row,
                        size_t expected)
{
    const char *next = at;
    size_t found = 0;
    if (!csv_count_cells(scan, at, &found, &next))
        return csv_fail_at(scan, row, found);
    while (next > at && csv_is_line_end(next[-1]))
        next--;
    (void)csv_fail(scan, CSV_RAGGED, at, (size_t)(next - at));
    scan->fault->found = found;
    scan->fault->expected = expected;
    return csv_fail_at(scan, row, 0);
}

bool csv_walk_rows(struct csv_scan *scan, const char *at, size_t columns, size_t *count)
{
    size_t row = 0;
    const char *next = at;
    for (; at != NULL && at < scan->end; at = csv_find_row(scan, next, false)) {
        size_t cells = 0;
        row++;
        if (!csv_count_cells(scan, at, &cells, &next))
            return csv_fail_at(scan, row, cells);
        if (cells != columns)
            return fail_ragged(scan, at, row, columns);
    }
    *count = row;
    return at != NULL;
}
