/* SPDX-License-Identifier: MIT
 * test_csv_faults.c - tables that are refused: what and where, limits, interruption. */
#include "csv_fixture.h"

struct fault_row {
    const char *text;
    enum csv_code code;
    size_t row, column, line, offset, length, found, expected;
    struct csv_options options;
};

static const struct fault_row FAULTS[] = {
    {"", CSV_NO_DATA, 0, 0, 0, 0, 0, 0, 0, {0}},
    {"\n \r\n", CSV_NO_DATA, 0, 0, 0, 0, 0, 0, 0, {0}},
    {"\xEF\xBB\xBF", CSV_NO_DATA, 0, 0, 0, 0, 0, 0, 0, {0}},
    {"#\n# b", CSV_NO_DATA, 0, 0, 0, 0, 0, 0, 0, {.comment = '#'}},
    {"x,y\n1,2\n3\n", CSV_RAGGED, 2, 0, 3, 8, 1, 1, 2, {0}},
    {"x,y\n1,2\n3,4,5\r\n", CSV_RAGGED, 2, 0, 3, 8, 5, 3, 2, {0}},
    {"x,y\n1,2\n\n3,4\n", CSV_RAGGED, 2, 0, 3, 8, 0, 1, 2, {0}},
    {"x,y\n1,2\n3\n4,5,6\n", CSV_RAGGED, 2, 0, 3, 8, 1, 1, 2, {0}},
    {"x,y\n1,\"2\n\"\n3\n", CSV_RAGGED, 2, 0, 4, 11, 1, 1, 2, {0}},
    {"x,y\n1,\"2\n", CSV_QUOTE_OPEN, 1, 2, 2, 6, 1, 0, 0, {0}},
    {"x,y\n1,\"2\"a\n", CSV_QUOTE_REST, 1, 2, 2, 9, 1, 0, 0, {0}},
    {"x,\"y\n1,2\n", CSV_QUOTE_OPEN, 0, 2, 1, 2, 1, 0, 0, {0}},
    {"x,y\n1,\xFF\n", CSV_NOT_UTF8, 0, 0, 2, 6, 1, 0, 0, {0}},
    {"x,y\n1,\xE2\x82\n", CSV_NOT_UTF8, 0, 0, 2, 6, 1, 0, 0, {0}},
    {"\xFF\xFEx", CSV_NOT_UTF8, 0, 0, 1, 0, 1, 0, 0, {0}},
    {"x\n1\n", CSV_BAD_OPTION, 0, 0, 0, 0, 0, 0, 0, {.separator = '1'}},
    {"x\n1\n",
     CSV_BAD_OPTION,
     0,
     0,
     0,
     0,
     0,
     0,
     0,
     {.separator = ',', .decimal_comma = true}},
    {"x\n1\n", CSV_BAD_OPTION, 0, 0, 0, 0, 0, 0, 0, {.comment = 'x'}},
    {"x\n1\n", CSV_BAD_OPTION, 0, 0, 0, 0, 0, 0, 0, {.separator = ';', .comment = ';'}},
};

static void faults_tell_what_and_where(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < SIZE(FAULTS); i++) {
        const struct fault_row *row = &FAULTS[i];
        struct csv_table table;
        struct csv_fault fault;
        assert_false(
            read_bytes(f, row->text, strlen(row->text), row->options, &table, &fault));
        const struct csv_place *place = &fault.place;
        if (fault.code != row->code || place->row != row->row ||
            place->column != row->column || place->line != row->line ||
            place->offset != row->offset || place->length != row->length ||
            fault.found != row->found || fault.expected != row->expected)
            fail_msg(
                "%zu: code %d row %zu column %zu line %zu offset %zu length %zu found "
                "%zu expected %zu",
                i, (int)fault.code, place->row, place->column, place->line, place->offset,
                place->length, fault.found, fault.expected);
        arena_clear(&f->arena);
    }
    struct csv_table table;
    struct csv_fault fault;
    assert_false(read_bytes(f, "x\n1\0\n2", 7, (struct csv_options){0}, &table, &fault));
    assert_true(fault.code == CSV_NUL && fault.place.offset == 3 &&
                fault.place.line == 2);
}

static void limits_are_told(void **state)
{
    struct fixture *f = *state;
    struct csv_table table;
    struct csv_fault fault;
    size_t length = 3 << 20;
    char *text = malloc(length);
    assert_non_null(text);
    for (int quoted = 0; quoted < 2; quoted++) {
        memset(text, '1', length);
        memcpy(text, quoted ? "x,y\n1,\"" : "x,y\n1,2", 7);
        assert_false(
            read_bytes(f, text, length, (struct csv_options){0}, &table, &fault));
        assert_int_equal(fault.code, quoted ? CSV_QUOTE_OPEN : CSV_CELL_LONG);
        assert_true(fault.place.row == 1 && fault.place.column == 2 &&
                    fault.place.line == 2);
        arena_clear(&f->arena);
    }
    /* A cell may have as many bytes as it says. */
    memset(text, '1', length);
    text[0] = 'x';
    text[1] = '\n';
    assert_true(
        read_bytes(f, text, 2 + CSV_CELL_MOST, (struct csv_options){0}, &table, &fault));
    assert_false(
        read_bytes(f, text, 3 + CSV_CELL_MOST, (struct csv_options){0}, &table, &fault));
    assert_true(fault.code == CSV_CELL_LONG && fault.expected == CSV_CELL_MOST);
    memset(text, ',', CSV_COLUMNS_MOST);
    assert_false(
        read_bytes(f, text, CSV_COLUMNS_MOST, (struct csv_options){0}, &table, &fault));
    assert_true(fault.code == CSV_TOO_MANY_COLUMNS &&
                fault.found == CSV_COLUMNS_MOST + 1 &&
                fault.expected == CSV_COLUMNS_MOST);
    assert_true(read_bytes(f, text, CSV_COLUMNS_MOST - 1,
                           (struct csv_options){.header = CSV_HEADER_PRESENT}, &table,
                           &fault));
    assert_int_equal(table.column_count, CSV_COLUMNS_MOST);
    assert_string_equal(table.columns[CSV_COLUMNS_MOST - 1].name, "col100000");
    free(text);
}

