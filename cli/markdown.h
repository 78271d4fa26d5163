/* CommonMark for the terminal: headings, paragraphs wrapped to the width, lists, quotes, code as it is, links as
 * text (address). Everything a file says is made printable first. */
#pragma once
#include "checker/base/text.h"

struct markdown_options {
    int width;    /* columns */
    bool colour;  /* bold headings, coloured code; else plain text that says the same by its shape */
    bool unicode; /* bullets and lines may be • and ─ */
};
void markdown_render(const char *markdown, size_t length, const struct markdown_options *options,
                     struct text *out);
