/* A JSON file that people write, read strictly: whatever is wrong with it is said with file, line and column,
 * and with the remedy. Places are named by JSON Pointers while reading and only turned into lines when there
 * is something to complain about, so that strictness costs nothing. */
#pragma once
#include "checker/base/error.h"
#include "checker/base/json.h"
#include "checker/base/memory.h"

struct document {
    const char *name; /* as shown in errors: the path */
    const char *text;
    size_t length;
    const cJSON *json; /* lives in the arena, as all of it */
};

/* own: a file of ours; else a stranger's, where links are refused. See file_read. */
bool document_read(const char *path, bool own, struct arena *arena, struct document *ret_document,
                   struct error *error);

/* A value inside a document, and the way to it: parents must stay where they are while it is used. */
struct place {
    const struct document *document;
    struct arena *arena;
    const struct place *parent; /* NULL at the top */
    const char *key;            /* in an object, else NULL */
    size_t index;               /* in a list */
    const cJSON *value;
};

struct place document_top(const struct document *document, struct arena *arena);
struct place place_member(const struct place *object, const char *key); /* value NULL: not there */
/* Elements in order: for (struct place e = place_first(&list); e.value; e = place_next(&list, &e)). */
struct place place_first(const struct place *list);
struct place place_next(const struct place *list, const struct place *element);

/* "FILE:LINE:COLUMN: …", always false. Where nothing is, the line of the object that should have it. */
bool place_fault(const struct place *place, struct error *error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Refuses members that are not in the list (NULL-terminated), suggesting the nearest. Also refuses what is no
 * object. */
bool place_only(const struct place *object, const char *const *allowed, struct error *error);

/* A member that must be there and be a text that is not empty. */
bool place_text(const struct place *object, const char *key, const char **ret_text, struct error *error);
/* As place_text; a member that is not there gives NULL. */
bool place_text_or_none(const struct place *object, const char *key, const char **ret_text,
                        struct error *error);
/* true or false; not there: false. */
bool place_flag(const struct place *object, const char *key, bool *ret_flag, struct error *error);
/* A list of texts, none of them empty and none twice, NULL-terminated; not there: an empty list. */
bool place_texts(const struct place *object, const char *key, const char *const **ret_texts,
                 struct error *error);
/* A member that must be there and be a list with at least one element. */
bool place_list(const struct place *object, const char *key, struct place *ret_list, struct error *error);

/* The entry of a NULL-terminated list that text was probably meant to be, or NULL. */
const char *list_nearest(const char *text, const char *const *list);
/* Whether a NULL-terminated list (may be NULL) has text. */
bool list_has(const char *text, const char *const *list);
/* "a, b or c" (word: "or"), in the arena. */
const char *list_sentence(const char *const *list, const char *word, struct arena *arena);
