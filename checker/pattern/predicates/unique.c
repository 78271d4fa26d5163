/* $unique: no two elements are equal. Sorted first, so that a long list costs n log n. */
#include "checker/base/memory.h"
#include "checker/pattern/match.h"
#include "checker/pattern/order.h"

struct element {
    const cJSON *value;
    size_t place;
};

static int by_value(const void *a, const void *b) {
    const struct element *left = a, *right = b;
    int order = json_order(left->value, right->value);
    return order ? order : (left->place > right->place) - (left->place < right->place);
}

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    (void)argument;
    if (!cJSON_IsArray(value))
        return match_miss(match, value, "a list");
    size_t count = 0, second = SIZE_MAX, first = 0;
    SCOPE_FREE struct element *elements = xcalloc((size_t)cJSON_GetArraySize(value), sizeof *elements);
    for (const cJSON *element = value->child; element; element = element->next, count++)
        elements[count] = (struct element){element, count};
    qsort(elements, count, sizeof *elements, by_value);
    for (size_t i = 1; i < count; i++) {
        bool same = json_order(elements[i - 1].value, elements[i].value) == 0;
        if (same && elements[i].place < second) {
            second = elements[i].place;
            first = elements[i - 1].place;
        }
    }
    if (second == SIZE_MAX)
        return true;
    return match_miss_element(match, second, cJSON_GetArrayItem(value, (int)second),
                              "a value that is not there yet: element %zu is the same", first + 1);
}

static bool check(const cJSON *argument, struct error *error) {
    return cJSON_IsTrue(argument) ||
           fail_here(error, "$unique takes true; leave it out where doubles are fine");
}

const struct predicate predicate_unique = {
    .name = "$unique",
    .takes = "true",
    .about = "A list in which no two elements are equal.",
    .example = "{\"$unique\": true} | [1, \"1\", [1]] | [1, 2, 1.0]",
    .literal = true,
    .holds = holds,
    .check = check,
};
