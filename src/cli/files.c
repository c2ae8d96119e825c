/* SPDX-License-Identifier: MIT */
#include "cli/files.h"
#include "cli/interrupt.h"
#include "cli/map.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A block that is read into; its size stands before the text, for files_release. */
struct block {
    size_t size;
    char text[];
};

struct reading {
    struct memory *memory;
    int descriptor;
    struct block *block;
    size_t used, room;
};

static struct block *take_block(struct memory *memory, size_t room)
{
    size_t size = sizeof(struct block) + room + 1;
    struct block *block = memory_take(memory, size);
    block->size = size;
    return block;
}

static void give_block(struct memory *memory, struct block *block)
{
    if (block != NULL)
        memory_give(memory, block, block->size);
}

void files_release(struct memory *memory, char *text)
{
    if (text != NULL)
        give_block(memory, (struct block *)(void *)(text - offsetof(struct block, text)));
}

static void enlarge(struct reading *reading)
{
    size_t room = reading->room < 4096 ? 4096 : 2 * reading->room;
    struct block *larger = take_block(reading->memory, room);
    if (reading->used > 0)
        memcpy(larger->text, reading->block->text, reading->used);
    give_block(reading->memory, reading->block);
    reading->block = larger;
    reading->room = room;
}

/* Size and growth are the file's business: reading ends where it says so, or at the
 * largest size. */
static int read_on(struct reading *reading)
{
    while (!interrupt_pending()) {
        if (reading->used == reading->room)
            enlarge(reading);
        ssize_t got = read(reading->descriptor, reading->block->text + reading->used,
                           reading->room - reading->used);
        if (got == 0)
            return 0;
        if (got < 0 && (errno != EINTR || interrupt_pending()))
            return errno;
        reading->used += got < 0 ? 0 : (size_t)got;
        if (reading->used > FILES_LARGEST)
            return EFBIG;
    }
    return EINTR;
}

/* Out of memory comes back here as an errno value: the library calls this, and a jump
 * must not cross it. */
static int read_all(struct reading *reading)
{
    struct fail fail, *outer = reading->memory->fail;
    reading->memory->fail = &fail;
    int error = setjmp(fail.landing) == 0 ? read_on(reading) : ENOMEM;
    reading->memory->fail = outer;
    if (error != 0) {
        give_block(reading->memory, reading->block);
        reading->block = NULL;
    }
    return error;
}

static int open_to_read(const char *path)
{
    if (strcmp(path, "-") == 0)
        return STDIN_FILENO;
    int descriptor;
    do
        descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (descriptor < 0 && errno == EINTR && !interrupt_pending());
    return descriptor;
}

/* A part of a file must not pass for the whole.  What is still longer than what was read
 * is no proof: files of the system tell a size that they do not have. */
static int find_loss(const struct reading *reading, const struct stat *before)
{
    struct stat after;
    if (!S_ISREG(before->st_mode) || (off_t)reading->used >= before->st_size)
        return 0;
    if (fstat(reading->descriptor, &after) != 0)
        return errno;
    return after.st_size < before->st_size ? ESTALE : 0;
}

int files_read(struct memory *memory, const char *path, char **text, size_t *length)
{
    struct reading reading = {.memory = memory, .descriptor = open_to_read(path)};
    if (reading.descriptor < 0)
        return errno;
    struct stat about;
    int error = fstat(reading.descriptor, &about) == 0 ? 0 : errno;
    if (error == 0 && S_ISDIR(about.st_mode))
        error = EISDIR;
    if (error == 0 && S_ISREG(about.st_mode) && about.st_size > (off_t)FILES_LARGEST)
        error = EFBIG;
    if (error == 0)
        error = read_all(&reading);
    if (error == 0 && (error = find_loss(&reading, &about)) != 0)
        give_block(memory, reading.block);
    if (reading.descriptor != STDIN_FILENO)
        (void)close(reading.descriptor);
    if (error != 0)
        return error;
    reading.block->text[reading.used] = '\0';
    *text = reading.block->text;
    *length = reading.used;
    return 0;
}

int files_map(struct memory *memory, const char *path, char **text, size_t *length)
{
    enum { WORTH_IT = 1 << 18 };
    struct stat about;
    int descriptor = strcmp(path, "-") == 0 ? -1 : open_to_read(path);
    if (descriptor >= 0 && fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode) &&
        about.st_size >= WORTH_IT && (uintmax_t)about.st_size <= FILES_LARGEST_MAPPED) {
        *length = (size_t)about.st_size;
        *text = map_begin(descriptor, *length);
        if (*text != NULL)
            return 0;
    }
    if (descriptor >= 0)
        (void)close(descriptor);
    return files_read(memory, path, text, length);
}

int files_unmap(struct memory *memory, char *text)
{
    if (map_is(text))
        return map_end(text);
    files_release(memory, text);
    return 0;
}

void files_make_folders(const char *path)
{
    char folder[4096];
    size_t length = strlen(path);
    if (length >= sizeof folder)
        return;
    memcpy(folder, path, length + 1);
    for (char *slash = strchr(folder + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(folder, 0700); /* what fails here fails again when it is opened */
        *slash = '/';
    }
}
