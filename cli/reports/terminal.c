/* The terminal report: a run as its learner reads it.
 *
 *   Step 6  Loops and conditionals           what is being judged, once
 *   c · ~/backend-lab/06-fizzbuzz · seed 7
 *
 *   ✓ build edges (2 passed, 15 points)      what holds: folded, it needs no reading
 *
 *   ✗ hundred  All hundred lines are right.  what does not: opened, the moment it is known
 *       ran         ./main                   a line to paste into a shell
 *       looked at   line 15 of standard output
 *       before it   14
 *       expected    "FizzBuzz"
 *       came        "Fizz"
 *                        ^                   the first difference
 *       hint        …
 *
 *   - many  (skipped, it needs hundred)      what could not be asked yet: folded
 *
 *   Not done yet: 2 of 4 core checks hold, 15 of 100 points.
 *   Next: …                                  what to type; last, because the eye rests there
 *
 * Why this way: a learner can mend one thing at a time, so what is right takes one line, at most OPENED
 * failures are opened and later ones only named. Failures are shown as they come and not at the end, so a
 * slow check does not hold back what is already known. On a terminal the line of passed checks grows in
 * place, followed by the check in progress; in a pipe it is written once, and nothing ever moves.
 *
 * What must hold: nothing before the first difference is ever cut; no byte of the learner's program reaches
 * the terminal unless layout_safe() has seen it; an event with members missing is shown as far as it goes. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "cli/reports/layout.h"
#include "cli/reports/report.h"

#include <stdarg.h>
#include <string.h>

enum {
    INDENT = 4,
    LABEL = 12,
    COLUMN = INDENT + LABEL, /* where values begin */
    OPENED = 3,              /* failures shown whole */
    LAST_WORDS = 10,         /* lines of standard error: what a process said last… */
    DIAGNOSTICS = 20,        /* …or a build first, for later errors often follow from the first */
    LINE = 1000,             /* characters of one such line */
    WHOLE = 600,             /* characters of a value that has no first difference */
    SMALL = 40,              /* a rest so short is not worth cutting */
};

enum style { PLAIN, BOLD, DIM, GOOD, BAD, CARE };

static const char *const codes[] = {
    [BOLD] = "\033[1m", [DIM] = "\033[2m", [GOOD] = "\033[32m", [BAD] = "\033[31m", [CARE] = "\033[33m",
};

struct row { /* one check */
    const char *name, *says, *because;
    int points;
    bool core;
    const char *verdict; /* NULL: has not finished */
    bool pending;        /* passed, and not yet on a line of passed ones */
    bool left_out;       /* skipped, because it does not apply: because is a sentence */
    const cJSON *warnings;
};

struct terminal {
    struct event_reader reader; /* first: a reader's address is its report's */
    struct report_options options;
    struct arena *arena;
    struct text out; /* what this event adds for good */
    bool blank;      /* what is out so far ends with an empty line */
    bool live;       /* the line to be replaced is on the screen */
    cJSON *kept;     /* array: copies of events that rows point into */
    const cJSON *started;
    struct row *rows;
    size_t count, finished, opened;
    cJSON *warned; /* array: warnings that were shown */
    bool build_failed, ended;
};

/* --- words, lines, styles ------------------------------------------------------------------------------- */

static const char *text_of(const cJSON *object, const char *key) {
    const char *text = json_text(object, key);
    return text ? text : "";
}

static bool is(const char *text, const char *wanted) {
    return text && strcmp(text, wanted) == 0;
}

static int columns(const struct terminal *t) {
    return t->options.width > 0 ? t->options.width : 80;
}

/* Columns for a value; one is kept free for the mark behind a full row. */
static size_t room(const struct terminal *t, size_t indent) {
    int left = columns(t) - (int)indent - 1;
    return left > 10 ? (size_t)left : 10;
}

static char *safe(const struct terminal *t, const char *text) {
    return layout_safe(text, strlen(text), t->options.ascii);
}

/* Adds text that is safe already. */
static void put_safe(struct terminal *t, enum style style, const char *text, size_t length) {
    bool styled = t->options.colour && style != PLAIN && length > 0;
    if (styled)
        text_puts(&t->out, codes[style]);
    text_add(&t->out, text, length);
    if (styled)
        text_puts(&t->out, "\033[0m");
    t->blank = false;
}

static void put(struct terminal *t, enum style style, const char *text) {
    SCOPE_FREE char *made = safe(t, text);
    put_safe(t, style, made, strlen(made));
}

static void spaces(struct terminal *t, size_t count) {
    text_printf(&t->out, "%*s", (int)count, "");
}

