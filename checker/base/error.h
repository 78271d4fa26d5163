/* How a failure travels: whoever finds it decides whose fault it is and says so in a sentence a person can
 * act on; everybody above passes it on unchanged. A function that can fail returns false and fills the
 * struct error; it writes its ret_ parameters only when it returns true. */
#pragma once
#include <stdbool.h>

enum fault {
    FAULT_NONE,
    FAULT_INPUT, /* a file, an argument, a workspace: exit status 2 */
    FAULT_OURS,  /* our own, or the machine's: exit status 3 */
    FAULT_TOOL,  /* something that must be installed is not: exit status 3 */
};

struct error {
    enum fault fault;
    char text[2000];
};

/* Fills error (which may be NULL) with the formatted sentence; a longer one is cut and ends in "…".
 * Always returns false, so that it can be returned. */
bool fail(struct error *error, enum fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* As fail(), and ends the sentence with what errno says. */
bool fail_errno(struct error *error, enum fault fault, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The exit status that goes with a fault: 0, 2 or 3. */
int fault_exit_status(enum fault fault);
