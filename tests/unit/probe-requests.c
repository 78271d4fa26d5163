/* A learner's file of requests: what is read, what is refused and how it is said, and when an expectation holds. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/probe/requests.h"

#include <criterion/criterion.h>
#include <string.h>

static bool read_http(const char *text, struct requests *ret_requests, struct error *error) {
    return requests_read("requests.http", text, strlen(text), ret_requests, error);
}

/* All that was read, as text, so that a row can be compared whole. */
static char *summary(const struct requests *requests) {
    SCOPE_TEXT struct text out = {0};
    for (size_t i = 0; i < requests->count; i++) {
        const struct request *request = &requests->list[i];
        text_printf(&out, "%s[%s]%zu %s %s", i ? "\n" : "", request->name, request->line, request->method,
                    request->target);
        for (size_t h = 0; h < request->header_count; h++)
            text_printf(&out, " {%s=%s}", request->headers[h].name, request->headers[h].value);
        if (request->body)
            text_printf(&out, " <%s>", request->body);
        for (size_t e = 0; e < request->expectation_count; e++) {
            SCOPE_FREE char *expected = expectation_text(&request->expectations[e]);
            text_printf(&out, " (%zu: %s)", request->expectations[e].line, expected);
        }
    }
    return text_take(&out);
}

Test(requests, a_file_is_read_as_the_task_says) {
    static const struct {
        const char *text, *says, *why;
    } rows[] = {
        {"", "", "nothing at all"},
        {"GET {{base}}/", "[]1 GET /", "the least there can be, without an end of line"},
        {"\xef\xbb\xbfGET {{base}}/\r\n", "[]1 GET /", "a byte order mark, and CRLF"},
        {"# a comment\n@base = http://x\n\n###\n###   a name  \nGET {{base}}/a HTTP/1.1  \n",
         "[a name]6 GET /a", "blocks without a request are skipped; a version may end the line"},
        {"### one\nGET {{base}}/1\n### two\nDELETE {{base}}/2\n", "[one]2 GET /1\n[two]4 DELETE /2",
         "two requests"},
        {"GET {{base}}/a+b%20c?q=a+b&x={\n", NULL, "a brace, see below"},
        {"GET {{base}}/a+b%20c?q=a+b%26&tag=b%C3%BCro\n", "[]1 GET /a+b%20c?q=a+b%26&tag=b%C3%BCro",
         "the target byte for byte"},
        {"GET {{base}}/\nAccept:  text/plain \n# a comment\nX-Empty:\n",
         "[]1 GET / {Accept=text/plain} {X-Empty=}", "headers, and comments between them"},
        {"POST {{base}}/\nA: b\n\n{\n# a comment\n\n}\n\n \n", "[]1 POST / {A=b} <{\n\n}>",
         "comments are no part of a body, empty lines at its end neither"},
        {"POST {{base}}/\n\na\r\nb\r\n", "[]1 POST / <a\nb>", "lines of a body are joined by LF"},
        {"POST {{base}}/\n\n\n\n", "[]1 POST /", "a body of empty lines is none"},
        {"POST {{base}}/\n\n @base\n ### x\n", "[]1 POST / < @base\n ### x>",
         "### counts in the first column only"},
        {"# expect 200\n#expect   /a   [1, \"b\"] \nGET {{base}}/\n# expect /b null\n\n# expect /c/0 \"\"\nx",
         "[]3 GET / <x> (1: status 200) (2: /a [1,\"b\"]) (4: /b null) (6: /c/0 \"\")",
         "expectations above, below and within"},
        {"# expected by all\n# expectations: none\n# I expect nothing\nGET {{base}}/", "[]4 GET /",
         "comments that begin with another word"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct requests requests;
        struct error error = {0};
        bool ok = read_http(rows[i].text, &requests, &error);
        cr_assert_eq(ok, rows[i].says != NULL, "%s: %s", rows[i].why, error.text);
        if (!ok)
            continue;
        SCOPE_FREE char *found = summary(&requests);
        cr_expect_str_eq(found, rows[i].says, "%s: %s", rows[i].why, found);
        requests_free(&requests);
    }
}

Test(requests, what_is_wrong_is_said_with_its_line) {
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"\n\nget {{base}}/\n", ":3: \"get {{base}}/\" is no request"},
        {"GET\n", ":1: \"GET\" is no request"},
        {"GET  {{base}}/\n", ":1: one space stands between"},
        {"GET http://127.0.0.1:8080/\n", ":1: the address does not begin with {{base}}"},
        {"GET {{base}}\n", ":1: behind {{base}} the address goes on with a slash"},
        {"GET {{base}}/a b\n", ":1: there is a blank in the address"},
        {"GET {{base}}/?q={{q}}\n", ":1: {{base}} is the only variable"},
        {"GET {{base}}/#a\n", ":1: what follows # in an address is never sent"},
        {"GET {{base}}/ HTTP/2\n", ":1: there is a blank in the address"},
        {"GET {{base}}/\n{\"a\": 1}\n", ":2: \"{\"a\": 1}\" is no header"},
        {"GET {{base}}/\nA b: c\n", ":2: \"A b: c\" is no header"},
        {"GET {{base}}/\nA: b\x1b"
         "c\n",
         ":2: the header has a control character"},
        {"# expect\nGET {{base}}/\n", ":1: \"expect\" is no expectation"},
        {"# expect: 200\nGET {{base}}/\n", ":1: \"expect: 200\" is no expectation"},
        {"# expect 2OO\nGET {{base}}/\n", ":1: \"expect 2OO\" is no expectation"},
        {"# expect 600\nGET {{base}}/\n", ":1: \"expect 600\" is no expectation"},
        {"# expect status 200\nGET {{base}}/\n", ":1: \"expect status 200\" is no expectation"},
        {"# expect / 5\nGET {{base}}/\n", ":1: \"expect / 5\" is no expectation"},
        {"# expect /a\nGET {{base}}/\n", ":1: /a should lead to which value?"},
        {"# expect /a b\nGET {{base}}/\n", ":1: b is not JSON"},
        {"# expect /a 5 5\nGET {{base}}/\n", ":1: 5 5 is not JSON"},
        {"# expect /a~2 5\nGET {{base}}/\n", ":1: /a~2 is no JSON Pointer"},
        {"# expect 200\n# expect 201\nGET {{base}}/\n",
         ":2: this request expects a status already, in line 1"},
        {"# expect 200\n###\nGET {{base}}/\n", ":1: this expectation has no request"},
        {"GET {{base}}/\n\n\xff\n", ":3: a character is not UTF-8"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct requests requests;
        memset(&requests, 0x55, sizeof requests);
        struct error error = {0};
        cr_assert_not(read_http(rows[i].text, &requests, &error), "%s", rows[i].text);
        cr_expect_eq(error.fault, FAULT_INPUT);
        SCOPE_FREE char *expected = xprintf("requests.http%s", rows[i].says);
        cr_expect_eq(strncmp(error.text, expected, strlen(expected)), 0, "%s: %s", rows[i].text, error.text);
        cr_expect_eq(((unsigned char *)&requests)[0], 0x55, "written in spite of a failure: %s",
                     rows[i].text);
    }
    struct requests requests;
    struct error error = {0};
    cr_expect_not(requests_read("requests.http", "\n\0", 2, &requests, &error));
    cr_expect_str_eq(error.text, "requests.http:2: a NUL cannot be sent; is this a text file?");
}