static void line_end(struct terminal *t) {
    text_putc(&t->out, '\n');
    t->blank = false;
}

/* Puts a line that is full, and begins the next. */
static void put_line(struct terminal *t, enum style style, struct text *line, size_t indent) {
    put_safe(t, style, line->bytes, line->length);
    line_end(t);
    spaces(t, indent);
    line->length = 0;
}

/* Blocks are set apart by one empty line, whoever comes first. */
static void gap(struct terminal *t) {
    if (!t->blank)
        text_putc(&t->out, '\n');
    t->blank = true;
}

/* Sentences, broken between words; the cursor is at column `at`, further lines are indented. Returns the
 * column where it ends. */
static size_t words(struct terminal *t, enum style style, size_t at, size_t indent, const char *text) {
    size_t width = room(t, 0) + 1;
    SCOPE_TEXT struct text line = {0}; /* what stands on this line and is not put yet */
    for (const char *from = text; *from;) {
        size_t blanks = strspn(from, " \t\n"), n = strcspn(from + blanks, " \t\n");
        bool broken = memchr(from, '\n', blanks) != NULL;
        from += blanks;
        if (n == 0)
            break;
        SCOPE_FREE char *word = layout_safe(from, n, t->options.ascii);
        from += n;
        size_t length = strlen(word), wide = layout_columns(word, length);
        if (line.length > 0 && (broken || at + 1 + wide > width)) {
            put_line(t, style, &line, indent);
            at = indent;
        } else if (line.length > 0) {
            text_putc(&line, ' ');
            at++;
        }
        /* A word longer than a line is broken where the line ends. */
        for (size_t done = 0, part; done < length; done += part) {
            if (done > 0) {
                put_line(t, style, &line, indent);
                at = indent;
            }
            part = layout_fit(word + done, length - done, width > at + 1 ? width - at : 1);
            text_add(&line, word + done, part);
            at += layout_columns(word + done, part);
        }
    }
    put_safe(t, style, line.bytes ? line.bytes : "", line.length);
    return at;
}

static void prose(struct terminal *t, enum style style, size_t at, size_t indent, const char *text) {
    words(t, style, at, indent, text);
    line_end(t);
}

/* Names, and behind them a note that is not broken as long as it fits on a line. */
static void folded(struct terminal *t, enum style style, const char *names, const char *note) {
    size_t at = words(t, style, 2, 2, names), wide = layout_columns(note, strlen(note));
    if (at + 1 + wide > room(t, 0) + 1) {
        line_end(t);
        spaces(t, 2);
        at = 2;
    } else {
        text_putc(&t->out, ' ');
        at++;
    }
    prose(t, DIM, at, 2, note);
}

static void label(struct terminal *t, const char *name) {
    spaces(t, INDENT);
    SCOPE_FREE char *made = safe(t, name);
    size_t wide = layout_columns(made, strlen(made));
    put_safe(t, DIM, made, strlen(made));
    spaces(t, wide < LABEL ? LABEL - wide : 1);
}

static void labelled_prose(struct terminal *t, const char *name, const char *text) {
    if (!*text)
        return;
    label(t, name);
    prose(t, PLAIN, COLUMN, COLUMN, text);
}

/* Text as it is, line by line and never broken: it is to be pasted, and a terminal that breaks it itself
 * copies it whole. */
static void labelled_lines(struct terminal *t, const char *name, const char *text) {
    if (!*text)
        return;
    label(t, name);
    for (bool first = true; *text; first = false) {
        size_t n = strcspn(text, "\n");
        SCOPE_FREE char *made = layout_safe(text, n, t->options.ascii);
        if (!first)
            spaces(t, COLUMN);
        put_safe(t, BOLD, made, strlen(made));
        line_end(t);
        text += n + (text[n] == '\n');
    }
}

/* --- values with their first difference ----------------------------------------------------------------- */

/* Two characters may look alike and differ (a Cyrillic е, an accent of its own, a space that does not break):
 * then the mark says which they are. */
static char *mark_note(const char *expected, const char *came, long mark) {
    uint32_t wanted = 0, found = 0;
    size_t a = strlen(expected), b = strlen(came);
    size_t at = layout_offset(expected, a, (size_t)mark), bt = layout_offset(came, b, (size_t)mark);
    size_t n = utf8_decode(expected + at, a - at, &wanted), m = utf8_decode(came + bt, b - bt, &found);
    if (n == 0 || m == 0 || wanted == found || (wanted < 0x80 && found < 0x80))
        return xstrdup("");
    return xprintf("U+%04X, not U+%04X", found, wanted);
}

