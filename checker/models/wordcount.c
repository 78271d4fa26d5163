/* Counting words: what a right program prints (step 11), and texts that wrong ones count wrongly.
 *
 * The model is the contract in C: a word is a longest run of letters and digits, with single apostrophes
 * between two of them, in lower case; the words stand by count and then by code point. Languages differ
 * about which letters there are and what their lower case is (İ, ς, ß, combining marks, ² as a digit). So
 * the model knows a few ranges about which all agree, and refuses any other text: a check that would fail
 * a right answer in one language does not run.
 *
 * The generator makes a text for each trap. Every word of a text is drawn until it is new, so that a
 * count is what its plan says and no tie is there by chance. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/generator.h"

#include <string.h>

/* --- words and their counts ----------------------------------------------------------------------------- */

/* A hash map with open addressing, at most half full. The words are in the arena. */
struct tally {
    struct arena *arena;
    struct entry {
        const char *word; /* NULL: an empty slot */
        uint64_t hash;
        int64_t count;
    } * slots;
    size_t capacity, used; /* capacity: a power of two */
};

static void tally_free(struct tally *tally) {
    free(tally->slots);
    arena_free(tally->arena);
}
#define SCOPE_TALLY __attribute__((cleanup(tally_free)))

static struct entry *slot_of(const struct tally *tally, const char *word, size_t length, uint64_t hash) {
    for (size_t i = hash & (tally->capacity - 1);; i = (i + 1) & (tally->capacity - 1)) {
        struct entry *slot = &tally->slots[i];
        if (!slot->word ||
            (slot->hash == hash && strncmp(slot->word, word, length) == 0 && !slot->word[length]))
            return slot;
    }
}

static void tally_grow(struct tally *tally) {
    struct tally larger = *tally;
    larger.capacity = tally->capacity ? tally->capacity * 2 : 256;
    larger.slots = xcalloc(larger.capacity, sizeof *larger.slots);
    for (size_t i = 0; i < tally->capacity; i++) {
        const struct entry *entry = &tally->slots[i];
        if (entry->word)
            *slot_of(&larger, entry->word, strlen(entry->word), entry->hash) = *entry;
    }
    free(tally->slots);
    *tally = larger;
}

/* Counts a word (without NUL bytes) once more; its entry holds until the next call. */
static struct entry *tally_add(struct tally *tally, const char *word, size_t length) {
    if (tally->used * 2 >= tally->capacity)
        tally_grow(tally);
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)word[i]) * 0x100000001b3u;
    struct entry *entry = slot_of(tally, word, length, hash);
    if (!entry->word) {
        if (!tally->arena)
            tally->arena = arena_new();
        *entry = (struct entry){.word = arena_copy_bytes(tally->arena, word, length), .hash = hash};
        tally->used++;
    }
    entry->count++;
    return entry;
}

static int by_frequency(const void *a, const void *b) {
    const struct entry *left = a, *right = b;
    if (left->count != right->count)
        return left->count > right->count ? -1 : 1;
    return strcmp(left->word, right->word); /* the order of UTF-8 is that of the code points */
}

/* Moves the entries to the front, in order; nothing can be added any more. */
static void tally_sort(struct tally *tally) {
    size_t next = 0;
    for (size_t i = 0; i < tally->capacity; i++)
        if (tally->slots[i].word)
            tally->slots[next++] = tally->slots[i];
    if (next)
        qsort(tally->slots, next, sizeof *tally->slots, by_frequency);
}

/* --- letters -------------------------------------------------------------------------------------------- */

enum { APOSTROPHE = '\'', TYPESET_APOSTROPHE = 0x2019, BAD_BYTE = 0xfffd };

