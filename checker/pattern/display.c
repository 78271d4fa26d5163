/* Values for people; display.h tells the idea. */
#include "checker/pattern/display.h"

#include "checker/base/memory.h"

#include <string.h>

enum {
    ROOM = 2000,     /* characters of a value that is shown for itself */
    AFTER = 500,     /* characters of a text after the first difference */
    BEFORE = 100000, /* and before it: more than anybody reads, few enough for a report */
    DEEPEST = 2 * JSON_DEPTH,
};

/* Characters that look like nothing or like a plain space. */
static bool deceptive(uint32_t point) {
    return point < 0x20 || (point >= 0x7f && point <= 0xa0) || point == 0xad || point == 0x61c ||
           point == 0x1680 || point == 0x180e || (point >= 0x2000 && point <= 0x200f) ||
           (point >= 0x2028 && point <= 0x202f) || (point >= 0x205f && point <= 0x206f) || point == 0x3000 ||
           point == 0xfeff || (point >= 0xfff9 && point <= 0xfffb);
}

/* Adds the next character of a string and returns how many bytes it took. */
static size_t add_character(struct text *out, const char *bytes, size_t length) {
    uint32_t point;
    size_t n = utf8_decode(bytes, length, &point);
    if (n == 0 && length >= 2 && memcmp(bytes, "\xc0\x80", 2) == 0) {
        text_puts(out, "\\u0000");
        return 2;
    }
    if (n == 0) {
        text_printf(out, "\\x%02x", (unsigned char)*bytes);
        return 1;
    }
    if (point == '"' || point == '\\') {
        text_putc(out, '\\');
        text_putc(out, (char)point);
    } else if (point == '\n') {
        text_puts(out, "\\n");
    } else if (point == '\t') {
        text_puts(out, "\\t");
    } else if (point == '\r') {
        text_puts(out, "\\r");
    } else if (deceptive(point)) {
        text_printf(out, "\\u%04x", point);
    } else {
        text_add(out, bytes, n);
    }
    return n;
}

static size_t characters(const char *bytes, size_t length) {
    size_t count = 0;
    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)bytes[i] & 0xc0) != 0x80;
    return count;
}

/* Cuts a string's display once out is longer than end. */
static void add_string(struct text *out, const char *string, size_t end) {
    size_t length = strlen(string), at = 0;
    text_putc(out, '"');
    while (at < length && out->length < end)
        at += add_character(out, string + at, length - at);
    if (at < length)
        text_printf(out, "…\" (%zu more characters)", characters(string + at, length - at));
    else
        text_putc(out, '"');
}

static void add_value(struct text *out, const cJSON *value, size_t end, int depth) {
    if (!value) {
        text_puts(out, "nothing");
    } else if (cJSON_IsString(value)) {
        add_string(out, value->valuestring ? value->valuestring : "", end);
    } else if (!cJSON_IsArray(value) && !cJSON_IsObject(value)) {
        SCOPE_FREE char *printed = json_print(value);
        size_t length = strlen(printed);
        text_add(out, printed, length > ROOM ? ROOM : length);
        if (length > ROOM)
            text_printf(out, "… (%zu more digits)", length - ROOM);
    } else {
        text_putc(out, cJSON_IsObject(value) ? '{' : '[');
        for (const cJSON *child = value->child; child; child = child->next) {
            if (child != value->child)
                text_puts(out, ", ");
            if (out->length >= end || depth >= DEEPEST) {
                size_t left = 0;
                for (; child; child = child->next)
                    left++;
                text_printf(out, "… (%zu more)", left);
                break;
            }
            if (child->string) {
                add_string(out, child->string, end);
                text_puts(out, ": ");
            }
            add_value(out, child, end, depth + 1);
        }
        text_putc(out, cJSON_IsObject(value) ? '}' : ']');
    }
}

void display_add(struct text *out, const cJSON *value) {
    add_value(out, value, out->length + ROOM, 0);
}

char *display(const cJSON *value) {
    struct text out = {0};
    display_add(&out, value);
    return text_take(&out);
}

static char *whole_string(const cJSON *string) {
    struct text out = {0};
    add_string(&out, string->valuestring, SIZE_MAX);
    return text_take(&out);
}

/* How many code points, and how many bytes, two texts have in common at their beginning. */
static size_t common(const char *a, const char *b, size_t *ret_bytes) {
    size_t bytes = 0;
    while (a[bytes] && a[bytes] == b[bytes])
        bytes++;
    /* A difference within a sequence is one of the whole character. */
    while (bytes && (((unsigned char)a[bytes] & 0xc0) == 0x80 || ((unsigned char)b[bytes] & 0xc0) == 0x80))
        bytes--;
    *ret_bytes = bytes;
    return characters(a, bytes);
}

/* The display without what comes before byte `from`, and without what comes long after the difference. */
static char *cut(const char *shown, size_t from, size_t dropped, size_t bytes) {
    struct text out = {0};
    size_t length = strlen(shown), keep = bytes + AFTER > ROOM ? bytes + AFTER : ROOM;
    if (from)
        text_printf(&out, "(%zu characters before) …", dropped);
    if (length <= keep + 60) {
        text_puts(&out, shown + from);
        return text_take(&out);
    }
    while (((unsigned char)shown[keep] & 0xc0) == 0x80)
        keep++;
    text_add(&out, shown + from, keep - from);
    text_printf(&out, "…\" (%zu more characters)", characters(shown + keep, length - keep - 1));
    return text_take(&out);
}

void display_pair(const cJSON *expected, const cJSON *came, char **ret_expected, char **ret_came,
                  long *ret_mark) {
    bool strings = cJSON_IsString(expected) && cJSON_IsString(came);
    if (!strings) {
        *ret_expected = display(expected);
        *ret_came = display(came);
        size_t bytes;
        bool numbers = cJSON_IsNumber(expected) && cJSON_IsNumber(came);
        *ret_mark = numbers ? (long)common(*ret_expected, *ret_came, &bytes) : -1;
        return;
    }
    SCOPE_FREE char *a = whole_string(expected);
    SCOPE_FREE char *b = whole_string(came);
    size_t bytes, mark = common(a, b, &bytes), from = 0, dropped = 0;
    if (mark > BEFORE) {
        from = bytes - BEFORE;
        while (((unsigned char)b[from] & 0xc0) == 0x80)
            from++;
        dropped = characters(b, from);
    }
    *ret_expected = cut(a, from, dropped, bytes);
    *ret_came = cut(b, from, dropped, bytes);
    if (from) {
        char lead[64];
        int n = snprintf(lead, sizeof lead, "(%zu characters before) …", dropped);
        mark = characters(lead, (size_t)n) + characters(b + from, bytes - from);
    }
    *ret_mark = (long)mark;
}
