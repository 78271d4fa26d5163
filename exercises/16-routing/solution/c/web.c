/* Users over HTTP, kept in memory.
 *
 *   GET    /users        all of them
 *   POST   /users        a new one: 201 and its address
 *   GET    /users/{id}   one
 *   PUT    /users/{id}   the same one with another name and email
 *   DELETE /users/{id}   gone: 204
 *
 * An id is a number that was never given before, so it stays right when others are deleted. The kit runs one
 * handler at a time, so nothing here needs a lock. */

#include "kit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct user {
    long long id;
    char *name, *email;
    struct user *next;
};

struct users {
    struct user *first; /* in order of creation */
    long long last_id;
};

static void *check_memory(void *pointer) {
    if (!pointer) {
        perror("web");
        exit(1);
    }
    return pointer;
}

static void free_user(struct user *user) {
    free(user->name);
    free(user->email);
    free(user);
}

/* The link that leads to the user with this id, so that a caller can also cut the user out. If there is none
 * it is the link at the end, which leads nowhere. */
static struct user **find(struct users *users, const char *id) {
    struct user **link = &users->first;
    char text[32];
    for (; *link; link = &(*link)->next) {
        snprintf(text, sizeof text, "%lld", (*link)->id);
        if (strcmp(text, id) == 0)
            break;
    }
    return link;
}

/* As find, for the {id} of the request's path. If there is no such user, replies 404 and returns NULL. */
static struct user **find_requested(struct kit_request *request) {
    struct user **link = find(kit_context(request), kit_param(request, "id"));
    if (*link)
        return link;
    kit_problem(request, 404, "There is no such user.");
    return NULL;
}

static cJSON *user_json(const struct user *user) {
    cJSON *json = cJSON_CreateObject();
    cJSON_AddNumberToObject(json, "id", (double)user->id);
    cJSON_AddStringToObject(json, "name", user->name);
    cJSON_AddStringToObject(json, "email", user->email);
    return json;
}

/* Sets name and email from the request's body. If it does not hold them, replies 400, changes nothing and
 * returns false. */
static bool read_user(struct kit_request *request, struct user *user) {
    const cJSON *body = kit_json_body(request);
    const char *name = kit_json_string(body, "name"), *email = kit_json_string(body, "email");
    if (!name || !email) {
        kit_problem(request, 400, "The body must be a JSON object with the strings name and email.");
        return false;
    }
    free(user->name);
    free(user->email);
    user->name = check_memory(strdup(name));
    user->email = check_memory(strdup(email));
    return true;
}

static void list_users(struct kit_request *request) {
    const struct users *users = kit_context(request);
    cJSON *list = cJSON_CreateArray();
    for (const struct user *user = users->first; user; user = user->next)
        cJSON_AddItemToArray(list, user_json(user));
    kit_reply_json(request, 200, list);
}

static void create_user(struct kit_request *request) {
    struct users *users = kit_context(request);
    struct user *user = check_memory(calloc(1, sizeof *user));
    if (!read_user(request, user)) {
        free_user(user);
        return;
    }
    user->id = ++users->last_id;
    struct user **end = &users->first;
    while (*end)
        end = &(*end)->next;
    *end = user;
    kit_reply_location(request, "/users/%lld", user->id);
    kit_reply_json(request, 201, user_json(user));
}

static void show_user(struct kit_request *request) {
    struct user **link = find_requested(request);
    if (link)
        kit_reply_json(request, 200, user_json(*link));
}

static void replace_user(struct kit_request *request) {
    struct user **link = find_requested(request);
    if (link && read_user(request, *link))
        kit_reply_json(request, 200, user_json(*link));
}

static void delete_user(struct kit_request *request) {
    struct user **link = find_requested(request);
    if (!link)
        return;
    struct user *user = *link;
    *link = user->next;
    free_user(user);
    kit_reply_empty(request, 204);
}

int main(void) {
    static const struct kit_route routes[] = {
        {"GET", "/users", list_users},          {"POST", "/users", create_user},
        {"GET", "/users/{id}", show_user},      {"PUT", "/users/{id}", replace_user},
        {"DELETE", "/users/{id}", delete_user}, {0},
    };
    struct users users = {0};
    int status = kit_run(&(struct kit_server){.routes = routes, .context = &users});
    while (users.first) {
        struct user *user = users.first;
        users.first = user->next;
        free_user(user);
    }
    return status;
}
