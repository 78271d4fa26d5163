/* Check files are refused with a place and a reason; the tables of kinds are documented and their examples
 * true. */
#include "checker/base/memory.h"
#include "checker/probe/check.h"
#include "checker/probe/kind.h"

#include <criterion/criterion.h>
#include <string.h>

static bool lint(const char *text, struct error *error) {
    SCOPE_JSON cJSON *exercise = json_read("x.json", text, strlen(text), error);
    return exercise && exercise_lint("x.json", text, strlen(text), exercise, error);
}

Test(lint, what_is_wrong_is_named_with_its_place) {
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"{\"checks\": [{\"do\": [{\"run\": \"main\",\n \"arg\": []}]}]}",
         "x.json:2:2: \"arg\" is no option of run; see the table of kinds"},
        {"{\"checks\": [{\"do\": [{}]}]}",
         "x.json:1:21: the step names no probe kind, or more than one; see the table of kinds"},
        {"{\"checks\": [{\"do\": [{\"run\": \"main\", \"value\": 1}]}]}",
         "x.json:1:21: the step names no probe kind, or more than one; see the table of kinds"},
        {"{\"checks\": [{\"data\": {\"n\": {\"$int\": [1, 2]}}, \"do\": []}]}",
         "x.json:1:23: the datum \"n\" is used by no step; use it or remove it"},
        {"{\"data\": {\"n\": \"$word\"}, \"checks\": []}",
         "x.json:1:11: the datum \"n\" is used by no step; use it or remove it"},
        {"{\"checks\": [{\"do\": [{\"run\": \"main\", \"args\": [\"${n}\"]}]}]}",
         "x.json:1:37: ${n} is neither data, nor saved by an earlier step of this room"},
        {"{\"checks\": [{\"do\": [{\"run\": \"main\", \"seconds\": 0}]}]}",
         "x.json:1:37: \"seconds\" is a number above 0 and up to 60"},
        {"{\"checks\": [{\"do\": [{\"run\": \"main\", \"each\": \"a\"}]}]}",
         "x.json:1:21: \"each\" and \"in\" belong together"},
        {"{\"always\": {\"nosuch\": {}}, \"checks\": []}", "x.json:1:13: \"nosuch\" is no probe kind"},
        {"{\"checks\": [{\"do\": [{\"value\": 1, \"save\": {\"a\": \"b\"}}]}]}",
         "x.json:1:34: \"a\" wants a JSON Pointer such as \"/body/id\""},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct error error = {0};
        cr_expect_not(lint(rows[i].text, &error), "%s", rows[i].text);
        cr_expect_str_eq(error.text, rows[i].says);
        cr_expect_eq(error.fault, FAULT_INPUT);
    }
}

Test(lint, what_is_saved_is_known_to_later_steps_of_the_room_only) {
    struct error error = {0};
    cr_expect(lint("{\"checks\": [{\"room\": \"a\", \"do\": [{\"value\": 1, \"save\": {\"x\": \"\"}}]},"
                   "{\"room\": \"a\", \"do\": [{\"value\": \"${x}\"}]}]}",
                   &error),
              "%s", error.text);
    cr_expect_not(lint("{\"checks\": [{\"room\": \"a\", \"do\": [{\"value\": 1, \"save\": {\"x\": \"\"}}]},"
                       "{\"do\": [{\"value\": \"${x}\"}]}]}",
                       &error));
}

Test(lint, every_kind_is_documented_and_its_example_is_right) {
    for (const struct kind *const *kind = kinds; *kind; kind++) {
        const struct kind *k = *kind;
        cr_assert(k->name && k->takes && k->about && k->gives && k->example && k->act);
        struct error error = {0};
        SCOPE_JSON cJSON *step = json_read("example", k->example, strlen(k->example), &error);
        cr_assert(step, "%s: %s", k->name, error.text);
        cr_assert(step_lint(step, &error), "%s: %s", k->name, error.text);
        cr_assert_eq(kind_of(step), k);
        for (const struct kind_option *option = k->options; option && option->name; option++)
            cr_assert(option->takes && option->about);
    }
}
