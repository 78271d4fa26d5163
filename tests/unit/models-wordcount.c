/* The model of step 11, its texts, and the exercise itself. A wrong reader is an edit of the text that a
 * right one then counts, a wrong order a comparison by which the right lines are sorted anew: each
 * differs, for every seed, on the text that is made for it. */
#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/pattern.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <string.h>

static cJSON *json(const char *text) {
    struct json_fault fault = {0};
    cJSON *value = json_parse(text, strlen(text), &fault);
    cr_assert_not_null(value, "%s: %s", text, fault.what);
    return value;
}

static cJSON *model(const cJSON *argument) {
    return function_find("wordcount")->call(argument);
}

static cJSON *lines_of(const char *text) {
    SCOPE_JSON cJSON *argument = cJSON_CreateString(text);
    cJSON *lines = model(argument);
    cr_assert_not_null(lines, "refused: %.200s", text);
    return lines;
}

Test(wordcount, model) {
    static const struct {
        const char *argument, *lines; /* NULL: refused */
    } rows[] = {
        {"\"The cat, the dog.  Room 101, says the dog:\\nCat.\\n\"",
         "[\"3 the\",\"2 cat\",\"2 dog\",\"1 101\",\"1 room\",\"1 says\"]"},
        {"\"\"", "[]"},
        {"\"... -- '' _ !\"", "[]"},
        {"\"b a\"", "[\"1 a\",\"1 b\"]"}, /* the end of the text ends a word */
        {"\"tops to top\"", "[\"1 to\",\"1 top\",\"1 tops\"]"},
        {"\"x x x x x x x x x x y y y y y y y y y\"", "[\"10 x\",\"9 y\"]"},
        {"\"Don’t say 'don't'\"", "[\"2 don't\",\"1 say\"]"},
        {"\"rock'n'roll rock’n’roll\"", "[\"2 rock'n'roll\"]"},
        {"\"can''t x' 'y ''z w’'v\"", "[\"1 can\",\"1 t\",\"1 v\",\"1 w\",\"1 x\",\"1 y\",\"1 z\"]"},
        {"\"it's'\"", "[\"1 it's\"]"},
        {"\"well-known a_b x2 2x\\tc\\r\\nd—e,f.g\"", "[\"1 2x\",\"1 a\",\"1 b\",\"1 c\",\"1 d\",\"1 e\",\"1 "
                                                      "f\",\"1 g\",\"1 known\",\"1 well\",\"1 x2\"]"},
        {"\"\\ufeffone\"", "[\"1 one\"]"},
        {"\"École ÉCOLE école zoo\"", "[\"3 école\",\"1 zoo\"]"},
        {"\"zoo école\"", "[\"1 zoo\",\"1 école\"]"}, /* by code point, not as a dictionary */
        {"\"МИР мир Ёлка ёлка ЏЯ\"", "[\"2 мир\",\"2 ёлка\",\"1 џя\"]"},
        {"\"ΔΈΛΤΑ Δέλτα ΏΡΑ Ύ Ό Ή\"", "[\"2 δέλτα\",\"1 ή\",\"1 ό\",\"1 ύ\",\"1 ώρα\"]"},
        {"\"3×4÷5\"", "[\"1 3\",\"1 4\",\"1 5\"]"},
        {"\"a\\u0000b\"", "[\"1 a\",\"1 b\"]"},
        /* Languages differ: dotted and dotless I, sigma, sharp s, combining marks, superscripts. */
        {"\"İ\"", NULL},
        {"\"ı\"", NULL},
        {"\"λόγος\"", NULL},
        {"\"Σ\"", NULL},
        {"\"ß\"", NULL},
        {"\"e\\u0301\"", NULL},
        {"\"x²\"", NULL},
        {"\"ªº\"", NULL},
        {"\"語\"", NULL},
        /* Bytes. */
        {"{\"encoding\": \"bytes\", \"text\": \"caf\\u00e9 \\u00c3\\u00a9t\\u00c3\\u00a9\"}",
         "[\"1 caf\",\"1 été\"]"},
        {"{\"encoding\": \"bytes\", \"text\": \"a\\u00e2\\u0082b c\\u00ff\\u00fed\\u00c3\"}",
         "[\"1 a\",\"1 b\",\"1 c\",\"1 d\"]"},
        {"{\"encoding\": \"bytes\", \"text\": \"’\"}", NULL},
        {"{\"encoding\": \"utf-8\", \"text\": \"a\"}", NULL},
        /* The first lines. */
        {"{\"text\": \"a b b\", \"top\": 1, \"case\": \"other members are free\"}", "[\"2 b\"]"},
        {"{\"text\": \"a b b\", \"top\": 0}", "[]"},
        {"{\"text\": \"a b b\", \"top\": 9}", "[\"2 b\",\"1 a\"]"},
        {"{\"text\": \"a\", \"top\": -1}", NULL},
        {"{\"text\": \"a\", \"top\": 1.5}", NULL},
        {"{\"top\": 1}", NULL},
        {"7", NULL},
        {"[\"a\"]", NULL},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *argument = json(rows[i].argument);
        SCOPE_JSON cJSON *lines = model(argument);
        SCOPE_FREE char *printed = lines ? json_print(lines) : NULL;
        cr_assert_eq(!printed, !rows[i].lines, "%s: %s", rows[i].argument, printed);
        if (printed)
            cr_assert_str_eq(printed, rows[i].lines);
    }
}