Test(requests, there_are_ceilings) {
    struct requests requests;
    struct error error = {0};
    SCOPE_TEXT struct text many = {0};
    for (int i = 0; i < REQUESTS_MOST; i++)
        text_puts(&many, "###\nGET {{base}}/\n");
    cr_expect(read_http(many.bytes, &requests, &error), "%s", error.text);
    cr_expect_eq(requests.count, REQUESTS_MOST);
    requests_free(&requests);
    text_puts(&many, "###\nGET {{base}}/\n");
    cr_expect_not(read_http(many.bytes, &requests, &error));
    cr_expect_str_eq(error.text, "requests.http:1002: there are more than 500 requests; leave some out");
    SCOPE_FREE char *large = xcalloc(1, REQUESTS_BYTES + 1);
    cr_expect_not(requests_read("requests.http", large, REQUESTS_BYTES + 1, &requests, &error));
    cr_expect_str_eq(error.text, "requests.http: larger than 1 MiB; leave some of it out");
}

/* --- Postman -------------------------------------------------------------------------------------------------- */

static const char *const members[] = {"q", "limit", "param", NULL};

static bool read_postman(const char *text, struct requests *ret_requests, struct error *error) {
    return requests_read_postman("c.json", text, strlen(text), members, "param", ret_requests, error);
}

#define EXAMPLE(request, rest) "{\"name\": \"n\", \"originalRequest\": " request ", " rest "}"
#define GET(url) "{\"method\": \"GET\", \"url\": " url "}"

