/* The parts of dialogue, file, replace and run that need no room: bytes, what is heard, names, modules, words. */
#include "checker/base/memory.h"
#include "checker/probe/beneath.h"
#include "checker/probe/building.h"
#include "checker/probe/bytes.h"
#include "checker/probe/check.h"
#include "checker/probe/conversation.h"
#include "checker/probe/program.h"
#include "checker/probe/replacement.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

Test(bytes, of_a_text) {
    static const struct {
        const char *text;
        bool one_each;
        const char *bytes;
        size_t length;
    } rows[] = {
        {"Zoë", false, "Zo\xc3\xab", 4},
        {"Zoë", true, "Zo\xeb", 3},
        {"a\xc0\x80z", false, "a\0z", 3}, /* how JSON's U+0000 is kept */
        {"a\xc0\x80z", true, "a\0z", 3},
        {"ÿ\x7f", true, "\xff\x7f", 2},
        {"", true, "", 0},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_TEXT struct text bytes = {0};
        struct error error;
        cr_assert(bytes_of_text(rows[i].text, rows[i].one_each, &bytes, &error), "%s", error.text);
        cr_expect_eq(bytes.length, rows[i].length, "%s", rows[i].text);
        cr_expect(bytes.length != rows[i].length || !bytes.length ||
                      memcmp(bytes.bytes, rows[i].bytes, bytes.length) == 0,
                  "%s", rows[i].text);
    }
    SCOPE_TEXT struct text untouched = {0};
    struct error error;
    cr_expect_not(bytes_of_text("aĀ", true, &untouched, &error));
    cr_expect_eq(untouched.length, 0);
    cr_expect_eq(error.fault, FAULT_INPUT);
}

