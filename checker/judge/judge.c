/* The judge's side of a run: what is built, which check runs when and in which room, and what is told.
 *
 * It runs in the cli and meets no hostile byte but as JSON text that its own reader has taken: from a room
 * come only the lines `acted`, `check-finished` and `build-finished`, and each is taken only while it is
 * expected, so a room that was taken over can spoil its own checks and no others. */
#include "checker/judge/judge.h"

#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/room/room.h"

#include <math.h>
#include <string.h>
#include <sys/mman.h>

/* No check may take longer than this, whatever its own limits add up to; a room that is silent longer is ours
 * to explain. Starved machines are slow, so it is generous. */
static const double check_deadline = 300;

/* Left out: the room found that the check cannot be asked of a program in this language. It is told as skipped. */
enum verdict {
    VERDICT_NONE,
    VERDICT_PASSED,
    VERDICT_FAILED,
    VERDICT_SKIPPED,
    VERDICT_ERROR,
    VERDICT_LEFT_OUT
};
static const char *const verdict_names[] = {"none", "passed", "failed", "skipped", "error", "skipped"};

struct open_room {
    const char *name;
    struct channel channel;
};

struct run {
    const struct judge_request *request;
    struct event_reader *const *readers;
    struct arena *arena;
    struct probe *probe;
    bool plain;
    const cJSON *build; /* the record, or NULL: nothing to build */
    cJSON *assets;      /* path -> text: what the exercise brings along for its checks */
    int source,
        tree;     /* what is built; what rooms get: the built tree, or the source where nothing was built */
    char key[65]; /* in the build cache */
    bool built;   /* without a failure */
    struct open_room *rooms;
    size_t room_count;
    /* A room that is asked for before it is needed, and so is made while others run. */
    struct {
        struct channel channel; /* socket -1: none */
        int tree;
        bool ready, introduced;
    } ahead;
    enum verdict *verdicts;
    bool *wanted;
    int warned;
};

/* --- events --------------------------------------------------------------------------------------------- */

static cJSON *event_new(const char *name) {
    cJSON *event = cJSON_CreateObject();
    json_set_integer(event, "v", EVENT_VERSION);
    json_set_text(event, "event", name);
    return event;
}

static void tell(struct run *run, cJSON *event) {
    for (struct event_reader *const *reader = run->readers; reader && *reader; reader++)
        (*reader)->on_event(*reader, event);
    cJSON_Delete(event);
}

static cJSON *string_list(const char *const *strings) {
    cJSON *list = cJSON_CreateArray();
    for (; strings && *strings; strings++)
        cJSON_AddItemToArray(list, json_string(*strings, strlen(*strings)));
    return list;
}

static void set_milliseconds(cJSON *event, double begin) {
    json_set_integer(event, "ms", (int64_t)llround((clock_now() - begin) * 1e3));
}

static void tell_started(struct run *run, const char *lost) {
    const struct judge_request *request = run->request;
    const struct exercise *exercise = request->exercise;
    cJSON *event = event_new("run-started"), *step = cJSON_CreateObject(), *checks = cJSON_CreateArray();
    json_set_text(step, "id", exercise->step->id);
    json_set_integer(step, "number", exercise->step->number);
    json_set_text(step, "name", exercise->step->name);
    json_set_text(step, "title", exercise->step->title);
    json_set(event, "step", step);
    json_set_text(event, "language", request->workspace->language);
    json_set_text(event, "title", request->toolchain ? request->toolchain->title : NULL);
    json_set_text(event, "folder", request->workspace->folder);
    SCOPE_FREE char *seed = xprintf("%08llx", (unsigned long long)request->seed);
    json_set_text(event, "seed", seed);
    json_set_text(event, "sandbox", run->plain ? "plain" : "room");
    cJSON *losses = cJSON_CreateArray();
    if (lost)
        cJSON_AddItemToArray(losses, json_string(lost, strlen(lost)));
    json_set(event, "lost", losses);
    for (size_t i = 0; i < exercise->count; i++) {
        const struct check *check = &exercise->checks[i];
        if (!run->wanted[i])
            continue;
        cJSON *row = cJSON_CreateObject();
        json_set_text(row, "name", check->name);
        json_set_text(row, "says", check->says);
        json_set_integer(row, "points", check->points);
        json_set_bool(row, "core", check->core);
        json_set(row, "needs", string_list(check->needs));
        cJSON_AddItemToArray(checks, row);
    }
    json_set(event, "checks", checks);
    json_set_text(event, "version", BACKEND_LEARN_VERSION);
    tell(run, event);
}

