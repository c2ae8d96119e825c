/* SPDX-License-Identifier: MIT
 * interrupt.h - Ctrl-C: the first is a request that the run polls, a second within one
 * second ends the process with status 130. */
#ifndef CLI_INTERRUPT_H
#define CLI_INTERRUPT_H

#include <stdbool.h>

/* Catches SIGINT, unless the process was started with SIGINT ignored. */
void interrupt_catch(void);
bool interrupt_pending(void);
/* Forgets the request: the next Ctrl-C is a first one again. */
void interrupt_clear(void);

#endif
