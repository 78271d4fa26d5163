/* What fits, what does not, and above all: which difference is told, in which words. */
#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/pattern.h"

#include <criterion/criterion.h>
#include <string.h>
#include <time.h>

static cJSON *json(const char *text) {
    struct json_fault fault = {0};
    cJSON *value = json_parse(text, strlen(text), &fault);
    cr_assert(value, "%s: %s", text, fault.what);
    return value;
}

Test(match, fits) {
    static const struct {
        const char *pattern, *value;
    } rows[] = {
        {"{\"a\": 1}", "{\"a\": 1, \"b\": 2}"}, /* members not named are free */
        {"{\"$$type\": 1}", "{\"$type\": 1}"},  /* a member that looks like a predicate */
        {"{\"$eq\": {\"$type\": \"absent\"}}",
         "{\"$type\": \"absent\"}"}, /* a learner's $ member is harmless */
        {"{}", "{\"a\": 1}"},
        {"[]", "[]"},
        {"{\"a\": {\"$type\": \"absent\"}}", "{\"b\": 1}"},
        {"{\"a\": {\"$type\": [\"absent\", \"null\"]}}", "{\"a\": null}"},
        {"9007199254740993", "9007199254740993"},
        {"{\"$type\": \"integer\"}", "123456789012345678901234567890"},
        {"{\"$type\": \"integer\"}", "1e2"},
        {"{\"$gt\": 9007199254740992}", "9007199254740993"},
        {"{\"$matches\": \"^.$\"}", "\"é\""}, /* a character, not two bytes */
        {"{\"$matches\": \"^a\\\\x00b$\"}", "\"a\\u0000b\""},
        {"{\"$length\": 2}", "\"a\\u0000\""},
        {"{\"$length\": 1}", "{\"a\": 1}"},
        {"{\"$not\": {\"a\": 1}}", "{\"a\": 2}"},
        {"{\"$contains\": \"\"}", "\"\""},
        {"{\"$contains\": 2}", "[1, 2]"},
        {"{\"$only\": [\"a\", \"b\"]}", "{\"b\": 1}"},
        {"{\"$$a\": 1, \"$only\": true}", "{\"$a\": 1}"},
        {"{\"$each\": {\"$ge\": 0}}", "[]"},
        {"{\"$unordered\": [{\"$gt\": 0}, {\"$gt\": 1}, {\"$gt\": 2}]}", "[3, 2, 1]"}, /* greedy fails here */
        {"{\"$unordered\": [{\"$ge\": 1}, 1, 1]}", "[1, 1, 1]"},
        {"{\"$unordered\": [{\"a\": {\"$type\": \"any\"}}, {\"a\": 1}]}", "[{\"a\": 1}, {\"a\": 2}]"},
        {"{\"$unordered\": {\"$eq\": [{\"a\": 1}, 2]}}", "[2, {\"a\": 1}]"}, /* a filled-in list */
        {"{\"$oneOf\": {\"$eq\": [{\"a\": 1}, 2]}}", "{\"a\": 1}"},
        {"{\"$unique\": true}", "[[1], [2], \"1\", 1, {\"a\": 1}, {\"a\": 2}]"},
        {"{\"$sorted\": \"down\"}", "[10, 9, 9]"},
        {"{\"$sorted\": \"up\"}", "[\"10\", \"9\", \"Z\", \"é\"]"},
        {"{\"$pluck\": {\"/a/0\": [1, 2]}}", "[{\"a\": [1]}, {\"a\": [2]}]"},
        {"{\"$pluck\": {\"\": {\"$sorted\": \"up\"}}}", "[1, 2]"},
        {"{\"$tally\": {\"a\": 2, \"1\": 1, \"z\": 0, \"$only\": true}}", "[\"a\", 1, \"a\"]"},
        {"{\"$as\": {\"json\": {\"a\": [1]}, \"length\": 9}}", "\"{\\\"a\\\":[1]}\""},
        {"{\"0\": \"a\", \"2\": \"c\", \"$length\": 3}", "[\"a\", \"b\", \"c\"]"}, /* indexes of a list */
        {"{\"200\": 1}", "{\"200\": 1}"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *pattern = json(rows[i].pattern);
        SCOPE_JSON cJSON *value = json(rows[i].value);
        struct error error = {0};
        cr_assert(pattern_check(pattern, &error), "%s: %s", rows[i].pattern, error.text);
        struct mismatch mismatch = {.mark = -7, .depth = -7};
        bool fits = pattern_match(pattern, value, &mismatch, NULL);
        cr_assert(fits, "%s: %s: at %s expected %s, came %s", rows[i].pattern, rows[i].value, mismatch.at,
                  mismatch.expected, mismatch.came);
        cr_assert(mismatch.at == NULL && mismatch.mark == -7 && mismatch.depth == -7,
                  "success leaves no trace");
    }
}

Test(match, tells_the_first_difference) {
    static const struct {
        const char *pattern, *value, *at, *expected, *came;
        long mark;
    } rows[] = {
        /* lists: element by element first, then the length */
        {"[\"1\", \"2\", \"Fizz\"]", "[\"1\", \"2\", \"3\"]", "/2", "\"Fizz\"", "\"3\"", 1},
        {"[\"1\", \"2\"]", "[\"1\"]", "/1", "\"2\"", "nothing: the list ends after 1", -1},
        {"[\"1\"]", "[]", "/0", "\"1\"", "nothing: the list is empty", -1},
        {"[\"1\"]", "[\"1\", \"2\"]", "/1", "nothing more", "\"2\"", -1},
        {"[]", "[1]", "/0", "an empty list", "1", -1},
        {"[{\"$type\": \"absent\"}]", "[]", "/0", "{\"$type\": \"absent\"}", "nothing: the list is empty",
         -1},
        {"[{\"$gt\": 1}]", "[]", "/0", "a number above 1", "nothing: the list is empty", -1},
        {"{\"$eq\": [1, 2]}", "[1]", "/1", "2", "nothing: the list ends after 1", -1},
        {"{\"0\": \"1\", \"2\": \"x\"}", "[\"1\"]", "/2", "\"x\"", "nothing: the list ends after 1", -1},
        {"{\"0\": 1}", "\"x\"", "", "a list or an object", "\"x\"", -1},
        {"{\"a\": 1}", "[1]", "", "an object", "[1]", -1},
        /* where two texts part */
        {"\"Fizz\"", "\"FizzBuzz\"", "", "\"Fizz\"", "\"FizzBuzz\"", 5},
        {"\"FizzBuzz\"", "\"Fizz\"", "", "\"FizzBuzz\"", "\"Fizz\"", 5},
        {"\"Zoë\"", "\"Zoê\"", "", "\"Zoë\"", "\"Zoê\"", 3},
        {"\"ëa\"", "\"ëb\"", "", "\"ëa\"", "\"ëb\"", 2},
        {"\"a b\"",
         "\"a\xc2\xa0"
         "b\"",
         "", "\"a b\"", "\"a\\u00a0b\"", 2}, /* not told apart by eye */
        {"\"a\"", "\"a\\n\"", "", "\"a\"", "\"a\\n\"", 2},
        {"\"\"", "\"\\u0000\"", "", "\"\"", "\"\\u0000\"", 1},
        {"1234", "1243", "", "1234", "1243", 2},
        {"9007199254740993", "9007199254740992", "", "9007199254740993", "9007199254740992", 15},
        {"3", "\"3\"", "", "3", "\"3\"", -1},
        {"true", "false", "", "true", "false", -1},
        {"{\"a\": null}", "{}", "/a", "null", "nothing", -1},
        /* objects */
        {"{\"a\": {\"b/c\": 1}}", "{\"a\": {\"b/c\": 2}}", "/a/b~1c", "1", "2", 0},
        {"{\"a\": 1}", "{\"A\": 1}", "/a", "1", "nothing", -1},
        {"{\"$eq\": {\"a\": 1}}", "{\"a\": 1, \"b\": 2}", "/b", "no such member", "2", -1},
        {"{\"a\": 1, \"$only\": true}", "{\"a\": 1, \"b\": [2, 3]}", "/b", "no such member", "[2, 3]", -1},
        {"{\"a\": {}}", "{\"a\": [1]}", "/a", "an object", "[1]", -1},
        {"{\"b\": 1, \"a\": 1}", "{\"a\": 2, \"b\": 2}", "/b", "1", "2", 0}, /* in the author's order */
        /* predicates, in a person's words */
        {"{\"$type\": [\"integer\", \"string\"]}", "1.5", "", "an integer or a text", "1.5", -1},
        {"{\"a\": {\"$type\": \"absent\"}}", "{\"a\": 1}", "/a", "nothing", "1", -1},
        {"{\"$lt\": 500}", "500", "", "a number below 500", "500", -1},
        {"{\"$ge\": 1}", "\"2\"", "", "a number of at least 1", "\"2\"", -1},
        {"{\"$matches\": \"^GET\"}", "\"POST\"", "", "a text that matches ^GET", "\"POST\"", -1},
        {"{\"$matches\": [\"\\\\S\", \"a message\"]}", "\"\"", "", "a message", "\"\"", -1},
        {"{\"$matches\": \"^[0-9]+$\"}", "\"12\\n\"", "", "a text that matches ^[0-9]+$", "\"12\\n\"", -1},
        {"{\"$contains\": \"x\"}", "\"abc\"", "", "a text that contains \"x\"", "\"abc\"", -1},
        {"{\"$contains\": {\"a\": 1}}", "[2]", "", "a list with an element like {\"a\": 1}", "[2]", -1},
        {"{\"$not\": {\"$contains\": \"b\"}}", "\"abc\"", "", "anything but {\"$contains\": \"b\"}",
         "\"abc\"", -1},
        {"{\"$length\": 3}", "[1, 2]", "/2", "one more, 3 in all", "nothing: the list ends after 2", -1},
        {"{\"$length\": 1}", "[1, 2]", "/1", "nothing more than 1", "2", -1},
        {"{\"$length\": {\"$ge\": 3}}", "\"é\"", "", "a length of a number of at least 3",
         "\"é\" (1 character)", -1},
        {"{\"$as\": {\"number\": 1}}", "\"x\"", "", "a number, or a text that is one", "\"x\"", -1},
        {"{\"o\": {\"$as\": {\"lines\": [\"a\", \"b\"]}}}", "{\"o\": \"a\\nc\"}", "/o/1", "\"b\"", "\"c\"",
         1},
        {"{\"$each\": {\"id\": {\"$gt\": 0}}}", "[{\"id\": 1}, {\"id\": 0}]", "/1/id", "a number above 0",
         "0", -1},
        {"{\"$unique\": true}", "[1, 2, 1.0, 2]", "/2",
         "a value that is not there yet: element 1 is the same", "1.0", -1},
        {"{\"$sorted\": \"up\"}", "[1, 10, 9]", "/2", "10 or more, since it is sorted upwards", "9", -1},
        {"{\"$sorted\": \"up\"}", "[1, \"2\"]", "/1", "a number like the one before it", "\"2\"", -1},
        {"{\"$pluck\": {\"/id\": {\"$unique\": true}}}", "[{\"id\": 1}, {\"id\": 1}]", "/1/id",
         "a value that is not there yet: element 1 is the same", "1", -1},
        {"{\"a\": {\"$pluck\": {\"/id\": [1, 2]}}}", "{\"a\": [{\"id\": 1}, {}]}", "/a/1", "something at /id",
         "{}", -1},
        {"{\"$pluck\": {\"/id\": [1, 2]}}", "[{\"id\": 1}]", "/1/id", "2", "nothing: the list ends after 1",
         -1},
        {"{\"$tally\": {\"200\": 3}}", "[200, 200, 500]", "", "a count of \"200\": 3",
         "a count of \"200\": 2", -1},
        {"{\"$unordered\": [1, {\"a\": 2}]}", "[{\"a\": 3}, 1]", "/0/a", "2", "3", 0}, /* the one left over */
        {"{\"$unordered\": [1, 2, 3]}", "[3, 4, 5]", "", "an element like 1",
         "none among those left over: 4, 5", -1},
        {"{\"$unordered\": [1]}", "[2, 1]", "/0", "nothing more", "2", -1},
        {"{\"$unordered\": [1, 1]}", "[1]", "", "an element like 1", "nothing: the list has no element left",
         -1},
        {"{\"$unordered\": [{\"$gt\": 0}, 1]}", "[1, 0]", "/1", "a number above 0", "0", -1},
        /* of several ways, the one that came furthest */
        {"{\"$oneOf\": [1, 2, 3]}", "4", "", "1, 2 or 3", "4", -1},
        {"{\"$oneOf\": [1]}", "4", "", "1", "4", 0},
        {"{\"$oneOf\": [{\"type\": \"error\"}, {\"body\": {\"id\": 1}}]}", "{\"body\": {\"id\": 2}}",
         "/body/id", "1", "2", 0},
        {"{\"$oneOf\": [[1, 9], [1, 2, 9]]}", "[1, 2, 3]", "/2", "9", "3", 0},
        {"{\"$oneOf\": [\"a\", {\"$gt\": 1}]}", "null", "", "\"a\" or a number above 1", "null", -1},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *pattern = json(rows[i].pattern);
        SCOPE_JSON cJSON *value = json(rows[i].value);
        struct error error = {0};
        cr_assert(pattern_check(pattern, &error), "%s: %s", rows[i].pattern, error.text);
        struct mismatch mismatch = {.at = (char *)"poison", .expected = (char *)"poison", .mark = 4711};
        cr_assert_not(pattern_match(pattern, value, &mismatch, NULL), "%s: %s", rows[i].pattern,
                      rows[i].value);
        cr_assert_str_eq(mismatch.at, rows[i].at, "%s: at %s", rows[i].pattern, mismatch.at);
        cr_assert_str_eq(mismatch.expected, rows[i].expected, "%s: expected %s", rows[i].pattern,
                         mismatch.expected);
        cr_assert_str_eq(mismatch.came, rows[i].came, "%s: came %s", rows[i].pattern, mismatch.came);
        cr_assert_eq(mismatch.mark, rows[i].mark, "%s: mark %ld", rows[i].pattern, mismatch.mark);
        cr_assert_not(pattern_match(pattern, value, NULL, NULL), "the same without being asked why");
        mismatch_free(&mismatch);
        mismatch_free(&mismatch);
    }
    mismatch_free(NULL);
}

Test(match, nothing_at_all) {
    static const struct {
        const char *pattern;
        bool fits;
    } rows[] = {{"1", false},
                {"null", false},
                {"{}", false},
                {"[]", false},
                {"{\"$type\": \"absent\"}", true},
                {"{\"$type\": \"any\"}", false},
                {"{\"$not\": 1}", true},
                {"{\"$each\": 1}", false},
                {"{\"$as\": {\"text\": \"nothing\"}}", false},
                {"{\"$only\": true}", false},
                {"{\"$unordered\": []}", false},
                {"{\"$length\": 0}", false}};
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *pattern = json(rows[i].pattern);
        cr_assert_eq(pattern_match(pattern, NULL, NULL, NULL), rows[i].fits, "%s", rows[i].pattern);
    }
}

