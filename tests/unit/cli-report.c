/* Reports, as people see them: recorded runs (events/NAME.jsonl) against kept pictures (events/NAME.txt).
 *
 * A picture is compared whole. To change one on purpose run this program with KEEP_PICTURES=1, and read the
 * difference as a learner would who does not know the answer. In pictures ESC is ␛ and CR is ␍, so that they
 * can be looked at with any tool. */
#include "checker/base/json.h"
#include "checker/base/memory.h"
#include "checker/base/text.h"
#include "cli/reports/layout.h"
#include "cli/reports/report.h"

#include <criterion/criterion.h>
#include <glob.h>
#include <libgen.h>
#include <locale.h>
#include <string.h>

static const struct picture {
    const char *name, *events, *why;
    struct report_options options;
} pictures[] = {
    {"mastered", "mastered", "everything holds: the star, what one can do now, and the way on", {0}},
    {"done", "done", "the core holds and depth does not: done, and where to go deeper", {0}},
    {"done-all", "done", "--all: not finished before all holds", {.all = true}},
    {"build-failed", "build-failed", "the compiler's own words, without looked at, expected and came", {0}},
    {"build-hundred-errors", "build-hundred-errors", "the first errors matter, not the last", {0}},
    {"build-endless", "build-endless", "a build that was ended has a reason", {0}},
    {"wrong-line", "wrong-line", "one wrong line in a hundred, with the lines before it", {0}},
    {"missing-line", "missing-line", "nothing came: no mark, for there is nothing to point at", {0}},
    {"crash", "crash", "the end of the process is the reason and is said once; its last ten lines", {0}},
    {"time-limit", "time-limit", "an endless loop", {0}},
    {"output-limit", "output-limit", "a flood", {0}},
    {"refuses", "refuses", "in which of many cases; a traceback", {0}},
    {"traceback", "traceback", "that the process failed is news where its output was looked at", {0}},
    {"skipped", "skipped", "three failures opened, the fourth named; what waits for what", {0}},
    {"skipped-all", "skipped", "--all opens the fourth too", {.all = true}},
    {"our-error", "our-error", "a fault of ours in the depth leaves the step done", {0}},
    {"our-error-core", "our-error-core", "a fault of ours in the core: no verdict, and doctor", {0}},
    {"warning", "warning", "what every check warns of is said once, with their names", {0}},
    {"plain-sandbox", "plain-sandbox", "what is lost is said once", {0}},
    {"only", "only", "--only: no word about done", {0}},
    {"only-failed", "only-failed", "--only: no word about done", {0}},
    {"hostile", "hostile", "no escape, title, bell or turned text gets through, in any field", {0}},
    {"long-line", "long-line", "all before the first difference is there, what comes long after is not", {0}},
    {"wide-characters", "wide-characters", "the mark counts columns, and names what looks alike", {0}},
    {"broken-off", "broken-off", "a run without its end", {0}},
    {"colour", "skipped", "with colour", {.colour = true}},
    {"live", "done", "on a terminal the line in progress is replaced", {.terminal = true}},
    {"live-broken-off", "broken-off", "the line in progress is removed", {.terminal = true}},
    {"live-narrow", "done", "the line in progress never fills the width", {.terminal = true, .width = 24}},
    {"narrow", "skipped", "40 columns", {.width = 40}},
    {"ascii", "wide-characters", "a locale that is not UTF-8", {.ascii = true}},
    {"ascii-hostile", "hostile", "UTF-8 bytes may be controls elsewhere: none is written", {.ascii = true}},
    {"program",
     "only-failed",
     "how the program is called, and a home that is not the folder's",
     {.program = "build/backend-learn", .home = "/home/ad"}},
};

static void use_utf8(void) {
    cr_assert(setlocale(LC_ALL, "C.UTF-8"), "the locale C.UTF-8 is missing");
}
TestSuite(cli_report, .init = use_utf8);

static char *beside(const char *name, const char *ending) {
    SCOPE_FREE char *here = xstrdup(__FILE__);
    return xprintf("%s/events/%s%s", dirname(here), name, ending);
}

