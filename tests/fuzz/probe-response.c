/* Answers of a server: what is found in the bytes does not depend on how they were cut. The first byte
 * says how the connection ends and whether the request was a HEAD; the second how long the pieces are. */
#include "tests/fuzz/fuzz.h"

#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/probe/response.h"

#include <string.h>

static char *found(const char *bytes, size_t size, size_t piece, enum response_end end, bool head) {
    struct response_reader *reader = response_reader_new();
    if (head)
        response_reader_sent(reader, "HEAD / HTTP/1.1\r\n\r\n", 19);
    else
        response_reader_sent(reader, bytes, size);
    for (size_t at = 0; at < size; at += piece) {
        /* A copy of its own, so that the sanitizer sees where it ends. */
        size_t length = size - at < piece ? size - at : piece;
        SCOPE_FREE char *copy = malloc(length);
        memcpy(copy, bytes + at, length);
        if (!response_reader_feed(reader, copy, length))
            break;
    }
    bool whole = response_reader_end(reader, end, 5);
    const char *problem = response_reader_problem(reader);
    hold(whole == !problem);
    size_t count = response_reader_count(reader);
    SCOPE_JSON cJSON *list = response_reader_take(reader);
    hold((size_t)cJSON_GetArraySize(list) == count);
    SCOPE_FREE char *printed = json_print(list);
    hold(utf8_valid_length(printed, strlen(printed)) == strlen(printed));
    char *made = xprintf("%s\n%s", problem ? problem : "", printed);
    response_reader_free(reader);
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    const char *bytes = (const char *)data + 2;
    enum response_end end = data[0] % 3;
    bool head = data[0] & 0x80;
    SCOPE_FREE char *whole = found(bytes, size - 2, size, end, head);
    SCOPE_FREE char *cut = found(bytes, size - 2, data[1] % 32 + 1, end, head);
    hold(strcmp(whole, cut) == 0);
    return 0;
}
