#include "checker/base/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <string.h>

struct block {
    struct block *next;
    size_t used, size;
    alignas(max_align_t) unsigned char bytes[];
};

struct arena {
    struct block *blocks;
};

static const size_t block_size = 16 * 1024;

static void *need(void *memory) {
    if (!memory) {
        fputs("backend-learn: out of memory; close other programs and try again\n", stderr);
        _exit(3);
    }
    return memory;
}

struct arena *arena_new(void) {
    return xcalloc(1, sizeof(struct arena));
}

void arena_free(struct arena *arena) {
    if (!arena)
        return;
    for (struct block *block = arena->blocks, *next; block; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t size) {
    size = (size + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    struct block *block = arena->blocks;
    if (!block || block->size - block->used < size) {
        size_t room = size > block_size ? size : block_size;
        block = need(malloc(sizeof *block + room));
        block->next = arena->blocks;
        block->used = 0;
        block->size = room;
        arena->blocks = block;
    }
    void *memory = block->bytes + block->used;
    block->used += size;
    return memset(memory, 0, size);
}

char *arena_copy_bytes(struct arena *arena, const void *bytes, size_t length) {
    char *copy = arena_alloc(arena, length + 1);
    if (length)
        memcpy(copy, bytes, length);
    return copy;
}

char *arena_copy(struct arena *arena, const char *text) {
    return text ? arena_copy_bytes(arena, text, strlen(text)) : NULL;
}

char *arena_printf(struct arena *arena, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    need(length < 0 ? NULL : text);
    char *copy = arena_copy_bytes(arena, text, (size_t)length);
    free(text);
    return copy;
}

void *xcalloc(size_t count, size_t size) {
    return need(calloc(count ? count : 1, size ? size : 1));
}

void *xrealloc(void *old, size_t size) {
    return need(realloc(old, size ? size : 1));
}

char *xstrdup(const char *text) {
    return need(strdup(text));
}

char *xstrndup(const char *text, size_t length) {
    return need(strndup(text, length));
}

char *xprintf(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    return need(length < 0 ? NULL : text);
}
