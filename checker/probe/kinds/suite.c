/* suite: sends every request of a learner's file, and looks whether the expectations hold.
 *
 *                       ┌─▶ the learner's server    every expectation should hold
 *     requests.http  ───┼─▶ a right server          every one again: what fails here was never promised
 *                       └─▶ a broken server         at least one should fail, or the tests notice nothing
 *
 * General is the way there: reading, sending, judging, saying what failed. What belongs to one step is a row of the
 * table below: its servers, and the places of a request that expectations should be about. */
#include "checker/base/memory.h"
#include "checker/probe/beneath.h"
#include "checker/probe/http.h"
#include "checker/probe/kind.h"
#include "checker/probe/requests.h"
#include "checker/probe/servers.h"
#include "fixtures/parameters.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

enum { SUITE_SECONDS = 20 };

/* --- what is step 17's ---------------------------------------------------------------------------------------- */

/* A value that comes from a place: where it is in the answer, and what the request must have for it. */
struct origin {
    const char *member;    /* of the answer: an expectation's pointer leads to it or into it */
    const char *place;     /* as in the suite's value */
    const char *parameter; /* of the query; NULL: none needed */
    bool body;             /* the request must have one */
};

static const struct origin origins[] = {
    {"shop", "path", NULL, false},
    {"sku", "path", NULL, false},
    {"q", "query", "q", false},
    {"tags", "query", "tag", false},
    {"in_stock", "query", "in_stock", false},
    {"limit", "query", "limit", false},
    {"query_note", "query", "note", false},
    {"units", "body", NULL, true},
    {"body_note", "body", NULL, true},
};
static const char *const places[] = {"path", "query", "body"};
static const char *const lacking[] = {
    "a value from the path (/shop or /sku)",
    "a value from the query (/q, /tags, /in_stock, /limit or /query_note, on a request with that parameter)",
    "a value from the body (/units or /body_note, on a request with a body)",
};
static const char *const postman_members[] = {
    "shop", "sku", "q", "tags", "in_stock", "limit", "query_note", "body_note", "units", "param", NULL};

static bool leads_to(const char *pointer, const char *member) {
    size_t length = strlen(member);
    return *pointer == '/' && strncmp(pointer + 1, member, length) == 0 &&
           (!pointer[length + 1] || pointer[length + 1] == '/');
}

static bool tests_place(const struct request *request, const char *place) {
    for (size_t e = 0; e < request->expectation_count; e++)
        for (size_t i = 0; request->expectations[e].pointer && i < LENGTH_OF(origins); i++) {
            const struct origin *origin = &origins[i];
            if (strcmp(origin->place, place) == 0 &&
                leads_to(request->expectations[e].pointer, origin->member) &&
                (!origin->parameter || request_has_parameter(request, origin->parameter)) &&
                (!origin->body || request->body))
                return true;
        }
    return false;
}

/* --- reading the file ----------------------------------------------------------------------------------------- */

static const char http_name[] = "requests.http", postman_name[] = "requests.postman_collection.json";

/* False with FAULT_INPUT: the learner has something to mend. */
static bool read_file(const char *folder, struct requests *ret_requests, struct error *error) {
    static const char *const names[] = {http_name, postman_name};
    SCOPE_CLOSE int top = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (top < 0)
        return fail_errno(error, FAULT_OURS, "the folder %s cannot be opened", folder);
    for (size_t i = 0; i < LENGTH_OF(names); i++) {
        SCOPE_TEXT struct text text = {.ceiling = REQUESTS_BYTES + 1};
        if (!beneath_read(top, names[i], &text)) {
            if (errno == ENOENT)
                continue;
            return fail_errno(error, FAULT_INPUT, "%s: cannot be read", names[i]);
        }
        const char *bytes = text.bytes ? text.bytes : "";
        return names[i] == http_name ? requests_read(http_name, bytes, text.length, ret_requests, error)
                                     : requests_read_postman(postman_name, bytes, text.length,
                                                             postman_members, "param", ret_requests, error);
    }
    return fail(error, FAULT_INPUT, "%s is not there; write it beside your program", http_name);
}

