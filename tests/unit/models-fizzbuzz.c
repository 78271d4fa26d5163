/* The model of step 6, its generator, and the exercise itself: wrong programs, written here in a line or two,
 * differ from the model for every seed on the check that is named after their mistake. */
#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/pattern.h"

#include <criterion/criterion.h>
#include <string.h>

static cJSON *json(const char *text) {
    struct json_fault fault = {0};
    cJSON *value = json_parse(text, strlen(text), &fault);
    cr_assert_not_null(value, "%s: %s", text, fault.what);
    return value;
}

static cJSON *model(const cJSON *argument) {
    return function_find("fizzbuzz")->call(argument);
}

Test(fizzbuzz, model) {
    static const struct {
        const char *argument, *lines; /* NULL: refused */
    } rows[] = {
        {"{\"from\": 1, \"to\": 5}", "[\"1\",\"2\",\"Fizz\",\"4\",\"Buzz\"]"},
        {"{\"from\": -3, \"to\": 0}", "[\"Fizz\",\"-2\",\"-1\",\"FizzBuzz\"]"},
        {"{\"from\": 2, \"to\": 1}", "[]"},
        {"{\"from\": 1, \"to\": -1000000000000000}", "[]"},
        {"{\"from\": 30, \"to\": 30, \"rules\": [\"5=Buzz\", \"2=Bang\", \"3=Fizz\"]}", "[\"BuzzBangFizz\"]"},
        {"{\"from\": 7, \"to\": 8, \"rules\": [], \"args\": [1]}", "[\"7\",\"8\"]"},
        {"{\"from\": 3, \"to\": 3, \"rules\": [\"1000000000=X\"]}", "[\"3\"]"},
        {"{\"from\": 999999999999999, \"to\": 1000000000000000}", "[\"Fizz\",\"Buzz\"]"},
        {"{\"from\": -1000000000000000, \"to\": -1000000000000000}", "[\"Buzz\"]"},
        {"{\"from\": 1000000000000000, \"to\": 1000000000000001}", NULL},
        {"{\"from\": 1, \"to\": 100001}", NULL},
        {"{\"from\": -1000000000000000, \"to\": 1000000000000000}", NULL},
        {"{\"from\": 1}", NULL},
        {"{\"from\": 1.5, \"to\": 2}", NULL},
        {"{\"from\": \"1\", \"to\": 2}", NULL},
        {"{\"rules\": [\"0=Zip\"]}", NULL},
        {"{\"rules\": [\"1000000001=Zip\"]}", NULL},
        {"{\"rules\": [\"99999999999999999999=Zip\"]}", NULL},
        {"{\"rules\": [\"3=\"]}", NULL},
        {"{\"rules\": [\"3\"]}", NULL},
        {"{\"rules\": [\" 3=Zip\"]}", NULL},
        {"{\"rules\": [\"-3=Zip\"]}", NULL},
        {"{\"rules\": [\"3=Zïp\"]}", NULL},
        {"{\"rules\": [3]}", NULL},
        {"{\"rules\": \"3=Zip\"}", NULL},
        {"15", NULL},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *argument = json(rows[i].argument);
        SCOPE_JSON cJSON *lines = model(argument);
        SCOPE_FREE char *printed = lines ? json_print(lines) : NULL;
        cr_assert_eq(!printed, !rows[i].lines, "%s: %s", rows[i].argument, printed);
        if (printed)
            cr_assert_str_eq(printed, rows[i].lines);
    }
}

Test(fizzbuzz, model_without_a_range_is_1_to_100) {
    static const char *const arguments[] = {"null", "{}", "{\"from\": 1, \"to\": 100}"};
    for (size_t i = 0; i < LENGTH_OF(arguments); i++) {
        SCOPE_JSON cJSON *argument = json(arguments[i]);
        SCOPE_JSON cJSON *lines = model(argument);
        cr_assert_eq(cJSON_GetArraySize(lines), 100);
        cr_assert_str_eq(cJSON_GetArrayItem(lines, 0)->valuestring, "1");
        cr_assert_str_eq(cJSON_GetArrayItem(lines, 14)->valuestring, "FizzBuzz");
        cr_assert_str_eq(cJSON_GetArrayItem(lines, 99)->valuestring, "Buzz");
    }
    SCOPE_JSON cJSON *most = json("{\"from\": 1, \"to\": 100000}");
    SCOPE_JSON cJSON *lines = model(most);
    cr_assert_eq(cJSON_GetArraySize(lines), 100000);
}

/* --- what wrong programs would print -------------------------------------------------------------------- */

struct rule {
    long long divisor;
    const char *word;
};
struct input {
    long long from, to;
    struct rule rules[8];
    size_t count;
};

