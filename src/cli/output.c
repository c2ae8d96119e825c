/* SPDX-License-Identifier: MIT */
#include "cli/output.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void output_open(struct output *output, int descriptor, char *buffer)
{
    output->descriptor = descriptor;
    output->buffer = buffer;
    output->error = 0;
    output->used = 0;
}

int output_write_all(int descriptor, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t written = write(descriptor, text, length);
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return errno;
        text += written;
        length -= (size_t)written;
    }
    return 0;
}

static void write_out(struct output *output, const char *text, size_t length)
{
    if (output->error == 0)
        output->error = output_write_all(output->descriptor, text, length);
}

void output_flush(struct output *output)
{
    if (output->used > 0)
        write_out(output, output->buffer, output->used);
    output->used = 0;
}

void output_put(struct output *output, const char *text, size_t length)
{
    if (length > OUTPUT_BUFFER - output->used)
        output_flush(output);
    if (output->buffer == NULL || length > OUTPUT_BUFFER) {
        write_out(output, text, length);
        return;
    }
    if (length > 0)
        memcpy(output->buffer + output->used, text, length);
    output->used += length;
}
