/* SPDX-License-Identifier: MIT */
#include "script/file.h"

#include <errno.h>
#include <string.h>

const char *file_path(struct session *session, struct span place, const char *path)
{
    const char *name = sources_get(&session->sources, place.source)->name;
    const char *slash = strrchr(name, '/');
    struct text out;
    if (path[0] == '/' || slash == NULL)
        return path;
    text_init(&out, &session->scratch);
    text_put(&out, name, (size_t)(slash - name) + 1);
    text_puts(&out, path);
    return text_string(&out);
}

/* strerror's text, which may be shared by threads, is not used: what matters is told. */
static const char *reason(int error)
{
    switch (error) {
    case ENOENT:
        return "there is no such file";
    case EACCES:
    case EPERM:
        return "it may not be read or written";
    case EISDIR:
        return "it is a folder";
    case ENOMEM:
    case EFBIG:
        return "it is too large";
    case ESTALE:
        return "it became shorter while it was read";
    case ENOSPC:
        return "there is no room left";
    case ENOTDIR:
        return "a part of its path is no folder";
    default:
        return "the system refuses";
    }
}

static bool cannot(struct session *session, enum code code, struct span place,
                   const char *what, const char *path, int error)
{
    return session_error(session, code, place, "`%s` cannot be %s: %s", path, what,
                         reason(error));
}

/* What came of asking for a text: until it is given back the session knows of it, so that
 * it is not lost when memory ends. */
static bool hold(struct session *session, struct span place, const char *path,
                 const struct file_text *text, int error)
{
    session->reading = error == 0 ? text->bytes : NULL;
    session->reading_mapped = text->is_mapped;
    if (error == EINTR && !session_go_on(session, 0, place))
        return false;
    return error == 0 || cannot(session, CODE_CANNOT_READ, place, "read", path, error);
}

bool file_load(struct session *session, struct span place, const char *path,
               struct file_text *out)
{
    const tw_options *options = &session->options;
    const char *full = file_path(session, place, path);
    *out = (struct file_text){NULL, 0, false};
    if (options->read_file == NULL)
        return session_error(session, CODE_CANNOT_READ, place,
                             "files cannot be read here");
    int error = options->read_file(options->user, full, &out->bytes, &out->length);
    return hold(session, place, path, out, error);
}

bool file_map(struct session *session, struct span place, const char *path,
              struct file_text *out)
{
    const tw_options *options = &session->options;
    if (options->map_file == NULL)
        return file_load(session, place, path, out);
    *out = (struct file_text){NULL, 0, true};
    const char *full = file_path(session, place, path);
    int error = options->map_file(options->user, full, &out->bytes, &out->length);
    return hold(session, place, path, out, error);
}

static int give_back(struct session *session, struct file_text *text)
{
    const tw_options *options = &session->options;
    char *bytes = text->bytes;
    text->bytes = session->reading = NULL;
    if (bytes != NULL && text->is_mapped && options->unmap_file != NULL)
        return options->unmap_file(options->user, bytes);
    if (bytes != NULL && !text->is_mapped && options->release != NULL)
        options->release(options->user, bytes);
    return 0;
}

struct kept_file {
    struct file_text text;
    struct kept_file *next;
};

void file_keep(struct session *session, struct file_text *text)
{
    struct kept_file *kept = ARENA_NEW(&session->keep, struct kept_file);
    *kept = (struct kept_file){*text, session->kept};
    session->kept = kept;
    session->reading = NULL;
}

void file_release_kept(struct session *session)
{
    for (; session->kept != NULL; session->kept = session->kept->next)
        (void)give_back(session, &session->kept->text);
}

void file_release(struct session *session, struct file_text *text)
{
    (void)give_back(session, text);
}

bool file_unmap(struct session *session, struct span place, const char *path,
                struct file_text *text)
{
    int error = give_back(session, text);
    return error == 0 || cannot(session, CODE_CANNOT_READ, place, "read", path, error);
}

bool file_save(struct session *session, struct span place, const char *path,
               const char *bytes, size_t length)
{
    const tw_options *options = &session->options;
    const char *full = file_path(session, place, path);
    if (options->write_file == NULL)
        return session_error(session, CODE_CANNOT_WRITE, place,
                             "files cannot be written here");
    int error = options->write_file(options->user, full, bytes, length);
    return error == 0 ||
           cannot(session, CODE_CANNOT_WRITE, place, "written", path, error);
}

bool file_ends_with(const char *path, const char *ending)
{
    size_t length = strlen(path), own = strlen(ending);
    if (length < own)
        return false;
    for (size_t i = 0; i < own; i++) {
        char c = path[length - own + i];
        char lower = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if (lower != ending[i])
            return false;
    }
    return true;
}
