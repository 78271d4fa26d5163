#include "checker/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static void fill(struct error *error, enum fault fault,
                                                       const char *format, va_list arguments) {
    error->fault = fault;
    int length = vsnprintf(error->text, sizeof error->text, format, arguments);
    if (length >= (int)sizeof error->text) {
        /* Cut at the start of a UTF-8 sequence, so that what is left is still text. */
        size_t end = sizeof error->text - sizeof "…";
        while (end > 0 && ((unsigned char)error->text[end] & 0xc0) == 0x80)
            end--;
        strcpy(error->text + end, "…");
    }
}

bool fail(struct error *error, enum fault fault, const char *format, ...) {
    if (!error)
        return false;
    va_list arguments;
    va_start(arguments, format);
    fill(error, fault, format, arguments);
    va_end(arguments);
    return false;
}

bool fail_errno(struct error *error, enum fault fault, const char *format, ...) {
    if (!error)
        return false;
    char reason[128];
    const char *text = strerror_r(errno, reason, sizeof reason);
    va_list arguments;
    va_start(arguments, format);
    fill(error, fault, format, arguments);
    va_end(arguments);
    size_t used = strlen(error->text);
    snprintf(error->text + used, sizeof error->text - used, ": %s", text);
    return false;
}

int fault_exit_status(enum fault fault) {
    switch (fault) {
    case FAULT_NONE:
        return 0;
    case FAULT_INPUT:
        return 2;
    case FAULT_OURS:
    case FAULT_TOOL:
        break;
    }
    return 3;
}
