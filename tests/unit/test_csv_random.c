/* SPDX-License-Identifier: MIT
 * test_csv_random.c - random tables against a second reader, and damaged ones.
 *
 * The second reader goes byte by byte through a machine of four states and keeps every
 * cell apart; it is slow and shares nothing with the first but number_parse. */
#include "csv_fixture.h"

#include <ctype.h>

enum { CELLS_MOST = 4096, BYTES_MOST = 1 << 16 };

struct naive_cell {
    char *text; /* NUL-terminated, without blanks around */
    bool is_quoted;
    size_t row, column; /* from 0 */
};

struct naive {
    struct naive_cell cells[CELLS_MOST];
    size_t count, rows;
    bool is_wrong; /* in a quote at the end, or bytes behind one */
    bool is_ragged;
    size_t ragged_row;
};

enum state { BEFORE, BARE, QUOTED, CLOSED };

struct machine {
    struct naive *out;
    char cell[BYTES_MOST];
    size_t length, kept; /* `kept` bytes are no blanks at the end */
    enum state state;
    bool is_quoted;
    size_t row, column;
};

static void end_cell(struct fixture *f, struct machine *m)
{
    assert_true(m->out->count < CELLS_MOST);
    m->out->cells[m->out->count++] = (struct naive_cell){
        arena_copy(&f->arena, m->cell, m->kept), m->is_quoted, m->row, m->column};
    m->length = m->kept = 0;
    m->state = BEFORE;
    m->is_quoted = false;
}

static void push(struct machine *m, char c, bool is_kept)
{
    m->cell[m->length++] = c;
    m->kept = is_kept ? m->length : m->kept;
}

/* A byte that is neither in quotes nor the end of a cell. */
static void take(struct machine *m, char c, bool is_blank)
{
    if (m->state == BEFORE && c == '"') {
        m->state = QUOTED;
        m->is_quoted = true;
    } else if (m->state == CLOSED) {
        m->out->is_wrong |= !is_blank;
    } else if (m->state != BEFORE || !is_blank) {
        m->state = BARE;
        push(m, c, !is_blank);
    }
}

/* Removes blank rows at both ends; tells of rows that are not as long as the first. */
static void finish(struct naive *out)
{
    size_t begin = 0;
    while (begin < out->count && *out->cells[begin].text == '\0' &&
           !out->cells[begin].is_quoted &&
           (begin + 1 == out->count || out->cells[begin + 1].column == 0))
        begin++;
    while (out->count > begin && *out->cells[out->count - 1].text == '\0' &&
           !out->cells[out->count - 1].is_quoted &&
           out->cells[out->count - 1].column == 0)
        out->count--;
    out->count -= begin;
    memmove(out->cells, out->cells + begin, out->count * sizeof *out->cells);
    size_t first = out->count == 0 ? 0 : out->cells[0].row, width = 0;
    for (size_t i = 0; i < out->count; i++) {
        out->cells[i].row -= first;
        bool is_last = i + 1 == out->count || out->cells[i + 1].column == 0;
        if (!is_last)
            continue;
        if (out->cells[i].row == 0)
            width = out->cells[i].column;
        if (out->cells[i].column != width && !out->is_ragged) {
            out->is_ragged = true;
            out->ragged_row = out->cells[i].row;
        }
        out->rows = out->cells[i].row + 1;
    }
}

static void read_naively(struct fixture *f, const char *text, size_t length,
                         char separator, struct naive *out)
{
    static struct machine m;
    memset(&m, 0, sizeof m);
    memset(out, 0, sizeof *out);
    m.out = out;
    size_t i = length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    for (; i < length; i++) {
        char c = text[i];
        if (m.state == QUOTED && c == '"' && i + 1 < length && text[i + 1] == '"') {
            push(&m, text[i++], true);
        } else if (m.state == QUOTED && c == '"') {
            m.state = CLOSED;
        } else if (m.state == QUOTED) {
            push(&m, c, true);
        } else if (c == separator) {
            end_cell(f, &m);
            m.column++;
        } else if (c == '\n' || c == '\r') {
            end_cell(f, &m);
            i += c == '\r' && i + 1 < length && text[i + 1] == '\n';
            m.row++;
            m.column = 0;
        } else {
            take(&m, c, c == ' ' || (c == '\t' && separator != '\t'));
        }
    }
    out->is_wrong |= m.state == QUOTED;
    end_cell(f, &m);
    finish(out);
}

