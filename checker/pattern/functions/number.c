/* number and numbers: numbers out of texts, as JSON writes numbers and with all their digits. "012", "+1",
 * "1." and " 1" are not; a header that says so is wrong. */
#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"

#include <string.h>

static cJSON *number(const cJSON *argument) {
    if (cJSON_IsNumber(argument))
        return cJSON_Duplicate(argument, false);
    const char *text = cJSON_GetStringValue(argument);
    if (!text || !*text || strspn(text, "-+.0123456789eE") != strlen(text))
        return NULL;
    return json_parse(text, strlen(text), NULL);
}

static cJSON *numbers(const cJSON *argument) {
    if (!cJSON_IsArray(argument))
        return NULL;
    SCOPE_JSON cJSON *list = cJSON_CreateArray();
    for (const cJSON *element = argument->child; element; element = element->next) {
        cJSON *read = number(element);
        if (!read)
            return NULL;
        cJSON_AddItemToArray(list, read);
    }
    cJSON *result = list;
    list = NULL;
    return result;
}

const struct function function_number = {
    .name = "number",
    .takes = "a number, or a text that is one",
    .gives = "a number",
    .about = "Reads a number exactly, however many digits it has.",
    .example = "\"9007199254740993\" -> 9007199254740993",
    .call = number,
};

const struct function function_numbers = {
    .name = "numbers",
    .takes = "a list of numbers, or of texts that are",
    .gives = "a list of numbers",
    .about = "Reads each as \"number\" does.",
    .example = "[\"10\", 9] -> [10, 9]",
    .call = numbers,
};
