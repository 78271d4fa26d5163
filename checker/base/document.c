#include "checker/base/document.h"

#include "checker/base/file.h"
#include "checker/base/text.h"

#include <stdarg.h>
#include <string.h>

enum { DOCUMENT_BYTES = 4 << 20 };

/* The library's nodes belong to malloc; these must live as long as the arena. */
static cJSON *into_arena(struct arena *arena, const cJSON *value) {
    cJSON *copy = arena_alloc(arena, sizeof *copy);
    *copy = *value;
    copy->next = copy->prev = copy->child = NULL;
    copy->valuestring = arena_copy(arena, value->valuestring);
    copy->string = arena_copy(arena, value->string);
    cJSON *last = NULL;
    for (const cJSON *child = value->child; child; child = child->next) {
        cJSON *made = into_arena(arena, child);
        made->prev = last;
        *(last ? &last->next : &copy->child) = made;
        last = made;
    }
    if (copy->child)
        copy->child->prev = last; /* as the library has it: the first points to the last */
    return copy;
}

bool document_read(const char *path, bool own, struct arena *arena, struct document *ret_document,
                   struct error *error) {
    const char *text;
    size_t length;
    if (!file_read(path, DOCUMENT_BYTES, own, arena, &text, &length, error))
        return false;
    SCOPE_FREE char *shown = text_printable(path, false);
    SCOPE_JSON cJSON *json = json_read(shown, text, length, error);
    if (!json)
        return false;
    *ret_document = (struct document){
        .name = arena_copy(arena, shown), .text = text, .length = length, .json = into_arena(arena, json)};
    return true;
}

struct place document_top(const struct document *document, struct arena *arena) {
    return (struct place){.document = document, .arena = arena, .value = document->json};
}

struct place place_member(const struct place *object, const char *key) {
    return (struct place){.document = object->document,
                          .arena = object->arena,
                          .parent = object,
                          .key = key,
                          .value = json_get(object->value, key)};
}

struct place place_first(const struct place *list) {
    return (struct place){.document = list->document,
                          .arena = list->arena,
                          .parent = list,
                          .value = list->value ? list->value->child : NULL};
}

struct place place_next(const struct place *list, const struct place *before) {
    struct place next = place_first(list);
    next.index = before->index + 1;
    next.value = before->value->next;
    return next;
}

static char *pointer_to(const struct place *place) {
    if (!place->parent)
        return xstrdup("");
    SCOPE_FREE char *parent = pointer_to(place->parent), *index = xprintf("%zu", place->index);
    return json_pointer_add(parent, place->key ? place->key : index);
}

bool place_fault(const struct place *place, struct error *error, const char *format, ...) {
    const struct document *document = place->document;
    size_t line = 1, column = 1;
    SCOPE_FREE char *pointer = pointer_to(place->value || !place->parent ? place : place->parent);
    json_place(document->text, document->length, pointer, &line, &column);
    va_list arguments;
    va_start(arguments, format);
    char *what = NULL;
    int length = vasprintf(&what, format, arguments);
    va_end(arguments);
    SCOPE_FREE char *shown = length < 0 ? xstrdup("") : text_printable(what, false);
    if (length >= 0)
        free(what);
    return fail(error, FAULT_INPUT, "%s:%zu:%zu: %s", document->name, line, column, shown);
}

const char *list_nearest(const char *text, const char *const *list) {
    const char *best = NULL;
    size_t least = strlen(text) < 6 ? 2 : strlen(text) / 3 + 1;
    for (size_t i = 0; list && list[i]; i++) {
        size_t distance = edit_distance(text, list[i]);
        if (distance < least && distance < strlen(list[i])) {
            least = distance;
            best = list[i];
        }
    }
    return best;
}

bool list_has(const char *text, const char *const *list) {
    for (size_t i = 0; list && list[i]; i++)
        if (strcmp(text, list[i]) == 0)
            return true;
    return false;
}

const char *list_sentence(const char *const *list, const char *word, struct arena *arena) {
    SCOPE_TEXT struct text text = {0};
    for (size_t i = 0; list && list[i]; i++)
        text_printf(&text, "%s%s%s%s",
                    i == 0        ? ""
                    : list[i + 1] ? ", "
                                  : " ",
                    i > 0 && !list[i + 1] ? word : "", i > 0 && !list[i + 1] ? " " : "", list[i]);
    return arena_copy(arena, text.bytes ? text.bytes : "");
}

