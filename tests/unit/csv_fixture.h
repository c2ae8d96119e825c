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

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

#endif
