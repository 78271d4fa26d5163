#include "cli/author/problems.h"

#include <stdarg.h>

void problem_said(struct problems *problems, const char *sentence) {
    problems->items = xrealloc(problems->items, (problems->count + 1) * sizeof *problems->items);
    problems->items[problems->count++] = arena_copy(problems->arena, sentence);
}

void problem_add(struct problems *problems, const char *file, size_t line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *what = NULL;
    int length = vasprintf(&what, format, arguments);
    va_end(arguments);
    if (length < 0)
        return;
    if (line)
        problem_said(problems, arena_printf(problems->arena, "%s:%zu: %s", file, line, what));
    else
        problem_said(problems, arena_printf(problems->arena, "%s: %s", file, what));
    free(what);
}

void problems_free(struct problems *problems) {
    free(problems->items);
    problems->items = NULL;
    problems->count = 0;
}
