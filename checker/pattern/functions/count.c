/* length: how many. */
#include "checker/pattern/pattern.h"

static cJSON *length(const cJSON *argument) {
    int64_t count = 0;
    if (cJSON_IsString(argument)) {
        for (const char *c = argument->valuestring; *c; c++)
            count += ((unsigned char)*c & 0xc0) != 0x80;
    } else if (cJSON_IsArray(argument) || cJSON_IsObject(argument)) {
        for (const cJSON *child = argument->child; child; child = child->next)
            count++;
    } else {
        return NULL;
    }
    return json_integer(count);
}

const struct function function_length = {
    .name = "length",
    .takes = "a text, a list or an object",
    .gives = "a number",
    .about = "Its characters (code points), elements or members.",
    .example = "\"Zoë\" -> 3",
    .call = length,
};
