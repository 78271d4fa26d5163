/* Static tests of check files: everything that can be wrong in one before it runs, with file, line and
 * remedy.
 *
 * A check file that names what is not there (an option, a predicate, a datum) would fail right answers or,
 * worse, pass wrong ones; so the loader is strict, and what nobody uses is an error too. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/pattern.h"
#include "checker/probe/check.h"
#include "checker/probe/kind.h"

#include <string.h>

const struct kind_option common_options[] = {
    {"expect", "pattern", "what the kind's value must look like", false},
    {"save", "object: name -> JSON Pointer", "keeps parts of the value for later steps of the room", false},
    {"each", "name", "does the step once for each row of \"in\", as ${name}", false},
    {"in", "list, template or count", "the rows; a row's member \"case\" names it in a failure", false},
    {"all", "pattern", "judges the list of all rows' values", false},
    {"parallel", "true", "all rows' acts at the same instant; the kind must be able to", false},
    {"within", "seconds", "does it again until it fits, at most this long; to wait for something to happen",
     false},
    {"after", "seconds", "lets time pass first; only for contracts about time", false},
    {"background", "name", "begins the act and goes on; a later step joins it by this name", false},
    {"case", "text", "names the situation in a failure", false},
    {"steps", "list of steps", "a group, to be repeated with each and in", false},
    {NULL, NULL, NULL, false},
};

struct names {
    const char **names;
    size_t count;
};

struct lint {
    struct names known; /* what templates may name here */
    struct names used;
    const char *unknown; /* set by the visitor: a name that is not known */
};

static bool has(const struct names *names, const char *name) {
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->names[i], name) == 0)
            return true;
    return false;
}

static void add(struct names *names, const char *name) {
    if (has(names, name))
        return;
    names->names = xrealloc(names->names, (names->count + 1) * sizeof *names->names);
    names->names[names->count++] = name;
}

static void visit(void *context, const char *name) {
    struct lint *lint = context;
    if (has(&lint->known, name)) {
        for (size_t i = 0; i < lint->known.count; i++)
            if (strcmp(lint->known.names[i], name) == 0)
                add(&lint->used, lint->known.names[i]);
        return;
    }
    if (!lint->unknown)
        lint->unknown = xstrdup(name);
}

/* Puts prefix in front of an error that begins with a pointer; gives one that has none the prefix and a
 * space. */
static bool within(const char *prefix, struct error *error) {
    char inner[sizeof error->text];
    memcpy(inner, error->text, sizeof inner);
    return fail(error, FAULT_INPUT, "%s%s%s", prefix, *inner == '/' || *inner == ' ' ? "" : " ", inner);
}

static bool templates(struct lint *lint, const cJSON *value, const char *at, struct error *error) {
    if (!template_check(value, visit, lint, error))
        return within(at, error);
    if (lint->unknown) {
        fail(error, FAULT_INPUT, "%s ${%s} is neither data, nor saved by an earlier step of this room", at,
             lint->unknown);
        free((char *)lint->unknown);
        lint->unknown = NULL;
        return false;
    }
    return true;
}

static const struct kind_option *option_find(const struct kind_option *options, const char *name) {
    for (; options && options->name; options++)
        if (strcmp(options->name, name) == 0)
            return options;
    return NULL;
}

static bool lint_steps(struct lint *lint, const cJSON *steps, const char *at, struct error *error);

static bool lint_keys(const cJSON *step, const struct kind *kind, const char *at, struct error *error) {
    for (const cJSON *member = step->child; member; member = member->next) {
        if ((kind && strcmp(member->string, kind->name) == 0) ||
            option_find(common_options, member->string) ||
            (kind && option_find(kind->options, member->string)))
            continue;
        SCOPE_FREE char *place = json_pointer_add(at, member->string);
        return fail(error, FAULT_INPUT, "%s \"%s\" is no option of %s; see the table of kinds", place,
                    member->string, kind ? kind->name : "a group");
    }
    for (const struct kind_option *option = kind ? kind->options : NULL; option && option->name; option++)
        if (option->needed && !json_get(step, option->name))
            return fail(error, FAULT_INPUT, "%s %s needs \"%s\" (%s)", at, kind->name, option->name,
                        option->takes);
    return true;
}

static bool lint_members(struct lint *lint, const cJSON *step, const char *at, struct error *error) {
    for (const cJSON *member = step->child; member; member = member->next) {
        SCOPE_FREE char *place = json_pointer_add(at, member->string);
        const char *name = member->string;
        if (strcmp(name, "save") == 0 || strcmp(name, "steps") == 0 || strcmp(name, "in") == 0)
            continue;
        bool pattern = strcmp(name, "expect") == 0 || strcmp(name, "all") == 0;
        if (pattern && !pattern_check(member, error))
            return within(place, error);
        if (!templates(lint, member, place, error))
            return false;
    }
    return true;
}