/* A value, broken into rows as the terminal would break it. With mark (in code points of value, -1: none) all
 * that comes before it is shown and a row after it; note (NULL: no mark shown) stands behind the ^. */
static void value(struct terminal *t, const char *name, enum style style, const char *raw, long mark,
                  const char *note) {
    size_t wide = room(t, COLUMN), before = SIZE_MAX;
    SCOPE_FREE char *made = safe(t, raw);
    size_t length = strlen(made);
    if (mark >= 0) {
        SCOPE_FREE char *prefix =
            layout_safe(raw, layout_offset(raw, strlen(raw), (size_t)mark), t->options.ascii);
        before = strlen(prefix);
    }
    label(t, name);
    int rows_after = 0;
    for (size_t at = 0, n;; at += n) {
        if (at > 0)
            spaces(t, COLUMN);
        bool enough = mark >= 0 ? rows_after > 1 : at > WHOLE;
        size_t rest = enough ? layout_points(made + at, length - at) : 0;
        if (rest > SMALL) {
            SCOPE_FREE char *more = xprintf("… (%zu more characters)", rest);
            prose(t, DIM, COLUMN, COLUMN, more);
            break;
        }
        n = layout_fit(made + at, length - at, wide);
        put_safe(t, style, made + at, n);
        line_end(t);
        bool last = at + n == length, here = before >= at && (before < at + n || (last && before == length));
        if (here && note) {
            size_t column = layout_columns(made + at, before - at), width = 1;
            if (before < length) {
                size_t end = layout_offset(made + before, length - before, 1);
                width = layout_columns(made + before, end);
            }
            spaces(t, COLUMN + (width == 0 && column > 0 ? column - 1 : column)); /* an accent: its letter */
            put(t, BAD, "^");
            if (*note && COLUMN + column + 2 + strlen(note) > room(t, 0)) {
                line_end(t);
                spaces(t, COLUMN);
            } else if (*note) {
                text_putc(&t->out, ' ');
            }
            prose(t, DIM, COLUMN, COLUMN, note);
        }
        rows_after += here || rows_after > 0;
        if (last)
            break;
    }
}

/* --- what a failure is about ---------------------------------------------------------------------------- */

/* Where a check looked, in words. A pointer that is not in this table is shown as it is. */
static const struct {
    const char *pointer, *words;
} places[] = {
    {"/exit", "exit status"},
    {"/signal", "the signal that ended it"},
    {"/ended", "how it ended"},
    {"/stdout", "standard output"},
    {"/stderr", "standard error"},
    {"/lines", "the lines of standard output"},
    {"/ms", "the time it took, in milliseconds"},
    {"/status", "status of the answer"},
};

static char *place(const char *pointer) {
    for (size_t i = 0; i < LENGTH_OF(places); i++)
        if (strcmp(places[i].pointer, pointer) == 0)
            return xstrdup(places[i].words);
    const char *digits = pointer + strlen("/lines/");
    if (strncmp(pointer, "/lines/", strlen("/lines/")) == 0 && *digits && strlen(digits) < 10 &&
        strspn(digits, "0123456789") == strlen(digits))
        return xprintf("line %ld of standard output", strtol(digits, NULL, 10) + 1);
    return xstrdup(pointer);
}

/* One line of a process's standard error: tabs to their stops, no blanks at its end. */
static void said_line(struct terminal *t, const char *line, size_t length) {
    while (length > 0 && strchr("\r \t", line[length - 1]))
        length--;
    size_t kept = layout_offset(line, length, LINE), rest = layout_points(line + kept, length - kept);
    SCOPE_TEXT struct text flat = {0};
    for (size_t i = 0; i < kept; i++) {
        if (line[i] != '\t')
            text_putc(&flat, line[i]);
        else
            text_printf(&flat, "%*s",
                        (int)(8 - layout_columns(flat.bytes ? flat.bytes : "", flat.length) % 8), "");
    }
    SCOPE_FREE char *made = layout_safe(flat.bytes ? flat.bytes : "", flat.length, t->options.ascii);
    size_t wide = room(t, 2 * INDENT), end = strlen(made), at = 0;
    do {
        size_t n = layout_fit(made + at, end - at, wide);
        if (end > 0)
            spaces(t, 2 * INDENT);
        put_safe(t, PLAIN, made + at, n);
        line_end(t);
        at += n;
    } while (at < end);
    if (rest > 0) {
        SCOPE_FREE char *more = xprintf("… (%zu more characters)", rest);
        spaces(t, 2 * INDENT);
        prose(t, DIM, 2 * INDENT, 2 * INDENT, more);
    }
}