Test(match, warns_only_where_it_fits) {
    static const struct {
        const char *pattern, *value, *warnings;
        bool fits;
    } rows[] = {
        {"{\"$oneOf\": [1, {\"$eq\": 2, \"$warn\": \"w\"}]}", "2", "[\"w\"]", true},
        {"{\"$oneOf\": [1, {\"$eq\": 2, \"$warn\": \"w\"}]}", "1", "[]", true},
        {"{\"$oneOf\": [{\"$warn\": \"w\", \"$eq\": 1}, 2]}", "2", "[]", true}, /* the branch broke off */
        {"[{\"$warn\": \"w\"}, 2]", "[1, 3]", "[]", false},                     /* the whole did not fit */
        {"{\"$not\": {\"$warn\": \"w\", \"$eq\": 1}}", "2", "[]", true},
        {"{\"$each\": {\"$warn\": \"w\"}}", "[1, 2, 3]", "[\"w\"]", true}, /* said once */
        {"{\"$contains\": {\"a\": 1, \"$warn\": \"w\"}}", "[{\"a\": 2}, {\"a\": 1}]", "[\"w\"]", true},
        {"{\"$unordered\": [{\"$gt\": 1, \"$warn\": \"w\"}, 1]}", "[1, 2]", "[\"w\"]", true},
        {"{\"$pluck\": {\"/a\": [{\"$warn\": \"w\"}]}}", "[{\"a\": 1}]", "[\"w\"]", true},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *pattern = json(rows[i].pattern);
        SCOPE_JSON cJSON *value = json(rows[i].value);
        SCOPE_JSON cJSON *warnings = cJSON_CreateArray();
        cr_assert_eq(pattern_match(pattern, value, NULL, warnings), rows[i].fits, "%s", rows[i].pattern);
        SCOPE_FREE char *printed = json_print(warnings);
        cr_assert_str_eq(printed, rows[i].warnings, "%s", rows[i].pattern);
        cr_assert_eq(pattern_match(pattern, value, NULL, NULL), rows[i].fits);
    }
}

