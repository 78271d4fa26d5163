/* upper and lower: ASCII letters only, so that the result is the same on every machine and in every locale.
 */
#include "checker/pattern/pattern.h"

static cJSON *shifted(const cJSON *argument, char first, char last) {
    const char *text = cJSON_GetStringValue(argument);
    cJSON *result = text ? cJSON_CreateString(text) : NULL;
    for (char *c = result ? result->valuestring : NULL; c && *c; c++)
        if (*c >= first && *c <= last)
            *c = (char)(*c ^ 0x20);
    return result;
}

static cJSON *upper(const cJSON *argument) {
    return shifted(argument, 'a', 'z');
}

static cJSON *lower(const cJSON *argument) {
    return shifted(argument, 'A', 'Z');
}

const struct function function_upper = {
    .name = "upper",
    .takes = "a text",
    .gives = "a text",
    .about = "With its ASCII letters as capitals; other characters stay.",
    .example = "\"zoë\" -> \"ZOë\"",
    .call = upper,
};

const struct function function_lower = {
    .name = "lower",
    .takes = "a text",
    .gives = "a text",
    .about = "With its ASCII letters in lower case; other characters stay.",
    .example = "\"ÉTÉ\" -> \"ÉtÉ\"",
    .call = lower,
};