/* What a process wrote on standard error: its last lines, or with first its first ones. */
static void said(struct terminal *t, const char *text, bool first) {
    size_t length = strlen(text), lines = 0, limit = first ? DIAGNOSTICS : LAST_WORDS;
    while (length > 0 && strchr("\r\n", text[length - 1]))
        length--;
    if (length == 0)
        return;
    for (size_t i = 0; i < length; i++)
        lines += text[i] == '\n';
    lines++;
    size_t left_out = lines > limit ? lines - limit : 0, number = 0;
    spaces(t, INDENT);
    SCOPE_TEXT struct text title = {0};
    text_puts(&title, first ? "the build said" : "on standard error");
    if (left_out > 0)
        text_printf(&title, " (the %s %zu of %zu lines)", first ? "first" : "last", limit, lines);
    prose(t, DIM, INDENT, 2 * INDENT, title.bytes);
    for (size_t at = 0; at <= length; number++) {
        const char *end = memchr(text + at, '\n', length - at);
        size_t n = end ? (size_t)(end - (text + at)) : length - at;
        if (first ? number < limit : number >= left_out)
            said_line(t, text + at, n);
        at += n + 1;
    }
}

/* Right lines that came just before a wrong one: context, so a long one is cut. */
static void before_it(struct terminal *t, const cJSON *lines) {
    const cJSON *line;
    bool first = true;
    cJSON_ArrayForEach(line, lines) {
        SCOPE_FREE char *raw = json_as_text(line), *made = safe(t, raw);
        size_t length = strlen(made), n = layout_fit(made, length, room(t, COLUMN) - 3);
        if (first)
            label(t, "before it");
        else
            spaces(t, COLUMN);
        put_safe(t, PLAIN, made, n);
        if (n < length)
            put(t, DIM, "…");
        line_end(t);
        first = false;
    }
}

/* Warnings of a check that were not shown yet; a note that every check brings is said once. */
static void warnings(struct terminal *t, const cJSON *list, const char *names) {
    const cJSON *warning, *old;
    cJSON_ArrayForEach(warning, list) {
        if (!cJSON_IsString(warning))
            continue;
        bool shown = false;
        cJSON_ArrayForEach(old, t->warned) {
            shown |= json_equal(old, warning);
        }
        if (shown)
            continue;
        cJSON_AddItemToArray(t->warned, cJSON_Duplicate(warning, true));
        spaces(t, 2);
        put(t, CARE, "! ");
        SCOPE_FREE char *sentence = xprintf("%s: %s", names, warning->valuestring);
        prose(t, PLAIN, INDENT, INDENT, sentence);
    }
}

/* How the process ended is left out where it has been said or is what everybody expects. */
static bool end_is_news(const cJSON *failed) {
    const char *ended = text_of(json_get(failed, "process"), "ended");
    return *ended && !strstr(text_of(failed, "reason"), ended) && !is(text_of(failed, "at"), "/exit") &&
           !is(ended, "exited with status 0");
}

static void labelled_end(struct terminal *t, const cJSON *process) {
    SCOPE_FREE char *sentence = xprintf("%s %s", text_of(process, "name"), text_of(process, "ended"));
    labelled_prose(t, "process", sentence);
}

static void heading(struct terminal *t, enum style style, const char *sign, const struct row *row) {
    SCOPE_FREE char *made = safe(t, row->name);
    size_t wide = layout_columns(made, strlen(made));
    put(t, style, sign);
    text_putc(&t->out, ' ');
    put_safe(t, style == BAD ? BOLD : PLAIN, made, strlen(made));
    spaces(t, 2);
    prose(t, PLAIN, 2 + wide + 2, INDENT, row->says);
}

