/* SPDX-License-Identifier: MIT
 * output.h - a descriptor that is written through a buffer and remembers its first error.
 */
#ifndef CLI_OUTPUT_H
#define CLI_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

enum { OUTPUT_BUFFER = 1 << 16 };

struct output {
    int descriptor;
    int error; /* errno of the first failed write, after which all is dropped */
    size_t used;
    char *buffer; /* OUTPUT_BUFFER bytes; NULL: all is written at once */
};

void output_open(struct output *output, int descriptor, char *buffer);
void output_put(struct output *output, const char *text, size_t length);
void output_flush(struct output *output);
/* Writes all of `text` to a descriptor in spite of signals and short writes: 0 or an
 * errno value. */
int output_write_all(int descriptor, const char *text, size_t length);

#endif