/* Paths of the room's copy become paths of the workspace: /lab/app/main.c:3 is main.c:3 to the learner. */
static char *point_back(const char *text) {
    static const char inside[] = "/lab/app/";
    struct text out = {0};
    for (const char *at = text; *at;) {
        const char *found = strstr(at, inside);
        if (!found) {
            text_puts(&out, at);
            break;
        }
        text_add(&out, at, (size_t)(found - at));
        at = found + strlen(inside);
    }
    return text_take(&out);
}

static void point_member_back(cJSON *object, const char *key) {
    const char *text = json_text(object, key);
    if (text && strstr(text, "/lab/app/")) {
        SCOPE_FREE char *translated = point_back(text);
        json_set_text(object, key, translated);
    }
}

/* --- rooms ---------------------------------------------------------------------------------------------- */

static cJSON *room_plan(const struct run *run) {
    const struct toolchain *toolchain = run->request->toolchain;
    cJSON *plan = cJSON_CreateObject();
    if (toolchain) {
        json_set(plan, "prefixes", string_list(toolchain->prefixes));
        json_set_text(plan, "path", toolchain->path ? toolchain->path : "");
    }
    if (run->request->packages)
        json_set_text(plan, "packages", run->request->packages);
    return plan;
}

static void room_drop(struct run *run) {
    channel_close(&run->ahead.channel);
    run->ahead.channel = (struct channel){.socket = -1, .received = -1};
}

/* Asks for the next room, unless that has been done. Does not wait. */
static bool room_ask(struct run *run, int tree, bool prove, struct error *error) {
    if (run->ahead.channel.socket >= 0 && run->ahead.tree == tree)
        return true;
    SCOPE_JSON cJSON *plan = room_plan(run);
    json_set_bool(plan, "prove", prove);
    int socket;
    if (!probe_room_ask(run->probe, plan, tree, &socket, error))
        return false;
    room_drop(run);
    run->ahead.channel.socket = socket;
    run->ahead.tree = tree;
    run->ahead.ready = run->ahead.introduced = false;
    return true;
}

/* Waits for the next room. */
static bool room_wait(struct run *run, bool *ret_lost, struct error *error) {
    *ret_lost = false;
    if (!run->ahead.ready && !probe_room_ready(run->ahead.channel.socket, ret_lost, error)) {
        room_drop(run);
        return false;
    }
    run->ahead.ready = true;
    return true;
}

static struct channel room_take(struct run *run) {
    struct channel taken = run->ahead.channel;
    run->ahead.channel = (struct channel){.socket = -1, .received = -1};
    return taken;
}

static const char *build_command(const struct run *run) {
    const char *own = run->request->workspace->build;
    const char *command = own ? own : run->request->toolchain ? run->request->toolchain->build : NULL;
    return command && *command ? command : NULL;
}

/* The files below the exercise's assets/, if it has any. */
static bool read_assets(struct run *run, struct error *error) {
    run->assets = cJSON_CreateObject();
    SCOPE_FREE char *folder = xprintf("%s/assets", run->request->exercise->folder);
    struct tree tree;
    if (access(folder, F_OK) != 0)
        return true;
    if (!tree_read(folder, NULL, &tree, error))
        return false;
    for (size_t i = 0; i < tree.count; i++)
        if (tree.entries[i].kind != 'd')
            json_set(run->assets, tree.entries[i].path,
                     json_string(tree.entries[i].bytes, tree.entries[i].length));
    tree_free(&tree);
    return true;
}

