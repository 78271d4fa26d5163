/* A scene: what the checks of one room share while it lasts. */
#pragma once
#include "checker/base/json.h"
#include "checker/room/room.h"

struct scene {
    struct room *room;
    struct channel *channel;
    const cJSON *exercise;     /* data, env, before, always: as in exercise.json */
    const cJSON *processes;    /* name -> command line */
    const cJSON *build;        /* what the build came to: exit, signal, ended, output, made, ms */
    const char *build_command; /* NULL: there is nothing to build */
    uint64_t seed;
    cJSON *variables;         /* data and saved values */
    bool drawn, set;          /* the exercise's data are drawn; its `before` has run */
    const char *check;        /* the running check's name */
    const cJSON *environment; /* the exercise's and the check's env, filled in: name -> text */
    const char *language; /* "c": for what differs by language, such as files put in place of the learner's */
    const cJSON *assets;  /* path -> text: files that the exercise brings along for its checks */
    struct server **servers; /* see servers.h */
    size_t server_count;
    struct flight *flights;   /* acts in the background, see check.c */
    struct http_client *http; /* requests in the background, see http.h */
};

/* Keeps everything that is alive going (servers' output, requests in the background) until the deadline, or until
 * something happened. */
bool scene_pump(struct scene *scene, double deadline, struct error *error);
/* Pumps until the deadline, whatever happens: for contracts that are about time. */
bool scene_pause(struct scene *scene, double deadline, struct error *error);
/* Ends servers and abandons what is in the background. */
void scene_close(struct scene *scene);

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
