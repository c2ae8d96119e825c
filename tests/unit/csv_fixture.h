/* SPDX-License-Identifier: MIT
 * csv_fixture.h - a table read from bytes that are gone afterwards. */
#ifndef CSV_FIXTURE_H
#define CSV_FIXTURE_H

#include "data/csv.h"

#include "data_fixture.h"

#define SIZE(array) (sizeof(array) / sizeof *(array))

static inline bool read_bytes(struct fixture *f, const char *text, size_t length,
                              struct csv_options options, struct csv_table *table,
                              struct csv_fault *fault)
{
    char *copy = exact_copy(text, length);
    memset(fault, 0xAA, sizeof *fault);
    bool done =
        csv_read(copy, length, &options, (struct data_poll){0}, &f->arena, table, fault);
    free(copy); /* nothing points into the text */
    return done;
}

/* Whether two readings of one text gave the same. */
static inline bool are_same_columns(const struct csv_column *a,
                                    const struct csv_column *b, size_t rows)
{
    bool same = strcmp(a->name, b->name) == 0 && a->missing == b->missing &&
                a->number_count == b->number_count && a->is_renamed == b->is_renamed &&
                memcmp(&a->not_number, &b->not_number, sizeof a->not_number) == 0 &&
                (a->texts == NULL) == (b->texts == NULL);
    for (size_t i = 0; i < rows && same; i++)
        same = a->texts != NULL ? strcmp(a->texts[i], b->texts[i]) == 0
                                : are_same_bits(a->numbers[i], b->numbers[i]);
    return same;
}

static inline bool are_same_tables(const struct csv_table *a, const struct csv_table *b)
{
    bool same = a->column_count == b->column_count && a->row_count == b->row_count &&
                a->has_header == b->has_header && a->separator == b->separator;
    for (size_t i = 0; same && i < a->column_count; i++)
        same = are_same_columns(&a->columns[i], &b->columns[i], a->row_count);
    return same;
}

static inline bool are_same_faults(const struct csv_fault *a, const struct csv_fault *b)
{
    return a->code == b->code && a->found == b->found && a->expected == b->expected &&
           memcmp(&a->place, &b->place, sizeof a->place) == 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

#endif
