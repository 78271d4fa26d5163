/* Tracks and steps. Every command begins by loading them, so this is one small file and one listing of a
 * folder, well under a millisecond; nothing else is opened before it is needed. */
#include "checker/curriculum/curriculum.h"

#include "checker/base/document.h"
#include "checker/base/text.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* What folders and commands can be called: "fizzbuzz", "rest-design". */
static bool is_name(const char *text) {
    if (!islower((unsigned char)*text))
        return false;
    for (const char *c = text; *c; c++)
        if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) &&
            !(*c == '-' && isalnum((unsigned char)c[1])))
            return false;
    return true;
}

/* "6", "P3", "T36": at most one capital letter, then a number. */
static bool is_id(const char *text) {
    if (isupper((unsigned char)*text))
        text++;
    size_t digits = strspn(text, "0123456789");
    return digits > 0 && digits <= 4 && text[digits] == '\0' && *text != '0';
}

static const char *slug_of(const struct step *step, struct arena *arena) {
    if (step->number > 0)
        return arena_printf(arena, "%02d-%s", step->number, step->name);
    return arena_printf(arena, "%c%s-%s", tolower((unsigned char)step->id[0]), step->id + 1, step->name);
}

static bool read_step(const struct place *place, struct step *step, struct error *error) {
    static const char *const allowed[] = {"id", "name", "title", "task", NULL};
    if (!place_only(place, allowed, error) || !place_text(place, "id", &step->id, error) ||
        !place_text(place, "name", &step->name, error) || !place_text(place, "title", &step->title, error) ||
        !place_text(place, "task", &step->task, error))
        return false;
    if (!is_id(step->id)) {
        struct place id = place_member(place, "id");
        return place_fault(&id, error, "\"%s\" is no id; write a number, or a capital letter and a number",
                           step->id);
    }
    if (!is_name(step->name)) {
        struct place name = place_member(place, "name");
        return place_fault(&name, error, "\"%s\" is no name; use small letters, digits and hyphens",
                           step->name);
    }
    step->number = isdigit((unsigned char)*step->id) ? atoi(step->id) : 0;
    step->slug = slug_of(step, place->arena);
    return true;
}

static bool add_step(const struct place *place, const char *track, const char *phase,
                     struct curriculum *curriculum, struct error *error) {
    struct step *steps = (struct step *)curriculum->steps, *step = &steps[curriculum->count];
    *step = (struct step){.track = track, .phase = phase};
    if (!read_step(place, step, error))
        return false;
    for (size_t i = 0; i < curriculum->count; i++) {
        const char *twice = strcmp(steps[i].name, step->name) == 0 ? step->name
                            : strcmp(steps[i].id, step->id) == 0   ? step->id
                                                                   : NULL;
        if (twice)
            return place_fault(place, error, "\"%s\" belongs to another step already; choose another", twice);
    }
    curriculum->count++;
    return true;
}

static bool read_phase(const struct place *place, const char *track, struct curriculum *curriculum,
                       struct error *error) {
    static const char *const allowed[] = {"title", "steps", NULL};
    const char *title;
    struct place steps;
    if (!place_only(place, allowed, error) || !place_text(place, "title", &title, error) ||
        !place_list(place, "steps", &steps, error))
        return false;
    size_t more = (size_t)cJSON_GetArraySize(steps.value);
    struct step *room = arena_alloc(place->arena, (curriculum->count + more) * sizeof *room);
    if (curriculum->count)
        memcpy(room, curriculum->steps, curriculum->count * sizeof *room);
    curriculum->steps = room;
    for (struct place one = place_first(&steps); one.value; one = place_next(&steps, &one))
        if (!add_step(&one, track, title, curriculum, error))
            return false;
    return true;
}

static bool read_track(const struct place *place, struct curriculum *curriculum, struct error *error) {
    static const char *const allowed[] = {"name", "title", "phases", NULL};
    const char *name, *title;
    struct place phases;
    if (!place_only(place, allowed, error) || !place_text(place, "name", &name, error) ||
        !place_text(place, "title", &title, error) || !place_list(place, "phases", &phases, error))
        return false;
    for (struct place one = place_first(&phases); one.value; one = place_next(&phases, &one))
        if (!read_phase(&one, name, curriculum, error))
            return false;
    return true;
}

