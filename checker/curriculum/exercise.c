/* exercise.json, read strictly: an author learns of a slip when it is made, not when a learner is misjudged
 * by it. Only the envelope is ours; what a check does is between its file and the probe. */
#include "checker/curriculum/curriculum.h"

#include "checker/base/document.h"
#include "checker/base/text.h"
#include "checker/curriculum/envelope.h"

#include <ctype.h>
#include <string.h>

/* Names of checks, rooms and processes stand in commands, reports and environment names. */
static bool is_word(const char *text) {
    if (!islower((unsigned char)*text))
        return false;
    for (const char *c = text; *c; c++)
        if (!islower((unsigned char)*c) && !isdigit((unsigned char)*c) && *c != '-')
            return false;
    return strlen(text) <= 40 && text[strlen(text) - 1] != '-';
}

/* A statement is shown as it stands, to the learner: it is a sentence. It may begin with a quoted or a path.
 */
static bool check_sentence(const struct place *object, const char *key, const char *text,
                           struct error *error) {
    struct place place = place_member(object, key);
    size_t length = strlen(text);
    uint32_t first = 0;
    utf8_decode(text, length, &first);
    if (strchr(text, '\n'))
        return place_fault(&place, error, "\"%s\" has more than one line; write one sentence", key);
    if (!(first < 0x80 ? isupper((int)first) || strchr("`/$", (int)first) : true))
        return place_fault(&place, error, "\"%s\" does not begin with a capital letter; write a sentence",
                           key);
    if (text[length - 1] != '.')
        return place_fault(&place, error, "\"%s\" does not end with a full stop; write a sentence", key);
    return true;
}

static bool read_hints(const struct place *check, const char *const **ret_hints, struct error *error) {
    struct place hint = place_member(check, "hint");
    if (!hint.value)
        return place_fault(check, error, "no \"hint\" here; add a text, or a list from vague to plain");
    if (cJSON_IsArray(hint.value)) {
        if (!hint.value->child)
            return place_fault(&hint, error, "\"hint\" is empty; add a text, or a list from vague to plain");
        return place_texts(check, "hint", ret_hints, error);
    }
    const char *text;
    if (!place_text(check, "hint", &text, error))
        return false;
    const char **hints = arena_alloc(check->arena, 2 * sizeof *hints);
    hints[0] = text;
    *ret_hints = hints;
    return true;
}

static bool read_points(const struct place *check, int *ret_points, struct error *error) {
    struct place points = place_member(check, "points");
    if (!points.value)
        return place_fault(check, error, "no \"points\" here; add a whole number, all of them sum to 100");
    int64_t value;
    if (!cJSON_IsNumber(points.value) || !json_integer_value(points.value, &value) || value < 1 ||
        value > 100) {
        SCOPE_FREE char *shown = json_print(points.value);
        return place_fault(&points, error, "\"points\" is %s; write a whole number from 1 to 100", shown);
    }
    *ret_points = (int)value;
    return true;
}

static const struct check *find_check(const struct check *checks, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++)
        if (strcmp(checks[i].name, name) == 0)
            return &checks[i];
    return NULL;
}

static bool read_needs(const struct place *place, const struct check *before, size_t count,
                       struct check *check, struct error *error) {
    if (!place_texts(place, "needs", &check->needs, error))
        return false;
    struct place needs = place_member(place, "needs");
    for (struct place one = place_first(&needs); one.value; one = place_next(&needs, &one))
        if (!find_check(before, count, one.value->valuestring))
            return place_fault(&one, error,
                               "\"%s\" needs \"%s\", which is no check before it; name an earlier one",
                               check->name, one.value->valuestring);
    return true;
}

static bool read_check(const struct place *place, const struct check *before, size_t count,
                       struct check *check, struct error *error) {
    static const char *const allowed[] = {CHECK_MEMBERS(ENVELOPE_NAME) NULL};
    if (!place_only(place, allowed, error) || !place_text(place, "name", &check->name, error))
        return false;
    struct place name = place_member(place, "name");
    if (!is_word(check->name))
        return place_fault(
            &name, error, "\"%s\" is no name of a check; use small letters, digits and hyphens", check->name);
    if (find_check(before, count, check->name))
        return place_fault(&name, error, "a second check called \"%s\"; give it another name", check->name);
    if (!place_text(place, "says", &check->says, error) ||
        !check_sentence(place, "says", check->says, error) || !read_hints(place, &check->hints, error) ||
        !read_points(place, &check->points, error) || !place_flag(place, "core", &check->core, error) ||
        !read_needs(place, before, count, check, error) ||
        !place_text_or_none(place, "room", &check->room, error))
        return false;
    struct place room = place_member(place, "room");
    if (check->room && !is_word(check->room))
        return place_fault(&room, error, "\"%s\" is no name of a room; use small letters, digits and hyphens",
                           check->room);
    if (!json_get(place->value, "do") == !json_get(place->value, "judge"))
        return place_fault(place, error, "\"%s\" must have either \"do\" or \"judge\"; %s", check->name,
                           json_get(place->value, "do") ? "remove one" : "add what it does");
    check->body = place->value;
    return true;
}