static char *read_whole(const char *path) {
    SCOPE_FCLOSE FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    struct text text = {0};
    char bytes[4096];
    for (size_t n; (n = fread(bytes, 1, sizeof bytes, file)) > 0;)
        text_add(&text, bytes, n);
    return text_take(&text);
}

/* The events of a recorded run, as an array. */
static cJSON *recorded(const char *name) {
    SCOPE_FREE char *path = beside(name, ".jsonl"), *text = read_whole(path);
    cr_assert(text, "%s is not there", path);
    cJSON *events = cJSON_CreateArray();
    for (const char *line = text; *line;) {
        size_t length = strcspn(line, "\n");
        struct error error = {0};
        cJSON *event = json_read(path, line, length, &error);
        cr_assert(event, "%s", error.text);
        cJSON_AddItemToArray(events, event);
        line += length + (line[length] == '\n');
    }
    return events;
}

/* What a report writes of these events. */
static char *written(const struct report *report, const cJSON *events, struct report_options options) {
    char *out = NULL;
    size_t length = 0;
    options.out = open_memstream(&out, &length);
    struct event_reader *reader = report->open(&options);
    const cJSON *event;
    cJSON_ArrayForEach(event, events) {
        reader->on_event(reader, event);
    }
    struct error error = {0};
    cr_assert(report->close(reader, &error), "%s", error.text);
    fclose(options.out);
    cr_assert_eq(strlen(out), length, "a NUL was written");
    return out;
}

static char *visible(const char *text) {
    struct text shown = {0};
    for (; *text; text++) {
        if (*text == '\033')
            text_puts(&shown, "␛");
        else if (*text == '\r')
            text_puts(&shown, "␍");
        else
            text_putc(&shown, *text);
    }
    return text_take(&shown);
}

Test(cli_report, pictures) {
    bool keep = getenv("KEEP_PICTURES") != NULL;
    for (size_t i = 0; i < LENGTH_OF(pictures); i++) {
        const struct picture *picture = &pictures[i];
        struct report_options options = picture->options;
        if (!options.home)
            options.home = "/home/ada";
        SCOPE_JSON cJSON *events = recorded(picture->events);
        SCOPE_FREE char *raw = written(&report_terminal, events, options), *came = visible(raw);
        SCOPE_FREE char *path = beside(picture->name, ".txt");
        if (keep) {
            SCOPE_FCLOSE FILE *file = fopen(path, "we");
            cr_assert(file && fputs(came, file) >= 0, "%s cannot be written", path);
            continue;
        }
        SCOPE_FREE char *kept = read_whole(path);
        cr_assert(kept, "%s is not there; KEEP_PICTURES=1 makes it", path);
        cr_expect_str_eq(came, kept, "%s (%s) has changed:\n%s", picture->name, picture->why, came);
    }
}

/* Whatever was sent, a picture holds only what a terminal shows: lines of text. */
Test(cli_report, pictures_hold_nothing_that_acts) {
    for (size_t i = 0; i < LENGTH_OF(pictures); i++) {
        const struct picture *picture = &pictures[i];
        if (picture->options.terminal || picture->options.colour)
            continue;
        SCOPE_JSON cJSON *events = recorded(picture->events);
        SCOPE_FREE char *raw = written(&report_terminal, events, picture->options);
        SCOPE_TEXT struct text harmless = {0};
        text_add_printable(&harmless, raw, strlen(raw), true);
        cr_expect_str_eq(raw, harmless.bytes, "%s", picture->name);
        for (const char *c = raw; picture->options.ascii && *c; c++)
            cr_assert(*c == '\n' || (*c >= ' ' && *c <= '~'), "%s: byte 0x%02x", picture->name, *c & 0xff);
    }
}

/* No line but one that is to be pasted is wider than the terminal; a line exactly as wide would wrap twice.
 */
