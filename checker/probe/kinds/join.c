/* join: waits for an act that was begun in the background, and gives its value. */
#include "checker/base/memory.h"
#include "checker/probe/flight.h"
#include "checker/probe/kind.h"

static bool act(struct action *action, struct error *error) {
    struct action joined;
    if (!flight_join(action->scene, json_text(action->step, "join"), action->expect, &joined, error))
        return false;
    joined.step = action->step;
    text_free(&action->sent);
    *action = joined;
    return true;
}

const struct kind kind_join = {
    .name = "join",
    .takes = "the name an earlier step gave in \"background\"",
    .about = "Waits for the end of an act in the background and gives its value, as if it had been done now.",
    .gives = "what that kind gives",
    .example = "{\"join\": \"slow\", \"expect\": {\"status\": 200}}",
    .act = act,
};
