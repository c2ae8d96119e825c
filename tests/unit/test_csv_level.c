/* SPDX-License-Identifier: MIT
 * test_csv_level.c - cells that are converted in a hurry have the bits of decimal_read,
 * and the others are left alone. */
#include "csv_fixture.h"

#include "data/csv_level.h"
#include "data/decimal.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 4000, COLUMNS = 5, CELL_MOST = 40 };

/* A cell of any kind; nine of ten are bare numbers. */
static size_t draw_cell(uint64_t *seed, char point, char *out)
{
    static const char *const odd[] = {
        "",      "NA",    "-",    "--1",  "1-",  "1e5", "-2E-3",
        "+4",    " 7",    "8 ",   "x",    "inf", "1_0", "nan",
        "\"9\"", "1e999", "0x10", "1e",   "-0",  "e5",  ".",
        "-.",    "5.",    "-.5",  "1.2.", "..1", "-5.", "9007199254740993",
        "\"\"",  "\"-\""};
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
    if (draw(seed, 4) == 0)
        n += (size_t)snprintf(out + n, CELL_MOST - n, "%c%s%zu", "eE"[draw(seed, 2)],
                              draw(seed, 2) == 0 ? "-" : "+", draw(seed, 400));
    out[n] = '\0';
    return n;
}

/* Cells that were left to the caller. */
struct taken {
    char (*cells)[CELL_MOST];
    size_t line_end, count;
    bool is_taken[ROWS * COLUMNS];
};

static bool take(struct csv_cursor *c, void *user)
{
    struct taken *taken = user;
    size_t index = c->row * COLUMNS + c->column;
    taken->is_taken[index] = true;
    taken->count++;
    c->at += strlen(taken->cells[index]);
    c->column = (c->column + 1) % COLUMNS;
    c->at += c->column > 0 ? 1 : taken->line_end;
    c->row += c->column == 0;
    return true;
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
    struct taken taken = {.cells = cells, .line_end = strlen(line_end)};
    struct csv_cursor c = {.text = text.data,
                           .at = text.data,
                           .stop = text.data + text.length,
                           .row_end = ROWS,
                           .column_count = COLUMNS,
                           .separator = separator,
                           .point = point,
                           .take = take,
                           .user = &taken};
    double *columns[COLUMNS];
    size_t empty[COLUMNS] = {0}, due_empty[COLUMNS] = {0};
    c.empty = empty;
    for (size_t i = 0; i < COLUMNS; i++)
        columns[i] = ARENA_ARRAY(&f->arena, ROWS, double);
    c.numbers = columns;
    const struct csv_level *level = csv_best_level();
    if (level->convert != NULL)
        assert_true(level->convert(&c));
    size_t converted = c.row * COLUMNS + c.column;
    for (size_t i = 0; i < converted; i++) {
        double due = 0;
        const char *begin = cells[i] + strspn(cells[i], " ");
        const char *end = cells[i] + strlen(cells[i]);
        if (taken.is_taken[i])
            continue;
        if (*begin == '\0' || strcmp(begin, "\"\"") == 0) {
            due_empty[i % COLUMNS]++;
            assert_true(are_same_bits(columns[i % COLUMNS][i / COLUMNS], (double)NAN));
            continue;
        }
        if (*begin == '"') {
            begin++;
            end--;
        }
        assert_ptr_equal(decimal_read(begin, end, point, &due), end);
        assert_true(are_same_bits(columns[i % COLUMNS][i / COLUMNS], due));
    }
    assert_memory_equal(empty, due_empty, sizeof empty);
    /* All but those near the end, a good part of them without help. */
    assert_true(level->convert == NULL || (converted > (size_t)ROWS * COLUMNS - 100 &&
                                           taken.count < (size_t)ROWS * COLUMNS / 3));
}

static void cells_have_the_bits_of_decimal_read(void **state)
{
    struct fixture *f = *state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        compare_table(f, seed, ',', '.', "\n");
        compare_table(f, seed, ';', ',', "\n");
        compare_table(f, seed, '\t', '.', "\r\n");
        arena_clear(&f->arena);
    }
}

/* A row of numbers of all lengths, texts in quotes, and what looks like the end of a cell
 * or of a quote and is none; `torn` has a quote that is a character. */