/* Tells a new room what its checks share. */
static bool room_introduce(struct run *run, struct channel *channel, struct error *error) {
    const struct judge_request *request = run->request;
    SCOPE_JSON cJSON *message = cJSON_CreateObject();
    json_set_text(message, "do", "open");
    cJSON *exercise = cJSON_CreateObject(), *processes = cJSON_CreateObject();
    static const char *const shared[] = {"data", "env", "before", "always", "limits"};
    for (size_t i = 0; i < LENGTH_OF(shared); i++) {
        const cJSON *member = json_get(request->exercise->json, shared[i]);
        if (member) {
            cJSON *copy = cJSON_Duplicate(member, true);
            json_set(exercise, shared[i], copy);
        }
    }
    json_set(message, "exercise", exercise);
    for (size_t i = 0; i < request->workspace->process_count; i++)
        json_set_text(processes, request->workspace->processes[i].name,
                      request->workspace->processes[i].command);
    json_set(message, "processes", processes);
    json_set_text(message, "language", request->workspace->language);
    json_set_text(message, "command", build_command(run));
    json_set(message, "assets", cJSON_Duplicate(run->assets, true));
    SCOPE_FREE char *seed = xprintf("%08llx", (unsigned long long)request->seed);
    json_set_text(message, "seed", seed);
    json_set(message, "build", run->build ? cJSON_Duplicate(run->build, true) : cJSON_CreateNull());
    return channel_write(channel, message, -1, error);
}

/* Whether a check looks only at what building came to. It leaves its room as it was, for another one. */
static bool is_about_the_build(const struct check *check) {
    const cJSON *step, *steps = json_get(check->body, "do");
    cJSON_ArrayForEach(step, steps) if (!json_get(step, "build")) return false;
    return !check->room;
}

static struct channel *shared_room(struct run *run, const char *name) {
    for (size_t i = 0; name && i < run->room_count; i++)
        if (strcmp(run->rooms[i].name, name) == 0)
            return &run->rooms[i].channel;
    return NULL;
}

/* Asks for the room of a later check, if one will want a new one, so that it is made while this one runs. */
static void room_ask_ahead(struct run *run, const struct check *check) {
    const struct exercise *exercise = run->request->exercise;
    for (size_t i = (size_t)(check - exercise->checks) + 1; i < exercise->count; i++) {
        const struct check *later = &exercise->checks[i];
        if (run->wanted[i] && !shared_room(run, later->room) && !is_about_the_build(later)) {
            room_ask(run, run->tree, false, NULL); /* whoever needs it hears what is wrong */
            return;
        }
    }
}

/* The room a check runs in: shared by name, one of its own (own), or the next one's. */
static struct channel *room_for(struct run *run, const struct check *check, struct channel *own,
                                struct error *error) {
    struct channel *shared = shared_room(run, check->room);
    bool lost;
    if (shared)
        return shared;
    if (!room_ask(run, run->tree, false, error) || !room_wait(run, &lost, error))
        return NULL;
    if (!run->ahead.introduced && !room_introduce(run, &run->ahead.channel, error)) {
        room_drop(run);
        return NULL;
    }
    run->ahead.introduced = true;
    if (is_about_the_build(check))
        return &run->ahead.channel;
    struct channel *channel = own;
    if (check->room) {
        run->rooms = xrealloc(run->rooms, (run->room_count + 1) * sizeof *run->rooms);
        run->rooms[run->room_count].name = check->room;
        channel = &run->rooms[run->room_count++].channel;
    }
    *channel = room_take(run);
    room_ask_ahead(run, check);
    return channel;
}