static void failure(struct terminal *t, const struct row *row, const cJSON *event) {
    const cJSON *failed = json_get(event, "failure"), *process = json_get(failed, "process");
    bool whole = t->opened < OPENED || t->options.all;
    if (whole || t->opened == OPENED)
        gap(t);
    t->opened++;
    heading(t, BAD, "✗", row);
    if (!whole)
        return;
    const char *output = text_of(process, "stderr"), *at = text_of(failed, "at");
    bool build = t->build_failed && *output;
    labelled_prose(t, "in the case", text_of(failed, "case"));
    labelled_lines(t, "ran", text_of(failed, "sent"));
    /* A build that failed has said why; that its status is not 0 adds nothing. */
    if (!build || !is(at, "/exit")) {
        SCOPE_FREE char *words = place(at);
        labelled_prose(t, "looked at", words);
        before_it(t, json_get(failed, "before"));
        const char *expected = json_text(failed, "expected"), *came = json_text(failed, "came");
        double mark = json_number(failed, "mark", -1);
        long first = mark >= 0 && mark < 1e9 && came ? (long)mark : -1;
        if (expected)
            value(t, "expected", GOOD, expected, first, NULL);
        if (came) {
            SCOPE_FREE char *note = first >= 0 && expected ? mark_note(expected, came, first) : xstrdup("");
            value(t, "came", BAD, came, first, note);
        }
    }
    labelled_prose(t, "because", text_of(failed, "reason"));
    if (end_is_news(failed))
        labelled_end(t, process);
    said(t, output, build);
    labelled_prose(t, "hint", text_of(failed, "hint"));
    warnings(t, json_get(event, "warnings"), row->name);
    gap(t);
}

/* --- folded lines --------------------------------------------------------------------------------------- */

/* The names of the rows that belong, with a space between; NULL if there are none. */
static char *names_of(const struct terminal *t, bool (*belongs)(const struct row *row, const void *context),
                      const void *context) {
    SCOPE_TEXT struct text names = {0};
    for (size_t i = 0; i < t->count; i++)
        if (belongs(&t->rows[i], context))
            text_printf(&names, "%s%s", names.length ? " " : "", t->rows[i].name);
    return names.length ? text_take(&names) : NULL;
}

static bool is_pending(const struct row *row, const void *context) {
    (void)context;
    return row->pending;
}

static bool is_pending_with(const struct row *row, const void *context) {
    const cJSON *warning;
    if (row->pending)
        cJSON_ArrayForEach(warning, row->warnings) {
            if (json_equal(warning, context))
                return true;
        }
    return false;
}

static bool is_skipped_for(const struct row *row, const void *context) {
    return is(row->verdict, "skipped") && strcmp(row->because, context) == 0;
}

static void passed(struct terminal *t) {
    SCOPE_FREE char *names = names_of(t, is_pending, NULL);
    if (!names)
        return;
    int count = 0, points = 0;
    for (size_t i = 0; i < t->count; i++) {
        count += t->rows[i].pending;
        points += t->rows[i].pending ? t->rows[i].points : 0;
    }
    SCOPE_FREE char *note = xprintf("(%d passed, %d point%s)", count, points, points == 1 ? "" : "s");
    put(t, GOOD, "✓");
    text_putc(&t->out, ' ');
    folded(t, PLAIN, names, note);
    for (size_t i = 0; i < t->count; i++) {
        const cJSON *warning;
        if (t->rows[i].pending)
            cJSON_ArrayForEach(warning, t->rows[i].warnings) {
                SCOPE_JSON cJSON *one = cJSON_CreateArray();
                cJSON_AddItemToArray(one, cJSON_Duplicate(warning, true));
                SCOPE_FREE char *which = names_of(t, is_pending_with, warning);
                warnings(t, one, which);
            }
    }
    for (size_t i = 0; i < t->count; i++)
        t->rows[i].pending = false;
}

static void skipped(struct terminal *t) {
    bool first = true;
    for (size_t i = 0; i < t->count; i++) {
        struct row *row = &t->rows[i];
        if (!is(row->verdict, "skipped"))
            continue;
        SCOPE_FREE char *needed = xstrdup(row->because), *names = names_of(t, is_skipped_for, needed);
        SCOPE_FREE char *note = row->left_out ? xprintf("(left out, and not counted: %s)", needed)
                                : *needed     ? xprintf("(skipped until %s holds)", needed)
                                              : xstrdup("(skipped)");
        if (first)
            gap(t);
        first = false;
        put(t, DIM, "- ");
        folded(t, DIM, names, note);
        for (size_t j = i; j < t->count; j++)
            if (is_skipped_for(&t->rows[j], needed))
                t->rows[j].verdict = "told";
    }
}

static void errors(struct terminal *t) {
    bool any = false;
    for (size_t i = 0; i < t->count; i++) {
        if (!is(t->rows[i].verdict, "error"))
            continue;
        if (!any)
            gap(t);
        any = true;
        put(t, CARE, "?");
        text_putc(&t->out, ' ');
        SCOPE_FREE char *line = xprintf("%s  could not be judged: %s", t->rows[i].name, t->rows[i].because);
        prose(t, PLAIN, 2, INDENT, line);
    }
    if (any) {
        spaces(t, INDENT);
        prose(t, PLAIN, INDENT, INDENT, "This is no fault of your program, and is not counted against you.");
    }
}

