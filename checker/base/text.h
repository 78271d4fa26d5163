/* Text that grows, and text that strangers wrote.
 *
 * A struct text has a ceiling from birth: what would go beyond it is dropped and remembered, so a learner's
 * endless output costs a known amount of memory. Whatever a learner's program wrote passes text_printable()
 * before it reaches a terminal or a report: it can then neither move the cursor, nor ring, nor set a title.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
    char *bytes; /* NUL-terminated once anything was added; may hold NULs */
    size_t length, capacity;
    size_t ceiling; /* 0: none */
    bool overflowed;
};

void text_add(struct text *text, const char *bytes, size_t length);
void text_puts(struct text *text, const char *string);
void text_putc(struct text *text, char byte);
void text_printf(struct text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
char *text_take(struct text *text); /* the bytes, now the caller's; never NULL; the text is empty again */
void text_free(struct text *text);
static inline void scope_text(struct text *text) {
    text_free(text);
}
#define SCOPE_TEXT __attribute__((cleanup(scope_text)))

/* Decodes one UTF-8 sequence (RFC 3629: no overlong form, no surrogate, at most U+10FFFF). Returns its
 * length, or 0 if the bytes are not one; ret_point is written only on success. */
size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret_point);
/* Encodes a code point into out (room for 4); returns the length. */
size_t utf8_encode(uint32_t point, char out[4]);
/* The offset of the first byte that is not UTF-8, or length if all is well. */
size_t utf8_valid_length(const char *bytes, size_t length);

/* Characters that show nothing but may change how their neighbours look, the ones a hostile text would use: controls,
 * bidirectional and other format characters. */
bool utf8_invisible(uint32_t point);

/* Adds bytes made harmless for a terminal: C0 and C1 controls, DEL, bidirectional and other invisible format
 * characters and invalid UTF-8 become \n, \t, \x1b, \u{202e}…; with keep_lines, LF and TAB stay. */
void text_add_printable(struct text *text, const char *bytes, size_t length, bool keep_lines);
/* The same as a new string. */
char *text_printable(const char *string, bool keep_lines);

/* Quotes a word for a POSIX shell; a plain word stays as it is. What is invisible (control characters among it) or
 * not UTF-8 uses $'…' as bash, ksh and zsh read it. */
void text_add_shell_word(struct text *text, const char *word);

/* How many edits (insert, delete, replace, swap of neighbours) lead from a to b; used for "did you mean". */
size_t edit_distance(const char *a, const char *b);