static bool read_checks(const struct place *top, struct exercise *exercise, struct error *error) {
    struct place list;
    if (!place_list(top, "checks", &list, error))
        return false;
    struct check *checks = arena_alloc(top->arena, (size_t)cJSON_GetArraySize(list.value) * sizeof *checks);
    int points = 0;
    bool core = false;
    for (struct place one = place_first(&list); one.value; one = place_next(&list, &one)) {
        struct check *check = &checks[exercise->count];
        if (!read_check(&one, checks, exercise->count, check, error))
            return false;
        points += check->points;
        core |= check->core;
        exercise->count++;
    }
    if (points != 100)
        return place_fault(&list, error, "the points of all checks sum to %d; make it 100", points);
    if (!core)
        return place_fault(&list, error, "no check is core; mark those that the step's own task asks for");
    exercise->checks = checks;
    return true;
}

static bool read_languages(const struct place *top, struct exercise *exercise, struct error *error) {
    struct place languages = place_member(top, "languages");
    if (!languages.value)
        return place_fault(top, error, "no \"languages\" here; add a list, or \"any\" where none matters");
    if (cJSON_IsString(languages.value)) {
        if (strcmp(languages.value->valuestring, "any") != 0)
            return place_fault(&languages, error, "\"%s\" as \"languages\"; write a list, or \"any\"",
                               languages.value->valuestring);
        static const char *const any[] = {"any", NULL};
        exercise->languages = any;
        return true;
    }
    struct place list;
    if (!place_list(top, "languages", &list, error) ||
        !place_texts(top, "languages", &exercise->languages, error))
        return false;
    if (list_has("any", exercise->languages))
        return place_fault(&languages, error, "\"any\" in a list; write \"languages\": \"any\"");
    return true;
}

static bool read_processes(const struct place *top, struct exercise *exercise, struct error *error) {
    if (!place_texts(top, "processes", &exercise->processes, error))
        return false;
    struct place processes = place_member(top, "processes");
    for (struct place one = place_first(&processes); one.value; one = place_next(&processes, &one))
        if (!is_word(one.value->valuestring))
            return place_fault(&one, error,
                               "\"%s\" is no name of a process; use small letters, digits and hyphens",
                               one.value->valuestring);
    if (!*exercise->processes && strcmp(exercise->languages[0], "any") != 0)
        return place_fault(processes.value ? &processes : top, error,
                           "no \"processes\" here; name what the learner makes, as [\"main\"]");
    return true;
}

static bool read_identity(const struct place *top, const struct step *step, struct error *error) {
    const char *id, *name;
    if (!place_text(top, "step", &id, error) || !place_text(top, "name", &name, error))
        return false;
    struct place place = place_member(top, strcmp(id, step->id) != 0 ? "step" : "name");
    if (strcmp(id, step->id) != 0)
        return place_fault(&place, error, "\"step\" is \"%s\", but the folder is of step %s; write \"%s\"",
                           id, step->id, step->id);
    if (strcmp(name, step->name) != 0)
        return place_fault(&place, error, "\"name\" is \"%s\", but step %s is called %s; write \"%s\"", name,
                           step->id, step->name, step->name);
    return true;
}

bool exercise_load(const struct curriculum *curriculum, const struct step *step, struct arena *arena,
                   const struct exercise **ret_exercise, struct error *error) {
    static const char *const allowed[] = {EXERCISE_MEMBERS(ENVELOPE_NAME) NULL};
    if (!step->made)
        return fail(error, FAULT_INPUT, "step %s (%s) is not made yet; backend-learn list shows which are",
                    step->id, step->name);
    struct exercise *exercise = arena_alloc(arena, sizeof *exercise);
    exercise->step = step;
    exercise->folder = arena_printf(arena, "%s/exercises/%s", curriculum->root, step->slug);
    exercise->file = arena_printf(arena, "%s/exercise.json", exercise->folder);
    struct document document;
    if (!document_read(exercise->file, true, arena, &document, error))
        return false;
    struct place top = document_top(&document, arena);
    if (!place_only(&top, allowed, error) || !read_identity(&top, step, error) ||
        !read_languages(&top, exercise, error) || !read_processes(&top, exercise, error) ||
        !place_texts(&top, "uses", &exercise->uses, error) ||
        !place_text(&top, "done", &exercise->done, error) ||
        !check_sentence(&top, "done", exercise->done, error) || !read_checks(&top, exercise, error))
        return false;
    exercise->json = document.json;
    *ret_exercise = exercise;
    return true;
}

const struct check *exercise_check(const struct exercise *exercise, const char *name) {
    return find_check(exercise->checks, exercise->count, name);
}
