/* The worker of a room: reads requests from the judge, line by line, and answers with events.
 *
 *   {"do": "open", "exercise": {…}, "seed": "…", "language": "…", "processes": {…}, "build": {…},
 *    "command": "…", "assets": {…}}       once, before checks
 *   {"do": "check", "check": {…}}         acted…, check-finished
 *   {"do": "build", "command": "…", "environment": {…}}   build-finished with the built tree's descriptor
 */
#include "checker/probe/worker.h"

#include "checker/base/memory.h"
#include "checker/probe/building.h"
#include "checker/probe/check.h"

#include <curl/curl.h>

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>

/* Packs /lab/app as the build left it, and notes in the record what was not there before. */
static bool pack_built(struct room *room, const struct tree *before, cJSON *record, int *ret_descriptor,
                       struct error *error) {
    struct tree tree;
    if (!tree_read(room_app_folder(room), &rules_built, &tree, error))
        return false;
    json_set(record, "made", build_made(before, &tree));
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
    SCOPE_JSON cJSON *finished = cJSON_CreateObject();
    json_set_text(finished, "event", "build-finished");
    struct error why = {0};
    struct tree before = {0};
    SCOPE_CLOSE int tree = -1;
    cJSON *record = NULL;
    bool built = false;
    scene->environment = json_get(message, "environment");
    bool ok = tree_read(room_app_folder(scene->room), &rules_built, &before, &why) &&
              build_run(scene, command, &record, &built, &why);
    scene->environment = NULL;
    if (ok) {
        if (built && !pack_built(scene->room, &before, record, &tree, &why)) {
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
    tree_free(&before);
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
        scene->language = json_text(*opened, "language");
        scene->assets = json_get(*opened, "assets");
        scene->build_command = json_text(*opened, "command");
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
    scene_close(&scene);
    cJSON_Delete(opened);
    return 0;
}

void worker_warm(void) {
    curl_global_init(CURL_GLOBAL_DEFAULT);
}
