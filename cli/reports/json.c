/* The json report: every event as one line, at the moment it comes.
 *
 * The lines are the judge's events and nothing else, so a script that reads them sees what every other reader
 * sees. Two things are made safe on the way, neither of which changes what a JSON reader gets: a character
 * that a terminal would act on or that cannot be seen is written as its \u escape, and bytes that are not
 * UTF-8, which JSON cannot hold, become U+FFFD. */
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "cli/reports/report.h"

#include <string.h>

struct json_report {
    struct event_reader reader; /* first: a reader's address is its report's */
    FILE *out;
};

static void add_escaped(struct text *line, uint32_t point) {
    if (point >= 0x10000) {
        point -= 0x10000;
        text_printf(line, "\\u%04x\\u%04x", 0xd800 + (point >> 10), 0xdc00 + (point & 0x3ff));
    } else {
        text_printf(line, "\\u%04x", point);
    }
}

static void on_event(struct event_reader *reader, const cJSON *event) {
    struct json_report *report = (struct json_report *)reader;
    SCOPE_FREE char *printed = json_print(event);
    SCOPE_TEXT struct text line = {0}, shown = {0};
    size_t length = strlen(printed);
    for (size_t at = 0, n; at < length; at += n) {
        uint32_t point = 0xfffd;
        n = utf8_decode(printed + at, length - at, &point);
        if (n == 1) {
            text_putc(&line, printed[at]);
            continue;
        }
        if (n == 0) {
            n = 1;
            add_escaped(&line, point);
            continue;
        }
        shown.length = 0;
        text_add_printable(&shown, printed + at, n, false);
        if (shown.length == n && memcmp(shown.bytes, printed + at, n) == 0)
            text_add(&line, printed + at, n);
        else
            add_escaped(&line, point);
    }
    text_putc(&line, '\n');
    fwrite(line.bytes, 1, line.length, report->out);
    fflush(report->out);
}

static struct event_reader *open_json(const struct report_options *options) {
    struct json_report *report = xcalloc(1, sizeof *report);
    *report = (struct json_report){.reader.on_event = on_event, .out = options->out};
    return &report->reader;
}

static bool close_json(struct event_reader *reader, struct error *error) {
    if (!reader)
        return true;
    SCOPE_FREE struct json_report *report = (struct json_report *)reader;
    return report_written(report->out, error);
}

const struct report report_json = {
    .name = "json",
    .about = "every event as one line of JSON, as it comes",
    .open = open_json,
    .close = close_json,
};
