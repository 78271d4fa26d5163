#include "checker/base/text.h"

#include "checker/base/memory.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

void text_add(struct text *text, const char *bytes, size_t length) {
    if (text->ceiling && text->length + length > text->ceiling) {
        length = text->ceiling - text->length;
        text->overflowed = true;
    }
    if (text->length + length + 1 > text->capacity) {
        size_t capacity = text->capacity ? text->capacity * 2 : 64;
        while (capacity < text->length + length + 1)
            capacity *= 2;
        text->bytes = xrealloc(text->bytes, capacity);
        text->capacity = capacity;
    }
    if (length)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_puts(struct text *text, const char *string) {
    text_add(text, string, strlen(string));
}

void text_putc(struct text *text, char byte) {
    text_add(text, &byte, 1);
}

void text_printf(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    SCOPE_FREE char *made = NULL;
    int length = vasprintf(&made, format, arguments);
    va_end(arguments);
    if (length >= 0)
        text_add(text, made, (size_t)length);
}

char *text_take(struct text *text) {
    if (!text->bytes)
        text_add(text, "", 0);
    char *bytes = text->bytes;
    *text = (struct text){.ceiling = text->ceiling};
    return bytes;
}

void text_free(struct text *text) {
    free(text->bytes);
    *text = (struct text){.ceiling = text->ceiling};
}

size_t utf8_decode(const char *bytes, size_t length, uint32_t *ret_point) {
    const unsigned char *b = (const unsigned char *)bytes;
    if (length == 0)
        return 0;
    if (b[0] < 0x80) {
        *ret_point = b[0];
        return 1;
    }
    size_t n = b[0] >= 0xf0 && b[0] <= 0xf4  ? 4
               : b[0] >= 0xe0 && b[0] < 0xf0 ? 3
               : b[0] >= 0xc2 && b[0] < 0xe0 ? 2
                                             : 0;
    if (n == 0 || length < n)
        return 0;
    uint32_t point = b[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((b[i] & 0xc0) != 0x80)
            return 0;
        point = point << 6 | (b[i] & 0x3fu);
    }
    bool overlong = (n == 3 && point < 0x800) || (n == 4 && point < 0x10000);
    if (overlong || point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff))
        return 0;
    *ret_point = point;
    return n;
}

size_t utf8_encode(uint32_t point, char out[4]) {
    if (point < 0x80) {
        out[0] = (char)point;
        return 1;
    }
    if (point < 0x800) {
        out[0] = (char)(0xc0 | point >> 6);
        out[1] = (char)(0x80 | (point & 0x3f));
        return 2;
    }
    if (point < 0x10000) {
        out[0] = (char)(0xe0 | point >> 12);
        out[1] = (char)(0x80 | (point >> 6 & 0x3f));
        out[2] = (char)(0x80 | (point & 0x3f));
        return 3;
    }
    out[0] = (char)(0xf0 | point >> 18);
    out[1] = (char)(0x80 | (point >> 12 & 0x3f));
    out[2] = (char)(0x80 | (point >> 6 & 0x3f));
    out[3] = (char)(0x80 | (point & 0x3f));
    return 4;
}

size_t utf8_valid_length(const char *bytes, size_t length) {
    size_t at = 0;
    uint32_t point;
    while (at < length) {
        size_t n = utf8_decode(bytes + at, length - at, &point);
        if (n == 0)
            break;
        at += n;
    }
    return at;
}

bool utf8_invisible(uint32_t point) {
    return point < 0x20 || (point >= 0x7f && point <= 0x9f) || point == 0xad || point == 0x61c ||
           (point >= 0x200b && point <= 0x200f) || (point >= 0x2028 && point <= 0x202e) ||
           (point >= 0x2060 && point <= 0x206f) || point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb) ||
           (point >= 0xe0000 && point <= 0xe007f);
}

void text_add_printable(struct text *text, const char *bytes, size_t length, bool keep_lines) {
    for (size_t at = 0; at < length;) {
        uint32_t point;
        size_t n = utf8_decode(bytes + at, length - at, &point);
        if (n == 0) {
            text_printf(text, "\\x%02x", (unsigned char)bytes[at]);
            at++;
            continue;
        }
        if (!utf8_invisible(point) || (keep_lines && (point == '\n' || point == '\t')))
            text_add(text, bytes + at, n);
        else if (point == '\n')
            text_puts(text, "\\n");
        else if (point == '\t')
            text_puts(text, "\\t");
        else if (point == '\r')
            text_puts(text, "\\r");
        else if (point < 0x100)
            text_printf(text, "\\x%02x", point);
        else
            text_printf(text, "\\u{%x}", point);
        at += n;
    }
}

char *text_printable(const char *string, bool keep_lines) {
    struct text text = {0};
    text_add_printable(&text, string, strlen(string), keep_lines);
    return text_take(&text);
}

void text_add_shell_word(struct text *text, const char *word) {
    size_t size = strlen(word), n;
    bool plain = size > 0, unseen = false;
    for (size_t at = 0; at < size; at += n ? n : 1) {
        uint32_t point = 0;
        n = utf8_decode(word + at, size - at, &point);
        unseen |= n == 0 || utf8_invisible(point);
        plain &= n == 1 && (isalnum((int)point) || strchr("@%+=:,./_-", (int)point));
    }
    if (plain) {
        text_puts(text, word);
        return;
    }
    if (!unseen) {
        text_putc(text, '\'');
        for (const char *c = word; *c; c++)
            if (*c == '\'')
                text_puts(text, "'\\''");
            else
                text_putc(text, *c);
        text_putc(text, '\'');
        return;
    }
    text_puts(text, "$'");
    for (const char *c = word; *c; c++) {
        if (*c == '\n')
            text_puts(text, "\\n");
        else if (*c == '\t')
            text_puts(text, "\\t");
        else if (*c == '\r')
            text_puts(text, "\\r");
        else if (*c == '\'' || *c == '\\')
            text_printf(text, "\\%c", *c);
        else if ((unsigned char)*c < 0x20 || (unsigned char)*c >= 0x7f)
            text_printf(text, "\\x%02x", (unsigned char)*c);
        else
            text_putc(text, *c);
    }
    text_putc(text, '\'');
}

/* Optimal string alignment; words here are a few letters long, so the quadratic table is nothing. */
size_t edit_distance(const char *a, const char *b) {
    size_t n = strlen(a), m = strlen(b);
    if (n > 64 || m > 64)
        return n > m ? n : m;
    size_t cost[65][65];
    for (size_t i = 0; i <= n; i++)
        cost[i][0] = i;
    for (size_t j = 0; j <= m; j++)
        cost[0][j] = j;
    for (size_t i = 1; i <= n; i++)
        for (size_t j = 1; j <= m; j++) {
            size_t best = cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
            if (cost[i - 1][j] + 1 < best)
                best = cost[i - 1][j] + 1;
            if (cost[i][j - 1] + 1 < best)
                best = cost[i][j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
                cost[i - 2][j - 2] + 1 < best)
                best = cost[i - 2][j - 2] + 1;
            cost[i][j] = best;
        }
    return cost[n][m];
}
