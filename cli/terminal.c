/* What reaches the terminal, and how wide it is.
 *
 * Colour and movement are for people at a terminal; a pipe gets plain text. Whatever came from a file or from a
 * learner's program passes print_text(), so that it can move nothing and set nothing. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <wchar.h>

const char *style(const struct cli *cli, enum style which) {
    static const char *const codes[] = {
        [STYLE_NONE] = "\x1b[0m",   [STYLE_BOLD] = "\x1b[1m",      [STYLE_DIM] = "\x1b[2m",
        [STYLE_GREEN] = "\x1b[32m", [STYLE_RED] = "\x1b[31m",      [STYLE_YELLOW] = "\x1b[33m",
        [STYLE_CYAN] = "\x1b[36m",  [STYLE_UNDERLINE] = "\x1b[4m",
    };
    return cli->colour ? codes[which] : "";
}

void print_text(FILE *out, const char *text, bool lines) {
    SCOPE_FREE char *printable = text_printable(text, lines);
    fputs(printable, out);
}

int complain(struct cli *cli, const struct error *error) {
    fflush(cli->out);
    fputs("backend-learn: ", cli->err);
    print_text(cli->err, error->text, true);
    fputc('\n', cli->err);
    return fault_exit_status(error->fault);
}

int text_columns(const char *text, size_t length) {
    int columns = 0;
    for (size_t at = 0; at < length;) {
        uint32_t point;
        size_t n = utf8_decode(text + at, length - at, &point);
        int width = n ? wcwidth((wchar_t)point) : 1;
        columns += width < 0 ? 1 : width;
        at += n ? n : 1;
    }
    return columns;
}

void print_wrapped(struct cli *cli, FILE *out, int indent, const char *text) {
    SCOPE_FREE char *printable = text_printable(text, true);
    int column = indent;
    bool first = true;
    for (const char *at = printable; *at;) {
        at += strspn(at, " \n\t");
        size_t length = strcspn(at, " \n\t");
        if (!length)
            break;
        int width = text_columns(at, length);
        if (!first && column + 1 + width > cli->width) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (!first) {
            fputc(' ', out);
            column++;
        }
        fwrite(at, 1, length, out);
        column += width;
        at += length;
        first = false;
    }
    fputc('\n', out);
}

bool ask_yes(struct cli *cli, const char *question) {
    fprintf(cli->out, "%s [y/N]: ", question);
    fflush(cli->out);
    SCOPE_FREE char *line = NULL;
    size_t room = 0;
    ssize_t length = getline(&line, &room, cli->in);
    if (length < 0) {
        fputc('\n', cli->out);
        return false;
    }
    line[strcspn(line, " \t\r\n")] = '\0';
    return !strcasecmp(line, "y") || !strcasecmp(line, "yes");
}

bool program_on_path(const char *name) {
    const char *path = getenv("PATH");
    for (const char *at = path ? path : "/usr/bin:/bin"; *at;) {
        size_t length = strcspn(at, ":");
        SCOPE_FREE char *file = xprintf("%.*s/%s", (int)length, at, name);
        if (length && access(file, X_OK) == 0)
            return true;
        at += length + (at[length] == ':');
    }
    return false;
}

static const char *pager(void) {
    const char *chosen = getenv("PAGER");
    if (chosen)
        return *chosen && strcmp(chosen, "cat") ? chosen : NULL;
    return program_on_path("less") ? "less -R" : NULL;
}

/* Starts the pager with a pipe as its standard input; false if it could not be. */
static bool start_pager(const char *command, pid_t *ret_pid, FILE **ret_pipe) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return false;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGINT);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);
    char *const arguments[] = {(char[]){"sh"}, (char[]){"-c"}, (char *)command, NULL};
    pid_t pid;
    int failed = posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    close(ends[0]);
    FILE *pipe_end = failed ? NULL : fdopen(ends[1], "w");
    if (!pipe_end) {
        close(ends[1]);
        return false;
    }
    *ret_pid = pid;
    *ret_pipe = pipe_end;
    return true;
}

bool show_paged(struct cli *cli, const char *text, size_t length, struct error *error) {
    const char *command = cli->terminal && cli->interactive ? pager() : NULL;
    fflush(cli->out);
    pid_t pid;
    FILE *pipe_end;
    struct sigaction ignore = {.sa_handler = SIG_IGN}, old_pipe, old_interrupt;
    /* Leaving the pager before the end is no error, and Ctrl-C there is the pager's. */
    sigaction(SIGPIPE, &ignore, &old_pipe);
    sigaction(SIGINT, &ignore, &old_interrupt);
    bool paged = command && start_pager(command, &pid, &pipe_end);
    int status = 0;
    if (paged) {
        fwrite(text, 1, length, pipe_end);
        fclose(pipe_end);
        while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
            ;
    }
    sigaction(SIGPIPE, &old_pipe, NULL);
    sigaction(SIGINT, &old_interrupt, NULL);
    if (!paged) {
        fwrite(text, 1, length, cli->out);
        return true;
    }
    if (WIFEXITED(status) && (WEXITSTATUS(status) == 126 || WEXITSTATUS(status) == 127))
        return fail(error, FAULT_INPUT,
                    "the pager `%s` could not be run; set PAGER to one that is installed, or to cat",
                    command);
    return true;
}
