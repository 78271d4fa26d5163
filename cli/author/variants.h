/* The programs an exercise comes with, by which its checks are tested as code is:
 *
 *   solution/LANG      passes every check, with every seed
 *   starter/LANG       builds, and the core does not hold
 *   wrong/NAME.patch   one mistake against a solution; fails the check that its first lines name
 *   valid/NAME.patch   an unusual right answer; passes every check
 *
 * A patch begins with header lines, then the difference as `diff -u` writes it, applied with `patch -p1` in a
 * copy of the solution:
 *
 *   check: hundred      (wrong only)
 *   language: c
 *   mistake: …          (valid: why: …) */
#pragma once
#include "cli/author/problems.h"
#include "cli/cli.h"

#include "checker/base/tree.h"

enum variant_kind { VARIANT_SOLUTION, VARIANT_STARTER, VARIANT_WRONG, VARIANT_VALID };

struct variant {
    enum variant_kind kind;
    const char *name;     /* the patch's name without .patch; else the language */
    const char *language; /* a key of languages.json, or "any" */
    const char *check;    /* wrong: the check that must catch it */
    const char *about;    /* its mistake, or why it is right */
    const char *patch;    /* path, or NULL */
};

/* All variants of an exercise that are well-formed: solutions, starters, wrong, valid, each in order of name. What is
 * wrong with the others (a folder that is missing, a header) becomes problems. */
void variants_examine(const struct cli *cli, const struct exercise *exercise, struct problems *problems,
                      const struct variant **ret_variants, size_t *ret_count);
/* The same where nothing may be wrong: the error is the first problem. */
bool variants_find(const struct cli *cli, const struct exercise *exercise,
                   const struct variant **ret_variants, size_t *ret_count, struct error *error);

/* The variant's folder as a learner would have it: its code (patched in a temporary folder) without what is
 * ignored, and the workspace around it. */
bool variant_prepare(struct cli *cli, const struct exercise *exercise, const struct variant *variant,
                     const struct toolchain *toolchain, struct tree *ret_tree,
                     const struct workspace **ret_workspace, struct error *error);
