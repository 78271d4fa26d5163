/* Rendering a CommonMark tree as text.
 *
 * Inline nodes are first flattened into one string with a style for each byte; then lines are filled with its
 * words. So a word keeps its style wherever a line breaks, and a line's styles end with the line: each line can be
 * scrolled by a pager on its own.
 *
 * Blocks know only two texts: what every line begins with (indentation, the bar of a quote), and, once, what the
 * next line begins with instead (a bullet, a number). Tables are not CommonMark: a paragraph whose lines all begin
 * with | keeps its lines, and its columns are put in line. */
#include "cli/markdown.h"
#include "cli/cli.h"

#include <cmark.h>
#include <string.h>

enum { LOOK_BOLD = 1, LOOK_ITALIC = 2, LOOK_CODE = 4, LOOK_FAINT = 8, LOOK_HEADING = 16 };

struct renderer {
    const struct markdown_options *options;
    struct text *out;
    struct text prefix; /* of every line */
    struct text first;  /* of the next line, where has_first */
    bool has_first;
    bool begun; /* something was written: blocks are set apart from now on */
};

/* A flattened run of inlines. */
struct run {
    struct text text, looks; /* a byte of looks for each of text */
};

static void run_add(struct run *run, const char *bytes, unsigned look) {
    size_t before = run->text.length;
    text_add_printable(&run->text, bytes, strlen(bytes), true);
    for (size_t i = before; i < run->text.length; i++)
        text_putc(&run->looks, (char)look);
}

static void run_free(struct run *run) {
    text_free(&run->text);
    text_free(&run->looks);
}
#define SCOPE_RUN __attribute__((cleanup(run_free)))

static bool in_run(const struct run *run, size_t from, const char *what) {
    size_t length = strlen(what);
    return run->text.length - from == length && !memcmp(run->text.bytes + from, what, length);
}

static void flatten(struct renderer *renderer, cmark_node *parent, unsigned look, struct run *run) {
    for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
        const char *literal = cmark_node_get_literal(node);
        switch (cmark_node_get_type(node)) {
        case CMARK_NODE_TEXT:
            run_add(run, literal, look);
            break;
        case CMARK_NODE_SOFTBREAK:
            run_add(run, " ", look);
            break;
        case CMARK_NODE_LINEBREAK:
            run_add(run, "\n", look);
            break;
        case CMARK_NODE_CODE:
            run_add(run, renderer->options->colour ? "" : "`", look);
            run_add(run, literal, look | LOOK_CODE);
            run_add(run, renderer->options->colour ? "" : "`", look);
            break;
        case CMARK_NODE_HTML_INLINE:
            if (strncmp(literal, "<!--", 4))
                run_add(run, literal, look);
            break;
        case CMARK_NODE_EMPH:
            flatten(renderer, node, look | LOOK_ITALIC, run);
            break;
        case CMARK_NODE_STRONG:
            flatten(renderer, node, look | LOOK_BOLD, run);
            break;
        case CMARK_NODE_LINK:
        case CMARK_NODE_IMAGE: {
            size_t from = run->text.length;
            const char *address = cmark_node_get_url(node);
            flatten(renderer, node, look, run);
            if (address && *address && !in_run(run, from, address) &&
                !(!strncmp(address, "mailto:", 7) && in_run(run, from, address + 7))) {
                run_add(run, run->text.length > from ? " (" : "(", look);
                run_add(run, address, look | LOOK_FAINT);
                run_add(run, ")", look);
            }
            break;
        }
        default:
            flatten(renderer, node, look, run);
        }
    }
}

/* --- lines ---------------------------------------------------------------------------------------------- */

static void begin_line(struct renderer *renderer) {
    const struct text *begin = renderer->has_first ? &renderer->first : &renderer->prefix;
    text_add(renderer->out, begin->length ? begin->bytes : "", begin->length);
    renderer->has_first = false;
    renderer->begun = true;
}

static void end_line(struct renderer *renderer) {
    struct text *out = renderer->out;
    while (out->length && out->bytes[out->length - 1] == ' ')
        out->length--;
    text_putc(out, '\n');
}

