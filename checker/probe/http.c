#include "checker/probe/http.h"

#include "checker/base/memory.h"
#include "checker/probe/response.h"

#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

enum {
    HEAD_CEILING = 64 << 10,
    FIELD_CEILING = 100,
    BODY_CEILING = 8 << 20,
    WIRE_CEILING = 64 << 10, /* of each direction kept for showing */
    BURST_CEILING = 50,
};

/* --- what comes ----------------------------------------------------------------------------------------- */

static void keep_field(struct exchange *exchange, const char *line, size_t length) {
    const char *colon = memchr(line, ':', length);
    if (!colon)
        return;
    size_t name = (size_t)(colon - line);
    response_keep_field(exchange->fields, exchange->cookies, line, name, colon + 1, length - name - 1);
}

/* One header line at a time, the status line first, also of interim (1xx) answers. */
static size_t on_header(char *line, size_t size, size_t count, void *context) {
    struct exchange *exchange = context;
    size_t length = size * count;
    if (length >= 5 && strncmp(line, "HTTP/", 5) == 0) {
        exchange->answered = true;
        exchange->first_byte = clock_now();
        cJSON_Delete(exchange->fields);
        cJSON_Delete(exchange->cookies);
        exchange->fields = cJSON_CreateObject();
        exchange->cookies = cJSON_CreateArray();
        exchange->field_count = 0;
    } else if (++exchange->field_count > FIELD_CEILING) {
        exchange->limit = "its answer has more than 100 header fields";
        return 0;
    }
    exchange->head_size += length;
    if (exchange->head_size > HEAD_CEILING) {
        exchange->limit = "the head of its answer is larger than 64 KiB";
        return 0;
    }
    if (length == 0 || line[length - 1] != '\n' || length < 2 || line[length - 2] != '\r')
        exchange->bare_newline = true;
    keep_field(exchange, line, length);
    return length;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
    struct exchange *exchange = context;
    size_t length = size * count;
    text_add(&exchange->body, bytes, length);
    if (exchange->body.overflowed) {
        exchange->limit = "the body of its answer is larger than 8 MiB";
        return 0;
    }
    return length;
}

static int on_wire(CURL *easy, curl_infotype type, char *bytes, size_t length, void *context) {
    (void)easy;
    struct exchange *exchange = context;
    if (type == CURLINFO_HEADER_OUT || type == CURLINFO_DATA_OUT)
        text_add(&exchange->out, bytes, length);
    else if (type == CURLINFO_HEADER_IN || type == CURLINFO_DATA_IN)
        text_add(&exchange->in, bytes, length);
    return 0;
}

static int on_socket(void *context, curl_socket_t socket, curlsocktype purpose) {
    (void)purpose;
    struct exchange *exchange = context;
    exchange->socket = socket;
    return CURL_SOCKOPT_OK;
}

/* --- the request ---------------------------------------------------------------------------------------- */

static void add_header(struct exchange *exchange, const char *name, const char *value) {
    /* libcurl sends "Name;" as a header without a value, and would drop "Name:". */
    SCOPE_FREE char *line = *value ? xprintf("%s: %s", name, value) : xprintf("%s;", name);
    exchange->headers = curl_slist_append(exchange->headers, line);
    text_puts(&exchange->curl_line, " -H ");
    text_add_shell_word(&exchange->curl_line, line);
}

static bool has_header(const cJSON *headers, const char *name) {
    for (const cJSON *header = headers ? headers->child : NULL; header; header = header->next)
        if (strcasecmp(header->string, name) == 0)
            return true;
    return false;
}

static void add_form(struct text *body, CURL *easy, const cJSON *form) {
    const cJSON *member;
    cJSON_ArrayForEach(member, form) {
        SCOPE_FREE char *value = json_as_text(member);
        char *name = curl_easy_escape(easy, member->string, 0), *escaped = curl_easy_escape(easy, value, 0);
        text_printf(body, "%s%s=%s", body->length ? "&" : "", name, escaped);
        curl_free(name);
        curl_free(escaped);
    }
}

