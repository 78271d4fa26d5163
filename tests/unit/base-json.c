/* The strict JSON reader: what it takes, what it refuses and how it says so. */
#include "checker/base/json.h"
#include "checker/base/memory.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <string.h>

Test(json, takes_what_is_json_and_prints_it_back) {
    static const char *const texts[] = {
        "null",
        "true",
        "[]",
        "{}",
        "0",
        "-0",
        "1.50",
        "1e999",
        "12345678901234567890",
        "\"\"",
        "\"a\\u0000b\"",
        "\"é😀\"",
        "[1,[2,{\"a\":[]}]]",
        "{\"A\":1,\"a\":2}",
        "{\"id\":9007199254740993}",
    };
    for (size_t i = 0; i < LENGTH_OF(texts); i++) {
        SCOPE_JSON cJSON *value = json_parse(texts[i], strlen(texts[i]), NULL);
        cr_assert_not_null(value, "%s", texts[i]);
        SCOPE_FREE char *printed = json_print(value);
        cr_assert_str_eq(printed, texts[i]);
    }
}

Test(json, refuses_what_is_not_json_and_says_where) {
    static const struct {
        const char *text, *what;
        size_t line, column;
    } rows[] = {
        {"", "nothing where a JSON value should be", 1, 1},
        {"{\"a\":01}", "a number that starts with 0", 1, 6},
        {"{\"a\":1.}", "a number that ends with its decimal point", 1, 6},
        {"{\"a\":+1}", "`+1}`, which is not a JSON value", 1, 6},
        {"{\"a\":\"line\nbreak\"}", "a raw newline in a string", 1, 11},
        {"{\"a\":\"tab\there\"}", "a raw tab in a string", 1, 10},
        {"{\"a\":1} x", "more text after the JSON value has ended", 1, 9},
        {"{\n  \"a\":1,\n}", "a comma before }", 2, 8},
        {"[1,2,]", "a comma before ]", 1, 5},
        {"[,]", "`,]`, which is not a JSON value", 1, 2},
        {"{a:1}", "a member without its name", 1, 2},
        {"{\"a\":1,\"a\":2}", "the member \"a\" twice in one object", 1, 1},
        {"{\"a\":\"\xff\xfe\"}", "a byte that is not UTF-8 (0xff)", 1, 7},
        {"[1,2", "an array that is not closed", 1, 1},
        {"{\"a\":NaN}", "`NaN}`, which is not a JSON value", 1, 6},
        {"[-]", "a minus sign without a number", 1, 2},
        {"[1e]", "a number without the digits of its exponent", 1, 2},
        {"\"\\ud800\"", "half of a surrogate pair", 1, 2},
        {"\"\\x41\"", "an escape that JSON does not have", 1, 2},
        {"\"abc", "a string that does not end", 1, 1},
        {"[\"é\" 1]", "something that is neither a comma nor ]", 1, 6},
        {"\xef\xbb\xbf{}", "a byte order mark before the JSON text", 1, 1},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct json_fault fault = {0};
        cr_assert_null(json_parse(rows[i].text, strlen(rows[i].text), &fault), "%s", rows[i].text);
        cr_assert_str_eq(fault.what, rows[i].what);
        cr_assert_eq(fault.line, rows[i].line, "%s: line %zu", rows[i].text, fault.line);
        cr_assert_eq(fault.column, rows[i].column, "%s: column %zu", rows[i].text, fault.column);
    }
}

Test(json, depth_is_bounded) {
    char deep[200001];
    memset(deep, '[', 100000);
    memset(deep + 100000, ']', 100000);
    deep[200000] = '\0';
    struct json_fault fault;
    cr_assert_null(json_parse(deep, 200000, &fault));
    cr_assert_str_eq(fault.what, "arrays and objects nested more than 64 deep");
    SCOPE_JSON cJSON *fits = json_parse(deep + 100000 - 64, 128, &fault);
    cr_assert_not_null(fits);
}

Test(json, numbers_are_compared_without_rounding) {
    static const struct {
        const char *a, *b;
        int order;
    } rows[] = {
        {"9007199254740993", "9007199254740992", 1},
        {"1", "1.0", 0},
        {"-5", "3", -1},
        {"-5", "-6", 1},
        {"10", "9", 1},
        {"-0", "0", 0},
        {"1e2", "100", 0},
        {"0.1", "0.10", 0},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *a = json_parse(rows[i].a, strlen(rows[i].a), NULL);
        SCOPE_JSON cJSON *b = json_parse(rows[i].b, strlen(rows[i].b), NULL);
        cr_assert_eq(json_compare_numbers(a, b), rows[i].order, "%s against %s", rows[i].a, rows[i].b);
        cr_assert_eq(json_compare_numbers(b, a), -rows[i].order);
    }
}

Test(json, pointers_and_places) {
    const char *text = "{\"a\": {\"b/c\": [10,\n  20, {\"d~\": 1}]}}";
    SCOPE_JSON cJSON *value = json_parse(text, strlen(text), NULL);
    cr_assert_float_eq(json_at(value, "/a/b~1c/1")->valuedouble, 20, 0);
    cr_assert_not_null(json_at(value, "/a/b~1c/2/d~0"));
    cr_assert_null(json_at(value, "/a/b~1c/01"));
    cr_assert_null(json_at(value, "/a/B~1c"));
    cr_assert_eq(json_at(value, ""), value);
    size_t line, column;
    cr_assert(json_place(text, strlen(text), "/a/b~1c/2/d~0", &line, &column));
    cr_assert_eq(line, 2);
    cr_assert_eq(column, 8);
    cr_assert_not(json_place(text, strlen(text), "/a/x", &line, &column));
    SCOPE_FREE char *pointer = json_pointer_add("/a", "b/~");
    cr_assert_str_eq(pointer, "/a/b~1~0");
}

Test(json, equality_ignores_the_order_of_members_only) {
    static const struct {
        const char *a, *b;
        bool equal;
    } rows[] = {
        {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}", true},
        {"[1,2]", "[2,1]", false},
        {"{\"a\":1}", "{\"A\":1}", false},
        {"\"1\"", "1", false},
        {"{\"a\":null}", "{}", false},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *a = json_parse(rows[i].a, strlen(rows[i].a), NULL);
        SCOPE_JSON cJSON *b = json_parse(rows[i].b, strlen(rows[i].b), NULL);
        cr_assert_eq(json_equal(a, b), rows[i].equal, "%s %s", rows[i].a, rows[i].b);
    }
}

Test(json, members_can_be_set_and_replaced) {
    SCOPE_JSON cJSON *object = cJSON_CreateObject();
    json_set_integer(object, "n", 9007199254740993);
    json_set_text(object, "t", "a\xff");
    json_set_text(object, "t", "b");
    json_set(object, "nil", cJSON_CreateNull());
    SCOPE_FREE char *printed = json_print(object);
    cr_assert_str_eq(printed, "{\"n\":9007199254740993,\"t\":\"b\",\"nil\":null}");
}
