/* What a predicate has to work with. A predicate answers whether the value fits and, if not, calls one of the
 * match_miss functions just before it returns false; a failure passes upwards unchanged, so the first
 * difference is the one that is told. */
#pragma once
#include "checker/pattern/pattern.h"
#include "checker/pattern/place.h"

#include <stdarg.h>

/* Where in the value the matcher is: a chain of stack frames, made text only when there is something to say.
 */
struct level {
    const struct level *up;
    const char *name; /* NULL: an element */
    size_t index;
};

struct match {
    const struct level *level; /* NULL: the whole value */
    int depth;
    long held;                 /* literals and predicates that held so far: who came furthest */
    struct mismatch *mismatch; /* NULL: nobody asks why */
    cJSON *warnings;           /* NULL: nobody listens */
};

bool match_value(struct match *match, const cJSON *pattern, const cJSON *value);
/* As {"$eq": expected}: no predicates, no free members. */
bool match_literal(struct match *match, const cJSON *expected, const cJSON *value);
bool match_element(struct match *match, size_t index, const cJSON *pattern, bool literal, const cJSON *value);
bool match_member(struct match *match, const char *name, const cJSON *pattern, bool literal,
                  const cJSON *value);

/* Tries one of several ways: warnings are kept only if it fits; the reason, if asked for, goes to ret_why
 * (only when it does not fit). ret_held (may be NULL): how much held. */
bool match_try(struct match *match, const cJSON *pattern, bool literal, const cJSON *value,
               struct mismatch *ret_why, long *ret_held);

/* Each says what was expected and returns false. The value is shown as what came, unless match_came follows.
 */
bool match_miss(struct match *match, const cJSON *value, const char *expected, ...)
    __attribute__((format(printf, 3, 4)));
bool match_miss_literal(struct match *match, const cJSON *expected, const cJSON *value);
bool match_miss_element(struct match *match, size_t index, const cJSON *value, const char *expected, ...)
    __attribute__((format(printf, 4, 5)));
bool match_came(struct match *match, const char *came, ...) __attribute__((format(printf, 2, 3)));
/* The list has `count` elements and pattern wants another one. */
bool match_ended(struct match *match, size_t count, const cJSON *pattern, bool literal);
/* Takes a mismatch over as this one's. */
bool match_miss_as(struct match *match, struct mismatch *why);

/* The alternatives or elements of $oneOf and $unordered. A list that a template filled in stands there as
 * {"$eq": […]}: its elements are literal. */
const cJSON *match_choices(const cJSON *argument, bool *ret_literal);

const struct predicate *predicate_find(const char *name);
/* As suggest(), out of the tables. */
void predicate_suggest(char *out, size_t size, const char *name);
void function_suggest(char *out, size_t size, const char *name);
/* Whether a member of a pattern is a predicate, and if it is not, which member of the value it means. */
static inline bool is_predicate(const char *key) {
    return key[0] == '$' && key[1] != '$';
}
static inline const char *member_name(const char *key) {
    return key + (key[0] == '$');
}