/* The body and its media type; *ret_has tells whether there is one. */
static const char *make_body(struct exchange *exchange, const cJSON *step, bool *ret_has) {
    const cJSON *json = json_get(step, "json"), *form = json_get(step, "form"),
                *body = json_get(step, "body");
    *ret_has = json || form || body;
    if (json) {
        SCOPE_FREE char *printed = json_print(json);
        text_puts(&exchange->request_body, printed);
        return "application/json";
    }
    if (form) {
        add_form(&exchange->request_body, exchange->easy, form);
        return "application/x-www-form-urlencoded";
    }
    if (body) {
        SCOPE_FREE char *text = json_as_text(body);
        text_puts(&exchange->request_body, text);
    }
    return NULL;
}

/* The path of an address: one that begins with /, or an absolute one of this very server. NULL for another's. */
static const char *path_of(const char *target, int port) {
    static const char *const hosts[] = {"127.0.0.1", "localhost"};
    if (*target == '/')
        return target;
    for (size_t i = 0; i < LENGTH_OF(hosts); i++) {
        SCOPE_FREE char *own = xprintf("http://%s:%d/", hosts[i], port);
        if (strncasecmp(target, own, strlen(own)) == 0)
            return target + strlen(own) - 1;
    }
    return NULL;
}

bool exchange_prepare(struct scene *scene, const cJSON *step, struct exchange *ret_exchange,
                      struct error *error) {
    const char *line = json_text(step, "http"), *space = line ? strchr(line, ' ') : NULL;
    int port = (int)json_number(step, "port", room_port(scene->room));
    const char *path = space ? path_of(space + 1, port) : NULL;
    if (!path || space == line)
        return fail(error, FAULT_INPUT,
                    "\"%s\" is no address of this server: it should begin with / or with "
                    "http://127.0.0.1:%d/.",
                    space ? space + 1 : "", port);
    CURL *easy = curl_easy_init();
    if (!easy)
        return fail(error, FAULT_OURS, "libcurl could not make a request");
    *ret_exchange = (struct exchange){
        .easy = easy,
        .method = xstrndup(line, (size_t)(space - line)),
        .fields = cJSON_CreateObject(),
        .cookies = cJSON_CreateArray(),
        .out = {.ceiling = WIRE_CEILING},
        .in = {.ceiling = WIRE_CEILING},
        .body = {.ceiling = BODY_CEILING},
        .seconds = json_number(step, "seconds", 5),
        .socket = -1,
    };
    struct exchange *exchange = ret_exchange;
    exchange->url = xprintf("http://127.0.0.1:%d%s", port, path);
    bool head = strcmp(exchange->method, "HEAD") == 0, has_body;
    text_puts(&exchange->curl_line, head ? "curl -I" : "curl -i");
    if (!head && strcmp(exchange->method, "GET") != 0)
        text_printf(&exchange->curl_line, " -X %s", exchange->method);
    text_putc(&exchange->curl_line, ' ');
    text_add_shell_word(&exchange->curl_line, exchange->url);
    const cJSON *headers = json_get(step, "headers");
    const char *media = make_body(exchange, step, &has_body);
    if (media && !has_header(headers, "Content-Type"))
        add_header(exchange, "Content-Type", media);
    const cJSON *header;
    cJSON_ArrayForEach(header, headers) {
        SCOPE_FREE char *value = json_as_text(header);
        add_header(exchange, header->string, value);
    }
    if (has_body && !media && !has_header(headers, "Content-Type")) {
        /* Else libcurl would call it a form. */
        exchange->headers = curl_slist_append(exchange->headers, "Content-Type:");
        text_puts(&exchange->curl_line, " -H Content-Type:");
    }
    exchange->headers = curl_slist_append(exchange->headers, "Expect:");
    if (has_body) {
        text_puts(&exchange->curl_line, " --data-binary ");
        text_add_shell_word(&exchange->curl_line,
                            exchange->request_body.bytes ? exchange->request_body.bytes : "");
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)exchange->request_body.length);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
                         exchange->request_body.bytes ? exchange->request_body.bytes : "");
    }
    if (head)
        curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    else if (has_body || strcmp(exchange->method, "GET") != 0)
        curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, exchange->method);
    const char *from = json_text(step, "from");
    if (from) {
        curl_easy_setopt(easy, CURLOPT_INTERFACE, from);
        text_puts(&exchange->curl_line, " --interface ");
        text_add_shell_word(&exchange->curl_line, from);
    }
    curl_easy_setopt(easy, CURLOPT_URL, exchange->url);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, exchange->headers);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, lround(exchange->seconds * 1e3));
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "curl/7.88.1");
    curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
    curl_easy_setopt(easy, CURLOPT_VERBOSE, 1L);
    return true;
}

