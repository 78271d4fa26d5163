/* value: judges something that earlier steps saved, or data, without doing anything. */
#include "checker/probe/kind.h"

static bool act(struct action *action, struct error *error) {
    (void)error;
    action->result = cJSON_Duplicate(json_get(action->step, "value"), true);
    text_puts(&action->sent, "(nothing: it looks at what came before)");
    return true;
}

const struct kind kind_value = {
    .name = "value",
    .takes = "any JSON value with templates",
    .about = "Gives the value itself, so that a pattern can judge what earlier steps saved.",
    .gives = "the value",
    .example = "{\"value\": [1, 2, 3], \"expect\": {\"$unique\": true}}",
    .aside = true,
    .act = act,
};
