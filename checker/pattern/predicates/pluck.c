/* $pluck: judges the list of what every element has at a pointer, which is why $unique, $sorted and $tally
 * need no options. The place told is the one in the value itself: "/3/status", not "/3" of a list nobody
 * sees. */
#include "checker/base/memory.h"
#include "checker/pattern/match.h"

#include <string.h>

static bool pluck(struct match *match, const char *pointer, const cJSON *pattern, const cJSON *list) {
    SCOPE_JSON cJSON *plucked = cJSON_CreateArray();
    size_t index = 0;
    for (const cJSON *element = list->child; element; element = element->next, index++) {
        const cJSON *there = json_at(element, pointer);
        if (!there)
            return match_miss_element(match, index, element, "something at %s", pointer);
        cJSON_AddItemToArray(plucked, cJSON_Duplicate(there, true));
    }
    struct mismatch why = {.mark = -1};
    struct match below = *match;
    below.level = NULL;
    if (match_try(&below, pattern, false, plucked, match->mismatch ? &why : NULL, NULL)) {
        match->held = below.held;
        return true;
    }
    if (!match->mismatch)
        return false;
    int depth = why.depth;
    SCOPE_FREE char *inside = why.at;
    why.at = NULL;
    size_t first = *inside ? 1 + strcspn(inside + 1, "/") : 0;
    match_miss(match, NULL, "%s", ""); /* for the pointer to the list */
    why.at = first ? xprintf("%s%.*s%s%s", match->mismatch->at, (int)first, inside, pointer, inside + first)
                   : xstrdup(match->mismatch->at);
    why.depth = depth;
    return match_miss_as(match, &why);
}

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    if (!cJSON_IsArray(value))
        return match_miss(match, value, "a list");
    for (const cJSON *entry = argument->child; entry; entry = entry->next)
        if (!pluck(match, entry->string, entry, value))
            return false;
    return true;
}

static bool check(const cJSON *argument, struct error *error) {
    if (!cJSON_IsObject(argument) || !argument->child)
        return fail_here(
            error, "$pluck takes an object of pointers and patterns, as {\"/id\": {\"$unique\": true}}");
    for (const cJSON *entry = argument->child; entry; entry = entry->next) {
        if (*entry->string && *entry->string != '/')
            return fail_at(error, entry->string, "\"%s\" is no pointer; write \"/%s\"", entry->string,
                           entry->string);
        if (!placed(pattern_check(entry, error), error, entry->string))
            return false;
    }
    return true;
}

const struct predicate predicate_pluck = {
    .name = "$pluck",
    .takes = "an object: JSON Pointer to pattern",
    .about = "A list; what its elements have at the pointer, taken together as a list, fits the pattern. An "
             "element "
             "with nothing there does not.",
    .example = "{\"$pluck\": {\"/id\": {\"$unique\": true}}} | [{\"id\": 1}, {\"id\": 2}] | [{\"id\": 1}, "
               "{\"id\": 1}]",
    .holds = holds,
    .check = check,
};