static double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static cJSON *long_list(size_t count, size_t step) {
    cJSON *list = cJSON_CreateArray();
    for (size_t i = 0; i < count; i++)
        cJSON_AddItemToArray(list, json_integer((int64_t)(i * step % count)));
    return list;
}

Test(match, long_texts_are_shown_up_to_the_difference_and_beyond) {
    enum { SAME = 30000, MORE = 400000 };
    SCOPE_TEXT struct text text = {0};
    for (int i = 0; i < SAME; i++)
        text_puts(&text, "é");
    SCOPE_FREE char *expected_text = xprintf("%sX", text.bytes);
    text_putc(&text, 'Y');
    for (int i = 0; i < MORE; i++)
        text_putc(&text, 'z');
    SCOPE_JSON cJSON *expected = cJSON_CreateString(expected_text);
    SCOPE_JSON cJSON *came = cJSON_CreateString(text.bytes);
    struct mismatch mismatch;
    cr_assert_not(pattern_match(expected, came, &mismatch, NULL));
    cr_assert_eq(mismatch.mark, SAME + 1);
    cr_assert_eq(mismatch.came[1 + 2 * SAME], 'Y');
    cr_assert_lt(strlen(mismatch.came), 2 * SAME + 1000);
    cr_assert_not_null(strstr(mismatch.came, "…\" (399501 more characters)"), "%s", mismatch.came + 2 * SAME);
    cr_assert_eq(mismatch.expected[strlen(mismatch.expected) - 2], 'X');
    mismatch_free(&mismatch);
}

