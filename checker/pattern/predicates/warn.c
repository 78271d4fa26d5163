/* $warn: fits whatever is there and leaves a note for the learner. In a branch of $oneOf it is tolerance. */
#include "checker/pattern/match.h"
#include "checker/pattern/template.h"

#include <string.h>

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    (void)value;
    if (!match->warnings || !cJSON_IsString(argument))
        return true;
    for (const cJSON *said = match->warnings->child; said; said = said->next)
        if (strcmp(said->valuestring, argument->valuestring) == 0)
            return true;
    cJSON_AddItemToArray(match->warnings, cJSON_CreateString(argument->valuestring));
    return true;
}

static bool check(const cJSON *argument, struct error *error) {
    if (cJSON_IsString(argument) && *argument->valuestring)
        return true;
    return fail_here(error, "$warn takes the sentence that the learner reads");
}

const struct predicate predicate_warn = {
    .name = "$warn",
    .takes = "a sentence",
    .about = "Always fits; the learner reads the sentence if the pattern around it fits too.",
    .example = "{\"$oneOf\": [1002, {\"$eq\": 1006, \"$warn\": \"1002 says why it ended.\"}]} | 1006 | 1000",
    .literal = true,
    .holds = holds,
    .check = check,
};
