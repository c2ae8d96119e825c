/* SPDX-License-Identifier: MIT
 * Replacing a file: the new text goes to a temporary file in the same folder, is brought
 * to the disk, and takes the name by rename, which either happens or does not. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "cli/files.h"
#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char temporary_name[] = ".talweg-XXXXXX";

/* What a terminal or a scheduler sends waits until the temporary file is gone. */
static void hold_signals(sigset_t *before)
{
    sigset_t held;
    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    (void)sigprocmask(SIG_BLOCK, &held, before);
}

static int write_through(const char *path, const char *text, size_t length)
{
    int descriptor = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (descriptor < 0)
        return errno;
    int error = output_write_all(descriptor, text, length);
    if (close(descriptor) != 0 && error == 0)
        error = errno;
    return error;
}

/* The place of the temporary file beside `target`, as a template for mkstemp. */
static int place_beside(const char *target, char place[PATH_MAX])
{
    const char *slash = strrchr(target, '/');
    size_t folder = slash == NULL ? 0 : (size_t)(slash - target) + 1;
    if (folder + sizeof temporary_name > PATH_MAX)
        return ENAMETOOLONG;
    memcpy(place, target, folder);
    memcpy(place + folder, temporary_name, sizeof temporary_name);
    return 0;
}

static mode_t mode_of_new(void)
{
    mode_t mask = umask(0);
    (void)umask(mask);
    return 0666 & ~mask;
}

/* `old` is the file that is replaced, NULL when there is none. */
static int fill(int descriptor, const struct stat *old, const char *text, size_t length)
{
    int error = output_write_all(descriptor, text, length);
    /* The owner is kept where that is allowed; a chown clears bits of the mode. */
    if (error == 0 && old != NULL && fchown(descriptor, old->st_uid, old->st_gid) != 0 &&
        errno != EPERM)
        error = errno;
    if (error == 0 && fchmod(descriptor, old ? old->st_mode & 07777 : mode_of_new()) != 0)
        error = errno;
    if (error == 0 && fsync(descriptor) != 0 && errno != EINVAL)
        error = errno;
    if (close(descriptor) != 0 && error == 0)
        error = errno;
    return error;
}

/* Makes the new name last: best effort, the file itself is already safe. */
static void sync_folder(char *place)
{
    char *slash = strrchr(place, '/');
    if (slash != NULL)
        slash[1] = '\0';
    int folder = open(slash == NULL ? "." : place, O_RDONLY | O_CLOEXEC);
    if (folder < 0)
        return;
    (void)fsync(folder);
    (void)close(folder);
}

static int replace(const char *target, const struct stat *old, const char *text,
                   size_t length)
{
    char place[PATH_MAX];
    int error = place_beside(target, place);
    if (error != 0)
        return error;
    sigset_t before;
    hold_signals(&before);
    int descriptor = mkstemp(place);
    error = descriptor < 0 ? errno : fill(descriptor, old, text, length);
    if (error == 0 && rename(place, target) != 0)
        error = errno;
    if (error != 0 && descriptor >= 0)
        (void)unlink(place);
    if (error == 0)
        sync_folder(place);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return error;
}

int files_write(const char *path, const char *text, size_t length)
{
    char target[PATH_MAX];
    struct stat old;
    if (stat(path, &old) != 0) {
        struct stat link;
        if (errno != ENOENT)
            return errno;
        if (lstat(path, &link) == 0)
            return ENOENT; /* a link to nothing */
        return replace(path, NULL, text, length);
    }
    if (S_ISDIR(old.st_mode))
        return EISDIR;
    if (!S_ISREG(old.st_mode))
        return write_through(path, text, length);
    if (access(path, W_OK) != 0 || realpath(path, target) == NULL)
        return errno;
    return replace(target, &old, text, length);
}
