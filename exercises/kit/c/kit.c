/* The kit, from the bottom up: memory, text, JSON, requests, replies, routes, and the server at the end.
 *
 * What happens to a request, and who calls whom (libmicrohttpd, MHD for short, calls the three marked *):
 *
 *     *begin      its first line is there: make a struct kit_request, cut up and decode the address
 *     *receive    once for the headers, once for each piece of the body, once at the end: then answer()
 *                 runs the layers, the handler within, and hands MHD the reply
 *     *completed  the reply is sent, or the client is gone: free everything
 *
 * MHD would decode the address by itself, but turns %2F into a slash before the routes are looked up and
 * stops at %00. So begin() takes the address as it was sent, and MHD's own idea of it is never used. */
#define _GNU_SOURCE /* vasprintf */
#include "kit.h"

#include <microhttpd.h>

#include <arpa/inet.h>
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define DEFAULT_BODY_LIMIT ((size_t)1 << 20)
#define DEFAULT_GRACE_MS 1000
#define IDLE_SECONDS 60u                     /* then a silent connection is closed */
#define THREAD_STACK_BYTES ((size_t)1 << 20) /* of each thread, where every connection has one */
#define LARGEST_EXACT 9007199254740991.0     /* 2^53 - 1 */

struct kit {
    struct kit_server server;
    struct MHD_Daemon *daemon;
    atomic_int open;    /* requests begun and not completed */
    atomic_int running; /* handlers that run just now */
};

struct block { /* one piece of a request's memory */
    struct block *next;
    max_align_t data[];
};

struct pair { /* a segment of the path, a query parameter, or a header of the reply */
    const char *name, *value;
    struct pair *next;
};

static const char bad_address[] = "The address holds bytes that are not text.";
static const char long_body[] = "The body is too long.";

struct kit_request {
    struct kit *kit;
    struct MHD_Connection *connection;
    struct block *blocks;
    void *attached;

    const char *method, *path, *query_string;
    struct pair *segments, *query; /* decoded; a segment of the path has no name */
    char *body;
    size_t body_length, body_room;
    cJSON *body_json;
    bool body_json_tried;
    const char *refusal; /* why no handler shall hear of it: one of the two below, or NULL */

    kit_handler *const *next_layer;
    const struct kit_route *route;

    int status; /* of the reply; 0: none yet */
    const char *type, *bytes;
    size_t length;
    cJSON *json; /* what will become the bytes */
    struct pair *headers;
};

/* --- memory and text ------------------------------------------------------------------------------- */

static void *check_memory(void *pointer) {
    if (!pointer) {
        fputs("kit: out of memory\n", stderr);
        abort();
    }
    return pointer;
}

void *kit_alloc(struct kit_request *request, size_t size) {
    struct block *block = check_memory(calloc(1, sizeof *block + size));
    block->next = request->blocks;
    request->blocks = block;
    return block->data;
}

static char *copy_text(struct kit_request *request, const char *text, size_t length) {
    return memcpy(kit_alloc(request, length + 1), text, length); /* kit_alloc zeroes, so the NUL is there */
}

__attribute__((format(printf, 2, 0))) static char *format_text(struct kit_request *request,
                                                               const char *format, va_list arguments) {
    char *printed = NULL;
    check_memory(vasprintf(&printed, format, arguments) < 0 ? NULL : printed);
    char *text = copy_text(request, printed, strlen(printed));
    free(printed);
    return text;
}

