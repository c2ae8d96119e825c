/* SPDX-License-Identifier: MIT
 * scripts.h - the scripts that a command line names, one after the other. */
#ifndef CLI_SCRIPTS_H
#define CLI_SCRIPTS_H

#include "cli/host.h"

struct script {
    const char *path; /* as on the command line: "-", or NULL for -e */
    const char *name; /* shown in messages */
    const char *text;
    size_t length;
};

typedef tw_status script_action(struct host *host, const struct settings *settings,
                                const struct script *script);

/* Reads the file `path` and hands it to `action`; the text lives as long as the call. */
tw_status scripts_one(struct host *host, const struct settings *settings,
                      const char *path, script_action *action);
/* The text of -e, then each file from argument `first` on; standard input when there is
 * neither, except on a terminal.  Stops at Ctrl-C.  The worst of the statuses. */
tw_status scripts_each(struct host *host, const struct settings *settings, size_t first,
                       script_action *action);

#endif
