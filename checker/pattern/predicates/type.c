/* $type: what kind of value it is, or that there is none. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/match.h"
#include "checker/pattern/template.h"

#include <math.h>
#include <string.h>

static bool is_any(const cJSON *value) {
    return value != NULL;
}

static bool is_absent(const cJSON *value) {
    return value == NULL;
}

static bool is_string(const cJSON *value) {
    return cJSON_IsString(value);
}

static bool is_number(const cJSON *value) {
    return cJSON_IsNumber(value);
}

/* By value: 1.0 is one, and so is a number of thirty digits. */
static bool is_integer(const cJSON *value) {
    if (!cJSON_IsNumber(value))
        return false;
    const char *text = value->valuestring;
    if (text && strspn(text, "-0123456789") == strlen(text))
        return true;
    return isfinite(value->valuedouble) && value->valuedouble == floor(value->valuedouble);
}

static bool is_boolean(const cJSON *value) {
    return cJSON_IsBool(value);
}

static bool is_object(const cJSON *value) {
    return cJSON_IsObject(value);
}

static bool is_array(const cJSON *value) {
    return cJSON_IsArray(value);
}

static bool is_null(const cJSON *value) {
    return cJSON_IsNull(value);
}

static const struct {
    const char *name, *phrase;
    bool (*is)(const cJSON *value);
} types[] = {
    {"any", "any value", is_any},
    {"absent", "nothing", is_absent},
    {"string", "a text", is_string},
    {"number", "a number", is_number},
    {"integer", "an integer", is_integer},
    {"boolean", "true or false", is_boolean},
    {"object", "an object", is_object},
    {"array", "a list", is_array},
    {"null", "null", is_null},
};

static int type_called(const cJSON *name) {
    for (size_t i = 0; cJSON_IsString(name) && i < LENGTH_OF(types); i++)
        if (strcmp(types[i].name, name->valuestring) == 0)
            return (int)i;
    return -1;
}

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    SCOPE_TEXT struct text phrase = {0};
    const cJSON *name = cJSON_IsArray(argument) ? argument->child : argument;
    while (name) {
        int type = type_called(name);
        if (type >= 0 && types[type].is(value))
            return true;
        if (type >= 0) {
            if (phrase.length)
                text_puts(&phrase, " or ");
            text_puts(&phrase, types[type].phrase);
        }
        name = name == argument ? NULL : name->next;
    }
    return match_miss(match, value, "%s",
                      phrase.bytes ? phrase.bytes : "a type that the check does not name");
}

static bool check_name(const cJSON *name, struct error *error) {
    if (template_open(name) || type_called(name) >= 0)
        return true;
    return fail_here(
        error, "$type knows any, absent, string, number, integer, boolean, object, array and null%s%.60s",
        cJSON_IsString(name) ? ", not " : "; write one of these names or a list of them",
        cJSON_IsString(name) ? name->valuestring : "");
}

static bool check(const cJSON *argument, struct error *error) {
    if (!cJSON_IsArray(argument))
        return check_name(argument, error);
    if (!argument->child)
        return fail_here(error, "$type with an empty list fits nothing; name a type");
    size_t index = 0;
    for (const cJSON *name = argument->child; name; name = name->next, index++)
        if (!placed_at(check_name(name, error), error, index))
            return false;
    return true;
}

const struct predicate predicate_type = {
    .name = "$type",
    .takes = "a name or a list of names: any, absent, string, number, integer, boolean, object, array, null",
    .about = "A value of this type, or of one of these. \"absent\": nothing is there; \"any\": something is.",
    .example = "{\"$type\": [\"integer\", \"string\"]} | 7.0 | 7.5",
    .literal = true,
    .holds = holds,
    .check = check,
};