Test(cli_report, lines_fit) {
    static const int widths[] = {30, 40, 80, 200};
    for (size_t i = 0; i < LENGTH_OF(pictures); i++) {
        for (size_t w = 0; w < LENGTH_OF(widths); w++) {
            struct report_options options = {.width = widths[w]};
            SCOPE_JSON cJSON *events = recorded(pictures[i].events);
            SCOPE_FREE char *raw = written(&report_terminal, events, options);
            for (const char *line = raw; *line;) {
                size_t length = strcspn(line, "\n");
                bool pasted =
                    strncmp(line, "    ran ", 8) == 0 || strncmp(line, "    backend-learn", 17) == 0;
                cr_expect(pasted || layout_columns(line, length) <= (size_t)widths[w],
                          "%s at %d columns: %.*s", pictures[i].name, widths[w], (int)length, line);
                line += length + 1;
            }
        }
    }
}

/* Every recorded run is shown by some picture, and every picture belongs to one. */
Test(cli_report, no_stray_files) {
    static const char *const endings[] = {".jsonl", ".txt"};
    for (size_t e = 0; e < LENGTH_OF(endings); e++) {
        SCOPE_FREE char *pattern = beside("*", endings[e]);
        glob_t found = {0};
        cr_assert_eq(glob(pattern, 0, NULL, &found), 0);
        for (size_t f = 0; f < found.gl_pathc; f++) {
            bool used = false;
            for (size_t i = 0; i < LENGTH_OF(pictures) && !used; i++) {
                SCOPE_FREE char *path = beside(e ? pictures[i].name : pictures[i].events, endings[e]);
                used = strcmp(path, found.gl_pathv[f]) == 0;
            }
            cr_expect(used, "%s is used by no picture", found.gl_pathv[f]);
        }
        globfree(&found);
    }
}

/* --- events that no file can hold ----------------------------------------------------------------------- */

static cJSON *one_event(const char *text) {
    cJSON *events = cJSON_CreateArray(), *event = json_parse(text, strlen(text), NULL);
    cr_assert(event, "%s", text);
    cJSON_AddItemToArray(events, event);
    return events;
}

/* Bytes that are not UTF-8 can only come from within the program: they must not get out either. */
static void spoil(cJSON *value) {
    if (cJSON_IsString(value) && value->string && !strstr("event verdict check name", value->string))
        cJSON_SetValuestring(value, "\xff\x9b\xc0\x80\xed\xa0\x80 \xf0\x9f");
    for (cJSON *child = value->child; child; child = child->next)
        spoil(child);
}

Test(cli_report, invalid_utf8_in_every_field) {
    SCOPE_JSON cJSON *events = recorded("hostile");
    spoil(events);
    for (const struct report *const *report = reports; *report; report++) {
        SCOPE_FREE char *raw = written(*report, events, (struct report_options){0});
        size_t length = strlen(raw);
        cr_expect_eq(utf8_valid_length(raw, length), length, "%s", (*report)->name);
        SCOPE_TEXT struct text harmless = {0};
        text_add_printable(&harmless, raw, length, true);
        cr_expect_str_eq(raw, harmless.bytes, "%s", (*report)->name);
    }
}