static bool lint_save(struct lint *lint, const cJSON *save, const char *at, struct error *error) {
    const cJSON *one;
    cJSON_ArrayForEach(one, save) {
        if (!cJSON_IsString(one) || (*one->valuestring && *one->valuestring != '/'))
            return fail(error, FAULT_INPUT, "%s/save \"%s\" wants a JSON Pointer such as \"/body/id\"", at,
                        one->string);
        add(&lint->known, one->string);
    }
    return true;
}

static bool lint_timing(const cJSON *step, const struct kind *kind, const char *at, struct error *error) {
    static const char *const times[] = {"within", "after"};
    for (size_t i = 0; i < LENGTH_OF(times); i++) {
        const cJSON *time = json_get(step, times[i]);
        if (time && (!cJSON_IsNumber(time) || time->valuedouble <= 0 || time->valuedouble > 60))
            return fail(error, FAULT_INPUT, "%s/%s \"%s\" is a number of seconds above 0 and up to 60", at,
                        times[i], times[i]);
    }
    if (json_get(step, "parallel") && (!json_get(step, "each") || !kind || !kind->act_together))
        return fail(error, FAULT_INPUT, "%s/parallel \"parallel\" wants \"each\", and a kind that can (http)",
                    at);
    if (json_get(step, "background") &&
        (!kind || !kind->begin || json_get(step, "expect") || json_get(step, "save")))
        return fail(error, FAULT_INPUT,
                    "%s/background a step in the background has neither \"expect\" nor \"save\" (its join "
                    "has), and a "
                    "kind that can (http)",
                    at);
    return true;
}

static bool lint_step(struct lint *lint, const cJSON *step, const char *at, struct error *error) {
    if (!cJSON_IsObject(step))
        return fail(error, FAULT_INPUT, "%s a step is an object", at);
    const struct kind *kind = kind_of(step);
    const cJSON *steps = json_get(step, "steps"), *each = json_get(step, "each");
    if (!kind && !steps)
        return fail(error, FAULT_INPUT,
                    "%s the step names no probe kind, or more than one; see the table of kinds", at);
    if (kind && steps)
        return fail(error, FAULT_INPUT, "%s a group of steps cannot be a %s too", at, kind->name);
    if (!lint_keys(step, kind, at, error) || !lint_timing(step, kind, at, error))
        return false;
    if (!each != !json_get(step, "in"))
        return fail(error, FAULT_INPUT, "%s \"each\" and \"in\" belong together", at);
    if (each) {
        SCOPE_FREE char *place = json_pointer_add(at, "in");
        if (!cJSON_IsString(each))
            return fail(error, FAULT_INPUT, "%s/each \"each\" is the name for a row", at);
        if (!templates(lint, json_get(step, "in"), place, error))
            return false;
        add(&lint->known, each->valuestring);
    }
    if (!lint_members(lint, step, at, error))
        return false;
    if (kind && kind->check && !kind->check(step, error))
        return within(at, error);
    if (steps) {
        SCOPE_FREE char *place = json_pointer_add(at, "steps");
        if (!lint_steps(lint, steps, place, error))
            return false;
    }
    return lint_save(lint, json_get(step, "save"), at, error);
}

static bool lint_steps(struct lint *lint, const cJSON *steps, const char *at, struct error *error) {
    if (!cJSON_IsArray(steps))
        return fail(error, FAULT_INPUT, "%s is a list of steps", at);
    int index = 0;
    const cJSON *step;
    cJSON_ArrayForEach(step, steps) {
        SCOPE_FREE char *place = xprintf("%s/%d", at, index++);
        if (!lint_step(lint, step, place, error))
            return false;
    }
    return true;
}

static bool lint_data(struct lint *lint, const cJSON *data, const char *at, struct error *error) {
    const cJSON *one;
    cJSON_ArrayForEach(one, data) {
        SCOPE_FREE char *place = json_pointer_add(at, one->string);
        if (!generate_check(one, error))
            return within(place, error);
        add(&lint->known, one->string);
    }
    return true;
}

static bool all_used(const struct lint *lint, const cJSON *data, const char *at, struct error *error) {
    const cJSON *one;
    cJSON_ArrayForEach(one, data) {
        if (!has(&lint->used, one->string)) {
            SCOPE_FREE char *place = json_pointer_add(at, one->string);
            return fail(error, FAULT_INPUT, "%s the datum \"%s\" is used by no step; use it or remove it",
                        place, one->string);
        }
    }
    return true;
}

/* Names saved in a room that the check shares are known to it; what its own data are called is not known to
 * others. known is cut back to what it was. */
