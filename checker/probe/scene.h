/* A scene: what the checks of one room share while it lasts. */
#pragma once
#include "checker/base/json.h"
#include "checker/room/room.h"

struct scene {
    struct room *room;
    struct channel *channel;
    const cJSON *exercise;  /* data, env, before, always: as in exercise.json */
    const cJSON *processes; /* name -> command line */
    const cJSON *build;     /* what the build came to: exit, signal, ended, output, ms */
    uint64_t seed;
    cJSON *variables;         /* data and saved values */
    bool set;                 /* the exercise's data are drawn and `before` has run */
    const char *check;        /* the running check's name */
    const cJSON *environment; /* the exercise's and the check's env, filled in: name -> text */
};

/* The environment for a learner's process: the scene's, then more (may be NULL). NULL-terminated, malloc'd as
 * one; free with free_strings(). */
char **scene_environment(const struct scene *scene, const cJSON *more);
/* The command line of a process, or NULL. */
const char *scene_command(const struct scene *scene, const char *process);
/* A list of texts from JSON (nested lists flattened, other values as JSON text), NULL-terminated. */
char **strings_from_json(const cJSON *list);
void free_strings(char **strings);
static inline void scope_strings(char ***strings) {
    free_strings(*strings);
}
#define SCOPE_STRINGS __attribute__((cleanup(scope_strings)))

/* What a raw wait status means to a person: "exited with status 1", "crashed: SIGSEGV, it read or wrote
 * memory that is not its own", or why it was ended. The caller frees it. */
char *outcome_sentence(const struct outcome *outcome, const struct limits *limits);
/* "SIGSEGV" for 11; "signal 99" for what has no name. */
char *signal_text(int signal);
/* exit, signal, ended and ms of an outcome as members of a result. */
void outcome_members(const struct outcome *outcome, cJSON *result);
