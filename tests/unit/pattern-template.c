/* Templates: what is filled in, what keeps its type, and that a stranger's text stays text. */
#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"

#include <criterion/criterion.h>
#include <string.h>

static cJSON *json(const char *text) {
    struct json_fault fault = {0};
    cJSON *value = json_parse(text, strlen(text), &fault);
    cr_assert_not_null(value, "%s: %s", text, fault.what);
    return value;
}

static const char *const variables_text =
    "{\"n\": 9007199254740993, \"user\": {\"name\": \"Zoë\", \"tags\": [\"a\", {\"b\": true}]}, \"nil\": "
    "null,"
    " \"evil\": {\"$type\": \"absent\"}, \"trick\": \"${n}\", \"key\": \"$lt\", \"list\": [1, {\"$x\": 2}],"
    " \"nul\": \"a\\u0000b\", \"lines\": \"x\\ny\\n\", \"big\": 1e400}";

Test(template, fills) {
    static const struct {
        const char *template, *filled;
        bool as_pattern;
    } rows[] = {
        {"\"${n}\"", "9007199254740993", false}, /* keeps its type, and all its digits */
        {"\"n=${n}, ${user.name}\"", "\"n=9007199254740993, Zoë\"", false},
        {"\"${user.tags.1.b}\"", "true", false},
        {"\"${user.tags.0}${nil}${user.tags}\"", "\"anull[\\\"a\\\",{\\\"b\\\":true}]\"", false},
        {"\"${lines|lines}\"", "[\"x\",\"y\"]", false},
        {"\"${lines|lines|length}\"", "2", false},
        {"\"${nul}!\"", "\"a\\u0000b!\"", false},
        {"\"$${n}\"", "\"${n}\"", false},
        {"\"a$${n}b${user.name}\"", "\"a${n}bZoë\"", false},
        {"\"$\"", "\"$\"", false},
        {"\"$$\"", "\"$$\"", false},
        {"\"5$ {n}\"", "\"5$ {n}\"", false},
        {"\"${trick}\"", "\"${n}\"", false}, /* a filled-in text is not read again */
        {"\"x${trick}\"", "\"x${n}\"", false},
        {"[1, \"${nil}\", {\"a\": \"${n}\"}]", "[1,null,{\"a\":9007199254740993}]", false},
        {"{\"h-${user.name}\": 1}", "{\"h-Zoë\":1}", false},
        {"{\"${key}\": 5}", "{\"$lt\":5}", false},
        {"1.50", "1.50", false},
        {"\"${big}\"", "1e400", false},
        /* in patterns */
        {"{\"a\": \"${evil}\"}", "{\"a\":{\"$eq\":{\"$type\":\"absent\"}}}", true},
        {"[\"${list}\"]", "[{\"$eq\":[1,{\"$x\":2}]}]", true},
        {"{\"$eq\": \"${evil}\"}", "{\"$eq\":{\"$type\":\"absent\"}}", true}, /* literal already */
        {"{\"$eq\": {\"x\": \"${list}\"}}", "{\"$eq\":{\"x\":[1,{\"$x\":2}]}}", true},
        {"{\"$only\": \"${user.tags}\"}", "{\"$only\":[\"a\",{\"b\":true}]}", true},
        {"{\"$unordered\": \"${list}\"}", "{\"$unordered\":{\"$eq\":[1,{\"$x\":2}]}}", true},
        {"{\"$lt\": \"${n}\"}", "{\"$lt\":9007199254740993}", true},
        {"{\"${key}\": 5}", "{\"$$lt\":5}", true}, /* a member's name, never a predicate */
        {"{\"$$type\": \"${n}\"}", "{\"$$type\":9007199254740993}", true},
        {"\"${user.name}\"", "\"Zoë\"", true},
    };
    SCOPE_JSON cJSON *variables = json(variables_text);
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *value = json(rows[i].template);
        struct error error = {0};
        SCOPE_JSON cJSON *filled = template_fill(value, variables, rows[i].as_pattern, &error);
        cr_assert_not_null(filled, "%s: %s", rows[i].template, error.text);
        cr_assert_null(filled->string, "what was filled in has no name of its own");
        SCOPE_FREE char *printed = json_print(filled);
        cr_assert_str_eq(printed, rows[i].filled, "%s: %s", rows[i].template, printed);
        cr_assert(template_check(value, NULL, NULL, &error), "%s: %s", rows[i].template, error.text);
    }
}

Test(template, a_filled_in_value_matches_itself_and_nothing_else) {
    SCOPE_JSON cJSON *variables = json(variables_text);
    SCOPE_JSON cJSON *template = json("{\"x\": \"${evil}\", \"y\": {\"$unordered\": \"${list}\"}}");
    SCOPE_JSON cJSON *pattern = template_fill(template, variables, true, NULL);
    SCOPE_JSON cJSON *same = json("{\"x\": {\"$type\": \"absent\"}, \"y\": [{\"$x\": 2}, 1]}");
    SCOPE_JSON cJSON *absent = json("{\"y\": [{\"$x\": 2}, 1]}");
    struct error error = {0};
    cr_assert(pattern_check(pattern, &error), "%s", error.text);
    cr_assert(pattern_match(pattern, same, NULL, NULL));
    cr_assert_not(pattern_match(pattern, absent, NULL, NULL));
}

Test(template, says_which_placeholder_is_wrong) {
    static const struct {
        const char *template, *error;
    } rows[] = {
        {"[\"${usr.name}\"]", "${usr.name}: nothing is called \"usr\" here; did you mean user?"},
        {"\"${user.nmae}\"", "${user.nmae}: there is no \"nmae\" in object; did you mean name?"},
        {"\"a ${user.tags.2}\"", "${user.tags.2}: there is no \"2\" in array"},
        {"\"${n.x}\"", "${n.x}: there is no \"x\" in integer"},
        {"\"${user|number}\"",
         "${user|number}: \"number\" takes a number, or a text that is one, not {\"name\": \"Zoë\", "
         "\"tags\": [\"a\", {\"b\": true}]}"},
        {"\"${n|nope}\"", "${n|nope}: no function is called \"nope\""},
        {"\"${n\"", "the placeholder in \"${n\" is not closed; end it with }"},
        {"{\"${usr}\": 1}", "${usr}: nothing is called \"usr\" here; did you mean user?"},
        {"{\"a\": 1, \"${user.tags.0}\": 2}",
         "\"${user.tags.0}\" is filled in as \"a\", which is a member already"},
    };
    SCOPE_JSON cJSON *variables = json(variables_text);
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *value = json(rows[i].template);
        struct error error = {0};
        cr_assert_null(template_fill(value, variables, false, &error), "%s", rows[i].template);
        cr_assert_str_eq(error.text, rows[i].error, "%s: %s", rows[i].template, error.text);
        cr_assert_null(template_fill(value, variables, true, NULL));
        cr_assert_null(template_fill(value, NULL, false, NULL), "also where there are no variables");
    }
}

static void note(void *context, const char *name) {
    char *seen = context;
    strcat(strcat(seen, name), " ");
}

Test(template, visits_every_variable) {
    SCOPE_JSON cJSON *value =
        json("{\"a\": [\"${x.y|json} and ${z}\", \"$${not}\"], \"${k}\": {\"$lt\": \"${n|number|text}\"}}");
    char seen[100] = "";
    cr_assert(template_check(value, note, seen, NULL));
    cr_assert_str_eq(seen, "x z k n ");
}
