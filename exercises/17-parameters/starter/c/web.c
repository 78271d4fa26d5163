/* Parameters from path, query and body. Build it with `make`, then run `PORT=8080 ./web` and, in a second
 * terminal, `curl -i 'http://127.0.0.1:8080/shops/corner/items?q=tea'`. Ctrl-C stops it.
 *
 * The kit in ../kit finds the handler and decodes what comes in the address; its README.md is short. What a value
 * means, and whether it is acceptable, is your work. */

#include "kit.h"

#include <stdlib.h>
#include <string.h>

/* GET /shops/{shop}/items */
static void show_items(struct kit_request *request) {
    const char *q = kit_query(request, "q"); /* decoded; NULL if there is none */

    cJSON *json = cJSON_CreateObject();
    cJSON_AddStringToObject(json, "q", q ? q : "");
    /* TODO: shop comes from the path: kit_param. A tag may come several times: kit_query_at. in_stock is true,
     * false or null, limit a number: both arrive as text. */
    kit_reply_json(request, 200, json);
}

/* POST /shops/{shop}/quotes */
static void quote(struct kit_request *request) {
    /* TODO: kit_has_type tells the body's media type, kit_json_body parses it, kit_json_get, kit_json_string
     * and kit_json_integer look into it, and cJSON_ArrayForEach visits the lines. */
    kit_problem(request, 501, "TODO");
}

/* TODO: call this for a value that is not acceptable, with its name and a sentence. */
__attribute__((unused)) static void refuse(struct kit_request *request, const char *param,
                                           const char *detail) {
    cJSON *problem = kit_problem(request, 400, "%s", detail);
    cJSON_AddStringToObject(problem, "param", param);
}

int main(void) {
    static const struct kit_route routes[] = {
        {"GET", "/shops/{shop}/items", show_items},
        {"POST", "/shops/{shop}/quotes", quote},
        /* TODO: one route is missing. */
        {0},
    };
    return kit_run(&(struct kit_server){.routes = routes});
}
