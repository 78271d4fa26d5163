/* The tables as a JSON Schema (draft 7, which editors know), so that an editor completes and explains a check file
 * while it is written.
 *
 * It says less than the linter on purpose: where a value may be a template, or a row's "takes" is in words that the
 * table below does not know, it lets everything through. What it refuses is wrong for certain: a misspelt option, a
 * predicate that does not exist, two kinds in one step. */
#include "checker/base/memory.h"
#include "checker/curriculum/envelope.h"
#include "checker/pattern/pattern.h"
#include "checker/probe/check.h"
#include "checker/probe/kind.h"

#include <stdarg.h>
#include <string.h>

#define TEMPLATE "{\"type\": \"string\", \"pattern\": \"\\\\$\\\\{\"}"
#define PATTERN "{\"$ref\": \"#/definitions/pattern\"}"
#define TEXTS                                                                                                \
    "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"minLength\": 1}, \"uniqueItems\": true}"
#define POINTER "{\"pattern\": \"^(/|$)\"}"

/* What stands in a row's "takes", as a schema. */
static const struct {
    const char *takes, *schema;
} meanings[] = {
    /* options and members */
    {"pattern", PATTERN},
    {"text", "{\"type\": \"string\"}"},
    {"name", "{\"type\": \"string\", \"minLength\": 1}"},
    {"address", "{\"type\": \"string\"}"},
    {"folder", "{\"type\": \"string\"}"},
    {"name of a signal", "{\"type\": \"string\"}"},
    {"list", "{\"anyOf\": [{\"type\": \"array\"}, " TEMPLATE "]}"},
    {"sentence", "{\"type\": \"string\", \"pattern\": \"\\\\.$\"}"},
    {"true", "{\"enum\": [true]}"},
    {"true or false", "{\"type\": \"boolean\"}"},
    {"number", "{\"anyOf\": [{\"type\": \"number\"}, " TEMPLATE "]}"},
    {"seconds",
     "{\"anyOf\": [{\"type\": \"number\", \"exclusiveMinimum\": 0, \"maximum\": 60}, " TEMPLATE "]}"},
    {"object", "{\"anyOf\": [{\"type\": \"object\"}, " TEMPLATE "]}"},
    {"object: name -> JSON Pointer",
     "{\"type\": \"object\", \"additionalProperties\": {\"type\": \"string\", \"pattern\": \"^(/|$)\"}}"},
    {"object: kind -> pattern", "{\"$ref\": \"#/definitions/always\"}"},
    {"list of values", "{\"anyOf\": [{\"type\": \"array\"}, " TEMPLATE "]}"},
    {"list, template or count", "{\"anyOf\": [{\"type\": [\"array\", \"integer\"]}, " TEMPLATE "]}"},
    {"list of texts", TEXTS},
    {"text or list of texts", "{\"anyOf\": [{\"type\": \"string\", \"minLength\": 1}, " TEXTS "]}"},
    {"list of steps", "{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/step\"}}"},
    {"list of checks",
     "{\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": \"#/definitions/check\"}}"},
    {"languages", "{\"anyOf\": [{\"enum\": [\"any\"]}, " TEXTS "]}"},
    {"data", "{\"type\": \"object\", \"additionalProperties\": {\"$ref\": \"#/definitions/datum\"}}"},
    /* predicates */
    {"any value", "{}"},
    {"a number", "{\"anyOf\": [{\"type\": \"number\"}, " TEMPLATE "]}"},
    {"a pattern", PATTERN},
    {"a text, or a pattern", PATTERN},
    {"a number, or a pattern for it", PATTERN},
    {"a pattern for an object of counts", PATTERN},
    {"a list of patterns", "{\"anyOf\": [{\"type\": \"array\", \"items\": " PATTERN "}, " TEMPLATE "]}"},
    {"a name or a list of names: any, absent, string, number, integer, boolean, object, array, null",
     "{\"anyOf\": [{\"$ref\": \"#/definitions/type\"}, {\"type\": \"array\", \"items\": {\"$ref\": "
     "\"#/definitions/type\"}}]}"},
    {"a regular expression (PCRE2), or a list of one and the words for it",
     "{\"anyOf\": [{\"type\": \"string\"}, {\"type\": \"array\", \"items\": {\"type\": \"string\"}, "
     "\"minItems\": 2, "
     "\"maxItems\": 2}]}"},
    {"an object: function name to pattern", "{\"$ref\": \"#/definitions/functions\"}"},
    {"an object: JSON Pointer to pattern",
     "{\"type\": \"object\", \"propertyNames\": " POINTER ", \"additionalProperties\": " PATTERN "}"},
    {"true, or a list of member names", "{\"anyOf\": [{\"enum\": [true]}, " TEXTS ", " TEMPLATE "]}"},
    {"a sentence", "{\"type\": \"string\", \"minLength\": 1}"},
};

