/* $unordered: these elements in any order, each pattern for another element.
 *
 * Taking for each pattern the first element that fits is wrong: [{"$gt": 0}, 1] and [1, 2] fit together,
 * though the first pattern would take the 1. It is an assignment problem. Literal patterns are settled first,
 * by sorting: equal values are the same to everybody, so it does not matter which of them a literal gets. The
 * rest is matched by augmenting paths (Kuhn): a pattern may take an element from another if that one finds a
 * new one. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/display.h"
#include "checker/pattern/match.h"
#include "checker/pattern/order.h"
#include "checker/pattern/template.h"

#include <string.h>

enum { UNKNOWN, FITS, NOT, NOBODY = -1 };

struct assignment {
    struct match *match;
    const cJSON **patterns, **elements; /* those that no literal settled */
    size_t *places;                     /* of the elements, in the list */
    size_t pattern_count, element_count;
    unsigned char *known; /* pattern_count x element_count: does it fit? */
    int *owner;           /* of each element: a pattern, or NOBODY */
    bool *visited;
};

static bool fits(struct assignment *a, size_t pattern, size_t element) {
    unsigned char *known = &a->known[pattern * a->element_count + element];
    if (*known == UNKNOWN) {
        struct match quiet = *a->match;
        quiet.mismatch = NULL;
        quiet.warnings = NULL;
        *known = match_value(&quiet, a->patterns[pattern], a->elements[element]) ? FITS : NOT;
    }
    return *known == FITS;
}

/* Finds an element for the pattern, moving others where that helps. The path is as long as there are
 * patterns. */
static bool assign(struct assignment *a, size_t pattern) {
    for (size_t i = 0; i < a->element_count; i++) {
        if (a->owner[i] != NOBODY || !fits(a, pattern, i))
            continue;
        a->owner[i] = (int)pattern;
        return true;
    }
    for (size_t i = 0; i < a->element_count; i++) {
        if (a->visited[i] || !fits(a, pattern, i))
            continue;
        a->visited[i] = true;
        if (a->owner[i] != NOBODY && !assign(a, (size_t)a->owner[i]))
            continue;
        a->owner[i] = (int)pattern;
        return true;
    }
    return false;
}

struct placed_value {
    const cJSON *value;
    size_t place;
    bool taken;
};

static int by_value(const void *a, const void *b) {
    const struct placed_value *left = a, *right = b;
    int order = json_order(left->value, right->value);
    return order ? order : (left->place > right->place) - (left->place < right->place);
}

/* The value that a pattern demands exactly, or NULL if it leaves a choice. */
static const cJSON *exact_value(const cJSON *pattern, bool literal) {
    if (literal)
        return pattern;
    if (cJSON_IsArray(pattern))
        return NULL;
    if (!cJSON_IsObject(pattern))
        return pattern;
    bool alone = pattern->child && !pattern->child->next && strcmp(pattern->child->string, "$eq") == 0;
    return alone ? pattern->child : NULL;
}

static bool left_over(struct match *match, const cJSON *pattern, bool literal,
                      const struct placed_value *values, size_t count, size_t unmatched_patterns) {
    size_t free_values = 0, at = 0;
    for (size_t i = 0; i < count; i++)
        if (!values[i].taken && free_values++ == 0)
            at = i;
    if (unmatched_patterns == 1 && free_values == 1) /* it is clear which was meant for which */
        return match_element(match, values[at].place, pattern, literal, values[at].value);
    if (!match->mismatch)
        return false;
    SCOPE_FREE char *shown = display(pattern);
    match_miss(match, NULL, "an element like %s", shown);
    if (free_values == 0)
        return match_came(match,
                          count ? "nothing: the list has no element left" : "nothing: the list is empty");
    SCOPE_TEXT struct text rest = {.ceiling = 4000};
    for (size_t i = 0, told = 0; i < count && rest.length < 2000; i++) {
        if (values[i].taken)
            continue;
        if (told++)
            text_puts(&rest, ", ");
        display_add(&rest, values[i].value);
    }
    return match_came(match, "none among those left over: %s", rest.bytes);
}

