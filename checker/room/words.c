/* A command line as words.
 *
 * "./main --port 8080" needs no shell between the checker and the learner's process: signals would reach the
 * shell, and an exit status would be the shell's. So plain words, with quotes and backslashes as in a shell,
 * are split here; only a line that asks for what a shell does is given to one, with the further arguments
 * appended as they are, unexpanded. */
#include "checker/room/parts.h"

#include <ctype.h>

/* Characters that ask for a shell when they are not quoted, and those that do so inside double quotes too. */
static const char asks_for_shell[] = "$;&|<>*?`~(){}[]#\n";
static const char asks_within_quotes[] = "$`";

/* NAME= at the start of a line. */
static bool is_assignment(const char *line) {
    if (!isalpha((unsigned char)*line) && *line != '_')
        return false;
    while (isalnum((unsigned char)*line) || *line == '_')
        line++;
    return *line == '=';
}

static bool split(const char *line, struct arena *arena, const char **words, size_t *count, bool *needs_shell,
                  struct error *error) {
    char *word = arena_alloc(arena, strlen(line) + 1), *end = word;
    bool inside = false;
    char quote = '\0';
    for (const char *at = line; *at; at++) {
        if (quote == '\'') {
            if (*at == '\'')
                quote = '\0';
            else
                *end++ = *at;
            continue;
        }
        if (strchr(quote ? asks_within_quotes : asks_for_shell, *at)) {
            *needs_shell = true;
            return true;
        }
        if (*at == '\\') {
            if (!at[1])
                return fail(error, FAULT_INPUT, "the command `%s` ends in a backslash: take it away", line);
            /* Within double quotes a backslash stands for itself unless it protects something. */
            if (quote && !strchr("\"\\$`", at[1]))
                *end++ = '\\';
            *end++ = *++at;
            inside = true;
        } else if (*at == '"' || (*at == '\'' && !quote)) {
            quote = quote ? '\0' : *at;
            inside = true;
        } else if (!quote && isspace((unsigned char)*at)) {
            if (inside) {
                *end++ = '\0';
                words[(*count)++] = word;
                word = end;
                inside = false;
            }
        } else {
            *end++ = *at;
            inside = true;
        }
    }
    if (quote)
        return fail(error, FAULT_INPUT, "the command `%s` opens a quote (%c) that it does not close", line,
                    quote);
    if (inside) {
        *end = '\0';
        words[(*count)++] = word;
    }
    return true;
}

bool command_words(const char *command, const char *const *arguments, struct arena *arena,
                   const char ***ret_words, struct error *error) {
    size_t extra = 0;
    while (arguments && arguments[extra])
        extra++;
    const char *line = command + strspn(command, " \t\r\n");
    const char **words = arena_alloc(arena, (strlen(line) / 2 + extra + 6) * sizeof *words);
    size_t count = 0;
    bool needs_shell = is_assignment(line);
    if (!needs_shell && !split(line, arena, words, &count, &needs_shell, error))
        return false;
    if (needs_shell) {
        count = 0;
        words[count++] = "/bin/sh";
        words[count++] = "-c";
        words[count++] = extra ? arena_printf(arena, "%s \"$@\"", line) : arena_copy(arena, line);
        words[count++] = "sh";
    } else if (count == 0) {
        return fail(error, FAULT_INPUT, "there is no command to run: say how the program is started");
    }
    for (size_t i = 0; i < extra; i++)
        words[count++] = arguments[i];
    words[count] = NULL;
    *ret_words = words;
    return true;
}
