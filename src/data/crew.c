/* SPDX-License-Identifier: MIT */
#include "data/crew.h"

#include <pthread.h>
#include <stdatomic.h>

struct crew {
    crew_work *work;
    void *user;
    size_t count;
    struct data_poll poll;
    atomic_size_t next; /* the first unit that nobody has taken */
    atomic_bool is_ended;
    bool is_stopped; /* the caller's thread sets it */
};

struct member {
    struct crew *crew;
    size_t index;
    pthread_t id;
};

static bool ask_whether_ended(void *user)
{
    struct crew *crew = user;
    return !atomic_load_explicit(&crew->is_ended, memory_order_relaxed);
}

static bool ask_caller(void *user)
{
    struct crew *crew = user;
    if (!ask_whether_ended(crew))
        return false;
    size_t begun = atomic_load_explicit(&crew->next, memory_order_relaxed);
    if (begun > 0) /* this thread has one of them still */
        data_tell(crew->poll, (double)(begun - 1) / (double)crew->count);
    if (data_goes_on(crew->poll))
        return true;
    crew->is_stopped = true;
    atomic_store(&crew->is_ended, true);
    return false;
}

static void work(struct crew *crew, size_t index)
{
    struct data_poll poll = {.go_on = index == 0 ? ask_caller : ask_whether_ended,
                             .user = crew};
    while (data_goes_on(poll)) {
        size_t unit = atomic_fetch_add(&crew->next, 1);
        if (unit >= crew->count)
            return;
        if (!crew->work(crew->user, index, unit, poll))
            atomic_store(&crew->is_ended, true);
    }
}

static void *start(void *user)
{
    struct member *member = user;
    work(member->crew, member->index);
    return NULL;
}

enum crew_end crew_run(size_t threads, size_t count, crew_work *work_one, void *user,
                       struct data_poll poll)
{
    struct member members[CREW_MOST];
    struct crew crew = {.work = work_one, .user = user, .count = count, .poll = poll};
    size_t most = threads < CREW_MOST ? threads : CREW_MOST, begun = 1;
    most = most < count ? most : count;
    atomic_init(&crew.next, 0);
    atomic_init(&crew.is_ended, false);
    for (; begun < most; begun++) {
        members[begun] = (struct member){.crew = &crew, .index = begun};
        if (pthread_create(&members[begun].id, NULL, start, &members[begun]) != 0)
            break; /* those that there are do it */
    }
    work(&crew, 0);
    for (size_t i = 1; i < begun; i++)
        (void)pthread_join(members[i].id, NULL);
    if (crew.is_stopped)
        return CREW_STOPPED;
    return atomic_load(&crew.is_ended) ? CREW_FAILED : CREW_DONE;
}