static const struct {
    uint32_t first, last, to_lower;
} letters[] = {
    {'a', 'z', 0},      {'A', 'Z', 32},     {'0', '9', 0},      {0xe0, 0xf6, 0},
    {0xf8, 0xff, 0},    {0xc0, 0xd6, 32},   {0xd8, 0xde, 32},  /* à, ø, À, Ø: Latin */
    {0x3ac, 0x3af, 0},  {0x3b1, 0x3c1, 0},  {0x3c4, 0x3ce, 0}, /* ά, α, τ: Greek, no sigma */
    {0x386, 0x386, 38}, {0x388, 0x38a, 37}, {0x38c, 0x38c, 64}, {0x38e, 0x38f, 63}, /* Ά, Έ, Ό, Ύ */
    {0x391, 0x3a1, 32}, {0x3a4, 0x3ab, 32},                                         /* Α, Τ */
    {0x430, 0x45f, 0},  {0x410, 0x42f, 32}, {0x400, 0x40f, 80},                     /* а, А, Ѐ: Cyrillic */
};

/* What is surely none. */
static const struct {
    uint32_t first, last;
} separators[] = {
    {0x00, 0x7f}, /* those that are no letter above */
    {0x80, 0xa9}, {0xab, 0xb1},     {0xbb, 0xbb},     {0xbf, 0xbf},         {0xd7, 0xd7},
    {0xf7, 0xf7}, {0x2010, 0x2027}, {0xfeff, 0xfeff}, {BAD_BYTE, BAD_BYTE},
};

static bool letter_lower(uint32_t point, uint32_t *ret_lower) {
    for (size_t i = 0; i < LENGTH_OF(letters); i++)
        if (point >= letters[i].first && point <= letters[i].last) {
            *ret_lower = point + letters[i].to_lower;
            return true;
        }
    return false;
}

/* The capital of a letter, or what has none as it is. */
static uint32_t letter_upper(uint32_t point) {
    for (size_t i = 0; i < LENGTH_OF(letters); i++) {
        uint32_t upper = point - letters[i].to_lower;
        if (letters[i].to_lower && upper >= letters[i].first && upper <= letters[i].last)
            return upper;
    }
    return point;
}

static bool is_separator(uint32_t point) {
    for (size_t i = 0; i < LENGTH_OF(separators); i++)
        if (point >= separators[i].first && point <= separators[i].last)
            return true;
    return false;
}

static void add_point(struct text *out, uint32_t point) {
    char bytes[4];
    text_add(out, bytes, utf8_encode(point, bytes));
}

/* --- the model ------------------------------------------------------------------------------------------ */

/* False for a text with something in it about which languages differ. */
static bool count_words(const struct text *text, struct tally *tally) {
    SCOPE_TEXT struct text word = {0};
    bool apostrophe = false; /* one follows the word: part of it only if a letter comes next */
    for (size_t at = 0; at <= text->length;) {
        uint32_t point = BAD_BYTE, lower = 0; /* the end of the text separates, too */
        size_t n = at < text->length ? utf8_decode(text->bytes + at, text->length - at, &point) : 0;
        at += n ? n : 1;
        bool letter = letter_lower(point, &lower), marks = point == APOSTROPHE || point == TYPESET_APOSTROPHE;
        if (!letter && !is_separator(point))
            return false;
        if (letter && apostrophe)
            text_putc(&word, APOSTROPHE);
        if (letter) {
            add_point(&word, lower);
            apostrophe = false;
        } else if (marks && word.length && !apostrophe) {
            apostrophe = true;
        } else {
            if (word.length)
                tally_add(tally, word.bytes, word.length);
            word.length = 0;
            apostrophe = false;
        }
    }
    return true;
}

/* Writes the bytes that a learner's program would read. */
static bool bytes_of(const char *text, bool one_each, struct text *ret_bytes) {
    if (!one_each) {
        text_puts(ret_bytes, text);
        return true;
    }
    for (size_t n; *text; text += n) {
        uint32_t point;
        n = utf8_decode(text, strlen(text), &point);
        if (n == 0 || point > 0xff)
            return false;
        text_putc(ret_bytes, (char)point);
    }
    return true;
}