/* Closes the rooms that no later check shares. */
static void close_finished_rooms(struct run *run, size_t next) {
    const struct exercise *exercise = run->request->exercise;
    for (size_t i = 0; i < run->room_count;) {
        bool needed = false;
        for (size_t j = next; j < exercise->count; j++)
            needed |= run->wanted[j] && exercise->checks[j].room &&
                      strcmp(exercise->checks[j].room, run->rooms[i].name) == 0;
        if (needed) {
            i++;
            continue;
        }
        channel_close(&run->rooms[i].channel);
        run->rooms[i] = run->rooms[--run->room_count];
    }
}

/* --- building ------------------------------------------------------------------------------------------- */

static int pack_source(const struct tree *tree, struct error *error) {
    int descriptor = memfd_create("source", MFD_CLOEXEC);
    if (descriptor < 0) {
        fail_errno(error, FAULT_OURS, "no memory for the code");
        return -1;
    }
    if (!tree_pack(tree, descriptor, error)) {
        close(descriptor);
        return -1;
    }
    return descriptor;
}

/* Builds in a room of its own. ret_record: what it came to; ret_tree: the built tree, or -1. */
static bool build_in_room(struct run *run, const char *command, cJSON **ret_record, int *ret_tree,
                          struct error *error) {
    bool lost;
    if (!room_ask(run, run->source, false, error) || !room_wait(run, &lost, error))
        return false;
    struct channel channel = room_take(run);
    SCOPE_JSON cJSON *message = cJSON_CreateObject();
    json_set_text(message, "do", "build");
    json_set_text(message, "command", command);
    SCOPE_JSON cJSON *answer = NULL;
    int tree = -1;
    bool ok = channel_write(&channel, message, -1, error) &&
              channel_read(&channel, clock_now() + check_deadline, &answer, &tree, error);
    channel_close(&channel);
    const cJSON *record = json_get(answer, "record");
    if (ok && !record) {
        const char *because = json_text(answer, "because");
        ok = fail(error, FAULT_OURS, "%s", because ? because : "the room that builds gave no result");
    }
    if (!ok) {
        if (tree >= 0)
            close(tree);
        return false;
    }
    *ret_record = cJSON_Duplicate(record, true);
    point_member_back(*ret_record, "output");
    *ret_tree = tree;
    return true;
}

static bool cacheable(const cJSON *record) {
    const char *ended = json_text(record, "ended");
    return ended && (strcmp(ended, "exited") == 0 || strcmp(ended, "signalled") == 0);
}

/* Packs the code, and looks whether it has been built before. */
static bool find_build(struct run *run, struct error *error) {
    const struct judge_request *request = run->request;
    const char *command = build_command(run);
    run->source = pack_source(request->tree, error);
    if (run->source < 0)
        return false;
    if (!command) {
        run->tree = run->source;
        run->source = -1;
        return true;
    }
    const char *const packages[] = {request->packages_hash, NULL};
    build_key(request->tree, command, packages, request->toolchain, run->key);
    struct build_result result = {.tree = -1};
    if (!request->cache_folder || !build_cache_get(request->cache_folder, run->key, run->arena, &result))
        return true;
    run->build = json_parse(result.record, strlen(result.record), NULL);
    run->built = result.ok;
    run->tree = result.tree;
    return true;
}

static bool build(struct run *run, struct error *error) {
    const struct judge_request *request = run->request;
    const char *command = build_command(run);
    if (!command)
        return true;
    double begin = clock_now();
    cJSON *started = event_new("build-started");
    json_set_text(started, "command", command);
    tell(run, started);

    bool cached = run->build;
    if (!cached) {
        cJSON *record;
        struct build_result result = {.tree = -1};
        if (!build_in_room(run, command, &record, &result.tree, error))
            return false;
        run->built = result.ok = result.tree >= 0;
        SCOPE_FREE char *printed = json_print(record);
        result.record = printed;
        if (request->cache_folder && cacheable(record))
            build_cache_put(request->cache_folder, run->key, &result);
        run->build = record;
        run->tree = result.tree;
    }
    if (run->tree < 0) {
        run->tree = run->source;
        run->source = -1;
    }
    cJSON *finished = event_new("build-finished");
    json_set_bool(finished, "ok", run->built);
    json_set_bool(finished, "cached", cached);
    set_milliseconds(finished, begin);
    tell(run, finished);
    return true;
}