/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above U+10FFFF. */
static bool is_utf8(const char *text) {
    for (const unsigned char *byte = (const unsigned char *)text; *byte;) {
        static const uint32_t smallest[] = {0, 0x80, 0x800, 0x10000}; /* by the number of bytes that follow */
        int more = *byte < 0x80 ? 0 : *byte >> 5 == 6 ? 1 : *byte >> 4 == 14 ? 2 : *byte >> 3 == 30 ? 3 : -1;
        if (more < 0)
            return false;
        uint32_t point = more ? *byte & (0x3f >> more) : *byte;
        byte++;
        for (int i = 0; i < more; i++, byte++) {
            if (*byte >> 6 != 2)
                return false;
            point = point << 6 | (*byte & 0x3f);
        }
        if (point < smallest[more] || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
            return false;
    }
    return true;
}

/* Decodes %XX, and + where the rules of a query hold. NULL if the outcome would not be text: a % without two
 * hexadecimal digits, a NUL byte, bytes that are not UTF-8. */
static char *decode(struct kit_request *request, const char *from, size_t length, bool in_query) {
    char *text = kit_alloc(request, length + 1), *to = text;
    for (const char *end = from + length; from < end; from++, to++) {
        *to = *from == '+' && in_query ? ' ' : *from;
        if (*from == '%') {
            if (!isxdigit((unsigned char)from[1]) || !isxdigit((unsigned char)from[2]))
                return NULL;
            *to = (char)strtol((char[]){from[1], from[2], '\0'}, NULL, 16);
            from += 2;
        }
        if (*to == '\0')
            return NULL;
    }
    return is_utf8(text) ? text : NULL;
}

/* --- JSON ------------------------------------------------------------------------------------------ */

/* The end of the JSON string that begins behind a quotation mark, or NULL if it breaks a rule that cJSON does
 * not see to. */
static const char *skip_string(const char *text) {
    for (; *text != '"'; text++) {
        if ((unsigned char)*text < 0x20 || strncmp(text, "\\u0000", 6) == 0)
            return NULL;
        if (*text == '\\' && *++text == '\0')
            return NULL;
    }
    return text + 1;
}

/* The end of the number that begins here, or NULL for what strtod takes and JSON does not: 01, 0x1, 1., 1.e2
 * and -inf, or what no double can hold: 1e400. */
static const char *skip_number(const char *text) {
    char *end;
    bool finite = isfinite(strtod(text, &end));
    const char *digits = text + (*text == '-'), *point = memchr(text, '.', end - text);
    if (!finite || strspn(digits, "0123456789") == 0 || (point && strspn(point + 1, "0123456789") == 0) ||
        (*digits == '0' && strspn(digits + 1, "0123456789xX") > 0))
        return NULL;
    return end;
}

cJSON *kit_json_parse(const char *text) {
    if (!is_utf8(text))
        return NULL;
    for (const char *at = text; *at;) {
        if (*at == '"')
            at = skip_string(at + 1);
        else if (*at == '-' || (*at >= '0' && *at <= '9'))
            at = skip_number(at);
        else if ((unsigned char)*at < 0x20 && !strchr("\t\n\r", *at))
            return NULL;
        else
            at++;
        if (!at)
            return NULL;
    }
    return cJSON_ParseWithOpts(text, NULL, /* nothing may follow: */ true);
}

const cJSON *kit_json_get(const cJSON *object, const char *name) {
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

const char *kit_json_string(const cJSON *object, const char *name) {
    return cJSON_GetStringValue(kit_json_get(object, name));
}

bool kit_json_integer(const cJSON *object, const char *name, long long *ret_value) {
    const cJSON *number = kit_json_get(object, name);
    if (!cJSON_IsNumber(number))
        return false;
    double value = number->valuedouble;
    if (!(value >= -LARGEST_EXACT && value <= LARGEST_EXACT) || (double)(long long)value != value)
        return false;
    *ret_value = (long long)value;
    return true;
}

/* --- the request ----------------------------------------------------------------------------------- */

/* Adds to the end of a list. */
static struct pair *add_pair(struct kit_request *request, struct pair **list) {
    while (*list)
        list = &(*list)->next;
    return *list = kit_alloc(request, sizeof **list);
}

/* Cuts up and decodes the path and the query. False if part of them is not text. */
static bool read_address(struct kit_request *request) {
    size_t length;
    for (const char *at = request->path; *at == '/'; at += length) {
        length = strcspn(++at, "/");
        if (!(add_pair(request, &request->segments)->value = decode(request, at, length, false)))
            return false;
    }
    for (const char *at = request->query_string; *at; at += length + (at[length] == '&')) {
        length = strcspn(at, "&");
        size_t name = strcspn(at, "=&"), value = name < length ? name + 1 : length;
        if (length == 0)
            continue;
        struct pair *pair = add_pair(request, &request->query);
        pair->name = decode(request, at, name, true);
        pair->value = decode(request, at + value, length - value, true);
        if (!pair->name || !pair->value)
            return false;
    }
    return true;
}

/* Called by MHD with the address as it was sent; what it returns is *request_pointer later. */
static void *begin(void *kit_pointer, const char *address, struct MHD_Connection *connection) {
    struct kit_request *request = check_memory(calloc(1, sizeof *request));
    struct kit *kit = request->kit = kit_pointer;
    request->connection = connection;
    request->next_layer = kit->server.layers;
    atomic_fetch_add(&kit->open, 1);

    if (strncasecmp(address, "http://", 7) == 0 || strncasecmp(address, "https://", 8) == 0) {
        address = strstr(address, "://") + 3; /* a client may send the whole URL */
        address += strcspn(address, "/?");
    }
    size_t length = strcspn(address, "?");
    request->path = length ? copy_text(request, address, length) : "/";
    address += length + (address[length] == '?');
    request->query_string = copy_text(request, address, strlen(address));
    request->refusal = read_address(request) ? NULL : bad_address;
    return request;
}

static void append_body(struct kit_request *request, const char *piece, size_t length) {
    if (request->body_length + length >= request->body_room) { /* one byte more, for the NUL */
        request->body_room = 2 * request->body_room + length + 1;
        request->body = check_memory(realloc(request->body, request->body_room));
    }
    memcpy(request->body + request->body_length, piece, length);
    request->body_length += length;
    request->body[request->body_length] = '\0';
}

const char *kit_method(const struct kit_request *request) {
    return request->method;
}

const char *kit_path(const struct kit_request *request) {
    return request->path;
}

const char *kit_query_string(const struct kit_request *request) {
    return request->query_string;
}

const char *kit_client(struct kit_request *request) {
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr_in *address = (const struct sockaddr_in *)info->client_addr;
    return inet_ntop(AF_INET, &address->sin_addr, kit_alloc(request, INET_ADDRSTRLEN), INET_ADDRSTRLEN);
}

void *kit_context(const struct kit_request *request) {
    return request->kit->server.context;
}

const char *kit_query_at(const struct kit_request *request, const char *name, size_t index) {
    for (const struct pair *pair = request->query; pair; pair = pair->next)
        if (strcmp(pair->name, name) == 0 && index-- == 0)
            return pair->value;
    return NULL;
}

const char *kit_query(const struct kit_request *request, const char *name) {
    return kit_query_at(request, name, 0);
}

const char *kit_header(const struct kit_request *request, const char *name) {
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

bool kit_has_type(const struct kit_request *request, const char *type) {
    const char *header = kit_header(request, "Content-Type");
    size_t length = header ? strcspn(header, "; \t") : 0;
    return header && length == strlen(type) && strncasecmp(header, type, length) == 0;
}

const char *kit_body(const struct kit_request *request, size_t *ret_length) {
    if (ret_length)
        *ret_length = request->body_length;
    return request->body ? request->body : "";
}

const cJSON *kit_json_body(struct kit_request *request) {
    if (!request->body_json_tried) {
        request->body_json_tried = true;
        size_t length;
        const char *text = kit_body(request, &length);
        if (strlen(text) == length) /* else there is a NUL byte in it */
            request->body_json = kit_json_parse(text);
    }
    return request->body_json;
}

void kit_attach(struct kit_request *request, void *pointer) {
    request->attached = pointer;
}

void *kit_attached(const struct kit_request *request) {
    return request->attached;
}

/* --- the reply ------------------------------------------------------------------------------------- */

static void set_reply(struct kit_request *request, int status, const char *type, cJSON *json) {
    if (json != request->json)
        cJSON_Delete(request->json);
    request->json = json;
    request->status = status;
    request->type = type;
    request->bytes = NULL;
    request->length = 0;
}

void kit_reply_bytes(struct kit_request *request, int status, const char *type, const void *bytes,
                     size_t length) {
    const char *copy = copy_text(request, bytes, length);
    set_reply(request, status, type ? copy_text(request, type, strlen(type)) : NULL, NULL);
    request->bytes = copy;
    request->length = length;
}

void kit_reply_text(struct kit_request *request, int status, const char *text) {
    kit_reply_bytes(request, status, "text/plain; charset=utf-8", text, strlen(text));
}

void kit_reply_empty(struct kit_request *request, int status) {
    set_reply(request, status, NULL, NULL);
}

void kit_reply_json(struct kit_request *request, int status, cJSON *json) {
    if (json)
        set_reply(request, status, "application/json", json);
    else
        kit_problem(request, 500, "There is no JSON to reply with.");
}

cJSON *kit_problem(struct kit_request *request, int status, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    const char *detail = format_text(request, format, arguments);
    va_end(arguments);

    cJSON *problem = check_memory(cJSON_CreateObject());
    set_reply(request, status, "application/problem+json", problem);
    cJSON_AddStringToObject(problem, "title", MHD_get_reason_phrase_for((unsigned)status));
    cJSON_AddNumberToObject(problem, "status", status);
    cJSON_AddStringToObject(problem, "detail", detail);
    return problem;
}

void kit_reply_header(struct kit_request *request, const char *name, const char *value) {
    struct pair *header = add_pair(request, &request->headers);
    header->name = copy_text(request, name, strlen(name));
    header->value = copy_text(request, value, strlen(value));
}

void kit_reply_location(struct kit_request *request, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    kit_reply_header(request, "Location", format_text(request, format, arguments));
    va_end(arguments);
}

/* Prints JSON if there is any, and drops the body where HTTP allows none. */
static void finish_reply(struct kit_request *request) {
    if (request->json) {
        char *printed = check_memory(cJSON_PrintUnformatted(request->json));
        request->length = strlen(printed);
        request->bytes = copy_text(request, printed, request->length);
        cJSON_free(printed);
        cJSON_Delete(request->json);
        request->json = NULL;
    }
    if (request->status == 204 || request->status == 304) {
        request->length = 0;
        request->type = NULL;
    }
}

int kit_reply_status(const struct kit_request *request) {
    return request->status;
}

size_t kit_reply_size(struct kit_request *request) {
    finish_reply(request);
    return strcmp(request->method, "HEAD") == 0 ? 0 : request->length;
}

static enum MHD_Result send_reply(struct kit_request *request) {
    finish_reply(request);
    /* MHD does not copy the bytes: they live until completed(). */
    struct MHD_Response *response = check_memory(
        MHD_create_response_from_buffer(request->length, (void *)request->bytes, MHD_RESPMEM_PERSISTENT));
    if (request->type)
        MHD_add_response_header(response, "Content-Type", request->type);
    for (const struct pair *header = request->headers; header; header = header->next)
        if (MHD_add_response_header(response, header->name, header->value) != MHD_YES)
            fprintf(stderr, "kit: the header %s cannot be sent: is there a line break in it?\n",
                    header->name);
    enum MHD_Result result = MHD_queue_response(request->connection, (unsigned)request->status, response);
    MHD_destroy_response(response); /* the connection has its own hold on it */
    if (result != MHD_YES)
        fprintf(stderr, "kit: the reply to %s %s, status %d, cannot be sent\n", request->method,
                request->path, request->status);
    return result;
}

/* --- routes ---------------------------------------------------------------------------------------- */

static bool is_parameter(const char *segment, size_t length) {
    return length > 2 && segment[0] == '{' && segment[length - 1] == '}';
}

/* A pattern and a path are compared segment by segment: "/users/{id}" has two, "/" an empty one. */
static bool fits(const char *pattern, const struct kit_request *request) {
    const struct pair *segment = request->segments;
    for (size_t length; *pattern == '/'; pattern += length, segment = segment->next) {
        length = strcspn(++pattern, "/");
        if (!segment)
            return false;
        const char *value = segment->value;
        if (is_parameter(pattern, length) ? !*value
                                          : strlen(value) != length || memcmp(value, pattern, length))
            return false;
    }
    return !segment;
}

const char *kit_param(const struct kit_request *request, const char *name) {
    const struct pair *segment = request->segments;
    const char *at = request->route ? request->route->path : "";
    for (size_t length; *at == '/'; at += length, segment = segment->next) {
        length = strcspn(++at, "/");
        if (is_parameter(at, length) && strlen(name) == length - 2 && memcmp(at + 1, name, length - 2) == 0)
            return segment->value;
    }
    return NULL;
}

/* Adds a method to a list such as "GET, HEAD", unless it is there or there is no room. */
static void add_method(char *list, size_t size, const char *method) {
    size_t length = strlen(list);
    if (!strstr(list, method) && length + strlen(method) + 2 < size)
        snprintf(list + length, size - length, "%s%s", length ? ", " : "", method);
}

static void dispatch(struct kit_request *request) {
    if (request->refusal) {
        kit_problem(request, request->refusal == long_body ? 413 : 400, "%s", request->refusal);
        return;
    }
    char allow[200] = "";
    bool head = strcmp(request->method, "HEAD") == 0;
    for (const struct kit_route *route = request->kit->server.routes; route->path; route++) {
        if (!fits(route->path, request))
            continue;
        if (strcmp(route->method, request->method) == 0 || (head && strcmp(route->method, "GET") == 0)) {
            request->route = route;
            route->handle(request);
            return;
        }
        add_method(allow, sizeof allow, route->method);
        if (strcmp(route->method, "GET") == 0)
            add_method(allow, sizeof allow, "HEAD");
    }
    if (*allow) {
        kit_problem(request, 405, "%s is not allowed here, only %s.", request->method, allow);
        kit_reply_header(request, "Allow", allow);
    } else {
        kit_problem(request, 404, "There is nothing at this path.");
    }
}

void kit_next(struct kit_request *request) {
    kit_handler *const *layer = request->next_layer;
    if (layer && *layer) {
        request->next_layer = layer + 1;
        (*layer)(request);
        request->next_layer = layer;
    } else {
        dispatch(request);
    }
    if (!request->status) {
        fprintf(stderr, "kit: nothing replied to %s %s\n", request->method, request->path);
        kit_problem(request, 500, "The server has no answer.");
    }
}

/* --- the server ------------------------------------------------------------------------------------ */

static enum MHD_Result answer(struct kit_request *request) {
    atomic_fetch_add(&request->kit->running, 1);
    kit_next(request);
    atomic_fetch_sub(&request->kit->running, 1);
    return send_reply(request);
}

static enum MHD_Result receive(void *kit_pointer, struct MHD_Connection *connection, const char *url,
                               const char *method, const char *version, const char *piece,
                               size_t *piece_length, void **request_pointer) {
    (void)connection, (void)url, (void)version;
    struct kit *kit = kit_pointer;
    struct kit_request *request = *request_pointer;
    if (!request->method) { /* the first call: no body yet, even if it has come already */
        request->method = copy_text(request, method, strlen(method));
        return MHD_YES;
    }
    if (*piece_length == 0)
        return answer(request);
    /* A body over the limit is read to its end and thrown away: a client that is still sending might never
     * see an answer that came before. */
    if (request->body_length + *piece_length > kit->server.body_limit)
        request->refusal = long_body;
    if (!request->refusal)
        append_body(request, piece, *piece_length);
    *piece_length = 0; /* all of it is taken */
    return MHD_YES;
}

static void completed(void *kit_pointer, struct MHD_Connection *connection, void **request_pointer,
                      enum MHD_RequestTerminationCode how) {
    (void)connection, (void)how;
    struct kit *kit = kit_pointer;
    struct kit_request *request = *request_pointer;
    while (request->blocks) {
        struct block *block = request->blocks;
        request->blocks = block->next;
        free(block);
    }
    cJSON_Delete(request->body_json);
    cJSON_Delete(request->json);
    free(request->body);
    free(request);
    atomic_fetch_sub(&kit->open, 1);
}

/* A socket that listens there, or -1 and a message. */
static int open_socket(const char *address, const char *port) {
    int number = strspn(port, "0123456789") == strlen(port) && strlen(port) <= 5 ? atoi(port) : 0;
    if (number < 1 || number > 65535) {
        fprintf(stderr, "kit: the port is '%s', which is not a number from 1 to 65535\n", port);
        return -1;
    }
    struct sockaddr_in where = {.sin_family = AF_INET, .sin_port = htons((uint16_t)number)};
    if (inet_pton(AF_INET, address, &where.sin_addr) != 1) {
        fprintf(stderr, "kit: '%s' is no address to listen on, such as 127.0.0.1\n", address);
        return -1;
    }
    /* SO_REUSEADDR: a port whose last server has just stopped can be had at once. */
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), yes = 1;
    if (listener < 0 || setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) != 0 ||
        bind(listener, (struct sockaddr *)&where, sizeof where) != 0 || listen(listener, SOMAXCONN) != 0) {
        fprintf(stderr, "kit: cannot listen on %s, port %s: %s\n", address, port, strerror(errno));
        if (listener >= 0)
            close(listener);
        return -1;
    }
    return listener;
}

static struct MHD_Daemon *start_daemon(struct kit *kit, int listener) {
    const struct kit_server *server = &kit->server;
    /* Not epoll: there MHD 0.9.75 misses a client that goes away in the middle of a body. */
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_POLL | MHD_USE_ITC;
    struct MHD_OptionItem options[5], *option = options;
    if (server->threads == KIT_THREAD_PER_CONNECTION) {
        flags |= MHD_USE_THREAD_PER_CONNECTION;
        *option++ = (struct MHD_OptionItem){MHD_OPTION_THREAD_STACK_SIZE, THREAD_STACK_BYTES, NULL};
    } else if (server->threads > 1) {
        *option++ = (struct MHD_OptionItem){MHD_OPTION_THREAD_POOL_SIZE, server->threads, NULL};
    }
    if (server->tls_certificate && server->tls_key) {
        const char *priorities = server->tls_priorities ? server->tls_priorities : "NORMAL";
        flags |= MHD_USE_TLS;
        *option++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)server->tls_certificate};
        *option++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)server->tls_key};
        *option++ = (struct MHD_OptionItem){MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)priorities};
    }
    *option = (struct MHD_OptionItem){MHD_OPTION_END, 0, NULL};
    return MHD_start_daemon(flags, 0, NULL, NULL, receive, kit, MHD_OPTION_LISTEN_SOCKET, listener,
                            MHD_OPTION_URI_LOG_CALLBACK, begin, kit, MHD_OPTION_NOTIFY_COMPLETED, completed,
                            kit, MHD_OPTION_CONNECTION_TIMEOUT, IDLE_SECONDS, MHD_OPTION_ARRAY, options,
                            MHD_OPTION_END);
}

