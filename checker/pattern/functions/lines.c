/* lines: a text cut into lines. The last one need not end in a newline; an empty text has no line; CR LF ends
 * a line as LF does. */
#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"

#include <string.h>

static cJSON *lines(const cJSON *argument) {
    const char *text = cJSON_GetStringValue(argument);
    if (!text)
        return NULL;
    cJSON *list = cJSON_CreateArray();
    while (*text) {
        size_t length = strcspn(text, "\n");
        bool ended = text[length] == '\n';
        SCOPE_FREE char *line = xstrndup(text, length - (ended && length && text[length - 1] == '\r'));
        cJSON_AddItemToArray(list, cJSON_CreateString(line));
        text += length + ended;
    }
    return list;
}

const struct function function_lines = {
    .name = "lines",
    .takes = "a text",
    .gives = "a list of texts",
    .about = "Its lines without their ends.",
    .example = "\"a\\n\\nb\" -> [\"a\", \"\", \"b\"]",
    .call = lines,
};
