/* $int and $range: whole numbers, exact in all 64 bits. */
#include "checker/base/memory.h"
#include "checker/pattern/generator.h"

static cJSON *draw_int(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    int64_t low, high;
    if (!bounds_read(generator_argument(options), &low, &high)) {
        fail(error, FAULT_INPUT, "%s: $int takes two integers, the lower first: [1, 9]", path);
        return NULL;
    }
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    return json_integer(random_between(random, low, high));
}

static bool check_int(const cJSON *options, struct error *error) {
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    const cJSON *argument = generator_argument(options);
    return argument ? placed(bounds_check(argument, INT64_MIN, INT64_MAX, error), error, "$int")
                    : fail_here(error, "$int needs its bounds: {\"$int\": [1, 9]}");
}

/* Widths may be 0 or less (TO below FROM), but are small: sums with them are checked for overflow all the
 * same. */
static bool range_read(const cJSON *options, int64_t bounds[4]) {
    const cJSON *argument = generator_argument(options);
    return bounds_read(json_get(argument, "within"), &bounds[0], &bounds[1]) &&
           bounds_read(json_get(argument, "width"), &bounds[2], &bounds[3]);
}

/* Which numbers FROM may be, if the range has this width; false: none. */
static bool from_bounds(const int64_t bounds[4], int64_t width, int64_t *ret_low, int64_t *ret_high) {
    __int128 low = bounds[0], high = bounds[1], last = (__int128)width - 1; /* TO is FROM + last */
    if (low + last < bounds[0])
        low = bounds[0] - last;
    if (high + last > bounds[1])
        high = bounds[1] - last;
    if (low > high)
        return false;
    *ret_low = (int64_t)low;
    *ret_high = (int64_t)high;
    return true;
}

static cJSON *draw_range(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    int64_t bounds[4], low, high;
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    if (!range_read(options, bounds)) {
        fail(error, FAULT_INPUT, "%s: $range takes {\"within\": [1, 100], \"width\": [5, 9]}", path);
        return NULL;
    }
    int64_t width = random_between(random, bounds[2], bounds[3]);
    if (!from_bounds(bounds, width, &low, &high)) {
        fail(error, FAULT_INPUT, "%s: no range of %lld numbers fits into \"within\"", path, (long long)width);
        return NULL;
    }
    int64_t from = random_between(random, low, high);
    cJSON *range = cJSON_CreateObject();
    json_set_integer(range, "from", from);
    json_set_integer(range, "to", (int64_t)((uint64_t)from + (uint64_t)width - 1));
    return range;
}

static bool check_range(const cJSON *options, struct error *error) {
    static const char *const names[] = {"within", "width", NULL};
    const cJSON *argument = generator_argument(options);
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    if (!cJSON_IsObject(argument))
        return fail_here(error, "$range takes {\"within\": [1, 100], \"width\": [5, 9]}");
    for (const cJSON *member = argument->child; member; member = member->next) {
        char meant[80];
        suggest(meant, sizeof meant, member->string, names);
        if (member != json_get(argument, "within") && member != json_get(argument, "width"))
            return placed(fail_at(error, member->string, "$range knows no \"%s\"%s", member->string, meant),
                          error, "$range");
    }
    for (size_t i = 0; names[i]; i++) {
        bool fine = bounds_check(json_get(argument, names[i]), INT64_MIN, INT64_MAX, error);
        if (!placed(placed(fine, error, names[i]), error, "$range"))
            return false;
    }
    int64_t bounds[4], low, high;
    if (range_read(options, bounds) && from_bounds(bounds, bounds[3], &low, &high) &&
        from_bounds(bounds, bounds[2], &low, &high))
        return true;
    return fail_at(error, "$range", "a range of this width does not fit into \"within\"; make it narrower");
}

const struct generator generator_int = {
    .name = "$int",
    .takes = "[low, high]",
    .gives = "a number",
    .about = "An integer from low to high, both included, each as likely as the other.",
    .example = "{\"$int\": [9007199254740993, 9007199254740995]} -> {\"$ge\": 9007199254740993, \"$le\": "
               "9007199254740995}",
    .draw = draw_int,
    .check = check_int,
};

const struct generator generator_range = {
    .name = "$range",
    .takes = "{\"within\": [low, high], \"width\": [least, most]}",
    .gives = "{\"from\", \"to\"}",
    .about = "Two bounds within low and high with so many numbers from the one to the other, both included. "
             "Width 0 "
             "puts \"to\" just below \"from\", less puts it further below.",
    .example = "{\"$range\": {\"within\": [1, 100], \"width\": [100, 100]}} -> {\"from\": 1, \"to\": 100}",
    .draw = draw_range,
    .check = check_range,
};