/* "a string", "an array", "null" */
static const char *kind_of(const cJSON *value, struct arena *arena) {
    const char *name = json_type_name(value);
    bool plain = !value || cJSON_IsBool(value) || cJSON_IsNull(value);
    return plain ? name : arena_printf(arena, "%s %s", strchr("aio", *name) ? "an" : "a", name);
}

bool place_only(const struct place *object, const char *const *allowed, struct error *error) {
    if (!cJSON_IsObject(object->value))
        return place_fault(object, error, "%s where an object should be",
                           kind_of(object->value, object->arena));
    for (const cJSON *member = object->value->child; member; member = member->next) {
        if (list_has(member->string, allowed))
            continue;
        struct place place = place_member(object, member->string);
        const char *meant = list_nearest(member->string, allowed);
        if (meant)
            return place_fault(&place, error, "an unknown member \"%s\"; did you mean \"%s\"?",
                               member->string, meant);
        return place_fault(&place, error, "an unknown member \"%s\"; known are %s", member->string,
                           list_sentence(allowed, "and", object->arena));
    }
    return true;
}

bool place_text_or_none(const struct place *object, const char *key, const char **ret_text,
                        struct error *error) {
    struct place member = place_member(object, key);
    if (!member.value) {
        *ret_text = NULL;
        return true;
    }
    if (!cJSON_IsString(member.value))
        return place_fault(&member, error, "\"%s\" is %s; write a text", key,
                           kind_of(member.value, object->arena));
    if (!*member.value->valuestring)
        return place_fault(&member, error, "\"%s\" is empty; fill it in", key);
    *ret_text = member.value->valuestring;
    return true;
}

bool place_text(const struct place *object, const char *key, const char **ret_text, struct error *error) {
    const char *text;
    if (!place_text_or_none(object, key, &text, error))
        return false;
    if (!text)
        return place_fault(object, error, "no \"%s\" here; add one", key);
    *ret_text = text;
    return true;
}

bool place_flag(const struct place *object, const char *key, bool *ret_flag, struct error *error) {
    struct place member = place_member(object, key);
    if (member.value && !cJSON_IsBool(member.value))
        return place_fault(&member, error, "\"%s\" is %s; write true or false", key,
                           kind_of(member.value, object->arena));
    *ret_flag = cJSON_IsTrue(member.value);
    return true;
}

bool place_texts(const struct place *object, const char *key, const char *const **ret_texts,
                 struct error *error) {
    struct place list = place_member(object, key);
    if (list.value && !cJSON_IsArray(list.value))
        return place_fault(&list, error, "\"%s\" is %s; write a list of texts", key,
                           kind_of(list.value, object->arena));
    size_t count = list.value ? (size_t)cJSON_GetArraySize(list.value) : 0;
    const char **texts = arena_alloc(object->arena, (count + 1) * sizeof *texts);
    count = 0;
    for (struct place one = place_first(&list); one.value; one = place_next(&list, &one)) {
        if (!cJSON_IsString(one.value) || !*one.value->valuestring)
            return place_fault(
                &one, error, "%s in \"%s\"; write a text that is not empty",
                cJSON_IsString(one.value) ? "an empty text" : kind_of(one.value, object->arena), key);
        if (list_has(one.value->valuestring, texts))
            return place_fault(&one, error, "\"%s\" twice in \"%s\"; remove one", one.value->valuestring,
                               key);
        texts[count++] = one.value->valuestring;
    }
    *ret_texts = texts;
    return true;
}

bool place_list(const struct place *object, const char *key, struct place *ret_list, struct error *error) {
    struct place list = place_member(object, key);
    if (!list.value)
        return place_fault(object, error, "no \"%s\" here; add one", key);
    if (!cJSON_IsArray(list.value))
        return place_fault(&list, error, "\"%s\" is %s; write a list", key,
                           kind_of(list.value, object->arena));
    if (!list.value->child)
        return place_fault(&list, error, "\"%s\" is empty; fill it in", key);
    *ret_list = list;
    return true;
}
