/* A conversation with a program: what it says is awaited before it is told something.
 *
 *   we    ── input ──▶  the program     say: all of it, while its output is read, so that neither side blocks
 *   we  ◀── output ──   the program     hear: a text, or a whole line, behind what was heard before
 *
 * What is heard is taken: the next turn looks only behind it, so the verdict does not depend on how output was cut
 * into pieces on its way. How long a program may keep silent is counted without the time that it waited for a
 * processor (the kernel's schedstat), so a busy machine fails nobody. */
#pragma once
#include "checker/room/room.h"

struct conversation {
    struct process *process;
    size_t heard; /* so much of its standard output was taken */
};

enum hearing {
    HEARD,         /* what was awaited came */
    HEARD_THE_END, /* the program ended before it */
    HEARD_NOTHING, /* it did not come within the patience; the program still runs */
};

/* Starts it. Errors are room_start's. */
bool conversation_start(struct room *room, const struct process_request *request,
                        struct conversation *ret_conversation, struct error *error);
void conversation_free(struct conversation *conversation); /* ends the program, if it still runs */

/* Waits until text (in any case of ASCII letters; NULL: a whole line) comes on standard output, and takes all up to
 * its end. ret_hearing says what came of it. False: a fault of ours. */
bool conversation_hear(struct conversation *conversation, const char *text, double patience,
                       enum hearing *ret_hearing, struct error *error);
/* Writes all of it, or as much as the program takes before it ends or closes its input. */
bool conversation_say(struct conversation *conversation, const char *bytes, size_t length,
                      struct error *error);
/* Waits for the program's end; with close, closes its input first. */
bool conversation_end(struct conversation *conversation, bool close, struct error *error);

/* Where what is awaited ends in output, at or behind from; 0 if it has not come. */
size_t conversation_find(const char *output, size_t length, size_t from, const char *text);