static cJSON *model(const cJSON *argument) {
    const char *given =
        cJSON_IsObject(argument) ? json_text(argument, "text") : cJSON_GetStringValue(argument);
    const cJSON *encoding = json_get(argument, "encoding"), *most = json_get(argument, "top");
    int64_t top = INT64_MAX;
    bool one_each = encoding && cJSON_IsString(encoding) && strcmp(encoding->valuestring, "bytes") == 0;
    if (!given || (encoding && !one_each) || (most && (!json_integer_value(most, &top) || top < 0)))
        return NULL;
    SCOPE_TEXT struct text text = {0};
    SCOPE_TALLY struct tally tally = {0};
    if (!bytes_of(given, one_each, &text) || !count_words(&text, &tally))
        return NULL;
    tally_sort(&tally);
    cJSON *lines = cJSON_CreateArray();
    SCOPE_TEXT struct text line = {0};
    for (size_t i = 0; i < tally.used && (int64_t)i < top; i++) {
        line.length = 0;
        text_printf(&line, "%lld %s", (long long)tally.slots[i].count, tally.slots[i].word);
        cJSON_AddItemToArray(lines, cJSON_CreateString(line.bytes));
    }
    return lines;
}

const struct function function_wordcount = {
    .name = "wordcount",
    .takes =
        "a text, or an object with \"text\", and perhaps \"top\" (so many lines) and \"encoding\" "
        "(\"bytes\": code points up to U+00FF are bytes); letters are ASCII, Latin-1, Greek or Cyrillic, "
        "none where languages differ",
    .gives = "a list of lines",
    .about = "How often each word is in the text, as a right word count prints it: the highest count first, "
             "equals by code point.",
    .example = "{\"text\": \"To be, or not to be: don\\u2019t \\u00c9t\\u00e9\", \"top\": 4} -> "
               "[\"2 be\", \"2 to\", \"1 don't\", \"1 not\"]",
    .call = model,
};

/* --- drawing -------------------------------------------------------------------------------------------- */

struct draft {
    struct random *random;
    struct arena *arena;
    struct tally used; /* the words of the text */
    struct text text;
};

static void draft_free(struct draft *draft) {
    arena_free(draft->arena);
    tally_free(&draft->used);
    text_free(&draft->text);
}
#define SCOPE_DRAFT __attribute__((cleanup(draft_free)))

/* Adds so many small ASCII letters. */
static void add_letters(struct draft *draft, struct text *out, int64_t least, int64_t most) {
    for (int64_t n = random_between(draft->random, least, most); n > 0; n--)
        text_putc(out, (char)('a' + random_between(draft->random, 0, 25)));
}

/* Takes a word if the text has none like it yet; else NULL. */
static const char *take(struct draft *draft, const char *word, size_t length) {
    struct entry *entry = tally_add(&draft->used, word, length);
    return entry->count == 1 ? entry->word : NULL;
}

/* A new word that begins so, with so many letters more. */
static const char *new_word(struct draft *draft, const char *begin, int64_t least, int64_t most) {
    for (;;) {
        SCOPE_TEXT struct text word = {0};
        text_puts(&word, begin);
        add_letters(draft, &word, least, most);
        const char *taken = take(draft, word.bytes, word.length);
        if (taken)
            return taken;
    }
}

static void shuffle(struct random *random, const char **words, size_t count) {
    for (size_t i = count; i > 1; i--) {
        size_t j = (size_t)random_between(random, 0, (int64_t)i - 1);
        const char *kept = words[i - 1];
        words[i - 1] = words[j];
        words[j] = kept;
    }
}

enum form { LOWER, CAPITAL, UPPER, MIXED };

static const char *formed(struct draft *draft, const char *word, enum form form) {
    SCOPE_TEXT struct text made = {0};
    for (size_t at = 0, n, length = strlen(word); at < length; at += n) {
        uint32_t point = 0;
        n = utf8_decode(word + at, length - at, &point);
        bool upper = form == UPPER || (form == CAPITAL && at == 0) ||
                     (form == MIXED && random_between(draft->random, 0, 1) == 1);
        add_point(&made, upper ? letter_upper(point) : point);
    }
    return arena_copy_bytes(draft->arena, made.bytes, made.length);
}

/* Adds words with a blank between, and a line end. */
static void add_line(struct draft *draft, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        text_puts(&draft->text, i ? " " : "");
        text_puts(&draft->text, words[i]);
    }
    text_putc(&draft->text, '\n');
}

