/* $contains: a text with a part, or a list with an element that fits. */
#include "checker/base/memory.h"
#include "checker/pattern/display.h"
#include "checker/pattern/match.h"

#include <string.h>

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    if (cJSON_IsString(value) && cJSON_IsString(argument) &&
        strstr(value->valuestring, argument->valuestring))
        return true;
    for (const cJSON *element = cJSON_IsArray(value) ? value->child : NULL; element; element = element->next)
        if (match_try(match, argument, false, element, NULL, NULL))
            return true;
    if (!match->mismatch)
        return false;
    SCOPE_FREE char *shown = display(argument);
    if (cJSON_IsArray(value))
        return match_miss(match, value, "a list with an element like %s", shown);
    return match_miss(match, value,
                      cJSON_IsString(argument) ? "a text that contains %s" : "a list that contains %s",
                      shown);
}

const struct predicate predicate_contains = {
    .name = "$contains",
    .takes = "a text, or a pattern",
    .about = "A text with this part in it, or a list with at least one element that fits.",
    .example = "{\"$contains\": {\"id\": 2}} | [{\"id\": 1}, {\"id\": 2, \"x\": 0}] | [{\"id\": 1}]",
    .holds = holds,
};
