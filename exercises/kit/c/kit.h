/* The kit: a small HTTP layer for the servers you write in C.
 *
 * You write one function for each thing a client can do, a *handler*, and list the handlers in a table of
 * routes. The kit does the rest: it listens, reads requests, finds the handler, sends what the handler
 * replied.
 *
 *     #include "kit.h"
 *
 *     static void greet(struct kit_request *request) {
 *         cJSON *json = cJSON_CreateObject();
 *         cJSON_AddStringToObject(json, "hello", kit_param(request, "name"));
 *         kit_reply_json(request, 200, json);
 *     }
 *
 *     int main(void) {
 *         static const struct kit_route routes[] = {
 *             {"GET", "/hello/{name}", greet},
 *             {0},
 *         };
 *         return kit_run(&(struct kit_server){.routes = routes});
 *     }
 *
 * Whatever a function here returns as a pointer to a request's text or JSON belongs to the request and is
 * gone when the handler has returned: copy what you keep, and never free it. What comes out of an address or
 * out of JSON is UTF-8 without a NUL byte inside; a request whose address would decode to anything else is
 * answered 400 before a handler hears of it.
 *
 * README.md beside this file shows all of it at work. The kit stands on libmicrohttpd and cJSON. */
#pragma once
#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

struct kit_request; /* one request, and the reply to it */

/* A handler looks at the request and makes one reply, by one of the kit_reply functions or kit_problem. A
 * second reply replaces the first (its headers stay); if a handler makes none, the kit answers 500. */
typedef void kit_handler(struct kit_request *request);

/* --- the server ------------------------------------------------------------------------------------ */

/* "GET", "/users/{id}", show_user: a segment in braces matches any one segment that is not empty. The first
 * route that fits wins, so "/users/me" stands before "/users/{id}". A GET route answers HEAD too. Where only
 * the method does not fit, the kit answers 405 with Allow; where nothing fits, 404. */
struct kit_route {
    const char *method, *path;
    kit_handler *handle;
};

enum { KIT_THREAD_PER_CONNECTION = -1 };

/* How to serve. Every member but routes may be left out. */
struct kit_server {
    const struct kit_route *routes; /* ends with {0} */
    void *context;                  /* what your handlers share, such as your data: see kit_context */
    /* Functions around every request, the unrouted ones too, outermost first, NULL at the end: each calls
     * kit_next to let the request in, or replies itself and keeps it out. */
    kit_handler *const *layers;
    size_t body_limit; /* a longer body is answered 413; 0: 1 MiB */
    /* 0: one thread serves everybody, so only one handler runs at a time and shared data needs no lock, but a
     * handler that waits makes everybody wait. KIT_THREAD_PER_CONNECTION: handlers that wait are no trouble.
     * 2 or more: that many threads share the connections. In both of these, shared data needs a lock. */
    int threads;
    const char *port;    /* NULL: the environment's PORT, or 8080 where that is not set either */
    const char *address; /* NULL: 127.0.0.1, this machine only; "0.0.0.0" is every address it has */
    int grace_ms;        /* how long a stop waits for requests under way; 0: 1000 */
    const char *tls_certificate, *tls_key; /* PEM text; with both, the server speaks HTTPS */
    const char *tls_priorities;            /* a GnuTLS priority string; NULL: its defaults */
};

/* Serves until SIGTERM or SIGINT (Ctrl-C), then stops: no new connections, requests under way are finished.
 * Returns the exit status for main: 0 after a stop, 2 if it could not start (and says why on standard error).
 * If a handler still runs when grace_ms are over, the process ends at once with status 1. */
int kit_run(const struct kit_server *server);

/* The parts of kit_run, for a program that runs several servers or has more to do. kit_start copies *server,
 * but not what it points to, and returns NULL if it could not start. Call it before you start threads: it
 * blocks the two signals in the calling thread, for kit_wait to take. kit_stop returns false, and has not
 * freed the kit, if a handler is still running after grace_ms: then only ending the process helps. */
struct kit;
struct kit *kit_start(const struct kit_server *server);
void kit_wait(void);
bool kit_stop(struct kit *kit);

/* --- what came ------------------------------------------------------------------------------------- */

const char *kit_method(const struct kit_request *request);       /* "GET" */
const char *kit_path(const struct kit_request *request);         /* as it was sent, not decoded, no query */
const char *kit_query_string(const struct kit_request *request); /* likewise, without the '?'; "" if none */
const char *kit_client(struct kit_request *request);             /* the other end's address: "127.0.0.1" */
void *kit_context(const struct kit_request *request);            /* the server's context */

