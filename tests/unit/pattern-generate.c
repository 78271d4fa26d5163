/* Data: the same seed gives the same, order and neighbours do not matter, and the traps are always there. */
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

static char *drawn(const char *spec_text, uint64_t seed, const char *path) {
    SCOPE_JSON cJSON *spec = json(spec_text);
    struct error error = {0};
    SCOPE_JSON cJSON *value = generate(spec, seed, path, &error);
    cr_assert_not_null(value, "%s: %s", spec_text, error.text);
    return json_print(value);
}

Test(random, is_the_same_everywhere) {
    /* Kept values: were they to change, every printed seed would mean something else. */
    SCOPE_FREE char *hex = drawn("\"$hex\"", 42, "data/x");
    SCOPE_FREE char *number = drawn("{\"$int\": [1, 1000000]}", 42, "data/x");
    SCOPE_FREE char *again = drawn("\"$hex\"", 42, "data/x");
    cr_assert_str_eq(hex, again);
    cr_assert_str_eq(hex, "\"1b1f76a4939c7990cc3f0f0a773a60db\"");
    cr_assert_str_eq(number, "402369");
}

Test(random, depends_on_seed_and_path) {
    static const char *const specs[] = {"\"$word\"", "\"$name\"", "\"$email\"", "\"$uuid\"",
                                        "{\"$int\": [0, 1000000000000]}"};
    for (size_t i = 0; i < LENGTH_OF(specs); i++) {
        SCOPE_FREE char *one = drawn(specs[i], 1, "data/a");
        SCOPE_FREE char *other_path = drawn(specs[i], 1, "data/b");
        SCOPE_FREE char *other_seed = drawn(specs[i], 2, "data/a");
        cr_assert_str_neq(one, other_path);
        cr_assert_str_neq(one, other_seed);
    }
}

Test(random, a_part_does_not_depend_on_its_neighbours) {
    SCOPE_FREE char *alone = drawn("\"$name\"", 7, "data/user/name");
    SCOPE_JSON cJSON *first = json("{\"name\": \"$name\", \"email\": \"$email\"}");
    SCOPE_JSON cJSON *second =
        json("{\"id\": {\"$int\": [1, 9]}, \"email\": \"$email\", \"name\": \"$name\"}");
    SCOPE_JSON cJSON *a = generate(first, 7, "data/user", NULL);
    SCOPE_JSON cJSON *b = generate(second, 7, "data/user", NULL);
    SCOPE_FREE char *name = json_print(json_get(b, "name"));
    cr_assert(json_equal(json_get(a, "name"), json_get(b, "name")));
    cr_assert(json_equal(json_get(a, "email"), json_get(b, "email")));
    cr_assert_str_eq(name, alone);
    /* A longer list begins as the shorter one does. */
    SCOPE_JSON cJSON *short_list = json("{\"$list\": 3, \"of\": \"$word\"}");
    SCOPE_JSON cJSON *long_list = json("{\"$list\": 9, \"of\": \"$word\"}");
    SCOPE_JSON cJSON *three = generate(short_list, 7, "data/l", NULL);
    SCOPE_JSON cJSON *nine = generate(long_list, 7, "data/l", NULL);
    for (int i = 0; i < 3; i++)
        cr_assert(json_equal(cJSON_GetArrayItem(three, i), cJSON_GetArrayItem(nine, i)));
}

Test(random, between_is_fair_and_exact) {
    struct random *random = random_open(1, "x");
    int counts[10] = {0};
    for (int i = 0; i < 100000; i++)
        counts[random_between(random, -3, 6) + 3]++;
    for (int i = 0; i < 10; i++) /* five standard deviations */
        cr_assert(counts[i] > 9525 && counts[i] < 10475, "%d came %d times", i - 3, counts[i]);
    bool low = false, high = false;
    for (int i = 0; i < 1000; i++) {
        int64_t drawn_number = random_between(random, INT64_MIN, INT64_MAX);
        low |= drawn_number < INT64_MIN / 2;
        high |= drawn_number > INT64_MAX / 2;
    }
    cr_assert(low && high);
    cr_assert_eq(random_between(random, INT64_MAX, INT64_MAX), INT64_MAX);
    cr_assert_geq(random_between(random, INT64_MAX - 1, INT64_MAX), INT64_MAX - 1);
    random_close(random);
    random_close(NULL);
}

Test(generate, streams_of_neighbouring_seeds_and_paths_are_unlike) {
    int same = 0;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        char path[20], next[20];
        snprintf(path, sizeof path, "p%d", (int)seed);
        snprintf(next, sizeof next, "p%d", (int)seed + 1);
        struct random *a = random_open(seed, path);
        struct random *b = random_open(seed + 1, path);
        struct random *c = random_open(seed, next);
        same += random_between(a, 0, 99) == random_between(b, 0, 99);
        same += random_between(a, 0, 99) == random_between(c, 0, 99);
        random_close(a);
        random_close(b);
        random_close(c);
    }
    cr_assert(same > 4 && same < 45, "%d of 2000 are the same; 20 would be chance", same);
}