static void put_row(struct text *text, uint64_t *seed, size_t row, bool torn)
{
    static const char *const names[] = {"ann",        "\"a,b\"", "\"a\nb\"", "\"\"\"\"",
                                        "\"\n\"\"\"", "\" \" ",  "\"\""};
    text_format(text, "%zu,", row);
    for (int i = 0; i < 4; i++) {
        text_number(text, ldexp((double)draw(seed, (size_t)1 << 31) - 1e9,
                                (int)draw(seed, 120) - 60));
        text_putc(text, ',');
    }
    text_format(text, "%s,", torn ? "5\"" : names[draw(seed, SIZE(names))]);
    text_format(text, "\"%zu.5\",%s\n", draw(seed, 1000), row % 3 == 0 ? "NA" : "-0.25");
}

static void threads_give_the_table_of_one(void **state)
{
    struct fixture *f = *state;
    uint64_t seed = 8;
    for (int turn = 0; turn < 3; turn++) {
        struct csv_table one, many;
        struct csv_fault fault;
        struct text text;
        text_init(&text, &f->arena);
        text_puts(&text, "no,a,b,c,d,name,e,f\n");
        for (size_t row = 0; row < 20000; row++)
            put_row(&text, &seed, row, turn > 0 && row == 9999);
        if (turn == 2)
            text_puts(&text, "1,2\n");
        bool done =
            read_bytes(f, text.data, text.length, (struct csv_options){0}, &one, &fault);
        for (size_t bytes = 50; bytes < 2000000; bytes *= 7) {
            const struct csv_options options = {.threads = 4, .piece_bytes = bytes};
            struct csv_fault again;
            assert_int_equal(
                read_bytes(f, text.data, text.length, options, &many, &again), done);
            assert_true(done ? are_same_tables(&one, &many)
                             : are_same_faults(&fault, &again));
        }
        assert_int_equal(done, turn < 2);
        if (done)
            assert_true(one.row_count == 20000 && one.columns[0].numbers[19999] == 19999);
        else
            assert_true(fault.code == CSV_RAGGED && fault.place.row == 20001);
        arena_clear(&f->arena);
    }
}

/* Cell i of a table of any width, its text and what it is. */
static double put_cell(struct text *text, size_t i)
{
    static const char *const missing[] = {"", "NA", "\"\"", " "};
    double value = (double)(i % 100003) / 8 - 5000;
    if (i % 13 == 5) {
        text_puts(text, missing[i / 13 % 4]);
        return (double)NAN;
    }
    text_puts(text, i % 7 == 1 ? "\"" : "");
    text_number(text, i % 17 == 3 ? value * 1e30 : value);
    text_puts(text, i % 7 == 1 ? "\"" : "");
    return i % 17 == 3 ? value * 1e30 : value;
}

static void tables_may_have_any_width(void **state)
{
    struct fixture *f = *state;
    static const size_t widths[] = {1,  2,   3,   4,   5,   6,   7,   8,   11,  12,  31,
                                    64, 127, 128, 129, 170, 300, 511, 512, 513, 1300};
    for (size_t k = 0; k < SIZE(widths); k++) {
        const size_t width = widths[k], rows = 6000 / width + 9;
        struct csv_table table;
        struct csv_fault fault;
        struct text text;
        text_init(&text, &f->arena);
        double *due = ARENA_ARRAY(&f->arena, rows * width, double);
        for (size_t i = 0; i < rows * width; i++) {
            due[i] = put_cell(&text, i);
            text_puts(&text, (i + 1) % width != 0 ? "," : k % 2 == 0 ? "\n" : "\r\n");
        }
        const struct csv_options options = {.header = CSV_HEADER_ABSENT,
                                            .separator = ','};
        assert_true(read_bytes(f, text.data, text.length, options, &table, &fault));
        assert_int_equal(table.column_count, width);
        assert_int_equal(table.row_count, rows);
        for (size_t column = 0; column < width; column++) {
            size_t missing = 0;
            for (size_t row = 0; row < rows; row++) {
                assert_true(are_same_bits(table.columns[column].numbers[row],
                                          due[row * width + column]));
                missing += (bool)isnan(due[row * width + column]);
            }
            assert_int_equal(table.columns[column].missing, missing);
            assert_int_equal(table.columns[column].number_count, rows - missing);
        }
        arena_clear(&f->arena);
    }
}

