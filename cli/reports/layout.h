/* Text laid out in columns.
 *
 * A mark under a character is only right if we know in which column the terminal shows it, and bytes, code
 * points and columns are three different counts: "é" may be one code point or two, "漢" is two columns wide,
 * an accent on its own is none. Everything that is laid out is first made harmless (layout_safe); from then
 * on a byte offset into the safe text is the only position used, and columns are counted from it.
 *
 * Widths come from wcwidth(), so the program must have called setlocale(LC_CTYPE, ""). */
#pragma once
#include <stdbool.h>
#include <stddef.h>

/* A copy that is safe to show: controls, invisible characters and invalid bytes are written out (\x1b,
 * \u{202e}), on one line. With ascii, what ASCII lacks is replaced too. The caller frees it. */
char *layout_safe(const char *text, size_t length, bool ascii);

/* How many columns the safe text takes. */
size_t layout_columns(const char *safe, size_t length);

/* How many bytes of the safe text fit into so many columns; at least one character, accents stay with their
 * letter. */
size_t layout_fit(const char *safe, size_t length, size_t columns);

/* How many code points a text has; a byte that is not UTF-8 counts as one. */
size_t layout_points(const char *text, size_t length);

/* The byte offset of a code point counted so; the length if there are fewer. */
size_t layout_offset(const char *text, size_t length, size_t points);