/* --- checks --------------------------------------------------------------------------------------------- */

static size_t index_of(const struct exercise *exercise, const char *name) {
    for (size_t i = 0; i < exercise->count; i++)
        if (strcmp(exercise->checks[i].name, name) == 0)
            return i;
    return exercise->count;
}

/* Marks a check and all it needs. Needs name earlier checks only, so this ends. */
static void want(struct run *run, size_t index) {
    const struct exercise *exercise = run->request->exercise;
    run->wanted[index] = true;
    for (const char *const *need = exercise->checks[index].needs; need && *need; need++)
        want(run, index_of(exercise, *need));
}

static bool choose(struct run *run, struct error *error) {
    const struct exercise *exercise = run->request->exercise;
    if (!run->request->only) {
        for (size_t i = 0; i < exercise->count; i++)
            run->wanted[i] = true;
        return true;
    }
    for (const char *const *name = run->request->only; *name; name++) {
        size_t index = index_of(exercise, *name);
        if (index == exercise->count) {
            struct text names = {0};
            for (size_t i = 0; i < exercise->count; i++)
                text_printf(&names, "%s%s", i ? ", " : "", exercise->checks[i].name);
            fail(error, FAULT_INPUT, "step %s has no check \"%s\"; its checks are %s", exercise->step->id,
                 *name, names.bytes);
            text_free(&names);
            return false;
        }
        want(run, index);
    }
    /* Checks that share a room build on what earlier ones did there. */
    for (size_t i = exercise->count; i-- > 0;)
        for (size_t j = 0; run->wanted[i] && exercise->checks[i].room && j < i; j++)
            if (exercise->checks[j].room && strcmp(exercise->checks[i].room, exercise->checks[j].room) == 0)
                want(run, j);
    return true;
}

static cJSON *finished_event(const struct check *check, enum verdict verdict, const char *because) {
    cJSON *event = event_new("check-finished");
    json_set_text(event, "check", check->name);
    json_set_text(event, "verdict", verdict_names[verdict]);
    json_set_integer(event, "points", verdict == VERDICT_PASSED ? check->points : 0);
    json_set_integer(event, "possible", verdict == VERDICT_LEFT_OUT ? 0 : check->points);
    json_set_integer(event, "ms", 0);
    json_set(event, "warnings", cJSON_CreateArray());
    if (verdict == VERDICT_LEFT_OUT)
        json_set_bool(event, "applies", false);
    if (because)
        json_set_text(event, "because", because);
    return event;
}

/* The check that keeps this one from running, or NULL. */
static const char *blocker(const struct run *run, const struct check *check) {
    const struct exercise *exercise = run->request->exercise;
    for (const char *const *need = check->needs; need && *need; need++) {
        enum verdict verdict = run->verdicts[index_of(exercise, *need)];
        if (verdict != VERDICT_PASSED && verdict != VERDICT_LEFT_OUT)
            return *need;
    }
    return NULL;
}

static enum verdict verdict_of(const char *name) {
    for (size_t i = 1; name && i < LENGTH_OF(verdict_names); i++)
        if (strcmp(verdict_names[i], name) == 0)
            return (enum verdict)i;
    return VERDICT_ERROR;
}