/* A reader never trusts an event to be whole. */
Test(cli_report, events_with_members_missing_or_odd) {
    static const char *const odd[] = {
        "{}",
        "{\"event\":1}",
        "{\"event\":\"run-started\"}",
        "{\"event\":\"run-started\",\"checks\":{\"a\":1},\"step\":[],\"lost\":\"x\",\"sandbox\":\"plain\"}",
        "{\"event\":\"run-started\",\"checks\":[{},1,null,{\"name\":\"a\"}]}",
        "{\"event\":\"check-started\"}",
        "{\"event\":\"check-finished\"}",
        "{\"event\":\"check-finished\",\"check\":\"unknown\",\"verdict\":\"failed\"}",
        "{\"event\":\"check-finished\",\"check\":\"unknown\",\"verdict\":\"what\"}",
        "{\"event\":\"check-finished\",\"check\":\"a\",\"verdict\":\"passed\",\"warnings\":[1,null,{}]}",
        "{\"event\":\"check-finished\",\"check\":\"a\",\"verdict\":\"skipped\"}",
        "{\"event\":\"check-finished\",\"check\":\"a\",\"verdict\":\"failed\",\"failure\":{\"came\":\"\","
        "\"expected\":\"\","
        "\"mark\":0,\"at\":\"\"}}",
        "{\"event\":\"check-finished\",\"check\":\"a\",\"verdict\":\"failed\",\"failure\":{\"came\":\"x\","
        "\"mark\":"
        "900000000,\"at\":\"/lines/99999999999999999999\",\"before\":[1,{}]}}",
        "{\"event\":\"check-finished\",\"check\":\"a\",\"verdict\":\"failed\",\"failure\":{\"came\":\"x\","
        "\"mark\":-7,"
        "\"process\":{\"stderr\":\"\\n\\n\\n\",\"ended\":\"ended\"}}}",
        "{\"event\":\"run-finished\"}",
        "{\"event\":\"run-finished\",\"delta\":{\"fixed\":[1,{}],\"broken\":\"x\"},\"points\":\"many\"}",
    };
    for (size_t i = 0; i < LENGTH_OF(odd); i++) {
        SCOPE_JSON cJSON *events = one_event(odd[i]);
        for (const struct report *const *report = reports; *report; report++) {
            SCOPE_FREE char *raw = written(*report, events, (struct report_options){.terminal = true});
            cr_expect(raw);
        }
    }
}

/* Learners may write a megabyte without a newline; showing it must stay linear. */
Test(cli_report, a_megabyte_in_one_line, .timeout = 10) {
    SCOPE_JSON cJSON *events = recorded("wrong-line");
    cJSON *failure = NULL, *event;
    cJSON_ArrayForEach(event, events) {
        if (json_get(event, "failure"))
            failure = json_get(event, "failure");
    }
    SCOPE_FREE char *mega = xcalloc(1, (1 << 20) + 1);
    memset(mega, 'm', 1 << 20);
    json_set_text(failure, "came", mega);
    json_set_text(failure, "expected", mega);
    json_set_integer(failure, "mark", 1000);
    json_set_text(json_get(failure, "process"), "stderr", mega);
    SCOPE_FREE char *raw = written(&report_terminal, events, (struct report_options){0});
    cr_expect_lt(strlen(raw), 10000);
    cr_expect(strstr(raw, "more characters"));
    json_set_integer(failure, "mark", 1 << 20);
    SCOPE_FREE char *all = written(&report_terminal, events, (struct report_options){0});
    cr_expect_gt(strlen(all), 2 << 20, "nothing before the difference may be cut");
}

/* --- json, and the table -------------------------------------------------------------------------------- */

Test(cli_report, json_says_the_events_again) {
    for (size_t i = 0; i < LENGTH_OF(pictures); i++) {
        SCOPE_JSON cJSON *events = recorded(pictures[i].events);
        SCOPE_FREE char *raw = written(&report_json, events, (struct report_options){0});
        const char *line = raw;
        const cJSON *event;
        cJSON_ArrayForEach(event, events) {
            size_t length = strcspn(line, "\n");
            SCOPE_JSON cJSON *again = json_parse(line, length, NULL);
            cr_assert(json_equal(event, again), "%s: %.*s", pictures[i].name, (int)length, line);
            cr_assert_eq(line[length], '\n');
            line += length + 1;
        }
        cr_expect_eq(*line, '\0');
    }
}