static int line_start(const struct renderer *renderer) {
    const struct text *begin = renderer->has_first ? &renderer->first : &renderer->prefix;
    return text_columns(begin->length ? begin->bytes : "", begin->length);
}

static void set_look(struct renderer *renderer, unsigned look) {
    if (!renderer->options->colour)
        return;
    text_puts(renderer->out, "\x1b[0");
    if (look & (LOOK_BOLD | LOOK_HEADING))
        text_puts(renderer->out, ";1");
    if (look & LOOK_ITALIC)
        text_puts(renderer->out, ";3");
    if (look & LOOK_CODE)
        text_puts(renderer->out, ";36");
    if (look & LOOK_FAINT)
        text_puts(renderer->out, ";2");
    if (look & LOOK_HEADING)
        text_puts(renderer->out, ";4");
    text_putc(renderer->out, 'm');
}

static unsigned put(struct renderer *renderer, const struct run *run, size_t from, size_t to, unsigned look) {
    for (size_t i = from; i < to; i++) {
        unsigned wanted = (unsigned char)run->looks.bytes[i];
        if (wanted != look)
            set_look(renderer, wanted);
        look = wanted;
        text_putc(renderer->out, run->text.bytes[i]);
    }
    return look;
}

/* Fills lines with the run's words. */
static void fill(struct renderer *renderer, const struct run *run) {
    const char *bytes = run->text.length ? run->text.bytes : "";
    size_t at = 0, end = run->text.length;
    unsigned look = 0;
    int column = line_start(renderer);
    bool empty = true;
    begin_line(renderer);
    while (at < end) {
        size_t space = at;
        bool line_break = false;
        for (; at < end && strchr(" \n\t", bytes[at]); at++)
            line_break |= bytes[at] == '\n';
        size_t word = at;
        while (at < end && !strchr(" \n\t", bytes[at]))
            at++;
        if (word == at)
            break;
        int width = text_columns(bytes + word, at - word);
        if (!empty && (line_break || column + 1 + width > renderer->options->width)) {
            if (look)
                set_look(renderer, 0);
            look = 0;
            end_line(renderer);
            column = line_start(renderer);
            begin_line(renderer);
        } else if (!empty) {
            /* The space keeps the look of both sides only where they agree. */
            unsigned wanted = (unsigned char)run->looks.bytes[space];
            unsigned shared = space < word ? wanted & (unsigned char)run->looks.bytes[word] : wanted;
            if (shared != look)
                set_look(renderer, shared);
            look = shared;
            text_putc(renderer->out, ' ');
            column++;
        }
        look = put(renderer, run, word, at, look);
        column += width;
        empty = false;
    }
    if (look)
        set_look(renderer, 0);
    end_line(renderer);
}

static void blank_line(struct renderer *renderer) {
    if (!renderer->begun || renderer->has_first)
        return;
    text_add(renderer->out, renderer->prefix.length ? renderer->prefix.bytes : "", renderer->prefix.length);
    end_line(renderer);
}

/* --- blocks --------------------------------------------------------------------------------------------- */

static void blocks(struct renderer *renderer, cmark_node *parent, bool tight);

static void rule(struct renderer *renderer, const char *part, int columns) {
    begin_line(renderer);
    for (int i = 0; i < columns; i++)
        text_puts(renderer->out, part);
    end_line(renderer);
}

static void heading(struct renderer *renderer, cmark_node *node) {
    int level = cmark_node_get_heading_level(node);
    SCOPE_RUN struct run run = {0};
    flatten(renderer, node, level == 1 ? LOOK_HEADING : LOOK_BOLD, &run);
    int columns = text_columns(run.text.length ? run.text.bytes : "", run.text.length);
    int most = renderer->options->width - line_start(renderer);
    fill(renderer, &run);
    if (!renderer->options->colour && level <= 2)
        rule(renderer, level == 1 ? "=" : "-", columns < most ? columns : most);
}

