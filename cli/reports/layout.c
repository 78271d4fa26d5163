#include "cli/reports/layout.h"

#include "checker/base/memory.h"
#include "checker/base/text.h"

#include <string.h>
#include <wchar.h>

/* What our own texts use beyond ASCII, and what stands for it where there is no more. */
static const struct {
    const char *text, *ascii;
} replacements[] = {
    {"✓", "+"},  {"✗", "x"}, {"★", "*"}, {"…", "..."}, {"·", "-"}, {"–", "-"},  {"—", "-"},  {"“", "\""},
    {"”", "\""}, {"‘", "'"}, {"’", "'"}, {"→", "->"},  {"×", "x"}, {"≤", "<="}, {"≥", ">="},
};

static void add_ascii(struct text *out, const char *bytes, size_t length, uint32_t point) {
    for (size_t i = 0; i < LENGTH_OF(replacements); i++) {
        if (strlen(replacements[i].text) == length && memcmp(replacements[i].text, bytes, length) == 0) {
            text_puts(out, replacements[i].ascii);
            return;
        }
    }
    text_printf(out, "\\u{%x}", point);
}

char *layout_safe(const char *text, size_t length, bool ascii) {
    SCOPE_TEXT struct text safe = {0};
    for (size_t at = 0, n; at < length; at += n) {
        /* Runs are handed on whole; only NUL, which our JSON reader keeps as C0 80, stands between them. */
        const char *nul = memmem(text + at, length - at, "\xc0\x80", 2);
        n = nul ? (size_t)(nul - (text + at)) : length - at;
        text_add_printable(&safe, text + at, n, false);
        if (nul) {
            text_puts(&safe, "\\x00");
            n += 2;
        }
    }
    if (!ascii)
        return text_take(&safe);
    struct text plain = {0};
    for (size_t at = 0, n; at < safe.length; at += n) {
        uint32_t point = 0;
        n = utf8_decode(safe.bytes + at, safe.length - at, &point);
        if (n == 1)
            text_putc(&plain, safe.bytes[at]);
        else
            add_ascii(&plain, safe.bytes + at, n, point);
    }
    return text_take(&plain);
}

/* The next character: its length in bytes and its width, which is 0 for one that joins the one before. */
static size_t next(const char *text, size_t length, size_t *ret_width) {
    uint32_t point = 0;
    size_t n = utf8_decode(text, length, &point);
    int width = point < 0x80 ? 1 : wcwidth((wchar_t)point);
    *ret_width = width < 0 ? 1 : (size_t)width; /* -1: the locale does not know it */
    return n ? n : 1;
}

size_t layout_columns(const char *safe, size_t length) {
    size_t columns = 0, width;
    for (size_t at = 0; at < length; columns += width)
        at += next(safe + at, length - at, &width);
    return columns;
}

size_t layout_fit(const char *safe, size_t length, size_t columns) {
    size_t at = 0, used = 0, width;
    while (at < length) {
        size_t n = next(safe + at, length - at, &width);
        if (at > 0 && used + width > columns)
            break;
        used += width;
        at += n;
    }
    return at;
}

size_t layout_points(const char *text, size_t length) {
    size_t points = 0, width;
    for (size_t at = 0; at < length; points++)
        at += next(text + at, length - at, &width);
    return points;
}

size_t layout_offset(const char *text, size_t length, size_t points) {
    size_t at = 0, width;
    while (points-- > 0 && at < length)
        at += next(text + at, length - at, &width);
    return at;
}
