#include "checker/probe/replacement.h"

#include "checker/base/memory.h"

#include <ctype.h>
#include <string.h>

static bool is_name(char c) {
    return isalnum((unsigned char)c) || c == '_' || c == '$' || (c & 0x80);
}

/* Behind a comment, a string or a template that begins at at; at itself if none does. */
static const char *skip(const char *at, const char *end) {
    if (end - at >= 2 && at[0] == '/' && at[1] == '/') {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        return newline ? newline : end;
    }
    if (end - at >= 2 && at[0] == '/' && at[1] == '*') {
        const char *close = memmem(at + 2, (size_t)(end - at - 2), "*/", 2);
        return close ? close + 2 : end;
    }
    if (*at != '"' && *at != '\'' && *at != '`')
        return at;
    char quote = *at++;
    for (; at < end && *at != quote; at++) {
        if (*at == '\n' && quote != '`')
            return at; /* a quote in a regular expression, perhaps: no string goes beyond its line */
        if (*at == '\\')
            at++;
    }
    return at < end ? at + 1 : end;
}

/* Whether import or export stands here, and not as import(…) or import.meta. */
static bool is_module_statement(const char *at, const char *end) {
    static const char *const words[] = {"import", "export"};
    for (size_t i = 0; i < LENGTH_OF(words); i++) {
        size_t length = strlen(words[i]);
        if ((size_t)(end - at) <= length || strncmp(at, words[i], length) != 0 || is_name(at[length]))
            continue;
        at += length;
        while (at < end && isspace((unsigned char)*at))
            at++;
        return at < end && !strchr("(.=:,;)", *at);
    }
    return false;
}

bool replacement_is_es_module(const char *text, size_t length, const char *type) {
    if (type)
        return strcmp(type, "module") == 0;
    bool begins =
        true; /* a statement may begin here: so far only white space on this line, or behind ; or } */
    for (const char *at = text, *end = text + length; at < end;) {
        const char *behind = skip(at, end);
        if (behind != at) {
            begins = begins && *at == '/';
            at = behind;
            continue;
        }
        if (begins && is_module_statement(at, end))
            return true;
        begins = *at == '\n' || *at == ';' || *at == '}' || (begins && isspace((unsigned char)*at));
        at++;
    }
    return false;
}

/* "pricing" of "pricing.test.js" is 7. */
static size_t stem_length(const char *name) {
    return strcspn(name, ".");
}

static bool is_script(const char *extension) {
    static const char *const scripts[] = {".js", ".cjs", ".mjs"};
    for (size_t i = 0; i < LENGTH_OF(scripts); i++)
        if (strcmp(extension, scripts[i]) == 0)
            return true;
    return false;
}

bool replacement_names_match(const char *asset, const char *file) {
    if (strcmp(asset, file) == 0)
        return true;
    size_t length = stem_length(asset);
    return stem_length(file) == length && strncmp(asset, file, length) == 0 && is_script(asset + length) &&
           is_script(file + length);
}

bool replacement_is_of_module(const char *file, const char *module) {
    size_t length = stem_length(file);
    return strlen(module) == length && strncmp(file, module, length) == 0;
}

/* The length of @NAME@ at at, or 0. */
static size_t placeholder_length(const char *at) {
    if (*at != '@' || !isupper((unsigned char)at[1]))
        return 0;
    size_t length = 1;
    while (isupper((unsigned char)at[length]) || isdigit((unsigned char)at[length]) || at[length] == '_')
        length++;
    return at[length] == '@' ? length + 1 : 0;
}

bool replacement_fill(const char *text, const cJSON *set, struct text *ret_text, struct error *error) {
    SCOPE_TEXT struct text filled = {0};
    while (*text) {
        size_t length = placeholder_length(text);
        if (!length) {
            text_putc(&filled, *text++);
            continue;
        }
        SCOPE_FREE char *name = xstrndup(text + 1, length - 2);
        const cJSON *value = json_get(set, name);
        if (!value)
            return fail(error, FAULT_INPUT, "@%s@ is in the replacement, but \"set\" has no %s; add it", name,
                        name);
        SCOPE_FREE char *shown = json_as_text(value);
        text_puts(&filled, shown);
        text += length;
    }
    text_add(ret_text, filled.bytes ? filled.bytes : "", filled.length);
    return true;
}
