/* Texts of a check file as bytes for a learner's program, and bytes as a line for a person's shell. */
#pragma once
#include "checker/base/json.h"
#include "checker/base/text.h"

/* Adds the bytes that a text means: UTF-8 as it is, or, with one_each, one byte for each code point up to U+00FF, so
 * that Latin-1 and sequences that are cut can be written. FAULT_INPUT names the first code point above. */
bool bytes_of_text(const char *text, bool one_each, struct text *ret_bytes, struct error *error);
/* The same for a member of a step, whose "encoding" decides; numbers and the like become text first. */
bool bytes_of_member(const cJSON *step, const char *key, struct text *ret_bytes, struct error *error);
/* The static test of "encoding". */
bool bytes_check_encoding(const cJSON *step, struct error *error);

/* Adds a printf(1) that writes exactly these bytes, such as printf 'Zoë\n'; what is very long is abbreviated. */
void bytes_add_printf(struct text *out, const char *bytes, size_t length);
