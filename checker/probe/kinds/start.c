/* start, stop, signal: the life of a learner's server. */
#include "checker/base/memory.h"
#include "checker/probe/kind.h"
#include "checker/probe/servers.h"

#include <math.h>
#include <string.h>

static void tell_server(struct action *action, const struct server *server) {
    const struct outcome *outcome = process_outcome(server->process);
    if (process_has_ended(server->process))
        action->ended = outcome_sentence(outcome, &server->limits);
    action->process = server->name;
    action->stderr_text = xstrndup(outcome->err.bytes ? outcome->err.bytes : "", outcome->err.length);
}

static bool start(struct action *action, struct error *error) {
    const cJSON *step = action->step;
    struct scene *scene = action->scene;
    const char *name = json_text(step, "start");
    double seconds = json_number(step, "seconds", 10), begin = clock_now();
    int port = (int)json_number(step, "port", room_port(scene->room));
    const char *command = name ? scene_command(scene, name) : NULL;
    SCOPE_STRINGS char **environment = scene_environment(scene, json_get(step, "env"));
    text_printf(&action->sent, "PORT=%d ", port);
    for (char **variable = environment; *variable; variable++) {
        size_t length = strcspn(*variable, "=") + 1;
        text_add(&action->sent, *variable, length);
        text_add_shell_word(&action->sent, *variable + length);
        text_putc(&action->sent, ' ');
    }
    text_puts(&action->sent, command ? command : name);
    struct server *server = NULL;
    if (!server_start(scene, name, json_get(step, "env"), port, seconds, &server, &action->reason, error))
        return false;
    action->result = cJSON_CreateObject();
    json_set_bool(action->result, "ready", !action->reason);
    json_set_integer(action->result, "port", port);
    json_set(action->result, "ms", cJSON_CreateNumber(round((clock_now() - begin) * 1e4) / 10));
    if (server)
        tell_server(action, server);
    return true;
}

const struct kind kind_start = {
    .name = "start",
    .takes = "the name of a process in workspace.json",
    .about =
        "Starts a server with PORT in its environment and waits until a socket of its own listens there (no "
        "connection is made). A server that ends, listens elsewhere, or not within the time fails the step.",
    .gives = "ready, port, ms",
    .example = "{\"start\": \"web\", \"env\": {\"RATE_LIMIT\": 5}}",
    .options =
        (const struct kind_option[]){
            {"env", "object", "more environment variables", false},
            {"port", "number", "instead of 8080, for a second server in the room", false},
            {"seconds", "number", "how long it may take to listen, 10 by default", false},
            {NULL, NULL, NULL, false},
        },
    .act = start,
};

static int signal_number(const char *name) {
    static const struct {
        const char *name;
        int number;
    } rows[] = {{"TERM", SIGTERM}, {"KILL", SIGKILL}, {"INT", SIGINT},   {"HUP", SIGHUP},  {"QUIT", SIGQUIT},
                {"USR1", SIGUSR1}, {"USR2", SIGUSR2}, {"STOP", SIGSTOP}, {"CONT", SIGCONT}};
    for (size_t i = 0; name && i < LENGTH_OF(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return rows[i].number;
    return 0;
}

static bool check_signal(const cJSON *step, const char *option, struct error *error) {
    const char *name = json_text(step, option);
    if (json_get(step, option) && !signal_number(name))
        return fail(error, FAULT_INPUT, "/%s \"%s\" is none of TERM KILL INT HUP QUIT USR1 USR2 STOP CONT",
                    option, name ? name : "");
    return true;
}

static bool stop_check(const cJSON *step, struct error *error) {
    return check_signal(step, "with", error);
}

static bool stop(struct action *action, struct error *error) {
    const cJSON *step = action->step;
    struct server *server = server_find(action->scene, json_text(step, "stop"));
    if (!server)
        return fail(error, FAULT_INPUT, "the check stops \"%s\", which was not started",
                    json_text(step, "stop"));
    const char *name = json_text(step, "with");
    double begin = clock_now(), seconds = json_number(step, "seconds", 2);
    bool forced, ended_before = process_has_ended(server->process);
    text_printf(&action->sent, "kill -%s %s", name ? name : "TERM", server->name);
    if (!server_stop(server, name ? signal_number(name) : SIGTERM, seconds, &forced, error))
        return false;
    action->result = cJSON_CreateObject();
    outcome_members(process_outcome(server->process), action->result);
    json_set_bool(action->result, "forced", forced);
    json_set(action->result, "ms", cJSON_CreateNumber(round((clock_now() - begin) * 1e4) / 10));
    tell_server(action, server);
    if (ended_before)
        action->reason = xprintf("The server was to be stopped, but had ended before: it %s.", action->ended);
    else if (forced && !json_get(action->expect, "forced"))
        action->reason = xprintf("The server did not end within %g s of SIG%s, and had to be killed.",
                                 seconds, name ? name : "TERM");
    return true;
}

const struct kind kind_stop = {
    .name = "stop",
    .takes = "the name of a process that was started",
    .about = "Sends SIGTERM (or the signal named) and waits for the end; a server that has not ended in time "
             "is killed, "
             "which fails the step unless the pattern speaks of `forced`.",
    .gives = "exit (number or null), signal (text or null), ended, forced, ms",
    .example = "{\"stop\": \"web\", \"seconds\": 2, \"expect\": {\"forced\": false}}",
    .options =
        (const struct kind_option[]){
            {"with", "name of a signal", "TERM by default; KILL for a crash", false},
            {"seconds", "number", "how long it may take, 2 by default", false},
            {NULL, NULL, NULL, false},
        },
    .check = stop_check,
    .act = stop,
};

static bool signal_check(const cJSON *step, struct error *error) {
    return check_signal(step, "send", error);
}

static bool send_signal(struct action *action, struct error *error) {
    const char *process = json_text(action->step, "signal"), *name = json_text(action->step, "send");
    struct server *server = server_find(action->scene, process);
    if (!server)
        return fail(error, FAULT_INPUT, "the check signals \"%s\", which was not started", process);
    text_printf(&action->sent, "kill -%s %s", name, process);
    action->result = cJSON_CreateObject();
    json_set_bool(action->result, "alive", !process_has_ended(server->process));
    return process_signal(server->process, signal_number(name), error);
}

const struct kind kind_signal = {
    .name = "signal",
    .takes = "the name of a process that was started",
    .about = "Sends a signal and goes on at once.",
    .gives = "alive (whether it still ran)",
    .example = "{\"signal\": \"web\", \"send\": \"HUP\"}",
    .options =
        (const struct kind_option[]){
            {"send", "name of a signal", "TERM KILL INT HUP QUIT USR1 USR2 STOP CONT", true},
            {NULL, NULL, NULL, false},
        },
    .check = signal_check,
    .act = send_signal,
};
