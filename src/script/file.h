/* SPDX-License-Identifier: MIT
 * file.h - files that a script names, through the callbacks of tw_options.  Paths are
 * relative to the file of the script that says them. */
#ifndef SCRIPT_FILE_H
#define SCRIPT_FILE_H

#include "script/session.h"

struct file_text {
    char *bytes;
    size_t length;
    bool is_mapped;
};

/* The path as the callbacks get it; in scratch. */
const char *file_path(struct session *session, struct span place, const char *path);
/* Reads a whole file, which is given back by file_release; false after an error. */
bool file_load(struct session *session, struct span place, const char *path,
               struct file_text *out);
void file_release(struct session *session, struct file_text *text);
/* The same for data: the text may be the file itself. */
bool file_map(struct session *session, struct span place, const char *path,
              struct file_text *out);
/* Gives it back; false after an error, when the text was not the file's. */
bool file_unmap(struct session *session, struct span place, const char *path,
                struct file_text *text);
/* Writes a whole file or leaves it as it was; false after an error. */
bool file_save(struct session *session, struct span place, const char *path,
               const char *bytes, size_t length);
/* Keeps a text that was mapped as long as the session. */
void file_keep(struct session *session, struct file_text *text);
void file_release_kept(struct session *session);
/* Whether the path ends so, in either case: ".npy". */
bool file_ends_with(const char *path, const char *ending);

#endif
