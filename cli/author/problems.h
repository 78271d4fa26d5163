/* What is wrong with an exercise: sentences with their place, FILE:LINE: WHAT; REMEDY, as compilers write them and
 * editors follow them. They are collected, not stopped at: an author mends all in one go. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/memory.h"

struct problems {
    struct arena *arena;
    const char **items;
    size_t count;
};

/* line 0: the file, or folder, as a whole. */
void problem_add(struct problems *problems, const char *file, size_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* A sentence that has its place already. */
void problem_said(struct problems *problems, const char *sentence);
void problems_free(struct problems *problems);
static inline void scope_problems(struct problems *problems) {
    problems_free(problems);
}
#define SCOPE_PROBLEMS __attribute__((cleanup(scope_problems)))
