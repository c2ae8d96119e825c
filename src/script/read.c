/* SPDX-License-Identifier: MIT
 * read("houses.csv"): a data set from a file, through the callbacks of tw_options. */
#include "script/read.h"

bool call_read(struct evaluation *e, const struct ast *call, const struct local *locals,
               struct value *out)
{
    (void)locals;
    (void)out;
    return not_yet(e->session, call->span, "`read`");
}
