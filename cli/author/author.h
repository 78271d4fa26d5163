/* The subcommands of `author`, a file each, and what they share. */
#pragma once
#include "cli/author/problems.h"
#include "cli/cli.h"

/* Each returns the exit status; words[0] is the subcommand's own name. */
int author_lint(struct cli *cli, const struct arguments *arguments);
int author_verify(struct cli *cli, const struct arguments *arguments);
int author_new(struct cli *cli, const struct arguments *arguments);

struct step_list {
    const struct step **steps;
    size_t count;
};
/* The steps that the words after the subcommand mean ("6", "1-20", "fizzbuzz"); without words, all that are made. */
bool author_steps(struct cli *cli, const struct arguments *arguments, struct step_list *ret_list,
                  struct error *error);

/* Has the probe test the checks of an exercise.json; what it says becomes problems. False for a fault of ours. */
bool probe_lint(struct cli *cli, const char *file, struct problems *problems, struct error *error);