/* Takes a room's check-finished and adds what only the judge knows. */
static enum verdict finish(struct run *run, const struct check *check, cJSON *event) {
    enum verdict verdict = verdict_of(json_text(event, "verdict"));
    if (verdict == VERDICT_SKIPPED)
        verdict = VERDICT_LEFT_OUT; /* a room knows of no needs: it is the check that does not apply */
    SCOPE_JSON cJSON *taken = finished_event(check, verdict, json_text(event, "because"));
    cJSON *ms = cJSON_DetachItemFromObjectCaseSensitive(event, "ms");
    cJSON *warnings = cJSON_DetachItemFromObjectCaseSensitive(event, "warnings");
    cJSON *failure = cJSON_DetachItemFromObjectCaseSensitive(event, "failure");
    if (cJSON_IsNumber(ms))
        json_set_integer(taken, "ms", (int64_t)ms->valuedouble);
    cJSON_Delete(ms);
    if (cJSON_IsArray(warnings)) {
        run->warned += cJSON_GetArraySize(warnings);
        json_set(taken, "warnings", warnings);
    } else {
        cJSON_Delete(warnings);
    }
    if (cJSON_IsObject(failure)) {
        point_member_back(json_get(failure, "process"), "stderr");
        point_member_back(failure, "reason");
        json_set(taken, "failure", failure);
    } else {
        cJSON_Delete(failure);
    }
    cJSON *told = taken;
    taken = NULL;
    tell(run, told);
    return verdict;
}

/* Sends the check to its room and passes its events on until it is finished. */
static enum verdict judge_check(struct run *run, const struct check *check) {
    struct error error = {0};
    struct channel own = {.socket = -1, .received = -1}, *channel = room_for(run, check, &own, &error);
    enum verdict verdict = VERDICT_NONE;
    if (channel) {
        SCOPE_JSON cJSON *message = cJSON_CreateObject();
        json_set_text(message, "do", "check");
        json_set(message, "check", cJSON_Duplicate(check->body, true));
        bool ok = channel_write(channel, message, -1, &error);
        double deadline = clock_now() + check_deadline;
        while (ok && verdict == VERDICT_NONE) {
            cJSON *event = NULL;
            int descriptor = -1;
            ok = channel_read(channel, deadline, &event, &descriptor, &error);
            if (descriptor >= 0)
                close(descriptor);
            const char *name = json_text(event, "event"), *about = json_text(event, "check");
            if (ok && (!name || !about || strcmp(about, check->name) != 0))
                ok = fail(&error, FAULT_OURS, "the room of this check sent something that is no event of it");
            if (ok && strcmp(name, "check-finished") == 0) {
                verdict = finish(run, check, event);
                cJSON_Delete(event);
            } else if (ok && strcmp(name, "acted") == 0) {
                json_set_integer(event, "v", EVENT_VERSION);
                tell(run, event);
            } else {
                cJSON_Delete(event);
            }
        }
    }
    if (verdict == VERDICT_NONE) {
        verdict = VERDICT_ERROR;
        tell(run, finished_event(check, verdict, *error.text ? error.text : "the room of this check ended"));
        if (channel == &run->ahead.channel)
            room_drop(run);
    }
    channel_close(&own);
    return verdict;
}

static void judge_checks(struct run *run) {
    const struct exercise *exercise = run->request->exercise;
    for (size_t i = 0; i < exercise->count; i++) {
        const struct check *check = &exercise->checks[i];
        if (!run->wanted[i])
            continue;
        const char *blocked_by = blocker(run, check);
        if (blocked_by) {
            run->verdicts[i] = VERDICT_SKIPPED;
            tell(run, finished_event(check, VERDICT_SKIPPED, blocked_by));
        } else {
            cJSON *started = event_new("check-started");
            json_set_text(started, "check", check->name);
            tell(run, started);
            run->verdicts[i] = judge_check(run, check);
        }
        close_finished_rooms(run, i + 1);
    }
}

