/* SPDX-License-Identifier: MIT */
#include "script/override.h"

void override_name(struct session *session, name_id name, const struct value *value)
{
    struct binding *binding = session_binding(session, name);
    if (session->override_count == session->override_capacity)
        session->overrides =
            arena_grow(&session->keep, session->overrides, session->override_count,
                       &session->override_capacity, sizeof *session->overrides);
    struct override saved = {name, *binding};
    session->overrides[session->override_count++] = saved;
    binding->value = *value;
}

size_t override_mark(const struct session *session)
{
    return session->override_count;
}

void override_restore(struct session *session, size_t mark)
{
    while (session->override_count > mark) {
        const struct override *saved = &session->overrides[--session->override_count];
        session->globals[saved->name] = saved->binding;
    }
}
