#include "cli/author/author.h"

#include "checker/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>

enum { PROBE_SAYS = 1 << 20 };

static bool is_meant(const struct step *step, const struct step *one, bool range, int first, int last) {
    return step == one || (range && step->made && step->number >= first && step->number <= last);
}

static bool add_meant(struct cli *cli, const char *word, struct step_list *list, struct error *error) {
    const char *dash = strchr(word, '-');
    int first = 0, last = 0, used = 0;
    bool range = dash && sscanf(word, "%d-%d%n", &first, &last, &used) == 2 && !word[used];
    const struct step *one = NULL;
    if (!range && !curriculum_find(cli->curriculum, word, &one, error))
        return false;
    if (one && !one->made)
        return fail(error, FAULT_INPUT,
                    "step %s is not made yet: there is no exercises/%s; `%s author new %s` begins it",
                    one->id, one->slug, cli->program, one->name);
    for (size_t i = 0; i < cli->curriculum->count; i++) {
        const struct step *step = &cli->curriculum->steps[i];
        if (is_meant(step, one, range, first, last))
            list->steps[list->count++] = step;
    }
    return true;
}

bool author_steps(struct cli *cli, const struct arguments *arguments, struct step_list *ret_list,
                  struct error *error) {
    const struct curriculum *curriculum = cli->curriculum;
    size_t words = arguments->count > 1 ? arguments->count - 1 : 1;
    struct step_list list = {arena_alloc(cli->arena, (curriculum->count * words + 1) * sizeof *list.steps),
                             0};
    for (size_t i = 1; i < arguments->count; i++)
        if (!add_meant(cli, arguments->words[i], &list, error))
            return false;
    for (size_t i = 0; arguments->count == 1 && i < curriculum->count; i++)
        if (curriculum->steps[i].made)
            list.steps[list.count++] = &curriculum->steps[i];
    *ret_list = list;
    return true;
}

/* Starts the probe with its standard error in a pipe. */
static bool start_probe(struct cli *cli, const char *file, pid_t *ret_child, int *ret_says,
                        struct error *error) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) < 0)
        return fail_errno(error, FAULT_OURS, "no pipe for the probe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    char *const arguments[] = {(char *)cli->paths.probe, (char *)"--lint", (char *)file, NULL};
    int problem = posix_spawn(ret_child, cli->paths.probe, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (problem) {
        close(ends[0]);
        errno = problem;
        return fail_errno(error, FAULT_OURS, "%s", cli->paths.probe);
    }
    *ret_says = ends[0];
    return true;
}

bool probe_lint(struct cli *cli, const char *file, struct problems *problems, struct error *error) {
    pid_t child;
    SCOPE_CLOSE int says = -1;
    if (!start_probe(cli, file, &child, &says, error))
        return false;
    SCOPE_TEXT struct text text = {.ceiling = PROBE_SAYS};
    char bytes[4096];
    for (ssize_t n; (n = read(says, bytes, sizeof bytes)) > 0 || (n < 0 && errno == EINTR);)
        text_add(&text, bytes, n > 0 ? (size_t)n : 0);
    int status;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 2))
        return fail(error, FAULT_OURS, "%s --lint %s ended badly; do it by hand to see more",
                    cli->paths.probe, file);
    char *lines = text_take(&text), *rest = lines;
    for (char *line; (line = strsep(&rest, "\n"));)
        if (*line)
            problem_said(problems, line);
    free(lines);
    return true;
}
