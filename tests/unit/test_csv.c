/* SPDX-License-Identifier: MIT
 * test_csv.c - tables as text: what is read, and written. */
#include "csv_fixture.h"

/* The table as it is written, with `|` between cells: names, then rows. */
static const char *show(struct fixture *f, const struct csv_table *table)
{
    struct text out;
    text_init(&out, &f->arena);
    for (size_t i = 0; i < table->column_count; i++)
        text_format(&out, "%s%s", i == 0 ? "" : "|", table->columns[i].name);
    for (size_t row = 0; row < table->row_count; row++)
        for (size_t i = 0; i < table->column_count; i++) {
            const struct csv_column *column = &table->columns[i];
            text_puts(&out, i == 0 ? "\n" : "|");
            if (column->numbers != NULL)
                text_number(&out, column->numbers[row]);
            else
                text_format(&out, "'%s'", column->texts[row]);
        }
    return text_string(&out);
}

struct row {
    const char *text, *shown;
    struct csv_options options;
};

static void check_rows(struct fixture *f, const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct csv_table table;
        struct csv_fault fault;
        if (!read_bytes(f, rows[i].text, strlen(rows[i].text), rows[i].options, &table,
                        &fault))
            fail_msg("fault %d at byte %zu of: %s", (int)fault.code, fault.place.offset,
                     rows[i].text);
        assert_string_equal(show(f, &table), rows[i].shown);
        arena_clear(&f->arena);
    }
}

static void rows_end_in_any_line_end(void **state)
{
    const struct row rows[] = {
        {"x,y\n1,2\n3,4\n", "x|y\n1|2\n3|4", {0}},
        {"x,y\n1,2\n3,4", "x|y\n1|2\n3|4", {0}},
        {"x,y\r\n1,2\r\n3,4\r\n", "x|y\n1|2\n3|4", {0}},
        {"x,y\r1,2\r3,4\r", "x|y\n1|2\n3|4", {0}},
        {"x,y\n1,2\r3,4\r\n5,6", "x|y\n1|2\n3|4\n5|6", {0}},
        {"\xEF\xBB\xBFx,y\n1,2\n", "x|y\n1|2", {0}},
        {"x,y\n1,2\n\n\n", "x|y\n1|2", {0}},
        {"x,y\n1,2\n  \n \r\n", "x|y\n1|2", {0}},
        {"\n \r\nx,y\n1,2", "x|y\n1|2", {0}},
        {"x\n1\n\n3\n\n", "x\n1\nnan\n3", {0}},
    };
    check_rows(*state, rows, SIZE(rows));
}

static void quotes_protect_what_is_between_them(void **state)
{
    const struct row rows[] = {
        {"name,y\n\"a,b\",1\n", "name|y\n'a,b'|1", {0}},
        {"name,y\n\"a\nb\r\nc\",1\n", "name|y\n'a\nb\r\nc'|1", {0}},
        {"name,y\n\"say \"\"hi\"\"\",1\n", "name|y\n'say \"hi\"'|1", {0}},
        {"name,y\n\"\"\"\",1\n", "name|y\n'\"'|1", {0}},
        {"name,y\n\" a \",1\n", "name|y\n' a '|1", {0}},
        {"name,y\n  \"a\"  ,1\n", "name|y\n'a'|1", {0}},
        {"name,y\n\"\",1\n\"b\",2", "name|y\n''|1\n'b'|2", {0}},
        {"\"x\",\"y\"\n\"1\",\" 2.5 \"\n", "x|y\n1|2.5", {0}},
        {"name,y\n5\" pipe,1\n", "name|y\n'5\" pipe'|1", {0}},
        {"\"a, b\",y\n1,2\n", "a, b|y\n1|2", {0}},
        {"x\n1\n\"\"\n", "x\n1\nnan", {0}},
    };
    check_rows(*state, rows, SIZE(rows));
}

static void the_separator_is_found(void **state)
{
    const struct row rows[] = {
        {"x;y\n1;2\n", "x|y\n1|2", {0}},
        {"x\ty\n1\t2\n", "x|y\n1|2", {0}},
        {"x\ty\n1\t\n\t2\n\t\n", "x|y\n1|nan\nnan|2\nnan|nan", {0}},
        {"x;y\n1,5;2,5\n3,5;4\n",
         "x|y\n'1,5'|'2,5'\n'3,5'|'4'",
         {.header = CSV_HEADER_PRESENT}},
        {"x;y\n1,5;2,5\n", "x|y\n1.5|2.5", {.decimal_comma = true}},
        {"x\n1,5\n", "x\n1.5", {.decimal_comma = true}},
        {"x|y\n1|2\n", "x|y\n1|2", {.separator = '|'}},
        {"x:y\n1:2\n", "x|y\n1|2", {.separator = ':'}},
        {"a;b,c;d\n1;2,3;4\n",
         "a|b,c|d\n1|'2,3'|4",
         {.separator = ';', .header = CSV_HEADER_PRESENT}},
        {"\"a;b;c\",d\n1,2\n", "a;b;c|d\n1|2", {0}},
        {"a,b,c;d\n1;2\n", "a,b,c|d\n1|2", {0}},
        {"x\n1\n", "x\n1", {0}},
    };
    check_rows(*state, rows, SIZE(rows));
}