/* --- sending -------------------------------------------------------------------------------------------------- */

/* A suite under way. */
struct suite {
    struct action *action;
    const struct requests *requests;
    int port; /* 0: the learner's */
    double deadline;
    cJSON *failed;
    char *first; /* what failed first, as a sentence */
};

static cJSON *step_of(const struct suite *suite, const struct request *request) {
    cJSON *step = cJSON_CreateObject(), *headers = cJSON_CreateObject();
    double left = suite->deadline - clock_now();
    SCOPE_FREE char *line = xprintf("%s %s", request->method, request->target);
    json_set_text(step, "http", line);
    for (size_t i = 0; i < request->header_count; i++) /* a name may come twice */
        cJSON_AddStringToObject(headers, request->headers[i].name, request->headers[i].value);
    json_set(step, "headers", headers);
    if (request->body)
        json_set_text(step, "body", request->body);
    if (suite->port)
        json_set_integer(step, "port", suite->port);
    json_set(step, "seconds", cJSON_CreateNumber(left < 5 ? left : 5));
    return step;
}

/* "request 3, One too many (requests.http:38)": by its name where it has one, and by its place. */
static char *request_title(const struct suite *suite, const struct request *request) {
    SCOPE_FREE char *name = text_printable(request->name, false);
    const struct requests *requests = suite->requests;
    if (!requests->has_lines)
        return xprintf("\"%.100s\" (example %zu of %s)", name, request->line, requests->file);
    return *name ? xprintf("\"%.100s\" (%s:%zu)", name, requests->file, request->line)
                 : xprintf("the request in %s:%zu", requests->file, request->line);
}

/* The request as a line for a shell. A server of ours listens only while it is asked: show the learner's port. */
static void keep_sent(struct suite *suite, const struct exchange *exchange) {
    struct action *action = suite->action;
    SCOPE_FREE char *ours = xprintf("http://127.0.0.1:%d/", suite->port);
    const char *line = exchange->curl_line.bytes, *at = suite->port ? strstr(line, ours) : NULL;
    text_free(&action->sent);
    if (at)
        text_printf(&action->sent, "%.*shttp://127.0.0.1:%d/%s", (int)(at - line), line,
                    room_port(action->scene->room), at + strlen(ours));
    else
        text_puts(&action->sent, line);
}

static void keep_failure(struct suite *suite, const struct request *request,
                         const struct expectation *expectation, const struct exchange *exchange,
                         const char *came) {
    cJSON *failure = cJSON_CreateObject();
    SCOPE_FREE char *expected = expectation ? expectation_text(expectation) : xstrdup("an answer");
    json_set_text(failure, "request", request->name);
    json_set_integer(failure, "line", (int64_t)request->line);
    json_set_text(failure, "expected", expected);
    json_set_text(failure, "came", came);
    cJSON_AddItemToArray(suite->failed, failure);
    if (suite->first)
        return;
    SCOPE_FREE char *title = request_title(suite, request);
    SCOPE_FREE char *where =
        expectation && expectation->line ? xprintf(" in line %zu", expectation->line) : xstrdup("");
    SCOPE_FREE char *wanted = text_printable(expected, false), *got = text_printable(came, false);
    suite->first = expectation ? xprintf("%s expects %s%s, and %s came.", title, wanted, where, got)
                               : xprintf("%s got no answer. %s", title, got);
    keep_sent(suite, exchange);
    SCOPE_JSON cJSON *wire = cJSON_CreateObject();
    json_set(wire, "out", json_string(exchange->out.bytes ? exchange->out.bytes : "", exchange->out.length));
    json_set(wire, "in", json_string(exchange->in.bytes ? exchange->in.bytes : "", exchange->in.length));
    json_set(wire, "ms", cJSON_CreateNumber((double)(long)((exchange->end - exchange->begin) * 1e3)));
    suite->action->wire = wire;
    wire = NULL;
}

