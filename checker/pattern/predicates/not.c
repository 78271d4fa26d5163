/* $not: anything else. */
#include "checker/base/memory.h"
#include "checker/pattern/display.h"
#include "checker/pattern/match.h"

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    struct match inside = *match;
    inside.mismatch = NULL;
    inside.warnings = NULL;
    if (!match_value(&inside, argument, value))
        return true;
    if (!match->mismatch)
        return false;
    SCOPE_FREE char *shown = display(argument);
    return match_miss(match, value, "anything but %s", shown);
}

const struct predicate predicate_anything_but = {
    .name = "$not",
    .takes = "a pattern",
    .about = "Whatever does not fit the pattern; also nothing at all.",
    .example = "{\"$not\": {\"$contains\": \"secret\"}} | \"open\" | \"a secret\"",
    .holds = holds,
};
