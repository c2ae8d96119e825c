/* SPDX-License-Identifier: MIT
 * The scripts of a batch: files as they are named, and all *.opt below the folders. */
#include "cli/batch.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char ending[] = ".opt";

/* Paths; the list is also the stack of folders that are still to be read. */
struct paths {
    struct arena *arena;
    const char **items;
    size_t count, capacity;
};

static void add_path(struct paths *paths, const char *path)
{
    if (paths->count == paths->capacity)
        paths->items = arena_grow(paths->arena, paths->items, paths->count,
                                  &paths->capacity, sizeof *paths->items);
    paths->items[paths->count++] = path;
}

static const char *join(struct arena *arena, const char *folder, const char *name)
{
    struct text path;
    text_init(&path, arena);
    if (strcmp(folder, ".") != 0)
        text_puts(&path, folder);
    if (path.length > 0 && path.data[path.length - 1] != '/')
        text_putc(&path, '/');
    text_puts(&path, name);
    return text_string(&path);
}

static bool has_ending(const char *name)
{
    size_t length = strlen(name), wanted = sizeof ending - 1;
    return length > wanted && strcmp(name + length - wanted, ending) == 0;
}

/* Links to folders are not followed (they may lead in a circle), links to files are. */
static void add_entry(struct paths *files, struct paths *folders, const char *path,
                      const char *name)
{
    struct stat about;
    if (name[0] == '.' || lstat(path, &about) != 0)
        return;
    if (S_ISDIR(about.st_mode)) {
        add_path(folders, path);
        return;
    }
    if (has_ending(name) && stat(path, &about) == 0 && !S_ISDIR(about.st_mode))
        add_path(files, path);
}

static void read_folder(struct batch *batch, const char *folder, struct paths *files,
                        struct paths *folders)
{
    DIR *directory = opendir(folder);
    if (directory == NULL) {
        batch->status =
            host_worse(batch->status, host_file_error(batch->host, batch->settings,
                                                      "read", folder, errno));
        return;
    }
    struct dirent *entry;
    while ((entry = readdir(directory)) != NULL)
        add_entry(files, folders, join(files->arena, folder, entry->d_name),
                  entry->d_name);
    (void)closedir(directory);
}

/* Folders wait on a list of their own: a deep tree needs no deep stack. */
static void add_argument(struct batch *batch, const char *argument, struct paths *files)
{
    struct stat about;
    if (stat(argument, &about) != 0 || !S_ISDIR(about.st_mode)) {
        add_path(files, argument); /* what cannot be read becomes a row that says so */
        return;
    }
    size_t before = files->count;
    tw_status status = batch->status;
    struct paths folders = {.arena = files->arena};
    add_path(&folders, argument);
    while (folders.count > 0)
        read_folder(batch, folders.items[--folders.count], files, &folders);
    if (files->count == before && batch->status == status) {
        host_say(batch->host, "no scripts (*%s) below `%s`", ending, argument);
        batch->status = host_worse(batch->status, TW_UNREADABLE);
    }
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void batch_find(struct batch *batch)
{
    struct arena *arena = &batch->host->arena;
    struct paths files = {.arena = arena};
    for (size_t i = 0; i < batch->settings->argument_count; i++)
        add_argument(batch, batch->settings->arguments[i], &files);
    if (files.count == 0)
        return;
    qsort(files.items, files.count, sizeof *files.items, compare);
    batch->jobs = ARENA_ARRAY(arena, files.count, struct batch_job);
    for (size_t i = 0; i < files.count; i++)
        if (i == 0 || strcmp(files.items[i], files.items[i - 1]) != 0)
            batch->jobs[batch->count++].path = files.items[i];
}
