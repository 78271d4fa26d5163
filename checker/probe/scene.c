#include "checker/probe/scene.h"

#include "checker/base/memory.h"
#include "checker/probe/flight.h"
#include "checker/probe/http.h"
#include "checker/probe/servers.h"

#include <poll.h>
#include <string.h>
#include <sys/wait.h>

static void collect(const cJSON *value, char ***strings, size_t *count) {
    if (cJSON_IsArray(value)) {
        for (const cJSON *item = value->child; item; item = item->next)
            collect(item, strings, count);
        return;
    }
    *strings = xrealloc(*strings, (*count + 2) * sizeof **strings);
    (*strings)[(*count)++] = json_as_text(value);
    (*strings)[*count] = NULL;
}

char **strings_from_json(const cJSON *list) {
    char **strings = xcalloc(1, sizeof *strings);
    size_t count = 0;
    if (list)
        collect(list, &strings, &count);
    return strings;
}

void free_strings(char **strings) {
    if (!strings)
        return;
    for (char **string = strings; *string; string++)
        free(*string);
    free(strings);
}

char **scene_environment(const struct scene *scene, const cJSON *more) {
    char **strings = xcalloc(1, sizeof *strings);
    size_t count = 0;
    const cJSON *layers[] = {scene->environment, more};
    for (size_t i = 0; i < LENGTH_OF(layers); i++) {
        const cJSON *member;
        cJSON_ArrayForEach(member, layers[i]) {
            SCOPE_FREE char *text = json_as_text(member);
            strings = xrealloc(strings, (count + 2) * sizeof *strings);
            strings[count++] = xprintf("%s=%s", member->string, text);
            strings[count] = NULL;
        }
    }
    return strings;
}

const char *scene_command(const struct scene *scene, const char *process) {
    return json_text(scene->processes, process);
}

char *signal_text(int signal) {
    const char *name = sigabbrev_np(signal);
    return name ? xprintf("SIG%s", name) : xprintf("signal %d", signal);
}

static const char *signal_meaning(int signal) {
    switch (signal) {
    case SIGSEGV:
        return "it read or wrote memory that is not its own (a bad pointer, or an index beyond the end)";
    case SIGBUS:
        return "it used memory that is not there";
    case SIGFPE:
        return "it divided an integer by zero";
    case SIGABRT:
        return "it stopped itself (abort, a failed assertion, or memory found damaged)";
    case SIGILL:
        return "it ran into something that is no instruction";
    case SIGPIPE:
        return "it wrote to a pipe or connection that nobody reads any more";
    case SIGXFSZ:
        return "it wrote a file larger than it may";
    case SIGXCPU:
        return "it used more processor time than it may";
    case SIGSYS:
        return "it made a system call that is not allowed here";
    case SIGKILL:
        return "it was killed";
    case SIGTERM:
        return "it was asked to stop, and had no handler for that";
    default:
        return NULL;
    }
}

char *outcome_sentence(const struct outcome *outcome, const struct limits *limits) {
    switch (outcome->ended) {
    case ENDED_EXITED:
        return xprintf("exited with status %d", WEXITSTATUS(outcome->status));
    case ENDED_TIME_LIMIT:
        return xprintf("was still running after %g s and was ended", limits->seconds);
    case ENDED_OUTPUT_LIMIT:
        return xprintf("wrote more than %zu KiB and was ended", limits->output >> 10);
    case ENDED_MEMORY_LIMIT:
        return xprintf("used more than %ld MiB of memory and was ended", limits->memory_mib);
    case ENDED_SIGNALLED:
    case ENDED_STOPPED:
        break;
    }
    if (WIFEXITED(outcome->status))
        return xprintf("exited with status %d", WEXITSTATUS(outcome->status));
    int number = WTERMSIG(outcome->status);
    SCOPE_FREE char *name = signal_text(number);
    const char *meaning = signal_meaning(number);
    const char *verb = outcome->ended == ENDED_STOPPED ? "ended by" : "crashed:";
    return meaning ? xprintf("%s %s, %s", verb, name, meaning) : xprintf("%s %s", verb, name);
}

void outcome_members(const struct outcome *outcome, cJSON *result) {
    bool exited = WIFEXITED(outcome->status), ours = outcome->ended != ENDED_EXITED &&
                                                     outcome->ended != ENDED_SIGNALLED &&
                                                     outcome->ended != ENDED_STOPPED;
    json_set(result, "exit",
             exited && !ours ? json_integer(WEXITSTATUS(outcome->status)) : cJSON_CreateNull());
    SCOPE_FREE char *signal = !exited && !ours ? signal_text(WTERMSIG(outcome->status)) : NULL;
    json_set_text(result, "signal", signal);
    json_set_text(result, "ended", ended_name(outcome->ended));
    json_set(result, "ms", cJSON_CreateNumber((double)(long)outcome->ms));
}

bool scene_pump(struct scene *scene, double deadline, struct error *error) {
    http_pump(scene);
    flights_pump(scene);
    return servers_pump(scene, deadline, error);
}

bool scene_pause(struct scene *scene, double deadline, struct error *error) {
    while (clock_now() < deadline) {
        double begin = clock_now(), slice = scene->http && deadline > begin + 0.01 ? begin + 0.01 : deadline;
        if (!scene_pump(scene, slice, error))
            return false;
        /* Nothing is alive that could be waited for, or all of it has ended: only time is left. */
        double left = slice - clock_now();
        if (left > 0 && !servers_alive(scene))
            poll(NULL, 0, (int)(left * 1e3) + 1);
    }
    return true;
}

void scene_close(struct scene *scene) {
    flights_abandon(scene);
    http_close(scene);
    servers_free(scene);
    cJSON_Delete(scene->variables);
    scene->variables = NULL;
}