static void code_block(struct renderer *renderer, const char *literal) {
    SCOPE_TEXT struct text code = {0};
    text_add_printable(&code, literal, strlen(literal), true);
    while (code.length && code.bytes[code.length - 1] == '\n')
        code.length--;
    for (size_t at = 0; at <= code.length && code.bytes;) {
        size_t length = at < code.length ? strcspn(code.bytes + at, "\n") : 0;
        if (at + length > code.length)
            length = code.length - at;
        begin_line(renderer);
        if (length) {
            text_puts(renderer->out, "    ");
            set_look(renderer, LOOK_CODE);
            text_add(renderer->out, code.bytes + at, length);
            set_look(renderer, 0);
        }
        end_line(renderer);
        at += length + 1;
    }
}

static void quote(struct renderer *renderer, cmark_node *node) {
    const char *bar = renderer->options->unicode ? "│ " : "| ";
    size_t length = renderer->prefix.length;
    if (renderer->has_first)
        text_puts(&renderer->first, bar);
    text_puts(&renderer->prefix, bar);
    blocks(renderer, node, false);
    renderer->prefix.length = length;
}

static void item(struct renderer *renderer, cmark_node *node, const char *marker, bool tight) {
    size_t length = renderer->prefix.length;
    if (!renderer->has_first) {
        renderer->first.length = 0;
        text_add(&renderer->first, length ? renderer->prefix.bytes : "", length);
    }
    renderer->has_first = true;
    text_puts(&renderer->first, marker);
    for (int i = text_columns(marker, strlen(marker)); i > 0; i--)
        text_putc(&renderer->prefix, ' ');
    if (cmark_node_first_child(node)) {
        blocks(renderer, node, tight);
    } else {
        begin_line(renderer);
        end_line(renderer);
    }
    renderer->prefix.length = length;
}

static void list(struct renderer *renderer, cmark_node *node) {
    bool tight = cmark_node_get_list_tight(node),
         numbered = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST;
    int number = cmark_node_get_list_start(node), last = number;
    for (cmark_node *child = cmark_node_first_child(node); child; child = cmark_node_next(child))
        last++;
    char widest[32];
    int width = snprintf(widest, sizeof widest, "%d. ", last - 1);
    bool first = true;
    for (cmark_node *child = cmark_node_first_child(node); child; child = cmark_node_next(child), number++) {
        char marker[32];
        if (numbered)
            snprintf(marker, sizeof marker, "%*d. ", width - 2, number);
        else
            snprintf(marker, sizeof marker, "%s ", renderer->options->unicode ? "•" : "-");
        if (!first && !tight)
            blank_line(renderer);
        item(renderer, child, marker, tight);
        first = false;
    }
}

/* --- tables --------------------------------------------------------------------------------------------- */

enum { MOST_COLUMNS = 16 };

/* A row's cells as places in its text, trimmed; returns how many. */
static size_t cells(const char *row, size_t length, size_t starts[MOST_COLUMNS],
                    size_t lengths[MOST_COLUMNS]) {
    size_t count = 0, at = 1;
    while (at < length && count < MOST_COLUMNS) {
        size_t end = at;
        while (end < length && row[end] != '|')
            end++;
        size_t from = at, to = end;
        while (from < to && row[from] == ' ')
            from++;
        while (to > from && row[to - 1] == ' ')
            to--;
        if (end == length && from == to)
            break;
        starts[count] = from;
        lengths[count++] = to - from;
        at = end + 1;
    }
    return count;
}

static bool is_table(cmark_node *paragraph) {
    bool starts_line = true;
    size_t lines = 0;
    for (cmark_node *node = cmark_node_first_child(paragraph); node; node = cmark_node_next(node)) {
        cmark_node_type type = cmark_node_get_type(node);
        if (starts_line) {
            const char *literal = type == CMARK_NODE_TEXT ? cmark_node_get_literal(node) : "";
            if (literal[0] != '|')
                return false;
            lines++;
        }
        starts_line = type == CMARK_NODE_SOFTBREAK;
    }
    return lines >= 2;
}

static void flatten_lines(struct renderer *renderer, cmark_node *paragraph, struct text *out) {
    for (cmark_node *node = cmark_node_first_child(paragraph), *next; node; node = next) {
        next = cmark_node_next(node);
        if (cmark_node_get_type(node) == CMARK_NODE_SOFTBREAK) {
            text_putc(out, '\n');
            continue;
        }
        /* flatten() takes the children of a node: this one is put under a parent of its own. */
        SCOPE_RUN struct run run = {0};
        cmark_node *alone = cmark_node_new(CMARK_NODE_PARAGRAPH);
        cmark_node_unlink(node);
        cmark_node_append_child(alone, node);
        flatten(renderer, alone, 0, &run);
        text_add(out, run.text.length ? run.text.bytes : "", run.text.length);
        cmark_node_free(alone);
    }
    text_putc(out, '\n');
}