static void conclude(struct run *run, double begin, struct judge_result *ret_result) {
    const struct exercise *exercise = run->request->exercise;
    struct judge_result result = {.done = true, .mastered = true};
    int counts[LENGTH_OF(verdict_names)] = {0};
    for (size_t i = 0; i < exercise->count; i++) {
        if (!run->wanted[i])
            continue;
        const struct check *check = &exercise->checks[i];
        bool passed = run->verdicts[i] == VERDICT_PASSED;
        counts[run->verdicts[i]]++;
        if (run->verdicts[i] == VERDICT_LEFT_OUT)
            continue; /* neither for nor against */
        result.possible += check->points;
        result.points += passed ? check->points : 0;
        result.mastered &= passed;
        result.done &= passed || !check->core;
    }
    result.failed = counts[VERDICT_FAILED];
    result.errors = counts[VERDICT_ERROR];
    cJSON *event = event_new("run-finished");
    /* With --only, what ran may all have passed; whether the step is done, only a full run can tell. */
    bool whole = !run->request->only;
    json_set_text(event, "verdict",
                  result.errors     ? "error"
                  : result.mastered ? "mastered"
                  : result.done     ? "done"
                                    : "failed");
    json_set_bool(event, "done", result.done);
    json_set_bool(event, "whole", whole);
    json_set_integer(event, "points", result.points);
    json_set_integer(event, "possible", result.possible);
    json_set_integer(event, "passed", counts[VERDICT_PASSED]);
    json_set_integer(event, "failed", counts[VERDICT_FAILED]);
    json_set_integer(event, "skipped", counts[VERDICT_SKIPPED] + counts[VERDICT_LEFT_OUT]);
    json_set_integer(event, "errors", counts[VERDICT_ERROR]);
    json_set_integer(event, "warned", run->warned);
    set_milliseconds(event, begin);
    if (result.done && whole && exercise->done)
        json_set_text(event, "told", exercise->done);
    tell(run, event);
    *ret_result = result;
}

static bool open_broker(struct run *run, struct error *error) {
    run->probe = run->request->broker;
    return run->probe || probe_open(run->request->probe, false, &run->probe, error);
}

static void close_broker(struct run *run) {
    if (run->probe != run->request->broker)
        probe_close(run->probe);
    run->probe = NULL;
}

/* Has the first room made, which shows whether this machine allows rooms; where not, what is lost is said, and the run
 * goes on without them. */
static bool open_first_room(struct run *run, struct error *ret_lost, struct error *error) {
    bool lost = false;
    if (room_ask(run, run->tree >= 0 ? run->tree : run->source, true, error) && room_wait(run, &lost, error))
        return true;
    if (!lost)
        return false;
    *ret_lost = *error;
    close_broker(run);
    run->plain = true;
    return probe_open(run->request->probe, true, &run->probe, error);
}

bool judge_run(const struct judge_request *request, struct event_reader *const *readers,
               struct judge_result *ret_result, struct error *error) {
    double begin = clock_now();
    SCOPE_ARENA struct arena *arena = arena_new();
    struct run run = {
        .request = request,
        .readers = readers,
        .arena = arena,
        .source = -1,
        .tree = -1,
        .ahead = {.channel = {.socket = -1, .received = -1}},
        .verdicts = arena_alloc(arena, request->exercise->count * sizeof(enum verdict)),
        .wanted = arena_alloc(arena, request->exercise->count * sizeof(bool)),
    };
    struct error lost = {0};
    /* The broker starts up while the code is packed. */
    bool ok = choose(&run, error) && open_broker(&run, error) && read_assets(&run, error) &&
              find_build(&run, error) && open_first_room(&run, &lost, error);
    if (ok) {
        tell_started(&run, run.plain ? lost.text : NULL);
        ok = build(&run, error);
    }
    if (ok) {
        judge_checks(&run);
        conclude(&run, begin, ret_result);
    }
    for (size_t i = 0; i < run.room_count; i++)
        channel_close(&run.rooms[i].channel);
    free(run.rooms);
    room_drop(&run);
    if (run.source >= 0)
        close(run.source);
    if (run.tree >= 0)
        close(run.tree);
    cJSON_Delete((cJSON *)run.build);
    cJSON_Delete(run.assets);
    close_broker(&run);
    return ok;
}
