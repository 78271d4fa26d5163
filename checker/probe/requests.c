/* Read line by line; each block between two lines of ### goes through four states. */
#include "checker/probe/requests.h"

#include "checker/base/memory.h"
#include "checker/base/text.h"

#include <stdarg.h>
#include <string.h>

enum state {
    BEFORE,  /* no request line yet */
    HEADERS, /* behind it */
    BODY,    /* behind the first empty line */
};

struct line {
    const char *text; /* without its end; not NUL-terminated */
    size_t length, number;
};

struct reader {
    struct requests *into;
    size_t list_room;
    enum state state;
    struct request request;
    struct text body;
    size_t body_end; /* without the empty lines at its end */
    size_t header_room, expectation_room;
    const char *name;
};

static bool wrong(const struct reader *reader, size_t line, struct error *error, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
static bool wrong(const struct reader *reader, size_t line, struct error *error, const char *format, ...) {
    va_list arguments;
    char *sentence;
    va_start(arguments, format);
    int length = vasprintf(&sentence, format, arguments);
    va_end(arguments);
    if (length < 0)
        return fail(error, FAULT_OURS, "out of memory");
    fail(error, FAULT_INPUT, "%s:%zu: %s", reader->into->file, line, sentence);
    free(sentence);
    return false;
}

/* An array in the arena that doubles. */
static void *grown(struct arena *arena, void *old, size_t count, size_t size, size_t *room) {
    if (count < *room)
        return old;
    *room = *room ? *room * 2 : 4;
    void *made = arena_alloc(arena, *room * size);
    if (count)
        memcpy(made, old, count * size);
    return made;
}

static bool blank(char byte) {
    return byte == ' ' || byte == '\t';
}

static struct line trimmed(struct line line) {
    while (line.length && blank(line.text[0]))
        line.text++, line.length--;
    while (line.length && blank(line.text[line.length - 1]))
        line.length--;
    return line;
}

static bool begins(struct line line, const char *with) {
    size_t length = strlen(with);
    return line.length >= length && memcmp(line.text, with, length) == 0;
}

/* Shows part of a line in a sentence: harmless, and not too long. */
static char *shown(struct line line) {
    SCOPE_TEXT struct text out = {0};
    size_t most = 60, length = line.length;
    if (length > most)
        for (length = most; length && (line.text[length] & 0xc0) == 0x80;)
            length--;
    text_add_printable(&out, line.text, length, false);
    text_puts(&out, length < line.length ? "…" : "");
    return text_take(&out);
}

/* --- expectations --------------------------------------------------------------------------------------------- */

static void keep_expectation(struct reader *reader, struct expectation expectation) {
    struct request *request = &reader->request;
    request->expectations = grown(reader->into->arena, request->expectations, request->expectation_count,
                                  sizeof *request->expectations, &reader->expectation_room);
    request->expectations[request->expectation_count++] = expectation;
}

static bool read_value(struct reader *reader, struct line rest, struct error *error) {
    size_t end = 0;
    while (end < rest.length && !blank(rest.text[end]))
        end++;
    struct line value = trimmed((struct line){rest.text + end, rest.length - end, rest.number});
    const char *pointer = arena_copy_bytes(reader->into->arena, rest.text, end);
    if (!value.length)
        return wrong(reader, rest.number, error,
                     "%s should lead to which value? Write it behind the pointer, such as # expect %s 5",
                     pointer, pointer);
    for (const char *tilde = pointer; (tilde = strchr(tilde, '~')); tilde++)
        if (tilde[1] != '0' && tilde[1] != '1')
            return wrong(reader, rest.number, error,
                         "%s is no JSON Pointer: behind ~ there is 0 or 1; ~0 stands for ~ and ~1 for /",
                         pointer);
    struct json_fault fault;
    cJSON *json = json_parse(value.text, value.length, &fault);
    if (!json) {
        SCOPE_FREE char *what = shown(value);
        return wrong(reader, rest.number, error,
                     "%s is not JSON (%s); a text stands in quotation marks, such as # expect %s \"corner\"",
                     what, fault.what, pointer);
    }
    cJSON_AddItemToArray(reader->into->values, json);
    keep_expectation(reader, (struct expectation){.line = rest.number, .pointer = pointer, .value = json});
    return true;
}

/* rest: what stands behind the word. */
static bool read_expectation(struct reader *reader, struct line rest, struct error *error) {
    bool apart = rest.length && blank(rest.text[0]);
    rest = trimmed(rest);
    if (apart && rest.length > 1 && *rest.text == '/' && !blank(rest.text[1]))
        return read_value(reader, rest, error);
    bool status = apart && rest.length == 3 && rest.text[0] >= '1' && rest.text[0] <= '5';
    for (size_t i = 1; status && i < 3; i++)
        status = rest.text[i] >= '0' && rest.text[i] <= '9';
    if (!status) {
        SCOPE_FREE char *what = shown(rest);
        return wrong(reader, rest.number, error,
                     "\"expect%s%s\" is no expectation; write # expect 200, or # expect /pointer and a JSON "
                     "value (a comment that is none begins with another word)",
                     apart && rest.length ? " " : "", what);
    }
    for (size_t i = 0; i < reader->request.expectation_count; i++)
        if (reader->request.expectations[i].status)
            return wrong(reader, rest.number, error,
                         "this request expects a status already, in line %zu; leave one of them",
                         reader->request.expectations[i].line);
    int number = (rest.text[0] - '0') * 100 + (rest.text[1] - '0') * 10 + rest.text[2] - '0';
    keep_expectation(reader, (struct expectation){.line = rest.number, .status = number});
    return true;
}

static bool read_comment(struct reader *reader, struct line line, struct error *error) {
    static const char word[] = "expect";
    struct line rest = trimmed((struct line){line.text + 1, line.length - 1, line.number});
    size_t length = sizeof word - 1;
    char next = rest.length > length ? rest.text[length] : '\0';
    bool longer = (next >= 'a' && next <= 'z') || (next >= 'A' && next <= 'Z') || next == '_' || next == '-';
    if (!begins(rest, word) || longer)
        return true;
    return read_expectation(reader, (struct line){rest.text + length, rest.length - length, line.number},
                            error);
}

/* --- the request ---------------------------------------------------------------------------------------------- */

static bool token(struct line line) {
    for (size_t i = 0; i < line.length; i++)
        if (line.text[i] <= ' ' || line.text[i] > '~' || strchr("()<>@,;:\\\"/[]?={}", line.text[i]))
            return false;
    return line.length > 0;
}

/* What is sent behind {{base}}; what is wrong with it, or NULL. */
static const char *target_fault(struct line target) {
    if (!target.length || *target.text != '/')
        return "behind {{base}} the address goes on with a slash, such as {{base}}/shops/corner/items";
    for (size_t i = 0; i < target.length; i++) {
        unsigned char byte = (unsigned char)target.text[i];
        if (byte <= ' ' || byte == 0x7f)
            return "there is a blank in the address, where none can be sent; write %20, or + in a query";
        if (byte == '{' || byte == '}')
            return "{{base}} is the only variable; write other values out, and braces as %7B and %7D";
        if (byte == '#')
            return "what follows # in an address is never sent; leave it out, or write %23";
    }
    return NULL;
}

static bool read_request_line(struct reader *reader, struct line line, struct error *error) {
    static const char base[] = "{{base}}", version[] = " HTTP/1.1";
    line = trimmed(line);
    size_t method = 0;
    while (method < line.length && line.text[method] >= 'A' && line.text[method] <= 'Z')
        method++;
    SCOPE_FREE char *what = shown(line);
    if (!method || method == line.length || !blank(line.text[method]))
        return wrong(reader, line.number, error,
                     "\"%s\" is no request; it begins with a method in capitals, such as GET "
                     "{{base}}/shops/corner/items (a request is ended by a line of ###)",
                     what);
    struct line target = {line.text + method + 1, line.length - method - 1, line.number};
    if (line.text[method] != ' ' || blank(*target.text))
        return wrong(reader, line.number, error, "one space stands between the method and the address");
    if (!begins(target, base))
        return wrong(reader, line.number, error,
                     "the address does not begin with {{base}}, which stands for http://127.0.0.1: and the "
                     "port; write %.*s {{base}}/…",
                     (int)(method < 20 ? method : 20), line.text);
    target = (struct line){target.text + strlen(base), target.length - strlen(base), line.number};
    size_t end = target.length > strlen(version) ? target.length - strlen(version) : 0;
    if (end && memcmp(target.text + end, version, strlen(version)) == 0)
        target.length = end;
    target = trimmed(target);
    const char *fault = target_fault(target);
    if (fault)
        return wrong(reader, line.number, error, "%s", fault);
    reader->request.line = line.number;
    reader->request.method = arena_copy_bytes(reader->into->arena, line.text, method);
    reader->request.target = arena_copy_bytes(reader->into->arena, target.text, target.length);
    reader->state = HEADERS;
    return true;
}

static void keep_header(struct reader *reader, struct line name, struct line value) {
    struct request *request = &reader->request;
    struct arena *arena = reader->into->arena;
    request->headers =
        grown(arena, request->headers, request->header_count, sizeof *request->headers, &reader->header_room);
    request->headers[request->header_count++] = (struct request_header){
        arena_copy_bytes(arena, name.text, name.length), arena_copy_bytes(arena, value.text, value.length)};
}

static bool read_header(struct reader *reader, struct line line, struct error *error) {
    const char *colon = memchr(line.text, ':', line.length);
    size_t at = colon ? (size_t)(colon - line.text) : 0;
    struct line name = {line.text, at, line.number};
    SCOPE_FREE char *what = shown(line);
    if (!colon || !token(name))
        return wrong(
            reader, line.number, error,
            "\"%s\" is no header such as Content-Type: application/json; a body comes after an empty "
            "line",
            what);
    struct line value = trimmed((struct line){colon + 1, line.length - at - 1, line.number});
    for (size_t i = 0; i < value.length; i++)
        if (((unsigned char)value.text[i] < ' ' && value.text[i] != '\t') || value.text[i] == 0x7f)
            return wrong(reader, line.number, error, "the header has a control character; leave it out");
    keep_header(reader, name, value);
    return true;
}

static void read_body_line(struct reader *reader, struct line line) {
    bool empty = !trimmed(line).length;
    /* Empty lines at the end do not count, so an LF is only sure once something follows it. */
    text_add(&reader->body, line.text, line.length);
    if (!empty)
        reader->body_end = reader->body.length;
    text_putc(&reader->body, '\n');
}

/* --- blocks --------------------------------------------------------------------------------------------------- */

static void begin_block(struct reader *reader, const char *name) {
    reader->state = BEFORE;
    reader->request = (struct request){.name = name};
    reader->header_room = reader->expectation_room = 0;
    text_free(&reader->body);
    reader->body = (struct text){.ceiling = REQUESTS_BYTES};
    reader->body_end = 0;
}

static bool keep_request(struct reader *reader, struct error *error) {
    struct requests *into = reader->into;
    if (into->count == REQUESTS_MOST)
        return wrong(reader, reader->request.line, error, "there are more than %d requests; leave some out",
                     REQUESTS_MOST);
    into->list = grown(into->arena, into->list, into->count, sizeof *into->list, &reader->list_room);
    into->list[into->count++] = reader->request;
    return true;
}

static bool end_block(struct reader *reader, struct error *error) {
    struct request *request = &reader->request;
    if (reader->state == BEFORE) {
        if (!request->expectation_count)
            return true;
        return wrong(
            reader, request->expectations[0].line, error,
            "this expectation has no request; write one below it, or take away the ### between them");
    }
    if (reader->body_end)
        request->body = arena_copy_bytes(reader->into->arena, reader->body.bytes, reader->body_end);
    return keep_request(reader, error);
}

static bool read_line(struct reader *reader, struct line line, struct error *error) {
    if (begins(line, "###")) {
        if (!end_block(reader, error))
            return false;
        struct line name = trimmed((struct line){line.text + 3, line.length - 3, line.number});
        begin_block(reader, arena_copy_bytes(reader->into->arena, name.text, name.length));
        return true;
    }
    if (begins(line, "#"))
        return read_comment(reader, line, error);
    bool empty = !trimmed(line).length;
    switch (reader->state) {
    case BEFORE:
        return empty || begins(line, "@") || read_request_line(reader, line, error);
    case HEADERS:
        if (!empty)
            return read_header(reader, line, error);
        reader->state = BODY;
        return true;
    case BODY:
        read_body_line(reader, line);
        return true;
    }
    return true;
}

static bool read_lines(struct reader *reader, const char *text, size_t length, struct error *error) {
    size_t number = 0, at = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    size_t valid = utf8_valid_length(text, length);
    const char *nul = memchr(text, '\0', length);
    while (at < length) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t next = end ? (size_t)(end - text) + 1 : length, stop = end ? next - 1 : length;
        number++;
        if (valid < next)
            return wrong(reader, number, error, "a character is not UTF-8; save the file as UTF-8");
        if (nul && (size_t)(nul - text) < next)
            return wrong(reader, number, error, "a NUL cannot be sent; is this a text file?");
        if (stop > at && text[stop - 1] == '\r')
            stop--;
        if (!read_line(reader, (struct line){text + at, stop - at, number}, error))
            return false;
        at = next;
    }
    return end_block(reader, error);
}

