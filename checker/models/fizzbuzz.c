/* FizzBuzz by any rules: what a right program prints (step 6), and ranges and rules that wrong ones get
 * wrong.
 *
 * The model is the contract in C: the words of all rules whose number divides n, in the order in which the
 * rules were given, else n itself. The generator draws until the draw has every trap it promises, and proves
 * each on the model itself: sorting the rules changes a line, so does sorting the words, some number is
 * matched by so many rules at once and none by more. A draw is a few thousand divisions, so trying again
 * costs nothing. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/generator.h"

#include <ctype.h>
#include <string.h>

enum { MOST_LINES = 100000, MOST_RULES = 6, TRIES = 20000 };
static const int64_t furthest = 1000000000000000, largest_divisor = 1000000000;

struct rule {
    int64_t divisor;
    const char *word; /* ASCII letters, to the end of the text */
};

static const struct rule classic[] = {{3, "Fizz"}, {5, "Buzz"}};

/* The words that stand for n, or nothing if no rule matches. */
static void add_words(struct text *out, int64_t n, const struct rule *rules, size_t count) {
    for (size_t i = 0; i < count; i++)
        if (n % rules[i].divisor == 0)
            text_puts(out, rules[i].word);
}

/* --- the model ------------------------------------------------------------------------------------------ */

static bool rule_read(const cJSON *text, struct rule *ret_rule) {
    const char *digits = cJSON_GetStringValue(text);
    if (!digits || !isdigit((unsigned char)*digits))
        return false;
    char *equals;
    long long divisor = strtoll(digits, &equals, 10);
    if (*equals != '=' || divisor < 1 || divisor > largest_divisor)
        return false;
    const char *word = equals + 1;
    for (const char *c = word; *c; c++)
        if (!isalpha((unsigned char)*c) || (unsigned char)*c > 0x7f)
            return false;
    *ret_rule = (struct rule){divisor, word};
    return *word != '\0';
}

static bool bound_read(const cJSON *argument, const char *name, int64_t otherwise, int64_t *ret_bound) {
    const cJSON *bound = json_get(argument, name);
    *ret_bound = otherwise;
    return !bound ||
           (json_integer_value(bound, ret_bound) && *ret_bound >= -furthest && *ret_bound <= furthest);
}

static cJSON *model(const cJSON *argument) {
    int64_t from, to;
    if (!cJSON_IsNull(argument) && !cJSON_IsObject(argument))
        return NULL;
    bool both = !json_get(argument, "from") == !json_get(argument, "to");
    if (!both || !bound_read(argument, "from", 1, &from) || !bound_read(argument, "to", 100, &to))
        return NULL;
    if (to - from >= MOST_LINES)
        return NULL;

    const cJSON *given = json_get(argument, "rules");
    if (given && !cJSON_IsArray(given))
        return NULL;
    size_t count = given ? (size_t)cJSON_GetArraySize(given) : 0, i = 0;
    SCOPE_FREE struct rule *own = xcalloc(count, sizeof *own);
    for (const cJSON *rule = count ? given->child : NULL; rule; rule = rule->next)
        if (!rule_read(rule, &own[i++]))
            return NULL;
    const struct rule *rules = count ? own : classic;
    count = count ? count : LENGTH_OF(classic);

    cJSON *lines = cJSON_CreateArray();
    SCOPE_TEXT struct text line = {0};
    for (int64_t n = from; n <= to; n++) {
        line.length = 0;
        add_words(&line, n, rules, count);
        if (line.length == 0)
            text_printf(&line, "%lld", (long long)n);
        cJSON_AddItemToArray(lines, cJSON_CreateString(line.bytes));
    }
    return lines;
}

const struct function function_fizzbuzz = {
    .name = "fizzbuzz",
    .takes =
        "null, or an object with \"from\" and \"to\" (up to 10^15 either way, 100,000 lines at most) and "
        "\"rules\" such as \"7=Bang\", each of which may be left out",
    .gives = "a list of lines",
    .about = "What a right FizzBuzz prints: 1 to 100 and Fizz and Buzz unless something else is given.",
    .example = "{\"from\": -1, \"to\": 4, \"rules\": [\"4=Zip\", \"2=Zap\"]} -> "
               "[\"-1\", \"ZipZap\", \"1\", \"Zap\", \"3\", \"ZipZap\"]",
    .call = model,
};

