/* The tables of the pattern language are its documentation: every row is complete and its example is true. */
#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

static bool filled(const char *text) {
    return text && *text;
}

/* The part of an example before the separator; moves *rest behind it. "nothing" is no value. */
static cJSON *part(const char **rest, const char *separator, bool *ret_nothing) {
    const char *end = separator ? strstr(*rest, separator) : NULL;
    size_t length = end ? (size_t)(end - *rest) : strlen(*rest);
    *ret_nothing = length == 7 && strncmp(*rest, "nothing", 7) == 0;
    cJSON *value = *ret_nothing ? NULL : json_parse(*rest, length, NULL);
    cr_assert(*ret_nothing || value, "not JSON: %.*s", (int)length, *rest);
    *rest = end ? end + strlen(separator) : "";
    return value;
}

static void is_name(const char *name, bool dollar) {
    cr_assert(filled(name));
    cr_assert_eq(*name == '$', dollar, "%s", name);
    for (const char *c = name + dollar; *c; c++)
        cr_assert(isalpha((unsigned char)*c), "%s", name);
}

static void is_sentence(const char *name, const char *about) {
    cr_assert(filled(about), "%s says nothing about itself", name);
    cr_assert_eq(about[strlen(about) - 1], '.', "%s: %s", name, about);
}

Test(tables, predicates_do_what_their_example_says) {
    size_t count = 0;
    for (; predicates[count]; count++) {
        const struct predicate *predicate = predicates[count];
        is_name(predicate->name, true);
        is_sentence(predicate->name, predicate->about);
        cr_assert(filled(predicate->takes) && filled(predicate->example) && predicate->holds, "%s",
                  predicate->name);
        cr_assert_not_null(strstr(predicate->example, predicate->name));
        const char *rest = predicate->example;
        bool nothing;
        SCOPE_JSON cJSON *pattern = part(&rest, " | ", &nothing);
        SCOPE_JSON cJSON *fits = part(&rest, " | ", &nothing);
        SCOPE_JSON cJSON *fits_not = part(&rest, NULL, &nothing);
        struct error error = {0};
        cr_assert(pattern_check(pattern, &error), "%s: %s", predicate->name, error.text);
        cr_assert(pattern_match(pattern, fits, NULL, NULL), "%s", predicate->example);
        struct mismatch mismatch;
        cr_assert_not(pattern_match(pattern, fits_not, &mismatch, NULL), "%s", predicate->example);
        cr_assert(mismatch.at && filled(mismatch.expected) && filled(mismatch.came), "%s", predicate->name);
        mismatch_free(&mismatch);
    }
    cr_assert_eq(count, 20);
}

Test(tables, functions_do_what_their_example_says) {
    for (size_t i = 0; functions[i]; i++) {
        const struct function *function = functions[i];
        is_name(function->name, false);
        is_sentence(function->name, function->about);
        cr_assert(filled(function->takes) && filled(function->gives) && filled(function->example), "%s",
                  function->name);
        cr_assert_eq(function_find(function->name), function, "two functions are called %s", function->name);
        const char *rest = function->example;
        bool nothing;
        SCOPE_JSON cJSON *argument = part(&rest, " -> ", &nothing);
        SCOPE_JSON cJSON *wanted = part(&rest, NULL, &nothing);
        SCOPE_JSON cJSON *result = function->call(argument);
        SCOPE_FREE char *printed = json_print(result);
        cr_assert(result && json_equal(result, wanted), "%s gave %s", function->example, printed);
    }
}

Test(tables, generators_do_what_their_example_says) {
    for (size_t i = 0; generators[i]; i++) {
        const struct generator *generator = generators[i];
        is_name(generator->name, true);
        is_sentence(generator->name, generator->about);
        cr_assert(filled(generator->takes) && filled(generator->gives) && filled(generator->example), "%s",
                  generator->name);
        cr_assert(generator->draw && generator->check);
        cr_assert_not_null(strstr(generator->example, generator->name));
        const char *rest = generator->example;
        bool nothing;
        SCOPE_JSON cJSON *spec = part(&rest, " -> ", &nothing);
        SCOPE_JSON cJSON *pattern = part(&rest, NULL, &nothing);
        struct error error = {0};
        cr_assert(generate_check(spec, &error), "%s: %s", generator->name, error.text);
        cr_assert(pattern_check(pattern, &error), "%s: %s", generator->name, error.text);
        for (uint64_t seed = 0; seed < 200; seed++) {
            SCOPE_JSON cJSON *drawn = generate(spec, seed, "/data/x", &error);
            cr_assert(drawn, "%s: %s", generator->name, error.text);
            SCOPE_FREE char *printed = json_print(drawn);
            cr_assert(pattern_match(pattern, drawn, NULL, NULL), "%s gave %s", generator->example, printed);
        }
    }
}

Test(tables, functions_refuse_whatever_they_do_not_take) {
    static const char *const values[] = {"null",
                                         "true",
                                         "0",
                                         "-1e400",
                                         "\"\"",
                                         "\"\\u0000x\"",
                                         "[]",
                                         "{}",
                                         "[[null]]",
                                         "{\"from\":\"a\"}",
                                         "99999999999999999999999999"};
    for (size_t i = 0; functions[i]; i++)
        for (size_t j = 0; j < LENGTH_OF(values); j++) {
            SCOPE_JSON cJSON *value = json_parse(values[j], strlen(values[j]), NULL);
            /* Whatever it says, the sanitizers say nothing. */
            cJSON_Delete(functions[i]->call(value));
            SCOPE_FREE char *before = json_print(value);
            cr_assert_str_eq(before, values[j]);
        }
}