static sigset_t stop_signals(void) {
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    return signals;
}

struct kit *kit_start(const struct kit_server *server) {
    const char *port = server->port ? server->port : getenv("PORT");
    const char *address = server->address ? server->address : "127.0.0.1";
    port = port ? port : "8080";
    int listener = open_socket(address, port);
    if (listener < 0)
        return NULL;

    /* Threads inherit what is blocked, so the signals wait for kit_wait and interrupt no handler. */
    sigset_t signals = stop_signals();
    pthread_sigmask(SIG_BLOCK, &signals, NULL);
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is no reason to die */

    struct kit *kit = check_memory(calloc(1, sizeof *kit));
    kit->server = *server;
    kit->server.body_limit = server->body_limit ? server->body_limit : DEFAULT_BODY_LIMIT;
    kit->server.grace_ms = server->grace_ms ? server->grace_ms : DEFAULT_GRACE_MS;
    kit->daemon = start_daemon(kit, listener);
    if (!kit->daemon) {
        fprintf(stderr, "kit: the server on port %s does not start%s\n", port,
                server->tls_certificate ? ": do certificate and key belong together?" : "");
        close(listener);
        free(kit);
        return NULL;
    }
    fprintf(stderr, "listening on http%s://%s:%s\n", server->tls_certificate ? "s" : "", address, port);
    return kit;
}

void kit_wait(void) {
    sigset_t signals = stop_signals();
    int which;
    sigwait(&signals, &which);
}

bool kit_stop(struct kit *kit) {
    int listener = MHD_quiesce_daemon(kit->daemon); /* from here on nobody new is let in */
    if (listener >= 0)
        close(listener);

    const struct timespec pause = {.tv_nsec = 10000000}; /* 10 ms */
    for (int waited = 0; kit->open > 0 && waited < kit->server.grace_ms; waited += 10)
        nanosleep(&pause, NULL);
    if (kit->running > 0) {
        fprintf(stderr, "kit: handlers still running after %d ms: %d\n", kit->server.grace_ms, kit->running);
        return false;
    }
    MHD_stop_daemon(kit->daemon); /* closes what is idle, or half received */
    free(kit);
    return true;
}

int kit_run(const struct kit_server *server) {
    struct kit *kit = kit_start(server);
    if (!kit)
        return 2;
    kit_wait();
    if (!kit_stop(kit))
        _exit(1);
    return 0;
}
