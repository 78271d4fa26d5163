/* The matcher walks the pattern, never the value alone: what a learner sends can be as deep and as long as it
 * likes, and costs only where the pattern looks.
 *
 * Difficult is not the yes or no, but which difference to tell. The rules: members and predicates are tried
 * in the order in which the check's author wrote them; lists are compared element by element before their
 * lengths, since "line 15 is wrong" says more than "99 lines"; of several ways ($oneOf) the one that came
 * furthest is told, first by how deep it came, then by how much had held before. */
#include "checker/pattern/match.h"

#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/display.h"
#include "checker/pattern/order.h"
#include "checker/pattern/template.h"

#include <string.h>

void mismatch_free(struct mismatch *mismatch) {
    if (!mismatch)
        return;
    free(mismatch->at);
    free(mismatch->expected);
    free(mismatch->came);
    *mismatch = (struct mismatch){.mark = -1};
}

/* --- telling what does not fit -------------------------------------------------------------------------- */

static void add_pointer(struct text *out, const struct level *level) {
    if (!level)
        return;
    add_pointer(out, level->up);
    if (level->name) {
        SCOPE_FREE char *token = json_pointer_add("", level->name);
        text_puts(out, token);
    } else {
        text_printf(out, "/%zu", level->index);
    }
}

/* Takes the two texts. */
static bool record(struct match *match, char *expected, char *came, long mark) {
    struct text at = {0};
    add_pointer(&at, match->level);
    mismatch_free(match->mismatch);
    *match->mismatch = (struct mismatch){
        .at = text_take(&at), .expected = expected, .came = came, .mark = mark, .depth = match->depth};
    return false;
}

__attribute__((format(printf, 1, 0))) static char *formatted(const char *format, va_list arguments) {
    char *text = NULL;
    return vasprintf(&text, format, arguments) < 0 ? xstrdup(format) : text;
}

bool match_miss(struct match *match, const cJSON *value, const char *expected, ...) {
    if (!match->mismatch)
        return false;
    va_list arguments;
    va_start(arguments, expected);
    char *text = formatted(expected, arguments);
    va_end(arguments);
    return record(match, text, display(value), -1);
}

bool match_miss_literal(struct match *match, const cJSON *expected, const cJSON *value) {
    if (!match->mismatch)
        return false;
    char *wanted, *came;
    long mark;
    display_pair(expected, value, &wanted, &came, &mark);
    return record(match, wanted, came, mark);
}

bool match_miss_element(struct match *match, size_t index, const cJSON *value, const char *expected, ...) {
    if (!match->mismatch)
        return false;
    struct level level = {.up = match->level, .index = index};
    struct match below = *match;
    below.level = &level;
    below.depth++;
    va_list arguments;
    va_start(arguments, expected);
    char *text = formatted(expected, arguments);
    va_end(arguments);
    return record(&below, text, display(value), -1);
}

bool match_came(struct match *match, const char *came, ...) {
    if (!match->mismatch)
        return false;
    va_list arguments;
    va_start(arguments, came);
    char *text = formatted(came, arguments);
    va_end(arguments);
    free(match->mismatch->came);
    match->mismatch->came = text;
    match->mismatch->mark = -1;
    return false;
}

bool match_miss_as(struct match *match, struct mismatch *why) {
    if (match->mismatch) {
        mismatch_free(match->mismatch);
        *match->mismatch = *why;
        *why = (struct mismatch){.mark = -1};
    } else {
        mismatch_free(why);
    }
    return false;
}

bool match_ended(struct match *match, size_t count, const cJSON *pattern, bool literal) {
    /* An element that may be absent is missing all the same: a list is exact. */
    if (match_element(match, count, pattern, literal, NULL)) {
        SCOPE_FREE char *shown = display(pattern);
        match_miss_element(match, count, NULL, "%s", shown);
    }
    if (count == 0)
        return match_came(match, "nothing: the list is empty");
    return match_came(match, "nothing: the list ends after %zu", count);
}