/* --- the generator -------------------------------------------------------------------------------------- */

static const char *const words[] = {"Amber", "Birch", "Coral", "Dune", "Ember", "Fern",   "Glow", "Heron",
                                    "Iris",  "Jade",  "Kelp",  "Lark", "Moss",  "Nectar", "Opal", "Plum",
                                    "Quill", "Reed",  "Sage",  "Tern", "Umber", "Vale",   "Wren", "Yarrow"};

struct plan {
    int64_t rules[2], within[2], width[2], together;
    bool one;
};

struct draft {
    int64_t from, to;
    struct rule rules[MOST_RULES];
    size_t count;
};

static bool option(const cJSON *argument, const char *name, int64_t low, int64_t high, int64_t ret[2],
                   struct error *error) {
    const cJSON *bounds = json_get(argument, name);
    if (!bounds)
        return true;
    if (!placed(bounds_check(bounds, low, high, error), error, name))
        return false;
    return bounds_read(bounds, &ret[0], &ret[1]);
}

static bool plan_read(const cJSON *argument, struct plan *ret_plan, struct error *error) {
    static const char *const names[] = {"rules", "together", "one", "within", "width", NULL};
    struct plan plan = {.rules = {2, 4}, .within = {1, 1000}, .width = {30, 90}, .together = 2};
    int64_t together[2] = {2, 2};
    for (const cJSON *member = cJSON_IsObject(argument) ? argument->child : NULL; member;
         member = member->next) {
        bool known = false;
        for (size_t i = 0; names[i]; i++)
            known |= strcmp(names[i], member->string) == 0;
        char meant[80];
        suggest(meant, sizeof meant, member->string, names);
        if (!known)
            return fail_at(error, member->string, "$fizzbuzz knows no \"%s\"%s", member->string, meant);
    }
    if (argument && !cJSON_IsObject(argument))
        return fail_here(error, "$fizzbuzz takes an object, as {\"rules\": [2, 4], \"together\": 2}");
    if (!option(argument, "rules", 0, MOST_RULES, plan.rules, error) ||
        !option(argument, "together", 2, 3, together, error) ||
        !option(argument, "within", -furthest, furthest, plan.within, error) ||
        !option(argument, "width", 20, 2000, plan.width, error))
        return false;
    plan.together = together[0];
    plan.one = json_true(argument, "one");
    if (plan.within[1] - plan.within[0] + 1 < plan.width[1])
        return fail_at(error, "width", "a range of this width does not fit into \"within\"");
    bool none = plan.rules[1] == 0;
    if (!none && plan.rules[0] < plan.together)
        return fail_at(error, "rules",
                       "fewer rules than \"together\" (%lld) cannot match one number; or 0 for none",
                       (long long)plan.together);
    *ret_plan = plan;
    return true;
}

static void draw_bounds(struct random *random, const struct plan *plan, struct draft *draft) {
    int64_t width = random_between(random, plan->width[0], plan->width[1]);
    draft->from = random_between(random, plan->within[0], plan->within[1] - width + 1);
    draft->to = draft->from + width - 1;
}

static void draw_rules(struct random *random, const struct plan *plan, struct draft *draft) {
    draft->count = (size_t)random_between(random, plan->rules[0], plan->rules[1]);
    for (size_t i = 0; i < draft->count; i++) {
        bool again;
        do {
            draft->rules[i] = (struct rule){random_between(random, 2, 14), PICK(random, words)};
            again = false;
            for (size_t j = 0; j < i; j++)
                again |= draft->rules[j].divisor == draft->rules[i].divisor ||
                         draft->rules[j].word == draft->rules[i].word;
        } while (again);
    }
    if (plan->one)
        draft->rules[random_between(random, 0, (int64_t)draft->count - 1)].divisor = 1;
}

static int by_divisor(const void *a, const void *b) {
    const struct rule *left = a, *right = b;
    return (left->divisor > right->divisor) - (left->divisor < right->divisor);
}

static int by_word(const void *a, const void *b) {
    const struct rule *left = a, *right = b;
    return strcmp(left->word, right->word);
}

