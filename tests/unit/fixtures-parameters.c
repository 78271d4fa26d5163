/* The servers of step 17: the right one keeps the task's promises; each broken one differs where it should, and nowhere
 * else, so that what a learner's tests notice is the mistake and not another. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "fixtures/parameters.h"

#include <criterion/criterion.h>
#include <curl/curl.h>
#include <string.h>

static size_t on_body(char *bytes, size_t size, size_t count, void *context) {
    text_add(context, bytes, size * count);
    return size * count;
}

/* "STATUS BODY" */
static char *ask(int port, const char *target, const char *body, const char *type) {
    CURL *easy = curl_easy_init();
    SCOPE_FREE char *url = xprintf("http://127.0.0.1:%d%s", port, target);
    SCOPE_FREE char *header = xprintf("Content-Type:%s%s", type ? " " : "", type ? type : "");
    SCOPE_TEXT struct text answer = {0};
    struct curl_slist *headers = curl_slist_append(NULL, header);
    long status = 0;
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, 5L);
    curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
    if (body)
        curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body);
    CURLcode code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    curl_easy_cleanup(easy);
    if (code != CURLE_OK)
        return xstrdup(curl_easy_strerror(code));
    return xprintf("%ld %s", status, answer.bytes ? answer.bytes : "");
}

#define JSON "application/json"
#define REFUSED(param)                                                                                       \
    "400 {\"title\":\"Bad Request\",\"status\":400,\"detail\":\"The value of '" param                        \
    "' will not do.\",\"param\":\"" param "\"}"
#define ITEMS(rest) "200 {\"shop\":\"s\"," rest "}"

struct fact {
    const char *variant, *target, *body, *type;
    const char *right, *broken; /* broken NULL: as the right one */
};

