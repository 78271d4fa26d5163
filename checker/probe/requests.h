/* A learner's file of requests: what to send, and what to expect of each answer.
 *
 *     ### A quote with two notes          a name; separates requests
 *     # expect 200                        the status
 *     # expect /units 5                   a JSON Pointer into the answer's body, and the JSON value there
 *     POST {{base}}/shops/corner/quotes   method and address
 *     Content-Type: application/json
 *
 *     {"lines": [{"sku": "T-1", "qty": 5}]}
 *
 * Editors send such files as they are, since all that we add to their format are comments. A person wrote it, so
 * whatever is wrong is said with its line and the remedy, and nothing that looks like an expectation is passed over:
 * a test that is silently not run is worse than none. The bytes are a stranger's: 1 MiB, 500 requests. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/json.h"

struct expectation {
    size_t line; /* 0: in a Postman collection */
    int status;  /* 0: it is about a value */
    const char *pointer;
    const cJSON *value;
};

struct request_header {
    const char *name, *value;
};

struct request {
    const char *name; /* "" if it has none */
    size_t line;      /* of the line with the method; in a Postman collection, which in its order, from 1 */
    const char *method, *target;
    struct request_header *headers;
    size_t header_count;
    const char *body; /* NULL: none */
    struct expectation *expectations;
    size_t expectation_count;
};

struct requests {
    struct arena *arena;
    cJSON *values;    /* what is expected lives here */
    const char *file; /* its name */
    bool has_lines;   /* so that a request can be named by its line */
    struct request *list;
    size_t count;
};

enum { REQUESTS_BYTES = 1 << 20, REQUESTS_MOST = 500 };

/* Reads requests.http (file is the name for errors). Errors are the learner's: "requests.http:LINE: …". */
bool requests_read(const char *file, const char *text, size_t length, struct requests *ret_requests,
                   struct error *error);
/* Reads a Postman collection v2.1: every saved example is one request, in the order of the file; folders nest. Of an
 * example's body the members named in members (NULL-terminated) are expected, from status 400 on refused alone. */
bool requests_read_postman(const char *file, const char *text, size_t length, const char *const *members,
                           const char *refused, struct requests *ret_requests, struct error *error);
void requests_free(struct requests *requests); /* also of zeros */

/* Whether the request's target has a query parameter of this name (as it is sent). */
bool request_has_parameter(const struct request *request, const char *name);

/* Whether an answer, as kind http gives it, is what was expected. If not, ret_came (malloc'd) says what came. */
bool expectation_holds(const struct expectation *expectation, const cJSON *answer, char **ret_came);
/* What is expected, for a person: "status 200", "/units 5". The caller frees it. */
char *expectation_text(const struct expectation *expectation);