/* --- wrong readers -------------------------------------------------------------------------------------- */

static char *blanks_for(const char *text, bool (*bad)(unsigned char byte)) {
    char *edited = xstrdup(text);
    for (char *c = edited; *c; c++)
        if (bad((unsigned char)*c))
            *c = ' ';
    return edited;
}

static bool is_digit(unsigned char byte) {
    return byte < 0x80 && isdigit(byte);
}

static bool beyond_ascii(unsigned char byte) {
    return byte >= 0x80;
}

static char *takes_letters_only(const char *text) {
    return blanks_for(text, is_digit);
}

static char *takes_ascii_only(const char *text) {
    return blanks_for(text, beyond_ascii);
}

static char *reads_one_line(const char *text) {
    return xstrndup(text, strcspn(text, "\n"));
}

static char *loses_the_last_word(const char *text) {
    size_t end = strlen(text);
    while (end && isspace((unsigned char)text[end - 1]))
        end--;
    while (end && !isspace((unsigned char)text[end - 1]))
        end--;
    return xstrndup(text, end);
}

static char *cut_at(const char *text, size_t offset) {
    size_t length = strlen(text);
    if (offset > length)
        return xstrdup(text);
    return xprintf("%.*s %s", (int)offset, text, text + offset);
}

static char *cuts_at_4096(const char *text) {
    return cut_at(text, 4096);
}

static char *cuts_at_8192(const char *text) {
    return cut_at(text, 8192);
}

static char *cuts_at_65536(const char *text) {
    return cut_at(text, 65536);
}

static char *forgets_after_63(const char *text) {
    SCOPE_TEXT struct text edited = {0};
    for (size_t run = 0; *text; text++) {
        run = isspace((unsigned char)*text) ? 0 : run + 1;
        if (run <= 63)
            text_putc(&edited, *text);
    }
    return text_take(&edited);
}

static char *changes_nothing(const char *text) {
    return xstrdup(text);
}

static cJSON *draw(const char *shape, uint64_t seed) {
    SCOPE_JSON cJSON *spec = cJSON_CreateObject();
    json_set_text(spec, "$wordcount", shape);
    struct error error = {0};
    cr_assert(generate_check(spec, &error), "%s: %s", shape, error.text);
    cJSON *text = generate(spec, seed, shape, &error);
    cr_assert(cJSON_IsString(text), "%s: %s", shape, error.text);
    return text;
}

