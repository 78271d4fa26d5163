/* What a value must look like, and where the values of a check come from.
 *
 * A check file holds no expressions and no branches. What it can say is closed in three tables, each row with
 * its documentation and an example, from which `backend-learn-probe --describe` and the editor's JSON Schema
 * are made:
 *
 *   predicates   {"$ge": 1}, {"$unordered": […]}: what a value must look like
 *   functions    ${range|fizzbuzz}, {"$as": {"number": …}}: pure, JSON to JSON
 *   generators   "$word", {"$int": [1, 9]}: fresh data from the run's seed
 *
 * A pattern is the expected shape. Keys that begin with $ are predicates on the value itself, other keys are
 * its members, all must hold, members that are not named are free; a list is exact and in order. The member
 * "$x" is written "$$x"; names that are all indexes, {"0": "1", "99": "Buzz"}, fit the elements of a list
 * too. A template ${name.member.0|function} is filled in first; a string that is one placeholder keeps the
 * value's type, and a list or object filled into a pattern is compared whole ({"$eq": …}), never read as
 * predicates, so that a learner's "$type" member is harmless. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/json.h"

#include <stdint.h>

/* --- matching ------------------------------------------------------------------------------------------- */

/* Why a value did not fit: the first difference, at the branch that came furthest. Texts are malloc'd. */
struct mismatch {
    char *at;       /* JSON Pointer into the value, "" for the whole; goes on into what $as made of it */
    char *expected; /* for a person: JSON ("\"Fizz\"", 3) or a phrase (a text that matches ^GET) */
    char *came;     /* the value there as JSON, or "nothing", "nothing: the list ends after 99" */
    long mark; /* where expected and came first differ, in code points of came; -1 if they are not alike */
    int depth; /* how deep the comparison had come */
};
void mismatch_free(struct mismatch *mismatch);

/* Judges value (NULL: nothing there) by a filled-in pattern. On failure fills ret_mismatch (may be NULL; it
 * is overwritten, not freed). Notes of {"$warn": "…"} in branches that fitted are appended to warnings, an
 * array of strings (may be NULL). The pattern must have passed pattern_check. */
bool pattern_match(const cJSON *pattern, const cJSON *value, struct mismatch *ret_mismatch, cJSON *warnings);

/* Static test of a pattern as the loader needs it: unknown predicates, arguments of the wrong kind, regular
 * expressions that do not compile, templates that are not well-formed. The error's text begins with a JSON
 * Pointer into the pattern and a space. */
bool pattern_check(const cJSON *pattern, struct error *error);

/* --- templates ------------------------------------------------------------------------------------------ */

/* Fills the ${…} in a value from variables (an object). With as_pattern, filled-in lists and objects become
 * {"$eq": …}, except directly under "$eq" and other literal predicates. Returns a new value, or NULL with the
 * error naming the placeholder. "$${" is a literal "${". */
cJSON *template_fill(const cJSON *value, const cJSON *variables, bool as_pattern, struct error *error);

/* Static test: every placeholder is closed and names known functions. For each variable it names (the first
 * part, before any dot), visit (may be NULL) is called. The error's text begins as that of pattern_check. */
bool template_check(const cJSON *value, void (*visit)(void *context, const char *name), void *context,
                    struct error *error);

/* --- functions ------------------------------------------------------------------------------------------ */

struct function {
    const char *name, *takes, *gives, *about, *example; /* example: "JSON -> JSON", run by the unit tests */
    cJSON *(*call)(const cJSON *argument);              /* NULL: refused */
};
extern const struct function *const functions[]; /* NULL at the end */
const struct function *function_find(const char *name);

/* --- generators ----------------------------------------------------------------------------------------- */

struct random; /* a stream of its own for each datum, from hash(seed, path) */
uint64_t random_next(struct random *random);
int64_t random_between(struct random *random, int64_t low, int64_t high); /* both included, without bias */

struct generator {
    const char *name, *takes, *gives, *about, *example; /* example: "spec -> a pattern it fits", run too */
    /* options: the whole spec, the text "$name" or the object; path: for drawing parts of its own. */
    cJSON *(*draw)(const cJSON *options, uint64_t seed, const char *path, struct error *error);
    bool (*check)(const cJSON *options, struct error *error); /* static test */
};
extern const struct generator *const generators[]; /* NULL at the end */

/* Draws a datum: {"$int": [1, 9]}, "$word", or lists and objects of such; other values stay as they are. A
 * datum depends on the seed and its path alone, so one check run alone gets what it got in the full run. */
cJSON *generate(const cJSON *spec, uint64_t seed, const char *path, struct error *error);
/* Static test. The error's text begins as that of pattern_check. */
bool generate_check(const cJSON *spec, struct error *error);
struct random *random_open(uint64_t seed, const char *path);
void random_close(struct random *random);

/* --- predicates ----------------------------------------------------------------------------------------- */

struct match; /* where the matcher is: see match.c */
struct predicate {
    const char *name, *takes, *about, *example; /* example: "pattern | fits | does not fit", run too */
    bool literal;                               /* the argument is a value, not a pattern */
    bool (*holds)(struct match *match, const cJSON *argument, const cJSON *value);
    /* Static test. NULL: the argument is a pattern or, where it is literal, any value. */
    bool (*check)(const cJSON *argument, struct error *error);
};
extern const struct predicate *const predicates[]; /* NULL at the end */