Test(match, a_difference_beyond_all_reading_is_still_marked) {
    SCOPE_FREE char *a = xcalloc(3000002, 1);
    memset(a, 'a', 3000000);
    SCOPE_JSON cJSON *expected = cJSON_CreateString(a);
    a[3000000] = 'b';
    SCOPE_JSON cJSON *came = cJSON_CreateString(a);
    struct mismatch mismatch;
    cr_assert_not(pattern_match(expected, came, &mismatch, NULL));
    cr_assert_lt(strlen(mismatch.came), 101000);
    size_t at = 0;
    for (long left = mismatch.mark; left > 0 || ((unsigned char)mismatch.came[at] & 0xc0) == 0x80; at++)
        left -= ((unsigned char)mismatch.came[at] & 0xc0) != 0x80;
    cr_assert_eq(mismatch.came[at], 'b');
    mismatch_free(&mismatch);
}

Test(match, long_values_cost_linear_time_and_bounded_words) {
    enum { COUNT = 100000 };
    static const char *const patterns[] = {
        "{\"$unique\": true, \"$length\": 1}",
        "{\"$sorted\": \"down\"}",
        "{\"$tally\": {\"x\": 1}}",
        "{\"$unordered\": [1, {\"$gt\": 5}]}",
        "{\"$contains\": \"x\"}",
        "{\"$pluck\": {\"\": {\"$each\": {\"$lt\": 99999}}}}",
        "{\"$oneOf\": [{\"$each\": {\"$lt\": 0}}, {\"$not\": {\"$type\": \"array\"}}]}",
        "{\"a\": 1}",
    };
    SCOPE_JSON cJSON *list = long_list(COUNT, 7);
    for (size_t i = 0; i < LENGTH_OF(patterns); i++) {
        SCOPE_JSON cJSON *pattern = json(patterns[i]);
        struct mismatch mismatch;
        double start = seconds();
        cr_assert_not(pattern_match(pattern, list, &mismatch, NULL), "%s", patterns[i]);
        cr_assert_lt(seconds() - start, 3, "%s took long", patterns[i]); /* 5,000,000,000 comparisons would */
        cr_assert_lt(strlen(mismatch.came), 4500, "%s", patterns[i]);
        mismatch_free(&mismatch);
    }
    SCOPE_JSON cJSON *same = long_list(COUNT, 7);
    SCOPE_JSON cJSON *exact = cJSON_CreateObject();
    SCOPE_JSON cJSON *any_order = cJSON_CreateObject();
    SCOPE_JSON cJSON *ascending = long_list(COUNT, 1);
    json_set(exact, "$eq", cJSON_Duplicate(same, true));
    json_set(any_order, "$unordered", cJSON_Duplicate(ascending, true));
    double start = seconds();
    cr_assert(pattern_match(exact, list, NULL, NULL));
    cr_assert(pattern_match(same, list, NULL, NULL));
    cr_assert(pattern_match(any_order, list, NULL, NULL));
    cr_assert_lt(seconds() - start, 5);
}

