/* Runs one check: its steps in order, each filled in, acted, judged, saved, until one fails.
 *
 * Whose fault a failure is, is decided here by where it is found: a pattern that does not fit or an act that
 * went wrong in a way that is the learner's ends in "failed" with all a person needs to see; anything else
 * (no room, a check file that names what is not there) ends in "error", which is never counted against them.
 */
#include "checker/probe/check.h"

#include "checker/base/memory.h"
#include "checker/pattern/pattern.h"
#include "checker/probe/flight.h"
#include "checker/probe/kind.h"
#include "checker/probe/servers.h"

#include <math.h>
#include <string.h>

struct progress {
    struct scene *scene;
    const char *check;
    cJSON *warnings;
    cJSON *failure;    /* set where a step failed: no further step runs */
    char *skip;        /* set, beside failure, where the check cannot be asked of this program: why */
    const char *label; /* the case that runs */
    const char *hint;
};

static bool steps_run(struct progress *progress, const cJSON *steps, struct error *error);

static cJSON *event(const char *name, const char *check) {
    cJSON *made = cJSON_CreateObject();
    json_set_text(made, "event", name);
    json_set_text(made, "check", check);
    return made;
}

static void tell_acted(struct progress *progress, const struct kind *kind, const struct action *action,
                       double ms) {
    SCOPE_JSON cJSON *acted = event("acted", progress->check);
    json_set_text(acted, "kind", kind->name);
    json_set(acted, "sent", json_string(action->sent.bytes ? action->sent.bytes : "", action->sent.length));
    json_set(acted, "ms", cJSON_CreateNumber(round(ms * 10) / 10));
    if (action->wire)
        json_set(acted, "wire", cJSON_Duplicate(action->wire, true));
    channel_write(progress->scene->channel, acted, -1, NULL); /* a broken channel shows at check-finished */
}

/* The elements that were right just before the one a pointer names, for context: at most three. */
static cJSON *elements_before(const cJSON *result, const char *at) {
    const char *last = strrchr(at, '/');
    if (!last || !last[1] || strspn(last + 1, "0123456789") != strlen(last + 1))
        return NULL;
    SCOPE_FREE char *parent = xstrndup(at, (size_t)(last - at));
    const cJSON *list = json_at(result, parent);
    if (!cJSON_IsArray(list))
        return NULL;
    int index = atoi(last + 1), count = cJSON_GetArraySize(list);
    if (index > count)
        index = count;
    cJSON *before = cJSON_CreateArray();
    for (int i = index > 3 ? index - 3 : 0; i < index; i++) {
        SCOPE_FREE char *shown = json_as_text(cJSON_GetArrayItem(list, i));
        cJSON_AddItemToArray(before, json_string(shown, strlen(shown)));
    }
    return before;
}

static void step_failed(struct progress *progress, const struct action *action,
                        const struct mismatch *mismatch) {
    cJSON *failure = progress->failure = cJSON_CreateObject();
    if (progress->label)
        json_set_text(failure, "case", progress->label);
    if (action->sent.length)
        json_set(failure, "sent", json_string(action->sent.bytes, action->sent.length));
    bool noted =
        mismatch && action->note && strncmp(mismatch->at, action->note_at, strlen(action->note_at)) == 0;
    if (action->reason || noted)
        json_set_text(failure, "reason", action->reason ? action->reason : action->note);
    if (action->wire)
        json_set(failure, "wire", cJSON_Duplicate(action->wire, true));
    if (mismatch) {
        json_set_text(failure, "at", mismatch->at);
        json_set_text(failure, "expected", mismatch->expected);
        json_set_text(failure, "came", mismatch->came);
        json_set_integer(failure, "mark", mismatch->mark);
        cJSON *before = elements_before(action->result, mismatch->at);
        if (before)
            json_set(failure, "before", before);
    }
    if (action->process) {
        cJSON *process = cJSON_CreateObject();
        json_set_text(process, "name", action->process);
        json_set_text(process, "ended", action->ended);
        json_set_text(process, "stderr", action->stderr_text);
        json_set(failure, "process", process);
    }
    if (progress->hint)
        json_set_text(failure, "hint", progress->hint);
}

/* Judges by one pattern; true if it fitted or could not be filled in (then the error says so). */
static bool fits(struct progress *progress, const cJSON *pattern, struct action *action, bool *ret_fits,
                 struct error *error) {
    *ret_fits = true;
    if (!pattern)
        return true;
    SCOPE_JSON cJSON *filled = template_fill(pattern, progress->scene->variables, true, error);
    if (!filled)
        return false;
    struct mismatch mismatch = {.mark = -1};
    if (!pattern_match(filled, action->result, &mismatch, progress->warnings)) {
        step_failed(progress, action, &mismatch);
        mismatch_free(&mismatch);
        *ret_fits = false;
    }
    return true;
}

