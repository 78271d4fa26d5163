/* replace: puts a file of the exercise's own in the place of one of the learner's, or takes a module away.
 *
 * Whether a program really uses a module shows when the module is another one: then every figure that goes through it
 * changes, and what was copied elsewhere does not. It happens in the check's own room, so no other check sees it. */
#include "checker/base/memory.h"
#include "checker/probe/beneath.h"
#include "checker/probe/kind.h"
#include "checker/probe/replacement.h"
#include "checker/probe/scene.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

struct search {
    const char *module;
    cJSON *files; /* paths of the module's files */
};

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool keep_if_of_module(void *context, const char *path) {
    struct search *search = context;
    if (replacement_is_of_module(base_name(path), search->module))
        cJSON_AddItemToArray(search->files, cJSON_CreateString(path));
    return true;
}

static int by_path(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The module's files in order of path, so that a failure reads the same each time. */
static cJSON *files_of_module(int app, const char *module) {
    struct search search = {.module = module, .files = cJSON_CreateArray()};
    beneath_walk(app, keep_if_of_module, &search);
    size_t count = (size_t)cJSON_GetArraySize(search.files), at = 0;
    SCOPE_FREE const char **paths = xcalloc(count + 1, sizeof *paths);
    const cJSON *file;
    cJSON_ArrayForEach(file, search.files) paths[at++] = file->valuestring;
    qsort(paths, count, sizeof *paths, by_path);
    cJSON *sorted = cJSON_CreateArray();
    for (at = 0; at < count; at++)
        cJSON_AddItemToArray(sorted, cJSON_CreateString(paths[at]));
    cJSON_Delete(search.files);
    return sorted;
}

/* "type" of the nearest package.json above a file; NULL: none says. The caller frees it. */
static char *package_type(int app, const char *path) {
    SCOPE_FREE char *folder = xstrdup(path);
    for (;;) {
        char *slash = strrchr(folder, '/');
        if (slash)
            *slash = '\0';
        SCOPE_FREE char *package = slash ? xprintf("%s/package.json", folder) : xstrdup("package.json");
        SCOPE_TEXT struct text text = {.ceiling = 1 << 20};
        if (beneath_read(app, package, &text)) {
            SCOPE_JSON cJSON *json = json_parse(text.bytes ? text.bytes : "", text.length, NULL);
            const char *type = json_text(json, "type");
            return type ? xstrdup(type) : NULL;
        }
        if (!slash)
            return NULL;
    }
}

static bool has_extension(const char *name, const char *extension) {
    size_t length = strlen(name), size = strlen(extension);
    return length > size && strcmp(name + length - size, extension) == 0;
}

static bool is_es_module(int app, const char *path) {
    if (has_extension(path, ".mjs") || has_extension(path, ".cjs"))
        return has_extension(path, ".mjs");
    SCOPE_TEXT struct text text = {.ceiling = 1 << 20};
    SCOPE_FREE char *type = package_type(app, path);
    beneath_read(app, path, &text);
    return replacement_is_es_module(text.bytes ? text.bytes : "", text.length, type);
}

/* Which of the assets (those of set and language) replaces the file; NULL: none. */
static const cJSON *asset_for(const cJSON *assets, const char *prefix, int app, const char *path) {
    const cJSON *asset, *found = NULL;
    cJSON_ArrayForEach(asset, assets) {
        if (strncmp(asset->string, prefix, strlen(prefix)) != 0)
            continue;
        const char *name = base_name(asset->string);
        if (!replacement_names_match(name, base_name(path)))
            continue;
        bool system = has_extension(name, ".mjs") || has_extension(name, ".cjs");
        if (!system || has_extension(name, ".mjs") == is_es_module(app, path))
            found = asset;
    }
    return found;
}

static bool any_begins(const cJSON *assets, const char *prefix) {
    const cJSON *asset;
    cJSON_ArrayForEach(asset, assets) if (strncmp(asset->string, prefix, strlen(prefix)) == 0) return true;
    return false;
}

/* Whether one of the values to be set has no place in any file of this language: a slip of the author's. */
static const char *unused_name(const cJSON *assets, const char *prefix, const cJSON *set) {
    const cJSON *value, *asset;
    cJSON_ArrayForEach(value, set) {
        SCOPE_FREE char *placeholder = xprintf("@%s@", value->string);
        bool used = false;
        cJSON_ArrayForEach(asset, assets) used |=
            strncmp(asset->string, prefix, strlen(prefix)) == 0 && strstr(asset->valuestring, placeholder);
        if (!used)
            return value->string;
    }
    return NULL;
}

/* Notes what was done to a file. */
static void note(struct action *action, const char *key, const char *path) {
    cJSON *list = json_get(action->result, key);
    cJSON_AddItemToArray(list, cJSON_CreateString(path));
}

static bool cannot(struct action *action, const char *path) {
    action->reason = xprintf("%s cannot be replaced: %s.", path, strerror(errno));
    return true;
}

static bool put(struct action *action, const char *prefix, int app, const cJSON *files, struct error *error) {
    const cJSON *step = action->step, *assets = action->scene->assets, *file;
    const char *unused = unused_name(assets, prefix, json_get(step, "set"));
    if (unused)
        return fail(error, FAULT_INPUT, "\"set\" has %s, but no file of assets/%s has @%s@ in it", unused,
                    prefix, unused);
    cJSON_ArrayForEach(file, files) {
        const char *path = file->valuestring;
        /* What Python compiled is taken for new when time (to the second) and size are the same. */
        if (has_extension(path, ".pyc")) {
            if (!beneath_remove(app, path))
                return cannot(action, path);
            continue;
        }
        const cJSON *asset = asset_for(assets, prefix, app, path);
        SCOPE_TEXT struct text text = {0};
        if (!asset)
            continue;
        if (!replacement_fill(asset->valuestring, json_get(step, "set"), &text, error))
            return false;
        text_printf(&action->sent, "%scp %s %s", action->sent.length ? " && " : "", asset->string, path);
        if (!beneath_write(app, path, text.bytes ? text.bytes : "", text.length, 0644))
            return cannot(action, path);
        note(action, "files", path);
    }
    return true;
}

/* A header promises what is elsewhere. With it gone, too, nothing that includes it would compile, and a copy of what it
 * promises would stay hidden. */
static bool is_header(const char *path) {
    static const char *const extensions[] = {".h", ".hh", ".hpp", ".hxx"};
    for (size_t i = 0; i < LENGTH_OF(extensions); i++)
        if (has_extension(path, extensions[i]))
            return true;
    return false;
}

static bool take_away(struct action *action, int app, const cJSON *files) {
    const cJSON *file;
    cJSON_ArrayForEach(file, files) {
        if (is_header(file->valuestring))
            continue;
        text_printf(&action->sent, "%s%s", action->sent.length ? " " : "rm ", file->valuestring);
        if (!beneath_remove(app, file->valuestring))
            return cannot(action, file->valuestring);
        note(action, "files", file->valuestring);
    }
    return true;
}

/* The names that the learner's file may have, for the sentence that none has one. */
static char *names_wanted(const cJSON *assets, const char *prefix, const char *module) {
    SCOPE_TEXT struct text names = {0};
    const cJSON *asset;
    cJSON_ArrayForEach(asset, assets) if (strncmp(asset->string, prefix, strlen(prefix)) == 0)
        text_printf(&names, "%s%s", names.length ? " or " : "", base_name(asset->string));
    bool scripts = names.length && has_extension(names.bytes, "js");
    return names.length && !scripts ? text_take(&names)
           : scripts                ? xprintf("%s.js", module)
                                    : xstrdup(module);
}

static bool act(struct action *action, struct error *error) {
    const cJSON *step = action->step, *assets = action->scene->assets;
    const char *module = json_text(step, "replace"), *with = json_text(step, "with");
    const char *language = action->scene->language ? action->scene->language : "any";
    SCOPE_FREE char *all = xprintf("%s/", with ? with : ""), *prefix = xprintf("%s%s/", all, language);
    action->result = cJSON_CreateObject();
    bool available = !with || any_begins(assets, prefix);
    json_set_bool(action->result, "available", available);
    json_set(action->result, "files", cJSON_CreateArray());
    if (with && !any_begins(assets, all))
        return fail(error, FAULT_INPUT, "the exercise has no folder assets/%s to replace %s with", with,
                    module);
    if (!available) {
        action->skip = xprintf(
            "The check puts a module of its own in the place of yours, and has none in %s.", language);
        text_printf(&action->sent, "(no replacement of %s in %s)", module, language);
        return true;
    }
    SCOPE_CLOSE int app = open(room_app_folder(action->scene->room), O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (app < 0)
        return fail_errno(error, FAULT_OURS, "the program's folder cannot be opened");
    SCOPE_JSON cJSON *files = files_of_module(app, module);
    if (with ? !put(action, prefix, app, files, error) : !take_away(action, app, files))
        return false;
    if (!cJSON_GetArraySize(json_get(action->result, "files")) && !action->reason &&
        !json_get(action->expect, "files")) {
        SCOPE_FREE char *wanted = with ? names_wanted(assets, prefix, module) : xprintf("%s", module);
        action->reason =
            xprintf("There is no file %s in the program's folder or below it, so there is no module %s "
                    "that could be %s; the task says how the files are called.",
                    wanted, module, with ? "replaced" : "taken away");
    }
    return true;
}

static bool check(const cJSON *step, struct error *error) {
    const char *module = json_text(step, "replace"), *with = json_text(step, "with");
    if (!module || !*module || strpbrk(module, "/."))
        return fail(error, FAULT_INPUT, "/replace wants the name of a module, such as \"pricing\"");
    if ((json_get(step, "with") != NULL) == (json_get(step, "remove") != NULL))
        return fail(error, FAULT_INPUT,
                    "/replace a module is replaced \"with\" something, or taken away by \"remove\": true");
    if (json_get(step, "with") && (!with || !beneath_fits(with)))
        return fail(error, FAULT_INPUT, "/with names a folder below assets/");
    if (json_get(step, "remove") && !json_true(step, "remove"))
        return fail(error, FAULT_INPUT, "/remove \"remove\" is true, or left out");
    if (json_get(step, "set") && (!with || !cJSON_IsObject(json_get(step, "set"))))
        return fail(error, FAULT_INPUT, "/set \"set\" is an object, beside \"with\"");
    return true;
}

const struct kind kind_replace = {
    .name = "replace",
    .takes = "the name of a module: of its files, up to the first dot",
    .about = "Puts files of assets/WITH/LANGUAGE/ in the place of the learner's files of those names, "
             "wherever they lie in "
             "the program's folder; of a .cjs and an .mjs the one that fits the learner's system of modules, "
             "under the "
             "learner's name. Or takes all files of the module away. A language without a replacement skips "
             "the check, "
             "which then counts neither for nor against. Build again afterwards (rebuild).",
    .gives = "available, files (paths of what was replaced or removed)",
    .example = "{\"replace\": \"pricing\", \"with\": \"swap-pricing\", \"set\": {\"ADD\": 7}}",
    .options =
        (const struct kind_option[]){
            {"with", "folder", "below the exercise's assets/; in it, a folder for each language", false},
            {"set", "object: NAME -> value", "fills in @NAME@ in the files", false},
            {"remove", "true",
             "takes the module's files away, but for headers, which only promise what is there", false},
            {NULL, NULL, NULL, false},
        },
    .check = check,
    .act = act,
};