/* Keys that are members of a value, in the places where $NAME has a meaning. */
#define MEMBER_NAME "^([^$]|\\$\\$|\\$\\{|$)"

static cJSON *parsed(const char *text) {
    cJSON *value = json_parse(text, strlen(text), NULL);
    if (!value)
        abort();
    return value;
}

/* "\"up\" or \"down\"": the words in quotation marks, if there is nothing else. */
static cJSON *schema_of_words(const char *takes) {
    SCOPE_JSON cJSON *words = cJSON_CreateArray();
    for (const char *at = takes; *at;) {
        const char *end = *at == '"' ? strchr(at + 1, '"') : NULL;
        if (!end)
            return NULL;
        SCOPE_FREE char *word = xstrndup(at + 1, (size_t)(end - at - 1));
        cJSON_AddItemToArray(words, cJSON_CreateString(word));
        at = end + 1;
        at += strncmp(at, ", ", 2) == 0 ? 2 : strncmp(at, " or ", 4) == 0 ? 4 : 0;
    }
    cJSON *schema = cJSON_CreateObject();
    json_set(schema, "enum", words);
    words = NULL;
    return schema;
}

static cJSON *schema_known(const char *takes) {
    for (size_t i = 0; i < LENGTH_OF(meanings); i++)
        if (strcmp(meanings[i].takes, takes) == 0)
            return parsed(meanings[i].schema);
    return schema_of_words(takes);
}

static cJSON *schema_of(const char *takes) {
    cJSON *schema = schema_known(takes);
    return schema ? schema : cJSON_CreateObject();
}

bool schema_knows(const char *takes) {
    SCOPE_JSON cJSON *schema = schema_known(takes);
    return schema != NULL;
}