/* --- the end -------------------------------------------------------------------------------------------- */

/* What changed since the last attempt. */
static void delta(struct terminal *t, const cJSON *changes) {
    static const struct {
        const char *key, *words;
        enum style style;
    } kinds[] = {{"fixed", "fixed since the last attempt:", GOOD},
                 {"broken", "broken since the last attempt:", BAD}};
    for (size_t i = 0; i < LENGTH_OF(kinds); i++) {
        const cJSON *name, *list = json_get(changes, kinds[i].key);
        SCOPE_TEXT struct text line = {0};
        text_puts(&line, kinds[i].words);
        cJSON_ArrayForEach(name, list) {
            SCOPE_FREE char *shown = json_as_text(name);
            text_printf(&line, " %s", shown);
        }
        if (cJSON_GetArraySize(list) > 0) {
            spaces(t, 2);
            prose(t, kinds[i].style, 2, 2, line.bytes);
        }
    }
}

struct next_command {
    char *command;
    const char *about;
};

static void next_commands(struct terminal *t, const char *lead, const struct next_command *commands,
                          size_t count) {
    size_t widest = 0;
    gap(t);
    prose(t, PLAIN, 0, 0, lead);
    for (size_t i = 0; i < count; i++) {
        size_t wide = layout_columns(commands[i].command, strlen(commands[i].command));
        widest = wide > widest ? wide : widest;
    }
    for (size_t i = 0; i < count; i++) {
        size_t wide = layout_columns(commands[i].command, strlen(commands[i].command));
        spaces(t, INDENT);
        put_safe(t, BOLD, commands[i].command, strlen(commands[i].command));
        if (INDENT + widest + 3 + strlen(commands[i].about) <= room(t, 0)) {
            spaces(t, widest - wide + 3);
            put(t, DIM, commands[i].about);
        }
        line_end(t);
    }
}

__attribute__((format(printf, 2, 3))) static char *command(struct terminal *t, const char *format, ...) {
    char *arguments = NULL;
    va_list list;
    va_start(list, format);
    if (vasprintf(&arguments, format, list) < 0)
        arguments = xstrdup("");
    va_end(list);
    SCOPE_FREE char *raw =
        xprintf("%s %s", t->options.program ? t->options.program : "backend-learn", arguments);
    free(arguments);
    SCOPE_FREE char *made = safe(t, raw);
    return arena_copy(t->arena, made);
}