Test(match, objects_of_many_members_are_compared_fast) {
    enum { COUNT = 50000 };
    SCOPE_JSON cJSON *a = cJSON_CreateObject();
    SCOPE_JSON cJSON *b = cJSON_CreateObject();
    for (int i = 0; i < COUNT; i++) {
        char name[20];
        snprintf(name, sizeof name, "m%d", i);
        cJSON_AddItemToObject(a, name, json_integer(i));
        snprintf(name, sizeof name, "m%d", COUNT - 1 - i);
        cJSON_AddItemToObject(b, name, json_integer(COUNT - 1 - i));
    }
    SCOPE_JSON cJSON *exact = cJSON_CreateObject();
    cJSON_AddItemReferenceToObject(exact, "$eq", a);
    double start = seconds();
    cr_assert(pattern_match(exact, b, NULL, NULL));
    cJSON_AddItemToObject(b, "extra", cJSON_CreateNull());
    struct mismatch mismatch;
    cr_assert_not(pattern_match(exact, b, &mismatch, NULL));
    cr_assert_str_eq(mismatch.at, "/extra");
    mismatch_free(&mismatch);
    cr_assert_lt(seconds() - start, 5);
}

Test(match, hostile_expressions_and_texts_end) {
    SCOPE_FREE char *many = xcalloc(50001, 1);
    memset(many, 'a', 50000);
    SCOPE_JSON cJSON *value = cJSON_CreateString(many);
    static const char *const patterns[] = {
        "{\"$matches\": \"^(a+)+$(?!)\"}", /* would take longer than the universe */
        "{\"$matches\": \"(a|aa)+b\"}",
    };
    for (size_t i = 0; i < LENGTH_OF(patterns); i++) {
        SCOPE_JSON cJSON *pattern = json(patterns[i]);
        double start = seconds();
        cr_assert_not(pattern_match(pattern, value, NULL, NULL));
        cr_assert_lt(seconds() - start, 20);
    }
    SCOPE_JSON cJSON *broken =
        cJSON_CreateString("a\xff\xfe\xc3 \xed\xa0\x80 b\xc2"); /* no JSON reader gives this */
    SCOPE_JSON cJSON *ends_in_b = json("{\"$matches\": \"b$\"}");
    SCOPE_JSON cJSON *plain = json("\"a\"");
    cr_assert_not(pattern_match(ends_in_b, broken, NULL, NULL));
    struct mismatch mismatch;
    cr_assert_not(pattern_match(plain, broken, &mismatch, NULL));
    cr_assert_str_eq(mismatch.came, "\"a\\xff\\xfe\\xc3 \\xed\\xa0\\x80 b\\xc2\"");
    cr_assert_eq(mismatch.mark, 2);
    mismatch_free(&mismatch);
}

