/* SPDX-License-Identifier: MIT
 * The commands of the prompt, one row each, and the place of its history. */
#include "base/near.h"
#include "cli/files.h"
#include "cli/repl.h"

#include <stdlib.h>
#include <string.h>

static void show_help(struct repl *repl, const char *name);
static void load(struct repl *repl, const char *path);
static void save(struct repl *repl, const char *path);
static void reset(struct repl *repl, const char *nothing);
static void leave(struct repl *repl, const char *nothing);

enum argument { NONE, OPTIONAL, REQUIRED };

static const struct prompt_command {
    const char *name, *shown; /* `shown` in the help; NULL: another name of a row above */
    enum argument argument;
    void (*run)(struct repl *repl, const char *argument);
    const char *help;
} commands[] = {
    {"help", "help, help NAME", OPTIONAL, show_help, "this, or what is known of a name"},
    {"?", "?NAME", OPTIONAL, show_help, "the same"},
    {":load", ":load FILE", REQUIRED, load, "run a script; its names stay"},
    {":save", ":save FILE", REQUIRED, save, "write what ran so far as a script"},
    {":reset", ":reset", NONE, reset, "forget all names"},
    {":quit", ":quit, quit, exit", NONE, leave, "leave; so does Ctrl-D"},
    {"quit", NULL, NONE, leave, NULL},
    {"exit", NULL, NONE, leave, NULL},
};
static const size_t command_count = sizeof commands / sizeof *commands;

static const char blanks[] = " \t\r";

/* Names of more than a letter of Latin are names too; only signs of a statement tell that
 * `help = 3` is none of ours. */
static bool is_one_word(const char *text)
{
    return text[strcspn(text, " \t\r\n=()[]+*/^,;")] == '\0';
}

/* The command of the line, with *argument where its argument begins; or NULL. */
static const struct prompt_command *find(const char *line, const char **argument)
{
    line += strspn(line, blanks);
    for (size_t i = 0; i < command_count; i++) {
        const struct prompt_command *command = &commands[i];
        size_t length = strlen(command->name);
        if (strncmp(line, command->name, length) != 0)
            continue;
        bool is_sign = command->name[0] == '?';
        const char *rest = line + length;
        size_t gap = strspn(rest, blanks);
        if (!is_sign && gap == 0 && *rest != '\0')
            continue;
        *argument = rest + gap;
        if (command->name[0] == ':' || is_sign || **argument == '\0' ||
            (command->argument != NONE && is_one_word(*argument)))
            return command;
    }
    return NULL;
}

bool repl_is_command(const char *line)
{
    const char *argument = NULL;
    if (strchr(line, '\n') != NULL)
        return false; /* a paste is a script */
    return line[strspn(line, blanks)] == ':' || find(line, &argument) != NULL;
}

static void unknown(struct repl *repl, const char *line)
{
    line += strspn(line, blanks);
    const char *word = arena_copy(&repl->input, line, strcspn(line, blanks));
    struct near near;
    near_init(&near, word);
    for (size_t i = 0; i < command_count; i++)
        near_try(&near, commands[i].name);
    if (near.best != NULL)
        host_say(repl->host, "unknown command `%s`: write `%s`", word, near.best);
    else
        host_say(repl->host, "unknown command `%s`: see `help`", word);
}

void repl_command(struct repl *repl, const char *line)
{
    const char *argument = NULL;
    const struct prompt_command *command = find(line, &argument);
    if (command == NULL) {
        unknown(repl, line);
        return;
    }
    size_t length = strlen(argument);
    while (length > 0 && strchr(blanks, argument[length - 1]) != NULL)
        length--;
    char *copy = arena_copy(&repl->input, argument, length);
    if (command->argument == NONE && length > 0)
        host_say(repl->host, "`%s` takes nothing behind it", command->name);
    else if (command->argument == REQUIRED && length == 0)
        host_say(repl->host, "write `%s`", command->shown);
    else
        command->run(repl, copy);
}

static void list_commands(struct repl *repl)
{
    struct text out;
    text_init(&out, &repl->input);
    text_puts(&out, "Any statement, such as\n"
                    "  minimize (w*2 - 6)^2 over w from 0 step 0.12 until |grad| < 1e-4\n"
                    "and of the prompt:\n");
    for (size_t i = 0; i < command_count; i++)
        if (commands[i].shown != NULL)
            text_format(&out, "  %-18s %s\n", commands[i].shown, commands[i].help);
    text_puts(&out, "  Ctrl-C             drop the line, stop what runs\n");
    host_show(repl->host, &out);
}

static void show_help(struct repl *repl, const char *name)
{
    if (*name == '\0')
        list_commands(repl);
    else if (!tw_help(repl->session, name))
        host_say(repl->host, "nothing is known of `%s`", name);
}

static void load(struct repl *repl, const char *path)
{
    char *text = NULL;
    size_t length = 0;
    int error = files_read(&repl->host->memory, path, &text, &length);
    if (error != 0) {
        host_file_error(repl->host, repl->settings, "read", path, error);
        return;
    }
    repl_run_text(repl, path, text, length);
    files_release(&repl->host->memory, text);
}

/* What was kept ran without an error, so that the file runs as a script. */
static void save(struct repl *repl, const char *path)
{
    int error = files_write(path, text_string(&repl->kept), repl->kept.length);
    if (error != 0)
        host_file_error(repl->host, repl->settings, "write", path, error);
}

static void reset(struct repl *repl, const char *nothing)
{
    (void)nothing;
    tw_reset(repl->session);
    repl->kept.length = 0;
}

static void leave(struct repl *repl, const char *nothing)
{
    (void)nothing;
    repl->leaves = true;
}

const char *repl_history_path(struct arena *arena)
{
    struct text path;
    text_init(&path, arena);
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (state != NULL && *state == '/') {
        text_puts(&path, state);
    } else if (home != NULL && *home == '/') {
        text_puts(&path, home);
        text_puts(&path, "/.local/state");
    } else {
        return NULL;
    }
    text_puts(&path, "/talweg/history");
    files_make_folders(text_string(&path));
    return text_string(&path);
}
