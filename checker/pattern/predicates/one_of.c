/* $oneOf: the first of several patterns that fits. If none does, the learner is told about the one that came
 * furthest, for that is most likely the one they meant; if none came further than the value itself, about
 * all. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/match.h"

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    bool literal;
    const cJSON *choices = match_choices(argument, &literal);
    struct mismatch furthest = {.mark = -1};
    SCOPE_TEXT struct text all = {.ceiling = 4000};
    long most = -1;
    size_t count = 0;
    for (const cJSON *choice = choices->child; choice; choice = choice->next, count++) {
        struct mismatch why = {.mark = -1};
        long held;
        if (match_try(match, choice, literal, value, match->mismatch ? &why : NULL, &held)) {
            mismatch_free(&furthest);
            return true;
        }
        if (!match->mismatch)
            continue;
        text_printf(&all, "%s%s", count == 0 ? "" : choice->next ? ", " : " or ", why.expected);
        bool further =
            !furthest.at || why.depth > furthest.depth || (why.depth == furthest.depth && held > most);
        if (further) {
            mismatch_free(&furthest);
            furthest = why;
            most = held;
        } else {
            mismatch_free(&why);
        }
    }
    if (!match->mismatch)
        return false;
    if (furthest.at && (count == 1 || furthest.depth > match->depth))
        return match_miss_as(match, &furthest);
    mismatch_free(&furthest);
    return match_miss(match, value, "%s", all.bytes ? all.bytes : "one of none");
}

static bool check(const cJSON *argument, struct error *error) {
    bool literal;
    const cJSON *choices = match_choices(argument, &literal);
    if (cJSON_IsString(choices))
        return pattern_check(choices, error);
    if (!cJSON_IsArray(choices) || !choices->child)
        return fail_here(error, "$oneOf takes a list of patterns, at least one");
    return literal || pattern_check(argument, error);
}

const struct predicate predicate_one_of = {
    .name = "$oneOf",
    .takes = "a list of patterns",
    .about =
        "A value that fits one of these; the first that does counts. With $warn in one of them it is the way "
        "to accept something with a note.",
    .example = "{\"$oneOf\": [200, {\"$ge\": 500, \"$lt\": 600}]} | 503 | 404",
    .holds = holds,
    .check = check,
};
