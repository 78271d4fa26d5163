/* $join: a text put together from drawn parts. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/generator.h"

static cJSON *draw(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    SCOPE_JSON cJSON *parts = draw_part(generator_argument(options), seed, path, "$join", error);
    if (!parts)
        return NULL;
    SCOPE_TEXT struct text out = {0};
    text_puts(&out, "");
    for (const cJSON *part = parts->child; part; part = part->next) {
        SCOPE_FREE char *text = json_as_text(part);
        text_puts(&out, text);
    }
    return cJSON_CreateString(out.bytes);
}

static bool check(const cJSON *options, struct error *error) {
    const cJSON *parts = generator_argument(options), *inner;
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    if (!cJSON_IsArray(parts) && !generator_called(parts, &inner))
        return fail_here(error, "$join takes a list of parts: {\"$join\": [\"user-\", {\"$int\": [1, 9]}]}");
    return placed(generate_check(parts, error), error, "$join");
}

const struct generator generator_join = {
    .name = "$join",
    .takes = "a list of parts",
    .gives = "a text",
    .about = "The parts, drawn, one after the other as one text.",
    .example = "{\"$join\": [\"user-\", {\"$int\": [7, 7]}, true]} -> \"user-7true\"",
    .draw = draw,
    .check = check,
};