/* What points into the exchange itself is set last: it may have been moved since it was prepared. */
static void bind_callbacks(struct exchange *exchange) {
    CURL *easy = exchange->easy;
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, exchange->problem);
    curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
    curl_easy_setopt(easy, CURLOPT_HEADERDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_DEBUGFUNCTION, on_wire);
    curl_easy_setopt(easy, CURLOPT_DEBUGDATA, exchange);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, exchange);
}

void exchange_perform(struct exchange *exchange) {
    bind_callbacks(exchange);
    exchange->begin = clock_now();
    exchange->code = curl_easy_perform(exchange->easy);
    exchange->end = clock_now();
}

/* --- bursts --------------------------------------------------------------------------------------------- */

static int cork(void *context, char *address, char *local, int port, int local_port) {
    (void)address, (void)local, (void)port, (void)local_port;
    struct exchange *exchange = context;
    int on = 1;
    setsockopt(exchange->socket, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
    exchange->begin = clock_now();
    return CURL_PREREQFUNC_OK;
}

static void collect_done(CURLM *multi) {
    CURLMsg *message;
    int left;
    while ((message = curl_multi_info_read(multi, &left))) {
        struct exchange *exchange = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&exchange);
        exchange->code = message->data.result;
        exchange->end = clock_now();
    }
}

/* The bytes of a request of this size are in the socket once they are no longer libcurl's: it reports them to the
 * wire callback when send() took them. */
static bool written(const struct exchange *exchange) {
    return exchange->end > 0 ||
           (exchange->out.length > 0 && exchange->out.length >= exchange->request_body.length);
}

bool exchanges_burst(struct exchange *exchanges, size_t count, struct error *error) {
    if (count > BURST_CEILING)
        return fail(error, FAULT_INPUT, "a burst of %zu requests; at most %d fit every server's backlog",
                    count, BURST_CEILING);
    CURLM *multi = curl_multi_init();
    if (!multi)
        return fail(error, FAULT_OURS, "libcurl could not make a burst");
    for (size_t i = 0; i < count; i++) {
        bind_callbacks(&exchanges[i]);
        curl_easy_setopt(exchanges[i].easy, CURLOPT_SOCKOPTFUNCTION, on_socket);
        curl_easy_setopt(exchanges[i].easy, CURLOPT_SOCKOPTDATA, &exchanges[i]);
        curl_easy_setopt(exchanges[i].easy, CURLOPT_PREREQFUNCTION, cork);
        curl_easy_setopt(exchanges[i].easy, CURLOPT_PREREQDATA, &exchanges[i]);
        curl_multi_add_handle(multi, exchanges[i].easy);
    }
    int running = 1;
    bool all = false;
    while (running && !all) {
        curl_multi_perform(multi, &running);
        collect_done(multi);
        all = true;
        for (size_t i = 0; i < count; i++)
            all &= written(&exchanges[i]);
        if (!all && running)
            curl_multi_poll(multi, NULL, 0, 100, NULL);
    }
    int off = 0;
    for (size_t i = 0; i < count; i++)
        if (exchanges[i].socket >= 0)
            setsockopt(exchanges[i].socket, IPPROTO_TCP, TCP_CORK, &off, sizeof off);
    while (running) {
        curl_multi_perform(multi, &running);
        collect_done(multi);
        if (running)
            curl_multi_poll(multi, NULL, 0, 1000, NULL);
    }
    collect_done(multi);
    for (size_t i = 0; i < count; i++)
        curl_multi_remove_handle(multi, exchanges[i].easy);
    curl_multi_cleanup(multi);
    return true;
}

/* --- in the background ---------------------------------------------------------------------------------- */

struct http_client {
    CURLM *multi;
};

bool exchange_begin(struct scene *scene, struct exchange *exchange, struct error *error) {
    if (!scene->http) {
        scene->http = xcalloc(1, sizeof *scene->http);
        scene->http->multi = curl_multi_init();
    }
    bind_callbacks(exchange);
    exchange->begin = clock_now();
    if (curl_multi_add_handle(scene->http->multi, exchange->easy) != CURLM_OK)
        return fail(error, FAULT_OURS, "libcurl could not begin a request");
    http_pump(scene);
    return true;
}

