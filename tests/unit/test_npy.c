/* SPDX-License-Identifier: MIT
 * test_npy.c - NumPy's arrays: golden bytes, every element type, damaged files. */
#include "data/npy.h"

#include "data_fixture.h"

#include <stdio.h>

#define SIZE(array) (sizeof(array) / sizeof *(array))

enum { BYTES_MOST = 4096 };

struct file {
    char bytes[BYTES_MOST];
    size_t length;
};

static void put(struct file *file, const void *bytes, size_t length)
{
    assert_true(file->length + length <= BYTES_MOST);
    memcpy(file->bytes + file->length, bytes, length);
    file->length += length;
}

/* A file with the header `header`, which gets blanks and a line end. */
static struct file make_file(int version, const char *header, const void *data,
                             size_t size)
{
    struct file file = {.length = 0};
    size_t preamble = version == 1 ? 10 : 12, used = preamble + strlen(header) + 1;
    size_t padding = (64 - used % 64) % 64, length = strlen(header) + padding + 1;
    const unsigned char begin[12] = {0x93,
                                     'N',
                                     'U',
                                     'M',
                                     'P',
                                     'Y',
                                     (unsigned char)version,
                                     0,
                                     (unsigned char)(length & 0xFF),
                                     (unsigned char)(length >> 8)};
    put(&file, begin, preamble);
    put(&file, header, strlen(header));
    for (size_t i = 0; i < padding; i++)
        put(&file, " ", 1);
    put(&file, "\n", 1);
    if (size > 0)
        put(&file, data, size);
    return file;
}

static bool read_file(struct fixture *f, const struct file *file, struct npy_array *array,
                      struct npy_fault *fault)
{
    char *copy = exact_copy(file->bytes, file->length);
    memset(fault, 0xAA, sizeof *fault);
    bool done = npy_read(copy, file->length, false, (struct data_poll){0}, &f->arena,
                         array, fault);
    free(copy);
    return done;
}

/* Elements as they stand in a file, and what they are. */
struct type_row {
    const char *type;
    const char *bytes;
    size_t size, count;
    double values[4];
};

static void every_type_is_read_in_either_byte_order(void **state)
{
    struct fixture *f = *state;
    static const struct type_row rows[] = {
        {"<f8",
         "\x9A\x99\x99\x99\x99\x99\xB9\x3F\0\0\0\0\0\0\xF0\xFF",
         8,
         2,
         {0.1, -(double)INFINITY}},
        {">f8", "\x3F\xB9\x99\x99\x99\x99\x99\x9A\x80\0\0\0\0\0\0\0", 8, 2, {0.1, -0.0}},
        {"<f4", "\0\0\xC0\x3F\0\0\x80\xFF", 4, 2, {1.5, -(double)INFINITY}},
        {">f4", "\x3F\xC0\0\0\0\0\0\x01", 4, 2, {1.5, 0x1p-149}},
        {"|i1", "\x7F\x80\xFF\0", 1, 4, {127, -128, -1, 0}},
        {"<i2", "\xFE\xFF\x00\x80\x01\x02", 2, 3, {-2, -32768, 513}},
        {">i2", "\xFF\xFE\x80\x00\x02\x01", 2, 3, {-2, -32768, 513}},
        {"<i4", "\xFE\xFF\xFF\xFF\0\0\0\x80", 4, 2, {-2, -2147483648.0}},
        {">i4", "\xFF\xFF\xFF\xFE\x7F\xFF\xFF\xFF", 4, 2, {-2, 2147483647}},
        {"<i8",
         "\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0\0\0\0\0\0\0\x80",
         8,
         2,
         {-2, -9223372036854775808.0}},
        {">i8", "\0\0\0\0\0\0\0\x07", 8, 1, {7}},
        {"|u1", "\xFF\x80", 1, 2, {255, 128}},
        {"<u2", "\xFE\xFF", 2, 1, {65534}},
        {">u2", "\xFF\xFE", 2, 1, {65534}},
        {"<u4", "\xFE\xFF\xFF\xFF", 4, 1, {4294967294}},
        {">u4", "\xFF\xFF\xFF\xFE", 4, 1, {4294967294}},
        {"<u8", "\0\0\0\0\0\0\0\x80", 8, 1, {9223372036854775808.0}},
        {">u8", "\x80\0\0\0\0\0\0\0", 8, 1, {9223372036854775808.0}},
        {"|b1", "\0\x01\x02", 1, 3, {0, 1, 1}},
    };
    for (size_t i = 0; i < SIZE(rows); i++)
        for (int version = 1; version <= 2; version++) {
            char header[128];
            struct npy_array array;
            struct npy_fault fault;
            (void)snprintf(header, sizeof header,
                           "{'descr': '%s', 'fortran_order': False, 'shape': (%zu,), }",
                           rows[i].type, rows[i].count);
            struct file file =
                make_file(version, header, rows[i].bytes, rows[i].size * rows[i].count);
            assert_true(read_file(f, &file, &array, &fault));
            assert_true(array.axes == 1 && array.count == rows[i].count &&
                        array.rounded == 0);
            for (size_t j = 0; j < array.count; j++)
                if (!are_same_bits(array.numbers[j], rows[i].values[j]))
                    fail_msg("%s %zu", rows[i].type, j);
        }
}

