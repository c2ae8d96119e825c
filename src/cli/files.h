/* SPDX-License-Identifier: MIT
 * files.h - the one gate to the file system: whole files in, whole files out. */
#ifndef CLI_FILES_H
#define CLI_FILES_H

#include "base/arena.h"

#include <stddef.h>
#include <stdint.h>

/* Bytes that a file may have at most, so that an endless one is an error in time. */
#define FILES_LARGEST ((size_t)1 << 30)
/* One that is mapped has an end. */
#define FILES_LARGEST_MAPPED (SIZE_MAX / 4)

/* Reads to the end of the file, which may grow, be a pipe, or be a terminal; "-" is
 * standard input.  Returns 0 with *text, NUL-terminated, to be given to files_release; or
 * an errno value: EISDIR, EFBIG, ENOMEM, EINTR (only on Ctrl-C) ... */
int files_read(struct memory *memory, const char *path, char **text, size_t *length);
void files_release(struct memory *memory, char *text);

/* The same for data: the text of a large regular file is the file itself, mapped
 * (cli/map.h), of up to FILES_LARGEST_MAPPED bytes.  It must not be written to. */
int files_map(struct memory *memory, const char *path, char **text, size_t *length);
/* Gives it back; 0, or ESTALE when the file became shorter meanwhile. */
int files_unmap(struct memory *memory, char *text);

/* Writes a whole file or leaves it as it was: 0 or an errno value.  A regular file is
 * replaced (through a temporary file beside it; links are followed, mode and owner kept);
 * what is no regular file is written to. */
int files_write(const char *path, const char *text, size_t length);

/* Makes the folders above `path` that are missing, for this user alone. */
void files_make_folders(const char *path);

#endif