static const struct fact facts[] = {
    {"right", "/shops/s/items", NULL, NULL, ITEMS("\"q\":\"\",\"tags\":[],\"in_stock\":null,\"limit\":20"),
     NULL},
    {"no-decoding", "/shops/a%20b/items/c+%25%C3%A9", NULL, NULL, "200 {\"shop\":\"a b\",\"sku\":\"c+%é\"}",
     "200 {\"shop\":\"a%20b\",\"sku\":\"c+%25%C3%A9\"}"},
    {"no-decoding", "/shops/s/items?q=a+b%26c&tag=x", NULL, NULL,
     ITEMS("\"q\":\"a b&c\",\"tags\":[\"x\"],\"in_stock\":null,\"limit\":20"),
     ITEMS("\"q\":\"a+b%26c\",\"tags\":[\"x\"],\"in_stock\":null,\"limit\":20")},
    {"first-tag", "/shops/s/items?tag=b&limit=1&tag=a", NULL, NULL,
     ITEMS("\"q\":\"\",\"tags\":[\"b\",\"a\"],\"in_stock\":null,\"limit\":1"),
     ITEMS("\"q\":\"\",\"tags\":[\"b\"],\"in_stock\":null,\"limit\":1")},
    {"false-truthy", "/shops/s/items?in_stock=false", NULL, NULL,
     ITEMS("\"q\":\"\",\"tags\":[],\"in_stock\":false,\"limit\":20"),
     ITEMS("\"q\":\"\",\"tags\":[],\"in_stock\":true,\"limit\":20")},
    {"false-truthy", "/shops/s/items?in_stock=yes", NULL, NULL, REFUSED("in_stock"), NULL},
    {"bad-limit", "/shops/s/items?limit=100", NULL, NULL,
     ITEMS("\"q\":\"\",\"tags\":[],\"in_stock\":null,\"limit\":100"), NULL},
    {"bad-limit", "/shops/s/items?limit=101", NULL, NULL, REFUSED("limit"),
     ITEMS("\"q\":\"\",\"tags\":[],\"in_stock\":null,\"limit\":101")},
    {"bad-limit", "/shops/s/items?limit=0", NULL, NULL, REFUSED("limit"),
     ITEMS("\"q\":\"\",\"tags\":[],\"in_stock\":null,\"limit\":0")},
    {"bad-limit", "/shops/s/items?limit=5x", NULL, NULL, REFUSED("limit"),
     ITEMS("\"q\":\"\",\"tags\":[],\"in_stock\":null,\"limit\":5")},
    {"bad-limit", "/shops/s/items?limit=", NULL, NULL, REFUSED("limit"),
     ITEMS("\"q\":\"\",\"tags\":[],\"in_stock\":null,\"limit\":20")},
    {"notes-merged", "/shops/s/quotes?note=a", "{\"note\": \"b\", \"lines\": [{\"sku\": \"x\", \"qty\": 2}]}",
     JSON "; charset=utf-8", ITEMS("\"query_note\":\"a\",\"body_note\":\"b\",\"units\":2"),
     ITEMS("\"query_note\":\"a\",\"body_note\":\"a\",\"units\":2")},
    {"notes-merged", "/shops/s/quotes", "{\"note\": \"b\", \"lines\": []}", JSON,
     ITEMS("\"query_note\":null,\"body_note\":\"b\",\"units\":0"),
     ITEMS("\"query_note\":\"b\",\"body_note\":\"b\",\"units\":0")},
    {"notes-merged", "/shops/s/quotes", "{\"lines\": []}", JSON,
     ITEMS("\"query_note\":null,\"body_note\":null,\"units\":0"), NULL},
    {"right", "/shops/s/quotes", "{\"lines\": [{\"sku\": \"x\", \"qty\": \"3\"}]}", JSON, REFUSED("qty"),
     NULL},
    {"right", "/shops/s/quotes", "{\"lines\": [{\"sku\": \"x\", \"qty\": 1.5}]}", JSON, REFUSED("qty"), NULL},
    {"right", "/shops/s/quotes", "{\"lines\": [{\"sku\": \"x\", \"qty\": 0}]}", JSON, REFUSED("qty"), NULL},
    {"right", "/shops/s/quotes", "{}", JSON, REFUSED("lines"), NULL},
    {"right", "/shops/s/quotes", "{\"lines\": [", JSON,
     "400 {\"title\":\"Bad Request\",\"status\":400,\"detail\":\"No JSON object could be read from the "
     "body.\"}",
     NULL},
    {"right", "/shops/s/quotes", "note=a", "application/x-www-form-urlencoded",
     "415 {\"title\":\"Unsupported Media Type\",\"status\":415,\"detail\":\"JSON is the only type of body "
     "that is "
     "read here.\"}",
     NULL},
    {"right", "/shops/s/quotes", NULL, NULL,
     "405 {\"title\":\"Method Not Allowed\",\"status\":405,\"detail\":\"This path has other methods.\"}",
     NULL},
    {"right", "/shops//items", NULL, NULL,
     "404 {\"title\":\"Not Found\",\"status\":404,\"detail\":\"There is nothing at this path.\"}", NULL},
    {"right", "/shops/s/items/a/b", NULL, NULL,
     "404 {\"title\":\"Not Found\",\"status\":404,\"detail\":\"There is nothing at this path.\"}", NULL},
};

/* On every server, each fact is as on the right one, but for the broken one that it is about. */
Test(parameters, each_server_is_wrong_in_its_one_way) {
    for (const struct parameters_variant *variant = parameters_variants; variant->name; variant++) {
        struct parameters_server *server;
        struct error error = {0};
        int port;
        cr_assert(parameters_start(variant, &server, &port, &error), "%s", error.text);
        for (size_t i = 0; i < LENGTH_OF(facts); i++) {
            const struct fact *fact = &facts[i];
            bool about_it = strcmp(fact->variant, variant->name) == 0;
            SCOPE_FREE char *came = ask(port, fact->target, fact->body, fact->type);
            cr_expect_str_eq(came, about_it && fact->broken ? fact->broken : fact->right, "%s, %s: %s",
                             variant->name, fact->target, came);
        }
        parameters_stop(server);
    }
    parameters_stop(NULL);
}

Test(parameters, a_server_is_found_by_its_name) {
    cr_expect_eq(parameters_variant_find("right"), parameters_variants);
    cr_expect_null(parameters_variant_find("learner"));
    cr_expect_null(parameters_variant_find(NULL));
}