/* --- the texts ------------------------------------------------------------------------------------------ */

/* What the core may hold, and all of it. "constructor" is a member of every JavaScript object; two words
 * of the same first letter and length meet in a poor hash. */
static void draw_plain(struct draft *draft) {
    struct random *random = draft->random;
    const char *words[13], *bag[13 * 4], *twin;
    size_t count = 0, tokens = 0;
    words[count++] = take(draft, "constructor", 11);
    SCOPE_FREE char *number = xprintf("%d", (int)random_between(random, 100, 999));
    SCOPE_FREE char *digit = xprintf("%d", (int)random_between(random, 2, 9));
    words[count++] = take(draft, number, strlen(number));
    words[count++] = new_word(draft, digit, 1, 3);
    SCOPE_TEXT struct text name = {0};
    add_letters(draft, &name, 1, 1);
    text_puts(&name, digit);
    words[count++] = take(draft, name.bytes, name.length);
    words[count++] = twin = new_word(draft, "", 4, 4);
    SCOPE_FREE char *first = xstrndup(twin, 1);
    words[count++] = new_word(draft, first, 3, 3);
    while (count < LENGTH_OF(words))
        words[count++] = new_word(draft, "", 2, 8);
    for (size_t i = 0; i < count; i++)
        for (int64_t n = random_between(random, 1, 4); n > 0; n--)
            bag[tokens++] = words[i];
    shuffle(random, bag, tokens);
    static const char *const between[] = {" ",   ", ", ".\n", "  ", ". ", ".\n\n", ",\n",
                                          "   ", "\n", " ",   " ",  " ",  " "};
    for (size_t i = 0; i < tokens; i++) {
        static const enum form forms[] = {LOWER, LOWER, LOWER, CAPITAL, UPPER};
        text_puts(&draft->text, formed(draft, bag[i], PICK(random, forms)));
        text_puts(&draft->text, i < LENGTH_OF(between) ? between[i] : PICK(random, between));
    }
    text_puts(&draft->text, "Constructor constructor.\n");
}

static int by_word_backwards(const void *a, const void *b) {
    return strcmp(*(const char *const *)b, *(const char *const *)a);
}

/* Equal counts whose words come neither upwards nor downwards, a word after those that begin with it, and
 * counts of one digit and of two. */
static void draw_ties(struct draft *draft) {
    static const int counts[] = {9, 10, 11, 2};
    const char *twice[8], *turned[LENGTH_OF(twice)], *prefixes[3], *bag[64];
    size_t tokens = 0, n = LENGTH_OF(twice);
    prefixes[2] = new_word(draft, "", 2, 3);
    prefixes[1] = new_word(draft, prefixes[2], 1, 1);
    prefixes[0] = new_word(draft, prefixes[1], 1, 2);
    for (size_t i = 0; i < n; i++)
        twice[i] = new_word(draft, "", 2, 5);
    qsort(twice, n, sizeof *twice, by_word_backwards);
    size_t from = (size_t)random_between(draft->random, 2, (int64_t)n - 2);
    for (size_t i = 0; i < n; i++)
        turned[i] = twice[(from + i) % n];
    for (size_t i = 0; i < LENGTH_OF(counts); i++) {
        const char *word = new_word(draft, "", 2, 4);
        for (int left = counts[i]; left > 0; left--)
            bag[tokens++] = word;
    }
    for (size_t i = 0; i < LENGTH_OF(prefixes); i++)
        for (int left = 2; left > 0; left--)
            bag[tokens++] = prefixes[i];
    shuffle(draft->random, bag, tokens);
    add_line(draft, turned, n);
    add_line(draft, prefixes, LENGTH_OF(prefixes));
    for (size_t at = 0; at < tokens; at += 10)
        add_line(draft, bag + at, tokens - at < 10 ? tokens - at : 10);
    add_line(draft, turned, n);
}

