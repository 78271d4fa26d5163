/* $tally: how often each value is there. The counts are an object, value as text to number, in which a value
 * that the pattern names and the list lacks counts 0. */
#include "checker/base/memory.h"
#include "checker/pattern/match.h"
#include "checker/pattern/order.h"

#include <string.h>

struct counted {
    char *text;
    size_t first, count;
};

static int by_text(const void *a, const void *b) {
    const struct counted *left = a, *right = b;
    int order = strcmp(left->text, right->text);
    return order ? order : (left->first > right->first) - (left->first < right->first);
}

static int by_place(const void *a, const void *b) {
    const struct counted *left = a, *right = b;
    return (left->first > right->first) - (left->first < right->first);
}

static cJSON *count_values(const cJSON *list) {
    size_t count = 0, kinds = 0;
    SCOPE_FREE struct counted *values = xcalloc((size_t)cJSON_GetArraySize(list), sizeof *values);
    for (const cJSON *element = list->child; element; element = element->next, count++)
        values[count] = (struct counted){json_as_text(element), count, 1};
    qsort(values, count, sizeof *values, by_text);
    for (size_t i = 0; i < count; i++) {
        if (kinds && strcmp(values[kinds - 1].text, values[i].text) == 0) {
            values[kinds - 1].count++;
            free(values[i].text);
        } else {
            values[kinds++] = values[i];
        }
    }
    qsort(values, kinds, sizeof *values, by_place);
    cJSON *counts = cJSON_CreateObject();
    for (size_t i = 0; i < kinds; i++) {
        cJSON_AddItemToObject(counts, values[i].text, json_integer((int64_t)values[i].count));
        free(values[i].text);
    }
    return counts;
}

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    if (!cJSON_IsArray(value))
        return match_miss(match, value, "a list");
    SCOPE_JSON cJSON *counts = count_values(value);
    for (const cJSON *entry = cJSON_IsObject(argument) ? argument->child : NULL; entry; entry = entry->next)
        if (!is_predicate(entry->string) && !json_get(counts, member_name(entry->string)))
            json_set_integer(counts, member_name(entry->string), 0);
    struct match inside = *match;
    inside.level = NULL;
    struct mismatch why = {.mark = -1};
    if (match_try(&inside, argument, false, counts, match->mismatch ? &why : NULL, NULL)) {
        match->held = inside.held;
        return true;
    }
    if (!match->mismatch)
        return false;
    match_miss(match, NULL, "%s", why.expected);
    if (*why.at) { /* "/429": which count is wrong */
        match_miss(match, NULL, "a count of \"%s\": %s", why.at + 1, why.expected);
        match_came(match, "a count of \"%s\": %s", why.at + 1, why.came);
    } else {
        match_came(match, "%s", why.came);
    }
    match->mismatch->depth = why.depth;
    mismatch_free(&why);
    return false;
}

const struct predicate predicate_tally = {
    .name = "$tally",
    .takes = "a pattern for an object of counts",
    .about = "A list; how often each value (as text) is in it fits the pattern. What is not there counts 0.",
    .example = "{\"$tally\": {\"200\": 2, \"500\": 0}} | [200, 429, 200] | [200, 200, 500]",
    .holds = holds,
};
