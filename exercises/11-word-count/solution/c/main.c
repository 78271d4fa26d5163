/* Counts the words of a text.
 *
 *   main [--top N] [FILE]    all words, or the N most frequent ones, of FILE or of standard input
 *
 * A word is looked up once for each time it occurs, so everything hangs on the lookup. The map below
 * is an array of slots: the hash of a word says at which slot to start looking, and an empty slot
 * ends the search. The array is never more than three quarters full, so the end is always near. */

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

#define REPLACEMENT 0xfffd                 /* stands for bytes that are not UTF-8 */
#define RIGHT_SINGLE_QUOTATION_MARK 0x2019 /* the apostrophe of typeset text */

struct entry {
    char *word; /* NULL in an empty slot */
    uint64_t hash;
    uint64_t count;
};

struct map {
    struct entry *slots;
    size_t capacity; /* a power of two, so that `hash & (capacity - 1)` is a slot's number */
    size_t used;
};

/* The word that is being read. */
struct buffer {
    char *bytes;
    size_t length;
    size_t capacity;
};

static _Noreturn void give_up(const char *subject) {
    fprintf(stderr, "main: %s: %s\n", subject, strerror(errno));
    exit(2);
}

/* Reads the next code point of the text, in lower case, or EOF at its end. */
static int next_code_point(FILE *input) {
    static const int smallest[] = {0, 0x80, 0x800, 0x10000}; /* that needs so many further bytes */

    int first = getc(input);
    if (first < 0x80)
        return tolower(first); /* EOF, too, which stays EOF */
    if (first < 0xc2 || first > 0xf4)
        return REPLACEMENT;

    int further = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    int code_point = first & (0x3f >> further);
    for (int i = 0; i < further; i++) {
        int next = getc(input);
        if ((next & 0xc0) != 0x80) {
            ungetc(next, input); /* belongs to what comes after the fault */
            return REPLACEMENT;
        }
        code_point = code_point << 6 | (next & 0x3f);
    }
    if (code_point < smallest[further] || code_point > 0x10ffff || (code_point >> 11) == 0x1b)
        return REPLACEMENT;
    return (int)towlower((wint_t)code_point);
}

/* Writes a code point as UTF-8 and returns the number of bytes, 1 to 4. */
static int put_code_point(int code_point, char bytes[4]) {
    if (code_point < 0x80) {
        bytes[0] = (char)code_point;
        return 1;
    }
    int further = code_point < 0x800 ? 1 : code_point < 0x10000 ? 2 : 3;
    for (int i = further; i > 0; i--) {
        bytes[i] = (char)(0x80 | (code_point & 0x3f));
        code_point >>= 6;
    }
    bytes[0] = (char)(0xf0 << (3 - further) | code_point);
    return further + 1;
}

/* FNV-1a. The multiplication spreads what came before over all 64 bits, so the order of the letters
 * counts: a hash that only added them up would put all anagrams into one place. */
static uint64_t hash_of(const char *word) {
    uint64_t hash = 0xcbf29ce484222325;
    for (; *word != '\0'; word++) {
        hash ^= (unsigned char)*word;
        hash *= 0x100000001b3;
    }
    return hash;
}

/* Returns the slot that holds the word, or else the empty slot where it belongs. */
static struct entry *find(const struct map *map, const char *word, uint64_t hash) {
    for (size_t i = hash & (map->capacity - 1);; i = (i + 1) & (map->capacity - 1)) {
        struct entry *slot = &map->slots[i];
        if (!slot->word || (slot->hash == hash && strcmp(slot->word, word) == 0))
            return slot;
    }
}

/* Doubles the array. Every word moves: where it belongs depends on the capacity. */
static void grow(struct map *map) {
    struct map larger = {.capacity = map->capacity ? map->capacity * 2 : 1024, .used = map->used};
    larger.slots = calloc(larger.capacity, sizeof *larger.slots);
    if (!larger.slots)
        give_up("the table of words");
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].word)
            *find(&larger, map->slots[i].word, map->slots[i].hash) = map->slots[i];
    free(map->slots);
    *map = larger;
}

