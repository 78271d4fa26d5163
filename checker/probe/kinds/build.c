/* build: what came of building the program.
 *
 * The build itself runs once, before any check, in a room of its own (its result may come from the cache);
 * this kind only looks at what it came to, so that a failed build is a failed check like any other. */
#include "checker/base/memory.h"
#include "checker/probe/kind.h"
#include "checker/probe/scene.h"

#include <string.h>

static bool act(struct action *action, struct error *error) {
    const cJSON *build = action->scene->build;
    if (!build)
        return fail(error, FAULT_INPUT,
                    "the check asks for a build, but this step's language has no build command");
    action->result = cJSON_Duplicate(build, true);
    const char *command = json_text(build, "command"), *sentence = json_text(build, "sentence");
    text_puts(&action->sent, command ? command : "");
    action->process = "the build";
    action->ended = sentence ? xstrdup(sentence) : NULL;
    const char *output = json_text(build, "output");
    action->stderr_text = output ? xstrdup(output) : NULL;
    const char *ended = json_text(build, "ended");
    if (ended && strcmp(ended, "exited") != 0)
        action->reason = xprintf("The build %s.", sentence);
    return true;
}

const struct kind kind_build = {
    .name = "build",
    .takes = "true",
    .about = "Looks at what building the program came to: the build command of workspace.json, else the "
             "language's own, run once in a room of its own with at most 60 s.",
    .gives = "exit (number or null), signal (text or null), ended, output (both streams), command, ms, "
             "made (paths of the files that it made)",
    .example = "{\"build\": true, \"expect\": {\"exit\": 0}}",
    .aside = true,
    .act = act,
};
