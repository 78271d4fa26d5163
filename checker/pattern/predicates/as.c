/* $as: reads the value by a function first and judges what that makes of it. A difference inside is told with
 * the pointer going on into what the function made: "/stdout/3" is line 4 of {"stdout": {"$as": {"lines":
 * …}}}. */
#include "checker/base/memory.h"
#include "checker/pattern/match.h"
#include "checker/pattern/template.h"

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    for (const cJSON *entry = argument->child; entry; entry = entry->next) {
        const struct function *function = function_find(entry->string);
        SCOPE_JSON cJSON *made = function && value ? function->call(value) : NULL;
        if (!made)
            return match_miss(match, value, "%s", function ? function->takes : "a function that is known");
        if (!match_value(match, entry, made))
            return false;
    }
    return true;
}

static bool check(const cJSON *argument, struct error *error) {
    if (!cJSON_IsObject(argument) || !argument->child)
        return fail_here(error,
                         "$as takes an object of functions and patterns, as {\"number\": {\"$ge\": 1}}");
    for (const cJSON *entry = argument->child; entry; entry = entry->next) {
        if (!function_find(entry->string)) {
            char meant[80];
            function_suggest(meant, sizeof meant, entry->string);
            return fail_at(error, entry->string, "no function is called \"%s\"%s", entry->string, meant);
        }
        if (!placed(pattern_check(entry, error), error, entry->string))
            return false;
    }
    return true;
}

const struct predicate predicate_as = {
    .name = "$as",
    .takes = "an object: function name to pattern",
    .about = "A value that the function takes, and whose result fits the pattern. Of several, each reads the "
             "value "
             "itself.",
    .example = "{\"$as\": {\"number\": {\"$ge\": 1}}} | \"12\" | \"12x\"",
    .holds = holds,
    .check = check,
};
