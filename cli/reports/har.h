/* The HTTP exchanges of a run as an HTTP Archive (HAR 1.2), which browsers' developer tools and others open. */
#pragma once
#include "checker/base/error.h"
#include "checker/judge/judge.h"

struct event_reader *har_open(void);
/* Writes what was collected to path (by temporary file and rename) and frees it. */
bool har_close(struct event_reader *reader, const char *path, struct error *error);