Test(bytes, as_a_line_for_a_shell) {
    static const struct {
        const char *bytes;
        size_t length;
        const char *line;
    } rows[] = {
        {"Zoë\n", 5, "printf 'Zoë\\n'"},
        {"-5\n", 3, "printf -- '-5\\n'"}, /* or printf takes it for an option */
        {"50% \\ it's\t\r", 12, "printf '50%% \\\\ it'\\''s\\t\\r'"},
        {"\0001\xff\x1b", 4, "printf '\\0001\\377\\033'"},
        {"\xe2\x80\xae", 3, "printf '\\342\\200\\256'"}, /* turns the text around on a terminal */
        {"", 0, "printf ''"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_TEXT struct text line = {0};
        bytes_add_printf(&line, rows[i].bytes, rows[i].length);
        cr_expect_str_eq(line.bytes, rows[i].line);
    }
    SCOPE_FREE char *many = xcalloc(1, 5001);
    memset(many, 'x', 5000);
    SCOPE_TEXT struct text line = {0};
    bytes_add_printf(&line, many, 5000);
    cr_expect(strstr(line.bytes, "x' (and 3000 bytes more)"));
}

Test(conversation, finds_what_is_awaited_behind_what_was_heard) {
    static const struct {
        const char *output;
        size_t from;
        const char *text;
        size_t end;
    } rows[] = {
        {"Your NAME? ", 0, "name", 9},                            /* in any case */
        {"Your NAME? ", 9, "name", 0},                            /* heard already */
        {"nam", 0, "name", 0},                                    /* half of it has come */
        {"name", 0, "name", 4},        {"nanname", 0, "name", 7}, /* a false start */
        {"a\nb", 0, NULL, 2},                                     /* NULL: a whole line */
        {"a\nb", 2, NULL, 0},          {"a\nb\n", 2, NULL, 4},    {"", 0, NULL, 0},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        cr_expect_eq(conversation_find(rows[i].output, strlen(rows[i].output), rows[i].from, rows[i].text),
                     rows[i].end, "row %zu", i);
}

Test(replacement, systems_of_modules) {
    static const struct {
        const char *text, *type;
        bool es;
    } rows[] = {
        {"export function f() {}\n", NULL, true},
        {"'use strict';\nimport fs from 'node:fs';\n", NULL, true},
        {"const a = 1; export { a };\n", NULL, true},
        {"/** What it does. */ export default 1\n", NULL, true},
        {"import{a}from'./a.js'\n", NULL, true},
        {"import './a.js'\n", NULL, true},
        {"module.exports = { f };\n", NULL, false},
        {"const m = import('./a.mjs');\nimport('./b.mjs');\n", NULL, false}, /* CommonJS may do that */
        {"// export function f() {}\n/*\nimport x from 'x'\n*/\n", NULL, false},
        {"const text = `\nexport const a = 1;\n`;\n", NULL, false},
        {"const re = /\"/;\nexport const a = 1;\n", NULL, true}, /* no string that goes on */
        {"exports.f = 1;\nexporter.run();\nimported = 1;\n", NULL, false},
        {"export const a = 1;\n", "commonjs", false}, /* Node goes by the package */
        {"module.exports = 1;\n", "module", true},
        {"", NULL, false},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        cr_expect_eq(replacement_is_es_module(rows[i].text, strlen(rows[i].text), rows[i].type), rows[i].es,
                     "%s", rows[i].text);
}

Test(replacement, names) {
    static const struct {
        const char *asset, *file;
        bool match;
    } rows[] = {
        {"pricing.c", "pricing.c", true},       {"pricing.c", "pricing.h", false},
        {"pricing.mjs", "pricing.js", true},    {"pricing.cjs", "pricing.js", true},
        {"pricing.mjs", "pricing.mjs", true},   {"pricing.cjs", "pricing.test.js", false},
        {"pricing.py", "my_pricing.py", false}, {"pricing.cjs", "pricing.json", false},
        {"pricing.py", "pricing.js", false},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        cr_expect_eq(replacement_names_match(rows[i].asset, rows[i].file), rows[i].match, "%s %s",
                     rows[i].asset, rows[i].file);
    cr_expect(replacement_is_of_module("pricing.cpython-311.pyc", "pricing"));
    cr_expect(replacement_is_of_module("pricing.h", "pricing"));
    cr_expect_not(replacement_is_of_module("pricing2.c", "pricing"));
    cr_expect_not(replacement_is_of_module(".pricing", "pricing"));
}

Test(replacement, fills_in) {
    SCOPE_JSON cJSON *set = cJSON_Parse("{\"ADD\": 7, \"MARK\": \"@ADD@\"}");
    SCOPE_TEXT struct text text = {0};
    struct error error;
    cr_assert(replacement_fill("a+@ADD@;@MARK@ @Param@ me@here.org @@ @", set, &text, &error));
    cr_expect_str_eq(text.bytes, "a+7;@ADD@ @Param@ me@here.org @@ @");
    text_free(&text);
    cr_expect_not(replacement_fill("x@OTHER@", set, &text, &error));
    cr_expect_eq(text.length, 0);
}

Test(program, words_that_are_started_elsewhere) {
    char folder[] = "/tmp/talk-test-XXXXXX";
    cr_assert(mkdtemp(folder));
    SCOPE_CLOSE int app = open(folder, O_PATH | O_DIRECTORY);
    static const char *const files[] = {"main.py", "hook.js", "shop"};
    for (size_t i = 0; i < LENGTH_OF(files); i++)
        close(openat(app, files[i], O_WRONLY | O_CREAT, 0644));
    static const struct {
        const char *before, *after; /* words with one blank between them */
    } rows[] = {
        {"./main main.py", "/lab/app/./main main.py"}, /* what follows is the program's own affair */
        {"build/main", "/lab/app/build/main"},
        {"python3 main.py shop", "python3 /lab/app/main.py shop"},
        {"python3 -u main.py shop", "python3 -u /lab/app/main.py shop"},
        {"node --require ./hook.js main.py shop", "node --require /lab/app/./hook.js /lab/app/main.py shop"},
        {"node .", "node /lab/app/."},
        {"/usr/bin/python3 main.py", "/usr/bin/python3 /lab/app/main.py"},
        {"python3 /opt/main.py", "python3 /opt/main.py"},
        {"python3 -m shop.main", "python3 -m shop.main"},
        {"true", "true"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        SCOPE_ARENA struct arena *arena = arena_new();
        const char **words;
        struct error error;
        cr_assert(command_words(rows[i].before, NULL, arena, &words, &error));
        program_words_elsewhere(words, app, "/lab/app", arena);
        SCOPE_TEXT struct text joined = {0};
        for (size_t j = 0; words[j]; j++)
            text_printf(&joined, "%s%s", j ? " " : "", words[j]);
        cr_expect_str_eq(joined.bytes, rows[i].after);
    }
    SCOPE_FREE char *command = xprintf("rm -r %s", folder);
    cr_assert_eq(system(command), 0);
}

Test(beneath, paths_that_fit) {
    static const struct {
        const char *path;
        bool fits;
    } rows[] = {
        {"a", true},   {"a/b.txt", true}, {"...", true}, {".a/..b", true},  {"", false},    {"/a", false},
        {"a/", false}, {"a//b", false},   {"..", false}, {"a/../b", false}, {"./a", false}, {".", false},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++)
        cr_expect_eq(beneath_fits(rows[i].path), rows[i].fits, "%s", rows[i].path);
}

static bool count(void *context, const char *path) {
    struct text *seen = context;
    text_printf(seen, "%s ", path);
    return true;
}

Test(beneath, links_lead_nowhere) {
    char folder[] = "/tmp/talk-test-XXXXXX";
    cr_assert(mkdtemp(folder));
    SCOPE_FREE char *inside = xprintf("%s/inside", folder), *outside = xprintf("%s/outside", folder);
    mkdir(inside, 0755);
    mkdir(outside, 0755);
    SCOPE_CLOSE int top = open(inside, O_PATH | O_DIRECTORY), other = open(outside, O_PATH | O_DIRECTORY);
    cr_assert(beneath_write(other, "secret", "secret", 6, 0644));
    cr_assert_eq(symlinkat("../outside", top, "way") | symlinkat("../outside/secret", top, "link"), 0);
    SCOPE_TEXT struct text text = {0};
    cr_expect_not(beneath_read(top, "link", &text));
    cr_expect_not(beneath_read(top, "way/secret", &text));
    cr_expect_not(beneath_write(top, "way/new", "x", 1, 0644));
    cr_expect(beneath_write(top, "link", "mine", 4, 0640));
    cr_expect(beneath_write(top, "deep/down/a", "a", 1, 0644));
    cr_expect(beneath_write(top, "node_modules/a", "a", 1, 0644));
    cr_expect(beneath_read(top, "link", &text));
    cr_expect_str_eq(text.bytes, "mine");
    text_free(&text);
    beneath_walk(top, count, &text);
    cr_expect(strcmp(text.bytes, "link deep/down/a ") == 0 || strcmp(text.bytes, "deep/down/a link ") == 0,
              "%s", text.bytes);
    cr_expect(beneath_remove(top, "way"));
    cr_expect(beneath_remove(top, "deep"));
    cr_expect(beneath_remove(top, "deep/down"));
    text_free(&text);
    cr_expect(beneath_read(other, "secret", &text));
    SCOPE_FREE char *command = xprintf("rm -r %s", folder);
    cr_assert_eq(system(command), 0);
}

Test(building, what_was_made) {
    struct tree_entry before[] = {{"a.c", 'f', "1", 1}, {"b", 'd', NULL, 0}};
    struct tree_entry after[] = {{"a.c", 'f', "2", 1},
                                 {"a.o", 'f', "", 0},
                                 {"b", 'd', NULL, 0},
                                 {"b/x", 'x', "", 0},
                                 {"c", 'd', NULL, 0}};
    SCOPE_JSON cJSON *made = build_made(&(struct tree){.entries = before, .count = LENGTH_OF(before)},
                                        &(struct tree){.entries = after, .count = LENGTH_OF(after)});
    SCOPE_FREE char *printed = json_print(made);
    cr_expect_str_eq(printed, "[\"a.o\",\"b/x\"]");
}

Test(steps, slips_are_named_with_their_place) {
    static const struct {
        const char *step, *says;
    } rows[] = {
        {"{\"dialogue\": \"main\"}", " dialogue needs \"turns\" (list)"},
        {"{\"dialogue\": \"main\", \"turns\": [{\"untill\": \"a\"}]}",
         "/turns/0/untill \"untill\" is no member of a turn; it has until, send and encoding"},
        {"{\"dialogue\": \"main\", \"turns\": [{}, {\"until\": \"\"}]}",
         "/turns/1/until \"until\" is a text, or {\"line\": true}"},
        {"{\"dialogue\": \"main\", \"turns\": [{\"until\": {\"line\": false}}]}",
         "/turns/0/until \"until\" is a text, or {\"line\": true}"},
        {"{\"dialogue\": \"main\", \"turns\": [{\"send\": \"a\", \"encoding\": \"latin1\"}]}",
         "/turns/0/encoding \"encoding\" is \"bytes\" or \"utf-8\""},
        {"{\"dialogue\": \"main\", \"turns\": [], \"then\": \"stop\"}",
         "/then \"then\" is \"close\" or \"wait\""},
        {"{\"dialogue\": \"main\", \"turns\": [], \"patience\": 0}",
         "/patience \"patience\" is a number of seconds above 0 and up to 60"},
        {"{\"file\": \"../a\"}", "/file wants a path below the program's folder, or below $DATA_DIR, such as "
                                 "\"notes/a.txt\""},
        {"{\"file\": \"$DATA_DIRECTORY/a\"}",
         "/file wants a path below the program's folder, or below $DATA_DIR, such as "
         "\"notes/a.txt\""},
        {"{\"file\": \"a\", \"write\": \"\", \"remove\": true}",
         "/file a step does one thing to a file: write, remove or folder"},
        {"{\"file\": \".\", \"remove\": true}",
         "/file the folder itself can only be looked at, or given a mode"},
        {"{\"file\": \"a\", \"mode\": \"0999\"}",
         "/mode \"mode\" is octal digits in a text, such as \"0644\""},
        {"{\"run\": \"main\", \"encoding\": \"byte\"}", "/encoding \"encoding\" is \"bytes\" or \"utf-8\""},
        {"{\"run\": \"main\", \"directory\": \"\"}",
         "/directory \"directory\" is a folder below the program's, or an absolute one"},
        {"{\"replace\": \"a.c\", \"remove\": true}",
         "/replace wants the name of a module, such as \"pricing\""},
        {"{\"replace\": \"a\"}",
         "/replace a module is replaced \"with\" something, or taken away by \"remove\": true"},
        {"{\"replace\": \"a\", \"remove\": true, \"set\": {}}", "/set \"set\" is an object, beside \"with\""},
        {"{\"replace\": \"a\", \"with\": \"../b\"}", "/with names a folder below assets/"},
        {"{\"rebuild\": false}", "/rebuild is true"},
    };
    for (size_t i = 0; i < LENGTH_OF(rows); i++) {
        struct error error = {0};
        SCOPE_JSON cJSON *step = json_read("step", rows[i].step, strlen(rows[i].step), &error);
        cr_assert(step, "%s", error.text);
        cr_expect_not(step_lint(step, &error), "%s", rows[i].step);
        cr_expect_str_eq(error.text, rows[i].says);
    }
}