Test(wordcount, every_seed_catches_wrong_readers) {
    static const struct {
        const char *shape;
        char *(*reader)(const char *text);
        bool caught;
        int seeds;
    } rows[] = {
        {"plain", changes_nothing, false, 5},
        {"plain", takes_letters_only, true, 200},
        {"plain", reads_one_line, true, 200},
        {"plain", takes_ascii_only, false, 200}, /* the core has nothing else */
        {"capitals", takes_ascii_only, true, 200},
        {"capitals", reads_one_line, true, 200},
        {"words-across", cuts_at_4096, true, 10},
        {"words-across", cuts_at_8192, true, 10},
        {"words-across", cuts_at_65536, true, 10},
        {"words-across", forgets_after_63, false, 5}, /* that is what the giants are for */
        {"letters-across", cuts_at_4096, true, 10},
        {"letters-across", cuts_at_8192, true, 10},
        {"letters-across", cuts_at_65536, true, 10},
        {"giants", forgets_after_63, true, 10},
        {"giants", cuts_at_4096, true, 10},
        {"ties", loses_the_last_word, true, 200},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        for (int seed = 0; seed < rows[i].seeds; seed++) {
            SCOPE_JSON cJSON *text = draw(rows[i].shape, (uint64_t)seed);
            SCOPE_FREE char *edited = rows[i].reader(text->valuestring);
            SCOPE_JSON cJSON *right = model(text);
            SCOPE_JSON cJSON *wrong = lines_of(edited);
            cr_assert_eq(json_equal(right, wrong), !rows[i].caught, "row %zu, seed %d", i, seed);
        }
}

/* Both bytes of an é, one on each side. */
Test(wordcount, letters_lie_across_the_offsets) {
    static const size_t offsets[] = {4096, 8192, 65536};
    for (uint64_t seed = 0; seed < 40; seed++) {
        SCOPE_JSON cJSON *text = draw("letters-across", seed);
        for (size_t i = 0; i < LENGTH_OF(offsets); i++)
            cr_assert_eq(memcmp(text->valuestring + offsets[i] - 1, "\xc3\xa9", 2), 0, "%zu", offsets[i]);
    }
}

/* --- wrong orders --------------------------------------------------------------------------------------- */

struct line {
    long count;
    const char *word;
    size_t first; /* where the word first comes in the text */
};

static int by_count(const void *a, const void *b) {
    const struct line *left = a, *right = b;
    return (left->count < right->count) - (left->count > right->count);
}

static int right_order(const void *a, const void *b) {
    int order = by_count(a, b);
    return order ? order : strcmp(((const struct line *)a)->word, ((const struct line *)b)->word);
}

static int ties_backwards(const void *a, const void *b) {
    int order = by_count(a, b);
    return order ? order : -right_order(a, b);
}

static int ties_as_they_came(const void *a, const void *b) {
    const struct line *left = a, *right = b;
    int order = by_count(a, b);
    return order ? order : (left->first > right->first) - (left->first < right->first);
}

static int ties_as_they_came_last_first(const void *a, const void *b) {
    int order = by_count(a, b);
    return order ? order : -ties_as_they_came(a, b);
}

static int counts_as_text(const void *a, const void *b) {
    char left[24], right[24];
    snprintf(left, sizeof left, "%ld", ((const struct line *)a)->count);
    snprintf(right, sizeof right, "%ld", ((const struct line *)b)->count);
    int order = -strcmp(left, right);
    return order ? order : strcmp(((const struct line *)a)->word, ((const struct line *)b)->word);
}

static int longer_first(const void *a, const void *b) {
    const struct line *left = a, *right = b;
    size_t n = strlen(left->word), m = strlen(right->word);
    int order = by_count(a, b);
    order = order ? order : strncmp(left->word, right->word, n < m ? n : m);
    return order ? order : (n < m) - (n > m);
}

/* As a dictionary has it: é beside e. */
static int dictionary(const void *a, const void *b) {
    const struct line *left = a, *right = b;
    int order = by_count(a, b);
    bool e = strncmp(left->word, "é", 2) == 0, f = strncmp(right->word, "é", 2) == 0;
    return order ? order : e || f ? strcmp(e ? "e" : left->word, f ? "e" : right->word) : right_order(a, b);
}

static bool same_order(const cJSON *text, int (*compare)(const void *, const void *)) {
    SCOPE_JSON cJSON *right = model(text);
    size_t count = (size_t)cJSON_GetArraySize(right), i = 0;
    SCOPE_FREE struct line *lines = xcalloc(count, sizeof *lines);
    SCOPE_FREE char *flat = xprintf(" %s ", text->valuestring);
    for (char *c = flat; *c; c++)
        *c = *c == '\n' ? ' ' : *c;
    const cJSON *line;
    cJSON_ArrayForEach(line, right) {
        char *blank;
        lines[i].count = strtol(line->valuestring, &blank, 10);
        lines[i].word = blank + 1;
        SCOPE_FREE char *alone = xprintf(" %s ", lines[i].word);
        lines[i++].first = (size_t)(strstr(flat, alone) - flat);
    }
    qsort(lines, count, sizeof *lines, compare);
    i = 0;
    cJSON_ArrayForEach(line, right) {
        if (strcmp(strchr(line->valuestring, ' ') + 1, lines[i++].word) != 0)
            return false;
    }
    return true;
}

Test(wordcount, every_seed_catches_wrong_orders) {
    static const struct {
        const char *shape;
        int (*order)(const void *, const void *);
        bool caught;
    } rows[] = {
        {"ties", right_order, false},      {"ties", ties_backwards, true},
        {"ties", ties_as_they_came, true}, {"ties", ties_as_they_came_last_first, true},
        {"ties", counts_as_text, true},    {"ties", longer_first, true},
        {"capitals", right_order, false},  {"capitals", dictionary, true},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        for (uint64_t seed = 0; seed < 200; seed++) {
            SCOPE_JSON cJSON *text = draw(rows[i].shape, seed);
            cr_assert_eq(same_order(text, rows[i].order), !rows[i].caught, "row %zu, seed %d: %s", i,
                         (int)seed, text->valuestring);
        }
}

/* --- what the texts promise ----------------------------------------------------------------------------- */

Test(wordcount, texts) {
    static const struct {
        const char *shape, *text, *lines; /* patterns */
        int seeds;
    } rows[] = {
        /* Comma and full stop only before a blank or line end; runs of blanks, empty lines; capitals. */
        {"plain", "{\"$matches\": \"[ \\\\n]Constructor constructor[.]\\\\n$\", \"$contains\": \"\\n\\n\"}",
         "{\"$contains\": {\"$matches\": \"^[2-9] constructor$\"}, \"$length\": 13}", 200},
        {"plain", "{\"$not\": {\"$matches\": \"[^A-Za-z0-9,. \\\\n]|[,.][^ \\\\n]\"}}",
         "{\"$contains\": {\"$matches\": \" [a-z][0-9]$\"}}", 200},
        {"plain", "{\"$contains\": \"  \", \"$matches\": \", \"}",
         "{\"$contains\": {\"$matches\": \"^[0-9]+ [0-9]+$\"}}", 200},
        {"ties", "{\"$not\": {\"$matches\": \"[^a-z \\\\n]\"}}",
         "{\"$length\": 15, \"0\": {\"$matches\": \"^11 \"}, \"1\": {\"$matches\": \"^10 \"}, \"2\": "
         "{\"$matches\": \"^9 \"}, "
         "\"3\": {\"$matches\": \"^3 \"}, \"5\": {\"$matches\": \"^3 \"}, \"6\": {\"$matches\": \"^2 \"}, "
         "\"14\": {\"$matches\": \"^2 \"}}",
         200},
        {"ranks", "{\"$not\": {\"$matches\": \"^([a-z]+)(?: \\\\1){6}\\\\n\"}}",
         "[{\"$matches\": \"^7 \"}, {\"$matches\": \"^6 \"}, {\"$matches\": \"^5 \"}, {\"$matches\": \"^4 "
         "\"}, "
         "{\"$matches\": \"^3 \"}, {\"$matches\": \"^2 \"}, {\"$matches\": \"^1 \"}]",
         200},
        {"capitals", "{\"$matches\": \"ZOO\"}",
         "{\"$length\": 9, \"$each\": {\"$matches\": \"^4 \"}, \"$contains\": \"4 éclair\"}", 200},
        {"giants", "{\"$matches\": \"^a [a-z]{5000} b [a-z]{5000} \"}",
         "{\"$length\": 4, \"0\": {\"$matches\": \"^2 [a-z]{5000}$\"}}", 40},
        {"many", "{\"$matches\": \"^[a-z]\"}",
         "{\"$length\": 60000, \"$each\": {\"$matches\": \"^5 [a-z]{4,10}$\"}, \"$unique\": true}", 2},
        {"anagrams", "{\"$matches\": \"^[a-z]{10} [a-z]{10} \"}",
         "{\"$length\": 60000, \"$each\": {\"$matches\": \"^5 (?:([a-z])(?![a-z]*\\\\1)){10}$\"}, "
         "\"$unique\": true}",
         2},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *of_text = json(rows[i].text);
        SCOPE_JSON cJSON *of_lines = json(rows[i].lines);
        for (int seed = 0; seed < rows[i].seeds; seed++) {
            SCOPE_JSON cJSON *text = draw(rows[i].shape, (uint64_t)seed);
            SCOPE_JSON cJSON *lines = model(text);
            struct mismatch why = {0};
            cr_assert(pattern_match(of_text, text, &why, NULL) && pattern_match(of_lines, lines, &why, NULL),
                      "%s, seed %d: at %s expected %s, came %.300s", rows[i].shape, seed, why.at,
                      why.expected, why.came);
        }
    }
}

/* All ten letters are the same in all words. */
Test(wordcount, anagrams) {
    SCOPE_JSON cJSON *text = draw("anagrams", 7);
    unsigned letters = 0;
    for (const char *c = text->valuestring; *c; c++)
        if (isalpha((unsigned char)*c))
            letters |= 1u << (*c - 'a');
    cr_assert_eq(__builtin_popcount(letters), 10);
}

/* A hash of the first letter and the length takes two of the words for one. */
Test(wordcount, plain_has_twins) {
    for (uint64_t seed = 0; seed < 200; seed++) {
        SCOPE_JSON cJSON *text = draw("plain", seed);
        SCOPE_JSON cJSON *lines = model(text);
        bool twins = false;
        for (const cJSON *a = lines->child; a; a = a->next)
            for (const cJSON *b = a->next; b; b = b->next) {
                const char *left = strchr(a->valuestring, ' ') + 1, *right = strchr(b->valuestring, ' ') + 1;
                twins |= *left == *right && strlen(left) == strlen(right) && isalpha((unsigned char)*left);
            }
        cr_assert(twins, "%s", text->valuestring);
    }
}

Test(wordcount, generator_names_its_texts) {
    static const struct {
        const char *spec, *error;
    } rows[] = {
        {"\"$wordcount\"", " $wordcount takes the name of a text, as {\"$wordcount\": \"plain\"}"},
        {"{\"$wordcount\": 5}",
         "/$wordcount $wordcount takes the name of a text, as {\"$wordcount\": \"plain\"}"},
        {"{\"$wordcount\": \"plian\"}", "/$wordcount $wordcount takes the name of a text, as "
                                        "{\"$wordcount\": \"plain\"}; did you mean plain?"},
        {"{\"$wordcount\": \"ties\", \"top\": 1}", "/top $wordcount knows no option \"top\""},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *spec = json(rows[i].spec);
        struct error error = {0};
        cr_assert_not(generate_check(spec, &error), "%s", rows[i].spec);
        cr_assert_str_eq(error.text, rows[i].error);
    }
}

/* --- the exercise --------------------------------------------------------------------------------------- */

Test(wordcount, exercise_is_sound) {
    struct error error = {0};
    SCOPE_JSON cJSON *read = json_read_file("exercises/11-word-count/exercise.json", &error);
    cr_assert_not_null(read, "%s (unit tests run in the repository's folder)", error.text);
    double points = 0, core = 0;
    const cJSON *check, *datum;
    cJSON_ArrayForEach(check, json_get(read, "checks")) {
        points += json_number(check, "points", 0);
        core += json_true(check, "core") ? json_number(check, "points", 0) : 0;
        cJSON_ArrayForEach(datum, json_get(check, "data")) {
            cr_assert(generate_check(datum, &error), "%s: %s", json_text(check, "name"), error.text);
            const char *shape = json_text(datum, "$wordcount");
            bool plain =
                !shape || !strcmp(shape, "plain") || !strcmp(shape, "ties") || !strcmp(shape, "many");
            cr_assert(plain || !json_true(check, "core"), "the core draws %s", shape);
        }
    }
    cr_assert_eq(points, 100);
    cr_assert_eq(core, 60);
}

/* Each text that is written in the check file is one about which all languages agree. */
static void texts_are_known(const cJSON *step, int *count) {
    for (const cJSON *part = step ? step->child : NULL; part; part = part->next) {
        if (cJSON_IsObject(part) && json_text(part, "text")) {
            SCOPE_JSON cJSON *lines = model(part);
            cr_assert_not_null(lines, "%s", json_text(part, "text"));
            ++*count;
        }
        texts_are_known(part, count);
    }
}

Test(wordcount, texts_of_the_check_file) {
    struct error error = {0};
    SCOPE_JSON cJSON *read = json_read_file("exercises/11-word-count/exercise.json", &error);
    cr_assert_not_null(read, "%s", error.text);
    int count = 0;
    texts_are_known(json_get(read, "checks"), &count);
    cr_assert_gt(count, 15);
}