static bool save(struct progress *progress, const cJSON *wanted, struct action *action, bool *ret_saved) {
    *ret_saved = true;
    const cJSON *one;
    cJSON_ArrayForEach(one, wanted) {
        const cJSON *value = json_at(action->result, one->valuestring);
        if (!value) {
            struct mismatch mismatch = {.at = one->valuestring,
                                        .expected = (char *)"a value, which is used later",
                                        .came = (char *)"nothing",
                                        .mark = -1};
            step_failed(progress, action, &mismatch);
            *ret_saved = false;
            return true;
        }
        json_set(progress->scene->variables, one->string, cJSON_Duplicate(value, true));
    }
    return true;
}

/* The step with its templates filled in, but for what is filled in later. */
static cJSON *fill_step(struct progress *progress, const cJSON *step, struct error *error) {
    static const char *const later[] = {"expect", "all",   "save",   "each",  "in",
                                        "case",   "steps", "within", "after", "parallel"};
    SCOPE_JSON cJSON *filled = cJSON_CreateObject();
    for (const cJSON *member = step->child; member; member = member->next) {
        bool skip = false;
        for (size_t i = 0; i < LENGTH_OF(later); i++)
            skip |= strcmp(member->string, later[i]) == 0;
        if (skip)
            continue;
        cJSON *value = template_fill(member, progress->scene->variables, false, error);
        if (!value)
            return NULL;
        json_set(filled, member->string, value);
    }
    cJSON *made = filled;
    filled = NULL;
    return made;
}

/* Judges what an act found: its own reason, what always holds, what the step expects; then keeps what it saves. */
static bool judge(struct progress *progress, const cJSON *step, const struct kind *kind,
                  struct action *action, struct error *error) {
    bool held = true;
    if (action->skip) {
        progress->failure = cJSON_CreateObject();
        progress->skip = action->skip;
        action->skip = NULL;
        return true;
    }
    if (action->reason) {
        step_failed(progress, action, NULL);
        return true;
    }
    const cJSON *always = json_get(json_get(progress->scene->exercise, "always"), kind->name);
    if (!fits(progress, always, action, &held, error) ||
        (held && !fits(progress, json_get(step, "expect"), action, &held, error)) ||
        (held && !save(progress, json_get(step, "save"), action, &held)))
        return false;
    if (held && action->mark && (json_get(step, "expect") || json_get(step, "save")))
        *action->mark = action->mark_to;
    return true;
}

/* Forgets a failure, because the step is tried again. */
static void forgive(struct progress *progress, int warnings) {
    cJSON_Delete(progress->failure);
    progress->failure = NULL;
    while (cJSON_GetArraySize(progress->warnings) > warnings)
        cJSON_DeleteItemFromArray(progress->warnings, warnings);
}

/* Acts and judges; with "within", again and again until it fits or the time is up. A look costs little, but a server
 * that is asked without a pause has no time to get anywhere. */
static bool act_and_judge(struct progress *progress, const cJSON *step, const struct kind *kind,
                          const cJSON *filled, cJSON **ret_result, struct error *error) {
    double begin = clock_now(), deadline = begin + json_number(step, "within", 0), pause = 0.002;
    int warnings = cJSON_GetArraySize(progress->warnings);
    for (;;) {
        struct action action = {.scene = progress->scene, .step = filled, .expect = json_get(step, "expect")};
        bool ok = kind->act(&action, error);
        bool last = clock_now() >= deadline;
        if (ok)
            ok = judge(progress, step, kind, &action, error);
        bool again = ok && progress->failure && !progress->skip && !last;
        if (ok && !again) {
            tell_acted(progress, kind, &action, (clock_now() - begin) * 1e3);
            if (!progress->failure && ret_result) {
                *ret_result = action.result;
                action.result = NULL;
            }
        }
        action_free(&action);
        if (!again)
            return ok;
        forgive(progress, warnings);
        double next = clock_now() + pause;
        if (!scene_pause(progress->scene, next < deadline ? next : deadline, error))
            return false;
        pause = pause < 0.05 ? pause * 1.5 : pause;
    }
}

/* Runs the exercise's `before`, once a room, when something of the room is first needed. */
static bool set_scene(struct progress *progress, struct error *error) {
    struct scene *scene = progress->scene;
    if (scene->set)
        return true;
    scene->set = true;
    return steps_run(progress, json_get(scene->exercise, "before"), error);
}

