/* Learners' servers in a scene: started, found ready, kept going, stopped.
 *
 * A server is ready when a socket of its own listens on the port, which the kernel tells without a connection that a
 * one-client server would have to serve. Whose socket it is, init says; so a stale process on the
 * port is named instead of being judged. */
#pragma once
#include "checker/probe/scene.h"

struct server {
    char *name;
    struct process *process; /* NULL once stopped */
    int port;
    struct limits limits;
    size_t out_seen, err_seen; /* where the last step that looked at its streams stopped */
};

struct server *server_find(struct scene *scene, const char *name);
/* The one a step means: by name, or the only one that was started (name NULL). NULL if there is none. */
struct server *server_meant(struct scene *scene, const char *name);

/* Starts a process and waits until it listens. ret_reason (malloc'd) is set instead of ret_server where the learner has
 * something to mend: it ended, it listens elsewhere, somebody else does. */
bool server_start(struct scene *scene, const char *name, const cJSON *environment, int port, double seconds,
                  struct server **ret_server, char **ret_reason, struct error *error);
/* Sends a signal and waits for the end; kills it after that. ret_forced tells whether it had to. */
bool server_stop(struct server *server, int signal, double seconds, bool *ret_forced, struct error *error);
void servers_free(struct scene *scene);

/* Lets all servers' output in and their limits be noticed, until the deadline or until something happened. */
bool servers_pump(struct scene *scene, double deadline, struct error *error);
bool servers_alive(const struct scene *scene); /* at least one runs */
/* The first server that ended by itself, as a sentence; NULL if all run. The caller frees it. */
char *servers_died(struct scene *scene);
