/* SPDX-License-Identifier: MIT
 * Finds the line editor: the module beside the executable (a build folder), then in the
 * folder where it was installed, then the plain reader. */
#include "cli/lineedit.h"

#include <dlfcn.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#ifndef TALWEG_MODULES /* the build tells the folder */
#define TALWEG_MODULES "/usr/local/lib/talweg"
#endif

static const char module_name[] = "/talweg-lineedit.so";

static const struct lineedit *load(const char *path)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (module == NULL)
        return NULL;
    const struct lineedit *editor = dlsym(module, LINEEDIT_SYMBOL);
    return editor != NULL && editor->version == LINEEDIT_VERSION ? editor : NULL;
}

static const struct lineedit *load_beside_executable(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - sizeof module_name);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    char *slash = strrchr(path, '/');
    if (slash == NULL)
        return NULL;
    memcpy(slash, module_name, sizeof module_name);
    return load(path);
}

struct lineedit_open lineedit_choose(const struct lineedit_host *host, bool plain)
{
    struct lineedit_open open = {plain ? NULL : load_beside_executable(), NULL};
    if (open.editor == NULL && !plain)
        open.editor = load(TALWEG_MODULES "/talweg-lineedit.so");
    if (open.editor != NULL)
        open.state = open.editor->open(host);
    if (open.state == NULL) {
        open.editor = &lineedit_plain;
        open.state = lineedit_plain.open(host);
    }
    return open;
}