static struct input input_of(const cJSON *drawn) {
    struct input input = {0};
    int64_t from, to;
    cr_assert(json_integer_value(json_get(drawn, "from"), &from));
    cr_assert(json_integer_value(json_get(drawn, "to"), &to));
    input.from = from;
    input.to = to;
    const cJSON *rule;
    cJSON_ArrayForEach(rule, json_get(drawn, "rules")) {
        char *equals;
        input.rules[input.count].divisor = strtoll(rule->valuestring, &equals, 10);
        input.rules[input.count++].word = equals + 1;
    }
    if (input.count == 0) {
        input.rules[0] = (struct rule){3, "Fizz"};
        input.rules[1] = (struct rule){5, "Buzz"};
        input.count = 2;
    }
    return input;
}

static void right(struct text *line, long long n, const struct input *input) {
    for (size_t i = 0; i < input->count; i++)
        if (n % input->rules[i].divisor == 0)
            text_puts(line, input->rules[i].word);
    if (line->length == 0)
        text_printf(line, "%lld", n);
}

static void counts_lines(struct text *line, long long n, const struct input *input) {
    long long count = n - input->from + 1;
    for (size_t i = 0; i < input->count; i++)
        if (count % input->rules[i].divisor == 0)
            text_puts(line, input->rules[i].word);
    if (line->length == 0)
        text_printf(line, "%lld", n);
}

static void sorted_by(struct text *line, long long n, const struct input *input, bool by_word) {
    struct input sorted = *input;
    for (size_t i = 0; i < sorted.count; i++)
        for (size_t j = i + 1; j < sorted.count; j++) {
            const struct rule *a = &sorted.rules[i], *b = &sorted.rules[j];
            if (by_word ? strcmp(a->word, b->word) > 0 : a->divisor > b->divisor) {
                struct rule swapped = sorted.rules[i];
                sorted.rules[i] = sorted.rules[j];
                sorted.rules[j] = swapped;
            }
        }
    right(line, n, &sorted);
}

static void sorts_by_number(struct text *line, long long n, const struct input *input) {
    sorted_by(line, n, input, false);
}

static void sorts_by_word(struct text *line, long long n, const struct input *input) {
    sorted_by(line, n, input, true);
}

static void first_only(struct text *line, long long n, const struct input *input) {
    for (size_t i = 0; i < input->count && line->length == 0; i++)
        if (n % input->rules[i].divisor == 0)
            text_puts(line, input->rules[i].word);
    if (line->length == 0)
        text_printf(line, "%lld", n);
}

static void pairs_only(struct text *line, long long n, const struct input *input) {
    int words = 0;
    for (size_t i = 0; i < input->count && words < 2; i++)
        if (n % input->rules[i].divisor == 0) {
            text_puts(line, input->rules[i].word);
            words++;
        }
    if (line->length == 0)
        text_printf(line, "%lld", n);
}

static void keeps_fizz_and_buzz(struct text *line, long long n, const struct input *input) {
    if (n % 3 == 0)
        text_puts(line, "Fizz");
    if (n % 5 == 0)
        text_puts(line, "Buzz");
    right(line, n, input);
}

static void skips_one(struct text *line, long long n, const struct input *input) {
    for (size_t i = 0; i < input->count; i++)
        if (input->rules[i].divisor > 1 && n % input->rules[i].divisor == 0)
            text_puts(line, input->rules[i].word);
    if (line->length == 0)
        text_printf(line, "%lld", n);
}

static void only_above_zero(struct text *line, long long n, const struct input *input) {
    if (n > 0)
        right(line, n, input);
    else
        text_printf(line, "%lld", n);
}

static void forgets_zero(struct text *line, long long n, const struct input *input) {
    if (n)
        right(line, n, input);
    else
        text_puts(line, "0");
}

static bool same_as_model(void (*program)(struct text *, long long, const struct input *),
                          const cJSON *drawn) {
    SCOPE_JSON cJSON *wanted = model(drawn);
    struct input input = input_of(drawn);
    SCOPE_JSON cJSON *lines = cJSON_CreateArray();
    for (long long n = input.from; n <= input.to; n++) {
        SCOPE_TEXT struct text line = {0};
        program(&line, n, &input);
        cJSON_AddItemToArray(lines, cJSON_CreateString(line.bytes));
    }
    return pattern_match(wanted, lines, NULL, NULL);
}

static cJSON *exercise(void) {
    struct error error = {0};
    cJSON *read = json_read_file("exercises/06-fizzbuzz/exercise.json", &error);
    cr_assert_not_null(read, "%s (unit tests run in the repository's folder)", error.text);
    return read;
}

static const cJSON *check_called(const cJSON *read, const char *name) {
    const cJSON *check;
    cJSON_ArrayForEach(check, json_get(read, "checks")) {
        if (strcmp(json_text(check, "name"), name) == 0)
            return check;
    }
    cr_assert_fail("no check is called %s", name);
    return NULL;
}

