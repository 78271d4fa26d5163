/* $lt $le $gt $ge: numbers by value and without rounding. A text is never taken for a number: what arrives as
 * text is read first, {"$as": {"number": {"$ge": 1}}}. */
#include "checker/base/memory.h"
#include "checker/pattern/match.h"
#include "checker/pattern/template.h"

static bool compare(struct match *match, const cJSON *bound, const cJSON *value, int low, int high,
                    const char *phrase) {
    if (cJSON_IsNumber(value) && cJSON_IsNumber(bound)) {
        int order = json_compare_numbers(value, bound);
        if (order >= low && order <= high)
            return true;
    }
    if (!match->mismatch)
        return false;
    SCOPE_FREE char *shown = json_print(bound);
    return match_miss(match, value, "a number %s %s", phrase, shown);
}

static bool below(struct match *match, const cJSON *argument, const cJSON *value) {
    return compare(match, argument, value, -1, -1, "below");
}

static bool at_most(struct match *match, const cJSON *argument, const cJSON *value) {
    return compare(match, argument, value, -1, 0, "of at most");
}

static bool above(struct match *match, const cJSON *argument, const cJSON *value) {
    return compare(match, argument, value, 1, 1, "above");
}

static bool at_least(struct match *match, const cJSON *argument, const cJSON *value) {
    return compare(match, argument, value, 0, 1, "of at least");
}

static bool check(const cJSON *argument, struct error *error) {
    if (cJSON_IsNumber(argument) || template_open(argument))
        return true;
    return fail_here(error, "%s compares with a number, not with %s", argument->string,
                     json_type_name(argument));
}

const struct predicate predicate_lt = {
    .name = "$lt",
    .takes = "a number",
    .about = "A number below this one.",
    .example = "{\"$lt\": 500} | 499.9 | 500",
    .literal = true,
    .holds = below,
    .check = check,
};
const struct predicate predicate_le = {
    .name = "$le",
    .takes = "a number",
    .about = "A number of at most this.",
    .example = "{\"$le\": 9007199254740992} | 9007199254740992 | 9007199254740993",
    .literal = true,
    .holds = at_most,
    .check = check,
};
const struct predicate predicate_gt = {
    .name = "$gt",
    .takes = "a number",
    .about = "A number above this one.",
    .example = "{\"$gt\": 0} | 1 | 0",
    .literal = true,
    .holds = above,
    .check = check,
};
const struct predicate predicate_ge = {
    .name = "$ge",
    .takes = "a number",
    .about = "A number of at least this.",
    .example = "{\"$ge\": 1} | 1 | \"1\"",
    .literal = true,
    .holds = at_least,
    .check = check,
};
