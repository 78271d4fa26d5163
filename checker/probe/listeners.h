/* Who listens where, by sock_diag(7), or from /proc/self/net/tcp and tcp6 (proc(5)): no connection is made. */
#pragma once
#include "checker/room/room.h"

struct listener {
    int port;
    char address[48]; /* "127.0.0.1", "::1" */
    bool reachable;   /* a client of 127.0.0.1 gets there */
    uint64_t inode;
    pid_t owner; /* the room's process that holds it; 0: nobody of this room */
};

/* The listener that a client of 127.0.0.1 gets to at this port. False if there is none. It costs 20 µs; those below,
 * which see more, are for saying what is wrong. */
bool listener_reached(struct room *room, int port, struct listener *ret_listener);
/* The listener on a port, a reachable one before others. False if there is none. */
bool listener_find(struct room *room, int port, struct listener *ret_listener);
/* A port that a process of this room listens on; 0 if there is none. */
int listener_other_port(struct room *room);

/* One line of the table, for tests: false if it is no listening socket. */
bool listener_parse(const char *line, bool six, struct listener *ret_listener);
