/* SPDX-License-Identifier: MIT
 * test_csv_level.c - cells that are converted in a hurry have the bits of decimal_read,
 * and the others are left alone. */
#include "csv_fixture.h"

#include "data/csv_level.h"
#include "data/decimal.h"

#include <stdio.h>

enum { ROWS = 4000, COLUMNS = 5, CELL_MOST = 40 };

/* A cell of any kind; nine of ten are bare numbers. */
static size_t draw_cell(uint64_t *seed, char point, char *out)
{
    static const char *const odd[] = {
        "",  "NA",  "-",   "--1", "1-",    "1e5",   "-2E-3", "+4", " 7", "8 ",
        "x", "inf", "1_0", "nan", "\"9\"", "1e999", "0x10",  "1e", "-0", "e5"};
    if (draw(seed, 10) == 0)
        return (size_t)snprintf(out, CELL_MOST, "%s", odd[draw(seed, SIZE(odd))]);
    size_t n = 0, whole = draw(seed, draw(seed, 4) == 0 ? 19 : 4), behind = draw(seed, 8);
    if (draw(seed, 2) == 0)
        out[n++] = '-';
    for (size_t i = 0; i < whole; i++)
        out[n++] = (char)('0' + draw(seed, 10));
    if (draw(seed, 4) > 0)
        out[n++] = draw(seed, 50) == 0 ? '.' : point;
    for (size_t i = 0; i < behind; i++)
        out[n++] = (char)('0' + draw(seed, 10));
    out[n] = '\0';
    return n;
}

/* Rows of random cells; the table that is read has what decimal_read gives where that
 * takes the whole cell, and no number elsewhere but for blanks, quotes and infinities. */
static void compare_table(struct fixture *f, uint64_t seed, char separator, char point,
                          const char *line_end)
{
    struct text text;
    text_init(&text, &f->arena);
    char(*cells)[CELL_MOST] =
        arena_zeroed(&f->arena, (size_t)ROWS * COLUMNS, sizeof *cells);
    for (size_t i = 0; i < (size_t)ROWS * COLUMNS; i++) {
        text_put(&text, cells[i], draw_cell(&seed, point, cells[i]));
        if (i % COLUMNS + 1 < COLUMNS)
            text_put(&text, &separator, 1);
        else
            text_puts(&text, line_end);
    }
    struct csv_cursor c = {.text = text.data,
                           .at = text.data,
                           .stop = text.data + text.length,
                           .row_count = ROWS,
                           .column_count = COLUMNS,
                           .separator = separator,
                           .point = point};
    double *columns[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i] = ARENA_ARRAY(&f->arena, ROWS, double);
    c.numbers = columns;
    const struct csv_level *level = csv_best_level();
    size_t converted = 0;
    while (c.row < ROWS) {
        size_t first = c.row * COLUMNS + c.column;
        if (level->convert != NULL)
            level->convert(&c);
        size_t last = c.row * COLUMNS + c.column;
        for (size_t i = first; i < last; i++) {
            double due = 0;
            const char *begin = cells[i] + strspn(cells[i], " ");
            const char *end = cells[i] + strlen(cells[i]);
            assert_ptr_equal(decimal_read(begin, end, point, &due), end);
            assert_true(are_same_bits(columns[i % COLUMNS][i / COLUMNS], due));
        }
        converted += last - first;
        if (last == (size_t)ROWS * COLUMNS)
            break;
        /* over the cell at which it stopped */
        c.at += strlen(cells[last]);
        c.at += last % COLUMNS + 1 < COLUMNS ? 1 : strlen(line_end);
        c.column = (c.column + 1) % COLUMNS;
        c.row += c.column == 0;
    }
    assert_true(level->convert == NULL || converted > (size_t)ROWS * COLUMNS / 2);
}

static void cells_have_the_bits_of_decimal_read(void **state)
{
    struct fixture *f = *state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        compare_table(f, seed, ',', '.', "\n");
        compare_table(f, seed, ';', ',', "\n");
        compare_table(f, seed, '\t', '.', "\r\n");
    }
}

/* Long tables cross the pieces after which a read may be interrupted. */
static void a_long_table_is_that_of_its_cells(void **state)
{
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_puts(&text, "a,b,c\n");
    for (int i = 0; i < 40000; i++)
        text_format(&text, "%d,-%d.%03d,%s\n", i, i, i % 1000, i % 7 == 0 ? "" : "0.5");
    struct csv_table table;
    struct csv_fault fault;
    assert_true(
        read_bytes(f, text.data, text.length, (struct csv_options){0}, &table, &fault));
    assert_int_equal(table.row_count, 40000);
    assert_int_equal(table.columns[2].missing, (40000 + 6) / 7);
    for (int i = 0; i < 40000; i++) {
        assert_true(table.columns[0].numbers[i] == i);
        assert_true(table.columns[1].numbers[i] == -(i * 1000.0 + i % 1000) / 1000);
        assert_true(i % 7 == 0 ? (bool)isnan(table.columns[2].numbers[i])
                               : table.columns[2].numbers[i] == 0.5);
    }
    for (size_t k = 0; k < 3; k++)
        assert_true((uintptr_t)table.columns[k].numbers % 64 == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(cells_have_the_bits_of_decimal_read),
        TEST(a_long_table_is_that_of_its_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