/* Whether a program that sorts the rules first prints something else. */
static bool order_matters(const struct draft *draft, int (*compare)(const void *, const void *)) {
    struct rule sorted[MOST_RULES];
    memcpy(sorted, draft->rules, sizeof sorted);
    qsort(sorted, draft->count, sizeof *sorted, compare);
    SCOPE_TEXT struct text right = {0};
    SCOPE_TEXT struct text wrong = {0};
    for (int64_t n = draft->from; n <= draft->to; n++) {
        right.length = wrong.length = 0;
        add_words(&right, n, draft->rules, draft->count);
        add_words(&wrong, n, sorted, draft->count);
        if (right.length && memcmp(right.bytes, wrong.bytes, right.length) != 0)
            return true;
    }
    return false;
}

static bool rules_have_all_traps(const struct draft *draft, const struct plan *plan) {
    bool used[MOST_RULES] = {false}, plain = false, apart = false;
    int64_t most = 0;
    for (int64_t n = draft->from; n <= draft->to; n++) {
        int64_t matched = 0;
        for (size_t i = 0; i < draft->count; i++)
            if (n % draft->rules[i].divisor == 0) {
                matched++;
                used[i] = true;
            }
        plain |= matched == 0;
        apart |= matched == 1;
        most = matched > most ? matched : most;
    }
    for (size_t i = 0; i < draft->count; i++)
        if (!used[i])
            return false;
    return most == plan->together && apart && plain != plan->one && order_matters(draft, by_divisor) &&
           order_matters(draft, by_word);
}

/* A program that counts lines where it should look at the number is right when FROM is 1, 16, 31… */
static bool range_has_its_trap(const struct draft *draft) {
    return ((draft->from - 1) % 15 + 15) % 15 != 0;
}

static cJSON *drawn(const struct draft *draft) {
    cJSON *made = cJSON_CreateObject(), *args = cJSON_CreateArray(), *rules = NULL;
    json_set_integer(made, "from", draft->from);
    json_set_integer(made, "to", draft->to);
    for (int i = 0; i < 2; i++) {
        SCOPE_FREE char *bound = xprintf("%lld", (long long)(i ? draft->to : draft->from));
        cJSON_AddItemToArray(args, cJSON_CreateString(bound));
    }
    if (draft->count)
        json_set(made, "rules", rules = cJSON_CreateArray());
    for (size_t i = 0; i < draft->count; i++) {
        SCOPE_FREE char *rule = xprintf("%lld=%s", (long long)draft->rules[i].divisor, draft->rules[i].word);
        cJSON_AddItemToArray(rules, cJSON_CreateString(rule));
        cJSON_AddItemToArray(args, cJSON_CreateString(rule));
    }
    json_set(made, "args", args);
    return made;
}

static cJSON *draw(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    struct plan plan;
    if (!plan_read(generator_argument(options), &plan, error))
        return NULL;
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    for (int i = 0; i < TRIES; i++) {
        struct draft draft = {0};
        draw_bounds(random, &plan, &draft);
        draw_rules(random, &plan, &draft);
        if (draft.count ? rules_have_all_traps(&draft, &plan) : range_has_its_trap(&draft))
            return drawn(&draft);
    }
    fail(error, FAULT_INPUT, "%s: no rules with all the traps were found in %d draws; widen the options",
         path, TRIES);
    return NULL;
}

static bool check(const cJSON *options, struct error *error) {
    struct plan plan;
    const cJSON *argument = generator_argument(options);
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    return argument ? placed(plan_read(argument, &plan, error), error, "$fizzbuzz") : true;
}

const struct generator generator_fizzbuzz = {
    .name = "$fizzbuzz",
    .takes = "an object: \"rules\" (how many, 2 to 4; 0: none, so Fizz and Buzz hold), \"together\" (2 or "
             "3), \"one\" "
             "(true: a rule 1=Word is among them), \"within\" and \"width\" of the range",
    .gives = "{\"from\", \"to\", \"rules\", \"args\"}",
    .about = "A range and rules for it. Some number is matched by just so many rules together and none by "
             "more, and "
             "sorting the rules by number or by word would change a line. Without rules, counting from FROM "
             "instead "
             "of asking each number would.",
    .example =
        "{\"$fizzbuzz\": {\"rules\": 2, \"one\": true}} -> {\"rules\": {\"$length\": 2, \"$contains\": "
        "{\"$matches\": \"^1=\"}}, \"args\": {\"$length\": 4}}",
    .draw = draw,
    .check = check,
};