static void a_header_is_text_above_numbers(void **state)
{
    const struct row rows[] = {
        {"1,2\n3,4\n", "col1|col2\n1|2\n3|4", {0}},
        {"a,1\nb,2\n", "col1|col2\n'a'|1\n'b'|2", {0}},
        {"name,age\nann,41\n", "name|age\n'ann'|41", {0}},
        {"name,age\nann,\nbob,7\n", "name|age\n'ann'|nan\n'bob'|7", {0}},
        {"x\n1\n2\noops\n4\n", "x\n'1'\n'2'\n'oops'\n'4'", {0}},
        {"a,b\nc,d\n", "col1|col2\n'a'|'b'\n'c'|'d'", {0}},
        {"a,b\nc,d\n", "a|b\n'c'|'d'", {.header = CSV_HEADER_PRESENT}},
        {"x,y\n1,2\n", "col1|col2\n'x'|'y'\n'1'|'2'", {.header = CSV_HEADER_ABSENT}},
        {"1,2\n3,4\n", "1|2\n3|4", {.header = CSV_HEADER_PRESENT}},
        {"x,y\n", "x|y", {0}},
        {"1,2\n", "col1|col2\n1|2", {0}},
        {"x,1\n", "col1|col2\n'x'|1", {0}},
        {"?\n", "col1\nnan", {0}},
    };
    check_rows(*state, rows, SIZE(rows));
}

static void columns_have_names_of_their_own(void **state)
{
    const struct csv_options present = {.header = CSV_HEADER_PRESENT};
    const struct row rows[] = {
        {"x,,\n1,2,3\n", "x|col2|col3\n1|2|3", present},
        {"x,x,x\n1,2,3\n", "x|x_2|x_3\n1|2|3", present},
        {"x,x,x_2\n1,2,3\n", "x|x_3|x_2\n1|2|3", present},
        {",col1,\n1,2,3\n", "col2|col1|col3\n1|2|3", present},
        {" x , \"y \" \n1,2\n", "x|y \n1|2", present},
    };
    check_rows(*state, rows, SIZE(rows));
    struct fixture *f = *state;
    struct csv_table table;
    struct csv_fault fault;
    assert_true(read_bytes(f, "a,,a\n1,2,3\n", 11, present, &table, &fault));
    assert_true(!table.columns[0].is_renamed && table.columns[1].is_renamed &&
                table.columns[2].is_renamed && table.has_header &&
                table.separator == ',');
}

static void cells_are_numbers_missing_or_text(void **state)
{
    struct fixture *f = *state;
    const struct row rows[] = {
        {"x\n 1 \n\t2\n+3\n-4e2\n.5\n", "x\n1\n2\n3\n-400\n0.5", {0}},
        {"x,y\n1,inf\n2,-Infinity\n3,INF\n", "x|y\n1|inf\n2|-inf\n3|inf", {0}},
        {"x,y\n1,\n2,NA\n3,nan\n4,?\n5,NULL\n6,7",
         "x|y\n1|nan\n2|nan\n3|nan\n4|nan\n5|nan\n6|7",
         {0}},
        {"x,y\n1,a\n2,NA\n3,\n4,?\n", "x|y\n1|'a'\n2|''\n3|''\n4|''", {0}},
        {"x,y\n1,1_000\n", "x|y\n1|'1_000'", {0}},
        {"x,y\n1,0x10\n", "x|y\n1|'0x10'", {0}},
        {"x,y\n1,2 3\n", "x|y\n1|'2 3'", {0}},
        {"x,y\n1,1e5x\n2, b c \n", "x|y\n1|'1e5x'\n2|'b c'", {0}},
        {"x,y\n1,7\n2,\"a\"\"b\"\n3,8\n", "x|y\n1|'7'\n2|'a\"b'\n3|'8'", {0}},
        {"x,y\n1,nano\n", "x|y\n1|'nano'", {0}},
        {"x,y\n1,\xCE\xB1\n", "x|y\n1|'\xCE\xB1'", {0}},
    };
    check_rows(f, rows, SIZE(rows));
    struct csv_table table;
    struct csv_fault fault;
    const char text[] = "\"two\nlines\",y\n1,2\n3,NA\n\"4\n\",oops\n5,6\n7,worse\n";
    assert_true(
        read_bytes(f, text, sizeof text - 1, (struct csv_options){0}, &table, &fault));
    const struct csv_column *y = &table.columns[1];
    assert_true(y->numbers == NULL && y->missing == 1 && y->number_count == 2);
    assert_int_equal(y->not_number.row, 3);
    assert_int_equal(y->not_number.column, 2);
    assert_int_equal(y->not_number.line, 6);
    assert_int_equal(y->not_number.offset, 28);
    assert_int_equal(y->not_number.length, 4);
    assert_true(table.columns[0].numbers == NULL || table.columns[0].number_count == 5);
}

