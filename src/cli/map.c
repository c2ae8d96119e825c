/* SPDX-License-Identifier: MIT
 * A signal handler reaches only what is static: so is the table of mappings. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "cli/map.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 64 };

static struct mapping {
    char *volatile text;        /* NULL: free */
    volatile size_t size, held; /* bytes of the file; of address space from `text` on */
    int descriptor;
    volatile sig_atomic_t is_lost;
} mappings[MOST];
static volatile sig_atomic_t any_lost; /* of all that were mapped */

static size_t page_size(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

static void mend(int signal_number, siginfo_t *about, void *context)
{
    (void)context;
    uintptr_t place = (uintptr_t)about->si_addr;
    for (size_t i = 0; i < MOST; i++) {
        uintptr_t begin = (uintptr_t)mappings[i].text;
        if (begin == 0 || place < begin || place - begin >= mappings[i].held)
            continue;
        size_t page = page_size();
        char *at = mappings[i].text + (place - begin) / page * page;
        if (mmap(at, page, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) !=
            at)
            break;
        mappings[i].is_lost = 1;
        any_lost = 1;
        return;
    }
    (void)signal(signal_number, SIG_DFL); /* comes again and ends the process */
}

static struct mapping *find(const char *text)
{
    for (size_t i = 0; i < MOST; i++)
        if (mappings[i].text == text)
            return &mappings[i];
    return NULL;
}

char *map_begin(int descriptor, size_t size)
{
    struct mapping *mapping = find(NULL);
    size_t page = page_size(), held = (size / page + 2) * page;
    struct sigaction action = {.sa_sigaction = mend, .sa_flags = SA_SIGINFO | SA_RESTART};
    if (mapping == NULL || size > SIZE_MAX - 2 * page)
        return NULL;
    sigemptyset(&action.sa_mask);
    if (sigaction(SIGBUS, &action, NULL) != 0)
        return NULL;
    /* The page behind the file's last one gives the NUL where that one is full. */
    char *text = mmap(NULL, held, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (text == MAP_FAILED)
        return NULL;
    if (mmap(text, size, PROT_READ, MAP_PRIVATE | MAP_FIXED, descriptor, 0) != text) {
        (void)munmap(text, held);
        return NULL;
    }
    mapping->size = size;
    mapping->held = held;
    mapping->descriptor = descriptor;
    mapping->is_lost = 0;
    mapping->text = text;
    return text;
}

bool map_is(const char *text)
{
    return text != NULL && find(text) != NULL;
}

static bool is_shorter(const struct mapping *mapping)
{
    struct stat now;
    return mapping->is_lost != 0 || fstat(mapping->descriptor, &now) != 0 ||
           (size_t)now.st_size < mapping->size;
}

int map_end(char *text)
{
    struct mapping *mapping = find(text);
    int error = is_shorter(mapping) ? ESTALE : 0;
    mapping->text = NULL;
    (void)munmap(text, mapping->held);
    (void)close(mapping->descriptor);
    return error;
}

/* Asked in every step of a search, so the table is looked through only when needed. */
bool map_lost(void)
{
    if (any_lost == 0)
        return false;
    for (size_t i = 0; i < MOST; i++)
        if (mappings[i].text != NULL && mappings[i].is_lost != 0)
            return true;
    return false;
}
