/* json and text: between a value and its text. */
#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"

#include <string.h>

static cJSON *read_json(const cJSON *argument) {
    const char *text = cJSON_GetStringValue(argument);
    return text ? json_parse(text, strlen(text), NULL) : NULL;
}

static cJSON *as_text(const cJSON *argument) {
    SCOPE_FREE char *text = json_as_text(argument);
    return cJSON_CreateString(text);
}

const struct function function_json = {
    .name = "json",
    .takes = "a text that is one JSON value",
    .gives = "the value",
    .about = "Reads JSON strictly, numbers exactly.",
    .example = "\"{\\\"id\\\": 9007199254740993}\" -> {\"id\": 9007199254740993}",
    .call = read_json,
};

const struct function function_text = {
    .name = "text",
    .takes = "any value",
    .gives = "a text",
    .about = "A text as it is, anything else as compact JSON.",
    .example = "{\"a\": [1, true]} -> \"{\\\"a\\\":[1,true]}\"",
    .call = as_text,
};
