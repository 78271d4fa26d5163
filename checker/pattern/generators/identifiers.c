/* $hex and $uuid: identifiers that nothing else has. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/generator.h"

enum { MOST_DIGITS = 4096 };

static cJSON *draw_hex(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    int64_t digits = 32, high;
    const cJSON *argument = generator_argument(options);
    if (argument && !bounds_read(argument, &digits, &high)) {
        fail(error, FAULT_INPUT, "%s: $hex takes a number of digits", path);
        return NULL;
    }
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    SCOPE_TEXT struct text out = {.ceiling = MOST_DIGITS};
    text_puts(&out, "");
    while (digits-- > 0)
        text_putc(&out, "0123456789abcdef"[random_next(random) >> 60]);
    return cJSON_CreateString(out.bytes);
}

static bool check_hex(const cJSON *options, struct error *error) {
    const cJSON *argument = generator_argument(options);
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    if (!argument)
        return true;
    return cJSON_IsNumber(argument) ? placed(bounds_check(argument, 1, MOST_DIGITS, error), error, "$hex")
                                    : fail_at(error, "$hex", "$hex takes a number of digits");
}

static cJSON *draw_uuid(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    (void)options;
    (void)error;
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    uint64_t high = random_next(random), low = random_next(random);
    SCOPE_FREE char *uuid = xprintf(
        "%08llx-%04llx-4%03llx-%04llx-%012llx", (unsigned long long)(high >> 32),
        (unsigned long long)(high >> 16 & 0xffff), (unsigned long long)(high & 0xfff),
        (unsigned long long)(0x8000 | (low >> 48 & 0x3fff)), (unsigned long long)(low & 0xffffffffffff));
    return cJSON_CreateString(uuid);
}

const struct generator generator_hex = {
    .name = "$hex",
    .takes = "nothing, or a number of digits",
    .gives = "a text",
    .about = "Small hexadecimal digits, 32 of them where no number is given.",
    .example = "{\"$hex\": 8} -> {\"$matches\": \"^[0-9a-f]{8}$\"}",
    .draw = draw_hex,
    .check = check_hex,
};

const struct generator generator_uuid = {
    .name = "$uuid",
    .takes = "nothing",
    .gives = "a text",
    .about = "A UUID of version 4.",
    .example = "\"$uuid\" -> {\"$matches\": "
               "\"^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$\"}",
    .draw = draw_uuid,
    .check = options_none,
};
