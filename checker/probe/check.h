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
/* All that is wrong, as lines FILE:LINE:COLUMN: WHAT; exercise_lint says the first. Returns how many. */
size_t exercise_findings(const char *file, const char *text, size_t length, const cJSON *exercise,
                         struct text *said);
/* The same for one step, by which the kinds' examples are tested. */
bool step_lint(const cJSON *step, struct error *error);

/* The tables as a Markdown page (kinds, common options, predicates, functions, generators). The caller frees
 * it. */
char *describe_tables(void);
/* The same tables, and the envelope's, as a JSON Schema for editors. The caller frees it. */
char *describe_schema(void);
/* Whether the schema knows what a row's "takes" means; it lets everything through where it does not. */
bool schema_knows(const char *takes);