static struct requests new_requests(const char *file, bool has_lines) {
    struct arena *arena = arena_new();
    return (struct requests){.arena = arena,
                             .values = cJSON_CreateArray(),
                             .file = arena_copy(arena, file),
                             .has_lines = has_lines};
}

static bool small_enough(const char *file, size_t length, struct error *error) {
    if (length <= REQUESTS_BYTES)
        return true;
    return fail(error, FAULT_INPUT, "%s: larger than 1 MiB; leave some of it out", file);
}

bool requests_read(const char *file, const char *text, size_t length, struct requests *ret_requests,
                   struct error *error) {
    if (!small_enough(file, length, error))
        return false;
    struct requests requests = new_requests(file, true);
    struct reader reader = {.into = &requests};
    begin_block(&reader, "");
    bool ok = read_lines(&reader, text, length, error);
    text_free(&reader.body);
    if (!ok) {
        requests_free(&requests);
        return false;
    }
    *ret_requests = requests;
    return true;
}

void requests_free(struct requests *requests) {
    cJSON_Delete(requests->values);
    arena_free(requests->arena);
    *requests = (struct requests){0};
}

/* --- Postman -------------------------------------------------------------------------------------------------- */

/* A collection while it is read. */
struct collection {
    struct reader reader;
    const char *const *members;
    const char *refused;
};

