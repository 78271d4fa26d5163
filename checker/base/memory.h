/* Memory. There are two lifetimes: what lives as long as a run is taken from that run's arena and never freed
 * one by one; what is shorter belongs to a scope and is freed by the attribute on its variable. Running out
 * of memory is not survivable for a program of this size: the x-functions say so and exit with status 3. */
#pragma once
#include <cjson/cJSON.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct arena; /* grows by blocks; freed as a whole */
struct arena *arena_new(void);
void arena_free(struct arena *arena);                    /* NULL is fine */
void *arena_alloc(struct arena *arena, size_t size);     /* zeroed, aligned for anything */
char *arena_copy(struct arena *arena, const char *text); /* NULL gives NULL */
char *arena_copy_bytes(struct arena *arena, const void *bytes, size_t length); /* with a NUL after them */
char *arena_printf(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

void *xcalloc(size_t count, size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *text);
char *xstrndup(const char *text, size_t length);
char *xprintf(const char *format, ...) __attribute__((format(printf, 1, 2)));

static inline void scope_free(void *pointer) {
    free(*(void **)pointer);
}
static inline void scope_close(int *descriptor) {
    if (*descriptor >= 0)
        close(*descriptor);
}
static inline void scope_fclose(FILE **file) {
    if (*file)
        fclose(*file);
}
static inline void scope_json(cJSON **json) {
    cJSON_Delete(*json);
}
static inline void scope_arena(struct arena **arena) {
    arena_free(*arena);
}
#define SCOPE_FREE __attribute__((cleanup(scope_free)))
#define SCOPE_CLOSE __attribute__((cleanup(scope_close)))
#define SCOPE_FCLOSE __attribute__((cleanup(scope_fclose)))
#define SCOPE_JSON __attribute__((cleanup(scope_json)))
#define SCOPE_ARENA __attribute__((cleanup(scope_arena)))

#define LENGTH_OF(array) (sizeof(array) / sizeof *(array))