/* Seven words that occur once to seven times; the text does not begin with the most frequent one. */
static void draw_ranks(struct draft *draft) {
    const char *line[7];
    size_t words = LENGTH_OF(line), first = (size_t)random_between(draft->random, 0, (int64_t)words - 2);
    for (size_t i = 0; i < words; i++) {
        const char *word = new_word(draft, "", 3, 6);
        size_t count = (first + i * 3) % words + 1;
        for (size_t j = 0; j < count; j++)
            line[j] = word;
        add_line(draft, line, count);
    }
}

/* Each word in four forms, so that all counts are equal. About the lower case of all of them all
 * languages agree. */
static void draw_capitals(struct draft *draft) {
    static const char *const always[] = {"éclair", "zoo", "nato"};
    static const char *const drawn[][6] = {
        {"ñandú", "über", "jalapeño", "crème", "ångström", "øre"},
        {"νερό", "ώρα", "δέλτα", "καλημέρα", "όνομα", "έργο"},
        {"москва", "мир", "ёлка", "книга", "щука", "жизнь"},
    };
    const char *words[LENGTH_OF(always) + 2 * LENGTH_OF(drawn)], *bag[4 * LENGTH_OF(words)];
    size_t count = 0, tokens = 0;
    for (size_t i = 0; i < LENGTH_OF(always); i++)
        words[count++] = always[i];
    for (size_t i = 0; i < LENGTH_OF(drawn); i++) {
        int64_t first = random_between(draft->random, 0, 5), further = random_between(draft->random, 1, 5);
        words[count++] = drawn[i][first];
        words[count++] = drawn[i][(first + further) % 6];
    }
    for (size_t i = 0; i < count; i++)
        for (enum form form = LOWER; form <= MIXED; form++)
            bag[tokens++] = formed(draft, words[i], form);
    shuffle(draft->random, bag, tokens);
    for (size_t at = 0; at < tokens; at += 9)
        add_line(draft, bag + at, 9);
}

/* Something lies across each place where a reader may change blocks: a word of twenty letters and more,
 * or, with halves, the two bytes of an é. */
static void draw_across(struct draft *draft, bool halves) {
    static const size_t places[] = {4096, 8192, 65536};
    struct text *text = &draft->text;
    for (size_t i = 0; i < LENGTH_OF(places); i++) {
        for (size_t column = 0; text->length < places[i] - 40; column++) {
            add_letters(draft, text, 3, 7);
            text_putc(text, column % 12 == 11 ? '\n' : ' ');
        }
        while (text->length < places[i] - 12)
            text_putc(text, 'x');
        text_putc(text, ' ');
        if (!halves) {
            add_letters(draft, text, 20, 24);
        } else {
            add_letters(draft, text, 10, 10);
            text_puts(text, "éé");
            add_letters(draft, text, 4, 6);
        }
        text_putc(text, ' ');
    }
    text_puts(text, "end\n");
}

static void draw_words_across(struct draft *draft) {
    draw_across(draft, false);
}

static void draw_letters_across(struct draft *draft) {
    draw_across(draft, true);
}

/* A word of 5,000 letters twice, and once one that differs in the last letter only. */
static void draw_giants(struct draft *draft) {
    SCOPE_TEXT struct text word = {0};
    add_letters(draft, &word, 5000, 5000);
    char *last = word.bytes + word.length - 1;
    text_printf(&draft->text, "a %s b %s ", word.bytes, word.bytes);
    *last = (char)('a' + (*last - 'a' + random_between(draft->random, 1, 25)) % 26);
    text_printf(&draft->text, "%s\n", word.bytes);
}

enum { MANY = 60000, EACH = 5, PER_LINE = 12 };

/* Every word of the draft five times, in any order. */
static void add_all(struct draft *draft, const char *const *words) {
    SCOPE_FREE const char **bag = xcalloc((size_t)MANY * EACH, sizeof *bag);
    for (size_t i = 0; i < (size_t)MANY * EACH; i++)
        bag[i] = words[i / EACH];
    shuffle(draft->random, bag, (size_t)MANY * EACH);
    for (size_t at = 0; at < (size_t)MANY * EACH; at += PER_LINE)
        add_line(draft, bag + at, PER_LINE);
}