/* One act. ret_result (may be NULL) receives the kind's value. */
static bool step_once(struct progress *progress, const cJSON *step, cJSON **ret_result, struct error *error) {
    double after = json_number(step, "after", 0);
    if (after > 0 && !scene_pause(progress->scene, clock_now() + after, error))
        return false;
    if (json_get(step, "steps"))
        return steps_run(progress, json_get(step, "steps"), error);
    const struct kind *kind = kind_of(step);
    if (!kind)
        return fail(error, FAULT_INPUT, "a step of the check \"%s\" names no probe kind, or more than one",
                    progress->check);
    if (!kind->aside && !set_scene(progress, error))
        return false;
    if (progress->failure)
        return true;
    cJSON *filled = fill_step(progress, step, error);
    if (!filled)
        return false;
    const char *background = json_text(filled, "background");
    if (background)
        return flight_begin(progress->scene, background, kind, filled, error);
    bool ok = act_and_judge(progress, step, kind, filled, ret_result, error);
    cJSON_Delete(filled);
    return ok;
}

/* The rows of a step's "in": a list, a template that gives one, or a count. */
static cJSON *rows_of(struct progress *progress, const cJSON *step, struct error *error) {
    SCOPE_JSON cJSON *in = template_fill(json_get(step, "in"), progress->scene->variables, false, error);
    if (!in)
        return NULL;
    int64_t count;
    cJSON *rows = NULL;
    if (cJSON_IsArray(in)) {
        rows = in;
        in = NULL;
    } else if (json_integer_value(in, &count) && count >= 0 && count <= 100000) {
        rows = cJSON_CreateArray();
        for (int64_t i = 1; i <= count; i++)
            cJSON_AddItemToArray(rows, json_integer(i));
    } else {
        fail(error, FAULT_INPUT, "\"in\" of the check \"%s\" is neither a list nor a count", progress->check);
    }
    return rows;
}

static bool judge_all(struct progress *progress, const cJSON *step, cJSON *results, struct error *error) {
    struct action action = {.scene = progress->scene, .result = results};
    text_puts(&action.sent, "(all of these together)");
    bool held, ok = fits(progress, json_get(step, "all"), &action, &held, error);
    text_free(&action.sent);
    return ok;
}

/* All rows' acts at one instant, then judged row by row. */
static bool rows_together(struct progress *progress, const cJSON *step, const cJSON *rows, cJSON *results,
                          struct error *error) {
    const struct kind *kind = kind_of(step);
    const char *name = json_text(step, "each"), *label = progress->label;
    size_t count = (size_t)cJSON_GetArraySize(rows), filled = 0;
    SCOPE_FREE struct action *actions = xcalloc(count, sizeof *actions);
    SCOPE_FREE cJSON **steps = xcalloc(count, sizeof *steps);
    bool ok = set_scene(progress, error);
    if (!ok || progress->failure)
        return ok;
    const cJSON *row;
    for (row = rows->child; ok && row; row = row->next) {
        json_set(progress->scene->variables, name, cJSON_Duplicate(row, true));
        steps[filled] = fill_step(progress, step, error);
        actions[filled] = (struct action){
            .scene = progress->scene, .step = steps[filled], .expect = json_get(step, "expect")};
        ok = steps[filled] != NULL;
        filled += ok;
    }
    double begin = clock_now();
    ok = ok && kind->act_together(actions, count, error);
    size_t at = 0;
    for (row = rows->child; ok && row && !progress->failure; row = row->next, at++) {
        json_set(progress->scene->variables, name, cJSON_Duplicate(row, true));
        const char *own = json_text(row, "case");
        progress->label = own ? own : label;
        tell_acted(progress, kind, &actions[at], (clock_now() - begin) * 1e3);
        ok = judge(progress, step, kind, &actions[at], error);
        if (ok && !progress->failure) {
            cJSON_AddItemToArray(results, actions[at].result);
            actions[at].result = NULL;
        }
    }
    progress->label = label;
    for (size_t i = 0; i < filled; i++) {
        action_free(&actions[i]);
        cJSON_Delete(steps[i]);
    }
    return ok;
}

static bool rows_in_turn(struct progress *progress, const cJSON *step, const cJSON *rows, cJSON *results,
                         struct error *error) {
    const char *name = json_text(step, "each"), *label = progress->label;
    bool ok = true;
    const cJSON *row;
    cJSON_ArrayForEach(row, rows) {
        json_set(progress->scene->variables, name, cJSON_Duplicate(row, true));
        const char *own = json_text(row, "case");
        progress->label = own ? own : label;
        cJSON *result = NULL;
        ok = step_once(progress, step, &result, error);
        if (result)
            cJSON_AddItemToArray(results, result);
        if (!ok || progress->failure)
            break;
    }
    progress->label = label;
    return ok;
}

