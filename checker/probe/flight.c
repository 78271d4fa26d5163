#include "checker/probe/flight.h"

#include "checker/base/memory.h"

#include <string.h>

void action_free(struct action *action) {
    cJSON_Delete(action->result);
    cJSON_Delete(action->wire);
    text_free(&action->sent);
    free(action->ended);
    free(action->stderr_text);
    free(action->reason);
    free(action->skip);
    free(action->note);
}

static void flight_free(struct flight *flight) {
    if (flight->action.flight)
        flight->kind->abandon(&flight->action);
    action_free(&flight->action);
    cJSON_Delete(flight->step);
    free(flight->name);
    free(flight);
}

bool flight_begin(struct scene *scene, const char *name, const struct kind *kind, cJSON *step,
                  struct error *error) {
    struct flight *flight = xcalloc(1, sizeof *flight);
    flight->name = xstrdup(name);
    flight->kind = kind;
    flight->step = step;
    flight->action = (struct action){.scene = scene, .step = step};
    if (!kind->begin(&flight->action, error)) {
        flight_free(flight);
        return false;
    }
    flight->next = scene->flights;
    scene->flights = flight;
    return true;
}

bool flight_join(struct scene *scene, const char *name, const cJSON *expect, struct action *ret_action,
                 struct error *error) {
    for (struct flight **link = &scene->flights; *link; link = &(*link)->next) {
        struct flight *flight = *link;
        if (strcmp(flight->name, name) != 0)
            continue;
        flight->action.expect = expect;
        if (!flight->kind->finish(&flight->action, error))
            return false;
        *link = flight->next;
        *ret_action = flight->action;
        ret_action->step = NULL;
        flight->action = (struct action){0};
        flight_free(flight);
        return true;
    }
    return fail(error, FAULT_INPUT, "the check joins \"%s\", which is not in the background", name);
}

void flights_pump(struct scene *scene) {
    for (struct flight *flight = scene->flights; flight; flight = flight->next)
        if (flight->action.flight && flight->kind->pump)
            flight->kind->pump(&flight->action);
}

void flights_abandon(struct scene *scene) {
    while (scene->flights) {
        struct flight *flight = scene->flights;
        scene->flights = flight->next;
        flight_free(flight);
    }
}
