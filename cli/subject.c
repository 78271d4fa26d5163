#include "cli/subject.h"

#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

uint64_t seed_fresh(void) {
    uint32_t seed;
    if (getrandom(&seed, sizeof seed, 0) != sizeof seed)
        seed = (uint32_t)getpid() * 2654435761u;
    return seed;
}

bool seed_parse(const char *text, uint64_t *ret_seed, struct error *error) {
    char *end;
    errno = 0;
    unsigned long long seed = strtoull(text, &end, 16);
    if (!*text || *end || errno || strchr(text, '-') || strchr(text, '+') || strchr(text, ' '))
        return fail(error, FAULT_INPUT,
                    "`%s` is not a seed; a seed is up to 16 hexadecimal digits, such as 4f2a91c3", text);
    *ret_seed = seed;
    return true;
}

static void tell_install(void *context, const char *sentence) {
    struct cli *cli = context;
    fprintf(cli->err, "%s\n", sentence);
}

bool subject_packages(struct cli *cli, struct subject *subject, const char *language, struct error *error) {
    if (!subject->exercise->uses[0] || strcmp(language, "any") == 0)
        return true;
    subject->packages = arena_printf(cli->arena, "%s/packages", cli->paths.data);
    const char *exercises = arena_printf(cli->arena, "%s/exercises", cli->paths.root);
    return packages_ready(cli->languages, language, subject->exercise->uses, exercises, subject->packages,
                          tell_install, cli, subject->packages_hash, error);
}

bool subject_prepare(struct cli *cli, const struct workspace *workspace, struct subject *ret_subject,
                     struct error *error) {
    struct subject subject = {.workspace = workspace};
    if (!exercise_load(cli->curriculum, workspace->step, cli->arena, &subject.exercise, error))
        return false;
    if (strcmp(workspace->language, "any") != 0 &&
        (!toolchain_find(cli->languages, workspace->language, cli->paths.cache, cli->arena,
                         &subject.toolchain, error) ||
         !toolchain_usable(subject.toolchain, error) ||
         !subject_packages(cli, &subject, workspace->language, error)))
        return false;
    const struct tree_rules rules = {
        .ignore = toolchain_ignore(subject.toolchain, subject.exercise->processes, cli->arena),
        .use_gitignore = true,
    };
    if (!tree_read(workspace->folder, &rules, &subject.tree, error))
        return false;
    *ret_subject = subject;
    return true;
}

void subject_request(const struct cli *cli, const struct subject *subject,
                     struct judge_request *ret_request) {
    *ret_request = (struct judge_request){
        .exercise = subject->exercise,
        .workspace = subject->workspace,
        .toolchain = subject->toolchain,
        .tree = &subject->tree,
        .probe = cli->paths.probe,
        .cache_folder = cli->paths.cache,
        .packages = subject->packages,
        .packages_hash = subject->packages ? subject->packages_hash : NULL,
    };
}
