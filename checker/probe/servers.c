#include "checker/probe/servers.h"

#include "checker/base/memory.h"
#include "checker/probe/listeners.h"

#include <string.h>

struct server *server_find(struct scene *scene, const char *name) {
    for (size_t i = 0; i < scene->server_count; i++)
        if (strcmp(scene->servers[i]->name, name) == 0)
            return scene->servers[i];
    return NULL;
}

struct server *server_meant(struct scene *scene, const char *name) {
    if (name)
        return server_find(scene, name);
    return scene->server_count == 1 ? scene->servers[0] : NULL;
}

/* Looks until the port is listened on, the process has ended, or the time is up. There is no event for "somebody
 * listens" that would not need a connection, so the kernel is asked again whenever the process did something, and at
 * least every two milliseconds: one percent of a processor. */
static bool wait_until_listening(struct scene *scene, struct server *server, double seconds, bool *ret_ready,
                                 struct error *error) {
    double begin = clock_now(), deadline = begin + seconds, tick = 0.0002;
    for (;;) {
        struct listener listener;
        if (listener_reached(scene->room, server->port, &listener) && listener.owner > 0) {
            *ret_ready = true;
            return true;
        }
        double now = clock_now();
        if (process_has_ended(server->process) || now >= deadline) {
            *ret_ready = false;
            return true;
        }
        if (!process_step(server->process, now + tick < deadline ? now + tick : deadline, error))
            return false;
        if (tick < 0.002)
            tick *= 1.1;
    }
}

static char *why_not_listening(struct scene *scene, const struct server *server, double seconds) {
    const struct outcome *outcome = process_outcome(server->process);
    if (process_has_ended(server->process)) {
        SCOPE_FREE char *ended = outcome_sentence(outcome, &server->limits);
        return xprintf("The server %s before it listened on port %d.", ended, server->port);
    }
    struct listener listener;
    if (listener_find(scene->room, server->port, &listener)) {
        if (listener.owner == 0)
            return xprintf(
                "Port %d is taken by another program, which would have been tested instead of yours; "
                "end it and try again.",
                server->port);
        return xprintf(
            "The server listens on %s alone, where a client of 127.0.0.1 cannot reach it; bind it to "
            "127.0.0.1.",
            listener.address);
    }
    int other = listener_other_port(scene->room);
    if (other)
        return xprintf("The server listens on port %d, but PORT says %d: read the port from the environment.",
                       other, server->port);
    return xprintf("The server runs, but did not listen on port %d within %g s.", server->port, seconds);
}

static void server_free(struct server *server) {
    process_free(server->process);
    free(server->name);
    free(server);
}

static void forget(struct scene *scene, struct server *server) {
    for (size_t i = 0; i < scene->server_count; i++)
        if (scene->servers[i] == server) {
            server_free(server);
            scene->servers[i] = scene->servers[--scene->server_count];
            return;
        }
}

bool server_start(struct scene *scene, const char *name, const cJSON *environment, int port, double seconds,
                  struct server **ret_server, char **ret_reason, struct error *error) {
    const char *command = scene_command(scene, name);
    if (!command) {
        *ret_reason = xprintf("workspace.json names no process \"%s\"; add it to \"processes\".", name);
        return true;
    }
    struct server *old = server_find(scene, name);
    if (old && !process_has_ended(old->process))
        return fail(error, FAULT_INPUT, "the check starts \"%s\", which runs already", name);
    if (old)
        forget(scene, old);
    struct server *server = xcalloc(1, sizeof *server);
    server->name = xstrdup(name);
    server->port = port;
    server->limits = limits_default;
    server->limits.seconds = 600;     /* a server runs as long as its room */
    server->limits.output = 8u << 20; /* logs of many requests */
    SCOPE_FREE char *port_variable = xprintf("PORT=%d", port);
    SCOPE_STRINGS char **more = scene_environment(scene, environment);
    size_t count = 0;
    while (more[count])
        count++;
    const char **variables = xcalloc(count + 2, sizeof *variables);
    variables[0] = port_variable;
    memcpy(variables + 1, more, count * sizeof *more);
    struct process_request request = {
        .command = command,
        .environment = variables,
        .limits = server->limits,
    };
    struct error why = {0};
    bool started = room_start(scene->room, &request, &server->process, &why), ready = false;
    free(variables);
    if (!started) {
        server_free(server);
        if (why.fault == FAULT_INPUT) {
            *ret_reason = xstrdup(why.text);
            return true;
        }
        if (error)
            *error = why;
        return false;
    }
    process_close_input(server->process);
    scene->servers = xrealloc(scene->servers, (scene->server_count + 1) * sizeof *scene->servers);
    scene->servers[scene->server_count++] = server;
    if (!wait_until_listening(scene, server, seconds, &ready, error))
        return false;
    if (!ready)
        *ret_reason = why_not_listening(scene, server, seconds);
    *ret_server = server;
    return true;
}

bool server_stop(struct server *server, int signal, double seconds, bool *ret_forced, struct error *error) {
    *ret_forced = false;
    if (!process_signal(server->process, signal, error))
        return false;
    double deadline = clock_now() + seconds;
    while (!process_has_ended(server->process)) {
        if (!*ret_forced && clock_now() >= deadline) {
            *ret_forced = true;
            deadline += 10;
            if (!process_signal(server->process, SIGKILL, error))
                return false;
        }
        if (!process_step(server->process, deadline, error))
            return false;
    }
    return true;
}

void servers_free(struct scene *scene) {
    for (size_t i = 0; i < scene->server_count; i++)
        server_free(scene->servers[i]);
    free(scene->servers);
    scene->servers = NULL;
    scene->server_count = 0;
}

bool servers_pump(struct scene *scene, double deadline, struct error *error) {
    /* One server is the rule; with several, each gets its slice of the time. */
    for (size_t i = 0; i < scene->server_count; i++) {
        struct server *server = scene->servers[i];
        double now = clock_now(), share = (deadline - now) / (double)(scene->server_count - i);
        if (!process_has_ended(server->process) &&
            !process_step(server->process, share > 0 ? now + share : now, error))
            return false;
    }
    return true;
}

bool servers_alive(const struct scene *scene) {
    for (size_t i = 0; i < scene->server_count; i++)
        if (!process_has_ended(scene->servers[i]->process))
            return true;
    return false;
}

char *servers_died(struct scene *scene) {
    for (size_t i = 0; i < scene->server_count; i++) {
        struct server *server = scene->servers[i];
        if (process_has_ended(server->process) && process_outcome(server->process)->ended != ENDED_STOPPED) {
            SCOPE_FREE char *ended = outcome_sentence(process_outcome(server->process), &server->limits);
            return xprintf("The process \"%s\" %s.", server->name, ended);
        }
    }
    return NULL;
}