static bool wrong_in(const struct collection *collection, const char *name, struct error *error,
                     const char *what) {
    SCOPE_FREE char *harmless = text_printable(name ? name : "", false);
    return fail(error, FAULT_INPUT, "%s: \"%.100s\": %s", collection->reader.into->file, harmless, what);
}

/* What Postman sends for an address as it was typed: what cannot stand in one is percent-encoded. */
static char *encoded_target(const char *raw) {
    SCOPE_TEXT struct text out = {0};
    for (const char *at = raw; *at && *at != '#'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte <= ' ' || byte >= 0x7f || strchr("\"<>\\^`{|}", byte))
            text_printf(&out, "%%%02X", byte);
        else
            text_putc(&out, *at);
    }
    return text_take(&out);
}

static bool take_request(struct collection *collection, const cJSON *request, const char *name,
                         struct error *error) {
    static const char base[] = "{{base}}/";
    struct reader *reader = &collection->reader;
    struct arena *arena = reader->into->arena;
    const cJSON *url = json_get(request, "url"), *body = json_get(request, "body"), *header;
    const char *raw = cJSON_IsString(url) ? url->valuestring : json_text(url, "raw");
    const char *method = json_text(request, "method"), *mode = json_text(body, "mode");
    if (!raw || strncmp(raw, base, strlen(base)) != 0)
        return wrong_in(collection, name, error,
                        "the address does not begin with {{base}}/; make it so, with a variable base");
    if (strstr(raw + strlen(base), "{{"))
        return wrong_in(collection, name, error,
                        "{{base}} is the only variable; write other values out in the address");
    if (method && (!*method || strspn(method, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != strlen(method)))
        return wrong_in(collection, name, error, "the method is no word in capitals, such as GET");
    if (mode && strcmp(mode, "raw") != 0)
        return wrong_in(collection, name, error, "the body is not raw; choose raw for it in Postman");
    SCOPE_FREE char *target = encoded_target(raw + strlen(base) - 1);
    reader->request.method = arena_copy(arena, method ? method : "GET");
    reader->request.target = arena_copy(arena, target);
    cJSON_ArrayForEach(header, json_get(request, "header")) {
        const char *key = json_text(header, "key"), *value = json_text(header, "value");
        if (json_true(header, "disabled"))
            continue;
        struct line of = {key ? key : "", key ? strlen(key) : 0, 0};
        if (!token(of) || (value && value[strcspn(value, "\r\n")]))
            return wrong_in(collection, name, error, "a header's name or value cannot be sent");
        keep_header(reader, of, (struct line){value ? value : "", value ? strlen(value) : 0, 0});
    }
    const char *bytes = mode ? json_text(body, "raw") : NULL;
    if (bytes && *bytes && !json_true(body, "disabled"))
        reader->request.body = arena_copy(arena, bytes);
    return true;
}

static void expect_member(struct collection *collection, const cJSON *body, const char *member) {
    const cJSON *value = json_get(body, member);
    if (!value)
        return;
    struct reader *reader = &collection->reader;
    cJSON *kept = cJSON_Duplicate(value, true);
    cJSON_AddItemToArray(reader->into->values, kept);
    keep_expectation(reader, (struct expectation){.pointer = arena_printf(reader->into->arena, "/%s", member),
                                                  .value = kept});
}

static bool take_example(struct collection *collection, const cJSON *item, const cJSON *example,
                         struct error *error) {
    struct reader *reader = &collection->reader;
    const char *own = json_text(example, "name"), *of_item = json_text(item, "name");
    const char *name = own ? own : of_item ? of_item : "";
    const cJSON *original = json_get(example, "originalRequest");
    begin_block(reader, arena_copy(reader->into->arena, name));
    reader->request.line = reader->into->count + 1;
    if (!take_request(collection, original ? original : json_get(item, "request"), name, error))
        return false;
    double status = json_number(example, "code", 0);
    if (!(status >= 100 && status <= 599))
        return wrong_in(collection, name, error, "the example has no status; send the request and save it");
    keep_expectation(reader, (struct expectation){.status = (int)status});
    const char *text = json_text(example, "body");
    SCOPE_JSON cJSON *body = text ? json_parse(text, strlen(text), NULL) : NULL;
    for (const char *const *member = collection->members; status < 400 && *member; member++)
        expect_member(collection, body, *member);
    if (status >= 400)
        expect_member(collection, body, collection->refused);
    return keep_request(reader, error);
}

static bool take_items(struct collection *collection, const cJSON *items, struct error *error) {
    const cJSON *item, *example;
    cJSON_ArrayForEach(item, items) {
        const cJSON *examples = json_get(item, "response");
        if (json_get(item, "item") && !take_items(collection, json_get(item, "item"), error))
            return false;
        if (json_get(item, "request") && (!cJSON_IsArray(examples) || !examples->child))
            return wrong_in(collection, json_text(item, "name"), error,
                            "the request has no saved example; send it, and save the answer as an example");
        cJSON_ArrayForEach(example,
                           examples) if (!take_example(collection, item, example, error)) return false;
    }
    return true;
}

bool requests_read_postman(const char *file, const char *text, size_t length, const char *const *members,
                           const char *refused, struct requests *ret_requests, struct error *error) {
    if (!small_enough(file, length, error))
        return false;
    SCOPE_JSON cJSON *json = json_read(file, text, length, error);
    if (!json)
        return false;
    if (!cJSON_IsArray(json_get(json, "item")))
        return fail(error, FAULT_INPUT, "%s is no Postman collection; export it in the format v2.1", file);
    struct requests requests = new_requests(file, false);
    struct collection collection = {.reader = {.into = &requests}, .members = members, .refused = refused};
    bool ok = take_items(&collection, json_get(json, "item"), error);
    text_free(&collection.reader.body);
    if (!ok) {
        requests_free(&requests);
        return false;
    }
    *ret_requests = requests;
    return true;
}

/* --- what is asked of them ------------------------------------------------------------------------------------ */

bool request_has_parameter(const struct request *request, const char *name) {
    const char *at = strchr(request->target, '?');
    size_t length = strlen(name);
    for (; at; at = strchr(at, '&')) {
        at++;
        if (strncmp(at, name, length) == 0 && (!at[length] || strchr("=&", at[length])))
            return true;
    }
    return false;
}

bool expectation_holds(const struct expectation *expectation, const cJSON *answer, char **ret_came) {
    if (expectation->status) {
        int status = (int)json_number(answer, "status", 0);
        if (status == expectation->status)
            return true;
        *ret_came = xprintf("status %d", status);
        return false;
    }
    const cJSON *body = json_get(answer, "body");
    const cJSON *value = body ? json_at(body, expectation->pointer) : NULL;
    if (value && json_equal(value, expectation->value))
        return true;
    const char *not_json = json_text(answer, "not_json");
    SCOPE_FREE char *printed = value ? json_print(value) : NULL;
    *ret_came =
        value  ? xprintf("%s %.500s", expectation->pointer, printed)
        : body ? xprintf("nothing at %s", expectation->pointer)
               : xprintf("a body that is not JSON%s%.200s", not_json ? ": " : "", not_json ? not_json : "");
    return false;
}

char *expectation_text(const struct expectation *expectation) {
    if (expectation->status)
        return xprintf("status %d", expectation->status);
    SCOPE_FREE char *printed = json_print(expectation->value);
    return xprintf("%s %.500s", expectation->pointer, printed);
}
