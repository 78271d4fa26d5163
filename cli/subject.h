/* What it takes to judge one workspace; shared by check and author. */
#pragma once
#include "cli/cli.h"

#include "checker/base/tree.h"
#include "checker/judge/judge.h"

struct subject {
    const struct exercise *exercise;
    const struct workspace *workspace;
    const struct toolchain *toolchain; /* NULL where no language matters */
    struct tree tree;                  /* the caller frees it */
    const char *packages;              /* the folder, or NULL where the exercise builds on none */
    char packages_hash[65];
};
/* Loads the exercise, finds the toolchain and reads the folder. */
bool subject_prepare(struct cli *cli, const struct workspace *workspace, struct subject *ret_subject,
                     struct error *error);
/* Makes sure that what the exercise builds on is installed; says so on standard error where that takes time. */
bool subject_packages(struct cli *cli, struct subject *subject, const char *language, struct error *error);
/* A request for all its checks, without a seed. It points into the subject. */
void subject_request(const struct cli *cli, const struct subject *subject, struct judge_request *ret_request);

/* A seed nobody chose: 32 random bits. */
uint64_t seed_fresh(void);
/* Hexadecimal, as it is shown. */
bool seed_parse(const char *text, uint64_t *ret_seed, struct error *error);