void http_pump(struct scene *scene) {
    int running;
    if (!scene->http)
        return;
    curl_multi_perform(scene->http->multi, &running);
    collect_done(scene->http->multi);
}

bool exchange_wait(struct scene *scene, struct exchange *exchange, struct error *error) {
    for (;;) {
        http_pump(scene);
        if (exchange->end > 0)
            break;
        curl_multi_poll(scene->http->multi, NULL, 0, 50, NULL);
        if (!scene_pump(scene, clock_now(), error))
            return false;
    }
    curl_multi_remove_handle(scene->http->multi, exchange->easy);
    return true;
}

void exchange_abandon(struct scene *scene, struct exchange *exchange) {
    if (scene->http)
        curl_multi_remove_handle(scene->http->multi, exchange->easy);
}

void http_close(struct scene *scene) {
    if (scene->http)
        curl_multi_cleanup(scene->http->multi);
    free(scene->http);
    scene->http = NULL;
}

/* --- the answer ----------------------------------------------------------------------------------------- */

char *exchange_problem(const struct exchange *exchange) {
    if (exchange->code == CURLE_OK)
        return NULL;
    if (exchange->limit)
        return xprintf("The server cannot be listened to any further: %s.", exchange->limit);
    switch (exchange->code) {
    case CURLE_COULDNT_CONNECT:
        return xstrdup("The server did not take the connection: nothing listens there any more.");
    case CURLE_OPERATION_TIMEDOUT:
        if (!exchange->answered)
            return xprintf("The server took the request, but sent no answer within %g s.", exchange->seconds);
        return xprintf(
            "The server's answer was not finished within %g s: %zu bytes of its body had come. Does its "
            "Content-Length promise more than is sent?",
            exchange->seconds, exchange->body.length);
    case CURLE_GOT_NOTHING:
        return xstrdup("The server closed the connection without an answer.");
    case CURLE_PARTIAL_FILE:
        return xprintf("The server closed the connection in the middle of the body, after %zu bytes: its "
                       "Content-Length promises more.",
                       exchange->body.length);
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
        return xstrdup("The server cut the connection before its answer was whole.");
    case CURLE_UNSUPPORTED_PROTOCOL:
    case CURLE_WEIRD_SERVER_REPLY:
        return xstrdup(
            "What the server sent is not HTTP: an answer begins with a line like \"HTTP/1.1 200 OK\".");
    default:
        return xprintf("The answer could not be read: %s.",
                       *exchange->problem ? exchange->problem : curl_easy_strerror(exchange->code));
    }
}

static const char *http_version(CURL *easy) {
    long version = 0;
    curl_easy_getinfo(easy, CURLINFO_HTTP_VERSION, &version);
    return version == CURL_HTTP_VERSION_1_0 ? "1.0" : version == CURL_HTTP_VERSION_1_1 ? "1.1" : "";
}

cJSON *exchange_result(const struct exchange *exchange) {
    cJSON *result = cJSON_CreateObject();
    long status = 0;
    curl_easy_getinfo(exchange->easy, CURLINFO_RESPONSE_CODE, &status);
    json_set_integer(result, "status", status);
    json_set_text(result, "version", http_version(exchange->easy));
    json_set(result, "headers", cJSON_Duplicate(exchange->fields, true));
    json_set(result, "cookies", cJSON_Duplicate(exchange->cookies, true));
    response_body_members(result, exchange->body.bytes ? exchange->body.bytes : "", exchange->body.length);
    json_set(result, "ms", cJSON_CreateNumber(round((exchange->end - exchange->begin) * 1e4) / 10));
    return result;
}

void exchange_free(struct exchange *exchange) {
    curl_easy_cleanup(exchange->easy);
    curl_slist_free_all(exchange->headers);
    free(exchange->method);
    free(exchange->url);
    text_free(&exchange->request_body);
    text_free(&exchange->curl_line);
    text_free(&exchange->out);
    text_free(&exchange->in);
    text_free(&exchange->body);
    cJSON_Delete(exchange->fields);
    cJSON_Delete(exchange->cookies);
    *exchange = (struct exchange){.socket = -1};
}