Test(requests, a_collection_gives_a_request_for_each_example) {
    static const struct {
        const char *items, *says, *why;
    } rows[] = {
        {"", "", "empty"},
        {"{\"name\": \"folder\", \"item\": [{\"request\": {}, \"response\": [" EXAMPLE(
             GET("\"{{base}}/a\""), "\"code\": 200, \"body\": \"{}\"") "]}]}",
         "[n]1 GET /a (0: status 200)", "folders nest; an address may be a string"},
        {"{\"request\": " GET("{\"raw\": \"{{base}}/a?q=b c&é#x\"}") ", \"response\": [{\"code\": 200}]}",
         "[]1 GET /a?q=b%20c&%C3%A9 (0: status 200)",
         "else the item's own request; Postman encodes what it sends"},
        {"{\"request\": {}, \"response\": [" EXAMPLE(
             "{\"method\": \"POST\", \"url\": \"{{base}}/a\", \"header\": [{\"key\": \"A\", \"value\": "
             "\"b\"}, "
             "{\"key\": \"C\", \"value\": \"d\", \"disabled\": true}], \"body\": {\"mode\": \"raw\", "
             "\"raw\": "
             "\"{}\"}}",
             "\"code\": 200, \"body\": \"{\\\"limit\\\": 5, \\\"q\\\": null, \\\"other\\\": 1}\"") "]}",
         "[n]1 POST /a {A=b} <{}> (0: status 200) (0: /q null) (0: /limit 5)",
         "headers that are not disabled, the body, the known members"},
        {"{\"request\": {}, \"response\": [" EXAMPLE(
             GET("\"{{base}}/a\""),
             "\"code\": 400, \"body\": \"{\\\"limit\\\": 5, \\\"param\\\": \\\"q\\\"}\"") "]}",
         "[n]1 GET /a (0: status 400) (0: /param \"q\")", "of a refusal its parameter alone"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FREE char *text = xprintf("{\"item\": [%s]}", rows[i].items);
        struct requests requests;
        struct error error = {0};
        cr_assert(read_postman(text, &requests, &error), "%s: %s", rows[i].why, error.text);
        SCOPE_FREE char *found = summary(&requests);
        cr_expect_str_eq(found, rows[i].says, "%s: %s", rows[i].why, found);
        requests_free(&requests);
    }
}

Test(requests, a_collection_that_cannot_be_sent_is_refused) {
    static const struct {
        const char *text, *says;
    } rows[] = {
        {"{", "c.json:1:1: an object that is not closed"},
        {"[]", "c.json is no Postman collection"},
        {"{\"item\": [{\"name\": \"a\", \"request\": {}}]}",
         "c.json: \"a\": the request has no saved example"},
        {"{\"item\": [{\"request\": {}, \"response\": [" EXAMPLE(GET("\"http://x/\""),
                                                                 "\"code\": 200") "]}]}",
         "c.json: \"n\": the address does not begin with {{base}}/"},
        {"{\"item\": [{\"request\": {}, \"response\": [" EXAMPLE(GET("\"{{base}}/{{x}}\""),
                                                                 "\"code\": 200") "]}]}",
         "c.json: \"n\": {{base}} is the only variable"},
        {"{\"item\": [{\"request\": {}, \"response\": [" EXAMPLE(GET("\"{{base}}/\""), "\"code\": 0") "]}]}",
         "c.json: \"n\": the example has no status"},
        {"{\"item\": [{\"request\": {}, \"response\": [" EXAMPLE(
             "{\"url\": \"{{base}}/\", \"body\": {\"mode\": \"urlencoded\"}}", "\"code\": 200") "]}]}",
         "c.json: \"n\": the body is not raw"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct requests requests;
        struct error error = {0};
        cr_assert_not(read_postman(rows[i].text, &requests, &error), "%s", rows[i].text);
        cr_expect_eq(strncmp(error.text, rows[i].says, strlen(rows[i].says)), 0, "%s", error.text);
    }
}

/* --- what is asked of them ------------------------------------------------------------------------------------ */

Test(requests, a_parameter_is_found_by_its_whole_name) {
    static const struct {
        const char *target;
        bool has;
    } rows[] = {
        {"/a?tag=x", true}, {"/a?q=1&tag", true}, {"/a?q=1&tag&r", true}, {"/a", false},
        {"/tag=x", false},  {"/a?tags=x", false}, {"/a?xtag=x", false},   {"/a?q=tag", false},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct request request = {.target = rows[i].target};
        cr_expect_eq(request_has_parameter(&request, "tag"), rows[i].has, "%s", rows[i].target);
    }
}

Test(requests, an_expectation_holds_or_says_what_came) {
    static const struct {
        const char *expects, *answer, *came; /* came NULL: it holds */
    } rows[] = {
        {"200", "{\"status\": 200}", NULL},
        {"200", "{\"status\": 201}", "status 201"},
        {"/a 3.0", "{\"body\": {\"a\": 3}}", NULL},
        {"/a {\"x\": 1, \"y\": []}", "{\"body\": {\"a\": {\"y\": [], \"x\": 1}}}", NULL},
        {"/a/1 \"b\"", "{\"body\": {\"a\": [\"a\", \"b\"]}}", NULL},
        {"/a 3", "{\"body\": {\"a\": \"3\"}}", "/a \"3\""},
        {"/a null", "{\"body\": {}}", "nothing at /a"},
        {"/a null", "{\"not_json\": \"it is empty\"}", "a body that is not JSON: it is empty"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FREE char *text = xprintf("# expect %s\nGET {{base}}/", rows[i].expects);
        SCOPE_JSON cJSON *answer = json_parse(rows[i].answer, strlen(rows[i].answer), NULL);
        struct requests requests;
        struct error error = {0};
        cr_assert(read_http(text, &requests, &error), "%s", error.text);
        SCOPE_FREE char *came = NULL;
        bool holds = expectation_holds(&requests.list[0].expectations[0], answer, &came);
        cr_expect_eq(holds, !rows[i].came, "%s", rows[i].expects);
        if (!holds)
            cr_expect_str_eq(came, rows[i].came ? rows[i].came : "");
        requests_free(&requests);
    }
}
