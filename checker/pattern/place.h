/* Where a static test found something wrong: an error whose text is a JSON Pointer, a space and a sentence.
 * The one that finds it knows only the last part of the pointer; each caller on the way up adds its own in
 * front. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/json.h"

/* Fails at the value that is being tested itself: the pointer is empty. Always returns false. */
bool fail_here(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Fails at one member or element of it. */
bool fail_at(struct error *error, const char *token, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* Passes ok on; if it is false, puts the token in front of the error's pointer. */
bool placed(bool ok, struct error *error, const char *token);
bool placed_at(bool ok, struct error *error, size_t index);

/* " did you mean X?" or nothing, for a name that is not among the candidates (NULL at the end). */
void suggest(char *out, size_t size, const char *name, const char *const *candidates);
