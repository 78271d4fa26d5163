/* The worker of a room: reads requests from the judge, line by line, and answers with events.
 *
 *   {"do": "open", "exercise": {…}, "seed": "…", "processes": {…}, "build": {…}}   once, before checks
 *   {"do": "check", "check": {…}}         acted…, check-finished
 *   {"do": "build", "command": "…", "environment": {…}}   build-finished with the built tree's descriptor
 */
#include "checker/probe/worker.h"

#include "checker/base/memory.h"
#include "checker/probe/check.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* Building: compilers want more than programs, and may take long. */
static const struct limits limits_build = {
    .data_mib = 2048,
    .memory_mib = 2048,
    .processes = 256,
    .file_mib = 256,
    .open_files = 1024,
    .seconds = 60,
    .output = 1 << 20,
};

/* Packs /lab/app as the build left it. What was built may hold links (a virtual environment's) and more. */
static bool pack_built(struct room *room, int *ret_descriptor, struct error *error) {
    const struct tree_rules rules = {
        .links = true, .files = 20000, .bytes = 256u << 20, .file_bytes = 64u << 20, .depth = 32};
    struct tree tree;
    if (!tree_read(room_app_folder(room), &rules, &tree, error))
        return false;
    int descriptor = memfd_create("built", MFD_CLOEXEC);
    bool ok = descriptor >= 0 ? tree_pack(&tree, descriptor, error)
                              : fail_errno(error, FAULT_OURS, "no memory for the built program");
    tree_free(&tree);
    if (!ok) {
        if (descriptor >= 0)
            close(descriptor);
        return false;
    }
    *ret_descriptor = descriptor;
    return true;
}

static bool build(struct scene *scene, const cJSON *message, struct error *error) {
    const char *command = json_text(message, "command");
    scene->environment = json_get(message, "environment");
    SCOPE_STRINGS char **environment = scene_environment(scene, NULL);
    scene->environment = NULL;
    /* Both streams in the order they were written: what the compiler said belongs between what make said. */
    SCOPE_FREE char *merged = xprintf("exec 2>&1; %s", command);
    struct process_request request = {
        .command = "/bin/sh",
        .arguments = (const char *const[]){"-c", merged, NULL},
        .environment = (const char *const *)environment,
        .limits = limits_build,
    };
    SCOPE_JSON cJSON *finished = cJSON_CreateObject();
    json_set_text(finished, "event", "build-finished");
    struct outcome outcome = {0};
    struct error why = {0};
    SCOPE_CLOSE int tree = -1;
    bool ok = room_run(scene->room, &request, "", 0, &outcome, &why);
    if (ok) {
        cJSON *record = cJSON_CreateObject();
        outcome_members(&outcome, record);
        json_set_text(record, "command", command);
        json_set(record, "output",
                 json_string(outcome.out.bytes ? outcome.out.bytes : "", outcome.out.length));
        SCOPE_FREE char *sentence = outcome_sentence(&outcome, &request.limits);
        json_set_text(record, "sentence", sentence);
        bool built =
            outcome.ended == ENDED_EXITED && WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 0;
        if (built && !pack_built(scene->room, &tree, &why)) {
            /* What the build left cannot be taken along: too much of it, or of a kind that no room holds. */
            json_set(record, "exit", cJSON_CreateNull());
            json_set_text(record, "sentence", why.text);
            json_set_text(record, "ended", "too-large");
            built = false;
        }
        json_set_bool(finished, "ok", built);
        json_set(finished, "record", record);
    } else {
        json_set_bool(finished, "ok", false);
        json_set_text(finished, "because", why.text);
    }
    outcome_free(&outcome);
    return channel_write(scene->channel, finished, tree, error);
}

static bool handle(struct scene *scene, cJSON *message, cJSON **opened, struct error *error) {
    const char *what = json_text(message, "do");
    if (what && strcmp(what, "open") == 0) {
        cJSON_Delete(*opened);
        *opened = cJSON_Duplicate(message, true);
        scene->exercise = json_get(*opened, "exercise");
        scene->processes = json_get(*opened, "processes");
        scene->build = json_get(*opened, "build");
        if (cJSON_IsNull(scene->build))
            scene->build = NULL;
        const char *seed = json_text(*opened, "seed");
        scene->seed = seed ? strtoull(seed, NULL, 16) : 0;
        return true;
    }
    if (what && strcmp(what, "check") == 0 && scene->exercise)
        return check_run(scene, json_get(message, "check"), error);
    if (what && strcmp(what, "build") == 0)
        return build(scene, message, error);
    return fail(error, FAULT_OURS, "the judge asked a room for something it does not know");
}

int worker_serve(struct room *room, struct channel *channel) {
    struct scene scene = {.room = room, .channel = channel, .variables = cJSON_CreateObject()};
    cJSON *opened = NULL;
    struct error error = {0};
    for (;;) {
        cJSON *message = NULL;
        int descriptor = -1;
        if (!channel_read(channel, 0, &message, &descriptor, &error))
            break;
        if (descriptor >= 0)
            close(descriptor);
        bool ok = handle(&scene, message, &opened, &error);
        cJSON_Delete(message);
        if (!ok)
            break;
    }
    cJSON_Delete(opened);
    cJSON_Delete(scene.variables);
    return 0;
}