static void describe(cJSON *schema, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void describe(cJSON *schema, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    char *text = NULL;
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    if (length < 0)
        abort();
    json_set_text(schema, "description", text);
    free(text);
}

static cJSON *object_of(cJSON *parent, const char *key) {
    cJSON *object = cJSON_CreateObject();
    json_set(parent, key, object);
    return object;
}

static cJSON *list_of(cJSON *parent, const char *key) {
    cJSON *list = cJSON_CreateArray();
    json_set(parent, key, list);
    return list;
}

static void add_text(cJSON *list, const char *text) {
    cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

static void put_member(cJSON *properties, cJSON *required, const char *name, const char *takes,
                       const char *about, bool needed) {
    cJSON *member = schema_of(takes);
    describe(member, "%s: %s", takes, about);
    json_set(properties, name, member);
    if (needed && required)
        add_text(required, name);
}

static void put_options(cJSON *properties, cJSON *required, const struct kind_option *options) {
    for (; options && options->name; options++)
        put_member(properties, required, options->name, options->takes, options->about, options->needed);
}

/* --- the envelope --------------------------------------------------------------------------------------- */

static const struct kind_option exercise_members[] = {
#define ROW(name, takes, about, needed) {name, takes, about, needed},
    EXERCISE_MEMBERS(ROW){NULL, NULL, NULL, false},
};
static const struct kind_option check_members[] = {
    CHECK_MEMBERS(ROW){NULL, NULL, NULL, false},
#undef ROW
};

static void put_closed(cJSON *schema, const struct kind_option *members) {
    json_set_text(schema, "type", "object");
    cJSON *properties = object_of(schema, "properties"), *required = list_of(schema, "required");
    put_options(properties, required, members);
    json_set_bool(schema, "additionalProperties", false);
}

static void put_check(cJSON *definitions) {
    cJSON *check = object_of(definitions, "check");
    put_closed(check, check_members);
    json_set(check, "oneOf", parsed("[{\"required\": [\"do\"]}, {\"required\": [\"judge\"]}]"));
    cJSON *name = json_at(check, "/properties/name"), *points = json_at(check, "/properties/points");
    json_set_text(name, "pattern", "^[a-z][a-z0-9-]*$");
    cJSON_DeleteItemFromObjectCaseSensitive(points, "anyOf");
    json_set_text(points, "type", "integer");
    json_set_integer(points, "minimum", 1);
    json_set_integer(points, "maximum", 100);
}

/* --- steps ---------------------------------------------------------------------------------------------- */

/* {"required": [name]}: whether a step is of this kind. */
static cJSON *has(const char *name) {
    cJSON *condition = cJSON_CreateObject();
    add_text(list_of(condition, "required"), name);
    return condition;
}

/* Every step's own options, judged elsewhere, and nothing else than what is put beside them. */
static cJSON *closed_step(cJSON *rule) {
    cJSON *then = object_of(rule, "then"), *properties = object_of(then, "properties");
    for (const struct kind_option *option = common_options; option->name; option++)
        if (strcmp(option->name, "steps") != 0)
            json_set_bool(properties, option->name, true);
    json_set_bool(then, "additionalProperties", false);
    return then;
}

static void put_kind(cJSON *rules, const struct kind *kind) {
    cJSON *rule = cJSON_CreateObject();
    cJSON_AddItemToArray(rules, rule);
    json_set(rule, "if", has(kind->name));
    cJSON *then = closed_step(rule), *properties = json_get(then, "properties");
    cJSON *required = cJSON_CreateArray();
    json_set_bool(properties, kind->name, true);
    put_options(properties, required, kind->options);
    if (required->child)
        json_set(then, "required", required);
    else
        cJSON_Delete(required);
}

static void put_step(cJSON *definitions) {
    cJSON *step = object_of(definitions, "step");
    json_set_text(step, "type", "object");
    describe(step, "One probe kind with its options; or a group of steps, to be repeated.");
    cJSON *properties = object_of(step, "properties"), *rules, *none = cJSON_CreateObject();
    for (const struct kind *const *kind = kinds; *kind; kind++) {
        cJSON *key = object_of(properties, (*kind)->name);
        describe(key, "Takes %s. %s Gives: %s. For example: %s", (*kind)->takes, (*kind)->about,
                 (*kind)->gives, (*kind)->example);
    }
    put_options(properties, NULL, common_options);
    json_set(step, "dependencies", parsed("{\"each\": [\"in\"], \"in\": [\"each\"]}"));
    rules = list_of(step, "allOf");
    cJSON *any = list_of(object_of(none, "not"), "anyOf");
    for (const struct kind *const *kind = kinds; *kind; kind++) {
        put_kind(rules, *kind);
        cJSON_AddItemToArray(any, has((*kind)->name));
    }
    cJSON *group = cJSON_CreateObject();
    cJSON_AddItemToArray(rules, group);
    json_set(group, "if", none);
    cJSON *then = closed_step(group);
    json_set_bool(json_get(then, "properties"), "steps", true);
    add_text(list_of(then, "required"), "steps");
}

static void put_always(cJSON *definitions) {
    cJSON *always = object_of(definitions, "always");
    json_set_text(always, "type", "object");
    cJSON *properties = object_of(always, "properties");
    for (const struct kind *const *kind = kinds; *kind; kind++)
        json_set(properties, (*kind)->name, parsed(PATTERN));
    json_set_bool(always, "additionalProperties", false);
}

/* --- the pattern language ------------------------------------------------------------------------------- */

/* Names of a table, or else what is no name of one. */
static void put_names(cJSON *schema, cJSON *names) {
    cJSON *any = list_of(object_of(schema, "propertyNames"), "anyOf");
    cJSON *known = cJSON_CreateObject(), *free_names = cJSON_CreateObject();
    json_set(known, "enum", names);
    json_set_text(free_names, "pattern", MEMBER_NAME);
    cJSON_AddItemToArray(any, known);
    cJSON_AddItemToArray(any, free_names);
}

static void put_pattern(cJSON *definitions) {
    cJSON *pattern = object_of(definitions, "pattern"), *names = cJSON_CreateArray();
    describe(pattern, "The expected shape: keys with $ are predicates, other keys are members.");
    cJSON *properties = object_of(pattern, "properties");
    for (const struct predicate *const *p = predicates; *p; p++) {
        cJSON *one = schema_of((*p)->takes);
        describe(one, "%s: %s Pattern, what fits, what does not: %s", (*p)->takes, (*p)->about,
                 (*p)->example);
        json_set(properties, (*p)->name, one);
        add_text(names, (*p)->name);
    }
    put_names(pattern, names);
    json_set(pattern, "additionalProperties", parsed(PATTERN));
    json_set(pattern, "items", parsed(PATTERN));

    cJSON *called = object_of(definitions, "functions");
    json_set_text(called, "type", "object");
    properties = object_of(called, "properties");
    for (const struct function *const *f = functions; *f; f++) {
        cJSON *one = parsed(PATTERN), *both = object_of(properties, (*f)->name);
        cJSON_AddItemToArray(list_of(both, "allOf"), one);
        describe(both, "%s; gives %s: %s For example: %s", (*f)->takes, (*f)->gives, (*f)->about,
                 (*f)->example);
    }
    json_set_bool(called, "additionalProperties", false);
    json_set(
        definitions, "type",
        parsed(
            "{\"enum\": [\"any\", \"absent\", \"string\", \"number\", \"integer\", \"boolean\", \"object\", "
            "\"array\", \"null\"]}"));
}

static void put_datum(cJSON *definitions) {
    cJSON *datum = object_of(definitions, "datum"), *names = cJSON_CreateArray();
    describe(datum, "A value; \"$word\" or {\"$int\": [1, 9]} in it is drawn fresh from the run's seed.");
    cJSON *properties = object_of(datum, "properties");
    for (const struct generator *const *g = generators; *g; g++) {
        cJSON *one = object_of(properties, (*g)->name);
        describe(one, "%s; gives %s: %s For example: %s", (*g)->takes, (*g)->gives, (*g)->about,
                 (*g)->example);
        add_text(names, (*g)->name);
    }
    cJSON *any = list_of(datum, "anyOf"), *known = cJSON_CreateObject(), *other = cJSON_CreateObject();
    json_set(known, "enum", cJSON_Duplicate(names, true));
    json_set_text(other, "pattern", MEMBER_NAME); /* of texts only: other values have no pattern to fail */
    cJSON_AddItemToArray(any, known);
    cJSON_AddItemToArray(any, other);
    put_names(datum, names);
    json_set(datum, "additionalProperties", parsed("{\"$ref\": \"#/definitions/datum\"}"));
    json_set(datum, "items", parsed("{\"$ref\": \"#/definitions/datum\"}"));
}

char *describe_schema(void) {
    SCOPE_JSON cJSON *schema = cJSON_CreateObject();
    json_set_text(schema, "$schema", "http://json-schema.org/draft-07/schema#");
    json_set_text(schema, "title", "A step's exercise.json");
    describe(schema,
             "Made by `backend-learn-probe --schema` from the tables in the code; a test compares the two.");
    put_closed(schema, exercise_members);
    cJSON *definitions = object_of(schema, "definitions");
    put_check(definitions);
    put_step(definitions);
    put_always(definitions);
    put_pattern(definitions);
    put_datum(definitions);
    return json_print_pretty(schema);
}