/* ret_go_on: whether asking more makes sense; a server that does not answer would be waited for again and again. */
static bool send_one(struct suite *suite, const struct request *request, bool *ret_go_on,
                     struct error *error) {
    SCOPE_JSON cJSON *step = step_of(suite, request);
    struct exchange exchange;
    if (!exchange_prepare(suite->action->scene, step, &exchange, error))
        return false;
    exchange_perform(&exchange);
    SCOPE_FREE char *problem = exchange_problem(&exchange);
    SCOPE_JSON cJSON *answer = exchange_result(&exchange);
    for (size_t i = 0; !problem && i < request->expectation_count; i++) {
        char *came;
        if (expectation_holds(&request->expectations[i], answer, &came))
            continue;
        keep_failure(suite, request, &request->expectations[i], &exchange, came);
        free(came);
    }
    if (problem)
        keep_failure(suite, request, NULL, &exchange, problem);
    *ret_go_on = !problem;
    exchange_free(&exchange);
    return true;
}

static bool send_all(struct suite *suite, struct error *error) {
    bool go_on = true;
    for (size_t i = 0; go_on && i < suite->requests->count; i++) {
        if (clock_now() > suite->deadline - 0.1) {
            suite->first = suite->first
                               ? suite->first
                               : xprintf("After %zu of %zu requests the %d s for all of them were over.", i,
                                         suite->requests->count, SUITE_SECONDS);
            cJSON_AddItemToArray(suite->failed, cJSON_CreateObject());
            break;
        }
        if (!send_one(suite, &suite->requests->list[i], &go_on, error))
            return false;
    }
    return true;
}

/* --- what came of it ------------------------------------------------------------------------------------------ */

static void note_places(struct action *action, const struct requests *requests) {
    cJSON *used = cJSON_CreateObject();
    SCOPE_TEXT struct text missing = {0};
    for (size_t p = 0; p < LENGTH_OF(places); p++) {
        bool tested = false;
        for (size_t i = 0; !tested && i < requests->count; i++)
            tested = tests_place(&requests->list[i], places[p]);
        json_set_bool(used, places[p], tested);
        if (!tested)
            text_printf(&missing, "%s%s", missing.length ? "; nor " : "", lacking[p]);
    }
    json_set(action->result, "places", used);
    if (!missing.length)
        return;
    action->note_at = "/places";
    action->note = xprintf("No expectation of %s is about %s.", requests->file, missing.bytes);
}

/* Whether the step wants a place that no expectation is about. */
static bool lacks_place(const struct action *action) {
    const cJSON *wanted = json_get(action->expect, "places"), *used = json_get(action->result, "places");
    for (size_t p = 0; p < LENGTH_OF(places); p++)
        if (json_true(wanted, places[p]) && !json_true(used, places[p]))
            return true;
    return false;
}

static void tell_server(struct action *action) {
    struct server *server = server_meant(action->scene, NULL);
    struct error ignored;
    if (!server)
        return;
    scene_pump(action->scene, clock_now(), &ignored);
    const struct outcome *outcome = process_outcome(server->process);
    action->process = server->name;
    if (process_has_ended(server->process))
        action->ended = outcome_sentence(outcome, &server->limits);
    action->stderr_text = xstrndup(outcome->err.bytes ? outcome->err.bytes : "", outcome->err.length);
}

