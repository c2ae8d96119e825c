/* SPDX-License-Identifier: MIT
 * progress.h - a line on the terminal that says how far long work is.
 *
 * It is drawn when a run has taken a second, and only where people look: standard error
 * is a terminal that can erase a line.  It is erased before anything else is written. */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/host.h"

/* The callback of tw_options, whose user is a host; NULL where nothing is drawn. */
typedef bool progress_callback(void *user, const tw_progress *progress);
progress_callback *progress_drawing(const struct settings *settings);
/* Erases the line when there is one. */
void progress_erase(struct host *host);

#endif
