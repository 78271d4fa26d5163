/* Parameters of three kinds, told apart by the place they come from.
 *
 *   GET  /shops/{shop}/items?q=&tag=&in_stock=&limit=   what was asked for, each value in its type
 *   GET  /shops/{shop}/items/{sku}
 *   POST /shops/{shop}/quotes?note=                     {"note"?, "lines": [{"sku", "qty"}]}
 *
 * A function below whose name begins with `read` either gives a value, or replies with a problem that names the
 * parameter and returns false. */

#include "kit.h"

#include <stdlib.h>
#include <string.h>

#define DEFAULT_LIMIT 20
#define MAX_LIMIT 100
#define MAX_UNITS 1000000000000000LL /* 10^15: more than any shop has, and JSON shows it exactly */

static void refuse(struct kit_request *request, const char *param, const char *expected) {
    cJSON *problem = kit_problem(request, 400, "%s must be %s.", param, expected);
    cJSON_AddStringToObject(problem, "param", param);
}

static void add_text_or_null(cJSON *json, const char *name, const char *text) {
    cJSON_AddItemToObject(json, name, text ? cJSON_CreateString(text) : cJSON_CreateNull());
}

static bool read_limit(struct kit_request *request, int *ret_limit) {
    const char *text = kit_query(request, "limit");
    int limit = DEFAULT_LIMIT;
    if (text) {
        bool digits = *text && strlen(text) <= 3 && text[strspn(text, "0123456789")] == '\0';
        limit = digits ? atoi(text) : 0;
    }
    if (limit < 1 || limit > MAX_LIMIT) {
        refuse(request, "limit", "a whole number from 1 to 100");
        return false;
    }
    *ret_limit = limit;
    return true;
}

/* true, false or, if nobody asked, null. */
static bool read_in_stock(struct kit_request *request, cJSON **ret_in_stock) {
    const char *text = kit_query(request, "in_stock");
    if (!text) {
        *ret_in_stock = cJSON_CreateNull();
    } else if (strcmp(text, "true") == 0 || strcmp(text, "false") == 0) {
        *ret_in_stock = cJSON_CreateBool(*text == 't');
    } else {
        refuse(request, "in_stock", "true or false");
        return false;
    }
    return true;
}

static void show_items(struct kit_request *request) {
    int limit;
    cJSON *in_stock;
    if (!read_limit(request, &limit) || !read_in_stock(request, &in_stock))
        return;

    const char *q = kit_query(request, "q"), *tag;
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "shop", kit_param(request, "shop"));
    cJSON_AddStringToObject(json, "q", q ? q : "");
    cJSON *tags = cJSON_AddArrayToObject(json, "tags");
    for (size_t i = 0; (tag = kit_query_at(request, "tag", i)); i++)
        cJSON_AddItemToArray(tags, cJSON_CreateString(tag));
    cJSON_AddItemToObject(json, "in_stock", in_stock);
    cJSON_AddNumberToObject(json, "limit", limit);
    kit_reply_json(request, 200, json);
}

static void show_item(struct kit_request *request) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "shop", kit_param(request, "shop"));
    cJSON_AddStringToObject(json, "sku", kit_param(request, "sku"));
    kit_reply_json(request, 200, json);
}

static bool read_body(struct kit_request *request, const cJSON **ret_body) {
    if (!kit_has_type(request, "application/json")) {
        kit_problem(request, 415, "The body must be application/json.");
        return false;
    }
    *ret_body = kit_json_body(request);
    if (!cJSON_IsObject(*ret_body)) {
        kit_problem(request, 400, "The body must be a JSON object.");
        return false;
    }
    return true;
}

static bool read_note(struct kit_request *request, const cJSON *body, const char **ret_note) {
    if (kit_json_get(body, "note") && !kit_json_string(body, "note")) {
        refuse(request, "note", "a string");
        return false;
    }
    *ret_note = kit_json_string(body, "note");
    return true;
}

static bool read_units(struct kit_request *request, const cJSON *body, long long *ret_units) {
    const cJSON *lines = kit_json_get(body, "lines"), *line;
    if (!cJSON_IsArray(lines)) {
        refuse(request, "lines", "an array");
        return false;
    }
    long long units = 0, qty;
    cJSON_ArrayForEach(line, lines) {
        if (!kit_json_string(line, "sku")) {
            refuse(request, "sku", "a string in every line");
            return false;
        }
        if (!kit_json_integer(line, "qty", &qty) || qty < 1 || qty > MAX_UNITS - units) {
            refuse(request, "qty", "a whole number from 1 up in every line");
            return false;
        }
        units += qty;
    }
    *ret_units = units;
    return true;
}

static void quote(struct kit_request *request) {
    const cJSON *body;
    const char *note;
    long long units;
    if (!read_body(request, &body) || !read_note(request, body, &note) || !read_units(request, body, &units))
        return;

    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "shop", kit_param(request, "shop"));
    add_text_or_null(json, "query_note", kit_query(request, "note"));
    add_text_or_null(json, "body_note", note);
    cJSON_AddNumberToObject(json, "units", (double)units);
    kit_reply_json(request, 200, json);
}

int main(void) {
    static const struct kit_route routes[] = {
        {"GET", "/shops/{shop}/items", show_items},
        {"GET", "/shops/{shop}/items/{sku}", show_item},
        {"POST", "/shops/{shop}/quotes", quote},
        {0},
    };
    return kit_run(&(struct kit_server){.routes = routes});
}
