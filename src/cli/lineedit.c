/* SPDX-License-Identifier: MIT
 * Finds the line editor: the module beside the executable (a build folder), then in the
 * folder where it was installed, then the plain reader.
 *
 * A script starts fastest when the command is linked statically, and then no module can
 * be loaded.  Such a command looks in the same places for the program talweg-prompt, the
 * same sources linked dynamically, and lets it do the work. */
#include "cli/lineedit.h"

#ifndef TALWEG_STATIC
#include <dlfcn.h>
#endif
#include <limits.h>
#include <string.h>
#include <unistd.h>

#ifndef TALWEG_MODULES /* the build tells the folder */
#define TALWEG_MODULES "/usr/local/lib/talweg"
#endif

/* `name` beside the executable; false when that is not known. */
static bool beside_executable(const char *name, char path[PATH_MAX])
{
    ssize_t length = readlink("/proc/self/exe", path, PATH_MAX - 1);
    if (length <= 0)
        return false;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL || (size_t)(slash - path) + strlen(name) + 2 > PATH_MAX)
        return false;
    memcpy(slash + 1, name, strlen(name) + 1);
    return true;
}

#ifdef TALWEG_STATIC

static struct lineedit_open choose_editor(const struct lineedit_host *host)
{
    char path[PATH_MAX];
    struct lineedit_open none = {NULL, NULL};
    if (host->arguments == NULL)
        return none;
    if (beside_executable("talweg-prompt", path))
        (void)execv(path, host->arguments);
    (void)execv(TALWEG_MODULES "/talweg-prompt", host->arguments);
    return none;
}

#else

static const struct lineedit *load(const char *path)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL)
        return NULL;
    const struct lineedit *editor = dlsym(module, LINEEDIT_SYMBOL);
    return editor != NULL && editor->version == LINEEDIT_VERSION ? editor : NULL;
}

static struct lineedit_open choose_editor(const struct lineedit_host *host)
{
    char path[PATH_MAX];
    struct lineedit_open open = {NULL, NULL};
    if (beside_executable("talweg-lineedit.so", path))
        open.editor = load(path);
    if (open.editor == NULL)
        open.editor = load(TALWEG_MODULES "/talweg-lineedit.so");
    if (open.editor != NULL)
        open.state = open.editor->open(host);
    return open;
}

#endif

struct lineedit_open lineedit_choose(const struct lineedit_host *host, bool plain)
{
    struct lineedit_open open = {NULL, NULL};
    if (!plain)
        open = choose_editor(host);
    if (open.state == NULL) {
        open.editor = &lineedit_plain;
        open.state = lineedit_plain.open(host);
    }
    return open;
}
