/* The strict JSON reader: what it takes, it prints and takes again, the same; what it refuses, it can
 * place. Where the first line begins with "/", it is a pointer into the rest: what is there has a place. */
#include "tests/fuzz/fuzz.h"

#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/base/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    SCOPE_FREE char *pointer = NULL;
    const uint8_t *newline = size && *data == '/' ? memchr(data, '\n', size) : NULL;
    if (newline) {
        size_t length = (size_t)(newline - data);
        pointer = xstrndup((const char *)data, length);
        data += length + 1;
        size -= length + 1;
    }
    SCOPE_FREE char *text = malloc(size);
    memcpy(text, data, size);
    struct json_fault fault = {0};
    SCOPE_JSON cJSON *value = json_parse(text, size, &fault);
    if (!value) {
        hold(*fault.what && fault.offset <= size && fault.line >= 1 && fault.column >= 1);
        return 0;
    }
    hold(utf8_valid_length(text, size) == size);
    SCOPE_FREE char *printed = json_print(value);
    SCOPE_JSON cJSON *again = json_parse(printed, strlen(printed), NULL);
    hold(again && json_equal(value, again) && json_equal(again, value));
    SCOPE_FREE char *pretty = json_print_pretty(value);
    SCOPE_JSON cJSON *same = json_parse(pretty, strlen(pretty), NULL);
    hold(same && json_equal(value, same));
    size_t line, column;
    if (pointer && json_at(value, pointer))
        hold(json_place(text, size, pointer, &line, &column) && line >= 1 && column >= 1);
    return 0;
}
