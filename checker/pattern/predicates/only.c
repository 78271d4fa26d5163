/* $only: closes an object that would otherwise be open. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/match.h"
#include "checker/pattern/template.h"

#include <string.h>

/* The first of the members among which one stands. */
static const cJSON *first_sibling(const cJSON *member) {
    while (member->prev && member->prev->next)
        member = member->prev;
    return member;
}

static bool allowed(const cJSON *argument, const char *name) {
    if (cJSON_IsArray(argument)) {
        for (const cJSON *one = argument->child; one; one = one->next)
            if (cJSON_IsString(one) && strcmp(one->valuestring, name) == 0)
                return true;
        return false;
    }
    for (const cJSON *sibling = first_sibling(argument); sibling; sibling = sibling->next)
        if (!is_predicate(sibling->string) && strcmp(member_name(sibling->string), name) == 0)
            return true;
    return false;
}

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    if (!cJSON_IsObject(value))
        return match_miss(match, value, "an object");
    for (const cJSON *member = value->child; member; member = member->next) {
        if (allowed(argument, member->string))
            continue;
        struct level level = {.up = match->level, .name = member->string};
        struct match below = *match;
        below.level = &level;
        below.depth++;
        return match_miss(&below, member, "no such member");
    }
    return true;
}

static bool check(const cJSON *argument, struct error *error) {
    if (cJSON_IsTrue(argument) || template_open(argument))
        return true;
    if (!cJSON_IsArray(argument))
        return fail_here(error, "$only takes true or a list of member names");
    size_t index = 0;
    for (const cJSON *name = argument->child; name; name = name->next, index++)
        if (!cJSON_IsString(name))
            return placed_at(fail_here(error, "a member name is a text"), error, index);
    return true;
}

const struct predicate predicate_only = {
    .name = "$only",
    .takes = "true, or a list of member names",
    .about = "An object with no other members than those: with true, than the ones that stand beside $only.",
    .example = "{\"id\": 1, \"$only\": true} | {\"id\": 1} | {\"id\": 1, \"password\": \"x\"}",
    .literal = true,
    .holds = holds,
    .check = check,
};