Test(match, deep_values) {
    SCOPE_JSON cJSON *deep = cJSON_CreateObject();
    for (int i = 0; i < 5000; i++) {
        cJSON *around = cJSON_CreateArray();
        cJSON_AddItemToArray(around, deep);
        deep = around;
    }
    SCOPE_JSON cJSON *pattern = json("[[[{\"$unique\": true, \"a\": 1}]]]");
    struct mismatch mismatch;
    cr_assert_not(pattern_match(pattern, deep, &mismatch, NULL));
    cr_assert_lt(strlen(mismatch.came), 4000);
    mismatch_free(&mismatch);
}

Test(check, names_what_is_wrong_and_where) {
    static const struct {
        const char *pattern, *error;
    } rows[] = {
        {"{\"a\": [1, {\"$gte\": 1}]}",
         "/a/1/$gte no predicate is called $gte; did you mean $gt?; a member of that "
         "name is written $$gte"},
        {"{\"$lt\": \"5\"}", "/$lt $lt compares with a number, not with string"},
        {"{\"$type\": \"strng\"}", "/$type $type knows any, absent, string, number, integer, boolean, "
                                   "object, array and null, not strng"},
        {"{\"$type\": [\"string\", 1]}",
         "/$type/1 $type knows any, absent, string, number, integer, boolean, object, "
         "array and null; write one of these names or a list of them"},
        {"{\"$type\": []}", "/$type $type with an empty list fits nothing; name a type"},
        {"{\"$matches\": \"(\"}",
         "/$matches the regular expression ( does not compile: missing closing parenthesis, at character 2"},
        {"{\"$matches\": 1}",
         "/$matches $matches takes a regular expression, or a list of one and the words for it"},
        {"{\"$matches\": [\"a\"]}",
         "/$matches $matches takes a regular expression, or a list of one and the words for it"},
        {"{\"$oneOf\": []}", "/$oneOf $oneOf takes a list of patterns, at least one"},
        {"{\"$oneOf\": [1, {\"$x\": 1}]}",
         "/$oneOf/1/$x no predicate is called $x; a member of that name is written $$x"},
        {"{\"$not\": {\"$lt\": null}}", "/$not/$lt $lt compares with a number, not with null"},
        {"{\"$length\": -1}", "/$length $length takes a number of 0 or more, or a pattern for the length"},
        {"{\"$length\": {\"$lt\": []}}", "/$length/$lt $lt compares with a number, not with array"},
        {"{\"$as\": {\"jsn\": 1}}", "/$as/jsn no function is called \"jsn\"; did you mean json?"},
        {"{\"$as\": {\"json\": {\"$lt\": true}}}",
         "/$as/json/$lt $lt compares with a number, not with true or false"},
        {"{\"$as\": \"json\"}",
         "/$as $as takes an object of functions and patterns, as {\"number\": {\"$ge\": 1}}"},
        {"{\"$only\": \"a\"}", "/$only $only takes true or a list of member names"},
        {"{\"$only\": [\"a\", 2]}", "/$only/1 a member name is a text"},
        {"{\"$each\": {\"a/b\": {\"$sorted\": \"upwards\"}}}",
         "/$each/a~1b/$sorted $sorted takes \"up\" or \"down\""},
        {"{\"$unordered\": 1}", "/$unordered $unordered takes a list of patterns"},
        {"{\"$unique\": false}", "/$unique $unique takes true; leave it out where doubles are fine"},
        {"{\"$pluck\": {\"id\": 1}}", "/$pluck/id \"id\" is no pointer; write \"/id\""},
        {"{\"$pluck\": []}",
         "/$pluck $pluck takes an object of pointers and patterns, as {\"/id\": {\"$unique\": true}}"},
        {"{\"$tally\": {\"$nope\": 1}}", "/$tally/$nope no predicate is called $nope; a member of "
                                         "that name is written $$nope"},
        {"{\"$warn\": \"\"}", "/$warn $warn takes the sentence that the learner reads"},
        {"{\"a\": \"${x\"}",
         "/a the placeholder in \"${x\" is not closed; end it with }, or write $${ for the text ${"},
        {"[\"${}\"]", "/0 ${}: a placeholder is written ${name.member.0|function}"},
        {"\"${a|uper}\"", " ${a|uper}: no function is called \"uper\"; did you mean upper?"},
        {"{\"$eq\": {\"a\": \"${b.}\"}}", "/$eq/a ${b.}: a placeholder is written ${name.member.0|function}"},
        {"{\"${x y}\": 1}", "/${x y} ${x y}: a placeholder is written ${name.member.0|function}"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *pattern = json(rows[i].pattern);
        struct error error = {0};
        cr_assert_not(pattern_check(pattern, &error), "%s", rows[i].pattern);
        cr_assert_str_eq(error.text, rows[i].error, "%s: %s", rows[i].pattern, error.text);
        cr_assert_eq(error.fault, FAULT_INPUT);
        cr_assert_not(pattern_check(pattern, NULL), "also where nobody asks why");
    }
}

Test(check, placeholders_may_stand_for_any_argument) {
    static const char *const patterns[] = {
        "{\"$lt\": \"${n}\"}",       "{\"$matches\": \"^${x|regex}$\"}",
        "{\"$type\": \"${t}\"}",     "{\"$length\": \"${n}\"}",
        "{\"$oneOf\": \"${list}\"}", "{\"$unordered\": \"${list}\"}",
        "{\"$sorted\": \"${way}\"}", "{\"$only\": \"${names}\"}",
        "{\"${name}\": 1}",          "{\"$tally\": {\"${x}\": \"${n}\"}}",
    };
    for (size_t i = 0; i < LENGTH_OF(patterns); i++) {
        SCOPE_JSON cJSON *pattern = json(patterns[i]);
        struct error error = {0};
        cr_assert(pattern_check(pattern, &error), "%s: %s", patterns[i], error.text);
    }
}
