/* log: what a server wrote on its streams, without waiting (use `within`). Looking takes nothing away: only a step
 * with "expect" or "save" moves the place from which "new" is counted. */
#include "checker/base/memory.h"
#include "checker/probe/kind.h"
#include "checker/probe/servers.h"

#include <string.h>

static bool act(struct action *action, struct error *error) {
    const cJSON *step = action->step;
    struct server *server = server_find(action->scene, json_text(step, "log"));
    if (!server)
        return fail(error, FAULT_INPUT, "the check reads the log of \"%s\", which was not started",
                    json_text(step, "log"));
    const char *stream = json_text(step, "stream");
    bool errors = stream && strcmp(stream, "stderr") == 0;
    if (!scene_pump(action->scene, clock_now(), error))
        return false;
    const struct outcome *outcome = process_outcome(server->process);
    const struct text *text = errors ? &outcome->err : &outcome->out;
    size_t *seen = errors ? &server->err_seen : &server->out_seen,
           from = json_true(step, "all_of_it") ? 0 : *seen;
    const char *bytes = text->bytes ? text->bytes : "";
    cJSON *lines = cJSON_CreateArray(), *objects = cJSON_CreateArray();
    size_t at = from;
    for (const char *newline; at < text->length && (newline = memchr(bytes + at, '\n', text->length - at));) {
        size_t length = (size_t)(newline - (bytes + at));
        cJSON_AddItemToArray(lines, json_string(bytes + at, length));
        cJSON *object = json_parse(bytes + at, length, NULL);
        if (cJSON_IsObject(object))
            cJSON_AddItemToArray(objects, object);
        else
            cJSON_Delete(object);
        at += length + 1;
    }
    action->result = cJSON_CreateObject();
    json_set(action->result, "text", json_string(bytes + from, text->length - from));
    json_set(action->result, "lines", lines);
    json_set(action->result, "json", objects);
    action->mark = seen;
    action->mark_to = at;
    text_printf(&action->sent, "(read the %s of %s)", errors ? "standard error" : "standard output",
                server->name);
    return true;
}

const struct kind kind_log = {
    .name = "log",
    .takes = "the name of a process that was started",
    .about = "What it wrote since the last step that looked here and fitted. Only whole lines count as "
             "lines. It does "
             "not wait; with \"within\" it is looked at again.",
    .gives = "text, lines, json (the lines that are JSON objects)",
    .example = "{\"log\": \"web\", \"within\": 0.5, \"expect\": {\"json\": {\"$contains\": {\"event\": "
               "\"request\"}}}}",
    .options =
        (const struct kind_option[]){
            {"stream", "stdout or stderr", "stdout by default", false},
            {"all_of_it", "true", "from the start of the process", false},
            {NULL, NULL, NULL, false},
        },
    .act = act,
};