/* 0 missing, 1 a number, 2 text */
static int classify(const char *text, double *value)
{
    static const char *const missing[] = {"", "na", "nan", "?", "null"};
    char word[64];
    *value = (double)NAN;
    size_t length = strlen(text), begin = 0;
    while (length > 0 && (text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    while (begin < length && (text[begin] == ' ' || text[begin] == '\t'))
        begin++;
    if (strchr(text, '_') == NULL && number_parse(text + begin, length - begin, value))
        return 1;
    if (length - begin >= sizeof word)
        return 2;
    for (size_t i = begin; i < length; i++)
        word[i - begin] = (char)tolower((unsigned char)text[i]);
    word[length - begin] = '\0';
    for (size_t i = 0; i < SIZE(missing); i++)
        if (strcmp(word, missing[i]) == 0)
            return 0;
    if (strcmp(word, "inf") != 0 && strcmp(word, "-inf") != 0)
        return 2;
    *value = *word == '-' ? -(double)INFINITY : (double)INFINITY;
    return 1;
}

static void compare_column(const struct naive *naive, const struct csv_column *column,
                           size_t index)
{
    bool is_text = false;
    size_t missing = 0, numbers = 0;
    double value = 0;
    for (size_t i = 0; i < naive->count; i++)
        if (naive->cells[i].column == index && naive->cells[i].row > 0) {
            int kind = classify(naive->cells[i].text, &value);
            is_text |= kind == 2;
            missing += kind == 0;
            numbers += kind == 1;
        }
    assert_int_equal(column->numbers == NULL, is_text);
    assert_int_equal(column->texts != NULL, is_text);
    assert_int_equal(column->missing, missing);
    assert_int_equal(column->number_count, numbers);
    for (size_t i = 0; i < naive->count; i++) {
        const struct naive_cell *cell = &naive->cells[i];
        if (cell->column != index || cell->row == 0)
            continue;
        int kind = classify(cell->text, &value);
        if (is_text)
            assert_string_equal(column->texts[cell->row - 1],
                                kind == 0 ? "" : cell->text);
        else
            assert_true(are_same_bits(column->numbers[cell->row - 1], value));
    }
}

/* ---- random tables ---- */

static const char *const CELLS[] = {"1",
                                    "-2.5",
                                    "0.1",
                                    "1e-7",
                                    "123456789",
                                    "0.30000000000000004",
                                    "\"7\"",
                                    " 3 ",
                                    "\t4",
                                    "",
                                    "NA",
                                    "?",
                                    "\" 5\"",
                                    "inf",
                                    "1e400",
                                    "00012",
                                    "12345678901234567890123",
                                    "-0"};
static const char *const TEXTS[] = {
    "ann",        "\"a,b\"", "\"a;b\tc\"", "\"two\nlines\"", "\"\"\"\"",
    "\"x\"\"y\"", "\"\"",    " b c ",      "\"\r\n\" ",      " \" q \"",
    "5\"",        "1_0",     "\xCE\xB1",   "nano",           "\"a\rb\"",
    "--1",        "1e",      "a\"\"b"};

/* Returns the bytes; most columns are numbers alone. */
static size_t make_table(uint64_t *seed, char separator, char *out)
{
    static const char *const ends[] = {"\n", "\r\n", "\r"};
    size_t columns = 1 + draw(seed, 6), length = 0;
    size_t rows = draw(seed, draw(seed, 8) == 0 ? 120 : 12);
    bool has_text = draw(seed, 2) == 0, is_ragged = draw(seed, 10) == 0;
    const char *usual = ends[draw(seed, 3)];
    if (draw(seed, 5) == 0)
        length += strlen(strcpy(out, "\xEF\xBB\xBF"));
    for (size_t row = 0; row <= rows; row++) {
        size_t width = is_ragged && draw(seed, 8) == 0 ? 1 + draw(seed, 8) : columns;
        for (size_t i = 0; i < width; i++) {
            bool is_text = has_text && draw(seed, 6) == 0;
            const char *cell =
                is_text ? TEXTS[draw(seed, SIZE(TEXTS))] : CELLS[draw(seed, SIZE(CELLS))];
            /* A bare TAB would be a separator here. */
            if (*cell == '\t' && separator == '\t')
                cell = "4";
            length += strlen(strcpy(out + length, cell));
            if (i + 1 < width)
                out[length++] = separator;
        }
        const char *end = draw(seed, 10) == 0 ? ends[draw(seed, 3)] : usual;
        if (row < rows || draw(seed, 3) > 0)
            length += strlen(strcpy(out + length, end));
    }
    for (size_t more = draw(seed, 4) == 0 ? draw(seed, 4) : 0; more > 0; more--)
        length += strlen(strcpy(out + length, more % 2 == 0 ? " \n" : usual));
    return length;
}

/* Cut into small pieces, by three threads, the text gives the same. */
static void check_pieces(struct fixture *f, const char *text, size_t length,
                         struct csv_options options, const struct csv_table *whole,
                         const struct csv_fault *why)
{
    static uint64_t seed = 3;
    struct csv_table table;
    struct csv_fault fault;
    options.threads = 3;
    options.piece_bytes = 1 + draw(&seed, length / 2 + 1);
    bool done = read_bytes(f, text, length, options, &table, &fault);
    if (whole != NULL ? !done || !are_same_tables(whole, &table)
                      : done || !are_same_faults(why, &fault))
        fail_msg("by %zu bytes: %.*s", options.piece_bytes, (int)length, text);
}

/* Both readers agree, whatever the bytes are. */
static bool compare(struct fixture *f, const char *text, size_t length, char separator)
{
    static struct naive naive;
    struct csv_table table;
    struct csv_fault fault;
    const struct csv_options options = {.separator = separator,
                                        .header = CSV_HEADER_PRESENT};
    bool done = read_bytes(f, text, length, options, &table, &fault);
    check_pieces(f, text, length, options, done ? &table : NULL, &fault);
    if (!done && (fault.code == CSV_NUL || fault.code == CSV_NOT_UTF8))
        return false;
    read_naively(f, text, length, separator, &naive);
    if (!done) {
        bool is_right = fault.code == CSV_NO_DATA  ? naive.count == 0
                        : fault.code == CSV_RAGGED ? naive.is_ragged
                                                   : naive.is_wrong;
        if (fault.code == CSV_RAGGED && !naive.is_wrong)
            is_right &= fault.place.row == naive.ragged_row;
        if (!is_right)
            fail_msg("fault %d in: %.*s", (int)fault.code, (int)length, text);
        return false;
    }
    assert_true(!naive.is_wrong && !naive.is_ragged);
    assert_int_equal(table.row_count + 1, naive.rows);
    for (size_t i = 0; i < table.column_count; i++) {
        if (!table.columns[i].is_renamed)
            assert_string_equal(table.columns[i].name, naive.cells[i].text);
        compare_column(&naive, &table.columns[i], i);
    }
    return true;
}

static void random_tables_are_what_a_second_reader_reads(void **state)
{
    struct fixture *f = *state;
    static char text[BYTES_MOST];
    uint64_t seed = 2026;
    size_t done = 0;
    for (size_t turn = 0; turn < 20000; turn++) {
        char separator = ",;\t|"[draw(&seed, 4)];
        size_t length = make_table(&seed, separator, text);
        done += compare(f, text, length, separator);
        arena_clear(&f->arena);
    }
    assert_true(done > 15000 && done < 20000);
}

static void damaged_tables_are_what_a_second_reader_reads(void **state)
{
    struct fixture *f = *state;
    static char text[BYTES_MOST];
    uint64_t seed = 77;
    for (size_t turn = 0; turn < 20000; turn++) {
        char separator = ",;\t|"[draw(&seed, 4)];
        size_t length = make_table(&seed, separator, text);
        length = mutate(&seed, "\",;\n\r\t 1e.-x#\xEF\xBB", text, length);
        /* NUL bytes would end the texts of the second reader; they have a test. */
        (void)compare(f, text, length, separator);
        struct csv_table table;
        struct csv_fault fault;
        const struct csv_options options = {.decimal_comma = draw(&seed, 2) == 0,
                                            .comment = draw(&seed, 2) == 0 ? '#' : '\0'};
        bool done = read_bytes(f, text, length, options, &table, &fault);
        check_pieces(f, text, length, options, done ? &table : NULL, &fault);
        if (done && table.row_count > 0)
            assert_true(table.column_count > 0 && table.columns[0].name[0] != '\0');
        arena_clear(&f->arena);
    }
}

static void every_prefix_of_a_table_is_read_or_refused(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "\xEF\xBB\xBFname, x ,\"y\"\r\n\"a, \"\"b\"\"\",1.5,NA\r\n"
                               "\xCE\xB1,-2e-3,4\r\n\"two\nlines\",3,\"5\"\r\n";
    for (size_t length = 0; length < sizeof text; length++) {
        (void)compare(f, text, length, ',');
        arena_clear(&f->arena);
    }
    assert_true(compare(f, text, sizeof text - 1, ','));
}

/* With the k-th request for memory failing, for every k. */
static void memory_that_ends_ends_the_reading(void **state)
{
    struct fixture *f = *state;
    static const char text[] = "name,x,x\na,1,2\n\"b\",3,4\n\"5\"\"\",5,\"6\"\n";
    for (volatile uint64_t request = 1;; request++) {
        struct csv_table table;
        struct csv_fault fault;
        f->memory.requests = 0;
        f->memory.fail_at = request;
        volatile bool done = false;
        if (setjmp(f->fail.landing) == 0) {
            const struct csv_options options = {.threads = 2, .piece_bytes = 7};
            done = csv_read(text, sizeof text - 1, &options, (struct data_poll){0},
                            &f->arena, &table, &fault);
            assert_true(done);
        }
        arena_clear(&f->arena);
        if (done)
            break;
    }
    f->memory.fail_at = 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(random_tables_are_what_a_second_reader_reads),
        TEST(damaged_tables_are_what_a_second_reader_reads),
        TEST(every_prefix_of_a_table_is_read_or_refused),
        TEST(memory_that_ends_ends_the_reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