static void integers_that_are_no_doubles_are_counted(void **state)
{
    struct fixture *f = *state;
    struct npy_array array;
    struct npy_fault fault;
    /* 2^53, 2^53 + 1, -(2^53 + 1), 2^63 - 1 */
    static const char data[] = "\0\0\0\0\0\0\x20\0\x01\0\0\0\0\0\x20\0"
                               "\xFF\xFF\xFF\xFF\xFF\xFF\xDF\xFF"
                               "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x7F";
    struct file file =
        make_file(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (4,)}", data, 32);
    assert_true(read_file(f, &file, &array, &fault));
    assert_int_equal(array.rounded, 3);
    assert_true(array.numbers[1] == 9007199254740992.0 && array.numbers[3] == 0x1p63);
    file = make_file(1, "{'descr': '<u8', 'fortran_order': False, 'shape': (1,)}",
                     "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF", 8);
    assert_true(read_file(f, &file, &array, &fault));
    assert_true(array.rounded == 1 && array.numbers[0] == 0x1p64);
}

struct shape_row {
    const char *header;
    size_t axes, shape[2];
    double values[6];
};

static void shapes_and_orders(void **state)
{
    struct fixture *f = *state;
    static const struct shape_row rows[] = {
        {"{'descr': '|u1', 'fortran_order': False, 'shape': (2, 3), }",
         2,
         {2, 3},
         {1, 2, 3, 4, 5, 6}},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }",
         2,
         {2, 3},
         {1, 3, 5, 2, 4, 6}},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (3, 2), }",
         2,
         {3, 2},
         {1, 4, 2, 5, 3, 6}},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (6,), }",
         1,
         {6, 0},
         {1, 2, 3, 4, 5, 6}},
        {"{'descr': '|u1', 'fortran_order': True, 'shape': (6, 1), }",
         2,
         {6, 1},
         {1, 2, 3, 4, 5, 6}},
        {"{'shape':(6L,),\"descr\":'|u1','fortran_order':False}",
         1,
         {6, 0},
         {1, 2, 3, 4, 5, 6}},
        {"{ 'fortran_order' : False , 'shape' : ( 1 , 6 , ) , 'descr' : '|u1' , } ",
         2,
         {1, 6},
         {1, 2, 3, 4, 5, 6}},
    };
    struct npy_array array;
    struct npy_fault fault;
    for (size_t i = 0; i < SIZE(rows); i++) {
        struct file file = make_file(1, rows[i].header, "\1\2\3\4\5\6", 6);
        if (!read_file(f, &file, &array, &fault))
            fail_msg("%s: fault %d at %zu", rows[i].header, (int)fault.code,
                     fault.offset);
        assert_true(array.axes == rows[i].axes && array.count == 6);
        assert_true(array.shape[0] == rows[i].shape[0] &&
                    array.shape[1] == rows[i].shape[1]);
        for (size_t j = 0; j < 6; j++)
            assert_true(array.numbers[j] == rows[i].values[j]);
    }
    struct file file =
        make_file(1, "{'descr': '|u1', 'fortran_order': False, 'shape': ()}", "\7", 1);
    assert_true(read_file(f, &file, &array, &fault));
    assert_true(array.axes == 0 && array.count == 1 && array.numbers[0] == 7);
    file =
        make_file(1, "{'descr': '<f8', 'fortran_order': True, 'shape': (0, 3)}", "", 0);
    assert_true(read_file(f, &file, &array, &fault));
    assert_true(array.axes == 2 && array.count == 0 && array.shape[1] == 3);
}