/* The path parameter of that name, decoded: %20 is a space, + is a plus. NULL if the route has none. */
const char *kit_param(const struct kit_request *request, const char *name);

/* The first query parameter of that name, decoded: %20 and + are spaces. NULL if absent, "" if empty. */
const char *kit_query(const struct kit_request *request, const char *name);

/* The same for a parameter that may be repeated: index 0 is its first value; NULL after the last. */
const char *kit_query_at(const struct kit_request *request, const char *name, size_t index);

/* The header of that name, upper and lower case being the same; NULL if absent. */
const char *kit_header(const struct kit_request *request, const char *name);

/* Whether Content-Type is this media type ("application/json"), whatever its case and parameters. */
bool kit_has_type(const struct kit_request *request, const char *type);

/* The whole body, with a NUL byte after it; *ret_length, unless NULL, gets its length. Never NULL. */
const char *kit_body(const struct kit_request *request, size_t *ret_length);

/* The body as JSON, or NULL if it is not JSON (an empty one is not). Looks at the body alone, not at its
 * type. It belongs to the request. */
const cJSON *kit_json_body(struct kit_request *request);

/* --- JSON ------------------------------------------------------------------------------------------ */

/* Reads exactly one JSON value and nothing after it, or returns NULL. cJSON_Parse alone would also take text
 * after the value, 01, 1e400, line breaks inside strings, bytes that are not UTF-8, and would end a string at
 * \u0000; all of these are refused. Free the result with cJSON_Delete. */
cJSON *kit_json_parse(const char *text);

/* A member of an object: NULL if absent, or if `object` is NULL or no object at all. (cJSON_GetObjectItem
 * would take "NAME" for "name".) */
const cJSON *kit_json_get(const cJSON *object, const char *name);

/* A member that must be a string: NULL if it is anything else or absent. */
const char *kit_json_string(const cJSON *object, const char *name);

/* A member that must be a whole number: true, and *ret_value is set, if it is a number without a fraction
 * within ±(2^53 - 1), where a double still counts exactly. (valueint would turn 1.5 into 1, and 10^12 into
 * 2147483647.) */
bool kit_json_integer(const cJSON *object, const char *name, long long *ret_value);

/* --- what goes back -------------------------------------------------------------------------------- */

/* Replies with JSON and takes the tree: do not free it. (cJSON prints 15 digits of a number; a longer one goes
 * in by cJSON_AddRawToObject, as text.) */
void kit_reply_json(struct kit_request *request, int status, cJSON *json);

/* Replies with plain text; with bytes of any type; with no body. All of them copy. */
void kit_reply_text(struct kit_request *request, int status, const char *text);
void kit_reply_bytes(struct kit_request *request, int status, const char *type, const void *bytes,
                     size_t length);
void kit_reply_empty(struct kit_request *request, int status);

/* Replies with problem details (RFC 9457): title and status, and a detail as by printf. Returns the object,
 * which stays the request's; add members of your own to it:
 *     cJSON_AddStringToObject(kit_problem(request, 400, "limit is not a number"), "param", "limit"); */
__attribute__((format(printf, 3, 4))) cJSON *kit_problem(struct kit_request *request, int status,
                                                         const char *format, ...);

/* Adds a header to the reply, before or after the reply itself is made; the same name twice is two headers.
 * A value with a line break in it is not sent: it could smuggle in further headers. */
void kit_reply_header(struct kit_request *request, const char *name, const char *value);

/* Adds Location, as by printf: kit_reply_location(request, "/users/%d", id). */
__attribute__((format(printf, 2, 3))) void kit_reply_location(struct kit_request *request, const char *format,
                                                              ...);

/* --- for layers ------------------------------------------------------------------------------------ */

/* Runs the layers further in, then the handler. */
void kit_next(struct kit_request *request);

/* After kit_next: what will be sent. The size is that of the body in bytes, 0 for HEAD. */
int kit_reply_status(const struct kit_request *request);
size_t kit_reply_size(struct kit_request *request);

/* Zeroed memory that the kit frees with the request. Never NULL: without memory the process is ended. */
void *kit_alloc(struct kit_request *request, size_t size);

/* One pointer for your own use, so that a layer can hand something on to the handlers. NULL at first. */
void kit_attach(struct kit_request *request, void *pointer);
void *kit_attached(const struct kit_request *request);
