/* A bill shared to the cent (step 8): what each of the three answers may be, and the one line that follows. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/generator.h"

#include <string.h>

/* The K larger shares first; one part if all are equal. */
static char *result_line(const char *name, int64_t cents, int64_t people) {
    int64_t small = cents / people, larger = cents % people, large = small + 1;
    struct text line = {0};
    text_printf(&line, "RESULT %s: ", name);
    if (larger)
        text_printf(&line, "%lld x %lld.%02lld + ", (long long)larger, (long long)(large / 100),
                    (long long)(large % 100));
    text_printf(&line, "%lld x %lld.%02lld", (long long)(people - larger), (long long)(small / 100),
                (long long)(small % 100));
    return text_take(&line);
}

/* Bill and people as they must be for the purpose. */
static void draw_shares(struct random *random, const char *purpose, int64_t *ret_cents, int64_t *ret_people) {
    int64_t people = random_between(random, 3, 40), share = random_between(random, 100, 9999);
    if (strcmp(purpose, "even") == 0) {
        *ret_people = people;
        *ret_cents = share * people;
    } else if (strcmp(purpose, "few-cents") == 0) {
        *ret_people = people + 5;
        *ret_cents = random_between(random, 1, 4);
    } else {
        /* At least two cents are left over, and not all but one: who gives them all to one is seen. */
        *ret_people = people + 2;
        *ret_cents = share * *ret_people + random_between(random, 2, *ret_people - 2);
    }
}

static cJSON *draw(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    (void)error;
    /* Plain words: what a name may be beside that is for a check of its own. */
    static const char *const names[] = {"Ann",  "Ida",  "Lea",  "Tomas", "Grace",
                                        "Omar", "Nina", "Hugo", "Vera",  "Li"};
    const char *purpose = cJSON_GetStringValue(generator_argument(options));
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    int64_t cents, people;
    draw_shares(random, purpose, &cents, &people);
    const char *name = PICK(random, names);
    SCOPE_FREE char *amount = xprintf("%lld.%02lld", (long long)(cents / 100), (long long)(cents % 100));
    SCOPE_FREE char *result = result_line(name, cents, people);
    cJSON *drawn = cJSON_CreateObject();
    json_set_text(drawn, "name", name);
    json_set_text(drawn, "amount", amount);
    json_set_integer(drawn, "people", people);
    json_set_text(drawn, "result", result);
    return drawn;
}

static bool check(const cJSON *options, struct error *error) {
    const char *purpose = cJSON_GetStringValue(generator_argument(options));
    static const char *const purposes[] = {"uneven", "even", "few-cents"};
    for (size_t i = 0; purpose && i < LENGTH_OF(purposes); i++)
        if (strcmp(purposes[i], purpose) == 0)
            return true;
    return fail(error, FAULT_INPUT, "/$share one of uneven, even and few-cents");
}

const struct generator generator_share = {
    .name = "$share",
    .takes = "uneven, even or few-cents",
    .gives = "{\"name\", \"amount\": \"12.34\", \"people\": number, \"result\": the line}",
    .about = "A bill to be shared (step 8): with a remainder of two cents or more, without one, or of fewer "
             "cents than "
             "people.",
    .example = "{\"$share\": \"even\"} -> {\"amount\": {\"$matches\": \"^[0-9]+\\\\.[0-9]{2}$\"}, "
               "\"people\": {\"$ge\": 3}}",
    .draw = draw,
    .check = check,
};

/* The same line for fixed answers. */
static cJSON *call(const cJSON *argument) {
    const char *name = json_text(argument, "name"), *amount = json_text(argument, "amount");
    int64_t people;
    long long whole;
    char digits[3] = "0";
    if (!name || !amount || !json_integer_value(json_get(argument, "people"), &people) || people < 1)
        return NULL;
    if (sscanf(amount, "%9lld.%2[0-9]", &whole, digits) < 1)
        return NULL;
    int64_t cents = whole * 100 + (strlen(digits) == 1 ? (digits[0] - '0') * 10 : atoi(digits));
    SCOPE_FREE char *line = result_line(name, cents, people);
    return json_string(line, strlen(line));
}

const struct function function_share = {
    .name = "share",
    .takes = "{\"name\", \"amount\": text, \"people\": number}",
    .gives = "text",
    .about = "The line that a right program of step 8 ends with.",
    .example =
        "{\"name\": \"Ann\", \"amount\": \"10\", \"people\": 3} -> \"RESULT Ann: 1 x 3.34 + 2 x 3.33\"",
    .call = call,
};
