/* dialogue: a program is spoken with: its question is awaited before it gets the answer.
 *
 * Over pipes, as another program would speak with it. That is where a prompt that was printed but not flushed shows: the
 * program waits for an answer to a question that is still in its own buffer. */
#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"
#include "checker/probe/bytes.h"
#include "checker/probe/conversation.h"
#include "checker/probe/kind.h"
#include "checker/probe/program.h"

#include <string.h>

static const double default_patience = 2;
enum { SHOWN = 300 /* bytes of what came, in a sentence */ };

/* As a person sees it: at most its last bytes, in quotes. */
static char *quoted(const char *bytes, size_t length) {
    size_t skipped = length > SHOWN ? length - SHOWN : 0;
    SCOPE_JSON cJSON *value = json_string(bytes + skipped, length - skipped);
    SCOPE_FREE char *shown = json_print(value);
    return xprintf("%s%s", skipped ? "…" : "", shown);
}

static char *awaited(const cJSON *until) {
    return cJSON_IsString(until) ? quoted(until->valuestring, strlen(until->valuestring)) : xstrdup("A line");
}

/* Why a turn did not come about; came: what stood on standard output behind the turn before. */
static char *why_not(const struct action *action, const struct process *process, const cJSON *turn,
                     size_t input, enum hearing hearing, double patience, const char *came, size_t length) {
    const struct text *err = &process_outcome(process)->err;
    const cJSON *until = json_get(turn, "until");
    SCOPE_FREE char *text = awaited(until);
    SCOPE_FREE char *so_far = quoted(came, length);
    SCOPE_FREE char *before = json_get(turn, "send") ? xprintf(" before input %zu", input) : xstrdup("");
    SCOPE_TEXT struct text why = {0};
    text_printf(&why, "%s was awaited on standard output%s, but ", text, before);
    if (hearing == HEARD_THE_END)
        text_printf(&why, "the program %s.", action->ended);
    else
        text_printf(&why, "did not come within %g s.", patience);
    if (length)
        text_printf(&why, " What came is %s.", so_far);
    else
        text_printf(&why, " Nothing came%s.", input > 1 ? " since the input before" : " at all");
    if (conversation_find(err->bytes, err->length, 0, cJSON_GetStringValue(until)))
        text_puts(&why, " It came on standard error; a question belongs on standard output.");
    else if (!length && hearing == HEARD_NOTHING)
        text_puts(
            &why,
            " Output to a pipe is held back in a buffer until that is full or flushed: flush standard output "
            "after a question, before you read the answer.");
    return text_take(&why);
}

/* One turn; ret_hearing other than HEARD: it did not come about. */
static bool take_turn(struct conversation *conversation, const cJSON *turn, double patience, cJSON *turns,
                      enum hearing *ret_hearing, struct error *error) {
    const cJSON *until = json_get(turn, "until");
    size_t before = conversation->heard;
    *ret_hearing = HEARD;
    if (until && !conversation_hear(conversation, cJSON_GetStringValue(until), patience, ret_hearing, error))
        return false;
    if (*ret_hearing != HEARD)
        return true;
    const struct text *out = &process_outcome(conversation->process)->out;
    cJSON *record = cJSON_CreateObject();
    json_set(record, "received",
             json_string(out->bytes ? out->bytes + before : "", conversation->heard - before));
    cJSON *send = json_get(turn, "send");
    json_set(record, "sent", send ? cJSON_Duplicate(send, true) : cJSON_CreateNull());
    cJSON_AddItemToArray(turns, record);
    SCOPE_TEXT struct text bytes = {0};
    return bytes_of_member(turn, "send", &bytes, error) &&
           conversation_say(conversation, bytes.bytes, bytes.length, error);
}

/* What was said, as a person follows it, and the line that says it all at once. */
static bool describe(const struct action *action, const struct program *program, struct text *sent,
                     struct error *error) {
    const cJSON *turn;
    SCOPE_TEXT struct text all = {0};
    text_add(sent, program->line.bytes, program->line.length);
    cJSON_ArrayForEach(turn, json_get(action->step, "turns")) {
        size_t from = all.length;
        if (!bytes_of_member(turn, "send", &all, error))
            return false;
        if (all.length == from)
            continue;
        size_t length = all.length - from;
        if (all.bytes[all.length - 1] == '\n')
            length--;
        SCOPE_TEXT struct text shown = {0};
        text_add_printable(&shown, all.bytes + from, length > SHOWN ? SHOWN : length, false);
        text_printf(sent, "\n> %s%s", shown.bytes ? shown.bytes : "", length > SHOWN ? "…" : "");
    }
    text_puts(sent, "\n");
    bytes_add_printf(sent, all.bytes, all.length);
    text_printf(sent, " | %s", program->line.bytes);
    return true;
}

static bool converse(struct action *action, const struct program *program, struct conversation *conversation,
                     struct error *error) {
    const cJSON *turn, *last = NULL;
    const char *then = json_text(action->step, "then");
    double patience = json_number(action->step, "patience", default_patience);
    SCOPE_JSON cJSON *turns = cJSON_CreateArray();
    enum hearing hearing = HEARD;
    size_t input = 0;
    cJSON_ArrayForEach(turn, json_get(action->step, "turns")) {
        input += json_get(turn, "send") != NULL;
        last = turn;
        if (!take_turn(conversation, turn, patience, turns, &hearing, error))
            return false;
        if (hearing != HEARD)
            break;
    }
    if (hearing == HEARD && !conversation_end(conversation, !then || strcmp(then, "close") == 0, error))
        return false;
    const struct outcome *outcome = process_outcome(conversation->process);
    size_t heard = conversation->heard, left = outcome->out.length - heard;
    const char *rest = outcome->out.bytes ? outcome->out.bytes + heard : "";
    action->result = program_result(outcome);
    json_set(action->result, "rest", json_string(rest, left));
    if (hearing == HEARD_NOTHING) {
        action->process = program->name;
        action->ended = xstrdup("was still running, and was ended");
        action->stderr_text = xstrndup(outcome->err.bytes ? outcome->err.bytes : "", outcome->err.length);
    } else {
        program_tell(action, program, outcome);
    }
    if (hearing != HEARD) {
        free(action->reason);
        action->reason = why_not(action, conversation->process, last, input, hearing, patience, rest, left);
    }
    json_set(action->result, "turns", turns);
    turns = NULL;
    return true;
}

