/* $length: how many characters (code points), elements or members. A list of the wrong length is shown where
 * it ends or goes on, since that is where to look. */
#include "checker/base/memory.h"
#include "checker/pattern/display.h"
#include "checker/pattern/match.h"
#include "checker/pattern/template.h"

#include <string.h>

static bool length_of(const cJSON *value, int64_t *ret_length) {
    int64_t length = 0;
    if (cJSON_IsString(value)) {
        for (const char *c = value->valuestring; *c; c++)
            length += ((unsigned char)*c & 0xc0) != 0x80;
    } else if (cJSON_IsArray(value) || cJSON_IsObject(value)) {
        for (const cJSON *child = value->child; child; child = child->next)
            length++;
    } else {
        return false;
    }
    *ret_length = length;
    return true;
}

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    int64_t length, wanted;
    if (!length_of(value, &length))
        return match_miss(match, value, "a text, a list or an object");
    SCOPE_JSON cJSON *count = json_integer(length);
    struct mismatch why = {.mark = -1};
    if (match_try(match, argument, false, count, match->mismatch ? &why : NULL, NULL))
        return true;
    if (!match->mismatch)
        return false;
    if (cJSON_IsArray(value) && json_integer_value(argument, &wanted) && wanted >= 0) {
        mismatch_free(&why);
        if (length > wanted) {
            const cJSON *extra = cJSON_GetArrayItem(value, (int)wanted);
            return match_miss_element(match, (size_t)wanted, extra, "nothing more than %lld",
                                      (long long)wanted);
        }
        match_miss_element(match, (size_t)length, NULL, "one more, %lld in all", (long long)wanted);
        return length ? match_came(match, "nothing: the list ends after %lld", (long long)length)
                      : match_came(match, "nothing: the list is empty");
    }
    const char *unit = cJSON_IsString(value) ? "character" : cJSON_IsArray(value) ? "element" : "member";
    SCOPE_FREE char *shown = display(value);
    match_miss(match, value, "a length of %s", why.expected);
    mismatch_free(&why);
    return match_came(match, "%s (%lld %s%s)", shown, (long long)length, unit, length == 1 ? "" : "s");
}

static bool check(const cJSON *argument, struct error *error) {
    int64_t length;
    if (cJSON_IsObject(argument) || template_open(argument))
        return pattern_check(argument, error);
    if (json_integer_value(argument, &length) && length >= 0)
        return true;
    return fail_here(error, "$length takes a number of 0 or more, or a pattern for the length");
}

const struct predicate predicate_length = {
    .name = "$length",
    .takes = "a number, or a pattern for it",
    .about = "A text of so many characters (code points), a list of so many elements, an object of so many "
             "members.",
    .example = "{\"$length\": {\"$ge\": 2}} | \"Zoë\" | [1]",
    .holds = holds,
    .check = check,
};
