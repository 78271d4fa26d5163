/* A learner's file of requests, in both forms: whatever is read can be sent as it is, and what is refused is said with
 * the file's name. The first byte says which form it is. */
#include "tests/fuzz/fuzz.h"

#include "checker/base/memory.h"
#include "checker/probe/requests.h"

#include <string.h>

static void look_at(const struct request *request, bool lines) {
    hold(*request->method &&
         strspn(request->method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == strlen(request->method));
    hold(*request->target == '/' && !request->target[strcspn(request->target, " \t\r\n#{}")]);
    hold(!request->body || *request->body);
    hold(request->line > 0);
    for (size_t h = 0; h < request->header_count; h++) {
        hold(*request->headers[h].name &&
             !request->headers[h].name[strcspn(request->headers[h].name, ": \r\n")]);
        hold(!request->headers[h].value[strcspn(request->headers[h].value, "\r\n")]);
    }
    size_t statuses = 0;
    for (size_t e = 0; e < request->expectation_count; e++) {
        const struct expectation *expectation = &request->expectations[e];
        statuses += expectation->status != 0;
        hold((expectation->status >= 100 && expectation->status <= 599) ||
             (*expectation->pointer == '/' && expectation->value));
        hold(!lines == !expectation->line);
        SCOPE_FREE char *text = expectation_text(expectation);
        hold(*text);
    }
    hold(statuses <= 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const members[] = {"q", "limit", "param", NULL};
    if (size < 1)
        return 0;
    bool lines = *data != 'P';
    const char *file = lines ? "requests.http" : "requests.postman_collection.json";
    SCOPE_FREE char *text = malloc(size); /* of its own, so that the sanitizer sees where it ends */
    memcpy(text, data + 1, size - 1);
    struct requests requests;
    struct error error = {0};
    if (lines ? !requests_read(file, text, size - 1, &requests, &error)
              : !requests_read_postman(file, text, size - 1, members, "param", &requests, &error)) {
        hold(error.fault == FAULT_INPUT && strncmp(error.text, file, strlen(file)) == 0);
        return 0;
    }
    for (size_t i = 0; i < requests.count; i++)
        look_at(&requests.list[i], lines);
    requests_free(&requests);
    return 0;
}
