/* $sorted: a list in order. Numbers by value, texts by code point; a list of both has no order, and a text of
 * digits is a text: {"$as": {"numbers": {"$sorted": "up"}}} reads them first. */
#include "checker/base/memory.h"
#include "checker/pattern/display.h"
#include "checker/pattern/match.h"
#include "checker/pattern/template.h"

#include <string.h>

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    if (!cJSON_IsArray(value))
        return match_miss(match, value, "a list");
    bool down = cJSON_IsString(argument) && strcmp(argument->valuestring, "down") == 0;
    size_t index = 0;
    for (const cJSON *element = value->child, *before = NULL; element;
         before = element, element = element->next, index++) {
        bool number = cJSON_IsNumber(element);
        if (!number && !cJSON_IsString(element))
            return match_miss_element(match, index, element, "a number or a text, to be sorted by");
        if (!before)
            continue;
        if (number != (bool)cJSON_IsNumber(before))
            return match_miss_element(match, index, element, "%s like the one before it",
                                      number ? "a text" : "a number");
        int order = number ? json_compare_numbers(before, element)
                           : strcmp(before->valuestring, element->valuestring);
        if (down ? order >= 0 : order <= 0)
            continue;
        if (!match->mismatch)
            return false;
        SCOPE_FREE char *shown = display(before);
        return match_miss_element(match, index, element, "%s or %s, since it is sorted %s", shown,
                                  down ? "less" : "more", down ? "downwards" : "upwards");
    }
    return true;
}

static bool check(const cJSON *argument, struct error *error) {
    const char *word = cJSON_GetStringValue(argument);
    if (word && (strcmp(word, "up") == 0 || strcmp(word, "down") == 0 || template_has(word)))
        return true;
    return fail_here(error, "$sorted takes \"up\" or \"down\"");
}

const struct predicate predicate_sorted = {
    .name = "$sorted",
    .takes = "\"up\" or \"down\"",
    .about = "A list of numbers, or of texts by code point, in this order; equal neighbours are fine.",
    .example = "{\"$sorted\": \"up\"} | [2, 2, 10] | [10, 9]",
    .literal = true,
    .holds = holds,
    .check = check,
};