static bool step_each(struct progress *progress, const cJSON *step, struct error *error) {
    SCOPE_JSON cJSON *rows = rows_of(progress, step, error);
    if (!rows)
        return false;
    SCOPE_JSON cJSON *results = cJSON_CreateArray();
    bool ok = json_true(step, "parallel") ? rows_together(progress, step, rows, results, error)
                                          : rows_in_turn(progress, step, rows, results, error);
    if (ok && !progress->failure && json_get(step, "all"))
        ok = judge_all(progress, step, results, error);
    return ok;
}

static bool steps_run(struct progress *progress, const cJSON *steps, struct error *error) {
    const cJSON *step;
    cJSON_ArrayForEach(step, steps) {
        const char *label = progress->label, *own = json_text(step, "case");
        if (own)
            progress->label = own;
        bool ok = json_get(step, "each") ? step_each(progress, step, error)
                                         : step_once(progress, step, NULL, error);
        progress->label = label;
        if (!ok)
            return false;
        if (progress->failure)
            break;
    }
    return true;
}

/* Draws the members of data that are not there yet: path keeps each datum's stream its own. */
static bool draw(struct scene *scene, const cJSON *data, const char *path, struct error *error) {
    const cJSON *one;
    cJSON_ArrayForEach(one, data) {
        SCOPE_FREE char *own = xprintf("%s/%s", path, one->string);
        cJSON *value = generate(one, scene->seed, own, error);
        if (!value)
            return false;
        json_set(scene->variables, one->string, value);
    }
    return true;
}

/* Fills the exercise's env, then the check's over it. */
static cJSON *environment_of(struct scene *scene, const cJSON *check, struct error *error) {
    SCOPE_JSON cJSON *environment = cJSON_CreateObject();
    const cJSON *layers[] = {json_get(scene->exercise, "env"), json_get(check, "env")};
    for (size_t i = 0; i < LENGTH_OF(layers); i++) {
        const cJSON *member;
        cJSON_ArrayForEach(member, layers[i]) {
            cJSON *value = template_fill(member, scene->variables, false, error);
            if (!value)
                return NULL;
            json_set(environment, member->string, value);
        }
    }
    cJSON *made = environment;
    environment = NULL;
    return made;
}

static const char *first_hint(const cJSON *check) {
    const cJSON *hint = json_get(check, "hint");
    return cJSON_GetStringValue(cJSON_IsArray(hint) ? cJSON_GetArrayItem(hint, 0) : hint);
}

static bool run(struct progress *progress, const cJSON *check, cJSON **ret_environment, struct error *error) {
    struct scene *scene = progress->scene;
    SCOPE_FREE char *path = xprintf("check/%s", progress->check);
    if (!scene->drawn && !draw(scene, json_get(scene->exercise, "data"), "data", error))
        return false;
    scene->drawn = true;
    if (!draw(scene, json_get(check, "data"), path, error))
        return false;
    *ret_environment = environment_of(scene, check, error);
    if (!*ret_environment)
        return false;
    scene->environment = *ret_environment;
    return steps_run(progress, json_get(check, "do"), error);
}

bool check_run(struct scene *scene, const cJSON *check, struct error *error) {
    struct progress progress = {
        .scene = scene,
        .check = json_text(check, "name"),
        .warnings = cJSON_CreateArray(),
        .hint = first_hint(check),
    };
    scene->check = progress.check;
    struct error why = {0};
    double begin = clock_now();
    SCOPE_JSON cJSON *environment = NULL;
    bool ok = run(&progress, check, &environment, &why);
    scene->environment = NULL;

    SCOPE_JSON cJSON *finished = event("check-finished", progress.check);
    const char *verdict = !ok ? "error" : progress.skip ? "skipped" : progress.failure ? "failed" : "passed";
    json_set_text(finished, "verdict", verdict);
    json_set(finished, "ms", cJSON_CreateNumber(round((clock_now() - begin) * 1e3)));
    json_set(finished, "warnings", progress.warnings);
    if (!ok || progress.skip)
        json_set_text(finished, "because", ok ? progress.skip : why.text);
    if (ok && progress.failure && !progress.skip)
        json_set(finished, "failure", progress.failure);
    else
        cJSON_Delete(progress.failure);
    free(progress.skip);
    return channel_write(scene->channel, finished, -1, error);
}