Test(generate, other_values_stay) {
    static const struct {
        const char *spec, *value;
    } rows[] = {
        {"12345678901234567890", "12345678901234567890"},
        {"[null, true, \"a\", {\"b\": 1.50}]", "[null,true,\"a\",{\"b\":1.50}]"},
        {"\"$$word\"", "\"$word\""},
        {"{\"$$int\": 1}", "{\"$int\":1}"},
        {"\"${from}x\"", "\"${from}x\""}, /* a template, filled in later */
        {"\"$${from}\"", "\"$${from}\""},
        {"{\"$pick\": [\"$$x\"]}", "\"$x\""},
        {"{\"$join\": [1, \"-\", null, [2], \"\"]}", "\"1-null[2]\""},
        {"{\"$join\": []}", "\"\""},
        {"{\"$list\": 0, \"of\": 1}", "[]"},
        {"{\"$shuffle\": []}", "[]"},
        {"{\"$shuffle\": [1, 1]}", "[1,1]"},
        {"{\"$hex\": 0}", "\"\""}, /* refused by the static test, harmless all the same */
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FREE char *value = drawn(rows[i].spec, 5, "data/x");
        cr_assert_str_eq(value, rows[i].value);
    }
}

Test(generate, traps_are_there_for_every_seed) {
    SCOPE_JSON cJSON *spec = json("{\"name\": \"$name\", \"plain\": {\"$name\": \"plain\"}, \"range\": "
                                  "{\"$range\": {\"within\": [-5, 5], "
                                  "\"width\": [-3, 11]}}, \"mixed\": {\"$shuffle\": [1, 2, 3]}, \"ids\": "
                                  "{\"$list\": [5, 9], \"of\": {\"id\": "
                                  "{\"$int\": [1, 9]}}, \"unique\": \"/id\"}, \"picked\": {\"$list\": 40, "
                                  "\"of\": {\"$pick\": [1, 2, 3]}}}");
    SCOPE_JSON cJSON *pattern =
        json("{\"name\": {\"$matches\": \"^\\\\S+ [A-Z][a-z]{7} \\\\S+$\", \"$contains\": \"'\", \"$not\": "
             "{\"$matches\": "
             "\"^[ -~]*$\"}}, \"plain\": {\"$matches\": \"^[A-Za-z ]+$\"}, \"range\": {\"from\": {\"$ge\": "
             "-5, \"$le\": 5}, "
             "\"to\": {\"$ge\": -5, \"$le\": 5}}, \"mixed\": {\"$unordered\": [1, 2, 3], \"$not\": [1, 2, "
             "3]}, \"ids\": "
             "{\"$pluck\": {\"/id\": {\"$unique\": true}}, \"$length\": {\"$ge\": 5, \"$le\": 9}}, "
             "\"picked\": {\"$tally\": "
             "{\"1\": {\"$gt\": 0}, \"2\": {\"$gt\": 0}, \"3\": {\"$gt\": 0}, \"$only\": true}}}");
    struct error error = {0};
    cr_assert(generate_check(spec, &error), "%s", error.text);
    cr_assert(pattern_check(pattern, &error), "%s", error.text);
    for (uint64_t seed = 0; seed < 200; seed++) {
        SCOPE_JSON cJSON *value = generate(spec, seed, "data", &error);
        cr_assert_not_null(value, "%s", error.text);
        struct mismatch why = {0};
        cr_assert(pattern_match(pattern, value, &why, NULL), "seed %d: %s expected %s came %s", (int)seed,
                  why.at, why.expected, why.came);
    }
}

Test(generate, people_are_hardly_ever_namesakes) {
    SCOPE_JSON cJSON *spec =
        json("{\"$list\": 2000, \"of\": [\"$name\", {\"$name\": \"plain\"}, \"$email\", \"$word\", "
             "\"$uuid\", \"$hex\"]}");
    SCOPE_JSON cJSON *value = generate(spec, 1, "data/crowd", NULL);
    static const char *const patterns[] = {
        "{\"$pluck\": {\"/0\": {\"$unique\": true}}}", "{\"$pluck\": {\"/1\": {\"$unique\": true}}}",
        "{\"$pluck\": {\"/2\": {\"$unique\": true}}}", "{\"$pluck\": {\"/3\": {\"$unique\": true}}}",
        "{\"$pluck\": {\"/4\": {\"$unique\": true}}}", "{\"$pluck\": {\"/5\": {\"$unique\": true}}}"};
    for (size_t i = 0; i < LENGTH_OF(patterns); i++) {
        SCOPE_JSON cJSON *pattern = json(patterns[i]);
        cr_assert(pattern_match(pattern, value, NULL, NULL), "%s", patterns[i]);
    }
}

