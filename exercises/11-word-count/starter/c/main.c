/* Word count. Build it with `make`, then try `./main main.c` and `echo To be or not to be | ./main`.
 *
 * main has already found the text, next_code_point reads it letter by letter, and put_code_point
 * writes a letter down again. Your work is count_words. */

#include <ctype.h>
#include <locale.h>
#include <stdio.h>
#include <wchar.h>
#include <wctype.h>

#define REPLACEMENT 0xfffd /* stands for bytes that are not UTF-8 */

/* Reads the next letter (or other character) of the text and returns its code point, in lower case:
 * 'a' for an A, 0xe9 for an É. At the end of the text it returns EOF, and for bytes that are not
 * UTF-8 it returns REPLACEMENT.
 *
 * iswalnum tells letters and digits from all else, for ASCII and for every other script. */
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

/* Writes a code point into `bytes` as UTF-8, without a '\0' behind it, and returns how many bytes
 * that took: 1 to 4. */
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

static void count_words(FILE *input) {
    /* TODO: count the words, then print each with its count. Until then this prints the text in
     * lower case, which shows how the two functions above are used. */
    int code_point;
    while ((code_point = next_code_point(input)) != EOF) {
        char bytes[4];
        int length = put_code_point(code_point, bytes);
        fwrite(bytes, 1, length, stdout);
    }
}

int main(int argc, char **argv) {
    /* iswalnum and towlower go by the locale; until it is set they know ASCII only. */
    if (!setlocale(LC_CTYPE, "C.UTF-8"))
        setlocale(LC_CTYPE, "");

    FILE *input = stdin;
    if (argc > 1) {
        input = fopen(argv[1], "r");
        if (!input) {
            perror(argv[1]);
            return 2;
        }
    }
    count_words(input);
    return 0;
}