static bool settle(struct match *match, const cJSON *list, bool literal, struct placed_value *values,
                   size_t count) {
    size_t wanted_count, exact_count = 0, open_count = 0, missing = 0;
    SCOPE_FREE const cJSON **wanted = json_children(list, &wanted_count);
    SCOPE_FREE struct placed_value *exact = xcalloc(wanted_count, sizeof *exact);
    SCOPE_FREE const cJSON **open = xcalloc(wanted_count, sizeof *open);
    const cJSON *first_missing = NULL;
    size_t first_place = SIZE_MAX;
    for (size_t i = 0; i < wanted_count; i++) {
        const cJSON *value = exact_value(wanted[i], literal);
        if (value)
            exact[exact_count++] = (struct placed_value){value, i, false};
        else
            open[open_count++] = wanted[i];
    }
    qsort(exact, exact_count, sizeof *exact, by_value);
    qsort(values, count, sizeof *values, by_value);
    for (size_t i = 0, j = 0; i < exact_count; i++) {
        while (j < count && json_order(values[j].value, exact[i].value) < 0)
            j++;
        if (j < count && json_order(values[j].value, exact[i].value) == 0) {
            values[j++].taken = true;
            match->held++;
            continue;
        }
        missing++;
        if (exact[i].place < first_place) {
            first_place = exact[i].place;
            first_missing = wanted[first_place];
        }
    }

    SCOPE_FREE const cJSON **rest = xcalloc(count, sizeof *rest);
    SCOPE_FREE size_t *places = xcalloc(count, sizeof *places);
    SCOPE_FREE int *owner = xcalloc(count, sizeof *owner);
    SCOPE_FREE bool *visited = xcalloc(count, sizeof *visited);
    size_t rest_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (values[i].taken)
            continue;
        places[rest_count] = i;
        owner[rest_count] = NOBODY;
        rest[rest_count++] = values[i].value;
    }
    SCOPE_FREE unsigned char *known = xcalloc(open_count ? rest_count : 0, open_count);
    struct assignment a = {match, open, rest, places, open_count, rest_count, known, owner, visited};
    for (size_t i = 0; i < open_count; i++) {
        memset(visited, 0, count * sizeof *visited);
        if (assign(&a, i))
            continue;
        missing++;
        if (!first_missing)
            first_missing = open[i];
    }
    for (size_t i = 0; i < rest_count; i++) {
        if (owner[i] == NOBODY)
            continue;
        values[places[i]].taken = true;
        match_try(match, open[owner[i]], false, rest[i], NULL, NULL); /* once more, for what it warns of */
    }
    if (first_missing)
        return left_over(match, first_missing, literal, values, count, missing);
    size_t extra = SIZE_MAX;
    const cJSON *shown = NULL;
    for (size_t i = 0; i < count; i++)
        if (!values[i].taken && values[i].place < extra) {
            extra = values[i].place;
            shown = values[i].value;
        }
    return !shown || match_miss_element(match, extra, shown, "nothing more");
}

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    if (!cJSON_IsArray(value))
        return match_miss(match, value, "a list");
    bool literal;
    const cJSON *list = match_choices(argument, &literal);
    size_t count = 0;
    SCOPE_FREE struct placed_value *values = xcalloc((size_t)cJSON_GetArraySize(value), sizeof *values);
    for (const cJSON *element = value->child; element; element = element->next, count++)
        values[count] = (struct placed_value){element, count, false};
    return settle(match, list, literal, values, count);
}

static bool check(const cJSON *argument, struct error *error) {
    bool literal;
    const cJSON *list = match_choices(argument, &literal);
    if (template_open(list))
        return pattern_check(list, error);
    if (!cJSON_IsArray(list))
        return fail_here(error, "$unordered takes a list of patterns");
    return literal || pattern_check(argument, error);
}

const struct predicate predicate_unordered = {
    .name = "$unordered",
    .takes = "a list of patterns",
    .about = "A list of exactly these elements in any order, each pattern for another element.",
    .example = "{\"$unordered\": [{\"$gt\": 0}, 1]} | [1, 2] | [1, 0]",
    .holds = holds,
    .check = check,
};