static bool not_started(struct action *action, const char *why) {
    action->result = program_result_of_none(why);
    action->reason = xstrdup(why);
    return true;
}

static bool act_with(struct action *action, const struct program *program, struct error *error) {
    if (!describe(action, program, &action->sent, error))
        return false;
    struct conversation conversation;
    struct error why = {0};
    if (!conversation_start(action->scene->room, &program->request, &conversation, &why)) {
        if (why.fault == FAULT_INPUT)
            return not_started(action, why.text);
        *error = why;
        return false;
    }
    bool ok = converse(action, program, &conversation, error);
    conversation_free(&conversation);
    return ok;
}

static bool act(struct action *action, struct error *error) {
    SCOPE_FREE char *reason = NULL;
    struct program program = {0};
    if (!program_prepare(action->scene, action->step, "dialogue", &program, &reason, error))
        return false;
    bool ok = reason ? not_started(action, reason) : act_with(action, &program, error);
    program_free(&program);
    return ok;
}

static bool check_turn(const cJSON *turn, const char *at, struct error *error) {
    static const char *const allowed[] = {"until", "send", "encoding"};
    if (!cJSON_IsObject(turn))
        return fail(error, FAULT_INPUT, "%s a turn is an object: {\"until\": …, \"send\": …}", at);
    for (const cJSON *member = turn->child; member; member = member->next) {
        bool known = false;
        for (size_t i = 0; i < LENGTH_OF(allowed); i++)
            known |= strcmp(allowed[i], member->string) == 0;
        if (!known)
            return fail(error, FAULT_INPUT,
                        "%s/%s \"%s\" is no member of a turn; it has until, send and encoding", at,
                        member->string, member->string);
    }
    const cJSON *until = json_get(turn, "until");
    bool line = json_true(until, "line") && !until->child->next;
    if (until && !line && (!cJSON_IsString(until) || !*until->valuestring))
        return fail(error, FAULT_INPUT, "%s/until \"until\" is a text, or {\"line\": true}", at);
    return bytes_check_encoding(turn, NULL) ||
           fail(error, FAULT_INPUT, "%s/encoding \"encoding\" is \"bytes\" or \"utf-8\"", at);
}

static bool check(const cJSON *step, struct error *error) {
    const cJSON *turns = json_get(step, "turns"), *patience = json_get(step, "patience"), *turn;
    const char *then = json_text(step, "then");
    if (!program_check(step, error))
        return false;
    if (patience && (!cJSON_IsNumber(patience) || patience->valuedouble <= 0 || patience->valuedouble > 60))
        return fail(error, FAULT_INPUT, "/patience \"patience\" is a number of seconds above 0 and up to 60");
    if (json_get(step, "then") && (!then || (strcmp(then, "close") != 0 && strcmp(then, "wait") != 0)))
        return fail(error, FAULT_INPUT, "/then \"then\" is \"close\" or \"wait\"");
    if (cJSON_IsString(turns) && strstr(turns->valuestring, "${"))
        return true;
    if (!cJSON_IsArray(turns))
        return fail(error, FAULT_INPUT, "/turns \"turns\" is a list, or a template that gives one");
    size_t index = 0;
    cJSON_ArrayForEach(turn, turns) {
        SCOPE_FREE char *at = xprintf("/turns/%zu", index++);
        if (!check_turn(turn, at, error))
            return false;
    }
    return true;
}

const struct kind kind_dialogue = {
    .name = "dialogue",
    .takes = "the name of a process in workspace.json",
    .about = "Speaks with a program over pipes. In each turn it waits until the text comes on standard "
             "output behind what "
             "earlier turns heard (in any case of A to Z; without \"until\" it does not wait), then writes "
             "\"send\". A "
             "turn whose text does not come within the patience, or before the program ends, fails the step. "
             "After the "
             "last turn standard input is closed and the end awaited. How it may end: as with run.",
    .gives = "turns (a list of received, what was heard in that turn, and sent), rest (standard output "
             "behind the last "
             "turn), and as run gives: exit, signal, ended, stdout, lines, stderr, left, ms",
    .example = "{\"dialogue\": \"main\", \"turns\": [{\"until\": \"name\", \"send\": \"Zoë\\n\"}], "
               "\"expect\": {\"exit\": 0, \"rest\": {\"$contains\": \"Zoë\"}}}",
    .options =
        (const struct kind_option[]){
            {"turns", "list",
             "each {\"until\": text or {\"line\": true}, \"send\": text, \"encoding\": \"bytes\"}", true},
            {"args", "list of values", "arguments; lists in it are flattened, numbers become text", false},
            {"env", "object", "more environment variables for this run", false},
            {"directory", "folder", "where it is started, as with run", false},
            {"then", "\"close\" or \"wait\"", "\"wait\" leaves standard input open after the last turn",
             false},
            {"patience", "seconds", "how long a text may take to come, 2 by default", false},
            {"seconds", "number", "time limit of the whole, 10 by default", false},
            {"output", "bytes", "how much each stream may hold, 1 MiB by default", false},
            {NULL, NULL, NULL, false},
        },
    .check = check,
    .act = act,
};