/* A step is made when its folder is there: one listing answers for all. */
static bool see_what_is_made(const struct curriculum *curriculum, struct error *error) {
    SCOPE_FREE char *folder = xprintf("%s/exercises", curriculum->root);
    DIR *stream = opendir(folder);
    if (!stream)
        return fail_errno(error, FAULT_OURS, "%s cannot be listed", folder);
    const struct dirent *entry;
    while ((entry = readdir(stream)))
        for (size_t i = 0; i < curriculum->count; i++) {
            struct step *step = (struct step *)&curriculum->steps[i];
            if (strcmp(step->slug, entry->d_name) == 0)
                step->made = true;
        }
    closedir(stream);
    return true;
}

bool curriculum_load(const char *root, struct arena *arena, struct curriculum *ret_curriculum,
                     struct error *error) {
    static const char *const allowed[] = {"$schema", "format", "tracks", NULL};
    SCOPE_FREE char *path = xprintf("%s/exercises/tracks.json", root);
    struct document document;
    if (!document_read(path, true, arena, &document, error))
        return false;
    struct place top = document_top(&document, arena), tracks;
    if (!place_only(&top, allowed, error))
        return false;
    struct place format = place_member(&top, "format");
    if (json_number(top.value, "format", 0) != 1)
        return place_fault(&format, error,
                           "a \"format\" other than 1; this version of backend-learn reads format 1");
    if (!place_list(&top, "tracks", &tracks, error))
        return false;
    struct curriculum curriculum = {.root = arena_copy(arena, root)};
    for (struct place one = place_first(&tracks); one.value; one = place_next(&tracks, &one))
        if (!read_track(&one, &curriculum, error))
            return false;
    if (!see_what_is_made(&curriculum, error))
        return false;
    *ret_curriculum = curriculum;
    return true;
}

/* --- finding -------------------------------------------------------------------------------------------- */

/* "6", "06" and "006" are the same; "P3" and "p3" too. */
static bool same_id(const char *id, const char *text) {
    if (isdigit((unsigned char)*id))
        while (*text == '0' && text[1])
            text++;
    return strcasecmp(id, text) == 0;
}

static bool nothing_found(const struct curriculum *curriculum, const char *text, struct error *error) {
    SCOPE_FREE char *shown = text_printable(text, false);
    if (strlen(shown) > 60)
        return fail(error, FAULT_INPUT, "there is no step of that name; backend-learn list shows all");
    if (*text && text[strspn(text, "0123456789")] == '\0') {
        int last = 0;
        for (size_t i = 0; i < curriculum->count; i++)
            last = curriculum->steps[i].number > last ? curriculum->steps[i].number : last;
        return fail(error, FAULT_INPUT, "there is no step %s; the steps go from 1 to %d", shown, last);
    }
    const char **names = xcalloc(curriculum->count * 2 + 1, sizeof *names);
    for (size_t i = 0; i < curriculum->count; i++) {
        names[2 * i] = curriculum->steps[i].name;
        names[2 * i + 1] = curriculum->steps[i].slug;
    }
    const char *meant = list_nearest(text, names);
    free(names);
    if (meant)
        return fail(error, FAULT_INPUT, "there is no step \"%s\"; did you mean %s?", shown, meant);
    return fail(error, FAULT_INPUT, "there is no step \"%s\"; backend-learn list shows all", shown);
}

bool curriculum_find(const struct curriculum *curriculum, const char *text, const struct step **ret_step,
                     struct error *error) {
    for (size_t i = 0; i < curriculum->count; i++) {
        const struct step *step = &curriculum->steps[i];
        if (same_id(step->id, text) || strcasecmp(step->name, text) == 0 ||
            strcasecmp(step->slug, text) == 0) {
            *ret_step = step;
            return true;
        }
    }
    return nothing_found(curriculum, text, error);
}