Test(cli_report, json_escapes_what_a_terminal_would_act_on) {
    static const struct {
        const char *text, *line, *why;
    } rows[] = {
        {"{\"a\":\"\\u001b]0;x\\u0007\"}", "{\"a\":\"\\u001b]0;x\\u0007\"}\n", "C0"},
        {"{\"a\":\"\xc2\x9b\"}", "{\"a\":\"\\u009b\"}\n", "C1: CSI in one byte"},
        {"{\"a\":\"\xe2\x80\xae\"}", "{\"a\":\"\\u202e\"}\n", "turns what follows around"},
        {"{\"a\":\"\xf3\xa0\x81\x81\"}", "{\"a\":\"\\udb40\\udc41\"}\n", "a tag, beyond 16 bits"},
        {"{\"a\":\"\\u0000\"}", "{\"a\":\"\\u0000\"}\n", "NUL"},
        {"{\"a\":\"漢é😀\"}", "{\"a\":\"漢é😀\"}\n", "what can be seen stays"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_JSON cJSON *events = one_event(rows[i].text);
        SCOPE_FREE char *raw = written(&report_json, events, (struct report_options){0});
        cr_expect_str_eq(raw, rows[i].line, "%s", rows[i].why);
    }
}

Test(cli_report, every_format_says_what_it_is) {
    for (const struct report *const *report = reports; *report; report++) {
        cr_expect(*(*report)->name && *(*report)->about && (*report)->open && (*report)->close);
        cr_expect_eq(report_find((*report)->name), *report);
        cr_expect((*report)->close(NULL, NULL));
    }
    cr_expect_null(report_find("xml"));
}

Test(cli_report, a_full_disk_is_said) {
    for (const struct report *const *report = reports; *report; report++) {
        SCOPE_FCLOSE FILE *full = fopen("/dev/full", "we");
        cr_assert(full);
        SCOPE_JSON cJSON *events = recorded("mastered");
        struct event_reader *reader = (*report)->open(&(struct report_options){.out = full});
        const cJSON *event;
        cJSON_ArrayForEach(event, events) {
            reader->on_event(reader, event);
        }
        struct error error = {0};
        cr_expect(!(*report)->close(reader, &error), "%s", (*report)->name);
        cr_expect_eq(error.fault, FAULT_OURS);
        cr_expect(*error.text);
    }
}

/* --- layout --------------------------------------------------------------------------------------------- */

Test(cli_report, columns_are_not_bytes) {
    static const struct {
        const char *text;
        size_t columns, fit; /* fit: how many bytes go into three columns */
        const char *why;
    } rows[] = {
        {"", 0, 0, "nothing"},
        {"abcd", 4, 3, "ASCII"},
        {"é漢字", 5, 5, "two bytes in one column, three bytes in two"},
        {"漢字", 4, 3, "a wide character is not halved"},
        {"e\xcc\x81"
         "bcd",
         4, 5, "an accent of its own takes no column and stays with its letter"},
        {"\xcc\x81", 0, 2, "an accent alone"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        size_t length = strlen(rows[i].text);
        cr_expect_eq(layout_columns(rows[i].text, length), rows[i].columns, "%s", rows[i].why);
        cr_expect_eq(layout_fit(rows[i].text, length, 3), rows[i].fit, "%s", rows[i].why);
    }
    cr_expect_eq(layout_fit("漢", 3, 1), 3, "at least one character, or a loop would never end");
    cr_expect_eq(layout_points("a\xff漢", 5), 3, "a byte that is not UTF-8 is one");
    cr_expect_eq(layout_offset("a\xff漢b", 6, 3), 5);
    cr_expect_eq(layout_offset("ab", 2, 9), 2, "the length if there are fewer");
}

Test(cli_report, safe_text) {
    static const struct {
        const char *text, *safe, *ascii;
    } rows[] = {
        {"plain", "plain", "plain"},
        {"a\nb\tc\rd", "a\\nb\\tc\\rd", "a\\nb\\tc\\rd"},
        {"\033]52;c;eA==\a", "\\x1b]52;c;eA==\\x07", "\\x1b]52;c;eA==\\x07"},
        {"\xc0\x80|\xc0\x81", "\\x00|\\xc0\\x81", "\\x00|\\xc0\\x81"},
        {"✓ “x” …", "✓ “x” …", "+ \"x\" ..."},
        {"Zoë", "Zoë", "Zo\\u{eb}"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_FREE char *safe = layout_safe(rows[i].text, strlen(rows[i].text), false);
        SCOPE_FREE char *ascii = layout_safe(rows[i].text, strlen(rows[i].text), true);
        cr_expect_str_eq(safe, rows[i].safe);
        cr_expect_str_eq(ascii, rows[i].ascii);
    }
}