bool match_try(struct match *match, const cJSON *pattern, bool literal, const cJSON *value,
               struct mismatch *ret_why, long *ret_held) {
    SCOPE_JSON cJSON *notes = match->warnings ? cJSON_CreateArray() : NULL;
    struct mismatch why = {.mark = -1};
    struct match way = *match;
    way.mismatch = ret_why ? &why : NULL;
    way.warnings = notes;
    bool fits = literal ? match_literal(&way, pattern, value) : match_value(&way, pattern, value);
    if (ret_held)
        *ret_held = way.held - match->held;
    if (!fits) {
        if (ret_why)
            *ret_why = why;
        return false;
    }
    match->held = way.held;
    while (notes && notes->child)
        cJSON_AddItemToArray(match->warnings, cJSON_DetachItemViaPointer(notes, notes->child));
    return true;
}

const cJSON *match_choices(const cJSON *argument, bool *ret_literal) {
    const cJSON *filled = json_get(argument, "$eq");
    *ret_literal = filled != NULL;
    return filled ? filled : argument;
}

/* --- literals ------------------------------------------------------------------------------------------- */

bool match_element(struct match *match, size_t index, const cJSON *pattern, bool literal,
                   const cJSON *value) {
    struct level level = {.up = match->level, .index = index};
    match->level = &level;
    match->depth++;
    bool fits = literal ? match_literal(match, pattern, value) : match_value(match, pattern, value);
    match->level = level.up;
    match->depth--;
    return fits;
}

bool match_member(struct match *match, const char *name, const cJSON *pattern, bool literal,
                  const cJSON *value) {
    struct level level = {.up = match->level, .name = name};
    match->level = &level;
    match->depth++;
    bool fits = literal ? match_literal(match, pattern, value) : match_value(match, pattern, value);
    match->level = level.up;
    match->depth--;
    return fits;
}

static bool match_list(struct match *match, const cJSON *pattern, bool literal, const cJSON *value) {
    if (!cJSON_IsArray(value))
        return literal ? match_miss_literal(match, pattern, value) : match_miss(match, value, "a list");
    size_t index = 0;
    const cJSON *element = value->child;
    for (const cJSON *wanted = pattern->child; wanted;
         wanted = wanted->next, element = element->next, index++) {
        if (!element)
            return match_ended(match, index, wanted, literal);
        if (!match_element(match, index, wanted, literal, element))
            return false;
    }
    if (element)
        return match_miss_element(match, index, element, index ? "nothing more" : "an empty list");
    match->held++;
    return true;
}

static bool match_same_object(struct match *match, const cJSON *expected, const cJSON *value) {
    SCOPE_LOOKUP struct lookup members = lookup_open(value);
    size_t count = 0, there = 0;
    for (const cJSON *wanted = expected->child; wanted; wanted = wanted->next, count++)
        if (!match_member(match, wanted->string, wanted, true, lookup_get(&members, wanted->string)))
            return false;
    for (const cJSON *member = value->child; member; member = member->next)
        there++;
    if (there == count)
        return true;
    SCOPE_LOOKUP struct lookup known = lookup_open(expected);
    for (const cJSON *member = value->child; member; member = member->next) {
        if (lookup_get(&known, member->string))
            continue;
        struct level level = {.up = match->level, .name = member->string};
        struct match below = *match;
        below.level = &level;
        below.depth++;
        return match_miss(&below, member, "no such member");
    }
    return true;
}

bool match_literal(struct match *match, const cJSON *expected, const cJSON *value) {
    if (cJSON_IsArray(expected))
        return match_list(match, expected, true, value);
    if (cJSON_IsObject(expected) && cJSON_IsObject(value))
        return match_same_object(match, expected, value);
    if (!value || json_order(expected, value) != 0)
        return match_miss_literal(match, expected, value);
    match->held++;
    return true;
}

/* --- patterns ------------------------------------------------------------------------------------------- */

/* What an object pattern asks of the value's own kind. Names that are all indexes also fit a list, as they do
 * in a JSON Pointer: {"0": "1", "99": "Buzz"}. */
static void shape(const cJSON *pattern, bool *ret_object, bool *ret_list) {
    bool members = !pattern->child, indexes = pattern->child != NULL;
    for (const cJSON *entry = pattern->child; entry; entry = entry->next) {
        if (is_predicate(entry->string))
            continue;
        members = true;
        const char *name = entry->string;
        indexes &= *name && strspn(name, "0123456789") == strlen(name) && strlen(name) < 9 &&
                   (name[0] != '0' || !name[1]);
    }
    *ret_object = members;
    *ret_list = members && indexes;
}

