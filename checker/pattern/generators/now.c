/* $now: the time, which no seed can give. */
#include "checker/base/memory.h"
#include "checker/pattern/generator.h"

#include <time.h>

static cJSON *draw(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    (void)seed;
    const cJSON *argument = generator_argument(options);
    int64_t offset = 0, now = (int64_t)time(NULL), at;
    if ((argument && !json_integer_value(argument, &offset)) || __builtin_add_overflow(now, offset, &at)) {
        fail(error, FAULT_INPUT, "%s: $now takes whole seconds", path);
        return NULL;
    }
    return json_integer(at);
}

static bool check(const cJSON *options, struct error *error) {
    int64_t offset;
    const cJSON *argument = generator_argument(options);
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    if (!argument || json_integer_value(argument, &offset))
        return true;
    return fail_at(error, "$now", "$now takes whole seconds from now: {\"$now\": -60}");
}

const struct generator generator_now = {
    .name = "$now",
    .takes = "nothing, or whole seconds from now",
    .gives = "a number",
    .about = "Seconds since 1970, by this machine's clock. The one datum that a seed does not repeat.",
    .example = "{\"$now\": 3600} -> {\"$type\": \"integer\", \"$gt\": 1700000000}",
    .draw = draw,
    .check = check,
};
