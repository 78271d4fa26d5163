#include "checker/probe/bytes.h"

#include "checker/base/memory.h"

#include <string.h>

enum { SHOWN = 2000 }; /* more than that nobody reads, or pastes */

bool bytes_of_text(const char *text, bool one_each, struct text *ret_bytes, struct error *error) {
    SCOPE_TEXT struct text bytes = {0};
    for (const char *at = text, *end = text + strlen(text); at < end;) {
        /* How our JSON reader keeps U+0000. */
        if (at[0] == '\xc0' && at[1] == '\x80') {
            text_putc(&bytes, '\0');
            at += 2;
            continue;
        }
        uint32_t point;
        size_t length = one_each ? utf8_decode(at, (size_t)(end - at), &point) : 0;
        if (length && point > 0xff)
            return fail(
                error, FAULT_INPUT,
                "U+%04X is more than one byte can hold; with \"encoding\": \"bytes\" write code points up to "
                "U+00FF, such as \\u00e9",
                (unsigned)point);
        text_putc(&bytes, length ? (char)point : *at);
        at += length ? length : 1;
    }
    text_add(ret_bytes, bytes.bytes ? bytes.bytes : "", bytes.length);
    return true;
}

bool bytes_of_member(const cJSON *step, const char *key, struct text *ret_bytes, struct error *error) {
    const cJSON *value = json_get(step, key);
    const char *encoding = json_text(step, "encoding");
    SCOPE_FREE char *text = value ? json_as_text(value) : xstrdup("");
    return bytes_of_text(text, encoding && strcmp(encoding, "bytes") == 0, ret_bytes, error);
}

bool bytes_check_encoding(const cJSON *step, struct error *error) {
    const cJSON *encoding = json_get(step, "encoding");
    const char *name = cJSON_GetStringValue(encoding);
    if (encoding && (!name || (strcmp(name, "bytes") != 0 && strcmp(name, "utf-8") != 0)))
        return fail(error, FAULT_INPUT, "/encoding \"encoding\" is \"bytes\" or \"utf-8\"");
    return true;
}

/* Whether a person sees the character as it is. */
static bool is_plain(const char *bytes, size_t length) {
    SCOPE_TEXT struct text shown = {0};
    text_add_printable(&shown, bytes, length, false);
    return shown.length == length && memcmp(shown.bytes, bytes, length) == 0;
}

void bytes_add_printf(struct text *out, const char *bytes, size_t length) {
    size_t rest = length > SHOWN ? length - SHOWN : 0;
    length -= rest;
    text_puts(out, length && *bytes == '-' ? "printf -- '" : "printf '");
    for (size_t at = 0; at < length;) {
        uint32_t point;
        size_t size = utf8_decode(bytes + at, length - at, &point);
        static const char special[] = "\n\t\r%\\'", *const written[] = {"\\n", "\\t",  "\\r",
                                                                        "%%",  "\\\\", "'\\''"};
        const char *found = size == 1 && bytes[at] ? strchr(special, bytes[at]) : NULL;
        if (found)
            text_puts(out, written[found - special]);
        else if (size && is_plain(bytes + at, size))
            text_add(out, bytes + at, size);
        else
            for (size_t i = 0; i < (size ? size : 1); i++)
                text_printf(out, "\\%03o", (unsigned char)bytes[at + i]);
        at += size ? size : 1;
    }
    text_puts(out, "'");
    if (rest)
        text_printf(out, " (and %zu bytes more)", rest);
}