/* Without comments an empty line of a table of one column is a missing cell. */
static void empty_lines_are_no_rows_where_comments_are(void **state)
{
    struct fixture *f = *state;
    struct text text;
    text_init(&text, &f->arena);
    text_puts(&text, "x\n");
    for (int i = 0; i < 1000; i++)
        text_format(&text, "%d\n\n0.5\n#, 2\n\n", i);
    text_puts(&text, "1\n");
    for (int turn = 0; turn < 2; turn++) {
        const struct csv_options options = {.comment = turn == 0 ? '#' : '\0',
                                            .separator = ';'};
        struct csv_table table;
        struct csv_fault fault;
        assert_true(read_bytes(f, text.data, text.length, options, &table, &fault));
        assert_int_equal(table.row_count, turn == 0 ? 2001 : 5001);
        assert_int_equal(table.columns[0].missing, turn == 0 ? 0 : 2000);
        assert_true((table.columns[0].texts != NULL) == (turn == 1));
        assert_true(turn == 1 || table.columns[0].numbers[1999] == 0.5);
    }
}

/* Lines of comment and blank ones change nothing but places; rows may end in any way. */
static void comments_and_line_ends_change_no_cell(void **state)
{
    struct fixture *f = *state;
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    static const char *const comments[] = {"#\n", "# a,b,c,d,e,f,g,h\n", "#,\"\n",
                                           "\n",  "#1,2,3,4,5\r",        " \r\n"};
    struct text plain, other;
    struct csv_table one, many;
    struct csv_fault fault;
    uint64_t seed = 17;
    text_init(&plain, &f->arena);
    text_init(&other, &f->arena);
    for (size_t row = 0; row < 6000; row++) {
        struct text line;
        text_init(&line, &f->arena);
        put_row(&line, &seed, row, false);
        line.length--;
        text_put(&plain, line.data, line.length);
        text_puts(&plain, "\n");
        text_put(&other, line.data, line.length);
        text_puts(&other, ends[draw(&seed, 3)]);
        if (draw(&seed, 9) == 0)
            text_puts(&other, comments[draw(&seed, row < 3000 ? 2 : SIZE(comments))]);
    }
    const struct csv_options quiet = {.header = CSV_HEADER_ABSENT};
    assert_true(read_bytes(f, plain.data, plain.length, quiet, &one, &fault));
    for (size_t bytes = 50; bytes < 2000000; bytes *= 7) {
        const struct csv_options options = {.header = CSV_HEADER_ABSENT,
                                            .comment = '#',
                                            .threads = 3,
                                            .piece_bytes = bytes};
        assert_true(read_bytes(f, other.data, other.length, options, &many, &fault));
        assert_int_equal(many.row_count, one.row_count);
        for (size_t i = 0; i < one.column_count; i++) {
            many.columns[i].not_number = one.columns[i].not_number;
            assert_true(
                are_same_columns(&one.columns[i], &many.columns[i], one.row_count));
        }
    }
}

/* What a sequence of digits is by strtod, with 1 to 32 of them. */
static void numbers_are_those_of_strtod(void **state)
{
    struct fixture *f = *state;
    enum { MANY = 40000 };
    uint64_t seed = 5;
    struct text text;
    struct csv_table table;
    struct csv_fault fault;
    double *due = ARENA_ARRAY(&f->arena, MANY, double);
    text_init(&text, &f->arena);
    for (size_t i = 0; i < MANY; i++) {
        char cell[64];
        size_t n = 0, digits = 1 + draw(&seed, 31), point = draw(&seed, digits + 1);
        size_t nines = draw(&seed, 4) == 0 ? draw(&seed, digits) : digits;
        size_t end = draw(&seed, 2) == 0 ? 0 : 9;
        if (draw(&seed, 2) == 0)
            cell[n++] = '-';
        for (size_t k = 0; k < digits; k++) {
            if (k == point)
                cell[n++] = '.';
            cell[n++] = "0123456789"[k > nines ? end : draw(&seed, 10)];
        }
        cell[n] = '\0';
        if (draw(&seed, 3) == 0)
            n += (size_t)snprintf(cell + n, sizeof cell - n, "e%d",
                                  (int)draw(&seed, 640) - 330);
        due[i] = strtod(cell, NULL);
        text_put(&text, cell, n);
        text_puts(&text, i % 4 == 3 ? "\n" : ",");
    }
    const struct csv_options options = {.header = CSV_HEADER_ABSENT};
    assert_true(read_bytes(f, text.data, text.length, options, &table, &fault));
    for (size_t i = 0; i < MANY; i++)
        assert_true(are_same_bits(table.columns[i % 4].numbers[i / 4], due[i]));
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
        TEST(threads_give_the_table_of_one),
        TEST(tables_may_have_any_width),
        TEST(empty_lines_are_no_rows_where_comments_are),
        TEST(comments_and_line_ends_change_no_cell),
        TEST(numbers_are_those_of_strtod),
        TEST(a_long_table_is_that_of_its_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
