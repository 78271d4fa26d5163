/* languages.json. A new language is a new row here and its starters; no C changes. */
#include "checker/base/document.h"
#include "checker/toolchain/parts.h"

#include <string.h>
#include <strings.h>

static bool read_tool(const struct place *place, struct tool_demand *tool, struct error *error) {
    static const char *const allowed[] = {"name",   "any", "version", "at_least",
                                          "prefix", "try", "remedy",  NULL};
    struct place any, version;
    if (!place_only(place, allowed, error) || !place_text(place, "name", &tool->name, error) ||
        !place_list(place, "any", &any, error) || !place_texts(place, "any", &tool->any, error) ||
        !place_list(place, "version", &version, error) ||
        !place_texts(place, "version", &tool->version, error) ||
        !place_text_or_none(place, "at_least", &tool->at_least, error) ||
        !place_texts(place, "prefix", &tool->prefix, error) ||
        !place_texts(place, "try", &tool->try, error) || !place_text(place, "remedy", &tool->remedy, error))
        return false;
    for (struct place one = place_first(&any); one.value; one = place_next(&any, &one))
        if (strchr(one.value->valuestring, '/'))
            return place_fault(&one, error, "\"%s\" is a path; write the name of a program",
                               one.value->valuestring);
    return true;
}

/* {"http": {"copy": {"from": …, "to": …}, "npm": …, "tool": …, "try": […], "remedy": …}} */
static bool read_packages(const struct place *place, struct language *language, struct error *error) {
    static const char *const allowed[] = {"copy", "npm", "tool", "try", "remedy", NULL};
    static const char *const copy_allowed[] = {"from", "to", NULL};
    struct place packages = place_member(place, "packages");
    if (!packages.value)
        return true;
    if (!cJSON_IsObject(packages.value))
        return place_fault(&packages, error, "\"packages\" is an object: use -> what it needs");
    struct package_demand *demands =
        arena_alloc(place->arena, (size_t)cJSON_GetArraySize(packages.value) * sizeof *demands);
    for (const cJSON *member = packages.value->child; member; member = member->next) {
        struct place row = place_member(&packages, member->string);
        struct package_demand *demand = &demands[language->package_count++];
        demand->use = member->string;
        if (!place_only(&row, allowed, error) || !place_text_or_none(&row, "npm", &demand->npm, error) ||
            !place_text_or_none(&row, "tool", &demand->tool, error) ||
            !place_texts(&row, "try", &demand->arguments, error) ||
            !place_text(&row, "remedy", &demand->remedy, error))
            return false;
        struct place copy = place_member(&row, "copy");
        if (copy.value && (!place_only(&copy, copy_allowed, error) ||
                           !place_text(&copy, "from", &demand->copy_from, error) ||
                           !place_text(&copy, "to", &demand->copy_to, error)))
            return false;
    }
    language->packages = demands;
    return true;
}

static bool read_language(const struct place *place, struct language *language, struct error *error) {
    static const char *const allowed[] = {"title",   "aliases", "default",  "tools", "build",
                                          "process", "ignore",  "packages", NULL};
    struct place tools;
    if (!place_only(place, allowed, error) || !place_text(place, "title", &language->title, error) ||
        !place_texts(place, "aliases", &language->aliases, error) ||
        !place_flag(place, "default", &language->is_default, error) ||
        !place_list(place, "tools", &tools, error) ||
        !place_text_or_none(place, "build", &language->build, error) ||
        !place_text(place, "process", &language->process, error) ||
        !place_texts(place, "ignore", &language->ignore, error) || !read_packages(place, language, error))
        return false;
    struct tool_demand *demands =
        arena_alloc(place->arena, (size_t)cJSON_GetArraySize(tools.value) * sizeof *demands);
    for (struct place one = place_first(&tools); one.value; one = place_next(&tools, &one))
        if (!read_tool(&one, &demands[language->tool_count++], error))
            return false;
    language->tools = demands;
    SCOPE_FREE char *row = json_print(place->value);
    language->row = arena_copy(place->arena, row);
    return true;
}

bool languages_load(const char *path, struct arena *arena, const struct languages **ret_languages,
                    struct error *error) {
    struct document document;
    if (!document_read(path, true, arena, &document, error))
        return false;
    struct place top = document_top(&document, arena);
    if (!cJSON_IsObject(top.value) || !top.value->child)
        return place_fault(&top, error, "no language here; add one");
    size_t count = (size_t)cJSON_GetArraySize(top.value);
    struct languages *languages = arena_alloc(arena, sizeof *languages);
    struct language *rows = arena_alloc(arena, count * sizeof *rows);
    const char **keys = arena_alloc(arena, (count + 1) * sizeof *keys);
    size_t defaults = 0;
    for (const cJSON *member = top.value->child; member; member = member->next) {
        struct place row = place_member(&top, member->string);
        struct language *language = &rows[languages->count];
        keys[languages->count] = language->key = member->string;
        if (!read_language(&row, language, error))
            return false;
        defaults += language->is_default;
        languages->count++;
    }
    if (defaults != 1)
        return place_fault(&top, error, "%zu languages are the default; give one \"default\": true",
                           defaults);
    languages->rows = rows;
    languages->keys = keys;
    *ret_languages = languages;
    return true;
}

const char *const *languages_keys(const struct languages *languages) {
    return languages->keys;
}

const char *languages_default(const struct languages *languages) {
    const struct language *row = languages->rows;
    while (!row->is_default)
        row++;
    return row->key;
}

const struct language *languages_row(const struct languages *languages, const char *key) {
    for (size_t i = 0; i < languages->count; i++)
        if (strcmp(languages->rows[i].key, key) == 0)
            return &languages->rows[i];
    return NULL;
}

const char *languages_title(const struct languages *languages, const char *key) {
    const struct language *row = languages_row(languages, key);
    return row ? row->title : NULL;
}

const char *languages_find(const struct languages *languages, const char *name) {
    for (size_t i = 0; i < languages->count; i++) {
        const struct language *row = &languages->rows[i];
        if (strcasecmp(row->key, name) == 0 || strcasecmp(row->title, name) == 0)
            return row->key;
        for (size_t j = 0; row->aliases[j]; j++)
            if (strcasecmp(row->aliases[j], name) == 0)
                return row->key;
    }
    return NULL;
}
