/* Building the learner's program in this room: first for all rooms to come, and again where a check changed the code. */
#pragma once
#include "checker/base/tree.h"
#include "checker/probe/scene.h"

/* What a built program may hold (a virtual environment's links) and how much. */
extern const struct tree_rules rules_built;

/* Runs the command; ret_record: exit, signal, ended, ms, command, output (both streams as written), sentence (how it
 * ended). ret_built: whether it went well. False if it could not be run at all. */
bool build_run(struct scene *scene, const char *command, cJSON **ret_record, bool *ret_built,
               struct error *error);

/* The paths of files in after that are not in before. */
cJSON *build_made(const struct tree *before, const struct tree *after);