Test(fizzbuzz, every_seed_catches_what_the_check_is_named_after) {
    static const struct {
        const char *check, *datum;
        void (*program)(struct text *line, long long n, const struct input *input);
        bool caught;
    } rows[] = {
        {"range", "drawn", right, false},
        {"range", "drawn", counts_lines, true},
        {"range", "drawn", first_only, true},
        {"range", "drawn", pairs_only, false},
        {"rules", "drawn", right, false},
        {"rules", "drawn", sorts_by_number, true},
        {"rules", "drawn", sorts_by_word, true},
        {"rules", "drawn", first_only, true},
        {"rules", "drawn", keeps_fizz_and_buzz, true},
        {"rules", "drawn", skips_one, false},  /* that is what "one" is for */
        {"rules", "drawn", pairs_only, false}, /* and this "many" */
        {"many", "drawn", right, false},
        {"many", "drawn", pairs_only, true},
        {"many", "drawn", skips_one, false},
        {"one", "drawn", right, false},
        {"one", "drawn", skips_one, true},
        {"one", "drawn", pairs_only, false},
        {"zero", "across", right, false},
        {"zero", "across", forgets_zero, true},
        {"zero", "negative", only_above_zero, true},
        {"beyond-32-bit", "above", right, false},
        {"beyond-32-bit", "low", right, false},
    };
    SCOPE_JSON cJSON *read = exercise();
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        const cJSON *spec = json_get(json_get(check_called(read, rows[i].check), "data"), rows[i].datum);
        struct error error = {0};
        cr_assert(generate_check(spec, &error), "%s: %s", rows[i].check, error.text);
        SCOPE_FREE char *path = xprintf("check/%s/%s", rows[i].check, rows[i].datum);
        for (uint64_t seed = 0; seed < 200; seed++) {
            SCOPE_JSON cJSON *drawn = generate(spec, seed, path, &error);
            cr_assert_not_null(drawn, "%s: %s", rows[i].check, error.text);
            SCOPE_FREE char *printed = json_print(drawn);
            cr_assert_eq(same_as_model(rows[i].program, drawn), !rows[i].caught, "row %zu, %s, seed %d: %s",
                         i, rows[i].check, (int)seed, printed);
        }
    }
}

Test(fizzbuzz, core_draws_no_case_of_the_depth) {
    SCOPE_JSON cJSON *read = exercise();
    SCOPE_JSON cJSON *bounds =
        json("{\"from\": {\"$ge\": 1, \"$le\": 1000000}, \"to\": {\"$ge\": 0, \"$le\": 1000000}, "
             "\"rules\": {\"$type\": \"absent\"}}");
    const cJSON *check, *datum;
    int core = 0;
    cJSON_ArrayForEach(check, json_get(read, "checks")) {
        if (!json_true(check, "core"))
            continue;
        core++;
        cJSON_ArrayForEach(datum, json_get(check, "data")) {
            for (uint64_t seed = 0; seed < 200; seed++) {
                struct error error = {0};
                SCOPE_JSON cJSON *drawn = generate(datum, seed, datum->string, &error);
                cr_assert_not_null(drawn, "%s", error.text);
                struct mismatch why = {0};
                cr_assert(pattern_match(bounds, drawn, &why, NULL), "%s: %s is %s", datum->string, why.at,
                          why.came);
            }
        }
    }
    cr_assert_eq(core, 5);
}

Test(fizzbuzz, exercise_is_sound) {
    SCOPE_JSON cJSON *read = exercise();
    SCOPE_JSON cJSON *shape = json("{\"step\": \"6\", \"name\": \"fizzbuzz\", \"done\": {\"$matches\": "
                                   "\"^[A-Z].*\\\\.$\"}, \"checks\": {\"0\": "
                                   "{\"name\": \"build\"}, \"$pluck\": {\"/name\": {\"$unique\": true}}, "
                                   "\"$each\": {\"says\": {\"$matches\": "
                                   "\"^[0-9A-Z].*\\\\.$\"}, \"points\": {\"$gt\": 0}, \"hint\": {\"$each\": "
                                   "{\"$matches\": \"[.?]$\"}}}}}");
    struct mismatch why = {0};
    cr_assert(pattern_match(shape, read, &why, NULL), "%s: expected %s, came %s", why.at, why.expected,
              why.came);
    const cJSON *check, *step;
    double points = 0;
    cJSON_ArrayForEach(check, json_get(read, "checks")) {
        points += json_number(check, "points", 0);
        cJSON_ArrayForEach(step, json_get(check, "do")) {
            struct error error = {0};
            const cJSON *expect = json_get(step, "expect");
            cr_assert(pattern_check(expect, &error), "%s%s", json_text(check, "name"), error.text);
        }
    }
    cr_assert_eq(points, 100);
}