static void count_word(struct map *map, const char *word) {
    if (map->used >= map->capacity / 4 * 3)
        grow(map);
    uint64_t hash = hash_of(word);
    struct entry *entry = find(map, word, hash);
    if (!entry->word) {
        *entry = (struct entry){.word = strdup(word), .hash = hash};
        if (!entry->word)
            give_up("a word");
        map->used++;
    }
    entry->count++;
}

static void append(struct buffer *buffer, int code_point) {
    if (buffer->capacity - buffer->length < 5) { /* a code point and the '\0' */
        buffer->capacity = buffer->capacity ? buffer->capacity * 2 : 64;
        buffer->bytes = realloc(buffer->bytes, buffer->capacity);
        if (!buffer->bytes)
            give_up("a word");
    }
    buffer->length += put_code_point(code_point, buffer->bytes + buffer->length);
    buffer->bytes[buffer->length] = '\0';
}

static void count_words(FILE *input, struct map *map) {
    struct buffer word = {0};
    bool apostrophe = false; /* one follows the word: part of it only if a letter comes next */
    int code_point;
    do {
        code_point = next_code_point(input);
        bool is_apostrophe = code_point == '\'' || code_point == RIGHT_SINGLE_QUOTATION_MARK;
        if (code_point != EOF && iswalnum((wint_t)code_point)) {
            if (apostrophe)
                append(&word, '\'');
            append(&word, code_point);
            apostrophe = false;
        } else if (is_apostrophe && word.length > 0 && !apostrophe) {
            apostrophe = true;
        } else if (word.length > 0) {
            count_word(map, word.bytes);
            word.length = 0;
            apostrophe = false;
        }
    } while (code_point != EOF);
    free(word.bytes);
}

/* Highest count first; strcmp of UTF-8 puts equals in the order of their code points. */
static int by_frequency(const void *left, const void *right) {
    const struct entry *a = left, *b = right;
    if (a->count != b->count)
        return a->count > b->count ? -1 : 1;
    return strcmp(a->word, b->word);
}

/* Moves the entries together and sorts them; afterwards nothing can be looked up any more. */
static void sort(struct map *map) {
    size_t next = 0;
    for (size_t i = 0; i < map->capacity; i++)
        if (map->slots[i].word)
            map->slots[next++] = map->slots[i];
    if (next > 0)
        qsort(map->slots, next, sizeof *map->slots, by_frequency);
}

/* Reads N, or returns false. A number too large for the type comes out as its maximum, which is
 * more than there are words in the world. */
static bool parse_limit(const char *text, size_t *ret_limit) {
    if (*text == '\0' || text[strspn(text, "0123456789")] != '\0')
        return false;
    *ret_limit = strtoull(text, NULL, 10);
    return true;
}

int main(int argc, char **argv) {
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "");

    size_t limit = SIZE_MAX;
    int next = 1;
    if (next < argc && strcmp(argv[next], "--top") == 0) {
        if (next + 1 == argc || !parse_limit(argv[next + 1], &limit)) {
            fputs("main: --top needs a whole number, such as --top 10\n", stderr);
            return 2;
        }
        next += 2;
    }
    if (argc - next > 1) {
        fputs("usage: main [--top N] [FILE]\n", stderr);
        return 2;
    }

    const char *name = next < argc ? argv[next] : "standard input";
    FILE *input = next < argc ? fopen(name, "r") : stdin;
    if (!input)
        give_up(name);
    struct map map = {0};
    count_words(input, &map);
    if (ferror(input))
        give_up(name);
    fclose(input);

    sort(&map);
    for (size_t i = 0; i < map.used; i++) {
        if (i < limit)
            printf("%llu %s\n", (unsigned long long)map.slots[i].count, map.slots[i].word);
        free(map.slots[i].word);
    }
    free(map.slots);
    return 0;
}