static bool match_index(struct match *match, const cJSON *entry, const cJSON *list) {
    size_t index = strtoul(entry->string, NULL, 10), count = (size_t)cJSON_GetArraySize(list);
    const cJSON *element = cJSON_GetArrayItem(list, (int)index);
    if (match_element(match, index, entry, false, element))
        return true;
    if (!element && count == 0)
        return match_came(match, "nothing: the list is empty");
    return element ? false : match_came(match, "nothing: the list ends after %zu", count);
}

static bool match_object(struct match *match, const cJSON *pattern, const cJSON *value) {
    bool wants_object, takes_list;
    shape(pattern, &wants_object, &takes_list);
    bool list = takes_list && cJSON_IsArray(value);
    if (wants_object && !list && !cJSON_IsObject(value))
        return match_miss(match, value, takes_list ? "a list or an object" : "an object");
    SCOPE_LOOKUP struct lookup members =
        pattern->child && pattern->child->next ? lookup_open(value) : (struct lookup){.object = value};
    for (const cJSON *entry = pattern->child; entry; entry = entry->next) {
        if (is_predicate(entry->string)) {
            const struct predicate *predicate = predicate_find(entry->string);
            if (!predicate)
                return match_miss(match, value, "something the check cannot say: it knows no %s",
                                  entry->string);
            if (!predicate->holds(match, entry, value))
                return false;
            match->held++;
        } else if (list) {
            if (!match_index(match, entry, value))
                return false;
        } else {
            const char *name = member_name(entry->string);
            if (!match_member(match, name, entry, false, lookup_get(&members, name)))
                return false;
        }
    }
    return true;
}

bool match_value(struct match *match, const cJSON *pattern, const cJSON *value) {
    if (cJSON_IsObject(pattern))
        return match_object(match, pattern, value);
    if (cJSON_IsArray(pattern))
        return match_list(match, pattern, false, value);
    return match_literal(match, pattern, value);
}

bool pattern_match(const cJSON *pattern, const cJSON *value, struct mismatch *ret_mismatch, cJSON *warnings) {
    SCOPE_JSON cJSON *notes = warnings ? cJSON_CreateArray() : NULL;
    struct match match = {.warnings = notes};
    struct mismatch why = {.mark = -1};
    if (!match_try(&match, pattern, false, value, ret_mismatch ? &why : NULL, NULL)) {
        if (ret_mismatch)
            *ret_mismatch = why;
        return false;
    }
    while (notes && notes->child)
        cJSON_AddItemToArray(warnings, cJSON_DetachItemViaPointer(notes, notes->child));
    return true;
}

/* --- the static test ------------------------------------------------------------------------------------ */

static bool check_predicate(const cJSON *entry, struct error *error) {
    const struct predicate *predicate = predicate_find(entry->string);
    if (!predicate) {
        char meant[80];
        predicate_suggest(meant, sizeof meant, entry->string);
        return fail_here(error, "no predicate is called %s%s; a member of that name is written $%s",
                         entry->string, meant, entry->string);
    }
    if (predicate->literal && !template_check(entry, NULL, NULL, error))
        return false;
    if (predicate->check)
        return predicate->check(entry, error);
    return predicate->literal || pattern_check(entry, error);
}

bool pattern_check(const cJSON *pattern, struct error *error) {
    if (!pattern)
        return fail_here(error, "there is no pattern");
    size_t index = 0;
    if (!cJSON_IsObject(pattern) && !cJSON_IsArray(pattern))
        return template_check(pattern, NULL, NULL, error);
    for (const cJSON *entry = pattern->child; entry; entry = entry->next, index++) {
        if (cJSON_IsArray(pattern)) {
            if (!placed_at(pattern_check(entry, error), error, index))
                return false;
            continue;
        }
        bool fine =
            template_check_text(entry->string, NULL, NULL, error) &&
            (is_predicate(entry->string) && !template_has(entry->string) ? check_predicate(entry, error)
                                                                         : pattern_check(entry, error));
        if (!placed(fine, error, entry->string))
            return false;
    }
    return true;
}
