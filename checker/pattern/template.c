/* Templates: ${name.member.0|function|function} in any text of a check is replaced by the value it names.
 *
 * One reader, next_piece(), cuts a text into plain stretches and placeholders; filling and the static test
 * both use it, so they cannot disagree about what is well-formed. Three things make values that strangers
 * wrote harmless: a filled-in text is never read again, a list or object in a pattern becomes {"$eq": …}, and
 * a filled-in member name that begins with $ is escaped. */
#include "checker/pattern/template.h"

#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/display.h"
#include "checker/pattern/match.h"

#include <ctype.h>
#include <string.h>

struct piece {
    enum { PIECE_END, PIECE_TEXT, PIECE_PLACEHOLDER, PIECE_OPEN } kind;
    const char *start; /* of a placeholder: what stands between the braces */
    size_t length;
};

/* Reads the next piece and moves the cursor behind it. "$${" is the text "${". */
static struct piece next_piece(const char **cursor) {
    const char *start = *cursor;
    if (!*start)
        return (struct piece){.kind = PIECE_END};
    if (strncmp(start, "$${", 3) == 0) {
        *cursor = start + 3;
        return (struct piece){PIECE_TEXT, start + 1, 2};
    }
    if (strncmp(start, "${", 2) == 0) {
        const char *end = strchr(start, '}');
        if (!end)
            return (struct piece){PIECE_OPEN, start, strlen(start)};
        *cursor = end + 1;
        return (struct piece){PIECE_PLACEHOLDER, start + 2, (size_t)(end - start) - 2};
    }
    const char *end = start + 1;
    while (*end && strncmp(end, "${", 2) != 0 && strncmp(end, "$${", 3) != 0)
        end++;
    *cursor = end;
    return (struct piece){PIECE_TEXT, start, (size_t)(end - start)};
}

bool template_has(const char *text) {
    for (;;) {
        struct piece piece = next_piece(&text);
        if (piece.kind == PIECE_END)
            return false;
        if (piece.kind != PIECE_TEXT)
            return true;
    }
}

/* --- the static test ------------------------------------------------------------------------------------ */

static bool plain_part(const char *part) {
    if (!*part)
        return false;
    for (; *part; part++)
        if (isspace((unsigned char)*part) || strchr("${}|", *part))
            return false;
    return true;
}

static bool check_function(const char *placeholder, const char *name, struct error *error) {
    if (function_find(name))
        return true;
    char meant[80];
    function_suggest(meant, sizeof meant, name);
    return fail_here(error, "${%s}: no function is called \"%s\"%s", placeholder, name, meant);
}

static bool check_placeholder(const struct piece *piece, void (*visit)(void *, const char *), void *context,
                              struct error *error) {
    SCOPE_FREE char *placeholder = xstrndup(piece->start, piece->length);
    SCOPE_FREE char *copy = xstrdup(placeholder);
    char *rest = copy, *path = strsep(&rest, "|"), *function;
    SCOPE_FREE char *name = xstrndup(path, strcspn(path, "."));
    while (path) {
        char *part = strsep(&path, ".");
        if (!plain_part(part))
            return fail_here(error, "${%s}: a placeholder is written ${name.member.0|function}", placeholder);
    }
    while ((function = strsep(&rest, "|")))
        if (!check_function(placeholder, function, error))
            return false;
    if (visit)
        visit(context, name);
    return true;
}

bool template_check_text(const char *text, void (*visit)(void *context, const char *name), void *context,
                         struct error *error) {
    for (const char *cursor = text;;) {
        struct piece piece = next_piece(&cursor);
        if (piece.kind == PIECE_END)
            return true;
        if (piece.kind == PIECE_OPEN)
            return fail_here(error,
                             "the placeholder in \"%.200s\" is not closed; end it with }, or write $${ for "
                             "the text ${",
                             text);
        if (piece.kind == PIECE_PLACEHOLDER && !check_placeholder(&piece, visit, context, error))
            return false;
    }
}

bool template_check(const cJSON *value, void (*visit)(void *context, const char *name), void *context,
                    struct error *error) {
    if (cJSON_IsString(value))
        return template_check_text(value->valuestring, visit, context, error);
    size_t index = 0;
    for (const cJSON *child = value ? value->child : NULL; child; child = child->next, index++) {
        bool fine = (!child->string || template_check_text(child->string, visit, context, error)) &&
                    template_check(child, visit, context, error);
        if (!(child->string ? placed(fine, error, child->string) : placed_at(fine, error, index)))
            return false;
    }
    return true;
}

/* --- filling -------------------------------------------------------------------------------------------- */

static const cJSON *part_of(const cJSON *value, const char *part) {
    if (!cJSON_IsArray(value))
        return json_get(value, part);
    bool digits = *part && strspn(part, "0123456789") == strlen(part) && strlen(part) < 9;
    return digits ? cJSON_GetArrayItem(value, atoi(part)) : NULL;
}

static cJSON *nothing_called(const char *placeholder, const cJSON *parent, const char *part, bool first,
                             struct error *error) {
    const char *names[64];
    size_t count = 0;
    for (const cJSON *child = parent ? parent->child : NULL; child && count < LENGTH_OF(names) - 1;
         child = child->next)
        if (child->string)
            names[count++] = child->string;
    names[count] = NULL;
    char meant[80];
    suggest(meant, sizeof meant, part, names);
    if (first)
        fail(error, FAULT_INPUT, "${%s}: nothing is called \"%s\" here%s", placeholder, part, meant);
    else
        fail(error, FAULT_INPUT, "${%s}: there is no \"%s\" in %s%s", placeholder, part,
             json_type_name(parent), meant);
    return NULL;
}

