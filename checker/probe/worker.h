/* What the probe program does in each room. */
#pragma once
#include "checker/room/room.h"

/* Serves requests until the channel ends. */
int worker_serve(struct room *room, struct channel *channel);
/* Once in the broker: what libraries need before rooms are forked from it. */
void worker_warm(void);
