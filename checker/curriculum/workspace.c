/* workspace.json: what a learner's folder is for and how its programs are started. The learner may edit it,
 * and in a gradebook run a stranger wrote it; so it is read as strictly as our own files, and never through a
 * link. */
#include "checker/curriculum/curriculum.h"

#include "checker/base/document.h"
#include "checker/base/text.h"

#include <limits.h>
#include <string.h>
#include <sys/stat.h>

/* What the step asks of a workspace. Whether all of exercise.json is well formed is exercise_load's business.
 */
struct demands {
    const char *const *languages, *const *processes;
};

static bool demands_of(const struct curriculum *curriculum, const struct step *step, struct arena *arena,
                       struct demands *ret_demands, struct error *error) {
    static const char *const any[] = {"any", NULL};
    const char *path = arena_printf(arena, "%s/exercises/%s/exercise.json", curriculum->root, step->slug);
    struct document document;
    struct demands demands = {.languages = any};
    if (!document_read(path, true, arena, &document, error))
        return false;
    struct place top = document_top(&document, arena);
    if (!cJSON_IsString(json_get(top.value, "languages")) &&
        !place_texts(&top, "languages", &demands.languages, error))
        return false;
    if (!place_texts(&top, "processes", &demands.processes, error))
        return false;
    *ret_demands = demands;
    return true;
}

static bool read_step(const struct curriculum *curriculum, const struct place *top,
                      struct workspace *workspace, struct error *error) {
    const char *id, *name;
    if (!place_text(top, "step", &id, error) || !place_text(top, "name", &name, error))
        return false;
    struct place place = place_member(top, "step");
    struct error inner;
    if (!curriculum_find(curriculum, id, &workspace->step, &inner))
        return place_fault(&place, error, "%s", inner.text);
    place = place_member(top, "name");
    if (strcmp(name, workspace->step->name) != 0)
        return place_fault(&place, error, "\"name\" is \"%s\", but step %s is called %s; write \"%s\"", name,
                           workspace->step->id, workspace->step->name, workspace->step->name);
    if (!workspace->step->made)
        return place_fault(&place, error, "step %s (%s) is not made yet; backend-learn list shows which are",
                           workspace->step->id, name);
    return true;
}

static bool read_language(const struct place *top, const struct demands *demands, struct workspace *workspace,
                          struct error *error) {
    if (!place_text(top, "language", &workspace->language, error))
        return false;
    struct place place = place_member(top, "language");
    if (list_has(workspace->language, demands->languages))
        return true;
    const char *meant = list_nearest(workspace->language, demands->languages);
    if (meant)
        return place_fault(&place, error, "step %s has no language \"%s\"; did you mean \"%s\"?",
                           workspace->step->id, workspace->language, meant);
    return place_fault(&place, error, "step %s has no language \"%s\"; it can be done in %s",
                       workspace->step->id, workspace->language,
                       list_sentence(demands->languages, "or", top->arena));
}

static bool read_processes(const struct place *top, const struct demands *demands,
                           struct workspace *workspace, struct error *error) {
    struct place processes = place_member(top, "processes");
    if (!*demands->processes && !processes.value)
        return true;
    if (!processes.value)
        return place_fault(top, error, "no \"processes\" here; add \"processes\": {\"%s\": COMMAND}",
                           demands->processes[0]);
    if (!place_only(&processes, demands->processes, error))
        return false;
    size_t count = 0;
    while (demands->processes[count])
        count++;
    struct process_command *commands = arena_alloc(top->arena, (count + 1) * sizeof *commands);
    for (size_t i = 0; i < count; i++) {
        commands[i].name = demands->processes[i];
        struct place command = place_member(&processes, commands[i].name);
        if (!command.value)
            return place_fault(&processes, error, "no process \"%s\" here; add the command that starts it",
                               commands[i].name);
        if (!place_text(&processes, commands[i].name, &commands[i].command, error))
            return false;
    }
    workspace->processes = commands;
    workspace->process_count = count;
    return true;
}

bool workspace_load(const struct curriculum *curriculum, const char *folder, struct arena *arena,
                    const struct workspace **ret_workspace, struct error *error) {
    static const char *const allowed[] = {"$schema", "step",  "name",      "language",
                                          "seed",    "build", "processes", NULL};
    struct workspace *workspace = arena_alloc(arena, sizeof *workspace);
    char whole[PATH_MAX];
    SCOPE_FREE char *shown = text_printable(folder, false);
    if (!realpath(folder, whole))
        return fail_errno(error, FAULT_INPUT, "the folder %s cannot be opened", shown);
    workspace->folder = arena_copy(arena, whole);
    SCOPE_FREE char *path = xprintf("%s/workspace.json", whole);
    struct stat status;
    if (lstat(path, &status) != 0)
        return fail(error, FAULT_INPUT,
                    "there is no workspace.json in %s; go to a folder that backend-learn start N has made",
                    shown);
    struct document document;
    if (!document_read(path, false, arena, &document, error))
        return false;
    struct place top = document_top(&document, arena);
    struct demands demands;
    if (!place_only(&top, allowed, error) || !read_step(curriculum, &top, workspace, error) ||
        !demands_of(curriculum, workspace->step, arena, &demands, error) ||
        !read_language(&top, &demands, workspace, error) ||
        !place_text(&top, "seed", &workspace->seed, error) ||
        !place_text_or_none(&top, "build", &workspace->build, error) ||
        !read_processes(&top, &demands, workspace, error))
        return false;
    workspace->json = document.json;
    *ret_workspace = workspace;
    return true;
}

const char *workspace_search(const char *folder, struct arena *arena) {
    char whole[PATH_MAX];
    if (!realpath(folder, whole))
        return NULL;
    for (char *end = whole + strlen(whole);;) {
        SCOPE_FREE char *path = xprintf("%s/workspace.json", whole);
        struct stat status;
        if (lstat(path, &status) == 0)
            return arena_copy(arena, *whole ? whole : "/");
        if (end == whole)
            return NULL;
        end = strrchr(whole, '/');
        *end = '\0';
    }
}
