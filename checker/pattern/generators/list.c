/* $list: many of a kind.
 *
 * With "unique", no two elements have the same value at the pointer. An element that would repeat one is
 * drawn again, from a stream named after the attempt, so the list still depends on seed and path alone. */
#include "checker/base/memory.h"
#include "checker/pattern/generator.h"
#include "checker/pattern/order.h"

#include <string.h>

enum { MOST = 100000, ATTEMPTS = 1000 };

static bool list_read(const cJSON *options, int64_t *ret_low, int64_t *ret_high, const cJSON **ret_of,
                      const char **ret_unique) {
    const cJSON *of = json_get(options, "of");
    if (!of || !bounds_read(generator_argument(options), ret_low, ret_high))
        return false;
    *ret_of = of;
    *ret_unique = json_true(options, "unique") ? "" : json_text(options, "unique");
    return true;
}

/* Puts the key where it belongs among those seen so far; false if it is there already. */
static bool remember(const cJSON **seen, size_t count, const cJSON *key) {
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = json_order(seen[middle], key);
        if (order == 0)
            return false;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    memmove(seen + low + 1, seen + low, (count - low) * sizeof *seen);
    seen[low] = key;
    return true;
}

static cJSON *draw(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    int64_t low, high;
    const cJSON *of;
    const char *unique;
    if (!list_read(options, &low, &high, &of, &unique)) {
        fail(error, FAULT_INPUT, "%s: $list takes a number and \"of\": {\"$list\": 3, \"of\": \"$word\"}",
             path);
        return NULL;
    }
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    size_t count = (size_t)random_between(random, low, high);
    SCOPE_FREE const cJSON **seen = xcalloc(count, sizeof *seen);
    SCOPE_JSON cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++) {
        cJSON *drawn = NULL;
        for (int attempt = 0; attempt < ATTEMPTS && !drawn; attempt++) {
            char token[48];
            snprintf(token, sizeof token, attempt ? "%zu again %d" : "%zu", i, attempt);
            drawn = draw_part(of, seed, path, token, error);
            if (!drawn)
                return NULL;
            const cJSON *key = unique ? json_at(drawn, unique) : NULL;
            if (unique && (!key || !remember(seen, i, key))) {
                cJSON_Delete(drawn);
                drawn = NULL;
            }
        }
        if (!drawn) {
            fail(error, FAULT_INPUT,
                 "%s: after %zu elements no further one that is unique at \"%s\" was drawn", path, i, unique);
            return NULL;
        }
        cJSON_AddItemToArray(list, drawn);
    }
    cJSON *result = list;
    list = NULL;
    return result;
}

static bool check(const cJSON *options, struct error *error) {
    const cJSON *argument = generator_argument(options), *of = json_get(options, "of");
    const cJSON *unique = json_get(options, "unique");
    if (!options_known(options, error, (const char *const[]){"of", "unique", NULL}))
        return false;
    if (!argument || !of)
        return fail_here(error, "$list takes a number and \"of\": {\"$list\": 3, \"of\": \"$word\"}");
    if (!placed(bounds_check(argument, 0, MOST, error), error, "$list"))
        return false;
    bool pointer = cJSON_IsString(unique) && (*unique->valuestring == '/' || !*unique->valuestring);
    if (unique && !cJSON_IsTrue(unique) && !pointer)
        return fail_at(error, "unique",
                       "\"unique\" takes true, or a pointer into the elements such as \"/id\"");
    return placed(generate_check(of, error), error, "of");
}

const struct generator generator_list = {
    .name = "$list",
    .takes = "a number or [least, most], and \"of\": what; \"unique\": true or a pointer",
    .gives = "a list",
    .about = "So many of a kind, each drawn for itself; with \"unique\" all different, or different at the "
             "pointer.",
    .example =
        "{\"$list\": 3, \"of\": {\"id\": {\"$int\": [1, 3]}}, \"unique\": \"/id\"} -> {\"$unordered\": "
        "[{\"id\": 1}, {\"id\": 2}, {\"id\": 3}]}",
    .draw = draw,
    .check = check,
};
