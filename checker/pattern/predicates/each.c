/* $each: every element fits the same pattern; an empty list does. */
#include "checker/pattern/match.h"

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    if (!cJSON_IsArray(value))
        return match_miss(match, value, "a list");
    size_t index = 0;
    for (const cJSON *element = value->child; element; element = element->next, index++)
        if (!match_element(match, index, argument, false, element))
            return false;
    return true;
}

const struct predicate predicate_each = {
    .name = "$each",
    .takes = "a pattern",
    .about = "A list whose every element fits; an empty one does, so add $length where it must not be empty.",
    .example =
        "{\"$each\": {\"id\": {\"$type\": \"integer\"}}} | [{\"id\": 1}, {\"id\": 2}] | [{\"id\": \"1\"}]",
    .holds = holds,
};
