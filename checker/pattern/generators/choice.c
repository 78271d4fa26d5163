/* $pick and $shuffle: one of several, or all of them in another order. */
#include "checker/base/memory.h"
#include "checker/pattern/generator.h"
#include "checker/pattern/order.h"

static cJSON *draw_pick(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    const cJSON *choices = generator_argument(options);
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    int count = cJSON_GetArraySize(choices);
    int chosen = (int)random_between(random, 0, count - 1);
    return draw_part(cJSON_GetArrayItem(choices, chosen), seed, path, "$pick", error);
}

static bool check_pick(const cJSON *options, struct error *error) {
    const cJSON *choices = generator_argument(options);
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    if (!cJSON_IsArray(choices) || !choices->child)
        return fail_here(error, "$pick takes a list to pick from: {\"$pick\": [\"a\", \"$word\"]}");
    return placed(generate_check(choices, error), error, "$pick");
}

static bool same_order(const cJSON *const *a, const cJSON *const *b, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (json_order(a[i], b[i]) != 0)
            return false;
    return true;
}

static bool all_equal(const cJSON *const *elements, size_t count) {
    for (size_t i = 1; i < count; i++)
        if (json_order(elements[0], elements[i]) != 0)
            return false;
    return true;
}

static cJSON *draw_shuffle(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    SCOPE_JSON cJSON *list = draw_part(generator_argument(options), seed, path, "$shuffle", error);
    if (!list)
        return NULL;
    if (!cJSON_IsArray(list)) {
        fail(error, FAULT_INPUT, "%s: $shuffle takes a list", path);
        return NULL;
    }
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    size_t count;
    SCOPE_FREE const cJSON **written = json_children(list, &count);
    SCOPE_FREE const cJSON **order = json_children(list, &count);
    bool other = !all_equal(written, count);
    do
        for (size_t i = count; i > 1; i--) {
            size_t j = (size_t)random_between(random, 0, (int64_t)i - 1);
            const cJSON *swapped = order[i - 1];
            order[i - 1] = order[j];
            order[j] = swapped;
        }
    while (other && same_order(written, order, count));
    cJSON *shuffled = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(shuffled, cJSON_DetachItemViaPointer(list, (cJSON *)order[i]));
    return shuffled;
}

static bool check_shuffle(const cJSON *options, struct error *error) {
    const cJSON *list = generator_argument(options), *inner;
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    if (!cJSON_IsArray(list) && !generator_called(list, &inner))
        return fail_here(error, "$shuffle takes a list: {\"$shuffle\": [1, 2, 3]}");
    return placed(generate_check(list, error), error, "$shuffle");
}

const struct generator generator_pick = {
    .name = "$pick",
    .takes = "a list",
    .gives = "one of its elements",
    .about = "One element, drawn itself if it names a generator.",
    .example = "{\"$pick\": [1, {\"$int\": [5, 9]}]} -> {\"$oneOf\": [1, {\"$ge\": 5, \"$le\": 9}]}",
    .draw = draw_pick,
    .check = check_pick,
};

const struct generator generator_shuffle = {
    .name = "$shuffle",
    .takes = "a list",
    .gives = "a list",
    .about = "The same elements, drawn first, in any order but the one they had (where there is another).",
    .example = "{\"$shuffle\": [1, 2]} -> [2, 1]",
    .draw = draw_shuffle,
    .check = check_shuffle,
};
