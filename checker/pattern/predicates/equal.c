/* $eq: the value itself, nothing free. It is what a filled-in list or object becomes, so what a learner sent
 * is compared and never read as predicates. */
#include "checker/pattern/match.h"

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    return match_literal(match, argument, value);
}

const struct predicate predicate_eq = {
    .name = "$eq",
    .takes = "any value",
    .about = "Exactly this value: every member, and no other. Numbers are equal by value, 1 and 1.0.",
    .example = "{\"$eq\": {\"a\": 1}} | {\"a\": 1.0} | {\"a\": 1, \"b\": 2}",
    .literal = true,
    .holds = holds,
};
