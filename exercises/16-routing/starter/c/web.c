/* Users over HTTP. Build it with `make`, then run `PORT=8080 ./web` and, in a second terminal,
 * `curl -i http://127.0.0.1:8080/users`. Ctrl-C stops it.
 *
 * The kit in ../kit listens, reads requests and sends replies; its README.md is short. It runs one handler at a
 * time, so you need no lock. Your work: keep the users, write the handlers, and list them in `routes`. */

#include "kit.h"

#include <stdlib.h>
#include <string.h>

struct user {
    long long id;
    char *name, *email;
    struct user *next; /* a linked list grows one user at a time; an array of your own is as good */
};

/* What the handlers share. main makes it, kit_context(request) gives it to a handler. */
struct users {
    struct user *first;
};

/* A user as JSON. */
static cJSON *user_json(const struct user *user) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "id", (double)user->id);
    cJSON_AddStringToObject(json, "name", user->name);
    cJSON_AddStringToObject(json, "email", user->email);
    return json;
}

/* GET /users */
static void list_users(struct kit_request *request) {
    const struct users *users = kit_context(request);
    cJSON *list = cJSON_CreateArray();
    for (const struct user *user = users->first; user; user = user->next)
        cJSON_AddItemToArray(list, user_json(user));
    kit_reply_json(request, 200, list);
}

/* POST /users */
static void create_user(struct kit_request *request) {
    const cJSON *body = kit_json_body(request); /* NULL if the body is not JSON */
    const char *name = kit_json_string(body, "name");
    const char *email = kit_json_string(body, "email");
    if (!name || !email) {
        kit_problem(request, 400, "The body must be a JSON object with the strings name and email.");
        return;
    }
    /* TODO: make a struct user and keep it. name and email belong to the request: copy them (strdup). Then
     * reply with the status, the header (kit_reply_location) and the body that the task asks for. */
    kit_problem(request, 501, "TODO: keep %s", name);
}

int main(void) {
    static const struct kit_route routes[] = {
        {"GET", "/users", list_users},
        {"POST", "/users", create_user},
        /* TODO: /users/{id}. In its handlers kit_param(request, "id") is what stands in the id's place. */
        {0},
    };
    struct users users = {0};
    return kit_run(&(struct kit_server){.routes = routes, .context = &users});
}
