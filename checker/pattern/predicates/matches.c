/* $matches: a text that a Perl-compatible regular expression finds something in.
 *
 * Learners may well not read such expressions, so the argument may be a pair: the expression and the words
 * for it. "$" is the very end of the text, not before a last newline: "^[0-9]+$" does not take "12\n". The
 * text is a stranger's and the engine backtracks, so its steps, depth and memory are limited; a text that
 * exceeds them does not match. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/match.h"
#include "checker/pattern/template.h"

#include <pcre2.h>
#include <string.h>

enum { STEPS = 2000000, DEPTH = 20000, KIBIBYTES = 32768 };

static void scope_code(pcre2_code **code) {
    pcre2_code_free(*code);
}

static void scope_data(pcre2_match_data **data) {
    pcre2_match_data_free(*data);
}

static void scope_context(pcre2_match_context **context) {
    pcre2_match_context_free(*context);
}

static pcre2_code *compile(const char *expression, int *ret_error, size_t *ret_offset) {
    uint32_t options = PCRE2_UTF | PCRE2_MATCH_INVALID_UTF | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C;
    return pcre2_compile((PCRE2_SPTR)expression, PCRE2_ZERO_TERMINATED, options, ret_error, ret_offset, NULL);
}

/* The text as its own bytes: a NUL is kept as C0 80 in JSON nodes. */
static struct text subject_of(const char *string) {
    struct text subject = {0};
    for (const char *nul; (nul = strstr(string, "\xc0\x80")); string = nul + 2) {
        text_add(&subject, string, (size_t)(nul - string));
        text_putc(&subject, '\0');
    }
    text_puts(&subject, string);
    return subject;
}

static bool matches(const char *expression, const char *string) {
    int fault;
    size_t offset;
    __attribute__((cleanup(scope_code))) pcre2_code *code = compile(expression, &fault, &offset);
    if (!code)
        return false;
    __attribute__((cleanup(scope_data))) pcre2_match_data *data = pcre2_match_data_create(1, NULL);
    __attribute__((cleanup(scope_context))) pcre2_match_context *context = pcre2_match_context_create(NULL);
    if (!data || !context)
        return false;
    pcre2_set_match_limit(context, STEPS);
    pcre2_set_depth_limit(context, DEPTH);
    pcre2_set_heap_limit(context, KIBIBYTES);
    SCOPE_TEXT struct text subject = subject_of(string);
    return pcre2_match(code, (PCRE2_SPTR)subject.bytes, subject.length, 0, 0, data, context) >= 0;
}

/* The two parts of the argument; words is NULL where there are none. */
static const char *expression_of(const cJSON *argument, const char **ret_words) {
    *ret_words = cJSON_IsArray(argument) ? cJSON_GetStringValue(cJSON_GetArrayItem(argument, 1)) : NULL;
    return cJSON_GetStringValue(cJSON_IsArray(argument) ? argument->child : argument);
}

static bool holds(struct match *match, const cJSON *argument, const cJSON *value) {
    const char *words, *expression = expression_of(argument, &words);
    if (expression && cJSON_IsString(value) && matches(expression, value->valuestring))
        return true;
    if (words)
        return match_miss(match, value, "%s", words);
    return match_miss(match, value, "a text that matches %.2000s", expression ? expression : "nothing");
}

static bool check(const cJSON *argument, struct error *error) {
    const char *words, *expression = expression_of(argument, &words);
    bool pair = cJSON_IsArray(argument);
    if (!expression || (pair && (!words || !*words || cJSON_GetArraySize(argument) != 2)))
        return fail_here(error, "$matches takes a regular expression, or a list of one and the words for it");
    if (template_has(expression))
        return true;
    int fault;
    size_t offset;
    __attribute__((cleanup(scope_code))) pcre2_code *code = compile(expression, &fault, &offset);
    if (code)
        return true;
    char what[160];
    pcre2_get_error_message(fault, (PCRE2_UCHAR *)what, sizeof what);
    return fail_here(error, "the regular expression %.200s does not compile: %s, at character %zu",
                     expression, what, offset + 1);
}

const struct predicate predicate_matches = {
    .name = "$matches",
    .takes = "a regular expression (PCRE2), or a list of one and the words for it",
    .about =
        "A text in which the expression is found; anchor it with ^ and $, the very end. The words, where "
        "given, tell the learner what is expected in place of the expression.",
    .example = "{\"$matches\": [\"^[0-9]+$\", \"digits only\"]} | \"12\" | \"12\\n\"",
    .literal = true,
    .holds = holds,
    .check = check,
};
