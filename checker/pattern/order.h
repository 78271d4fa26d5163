/* A total order of JSON values, under which equal values (1 and 1.0; members in any order) are neighbours.
 * Sorting by it finds duplicates and pairs equals in n log n, where comparing each with each would let a
 * learner's long list hold up the checker. */
#pragma once
#include "checker/base/json.h"

int json_order(const cJSON *a, const cJSON *b);
/* The children of a list or object as an array of pointers in their order; the caller frees it. */
const cJSON **json_children(const cJSON *parent, size_t *ret_count);
/* qsort comparisons of const cJSON * elements: by value, and by member name. */
int by_json_order(const void *a, const void *b);
int by_name(const void *a, const void *b);

/* Looks members up by name: directly in a small object, by binary search in a large one. */
struct lookup {
    const cJSON *object;
    const cJSON **sorted; /* NULL: small */
    size_t count;
};
struct lookup lookup_open(const cJSON *object);
const cJSON *lookup_get(const struct lookup *lookup, const char *name);
void lookup_close(struct lookup *lookup);
#define SCOPE_LOOKUP __attribute__((cleanup(lookup_close)))
