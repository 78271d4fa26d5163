/* JSON, read strictly (RFC 8259) into cJSON nodes.
 *
 * cJSON's own parser accepts 01, 1., raw newlines in strings, invalid UTF-8, duplicate keys and text after
 * the value, and rounds 64-bit numbers. A checker must not: it would pass broken answers and reject right
 * ones. So the reader here is our own, and differs from the library's nodes in two ways:
 *
 *   - a number keeps the text it was written as, in valuestring (beside valuedouble), and is compared and
 *     printed by that text: 9007199254740993 stays what it is;
 *   - U+0000 in a string is kept as the two bytes C0 80, and printed as \u0000 again.
 *
 * Members are looked up with json_get(), never with cJSON_GetObjectItem (which ignores case). */
#pragma once
#include "checker/base/error.h"

#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_DEPTH = 64 }; /* how deep arrays and objects may nest */

struct json_fault {
    char what[160];              /* "a raw newline in a string" */
    char remedy[120];            /* "write \n", or empty */
    size_t offset, line, column; /* line and column from 1; column in code points */
};

/* Reads one JSON text. Returns NULL and fills fault (may be NULL) if it is not one. */
cJSON *json_parse(const char *text, size_t length, struct json_fault *fault);

/* The same for a file of ours or the learner's: the error says "NAME:LINE:COLUMN: what; remedy". */
cJSON *json_read(const char *name, const char *text, size_t length, struct error *error);
cJSON *json_read_file(const char *path, struct error *error);

/* Where in a JSON text the value at a pointer begins (key: its member name); false if it is not there. */
bool json_place(const char *text, size_t length, const char *pointer, size_t *ret_line, size_t *ret_column);

/* Compact text, members in order; the caller frees it. */
char *json_print(const cJSON *value);
/* Indented by two spaces, for files that people read. */
char *json_print_pretty(const cJSON *value);

/* RFC 6901. NULL if nothing is there. json_pointer_add appends "/token", escaped, to a new string. */
cJSON *json_at(const cJSON *value, const char *pointer);
char *json_pointer_add(const char *pointer, const char *token);

cJSON *json_get(const cJSON *object, const char *key);       /* NULL-safe, case-sensitive */
const char *json_text(const cJSON *object, const char *key); /* NULL unless a string */
double json_number(const cJSON *object, const char *key, double otherwise);
bool json_true(const cJSON *object, const char *key);
bool json_integer_value(const cJSON *number, int64_t *ret_value); /* exact, else false */

cJSON *json_integer(int64_t value);                   /* a number node that keeps all its digits */
cJSON *json_string(const char *bytes, size_t length); /* invalid UTF-8 becomes U+FFFD, NUL becomes C0 80 */
void json_set(cJSON *object, const char *key, cJSON *value); /* takes value; replaces an older one */
void json_set_text(cJSON *object, const char *key, const char *value);
void json_set_integer(cJSON *object, const char *key, int64_t value);
void json_set_bool(cJSON *object, const char *key, bool value);

/* Numbers by value and without rounding: -1, 0, 1. */
int json_compare_numbers(const cJSON *a, const cJSON *b);
/* Deep equality; the order of members is free, that of elements is not. */
bool json_equal(const cJSON *a, const cJSON *b);
/* "object", "array", "string", "integer", "number", "true or false", "null"; "nothing" for NULL. */
const char *json_type_name(const cJSON *value);
/* A string as it is, anything else as JSON; the caller frees it. */
char *json_as_text(const cJSON *value);