static void comments_are_skipped_when_asked_for(void **state)
{
    const struct csv_options sharp = {.comment = '#'};
    const struct row rows[] = {
        {"# made by hand\n\nx,y\n1,2\n# between, \"them\n\n3,4\n# end\n\n#",
         "x|y\n1|2\n3|4", sharp},
        {"x,y\n1,#2\n", "x|y\n1|'#2'", sharp},
        {"x,y\n1,\"a\n#b\"\n", "x|y\n1|'a\n#b'", sharp},
        {"#x,y\n1,2\n", "#x|y\n1|2", {0}},
    };
    check_rows(*state, rows, SIZE(rows));
}

/* Long columns of numbers take the quickest way. */
static void long_columns_are_whole(void **state)
{
    struct fixture *f = *state;
    enum { ROWS = 200000 };
    for (int columns = 1; columns <= 2; columns++) {
        struct text out;
        struct csv_table table;
        struct csv_fault fault;
        text_init(&out, &f->arena);
        for (size_t i = 0; i < ROWS; i++)
            text_puts(&out, columns == 1 ? "7\n" : "7,8\n");
        assert_true(
            read_bytes(f, out.data, out.length, (struct csv_options){0}, &table, &fault));
        assert_int_equal(table.row_count, ROWS);
        double sum = 0;
        for (int i = 0; i < columns; i++)
            for (size_t row = 0; row < ROWS; row++)
                sum += table.columns[i].numbers[row];
        assert_true(sum == (columns == 1 ? 7.0 : 15.0) * ROWS);
    }
}

static void what_is_written_reads_back(void **state)
{
    struct fixture *f = *state;
    enum { WRITTEN = 9 };
    double numbers[] = {
        0.1,         -0.0,     1e300,      5e-324, (double)INFINITY, -(double)INFINITY,
        (double)NAN, 12345678, (double)NAN};
    const char *texts[] = {"",   "a,b",          "say \"hi\"", " x ", "two\nlines",
                           "#c", "\xEF\xBB\xBF", "\r",         ""};
    const struct csv_column columns[] = {{.name = "x, \"y\"", .numbers = numbers},
                                         {.name = "t", .texts = texts}};
    for (size_t first = 0; first < 2; first++)
        for (size_t count = 1; count <= 2 - first; count++) {
            struct text out;
            struct csv_table table;
            struct csv_fault fault;
            const struct csv_options options = {.separator = ';',
                                                .header = CSV_HEADER_PRESENT};
            text_init(&out, &f->arena);
            assert_true(csv_write(&out, columns + first, count, WRITTEN, ';',
                                  (struct data_poll){0}));
            assert_true(read_bytes(f, out.data, out.length, options, &table, &fault));
            assert_int_equal(table.row_count, WRITTEN);
            assert_string_equal(table.columns[0].name, columns[first].name);
            for (size_t row = 0; row < WRITTEN; row++) {
                if (first == 0)
                    assert_true(
                        are_same_bits(table.columns[0].numbers[row], numbers[row]));
                if (first + count == 2)
                    assert_string_equal(table.columns[count - 1].texts[row], texts[row]);
            }
        }
    struct text out;
    text_init(&out, &f->arena);
    assert_true(csv_write(&out, columns, 2, 3, ',', (struct data_poll){0}));
    assert_string_equal(
        out.data, "\"x, \"\"y\"\"\",t\n0.1,\n-0,\"a,b\"\n1e300,\"say \"\"hi\"\"\"\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(rows_end_in_any_line_end),
        TEST(quotes_protect_what_is_between_them),
        TEST(the_separator_is_found),
        TEST(a_header_is_text_above_numbers),
        TEST(columns_have_names_of_their_own),
        TEST(cells_are_numbers_missing_or_text),
        TEST(comments_are_skipped_when_asked_for),
        TEST(long_columns_are_whole),
        TEST(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
