/* SPDX-License-Identifier: MIT
 * npy.c - six bytes that tell the format, two of the version, the length of the header,
 * the header (a dictionary as Python writes it), the elements.
 *
 * The header is read by a parser of exactly that form: three keys, in any order, each
 * once. */
#include "data/npy.h"

#include <math.h>
#include <string.h>

static const char MAGIC[] = "\x93NUMPY";
enum { MAGIC_LENGTH = 6, VERSION_1 = 1, VERSION_2 = 2 };

/* ---- elements ---- */

static uint64_t join_bytes(const unsigned char *at, size_t size, bool is_big)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < size; i++)
        bits = bits << 8 | at[is_big ? i : size - 1 - i];
    return bits;
}

static double from_double(uint64_t bits)
{
    double value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static double from_float(uint64_t bits)
{
    uint32_t half = (uint32_t)bits;
    float value = 0;
    memcpy(&value, &half, sizeof value);
    return (double)value;
}

static double from_signed(uint64_t bits, size_t size)
{
    uint64_t sign = UINT64_C(1) << (8 * size - 1);
    if ((bits & sign) == 0)
        return (double)bits;
    return -(double)(sign - (bits & (sign - 1)));
}

static double convert_element(char kind, size_t size, uint64_t bits)
{
    switch (kind) {
    case 'f':
        return size == 8 ? from_double(bits) : from_float(bits);
    case 'i':
        return from_signed(bits, size);
    case 'b':
        return bits != 0;
    default:
        return (double)bits;
    }
}

/* True when the integer has more bits than a double, and `value` is only near it. */
static bool is_rounded(char kind, uint64_t bits, double value)
{
    if (kind != 'i' && kind != 'u')
        return false;
    double magnitude = fabs(value);
    if (magnitude < 9007199254740992.0) /* 2^53 */
        return false;
    /* Only eight bytes reach this far, so that the sign needs no extension. */
    uint64_t exact = kind == 'i' && value < 0 ? 0 - bits : bits;
    return magnitude >= 18446744073709551616.0 /* 2^64 */ || (uint64_t)magnitude != exact;
}

/* ---- the header ---- */

struct header {
    char kind; /* f i u b */
    size_t size;
    bool is_big, by_columns;
    size_t axes, shape[NPY_AXES_MOST];
};

struct parser {
    const char *bytes, *at, *end;
    struct npy_fault *fault;
};

static bool fail(struct npy_fault *fault, enum npy_code code, size_t offset)
{
    *fault = (struct npy_fault){.code = code, .offset = offset};
    return false;
}

static bool fail_here(struct parser *parser)
{
    return fail(parser->fault, NPY_BAD_HEADER, (size_t)(parser->at - parser->bytes));
}

static void skip_blanks(struct parser *parser)
{
    while (parser->at < parser->end && (*parser->at == ' ' || *parser->at == '\n'))
        parser->at++;
}

static bool accept(struct parser *parser, const char *word)
{
    size_t length = strlen(word);
    skip_blanks(parser);
    if ((size_t)(parser->end - parser->at) < length ||
        memcmp(parser->at, word, length) != 0)
        return false;
    parser->at += length;
    return true;
}

static bool expect(struct parser *parser, const char *word)
{
    return accept(parser, word) || fail_here(parser);
}

/* A string in either kind of quotes, without escapes. */
static bool parse_string(struct parser *parser, const char **string, size_t *length)
{
    char quote = accept(parser, "'") ? '\'' : accept(parser, "\"") ? '"' : '\0';
    if (quote == '\0')
        return fail_here(parser);
    *string = parser->at;
    while (parser->at < parser->end && *parser->at != quote && *parser->at != '\\')
        parser->at++;
    if (parser->at == parser->end || *parser->at != quote)
        return fail_here(parser);
    *length = (size_t)(parser->at++ - *string);
    return true;
}

static bool fail_type(struct parser *parser, const char *type, size_t length)
{
    (void)fail(parser->fault, NPY_BAD_TYPE, (size_t)(type - parser->bytes));
    if (length >= NPY_TYPE_MOST)
        length = NPY_TYPE_MOST - 1;
    memcpy(parser->fault->type, type, length);
    return false;
}

static bool parse_type(struct parser *parser, struct header *header)
{
    static const char *const types[] = {"f8", "f4", "i1", "i2", "i4", "i8",
                                        "u1", "u2", "u4", "u8", "b1"};
    const char *type = NULL;
    size_t length = 0;
    skip_blanks(parser);
    if (parser->at < parser->end && *parser->at == '[') /* of a structure */
        return fail_type(parser, parser->at, (size_t)(parser->end - parser->at));
    if (!parse_string(parser, &type, &length))
        return false;
    for (size_t i = 0; length == 3 && i < sizeof types / sizeof *types; i++)
        if (memcmp(type + 1, types[i], 2) == 0) {
            header->kind = types[i][0];
            header->size = (size_t)(types[i][1] - '0');
        }
    header->is_big = length > 0 && type[0] == '>';
    bool has_order = length > 0 && (type[0] == '<' || type[0] == '>');
    bool has_none = length > 0 && type[0] == '|' && header->size == 1;
    if (header->size == 0 || (!has_order && !has_none))
        return fail_type(parser, type, length);
    return true;
}

static bool parse_order(struct parser *parser, struct header *header)
{
    header->by_columns = accept(parser, "True");
    return header->by_columns || expect(parser, "False");
}

/* An extent; one that is too large for memory is SIZE_MAX. */
static bool parse_extent(struct parser *parser, size_t *extent)
{
    skip_blanks(parser);
    const char *first = parser->at;
    *extent = 0;
    for (; parser->at < parser->end && *parser->at >= '0' && *parser->at <= '9';
         parser->at++) {
        size_t digit = (size_t)(*parser->at - '0');
        *extent = *extent > (SIZE_MAX - digit) / 10 ? SIZE_MAX : *extent * 10 + digit;
    }
    if (parser->at == first)
        return fail_here(parser);
    (void)accept(parser, "L"); /* as Python 2 wrote long integers */
    return true;
}

/* (), (3,), (3, 4), ...: a comma behind the last one, which only (3) would lack. */
static bool parse_shape(struct parser *parser, struct header *header)
{
    bool has_comma = true;
    skip_blanks(parser);
    const char *first = parser->at;
    if (!expect(parser, "("))
        return false;
    while (!accept(parser, ")")) {
        size_t extent = 0;
        if (!has_comma || !parse_extent(parser, &extent))
            return fail_here(parser);
        if (header->axes < NPY_AXES_MOST)
            header->shape[header->axes] = extent;
        header->axes++;
        has_comma = accept(parser, ",");
    }
    if (header->axes == 1 && !has_comma)
        return fail_here(parser);
    if (header->axes <= NPY_AXES_MOST)
        return true;
    (void)fail(parser->fault, NPY_BAD_AXES, (size_t)(first - parser->bytes));
    parser->fault->found = header->axes;
    return false;
}

static const struct entry {
    const char *key;
    bool (*parse)(struct parser *parser, struct header *header);
} ENTRIES[] = {
    {"descr", parse_type}, {"fortran_order", parse_order}, {"shape", parse_shape}};
enum { ENTRY_COUNT = sizeof ENTRIES / sizeof *ENTRIES };

/* A key, a colon and the value that belongs to it; each key once. */
static bool parse_entry(struct parser *parser, struct header *header, bool *seen)
{
    const char *key = NULL;
    skip_blanks(parser);
    size_t length = 0, offset = (size_t)(parser->at - parser->bytes);
    if (!parse_string(parser, &key, &length) || !expect(parser, ":"))
        return false;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (strlen(ENTRIES[i].key) != length || memcmp(ENTRIES[i].key, key, length) != 0)
            continue;
        if (seen[i])
            return fail(parser->fault, NPY_BAD_HEADER, offset);
        seen[i] = true;
        return ENTRIES[i].parse(parser, header);
    }
    return fail(parser->fault, NPY_BAD_HEADER, offset);
}