static void run_finished(struct terminal *t, const cJSON *event) {
    const char *verdict = text_of(event, "verdict"), *told = text_of(event, "told");
    const char *id = text_of(json_get(t->started, "step"), "id");
    const struct row *failed = NULL;
    int core = 0, held = 0, holding = 0, unjudged = 0, failures = 0;
    for (size_t i = 0; i < t->count; i++) {
        bool good = is(t->rows[i].verdict, "passed");
        core += t->rows[i].core && !t->rows[i].left_out;
        held += t->rows[i].core && good;
        holding += good;
        unjudged += is(t->rows[i].verdict, "error");
        bool wrong = is(t->rows[i].verdict, "failed");
        failures += wrong;
        if (wrong && !failed)
            failed = &t->rows[i];
    }
    int ran = holding + unjudged + failures;
    bool part = cJSON_IsFalse(json_get(event, "whole")), mastered = !part && is(verdict, "mastered");
    bool done = !part && (mastered || is(verdict, "done") || json_true(event, "done"));
    passed(t);
    skipped(t);
    errors(t);
    gap(t);
    int points = (int)json_number(event, "points", 0), possible = (int)json_number(event, "possible", 0);
    SCOPE_FREE char *sentence = NULL;
    const char *sign = "✗";
    enum style style = BAD;
    if (mastered) {
        sign = "★";
        style = CARE;
        sentence = xprintf("Mastered: all %d checks hold, %d of %d points.", holding, points, possible);
    } else if (done) {
        sign = "✓";
        style = GOOD;
        sentence = xprintf("Done: %s, %d of %d points.",
                           core == 1 ? "the core check holds" : "all core checks hold", points, possible);
    } else if (unjudged > 0 && !failed) {
        sign = "?";
        style = CARE;
        sentence = xprintf("No verdict: %d check%s could not be judged, %d of %d hold.", unjudged,
                           unjudged == 1 ? "" : "s", holding, (int)t->count);
    } else if (part) {
        sign = failed ? "✗" : "✓";
        style = failed ? BAD : GOOD;
        sentence =
            ran == 1 && !failed ? xstrdup("The check that ran holds.")
            : failed ? xprintf("%d of the %d checks that ran hold%s.", holding, ran, holding == 1 ? "s" : "")
                     : xprintf("All %d checks that ran hold.", ran);
    } else {
        sentence = xprintf("Not done yet: %d of %d core checks hold%s, %d of %d points.", held, core,
                           held == 1 ? "s" : "", points, possible);
    }
    put(t, style, sign);
    text_putc(&t->out, ' ');
    prose(t, BOLD, 2, 2, sentence);
    if (done && *told) {
        spaces(t, 2);
        prose(t, PLAIN, 2, 2, told);
    }
    delta(t, json_get(event, "delta"));

    struct next_command commands[4];
    size_t count = 0;
    const char *all = t->options.all ? " --all" : "", *lead = "Next:";
    bool mending = failed && (!done || t->options.all);
    if (mending) {
        lead = "Next: change your code, save it, then type";
        commands[count++] = (struct next_command){command(t, "check %s%s", id, all), "everything again"};
    } else if (!done && unjudged > 0) {
        commands[count++] =
            (struct next_command){command(t, "doctor"), "what is missing here, and the remedy"};
        commands[count++] = (struct next_command){command(t, "check %s%s", id, all), "everything again"};
    } else if (!done) {
        commands[count++] =
            (struct next_command){command(t, "check %s%s", id, all), "all checks of this step"};
    }
    if (done && !mending)
        commands[count++] = (struct next_command){command(t, "next"), "on to the next step"};
    if (failed) {
        commands[count++] =
            (struct next_command){command(t, "check %s --only %s", id, failed->name),
                                  !mending ? "or go deeper: this one fails" : "this one alone"};
        if (mending)
            commands[count++] = (struct next_command){command(t, "hint %s", id), "a further hint"};
    }
    if (done && unjudged > 0 && !failed)
        commands[count++] =
            (struct next_command){command(t, "check %s%s", id, all), "judge everything again"};
    if (t->opened > OPENED && !t->options.all) {
        SCOPE_FREE char *others =
            xprintf("The first %d failures are opened; --only NAME opens another one.", OPENED);
        gap(t);
        prose(t, DIM, 0, 0, others);
    }
    next_commands(t, lead, commands, count);
}

/* --- events --------------------------------------------------------------------------------------------- */

static struct row *row_of(struct terminal *t, const char *name) {
    for (size_t i = 0; i < t->count; i++)
        if (strcmp(t->rows[i].name, name) == 0)
            return &t->rows[i];
    t->rows = xrealloc(t->rows, (t->count + 1) * sizeof *t->rows);
    t->rows[t->count] = (struct row){.name = name, .says = "", .because = ""};
    return &t->rows[t->count++];
}

/* A copy that lives as long as the report. */
static const cJSON *keep(struct terminal *t, const cJSON *event) {
    cJSON *copy = cJSON_Duplicate(event, true);
    cJSON_AddItemToArray(t->kept, copy);
    return copy;
}

static void run_started(struct terminal *t, const cJSON *event) {
    const cJSON *step = json_get(event, "step"), *check, *lost;
    const char *folder = text_of(event, "folder"), *seed = text_of(event, "seed"), *home = t->options.home;
    t->started = event;
    cJSON_ArrayForEach(check, json_get(event, "checks")) {
        const char *name = json_text(check, "name");
        if (!name)
            continue;
        struct row *row = row_of(t, name);
        row->says = text_of(check, "says");
        row->points = (int)json_number(check, "points", 0);
        row->core = json_true(check, "core");
    }
    bool plan = json_number(step, "number", 0) > 0;
    SCOPE_FREE char *title =
        xprintf("%s%s: %s", plan ? "Step " : "", text_of(step, "id"), text_of(step, "title"));
    prose(t, BOLD, 0, 2, title);
    size_t n = home ? strlen(home) : 0;
    bool below = n > 1 && strncmp(folder, home, n) == 0 && (folder[n] == '/' || !folder[n]);
    SCOPE_FREE char *where =
        xprintf("%s · %s%s · seed %s", text_of(event, json_text(event, "title") ? "title" : "language"),
                below ? "~" : "", below ? folder + n : folder, seed);
    prose(t, DIM, 0, 0, where);
    gap(t);
    if (is(text_of(event, "sandbox"), "plain")) {
        SCOPE_TEXT struct text note = {0};
        text_puts(&note, "There is no sandbox here.");
        cJSON_ArrayForEach(lost, json_get(event, "lost")) {
            SCOPE_FREE char *sentence = json_as_text(lost);
            text_printf(&note, " %s", sentence);
        }
        text_printf(&note, " `%s doctor` knows the remedy.",
                    t->options.program ? t->options.program : "backend-learn");
        put(t, CARE, "!");
        text_putc(&t->out, ' ');
        prose(t, PLAIN, 2, 2, note.bytes);
        gap(t);
    }
}

