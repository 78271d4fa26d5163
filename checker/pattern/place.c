/* Errors that carry their place; place.h tells how. */
#include "checker/pattern/place.h"

#include "checker/base/memory.h"
#include "checker/base/text.h"

#include <stdarg.h>
#include <string.h>

__attribute__((format(printf, 3, 0))) static bool fail_with(struct error *error, const char *pointer,
                                                            const char *format, va_list arguments) {
    if (!error)
        return false;
    SCOPE_FREE char *text = NULL;
    int length = vasprintf(&text, format, arguments);
    return fail(error, FAULT_INPUT, "%s %s", pointer, length < 0 ? format : text);
}

bool fail_here(struct error *error, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fail_with(error, "", format, arguments);
    va_end(arguments);
    return false;
}

bool fail_at(struct error *error, const char *token, const char *format, ...) {
    SCOPE_FREE char *pointer = json_pointer_add("", token);
    va_list arguments;
    va_start(arguments, format);
    fail_with(error, pointer, format, arguments);
    va_end(arguments);
    return false;
}

bool placed(bool ok, struct error *error, const char *token) {
    if (ok || !error)
        return ok;
    SCOPE_FREE char *pointer = json_pointer_add("", token);
    SCOPE_FREE char *text = xprintf("%s%s", pointer, error->text);
    return fail(error, error->fault, "%s", text);
}

bool placed_at(bool ok, struct error *error, size_t index) {
    char token[24];
    snprintf(token, sizeof token, "%zu", index);
    return placed(ok, error, token);
}

void suggest(char *out, size_t size, const char *name, const char *const *candidates) {
    const char *best = NULL;
    size_t length = strlen(name), nearest = length < 6 ? 2 : length / 3 + 1; /* one slip in three letters */
    for (; *candidates; candidates++) {
        size_t distance = edit_distance(name, *candidates);
        if (distance < nearest) {
            nearest = distance;
            best = *candidates;
        }
    }
    snprintf(out, size, best ? "; did you mean %s?" : "%.0s", best ? best : "");
}
