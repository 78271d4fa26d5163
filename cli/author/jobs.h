/* A small pool: independent jobs, each in a process of its own, as many at a time as asked.
 *
 * A job's answer is one JSON value over a pipe. A process for each because the judge of a run is
 * single-threaded by design (namespaces are made from it), and because a job that crashes must not take the
 * others with it. */
#pragma once
#include "checker/base/error.h"

#include <cjson/cJSON.h>
#include <stddef.h>

struct jobs {
    size_t count;
    int at_once;
    void *context;
    cJSON *(*work)(void *context, size_t index); /* in the child; what it returns is sent */
    /* In the parent, in the order of ending. answer is NULL if the child died. */
    void (*done)(void *context, size_t index, const cJSON *answer);
};
bool jobs_run(const struct jobs *jobs, struct error *error);
