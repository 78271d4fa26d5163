/* wait: lets time pass where a contract is about time itself (a window, an expiry). Servers are kept going. */
#include "checker/probe/kind.h"
#include "checker/probe/servers.h"

static bool act(struct action *action, struct error *error) {
    double seconds = json_get(action->step, "wait")->valuedouble, deadline = clock_now() + seconds;
    text_printf(&action->sent, "sleep %g", seconds);
    action->result = cJSON_CreateNull();
    return scene_pause(action->scene, deadline, error);
}

static bool check(const cJSON *step, struct error *error) {
    const cJSON *seconds = json_get(step, "wait");
    if (!cJSON_IsNumber(seconds) || seconds->valuedouble <= 0 || seconds->valuedouble > 10)
        return fail(error, FAULT_INPUT, "/wait \"wait\" is a number of seconds above 0 and up to 10");
    return true;
}

const struct kind kind_wait = {
    .name = "wait",
    .takes = "seconds",
    .about =
        "Lets time pass. Only for contracts about time; to wait for something to happen, use \"within\".",
    .gives = "null",
    .example = "{\"wait\": 0.2}",
    .check = check,
    .act = act,
};