/* The reason, where the outcome is not what the step is for: failures, unless its pattern says passed: false. */
static void conclude(struct suite *suite, const struct parameters_variant *variant) {
    struct action *action = suite->action;
    const cJSON *wanted = json_get(action->expect, "passed");
    bool passed = !suite->failed->child, wants_failure = cJSON_IsFalse(wanted);
    json_set_integer(action->result, "requests", (int64_t)suite->requests->count);
    note_places(action, suite->requests);
    json_set_bool(action->result, "passed", passed);
    json_set(action->result, "failed", suite->failed);
    if (!action->sent.length)
        text_printf(&action->sent, "(all %zu requests of %s)", suite->requests->count, suite->requests->file);
    if (passed && lacks_place(action))
        action->reason = xstrdup(action->note);
    else if (wants_failure && passed && variant)
        action->reason =
            xprintf("A server that %s passed all of your requests: none of them notices.", variant->does);
    else if (!passed && (!wanted || cJSON_IsTrue(wanted)))
        action->reason =
            variant ? xprintf("On a server that %s: %s", variant->does, suite->first) : xstrdup(suite->first);
    if (!variant && !passed)
        tell_server(action);
    free(suite->first);
}

static bool act(struct action *action, struct error *error) {
    const char *against = json_text(action->step, "against");
    const struct parameters_variant *variant = parameters_variant_find(against);
    struct requests requests;
    struct error why = {0};
    if (!variant && strcmp(against ? against : "", "learner") != 0)
        return fail(error, FAULT_INPUT, "there is no server \"%s\"", against ? against : "");
    action->result = cJSON_CreateObject();
    if (!read_file(room_app_folder(action->scene->room), &requests, &why)) {
        if (why.fault == FAULT_INPUT) {
            action->reason = xstrdup(why.text);
            return true;
        }
        *error = why;
        return false;
    }
    struct suite suite = {.action = action,
                          .requests = &requests,
                          .deadline = clock_now() + SUITE_SECONDS,
                          .failed = cJSON_CreateArray()};
    struct parameters_server *server = NULL;
    bool ok = !variant || parameters_start(variant, &server, &suite.port, error);
    ok = ok && send_all(&suite, error);
    parameters_stop(server);
    if (ok) {
        conclude(&suite, variant);
    } else {
        cJSON_Delete(suite.failed);
        free(suite.first);
    }
    requests_free(&requests);
    return ok;
}

static bool check(const cJSON *step, struct error *error) {
    const char *what = json_text(step, "suite"), *against = json_text(step, "against");
    if (!what || strcmp(what, "requests") != 0)
        return fail(error, FAULT_INPUT, "/suite wants \"requests\", the one kind of suite there is");
    if (!against)
        return fail(error, FAULT_INPUT, "/against wants \"learner\", or one of the servers of step 17");
    if (!strstr(against, "${") && strcmp(against, "learner") != 0 && !parameters_variant_find(against))
        return fail(error, FAULT_INPUT,
                    "/against \"%s\" is no server; write learner, right, no-decoding, first-tag, "
                    "false-truthy, bad-limit or notes-merged",
                    against);
    return true;
}

const struct kind kind_suite = {
    .name = "suite",
    .takes = "\"requests\": the learner's requests.http, or requests.postman_collection.json",
    .about = "Sends every request of the learner's file (the form is in step 17's task.md) to a server and "
             "looks whether the expectations hold; at most 500 requests and 20 s. A file that cannot be read "
             "fails the step; so does an expectation that does not hold, unless the pattern says passed: "
             "false, and then it is the other way round. General is all but the servers and places, which "
             "are step 17's.",
    .gives = "requests (how many), places (path, query, body: whether an expectation is about a value from "
             "there), failed (a list of request, line, expected, came), passed",
    .example = "{\"suite\": \"requests\", \"against\": \"first-tag\", \"expect\": {\"passed\": false}}",
    .options =
        (const struct kind_option[]){
            {"against", "name of a server",
             "learner (the one that was started), right, or one that is wrong in one way: no-decoding, "
             "first-tag, false-truthy, bad-limit, notes-merged",
             true},
            {NULL, NULL, NULL, false},
        },
    .check = check,
    .act = act,
};
