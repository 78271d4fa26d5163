/* url and regex: a text made safe to stand inside another language. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "checker/pattern/pattern.h"

#include <ctype.h>
#include <string.h>

static cJSON *url(const cJSON *argument) {
    if (cJSON_IsArray(argument) || cJSON_IsObject(argument))
        return NULL;
    SCOPE_FREE char *text = json_as_text(argument);
    SCOPE_TEXT struct text out = {0};
    text_puts(&out, "");
    for (const char *c = text; *c; c++) {
        unsigned char byte = (unsigned char)*c;
        bool nul = byte == 0xc0 && (unsigned char)c[1] == 0x80; /* how a JSON node keeps U+0000 */
        if (byte < 0x80 && (isalnum(byte) || strchr("-._~", byte)))
            text_putc(&out, *c);
        else
            text_printf(&out, "%%%02X", nul ? 0 : byte);
        c += nul;
    }
    return cJSON_CreateString(out.bytes);
}

static cJSON *regex(const cJSON *argument) {
    const char *string = cJSON_GetStringValue(argument);
    if (!string)
        return NULL;
    SCOPE_TEXT struct text out = {0};
    text_puts(&out, "");
    for (const char *c = string; *c; c++) {
        if (strchr("\\^$.[]|()?*+{}-#", *c))
            text_putc(&out, '\\');
        text_putc(&out, *c);
    }
    return cJSON_CreateString(out.bytes);
}

const struct function function_url = {
    .name = "url",
    .takes = "a text, a number, true, false or null",
    .gives = "a text",
    .about = "Percent-encoded for one part of a URL: all but letters, digits and -._~.",
    .example = "\"a/b é\" -> \"a%2Fb%20%C3%A9\"",
    .call = url,
};

const struct function function_regex = {
    .name = "regex",
    .takes = "a text",
    .gives = "a text",
    .about = "A regular expression that finds just this text, for use inside $matches.",
    .example = "\"1.5 (net)\" -> \"1\\\\.5 \\\\(net\\\\)\"",
    .call = regex,
};
