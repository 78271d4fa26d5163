/* HTTP as the checker speaks it: libcurl for what any client would do, with a ceiling on everything a server can
 * send, and the exchange kept as it went over the wire.
 *
 * Ceilings, so that a hostile or broken answer costs a known amount and is explained: 64 KiB and 100 fields of
 * headers, 8 MiB of body, a deadline for the whole exchange. Every request has a connection of its own and closes
 * it: a right server that serves one client at a time must not wait for a connection that we keep idle. */
#pragma once
#include "checker/probe/kind.h"
#include "checker/probe/scene.h"

#include <curl/curl.h>

struct exchange {
    CURL *easy;
    struct curl_slist *headers;
    char *method, *url;
    struct text request_body;
    struct text curl_line; /* the request as a line that can be pasted into a shell */
    struct text out, in;   /* over the wire: the request's bytes; the answer's head and body as they came */
    struct text body;      /* the answer's body, decoded */
    cJSON *fields;         /* lower-case name -> value; repeated ones joined by ", " */
    cJSON *cookies;        /* the Set-Cookie values, in order */
    size_t field_count, head_size;
    bool bare_newline; /* a header line ended with LF alone */
    bool answered;     /* a status line came */
    const char *limit; /* which ceiling was hit, as a sentence's end */
    char problem[CURL_ERROR_SIZE];
    CURLcode code;
    double begin, first_byte, end; /* clock_now() */
    double seconds;
    int socket; /* for bursts */
};

/* Prepares a request from a filled-in step ("http", "json", "body", "form", "headers", "from", "port", "seconds"). */
bool exchange_prepare(struct scene *scene, const cJSON *step, struct exchange *ret_exchange,
                      struct error *error);
/* Sends it and waits for the answer. */
void exchange_perform(struct exchange *exchange);
/* Several at the same instant: all connected and written into corked sockets, then released in one sweep, so that a
 * race in the server is really run. At most 50, below every usual listen backlog. */
bool exchanges_burst(struct exchange *exchanges, size_t count, struct error *error);
/* In the background: begun now, gone on with whenever the scene is pumped. The exchange must not move. */
bool exchange_begin(struct scene *scene, struct exchange *exchange, struct error *error);
bool exchange_wait(struct scene *scene, struct exchange *exchange, struct error *error);
void exchange_abandon(struct scene *scene, struct exchange *exchange);
void http_pump(struct scene *scene);
void http_close(struct scene *scene);

/* The result of a kind: status, headers, cookies, body, text, ms…; see kinds/http.c. */
cJSON *exchange_result(const struct exchange *exchange);
/* A sentence if there was no whole answer, else NULL. The caller frees it. */
char *exchange_problem(const struct exchange *exchange);
void exchange_free(struct exchange *exchange);