static void draw_many(struct draft *draft) {
    SCOPE_FREE const char **words = xcalloc(MANY, sizeof *words);
    for (size_t i = 0; i < MANY; i++)
        words[i] = new_word(draft, "", 4, 10);
    add_all(draft, words);
}

/* The same for words of the same ten letters. */
static void draw_anagrams(struct draft *draft) {
    SCOPE_FREE const char **words = xcalloc(MANY, sizeof *words);
    char alphabet[] = "abcdefghijklmnopqrstuvwxyz";
    for (size_t count = 0, of = sizeof alphabet - 1; count < MANY; of = 10) {
        for (size_t i = of; i > 1; i--) {
            size_t j = (size_t)random_between(draft->random, 0, (int64_t)i - 1);
            char kept = alphabet[i - 1];
            alphabet[i - 1] = alphabet[j];
            alphabet[j] = kept;
        }
        const char *taken = take(draft, alphabet, 10);
        if (taken)
            words[count++] = taken;
    }
    add_all(draft, words);
}

/* --- the generator -------------------------------------------------------------------------------------- */

static const struct shape {
    const char *name;
    void (*draw)(struct draft *draft);
} shapes[] = {
    {"plain", draw_plain},
    {"ties", draw_ties},
    {"ranks", draw_ranks},
    {"capitals", draw_capitals},
    {"words-across", draw_words_across},
    {"letters-across", draw_letters_across},
    {"giants", draw_giants},
    {"many", draw_many},
    {"anagrams", draw_anagrams},
};

static const struct shape *shape_of(const cJSON *options) {
    const char *name = cJSON_GetStringValue(generator_argument(options));
    for (size_t i = 0; name && i < LENGTH_OF(shapes); i++)
        if (strcmp(shapes[i].name, name) == 0)
            return &shapes[i];
    return NULL;
}

static cJSON *draw(const cJSON *options, uint64_t seed, const char *path, struct error *error) {
    const struct shape *shape = shape_of(options);
    if (!shape) {
        fail(error, FAULT_INPUT, "%s: $wordcount takes the name of a text", path);
        return NULL;
    }
    SCOPE_RANDOM struct random *random = random_open(seed, path);
    SCOPE_DRAFT struct draft draft = {.random = random, .arena = arena_new()};
    shape->draw(&draft);
    return cJSON_CreateString(draft.text.bytes);
}

static bool check(const cJSON *options, struct error *error) {
    const char *names[LENGTH_OF(shapes) + 1] = {NULL};
    for (size_t i = 0; i < LENGTH_OF(shapes); i++)
        names[i] = shapes[i].name;
    if (!options_known(options, error, (const char *const[]){NULL}))
        return false;
    if (shape_of(options))
        return true;
    const char *name = cJSON_GetStringValue(generator_argument(options));
    char meant[80] = "";
    if (name)
        suggest(meant, sizeof meant, name, names);
    fail_here(error, "$wordcount takes the name of a text, as {\"$wordcount\": \"plain\"}%s", meant);
    return generator_argument(options) ? placed(false, error, "$wordcount") : false;
}

const struct generator generator_wordcount = {
    .name = "$wordcount",
    .takes = "\"plain\" (ASCII, with capitals, digits, commas and full stops), \"ties\", \"ranks\" (seven "
             "words, once to seven times), \"capitals\" (Latin, Greek, Cyrillic), \"words-across\" or "
             "\"letters-across\" the offsets 4,096, 8,192 and 65,536, \"giants\" (of 5,000 letters), "
             "\"many\" (60,000 words, five times each) or \"anagrams\" (the same of ten letters)",
    .gives = "a text",
    .about = "A text with the traps that its name promises; the function wordcount says what is right.",
    .example = "{\"$wordcount\": \"ties\"} -> {\"$as\": {\"wordcount\": {\"$length\": 15, "
               "\"0\": {\"$matches\": \"^11 \"}, \"1\": {\"$matches\": \"^10 \"}}}}",
    .draw = draw,
    .check = check,
};
