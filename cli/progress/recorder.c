/* The recorder: a reader of the judge's events that makes an attempt of a run. Nothing is written while the run
 * goes on, so the store can neither slow it down nor hold half of it. */
#include "cli/progress/store.h"

#include "checker/base/json.h"

#include <string.h>
#include <time.h>

struct recorder {
    struct event_reader reader; /* first: an event_reader * is a recorder * */
    struct arena *arena;
    struct attempt attempt;
    struct attempt_result *results;
    size_t room;
    bool finished;
};

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static const char *text_of(struct recorder *recorder, const cJSON *event, const char *key,
                           const char *otherwise) {
    const cJSON *value = json_get(event, key);
    if (!value || cJSON_IsNull(value))
        return otherwise;
    SCOPE_FREE char *text = json_as_text(value);
    return arena_copy(recorder->arena, text);
}

static void add_result(struct recorder *recorder, const cJSON *event) {
    struct attempt *attempt = &recorder->attempt;
    if (attempt->result_count == recorder->room) {
        recorder->room = recorder->room ? recorder->room * 2 : 16;
        recorder->results = xrealloc(recorder->results, recorder->room * sizeof *recorder->results);
        attempt->results = recorder->results;
    }
    recorder->results[attempt->result_count++] = (struct attempt_result){
        .check = text_of(recorder, event, "check", ""),
        .verdict = text_of(recorder, event, "verdict", "error"),
        .points = (int)json_number(event, "points", 0),
        .possible = (int)json_number(event, "possible", 0),
        .ms = json_number(event, "ms", 0),
    };
}

static void on_event(struct event_reader *reader, const cJSON *event) {
    struct recorder *recorder = (struct recorder *)reader;
    struct attempt *attempt = &recorder->attempt;
    const char *name = json_text(event, "event");
    if (!name)
        return;
    if (!strcmp(name, "run-started")) {
        attempt->started = now_ms();
        attempt->step = text_of(recorder, json_get(event, "step"), "id", "");
        attempt->language = text_of(recorder, event, "language", NULL);
        attempt->folder = text_of(recorder, event, "folder", NULL);
        attempt->seed = text_of(recorder, event, "seed", NULL);
    } else if (!strcmp(name, "check-finished")) {
        add_result(recorder, event);
    } else if (!strcmp(name, "run-finished")) {
        attempt->verdict = text_of(recorder, event, "verdict", "error");
        attempt->done = json_true(event, "done");
        attempt->mastered = !strcmp(attempt->verdict, "mastered");
        attempt->points = (int)json_number(event, "points", 0);
        attempt->possible = (int)json_number(event, "possible", 0);
        attempt->ms = json_number(event, "ms", 0);
        recorder->finished = true;
    }
}

struct recorder *recorder_open(void) {
    struct recorder *recorder = xcalloc(1, sizeof *recorder);
    recorder->reader.on_event = on_event;
    recorder->arena = arena_new();
    return recorder;
}

struct event_reader *recorder_reader(struct recorder *recorder) {
    return &recorder->reader;
}

const struct attempt *recorder_attempt(struct recorder *recorder) {
    return &recorder->attempt;
}

bool recorder_save(struct recorder *recorder, struct store *store, const struct tree *tree, int64_t *ret_id,
                   struct error *error) {
    if (!recorder->finished || !recorder->attempt.step) {
        *ret_id = 0;
        return true;
    }
    return store_record(store, &recorder->attempt, tree, ret_id, error);
}

void recorder_close(struct recorder *recorder) {
    if (!recorder)
        return;
    arena_free(recorder->arena);
    free(recorder->results);
    free(recorder);
}

static const char *verdict_of(const struct attempt *attempt, const char *check) {
    for (size_t i = 0; i < attempt->result_count; i++)
        if (!strcmp(attempt->results[i].check, check))
            return attempt->results[i].verdict;
    return NULL;
}

cJSON *attempt_delta(const struct attempt *before, const struct attempt *now) {
    if (!before)
        return NULL;
    SCOPE_JSON cJSON *fixed = cJSON_CreateArray(), *broken = cJSON_CreateArray();
    for (size_t i = 0; i < now->result_count; i++) {
        const char *then = verdict_of(before, now->results[i].check);
        if (!then)
            continue;
        bool passed = !strcmp(now->results[i].verdict, "passed"), passed_then = !strcmp(then, "passed");
        bool failed = !strcmp(now->results[i].verdict, "failed"), failed_then = !strcmp(then, "failed");
        if (passed && failed_then)
            cJSON_AddItemToArray(fixed, cJSON_CreateString(now->results[i].check));
        else if (failed && passed_then)
            cJSON_AddItemToArray(broken, cJSON_CreateString(now->results[i].check));
    }
    if (!fixed->child && !broken->child)
        return NULL;
    cJSON *delta = cJSON_CreateObject();
    json_set(delta, "fixed", fixed);
    json_set(delta, "broken", broken);
    fixed = broken = NULL;
    return delta;
}