struct fault_row {
    const char *header;
    enum npy_code code;
    size_t offset, found, expected;
    const char *type;
};

#define REST ", 'fortran_order': False, 'shape': (6,)}"

static const struct fault_row FAULTS[] = {
    {"{'descr': '<f2'" REST, NPY_BAD_TYPE, 21, 0, 0, "<f2"},
    {"{'descr': '<c16'" REST, NPY_BAD_TYPE, 21, 0, 0, "<c16"},
    {"{'descr': '|O'" REST, NPY_BAD_TYPE, 21, 0, 0, "|O"},
    {"{'descr': '=f8'" REST, NPY_BAD_TYPE, 21, 0, 0, "=f8"},
    {"{'descr': '|f8'" REST, NPY_BAD_TYPE, 21, 0, 0, "|f8"},
    {"{'descr': ''" REST, NPY_BAD_TYPE, 21, 0, 0, ""},
    {"{'descr': [('a', '<f8'), ('b', '<f8')]" REST, NPY_BAD_TYPE, 20, 0, 0,
     "[('a', '<f8'), "},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (1, 2, 3)}", NPY_BAD_AXES, 60, 3,
     0, ""},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (7,)}", NPY_BAD_SIZE, 128, 6, 7,
     ""},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (5,)}", NPY_BAD_SIZE, 128, 6, 5,
     ""},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
     NPY_BAD_SIZE, 128, 6, SIZE_MAX, ""},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999999,)}",
     NPY_BAD_SIZE, 128, 6, SIZE_MAX, ""},
    {"{'descr': '<f8', 'fortran_order': False, 'shape': (2305843009213693952,)}",
     NPY_BAD_SIZE, 128, 6, SIZE_MAX, ""},
    {"{'descr': '|u1', 'fortran_order': False}", NPY_BAD_HEADER, 49, 0, 0, ""},
    {"{'descr': '|u1', 'descr': '|u1', 'shape': (6,)}", NPY_BAD_HEADER, 27, 0, 0, ""},
    {"{'descr': '|u1', 'order': False, 'shape': (6,)}", NPY_BAD_HEADER, 27, 0, 0, ""},
    {"{'descr': '|u1', 'fortran_order': 0, 'shape': (6,)}", NPY_BAD_HEADER, 44, 0, 0, ""},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (6)}", NPY_BAD_HEADER, 63, 0, 0,
     ""},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (2 3)}", NPY_BAD_HEADER, 63, 0, 0,
     ""},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (-6,)}", NPY_BAD_HEADER, 61, 0, 0,
     ""},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (,)}", NPY_BAD_HEADER, 61, 0, 0,
     ""},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': 6}", NPY_BAD_HEADER, 60, 0, 0,
     ""},
    {"{'descr': '|u1' 'fortran_order': False, 'shape': (6,)}", NPY_BAD_HEADER, 26, 0, 0,
     ""},
    {"{'descr': '|u1', 'fortran_order': False, 'shape': (6,)} 1", NPY_BAD_HEADER, 66, 0,
     0, ""},
    {"{'descr': '|\\u1', 'fortran_order': False, 'shape': (6,)}", NPY_BAD_HEADER, 22, 0,
     0, ""},
    {"{descr: '|u1', 'fortran_order': False, 'shape': (6,)}", NPY_BAD_HEADER, 11, 0, 0,
     ""},
    {"{}", NPY_BAD_HEADER, 11, 0, 0, ""},
    {"", NPY_BAD_HEADER, 64, 0, 0, ""},
    {"{'descr': '|u1", NPY_BAD_HEADER, 64, 0, 0, ""},
};