static bool is_divider(const char *row, size_t length) {
    return length > 1 && strspn(row, "|-: ") >= length && memchr(row, '-', length);
}

static void table(struct renderer *renderer, cmark_node *paragraph) {
    SCOPE_TEXT struct text text = {0};
    flatten_lines(renderer, paragraph, &text);
    int widths[MOST_COLUMNS] = {0};
    size_t starts[MOST_COLUMNS], lengths[MOST_COLUMNS];
    for (const char *row = text.bytes; *row; row += strcspn(row, "\n") + 1) {
        size_t length = strcspn(row, "\n");
        size_t count = is_divider(row, length) ? 0 : cells(row, length, starts, lengths);
        for (size_t i = 0; i < count; i++) {
            int width = text_columns(row + starts[i], lengths[i]);
            widths[i] = width > widths[i] ? width : widths[i];
        }
    }
    for (const char *row = text.bytes; *row; row += strcspn(row, "\n") + 1) {
        size_t length = strcspn(row, "\n");
        size_t count = is_divider(row, length) ? 0 : cells(row, length, starts, lengths);
        begin_line(renderer);
        if (!count)
            for (size_t i = 0; i < MOST_COLUMNS && widths[i]; i++) {
                for (int column = 0; column < widths[i]; column++)
                    text_puts(renderer->out, renderer->options->unicode ? "─" : "-");
                text_puts(renderer->out, "  ");
            }
        for (size_t i = 0; i < count; i++) {
            text_add(renderer->out, row + starts[i], lengths[i]);
            text_printf(renderer->out, "%*s", widths[i] - text_columns(row + starts[i], lengths[i]) + 2, "");
        }
        end_line(renderer);
    }
}

static void block(struct renderer *renderer, cmark_node *node) {
    const char *literal = cmark_node_get_literal(node);
    switch (cmark_node_get_type(node)) {
    case CMARK_NODE_HEADING:
        heading(renderer, node);
        break;
    case CMARK_NODE_CODE_BLOCK:
        code_block(renderer, literal);
        break;
    case CMARK_NODE_HTML_BLOCK:
        code_block(renderer, literal);
        break;
    case CMARK_NODE_THEMATIC_BREAK:
        rule(renderer, renderer->options->unicode ? "─" : "-",
             renderer->options->width - line_start(renderer));
        break;
    case CMARK_NODE_BLOCK_QUOTE:
        quote(renderer, node);
        break;
    case CMARK_NODE_LIST:
        list(renderer, node);
        break;
    default:
        if (is_table(node)) {
            table(renderer, node);
        } else {
            SCOPE_RUN struct run run = {0};
            flatten(renderer, node, 0, &run);
            fill(renderer, &run);
        }
    }
}

/* A comment is for authors: it is neither shown nor does it take a line. */
static bool is_comment(cmark_node *node) {
    return cmark_node_get_type(node) == CMARK_NODE_HTML_BLOCK &&
           !strncmp(cmark_node_get_literal(node), "<!--", 4);
}

static void blocks(struct renderer *renderer, cmark_node *parent, bool tight) {
    bool first = true;
    for (cmark_node *node = cmark_node_first_child(parent); node; node = cmark_node_next(node)) {
        if (is_comment(node))
            continue;
        if (!first && !tight)
            blank_line(renderer);
        block(renderer, node);
        first = false;
    }
}

void markdown_render(const char *markdown, size_t length, const struct markdown_options *options,
                     struct text *out) {
    cmark_node *document = cmark_parse_document(markdown, length, CMARK_OPT_VALIDATE_UTF8);
    struct renderer renderer = {.options = options, .out = out};
    blocks(&renderer, document, false);
    text_free(&renderer.prefix);
    text_free(&renderer.first);
    cmark_node_free(document);
}
