/* Checks: run and static test. */
#pragma once
#include "checker/probe/scene.h"

/* Runs one check of the scene's exercise and writes its events (acted…, check-finished) to the channel. False
 * only when the channel is gone. */
bool check_run(struct scene *scene, const cJSON *check, struct error *error);

/* Static test of a whole exercise.json: every step's kind, options, patterns, templates, generators; data
 * that no step uses; values used before they are saved. text is the file's, for lines and columns. */
bool exercise_lint(const char *file, const char *text, size_t length, const cJSON *exercise,
                   struct error *error);
/* The same for one step, by which the kinds' examples are tested. */
bool step_lint(const cJSON *step, struct error *error);

/* The tables as a Markdown page (kinds, common options, predicates, functions, generators). The caller frees
 * it. */
char *describe_tables(void);
