/* rebuild: builds the program again, in the check's own room, after its code was changed there.
 *
 * What the first build made is taken away before, so nothing old can be taken for new, whatever the learner's Makefile
 * knows of what depends on what. */
#include "checker/base/memory.h"
#include "checker/probe/beneath.h"
#include "checker/probe/building.h"
#include "checker/probe/kind.h"
#include "checker/probe/scene.h"

#include <fcntl.h>
#include <string.h>

static bool remove_made(struct scene *scene, struct error *error) {
    SCOPE_CLOSE int app = open(room_app_folder(scene->room), O_PATH | O_DIRECTORY | O_CLOEXEC);
    const cJSON *path;
    cJSON_ArrayForEach(
        path,
        json_get(
            scene->build,
            "made")) if (app < 0 || !cJSON_IsString(path) || !beneath_fits(path->valuestring) ||
                         !beneath_remove(
                             app,
                             path->valuestring)) return fail_errno(error, FAULT_OURS,
                                                                   "what the build made cannot be removed");
    return true;
}

static bool act(struct action *action, struct error *error) {
    struct scene *scene = action->scene;
    if (!scene->build_command) {
        /* Nothing to build in this language: as if it had gone well. */
        action->result =
            cJSON_Parse("{\"exit\": 0, \"signal\": null, \"ended\": \"exited\", \"output\": \"\", "
                        "\"command\": \"\", \"ms\": 0}");
        text_puts(&action->sent, "(there is nothing to build)");
        return true;
    }
    bool built;
    text_puts(&action->sent, scene->build_command);
    if (!remove_made(scene, error) || !build_run(scene, scene->build_command, &action->result, &built, error))
        return false;
    const char *sentence = json_text(action->result, "sentence"), *ended = json_text(action->result, "ended");
    const char *output = json_text(action->result, "output");
    action->process = "the build";
    action->ended = xstrdup(sentence);
    action->stderr_text = xstrdup(output);
    if (strcmp(ended, "exited") != 0 && !json_get(action->expect, "ended"))
        action->reason = xprintf("The build %s.", sentence);
    return true;
}

static bool check(const cJSON *step, struct error *error) {
    return json_true(step, "rebuild") || fail(error, FAULT_INPUT, "/rebuild is true");
}

const struct kind kind_rebuild = {
    .name = "rebuild",
    .takes = "true",
    .about = "Takes away what the build made and builds again in the check's own room, with the same command "
             "and at most "
             "60 s; for after replace. A build that crashed or was ended fails the step unless the pattern "
             "speaks of "
             "`ended`.",
    .gives = "exit (number or null), signal (text or null), ended, output (both streams), command, ms",
    .example = "{\"rebuild\": true, \"expect\": {\"exit\": 0}}",
    .check = check,
    .act = act,
};
