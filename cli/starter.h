/* What lies in a learner's folder at first: the starter of a step in a language, task.md, and workspace.json, which
 * says how to build and run it. `start` makes such a folder, `reset` makes one again, and `solution --to` makes one
 * that holds the solution in the starter's place. */
#pragma once
#include "cli/cli.h"

#include "checker/base/tree.h"

enum starter_part { STARTER_CODE, SOLUTION_CODE };

struct starter {
    const struct exercise *exercise;
    const char *language;              /* a key of languages.json, or "any" */
    const struct toolchain *toolchain; /* NULL where no language matters */
    struct tree tree;                  /* the folder to be */
    struct tree code;                  /* the exercise's own part of it */
};

/* The language to take: the one typed (NULL: none was), else otherwise (may be NULL), else the remembered one, else
 * the first of languages.json; "any" where none matters. The error names those the exercise is made in. */
bool starter_language(struct cli *cli, const struct exercise *exercise, const char *typed,
                      const char *otherwise, const char **ret_language, struct error *error);
/* "C"; the key itself where it has no title. */
const char *language_title(struct cli *cli, const char *language);

/* Reads the part and composes the folder, with a fresh seed. starter_free() it after use. */
bool starter_read(struct cli *cli, const struct exercise *exercise, const char *language,
                  enum starter_part part, struct starter *ret_starter, struct error *error);
void starter_free(struct starter *starter);

/* A folder as it was typed, made absolute, without a slash at its end. */
bool folder_typed(struct cli *cli, const char *typed, const char **ret_folder, struct error *error);