Test(generate, says_what_cannot_be_drawn) {
    SCOPE_JSON cJSON *spec = json("{\"$list\": 4, \"of\": {\"$int\": [1, 3]}, \"unique\": true}");
    struct error error = {0};
    cr_assert_null(generate(spec, 1, "data/x", &error));
    cr_assert_str_eq(error.text, "data/x: after 3 elements no further one that is unique at \"\" was drawn");
}

Test(generate, check_says_what_is_wrong_and_where) {
    static const struct {
        const char *spec, *error;
    } rows[] = {
        {"{\"a\": [\"$wrod\"]}",
         "/a/0 no generator is called \"$wrod\"; did you mean $word?; the text is written "
         "\"$$wrod\""},
        {"{\"$itn\": [1, 2]}",
         "/$itn no generator is called \"$itn\"; did you mean $int?; the text is written \"$$itn\""},
        {"\"$int\"", " $int needs its bounds: {\"$int\": [1, 9]}"},
        {"{\"$int\": [9, 1]}", "/$int this takes two integers, the lower first: [1, 9]"},
        {"{\"$int\": [1, 1.5]}", "/$int this takes two integers, the lower first: [1, 9]"},
        {"{\"$int\": [1, 9], \"step\": 2}", "/step $int knows no option \"step\""},
        {"{\"$word\": 5}", " $word takes no options; write \"$word\""},
        {"{\"$name\": \"short\"}", "/$name $name takes \"plain\" or stands alone, \"$name\""},
        {"{\"$hex\": 0}",
         "/$hex this takes an integer from 1 to 4096, or two of them, the lower first: [1, 9]"},
        {"{\"$pick\": []}", " $pick takes a list to pick from: {\"$pick\": [\"a\", \"$word\"]}"},
        {"{\"$pick\": [1, \"$nmae\"]}",
         "/$pick/1 no generator is called \"$nmae\"; did you mean $name?; the text is written \"$$nmae\""},
        {"{\"$list\": 3}", " $list takes a number and \"of\": {\"$list\": 3, \"of\": \"$word\"}"},
        {"{\"$list\": 3, \"off\": 1, \"of\": 1}", "/off $list knows no option \"off\"; did you mean of?"},
        {"{\"$list\": 3, \"of\": 1, \"unique\": \"id\"}",
         "/unique \"unique\" takes true, or a pointer into the elements such as \"/id\""},
        {"{\"$list\": -1, \"of\": 1}",
         "/$list this takes an integer from 0 to 100000, or two of them, the lower first: [1, 9]"},
        {"{\"$list\": 1, \"of\": {\"x\": \"$uid\"}}",
         "/of/x no generator is called \"$uid\"; did you mean $uuid?; the text is written \"$$uid\""},
        {"{\"$shuffle\": 1}", " $shuffle takes a list: {\"$shuffle\": [1, 2, 3]}"},
        {"{\"$join\": \"a\"}", " $join takes a list of parts: {\"$join\": [\"user-\", {\"$int\": [1, 9]}]}"},
        {"{\"$now\": 1.5}", "/$now $now takes whole seconds from now: {\"$now\": -60}"},
        {"{\"$range\": {\"within\": [1, 5], \"width\": [1, 6]}}",
         "/$range a range of this width does not fit into \"within\"; make it narrower"},
        {"{\"$range\": {\"within\": [1, 5]}}",
         "/$range/width this takes two integers, the lower first: [1, 9]"},
        {"{\"$range\": {\"wthin\": [1, 5]}}",
         "/$range/wthin $range knows no \"wthin\"; did you mean within?"},
        {"{\"$fizzbuzz\": {\"rules\": 2, \"together\": 3}}",
         "/$fizzbuzz/rules fewer rules than \"together\" (3) cannot match one number; or 0 for none"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *spec = json(rows[i].spec);
        struct error error = {0};
        cr_assert_not(generate_check(spec, &error), "%s", rows[i].spec);
        cr_assert_str_eq(error.text, rows[i].error, "%s: %s", rows[i].spec, error.text);
        cr_assert_not(generate_check(spec, NULL));
    }
}

Test(generate, bounds_at_the_ends_of_64_bits) {
    static const struct {
        const char *spec, *value;
    } rows[] = {
        {"{\"$int\": [9223372036854775807, 9223372036854775807]}", "9223372036854775807"},
        {"{\"$int\": [-9223372036854775808, -9223372036854775808]}", "-9223372036854775808"},
        {"{\"$range\": {\"within\": [-9223372036854775808, -9223372036854775807], \"width\": 2}}",
         "{\"from\":-9223372036854775808,\"to\":-9223372036854775807}"},
        {"{\"$range\": {\"within\": [1, 2], \"width\": 0}}", "{\"from\":2,\"to\":1}"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *spec = json(rows[i].spec);
        struct error error = {0};
        cr_assert(generate_check(spec, &error), "%s: %s", rows[i].spec, error.text);
        SCOPE_FREE char *value = drawn(rows[i].spec, 3, "x");
        cr_assert_str_eq(value, rows[i].value);
    }
}
