/* SPDX-License-Identifier: MIT
 * Reads the command line.  Options and names may be mixed; `--` ends the options; the
 * first name is a subcommand when it is one.  No abbreviations: what works today must
 * mean the same when more options exist. */
#include "cli/options.h"

#include "base/near.h"
#include "cli/host.h"

#include <string.h>
#include <unistd.h>

struct reader {
    struct host *host;
    struct settings *settings;
    char **next;                   /* the arguments that are left, ended by NULL */
    const struct option *used[64]; /* each option once, for the check at the end */
    size_t used_count;
    bool has_command, only_names;
};

static bool complain(struct reader *reader, const char *what, const char *wrong,
                     const char *right)
{
    if (right != NULL)
        host_say(reader->host, "%s `%s`: write `%s`", what, wrong, right);
    else
        host_say(reader->host, "%s `%s`: see `talweg --help`", what, wrong);
    return false;
}

static const struct option *find_name(const char *name, size_t length)
{
    for (size_t i = 0; i < option_count; i++)
        if (strlen(option_table[i].name) == length &&
            memcmp(option_table[i].name, name, length) == 0)
            return &option_table[i];
    return NULL;
}

static const struct option *find_letter(char letter)
{
    for (size_t i = 0; i < option_count; i++)
        if (letter != 0 && option_table[i].letter == letter)
            return &option_table[i];
    return NULL;
}

/* Whether an option fits is known only when the subcommand is. */
static void note_use(struct reader *reader, const struct option *option)
{
    for (size_t i = 0; i < reader->used_count; i++)
        if (reader->used[i] == option)
            return;
    if (reader->used_count < sizeof reader->used / sizeof *reader->used)
        reader->used[reader->used_count++] = option;
}

/* `value` is what was glued to the option, or NULL. */
static bool apply(struct reader *reader, const struct option *option, const char *value)
{
    note_use(reader, option);
    if (option->argument == NULL && value != NULL) {
        host_say(reader->host, "`--%s` takes no value", option->name);
        return false;
    }
    if (option->argument != NULL && value == NULL)
        value = *reader->next == NULL ? NULL : *reader->next++;
    if (option->argument != NULL && value == NULL) {
        host_say(reader->host, "`--%s` needs a value: %s", option->name, option->help);
        return false;
    }
    if (option->set(reader->settings, value))
        return true;
    host_say(reader->host, "`--%s` cannot be `%s`: %s", option->name, value,
             option->help);
    return false;
}

/* A slip is answered with the name that was meant; the value behind `=` is no part of it.
 */
static bool unknown_name(struct reader *reader, const char *word)
{
    struct near near;
    char name[64];
    size_t length = strcspn(word, "=");
    if (length >= sizeof name)
        return complain(reader, "unknown option", word, NULL);
    memcpy(name, word, length);
    name[length] = '\0';
    near_init(&near, name + 2);
    for (size_t i = 0; i < option_count; i++)
        near_try(&near, option_table[i].name);
    char right[80] = "--";
    if (near.best != NULL)
        strncat(right, near.best, sizeof right - 3);
    return complain(reader, "unknown option", name, near.best == NULL ? NULL : right);
}

static bool read_name(struct reader *reader, const char *word)
{
    size_t length = strcspn(word + 2, "=");
    const struct option *option = find_name(word + 2, length);
    if (option == NULL)
        return unknown_name(reader, word);
    return apply(reader, option, word[2 + length] == '=' ? word + 3 + length : NULL);
}

/* `-json`: a long name with one dash, which would else be read letter by letter. */
static bool lacks_dash(struct reader *reader, const char *word)
{
    size_t length = strcspn(word + 1, "=");
    const struct option *option = find_name(word + 1, length);
    if (option == NULL || length < 2)
        return false;
    char right[80] = "--";
    strncat(right, option->name, sizeof right - 3);
    complain(reader, "unknown option", word, right);
    return true;
}

/* `-qv`, `-e TEXT`, `-j4`. */
static bool read_letters(struct reader *reader, const char *word)
{
    if (lacks_dash(reader, word))
        return false;
    for (const char *letter = word + 1; *letter != '\0'; letter++) {
        const struct option *option = find_letter(*letter);
        if (option == NULL)
            return complain(reader, "unknown option", word, NULL);
        if (option->argument != NULL)
            return apply(reader, option, letter[1] != '\0' ? letter + 1 : NULL);
        if (!apply(reader, option, NULL))
            return false;
    }
    return true;
}

static bool find_command(const char *word, enum command_id *command)
{
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        if (strcmp(command_table[i].name, word) == 0) {
            *command = (enum command_id)i;
            return true;
        }
    return false;
}

/* A word that is no file and nearly a subcommand is a slip. */
static bool is_slip(struct reader *reader, const char *word)
{
    if (strpbrk(word, "./") != NULL || access(word, F_OK) == 0)
        return false;
    struct near near;
    near_init(&near, word);
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        near_try(&near, command_table[i].name);
    if (near.best != NULL)
        complain(reader, "unknown subcommand", word, near.best);
    return near.best != NULL;
}

/* The first name may be a subcommand; all others are its arguments. */
static bool take_name(struct reader *reader, const char *word)
{
    struct settings *settings = reader->settings;
    if (!reader->has_command) {
        reader->has_command = true;
        if (!reader->only_names && find_command(word, &settings->command))
            return true;
        if (!reader->only_names && is_slip(reader, word))
            return false;
    }
    settings->arguments[settings->argument_count++] = word;
    return true;
}

static bool take_word(struct reader *reader, const char *word)
{
    if (reader->only_names || word[0] != '-' || word[1] == '\0')
        return take_name(reader, word);
    if (strcmp(word, "--") == 0) {
        reader->only_names = true;
        return true;
    }
    return word[1] == '-' ? read_name(reader, word) : read_letters(reader, word);
}

/* Each option that was used belongs to the subcommand. */
static bool fits(struct reader *reader)
{
    unsigned bit = 1u << reader->settings->command;
    for (size_t i = 0; i < reader->used_count; i++)
        if ((reader->used[i]->commands & bit) == 0) {
            host_say(reader->host,
                     "`--%s` is no option of `talweg %s`: see `talweg %s --help`",
                     reader->used[i]->name, command_table[reader->settings->command].name,
                     command_table[reader->settings->command].name);
            return false;
        }
    return true;
}

bool options_read(struct host *host, struct settings *settings, int count,
                  char **arguments)
{
    *settings = (struct settings){.timeout = 60};
    text_init(&settings->text, &host->arena);
    settings->arguments = ARENA_ARRAY(&host->arena, (size_t)count + 1, const char *);
    struct reader reader = {.host = host, .settings = settings, .next = arguments};
    while (*reader.next != NULL) {
        const char *word = *reader.next++;
        if (!take_word(&reader, word))
            return false;
    }
    return fits(&reader);
}