static void check_finished(struct terminal *t, const cJSON *event) {
    const char *name = json_text(event, "check"), *verdict = json_text(event, "verdict");
    if (!name || !verdict)
        return;
    const cJSON *copy = keep(t, event);
    struct row *row = row_of(t, text_of(copy, "check"));
    t->finished += row->verdict == NULL;
    row->verdict = text_of(copy, "verdict");
    row->because = text_of(copy, "because");
    row->left_out = cJSON_IsFalse(json_get(copy, "applies"));
    row->warnings = json_get(copy, "warnings");
    if (is(verdict, "passed")) {
        row->points = (int)json_number(event, "points", row->points);
        row->pending = true;
    } else if (is(verdict, "failed")) {
        passed(t);
        failure(t, row, event);
    }
}

/* The line in progress: what passed since the last line that stays, and what is being done now. */
static void live_line(struct terminal *t, const char *now) {
    SCOPE_FREE char *names = names_of(t, is_pending, NULL);
    SCOPE_FREE char *both = names ? xprintf("✓ %s  … %s", names, now) : xprintf("… %s", now);
    SCOPE_FREE char *alone = xprintf("… %s", now);
    SCOPE_FREE char *line = safe(t, both);
    size_t wide = room(t, 0);
    if (layout_columns(line, strlen(line)) > wide) {
        free(line);
        line = safe(t, alone);
    }
    fputs("\r\033[K", t->options.out);
    fwrite(line, 1, layout_fit(line, strlen(line), wide), t->options.out);
    t->live = true;
}

/* Writes what has been added; the line in progress makes way for it. */
static void flush(struct terminal *t) {
    if (t->live && (t->out.length > 0 || t->ended)) {
        fputs("\r\033[K", t->options.out);
        t->live = false;
    }
    fwrite(t->out.bytes ? t->out.bytes : "", 1, t->out.length, t->options.out);
    t->out.length = 0;
}

static void on_event(struct event_reader *reader, const cJSON *event) {
    struct terminal *t = (struct terminal *)reader;
    const char *what = text_of(event, "event");
    SCOPE_FREE char *now = NULL;
    if (is(what, "run-started")) {
        run_started(t, keep(t, event));
    } else if (is(what, "build-started")) {
        now = xprintf("building: %s", text_of(event, "command"));
    } else if (is(what, "build-finished")) {
        t->build_failed = !json_true(event, "ok");
    } else if (is(what, "check-started")) {
        now = xprintf("%s (%zu of %zu)", text_of(event, "check"), t->finished + 1, t->count);
    } else if (is(what, "check-finished")) {
        check_finished(t, event);
    } else if (is(what, "run-finished")) {
        t->ended = true;
        run_finished(t, event);
    }
    flush(t);
    if (now && t->options.terminal && !t->ended)
        live_line(t, now);
    fflush(t->options.out);
}

static struct event_reader *open_terminal(const struct report_options *options) {
    struct terminal *t = xcalloc(1, sizeof *t);
    *t = (struct terminal){
        .reader.on_event = on_event,
        .options = *options,
        .arena = arena_new(),
        .blank = true,
        .kept = cJSON_CreateArray(),
        .warned = cJSON_CreateArray(),
    };
    return &t->reader;
}

static bool close_terminal(struct event_reader *reader, struct error *error) {
    if (!reader)
        return true;
    struct terminal *t = (struct terminal *)reader;
    if (t->started && !t->ended) {
        t->ended = true;
        passed(t);
        skipped(t);
        errors(t);
        gap(t);
        prose(t, PLAIN, 0, 0,
              "The run broke off before its end; the checks that are not named here were not judged.");
    }
    flush(t);
    FILE *out = t->options.out;
    text_free(&t->out);
    cJSON_Delete(t->kept);
    cJSON_Delete(t->warned);
    arena_free(t->arena);
    free(t->rows);
    free(t);
    return report_written(out, error);
}

const struct report report_terminal = {
    .name = "terminal",
    .about = "for a person: what holds, what does not and why, and what to type next",
    .open = open_terminal,
    .close = close_terminal,
};
