/* Acts in the background: begun by one step, joined by a later one. */
#pragma once
#include "checker/probe/kind.h"
#include "checker/probe/scene.h"

struct flight {
    struct flight *next;
    char *name;
    const struct kind *kind;
    cJSON *step; /* filled in */
    struct action action;
};

/* Begins step (filled in; taken) in the background under a name. */
bool flight_begin(struct scene *scene, const char *name, const struct kind *kind, cJSON *step,
                  struct error *error);
/* Waits for its end; ret_action receives what the kind found, as if it had acted now. expect: the joining step's. */
bool flight_join(struct scene *scene, const char *name, const cJSON *expect, struct action *ret_action,
                 struct error *error);
void flights_abandon(struct scene *scene);
/* Lets each go on as far as it can without waiting. */
void flights_pump(struct scene *scene);

void action_free(struct action *action);
