/* SPDX-License-Identifier: MIT
 * The line editor on GNU readline, built as a module (a binary that loads it is under the
 * GPL).  Readline's callback interface lets this file wait for keys itself, so that
 * Ctrl-C gives the line back at once.  Readline keeps its state in globals and asks for
 * malloc: both end at this file. */
#include "cli/lineedit.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <readline/history.h>
#include <readline/readline.h>

enum { HISTORY_LONGEST = 10000 };

/* Names may hold any letter, so that all signs of the language part words. */
static char name_breaks[] = " \t\n\"#$%&'()*+,-/:;<=>?@[\\]^`{|}~!";
static char file_breaks[] = " ";

static struct {
    const struct lineedit_host *host;
    char *line; /* malloc'ed by readline; ours until the next read */
    bool done;
} editor;

/* Called by readline when a line is complete; NULL is the end of input. */
static void take_line(char *line)
{
    rl_callback_handler_remove();
    editor.line = line;
    editor.done = true;
}

struct matches {
    char **names;
    size_t count, capacity;
};

static void add_match(void *list, const char *name)
{
    struct matches *matches = list;
    if (matches->count == matches->capacity) {
        size_t capacity = matches->capacity == 0 ? 64 : 2 * matches->capacity;
        char **grown = realloc(matches->names, capacity * sizeof *grown);
        if (grown == NULL)
            return;
        matches->names = grown;
        matches->capacity = capacity;
    }
    char *copy = strdup(name);
    if (copy != NULL)
        matches->names[matches->count++] = copy;
}

static struct matches found; /* handed out one by one: readline's way to ask */

static char *next_match(const char *prefix, int is_again)
{
    static size_t next;
    if (!is_again) {
        next = 0;
        found.count = 0;
        editor.host->complete(editor.host->user, prefix, add_match, &found);
    }
    return next < found.count ? found.names[next++] : NULL; /* readline frees the name */
}

static bool wants_file(void)
{
    return editor.host->wants_file(editor.host->user, rl_line_buffer);
}

/* Asked before each completion: a path is one word, a formula is many. */
static char *choose_breaks(void)
{
    return wants_file() ? file_breaks : name_breaks;
}

static char **complete(const char *prefix, int start, int end)
{
    (void)start;
    (void)end;
    rl_completion_append_character = '\0';
    if (wants_file())
        return NULL; /* readline's own: files */
    rl_attempted_completion_over = 1;
    return rl_completion_matches(prefix, next_match);
}

/* Drops all but the last of equal lines; the number that was dropped. */
static int drop_doubles(void)
{
    int dropped = 0;
    for (int i = history_length - 1; i >= 0; i--)
        for (int j = i - 1; j >= 0; j--)
            if (strcmp(history_list()[i]->line, history_list()[j]->line) == 0) {
                free_history_entry(remove_history(j));
                dropped++;
                i--;
            }
    return dropped;
}

static void open_history(const char *path)
{
    using_history();
    /* Time stamps between the entries let one of several lines stay one; their sign is
     * one that begins no line of the language. */
    history_comment_char = '%';
    history_write_timestamps = 1;
    if (path == NULL)
        return;
    int descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (descriptor >= 0)
        (void)close(descriptor);
    (void)read_history(path);
    stifle_history(HISTORY_LONGEST);
    if (drop_doubles() > HISTORY_LONGEST / 10)
        (void)write_history(path);
}

/* Readline measures letters by the locale.  Only the kind of letters is set: numbers
 * keep their point. */
static void use_utf8(void)
{
    const char *name = setlocale(LC_CTYPE, "");
    if (name == NULL || strcmp(name, "C") == 0 || strcmp(name, "POSIX") == 0)
        (void)setlocale(LC_CTYPE, "C.UTF-8");
}

static void *open_editor(const struct lineedit_host *host)
{
    editor.host = host;
    use_utf8();
    rl_readline_name = "talweg";
    rl_catch_signals = 1;
    rl_catch_sigwinch = 1;
    rl_persistent_signal_handlers = 1; /* also while this file waits for a key */
    rl_attempted_completion_function = complete;
    rl_completion_word_break_hook = choose_breaks;
    if (rl_variable_bind("enable-bracketed-paste", "on") != 0)
        return NULL;
    open_history(host->history);
    return &editor;
}

/* Waits for a key.  True when Ctrl-C came instead. */
static bool wait_for_key(void)
{
    struct pollfd key = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&key, 1, -1) < 0 && errno == EINTR) {
        rl_check_signals(); /* a new size, a stop; Ctrl-C goes on to the host */
        if (editor.host->interrupted(editor.host->user))
            return true;
    }
    return false;
}

/* The line, a search or a count that was begun: all is forgotten, on a new line. */
static enum lineedit_event drop_line(void)
{
    rl_callback_sigcleanup();
    rl_free_line_state();
    rl_callback_handler_remove();
    (void)fputs("\n", rl_outstream);
    (void)fflush(rl_outstream);
    return LINEEDIT_INTERRUPTED;
}

static enum lineedit_event read_line(void *state, const char *prompt, const char **text,
                                     size_t *length)
{
    (void)state;
    free(editor.line);
    editor.line = NULL;
    editor.done = false;
    rl_callback_handler_install(prompt, take_line);
    while (!editor.done) {
        if (wait_for_key())
            return drop_line();
        rl_callback_read_char();
        if (!editor.done && editor.host->interrupted(editor.host->user))
            return drop_line();
    }
    if (editor.line == NULL)
        return LINEEDIT_END;
    *text = editor.line;
    *length = strlen(editor.line);
    return LINEEDIT_LINE;
}

/* Appended at once, so that what ends the process does not end the history. */
static void remember(void *state, const char *text)
{
    (void)state;
    for (int i = history_length - 1; i >= 0; i--)
        if (strcmp(history_list()[i]->line, text) == 0)
            free_history_entry(remove_history(i));
    add_history(text);
    if (editor.host->history != NULL)
        (void)append_history(1, editor.host->history);
}

static void close_editor(void *state)
{
    (void)state;
    free(editor.line);
    editor.line = NULL;
    free(found.names);
    found = (struct matches){0};
    clear_history();
}

__attribute__((visibility("default"))) extern const struct lineedit lineedit_module;
const struct lineedit lineedit_module = {
    .version = LINEEDIT_VERSION,
    .open = open_editor,
    .read = read_line,
    .remember = remember,
    .close = close_editor,
};
