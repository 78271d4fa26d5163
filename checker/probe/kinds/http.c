/* http: a request as any client would send it, and its answer. */
#include "checker/probe/http.h"
#include "checker/base/memory.h"
#include "checker/probe/kind.h"
#include "checker/probe/servers.h"

#include <string.h>

static void keep_wire(struct action *action, const struct exchange *exchange) {
    cJSON *wire = cJSON_CreateObject();
    json_set(wire, "out", json_string(exchange->out.bytes ? exchange->out.bytes : "", exchange->out.length));
    json_set(wire, "in", json_string(exchange->in.bytes ? exchange->in.bytes : "", exchange->in.length));
    json_set(wire, "ms", cJSON_CreateNumber((double)(long)((exchange->end - exchange->begin) * 1e3)));
    action->wire = wire;
}

/* What came of a finished exchange, into the action. */
static void conclude(struct action *action, struct exchange *exchange) {
    text_add(&action->sent, exchange->curl_line.bytes, exchange->curl_line.length);
    action->result = exchange_result(exchange);
    action->reason = exchange_problem(exchange);
    if (action->reason && json_get(action->expect, "problem")) {
        json_set_text(action->result, "problem", action->reason);
        free(action->reason);
        action->reason = NULL;
    }
    const char *not_json = json_text(action->result, "not_json");
    if (not_json) {
        action->note_at = "/body";
        action->note = xprintf("The body is not JSON: %s.", not_json);
    }
    keep_wire(action, exchange);
    struct server *server = server_meant(action->scene, NULL);
    if (server) {
        struct error ignored;
        scene_pump(action->scene, clock_now(), &ignored);
        const struct outcome *outcome = process_outcome(server->process);
        action->process = server->name;
        if (process_has_ended(server->process))
            action->ended = outcome_sentence(outcome, &server->limits);
        action->stderr_text = xstrndup(outcome->err.bytes ? outcome->err.bytes : "", outcome->err.length);
    }
}

static bool act(struct action *action, struct error *error) {
    struct exchange exchange;
    struct error why = {0};
    if (!exchange_prepare(action->scene, action->step, &exchange, &why)) {
        if (why.fault != FAULT_INPUT) {
            *error = why;
            return false;
        }
        /* The address came from an earlier answer, and leads elsewhere. */
        action->result = cJSON_CreateObject();
        action->reason = xstrdup(why.text);
        return true;
    }
    exchange_perform(&exchange);
    conclude(action, &exchange);
    exchange_free(&exchange);
    return true;
}

/* All at the same instant. */
static bool act_together(struct action *actions, size_t count, struct error *error) {
    SCOPE_FREE struct exchange *exchanges = xcalloc(count, sizeof *exchanges);
    size_t prepared = 0;
    bool ok = true;
    while (ok && prepared < count)
        if ((ok = exchange_prepare(actions[prepared].scene, actions[prepared].step, &exchanges[prepared],
                                   error)))
            prepared++;
    ok = ok && exchanges_burst(exchanges, count, error);
    for (size_t i = 0; i < prepared; i++) {
        if (ok)
            conclude(&actions[i], &exchanges[i]);
        exchange_free(&exchanges[i]);
    }
    return ok;
}

static bool begin(struct action *action, struct error *error) {
    struct exchange *exchange = xcalloc(1, sizeof *exchange);
    if (!exchange_prepare(action->scene, action->step, exchange, error)) {
        free(exchange);
        return false;
    }
    action->flight = exchange;
    return exchange_begin(action->scene, exchange, error);
}

static bool finish(struct action *action, struct error *error) {
    struct exchange *exchange = action->flight;
    if (!exchange_wait(action->scene, exchange, error))
        return false;
    conclude(action, exchange);
    exchange_free(exchange);
    free(exchange);
    action->flight = NULL;
    return true;
}

static void abandon(struct action *action) {
    struct exchange *exchange = action->flight;
    if (!exchange)
        return;
    exchange_abandon(action->scene, exchange);
    exchange_free(exchange);
    free(exchange);
    action->flight = NULL;
}

static bool check(const cJSON *step, struct error *error) {
    const char *line = json_text(step, "http"), *space = line ? strchr(line, ' ') : NULL;
    if (!space || space == line || (space[1] != '/' && space[1] != '$'))
        return fail(error, FAULT_INPUT, "/http wants a method and a path, such as \"GET /users\"");
    int bodies = !!json_get(step, "json") + !!json_get(step, "body") + !!json_get(step, "form");
    if (bodies > 1)
        return fail(error, FAULT_INPUT, "/http a request has one body: json, body or form");
    return true;
}

const struct kind kind_http = {
    .name = "http",
    .takes = "METHOD and path, such as \"GET /users\"",
    .about = "One HTTP/1.1 request by libcurl on a connection of its own; redirects are not followed. With "
             "\"parallel\" "
             "all rows' requests leave in one instant. An answer that is no HTTP, cut short, endless (8 MiB, "
             "64 KiB of "
             "headers) or late fails the step unless the pattern speaks of `problem`.",
    .gives =
        "status, version, headers (lower-case name to value, repeated ones joined by \", \"), cookies (the "
        "Set-Cookie values), text, body (if the text is JSON), not_json (why it is not), size, ms, problem",
    .example = "{\"http\": \"POST /users\", \"json\": {\"name\": \"Ada\"}, \"expect\": {\"status\": 201}}",
    .options =
        (const struct kind_option[]){
            {"json", "any value", "the body, with Content-Type: application/json", false},
            {"body", "text", "the body as it is, without a Content-Type of ours", false},
            {"form", "object", "the body as application/x-www-form-urlencoded", false},
            {"headers", "object", "more headers", false},
            {"from", "address", "the client's address, such as 127.0.0.2", false},
            {"port", "number", "instead of the room's", false},
            {"seconds", "number", "deadline of the whole exchange, 5 by default", false},
            {NULL, NULL, NULL, false},
        },
    .check = check,
    .act = act,
    .act_together = act_together,
    .begin = begin,
    .finish = finish,
    .abandon = abandon,
};
