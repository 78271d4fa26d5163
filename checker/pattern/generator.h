/* What a generator has to work with. Its options are the whole spec: the text "$word", or the object whose
 * one member that begins with $ names the generator. */
#pragma once
#include "checker/pattern/pattern.h"
#include "checker/pattern/place.h"

static inline void scope_random(struct random **random) {
    random_close(*random);
}
#define SCOPE_RANDOM __attribute__((cleanup(scope_random)))

/* The generator a spec names, by the member that names it (NULL for a bare text); NULL if it names none. */
const char *generator_called(const cJSON *spec, const cJSON **ret_argument);
/* What stands behind the name; NULL for a bare text. */
const cJSON *generator_argument(const cJSON *spec);
const struct generator *generator_find(const char *name);
void generator_suggest(char *out, size_t size, const char *name); /* as suggest(), out of the table */

/* Static tests. The first: no members but the generator's own and the named ones (NULL at the end). */
bool options_known(const cJSON *spec, struct error *error, const char *const *names);
/* The spec is the bare text. */
bool options_none(const cJSON *spec, struct error *error);
/* [low, high], both integers of 64 bits, low <= high; or one number for both. */
bool bounds_check(const cJSON *bounds, int64_t lowest, int64_t highest, struct error *error);
bool bounds_read(const cJSON *bounds, int64_t *ret_low, int64_t *ret_high);

/* A part of a datum, drawn from a stream of its own. */
cJSON *draw_part(const cJSON *spec, uint64_t seed, const char *path, const char *token, struct error *error);
/* A made-up word of small letters, so long that two are hardly ever the same. */
void random_word(struct random *random, int syllables, char out[static 40]);
#define PICK(random, array) ((array)[random_between((random), 0, (int64_t)LENGTH_OF(array) - 1)])