static bool parse_header(struct parser *parser, struct header *header)
{
    bool seen[ENTRY_COUNT] = {false}, has_comma = true;
    if (!expect(parser, "{"))
        return false;
    for (size_t i = 0; i < ENTRY_COUNT; i++) {
        if (!has_comma)
            return fail_here(parser);
        if (!parse_entry(parser, header, seen))
            return false;
        has_comma = accept(parser, ",");
    }
    if (!expect(parser, "}"))
        return false;
    skip_blanks(parser);
    return parser->at == parser->end || fail_here(parser);
}

/* Finds the header behind the magic string and the version. */
static bool find_header(struct parser *parser, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)parser->bytes;
    if (length < MAGIC_LENGTH || memcmp(bytes, MAGIC, MAGIC_LENGTH) != 0)
        return fail(parser->fault, NPY_NO_MAGIC, 0);
    size_t begin = MAGIC_LENGTH + 2;
    if (length < begin)
        return fail(parser->fault, NPY_BAD_HEADER, length);
    if ((bytes[6] != VERSION_1 && bytes[6] != VERSION_2) || bytes[7] != 0) {
        (void)fail(parser->fault, NPY_BAD_VERSION, MAGIC_LENGTH);
        parser->fault->found = bytes[6];
        return false;
    }
    size_t size = bytes[6] == VERSION_1 ? 2 : 4;
    if (length - begin < size)
        return fail(parser->fault, NPY_BAD_HEADER, length);
    uint64_t header = join_bytes(bytes + begin, size, false);
    begin += size;
    if (length - begin < header) {
        (void)fail(parser->fault, NPY_BAD_SIZE, begin);
        parser->fault->found = length - begin;
        parser->fault->expected = (size_t)header;
        return false;
    }
    parser->at = parser->bytes + begin;
    parser->end = parser->at + header;
    return true;
}

