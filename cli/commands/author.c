/* author: what those who write exercises need. Each subcommand is a file in cli/author/. */
#include "cli/author/author.h"

#include "checker/base/document.h"

#include <string.h>

static const struct {
    const char *name;
    int (*run)(struct cli *cli, const struct arguments *arguments);
    const char *const *options; /* the ones it takes, NULL-terminated */
} subcommands[] = {
    {"lint", author_lint, (const char *const[]){NULL}},
    {"verify", author_verify, (const char *const[]){"runs", "seed", "jobs", "lang", "only", NULL}},
    {"new", author_new, (const char *const[]){"title", "languages", NULL}},
};

static int run(struct cli *cli, const struct arguments *arguments) {
    struct error error;
    const char *word = arguments->count ? arguments->words[0] : "", *names[LENGTH_OF(subcommands) + 1] = {0};
    for (size_t i = 0; i < LENGTH_OF(subcommands); i++) {
        names[i] = subcommands[i].name;
        if (strcmp(word, names[i]) != 0)
            continue;
        for (size_t j = 0; j < arguments->value_count; j++) {
            const char *option = arguments->values[j].option->name;
            if (list_has(option, subcommands[i].options))
                continue;
            fail(&error, FAULT_INPUT, "`author %s` takes no --%s; see `%s author --help`", word, option,
                 cli->program);
            return complain(cli, &error);
        }
        return subcommands[i].run(cli, arguments);
    }
    const char *near = *word ? nearest_name(word, names) : NULL;
    if (near)
        fail(&error, FAULT_INPUT, "unknown word `%s` after `author`; did you mean `%s`?", word, near);
    else
        fail(&error, FAULT_INPUT,
             "say what to do: `%s author lint`, `verify` or `new`; see `%s author --help`", cli->program,
             cli->program);
    return complain(cli, &error);
}

const struct command command_author = {
    .name = "author",
    .arguments = "lint|verify|new",
    .about = "make exercises, and test their checks",
    .group = "Write exercises",
    .details =
        "`author new NAME` makes the folder of a step that is planned and not made yet, with one check that "
        "works, "
        "and marks what is to be written with TODO.\n\n"
        "`author lint [N…]` reads: every file that belongs to a step is there and what it should be, and the "
        "checks "
        "are well-formed. All problems are shown, each with its place.\n\n"
        "`author verify [N…]` runs: each solution and each valid variety must pass every check, each starter "
        "must "
        "build and not be done, and each wrong solution must be caught by the check that its patch names.\n\n"
        "N is a step or a range such as 1-20; without it, all steps that are made.\n\n"
        "Exit status: 0 all is as it should be, 1 a program is not judged as it should be, 2 a file is "
        "wrong, 3 a "
        "fault of our own or a missing tool.",
    .options =
        (const struct command_option[]){
            {"runs", "K", "verify: try each with K seeds"},
            {"seed", "S", "verify: the first seed; the others follow it"},
            {"jobs", "J", "verify: how many at once; as many as there are processors by default"},
            {"lang", "L", "verify: only this language"},
            {"only", "NAME",
             "verify: only the patch of this name, or only solution, starter, wrong or valid"},
            {"title", "T", "new: the heading of task and lesson, if not the plan's title"},
            {"languages", "L,L", "new: the languages, or `any` where none matters; all by default"},
            {0},
        },
    .examples =
        (const struct command_example[]){
            {"author new functions", "begin step 7"},
            {"author lint", "what is still to do, in all steps"},
            {"author verify 6", "test step 6"},
            {"author verify 6 --only solution --runs 500", "its solutions with 500 seeds"},
            {0},
        },
    .words = 1000,
    .needs = NEED_CURRICULUM | NEED_LANGUAGES,
    .run = run,
};