static void faults_tell_what_and_where(void **state)
{
    struct fixture *f = *state;
    for (size_t i = 0; i < SIZE(FAULTS); i++) {
        struct npy_array array;
        struct npy_fault fault;
        struct file file = make_file(1, FAULTS[i].header, "\1\2\3\4\5\6", 6);
        assert_false(read_file(f, &file, &array, &fault));
        if (fault.code != FAULTS[i].code || fault.offset != FAULTS[i].offset ||
            fault.found != FAULTS[i].found || fault.expected != FAULTS[i].expected ||
            strcmp(fault.type, FAULTS[i].type == NULL ? "" : FAULTS[i].type) != 0)
            fail_msg("%s: code %d offset %zu found %zu expected %zu type %s",
                     FAULTS[i].header, (int)fault.code, fault.offset, fault.found,
                     fault.expected, fault.type);
    }
}

static void what_is_no_such_file_is_refused(void **state)
{
    struct fixture *f = *state;
    struct npy_array array;
    struct npy_fault fault;
    struct file file = make_file(1, "{'descr': '|u1'" REST, "\1\2\3\4\5\6", 6);
    file.bytes[6] = 3;
    assert_false(read_file(f, &file, &array, &fault));
    assert_true(fault.code == NPY_BAD_VERSION && fault.found == 3);
    file.bytes[6] = 1;
    file.bytes[9] = 1;
    assert_false(read_file(f, &file, &array, &fault));
    assert_true(fault.code == NPY_BAD_SIZE && fault.found == file.length - 10 &&
                fault.expected == 256 + 118);
    file.bytes[0] = 'x';
    assert_false(read_file(f, &file, &array, &fault));
    assert_int_equal(fault.code, NPY_NO_MAGIC);
}

static void golden_bytes_are_written(void **state)
{
    struct fixture *f = *state;
    static const double numbers[] = {1,           0.1,    -0.0,
                                     (double)NAN, 5e-324, -(double)INFINITY};
    static const char expected[] =
        "\x93NUMPY\x01\x00\x76\x00{'descr': '<f8', 'fortran_order': False, 'shape': (2, "
        "3), }"
        "                                                          \n"
        "\0\0\0\0\0\0\xF0\x3F\x9A\x99\x99\x99\x99\x99\xB9\x3F\0\0\0\0\0\0\0\x80";
    struct text out;
    text_init(&out, &f->arena);
    assert_true(
        npy_write(&out, numbers, 2, (const size_t[]){2, 3}, (struct data_poll){0}));
    assert_int_equal(out.length, 128 + 48);
    assert_memory_equal(out.data, expected, sizeof expected - 1);
    struct npy_array array;
    struct npy_fault fault;
    for (size_t axes = 0; axes <= 2; axes++) {
        const size_t shapes[3][2] = {{0, 0}, {6, 0}, {3, 2}};
        const size_t count = axes == 0 ? 1 : 6;
        text_init(&out, &f->arena);
        assert_true(npy_write(&out, numbers, axes, shapes[axes], (struct data_poll){0}));
        assert_int_equal((out.length - 8 * count) % 64, 0);
        assert_true(npy_read(out.data, out.length, false, (struct data_poll){0},
                             &f->arena, &array, &fault));
        assert_true(array.axes == axes && array.count == count);
        for (size_t i = 0; i < count; i++)
            assert_true(are_same_bits(array.numbers[i], numbers[i]));
    }
}

