/* SPDX-License-Identifier: MIT
 * npy_write.c - an array of doubles for NumPy, whatever the byte order of this machine.
 */
#include "data/npy.h"

#include <string.h>

enum { PREAMBLE = 10, ALIGNMENT = 64, BATCH = 1024 };

static void put_header(struct text *out, size_t axes, const size_t *shape)
{
    size_t begin = out->length;
    /* The length of the header comes in when it is known. */
    text_put(out, "\x93NUMPY\x01\x00\x00\x00", PREAMBLE);
    text_puts(out, "{'descr': '<f8', 'fortran_order': False, 'shape': (");
    for (size_t i = 0; i < axes; i++)
        text_format(out, axes == 1 ? "%zu," : i == 0 ? "%zu, " : "%zu", shape[i]);
    text_puts(out, "), }");
    size_t used = out->length - begin + 1;
    text_repeat(out, ' ', (ALIGNMENT - used % ALIGNMENT) % ALIGNMENT);
    text_putc(out, '\n');
    size_t length = out->length - begin - PREAMBLE;
    out->data[begin + PREAMBLE - 2] = (char)(length & 0xFF);
    out->data[begin + PREAMBLE - 1] = (char)(length >> 8);
}

static void put_numbers(struct text *out, const double *numbers, size_t count)
{
    char bytes[BATCH * 8];
    for (size_t i = 0; i < count; i++) {
        uint64_t bits = 0;
        memcpy(&bits, &numbers[i], sizeof bits);
        for (size_t j = 0; j < 8; j++)
            bytes[8 * i + j] = (char)(unsigned char)(bits >> (8 * j) & 0xFF);
    }
    text_put(out, bytes, 8 * count);
}

bool npy_write(struct text *out, const double *numbers, size_t axes, const size_t *shape,
               struct data_poll poll)
{
    size_t count = 1;
    for (size_t i = 0; i < axes; i++)
        count *= shape[i];
    put_header(out, axes, shape);
    for (size_t i = 0; i < count; i += BATCH) {
        if (i % (DATA_POLL_BYTES / 8) == 0 && !data_goes_on(poll))
            return false;
        put_numbers(out, numbers + i, count - i < BATCH ? count - i : BATCH);
    }
    return true;
}