/* A table of many columns whose rows are short must not be given room for all of them. */
static void memory_is_not_taken_for_cells_that_are_not_there(void **state)
{
    struct fixture *f = *state;
    f->memory.limit = 64 << 20;
    size_t wide = 50000, rows = 500000, length = wide + 2 * rows;
    char *text = malloc(length);
    assert_non_null(text);
    memset(text, ',', wide);
    for (size_t i = 0; i < rows; i++)
        memcpy(text + wide + 2 * i, "\n1", 2);
    struct csv_table table;
    struct csv_fault fault;
    if (setjmp(f->fail.landing) == 0) {
        assert_false(
            read_bytes(f, text, length, (struct csv_options){0}, &table, &fault));
        assert_int_equal(fault.code, CSV_RAGGED);
    } else {
        fail_msg("took more than the limit");
    }
    free(text);
}

/* Columns of numbers alone are walked through twice. */
static void check_numbers_are_polled(struct fixture *f)
{
    const struct csv_options options = {0};
    struct csv_table table;
    struct csv_fault fault;
    struct text out;
    text_init(&out, &f->arena);
    for (size_t i = 0; i < 200000; i++)
        text_puts(&out, "7,8\n");
    size_t left = 2 * (out.length / DATA_POLL_BYTES - 2);
    struct data_poll poll = {.go_on = count_down, .user = &left};
    assert_false(
        csv_read(out.data, out.length, &options, poll, &f->arena, &table, &fault));
    assert_int_equal(fault.code, CSV_STOPPED);
}

/* Characters of several bytes, whole and not, where the text is looked at in pieces. */
static void characters_may_lie_across_pieces(void **state)
{
    struct fixture *f = *state;
    struct csv_table table;
    struct csv_fault fault;
    const size_t length = 3 * DATA_POLL_BYTES;
    char *text = malloc(length);
    assert_non_null(text);
    for (size_t at = DATA_POLL_BYTES - 4; at < DATA_POLL_BYTES + 2; at++) {
        memcpy(text, "x\na", 3);
        memset(text + 3, 'b', length - 3);
        memcpy(text + at, "\xF0\x9F\x98\x80", 4);
        assert_true(read_bytes(f, text, length, (struct csv_options){0}, &table, &fault));
        text[at + 3] = 'b';
        assert_false(
            read_bytes(f, text, length, (struct csv_options){0}, &table, &fault));
        assert_true(fault.code == CSV_NOT_UTF8 && fault.place.offset == at);
        text[at] = 'b';
        assert_false(
            read_bytes(f, text, length, (struct csv_options){0}, &table, &fault));
        assert_true(fault.code == CSV_NOT_UTF8 && fault.place.offset == at + 1);
    }
    free(text);
}

static void reading_and_writing_end_when_asked_to(void **state)
{
    struct fixture *f = *state;
    struct text out;
    text_init(&out, &f->arena);
    text_puts(&out, "x,name\n");
    for (size_t i = 0; i < 100000; i++)
        text_format(&out, "%zu,\"n%zu\"\n", i, i % 7);
    size_t asked = 0;
    const struct csv_options options = {0};
    struct csv_table table;
    struct csv_fault fault;
    for (size_t no = 1;; no++) {
        size_t left = no;
        struct data_poll poll = {.go_on = count_down, .user = &left};
        if (csv_read(out.data, out.length, &options, poll, &f->arena, &table, &fault))
            break;
        assert_int_equal(fault.code, CSV_STOPPED);
        asked = no;
    }
    /* Three walks over 1.2 MB. */
    assert_true(asked > 3 * (out.length / DATA_POLL_BYTES - 2));
    check_numbers_are_polled(f);
    size_t left = 3;
    struct text again;
    text_init(&again, &f->arena);
    assert_false(csv_write(&again, table.columns, 2, table.row_count, ',',
                           (struct data_poll){.go_on = count_down, .user = &left}));
    assert_true(again.length < 4 * DATA_POLL_BYTES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(faults_tell_what_and_where),
        TEST(limits_are_told),
        TEST(memory_is_not_taken_for_cells_that_are_not_there),
        TEST(characters_may_lie_across_pieces),
        TEST(reading_and_writing_end_when_asked_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