/* ---- reading ---- */

/* Elements, or SIZE_MAX when their bytes cannot be counted. */
static size_t count_elements(const struct header *header)
{
    size_t count = 1;
    for (size_t i = 0; i < header->axes; i++) {
        size_t extent = header->shape[i];
        if (extent != 0 && count > SIZE_MAX / header->size / extent)
            count = SIZE_MAX / header->size;
        else
            count *= extent;
    }
    return count >= SIZE_MAX / header->size ? SIZE_MAX : count;
}

static bool check_size(const struct parser *parser, const struct header *header,
                       size_t left, struct npy_array *array)
{
    size_t count = count_elements(header);
    size_t wanted = count == SIZE_MAX ? SIZE_MAX : count * header->size;
    array->axes = header->axes;
    memcpy(array->shape, header->shape, sizeof array->shape);
    array->count = count;
    if (wanted == left)
        return true;
    (void)fail(parser->fault, NPY_BAD_SIZE, (size_t)(parser->end - parser->bytes));
    parser->fault->found = left;
    parser->fault->expected = wanted;
    return false;
}

/* Converts element by element as they stand in the file. */
static bool read_elements(const struct parser *parser, const struct header *header,
                          struct data_poll poll, struct npy_array *array)
{
    const unsigned char *at = (const unsigned char *)parser->end;
    size_t rows = array->shape[0], place = 0;
    bool transposes = header->by_columns && header->axes == 2;
    size_t stride = transposes ? array->shape[1] : 1;
    for (size_t i = 0; i < array->count; i++, at += header->size) {
        if (i % (DATA_POLL_BYTES / 8) == 0 && !data_goes_on(poll))
            return fail(parser->fault, NPY_STOPPED, 0);
        uint64_t bits = join_bytes(at, header->size, header->is_big);
        double value = convert_element(header->kind, header->size, bits);
        array->rounded += is_rounded(header->kind, bits, value);
        array->numbers[place] = value;
        place += stride;
        if (transposes && (i + 1) % rows == 0)
            place = (i + 1) / rows;
    }
    return true;
}

/* Whether the elements are as memory has them: doubles row by row, of its byte order, at
 * a multiple of their size. */
static bool is_memory(const struct header *header, const char *at)
{
    const uint16_t one = 1;
    char first = 0;
    memcpy(&first, &one, 1);
    bool is_order = (first == 0) == header->is_big;
    bool is_by_rows = !header->by_columns || header->axes < 2;
    return header->kind == 'f' && header->size == sizeof(double) && is_order &&
           is_by_rows && (uintptr_t)at % sizeof(double) == 0;
}

bool npy_read(const char *bytes, size_t length, bool allows_view, struct data_poll poll,
              struct arena *arena, struct npy_array *array, struct npy_fault *fault)
{
    struct parser parser = {.bytes = bytes, .fault = fault};
    struct header header = {0};
    *array = (struct npy_array){0};
    if (!find_header(&parser, length) || !parse_header(&parser, &header))
        return false;
    size_t left = length - (size_t)(parser.end - bytes);
    if (!check_size(&parser, &header, left, array))
        return false;
    if (allows_view && is_memory(&header, parser.end)) {
        array->is_view = true;
        array->offset = (size_t)(parser.end - bytes);
        return true;
    }
    array->numbers = arena_get(arena, array->count * sizeof(double));
    return read_elements(&parser, &header, poll, array);
}