static void work_ends_when_asked_to(void **state)
{
    struct fixture *f = *state;
    enum { COUNT = 100000 };
    double *numbers = ARENA_ARRAY(&f->arena, COUNT, double);
    const size_t shape[] = {COUNT};
    struct text out;
    text_init(&out, &f->arena);
    size_t left = 5;
    assert_false(npy_write(&out, numbers, 1, shape,
                           (struct data_poll){.go_on = count_down, .user = &left}));
    assert_true(out.length > 3 * DATA_POLL_BYTES && out.length < 6 * DATA_POLL_BYTES);
    text_init(&out, &f->arena);
    assert_true(npy_write(&out, numbers, 1, shape, (struct data_poll){0}));
    struct npy_array array;
    struct npy_fault fault;
    left = 12;
    assert_false(npy_read(out.data, out.length, false,
                          (struct data_poll){.go_on = count_down, .user = &left},
                          &f->arena, &array, &fault));
    assert_int_equal(fault.code, NPY_STOPPED);
}

static void damaged_files_are_read_or_refused(void **state)
{
    struct fixture *f = *state;
    static const char *const headers[] = {
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 3), }",
        "{'descr': '>i2', 'fortran_order': True, 'shape': (4, 6), }",
        "{'descr': '|b1', 'fortran_order': False, 'shape': (48,), }"};
    static const char data[48] = "some bytes";
    struct npy_array array;
    struct npy_fault fault;
    uint64_t seed = 3;
    size_t done = 0;
    for (size_t i = 0; i < SIZE(headers); i++) {
        struct file whole = make_file(1 + (int)(i % 2), headers[i], data, sizeof data);
        for (struct file cut = whole; cut.length-- > 0;)
            assert_false(read_file(f, &cut, &array, &fault));
        for (size_t turn = 0; turn < 20000; turn++) {
            struct file file = whole;
            size_t header = 12 + strlen(headers[i]) + draw(&seed, 2) * 200;
            size_t kept = header < file.length ? header : file.length;
            char begin[BYTES_MOST + 64];
            memcpy(begin, file.bytes, kept);
            size_t length = mutate(&seed, "'{}(),:LTrue<>|fiub1248 ", begin, kept);
            struct file damaged = {.length = 0};
            put(&damaged, begin, length);
            put(&damaged, file.bytes + kept, file.length - kept);
            if (read_file(f, &damaged, &array, &fault)) {
                done++;
                assert_true(array.axes <= 2 && array.count <= damaged.length);
            }
            arena_clear(&f->arena);
        }
    }
    assert_true(done > 100 && done < 50000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, open_fixture, close_fixture)

/* Only what is as memory has it is seen where it stands. */
static void numbers_are_seen_in_place_where_they_can_be(void **state)
{
    struct fixture *f = *state;
    const double numbers[] = {1, 2, 3, 4, 5, 6};
    size_t shape[] = {3, 2};
    struct text out;
    text_init(&out, &f->arena);
    assert_true(npy_write(&out, numbers, 2, shape, (struct data_poll){0}));
    _Alignas(16) char bytes[512];
    struct npy_array array;
    struct npy_fault fault;
    for (size_t skip = 0; skip <= 8; skip++) {
        memcpy(bytes + skip, out.data, out.length);
        assert_true(npy_read(bytes + skip, out.length, true, (struct data_poll){0},
                             &f->arena, &array, &fault));
        assert_true(array.is_view == (skip % 8 == 0));
        assert_true(array.count == 6 && array.shape[0] == 3 && array.shape[1] == 2);
        if (array.is_view)
            assert_memory_equal(bytes + skip + array.offset, numbers, sizeof numbers);
        else
            assert_memory_equal(array.numbers, numbers, sizeof numbers);
    }
    char *type = strstr(out.data + 10, "<f8");
    assert_non_null(type);
    type[0] = '>';
    memcpy(bytes, out.data, out.length);
    assert_true(npy_read(bytes, out.length, true, (struct data_poll){0}, &f->arena,
                         &array, &fault));
    assert_false(array.is_view);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(numbers_are_seen_in_place_where_they_can_be),
        TEST(every_type_is_read_in_either_byte_order),
        TEST(integers_that_are_no_doubles_are_counted),
        TEST(shapes_and_orders),
        TEST(faults_tell_what_and_where),
        TEST(what_is_no_such_file_is_refused),
        TEST(golden_bytes_are_written),
        TEST(work_ends_when_asked_to),
        TEST(damaged_files_are_read_or_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