/* A new value: what the placeholder stands for. */
static cJSON *resolve(const struct piece *piece, const cJSON *variables, struct error *error) {
    SCOPE_FREE char *placeholder = xstrndup(piece->start, piece->length);
    SCOPE_FREE char *copy = xstrdup(placeholder);
    char *rest = copy, *path = strsep(&rest, "|"), *name;
    const cJSON *found = variables;
    for (bool first = true; path; first = false) {
        char *part = strsep(&path, ".");
        const cJSON *next = part_of(found, part);
        if (!next)
            return nothing_called(placeholder, found, part, first, error);
        found = next;
    }
    SCOPE_JSON cJSON *value = cJSON_Duplicate(found, true);
    while ((name = strsep(&rest, "|"))) {
        const struct function *function = function_find(name);
        if (!function) {
            fail(error, FAULT_INPUT, "${%s}: no function is called \"%s\"", placeholder, name);
            return NULL;
        }
        cJSON *made = function->call(value);
        if (!made) {
            SCOPE_FREE char *shown = display(value);
            fail(error, FAULT_INPUT, "${%s}: \"%s\" takes %s, not %.300s", placeholder, name, function->takes,
                 shown);
            return NULL;
        }
        cJSON_Delete(value);
        value = made;
    }
    cJSON *result = value;
    free(result->string);
    result->string = NULL;
    value = NULL;
    return result;
}

/* The text with its placeholders filled in; NULL with the error. */
static char *fill_text(const char *text, const cJSON *variables, struct error *error) {
    SCOPE_TEXT struct text out = {0};
    for (const char *cursor = text;;) {
        struct piece piece = next_piece(&cursor);
        if (piece.kind == PIECE_END)
            return text_take(&out);
        if (piece.kind == PIECE_OPEN) {
            fail(error, FAULT_INPUT, "the placeholder in \"%.200s\" is not closed; end it with }", text);
            return NULL;
        }
        if (piece.kind == PIECE_TEXT) {
            text_add(&out, piece.start, piece.length);
            continue;
        }
        SCOPE_JSON cJSON *value = resolve(&piece, variables, error);
        if (!value)
            return NULL;
        SCOPE_FREE char *filled = json_as_text(value);
        text_puts(&out, filled);
    }
}

static cJSON *fill_string(const char *text, const cJSON *variables, bool as_pattern, struct error *error) {
    const char *cursor = text;
    struct piece first = next_piece(&cursor);
    if (first.kind == PIECE_PLACEHOLDER && !*cursor) {
        cJSON *value = resolve(&first, variables, error);
        if (value && as_pattern && (cJSON_IsArray(value) || cJSON_IsObject(value))) {
            cJSON *exact = cJSON_CreateObject();
            json_set(exact, "$eq", value);
            return exact;
        }
        return value;
    }
    SCOPE_FREE char *filled = fill_text(text, variables, error);
    return filled ? cJSON_CreateString(filled) : NULL;
}

/* Member names have placeholders too. In a pattern, what a stranger's text put at the front of a name must
 * not make a predicate of it. */
static char *fill_name(const char *name, const cJSON *variables, bool as_pattern, struct error *error) {
    if (!strstr(name, "${"))
        return xstrdup(name);
    char *filled = fill_text(name, variables, error);
    if (!filled || !as_pattern || *filled != '$')
        return filled;
    char *escaped = xprintf("$%s", filled);
    free(filled);
    return escaped;
}

cJSON *template_fill(const cJSON *value, const cJSON *variables, bool as_pattern, struct error *error) {
    if (cJSON_IsString(value))
        return fill_string(value->valuestring, variables, as_pattern, error);
    if (!cJSON_IsArray(value) && !cJSON_IsObject(value)) {
        cJSON *copy = value ? cJSON_Duplicate(value, false) : cJSON_CreateNull();
        free(copy->string);
        copy->string = NULL;
        return copy;
    }
    bool object = cJSON_IsObject(value);
    SCOPE_JSON cJSON *filled = object ? cJSON_CreateObject() : cJSON_CreateArray();
    for (const cJSON *child = value->child; child; child = child->next) {
        bool literal = false;
        if (object && as_pattern && is_predicate(child->string)) {
            const struct predicate *predicate = predicate_find(child->string);
            literal = predicate && predicate->literal;
        }
        SCOPE_FREE char *name = object ? fill_name(child->string, variables, as_pattern, error) : NULL;
        if (object && !name)
            return NULL;
        bool twice =
            name && strcmp(name, child->string) != 0 && (json_get(filled, name) || json_get(value, name));
        if (twice) {
            fail(error, FAULT_INPUT, "\"%s\" is filled in as \"%s\", which is a member already",
                 child->string, name);
            return NULL;
        }
        cJSON *made = template_fill(child, variables, as_pattern && !literal, error);
        if (!made)
            return NULL;
        if (object)
            cJSON_AddItemToObject(filled, name, made);
        else
            cJSON_AddItemToArray(filled, made);
    }
    cJSON *result = filled;
    filled = NULL;
    return result;
}
