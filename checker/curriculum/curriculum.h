/* The curriculum: tracks, steps, exercises, as the cli needs them.
 *
 * exercises/tracks.json has every step of every track, those not made yet too (so that `list` can mark them
 * honestly):
 *   {"format": 1, "tracks": [{"name": "plan", "title": "…", "phases": [{"title": "…", "steps": [
 *       {"id": "6", "name": "fizzbuzz", "title": "Loops and conditionals", "task": "Print 1 to 100…"} … ]} … ]}]}
 * A step is made when the folder exercises/NN-name/ is there. Its exercise.json is read when it is needed, and
 * only for its envelope: names, statements, points, needs. The bodies of checks are judged by the probe program,
 * which knows the kinds and predicates; `author lint` asks it. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/json.h"
#include "checker/base/memory.h"

struct step {
    const char *id; /* "6", "P3", "T36" */
    int number;     /* 6; 0 outside the plan */
    const char *name, *title, *task;
    const char *phase, *track;
    const char *slug; /* "06-fizzbuzz": the folder's and the lesson's name */
    bool made;
};

struct curriculum {
    const char *root;         /* holds exercises/ and lessons/ */
    const struct step *steps; /* in track order, all tracks */
    size_t count;
};

/* Reads tracks.json below root and looks which folders are there. */
bool curriculum_load(const char *root, struct arena *arena, struct curriculum *ret_curriculum,
                     struct error *error);
/* "6", "06", "fizzbuzz", "06-fizzbuzz", "P3". On failure the error suggests the nearest. */
bool curriculum_find(const struct curriculum *curriculum, const char *text, const struct step **ret_step,
                     struct error *error);

struct check {
    const char *name, *says;
    const char *const *hints; /* NULL-terminated, from vague to plain */
    int points;
    bool core;
    const char *const *needs; /* NULL-terminated */
    const char *room;         /* NULL: its own */
    const cJSON *body;        /* the whole member of "checks" */
};

struct exercise {
    const struct step *step;
    const char *folder;           /* …/exercises/06-fizzbuzz */
    const char *file;             /* …/exercise.json */
    const char *const *languages; /* NULL-terminated; "any" alone where no language matters */
    const char *const *processes; /* names of the processes a learner makes ("main", "web") */
    const char *const *uses;      /* packages it builds on ("http"); see packages_ready */
    const struct check *checks;
    size_t count;
    const cJSON *json; /* all of it: data, env, before, always are the probe's business */
    const char *done;  /* what the learner is told when the core holds */
};

/* Reads exercise.json: strict about its envelope (unknown members, checks without a statement that ends with a
 * full stop, needs that name no earlier check, names twice, no core check), each with file, line and remedy. */
bool exercise_load(const struct curriculum *curriculum, const struct step *step, struct arena *arena,
                   const struct exercise **ret_exercise, struct error *error);
const struct check *exercise_check(const struct exercise *exercise, const char *name);

/* A learner's folder for a step. */
struct process_command {
    const char *name, *command;
};
struct workspace {
    const char *folder; /* absolute */
    const struct step *step;
    const char *language;
    const char *build; /* NULL: the language's own */
    const struct process_command *processes;
    size_t process_count;
    const char *seed; /* the folder's */
    const cJSON *json;
};
/* Reads workspace.json in folder; the error names file, line and remedy (also for a file that is not there). */
bool workspace_load(const struct curriculum *curriculum, const char *folder, struct arena *arena,
                    const struct workspace **ret_workspace, struct error *error);
/* The folder that holds workspace.json: folder itself or the nearest of its parents. NULL if there is none. */
const char *workspace_search(const char *folder, struct arena *arena);
