/* What was found before: toolchains.json in the cache folder,
 *
 *   {"format": 1, "found": [{"key": KEY, "path": "…", "prefixes": […], "tools": [{"path", "version",
 * "identity"}]}]}
 *
 * newest first, at most 32. The key covers the language's row, PATH, who we are, and every candidate's file;
 * what it cannot cover (the file that a shim leads to) is compared when it is taken out. Anything in that
 * file that is not as we write it is as good as nothing. */
#include "checker/base/file.h"
#include "checker/base/json.h"
#include "checker/toolchain/parts.h"

#include <limits.h>
#include <string.h>

enum { KEPT = 32, FILE_BYTES = 1 << 20 };

void finding_key(const struct language *language, const struct candidates *candidates, char ret_key[65]) {
    const char *path = getenv("PATH"), *home = getenv("HOME");
    SCOPE_TEXT struct text text = {0};
    text_printf(&text, "%s\n%s\n%s\n%s\n%d\n%s\n", BACKEND_LEARN_VERSION, language->key, path ? path : "",
                home ? home : "", geteuid() == 0, language->row);
    for (size_t i = 0; i < language->tool_count; i++)
        for (size_t j = 0; j < candidates[i].count; j++)
            text_printf(&text, "%s %s %d\n", candidates[i].list[j].path, candidates[i].list[j].identity,
                        candidates[i].list[j].reachable);
    hash_bytes(text.bytes, text.length, ret_key);
}

static cJSON *read_all(const char *path) {
    SCOPE_ARENA struct arena *arena = arena_new();
    const char *bytes;
    size_t length;
    if (!file_read(path, FILE_BYTES, true, arena, &bytes, &length, NULL))
        return NULL;
    cJSON *all = json_parse(bytes, length, NULL);
    if (json_number(all, "format", 0) == 1 && cJSON_IsArray(json_get(all, "found")))
        return all;
    cJSON_Delete(all);
    return NULL;
}

static bool take_tool(const cJSON *kept, const struct tool_demand *demand, struct arena *arena,
                      struct tool *tool) {
    const char *path = json_text(kept, "path"), *version = json_text(kept, "version"),
               *identity = json_text(kept, "identity");
    char real[PATH_MAX];
    if (!path || !version || !identity || *path != '/' || !realpath(path, real))
        return false;
    const char *now = identity_of(real, arena);
    if (!now || strcmp(now, identity) != 0)
        return false;
    *tool = (struct tool){
        .name = demand->name,
        .path = arena_copy(arena, path),
        .version = arena_copy(arena, version),
        .identity = now,
        .remedy = demand->remedy,
    };
    return true;
}

static bool take(const cJSON *kept, const struct language *language, struct arena *arena,
                 struct toolchain *toolchain) {
    const cJSON *list = json_get(kept, "tools"), *folders = json_get(kept, "prefixes");
    const char *path = json_text(kept, "path");
    if (!cJSON_IsArray(list) || !cJSON_IsArray(folders) || !path ||
        (size_t)cJSON_GetArraySize(list) != language->tool_count)
        return false;
    struct tool *tools = arena_alloc(arena, language->tool_count * sizeof *tools);
    size_t count = 0;
    for (const cJSON *one = list->child; one; one = one->next, count++)
        if (!take_tool(one, &language->tools[count], arena, &tools[count]))
            return false;
    const char **prefixes = arena_alloc(arena, ((size_t)cJSON_GetArraySize(folders) + 1) * sizeof *prefixes);
    count = 0;
    for (const cJSON *one = folders->child; one; one = one->next) {
        if (!cJSON_IsString(one) || *one->valuestring != '/' || access(one->valuestring, X_OK) != 0)
            return false;
        prefixes[count++] = arena_copy(arena, one->valuestring);
    }
    toolchain->tools = tools;
    toolchain->prefixes = prefixes;
    toolchain->path = arena_copy(arena, path);
    return true;
}

bool finding_get(const char *cache_folder, const char *key, const struct language *language,
                 struct arena *arena, struct toolchain *ret_toolchain) {
    SCOPE_FREE char *path = xprintf("%s/toolchains.json", cache_folder);
    SCOPE_JSON cJSON *all = read_all(path);
    const cJSON *found = json_get(all, "found");
    for (const cJSON *one = found ? found->child : NULL; one; one = one->next) {
        const char *its_key = json_text(one, "key");
        if (its_key && strcmp(its_key, key) == 0)
            return take(one, language, arena, ret_toolchain);
    }
    return false;
}

static cJSON *as_json(const char *key, const struct toolchain *toolchain) {
    cJSON *made = cJSON_CreateObject(), *tools = cJSON_CreateArray(), *prefixes = cJSON_CreateArray();
    json_set_text(made, "key", key);
    json_set_text(made, "path", toolchain->path);
    for (size_t i = 0; toolchain->prefixes[i]; i++)
        cJSON_AddItemToArray(prefixes, json_string(toolchain->prefixes[i], strlen(toolchain->prefixes[i])));
    for (size_t i = 0; i < toolchain->tool_count; i++) {
        cJSON *tool = cJSON_CreateObject();
        json_set_text(tool, "path", toolchain->tools[i].path);
        json_set_text(tool, "version", toolchain->tools[i].version);
        json_set_text(tool, "identity", toolchain->tools[i].identity);
        cJSON_AddItemToArray(tools, tool);
    }
    json_set(made, "prefixes", prefixes);
    json_set(made, "tools", tools);
    return made;
}

void finding_put(const char *cache_folder, const char *key, const struct toolchain *toolchain) {
    SCOPE_FREE char *path = xprintf("%s/toolchains.json", cache_folder);
    SCOPE_JSON cJSON *before = read_all(path), *all = cJSON_CreateObject();
    cJSON *found = cJSON_CreateArray(), *old = json_get(before, "found");
    cJSON_AddItemToArray(found, as_json(key, toolchain));
    for (int kept = 1; old && old->child && kept < KEPT;) {
        cJSON *one = cJSON_DetachItemFromArray(old, 0);
        const char *its_key = json_text(one, "key");
        if (its_key && strcmp(its_key, key) != 0) {
            cJSON_AddItemToArray(found, one);
            kept++;
        } else {
            cJSON_Delete(one);
        }
    }
    json_set(all, "format", json_integer(1));
    json_set(all, "found", found);
    SCOPE_FREE char *text = json_print_pretty(all);
    if (folder_make(cache_folder, NULL))
        file_replace(path, text, strlen(text), NULL);
}
