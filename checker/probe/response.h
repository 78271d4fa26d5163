/* Answers of an HTTP/1.x server, read from the bytes of one connection as RFC 9112 writes them, and no more
 * kindly.
 *
 * libcurl (http.h) forgives: LF for CR LF, a space before a colon, two equal lengths. A learner who writes
 * HTTP by hand should hear of that, so this reader is strict and says in one sentence what is wrong and in
 * which line. It takes bytes as they come, in pieces of any size, and finds the same in them however they
 * were cut.
 *
 * Ceilings, because the bytes are a stranger's: 64 KiB and 100 fields a head; 8 MiB of bodies, 16 MiB in
 * all and 1,000 answers a connection; 1 KiB for the line of a chunk's size and 16 KiB for all extensions
 * of chunks. */
#pragma once
#include "checker/base/json.h"

struct response_reader;
struct response_reader *response_reader_new(void);
void response_reader_free(struct response_reader *reader); /* NULL is fine */

/* Tells what was sent, before anything is fed: the answer to a HEAD has no body. */
void response_reader_sent(struct response_reader *reader, const char *bytes, size_t length);

/* Takes bytes as they came. False once something is wrong; the rest is then not looked at. */
bool response_reader_feed(struct response_reader *reader, const char *bytes, size_t length);

enum response_end {
    RESPONSE_CLOSED, /* the server closed the connection */
    RESPONSE_CUT,    /* it was reset */
    RESPONSE_LATE,   /* our deadline passed */
};
/* Nothing comes any more: an answer that ends with the connection is whole now, another that has begun is
 * a problem. seconds: how long it was waited, for the sentence. */
bool response_reader_end(struct response_reader *reader, enum response_end how, double seconds);

size_t response_reader_count(const struct response_reader *reader);        /* whole answers so far */
const char *response_reader_problem(const struct response_reader *reader); /* a sentence, or NULL */

/* The whole answers, a list of objects: status, version ("1.1"), headers, cookies, text, size, body or
 * not_json (as kind http gives them); framing ("length", "chunked", "close", "none"); interim (the 1xx
 * before it) and trailers if there were any. The caller's. */
cJSON *response_reader_take(struct response_reader *reader);

/* --- what kind http gives as well
 * --------------------------------------------------------------------------- */

/* Keeps a header: name in lower case, white space around the value dropped, a repeated one joined by ", ",
 * and the values of Set-Cookie each in cookies, too. */
void response_keep_field(cJSON *headers, cJSON *cookies, const char *name, size_t name_length,
                         const char *value, size_t value_length);
/* Adds the members that say what the body is: text, size, and body (its JSON) or not_json (why it is
 * none). */
void response_body_members(cJSON *result, const char *bytes, size_t length);
