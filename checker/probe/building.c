#include "checker/probe/building.h"

#include "checker/base/memory.h"

#include <sys/wait.h>

/* Compilers want more than programs, and may take long. */
static const struct limits limits_build = {
    .data_mib = 2048,
    .memory_mib = 2048,
    .processes = 256,
    .file_mib = 256,
    .open_files = 1024,
    .seconds = 60,
    .output = 1 << 20,
};

const struct tree_rules rules_built = {
    .links = true, .files = 20000, .bytes = 256u << 20, .file_bytes = 64u << 20, .depth = 32};

bool build_run(struct scene *scene, const char *command, cJSON **ret_record, bool *ret_built,
               struct error *error) {
    SCOPE_STRINGS char **environment = scene_environment(scene, NULL);
    /* Both streams in the order they were written: what the compiler said belongs between what make said. */
    SCOPE_FREE char *merged = xprintf("exec 2>&1; %s", command);
    struct process_request request = {
        .command = "/bin/sh",
        .arguments = (const char *const[]){"-c", merged, NULL},
        .environment = (const char *const *)environment,
        .limits = limits_build,
    };
    struct outcome outcome;
    if (!room_run(scene->room, &request, "", 0, &outcome, error))
        return false;
    cJSON *record = cJSON_CreateObject();
    outcome_members(&outcome, record);
    json_set_text(record, "command", command);
    json_set(record, "output", json_string(outcome.out.bytes ? outcome.out.bytes : "", outcome.out.length));
    SCOPE_FREE char *sentence = outcome_sentence(&outcome, &request.limits);
    json_set_text(record, "sentence", sentence);
    *ret_built =
        outcome.ended == ENDED_EXITED && WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 0;
    *ret_record = record;
    outcome_free(&outcome);
    return true;
}

cJSON *build_made(const struct tree *before, const struct tree *after) {
    cJSON *made = cJSON_CreateArray();
    for (size_t i = 0; i < after->count; i++)
        if (after->entries[i].kind != 'd' && !tree_find(before, after->entries[i].path))
            cJSON_AddItemToArray(made, cJSON_CreateString(after->entries[i].path));
    return made;
}
