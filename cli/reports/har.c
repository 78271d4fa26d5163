/* From the bytes that went over the wire: one entry for each exchange whose request and answer can be read. What a
 * learner's server sent may be anything; what is no HTTP is left out, and texts are made valid UTF-8 by then. */
#include "cli/reports/har.h"

#include "checker/base/file.h"
#include "checker/base/json.h"
#include "checker/base/memory.h"

#include <string.h>
#include <time.h>

struct har {
    struct event_reader reader;
    cJSON *entries;
};

/* A message's first line, its fields and what comes behind them. */
struct message {
    char *first;
    cJSON *fields;
    const char *body;
    size_t head_size;
};

static bool message_read(const char *text, struct message *ret_message) {
    const char *end = text ? strstr(text, "\r\n\r\n") : NULL;
    if (!end)
        return false;
    struct message message = {
        .first = xstrndup(text, strcspn(text, "\r\n")),
        .fields = cJSON_CreateArray(),
        .body = end + 4,
        .head_size = (size_t)(end + 4 - text),
    };
    for (const char *line = strstr(text, "\r\n") + 2; line < end + 2;) {
        size_t length = strcspn(line, "\r\n");
        const char *colon = memchr(line, ':', length);
        if (colon) {
            const char *value = colon + 1 + strspn(colon + 1, " \t");
            cJSON *field = cJSON_CreateObject();
            json_set(field, "name", json_string(line, (size_t)(colon - line)));
            json_set(field, "value",
                     json_string(value, value < line + length ? (size_t)(line + length - value) : 0));
            cJSON_AddItemToArray(message.fields, field);
        }
        line += length + strspn(line + length, "\r") + 1;
    }
    *ret_message = message;
    return true;
}

static const char *field_value(const cJSON *fields, const char *name) {
    const cJSON *field;
    cJSON_ArrayForEach(field, fields) {
        if (strcasecmp(json_text(field, "name"), name) == 0)
            return json_text(field, "value");
    }
    return "";
}

static cJSON *part(struct message *message) {
    cJSON *made = cJSON_CreateObject();
    json_set(made, "cookies", cJSON_CreateArray());
    json_set(made, "headers", message->fields);
    json_set_integer(made, "headersSize", (int64_t)message->head_size);
    json_set_integer(made, "bodySize", (int64_t)strlen(message->body));
    return made;
}

/* "GET /users HTTP/1.1" */
static cJSON *request_part(struct message *message) {
    char method[32] = "", target[2048] = "", version[16] = "";
    sscanf(message->first, "%31s %2047s %15s", method, target, version);
    SCOPE_FREE char *url = xprintf("http://%s%s", field_value(message->fields, "host"), target);
    cJSON *made = part(message), *post;
    json_set_text(made, "method", method);
    json_set_text(made, "url", url);
    json_set_text(made, "httpVersion", version);
    json_set(made, "queryString", cJSON_CreateArray());
    if (*message->body) {
        json_set(made, "postData", post = cJSON_CreateObject());
        json_set_text(post, "mimeType", field_value(message->fields, "content-type"));
        json_set_text(post, "text", message->body);
    }
    return made;
}

/* "HTTP/1.1 200 OK" */
static cJSON *response_part(struct message *message) {
    char version[16] = "", reason[128] = "";
    int status = 0;
    sscanf(message->first, "%15s %d %127[^\r\n]", version, &status, reason);
    cJSON *made = part(message), *content = cJSON_CreateObject();
    json_set_integer(made, "status", status);
    json_set_text(made, "statusText", reason);
    json_set_text(made, "httpVersion", version);
    json_set_text(made, "redirectURL", field_value(message->fields, "location"));
    json_set_integer(content, "size", (int64_t)strlen(message->body));
    json_set_text(content, "mimeType", field_value(message->fields, "content-type"));
    json_set_text(content, "text", message->body);
    json_set(made, "content", content);
    return made;
}

static void add_entry(struct har *har, const cJSON *event, const cJSON *wire) {
    struct message request, response;
    if (!message_read(json_text(wire, "out"), &request))
        return;
    if (!message_read(json_text(wire, "in"), &response)) {
        free(request.first);
        cJSON_Delete(request.fields);
        return;
    }
    char now[40];
    time_t seconds = time(NULL);
    struct tm utc;
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &utc));
    double ms = json_number(wire, "ms", 0);
    cJSON *entry = cJSON_CreateObject(), *timings = cJSON_CreateObject();
    json_set_text(entry, "startedDateTime", now);
    json_set(entry, "time", cJSON_CreateNumber(ms));
    json_set(entry, "request", request_part(&request));
    json_set(entry, "response", response_part(&response));
    json_set(entry, "cache", cJSON_CreateObject());
    json_set_integer(timings, "send", 0);
    json_set(timings, "wait", cJSON_CreateNumber(ms));
    json_set_integer(timings, "receive", 0);
    json_set(entry, "timings", timings);
    json_set_text(entry, "comment", json_text(event, "check"));
    cJSON_AddItemToArray(har->entries, entry);
    free(request.first);
    free(response.first);
}

static void on_event(struct event_reader *reader, const cJSON *event) {
    struct har *har = (struct har *)reader;
    const char *name = json_text(event, "event");
    const cJSON *wire = json_get(event, "wire");
    if (name && strcmp(name, "acted") == 0 && wire)
        add_entry(har, event, wire);
}

struct event_reader *har_open(void) {
    struct har *har = xcalloc(1, sizeof *har);
    har->reader.on_event = on_event;
    har->entries = cJSON_CreateArray();
    return &har->reader;
}

bool har_close(struct event_reader *reader, const char *path, struct error *error) {
    struct har *har = (struct har *)reader;
    SCOPE_JSON cJSON *file = cJSON_CreateObject();
    cJSON *log = cJSON_CreateObject(), *creator = cJSON_CreateObject();
    json_set_text(creator, "name", "backend-learn");
    json_set_text(creator, "version", BACKEND_LEARN_VERSION);
    json_set_text(log, "version", "1.2");
    json_set(log, "creator", creator);
    json_set(log, "entries", har->entries);
    json_set(file, "log", log);
    free(har);
    SCOPE_FREE char *text = json_print_pretty(file);
    return file_replace(path, text, strlen(text), error);
}