static bool lint_check(struct lint *lint, const cJSON *check, const char *at, struct error *error) {
    SCOPE_FREE char *data_at = xprintf("%s/data", at);
    SCOPE_FREE char *env_at = xprintf("%s/env", at);
    SCOPE_FREE char *do_at = xprintf("%s/do", at);
    return lint_data(lint, json_get(check, "data"), data_at, error) &&
           (!json_get(check, "env") || templates(lint, json_get(check, "env"), env_at, error)) &&
           lint_steps(lint, json_get(check, "do"), do_at, error) &&
           all_used(lint, json_get(check, "data"), data_at, error);
}

static bool lint_always(struct lint *lint, const cJSON *always, struct error *error) {
    const cJSON *one;
    cJSON_ArrayForEach(one, always) {
        SCOPE_FREE char *place = json_pointer_add("/always", one->string);
        bool known = false;
        for (const struct kind *const *kind = kinds; *kind; kind++)
            known |= strcmp((*kind)->name, one->string) == 0;
        if (!known)
            return fail(error, FAULT_INPUT, "%s \"%s\" is no probe kind", place, one->string);
        if (!pattern_check(one, error))
            return within(place, error);
        if (!templates(lint, one, place, error))
            return false;
    }
    return true;
}

/* The names that checks of the same room saved before. */
static void saved_names(const cJSON *steps, struct names *names) {
    const cJSON *step, *one;
    cJSON_ArrayForEach(step, steps) {
        cJSON_ArrayForEach(one, json_get(step, "save")) add(names, one->string);
        saved_names(json_get(step, "steps"), names);
    }
}

/* A check file under the lint, and what was found. */
struct findings {
    const char *file, *text;
    size_t length, count;
    struct text *said; /* a line each */
};

/* Turns "/checks/1/do/0 WHAT" into "FILE:LINE:COLUMN: WHAT". */
static void note(struct findings *findings, const struct error *error) {
    char inner[sizeof error->text];
    memcpy(inner, error->text, sizeof inner);
    char *space = *inner == '/' ? strchr(inner, ' ') : NULL;
    size_t line = 1, column = 1;
    if (space) {
        *space = '\0';
        /* The innermost part of the pointer that is really in the file. */
        while (*inner && !json_place(findings->text, findings->length, inner, &line, &column))
            *strrchr(inner, '/') = '\0';
    }
    text_printf(findings->said, "%s:%zu:%zu: %s\n", findings->file, line, column, space ? space + 1 : inner);
    findings->count++;
}

/* The names that a check finds in its room because earlier checks of the same room saved them. */
static void names_of_room(struct lint *lint, const cJSON *checks, const cJSON *check) {
    const char *room = json_text(check, "room");
    for (const cJSON *earlier = checks->child; room && earlier != check; earlier = earlier->next) {
        const char *other = json_text(earlier, "room");
        if (other && strcmp(other, room) == 0)
            saved_names(json_get(earlier, "do"), &lint->known);
    }
}

/* One finding for each part and each check: what follows a mistake in a part is often only its echo. */
static void lint_exercise(struct lint *lint, const cJSON *exercise, struct findings *findings) {
    const cJSON *data = json_get(exercise, "data"), *env = json_get(exercise, "env");
    const cJSON *before = json_get(exercise, "before"), *checks = json_get(exercise, "checks"), *check;
    struct error error;
    if (!lint_data(lint, data, "/data", &error))
        note(findings, &error);
    if (!lint_always(lint, json_get(exercise, "always"), &error))
        note(findings, &error);
    if (env && !templates(lint, env, "/env", &error))
        note(findings, &error);
    if (before && !lint_steps(lint, before, "/before", &error))
        note(findings, &error);
    size_t shared = lint->known.count;
    int index = 0;
    cJSON_ArrayForEach(check, checks) {
        lint->known.count = shared;
        names_of_room(lint, checks, check);
        SCOPE_FREE char *at = xprintf("/checks/%d", index++);
        if (!lint_check(lint, check, at, &error))
            note(findings, &error);
    }
    /* A step that was not read to its end may be the one that uses a datum. */
    if (!findings->count && !all_used(lint, data, "/data", &error))
        note(findings, &error);
}

size_t exercise_findings(const char *file, const char *text, size_t length, const cJSON *exercise,
                         struct text *said) {
    struct lint lint = {0};
    struct findings findings = {file, text, length, 0, said};
    lint_exercise(&lint, exercise, &findings);
    free(lint.known.names);
    free(lint.used.names);
    return findings.count;
}

bool exercise_lint(const char *file, const char *text, size_t length, const cJSON *exercise,
                   struct error *error) {
    SCOPE_TEXT struct text said = {0};
    if (!exercise_findings(file, text, length, exercise, &said))
        return true;
    return fail(error, FAULT_INPUT, "%.*s", (int)strcspn(said.bytes, "\n"), said.bytes);
}

bool step_lint(const cJSON *step, struct error *error) {
    struct lint lint = {0};
    bool ok = lint_step(&lint, step, "", error);
    free(lint.known.names);
    free(lint.used.names);
    return ok;
}
