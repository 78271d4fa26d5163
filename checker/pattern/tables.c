/* The three tables that close the pattern language. To add a row: write its file in predicates/, functions/ or
 * generators/ (what is a model of a learner's program goes to checker/models/) and name it here. Documentation,
 * the editor's schema and the unit tests follow from the row. */
#include "checker/base/memory.h"
#include "checker/pattern/generator.h"
#include "checker/pattern/match.h"

#include <string.h>

/* clang-format off */
#define PREDICATES(row) \
    row(eq) \
    row(type) \
    row(lt) \
    row(le) \
    row(gt) \
    row(ge) \
    row(matches) \
    row(contains) \
    row(anything_but) \
    row(one_of) \
    row(length) \
    row(as) \
    row(only) \
    row(each) \
    row(unordered) \
    row(unique) \
    row(sorted) \
    row(pluck) \
    row(tally) \
    row(warn)
/* clang-format on */
#define DECLARE_PREDICATE(name) extern const struct predicate predicate_##name;
#define ROW_PREDICATE(name) &predicate_##name,
PREDICATES(DECLARE_PREDICATE)
const struct predicate *const predicates[] = {PREDICATES(ROW_PREDICATE) NULL};

const struct predicate *predicate_find(const char *name) {
    for (size_t i = 0; predicates[i]; i++)
        if (strcmp(predicates[i]->name, name) == 0)
            return predicates[i];
    return NULL;
}

void predicate_suggest(char *out, size_t size, const char *name) {
    const char *names[LENGTH_OF(predicates)];
    for (size_t i = 0; i < LENGTH_OF(predicates); i++)
        names[i] = predicates[i] ? predicates[i]->name : NULL;
    suggest(out, size, name, names);
}

/* clang-format off */
#define FUNCTIONS(row) \
    row(text) \
    row(json) \
    row(number) \
    row(numbers) \
    row(lines) \
    row(upper) \
    row(lower) \
    row(url) \
    row(regex) \
    row(length) \
    row(fizzbuzz) \
    row(wordcount) \
    row(share) \
    row(shop)
/* clang-format on */
#define DECLARE_FUNCTION(name) extern const struct function function_##name;
#define ROW_FUNCTION(name) &function_##name,
FUNCTIONS(DECLARE_FUNCTION)
const struct function *const functions[] = {FUNCTIONS(ROW_FUNCTION) NULL};

const struct function *function_find(const char *name) {
    for (size_t i = 0; functions[i]; i++)
        if (strcmp(functions[i]->name, name) == 0)
            return functions[i];
    return NULL;
}

void function_suggest(char *out, size_t size, const char *name) {
    const char *names[LENGTH_OF(functions)];
    for (size_t i = 0; i < LENGTH_OF(functions); i++)
        names[i] = functions[i] ? functions[i]->name : NULL;
    suggest(out, size, name, names);
}

/* clang-format off */
#define GENERATORS(row) \
    row(name) \
    row(email) \
    row(word) \
    row(hex) \
    row(uuid) \
    row(int) \
    row(range) \
    row(pick) \
    row(shuffle) \
    row(list) \
    row(join) \
    row(now) \
    row(fizzbuzz) \
    row(wordcount) \
    row(bill) \
    row(share) \
    row(shop)
/* clang-format on */
#define DECLARE_GENERATOR(name) extern const struct generator generator_##name;
#define ROW_GENERATOR(name) &generator_##name,
GENERATORS(DECLARE_GENERATOR)
const struct generator *const generators[] = {GENERATORS(ROW_GENERATOR) NULL};

const struct generator *generator_find(const char *name) {
    for (size_t i = 0; generators[i]; i++)
        if (strcmp(generators[i]->name, name) == 0)
            return generators[i];
    return NULL;
}

void generator_suggest(char *out, size_t size, const char *name) {
    const char *names[LENGTH_OF(generators)];
    for (size_t i = 0; i < LENGTH_OF(generators); i++)
        names[i] = generators[i] ? generators[i]->name : NULL;
    suggest(out, size, name, names);
}
