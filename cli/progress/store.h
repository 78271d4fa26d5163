/* The progress store: every attempt, what each check said, and the code as it was, in one SQLite file.
 *
 *   settings(key, value)                            language, step (the one last worked on)…
 *   attempts(id, step, language, folder, seed, started, ms, verdict, done, mastered, points, possible, snapshot)
 *   best(step, done, mastered, points, possible, attempts, first, last)    attempts added up, for list
 *   results(attempt, place, check_name, verdict, points, possible, ms)
 *   snapshots(id, hash)                             one per state of a folder, however often it was checked
 *   snapshot_entries(snapshot, path, kind, blob)
 *   blobs(hash, content)                            one per content, whoever has it: content-addressed
 *   hints(step, check_name, shown)
 *   solutions(step, seen)                           looked at before the step was done, and when
 *
 * What must hold: an attempt is written in one transaction, so it is there whole or not at all, whatever
 * happens meanwhile (a second backend-learn, kill -9, a full disk). WAL keeps readers and a writer out of each
 * other's way; writers queue. The schema's number is user_version: an older file is migrated step by step, a
 * newer one is refused and left as it is. A reader never makes the file: progress that does not exist is read
 * as empty. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/memory.h"
#include "checker/base/tree.h"
#include "checker/judge/judge.h"

#include <stdint.h>

struct store;

enum { STORE_SCHEMA = 2 };
enum store_mode {
    STORE_READ, /* *ret_store is NULL if there is no file yet; every reading function takes that as "nothing" */
    STORE_WRITE, /* makes the folder and the file */
};
bool store_open(const char *folder, enum store_mode mode, struct store **ret_store, struct error *error);
void store_close(struct store *store); /* NULL is fine */
const char *store_file(const struct store *store);
/* The user_version of the file. */
bool store_schema(struct store *store, int *ret_schema, struct error *error);

/* *ret_value is NULL if it was never set. */
bool store_setting(struct store *store, const char *key, struct arena *arena, const char **ret_value,
                   struct error *error);
bool store_set(struct store *store, const char *key, const char *value, struct error *error);

struct attempt_result {
    const char *check, *verdict; /* "passed", "failed", "skipped", "error" */
    int points, possible;
    double ms;
};
struct attempt {
    int64_t id;                                  /* given by store_record */
    const char *step, *language, *folder, *seed; /* step: its id, such as "6" */
    int64_t started;                             /* milliseconds since 1970 */
    double ms;
    const char *verdict; /* "mastered", "done", "failed", "error" */
    bool done, mastered;
    int points, possible;
    int64_t snapshot; /* 0: none was kept */
    const struct attempt_result *results;
    size_t result_count;
};

/* Writes an attempt, its results and (unless tree is NULL) the code, in one transaction; the step becomes the one
 * last worked on. */
bool store_record(struct store *store, const struct attempt *attempt, const struct tree *tree,
                  int64_t *ret_id, struct error *error);
/* The last attempt at a step (NULL: at any), with its results in the order the checks ran; *ret_attempt is NULL if
 * there is none. */
bool store_last(struct store *store, const char *step, struct arena *arena,
                const struct attempt **ret_attempt, struct error *error);

/* The best that was reached of each step that was tried or whose solution was looked at. */
struct standing {
    const char *step;
    bool done, mastered;
    int points, possible;
    int attempts;
    int64_t first, last;   /* when the first and the last attempt began */
    int64_t solution_seen; /* when its solution was first looked at before it was done; 0: it was not */
};
struct standings {
    const struct standing *rows;
    size_t count;
    int days; /* on how many days there were attempts; 0 unless asked for */
};
bool store_best(struct store *store, bool with_days, struct arena *arena, struct standings *ret_standings,
                struct error *error);
/* NULL if the step has no row; its attempts may be 0. */
const struct standing *standing_of(const struct standings *standings, const char *step);

/* The code as it was; the caller frees the tree. */
bool store_snapshot_read(struct store *store, int64_t snapshot, struct tree *ret_tree, struct error *error);

/* How many hints of a check were shown. */
bool store_hints_shown(struct store *store, const char *step, const char *check, int *ret_shown,
                       struct error *error);
bool store_set_hints_shown(struct store *store, const char *step, const char *check, int shown,
                           struct error *error);

/* Remembers that a step's solution was looked at before the step was done; the first time counts. */
bool store_set_solution_seen(struct store *store, const char *step, int64_t seen, struct error *error);

/* Collects the events of one run, to be written when it is over:
 *
 *   struct recorder *recorder = recorder_open();
 *   judge_run(&request, (struct event_reader *[]){&report->reader, recorder_reader(recorder), NULL}, …);
 *   recorder_save(recorder, store, request.tree, &id, &error);
 *   recorder_close(recorder);
 *
 * recorder_save writes nothing and is content (*ret_id is 0) if the run did not come to its run-finished: an
 * interrupted run is no attempt. */
struct recorder;
struct recorder *recorder_open(void);
struct event_reader *recorder_reader(struct recorder *recorder);
bool recorder_save(struct recorder *recorder, struct store *store, const struct tree *tree, int64_t *ret_id,
                   struct error *error);
/* What was collected so far. */
const struct attempt *recorder_attempt(struct recorder *recorder);
void recorder_close(struct recorder *recorder); /* NULL is fine */

/* What changed between two attempts, as {"fixed": [names], "broken": [names]}; NULL if there was no attempt
 * before or nothing changed. Checks that did not run in both are left out. The caller frees it. */
cJSON *attempt_delta(const struct attempt *before, const struct attempt *now);
