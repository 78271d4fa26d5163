/* Fresh data: walks a spec and replaces what names a generator by what it draws.
 *
 * The spec of a datum is the datum itself, with "$name" or {"$int": [1, 9]} where something is to be drawn.
 * Every part draws from the stream of its own path, so neither order nor neighbours matter. "$$word" is the
 * text "$word", also as a member name. */
#include "checker/pattern/generator.h"

#include "checker/base/memory.h"
#include "checker/pattern/match.h"

#include <string.h>

/* "${…}" is a template, filled in later. */
static bool names_generator(const char *text) {
    return text[0] == '$' && text[1] != '$' && text[1] != '{';
}

const char *generator_called(const cJSON *spec, const cJSON **ret_argument) {
    *ret_argument = NULL;
    if (cJSON_IsString(spec))
        return names_generator(spec->valuestring) ? spec->valuestring : NULL;
    for (const cJSON *member = cJSON_IsObject(spec) ? spec->child : NULL; member; member = member->next)
        if (names_generator(member->string)) {
            *ret_argument = member;
            return member->string;
        }
    return NULL;
}

const cJSON *generator_argument(const cJSON *spec) {
    const cJSON *argument;
    generator_called(spec, &argument);
    return argument;
}

/* A pointer of one part more, as the path of a part. */
cJSON *draw_part(const cJSON *spec, uint64_t seed, const char *path, const char *token, struct error *error) {
    SCOPE_FREE char *below = json_pointer_add(path, token);
    return generate(spec, seed, below, error);
}

cJSON *generate(const cJSON *spec, uint64_t seed, const char *path, struct error *error) {
    const cJSON *argument;
    const char *name = generator_called(spec, &argument);
    if (name) {
        const struct generator *generator = generator_find(name);
        if (generator)
            return generator->draw(spec, seed, path, error);
        fail(error, FAULT_INPUT, "%s: no generator is called \"%s\"", path, name);
        return NULL;
    }
    if (cJSON_IsString(spec))
        return cJSON_CreateString(spec->valuestring +
                                  (strncmp(spec->valuestring, "$$", 2) == 0 && spec->valuestring[2] != '{'));
    if (!cJSON_IsArray(spec) && !cJSON_IsObject(spec)) {
        cJSON *copy = cJSON_Duplicate(spec, false);
        free(copy->string);
        copy->string = NULL;
        return copy;
    }
    bool object = cJSON_IsObject(spec);
    SCOPE_JSON cJSON *made = object ? cJSON_CreateObject() : cJSON_CreateArray();
    size_t index = 0;
    for (const cJSON *part = spec->child; part; part = part->next, index++) {
        char number[24];
        snprintf(number, sizeof number, "%zu", index);
        cJSON *drawn = draw_part(part, seed, path, object ? part->string : number, error);
        if (!drawn)
            return NULL;
        if (object)
            cJSON_AddItemToObject(made, member_name(part->string), drawn);
        else
            cJSON_AddItemToArray(made, drawn);
    }
    cJSON *result = made;
    made = NULL;
    return result;
}

/* --- static tests --------------------------------------------------------------------------------------- */

bool options_none(const cJSON *spec, struct error *error) {
    if (cJSON_IsString(spec))
        return true;
    const cJSON *argument;
    const char *name = generator_called(spec, &argument);
    return fail_here(error, "%s takes no options; write \"%s\"", name, name);
}

bool options_known(const cJSON *spec, struct error *error, const char *const *names) {
    const cJSON *argument;
    const char *own = generator_called(spec, &argument);
    for (const cJSON *member = cJSON_IsObject(spec) ? spec->child : NULL; member; member = member->next) {
        bool known = member == argument;
        for (size_t i = 0; names[i]; i++)
            known |= strcmp(member->string, names[i]) == 0;
        if (known)
            continue;
        char meant[80];
        suggest(meant, sizeof meant, member->string, names);
        return fail_at(error, member->string, "%s knows no option \"%s\"%s", own, member->string, meant);
    }
    return true;
}

bool bounds_read(const cJSON *bounds, int64_t *ret_low, int64_t *ret_high) {
    int64_t low, high;
    bool pair = cJSON_IsArray(bounds);
    if (pair && cJSON_GetArraySize(bounds) != 2)
        return false;
    if (!json_integer_value(pair ? bounds->child : bounds, &low) ||
        !json_integer_value(pair ? bounds->child->next : bounds, &high) || low > high)
        return false;
    *ret_low = low;
    *ret_high = high;
    return true;
}

bool bounds_check(const cJSON *bounds, int64_t lowest, int64_t highest, struct error *error) {
    int64_t low, high;
    if (bounds_read(bounds, &low, &high) && low >= lowest && high <= highest)
        return true;
    if (lowest == INT64_MIN && highest == INT64_MAX)
        return fail_here(error, "this takes two integers, the lower first: [1, 9]");
    return fail_here(error,
                     "this takes an integer from %lld to %lld, or two of them, the lower first: [1, 9]",
                     (long long)lowest, (long long)highest);
}

bool generate_check(const cJSON *spec, struct error *error) {
    const cJSON *argument;
    const char *name = generator_called(spec, &argument);
    if (name) {
        const struct generator *generator = generator_find(name);
        if (generator)
            return generator->check(spec, error);
        char meant[80];
        generator_suggest(meant, sizeof meant, name);
        fail_here(error, "no generator is called \"%s\"%s; the text is written \"$%s\"", name, meant, name);
        return argument ? placed(false, error, name) : false;
    }
    size_t index = 0;
    for (const cJSON *part = spec ? spec->child : NULL; part; part = part->next, index++) {
        bool fine = generate_check(part, error);
        if (!(part->string ? placed(fine, error, part->string) : placed_at(fine, error, index)))
            return false;
    }
    return true;
}
