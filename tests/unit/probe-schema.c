/* The schema for editors: it is JSON, it names every row of every table, and it knows what the rows take. */
#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"
#include "checker/probe/check.h"
#include "checker/probe/kind.h"

#include <criterion/criterion.h>
#include <string.h>

static cJSON *schema(void) {
    SCOPE_FREE char *text = describe_schema();
    cJSON *read = json_parse(text, strlen(text), NULL);
    cr_assert_not_null(read);
    return read;
}

static const cJSON *member(const cJSON *schema, const char *pointer, const char *name) {
    const cJSON *found = json_get(json_at(schema, pointer), name);
    cr_assert_not_null(found, "%s has no %s", pointer, name);
    return found;
}

Test(schema, names_every_row_of_every_table) {
    SCOPE_JSON cJSON *all = schema();
    size_t index = 0;
    for (const struct kind *const *kind = kinds; *kind; kind++, index++) {
        cr_assert_not_null(
            json_text(member(all, "/definitions/step/properties", (*kind)->name), "description"));
        SCOPE_FREE char *then = xprintf("/definitions/step/allOf/%zu/then/properties", index);
        member(all, then, (*kind)->name);
        for (const struct kind_option *option = (*kind)->options; option && option->name; option++)
            member(all, then, option->name);
        for (const struct kind_option *option = common_options; option->name; option++)
            if (strcmp(option->name, "steps") != 0)
                member(all, then, option->name);
    }
    for (size_t i = 0; predicates[i]; i++)
        member(all, "/definitions/pattern/properties", predicates[i]->name);
    for (size_t i = 0; functions[i]; i++)
        member(all, "/definitions/functions/properties", functions[i]->name);
    for (size_t i = 0; generators[i]; i++)
        member(all, "/definitions/datum/properties", generators[i]->name);
}

/* What is in words that the schema does not know would be let through without a look. */
Test(schema, knows_what_predicates_and_common_options_take) {
    for (size_t i = 0; predicates[i]; i++)
        cr_expect(schema_knows(predicates[i]->takes), "%s takes %s", predicates[i]->name,
                  predicates[i]->takes);
    for (const struct kind_option *option = common_options; option->name; option++)
        cr_expect(schema_knows(option->takes), "%s takes %s", option->name, option->takes);
    cr_expect_not(schema_knows("a thing that no row takes"));
    cr_expect_not(schema_knows("\"up\" or anything"));
}

Test(schema, all_findings_of_a_file_are_said) {
    static const char text[] = "{\"checks\": [{\"do\": [{\"rum\": 1}]},\n"
                               "{\"do\": [{\"run\": \"main\"}]},\n"
                               "{\"do\": [{\"run\": \"main\", \"arg\": []}]}]}";
    SCOPE_JSON cJSON *exercise = json_parse(text, strlen(text), NULL);
    SCOPE_TEXT struct text said = {0};
    cr_assert_eq(exercise_findings("x.json", text, strlen(text), exercise, &said), 2);
    cr_assert_str_eq(said.bytes,
                     "x.json:1:21: the step names no probe kind, or more than one; see the table of kinds\n"
                     "x.json:3:25: \"arg\" is no option of run; see the table of kinds\n");
}
